//! The text form of a program: what a person reads when a lift is wrong, and what tests of the
//! analysis are written in.
//!
//! ```text
//! # A line that begins with a number sign says nothing.
//! unit "classes.dex"
//! class public Lapp/Session; extends Ljava/lang/Object; implements Ljava/lang/Runnable; source "Session.kt"
//!   field KEY:Ljava/lang/String; = "token"
//!   field token:Ljava/lang/String;
//!     @Lcom/google/gson/annotations/SerializedName; value = "access_token"
//!   method public save(Landroid/content/SharedPreferences$Editor;Ljava/lang/String;)V
//!     names editor, token
//!     b0:
//!       v0.Lapp/Session;->token:Ljava/lang/String; = v2
//!       v3 = Lapp/Session;->KEY:Ljava/lang/String;
//!       v4 = call interface Landroid/content/SharedPreferences$Editor;->putString(Ljava/lang/String;Ljava/lang/String;)Landroid/content/SharedPreferences$Editor; (v1, v3, v2)
//!       if v4 == 0 then b1 else b2
//!     b1: <- b0
//!       return
//!     b2: <- b0
//!       v5 = new Ljava/lang/IllegalStateException;
//!       throw v5
//! ```
//!
//! Types, methods and fields are spelled as DEX and smali spell them, so that every name stands in
//! the text as the program holds it: names are borrowed from the text. The indentation is for
//! people; a line says what it is by its first word.
//!
//! A right side is a constant (`5`, `0x7f0a0001`, `"text"`, `class T`, `bytes WIDTH HEX`), a place
//! (`C->f:T` is static, `v1.C->f:T`, `v1[v2]`), or one of `phi (v1, v2)`, `new T`,
//! `array T (v1, v2)`, `cast v1 T`, `instanceof v1 T`, `call KIND METHOD (v1)`,
//! `closure INTERFACE METHOD (v1)` with `-` for what is not known, `unknown WHY (v1)`. The last
//! three also stand alone. Values are numbered freely; receiver and parameters are the first ones;
//! `_` is a value that was never written.
//!
//! `if v1 == v2 then b1 else b2` (or `if v1 == 0`), `switch v1: 1 -> b1, else -> b2`, `return`,
//! `return v1` and `throw v1` end a block and say where it leads; `goto b1` says it where none of
//! them stands, and `catch b1` adds where exceptions go. `<-` gives the order of φ arguments;
//! without it the order is that of the blocks.
//!
//! What is as usual is not written: an operation's code offset (`@12` behind it) when it is the
//! operation's number, `values 9` when no value beyond the last defined one was numbered,
//! `stub "it has no code"` when there is none. `partial "why"` stands where a part is missing.
//!
//! The argument pool of a body is laid out anew, block after block; blocks have their operations in
//! block order, successors by exception come last. Up to this a printed program parses to the same
//! program; names that DEX does not allow (with `;`, `(`, `:` or a control character, or not UTF-8)
//! are the exception.

mod parse;
mod print;
#[cfg(test)]
mod tests;

pub use parse::{ParseError, parse};
pub use print::{print, print_func};

use super::{FuncFlags, FuncId, Marks, Op, Place, Program};

/// The quality of a function without blocks, unless it says another.
const NO_CODE: &str = "it has no code";

/// Code offset of an operation that has none of its own.
fn usual_offset(number: u32, op: &Op<'_>) -> u32 {
    match op {
        Op::Phi { .. } => 0,
        _ => number,
    }
}

/// Fills [`Program::flags`] and [`Program::texts`] of a parsed program: what a front end does when
/// it indexes, since it takes models to know what is worth a flag.
pub fn mark(program: &mut Program<'_>, marks: &dyn Marks) {
    let mut flags = Vec::with_capacity(program.funcs.len());
    let mut texts = Vec::new();
    for func in (0..program.funcs.len()).map(|at| FuncId(super::program::number(at))) {
        let mut sum = FuncFlags::default();
        for op in &program.body(func).ops {
            match op {
                Op::Call { target, .. } => {
                    let name = program.method(*target).name;
                    sum.insert(marks.method(*target));
                    sum.insert(marks.name(program.names.bytes(name)));
                }
                Op::Load { place, .. } | Op::Store { place, .. } => {
                    if let Place::Static(field) | Place::Field(_, field) = place {
                        let name = program.field(*field).name;
                        sum.insert(marks.name(program.names.bytes(name)));
                    }
                }
                Op::Const {
                    value: super::Const::Str(text),
                    ..
                } => {
                    let marked = marks.text(text.as_bytes());
                    sum.insert(marked);
                    if marked.intersects(FuncFlags::KEPT_TEXT) {
                        texts.push((text.clone().into_owned(), func));
                    }
                }
                _ => {}
            }
        }
        flags.push(sum);
    }
    program.flags = flags;
    program.texts = texts;
}
