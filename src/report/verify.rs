//! The checklist: what only a test against the server can show, written for one app.
//!
//! A client shows what it asks for, not what a server does about it. Each check is made of what the
//! ledger holds (the requests, the stored values, the ways out), and a check is there only where
//! the ledger gives it a subject. Commands are for a shell, so nothing of the input gets into one
//! but characters that a shell leaves alone.

use super::{Report, ranges};
use crate::finding::Verdict;
use crate::ledger::record::{Exit, LedgerTable, Removal, ServerEffect, StoredArtifact};

/// What to have at hand, and what to do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checklist {
    /// Names that stand in the commands, with what to put there.
    pub values: Vec<(&'static str, String)>,
    /// In the order to do them.
    pub checks: Vec<Check>,
}

/// One test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Stable name: `replay-after-sign-out`.
    pub id: &'static str,
    /// One line.
    pub title: &'static str,
    /// What in this app makes it worth doing.
    pub because: String,
    /// What to do, in order.
    pub steps: Vec<Step>,
    /// What a sound server and app do.
    pub expect: String,
    /// The controls that it decides, with the scan's verdict where there is one.
    pub decides: Vec<(&'static str, Option<Verdict>)>,
}

/// A thing to do, and the command for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// A sentence.
    pub text: String,
    /// Lines for a shell, or none.
    pub command: Option<String>,
}

/// Names in a list that are said before the rest is counted.
const MAX_NAMES: usize = 4;

/// Makes the checklist of a report; empty without a session.
#[must_use]
pub fn checklist(report: &Report) -> Checklist {
    if !report.session_seen {
        return Checklist::default();
    }
    let mut writer = Writer {
        report,
        table: &report.ledger,
        package: shell_word(&report.target.application, "PACKAGE"),
        needs: Vec::new(),
    };
    let checks: Vec<Check> = [
        writer.replay_after_sign_out(),
        writer.replay_after_restart(),
        writer.access_token_until_exp(),
        writer.previous_refresh_token(),
        writer.offline_sign_out(),
        writer.captive_portal(),
        writer.restore_on_second_device(),
        writer.lost_device(),
        writer.account_switch(),
        writer.password_change(),
    ]
    .into_iter()
    .flatten()
    .collect();
    Checklist {
        values: writer.values(),
        checks,
    }
}

/// Names that commands use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Need {
    Base,
    Resource,
    AccessToken,
    IdToken,
    Session,
    Cookie,
    Header,
    RefreshToken,
    PreviousRefreshToken,
    ClientId,
    Body,
    PathValue,
    Package,
}

struct Writer<'r> {
    report: &'r Report,
    table: &'r LedgerTable,
    package: String,
    needs: Vec<Need>,
}

fn step(text: impl Into<String>) -> Step {
    Step {
        text: text.into(),
        command: None,
    }
}

fn run(text: impl Into<String>, command: String) -> Step {
    Step {
        text: text.into(),
        command: Some(command),
    }
}

impl<'r> Writer<'r> {
    fn check(
        &self,
        id: &'static str,
        title: &'static str,
        because: String,
        steps: Vec<Step>,
        expect: impl Into<String>,
        decides: &[&'static str],
    ) -> Check {
        Check {
            id,
            title,
            because,
            steps,
            expect: expect.into(),
            decides: decides.iter().map(|id| (*id, self.verdict(id))).collect(),
        }
    }

    /// The worst verdict that the scan gave a control.
    fn verdict(&self, id: &str) -> Option<Verdict> {
        let rank = |verdict: Verdict| match verdict {
            Verdict::Fail => 0,
            Verdict::Open => 1,
            Verdict::Pass => 2,
            Verdict::NotApplicable => 3,
        };
        self.report
            .controls
            .iter()
            .filter(|control| control.rule.id == id)
            .map(|control| control.verdict)
            .min_by_key(|verdict| rank(*verdict))
    }

    fn need(&mut self, need: Need) {
        if !self.needs.contains(&need) {
            self.needs.push(need);
        }
    }

    fn stored(&self, artifact: &str) -> Option<&'r StoredArtifact> {
        self.table
            .stored
            .iter()
            .find(|row| row.artifact == artifact)
    }

    fn endpoint(&self, purpose: &str) -> Option<&'r str> {
        let of_purpose = || {
            self.table
                .endpoints
                .iter()
                .filter(|(_, kind)| kind == purpose)
                .map(|(request, _)| request.as_str())
        };
        // One with a verb says more than a bare path.
        of_purpose()
            .find(|request| request.contains(' '))
            .or_else(|| of_purpose().next())
    }

    /// Whether a server gave the app something that could be used again.
    fn is_issued(&self) -> bool {
        let kinds = [
            "access-token",
            "refresh-token",
            "id-token",
            "session",
            "cookie",
        ];
        kinds.iter().any(|kind| self.stored(kind).is_some())
            || ["token", "revoke", "end-session", "logout"]
                .iter()
                .any(|purpose| self.endpoint(purpose).is_some())
    }

    fn has_refresh_token(&self) -> bool {
        self.stored("refresh-token").is_some()
    }

    /// A request that only a signed-in user may make, with the value that the app sends.
    fn probe(&mut self) -> String {
        let url = match self.table.resources.first() {
            Some(resource) => self.url(resource).1,
            None => {
                self.need(Need::Resource);
                if self.table.resources.is_empty() {
                    self.need(Need::Base);
                }
                "\"$BASE/$RESOURCE\"".to_owned()
            }
        };
        format!("curl -i {url} \\\n  {}", self.credential())
    }

    /// The credential as an argument of `curl`.
    fn credential(&mut self) -> &'static str {
        let (need, argument) = if self.stored("access-token").is_some() {
            (
                Need::AccessToken,
                "-H \"Authorization: Bearer $ACCESS_TOKEN\"",
            )
        } else if self.stored("session").is_some() {
            self.need(Need::Header);
            (Need::Session, "-H \"$HEADER: $SESSION\"")
        } else if self.stored("cookie").is_some() {
            (Need::Cookie, "-H \"Cookie: $COOKIE\"")
        } else if self.stored("id-token").is_some() {
            (Need::IdToken, "-H \"Authorization: Bearer $ID_TOKEN\"")
        } else if self.is_issued() {
            (
                Need::AccessToken,
                "-H \"Authorization: Bearer $ACCESS_TOKEN\"",
            )
        } else {
            // Nothing that a server gave: every request carries what the user typed.
            (Need::Body, "--data \"$BODY\"")
        };
        self.need(need);
        argument
    }

    /// `-X POST ` and the quoted URL of a request as the ledger writes it.
    fn url(&mut self, request: &str) -> (String, String) {
        let (verb, path) = match request.split_once(' ') {
            Some((verb, path)) if verb.bytes().all(|byte| byte.is_ascii_uppercase()) => {
                (Some(verb), path)
            }
            _ => (None, request),
        };
        let (path, holes) = shell_path(path);
        if holes {
            self.need(Need::PathValue);
        }
        let url = if path.starts_with("http") {
            format!("\"{path}\"")
        } else {
            self.need(Need::Base);
            format!("\"$BASE/{}\"", path.trim_start_matches('/'))
        };
        let verb = match verb {
            Some("GET") => String::new(),
            Some(verb) => format!("-X {verb} "),
            None => "-X POST ".to_owned(),
        };
        (verb, url)
    }

    /// The request that gives new tokens for a refresh token.
    fn refresh(&mut self, token: &'static str) -> String {
        self.need(match token {
            "REFRESH_TOKEN" => Need::RefreshToken,
            _ => Need::PreviousRefreshToken,
        });
        let Some(request) = self.endpoint("token") else {
            self.need(Need::Base);
            self.need(Need::Body);
            return "curl -i -X POST \"$BASE/$TOKEN_PATH\" \\\n  --data \"$BODY\"".to_owned();
        };
        let (verb, url) = self.url(request);
        if request.contains("oauth") || request.contains("connect/") || request.contains("openid") {
            self.need(Need::ClientId);
            format!(
                "curl -i {verb}{url} \\\n  -d grant_type=refresh_token \\\n  -d client_id=\"$CLIENT_ID\" \\\n  \
                 --data-urlencode refresh_token=\"${token}\""
            )
        } else {
            self.need(Need::Body);
            format!("curl -i {verb}{url} \\\n  --data \"$BODY\"")
        }
    }

    /// A look at what a store holds.
    fn look(&mut self, row: &StoredArtifact) -> Option<String> {
        let file = store_file(row)?;
        self.need(Need::Package);
        Some(format!("adb shell run-as {} {file}", self.package))
    }

    /// One look for each store, at most as many as are named.
    fn looks(&mut self) -> Option<String> {
        let mut lines: Vec<String> = Vec::new();
        for row in &self.table.stored {
            if let Some(line) = self.look(row)
                && !lines.contains(&line)
                && lines.len() < MAX_NAMES
            {
                lines.push(line);
            }
        }
        (!lines.is_empty()).then(|| lines.join("\n"))
    }

    /// The exits that are meant: one by its name, several by their numbers in the ledger.
    fn exit_names(&self, which: impl Fn(&Exit) -> bool) -> Option<String> {
        let meant: Vec<(usize, &Exit)> = self
            .table
            .exits
            .iter()
            .enumerate()
            .filter(|(_, exit)| which(exit))
            .collect();
        match meant.as_slice() {
            [] => None,
            [(_, only)] => Some(only.name.clone()),
            several => {
                let numbers: Vec<usize> = several.iter().map(|(index, _)| index + 1).collect();
                Some(format!("ways out {} of the ledger", ranges(&numbers)))
            }
        }
    }

    fn tells(exit: &Exit) -> bool {
        matches!(exit.server, ServerEffect::Told(_) | ServerEffect::Open(_))
    }

    fn replay_after_sign_out(&mut self) -> Option<Check> {
        let all = self.exit_names(|_| true)?;
        if !self.is_issued() {
            return None;
        }
        let silent = self.exit_names(|exit| !Self::tells(exit));
        let because = match silent {
            Some(silent) => format!("Nothing that ends the session on the server was found in {silent}."),
            None => "The app tells the server; whether the server then ends the session, only the server shows.".to_owned(),
        };
        let probe = self.probe();
        let mut steps = vec![
            run(
                "Sign in, note the values above, and see that they work.",
                probe,
            ),
            step(format!(
                "Sign out through {all}; each time after a new sign-in."
            )),
            step("Send the same request again."),
        ];
        let mut decides = vec!["logout-no-server-call"];
        if self.has_refresh_token() {
            let refresh = self.refresh("REFRESH_TOKEN");
            steps.push(run(
                "Ask for new tokens with the refresh token of before the sign-out.",
                refresh,
            ));
            decides.extend(["refresh-not-revoked", "logout-local-scope"]);
        }
        let expect = if self.has_refresh_token() {
            "401 for the first; 400 `invalid_grant` or 401 for the second. An access token that the server cannot take back may \
             work on until it expires: see the check of its `exp`."
        } else {
            "401, at once."
        };
        Some(self.check(
            "replay-after-sign-out",
            "Replay after sign-out",
            because,
            steps,
            expect,
            &decides,
        ))
    }

    fn replay_after_restart(&mut self) -> Option<Check> {
        let all = self.exit_names(|_| true)?;
        if self.table.stored.is_empty() {
            return None;
        }
        let left: Vec<String> = self
            .table
            .stored
            .iter()
            .enumerate()
            .filter(|(row, _)| {
                self.table.exits.iter().any(|exit| {
                    exit.removals.get(*row).copied().unwrap_or(Removal::Open) != Removal::Cleared
                })
            })
            .map(|(_, row)| row_words(row))
            .collect();
        let because = match listed(&left) {
            Some(left) => format!("Not shown to be removed by every way out: {left}."),
            None => "Every way out removes what is stored; a copy in memory, or a write that comes late, shows only here.".to_owned(),
        };
        self.need(Need::Package);
        let mut steps = vec![
            step(format!("Sign in, then sign out through {all}.")),
            run(
                "End the process, and start the app again.",
                format!(
                    "adb shell am force-stop {0}\nadb shell monkey -p {0} 1",
                    self.package
                ),
            ),
        ];
        if let Some(looks) = self.looks() {
            steps.push(run(
                "Look at what the stores hold (a debuggable build, or a rooted test device).",
                looks,
            ));
        }
        if self.is_issued() {
            let probe = self.probe();
            steps.push(run("Send the request again.", probe));
        }
        Some(self.check(
            "replay-after-restart",
            "Replay after sign-out and restart",
            because,
            steps,
            "The app asks to sign in, nothing of the old session is in its stores, and the old values are refused.",
            &["logout-tokens-kept", "logout-partial-clear", "logout-live-state"],
        ))
    }

    fn access_token_until_exp(&mut self) -> Option<Check> {
        let row = self.stored("access-token")?;
        let because = format!(
            "The app keeps {}; how long a copy of it works, the server decides.",
            row_words(row)
        );
        self.need(Need::AccessToken);
        let mut steps = vec![run(
            "Read when it expires, if it is a JWT; else take `expires_in` from the answer that gave it.",
            "printf %s \"$ACCESS_TOKEN\" | cut -d. -f2 | tr '_-' '/+' | base64 -d 2>/dev/null"
                .to_owned(),
        )];
        let probe = self.probe();
        if !self.table.exits.is_empty() {
            steps.push(step("Sign out."));
        }
        steps.push(run(
            "Send the request every few minutes, until it is refused.",
            format!(
                "while {} | head -1 | grep -q ' 2'; do date; sleep 300; done",
                probe.replace("curl -i", "curl -si")
            ),
        ));
        Some(self.check(
            "access-token-until-exp",
            "Access token until it expires",
            because,
            steps,
            "Refused at sign-out, or at the latest at `exp`; and `exp` is at most an hour after it was issued (RFC 6750, section 5.3).",
            &["access-token-long-lived", "token-without-expiry"],
        ))
    }

    fn previous_refresh_token(&mut self) -> Option<Check> {
        let row = self.stored("refresh-token")?;
        let because = format!("The app keeps {}.", row_words(row));
        let first = self.refresh("PREVIOUS_REFRESH_TOKEN");
        let mut steps = vec![
            step("Sign in and note the refresh token: it is $PREVIOUS_REFRESH_TOKEN."),
            run("Use it once, and note the one in the answer.", first),
            step("Use the old one again, a minute later."),
        ];
        let current = self.refresh("REFRESH_TOKEN");
        steps.push(run("Use the new one.", current));
        Some(self.check(
            "replay-previous-refresh-token",
            "Replay of the previous refresh token",
            because,
            steps,
            "Each answer has a new refresh token; the old one gives 400 `invalid_grant`, and after that the new one is refused \
             too, since one of the two holders is not the user.",
            &["refresh-rotation-off", "refresh-reuse-window", "rotated-token-dropped"],
        ))
    }

    fn offline_sign_out(&mut self) -> Option<Check> {
        let telling = self.exit_names(Self::tells)?;
        let because = format!("Signing out may send something: {telling}.");
        let mut steps = vec![
            step("Sign in and note the values above."),
            run(
                "Go offline.",
                "adb shell cmd connectivity airplane-mode enable".to_owned(),
            ),
            step(format!("Sign out through {telling}, one at a time.")),
        ];
        if let Some(looks) = self.looks() {
            steps.push(run("Look at what the stores hold.", looks));
        }
        steps.push(run(
            "Go online, wait some minutes, and do not open the app.",
            "adb shell cmd connectivity airplane-mode disable".to_owned(),
        ));
        let again = if self.has_refresh_token() {
            self.refresh("REFRESH_TOKEN")
        } else {
            self.probe()
        };
        steps.push(run("Try the old value.", again));
        Some(self.check(
            "offline-sign-out",
            "Sign-out without a network",
            because,
            steps,
            "The stores are empty at once, and the app asks to sign in; online again, the request is made up for and the old \
             value refused.",
            &["logout-gated-on-network", "revoke-not-retried"],
        ))
    }

    fn captive_portal(&mut self) -> Option<Check> {
        self.exit_names(Self::tells)?;
        let request = ["revoke", "logout", "end-session"]
            .iter()
            .find_map(|purpose| self.endpoint(purpose));
        let filter = match request {
            Some(request) => {
                let path = request.split_once(' ').map_or(request, |(_, path)| path);
                // Up to the first part that varies.
                let fixed = path.split(['{', '?']).next().unwrap_or_default();
                shell_path(fixed).0.replace("${VALUE}", ".*")
            }
            None => ".*".to_owned(),
        };
        let because = match request {
            Some(request) => format!(
                "A portal of a hotel answers {request} with 200 and a page: the status alone says nothing."
            ),
            None => "A portal of a hotel answers every request with 200 and a page.".to_owned(),
        };
        let again = if self.has_refresh_token() {
            self.refresh("REFRESH_TOKEN")
        } else {
            self.probe()
        };
        let steps = vec![
            run(
                "Let the test device go through a proxy that answers like a portal (a build that trusts its certificate).",
                format!(
                    "echo '<html>Welcome</html>' >portal.html\nmitmdump --map-local '|{filter}|portal.html'"
                ),
            ),
            step("Sign in before, sign out now, and look at what the app says."),
            step("Take the proxy away, and wait some minutes."),
            run("Try the old value.", again),
        ];
        Some(self.check(
            "captive-portal",
            "Sign-out behind a captive portal",
            because,
            steps,
            "The app forgets the session, does not take the page for an answer, and tries again later; then the old value is \
             refused.",
            &["revoke-not-retried", "logout-gated-on-network"],
        ))
    }

    fn restore_on_second_device(&mut self) -> Option<Check> {
        let carried: Vec<String> = self
            .table
            .stored
            .iter()
            .filter(|row| row.backup != "excluded")
            .map(row_words)
            .collect();
        let because = format!("Not shown to stay out of backups: {}.", listed(&carried)?);
        self.need(Need::Package);
        let package = self.package.clone();
        let mut steps = vec![
            run(
                "Sign in, and make a backup to the test transport.",
                format!(
                    "adb shell bmgr transport com.android.localtransport/.LocalTransport\nadb shell bmgr backupnow {package}"
                ),
            ),
            run(
                "Install the app anew, as a second device would, and restore.",
                format!(
                    "adb uninstall {package}\nadb install app.apk\nadb shell bmgr restore 1 {package}"
                ),
            ),
        ];
        if let Some(looks) = self.looks() {
            steps.push(run("Look at what came along.", looks));
        }
        steps.push(step(
            "Open the app. Do the same once from phone to phone, by cable or Wi-Fi: other rules hold for that.",
        ));
        Some(self.check(
            "restore-on-second-device",
            "Restore on a second device",
            because,
            steps,
            "No session value is restored, the app asks to sign in, and the first device stays signed in.",
            &["backup-includes-tokens", "device-transfer-includes-tokens"],
        ))
    }

    fn lost_device(&mut self) -> Option<Check> {
        if self.table.stored.is_empty() || !self.is_issued() {
            return None;
        }
        let rows: Vec<String> = self.table.stored.iter().map(row_words).collect();
        let because = format!("A lost phone keeps {}.", listed(&rows)?);
        let end = match self.endpoint("revoke").or_else(|| self.endpoint("logout")) {
            Some(request) => {
                format!(
                    "with the server's own means (sessions page, support), not with {request} of the device itself"
                )
            }
            None => "with the server's own means (sessions page, support)".to_owned(),
        };
        let mut steps = vec![
            step("Sign in on devices A and B. Lock A, and take it off the network."),
            step(format!(
                "From B, or the website, end the session of A: {end}."
            )),
        ];
        let probe = self.probe();
        steps.push(run("Send a request with the values of A.", probe));
        if self.has_refresh_token() {
            let refresh = self.refresh("REFRESH_TOKEN");
            steps.push(run("And ask for new tokens with them.", refresh));
        }
        steps.push(step("Put A on the network again and open the app."));
        if let Some(looks) = self.looks() {
            steps.push(run("Look at what A still holds.", looks));
        }
        Some(self.check(
            "lost-device",
            "A lost device, signed out from elsewhere",
            because,
            steps,
            "The server refuses the values of A at once; A takes the refusal as a sign-out: it removes what it holds and asks to \
             sign in. B goes on.",
            &["revoked-session-ignored"],
        ))
    }

    fn account_switch(&mut self) -> Option<Check> {
        let all = self.exit_names(|_| true)?;
        if self.table.stored.is_empty() {
            return None;
        }
        let (by_user, shared): (Vec<&StoredArtifact>, Vec<&StoredArtifact>) = self
            .table
            .stored
            .iter()
            .partition(|row| row.key.contains("{?}") || store_name(row).contains("{?}"));
        let words = |rows: &[&StoredArtifact]| {
            let names: Vec<String> = rows.iter().map(|row| row_words(row)).collect();
            listed(&names)
        };
        let mut because = Vec::new();
        if let Some(names) = words(&shared) {
            because.push(format!("One place for whoever is signed in: {names}."));
        }
        if let Some(names) = words(&by_user) {
            because.push(format!("A place that varies, perhaps by user: {names}."));
        }
        let mut steps = vec![
            step(format!(
                "Sign in as user A and use the app; sign out through {all}."
            )),
            step("Sign in as user B, on the same device."),
        ];
        if let Some(looks) = self.looks() {
            steps.push(run("Look for values of A.", looks));
        }
        steps.push(step(
            "Go through the app's screens as B, once offline; watch its requests in a proxy.",
        ));
        Some(self.check(
            "account-switch",
            "Another user on the same device",
            because.join(" "),
            steps,
            "Nothing of A is in the stores, on a screen, in a notification, or in a request.",
            &["account-switch-residue", "user-data-kept"],
        ))
    }

    fn password_change(&mut self) -> Option<Check> {
        let request = self.endpoint("password-change");
        let because = match (request, self.stored("password"), self.endpoint("login")) {
            (Some(request), _, _) => format!("The app can change the password: {request}."),
            (None, Some(row), _) => format!(
                "The account has a password: the app keeps {}.",
                row_words(row)
            ),
            (None, None, Some(request)) => format!("The user signs in with {request}."),
            (None, None, None) => return None,
        };
        if !self.is_issued() && request.is_none() {
            return None;
        }
        let mut steps = vec![step(
            "Sign in on devices A and B, and note the values of A.",
        )];
        match request {
            Some(request) => {
                let (verb, url) = self.url(request);
                self.need(Need::Body);
                let mut command = format!("curl -i {verb}{url}");
                if self.is_issued() {
                    command.push_str(&format!(" \\\n  {}", self.credential()));
                }
                command.push_str(" \\\n  --data \"$BODY\"");
                steps.push(run(
                    "Change the password on B. In the app, or with its request:",
                    command,
                ));
            }
            None => steps.push(step("Change the password, on B or on the website.")),
        }
        let probe = self.probe();
        steps.push(run("Send a request with the values of A.", probe));
        if self.has_refresh_token() {
            let refresh = self.refresh("REFRESH_TOKEN");
            steps.push(run("And ask for new tokens with them.", refresh));
        }
        Some(self.check(
            "password-change",
            "Password change with two devices",
            because,
            steps,
            "The values of A are refused, or the server offers to end all other sessions and did so; A asks to sign in. The change \
             itself asks for the old password.",
            &["credential-change-keeps-sessions", "sensitive-no-reauth"],
        ))
    }

    /// What the commands' names stand for, in the order of [`Need`].
    fn values(&mut self) -> Vec<(&'static str, String)> {
        self.needs.sort();
        let take = |artifact: &str, what: &str| match self.stored(artifact) {
            Some(row) => {
                let place = row_place(row);
                match (row.protection.as_str(), store_file(row)) {
                    ("plaintext", Some(file)) => format!(
                        "{what}; the app keeps it in {place}: `adb shell run-as {} {file}`",
                        self.package
                    ),
                    _ => format!("{what}; the app keeps it in {place}; take it from a proxy"),
                }
            }
            None => format!("{what}, from a proxy: no store of the app was seen to hold it"),
        };
        self.needs
            .iter()
            .map(|need| match need {
                Need::Base => (
                    "BASE",
                    "address of the server, as in https://api.example.com; the build has only paths"
                        .to_owned(),
                ),
                Need::Resource => (
                    "RESOURCE",
                    "path of a request that only a signed-in user may make; a proxy shows one".to_owned(),
                ),
                Need::AccessToken => ("ACCESS_TOKEN", take("access-token", "the access token")),
                Need::IdToken => ("ID_TOKEN", take("id-token", "the ID token")),
                Need::Session => ("SESSION", take("session", "the session value")),
                Need::Cookie => ("COOKIE", take("cookie", "the session cookie, NAME=VALUE")),
                Need::Header => (
                    "HEADER",
                    "name of the header that carries it; a proxy shows it".to_owned(),
                ),
                Need::RefreshToken => ("REFRESH_TOKEN", take("refresh-token", "the refresh token")),
                Need::PreviousRefreshToken => (
                    "PREVIOUS_REFRESH_TOKEN",
                    "the refresh token before its last use".to_owned(),
                ),
                Need::ClientId => (
                    "CLIENT_ID",
                    "the app's id at the token endpoint; it is in the request".to_owned(),
                ),
                Need::Body => (
                    "BODY",
                    "body of that request as a proxy shows it, with the value in question".to_owned(),
                ),
                Need::PathValue => (
                    "VALUE",
                    "the part of the path that varies; a proxy shows it".to_owned(),
                ),
                Need::Package => (
                    "PACKAGE",
                    "the application id".to_owned(),
                ),
            })
            .filter(|(name, _)| *name != "PACKAGE" || self.package == "$PACKAGE")
            .collect()
    }
}

/// `the refresh token refresh_token in preferences session`.
fn row_words(row: &StoredArtifact) -> String {
    let artifact = row.artifact.replace('-', " ");
    if row.key.is_empty() {
        format!("the {artifact} in {}", row.name)
    } else {
        format!("the {artifact} `{}` in {}", row.key, row.name)
    }
}

fn row_place(row: &StoredArtifact) -> String {
    if row.key.is_empty() {
        row.name.clone()
    } else {
        format!("{} under `{}`", row.name, row.key)
    }
}

/// The store's own name, out of its canonical id.
fn store_name(row: &StoredArtifact) -> &str {
    let id = row.id.split_once(':').map_or("", |(_, rest)| rest);
    if row.key.is_empty() {
        id.trim_end_matches(':')
    } else {
        id.strip_suffix(row.key.as_str())
            .and_then(|id| id.strip_suffix(':'))
            .unwrap_or(id)
    }
}

/// What prints a store, run as the app in its folder.
fn store_file(row: &StoredArtifact) -> Option<String> {
    let name = store_name(row);
    let known = !name.is_empty() && !name.contains("{?}") && is_shell_safe(name);
    match row.store.as_str() {
        "sharedprefs" if known => Some(format!("cat shared_prefs/{name}.xml")),
        "sharedprefs" => Some("grep -r . shared_prefs".to_owned()),
        "datastore" => Some("ls -l files/datastore".to_owned()),
        "sqlite" | "room" => Some("ls -l databases".to_owned()),
        "file" if known && !name.starts_with('/') => Some(format!("cat files/{name}")),
        "file" => Some("ls -lR files".to_owned()),
        _ => None,
    }
}

fn listed<T: AsRef<str>>(names: &[T]) -> Option<String> {
    let said: Vec<&str> = names.iter().take(MAX_NAMES).map(AsRef::as_ref).collect();
    let unsaid = names.len() - said.len();
    let (last, head) = said.split_last()?;
    Some(match (head, unsaid) {
        ([], 0) => (*last).to_owned(),
        (head, 0) => format!("{} and {last}", head.join(", ")),
        _ => format!("{} and {unsaid} more", said.join(", ")),
    })
}

/// Whether a shell leaves a text alone between double quotes, and outside.
fn is_shell_safe(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"._-/".contains(&byte))
        && !text.starts_with('-')
}

/// A word for a shell: the text if it is harmless, else a variable.
fn shell_word(text: &str, variable: &str) -> String {
    if !text.is_empty() && is_shell_safe(text) {
        text.to_owned()
    } else {
        format!("${variable}")
    }
}

/// A path template between double quotes: what varies becomes `${VALUE}`, and so does whatever a
/// shell would not leave alone. Says whether there is any.
fn shell_path(path: &str) -> (String, bool) {
    let mut out = String::new();
    let mut holes = false;
    let mut rest = path;
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '{' => rest.find('}').map_or(1, |end| end + 1),
            c if c.is_ascii_alphanumeric() || "._-/:?&=%~,@+".contains(c) => {
                out.push(c);
                rest = &rest[1..];
                continue;
            }
            c => c.len_utf8(),
        };
        holes = true;
        if !out.ends_with("${VALUE}") {
            out.push_str("${VALUE}");
        }
        rest = &rest[length..];
    }
    (out, holes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_the_input_can_act_in_a_shell() {
        for (path, expected) in [
            ("v1/users/{id}/keys", "v1/users/${VALUE}/keys"),
            ("v1/`id`", "v1/${VALUE}id${VALUE}"),
            ("a$(reboot)b", "a${VALUE}reboot${VALUE}b"),
            ("a\";b", "a${VALUE}b"),
            ("ログ", "${VALUE}"),
        ] {
            assert_eq!(shell_path(path).0, expected);
        }
        assert_eq!(shell_word("com.example", "PACKAGE"), "com.example");
        assert_eq!(shell_word("x; reboot", "PACKAGE"), "$PACKAGE");
        assert_eq!(shell_word("-rf", "PACKAGE"), "$PACKAGE");
    }
}
