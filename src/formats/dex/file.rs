//! The file: header, map, id tables, and the items that they point to directly.
//!
//! Follows *Dalvik Executable format*, sections *File layout*, *header_item*, *map_list*,
//! *string_id_item* to *method_handle_item*, and *Container format* for version 041.
//! In a container every offset, of tables and of data alike, counts from the start of the
//! container, so a [`Dex`] keeps the bytes of the whole container.

use std::fmt;
use std::sync::OnceLock;

use super::bytes::{Cursor, field16, field32, u32_at, us};
use super::encoded::{EncodedArray, EncodedValue};
use super::ids::{
    CallSiteIdx, ClassDefIdx, FieldIdx, MethodHandleIdx, MethodIdx, ProtoIdx, StringIdx, TypeIdx,
};
use super::limits;
use super::string::StringOrder;

/// Why bytes are not read as a DEX file at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DexError {
    /// The file ends inside the header.
    #[error("too short for a DEX header: {0} bytes")]
    TooShort(usize),
    /// The magic is not `dex\n`, three digits, NUL.
    #[error("no DEX magic")]
    BadMagic,
    /// A compact or an optimized DEX file, which only exist on a device.
    #[error("an optimized or compact DEX file, which exists only on a device")]
    DeviceOnly,
    /// The tables are big-endian, which no runtime reads.
    #[error("reversed byte order")]
    ReversedEndian,
}

/// A table of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Table {
    /// `string_ids`.
    Strings,
    /// `type_ids`.
    Types,
    /// `proto_ids`.
    Protos,
    /// `field_ids`.
    Fields,
    /// `method_ids`.
    Methods,
    /// `class_defs`.
    Classes,
    /// `call_site_ids`.
    CallSites,
    /// `method_handles`.
    MethodHandles,
    /// `map_list`.
    Map,
}

impl Table {
    /// The specification's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Strings => "string_ids",
            Self::Types => "type_ids",
            Self::Protos => "proto_ids",
            Self::Fields => "field_ids",
            Self::Methods => "method_ids",
            Self::Classes => "class_defs",
            Self::CallSites => "call_site_ids",
            Self::MethodHandles => "method_handles",
            Self::Map => "map_list",
        }
    }
}

/// Something wrong with a file that was read nevertheless.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DexWarning {
    /// Newer than version 041; read as 041.
    NewerVersion(u32),
    /// Older than version 035; read as 035.
    OlderVersion(u32),
    /// The endian tag is neither byte order; read as little-endian.
    BadEndianTag(u32),
    /// The header's size is not that of its version.
    HeaderSize(u32),
    /// The file size of the header is not the size of the bytes.
    FileSize {
        /// What the header says.
        declared: u32,
        /// What there is.
        actual: usize,
    },
    /// A table leaves the file; the records beyond its end are lost.
    TableTruncated {
        /// Which table.
        table: Table,
        /// Records declared.
        declared: u32,
        /// Records that are there.
        present: u32,
    },
    /// A logical file of a container has no readable header; it and those behind it are lost.
    ContainerBroken {
        /// Offset of that header.
        offset: usize,
    },
    /// More logical files than [`limits::CONTAINER_FILES`]; the rest was not read.
    ContainerLimit,
}

impl DexWarning {
    /// Whether part of the file was not read because of it.
    #[must_use]
    pub const fn loses_input(&self) -> bool {
        matches!(
            self,
            Self::TableTruncated { .. } | Self::ContainerBroken { .. } | Self::ContainerLimit
        )
    }
}

impl fmt::Display for DexWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NewerVersion(version) => {
                write!(f, "DEX version {version:03} is newer than 041, read as 041")
            }
            Self::OlderVersion(version) => {
                write!(f, "DEX version {version:03} is older than 035, read as 035")
            }
            Self::BadEndianTag(tag) => write!(f, "endian tag is {tag:#010x}"),
            Self::HeaderSize(size) => write!(f, "header size is {size:#x}"),
            Self::FileSize { declared, actual } => {
                write!(f, "header says {declared} bytes, there are {actual}")
            }
            Self::TableTruncated {
                table,
                declared,
                present,
            } => write!(
                f,
                "{} declares {declared} records, {present} are there",
                table.name()
            ),
            Self::ContainerBroken { offset } => {
                write!(
                    f,
                    "no readable DEX header at offset {offset:#x} of the container"
                )
            }
            Self::ContainerLimit => write!(
                f,
                "more than {} DEX files in one container",
                limits::CONTAINER_FILES
            ),
        }
    }
}

/// One logical DEX file over borrowed bytes.
#[derive(Debug)]
pub struct Dex<'a> {
    /// What offsets count from: the file, or the whole container.
    pub(super) data: &'a [u8],
    header_off: usize,
    version: u32,
    pub(super) strings: &'a [[u8; 4]],
    types: &'a [[u8; 4]],
    protos: &'a [[u8; 12]],
    fields: &'a [[u8; 8]],
    methods: &'a [[u8; 8]],
    pub(super) classes: &'a [[u8; 32]],
    call_sites: &'a [[u8; 4]],
    method_handles: &'a [[u8; 8]],
    warnings: Vec<DexWarning>,
    pub(super) string_order: OnceLock<StringOrder>,
}

/// A method prototype (`proto_id_item`).
#[derive(Debug, Clone, Copy)]
pub struct Proto<'a> {
    /// Short-form descriptor: return type, then parameters, a letter each.
    pub shorty: StringIdx,
    /// Return type.
    pub ret: TypeIdx,
    /// Parameter types.
    pub params: TypeList<'a>,
}

/// A field (`field_id_item`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldRef {
    /// Class it is looked up in.
    pub class: TypeIdx,
    /// Type of its value.
    pub ty: TypeIdx,
    /// Name.
    pub name: StringIdx,
}

/// A method (`method_id_item`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MethodRef {
    /// Class, or array type, it is looked up in.
    pub class: TypeIdx,
    /// Prototype.
    pub proto: ProtoIdx,
    /// Name.
    pub name: StringIdx,
}

/// A `type_list`: types in order. Empty also when it is absent or out of the file.
#[derive(Debug, Clone, Copy, Default)]
pub struct TypeList<'a>(&'a [[u8; 2]]);

impl<'a> TypeList<'a> {
    /// Number of types.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The type at `position`.
    #[must_use]
    pub fn get(&self, position: usize) -> Option<TypeIdx> {
        self.0.get(position).copied().map(type_idx)
    }

    /// The types in order.
    pub fn iter(
        &self,
    ) -> impl ExactSizeIterator<Item = TypeIdx> + DoubleEndedIterator + Clone + use<'a> {
        self.0.iter().copied().map(type_idx)
    }
}

fn type_idx(unit: [u8; 2]) -> TypeIdx {
    TypeIdx(u32::from(u16::from_le_bytes(unit)))
}

/// What a method handle does (`method_handle_item`, *Method handle type codes*).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the names are the specification's")]
pub enum MethodHandleKind {
    StaticPut,
    StaticGet,
    InstancePut,
    InstanceGet,
    InvokeStatic,
    InvokeInstance,
    InvokeConstructor,
    InvokeDirect,
    InvokeInterface,
}

/// What a method handle is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HandleTarget {
    /// A field, for the accessor kinds.
    Field(FieldIdx),
    /// A method, for the invoker kinds.
    Method(MethodIdx),
}

/// A method handle (`method_handle_item`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MethodHandle {
    /// What it does.
    pub kind: MethodHandleKind,
    /// To what.
    pub target: HandleTarget,
}

/// A call site (`call_site_item`): what `invoke-custom` links.
#[derive(Debug, Clone, Copy)]
pub struct CallSite<'a> {
    /// The bootstrap linker method.
    pub bootstrap: MethodHandleIdx,
    /// Method name that the linker resolves.
    pub name: StringIdx,
    /// Method type that the linker resolves.
    pub proto: ProtoIdx,
    /// The constants behind these three, for the linker.
    pub extra: EncodedArray<'a>,
}

/// Offsets into the header (`header_item`).
mod header {
    pub(super) const FILE_SIZE: usize = 32;
    pub(super) const HEADER_SIZE: usize = 36;
    pub(super) const ENDIAN_TAG: usize = 40;
    pub(super) const MAP_OFF: usize = 52;
    pub(super) const STRING_IDS: usize = 56;
    pub(super) const TYPE_IDS: usize = 64;
    pub(super) const PROTO_IDS: usize = 72;
    pub(super) const FIELD_IDS: usize = 80;
    pub(super) const METHOD_IDS: usize = 88;
    pub(super) const CLASS_DEFS: usize = 96;
    pub(super) const CONTAINER_SIZE: usize = 112;
    /// Size of the header before version 041.
    pub(super) const SIZE: usize = 0x70;
    /// Size of the header from version 041 on.
    pub(super) const SIZE_041: usize = 0x78;
    pub(super) const ENDIAN_CONSTANT: u32 = 0x1234_5678;
    pub(super) const REVERSE_ENDIAN_CONSTANT: u32 = 0x7856_3412;
    /// `map_item` types that only the map leads to.
    pub(super) const MAP_CALL_SITE_IDS: u16 = 0x0007;
    pub(super) const MAP_METHOD_HANDLES: u16 = 0x0008;
}

impl<'a> Dex<'a> {
    /// Reads the logical file whose header is at the start of `data`; for a container that is its
    /// first one.
    ///
    /// # Errors
    ///
    /// When the bytes are not a DEX file at all; everything less is a [`DexWarning`].
    pub fn parse(data: &'a [u8]) -> Result<Self, DexError> {
        Self::parse_at(data, 0)
    }

    /// Reads all logical files of `data`, in order: one before version 041.
    ///
    /// # Errors
    ///
    /// When the bytes are not a DEX file at all. A broken header further on ends the list and is a
    /// warning of the file before it.
    pub fn parse_container(data: &'a [u8]) -> Result<Vec<Self>, DexError> {
        let mut last = Self::parse(data)?;
        let mut files = Vec::new();
        while let Some(next) = last.next_header() {
            if files.len() + 1 >= limits::CONTAINER_FILES {
                last.warnings.push(DexWarning::ContainerLimit);
                break;
            }
            match Self::parse_at(data, next) {
                Ok(dex) => files.push(std::mem::replace(&mut last, dex)),
                Err(_) => {
                    let broken = DexWarning::ContainerBroken { offset: next };
                    last.warnings.push(broken);
                    break;
                }
            }
        }
        files.push(last);
        Ok(files)
    }

    /// Offset of the header of the next logical file of a container (*Container format*).
    fn next_header(&self) -> Option<usize> {
        if self.version < 41 {
            return None;
        }
        let base = self.header_off;
        let end = us(u32_at(self.data, base + header::CONTAINER_SIZE)?).min(self.data.len());
        let distance = us(u32_at(self.data, base + header::FILE_SIZE)?).max(header::SIZE_041);
        base.checked_add(distance).filter(|&next| next < end)
    }

    fn parse_at(data: &'a [u8], header_off: usize) -> Result<Self, DexError> {
        let head = data.get(header_off..).unwrap_or_default();
        let version = check_magic(head)?;
        let too_short = DexError::TooShort(head.len());
        let word = |at: usize| u32_at(head, at).ok_or(too_short);
        let head_size = if version >= 41 {
            header::SIZE_041
        } else {
            header::SIZE
        };
        if head.len() < head_size {
            return Err(too_short);
        }
        let mut warnings = Vec::new();
        match word(header::ENDIAN_TAG)? {
            header::ENDIAN_CONSTANT => {}
            header::REVERSE_ENDIAN_CONSTANT => return Err(DexError::ReversedEndian),
            other => warnings.push(DexWarning::BadEndianTag(other)),
        }
        if version > 41 {
            warnings.push(DexWarning::NewerVersion(version));
        } else if version < 35 {
            warnings.push(DexWarning::OlderVersion(version));
        }
        let declared = word(header::HEADER_SIZE)?;
        if us(declared) != head_size {
            warnings.push(DexWarning::HeaderSize(declared));
        }
        let (declared, actual) = if version >= 41 {
            (word(header::CONTAINER_SIZE)?, data.len())
        } else {
            (word(header::FILE_SIZE)?, head.len())
        };
        if us(declared) != actual {
            warnings.push(DexWarning::FileSize { declared, actual });
        }

        let at = |at: usize| -> Result<(u32, u32), DexError> { Ok((word(at)?, word(at + 4)?)) };
        let w = &mut warnings;
        let strings = table(data, at(header::STRING_IDS)?, Table::Strings, w);
        let types = table(data, at(header::TYPE_IDS)?, Table::Types, w);
        let protos = table(data, at(header::PROTO_IDS)?, Table::Protos, w);
        let fields = table(data, at(header::FIELD_IDS)?, Table::Fields, w);
        let methods = table(data, at(header::METHOD_IDS)?, Table::Methods, w);
        let classes = table(data, at(header::CLASS_DEFS)?, Table::Classes, w);
        let (mut call_sites, mut method_handles) = (&[][..], &[][..]);
        let map_off = word(header::MAP_OFF)?;
        for item in map_items(data, map_off, w) {
            let span = (field32(item, 4), field32(item, 8));
            match field16(item, 0) {
                header::MAP_CALL_SITE_IDS => call_sites = table(data, span, Table::CallSites, w),
                header::MAP_METHOD_HANDLES => {
                    method_handles = table(data, span, Table::MethodHandles, w);
                }
                _ => {}
            }
        }
        Ok(Self {
            data,
            header_off,
            version,
            strings,
            types,
            protos,
            fields,
            methods,
            classes,
            call_sites,
            method_handles,
            warnings,
            string_order: OnceLock::new(),
        })
    }

    /// The version of the format, 35 and up.
    #[must_use]
    pub const fn version(&self) -> u32 {
        self.version
    }

    /// What is wrong with the file, as far as its header and map tell.
    #[must_use]
    pub fn warnings(&self) -> &[DexWarning] {
        &self.warnings
    }

    /// The bytes that every offset of this file counts from: the file or its container.
    #[must_use]
    pub const fn data(&self) -> &'a [u8] {
        self.data
    }

    /// Offset of this file's header in [`Dex::data`]: zero but in a container.
    #[must_use]
    pub const fn header_offset(&self) -> usize {
        self.header_off
    }

    /// Number of strings.
    #[must_use]
    pub fn string_count(&self) -> u32 {
        count(self.strings)
    }

    /// Number of types.
    #[must_use]
    pub fn type_count(&self) -> u32 {
        count(self.types)
    }

    /// Number of prototypes.
    #[must_use]
    pub fn proto_count(&self) -> u32 {
        count(self.protos)
    }

    /// Number of fields.
    #[must_use]
    pub fn field_count(&self) -> u32 {
        count(self.fields)
    }

    /// Number of methods.
    #[must_use]
    pub fn method_count(&self) -> u32 {
        count(self.methods)
    }

    /// Number of class definitions.
    #[must_use]
    pub fn class_count(&self) -> u32 {
        count(self.classes)
    }

    /// Number of call sites.
    #[must_use]
    pub fn call_site_count(&self) -> u32 {
        count(self.call_sites)
    }

    /// Number of method handles.
    #[must_use]
    pub fn method_handle_count(&self) -> u32 {
        count(self.method_handles)
    }

    /// The descriptor of a type, as a string.
    #[inline]
    #[must_use]
    pub fn type_descriptor_idx(&self, index: TypeIdx) -> Option<StringIdx> {
        let record = self.types.get(us(index.0))?;
        Some(StringIdx(u32::from_le_bytes(*record)))
    }

    /// The descriptor of a type, as the bytes of the string.
    #[inline]
    #[must_use]
    pub fn type_bytes(&self, index: TypeIdx) -> Option<&'a [u8]> {
        self.string_bytes(self.type_descriptor_idx(index)?)
    }

    /// The type with this descriptor.
    #[must_use]
    pub fn find_type(&self, descriptor: &[u8]) -> Option<TypeIdx> {
        let wanted = self.find_string(descriptor)?.0;
        // type_ids is sorted by string index; in a file where it is not, look at all.
        let at = self
            .types
            .binary_search_by_key(&wanted, |record| u32::from_le_bytes(*record))
            .ok()
            .or_else(|| {
                self.types
                    .iter()
                    .position(|record| u32::from_le_bytes(*record) == wanted)
            })?;
        u32::try_from(at).ok().map(TypeIdx)
    }

    /// A method prototype.
    #[inline]
    #[must_use]
    pub fn proto(&self, index: ProtoIdx) -> Option<Proto<'a>> {
        let record = self.protos.get(us(index.0))?;
        Some(Proto {
            shorty: StringIdx(field32(record, 0)),
            ret: TypeIdx(field32(record, 4)),
            params: self.type_list(field32(record, 8)),
        })
    }

    /// A field.
    #[inline]
    #[must_use]
    pub fn field(&self, index: FieldIdx) -> Option<FieldRef> {
        let record = self.fields.get(us(index.0))?;
        Some(FieldRef {
            class: TypeIdx(u32::from(field16(record, 0))),
            ty: TypeIdx(u32::from(field16(record, 2))),
            name: StringIdx(field32(record, 4)),
        })
    }

    /// A method.
    #[inline]
    #[must_use]
    pub fn method(&self, index: MethodIdx) -> Option<MethodRef> {
        let record = self.methods.get(us(index.0))?;
        Some(MethodRef {
            class: TypeIdx(u32::from(field16(record, 0))),
            proto: ProtoIdx(u32::from(field16(record, 2))),
            name: StringIdx(field32(record, 4)),
        })
    }

    /// A method handle; `None` also when its kind is none of the specification's.
    #[must_use]
    pub fn method_handle(&self, index: MethodHandleIdx) -> Option<MethodHandle> {
        use MethodHandleKind as Kind;
        let record = self.method_handles.get(us(index.0))?;
        let id = u32::from(field16(record, 4));
        let (kind, is_field) = match field16(record, 0) {
            0 => (Kind::StaticPut, true),
            1 => (Kind::StaticGet, true),
            2 => (Kind::InstancePut, true),
            3 => (Kind::InstanceGet, true),
            4 => (Kind::InvokeStatic, false),
            5 => (Kind::InvokeInstance, false),
            6 => (Kind::InvokeConstructor, false),
            7 => (Kind::InvokeDirect, false),
            8 => (Kind::InvokeInterface, false),
            _ => return None,
        };
        let target = if is_field {
            HandleTarget::Field(FieldIdx(id))
        } else {
            HandleTarget::Method(MethodIdx(id))
        };
        Some(MethodHandle { kind, target })
    }

    /// A call site; `None` also when its first three constants are not of the kinds that the
    /// specification demands.
    #[must_use]
    pub fn call_site(&self, index: CallSiteIdx) -> Option<CallSite<'a>> {
        let offset = u32::from_le_bytes(*self.call_sites.get(us(index.0))?);
        let mut values = self.encoded_array(offset);
        let (
            Some(EncodedValue::MethodHandle(bootstrap)),
            Some(EncodedValue::String(name)),
            Some(EncodedValue::MethodType(proto)),
        ) = (values.next(), values.next(), values.next())
        else {
            return None;
        };
        Some(CallSite {
            bootstrap,
            name,
            proto,
            extra: values,
        })
    }

    /// The `type_list` at `offset`; empty for offset zero, cut at the end of the file.
    #[inline]
    pub(super) fn type_list(&self, offset: u32) -> TypeList<'a> {
        if offset == 0 {
            return TypeList::default();
        }
        let Some(size) = u32_at(self.data, us(offset)) else {
            return TypeList::default();
        };
        let (entries, _) = self.tail(us(offset) + 4).as_chunks::<2>();
        TypeList(entries.get(..us(size)).unwrap_or(entries))
    }

    /// The `encoded_array` at `offset`; empty for offset zero.
    pub(super) fn encoded_array(&self, offset: u32) -> EncodedArray<'a> {
        if offset == 0 {
            return EncodedArray::default();
        }
        EncodedArray::new(Cursor::new(self.tail(us(offset))))
    }

    /// Everything from `offset` to the end of the file.
    #[inline]
    pub(super) fn tail(&self, offset: usize) -> &'a [u8] {
        self.data.get(offset..).unwrap_or_default()
    }

    /// The table of `declared` records of `N` bytes at `offset`, cut at the end of the file.
    pub(super) fn records<const N: usize>(&self, offset: usize, declared: u32) -> &'a [[u8; N]] {
        let (records, _) = self.tail(offset).as_chunks::<N>();
        records.get(..us(declared)).unwrap_or(records)
    }

    /// Offset in the file of a class definition's record.
    #[must_use]
    pub fn class_def_offset(&self, index: ClassDefIdx) -> Option<u64> {
        self.classes.get(us(index.0))?;
        let table = u32_at(self.data, self.header_off + header::CLASS_DEFS + 4)?;
        Some(u64::from(table) + u64::from(index.0) * 32)
    }
}

fn count<T>(table: &[T]) -> u32 {
    u32::try_from(table.len()).unwrap_or(u32::MAX)
}

/// The version, out of `DEX_FILE_MAGIC`.
fn check_magic(head: &[u8]) -> Result<u32, DexError> {
    let Some(&magic) = head.first_chunk::<8>() else {
        return Err(DexError::TooShort(head.len()));
    };
    match magic {
        [
            b'd',
            b'e',
            b'x',
            b'\n',
            a @ b'0'..=b'9',
            b @ b'0'..=b'9',
            c @ b'0'..=b'9',
            0,
        ] => {
            let digit = |byte: u8| u32::from(byte - b'0');
            Ok(digit(a) * 100 + digit(b) * 10 + digit(c))
        }
        [b'd', b'e', b'y', b'\n', ..] | [b'c', b'd', b'e', b'x', ..] => Err(DexError::DeviceOnly),
        _ => Err(DexError::BadMagic),
    }
}

/// The `span.0` records at offset `span.1`, cut to those that are in the file.
fn table<'a, const N: usize>(
    data: &'a [u8],
    (declared, offset): (u32, u32),
    table: Table,
    warnings: &mut Vec<DexWarning>,
) -> &'a [[u8; N]] {
    if declared == 0 {
        return &[];
    }
    let (records, _) = data.get(us(offset)..).unwrap_or_default().as_chunks::<N>();
    records.get(..us(declared)).unwrap_or_else(|| {
        warnings.push(DexWarning::TableTruncated {
            table,
            declared,
            present: count(records),
        });
        records
    })
}

/// The items of the `map_list` at `offset`: type, unused, size, offset.
fn map_items<'a>(data: &'a [u8], offset: u32, warnings: &mut Vec<DexWarning>) -> &'a [[u8; 12]] {
    let declared = u32_at(data, us(offset)).unwrap_or(0);
    // A map has one item for each of some twenty types; a longer one is not one.
    let items = table(
        data,
        (declared, offset.saturating_add(4)),
        Table::Map,
        warnings,
    );
    items.get(..64).unwrap_or(items)
}
