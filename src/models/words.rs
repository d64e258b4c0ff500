//! Splitting names into words and folding labels, for the build script and the library alike.

/// The words of a name: split at everything that is no letter or digit, between letters and
/// digits, and where camel case begins a word (`accessToken`, `HTTPServer`). Case is kept; scripts
/// without case stay whole.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c: char| !is_part(c));
        if rest.is_empty() {
            return None;
        }
        let (word, tail) = rest.split_at(first_word(rest));
        rest = tail;
        Some(word)
    })
}

/// Letters, digits, and the combining marks of scripts whose vowels are such.
fn is_part(c: char) -> bool {
    c.is_alphanumeric()
        || matches!(c,
            '\u{300}'..='\u{36f}'                       // Latin, Greek, Cyrillic
            | '\u{591}'..='\u{5c7}'                     // Hebrew
            | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' // Arabic
            | '\u{900}'..='\u{dff}'                     // the scripts of India
            | '\u{e31}' | '\u{e34}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}' // Thai
            | '\u{200c}' | '\u{200d}')
}

/// Length in bytes of the word that the text begins with.
fn first_word(text: &str) -> usize {
    let mut chars = text.char_indices().peekable();
    let mut before: Option<char> = None;
    while let Some((at, c)) = chars.next() {
        if !is_part(c) {
            return at;
        }
        if let Some(last) = before {
            let digits = last.is_ascii_digit() != c.is_ascii_digit();
            let hump = last.is_lowercase() && c.is_uppercase();
            let tail = last.is_uppercase()
                && c.is_uppercase()
                && chars.peek().is_some_and(|(_, next)| next.is_lowercase());
            if digits || hump || tail {
                return at;
            }
        }
        before = Some(c);
    }
    text.len()
}

/// The words of a name in the form that terms have: lower case, without the plural's `s`, joined
/// by single spaces. Without `digits`, words of digits are left out (`oauth2_token`).
#[must_use]
pub fn normalize(text: &str, digits: bool) -> String {
    let mut joined = String::with_capacity(text.len() + 8);
    for word in words(text) {
        if !digits && word.as_bytes()[0].is_ascii_digit() {
            continue;
        }
        if !joined.is_empty() {
            joined.push(' ');
        }
        let start = joined.len();
        joined.extend(word.chars().flat_map(char::to_lowercase));
        if is_plural(&joined[start..]) {
            joined.pop();
        }
    }
    joined
}

fn is_plural(word: &str) -> bool {
    let bytes = word.as_bytes();
    bytes.len() > 4
        && bytes.is_ascii()
        && bytes[bytes.len() - 1] == b's'
        && !matches!(bytes[bytes.len() - 2], b's' | b'u' | b'i')
}

/// A label in the form that label terms have: lower case, Latin and Greek letters without their
/// marks, everything that is no letter or digit one space.
#[must_use]
pub fn fold(label: &str) -> String {
    let mut folded = String::with_capacity(label.len());
    let mut gap = false;
    for c in label.chars().flat_map(char::to_lowercase) {
        let c = base(c);
        if matches!(c, '\u{300}'..='\u{36f}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\'' | '\u{2019}')
        {
            continue;
        }
        if is_part(c) {
            if gap && !folded.is_empty() {
                folded.push(' ');
            }
            gap = false;
            folded.push(c);
        } else {
            gap = true;
        }
    }
    folded
}

/// The letter without its mark.
fn base(c: char) -> char {
    match c {
        'à'..='å' | 'ā' | 'ă' | 'ą' | 'ạ'..='ặ' => 'a',
        'ç' | 'ć' | 'č' | 'ĉ' | 'ċ' => 'c',
        'ď' | 'đ' => 'd',
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' | 'ẹ'..='ệ' => 'e',
        'ğ' | 'ģ' | 'ĝ' | 'ġ' => 'g',
        'ì'..='ï' | 'ī' | 'į' | 'ı' | 'ỉ' | 'ị' => 'i',
        'ķ' => 'k',
        'ł' | 'ľ' | 'ĺ' | 'ļ' => 'l',
        'ñ' | 'ń' | 'ň' | 'ņ' => 'n',
        'ò'..='ö' | 'ø' | 'ō' | 'ő' | 'ơ' | 'ọ'..='ợ' => 'o',
        'ŕ' | 'ř' => 'r',
        'ś' | 'š' | 'ş' | 'ș' => 's',
        'ť' | 'ţ' | 'ț' => 't',
        'ù'..='ü' | 'ū' | 'ů' | 'ű' | 'ų' | 'ư' | 'ụ'..='ự' => 'u',
        'ý' | 'ÿ' | 'ỳ'..='ỹ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        'ά' => 'α',
        'έ' => 'ε',
        'ή' => 'η',
        'ί' | 'ϊ' | 'ΐ' => 'ι',
        'ό' => 'ο',
        'ύ' | 'ϋ' | 'ΰ' => 'υ',
        'ώ' => 'ω',
        'ς' => 'σ',
        'ё' => 'е',
        _ => c,
    }
}
