//! A compiled XML document, whichever of Android's two encodings it came in: binary XML of an APK
//! ([`super::axml`]) or a protobuf tree of an app bundle ([`super::pbxml`]).
//!
//! Elements in document order with line numbers, attributes with the resource id by which Android
//! finds them. Text between elements is not kept: nothing that is read here has any that matters.

use std::borrow::Cow;
use std::ops::Range;

use super::resources::{ResId, Value};

/// Namespace of the platform's attributes.
pub const ANDROID_NS: &str = "http://schemas.android.com/apk/res/android";
/// Namespace of an app's own and its libraries' attributes.
pub const AUTO_NS: &str = "http://schemas.android.com/apk/res-auto";
/// Namespace of attributes that only tools read; the compiler removes them, obfuscators add them.
pub const TOOLS_NS: &str = "http://schemas.android.com/tools";

/// Index of an element in its document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ElementIdx(pub u32);

/// One attribute.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribute<'a> {
    /// Namespace URI; empty without one.
    pub ns: Cow<'a, str>,
    /// Local name. Where the platform knows the resource id, its name for that, whatever the file
    /// calls it.
    pub name: Cow<'a, str>,
    /// Id of the attribute itself. Android looks its own attributes up by this and by nothing
    /// else: a name without an id is bait.
    pub id: Option<ResId>,
    /// The text as written in the source, where the compiler kept it.
    pub raw: Option<Cow<'a, str>>,
    /// Typed value.
    pub value: Value<'a>,
}

impl<'a> Attribute<'a> {
    /// The value as text, as Android's `getAttributeValue` gives it: the raw text if there is any,
    /// else the value; a reference has none.
    #[must_use]
    pub fn text(&self) -> Option<Cow<'_, str>> {
        match (&self.raw, &self.value) {
            (Some(raw), _) => Some(Cow::Borrowed(raw)),
            (None, Value::String(text)) => Some(Cow::Borrowed(text)),
            (None, Value::Bool(value)) => {
                Some(Cow::Borrowed(if *value { "true" } else { "false" }))
            }
            (None, Value::Int(value)) => Some(Cow::Owned(value.to_string())),
            (None, Value::Float(value)) => Some(Cow::Owned(value.to_string())),
            _ => None,
        }
    }
}

/// One element.
#[derive(Debug, Clone, PartialEq)]
pub struct Element<'a> {
    /// Namespace URI; empty without one.
    pub ns: Cow<'a, str>,
    /// Local name.
    pub name: Cow<'a, str>,
    /// Line of the source file, if the compiler kept it (it writes 0 or nothing otherwise).
    pub line: Option<u32>,
    /// The element around it.
    pub parent: Option<ElementIdx>,
    /// How many elements are around it.
    pub depth: u32,
    /// One past the last element within it.
    pub end: u32,
    attributes: Range<u32>,
}

/// What was broken, and where; the document holds what could be read around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct XmlProblem {
    /// Byte offset in the document.
    pub offset: usize,
    /// One sentence without a full stop.
    pub what: &'static str,
}

/// A document: elements in document order, and their attributes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct XmlDoc<'a> {
    elements: Vec<Element<'a>>,
    attributes: Vec<Attribute<'a>>,
    problems: Vec<XmlProblem>,
}

impl<'a> XmlDoc<'a> {
    /// Reads a compiled document of either encoding; nothing if it is neither.
    #[must_use]
    pub fn parse(data: &'a [u8]) -> Option<Self> {
        if !super::axml::is_axml(data)
            && super::pbxml::is_pbxml(data)
            && let Some(doc) = super::pbxml::parse(data)
        {
            return Some(doc);
        }
        super::axml::parse(data).ok()
    }

    /// All elements, in document order.
    #[must_use]
    pub fn elements(&self) -> &[Element<'a>] {
        &self.elements
    }

    /// All elements with their indexes.
    pub fn iter(&self) -> impl Iterator<Item = (ElementIdx, &Element<'a>)> {
        (0..).map(ElementIdx).zip(&self.elements)
    }

    /// The outermost element.
    #[must_use]
    pub fn root(&self) -> Option<ElementIdx> {
        (!self.elements.is_empty()).then_some(ElementIdx(0))
    }

    /// An element by its index.
    #[must_use]
    pub fn element(&self, index: ElementIdx) -> Option<&Element<'a>> {
        self.elements.get(index.0 as usize)
    }

    /// The attributes of an element.
    #[must_use]
    pub fn attributes(&self, index: ElementIdx) -> &[Attribute<'a>] {
        self.element(index)
            .and_then(|element| {
                self.attributes
                    .get(element.attributes.start as usize..element.attributes.end as usize)
            })
            .unwrap_or_default()
    }

    /// The attribute with this resource id: how Android finds `android:` attributes.
    #[must_use]
    pub fn by_id(&self, index: ElementIdx, id: ResId) -> Option<&Attribute<'a>> {
        self.attributes(index)
            .iter()
            .find(|attribute| attribute.id == Some(id))
    }

    /// The attribute without a namespace that has this name, as in `package` or `split`.
    #[must_use]
    pub fn by_name(&self, index: ElementIdx, name: &str) -> Option<&Attribute<'a>> {
        self.attributes(index)
            .iter()
            .find(|attribute| attribute.ns.is_empty() && attribute.name == name)
    }

    /// The elements directly within `parent`.
    pub fn children(
        &self,
        parent: ElementIdx,
    ) -> impl Iterator<Item = (ElementIdx, &Element<'a>)> + '_ {
        let end = self.element(parent).map_or(0, |element| element.end);
        let mut next = parent.0.saturating_add(1);
        std::iter::from_fn(move || {
            if next >= end {
                return None;
            }
            let index = ElementIdx(next);
            let element = self.element(index)?;
            next = element.end.max(next + 1);
            Some((index, element))
        })
    }

    /// What was broken in the file.
    #[must_use]
    pub fn problems(&self) -> &[XmlProblem] {
        &self.problems
    }

    /// Line of an element.
    #[must_use]
    pub fn line(&self, index: ElementIdx) -> Option<u32> {
        self.element(index).and_then(|element| element.line)
    }
}

/// Builds a document from a reader's events.
#[derive(Debug, Default)]
pub(crate) struct Builder<'a> {
    doc: XmlDoc<'a>,
    open: Vec<u32>,
}

impl<'a> Builder<'a> {
    pub(crate) fn start(&mut self, ns: Cow<'a, str>, name: Cow<'a, str>, line: u32) {
        let attributes = index(self.doc.attributes.len());
        let this = index(self.doc.elements.len());
        self.doc.elements.push(Element {
            ns,
            name,
            line: (line != 0 && line != u32::MAX).then_some(line),
            parent: self.open.last().map(|parent| ElementIdx(*parent)),
            depth: index(self.open.len()),
            end: this + 1,
            attributes: attributes..attributes,
        });
        self.open.push(this);
    }

    pub(crate) fn attribute(&mut self, mut attribute: Attribute<'a>) {
        if let Some(name) = attribute.id.and_then(super::attr::name) {
            attribute.name = Cow::Borrowed(name);
        }
        self.doc.attributes.push(attribute);
        let end = index(self.doc.attributes.len());
        if let Some(element) = self.doc.elements.last_mut() {
            element.attributes.end = end;
        }
    }

    pub(crate) fn end(&mut self) {
        let end = index(self.doc.elements.len());
        if let Some(this) = self.open.pop()
            && let Some(element) = self.doc.elements.get_mut(this as usize)
        {
            element.end = end;
        }
    }

    pub(crate) fn problem(&mut self, offset: usize, what: &'static str) {
        self.doc.problems.push(XmlProblem { offset, what });
    }

    pub(crate) fn attribute_count(&self) -> usize {
        self.doc.attributes.len()
    }

    pub(crate) fn finish(mut self) -> XmlDoc<'a> {
        while !self.open.is_empty() {
            self.end();
        }
        self.doc
    }
}

/// A count as an index. Documents are bounded far below four thousand million elements.
fn index(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX - 1)
}
