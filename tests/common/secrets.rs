//! The secrets in the samples' sources, and what no output may hold of them.

use super::samples::{project, sources};

/// Characters of a secret that a report may show: the head of a redacted value.
const SHOWN: usize = 4;

/// Pieces of the secrets that stand in the samples' sources. Each is long enough that no text
/// holds it by chance: a JWT's header, claims and signature each count.
pub fn pieces() -> Vec<String> {
    let mut pieces: Vec<String> = [
        // The bank's literal AES key.
        "b4nk-v4ult-k3y-1",
        // The key of `token-key-exposed/bad-literal-key`.
        "0f1e2d3c4b5a6978",
    ]
    .map(str::to_owned)
    .into();
    let mut jwts = 0;
    let places = ["rules", "samples/android/app"].map(|path| sources(&project(path)));
    for file in places.iter().flatten() {
        let text = std::fs::read_to_string(file).unwrap();
        for literal in text.split('"').skip(1).step_by(2) {
            let Some(at) = literal.find("eyJ") else {
                continue;
            };
            let token: Vec<&str> = literal[at..].split('.').collect();
            if let [header, claims, signature] = token[..] {
                jwts += 1;
                pieces.extend([claims, signature].map(|part| part.chars().take(24).collect()));
                pieces.push(header.chars().take(SHOWN + 1).collect());
            }
        }
    }
    assert!(jwts >= 4, "{jwts} tokens in the sources");
    for literal in &pieces[..2] {
        let stands = places
            .iter()
            .flatten()
            .any(|file| std::fs::read_to_string(file).unwrap().contains(literal));
        assert!(stands, "{literal} is in no source any more");
    }
    pieces.sort();
    pieces.dedup();
    pieces
}

/// The pieces that `text` holds.
pub fn found<'p>(text: &str, pieces: &'p [String]) -> Vec<&'p String> {
    pieces
        .iter()
        .filter(|piece| text.contains(piece.as_str()))
        .collect()
}
