//! Which paths a commit changes against all of its parents.
//!
//! Trees are compared as they are stored, without renames or attributes. A path
//! counts if it differs from every parent's, so what a merge invents is seen
//! and what it takes over from a parent is not.

use anyhow::{Result, anyhow, bail};
use bstr::{BString, ByteSlice};

use super::objects::Objects;
use super::raw::{self, TreeEntry};
use crate::model::{FileChange, Kind, Mode, Oid, Version};

/// As deep as Git itself goes: `core.maxTreeDepth`.
const DEPTH: usize = 2048;

/// Compares trees.
pub(super) struct Comparison<'o> {
    /// Where trees are.
    pub(super) objects: &'o Objects,
    /// The commit whose changes are listed; `None` while it is not written.
    pub(super) commit: Option<Oid>,
    /// Whether it has no parent.
    pub(super) root: bool,
    /// Asked now and then; may stop a long comparison with an error.
    pub(super) late: &'o dyn Fn() -> Result<()>,
    /// The changes found so far.
    pub(super) found: Vec<FileChange>,
}

impl Comparison<'_> {
    /// Lists what `new` changes against all `parents`, in Git's order.
    pub(super) fn trees(&mut self, new: Option<Oid>, parents: &[Option<Oid>]) -> Result<()> {
        self.directory(new, parents, &mut BString::default(), 0)
    }

    fn directory(
        &mut self,
        new: Option<Oid>,
        parents: &[Option<Oid>],
        path: &mut BString,
        depth: usize,
    ) -> Result<()> {
        if parents.contains(&new) {
            return Ok(());
        }
        if depth > DEPTH {
            bail!("directories are nested more than {DEPTH} deep");
        }
        (self.late)()?;
        let raw_new = self.raw(new)?;
        let raw_parents = parents.iter().map(|it| self.raw(*it)).collect::<Result<Vec<_>>>()?;
        let entries = read_tree(new, &raw_new)?;
        let mut others = Vec::new();
        for (oid, raw) in parents.iter().zip(&raw_parents) {
            others.push(Cursor { entries: read_tree(*oid, raw)?, at: 0 });
        }
        for entry in &entries {
            let known: Vec<_> = others.iter_mut().map(|it| it.take(entry)).collect();
            self.entry(Some(entry), &known, path, depth)?;
        }
        self.removed(&entries, &others, path, depth)
    }

    /// What every parent has and the new tree has not.
    fn removed(
        &mut self,
        entries: &[TreeEntry<'_>],
        others: &[Cursor<'_>],
        path: &mut BString,
        depth: usize,
    ) -> Result<()> {
        let Some((first, rest)) = others.split_first() else { return Ok(()) };
        for gone in &first.entries {
            if find(entries, gone).is_some() {
                continue;
            }
            let mut known = vec![Some(*gone)];
            known.extend(rest.iter().map(|other| find(&other.entries, gone)));
            if known.iter().all(Option::is_some) {
                self.entry(None, &known, path, depth)?;
            }
        }
        Ok(())
    }

    /// Compares one name, which is a directory in all or in none of its places:
    /// a file and a directory of one name are two entries to Git.
    fn entry(
        &mut self,
        new: Option<&TreeEntry<'_>>,
        known: &[Option<TreeEntry<'_>>],
        path: &mut BString,
        depth: usize,
    ) -> Result<()> {
        let same =
            |it: &TreeEntry<'_>| new.is_some_and(|new| it.oid == new.oid && it.mode == new.mode);
        if known.iter().flatten().any(same) {
            return Ok(());
        }
        let Some(any) = new.or(known.iter().flatten().next()) else { return Ok(()) };
        let len = path.len();
        if len > 0 {
            path.push(b'/');
        }
        path.extend_from_slice(any.name);
        if any.is_tree() {
            // Its mode is told by itself; what it holds follows.
            if let Some(odd) = new.filter(|it| it.mode != Mode::Tree) {
                let old = known.iter().flatten().next();
                self.tell(path, old.map(version), Some(version(odd)));
            }
            let parents: Vec<_> = known.iter().map(|it| it.map(|it| it.oid)).collect();
            self.directory(new.map(|it| it.oid), &parents, path, depth + 1)?;
        } else {
            let old = known.iter().flatten().next();
            self.tell(path, old.map(version), new.map(version));
        }
        path.truncate(len);
        Ok(())
    }

    fn tell(&mut self, path: &BString, old: Option<Version>, new: Option<Version>) {
        self.found.push(FileChange {
            path: path.clone(),
            commit: self.commit,
            root: self.root,
            old,
            new,
        });
    }

    fn raw(&self, oid: Option<Oid>) -> Result<Vec<u8>> {
        match oid {
            Some(oid) => self.objects.read(oid, Kind::Tree, <[u8]>::to_vec),
            None => Ok(Vec::new()),
        }
    }
}

fn version(entry: &TreeEntry<'_>) -> Version {
    Version { mode: entry.mode, oid: entry.oid }
}

fn read_tree(oid: Option<Oid>, raw: &[u8]) -> Result<Vec<TreeEntry<'_>>> {
    let Some(oid) = oid else { return Ok(Vec::new()) };
    raw::tree(raw, oid.as_bytes().len())
        .map_err(|why| anyhow!("tree {} is malformed: {why}", oid.short()))
}

/// A parent's directory, walked beside the new one.
struct Cursor<'r> {
    entries: Vec<TreeEntry<'r>>,
    at: usize,
}

impl<'r> Cursor<'r> {
    /// The entry of the same name and kind; both sides are in order.
    fn take(&mut self, wanted: &TreeEntry<'_>) -> Option<TreeEntry<'r>> {
        while let Some(entry) = self.entries.get(self.at) {
            match raw::order(entry, wanted) {
                std::cmp::Ordering::Less => self.at += 1,
                std::cmp::Ordering::Equal if entry.is_tree() == wanted.is_tree() => {
                    return Some(*entry);
                }
                _ => return None,
            }
        }
        None
    }
}

fn find<'r>(entries: &[TreeEntry<'r>], wanted: &TreeEntry<'_>) -> Option<TreeEntry<'r>> {
    let at = entries.binary_search_by(|it| raw::order(it, wanted)).ok()?;
    entries.get(at).copied().filter(|it| it.is_tree() == wanted.is_tree())
}

/// The entry at `path` below the root tree `root`.
pub(super) fn lookup(objects: &Objects, root: Oid, path: &[u8]) -> Result<Option<Version>> {
    let mut at = Version { mode: Mode::Tree, oid: root };
    for part in path.split_str(b"/") {
        if !at.mode.is_tree() {
            return Ok(None);
        }
        let oid = at.oid;
        let found = objects.read(oid, Kind::Tree, |raw| {
            let entries = raw::tree(raw, oid.as_bytes().len())
                .map_err(|why| anyhow!("tree {} is malformed: {why}", oid.short()))?;
            let entry = entries.iter().find(|it| it.name == part);
            anyhow::Ok(entry.map(|it| Version { mode: it.mode, oid: it.oid }))
        })??;
        match found {
            Some(version) => at = version,
            None => return Ok(None),
        }
    }
    Ok(Some(at))
}
