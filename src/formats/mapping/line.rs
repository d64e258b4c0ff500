//! The lines of a mapping: members, and the facts in comments below them.

use std::borrow::Cow;

/// Lines of the original source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OriginalLines {
    /// The mapping does not say.
    None,
    /// One line: the place of a call, in all but the innermost frame.
    One(u32),
    /// First and last line, of the innermost frame.
    Range(u32, u32),
}

/// A field, or one frame of a method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member<'a> {
    /// First and last line in the build, where the member has lines.
    pub residual_lines: Option<(u32, u32)>,
    /// Type of a field or result, as Java writes it.
    pub ty: &'a [u8],
    /// The class in which it was written, with dots, where that is another one.
    pub holder: Option<&'a [u8]>,
    /// Its name in the source.
    pub name: &'a [u8],
    /// Types of the parameters as Java writes them, with commas; none is a field.
    pub params: Option<&'a [u8]>,
    /// Lines in the source.
    pub original_lines: OriginalLines,
    /// Its name in the build.
    pub residual: &'a [u8],
}

/// A fact in a comment of the form `# {"id":…}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Info<'a> {
    /// Name of the file in which a class was written.
    SourceFile(Cow<'a, str>),
    /// Descriptor in the build of the member above, where it is not the original one renamed.
    ResidualSignature(Cow<'a, str>),
    /// The compiler made the class or member above.
    Synthesized,
    /// The method above holds code that several methods share; its own lines say nothing.
    Outline,
    /// The member above calls such a method: line there, line here.
    OutlineCallsite(Vec<(u32, u32)>),
    /// Something that changes no name and no line.
    Other,
}

/// What a line is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line<'a> {
    /// A field or a frame.
    Member(Member<'a>),
    /// A fact.
    Info(Info<'a>),
    /// A remark, or nothing.
    Blank,
    /// Neither.
    Broken,
}

/// Longest line that is read.
const MAX_LINE: usize = 64 << 10;
/// Most entries that are read of the table of an outline's places.
const MAX_POSITIONS: usize = 4096;

/// Reads a line below a class.
#[must_use]
pub fn parse(line: &[u8]) -> Line<'_> {
    let line = line.trim_ascii();
    match line.first() {
        None => Line::Blank,
        _ if line.len() > MAX_LINE => Line::Broken,
        Some(b'#') => info(line.get(1..).unwrap_or_default().trim_ascii()),
        Some(_) => member(line).map_or(Line::Broken, Line::Member),
    }
}

/// Original and residual name of a class line.
pub(super) fn class(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let line = line.trim_ascii_end();
    if line.len() > MAX_LINE {
        return None;
    }
    let (original, residual) = arrow(line.strip_suffix(b":")?)?;
    (!original.is_empty() && !residual.is_empty()).then_some((original, residual))
}

/// The sides of the arrow.
fn arrow(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = memchr::memmem::rfind(line, b" -> ")?;
    Some((line.get(..at)?, line.get(at + 4..)?))
}

fn member(line: &[u8]) -> Option<Member<'_>> {
    let (left, residual) = arrow(line)?;
    let (residual_lines, rest) = residual_lines(left);
    let space = memchr::memchr(b' ', rest)?;
    let (ty, rest) = (rest.get(..space)?, rest.get(space + 1..)?);
    let (path, params, lines) = match memchr::memchr(b'(', rest) {
        Some(open) => {
            let close = open + memchr::memchr(b')', rest.get(open..)?)?;
            (
                rest.get(..open)?,
                Some(rest.get(open + 1..close)?),
                original_lines(rest.get(close + 1..)?),
            )
        }
        None => (rest, None, OriginalLines::None),
    };
    let (holder, name) = match memchr::memrchr(b'.', path) {
        Some(dot) => (path.get(..dot), path.get(dot + 1..)?),
        None => (None, path),
    };
    if name.is_empty() || ty.is_empty() || residual.is_empty() {
        return None;
    }
    Some(Member {
        residual_lines,
        ty,
        holder,
        name,
        params,
        original_lines: lines,
        residual,
    })
}

/// `1:4:` before a type; a single number is a range of one.
fn residual_lines(text: &[u8]) -> (Option<(u32, u32)>, &[u8]) {
    let Some((first, rest)) =
        number(text).and_then(|(first, rest)| Some((first, rest.strip_prefix(b":")?)))
    else {
        return (None, text);
    };
    match number(rest).and_then(|(last, rest)| Some((last, rest.strip_prefix(b":")?))) {
        Some((last, rest)) => (Some((first, last)), rest),
        None => (Some((first, first)), rest),
    }
}

/// `:6` or `:6:9` behind the parameters.
fn original_lines(text: &[u8]) -> OriginalLines {
    let Some((first, rest)) = text.strip_prefix(b":").and_then(number) else {
        return OriginalLines::None;
    };
    match rest.strip_prefix(b":").and_then(number) {
        Some((last, _)) => OriginalLines::Range(first, last),
        None => OriginalLines::One(first),
    }
}

/// The digits in front, which must be a line number, and what is behind them.
fn number(text: &[u8]) -> Option<(u32, &[u8])> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let value = std::str::from_utf8(text.get(..digits)?)
        .ok()?
        .parse()
        .ok()?;
    Some((value, text.get(digits..)?))
}

fn info(text: &[u8]) -> Line<'_> {
    if text.first() != Some(&b'{') {
        return Line::Blank;
    }
    let Some(id) = value_of(text, b"\"id\":\"") else {
        return Line::Broken;
    };
    let fact = match id.as_ref() {
        "sourceFile" => value_of(text, b"\"fileName\":\"").map(Info::SourceFile),
        "com.android.tools.r8.residualsignature" => {
            value_of(text, b"\"signature\":\"").map(Info::ResidualSignature)
        }
        "com.android.tools.r8.synthesized" => Some(Info::Synthesized),
        "com.android.tools.r8.outline" => Some(Info::Outline),
        "com.android.tools.r8.outlineCallsite" => positions(text).map(Info::OutlineCallsite),
        _ => Some(Info::Other),
    };
    fact.map_or(Line::Broken, Line::Info)
}

/// The text behind a key of a flat JSON object; borrowed when nothing in it is escaped.
fn value_of<'a>(text: &'a [u8], key: &[u8]) -> Option<Cow<'a, str>> {
    let start = memchr::memmem::find(text, key)? + key.len();
    let rest = text.get(start..)?;
    match memchr::memchr2(b'"', b'\\', rest) {
        Some(end) if rest.get(end) == Some(&b'"') => std::str::from_utf8(rest.get(..end)?)
            .ok()
            .map(Cow::Borrowed),
        Some(_) => {
            let object: serde_json::Value = serde_json::from_slice(text).ok()?;
            let key = std::str::from_utf8(key).ok()?.trim_matches(['"', ':']);
            object
                .get(key)?
                .as_str()
                .map(|text| Cow::Owned(text.to_owned()))
        }
        None => None,
    }
}

fn positions(text: &[u8]) -> Option<Vec<(u32, u32)>> {
    let object: serde_json::Value = serde_json::from_slice(text).ok()?;
    let line = |value: u64| u32::try_from(value).ok();
    Some(
        object
            .get("positions")?
            .as_object()?
            .iter()
            .take(MAX_POSITIONS)
            .filter_map(|(there, here)| Some((there.parse().ok()?, line(here.as_u64()?)?)))
            .collect(),
    )
}

/// Whether a type as Java writes it (`java.lang.String[]`) is a type descriptor
/// (`[Ljava/lang/String;`).
#[must_use]
pub fn is_type(java: &[u8], descriptor: &[u8]) -> bool {
    let (mut java, mut descriptor) = (java, descriptor);
    while let Some(element) = java.strip_suffix(b"[]") {
        let Some(rest) = descriptor.strip_prefix(b"[") else {
            return false;
        };
        (java, descriptor) = (element, rest);
    }
    let primitive: &[u8] = match java {
        b"void" => b"V",
        b"boolean" => b"Z",
        b"byte" => b"B",
        b"short" => b"S",
        b"char" => b"C",
        b"int" => b"I",
        b"long" => b"J",
        b"float" => b"F",
        b"double" => b"D",
        _ => {
            return descriptor
                .strip_prefix(b"L")
                .and_then(|class| class.strip_suffix(b";"))
                .is_some_and(|class| is_class(java, class));
        }
    };
    descriptor == primitive
}

/// Whether a class name with dots is one with slashes.
fn is_class(dotted: &[u8], slashed: &[u8]) -> bool {
    dotted.len() == slashed.len()
        && dotted
            .iter()
            .zip(slashed)
            .all(|(dot, slash)| dot == slash || (*dot == b'.' && *slash == b'/'))
}
