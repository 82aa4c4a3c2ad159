//! What a head brings to its target.

use anyhow::{Result, anyhow, bail};

use super::changes::Comparison;
use super::deadline::Deadline;
use super::repository::Repository;
use super::walk::Walker;
use crate::model::{Content, ContentEntry, FileChange, Kind, Oid};

impl Repository {
    /// What the commit `head` brings to the commit `target`: what differs between
    /// their merge base and `head`. Between unrelated histories that is all that
    /// `head` holds.
    ///
    /// An error where several merge bases give no one answer: taken against one of
    /// them, what the other took back would not be seen to return. A merge of
    /// `target` into `head` makes it one again.
    pub fn content(&self, target: Oid, head: Oid, deadline: Deadline) -> Result<Content> {
        let walker = Walker::new(&self.objects, self.shallow());
        let [target, head] = [self.commit(target)?, self.commit(head)?];
        walker.content(target, head, &|| deadline.check())
    }

    /// The commit that `oid` is or leads to.
    pub(super) fn commit(&self, oid: Oid) -> Result<Oid> {
        let peeled = self.peel(oid)?;
        match peeled.kind {
            Kind::Commit => Ok(peeled.oid),
            kind => bail!("{} is no commit but a {kind:?}", oid.short()),
        }
    }
}

impl Walker<'_> {
    /// What `head` brings to `target`.
    pub(super) fn content(
        &self,
        target: Oid,
        head: Oid,
        late: &dyn Fn() -> Result<()>,
    ) -> Result<Content> {
        let base = match self.merge_bases(target, head, late)?.as_slice() {
            [] => None,
            [base] => Some(self.node(*base)?.tree),
            [one, other, rest @ ..] => bail!(
                "{} and {} have {} merge bases, {} and {} among them",
                target.short(),
                head.short(),
                rest.len() + 2,
                one.short(),
                other.short(),
            ),
        };
        let head = self.node(head)?;
        let objects = self.objects();
        let mut trees = Comparison { objects, commit: None, root: false, late, found: Vec::new() };
        trees.trees(Some(head.tree), &[base])?;
        let entries = trees.found.into_iter().filter_map(entry).collect();
        Content::new(entries).map_err(|why| anyhow!(why))
    }
}

/// Git lists neither directories nor modes that it reads as the same.
fn entry(change: FileChange) -> Option<ContentEntry> {
    let (old, new) = (change.old, change.new);
    let same = || Some(old?.oid == new?.oid && old?.mode.plain() == new?.mode.plain());
    let directory = old.iter().chain(&new).any(|it| it.mode.is_tree());
    let listed = !directory && same() != Some(true);
    listed.then_some(ContentEntry { path: change.path, old, new })
}
