//! Evaluates the rules over the ledger's records.
//!
//! A rule says on which record it runs, what must hold for it to apply, what fails and what leaves
//! it open. It sees nothing but attributes; what they mean is the ledger's business.

use crate::finding::{
    ControlVerdict, Finding, Identity, Maswe, Persona, RuleMeta, Severity, Verdict,
};
use crate::ledger::Record;

include!(concat!(env!("OUT_DIR"), "/rules.rs"));

/// Attribute and the values of which it must have one. All of a list must hold.
type Conditions = &'static [(&'static str, &'static [&'static str])];

/// A rule: what it says about itself, and what it matches.
#[derive(Debug)]
pub struct Rule {
    /// Title, reasons, fixes, mappings.
    pub meta: RuleMeta,
    /// The record that it runs on.
    pub record: &'static str,
    /// Message with `{fact}` for the record's facts.
    pub message: &'static str,
    applies: Conditions,
    fail: Conditions,
    open: Conditions,
    scores: &'static [Adjustment],
}

/// Another score where more or less is at stake.
#[derive(Debug)]
struct Adjustment {
    when: Conditions,
    score: u8,
    persona: Option<Persona>,
}

/// All rules, in catalogue order.
#[must_use]
pub fn all() -> &'static [Rule] {
    RULES
}

/// A rule by its id.
#[must_use]
pub fn by_id(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.meta.id == id)
}

/// What came of evaluating all rules.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Failed controls, most severe first.
    pub findings: Vec<Finding>,
    /// All verdicts, in catalogue order.
    pub controls: Vec<ControlVerdict>,
}

/// Evaluates every rule over the records.
#[must_use]
pub fn evaluate(records: &[Record]) -> Outcome {
    let mut outcome = Outcome::default();
    for rule in RULES {
        let mut applied = false;
        for record in records
            .iter()
            .filter(|record| record.kind == rule.record && holds(rule.applies, record))
        {
            applied = true;
            let verdict = if record.always_open.is_none() && holds(rule.fail, record) {
                Verdict::Fail
            } else if !rule.open.is_empty() && holds(rule.open, record)
                || record.always_open.is_some()
            {
                Verdict::Open
            } else {
                Verdict::Pass
            };
            if verdict == Verdict::Fail {
                outcome.findings.push(finding(rule, record));
            }
            outcome.controls.push(ControlVerdict {
                rule: &rule.meta,
                verdict,
                reason: match verdict {
                    Verdict::Fail => fill(rule.message, record),
                    Verdict::Open => record.always_open.clone().unwrap_or_else(|| {
                        evidence(rule, record)
                            .map_or_else(|| record.fact("open"), |evidence| evidence.open.clone())
                    }),
                    Verdict::Pass | Verdict::NotApplicable => evidence(rule, record)
                        .map_or_else(|| record.fact("met"), |evidence| evidence.met.clone()),
                },
                entry: record.fact("entry"),
                location: Some(record.location.clone()),
            });
        }
        if !applied {
            let open = records
                .iter()
                .find(|record| record.kind == "app")
                .and_then(|record| record.always_open.clone());
            outcome.controls.push(ControlVerdict {
                rule: &rule.meta,
                verdict: if open.is_some() {
                    Verdict::Open
                } else {
                    Verdict::NotApplicable
                },
                reason: open.unwrap_or_else(|| {
                    "nothing in the app is of the kind that this control is about".to_owned()
                }),
                entry: String::new(),
                location: None,
            });
        }
    }
    number(&mut outcome.findings);
    outcome.findings.sort_by(|a, b| order(a).cmp(&order(b)));
    outcome
}

fn order(
    finding: &Finding,
) -> (
    std::cmp::Reverse<Severity>,
    std::cmp::Reverse<crate::finding::Confidence>,
    u16,
    &Identity,
) {
    (
        std::cmp::Reverse(finding.severity()),
        std::cmp::Reverse(finding.confidence),
        finding.rule.control,
        &finding.identity,
    )
}

/// Ordinals tell apart what is otherwise the same, in the order of places.
fn number(findings: &mut [Finding]) {
    findings.sort_by(|a, b| (&a.identity, &a.location).cmp(&(&b.identity, &b.location)));
    for index in 1..findings.len() {
        let (before, after) = findings.split_at_mut(index);
        if let (Some(previous), Some(current)) = (before.last(), after.first_mut()) {
            let same = previous.identity.rule == current.identity.rule
                && previous.identity.subject == current.identity.subject
                && previous.identity.entry == current.identity.entry;
            if same {
                current.identity.ordinal = previous.identity.ordinal + 1;
            }
        }
    }
}

fn holds(conditions: Conditions, record: &Record) -> bool {
    conditions.iter().all(|(attribute, values)| {
        record
            .attribute(attribute)
            .is_some_and(|value| values.contains(&value))
    })
}

/// What the record knows about what the rule asks, where that is not the whole record.
fn evidence<'r>(rule: &Rule, record: &'r Record) -> Option<&'r crate::ledger::Evidence> {
    let asked = rule.open.iter().chain(rule.fail);
    record.evidence_of(asked.map(|(attribute, _)| *attribute))
}

fn finding(rule: &'static Rule, record: &Record) -> Finding {
    let evidence = evidence(rule, record);
    let adjustment = rule
        .scores
        .iter()
        .find(|adjustment| holds(adjustment.when, record));
    let persona = adjustment
        .and_then(|adjustment| adjustment.persona)
        .unwrap_or(rule.meta.persona);
    Finding {
        rule: &rule.meta,
        score: adjustment.map_or(rule.meta.score, |adjustment| adjustment.score),
        confidence: record.confidence,
        // Evidence of grade C is for people who read everything themselves.
        persona: if record.confidence == crate::finding::Confidence::Low {
            Persona::Auditor
        } else {
            persona
        },
        message: fill(rule.message, record),
        location: record.location.clone(),
        identity: Identity {
            rule: rule.meta.id,
            subject: record.subject.clone(),
            entry: record.entry.clone(),
            ordinal: 0,
            weak: record.weak,
        },
        owner: record.owner.clone(),
        flow: evidence
            .map(|evidence| &evidence.flow)
            .filter(|flow| !flow.is_empty())
            .unwrap_or(&record.flow)
            .clone(),
        related: record.related.clone(),
        excerpt: record.excerpt.clone(),
        proof: evidence
            .map(|evidence| evidence.proof.as_slice())
            .into_iter()
            .chain([record.proof.as_slice()])
            .flatten()
            .cloned()
            .collect(),
        facts: record
            .facts
            .iter()
            .filter(|(name, _)| !matches!(**name, "open" | "met"))
            .map(|(name, value)| (*name, value.clone()))
            .collect(),
    }
}

/// Puts facts into a message.
fn fill(message: &str, record: &Record) -> String {
    let mut text = String::with_capacity(message.len() + 64);
    let mut rest = message;
    while let Some(start) = rest.find('{') {
        let (before, after) = rest.split_at(start);
        text.push_str(before);
        match after.find('}') {
            Some(end) => {
                let name = after.get(1..end).unwrap_or_default();
                text.push_str(&record.fact(name));
                rest = after.get(end + 1..).unwrap_or_default();
            }
            None => {
                text.push_str(after);
                rest = "";
            }
        }
    }
    text.push_str(rest);
    text.replace('\n', " ")
}
