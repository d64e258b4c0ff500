//! What annotation processors and frameworks add to a program: the code of Room's data-access
//! objects and databases, and which classes dependency injection makes.
//!
//! A build holds that code; a source tree holds what it is generated from. The bodies made here do
//! what the generated ones do: compile a statement, bind the columns, run it.

use super::lower::{Lowering, Note, Origin};
use super::pool::number;
use super::ssa::Builder;
use super::tree::{Annotation, Class, ClassKind, Expr, Function};
use super::types::{self, OBJECT, Ty};
use super::world::{ClassIx, FieldIx, FnRef};
use crate::ir::{
    Body, CallKind, ClassId, Const, Func, FuncId, Op, Place, UnitId, Value, Why, access,
};

/// An offset that is an index into a list of places: operations of made code stand at what they
/// were made from, perhaps in another file.
pub const ELSEWHERE: u32 = 1 << 31;

const DATABASE: &str = "Landroidx/sqlite/db/SupportSQLiteDatabase;";
const STATEMENT: &str = "Landroidx/sqlite/db/SupportSQLiteStatement;";
const PROGRAM: &str = "Landroidx/sqlite/db/SupportSQLiteProgram;";
/// Deepest nesting of embedded objects.
const MAX_EMBEDDED: usize = 4;
/// Most columns of a table.
const MAX_COLUMNS: usize = 256;

/// A column of an entity.
struct Column {
    name: String,
    /// Fields that lead to the value, from the entity on.
    path: Vec<FieldIx>,
}

/// Annotations by which a framework makes instances of a class.
const MADE_BY: [&str; 9] = [
    "HiltViewModel",
    "HiltWorker",
    "Singleton",
    "Module",
    "Component",
    "AndroidEntryPoint",
    "HiltAndroidApp",
    "Injectable",
    "KoinViewModel",
];

fn annotated<'t>(annotations: &'t [Annotation], name: &str) -> Option<&'t Annotation> {
    annotations
        .iter()
        .find(|annotation| annotation.name.rsplit('.').next() == Some(name))
}

fn element<'t>(annotation: &'t Annotation, name: &str) -> Option<&'t Expr> {
    annotation
        .elements
        .iter()
        .find(|(known, _)| known == name)
        .map(|(_, value)| value)
}

/// Whether a framework makes instances of a class.
fn is_made(class: &Class) -> bool {
    MADE_BY
        .iter()
        .any(|name| annotated(&class.annotations, name).is_some())
        || class
            .constructors
            .iter()
            .any(|constructor| annotated(&constructor.annotations, "Inject").is_some())
}

impl<'a> Lowering<'_, '_, 'a> {
    /// Adds what is generated for the classes of the program. The classes that frameworks make.
    pub(super) fn generate(&mut self, classes: &[ClassIx]) -> Vec<ClassId> {
        let mut made = Vec::new();
        for ix in classes {
            let tree = self.world.class(*ix).tree;
            if annotated(&tree.annotations, "Dao").is_some()
                || annotated(&tree.annotations, "Database").is_some()
            {
                made.push(self.implement(*ix));
            }
            let of_framework =
                self.world.foreign_above(*ix).iter().any(|ty| {
                    ty.simple().ends_with("ViewModel") || ty.simple().ends_with("Worker")
                });
            if (is_made(tree) || of_framework) && tree.kind == ClassKind::Class && !tree.is_abstract
            {
                made.extend(self.class_ids.get(ix).copied());
            }
        }
        made
    }

    /// The class that Room generates for a data-access object or a database.
    fn implement(&mut self, ix: ClassIx) -> ClassId {
        let world = self.world;
        let declared = world.class(ix);
        let desc = format!("{}_Impl;", declared.desc.trim_end_matches(';'));
        let ty = self.pool.ty(&desc);
        let above = self.pool.ty(&declared.desc);
        let object = self.pool.ty(OBJECT);
        let interface = declared.tree.kind == ClassKind::Interface;
        let open: Vec<FnRef> = world
            .above(ix)
            .into_iter()
            .flat_map(|class| {
                world
                    .class(class)
                    .tree
                    .functions
                    .iter()
                    .enumerate()
                    .filter(|(_, function)| {
                        function.body.is_none() || function.annotations.iter().any(is_room)
                    })
                    .map(move |(index, _)| FnRef { class, index })
            })
            .collect();
        let class = ClassId(number(self.pool.builder.classes.len()));
        let first = FuncId(number(self.pool.builder.funcs.len()));
        self.pool.builder.classes.push(crate::ir::Class {
            ty,
            access: access::FINAL | access::SYNTHETIC,
            superclass: Some(if interface { object } else { above }),
            interfaces: if interface {
                vec![above].into_boxed_slice()
            } else {
                Box::default()
            },
            source_file: None,
            unit: UnitId(number(declared.file)),
            number: class.0,
            first_func: first,
            func_count: number(open.len()),
        });
        let mut funcs = Vec::new();
        for at in open {
            let (params, ret) = self.signature(at);
            let params: Vec<&str> = params.iter().map(|ty| ty.desc.as_str()).collect();
            let method = self
                .pool
                .method(&desc, &world.function(at).name, &params, &ret.desc);
            let func = FuncId(number(self.pool.builder.funcs.len()));
            self.pool.builder.funcs.push(Func {
                method,
                class,
                access: access::PUBLIC,
                code: func.0 + 1,
            });
            self.bodies.push(None);
            self.notes.push(Note {
                origin: Origin::Made,
                file: declared.file,
                names: Vec::new(),
                locals: Vec::new(),
            });
            funcs.push((func, at));
        }
        for (func, at) in funcs {
            let body = self.room_function(func, at);
            if let Some(slot) = self.bodies.get_mut(func.index()) {
                *slot = Some(body);
            }
        }
        class
    }

    fn room_function(&mut self, func: FuncId, at: FnRef) -> Body<'a> {
        let world = self.world;
        let function = world.function(at);
        let (types, ret) = self.signature(at);
        let mut made = Made {
            b: Builder::new(func, number(types.len() + 1)),
        };
        made.b.place(function.at);
        if let Some(query) = annotated(&function.annotations, "Query") {
            if let Some(sql) = element(query, "value").and_then(Expr::constant_text) {
                self.query(&mut made, &sql, function, &types);
            }
        } else if ["Insert", "Upsert", "Update"]
            .iter()
            .any(|name| annotated(&function.annotations, name).is_some())
        {
            for (index, ty) in types.iter().enumerate() {
                self.insert(&mut made, index, ty, at);
            }
        } else if annotated(&function.annotations, "Delete").is_some() {
            for ty in &types {
                if let Some((entity, _)) = self.entity(ty) {
                    let table = self.table(entity);
                    let statement =
                        self.compile(&mut made, &format!("DELETE FROM `{table}` WHERE `id` = ?"));
                    self.execute(&mut made, statement, "executeUpdateDelete");
                }
            }
        }
        // A database gives its data-access objects.
        let value = match world.by_desc(&ret.desc) {
            Some(dao) if annotated(&world.class(dao).tree.annotations, "Dao").is_some() => {
                let ty = self
                    .pool
                    .ty(&format!("{}_Impl;", ret.desc.trim_end_matches(';')));
                let dst = made.b.value();
                made.b.push(Op::New { dst, ty });
                Some(dst)
            }
            _ if ret.desc == "V" => None,
            _ => Some(made.b.unknown(Why::Unmodelled, &[])),
        };
        made.b.leave(Op::Return { value });
        made.b.finish()
    }

    /// Runs a statement as written, parameters bound by name.
    fn query(&mut self, made: &mut Made<'a>, sql: &str, function: &Function, types: &[Ty]) {
        let lower = sql.trim_start().to_ascii_lowercase();
        if !["delete", "update", "insert", "replace"]
            .iter()
            .any(|verb| lower.starts_with(verb))
        {
            return;
        }
        // `:name` is a parameter.
        let mut text = String::with_capacity(sql.len());
        let mut bound: Vec<String> = Vec::new();
        let mut letters = sql.chars().peekable();
        while let Some(letter) = letters.next() {
            if letter == ':' && letters.peek().is_some_and(|next| next.is_alphabetic()) {
                let mut name = String::new();
                while let Some(next) = letters
                    .peek()
                    .copied()
                    .filter(|next| next.is_alphanumeric() || *next == '_')
                {
                    name.push(next);
                    letters.next();
                }
                bound.push(name);
                text.push('?');
            } else {
                text.push(letter);
            }
        }
        let statement = self.compile(made, &text);
        for (index, name) in bound.iter().enumerate() {
            let position = function.params.iter().position(|param| param.name == *name);
            if let Some(position) = position
                && let Some(value) = made.b.param(position + 1)
            {
                let text = types
                    .get(position)
                    .is_some_and(|ty| ty.desc == types::STRING);
                self.bind(made, statement, index, value, text);
            }
        }
        self.execute(made, statement, "executeUpdateDelete");
    }

    /// Inserts an entity, or each of a list of them.
    fn insert(&mut self, made: &mut Made<'a>, index: usize, ty: &Ty, at: FnRef) {
        let Some((entity, many)) = self.entity(ty) else {
            return;
        };
        let Some(mut value) = made.b.param(index + 1) else {
            return;
        };
        if many {
            value = self.first_of(made, value, ty, entity);
        }
        let table = self.table(entity);
        let mut columns = Vec::new();
        self.columns(entity, &mut Vec::new(), "", &mut columns);
        let names: Vec<String> = columns
            .iter()
            .map(|column| format!("`{}`", column.name))
            .collect();
        let marks = vec!["?"; names.len()].join(",");
        let sql = format!(
            "INSERT OR REPLACE INTO `{table}` ({}) VALUES ({marks})",
            names.join(",")
        );
        let statement = self.compile(made, &sql);
        for (index, column) in columns.iter().enumerate() {
            let mut part = value;
            let mut last = None;
            for field in &column.path {
                let ty = self.field_type(*field);
                let id = self.field_id(*field);
                let dst = made.b.value();
                made.b.push(Op::Load {
                    dst,
                    place: Place::Field(part, id),
                });
                part = dst;
                last = ty;
            }
            if let Some(field) = column.path.last() {
                let place = self.elsewhere(*field);
                made.b.place(place);
            }
            let text = last.is_some_and(|ty| ty.desc == types::STRING);
            self.bind(made, statement, index, part, text);
        }
        made.b.place(self.world.function(at).at);
        self.execute(made, statement, "executeInsert");
    }

    /// Where a field is declared, as an offset.
    fn elsewhere(&mut self, at: FieldIx) -> u32 {
        let file = self.world.class(at.class).file;
        let place = (file, self.world.field(at).at);
        let index = self
            .places
            .iter()
            .position(|known| *known == place)
            .unwrap_or_else(|| {
                self.places.push(place);
                self.places.len() - 1
            });
        ELSEWHERE | number(index)
    }

    /// The entity that a type is or holds, and whether it holds many.
    fn entity(&self, ty: &Ty) -> Option<(ClassIx, bool)> {
        let is = |ty: &Ty| {
            let class = self.world.by_desc(&ty.desc)?;
            annotated(&self.world.class(class).tree.annotations, "Entity").map(|_| class)
        };
        is(ty)
            .map(|class| (class, false))
            .or_else(|| Some((is(&ty.element()?)?, true)))
    }

    fn table(&self, entity: ClassIx) -> String {
        let tree = self.world.class(entity).tree;
        annotated(&tree.annotations, "Entity")
            .and_then(|annotation| self.text_of(element(annotation, "tableName")?, entity))
            .unwrap_or_else(|| tree.name.clone())
    }

    /// Constant text, also by name.
    fn text_of(&self, value: &Expr, class: ClassIx) -> Option<String> {
        let file = self.world.class(class).file;
        self.constants(value, file, class).into_iter().next()
    }

    fn columns(
        &mut self,
        class: ClassIx,
        path: &mut Vec<FieldIx>,
        prefix: &str,
        found: &mut Vec<Column>,
    ) {
        let world = self.world;
        for (index, field) in world.class(class).tree.fields.iter().enumerate() {
            let ignored = annotated(&field.annotations, "Ignore").is_some()
                || field.is_static
                || field.getter.is_some();
            if ignored || found.len() >= MAX_COLUMNS {
                continue;
            }
            let at = FieldIx { class, index };
            path.push(at);
            let embedded = annotated(&field.annotations, "Embedded");
            let inner = embedded
                .and_then(|_| self.field_type(at))
                .and_then(|ty| world.by_desc(&ty.desc));
            match inner {
                Some(inner) if path.len() < MAX_EMBEDDED => {
                    let own = embedded
                        .and_then(|annotation| self.text_of(element(annotation, "prefix")?, class))
                        .unwrap_or_default();
                    self.columns(inner, path, &format!("{prefix}{own}"), found);
                }
                _ => {
                    let name = annotated(&field.annotations, "ColumnInfo")
                        .and_then(|annotation| self.text_of(element(annotation, "name")?, class))
                        .unwrap_or_else(|| field.name.clone());
                    found.push(Column {
                        name: format!("{prefix}{name}"),
                        path: path.clone(),
                    });
                }
            }
            path.pop();
        }
    }

    fn first_of(&mut self, made: &mut Made<'a>, value: Value, ty: &Ty, entity: ClassIx) -> Value {
        let element = if ty.desc.starts_with('[') {
            let index = made.b.unknown(Why::Arithmetic, &[]);
            let dst = made.b.value();
            made.b.push(Op::Load {
                dst,
                place: Place::Element(value, index),
            });
            dst
        } else {
            let iterator = self.pool.method(
                "Ljava/lang/Iterable;",
                "iterator",
                &[],
                "Ljava/util/Iterator;",
            );
            let iterator = made.call(iterator, CallKind::Interface, &[value]);
            let next = self
                .pool
                .method("Ljava/util/Iterator;", "next", &[], OBJECT);
            made.call(next, CallKind::Interface, &[iterator])
        };
        let ty = self.pool.ty(&self.world.class(entity).desc.clone());
        let dst = made.b.value();
        made.b.push(Op::Cast {
            dst,
            src: element,
            ty,
        });
        dst
    }

    fn compile(&mut self, made: &mut Made<'a>, sql: &str) -> Value {
        let database = made.b.unknown(Why::Unmodelled, &[]);
        let text = self.pool.text(sql);
        let dst = made.b.value();
        made.b.push(Op::Const {
            dst,
            value: Const::Str(text.into()),
        });
        let compile = self
            .pool
            .method(DATABASE, "compileStatement", &[types::STRING], STATEMENT);
        made.call(compile, CallKind::Interface, &[database, dst])
    }

    fn bind(
        &mut self,
        made: &mut Made<'a>,
        statement: Value,
        index: usize,
        value: Value,
        text: bool,
    ) {
        let (name, ty) = if text {
            ("bindString", types::STRING)
        } else {
            ("bindLong", "J")
        };
        let bind = self.pool.method(PROGRAM, name, &["I", ty], "V");
        let position = made.b.value();
        made.b.push(Op::Const {
            dst: position,
            value: Const::Int(i64::try_from(index + 1).unwrap_or_default()),
        });
        made.call(bind, CallKind::Interface, &[statement, position, value]);
    }

    fn execute(&mut self, made: &mut Made<'a>, statement: Value, name: &str) {
        let execute = self.pool.method(STATEMENT, name, &[], "J");
        made.call(execute, CallKind::Interface, &[statement]);
    }
}

fn is_room(annotation: &Annotation) -> bool {
    ["Query", "Insert", "Upsert", "Update", "Delete"]
        .iter()
        .any(|name| annotation.name.rsplit('.').next() == Some(name))
}

/// A body that is made.
struct Made<'a> {
    b: Builder<'a>,
}

impl Made<'_> {
    fn call(&mut self, target: crate::ir::MethodId, kind: CallKind, args: &[Value]) -> Value {
        let args = self.b.args(args);
        let dst = self.b.value();
        self.b.push(Op::Call {
            dst: Some(dst),
            target,
            kind,
            args,
        });
        dst
    }
}
