//! Credentials that ship in the package: what a constant is, and what its claims say.

use base64::Engine as _;

use crate::finding::Redacted;
use crate::formats::jwt::Jwt;

/// A credential found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Literal {
    /// `jwt`, `bearer`, `basic`, `provider-token`.
    pub form: &'static str,
    /// `live`, `expired`, `public`, `sample`.
    pub state: &'static str,
    /// `none`, `within-an-hour`, `within-a-day`, `longer`, `not-a-token`.
    pub expiry: &'static str,
    /// `refresh`, `service`, `access`, `other`.
    pub usage: &'static str,
    /// For people: "A refresh token (JWT)".
    pub what: String,
    /// Redacted.
    pub value: String,
    /// What the claims say, a sentence fragment.
    pub claims: String,
}

/// One hour: the bearer-token rule of RFC 6750 section 5.3.
const HOUR: i64 = 3600;
/// A day: the ceiling of AAL2 in NIST SP 800-63B-4.
const DAY: i64 = 86_400;

/// The credential in a text, if there is one. `now` is in seconds since 1970.
#[must_use]
pub fn find(text: &str, now: i64) -> Option<Literal> {
    if let Some(range) = crate::formats::jwt::find(text.as_bytes()).next() {
        let token = text.get(range)?;
        if let Some(jwt) = Jwt::decode(token.as_bytes()) {
            return Some(of_jwt(&jwt, token, now));
        }
    }
    provider_token(text).or_else(|| header(text))
}

fn of_jwt(jwt: &Jwt, token: &str, now: i64) -> Literal {
    let role = jwt.role.as_deref().unwrap_or_default().to_ascii_lowercase();
    let scope = jwt.scope.as_deref().unwrap_or_default();
    let usage = if jwt.is_refresh() {
        "refresh"
    } else if role == "service_role" || role == "admin" {
        "service"
    } else if jwt.has_subject
        || !scope.is_empty()
        || jwt
            .token_use
            .as_deref()
            .is_some_and(|kind| kind.contains("access"))
        || role == "authenticated"
    {
        "access"
    } else {
        "other"
    };
    let public = matches!(
        role.as_str(),
        "anon" | "anonymous" | "publishable" | "public"
    ) || scope.contains("publishable");
    let state = if jwt.is_sample {
        "sample"
    } else if public {
        "public"
    } else if jwt.is_expired_at(now) {
        "expired"
    } else {
        "live"
    };
    let expiry = match (jwt.exp, jwt.lifetime()) {
        (None, _) => "none",
        (Some(_), Some(seconds)) => span(seconds),
        // Nobody says when it was issued.
        (Some(_), None) => "not-a-token",
    };
    let name = match usage {
        "refresh" => "A refresh token (JWT)",
        "service" => "A service credential (JWT)",
        "access" => "An access token (JWT)",
        _ => "A signed token (JWT)",
    };
    let mut claims = Vec::new();
    if let Some(alg) = &jwt.alg {
        claims.push(format!("alg {alg}"));
    }
    if let Some(iss) = &jwt.iss {
        claims.push(format!("iss {iss}"));
    }
    if let Some(iat) = jwt.iat {
        claims.push(format!("iat {iat}"));
    }
    claims.push(match (jwt.exp, jwt.lifetime()) {
        (None, _) => "no exp".to_owned(),
        (Some(exp), None) => format!("exp {exp}"),
        (Some(exp), Some(seconds)) => format!("exp {exp}, valid for {}", duration(seconds)),
    });
    if state == "expired" {
        claims.push("expired by now".to_owned());
    }
    if state == "public" {
        claims.push("its role is a public one".to_owned());
    }
    Literal {
        form: "jwt",
        state,
        expiry,
        usage,
        what: name.to_owned(),
        value: Redacted::new("JWT", token).to_string(),
        claims: format!("its claims are {}", claims.join(", ")),
    }
}

/// The class of a lifetime in seconds.
#[must_use]
pub fn span(seconds: i64) -> &'static str {
    if seconds <= HOUR {
        "within-an-hour"
    } else if seconds <= DAY {
        "within-a-day"
    } else {
        "longer"
    }
}

/// A length of time for people.
#[must_use]
pub fn duration(seconds: i64) -> String {
    match seconds {
        ..0 => format!("{seconds} s"),
        0..=7199 => format!("{} min", seconds / 60),
        7200..=172_799 => format!("{} h", seconds / HOUR),
        _ => format!("{} days", seconds / DAY),
    }
}

/// Tokens that providers mark by their form.
fn provider_token(text: &str) -> Option<Literal> {
    const FORMS: [(&str, usize, &str, &str); 6] = [
        ("ya29.", 30, "A Google access token", "access"),
        ("1//0", 30, "A Google refresh token", "refresh"),
        ("EAA", 80, "A Facebook access token", "access"),
        ("xoxb-", 30, "A Slack bot token", "service"),
        ("xoxp-", 30, "A Slack user token", "access"),
        ("sk_live_", 24, "A Stripe secret key", "service"),
    ];
    let (_, _, what, usage) = FORMS.iter().find(|(prefix, length, _, _)| {
        text.starts_with(prefix)
            && text.len() >= *length
            && text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"._-/".contains(&b))
    })?;
    Some(Literal {
        form: "provider-token",
        state: "live",
        expiry: "not-a-token",
        usage,
        what: (*what).to_owned(),
        value: Redacted::new("token", text).to_string(),
        claims: "its form says so".to_owned(),
    })
}

/// `Bearer <token>` and `Basic <base64 of name:password>`.
fn header(text: &str) -> Option<Literal> {
    let (scheme, value) = text.split_once(' ')?;
    let value = value.trim();
    if scheme.eq_ignore_ascii_case("bearer") {
        let token_like = value.len() >= 20
            && value
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"._~+/=-".contains(&b))
            && value.bytes().any(|b| b.is_ascii_digit())
            && value.bytes().any(|b| b.is_ascii_alphabetic());
        return token_like.then(|| Literal {
            form: "bearer",
            state: "live",
            expiry: "not-a-token",
            usage: "access",
            what: "A bearer token".to_owned(),
            value: Redacted::new("token", value).to_string(),
            claims: "it stands in an Authorization header".to_owned(),
        });
    }
    if scheme.eq_ignore_ascii_case("basic") {
        let decoded = base64::engine::general_purpose::STANDARD
            .decode(value)
            .ok()?;
        let pair = std::str::from_utf8(&decoded).ok()?;
        let (name, password) = pair.split_once(':')?;
        let whole =
            !name.is_empty() && !password.is_empty() && pair.chars().all(|c| !c.is_control());
        return whole.then(|| Literal {
            form: "basic",
            state: "live",
            expiry: "not-a-token",
            usage: "service",
            what: "A user name with its password (Basic authentication)".to_owned(),
            value: Redacted::new("header value", value).to_string(),
            claims: "it decodes to a name and a password".to_owned(),
        });
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jwt(claims: &str) -> String {
        let encode = |text: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text);
        format!(
            "{}.{}.c2lnbmF0dXJl",
            encode(r#"{"alg":"HS256","typ":"JWT"}"#),
            encode(claims)
        )
    }

    #[test]
    fn claims_decide() {
        let now = 1_800_000_000;
        let refresh = find(&jwt(r#"{"typ":"Refresh","sub":"u","iat":1790000000}"#), now).unwrap();
        assert_eq!(
            (refresh.usage, refresh.expiry, refresh.state),
            ("refresh", "none", "live")
        );
        let anon = find(
            &jwt(r#"{"role":"anon","iat":1600000000,"exp":1900000000}"#),
            now,
        )
        .unwrap();
        assert_eq!(anon.state, "public");
        let day = find(
            &jwt(r#"{"sub":"u","iat":1799990000,"exp":1800050000}"#),
            now,
        )
        .unwrap();
        assert_eq!((day.usage, day.expiry), ("access", "within-a-day"));
        assert!(!day.value.contains(&jwt("x")[10..]));
    }

    #[test]
    fn headers_need_a_credential() {
        assert_eq!(find("Basic dXNlcjpwYXNz", 0).unwrap().form, "basic");
        assert_eq!(find("Basic authentication failed", 0), None);
        assert_eq!(find("Bearer token expected here please", 0), None);
        assert_eq!(
            find("bearer a1b2c3d4e5f6a7b8c9d0", 0).unwrap().form,
            "bearer"
        );
    }
}
