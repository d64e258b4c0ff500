//! Builds of every kind, made by hand and opened.

use std::path::PathBuf;
use std::sync::atomic::AtomicU32;

use super::*;
use crate::formats::zip::build::{Entry, Zip, deflate};

/// A file that looks like DEX, with something by which to tell it from others.
fn dex(mark: &str) -> Vec<u8> {
    let mut bytes = b"dex\n035\0".to_vec();
    bytes.extend(mark.as_bytes());
    bytes.resize(112, 0);
    bytes
}

const MANIFEST: &[u8] = b"\x03\0\x08\0 a manifest";
const SPLIT_MANIFEST: &[u8] = b"\x03\0\x08\0\x05\0s\0p\0l\0i\0t\0\0\0";

fn apk() -> Zip {
    Zip::new()
        .deflated("AndroidManifest.xml", MANIFEST)
        .deflated("classes.dex", &dex("one"))
}

fn split() -> Zip {
    Zip::new()
        .deflated("AndroidManifest.xml", SPLIT_MANIFEST)
        .stored("lib/arm64-v8a/libbank.so", b"\x7fELF....")
}

fn open_zip(zip: &Zip) -> Input {
    open_bytes("app.apk", zip.bytes(), &Budgets::default()).unwrap()
}

fn refuse(bytes: Vec<u8>) -> InputError {
    open_bytes("thing", bytes, &Budgets::default()).unwrap_err()
}

/// Role and name of every part, XML and the rest left out.
fn names(input: &Input) -> Vec<(Role, &str)> {
    let parts = input.parts().iter();
    parts
        .filter(|part| !matches!(part.role, Role::Xml(_) | Role::Other))
        .map(|part| (part.role, part.name.as_str()))
        .collect()
}

fn dex_names(input: &Input) -> Vec<(Loading, &str)> {
    let parts = input.parts().iter();
    parts
        .filter_map(|part| match part.role {
            Role::Dex(loading) => Some((loading, part.name.as_str())),
            _ => None,
        })
        .collect()
}

fn messages(input: &Input, kind: DiagnosticKind) -> Vec<String> {
    let all = input.diagnostics();
    all.into_iter()
        .filter(|diagnostic| diagnostic.kind == kind)
        .map(|diagnostic| format!("{}: {}", diagnostic.part, diagnostic.message))
        .collect()
}

/// A folder that goes when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("signoff-{}-{count}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(self, name: &str, content: &[u8]) -> Self {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
        self
    }

    fn open(&self) -> Result<Input, InputError> {
        open(&self.0, &Budgets::default())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn an_apk_lists_its_parts_in_loading_order() {
    let zip = Zip::new()
        .stored("res/drawable/logo.png", b"\x89PNG....")
        .deflated("res/xml/backup.xml", MANIFEST)
        .deflated("classes10.dex", &dex("10"))
        .deflated("classes2.dex", &dex("2"))
        .stored("classes.dex", &dex("1"))
        .deflated("resources.arsc", b"\x02\0\x0c\0 table")
        .deflated("AndroidManifest.xml", MANIFEST)
        .deflated("META-INF/MANIFEST.MF", b"Manifest-Version: 1.0")
        .deflated("assets/config.json", b"{\"a\": 1}")
        .stored("res/", b"");
    let mut zip = zip;
    for number in 3..10 {
        zip = zip.deflated(&format!("classes{number}.dex"), &dex("n"));
    }
    let input = open_zip(&zip);
    assert_eq!(input.kind(), Kind::Apk);
    let all: Vec<&str> = input
        .parts()
        .iter()
        .map(|part| part.name.as_str())
        .collect();
    assert_eq!(
        all,
        [
            "classes.dex",
            "classes2.dex",
            "classes3.dex",
            "classes4.dex",
            "classes5.dex",
            "classes6.dex",
            "classes7.dex",
            "classes8.dex",
            "classes9.dex",
            "classes10.dex",
            "AndroidManifest.xml",
            "resources.arsc",
            "res/xml/backup.xml",
            "assets/config.json",
        ]
    );
    assert_eq!(input.diagnostics(), []);
    let ids = input.select(|part| matches!(part.role, Role::Dex(_)));
    let contents = input.read_all(&ids);
    assert!(matches!(contents[0], Ok(Cow::Borrowed(_))));
    assert_eq!(contents[9].as_deref(), Ok(&dex("10")[..]));
    assert_eq!(input.entries(), 17);
    assert_eq!(input.entries_read(), 10);
    assert_eq!(input.bytes_inflated(), 9 * 112);
    assert_eq!(input.read(PartId(99)), Err(PartError::Unknown));
}

#[test]
fn a_gap_ends_what_android_loads() {
    let zip = apk()
        .deflated("classes3.dex", &dex("3"))
        .deflated("classes1.dex", &dex("never"));
    let input = open_zip(&zip);
    assert_eq!(
        dex_names(&input),
        [
            (Loading::Platform, "classes.dex"),
            (Loading::Elsewhere, "classes3.dex"),
            (Loading::Elsewhere, "classes1.dex"),
        ]
    );
    assert_eq!(
        messages(&input, DiagnosticKind::Note),
        [
            "classes1.dex: a DEX file that Android does not load: nobody runs it if the app does \
             not load it itself",
            "classes3.dex: Android does not load it, as there is no classes2.dex; it is read",
        ]
    );
}

#[test]
fn hidden_code_is_found_by_its_magic() {
    let jar = Zip::new()
        .deflated("META-INF/MANIFEST.MF", b"Manifest-Version: 1.0")
        .deflated("classes.dex", &dex("jar"));
    let empty = Zip::new().deflated("page.html", b"<html></html>");
    let deep = Zip::new().deflated("inner.jar", &jar.bytes());
    let zip = apk()
        .deflated("assets/fonts/logo.ttf", &dex("font"))
        .stored("res/raw/sound.ogg", &dex("sound"))
        .deflated("res/xml/backup.xml", &dex("xml"))
        .stored("lib/arm64-v8a/libextra.so", &dex("library"))
        .deflated("META-INF/x", &dex("meta"))
        .deflated("dex/classes.dex", &dex("folder"))
        .deflated("assets/plugin.bin", &jar.bytes())
        .stored("assets/stored.zip", &jar.bytes())
        .deflated("assets/pages.zip", &empty.bytes())
        .deflated("assets/deep.zip", &deep.bytes());
    let input = open_zip(&zip);
    assert_eq!(
        dex_names(&input),
        [
            (Loading::Platform, "classes.dex"),
            (Loading::Elsewhere, "res/xml/backup.xml"),
            (Loading::Elsewhere, "lib/arm64-v8a/libextra.so"),
            (Loading::Elsewhere, "dex/classes.dex"),
            (Loading::Elsewhere, "assets/fonts/logo.ttf"),
            (Loading::Elsewhere, "res/raw/sound.ogg"),
            (Loading::Elsewhere, "META-INF/x"),
            (Loading::Elsewhere, "assets/plugin.bin!classes.dex"),
            (Loading::Elsewhere, "assets/stored.zip!classes.dex"),
        ]
    );
    assert_eq!(input.modules().len(), 3);
    for id in input.select(|part| matches!(part.role, Role::Dex(_))) {
        assert!(input.read(id).unwrap().starts_with(b"dex\n"));
    }
    let deeper = Budgets {
        nesting_depth: 2,
        ..Budgets::default()
    };
    let input = open_bytes("app.apk", zip.bytes(), &deeper).unwrap();
    assert!(
        input
            .find("assets/deep.zip!inner.jar!classes.dex")
            .is_some()
    );
}

#[test]
fn a_dex_file_before_the_archive_is_a_part() {
    let input = open_zip(&apk().but(|zip| zip.front = dex("janus")));
    assert_eq!(
        dex_names(&input),
        [
            (Loading::Platform, "classes.dex"),
            (Loading::Elsewhere, "(before the archive).dex"),
        ]
    );
    let id = input.find("(before the archive).dex").unwrap();
    assert_eq!(input.read(id).as_deref(), Ok(&dex("janus")[..]));
    assert_eq!(
        messages(&input, DiagnosticKind::ArchiveTampering),
        [
            "app.apk: a DEX file (112 bytes) stands before the first entry (CVE-2017-13156); \
             today's Android refuses to install it"
        ]
    );
}

#[test]
fn both_entries_of_a_name_are_parts() {
    let input = open_zip(
        &apk()
            .deflated("classes.dex", &dex("two"))
            .deflated("AndroidManifest.xml", MANIFEST),
    );
    assert_eq!(
        names(&input),
        [
            (Role::Dex(Loading::Platform), "classes.dex"),
            (Role::Dex(Loading::Elsewhere), "classes.dex#2"),
            (Role::Manifest(XmlForm::Binary), "AndroidManifest.xml"),
        ]
    );
    let second = input.find("classes.dex#2").unwrap();
    assert_eq!(input.read(second).as_deref(), Ok(&dex("two")[..]));
    let tampering = messages(&input, DiagnosticKind::ArchiveTampering);
    assert_eq!(tampering.len(), 1);
    assert!(
        tampering[0].contains("classes.dex, AndroidManifest.xml"),
        "{tampering:?}"
    );
}

#[test]
fn oddities_are_grouped() {
    let mut zip = Zip::new();
    for name in ["AndroidManifest.xml", "classes.dex", "a", "b", "c"] {
        zip = zip.entry(Entry::deflated(name, &dex("x")).but(|entry| entry.flags = 1));
    }
    assert_eq!(
        messages(&open_zip(&zip), DiagnosticKind::ArchiveTampering),
        [
            "app.apk: the encryption bit is set on entries that Android reads as plain: \
             AndroidManifest.xml, classes.dex, a and 2 more"
        ]
    );
}

#[test]
fn names_cannot_move_the_cursor() {
    let input = open_zip(&apk().stored("assets/\u{1b}[31m\u{202e}txt.exe", b"12345678"));
    assert!(input.find("assets/\u{fffd}[31m\u{fffd}txt.exe").is_some());
}

fn bundle() -> Zip {
    Zip::new()
        .deflated("BundleConfig.pb", b"\x0a\x01x")
        .deflated("feature/manifest/AndroidManifest.xml", b"\x0a\x01x")
        .deflated("feature/dex/classes.dex", &dex("feature"))
        .deflated("base/dex/classes2.dex", &dex("2"))
        .deflated("base/dex/classes.dex", &dex("1"))
        .deflated("base/manifest/AndroidManifest.xml", b"\x0a\x01x")
        .deflated("base/resources.pb", b"\x0a\x01x")
        .deflated("base/res/xml/backup.xml", b"\x0a\x01x")
        .deflated("base/assets/payload", &dex("payload"))
        .deflated("base/lib/arm64-v8a/libflutter.so", b"\x7fELF....")
        .deflated(
            "BUNDLE-METADATA/com.android.tools.build.obfuscation/proguard.map",
            b"# compiler: R8",
        )
}

#[test]
fn a_bundle_lists_its_modules() {
    let input = open_zip(&bundle());
    assert_eq!(input.kind(), Kind::Aab);
    assert_eq!(
        names(&input),
        [
            (Role::Dex(Loading::Platform), "base/dex/classes.dex"),
            (Role::Dex(Loading::Platform), "base/dex/classes2.dex"),
            (Role::Dex(Loading::Platform), "feature/dex/classes.dex"),
            (Role::Dex(Loading::Elsewhere), "base/assets/payload"),
            (
                Role::Manifest(XmlForm::Proto),
                "base/manifest/AndroidManifest.xml"
            ),
            (
                Role::Manifest(XmlForm::Proto),
                "feature/manifest/AndroidManifest.xml"
            ),
            (Role::Resources(TableForm::Proto), "base/resources.pb"),
            (
                Role::Mapping,
                "BUNDLE-METADATA/com.android.tools.build.obfuscation/proguard.map"
            ),
        ]
    );
    let modules: Vec<(&str, ModuleKind)> = input
        .modules()
        .iter()
        .map(|module| (module.name.as_str(), module.kind))
        .collect();
    assert_eq!(
        modules,
        [("base", ModuleKind::Base), ("feature", ModuleKind::Split)]
    );
    assert_eq!(input.elsewhere()[0].framework, Framework::Flutter);
}

#[test]
fn split_sets_are_one_app() {
    let sets = [
        (
            Zip::new()
                .stored("toc.pb", b"\x0a\x01x")
                .stored("splits/base-master.apk", &apk().bytes())
                .stored("splits/base-arm64_v8a.apk", &split().bytes())
                .stored("splits/base-master_2.apk", &apk().bytes())
                .stored("standalones/standalone-hdpi.apk", &apk().bytes()),
            "splits/base-master_2.apk",
        ),
        (
            Zip::new()
                .deflated("manifest.json", b"{}")
                .deflated("config.arm64_v8a.apk", &split().bytes())
                .deflated("com.example.apk", &apk().bytes()),
            "com.example.apk",
        ),
        (
            Zip::new()
                .deflated("info.json", b"{}")
                .stored("base.apk", &apk().bytes())
                .stored("split_config.de.apk", &split().bytes()),
            "base.apk",
        ),
    ];
    for (zip, base) in sets {
        let input = open_zip(&zip);
        assert_eq!(input.kind(), Kind::SplitSet);
        assert_eq!(input.modules().len(), 2);
        assert_eq!(input.modules()[0].name, base);
        assert_eq!(input.modules()[0].kind, ModuleKind::Base);
        assert_eq!(input.modules()[1].kind, ModuleKind::Split);
        let name = format!("{base}!classes.dex");
        assert_eq!(dex_names(&input), [(Loading::Platform, name.as_str())]);
        let id = input.find(&name).unwrap();
        assert_eq!(input.read(id).as_deref(), Ok(&dex("one")[..]));
    }
}

#[test]
fn files_are_found_by_their_path_in_the_app() {
    let input = open_zip(&bundle());
    let id = input.find_path("res/xml/backup.xml").unwrap();
    assert_eq!(input.part(id).unwrap().name, "base/res/xml/backup.xml");
    let id = input.find_path("dex/classes.dex").unwrap();
    assert_eq!(input.part(id).unwrap().name, "base/dex/classes.dex");
    let jar = Zip::new().deflated("only.dex", &dex("jar")).bytes();
    let set = Zip::new()
        .stored(
            "base.apk",
            &apk()
                .stored("res/a.xml", MANIFEST)
                .stored("assets/x.jar", &jar)
                .bytes(),
        )
        .stored(
            "split_a.apk",
            &split()
                .stored("res/a.xml", MANIFEST)
                .stored("res/b.xml", MANIFEST)
                .bytes(),
        );
    let input = open_zip(&set);
    let named = |path| {
        input
            .find_path(path)
            .map(|id| input.part(id).unwrap().name.as_str())
    };
    assert_eq!(named("res/a.xml"), Some("base.apk!res/a.xml"));
    assert_eq!(named("res/b.xml"), Some("split_a.apk!res/b.xml"));
    assert_eq!(named("res/c.xml"), None);
    assert_eq!(named("only.dex"), None);
    assert!(input.find("base.apk!assets/x.jar!only.dex").is_some());
}

#[test]
fn two_bases_are_two_apps() {
    let zip = Zip::new()
        .stored("a.apk", &apk().bytes())
        .stored("b.apk", &apk().bytes());
    let error = refuse(zip.bytes());
    assert_eq!(error.exit_code(), 2);
    assert_eq!(
        error.to_string(),
        "thing: holds 2 builds (a.apk, b.apk); scan one of them"
    );
}

#[test]
fn a_broken_split_loses_only_itself() {
    let zip = Zip::new()
        .stored("base.apk", &apk().bytes())
        .stored("split_a.apk", &split().bytes()[..40]);
    let input = open_zip(&zip);
    assert_eq!(dex_names(&input).len(), 1);
    assert_eq!(
        messages(&input, DiagnosticKind::Malformed),
        ["split_a.apk: no end-of-central-directory record: truncated or not a ZIP"]
    );
}

#[test]
fn a_folder_of_splits_is_one_app() {
    let folder = Folder::new()
        .file("base.apk", &apk().bytes())
        .file("split_config.arm64_v8a.apk", &split().bytes())
        .file("output-metadata.json", b"{}")
        .file("mapping.txt", b"# compiler: R8");
    let input = folder.open().unwrap();
    assert_eq!(input.kind(), Kind::SplitSet);
    assert_eq!(
        names(&input),
        [
            (Role::Dex(Loading::Platform), "base.apk!classes.dex"),
            (
                Role::Manifest(XmlForm::Binary),
                "base.apk!AndroidManifest.xml"
            ),
            (
                Role::Manifest(XmlForm::Binary),
                "split_config.arm64_v8a.apk!AndroidManifest.xml"
            ),
            (Role::Mapping, "mapping.txt"),
        ]
    );
}

#[test]
fn a_folder_with_one_build_is_that_build() {
    let input = Folder::new()
        .file("anything", &bundle().bytes())
        .file("notes.txt", b"notes")
        .open()
        .unwrap();
    assert_eq!(input.kind(), Kind::Aab);
    assert!(input.find("anything!base/dex/classes.dex").is_some());
    let input = Folder::new()
        .file("app-release.apk", &apk().bytes())
        .open()
        .unwrap();
    assert_eq!(input.kind(), Kind::Apk);
    assert!(input.find("app-release.apk!classes.dex").is_some());
    let input = Folder::new()
        .file("classes2.dex", &dex("2"))
        .file("classes.dex", &dex("1"))
        .open()
        .unwrap();
    assert_eq!(input.kind(), Kind::Dex);
    assert_eq!(
        dex_names(&input),
        [
            (Loading::Platform, "classes.dex"),
            (Loading::Platform, "classes2.dex")
        ]
    );
}

#[test]
fn other_archives_in_a_folder_cost_the_build_nothing() {
    let mut jar = Zip::new();
    for index in 0..60 {
        jar = jar.stored(&format!("{index}.class"), b"");
    }
    let folder = Folder::new()
        .file("a.jar", &jar.bytes())
        .file("b.jar", &jar.bytes())
        .file("c.apk", &apk().bytes());
    let budgets = Budgets {
        archive_entries: 70,
        ..Budgets::default()
    };
    let input = open(&folder.0, &budgets).unwrap();
    assert_eq!(dex_names(&input).len(), 1);
    assert_eq!(input.diagnostics(), []);
}

#[test]
fn other_folders_say_what_they_are() {
    let error = |folder: Folder| {
        let error = folder.open().unwrap_err();
        let text = error.to_string();
        let path = folder.0.display().to_string();
        (error.exit_code(), text.replace(&path, "F"))
    };
    assert_eq!(
        error(
            Folder::new()
                .file("a.apk", &apk().bytes())
                .file("b.aab", &bundle().bytes())
        ),
        (
            2,
            "F: holds 2 builds (a.apk, b.aab); scan one of them".to_owned()
        )
    );
    assert_eq!(
        error(
            Folder::new()
                .file("build.gradle", b"")
                .file("app/build/outputs/app.apk", b"")
        ),
        (
            3,
            "F: the source of an Android app (with a build in it: app/build/outputs/app.apk) is \
             not read yet; build the app and give the APK or AAB"
                .to_owned()
        )
    );
    assert_eq!(
        error(
            Folder::new()
                .file("AndroidManifest.xml", b"<manifest/>")
                .file("java/A.java", b"")
        )
        .1,
        "F: the source of an Android app is not read yet; build the app and give the APK or AAB"
    );
    assert_eq!(
        error(
            Folder::new()
                .file("AndroidManifest.xml", MANIFEST)
                .file("classes.dex", &dex("1"))
        )
        .1,
        "F: an unpacked APK is not read yet; give the APK itself, or pack the folder's content \
         as a ZIP"
    );
    assert_eq!(
        error(Folder::new().file("Info.plist", b"bplist00")),
        (
            3,
            "F: an iOS app (.app folder) is not read yet; give the Android build instead, if \
             there is one"
                .to_owned()
        )
    );
    assert_eq!(
        error(Folder::new()),
        (
            3,
            "F: a folder without a build, not a mobile app; give an APK, AAB, split set (APKS, \
             XAPK, APKM) or DEX file"
                .to_owned()
        )
    );
    let cut = apk().bytes();
    let (code, text) = error(Folder::new().file("a.apk", &cut[..cut.len() - 40]));
    assert_eq!(code, 3);
    assert!(
        text.contains("a.apk cannot be opened: no end-of-central"),
        "{text}"
    );
}

#[test]
fn an_archive_around_a_build_is_that_build() {
    let input = open_zip(&Zip::new().deflated("app-release.aab", &bundle().bytes()));
    assert_eq!(input.kind(), Kind::Aab);
    assert!(input.find("app-release.aab!base/dex/classes.dex").is_some());
    let input = open_zip(&Zip::new().deflated("app/app-release.apk", &apk().bytes()));
    assert_eq!(input.kind(), Kind::Apk);
}

#[test]
fn a_library_says_what_is_not_read() {
    let jar = Zip::new().deflated("com/example/A.class", b"\xca\xfe\xba\xbe\0\0\0\x34");
    let aar = Zip::new()
        .deflated("AndroidManifest.xml", b"<?xml version=\"1.0\"?><manifest/>")
        .deflated("classes.jar", &jar.bytes())
        .deflated("res/values/values.xml", b"<resources/>");
    let input = open_zip(&aar);
    assert_eq!(input.kind(), Kind::Aar);
    assert_eq!(
        messages(&input, DiagnosticKind::Unsupported),
        [
            "classes.jar: Java class files are not read, only the manifest and the resources; \
             scan an app that is built with this library"
        ]
    );
    let with_dex = Zip::new()
        .deflated("AndroidManifest.xml", b"<manifest/>")
        .deflated(
            "classes.jar",
            &Zip::new().deflated("classes.dex", &dex("aar")).bytes(),
        );
    let input = open_zip(&with_dex);
    assert_eq!(messages(&input, DiagnosticKind::Unsupported), [""; 0]);
    assert_eq!(
        dex_names(&input),
        [(Loading::Elsewhere, "classes.jar!classes.dex")]
    );
}

#[test]
fn a_dex_file_is_a_build() {
    let input = open_bytes("x.bin", dex("1"), &Budgets::default()).unwrap();
    assert_eq!(input.kind(), Kind::Dex);
    assert_eq!(dex_names(&input), [(Loading::Platform, "x.bin")]);
    assert_eq!(input.read(PartId(0)).as_deref(), Ok(&dex("1")[..]));
}

#[test]
fn logic_elsewhere_is_told() {
    let mut hermes = b"\xc6\x1f\xbc\x03\xc1\x03\x19\x1f".to_vec();
    hermes.extend(96u32.to_le_bytes());
    hermes.resize(128, 0);
    let zip = apk()
        .stored("assets/index.android.bundle", &hermes)
        .stored("lib/arm64-v8a/libapp.so", b"\x7fELF....")
        .stored("lib/x86_64/libapp.so", b"\x7fELF....")
        .deflated("assets/www/index.html", b"<html></html>");
    assert_eq!(
        messages(&open_zip(&zip), DiagnosticKind::LogicElsewhere),
        [
            "assets/index.android.bundle: the React Native code (Hermes bytecode) is not read, \
             bytecode version 96",
            "lib/arm64-v8a/libapp.so: the Flutter code (Dart) is not read; 1 more entries show it",
            "assets/www/index.html: the code of the Cordova pages (HTML and JavaScript) is not \
             read",
        ]
    );
    let plain = apk().deflated(
        "assets/index.android.bundle",
        b"var __BUNDLE_START_TIME__=1;",
    );
    assert_eq!(
        open_zip(&plain).elsewhere()[0].framework,
        Framework::JavaScriptBundle
    );
}

#[test]
fn errors_say_what_is_wrong_and_what_to_try() {
    let cut = apk().bytes();
    let encrypted = Zip::new().entry(Entry::deflated("AndroidManifest.xml", MANIFEST).but(
        |entry| {
            entry.flags = 1;
            entry.data = b"\xff\xfe\xfd noise that no inflater takes".to_vec();
            entry.compressed = entry.data.len() as u32;
        },
    ));
    let ipa = Zip::new().stored("Payload/Bank.app/Info.plist", b"bplist00");
    let class = Zip::new().stored("A.class", b"\xca\xfe\xba\xbe");
    let office = Zip::new().stored("[Content_Types].xml", b"<Types/>");
    let flutter = Zip::new().stored("bank-main/pubspec.yaml", b"name: bank");
    for (bytes, text) in [
        (
            Vec::new(),
            "thing: the file is empty; was the build or the download cut off?",
        ),
        (
            cut[..cut.len() - 30].to_vec(),
            "thing: no end-of-central-directory record: truncated or not a ZIP; build or \
             download it again, and compare its size",
        ),
        (
            b"\x89PNG\r\n\x1a\n".to_vec(),
            "thing: a PNG image, not a mobile app; give an APK, AAB, split set (APKS, XAPK, APKM) \
             or DEX file",
        ),
        (
            b"version https://git-lfs.github.com/spec/v1\n".to_vec(),
            "thing: a Git LFS pointer and not the file itself, not a mobile app; get the file \
             with `git lfs pull`",
        ),
        (
            encrypted.bytes(),
            "thing: the archive is encrypted (entry AndroidManifest.xml); decrypt it first: an \
             app that can be installed is never encrypted",
        ),
        (
            ipa.bytes(),
            "thing: an iOS app (IPA) is not read yet; give a built Android app",
        ),
        (
            b"\xcf\xfa\xed\xfe....".to_vec(),
            "thing: a Mach-O program (64 bits) is not read yet; give the Android build instead, \
             if there is one",
        ),
        (
            class.bytes(),
            "thing: a Java JAR with class files and no DEX, not a mobile app; give the APK, AAB \
             or DEX that it is built into",
        ),
        (
            office.bytes(),
            "thing: an office document, not a mobile app; give an APK, AAB, split set (APKS, \
             XAPK, APKM) or DEX file",
        ),
        (
            flutter.bytes(),
            "thing: the source of a Flutter app is not read yet; give a built Android app",
        ),
    ] {
        let error = refuse(bytes);
        assert_eq!(error.to_string(), text);
        assert_eq!(error.exit_code(), 3);
    }
    let missing = open(Path::new("no/such/file.apk"), &Budgets::default());
    let error = missing.unwrap_err();
    assert_eq!(error.exit_code(), 2);
    assert_eq!(
        error.to_string(),
        "no/such/file.apk: no such file or folder; check the path"
    );
}

#[test]
fn budgets_are_spent_in_the_order_of_the_parts() {
    let zip = || {
        apk()
            .deflated("classes2.dex", &dex("2"))
            .deflated("classes3.dex", &dex("3"))
            .deflated("assets/zeros", &vec![0; 100_000])
    };
    let limited = |budgets: Budgets| {
        let input = open_bytes("app.apk", zip().bytes(), &budgets).unwrap();
        let ids = input.select(|part| matches!(part.role, Role::Dex(_) | Role::Other));
        let results: Vec<bool> = input.read_all(&ids).iter().map(Result::is_ok).collect();
        (results, messages(&input, DiagnosticKind::BudgetReached))
    };
    let (results, told) = limited(Budgets {
        inflated_bytes: 300,
        ..Budgets::default()
    });
    assert_eq!(results, [true, true, false, false]);
    assert_eq!(
        told,
        [
            "assets/zeros: 100000 bytes after inflating: the limit inflated-bytes = 300 is reached",
            "classes3.dex: 112 bytes after inflating: the limit inflated-bytes = 300 is reached",
        ]
    );
    let (results, told) = limited(Budgets {
        compression_ratio: 100,
        compression_ratio_floor: 50_000,
        ..Budgets::default()
    });
    assert_eq!(results, [true, true, true, false]);
    assert!(told[0].contains("compression-ratio = 100"), "{told:?}");
    let (results, told) = limited(Budgets {
        entry_bytes: 1000,
        ..Budgets::default()
    });
    assert_eq!(results, [true, true, true, false]);
    assert!(told[0].contains("entry-bytes = 1000"), "{told:?}");
    let (results, told) = limited(Budgets {
        archive_entries: 3,
        peeked_entries: 0,
        ..Budgets::default()
    });
    assert_eq!(results, [true, true]);
    assert_eq!(
        told,
        ["app.apk: 2 of 5 entries were not read: the limit archive-entries = 3 is reached"]
    );
}

#[test]
fn limits_on_archives_in_archives_are_told() {
    let jar = Zip::new().deflated("classes.dex", &dex("jar"));
    let zip = apk()
        .deflated("assets/a.jar", &jar.bytes())
        .stored("assets/b.jar", &jar.bytes());
    for (budgets, limit) in [
        (
            Budgets {
                nesting_depth: 0,
                ..Budgets::default()
            },
            "assets/b.jar: the archive was not looked into: the limit nesting-depth = 0 is reached",
        ),
        (
            Budgets {
                archives: 2,
                ..Budgets::default()
            },
            "assets/b.jar: the archive was not read: the limit archives = 2 is reached",
        ),
        (
            Budgets {
                nested_bytes: 10,
                ..Budgets::default()
            },
            "assets/a.jar: the archive was not looked into: the limit nested-bytes = 10 is reached",
        ),
    ] {
        let input = open_bytes("app.apk", zip.bytes(), &budgets).unwrap();
        let told = messages(&input, DiagnosticKind::BudgetReached);
        assert!(told.iter().any(|message| message == limit), "{told:?}");
    }
}

#[test]
fn archives_that_share_their_bytes_cost_no_more_than_the_budgets() {
    let mut inner = apk();
    for index in 0..200 {
        inner = inner.stored(&format!("{index}/{}", "x".repeat(600)), b"");
    }
    let again = |entry: &Entry, name: String, same_as: usize| {
        entry.clone().but(|entry| {
            entry.name = name.into_bytes();
            entry.same_as = Some(same_as);
        })
    };
    let inner = inner.bytes();
    let (packed, stored) = (
        Entry::deflated("0.apk", &inner),
        Entry::stored("0.jar", &inner),
    );
    let mut set = Zip::new().entry(packed.clone());
    let mut app = apk().entry(stored.clone());
    for index in 1..400 {
        set = set.entry(again(&packed, format!("{index}.apk"), 0));
        app = app.entry(again(&stored, format!("assets/{index}.jar"), 2));
    }
    let budgets = Budgets {
        archive_entries: 2000,
        archives: 300,
        inflated_bytes: 10_000_000,
        ..Budgets::default()
    };
    let input = open_bytes("app.apk", app.bytes(), &budgets).unwrap();
    assert_eq!(input.entries(), 2000);
    assert!(input.parts().iter().all(|part| part.name.len() < 600));
    let error = open_bytes("set", set.bytes(), &budgets).unwrap_err();
    assert_eq!(error.exit_code(), 2);
}

#[test]
fn messages_are_bounded() {
    let mut zip = apk();
    for index in 0..50 {
        zip = zip.stored(&format!("assets/{index}"), &dex("hidden"));
    }
    let budgets = Budgets {
        diagnostics: 10,
        ..Budgets::default()
    };
    let input = open_bytes("app.apk", zip.bytes(), &budgets).unwrap();
    let diagnostics = input.diagnostics();
    assert_eq!(diagnostics.len(), 11);
    assert_eq!(
        diagnostics[10].to_string(),
        "budget-reached: app.apk: 40 more of these messages were not kept: the limit diagnostics \
         = 10 is reached"
    );
}

#[test]
fn a_damaged_part_is_told_when_it_is_read() {
    let zip = apk().entry(Entry::deflated("classes2.dex", &dex("2")).but(|entry| {
        entry.data = deflate(&dex("2"))[..10].to_vec();
        entry.compressed = 10;
        entry.local_compressed = 10;
    }));
    let input = open_zip(&zip);
    assert_eq!(input.diagnostics(), []);
    let id = input.find("classes2.dex").unwrap();
    assert!(input.read(id).is_err());
    assert!(input.read(id).is_err());
    let told = messages(&input, DiagnosticKind::Malformed);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].starts_with("classes2.dex: broken deflate stream"),
        "{told:?}"
    );
}

#[test]
fn every_prefix_opens_or_is_refused() {
    let zip = Zip::new()
        .deflated("manifest.json", b"{}")
        .stored(
            "base.apk",
            &apk().stored("assets/x.jar", &apk().bytes()).bytes(),
        )
        .deflated("split.apk", &split().bytes());
    for bytes in [zip.bytes(), bundle().bytes(), apk().bytes()] {
        for at in 0..=bytes.len() {
            if let Ok(input) = open_bytes("x", bytes[..at].to_vec(), &Budgets::default()) {
                let _ = input.read_all(&input.select(|_| true));
                let _ = input.diagnostics();
            }
        }
    }
}
