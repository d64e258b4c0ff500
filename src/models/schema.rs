//! The form of a model file: its vocabulary and its tables, as TOML spells them.
//!
//! One file for two readers: the build script compiles `models/` with it, and the library names
//! the same values. It knows nothing of how entries are matched or indexed. Keys and values are
//! kebab-case; an unknown key or value is an error. `docs/models.md` shows the form by example.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{self, Deserializer, IntoDeserializer};

/// Declares an enum whose values have a kebab-case name in model files.
macro_rules! named {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$doc])* $variant,)+
        }

        impl $name {
            /// Every value, in order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Name in model files.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }

            /// The value that has this name.
            #[must_use]
            pub fn from_name(text: &str) -> Option<Self> {
                match text {
                    $($text => Some(Self::$variant),)+
                    _ => None,
                }
            }

            /// Name of the value in Rust, for generated code.
            #[must_use]
            pub fn variant(self) -> &'static str {
                match self {
                    $(Self::$variant => stringify!($variant),)+
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.name())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::from_name(&text).ok_or_else(|| {
                    let known: Vec<&str> = Self::ALL.iter().map(|value| value.name()).collect();
                    de::Error::custom(format!(
                        "unknown {} `{text}`, expected one of {}",
                        stringify!($name),
                        known.join(", "),
                    ))
                })
            }
        }
    };
}

/// Declares [`Role`] and the constants of [`Roles`] together, so that neither can miss one.
macro_rules! roles {
    ($($(#[$doc:meta])* $variant:ident $constant:ident = $text:literal,)+) => {
        named! {
            /// What an API does to a session.
            Role { $($(#[$doc])* $variant = $text,)+ }
        }

        impl Roles {
            $($(#[$doc])* pub const $constant: Self = Self(1 << Role::$variant as u32);)+
        }
    };
}

roles! {
    /// Writes a value into a store.
    Store STORE = "store",
    /// Creates or opens a store; carries its name and protection.
    StoreOpen STORE_OPEN = "store-open",
    /// Reads a value out of a store.
    Read READ = "read",
    /// Removes from a store; how much, says the scope.
    Clear CLEAR = "clear",
    /// Makes pending writes of the receiver real (`apply`, `commit`).
    CommitPoint COMMIT_POINT = "commit-point",
    /// Makes the key object of a typed store (`stringPreferencesKey`).
    KeyFactory KEY_FACTORY = "key-factory",
    /// What it returns is encrypted.
    Encrypt ENCRYPT = "encrypt",
    /// What it returns is decrypted.
    Decrypt DECRYPT = "decrypt",
    /// What it returns is the value in another notation; no protection.
    Encode ENCODE = "encode",
    /// What it returns no longer gives the value away (hash, mask).
    Sanitizer SANITIZER = "sanitizer",
    /// Hands the value on unchanged or re-encoded: from `value` to `into`, else to what it returns.
    Pass PASS = "pass",
    /// Joins values to a longer text; goes together with `pass`.
    Concat CONCAT = "concat",
    /// What it returns, or gives to the callback, is a credential; where it has a `key`, if that
    /// says so.
    CredentialSource CREDENTIAL_SOURCE = "credential-source",
    /// What it returns, or gives to the callback, is (part of) a server's answer: a credential only
    /// if the request or a key in it says so.
    Response RESPONSE = "response",
    /// Its `key` names a field of a serialised class.
    SerialName SERIAL_NAME = "serial-name",
    /// Makes a key out of bytes or a password that the app has.
    KeyMaterial KEY_MATERIAL = "key-material",
    /// What it returns was typed in by the user.
    InputSource INPUT_SOURCE = "input-source",
    /// Starts a login.
    Login LOGIN = "login",
    /// Makes the server revoke a token.
    Revoke REVOKE = "revoke",
    /// Ends the session at the identity provider, as a rule in a browser.
    EndSession END_SESSION = "end-session",
    /// Forgets the session on this device only.
    LocalSignOut LOCAL_SIGN_OUT = "local-sign-out",
    /// Signs out; `local`, `server` and `browser` say what that does.
    SignOut SIGN_OUT = "sign-out",
    /// Builds a sign-out: what it returns has the effect of the other roles once it is started.
    SignOutBuild SIGN_OUT_BUILD = "sign-out-build",
    /// Asks whether there is a session.
    SessionCheck SESSION_CHECK = "session-check",
    /// Removes cookies.
    CookieClear COOKIE_CLEAR = "cookie-clear",
    /// Removes data of web views.
    WebviewClear WEBVIEW_CLEAR = "webview-clear",
    /// Opens a page in a web view, or sets one up.
    WebviewOpen WEBVIEW_OPEN = "webview-open",
    /// Empties a cache.
    CacheClear CACHE_CLEAR = "cache-clear",
    /// Makes another account the current one.
    AccountSwitch ACCOUNT_SWITCH = "account-switch",
    /// Deletes the account at the server.
    AccountDelete ACCOUNT_DELETE = "account-delete",
    /// Changes the password.
    PasswordChange PASSWORD_CHANGE = "password-change",
    /// What it returns is a push token: no session value.
    PushTokenSource PUSH_TOKEN_SOURCE = "push-token-source",
    /// Ends push registration: no server-side logout.
    PushUnregister PUSH_UNREGISTER = "push-unregister",
    /// Builds a part of a request; nothing is sent yet.
    NetworkBuild NETWORK_BUILD = "network-build",
    /// Sends a request.
    NetworkSend NETWORK_SEND = "network-send",
    /// Builds a URL; a `value` in it becomes part of the text.
    UrlBuild URL_BUILD = "url-build",
    /// Makes an object whose methods are described by annotations.
    DynamicProxy DYNAMIC_PROXY = "dynamic-proxy",
    /// An annotation; its elements are the arguments.
    Annotation ANNOTATION = "annotation",
    /// Opens a browser.
    BrowserOpen BROWSER_OPEN = "browser-open",
    /// Plans work for later.
    Schedule SCHEDULE = "schedule",
    /// Takes planned work back.
    ScheduleCancel SCHEDULE_CANCEL = "schedule-cancel",
    /// Leads to code that the call does not name; the edge says where.
    CallbackEdge CALLBACK_EDGE = "callback-edge",
    /// The framework calls it: a place where paths begin.
    EntryPoint ENTRY_POINT = "entry-point",
    /// Asks the user to prove who they are again.
    Reauth REAUTH = "reauth",
    /// Asks whether re-authentication would be possible.
    ReauthProbe REAUTH_PROBE = "reauth-probe",
    /// Measures time without activity, or is called when it begins or ends.
    IdleTimer IDLE_TIMER = "idle-timer",
    /// Writes to a log.
    LogSink LOG_SINK = "log-sink",
    /// Writes to the clipboard.
    ClipboardSink CLIPBOARD_SINK = "clipboard-sink",
    /// Hands a value to a company's service: analytics, crash reports, session replay, support.
    ThirdPartySink THIRD_PARTY_SINK = "third-party-sink",
    /// Puts a value into something that may leave for another app.
    IpcBuild IPC_BUILD = "ipc-build",
    /// A value leaves to another app, user or service: intent, broadcast, provider, message.
    IpcSink IPC_SINK = "ipc-sink",
    /// Its text names a control on the screen.
    LabelSource LABEL_SOURCE = "label-source",
    /// Finds or shows a control, by its id.
    UiEvidence UI_EVIDENCE = "ui-evidence",
    /// Says where files are (a directory of the app, of the device).
    Path PATH = "path",
    /// Protects against screenshots, debuggers and the like.
    Hardening HARDENING = "hardening",
    /// Configures an SDK.
    SdkConfig SDK_CONFIG = "sdk-config",
    /// What it returns says how long a session lives or lived.
    ExpirySource EXPIRY_SOURCE = "expiry-source",
    /// Calls or makes what a name says: a hole in the call graph where the name is no constant.
    Reflection REFLECTION = "reflection",
    /// Looks like one of the others by its name and does nothing of the kind.
    LookAlike LOOK_ALIKE = "look-alike",
}

/// A set of [`Role`]s.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Roles(u64);

impl Roles {
    /// No role.
    pub const EMPTY: Self = Self(0);

    /// The set with these bits, of which bit n is the n-th [`Role`].
    #[must_use]
    pub const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// The bits.
    #[must_use]
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// Both sets together.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether all of `other` is in the set.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether any of `other` is in the set.
    #[must_use]
    pub const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The roles, in order of declaration.
    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL
            .iter()
            .copied()
            .filter(move |&role| self.contains(role.into()))
    }

    /// Their names.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        self.iter().map(Role::name)
    }
}

impl From<Role> for Roles {
    fn from(role: Role) -> Self {
        Self(1 << role as u32)
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        roles
            .into_iter()
            .fold(Self::EMPTY, |set, role| set.union(role.into()))
    }
}

impl std::ops::BitOr for Roles {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        self.union(other)
    }
}

named! {
    /// How code is compared with a model.
    Matching {
        /// The owner in the call is the class itself.
        Exact = "exact",
        /// The owner in the call is the class or any subtype (DEX stores the static type of the
        /// receiver).
        Hierarchy = "hierarchy",
        /// The model is a method that apps implement: declarations match, not calls.
        Override = "override",
        /// The model is an annotation type; the method is its element, `<type>` where it has none.
        Annotation = "annotation",
    }
}

named! {
    /// Part that an argument plays.
    ArgRole {
        /// Name of the entry in the store, header, extra, field.
        Key = "key",
        /// The value that is written, sent, logged, handed on.
        Value = "value",
        /// Where a handed-on value ends up.
        Into = "into",
        /// A credential.
        Cred = "cred",
        /// An access token.
        Access = "access",
        /// A refresh token.
        Refresh = "refresh",
        /// What a read gives when there is nothing.
        Default = "default",
        /// Name of the store.
        StoreName = "store-name",
        /// The store itself.
        Store = "store",
        /// A file or its name.
        File = "file",
        /// Table of a database.
        Table = "table",
        /// An SQL text.
        Sql = "sql",
        /// Condition of an SQL text.
        Where = "where",
        /// Address or path of a request.
        Url = "url",
        /// HTTP verb.
        Verb = "verb",
        /// Mode bits of a file or store.
        Mode = "mode",
        /// Bits that say which parameters take their default.
        Mask = "mask",
        /// Object that is called back.
        Callback = "callback",
        /// A request.
        Request = "request",
        /// Body of a request.
        Body = "body",
        /// Headers.
        Headers = "headers",
        /// Kind of something, as the API counts it.
        Type = "type",
        /// An intent.
        Intent = "intent",
        /// OAuth scope, or the reach of a sign-out.
        Scope = "scope",
        /// Time until something happens.
        Delay = "delay",
        /// Time at which something happens.
        When = "when",
        /// Time between two runs.
        Interval = "interval",
        /// Whether user authentication is required.
        Required = "required",
        /// For how many seconds an authentication counts.
        ValiditySeconds = "validity-seconds",
        /// A number of seconds.
        Seconds = "seconds",
        /// How many seconds an entry lives.
        TtlSeconds = "ttl-seconds",
        /// How many minutes a session lives.
        SessionDurationMinutes = "session-duration-minutes",
        /// An account.
        Account = "account",
        /// Type of an account.
        AccountType = "account-type",
        /// A user.
        User = "user",
        /// A name.
        Name = "name",
        /// An id.
        Id = "id",
        /// A tag of a log or a piece of work.
        Tag = "tag",
        /// Tags of pieces of work.
        Tags = "tags",
        /// Level of a log.
        Level = "level",
        /// Options of an SDK call.
        Options = "options",
        /// Parameters of an SDK call.
        Params = "params",
        /// Text on a control.
        Label = "label",
        /// Content of a control.
        Content = "content",
        /// The new one.
        New = "new",
        /// The old one.
        Old = "old",
        /// Id of a session.
        SessionId = "session-id",
        /// A session.
        Session = "session",
        /// Key and value in one.
        Pair = "pair",
        /// A provider.
        Provider = "provider",
        /// Something extra.
        Extra = "extra",
        /// A serializer.
        Serializer = "serializer",
        /// Key that encrypts, or what it is made from.
        MasterKey = "master-key",
        /// Alias of a key in the keystore.
        KeyAlias = "key-alias",
        /// Makes the store or the client.
        Factory = "factory",
        /// Whether the disk part goes as well.
        Disk = "disk",
        /// An HTTP client.
        Client = "client",
        /// Object of the crypto API.
        Crypto = "crypto",
        /// Algorithm or transformation.
        Algorithm = "algorithm",
        /// Settings about security.
        Security = "security",
        /// Whether local data goes even if the server did not answer.
        Force = "force",
        /// Whether a new token is asked for.
        ForceRefresh = "force-refresh",
        /// Whether the session outlives the app.
        StayLoggedIn = "stay-logged-in",
        /// Id of a view, a menu item or a resource.
        ResourceId = "resource-id",
        /// Text of a program that a page runs.
        Script = "script",
    }
}

/// Where an argument stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ArgPos {
    /// The object that the method is called on; for an entry point or a constructor, `this`.
    Receiver,
    /// What the method returns; for an annotation, the element's value.
    Return,
    /// Declared parameter, counted from 0, the receiver not among them; a long or double is one.
    Param(u8),
}

impl fmt::Display for ArgPos {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Receiver => f.pad("receiver"),
            Self::Return => f.pad("return"),
            Self::Param(index) => write!(f, "{index}"),
        }
    }
}

impl<'de> Deserialize<'de> for ArgPos {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl de::Visitor<'_> for Visitor {
            type Value = ArgPos;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the index of a parameter, \"receiver\" or \"return\"")
            }

            fn visit_i64<E: de::Error>(self, value: i64) -> Result<ArgPos, E> {
                match u8::try_from(value) {
                    Ok(index) => Ok(ArgPos::Param(index)),
                    Err(_) => Err(E::invalid_value(de::Unexpected::Signed(value), &self)),
                }
            }

            fn visit_str<E: de::Error>(self, value: &str) -> Result<ArgPos, E> {
                match value {
                    "receiver" => Ok(ArgPos::Receiver),
                    "return" => Ok(ArgPos::Return),
                    _ => Err(E::invalid_value(de::Unexpected::Str(value), &self)),
                }
            }
        }

        deserializer.deserialize_any(Visitor)
    }
}

/// What a call gives back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Returns {
    /// Nothing that matters, or not known.
    #[default]
    Other,
    /// The receiver itself: a fluent interface.
    Receiver,
    /// That argument itself.
    Arg(u8),
    /// The value that the model is about: what was read, obtained, decrypted, handed on.
    Value,
}

impl<'de> Deserialize<'de> for Returns {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match text.as_str() {
            "receiver" => Ok(Self::Receiver),
            "value" => Ok(Self::Value),
            _ => text
                .strip_prefix("arg:")
                .and_then(|index| index.parse().ok())
                .map(Self::Arg)
                .ok_or_else(|| {
                    de::Error::custom(format!(
                        "unknown returns `{text}`, expected receiver, value or arg:N"
                    ))
                }),
        }
    }
}

named! {
    /// Kind of store, as identities and the ledger name it.
    StoreKind {
        /// Android preferences file.
        Sharedprefs = "sharedprefs",
        /// Android preferences file whose keys and values are encrypted.
        SharedprefsEncrypted = "sharedprefs-encrypted",
        /// Jetpack DataStore.
        Datastore = "datastore",
        /// MMKV file.
        Mmkv = "mmkv",
        /// SQLite database.
        Sqlite = "sqlite",
        /// Room database.
        Room = "room",
        /// A row on its way into a database.
        Contentvalues = "contentvalues",
        /// Realm database.
        Realm = "realm",
        /// ObjectBox database.
        Objectbox = "objectbox",
        /// Paper key-value files.
        Paper = "paper",
        /// Database of WorkManager.
        Workdb = "workdb",
        /// File whose place is not known.
        File = "file",
        /// File in the app's private directory.
        FileInternal = "file-internal",
        /// File in the app's private cache directory.
        FileCache = "file-cache",
        /// File in the directory that backups leave out.
        FileNobackup = "file-nobackup",
        /// File whose content is encrypted.
        FileEncrypted = "file-encrypted",
        /// The app's directory on shared storage.
        ExternalApp = "external-app",
        /// The app's cache directory on shared storage.
        ExternalCache = "external-cache",
        /// Storage that all apps share.
        ExternalShared = "external-shared",
        /// Storage that is readable before the first unlock.
        DeviceProtected = "device-protected",
        /// Android AccountManager.
        Accountmanager = "accountmanager",
        /// Android Keystore.
        Keystore = "keystore",
        /// Google Block Store.
        Blockstore = "blockstore",
        /// Google Play services.
        Gms = "gms",
        /// A content provider.
        Contentprovider = "contentprovider",
        /// Cookie jar of an HTTP client.
        Cookiejar = "cookiejar",
        /// Response cache of an HTTP client.
        HttpCache = "http-cache",
        /// Cache of a GraphQL client.
        GraphqlCache = "graphql-cache",
        /// Cache of images.
        ImageCache = "image-cache",
        /// Cookies of web views.
        WebviewCookies = "webview-cookies",
        /// Web storage of web views.
        WebviewStorage = "webview-storage",
        /// Form data of web views.
        WebviewForms = "webview-forms",
        /// HTTP passwords of web views.
        WebviewHttpauth = "webview-httpauth",
        /// Cache of web views.
        WebviewCache = "webview-cache",
        /// History of web views.
        WebviewHistory = "webview-history",
        /// A backup.
        Backup = "backup",
        /// Memory of the process.
        Memory = "memory",
        /// Everything that the app has.
        All = "all",
        /// Apple Keychain.
        Keychain = "keychain",
        /// Apple user defaults.
        Userdefaults = "userdefaults",
        /// User defaults of an app group.
        UserdefaultsAppgroup = "userdefaults-appgroup",
        /// iCloud key-value store.
        IcloudKvs = "icloud-kvs",
        /// Core Data or SwiftData.
        Coredata = "coredata",
        /// Property list file.
        Plist = "plist",
        /// Cookies of `NSHTTPCookieStorage`.
        HttpCookies = "http-cookies",
        /// `NSURLCache`.
        Urlcache = "urlcache",
        /// `NSURLCredentialStorage`.
        Urlcredentials = "urlcredentials",
        /// React Native AsyncStorage.
        Asyncstorage = "asyncstorage",
        /// redux-persist, zustand and their like, over another store.
        PersistedState = "persisted-state",
        /// `localStorage` of a page.
        WebLocalstorage = "web-localstorage",
        /// IndexedDB of a page.
        WebIndexeddb = "web-indexeddb",
        /// Hive, Isar, GetStorage files of Flutter.
        DartFile = "dart-file",
    }
}

named! {
    /// How a store protects what is in it.
    Protection {
        /// Not at all, beyond the app's sandbox.
        Plaintext = "plaintext",
        /// With a key that the app holds.
        Encrypted = "encrypted",
        /// With a key in the Android Keystore.
        Keystore = "keystore",
        /// By the Apple Keychain.
        Keychain = "keychain",
        /// It is only in memory.
        Memory = "memory",
        /// As the store that was handed in.
        Inherits = "inherits",
        /// As the arguments say.
        Varies = "varies",
        /// By Play services.
        Gms = "gms",
        /// The app decides.
        App = "app",
    }
}

named! {
    /// Whether backups carry the store away, before any rule of the app.
    Backup {
        /// They do by default.
        Yes = "yes",
        /// They never do.
        No = "no",
        /// Not known.
        Unknown = "unknown",
    }
}

named! {
    /// How much a removal removes.
    ClearScope {
        /// One key.
        Key = "key",
        /// The whole store.
        Store = "store",
        /// Rows of one table.
        Table = "table",
        /// What belongs to one user or account.
        User = "user",
        /// Cookies without an expiry only.
        SessionCookies = "session-cookies",
        /// The copy in memory only.
        Memory = "memory",
        /// Everything that the app has, or more than this app's own.
        All = "all",
    }
}

named! {
    /// What a sign-out tells the server.
    ServerEffect {
        /// Nothing.
        None = "none",
        /// A token is revoked.
        RevokeToken = "revoke-token",
        /// The session at the identity provider ends.
        EndSession = "end-session",
        /// Both.
        Both = "both",
        /// Depends on an argument or on how the user signed in; the note says on what.
        Conditional = "conditional",
    }
}

named! {
    /// In what order a sign-out works.
    Order {
        /// First the server, then the device.
        ServerThenLocal = "server-then-local",
        /// First the device, then the server.
        LocalThenServer = "local-then-server",
        /// First the browser, then the device.
        BrowserThenLocal = "browser-then-local",
        /// First the device, then the browser.
        LocalThenBrowser = "local-then-browser",
        /// Browser, server, device.
        BrowserServerLocal = "browser-server-local",
        /// Server, browser, device.
        ServerBrowserLocal = "server-browser-local",
        /// At the same time.
        Parallel = "parallel",
    }
}

named! {
    /// What a sign-out leaves when the server does not answer.
    OnError {
        /// The session stays on the device.
        KeepsLocal = "keeps-local",
        /// The session is gone from the device all the same.
        ClearsLocal = "clears-local",
        /// An argument decides.
        Depends = "depends",
    }
}

named! {
    /// When the Apple Keychain gives an item out, and whether it moves to another device.
    Accessibility {
        /// While unlocked.
        WhenUnlocked = "when-unlocked",
        /// While unlocked, on this device.
        WhenUnlockedThisDeviceOnly = "when-unlocked-this-device-only",
        /// After the first unlock since start.
        AfterFirstUnlock = "after-first-unlock",
        /// After the first unlock since start, on this device.
        AfterFirstUnlockThisDeviceOnly = "after-first-unlock-this-device-only",
        /// While unlocked and only with a passcode, on this device.
        WhenPasscodeSetThisDeviceOnly = "when-passcode-set-this-device-only",
        /// Always.
        Always = "always",
        /// Always, on this device.
        AlwaysThisDeviceOnly = "always-this-device-only",
        /// An argument decides.
        Argument = "argument",
    }
}

named! {
    /// Whether a store goes to the user's other devices.
    Sync {
        /// It stays.
        No = "no",
        /// It goes to iCloud.
        Icloud = "icloud",
        /// An argument decides.
        Argument = "argument",
    }
}

named! {
    /// How a call leads to code that it does not name.
    EdgeKind {
        /// The argument is called back.
        Callback = "callback",
        /// The argument describes work that a scheduler does later.
        Deferred = "deferred",
        /// The intent names the component.
        Intent = "intent",
        /// The receiver's own override runs.
        Subclass = "subclass",
        /// Every object of the interface that flows here runs.
        Interface = "interface",
        /// The callback was given to the receiver's constructor.
        ConstructorCallback = "constructor-callback",
        /// The callback was registered before, and the receiver stands for it.
        Registered = "registered",
        /// Subscribers whose parameter has the type of the argument run.
        EventType = "event-type",
        /// The argument is a request that another call sends.
        Request = "request",
        /// The argument is a class constant that the framework instantiates.
        ClassConstant = "class-constant",
        /// The argument names a destination of the navigation graph.
        Navigation = "navigation",
    }
}

named! {
    /// What shrinkers leave of the name.
    Survival {
        /// All: the platform's own.
        Framework = "framework",
        /// All: the library's own rules keep it.
        Kept = "kept",
        /// The class name, or a part of it.
        KeptPartly = "kept-partly",
        /// Some builds keep it.
        Partial = "partial",
        /// Nothing: detect it by strings and effects.
        Renamed = "renamed",
        /// There is no call in any build: inlined by the compiler.
        Inlined = "inlined",
        /// There is nothing in a build.
        None = "none",
    }
}

named! {
    /// How far a model was checked against its library.
    Verification {
        /// The whole descriptor, against a dump or a real call.
        Descriptor = "descriptor",
        /// Parameter types, against the source.
        Signature = "signature",
        /// Class and method, against the source.
        Name = "name",
        /// Not at all: no finding of high confidence on it alone.
        Unverified = "unverified",
    }
}

named! {
    /// Language or container whose spelling a symbol has, where `symbol` (JVM) does not do.
    SymbolForm {
        /// `-[Class selector:]`.
        Objc = "objc",
        /// Swift source form.
        Swift = "swift",
        /// Demangled Swift symbol.
        SwiftSymbol = "swift-symbol",
        /// Imported C function, with its underscore.
        C = "c",
        /// Imported data symbol, with its underscore.
        Data = "data",
        /// `module#export.member`.
        Js = "js",
        /// Name of a native module of a bridge.
        Native = "native",
        /// `package:file.dart#Class.member`.
        Dart = "dart",
        /// `Namespace.Type.Member`.
        Csharp = "csharp",
        /// Literal that identifies it.
        Literal = "literal",
    }
}

named! {
    /// Kind of value that a session is made of.
    ArtifactKind {
        /// OAuth access token, bearer token, JWT, or a token that is not told apart.
        AccessToken = "access-token",
        /// Refresh token.
        RefreshToken = "refresh-token",
        /// OpenID Connect ID token.
        IdToken = "id-token",
        /// Session id or session token.
        Session = "session",
        /// Cookie that carries a session.
        Cookie = "cookie",
        /// Password of the user.
        Password = "password",
        /// PIN or passcode of the user.
        Pin = "pin",
        /// Codes and secrets of the OAuth and multi-factor exchange.
        OauthOther = "oauth-other",
        /// Key of the app, not of a user.
        ApiKey = "api-key",
        /// Data about the user.
        UserData = "user-data",
    }
}

named! {
    /// How much a term says.
    Weight {
        /// It needs a second witness, and is the whole name.
        Lone = "lone",
        /// It needs a second witness, and stands at the end of the name.
        Weak = "weak",
        /// It is enough alone.
        Strong = "strong",
    }
}

named! {
    /// What a name or label says that the user or the code does.
    EventKind {
        /// Signs out.
        Logout = "logout",
        /// Signs out, or closes the app, or leaves a screen.
        LogoutAmbiguous = "logout-ambiguous",
        /// Signs out everywhere.
        LogoutAllDevices = "logout-all-devices",
        /// Signs the user out without being asked.
        ForcedLogout = "forced-logout",
        /// Signs in.
        Login = "login",
        /// Forgets a credential, which is not yet a sign-out.
        CredentialClear = "credential-clear",
        /// Changes the password.
        PasswordChange = "password-change",
        /// Sets a new password for somebody who cannot sign in.
        PasswordRecovery = "password-recovery",
        /// Deletes the account.
        AccountDelete = "account-delete",
        /// Makes a new account.
        Registration = "registration",
        /// Revokes a token or a device.
        Revoke = "revoke",
        /// Changes to another account.
        SwitchAccount = "switch-account",
        /// A session or idle time ends.
        SessionTimeout = "session-timeout",
        /// Gets a new access token for the session that there is.
        TokenRefresh = "token-refresh",
        /// Proves again who the user is.
        Reauth = "reauth",
        /// Does something that should ask for proof first.
        SensitiveAction = "sensitive-action",
    }
}

named! {
    /// Where a term of an [`EventKind`] is looked for.
    TermForm {
        /// In names of methods, classes, events.
        Identifier = "identifier",
        /// In names of resources.
        ResourceId = "resource-id",
        /// In texts on the screen.
        Label = "label",
    }
}

named! {
    /// What a server path is for.
    EndpointKind {
        /// Revokes a token.
        Revoke = "revoke",
        /// Ends the session at the identity provider.
        EndSession = "end-session",
        /// The application's own logout.
        Logout = "logout",
        /// Gives or refreshes tokens.
        Token = "token",
        /// Signs in.
        Login = "login",
        /// Shows the login page of an identity provider.
        Authorize = "authorize",
        /// Changes the password.
        PasswordChange = "password-change",
        /// Sets a new password for somebody who cannot sign in.
        PasswordRecovery = "password-recovery",
        /// Deletes the account.
        AccountDelete = "account-delete",
        /// Makes a new account.
        Registration = "registration",
        /// Lists the sessions or devices of the user, or ends some of them.
        Sessions = "sessions",
        /// Moves money, or changes who gets it.
        Sensitive = "sensitive",
        /// Tells about a token or its user.
        Introspect = "introspect",
    }
}

named! {
    /// What the form of a constant says.
    ValueKind {
        /// A JSON Web Token.
        Jwt = "jwt",
        /// A whole `Authorization` value with a bearer token.
        BearerCredential = "bearer-credential",
        /// A whole `Authorization` value with user and password.
        BasicCredential = "basic-credential",
        /// A token of a provider that has a form of its own.
        ProviderCredential = "provider-credential",
        /// The word before a credential in a header.
        BearerPrefix = "bearer-prefix",
        /// Name of a header that carries a credential.
        AuthHeader = "auth-header",
        /// Value of `grant_type`.
        Grant = "grant",
        /// Scope that asks for a refresh token.
        ScopeOffline = "scope-offline",
        /// Value of `access_type` that asks for a refresh token.
        AccessTypeOffline = "access-type-offline",
        /// Parameter of a revocation request.
        TokenHint = "token-hint",
        /// Name of a preferences file that suggests credentials.
        PrefsFile = "prefs-file",
    }
}

/// One value, or a list of them.
#[derive(Debug, Clone)]
pub struct OneOrMany<T>(Vec<T>);

impl<T> OneOrMany<T> {
    /// As a slice.
    pub fn as_slice(&self) -> &[T] {
        &self.0
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OneOrMany<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> de::Visitor<'de> for Visitor<T> {
            type Value = OneOrMany<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value or a list of values")
            }

            fn visit_i64<E: de::Error>(self, value: i64) -> Result<Self::Value, E> {
                T::deserialize(value.into_deserializer()).map(|value| OneOrMany(vec![value]))
            }

            fn visit_str<E: de::Error>(self, value: &str) -> Result<Self::Value, E> {
                T::deserialize(value.into_deserializer()).map(|value| OneOrMany(vec![value]))
            }

            fn visit_seq<A: de::SeqAccess<'de>>(
                self,
                mut list: A,
            ) -> Result<Self::Value, A::Error> {
                let mut values = Vec::new();
                while let Some(value) = list.next_element()? {
                    values.push(value);
                }
                Ok(OneOrMany(values))
            }
        }

        deserializer.deserialize_any(Visitor(PhantomData))
    }
}

/// A file of `models/<platform>/`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ModelFile {
    /// The SDK as a whole, where the file is about one.
    pub sdk: Option<SdkEntry>,
    /// Its APIs.
    #[serde(default)]
    pub api: Vec<ApiEntry>,
    /// Types of the platform, which an app does not bring along.
    #[serde(default, rename = "type")]
    pub types: Vec<TypeEntry>,
}

/// One `[[type]]`: what a type that the app does not bring along inherits from.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TypeEntry {
    /// Name with dots.
    pub class: String,
    /// Its direct supertypes, the class first; `java.lang.Object` is left out.
    pub supertypes: Vec<String>,
}

/// One `[[api]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ApiEntry {
    /// Unique; by convention `lib:Class.method`, with `#2` where overloads differ.
    pub id: String,
    /// JVM symbol: `android.content.SharedPreferences$Editor.putString`.
    pub symbol: Option<String>,
    /// Its DEX descriptor; absent: any overload.
    pub descriptor: Option<String>,
    /// Other spellings, for other platforms.
    #[serde(default)]
    pub symbols: BTreeMap<SymbolForm, OneOrMany<String>>,
    /// How code is compared; absent: exactly.
    #[serde(rename = "match")]
    pub matching: Option<Matching>,
    /// What it does; the first is the main one.
    pub roles: Vec<Role>,
    /// Which argument is what.
    #[serde(default)]
    pub args: BTreeMap<ArgRole, OneOrMany<ArgPos>>,
    /// What it returns.
    #[serde(default)]
    pub returns: Returns,
    /// What a value is that it gives or stores.
    pub artifact: Option<ArtifactKind>,
    /// HTTP verb that the API implies.
    pub verb: Option<String>,
    /// Store that it works on.
    pub store: Option<StoreKind>,
    /// Name of that store where the API fixes it, a template with `{?}` for what varies.
    pub store_name: Option<String>,
    /// Protection of the store.
    pub protection: Option<Protection>,
    /// Whether the store is in backups.
    pub backup: Option<Backup>,
    /// Accessibility class of the item.
    pub accessibility: Option<Accessibility>,
    /// Whether the store goes to other devices.
    pub sync: Option<Sync>,
    /// How much a clear removes.
    pub scope: Option<ClearScope>,
    /// Whether a sign-out forgets the session on the device.
    #[serde(default)]
    pub local: bool,
    /// What a sign-out tells the server.
    pub server: Option<ServerEffect>,
    /// Whether it ends or opens a browser session.
    #[serde(default)]
    pub browser: bool,
    /// Order of a sign-out.
    pub order: Option<Order>,
    /// What a sign-out leaves on an error.
    pub on_error: Option<OnError>,
    /// Code that the call leads to.
    pub edge: Option<EdgeEntry>,
    /// What shrinkers leave of it.
    pub r8: Option<Survival>,
    /// How far it was checked.
    pub verify: Verification,
    /// Against what.
    pub source: Option<String>,
    /// What a reader must know.
    pub note: Option<String>,
}

/// The `edge` of an `[[api]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EdgeEntry {
    /// How it leads there.
    pub kind: EdgeKind,
    /// Arguments that it starts from; absent: whichever has the methods of `to`.
    pub from: Option<OneOrMany<ArgPos>>,
    /// Methods that run: `name`, or `name(descriptor)`; `*` for all that the note describes.
    pub to: OneOrMany<String>,
    /// What the parameters of the method get: index of the parameter to where it stands in the call.
    #[serde(default)]
    pub binds: BTreeMap<String, ArgPos>,
    /// What `to` cannot say.
    pub note: Option<String>,
}

/// The `[sdk]` of a file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SdkEntry {
    /// Unique.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Packages of its code.
    pub packages: Vec<String>,
    /// Whether the session is one of somebody else that the device or a browser keeps: signing out
    /// of the app alone does not end it.
    #[serde(default)]
    pub provider: bool,
    /// Calls that sign out.
    pub sign_out: String,
    /// Whether they forget the session on the device.
    pub clears_local: String,
    /// What they tell the server.
    pub server_effect: String,
    /// Whether they open a browser.
    pub opens_browser: String,
    /// What an app has to call for a whole sign-out.
    pub recipe: String,
    /// Kind of the store that the SDK keeps its session in by default.
    pub store: Option<StoreKind>,
    /// Names of that store, templates with `{?}`.
    #[serde(default)]
    pub store_names: Vec<String>,
    /// What both cannot say.
    pub store_note: Option<String>,
    /// Default protection.
    pub protection: Protection,
    /// What it cannot say.
    pub protection_note: Option<String>,
    /// Whether the default store is in backups.
    pub backup: Backup,
    /// Keys in that store.
    #[serde(default)]
    pub keys: Vec<String>,
    /// Strings that tell the SDK in a shrunken build.
    #[serde(default)]
    pub anchor_strings: Vec<String>,
    /// Components that tell the SDK in a manifest.
    #[serde(default)]
    pub anchor_components: Vec<String>,
    /// What shrinkers leave of it.
    pub r8: Survival,
    /// What that cannot say.
    pub r8_note: Option<String>,
    /// Where this was read.
    pub source: String,
    /// What is missing in the SDK or in the model.
    pub gaps: Option<String>,
}

/// `models/lexicon.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LexiconFile {
    /// Names of session values.
    pub lexicon: Vec<LexiconEntry>,
    /// Names that only look like one.
    pub negative: Vec<NegativeEntry>,
    /// Words that say nothing at the end of a name (`token_value`).
    pub neutral: Vec<String>,
    /// Names of tables with the user's data.
    pub personal: PersonalEntry,
    /// Names and labels of events.
    pub event: Vec<EventEntry>,
    /// Words that make something else of the name or label of an event.
    pub event_negative: Vec<EventNegativeEntry>,
    /// Server paths.
    pub endpoint: Vec<EndpointEntry>,
    /// Forms of constants.
    pub value: Vec<ValueEntry>,
}

/// `[personal]`: what a table with data of a user is called.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PersonalEntry {
    /// Words of which one has to be in the name.
    pub words: Vec<String>,
    /// Words with which it is about something else.
    pub not: Vec<String>,
    /// Columns that only rows about a user have.
    pub columns: Vec<String>,
    /// What a reader must know.
    pub note: Option<String>,
}

/// One `[[lexicon]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LexiconEntry {
    /// What the terms name.
    pub kind: ArtifactKind,
    /// Language tag.
    pub lang: String,
    /// Terms that are enough alone.
    #[serde(default)]
    pub strong: Vec<String>,
    /// Terms that need a second witness, and count at the end of a name only.
    #[serde(default)]
    pub weak: Vec<String>,
    /// Terms that need a second witness, and count as the whole name only.
    #[serde(default)]
    pub lone: Vec<String>,
    /// What a reader must know.
    pub note: Option<String>,
}

/// One `[[negative]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct NegativeEntry {
    /// Name of the group.
    pub kind: String,
    /// Terms that take back every hit that they touch.
    #[serde(default)]
    pub terms: Vec<String>,
    /// Words that take back the hit that they stand before, directly or as the first of the name.
    #[serde(default)]
    pub before: Vec<String>,
    /// Words that take back the hit that they stand behind, directly or as the last of the name.
    #[serde(default)]
    pub after: Vec<String>,
    /// Words that take back every hit in the name.
    #[serde(default)]
    pub anywhere: Vec<String>,
    /// Kinds that the words take back; absent: all.
    #[serde(default)]
    pub of: Vec<ArtifactKind>,
    /// Whether `before` and `after` only make a hit weak.
    #[serde(default)]
    pub weakens: bool,
    /// Classes and methods (DEX) whose values are none.
    #[serde(default)]
    pub classes: Vec<String>,
    /// What a reader must know.
    pub note: Option<String>,
}

/// One `[[event]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EventEntry {
    /// What the terms name.
    pub kind: EventKind,
    /// Language tag; `multi` for several.
    pub lang: String,
    /// Where they are looked for.
    pub forms: Vec<TermForm>,
    /// The terms.
    pub terms: Vec<String>,
    /// What a reader must know.
    pub note: Option<String>,
}

/// One `[[event-negative]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EventNegativeEntry {
    /// Where the words are looked for.
    pub forms: Vec<TermForm>,
    /// Terms that exclude wherever they stand.
    #[serde(default)]
    pub terms: Vec<String>,
    /// Words that exclude at the beginning.
    #[serde(default)]
    pub first: Vec<String>,
    /// Words that exclude at the end.
    #[serde(default)]
    pub last: Vec<String>,
    /// Words at the end with which `first` does not exclude (`btnLogoutClicked`).
    #[serde(default)]
    pub unless_last: Vec<String>,
    /// What a reader must know.
    pub note: Option<String>,
}

/// One `[[endpoint]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EndpointEntry {
    /// What the path is for.
    pub kind: EndpointKind,
    /// HTTP verb that it needs; absent: any.
    pub verb: Option<String>,
    /// Over the path with a leading slash.
    pub regex: String,
    /// Paths that this matches are none.
    pub not: Option<String>,
    /// What a reader must know.
    pub note: Option<String>,
}

/// One `[[value]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ValueEntry {
    /// What the form says.
    pub kind: ValueKind,
    /// Over the whole constant.
    pub regex: String,
    /// What a reader must know.
    pub note: Option<String>,
}
