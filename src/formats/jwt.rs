//! JSON web tokens (RFC 7519, compact form of RFC 7515) in text or in bytes: finding and decoding.
//!
//! Keeps the claims that say what a token is and how long it lives, and of the subject only that
//! there is one. Signatures are neither kept nor verified.

use std::ops::Range;

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use memchr::memmem;
use serde_json::{Map, Value};

/// Longest part that is decoded, in characters. Real ones are under four thousand.
const MAX_PART: usize = 64 * 1024;
/// Longest claim that is kept, in characters.
const MAX_CLAIM: usize = 512;

/// Base64url without padding, as every issuer writes it; the last character's spare bits are not
/// held against a token.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// What a token says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Jwt {
    /// `alg` of the header.
    pub alg: Option<String>,
    /// `typ` of the header: `JWT`, `at+jwt`, `dpop+jwt`.
    pub typ: Option<String>,
    /// `iss`: who issued it.
    pub iss: Option<String>,
    /// `role`, or the first of `roles`: `anon`, `service_role`, `authenticated`.
    pub role: Option<String>,
    /// `scope` or `scp`, words separated by spaces.
    pub scope: Option<String>,
    /// What it is used for, where a claim says so: `token_use`, `typ`, `token_type`, `type`.
    pub token_use: Option<String>,
    /// Whether there is a `sub`.
    pub has_subject: bool,
    /// Whether there is an `aud`.
    pub has_audience: bool,
    /// Whether there is a `jti`, by which a server could revoke it.
    pub has_id: bool,
    /// Whether it is bound to a key of the client's (`cnf`, RFC 7800).
    pub is_bound: bool,
    /// `iat`: issued, in seconds since 1970.
    pub iat: Option<i64>,
    /// `nbf`: not valid before.
    pub nbf: Option<i64>,
    /// `exp`: expires.
    pub exp: Option<i64>,
    /// The token that documentation shows: subject 1234567890, issued 1516239022.
    pub is_sample: bool,
}

impl Jwt {
    /// Decodes a token; nothing if it is none.
    #[must_use]
    pub fn decode(token: &[u8]) -> Option<Self> {
        let mut parts = token.splitn(3, |byte| *byte == b'.');
        let header = object(parts.next()?)?;
        let claims = object(parts.next()?)?;
        parts.next()?;
        let text = |map: &Map<String, Value>, name: &str| -> Option<String> {
            match map.get(name)? {
                Value::String(text) => Some(text.chars().take(MAX_CLAIM).collect()),
                Value::Array(list) => {
                    let words: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
                    let text: String = words.join(" ").chars().take(MAX_CLAIM).collect();
                    (!text.is_empty()).then_some(text)
                }
                _ => None,
            }
        };
        let word = |name: &str| {
            text(&claims, name).map(|text| match text.split_once(' ') {
                Some((first, _)) => first.to_owned(),
                None => text,
            })
        };
        let iat = seconds(&claims, "iat");
        let subject = claims.get("sub");
        Some(Self {
            alg: text(&header, "alg"),
            typ: text(&header, "typ"),
            iss: text(&claims, "iss"),
            role: word("role").or_else(|| word("roles")),
            scope: text(&claims, "scope").or_else(|| text(&claims, "scp")),
            token_use: ["token_use", "typ", "token_type", "type"]
                .iter()
                .find_map(|name| text(&claims, name)),
            has_subject: subject.is_some(),
            has_audience: claims.contains_key("aud"),
            has_id: claims.contains_key("jti"),
            is_bound: claims.contains_key("cnf"),
            is_sample: iat == Some(1_516_239_022)
                && subject.and_then(Value::as_str) == Some("1234567890"),
            iat,
            nbf: seconds(&claims, "nbf"),
            exp: seconds(&claims, "exp"),
        })
    }

    /// For how long it is valid, in seconds, from its issue or else from `nbf`. A token without
    /// one of the ends has no lifetime that can be told.
    #[must_use]
    pub fn lifetime(&self) -> Option<i64> {
        self.exp?.checked_sub(self.iat.or(self.nbf)?)
    }

    /// Whether it is over at a time, in seconds since 1970.
    #[must_use]
    pub fn is_expired_at(&self, now: i64) -> bool {
        self.exp.is_some_and(|exp| exp <= now)
    }

    /// Whether a claim says that it is a refresh token (Keycloak writes `Refresh` and `Offline`).
    #[must_use]
    pub fn is_refresh(&self) -> bool {
        self.token_use.as_ref().is_some_and(|text| {
            let text = text.to_ascii_lowercase();
            text.contains("refresh") || text == "offline"
        })
    }
}

/// Where tokens stand: `eyJ….eyJ….…`, both parts the beginning of a JSON object.
///
/// Scans at the speed of a substring search and looks at no byte more than a few times.
pub fn find(data: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let finder = memmem::Finder::new(b"eyJ");
    let mut from = 0;
    std::iter::from_fn(move || {
        while let Some(at) = finder.find(data.get(from..)?) {
            let start = from + at;
            let first = run(data, start);
            from = first;
            if first - start < 11 || data.get(first) != Some(&b'.') {
                continue;
            }
            let second_start = first + 1;
            if data.get(second_start..second_start + 3) != Some(b"eyJ") {
                continue;
            }
            let second = run(data, second_start);
            if second - second_start < 11 || data.get(second) != Some(&b'.') {
                continue;
            }
            from = run(data, second + 1);
            return Some(start..from);
        }
        None
    })
}

/// The end of the run of base64url characters from `start`.
fn run(data: &[u8], start: usize) -> usize {
    let rest = data.get(start..).unwrap_or_default();
    start
        + rest
            .iter()
            .position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')))
            .unwrap_or(rest.len())
}

fn object(part: &[u8]) -> Option<Map<String, Value>> {
    if part.len() > MAX_PART {
        return None;
    }
    let json = BASE64.decode(part).ok()?;
    // serde_json stops at a depth of 128.
    match serde_json::from_slice(&json).ok()? {
        Value::Object(map) => Some(map),
        _ => None,
    }
}

/// A time; issuers write whole numbers, numbers with a point, and numbers in quotes.
fn seconds(claims: &Map<String, Value>, name: &str) -> Option<i64> {
    match claims.get(name)? {
        Value::Number(number) => number.as_i64().or_else(|| {
            let float = number.as_f64()?;
            // Beyond this it is no time, and the cast would only saturate.
            (float.abs() < 1e15).then_some(float as i64)
        }),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(header: &str, claims: &str) -> String {
        format!("{}.{}.c2ln", BASE64.encode(header), BASE64.encode(claims)).replace('=', "")
    }

    #[test]
    fn claims_and_lifetime() {
        let text = token(
            r#"{"alg":"HS256","typ":"JWT"}"#,
            r#"{"iss":"supabase","role":"anon","iat":1700000000,"exp":2015576000.5,"sub":"x"}"#,
        );
        let jwt = Jwt::decode(text.as_bytes()).unwrap();
        assert_eq!(jwt.alg.as_deref(), Some("HS256"));
        assert_eq!(jwt.role.as_deref(), Some("anon"));
        assert_eq!(jwt.lifetime(), Some(315_576_000));
        assert!(jwt.has_subject && !jwt.is_refresh() && !jwt.is_sample);
        assert!(!format!("{jwt:?}").contains("c2ln"));
        let keycloak = token(
            r#"{"alg":"RS256"}"#,
            r#"{"typ":"Refresh","nbf":"10","exp":70,"scope":["a","b"],"roles":["x","y"]}"#,
        );
        let jwt = Jwt::decode(keycloak.as_bytes()).unwrap();
        assert!(jwt.is_refresh() && jwt.is_expired_at(70));
        assert_eq!(jwt.lifetime(), Some(60));
        assert_eq!(jwt.scope.as_deref(), Some("a b"));
        assert_eq!(jwt.role.as_deref(), Some("x"));
        let endless = token(r#"{"alg":"none"}"#, r#"{"exp":1e300,"iat":-5}"#);
        assert_eq!(Jwt::decode(endless.as_bytes()).unwrap().lifetime(), None);
    }

    #[test]
    fn finding() {
        let sample = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c";
        let unsigned = "eyJhbGciOiJub25lIn0.eyJhIjoxMjM0NTY3fQ.";
        let text = format!("eyJ.eyJ.x Bearer {sample}\0eyJshort.eyJshort. x{unsigned}\"");
        let found: Vec<&str> = find(text.as_bytes()).map(|at| &text[at]).collect();
        assert_eq!(found, [sample, unsigned]);
        assert!(Jwt::decode(sample.as_bytes()).unwrap().is_sample);
        assert!(Jwt::decode(unsigned.as_bytes()).is_some());
        assert_eq!(Jwt::decode(b"eyJhbGciOi.eyJhbGciOi.x"), None);
        assert_eq!(find(b"").count(), 0);
    }

    #[test]
    fn long_runs_cost_no_more_than_their_length() {
        let data = "eyJ".repeat(1_000_000);
        assert_eq!(find(data.as_bytes()).count(), 0);
        let data = "eyJaaaaaaaa.".repeat(300_000);
        assert!(find(data.as_bytes()).count() >= 100_000);
        let deep = format!("{}1{}", r#"{"a":"#.repeat(500), "}".repeat(500));
        let deep = token(&deep, &deep);
        assert_eq!(Jwt::decode(deep.as_bytes()), None);
    }
}
