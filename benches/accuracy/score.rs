//! The scoring rules, as `README.md` beside this states them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;

use super::key::{Expect, Key, Sure, Trap, Verdict};

/// Rules that stand for each other: one defect, seen from two sides.
const SAME: &[(&str, &str)] = &[
    ("backup-includes-tokens", "device-transfer-includes-tokens"),
    ("logout-tokens-kept", "logout-partial-clear"),
    ("token-plain-preferences", "auth-sdk-plain-persistence"),
    ("token-plain-file", "auth-sdk-plain-persistence"),
    ("logout-no-server-call", "logout-local-scope"),
    ("stored-password-relogin", "token-plain-preferences"),
    ("stored-password-relogin", "token-plain-file"),
];

/// Whether a result of one rule answers for another.
fn stands_for(result: &str, rule: &str) -> bool {
    result == rule || SAME.contains(&(result, rule)) || SAME.contains(&(rule, result))
}

/// One result of a scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub rule: String,
    pub file: String,
    pub line: u32,
    pub function: String,
}

impl Found {
    fn place(&self) -> String {
        match (self.file.is_empty(), self.line) {
            (true, _) => self.function.clone(),
            (false, 0) => self.file.clone(),
            (false, line) => format!("{}:{line}", self.file),
        }
    }
}

/// The results of a SARIF file.
pub fn results(sarif: &str) -> Result<Vec<Found>, String> {
    let log: Value = serde_json::from_str(sarif).map_err(|error| error.to_string())?;
    let runs = log["runs"].as_array().ok_or("it has no runs")?;
    let all = runs
        .iter()
        .flat_map(|run| run["results"].as_array().into_iter().flatten());
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Ok(all
        .map(|result| {
            let location = &result["locations"][0];
            let place = &location["physicalLocation"];
            // `medium/token-in-url` is the rule at another severity than its usual one.
            let id = text(&result["ruleId"]);
            Found {
                rule: id.rsplit('/').next().unwrap_or_default().to_owned(),
                file: text(&place["artifactLocation"]["uri"]),
                line: place["region"]["startLine"]
                    .as_u64()
                    .and_then(|line| u32::try_from(line).ok())
                    .unwrap_or_default(),
                function: text(&location["logicalLocations"][0]["fullyQualifiedName"]),
            }
        })
        .collect())
}

/// Whether a path of a key and one of a report mean the same file. A build knows the package and
/// the name of a source file, not the folder that it came from.
fn same_file(key: &str, found: &str) -> bool {
    if key.is_empty() || found.is_empty() {
        return false;
    }
    let equal = key
        .rsplit('/')
        .zip(found.rsplit('/'))
        .take_while(|(one, other)| one == other)
        .count();
    let shorter = key.split('/').count().min(found.split('/').count());
    equal == shorter || equal >= 3
}

/// Whether a result stands where a key says: by file and line, or by function.
fn stands_at(found: &Found, file: &str, line: u32, function: &str) -> bool {
    (!function.is_empty() && found.function == function)
        || (line != 0 && found.line == line && same_file(file, &found.file))
}

/// What an app came to.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Rules of expected fails that were found.
    pub hits: Vec<String>,
    /// Expected fails that no result answers.
    pub misses: Vec<(String, String)>,
    /// Results that are none.
    pub alarms: Vec<(String, String)>,
    /// Results of rules that the key does not label.
    pub unlabelled: Vec<(String, String)>,
}

/// Scores the results of one app.
pub fn score(key: &Key, found: &[Found]) -> Outcome {
    let mut outcome = Outcome::default();
    let fails: Vec<&Verdict> = key
        .verdicts
        .iter()
        .filter(|verdict| verdict.expect == Expect::Fail)
        .collect();
    for verdict in &fails {
        if verdict.sure == Sure::Low {
            continue;
        }
        if found
            .iter()
            .any(|found| stands_for(&found.rule, &verdict.rule))
        {
            outcome.hits.push(verdict.rule.clone());
        } else {
            outcome
                .misses
                .push((verdict.rule.clone(), verdict.why.clone()));
        }
    }
    for result in found {
        let place = result.place();
        if let Some(trap) = trapped(key, result) {
            let what = format!("{place}: {}", trap.why);
            outcome.alarms.push((result.rule.clone(), what));
            continue;
        }
        // A rule that fails for one entry may pass for another; a fail that nobody is sure of is
        // not held against anybody.
        if fails
            .iter()
            .any(|verdict| stands_for(&result.rule, &verdict.rule))
        {
            continue;
        }
        let mut labels = key
            .verdicts
            .iter()
            .filter(|verdict| verdict.rule == result.rule)
            .peekable();
        if labels.peek().is_none() {
            outcome.unlabelled.push((result.rule.clone(), place));
        } else if let Some(label) = labels.find(|verdict| verdict.sure != Sure::Low) {
            let what = format!("{place}: {}", label.why);
            outcome.alarms.push((result.rule.clone(), what));
        }
    }
    outcome
}

/// The trap that a result is caught in.
fn trapped<'k>(key: &'k Key, result: &Found) -> Option<&'k Trap> {
    let wanted = key.verdicts.iter().any(|verdict| {
        verdict.expect == Expect::Fail
            && verdict.rule == result.rule
            && stands_at(result, &verdict.file, verdict.line, &verdict.function)
    });
    if wanted {
        return None;
    }
    key.traps.iter().find(|trap| {
        trap.rule.as_ref().is_none_or(|rule| *rule == result.rule)
            && stands_at(result, &trap.file, trap.line, &trap.function)
    })
}

/// Counts of a rule, or of all.
#[derive(Debug, Clone, Default)]
struct Count {
    hits: usize,
    misses: usize,
    alarms: usize,
}

impl Count {
    fn row(&self, name: &str) -> String {
        format!(
            "{name:34} {:>8} {:>6} {:>6} {:>6} {:>9} {:>7}",
            self.hits + self.misses,
            self.hits,
            self.alarms,
            self.misses,
            percent(self.hits, self.hits + self.alarms),
            percent(self.hits, self.hits + self.misses),
        )
    }
}

/// All apps that were scored, by platform, and those that were not, with the reason.
#[derive(Debug, Default)]
pub struct Sheet {
    pub scored: Vec<(String, String, Outcome)>,
    pub left_out: Vec<(String, String)>,
}

impl Sheet {
    /// The sheet as text.
    pub fn print(&self) -> String {
        let mut text = String::new();
        let mut rules: BTreeMap<&str, Count> = BTreeMap::new();
        let mut platforms: BTreeMap<&str, Count> = BTreeMap::new();
        let mut all = Count::default();
        for (platform, app, outcome) in &self.scored {
            let _ = writeln!(text, "{app} ({platform})");
            for (rule, why) in &outcome.misses {
                let _ = writeln!(text, "  missed       {rule}: {why}");
            }
            for (rule, why) in &outcome.alarms {
                let _ = writeln!(text, "  false alarm  {rule}: {why}");
            }
            for (rule, place) in &outcome.unlabelled {
                let _ = writeln!(text, "  not scored   {rule}: {place}");
            }
            let platform = platforms.entry(platform).or_default();
            for sum in [platform, &mut all] {
                sum.hits += outcome.hits.len();
                sum.misses += outcome.misses.len();
                sum.alarms += outcome.alarms.len();
            }
            for rule in &outcome.hits {
                rules.entry(rule).or_default().hits += 1;
            }
            for (rule, _) in &outcome.misses {
                rules.entry(rule).or_default().misses += 1;
            }
            for (rule, _) in &outcome.alarms {
                rules.entry(rule).or_default().alarms += 1;
            }
        }
        for (app, why) in &self.left_out {
            let _ = writeln!(text, "{app}: {why}");
        }
        let _ = writeln!(
            text,
            "\n{:34} {:>8} {:>6} {:>6} {:>6} {:>9} {:>7}",
            "rule", "expected", "right", "false", "missed", "precision", "recall"
        );
        for (rule, count) in &rules {
            let _ = writeln!(text, "{}", count.row(rule));
        }
        for (platform, count) in &platforms {
            let _ = writeln!(text, "{}", count.row(&format!("all of {platform}")));
        }
        let _ = writeln!(text, "{}", all.row("all"));
        text
    }
}

/// A share for people.
pub fn percent(part: usize, whole: usize) -> String {
    if whole == 0 {
        "-".to_owned()
    } else {
        format!("{:.1} %", part as f64 * 100.0 / whole as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Key {
        toml::from_str(&format!("[app]\nname = \"app\"\n{text}")).unwrap()
    }

    fn verdict(rule: &str, expect: &str, sure: &str) -> String {
        format!(
            "[[verdict]]\nrule = \"{rule}\"\nexpect = \"{expect}\"\nsure = \"{sure}\"\nfile = \"src/com/acme/A.java\"\nline = 7\n"
        )
    }

    fn at(rule: &str, line: u32) -> Found {
        Found {
            rule: rule.to_owned(),
            file: "app/classes.dex/com/acme/A.java".to_owned(),
            line,
            function: "com.acme.A.run".to_owned(),
        }
    }

    /// Hits, misses, false alarms, unlabelled.
    fn counts(key_text: &str, found: &[Found]) -> (usize, usize, usize, usize) {
        let outcome = score(&key(key_text), found);
        (
            outcome.hits.len(),
            outcome.misses.len(),
            outcome.alarms.len(),
            outcome.unlabelled.len(),
        )
    }

    #[test]
    fn a_fail_is_found_wherever_its_rule_is_reported() {
        let text = verdict("token-in-logs", "fail", "high");
        assert_eq!(counts(&text, &[at("token-in-logs", 99)]), (1, 0, 0, 0));
        assert_eq!(counts(&text, &[]), (0, 1, 0, 0));
    }

    #[test]
    fn rules_that_see_the_same_defect_stand_for_each_other() {
        for (one, other) in SAME {
            let text = verdict(one, "fail", "high");
            assert_eq!(counts(&text, &[at(other, 7)]), (1, 0, 0, 0), "{one}");
            let text = verdict(other, "fail", "high");
            assert_eq!(counts(&text, &[at(one, 7)]), (1, 0, 0, 0), "{other}");
        }
        // One step only: these two have a third in common, not each other.
        let text = verdict("token-plain-preferences", "fail", "high");
        assert_eq!(counts(&text, &[at("token-plain-file", 7)]), (0, 1, 0, 1));
        // The stand-in of an expected fail is no false alarm, though it passes itself.
        let both = verdict("backup-includes-tokens", "pass", "high")
            + &verdict("device-transfer-includes-tokens", "fail", "high");
        let found = [at("backup-includes-tokens", 3)];
        assert_eq!(counts(&both, &found), (1, 0, 0, 0));
    }

    #[test]
    fn a_result_on_anything_but_a_fail_is_a_false_alarm() {
        for expect in ["pass", "open", "not-applicable"] {
            let text = verdict("token-in-url", expect, "medium");
            assert_eq!(counts(&text, &[at("token-in-url", 7)]), (0, 0, 1, 0));
            assert_eq!(counts(&text, &[]), (0, 0, 0, 0));
        }
    }

    #[test]
    fn what_a_reader_was_not_sure_of_is_not_scored() {
        for expect in ["fail", "pass"] {
            let text = verdict("token-in-url", expect, "low");
            assert_eq!(counts(&text, &[at("token-in-url", 7)]), (0, 0, 0, 0));
            assert_eq!(counts(&text, &[]), (0, 0, 0, 0));
        }
    }

    #[test]
    fn a_rule_that_fails_for_one_entry_may_pass_for_another() {
        let text = verdict("logout-no-server-call", "pass", "high")
            + "entry = \"A.logout\"\n"
            + &verdict("logout-no-server-call", "fail", "high")
            + "entry = \"B.logout\"\n";
        assert_eq!(
            counts(&text, &[at("logout-no-server-call", 7)]),
            (1, 0, 0, 0)
        );
    }

    #[test]
    fn a_trap_is_a_false_alarm_also_where_the_rule_fails_elsewhere() {
        let trap = "[[trap]]\nfile = \"src/com/acme/A.java\"\nline = 9\n";
        let text = verdict("token-in-logs", "fail", "high") + trap;
        assert_eq!(counts(&text, &[at("token-in-logs", 9)]), (1, 0, 1, 0));
        assert_eq!(counts(&text, &[at("token-in-logs", 8)]), (1, 0, 0, 0));
        // Where the key expects this very result at this very line, the verdict wins.
        let text = verdict("token-in-logs", "fail", "high") + &trap.replace("9", "7");
        assert_eq!(counts(&text, &[at("token-in-logs", 7)]), (1, 0, 0, 0));
        // With a rule it is about that rule only.
        let text = trap.to_owned() + "rule = \"token-in-url\"\n";
        assert_eq!(counts(&text, &[at("token-in-logs", 9)]), (0, 0, 0, 1));
        assert_eq!(counts(&text, &[at("token-in-url", 9)]), (0, 0, 1, 0));
    }

    #[test]
    fn a_trap_in_a_build_without_lines_is_a_function() {
        let text = "[[trap]]\nfunction = \"com.acme.A.run\"\n";
        assert_eq!(counts(text, &[at("token-in-logs", 0)]), (0, 0, 1, 0));
    }

    #[test]
    fn results_of_rules_without_a_label_are_listed_and_not_scored() {
        let text = verdict("token-in-logs", "pass", "high");
        assert_eq!(counts(&text, &[at("token-in-url", 7)]), (0, 0, 0, 1));
    }

    #[test]
    fn a_build_knows_a_file_by_its_package() {
        assert!(same_file(
            "src/main/java/com/acme/A.java",
            "x.dex/com/acme/A.java"
        ));
        assert!(same_file("A.java", "com/acme/A.java"));
        assert!(!same_file("src/com/acme/A.java", "com/other/A.java"));
        assert!(!same_file("", "com/acme/A.java"));
    }

    #[test]
    fn results_are_read_from_sarif() {
        let sarif = r#"{"runs": [{"results": [
            {"ruleId": "token-in-url", "locations": [{
                "physicalLocation": {"artifactLocation": {"uri": "a/A.java"}, "region": {"startLine": 4}},
                "logicalLocations": [{"fullyQualifiedName": "a.A.f"}]}]},
            {"ruleId": "medium/app-wide"}]}]}"#;
        let found = results(sarif).unwrap();
        assert_eq!(
            found[0],
            Found {
                rule: "token-in-url".to_owned(),
                file: "a/A.java".to_owned(),
                line: 4,
                function: "a.A.f".to_owned(),
            }
        );
        assert_eq!((found[1].rule.as_str(), found[1].line), ("app-wide", 0));
        assert!(results("{}").is_err());
    }

    #[test]
    fn the_sheet_pools_platforms_and_says_who_is_absent() {
        let text = verdict("token-in-logs", "fail", "high");
        let one = score(&key(&text), &[at("token-in-logs", 7)]);
        let other = score(&key(&text), &[]);
        let sheet = Sheet {
            scored: vec![
                ("android".to_owned(), "one".to_owned(), one),
                ("ios".to_owned(), "other".to_owned(), other),
            ],
            left_out: vec![("third".to_owned(), "absent".to_owned())],
        };
        let text = sheet.print();
        let row = text.lines().last().unwrap();
        let columns: Vec<&str> = row.split_whitespace().collect();
        assert_eq!(
            columns,
            ["all", "2", "1", "0", "1", "100.0", "%", "50.0", "%"]
        );
        assert!(text.contains("third: absent"));
        assert!(text.contains("other (ios)\n  missed       token-in-logs"));
    }
}
