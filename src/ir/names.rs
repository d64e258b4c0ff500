//! Interned names: descriptors, method names, field names. Borrowed from the input, so interning
//! copies nothing.

use rustc_hash::FxHashMap;

/// An interned byte string. Equal names have equal numbers within one program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(pub u32);

/// The table of names. Bytes are as the platform stores them (MUTF-8 in DEX).
#[derive(Debug, Default)]
pub struct Names<'a> {
    map: FxHashMap<&'a [u8], Name>,
    list: Vec<&'a [u8]>,
}

impl<'a> Names<'a> {
    /// Room for about `count` names.
    #[must_use]
    pub fn with_capacity(count: usize) -> Self {
        Self {
            map: FxHashMap::with_capacity_and_hasher(count, rustc_hash::FxBuildHasher),
            list: Vec::with_capacity(count),
        }
    }

    /// The name of `bytes`, made when it is new.
    pub fn intern(&mut self, bytes: &'a [u8]) -> Name {
        let next = Name(u32::try_from(self.list.len()).unwrap_or(u32::MAX));
        let list = &mut self.list;
        *self.map.entry(bytes).or_insert_with(|| {
            list.push(bytes);
            next
        })
    }

    /// The name of `bytes`, if the program has it.
    #[must_use]
    pub fn get(&self, bytes: &[u8]) -> Option<Name> {
        self.map.get(bytes).copied()
    }

    /// The bytes of a name.
    #[must_use]
    pub fn bytes(&self, name: Name) -> &'a [u8] {
        self.list.get(name.0 as usize).copied().unwrap_or_default()
    }

    /// The text of a name; empty when it is not UTF-8 (no modelled name is).
    #[must_use]
    pub fn text(&self, name: Name) -> &'a str {
        std::str::from_utf8(self.bytes(name)).unwrap_or_default()
    }

    /// How many names there are; they are numbered from 0.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is no name.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}
