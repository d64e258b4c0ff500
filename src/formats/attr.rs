//! The platform's attributes that say something about a session, by their public resource ids
//! (`public-final.xml` of AOSP's framework). An id is a promise of the platform and never changes.

use super::resources::ResId;

macro_rules! attributes {
    ($($constant:ident = $id:literal $name:literal,)*) => {
        $(
            #[doc = concat!("`android:", $name, "`")]
            pub const $constant: ResId = ResId($id);
        )*

        /// Sorted by id.
        const NAMES: &[(ResId, &str)] = &[$(($constant, $name),)*];
    };
}

attributes! {
    THEME = 0x0101_0000 "theme",
    LABEL = 0x0101_0001 "label",
    ICON = 0x0101_0002 "icon",
    NAME = 0x0101_0003 "name",
    MANAGE_SPACE_ACTIVITY = 0x0101_0004 "manageSpaceActivity",
    ALLOW_CLEAR_USER_DATA = 0x0101_0005 "allowClearUserData",
    PERMISSION = 0x0101_0006 "permission",
    READ_PERMISSION = 0x0101_0007 "readPermission",
    WRITE_PERMISSION = 0x0101_0008 "writePermission",
    PROTECTION_LEVEL = 0x0101_0009 "protectionLevel",
    SHARED_USER_ID = 0x0101_000b "sharedUserId",
    ENABLED = 0x0101_000e "enabled",
    DEBUGGABLE = 0x0101_000f "debuggable",
    EXPORTED = 0x0101_0010 "exported",
    PROCESS = 0x0101_0011 "process",
    TASK_AFFINITY = 0x0101_0012 "taskAffinity",
    EXCLUDE_FROM_RECENTS = 0x0101_0017 "excludeFromRecents",
    AUTHORITIES = 0x0101_0018 "authorities",
    GRANT_URI_PERMISSIONS = 0x0101_001b "grantUriPermissions",
    LAUNCH_MODE = 0x0101_001d "launchMode",
    VALUE = 0x0101_0024 "value",
    RESOURCE = 0x0101_0025 "resource",
    MIME_TYPE = 0x0101_0026 "mimeType",
    SCHEME = 0x0101_0027 "scheme",
    HOST = 0x0101_0028 "host",
    PORT = 0x0101_0029 "port",
    PATH = 0x0101_002a "path",
    PATH_PREFIX = 0x0101_002b "pathPrefix",
    PATH_PATTERN = 0x0101_002c "pathPattern",
    DATA = 0x0101_002e "data",
    ENTRIES = 0x0101_00b2 "entries",
    ID = 0x0101_00d0 "id",
    TAG = 0x0101_00d1 "tag",
    LAYOUT = 0x0101_00f2 "layout",
    SRC = 0x0101_0119 "src",
    TEXT_ON = 0x0101_0124 "textOn",
    TEXT_OFF = 0x0101_0125 "textOff",
    TEXT = 0x0101_014f "text",
    HINT = 0x0101_0150 "hint",
    PROMPT = 0x0101_017b "prompt",
    TITLE = 0x0101_01e1 "title",
    TITLE_CONDENSED = 0x0101_01e2 "titleCondensed",
    KEY = 0x0101_01e8 "key",
    SUMMARY = 0x0101_01e9 "summary",
    ORDER = 0x0101_01ea "order",
    SUMMARY_ON = 0x0101_01ef "summaryOn",
    SUMMARY_OFF = 0x0101_01f0 "summaryOff",
    DIALOG_TITLE = 0x0101_01f2 "dialogTitle",
    DIALOG_MESSAGE = 0x0101_01f3 "dialogMessage",
    POSITIVE_BUTTON_TEXT = 0x0101_01f5 "positiveButtonText",
    ENTRY_VALUES = 0x0101_01f8 "entryValues",
    TARGET_ACTIVITY = 0x0101_0202 "targetActivity",
    ALLOW_TASK_REPARENTING = 0x0101_0204 "allowTaskReparenting",
    MIN_SDK_VERSION = 0x0101_020c "minSdkVersion",
    VERSION_CODE = 0x0101_021b "versionCode",
    VERSION_NAME = 0x0101_021c "versionName",
    INPUT_TYPE = 0x0101_0220 "inputType",
    NO_HISTORY = 0x0101_022d "noHistory",
    ON_CLICK = 0x0101_026f "onClick",
    TARGET_SDK_VERSION = 0x0101_0270 "targetSdkVersion",
    MAX_SDK_VERSION = 0x0101_0271 "maxSdkVersion",
    TEST_ONLY = 0x0101_0272 "testOnly",
    CONTENT_DESCRIPTION = 0x0101_0273 "contentDescription",
    BACKUP_AGENT = 0x0101_027f "backupAgent",
    ALLOW_BACKUP = 0x0101_0280 "allowBackup",
    REQUIRED = 0x0101_028e "required",
    ACCOUNT_TYPE = 0x0101_028f "accountType",
    KILL_AFTER_RESTORE = 0x0101_029c "killAfterRestore",
    RESTORE_ANY_VERSION = 0x0101_02ba "restoreAnyVersion",
    FRAGMENT = 0x0101_02e3 "fragment",
    ACTION_VIEW_CLASS = 0x0101_02fc "actionViewClass",
    ISOLATED_PROCESS = 0x0101_03a9 "isolatedProcess",
    FULL_BACKUP_ONLY = 0x0101_0473 "fullBackupOnly",
    FULL_BACKUP_CONTENT = 0x0101_04eb "fullBackupContent",
    USES_CLEARTEXT_TRAFFIC = 0x0101_04ec "usesCleartextTraffic",
    AUTO_VERIFY = 0x0101_04ee "autoVerify",
    DIRECT_BOOT_AWARE = 0x0101_0505 "directBootAware",
    NETWORK_SECURITY_CONFIG = 0x0101_0527 "networkSecurityConfig",
    SHORTCUT_ID = 0x0101_0528 "shortcutId",
    SHORTCUT_SHORT_LABEL = 0x0101_0529 "shortcutShortLabel",
    SHORTCUT_LONG_LABEL = 0x0101_052a "shortcutLongLabel",
    TOOLTIP_TEXT = 0x0101_0534 "tooltipText",
    SPLIT_NAME = 0x0101_0549 "splitName",
    IS_FEATURE_SPLIT = 0x0101_055b "isFeatureSplit",
    VERSION_CODE_MAJOR = 0x0101_0576 "versionCodeMajor",
    APP_COMPONENT_FACTORY = 0x0101_057a "appComponentFactory",
    IS_SPLIT_REQUIRED = 0x0101_0591 "isSplitRequired",
    HAS_FRAGILE_USER_DATA = 0x0101_059a "hasFragileUserData",
    REQUEST_LEGACY_EXTERNAL_STORAGE = 0x0101_0603 "requestLegacyExternalStorage",
    PATH_SUFFIX = 0x0101_061e "pathSuffix",
    PATH_ADVANCED_PATTERN = 0x0101_0620 "pathAdvancedPattern",
    DATA_EXTRACTION_RULES = 0x0101_063e "dataExtractionRules",
}

/// The platform's name of an attribute.
#[must_use]
pub fn name(id: ResId) -> Option<&'static str> {
    let at = NAMES.binary_search_by_key(&id, |(id, _)| *id).ok()?;
    NAMES.get(at).map(|(_, name)| *name)
}

/// The id of a name.
#[must_use]
pub fn id(name: &str) -> Option<ResId> {
    NAMES
        .iter()
        .find(|(_, known)| *known == name)
        .map(|(id, _)| *id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorted_and_known() {
        assert!(NAMES.is_sorted_by(|a, b| a.0 < b.0));
        assert_eq!(name(ALLOW_BACKUP), Some("allowBackup"));
        assert_eq!(name(ResId(0x7f01_0001)), None);
    }
}
