//! DroidBench: does the flow engine find the leaks that the cases state, and no others?
//!
//! A case is an APK with its source beside it; the comment at the head of the source says how many
//! leaks it has (`@number_of_leaks`). A leak is a call of a sink that a source's value comes to, in
//! code that some component of the manifest leads to. More of them than stated are false alarms,
//! fewer are misses: the cases do not say which call they mean in a form that a program reads.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use signoff::facts::manifest::Manifest;
use signoff::formats::resources::{ResId, ResourceTable, Value as XmlValue};
use signoff::formats::xml::XmlDoc;
use signoff::input::{self, Role, budget::Budgets};
use signoff::lift::dex;
use signoff::models::matching::{Marker, match_program};

use super::hunt::Hunt;

/// Categories that the engine is meant for; the others are shown beside them.
const AIMED_AT: [&str; 9] = [
    "Aliasing",
    "AndroidSpecific",
    "ArraysAndLists",
    "Callbacks",
    "FieldAndObjectSensitivity",
    "GeneralJava",
    "InterComponentCommunication",
    "Lifecycle",
    "Threading",
];

/// Sources and sinks.
#[derive(Deserialize)]
pub struct Models {
    pub sources: Sources,
    pub sinks: Sinks,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Sources {
    pub result: Vec<String>,
    pub password_field: Vec<String>,
    pub parameter: Vec<String>,
}

#[derive(Deserialize)]
pub struct Sinks {
    pub arguments: Vec<String>,
    pub receiver: Vec<String>,
    pub intents: Vec<String>,
}

/// One case.
struct Case {
    category: String,
    name: String,
    apk: PathBuf,
    expected: Option<usize>,
}

/// What was found in one case.
#[derive(Default)]
pub struct Outcome {
    pub leaks: Vec<String>,
    pub problem: Option<String>,
}

/// Runs all cases below a checkout of DroidBench and prints the scores; lists every case that is
/// not as stated.
pub fn run(root: &Path, only: Option<&str>) -> Result<String, String> {
    let models: Models =
        toml::from_str(include_str!("droidbench.toml")).map_err(|error| error.to_string())?;
    let cases = cases(root)?;
    let mut text = String::new();
    let mut pooled: BTreeMap<(bool, String), Score> = BTreeMap::new();
    for case in &cases {
        let full = format!("{}/{}", case.category, case.name);
        if only.is_some_and(|only| !full.contains(only)) {
            continue;
        }
        let outcome = examine(&case.apk, &models);
        let Some(expected) = case.expected else {
            let _ = writeln!(text, "unlabelled  {full}: {} found", outcome.leaks.len());
            continue;
        };
        let found = outcome.leaks.len();
        let aimed = AIMED_AT.contains(&case.category.as_str());
        let score = pooled.entry((!aimed, case.category.clone())).or_default();
        score.add(expected, found);
        let verdict = match found.cmp(&expected) {
            std::cmp::Ordering::Less => "missed",
            std::cmp::Ordering::Greater => "false alarm",
            std::cmp::Ordering::Equal if only.is_some() => "right",
            std::cmp::Ordering::Equal => continue,
        };
        let _ = writeln!(
            text,
            "{verdict:11} {full}: {expected} stated, {found} found"
        );
        for leak in &outcome.leaks {
            let _ = writeln!(text, "            {leak}");
        }
        if let Some(problem) = &outcome.problem {
            let _ = writeln!(text, "            {problem}");
        }
    }
    let _ = writeln!(
        text,
        "\n{:28} {:>6} {:>6} {:>6} {:>6} {:>9} {:>7}",
        "category", "stated", "right", "false", "missed", "precision", "recall"
    );
    let mut aimed_at = Score::default();
    let mut others = Score::default();
    for ((other, category), score) in &pooled {
        let sum = if *other { &mut others } else { &mut aimed_at };
        sum.merge(score);
        let _ = writeln!(text, "{}", score.row(category));
    }
    let _ = writeln!(text, "{}", aimed_at.row("all that are aimed at"));
    let _ = writeln!(text, "{}", others.row("all others"));
    Ok(text)
}

/// Counts of leaks.
#[derive(Default)]
struct Score {
    stated: usize,
    right: usize,
    wrong: usize,
}

impl Score {
    fn add(&mut self, expected: usize, found: usize) {
        self.stated += expected;
        self.right += expected.min(found);
        self.wrong += found.saturating_sub(expected);
    }

    fn merge(&mut self, other: &Self) {
        self.stated += other.stated;
        self.right += other.right;
        self.wrong += other.wrong;
    }

    fn row(&self, name: &str) -> String {
        format!(
            "{name:28} {:>6} {:>6} {:>6} {:>6} {:>9} {:>7}",
            self.stated,
            self.right,
            self.wrong,
            self.stated - self.right,
            super::score::percent(self.right, self.right + self.wrong),
            super::score::percent(self.right, self.stated),
        )
    }
}

/// The cases of a checkout: one for each APK, in order.
fn cases(root: &Path) -> Result<Vec<Case>, String> {
    let apks = root.join("apk");
    let mut found = Vec::new();
    for category in folders(&apks)? {
        let mut names: Vec<PathBuf> = entries(&category)?
            .into_iter()
            .filter(|path| path.extension().is_some_and(|extension| extension == "apk"))
            .collect();
        names.sort();
        for apk in names {
            let name = stem(&apk);
            let sources = root
                .join("eclipse-project")
                .join(stem(&category))
                .join(&name);
            found.push(Case {
                category: stem(&category),
                expected: stated_leaks(&sources),
                name,
                apk,
            });
        }
    }
    Ok(found)
}

fn stem(path: &Path) -> String {
    path.file_stem()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let read = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut all: Vec<PathBuf> = read.flatten().map(|entry| entry.path()).collect();
    all.sort();
    Ok(all)
}

fn folders(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let mut all = entries(folder)?;
    all.retain(|path| path.is_dir());
    Ok(all)
}

/// What the heads of a case's sources state, summed over its files.
fn stated_leaks(sources: &Path) -> Option<usize> {
    let mut sum = None;
    let mut queue = vec![sources.to_owned()];
    while let Some(at) = queue.pop() {
        for path in entries(&at).unwrap_or_default() {
            if path.is_dir() {
                queue.push(path);
            } else if path
                .extension()
                .is_some_and(|extension| extension == "java")
                && let Ok(text) = fs::read(&path)
                && let Some(stated) = stated_in(&String::from_utf8_lossy(&text))
            {
                sum = Some(sum.unwrap_or(0) + stated);
            }
        }
    }
    sum
}

/// `@number_of_leaks 2`
fn stated_in(source: &str) -> Option<usize> {
    let (_, rest) = source.split_once("@number_of_leaks")?;
    rest.split_whitespace().next()?.parse().ok()
}

/// What the layouts of a case say: methods that they name as handlers, and ids of password fields.
#[derive(Default)]
pub struct Layouts {
    pub handlers: Vec<String>,
    pub passwords: Vec<i64>,
}

/// `android:id`, `android:onClick`, `android:inputType` and `android:password`.
const ID: u32 = 0x0101_00d0;
const ON_CLICK: u32 = 0x0101_026f;
const INPUT_TYPE: u32 = 0x0101_0220;
const PASSWORD: u32 = 0x0101_015c;

impl Layouts {
    fn read(input: &input::Input) -> Self {
        let mut found = Self::default();
        for id in input.select(|part| part.path().starts_with("res/layout")) {
            let Ok(bytes) = input.read(id) else { continue };
            let Some(doc) = XmlDoc::parse(&bytes) else {
                continue;
            };
            for (at, _) in doc.iter() {
                let text = |id| {
                    doc.by_id(at, ResId(id))
                        .and_then(|attribute| attribute.text().map(|text| text.into_owned()))
                };
                found.handlers.extend(text(ON_CLICK));
                let of_type = text(INPUT_TYPE)
                    .and_then(|text| text.parse::<i64>().ok())
                    .is_some_and(|kind| matches!(kind & 0xfff, 0x81 | 0x91 | 0xe1 | 0x12));
                if (of_type || text(PASSWORD).as_deref() == Some("true"))
                    && let Some(XmlValue::Reference(id)) =
                        doc.by_id(at, ResId(ID)).map(|attribute| &attribute.value)
                {
                    found.passwords.push(i64::from(id.0));
                }
            }
        }
        found
    }
}

/// Looks for leaks in one APK.
fn examine(apk: &Path, models: &Models) -> Outcome {
    let failed = |problem: String| Outcome {
        problem: Some(problem),
        ..Outcome::default()
    };
    let input = match input::open(apk, &Budgets::default()) {
        Ok(input) => input,
        Err(error) => return failed(error.to_string()),
    };
    let read = |wanted: fn(&Role) -> bool| -> Vec<(String, Cow<'_, [u8]>)> {
        input
            .select(|part| wanted(&part.role))
            .into_iter()
            .filter_map(|id| Some((input.part(id)?.name.clone(), input.read(id).ok()?)))
            .collect()
    };
    let code = read(|role| matches!(role, Role::Dex(_)));
    let manifests = read(|role| matches!(role, Role::Manifest(_)));
    let table = ResourceTable::default();
    let Some(manifest) = manifests.iter().find_map(|(name, bytes)| {
        XmlDoc::parse(bytes).and_then(|doc| Manifest::read(&doc, name, &table))
    }) else {
        return failed("it has no manifest".to_owned());
    };
    let layouts = Layouts::read(&input);
    let parts: Vec<(String, &[u8])> = code
        .iter()
        .map(|(name, bytes)| (name.clone(), bytes.as_ref()))
        .collect();
    let dex::Loaded {
        mut program, units, ..
    } = dex::load(dex::parse(&parts), None);
    let apis = match_program(&program);
    let marker = match Marker::new(&apis) {
        Ok(marker) => marker,
        Err(error) => return failed(error.to_string()),
    };
    dex::index(&mut program, &units, &marker);
    Hunt::new(&program, &apis, &manifest, models, &layouts).run()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_of_a_source_states_its_leaks() {
        assert_eq!(stated_in("/**\n * @number_of_leaks 2\n */"), Some(2));
        assert_eq!(stated_in("/** @dataflow - */ class A {}"), None);
        assert_eq!(stated_in("@number_of_leaks none"), None);
    }

    #[test]
    fn leaks_beyond_those_stated_are_false_alarms() {
        let mut score = Score::default();
        score.add(2, 1);
        score.add(0, 3);
        assert_eq!((score.stated, score.right, score.wrong), (2, 1, 3));
    }
}
