//! Symbols of the program, made while functions are lowered: texts live in an arena.

use bumpalo::Bump;
use rustc_hash::FxHashMap;

use super::types::{self, Ty};
use crate::ir::{
    FieldId, FieldRef, MethodId, MethodRef, Name, ProgramBuilder, Proto, ProtoId, TypeId,
};

/// The symbols.
pub struct Pool<'a> {
    arena: &'a Bump,
    /// Tables of the program.
    pub builder: ProgramBuilder<'a>,
    protos: FxHashMap<Proto, ProtoId>,
    fields: FxHashMap<FieldRef, FieldId>,
}

impl<'a> Pool<'a> {
    /// No symbols.
    #[must_use]
    pub fn new(arena: &'a Bump) -> Self {
        Self {
            arena,
            builder: ProgramBuilder::default(),
            protos: FxHashMap::default(),
            fields: FxHashMap::default(),
        }
    }

    /// A text that lives as long as the program.
    #[must_use]
    pub fn text(&self, text: &str) -> &'a str {
        self.arena.alloc_str(text)
    }

    /// A name.
    pub fn name(&mut self, text: &str) -> Name {
        match self.builder.names.get(text.as_bytes()) {
            Some(name) => name,
            None => {
                let text = self.text(text);
                self.builder.names.intern(text.as_bytes())
            }
        }
    }

    /// A type.
    pub fn ty(&mut self, desc: &str) -> TypeId {
        self.name(desc)
    }

    /// A signature.
    pub fn proto(&mut self, params: &[&str], ret: &str) -> ProtoId {
        let proto = Proto {
            params: params.iter().map(|param| self.name(param)).collect(),
            ret: self.name(ret),
        };
        if let Some(id) = self.protos.get(&proto) {
            return *id;
        }
        let id = ProtoId(number(self.builder.protos.len()));
        self.builder.protos.push(proto.clone());
        self.protos.insert(proto, id);
        id
    }

    /// A method.
    pub fn method(&mut self, class: &str, name: &str, params: &[&str], ret: &str) -> MethodId {
        let symbol = MethodRef {
            class: self.name(class),
            name: self.name(name),
            proto: self.proto(params, ret),
        };
        if let Some(id) = self.builder.method_ids.get(&symbol) {
            return *id;
        }
        let id = MethodId(number(self.builder.methods.len()));
        self.builder.methods.push(symbol);
        self.builder.method_ids.insert(symbol, id);
        id
    }

    /// A method by its descriptor.
    pub fn method_by(&mut self, class: &str, name: &str, descriptor: &str) -> MethodId {
        let (params, ret) = types::split(descriptor).unwrap_or_default();
        self.method(class, name, &params, ret)
    }

    /// A field.
    pub fn field(&mut self, class: &str, name: &str, ty: Option<&Ty>) -> FieldId {
        let field = FieldRef {
            class: self.name(class),
            name: self.name(name),
            ty: self.name(ty.map_or(types::OBJECT, |ty| &ty.desc)),
        };
        let next = FieldId(number(self.builder.fields.len()));
        match self.fields.get(&field) {
            Some(id) => *id,
            None => {
                self.builder.fields.push(field);
                self.fields.insert(field, next);
                next
            }
        }
    }
}

/// A length as an index.
#[must_use]
pub fn number(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
