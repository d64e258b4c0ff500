//! Resource tables of app bundles, `resources.pb`: `aapt.pb.ResourceTable` of AOSP's
//! `tools/aapt2/Resources.proto` and `Configuration.proto`.
//!
//! The wire format has no offsets to jump by, so this one is read through once; strings stay where
//! they are, and what is in a bag is read when somebody asks.

use std::borrow::Cow;
use std::ops::Range;

use rustc_hash::FxHashMap;

use super::config::{Config, pack};
use super::pbxml::{item, reference, text};
use super::protobuf::Message;
use super::resources::{ResId, Value};

/// A resource table over its bytes.
#[derive(Debug, Clone, Default)]
pub struct PbTable<'a> {
    /// Sorted by id.
    entries: Vec<Entry<'a>>,
    values: Vec<(Config, Data<'a>)>,
    kinds: Vec<Cow<'a, str>>,
    problems: Vec<(usize, &'static str)>,
}

#[derive(Debug, Clone)]
struct Entry<'a> {
    id: ResId,
    kind: u32,
    name: Cow<'a, str>,
    values: Range<u32>,
}

#[derive(Debug, Clone)]
enum Data<'a> {
    Simple(Value<'a>),
    Bag(Message<'a>),
}

impl<'a> PbTable<'a> {
    /// Reads a table; nothing if there is no package in it.
    #[must_use]
    pub fn parse(data: &'a [u8]) -> Option<Self> {
        let mut table = Self::default();
        let mut configs = FxHashMap::default();
        let mut any = false;
        let mut fields = Message(data).fields();
        for package in fields.by_ref().filter(|field| field.number == 2) {
            any = true;
            table.package(package.message(), &mut configs);
        }
        if fields.broken {
            table.problems.push((0, "a message breaks off"));
        }
        table.entries.sort_by_key(|entry| entry.id);
        any.then_some(table)
    }

    fn package(&mut self, package: Message<'a>, configs: &mut FxHashMap<&'a [u8], Config>) {
        let wrapped = |message: Message<'_>, number| {
            message
                .get(number)
                .and_then(|id| id.message().get(1))
                .map_or(0, |id| id.number32())
        };
        let package_id = wrapped(package, 1) & 0xff;
        for kind in package.fields().filter(|field| field.number == 3) {
            let kind = kind.message();
            let kind_id = wrapped(kind, 1) & 0xff;
            let kind_index = count(self.kinds.len());
            self.kinds.push(
                kind.get(2)
                    .map_or(Cow::Borrowed(""), |name| text(name.bytes())),
            );
            for entry in kind.fields().filter(|field| field.number == 3) {
                let start = count(self.values.len());
                let mut entry_id = 0;
                let mut name = Cow::Borrowed("");
                for field in entry.message().fields() {
                    match field.number {
                        1 => {
                            entry_id = field.message().get(1).map_or(0, |id| id.number32());
                        }
                        2 => name = text(field.bytes()),
                        6 => self.config_value(field.message(), configs),
                        _ => {}
                    }
                }
                self.entries.push(Entry {
                    id: ResId(package_id << 24 | kind_id << 16 | entry_id & 0xffff),
                    kind: kind_index,
                    name,
                    values: start..count(self.values.len()),
                });
            }
        }
    }

    fn config_value(&mut self, message: Message<'a>, configs: &mut FxHashMap<&'a [u8], Config>) {
        let (mut config, mut value) = (Config::default(), None);
        for field in message.fields() {
            match field.number {
                1 => {
                    let bytes = field.bytes();
                    config = *configs
                        .entry(bytes)
                        .or_insert_with(|| read_config(Message(bytes)));
                }
                2 => value = Some(field.message()),
                _ => {}
            }
        }
        let Some(value) = value else { return };
        for field in value.fields() {
            match field.number {
                4 => {
                    if let Some(value) = item(field.message()) {
                        self.values.push((config, Data::Simple(value)));
                    }
                }
                5 => self.values.push((config, Data::Bag(field.message()))),
                _ => {}
            }
        }
    }

    /// What was broken.
    #[must_use]
    pub fn problems(&self) -> &[(usize, &'static str)] {
        &self.problems
    }

    fn entries_of(&self, id: ResId) -> &[Entry<'a>] {
        let start = self.entries.partition_point(|entry| entry.id < id);
        let end = self.entries.partition_point(|entry| entry.id <= id);
        self.entries.get(start..end).unwrap_or_default()
    }

    fn values_of(&self, entry: &Entry<'a>) -> &[(Config, Data<'a>)] {
        self.values
            .get(entry.values.start as usize..entry.values.end as usize)
            .unwrap_or_default()
    }

    fn kind_of(&self, entry: &Entry<'a>) -> &Cow<'a, str> {
        const NONE: &Cow<'static, str> = &Cow::Borrowed("");
        self.kinds.get(entry.kind as usize).unwrap_or(NONE)
    }

    /// Whether there is an entry with this id.
    #[must_use]
    pub fn contains(&self, id: ResId) -> bool {
        !self.entries_of(id).is_empty()
    }

    /// Type name and entry name of an id.
    #[must_use]
    pub fn name(&self, id: ResId) -> Option<(Cow<'a, str>, Cow<'a, str>)> {
        let entry = self.entries_of(id).first()?;
        Some((self.kind_of(entry).clone(), entry.name.clone()))
    }

    /// The id of a name.
    #[must_use]
    pub fn id_of(&self, kind: &str, name: &str) -> Option<ResId> {
        self.entries
            .iter()
            .find(|entry| entry.name == name && self.kind_of(entry) == kind)
            .map(|entry| entry.id)
    }

    /// The plain values of an id, one a configuration.
    pub fn values(&self, id: ResId) -> impl Iterator<Item = (Config, Value<'a>)> {
        self.entries_of(id)
            .iter()
            .flat_map(|entry| self.values_of(entry))
            .filter_map(|(config, data)| match data {
                Data::Simple(value) => Some((*config, value.clone())),
                Data::Bag(_) => None,
            })
    }

    /// Calls `visit` for every value: id, type, key within a bag, configuration, value.
    pub fn visit(&self, mut visit: impl FnMut(ResId, &str, Option<ResId>, Config, &Value<'a>)) {
        for entry in &self.entries {
            let kind = self.kind_of(entry);
            for (config, data) in self.values_of(entry) {
                match data {
                    Data::Simple(value) => visit(entry.id, kind, None, *config, value),
                    Data::Bag(bag) => bag_items(*bag, |key, value| {
                        visit(entry.id, kind, Some(key), *config, &value);
                    }),
                }
            }
        }
    }
}

/// The items of a style, an array or a plural, under the keys that a binary table gives them.
fn bag_items<'a>(bag: Message<'a>, mut each: impl FnMut(ResId, Value<'a>)) {
    for compound in bag.fields() {
        let message = compound.message();
        match compound.number {
            // A style: references to attributes, and items.
            2 => {
                for entry in message.fields().filter(|field| field.number == 3) {
                    let entry = entry.message();
                    let key = entry.get(3).map(|key| reference(key.message()));
                    let value = entry.get(4).and_then(|value| item(value.message()));
                    if let (Some(Value::Reference(key)), Some(value)) = (key, value) {
                        each(key, value);
                    }
                }
            }
            4 => {
                let elements = message.fields().filter(|field| field.number == 1);
                for (index, element) in (0..).zip(elements) {
                    if let Some(value) = element.message().get(3).and_then(|i| item(i.message())) {
                        each(ResId(0x0200_0000 | index & 0xffff), value);
                    }
                }
            }
            5 => {
                for entry in message.fields().filter(|field| field.number == 1) {
                    let entry = entry.message();
                    let arity = entry.get(3).map_or(0, |arity| arity.number32());
                    // `ResTable_map::ATTR_OTHER` and its neighbours.
                    let key = match arity {
                        5 => 0x0100_0004,
                        0..=4 => 0x0100_0005 + arity,
                        _ => continue,
                    };
                    if let Some(value) = entry.get(4).and_then(|value| item(value.message())) {
                        each(ResId(key), value);
                    }
                }
            }
            _ => {}
        }
    }
}

fn read_config(message: Message<'_>) -> Config {
    let mut out = Config::default();
    for field in message.fields() {
        let number = field.number32();
        let short = (number & 0xffff) as u16;
        let byte = (number & 0xff) as u8;
        // The format has "yes" before "no" where a binary configuration has it after.
        let swapped = match byte {
            1 => 2,
            2 => 1,
            _ => 0,
        };
        match field.number {
            1 => out.mcc = short,
            2 => out.mnc = short,
            3 => read_locale(&text(field.bytes()), &mut out),
            4 => out.screen_layout |= (byte & 3) << 6,
            5 => out.screen_width = short,
            6 => out.screen_height = short,
            7 => out.width_dp = short,
            8 => out.height_dp = short,
            9 => out.smallest_width_dp = short,
            10 => out.screen_layout |= byte & 0x0f,
            11 => out.screen_layout |= swapped << 4,
            12 => out.screen_layout2 |= swapped,
            13 => out.color_mode |= swapped,
            14 => out.color_mode |= swapped << 2,
            15 => out.orientation = byte,
            16 => out.ui_mode |= byte & 0x0f,
            17 => out.ui_mode |= swapped << 4,
            18 => out.density = short,
            19 => out.touchscreen = byte,
            20 => out.input_flags |= byte & 3,
            21 => out.keyboard = byte,
            22 => out.input_flags |= (byte & 3) << 2,
            23 => out.navigation = byte,
            24 => out.sdk = short,
            26 => out.grammatical_gender = byte & 3,
            27 => out.sdk_minor = short,
            _ => {}
        }
    }
    out
}

/// A BCP-47 tag: `de`, `pt-BR`, `sr-Latn-RS`, `ar-u-nu-latn`.
fn read_locale(tag: &str, out: &mut Config) {
    let mut parts = tag.split('-');
    out.language = pack(parts.next().unwrap_or_default(), b'a');
    let mut extension = None;
    for part in parts {
        let bytes = part.as_bytes();
        match (extension, bytes.len()) {
            (Some("nu"), _) => copy(&mut out.numbering, bytes),
            (Some(_), _) => extension = Some(part),
            (None, 1) => extension = Some(part),
            (None, 4) if bytes.first().is_some_and(u8::is_ascii_alphabetic) => {
                copy(&mut out.script, bytes);
            }
            (None, 2 | 3) => out.region = pack(part, b'0'),
            (None, _) => copy(&mut out.variant, bytes),
        }
    }
}

fn copy<const N: usize>(to: &mut [u8; N], from: &[u8]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = *from;
    }
}

fn count(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}
