//! DEX tables to program tables: names, symbols, classes and functions get their numbers, in unit
//! order.

use rustc_hash::FxHashMap;

use crate::formats::dex::{Dex, EncodedValue, StringIdx, TypeIdx};
use crate::ir::{
    Class, ClassId, FieldId, FieldRef, Func, FuncId, MethodId, MethodRef, ProgramBuilder, Proto,
    ProtoId, StaticValue, TypeId, Unit, UnitId,
};

/// One DEX file with the way from its indexes to the program's numbers.
pub(super) struct DexUnit<'a> {
    pub dex: Dex<'a>,
    /// Bytes of the file, for the walk's budget.
    pub size: usize,
    pub types: Vec<TypeId>,
    pub methods: Vec<MethodId>,
    pub fields: Vec<FieldId>,
}

impl DexUnit<'_> {
    pub fn type_id(&self, ty: TypeIdx) -> Option<TypeId> {
        self.types.get(ty.0 as usize).copied()
    }
}

/// Numbers everything of a unit. `interner` state lives over all units.
#[derive(Default)]
pub(super) struct Numbering {
    proto_ids: FxHashMap<Proto, ProtoId>,
    field_ids: FxHashMap<FieldRef, FieldId>,
}

impl Numbering {
    /// Adds a unit's tables to the program.
    pub fn add<'a>(
        &mut self,
        builder: &mut ProgramBuilder<'a>,
        part: &str,
        dex: Dex<'a>,
        size: usize,
    ) -> DexUnit<'a> {
        let unit = UnitId(number(builder.units.len()));
        let nameless = builder.names.intern(b"");
        let intern =
            |builder: &mut ProgramBuilder<'a>, index: StringIdx| match dex.string_bytes(index) {
                Some(bytes) => builder.names.intern(bytes),
                None => nameless,
            };
        let types: Vec<TypeId> = (0..dex.type_count())
            .map(|index| match dex.type_bytes(TypeIdx(index)) {
                Some(bytes) => builder.names.intern(bytes),
                None => nameless,
            })
            .collect();
        let ty = |index: TypeIdx| types.get(index.0 as usize).copied().unwrap_or(nameless);

        let protos: Vec<ProtoId> = (0..dex.proto_count())
            .map(|index| {
                let proto = match dex.proto(crate::formats::dex::ProtoIdx(index)) {
                    Some(proto) => Proto {
                        params: proto.params.iter().map(ty).collect(),
                        ret: ty(proto.ret),
                    },
                    None => Proto {
                        params: Box::default(),
                        ret: nameless,
                    },
                };
                let next = ProtoId(number(builder.protos.len()));
                *self.proto_ids.entry(proto).or_insert_with_key(|proto| {
                    builder.protos.push(proto.clone());
                    next
                })
            })
            .collect();

        let fields: Vec<FieldId> = (0..dex.field_count())
            .map(|index| {
                let field = match dex.field(crate::formats::dex::FieldIdx(index)) {
                    Some(field) => FieldRef {
                        class: ty(field.class),
                        name: intern(builder, field.name),
                        ty: ty(field.ty),
                    },
                    None => FieldRef {
                        class: nameless,
                        name: nameless,
                        ty: nameless,
                    },
                };
                let next = FieldId(number(builder.fields.len()));
                *self.field_ids.entry(field).or_insert_with(|| {
                    builder.fields.push(field);
                    next
                })
            })
            .collect();

        let methods: Vec<MethodId> = (0..dex.method_count())
            .map(|index| {
                let method = match dex.method(crate::formats::dex::MethodIdx(index)) {
                    Some(method) => MethodRef {
                        class: ty(method.class),
                        name: intern(builder, method.name),
                        proto: protos
                            .get(method.proto.0 as usize)
                            .copied()
                            .unwrap_or(ProtoId(u32::MAX)),
                    },
                    None => MethodRef {
                        class: nameless,
                        name: nameless,
                        proto: ProtoId(u32::MAX),
                    },
                };
                let next = MethodId(number(builder.methods.len()));
                *builder.method_ids.entry(method).or_insert_with(|| {
                    builder.methods.push(method);
                    next
                })
            })
            .collect();

        let first_class = ClassId(number(builder.classes.len()));
        for (number_in_unit, class) in dex.class_defs().enumerate() {
            let id = ClassId(number(builder.classes.len()));
            let first_func = FuncId(number(builder.funcs.len()));
            let data = dex.class_data(&class);
            for method in data.direct_methods().chain(data.virtual_methods()) {
                if let Some(symbol) = methods.get(method.method.0 as usize) {
                    builder.funcs.push(Func {
                        method: *symbol,
                        class: id,
                        access: method.access.0,
                        code: method.code_off,
                    });
                }
            }
            for (field, value) in data.static_fields().zip(dex.static_values(&class)) {
                let value = match value {
                    EncodedValue::String(text) => dex
                        .string(text)
                        .map(|text| StaticValue::Str(text.into_owned())),
                    EncodedValue::Byte(value) => Some(StaticValue::Int(i64::from(value))),
                    EncodedValue::Short(value) => Some(StaticValue::Int(i64::from(value))),
                    EncodedValue::Char(value) => Some(StaticValue::Int(i64::from(value))),
                    EncodedValue::Int(value) => Some(StaticValue::Int(i64::from(value))),
                    EncodedValue::Long(value) => Some(StaticValue::Int(value)),
                    EncodedValue::Boolean(value) => Some(StaticValue::Int(i64::from(value))),
                    _ => None,
                };
                if let (Some(id), Some(value)) = (fields.get(field.field.0 as usize), value) {
                    builder.statics.entry(*id).or_insert(value);
                }
            }
            let func_count = number(builder.funcs.len()) - first_func.0;
            let source_file = class.source_file.map(|name| intern(builder, name));
            builder.classes.push(Class {
                ty: ty(class.ty),
                access: class.access.0,
                superclass: class.superclass.map(ty),
                interfaces: class.interfaces.iter().map(ty).collect(),
                source_file,
                unit,
                number: number(number_in_unit),
                first_func,
                func_count,
            });
        }
        let class_count = number(builder.classes.len()) - first_class.0;
        builder.units.push(Unit {
            part: part.to_owned(),
            first_class,
            class_count,
        });
        DexUnit {
            dex,
            size,
            types,
            methods,
            fields,
        }
    }
}

fn number(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
