//! Reports built by hand: an ordinary one, a hostile one, a huge one.

use std::collections::BTreeMap;

use signoff::coverage::{Coverage, Diagnostic, DiagnosticKind};
use signoff::finding::{
    Confidence, ControlVerdict, Finding, Identity, Location, Maswe, Owner, Persona, RuleMeta, Step,
    Verdict,
};
use signoff::ledger::record::{Exit, LedgerTable, Removal, ServerEffect, StoredArtifact};
use signoff::report::{Report, Target};

pub static KEPT: RuleMeta = RuleMeta {
    id: "logout-tokens-kept",
    control: 13,
    title: "Signing out leaves session tokens on the device",
    score: 73,
    persona: Persona::Regular,
    why: "Whoever holds the phone afterwards, or a backup of it, still holds the session.",
    fix: &[
        (
            "android",
            "Remove every session value where the user signs out:\n\n```kotlin\nprefs.edit { clear() }\n```\n\nDo it whether or not the server answers.",
        ),
        ("ios", "Delete the Keychain items with `SecItemDelete`."),
    ],
    cannot_see: "A removal in native code, or in a library without a model.",
    masvs: &["STORAGE-1", "AUTH-3"],
    maswe: &[Maswe {
        alias: "session-termination",
        current: "MASWE-0024",
        beta: &["MASWE-0030"],
    }],
    cwe: &[613, 459, 522],
    standards: &[("ASVS 5.0", "7.4.1"), ("NIST SP 800-63B-4", "5.1")],
    precision: Some(96),
};

pub static PLAIN: RuleMeta = RuleMeta {
    id: "token-plain-preferences",
    control: 1,
    title: "A session value is stored unencrypted in preferences",
    score: 75,
    persona: Persona::Regular,
    why: "A long-lived bearer value in a readable, backed-up file.",
    fix: &[(
        "android",
        "Keep the value in memory, or encrypt it with a Keystore key.",
    )],
    cannot_see: "Which value is in the string at run time when key and variable are opaque.",
    masvs: &["STORAGE-1"],
    maswe: &[Maswe {
        alias: "data-unencrypted-private-storage",
        current: "MASWE-0001",
        beta: &["MASWE-0006", "MASWE-0002", "MASWE-0118"],
    }],
    cwe: &[312, 313, 522, 922],
    standards: &[("ASVS 5.0", "14.3.3")],
    precision: Some(92),
};

pub static REAUTH: RuleMeta = RuleMeta {
    id: "sensitive-no-reauth",
    control: 44,
    title: "A sensitive action needs no fresh sign-in",
    score: 65,
    persona: Persona::Regular,
    why: "A stolen, unlocked phone is enough to take the account over.",
    fix: &[(
        "android",
        "Ask for the password or a biometric before the action.",
    )],
    cannot_see: "A check that only the server makes.",
    masvs: &["AUTH-3"],
    maswe: &[],
    cwe: &[79, 306, 308, 620],
    standards: &[],
    precision: None,
};

pub static IDLE: RuleMeta = RuleMeta {
    id: "idle-timeout-missing",
    control: 40,
    title: "The app never asks again after a time of no use",
    score: 30,
    persona: Persona::Pedantic,
    why: "A phone left on a table stays signed in.",
    fix: &[],
    cannot_see: "A timeout that the server keeps.",
    masvs: &["AUTH-2"],
    maswe: &[],
    cwe: &[613],
    standards: &[],
    precision: Some(60),
};

/// Every text that an author of an app can choose, at its worst.
pub const HOSTILE: &str = "\u{1b}[31mred\u{1b}[0m\r\n## h\t<script>alert(1)</script> [click](1) \
     ](2) @everyone `code` |cell| =HYPERLINK(\"http://x.example\";\"y\") \u{202e}gnp.exe\u{2069} \
     \u{9b}2J\u{7}\u{200b}\u{feff}\u{e0041} ##vso[task.x] ::error::no \\ end";

pub fn at(class: &str, method: &str, line: u32) -> Location {
    let simple = class.rsplit('.').next().unwrap();
    Location {
        part: "classes2.dex".into(),
        class: Some(class.into()),
        method: Some(method.into()),
        offset: Some(0x1f3a),
        source_file: Some(format!("{}.kt", simple.split('$').next().unwrap())),
        line: Some(line),
    }
}

pub fn step(location: Location, message: &str) -> Step {
    Step {
        location,
        message: message.into(),
    }
}

pub fn finding(
    rule: &'static RuleMeta,
    subject: &str,
    message: &str,
    location: Location,
) -> Finding {
    Finding {
        rule,
        score: rule.score,
        confidence: Confidence::High,
        persona: rule.persona,
        message: message.into(),
        location,
        identity: Identity {
            rule: rule.id,
            subject: subject.into(),
            entry: String::new(),
            ordinal: 0,
            weak: false,
        },
        owner: Owner::FirstParty,
        flow: Vec::new(),
        related: Vec::new(),
        excerpt: None,
        proof: Vec::new(),
        facts: BTreeMap::new(),
    }
}

/// A bank whose menu signs out on the device only and leaves the refresh token.
pub fn bank() -> Report {
    let logout = at(
        "com.example.bank.ui.MainActivity",
        "onOptionsItemSelected",
        88,
    );
    let save = at("com.example.bank.auth.Session", "save", 41);
    let mut kept = finding(
        &KEPT,
        "sharedprefs:auth_prefs:refresh_token",
        "\"Log out\" leaves the refresh token in auth_prefs. The access token is removed, the \
         write site of the refresh token has no counterpart.",
        logout.clone(),
    );
    kept.identity.entry = "id/action_logout".into();
    kept.flow = vec![
        step(
            logout.clone(),
            "the user taps \"Log out\" (id/action_logout)",
        ),
        step(
            at("com.example.bank.auth.Session", "logout", 60),
            "removes access_token only",
        ),
    ];
    kept.related = vec![step(save.clone(), "write site")];
    kept.proof = vec![
        "Searched for removals of refresh_token and clears of auth_prefs: 2 sites".into(),
        "Session.wipe (Session.kt:75) clears the store; nothing reaches it from this entry".into(),
    ];
    kept.excerpt =
        Some("editor = prefs.edit()\neditor.remove(\"access_token\")\neditor.apply()".into());
    kept.facts = BTreeMap::from([
        ("artifact", "refresh-token".into()),
        ("entry", "menu item \"Log out\"".into()),
        ("key", "refresh_token".into()),
        ("store", "sharedprefs auth_prefs".into()),
    ]);

    let mut plain = finding(
        &PLAIN,
        "sharedprefs:auth_prefs:refresh_token",
        "The refresh token is written unencrypted to auth_prefs.",
        save.clone(),
    );
    plain.flow = vec![
        step(
            at("com.example.bank.api.TokenResponse", "fromJson", 12),
            "refresh_token is read from the answer to POST oauth/token",
        ),
        step(
            save.clone(),
            "putString(\"refresh_token\") on auth_prefs, in plain text",
        ),
    ];
    let mut cached = finding(
        &PLAIN,
        "sharedprefs:cache:access_token",
        "The access token is written unencrypted to cache.",
        at("com.example.bank.auth.Cache", "put", 9),
    );
    cached.score = 55;
    cached.confidence = Confidence::Medium;

    let mut library = finding(
        &PLAIN,
        "sharedprefs:push:session",
        "A session id is written unencrypted to push.",
        at("com.pushvendor.sdk.Store", "write", 230),
    );
    library.owner = Owner::Library("Push Vendor SDK".into());
    let mut idle = finding(
        &IDLE,
        "",
        "Nothing asks for a fresh sign-in after a time of no use.",
        Location {
            part: "AndroidManifest.xml".into(),
            ..Location::default()
        },
    );
    idle.confidence = Confidence::Medium;

    let verdict = |rule: &'static RuleMeta, verdict, reason: &str, entry: &str| ControlVerdict {
        rule,
        verdict,
        reason: reason.into(),
        entry: entry.into(),
        location: None,
    };
    Report {
        target: target(),
        session_seen: true,
        not_read: vec![],
        findings: vec![kept, plain, cached, library, idle],
        controls: vec![
            verdict(&PLAIN, Verdict::Fail, "", ""),
            verdict(&KEPT, Verdict::Fail, "", "menu item \"Log out\""),
            verdict(
                &REAUTH,
                Verdict::Open,
                "the server may ask: verify that POST account/password refuses an old session",
                "screen \"Change password\"",
            ),
            verdict(&IDLE, Verdict::Fail, "", ""),
        ],
        ledger: ledger(),
        coverage: coverage(),
        diagnostics: vec![
            Diagnostic {
                kind: DiagnosticKind::BudgetReached,
                part: "classes.dex".into(),
                message: "1 function has more than 100000 instructions and was not lifted".into(),
            },
            Diagnostic {
                kind: DiagnosticKind::ArchiveTampering,
                part: "".into(),
                message: "2 entries are named AndroidManifest.xml; Android reads the first".into(),
            },
        ],
        rules: vec![&PLAIN, &KEPT, &IDLE, &REAUTH],
        incomplete: false,
    }
}

pub fn target() -> Target {
    Target {
        path: "/home/ci/build/bank-4.2.0.apk".into(),
        platform: "android".into(),
        application: "com.example.bank".into(),
        version: "4.2.0".into(),
        kind: "APK".into(),
    }
}

fn coverage() -> Coverage {
    Coverage {
        input_bytes: 18_000_000,
        entries: 3_841,
        entries_read: 6,
        code_bytes: 9_600_000,
        units: 2,
        classes: 7_321,
        functions: 49_000,
        first_party_functions: 12_000,
        instructions: 1_310_222,
        lifted: 1_240,
        partial: vec![("native call".into(), 3)],
        unresolved_calls: 45,
        stages: vec![("index", std::time::Duration::from_millis(7))],
    }
}

fn ledger() -> LedgerTable {
    let stored = |artifact: &str, key: &str, protection: &str| StoredArtifact {
        artifact: artifact.into(),
        evidence: "its key says so".into(),
        confidence: Confidence::High,
        store: "sharedprefs".into(),
        id: format!("sharedprefs:auth_prefs:{key}"),
        name: "auth_prefs".into(),
        key: key.into(),
        protection: protection.into(),
        backup: "included".into(),
        writes: vec![at("com.example.bank.auth.Session", "save", 41)],
    };
    let exit = |name: &str, server, removals: &[Removal]| Exit {
        name: name.into(),
        id: name.into(),
        evidence: "its label says so".into(),
        confidence: Confidence::High,
        location: at(
            "com.example.bank.ui.MainActivity",
            "onOptionsItemSelected",
            88,
        ),
        server,
        removals: removals.to_vec(),
        reasons: removals
            .iter()
            .map(|removal| match removal {
                Removal::Cleared => String::new(),
                Removal::Kept => "nothing in the app removes it".into(),
                Removal::Open => "a worker that no model knows may remove it".into(),
            })
            .collect(),
    };
    LedgerTable {
        stored: vec![
            stored("refresh-token", "refresh_token", "plaintext"),
            stored("access-token", "access_token", "encrypted"),
        ],
        exits: vec![
            exit(
                "menu item \"Log out\" (id/action_logout)",
                ServerEffect::None,
                &[Removal::Kept, Removal::Cleared],
            ),
            exit(
                "button \"ログアウト\" (id/sign_out)",
                ServerEffect::Told("POST oauth/revoke".into()),
                &[Removal::Cleared, Removal::Open],
            ),
        ],
        endpoints: vec![
            ("POST oauth/token".into(), "token".into()),
            ("POST oauth/revoke".into(), "revoke".into()),
        ],
        resources: vec!["GET v1/me".into()],
    }
}

/// [`bank`] with [`HOSTILE`] wherever the app's author has a say.
pub fn hostile() -> Report {
    let mut report = bank();
    let bad = || HOSTILE.to_owned();
    let place = Location {
        part: format!("../{HOSTILE}!x/{HOSTILE}.dex"),
        class: Some(format!("com.example.{HOSTILE}")),
        method: Some(bad()),
        offset: Some(u64::MAX),
        source_file: Some(format!("{HOSTILE}.java")),
        line: Some(u32::MAX),
    };
    report.target = Target {
        path: bad(),
        platform: "android".into(),
        application: bad(),
        version: bad(),
        kind: "APK".into(),
    };
    report.not_read = vec![bad()];
    for finding in &mut report.findings {
        finding.message = format!("The key {HOSTILE} stays. It is {HOSTILE}.");
        finding.location = place.clone();
        finding.identity.subject = bad();
        finding.identity.entry = bad();
        finding.flow = vec![step(place.clone(), HOSTILE), step(place.clone(), "")];
        finding.related = vec![step(place.clone(), HOSTILE), step(place.clone(), "[x](9)")];
        finding.excerpt = Some(format!("{HOSTILE}\n\n{HOSTILE}"));
        finding.proof = vec![bad(), String::new()];
        finding.facts = BTreeMap::from([("key", bad()), ("store", "\u{7}".into())]);
        if finding.owner != Owner::FirstParty {
            finding.owner = Owner::Library(bad());
        }
    }
    for control in &mut report.controls {
        control.reason = bad();
        control.entry = bad();
        control.location = Some(place.clone());
    }
    for row in &mut report.ledger.stored {
        row.artifact = bad();
        row.name = bad();
        row.key = bad();
        row.store = bad();
        row.evidence = bad();
        row.confidence = Confidence::Low;
        row.writes = vec![place.clone()];
    }
    for exit in &mut report.ledger.exits {
        exit.name = bad();
        exit.server = ServerEffect::Open(bad());
        exit.location = place.clone();
        exit.reasons = vec![bad(), bad()];
    }
    report.ledger.resources = vec![bad()];
    report.ledger.endpoints = vec![(bad(), bad())];
    report.coverage.partial = vec![(bad(), 1)];
    for diagnostic in &mut report.diagnostics {
        diagnostic.part = bad();
        diagnostic.message = bad();
    }
    report
}

/// `count` findings of two rules in three bands, every third in a library.
pub fn many(count: usize) -> Report {
    let mut report = bank();
    report.findings = (0..count)
        .map(|n| {
            let rule = if n % 2 == 0 { &KEPT } else { &PLAIN };
            let mut one = finding(
                rule,
                &format!("sharedprefs:store_{n}:token"),
                &format!("A token stays in store_{n}."),
                at(&format!("com.example.bank.Store{n}"), "save", 1),
            );
            one.score = [30, 55, 75][n % 3];
            if n % 3 == 0 {
                one.owner = Owner::Library("Some SDK".into());
            }
            one
        })
        .collect();
    report
}
