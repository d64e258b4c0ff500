//! The ledger alone: the table at every width, the checklist, and its JSON.

use serde_json::Value;
use signoff::ledger::record::{Exit, LedgerTable, Removal, ServerEffect};
use signoff::report::Report;
use signoff::report::json::{LEDGER_JSON_SCHEMA, render_ledger};
use signoff::report::sanitize::width;
use signoff::report::terminal::{self, TerminalOptions};
use signoff::report::verify::{Check, checklist};

use crate::fixtures::{HOSTILE, bank, hostile};
use crate::{assert_harmless, snapshot};

fn show(report: &Report, columns: usize, verify: bool) -> String {
    let list = verify.then(|| checklist(report));
    let options = TerminalOptions {
        width: columns,
        ..TerminalOptions::default()
    };
    terminal::render_ledger(report, list.as_ref(), &options)
}

fn check<'c>(checks: &'c [Check], id: &str) -> Option<&'c Check> {
    checks.iter().find(|check| check.id == id)
}

fn commands(check: &Check) -> String {
    let lines: Vec<&str> = check
        .steps
        .iter()
        .filter_map(|step| step.command.as_deref())
        .collect();
    lines.join("\n")
}

/// A bank with this many exits, every third of which tells the server.
fn with_exits(count: usize) -> Report {
    let mut report = bank();
    let told = |n: usize| match n % 3 {
        0 => ServerEffect::Told("POST oauth/revoke".into()),
        _ => ServerEffect::None,
    };
    let example = report.ledger.exits[0].clone();
    report.ledger.exits = (0..count)
        .map(|n| Exit {
            name: format!("button \"Log out\" (id/log_out_{n})"),
            server: told(n),
            ..example.clone()
        })
        .collect();
    report
}

#[test]
fn a_table_where_there_is_room() {
    let mut report = bank();
    report.diagnostics.clear();
    snapshot("ledger-wide", &show(&report, 100, false));
}

#[test]
fn many_exits_stand_by_what_they_do() {
    let text = show(&with_exits(9), 80, false);
    assert!(text.contains("    kept: 1-9\n"), "{text}");
    assert!(
        text.contains("    told: 1, 4, 7\n    not told: 2, 3, 5, 6, 8, 9\n"),
        "{text}"
    );
    let wide = show(&with_exits(9), 180, false);
    assert!(wide.contains("the server"), "{wide}");
    assert!(!wide.contains("kept: "), "{wide}");
    let all = show(&with_exits(120), 80, false);
    assert!(all.contains("120 button"), "none is left out");
}

#[test]
fn nothing_is_said_so() {
    let mut report = bank();
    report.ledger.exits.clear();
    let text = show(&report, 80, true);
    assert!(text.contains("No way out was found"), "{text}");
    assert!(text.contains("A lost device"), "{text}");
    assert!(
        !text.contains("Replay after sign-out"),
        "there is none: {text}"
    );

    report.ledger = LedgerTable::default();
    let text = show(&report, 80, true);
    assert!(
        text.contains("no store that holds it and no way out"),
        "{text}"
    );
    report.session_seen = false;
    let text = show(&report, 80, true);
    assert!(
        text.contains("no session found in 49000 functions"),
        "{text}"
    );
    assert!(checklist(&report).checks.is_empty());
}

#[test]
fn why_something_is_open_is_said() {
    let text = show(&bank(), 80, false);
    assert!(
        text.contains("open, a worker that no model knows may remove it"),
        "{text}"
    );
}

#[test]
fn lines_keep_to_the_width() {
    for columns in [40, 60, 80, 100, 180, 400] {
        for report in [bank(), hostile(), with_exits(40)] {
            for line in show(&report, columns, true).lines() {
                assert!(width(line) <= columns.min(180), "{columns}: {line:?}");
            }
        }
    }
}

#[test]
fn colour_only_where_it_is_wanted() {
    let list = checklist(&bank());
    let options = |color| TerminalOptions {
        color,
        ..TerminalOptions::default()
    };
    let plain = terminal::render_ledger(&bank(), Some(&list), &options(false));
    assert_harmless(&plain);
    let colored = terminal::render_ledger(&bank(), Some(&list), &options(true));
    assert!(colored.contains("\u{1b}["));
}

#[test]
fn checks_are_made_of_what_the_app_has() {
    let report = bank();
    let list = checklist(&report);
    let replay = check(&list.checks, "replay-after-sign-out").unwrap();
    let text = commands(replay);
    assert!(text.contains("curl -i \"$BASE/v1/me\""), "{text}");
    assert!(
        text.contains("Authorization: Bearer $ACCESS_TOKEN"),
        "{text}"
    );
    assert!(
        text.contains("curl -i -X POST \"$BASE/oauth/token\""),
        "{text}"
    );
    assert!(text.contains("refresh_token=\"$REFRESH_TOKEN\""), "{text}");
    assert!(
        replay.because.contains("menu item \"Log out\""),
        "{}",
        replay.because
    );
    assert!(
        replay
            .decides
            .iter()
            .any(|(control, _)| *control == "refresh-not-revoked")
    );
    let portal = check(&list.checks, "captive-portal").unwrap();
    assert!(commands(portal).contains("|oauth/revoke|portal.html"));
    let restore = check(&list.checks, "restore-on-second-device").unwrap();
    assert!(commands(restore).contains("bmgr backupnow com.example.bank"));
    assert!(check(&list.checks, "replay-previous-refresh-token").is_some());
    assert!(
        check(&list.checks, "password-change").is_none(),
        "no sign of a password"
    );
    let named: Vec<&str> = list.values.iter().map(|(name, _)| *name).collect();
    assert!(
        named.contains(&"BASE") && named.contains(&"CLIENT_ID"),
        "{named:?}"
    );
    // Every name that a command uses is explained.
    for check in &list.checks {
        for used in commands(check).split('$').skip(1) {
            let name: String = used
                .trim_start_matches('{')
                .chars()
                .take_while(|c| c.is_ascii_uppercase() || *c == '_')
                .collect();
            assert!(named.contains(&name.as_str()), "{name} in {}", check.id);
        }
    }
}

#[test]
fn only_what_applies_is_asked() {
    let mut report = bank();
    report
        .ledger
        .stored
        .retain(|row| row.artifact == "access-token");
    for exit in &mut report.ledger.exits {
        exit.removals = vec![Removal::Cleared];
        exit.reasons = vec![String::new()];
        exit.server = ServerEffect::None;
    }
    for row in &mut report.ledger.stored {
        row.backup = "excluded".into();
    }
    let list = checklist(&report);
    for absent in [
        "offline-sign-out",
        "captive-portal",
        "restore-on-second-device",
        "replay-previous-refresh-token",
    ] {
        assert!(check(&list.checks, absent).is_none(), "{absent}");
    }
    report
        .ledger
        .endpoints
        .push(("POST account/password".into(), "password-change".into()));
    let list = checklist(&report);
    let change = check(&list.checks, "password-change").unwrap();
    assert!(commands(change).contains("curl -i -X POST \"$BASE/account/password\""));
}

#[test]
fn what_the_app_says_cannot_act_in_a_shell() {
    for check in checklist(&hostile()).checks {
        let text = commands(&check);
        for part in [HOSTILE, "alert(1)", "`code`", "HYPERLINK(", "x.example\""] {
            assert!(!text.contains(part), "{text}");
        }
    }
}

#[test]
fn json_satisfies_the_published_schema() {
    let schema: Value = serde_json::from_str(LEDGER_JSON_SCHEMA).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    for report in [bank(), hostile(), with_exits(40)] {
        for list in [None, Some(checklist(&report))] {
            let text = render_ledger(&report, list.as_ref()).unwrap();
            assert_harmless(&text);
            let value: Value = serde_json::from_str(&text).unwrap();
            let errors: Vec<String> = validator
                .iter_errors(&value)
                .map(|error| format!("{}: {error}", error.instance_path()))
                .collect();
            assert_eq!(errors, [] as [String; 0]);
            assert_eq!(value["verify"].is_null(), list.is_none());
        }
    }
}
