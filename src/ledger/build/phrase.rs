//! Words that several records say the same way.

use super::Stored;
use crate::analysis::template::Template;
use crate::ledger::store::{StoreId, family};
use crate::models::{ArtifactKind, StoreKind};

pub(super) fn yes_no(value: bool) -> &'static str {
    if value { "yes" } else { "no" }
}

pub(super) fn artifact_phrase(kind: ArtifactKind) -> &'static str {
    match kind {
        ArtifactKind::AccessToken => "An access token",
        ArtifactKind::RefreshToken => "A refresh token",
        ArtifactKind::IdToken => "An ID token",
        ArtifactKind::Session => "A session value",
        ArtifactKind::Cookie => "A session cookie",
        ArtifactKind::Password => "The user's password",
        ArtifactKind::Pin => "The user's PIN",
        _ => "A credential",
    }
}

pub(super) fn article(noun: &str) -> String {
    let noun = noun.replace('-', " ");
    if noun.starts_with(['a', 'e', 'i', 'o', 'u']) {
        format!("an {noun}")
    } else {
        format!("a {noun}")
    }
}

pub(super) fn store_phrase(id: &StoreId) -> String {
    let kind = match family(id.kind) {
        StoreKind::Sharedprefs => "preferences",
        StoreKind::Datastore => "the DataStore",
        StoreKind::Sqlite => "the table",
        StoreKind::File => "the file",
        StoreKind::ExternalShared | StoreKind::ExternalApp | StoreKind::ExternalCache => {
            "the file on shared storage"
        }
        StoreKind::Accountmanager => "the system's account store",
        other => other.name(),
    };
    if id.name.is_unknown() || id.name == Template::default() {
        match family(id.kind) {
            StoreKind::Sharedprefs => "a preferences file".to_owned(),
            StoreKind::Sqlite => "a database".to_owned(),
            StoreKind::File => "a file".to_owned(),
            _ => kind.to_owned(),
        }
    } else {
        format!("{kind} {}", id.name)
    }
}

pub(super) fn stored_phrase(stored: &Stored<'_>) -> String {
    let kind = stored
        .first()
        .map_or("value", |write| write.credential.kind.name())
        .replace('-', " ");
    match &stored.id.key {
        Some(key) if !key.is_unknown() => {
            format!("the {kind} `{key}` in {}", store_phrase(&stored.id))
        }
        _ => format!("the {kind} in {}", store_phrase(&stored.id)),
    }
}

pub(super) fn list(names: &[String]) -> String {
    match names {
        [] => "nothing".to_owned(),
        [only] => only.clone(),
        [first, second] => format!("{first} and {second}"),
        [first, second, rest @ ..] => format!("{first}, {second} and {} more", rest.len()),
    }
}
