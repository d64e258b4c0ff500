//! How app builds are laid out: which kind of build an archive is, and what each of its entries
//! is for. Knows names and a few first bytes, opens nothing.
//!
//! Layouts: the APK of the platform; App Bundles as bundletool 1.17 writes and reads them; APKS
//! (bundletool's `build-apks`), XAPK (APKPure) and APKM (APKMirror) as these tools write them;
//! AAR as the Android Gradle plugin documents it.

use super::{Loading, Role, TableForm, XmlForm};
use crate::formats::zip::{Archive, EntryId};

/// What an archive is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shape {
    /// An APK, or a JAR with `classes.dex`.
    Apk,
    /// An App Bundle.
    Aab,
    /// An Android library.
    Aar,
    /// A set of APKs: which kind, and its members.
    Set(&'static str, Vec<EntryId>),
    /// An archive around exactly one build.
    Around(EntryId),
    /// An archive around several builds.
    Several(Vec<EntryId>),
    /// Recognised and not read: what, with its article.
    Unread(&'static str),
    /// Something else: what, with its article, and what to try.
    Other(&'static str, &'static str),
}

/// Names that show a folder or archive to be a source tree, with what they stand for.
pub(super) const SOURCE_MARKERS: &[(&str, &str)] = &[
    ("pubspec.yaml", "the source of a Flutter app"),
    ("settings.gradle", "the source of an Android app"),
    ("settings.gradle.kts", "the source of an Android app"),
    ("build.gradle", "the source of an Android app"),
    ("build.gradle.kts", "the source of an Android app"),
    ("Podfile", "the source of an iOS app"),
    ("Package.swift", "the source of a Swift package"),
    ("package.json", "the source of a JavaScript app"),
];

/// File name extensions of builds: only for archives around builds and for hints.
const BUILD_EXTENSIONS: &[&[u8]] = &[b".aab", b".apks", b".xapk", b".apkm", b".aar", b".ipa"];

/// Tells what an archive is.
pub(super) fn shape(archive: Archive<'_>) -> Shape {
    let mut seen = Seen::default();
    for (id, name, _) in archive.entries() {
        seen.look(id, name);
    }
    if seen.bundle {
        return Shape::Aab;
    }
    if seen.ipa {
        return Shape::Unread("an iOS app (IPA)");
    }
    if seen.xcarchive {
        return Shape::Unread("an Xcode archive");
    }
    if let Some(manifest) = seen.manifest {
        let mut head = [0; 16];
        let library = is_text(archive.peek(manifest, &mut head)) && !seen.dex;
        return if library { Shape::Aar } else { Shape::Apk };
    }
    if seen.dex {
        return Shape::Apk;
    }
    if !seen.apks.is_empty() {
        return Shape::Set(seen.set_kind(), seen.apks);
    }
    match seen.builds.as_slice() {
        [] => {}
        [one] => return Shape::Around(*one),
        _ => return Shape::Several(seen.builds),
    }
    seen.other(archive)
}

#[derive(Default)]
struct Seen {
    bundle: bool,
    ipa: bool,
    xcarchive: bool,
    manifest: Option<EntryId>,
    dex: bool,
    apks: Vec<EntryId>,
    builds: Vec<EntryId>,
    toc: bool,
    info_json: bool,
    manifest_json: bool,
    classes: bool,
    office: bool,
    source: Option<&'static str>,
}

impl Seen {
    fn look(&mut self, id: EntryId, name: &[u8]) {
        match name {
            b"BundleConfig.pb" | b"base/manifest/AndroidManifest.xml" => self.bundle = true,
            b"AndroidManifest.xml" => self.manifest = self.manifest.or(Some(id)),
            b"classes.dex" => self.dex = true,
            b"toc.pb" => self.toc = true,
            b"info.json" => self.info_json = true,
            b"manifest.json" => self.manifest_json = true,
            b"[Content_Types].xml" | b"mimetype" => self.office = true,
            _ => {}
        }
        if name.ends_with(b".apk") {
            self.apks.push(id);
        } else if name.ends_with(b".class") {
            self.classes = true;
        } else if BUILD_EXTENSIONS.iter().any(|end| name.ends_with(end)) {
            self.builds.push(id);
        }
        if name.starts_with(b"Payload/") && find(name, b".app/").is_some() {
            self.ipa = true;
        }
        if find(name, b"Products/Applications/").is_some() {
            self.xcarchive = true;
        }
        if self.source.is_none() {
            let file = name.rsplit(|byte| *byte == b'/').next().unwrap_or(name);
            self.source = SOURCE_MARKERS
                .iter()
                .find(|(marker, _)| marker.as_bytes() == file)
                .map(|(_, what)| *what);
        }
    }

    fn set_kind(&self) -> &'static str {
        if self.toc {
            "APKS"
        } else if self.info_json {
            "APKM"
        } else if self.manifest_json {
            "XAPK"
        } else {
            "ZIP of APKs"
        }
    }

    fn other(&self, archive: Archive<'_>) -> Shape {
        if let Some(what) = self.source {
            return Shape::Unread(what);
        }
        if self.classes {
            return Shape::Other(
                "a Java JAR with class files and no DEX",
                "give the APK, AAB or DEX that it is built into",
            );
        }
        if self.office {
            return Shape::Other("an office document", super::recognize::GIVE_A_BUILD);
        }
        if archive.directory().is_empty() {
            return Shape::Other(
                "a ZIP archive without entries",
                "was the build or the download cut off?",
            );
        }
        Shape::Other(
            "a ZIP archive without a manifest and without code",
            super::recognize::GIVE_A_BUILD,
        )
    }
}

/// Whether the head of a file is that of XML in text form.
pub(super) fn is_text(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    head.trim_ascii_start().first() == Some(&b'<')
}

/// Which members of a set of APKs make one app, and why others were left out.
pub(super) struct Members {
    /// Indexes into the names.
    pub chosen: Vec<usize>,
    /// What was left out, one sentence each.
    pub left_out: Vec<String>,
}

/// Chooses the members of a set of APKs that make one app on one phone, from their names.
pub(super) fn members(names: &[String]) -> Members {
    let mut chosen: Vec<usize> = (0..names.len()).collect();
    let mut left_out = Vec::new();
    let in_folder = |index: usize, folder: &str| names[index].starts_with(folder);
    if chosen.iter().any(|index| in_folder(*index, "splits/")) {
        let before = chosen.len();
        chosen.retain(|index| in_folder(*index, "splits/") || in_folder(*index, "asset-slices/"));
        if chosen.len() < before {
            left_out.push(format!(
                "{} APKs outside splits/ hold the same app for other phones and were not read",
                before - chosen.len()
            ));
        }
    } else if let Some(universal) = chosen
        .iter()
        .find(|index| names[**index] == "universal.apk")
    {
        chosen = vec![*universal];
    } else {
        let alone: Vec<usize> = chosen
            .iter()
            .copied()
            .filter(|index| in_folder(*index, "standalones/"))
            .collect();
        let one = alone
            .iter()
            .find(|index| names[**index].contains("arm64_v8a"))
            .or(alone.first());
        if let Some(one) = one {
            if alone.len() > 1 {
                left_out.push(format!(
                    "{} was read; {} more APKs in standalones/ hold the same app for other phones",
                    names[*one],
                    alone.len() - 1
                ));
            }
            chosen = vec![*one];
        }
    }
    drop_variants(names, &mut chosen, &mut left_out);
    Members { chosen, left_out }
}

/// Of `base-master.apk`, `base-master_2.apk` and `base-master_3.apk`, which bundletool writes for
/// ranges of Android versions, keeps the last: it is for the newest phones.
fn drop_variants(names: &[String], chosen: &mut Vec<usize>, left_out: &mut Vec<String>) {
    let newest: Vec<(usize, u32)> = chosen
        .iter()
        .map(|index| (*index, variant(&names[*index]).1))
        .collect();
    let before = chosen.len();
    chosen.retain(|index| {
        let (stem, number) = variant(&names[*index]);
        !newest
            .iter()
            .any(|(other, later)| *later > number && variant(&names[*other]).0 == stem)
    });
    if chosen.len() < before {
        left_out.push(format!(
            "{} APKs are the same modules for older Android versions and were not read",
            before - chosen.len()
        ));
    }
}

/// Name without `_N.apk`, and N; 1 without it. The `64` of `x86_64` is no variant.
fn variant(name: &str) -> (&str, u32) {
    let stem = name.strip_suffix(".apk").unwrap_or(name);
    if let Some((front, number)) = stem.rsplit_once('_')
        && !(front.ends_with("x86") && number == "64")
        && let Ok(number) = number.parse()
        && (2..100).contains(&number)
    {
        return (front, number);
    }
    (stem, 1)
}

/// What an entry of an APK is for; nothing for what says nothing: images, fonts, signatures.
pub(super) fn role_in_apk(name: &[u8]) -> Option<Role> {
    if name == b"AndroidManifest.xml" {
        return Some(Role::Manifest(XmlForm::Binary));
    }
    if name == b"resources.arsc" {
        return Some(Role::Resources(TableForm::Arsc));
    }
    if dex_number(name).is_some() {
        return Some(Role::Dex(Loading::Platform));
    }
    role_of_rest(name, XmlForm::Binary)
}

/// What an entry of an AAR is for.
pub(super) fn role_in_aar(name: &[u8]) -> Option<Role> {
    if name == b"AndroidManifest.xml" {
        return Some(Role::Manifest(XmlForm::Text));
    }
    if dex_number(name).is_some() {
        return Some(Role::Dex(Loading::Platform));
    }
    role_of_rest(name, XmlForm::Text)
}

/// What an entry of a module of an AAB is for, from its path inside the module.
pub(super) fn role_in_module(path: &[u8]) -> Option<Role> {
    match path {
        b"manifest/AndroidManifest.xml" => return Some(Role::Manifest(XmlForm::Proto)),
        b"resources.pb" => return Some(Role::Resources(TableForm::Proto)),
        _ => {}
    }
    if path
        .strip_prefix(b"dex/")
        .is_some_and(|file| dex_number(file).is_some())
    {
        return Some(Role::Dex(Loading::Platform));
    }
    role_of_rest(path, XmlForm::Proto)
}

/// The mapping of an AAB.
pub(super) const AAB_MAPPING: &[u8] =
    b"BUNDLE-METADATA/com.android.tools.build.obfuscation/proguard.map";

fn role_of_rest(name: &[u8], form: XmlForm) -> Option<Role> {
    if name.ends_with(b"/") || name.starts_with(b"META-INF/") || is_media(name) {
        return None;
    }
    if name.ends_with(b".xml") {
        // XML in res/raw/ and assets/ stays the text that somebody wrote.
        let raw = name.starts_with(b"res/raw") || name.starts_with(b"assets/");
        return Some(match (name.starts_with(b"res/"), raw) {
            (_, true) => Role::Xml(XmlForm::Text),
            (true, _) => Role::Xml(form),
            _ => Role::Other,
        });
    }
    Some(Role::Other)
}

/// Whether the name is that of an image, a font, a sound or a film.
pub(super) fn is_media(name: &[u8]) -> bool {
    const MEDIA: &[&[u8]] = &[
        b"png",
        b"webp",
        b"jpg",
        b"jpeg",
        b"gif",
        b"svg",
        b"ttf",
        b"otf",
        b"woff",
        b"woff2",
        b"mp3",
        b"ogg",
        b"wav",
        b"m4a",
        b"mp4",
        b"webm",
        b"kotlin_builtins",
        b"kotlin_module",
    ];
    let extension = name.rsplit(|byte| *byte == b'.').next().unwrap_or(name);
    MEDIA
        .iter()
        .any(|media| extension.eq_ignore_ascii_case(media))
}

/// 1 of `classes.dex`, N of `classesN.dex` from 2, as Android counts them.
pub(super) fn dex_number(file: &[u8]) -> Option<u32> {
    let number = file.strip_prefix(b"classes")?.strip_suffix(b".dex")?;
    if number.is_empty() {
        return Some(1);
    }
    if number[0] == b'0' || !number.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let number = std::str::from_utf8(number).ok()?.parse().ok()?;
    (number >= 2).then_some(number)
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    memchr::memmem::find(haystack, needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(names: &[&str]) -> Vec<String> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let members = members(&names);
        members
            .chosen
            .iter()
            .map(|index| names[*index].clone())
            .collect()
    }

    #[test]
    fn splits_win_over_standalones_and_new_variants_over_old() {
        assert_eq!(
            chosen(&[
                "splits/base-master.apk",
                "splits/base-master_2.apk",
                "splits/base-x86.apk",
                "splits/base-x86_64.apk",
                "splits/base-x86_64_2.apk",
                "splits/base-de.apk",
                "standalones/standalone-x86.apk",
            ]),
            [
                "splits/base-master_2.apk",
                "splits/base-x86.apk",
                "splits/base-x86_64_2.apk",
                "splits/base-de.apk",
            ]
        );
        assert_eq!(
            chosen(&[
                "standalones/standalone-a.apk",
                "standalones/standalone-arm64_v8a_hdpi.apk"
            ]),
            ["standalones/standalone-arm64_v8a_hdpi.apk"]
        );
        assert_eq!(chosen(&["universal.apk"]), ["universal.apk"]);
        assert_eq!(
            chosen(&[
                "base.apk",
                "split_config.arm64_v8a.apk",
                "split_config.x86_64.apk"
            ])
            .len(),
            3
        );
    }

    #[test]
    fn android_counts_dex_files_from_two() {
        for (name, number) in [
            ("classes.dex", Some(1)),
            ("classes2.dex", Some(2)),
            ("classes11.dex", Some(11)),
            ("classes0.dex", None),
            ("classes1.dex", None),
            ("classes02.dex", None),
            ("classes-2.dex", None),
            ("classes99999999999.dex", None),
            ("Classes.dex", None),
        ] {
            assert_eq!(dex_number(name.as_bytes()), number, "{name}");
        }
    }

    #[test]
    fn roles_follow_the_layout() {
        assert_eq!(
            role_in_apk(b"res/xml/backup.xml"),
            Some(Role::Xml(XmlForm::Binary))
        );
        assert_eq!(
            role_in_apk(b"res/raw/a.xml"),
            Some(Role::Xml(XmlForm::Text))
        );
        assert_eq!(role_in_apk(b"res/drawable/logo.png"), None);
        assert_eq!(role_in_apk(b"META-INF/MANIFEST.MF"), None);
        assert_eq!(role_in_apk(b"assets/config.json"), Some(Role::Other));
        assert_eq!(
            role_in_module(b"dex/classes2.dex"),
            Some(Role::Dex(Loading::Platform))
        );
        assert_eq!(
            role_in_module(b"res/layout/login.xml"),
            Some(Role::Xml(XmlForm::Proto))
        );
    }
}
