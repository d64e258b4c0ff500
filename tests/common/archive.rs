//! Archives for tests: the entries of one, and a writer of stored ones.

use std::path::Path;

use signoff::formats::zip::{Archive, Directory};

/// An entry: its name and its content.
pub type Entry = (String, Vec<u8>);

/// The entries of an archive, inflated, in the order of its directory.
pub fn entries(path: &Path) -> Vec<Entry> {
    let bytes = std::fs::read(path).unwrap();
    let directory = Directory::parse(&bytes, 10_000).unwrap();
    let archive = Archive::new(&bytes, &directory);
    archive
        .entries()
        .map(|(id, name, _)| {
            let content = archive.read(id, 1 << 24).unwrap();
            let name = String::from_utf8(name.to_vec()).unwrap();
            (name, content.bytes.into_owned())
        })
        .collect()
}

/// The content of one entry.
pub fn entry(path: &Path, wanted: &str) -> Vec<u8> {
    entries(path)
        .into_iter()
        .find(|(name, _)| name == wanted)
        .map(|(_, content)| content)
        .unwrap()
}

/// An archive of stored entries.
pub fn stored(entries: &[Entry]) -> Vec<u8> {
    write(entries, false)
}

/// An app's archive as a password makes it: `noise` stands for the content of every entry.
pub fn encrypted(noise: &[u8]) -> Vec<u8> {
    let entries = ["AndroidManifest.xml", "classes.dex"];
    write(&entries.map(|name| (name.to_owned(), noise.to_vec())), true)
}

/// Bytes that traditional encryption puts in front of an entry's content.
const ENCRYPTION_HEADER: usize = 12;

fn write(entries: &[Entry], encrypted: bool) -> Vec<u8> {
    let mut file = Vec::new();
    let mut directory = Vec::new();
    for (name, content) in entries {
        let at = number(file.len());
        let mut fields = Vec::new();
        for field in [20, u16::from(encrypted), 0, 0, 0x21] {
            fields.extend(u16::to_le_bytes(field));
        }
        // Size and checksum are those of the plain content.
        let plain = &content[if encrypted { ENCRYPTION_HEADER } else { 0 }..];
        for field in [crc(plain), number(content.len()), number(plain.len())] {
            fields.extend(field.to_le_bytes());
        }
        fields.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        fields.extend([0; 2]);
        file.extend(b"PK\x03\x04");
        file.extend(&fields);
        file.extend(name.as_bytes());
        file.extend(content);
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&fields);
        directory.extend([0; 10]);
        directory.extend(at.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let at = number(file.len());
    let count = u16::try_from(entries.len()).unwrap().to_le_bytes();
    file.extend(&directory);
    file.extend(b"PK\x05\x06\0\0\0\0");
    file.extend(count);
    file.extend(count);
    file.extend(number(directory.len()).to_le_bytes());
    file.extend(at.to_le_bytes());
    file.extend([0; 2]);
    file
}

fn number(len: usize) -> u32 {
    u32::try_from(len).unwrap()
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg())
        })
    })
}
