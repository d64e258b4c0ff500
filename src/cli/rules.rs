//! `signoff rules`: the list of rules.

use clap::Args;

use super::scan::{PersonaArg, SeverityArg};
use super::suggest::did_you_mean;
use super::{print, tell};
use crate::finding::{RuleMeta, Severity};

/// Arguments of `rules`.
#[derive(Args)]
pub(super) struct Rules {
    /// Only rules whose id, title or mapping contains this
    filter: Option<String>,
    /// Only rules of this severity
    #[arg(long)]
    severity: Option<SeverityArg>,
    /// Only rules of this persona
    #[arg(long)]
    persona: Option<PersonaArg>,
    /// As JSON
    #[arg(long)]
    json: bool,
}

impl Rules {
    pub(super) fn run(&self) -> u8 {
        if let Some(filter) = &self.filter
            && !crate::rules::all()
                .iter()
                .any(|rule| self.has_text(&rule.meta))
        {
            let ids = crate::rules::all().iter().map(|rule| rule.meta.id);
            tell(&format!(
                "error: no rule has `{filter}` in its id, title or mappings{}; `signoff rules` lists all",
                did_you_mean(filter, ids)
            ));
            return super::ERROR;
        }
        let shown: Vec<&'static RuleMeta> = crate::rules::all()
            .iter()
            .map(|rule| &rule.meta)
            .filter(|rule| self.wants(rule))
            .collect();
        let text = if self.json {
            let list: Vec<serde_json::Value> = shown
                .iter()
                .map(|rule| {
                    serde_json::json!({
                        "id": rule.id,
                        "control": rule.control,
                        "title": rule.title,
                        "severity": rule.severity().name(),
                        "score": f64::from(rule.score) / 10.0,
                        "persona": rule.persona.name(),
                        "masvs": rule.masvs,
                        "maswe": rule.maswe.iter().map(|weakness| weakness.alias).collect::<Vec<_>>(),
                        "cwe": rule.cwe,
                    })
                })
                .collect();
            serde_json::to_string_pretty(&list).unwrap_or_default() + "\n"
        } else {
            let width = shown.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
            let mut text: String = shown
                .iter()
                .map(|rule| {
                    let persona = if rule.persona == crate::finding::Persona::Regular {
                        String::new()
                    } else {
                        format!(" [{}]", rule.persona)
                    };
                    format!(
                        "{:width$}  {:8}  {}{persona}\n",
                        rule.id,
                        severity(rule.severity()),
                        rule.title
                    )
                })
                .collect();
            text.push_str(&format!(
                "{} rules; `signoff explain RULE` says more\n",
                shown.len()
            ));
            text
        };
        u8::from(!print(&text)) * super::ERROR
    }

    fn has_text(&self, rule: &RuleMeta) -> bool {
        self.filter.as_ref().is_none_or(|filter| {
            let filter = filter.to_lowercase();
            rule.id.contains(&filter)
                || rule.title.to_lowercase().contains(&filter)
                || rule
                    .masvs
                    .iter()
                    .any(|control| control.to_lowercase().contains(&filter))
                || rule
                    .maswe
                    .iter()
                    .any(|weakness| weakness.alias.contains(&filter))
                || rule
                    .cwe
                    .iter()
                    .any(|number| format!("cwe-{number}") == filter)
        })
    }

    fn wants(&self, rule: &RuleMeta) -> bool {
        self.has_text(rule)
            && self
                .severity
                .is_none_or(|wanted| rule.severity() == wanted.into())
            && self
                .persona
                .is_none_or(|wanted| rule.persona == wanted.into())
    }
}

fn severity(severity: Severity) -> &'static str {
    severity.name()
}
