//! Classes: `class_def_item` and `class_data_item`.
//!
//! Follows *Dalvik Executable format*, sections *class_def_item*, *class_data_item*,
//! *encoded_field*, *encoded_method* and *access_flags Definitions*.

use super::bytes::{Cursor, field32, us};
use super::encoded::EncodedArray;
use super::file::{Dex, TypeList};
use super::ids::{ClassDefIdx, FieldIdx, MethodIdx, StringIdx, TypeIdx, optional};

/// Access flags of a class, field or method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AccessFlags(pub u32);

macro_rules! access_flags {
    ($($name:ident = $bit:literal, $doc:literal;)*) => {
        impl AccessFlags {
            $(#[doc = $doc]
            #[must_use]
            pub const fn $name(self) -> bool {
                self.0 & $bit != 0
            })*
        }
    };
}

access_flags! {
    is_public = 0x1, "`ACC_PUBLIC`.";
    is_private = 0x2, "`ACC_PRIVATE`.";
    is_protected = 0x4, "`ACC_PROTECTED`.";
    is_static = 0x8, "`ACC_STATIC`.";
    is_final = 0x10, "`ACC_FINAL`.";
    is_synchronized = 0x20, "`ACC_SYNCHRONIZED`, of a method.";
    is_volatile = 0x40, "`ACC_VOLATILE`, of a field.";
    is_bridge = 0x40, "`ACC_BRIDGE`, of a method.";
    is_transient = 0x80, "`ACC_TRANSIENT`, of a field.";
    is_varargs = 0x80, "`ACC_VARARGS`, of a method.";
    is_native = 0x100, "`ACC_NATIVE`, of a method.";
    is_interface = 0x200, "`ACC_INTERFACE`, of a class.";
    is_abstract = 0x400, "`ACC_ABSTRACT`.";
    is_strict = 0x800, "`ACC_STRICT`, of a method.";
    is_synthetic = 0x1000, "`ACC_SYNTHETIC`.";
    is_annotation = 0x2000, "`ACC_ANNOTATION`, of a class.";
    is_enum = 0x4000, "`ACC_ENUM`, of a class or field.";
    is_constructor = 0x1_0000, "`ACC_CONSTRUCTOR`, of a method, class initializers included.";
    is_declared_synchronized = 0x2_0000, "`ACC_DECLARED_SYNCHRONIZED`, of a method.";
}

/// A class definition (`class_def_item`).
#[derive(Debug, Clone, Copy)]
pub struct ClassDef<'a> {
    /// Its place in `class_defs`.
    pub index: ClassDefIdx,
    /// The class.
    pub ty: TypeIdx,
    /// Access flags.
    pub access: AccessFlags,
    /// Superclass; none of a root class.
    pub superclass: Option<TypeIdx>,
    /// Interfaces that it names itself.
    pub interfaces: TypeList<'a>,
    /// File name of the source.
    pub source_file: Option<StringIdx>,
    /// Offset of the annotations; zero: none.
    pub annotations_off: u32,
    /// Offset of fields and methods; zero: none.
    pub class_data_off: u32,
    /// Offset of the values of static fields; zero: none.
    pub static_values_off: u32,
}

impl<'a> Dex<'a> {
    /// A class definition.
    #[inline]
    #[must_use]
    pub fn class_def(&self, index: ClassDefIdx) -> Option<ClassDef<'a>> {
        let record = self.classes.get(us(index.0))?;
        Some(ClassDef {
            index,
            ty: TypeIdx(field32(record, 0)),
            access: AccessFlags(field32(record, 4)),
            superclass: optional(field32(record, 8), TypeIdx),
            interfaces: self.type_list(field32(record, 12)),
            source_file: optional(field32(record, 16), StringIdx),
            annotations_off: field32(record, 20),
            class_data_off: field32(record, 24),
            static_values_off: field32(record, 28),
        })
    }

    /// All class definitions, in order.
    pub fn class_defs(&self) -> impl Iterator<Item = ClassDef<'a>> + '_ {
        (0..self.class_count()).filter_map(|index| self.class_def(ClassDefIdx(index)))
    }

    /// Fields and methods of a class; empty when it has none or they are out of the file.
    #[inline]
    #[must_use]
    pub fn class_data(&self, class: &ClassDef<'a>) -> ClassData<'a> {
        if class.class_data_off == 0 {
            return ClassData::default();
        }
        ClassData::read(self.tail(us(class.class_data_off))).unwrap_or_default()
    }

    /// Initial values of the static fields, in the order of [`ClassData::static_fields`]. Fields
    /// beyond its end are zero or null.
    #[must_use]
    pub fn static_values(&self, class: &ClassDef<'a>) -> EncodedArray<'a> {
        self.encoded_array(class.static_values_off)
    }
}

/// Fields and methods of a class (`class_data_item`).
///
/// The four lists stand one behind the other; each iterator ends at the first broken item, and
/// what stands behind that is lost with it.
#[derive(Debug, Clone, Copy, Default)]
pub struct ClassData<'a> {
    lists: &'a [u8],
    static_fields: u32,
    instance_fields: u32,
    direct_methods: u32,
    virtual_methods: u32,
}

/// LEB128 numbers of an `encoded_field`.
const FIELD_NUMBERS: u64 = 2;
/// LEB128 numbers of an `encoded_method`.
const METHOD_NUMBERS: u64 = 3;

impl<'a> ClassData<'a> {
    #[inline]
    fn read(data: &'a [u8]) -> Option<Self> {
        let mut cursor = Cursor::new(data);
        let (static_fields, instance_fields) = (cursor.uleb()?, cursor.uleb()?);
        let (direct_methods, virtual_methods) = (cursor.uleb()?, cursor.uleb()?);
        Some(Self {
            lists: cursor.rest(),
            static_fields,
            instance_fields,
            direct_methods,
            virtual_methods,
        })
    }

    /// Static fields.
    #[must_use]
    pub fn static_fields(&self) -> EncodedFields<'a> {
        EncodedFields(Members::new(self.lists, 0, self.static_fields))
    }

    /// Instance fields.
    #[must_use]
    pub fn instance_fields(&self) -> EncodedFields<'a> {
        let skip = u64::from(self.static_fields) * FIELD_NUMBERS;
        EncodedFields(Members::new(self.lists, skip, self.instance_fields))
    }

    /// Direct methods: static, private, constructors.
    #[must_use]
    pub fn direct_methods(&self) -> EncodedMethods<'a> {
        let members = Members::new(self.lists, self.field_numbers(), self.direct_methods);
        EncodedMethods { members, then: 0 }
    }

    /// Virtual methods.
    #[must_use]
    pub fn virtual_methods(&self) -> EncodedMethods<'a> {
        let skip = self.field_numbers() + u64::from(self.direct_methods) * METHOD_NUMBERS;
        let members = Members::new(self.lists, skip, self.virtual_methods);
        EncodedMethods { members, then: 0 }
    }

    /// Direct, then virtual methods, in one walk.
    #[must_use]
    pub fn methods(&self) -> EncodedMethods<'a> {
        EncodedMethods {
            then: self.virtual_methods,
            ..self.direct_methods()
        }
    }

    fn field_numbers(&self) -> u64 {
        (u64::from(self.static_fields) + u64::from(self.instance_fields)) * FIELD_NUMBERS
    }
}

/// One list of a class data item: indexes are differences, the first one counts from zero.
#[derive(Debug, Clone)]
struct Members<'a> {
    cursor: Cursor<'a>,
    left: u32,
    index: u32,
}

impl<'a> Members<'a> {
    #[inline]
    fn new(lists: &'a [u8], skip: u64, left: u32) -> Self {
        let mut cursor = Cursor::new(lists);
        if cursor.skip_leb(skip).is_none() {
            cursor = Cursor::new(&[]);
        }
        Self {
            cursor,
            left,
            index: 0,
        }
    }

    #[inline]
    fn item(&mut self) -> Option<(u32, AccessFlags)> {
        self.left = self.left.checked_sub(1)?;
        self.index = self.index.checked_add(self.cursor.uleb()?)?;
        Some((self.index, AccessFlags(self.cursor.uleb()?)))
    }
}

/// A field that a class defines (`encoded_field`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EncodedField {
    /// The field.
    pub field: FieldIdx,
    /// Access flags.
    pub access: AccessFlags,
}

/// A method that a class defines (`encoded_method`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EncodedMethod {
    /// The method.
    pub method: MethodIdx,
    /// Access flags.
    pub access: AccessFlags,
    /// Offset of its code, for [`Dex::code`]; zero when it is abstract or native.
    pub code_off: u32,
}

/// Iterator over the fields of a class.
#[derive(Debug, Clone)]
pub struct EncodedFields<'a>(Members<'a>);

impl Iterator for EncodedFields<'_> {
    type Item = EncodedField;

    #[inline]
    fn next(&mut self) -> Option<EncodedField> {
        let Some((index, access)) = self.0.item() else {
            self.0.left = 0;
            return None;
        };
        Some(EncodedField {
            field: FieldIdx(index),
            access,
        })
    }
}

/// Iterator over the methods of a class.
#[derive(Debug, Clone)]
pub struct EncodedMethods<'a> {
    members: Members<'a>,
    /// Length of the list behind this one, if that is walked too.
    then: u32,
}

impl EncodedMethods<'_> {
    #[inline]
    fn read(&mut self) -> Option<EncodedMethod> {
        if self.members.left == 0 {
            self.members.left = std::mem::take(&mut self.then);
            self.members.index = 0;
        }
        let (index, access) = self.members.item()?;
        let code_off = self.members.cursor.uleb()?;
        Some(EncodedMethod {
            method: MethodIdx(index),
            access,
            code_off,
        })
    }
}

impl Iterator for EncodedMethods<'_> {
    type Item = EncodedMethod;

    #[inline]
    fn next(&mut self) -> Option<EncodedMethod> {
        let method = self.read();
        if method.is_none() {
            self.members.left = 0;
            self.then = 0;
        }
        method
    }
}
