//! SARIF 2.1.0, as GitHub code scanning takes it.
//!
//! One run, one file a target. The default holds only failed controls, since consumers drop
//! `kind` and `suppressions` and would show a pass as an alert; the other verdicts stand in
//! `run.properties.controls`. GitHub takes severity from the rule, so there is one descriptor for
//! each (band, id) used: the plain id for the rule's usual band, else `<band>/<id>`. Limits are
//! those of GitHub's upload, and what does not fit is cut here and said, not there and silently.

mod model;
mod notifications;
mod path;
mod result;
mod rules;

use std::collections::BTreeMap;

use super::fingerprint::Given;
use super::sanitize::{clip, plain};
use super::taxonomy::{TOOL, VERSION};
use super::{Report, Target};
use crate::finding::{Finding, Persona};
use model::{
    AutomationDetails, BaseUri, Control, Invocation, Log, Run, RunProperties, SarifResult, Text,
    Tool, ToolComponent,
};
use notifications::notifications;
use result::result;
use rules::Rules;

/// Results that GitHub keeps of a run; it takes 25,000 and drops the rest without a word.
const MAX_RESULTS: usize = 5_000;
/// Bytes after gzip above which the upload is refused (10 MB), less a margin for the header and
/// for another level of compression.
const MAX_COMPRESSED: usize = 9_500_000;
/// Locations of a code flow that GitHub keeps.
const MAX_FLOW: usize = 1_000;
/// Locations of all code flows of a file; beyond it flows are shortened to [`SHORT_FLOW`].
const MAX_FLOW_TOTAL: usize = 100_000;
const SHORT_FLOW: usize = 10;
/// Related locations of a result.
const MAX_RELATED: usize = 50;
/// Tags of a rule that GitHub keeps.
const MAX_TAGS: usize = 10;
/// Characters of a rule's name, and of a description.
const MAX_NAME: usize = 255;
const MAX_DESCRIPTION: usize = 1_024;
/// Characters of each kind of text that we write; GitHub names no limit.
const MAX_MESSAGE: usize = 2_000;
const MAX_FRAGMENT: usize = 400;
const MAX_SNIPPET: usize = 2_000;
const MAX_CODE_LINE: usize = 120;
/// Diagnostics and verdicts that a file holds; the rest is counted.
const MAX_NOTIFICATIONS: usize = 1_000;
const MAX_CONTROLS: usize = 2_000;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// What the caller decides.
#[derive(Debug, Clone)]
pub struct SarifOptions {
    /// Results up to this persona are written.
    pub persona: Persona,
    /// Replaces `signoff/<platform>/<application id>/` as `automationDetails.id`: GitHub's
    /// category, which keeps the results of several apps in one repository apart.
    pub category: Option<String>,
    /// The process's exit code, where it is known by now.
    pub exit_code: Option<u8>,
}

impl Default for SarifOptions {
    fn default() -> Self {
        Self {
            persona: Persona::Pedantic,
            category: None,
            exit_code: None,
        }
    }
}

/// A file, and what it does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sarif {
    /// The file's text.
    pub text: String,
    /// Results cut off because GitHub would not keep or take them; also a notification in the
    /// file.
    pub left_out: usize,
}

/// Writes a report as SARIF.
///
/// # Errors
///
/// Only what [`serde_json`] reports; the structures written here give it no cause.
pub fn render(report: &Report, options: &SarifOptions) -> serde_json::Result<Sarif> {
    let findings = report.findings_for(options.persona);
    let mut kept = findings.len().min(MAX_RESULTS);
    loop {
        let left_out = findings.len() - kept;
        let log = log(report, options, &findings[..kept], left_out);
        let mut text = serde_json::to_string_pretty(&log)?;
        text.push('\n');
        let size = compressed_size(&text);
        if kept == 0 || size <= MAX_COMPRESSED {
            return Ok(Sarif { text, left_out });
        }
        // In proportion, and one in twenty fewer, since results differ in size.
        kept = kept.saturating_mul(MAX_COMPRESSED) / size * 19 / 20;
    }
}

/// Bytes that the upload sends, or the text's where that is small enough already.
fn compressed_size(text: &str) -> usize {
    if text.len() <= MAX_COMPRESSED {
        return text.len();
    }
    let mut buffer = vec![0; zlib_rs::compress_bound(text.len())];
    let config = zlib_rs::DeflateConfig::default();
    let (packed, code) = zlib_rs::compress_slice(&mut buffer, text.as_bytes(), config);
    match code {
        zlib_rs::ReturnCode::Ok => packed.len(),
        _ => text.len(),
    }
}

fn log(report: &Report, options: &SarifOptions, findings: &[&Finding], left_out: usize) -> Log {
    let mut rules = Rules::new(&report.target.platform);
    let mut given = Given::default();
    let mut flow_budget = MAX_FLOW_TOTAL;
    let results: Vec<SarifResult> = findings
        .iter()
        .map(|finding| {
            result(
                &report.target,
                finding,
                &mut rules,
                &mut given,
                &mut flow_budget,
            )
        })
        .collect();
    let (notifications, notification_kinds) = notifications(report, left_out);
    let supported_taxonomies = rules.taxonomies.references();
    let version = Some(VERSION);
    let information_uri = [env!("CARGO_PKG_HOMEPAGE"), env!("CARGO_PKG_REPOSITORY")]
        .into_iter()
        .find(|uri| !uri.is_empty());
    Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: ToolComponent {
                    name: TOOL,
                    version,
                    semantic_version: version,
                    information_uri,
                    supported_taxonomies,
                    rules: Some(rules.descriptors),
                    notifications: notification_kinds,
                    ..ToolComponent::default()
                },
            },
            automation_details: AutomationDetails {
                id: category(&report.target, options),
            },
            column_kind: "utf16CodeUnits",
            original_uri_base_ids: BTreeMap::from([(
                SRCROOT,
                BaseUri {
                    description: text("The root of the repository that the app is built from."),
                },
            )]),
            invocations: [Invocation {
                execution_successful: !report.incomplete,
                exit_code: options.exit_code,
                tool_execution_notifications: notifications,
            }],
            taxonomies: rules.taxonomies.components(),
            results,
            properties: run_properties(report),
        }],
    }
}

const SRCROOT: &str = "%SRCROOT%";

/// `signoff/<platform>/<application id>/`, or the caller's. What follows the last slash would be
/// a run id, so the category ends in one.
fn category(target: &Target, options: &SarifOptions) -> String {
    let id = match &options.category {
        Some(category) if !plain(category).trim_matches(['/', ' ']).is_empty() => {
            plain(category).trim().to_owned()
        }
        _ => {
            let mut id = TOOL.to_owned();
            for part in [&target.platform, &target.application] {
                let part: String = plain(part)
                    .chars()
                    .map(|c| match c {
                        'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '_' | '-' => c,
                        _ => '_',
                    })
                    .collect();
                if !part.is_empty() {
                    id.push('/');
                    id.push_str(&part);
                }
            }
            id
        }
    };
    format!("{}/", clip(id.trim_end_matches('/'), MAX_NAME))
}

fn run_properties(report: &Report) -> RunProperties {
    let some = |text: &str| {
        Some(clip(&plain(text), MAX_DESCRIPTION)).filter(|text| !text.trim().is_empty())
    };
    RunProperties {
        session_seen: report.session_seen,
        incomplete: report.incomplete,
        not_read: report
            .not_read
            .iter()
            .filter_map(|what| some(what))
            .collect(),
        controls: report
            .controls
            .iter()
            .take(MAX_CONTROLS)
            .map(|control| Control {
                rule: control.rule.id,
                control: control.rule.control,
                verdict: control.verdict.name(),
                reason: some(&control.reason),
                entry: some(&control.entry),
                location: control
                    .location
                    .as_ref()
                    .and_then(|place| some(&place.to_string())),
            })
            .collect(),
        controls_left_out: Some(report.controls.len().saturating_sub(MAX_CONTROLS))
            .filter(|count| *count > 0),
    }
}

/// Where `value` is in `list`, at its end if it was not.
fn index_of<T: PartialEq>(list: &mut Vec<T>, value: T) -> usize {
    match list.iter().position(|known| *known == value) {
        Some(index) => index,
        None => {
            list.push(value);
            list.len() - 1
        }
    }
}

fn text(text: &str) -> Text {
    Text { text: plain(text) }
}

fn non_empty<'a>(text: &'a str, otherwise: &'a str) -> &'a str {
    if text.trim().is_empty() {
        otherwise
    } else {
        text
    }
}

fn or_unnamed(text: &str) -> String {
    let text = plain(text);
    non_empty(text.trim(), "(unnamed)").to_owned()
}
