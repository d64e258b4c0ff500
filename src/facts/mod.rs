//! Typed settings, each with the place where it stands, out of manifests, rules and
//! configurations. Facts say what is written, and what a platform makes of it; whether that is
//! wrong, they do not say.

pub mod backup;
pub mod literal;
pub mod manifest;
pub mod ui;

use crate::finding::Location;

/// A value and where it stands. Of a setting that is absent, the element that lacks it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting<T> {
    /// The value.
    pub value: T,
    /// Where it is written, or where it would be.
    pub location: Location,
}

/// A boolean setting as a build has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Flag {
    /// Not written: the platform's default holds.
    #[default]
    Absent,
    /// Written, or resolved, as true.
    True,
    /// Written, or resolved, as false.
    False,
    /// A resource that is true in one device configuration and false in another.
    Varies,
    /// Written as something that could not be resolved.
    Unresolved,
}

impl Flag {
    /// The truth of it, where it is decided; `default` is what the platform takes it for if absent.
    #[must_use]
    pub fn or(self, default: bool) -> Option<bool> {
        match self {
            Self::Absent => Some(default),
            Self::True => Some(true),
            Self::False => Some(false),
            Self::Varies | Self::Unresolved => None,
        }
    }
}

impl From<bool> for Flag {
    fn from(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }
}
