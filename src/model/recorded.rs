//! Facts that were gathered beforehand.

use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;

use bstr::{BStr, BString, ByteSlice};
use serde::{Deserialize, Serialize};

use super::{
    Actor, Approval, CheckRun, Commit, Entry, Fact, Facts, FileChange, Incoming, Mode, Need, Oid,
    Peeled, PullRequest, RefName, RefUpdate, Unknown,
};

/// Facts as plain data: gathered by the bot, written down by a test, or replayed
/// from an incident. What was not recorded is not known here.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Recorded {
    /// What is known about each ref update, by the name of its ref.
    pub update: BTreeMap<String, RecordedUpdate>,
    /// Contents, by object name.
    pub blobs: BTreeMap<Oid, BString>,
    /// Sizes in bytes of contents that are not recorded themselves.
    pub sizes: BTreeMap<Oid, u64>,
    /// Parents, by commit. Commits of updates need not be repeated.
    pub history: Option<BTreeMap<Oid, Vec<Oid>>>,
    /// What objects are.
    pub objects: BTreeMap<Oid, Peeled>,
    /// The refs before the change.
    pub refs: Option<BTreeMap<String, Oid>>,
    /// How much the push sends.
    pub incoming: Option<Incoming>,
    /// Members, by team.
    pub teams: BTreeMap<String, Vec<Actor>>,
    /// Runs of checks, by commit.
    pub checks: BTreeMap<Oid, Vec<CheckRun>>,
    /// Kinds of facts that could not be found out, and why.
    pub failed: BTreeMap<String, String>,
}

/// What is known about one ref update.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct RecordedUpdate {
    /// The new commits, children before parents.
    pub commits: Option<Vec<Commit>>,
    /// The changed paths.
    pub files: Option<Vec<FileChange>>,
    /// Every file of the resulting tree; `name` is the whole path.
    pub tree: Option<Vec<Entry>>,
    /// Whether a pull request brings it.
    pub pull_request: Option<PullRequest>,
    /// Approvals, oldest first.
    pub approvals: Option<Vec<Approval>>,
}

impl Recorded {
    /// The recorded value, the recorded failure, or that nothing is recorded.
    fn fact<T>(&self, need: Need, value: Option<T>) -> Fact<T> {
        if let Some(why) = self.failed.get(&need.to_string()) {
            return Err(Unknown::Failed(need, why.clone()));
        }
        value.ok_or(Unknown::NotHere(need))
    }

    fn of(&self, update: &RefUpdate) -> Option<&RecordedUpdate> {
        self.update.get(&update.name.to_string())
    }

    fn parents(&self, oid: Oid) -> Option<&[Oid]> {
        let commits = self.update.values().filter_map(|it| it.commits.as_ref()).flatten();
        let mut commits = commits.filter(|it| it.oid == Some(oid));
        let recorded = self.history.as_ref().and_then(|it| it.get(&oid));
        recorded.map(Vec::as_slice).or_else(|| commits.next().map(|it| it.parents.as_slice()))
    }
}

impl Facts for Recorded {
    fn commits(&self, update: &RefUpdate) -> Fact<Rc<[Commit]>> {
        let known = self.of(update).and_then(|it| it.commits.clone());
        self.fact(Need::Commits, known.map(Rc::from))
    }

    fn files(&self, update: &RefUpdate) -> Fact<Rc<[FileChange]>> {
        let known = self.of(update).and_then(|it| it.files.clone());
        self.fact(Need::Files, known.map(Rc::from))
    }

    fn size(&self, oid: Oid) -> Fact<u64> {
        let whole = || self.blobs.get(&oid).map(|it| it.len() as u64);
        self.fact(Need::Blobs, self.sizes.get(&oid).copied().or_else(whole))
    }

    fn read(&self, oid: Oid, sink: &mut dyn FnMut(&[u8], u64) -> bool) -> Fact<()> {
        let content = self.fact(Need::Blobs, self.blobs.get(&oid))?;
        sink(content, 0);
        Ok(())
    }

    fn directory(&self, update: &RefUpdate, path: &BStr) -> Fact<Option<Rc<[Entry]>>> {
        let tree = self.fact(Need::Tree, self.of(update).and_then(|it| it.tree.as_ref()))?;
        let mut entries: Vec<Entry> = Vec::new();
        for entry in tree {
            let inside = match path.is_empty() {
                true => Some(entry.name.as_slice()),
                false => {
                    entry.name.strip_prefix(path.as_bytes()).and_then(|it| it.strip_prefix(b"/"))
                }
            };
            let Some(inside) = inside else { continue };
            let (name, mode) = match inside.find_byte(b'/') {
                Some(end) => (&inside[..end], Mode::Tree),
                None => (inside, entry.mode),
            };
            if !entries.iter().any(|it| it.name == name) {
                entries.push(Entry { name: name.into(), mode, oid: entry.oid });
            }
        }
        Ok((!entries.is_empty() || path.is_empty()).then(|| entries.into()))
    }

    fn is_ancestor(&self, old: Oid, new: Oid) -> Fact<bool> {
        self.fact(Need::History, self.history.as_ref())?;
        let mut seen = HashSet::new();
        let mut queue = vec![new];
        while let Some(oid) = queue.pop() {
            if oid == old {
                return Ok(true);
            }
            if seen.insert(oid) {
                queue.extend(self.parents(oid).unwrap_or_default());
            }
        }
        Ok(false)
    }

    fn peel(&self, oid: Oid) -> Fact<Peeled> {
        self.fact(Need::Objects, self.objects.get(&oid).cloned())
    }

    fn refs(&self) -> Fact<Rc<[(RefName, Oid)]>> {
        let refs = self.fact(Need::Refs, self.refs.as_ref())?;
        Ok(refs.iter().map(|(name, oid)| (name.as_str().into(), *oid)).collect())
    }

    fn incoming(&self) -> Fact<Incoming> {
        self.fact(Need::Incoming, self.incoming)
    }

    fn pull_request(&self, update: &RefUpdate) -> Fact<PullRequest> {
        self.fact(Need::PullRequest, self.of(update).and_then(|it| it.pull_request))
    }

    fn in_team(&self, actor: &Actor, team: &str) -> Fact<bool> {
        let members = self.fact(Need::Teams, self.teams.get(team))?;
        Ok(members.iter().any(|it| it.0.to_lowercase() == actor.0.to_lowercase()))
    }

    fn approvals(&self, update: &RefUpdate) -> Fact<Rc<[Approval]>> {
        let known = self.of(update).and_then(|it| it.approvals.clone());
        self.fact(Need::Approvals, known.map(Rc::from))
    }

    fn checks(&self, oid: Oid) -> Fact<Rc<[CheckRun]>> {
        self.fact(Need::Checks, self.checks.get(&oid).cloned().map(Rc::from))
    }
}
