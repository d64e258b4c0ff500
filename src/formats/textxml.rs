//! XML as it stands in a source tree: manifests, layouts, menus, rules. Gives the same document as
//! the compiled forms; references are resolved with the names of the tree's own resources.

use std::borrow::Cow;

use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use super::attr;
use super::resources::{ResId, Value};
use super::xml::{ANDROID_NS, Attribute, Builder, XmlDoc};

/// Deepest nesting that is read; real files have about twenty levels.
const MAX_DEPTH: usize = 256;
/// Most attributes of a document.
const MAX_ATTRIBUTES: usize = 1 << 20;

/// What the names in a document mean.
pub struct Names<'n> {
    /// The id of a resource, by type and entry.
    pub id_of: &'n dyn Fn(&str, &str) -> Option<ResId>,
    /// Package of a manifest that does not say its own: the build file has it.
    pub package: Option<&'n str>,
}

/// Whether this looks like XML in text form.
#[must_use]
pub fn is_text(data: &[u8]) -> bool {
    let data = data.strip_prefix(b"\xef\xbb\xbf").unwrap_or(data);
    data.trim_ascii_start().starts_with(b"<")
}

/// Reads a document; a broken one is kept up to there.
#[must_use]
pub fn parse(data: &[u8], names: &Names<'_>) -> Option<XmlDoc<'static>> {
    if !is_text(data) {
        return None;
    }
    let text = String::from_utf8_lossy(data);
    let text = text.trim_start_matches('\u{feff}');
    let data = text.as_bytes();
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = false;
    let mut builder = Builder::default();
    let mut prefixes: Vec<(String, String)> = vec![("android".into(), ANDROID_NS.into())];
    let mut depth = 0usize;
    let (mut line, mut counted) = (1u32, 0usize);
    loop {
        let before = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let event = match reader.read_event() {
            Ok(event) => event,
            Err(_) => {
                builder.problem(before, "the XML breaks off or is broken");
                break;
            }
        };
        match event {
            Event::Start(tag) | Event::Empty(tag)
                if depth >= MAX_DEPTH || builder.attribute_count() > MAX_ATTRIBUTES =>
            {
                let _ = tag;
                builder.problem(before, "it is nested too deep or too large");
                break;
            }
            Event::Start(tag) => {
                line += lines(data, &mut counted, before);
                start(&mut builder, &tag, line, &mut prefixes, names);
                depth += 1;
            }
            Event::Empty(tag) => {
                line += lines(data, &mut counted, before);
                start(&mut builder, &tag, line, &mut prefixes, names);
                builder.end();
            }
            Event::End(_) => {
                depth = depth.saturating_sub(1);
                builder.end();
            }
            Event::Eof => break,
            _ => {}
        }
    }
    Some(builder.finish())
}

/// Line breaks between what was counted and a place.
fn lines(data: &[u8], counted: &mut usize, to: usize) -> u32 {
    let to = to.min(data.len());
    let breaks = data
        .get(*counted..to)
        .map_or(0, |part| part.iter().filter(|byte| **byte == b'\n').count());
    *counted = to.max(*counted);
    u32::try_from(breaks).unwrap_or(u32::MAX)
}

fn start(
    builder: &mut Builder<'static>,
    tag: &BytesStart<'_>,
    line: u32,
    prefixes: &mut Vec<(String, String)>,
    names: &Names<'_>,
) {
    let mut found: Vec<(String, String)> = Vec::new();
    for attribute in tag.attributes().with_checks(false).flatten() {
        let key = attribute.key.as_ref().to_owned();
        let raw = attribute.value.into_owned();
        let value = quick_xml::escape::unescape(&raw)
            .map(Cow::into_owned)
            .unwrap_or(raw);
        match key.strip_prefix("xmlns:") {
            Some(prefix) if prefixes.len() < 64 => prefixes.push((prefix.to_owned(), value)),
            Some(_) => {}
            None if key == "xmlns" => {}
            None => found.push((key, value)),
        }
    }
    let name = tag.name().as_ref().to_owned();
    let is_manifest = name == "manifest";
    builder.start(Cow::Borrowed(""), Cow::Owned(name), line);
    if is_manifest
        && let Some(package) = names.package
        && !found.iter().any(|(key, _)| key == "package")
    {
        found.push(("package".to_owned(), package.to_owned()));
    }
    for (key, value) in found {
        let (ns, local) = match key.split_once(':') {
            Some((prefix, local)) => {
                let ns = prefixes
                    .iter()
                    .rev()
                    .find(|(known, _)| known == prefix)
                    .map_or("", |(_, ns)| ns.as_str());
                (ns.to_owned(), local.to_owned())
            }
            None => (String::new(), key),
        };
        let id = (ns == ANDROID_NS).then(|| attr::id(&local)).flatten();
        let value = match names.package {
            Some(package) if value.contains("${applicationId}") => {
                value.replace("${applicationId}", package)
            }
            _ => value,
        };
        let typed = typed(&value, names);
        let raw = matches!(typed, Value::String(_) | Value::Bool(_) | Value::Int(_))
            .then_some(Cow::Owned(value));
        builder.attribute(Attribute {
            ns: Cow::Owned(ns),
            name: Cow::Owned(local),
            id,
            raw,
            value: typed,
        });
    }
}

/// The value of an attribute as written.
fn typed(text: &str, names: &Names<'_>) -> Value<'static> {
    if let Some(reference) = text.strip_prefix('@') {
        let reference = reference.trim_start_matches('+');
        if reference == "null" {
            return Value::Null;
        }
        let reference = reference.rsplit_once(':').map_or(reference, |(_, own)| own);
        if let Some((kind, entry)) = reference.split_once('/')
            && let Some(id) = (names.id_of)(kind, entry)
        {
            return Value::Reference(id);
        }
    }
    match text {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        _ => match text.parse::<i32>() {
            Ok(number) => Value::Int(number),
            Err(_) => Value::String(Cow::Owned(text.to_owned())),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::xml::ElementIdx;

    #[test]
    fn a_layout_refers_to_the_resources_of_its_tree() {
        let text = br#"<?xml version="1.0"?>
<LinearLayout xmlns:android="http://schemas.android.com/apk/res/android">
  <Button android:id="@+id/btn_logout"
          android:text="@string/log_out" android:enabled="false"/>
</LinearLayout>"#;
        let names = Names {
            id_of: &|kind, entry| match (kind, entry) {
                ("id", "btn_logout") => Some(ResId(0x7f01_0000)),
                ("string", "log_out") => Some(ResId(0x7f02_0000)),
                _ => None,
            },
            package: None,
        };
        let doc = parse(text, &names).unwrap();
        let button = ElementIdx(1);
        assert_eq!(doc.line(button), Some(3));
        assert_eq!(
            doc.by_id(button, attr::ID).unwrap().value,
            Value::Reference(ResId(0x7f01_0000))
        );
        assert_eq!(
            doc.by_id(button, attr::TEXT).unwrap().value,
            Value::Reference(ResId(0x7f02_0000))
        );
        assert_eq!(
            doc.by_id(button, attr::ENABLED).unwrap().value,
            Value::Bool(false)
        );
    }

    #[test]
    fn every_cut_of_a_document_is_read() {
        let text = b"<a><b x='&lt;&bad;' y=\"1\"/><!-- c --><d><e/></d></a>";
        let names = Names {
            id_of: &|_, _| None,
            package: Some("app"),
        };
        for end in 0..text.len() {
            let _ = parse(&text[..end], &names);
        }
        assert!(
            parse(&b"<a>".repeat(2000), &names)
                .unwrap()
                .elements()
                .len()
                <= MAX_DEPTH + 1
        );
    }
}
