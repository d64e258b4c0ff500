//! What a file is, by its first bytes: the extension is never asked.

/// What a file's bytes look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// Begins or ends as a ZIP.
    Zip,
    /// A DEX file of a version that Android runs.
    Dex,
    /// Something of the app world that is not read yet: what, and what to try.
    Unread(&'static str, &'static str),
    /// Something else: what, and what to try.
    Other(&'static str, &'static str),
}

/// What to give instead, when there is nothing better to say.
pub(super) const GIVE_A_BUILD: &str = "give an APK, AAB, split set (APKS, XAPK, APKM) or DEX file";
const GIVE_THE_APK: &str = "give the APK that it comes from";
const UNPACK: &str = "unpack it and give what is inside";
const EARLY: &str = "give the Android build instead, if there is one";

/// Magic number of Hermes bytecode.
pub(super) const HERMES_MAGIC: &[u8; 8] = b"\xc6\x1f\xbc\x03\xc1\x03\x19\x1f";

/// `dex\n`, three digits and a zero: whatever version.
pub(super) fn is_dex(head: &[u8]) -> bool {
    matches!(head, [b'd', b'e', b'x', b'\n', a, b, c, 0, ..]
        if a.is_ascii_digit() && b.is_ascii_digit() && c.is_ascii_digit())
}

/// Whether the head is that of a ZIP with something in it.
pub(super) fn is_zip(head: &[u8]) -> bool {
    head.starts_with(b"PK\x03\x04")
}

/// Says what `bytes`, a whole file, look like.
pub(super) fn look(bytes: &[u8]) -> Look {
    if is_zip(bytes) || bytes.starts_with(b"PK\x05\x06") {
        return Look::Zip;
    }
    if is_dex(bytes) {
        // A DEX file in front of a signed APK (CVE-2017-13156) is both.
        let tail = &bytes[bytes.len().saturating_sub(22 + 0xffff)..];
        let polyglot = memchr::memmem::rfind(tail, b"PK\x05\x06").is_some();
        return if polyglot { Look::Zip } else { Look::Dex };
    }
    for (magic, look) in MAGIC {
        if bytes.starts_with(magic) {
            return *look;
        }
    }
    if bytes.get(257..262) == Some(b"ustar") {
        return Look::Other("a tar archive", UNPACK);
    }
    if bytes.starts_with(b"\xca\xfe\xba\xbe") {
        // A fat Mach-O counts its architectures where a class file has its version.
        return match bytes.get(4..8) {
            Some(&[0, 0, 0, 0..=30]) => Look::Unread("a Mach-O program (universal)", EARLY),
            _ => Look::Other("a Java class file", "give the app that it is built into"),
        };
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return Look::Other("a WebP image", GIVE_A_BUILD);
    }
    if bytes.get(4..8) == Some(b"ftyp") {
        return Look::Other("a video or image file", GIVE_A_BUILD);
    }
    let tail = &bytes[bytes.len().saturating_sub(22 + 0xffff)..];
    if memchr::memmem::rfind(tail, b"PK\x05\x06").is_some() {
        return Look::Zip;
    }
    look_of_text(bytes).unwrap_or(Look::Other("binary data of an unknown kind", GIVE_A_BUILD))
}

fn look_of_text(bytes: &[u8]) -> Option<Look> {
    let head = &bytes[..bytes.len().min(4096)];
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        // A character cut in two at the end of the head.
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).ok()?
        }
        Err(_) => return None,
    };
    if text
        .chars()
        .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\x0c'))
    {
        return None;
    }
    let start = text.trim_start_matches('\u{feff}').trim_start();
    let lower = start.get(..16).unwrap_or(start).to_ascii_lowercase();
    Some(if start.starts_with("version https://git-lfs") {
        Look::Other(
            "a Git LFS pointer and not the file itself",
            "get the file with `git lfs pull`",
        )
    } else if lower.starts_with("<!doctype html") || lower.starts_with("<html") {
        Look::Other(
            "an HTML page",
            "if it was downloaded, the server may have sent an error page",
        )
    } else if start.starts_with('<') {
        Look::Other("an XML file", "give the build that it belongs to")
    } else if start.starts_with('{') || start.starts_with('[') {
        Look::Other("a JSON file", GIVE_A_BUILD)
    } else {
        Look::Other("a text file", GIVE_A_BUILD)
    })
}

const MAGIC: &[(&[u8], Look)] = &[
    (
        b"\xcf\xfa\xed\xfe",
        Look::Unread("a Mach-O program (64 bits)", EARLY),
    ),
    (
        b"\xce\xfa\xed\xfe",
        Look::Unread("a Mach-O program (32 bits)", EARLY),
    ),
    (
        HERMES_MAGIC,
        Look::Unread("Hermes bytecode (React Native)", GIVE_THE_APK),
    ),
    (
        b"dey\n",
        Look::Unread("an optimised DEX file (ODEX)", GIVE_THE_APK),
    ),
    (
        b"cdex",
        Look::Unread("a compact DEX file of one phone", GIVE_THE_APK),
    ),
    (
        b"vdex",
        Look::Unread("a VDEX file of one phone", GIVE_THE_APK),
    ),
    (
        b"\x7fELF",
        Look::Other("an ELF program or library (.so)", GIVE_THE_APK),
    ),
    (
        b"\x03\x00\x08\x00",
        Look::Other(
            "a compiled XML file such as AndroidManifest.xml",
            GIVE_THE_APK,
        ),
    ),
    (
        b"\x02\x00\x0c\x00",
        Look::Other("a compiled resource table (resources.arsc)", GIVE_THE_APK),
    ),
    (
        b"ANDROID BACKUP\n",
        Look::Other("an Android backup", "give the app and not its data"),
    ),
    (
        b"\xd0\xcf\x11\xe0",
        Look::Other("an old Office document or installer", GIVE_A_BUILD),
    ),
    (b"\x89PNG", Look::Other("a PNG image", GIVE_A_BUILD)),
    (b"\xff\xd8\xff", Look::Other("a JPEG image", GIVE_A_BUILD)),
    (b"GIF8", Look::Other("a GIF image", GIVE_A_BUILD)),
    (b"%PDF", Look::Other("a PDF document", GIVE_A_BUILD)),
    (b"bplist00", Look::Other("a property list", GIVE_A_BUILD)),
    (
        b"SQLite format 3\0",
        Look::Other("an SQLite database", GIVE_A_BUILD),
    ),
    (
        b"MZ",
        Look::Other("a Windows program or .NET assembly", GIVE_A_BUILD),
    ),
    (b"\x1f\x8b", Look::Other("a gzip archive", UNPACK)),
    (b"\xfd7zXZ", Look::Other("an xz archive", UNPACK)),
    (b"\x28\xb5\x2f\xfd", Look::Other("a zstd archive", UNPACK)),
    (b"BZh", Look::Other("a bzip2 archive", UNPACK)),
    (
        b"7z\xbc\xaf\x27\x1c",
        Look::Other("a 7-Zip archive", UNPACK),
    ),
    (b"Rar!", Look::Other("a RAR archive", UNPACK)),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_common_files_apart() {
        let what = |bytes: &[u8]| match look(bytes) {
            Look::Zip => "zip",
            Look::Dex => "dex",
            Look::Unread(what, _) | Look::Other(what, _) => what,
        };
        assert_eq!(what(b"dex\n035\0"), "dex");
        assert_eq!(what(b"dex\n035\0....PK\x05\x06"), "zip");
        assert_eq!(what(b"PK\x03\x04"), "zip");
        assert_eq!(what(b"\x89PNG\r\n\x1a\n"), "a PNG image");
        assert_eq!(what(b"%PDF-1.7"), "a PDF document");
        assert_eq!(what(b"\xca\xfe\xba\xbe\0\0\0\x34"), "a Java class file");
        assert_eq!(
            what(b"\xca\xfe\xba\xbe\0\0\0\x02"),
            "a Mach-O program (universal)"
        );
        assert_eq!(what("Überall Text\n".as_bytes()), "a text file");
        assert_eq!(what(b"\xef\xbb\xbf <?xml version='1.0'?>"), "an XML file");
        assert_eq!(what(b"<!DOCTYPE html><html>"), "an HTML page");
        assert_eq!(what(b"\0\0\0"), "binary data of an unknown kind");
        let mut cut = "x".repeat(4095).into_bytes();
        cut.extend("ü".as_bytes());
        assert_eq!(what(&cut), "a text file");
    }
}
