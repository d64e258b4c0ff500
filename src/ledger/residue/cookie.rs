//! Cookies that the app makes itself: RFC 6265 section 4.1, `Set-Cookie` as text.

use super::{Call, Finder};
use crate::analysis::values::{Origin, Site, template_of};
use crate::ledger::credential::{Judgement, is_constant, is_session_value};
use crate::models::{ArgRole, Roles, StoreKind};

/// How long a cookie lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Life {
    /// Until the process ends: no `Max-Age`, no `Expires`.
    Session,
    /// Up to the limit.
    Short,
    /// Longer.
    Long,
    /// It is computed.
    Unknown,
}

/// A cookie that the app puts into the web views' store.
#[derive(Debug, Clone)]
pub struct SetCookie {
    /// Where.
    pub site: Site,
    /// What its text says.
    pub text: CookieText,
    /// It carries the session.
    pub session: bool,
    /// Its name says that it is something else: a language, a consent.
    pub other: bool,
    /// It is set to nothing, or to have expired: that removes it.
    pub removes: bool,
    /// How we know, for people.
    pub how: String,
}

/// A cookie, as its text says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CookieText {
    /// Its name; empty where the text does not say.
    pub name: String,
    /// The value is there and empty.
    pub empty: bool,
    /// `Max-Age` in seconds.
    pub max_age: Option<i64>,
    /// The text of `Expires`.
    pub expires: Option<String>,
    /// Only over TLS.
    pub secure: bool,
    /// Not for scripts.
    pub http_only: bool,
    /// It has an attribute that is not constant.
    pub partly: bool,
}

/// 30 days in seconds: the longest session that NIST SP 800-63B-4 section 2.1.3 finds acceptable.
const LONG: i64 = 30 * 24 * 3600;

impl CookieText {
    /// Reads a text in which `{?}` stands for what is not constant.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut parts = text.split(';');
        let mut cookie = Self::default();
        if let Some((name, value)) = parts.next().unwrap_or_default().split_once('=') {
            let name = name.trim();
            if !name.contains("{?}") {
                name.clone_into(&mut cookie.name);
            }
            cookie.empty = value.trim().is_empty() || value.trim() == "\"\"";
        } else {
            // `{?}`: a whole cookie of somebody else's making.
            cookie.partly = true;
        }
        for part in parts {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            let (key, value) = (key.trim().to_ascii_lowercase(), value.trim());
            match key.as_str() {
                "secure" => cookie.secure = true,
                "httponly" => cookie.http_only = true,
                "max-age" => cookie.max_age = Some(value.parse().unwrap_or(-1)),
                "expires" => cookie.expires = Some(value.to_owned()),
                _ => {}
            }
            cookie.partly |= part.contains("{?}");
        }
        cookie
    }

    /// How long it lives, seen from a time in seconds since 1970.
    #[must_use]
    pub fn life(&self, now: i64) -> Life {
        match (self.max_age, &self.expires) {
            (Some(age), _) if age > LONG => Life::Long,
            (Some(age), _) if age >= 0 => Life::Short,
            (Some(_), _) => Life::Unknown,
            (None, Some(date)) => match year(date) {
                // A constant date is the same for every sign-in: by year is fine enough.
                Some(year) if year > this_year(now) => Life::Long,
                Some(_) => Life::Short,
                None => Life::Unknown,
            },
            (None, None) if self.partly => Life::Unknown,
            (None, None) => Life::Session,
        }
    }

    /// Whether setting it removes it: it is empty, or it has expired.
    fn is_removal(&self) -> bool {
        let past = self
            .expires
            .as_deref()
            .and_then(year)
            .is_some_and(|year| year < 2000);
        !self.name.is_empty() && (self.empty || self.max_age == Some(0) || past)
    }
}

/// The four digits of a date that are its year (RFC 6265 section 5.1.1).
fn year(date: &str) -> Option<i64> {
    date.split(|c: char| !c.is_ascii_digit())
        .filter(|digits| digits.len() == 4)
        .find_map(|digits| digits.parse().ok())
}

fn this_year(now: i64) -> i64 {
    1970 + now / 31_556_952
}

impl<'p> Finder<'_, 'p, '_> {
    /// Every cookie that the app puts into the web views' store.
    pub(super) fn set_cookies(&self) -> Vec<SetCookie> {
        let mut found = Vec::new();
        for call in self.calls_of(|model| {
            model.store == Some(StoreKind::WebviewCookies) && model.roles.contains(Roles::STORE)
        }) {
            for origin in self.argument(&call, ArgRole::Value) {
                let cookie = self.set_cookie(&call, &origin);
                if !found
                    .iter()
                    .any(|known: &SetCookie| known.site == cookie.site && known.text == cookie.text)
                {
                    found.push(cookie);
                }
            }
        }
        found
    }

    fn set_cookie(&self, call: &Call, origin: &Origin) -> SetCookie {
        let text = CookieText::parse(&template_of(origin).to_string());
        let removes = text.is_removal();
        let origins = std::slice::from_ref(origin);
        let named = if text.name.is_empty() {
            Judgement::Silent
        } else {
            self.judge
                .name(&text.name, || format!("the cookie is `{}`", text.name))
        };
        let credential = match (named, self.judge.origins(origins)) {
            (Judgement::Is(named), _) if is_session_value(named.kind) => Some(named),
            (_, Judgement::Is(value)) if value.strong && is_session_value(value.kind) => {
                Some(value)
            }
            _ => None,
        };
        let session = credential.is_some() && !removes && !is_constant(origins);
        SetCookie {
            site: call.site,
            other: !session && !text.name.is_empty(),
            text,
            session,
            removes,
            how: credential
                .map(|credential| credential.how)
                .unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_790_000_000;

    #[test]
    fn cookies_say_how_long_they_live() {
        let life = |text: &str| CookieText::parse(text).life(NOW);
        assert_eq!(life("sid={?}"), Life::Session);
        assert_eq!(life("sid={?}; path=/; Secure"), Life::Session);
        assert_eq!(life("sid={?}; Max-Age=3600"), Life::Short);
        assert_eq!(life("sid={?}; max-age=31536000"), Life::Long);
        assert_eq!(
            life("sid={?};Expires=Fri, 31 Dec 9999 23:59:59 GMT"),
            Life::Long
        );
        assert_eq!(life("sid={?}; Max-Age={?}"), Life::Unknown);
        assert_eq!(life("sid={?}; Expires={?}"), Life::Unknown);
        assert_eq!(life("{?}"), Life::Unknown);
    }

    #[test]
    fn attributes_and_names_are_read() {
        let cookie = CookieText::parse("JSESSIONID={?}; Path=/; secure; HttpOnly");
        assert_eq!(cookie.name, "JSESSIONID");
        assert!(cookie.secure && cookie.http_only && !cookie.partly && !cookie.empty);
        assert_eq!(CookieText::parse("{?}={?}").name, "");
        assert_eq!(CookieText::parse("").name, "");
    }

    #[test]
    fn nothing_and_the_past_remove() {
        for text in [
            "sid=",
            "sid=; path=/",
            "sid=x; Max-Age=0",
            "sid=x; expires=Thu, 01 Jan 1970 00:00:00 GMT",
        ] {
            assert!(CookieText::parse(text).is_removal(), "{text}");
        }
        assert!(!CookieText::parse("sid={?}").is_removal());
        assert!(!CookieText::parse("{?}").is_removal());
    }
}
