//! Names in one directory that some file systems take for one.
//!
//! macOS and Windows do not tell letter case apart; macOS nor Unicode's
//! composed and decomposed forms. Of two such files a checkout keeps one.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use bstr::{BStr, BString, ByteSlice};
use unicode_normalization::UnicodeNormalization;

use super::Case;
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
    let mut trees = Trees { case, known: HashMap::new() };
    for (dir, names) in &added {
        let Some(entries) = said.known(trees.entries(dir.as_bstr())).flatten() else { continue };
        let holders = holders(&entries, names);
        for entry in entries.iter() {
            let holder = holders.get(&folded(&entry.name)).filter(|it| it.name != entry.name);
            let (Some(holder), Some(commit)) = (holder, names.get(&entry.name)) else { continue };
            let path = joined(dir.as_bstr(), entry.name.as_bstr());
            if entry.mode.is_tree() && said.known(trees.adds(&added, &path)) != Some(true) {
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
            let names = added.entry(dir.into()).or_default();
            names.entry(name.into()).or_insert(file.commit);
            if dir.is_empty() {
                break;
            }
            rest = dir;
        }
    }
    added
}

/// The directories of the resulting tree, each asked for once.
struct Trees<'c> {
    case: &'c Case<'c>,
    known: HashMap<BString, Option<Rc<[Entry]>>>,
}

impl Trees<'_> {
    fn entries(&mut self, dir: &BStr) -> Fact<Option<Rc<[Entry]>>> {
        if let Some(known) = self.known.get(dir) {
            return Ok(known.clone());
        }
        let entries = self.case.change.facts.directory(self.case.update, dir)?;
        self.known.insert(dir.into(), entries.clone());
        Ok(entries)
    }

    /// Whether the change adds all that is in directory `path`, and so the
    /// directory itself.
    fn adds(&mut self, added: &Added, path: &BString) -> Fact<bool> {
        let mut queue = BTreeSet::from([path.clone()]);
        while let Some(dir) = queue.pop_first() {
            let names = added.get(&dir);
            for entry in self.entries(dir.as_bstr())?.iter().flat_map(|it| it.iter()) {
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
fn folded(name: &[u8]) -> Vec<u8> {
    match name.to_str() {
        Ok(text) => text.nfd().flat_map(char::to_lowercase).nfc().collect::<String>().into_bytes(),
        Err(_) => name.to_ascii_lowercase(),
    }
}

fn lower(name: &[u8]) -> Vec<u8> {
    match name.to_str() {
        Ok(text) => text.chars().flat_map(char::to_lowercase).collect::<String>().into_bytes(),
        Err(_) => name.to_ascii_lowercase(),
    }
}
