//! Where a finding in a build stands for a consumer that thinks in files: a virtual path.
//!
//! `com.example.app/classes2.dex/com/example/auth/Session.java` does not exist in a checkout, so
//! that GitHub's upload action does not hash the archive in its place. The path must be the same
//! for every build of the app: it never holds the archive's name, a version, a content hash, or a
//! name that an obfuscator gave.

use super::super::Target;
use super::super::sanitize::plain;
use crate::finding::Location;

/// Longest path segment in characters, and most segments: names come out of the input.
const SEGMENT: usize = 120;
const SEGMENTS: usize = 40;

/// The virtual path of a location, percent-encoded, relative, with forward slashes.
pub(super) fn virtual_uri(target: &Target, location: &Location) -> String {
    let mut segments = vec![if target.application.is_empty() {
        "app".to_owned()
    } else {
        target.application.clone()
    }];
    segments.extend(part_segments(target, &location.part));
    segments.extend(source_segments(location));
    let encoded: Vec<String> = segments
        .iter()
        .map(|segment| encode(&plain(segment)))
        .filter(|segment| !segment.is_empty())
        .take(SEGMENTS)
        .collect();
    if encoded.is_empty() {
        return "app".to_owned();
    }
    encoded.join("/")
}

/// The part's own path without what differs from one packaging of the app to the next.
fn part_segments(target: &Target, part: &str) -> Vec<String> {
    let mut segments = Vec::new();
    let mut containers = part.split('!').collect::<Vec<_>>();
    let inner = containers.pop().unwrap_or_default();
    for container in containers {
        let name = file_name(container);
        let own = name == file_name(&target.path)
            || matches!(name, "base.apk" | "base-master.apk")
            || name.strip_suffix(".apk") == Some(&target.application);
        if !own {
            segments.push(without_version(name, &target.version));
        }
    }
    let inner: Vec<&str> = inner.split(['/', '\\']).filter(|s| !s.is_empty()).collect();
    let from = match inner.as_slice() {
        ["base", "dex" | "manifest", ..] => 2,
        other => other
            .iter()
            .position(|segment| segment.ends_with(".app"))
            .map_or(0, |app| app + 1),
    };
    let inner = inner.get(from..).unwrap_or_default();
    for (index, segment) in inner.iter().enumerate() {
        segments.push(if index + 1 == inner.len() {
            without_content_hash(segment)
        } else {
            (*segment).to_owned()
        });
    }
    segments
}

/// Package folders and source file of the location's class, unless an obfuscator named it.
fn source_segments(location: &Location) -> Vec<String> {
    let source = location.source_file.as_deref().filter(|f| is_real_file(f));
    let Some(class) = &location.class else {
        let named = source.filter(|file| !location.part.ends_with(file));
        return named.map(str::to_owned).into_iter().collect();
    };
    let mut segments: Vec<String> = class.split('.').map(str::to_owned).collect();
    let Some(name) = segments.pop() else {
        return Vec::new();
    };
    let outer = match name.find('$') {
        Some(end) if end > 0 => &name[..end],
        _ => &name,
    };
    if is_obfuscated(outer) {
        return Vec::new();
    }
    segments.push(match source {
        Some(file) => file_name(file).to_owned(),
        None if location.part.ends_with(".dex") => format!("{outer}.class"),
        None => outer.to_owned(),
    });
    segments
}

/// Whether a name is of the kind that R8 gives: it changes with the next build.
fn is_obfuscated(name: &str) -> bool {
    match name.chars().count() {
        0..=2 => true,
        3 => name.starts_with(|c: char| c.is_ascii_lowercase()),
        _ => false,
    }
}

/// R8 writes `SourceFile` or `r8-map-id-<hash>` where it drops the name.
fn is_real_file(file: &str) -> bool {
    file.contains('.') && !file.starts_with("r8-map-id-")
}

fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// A container's name without the app's version.
fn without_version(name: &str, version: &str) -> String {
    if version.len() < 3 || !name.contains(version) {
        return name.to_owned();
    }
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let stem = stem.replace(version, "");
    let stem = stem.trim_matches(['-', '_', '.']);
    format!("{stem}.{extension}")
}

/// `index-BxT3k_9a.js` and `main.8c7d6e5f.js` without the hash of their content.
fn without_content_hash(name: &str) -> String {
    let Some((stem, extension)) = name.rsplit_once('.') else {
        return name.to_owned();
    };
    if !matches!(extension, "js" | "mjs" | "css" | "html" | "map") {
        return name.to_owned();
    }
    match stem.rsplit_once(['.', '-']) {
        Some((head, hash))
            if !head.is_empty()
                && hash.len() >= 8
                && hash.bytes().any(|b| b.is_ascii_digit())
                && hash.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') =>
        {
            format!("{head}.{extension}")
        }
        _ => name.to_owned(),
    }
}

/// Percent-encodes one segment; what could climb or name a scheme is encoded away.
fn encode(segment: &str) -> String {
    if segment.chars().all(|c| c == '.') {
        return if segment.is_empty() { "" } else { "_" }.to_owned();
    }
    let mut out = String::with_capacity(segment.len());
    let mut buffer = [0; 4];
    for c in segment.chars().take(SEGMENT) {
        if c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~') {
            out.push(c);
        } else {
            for byte in c.encode_utf8(&mut buffer).bytes() {
                out.push_str(&format!("%{byte:02X}"));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uri(part: &str, class: &str, source: &str) -> String {
        let target = Target {
            path: "/builds/bank-4.2.0.apks".into(),
            platform: "android".into(),
            application: "com.example.bank".into(),
            version: "4.2.0".into(),
            kind: "split set".into(),
        };
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        virtual_uri(
            &target,
            &Location {
                part: part.into(),
                class: some(class),
                source_file: some(source),
                ..Location::default()
            },
        )
    }

    #[test]
    fn classes_stand_in_their_package() {
        assert_eq!(
            uri("classes2.dex", "com.example.bank.Session$1", "Session.java"),
            "com.example.bank/classes2.dex/com/example/bank/Session.java"
        );
        assert_eq!(
            uri("classes.dex", "com.example.bank.Session", "SourceFile"),
            "com.example.bank/classes.dex/com/example/bank/Session.class"
        );
    }

    #[test]
    fn names_of_an_obfuscator_do_not_count() {
        assert_eq!(
            uri("classes.dex", "a.b.c", "r8-map-id-12ab"),
            "com.example.bank/classes.dex"
        );
    }

    #[test]
    fn packaging_does_not_count() {
        for part in [
            "AndroidManifest.xml",
            "base.apk!AndroidManifest.xml",
            "bank-4.2.0.apks!base-master.apk!AndroidManifest.xml",
            "com.example.bank.apk!AndroidManifest.xml",
            "base/manifest/AndroidManifest.xml",
        ] {
            assert_eq!(uri(part, "", ""), "com.example.bank/AndroidManifest.xml");
        }
        assert_eq!(
            uri("bank_4.2.0_de.apk!classes.dex", "", ""),
            "com.example.bank/bank__de.apk/classes.dex"
        );
        assert_eq!(
            uri("Payload/Bank.app/Info.plist", "", ""),
            "com.example.bank/Info.plist"
        );
        for name in ["main.8c7d6e5f.js", "main-BxT3k_9a.js", "main.js"] {
            assert_eq!(
                uri(&format!("assets/public/{name}"), "", ""),
                "com.example.bank/assets/public/main.js"
            );
        }
    }

    #[test]
    fn nothing_climbs_or_breaks_out() {
        assert_eq!(
            uri("../../etc/./pass wd\u{202e}", "", ""),
            "com.example.bank/_/_/etc/_/pass%20wd"
        );
        assert_eq!(uri("C:\\x", "", ""), "com.example.bank/C%3A/x");
        assert_eq!(
            uri("日.dex", "com.exämple.Über", ""),
            "com.example.bank/%E6%97%A5.dex/com/ex%C3%A4mple/%C3%9Cber.class"
        );
        assert!(uri(&"a/".repeat(10_000), "", "").len() < 200);
    }
}
