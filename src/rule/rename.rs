//! What a commit only gives another path.

use std::collections::HashSet;

use crate::model::{FileChange, Oid, Version};

/// The contents that commits take away from a path, by commit: what another path
/// of the same commit gets of them was there before.
///
/// An earlier commit of the same push does not count: what it took away may never
/// have been judged as anything but gone.
pub(super) struct Renames(HashSet<(Option<Oid>, Oid)>);

impl Renames {
    /// Those among `files`, of versions that `judged` says the rule looks at.
    pub(super) fn of(files: &[FileChange], judged: impl Fn(Version) -> bool) -> Self {
        let taken = files.iter().filter_map(|it| {
            let old = it.old.filter(|old| it.new.is_none_or(|new| new.oid != old.oid))?;
            judged(old).then_some((it.commit, old.oid))
        });
        Self(taken.collect())
    }

    /// Whether the file's new content comes from another path of its commit.
    pub(super) fn bring(&self, file: &FileChange) -> bool {
        file.new.is_some_and(|new| self.0.contains(&(file.commit, new.oid)))
    }
}
