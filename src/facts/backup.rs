//! What Android's backups and transfers carry away: the manifest's settings and the rules in
//! `res/xml`, answered for one file at a time.
//!
//! Follows the platform's own code (`android.app.backup.FullBackup` and `BackupAgent`,
//! `BackupEligibilityRules`) where the documentation is vaguer: rules are paths on one file tree,
//! so `root` can exclude what `sharedpref` would include; a `sharedpref` rule without `.xml` means
//! the file with it as well; a section that is absent from the extraction rules falls back to the
//! older rules, but for a transfer of an app that targets Android 12; rules that cannot be parsed
//! stop the backup. What a manufacturer's own tool does is not known here.

use std::borrow::Cow;
use std::fmt;

use crate::finding::Location;
use crate::formats::resources::{ResId, ResourceTable};
use crate::formats::xml::{ElementIdx, XmlDoc};

use super::manifest::{BackupContent, Manifest};
use super::{Flag, Setting};

/// How many rules of a section are read; a long list has fifty.
const MAX_RULES: usize = 1000;

/// The first platform with extraction rules: Android 12.
const ANDROID_12: u32 = 31;
/// The first target whose files are backed up to the cloud: Android 6, as documented.
const ANDROID_6: u32 = 23;

/// A way out of the device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// Cloud backup on devices up to Android 11.
    CloudLegacy,
    /// Cloud backup on devices from Android 12.
    Cloud31,
    /// Transfer to another device, from Android 12.
    DeviceTransfer,
    /// `adb backup`, by whoever holds the unlocked device.
    Adb,
}

impl Channel {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::CloudLegacy,
        Self::Cloud31,
        Self::DeviceTransfer,
        Self::Adb,
    ];

    /// For people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::CloudLegacy => "cloud backup up to Android 11",
            Self::Cloud31 => "cloud backup from Android 12",
            Self::DeviceTransfer => "device-to-device transfer",
            Self::Adb => "adb backup",
        }
    }
}

/// A folder of the app, as rules name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Domain {
    /// The data folder itself: `app_webview`, and whatever is in no other domain.
    Root,
    /// `getFilesDir()`
    File,
    /// `getDatabasePath()`
    Database,
    /// `getSharedPreferences()`
    SharedPref,
    /// `getExternalFilesDir()`
    External,
    /// The data folder in device-protected storage, and the domains in it.
    DeviceRoot,
    /// `getFilesDir()` in device-protected storage.
    DeviceFile,
    /// `getDatabasePath()` in device-protected storage.
    DeviceDatabase,
    /// `getSharedPreferences()` in device-protected storage.
    DeviceSharedPref,
}

/// The order in which the platform walks them.
const WALK: [Domain; 9] = [
    Domain::Root,
    Domain::DeviceRoot,
    Domain::File,
    Domain::DeviceFile,
    Domain::Database,
    Domain::DeviceDatabase,
    Domain::SharedPref,
    Domain::DeviceSharedPref,
    Domain::External,
];

impl Domain {
    /// As rules write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::File => "file",
            Self::Database => "database",
            Self::SharedPref => "sharedpref",
            Self::External => "external",
            Self::DeviceRoot => "device_root",
            Self::DeviceFile => "device_file",
            Self::DeviceDatabase => "device_database",
            Self::DeviceSharedPref => "device_sharedpref",
        }
    }

    fn of(name: &str) -> Option<Self> {
        WALK.into_iter().find(|domain| domain.name() == name)
    }

    /// Where it is, on a tree of our own: `ce` and `de` are the app's data folders in credential-
    /// and in device-protected storage, `ext` its external one.
    fn folder(self) -> &'static str {
        match self {
            Self::Root => "ce",
            Self::File => "ce/files",
            Self::Database => "ce/databases",
            Self::SharedPref => "ce/shared_prefs",
            Self::External => "ext",
            Self::DeviceRoot => "de",
            Self::DeviceFile => "de/files",
            Self::DeviceDatabase => "de/databases",
            Self::DeviceSharedPref => "de/shared_prefs",
        }
    }

    /// Whether the platform prunes `path` while it walks this domain.
    fn prunes(self, path: &str) -> bool {
        let never = |data: &str| {
            path.strip_prefix(data)
                .is_some_and(|rest| ["/no_backup", "/cache", "/code_cache", "/lib"].contains(&rest))
        };
        let other = |domain: Self| domain != self && path == domain.folder();
        never("ce")
            || never("de")
            || [
                Self::File,
                Self::Database,
                Self::SharedPref,
                Self::DeviceFile,
                Self::DeviceDatabase,
                Self::DeviceSharedPref,
            ]
            .into_iter()
            .any(other)
            // A data folder is closed once it was walked; `ce` is the first.
            || (self != Self::Root && path == "ce")
            || (self != Self::Root && self != Self::DeviceRoot && path == "de")
    }
}

/// An `<include>` or an `<exclude>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Whether it is an `<include>`.
    pub include: bool,
    /// `domain`.
    pub domain: Domain,
    /// `path`, as written.
    pub path: String,
    /// `requireFlags`: only backups that the device's key encrypts.
    pub only_encrypted: bool,
    /// `requireFlags`: only transfers to another device.
    pub only_transfer: bool,
    /// Where.
    pub location: Location,
}

impl Rule {
    /// The paths that it means, on the tree of [`Domain::folder`].
    fn paths(&self) -> impl Iterator<Item = String> {
        let path = canonical(self.domain, &self.path);
        let more: &[&str] = match self.domain {
            Domain::Database => &["-journal", "-wal"],
            Domain::SharedPref if !path.ends_with(".xml") => &[".xml"],
            _ => &[],
        };
        let more: Vec<String> = more
            .iter()
            .map(|suffix| format!("{path}{suffix}"))
            .collect();
        std::iter::once(path).chain(more)
    }
}

/// The rules of one file or of one section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// In the order of the file.
    pub rules: Vec<Rule>,
    /// `disableIfNoEncryptionCapabilities`: none of it without the device's key.
    pub only_encrypted: bool,
    /// What the platform cannot parse; then it makes no backup.
    pub broken: Option<&'static str>,
    /// There are more rules than are read here: no answer is sure.
    pub cut: bool,
    /// The element that holds them.
    pub location: Location,
}

/// The two sections of extraction rules, each if there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtractionRules {
    /// `<cloud-backup>`
    pub cloud: Option<Rules>,
    /// `<device-transfer>`
    pub transfer: Option<Rules>,
    /// Where the root element is.
    pub location: Location,
    /// What the platform cannot parse.
    pub broken: Option<&'static str>,
}

/// Whether a channel carries something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Covered {
    /// It does.
    Included {
        /// But only encrypted with a key that the cloud does not have.
        only_encrypted: bool,
    },
    /// It does not.
    Excluded,
    /// Not to be told from the app.
    Unknown,
}

/// Why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// No rule says otherwise: everything goes.
    NoRules,
    /// The section exists, and nothing in it excludes this.
    NotExcluded,
    /// An `<include>` that covers it.
    IncludeRule,
    /// An `<exclude>` that covers it.
    ExcludeRule,
    /// There are `<include>`s, and none covers it.
    NotAmongIncludes,
    /// Only an `<include>` that this channel does not satisfy covers it.
    FlagsNotMet,
    /// Cache, code cache and `no_backup` are never carried.
    NeverCarried,
    /// `allowBackup` is false.
    BackupOff,
    /// `fullBackupContent` is false.
    ContentOff,
    /// No device that the app installs on has this channel.
    NoSuchDevice,
    /// The app targets a platform before the channel's time.
    TargetTooOld,
    /// Only debuggable apps are.
    NotDebuggable,
    /// The platform cannot parse the rules, and makes no backup.
    BrokenRules,
    /// The app's own backup agent decides.
    Agent,
    /// A setting or a file could not be resolved.
    Unresolved,
    /// It depends on the device's configuration.
    Varies,
    /// Some files of the folder are carried and some are not, and which one this is is not known.
    PathUnknown,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoRules => "no rule excludes anything",
            Self::NotExcluded => "no rule excludes it",
            Self::IncludeRule => "an include rule covers it",
            Self::ExcludeRule => "an exclude rule covers it",
            Self::NotAmongIncludes => "only other paths are included",
            Self::FlagsNotMet => "it is included only where requireFlags are met",
            Self::NeverCarried => "cache and no_backup folders are never carried",
            Self::BackupOff => "allowBackup is false",
            Self::ContentOff => "fullBackupContent is false",
            Self::NoSuchDevice => "the app does not install on such devices",
            Self::TargetTooOld => "the app targets an older platform",
            Self::NotDebuggable => "only debuggable apps are backed up by adb",
            Self::BrokenRules => "the rules cannot be parsed, so no backup is made",
            Self::Agent => "the app has a backup agent of its own",
            Self::Unresolved => "a setting could not be resolved",
            Self::Varies => "it depends on the device's configuration",
            Self::PathUnknown => "rules differ within the folder, and the file is not known",
        })
    }
}

/// An answer: what, why, and the place that decides it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What.
    pub covered: Covered,
    /// Why.
    pub reason: Reason,
    /// The rule, the section, the setting, or the element that lacks it.
    pub location: Location,
}

/// All that an app says about backups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    allow: Setting<Flag>,
    agent: Option<Setting<String>>,
    debuggable: Flag,
    content: Setting<BackupContent>,
    has_extraction_rules: bool,
    min_sdk: u32,
    target_sdk: u32,
    application: Location,
    /// The rules for devices up to Android 11, one a configuration.
    pub legacy: Vec<(u16, Rules)>,
    /// The rules for devices from Android 12, one a configuration.
    pub extraction: Vec<(u16, ExtractionRules)>,
}

impl Backup {
    /// Collects what the manifest says and the files that it names. `read` gives a file of the app
    /// by its path.
    pub fn read<'r>(
        manifest: &Manifest,
        table: &ResourceTable<'_>,
        read: impl Fn(&str) -> Option<Cow<'r, [u8]>>,
    ) -> Self {
        let application = &manifest.application;
        let mut backup = Self {
            allow: application.allow_backup.clone(),
            agent: application.backup_agent.clone(),
            debuggable: application.debuggable.value,
            content: application.full_backup_content.clone(),
            has_extraction_rules: application.data_extraction_rules.is_some(),
            min_sdk: manifest.min_sdk(),
            target_sdk: manifest.target_sdk(),
            application: application.location.clone(),
            legacy: Vec::new(),
            extraction: Vec::new(),
        };
        if let BackupContent::Rules(id) = application.full_backup_content.value {
            each_file(id, table, &read, |sdk, path, doc| {
                backup.legacy.push((sdk, legacy_rules(doc, path)));
            });
        }
        if let Some(rules) = &application.data_extraction_rules {
            each_file(rules.value, table, &read, |sdk, path, doc| {
                backup.extraction.push((sdk, extraction_rules(doc, path)));
            });
        }
        backup
    }

    /// Whether a channel carries a file. `path` is relative to the domain's folder; without one,
    /// the question is about any file of the domain. The name of preferences serves for their file.
    #[must_use]
    pub fn covers(&self, channel: Channel, domain: Domain, path: Option<&str>) -> Answer {
        let modern = self.target_sdk >= ANDROID_12;
        let here = |covered, reason, location: &Location| Answer {
            covered,
            reason,
            location: location.clone(),
        };
        let off = here(Covered::Excluded, Reason::BackupOff, &self.allow.location);
        let allowed = self.allow.value.or(true);
        match channel {
            Channel::CloudLegacy if self.min_sdk >= ANDROID_12 => {
                return here(Covered::Excluded, Reason::NoSuchDevice, &self.application);
            }
            Channel::CloudLegacy | Channel::Cloud31 => {
                if allowed == Some(false) {
                    return off;
                }
                if self.target_sdk < ANDROID_6 {
                    return here(Covered::Excluded, Reason::TargetTooOld, &self.application);
                }
            }
            // From target 12 on, allowBackup does not stop a transfer.
            Channel::DeviceTransfer if !modern && allowed == Some(false) => return off,
            Channel::DeviceTransfer => {}
            Channel::Adb => {
                // From Android 12 on the rules are not read at all.
                let modern_device = if modern {
                    self.debuggable.or(false)
                } else {
                    allowed
                };
                if modern_device == Some(true) && self.agent.is_none() {
                    return here(
                        Covered::Included {
                            only_encrypted: false,
                        },
                        Reason::NoRules,
                        &self.application,
                    );
                }
                if allowed == Some(false) {
                    return off;
                }
                if self.min_sdk >= ANDROID_12 {
                    return here(Covered::Excluded, Reason::NotDebuggable, &self.application);
                }
            }
        }
        let undecided = allowed.is_none() && !(channel == Channel::DeviceTransfer && modern);
        let mut answer = self.by_rules(channel, domain, path);
        if undecided && answer.covered != Covered::Excluded {
            answer = here(Covered::Unknown, Reason::Unresolved, &self.allow.location);
            if self.allow.value == Flag::Varies {
                answer.reason = Reason::Varies;
            }
        }
        // The platform reads the agent only of apps that allow backup.
        if allowed != Some(false)
            && answer.covered != Covered::Excluded
            && let Some(agent) = &self.agent
        {
            return here(Covered::Unknown, Reason::Agent, &agent.location);
        }
        answer
    }

    /// The answer of the rules, backup being allowed.
    fn by_rules(&self, channel: Channel, domain: Domain, path: Option<&str>) -> Answer {
        let unresolved = |location: &Location| Answer {
            covered: Covered::Unknown,
            reason: Reason::Unresolved,
            location: location.clone(),
        };
        let transfer = channel == Channel::DeviceTransfer;
        if matches!(channel, Channel::Cloud31 | Channel::DeviceTransfer)
            && self.has_extraction_rules
        {
            if self.extraction.is_empty() {
                return unresolved(&self.application);
            }
            let newest = self.extraction.iter().map(|(sdk, _)| *sdk).max();
            return self.agree(
                self.extraction
                    .iter()
                    .filter(|(sdk, _)| Some(*sdk) == newest)
                    .map(|(_, rules)| {
                        if rules.broken.is_some() {
                            return Answer {
                                covered: Covered::Excluded,
                                reason: Reason::BrokenRules,
                                location: rules.location.clone(),
                            };
                        }
                        let section = if transfer {
                            &rules.transfer
                        } else {
                            &rules.cloud
                        };
                        match section {
                            Some(section) => decide(section, domain, path, transfer),
                            None => self.fall_back(channel, &rules.location, domain, path),
                        }
                    }),
            );
        }
        self.fall_back(channel, &self.application, domain, path)
    }

    /// Where the extraction rules say nothing of a channel. `location` is where they would.
    fn fall_back(
        &self,
        channel: Channel,
        location: &Location,
        domain: Domain,
        path: Option<&str>,
    ) -> Answer {
        let transfer = channel == Channel::DeviceTransfer;
        let everything = || everything(location, domain, path);
        if transfer && self.target_sdk >= ANDROID_12 {
            return everything();
        }
        match self.content.value {
            BackupContent::Absent | BackupContent::Everything => everything(),
            BackupContent::Nothing => Answer {
                covered: Covered::Excluded,
                reason: Reason::ContentOff,
                location: self.content.location.clone(),
            },
            BackupContent::Rules(_) => {
                let below = match channel {
                    Channel::CloudLegacy | Channel::Adb => ANDROID_12,
                    Channel::Cloud31 | Channel::DeviceTransfer => u32::MAX,
                };
                let fits = |sdk: &u16| u32::from(*sdk) < below;
                let newest = self.legacy.iter().map(|(sdk, _)| *sdk).filter(fits).max();
                self.agree(
                    self.legacy
                        .iter()
                        .filter(|(sdk, _)| Some(*sdk) == newest)
                        .map(|(_, rules)| decide(rules, domain, path, transfer)),
                )
            }
        }
    }

    /// One answer out of those for several configurations.
    fn agree(&self, answers: impl Iterator<Item = Answer>) -> Answer {
        answers
            .reduce(|a, b| {
                if a.covered == b.covered {
                    a
                } else {
                    Answer {
                        covered: Covered::Unknown,
                        reason: Reason::Varies,
                        location: self.application.clone(),
                    }
                }
            })
            .unwrap_or_else(|| Answer {
                covered: Covered::Unknown,
                reason: Reason::Unresolved,
                location: self.application.clone(),
            })
    }
}

/// Without rules: everything but what is never carried.
fn everything(location: &Location, domain: Domain, path: Option<&str>) -> Answer {
    let none = Rules {
        rules: Vec::new(),
        only_encrypted: false,
        broken: None,
        cut: false,
        location: location.clone(),
    };
    let mut answer = decide(&none, domain, path, false);
    if answer.reason == Reason::NotExcluded {
        answer.reason = Reason::NoRules;
    }
    answer
}

/// Walks the tree as the platform does, for one file.
fn decide(rules: &Rules, domain: Domain, path: Option<&str>, transfer: bool) -> Answer {
    let answer = |covered, reason, location: &Location| Answer {
        covered,
        reason,
        location: location.clone(),
    };
    if rules.broken.is_some() {
        return answer(Covered::Excluded, Reason::BrokenRules, &rules.location);
    }
    if rules.cut {
        return answer(Covered::Unknown, Reason::Unresolved, &rules.location);
    }
    let Some(path) = path else {
        return decide_folder(rules, domain, transfer);
    };
    let target = target(domain, path);
    let has_includes = rules.rules.iter().any(|rule| rule.include);
    // Without an answer yet: what the last obstacle was.
    let mut reason = if has_includes {
        (Reason::NotAmongIncludes, &rules.location)
    } else {
        (Reason::NeverCarried, &rules.location)
    };
    for walked in WALK {
        let starts: Vec<(String, Option<&Rule>)> = if has_includes {
            rules
                .rules
                .iter()
                .filter(|rule| rule.include && rule.domain == walked)
                .flat_map(|rule| rule.paths().map(move |path| (path, Some(rule))))
                .collect()
        } else {
            vec![(walked.folder().to_owned(), None)]
        };
        for (start, rule) in starts {
            if !within(&target, &start) {
                continue;
            }
            if let Some(rule) = rule
                && rule.only_transfer
                && !transfer
            {
                reason = (Reason::FlagsNotMet, &rule.location);
                continue;
            }
            if let Some(exclude) = excluded(rules, &start, &target) {
                reason = (Reason::ExcludeRule, &exclude.location);
                continue;
            }
            if ancestors(&start, &target).any(|path| walked.prunes(path)) {
                continue;
            }
            let only_encrypted =
                rules.only_encrypted || rule.is_some_and(|rule| rule.only_encrypted);
            return match rule {
                Some(rule) => answer(
                    Covered::Included { only_encrypted },
                    Reason::IncludeRule,
                    &rule.location,
                ),
                None => answer(
                    Covered::Included { only_encrypted },
                    Reason::NotExcluded,
                    &rules.location,
                ),
            };
        }
    }
    answer(Covered::Excluded, reason.0, reason.1)
}

/// For any file of a domain: its folder's answer, if no rule tells files in it apart.
fn decide_folder(rules: &Rules, domain: Domain, transfer: bool) -> Answer {
    let folder = domain.folder();
    let inside = rules.rules.iter().find(|rule| {
        rule.paths()
            .any(|path| path != folder && within(&path, folder))
    });
    // A file that no rule can name.
    let mut answer = decide(rules, domain, Some("\u{0}"), transfer);
    if let Some(rule) = inside
        && (rule.include || answer.covered != Covered::Excluded)
    {
        answer = Answer {
            covered: Covered::Unknown,
            reason: Reason::PathUnknown,
            location: rule.location.clone(),
        };
    }
    answer
}

/// The exclude rule that the walk from `start` to `target` meets.
fn excluded<'r>(rules: &'r Rules, start: &str, target: &str) -> Option<&'r Rule> {
    rules.rules.iter().find(|rule| {
        !rule.include
            && rule
                .paths()
                .any(|path| within(target, &path) && within(&path, start))
    })
}

/// The paths from `start` down to `target`, both included.
fn ancestors<'t>(start: &str, target: &'t str) -> impl Iterator<Item = &'t str> {
    let from = start.len();
    target
        .char_indices()
        .filter(move |(at, letter)| *letter == '/' && *at >= from)
        .filter_map(|(at, _)| target.get(..at))
        .chain(std::iter::once(target))
}

/// Whether `path` is `folder` or in it.
fn within(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A path of a domain on the tree of [`Domain::folder`], without `.` and empty parts.
fn canonical(domain: Domain, path: &str) -> String {
    let mut out = domain.folder().to_owned();
    for part in path.split('/') {
        if !part.is_empty() && part != "." {
            out.push('/');
            out.push_str(part);
        }
    }
    out
}

/// The file that somebody asks about.
fn target(domain: Domain, path: &str) -> String {
    let mut target = canonical(domain, path);
    if matches!(domain, Domain::SharedPref | Domain::DeviceSharedPref)
        && target != domain.folder()
        && !path.contains('\0')
        && !target.ends_with(".xml")
    {
        target.push_str(".xml");
    }
    target
}

fn each_file<'r>(
    id: ResId,
    table: &ResourceTable<'_>,
    read: &impl Fn(&str) -> Option<Cow<'r, [u8]>>,
    mut each: impl FnMut(u16, &str, &XmlDoc<'_>),
) {
    for (config, path) in table.files(id) {
        if let Some(data) = read(&path)
            && let Some(doc) = table.document(&data)
        {
            each(config.sdk(), &path, &doc);
        }
    }
}

/// Reads a `fullBackupContent` file. `part` is its name in locations.
#[must_use]
pub fn legacy_rules(doc: &XmlDoc<'_>, part: &str) -> Rules {
    match doc.root() {
        Some(root) => {
            let mut rules = section(doc, root, part, false);
            if doc
                .element(root)
                .is_none_or(|element| element.name != "full-backup-content")
            {
                rules.broken = Some("the root element is not full-backup-content");
            }
            rules
        }
        None => Rules {
            rules: Vec::new(),
            only_encrypted: false,
            broken: Some("there is no root element"),
            cut: false,
            location: place(doc, ElementIdx(0), part),
        },
    }
}

/// Reads a `dataExtractionRules` file. `part` is its name in locations.
#[must_use]
pub fn extraction_rules(doc: &XmlDoc<'_>, part: &str) -> ExtractionRules {
    let root = doc.root().and_then(|root| doc.element(root));
    let mut out = ExtractionRules {
        cloud: None,
        transfer: None,
        location: place(doc, ElementIdx(0), part),
        broken: match root {
            None => Some("there is no root element"),
            Some(root) if root.name != "data-extraction-rules" => {
                Some("the root element is not data-extraction-rules")
            }
            Some(_) => None,
        },
    };
    for (index, element) in doc.iter() {
        let slot = match element.name.as_ref() {
            "cloud-backup" => &mut out.cloud,
            "device-transfer" => &mut out.transfer,
            _ => continue,
        };
        let mut rules = section(doc, index, part, true);
        rules.only_encrypted = element.name == "cloud-backup"
            && doc
                .by_name(index, "disableIfNoEncryptionCapabilities")
                .and_then(|attribute| attribute.text().map(|text| text == "true"))
                .unwrap_or(false);
        match slot {
            Some(known) => {
                known.rules.append(&mut rules.rules);
                known.only_encrypted |= rules.only_encrypted;
                known.cut |= rules.cut || known.rules.len() > MAX_RULES;
                known.broken = known.broken.or(rules.broken);
            }
            None => *slot = Some(rules),
        }
    }
    out
}

fn section(doc: &XmlDoc<'_>, at: ElementIdx, part: &str, modern: bool) -> Rules {
    let mut out = Rules {
        rules: Vec::new(),
        only_encrypted: false,
        broken: None,
        cut: false,
        location: place(doc, at, part),
    };
    let end = doc.element(at).map_or(0, |element| element.end);
    // All that is within, at any depth, as the platform reads it.
    for index in (at.0 + 1..end).map(ElementIdx) {
        let Some(element) = doc.element(index) else {
            break;
        };
        let (include, most) = match element.name.as_ref() {
            "include" => (true, 3),
            "exclude" => (false, 2),
            _ => {
                // The platform stops reading here, and so must this: sections can be nested.
                out.broken = Some("there is an element other than include and exclude");
                break;
            }
        };
        if doc.attributes(index).len() > most {
            out.broken = Some("a rule has too many attributes");
        }
        let text = |name: &str| {
            doc.by_name(index, name)
                .map(|attribute| attribute.text().unwrap_or(Cow::Borrowed("@")))
        };
        let Some(domain) = text("domain").and_then(|domain| Domain::of(&domain)) else {
            continue;
        };
        let path = text("path").unwrap_or_default().into_owned();
        // The platform skips a rule whose path has either.
        if path.contains("..") || path.contains("//") {
            continue;
        }
        if out.rules.len() >= MAX_RULES {
            out.cut = true;
            break;
        }
        let flags = if include && !modern {
            text("requireFlags").unwrap_or_default().into_owned()
        } else {
            String::new()
        };
        let flag = |name: &str| flags.split('|').any(|flag| flag == name);
        out.rules.push(Rule {
            include,
            domain,
            path,
            only_encrypted: flag("clientSideEncryption"),
            only_transfer: flag("deviceToDeviceTransfer"),
            location: place(doc, index, part),
        });
    }
    out
}

fn place(doc: &XmlDoc<'_>, at: ElementIdx, part: &str) -> Location {
    Location {
        part: part.to_owned(),
        line: doc.line(at),
        ..Location::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::config::Config;
    use crate::formats::testing::{self, Put, Shape};

    const LEGACY: u32 = 0x7f01_0000;
    const RULES: u32 = 0x7f01_0001;

    /// What an app with this `<application>` and these files says.
    fn backup(sdk: (u32, u32), application: &str, legacy: &str, rules: &str) -> Backup {
        let manifest = format!(
            r#"<manifest package="com.example">
<uses-sdk android:minSdkVersion="{}" android:targetSdkVersion="{}"/>
<application {application}/>
</manifest>"#,
            sdk.0, sdk.1
        );
        let manifest = testing::axml(&manifest);
        let manifest = XmlDoc::parse(&manifest).unwrap();
        let table = testing::arsc(
            &[
                (
                    "xml",
                    "legacy",
                    vec![(Config::default(), Put::Text("res/xml/legacy.xml"))],
                ),
                (
                    "xml",
                    "rules",
                    vec![(Config::default(), Put::Text("res/xml/rules.xml"))],
                ),
            ],
            Shape::Dense,
            true,
        );
        let mut resources = ResourceTable::default();
        resources.push_arsc(&table).unwrap();
        let manifest = Manifest::read(&manifest, "AndroidManifest.xml", &resources).unwrap();
        Backup::read(&manifest, &resources, |path| {
            let text = match path {
                "res/xml/legacy.xml" => legacy,
                "res/xml/rules.xml" => rules,
                _ => return None,
            };
            (!text.is_empty()).then(|| Cow::Owned(testing::axml(text)))
        })
    }

    fn ask(backup: &Backup, channel: Channel, path: &str) -> (Covered, Reason) {
        let answer = backup.covers(channel, Domain::SharedPref, Some(path));
        (answer.covered, answer.reason)
    }

    const YES: Covered = Covered::Included {
        only_encrypted: false,
    };
    const NO: Covered = Covered::Excluded;

    fn with_rules() -> String {
        format!(
            r#"android:fullBackupContent="@{LEGACY:#x}" android:dataExtractionRules="@{RULES:#x}""#
        )
    }

    #[test]
    fn nothing_said_is_everything_carried() {
        let app = backup((24, 34), "", "", "");
        for channel in [
            Channel::CloudLegacy,
            Channel::Cloud31,
            Channel::DeviceTransfer,
        ] {
            assert_eq!(ask(&app, channel, "auth"), (YES, Reason::NoRules));
            let cache = app.covers(channel, Domain::Root, Some("cache/http/1"));
            assert_eq!((cache.covered, cache.reason), (NO, Reason::NeverCarried));
            let kept = app.covers(channel, Domain::Root, Some("no_backup/token"));
            assert_eq!(kept.covered, NO);
            let web = app.covers(channel, Domain::Root, Some("app_webview/Default/Cookies"));
            assert_eq!(web.covered, YES);
        }
        assert_eq!(ask(&app, Channel::Adb, "auth").0, YES);
        let new = backup((31, 34), "", "", "");
        assert_eq!(
            ask(&new, Channel::CloudLegacy, "auth"),
            (NO, Reason::NoSuchDevice)
        );
        assert_eq!(ask(&new, Channel::Adb, "auth"), (NO, Reason::NotDebuggable));
    }

    #[test]
    fn backup_off_stops_the_cloud_and_not_the_transfer() {
        let off = r#"android:allowBackup="false""#;
        let app = backup((24, 34), off, "", "");
        assert_eq!(ask(&app, Channel::Cloud31, "a"), (NO, Reason::BackupOff));
        assert_eq!(
            ask(&app, Channel::DeviceTransfer, "a"),
            (YES, Reason::NoRules)
        );
        let old = backup((24, 30), off, "", "");
        assert_eq!(
            ask(&old, Channel::DeviceTransfer, "a"),
            (NO, Reason::BackupOff)
        );
        assert_eq!(ask(&old, Channel::Adb, "a"), (NO, Reason::BackupOff));
    }

    #[test]
    fn excludes_by_name_by_folder_and_across_domains() {
        let rules = r#"<full-backup-content>
  <exclude domain="sharedpref" path="auth"/>
  <exclude domain="sharedpref" path="device.xml"/>
  <exclude domain="root" path="shared_prefs/web.xml"/>
  <exclude domain="file" path="secret/"/>
  <exclude domain="database" path="session.db"/>
  <exclude domain="file" path="../shared_prefs/other.xml"/>
</full-backup-content>"#;
        let app = backup(
            (24, 30),
            &format!(r#"android:fullBackupContent="@{LEGACY:#x}""#),
            rules,
            "",
        );
        let channel = Channel::CloudLegacy;
        for (path, covered) in [
            ("auth", NO),
            ("auth.xml", NO),
            ("device", NO),
            ("web", NO),
            ("other", YES),
            ("auth2", YES),
        ] {
            assert_eq!(ask(&app, channel, path).0, covered, "{path}");
        }
        let line = app
            .covers(channel, Domain::SharedPref, Some("web"))
            .location
            .line;
        assert_eq!(line, Some(4));
        for (domain, path, covered) in [
            (Domain::File, "secret/a/b", NO),
            (Domain::File, "secrets", YES),
            (Domain::Database, "session.db", NO),
            (Domain::Database, "session.db-wal", NO),
            (Domain::Database, "session.db-shm", YES),
            (Domain::Root, "files/secret/x", NO),
            (Domain::Root, "databases/other.db", YES),
            (Domain::DeviceSharedPref, "auth", YES),
        ] {
            assert_eq!(
                app.covers(channel, domain, Some(path)).covered,
                covered,
                "{path}"
            );
        }
        // The same rules on later devices, as there are no newer ones.
        assert_eq!(ask(&app, Channel::Cloud31, "auth").0, NO);
        assert_eq!(ask(&app, Channel::DeviceTransfer, "auth").0, NO);
        let any = app.covers(channel, Domain::SharedPref, None);
        assert_eq!(
            (any.covered, any.reason),
            (Covered::Unknown, Reason::PathUnknown)
        );
        assert_eq!(app.covers(channel, Domain::External, None).covered, YES);
    }

    #[test]
    fn an_include_makes_a_list_of_what_is_allowed() {
        let rules = r#"<full-backup-content>
  <include domain="sharedpref" path="." requireFlags="clientSideEncryption"/>
  <exclude domain="sharedpref" path="auth.xml"/>
  <include domain="file" path="export" requireFlags="deviceToDeviceTransfer"/>
  <include domain="root" path="."/>
</full-backup-content>"#;
        let app = backup(
            (24, 30),
            &format!(r#"android:fullBackupContent="@{LEGACY:#x}""#),
            rules,
            "",
        );
        let channel = Channel::CloudLegacy;
        assert_eq!(
            ask(&app, channel, "settings"),
            (
                Covered::Included {
                    only_encrypted: true
                },
                Reason::IncludeRule
            )
        );
        assert_eq!(ask(&app, channel, "auth"), (NO, Reason::ExcludeRule));
        // The root does not reach into the other domains.
        let answer = app.covers(channel, Domain::Database, Some("a.db"));
        assert_eq!(
            (answer.covered, answer.reason),
            (NO, Reason::NotAmongIncludes)
        );
        assert_eq!(
            app.covers(channel, Domain::Root, Some("app_x/y")).covered,
            YES
        );
        let export = |channel| app.covers(channel, Domain::File, Some("export/a")).reason;
        assert_eq!(export(channel), Reason::FlagsNotMet);
        assert_eq!(export(Channel::DeviceTransfer), Reason::IncludeRule);
    }

    #[test]
    fn sections_of_the_extraction_rules() {
        let legacy = r#"<full-backup-content><exclude domain="sharedpref" path="auth.xml"/></full-backup-content>"#;
        let cloud_only = r#"<data-extraction-rules>
  <cloud-backup disableIfNoEncryptionCapabilities="true">
    <exclude domain="sharedpref" path="token.xml"/>
  </cloud-backup>
</data-extraction-rules>"#;
        let app = backup((24, 34), &with_rules(), legacy, cloud_only);
        assert_eq!(ask(&app, Channel::CloudLegacy, "auth").0, NO);
        assert_eq!(ask(&app, Channel::CloudLegacy, "token").0, YES);
        assert_eq!(
            ask(&app, Channel::Cloud31, "token"),
            (NO, Reason::ExcludeRule)
        );
        assert_eq!(
            ask(&app, Channel::Cloud31, "auth").0,
            Covered::Included {
                only_encrypted: true
            }
        );
        // No section for transfers: everything goes, whatever the older rules say.
        assert_eq!(
            ask(&app, Channel::DeviceTransfer, "auth"),
            (YES, Reason::NoRules)
        );
        let transfer_only = r#"<data-extraction-rules>
  <device-transfer><exclude domain="sharedpref" path="."/></device-transfer>
</data-extraction-rules>"#;
        let app = backup((24, 34), &with_rules(), legacy, transfer_only);
        assert_eq!(ask(&app, Channel::DeviceTransfer, "auth").0, NO);
        // No section for the cloud: the older rules hold.
        assert_eq!(
            ask(&app, Channel::Cloud31, "auth"),
            (NO, Reason::ExcludeRule)
        );
        assert_eq!(ask(&app, Channel::Cloud31, "token").0, YES);
        let any = app.covers(Channel::DeviceTransfer, Domain::SharedPref, None);
        assert_eq!(any.covered, NO);
    }

    #[test]
    fn what_cannot_be_told() {
        let broken = r#"<full-backup-content><allow domain="root"/></full-backup-content>"#;
        let legacy = format!(r#"android:fullBackupContent="@{LEGACY:#x}""#);
        let app = backup((24, 30), &legacy, broken, "");
        assert_eq!(ask(&app, Channel::Cloud31, "a"), (NO, Reason::BrokenRules));
        let app = backup((24, 30), &legacy, "", "");
        assert_eq!(
            ask(&app, Channel::Cloud31, "a"),
            (Covered::Unknown, Reason::Unresolved)
        );
        let app = backup((24, 30), r#"android:fullBackupContent="false""#, "", "");
        assert_eq!(ask(&app, Channel::Cloud31, "a"), (NO, Reason::ContentOff));
        let app = backup((24, 34), r#"android:backupAgent=".Agent""#, "", "");
        assert_eq!(
            ask(&app, Channel::Cloud31, "a"),
            (Covered::Unknown, Reason::Agent)
        );
        let app = backup((24, 34), r#"android:allowBackup="@0x7f09000a""#, "", "");
        assert_eq!(
            ask(&app, Channel::Cloud31, "a"),
            (Covered::Unknown, Reason::Unresolved)
        );
        assert_eq!(ask(&app, Channel::DeviceTransfer, "a").0, YES);
    }
}
