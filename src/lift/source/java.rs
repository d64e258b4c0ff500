//! Java: the tree of the grammar to the common tree.

use tree_sitter::Node;

use super::grammar::{
    MAX_DEPTH, Source, at, child, children, has_token, number, parse, unescape, unknown,
};
use super::tree::{
    Annotation, Arg, Block, Body, Case, Catch, Class, ClassKind, Expr, ExprKind, Field, File,
    Function, Import, Lambda, Operator, Param, Piece, Stmt, Test, Type,
};

/// Reads a file.
#[must_use]
pub fn read(text: &str) -> Option<File> {
    let tree = parse(&tree_sitter_java::LANGUAGE.into(), text)?;
    let mut source = Source::new(text);
    source.count(tree.root_node());
    let mut reader = Reader { source, depth: 0 };
    let mut file = reader.file(tree.root_node());
    (file.nodes, file.broken) = reader.source.counts();
    Some(file)
}

struct Reader<'s> {
    source: Source<'s>,
    depth: u32,
}

/// Words before a declaration.
#[derive(Default)]
struct Modifiers<'s> {
    words: Vec<&'s str>,
    annotations: Vec<Annotation>,
}

impl Modifiers<'_> {
    fn has(&self, word: &str) -> bool {
        self.words.contains(&word)
    }
}

impl<'s> Reader<'s> {
    fn file(&mut self, root: Node<'_>) -> File {
        let mut file = File::default();
        for node in children(root) {
            match node.kind() {
                "package_declaration" => {
                    file.package = children(node)
                        .last()
                        .map_or_else(String::new, |path| self.source.of(*path).to_owned());
                }
                "import_declaration" => file.imports.extend(self.import(node)),
                kind if is_class(kind) => file.classes.extend(self.class(node)),
                _ => {}
            }
        }
        file
    }

    fn import(&mut self, node: Node<'_>) -> Option<Import> {
        let path = self.source.of(*children(node).first()?).to_owned();
        let name = path.rsplit('.').next().unwrap_or_default().to_owned();
        Some(Import {
            star: child(node, "asterisk").is_some(),
            path,
            name,
        })
    }

    /// Reads something nested; none when it is nested too deep.
    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= MAX_DEPTH {
            self.source.broken += 1;
            return None;
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        Some(result)
    }

    fn modifiers(&mut self, node: Node<'_>) -> Modifiers<'s> {
        let mut found = Modifiers::default();
        let Some(list) = child(node, "modifiers") else {
            return found;
        };
        let mut cursor = list.walk();
        for word in list.children(&mut cursor) {
            match word.kind() {
                "annotation" | "marker_annotation" => {
                    let annotation = self.annotation(word);
                    found.annotations.push(annotation);
                }
                _ => found.words.push(self.source.of(word)),
            }
        }
        found
    }

    fn annotation(&mut self, node: Node<'_>) -> Annotation {
        let name = node
            .child_by_field_name("name")
            .map_or("", |name| self.source.of(name))
            .to_owned();
        let mut elements = Vec::new();
        for part in node
            .child_by_field_name("arguments")
            .map_or_else(Vec::new, children)
        {
            if part.kind() == "element_value_pair" {
                let key = part
                    .child_by_field_name("key")
                    .map_or("value", |key| self.source.of(key))
                    .to_owned();
                if let Some(value) = part.child_by_field_name("value") {
                    elements.push((key, self.expr(value)));
                }
            } else {
                elements.push(("value".to_owned(), self.expr(part)));
            }
        }
        Annotation { name, elements }
    }

    fn ty(&mut self, node: Node<'_>) -> Type {
        self.nested(|reader| reader.ty_inner(node))
            .unwrap_or_default()
    }

    fn ty_inner(&mut self, node: Node<'_>) -> Type {
        match node.kind() {
            "generic_type" => {
                let mut parts = children(node).into_iter();
                let mut ty = parts.next().map_or_else(Type::default, |n| self.ty(n));
                for list in parts.filter(|n| n.kind() == "type_arguments") {
                    for arg in children(list) {
                        let arg = self.ty(arg);
                        ty.args.push(arg);
                    }
                }
                ty
            }
            "array_type" => {
                let mut ty = node
                    .child_by_field_name("element")
                    .map_or_else(Type::default, |n| self.ty(n));
                let dimensions = node
                    .child_by_field_name("dimensions")
                    .map_or("", |n| self.source.of(n));
                ty.arrays = ty.arrays.saturating_add(
                    u8::try_from(dimensions.matches('[').count()).unwrap_or(u8::MAX),
                );
                ty
            }
            "annotated_type" | "wildcard" | "catch_type" => children(node)
                .into_iter()
                .rfind(|n| !n.kind().ends_with("annotation"))
                .map_or_else(Type::default, |n| self.ty(n)),
            "scoped_type_identifier" => {
                let names: Vec<String> = children(node)
                    .into_iter()
                    .filter(|n| !n.kind().ends_with("annotation"))
                    .map(|n| self.ty(n).name)
                    .collect();
                Type::named(&names.join("."))
            }
            _ => Type::named(self.source.of(node)),
        }
    }

    fn type_field(&mut self, node: Node<'_>) -> Option<Type> {
        let mut ty = node.child_by_field_name("type").map(|ty| self.ty(ty))?;
        if let Some(dimensions) = node.child_by_field_name("dimensions") {
            let more = self.source.of(dimensions).matches('[').count();
            ty.arrays = ty
                .arrays
                .saturating_add(u8::try_from(more).unwrap_or(u8::MAX));
        }
        Some(ty)
    }

    fn class(&mut self, node: Node<'_>) -> Option<Class> {
        self.nested(|reader| reader.class_inner(node))
    }

    fn class_inner(&mut self, node: Node<'_>) -> Class {
        let modifiers = self.modifiers(node);
        let kind = match node.kind() {
            "interface_declaration" => ClassKind::Interface,
            "enum_declaration" => ClassKind::Enum,
            "annotation_type_declaration" => ClassKind::Annotation,
            _ => ClassKind::Class,
        };
        let name = node.child_by_field_name("name");
        let mut class = Class {
            name: name.map_or("", |name| self.source.of(name)).to_owned(),
            kind,
            data: node.kind() == "record_declaration",
            is_abstract: modifiers.has("abstract"),
            type_params: self.type_params(node),
            at: name.map_or_else(|| at(node), at),
            annotations: modifiers.annotations,
            ..Class::default()
        };
        for part in children(node) {
            match part.kind() {
                "superclass" | "super_interfaces" | "extends_interfaces" => {
                    for ty in children(part) {
                        if ty.kind() == "type_list" {
                            for ty in children(ty) {
                                let ty = self.ty(ty);
                                class.supers.push(ty);
                            }
                        } else {
                            let ty = self.ty(ty);
                            class.supers.insert(0, ty);
                        }
                    }
                }
                "formal_parameters" => {
                    let params = self.params(part);
                    class.fields.extend(params.iter().map(|param| Field {
                        name: param.name.clone(),
                        ty: param.ty.clone(),
                        from_parameter: true,
                        private: true,
                        annotations: param.annotations.clone(),
                        at: at(part),
                        ..Field::default()
                    }));
                    class.constructors.push(Function {
                        name: "<init>".to_owned(),
                        params,
                        at: at(part),
                        ..Function::default()
                    });
                }
                _ => {}
            }
        }
        if let Some(body) = node.child_by_field_name("body") {
            self.class_body(body, &mut class);
        }
        class
    }

    fn type_params(&mut self, node: Node<'_>) -> Vec<String> {
        node.child_by_field_name("type_parameters")
            .map_or_else(Vec::new, children)
            .into_iter()
            .filter_map(|param| child(param, "type_identifier"))
            .map(|name| self.source.of(name).to_owned())
            .collect()
    }

    fn class_body(&mut self, node: Node<'_>, class: &mut Class) {
        for member in children(node) {
            match member.kind() {
                "field_declaration" | "constant_declaration" => {
                    let fields = self.fields(member, class.kind == ClassKind::Interface);
                    class.fields.extend(fields);
                }
                "method_declaration" | "annotation_type_element_declaration" => {
                    let function = self.method(member);
                    class.functions.push(function);
                }
                "constructor_declaration" => {
                    let constructor = self.method(member);
                    class.constructors.push(constructor);
                }
                "block" => {
                    let block = self.block(member);
                    class.initializers.push(block);
                }
                "static_initializer" => {
                    if let Some(block) = child(member, "block") {
                        let block = self.block(block);
                        class.static_initializers.push(block);
                    }
                }
                "enum_body_declarations" => {
                    let _ = self.nested(|reader| reader.class_body(member, class));
                }
                "enum_constant" => {
                    let ty = Type::named(&class.name);
                    let name = member
                        .child_by_field_name("name")
                        .map_or("", |name| self.source.of(name));
                    let args = member
                        .child_by_field_name("arguments")
                        .map_or_else(Vec::new, |list| self.arguments(list));
                    class.fields.push(Field {
                        name: name.to_owned(),
                        ty: Some(ty.clone()),
                        init: Some(Expr::new(
                            ExprKind::New {
                                ty,
                                args,
                                class: None,
                            },
                            at(member),
                        )),
                        is_static: true,
                        at: at(member),
                        ..Field::default()
                    });
                }
                kind if is_class(kind) => class.classes.extend(self.class(member)),
                _ => {}
            }
        }
    }

    fn fields(&mut self, node: Node<'_>, in_interface: bool) -> Vec<Field> {
        let modifiers = self.modifiers(node);
        let is_static = in_interface || modifiers.has("static");
        let is_final = in_interface || modifiers.has("final");
        let ty = self.type_field(node);
        let mut cursor = node.walk();
        let declarators: Vec<Node<'_>> = node
            .children_by_field_name("declarator", &mut cursor)
            .collect();
        declarators
            .into_iter()
            .map(|declarator| {
                let name = declarator.child_by_field_name("name");
                Field {
                    name: name.map_or("", |name| self.source.of(name)).to_owned(),
                    ty: ty.clone(),
                    init: declarator
                        .child_by_field_name("value")
                        .map(|value| self.expr(value)),
                    is_static,
                    constant: is_static && is_final,
                    private: modifiers.has("private"),
                    annotations: modifiers.annotations.clone(),
                    at: at(declarator),
                    ..Field::default()
                }
            })
            .collect()
    }

    fn method(&mut self, node: Node<'_>) -> Function {
        let modifiers = self.modifiers(node);
        let constructor = node.kind() == "constructor_declaration";
        let name = node.child_by_field_name("name");
        Function {
            name: if constructor {
                "<init>".to_owned()
            } else {
                name.map_or("", |name| self.source.of(name)).to_owned()
            },
            params: node
                .child_by_field_name("parameters")
                .map_or_else(Vec::new, |list| self.params(list)),
            ret: self.type_field(node),
            body: node
                .child_by_field_name("body")
                .map(|body| Body::Block(self.block(body))),
            is_static: modifiers.has("static"),
            type_params: self.type_params(node),
            private: modifiers.has("private"),
            annotations: modifiers.annotations,
            at: name.map_or_else(|| at(node), at),
            ..Function::default()
        }
    }

    fn params(&mut self, node: Node<'_>) -> Vec<Param> {
        let mut params = Vec::new();
        for part in children(node) {
            match part.kind() {
                "formal_parameter" => {
                    let modifiers = self.modifiers(part);
                    let name = part
                        .child_by_field_name("name")
                        .map_or("", |name| self.source.of(name));
                    params.push(Param {
                        name: name.to_owned(),
                        ty: self.type_field(part),
                        annotations: modifiers.annotations,
                        ..Param::default()
                    });
                }
                "spread_parameter" => {
                    let name = child(part, "variable_declarator")
                        .and_then(|declarator| declarator.child_by_field_name("name"))
                        .map_or("", |name| self.source.of(name));
                    let ty = children(part)
                        .into_iter()
                        .find(|n| !matches!(n.kind(), "modifiers" | "variable_declarator"))
                        .map(|ty| self.ty(ty));
                    params.push(Param {
                        name: name.to_owned(),
                        ty: ty.map(|ty| Type {
                            arrays: ty.arrays.saturating_add(1),
                            ..ty
                        }),
                        variadic: true,
                        ..Param::default()
                    });
                }
                "identifier" => params.push(Param {
                    name: self.source.of(part).to_owned(),
                    ..Param::default()
                }),
                _ => {}
            }
        }
        params
    }

    // Statements.

    fn block(&mut self, node: Node<'_>) -> Block {
        self.nested(|reader| {
            let mut block = Vec::new();
            for part in children(node) {
                reader.statement(part, &mut block);
            }
            block
        })
        .unwrap_or_default()
    }

    /// A block, or one statement in its place.
    fn branch(&mut self, node: Node<'_>) -> Block {
        if node.kind() == "block" {
            return self.block(node);
        }
        self.nested(|reader| {
            let mut block = Vec::new();
            reader.statement(node, &mut block);
            block
        })
        .unwrap_or_default()
    }

    fn branch_field(&mut self, node: Node<'_>, name: &str) -> Block {
        node.child_by_field_name(name)
            .map_or_else(Vec::new, |part| self.branch(part))
    }

    fn statement(&mut self, node: Node<'_>, block: &mut Block) {
        match node.kind() {
            "local_variable_declaration" => {
                let ty = self.type_field(node).filter(|ty| ty.name != "var");
                let mut cursor = node.walk();
                let declarators: Vec<Node<'_>> = node
                    .children_by_field_name("declarator", &mut cursor)
                    .collect();
                for declarator in declarators {
                    let name = declarator
                        .child_by_field_name("name")
                        .map_or("", |name| self.source.of(name));
                    let init = declarator
                        .child_by_field_name("value")
                        .map(|value| self.expr(value));
                    block.push(Stmt::Local {
                        names: vec![name.to_owned()],
                        ty: ty.clone(),
                        init,
                        at: at(declarator),
                    });
                }
            }
            "expression_statement" => {
                if let Some(value) = children(node).first() {
                    let value = self.expr(*value);
                    block.push(Stmt::Expr(value));
                }
            }
            "block" => {
                let inner = self.block(node);
                block.push(Stmt::Block(inner));
            }
            "labeled_statement" | "synchronized_statement" | "ERROR" => {
                for part in children(node) {
                    let inner = self.branch(part);
                    block.extend(inner);
                }
            }
            "if_statement" => {
                let test = self.condition(node);
                let then = self.branch_field(node, "consequence");
                let otherwise = node
                    .child_by_field_name("alternative")
                    .map(|part| self.branch(part));
                block.push(Stmt::Expr(Expr::new(
                    ExprKind::If {
                        test: Box::new(test),
                        then,
                        otherwise,
                    },
                    at(node),
                )));
            }
            "while_statement" | "do_statement" => {
                let test = self.condition(node);
                let body = self.branch_field(node, "body");
                block.push(Stmt::Loop {
                    test: Some(test),
                    test_last: node.kind() == "do_statement",
                    body,
                    step: Vec::new(),
                });
            }
            "for_statement" => {
                let mut outer = Vec::new();
                let mut step = Vec::new();
                let mut cursor = node.walk();
                let inits: Vec<Node<'_>> =
                    node.children_by_field_name("init", &mut cursor).collect();
                for init in inits {
                    self.statement(init, &mut outer);
                }
                let mut cursor = node.walk();
                let updates: Vec<Node<'_>> =
                    node.children_by_field_name("update", &mut cursor).collect();
                for update in updates {
                    let update = self.expr(update);
                    step.push(Stmt::Expr(update));
                }
                let test = node.child_by_field_name("condition").map(|n| self.expr(n));
                let body = self.branch_field(node, "body");
                outer.push(Stmt::Loop {
                    test,
                    test_last: false,
                    body,
                    step,
                });
                block.push(Stmt::Block(outer));
            }
            "enhanced_for_statement" => {
                let name = node
                    .child_by_field_name("name")
                    .map_or("", |name| self.source.of(name));
                let ty = self.type_field(node).filter(|ty| ty.name != "var");
                let Some(over) = node.child_by_field_name("value").map(|n| self.expr(n)) else {
                    return;
                };
                let body = self.branch_field(node, "body");
                block.push(Stmt::ForEach {
                    names: vec![name.to_owned()],
                    ty,
                    over,
                    body,
                });
            }
            "break_statement" => block.push(Stmt::Break),
            "continue_statement" => block.push(Stmt::Continue),
            "explicit_constructor_invocation" => {
                let callee = match node
                    .child_by_field_name("constructor")
                    .map(|part| part.kind())
                {
                    Some("super") => ExprKind::Super,
                    _ => ExprKind::This(None),
                };
                let args = node
                    .child_by_field_name("arguments")
                    .map_or_else(Vec::new, |list| self.arguments(list));
                block.push(Stmt::Expr(Expr::new(
                    ExprKind::Call {
                        callee: Box::new(Expr::new(callee, at(node))),
                        types: Vec::new(),
                        args,
                    },
                    at(node),
                )));
            }
            "assert_statement" | ";" => {}
            kind if is_class(kind) => {
                if let Some(class) = self.class(node) {
                    block.push(Stmt::Class(Box::new(class)));
                }
            }
            _ => {
                let value = self.expr(node);
                block.push(Stmt::Expr(value));
            }
        }
    }

    fn condition(&mut self, node: Node<'_>) -> Expr {
        match node.child_by_field_name("condition") {
            Some(condition) => self.expr(condition),
            None => unknown(Vec::new(), node),
        }
    }

    // Expressions.

    fn expr(&mut self, node: Node<'_>) -> Expr {
        // A member stands where its name does: each part of a chain of calls has a place of its own.
        let place = node
            .child_by_field_name("field")
            .filter(|_| node.kind() == "field_access")
            .map_or_else(|| at(node), at);
        self.nested(|reader| Expr::new(reader.expr_kind(node), place))
            .unwrap_or_else(|| unknown(Vec::new(), node))
    }

    fn parts(&mut self, node: Node<'_>) -> Vec<Expr> {
        children(node)
            .into_iter()
            .map(|part| self.expr(part))
            .collect()
    }

    fn field(&mut self, node: Node<'_>, name: &str) -> Box<Expr> {
        Box::new(match node.child_by_field_name(name) {
            Some(part) => self.expr(part),
            None => unknown(Vec::new(), node),
        })
    }

    fn arguments(&mut self, node: Node<'_>) -> Vec<Arg> {
        children(node)
            .into_iter()
            .map(|value| Arg {
                name: None,
                value: self.expr(value),
            })
            .collect()
    }

    fn args_field(&mut self, node: Node<'_>) -> Vec<Arg> {
        node.child_by_field_name("arguments")
            .map_or_else(Vec::new, |list| self.arguments(list))
    }

    fn expr_kind(&mut self, node: Node<'_>) -> ExprKind {
        match node.kind() {
            "identifier" | "type_identifier" => ExprKind::Name(self.source.of(node).to_owned()),
            "null_literal" => ExprKind::Null,
            "true" => ExprKind::Bool(true),
            "false" => ExprKind::Bool(false),
            "decimal_integer_literal"
            | "hex_integer_literal"
            | "binary_integer_literal"
            | "octal_integer_literal" => match number(self.source.of(node)) {
                Some(number) => ExprKind::Int(number),
                None => ExprKind::Unknown(Vec::new()),
            },
            "character_literal" => {
                let text = self.source.of(node).trim_matches('\'');
                let text = if text.starts_with('\\') {
                    unescape(text)
                } else {
                    text.to_owned()
                };
                ExprKind::Int(
                    text.chars()
                        .next()
                        .map_or(0, |letter| i64::from(u32::from(letter))),
                )
            }
            "string_literal" => {
                let mut text = String::new();
                for part in children(node) {
                    match part.kind() {
                        "escape_sequence" => text.push_str(&unescape(self.source.of(part))),
                        _ => text.push_str(self.source.of(part)),
                    }
                }
                ExprKind::Text(vec![Piece::Text(text)])
            }
            "this" => ExprKind::This(None),
            "super" => ExprKind::Super,
            "parenthesized_expression" => match children(node).first() {
                Some(inner) => self.expr(*inner).kind,
                None => ExprKind::Unknown(Vec::new()),
            },
            "field_access" => {
                let name = node
                    .child_by_field_name("field")
                    .map_or("", |name| self.source.of(name));
                let object = self.field(node, "object");
                match (name, object.path()) {
                    ("this", Some(path)) => {
                        ExprKind::This(path.rsplit('.').next().map(str::to_owned))
                    }
                    _ => ExprKind::Member {
                        object,
                        name: name.to_owned(),
                        safe: false,
                    },
                }
            }
            "scoped_identifier" | "scoped_type_identifier" => {
                let text = self.source.of(node);
                match text.rsplit_once('.') {
                    Some((object, name)) => ExprKind::Member {
                        object: Box::new(path_expr(object, at(node))),
                        name: name.to_owned(),
                        safe: false,
                    },
                    None => ExprKind::Name(text.to_owned()),
                }
            }
            "array_access" => ExprKind::Index {
                object: self.field(node, "array"),
                index: self.field(node, "index"),
            },
            "method_invocation" => {
                let name_node = node.child_by_field_name("name").unwrap_or(node);
                let name = self.source.of(name_node).to_owned();
                let types = child(node, "type_arguments")
                    .map_or_else(Vec::new, children)
                    .into_iter()
                    .map(|ty| self.ty(ty))
                    .collect();
                let callee = match node.child_by_field_name("object") {
                    Some(object) => ExprKind::Member {
                        object: Box::new(self.expr(object)),
                        name,
                        safe: false,
                    },
                    None => ExprKind::Name(name),
                };
                ExprKind::Call {
                    callee: Box::new(Expr::new(callee, at(name_node))),
                    types,
                    args: self.args_field(node),
                }
            }
            "object_creation_expression" => {
                let ty = self.type_field(node).unwrap_or_default();
                let class = child(node, "class_body").and_then(|body| {
                    self.nested(|reader| {
                        let mut class = Class {
                            supers: vec![ty.clone()],
                            at: at(body),
                            ..Class::default()
                        };
                        reader.class_body(body, &mut class);
                        Box::new(class)
                    })
                });
                ExprKind::New {
                    ty,
                    args: self.args_field(node),
                    class,
                }
            }
            "array_creation_expression" => ExprKind::Array {
                ty: node.child_by_field_name("type").map(|ty| self.ty(ty)),
                elements: node
                    .child_by_field_name("value")
                    .map_or_else(Vec::new, |list| self.parts(list)),
            },
            "array_initializer" | "element_value_array_initializer" => ExprKind::Array {
                ty: None,
                elements: self.parts(node),
            },
            "lambda_expression" => {
                let params = match node.child_by_field_name("parameters") {
                    Some(name) if name.kind() == "identifier" => vec![Param {
                        name: self.source.of(name).to_owned(),
                        ..Param::default()
                    }],
                    Some(list) => self.params(list),
                    None => Vec::new(),
                };
                let body = match node.child_by_field_name("body") {
                    Some(block) if block.kind() == "block" => self.block(block),
                    Some(value) => vec![Stmt::Expr(self.expr(value))],
                    None => Vec::new(),
                };
                ExprKind::Lambda(Box::new(Lambda {
                    params,
                    explicit: true,
                    body,
                    returns_itself: true,
                }))
            }
            "method_reference" => {
                let text = self.source.of(node);
                let (_, name) = text.rsplit_once("::").unwrap_or(("", text));
                let name = if name.trim() == "new" {
                    "<init>"
                } else {
                    name.trim()
                };
                ExprKind::Reference {
                    object: children(node)
                        .first()
                        .map(|object| Box::new(self.expr(*object))),
                    name: name.to_owned(),
                }
            }
            "class_literal" => ExprKind::ClassLiteral(
                children(node)
                    .first()
                    .map_or_else(Type::default, |ty| self.ty(*ty)),
            ),
            "assignment_expression" => {
                let operator = node
                    .child_by_field_name("operator")
                    .map_or("=", |operator| self.source.of(operator));
                ExprKind::Assign {
                    target: self.field(node, "left"),
                    op: match operator {
                        "=" => None,
                        "+=" => Some(Operator::Add),
                        _ => Some(Operator::Arithmetic),
                    },
                    value: self.field(node, "right"),
                }
            }
            "binary_expression" => {
                let operator = node
                    .child_by_field_name("operator")
                    .map_or("", |operator| self.source.of(operator));
                ExprKind::Binary {
                    op: match operator {
                        "+" => Operator::Add,
                        "-" => Operator::Subtract,
                        "*" => Operator::Multiply,
                        "|" => Operator::Or,
                        "==" => Operator::Eq,
                        "!=" => Operator::Ne,
                        "<" => Operator::Lt,
                        "<=" => Operator::Le,
                        ">" => Operator::Gt,
                        ">=" => Operator::Ge,
                        "&&" => Operator::AndThen,
                        "||" => Operator::OrElse,
                        _ => Operator::Arithmetic,
                    },
                    left: self.field(node, "left"),
                    right: self.field(node, "right"),
                }
            }
            "unary_expression" => {
                let operator = node
                    .child_by_field_name("operator")
                    .map_or("", |operator| self.source.of(operator));
                let operand = self.field(node, "operand");
                match (operator, &operand.kind) {
                    ("!", _) => ExprKind::Not(operand),
                    ("-", ExprKind::Int(number)) => ExprKind::Int(number.saturating_neg()),
                    _ => ExprKind::Unknown(vec![*operand]),
                }
            }
            "ternary_expression" => ExprKind::If {
                test: self.field(node, "condition"),
                then: vec![Stmt::Expr(*self.field(node, "consequence"))],
                otherwise: Some(vec![Stmt::Expr(*self.field(node, "alternative"))]),
            },
            "cast_expression" => ExprKind::Cast {
                value: self.field(node, "value"),
                ty: self.type_field(node).unwrap_or_default(),
            },
            "instanceof_expression" => ExprKind::InstanceOf {
                value: self.field(node, "left"),
                ty: node
                    .child_by_field_name("right")
                    .map_or_else(Type::default, |ty| self.ty(ty)),
                name: node
                    .child_by_field_name("name")
                    .map(|name| self.source.of(name).to_owned()),
            },
            "return_statement" => ExprKind::Return {
                label: None,
                value: children(node)
                    .first()
                    .map(|value| Box::new(self.expr(*value))),
            },
            "throw_statement" => match self.parts(node).pop() {
                Some(value) => ExprKind::Throw(Box::new(value)),
                None => ExprKind::Unknown(Vec::new()),
            },
            "switch_expression" | "switch_statement" => self.switch(node),
            "try_statement" | "try_with_resources_statement" => self.try_statement(node),
            "annotation" | "marker_annotation" => {
                let annotation = self.annotation(node);
                ExprKind::Unknown(
                    annotation
                        .elements
                        .into_iter()
                        .map(|(_, value)| value)
                        .collect(),
                )
            }
            _ => ExprKind::Unknown(
                children(node)
                    .into_iter()
                    .filter(|part| !part.kind().ends_with("type"))
                    .map(|part| self.expr(part))
                    .collect(),
            ),
        }
    }

    fn switch(&mut self, node: Node<'_>) -> ExprKind {
        let subject = node
            .child_by_field_name("condition")
            .map(|condition| Box::new(self.expr(condition)));
        let mut cases = Vec::new();
        for group in node
            .child_by_field_name("body")
            .map_or_else(Vec::new, children)
        {
            let mut tests = Vec::new();
            let mut body: Block = Vec::new();
            let mut is_default = false;
            for part in children(group) {
                if part.kind() == "switch_label" {
                    is_default |= has_token(part, "default");
                    for value in children(part) {
                        if value.kind() == "pattern" {
                            let ty = children(value)
                                .into_iter()
                                .flat_map(children)
                                .next()
                                .map_or_else(Type::default, |ty| self.ty(ty));
                            tests.push(Test::Type(ty));
                        } else {
                            let value = self.expr(value);
                            tests.push(Test::Value(value));
                        }
                    }
                } else if group.kind() == "switch_rule" {
                    body = self.branch(part);
                } else {
                    self.statement(part, &mut body);
                }
            }
            if is_default {
                tests.clear();
            }
            let ends = match body.last() {
                Some(Stmt::Break | Stmt::Continue) => true,
                Some(Stmt::Expr(last)) => {
                    matches!(last.kind, ExprKind::Return { .. } | ExprKind::Throw(_))
                }
                _ => false,
            };
            if let Some(Stmt::Break) = body.last() {
                body.pop();
            }
            cases.push(Case {
                tests,
                body,
                falls_through: group.kind() == "switch_block_statement_group" && !ends,
            });
        }
        ExprKind::When {
            subject,
            name: None,
            cases,
        }
    }

    fn try_statement(&mut self, node: Node<'_>) -> ExprKind {
        let mut body = Vec::new();
        for resource in node
            .child_by_field_name("resources")
            .map_or_else(Vec::new, children)
        {
            let name = resource
                .child_by_field_name("name")
                .map_or("", |name| self.source.of(name));
            let init = resource
                .child_by_field_name("value")
                .map(|value| self.expr(value));
            body.push(Stmt::Local {
                names: vec![name.to_owned()],
                ty: self.type_field(resource).filter(|ty| ty.name != "var"),
                init,
                at: at(resource),
            });
        }
        let inner = self.branch_field(node, "body");
        body.extend(inner);
        let mut catches = Vec::new();
        let mut finally = Vec::new();
        for part in children(node) {
            match part.kind() {
                "catch_clause" => {
                    let param = child(part, "catch_formal_parameter");
                    let name = param
                        .and_then(|param| param.child_by_field_name("name"))
                        .map_or("", |name| self.source.of(name));
                    let ty = param
                        .and_then(|param| child(param, "catch_type"))
                        .and_then(|list| children(list).first().copied())
                        .map(|ty| self.ty(ty));
                    catches.push(Catch {
                        name: name.to_owned(),
                        ty,
                        body: self.branch_field(part, "body"),
                    });
                }
                "finally_clause" => {
                    finally = child(part, "block").map_or_else(Vec::new, |n| self.block(n));
                }
                _ => {}
            }
        }
        ExprKind::Try {
            body,
            catches,
            finally,
        }
    }
}

fn is_class(kind: &str) -> bool {
    matches!(
        kind,
        "class_declaration"
            | "interface_declaration"
            | "enum_declaration"
            | "record_declaration"
            | "annotation_type_declaration"
    )
}

fn path_expr(path: &str, at: u32) -> Expr {
    let mut parts = path.split('.');
    let first = Expr::name(parts.next().unwrap_or(path), at);
    parts.take(MAX_DEPTH as usize).fold(first, |object, name| {
        Expr::new(
            ExprKind::Member {
                object: Box::new(object),
                name: name.to_owned(),
                safe: false,
            },
            at,
        )
    })
}
