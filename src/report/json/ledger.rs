//! The ledger alone as JSON, with the checklist where it was asked for: `signoff-ledger/1`.

use serde::Serialize;

use super::{Ledger, TargetRecord, Tool, ledger_record, target};
use crate::report::Report;
use crate::report::sanitize::{block, plain};
use crate::report::taxonomy::{TOOL, VERSION};
use crate::report::verify;

/// The schema that [`render_ledger`] satisfies.
pub const LEDGER_SCHEMA: &str = "signoff-ledger/1";

/// The JSON Schema of it, as published in `schemas/ledger.schema.json`.
pub const LEDGER_JSON_SCHEMA: &str = include_str!("../../../schemas/ledger.schema.json");

/// Writes a report's ledger as JSON.
///
/// # Errors
///
/// Only what [`serde_json`] reports; the structures written here give it no cause.
pub fn render_ledger(
    report: &Report,
    checklist: Option<&verify::Checklist>,
) -> serde_json::Result<String> {
    let mut text = serde_json::to_string_pretty(&Document {
        schema: LEDGER_SCHEMA,
        tool: Tool {
            name: TOOL,
            version: VERSION,
        },
        target: target(&report.target),
        incomplete: report.incomplete,
        session_seen: report.session_seen,
        not_read: report.not_read.iter().map(|what| plain(what)).collect(),
        ledger: ledger_record(&report.ledger),
        verify: checklist.map(Checklist::of),
    })?;
    text.push('\n');
    Ok(text)
}

/// A build's ledger.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Document {
    /// Always `signoff-ledger/1`.
    schema: &'static str,
    tool: Tool,
    target: TargetRecord,
    /// The time limit ended the scan.
    incomplete: bool,
    /// Whether the app holds a session at all.
    session_seen: bool,
    /// What holds logic and was not read.
    not_read: Vec<String>,
    ledger: Ledger,
    /// What only a test against the server can show; none unless asked for.
    verify: Option<Checklist>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Checklist {
    /// Names in the commands.
    values: Vec<Value>,
    /// In the order to do them.
    checks: Vec<Check>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Value {
    name: &'static str,
    meaning: String,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Check {
    /// Stable: `replay-after-sign-out`.
    id: &'static str,
    title: &'static str,
    /// What in this app makes it worth doing.
    because: String,
    steps: Vec<Step>,
    /// What a sound server and app do.
    expect: String,
    decides: Vec<Decides>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Step {
    text: String,
    /// Lines for a shell.
    command: Option<String>,
}

/// A control that a check decides.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Decides {
    control: &'static str,
    /// The scan's worst verdict of it, if it gave one.
    verdict: Option<super::Verdict>,
}

impl Checklist {
    fn of(list: &verify::Checklist) -> Self {
        Self {
            values: list
                .values
                .iter()
                .map(|(name, meaning)| Value {
                    name,
                    meaning: plain(meaning),
                })
                .collect(),
            checks: list.checks.iter().map(Check::of).collect(),
        }
    }
}

impl Check {
    fn of(check: &verify::Check) -> Self {
        Self {
            id: check.id,
            title: check.title,
            because: plain(&check.because),
            steps: check
                .steps
                .iter()
                .map(|step| Step {
                    text: plain(&step.text),
                    command: step
                        .command
                        .as_deref()
                        .map(|command| block(command).join("\n")),
                })
                .collect(),
            expect: plain(&check.expect),
            decides: check
                .decides
                .iter()
                .map(|(control, found)| Decides {
                    control,
                    verdict: found.map(super::verdict),
                })
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The published schema is what the types give; `UPDATE=1 cargo test schema` writes it anew.
    #[test]
    fn the_published_ledger_schema_is_current() {
        let text = super::super::tests::published(schemars::schema_for!(Document), LEDGER_SCHEMA);
        super::super::tests::compare("schemas/ledger.schema.json", LEDGER_JSON_SCHEMA, &text);
    }
}
