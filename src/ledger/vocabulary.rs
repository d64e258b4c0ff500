//! What rules can ask of the ledger: its records, their attributes and the values that these take.
//!
//! Shared with the build script, so that a rule that asks for something else does not build. What
//! cannot be said with it becomes another attribute here, computed in one place, not a function in
//! a rule.

/// An attribute and its values.
pub type Attribute = (&'static str, &'static [&'static str]);

const YES_NO: &[&str] = &["yes", "no"];
const ARTIFACTS: &[&str] = &[
    "access-token",
    "refresh-token",
    "id-token",
    "session",
    "cookie",
    "password",
    "pin",
];

/// A session value in a store.
const WRITE: &[Attribute] = &[
    ("artifact", ARTIFACTS),
    // Where: a preferences file, a file or database, the system's account store, somewhere else.
    (
        "store",
        &["preferences", "file", "accounts", "memory", "other"],
    ),
    // Who can read it: only the app; the app's folder on shared storage; any app; any app if a
    // place that opens it so comes first.
    (
        "reach",
        &["sandbox", "external-app", "outside", "perhaps-outside"],
    ),
    (
        "protection",
        &[
            "plaintext",
            "exposed-key",
            "encrypted",
            "keystore",
            "memory",
            "unknown",
        ],
    ),
    // An SDK's state, written as a whole.
    ("sdk-state", YES_NO),
    // A password that is read again to sign in.
    ("relogin", YES_NO),
    // The app keeps a refresh token somewhere.
    ("refresh-token-kept", YES_NO),
];

/// A way out.
const EXIT: &[Attribute] = &[
    // What it removes of everything stored.
    (
        "removes",
        &["all", "some", "none", "open", "nothing-stored"],
    ),
    // What it tells the server.
    ("server", &["told", "none", "local-only", "open"]),
    // The app holds something that a server issued.
    ("issued", YES_NO),
    // What it does about the refresh token.
    (
        "refresh",
        &[
            "revoked",
            "other-token",
            "ended-otherwise",
            "kept",
            "none",
            "open",
        ],
    ),
    // The app knows a revocation endpoint or call.
    ("revocation-known", YES_NO),
    // What it removes when no request gets through: as much, or what hangs on an answer stays.
    ("offline", &["same", "kept", "open", "not-asked"]),
    // Whether the stored token that its request needs is still there.
    (
        "order",
        &["read-first", "removed-first", "race", "not-asked"],
    ),
    // Whether its request is asked again when it fails.
    ("retry", &["durable", "none", "open", "not-asked"]),
];

/// Something sensitive that the user has the server do.
const ACTION: &[Attribute] = &[
    (
        "operation",
        &[
            "payment",
            "credential-change",
            "contact-change",
            "factor-change",
            "secret-shown",
            "account-deletion",
        ],
    ),
    // Whether the user is asked for proof again.
    ("reauth", &["yes", "no", "open"]),
];

/// The deletion of the account, and what other providers granted for it: ended; the server is asked
/// and may end it; neither; the app makes accounts and deletes none; a text speaks of it.
const DELETION: &[Attribute] = &[(
    "outcome",
    &["revoked", "told", "kept", "missing", "elsewhere"],
)];

/// What a change of the password does to other sessions: the app offers to end them; the SDK ends
/// them; the app asks for neither; no change was found though a session is kept; nor is one kept.
const CREDENTIAL_CHANGE: &[Attribute] = &[(
    "sessions",
    &["offered", "implied", "alone", "unknown", "no-change"],
)];

/// What a change to another account leaves of the one before.
const ACCOUNT_SWITCH: &[Attribute] = &[("residue", &["none", "kept", "open", "nothing-stored"])];

/// Something beside the stored session values, and one way out.
const RESIDUE: &[Attribute] = &[
    (
        "thing",
        &[
            "idp-session",
            "provider-session",
            "web-cookies",
            "web-storage",
            "native-cookies",
            "http-cache",
            "user-data",
            "restore-credential",
        ],
    ),
    // What the way out does to it. Whether it has to do with the session at all may be open, too.
    ("left", &["removed", "kept", "open"]),
    // It matters less: the user is asked again, or it ends with the process.
    ("limited", YES_NO),
];

/// A login page in a web view of the app.
const PAGE: &[Attribute] = &[("page", &["provider", "own"])];

/// A session value that a page's script keeps or gets.
const SCRIPT: &[Attribute] = &[
    ("artifact", ARTIFACTS),
    ("kept", &["storage", "cookie", "page"]),
];

/// A session cookie that the app makes itself.
const COOKIE: &[Attribute] = &[
    // It lives too long, may go over connections without TLS, or is open to scripts.
    ("faults", &["some", "none", "unknown"]),
];

/// The app as a whole.
const APP: &[Attribute] = &[
    ("session", YES_NO),
    ("stores", YES_NO),
    ("exits", &["some", "none", "open"]),
];

/// What the app does when a server refuses its session.
const REJECTION: &[Attribute] = &[("handled", &["yes", "none", "open"])];

/// What is stored of the answer to a token refresh.
const REFRESH: &[Attribute] = &[("stores", &["refresh-token", "access-only", "open"])];

/// A session value in memory, after a way out.
const MEMORY: &[Attribute] = &[("state", &["reset", "kept", "open"])];

/// Stored session values and the two ways in which backups leave the device.
const BACKUP: &[Attribute] = &[
    (
        "cloud",
        &["included", "excluded", "encrypted-only", "unknown"],
    ),
    ("transfer", &["included", "excluded", "unknown"]),
    ("protection", &["plaintext", "encrypted"]),
];

/// A session value in a log, or in a URL.
const LEAK: &[Attribute] = &[("artifact", ARTIFACTS), ("debug-only", YES_NO)];

/// A session value that leaves the app on the device: on the clipboard, in a message.
const HANDED: &[Attribute] = &[
    ("artifact", ARTIFACTS),
    ("debug-only", YES_NO),
    // Who gets it: whoever looks; only those who may; not decidable.
    ("audience", &["anyone", "limited", "open"]),
];

/// A credential in the package, or one that the app makes itself.
const LITERAL: &[Attribute] = &[
    (
        "form",
        &["jwt", "bearer", "basic", "provider-token", "minted"],
    ),
    ("state", &["live", "expired", "public", "sample"]),
    (
        "expiry",
        &[
            "none",
            "within-an-hour",
            "within-a-day",
            "longer",
            "not-a-token",
            "unknown",
        ],
    ),
    ("use", &["refresh", "service", "access", "other"]),
];

/// A constant key that protects a session value.
const KEY: &[Attribute] = &[("artifact", ARTIFACTS)];

/// A store of a wrapper that nobody maintains any more, with session values in it.
const WRAPPER: &[Attribute] = &[("maintained", YES_NO)];

/// A prompt that asks the user to prove who they are.
const GATE: &[Attribute] = &[
    // What depends on the proof: a key that is used; a key that is handed over and not used; a key
    // that works without the user; nothing but the callback.
    ("bound", &["yes", "unused", "unbound-key", "no", "open"]),
    ("kind", &["biometric", "device-credential"]),
];

/// A key of the keystore that needs the user.
const AUTH_KEY: &[Attribute] = &[(
    "strength",
    &["sound", "kept-on-enrollment", "long-window", "unknown"],
)];

/// Whether the client ends or locks a session in time.
const TIMEOUT: &[Attribute] = &[
    // By how long it was not used, or by how old it is.
    ("kind", &["idle", "absolute"]),
    // Done; nothing does it; it may be so; done, but far too late.
    ("state", &["handled", "missing", "open", "long"]),
];

/// Work that repeats and comes to a refresh of the session.
const KEEPALIVE: &[Attribute] = &[
    ("refreshes", &["yes", "open"]),
    // It ends when the app leaves the front.
    ("stops", YES_NO),
];

/// A flag for "signed in" that picks the screen, and what stands behind it.
const AUTHORITY: &[Attribute] = &[("decides", &["flag", "token", "open"])];

/// Whether the client proves that a token is its own.
const BINDING: &[Attribute] = &[("state", &["none", "software", "hardware", "open"])];

/// How a session begins.
const FLOW: &[Attribute] = &[(
    "weakness",
    &[
        "none",
        "implicit",
        "password-grant",
        "plain-pkce",
        "no-pkce",
        "client-secret",
    ],
)];

/// Records by name.
pub const RECORDS: &[(&str, &[Attribute])] = &[
    ("write", WRITE),
    ("exit", EXIT),
    ("residue", RESIDUE),
    ("page", PAGE),
    ("script", SCRIPT),
    ("cookie", COOKIE),
    ("app", APP),
    ("rejection", REJECTION),
    ("refresh", REFRESH),
    ("memory", MEMORY),
    ("action", ACTION),
    ("deletion", DELETION),
    ("credential-change", CREDENTIAL_CHANGE),
    ("account-switch", ACCOUNT_SWITCH),
    ("backup", BACKUP),
    ("log", LEAK),
    ("url", LEAK),
    ("third-party", LEAK),
    ("clipboard", HANDED),
    ("message", HANDED),
    ("literal", LITERAL),
    ("key", KEY),
    ("wrapper", WRAPPER),
    ("gate", GATE),
    ("auth-key", AUTH_KEY),
    ("timeout", TIMEOUT),
    ("keepalive", KEEPALIVE),
    ("authority", AUTHORITY),
    ("binding", BINDING),
    ("flow", FLOW),
];

/// Attributes of a record.
#[must_use]
pub fn attributes(record: &str) -> Option<&'static [Attribute]> {
    RECORDS
        .iter()
        .find(|(name, _)| *name == record)
        .map(|(_, attributes)| *attributes)
}
