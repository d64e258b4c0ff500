//! Annotations of a class, its fields, methods and parameters.
//!
//! Follows *Dalvik Executable format*, sections *annotations_directory_item*,
//! *annotation_set_ref_list*, *annotation_set_item* and *annotation_item*.

use super::bytes::{Cursor, field32, u32_at, us};
use super::class::ClassDef;
use super::encoded::Annotation;
use super::file::Dex;
use super::ids::{FieldIdx, MethodIdx};

/// Who sees an annotation (`visibility`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Visibility {
    /// Build tools only.
    Build,
    /// The running program.
    Runtime,
    /// The system only.
    System,
}

/// An annotation with its visibility (`annotation_item`).
#[derive(Debug, Clone, Copy)]
pub struct AnnotationItem<'a> {
    /// Who sees it.
    pub visibility: Visibility,
    /// Type and elements.
    pub annotation: Annotation<'a>,
}

/// All annotations of a class and its members (`annotations_directory_item`).
#[derive(Debug, Clone, Copy)]
pub struct Annotations<'a> {
    data: &'a [u8],
    class: u32,
    fields: &'a [[u8; 8]],
    methods: &'a [[u8; 8]],
    parameters: &'a [[u8; 8]],
}

impl<'a> Dex<'a> {
    /// The annotations of a class; empty when it has none or they are out of the file.
    #[must_use]
    pub fn annotations(&self, class: &ClassDef<'a>) -> Annotations<'a> {
        let mut found = Annotations {
            data: self.data,
            class: 0,
            fields: &[],
            methods: &[],
            parameters: &[],
        };
        let at = us(class.annotations_off);
        let Some(head) = self.data.get(at..).and_then(<[u8]>::first_chunk::<16>) else {
            return found;
        };
        if at == 0 {
            return found;
        }
        found.class = field32(head, 0);
        found.fields = self.records(at + 16, field32(head, 4));
        let at = at + 16 + found.fields.len() * 8;
        found.methods = self.records(at, field32(head, 8));
        let at = at + found.methods.len() * 8;
        found.parameters = self.records(at, field32(head, 12));
        found
    }
}

impl<'a> Annotations<'a> {
    /// Annotations of the class itself.
    #[must_use]
    pub fn class(&self) -> AnnotationSet<'a> {
        AnnotationSet::new(self.data, self.class)
    }

    /// The annotated fields.
    #[must_use]
    pub fn fields(&self) -> AnnotatedFields<'a> {
        AnnotatedFields(Records::new(self.data, self.fields))
    }

    /// The annotated methods.
    #[must_use]
    pub fn methods(&self) -> AnnotatedMethods<'a> {
        AnnotatedMethods(Records::new(self.data, self.methods))
    }

    /// The methods with annotated parameters.
    #[must_use]
    pub fn parameters(&self) -> AnnotatedParameters<'a> {
        AnnotatedParameters(Records::new(self.data, self.parameters))
    }

    /// Annotations of one field; the lists are sorted, as the format demands.
    #[must_use]
    pub fn field(&self, field: FieldIdx) -> AnnotationSet<'a> {
        AnnotationSet::new(self.data, find(self.fields, field.0))
    }

    /// Annotations of one method.
    #[must_use]
    pub fn method(&self, method: MethodIdx) -> AnnotationSet<'a> {
        AnnotationSet::new(self.data, find(self.methods, method.0))
    }

    /// Annotations of the parameters of one method.
    #[must_use]
    pub fn method_parameters(&self, method: MethodIdx) -> AnnotationSetList<'a> {
        AnnotationSetList::new(self.data, find(self.parameters, method.0))
    }
}

/// The offset that belongs to `index`; zero when there is none.
fn find(records: &[[u8; 8]], index: u32) -> u32 {
    records
        .binary_search_by_key(&index, |record| field32(record, 0))
        .ok()
        .and_then(|at| records.get(at))
        .map_or(0, |record| field32(record, 4))
}

/// Records of an index and an offset.
#[derive(Debug, Clone)]
struct Records<'a> {
    data: &'a [u8],
    records: std::slice::Iter<'a, [u8; 8]>,
}

impl<'a> Records<'a> {
    fn new(data: &'a [u8], records: &'a [[u8; 8]]) -> Self {
        Self {
            data,
            records: records.iter(),
        }
    }

    fn item(&mut self) -> Option<(u32, u32)> {
        let record = self.records.next()?;
        Some((field32(record, 0), field32(record, 4)))
    }
}

/// Iterator over annotated fields.
#[derive(Debug, Clone)]
pub struct AnnotatedFields<'a>(Records<'a>);

impl<'a> Iterator for AnnotatedFields<'a> {
    type Item = (FieldIdx, AnnotationSet<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let (index, offset) = self.0.item()?;
        Some((FieldIdx(index), AnnotationSet::new(self.0.data, offset)))
    }
}

/// Iterator over annotated methods.
#[derive(Debug, Clone)]
pub struct AnnotatedMethods<'a>(Records<'a>);

impl<'a> Iterator for AnnotatedMethods<'a> {
    type Item = (MethodIdx, AnnotationSet<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let (index, offset) = self.0.item()?;
        Some((MethodIdx(index), AnnotationSet::new(self.0.data, offset)))
    }
}

/// Iterator over methods with annotated parameters.
#[derive(Debug, Clone)]
pub struct AnnotatedParameters<'a>(Records<'a>);

impl<'a> Iterator for AnnotatedParameters<'a> {
    type Item = (MethodIdx, AnnotationSetList<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let (index, offset) = self.0.item()?;
        Some((
            MethodIdx(index),
            AnnotationSetList::new(self.0.data, offset),
        ))
    }
}

/// The offsets of a list that begins with its length; none for offset zero.
fn offsets(data: &[u8], offset: u32) -> &[[u8; 4]] {
    let size = u32_at(data, us(offset)).unwrap_or(0);
    if offset == 0 || size == 0 {
        return &[];
    }
    let (entries, _) = data
        .get(us(offset) + 4..)
        .unwrap_or_default()
        .as_chunks::<4>();
    entries.get(..us(size)).unwrap_or(entries)
}

/// Annotations of one thing (`annotation_set_item`), as an iterator; an item that is broken is
/// left out.
#[derive(Debug, Clone)]
pub struct AnnotationSet<'a> {
    data: &'a [u8],
    offsets: std::slice::Iter<'a, [u8; 4]>,
}

impl<'a> AnnotationSet<'a> {
    fn new(data: &'a [u8], offset: u32) -> Self {
        Self {
            data,
            offsets: offsets(data, offset).iter(),
        }
    }

    fn read(data: &'a [u8], offset: u32) -> Option<AnnotationItem<'a>> {
        let mut cursor = Cursor::new(data.get(us(offset)..)?);
        let visibility = match cursor.u8()? {
            0 => Visibility::Build,
            1 => Visibility::Runtime,
            2 => Visibility::System,
            _ => return None,
        };
        let annotation = Annotation::new(cursor)?;
        Some(AnnotationItem {
            visibility,
            annotation,
        })
    }
}

impl<'a> Iterator for AnnotationSet<'a> {
    type Item = AnnotationItem<'a>;

    fn next(&mut self) -> Option<AnnotationItem<'a>> {
        let data = self.data;
        self.offsets
            .find_map(|offset| Self::read(data, u32::from_le_bytes(*offset)))
    }
}

/// Annotations of the parameters of a method (`annotation_set_ref_list`), one set a parameter, as
/// an iterator. Build tools may leave out synthetic parameters at the front.
#[derive(Debug, Clone)]
pub struct AnnotationSetList<'a> {
    data: &'a [u8],
    offsets: std::slice::Iter<'a, [u8; 4]>,
}

impl<'a> AnnotationSetList<'a> {
    fn new(data: &'a [u8], offset: u32) -> Self {
        Self {
            data,
            offsets: offsets(data, offset).iter(),
        }
    }
}

impl<'a> Iterator for AnnotationSetList<'a> {
    type Item = AnnotationSet<'a>;

    fn next(&mut self) -> Option<AnnotationSet<'a>> {
        let offset = u32::from_le_bytes(*self.offsets.next()?);
        Some(AnnotationSet::new(self.data, offset))
    }
}
