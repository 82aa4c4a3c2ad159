//! What a head brings, and the name of that: what an approval is given on.
//!
//! A commit's name changes with every rebase, squash and update, also where what
//! was looked at stays the same. What a head brings is what differs between it
//! and where it left its target, and only that is named here.

use std::cmp::Ordering;
use std::fmt;
use std::fmt::Write as _;
use std::str::FromStr;
use std::sync::Arc;

use bstr::{BStr, BString, ByteSlice};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

use super::{Mode, Oid, Version, bytes};

/// The name of what a head brings: SHA-256 over the bytes that `git diff-tree -r
/// -z --raw --no-renames --no-abbrev MERGE-BASE HEAD` writes.
///
/// Anyone who has Git can work it out. It survives rebasing, squashing, splitting
/// and rewording, and updates that touch other files; any other byte, mode, path
/// or submodule gives another name.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ChangeId([u8; 32]);

impl ChangeId {
    /// The name of what Git writes about a difference.
    pub fn of(raw: &[u8]) -> Self {
        Self(Sha256::digest(raw).into())
    }

    /// The bytes of the name.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The first seven digits, for people.
    pub fn short(&self) -> String {
        let mut hex = self.to_string();
        hex.truncate(7);
        hex
    }
}

impl fmt::Display for ChangeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ChangeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for ChangeId {
    type Err = String;

    /// Reads 64 hexadecimal digits; fewer, as a person writes them down in
    /// recorded facts, are filled up with zeros.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not a change id: write 64 hexadecimal digits");
        let full = match text.len() {
            1..64 => format!("{text:0<64}"),
            _ => text.to_owned(),
        };
        let oid = Oid::from_hex(full.as_bytes()).ok_or_else(wrong)?;
        oid.as_bytes().try_into().map(Self).map_err(|_| wrong())
    }
}

impl<'de> Deserialize<'de> for ChangeId {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let text = String::deserialize(input)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl Serialize for ChangeId {
    fn serialize<S: Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
        output.collect_str(self)
    }
}

impl JsonSchema for ChangeId {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ChangeId".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "The name of a content: 64 hexadecimal digits; fewer are filled up with zeros.",
            "type": "string",
            "pattern": "^[0-9A-Fa-f]{1,64}$",
        })
    }
}

/// One path that differs between where a head left its target and the head. A
/// rename is a removal and an addition.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ContentEntry {
    /// The path from the root of the repository, raw, `/` between parts.
    #[serde(with = "bytes")]
    #[schemars(with = "String")]
    pub path: BString,
    /// What was there; `None` if nothing was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old: Option<Version>,
    /// What is there now; `None` if it is removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new: Option<Version>,
}

/// What a head brings to its target: every path that differs, no renames.
///
/// As data either all entries are written, or the id alone; then contents can
/// only be told apart. If both are written they must agree.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Content {
    id: ChangeId,
    /// In order of their paths; `None` if only the id is known.
    entries: Option<Arc<[ContentEntry]>>,
}

/// A content as data.
#[derive(Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<ChangeId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    entries: Option<Vec<ContentEntry>>,
}

impl Content {
    /// Takes the entries, in any order, with modes as Git reads them. An error
    /// says which of them Git would not list: a directory, a path twice, or one
    /// that is the same on both sides.
    pub fn new(mut entries: Vec<ContentEntry>) -> Result<Self, String> {
        for version in entries.iter_mut().flat_map(|it| it.old.iter_mut().chain(&mut it.new)) {
            version.mode = version.mode.plain();
        }
        // A directory sorts in a tree as if it ended in `/`, so Git's order is
        // that of whole paths.
        entries.sort_by(|one, other| one.path.cmp(&other.path));
        let next = entries.iter().skip(1);
        if let Some((twice, _)) = entries.iter().zip(next).find(|(it, next)| it.path == next.path) {
            return Err(format!("`{}` is listed twice", twice.path));
        }
        let mut raw = Vec::new();
        for entry in &entries {
            if entry.old.iter().chain(&entry.new).any(|it| it.mode.is_tree()) {
                return Err(format!("`{}` is a directory: list the files in it", entry.path));
            }
            entry.write(&mut raw).ok_or_else(|| {
                format!("`{}` is the same on both sides, so nothing changes", entry.path)
            })?;
        }
        Ok(Self { id: ChangeId::of(&raw), entries: Some(entries.into()) })
    }

    /// A content of which only the name is known.
    pub fn named(id: ChangeId) -> Self {
        Self { id, entries: None }
    }

    /// Its name. Equal names mean equal contents.
    pub fn id(&self) -> ChangeId {
        self.id
    }

    /// What differs, in order of paths; `None` if only the id is known.
    pub fn entries(&self) -> Option<&[ContentEntry]> {
        self.entries.as_deref()
    }

    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.id == ChangeId::of(b"")
    }

    /// The paths at which this content is another than `before`, in order: those
    /// that only one of them lists, and those that differ on either side. `None`
    /// if that cannot be told since only an id is known.
    pub fn touched_since<'c>(&'c self, before: &'c Self) -> Option<Vec<&'c BStr>> {
        let differences = self.differences(before)?;
        let either = differences.filter_map(|(now, before)| now.or(before));
        Some(either.map(|it| it.path.as_bstr()).collect())
    }

    /// The same, each with what this content and the one `before` say of the path.
    pub fn differences<'c>(
        &'c self,
        before: &'c Self,
    ) -> Option<impl Iterator<Item = (Option<&'c ContentEntry>, Option<&'c ContentEntry>)>> {
        let known = |it: &'c Self| if it.is_empty() { Some(&[][..]) } else { it.entries() };
        let (mut now, mut before) = match self.id == before.id {
            true => (&[][..], &[][..]),
            false => (known(self)?, known(before)?),
        };
        // Both are in order of paths.
        let both = std::iter::from_fn(move || {
            let both = (now.first(), before.first());
            let order = match both {
                (None, None) => return None,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(now), Some(before)) => now.path.cmp(&before.path),
            };
            if order.is_le() {
                now = now.get(1..).unwrap_or_default();
            }
            if order.is_ge() {
                before = before.get(1..).unwrap_or_default();
            }
            Some((both.0.filter(|_| order.is_le()), both.1.filter(|_| order.is_ge())))
        });
        Some(both.filter(|(now, before)| now != before))
    }
}

impl JsonSchema for Content {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Content".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Written::json_schema(generator)
    }
}

impl PartialEq for Content {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Content {}

impl TryFrom<Written> for Content {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        match (written.id, written.entries) {
            (Some(id), None) => Ok(Self::named(id)),
            (None, None) => Err("a content needs `entries`, or at least its `id`".to_owned()),
            (id, Some(entries)) => {
                let content = Self::new(entries)?;
                match id.filter(|id| *id != content.id) {
                    Some(id) => {
                        Err(format!("the entries are those of {}, not of {id}", content.id))
                    }
                    None => Ok(content),
                }
            }
        }
    }
}

impl From<Content> for Written {
    fn from(content: Content) -> Self {
        Self { id: Some(content.id), entries: content.entries.map(|it| it.to_vec()) }
    }
}

impl ContentEntry {
    /// Writes the entry as Git does: `:old new oid oid STATUS`, NUL, path, NUL.
    /// `None` if nothing differs. Source: git-diff-tree, "raw output format".
    fn write(&self, out: &mut Vec<u8>) -> Option<()> {
        let status = match (self.old, self.new) {
            (None, None) => return None,
            (Some(old), Some(new)) if old == new => return None,
            (None, Some(_)) => 'A',
            (Some(_), None) => 'D',
            (Some(old), Some(new)) if kind(old.mode) != kind(new.mode) => 'T',
            (Some(_), Some(_)) => 'M',
        };
        let missing = |it: &Version| "0".repeat(it.oid.as_bytes().len() * 2);
        let zero = self.old.or(self.new).as_ref().map(missing)?;
        let mode = |it: Option<Version>| it.map_or(0, |it| bits(it.mode));
        let oid = |it: Option<Version>| it.map_or_else(|| zero.clone(), |it| it.oid.to_string());
        let mut head = String::new();
        let (old, new) = (self.old, self.new);
        let written =
            write!(head, ":{:06o} {:06o} {} {} {status}", mode(old), mode(new), oid(old), oid(new));
        written.ok()?;
        for part in [head.as_bytes(), b"\0", &self.path, b"\0"] {
            out.extend_from_slice(part);
        }
        Some(())
    }
}

/// The number that Git writes for a mode.
fn bits(mode: Mode) -> u32 {
    match mode {
        Mode::Tree => 0o040_000,
        Mode::File => 0o100_644,
        Mode::Executable => 0o100_755,
        Mode::Symlink => 0o120_000,
        Mode::Submodule => 0o160_000,
        Mode::Odd(bits) => bits,
    }
}

/// The part of the number that says what kind of thing it is.
fn kind(mode: Mode) -> u32 {
    bits(mode) & 0o170_000
}
