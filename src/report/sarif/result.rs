//! One finding as one result: its message, its places, its story.

use super::super::Target;
use super::super::fingerprint::Given;
use super::super::sanitize::{block, clip, message, plain};
use super::super::taxonomy::TOOL;
use super::model::{
    ArtifactLocation, CodeFlow, Location, LocationProperties, LogicalLocation, PartialFingerprints,
    PhysicalLocation, Region, ResultProperties, SarifResult, Text, ThreadFlow, ThreadFlowLocation,
};
use super::path::virtual_uri;
use super::rules::Rules;
use super::{
    MAX_CODE_LINE, MAX_DESCRIPTION, MAX_FLOW, MAX_FRAGMENT, MAX_MESSAGE, MAX_RELATED, MAX_SNIPPET,
    SHORT_FLOW, SRCROOT, non_empty, or_unnamed,
};
use crate::finding::{self, Finding, Owner, Step};

pub(super) fn result(
    target: &Target,
    finding: &Finding,
    rules: &mut Rules,
    given: &mut Given,
    flow_budget: &mut usize,
) -> SarifResult {
    let band = finding.severity();
    let rule_index = rules.of(finding.rule, band);
    let rule_id = rules.descriptors[rule_index].id.clone();
    let related = &finding.related[..finding.related.len().min(MAX_RELATED)];
    let mut place = location(target, &finding.location);
    place.physical_location.region.snippet = finding
        .excerpt
        .as_deref()
        .map(|excerpt| clip(&block(excerpt).join("\n"), MAX_SNIPPET))
        .filter(|snippet| !snippet.trim().is_empty())
        .map(|text| Text { text });
    SarifResult {
        rule_id,
        rule_index,
        level: band.sarif_level(),
        message: Text {
            text: result_message(finding, related),
        },
        locations: [place],
        related_locations: related
            .iter()
            .enumerate()
            .map(|(index, step)| Location {
                id: Some(index + 1),
                ..step_location(target, step)
            })
            .collect(),
        code_flows: code_flow(target, &finding.flow, flow_budget)
            .into_iter()
            .collect(),
        partial_fingerprints: PartialFingerprints {
            primary_location_line_hash: given.of_identity(&finding.identity),
            identity: finding.identity.fingerprint(),
        },
        rank: f32::from(finding.score.min(100)),
        properties: ResultProperties {
            identity: clip(&plain(&finding.identity.text()), MAX_DESCRIPTION),
            severity: band.name(),
            score: f32::from(finding.score.min(100)) / 10.0,
            confidence: finding.confidence.name(),
            grade: finding.confidence.grade(),
            persona: finding.persona.name(),
            library: match &finding.owner {
                Owner::FirstParty => None,
                Owner::Library(name) => Some(or_unnamed(name)),
            },
            facts: finding
                .facts
                .iter()
                .map(|(key, value)| (*key, clip(&plain(value), MAX_FRAGMENT)))
                .filter(|(_, value)| !value.trim().is_empty())
                .collect(),
        },
    }
}

/// The message: the finding's own sentences, then everything that a reader without the source
/// needs, since for a build GitHub shows nothing else.
fn result_message(finding: &Finding, related: &[Step]) -> String {
    let own = plain(&finding.message);
    let own = clip(non_empty(own.trim(), finding.rule.title), MAX_MESSAGE);
    let (mut out, unlinked) = linked(&own, related);
    if !own.ends_with(['.', '!', '?', '…']) {
        out.push('.');
    }
    let mut sentence = |text: String| {
        if !out.ends_with('\n') {
            out.push(' ');
        }
        out.push_str(&text);
    };
    sentence(format!("In {}.", message(&place_words(&finding.location))));
    if let Owner::Library(name) = &finding.owner {
        sentence(format!(
            "This is code of the bundled library {}.",
            message(&or_unnamed(name))
        ));
        if let Some(advice) = finding.owner.advice() {
            sentence(advice.to_owned());
        }
    }
    let facts: Vec<String> = finding
        .facts
        .iter()
        .filter(|(_, value)| !plain(value).trim().is_empty())
        .map(|(key, value)| format!("{key} {}", message(&clip(value, MAX_FRAGMENT))))
        .collect();
    if !facts.is_empty() {
        sentence(format!("Facts: {}.", facts.join("; ")));
    }
    let steps: Vec<String> = shortened(&finding.flow, 6)
        .map(|step| match step {
            Ok((index, step)) => format!(
                "{}) {} in {}",
                index + 1,
                message(&clip(&plain(&step.message), MAX_FRAGMENT)),
                message(&clip(&step.location.to_string(), MAX_FRAGMENT)),
            ),
            Err(left_out) => format!("({left_out} more)"),
        })
        .collect();
    sentence(format!(
        "Confidence {} (grade {}){}{}.",
        finding.confidence,
        finding.confidence.grade(),
        if steps.is_empty() { "" } else { ": " },
        steps.join(", "),
    ));
    let proof: Vec<String> = finding
        .proof
        .iter()
        .filter(|line| !plain(line).trim().is_empty())
        .take(6)
        .map(|line| message(&clip(line.trim().trim_end_matches('.'), MAX_FRAGMENT)))
        .collect();
    if !proof.is_empty() {
        sentence(format!("Proof: {}.", proof.join("; ")));
    }
    if let Some(excerpt) = &finding.excerpt {
        let code: String = block(excerpt)
            .iter()
            .filter(|line| !line.is_empty())
            .take(8)
            .map(|line| format!("\n    {}", message(&clip(line, MAX_CODE_LINE))))
            .collect();
        if !code.is_empty() {
            sentence(format!("Code, as read from the build:{code}\n"));
        }
    }
    if !unlinked.is_empty() {
        sentence(format!("See also {}.", unlinked.join(", ")));
    }
    sentence(format!(
        "More: {TOOL} explain {}",
        finding.identity.fingerprint()
    ));
    out
}

/// `com.example.Session.save (Session.java:12), classes2.dex, offset 0x1f3a`.
fn place_words(location: &finding::Location) -> String {
    let mut words = or_unnamed(&location.to_string());
    if location.class.is_some() && !location.part.is_empty() {
        words.push_str(", ");
        words.push_str(&location.part);
    }
    if let Some(offset) = location.offset {
        words.push_str(&format!(", offset 0x{offset:x}"));
    }
    clip(&plain(&words), 2 * MAX_FRAGMENT)
}

/// The text with each related step's words as a link to it where they occur, escaped; and the
/// links whose words do not occur.
fn linked(own: &str, related: &[Step]) -> (String, Vec<String>) {
    enum Piece {
        Text(String),
        Link(String),
    }
    let mut pieces = vec![Piece::Text(own.to_owned())];
    let mut unlinked = Vec::new();
    for (index, step) in related.iter().enumerate() {
        let words = step_words(step);
        let link = format!("[{}]({})", message(&words), index + 1);
        let found = pieces
            .iter()
            .enumerate()
            .find_map(|(at, piece)| match piece {
                Piece::Text(text) => find_words(text, &words).map(|start| (at, start)),
                Piece::Link(_) => None,
            });
        match found {
            Some((at, start)) => {
                if let Piece::Text(text) = &pieces[at] {
                    let before = text[..start].to_owned();
                    let after = text[start + words.len()..].to_owned();
                    pieces.splice(
                        at..=at,
                        [Piece::Text(before), Piece::Link(link), Piece::Text(after)],
                    );
                }
            }
            None => unlinked.push(link),
        }
    }
    let text = pieces
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) => message(text),
            Piece::Link(link) => link.clone(),
        })
        .collect();
    (text, unlinked)
}

/// Where `words` stand in `text` as whole words.
fn find_words(text: &str, words: &str) -> Option<usize> {
    let part_of_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    text.match_indices(words)
        .find(|(start, found)| {
            !part_of_word(text[..*start].chars().next_back())
                && !part_of_word(text[start + found.len()..].chars().next())
        })
        .map(|(start, _)| start)
}

/// The words that link a step, never empty.
fn step_words(step: &Step) -> String {
    let words = clip(&plain(&step.message), MAX_FRAGMENT);
    non_empty(words.trim(), "here").to_owned()
}

fn step_location(target: &Target, step: &Step) -> Location {
    Location {
        message: Some(Text {
            text: message(&step_words(step)),
        }),
        ..location(target, &step.location)
    }
}

fn code_flow(target: &Target, flow: &[Step], budget: &mut usize) -> Option<CodeFlow> {
    if flow.is_empty() {
        return None;
    }
    let limit = if *budget >= flow.len().min(MAX_FLOW) {
        MAX_FLOW
    } else {
        SHORT_FLOW
    };
    let mut gap = 0;
    let mut locations = Vec::new();
    for step in shortened(flow, limit) {
        match step {
            Err(left_out) => gap = left_out,
            Ok((index, step)) => {
                let mut place = step_location(target, step);
                if let Some(text) = place.message.as_mut().filter(|_| gap > 0) {
                    text.text = format!("(after {gap} steps left out) {}", text.text);
                    gap = 0;
                }
                locations.push(ThreadFlowLocation {
                    location: place,
                    execution_order: index + 1,
                    importance: if index == 0 || index + 1 == flow.len() {
                        "essential"
                    } else {
                        "important"
                    },
                });
            }
        }
    }
    *budget = budget.saturating_sub(locations.len());
    Some(CodeFlow {
        thread_flows: [ThreadFlow { locations }],
    })
}

/// At most `limit` steps, the first and the last ones, each with its index; how many are left out
/// stands between them.
fn shortened(flow: &[Step], limit: usize) -> impl Iterator<Item = Result<(usize, &Step), usize>> {
    let left_out = flow.len().saturating_sub(limit);
    let head = if left_out > 0 { limit / 2 } else { flow.len() };
    let all = || flow.iter().enumerate();
    all()
        .take(head)
        .map(Ok)
        .chain((left_out > 0).then_some(Err(left_out)))
        .chain(all().skip(head + left_out).map(Ok))
}

pub(super) fn location(target: &Target, place: &finding::Location) -> Location {
    // GitHub reads lines as 32-bit signed, and refuses 0.
    let line = place.line.unwrap_or(1).clamp(1, i32::MAX.unsigned_abs());
    let (name, kind) = match (&place.class, &place.method) {
        (_, Some(method)) => (method, "function"),
        (Some(class), None) => (class, "type"),
        (None, None) => (&place.part, "resource"),
    };
    let qualified = match (&place.class, &place.method) {
        (None, Some(method)) => method.clone(),
        _ => place.symbol(),
    };
    let part = clip(&or_unnamed(&place.part), MAX_FRAGMENT);
    Location {
        id: None,
        physical_location: PhysicalLocation {
            artifact_location: ArtifactLocation {
                uri: virtual_uri(target, place),
                uri_base_id: SRCROOT,
            },
            region: Region {
                start_line: line,
                start_column: 1,
                end_line: line,
                end_column: 2,
                snippet: None,
            },
        },
        logical_locations: [LogicalLocation {
            name: clip(&or_unnamed(name), MAX_FRAGMENT),
            fully_qualified_name: clip(&or_unnamed(&qualified), 2 * MAX_FRAGMENT),
            kind,
        }],
        message: None,
        properties: Some(LocationProperties {
            part,
            byte_offset: place.offset,
        }),
    }
}
