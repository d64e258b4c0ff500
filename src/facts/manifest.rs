//! `AndroidManifest.xml` of a build: identity, application settings, components, permissions.
//!
//! Reads attributes as the platform does, by resource id, and applies its defaults only in the
//! methods that say so. Backup rules are [`super::backup`]'s.

use std::hash::Hash;

use rustc_hash::FxHashSet;

use crate::finding::Location;
use crate::formats::attr;
use crate::formats::resources::{ResId, ResourceTable, Value};
use crate::formats::xml::{Attribute, ElementIdx, XmlDoc};

use super::{Flag, Setting};

/// The SDK level of a platform that is not released: manifests name it by a word.
pub const SDK_IN_DEVELOPMENT: u32 = 10_000;

/// A manifest, or those of a base and its splits in one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Manifest {
    /// The part that it was read from.
    pub location: Location,
    /// Application id.
    pub package: String,
    /// Name of the split; of a base, none.
    pub split: Option<String>,
    /// A feature module, with code and components of its own.
    pub is_feature_split: bool,
    /// `versionCode`, with `versionCodeMajor` in its upper half.
    pub version_code: Option<u64>,
    /// `versionName`.
    pub version_name: Option<String>,
    /// `minSdkVersion`, as written.
    pub min_sdk: Option<Setting<u32>>,
    /// `targetSdkVersion`, as written.
    pub target_sdk: Option<Setting<u32>>,
    /// Settings of the application.
    pub application: Application,
    /// Activities, aliases, services, receivers and providers, in the order of the file.
    pub components: Vec<Component>,
    /// Permissions asked for.
    pub uses_permissions: Vec<UsesPermission>,
    /// Permissions defined.
    pub permissions: Vec<Permission>,
}

/// Settings of `<application>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// Where the element is; of a manifest without one, the manifest.
    pub location: Location,
    /// The `Application` class.
    pub name: Option<String>,
    /// `allowBackup`; the platform's default is true.
    pub allow_backup: Setting<Flag>,
    /// `fullBackupContent`: backup rules up to Android 11.
    pub full_backup_content: Setting<BackupContent>,
    /// `fullBackupOnly`: file backup although there is an agent.
    pub full_backup_only: Flag,
    /// `dataExtractionRules`: backup and transfer rules from Android 12.
    pub data_extraction_rules: Option<Setting<ResId>>,
    /// `backupAgent`, fully qualified.
    pub backup_agent: Option<Setting<String>>,
    /// `debuggable`; the platform's default is false.
    pub debuggable: Setting<Flag>,
    /// `testOnly`.
    pub test_only: Flag,
    /// `usesCleartextTraffic`; the default depends on the target.
    pub uses_cleartext_traffic: Setting<Flag>,
    /// `networkSecurityConfig`.
    pub network_security_config: Option<Setting<ResId>>,
    /// `hasFragileUserData`: the user is asked whether data stays on removal.
    pub has_fragile_user_data: Setting<Flag>,
    /// `allowClearUserData`.
    pub allow_clear_user_data: Flag,
    /// `manageSpaceActivity`, fully qualified: an own screen instead of "clear data".
    pub manage_space_activity: Option<String>,
    /// `appComponentFactory`, fully qualified: makes components in its own way.
    pub component_factory: Option<String>,
    /// Permission of components that name none.
    pub permission: Option<String>,
    /// `<meta-data>` directly within the application.
    pub meta_data: Vec<MetaData>,
}

/// `fullBackupContent`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BackupContent {
    /// Not written: everything.
    #[default]
    Absent,
    /// `true`: everything.
    Everything,
    /// `false`: nothing.
    Nothing,
    /// An XML resource.
    Rules(ResId),
}

/// What kind of component.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ComponentKind {
    /// `<activity>`
    Activity,
    /// `<activity-alias>`
    ActivityAlias,
    /// `<service>`
    Service,
    /// `<receiver>`
    Receiver,
    /// `<provider>`
    Provider,
}

impl ComponentKind {
    /// Name of the element.
    #[must_use]
    pub fn element(self) -> &'static str {
        match self {
            Self::Activity => "activity",
            Self::ActivityAlias => "activity-alias",
            Self::Service => "service",
            Self::Receiver => "receiver",
            Self::Provider => "provider",
        }
    }

    fn of(element: &str) -> Option<Self> {
        [
            Self::Activity,
            Self::ActivityAlias,
            Self::Service,
            Self::Receiver,
            Self::Provider,
        ]
        .into_iter()
        .find(|kind| kind.element() == element)
    }
}

/// A component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Component {
    /// Kind.
    pub kind: ComponentKind,
    /// Fully qualified class, dots between packages; of an alias, its own name.
    pub name: String,
    /// Of an alias: the activity that it stands for.
    pub target: Option<String>,
    /// `exported`, as written.
    pub exported: Flag,
    /// `enabled`, as written; the platform's default is true.
    pub enabled: Flag,
    /// Permission that a caller needs, the application's where it names none.
    pub permission: Option<String>,
    /// Of a provider: for reading, where it differs.
    pub read_permission: Option<String>,
    /// Of a provider: for writing, where it differs.
    pub write_permission: Option<String>,
    /// Of a provider.
    pub authorities: Vec<String>,
    /// Of a provider: `grantUriPermissions`.
    pub grant_uri_permissions: Flag,
    /// `process`, as written.
    pub process: Option<String>,
    /// `label`, in the default language.
    pub label: Option<String>,
    /// Resource of the label.
    pub label_id: Option<ResId>,
    /// Intent filters.
    pub filters: Vec<IntentFilter>,
    /// `<meta-data>` within it.
    pub meta_data: Vec<MetaData>,
    /// Where.
    pub location: Location,
}

impl Component {
    /// Whether other apps can reach it. Without the attribute, a component with an intent filter
    /// is exported (from target 31 on such an app does not install, so any answer is right), and
    /// a provider is for targets below 17.
    #[must_use]
    pub fn is_exported(&self, target_sdk: u32) -> Option<bool> {
        self.exported.or(match self.kind {
            ComponentKind::Provider => target_sdk < 17,
            _ => !self.filters.is_empty(),
        })
    }

    /// Whether the user starts the app with it.
    #[must_use]
    pub fn is_launcher(&self) -> bool {
        matches!(
            self.kind,
            ComponentKind::Activity | ComponentKind::ActivityAlias
        ) && self.filters.iter().any(|filter| {
            filter
                .actions
                .iter()
                .any(|action| action == "android.intent.action.MAIN")
                && filter.categories.iter().any(|category| {
                    category == "android.intent.category.LAUNCHER"
                        || category == "android.intent.category.LEANBACK_LAUNCHER"
                })
        })
    }

    /// The class that runs: of an alias, its target.
    #[must_use]
    pub fn class(&self) -> &str {
        self.target.as_deref().unwrap_or(&self.name)
    }
}

/// An intent filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IntentFilter {
    /// Actions.
    pub actions: Vec<String>,
    /// Categories.
    pub categories: Vec<String>,
    /// `<data>` elements; the platform matches any scheme with any host with any path of them.
    pub data: Vec<FilterData>,
    /// `autoVerify`: App Links.
    pub auto_verify: Flag,
    /// Where.
    pub location: Location,
}

/// One `<data>` of an intent filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FilterData {
    /// `https`, `com.example.app`.
    pub scheme: Option<String>,
    /// `login.example.com`.
    pub host: Option<String>,
    /// Port.
    pub port: Option<String>,
    /// Paths: the attribute that has it (`pathPrefix`), and the pattern.
    pub paths: Vec<(&'static str, String)>,
    /// `mimeType`.
    pub mime_type: Option<String>,
}

/// A `<meta-data>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetaData {
    /// Name.
    pub name: String,
    /// `value`, in the default configuration.
    pub value: Option<String>,
    /// `resource`, or the resource that `value` refers to.
    pub resource: Option<ResId>,
    /// Where.
    pub location: Location,
}

/// A `<uses-permission>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsesPermission {
    /// Name.
    pub name: String,
    /// `maxSdkVersion`.
    pub max_sdk: Option<u32>,
    /// Where.
    pub location: Location,
}

/// A `<permission>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permission {
    /// Name.
    pub name: String,
    /// `protectionLevel` as a number: its lowest four bits are 0 normal, 1 dangerous, 2 signature.
    pub protection: u32,
    /// Where.
    pub location: Location,
}

impl Manifest {
    /// Reads a manifest. `part` is its name in locations, `table` resolves its references.
    #[must_use]
    pub fn read(doc: &XmlDoc<'_>, part: &str, table: &ResourceTable<'_>) -> Option<Self> {
        let root = doc.root()?;
        Some(Reader { doc, part, table }.manifest(root))
    }

    /// Whether only apps of the same signer hold a permission that the app declares itself.
    #[must_use]
    pub fn is_signature(&self, name: &str) -> bool {
        self.permissions
            .iter()
            .any(|permission| permission.name == name && permission.protection & 0xf == 2)
    }

    /// The lowest platform that it installs on; the platform's default is 1.
    #[must_use]
    pub fn min_sdk(&self) -> u32 {
        self.min_sdk.as_ref().map_or(1, |setting| setting.value)
    }

    /// The platform whose behaviour it asks for; the default is the lowest that it installs on.
    #[must_use]
    pub fn target_sdk(&self) -> u32 {
        self.target_sdk
            .as_ref()
            .map_or_else(|| self.min_sdk(), |setting| setting.value)
    }

    /// The activities that the user starts the app with, aliases included.
    pub fn launchers(&self) -> impl Iterator<Item = &Component> {
        self.components
            .iter()
            .filter(|component| component.is_launcher())
    }

    /// One manifest of a base and its splits, in any order. Settings are the base's; splits add
    /// components, permissions and meta-data.
    #[must_use]
    pub fn merge(mut parts: Vec<Self>) -> Option<Self> {
        let base = parts
            .iter()
            .position(|manifest| manifest.split.is_none())
            .unwrap_or(0);
        if parts.is_empty() {
            return None;
        }
        let mut base = parts.remove(base);
        for part in parts {
            add(&mut base.components, part.components, |component| {
                (component.kind, component.name.clone())
            });
            add(&mut base.uses_permissions, part.uses_permissions, |uses| {
                uses.name.clone()
            });
            add(&mut base.permissions, part.permissions, |permission| {
                permission.name.clone()
            });
            let meta_data = part.application.meta_data;
            add(&mut base.application.meta_data, meta_data, |meta| {
                meta.name.clone()
            });
        }
        Some(base)
    }
}

/// Adds what is not there yet, by its key.
fn add<T, K: Eq + Hash>(to: &mut Vec<T>, from: Vec<T>, key: impl Fn(&T) -> K) {
    let mut known: FxHashSet<K> = to.iter().map(&key).collect();
    to.extend(from.into_iter().filter(|item| known.insert(key(item))));
}

impl Default for Application {
    fn default() -> Self {
        Self::absent(&Location::default())
    }
}

impl Application {
    fn absent(location: &Location) -> Self {
        let flag = Setting {
            value: Flag::Absent,
            location: location.clone(),
        };
        Self {
            location: location.clone(),
            name: None,
            allow_backup: flag.clone(),
            full_backup_content: Setting {
                value: BackupContent::Absent,
                location: location.clone(),
            },
            full_backup_only: Flag::Absent,
            data_extraction_rules: None,
            backup_agent: None,
            debuggable: flag.clone(),
            test_only: Flag::Absent,
            uses_cleartext_traffic: flag.clone(),
            network_security_config: None,
            has_fragile_user_data: flag,
            allow_clear_user_data: Flag::Absent,
            manage_space_activity: None,
            component_factory: None,
            permission: None,
            meta_data: Vec::new(),
        }
    }
}

struct Reader<'d> {
    doc: &'d XmlDoc<'d>,
    part: &'d str,
    table: &'d ResourceTable<'d>,
}

impl Reader<'_> {
    fn manifest(&self, root: ElementIdx) -> Manifest {
        let location = self.location(root);
        let low = self.number(root, attr::VERSION_CODE);
        let high = self.number(root, attr::VERSION_CODE_MAJOR);
        let mut manifest = Manifest {
            package: self.named(root, "package").unwrap_or_default(),
            split: self.named(root, "split"),
            is_feature_split: self.flag(root, attr::IS_FEATURE_SPLIT).value == Flag::True,
            version_code: low.map(|low| u64::from(low) | u64::from(high.unwrap_or(0)) << 32),
            version_name: self.text(root, attr::VERSION_NAME),
            application: Application::absent(&location),
            location,
            ..Manifest::default()
        };
        let mut seen_application = false;
        for (index, element) in self.doc.children(root) {
            match element.name.as_ref() {
                "uses-sdk" => {
                    manifest.min_sdk = self.sdk(index, attr::MIN_SDK_VERSION).or(manifest.min_sdk);
                    manifest.target_sdk = self
                        .sdk(index, attr::TARGET_SDK_VERSION)
                        .or(manifest.target_sdk);
                }
                "uses-permission" | "uses-permission-sdk-23" | "uses-permission-sdk-m" => {
                    if let Some(name) = self.text(index, attr::NAME) {
                        manifest.uses_permissions.push(UsesPermission {
                            name,
                            max_sdk: self.number(index, attr::MAX_SDK_VERSION),
                            location: self.location(index),
                        });
                    }
                }
                "permission" => {
                    if let Some(name) = self.text(index, attr::NAME) {
                        manifest.permissions.push(Permission {
                            name,
                            protection: self.number(index, attr::PROTECTION_LEVEL).unwrap_or(0),
                            location: self.location(index),
                        });
                    }
                }
                // The platform reads the first and ignores the others.
                "application" if !seen_application => {
                    seen_application = true;
                    manifest.application = self.application(index, &manifest.package);
                    manifest.components = self.components(index, &manifest);
                }
                _ => {}
            }
        }
        manifest
    }

    fn application(&self, at: ElementIdx, package: &str) -> Application {
        let class = |id| self.text(at, id).map(|name| qualify(&name, package));
        Application {
            location: self.location(at),
            name: class(attr::NAME),
            allow_backup: self.flag(at, attr::ALLOW_BACKUP),
            full_backup_content: Setting {
                value: match self
                    .attribute(at, attr::FULL_BACKUP_CONTENT)
                    .map(|a| &a.value)
                {
                    None | Some(Value::Null) => BackupContent::Absent,
                    Some(Value::Reference(id)) => BackupContent::Rules(*id),
                    // The platform looks at the number behind the value, whatever its type.
                    Some(Value::Bool(false) | Value::Int(0)) => BackupContent::Nothing,
                    Some(_) => BackupContent::Everything,
                },
                location: self.location(at),
            },
            full_backup_only: self.flag(at, attr::FULL_BACKUP_ONLY).value,
            data_extraction_rules: self.resource(at, attr::DATA_EXTRACTION_RULES),
            backup_agent: class(attr::BACKUP_AGENT).map(|value| Setting {
                value,
                location: self.location(at),
            }),
            debuggable: self.flag(at, attr::DEBUGGABLE),
            test_only: self.flag(at, attr::TEST_ONLY).value,
            uses_cleartext_traffic: self.flag(at, attr::USES_CLEARTEXT_TRAFFIC),
            network_security_config: self.resource(at, attr::NETWORK_SECURITY_CONFIG),
            has_fragile_user_data: self.flag(at, attr::HAS_FRAGILE_USER_DATA),
            allow_clear_user_data: self.flag(at, attr::ALLOW_CLEAR_USER_DATA).value,
            manage_space_activity: class(attr::MANAGE_SPACE_ACTIVITY),
            component_factory: class(attr::APP_COMPONENT_FACTORY),
            permission: self.text(at, attr::PERMISSION),
            meta_data: self.meta_data(at),
        }
    }

    fn components(&self, application: ElementIdx, manifest: &Manifest) -> Vec<Component> {
        let mut out = Vec::new();
        for (at, element) in self.doc.children(application) {
            let Some(kind) = ComponentKind::of(&element.name) else {
                continue;
            };
            let class = |id| {
                self.text(at, id)
                    .map(|name| qualify(&name, &manifest.package))
            };
            // Without a name the platform refuses the whole app.
            let Some(name) = class(attr::NAME) else {
                continue;
            };
            out.push(Component {
                kind,
                name,
                target: class(attr::TARGET_ACTIVITY)
                    .filter(|_| kind == ComponentKind::ActivityAlias),
                exported: self.flag(at, attr::EXPORTED).value,
                enabled: self.flag(at, attr::ENABLED).value,
                permission: self
                    .text(at, attr::PERMISSION)
                    .or_else(|| manifest.application.permission.clone()),
                read_permission: self.text(at, attr::READ_PERMISSION),
                write_permission: self.text(at, attr::WRITE_PERMISSION),
                authorities: self
                    .text(at, attr::AUTHORITIES)
                    .map(|list| list.split(';').map(str::to_owned).collect())
                    .unwrap_or_default(),
                grant_uri_permissions: self.flag(at, attr::GRANT_URI_PERMISSIONS).value,
                process: self.text(at, attr::PROCESS),
                label: self.text(at, attr::LABEL),
                label_id: self.resource(at, attr::LABEL).map(|label| label.value),
                filters: self.filters(at),
                meta_data: self.meta_data(at),
                location: self.location(at),
            });
        }
        out
    }

    fn filters(&self, component: ElementIdx) -> Vec<IntentFilter> {
        self.doc
            .children(component)
            .filter(|(_, element)| element.name == "intent-filter")
            .map(|(at, _)| {
                let mut filter = IntentFilter {
                    auto_verify: self.flag(at, attr::AUTO_VERIFY).value,
                    location: self.location(at),
                    ..IntentFilter::default()
                };
                for (child, element) in self.doc.children(at) {
                    match element.name.as_ref() {
                        "action" => filter.actions.extend(self.text(child, attr::NAME)),
                        "category" => filter.categories.extend(self.text(child, attr::NAME)),
                        "data" => filter.data.push(self.filter_data(child)),
                        _ => {}
                    }
                }
                filter
            })
            .collect()
    }

    fn filter_data(&self, at: ElementIdx) -> FilterData {
        let paths = [
            ("path", attr::PATH),
            ("pathPrefix", attr::PATH_PREFIX),
            ("pathPattern", attr::PATH_PATTERN),
            ("pathSuffix", attr::PATH_SUFFIX),
            ("pathAdvancedPattern", attr::PATH_ADVANCED_PATTERN),
        ];
        FilterData {
            scheme: self.text(at, attr::SCHEME),
            host: self.text(at, attr::HOST),
            port: self.text(at, attr::PORT),
            paths: paths
                .into_iter()
                .filter_map(|(name, id)| Some((name, self.text(at, id)?)))
                .collect(),
            mime_type: self.text(at, attr::MIME_TYPE),
        }
    }

    fn meta_data(&self, parent: ElementIdx) -> Vec<MetaData> {
        self.doc
            .children(parent)
            .filter(|(_, element)| element.name == "meta-data")
            .filter_map(|(at, _)| {
                Some(MetaData {
                    name: self.text(at, attr::NAME)?,
                    value: self.text(at, attr::VALUE),
                    resource: self
                        .resource(at, attr::RESOURCE)
                        .or_else(|| self.resource(at, attr::VALUE))
                        .map(|resource| resource.value),
                    location: self.location(at),
                })
            })
            .collect()
    }

    fn location(&self, at: ElementIdx) -> Location {
        Location {
            part: self.part.to_owned(),
            line: self.doc.line(at),
            ..Location::default()
        }
    }

    fn attribute(&self, at: ElementIdx, id: ResId) -> Option<&Attribute<'_>> {
        self.doc.by_id(at, id)
    }

    fn named(&self, at: ElementIdx, name: &str) -> Option<String> {
        let text = self.doc.by_name(at, name)?.text()?;
        (!text.is_empty()).then(|| text.into_owned())
    }

    /// An attribute as text, references resolved for the default configuration.
    fn text(&self, at: ElementIdx, id: ResId) -> Option<String> {
        let attribute = self.attribute(at, id)?;
        match &attribute.value {
            Value::Reference(id) => self
                .table
                .resolve(*id)
                .into_iter()
                .find_map(|(_, value)| as_text(&value)),
            value => as_text(value).or_else(|| attribute.raw.as_ref().map(|raw| raw.to_string())),
        }
    }

    fn number(&self, at: ElementIdx, id: ResId) -> Option<u32> {
        match &self.attribute(at, id)?.value {
            Value::Reference(id) => self
                .table
                .resolve(*id)
                .into_iter()
                .find_map(|(_, value)| as_number(&value)),
            value => as_number(value),
        }
    }

    fn sdk(&self, at: ElementIdx, id: ResId) -> Option<Setting<u32>> {
        let value = match self.number(at, id) {
            Some(value) => value,
            // A code name, of a platform that was not released when it was built.
            None => self.text(at, id).map(|_| SDK_IN_DEVELOPMENT)?,
        };
        Some(Setting {
            value,
            location: self.location(at),
        })
    }

    fn resource(&self, at: ElementIdx, id: ResId) -> Option<Setting<ResId>> {
        Some(Setting {
            value: self.attribute(at, id)?.value.reference()?,
            location: self.location(at),
        })
    }

    fn flag(&self, at: ElementIdx, id: ResId) -> Setting<Flag> {
        let value = match self.attribute(at, id).map(|attribute| &attribute.value) {
            None | Some(Value::Null | Value::Empty) => Flag::Absent,
            Some(Value::Reference(id)) => self
                .table
                .resolve(*id)
                .iter()
                .map(|(_, value)| as_flag(value))
                .reduce(|a, b| if a == b { a } else { Flag::Varies })
                .unwrap_or(Flag::Unresolved),
            Some(value) => as_flag(value),
        };
        Setting {
            value,
            location: self.location(at),
        }
    }
}

/// A class as the platform completes it: `.Login` and `Login` stand in the package.
fn qualify(name: &str, package: &str) -> String {
    if name.starts_with('.') {
        format!("{package}{name}")
    } else if name.contains('.') || package.is_empty() {
        name.to_owned()
    } else {
        format!("{package}.{name}")
    }
}

fn as_text(value: &Value<'_>) -> Option<String> {
    match value {
        Value::String(text) => Some(text.to_string()),
        Value::Int(value) => Some(value.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Float(value) => Some(value.to_string()),
        _ => None,
    }
}

fn as_number(value: &Value<'_>) -> Option<u32> {
    match value {
        Value::Int(value) => Some(value.cast_unsigned()),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// The platform takes any number but zero for true, and a string for what it says.
fn as_flag(value: &Value<'_>) -> Flag {
    match value {
        Value::Bool(value) => Flag::from(*value),
        Value::Int(value) => Flag::from(*value != 0),
        Value::String(text) => match text.as_ref() {
            "true" | "TRUE" | "True" | "1" => Flag::True,
            "false" | "FALSE" | "False" | "0" => Flag::False,
            _ => Flag::Unresolved,
        },
        _ => Flag::Unresolved,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::axml;
    use crate::formats::config::Config;
    use crate::formats::testing::{self, Put, Shape, language};

    fn read(text: &str, table: &ResourceTable<'_>) -> Manifest {
        let data = testing::axml(text);
        let doc = axml::parse(&data).unwrap();
        Manifest::read(&doc, "AndroidManifest.xml", table).unwrap()
    }

    #[test]
    fn a_manifest() {
        let table = testing::arsc(
            &[
                (
                    "bool",
                    "backup",
                    vec![
                        (Config::default(), Put::Bool(true)),
                        (language("de"), Put::Bool(false)),
                    ],
                ),
                ("bool", "debug", vec![(Config::default(), Put::Bool(true))]),
                (
                    "string",
                    "scheme",
                    vec![(Config::default(), Put::Text("com.example.auth"))],
                ),
            ],
            Shape::Dense,
            true,
        );
        let mut resources = ResourceTable::default();
        resources.push_arsc(&table).unwrap();
        let manifest = read(
            r#"<manifest package="com.example" android:versionCode="7" android:versionName="1.2">
  <uses-sdk android:minSdkVersion="24" android:targetSdkVersion="34"/>
  <uses-permission android:name="android.permission.INTERNET"/>
  <application android:name=".App" android:allowBackup="@0x7f010000"
      android:debuggable="@0x7f010001" android:usesCleartextTraffic="@0x7f010099"
      android:dataExtractionRules="@0x7f040000">
    <meta-data android:name="key" android:value="x"/>
    <activity android:name="Login" android:exported="true">
      <intent-filter>
        <action android:name="android.intent.action.MAIN"/>
        <category android:name="android.intent.category.LAUNCHER"/>
      </intent-filter>
      <intent-filter android:autoVerify="true">
        <action android:name="android.intent.action.VIEW"/>
        <data android:scheme="@0x7f020000" android:host="login" android:pathPrefix="/cb"/>
      </intent-filter>
    </activity>
    <activity-alias android:name=".Alias" android:targetActivity=".Login"/>
    <provider android:name="com.example.P" android:authorities="a;b"/>
    <receiver android:name=".R"><intent-filter><action android:name="x"/></intent-filter></receiver>
  </application>
</manifest>"#,
            &resources,
        );
        assert_eq!(manifest.package, "com.example");
        assert_eq!(manifest.version_code, Some(7));
        assert_eq!((manifest.min_sdk(), manifest.target_sdk()), (24, 34));
        let application = &manifest.application;
        assert_eq!(application.name.as_deref(), Some("com.example.App"));
        assert_eq!(application.allow_backup.value, Flag::Varies);
        assert_eq!(application.allow_backup.location.line, Some(4));
        assert_eq!(application.debuggable.value, Flag::True);
        assert_eq!(application.uses_cleartext_traffic.value, Flag::Unresolved);
        assert_eq!(application.full_backup_content.value, BackupContent::Absent);
        assert_eq!(
            application
                .data_extraction_rules
                .as_ref()
                .map(|rules| rules.value),
            Some(ResId(0x7f04_0000))
        );
        let names: Vec<_> = manifest
            .components
            .iter()
            .map(|component| (component.name.as_str(), component.is_exported(34)))
            .collect();
        assert_eq!(
            names,
            [
                ("com.example.Login", Some(true)),
                ("com.example.Alias", Some(false)),
                ("com.example.P", Some(false)),
                ("com.example.R", Some(true)),
            ]
        );
        let login = manifest.launchers().next().unwrap();
        assert_eq!(login.filters[1].auto_verify, Flag::True);
        assert_eq!(
            login.filters[1].data[0].scheme.as_deref(),
            Some("com.example.auth")
        );
        assert_eq!(
            login.filters[1].data[0].paths,
            [("pathPrefix", "/cb".to_owned())]
        );
        assert_eq!(manifest.components[1].class(), "com.example.Login");
        assert_eq!(manifest.components[2].authorities, ["a", "b"]);
    }

    #[test]
    fn the_base_wins_and_splits_add() {
        let none = ResourceTable::default();
        let feature = read(
            r#"<manifest package="com.example" split="pay" android:isFeatureSplit="true">
<application android:allowBackup="false"><activity android:name=".Pay"/></application></manifest>"#,
            &none,
        );
        let base = read(
            r#"<manifest package="com.example"><application android:allowBackup="true">
<activity android:name=".Main"/></application></manifest>"#,
            &none,
        );
        assert!(feature.is_feature_split);
        let merged = Manifest::merge(vec![feature, base]).unwrap();
        assert_eq!(merged.application.allow_backup.value, Flag::True);
        assert_eq!(merged.components.len(), 2);
        assert_eq!(merged.split, None);
    }
}
