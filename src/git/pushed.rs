//! Facts about commits that are written: a push, a range, history.

use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use anyhow::Result;
use bstr::{BStr, ByteSlice};

use super::changes::Comparison;
use super::deadline::Deadline;
use super::found::{Found, From};
use super::repository::Repository;
use super::trees::Trees;
use super::walk::Walker;
use super::{content, raw};
use crate::model::{
    Actor, CheckRun, Commit, Content, Entry, Fact, Facts, FileChange, Incoming, Kind, MergeGroup,
    Need, Oid, Peeled, PullRequest, RefName, RefUpdate, Review, Unknown,
};

/// What a repository knows about ref updates whose objects it has.
pub struct Pushed<'r> {
    repository: &'r Repository,
    walker: Walker<'r>,
    deadline: Deadline,
    /// For each ref, the tips whose history needs no second look.
    known: HashMap<RefName, Rc<[Oid]>>,
    /// For each ref, more such tips, for where those leave a doubt.
    beyond: HashMap<RefName, Rc<[Oid]>>,
    /// Refs that are made where a branch is of which as much is asked.
    held: HashSet<(RefName, Oid)>,
    /// Whether a pull request brings the change, as far as the shell knows.
    pull_request: Fact<PullRequest>,
    /// Whether refs and sizes are those of the place that decides.
    server: bool,
    /// Thousands of refs may share what is known and the new object.
    found: RefCell<HashMap<(From, Oid), Found>>,
    /// What each commit changes, however many refs bring it.
    changed: RefCell<HashMap<Oid, Rc<[FileChange]>>>,
    trees: Trees<'r>,
    incoming: OnceCell<Fact<Incoming>>,
    refs: OnceCell<Fact<Refs>>,
}

/// Refs, and what they point to.
type Refs = Rc<[(RefName, Oid)]>;

/// As many changed paths are held at once, at some hundred bytes each.
const MOST_CHANGES: usize = 2_000_000;

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
            beyond: HashMap::new(),
            held: HashSet::new(),
            pull_request: Err(Unknown::NotHere(Need::PullRequest)),
            server: false,
            found: RefCell::default(),
            changed: RefCell::default(),
            trees: Trees::new(&repository.objects),
            incoming: OnceCell::new(),
            refs: OnceCell::new(),
        }
    }

    /// Takes more tips whose history needs no second look. They are asked only
    /// about commits that were here before the push.
    pub fn beyond(mut self, more: HashMap<RefName, Rc<[Oid]>>) -> Self {
        self.beyond = more;
        self
    }

    /// Takes which refs are made where a branch is of which as much is asked of what
    /// lands.
    pub fn held(mut self, held: HashSet<(RefName, Oid)>) -> Self {
        self.held = held;
        self
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
        key: (From, Option<Oid>),
        field: impl Fn(&mut Found) -> &mut Option<Fact<T>>,
        work: impl FnOnce(Oid) -> Fact<T>,
    ) -> Option<Fact<T>> {
        let oid = key.1?;
        let key = (key.0, oid);
        let mut known = self.found.borrow().get(&key).cloned().unwrap_or_default();
        if let Some(known) = field(&mut known).take() {
            return Some(known);
        }
        let fact = work(oid);
        *field(self.found.borrow_mut().entry(key).or_default()) = Some(fact.clone());
        Some(fact)
    }

    /// From where on the commits of `update` need to be judged.
    fn unjudged(&self, update: &RefUpdate) -> From {
        From::Known(self.known.get(&update.name).map_or(0, |it| it.as_ptr().addr()))
    }

    /// From where on the ref does not hold the commits of `update`. For a ref
    /// that is created, that is nowhere in particular.
    fn moved(&self, update: &RefUpdate) -> From {
        update.old.map_or_else(|| self.unjudged(update), From::Old)
    }

    /// The new commits of `update`, latest first.
    fn new_oids(&self, update: &RefUpdate, from: From) -> Fact<Rc<[Oid]>> {
        let work = |new: Oid| {
            let peeled = failed(Need::Commits, self.repository.peel(new))?;
            if peeled.kind != Kind::Commit {
                return Ok(Rc::from([]));
            }
            let known = match from {
                From::Old(old) => Rc::from([old]),
                From::Known(_) => {
                    self.known.get(&update.name).cloned().unwrap_or_else(|| Rc::from([]))
                }
            };
            let late = || self.deadline.check();
            let found = failed(Need::Commits, self.walker.new_commits(peeled.oid, &known, &late))?;
            let more = self.beyond.get(&update.name).filter(|it| it.len() > known.len());
            let doubt = |oid: &Oid| !self.repository.objects.only_in_quarantine(*oid);
            match more {
                Some(more) if matches!(from, From::Known(_)) && found.iter().any(doubt) => {
                    let all: Vec<_> = known.iter().chain(more.iter()).copied().collect();
                    let found = self.walker.new_commits(peeled.oid, &all, &late);
                    failed(Need::Commits, found).map(Rc::from)
                }
                _ => Ok(found.into()),
            }
        };
        let key = (from, update.new_oid());
        self.remember(key, |it| &mut it.oids, work).unwrap_or_else(|| Ok(Rc::from([])))
    }

    fn changes(&self, commits: &[Oid]) -> Result<Rc<[FileChange]>> {
        let late = || self.deadline.check();
        let mut all = Vec::new();
        for &oid in commits {
            if let Some(known) = self.changed.borrow().get(&oid) {
                all.extend_from_slice(known);
                continue;
            }
            let node = self.walker.node(oid)?;
            let tree_of = |it: &Oid| self.walker.node(*it).map(|it| Some(it.tree));
            let mut parents = node.parents.iter().map(tree_of).collect::<Result<Vec<_>>>()?;
            let root = parents.is_empty();
            if root {
                parents.push(None);
            }
            let objects = &self.repository.objects;
            let mut trees =
                Comparison { objects, commit: Some(oid), root, late: &late, found: Vec::new() };
            trees.trees(Some(node.tree), &parents)?;
            all.extend_from_slice(&trees.found);
            self.changed.borrow_mut().insert(oid, trees.found.into());
            if all.len() > MOST_CHANGES {
                anyhow::bail!("more than {MOST_CHANGES} paths are changed");
            }
        }
        Ok(all.into())
    }

    /// The files of a tree that a tag names directly: all of them are new.
    fn whole_tree(&self, tree: Oid) -> Result<Rc<[FileChange]>> {
        let late = || self.deadline.check();
        let objects = &self.repository.objects;
        let mut trees =
            Comparison { objects, commit: None, root: false, late: &late, found: Vec::new() };
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

impl Pushed<'_> {
    fn commits_from(&self, update: &RefUpdate, from: From) -> Fact<Rc<[Commit]>> {
        let work = |_| {
            let read = |oid: &Oid| {
                failed(Need::Commits, self.deadline.check())?;
                let read = |raw: &[u8]| raw::commit(Some(*oid), raw);
                failed(Need::Commits, self.repository.objects.read(*oid, Kind::Commit, read))
            };
            let oids = self.new_oids(update, from)?;
            oids.iter().map(read).collect::<Fact<Vec<_>>>().map(Rc::from)
        };
        let key = (from, update.new_oid());
        self.remember(key, |it| &mut it.commits, work).unwrap_or_else(|| Ok(Rc::from([])))
    }

    fn files_from(&self, update: &RefUpdate, from: From) -> Fact<Rc<[FileChange]>> {
        let work = |new: Oid| {
            let peeled = failed(Need::Files, self.repository.peel(new))?;
            match peeled.kind {
                Kind::Tree => failed(Need::Files, self.whole_tree(peeled.oid)),
                _ => failed(Need::Files, self.changes(&self.new_oids(update, from)?)),
            }
        };
        let key = (from, update.new_oid());
        self.remember(key, |it| &mut it.files, work).unwrap_or_else(|| Ok(Rc::from([])))
    }
}

impl Facts for Pushed<'_> {
    fn commits(&self, update: &RefUpdate) -> Fact<Rc<[Commit]>> {
        self.commits_from(update, self.unjudged(update))
    }

    fn files(&self, update: &RefUpdate) -> Fact<Rc<[FileChange]>> {
        self.files_from(update, self.unjudged(update))
    }

    fn moved_commits(&self, update: &RefUpdate) -> Fact<Rc<[Commit]>> {
        self.commits_from(update, self.moved(update))
    }

    fn moved_files(&self, update: &RefUpdate) -> Fact<Rc<[FileChange]>> {
        self.files_from(update, self.moved(update))
    }

    fn size(&self, oid: Oid) -> Fact<u64> {
        let size = || self.deadline.check().and_then(|()| content::size(self.repository, oid));
        failed(Need::Blobs, size())
    }

    fn read(&self, oid: Oid, sink: &mut dyn FnMut(&[u8], u64) -> bool) -> Fact<()> {
        failed(Need::Blobs, content::read(self.repository, oid, self.deadline, sink))
    }

    fn directory(&self, update: &RefUpdate, path: &BStr) -> Fact<Option<Rc<[Entry]>>> {
        let find = || {
            self.deadline.check()?;
            let Some(root) = self.root(update)? else { return Ok(None) };
            self.trees.list(root, path)
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

    fn behind(&self, head: Oid, target: Oid) -> Fact<u64> {
        let late = || self.deadline.check();
        let find = || {
            let (head, target) = (self.repository.commit(head)?, self.repository.commit(target)?);
            self.walker.behind(head, target, &late)
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
        let read = || failed(Need::Refs, self.repository.refs()).map(Rc::from);
        self.refs.get_or_init(read).clone()
    }

    fn held(&self, update: &RefUpdate) -> Fact<bool> {
        if !self.server {
            return Err(Unknown::NotHere(Need::Refs));
        }
        let made = update.new_oid().map(|new| (update.name.clone(), new));
        Ok(made.is_some_and(|it| self.held.contains(&it)))
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

    fn content(&self, update: &RefUpdate, head: Oid) -> Fact<Rc<Content>> {
        let Some(target) = update.old else { return Err(Unknown::NotHere(Need::Content)) };
        let late = || self.deadline.check();
        let [target, head] = [target, head].map(|it| self.repository.commit(it));
        let find = || self.walker.content(target?, head?, &late);
        failed(Need::Content, find()).map(Rc::new)
    }

    fn pull_request(&self, _: &RefUpdate) -> Fact<PullRequest> {
        self.pull_request.clone()
    }

    /// A merge queue is its host's, and judged there before anything is pushed.
    fn merge_group(&self, _: &RefUpdate) -> Fact<Option<Rc<MergeGroup>>> {
        Ok(None)
    }

    fn in_team(&self, _: &Actor, _: &str) -> Fact<bool> {
        Err(Unknown::NotHere(Need::Teams))
    }

    fn reviews(&self, _: &RefUpdate) -> Fact<Rc<[Review]>> {
        Err(Unknown::NotHere(Need::Approvals))
    }

    fn checks(&self, _: Oid) -> Fact<Rc<[CheckRun]>> {
        Err(Unknown::NotHere(Need::Checks))
    }
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
