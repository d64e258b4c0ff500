//! The common syntax tree: what the source languages say alike.
//!
//! Each language's reader turns its grammar's tree into this one, and nothing after that knows the
//! language. The tree keeps what the questions are about (names, calls, constants, order, branches)
//! and drops the rest; what a reader cannot say becomes [`ExprKind::Unknown`] with its parts, so
//! that calls inside are still seen.

/// Where something begins: a byte offset in its file.
pub type Offset = u32;

/// One source file.
#[derive(Debug, Clone, Default)]
pub struct File {
    /// Package, dotted; empty for none.
    pub package: String,
    /// Imports, in order.
    pub imports: Vec<Import>,
    /// Types declared at the top.
    pub classes: Vec<Class>,
    /// Class that holds functions and fields of the top level (Kotlin's `NameKt`).
    pub facade: Class,
    /// Other names of types: (name, type).
    pub aliases: Vec<(String, Type)>,
    /// Nodes of the grammar's tree, and how many of them are errors or missing.
    pub nodes: u64,
    /// See `nodes`.
    pub broken: u64,
}

/// An import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// Dotted path; without the star.
    pub path: String,
    /// Name that it has here; the last part of the path if it is not renamed.
    pub name: String,
    /// All names of a package or class.
    pub star: bool,
}

/// What a class is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ClassKind {
    /// A class.
    #[default]
    Class,
    /// An interface.
    Interface,
    /// A singleton (`object`).
    Object,
    /// An object that belongs to its outer class.
    Companion,
    /// An enumeration.
    Enum,
    /// An annotation.
    Annotation,
}

/// A class, interface or object.
#[derive(Debug, Clone, Default)]
pub struct Class {
    /// Simple name; empty for an anonymous one.
    pub name: String,
    /// What it is.
    pub kind: ClassKind,
    /// Marked as holding data: equality, `copy` and the rest are made by the compiler.
    pub data: bool,
    /// No instance of exactly this class is made.
    pub is_abstract: bool,
    /// Supertypes, the class among them first where the language tells.
    pub supers: Vec<Type>,
    /// Arguments of the superclass's constructor.
    pub super_args: Vec<Arg>,
    /// Names of type parameters.
    pub type_params: Vec<String>,
    /// Fields and properties, in order.
    pub fields: Vec<Field>,
    /// Functions.
    pub functions: Vec<Function>,
    /// Constructors; a Kotlin primary constructor is the first.
    pub constructors: Vec<Function>,
    /// Code that runs when an instance is made, between field initialisers, in order.
    pub initializers: Vec<Block>,
    /// Code that runs when the class is loaded.
    pub static_initializers: Vec<Block>,
    /// Types inside.
    pub classes: Vec<Class>,
    /// Annotations.
    pub annotations: Vec<Annotation>,
    /// Where it begins.
    pub at: Offset,
}

/// A field or property.
#[derive(Debug, Clone, Default)]
pub struct Field {
    /// Name.
    pub name: String,
    /// Declared type.
    pub ty: Option<Type>,
    /// Initial value.
    pub init: Option<Expr>,
    /// What it delegates to (`by …`).
    pub delegate: Option<Expr>,
    /// Receiver of an extension property.
    pub receiver: Option<Type>,
    /// Code that reads it.
    pub getter: Option<Function>,
    /// Code that writes it.
    pub setter: Option<Function>,
    /// Belongs to the class, not to an instance.
    pub is_static: bool,
    /// A constant of the language (`const val`, `static final`).
    pub constant: bool,
    /// Set by a parameter of the primary constructor with this name.
    pub from_parameter: bool,
    /// Visible in the class only.
    pub private: bool,
    /// Annotations.
    pub annotations: Vec<Annotation>,
    /// Where it stands.
    pub at: Offset,
}

/// A function.
#[derive(Debug, Clone, Default)]
pub struct Function {
    /// Name.
    pub name: String,
    /// Parameters.
    pub params: Vec<Param>,
    /// Declared result.
    pub ret: Option<Type>,
    /// Receiver of an extension.
    pub receiver: Option<Type>,
    /// Code; none for abstract and native ones.
    pub body: Option<Body>,
    /// Belongs to the class.
    pub is_static: bool,
    /// May suspend.
    pub is_suspend: bool,
    /// Its code stands where it is called (`inline`).
    pub is_inline: bool,
    /// Names of type parameters.
    pub type_params: Vec<String>,
    /// Visible in the class only.
    pub private: bool,
    /// Annotations.
    pub annotations: Vec<Annotation>,
    /// Where it begins.
    pub at: Offset,
}

/// Code of a function.
#[derive(Debug, Clone)]
pub enum Body {
    /// Statements.
    Block(Block),
    /// One expression, which is the result.
    Expr(Box<Expr>),
}

/// A parameter.
#[derive(Debug, Clone, Default)]
pub struct Param {
    /// Name.
    pub name: String,
    /// Type.
    pub ty: Option<Type>,
    /// Value where a call gives none.
    pub default: Option<Expr>,
    /// Takes all further arguments.
    pub variadic: bool,
    /// Annotations.
    pub annotations: Vec<Annotation>,
}

/// An annotation.
#[derive(Debug, Clone)]
pub struct Annotation {
    /// Name as written.
    pub name: String,
    /// Elements: (name, value); the nameless one is `value`.
    pub elements: Vec<(String, Expr)>,
}

/// A type as written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Type {
    /// Dotted name; empty for a function type.
    pub name: String,
    /// Type arguments; of a function type its parameters, then its result.
    pub args: Vec<Type>,
    /// It is a function type; its receiver, if it has one, is the first parameter.
    pub function: bool,
    /// The function type has a receiver.
    pub with_receiver: bool,
    /// How many times an array.
    pub arrays: u8,
}

impl Type {
    /// A type with just a name.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            ..Self::default()
        }
    }
}

/// Statements in a row.
pub type Block = Vec<Stmt>;

/// A statement.
#[derive(Debug, Clone)]
pub enum Stmt {
    /// For its effect, or as the value of the block that it ends.
    Expr(Expr),
    /// A local variable.
    Local {
        /// Names: several when a value is taken apart.
        names: Vec<String>,
        /// Declared type.
        ty: Option<Type>,
        /// Initial value.
        init: Option<Expr>,
        /// Where.
        at: Offset,
    },
    /// A loop; `test` is asked before each round, `step` runs after it.
    Loop {
        /// Condition; none loops for ever.
        test: Option<Expr>,
        /// The body runs once before the test.
        test_last: bool,
        /// Body.
        body: Block,
        /// After each round.
        step: Block,
    },
    /// A loop over elements.
    ForEach {
        /// Names: several when an element is taken apart.
        names: Vec<String>,
        /// Declared type of an element.
        ty: Option<Type>,
        /// What is walked.
        over: Expr,
        /// Body.
        body: Block,
    },
    /// Leaves the loop.
    Break,
    /// Goes on with the next round.
    Continue,
    /// A function inside a function.
    Function(Box<Function>),
    /// A class inside a function.
    Class(Box<Class>),
    /// Statements with names of their own.
    Block(Block),
}

/// An expression.
#[derive(Debug, Clone)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it begins.
    pub at: Offset,
}

/// An argument.
#[derive(Debug, Clone)]
pub struct Arg {
    /// Its name at the call, if it is given.
    pub name: Option<String>,
    /// Value.
    pub value: Expr,
}

/// A piece of text.
#[derive(Debug, Clone)]
pub enum Piece {
    /// As written.
    Text(String),
    /// A value in it.
    Value(Expr),
}

/// Operators that matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// Sum, or texts joined.
    Add,
    /// Other arithmetic.
    Subtract,
    /// Product: durations are written so.
    Multiply,
    /// Division and the rest.
    Arithmetic,
    /// Bits are joined: flags.
    Or,
    /// Equal.
    Eq,
    /// Not equal.
    Ne,
    /// Less.
    Lt,
    /// Less or equal.
    Le,
    /// Greater.
    Gt,
    /// Greater or equal.
    Ge,
    /// Both, the right side only when the left holds.
    AndThen,
    /// Either, the right side only when the left does not hold.
    OrElse,
}

/// One case of a `when` or `switch`.
#[derive(Debug, Clone)]
pub struct Case {
    /// Any of these leads here; empty is the default.
    pub tests: Vec<Test>,
    /// What runs.
    pub body: Block,
    /// Goes on with the next case (`switch` without `break`).
    pub falls_through: bool,
}

/// A condition of a case.
#[derive(Debug, Clone)]
pub enum Test {
    /// Equal to the subject; with no subject, true.
    Value(Expr),
    /// Of a type.
    Type(Type),
}

/// A catch clause.
#[derive(Debug, Clone)]
pub struct Catch {
    /// Name of the exception.
    pub name: String,
    /// Its type.
    pub ty: Option<Type>,
    /// Code.
    pub body: Block,
}

/// A function without a name.
#[derive(Debug, Clone, Default)]
pub struct Lambda {
    /// Parameters; none may mean the one implicit parameter.
    pub params: Vec<Param>,
    /// Whether the parameters are written.
    pub explicit: bool,
    /// Statements; the last expression is the result.
    pub body: Block,
    /// `return` leaves the lambda itself (anonymous functions, JavaScript, Java).
    pub returns_itself: bool,
}

/// Kinds of expressions.
#[derive(Debug, Clone)]
pub enum ExprKind {
    /// The null reference.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number or a character.
    Int(i64),
    /// Text.
    Text(Vec<Piece>),
    /// A name: a variable, field, type or package.
    Name(String),
    /// The current object, or that of an outer class or lambda by label.
    This(Option<String>),
    /// The current object as its superclass.
    Super,
    /// A member of an object, type or package.
    Member {
        /// Of what.
        object: Box<Expr>,
        /// Name.
        name: String,
        /// Null when the object is.
        safe: bool,
    },
    /// An element.
    Index {
        /// Of what.
        object: Box<Expr>,
        /// Which.
        index: Box<Expr>,
    },
    /// A call.
    Call {
        /// A name or member.
        callee: Box<Expr>,
        /// Type arguments.
        types: Vec<Type>,
        /// Arguments, a trailing lambda last.
        args: Vec<Arg>,
    },
    /// A new object, perhaps of an anonymous class.
    New {
        /// Its type.
        ty: Type,
        /// Arguments.
        args: Vec<Arg>,
        /// The anonymous class.
        class: Option<Box<Class>>,
    },
    /// A new array or the elements of one.
    Array {
        /// Element type, if written.
        ty: Option<Type>,
        /// Elements.
        elements: Vec<Expr>,
    },
    /// A function without a name.
    Lambda(Box<Lambda>),
    /// A function or constructor by name.
    Reference {
        /// Object or type, if any.
        object: Option<Box<Expr>>,
        /// Name.
        name: String,
    },
    /// Two operands.
    Binary {
        /// What.
        op: Operator,
        /// Left.
        left: Box<Expr>,
        /// Right.
        right: Box<Expr>,
    },
    /// The opposite.
    Not(Box<Expr>),
    /// The left side, or the right one when that is null.
    Elvis {
        /// May be null.
        left: Box<Expr>,
        /// Then.
        right: Box<Expr>,
    },
    /// The same, surely not null.
    NotNull(Box<Expr>),
    /// Writes a place; its value is what was written.
    Assign {
        /// Name, member or element.
        target: Box<Expr>,
        /// Of `+=` and the like.
        op: Option<Operator>,
        /// What.
        value: Box<Expr>,
    },
    /// One of two.
    If {
        /// Condition.
        test: Box<Expr>,
        /// When it holds.
        then: Block,
        /// When not.
        otherwise: Option<Block>,
    },
    /// One of many.
    When {
        /// Compared with each case.
        subject: Option<Box<Expr>>,
        /// Name of the subject inside.
        name: Option<String>,
        /// Cases.
        cases: Vec<Case>,
    },
    /// Code whose exceptions are caught.
    Try {
        /// Code; resources are its first statements.
        body: Block,
        /// Clauses.
        catches: Vec<Catch>,
        /// Runs in any case.
        finally: Block,
    },
    /// Leaves the function, or the lambda with this label.
    Return {
        /// Label.
        label: Option<String>,
        /// Result.
        value: Option<Box<Expr>>,
    },
    /// Leaves by an exception.
    Throw(Box<Expr>),
    /// The same object seen as another type.
    Cast {
        /// What.
        value: Box<Expr>,
        /// As what.
        ty: Type,
    },
    /// Whether it is of a type.
    InstanceOf {
        /// What.
        value: Box<Expr>,
        /// Of which.
        ty: Type,
        /// Name for it when it is.
        name: Option<String>,
    },
    /// A type as a value.
    ClassLiteral(Type),
    /// Something else, with its parts.
    Unknown(Vec<Expr>),
}

impl Expr {
    /// An expression.
    #[must_use]
    pub fn new(kind: ExprKind, at: Offset) -> Self {
        Self { kind, at }
    }

    /// A name.
    #[must_use]
    pub fn name(name: &str, at: Offset) -> Self {
        Self::new(ExprKind::Name(name.to_owned()), at)
    }

    /// Constant text.
    #[must_use]
    pub fn text(text: &str, at: Offset) -> Self {
        Self::new(ExprKind::Text(vec![Piece::Text(text.to_owned())]), at)
    }

    /// The text, if it is constant.
    #[must_use]
    pub fn constant_text(&self) -> Option<String> {
        match &self.kind {
            ExprKind::Text(pieces) => pieces
                .iter()
                .map(|piece| match piece {
                    Piece::Text(text) => Some(text.as_str()),
                    Piece::Value(_) => None,
                })
                .collect(),
            ExprKind::Binary {
                op: Operator::Add,
                left,
                right,
            } => Some(left.constant_text()? + &right.constant_text()?),
            _ => None,
        }
    }

    /// A dotted path of names, if it is one.
    #[must_use]
    pub fn path(&self) -> Option<String> {
        match &self.kind {
            ExprKind::Name(name) => Some(name.clone()),
            ExprKind::Member { object, name, .. } => Some(format!("{}.{name}", object.path()?)),
            _ => None,
        }
    }
}
