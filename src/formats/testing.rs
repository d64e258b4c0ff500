//! Writers for tests: binary XML from readable XML, and resource tables from a list of values.

use super::attr;
use super::config::Config;
use super::protobuf::tests::{put, put_number};
use super::resources::ResId;
use super::string_pool::tests::pool;
use super::xml::ANDROID_NS;

/// A value to write.
#[derive(Debug, Clone)]
pub(crate) enum Put {
    Text(&'static str),
    Ref(u32),
    Bool(bool),
    Int(i32),
    /// Items under their keys.
    Bag(Vec<(u32, Put)>),
}

pub(crate) fn u32s(out: &mut Vec<u8>, values: &[u32]) {
    for value in values {
        out.extend_from_slice(&value.to_le_bytes());
    }
}

pub(crate) fn chunk(kind: u16, header: &[u8], body: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    out.extend_from_slice(&kind.to_le_bytes());
    out.extend_from_slice(&u16::try_from(8 + header.len()).unwrap().to_le_bytes());
    u32s(
        &mut out,
        &[u32::try_from(8 + header.len() + body.len()).unwrap()],
    );
    out.extend_from_slice(header);
    out.extend_from_slice(body);
    out
}

/// An element of the readable form.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub line: u32,
    pub name: String,
    pub attributes: Vec<(String, String, String)>,
    pub children: Vec<Node>,
}

/// Reads XML as tests write it: elements and attributes, `android:` and `app:` prefixes, no text.
pub(crate) fn read_xml(text: &str) -> Node {
    let mut stack = vec![Node {
        line: 0,
        name: String::new(),
        attributes: Vec::new(),
        children: Vec::new(),
    }];
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        let consumed = text.len() - rest.len() + start;
        let line = u32::try_from(text[..consumed].matches('\n').count() + 1).unwrap();
        let end = start + rest[start..].find('>').unwrap();
        let tag = &rest[start + 1..end];
        rest = &rest[end + 1..];
        if tag.starts_with('/') {
            let node = stack.pop().unwrap();
            stack.last_mut().unwrap().children.push(node);
            continue;
        }
        let empty = tag.ends_with('/');
        let tag = tag.trim_end_matches('/');
        let (name, mut list) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
        let mut attributes = Vec::new();
        while let Some((key, value)) = list.split_once("=\"") {
            let (value, after) = value.split_once('"').unwrap();
            let (ns, key) = match key.trim().split_once(':') {
                Some(("android", key)) => (ANDROID_NS, key),
                Some(("app", key)) => (super::xml::AUTO_NS, key),
                Some(("tools", key)) => (super::xml::TOOLS_NS, key),
                _ => ("", key.trim()),
            };
            attributes.push((ns.to_owned(), key.to_owned(), value.to_owned()));
            list = after;
        }
        let node = Node {
            line,
            name: name.to_owned(),
            attributes,
            children: Vec::new(),
        };
        if empty {
            stack.last_mut().unwrap().children.push(node);
        } else {
            stack.push(node);
        }
    }
    assert_eq!(stack.len(), 1, "unbalanced XML");
    stack.remove(0).children.remove(0)
}

/// What a value in readable XML means: type byte and data, or text.
pub(crate) fn typed(text: &str) -> Option<(u8, u32)> {
    match text {
        "true" => Some((0x12, u32::MAX)),
        "false" => Some((0x12, 0)),
        _ => {
            if let Some(id) = text.strip_prefix("@0x") {
                Some((0x01, u32::from_str_radix(id, 16).unwrap()))
            } else {
                text.parse::<i32>()
                    .ok()
                    .map(|value| (0x10, value.cast_unsigned()))
            }
        }
    }
}

/// Binary XML of a readable document.
pub(crate) fn axml(text: &str) -> Vec<u8> {
    axml_with(text, true, 20)
}

pub(crate) fn axml_with(text: &str, utf8: bool, attribute_size: usize) -> Vec<u8> {
    let root = read_xml(text);
    // Attribute names with ids come first: the resource map has their positions.
    let mut names: Vec<(ResId, String)> = Vec::new();
    collect(&root, &mut |node| {
        for (ns, name, _) in &node.attributes {
            if ns == ANDROID_NS
                && let Some(id) = attr::id(name)
                && !names.iter().any(|(known, _)| *known == id)
            {
                names.push((id, name.clone()));
            }
        }
    });
    let mut strings: Vec<String> = names.iter().map(|(_, name)| name.clone()).collect();
    let mapped = strings.len();
    let mut body = Vec::new();
    write_node(&root, &mut strings, mapped, attribute_size, &mut body);
    let texts: Vec<&str> = strings.iter().map(String::as_str).collect();
    let mut map = Vec::new();
    for (id, _) in &names {
        u32s(&mut map, &[id.0]);
    }
    let mut content = pool(&texts, utf8);
    content.extend(chunk(super::chunk::XML_RESOURCE_MAP, &[], &map));
    content.extend(body);
    chunk(super::chunk::XML, &[], &content)
}

/// The protobuf tree of a readable document.
pub(crate) fn pbxml(text: &str) -> Vec<u8> {
    pb_node(&read_xml(text))
}

fn pb_node(node: &Node) -> Vec<u8> {
    let mut element = Vec::new();
    put(&mut element, 3, node.name.as_bytes());
    for (ns, name, value) in &node.attributes {
        let mut attribute = Vec::new();
        put(&mut attribute, 1, ns.as_bytes());
        put(&mut attribute, 2, name.as_bytes());
        put(&mut attribute, 3, value.as_bytes());
        if ns == ANDROID_NS
            && let Some(id) = attr::id(name)
        {
            put_number(&mut attribute, 5, u64::from(id.0));
        }
        if let Some((kind, data)) = typed(value) {
            let mut inner = Vec::new();
            let mut item = Vec::new();
            match kind {
                0x01 => {
                    put_number(&mut inner, 2, u64::from(data));
                    put(&mut item, 1, &inner);
                }
                0x12 => {
                    put_number(&mut inner, 8, u64::from(data != 0));
                    put(&mut item, 7, &inner);
                }
                _ => {
                    put_number(&mut inner, 6, u64::from(data));
                    put(&mut item, 7, &inner);
                }
            }
            put(&mut attribute, 6, &item);
        }
        put(&mut element, 4, &attribute);
    }
    for child in &node.children {
        put(&mut element, 5, &pb_node(child));
    }
    let mut position = Vec::new();
    put_number(&mut position, 1, u64::from(node.line));
    let mut out = Vec::new();
    put(&mut out, 1, &element);
    put(&mut out, 3, &position);
    out
}

/// The protobuf table of these resources.
pub(crate) fn pbtable(resources: &[Res]) -> Vec<u8> {
    let mut kinds: Vec<&str> = Vec::new();
    for (kind, ..) in resources {
        if !kinds.contains(kind) {
            kinds.push(kind);
        }
    }
    let wrap = |value: u64| {
        let mut out = Vec::new();
        put_number(&mut out, 1, value);
        out
    };
    let mut package = Vec::new();
    put(&mut package, 1, &wrap(0x7f));
    for (kind_index, kind) in kinds.iter().enumerate() {
        let mut message = Vec::new();
        put(&mut message, 1, &wrap(kind_index as u64 + 1));
        put(&mut message, 2, kind.as_bytes());
        let entries = resources.iter().filter(|(k, ..)| k == kind);
        for (index, (_, name, values)) in entries.enumerate() {
            let mut entry = Vec::new();
            put(&mut entry, 1, &wrap(index as u64));
            put(&mut entry, 2, name.as_bytes());
            for (config, value) in values {
                let mut inner = Vec::new();
                match value {
                    Put::Bag(items) => {
                        let mut array = Vec::new();
                        for (_, value) in items {
                            let mut element = Vec::new();
                            put(&mut element, 3, &pb_item(value));
                            put(&mut array, 1, &element);
                        }
                        let mut compound = Vec::new();
                        put(&mut compound, 4, &array);
                        put(&mut inner, 5, &compound);
                    }
                    value => put(&mut inner, 4, &pb_item(value)),
                }
                let mut locale = Vec::new();
                put(&mut locale, 3, config.language().as_bytes());
                let mut config_value = Vec::new();
                put(&mut config_value, 1, &locale);
                put(&mut config_value, 2, &inner);
                put(&mut entry, 6, &config_value);
            }
            put(&mut message, 3, &entry);
        }
        put(&mut package, 3, &message);
    }
    let mut out = Vec::new();
    put(&mut out, 2, &package);
    out
}

fn pb_item(value: &Put) -> Vec<u8> {
    let mut inner = Vec::new();
    let number = match value {
        Put::Text(text) => {
            put(&mut inner, 1, text.as_bytes());
            2
        }
        Put::Ref(id) => {
            put_number(&mut inner, 2, u64::from(*id));
            1
        }
        Put::Bool(value) => {
            put_number(&mut inner, 8, u64::from(*value));
            7
        }
        Put::Int(value) => {
            put_number(&mut inner, 6, u64::from(value.cast_unsigned()));
            7
        }
        Put::Bag(_) => 6,
    };
    let mut out = Vec::new();
    put(&mut out, number, &inner);
    out
}

fn collect(node: &Node, visit: &mut impl FnMut(&Node)) {
    visit(node);
    for child in &node.children {
        collect(child, visit);
    }
}

fn intern(strings: &mut Vec<String>, from: usize, text: &str) -> u32 {
    let at = strings[from..]
        .iter()
        .position(|known| known == text)
        .map(|at| at + from)
        .unwrap_or_else(|| {
            strings.push(text.to_owned());
            strings.len() - 1
        });
    u32::try_from(at).unwrap()
}

fn write_node(
    node: &Node,
    strings: &mut Vec<String>,
    mapped: usize,
    attribute_size: usize,
    out: &mut Vec<u8>,
) {
    let mut header = Vec::new();
    u32s(&mut header, &[node.line, u32::MAX]);
    let name = intern(strings, mapped, &node.name);
    let mut body = Vec::new();
    u32s(&mut body, &[u32::MAX, name]);
    for half in [20, attribute_size, node.attributes.len(), 0, 0, 0] {
        body.extend_from_slice(&u16::try_from(half).unwrap().to_le_bytes());
    }
    for (ns, name, value) in &node.attributes {
        let ns_index = if ns.is_empty() {
            u32::MAX
        } else {
            intern(strings, mapped, ns)
        };
        let known = ns == ANDROID_NS && attr::id(name).is_some();
        let from = if known { 0 } else { mapped };
        let name = intern(strings, from, name);
        let (kind, data, raw) = match typed(value) {
            Some((kind, data)) => (kind, data, u32::MAX),
            None => {
                let text = intern(strings, mapped, value);
                (0x03, text, text)
            }
        };
        let start = body.len();
        u32s(
            &mut body,
            &[ns_index, name, raw, 8 | u32::from(kind) << 24, data],
        );
        body.resize(start + attribute_size, 0);
    }
    out.extend(chunk(super::chunk::XML_START_ELEMENT, &header, &body));
    for child in &node.children {
        write_node(child, strings, mapped, attribute_size, out);
    }
    let mut body = Vec::new();
    u32s(&mut body, &[u32::MAX, name]);
    out.extend(chunk(super::chunk::XML_END_ELEMENT, &header, &body));
}

/// How entries are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Dense,
    Offset16,
    Sparse,
    Compact,
}

/// A resource to write: type, name, configurations with values. Ids count from 0x7f010000 in
/// order of first use.
pub(crate) type Res = (&'static str, &'static str, Vec<(Config, Put)>);

/// A table of these resources.
pub(crate) fn arsc(resources: &[Res], shape: Shape, utf8: bool) -> Vec<u8> {
    let mut kinds: Vec<&str> = Vec::new();
    let mut keys: Vec<&str> = Vec::new();
    for (kind, name, _) in resources {
        if !kinds.contains(kind) {
            kinds.push(kind);
        }
        if !keys.contains(name) {
            keys.push(name);
        }
    }
    let mut strings: Vec<String> = Vec::new();
    let mut types = Vec::new();
    for (kind_index, kind) in kinds.iter().enumerate() {
        let entries: Vec<&Res> = resources.iter().filter(|(k, ..)| k == kind).collect();
        let mut configs: Vec<Config> = Vec::new();
        for (.., values) in &entries {
            for (config, _) in values {
                if !configs.contains(config) {
                    configs.push(*config);
                }
            }
        }
        for config in configs {
            let mut offsets = Vec::new();
            let mut data = Vec::new();
            for (index, (_, name, values)) in entries.iter().enumerate() {
                let value = values.iter().find(|(known, _)| *known == config);
                let offset = u32::try_from(data.len()).unwrap();
                match (shape, &value) {
                    (Shape::Sparse, Some(_)) => {
                        offsets.extend_from_slice(&u16::try_from(index).unwrap().to_le_bytes());
                        offsets
                            .extend_from_slice(&u16::try_from(offset / 4).unwrap().to_le_bytes());
                    }
                    (Shape::Sparse, None) => {}
                    (Shape::Offset16, _) => {
                        let offset = if value.is_some() {
                            u16::try_from(offset / 4).unwrap()
                        } else {
                            u16::MAX
                        };
                        offsets.extend_from_slice(&offset.to_le_bytes());
                    }
                    (_, _) => u32s(
                        &mut offsets,
                        &[if value.is_some() { offset } else { u32::MAX }],
                    ),
                }
                let key = u32::try_from(keys.iter().position(|key| key == name).unwrap()).unwrap();
                if let Some((_, value)) = value {
                    write_entry(key, value, shape, &mut strings, &mut data);
                }
            }
            offsets.resize(offsets.len().next_multiple_of(4), 0);
            let flags = match shape {
                Shape::Sparse => 1,
                Shape::Offset16 => 2,
                Shape::Dense | Shape::Compact => 0,
            };
            let count = match shape {
                Shape::Sparse => offsets.len() / 4,
                _ => entries.len(),
            };
            let mut header = vec![u8::try_from(kind_index + 1).unwrap(), flags, 0, 0];
            u32s(
                &mut header,
                &[
                    u32::try_from(count).unwrap(),
                    u32::try_from(20 + 64 + offsets.len()).unwrap(),
                ],
            );
            header.extend_from_slice(&config_bytes(&config));
            offsets.extend(data);
            types.extend(chunk(super::chunk::TABLE_TYPE, &header, &offsets));
        }
    }
    let kind_pool = pool(&kinds, utf8);
    let key_pool = pool(&keys, utf8);
    let mut header = Vec::new();
    u32s(&mut header, &[0x7f]);
    let mut name: Vec<u8> = "com.example"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    name.resize(256, 0);
    header.extend(name);
    let kinds_at = 288;
    let keys_at = kinds_at + kind_pool.len();
    u32s(
        &mut header,
        &[
            u32::try_from(kinds_at).unwrap(),
            0,
            u32::try_from(keys_at).unwrap(),
            0,
            0,
        ],
    );
    let mut body = kind_pool;
    body.extend(key_pool);
    body.extend(types);
    let package = chunk(super::chunk::TABLE_PACKAGE, &header, &body);
    let texts: Vec<&str> = strings.iter().map(String::as_str).collect();
    let mut content = pool(&texts, utf8);
    content.extend(package);
    chunk(super::chunk::TABLE, &1u32.to_le_bytes(), &content)
}

fn write_entry(key: u32, value: &Put, shape: Shape, strings: &mut Vec<String>, out: &mut Vec<u8>) {
    if let Put::Bag(items) = value {
        u32s(
            out,
            &[16 | 1 << 16, key, 0, u32::try_from(items.len()).unwrap()],
        );
        for (item, value) in items {
            let (kind, data) = raw(value, strings);
            u32s(out, &[*item, 8 | u32::from(kind) << 24, data]);
        }
        return;
    }
    let (kind, data) = raw(value, strings);
    if shape == Shape::Compact {
        u32s(out, &[key | 8 << 16 | u32::from(kind) << 24, data]);
    } else {
        u32s(out, &[8, key, 8 | u32::from(kind) << 24, data]);
    }
}

fn raw(value: &Put, strings: &mut Vec<String>) -> (u8, u32) {
    match value {
        Put::Text(text) => (0x03, intern(strings, 0, text)),
        Put::Ref(id) => (0x01, *id),
        Put::Bool(value) => (0x12, if *value { u32::MAX } else { 0 }),
        Put::Int(value) => (0x10, value.cast_unsigned()),
        Put::Bag(_) => (0, 0),
    }
}

fn config_bytes(config: &Config) -> [u8; 64] {
    let mut out = [0; 64];
    out[..4].copy_from_slice(&64u32.to_le_bytes());
    out[8..10].copy_from_slice(&config.language);
    out[10..12].copy_from_slice(&config.region);
    out[14..16].copy_from_slice(&config.density.to_le_bytes());
    out[24..26].copy_from_slice(&config.sdk.to_le_bytes());
    out[29] = config.ui_mode;
    out[36..40].copy_from_slice(&config.script);
    out
}

/// The configuration of a language.
pub(crate) fn language(code: &str) -> Config {
    Config {
        language: super::config::pack(code, b'a'),
        ..Config::default()
    }
}
