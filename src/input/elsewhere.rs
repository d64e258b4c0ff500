//! Builds whose logic is in something other than DEX: told by the names of entries and by the
//! first bytes of a few, so that every report can say first what was not read.

use super::recognize::HERMES_MAGIC;

/// What holds the logic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Framework {
    /// React Native with bytecode.
    Hermes,
    /// React Native with a plain JavaScript bundle.
    JavaScriptBundle,
    /// Flutter: Dart, compiled ahead of time or as a kernel blob.
    Flutter,
    /// .NET for Android, MAUI, Xamarin.
    DotNet,
    /// Unity: C# through IL2CPP or Mono.
    Unity,
    /// Cordova: pages in the app.
    Cordova,
    /// Capacitor: pages in the app.
    Capacitor,
    /// NativeScript: JavaScript on the native API.
    NativeScript,
    /// Unreal or Godot.
    GameEngine,
    /// A packer: the DEX files of the archive are a loader, the real ones are encrypted.
    Packer,
}

impl Framework {
    /// Kebab-case name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Hermes => "hermes",
            Self::JavaScriptBundle => "javascript-bundle",
            Self::Flutter => "flutter",
            Self::DotNet => "dotnet",
            Self::Unity => "unity",
            Self::Cordova => "cordova",
            Self::Capacitor => "capacitor",
            Self::NativeScript => "nativescript",
            Self::GameEngine => "game-engine",
            Self::Packer => "packer",
        }
    }

    /// What a reader is told that is not read, with its article.
    #[must_use]
    pub fn what(self) -> &'static str {
        match self {
            Self::Hermes => "the React Native code (Hermes bytecode)",
            Self::JavaScriptBundle => "the React Native code (a JavaScript bundle)",
            Self::Flutter => "the Flutter code (Dart)",
            Self::DotNet => "the .NET code (Xamarin or MAUI assemblies)",
            Self::Unity => "the Unity code (C#)",
            Self::Cordova => "the code of the Cordova pages (HTML and JavaScript)",
            Self::Capacitor => "the code of the Capacitor pages (HTML and JavaScript)",
            Self::NativeScript => "the NativeScript code (JavaScript)",
            Self::GameEngine => "the game engine's code",
            Self::Packer => "the app's own code, which a packer encrypts until the app runs,",
        }
    }
}

/// A sign of logic elsewhere: the framework, and the entry that shows it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Elsewhere {
    /// What it is.
    pub framework: Framework,
    /// The first entry that shows it, named as a part.
    pub part: String,
    /// How many more entries show it.
    pub more: u32,
    /// Version of the Hermes bytecode.
    pub version: Option<u32>,
}

/// Judges an entry by its path in the app (`assets/…`, `lib/…`; a bundle's module is cut off).
pub(super) fn by_name(path: &[u8]) -> Option<Framework> {
    if let Some(rest) = path.strip_prefix(b"lib/") {
        let file = rest.rsplit(|byte| *byte == b'/').next().unwrap_or(rest);
        return by_library(file);
    }
    if let Some(rest) = path.strip_prefix(b"assets/") {
        return by_asset(rest);
    }
    let assemblies = path.starts_with(b"assemblies/")
        && (path.ends_with(b".dll") || path.ends_with(b"assemblies.blob"));
    assemblies.then_some(Framework::DotNet)
}

fn by_library(file: &[u8]) -> Option<Framework> {
    Some(match file {
        b"libapp.so" | b"libflutter.so" => Framework::Flutter,
        b"libmonodroid.so"
        | b"libmonosgen-2.0.so"
        | b"libxamarin-app.so"
        | b"libassembly-store.so" => Framework::DotNet,
        b"libil2cpp.so" | b"libunity.so" => Framework::Unity,
        b"libNativeScript.so" => Framework::NativeScript,
        b"libUE4.so" | b"libUnreal.so" | b"libgodot_android.so" => Framework::GameEngine,
        b"libjiagu.so"
        | b"libjiagu_art.so"
        | b"libDexHelper.so"
        | b"libSecShell.so"
        | b"libsecexe.so"
        | b"libshell.so"
        | b"libshella.so"
        | b"libshellx.so"
        | b"libexec.so"
        | b"libexecmain.so"
        | b"libbaiduprotect.so"
        | b"libchaosvmp.so"
        | b"libprotectClass.so" => Framework::Packer,
        _ if file.starts_with(b"libassemblies.") => Framework::DotNet,
        _ if file.starts_with(b"libshella-") || file.starts_with(b"libshellx-") => {
            Framework::Packer
        }
        _ => return None,
    })
}

fn by_asset(rest: &[u8]) -> Option<Framework> {
    if rest.starts_with(b"flutter_assets/") {
        let code = rest.ends_with(b"/kernel_blob.bin") || rest.ends_with(b"/AssetManifest.bin");
        return code.then_some(Framework::Flutter);
    }
    if rest.starts_with(b"bin/Data/") {
        return Some(Framework::Unity);
    }
    match rest {
        b"www/index.html" | b"www/cordova.js" => Some(Framework::Cordova),
        b"public/index.html" | b"capacitor.config.json" => Some(Framework::Capacitor),
        b"app/tns_modules" | b"internal/ts_helpers.js" => Some(Framework::NativeScript),
        _ => None,
    }
}

/// Judges an asset by its first bytes. Gives the Hermes version where there is one.
pub(super) fn by_head(path: &[u8], head: &[u8]) -> Option<(Framework, Option<u32>)> {
    if head.starts_with(HERMES_MAGIC) {
        let version = head
            .get(8..12)
            .and_then(|bytes| bytes.try_into().ok())
            .map(u32::from_le_bytes);
        return Some((Framework::Hermes, version));
    }
    let bundle = path.starts_with(b"assets/")
        && (path.ends_with(b".bundle") || path.ends_with(b".jsbundle"));
    // A RAM bundle has a magic number and JavaScript modules behind it.
    let ram = head.starts_with(b"\xe5\xd1\x0b\xfb");
    let text = !head.is_empty()
        && head
            .iter()
            .all(|byte| *byte >= 0x20 || byte.is_ascii_whitespace());
    (bundle && (ram || text)).then_some((Framework::JavaScriptBundle, None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_heads_tell_the_framework() {
        for (path, framework) in [
            ("lib/arm64-v8a/libapp.so", Framework::Flutter),
            ("assemblies/assemblies.blob", Framework::DotNet),
            ("assemblies/Bank.dll", Framework::DotNet),
            (
                "lib/arm64-v8a/libassemblies.arm64-v8a.blob.so",
                Framework::DotNet,
            ),
            ("lib/armeabi-v7a/libil2cpp.so", Framework::Unity),
            (
                "assets/bin/Data/Managed/Metadata/global-metadata.dat",
                Framework::Unity,
            ),
            ("assets/www/index.html", Framework::Cordova),
            ("assets/public/index.html", Framework::Capacitor),
            ("lib/x86/libjiagu.so", Framework::Packer),
        ] {
            assert_eq!(by_name(path.as_bytes()), Some(framework), "{path}");
        }
        for path in [
            "lib/arm64-v8a/libc++_shared.so",
            "assets/www/logo.png",
            "res/libapp.so",
        ] {
            assert_eq!(by_name(path.as_bytes()), None, "{path}");
        }
        let bundle = b"assets/index.android.bundle";
        let mut head = HERMES_MAGIC.to_vec();
        head.extend(96u32.to_le_bytes());
        assert_eq!(by_head(bundle, &head), Some((Framework::Hermes, Some(96))));
        assert_eq!(
            by_head(bundle, b"var __BUNDLE_START_TIME__="),
            Some((Framework::JavaScriptBundle, None))
        );
        assert_eq!(by_head(b"assets/notes.txt", b"var x"), None);
    }
}
