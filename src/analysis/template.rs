//! Text of which a part may be unknown: key names, store names, URLs, paths.
//!
//! Two templates are the same, disjoint, or may overlap; only *same* (or a clear of the whole
//! store) removes.

use std::fmt;

/// A piece of a template.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Piece {
    /// Known text.
    Literal(String),
    /// Unknown text.
    Hole,
}

/// Literals and holes. Adjacent literals are one; adjacent holes are one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Template(Vec<Piece>);

/// How two templates relate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overlap {
    /// They name the same thing whenever their holes agree.
    Same,
    /// They may name the same thing.
    May,
    /// They never do.
    Disjoint,
}

impl Template {
    /// Known text.
    #[must_use]
    pub fn literal(text: &str) -> Self {
        let mut template = Self::default();
        template.push_literal(text);
        template
    }

    /// Nothing is known.
    #[must_use]
    pub fn hole() -> Self {
        Self(vec![Piece::Hole])
    }

    /// Appends text.
    pub fn push_literal(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if let Some(Piece::Literal(last)) = self.0.last_mut() {
            last.push_str(text);
        } else {
            self.0.push(Piece::Literal(text.to_owned()));
        }
    }

    /// Appends something unknown.
    pub fn push_hole(&mut self) {
        if self.0.last() != Some(&Piece::Hole) {
            self.0.push(Piece::Hole);
        }
    }

    /// Appends another template.
    pub fn append(&mut self, other: &Self) {
        for piece in &other.0 {
            match piece {
                Piece::Literal(text) => self.push_literal(text),
                Piece::Hole => self.push_hole(),
            }
        }
    }

    /// The text, if all of it is known.
    #[must_use]
    pub fn as_literal(&self) -> Option<&str> {
        match self.0.as_slice() {
            [] => Some(""),
            [Piece::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// Whether nothing is known.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.0 == [Piece::Hole]
    }

    /// Its pieces.
    #[must_use]
    pub fn pieces(&self) -> &[Piece] {
        &self.0
    }

    /// How it relates to another.
    #[must_use]
    pub fn overlap(&self, other: &Self) -> Overlap {
        if self == other {
            // Equal holes are taken for the same value: `token_{user}` written and removed.
            return if self.is_unknown() {
                Overlap::May
            } else {
                Overlap::Same
            };
        }
        let may = match (self.as_literal(), other.as_literal()) {
            (Some(_), Some(_)) => false,
            (Some(text), None) => other.could_be(text),
            (None, Some(text)) => self.could_be(text),
            (None, None) => self.ends_compatible(other),
        };
        if may { Overlap::May } else { Overlap::Disjoint }
    }

    /// Whether some text in the holes gives `text`: the known beginning and end are its own, and
    /// the known middles follow one another between them.
    fn could_be(&self, text: &str) -> bool {
        let mut rest = text;
        let mut pieces = self.0.as_slice();
        if let Some((Piece::Literal(start), more)) = pieces.split_first() {
            let Some(after) = rest.strip_prefix(start.as_str()) else {
                return false;
            };
            (rest, pieces) = (after, more);
        }
        if let Some((Piece::Literal(end), more)) = pieces.split_last() {
            let Some(before) = rest.strip_suffix(end.as_str()) else {
                return false;
            };
            (rest, pieces) = (before, more);
        }
        pieces.iter().all(|piece| match piece {
            Piece::Hole => true,
            Piece::Literal(middle) => match rest.find(middle.as_str()) {
                Some(at) => {
                    rest = rest.get(at + middle.len()..).unwrap_or_default();
                    true
                }
                None => false,
            },
        })
    }

    /// Whether known beginnings and known ends fit together.
    fn ends_compatible(&self, other: &Self) -> bool {
        let prefix_fits = match (self.0.first(), other.0.first()) {
            (Some(Piece::Literal(a)), Some(Piece::Literal(b))) => {
                a.starts_with(b.as_str()) || b.starts_with(a.as_str())
            }
            _ => true,
        };
        let suffix_fits = match (self.0.last(), other.0.last()) {
            (Some(Piece::Literal(a)), Some(Piece::Literal(b))) => {
                a.ends_with(b.as_str()) || b.ends_with(a.as_str())
            }
            _ => true,
        };
        prefix_fits && suffix_fits
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for piece in &self.0 {
            match piece {
                Piece::Literal(text) => f.write_str(text)?,
                Piece::Hole => f.write_str("{?}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(text: &str) -> Template {
        let mut template = Template::default();
        for (index, part) in text.split("{?}").enumerate() {
            if index > 0 {
                template.push_hole();
            }
            template.push_literal(part);
        }
        template
    }

    #[test]
    fn overlap_is_three_valued() {
        for (a, b, expected) in [
            ("token", "token", Overlap::Same),
            ("token", "refresh", Overlap::Disjoint),
            ("token_{?}", "token_{?}", Overlap::Same),
            ("token_{?}", "token_1", Overlap::May),
            ("token_{?}", "user_{?}", Overlap::Disjoint),
            ("{?}_token", "a_token", Overlap::May),
            ("{?}", "token", Overlap::May),
            ("{?}", "{?}", Overlap::May),
        ] {
            assert_eq!(template(a).overlap(&template(b)), expected, "{a} {b}");
        }
    }
}
