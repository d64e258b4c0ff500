//! Android binary XML (`ResXMLTree` of AOSP's `ResourceTypes.h`).
//!
//! Reads a file as Android's own parser does, because files are made to look different to others:
//! the type of the outer chunk is not looked at, unknown chunks are skipped, attributes may be
//! wider than 20 bytes, and an attribute is its resource id, whatever its name says. Where Android
//! gives up, this reader keeps what it has and records a problem.

use std::borrow::Cow;

use super::attr;
use super::chunk::{
    Chunk, STRING_POOL, XML, XML_END_ELEMENT, XML_LAST, XML_RESOURCE_MAP, XML_START_ELEMENT,
    XML_START_NAMESPACE, u16_at, u32_at, usize_at,
};
use super::resources::{ResId, Value};
use super::string_pool::{StringIdx, StringPool};
use super::xml::{ANDROID_NS, Attribute, Builder, XmlDoc};

/// Why nothing could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AxmlError {
    /// Shorter than its own header.
    #[error("binary XML ends within its header")]
    Truncated,
    /// No string pool: no name could be told.
    #[error("binary XML has no string pool")]
    NoStrings,
}

/// Whether this looks like binary XML. Files that are made to mislead may not.
#[must_use]
pub fn is_axml(data: &[u8]) -> bool {
    u16_at(data, 0) == Some(XML) && u16_at(data, 2) == Some(8)
}

/// Reads a whole document.
///
/// # Errors
/// If there is nothing to read; a document that breaks off is kept up to there.
pub fn parse(data: &[u8]) -> Result<XmlDoc<'_>, AxmlError> {
    let mut builder = Builder::default();
    let mut reader = Reader::new(data)?;
    // Attributes may overlap, and strings may be one another's parts: what a small file can make
    // us build is bounded by a multiple of its size.
    let max_attributes = data.len() / 8 + 16;
    let mut text_budget = data.len().saturating_mul(8).saturating_add(1 << 16);
    let mut android = None;
    'events: for event in reader.by_ref() {
        match event {
            Event::Start(start) => {
                let mut text = |index| start.tree.text(index, &mut text_budget);
                builder.start(text(start.ns), text(start.name), start.line);
                for raw in start.attributes() {
                    if builder.attribute_count() >= max_attributes {
                        builder.problem(start.offset, "more attributes than the file has room for");
                        break 'events;
                    }
                    let mut text = |index| start.tree.text(index, &mut text_budget);
                    let mut id = start.tree.attribute_id(raw.name);
                    // Most attributes are the platform's: their strings need no decoding.
                    let ns = if Some(raw.ns) == android {
                        Cow::Borrowed(ANDROID_NS)
                    } else {
                        text(raw.ns)
                    };
                    if ns == ANDROID_NS {
                        android = Some(raw.ns);
                    }
                    let name = match id.and_then(attr::name) {
                        Some(name) => Cow::Borrowed(name),
                        None => text(raw.name),
                    };
                    if id.is_none() && start.tree.resource_map.is_empty() && ns == ANDROID_NS {
                        // Not what Android does, which finds no attribute then; but then nothing
                        // else can be said of the file.
                        id = attr::id(&name);
                    }
                    builder.attribute(Attribute {
                        ns,
                        name,
                        id,
                        raw: (raw.raw != StringIdx::NONE).then(|| text(raw.raw)),
                        value: if raw.kind == Value::STRING {
                            Value::String(text(StringIdx(raw.data)))
                        } else {
                            Value::of(raw.kind, raw.data)
                        },
                    });
                }
            }
            Event::End => builder.end(),
        }
    }
    if let Some((offset, what)) = reader.problem {
        builder.problem(offset, what);
    }
    if text_budget == 0 {
        builder.problem(0, "strings overlap beyond any honest measure");
    }
    Ok(builder.finish())
}

/// What all parts of a document share.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tree<'a> {
    /// The strings.
    pub strings: StringPool<'a>,
    resource_map: &'a [u8],
}

impl<'a> Tree<'a> {
    /// Strings and resource map alone, without a look at the nodes.
    #[must_use]
    pub fn parse(data: &'a [u8]) -> Option<Self> {
        Reader::new(data).ok().map(|reader| reader.tree)
    }

    /// Id of the attribute whose name is the string at `name`.
    #[must_use]
    pub fn attribute_id(&self, name: StringIdx) -> Option<ResId> {
        let id = u32_at(self.resource_map, (name.0 as usize).checked_mul(4)?)?;
        (id != 0).then_some(ResId(id))
    }

    /// How many strings at the pool's beginning are attribute names with an id.
    #[must_use]
    pub fn mapped_names(&self) -> usize {
        self.resource_map.len() / 4
    }

    fn text(&self, index: StringIdx, budget: &mut usize) -> Cow<'a, str> {
        let Some(raw) = self.strings.raw(index) else {
            return Cow::Borrowed("");
        };
        if raw.byte_len() > *budget {
            *budget = 0;
            return Cow::Borrowed("");
        }
        *budget -= raw.byte_len();
        raw.decode()
    }
}

/// A node of the document.
#[derive(Debug, Clone, Copy)]
pub enum Event<'a> {
    /// An element begins.
    Start(Start<'a>),
    /// The innermost element ends.
    End,
}

/// The beginning of an element.
#[derive(Debug, Clone, Copy)]
pub struct Start<'a> {
    /// The document's strings and ids.
    pub tree: Tree<'a>,
    /// Namespace URI.
    pub ns: StringIdx,
    /// Local name.
    pub name: StringIdx,
    /// Line of the source file.
    pub line: u32,
    /// Byte offset of the node.
    pub offset: usize,
    attributes: &'a [u8],
    attribute_size: usize,
    attribute_count: usize,
}

/// An attribute, strings as indexes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RawAttribute {
    /// Namespace URI.
    pub ns: StringIdx,
    /// Local name; also the index into the resource map.
    pub name: StringIdx,
    /// Text as in the source, or none.
    pub raw: StringIdx,
    /// Type of the value (`Res_value::dataType`).
    pub kind: u8,
    /// The value.
    pub data: u32,
}

impl<'a> Start<'a> {
    /// The attributes, undecoded.
    pub fn attributes(&self) -> impl Iterator<Item = RawAttribute> + use<'a> {
        let (bytes, size) = (self.attributes, self.attribute_size);
        (0..self.attribute_count).map_while(move |index| {
            let bytes = bytes.get(index.checked_mul(size)?..)?;
            Some(RawAttribute {
                ns: StringIdx(u32_at(bytes, 0)?),
                name: StringIdx(u32_at(bytes, 4)?),
                raw: StringIdx(u32_at(bytes, 8)?),
                kind: *bytes.get(15)?,
                data: u32_at(bytes, 16)?,
            })
        })
    }
}

/// Iterates over the nodes of a document.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    data: &'a [u8],
    at: usize,
    /// Strings and ids.
    pub tree: Tree<'a>,
    /// Where and why the document broke off.
    pub problem: Option<(usize, &'static str)>,
}

impl<'a> Reader<'a> {
    /// Reads what stands before the first node.
    ///
    /// # Errors
    /// If there is no string pool before the first node.
    pub fn new(data: &'a [u8]) -> Result<Self, AxmlError> {
        let header_size = usize::from(u16_at(data, 2).ok_or(AxmlError::Truncated)?);
        let size = usize_at(data, 4).ok_or(AxmlError::Truncated)?;
        let mut reader = Self {
            data: data.get(..size).unwrap_or(data),
            at: header_size.max(8),
            tree: Tree::default(),
            problem: None,
        };
        if size > data.len() {
            reader.problem = Some((4, "declared size is beyond the end"));
        }
        let mut pool = None;
        while let Some(chunk) = Chunk::at(reader.data, reader.at, 8) {
            match chunk.kind {
                STRING_POOL => pool = StringPool::parse(chunk.data).or(pool),
                XML_RESOURCE_MAP => reader.tree.resource_map = chunk.body(),
                XML_START_NAMESPACE..=XML_LAST => break,
                _ => {}
            }
            reader.at += chunk.data.len();
        }
        reader.tree.strings = pool.ok_or(AxmlError::NoStrings)?;
        Ok(reader)
    }

    fn stop(&mut self, what: &'static str) -> Option<Event<'a>> {
        self.problem = Some((self.at, what));
        self.at = self.data.len();
        None
    }
}

impl<'a> Iterator for Reader<'a> {
    type Item = Event<'a>;

    fn next(&mut self) -> Option<Event<'a>> {
        loop {
            if self.at >= self.data.len() {
                return None;
            }
            // A node's header has a line number and a comment after the chunk's own eight bytes.
            let Some(chunk) = Chunk::at(self.data, self.at, 16) else {
                return self.stop("a node's size does not fit");
            };
            let offset = self.at;
            let body = chunk.body();
            match chunk.kind {
                XML_START_ELEMENT => {
                    let Some(start) = self.start(&chunk, offset) else {
                        return self.stop("an element's attributes do not fit");
                    };
                    self.at += chunk.data.len();
                    return Some(Event::Start(start));
                }
                XML_END_ELEMENT => {
                    if body.len() < 8 {
                        return self.stop("an element's end is too short");
                    }
                    self.at += chunk.data.len();
                    return Some(Event::End);
                }
                _ => self.at += chunk.data.len(),
            }
        }
    }
}

impl<'a> Reader<'a> {
    fn start(&self, chunk: &Chunk<'a>, offset: usize) -> Option<Start<'a>> {
        let body = chunk.body();
        let attribute_start = usize::from(u16_at(body, 8)?);
        let attribute_size = usize::from(u16_at(body, 10)?);
        let attribute_count = usize::from(u16_at(body, 12)?);
        // `idIndex`, `classIndex` and `styleIndex` follow.
        let attributes = body.get(attribute_start..)?;
        if attribute_size.checked_mul(attribute_count)? > attributes.len() || body.len() < 20 {
            return None;
        }
        Some(Start {
            tree: self.tree,
            ns: StringIdx(u32_at(body, 0)?),
            name: StringIdx(u32_at(body, 4)?),
            line: u32_at(chunk.data, 8)?,
            offset,
            attributes,
            attribute_size,
            attribute_count,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{axml, axml_with};
    use super::super::xml::ElementIdx;
    use super::*;

    const MANIFEST: &str = r#"<manifest package="com.example">
  <uses-sdk android:minSdkVersion="24"/>
  <application android:allowBackup="false" android:label="@0x7f030000">
    <activity android:name=".Login" unknown="x"/>
  </application>
</manifest>"#;

    #[test]
    fn elements_attributes_and_lines() {
        for utf8 in [true, false] {
            for attribute_size in [20, 24, 40] {
                let data = axml_with(MANIFEST, utf8, attribute_size);
                let doc = parse(&data).unwrap();
                assert_eq!(doc.problems(), []);
                let names: Vec<_> = doc
                    .elements()
                    .iter()
                    .map(|element| (element.name.as_ref(), element.line, element.depth))
                    .collect();
                assert_eq!(
                    names,
                    [
                        ("manifest", Some(1), 0),
                        ("uses-sdk", Some(2), 1),
                        ("application", Some(3), 1),
                        ("activity", Some(4), 2),
                    ]
                );
                let children: Vec<_> = doc
                    .children(ElementIdx(0))
                    .map(|(index, _)| index.0)
                    .collect();
                assert_eq!(children, [1, 2]);
                assert_eq!(
                    doc.by_id(ElementIdx(2), attr::ALLOW_BACKUP).unwrap().value,
                    Value::Bool(false)
                );
                assert_eq!(
                    doc.by_id(ElementIdx(2), attr::LABEL).unwrap().value,
                    Value::Reference(ResId(0x7f03_0000))
                );
                assert_eq!(
                    doc.by_name(ElementIdx(0), "package")
                        .unwrap()
                        .text()
                        .unwrap(),
                    "com.example"
                );
                assert_eq!(
                    doc.element(ElementIdx(3)).unwrap().parent,
                    Some(ElementIdx(2))
                );
            }
        }
    }

    #[test]
    fn an_emptied_name_is_told_by_its_id() {
        let mut data = axml(MANIFEST);
        let at = memchr::memmem::find(&data, b"allowBackup").unwrap();
        // Lengths before the text: none, and the terminator at once.
        data[at - 2..at + 1].copy_from_slice(&[0, 0, 0]);
        let doc = parse(&data).unwrap();
        let attribute = doc.by_id(ElementIdx(2), attr::ALLOW_BACKUP).unwrap();
        assert_eq!(attribute.name, "allowBackup");
    }

    #[test]
    fn a_name_without_an_id_is_bait() {
        let data = axml(MANIFEST);
        let map = memchr::memmem::find(&data, &attr::ALLOW_BACKUP.0.to_le_bytes()).unwrap();
        let mut data = data;
        data[map..map + 4].fill(0);
        let doc = parse(&data).unwrap();
        assert_eq!(doc.by_id(ElementIdx(2), attr::ALLOW_BACKUP), None);
    }

    #[test]
    fn unknown_chunks_and_a_wrong_outer_type_are_passed_over() {
        let mut data = axml(MANIFEST);
        data[0] = 0;
        let body = data.split_off(8);
        for unknown in [[0x99, 0x00], [0x7e, 0x01]] {
            data.extend_from_slice(&unknown);
            data.extend_from_slice(&[16, 0, 20, 0, 0, 0]);
            data.extend_from_slice(&[0xaa; 12]);
        }
        data.extend(body);
        let size = u32::try_from(data.len()).unwrap();
        data[4..8].copy_from_slice(&size.to_le_bytes());
        // The second lies in the range of nodes: Android takes it for the first of them, and
        // never finds the strings.
        assert_eq!(parse(&data).unwrap_err(), AxmlError::NoStrings);
        data[28] = 0x98;
        data[29] = 0;
        assert_eq!(parse(&data).unwrap().elements().len(), 4);
    }

    #[test]
    fn every_prefix_is_survived() {
        let data = axml(MANIFEST);
        for len in 0..data.len() {
            if let Ok(doc) = parse(&data[..len]) {
                assert!(!doc.problems().is_empty());
            }
        }
    }

    #[test]
    fn overlapping_attributes_are_bounded() {
        let mut data = axml(MANIFEST);
        let element = memchr::memmem::find(&data, &[20, 0, 20, 0, 2, 0]).unwrap();
        data[element + 2..element + 6].copy_from_slice(&[0, 0, 0xff, 0xff]);
        let doc = parse(&data).unwrap();
        assert!(doc.attributes(ElementIdx(2)).len() <= data.len() / 8 + 16);
        assert_eq!(doc.problems().len(), 1);
    }
}
