//! The one place that makes hostile text harmless.
//!
//! Names, keys, labels and constants come out of the app, and whoever wrote the app chose them:
//! they may hold terminal escapes, line breaks, right-to-left overrides, invisible characters,
//! Markdown, HTML, or commands that a build server takes from a job's output. Every report passes every text through here, its own words included, because
//! by then the two are mixed. Nothing visible is swallowed: of an escape sequence only the
//! sequence goes, so that an unfinished one cannot hide the words behind it.
//!
//! Not responsible for quoting in JSON (`serde_json` does that) or for secrets
//! ([`crate::finding::Redacted`] does that).

/// One line of plain text: no escape sequences, control, bidirectional or invisible characters;
/// line breaks and tabs become single spaces; no command of a build server that may stand anywhere
/// in a line. Safe for a terminal and as a JSON value; a report that prints it at the start of a
/// line also needs [`command_free`].
#[must_use]
pub fn plain(text: &str) -> String {
    let mut out = visible(text);
    if out.contains("##") {
        for command in ["##[", "##vso[", "##teamcity["] {
            out = out.replace(command, &format!("# {}", &command[1..]));
        }
    }
    out
}

/// A finished line of output, our colours included, whose start is no command of a build server
/// (`::error::`).
#[must_use]
pub fn command_free(line: &str) -> String {
    let mut start = 0;
    loop {
        let rest = &line[start..];
        if rest.starts_with(char::is_whitespace) {
            start += rest.len() - rest.trim_start().len();
        } else if let Some(end) = rest.strip_prefix("\u{1b}[").and_then(|code| code.find('m')) {
            start += end + 3;
        } else if let Some(command) = rest.strip_prefix("::") {
            return format!("{}∷{command}", &line[..start]);
        } else {
            return line.to_owned();
        }
    }
}

/// One line of what a reader sees of the text.
fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    let mut after_break = false;
    while let Some(c) = chars.next() {
        if is_break(c) {
            if !after_break {
                out.push(' ');
            }
            after_break = true;
            continue;
        }
        match c {
            '\u{1b}' => match chars.peek() {
                Some('[') => {
                    chars.next();
                    skip_control_sequence(&mut chars);
                }
                Some(next) if next.is_ascii_graphic() => {
                    chars.next();
                }
                _ => {}
            },
            '\u{9b}' => skip_control_sequence(&mut chars),
            c if is_harmful(c) => {}
            c => {
                out.push(c);
                after_break = false;
            }
        }
    }
    out
}

/// Several lines of plain text, each as [`plain`] makes it; tabs become four spaces.
#[must_use]
pub fn block(text: &str) -> Vec<String> {
    text.lines()
        .map(|line| plain(&line.replace('\t', "    ")).trim_end().to_owned())
        .collect()
}

/// The text of a SARIF message, in which `[text](id)` is a link: plain text whose brackets are
/// escaped as SARIF 2.1.0, 3.11.6, says, and whose `](` cannot form a link even for a reader that
/// ignores the escapes.
#[must_use]
pub fn message(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut last = '\0';
    for c in plain(text).chars() {
        if matches!(c, '[' | ']' | '\\') || (c == '(' && last == ']') {
            out.push('\\');
        }
        out.push(c);
        last = c;
    }
    out
}

/// Inline Markdown that shows the text as it is: no emphasis, link, mention, table cell, list or
/// HTML comes out of it.
#[must_use]
pub fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in plain(text).chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '#' | '+' | '-' | '.'
            | '!' | '|' | '~' | '@' | ':' | '=' | '$' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

/// At most `limit` characters; a longer text ends in `…`, at a word's end where one is near.
#[must_use]
pub fn clip(text: &str, limit: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(limit) else {
        return text.to_owned();
    };
    let head: String = text[..end]
        .chars()
        .take(limit.saturating_sub(1))
        .collect::<String>();
    let head = match head.rfind(' ') {
        Some(space) if head.len() - space < 40 => &head[..space],
        _ => &head,
    };
    format!("{}…", head.trim_end())
}

/// Columns that a terminal gives the text: two for wide East Asian characters and emoji, none for
/// combining ones.
#[must_use]
pub fn width(text: &str) -> usize {
    text.chars().map(char_width).sum()
}

/// Columns of one character, by Unicode's East Asian Width in blocks.
#[must_use]
pub fn char_width(c: char) -> usize {
    match u32::from(c) {
        0x0300..=0x036f
        | 0x0483..=0x0489
        | 0x0591..=0x05bd
        | 0x0610..=0x061a
        | 0x064b..=0x065f
        | 0x0e31
        | 0x0e34..=0x0e3a
        | 0x0e47..=0x0e4e
        | 0x0900..=0x0902
        | 0x093c
        | 0x0941..=0x0948
        | 0x094d
        | 0x1ab0..=0x1aff
        | 0x1dc0..=0x1dff
        | 0x200c..=0x200d
        | 0x20d0..=0x20ff
        | 0x3099..=0x309a
        | 0xfe00..=0xfe0f
        | 0xfe20..=0xfe2f
        | 0xe0100..=0xe01ef => 0,
        0x1100..=0x115f
        | 0x2e80..=0x303e
        | 0x3041..=0x33ff
        | 0x3400..=0x4dbf
        | 0x4e00..=0x9fff
        | 0xa000..=0xa4cf
        | 0xa960..=0xa97f
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f
        | 0xff00..=0xff60
        | 0xffe0..=0xffe6
        | 0x1f300..=0x1f64f
        | 0x1f680..=0x1f6ff
        | 0x1f900..=0x1faff
        | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

/// Characters that end or shift a line.
fn is_break(c: char) -> bool {
    matches!(
        c,
        '\t' | '\n' | '\u{b}' | '\u{c}' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

/// Characters that never reach a report: controls, bidirectional controls, and those without a
/// shape. Joiners stay, since scripts and emoji need them.
fn is_harmful(c: char) -> bool {
    c.is_control()
        || matches!(
            u32::from(c),
            0x00ad
                | 0x061c
                | 0x180e
                | 0x200b
                | 0x200e..=0x200f
                | 0x202a..=0x202e
                | 0x2060..=0x206f
                | 0xfeff
                | 0xfff9..=0xfffb
                | 0xfffe..=0xffff
                | 0xe0000..=0xe007f
        )
}

/// Skips parameters and the final byte of a control sequence; stops before anything else.
fn skip_control_sequence(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    for _ in 0..32 {
        match chars.peek() {
            Some('0'..='9' | ';' | ':' | '?' | '<' | '=' | '>') => {
                chars.next();
            }
            Some('@'..='Z' | 'a'..='z' | '`' | '~') => {
                chars.next();
                return;
            }
            _ => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_go_and_words_stay() {
        assert_eq!(plain("a\u{1b}[31;1mred\u{1b}[0mb"), "aredb");
        assert_eq!(plain("a\u{9b}2Jb"), "ab");
        assert_eq!(
            plain("\u{1b}]8;;http://x.example\u{1b}\\here"),
            "8;;http://x.examplehere"
        );
        assert_eq!(plain("open\u{1b}["), "open");
        assert_eq!(plain("open\u{1b}[\" kept"), "open\" kept");
        assert_eq!(
            plain("\u{1b}]never closed, still read"),
            "never closed, still read"
        );
    }

    #[test]
    fn lines_become_one() {
        assert_eq!(plain("a\r\nb\tc\u{2028}d"), "a b c d");
        assert_eq!(block("a\u{7}\n\tb \r\nc"), ["a", "    b", "c"]);
    }

    #[test]
    fn unseen_characters_go() {
        assert_eq!(
            plain("to\u{202e}nek\u{2066}x\u{200b}y\u{feff}z"),
            "tonekxyz"
        );
        assert_eq!(plain("\u{e0041}\u{e0042}"), "");
        assert_eq!(plain("می\u{200c}خواهم"), "می\u{200c}خواهم");
    }

    #[test]
    fn build_servers_take_no_command() {
        assert_eq!(plain("x ##vso[task.x]y"), "x # #vso[task.x]y");
        assert_eq!(plain("##\u{200b}[group]"), "# #[group]");
        assert_eq!(plain("## heading"), "## heading");
        assert_eq!(
            command_free("  ::set-env name=x::y"),
            "  ∷set-env name=x::y"
        );
        assert_eq!(command_free(" \u{1b}[1m::x"), " \u{1b}[1m∷x");
        assert_eq!(command_free("a::b"), "a::b");
    }

    /// Texts put together at random from what does harm; every form keeps its promise.
    #[test]
    fn no_mixture_does_harm() {
        let bits = [
            "\u{1b}",
            "[",
            "]",
            "(",
            ")",
            "31m",
            "\u{9b}",
            "\n",
            "\r",
            "\t",
            "\u{202e}",
            "##",
            "vso[",
            "\u{200b}",
            "\\",
            "<",
            "`",
            "ä",
            "語",
            " ",
            "\u{7}",
            "\u{e0041}",
            "|",
            "1",
        ];
        let mut state: u64 = 7;
        for _ in 0..20_000 {
            let text: String = (0..12)
                .map(|_| {
                    state = state
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1);
                    bits[(state >> 33) as usize % bits.len()]
                })
                .collect();
            let line = plain(&text);
            assert!(
                !line.chars().any(|c| is_harmful(c) || is_break(c)),
                "{text:?}"
            );
            assert!(
                !line.contains("##[") && !line.contains("##vso["),
                "{text:?}"
            );
            assert_eq!(plain(&line), line, "{text:?}");
            assert!(!message(&text).contains("]("), "{text:?}");
            assert!(!markdown(&text).contains('<'), "{text:?}");
        }
    }

    #[test]
    fn a_message_forms_no_link() {
        assert_eq!(message("[click](1)"), "\\[click\\]\\(1)");
        assert_eq!(message("f(x)[0]"), "f(x)\\[0\\]");
        assert_eq!(message("a\\b"), "a\\\\b");
    }

    #[test]
    fn markdown_shows_itself() {
        assert_eq!(
            markdown("<b>|@me `x` [a](b)"),
            "&lt;b&gt;\\|\\@me \\`x\\` \\[a\\]\\(b\\)"
        );
    }

    #[test]
    fn clipping_counts_characters() {
        assert_eq!(clip("abc", 3), "abc");
        assert_eq!(clip("abcd", 3), "ab…");
        assert_eq!(clip("one two three", 9), "one two…");
        assert_eq!(clip("日本語です", 3), "日本…");
    }

    #[test]
    fn wide_and_combining() {
        assert_eq!(width("ログアウト"), 10);
        assert_eq!(width("로그아웃"), 8);
        assert_eq!(width("e\u{301}"), 1);
        assert_eq!(width("abc"), 3);
    }
}
