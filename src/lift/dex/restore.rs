//! Gives a program the names of its source again, from a mapping.
//!
//! Runs over the tables of names before anything else sees them, so that models, entries and
//! reports know one spelling only. Signatures stay those of the build, with the types' names
//! restored: R8 takes parameters away, and the code has to go with its signature.

use std::sync::OnceLock;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::tables::DexUnit;
use crate::formats::mapping::{Class, Found, Mapping, is_type};
use crate::ir::{
    ClassId, FieldRef, FuncId, MethodId, MethodRef, Name, ProgramBuilder, Proto, ProtoId, TypeId,
    access,
};

/// What a program that is restored borrows: the mapping, and the names that the mapping spells in
/// another way than the build.
pub struct Restoring<'a> {
    /// The mapping.
    pub mapping: Mapping<'a>,
    types: OnceLock<Vec<u8>>,
    holders: OnceLock<Vec<u8>>,
}

impl<'a> Restoring<'a> {
    /// Restores from a mapping.
    #[must_use]
    pub fn new(mapping: Mapping<'a>) -> Self {
        Self {
            mapping,
            types: OnceLock::new(),
            holders: OnceLock::new(),
        }
    }
}

/// Most classes above a class that are looked into.
const MAX_LINEAGE: usize = 64;
/// Fewest symbols that are worth a task of their own.
const MIN_SYMBOLS: usize = 512;

/// Restores the tables. Returns the functions that the compiler moved, and the class in which
/// each was written.
pub(super) fn restore<'a>(
    builder: &mut ProgramBuilder<'a>,
    units: &mut [DexUnit<'a>],
    restoring: &'a Restoring<'a>,
) -> FxHashMap<FuncId, TypeId> {
    let sections = sections(builder, units, &restoring.mapping);
    let types = restored_types(builder, units, restoring, &sections);
    let tables = Tables::new(builder, &types, &sections);
    sections.par_iter().for_each(|(_, class)| class.prepare());
    let methods: Vec<Option<Restored<'a>>> = (0..builder.methods.len())
        .into_par_iter()
        .with_min_len(MIN_SYMBOLS)
        .map(|index| tables.method(index))
        .collect();
    let fields: Vec<Option<&'a [u8]>> = builder
        .fields
        .par_iter()
        .with_min_len(MIN_SYMBOLS)
        .map(|field| tables.field(field))
        .collect();
    let access = tables.access;

    let holders = holders(builder, restoring, &methods, &access);
    let ty = |ty: TypeId| types.get(&ty).copied().unwrap_or(ty);
    let protos = restore_protos(builder, ty);
    let method_ids = restore_methods(builder, &methods, &access, &holders, &protos, ty);
    let field_ids = restore_fields(builder, &fields, ty);
    for unit in units {
        for id in &mut unit.types {
            *id = ty(*id);
        }
        for id in &mut unit.methods {
            *id = method_ids.get(id.index()).copied().unwrap_or(*id);
        }
        for id in &mut unit.fields {
            *id = field_ids.get(id.index()).copied().unwrap_or(*id);
        }
    }
    let mut moved = FxHashMap::default();
    for (index, func) in builder.funcs.iter_mut().enumerate() {
        if let Some(found) = methods.get(func.method.index()).and_then(Option::as_ref)
            && let Some(holder) = found.holder
            && let Some(home) = holders.get(holder)
            && let Ok(index) = u32::try_from(index)
        {
            moved.insert(FuncId(index), *home);
        }
        func.method = method_ids
            .get(func.method.index())
            .copied()
            .unwrap_or(func.method);
    }
    let statics = std::mem::take(&mut builder.statics);
    for (field, value) in statics {
        let field = field_ids.get(field.index()).copied().unwrap_or(field);
        builder.statics.entry(field).or_insert(value);
    }
    for class in &mut builder.classes {
        if let Some(section) = sections.get(&class.ty)
            && let Some(std::borrow::Cow::Borrowed(file)) = section.source_file()
        {
            class.source_file = Some(builder.names.intern(file.as_bytes()));
        }
        class.ty = ty(class.ty);
        class.superclass = class.superclass.map(ty);
        for interface in &mut class.interfaces {
            *interface = ty(*interface);
        }
    }
    moved
}

/// The mapping's classes by the types of the build.
fn sections<'a>(
    builder: &ProgramBuilder<'a>,
    units: &[DexUnit<'a>],
    mapping: &'a Mapping<'a>,
) -> FxHashMap<TypeId, &'a Class<'a>> {
    let mut sections = FxHashMap::default();
    let mut dotted = Vec::new();
    for ty in units.iter().flat_map(|unit| &unit.types) {
        if let Some(name) = class_name(builder.names.bytes(*ty)) {
            dots(name, &mut dotted);
            if let Some(class) = mapping.residual(&dotted) {
                sections.insert(*ty, class);
            }
        }
    }
    sections
}

/// `a/b` of `La/b;`.
pub(super) fn class_name(descriptor: &[u8]) -> Option<&[u8]> {
    descriptor.strip_prefix(b"L")?.strip_suffix(b";")
}

/// A name with dots for slashes.
pub(super) fn dots(name: &[u8], into: &mut Vec<u8>) {
    into.clear();
    into.extend(
        name.iter()
            .map(|byte| if *byte == b'/' { b'.' } else { *byte }),
    );
}

/// Appends the descriptor of a class name with dots.
pub(super) fn push_descriptor(dotted: &[u8], into: &mut Vec<u8>) {
    into.push(b'L');
    into.extend(
        dotted
            .iter()
            .map(|byte| if *byte == b'.' { b'/' } else { *byte }),
    );
    into.push(b';');
}

/// The types that have another name in the source.
fn restored_types<'a>(
    builder: &mut ProgramBuilder<'a>,
    units: &[DexUnit<'a>],
    restoring: &'a Restoring<'a>,
    sections: &FxHashMap<TypeId, &'a Class<'a>>,
) -> FxHashMap<TypeId, TypeId> {
    let mut text = Vec::new();
    let mut places: Vec<(TypeId, std::ops::Range<usize>)> = Vec::new();
    let mut seen = rustc_hash::FxHashSet::default();
    let mut taken: rustc_hash::FxHashSet<&[u8]> = rustc_hash::FxHashSet::default();
    for ty in units.iter().flat_map(|unit| &unit.types) {
        if !seen.insert(*ty) {
            continue;
        }
        let descriptor = builder.names.bytes(*ty);
        let element = descriptor.trim_prefix_all(b'[');
        let section = match builder.names.get(element) {
            Some(element) => sections.get(&element).copied(),
            None => None,
        };
        let Some(section) = section.filter(|section| section.original != section.residual) else {
            continue;
        };
        // Two classes of the build are no one class of the source; the first keeps the name.
        if element.len() == descriptor.len() && !taken.insert(section.original) {
            continue;
        }
        let start = text.len();
        text.resize(start + descriptor.len() - element.len(), b'[');
        push_descriptor(section.original, &mut text);
        places.push((*ty, start..text.len()));
    }
    let text = restoring.types.get_or_init(|| text);
    places
        .into_iter()
        .filter_map(|(ty, range)| Some((ty, builder.names.intern(text.get(range)?))))
        .collect()
}

trait TrimPrefix {
    fn trim_prefix_all(&self, byte: u8) -> &Self;
}

impl TrimPrefix for [u8] {
    fn trim_prefix_all(&self, byte: u8) -> &Self {
        let count = self.iter().take_while(|at| **at == byte).count();
        self.get(count..).unwrap_or_default()
    }
}

/// What a method was called, and in which class it was written where that is another one.
struct Restored<'a> {
    name: &'a [u8],
    holder: Option<&'a [u8]>,
}

impl<'a> Restored<'a> {
    fn of(found: Found<'a>) -> Self {
        Self {
            name: found.member.name,
            holder: found.member.holder,
        }
    }

    fn named(found: Found<'a>) -> Self {
        Self {
            holder: None,
            ..Self::of(found)
        }
    }
}

/// The tables as the build has them.
struct Tables<'t, 'a> {
    builder: &'t ProgramBuilder<'a>,
    types: &'t FxHashMap<TypeId, TypeId>,
    sections: &'t FxHashMap<TypeId, &'a Class<'a>>,
    class_of: FxHashMap<TypeId, ClassId>,
    /// Access flags of the methods that are defined.
    access: Vec<Option<u32>>,
}

impl<'t, 'a> Tables<'t, 'a> {
    fn new(
        builder: &'t ProgramBuilder<'a>,
        types: &'t FxHashMap<TypeId, TypeId>,
        sections: &'t FxHashMap<TypeId, &'a Class<'a>>,
    ) -> Self {
        let mut class_of = FxHashMap::default();
        for (class, id) in builder.classes.iter().zip(0u32..) {
            class_of.entry(class.ty).or_insert(ClassId(id));
        }
        let mut access = vec![None; builder.methods.len()];
        for func in &builder.funcs {
            if let Some(slot) = access.get_mut(func.method.index()) {
                slot.get_or_insert(func.access);
            }
        }
        Self {
            builder,
            types,
            sections,
            class_of,
            access,
        }
    }

    /// A class and what is above it, nearest first.
    fn lineage(&self, ty: TypeId) -> Vec<TypeId> {
        let mut all = vec![ty];
        let mut next = 0;
        while let Some(at) = all.get(next).copied() {
            next += 1;
            let class = self
                .class_of
                .get(&at)
                .and_then(|id| self.builder.classes.get(id.index()));
            for above in class
                .into_iter()
                .flat_map(|class| class.superclass.iter().chain(class.interfaces.iter()))
            {
                if all.len() < MAX_LINEAGE && !all.contains(above) {
                    all.push(*above);
                }
            }
        }
        all
    }

    fn access_of(&self, method: MethodRef) -> Option<u32> {
        let id = self.builder.method_ids.get(&method)?;
        self.access.get(id.index()).copied().flatten()
    }

    /// What the mapping says of a method. What overrides has the name of what it overrides.
    fn method(&self, index: usize) -> Option<Restored<'a>> {
        const BOUND: u32 = access::PRIVATE | access::STATIC | access::CONSTRUCTOR;
        let symbol = *self.builder.methods.get(index)?;
        if self.builder.names.bytes(symbol.name).starts_with(b"<") {
            return self.declared(symbol).map(|found| Restored {
                name: self.builder.names.bytes(symbol.name),
                ..Restored::of(found)
            });
        }
        let own = self.access.get(index).copied().flatten();
        if own.is_some_and(|access| access & BOUND != 0) {
            return self.declared(symbol).map(Restored::of);
        }
        let mut found: Option<Restored<'a>> = None;
        let lineage = self.lineage(symbol.class);
        // What the platform calls has its name already, whatever the compiler calls its body.
        let is_called_outside = lineage.iter().any(|ty| {
            !self.class_of.contains_key(ty)
                && self.builder.names.bytes(*ty) != b"Ljava/lang/Object;"
        });
        for ty in lineage {
            let there = MethodRef {
                class: ty,
                ..symbol
            };
            let above = ty != symbol.class;
            match self.access_of(there) {
                // Nobody overrides what is private or static; what is static is inherited.
                Some(access) if above && access & (access::PRIVATE | access::STATIC) != 0 => {
                    let inherited = access & access::STATIC != 0 && own.is_none();
                    if inherited && found.is_none() {
                        return self.declared(there).map(Restored::named);
                    }
                }
                Some(_) => {
                    if let Some(mut declared) = self.declared(there) {
                        if declared.synthesized && is_called_outside {
                            declared.member.name = self.builder.names.bytes(symbol.name);
                        }
                        let name = declared.member.name;
                        match &mut found {
                            Some(found) => found.name = name,
                            None if above => found = Some(Restored::named(declared)),
                            None => found = Some(Restored::of(declared)),
                        }
                    }
                }
                None => {}
            }
        }
        // Of a class that is in the mapping and not in the build.
        found.or_else(|| {
            let declared = own.is_none().then(|| self.declared(symbol)).flatten();
            declared.map(Restored::named)
        })
    }

    fn declared(&self, symbol: MethodRef) -> Option<Found<'a>> {
        let section = self.sections.get(&symbol.class)?;
        let proto = self.builder.protos.get(symbol.proto.index())?;
        let signature = Signature {
            params: proto.params.iter().map(|ty| self.spellings(*ty)).collect(),
            ret: self.spellings(proto.ret),
        };
        method(section, self.builder.names.bytes(symbol.name), &signature)
    }

    fn spellings(&self, ty: TypeId) -> Spellings<'a> {
        let restored = self.types.get(&ty).copied().unwrap_or(ty);
        Spellings {
            residual: self.builder.names.bytes(ty),
            original: self.builder.names.bytes(restored),
        }
    }

    fn field(&self, field: &FieldRef) -> Option<&'a [u8]> {
        let name = self.builder.names.bytes(field.name);
        let ty = self.spellings(field.ty);
        self.lineage(field.class).into_iter().find_map(|class| {
            let candidates: Vec<Found<'a>> = self
                .sections
                .get(&class)?
                .members(name)
                .filter(|found| found.member.params.is_none())
                .collect();
            let exact = candidates.iter().find(|found| match &found.signature {
                Some(signature) => signature.as_bytes() == ty.residual,
                None => is_type(found.member.ty, ty.original),
            });
            let only = match candidates.as_slice() {
                [only] => Some(only),
                _ => None,
            };
            exact.or(only).map(|found| found.member.name)
        })
    }
}

/// A type in the build and in the source.
#[derive(Clone, Copy)]
pub(super) struct Spellings<'s> {
    pub residual: &'s [u8],
    pub original: &'s [u8],
}

/// A signature in the build and in the source.
pub(super) struct Signature<'s> {
    pub params: Vec<Spellings<'s>>,
    pub ret: Spellings<'s>,
}

impl Signature<'_> {
    fn is(&self, found: &Found<'_>) -> bool {
        if let Some(residual) = &found.signature {
            let mut rest = residual.as_bytes();
            let mut eat = |part: &[u8]| match rest.strip_prefix(part) {
                Some(tail) => {
                    rest = tail;
                    true
                }
                None => false,
            };
            return eat(b"(")
                && self.params.iter().all(|ty| eat(ty.residual))
                && eat(b")")
                && eat(self.ret.residual)
                && rest.is_empty();
        }
        let Some(params) = found.member.params else {
            return false;
        };
        let mut types = params
            .split(|byte| *byte == b',')
            .map(<[u8]>::trim_ascii)
            .filter(|ty| !ty.is_empty());
        self.params
            .iter()
            .all(|ty| types.next().is_some_and(|java| is_type(java, ty.original)))
            && types.next().is_none()
            && is_type(found.member.ty, self.ret.original)
    }
}

/// The method of a class with that name and signature in the build.
pub(super) fn method<'a>(
    class: &Class<'a>,
    residual: &[u8],
    signature: &Signature<'_>,
) -> Option<Found<'a>> {
    let mut candidates: Vec<Found<'a>> = class
        .members(residual)
        .filter(|found| found.member.params.is_some())
        .collect();
    match candidates.iter().position(|found| signature.is(found)) {
        Some(exact) => Some(candidates.swap_remove(exact)),
        // Older compilers change signatures and do not say so.
        None if candidates.len() == 1 => candidates.pop(),
        None => None,
    }
}

/// The classes from which methods were moved, as types.
fn holders<'a>(
    builder: &mut ProgramBuilder<'a>,
    restoring: &'a Restoring<'a>,
    methods: &[Option<Restored<'a>>],
    access: &[Option<u32>],
) -> FxHashMap<&'a [u8], TypeId> {
    let mut text = Vec::new();
    let mut places: FxHashMap<&'a [u8], std::ops::Range<usize>> = FxHashMap::default();
    let mut order = Vec::new();
    for (found, access) in methods.iter().zip(access) {
        if access.is_some()
            && let Some(holder) = found.as_ref().and_then(|found| found.holder)
            && !places.contains_key(holder)
        {
            let start = text.len();
            push_descriptor(holder, &mut text);
            places.insert(holder, start..text.len());
            order.push(holder);
        }
    }
    let text = restoring.holders.get_or_init(|| text);
    order
        .into_iter()
        .filter_map(|holder| {
            let bytes = text.get(places.get(holder)?.clone())?;
            Some((holder, builder.names.intern(bytes)))
        })
        .collect()
}

/// Restores signatures in place; those that became equal get one number.
fn restore_protos(builder: &mut ProgramBuilder<'_>, ty: impl Fn(TypeId) -> TypeId) -> Vec<ProtoId> {
    let mut known: FxHashMap<Proto, ProtoId> = FxHashMap::default();
    builder
        .protos
        .iter_mut()
        .zip(0u32..)
        .map(|(proto, id)| {
            for param in &mut proto.params {
                *param = ty(*param);
            }
            proto.ret = ty(proto.ret);
            *known.entry(proto.clone()).or_insert(ProtoId(id))
        })
        .collect()
}

/// Restores symbols of methods in place; two never become one, unless they were.
fn restore_methods<'a>(
    builder: &mut ProgramBuilder<'a>,
    found: &[Option<Restored<'a>>],
    access: &[Option<u32>],
    holders: &FxHashMap<&'a [u8], TypeId>,
    protos: &[ProtoId],
    ty: impl Fn(TypeId) -> TypeId,
) -> Vec<MethodId> {
    let mut known: FxHashMap<MethodRef, MethodId> = FxHashMap::default();
    known.reserve(builder.methods.len());
    let mut ids = Vec::with_capacity(builder.methods.len());
    for (index, symbol) in builder.methods.iter_mut().enumerate() {
        let id = MethodId(u32::try_from(index).unwrap_or(u32::MAX));
        let plain = MethodRef {
            class: ty(symbol.class),
            name: symbol.name,
            proto: protos
                .get(symbol.proto.index())
                .copied()
                .unwrap_or(symbol.proto),
        };
        let found = found.get(index).and_then(Option::as_ref);
        let restored = found.map_or(plain, |found| {
            let is_static = access
                .get(index)
                .copied()
                .flatten()
                .is_some_and(|access| access & access::STATIC != 0);
            // The objects of a merged class are of one type, whoever wrote the method.
            let holder = found
                .holder
                .filter(|_| is_static)
                .and_then(|holder| holders.get(holder));
            MethodRef {
                class: holder.copied().unwrap_or(plain.class),
                name: builder.names.intern(found.name),
                proto: plain.proto,
            }
        });
        // Overloads that differ in a parameter that is gone keep the names of the build.
        let chosen = if known.contains_key(&restored) {
            plain
        } else {
            restored
        };
        *symbol = chosen;
        ids.push(*known.entry(chosen).or_insert(id));
    }
    builder.method_ids = known;
    ids
}

/// Restores symbols of fields in place.
fn restore_fields<'a>(
    builder: &mut ProgramBuilder<'a>,
    found: &[Option<&'a [u8]>],
    ty: impl Fn(TypeId) -> TypeId,
) -> Vec<crate::ir::FieldId> {
    let mut known: FxHashMap<FieldRef, crate::ir::FieldId> = FxHashMap::default();
    let mut ids = Vec::with_capacity(builder.fields.len());
    for (index, symbol) in builder.fields.iter_mut().enumerate() {
        let id = crate::ir::FieldId(u32::try_from(index).unwrap_or(u32::MAX));
        let plain = FieldRef {
            class: ty(symbol.class),
            name: symbol.name,
            ty: ty(symbol.ty),
        };
        let name: Option<Name> = found
            .get(index)
            .copied()
            .flatten()
            .map(|name| builder.names.intern(name));
        let restored = FieldRef {
            name: name.unwrap_or(plain.name),
            ..plain
        };
        let chosen = if known.contains_key(&restored) {
            plain
        } else {
            restored
        };
        *symbol = chosen;
        ids.push(*known.entry(chosen).or_insert(id));
    }
    ids
}
