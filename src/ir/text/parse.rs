//! Text to program.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::super::program::number;
use super::super::{
    Annotation, ArgRange, Block, BlockId, Body, CallKind, Class, ClassId, Condition, Const, Edge,
    FieldId, FieldRef, Func, FuncId, Lift, MethodId, MethodRef, Name, Op, OpId, Place, Program,
    ProgramBuilder, Proto, ProtoId, Quality, SourcePlace, StaticValue, TypeId, Unit, UnitId, Uses,
    Value, access,
};
use super::print::{ACCESS, COMPARISONS, KINDS, OPERATORS, REASONS, leads_to};
use super::{NO_CODE, usual_offset};

/// Largest number of values of a function: more than any lift makes.
const MAX_VALUES: u32 = 1 << 23;

/// What is wrong with a text, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct ParseError {
    /// Line, counted from 1.
    pub line: usize,
    /// What was expected there.
    pub what: String,
}

type Result<T> = std::result::Result<T, ParseError>;

/// A program from its text, indexed but for the flags: see [`super::mark`].
///
/// # Errors
/// The first line that is not understood, or that names a value or a block that its function does
/// not have.
pub fn parse(text: &str) -> Result<Program<'_>> {
    let mut parser = Parser::default();
    for (at, line) in text.lines().enumerate() {
        let mut line = Line {
            rest: line.trim(),
            number: at + 1,
        };
        if !line.rest.is_empty() && !line.rest.starts_with('#') {
            parser.line(&mut line)?;
        }
    }
    parser.finish()
}

/// What is left of a line.
struct Line<'a> {
    rest: &'a str,
    number: usize,
}

impl<'a> Line<'a> {
    fn wrong<T>(&self, what: impl Into<String>) -> Result<T> {
        Err(ParseError {
            line: self.number,
            what: what.into(),
        })
    }

    fn expected<T>(&self, what: &str) -> Result<T> {
        match self.rest {
            "" => self.wrong(format!("expected {what} at the end of the line")),
            rest => self.wrong(format!("expected {what} at `{rest}`")),
        }
    }

    /// Takes `length` bytes and the space behind them.
    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self
            .rest
            .split_at_checked(length)
            .unwrap_or((self.rest, ""));
        self.rest = rest.trim_start();
        taken
    }

    fn eat(&mut self, sign: &str) -> bool {
        let there = self.rest.starts_with(sign);
        if there {
            self.take(sign.len());
        }
        there
    }

    /// A word of letters, not the beginning of a longer one.
    fn eat_word(&mut self, word: &str) -> bool {
        let there = self.peek_word() == word;
        if there {
            self.take(word.len());
        }
        there
    }

    fn peek_word(&self) -> &'a str {
        let end = self
            .rest
            .find(char::is_whitespace)
            .unwrap_or(self.rest.len());
        self.rest.get(..end).unwrap_or_default()
    }

    fn need(&mut self, sign: &str) -> Result<()> {
        if self.eat(sign) {
            return Ok(());
        }
        self.expected(&format!("`{sign}`"))
    }

    /// Text up to one of some signs, which stays.
    fn until(&mut self, ends: &[char], what: &str) -> Result<&'a str> {
        match self.rest.find(ends) {
            Some(end) if end > 0 => Ok(self.take(end)),
            _ => self.expected(what),
        }
    }

    /// One of a table's words.
    fn one_of<T: Copy>(&mut self, table: &[(&'static str, T)], what: &str) -> Result<T> {
        for (sign, meaning) in table {
            if self.eat(sign) {
                return Ok(*meaning);
            }
        }
        self.expected(what)
    }

    fn digits(&mut self, what: &str) -> Result<u32> {
        let end = self
            .rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(self.rest.len());
        match self.rest.get(..end).map(str::parse) {
            Some(Ok(number)) => {
                self.take(end);
                Ok(number)
            }
            _ => self.expected(what),
        }
    }

    fn integer(&mut self) -> Result<i64> {
        let end = self
            .rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))
            .unwrap_or(self.rest.len());
        let text = self.rest.get(..end).unwrap_or_default();
        let number = match text.strip_prefix("0x") {
            Some(hex) => i64::from_str_radix(hex, 16),
            None => text.parse(),
        };
        match number {
            Ok(number) => {
                self.take(end);
                Ok(number)
            }
            Err(_) => self.expected("an integer"),
        }
    }

    fn quoted(&mut self) -> Result<Cow<'a, str>> {
        let Some(inside) = self.rest.strip_prefix('"') else {
            return self.expected("a text in quotes");
        };
        let mut plain = true;
        let mut text = String::new();
        let mut chars = inside.char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    self.take(at + 2);
                    return Ok(match inside.get(..at) {
                        Some(raw) if plain => Cow::Borrowed(raw),
                        _ => Cow::Owned(text),
                    });
                }
                '\\' => {
                    plain = false;
                    let escape = chars.next().map(|(_, c)| c);
                    text.push(match escape {
                        Some('n') => '\n',
                        Some('r') => '\r',
                        Some('t') => '\t',
                        Some('0') => '\0',
                        Some(c @ ('"' | '\\' | '\'')) => c,
                        Some('u') => {
                            let code: String = chars
                                .by_ref()
                                .map(|(_, c)| c)
                                .skip_while(|c| *c == '{')
                                .take_while(|c| *c != '}')
                                .collect();
                            let code = u32::from_str_radix(&code, 16).ok();
                            match code.and_then(char::from_u32) {
                                Some(c) => c,
                                None => return self.wrong("`\\u{…}` is no character"),
                            }
                        }
                        _ => return self.wrong("a text has an escape that does not exist"),
                    });
                }
                _ => text.push(c),
            }
        }
        self.wrong("a text has no closing quote")
    }

    /// The descriptor of a type.
    fn descriptor(&mut self) -> Result<&'a str> {
        let dimensions = self.rest.len() - self.rest.trim_start_matches('[').len();
        let element = self.rest.get(dimensions..).unwrap_or_default();
        let length = match element.chars().next() {
            Some('Z' | 'B' | 'S' | 'C' | 'I' | 'J' | 'F' | 'D' | 'V') => Some(1),
            Some('L') => element.find(';').map(|end| end + 1),
            _ => None,
        };
        match length {
            Some(length) => Ok(self.take(dimensions + length)),
            None => self.expected("a type"),
        }
    }

    fn block(&mut self) -> Result<BlockId> {
        self.need("b")?;
        Ok(BlockId(self.digits("the number of a block")?))
    }

    fn blocks(&mut self) -> Result<Vec<BlockId>> {
        let mut all = vec![self.block()?];
        while self.eat(",") {
            all.push(self.block()?);
        }
        Ok(all)
    }

    fn flags(&mut self) -> Result<u32> {
        let mut flags = 0;
        loop {
            let word = self.peek_word();
            let bit = match ACCESS.iter().find(|(known, _)| *known == word) {
                Some((_, bit)) => *bit,
                None => match word.strip_prefix("0x") {
                    Some(hex) => match u32::from_str_radix(hex, 16) {
                        Ok(bits) => bits,
                        Err(_) => return self.expected("access flags"),
                    },
                    None => return Ok(flags),
                },
            };
            flags |= bit;
            self.take(word.len());
        }
    }

    fn end(&self) -> Result<()> {
        match self.rest {
            "" => Ok(()),
            rest => self.wrong(format!("`{rest}` is one thing too many")),
        }
    }
}

/// Names and symbols with their numbers.
#[derive(Default)]
struct Symbols<'a> {
    builder: ProgramBuilder<'a>,
    protos: FxHashMap<Proto, ProtoId>,
    fields: FxHashMap<FieldRef, FieldId>,
}

impl<'a> Symbols<'a> {
    fn name(&mut self, text: &'a str) -> Name {
        self.builder.names.intern(text.as_bytes())
    }

    fn ty(&mut self, line: &mut Line<'a>) -> Result<TypeId> {
        let descriptor = line.descriptor()?;
        Ok(self.name(descriptor))
    }

    /// `name(parameters)result`
    fn method(&mut self, line: &mut Line<'a>, class: TypeId) -> Result<MethodId> {
        let name = line.until(&['('], "the name of a method and its parameters")?;
        let name = self.name(name);
        line.need("(")?;
        let mut params = Vec::new();
        while !line.eat(")") {
            params.push(self.ty(line)?);
        }
        let proto = Proto {
            params: params.into(),
            ret: self.ty(line)?,
        };
        let builder = &mut self.builder;
        let next = ProtoId(number(builder.protos.len()));
        let proto = *self.protos.entry(proto).or_insert_with_key(|proto| {
            builder.protos.push(proto.clone());
            next
        });
        let method = MethodRef { class, name, proto };
        let next = MethodId(number(builder.methods.len()));
        Ok(*builder.method_ids.entry(method).or_insert_with(|| {
            builder.methods.push(method);
            next
        }))
    }

    /// `class->name(parameters)result`
    fn method_path(&mut self, line: &mut Line<'a>) -> Result<MethodId> {
        let class = self.ty(line)?;
        line.need("->")?;
        self.method(line, class)
    }

    /// `name:type`
    fn field(&mut self, line: &mut Line<'a>, class: TypeId) -> Result<FieldId> {
        let name = line.until(&[':'], "the name of a field and its type")?;
        let name = self.name(name);
        line.need(":")?;
        let ty = self.ty(line)?;
        let field = FieldRef { class, name, ty };
        let builder = &mut self.builder;
        let next = FieldId(number(builder.fields.len()));
        Ok(*self.fields.entry(field).or_insert_with(|| {
            builder.fields.push(field);
            next
        }))
    }

    /// `class->name:type`
    fn field_path(&mut self, line: &mut Line<'a>) -> Result<FieldId> {
        let class = self.ty(line)?;
        line.need("->")?;
        self.field(line, class)
    }
}

/// A block of which the ways in are not settled.
struct DraftBlock {
    line: usize,
    first: u32,
    preds: Option<Vec<BlockId>>,
    goto: Option<Vec<BlockId>>,
    caught: Vec<BlockId>,
}

/// A function that is being read.
struct Draft<'a> {
    line: usize,
    body: Body<'a>,
    partial: Option<String>,
    stub: Option<String>,
    blocks: Vec<DraftBlock>,
    values: u32,
    /// Values that operations use, with their lines.
    used: Vec<(Value, usize)>,
    /// Blocks that operations lead to, with their lines.
    named: Vec<(BlockId, usize)>,
}

/// What stands beside a function's body.
#[derive(Default)]
struct Notes {
    names: Vec<Option<String>>,
    annotations: Vec<Annotation>,
}

#[derive(Default)]
struct Parser<'a> {
    symbols: Symbols<'a>,
    bodies: Vec<Body<'a>>,
    notes: Vec<Notes>,
    field_notes: Vec<(ClassId, Name, Annotation)>,
    draft: Option<Draft<'a>>,
    /// The field that annotations are for.
    field: Option<Name>,
}

impl<'a> Parser<'a> {
    fn line(&mut self, line: &mut Line<'a>) -> Result<()> {
        let word = line.peek_word();
        match word {
            "unit" => self.unit(line)?,
            "class" => self.class(line)?,
            "field" => self.field(line)?,
            "method" => self.method(line)?,
            _ if line.eat("@") => self.annotation(line)?,
            _ => match &mut self.draft {
                Some(draft) if word == "names" => {
                    line.take(word.len());
                    if let Some(notes) = self.notes.get_mut(draft.body.func.index()) {
                        let names = line.take(line.rest.len()).split(',').map(str::trim);
                        notes.names = names
                            .map(|name| (name != "_").then(|| name.to_owned()))
                            .collect();
                    }
                }
                Some(draft) => draft.line(line, &mut self.symbols)?,
                None => {
                    return line
                        .expected("`unit`, `class`, `field`, `method`, or a line of a method");
                }
            },
        }
        line.end()
    }

    fn unit(&mut self, line: &mut Line<'a>) -> Result<()> {
        self.end_method()?;
        line.take("unit".len());
        let part = line.quoted()?.into_owned();
        self.field = None;
        self.push_unit(part);
        Ok(())
    }

    fn push_unit(&mut self, part: String) {
        let builder = &mut self.symbols.builder;
        builder.units.push(Unit {
            part,
            first_class: ClassId(number(builder.classes.len())),
            class_count: 0,
        });
    }

    fn class(&mut self, line: &mut Line<'a>) -> Result<()> {
        self.end_method()?;
        line.take("class".len());
        if self.symbols.builder.units.is_empty() {
            self.push_unit("text".to_owned());
        }
        let access = line.flags()?;
        let ty = self.symbols.ty(line)?;
        let superclass = if line.eat_word("extends") {
            Some(self.symbols.ty(line)?)
        } else {
            None
        };
        let mut interfaces = Vec::new();
        if line.eat_word("implements") {
            interfaces.push(self.symbols.ty(line)?);
            while line.eat(",") {
                interfaces.push(self.symbols.ty(line)?);
            }
        }
        let source_file = if line.eat_word("source") {
            // As it stands, since a name is a piece of the text.
            let raw = line.take(line.rest.len());
            match raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"')) {
                Some(file) => Some(self.symbols.name(file)),
                None => return line.wrong("expected a file name in quotes"),
            }
        } else {
            None
        };
        let builder = &mut self.symbols.builder;
        let unit = UnitId(number(builder.units.len() - 1));
        let mut number_in_unit = 0;
        if let Some(unit) = builder.units.last_mut() {
            number_in_unit = unit.class_count;
            unit.class_count += 1;
        }
        builder.classes.push(Class {
            ty,
            access,
            superclass,
            interfaces: interfaces.into(),
            source_file,
            unit,
            number: number_in_unit,
            first_func: FuncId(number(builder.funcs.len())),
            func_count: 0,
        });
        self.field = None;
        Ok(())
    }

    fn field(&mut self, line: &mut Line<'a>) -> Result<()> {
        self.end_method()?;
        line.take("field".len());
        let Some(class) = self.symbols.builder.classes.last() else {
            return line.wrong("a field stands before the first class");
        };
        let ty = class.ty;
        let field = self.symbols.field(line, ty)?;
        let builder = &mut self.symbols.builder;
        if line.eat("=") {
            let value = match line.rest.starts_with('"') {
                true => StaticValue::Str(line.quoted()?.into_owned()),
                false => StaticValue::Int(line.integer()?),
            };
            builder.statics.insert(field, value);
        }
        self.field = builder.fields.get(field.index()).map(|field| field.name);
        Ok(())
    }

    fn annotation(&mut self, line: &mut Line<'a>) -> Result<()> {
        let parameter = match line.rest.starts_with(|c: char| c.is_ascii_digit()) {
            true => match u16::try_from(line.digits("the number of a parameter")?) {
                Ok(number) => Some(number),
                Err(_) => return line.wrong("no function has so many parameters"),
            },
            false => None,
        };
        let ty = line.descriptor()?.to_owned();
        let mut elements = Vec::new();
        while !line.rest.is_empty() {
            if !elements.is_empty() {
                line.need(",")?;
            }
            let name = line.until(&['='], "an element and its text")?.trim_end();
            line.need("=")?;
            elements.push((name.to_owned(), line.quoted()?.into_owned()));
        }
        let annotation = Annotation {
            parameter,
            ty,
            elements,
        };
        if let Some(draft) = &self.draft {
            if let Some(notes) = self.notes.get_mut(draft.body.func.index()) {
                notes.annotations.push(annotation);
            }
            return Ok(());
        }
        let class = self.symbols.builder.classes.len().checked_sub(1);
        match (class, self.field) {
            (Some(class), Some(field)) => {
                self.field_notes
                    .push((ClassId(number(class)), field, annotation));
                Ok(())
            }
            _ => line.wrong("an annotation stands before the first field or method"),
        }
    }

    fn method(&mut self, line: &mut Line<'a>) -> Result<()> {
        self.end_method()?;
        line.take("method".len());
        let flags = line.flags()?;
        let Some(class) = self.symbols.builder.classes.last() else {
            return line.wrong("a method stands before the first class");
        };
        let ty = class.ty;
        let method = self.symbols.method(line, ty)?;
        let builder = &mut self.symbols.builder;
        let func = FuncId(number(builder.funcs.len()));
        let params = builder
            .methods
            .get(method.index())
            .and_then(|method| builder.protos.get(method.proto.index()))
            .map_or(0, |proto| proto.params.len());
        let receiver = usize::from(flags & access::STATIC == 0);
        if let Some(class) = builder.classes.last_mut() {
            class.func_count += 1;
        }
        builder.funcs.push(Func {
            method,
            class: ClassId(number(builder.classes.len() - 1)),
            access: flags,
            code: 0,
        });
        self.notes.push(Notes::default());
        let mut body = Body::stub(func, NO_CODE);
        body.params = (0..number(params + receiver)).map(Value).collect();
        body.defs = vec![None; body.params.len()];
        self.draft = Some(Draft {
            line: line.number,
            body,
            partial: None,
            stub: None,
            blocks: Vec::new(),
            values: 0,
            used: Vec::new(),
            named: Vec::new(),
        });
        Ok(())
    }

    fn end_method(&mut self) -> Result<()> {
        if let Some(draft) = self.draft.take() {
            let func = draft.body.func;
            let body = draft.finish()?;
            if !body.blocks.is_empty()
                && let Some(func) = self.symbols.builder.funcs.get_mut(func.index())
            {
                // Where the code is does not matter, only that there is some.
                func.code = body.func.0 + 1;
            }
            self.bodies.push(body);
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Program<'a>> {
        self.end_method()?;
        let builder = self.symbols.builder;
        let mut uses = Uses::default();
        for body in &self.bodies {
            uses.add(body);
        }
        let lifter = Lifter {
            bodies: self.bodies,
            notes: self.notes,
            field_notes: self.field_notes,
        };
        let mut program = builder.finish(Box::new(lifter));
        uses.index(&mut program);
        Ok(program)
    }
}

impl<'a> Draft<'a> {
    /// A line below the head of a method.
    fn line(&mut self, line: &mut Line<'a>, symbols: &mut Symbols<'a>) -> Result<()> {
        if self.block_head(line)? {
            return Ok(());
        }
        if self.blocks.is_empty() {
            if line.eat_word("stub") {
                self.stub = Some(line.quoted()?.into_owned());
            } else if line.eat_word("partial") {
                self.partial = Some(line.quoted()?.into_owned());
            } else if line.eat_word("values") {
                self.values = line.digits("a number of values")?;
                if self.values > MAX_VALUES {
                    return line.wrong("no function has so many values");
                }
            } else {
                return line.expected("the first block, `b0:`");
            }
            return Ok(());
        }
        let goto = line.eat_word("goto");
        if goto || line.eat_word("catch") {
            let blocks = match line.rest {
                "" => Vec::new(),
                _ => line.blocks()?,
            };
            self.named
                .extend(blocks.iter().map(|block| (*block, line.number)));
            if let Some(block) = self.blocks.last_mut() {
                match goto {
                    true => block.goto = Some(blocks),
                    false => block.caught = blocks,
                }
            }
            return Ok(());
        }
        if let Some(block) = self.blocks.last()
            && (block.goto.is_some()
                || !block.caught.is_empty()
                || number(self.body.ops.len()) > block.first
                    && self
                        .body
                        .ops
                        .last()
                        .is_some_and(|op| leads_to(op).is_some()))
        {
            return line.wrong("the block has ended before");
        }
        let op = self.op(line, symbols)?;
        let id = number(self.body.ops.len());
        let offset = match line.eat("@") {
            true => line.digits("a code offset")?,
            false => usual_offset(id, &op),
        };
        if let Some(dst) = op.dst() {
            self.define(dst, OpId(id), line)?;
        }
        self.named.extend(
            leads_to(&op)
                .into_iter()
                .flatten()
                .map(|block| (block, line.number)),
        );
        self.body.ops.push(op);
        self.body.offsets.push(offset);
        Ok(())
    }

    /// `b1: <- b0`
    fn block_head(&mut self, line: &mut Line<'a>) -> Result<bool> {
        let digits = line.rest.strip_prefix('b').unwrap_or_default();
        let after = digits.trim_start_matches(|c: char| c.is_ascii_digit());
        if after.len() == digits.len() || !after.starts_with(':') {
            return Ok(false);
        }
        let next = BlockId(number(self.blocks.len()));
        if line.block()? != next {
            return line.wrong(format!("expected block b{}", next.0));
        }
        line.need(":")?;
        let preds = match line.eat("<-") {
            true => Some(line.blocks()?),
            false => None,
        };
        self.blocks.push(DraftBlock {
            line: line.number,
            first: number(self.body.ops.len()),
            preds,
            goto: None,
            caught: Vec::new(),
        });
        Ok(true)
    }

    fn define(&mut self, value: Value, op: OpId, line: &Line<'a>) -> Result<()> {
        if value.0 >= MAX_VALUES {
            return line.wrong("no function has so many values");
        }
        let at = value.0 as usize;
        if self.body.defs.len() <= at {
            self.body.defs.resize(at + 1, None);
        }
        match self.body.defs.get_mut(at) {
            Some(slot) if slot.is_none() && !self.body.params.contains(&value) => {
                *slot = Some(op);
                Ok(())
            }
            _ => line.wrong(format!("v{} is defined twice", value.0)),
        }
    }

    /// A value that is used.
    fn value(&mut self, line: &mut Line<'a>) -> Result<Value> {
        if line.eat("_") {
            return Ok(Value(u32::MAX));
        }
        let value = defined(line)?;
        self.used.push((value, line.number));
        Ok(value)
    }

    /// `(v1, v2)`
    fn args(&mut self, line: &mut Line<'a>) -> Result<ArgRange> {
        let start = number(self.body.pool.len());
        line.need("(")?;
        if !line.eat(")") {
            loop {
                let value = self.value(line)?;
                self.body.pool.push(value);
                if line.eat(")") {
                    break;
                }
                line.need(",")?;
            }
        }
        let len = number(self.body.pool.len()) - start;
        Ok(ArgRange { start, len })
    }

    fn op(&mut self, line: &mut Line<'a>, symbols: &mut Symbols<'a>) -> Result<Op<'a>> {
        if line.eat_word("if") {
            return self.branch(line);
        }
        if line.eat_word("switch") {
            return self.switch(line);
        }
        if line.eat_word("return") {
            let value = match line.rest.is_empty() || line.rest.starts_with('@') {
                true => None,
                false => Some(self.value(line)?),
            };
            return Ok(Op::Return { value });
        }
        if line.eat_word("throw") {
            let value = self.value(line)?;
            return Ok(Op::Throw { value });
        }
        if let Some(op) = self.effect(line, symbols, None)? {
            return Ok(op);
        }
        // What begins with a value either defines it or writes to a place of it.
        if line.rest.starts_with('v') {
            let whole = line.rest;
            let dst = defined(line)?;
            if line.eat("=") {
                return self.right_side(line, symbols, dst);
            }
            line.rest = whole;
        }
        let Some(place) = self.place(line, symbols)? else {
            return line.expected("an operation");
        };
        line.need("=")?;
        let src = self.value(line)?;
        Ok(Op::Store { place, src })
    }

    fn branch(&mut self, line: &mut Line<'a>) -> Result<Op<'a>> {
        let left = self.value(line)?;
        let op = line.one_of(&COMPARISONS, "a comparison")?;
        let right = match line.eat_word("0") {
            true => None,
            false => Some(self.value(line)?),
        };
        line.need("then")?;
        let then = line.block()?;
        line.need("else")?;
        let otherwise = line.block()?;
        let condition = Condition { op, left, right };
        Ok(Op::Branch {
            condition,
            then,
            otherwise,
        })
    }

    fn switch(&mut self, line: &mut Line<'a>) -> Result<Op<'a>> {
        let on = self.value(line)?;
        line.need(":")?;
        let mut cases = Vec::new();
        loop {
            let is_default = line.eat_word("else");
            let key = if is_default { 0 } else { line.integer()? };
            line.need("->")?;
            let to = line.block()?;
            if is_default {
                return Ok(Op::Switch {
                    on,
                    cases,
                    default: to,
                });
            }
            match i32::try_from(key) {
                Ok(key) => cases.push((key, to)),
                Err(_) => return line.wrong("a case does not fit 32 bits"),
            }
            line.need(",")?;
        }
    }

    /// Operations that may stand without a result.
    fn effect(
        &mut self,
        line: &mut Line<'a>,
        symbols: &mut Symbols<'a>,
        dst: Option<Value>,
    ) -> Result<Option<Op<'a>>> {
        if line.eat_word("call") {
            let kind: CallKind = line.one_of(&KINDS, "a kind of call")?;
            let target = symbols.method_path(line)?;
            let args = self.args(line)?;
            return Ok(Some(Op::Call {
                dst,
                target,
                kind,
                args,
            }));
        }
        if line.eat_word("closure") {
            let interface = match line.eat_word("-") {
                true => None,
                false => Some(symbols.ty(line)?),
            };
            let body = match line.eat_word("-") {
                true => None,
                false => Some(symbols.method_path(line)?),
            };
            let captures = self.args(line)?;
            return Ok(Some(Op::Closure {
                dst,
                interface,
                body,
                captures,
            }));
        }
        if let Some(dst) = dst
            && line.eat_word("compute")
        {
            let operator = line.one_of(&OPERATORS, "an operator")?;
            let inputs = self.args(line)?;
            return Ok(Some(Op::Compute {
                dst,
                operator,
                inputs,
            }));
        }
        if line.eat_word("unknown") {
            let why = line.one_of(&REASONS, "a reason")?;
            let inputs = self.args(line)?;
            return Ok(Some(Op::Unknown { dst, why, inputs }));
        }
        Ok(None)
    }

    fn right_side(
        &mut self,
        line: &mut Line<'a>,
        symbols: &mut Symbols<'a>,
        dst: Value,
    ) -> Result<Op<'a>> {
        if let Some(op) = self.effect(line, symbols, Some(dst))? {
            return Ok(op);
        }
        let constant = |value| Ok(Op::Const { dst, value });
        if line.rest.starts_with('"') {
            return constant(Const::Str(line.quoted()?));
        }
        if line
            .rest
            .starts_with(|c: char| c == '-' || c.is_ascii_digit())
        {
            return constant(Const::Int(line.integer()?));
        }
        if line.eat_word("class") {
            return constant(Const::Class(symbols.ty(line)?));
        }
        if line.eat_word("bytes") {
            let Ok(width) = u16::try_from(line.digits("the width of an element")?) else {
                return line.wrong("no element is so wide");
            };
            let hex = match line.rest.starts_with('@') {
                true => "",
                false => line.take(line.peek_word().len()),
            };
            let bytes: Option<Vec<u8>> = hex
                .as_bytes()
                .chunks(2)
                .map(|pair| match std::str::from_utf8(pair) {
                    Ok(pair) if pair.len() == 2 => u8::from_str_radix(pair, 16).ok(),
                    _ => None,
                })
                .collect();
            return match bytes {
                Some(bytes) => constant(Const::Bytes(bytes.into(), width)),
                None => line.wrong("bytes are pairs of hexadecimal digits"),
            };
        }
        if line.eat_word("phi") {
            let args = self.args(line)?;
            return Ok(Op::Phi { dst, args });
        }
        if line.eat_word("new") {
            let ty = symbols.ty(line)?;
            return Ok(Op::New { dst, ty });
        }
        if line.eat_word("array") {
            let ty = symbols.ty(line)?;
            let elements = self.args(line)?;
            return Ok(Op::NewArray { dst, ty, elements });
        }
        let cast = line.eat_word("cast");
        if cast || line.eat_word("instanceof") {
            let src = self.value(line)?;
            let ty = symbols.ty(line)?;
            return Ok(match cast {
                true => Op::Cast { dst, src, ty },
                false => Op::InstanceOf { dst, src, ty },
            });
        }
        match self.place(line, symbols)? {
            Some(place) => Ok(Op::Load { dst, place }),
            None => line.expected("a constant, a place or an operation"),
        }
    }

    /// `C->f:T`, `v1.C->f:T`, `v1[v2]`
    fn place(&mut self, line: &mut Line<'a>, symbols: &mut Symbols<'a>) -> Result<Option<Place>> {
        match line.rest.chars().next() {
            Some('L' | '[') => Ok(Some(Place::Static(symbols.field_path(line)?))),
            Some('v' | '_') => {
                let object = self.value(line)?;
                if line.eat("[") {
                    let index = self.value(line)?;
                    line.need("]")?;
                    return Ok(Some(Place::Element(object, index)));
                }
                line.need(".")?;
                Ok(Some(Place::Field(object, symbols.field_path(line)?)))
            }
            _ => Ok(None),
        }
    }

    fn finish(mut self) -> Result<Body<'a>> {
        let wrong = |line: usize, what: String| Err(ParseError { line, what });
        for (value, line) in &self.used {
            let defined = self.body.params.contains(value)
                || matches!(self.body.defs.get(value.0 as usize), Some(Some(_)));
            if !defined {
                return wrong(*line, format!("v{} is not defined", value.0));
            }
        }
        for (block, line) in &self.named {
            if block.0 as usize >= self.blocks.len() {
                return wrong(*line, format!("there is no block b{}", block.0));
            }
        }
        let mut body = self.body;
        if self.blocks.is_empty() {
            body.params.clear();
            body.defs.clear();
            if let Some(why) = self.stub {
                body.quality = Quality::Stub(why.into());
            }
            if self.partial.is_some() {
                return wrong(self.line, "a partial function has no blocks".to_owned());
            }
            return Ok(body);
        }
        if self.stub.is_some() {
            return wrong(self.line, "a stub has blocks".to_owned());
        }
        body.quality = match self.partial {
            Some(why) => Quality::Partial(why.into()),
            None => Quality::Full,
        };
        if self.values as usize > body.defs.len() {
            body.defs.resize(self.values as usize, None);
        }
        let ends: Vec<u32> = self
            .blocks
            .iter()
            .skip(1)
            .map(|next| next.first)
            .chain(std::iter::once(number(body.ops.len())))
            .collect();
        for (block, end) in self.blocks.iter_mut().zip(ends) {
            let ops = block.first..end;
            let last = ops
                .clone()
                .next_back()
                .and_then(|at| body.ops.get(at as usize));
            let normal = match block.goto.take() {
                Some(blocks) => blocks,
                None => last.and_then(leads_to).unwrap_or_default(),
            };
            let edge = |exceptional: bool| move |to| Edge { to, exceptional };
            body.blocks.push(Block {
                ops,
                preds: Vec::new(),
                succs: normal
                    .into_iter()
                    .map(edge(false))
                    .chain(block.caught.iter().copied().map(edge(true)))
                    .collect(),
            });
        }
        let mut preds: Vec<Vec<BlockId>> = vec![Vec::new(); body.blocks.len()];
        for (from, block) in body.blocks.iter().enumerate() {
            for edge in &block.succs {
                if let Some(list) = preds.get_mut(edge.to.0 as usize) {
                    let from = BlockId(number(from));
                    if list.last() != Some(&from) {
                        list.push(from);
                    }
                }
            }
        }
        for (at, (draft, derived)) in self.blocks.into_iter().zip(preds).enumerate() {
            let preds = match draft.preds {
                Some(given) => {
                    let mut sorted = given.clone();
                    sorted.sort_unstable();
                    if sorted != derived {
                        let what = format!("the ways into b{at} are not those that it names");
                        return wrong(draft.line, what);
                    }
                    given
                }
                None => derived,
            };
            if let Some(block) = body.blocks.get_mut(at) {
                block.preds = preds;
            }
        }
        Ok(body)
    }
}

/// A value's number.
fn defined(line: &mut Line<'_>) -> Result<Value> {
    line.need("v")?;
    Ok(Value(line.digits("the number of a value")?))
}

/// Serves parsed bodies.
struct Lifter<'a> {
    bodies: Vec<Body<'a>>,
    notes: Vec<Notes>,
    field_notes: Vec<(ClassId, Name, Annotation)>,
}

impl<'a> Lift<'a> for Lifter<'a> {
    fn lift(&self, _: &Program<'a>, func: FuncId) -> Body<'a> {
        match self.bodies.get(func.index()) {
            Some(body) => body.clone(),
            None => Body::stub(func, "no such function"),
        }
    }

    fn place(&self, program: &Program<'a>, func: FuncId, offset: u32) -> SourcePlace {
        let Some(class) = program.owner(func) else {
            return SourcePlace::default();
        };
        SourcePlace {
            part: program
                .units
                .get(class.unit.index())
                .map(|unit| unit.part.clone())
                .unwrap_or_default(),
            offset: Some(u64::from(offset)),
            source_file: class
                .source_file
                .map(|name| program.names.text(name).to_owned()),
            ..SourcePlace::default()
        }
    }

    fn parameter_names(&self, _: &Program<'a>, func: FuncId) -> Vec<Option<String>> {
        self.notes
            .get(func.index())
            .map(|notes| notes.names.clone())
            .unwrap_or_default()
    }

    fn local_name(&self, _: &Program<'a>, _: FuncId, _: u32) -> Option<String> {
        None
    }

    fn annotations(&self, _: &Program<'a>, func: FuncId) -> Vec<Annotation> {
        self.notes
            .get(func.index())
            .map(|notes| notes.annotations.clone())
            .unwrap_or_default()
    }

    fn field_annotations(&self, _: &Program<'a>, class: ClassId, field: Name) -> Vec<Annotation> {
        self.field_notes
            .iter()
            .filter(|(at, name, _)| *at == class && *name == field)
            .map(|(_, _, annotation)| annotation.clone())
            .collect()
    }
}
