//! What a folder holds: builds, a mapping file, the marks of an iOS app or of a source tree.

use std::fs;
use std::io;
use std::path::Path;

use super::{Budgets, layout, recognize};

/// What a folder holds.
pub(super) struct Listing {
    /// Files that begin as a build may, by name.
    pub builds: Vec<String>,
    /// A mapping file.
    pub mapping: Option<String>,
    /// An iOS app that the folder is.
    pub app: Option<&'static str>,
    /// A source tree that the folder is.
    pub source: Option<&'static str>,
    /// The folder is an unpacked APK.
    pub unpacked: bool,
    /// A build further down.
    pub deeper: Option<String>,
    /// There are more files than the budget allows.
    pub more: bool,
}

impl Listing {
    pub(super) fn of(path: &Path, budgets: &Budgets) -> io::Result<Self> {
        let mut listing = Self {
            builds: Vec::new(),
            mapping: None,
            app: None,
            source: None,
            unpacked: false,
            deeper: None,
            more: false,
        };
        let mut left = budgets.folder_files;
        let (files, folders) = children(path, &mut left)?;
        for name in &files {
            match name.as_str() {
                "mapping.txt" | "proguard.map" => listing.mapping = Some(name.clone()),
                "AndroidManifest.xml" if begins_as_text(&path.join(name)) => {
                    listing.source = listing.source.or(Some("the source of an Android app"));
                }
                "AndroidManifest.xml" => listing.unpacked = true,
                "Info.plist" => listing.app = listing.app.or(Some(apple(path, &folders))),
                _ => {}
            }
            let marker = layout::SOURCE_MARKERS
                .iter()
                .find(|(marker, _)| marker == name);
            listing.source = listing.source.or(marker.map(|(_, what)| *what));
            if begins_as_build(&path.join(name)) {
                listing.builds.push(name.clone());
            }
        }
        if folders.iter().any(|name| name.ends_with(".xcodeproj")) {
            listing.source = listing.source.or(Some("the source of an iOS app"));
        }
        if listing.builds.is_empty() {
            listing.deeper = deeper(path, &folders, &mut left, 0);
        }
        listing.more = left == 0;
        Ok(listing)
    }
}

/// What a folder with an `Info.plist` is.
fn apple(path: &Path, folders: &[String]) -> &'static str {
    if folders.iter().any(|name| name == "Products") {
        return "an Xcode archive";
    }
    if path.extension().is_some_and(|end| end == "framework") {
        return "an iOS framework";
    }
    "an iOS app (.app folder)"
}

/// Names of the files and folders in a folder, sorted, hidden ones left out.
fn children(path: &Path, left: &mut u64) -> io::Result<(Vec<String>, Vec<String>)> {
    let mut files = Vec::new();
    let mut folders = Vec::new();
    for child in fs::read_dir(path)? {
        if *left == 0 {
            break;
        }
        *left -= 1;
        let child = child?;
        let Ok(name) = child.file_name().into_string() else {
            continue;
        };
        if name.starts_with('.') {
            continue;
        }
        match fs::metadata(child.path()) {
            Ok(metadata) if metadata.is_dir() => folders.push(name),
            Ok(metadata) if metadata.is_file() => files.push(name),
            _ => {}
        }
    }
    files.sort();
    folders.sort();
    Ok((files, folders))
}

/// The first build further down, by its extension: only to say where it is.
fn deeper(path: &Path, folders: &[String], left: &mut u64, depth: u32) -> Option<String> {
    const DEPTH: u32 = 6;
    for folder in folders {
        let Ok((files, below)) = children(&path.join(folder), left) else {
            continue;
        };
        let build = files.iter().find(|name| {
            let end = Path::new(name.as_str())
                .extension()
                .and_then(|end| end.to_str());
            matches!(end, Some("apk" | "aab" | "apks" | "xapk" | "apkm"))
        });
        if let Some(build) = build {
            return Some(format!("{folder}/{build}"));
        }
        if depth < DEPTH
            && let Some(found) = deeper(&path.join(folder), &below, left, depth + 1)
        {
            return Some(format!("{folder}/{found}"));
        }
    }
    None
}

fn begins_as_build(path: &Path) -> bool {
    let head = head(path);
    recognize::is_zip(&head) || recognize::is_dex(&head)
}

fn begins_as_text(path: &Path) -> bool {
    layout::is_text(&head(path))
}

/// The first bytes of a file; zeros for what cannot be read.
fn head(path: &Path) -> [u8; 16] {
    let mut head = [0; 16];
    // What cannot be read is nothing that we know.
    let _ = fs::File::open(path).and_then(|mut file| io::Read::read(&mut file, &mut head));
    head
}
