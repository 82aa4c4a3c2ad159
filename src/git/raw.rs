//! Commits, tags and trees as bytes, read as they are: what Git's own checks
//! would find wrong is remembered, and nothing is lost.
//!
//! Source of the formats: gitformat-commit-graph's object descriptions,
//! `Documentation/technical`, and fsck's message ids.

use std::collections::HashSet;

use bstr::{BString, ByteSlice};

use crate::model::{Commit, Ident, Kind, Mode, Oid, Tag};

/// Reads a commit. Never fails: what is wrong is in `malformed`.
pub fn commit(oid: Option<Oid>, raw: &[u8]) -> Commit {
    let (header, message) = split(raw);
    let mut commit = Commit { oid, message: message.into(), ..Commit::default() };
    let mut wrong = Vec::new();
    let mut seen = Seen::default();
    let mut order = Order::of(COMMIT);
    for (name, value) in Lines(header) {
        if !order.takes(name) {
            // Git does not read what stands out of place, so it counts for nothing.
            wrong.push(format!("a `{}` line out of place", name.as_bstr()));
            keep(&mut commit.headers, name, value);
            continue;
        }
        match name {
            b"tree" => seen.tree += 1,
            b"parent" => match Oid::from_hex(value) {
                Some(parent) => commit.parents.push(parent),
                None => wrong.push("a parent is no object name".to_owned()),
            },
            b"author" => {
                seen.author += 1;
                commit.author = ident(value, "author", &mut wrong);
            }
            b"committer" => {
                seen.committer += 1;
                commit.committer = ident(value, "committer", &mut wrong);
            }
            b"encoding" if commit.encoding.is_some() => {
                wrong.push("more than one `encoding` line".to_owned());
            }
            b"encoding" => commit.encoding = Some(value.into()),
            b"gpgsig" | b"gpgsig-sha256" => {
                seen.signatures += usize::from(name == b"gpgsig");
                commit.signed = true;
            }
            _ => {}
        }
        // One that names no object may hold anything.
        if !matches!(name, b"tree" | b"parent") || Oid::from_hex(value).is_none() {
            keep(&mut commit.headers, name, value);
        }
    }
    let once = [(seen.tree, "tree"), (seen.author, "author"), (seen.committer, "committer")];
    for (count, name) in once.into_iter().filter(|(count, _)| *count != 1) {
        wrong.push(format!("{count} `{name}` lines instead of one"));
    }
    let parents: HashSet<_> = commit.parents.iter().collect();
    if parents.len() < commit.parents.len() {
        wrong.push("a parent is listed twice".to_owned());
    }
    if seen.signatures > 1 {
        wrong.push("more than one signature".to_owned());
    }
    if header.contains(&0) {
        wrong.push("a NUL in the header".to_owned());
    }
    if message.contains(&0) {
        wrong.push("a NUL in the message, where Git stops reading".to_owned());
    }
    commit.malformed = wrong;
    commit
}

#[derive(Default)]
struct Seen {
    tree: usize,
    author: usize,
    committer: usize,
    signatures: usize,
}

/// What a walk needs of a commit.
#[derive(Clone, Debug)]
pub struct Node {
    /// The root tree.
    pub tree: Oid,
    /// Parents, first parent first.
    pub parents: Vec<Oid>,
    /// The committer's time, as claimed; 0 if unreadable.
    pub seconds: i64,
}

/// Reads what a walk needs; `None` if the commit names no tree.
pub fn node(raw: &[u8]) -> Option<Node> {
    let (header, _) = split(raw);
    let (mut tree, mut parents, mut seconds) = (None, Vec::new(), 0);
    let mut order = Order::of(COMMIT);
    for (name, value) in Lines(header) {
        match name {
            _ if !order.takes(name) => {}
            b"tree" => tree = tree.or(Oid::from_hex(value)),
            b"parent" => parents.extend(Oid::from_hex(value)),
            b"committer" => {
                seconds = ident(value, "", &mut Vec::new()).seconds.unwrap_or(0);
                break;
            }
            _ => {}
        }
    }
    Some(Node { tree: tree?, parents, seconds })
}

/// The lines that a commit begins with, in Git's order.
const COMMIT: &[&[u8]] = &[b"tree", b"parent", b"author", b"committer"];

/// The lines that a tag begins with, in Git's order.
const TAG: &[&[u8]] = &[b"object", b"type", b"tag", b"tagger"];

/// Git reads headers by their place: what stands elsewhere, or again, it does
/// not see.
struct Order {
    lines: &'static [&'static [u8]],
    at: usize,
}

impl Order {
    fn of(lines: &'static [&'static [u8]]) -> Self {
        Self { lines, at: 0 }
    }

    /// Whether a line of this name may come next. Only `parent` may come twice.
    fn takes(&mut self, name: &[u8]) -> bool {
        let Some(place) = self.lines.iter().position(|it| *it == name) else {
            self.at = self.lines.len();
            return true;
        };
        let fits = place >= self.at;
        if fits {
            self.at = place + usize::from(name != b"parent");
        }
        fits
    }
}

/// Reads a tag object; the answer's second part is what it points to, and the
/// kind that it says that is. An error says what is wrong with it.
pub fn tag(oid: Oid, raw: &[u8]) -> Result<(Tag, Oid, Kind), String> {
    let (header, message) = split(raw);
    let signed = SIGNATURES.iter().any(|kind| ends_with_block(message, kind));
    let mut tag = Tag {
        oid,
        name: BString::default(),
        tagger: None,
        message: message.into(),
        signed,
        headers: BString::default(),
    };
    let (mut target, mut kind) = (None, None);
    let mut order = Order::of(TAG);
    for (name, value) in Lines(header) {
        match name {
            _ if !order.takes(name) => {
                return Err(format!("a `{}` line out of place", name.as_bstr()));
            }
            b"object" => target = Oid::from_hex(value),
            b"type" => kind = Kind::named(value),
            b"tag" => tag.name = value.into(),
            b"tagger" => tag.tagger = Some(ident(value, "tagger", &mut Vec::new())),
            _ => {}
        }
        if !matches!(name, b"object" | b"type") || (name == b"object" && target.is_none()) {
            keep(&mut tag.headers, name, value);
        }
    }
    match (target, kind) {
        (Some(target), Some(kind)) => Ok((tag, target, kind)),
        _ => Err("it does not say what it points to".to_owned()),
    }
}

/// What Git writes around signatures of tags: those of PGP, SSH and X.509. Source:
/// `gpg-interface.c`.
const SIGNATURES: &[&str] = &["PGP SIGNATURE", "SSH SIGNATURE", "SIGNED MESSAGE"];

/// Whether the last lines of `message` are a block of this kind, with something
/// in it.
fn ends_with_block(message: &[u8], kind: &str) -> bool {
    let (begin, end) = (format!("-----BEGIN {kind}-----\n"), format!("\n-----END {kind}-----"));
    let message = message.trim_end_with(|it| it == '\n');
    let Some(inside) = message.strip_suffix(end.as_bytes()) else { return false };
    let Some(at) = inside.rfind(&begin) else { return false };
    let alone = at == 0 || inside[..at].ends_with(b"\n");
    let block = &inside[at + begin.len()..];
    alone && !block.trim().is_empty() && !block.contains_str("-----")
}

fn split(raw: &[u8]) -> (&[u8], &[u8]) {
    match raw.find(b"\n\n") {
        Some(at) => (&raw[..at], &raw[at + 2..]),
        None => (raw, b""),
    }
}

fn keep(headers: &mut BString, name: &[u8], value: &[u8]) {
    headers.extend_from_slice(name);
    headers.push(b' ');
    headers.extend_from_slice(value);
    headers.push(b'\n');
}

/// Header lines as name and value; a line that begins with a blank goes on the
/// one before and belongs to its value.
struct Lines<'a>(&'a [u8]);

impl<'a> Iterator for Lines<'a> {
    type Item = (&'a [u8], &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let mut end = 0;
        loop {
            end += self.0[end..].find_byte(b'\n').unwrap_or(self.0.len() - end);
            if self.0.get(end + 1) != Some(&b' ') {
                break;
            }
            end += 1;
        }
        let line = &self.0[..end];
        self.0 = self.0.get(end + 1..).unwrap_or_default();
        Some(line.split_once_str(b" ").unwrap_or((line, b"")))
    }
}

/// Reads `Name <address> seconds zone`.
fn ident(value: &[u8], which: &str, wrong: &mut Vec<String>) -> Ident {
    let (Some(open), Some(close)) = (value.find_byte(b'<'), value.rfind_byte(b'>')) else {
        wrong.push(format!("the {which} has no address"));
        return Ident { name: value.into(), ..Ident::default() };
    };
    if close < open {
        wrong.push(format!("the {which}'s address is not closed"));
        return Ident { name: value.into(), ..Ident::default() };
    }
    let email = &value[open + 1..close];
    if email.iter().any(|byte| b"<>\n".contains(byte)) {
        wrong.push(format!("the {which}'s address holds `<`, `>` or a line end"));
    }
    let time = value[close + 1..].trim().to_str().unwrap_or_default();
    let seconds = time.split(' ').next().and_then(|it| it.parse().ok());
    if seconds.is_none() {
        wrong.push(format!("the {which} has no readable time"));
    }
    Ident { name: value[..open].trim().into(), email: email.into(), seconds }
}

/// One entry of a tree.
#[derive(Clone, Copy, Debug)]
pub struct TreeEntry<'a> {
    /// Its name.
    pub name: &'a [u8],
    /// What it is.
    pub mode: Mode,
    /// The object.
    pub oid: Oid,
}

impl TreeEntry<'_> {
    /// Whether it is a directory.
    pub fn is_tree(&self) -> bool {
        self.mode.is_tree()
    }
}

/// Reads a tree whose object names are `hash_len` bytes long. An error says what
/// is wrong: cut short, a mode that is no number, a `/` in a name, names out of
/// order or twice.
pub fn tree(raw: &[u8], hash_len: usize) -> Result<Vec<TreeEntry<'_>>, &'static str> {
    let mut entries: Vec<TreeEntry<'_>> = Vec::with_capacity(raw.len() / 36);
    let mut rest = raw;
    while !rest.is_empty() {
        let (mode, after) = rest.split_once_str(b" ").ok_or("an entry without a mode")?;
        let (name, after) = after.split_once_str(b"\0").ok_or("an entry without an end")?;
        if name.contains(&b'/') {
            return Err("a name that holds `/`");
        }
        let oid = after.get(..hash_len).and_then(Oid::from_bytes).ok_or("it is cut short")?;
        let mode = bits(mode).ok_or("a mode that is no octal number")?;
        let entry = TreeEntry { name, mode, oid };
        if let Some(last) = entries.last() {
            match order(last, &entry) {
                std::cmp::Ordering::Less => {}
                _ => return Err("its names are out of order, or twice the same"),
            }
        }
        if entry.is_tree() && has_file(&entries, name) {
            return Err("a file and a directory of one name");
        }
        entries.push(entry);
        rest = &after[hash_len..];
    }
    Ok(entries)
}

/// Whether a file of this name stands before where a directory would.
fn has_file(entries: &[TreeEntry<'_>], name: &[u8]) -> bool {
    let zero = entries.first().map_or(Oid::from_bytes(&[0; 20]), |it| Some(it.oid));
    let Some(oid) = zero else { return false };
    let file = TreeEntry { name, mode: Mode::File, oid };
    entries.binary_search_by(|it| order(it, &file)).is_ok()
}

/// A leading zero makes the mode an odd one: Git writes none.
fn bits(octal: &[u8]) -> Option<Mode> {
    let text = octal.to_str().ok().filter(|it| !it.is_empty() && it.len() < 8)?;
    let number = u32::from_str_radix(text, 8).ok()?;
    Some(if text.starts_with('0') { Mode::Odd(number) } else { Mode::from_bits(number) })
}

/// Git's order of names in a tree: a directory sorts as if it ended in `/`.
pub(super) fn order(one: &TreeEntry<'_>, other: &TreeEntry<'_>) -> std::cmp::Ordering {
    let len = one.name.len().min(other.name.len());
    one.name[..len].cmp(&other.name[..len]).then_with(|| {
        let next = |it: &TreeEntry<'_>| {
            it.name.get(len).copied().unwrap_or(if it.is_tree() { b'/' } else { 0 })
        };
        next(one).cmp(&next(other))
    })
}
