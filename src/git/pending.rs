//! Facts about a commit that is not written yet.

use std::cell::Cell;
use std::rc::Rc;

use anyhow::Result;
use bstr::BStr;

use super::content;
use super::deadline::Deadline;
use super::repository::Repository;
use super::staged::Index;
use crate::model::{
    Actor, CheckRun, Commit, Entry, Fact, Facts, FileChange, Incoming, Need, Oid, Peeled,
    PullRequest, RefName, RefUpdate, Review, Unknown,
};

/// What is known before a commit is written: what is staged, and the message
/// once there is one.
pub struct Pending<'r> {
    repository: &'r Repository,
    index: Option<Index>,
    files: Fact<Rc<[FileChange]>>,
    commit: Option<Commit>,
    watch: Option<&'r dyn Fn(usize)>,
    read: Cell<usize>,
}

impl<'r> Pending<'r> {
    /// What is staged on top of `parents`.
    pub fn staged(repository: &'r Repository, parents: &[Oid]) -> Result<Self> {
        let index = Index::open(&repository.index_path(), repository.hash())?;
        let find = |index: &Index| -> Result<Vec<FileChange>> {
            let trees = parents.iter().map(|it| repository.tree_of(*it));
            index.changes(&repository.objects, &trees.collect::<Result<Vec<_>>>()?)
        };
        let files = index.as_ref().map_or(Ok(Vec::new()), find);
        let files = files.map(Rc::from).map_err(|error| failed(Need::Files, &error));
        Ok(Self { repository, index, files, commit: None, watch: None, read: Cell::new(0) })
    }

    /// Everything in the index, as if it were all new.
    pub fn everything(repository: &'r Repository) -> Result<Self> {
        let index = Index::open(&repository.index_path(), repository.hash())?;
        let files = index.as_ref().map_or(Ok(Vec::new()), |it| it.all(&repository.objects));
        let files = files.map(Rc::from).map_err(|error| failed(Need::Files, &error));
        Ok(Self { repository, index, files, commit: None, watch: None, read: Cell::new(0) })
    }

    /// Adds the commit's message and people.
    pub fn with(mut self, commit: Commit) -> Self {
        self.commit = Some(commit);
        self
    }

    /// Tells `watch` how many contents have been read, after each.
    pub fn watched(mut self, watch: &'r dyn Fn(usize)) -> Self {
        self.watch = Some(watch);
        self
    }

    /// Whether `path` is changed.
    pub fn changes(&self, path: &str) -> bool {
        self.files.as_ref().is_ok_and(|it| it.iter().any(|file| file.path == path))
    }

    /// How many paths are changed.
    pub fn count(&self) -> usize {
        self.files.as_ref().map_or(0, |it| it.len())
    }
}

fn not_here<T>(need: Need) -> Fact<T> {
    Err(Unknown::NotHere(need))
}

impl Facts for Pending<'_> {
    fn commits(&self, _: &RefUpdate) -> Fact<Rc<[Commit]>> {
        match &self.commit {
            Some(commit) => Ok(Rc::from([commit.clone()])),
            None => not_here(Need::Commits),
        }
    }

    fn files(&self, _: &RefUpdate) -> Fact<Rc<[FileChange]>> {
        self.files.clone()
    }

    fn size(&self, oid: Oid) -> Fact<u64> {
        content::size(self.repository, oid).map_err(|error| failed(Need::Blobs, &error))
    }

    fn read(&self, oid: Oid, sink: &mut dyn FnMut(&[u8], u64) -> bool) -> Fact<()> {
        self.read.set(self.read.get() + 1);
        if let Some(watch) = self.watch {
            watch(self.read.get());
        }
        content::read(self.repository, oid, Deadline::never(), sink)
            .map_err(|error| failed(Need::Blobs, &error))
    }

    fn directory(&self, _: &RefUpdate, path: &BStr) -> Fact<Option<Rc<[Entry]>>> {
        match &self.index {
            Some(index) => {
                let found = index.directory(&self.repository.objects, path);
                let found = found.map_err(|error| failed(Need::Tree, &error))?;
                Ok(found.map(Rc::from))
            }
            None => Ok(path.is_empty().then(|| Rc::from([]))),
        }
    }

    fn is_ancestor(&self, _: Oid, _: Oid) -> Fact<bool> {
        not_here(Need::History)
    }

    fn peel(&self, _: Oid) -> Fact<Peeled> {
        not_here(Need::Objects)
    }

    fn refs(&self) -> Fact<Rc<[(RefName, Oid)]>> {
        not_here(Need::Refs)
    }

    fn incoming(&self) -> Fact<Incoming> {
        not_here(Need::Incoming)
    }

    fn pull_request(&self, _: &RefUpdate) -> Fact<PullRequest> {
        not_here(Need::PullRequest)
    }

    fn in_team(&self, _: &Actor, _: &str) -> Fact<bool> {
        not_here(Need::Teams)
    }

    fn reviews(&self, _: &RefUpdate) -> Fact<Rc<[Review]>> {
        not_here(Need::Approvals)
    }

    fn checks(&self, _: Oid) -> Fact<Rc<[CheckRun]>> {
        not_here(Need::Checks)
    }
}

fn failed(need: Need, error: &anyhow::Error) -> Unknown {
    Unknown::Failed(need, format!("{error:#}"))
}
