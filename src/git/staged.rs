//! What is staged, against the commit that it would follow.
//!
//! The index is the one that Git names: `git commit -a` and `git commit <path>`
//! use another file than `.git/index`. It is read, never written, and the work
//! tree is not looked at.

use std::path::Path;

use anyhow::{Result, anyhow, bail};
use bstr::{BStr, BString, ByteSlice};
use gix::index::extension::Tree;

use super::changes;
use super::objects::Objects;
use super::raw::{self, TreeEntry};
use super::trees::Trees;
use crate::model::{Entry, FileChange, Kind, Mode, Oid, Version};

/// An index file.
pub struct Index(gix::index::File);

impl Index {
    /// Reads the index at `path`; a missing one is empty, as to Git.
    pub fn open(path: &Path, hash: gix::hash::Kind) -> Result<Option<Self>> {
        if !path.exists() {
            return Ok(None);
        }
        let options = gix::index::decode::Options {
            thread_limit: Some(1),
            ..gix::index::decode::Options::default()
        };
        // Git does not verify the checksum on reading either.
        gix::index::File::at(path, hash, true, options)
            .map(|file| Some(Self(file)))
            .map_err(|error| anyhow!("cannot read the index {}: {error}", path.display()))
    }

    /// What is staged at `path`.
    pub fn at(&self, objects: &Objects, path: &BStr) -> Result<Option<Version>> {
        if let Some(found) = self.0.entry_by_path(path) {
            return Ok(version(found));
        }
        match self.sparse_above(path) {
            Some((root, inside)) => changes::lookup(objects, root, inside),
            None => Ok(None),
        }
    }

    /// Every staged path as an addition.
    pub fn all(&self, objects: &Objects) -> Result<Vec<FileChange>> {
        let mut diff = Diff { index: &self.0, objects, found: Vec::new() };
        for entry in self.0.entries() {
            if entry.mode.is_sparse() {
                diff.sparse(entry, None, entry.path(&self.0))?;
            } else {
                diff.file(entry, None, entry.path(&self.0).into());
            }
        }
        Ok(diff.found)
    }

    /// The names in directory `path` of the tree that would be written; `None`
    /// if there is no such directory.
    pub fn directory(&self, objects: &Objects, path: &BStr) -> Result<Option<Vec<Entry>>> {
        let mut prefix = path.to_vec();
        if !prefix.is_empty() {
            prefix.push(b'/');
        }
        if let Some((root, inside)) = self.sparse_above(prefix.as_bstr()) {
            let inside = inside.strip_suffix(b"/").unwrap_or(inside);
            let found = Trees::new(objects).list(root, inside.as_bstr())?;
            return Ok(found.map(|it| it.to_vec()));
        }
        let all = self.0.entries();
        let path_of = |entry: &gix::index::Entry| -> BString { entry.path(&self.0).into() };
        let start = all.partition_point(|it| it.path(&self.0).as_bytes() < prefix.as_slice());
        let mut entries: Vec<Entry> = Vec::new();
        for entry in &all[start..] {
            let path = path_of(entry);
            let Some(inside) = path.strip_prefix(prefix.as_slice()) else { break };
            let Some(found) = version(entry) else { continue };
            let (name, mode) = match inside.find_byte(b'/') {
                Some(end) => (&inside[..end], Mode::Tree),
                None => (inside, found.mode),
            };
            if entries.last().is_none_or(|last| last.name != name) {
                entries.push(Entry { name: name.into(), mode, oid: found.oid });
            }
        }
        Ok((!entries.is_empty() || path.is_empty()).then_some(entries))
    }

    /// The tree of the directory around `path` that a sparse index holds as one
    /// entry, if one does, and the rest of the path.
    fn sparse_above<'p>(&self, path: &'p BStr) -> Option<(Oid, &'p [u8])> {
        let all = self.0.entries();
        let after = all.partition_point(|it| it.path(&self.0) <= path);
        // Such an entry ends in `/`, and nothing else stands between it and what
        // it holds.
        let entry = all.get(after.checked_sub(1)?).filter(|it| it.mode.is_sparse())?;
        let inside = path.strip_prefix(entry.path(&self.0).as_bytes())?;
        Some((Oid::from_bytes(entry.id.as_bytes())?, inside))
    }

    /// What differs from the tree of the commit to follow and from those of all
    /// other parents, if a merge is being committed.
    pub fn changes(&self, objects: &Objects, parents: &[Oid]) -> Result<Vec<FileChange>> {
        let mut diff = Diff { index: &self.0, objects, found: Vec::new() };
        let (first, others) = match parents.split_first() {
            Some((first, others)) => (Some(*first), others),
            None => (None, &[][..]),
        };
        let all = diff.index.entries();
        let top = Sides { tree: first, cache: self.0.tree() };
        diff.directory(&top, all, &mut BString::default(), 0)?;
        let mut found = diff.found;
        for other in others {
            let mut kept = Vec::with_capacity(found.len());
            for change in found {
                if changes::lookup(objects, *other, &change.path)? != change.new {
                    kept.push(change);
                }
            }
            found = kept;
        }
        Ok(found)
    }
}

/// What an index entry will be in a commit: nothing, if it is in conflict or
/// only announced with `git add --intent-to-add`.
fn version(entry: &gix::index::Entry) -> Option<Version> {
    let announced = entry.flags.contains(gix::index::entry::Flags::INTENT_TO_ADD);
    if announced || entry.stage_raw() != 0 {
        return None;
    }
    let oid = Oid::from_bytes(entry.id.as_bytes())?;
    Some(Version { mode: Mode::from_bits(entry.mode.bits()), oid })
}

/// What is compared with index entries: a directory's tree, and what the index
/// remembers of it.
struct Sides<'i> {
    tree: Option<Oid>,
    cache: Option<&'i Tree>,
}

/// The index beside a tree. Where the index remembers the very tree, everything
/// below is equal and not looked at.
struct Diff<'i> {
    index: &'i gix::index::File,
    objects: &'i Objects,
    found: Vec<FileChange>,
}

impl Diff<'_> {
    /// Compares directory `path`: its tree, what the index remembers of it, and
    /// the index entries below it.
    fn directory(
        &mut self,
        sides: &Sides<'_>,
        entries: &[gix::index::Entry],
        path: &mut BString,
        depth: usize,
    ) -> Result<()> {
        let Sides { tree, cache } = *sides;
        let remembered = cache.filter(|it| it.num_entries.is_some()).map(|it| it.id.as_bytes());
        if tree.is_some_and(|tree| remembered == Some(tree.as_bytes())) {
            return Ok(());
        }
        if depth > 2048 {
            bail!("directories are nested more than 2048 deep");
        }
        let raw = match tree {
            Some(tree) => self.objects.read(tree, Kind::Tree, <[u8]>::to_vec)?,
            None => Vec::new(),
        };
        let old = raw::tree(&raw, self.index.object_hash().len_in_bytes())
            .map_err(|why| anyhow!("a tree of HEAD is malformed: {why}"))?;
        let mut seen = vec![false; old.len()];
        let mut rest = entries;
        while let Some(entry) = rest.first() {
            let full = entry.path(self.index);
            let Some(inside) = full.get(path.len()..) else { break };
            let (name, is_tree) = match inside.find_byte(b'/') {
                // A sparse index holds a directory as one entry, `/` at its end.
                Some(end) if end + 1 == inside.len() => (&inside[..end], true),
                Some(end) => (&inside[..end], true),
                None => (inside, false),
            };
            let here = |it: &TreeEntry<'_>| it.name == name && it.is_tree() == is_tree;
            let at = position(&old, name, is_tree);
            if let Some(at) = at {
                seen[at] = true;
            }
            let before = at.and_then(|at| old.get(at)).filter(|it| here(it));
            if !is_tree {
                self.file(entry, before, full.into());
                rest = &rest[1..];
                continue;
            }
            let len = path.len();
            path.extend_from_slice(name);
            path.push(b'/');
            let below = |it: &gix::index::Entry| it.path(self.index).starts_with(path.as_slice());
            let count = rest.partition_point(below);
            let (inner, after) = rest.split_at(count.max(1));
            let child = cache.and_then(|it| it.children.iter().find(|it| it.name[..] == *name));
            let sparse = inner.len() == 1 && full.len() == path.len();
            if sparse {
                self.sparse(entry, before.map(|it| it.oid), path.as_bstr())?;
            } else {
                let below = Sides { tree: before.map(|it| it.oid), cache: child };
                self.directory(&below, inner, path, depth + 1)?;
            }
            path.truncate(len);
            rest = after;
        }
        for (gone, _) in old.iter().zip(&seen).filter(|(_, seen)| !**seen) {
            self.removed(gone, path)?;
        }
        Ok(())
    }

    fn file(&mut self, entry: &gix::index::Entry, before: Option<&TreeEntry<'_>>, path: BString) {
        let old = before.map(|it| Version { mode: it.mode, oid: it.oid });
        // The sides of a conflict come to nothing yet; what is only announced is
        // not in the commit, so what was there goes.
        let new = version(entry);
        if old != new && entry.stage_raw() == 0 {
            self.found.push(FileChange { path, commit: None, root: false, old, new });
        }
    }

    /// A directory that a sparse index holds as one entry.
    fn sparse(&mut self, entry: &gix::index::Entry, old: Option<Oid>, path: &BStr) -> Result<()> {
        let new = Oid::from_bytes(entry.id.as_bytes());
        self.compare(new, old, path)
    }

    fn removed(&mut self, gone: &TreeEntry<'_>, path: &BString) -> Result<()> {
        let mut full = path.clone();
        full.extend_from_slice(gone.name);
        if gone.is_tree() {
            full.push(b'/');
            return self.compare(None, Some(gone.oid), full.as_bstr());
        }
        let old = Some(Version { mode: gone.mode, oid: gone.oid });
        self.found.push(FileChange { path: full, commit: None, root: false, old, new: None });
        Ok(())
    }

    fn compare(&mut self, new: Option<Oid>, old: Option<Oid>, path: &BStr) -> Result<()> {
        let late = || Ok(());
        let mut trees = changes::Comparison {
            objects: self.objects,
            commit: None,
            root: false,
            late: &late,
            found: Vec::new(),
        };
        trees.trees(new, &[old])?;
        self.found.extend(trees.found.into_iter().map(|mut change| {
            let mut full = BString::from(path.as_bytes());
            full.extend_from_slice(&change.path);
            change.path = full;
            change
        }));
        Ok(())
    }
}

/// Where the entry of this name and kind stands.
fn position(entries: &[TreeEntry<'_>], name: &[u8], is_tree: bool) -> Option<usize> {
    let mode = if is_tree { Mode::Tree } else { Mode::File };
    let oid = entries.first()?.oid;
    entries.binary_search_by(|it| raw::order(it, &TreeEntry { name, mode, oid })).ok()
}
