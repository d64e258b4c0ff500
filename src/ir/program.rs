//! The program: interned symbols, units, classes, functions, and the index of who uses what.
//!
//! Numbers instead of pointers everywhere; every table is filled once by a front end, in unit
//! order, so that the same input gives the same numbers whatever the number of threads.

use std::fmt;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use rustc_hash::FxHashMap;

use super::body::Body;
use super::names::{Name, Names};

/// A type, by its descriptor's name (`Lcom/example/Session;`, `[I`, `Z`).
pub type TypeId = Name;

macro_rules! index_type {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// As an index into a table.
            #[must_use]
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

index_type! {
    /// A parameter list with a result: unique in the program.
    ProtoId;
    /// A method as code names it: class, name, signature. Unique in the program.
    MethodId;
    /// A field as code names it. Unique in the program.
    FieldId;
    /// A class defined in the program.
    ClassId;
    /// A function defined in the program.
    FuncId;
    /// A unit of code: one DEX file, one Mach-O slice, one source file.
    UnitId;
}

/// Java access flags that the analysis asks for (DEX format, `access_flags`).
pub mod access {
    /// `public`
    pub const PUBLIC: u32 = 0x1;
    /// `private`
    pub const PRIVATE: u32 = 0x2;
    /// `static`
    pub const STATIC: u32 = 0x8;
    /// `final`
    pub const FINAL: u32 = 0x10;
    /// `bridge`
    pub const BRIDGE: u32 = 0x40;
    /// `native`
    pub const NATIVE: u32 = 0x100;
    /// `interface`
    pub const INTERFACE: u32 = 0x200;
    /// `abstract`
    pub const ABSTRACT: u32 = 0x400;
    /// `synthetic`
    pub const SYNTHETIC: u32 = 0x1000;
    /// `constructor`
    pub const CONSTRUCTOR: u32 = 0x10000;
}

/// Parameter types and result type.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Proto {
    /// Declared parameters, receiver not counted.
    pub params: Box<[TypeId]>,
    /// Result.
    pub ret: TypeId,
}

/// A method as code names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MethodRef {
    /// Class named at the call.
    pub class: TypeId,
    /// Name.
    pub name: Name,
    /// Signature.
    pub proto: ProtoId,
}

/// A field as code names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FieldRef {
    /// Class named at the access.
    pub class: TypeId,
    /// Name.
    pub name: Name,
    /// Type.
    pub ty: TypeId,
}

/// A class defined in the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    /// Its type.
    pub ty: TypeId,
    /// Access flags.
    pub access: u32,
    /// Superclass, if it names one.
    pub superclass: Option<TypeId>,
    /// Interfaces that it names.
    pub interfaces: Box<[TypeId]>,
    /// Source file name, if kept.
    pub source_file: Option<Name>,
    /// Where it is defined.
    pub unit: UnitId,
    /// Number of its definition in the unit.
    pub number: u32,
    /// First of its functions; they are numbered in a row.
    pub first_func: FuncId,
    /// How many functions it defines.
    pub func_count: u32,
}

/// A function defined in the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Func {
    /// Its own symbol.
    pub method: MethodId,
    /// Its class.
    pub class: ClassId,
    /// Access flags.
    pub access: u32,
    /// Where its code is in the unit; 0 is no code.
    pub code: u32,
}

/// A unit of code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// The part that it was read from.
    pub part: String,
    /// First class.
    pub first_class: ClassId,
    /// Number of classes.
    pub class_count: u32,
}

/// Value of a static field before any code runs.
#[derive(Debug, Clone, PartialEq)]
pub enum StaticValue {
    /// Integer, boolean or character.
    Int(i64),
    /// Text.
    Str(String),
}

/// Facts about a function that the index pass saw, one bit each. The front end's model matching
/// decides what the low bits mean; the index pass only collects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FuncFlags(pub u32);

impl FuncFlags {
    /// Calls something of a core role (store, clear, sign-out, revoke, login, send …).
    pub const CORE: Self = Self(1);
    /// Calls a log sink or another sink that matters only for a credential.
    pub const SINK: Self = Self(1 << 1);
    /// Uses a string, field or method whose name may be a credential's.
    pub const LEXICON: Self = Self(1 << 2);
    /// Uses text that is a credential by itself (JWT, bearer value).
    pub const SECRET: Self = Self(1 << 3);
    /// Calls a function of an interface that the framework defines (`Runnable.run`).
    pub const CALLBACK_CALL: Self = Self(1 << 4);
    /// Uses reflection with a name that may not be constant.
    pub const REFLECTION: Self = Self(1 << 5);
    /// Uses a URL-like text with a parameter that may be a credential.
    pub const URL: Self = Self(1 << 6);
    /// Calls something of any modelled role.
    pub const MODELLED: Self = Self(1 << 7);
    /// Uses an SQL text that writes.
    pub const SQL: Self = Self(1 << 8);
    /// Mentions a text that says how a login works.
    pub const FLOW: Self = Self(1 << 13);

    /// Uses a text by which a parser of service annotations is found.
    pub const VERB: Self = Self(1 << 9);
    /// Uses the number 401, which a server answers to a session that it does not know (RFC 9110
    /// section 15.5.2).
    pub const UNAUTHORIZED: Self = Self(1 << 10);
    /// Uses a text that says that a session has ended.
    pub const REFUSED: Self = Self(1 << 11);
    /// Uses a text that labels a control.
    pub const LABEL: Self = Self(1 << 12);

    /// Flags of texts that are kept with their uses.
    pub const KEPT_TEXT: Self = Self(
        Self::SECRET.0
            | Self::URL.0
            | Self::SQL.0
            | Self::VERB.0
            | Self::REFUSED.0
            | Self::LABEL.0
            | Self::FLOW.0,
    );

    /// Whether all bits of `other` are set.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether any bit of `other` is set.
    #[must_use]
    pub fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Adds the bits of `other`.
    pub fn insert(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

/// What the flags of symbols, names and texts are; the models decide.
pub trait Marks: Sync {
    /// Flags of a method symbol, by number.
    fn method(&self, method: MethodId) -> FuncFlags;
    /// Flags of a name of a field or of a method.
    fn name(&self, bytes: &[u8]) -> FuncFlags;
    /// Flags of a text constant.
    fn text(&self, bytes: &[u8]) -> FuncFlags;
}

/// Whether a constant can be a resource id: they are `0xPPTTEEEE`; an app's package is 0x7f, a
/// feature split's 0x80 and up or below 0x7f; the framework's is 0x01.
#[must_use]
pub fn is_resource_id(id: u32) -> bool {
    (0x02..=0xfe).contains(&(id >> 24)) && (id >> 16) & 0xff != 0 && id >> 24 >= 0x70
}

/// Counts that the index pass makes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FlagCounts {
    /// Functions with code.
    pub functions: u64,
    /// Instructions walked.
    pub instructions: u64,
}

/// Compressed rows: for each key a sorted run of functions, each once.
#[derive(Debug, Clone, Default)]
pub struct Csr {
    starts: Vec<u32>,
    items: Vec<FuncId>,
}

impl Csr {
    /// Sorts pairs into rows. `keys` is the number of keys; pairs with a larger key are left out.
    /// Pairs must come in ascending order of function.
    #[must_use]
    pub fn build(keys: usize, pairs: &[&[(u32, FuncId)]]) -> Self {
        let mut starts = vec![0u32; keys + 1];
        for (key, _) in pairs.iter().copied().flatten() {
            if let Some(count) = starts.get_mut(*key as usize + 1) {
                *count += 1;
            }
        }
        let mut sum = 0u32;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut items = vec![FuncId(0); sum as usize];
        let mut next = starts.clone();
        for (key, func) in pairs.iter().copied().flatten() {
            if let Some(position) = next.get_mut(*key as usize)
                && (*key as usize) < keys
            {
                if let Some(slot) = items.get_mut(*position as usize) {
                    *slot = *func;
                }
                *position += 1;
            }
        }
        Self { starts, items }
    }

    /// Functions of a key, ascending; a function may repeat in a row.
    pub fn row(&self, key: u32) -> impl Iterator<Item = FuncId> + '_ {
        let start = self.starts.get(key as usize).copied().unwrap_or(0) as usize;
        let end = self.starts.get(key as usize + 1).copied().unwrap_or(0) as usize;
        let mut last = None;
        self.items
            .get(start..end)
            .unwrap_or_default()
            .iter()
            .copied()
            .filter(move |func| {
                let fresh = last != Some(*func);
                last = Some(*func);
                fresh
            })
    }

    /// Whether a key has any function.
    #[must_use]
    pub fn has(&self, key: u32) -> bool {
        self.row(key).next().is_some()
    }
}

/// Whose code a class is: known after the program is read, and needed to say which of the places
/// that a compiler joined is the one to show.
pub trait WhoseCode: Send + Sync {
    /// Whether a class, by its descriptor, is a library's.
    fn is_library(&self, descriptor: &str) -> bool;
}

/// Where a function's operation stands in the input and in the original source.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SourcePlace {
    /// The part.
    pub part: String,
    /// Byte offset in the part.
    pub offset: Option<u64>,
    /// Source file name.
    pub source_file: Option<String>,
    /// Line.
    pub line: Option<u32>,
    /// Where it was written, where compilers moved it and somebody knows from where: what was
    /// inlined first, the function itself last.
    pub frames: Vec<SourceFrame>,
}

/// One of the functions that a compiler joined at a place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SourceFrame {
    /// Class, with dots.
    pub class: String,
    /// Method.
    pub method: String,
    /// Source file name.
    pub source_file: Option<String>,
    /// Line.
    pub line: Option<u32>,
}

/// Lifts functions on demand: the front end behind a [`Program`].
pub trait Lift<'a>: Sync + Send {
    /// The body of a function; a stub when it has none. Must be the same whenever it is asked.
    fn lift(&self, program: &Program<'a>, func: FuncId) -> Body<'a>;

    /// Where a code offset of a function stands.
    fn place(&self, program: &Program<'a>, func: FuncId, offset: u32) -> SourcePlace;

    /// Names of the declared parameters (receiver not counted), where debug info kept them.
    fn parameter_names(&self, program: &Program<'a>, func: FuncId) -> Vec<Option<String>>;

    /// Name of the local variable that holds the value defined at `offset`, where debug info kept
    /// it.
    fn local_name(&self, program: &Program<'a>, func: FuncId, offset: u32) -> Option<String>;

    /// Annotations of a function and of its parameters, as text values.
    fn annotations(&self, program: &Program<'a>, func: FuncId) -> Vec<super::Annotation>;

    /// Annotations of a field (by the class that defines it and its name).
    fn field_annotations(
        &self,
        program: &Program<'a>,
        class: ClassId,
        field: Name,
    ) -> Vec<super::Annotation>;
}

/// All code of the scanned app, indexed; bodies are lifted when asked for.
pub struct Program<'a> {
    /// Names.
    pub names: Names<'a>,
    /// Signatures.
    pub protos: Vec<Proto>,
    /// Methods that code names or defines.
    pub methods: Vec<MethodRef>,
    /// Fields that code names or defines.
    pub fields: Vec<FieldRef>,
    /// Units, in order.
    pub units: Vec<Unit>,
    /// Classes, in unit order.
    pub classes: Vec<Class>,
    /// Functions, in class order.
    pub funcs: Vec<Func>,
    /// The defined function of a method symbol.
    pub func_of: Vec<Option<FuncId>>,
    /// The defined class of a type.
    pub class_of: FxHashMap<TypeId, ClassId>,
    /// Direct subtypes: (supertype, class), sorted.
    pub subtypes: Vec<(TypeId, ClassId)>,
    /// Values of static fields.
    pub statics: FxHashMap<FieldId, StaticValue>,
    /// Methods and where they are called, by [`MethodId`].
    pub calls: Csr,
    /// Classes and where they are allocated, by [`ClassId`].
    pub allocations: Csr,
    /// Fields and where they are read, by [`FieldId`].
    pub reads: Csr,
    /// Fields and where they are written, by [`FieldId`].
    pub writes: Csr,
    /// Resource ids and where code uses them: sorted.
    pub resources: Vec<(u32, FuncId)>,
    /// Flagged texts and where code uses them, in function order.
    pub texts: Vec<(String, FuncId)>,
    /// Class literals and where they are used, by [`ClassId`].
    pub class_literals: Csr,
    /// Classes that a framework makes and no code does: what dependency injection provides.
    pub made: Vec<ClassId>,
    /// What the index pass saw in each function.
    pub flags: Vec<FuncFlags>,
    /// Counts of the index pass.
    pub counts: FlagCounts,
    /// Number of each method symbol.
    pub method_ids: FxHashMap<MethodRef, MethodId>,
    /// Functions that a compiler moved into another class, and the class in which each was
    /// written.
    pub homes: FxHashMap<FuncId, TypeId>,
    /// Whose code is whose, once somebody knows.
    pub whose: OnceLock<Box<dyn WhoseCode>>,
    /// The lifting front end.
    pub lifter: Box<dyn Lift<'a> + 'a>,
    bodies: Vec<OnceLock<Box<Body<'a>>>>,
    lifted: AtomicU64,
}

/// The parts of a [`Program`] that a front end fills before the index pass.
#[derive(Default)]
pub struct ProgramBuilder<'a> {
    /// See [`Program::names`].
    pub names: Names<'a>,
    /// See [`Program::protos`].
    pub protos: Vec<Proto>,
    /// See [`Program::methods`].
    pub methods: Vec<MethodRef>,
    /// See [`Program::method_ids`].
    pub method_ids: FxHashMap<MethodRef, MethodId>,
    /// See [`Program::fields`].
    pub fields: Vec<FieldRef>,
    /// See [`Program::units`].
    pub units: Vec<Unit>,
    /// See [`Program::classes`].
    pub classes: Vec<Class>,
    /// See [`Program::funcs`].
    pub funcs: Vec<Func>,
    /// See [`Program::statics`].
    pub statics: FxHashMap<FieldId, StaticValue>,
    /// See [`Program::homes`].
    pub homes: FxHashMap<FuncId, TypeId>,
}

impl<'a> ProgramBuilder<'a> {
    /// Derives the look-up tables. The index ([`Program::calls`] …) is still empty.
    #[must_use]
    pub fn finish(self, lifter: Box<dyn Lift<'a> + 'a>) -> Program<'a> {
        let mut class_of =
            FxHashMap::with_capacity_and_hasher(self.classes.len(), rustc_hash::FxBuildHasher);
        let mut subtypes = Vec::with_capacity(self.classes.len() * 2);
        for (index, class) in self.classes.iter().enumerate() {
            let id = ClassId(u32::try_from(index).unwrap_or(u32::MAX));
            // The first definition wins, as in the class loader.
            class_of.entry(class.ty).or_insert(id);
            subtypes.extend(
                class
                    .superclass
                    .iter()
                    .chain(class.interfaces.iter())
                    .map(|parent| (*parent, id)),
            );
        }
        subtypes.sort_unstable();
        let mut func_of = vec![None; self.methods.len()];
        for (index, func) in self.funcs.iter().enumerate() {
            if let Some(slot) = func_of.get_mut(func.method.index())
                && slot.is_none()
            {
                *slot = Some(FuncId(u32::try_from(index).unwrap_or(u32::MAX)));
            }
        }
        let bodies = std::iter::repeat_with(OnceLock::new)
            .take(self.funcs.len())
            .collect();
        let flags = vec![FuncFlags::default(); self.funcs.len()];
        Program {
            names: self.names,
            protos: self.protos,
            methods: self.methods,
            fields: self.fields,
            units: self.units,
            classes: self.classes,
            funcs: self.funcs,
            func_of,
            class_of,
            subtypes,
            statics: self.statics,
            calls: Csr::default(),
            allocations: Csr::default(),
            reads: Csr::default(),
            writes: Csr::default(),
            resources: Vec::new(),
            texts: Vec::new(),
            class_literals: Csr::default(),
            made: Vec::new(),
            flags,
            counts: FlagCounts::default(),
            method_ids: self.method_ids,
            homes: self.homes,
            whose: OnceLock::new(),
            lifter,
            bodies,
            lifted: AtomicU64::new(0),
        }
    }
}

impl fmt::Debug for Program<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Program")
            .field("units", &self.units)
            .field("classes", &self.classes.len())
            .field("funcs", &self.funcs.len())
            .finish_non_exhaustive()
    }
}

impl<'a> Program<'a> {
    /// The body of a function, lifted on first use.
    #[must_use]
    pub fn body(&self, func: FuncId) -> &Body<'a> {
        match self.bodies.get(func.index()) {
            Some(slot) => slot.get_or_init(|| {
                self.lifted.fetch_add(1, Ordering::Relaxed);
                Box::new(self.lifter.lift(self, func))
            }),
            None => {
                static NONE: OnceLock<Body<'static>> = OnceLock::new();
                NONE.get_or_init(|| Body::stub(FuncId(u32::MAX), "no such function"))
            }
        }
    }

    /// Bodies lifted so far.
    pub fn bodies(&self) -> impl Iterator<Item = &Body<'a>> {
        self.bodies
            .iter()
            .filter_map(|slot| slot.get().map(AsRef::as_ref))
    }

    /// How many bodies were lifted so far.
    #[must_use]
    pub fn lifted(&self) -> u64 {
        self.lifted.load(Ordering::Relaxed)
    }

    /// A function.
    #[must_use]
    pub fn func(&self, func: FuncId) -> &Func {
        static NONE: Func = Func {
            method: MethodId(u32::MAX),
            class: ClassId(u32::MAX),
            access: 0,
            code: 0,
        };
        self.funcs.get(func.index()).unwrap_or(&NONE)
    }

    /// A method symbol.
    #[must_use]
    pub fn method(&self, method: MethodId) -> MethodRef {
        self.methods
            .get(method.index())
            .copied()
            .unwrap_or(MethodRef {
                class: Name(u32::MAX),
                name: Name(u32::MAX),
                proto: ProtoId(u32::MAX),
            })
    }

    /// A field symbol.
    #[must_use]
    pub fn field(&self, field: FieldId) -> FieldRef {
        self.fields.get(field.index()).copied().unwrap_or(FieldRef {
            class: Name(u32::MAX),
            name: Name(u32::MAX),
            ty: Name(u32::MAX),
        })
    }

    /// A class.
    #[must_use]
    pub fn class(&self, class: ClassId) -> Option<&Class> {
        self.classes.get(class.index())
    }

    /// The class of a function.
    #[must_use]
    pub fn owner(&self, func: FuncId) -> Option<&Class> {
        self.class(self.func(func).class)
    }

    /// The class in which a function was written, which need not be the one that defines it.
    #[must_use]
    pub fn home(&self, func: FuncId) -> Option<TypeId> {
        let moved = self.homes.get(&func).copied();
        moved.or_else(|| self.owner(func).map(|class| class.ty))
    }

    /// Whether a class, by its descriptor, is known to be a library's.
    #[must_use]
    pub fn is_library(&self, descriptor: &str) -> bool {
        self.whose
            .get()
            .is_some_and(|whose| whose.is_library(descriptor))
    }

    /// The class that defines a type, if the program does.
    #[must_use]
    pub fn defined(&self, ty: TypeId) -> Option<&Class> {
        self.class_of.get(&ty).and_then(|class| self.class(*class))
    }

    /// Signature of a method.
    #[must_use]
    pub fn proto(&self, proto: ProtoId) -> &Proto {
        static NONE: OnceLock<Proto> = OnceLock::new();
        self.protos.get(proto.index()).unwrap_or_else(|| {
            NONE.get_or_init(|| Proto {
                params: Box::default(),
                ret: Name(u32::MAX),
            })
        })
    }

    /// Functions of a class.
    pub fn funcs_of(&self, class: ClassId) -> impl Iterator<Item = FuncId> + use<'a> {
        let (first, count) = self
            .class(class)
            .map_or((0, 0), |class| (class.first_func.0, class.func_count));
        (first..first.saturating_add(count)).map(FuncId)
    }

    /// The method symbol of a function.
    #[must_use]
    pub fn symbol(&self, func: FuncId) -> MethodRef {
        self.method(self.func(func).method)
    }

    /// Name of a function, without class and signature.
    #[must_use]
    pub fn func_name(&self, func: FuncId) -> &'a str {
        self.names.text(self.symbol(func).name)
    }

    /// Whether a function takes a receiver.
    #[must_use]
    pub fn has_receiver(&self, func: FuncId) -> bool {
        self.func(func).access & access::STATIC == 0
    }

    /// The defined function that a call without dispatch goes to.
    #[must_use]
    pub fn resolve(&self, method: MethodId) -> Option<FuncId> {
        // The class of a function that was moved is not the one that defines it.
        let exact = self.func_of.get(method.index()).copied().flatten();
        exact.or_else(|| {
            let symbol = self.method(method);
            self.resolve_in(symbol.class, symbol.name, symbol.proto)
        })
    }

    /// The defined function that a symbol names when looked up in a class and its superclasses,
    /// then in interfaces' default methods.
    #[must_use]
    pub fn resolve_in(&self, ty: TypeId, name: Name, proto: ProtoId) -> Option<FuncId> {
        let mut at = Some(ty);
        for _ in 0..MAX_HIERARCHY_DEPTH {
            let Some(class) = at.and_then(|ty| self.defined(ty)) else {
                break;
            };
            if let Some(func) = self.declared(class, name, proto) {
                return Some(func);
            }
            at = class.superclass;
        }
        // What no class on the way up has, an interface may have by default (JVMS section 5.4.3.3).
        self.supertypes(ty).into_iter().find_map(|above| {
            let class = self.defined(above)?;
            let func = self.declared(class, name, proto)?;
            (self.func(func).access & access::ABSTRACT == 0).then_some(func)
        })
    }

    /// The function that a class itself declares.
    #[must_use]
    pub fn declared(&self, class: &Class, name: Name, proto: ProtoId) -> Option<FuncId> {
        (class.first_func.0..class.first_func.0.saturating_add(class.func_count))
            .map(FuncId)
            .find(|func| {
                let symbol = self.symbol(*func);
                symbol.name == name && symbol.proto == proto
            })
    }

    /// A type's superclasses and interfaces, nearest first, itself included, defined or not.
    #[must_use]
    pub fn supertypes(&self, ty: TypeId) -> Vec<TypeId> {
        let mut all = vec![ty];
        let mut next = 0;
        while let Some(at) = all.get(next).copied() {
            next += 1;
            if let Some(class) = self.defined(at) {
                for parent in class.superclass.iter().chain(class.interfaces.iter()) {
                    if !all.contains(parent) && all.len() < MAX_SUPERTYPES {
                        all.push(*parent);
                    }
                }
            }
        }
        all
    }

    /// Whether `ty` is `of` or below it, as far as the program defines the way.
    #[must_use]
    pub fn is_subtype(&self, ty: TypeId, of: TypeId) -> bool {
        ty == of || self.supertypes(ty).contains(&of)
    }

    /// Classes that name `ty` as superclass or interface.
    pub fn direct_subtypes(&self, ty: TypeId) -> impl Iterator<Item = ClassId> + '_ {
        let start = self.subtypes.partition_point(|(parent, _)| *parent < ty);
        self.subtypes
            .iter()
            .skip(start)
            .take_while(move |(parent, _)| *parent == ty)
            .map(|(_, class)| *class)
    }

    /// All defined classes below a type, itself included when defined, in a fixed order; stops at
    /// `limit`.
    #[must_use]
    pub fn all_subtypes(&self, ty: TypeId, limit: usize) -> Vec<ClassId> {
        let mut all: Vec<ClassId> = self.class_of.get(&ty).copied().into_iter().collect();
        let mut seen: rustc_hash::FxHashSet<ClassId> = all.iter().copied().collect();
        let mut queue = vec![ty];
        while let Some(at) = queue.pop() {
            for class in self.direct_subtypes(at) {
                if all.len() >= limit {
                    return all;
                }
                if seen.insert(class) {
                    all.push(class);
                    if let Some(class) = self.class(class) {
                        queue.push(class.ty);
                    }
                }
            }
        }
        all
    }

    /// Functions that use a resource id.
    pub fn resource_uses(&self, id: u32) -> impl Iterator<Item = FuncId> + '_ {
        let start = self.resources.partition_point(|(at, _)| *at < id);
        self.resources
            .iter()
            .skip(start)
            .take_while(move |(at, _)| *at == id)
            .map(|(_, func)| *func)
    }

    /// A type for people: `com.example.Session`, `java.lang.String[]`, `int`.
    #[must_use]
    pub fn type_name(&self, ty: TypeId) -> String {
        readable_type(self.names.text(ty))
    }

    /// A function for people: `com.example.Session.save`.
    #[must_use]
    pub fn func_path(&self, func: FuncId) -> String {
        let symbol = self.symbol(func);
        format!(
            "{}.{}",
            self.type_name(symbol.class),
            self.names.text(symbol.name)
        )
    }

    /// A method symbol for people, and as models spell it: `android.content.Context.getString`.
    #[must_use]
    pub fn method_path(&self, method: MethodId) -> String {
        let symbol = self.method(method);
        format!(
            "{}.{}",
            self.type_name(symbol.class),
            self.names.text(symbol.name)
        )
    }

    /// The descriptor of a signature: `(Ljava/lang/String;I)V`.
    #[must_use]
    pub fn proto_text(&self, proto: ProtoId) -> String {
        let proto = self.proto(proto);
        let params: String = proto.params.iter().map(|ty| self.names.text(*ty)).collect();
        format!("({params}){}", self.names.text(proto.ret))
    }

    /// Whether a signature has the given descriptor, without building text.
    #[must_use]
    pub fn proto_is(&self, proto: ProtoId, descriptor: &str) -> bool {
        self.after_params(proto, descriptor)
            .is_some_and(|ret| ret == self.names.bytes(self.proto(proto).ret))
    }

    /// Whether a signature has the parameters of the given descriptor.
    #[must_use]
    pub fn params_are(&self, proto: ProtoId, descriptor: &str) -> bool {
        self.after_params(proto, descriptor).is_some()
    }

    /// What a descriptor says after the parameters, if those are the signature's.
    fn after_params<'d>(&self, proto: ProtoId, descriptor: &'d str) -> Option<&'d [u8]> {
        let params = &self.proto(proto).params;
        params
            .iter()
            .try_fold(descriptor.as_bytes().strip_prefix(b"(")?, |rest, ty| {
                rest.strip_prefix(self.names.bytes(*ty))
            })?
            .strip_prefix(b")")
    }
}

/// A length as an index.
pub(super) fn number(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// Longest superclass chain that is followed: a hostile cycle must end.
const MAX_HIERARCHY_DEPTH: usize = 64;
/// Most supertypes that are collected for one type.
const MAX_SUPERTYPES: usize = 256;

/// A descriptor as people write it.
fn readable_type(descriptor: &str) -> String {
    let element = descriptor.trim_start_matches('[');
    let base = match element
        .strip_prefix('L')
        .and_then(|rest| rest.strip_suffix(';'))
    {
        Some(class) => class.replace('/', "."),
        None => match element {
            "Z" => "boolean",
            "B" => "byte",
            "S" => "short",
            "C" => "char",
            "I" => "int",
            "J" => "long",
            "F" => "float",
            "D" => "double",
            "V" => "void",
            other => other,
        }
        .to_owned(),
    };
    base + &"[]".repeat(descriptor.len() - element.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_hold_each_function_once() {
        let csr = Csr::build(
            3,
            &[&[
                (2, FuncId(1)),
                (0, FuncId(4)),
                (2, FuncId(4)),
                (2, FuncId(4)),
                (9, FuncId(5)),
            ]],
        );
        assert_eq!(csr.row(0).collect::<Vec<_>>(), [FuncId(4)]);
        assert_eq!(csr.row(1).count(), 0);
        assert_eq!(csr.row(2).collect::<Vec<_>>(), [FuncId(1), FuncId(4)]);
        assert_eq!(csr.row(9).count(), 0);
    }

    #[test]
    fn descriptors_are_shown_as_people_write_them() {
        assert_eq!(readable_type("[Ljava/lang/String;"), "java.lang.String[]");
        assert_eq!(readable_type("I"), "int");
    }
}
