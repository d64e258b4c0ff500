//! Kotlin: the tree of the kotlin-ng grammar to the common tree.

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
    let tree = parse(&tree_sitter_kotlin_ng::LANGUAGE.into(), text)?;
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
struct Modifiers {
    words: Vec<String>,
    annotations: Vec<Annotation>,
}

impl Modifiers {
    fn has(&self, word: &str) -> bool {
        self.words.iter().any(|known| known == word)
    }
}

/// Nodes that are types.
fn is_type(kind: &str) -> bool {
    matches!(
        kind,
        "user_type"
            | "nullable_type"
            | "function_type"
            | "non_nullable_type"
            | "parenthesized_type"
            | "type"
    )
}

/// Declarations and clauses: nodes that are no expression.
fn is_clause(kind: &str) -> bool {
    is_type(kind)
        || matches!(
            kind,
            "modifiers"
                | "annotation"
                | "type_parameters"
                | "type_constraints"
                | "type_modifiers"
                | "variable_declaration"
                | "multi_variable_declaration"
                | "property_delegate"
                | "getter"
                | "setter"
                | "value_arguments"
                | "type_arguments"
                | "label"
                | "lambda_parameters"
                | "function_value_parameters"
                | "function_body"
                | "parameter_modifiers"
                | "parameter"
        )
}

impl<'s> Reader<'s> {
    fn file(&mut self, root: Node<'_>) -> File {
        let mut file = File::default();
        for node in children(root) {
            match node.kind() {
                "package_header" => {
                    file.package = child(node, "qualified_identifier")
                        .map_or_else(String::new, |path| self.dotted(path));
                }
                "import" => file.imports.extend(self.import(node)),
                "class_declaration" | "object_declaration" => {
                    file.classes.extend(self.class(node));
                }
                "function_declaration" => file.facade.functions.push(self.function(node, true)),
                "property_declaration" => {
                    let fields = self.property(node, true);
                    file.facade.fields.extend(fields);
                }
                "type_alias" => {
                    let name = node
                        .child_by_field_name("type")
                        .map_or("", |name| self.source.of(name));
                    if let Some(ty) = children(node).into_iter().rev().find(|n| is_type(n.kind())) {
                        file.aliases.push((name.to_owned(), self.ty(ty)));
                    }
                }
                _ => {}
            }
        }
        file
    }

    /// Text without spaces and back quotes.
    fn dotted(&self, node: Node<'_>) -> String {
        self.source
            .of(node)
            .chars()
            .filter(|letter| !letter.is_whitespace() && *letter != '`')
            .collect()
    }

    fn import(&mut self, node: Node<'_>) -> Option<Import> {
        let parts = children(node);
        let path = self.dotted(*parts.first()?);
        let star = has_token(node, "*");
        let name = match parts.get(1) {
            Some(alias) => self.dotted(*alias),
            None => path.rsplit('.').next().unwrap_or_default().to_owned(),
        };
        Some(Import { path, name, star })
    }

    fn modifiers(&mut self, node: Node<'_>) -> Modifiers {
        let mut found = Modifiers::default();
        for list in children(node).into_iter().filter(|child| {
            matches!(
                child.kind(),
                "modifiers" | "parameter_modifiers" | "type_modifiers"
            )
        }) {
            for word in children(list) {
                if word.kind() == "annotation" {
                    found.annotations.extend(self.annotation(word));
                } else {
                    found.words.push(self.source.of(word).to_owned());
                }
            }
        }
        found
    }

    fn annotation(&mut self, node: Node<'_>) -> Vec<Annotation> {
        let mut found = Vec::new();
        for part in children(node) {
            match part.kind() {
                "constructor_invocation" => {
                    let name = children(part)
                        .into_iter()
                        .find(|child| is_type(child.kind()))
                        .map_or_else(String::new, |ty| self.ty(ty).name);
                    let elements = child(part, "value_arguments")
                        .map_or_else(Vec::new, |list| self.arguments(list))
                        .into_iter()
                        .map(|arg| (arg.name.unwrap_or_else(|| "value".to_owned()), arg.value))
                        .collect();
                    found.push(Annotation { name, elements });
                }
                kind if is_type(kind) => found.push(Annotation {
                    name: self.ty(part).name,
                    elements: Vec::new(),
                }),
                _ => {}
            }
        }
        found
    }

    fn ty(&mut self, node: Node<'_>) -> Type {
        let mut inner = None;
        if matches!(
            node.kind(),
            "nullable_type"
                | "parenthesized_type"
                | "non_nullable_type"
                | "type"
                | "type_projection"
        ) {
            inner = children(node)
                .into_iter()
                .find(|child| is_type(child.kind()));
            if inner.is_none() {
                return Type::default();
            }
        }
        if let Some(inner) = inner {
            return self.nested(|reader| reader.ty(inner)).unwrap_or_default();
        }
        if node.kind() == "function_type" {
            let mut ty = Type {
                function: true,
                ..Type::default()
            };
            for part in children(node) {
                match part.kind() {
                    "function_type_parameters" => {
                        for param in children(part) {
                            let of = if param.kind() == "parameter" {
                                children(param).into_iter().find(|n| is_type(n.kind()))
                            } else {
                                Some(param)
                            };
                            let param = of.and_then(|of| self.nested(|reader| reader.ty(of)));
                            ty.args.push(param.unwrap_or_default());
                        }
                    }
                    kind if is_type(kind) => {
                        if !has_parameters_before(node, part) {
                            ty.with_receiver = true;
                        }
                        let part = self.nested(|reader| reader.ty(part));
                        ty.args.push(part.unwrap_or_default());
                    }
                    _ => {}
                }
            }
            return ty;
        }
        let mut ty = Type::default();
        for part in children(node) {
            match part.kind() {
                "identifier" => {
                    if !ty.name.is_empty() {
                        ty.name.push('.');
                    }
                    ty.name.push_str(self.source.of(part).trim_matches('`'));
                    ty.args.clear();
                }
                "type_arguments" => {
                    for projection in children(part) {
                        let arg = self.nested(|reader| reader.ty(projection));
                        ty.args.push(arg.unwrap_or_default());
                    }
                }
                _ => {}
            }
        }
        if ty.name.is_empty() && children(node).is_empty() {
            ty.name = self.dotted(node);
        }
        ty
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

    fn type_params(&mut self, node: Node<'_>) -> Vec<String> {
        child(node, "type_parameters")
            .map_or_else(Vec::new, children)
            .into_iter()
            .filter_map(|param| child(param, "identifier"))
            .map(|name| self.source.of(name).to_owned())
            .collect()
    }

    fn class(&mut self, node: Node<'_>) -> Option<Class> {
        self.nested(|reader| reader.class_inner(node))
    }

    fn class_inner(&mut self, node: Node<'_>) -> Class {
        let modifiers = self.modifiers(node);
        let kind = match node.kind() {
            "object_declaration" => ClassKind::Object,
            "companion_object" => ClassKind::Companion,
            _ if has_token(node, "interface") => ClassKind::Interface,
            _ if modifiers.has("enum") => ClassKind::Enum,
            _ if modifiers.has("annotation") => ClassKind::Annotation,
            _ => ClassKind::Class,
        };
        let name = node
            .child_by_field_name("name")
            .map_or("", |name| self.source.of(name))
            .trim_matches('`');
        let name = match (kind, name) {
            (ClassKind::Companion, "") => "Companion",
            _ => name,
        };
        let mut class = Class {
            name: name.to_owned(),
            kind,
            data: modifiers.has("data"),
            is_abstract: modifiers.has("abstract") || modifiers.has("sealed"),
            type_params: self.type_params(node),
            at: node
                .child_by_field_name("name")
                .map_or_else(|| at(node), at),
            annotations: modifiers.annotations,
            ..Class::default()
        };
        for part in children(node) {
            match part.kind() {
                "primary_constructor" => self.primary_constructor(part, &mut class),
                "delegation_specifiers" => self.supers(part, &mut class),
                "class_body" | "enum_class_body" => self.class_body(part, &mut class),
                _ => {}
            }
        }
        class
    }

    fn supers(&mut self, node: Node<'_>, class: &mut Class) {
        for specifier in children(node) {
            for part in children(specifier) {
                match part.kind() {
                    "constructor_invocation" => {
                        let ty = children(part).into_iter().find(|n| is_type(n.kind()));
                        if let Some(ty) = ty {
                            let ty = self.ty(ty);
                            class.supers.insert(0, ty);
                        }
                        if let Some(list) = child(part, "value_arguments") {
                            class.super_args = self.arguments(list);
                        }
                    }
                    "explicit_delegation" => {
                        if let Some(ty) = children(part).into_iter().find(|n| is_type(n.kind())) {
                            let ty = self.ty(ty);
                            class.supers.push(ty);
                        }
                    }
                    kind if is_type(kind) => {
                        let ty = self.ty(part);
                        class.supers.push(ty);
                    }
                    _ => {}
                }
            }
        }
    }

    fn primary_constructor(&mut self, node: Node<'_>, class: &mut Class) {
        let modifiers = self.modifiers(node);
        let mut constructor = Function {
            name: "<init>".to_owned(),
            annotations: modifiers.annotations,
            at: at(node),
            ..Function::default()
        };
        for param in child(node, "class_parameters").map_or_else(Vec::new, children) {
            if param.kind() != "class_parameter" {
                continue;
            }
            let modifiers = self.modifiers(param);
            let parts = children(param);
            let name = parts
                .iter()
                .find(|n| n.kind() == "identifier")
                .map_or("", |n| self.source.of(*n))
                .trim_matches('`')
                .to_owned();
            let ty = parts
                .iter()
                .find(|n| is_type(n.kind()))
                .map(|n| self.ty(*n));
            let default = parts
                .iter()
                .rev()
                .find(|n| !is_clause(n.kind()))
                .filter(|n| n.kind() != "identifier" || has_token(param, "="))
                .filter(|_| has_token(param, "="))
                .map(|n| self.expr(*n));
            if has_token(param, "val") || has_token(param, "var") {
                class.fields.push(Field {
                    name: name.clone(),
                    ty: ty.clone(),
                    from_parameter: true,
                    private: modifiers.has("private"),
                    annotations: modifiers.annotations.clone(),
                    at: at(param),
                    ..Field::default()
                });
            }
            constructor.params.push(Param {
                name,
                ty,
                default,
                variadic: modifiers.has("vararg"),
                annotations: modifiers.annotations,
            });
        }
        class.constructors.insert(0, constructor);
    }

    fn class_body(&mut self, node: Node<'_>, class: &mut Class) {
        for member in children(node) {
            match member.kind() {
                "property_declaration" => {
                    let fields = self.property(member, false);
                    class.fields.extend(fields);
                }
                "function_declaration" => {
                    let function = self.function(member, false);
                    class.functions.push(function);
                }
                "class_declaration" | "object_declaration" | "companion_object" => {
                    class.classes.extend(self.class(member));
                }
                "anonymous_initializer" => {
                    if let Some(block) = child(member, "block") {
                        let block = self.block(block);
                        class.initializers.push(block);
                    }
                }
                "secondary_constructor" => {
                    let constructor = self.secondary_constructor(member);
                    class.constructors.push(constructor);
                }
                "enum_entry" => {
                    let name = child(member, "identifier")
                        .map_or("", |n| self.source.of(n))
                        .to_owned();
                    let args = child(member, "value_arguments")
                        .map_or_else(Vec::new, |list| self.arguments(list));
                    let ty = Type::named(&class.name);
                    class.fields.push(Field {
                        name,
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
                _ => {}
            }
        }
    }

    fn secondary_constructor(&mut self, node: Node<'_>) -> Function {
        let modifiers = self.modifiers(node);
        let mut body: Block = Vec::new();
        if let Some(call) = child(node, "constructor_delegation_call") {
            let args =
                child(call, "value_arguments").map_or_else(Vec::new, |list| self.arguments(list));
            let to_super = self.source.of(call).starts_with("super");
            let callee = if to_super {
                ExprKind::Super
            } else {
                ExprKind::This(None)
            };
            body.push(Stmt::Expr(Expr::new(
                ExprKind::Call {
                    callee: Box::new(Expr::new(callee, at(call))),
                    types: Vec::new(),
                    args,
                },
                at(call),
            )));
        }
        if let Some(block) = child(node, "block") {
            body.extend(self.block(block));
        }
        Function {
            name: "<init>".to_owned(),
            params: self.params(node),
            body: Some(Body::Block(body)),
            annotations: modifiers.annotations,
            at: at(node),
            ..Function::default()
        }
    }

    fn function(&mut self, node: Node<'_>, top: bool) -> Function {
        let modifiers = self.modifiers(node);
        let name = node.child_by_field_name("name");
        let mut function = Function {
            name: name
                .map_or("", |name| self.source.of(name))
                .trim_matches('`')
                .to_owned(),
            params: self.params(node),
            type_params: self.type_params(node),
            is_static: top,
            is_suspend: modifiers.has("suspend"),
            is_inline: modifiers.has("inline"),
            private: modifiers.has("private"),
            annotations: modifiers.annotations,
            at: name.map_or_else(|| at(node), at),
            ..Function::default()
        };
        let name_at = name.map_or(0, |name| name.start_byte());
        for part in children(node) {
            match part.kind() {
                kind if is_type(kind) => {
                    let ty = self.ty(part);
                    if part.start_byte() < name_at {
                        function.receiver = Some(ty);
                    } else {
                        function.ret = Some(ty);
                    }
                }
                "function_body" => function.body = self.body(part),
                _ => {}
            }
        }
        function
    }

    fn body(&mut self, node: Node<'_>) -> Option<Body> {
        let part = children(node).into_iter().next()?;
        Some(match part.kind() {
            "block" => Body::Block(self.block(part)),
            _ => Body::Expr(Box::new(self.expr(part))),
        })
    }

    fn params(&mut self, node: Node<'_>) -> Vec<Param> {
        let mut params: Vec<Param> = Vec::new();
        let mut modifiers = Modifiers::default();
        for part in child(node, "function_value_parameters").map_or_else(Vec::new, children) {
            match part.kind() {
                "parameter_modifiers" => {
                    for word in children(part) {
                        if word.kind() == "annotation" {
                            let found = self.annotation(word);
                            modifiers.annotations.extend(found);
                        } else {
                            modifiers.words.push(self.source.of(word).to_owned());
                        }
                    }
                }
                "parameter" => {
                    let name = child(part, "identifier")
                        .map_or("", |n| self.source.of(n))
                        .trim_matches('`')
                        .to_owned();
                    let ty = children(part)
                        .into_iter()
                        .find(|n| is_type(n.kind()))
                        .map(|n| self.ty(n));
                    let modifiers = std::mem::take(&mut modifiers);
                    params.push(Param {
                        name,
                        ty,
                        default: None,
                        variadic: modifiers.has("vararg"),
                        annotations: modifiers.annotations,
                    });
                }
                _ => {
                    let value = self.expr(part);
                    if let Some(last) = params.last_mut() {
                        last.default = Some(value);
                    }
                }
            }
        }
        params
    }

    fn property(&mut self, node: Node<'_>, top: bool) -> Vec<Field> {
        let modifiers = self.modifiers(node);
        let mut field = Field {
            is_static: top,
            constant: modifiers.has("const"),
            private: modifiers.has("private"),
            annotations: modifiers.annotations,
            ..Field::default()
        };
        let mut names: Vec<(String, Option<Type>, u32)> = Vec::new();
        for part in children(node) {
            match part.kind() {
                "variable_declaration" => names.push(self.variable(part)),
                "multi_variable_declaration" => {
                    for variable in children(part) {
                        let variable = self.variable(variable);
                        names.push(variable);
                    }
                }
                "property_delegate" => {
                    field.delegate = children(part).first().map(|n| self.expr(*n));
                }
                "getter" => {
                    field.getter = child(part, "function_body").map(|body| Function {
                        body: self.body(body),
                        at: at(part),
                        ..Function::default()
                    });
                }
                "setter" => {
                    let name = child(part, "identifier")
                        .map_or("value", |n| self.source.of(n))
                        .to_owned();
                    field.setter = child(part, "function_body").map(|body| Function {
                        params: vec![Param {
                            name,
                            ..Param::default()
                        }],
                        body: self.body(body),
                        at: at(part),
                        ..Function::default()
                    });
                }
                kind if is_type(kind) && names.is_empty() => {
                    field.receiver = Some(self.ty(part));
                }
                "modifiers" | "type_parameters" | "type_constraints" | "type_modifiers" => {}
                _ => field.init = Some(self.expr(part)),
            }
        }
        let single = names.len() == 1;
        names
            .into_iter()
            .map(|(name, ty, at)| Field {
                name,
                ty,
                at,
                init: field.init.clone().filter(|_| single),
                ..field.clone()
            })
            .collect()
    }

    fn variable(&mut self, node: Node<'_>) -> (String, Option<Type>, u32) {
        let name = child(node, "identifier")
            .map_or("", |n| self.source.of(n))
            .trim_matches('`')
            .to_owned();
        let ty = children(node)
            .into_iter()
            .find(|n| is_type(n.kind()))
            .map(|n| self.ty(n));
        (name, ty, at(node))
    }

    // Statements.

    fn block(&mut self, node: Node<'_>) -> Block {
        self.nested(|reader| reader.statements(children(node)))
            .unwrap_or_default()
    }

    fn statements(&mut self, nodes: Vec<Node<'_>>) -> Block {
        let mut block = Vec::new();
        for node in nodes {
            self.statement(node, &mut block);
        }
        block
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

    fn statement(&mut self, node: Node<'_>, block: &mut Block) {
        match node.kind() {
            "property_declaration" => {
                let multi = child(node, "multi_variable_declaration").is_some();
                let fields = self.property(node, false);
                let init = if multi {
                    children(node)
                        .into_iter()
                        .rev()
                        .find(|n| !is_clause(n.kind()))
                        .map(|n| self.expr(n))
                } else {
                    fields.first().and_then(|field| {
                        field
                            .init
                            .clone()
                            .or_else(|| delegated(field.delegate.clone()))
                    })
                };
                block.push(Stmt::Local {
                    ty: fields.first().filter(|_| !multi).and_then(|f| f.ty.clone()),
                    names: fields.into_iter().map(|field| field.name).collect(),
                    init,
                    at: at(node),
                });
            }
            "function_declaration" => {
                let function = self.function(node, false);
                block.push(Stmt::Function(Box::new(function)));
            }
            "class_declaration" | "object_declaration" => {
                if let Some(class) = self.class(node) {
                    block.push(Stmt::Class(Box::new(class)));
                }
            }
            "for_statement" => {
                let mut names = Vec::new();
                let mut ty = None;
                let mut over = None;
                let mut body = Vec::new();
                for part in children(node) {
                    match part.kind() {
                        "variable_declaration" => {
                            let variable = self.variable(part);
                            names.push(variable.0);
                            ty = variable.1;
                        }
                        "multi_variable_declaration" => {
                            for variable in children(part) {
                                let variable = self.variable(variable);
                                names.push(variable.0);
                            }
                        }
                        "label" | "annotation" => {}
                        _ if over.is_none() => over = Some(self.expr(part)),
                        _ => body = self.branch(part),
                    }
                }
                if let Some(over) = over {
                    block.push(Stmt::ForEach {
                        names,
                        ty,
                        over,
                        body,
                    });
                }
            }
            "while_statement" | "do_while_statement" => {
                let condition = node.child_by_field_name("condition");
                let test = condition.map(|n| self.expr(n));
                let body = children(node)
                    .into_iter()
                    .rfind(|n| Some(*n) != condition && n.kind() != "label")
                    .map_or_else(Vec::new, |n| self.branch(n));
                block.push(Stmt::Loop {
                    test,
                    test_last: node.kind() == "do_while_statement",
                    body,
                    step: Vec::new(),
                });
            }
            "label" | "type_alias" => {}
            "identifier" if matches!(self.source.of(node), "break" | "continue") => {
                block.push(if self.source.of(node) == "break" {
                    Stmt::Break
                } else {
                    Stmt::Continue
                });
            }
            "ERROR" => {
                for part in children(node) {
                    if self
                        .nested(|reader| reader.statement(part, block))
                        .is_none()
                    {
                        return;
                    }
                }
            }
            kind if is_clause(kind) => {}
            _ => {
                let value = self.expr(node);
                block.push(Stmt::Expr(value));
            }
        }
    }

    // Expressions.

    fn expr(&mut self, node: Node<'_>) -> Expr {
        self.nested(|reader| reader.expr_inner(node))
            .unwrap_or_else(|| unknown(Vec::new(), node))
    }

    fn parts(&mut self, node: Node<'_>) -> Vec<Expr> {
        children(node)
            .into_iter()
            .filter(|part| !is_clause(part.kind()))
            .map(|part| self.expr(part))
            .collect()
    }

    fn field(&mut self, node: Node<'_>, name: &str) -> Box<Expr> {
        Box::new(match node.child_by_field_name(name) {
            Some(part) => self.expr(part),
            None => unknown(Vec::new(), node),
        })
    }

    fn expr_inner(&mut self, node: Node<'_>) -> Expr {
        // A member stands where its name does: each part of a chain of calls has a place of its own.
        let place = match node.kind() {
            "navigation_expression" => children(node).last().map_or_else(|| at(node), |n| at(*n)),
            _ => at(node),
        };
        let kind = match node.kind() {
            "identifier" => match self.source.of(node) {
                "null" => ExprKind::Null,
                "true" => ExprKind::Bool(true),
                "false" => ExprKind::Bool(false),
                name => ExprKind::Name(name.trim_matches('`').to_owned()),
            },
            "null" => ExprKind::Null,
            "true" | "false" => ExprKind::Bool(node.kind() == "true"),
            "number_literal" => match number(self.source.of(node)) {
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
            "string_literal" | "multiline_string_literal" => ExprKind::Text(self.text(node)),
            "parenthesized_expression"
            | "annotated_expression"
            | "labeled_expression"
            | "spread_expression" => {
                let mut parts = self.parts(node);
                match parts.pop() {
                    Some(only) if parts.is_empty() => return only,
                    Some(last) => {
                        parts.push(last);
                        ExprKind::Unknown(parts)
                    }
                    None => ExprKind::Unknown(Vec::new()),
                }
            }
            "navigation_expression" => self.navigation(node),
            "index_expression" => {
                let mut parts = self.parts(node).into_iter();
                match (parts.next(), parts.next()) {
                    (Some(object), Some(index)) => ExprKind::Index {
                        object: Box::new(object),
                        index: Box::new(index),
                    },
                    (one, _) => ExprKind::Unknown(one.into_iter().collect()),
                }
            }
            "call_expression" => self.call(node),
            "lambda_literal" => ExprKind::Lambda(Box::new(self.lambda(node))),
            "annotated_lambda" => {
                return match child(node, "lambda_literal") {
                    Some(lambda) => self.expr(lambda),
                    None => unknown(Vec::new(), node),
                };
            }
            "anonymous_function" => ExprKind::Lambda(Box::new(Lambda {
                params: self.params(node),
                explicit: true,
                body: match child(node, "function_body").and_then(|body| self.body(body)) {
                    Some(Body::Block(block)) => block,
                    Some(Body::Expr(value)) => vec![Stmt::Expr(*value)],
                    None => Vec::new(),
                },
                returns_itself: true,
            })),
            "object_literal" => {
                let mut class = Class {
                    at: place,
                    ..Class::default()
                };
                for part in children(node) {
                    match part.kind() {
                        "delegation_specifiers" => self.supers(part, &mut class),
                        "class_body" => self.class_body(part, &mut class),
                        _ => {}
                    }
                }
                ExprKind::New {
                    ty: class.supers.first().cloned().unwrap_or_default(),
                    args: std::mem::take(&mut class.super_args),
                    class: Some(Box::new(class)),
                }
            }
            "callable_reference" => self.reference(node),
            "if_expression" => self.if_expression(node),
            "when_expression" => self.when(node),
            "try_expression" => self.try_expression(node),
            "return_expression" => ExprKind::Return {
                label: node
                    .child_by_field_name("label")
                    .map(|label| self.source.of(label).to_owned()),
                value: children(node)
                    .into_iter()
                    .filter(|part| Some(*part) != node.child_by_field_name("label"))
                    .map(|part| Box::new(self.expr(part)))
                    .next_back(),
            },
            "throw_expression" => match self.parts(node).pop() {
                Some(value) => ExprKind::Throw(Box::new(value)),
                None => ExprKind::Unknown(Vec::new()),
            },
            "binary_expression" => self.binary(node),
            "unary_expression" => {
                let argument = self.field(node, "argument");
                let operator = node
                    .child_by_field_name("operator")
                    .map_or("", |operator| self.source.of(operator));
                match (operator, &argument.kind) {
                    ("!", _) => ExprKind::Not(argument),
                    ("!!", _) => ExprKind::NotNull(argument),
                    ("-", ExprKind::Int(number)) => ExprKind::Int(number.saturating_neg()),
                    _ => ExprKind::Unknown(vec![*argument]),
                }
            }
            "as_expression" => {
                let ty = node
                    .child_by_field_name("right")
                    .map_or_else(Type::default, |ty| self.ty(ty));
                ExprKind::Cast {
                    value: self.field(node, "left"),
                    ty,
                }
            }
            "is_expression" => {
                let ty = node
                    .child_by_field_name("right")
                    .map_or_else(Type::default, |ty| self.ty(ty));
                let test = ExprKind::InstanceOf {
                    value: self.field(node, "left"),
                    ty,
                    name: None,
                };
                if has_token(node, "!is") {
                    ExprKind::Not(Box::new(Expr::new(test, place)))
                } else {
                    test
                }
            }
            "infix_expression" => self.infix(node),
            "assignment" => {
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
            "this_expression" => {
                let text = self.source.of(node);
                ExprKind::This(text.split_once('@').map(|(_, label)| label.to_owned()))
            }
            "super_expression" => ExprKind::Super,
            "collection_literal" => ExprKind::Array {
                ty: None,
                elements: self.parts(node),
            },
            _ => ExprKind::Unknown(self.parts(node)),
        };
        Expr::new(kind, place)
    }

    fn text(&mut self, node: Node<'_>) -> Vec<Piece> {
        let raw = node.kind() == "multiline_string_literal";
        let mut pieces = Vec::new();
        let mut text = String::new();
        // The grammar gives a `$name` without braces as plain content, in pieces.
        let mut content: Option<(u32, String)> = None;
        for part in children(node) {
            if part.kind() == "string_content" {
                let (_, so_far) = content.get_or_insert_with(|| (at(part), String::new()));
                so_far.push_str(self.source.of(part));
                continue;
            }
            if let Some((place, content)) = content.take() {
                named_values(&content, place, &mut text, &mut pieces);
            }
            match part.kind() {
                "escape_sequence" if raw => text.push_str(self.source.of(part)),
                "escape_sequence" => text.push_str(&unescape(self.source.of(part))),
                "interpolation" => {
                    if !text.is_empty() {
                        pieces.push(Piece::Text(std::mem::take(&mut text)));
                    }
                    if let Some(value) = children(part).first() {
                        let value = self.expr(*value);
                        pieces.push(Piece::Value(value));
                    }
                }
                _ => {}
            }
        }
        if let Some((place, content)) = content.take() {
            named_values(&content, place, &mut text, &mut pieces);
        }
        if !text.is_empty() || pieces.is_empty() {
            pieces.push(Piece::Text(text));
        }
        pieces
    }

    fn navigation(&mut self, node: Node<'_>) -> ExprKind {
        let parts = children(node);
        let (Some(object), Some(name)) = (parts.first(), parts.last().filter(|_| parts.len() > 1))
        else {
            return ExprKind::Unknown(self.parts(node));
        };
        let name = self.source.of(*name).trim_matches('`').to_owned();
        let safe = has_token(node, "?.");
        if has_token(node, "::")
            && name == "class"
            && let Some(path) = self.expr(*object).path()
        {
            return ExprKind::ClassLiteral(Type::named(&path));
        }
        ExprKind::Member {
            object: Box::new(self.expr(*object)),
            name,
            safe,
        }
    }

    fn arguments(&mut self, node: Node<'_>) -> Vec<Arg> {
        children(node)
            .into_iter()
            .filter(|arg| arg.kind() == "value_argument")
            .filter_map(|arg| {
                let parts = children(arg);
                let value = *parts.last()?;
                let name = (parts.len() > 1 && has_token(arg, "="))
                    .then(|| parts.first())
                    .flatten()
                    .map(|name| self.source.of(*name).to_owned());
                Some(Arg {
                    name,
                    value: self.expr(value),
                })
            })
            .collect()
    }

    fn call(&mut self, node: Node<'_>) -> ExprKind {
        let mut callee = None;
        let mut types = Vec::new();
        let mut args = Vec::new();
        for part in children(node) {
            match part.kind() {
                "type_arguments" => {
                    for projection in children(part) {
                        let ty = self.ty(projection);
                        types.push(ty);
                    }
                }
                "value_arguments" => {
                    let list = self.arguments(part);
                    args.extend(list);
                }
                _ if callee.is_none() => callee = Some(self.expr(part)),
                _ => {
                    let value = self.expr(part);
                    args.push(Arg { name: None, value });
                }
            }
        }
        let Some(callee) = callee else {
            return ExprKind::Unknown(args.into_iter().map(|arg| arg.value).collect());
        };
        // `f(a) { … }` parses as a call of a call.
        if let ExprKind::Call {
            callee: inner,
            types: inner_types,
            args: inner_args,
        } = &callee.kind
            && child(node, "value_arguments").is_none()
            && args
                .iter()
                .all(|arg| matches!(arg.value.kind, ExprKind::Lambda(_)))
            && !inner_args.last().is_some_and(|arg| {
                matches!(arg.value.kind, ExprKind::Lambda(_)) && arg.name.is_none()
            })
        {
            let mut all = inner_args.clone();
            all.extend(args);
            return ExprKind::Call {
                callee: inner.clone(),
                types: inner_types.clone(),
                args: all,
            };
        }
        ExprKind::Call {
            callee: Box::new(callee),
            types,
            args,
        }
    }

    fn lambda(&mut self, node: Node<'_>) -> Lambda {
        let mut lambda = Lambda::default();
        let mut statements = Vec::new();
        for part in children(node) {
            if part.kind() == "lambda_parameters" {
                lambda.explicit = true;
                for param in children(part) {
                    let (name, ty) = if param.kind() == "variable_declaration" {
                        let variable = self.variable(param);
                        (variable.0, variable.1)
                    } else {
                        // Taken apart: the parts are not told apart here.
                        let names: Vec<String> = children(param)
                            .into_iter()
                            .map(|variable| self.variable(variable).0)
                            .collect();
                        (names.join(","), None)
                    };
                    lambda.params.push(Param {
                        name,
                        ty,
                        ..Param::default()
                    });
                }
            } else {
                statements.push(part);
            }
        }
        lambda.body = self.statements(statements);
        lambda
    }

    fn reference(&mut self, node: Node<'_>) -> ExprKind {
        let text = self.dotted(node);
        let (object, name) = text.rsplit_once("::").unwrap_or(("", &text));
        if name == "class" || name.starts_with("class.") {
            return ExprKind::ClassLiteral(Type::named(object));
        }
        ExprKind::Reference {
            object: match object {
                "" => None,
                "this" => Some(Box::new(Expr::new(ExprKind::This(None), at(node)))),
                path => {
                    let mut parts = path
                        .trim_end_matches('?')
                        .split('.')
                        .take(MAX_DEPTH as usize);
                    let mut expr = Expr::name(parts.next().unwrap_or_default(), at(node));
                    for part in parts {
                        expr = Expr::new(
                            ExprKind::Member {
                                object: Box::new(expr),
                                name: part.to_owned(),
                                safe: false,
                            },
                            at(node),
                        );
                    }
                    Some(Box::new(expr))
                }
            },
            name: name.to_owned(),
        }
    }

    fn if_expression(&mut self, node: Node<'_>) -> ExprKind {
        let condition = node.child_by_field_name("condition");
        let test = self.field(node, "condition");
        // Between `else` and the end stands the other branch; before it the first one.
        let mut cursor = node.walk();
        let mut then = Vec::new();
        let mut otherwise = None;
        let mut after_else = false;
        for part in node.children(&mut cursor) {
            if part.kind() == "else" {
                after_else = true;
                otherwise = Some(Vec::new());
            }
            if !part.is_named() || part.is_extra() || Some(part) == condition {
                continue;
            }
            let block = self.branch(part);
            if after_else {
                otherwise = Some(block);
            } else {
                then = block;
            }
        }
        ExprKind::If {
            test,
            then,
            otherwise,
        }
    }

    fn when(&mut self, node: Node<'_>) -> ExprKind {
        let mut subject = None;
        let mut name = None;
        let mut cases = Vec::new();
        for part in children(node) {
            match part.kind() {
                "when_subject" => {
                    for inner in children(part) {
                        match inner.kind() {
                            "variable_declaration" => name = Some(self.variable(inner).0),
                            "annotation" => {}
                            _ => subject = Some(Box::new(self.expr(inner))),
                        }
                    }
                }
                "when_entry" => {
                    let mut tests = Vec::new();
                    let mut body = Vec::new();
                    let mut cursor = part.walk();
                    let conditions: Vec<Node<'_>> = part
                        .children_by_field_name("condition", &mut cursor)
                        .collect();
                    for condition in &conditions {
                        match condition.kind() {
                            "type_test" => {
                                if let Some(ty) =
                                    children(*condition).into_iter().find(|n| is_type(n.kind()))
                                {
                                    let ty = self.ty(ty);
                                    tests.push(Test::Type(ty));
                                }
                            }
                            "," => {}
                            _ => {
                                let value = self.expr(*condition);
                                tests.push(Test::Value(value));
                            }
                        }
                    }
                    for inner in children(part) {
                        if !conditions.contains(&inner) {
                            body = self.branch(inner);
                        }
                    }
                    cases.push(Case {
                        tests,
                        body,
                        falls_through: false,
                    });
                }
                _ => {}
            }
        }
        ExprKind::When {
            subject,
            name,
            cases,
        }
    }

    fn try_expression(&mut self, node: Node<'_>) -> ExprKind {
        let mut body = Vec::new();
        let mut catches = Vec::new();
        let mut finally = Vec::new();
        for part in children(node) {
            match part.kind() {
                "block" => body = self.block(part),
                "catch_block" => catches.push(Catch {
                    name: child(part, "identifier")
                        .map_or("", |n| self.source.of(n))
                        .to_owned(),
                    ty: children(part)
                        .into_iter()
                        .find(|n| is_type(n.kind()))
                        .map(|n| self.ty(n)),
                    body: child(part, "block").map_or_else(Vec::new, |n| self.block(n)),
                }),
                "finally_block" => {
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

    fn binary(&mut self, node: Node<'_>) -> ExprKind {
        let operator = node
            .child_by_field_name("operator")
            .map_or("", |operator| self.source.of(operator));
        let left = self.field(node, "left");
        let right = self.field(node, "right");
        if operator == "?:" {
            return ExprKind::Elvis { left, right };
        }
        let op = match operator {
            "+" => Operator::Add,
            "-" => Operator::Subtract,
            "*" => Operator::Multiply,
            "==" | "===" => Operator::Eq,
            "!=" | "!==" => Operator::Ne,
            "<" => Operator::Lt,
            "<=" => Operator::Le,
            ">" => Operator::Gt,
            ">=" => Operator::Ge,
            "&&" => Operator::AndThen,
            "||" => Operator::OrElse,
            _ => Operator::Arithmetic,
        };
        ExprKind::Binary { op, left, right }
    }

    fn infix(&mut self, node: Node<'_>) -> ExprKind {
        let parts = children(node);
        let [left, name, right] = parts.as_slice() else {
            return ExprKind::Unknown(self.parts(node));
        };
        let name_text = self.source.of(*name).to_owned();
        let left = self.expr(*left);
        let right = self.expr(*right);
        if name_text == "or" {
            return ExprKind::Binary {
                op: Operator::Or,
                left: Box::new(left),
                right: Box::new(right),
            };
        }
        ExprKind::Call {
            callee: Box::new(Expr::new(
                ExprKind::Member {
                    object: Box::new(left),
                    name: name_text,
                    safe: false,
                },
                at(*name),
            )),
            types: Vec::new(),
            args: vec![Arg {
                name: None,
                value: right,
            }],
        }
    }
}

/// Whether a function type's parameters stand before a part of it: then the part is the result.
fn has_parameters_before(node: Node<'_>, part: Node<'_>) -> bool {
    child(node, "function_type_parameters")
        .is_some_and(|params| params.start_byte() < part.start_byte())
}

/// What a local delegate gives: `by lazy { value }` is the value.
pub(super) fn delegated(delegate: Option<Expr>) -> Option<Expr> {
    let delegate = delegate?;
    if let ExprKind::Call { callee, args, .. } = &delegate.kind
        && let ExprKind::Name(name) = &callee.kind
        && name == "lazy"
        && let Some(Arg {
            value:
                Expr {
                    kind: ExprKind::Lambda(lambda),
                    ..
                },
            ..
        }) = args.last()
    {
        // Runs where it stands: what it does once, it does here.
        return Some(Expr::new(
            ExprKind::Try {
                body: lambda.body.clone(),
                catches: Vec::new(),
                finally: Vec::new(),
            },
            delegate.at,
        ));
    }
    Some(delegate)
}

/// Plain text in which `$name` stands for a value.
fn named_values(content: &str, place: u32, text: &mut String, pieces: &mut Vec<Piece>) {
    let mut rest = content;
    let mut passed = 0;
    while let Some(dollar) = rest.find('$') {
        let (before, after) = rest.split_at(dollar);
        let name: String = after
            .chars()
            .skip(1)
            .enumerate()
            .take_while(|(index, letter)| {
                *letter == '_' || letter.is_alphabetic() || (*index > 0 && letter.is_alphanumeric())
            })
            .map(|(_, letter)| letter)
            .collect();
        text.push_str(before);
        if name.is_empty() {
            text.push('$');
        } else {
            if !text.is_empty() {
                pieces.push(Piece::Text(std::mem::take(text)));
            }
            let place =
                place.saturating_add(u32::try_from(passed + dollar + 1).unwrap_or(u32::MAX));
            pieces.push(Piece::Value(match name.as_str() {
                "this" => Expr::new(ExprKind::This(None), place),
                _ => Expr::name(&name, place),
            }));
        }
        let length = 1 + name.len();
        rest = after.get(length..).unwrap_or_default();
        passed += dollar + length;
    }
    text.push_str(rest);
}
