//! GitHub code scanning's rules for SARIF, as a checker.
//!
//! What its documentation demands, what its upload action refuses, and what its service cuts
//! without a word (its pages on SARIF support and on upload limits). Independent of the
//! reporter on purpose: it reads the text and knows none of the reporter's types.

use serde_json::Value;

/// What is wrong with a file, each with the place as a JSON pointer; empty for a good one.
pub fn problems(text: &str) -> Vec<String> {
    let mut check = Check::default();
    match serde_json::from_str::<Value>(text) {
        Ok(log) => check.log(&log, text),
        Err(error) => check.say("", &format!("is no JSON: {error}")),
    }
    check.problems
}

#[derive(Default)]
struct Check {
    problems: Vec<String>,
}

impl Check {
    fn say(&mut self, at: &str, what: &str) {
        self.problems.push(format!("{at}: {what}"));
    }

    fn log(&mut self, log: &Value, text: &str) {
        if gzip_size(text) > 10_000_000 {
            self.say("", "is larger than 10 MB after gzip");
        }
        self.non_empty(log, "", "$schema");
        if log["version"] != "2.1.0" {
            self.say("/version", "is not 2.1.0");
        }
        match log["runs"].as_array().map(Vec::as_slice) {
            Some([run]) => self.run(run, "/runs/0"),
            _ => self.say("/runs", "is not exactly one run"),
        }
        self.no_empty_string(log, "");
        self.no_control_character(text);
    }

    fn run(&mut self, run: &Value, at: &str) {
        let driver = &run["tool"]["driver"];
        self.non_empty(driver, &format!("{at}/tool/driver"), "name");
        self.non_empty(driver, &format!("{at}/tool/driver"), "semanticVersion");
        if list(&run["tool"]["extensions"]).len() > 100 {
            self.say(at, "has more than 100 extensions");
        }
        match run["automationDetails"]["id"].as_str() {
            Some(id) if id.len() > 1 && id.ends_with('/') => {}
            _ => self.say(&format!("{at}/automationDetails/id"), "names no category"),
        }
        for (name, base) in run["originalUriBaseIds"].as_object().into_iter().flatten() {
            if !base["uri"].is_null() {
                self.say(
                    &format!("{at}/originalUriBaseIds/{name}"),
                    "names a machine's path",
                );
            }
        }
        let rules = list(&driver["rules"]);
        if rules.len() > 25_000 {
            self.say(at, "has more than 25,000 rules");
        }
        for (index, rule) in rules.iter().enumerate() {
            self.rule(rule, &format!("{at}/tool/driver/rules/{index}"));
            if rules[..index].iter().any(|other| other["id"] == rule["id"]) {
                self.say(
                    &format!("{at}/tool/driver/rules/{index}/id"),
                    "is there twice",
                );
            }
        }
        let Some(results) = run["results"].as_array() else {
            self.say(&format!("{at}/results"), "is missing");
            return;
        };
        if results.len() > 5_000 {
            self.say(&format!("{at}/results"), "has more than 5,000 results");
        }
        let mut hashes = std::collections::BTreeSet::new();
        for (index, result) in results.iter().enumerate() {
            let at = format!("{at}/results/{index}");
            self.result(result, rules, &at);
            let hash = &result["partialFingerprints"]["primaryLocationLineHash"];
            if !hashes.insert(hash.to_string()) {
                self.say(&at, "has the fingerprint of another result");
            }
        }
        for invocation in list(&run["invocations"]) {
            for (index, notification) in list(&invocation["toolExecutionNotifications"])
                .iter()
                .enumerate()
            {
                let at = format!("{at}/invocations/0/toolExecutionNotifications/{index}");
                self.non_empty(&notification["message"], &at, "text");
                self.level(notification, &at);
            }
        }
    }

    fn rule(&mut self, rule: &Value, at: &str) {
        self.non_empty(rule, at, "id");
        for text in ["shortDescription", "fullDescription", "help"] {
            self.non_empty(&rule[text], &format!("{at}/{text}"), "text");
        }
        for (field, limit) in [("name", 255), ("id", 255)] {
            self.at_most(&rule[field], &format!("{at}/{field}"), limit);
        }
        for field in ["shortDescription", "fullDescription"] {
            self.at_most(&rule[field]["text"], &format!("{at}/{field}/text"), 1_024);
        }
        self.level(
            &rule["defaultConfiguration"],
            &format!("{at}/defaultConfiguration"),
        );
        let tags = list(&rule["properties"]["tags"]);
        if tags.len() > 10 {
            self.say(&format!("{at}/properties/tags"), "has more than 10 tags");
        }
        if !tags.iter().any(|tag| tag == "security") {
            self.say(&format!("{at}/properties/tags"), "does not say security");
        }
        let cwe = tags.iter().filter_map(Value::as_str);
        for tag in cwe.filter_map(|tag| tag.strip_prefix("external/cwe/cwe-")) {
            if tag.len() < 3 || !tag.bytes().all(|b| b.is_ascii_digit()) {
                self.say(&format!("{at}/properties/tags"), "has a CWE of other form");
            }
        }
        if !matches!(
            rule["properties"]["precision"].as_str(),
            Some("very-high" | "high" | "medium" | "low")
        ) {
            self.say(&format!("{at}/properties/precision"), "is none of the four");
        }
        let severity = &rule["properties"]["security-severity"];
        match severity.as_str().map(str::parse::<f32>) {
            Some(Ok(score)) if score > 0.0 && score <= 10.0 => {}
            _ => self.say(
                &format!("{at}/properties/security-severity"),
                "is no number above 0 and up to 10, as a string",
            ),
        }
    }

    fn result(&mut self, result: &Value, rules: &[Value], at: &str) {
        self.non_empty(result, at, "ruleId");
        let rule = result["ruleIndex"]
            .as_u64()
            .and_then(|i| rules.get(i as usize));
        if rule.is_none_or(|rule| rule["id"] != result["ruleId"]) {
            self.say(&format!("{at}/ruleIndex"), "is not the place of the rule");
        }
        self.level(result, at);
        self.non_empty(&result["message"], &format!("{at}/message"), "text");
        let locations = list(&result["locations"]);
        if locations.len() != 1 {
            self.say(
                &format!("{at}/locations"),
                "is not exactly one place to fix",
            );
        }
        for (index, location) in locations.iter().enumerate() {
            self.location(location, &format!("{at}/locations/{index}"));
        }
        let prints = &result["partialFingerprints"];
        let hash = prints["primaryLocationLineHash"]
            .as_str()
            .unwrap_or_default();
        let parts = hash.split_once(':');
        if !parts.is_some_and(|(hex, n)| {
            (1..=16).contains(&hex.len())
                && hex.bytes().all(|b| b.is_ascii_hexdigit())
                && n.parse::<u32>().is_ok_and(|n| n > 0)
        }) {
            self.say(
                &format!("{at}/partialFingerprints/primaryLocationLineHash"),
                "is not of the form <hex>:<n>",
            );
        }
        let related = list(&result["relatedLocations"]);
        let message = result["message"]["text"].as_str().unwrap_or_default();
        for (index, location) in related.iter().enumerate() {
            let at = format!("{at}/relatedLocations/{index}");
            self.location(location, &at);
            if !message.contains(&format!("]({})", location["id"])) {
                self.say(&at, "is not linked from the message, so never shown");
            }
        }
        if message.matches("](").count() != related.len() {
            self.say(
                &format!("{at}/message/text"),
                "holds a link that leads nowhere",
            );
        }
        if locations.len() + related.len() > 1_000 {
            self.say(at, "has more than 1,000 locations");
        }
        let mut steps = 0;
        for flow in list(&result["codeFlows"]) {
            for thread in list(&flow["threadFlows"]) {
                let places = list(&thread["locations"]);
                if places.is_empty() {
                    self.say(&format!("{at}/codeFlows"), "holds an empty thread flow");
                }
                for place in places {
                    self.location(&place["location"], &format!("{at}/codeFlows"));
                    self.non_empty(
                        &place["location"]["message"],
                        &format!("{at}/codeFlows"),
                        "text",
                    );
                }
                steps += places.len();
            }
        }
        if steps > 1_000 {
            self.say(&format!("{at}/codeFlows"), "has more than 1,000 locations");
        }
    }

    fn location(&mut self, location: &Value, at: &str) {
        let physical = &location["physicalLocation"];
        let at = format!("{at}/physicalLocation");
        self.non_empty(
            &physical["artifactLocation"],
            &format!("{at}/artifactLocation"),
            "uri",
        );
        if let Some(uri) = physical["artifactLocation"]["uri"].as_str() {
            self.uri(uri, &format!("{at}/artifactLocation/uri"));
        }
        let region = &physical["region"];
        let number = |field: &str| {
            region[field]
                .as_u64()
                .filter(|n| (1..=i32::MAX as u64).contains(n))
        };
        let [start, column, end, last] =
            ["startLine", "startColumn", "endLine", "endColumn"].map(number);
        match (start, column, end, last) {
            (Some(start), Some(column), Some(end), Some(last)) => {
                if (end, last) < (start, column) {
                    self.say(&format!("{at}/region"), "ends before it starts");
                }
            }
            _ => self.say(&format!("{at}/region"), "lacks a line or column from 1 up"),
        }
    }

    /// A relative reference below the repository's root, percent-encoded, with forward slashes.
    fn uri(&mut self, uri: &str, at: &str) {
        let first = uri.split('/').next().unwrap_or_default();
        if uri.starts_with('/') || first.contains(':') {
            self.say(at, "is absolute");
        }
        if uri
            .split('/')
            .any(|segment| matches!(segment, "" | "." | ".."))
        {
            self.say(at, "climbs, or has an empty segment");
        }
        let mut bytes = uri.bytes();
        while let Some(byte) = bytes.next() {
            let fine = match byte {
                b'%' => [bytes.next(), bytes.next()]
                    .iter()
                    .all(|b| b.is_some_and(|b| b.is_ascii_hexdigit())),
                byte => byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/".contains(&byte),
            };
            if !fine {
                self.say(at, "is not percent-encoded");
                break;
            }
        }
        let lower = uri.to_lowercase();
        if [".apk", ".aab", ".ipa", ".apks", ".xapk"]
            .iter()
            .any(|end| lower.ends_with(end))
        {
            self.say(at, "names an archive, whose bytes the upload would hash");
        }
    }

    fn level(&mut self, holder: &Value, at: &str) {
        if !matches!(holder["level"].as_str(), Some("note" | "warning" | "error")) {
            self.say(&format!("{at}/level"), "is missing or unknown");
        }
    }

    fn non_empty(&mut self, holder: &Value, at: &str, field: &str) {
        if holder[field]
            .as_str()
            .is_none_or(|text| text.trim().is_empty())
        {
            self.say(&format!("{at}/{field}"), "is missing or empty");
        }
    }

    fn at_most(&mut self, text: &Value, at: &str, limit: usize) {
        if text
            .as_str()
            .is_some_and(|text| text.chars().count() > limit)
        {
            self.say(at, &format!("has more than {limit} characters"));
        }
    }

    fn no_empty_string(&mut self, value: &Value, at: &str) {
        match value {
            Value::String(text) if text.is_empty() => self.say(at, "is an empty string"),
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.no_empty_string(item, &format!("{at}/{index}"));
                }
            }
            Value::Object(fields) => {
                for (name, item) in fields {
                    self.no_empty_string(item, &format!("{at}/{name}"));
                }
            }
            _ => {}
        }
    }

    fn no_control_character(&mut self, text: &str) {
        let raw = text.chars().find(|c| c.is_control() && *c != '\n');
        let escaped = ["\\u00", "\\b", "\\f", "\\r", "\\t"]
            .iter()
            .find(|escape| unescaped(text, escape));
        if raw.is_some() || escaped.is_some() {
            self.say("", "holds a control character");
        }
        let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if text.contains(turns) {
            self.say("", "holds a bidirectional control");
        }
    }
}

/// Whether `escape` stands in JSON text with an even number of backslashes before it.
fn unescaped(text: &str, escape: &str) -> bool {
    text.match_indices(escape).any(|(at, _)| {
        let before = text[..at].bytes().rev().take_while(|b| *b == b'\\').count();
        before % 2 == 0
    })
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Bytes of the text as the upload action sends it: gzip, whose header and trailer are 18 bytes.
fn gzip_size(text: &str) -> usize {
    let mut buffer = vec![0; zlib_rs::compress_bound(text.len())];
    let config = zlib_rs::DeflateConfig::default();
    let (packed, _) = zlib_rs::compress_slice(&mut buffer, text.as_bytes(), config);
    packed.len() + 12
}
