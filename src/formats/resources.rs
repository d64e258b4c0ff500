//! What an Android resource is, whichever table it came from: ids, typed values, configurations.

use std::borrow::Cow;
use std::fmt;

use aho_corasick::AhoCorasick;
use rustc_hash::{FxHashMap, FxHashSet};

use super::arsc::{self, ArscError, ArscTable, EntryData, Raw};
use super::config::Config;
use super::pbtable::PbTable;
#[cfg(feature = "source")]
use super::restree::TreeTable;
use super::string_pool::{RawStr, StringIdx};
use super::xml::XmlDoc;

/// Id of a resource: package, type and entry, `0xPPTTEEEE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResId(pub u32);

impl ResId {
    /// Package byte: 0x7f is the app, 0x01 the platform, 0 the package that holds the reference.
    #[must_use]
    pub fn package(self) -> u8 {
        (self.0 >> 24) as u8
    }

    /// Type byte; types count from 1.
    #[must_use]
    pub fn kind(self) -> u8 {
        (self.0 >> 16) as u8
    }

    /// Entry within its type.
    #[must_use]
    pub fn entry(self) -> u16 {
        (self.0 & 0xffff) as u16
    }
}

impl fmt::Display for ResId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#010x}", self.0)
    }
}

/// A typed value, of a resource or of an attribute (`Res_value`).
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    /// Nothing: `@null`.
    Null,
    /// Present and empty: `@empty`.
    Empty,
    /// Another resource.
    Reference(ResId),
    /// An attribute of the theme.
    ThemeAttribute(ResId),
    /// Text, or the path of a file.
    String(Cow<'a, str>),
    /// A number.
    Int(i32),
    /// A truth.
    Bool(bool),
    /// A number with a point.
    Float(f32),
    /// Anything that no question here is about, by its type byte: dimensions, fractions, colours.
    Other(u8, u32),
}

impl Value<'_> {
    /// Type byte of a string; its value is an index into the pool.
    pub(crate) const STRING: u8 = 0x03;

    /// Any value but a string, from its type byte and its data.
    pub(crate) fn of(kind: u8, data: u32) -> Self {
        match kind {
            0x00 if data == 1 => Self::Empty,
            0x00 => Self::Null,
            // 7 and 8 are "dynamic": through the table of a shared library.
            0x01 | 0x07 if data == 0 => Self::Null,
            0x01 | 0x07 => Self::Reference(ResId(data)),
            0x02 | 0x08 => Self::ThemeAttribute(ResId(data)),
            0x04 => Self::Float(f32::from_bits(data)),
            0x10 | 0x11 => Self::Int(data.cast_signed()),
            0x12 => Self::Bool(data != 0),
            _ => Self::Other(kind, data),
        }
    }

    /// The resource that this refers to.
    #[must_use]
    pub fn reference(&self) -> Option<ResId> {
        match self {
            Self::Reference(id) => Some(*id),
            _ => None,
        }
    }
}

/// The resources of an app: one table of its base and one of each split, of either encoding.
#[derive(Debug, Clone, Default)]
pub struct ResourceTable<'a> {
    tables: Vec<Table<'a>>,
}

#[derive(Debug, Clone)]
enum Table<'a> {
    Arsc(ArscTable<'a>),
    Proto(PbTable<'a>),
    #[cfg(feature = "source")]
    Tree(TreeTable),
}

/// What `aapt2 optimize --collapse-resource-names` calls every entry.
const COLLAPSED: &str = "0_resource_name_obfuscated";
/// How deep references are followed, as in Android's `AssetManager2`.
const MAX_REFERENCES: usize = 20;
/// How many values one id may resolve to. Real ones have under two hundred: one a language.
const MAX_VALUES: usize = 4096;
/// How many references are followed for one question; real ones are a language each.
const MAX_STEPS: usize = 1024;
/// How many texts a query may find; the words of a lexicon stand in a table a few hundred times.
const MAX_TEXTS: usize = 1 << 16;

impl<'a> ResourceTable<'a> {
    /// Adds a `resources.arsc`. The base goes first: it is asked first.
    ///
    /// # Errors
    /// If it is no table.
    pub fn push_arsc(&mut self, data: &'a [u8]) -> Result<(), ArscError> {
        self.tables.push(Table::Arsc(ArscTable::parse(data)?));
        Ok(())
    }

    /// Adds a `resources.pb` of an app bundle. Whether it is a table.
    pub fn push_proto(&mut self, data: &'a [u8]) -> bool {
        let table = PbTable::parse(data);
        let read = table.is_some();
        self.tables.extend(table.map(Table::Proto));
        read
    }

    /// Adds the resources of a source tree.
    #[cfg(feature = "source")]
    pub fn push_tree(&mut self, table: TreeTable) {
        self.tables.push(Table::Tree(table));
    }

    /// Reads an XML file of the app, compiled or, in a source tree, as text.
    #[must_use]
    pub fn document<'d>(&self, data: &'d [u8]) -> Option<XmlDoc<'d>> {
        #[cfg(feature = "source")]
        if super::textxml::is_text(data) {
            return super::textxml::parse(
                data,
                &super::textxml::Names {
                    id_of: &|kind, entry| self.id_of(kind, entry),
                    package: None,
                },
            );
        }
        XmlDoc::parse(data)
    }

    /// Whether there is none: every id is unknown.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }

    /// What was broken: byte offset in the table, and what.
    pub fn problems(&self) -> impl Iterator<Item = (usize, &'static str)> {
        self.tables.iter().flat_map(|table| match table {
            Table::Arsc(table) => table.problems().iter().copied(),
            Table::Proto(table) => table.problems().iter().copied(),
            #[cfg(feature = "source")]
            Table::Tree(_) => [].iter().copied(),
        })
    }

    /// Type and entry name of an id: `("string", "log_out")`. A placeholder that a shrinker gave
    /// to all entries is no name.
    #[must_use]
    pub fn name(&self, id: ResId) -> Option<(Cow<'a, str>, Cow<'a, str>)> {
        self.tables
            .iter()
            .find_map(|table| match table {
                Table::Arsc(table) => table.name(id),
                Table::Proto(table) => table.name(id),
                #[cfg(feature = "source")]
                Table::Tree(table) => table.name(id),
            })
            .filter(|(_, name)| name != COLLAPSED)
    }

    /// The id of a name. Several entries have one name where a shrinker took the names away.
    #[must_use]
    pub fn id_of(&self, kind: &str, entry: &str) -> Option<ResId> {
        self.tables.iter().find_map(|table| match table {
            Table::Arsc(table) => table.id_of(kind, entry),
            Table::Proto(table) => table.id_of(kind, entry),
            #[cfg(feature = "source")]
            Table::Tree(table) => table.id_of(kind, entry),
        })
    }

    /// Whether any configuration defines an id.
    #[must_use]
    pub fn contains(&self, id: ResId) -> bool {
        self.tables.iter().any(|table| match table {
            Table::Arsc(table) => table.entries(id).next().is_some(),
            Table::Proto(table) => table.contains(id),
            #[cfg(feature = "source")]
            Table::Tree(table) => table.contains(id),
        })
    }

    /// The plain values of an id, one a configuration, references as they are.
    #[must_use]
    pub fn values(&self, id: ResId) -> Vec<(Config, Value<'a>)> {
        let mut out = Vec::new();
        for table in &self.tables {
            let room = MAX_VALUES.saturating_sub(out.len());
            match table {
                Table::Arsc(table) => out.extend(
                    table
                        .entries(id)
                        .filter_map(|(kind, entry)| match entry.data {
                            EntryData::Simple(raw) => Some((kind.config(), table.value(raw))),
                            EntryData::Bag { .. } => None,
                        })
                        .take(room),
                ),
                Table::Proto(table) => out.extend(table.values(id).take(room)),
                #[cfg(feature = "source")]
                Table::Tree(table) => out.extend(table.values(id).into_iter().take(room)),
            }
        }
        out
    }

    /// The plain values of an id with references followed; a reference that leads nowhere stays.
    /// The configuration is that of the last step that has one.
    #[must_use]
    pub fn resolve(&self, id: ResId) -> Vec<(Config, Value<'a>)> {
        let mut out = Vec::new();
        let mut open = vec![(id, Config::default(), 0)];
        let mut steps = 0;
        while let Some((id, outer, depth)) = open.pop() {
            steps += 1;
            if steps > MAX_STEPS || out.len() > MAX_VALUES {
                break;
            }
            let values = self.values(id);
            if values.is_empty() && depth > 0 {
                out.push((outer, Value::Reference(id)));
            }
            for (config, value) in values {
                let config = if config.is_default() { outer } else { config };
                match value {
                    Value::Reference(next) if depth < MAX_REFERENCES => {
                        open.push((next, config, depth + 1));
                    }
                    value => out.push((config, value)),
                }
            }
        }
        out.sort_by_key(|(config, _)| *config);
        out
    }

    /// All texts of an id, one a configuration, references followed.
    #[must_use]
    pub fn strings(&self, id: ResId) -> Vec<(Config, Cow<'a, str>)> {
        self.resolve(id)
            .into_iter()
            .filter_map(|(config, value)| match value {
                Value::String(text) => Some((config, text)),
                _ => None,
            })
            .collect()
    }

    /// The text of an id for the default configuration, else for the first that has one.
    #[must_use]
    pub fn string(&self, id: ResId) -> Option<Cow<'a, str>> {
        self.strings(id).into_iter().next().map(|(_, text)| text)
    }

    /// Every file that stands behind an id: `res/layout/login.xml`, or `res/aB.xml` where a
    /// shrinker renamed it. An id that a file is asked for by never needs its name.
    #[must_use]
    pub fn files(&self, id: ResId) -> Vec<(Config, Cow<'a, str>)> {
        self.strings(id)
    }

    /// Every file behind the resources of some types (`layout`, `menu`), in order of ids; a path
    /// that several ids share comes once for each. Of a type without files, the texts.
    #[must_use]
    pub fn files_where(&self, wanted: impl Fn(&str) -> bool) -> Vec<File<'a>> {
        let mut out = Vec::new();
        for table in &self.tables {
            match table {
                Table::Arsc(table) => files_of_arsc(table, &wanted, &mut out),
                Table::Proto(table) => table.visit(|id, kind, item, config, value| {
                    if let Value::String(path) = value
                        && item.is_none()
                        && wanted(kind)
                    {
                        let path = path.clone();
                        out.push(File { id, config, path });
                    }
                }),
                #[cfg(feature = "source")]
                Table::Tree(table) => table.visit(|id, kind, item, config, value| {
                    if let Value::String(path) = value
                        && item.is_none()
                        && wanted(kind)
                    {
                        let path = path.clone();
                        out.push(File { id, config, path });
                    }
                }),
            }
        }
        out.sort_by_key(|file| (file.id, file.config));
        out
    }

    /// Every text that the query accepts, in any language: strings, items of arrays, plurals and
    /// styles, and strings that refer to one of these. In order of ids and configurations.
    #[must_use]
    pub fn find_texts(&self, query: &TextQuery<'_>) -> Vec<Text<'a>> {
        let mut out = Vec::new();
        for table in &self.tables {
            match table {
                Table::Arsc(table) => texts_of_arsc(table, query, &mut out),
                Table::Proto(table) => table.visit(|id, kind, item, config, value| {
                    if let Value::String(text) = value
                        && out.len() < MAX_TEXTS
                        && has_texts(kind)
                        && query.accepts(text)
                    {
                        let text = text.clone();
                        out.push(Text {
                            id,
                            item,
                            config,
                            text,
                        });
                    }
                }),
                #[cfg(feature = "source")]
                Table::Tree(table) => table.visit(|id, kind, item, config, value| {
                    if let Value::String(text) = value
                        && out.len() < MAX_TEXTS
                        && has_texts(kind)
                        && query.accepts(text)
                    {
                        let text = text.clone();
                        out.push(Text {
                            id,
                            item,
                            config,
                            text,
                        });
                    }
                }),
            }
        }
        self.follow_aliases(&mut out);
        out.sort_by(|a, b| {
            (a.id, a.item, a.config, &a.text).cmp(&(b.id, b.item, b.config, &b.text))
        });
        out.dedup();
        out
    }

    /// Adds the resources whose value is a reference to one that is already there.
    fn follow_aliases(&self, out: &mut Vec<Text<'a>>) {
        let mut by_id: FxHashMap<ResId, Vec<usize>> = FxHashMap::default();
        for (index, text) in out.iter().enumerate() {
            // An item of an array is no text of the array.
            if text.item.is_none() {
                by_id.entry(text.id).or_default().push(index);
            }
        }
        let mut fresh: FxHashSet<ResId> = by_id.keys().copied().collect();
        for _ in 0..MAX_REFERENCES {
            if fresh.is_empty() || out.len() >= MAX_TEXTS {
                return;
            }
            let mut next = Vec::new();
            for table in &self.tables {
                match table {
                    Table::Arsc(table) => visit_arsc(table, has_texts, |id, item, config, raw| {
                        let target = ResId(raw.data);
                        let refers = matches!(raw.kind, 0x01 | 0x07);
                        if refers && target != id && fresh.contains(&target) {
                            next.push((id, item, config(), target));
                        }
                    }),
                    Table::Proto(table) => table.visit(|id, kind, item, config, value| {
                        if let Value::Reference(target) = value
                            && has_texts(kind)
                            && *target != id
                            && fresh.contains(target)
                        {
                            next.push((id, item, config, *target));
                        }
                    }),
                    #[cfg(feature = "source")]
                    Table::Tree(table) => table.visit(|id, kind, item, config, value| {
                        if let Value::Reference(target) = value
                            && has_texts(kind)
                            && *target != id
                            && fresh.contains(target)
                        {
                            next.push((id, item, config, *target));
                        }
                    }),
                }
            }
            fresh.clear();
            for (id, item, config, target) in next {
                let texts = by_id.get(&target).cloned().unwrap_or_default();
                let known = by_id.contains_key(&id);
                for text in texts {
                    let Some(text) = out.get(text).filter(|_| out.len() < MAX_TEXTS) else {
                        return;
                    };
                    let text = Text {
                        id,
                        item,
                        config: if config.is_default() {
                            text.config
                        } else {
                            config
                        },
                        text: text.text.clone(),
                    };
                    if item.is_none() && !known {
                        by_id.entry(id).or_default().push(out.len());
                        fresh.insert(id);
                    }
                    out.push(text);
                }
            }
        }
    }
}

/// A file of the app that a resource stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File<'a> {
    /// The resource.
    pub id: ResId,
    /// For which configuration.
    pub config: Config,
    /// Path in the APK, or in the module of a bundle.
    pub path: Cow<'a, str>,
}

/// A text that a query accepted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Text<'a> {
    /// The resource that has it.
    pub id: ResId,
    /// Within an array, a plural or a style: the item's key (for a style, the attribute).
    pub item: Option<ResId>,
    /// For which configuration, above all for which language.
    pub config: Config,
    /// The text.
    pub text: Cow<'a, str>,
}

/// Which texts somebody is looking for. Tables hold tens of thousands, so the cheap questions come
/// first: length, then bytes, then the predicate.
#[derive(Clone, Copy)]
pub struct TextQuery<'q> {
    /// Longest text that can match, in bytes of UTF-8; labels are short.
    pub max_bytes: usize,
    /// What every match contains, as bytes of UTF-8.
    pub prefilter: Option<&'q AhoCorasick>,
    /// Whether a text is one.
    pub matches: &'q (dyn Fn(&str) -> bool + Sync),
}

impl fmt::Debug for TextQuery<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TextQuery")
            .field("max_bytes", &self.max_bytes)
            .finish_non_exhaustive()
    }
}

impl TextQuery<'_> {
    /// Whether a decoded text matches.
    #[must_use]
    pub fn accepts(&self, text: &str) -> bool {
        !text.is_empty()
            && text.len() <= self.max_bytes
            && self
                .prefilter
                .is_none_or(|prefilter| prefilter.is_match(text))
            && (self.matches)(text)
    }

    /// Whether a text matches; `buffer` saves an allocation for each text in UTF-16.
    pub fn accepts_raw(&self, raw: RawStr<'_>, buffer: &mut String) -> bool {
        match raw {
            RawStr::Utf8(bytes) => {
                if bytes.is_empty() || bytes.len() > self.max_bytes {
                    return false;
                }
                if self
                    .prefilter
                    .is_some_and(|prefilter| !prefilter.is_match(bytes))
                {
                    return false;
                }
                (self.matches)(&raw.decode())
            }
            // A unit is at least one byte of UTF-8.
            RawStr::Utf16(bytes) => {
                if bytes.is_empty() || bytes.len() / 2 > self.max_bytes {
                    return false;
                }
                raw.decode_into(buffer);
                self.accepts(buffer)
            }
        }
    }
}

/// Whether a type's strings are texts, and not the paths of its files. Types that are not known
/// are: obfuscators rename them.
#[must_use]
pub fn has_texts(kind: &str) -> bool {
    !matches!(
        kind,
        "anim"
            | "animator"
            | "color"
            | "drawable"
            | "font"
            | "interpolator"
            | "layout"
            | "menu"
            | "mipmap"
            | "navigation"
            | "raw"
            | "transition"
            | "xml"
    )
}

fn files_of_arsc<'a>(
    table: &ArscTable<'a>,
    wanted: &impl Fn(&str) -> bool,
    out: &mut Vec<File<'a>>,
) {
    for package in table.packages() {
        for types in package.types() {
            if !package
                .kind_name(types.kind)
                .is_some_and(|kind| wanted(&kind))
            {
                continue;
            }
            for (index, entry) in types.iter() {
                let EntryData::Simple(raw) = entry.data else {
                    continue;
                };
                if let Value::String(path) = table.value(raw) {
                    out.push(File {
                        id: package.res_id(types.kind, index),
                        config: types.config(),
                        path,
                    });
                }
            }
        }
    }
}

fn texts_of_arsc<'a>(table: &ArscTable<'a>, query: &TextQuery<'_>, out: &mut Vec<Text<'a>>) {
    let mut matched = vec![0u64; table.strings.len().div_ceil(64)];
    let mut any = false;
    let mut buffer = String::new();
    for (index, raw) in table.strings.iter() {
        if query.accepts_raw(raw, &mut buffer)
            && let Some(word) = matched.get_mut(index.0 as usize / 64)
        {
            *word |= 1 << (index.0 % 64);
            any = true;
        }
    }
    if !any {
        return;
    }
    visit_arsc(table, has_texts, |id, item, config, raw| {
        let hit = raw.kind == Value::STRING
            && matched
                .get(raw.data as usize / 64)
                .is_some_and(|word| word >> (raw.data % 64) & 1 != 0);
        if hit
            && out.len() < MAX_TEXTS
            && let Some(text) = table.strings.get(StringIdx(raw.data))
        {
            out.push(Text {
                id,
                item,
                config: config(),
                text,
            });
        }
    });
}

/// Calls `visit` for every value of a table's wanted types: id, key within a bag, configuration,
/// value.
fn visit_arsc<'a>(
    table: &ArscTable<'a>,
    wanted: impl Fn(&str) -> bool,
    mut visit: impl FnMut(ResId, Option<ResId>, &dyn Fn() -> Config, Raw),
) {
    // Entries of a hostile table may share one long bag.
    let mut budget = table.byte_len() / 4;
    for package in table.packages() {
        let (mut last, mut is_wanted) = (0, true);
        for types in package.types() {
            if types.kind != last {
                last = types.kind;
                is_wanted = package
                    .kind_name(types.kind)
                    .is_none_or(|kind| wanted(&kind));
            }
            if !is_wanted {
                continue;
            }
            let config = || types.config();
            for (index, entry) in types.iter() {
                let id = package.res_id(types.kind, index);
                match entry.data {
                    EntryData::Simple(raw) => visit(id, None, &config, raw),
                    EntryData::Bag { items, .. } => {
                        budget = budget.saturating_sub(items.len() / 12);
                        if budget == 0 {
                            return;
                        }
                        for (key, raw) in arsc::bag_items(items) {
                            visit(id, Some(key), &config, raw);
                        }
                    }
                }
            }
        }
    }
}
