//! The resources of a source tree: `res/values*/*.xml` and the files of `res/<type>*/`.
//!
//! Ids are given here, by type and name in order, as the compiler would: nothing outside of the
//! tree knows them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use quick_xml::events::Event;
use quick_xml::reader::Reader;

use super::config::Config;
use super::resources::{ResId, Value};

/// Most resources of a tree.
const MAX_ENTRIES: usize = 1 << 18;

/// The table.
#[derive(Debug, Clone, Default)]
pub struct TreeTable {
    /// (type, name) to the id.
    ids: BTreeMap<(String, String), ResId>,
    entries: BTreeMap<ResId, Entry>,
}

#[derive(Debug, Clone)]
struct Entry {
    kind: String,
    name: String,
    values: Vec<(Config, Text)>,
}

/// A value as written: text, or a reference by type and name.
#[derive(Debug, Clone)]
enum Text {
    Plain(String),
    Item(String),
    Reference(String, String),
}

impl TreeTable {
    /// The table of some files: paths in the tree, and their bytes. A path is that of a resource
    /// when its folder is in a folder `res`.
    #[must_use]
    pub fn read<'f>(files: impl Iterator<Item = (&'f str, &'f [u8])>) -> Self {
        let mut found: BTreeMap<(String, String), Vec<(Config, Text)>> = BTreeMap::new();
        for (path, data) in files {
            let mut parts = path.rsplit('/');
            let (Some(file), Some(folder)) = (parts.next(), parts.next()) else {
                continue;
            };
            let (kind, qualifier) = folder.split_once('-').unwrap_or((folder, ""));
            let config = config(qualifier);
            if found.len() > MAX_ENTRIES {
                break;
            }
            if kind == "values" {
                values(data, config, &mut found);
                continue;
            }
            let stem = file.split('.').next().unwrap_or(file);
            found
                .entry((kind.to_owned(), stem.to_owned()))
                .or_default()
                .push((config, Text::Plain(path.to_owned())));
            for id in declared_ids(data) {
                found.entry(("id".to_owned(), id.to_owned())).or_default();
            }
        }
        let mut table = Self::default();
        let (mut kind_number, mut entry_number, mut last) = (0u32, 0u32, String::new());
        for ((kind, name), mut values) in found {
            if kind != last {
                kind_number += 1;
                entry_number = 0;
                last.clone_from(&kind);
            }
            if kind_number > 0xff || entry_number > 0xffff {
                continue;
            }
            let id = ResId(0x7f00_0000 | (kind_number << 16) | entry_number);
            entry_number += 1;
            values.sort_by_key(|(config, _)| *config);
            table.ids.insert((kind.clone(), name.clone()), id);
            table.entries.insert(id, Entry { kind, name, values });
        }
        table
    }

    /// Type and name of an id.
    #[must_use]
    pub fn name(&self, id: ResId) -> Option<(Cow<'static, str>, Cow<'static, str>)> {
        let entry = self.entries.get(&id)?;
        Some((
            Cow::Owned(entry.kind.clone()),
            Cow::Owned(entry.name.clone()),
        ))
    }

    /// The id of a name; dots in a name are underscores in code.
    #[must_use]
    pub fn id_of(&self, kind: &str, name: &str) -> Option<ResId> {
        let get = |name: &str| self.ids.get(&(kind.to_owned(), name.to_owned())).copied();
        get(name).or_else(|| {
            self.ids
                .iter()
                .filter(|((known, _), _)| known == kind)
                .find(|((_, known), _)| known.contains('.') && known.replace('.', "_") == name)
                .map(|(_, id)| *id)
        })
    }

    /// Whether an id is there.
    #[must_use]
    pub fn contains(&self, id: ResId) -> bool {
        self.entries.contains_key(&id)
    }

    /// Plain values of an id, one a configuration.
    #[must_use]
    pub fn values(&self, id: ResId) -> Vec<(Config, Value<'static>)> {
        self.entries
            .get(&id)
            .into_iter()
            .flat_map(|entry| &entry.values)
            .filter(|(_, text)| !matches!(text, Text::Item(_)))
            .map(|(config, text)| (*config, self.value(text)))
            .collect()
    }

    fn value(&self, text: &Text) -> Value<'static> {
        match text {
            Text::Plain(text) | Text::Item(text) => match text.as_str() {
                "true" => Value::Bool(true),
                "false" => Value::Bool(false),
                _ => Value::String(Cow::Owned(text.clone())),
            },
            Text::Reference(kind, name) => match self.id_of(kind, name) {
                Some(id) => Value::Reference(id),
                None => Value::Null,
            },
        }
    }

    /// Visits every value: id, type, item of an array, configuration, value.
    pub fn visit(
        &self,
        mut visit: impl FnMut(ResId, &str, Option<ResId>, Config, &Value<'static>),
    ) {
        for (id, entry) in &self.entries {
            for (config, text) in &entry.values {
                let item = matches!(text, Text::Item(_)).then_some(ResId(0));
                visit(*id, &entry.kind, item, *config, &self.value(text));
            }
        }
    }
}

/// The language and platform version of a folder's qualifiers.
fn config(qualifier: &str) -> Config {
    let mut config = Config::default();
    let mut parts = qualifier.split('-');
    let Some(first) = parts.next() else {
        return config;
    };
    let language = first
        .strip_prefix("b+")
        .map_or(first, |tag| tag.split('+').next().unwrap_or(tag));
    if let [a, b] = language.as_bytes()
        && a.is_ascii_lowercase()
        && b.is_ascii_lowercase()
    {
        config.language = [*a, *b];
    } else if !qualifier.is_empty() {
        // Not the default, whatever it is: told apart by its own bits.
        config.screen_layout2 = 1;
    }
    for part in std::iter::once(first).chain(parts) {
        if let Some(sdk) = part.strip_prefix('v').and_then(|sdk| sdk.parse().ok()) {
            config.sdk = sdk;
            config.screen_layout2 = 0;
        }
        if let Some([a, b]) = part.strip_prefix('r').map(str::as_bytes) {
            config.region = [*a, *b];
        }
    }
    config
}

/// Ids that a layout or menu declares: `@+id/name`.
fn declared_ids(data: &[u8]) -> impl Iterator<Item = &str> {
    const MARK: &[u8] = b"@+id/";
    memchr::memmem::find_iter(data, MARK).filter_map(move |at| {
        let rest = data.get(at + MARK.len()..)?;
        let end = rest
            .iter()
            .position(|byte| !(byte.is_ascii_alphanumeric() || *byte == b'_'))
            .unwrap_or(rest.len());
        std::str::from_utf8(rest.get(..end)?).ok()
    })
}

/// Reads a file of `values`.
fn values(
    data: &[u8],
    config: Config,
    found: &mut BTreeMap<(String, String), Vec<(Config, Text)>>,
) {
    let text = String::from_utf8_lossy(data);
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    reader.config_mut().check_end_names = false;
    // The resource that is open, and its text so far.
    let mut open: Option<(String, String, String)> = None;
    let mut in_item = false;
    let mut depth = 0usize;
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(tag) => {
                depth += 1;
                if depth > 64 || found.len() > MAX_ENTRIES {
                    return;
                }
                match &open {
                    None if depth == 2 => open = resource(&tag),
                    Some((kind, ..)) if tag.name().as_ref() == "item" && kind != "string" => {
                        in_item = true;
                    }
                    _ => {}
                }
            }
            Event::Empty(tag) => {
                if depth == 1
                    && let Some((kind, name, _)) = resource(&tag)
                {
                    found.entry((kind, name)).or_default();
                }
            }
            Event::Text(text) => {
                if let Some((_, _, so_far)) = &mut open {
                    so_far.push_str(text.as_ref());
                }
            }
            Event::CData(text) => {
                if let Some((_, _, so_far)) = &mut open {
                    so_far.push_str(text.as_ref());
                }
            }
            Event::GeneralRef(name) => {
                if let Some((_, _, so_far)) = &mut open {
                    so_far.push_str(match name.as_ref() {
                        "amp" => "&",
                        "lt" => "<",
                        "gt" => ">",
                        "apos" => "'",
                        "quot" => "\"",
                        _ => "",
                    });
                }
            }
            Event::End(tag) => {
                if in_item && tag.name().as_ref() == "item" {
                    in_item = false;
                    if let Some((kind, name, text)) = &mut open {
                        let text = std::mem::take(text);
                        found
                            .entry((kind.clone(), name.clone()))
                            .or_default()
                            .push((config, Text::Item(plain(&text))));
                    }
                }
                if depth == 2
                    && let Some((kind, name, text)) = open.take()
                {
                    let slot = found.entry((kind.clone(), name)).or_default();
                    if matches!(kind.as_str(), "string" | "bool" | "integer" | "id") {
                        slot.push((config, reference(&plain(&text))));
                    }
                }
                depth = depth.saturating_sub(1);
            }
            Event::Eof => return,
            _ => {}
        }
    }
}

/// Type and name of a resource's element.
fn resource(tag: &quick_xml::events::BytesStart<'_>) -> Option<(String, String, String)> {
    let attribute = |key: &str| {
        tag.attributes()
            .with_checks(false)
            .flatten()
            .find(|attribute| attribute.key.as_ref() == key)
            .map(|attribute| attribute.value.into_owned())
    };
    let name = attribute("name")?;
    let kind = match tag.name().as_ref() {
        "item" => attribute("type")?,
        "string-array" | "integer-array" | "array" => "array".to_owned(),
        other => other.to_owned(),
    };
    Some((kind, name, String::new()))
}

/// Text as the compiler reads it: quotes and escapes undone, white space joined.
fn plain(text: &str) -> String {
    let text = text.trim();
    let text = text
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(text);
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some(other) => out.push(other),
                None => {}
            },
            letter if letter.is_whitespace() => {
                if !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            letter => out.push(letter),
        }
    }
    out
}

fn reference(text: &str) -> Text {
    match text
        .strip_prefix('@')
        .and_then(|reference| reference.split_once('/'))
    {
        Some((kind, name)) => Text::Reference(kind.to_owned(), name.to_owned()),
        None => Text::Plain(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_of_all_languages_have_one_id() {
        let files: [(&str, &[u8]); 3] = [
            (
                "app/src/main/res/values/strings.xml",
                b"<resources><string name=\"log_out\">Log out &amp; leave</string><string name=\"alias\">@string/log_out</string></resources>",
            ),
            (
                "app/src/main/res/values-de/strings.xml",
                b"<resources><string name=\"log_out\">Abmelden</string></resources>",
            ),
            (
                "app/src/main/res/layout/main.xml",
                b"<Button android:id=\"@+id/btn_logout\"/>",
            ),
        ];
        let table = TreeTable::read(files.into_iter());
        let id = table.id_of("string", "log_out").unwrap();
        let values: Vec<_> = table
            .values(id)
            .into_iter()
            .map(|(_, value)| value)
            .collect();
        assert_eq!(
            values,
            [
                Value::String("Log out & leave".into()),
                Value::String("Abmelden".into())
            ]
        );
        let alias = table.id_of("string", "alias").unwrap();
        assert_eq!(table.values(alias)[0].1, Value::Reference(id));
        assert!(table.id_of("id", "btn_logout").is_some());
        assert!(table.id_of("layout", "main").is_some());
    }
}
