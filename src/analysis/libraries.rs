//! Whose code it is: the app's own, or a bundled library's.
//!
//! By the application id, by the packages of the launcher and the application class, by known
//! library packages, and for the rest by the package tree. Code without a package (or with a
//! one-letter one, as shrinkers make) is the app's until somebody says otherwise: a finding there
//! must not be lost.

use rayon::prelude::*;

use crate::ir::{Body, Const, FuncId, Op, Program, WhoseCode};

/// Where many owners' code is at home.
const HOSTED: &str = "com/github/";

/// Packages of libraries that ship inside apps, with the name under which people know them. The
/// longest prefix wins.
const KNOWN: &[(&str, &str)] = &[
    ("android/support/", "Android Support Library"),
    ("androidx/", "AndroidX"),
    ("com/android/volley/", "Volley"),
    ("com/google/android/gms/", "Google Play services"),
    ("com/google/android/material/", "Material Components"),
    ("com/google/android/play/", "Google Play Core"),
    ("com/google/android/exoplayer2/", "ExoPlayer"),
    ("com/google/firebase/", "Firebase"),
    ("com/google/", "Google libraries"),
    ("com/facebook/", "Facebook SDK"),
    ("com/squareup/", "Square libraries"),
    ("com/bumptech/glide/", "Glide"),
    ("com/jakewharton/", "Jake Wharton libraries"),
    ("com/airbnb/", "Airbnb libraries"),
    ("com/amazonaws/", "AWS SDK"),
    ("com/amplifyframework/", "Amplify"),
    ("com/auth0/", "Auth0"),
    ("com/okta/", "Okta"),
    ("com/microsoft/identity/", "MSAL"),
    ("com/microsoft/appcenter/", "App Center"),
    ("com/microsoft/codepush/", "CodePush"),
    ("com/fasterxml/jackson/", "Jackson"),
    ("com/nimbusds/", "Nimbus JOSE"),
    ("com/tencent/mmkv/", "MMKV"),
    ("com/orhanobut/", "Hawk"),
    ("com/crashlytics/", "Crashlytics"),
    ("com/mixpanel/", "Mixpanel"),
    ("com/amplitude/", "Amplitude"),
    ("com/appsflyer/", "AppsFlyer"),
    ("com/adjust/sdk/", "Adjust"),
    ("com/onesignal/", "OneSignal"),
    ("com/stripe/", "Stripe"),
    ("com/paypal/", "PayPal"),
    ("com/twitter/sdk/", "Twitter Kit"),
    ("com/linecorp/", "LINE SDK"),
    ("com/kakao/", "Kakao SDK"),
    ("com/huawei/", "HMS"),
    ("com/umeng/", "Umeng"),
    ("com/baidu/", "Baidu SDK"),
    ("com/alibaba/", "Alibaba SDK"),
    ("com/sina/", "Weibo SDK"),
    ("com/reactnativecommunity/", "React Native Community"),
    ("com/swmansion/", "Software Mansion"),
    ("com/segment/", "Segment"),
    ("com/sun/jna/", "JNA"),
    ("com/unity3d/", "Unity"),
    ("com/flurry/", "Flurry"),
    ("com/chartboost/", "Chartboost"),
    ("com/applovin/", "AppLovin"),
    ("com/inmobi/", "InMobi"),
    ("com/ironsource/", "ironSource"),
    ("com/vungle/", "Vungle"),
    ("com/bytedance/", "ByteDance SDK"),
    ("com/loopj/android/http/", "android-async-http"),
    (
        "com/franmontiel/persistentcookiejar/",
        "PersistentCookieJar",
    ),
    ("com/pichillilorenzo/", "flutter_inappwebview"),
    ("com/jayway/", "JsonPath"),
    ("com/koushikdutta/", "Ion"),
    (HOSTED, "GitHub-hosted libraries"),
    ("com/firebase/", "Firebase"),
    ("com/xiaomi/", "Xiaomi Mi Push"),
    ("com/vk/sdk/", "VK SDK"),
    ("com/spotify/sdk/", "Spotify SDK"),
    ("com/spotify/android/appremote/", "Spotify SDK"),
    ("com/truecaller/android/sdk/", "Truecaller SDK"),
    ("com/linkedin/platform/", "LinkedIn SDK"),
    ("dagger/", "Dagger"),
    ("expo/modules/", "Expo modules"),
    ("io/branch/", "Branch"),
    ("io/flutter/", "Flutter engine"),
    ("io/fabric/", "Fabric"),
    ("io/github/jan/supabase/", "supabase-kt"),
    ("io/grpc/", "gRPC"),
    ("io/intercom/", "Intercom"),
    ("io/invertase/", "Invertase"),
    ("io/jsonwebtoken/", "jjwt"),
    ("io/ktor/", "Ktor"),
    ("io/netty/", "Netty"),
    ("io/objectbox/", "ObjectBox"),
    ("io/paperdb/", "Paper"),
    ("io/reactivex/", "RxJava"),
    ("io/realm/", "Realm"),
    ("io/sentry/", "Sentry"),
    ("io/socket/", "Socket.IO"),
    ("javax/", "javax"),
    ("java/", "core library desugaring"),
    ("j$/", "core library desugaring"),
    ("junit/", "JUnit"),
    ("kotlin/", "Kotlin"),
    ("kotlinx/", "Kotlin extensions"),
    ("mono/", ".NET for Android"),
    ("net/openid/appauth/", "AppAuth"),
    ("net/sqlcipher/", "SQLCipher"),
    ("net/zetetic/", "SQLCipher"),
    ("okhttp3/", "OkHttp"),
    ("okio/", "Okio"),
    ("org/aopalliance/", "AOP Alliance"),
    ("org/apache/", "Apache libraries"),
    ("org/bouncycastle/", "Bouncy Castle"),
    ("org/spongycastle/", "Spongy Castle"),
    ("org/checkerframework/", "Checker Framework"),
    ("org/chromium/", "Chromium"),
    ("org/greenrobot/", "greenrobot"),
    ("org/hamcrest/", "Hamcrest"),
    ("org/intellij/", "JetBrains annotations"),
    ("org/jetbrains/", "JetBrains"),
    ("org/joda/", "Joda"),
    ("org/json/", "JSON"),
    ("org/jsoup/", "jsoup"),
    ("org/junit/", "JUnit"),
    ("org/koin/", "Koin"),
    ("org/mockito/", "Mockito"),
    ("org/reactivestreams/", "Reactive Streams"),
    ("org/slf4j/", "SLF4J"),
    ("org/w3c/", "W3C"),
    ("org/webrtc/", "WebRTC"),
    ("org/xmlpull/", "XmlPull"),
    ("retrofit/", "Retrofit 1"),
    ("retrofit2/", "Retrofit"),
    ("rx/", "RxJava 1"),
    ("timber/", "Timber"),
    ("zendesk/", "Zendesk"),
    ("crc64", ".NET for Android"),
];

/// Texts by which a library's code is known after a shrinker took its names: names of files and
/// fields that no app makes up. A sign of installation is no session of a user.
const MARKS: &[(&str, &str)] = &[
    ("PersistedInstallation", "Firebase Installations"),
    ("TokenCreationEpochInSecs", "Firebase Installations"),
    ("com.google.android.gms.appid", "Firebase Instance ID"),
    ("googleSignInAccount", "Google Sign-In"),
    ("googleSignInOptions", "Google Sign-In"),
    ("defaultGoogleSignInAccount", "Google Sign-In"),
    (
        "SharedPreferencesTokenStore.TOKEN",
        "Android Browser Helper",
    ),
    ("Data loss, local db full", "Firebase Analytics"),
    (
        "Failed to insert/update user property",
        "Firebase Analytics",
    ),
];

/// The library whose code a function is by the texts in it.
#[must_use]
pub fn marked(body: &Body) -> Option<&'static str> {
    body.ops.iter().find_map(|op| match op {
        Op::Const {
            value: Const::Str(text),
            ..
        } => MARKS
            .iter()
            .find(|(mark, _)| text.starts_with(mark))
            .map(|(_, library)| *library),
        _ => None,
    })
}

/// Classes that somebody said are the app's own, as in `com.acme.**`: all below a package;
/// `com.acme.*`: those in it; `com.acme.Session`: one class and what is inside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// With slashes, up to the wildcard.
    prefix: String,
    reach: PatternReach,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PatternReach {
    Below,
    Package,
    Class,
}

/// Why a pattern is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no class pattern; it takes `com.acme.**`, `com.acme.*` or `com.acme.Session`")]
pub struct PatternError(String);

impl std::str::FromStr for Pattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, PatternError> {
        let (name, reach) = match text.strip_suffix("**") {
            Some(name) => (name, PatternReach::Below),
            None => match text.strip_suffix('*') {
                Some(name) => (name, PatternReach::Package),
                None => (text, PatternReach::Class),
            },
        };
        // A wildcard stands for whole segments.
        let path = match reach {
            PatternReach::Class => Some(name),
            _ if name.is_empty() => None,
            _ => Some(name.strip_suffix('.').unwrap_or("")),
        };
        let segment = |segment: &str| {
            let letter = |char: char| char.is_alphanumeric() || matches!(char, '_' | '$' | '-');
            !segment.is_empty() && segment.chars().all(letter)
        };
        if path.is_some_and(|path| !path.split('.').all(segment)) {
            return Err(PatternError(text.to_owned()));
        }
        Ok(Self {
            prefix: name.replace('.', "/"),
            reach,
        })
    }
}

impl Pattern {
    /// `**`.
    #[must_use]
    pub fn everything() -> Self {
        Self {
            prefix: String::new(),
            reach: PatternReach::Below,
        }
    }

    fn matches(&self, path: &str) -> bool {
        path.strip_prefix(self.prefix.as_str())
            .is_some_and(|rest| match self.reach {
                PatternReach::Below => true,
                PatternReach::Package => !rest.contains('/'),
                PatternReach::Class => rest.is_empty() || rest.starts_with('$'),
            })
    }
}

/// Tells by a name whose code a class is.
#[derive(Debug, Clone)]
struct Naming {
    /// Package prefixes that are the app's, as in descriptors, with a slash at the end.
    own: Vec<String>,
    said: Vec<Pattern>,
    /// Whether any class of the program is in a package of the app's.
    has_own: bool,
}

impl Naming {
    fn is_own(&self, descriptor: &str) -> bool {
        self.own.iter().any(|prefix| is_under(descriptor, prefix)) || self.is_said(descriptor)
    }

    fn is_said(&self, descriptor: &str) -> bool {
        class_path(descriptor)
            .is_some_and(|path| self.said.iter().any(|pattern| pattern.matches(path)))
    }

    fn library_of(&self, descriptor: &str) -> Option<String> {
        let path = class_path(descriptor)?;
        if self.is_own(descriptor) {
            return None;
        }
        if let Some((_, library)) = KNOWN
            .iter()
            .filter(|(prefix, _)| path.starts_with(prefix))
            .max_by_key(|(prefix, _)| prefix.len())
        {
            return Some((*library).to_owned());
        }
        if let Some(sdk) = crate::models::sdk_of_class(descriptor) {
            return Some(sdk.name.to_owned());
        }
        // A named package that is not the app's, beside classes that are: somebody else's. Short
        // segments are a shrinker's.
        let mut segments = path.split('/');
        let (first, second) = (segments.next()?, segments.next()?);
        let third = segments.next();
        if self.has_own && third.is_some() && first.len() >= 2 && second.len() >= 3 {
            return Some(format!("{first}.{second}"));
        }
        None
    }
}

impl WhoseCode for Naming {
    fn is_library(&self, descriptor: &str) -> bool {
        self.library_of(descriptor).is_some()
    }
}

/// Tells the app's own classes from libraries'.
#[derive(Debug)]
pub struct Owners {
    naming: Naming,
    /// For each class the library's name, by an index into [`Owners::names`]; `u32::MAX` is the
    /// app's.
    of: Vec<u32>,
    names: Vec<String>,
}

impl Owners {
    /// `anchors`: the application id and the names of the application class and of components,
    /// with dots. The first anchor is the application id. `said`: what the user called the app's
    /// own; it wins.
    #[must_use]
    pub fn new(program: &Program<'_>, anchors: &[String], said: &[Pattern]) -> Self {
        let mut naming = Naming {
            own: own_prefixes(anchors),
            said: said.to_vec(),
            has_own: false,
        };
        naming.has_own = program
            .classes
            .iter()
            .any(|class| naming.is_own(program.names.text(class.ty)));
        let mut owners = Self {
            of: Vec::with_capacity(program.classes.len()),
            names: Vec::new(),
            naming,
        };
        let names: Vec<Option<String>> = program
            .classes
            .par_iter()
            .map(|class| owners.naming.library_of(program.names.text(class.ty)))
            .collect();
        for name in names {
            let index = match name {
                None => u32::MAX,
                Some(name) => {
                    let at = owners
                        .names
                        .iter()
                        .position(|known| *known == name)
                        .unwrap_or_else(|| {
                            owners.names.push(name);
                            owners.names.len() - 1
                        });
                    u32::try_from(at).unwrap_or(u32::MAX)
                }
            };
            owners.of.push(index);
        }
        owners
    }

    /// The library in whose code a function was written; none is the app's own.
    #[must_use]
    pub fn library(&self, program: &Program<'_>, func: FuncId) -> Option<String> {
        if let Some(home) = program.homes.get(&func) {
            return self.naming.library_of(program.names.text(*home));
        }
        let index = *self.of.get(program.func(func).class.index())?;
        self.names.get(index as usize).cloned()
    }

    /// For each class whether it is a library's.
    #[must_use]
    pub fn library_flags(&self) -> Vec<bool> {
        self.of.iter().map(|index| *index != u32::MAX).collect()
    }

    /// The same for a class that the program need not define.
    #[must_use]
    pub fn by_name(&self) -> Box<dyn WhoseCode> {
        Box::new(self.naming.clone())
    }
}

/// `com.example.bank.debug` is at home in `com/example/`.
fn own_prefixes(anchors: &[String]) -> Vec<String> {
    let mut prefixes: Vec<String> = Vec::new();
    for (index, anchor) in anchors.iter().enumerate() {
        let segments: Vec<&str> = anchor
            .split('.')
            .filter(|segment| !segment.is_empty())
            .collect();
        let prefix = match segments.as_slice() {
            // Hosting names and shared roots say nothing about the owner: one more segment.
            [
                "com",
                "github" | "gitlab" | "google" | "android" | "facebook",
                third,
                ..,
            ] => {
                format!(
                    "com/{}/{third}/",
                    segments.get(1).copied().unwrap_or_default()
                )
            }
            ["io" | "org", "github" | "gitlab" | "appium", third, ..] => {
                format!(
                    "{}/{}/{third}/",
                    segments.first().copied().unwrap_or_default(),
                    segments.get(1).copied().unwrap_or_default()
                )
            }
            [first, second, ..] => format!("{first}/{second}/"),
            _ => continue,
        };
        let known = KNOWN.iter().any(|(library, _)| {
            // Below a host of many owners' code an owner is nobody's library.
            (prefix.starts_with(library) && *library != HOSTED)
                || library.starts_with(prefix.as_str())
        });
        if (index == 0 || !known) && !prefixes.contains(&prefix) {
            prefixes.push(prefix);
        }
    }
    prefixes
}

fn is_under(descriptor: &str, prefix: &str) -> bool {
    descriptor
        .strip_prefix('L')
        .is_some_and(|path| path.starts_with(prefix))
}

/// `a/b` of `La/b;`.
fn class_path(descriptor: &str) -> Option<&str> {
    descriptor.strip_prefix('L')?.strip_suffix(';')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_packages_and_classes() {
        for (pattern, class, matches) in [
            ("com.acme.**", "com/acme/net/Api", true),
            ("com.acme.**", "com/acmeter/Api", false),
            ("com.acme.*", "com/acme/Api$Call", true),
            ("com.acme.*", "com/acme/net/Api", false),
            ("com.acme.Api", "com/acme/Api$Call", true),
            ("com.acme.Api", "com/acme/Apis", false),
            ("**", "a/b", true),
        ] {
            let parsed: Pattern = pattern.parse().unwrap();
            assert_eq!(parsed.matches(class), matches, "{pattern} {class}");
        }
        for wrong in [
            "",
            ".",
            "com.",
            "com..acme",
            "com.acme**",
            "com/acme",
            "*.acme",
            "a b",
        ] {
            assert!(wrong.parse::<Pattern>().is_err(), "{wrong}");
        }
        assert_eq!("**".parse(), Ok(Pattern::everything()));
    }

    #[test]
    fn what_the_user_says_wins() {
        let naming = |said: &[&str]| Naming {
            own: vec!["com/example/".to_owned()],
            said: said.iter().map(|text| text.parse().unwrap()).collect(),
            has_own: true,
        };
        for (class, library) in [
            ("Lcom/example/bank/Api;", None),
            ("Lokhttp3/Call;", Some("OkHttp")),
            ("Lcom/acme/kit/Kit;", Some("com.acme")),
            ("La/b;", None),
        ] {
            assert_eq!(naming(&[]).library_of(class).as_deref(), library, "{class}");
        }
        assert_eq!(
            naming(&["com.acme.**"]).library_of("Lcom/acme/kit/Kit;"),
            None
        );
        assert_eq!(naming(&["okhttp3.**"]).library_of("Lokhttp3/Call;"), None);
    }

    #[test]
    fn anchors_become_prefixes() {
        let anchors = [
            "com.example.bank.debug",
            "com.github.acme.app",
            "androidx.work.Foo",
            "net.acme.Main",
        ]
        .map(str::to_owned);
        assert_eq!(
            own_prefixes(&anchors),
            ["com/example/", "com/github/acme/", "net/acme/"]
        );
    }
}
