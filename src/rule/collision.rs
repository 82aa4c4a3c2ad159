//! Names in one directory that some file systems take for one.
//!
//! macOS and Windows do not tell letter case apart; macOS nor Unicode's
//! composed and decomposed forms. Of two such files a checkout keeps one.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use bstr::{BStr, BString, ByteSlice};
use unicode_normalization::UnicodeNormalization;

use super::Case;
use super::trees::Trees;
use crate::model::{Entry, Fact, FileChange, Oid, Place, Reason, Said};

/// The names that a change adds, by directory, each with the commit that adds it.
type Added = BTreeMap<BString, BTreeMap<BString, Option<Oid>>>;

/// Says which of the paths that `files` add collide in the resulting tree. Each
/// directory is read once.
pub(super) fn collisions<'f>(
    case: &Case<'_>,
    files: impl Iterator<Item = &'f FileChange>,
    said: &mut Said,
) {
    let added = added(files);
    let mut trees = Trees::new(case);
    for (dir, names) in &added {
        let Some(entries) = said.known(trees.entries(dir.as_bstr())).flatten() else { continue };
        let holders = holders(&entries, names);
        for entry in entries.iter() {
            let holder = holders.get(&folded(&entry.name)).filter(|it| it.name != entry.name);
            let (Some(holder), Some(commit)) = (holder, names.get(&entry.name)) else { continue };
            let path = joined(dir.as_bstr(), entry.name.as_bstr());
            if entry.mode.is_tree() && said.known(adds(&mut trees, &added, &path)) != Some(true) {
                continue;
            }
            let place = Place::path(path).by(*commit);
            said.say(reason(entry.name.as_bstr(), holder.name.as_bstr()).at(place));
        }
    }
}

/// Who holds each name, for names that fall together: one that was there before,
/// or else the first. Each of the others is told once.
fn holders<'e>(
    entries: &'e [Entry],
    names: &BTreeMap<BString, Option<Oid>>,
) -> HashMap<Vec<u8>, &'e Entry> {
    let mut holders = HashMap::new();
    for entry in entries {
        let holder = holders.entry(folded(&entry.name)).or_insert(entry);
        if names.contains_key(&holder.name) && !names.contains_key(&entry.name) {
            *holder = entry;
        }
    }
    holders
}

fn reason(name: &BStr, other: &BStr) -> Reason {
    let case_alone = lower(name) == lower(other);
    let what = if case_alone { "but for letter case" } else { "but for its Unicode form" };
    Reason::deny(format!("the same name as `{other}` {what}"))
        .hint("rename one of the two; macOS and Windows can hold only one")
}

fn added<'f>(files: impl Iterator<Item = &'f FileChange>) -> Added {
    let mut added = Added::new();
    for file in files {
        let mut rest = file.path.as_bstr();
        loop {
            let (dir, name) = split(rest);
            let known = match added.get_mut(dir) {
                Some(names) if names.contains_key(name) => true,
                Some(names) => names.insert(name.into(), file.commit).is_some(),
                None => {
                    let names = BTreeMap::from([(name.into(), file.commit)]);
                    added.insert(dir.into(), names).is_some()
                }
            };
            // What is above a name that is there is there too.
            if known || dir.is_empty() {
                break;
            }
            rest = dir;
        }
    }
    added
}

/// Whether the change adds all that is in directory `path`, and so the directory
/// itself.
fn adds(trees: &mut Trees<'_>, added: &Added, path: &BString) -> Fact<bool> {
    let mut queue = BTreeSet::from([path.clone()]);
    while let Some(dir) = queue.pop_first() {
        let names = added.get(&dir);
        for entry in trees.entries(dir.as_bstr())?.iter().flat_map(|it| it.iter()) {
            if !names.is_some_and(|it| it.contains_key(&entry.name)) {
                return Ok(false);
            }
            if entry.mode.is_tree() {
                queue.insert(joined(dir.as_bstr(), entry.name.as_bstr()));
            }
        }
    }
    Ok(true)
}

/// The directory of a path, empty for the root, and the name in it.
fn split(path: &BStr) -> (&BStr, &BStr) {
    match path.rsplit_once_str("/") {
        Some((dir, name)) => (dir.as_bstr(), name.as_bstr()),
        None => (BStr::new(""), path),
    }
}

fn joined(dir: &BStr, name: &BStr) -> BString {
    if dir.is_empty() {
        name.into()
    } else {
        [dir.as_bytes(), b"/", name.as_bytes()].concat().into()
    }
}

/// What is the same for names that a file system may take for one.
pub(super) fn folded(name: &[u8]) -> Vec<u8> {
    match name.to_str() {
        Ok(text) if !text.is_ascii() => {
            // Upper case first: it joins what lower case keeps apart, such as ſ and s.
            let upper: String = text.nfd().flat_map(char::to_uppercase).collect();
            let lower: String = upper.chars().flat_map(char::to_lowercase).collect();
            // A sigma at the end of a word has a small letter of its own.
            lower.replace('ς', "σ").nfc().collect::<String>().into_bytes()
        }
        _ => name.to_ascii_lowercase(),
    }
}

fn lower(name: &[u8]) -> Vec<u8> {
    match name.to_str() {
        Ok(text) => text.chars().flat_map(char::to_lowercase).collect::<String>().into_bytes(),
        Err(_) => name.to_ascii_lowercase(),
    }
}
