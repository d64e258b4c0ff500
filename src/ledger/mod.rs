//! The session ledger: artifacts x stores x lifecycle events x entries, each with evidence.
//!
//! The heart of the product and the only thing that rules see: they see it as [`Record`]s, flat
//! attributes of a fixed vocabulary, with the place, the story and the proof ready for a report.

pub mod build;
pub mod credential;
pub mod event;
pub mod exit;
mod hole;
pub mod locate;
pub mod order;
pub mod outage;
pub mod record;
pub mod residue;
pub mod sequence;
pub mod sql;
pub mod store;
pub mod telling;
#[cfg(test)]
mod tests;
pub mod vocabulary;

use std::collections::BTreeMap;

use crate::finding::{Confidence, Location, Owner, Step};

/// One line of the ledger, as rules see it.
#[derive(Debug, Clone)]
pub struct Record {
    /// Which record of the vocabulary.
    pub kind: &'static str,
    /// Attribute and value, as the vocabulary has them.
    pub attributes: Vec<(&'static str, &'static str)>,
    /// Texts for messages: `store-name`, `key`, `evidence` … `open` and `met` are the reasons of
    /// those verdicts.
    pub facts: BTreeMap<&'static str, String>,
    /// The one place to fix.
    pub location: Location,
    /// Canonical `StoreId` or `EndpointId`.
    pub subject: String,
    /// Canonical `EntryId`.
    pub entry: String,
    /// No canonical id survived.
    pub weak: bool,
    /// How well we know.
    pub confidence: Confidence,
    /// Whose code.
    pub owner: Owner,
    /// How we know.
    pub flow: Vec<Step>,
    /// Further places.
    pub related: Vec<Step>,
    /// Pseudo-code.
    pub excerpt: Option<String>,
    /// Proof of an absence.
    pub proof: Vec<String>,
    /// What is known about one attribute alone, where a record answers several questions.
    pub evidence: BTreeMap<&'static str, Evidence>,
    /// Why no rule can decide on this record: the reason of the open verdict.
    pub always_open: Option<String>,
}

/// What stands behind one attribute of a record.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    /// The reason of an open verdict.
    pub open: String,
    /// The reason of a pass.
    pub met: String,
    /// Proof of an absence.
    pub proof: Vec<String>,
    /// How we know; the record's own steps where it is empty.
    pub flow: Vec<Step>,
}

impl Record {
    /// A record with nothing but its kind and place.
    #[must_use]
    pub fn new(kind: &'static str, location: Location, confidence: Confidence) -> Self {
        Self {
            kind,
            attributes: Vec::new(),
            facts: BTreeMap::new(),
            location,
            subject: String::new(),
            entry: String::new(),
            weak: false,
            confidence,
            owner: Owner::FirstParty,
            flow: Vec::new(),
            related: Vec::new(),
            excerpt: None,
            proof: Vec::new(),
            evidence: BTreeMap::new(),
            always_open: None,
        }
    }

    /// Value of an attribute.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&'static str> {
        self.attributes
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| *value)
    }

    /// Sets an attribute.
    pub fn set(&mut self, name: &'static str, value: &'static str) {
        debug_assert!(
            vocabulary::attributes(self.kind).is_some_and(|all| all
                .iter()
                .any(|(known, values)| *known == name && values.contains(&value))),
            "record {} has no {name} = {value}",
            self.kind
        );
        self.attributes.push((name, value));
    }

    /// What is known about the first of some attributes that has evidence of its own.
    #[must_use]
    pub fn evidence_of(&self, mut names: impl Iterator<Item = &'static str>) -> Option<&Evidence> {
        names.find_map(|name| self.evidence.get(name))
    }

    /// A text for messages; empty when there is none.
    #[must_use]
    pub fn fact(&self, name: &str) -> String {
        self.facts.get(name).cloned().unwrap_or_default()
    }
}
