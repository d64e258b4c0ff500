//! The marker string that D8 and R8 leave in what they write: `~~R8{"version":…}`.
//!
//! No part of the DEX specification: a string constant, two tildes, the tool, a JSON object.

use serde_json::Value;

use super::file::Dex;
use super::ids::StringIdx;
use super::string::decode_mutf8;

/// The tool that wrote a marker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MarkerTool {
    /// The compiler that only translates.
    D8,
    /// The compiler that shrinks, renames and merges.
    R8,
    /// The compiler of the desugared library.
    L8,
}

/// What a build tool says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marker {
    /// The tool.
    pub tool: MarkerTool,
    /// Its version.
    pub version: Option<String>,
    /// The lowest API level compiled for.
    pub min_api: Option<u32>,
    /// `debug` or `release`.
    pub compilation_mode: Option<String>,
    /// `full` or `compatibility`, of R8.
    pub r8_mode: Option<String>,
    /// Identifier of the mapping file that belongs to this build.
    pub pg_map_id: Option<String>,
    /// What the input was compiled to: `dex` or `cf`.
    pub backend: Option<String>,
}

impl Marker {
    /// Reads a marker out of a string constant.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.strip_prefix("~~")?;
        let (tool, json) = text.split_at_checked(2)?;
        let tool = match tool {
            "D8" => MarkerTool::D8,
            "R8" => MarkerTool::R8,
            "L8" => MarkerTool::L8,
            _ => return None,
        };
        let Ok(Value::Object(fields)) = serde_json::from_str::<Value>(json) else {
            return None;
        };
        let text = |name: &str| fields.get(name)?.as_str().map(str::to_owned);
        Some(Self {
            tool,
            version: text("version"),
            min_api: fields
                .get("min-api")
                .and_then(Value::as_u64)
                .and_then(|level| u32::try_from(level).ok()),
            compilation_mode: text("compilation-mode"),
            r8_mode: text("r8-mode"),
            pg_map_id: text("pg-map-id"),
            backend: text("backend"),
        })
    }
}

impl Dex<'_> {
    /// The markers of the file, in the order of its strings: of R8 one, of merged D8 output
    /// possibly several.
    pub fn markers(&self) -> impl Iterator<Item = Marker> + '_ {
        // They stand together where strings are sorted.
        let first = u32::try_from(self.strings_before(b"~~")).unwrap_or(u32::MAX);
        (first..self.string_count())
            .map_while(|index| self.string_bytes(StringIdx(index)))
            .take_while(|bytes| bytes.starts_with(b"~~"))
            .filter_map(|bytes| Marker::parse(&decode_mutf8(bytes)))
    }

    /// The marker that says most of the build: R8's before any other.
    #[must_use]
    pub fn marker(&self) -> Option<Marker> {
        self.markers()
            .max_by_key(|marker| (marker.tool == MarkerTool::R8, marker.min_api))
    }
}
