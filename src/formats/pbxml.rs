//! Compiled XML of app bundles: `aapt.pb.XmlNode` of AOSP's `tools/aapt2/Resources.proto`. Gives
//! the same document as binary XML.

use std::borrow::Cow;

use super::protobuf::{Fields, Message};
use super::resources::{ResId, Value};
use super::xml::{Attribute, Builder, XmlDoc};

/// Whether this looks like a node that is an element: its first field is one, or its source line.
#[must_use]
pub fn is_pbxml(data: &[u8]) -> bool {
    matches!(data.first(), Some(0x0a | 0x1a)) && element(Message(data)).is_some()
}

/// Reads a whole document; a broken message is kept up to there.
#[must_use]
pub fn parse(data: &[u8]) -> Option<XmlDoc<'_>> {
    let root = element(Message(data))?;
    let mut builder = Builder::default();
    // Nodes of a real tree are nested messages, so each byte belongs to one node at each of its
    // levels; the stack is ours and not the machine's.
    let mut open: Vec<Fields<'_>> = Vec::new();
    start(&mut builder, root, line(Message(data)));
    open.push(root.fields());
    while let Some(fields) = open.last_mut() {
        match fields.find(|field| field.number == 5) {
            Some(child) => {
                let node = child.message();
                if let Some(element) = element(node) {
                    start(&mut builder, element, line(node));
                    open.push(element.fields());
                }
            }
            None => {
                if fields.broken {
                    builder.problem(0, "a message breaks off");
                }
                open.pop();
                builder.end();
            }
        }
    }
    Some(builder.finish())
}

fn element(node: Message<'_>) -> Option<Message<'_>> {
    let field = node.get(1)?;
    let element = field.message();
    // A name is the least that an element has.
    element
        .get(3)
        .is_some_and(|name| !name.bytes().is_empty())
        .then_some(element)
}

fn line(node: Message<'_>) -> u32 {
    node.get(3)
        .and_then(|source| source.message().get(1))
        .map_or(0, |line| line.number32())
}

fn start<'a>(builder: &mut Builder<'a>, element: Message<'a>, line: u32) {
    let mut ns = Cow::Borrowed("");
    let mut name = Cow::Borrowed("");
    for field in element.fields() {
        match field.number {
            2 => ns = text(field.bytes()),
            3 => name = text(field.bytes()),
            _ => {}
        }
    }
    builder.start(ns, name, line);
    for field in element.fields().filter(|field| field.number == 4) {
        builder.attribute(attribute(field.message()));
    }
}

fn attribute(message: Message<'_>) -> Attribute<'_> {
    let mut out = Attribute {
        ns: Cow::Borrowed(""),
        name: Cow::Borrowed(""),
        id: None,
        raw: None,
        value: Value::Null,
    };
    let mut compiled = None;
    for field in message.fields() {
        match field.number {
            1 => out.ns = text(field.bytes()),
            2 => out.name = text(field.bytes()),
            3 => out.raw = Some(text(field.bytes())),
            5 => {
                let id = field.number32();
                out.id = (id != 0).then_some(ResId(id));
            }
            6 => compiled = item(field.message()),
            _ => {}
        }
    }
    out.value = match (compiled, &out.raw) {
        (Some(value), _) => value,
        (None, Some(raw)) => Value::String(raw.clone()),
        (None, None) => Value::String(Cow::Borrowed("")),
    };
    if matches!(out.value, Value::Reference(_) | Value::ThemeAttribute(_)) {
        // The text is the reference's name in the source, which a build of an APK drops as well.
        out.raw = None;
    }
    out
}

/// The value of an `aapt.pb.Item`.
pub(crate) fn item(item: Message<'_>) -> Option<Value<'_>> {
    let mut out = None;
    for field in item.fields() {
        let message = field.message();
        let value = match field.number {
            1 => reference(message),
            // A string, a raw string, a styled string, a file: the first field is the text.
            2..=5 => Value::String(text(message.get(1).map_or(&[], |field| field.bytes()))),
            // An id, which a table writes as false.
            6 => Value::Bool(false),
            7 => primitive(message),
            _ => continue,
        };
        out = Some(value);
    }
    out
}

pub(crate) fn reference(message: Message<'_>) -> Value<'static> {
    let id = message.get(2).map_or(0, |field| field.number32());
    let is_attribute = message.get(1).is_some_and(|field| field.number32() == 1);
    match (id, is_attribute) {
        (0, _) => Value::Null,
        (id, true) => Value::ThemeAttribute(ResId(id)),
        (id, false) => Value::Reference(ResId(id)),
    }
}

fn primitive(message: Message<'_>) -> Value<'static> {
    let Some(field) = message.fields().last() else {
        return Value::Null;
    };
    let number = field.number32();
    match field.number {
        1 => Value::Null,
        2 => Value::Empty,
        3 => Value::Float(f32::from_bits(number)),
        6 | 7 => Value::Int(number.cast_signed()),
        8 => Value::Bool(number != 0),
        13 => Value::Other(0x05, number),
        14 => Value::Other(0x06, number),
        9 => Value::Other(0x1c, number),
        10 => Value::Other(0x1d, number),
        11 => Value::Other(0x1e, number),
        12 => Value::Other(0x1f, number),
        _ => Value::Null,
    }
}

/// Text of a field; what is not UTF-8 becomes U+FFFD.
pub(crate) fn text(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

#[cfg(test)]
mod tests {
    use super::super::attr;
    use super::super::testing::pbxml;
    use super::super::xml::ElementIdx;
    use super::*;

    const MANIFEST: &str = r#"<manifest package="com.example">
  <uses-sdk android:minSdkVersion="24"/>
  <application android:allowBackup="false" android:label="@0x7f030000">
    <activity android:name=".Login"/>
  </application>
</manifest>"#;

    #[test]
    fn the_same_document_as_binary_xml() {
        let data = pbxml(MANIFEST);
        assert!(is_pbxml(&data));
        let doc = XmlDoc::parse(&data).unwrap();
        let binary = super::super::testing::axml(MANIFEST);
        let binary = XmlDoc::parse(&binary).unwrap();
        assert_eq!(doc.elements(), binary.elements());
        for (index, _) in doc.iter() {
            let of = |doc: &XmlDoc<'_>| -> Vec<_> {
                doc.attributes(index)
                    .iter()
                    .map(|attribute| format!("{:?} {:?}", attribute.id, attribute.value))
                    .collect()
            };
            assert_eq!(of(&doc), of(&binary));
        }
        assert_eq!(
            doc.by_id(ElementIdx(2), attr::ALLOW_BACKUP).unwrap().value,
            Value::Bool(false)
        );
    }

    #[test]
    fn every_prefix_is_survived() {
        let data = pbxml(MANIFEST);
        for len in 0..data.len() {
            let _ = XmlDoc::parse(&data[..len]);
        }
        assert!(parse(b"").is_none());
        assert!(parse(b"\x0a\x02\x1a\x00").is_none());
    }

    #[test]
    fn a_deep_tree_costs_no_stack() {
        use super::super::protobuf::tests::put;
        let mut node = Vec::new();
        for _ in 0..20_000 {
            let mut element = Vec::new();
            put(&mut element, 3, b"a");
            if !node.is_empty() {
                put(&mut element, 5, &node);
            }
            node.clear();
            put(&mut node, 1, &element);
        }
        assert_eq!(parse(&node).unwrap().elements().len(), 20_000);
    }
}
