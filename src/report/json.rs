//! The whole report as JSON, in a versioned form: `signoff-report/1`.
//!
//! For programs: everything that a [`Report`] holds except times, in an order that does not
//! change. `schemas/report.schema.json` is generated from these types. Fields may be added within
//! a version; none changes its meaning or goes. Texts are made harmless as in every report, so
//! that printing a value cannot drive a terminal; a finding's `fingerprint` is its key, not its
//! text.

mod ledger;

use std::collections::BTreeMap;

use serde::Serialize;

use super::sanitize::{block, plain};
use super::taxonomy::{
    CWE_VERSION, MASVS_VERSION, MASWE_VERSION, TOOL, VERSION, cwe_id, masvs_id, maswe_number,
};
use super::{Report, Target};
use crate::coverage;
use crate::finding::{self, ControlVerdict, Owner, Persona, RuleMeta};
use crate::ledger::record;

pub use ledger::{LEDGER_JSON_SCHEMA, LEDGER_SCHEMA, render_ledger};

/// The schema that the output satisfies.
pub const SCHEMA: &str = "signoff-report/1";

/// The JSON Schema of the output, as published in `schemas/report.schema.json`.
pub const JSON_SCHEMA: &str = include_str!("../../schemas/report.schema.json");

/// What the caller decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JsonOptions {
    /// Findings up to this persona are written.
    pub persona: Persona,
}

impl Default for JsonOptions {
    fn default() -> Self {
        Self {
            persona: Persona::Pedantic,
        }
    }
}

/// Writes a report as JSON.
///
/// # Errors
///
/// Only what [`serde_json`] reports; the structures written here give it no cause.
pub fn render(report: &Report, options: &JsonOptions) -> serde_json::Result<String> {
    let mut text = serde_json::to_string_pretty(&document(report, *options))?;
    text.push('\n');
    Ok(text)
}

/// A scan's report.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Document {
    /// Always `signoff-report/1`.
    schema: &'static str,
    tool: Tool,
    target: TargetRecord,
    /// The time limit ended the scan: absence verdicts are open.
    incomplete: bool,
    /// Whether the app holds a session at all.
    session_seen: bool,
    /// What holds logic and was not read.
    not_read: Vec<String>,
    /// Failed controls: by band, measured precision, own code before libraries, identity.
    findings: Vec<Finding>,
    /// Findings of personas that were not asked for.
    findings_hidden: usize,
    /// Every control's verdict, in catalogue order.
    controls: Vec<Control>,
    ledger: Ledger,
    coverage: Coverage,
    diagnostics: Vec<Diagnostic>,
    /// All rules that took part.
    rules: Vec<Rule>,
    taxonomies: Taxonomies,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Tool {
    name: &'static str,
    version: &'static str,
}

/// What was scanned.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct TargetRecord {
    /// The path as the user gave it.
    path: String,
    /// `android` or `ios`.
    platform: String,
    /// Application id or bundle id; empty when the input names none.
    application: String,
    /// Version name; empty when the input names none.
    version: String,
    /// `APK`, `AAB`, `split set`, `DEX` …
    kind: String,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Finding {
    /// Id of the rule that it breaks.
    rule: &'static str,
    /// Number of the control in the catalogue.
    control: u16,
    /// First sentence of the message.
    title: String,
    message: String,
    severity: Severity,
    /// Score behind the band, 0 to 10.
    score: f32,
    confidence: Confidence,
    /// Evidence grade: A, B or C.
    grade: char,
    persona: PersonaName,
    owner: OwnerRecord,
    /// The one place to fix.
    location: Location,
    identity: Identity,
    /// How we know, in order.
    flow: Vec<Step>,
    /// Further places.
    related: Vec<Step>,
    /// The proof of an absence.
    proof: Vec<String>,
    /// Readable pseudo-code around the place.
    excerpt: Option<String>,
    /// How to fix it on this platform, Markdown.
    fix: &'static str,
    /// Typed details: artifact, store, key, entry.
    facts: BTreeMap<&'static str, String>,
    mappings: Mappings,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
enum Severity {
    Low,
    Medium,
    High,
    Critical,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
enum Confidence {
    Low,
    Medium,
    High,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
enum PersonaName {
    Regular,
    Pedantic,
    Auditor,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
enum Verdict {
    Fail,
    Open,
    Pass,
    NotApplicable,
}

/// Whose code it is.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
enum OwnerRecord {
    FirstParty,
    Library {
        name: String,
        /// What the app can do about it.
        advice: &'static str,
    },
}

/// A place in the scanned input.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Location {
    /// The part of the target: `classes2.dex`, `split_config.de.apk!classes.dex`.
    part: String,
    class: Option<String>,
    method: Option<String>,
    /// Byte offset in the part.
    offset: Option<u64>,
    source_file: Option<String>,
    /// One-based line in the source file, or in the text form of the part.
    line: Option<u32>,
}

/// What a finding is, over builds.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Identity {
    /// The text of `signoff/v1`.
    text: String,
    /// Its hash, 16 hexadecimal digits: the key of baselines and of `signoff explain`.
    fingerprint: String,
    /// Canonical store or endpoint, else empty.
    subject: String,
    /// Canonical entry, else empty.
    entry: String,
    ordinal: u32,
    /// Nothing canonical survived; outside the promise that a fingerprint stays.
    weak: bool,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Step {
    location: Location,
    message: String,
}

/// Standards that a rule maps to.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Mappings {
    masvs: Vec<String>,
    maswe: Vec<Maswe>,
    cwe: Vec<String>,
    standards: Vec<Standard>,
}

/// A MASWE weakness. Its alias is the key; the numbers moved.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Maswe {
    alias: &'static str,
    /// Number in the numbering of `taxonomyVersion`.
    current: String,
    /// Numbers of the beta.
    beta: Vec<String>,
    taxonomy_version: &'static str,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Standard {
    scheme: &'static str,
    id: &'static str,
}

/// How one control ended, for the whole app or for one entry.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Control {
    rule: &'static str,
    control: u16,
    verdict: Verdict,
    reason: String,
    /// The entry that it is about, else empty.
    entry: String,
    location: Option<Location>,
}

/// What the app does to its session: artifacts x stores x exits.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Ledger {
    stored: Vec<StoredArtifact>,
    exits: Vec<Exit>,
    endpoints: Vec<Endpoint>,
    /// Other requests that read something, those of the user's own data first.
    resources: Vec<String>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct StoredArtifact {
    artifact: String,
    evidence: String,
    confidence: Confidence,
    store: String,
    /// Canonical `StoreId`: `kind:name:key-template`.
    id: String,
    name: String,
    key: String,
    protection: String,
    backup: String,
    writes: Vec<Location>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Exit {
    name: String,
    /// Canonical `EntryId`.
    id: String,
    evidence: String,
    confidence: Confidence,
    location: Location,
    server: Server,
    /// One per row of `stored`, in its order.
    removals: Vec<Removal>,
    /// Why each is not cleared, in the same order.
    reasons: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
enum Removal {
    Cleared,
    Kept,
    Open,
}

/// What an exit tells the server.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case", tag = "effect")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
enum Server {
    /// A request or SDK call ends the session: which.
    Told { what: String },
    /// A sign-out call that is local by design is the whole of it: which.
    LocalOnly { what: String },
    /// Proven to be none.
    None,
    /// Not decidable: why.
    Open { what: String },
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Endpoint {
    request: String,
    purpose: String,
}

/// How much was read, lifted and skipped.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Coverage {
    input_bytes: u64,
    entries: u64,
    entries_read: u64,
    code_bytes: u64,
    units: u64,
    classes: u64,
    functions: u64,
    first_party_functions: u64,
    instructions: u64,
    lifted: u64,
    /// Lifted functions that are not whole, by reason.
    partial: Vec<Partial>,
    unresolved_calls: u64,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Partial {
    reason: String,
    functions: u64,
}

/// Something about the input that is no finding.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Diagnostic {
    kind: &'static str,
    part: String,
    message: String,
    /// Whether something was left unread because of it.
    loses_input: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Rule {
    id: &'static str,
    control: u16,
    title: &'static str,
    /// Usual band.
    severity: Severity,
    /// Usual score, 0 to 10.
    score: f32,
    persona: PersonaName,
    /// Measured on the answer keys, in percent; none with fewer than five labelled cases.
    precision: Option<u8>,
    why: &'static str,
    /// How to fix it, by platform, Markdown.
    fix: BTreeMap<&'static str, &'static str>,
    cannot_see: &'static str,
    mappings: Mappings,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Taxonomies {
    masvs: Taxonomy,
    maswe: Taxonomy,
    cwe: Taxonomy,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Taxonomy {
    version: &'static str,
}

fn document(report: &Report, options: JsonOptions) -> Document {
    let findings = report.findings_for(options.persona);
    let platform = &report.target.platform;
    Document {
        schema: SCHEMA,
        tool: Tool {
            name: TOOL,
            version: VERSION,
        },
        target: target(&report.target),
        incomplete: report.incomplete,
        session_seen: report.session_seen,
        not_read: report.not_read.iter().map(|what| plain(what)).collect(),
        findings_hidden: report.findings.len() - findings.len(),
        findings: findings.iter().map(|f| finding(f, platform)).collect(),
        controls: report.controls.iter().map(control).collect(),
        ledger: ledger_record(&report.ledger),
        coverage: coverage(&report.coverage),
        diagnostics: report.diagnostics.iter().map(diagnostic).collect(),
        rules: report.rules.iter().map(|meta| rule(meta)).collect(),
        taxonomies: Taxonomies {
            masvs: Taxonomy {
                version: MASVS_VERSION,
            },
            maswe: Taxonomy {
                version: MASWE_VERSION,
            },
            cwe: Taxonomy {
                version: CWE_VERSION,
            },
        },
    }
}

fn target(target: &Target) -> TargetRecord {
    TargetRecord {
        path: plain(&target.path),
        platform: plain(&target.platform),
        application: plain(&target.application),
        version: plain(&target.version),
        kind: plain(&target.kind),
    }
}

fn finding(finding: &finding::Finding, platform: &str) -> Finding {
    Finding {
        rule: finding.rule.id,
        control: finding.rule.control,
        title: plain(finding.title()),
        message: plain(&finding.message),
        severity: severity(finding.severity()),
        score: score(finding.score),
        confidence: confidence(finding.confidence),
        grade: finding.confidence.grade(),
        persona: persona(finding.persona),
        owner: match &finding.owner {
            Owner::FirstParty => OwnerRecord::FirstParty,
            Owner::Library(name) => OwnerRecord::Library {
                name: plain(name),
                advice: finding.owner.advice().unwrap_or_default(),
            },
        },
        location: location(&finding.location),
        identity: Identity {
            text: plain(&finding.identity.text()),
            fingerprint: finding.identity.fingerprint(),
            subject: plain(&finding.identity.subject),
            entry: plain(&finding.identity.entry),
            ordinal: finding.identity.ordinal,
            weak: finding.identity.weak,
        },
        flow: finding.flow.iter().map(step).collect(),
        related: finding.related.iter().map(step).collect(),
        proof: finding.proof.iter().map(|line| plain(line)).collect(),
        excerpt: finding
            .excerpt
            .as_deref()
            .map(|text| block(text).join("\n")),
        fix: finding.rule.fix_for(platform),
        facts: finding
            .facts
            .iter()
            .map(|(key, value)| (*key, plain(value)))
            .collect(),
        mappings: mappings(finding.rule),
    }
}

/// Tenths as a number; more than ten is ten.
fn score(tenths: u8) -> f32 {
    f32::from(tenths.min(100)) / 10.0
}

fn severity(severity: finding::Severity) -> Severity {
    match severity {
        finding::Severity::Low => Severity::Low,
        finding::Severity::Medium => Severity::Medium,
        finding::Severity::High => Severity::High,
        finding::Severity::Critical => Severity::Critical,
    }
}

fn confidence(confidence: finding::Confidence) -> Confidence {
    match confidence {
        finding::Confidence::Low => Confidence::Low,
        finding::Confidence::Medium => Confidence::Medium,
        finding::Confidence::High => Confidence::High,
    }
}

fn persona(persona: Persona) -> PersonaName {
    match persona {
        Persona::Regular => PersonaName::Regular,
        Persona::Pedantic => PersonaName::Pedantic,
        Persona::Auditor => PersonaName::Auditor,
    }
}

fn location(location: &finding::Location) -> Location {
    let some = |text: &Option<String>| text.as_deref().map(plain);
    Location {
        part: plain(&location.part),
        class: some(&location.class),
        method: some(&location.method),
        offset: location.offset,
        source_file: some(&location.source_file),
        line: location.line,
    }
}

fn step(step: &finding::Step) -> Step {
    Step {
        location: location(&step.location),
        message: plain(&step.message),
    }
}

fn mappings(rule: &RuleMeta) -> Mappings {
    Mappings {
        masvs: rule.masvs.iter().map(|id| masvs_id(id)).collect(),
        maswe: rule
            .maswe
            .iter()
            .map(|weakness| Maswe {
                alias: weakness.alias,
                current: maswe_number(weakness.current),
                beta: weakness.beta.iter().map(|id| maswe_number(id)).collect(),
                taxonomy_version: MASWE_VERSION,
            })
            .collect(),
        cwe: rule.cwe.iter().map(|number| cwe_id(*number)).collect(),
        standards: rule
            .standards
            .iter()
            .map(|(scheme, id)| Standard { scheme, id })
            .collect(),
    }
}

fn rule(rule: &RuleMeta) -> Rule {
    Rule {
        id: rule.id,
        control: rule.control,
        title: rule.title,
        severity: severity(rule.severity()),
        score: score(rule.score),
        persona: persona(rule.persona),
        precision: rule.precision,
        why: rule.why,
        fix: rule.fix.iter().copied().collect(),
        cannot_see: rule.cannot_see,
        mappings: mappings(rule),
    }
}

fn verdict(verdict: finding::Verdict) -> Verdict {
    match verdict {
        finding::Verdict::Fail => Verdict::Fail,
        finding::Verdict::Open => Verdict::Open,
        finding::Verdict::Pass => Verdict::Pass,
        finding::Verdict::NotApplicable => Verdict::NotApplicable,
    }
}

fn control(control: &ControlVerdict) -> Control {
    Control {
        rule: control.rule.id,
        control: control.rule.control,
        verdict: verdict(control.verdict),
        reason: plain(&control.reason),
        entry: plain(&control.entry),
        location: control.location.as_ref().map(location),
    }
}

fn ledger_record(table: &record::LedgerTable) -> Ledger {
    Ledger {
        stored: table
            .stored
            .iter()
            .map(|row| StoredArtifact {
                artifact: plain(&row.artifact),
                evidence: plain(&row.evidence),
                confidence: confidence(row.confidence),
                store: plain(&row.store),
                id: plain(&row.id),
                name: plain(&row.name),
                key: plain(&row.key),
                protection: plain(&row.protection),
                backup: plain(&row.backup),
                writes: row.writes.iter().map(location).collect(),
            })
            .collect(),
        exits: table
            .exits
            .iter()
            .map(|exit| Exit {
                name: plain(&exit.name),
                id: plain(&exit.id),
                evidence: plain(&exit.evidence),
                confidence: confidence(exit.confidence),
                location: location(&exit.location),
                server: server(&exit.server),
                removals: exit.removals.iter().copied().map(removal).collect(),
                reasons: exit.reasons.iter().map(|why| plain(why)).collect(),
            })
            .collect(),
        endpoints: table
            .endpoints
            .iter()
            .map(|(request, purpose)| Endpoint {
                request: plain(request),
                purpose: plain(purpose),
            })
            .collect(),
        resources: table.resources.iter().map(|text| plain(text)).collect(),
    }
}

fn removal(removal: record::Removal) -> Removal {
    match removal {
        record::Removal::Cleared => Removal::Cleared,
        record::Removal::Kept => Removal::Kept,
        record::Removal::Open => Removal::Open,
    }
}

fn server(effect: &record::ServerEffect) -> Server {
    match effect {
        record::ServerEffect::Told(what) => Server::Told { what: plain(what) },
        record::ServerEffect::LocalOnly(what) => Server::LocalOnly { what: plain(what) },
        record::ServerEffect::None => Server::None,
        record::ServerEffect::Open(what) => Server::Open { what: plain(what) },
    }
}

fn coverage(coverage: &coverage::Coverage) -> Coverage {
    Coverage {
        input_bytes: coverage.input_bytes,
        entries: coverage.entries,
        entries_read: coverage.entries_read,
        code_bytes: coverage.code_bytes,
        units: coverage.units,
        classes: coverage.classes,
        functions: coverage.functions,
        first_party_functions: coverage.first_party_functions,
        instructions: coverage.instructions,
        lifted: coverage.lifted,
        partial: coverage
            .partial
            .iter()
            .map(|(reason, functions)| Partial {
                reason: plain(reason),
                functions: *functions,
            })
            .collect(),
        unresolved_calls: coverage.unresolved_calls,
    }
}

fn diagnostic(diagnostic: &coverage::Diagnostic) -> Diagnostic {
    Diagnostic {
        kind: diagnostic.kind.name(),
        part: plain(&diagnostic.part),
        message: plain(&diagnostic.message),
        loses_input: diagnostic.kind.loses_input(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A schema as it is published.
    pub(super) fn published(mut schema: schemars::Schema, version: &str) -> String {
        schema.insert("title".into(), version.into());
        if let Some(property) = schema.pointer_mut("/properties/schema") {
            *property = serde_json::json!({ "const": version });
        }
        let mut text = serde_json::to_string_pretty(&schema).unwrap();
        text.push('\n');
        text
    }

    /// The published schema is what the types give; `UPDATE=1 cargo test schema` writes it anew.
    pub(super) fn compare(path: &str, current: &str, text: &str) {
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(path, text).unwrap();
        } else {
            assert_eq!(current, text, "run `UPDATE=1 cargo test schema`");
        }
    }

    #[test]
    fn the_published_schema_is_current() {
        let text = published(schemars::schema_for!(Document), SCHEMA);
        compare("schemas/report.schema.json", JSON_SCHEMA, &text);
    }
}
