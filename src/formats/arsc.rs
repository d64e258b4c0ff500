//! Compiled resource tables, `resources.arsc` (`ResTable_*` of AOSP's `ResourceTypes.h`).
//!
//! Parsing walks chunk headers and nothing else; entries and strings are read where they lie when
//! somebody asks. Dense, 16-bit and sparse offset tables, plain, complex and compact entries,
//! several packages. A broken chunk ends its package, not the table.

use std::borrow::Cow;

use super::chunk::{
    Chunk, STRING_POOL, TABLE, TABLE_PACKAGE, TABLE_TYPE, u16_at, u32_at, usize_at,
};
use super::config::Config;
use super::resources::{ResId, Value};
use super::string_pool::{StringIdx, StringPool};

/// Why nothing could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ArscError {
    /// Shorter than its own header, or of another kind.
    #[error("not a resource table")]
    NotATable,
    /// No package in it.
    #[error("the resource table has no package")]
    NoPackage,
}

/// How many configurations of one type are asked for an id. Real types have under five hundred.
const MAX_CONFIGS: usize = 4096;

/// A resource table over its bytes.
#[derive(Debug, Clone, Default)]
pub struct ArscTable<'a> {
    /// The strings that values refer to; [`Raw`] has indexes into it.
    pub strings: StringPool<'a>,
    packages: Vec<Package<'a>>,
    problems: Vec<(usize, &'static str)>,
    bytes: usize,
}

/// One package of a table.
#[derive(Debug, Clone)]
pub struct Package<'a> {
    /// Package byte of its ids; 0 for a shared library.
    pub id: u8,
    /// Name, `com.example.bank`.
    pub name: String,
    kinds: StringPool<'a>,
    keys: StringPool<'a>,
    /// How many types the table's names are ahead of its ids (instant-app features).
    kind_offset: u32,
    /// Sorted by kind, in the order of the file within one kind.
    types: Vec<Type<'a>>,
}

/// The entries of one type for one configuration.
#[derive(Debug, Clone, Copy)]
pub struct Type<'a> {
    /// Type byte of its ids.
    pub kind: u8,
    config: &'a [u8],
    layout: Layout,
    offsets: &'a [u8],
    entries: &'a [u8],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layout {
    Dense,
    Dense16,
    Sparse,
}

/// An entry where it lies.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// Index of its name.
    pub key: StringIdx,
    /// What it holds.
    pub data: EntryData<'a>,
}

/// What an entry holds.
#[derive(Debug, Clone, Copy)]
pub enum EntryData<'a> {
    /// One value.
    Simple(Raw),
    /// Several, under attribute ids (styles), indexes (arrays) or quantities (plurals).
    Bag {
        /// The style that it builds on.
        parent: Option<ResId>,
        /// Items, 12 bytes each.
        items: &'a [u8],
    },
}

/// A value, undecoded: type byte and data; a string is an index into the table's pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Raw {
    /// Type byte (`Res_value::dataType`).
    pub kind: u8,
    /// Data.
    pub data: u32,
}

impl<'a> ArscTable<'a> {
    /// Reads the table's outline.
    ///
    /// # Errors
    /// If the outer chunk is no table, or holds no package.
    pub fn parse(data: &'a [u8]) -> Result<Self, ArscError> {
        if u16_at(data, 0) != Some(TABLE) {
            return Err(ArscError::NotATable);
        }
        let header_size = usize::from(u16_at(data, 2).ok_or(ArscError::NotATable)?);
        let size = usize_at(data, 4).ok_or(ArscError::NotATable)?;
        let mut table = Self {
            bytes: data.len(),
            ..Self::default()
        };
        if size > data.len() {
            table.problems.push((4, "declared size is beyond the end"));
        }
        let data = data.get(..size).unwrap_or(data);
        let mut at = header_size.max(8);
        let mut seen_strings = false;
        while at < data.len() {
            let Some(chunk) = Chunk::at(data, at, 8) else {
                table.problems.push((at, "a chunk's size does not fit"));
                break;
            };
            match chunk.kind {
                STRING_POOL if !seen_strings => {
                    if let Some(pool) = StringPool::parse(chunk.data) {
                        table.strings = pool;
                        seen_strings = true;
                    }
                }
                TABLE_PACKAGE => match Package::parse(&chunk, at, &mut table.problems) {
                    Some(package) => table.packages.push(package),
                    None => table.problems.push((at, "a package's header does not fit")),
                },
                _ => {}
            }
            at += chunk.data.len();
        }
        if table.packages.is_empty() {
            return Err(ArscError::NoPackage);
        }
        Ok(table)
    }

    /// The packages, in the order of the file.
    #[must_use]
    pub fn packages(&self) -> &[Package<'a>] {
        &self.packages
    }

    /// What was broken, with offsets.
    #[must_use]
    pub fn problems(&self) -> &[(usize, &'static str)] {
        &self.problems
    }

    /// Size of the file: what bounds the work on it.
    #[must_use]
    pub fn byte_len(&self) -> usize {
        self.bytes
    }

    /// The packages that may define an id. Package 0 means "the one that holds the reference".
    fn packages_of(&self, id: ResId) -> impl Iterator<Item = &Package<'a>> {
        let own = id.package() == 0 && self.packages.iter().all(|package| package.id != 0);
        self.packages
            .iter()
            .filter(move |package| own || package.id == id.package())
    }

    /// Every definition of an id, one a configuration.
    pub fn entries(&self, id: ResId) -> impl Iterator<Item = (&Type<'a>, Entry<'a>)> {
        self.packages_of(id)
            .flat_map(move |package| package.types_of(id.kind()).iter().take(MAX_CONFIGS))
            .filter_map(move |kind| Some((kind, kind.entry(id.entry())?)))
    }

    /// Type name and entry name of an id.
    #[must_use]
    pub fn name(&self, id: ResId) -> Option<(Cow<'a, str>, Cow<'a, str>)> {
        self.packages_of(id).find_map(|package| {
            let entry = package
                .types_of(id.kind())
                .iter()
                .take(MAX_CONFIGS)
                .find_map(|kind| kind.entry(id.entry()))?;
            Some((package.kind_name(id.kind())?, package.keys.get(entry.key)?))
        })
    }

    /// The id of a name; the first, if a shrinker has given several entries one name.
    #[must_use]
    pub fn id_of(&self, kind: &str, name: &str) -> Option<ResId> {
        self.packages.iter().find_map(|package| {
            let kind = package.kind_of(kind)?;
            let key = package.keys.find(name)?;
            package.types_of(kind).iter().find_map(|types| {
                let (entry, _) = types.iter().find(|(_, entry)| entry.key == key)?;
                Some(package.res_id(kind, entry))
            })
        })
    }

    /// A raw value decoded.
    #[must_use]
    pub fn value(&self, raw: Raw) -> Value<'a> {
        if raw.kind == Value::STRING {
            match self.strings.get(StringIdx(raw.data)) {
                Some(text) => Value::String(text),
                None => Value::Null,
            }
        } else {
            Value::of(raw.kind, raw.data)
        }
    }
}

impl<'a> Package<'a> {
    fn parse(
        package: &Chunk<'a>,
        base: usize,
        problems: &mut Vec<(usize, &'static str)>,
    ) -> Option<Self> {
        let data = package.data;
        let name = data.get(12..12 + 256)?;
        let units = name
            .chunks_exact(2)
            .map(|unit| u16::from_le_bytes([unit[0], unit[1]]))
            .take_while(|unit| *unit != 0);
        let name = char::decode_utf16(units)
            .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect();
        let pool = |field: usize| {
            let at = usize_at(data, field).filter(|at| *at != 0)?;
            StringPool::parse(data.get(at..)?)
        };
        let mut this = Self {
            id: (u32_at(data, 8)? & 0xff) as u8,
            name,
            kinds: pool(268).unwrap_or_default(),
            keys: pool(276).unwrap_or_default(),
            kind_offset: if package.header_size >= 288 {
                u32_at(data, 284).unwrap_or(0)
            } else {
                0
            },
            types: Vec::new(),
        };
        let mut at = package.header_size;
        while at < data.len() {
            let Some(chunk) = Chunk::at(data, at, 8) else {
                problems.push((base + at, "a chunk of a package does not fit"));
                break;
            };
            if chunk.kind == TABLE_TYPE {
                match Type::parse(&chunk) {
                    Some(kind) => this.types.push(kind),
                    None => problems.push((base + at, "a type's header does not fit")),
                }
            }
            at += chunk.data.len();
        }
        this.types.sort_by_key(|kind| kind.kind);
        Some(this)
    }

    /// All types, by type byte.
    #[must_use]
    pub fn types(&self) -> &[Type<'a>] {
        &self.types
    }

    /// The configurations of one type.
    #[must_use]
    pub fn types_of(&self, kind: u8) -> &[Type<'a>] {
        let start = self.types.partition_point(|types| types.kind < kind);
        let end = self.types.partition_point(|types| types.kind <= kind);
        self.types.get(start..end).unwrap_or_default()
    }

    /// Name of a type byte: `string`, `layout`.
    #[must_use]
    pub fn kind_name(&self, kind: u8) -> Option<Cow<'a, str>> {
        let index = u32::from(kind)
            .checked_sub(1)?
            .checked_sub(self.kind_offset)?;
        self.kinds.get(StringIdx(index))
    }

    /// Type byte of a name.
    #[must_use]
    pub fn kind_of(&self, name: &str) -> Option<u8> {
        let index = self.kinds.find(name)?.0;
        u8::try_from(index.checked_add(self.kind_offset)?.checked_add(1)?).ok()
    }

    /// Name of an entry.
    #[must_use]
    pub fn key(&self, key: StringIdx) -> Option<Cow<'a, str>> {
        self.keys.get(key)
    }

    /// The id of an entry of this package.
    #[must_use]
    pub fn res_id(&self, kind: u8, entry: u16) -> ResId {
        ResId(u32::from(self.id) << 24 | u32::from(kind) << 16 | u32::from(entry))
    }
}

impl<'a> Type<'a> {
    fn parse(chunk: &Chunk<'a>) -> Option<Self> {
        let data = chunk.data;
        let kind = *data.get(8)?;
        let flags = *data.get(9)?;
        let count = usize_at(data, 12)?;
        let entries_start = usize_at(data, 16)?;
        let config = data.get(20..chunk.header_size)?;
        let layout = match flags & 3 {
            0 => Layout::Dense,
            2 => Layout::Dense16,
            _ => Layout::Sparse,
        };
        let width = if layout == Layout::Dense16 { 2 } else { 4 };
        let table = data.get(chunk.header_size..)?;
        let count = count.min(table.len() / width);
        (kind != 0).then_some(())?;
        Some(Self {
            kind,
            config,
            layout,
            offsets: table.get(..count * width)?,
            entries: data.get(entries_start..)?,
        })
    }

    /// The configuration.
    #[must_use]
    pub fn config(&self) -> Config {
        Config::parse(self.config)
    }

    /// The entry with this index, if this configuration defines it.
    #[must_use]
    pub fn entry(&self, index: u16) -> Option<Entry<'a>> {
        let at = usize::from(index);
        let offset = match self.layout {
            Layout::Dense => usize_at(self.offsets, at * 4).filter(|at| *at != 0xffff_ffff)?,
            Layout::Dense16 => {
                usize::from(u16_at(self.offsets, at * 2).filter(|at| *at != 0xffff)?) * 4
            }
            Layout::Sparse => {
                // Sorted by index; Android searches in the same way.
                let (mut low, mut high) = (0, self.offsets.len() / 4);
                while low < high {
                    let middle = low.midpoint(high);
                    if u16_at(self.offsets, middle * 4)? < index {
                        low = middle + 1;
                    } else {
                        high = middle;
                    }
                }
                if u16_at(self.offsets, low * 4)? != index {
                    return None;
                }
                usize::from(u16_at(self.offsets, low * 4 + 2)?) * 4
            }
        };
        Entry::parse(self.entries.get(offset..)?)
    }

    /// All entries with their indexes.
    pub fn iter(&self) -> impl Iterator<Item = (u16, Entry<'a>)> + use<'a> {
        let this = *self;
        let width = if this.layout == Layout::Dense16 { 2 } else { 4 };
        (0..this.offsets.len() / width).filter_map(move |at| {
            let (index, offset) = match this.layout {
                Layout::Dense => (
                    u16::try_from(at).ok()?,
                    usize_at(this.offsets, at * 4).filter(|at| *at != 0xffff_ffff)?,
                ),
                Layout::Dense16 => {
                    let offset = u16_at(this.offsets, at * 2).filter(|at| *at != 0xffff)?;
                    (u16::try_from(at).ok()?, usize::from(offset) * 4)
                }
                Layout::Sparse => (
                    u16_at(this.offsets, at * 4)?,
                    usize::from(u16_at(this.offsets, at * 4 + 2)?) * 4,
                ),
            };
            Some((index, Entry::parse(this.entries.get(offset..)?)?))
        })
    }
}

const ENTRY_COMPLEX: u16 = 0x0001;
const ENTRY_COMPACT: u16 = 0x0008;

impl<'a> Entry<'a> {
    #[inline]
    fn parse(data: &'a [u8]) -> Option<Self> {
        let size = u16_at(data, 0)?;
        let flags = u16_at(data, 2)?;
        if flags & ENTRY_COMPACT != 0 {
            // The size is the name, and the flags' high byte the type of the value.
            return Some(Self {
                key: StringIdx(u32::from(size)),
                data: EntryData::Simple(Raw {
                    kind: (flags >> 8) as u8,
                    data: u32_at(data, 4)?,
                }),
            });
        }
        let key = StringIdx(u32_at(data, 4)?);
        let body = data.get(usize::from(size)..)?;
        let data = if flags & ENTRY_COMPLEX != 0 {
            let parent = ResId(u32_at(data, 8)?);
            let count = usize_at(data, 12)?.min(body.len() / 12);
            EntryData::Bag {
                parent: (parent.0 != 0).then_some(parent),
                items: body.get(..count * 12)?,
            }
        } else {
            EntryData::Simple(Raw::at(body, 0)?)
        };
        Some(Self { key, data })
    }
}

impl Raw {
    /// The `Res_value` at `at`.
    #[inline]
    fn at(data: &[u8], at: usize) -> Option<Self> {
        Some(Self {
            kind: *data.get(at + 3)?,
            data: u32_at(data, at + 4)?,
        })
    }
}

/// The items of a bag: the id of the attribute, the index or the quantity, and the value.
pub fn bag_items(items: &[u8]) -> impl Iterator<Item = (ResId, Raw)> + '_ {
    items
        .chunks_exact(12)
        .filter_map(|item| Some((ResId(u32_at(item, 0)?), Raw::at(item, 4)?)))
}

#[cfg(test)]
mod tests {
    use super::super::config::Config;
    use super::super::resources::{ResourceTable, TextQuery};
    use super::super::testing::{Put, Res, Shape, arsc, language, pbtable};
    use super::*;

    fn resources() -> Vec<Res> {
        let default = Config::default();
        vec![
            ("string", "app_name", vec![(default, Put::Text("Bank"))]),
            (
                "string",
                "log_out",
                vec![
                    (default, Put::Text("Log out")),
                    (language("de"), Put::Text("Abmelden")),
                    (language("ja"), Put::Text("ログアウト")),
                ],
            ),
            (
                "string",
                "menu_exit",
                vec![(default, Put::Ref(0x7f01_0001))],
            ),
            ("string", "loop", vec![(default, Put::Ref(0x7f01_0003))]),
            ("layout", "main", vec![(default, Put::Text("res/aB.xml"))]),
            (
                "array",
                "actions",
                vec![(
                    default,
                    Put::Bag(vec![
                        (0x0100_0000, Put::Text("Refresh")),
                        (0x0100_0001, Put::Text("Log out")),
                        (0x0100_0002, Put::Ref(0x7f01_0002)),
                    ]),
                )],
            ),
            (
                "bool",
                "backup",
                vec![
                    (default, Put::Bool(true)),
                    (language("de"), Put::Bool(false)),
                ],
            ),
            ("integer", "days", vec![(default, Put::Int(-30))]),
        ]
    }

    const SHAPES: [Shape; 4] = [Shape::Dense, Shape::Offset16, Shape::Sparse, Shape::Compact];

    #[test]
    fn names_values_and_texts_in_every_shape() {
        let mut files: Vec<Vec<u8>> = SHAPES
            .iter()
            .flat_map(|shape| [true, false].map(|utf8| arsc(&resources(), *shape, utf8)))
            .collect();
        // The same resources as a bundle has them.
        files.push(pbtable(&resources()));
        for data in files {
            {
                let mut table = ResourceTable::default();
                if !table.push_proto(&data) {
                    table.push_arsc(&data).unwrap();
                }
                assert_eq!(table.problems().count(), 0);
                let id = table.id_of("string", "log_out").unwrap();
                assert_eq!(id, ResId(0x7f01_0001));
                let (kind, name) = table.name(id).unwrap();
                assert_eq!((kind.as_ref(), name.as_ref()), ("string", "log_out"));
                let texts = |id| -> Vec<(String, String)> {
                    table
                        .strings(id)
                        .into_iter()
                        .map(|(config, text)| (config.qualifier(), text.into_owned()))
                        .collect()
                };
                let expected = [("", "Log out"), ("de", "Abmelden"), ("ja", "ログアウト")]
                    .map(|(config, text)| (config.to_owned(), text.to_owned()));
                assert_eq!(texts(id), expected);
                // Through a reference the languages stay.
                assert_eq!(texts(table.id_of("string", "menu_exit").unwrap()), expected);
                assert_eq!(texts(ResId(0x7f01_0003)), []);
                assert_eq!(
                    table.values(table.id_of("integer", "days").unwrap())[0].1,
                    Value::Int(-30)
                );
                let layouts = table.files_where(|kind| kind == "layout");
                assert_eq!(layouts.len(), 1);
                assert_eq!(layouts[0].path, "res/aB.xml");
                assert_eq!(table.name(ResId(0x7f99_0000)), None);
                assert_eq!(table.name(ResId(0x7f01_0100)), None);
                assert_eq!(table.name(ResId(0x0101_0001)), None);
            }
        }
    }

    #[test]
    fn finding_texts() {
        let data = arsc(&resources(), Shape::Dense, true);
        let mut binary = ResourceTable::default();
        binary.push_arsc(&data).unwrap();
        // Package 0: the package that holds the reference.
        assert_eq!(binary.strings(ResId(0x0001_0001)).len(), 3);
        finds_texts(&binary);
        let data = pbtable(&resources());
        let mut proto = ResourceTable::default();
        assert!(proto.push_proto(&data));
        finds_texts(&proto);
        for len in 0..data.len() {
            let mut table = ResourceTable::default();
            table.push_proto(&data[..len]);
        }
    }

    fn finds_texts(table: &ResourceTable<'_>) {
        let matches = |text: &str| ["Abmelden", "Log out"].contains(&text);
        let found = table.find_texts(&TextQuery {
            max_bytes: 40,
            prefilter: None,
            matches: &matches,
        });
        let found: Vec<_> = found
            .iter()
            .map(|text| (text.id.0, text.item.is_some(), text.text.as_ref()))
            .collect();
        assert_eq!(
            found,
            [
                (0x7f01_0001, false, "Log out"),
                (0x7f01_0001, false, "Abmelden"),
                (0x7f01_0002, false, "Log out"),
                (0x7f01_0002, false, "Abmelden"),
                (0x7f03_0000, true, "Log out"),
                (0x7f03_0000, true, "Log out"),
                (0x7f03_0000, true, "Abmelden"),
            ]
        );
    }

    #[test]
    fn every_prefix_is_survived() {
        for shape in SHAPES {
            let data = arsc(&resources(), shape, shape == Shape::Dense);
            for len in 0..data.len() {
                let mut table = ResourceTable::default();
                if table.push_arsc(&data[..len]).is_ok() {
                    let _ = table.strings(ResId(0x7f01_0001));
                    let _ = table.files_where(|kind| kind == "layout");
                    let _ = table.id_of("bool", "backup");
                }
            }
        }
    }
}
