//! Facts about commits that are written: a push, a range, history.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use anyhow::Result;
use bstr::{BStr, ByteSlice};

use super::changes::{self, Comparison};
use super::deadline::Deadline;
use super::repository::Repository;
use super::walk::Walker;
use super::{content, raw};
use crate::model::{
    Actor, Approval, CheckRun, Commit, Entry, Fact, Facts, FileChange, Incoming, Kind, Mode, Need,
    Oid, Peeled, PullRequest, RefName, RefUpdate, Unknown,
};

/// What a repository knows about ref updates whose objects it has.
pub struct Pushed<'r> {
    repository: &'r Repository,
    walker: Walker<'r>,
    deadline: Deadline,
    /// For each ref, the tips whose history needs no second look.
    known: HashMap<RefName, Rc<[Oid]>>,
    /// Whether a pull request brings the change, as far as the shell knows.
    pull_request: Fact<PullRequest>,
    /// Whether refs and sizes are those of the place that decides.
    server: bool,
    /// What was worked out for each list in `known`, by its address, and each
    /// new object: thousands of refs may share both.
    found: RefCell<HashMap<(usize, Oid), Found>>,
    incoming: OnceCell<Fact<Incoming>>,
}

/// What was worked out about one update.
#[derive(Clone, Default)]
struct Found {
    oids: Option<Fact<Rc<[Oid]>>>,
    commits: Option<Fact<Rc<[Commit]>>>,
    files: Option<Fact<Rc<[FileChange]>>>,
}

impl<'r> Pushed<'r> {
    /// Facts from `repository`. New commits of a ref are those that no commit in
    /// `known` of that ref reaches.
    pub fn new(
        repository: &'r Repository,
        known: HashMap<RefName, Rc<[Oid]>>,
        deadline: Deadline,
    ) -> Self {
        Self {
            repository,
            walker: Walker::new(&repository.objects, repository.shallow()),
            deadline,
            known,
            pull_request: Err(Unknown::NotHere(Need::PullRequest)),
            server: false,
            found: RefCell::default(),
            incoming: OnceCell::new(),
        }
    }

    /// Takes what the host says about a pull request.
    pub fn pull_request(mut self, fact: Fact<PullRequest>) -> Self {
        self.pull_request = fact;
        self
    }

    /// Answers for the server's refs and for the size of the push as well.
    pub fn on_server(mut self) -> Self {
        self.server = true;
        self
    }

    /// Answers from memory, or works out and remembers.
    fn remember<T: Clone>(
        &self,
        update: &RefUpdate,
        field: impl Fn(&mut Found) -> &mut Option<Fact<T>>,
        work: impl FnOnce(Oid) -> Fact<T>,
    ) -> Option<Fact<T>> {
        let oid = update.new_oid()?;
        let known = self.known.get(&update.name);
        let key = (known.map_or(0, |it| it.as_ptr().addr()), oid);
        let mut known = self.found.borrow().get(&key).cloned().unwrap_or_default();
        if let Some(known) = field(&mut known).take() {
            return Some(known);
        }
        let fact = work(oid);
        *field(self.found.borrow_mut().entry(key).or_default()) = Some(fact.clone());
        Some(fact)
    }

    /// The new commits of `update`, latest first.
    fn new_oids(&self, update: &RefUpdate) -> Fact<Rc<[Oid]>> {
        let work = |new: Oid| {
            let peeled = failed(Need::Commits, self.repository.peel(new))?;
            if peeled.kind != Kind::Commit {
                return Ok(Rc::from([]));
            }
            let known = self.known.get(&update.name).cloned().unwrap_or_else(|| Rc::from([]));
            let late = || self.deadline.check();
            let found = self.walker.new_commits(peeled.oid, &known, &late);
            failed(Need::Commits, found).map(Rc::from)
        };
        self.remember(update, |it| &mut it.oids, work).unwrap_or_else(|| Ok(Rc::from([])))
    }

    fn changes(&self, commits: &[Oid]) -> Result<Rc<[FileChange]>> {
        let late = || self.deadline.check();
        let mut all = Vec::new();
        for &oid in commits {
            let node = self.walker.node(oid)?;
            let tree_of = |it: &Oid| self.walker.node(*it).map(|it| Some(it.tree));
            let mut parents = node.parents.iter().map(tree_of).collect::<Result<Vec<_>>>()?;
            if parents.is_empty() {
                parents.push(None);
            }
            let objects = &self.repository.objects;
            let mut trees =
                Comparison { objects, commit: Some(oid), late: &late, found: Vec::new() };
            trees.trees(Some(node.tree), &parents)?;
            all.append(&mut trees.found);
        }
        Ok(all.into())
    }

    /// The files of a tree that a tag names directly: all of them are new.
    fn whole_tree(&self, tree: Oid) -> Result<Rc<[FileChange]>> {
        let late = || self.deadline.check();
        let objects = &self.repository.objects;
        let mut trees = Comparison { objects, commit: None, late: &late, found: Vec::new() };
        trees.trees(Some(tree), &[None])?;
        Ok(trees.found.into())
    }

    fn root(&self, update: &RefUpdate) -> Result<Option<Oid>> {
        let Some(new) = update.new_oid() else { return Ok(None) };
        let peeled = self.repository.peel(new)?;
        match peeled.kind {
            Kind::Commit => self.walker.node(peeled.oid).map(|it| Some(it.tree)),
            Kind::Tree => Ok(Some(peeled.oid)),
            Kind::Blob | Kind::Tag => Ok(None),
        }
    }
}

/// An error is a fact that could not be found out.
fn failed<T>(need: Need, result: Result<T>) -> Fact<T> {
    result.map_err(|error| Unknown::Failed(need, format!("{error:#}")))
}

impl Facts for Pushed<'_> {
    fn commits(&self, update: &RefUpdate) -> Fact<Rc<[Commit]>> {
        let work = |_| {
            let read = |oid: &Oid| {
                failed(Need::Commits, self.deadline.check())?;
                let read = |raw: &[u8]| raw::commit(Some(*oid), raw);
                failed(Need::Commits, self.repository.objects.read(*oid, Kind::Commit, read))
            };
            self.new_oids(update)?.iter().map(read).collect::<Fact<Vec<_>>>().map(Rc::from)
        };
        self.remember(update, |it| &mut it.commits, work).unwrap_or_else(|| Ok(Rc::from([])))
    }

    fn files(&self, update: &RefUpdate) -> Fact<Rc<[FileChange]>> {
        let work = |new: Oid| {
            let peeled = failed(Need::Files, self.repository.peel(new))?;
            match peeled.kind {
                Kind::Tree => failed(Need::Files, self.whole_tree(peeled.oid)),
                _ => failed(Need::Files, self.changes(&self.new_oids(update)?)),
            }
        };
        self.remember(update, |it| &mut it.files, work).unwrap_or_else(|| Ok(Rc::from([])))
    }

    fn size(&self, oid: Oid) -> Fact<u64> {
        failed(Need::Blobs, content::size(self.repository, oid))
    }

    fn read(&self, oid: Oid, sink: &mut dyn FnMut(&[u8], u64) -> bool) -> Fact<()> {
        failed(Need::Blobs, content::read(self.repository, oid, self.deadline, sink))
    }

    fn directory(&self, update: &RefUpdate, path: &BStr) -> Fact<Option<Rc<[Entry]>>> {
        let find = || {
            let Some(root) = self.root(update)? else { return Ok(None) };
            list(self.repository, root, path)
        };
        failed(Need::Tree, find())
    }

    fn is_ancestor(&self, old: Oid, new: Oid) -> Fact<bool> {
        let late = || self.deadline.check();
        let find = || {
            let (old, new) = (self.repository.peel(old)?, self.repository.peel(new)?);
            if old.kind != Kind::Commit || new.kind != Kind::Commit {
                return Ok(old.oid == new.oid);
            }
            self.walker.is_ancestor(old.oid, new.oid, &late)
        };
        failed(Need::History, find())
    }

    fn peel(&self, oid: Oid) -> Fact<Peeled> {
        failed(Need::Objects, self.repository.peel(oid))
    }

    fn refs(&self) -> Fact<Rc<[(RefName, Oid)]>> {
        if !self.server {
            return Err(Unknown::NotHere(Need::Refs));
        }
        failed(Need::Refs, self.repository.refs()).map(Rc::from)
    }

    fn incoming(&self) -> Fact<Incoming> {
        if !self.server {
            return Err(Unknown::NotHere(Need::Incoming));
        }
        match self.repository.objects.quarantine() {
            Some(quarantine) => {
                let count = || failed(Need::Incoming, incoming(quarantine, self.deadline));
                self.incoming.get_or_init(count).clone()
            }
            None => Ok(Incoming { objects: 0, bytes: 0 }),
        }
    }

    fn pull_request(&self, _: &RefUpdate) -> Fact<PullRequest> {
        self.pull_request.clone()
    }

    fn in_team(&self, _: &Actor, _: &str) -> Fact<bool> {
        Err(Unknown::NotHere(Need::Teams))
    }

    fn approvals(&self, _: &RefUpdate) -> Fact<Rc<[Approval]>> {
        Err(Unknown::NotHere(Need::Approvals))
    }

    fn checks(&self, _: Oid) -> Fact<Rc<[CheckRun]>> {
        Err(Unknown::NotHere(Need::Checks))
    }
}

/// The names in directory `path` below `root`.
fn list(repository: &Repository, root: Oid, path: &BStr) -> Result<Option<Rc<[Entry]>>> {
    let mut at = root;
    if !path.is_empty() {
        match changes::lookup(&repository.objects, root, path)? {
            Some(found) if found.mode == Mode::Tree => at = found.oid,
            _ => return Ok(None),
        }
    }
    let read = |raw: &[u8]| {
        let entries = raw::tree(raw, at.as_bytes().len())
            .map_err(|why| anyhow::anyhow!("tree {} is malformed: {why}", at.short()))?;
        let entry =
            |it: &raw::TreeEntry<'_>| Entry { name: it.name.into(), mode: it.mode, oid: it.oid };
        anyhow::Ok(entries.iter().map(entry).collect())
    };
    repository.objects.read(at, Kind::Tree, read)?.map(Some)
}

/// Counts what lies in the quarantine: loose objects and packs.
fn incoming(quarantine: &std::path::Path, deadline: Deadline) -> Result<Incoming> {
    let mut total = Incoming { objects: 0, bytes: 0 };
    for directory in std::fs::read_dir(quarantine)? {
        deadline.check()?;
        let directory = directory?.path();
        let packs = directory.file_name().is_some_and(|it| it == "pack");
        if !directory.is_dir() {
            continue;
        }
        for file in std::fs::read_dir(&directory)? {
            let path = file?.path();
            let name = path.file_name().map(|it| it.to_string_lossy().into_owned());
            let name = name.unwrap_or_default();
            if packs && name.as_bytes().ends_with_str(b".pack") {
                let mut head = [0; 12];
                std::io::Read::read_exact(&mut std::fs::File::open(&path)?, &mut head)?;
                let count = [head[8], head[9], head[10], head[11]];
                total.objects += u64::from(u32::from_be_bytes(count));
            } else if packs {
                continue;
            } else {
                total.objects += 1;
            }
            total.bytes += std::fs::metadata(&path)?.len();
        }
    }
    Ok(total)
}
