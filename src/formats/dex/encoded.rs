//! Constants in the file: `encoded_value`, `encoded_array`, `encoded_annotation`.
//!
//! Follows *Dalvik Executable format*, section *encoded_value Encoding*. Values are read one at a
//! time; stepping over an array walks what it holds, to a depth of [`limits::VALUE_DEPTH`].

use super::bytes::Cursor;
use super::ids::{FieldIdx, MethodHandleIdx, MethodIdx, ProtoIdx, StringIdx, TypeIdx};
use super::limits;

/// A constant (`encoded_value`).
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "the names are the specification's")]
pub enum EncodedValue<'a> {
    Byte(i8),
    Short(i16),
    Char(u16),
    Int(i32),
    Long(i64),
    Float(f32),
    Double(f64),
    MethodType(ProtoIdx),
    MethodHandle(MethodHandleIdx),
    String(StringIdx),
    Type(TypeIdx),
    Field(FieldIdx),
    Method(MethodIdx),
    /// The field that holds the enumeration constant.
    Enum(FieldIdx),
    Array(EncodedArray<'a>),
    Annotation(Annotation<'a>),
    Null,
    Boolean(bool),
}

/// Constants in order (`encoded_array`), as an iterator over them; ends at the first broken one.
#[derive(Debug, Clone, Copy)]
pub struct EncodedArray<'a> {
    cursor: Cursor<'a>,
    left: u32,
    depth: u32,
}

impl Default for EncodedArray<'_> {
    fn default() -> Self {
        Self {
            cursor: Cursor::new(&[]),
            left: 0,
            depth: 0,
        }
    }
}

impl<'a> EncodedArray<'a> {
    /// The array that begins at `cursor`; empty when there is none.
    pub(super) fn new(mut cursor: Cursor<'a>) -> Self {
        let left = cursor.uleb().unwrap_or(0);
        Self {
            cursor,
            left,
            depth: limits::VALUE_DEPTH,
        }
    }

    /// How many values are left, as the file says; the iterator may end before.
    #[must_use]
    pub const fn declared_len(&self) -> u32 {
        self.left
    }
}

impl<'a> Iterator for EncodedArray<'a> {
    type Item = EncodedValue<'a>;

    fn next(&mut self) -> Option<EncodedValue<'a>> {
        self.left = self.left.checked_sub(1)?;
        let value = read_value(&mut self.cursor, self.depth);
        if value.is_none() {
            self.left = 0;
        }
        value
    }
}

/// An annotation, without its visibility (`encoded_annotation`).
#[derive(Debug, Clone, Copy)]
pub struct Annotation<'a> {
    /// The annotation's class.
    pub ty: TypeIdx,
    elements: AnnotationElements<'a>,
}

impl<'a> Annotation<'a> {
    /// The annotation that begins at `cursor`.
    pub(super) fn new(mut cursor: Cursor<'a>) -> Option<Self> {
        Self::read(&mut cursor, limits::VALUE_DEPTH)
    }

    fn read(cursor: &mut Cursor<'a>, depth: u32) -> Option<Self> {
        let ty = TypeIdx(cursor.uleb()?);
        let left = cursor.uleb()?;
        let elements = AnnotationElements {
            cursor: *cursor,
            left,
            depth,
        };
        Some(Self { ty, elements })
    }

    /// Names and values, in the order of the file.
    #[must_use]
    pub const fn elements(&self) -> AnnotationElements<'a> {
        self.elements
    }
}

/// Iterator over the elements of an annotation: name and value; ends at the first broken one.
#[derive(Debug, Clone, Copy)]
pub struct AnnotationElements<'a> {
    cursor: Cursor<'a>,
    left: u32,
    depth: u32,
}

impl<'a> AnnotationElements<'a> {
    fn read(&mut self) -> Option<(StringIdx, EncodedValue<'a>)> {
        let name = StringIdx(self.cursor.uleb()?);
        Some((name, read_value(&mut self.cursor, self.depth)?))
    }
}

impl<'a> Iterator for AnnotationElements<'a> {
    type Item = (StringIdx, EncodedValue<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let element = self.read();
        if element.is_none() {
            self.left = 0;
        }
        element
    }
}

/// Reads a value and steps over it; `depth` is how many more levels may follow.
fn read_value<'a>(cursor: &mut Cursor<'a>, depth: u32) -> Option<EncodedValue<'a>> {
    use EncodedValue as Value;
    let head = cursor.u8()?;
    let arg = head >> 5;
    Some(match head & 0x1f {
        0x00 if arg == 0 => Value::Byte(cursor.u8()?.cast_signed()),
        0x02 => Value::Short(truncate16(signed(cursor, arg, 2)?).cast_signed()),
        0x03 => Value::Char(truncate16(unsigned(cursor, arg, 2)?)),
        0x04 => Value::Int(truncate32(signed(cursor, arg, 4)?).cast_signed()),
        0x06 => Value::Long(signed(cursor, arg, 8)?.cast_signed()),
        0x10 => Value::Float(f32::from_bits(truncate32(top(cursor, arg, 4)? >> 32))),
        0x11 => Value::Double(f64::from_bits(top(cursor, arg, 8)?)),
        0x15 => Value::MethodType(ProtoIdx(index(cursor, arg)?)),
        0x16 => Value::MethodHandle(MethodHandleIdx(index(cursor, arg)?)),
        0x17 => Value::String(StringIdx(index(cursor, arg)?)),
        0x18 => Value::Type(TypeIdx(index(cursor, arg)?)),
        0x19 => Value::Field(FieldIdx(index(cursor, arg)?)),
        0x1a => Value::Method(MethodIdx(index(cursor, arg)?)),
        0x1b => Value::Enum(FieldIdx(index(cursor, arg)?)),
        0x1c => {
            let depth = depth.checked_sub(1)?;
            let left = cursor.uleb()?;
            let array = EncodedArray {
                cursor: *cursor,
                left,
                depth,
            };
            for _ in 0..left {
                read_value(cursor, depth)?;
            }
            Value::Array(array)
        }
        0x1d => {
            let depth = depth.checked_sub(1)?;
            let annotation = Annotation::read(cursor, depth)?;
            for _ in 0..annotation.elements.left {
                cursor.uleb()?;
                read_value(cursor, depth)?;
            }
            Value::Annotation(annotation)
        }
        0x1e => Value::Null,
        0x1f => Value::Boolean(arg != 0),
        _ => return None,
    })
}

/// The `arg + 1` bytes of a value, at most `most`, at the low end of a number.
fn unsigned(cursor: &mut Cursor<'_>, arg: u8, most: u8) -> Option<u64> {
    if arg >= most {
        return None;
    }
    let taken = cursor.take(usize::from(arg) + 1)?;
    let fold = |value: u64, &byte: &u8| (value << 8) | u64::from(byte);
    Some(taken.iter().rev().fold(0, fold))
}

/// The same, extended by its sign.
fn signed(cursor: &mut Cursor<'_>, arg: u8, most: u8) -> Option<u64> {
    let unused = 64 - 8 * (u32::from(arg) + 1).min(8);
    let value = unsigned(cursor, arg, most)? << unused;
    Some((value.cast_signed() >> unused).cast_unsigned())
}

/// The same, extended by zeros to the right: the bytes are the number's highest.
fn top(cursor: &mut Cursor<'_>, arg: u8, most: u8) -> Option<u64> {
    let unused = 64 - 8 * (u32::from(arg) + 1).min(8);
    Some(unsigned(cursor, arg, most)? << unused)
}

fn index(cursor: &mut Cursor<'_>, arg: u8) -> Option<u32> {
    unsigned(cursor, arg, 4).map(truncate32)
}

#[allow(clippy::cast_possible_truncation, reason = "that is what it is for")]
const fn truncate32(value: u64) -> u32 {
    value as u32
}

#[allow(clippy::cast_possible_truncation, reason = "that is what it is for")]
const fn truncate16(value: u64) -> u16 {
    value as u16
}
