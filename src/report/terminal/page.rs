//! A page of text of a given width: wrapping, indents, labels and colour.
//!
//! Knows nothing of findings. Text handed in is made harmless here, so that no caller can forget,
//! and cut where it is longer than anybody reads.

use anstyle::{AnsiColor, Style};

use crate::report::sanitize::{block, char_width, clip, command_free, plain, width};

pub(super) const PLAIN: Style = Style::new();
pub(super) const STRONG: Style = Style::new().bold();
pub(super) const FAINT: Style = Style::new().dimmed();
pub(super) const ALARM: Style = AnsiColor::Red.on_default().effects(anstyle::Effects::BOLD);
pub(super) const BAD: Style = AnsiColor::Red.on_default();
pub(super) const DOUBTFUL: Style = AnsiColor::Yellow.on_default();
pub(super) const GOOD: Style = AnsiColor::Green.on_default();
pub(super) const INFO: Style = AnsiColor::Cyan.on_default();

/// Columns before the text behind a label.
const LABEL: usize = 9;

/// Characters of one text, and of one line of code; names come out of the input.
const MAX_TEXT: usize = 1_500;
const MAX_LINE: usize = 400;

/// A page under way.
pub(super) struct Page {
    out: String,
    width: usize,
    color: bool,
}

impl Page {
    pub(super) fn new(width: usize, color: bool) -> Self {
        Self {
            out: String::new(),
            width,
            color,
        }
    }

    pub(super) fn finish(self) -> String {
        let lines: Vec<String> = self.out.trim_end().lines().map(command_free).collect();
        format!("{}\n", lines.join("\n"))
    }

    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// An empty line, never two.
    pub(super) fn gap(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    /// A section's first line.
    pub(super) fn heading(&mut self, text: &str) {
        self.gap();
        self.text(STRONG, 0, text);
    }

    /// A wrapped paragraph.
    pub(super) fn text(&mut self, style: Style, indent: usize, text: &str) {
        for line in wrap(&clean(text), self.width.saturating_sub(indent)) {
            self.out.push_str(&" ".repeat(indent));
            self.paint(style, &line);
            self.out.push('\n');
        }
    }

    /// A wrapped paragraph that begins with `lead` in a style of its own.
    pub(super) fn led(&mut self, lead_style: Style, lead: &str, style: Style, text: &str) {
        let lead = clean(lead);
        let words = format!("{lead} {}", clean(text));
        for (index, line) in wrap_hanging(&words, self.width, 2).into_iter().enumerate() {
            match line.strip_prefix(lead.as_str()).filter(|_| index == 0) {
                Some(rest) => {
                    self.paint(lead_style, &lead);
                    self.paint(style, rest);
                }
                None => self.paint(style, &line),
            }
            self.out.push('\n');
        }
    }

    /// `  label  text`, wrapped behind the label.
    pub(super) fn labelled(&mut self, label: &str, style: Style, text: &str) {
        for (index, line) in wrap(&clean(text), self.behind_label()).iter().enumerate() {
            self.label(if index == 0 { label } else { "" });
            self.paint(style, line);
            self.out.push('\n');
        }
    }

    /// A numbered or marked list behind a label: each item wrapped behind its mark.
    pub(super) fn listed(&mut self, label: &str, items: impl Iterator<Item = (String, String)>) {
        for (index, (mark, text)) in items.enumerate() {
            let indent = width(&mark) + 1;
            let wrapped = wrap(&clean(&text), self.behind_label().saturating_sub(indent));
            for (at, line) in wrapped.iter().enumerate() {
                self.label(if index + at == 0 { label } else { "" });
                let lead = if at == 0 { mark.as_str() } else { "" };
                self.out.push_str(lead);
                self.out.push_str(&" ".repeat(indent - width(lead)));
                self.out.push_str(line);
                self.out.push('\n');
            }
        }
    }

    /// Lines of code behind a gutter, broken where they are too long.
    pub(super) fn code(&mut self, label: &str, code: &str, limit: usize) {
        let lines = block(code);
        let limit = if lines.len() > limit + 1 {
            limit
        } else {
            lines.len()
        };
        let mut first = true;
        for line in &lines[..limit] {
            for piece in pieces(&clip(line, MAX_LINE), self.behind_label().saturating_sub(2)) {
                self.label(if first { label } else { "" });
                first = false;
                self.paint(FAINT, "|");
                if !piece.is_empty() {
                    self.out.push(' ');
                    self.out.push_str(&piece);
                }
                self.out.push('\n');
            }
        }
        let more = lines.len() - limit;
        if more > 0 {
            self.labelled("", FAINT, &format!("… {more} more lines"));
        }
    }

    /// A rule's advice: Markdown whose fenced code stands behind a gutter.
    pub(super) fn advice(&mut self, label: &str, markdown: &str) {
        let mut label = label;
        let mut code: Option<String> = None;
        let mut paragraph = String::new();
        for line in markdown.lines().chain([""]) {
            if line.trim_start().starts_with("```") {
                match code.take() {
                    Some(text) => self.code(std::mem::take(&mut label), &text, 40),
                    None => {
                        self.paragraph(&mut label, &mut paragraph);
                        code = Some(String::new());
                    }
                }
            } else if let Some(code) = &mut code {
                code.push_str(line);
                code.push('\n');
            } else if line.trim().is_empty() || line.trim_start().starts_with(['-', '*']) {
                self.paragraph(&mut label, &mut paragraph);
                paragraph.push_str(line.trim());
            } else {
                paragraph.push(' ');
                paragraph.push_str(line.trim());
            }
        }
        if let Some(text) = code {
            self.code(label, &text, 40);
        }
    }

    fn paragraph(&mut self, label: &mut &str, paragraph: &mut String) {
        if !paragraph.trim().is_empty() {
            self.labelled(std::mem::take(label), PLAIN, paragraph.trim());
        }
        paragraph.clear();
    }

    /// One line of cells that the caller has measured.
    pub(super) fn cells(&mut self, cells: &[(Style, usize, &str)]) {
        let start = self.out.len();
        for (style, columns, text) in cells {
            let text = clean(text);
            self.paint(*style, &text);
            self.out
                .push_str(&" ".repeat(columns.saturating_sub(width(&text))));
        }
        let end = start + self.out[start..].trim_end().len();
        self.out.truncate(end);
        self.out.push('\n');
    }

    fn behind_label(&self) -> usize {
        self.width.saturating_sub(LABEL)
    }

    fn label(&mut self, label: &str) {
        self.out.push_str("  ");
        self.paint(FAINT, label);
        self.out
            .push_str(&" ".repeat((LABEL - 2).saturating_sub(width(label))));
    }

    fn paint(&mut self, style: Style, text: &str) {
        if self.color && style != PLAIN && !text.is_empty() {
            self.out
                .push_str(&format!("{}{text}{}", style.render(), style.render_reset()));
        } else {
            self.out.push_str(text);
        }
    }
}

/// Text as a page takes it.
fn clean(text: &str) -> String {
    clip(&plain(text), MAX_TEXT)
}

/// Breaks text into lines of at most `columns`, at spaces; a word that is longer alone is broken
/// behind a separator, else anywhere.
pub(super) fn wrap(text: &str, columns: usize) -> Vec<String> {
    wrap_hanging(text, columns, 0)
}

/// As [`wrap`], with every line but the first indented.
fn wrap_hanging(text: &str, columns: usize, indent: usize) -> Vec<String> {
    let columns = columns.max(indent + 8);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let mut rest = word;
        loop {
            let begun = used > if lines.is_empty() { 0 } else { indent };
            let room = columns.saturating_sub(used + usize::from(begun));
            if width(rest) <= room {
                if begun {
                    line.push(' ');
                    used += 1;
                }
                line.push_str(rest);
                used += width(rest);
                break;
            }
            if !begun {
                let (head, tail) = rest.split_at(break_at(rest, room));
                line.push_str(head);
                rest = tail;
            }
            lines.push(std::mem::take(&mut line));
            line.push_str(&" ".repeat(indent));
            used = indent;
        }
    }
    if used > if lines.is_empty() { 0 } else { indent } || lines.is_empty() {
        lines.push(line);
    }
    lines
}

/// Where to break a word so that the head fits: behind the last separator in the second half of
/// what fits, else at the edge; never before the first character.
fn break_at(word: &str, room: usize) -> usize {
    let mut used = 0;
    let mut edge = 0;
    let mut separator = 0;
    for (at, c) in word.char_indices() {
        used += char_width(c);
        if used > room && edge > 0 {
            break;
        }
        edge = at + c.len_utf8();
        if matches!(c, '.' | '/' | '$' | '_' | ':' | ',' | '-') && used * 2 > room {
            separator = edge;
        }
    }
    if separator > 0 { separator } else { edge }
}

/// A line of code in pieces of at most `columns`: a comment at its end stands alone; then broken
/// before a word, else behind a bracket or a comma, else behind a separator, and only then
/// anywhere. What follows stands deeper than the line.
fn pieces(line: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(8);
    if width(line) <= columns {
        return vec![line.to_owned()];
    }
    let spaces = line.len() - line.trim_start_matches(' ').len();
    let lead = " ".repeat(spaces.min(columns / 3));
    let deeper = " ".repeat((spaces + 4).min(columns / 3));
    let line = line.trim_start_matches(' ');
    if let Some(comment) = line.strip_prefix("// ") {
        let slashes = format!("{lead}// ");
        return broken(comment, columns, &slashes, &slashes);
    }
    match line.find(" // ") {
        Some(at) => {
            let (code, comment) = line.split_at(at);
            let comment = comment.trim_start().trim_start_matches("// ");
            let mut all = broken(
                comment,
                columns,
                &format!("{lead}// "),
                &format!("{lead}// "),
            );
            all.extend(broken(code.trim_end(), columns, &lead, &deeper));
            all
        }
        None => broken(line, columns, &lead, &deeper),
    }
}

/// As [`pieces`], with what the first line and the others begin with.
fn broken(text: &str, columns: usize, first: &str, others: &str) -> Vec<String> {
    let mut pieces = vec![];
    let mut lead = first;
    let mut rest = text;
    while width(rest) > columns.saturating_sub(lead.len()).max(4) {
        let room = columns.saturating_sub(lead.len()).max(4);
        let at = code_break(rest, room).unwrap_or_else(|| break_at(rest, room));
        let (head, tail) = rest.split_at(at);
        pieces.push(format!("{lead}{}", head.trim_end()));
        rest = tail.trim_start();
        lead = others;
    }
    if !rest.is_empty() {
        pieces.push(format!("{lead}{rest}"));
    }
    pieces
}

/// Where code breaks best so that the head fits: at the last space, or behind the last opening
/// bracket or comma, that leaves a head worth a line.
fn code_break(code: &str, room: usize) -> Option<usize> {
    let mut used = 0;
    let mut space = None;
    let mut bracket = None;
    for (at, c) in code.char_indices() {
        used += char_width(c);
        if c == ' ' && used <= room + 1 && used * 4 > room {
            space = Some(at);
        }
        if used > room {
            break;
        }
        if matches!(c, '(' | '{' | '[' | ',' | ';') && used * 2 > room {
            bracket = Some(at + c.len_utf8());
        }
    }
    space.or(bracket)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_to_the_width() {
        assert_eq!(wrap("aaa bbb ccc ddd", 8), ["aaa bbb", "ccc ddd"]);
        assert_eq!(
            wrap("com.example.bank.Session", 16),
            ["com.example.", "bank.Session"]
        );
        assert_eq!(wrap("ログアウトしました", 10), ["ログアウト", "しました"]);
        assert_eq!(wrap("", 10), [""]);
        assert_eq!(wrap_hanging("aaa bbb ccc", 10, 2), ["aaa bbb", "  ccc"]);
        let long = "x".repeat(5_000);
        assert!(wrap(&long, 40).iter().all(|line| line.len() <= 40));
    }

    #[test]
    fn code_is_not_broken_inside_a_word() {
        assert_eq!(
            pieces("  val request = Request.Builder().url(address).build()", 40),
            [
                "  val request =",
                "      Request.Builder().url(",
                "      address).build()"
            ]
        );
        assert_eq!(
            pieces("    .header(NAME, \"Bearer $token\")   // your own", 44),
            ["    // your own", "    .header(NAME, \"Bearer $token\")"]
        );
        assert_eq!(pieces("short", 40), ["short"]);
        for columns in 0..60 {
            let long = format!(
                "  call({}, {}) // {}",
                "x".repeat(90),
                "ログ".repeat(30),
                "why ".repeat(30)
            );
            let all = pieces(&long, columns);
            assert!(
                all.iter().all(|line| width(line) <= columns.max(12)),
                "{all:?}"
            );
            let text = all.concat();
            for (letter, count) in [('x', 90), ('ロ', 30), ('w', 30)] {
                assert_eq!(text.matches(letter).count(), count);
            }
        }
    }

    #[test]
    fn advice_keeps_code_behind_a_gutter() {
        let mut page = Page::new(40, false);
        page.advice(
            "fix",
            "Do\nthis:\n\n```kotlin\na()\n  b()\n```\n- one\n- two",
        );
        assert_eq!(
            page.finish(),
            "  fix    Do this:\n         | a()\n         |   b()\n         - one\n         - two\n"
        );
    }
}
