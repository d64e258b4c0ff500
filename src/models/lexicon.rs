//! What names, labels, paths and constants say: table-driven, out of `models/lexicon.toml`.
//!
//! Compared are whole words after splitting (`sid` is never found inside `inside`). A *strong*
//! term is enough alone; a *weak* one (`token`, `session`) needs a second witness, which is the
//! caller's to find. Precision comes first: a name that says something *about* a value
//! (`token_type`, `isTokenValid`) or means another kind of token (`push_token`) is no hit.

use std::sync::OnceLock;

use aho_corasick::AhoCorasick;
use regex::Regex;

use super::schema::Weight;
pub use super::schema::{ArtifactKind, EndpointKind, EventKind, ValueKind};
use super::table;
pub use super::words::words;
use super::words::{fold, normalize};

/// Longest name that is looked at, in bytes. What is longer is a text.
const LONGEST_NAME: usize = 200;
/// Most words of a name that are looked at.
const MOST_WORDS: usize = 24;
/// Characters that names do not have: they make a path, a type or an expression of a text.
const NO_NAME: &[char] = &['/', ';', '<', '(', '\\'];
/// Characters that labels do not have: they make a name of a text.
const NO_LABEL: &[char] = &['_', '/', '$', '=', '<'];
/// Most words of a label. What has more is a message.
const MOST_LABEL_WORDS: usize = 6;
/// Most letters that a label may have beyond its term in a script without spaces.
const MOST_BEYOND: usize = 3;

/// What a name says about a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hit {
    /// What the value is.
    pub kind: ArtifactKind,
    /// Whether the name is enough alone.
    pub strong: bool,
}

/// What the name of a key, field, parameter, column or header says about its value.
#[must_use]
pub fn classify_identifier(text: &str) -> Option<Hit> {
    let spaced = text.trim().contains(char::is_whitespace);
    if text.len() > LONGEST_NAME || text.contains(NO_NAME) {
        return None;
    }
    let name = Name::new(text, false);
    let mut best: Option<(Hit, usize)> = None;
    for (start, end) in name.spans_from(table::OPENERS, table::LONGEST_TERM) {
        let Some((weight, kind)) = term(name.text(start, end)) else {
            continue;
        };
        let at_end = name
            .words(end, name.len())
            .all(|word| contains(table::NEUTRAL, word));
        let placed = match weight {
            Weight::Strong => true,
            Weight::Weak => at_end,
            Weight::Lone => end - start == name.len(),
        };
        // Words with spaces between them are a text, unless they are nothing but the term.
        let whole = !spaced
            || (at_end
                && name
                    .words(0, start)
                    .all(|word| contains(table::NEUTRAL, word)));
        if !placed || !whole || name.covered(start, end) || name.touched(start, end) {
            continue;
        }
        let Some(weakened) = name.beside(start, end, kind) else {
            continue;
        };
        // A single word with another noun behind it is about that noun (`passwordRecovery`).
        let head = at_end || end - start > 1;
        let hit = Hit {
            kind,
            strong: weight == Weight::Strong && head && !weakened,
        };
        let rank = |hit: &Hit, length| (hit.strong, length, std::cmp::Reverse(specific(hit.kind)));
        if best
            .as_ref()
            .is_none_or(|(other, length)| rank(&hit, end - start) > rank(other, *length))
        {
            best = Some((hit, end - start));
        }
    }
    if best.is_none() && !text.is_ascii() {
        return unspaced(text);
    }
    best.map(|(hit, _)| hit)
}

/// Whether values of this class, or results of this method (`Lclass;->method`), are known to be no
/// session value in spite of their name: push tokens, window tokens, parser tokens …
#[must_use]
pub fn is_negative_class(symbol: &str) -> bool {
    table::NEGATIVE_CLASSES
        .iter()
        .any(|&class| symbol == class || (class.ends_with('/') && symbol.starts_with(class)))
}

/// Whether the name of a method, class or event says that it signs out. Getters, predicates,
/// listeners, views, records and outcomes are none: `isLogout`, `getLogoutUrl`,
/// `setOnLogoutListener`, `logoutButton`, `trackLogout`, `onLogoutFailed`.
#[must_use]
pub fn is_logout_identifier(name: &str) -> bool {
    matches!(
        event_identifier(name),
        Some(EventKind::Logout | EventKind::ForcedLogout | EventKind::LogoutAllDevices)
    )
}

/// What a name of a method, class or event says that it does; the longest term decides.
#[must_use]
pub fn event_identifier(name: &str) -> Option<EventKind> {
    if name.len() > LONGEST_NAME || name.trim().contains(char::is_whitespace) {
        return None;
    }
    let name = Name::new(name, true);
    let spans = name.spans_from(table::EVENT_OPENERS, table::LONGEST_IDENTIFIER);
    let hit = event(&name, table::EVENT_IDENTIFIER, spans)?;
    let last = name.word(name.len() - 1);
    let excluded = contains(table::NOT_LAST, last) && hit.end < name.len()
        || contains(table::NOT_FIRST, name.word(0))
            && hit.start > 0
            && !contains(table::UNLESS_LAST, last)
        || name.has(table::NOT_IDENTIFIER);
    (!excluded).then_some(hit.kind)
}

/// Whether the entry name of a resource (`btn_logout`) says that it signs out.
#[must_use]
pub fn logout_resource_id(entry_name: &str) -> bool {
    if entry_name.len() > LONGEST_NAME {
        return false;
    }
    let name = Name::new(entry_name, true);
    let hit = event(
        &name,
        table::EVENT_RESOURCE,
        name.spans(table::LONGEST_RESOURCE),
    )
    .or_else(|| {
        let spans = name.spans_from(table::EVENT_OPENERS, table::LONGEST_IDENTIFIER);
        event(&name, table::EVENT_IDENTIFIER, spans)
    });
    matches!(
        hit,
        Some(Event {
            kind: EventKind::Logout | EventKind::ForcedLogout | EventKind::LogoutAllDevices,
            ..
        })
    ) && !name.has(table::NOT_RESOURCE)
}

/// What the text of a control says that it does; the longest term decides.
#[must_use]
pub fn event_label(text: &str) -> Option<EventKind> {
    if text.len() > LONGEST_NAME || text.contains(NO_LABEL) {
        return None;
    }
    let folded = fold(text);
    let name = Name::of_folded(folded);
    if name.len() == 0 || name.len() > MOST_LABEL_WORDS {
        return None;
    }
    if let Some(hit) = event(&name, table::EVENT_LABEL, name.spans(table::LONGEST_LABEL)) {
        return (!name.has(table::NOT_LABEL)).then_some(hit.kind);
    }
    if name.joined.is_ascii() {
        return None;
    }
    // Scripts without spaces: the term and hardly anything besides.
    let letters = name.joined.chars().count();
    let hit = table::EVENT_LABEL
        .iter()
        .filter(|(term, kind, _)| {
            *kind != EventKind::LogoutAmbiguous
                && term.chars().all(is_unspaced)
                && letters <= term.chars().count() + MOST_BEYOND
                && name.joined.contains(term)
        })
        .max_by_key(|(term, _, _)| term.len())?;
    let outcome = table::NOT_LABEL
        .iter()
        .any(|term| term.chars().all(is_unspaced) && name.joined.contains(term));
    (!outcome).then_some(hit.1)
}

/// What a server path is for. The verb is upper case; the path may be relative, a whole URL, or
/// a template with `{?}`. Without a verb, paths that need one are none: see
/// [`possible_endpoint`].
#[must_use]
pub fn endpoint(verb: Option<&str>, path: &str) -> Option<EndpointKind> {
    classify_endpoint(path, |needed| verb == Some(needed))
}

/// What a server path is for under some verb: for requests whose verb is not known.
#[must_use]
pub fn possible_endpoint(path: &str) -> Option<EndpointKind> {
    classify_endpoint(path, |_| true)
}

/// What the form of a constant says; the first kind that holds.
#[must_use]
pub fn value_pattern(text: &str) -> Option<ValueKind> {
    static PATTERNS: OnceLock<Vec<(ValueKind, Regex)>> = OnceLock::new();
    let patterns = PATTERNS.get_or_init(|| {
        table::VALUES
            .iter()
            .filter_map(|&(kind, regex)| Some((kind, Regex::new(regex).ok()?)))
            .collect()
    });
    patterns
        .iter()
        .find(|(_, regex)| regex.is_match(text))
        .map(|&(kind, _)| kind)
}

/// Finds what each label of an event contains a piece of, to prefilter big string pools; nothing if
/// it cannot be built, and every text has to be looked at.
#[must_use]
pub fn label_prefilter() -> Option<&'static AhoCorasick> {
    static PREFILTER: OnceLock<Option<AhoCorasick>> = OnceLock::new();
    // Other letters than those of ASCII are there in every case that labels have.
    PREFILTER
        .get_or_init(|| {
            AhoCorasick::builder()
                .ascii_case_insensitive(true)
                .build(table::LABEL_NEEDLES)
                .ok()
        })
        .as_ref()
}

/// A name cut into words, each a span of one text, so that an n-gram is a slice of it.
struct Name {
    joined: String,
    starts: [u16; MOST_WORDS],
    count: usize,
}

impl Name {
    fn new(text: &str, digits: bool) -> Self {
        Self::of_folded(normalize(text, digits))
    }

    fn of_folded(joined: String) -> Self {
        let mut starts = [0; MOST_WORDS];
        let mut count = 0;
        let mut at = 0;
        for word in joined.split(' ').filter(|word| !word.is_empty()) {
            if count == MOST_WORDS {
                break;
            }
            starts[count] = at as u16;
            count += 1;
            at += word.len() + 1;
        }
        Self {
            joined,
            starts,
            count,
        }
    }

    fn len(&self) -> usize {
        self.count
    }

    /// Words `start..end` with the spaces between them.
    fn text(&self, start: usize, end: usize) -> &str {
        let from = usize::from(self.starts[start]);
        let to = if end < self.count {
            usize::from(self.starts[end]) - 1
        } else {
            let last = usize::from(self.starts[self.count - 1]);
            self.joined[last..]
                .find(' ')
                .map_or(self.joined.len(), |length| last + length)
        };
        &self.joined[from..to]
    }

    fn word(&self, at: usize) -> &str {
        self.text(at, at + 1)
    }

    fn words(&self, start: usize, end: usize) -> impl Iterator<Item = &str> {
        (start..end).map(|at| self.word(at))
    }

    /// All spans of up to `longest` words.
    fn spans(&self, longest: usize) -> impl Iterator<Item = (usize, usize)> + use<> {
        let count = self.count;
        (0..count).flat_map(move |start| {
            (start + 1..=count.min(start + longest)).map(move |end| (start, end))
        })
    }

    /// The spans whose first word is among `openers`.
    fn spans_from(&self, openers: &[&str], longest: usize) -> impl Iterator<Item = (usize, usize)> {
        let count = self.count;
        (0..count)
            .filter(|&start| contains(openers, self.word(start)))
            .flat_map(move |start| {
                (start + 1..=count.min(start + longest)).map(move |end| (start, end))
            })
    }

    /// What the words around a hit do to it: none, it is taken back; else whether it is weakened.
    fn beside(&self, start: usize, end: usize, kind: ArtifactKind) -> Option<bool> {
        let mut weakened = false;
        let before = if start > 0 {
            [Some(0), Some(start - 1)]
        } else {
            [None; 2]
        };
        let after = if end < self.count {
            [Some(end), Some(self.count - 1)]
        } else {
            [None; 2]
        };
        let sides = before.into_iter().flatten().map(|at| (table::BEFORE, at));
        let sides = sides.chain(after.into_iter().flatten().map(|at| (table::AFTER, at)));
        for (words, at) in sides.chain((0..self.count).map(|at| (table::ANYWHERE, at))) {
            match beside(words, self.word(at), kind) {
                Some(Beside::TakesBack) => return None,
                Some(Beside::Weakens) => weakened = true,
                None => {}
            }
        }
        Some(weakened)
    }

    /// Whether the span is a part of a longer term: that one decides.
    fn covered(&self, start: usize, end: usize) -> bool {
        self.spans(table::LONGEST_TERM).any(|(from, to)| {
            from <= start
                && end <= to
                && to - from > end - start
                && term(self.text(from, to)).is_some()
        })
    }

    /// Whether a negative term shares a word with the span and is not only a part of it.
    fn touched(&self, start: usize, end: usize) -> bool {
        self.spans(table::LONGEST_TERM).any(|(from, to)| {
            from < end
                && start < to
                && (from < start || to > end || (from, to) == (start, end))
                && contains(table::NEGATIVE_TERMS, self.text(from, to))
        })
    }

    /// Whether one of the terms stands anywhere in the name.
    fn has(&self, terms: &[&str]) -> bool {
        let longest = terms
            .iter()
            .map(|term| term.split(' ').count())
            .max()
            .unwrap_or(0);
        self.spans(longest)
            .any(|(start, end)| contains(terms, self.text(start, end)))
    }
}

/// An event found in a name.
struct Event {
    kind: EventKind,
    start: usize,
    end: usize,
}

/// The longest event term in a name; the earlier kind among equals.
fn event(
    name: &Name,
    terms: &[(&str, EventKind, bool)],
    spans: impl Iterator<Item = (usize, usize)>,
) -> Option<Event> {
    let mut best: Option<Event> = None;
    for (start, end) in spans {
        let Ok(at) = terms.binary_search_by(|(term, _, _)| (*term).cmp(name.text(start, end)))
        else {
            continue;
        };
        let (_, kind, whole) = terms[at];
        if whole && (start, end) != (0, name.len()) {
            continue;
        }
        let better = best.as_ref().is_none_or(|best| {
            let (length, best_length) = (end - start, best.end - best.start);
            length > best_length || (length == best_length && kind < best.kind)
        });
        if better {
            best = Some(Event { kind, start, end });
        }
    }
    best
}

/// Whether a table with this name and these columns holds data of the user.
#[must_use]
pub fn is_personal(table: &str, columns: &[String]) -> bool {
    let name: Vec<String> = words(table)
        .take(MOST_WORDS)
        .map(|word| normalize(word, false))
        .collect();
    let any = |set: &[&str]| name.iter().any(|word| contains(set, word));
    let by_columns = || {
        columns
            .iter()
            .any(|column| contains(table::PERSONAL_COLUMNS, &normalize(column, false)))
    };
    !any(table::NOT_PERSONAL) && (any(table::PERSONAL) || by_columns())
}

fn contains(sorted: &[&str], text: &str) -> bool {
    sorted.binary_search(&text).is_ok()
}

fn term(text: &str) -> Option<(Weight, ArtifactKind)> {
    let at = table::TERMS
        .binary_search_by(|(term, _, _)| (*term).cmp(text))
        .ok()?;
    let (_, weight, kind) = table::TERMS[at];
    Some((weight, kind))
}

/// What a word beside a hit does to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Beside {
    TakesBack,
    Weakens,
}

fn beside(
    table: &[(&str, &[ArtifactKind], bool)],
    word: &str,
    kind: ArtifactKind,
) -> Option<Beside> {
    let start = table.partition_point(|(other, _, _)| *other < word);
    let mut found = None;
    for (_, of, weakens) in table[start..]
        .iter()
        .take_while(|(other, _, _)| *other == word)
    {
        if of.is_empty() || of.contains(&kind) {
            if !weakens {
                return Some(Beside::TakesBack);
            }
            found = Some(Beside::Weakens);
        }
    }
    found
}

/// Order of kinds where one name has several: what is worth more comes first.
fn specific(kind: ArtifactKind) -> u8 {
    match kind {
        ArtifactKind::RefreshToken => 0,
        ArtifactKind::IdToken => 1,
        ArtifactKind::AccessToken => 2,
        ArtifactKind::Cookie => 3,
        ArtifactKind::Session => 4,
        ArtifactKind::Password => 5,
        ArtifactKind::Pin => 6,
        ArtifactKind::OauthOther => 7,
        ArtifactKind::ApiKey => 8,
        ArtifactKind::UserData => 9,
    }
}

/// Names in scripts without spaces contain their terms.
fn unspaced(text: &str) -> Option<Hit> {
    let hit = table::UNSPACED_TERMS
        .iter()
        .filter(|(term, _, _)| text.contains(term))
        .max_by_key(|(term, weight, _)| (*weight, term.len()))?;
    Some(Hit {
        kind: hit.2,
        strong: hit.1 == Weight::Strong,
    })
}

fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{e7f}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}')
}

/// One row of the endpoint table, compiled.
struct EndpointPattern {
    kind: EndpointKind,
    verb: Option<&'static str>,
    regex: Regex,
    not: Option<Regex>,
}

fn classify_endpoint(path: &str, verb: impl Fn(&str) -> bool) -> Option<EndpointKind> {
    static PATTERNS: OnceLock<Vec<EndpointPattern>> = OnceLock::new();
    let patterns = PATTERNS.get_or_init(|| {
        let compile = |&(kind, verb, regex, not): &(_, _, &str, Option<&str>)| {
            let not = match not {
                Some(not) => Some(Regex::new(not).ok()?),
                None => None,
            };
            Some(EndpointPattern {
                kind,
                verb,
                regex: Regex::new(regex).ok()?,
                not,
            })
        };
        table::ENDPOINTS.iter().filter_map(compile).collect()
    });
    let is_type = path.starts_with('L') && path.ends_with(';');
    if path.len() > 2048 || is_type || path.contains(char::is_whitespace) {
        return None;
    }
    let rooted;
    let path = if path.starts_with('/') || path.contains("://") {
        path
    } else {
        rooted = format!("/{path}");
        &rooted
    };
    let matched = patterns.iter().find(|pattern| {
        pattern.verb.is_none_or(&verb)
            && pattern.regex.is_match(path)
            && !pattern.not.as_ref().is_some_and(|not| not.is_match(path))
    });
    if let Some(pattern) = matched {
        return Some(pattern.kind);
    }
    // `logoutUser`, `user-logout`, `signOutAllDevices`: a name as a segment.
    let resource = path.split(['?', '#']).next().unwrap_or(path);
    resource
        .split('/')
        .find_map(|segment| match event_identifier(segment) {
            Some(EventKind::Logout | EventKind::ForcedLogout | EventKind::LogoutAllDevices) => {
                Some(EndpointKind::Logout)
            }
            _ => None,
        })
}

#[cfg(test)]
mod tests;
