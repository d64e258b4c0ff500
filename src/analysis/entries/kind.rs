//! What begins at an entry.

use crate::models::Roles;
use crate::models::lexicon::{EndpointKind, EventKind};

/// What the user, the server or the system does to a session where an entry begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntryKind {
    /// The user signs out.
    SignOut,
    /// The app signs the user out: the server refused the session, or a time ran out.
    ForcedSignOut,
    /// The user ends sessions on other devices; this one may stay.
    SignOutElsewhere,
    /// The user signs in.
    Login,
    /// Another account becomes the current one.
    AccountSwitch,
    /// The user deletes the account.
    AccountDeletion,
    /// The user changes a password, a PIN or the like.
    CredentialChange,
    /// The app gets a new access token for the session that it has.
    TokenRefresh,
    /// The app starts.
    Launch,
    /// The app, or a screen of it, comes to the front.
    Foreground,
    /// The app, or a screen of it, leaves the front.
    Background,
    /// The user pays, changes where to be reached, takes data away, or has a secret shown.
    SensitiveAction,
}

impl EntryKind {
    /// For people, a noun.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SignOut => "sign-out",
            Self::ForcedSignOut => "forced sign-out",
            Self::SignOutElsewhere => "sign-out on other devices",
            Self::Login => "login",
            Self::AccountSwitch => "change of account",
            Self::AccountDeletion => "account deletion",
            Self::CredentialChange => "change of a credential",
            Self::TokenRefresh => "token refresh",
            Self::Launch => "app start",
            Self::Foreground => "return to the app",
            Self::Background => "leaving the app",
            Self::SensitiveAction => "sensitive action",
        }
    }

    /// Whether the session on this device has to be over after it.
    #[must_use]
    pub fn is_sign_out(self) -> bool {
        matches!(self, Self::SignOut | Self::ForcedSignOut)
    }

    /// What a name or a label means.
    #[must_use]
    pub fn of_event(event: EventKind) -> Option<Self> {
        Some(match event {
            EventKind::Logout | EventKind::LogoutAmbiguous => Self::SignOut,
            EventKind::ForcedLogout => Self::ForcedSignOut,
            EventKind::LogoutAllDevices => Self::SignOutElsewhere,
            EventKind::Login => Self::Login,
            EventKind::SwitchAccount => Self::AccountSwitch,
            EventKind::AccountDelete => Self::AccountDeletion,
            EventKind::PasswordChange => Self::CredentialChange,
            EventKind::TokenRefresh => Self::TokenRefresh,
            EventKind::SensitiveAction => Self::SensitiveAction,
            EventKind::CredentialClear
            | EventKind::PasswordRecovery
            | EventKind::Registration
            | EventKind::Revoke
            | EventKind::SessionTimeout
            | EventKind::Reauth => return None,
        })
    }

    /// What a request is for, where the path alone says it. A sign-out's request is a part of it,
    /// and a token endpoint is asked by logins too.
    #[must_use]
    pub fn of_endpoint(endpoint: EndpointKind) -> Option<Self> {
        match endpoint {
            EndpointKind::Login => Some(Self::Login),
            EndpointKind::PasswordChange => Some(Self::CredentialChange),
            EndpointKind::AccountDelete => Some(Self::AccountDeletion),
            EndpointKind::Sensitive => Some(Self::SensitiveAction),
            _ => None,
        }
    }

    /// What an SDK's call does, sign-outs left out.
    #[must_use]
    pub fn of_roles(roles: Roles) -> Option<Self> {
        [
            (Roles::ACCOUNT_DELETE, Self::AccountDeletion),
            (Roles::PASSWORD_CHANGE, Self::CredentialChange),
            (Roles::LOGIN, Self::Login),
        ]
        .into_iter()
        .find(|(role, _)| roles.contains(*role))
        .map(|(_, kind)| kind)
    }
}
