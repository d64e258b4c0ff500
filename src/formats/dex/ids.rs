//! The index newtypes of a DEX file: one per table, so that the compiler tells them apart.
//!
//! An index is only a number read from the file: looking it up may find nothing.

macro_rules! index_types {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(transparent)]
        pub struct $name(pub u32);
    )*};
}

index_types! {
    /// Index into `string_ids`.
    StringIdx;
    /// Index into `type_ids`.
    TypeIdx;
    /// Index into `proto_ids`.
    ProtoIdx;
    /// Index into `field_ids`.
    FieldIdx;
    /// Index into `method_ids`.
    MethodIdx;
    /// Index into `class_defs`.
    ClassDefIdx;
    /// Index into `call_site_ids`.
    CallSiteIdx;
    /// Index into `method_handles`.
    MethodHandleIdx;
}

/// `NO_INDEX` of the format: the value that says that there is no such index.
pub const NO_INDEX: u32 = 0xffff_ffff;

/// `index` as an index of type `T`, or `None` when it is [`NO_INDEX`].
pub(super) fn optional<T>(index: u32, make: impl FnOnce(u32) -> T) -> Option<T> {
    (index != NO_INDEX).then(|| make(index))
}
