//! Source files: each language's grammar to a common tree, and that to the program model.
//!
//! Files are parsed in parallel. What they declare is put together (`world`), and then every
//! function is lowered: names are resolved through imports, declared and inferred types, the class
//! hierarchy, and what the models say of the platform's types. Symbols are spelled as the platform
//! spells them, so that what comes after does not tell a program in source from one in a build.

pub mod generated;
pub mod grammar;
#[cfg(feature = "java")]
pub mod java;
#[cfg(feature = "kotlin")]
pub mod kotlin;
pub mod lower;
pub mod platform;
pub mod pool;
pub mod ssa;
#[cfg(test)]
mod tests;
pub mod tree;
pub mod types;
pub mod walk;
pub mod world;

use bumpalo::Bump;

use crate::ir::{
    Annotation, Body, Class, ClassId, Func, FuncId, Lift, Marks, Name, Program, SourcePlace, Unit,
    UnitId, Uses, access,
};
use lower::{Lowering, Note, Origin};
use pool::{Pool, number};
use tree::{Arg, ClassKind, Expr, ExprKind, File};
use types::{OBJECT, Ty};
use world::{ClassIx, FieldIx, FnRef, World};

/// A language that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Java.
    Java,
    /// Kotlin.
    Kotlin,
}

impl Language {
    /// The language of a file, by its name.
    #[must_use]
    pub fn of(path: &str) -> Option<Self> {
        match path.rsplit_once('.')?.1 {
            #[cfg(feature = "java")]
            "java" => Some(Self::Java),
            #[cfg(feature = "kotlin")]
            "kt" | "kts" => Some(Self::Kotlin),
            _ => None,
        }
    }
}

/// A source file.
#[derive(Debug)]
pub struct SourceFile {
    /// Path in the scanned tree, with `/`.
    pub path: String,
    /// What it is written in.
    pub language: Language,
    /// Its tree.
    pub tree: File,
    /// Byte offsets where lines begin.
    lines: Vec<u32>,
}

impl SourceFile {
    /// Parses a file; none when its language is not built in.
    #[must_use]
    pub fn parse(path: &str, text: &str) -> Option<Self> {
        let language = Language::of(path)?;
        let tree = match language {
            #[cfg(feature = "java")]
            Language::Java => java::read(text)?,
            #[cfg(feature = "kotlin")]
            Language::Kotlin => kotlin::read(text)?,
            #[allow(unreachable_patterns)]
            _ => return None,
        };
        let lines = std::iter::once(0)
            .chain(
                text.bytes()
                    .enumerate()
                    .filter(|(_, byte)| *byte == b'\n')
                    .map(|(at, _)| number(at + 1)),
            )
            .collect();
        Some(Self {
            path: path.to_owned(),
            language,
            tree,
            lines,
        })
    }

    /// Whether it is Kotlin.
    #[must_use]
    pub fn is_kotlin(&self) -> bool {
        self.language == Language::Kotlin
    }

    /// The line of a byte offset, from 1.
    #[must_use]
    pub fn line(&self, at: u32) -> u32 {
        number(self.lines.partition_point(|start| *start <= at)).max(1)
    }

    /// Name of the class that holds the file's functions (Kotlin specification, "Platform").
    #[must_use]
    pub fn facade_name(&self) -> String {
        let name = self.path.rsplit('/').next().unwrap_or(&self.path);
        let stem = name.split('.').next().unwrap_or(name);
        let mut letters = stem.chars();
        let first: String = letters
            .next()
            .map(|letter| letter.to_uppercase().collect())
            .unwrap_or_default();
        format!("{first}{}Kt", letters.as_str())
    }
}

/// Numbers of resources: by type and name.
pub type Resources<'r> = dyn Fn(&str, &str) -> Option<u32> + 'r;

/// The program of some files.
///
/// `marks` is asked once all symbols are known.
#[must_use]
pub fn load<'a>(
    files: &'a [SourceFile],
    arena: &'a Bump,
    resources: &'a dyn Fn(&str, &str) -> Option<u32>,
) -> Program<'a> {
    let world = World::new(files, resources);
    let mut pool = Pool::new(arena);
    for file in files {
        pool.builder.units.push(Unit {
            part: file.path.clone(),
            first_class: ClassId(0),
            class_count: 0,
        });
    }
    let mut all = Lowering::new(&world, pool);
    let classes: Vec<ClassIx> = (0..world.classes.len())
        .map(ClassIx)
        .filter(|ix| !world.is_local(*ix))
        .collect();
    for class in &classes {
        all.register(*class);
    }
    for class in &classes {
        all.lower_class(*class, &[]);
    }
    let made = all.generate(&classes);
    let annotations = (0..all.notes.len())
        .map(|index| all.annotations(index))
        .collect();
    let field_annotations = all.field_annotations();
    let Lowering {
        pool,
        bodies,
        notes,
        places,
        ..
    } = all;
    let bodies: Vec<Body<'a>> = bodies
        .into_iter()
        .enumerate()
        .map(|(index, body)| {
            body.unwrap_or_else(|| Body::stub(FuncId(number(index)), "it has no code"))
        })
        .collect();
    let mut uses = Uses::default();
    for body in &bodies {
        uses.add(body);
    }
    let lifter = Lifter {
        files,
        bodies,
        notes,
        annotations,
        field_annotations,
        places,
    };
    let mut program = pool.builder.finish(Box::new(lifter));
    program.made = made;
    uses.index(&mut program);
    program
}

/// Fills the flags of functions and the texts that are kept.
pub fn mark(program: &mut Program<'_>, marks: &dyn Marks) {
    crate::ir::text::mark(program, marks);
}

impl<'a> Lowering<'_, '_, 'a> {
    fn source_name(&mut self, file: usize) -> Name {
        let path = self
            .world
            .files
            .get(file)
            .map_or("", |file| file.path.rsplit('/').next().unwrap_or_default());
        self.pool.name(path)
    }

    /// Defines a class and its functions; their code comes later.
    fn register(&mut self, ix: ClassIx) {
        let world = self.world;
        let declared = world.class(ix);
        let tree = declared.tree;
        let supers = world.supers(ix);
        let is_interface = |ty: &Ty| match world.by_desc(&ty.desc) {
            Some(parent) => world.class(parent).tree.kind == ClassKind::Interface,
            None => platform::functional(&ty.desc).is_some() || ty.desc.ends_with("Listener;"),
        };
        let superclass = supers.first().filter(|ty| !is_interface(ty));
        let interfaces: Vec<&Ty> = supers
            .iter()
            .filter(|ty| superclass.is_none_or(|superclass| superclass != *ty))
            .collect();
        let superclass = self
            .pool
            .ty(superclass.map_or(OBJECT, |superclass| &superclass.desc));
        let interfaces = interfaces.iter().map(|ty| self.pool.ty(&ty.desc)).collect();
        let ty = self.pool.ty(&declared.desc);
        let source = self.source_name(declared.file);
        let mut origins = Vec::new();
        if tree.kind != ClassKind::Interface && !declared.facade {
            let count = tree.constructors.len().max(1);
            origins.extend((0..count).map(|index| Origin::Constructor(ix, index)));
        }
        let has_static = lower::is_singleton(tree.kind)
            || !tree.static_initializers.is_empty()
            || tree
                .fields
                .iter()
                .any(|field| field.is_static && (field.init.is_some() || field.delegate.is_some()));
        if has_static {
            origins.push(Origin::StaticInit(ix));
        }
        for index in 0..tree.functions.len() {
            origins.push(Origin::Function(FnRef { class: ix, index }));
        }
        for index in 0..tree.fields.len() {
            let at = FieldIx { class: ix, index };
            if self.has_accessors(at) || self.overrides_accessors(at) {
                origins.push(Origin::Getter(at));
                origins.push(Origin::Setter(at));
            }
        }
        let class = ClassId(number(self.pool.builder.classes.len()));
        self.class_ids.insert(ix, class);
        let mut flags = access::PUBLIC;
        if tree.kind == ClassKind::Interface {
            flags |= access::INTERFACE | access::ABSTRACT;
        }
        if tree.is_abstract {
            flags |= access::ABSTRACT;
        }
        let first = FuncId(number(self.pool.builder.funcs.len()));
        self.pool.builder.classes.push(Class {
            ty,
            access: flags,
            superclass: Some(superclass),
            interfaces,
            source_file: Some(source),
            unit: UnitId(number(declared.file)),
            number: class.0,
            first_func: first,
            func_count: number(origins.len()),
        });
        for origin in origins {
            self.register_function(class, declared.file, origin);
        }
        for (index, field) in tree.fields.iter().enumerate() {
            if let Some(text) = lower::constant_text(field) {
                let id = self.field_id(FieldIx { class: ix, index });
                let text = crate::ir::StaticValue::Str(text);
                self.pool.builder.statics.insert(id, text);
            }
        }
    }

    fn register_function(&mut self, class: ClassId, file: usize, origin: Origin) {
        let world = self.world;
        let (method, mut flags, has_code, names) = match origin {
            Origin::Function(at) => {
                let function = world.function(at);
                let facade = world.class(at.class).facade;
                let mut flags = if function.private {
                    access::PRIVATE
                } else {
                    access::PUBLIC
                };
                if function.is_static || facade {
                    flags |= access::STATIC;
                }
                let mut names: Vec<Option<String>> =
                    function.receiver.iter().map(|_| None).collect();
                names.extend(function.params.iter().map(|param| Some(param.name.clone())));
                (self.method_id(at), flags, function.body.is_some(), names)
            }
            Origin::Constructor(ix, index) => {
                let (method, _) = self.constructor_id(ix, index);
                let names = world
                    .class(ix)
                    .tree
                    .constructors
                    .get(index)
                    .into_iter()
                    .flat_map(|constructor| &constructor.params)
                    .map(|param| Some(param.name.clone()))
                    .collect();
                (method, access::PUBLIC | access::CONSTRUCTOR, true, names)
            }
            Origin::StaticInit(ix) => {
                let desc = world.class(ix).desc.clone();
                let method = self.pool.method(&desc, "<clinit>", &[], "V");
                (
                    method,
                    access::STATIC | access::CONSTRUCTOR,
                    true,
                    Vec::new(),
                )
            }
            Origin::Getter(at) | Origin::Setter(at) => {
                let setter = matches!(origin, Origin::Setter(_));
                let field = world.field(at);
                let on_class = field.is_static;
                let in_interface = world.class(at.class).tree.kind == ClassKind::Interface;
                let own = if setter { &field.setter } else { &field.getter };
                let names = if setter {
                    vec![Some(field.name.clone())]
                } else {
                    Vec::new()
                };
                (
                    self.accessor_id(at, setter),
                    access::PUBLIC | if on_class { access::STATIC } else { 0 },
                    own.is_some() || !in_interface,
                    names,
                )
            }
            Origin::Made => return,
        };
        if !has_code {
            flags |= access::ABSTRACT;
        }
        let func = number(self.pool.builder.funcs.len());
        self.pool.builder.funcs.push(Func {
            method,
            class,
            access: flags,
            code: if has_code { func + 1 } else { 0 },
        });
        self.bodies.push(None);
        self.notes.push(Note {
            origin,
            file,
            names,
            locals: Vec::new(),
        });
    }

    /// Lowers the functions of a registered class.
    fn lower_class(&mut self, ix: ClassIx, captures: &[(String, Option<Ty>)]) {
        let Some(class) = self.class_ids.get(&ix).copied() else {
            return;
        };
        let Some((first, count)) = self
            .pool
            .builder
            .classes
            .get(class.index())
            .map(|class| (class.first_func.0, class.func_count))
        else {
            return;
        };
        for func in (first..first.saturating_add(count)).map(FuncId) {
            let Some(origin) = self.notes.get(func.index()).map(|note| note.origin) else {
                continue;
            };
            let body = lower::function(self, func, origin, captures);
            if let Some(slot) = self.bodies.get_mut(func.index()) {
                *slot = body;
            }
        }
        // Nested classes of a local class are registered with it.
        for inner in &self.world.class(ix).tree.classes {
            let found = self.world.nested_in(ix, &inner.name);
            if let Some(inner) = found
                && !self.class_ids.contains_key(&inner)
                && self.world.is_local(inner)
            {
                self.register(inner);
                self.lower_class(inner, captures);
            }
        }
    }

    fn annotations(&self, index: usize) -> Vec<Annotation> {
        let world = self.world;
        let Some(note) = self.notes.get(index) else {
            return Vec::new();
        };
        let Origin::Function(at) = note.origin else {
            return Vec::new();
        };
        let function = world.function(at);
        let mut found: Vec<Annotation> = function
            .annotations
            .iter()
            .map(|annotation| self.annotation(annotation, note.file, at.class, None))
            .collect();
        let shift = usize::from(function.receiver.is_some());
        for (index, param) in function.params.iter().enumerate() {
            let parameter = u16::try_from(index + shift).ok();
            found.extend(
                param
                    .annotations
                    .iter()
                    .map(|annotation| self.annotation(annotation, note.file, at.class, parameter)),
            );
        }
        found
    }

    fn annotation(
        &self,
        annotation: &tree::Annotation,
        file: usize,
        class: ClassIx,
        parameter: Option<u16>,
    ) -> Annotation {
        let ty = self
            .world
            .resolve(&tree::Type::named(&annotation.name), file, Some(class))
            .map_or_else(|| types::descriptor(&annotation.name), |ty| ty.desc);
        Annotation {
            parameter,
            ty,
            elements: annotation
                .elements
                .iter()
                .flat_map(|(name, value)| {
                    self.constants(value, file, class)
                        .into_iter()
                        .map(move |text| (name.clone(), text))
                })
                .collect(),
        }
    }

    /// Texts of an annotation's element; a constant by name is looked up.
    fn constants(&self, value: &Expr, file: usize, class: ClassIx) -> Vec<String> {
        if let Some(text) = value.constant_text() {
            return vec![text];
        }
        match &value.kind {
            ExprKind::Int(value) => vec![value.to_string()],
            ExprKind::Array { elements, .. } => elements
                .iter()
                .flat_map(|element| self.constants(element, file, class))
                .collect(),
            ExprKind::Name(_) | ExprKind::Member { .. } => {
                let Some(path) = value.path() else {
                    return Vec::new();
                };
                let (owner, name) = match path.rsplit_once('.') {
                    Some((owner, name)) => (Some(owner), name),
                    None => (None, path.as_str()),
                };
                let home = match owner {
                    Some(owner) => match self.world.find_class(owner, file, Some(class)) {
                        Some(world::Found::Own(ix)) => Some(ix),
                        _ => None,
                    },
                    None => Some(class),
                };
                let field = home
                    .into_iter()
                    .flat_map(|home| [Some(home), self.world.companion(home)])
                    .flatten()
                    .find_map(|home| self.world.member(home, name))
                    .or_else(|| self.world.property(name, file, false));
                field
                    .and_then(|at| self.world.field(at).init.as_ref()?.constant_text())
                    .into_iter()
                    .collect()
            }
            _ => Vec::new(),
        }
    }

    /// Annotations of fields, and of parameters that are properties.
    fn field_annotations(&mut self) -> Vec<(ClassId, String, Annotation)> {
        let mut found = Vec::new();
        let ids: Vec<(ClassIx, ClassId)> = self.class_ids.iter().map(|(a, b)| (*a, *b)).collect();
        for (ix, id) in ids {
            let declared = self.world.class(ix);
            for field in &declared.tree.fields {
                for annotation in &field.annotations {
                    let annotation = self.annotation(annotation, declared.file, ix, None);
                    found.push((id, field.name.clone(), annotation));
                }
            }
        }
        found.sort_by(|a, b| (a.0, &a.1, &a.2.ty).cmp(&(b.0, &b.1, &b.2.ty)));
        found
    }
}

/// What a delegate of a property gives when it is read: the value of `by lazy { value }`, else the
/// delegate itself.
fn kotlin_delegate(delegate: &Expr) -> Expr {
    if let ExprKind::Call { callee, args, .. } = &delegate.kind
        && let ExprKind::Name(name) = &callee.kind
        && matches!(name.as_str(), "lazy" | "remember" | "derivedStateOf")
        && let Some(Arg {
            value:
                Expr {
                    kind: ExprKind::Lambda(lambda),
                    ..
                },
            ..
        }) = args.last()
    {
        return Expr::new(
            ExprKind::Try {
                body: lambda.body.clone(),
                catches: Vec::new(),
                finally: Vec::new(),
            },
            delegate.at,
        );
    }
    delegate.clone()
}

/// Whether a delegate is one whose value is kept in the field itself.
fn is_plain_delegate(delegate: &Expr) -> bool {
    matches!(&delegate.kind, ExprKind::Call { callee, .. } if matches!(
        &callee.kind,
        ExprKind::Name(name) if matches!(name.as_str(), "lazy" | "remember" | "derivedStateOf")
    ))
}

/// Serves lowered bodies.
struct Lifter<'a> {
    files: &'a [SourceFile],
    bodies: Vec<Body<'a>>,
    notes: Vec<Note>,
    annotations: Vec<Vec<Annotation>>,
    field_annotations: Vec<(ClassId, String, Annotation)>,
    places: Vec<(usize, u32)>,
}

impl<'a> Lift<'a> for Lifter<'a> {
    fn lift(&self, _: &Program<'a>, func: FuncId) -> Body<'a> {
        match self.bodies.get(func.index()) {
            Some(body) => body.clone(),
            None => Body::stub(func, "no such function"),
        }
    }

    fn place(&self, _: &Program<'a>, func: FuncId, offset: u32) -> SourcePlace {
        let (file, offset) = match offset.checked_sub(generated::ELSEWHERE) {
            Some(index) => self.places.get(index as usize).copied().unwrap_or_default(),
            None => (
                self.notes
                    .get(func.index())
                    .map_or(usize::MAX, |note| note.file),
                offset,
            ),
        };
        let Some(file) = self.files.get(file) else {
            return SourcePlace::default();
        };
        SourcePlace {
            part: file.path.clone(),
            offset: None,
            source_file: file.path.rsplit('/').next().map(str::to_owned),
            line: Some(file.line(offset)),
            ..SourcePlace::default()
        }
    }

    fn parameter_names(&self, _: &Program<'a>, func: FuncId) -> Vec<Option<String>> {
        self.notes
            .get(func.index())
            .map(|note| note.names.clone())
            .unwrap_or_default()
    }

    fn local_name(&self, _: &Program<'a>, func: FuncId, offset: u32) -> Option<String> {
        let locals = &self.notes.get(func.index())?.locals;
        let at = locals.binary_search_by_key(&offset, |(at, _)| *at).ok()?;
        locals.get(at).map(|(_, name)| name.clone())
    }

    fn annotations(&self, _: &Program<'a>, func: FuncId) -> Vec<Annotation> {
        self.annotations
            .get(func.index())
            .cloned()
            .unwrap_or_default()
    }

    fn field_annotations(
        &self,
        program: &Program<'a>,
        class: ClassId,
        field: Name,
    ) -> Vec<Annotation> {
        let name = program.names.text(field);
        self.field_annotations
            .iter()
            .filter(|(at, known, _)| *at == class && known == name)
            .map(|(_, _, annotation)| annotation.clone())
            .collect()
    }
}
