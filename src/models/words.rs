//! Splitting names into words, for the build script and the library alike.

/// The words of a name: split at everything that is no letter or digit, between letters and
/// digits, and where camel case begins a word (`accessToken`, `OAUTHToken`). Case is kept; scripts
/// without case stay whole.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c: char| !c.is_alphanumeric() && !is_mark(c));
        if rest.is_empty() {
            return None;
        }
        let (word, tail) = rest.split_at(first_word(rest));
        rest = tail;
        Some(word)
    })
}

/// Combining marks belong to the letter before (Devanagari, Arabic, Thai vowels).
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{5b0}'..='\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}'
        | '\u{900}'..='\u{903}' | '\u{93a}'..='\u{94f}' | '\u{981}'..='\u{983}' | '\u{9bc}'..='\u{9cd}'
        | '\u{b82}' | '\u{bbe}'..='\u{bcd}' | '\u{e31}' | '\u{e34}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}' | '\u{200c}' | '\u{200d}')
}

/// Length in bytes of the word that the text begins with.
fn first_word(text: &str) -> usize {
    let mut chars = text.char_indices().peekable();
    let mut before: Option<char> = None;
    while let Some((at, c)) = chars.next() {
        if !c.is_alphanumeric() && !is_mark(c) {
            return at;
        }
        if let Some(last) = before {
            let next_is_lower = chars.peek().is_some_and(|(_, next)| next.is_lowercase());
            let boundary = last.is_numeric() != c.is_numeric() && !is_mark(c)
                || last.is_lowercase() && c.is_uppercase()
                || last.is_uppercase() && c.is_uppercase() && next_is_lower;
            if boundary {
                return at;
            }
        }
        before = Some(c);
    }
    text.len()
}

/// The words of a name in the form that terms have: lower case, without the plural's `s`, joined
/// by single spaces.
#[must_use]
pub fn normalize(text: &str) -> String {
    let mut joined = String::with_capacity(text.len() + 8);
    for word in words(text) {
        if !joined.is_empty() {
            joined.push(' ');
        }
        let start = joined.len();
        joined.extend(word.chars().flat_map(char::to_lowercase));
        let lower = &joined[start..];
        let plural = lower.len() > 4
            && lower.is_ascii()
            && lower.ends_with('s')
            && !matches!(lower.as_bytes()[lower.len() - 2], b's' | b'u' | b'i');
        if plural {
            joined.pop();
        }
    }
    joined
}
