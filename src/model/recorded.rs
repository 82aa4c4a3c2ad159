//! Facts that were gathered beforehand.

use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;

use bstr::{BStr, BString, ByteSlice};
use serde::{Deserialize, Serialize};

use super::{
    Account, Actor, CheckRun, Comment, Commit, Content, Entry, Fact, Facts, FileChange, Incoming,
    Lines, MergeGroup, Mode, Need, Oid, Peeled, Permission, Proposal, Provenance, PullRequest,
    Push, RefName, RefUpdate, Repository, Review, Stage, Statement, Thread, Unknown, WorkflowRun,
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
    /// Members, by organization.
    pub organizations: BTreeMap<String, Vec<Actor>>,
    /// Accounts, by login. One that is not listed has no known number, and is a
    /// bot if its login ends with `[bot]`.
    pub accounts: Option<BTreeMap<String, Account>>,
    /// What accounts may do in the repository, by login; those not listed nothing.
    pub permissions: Option<BTreeMap<String, Permission>>,
    /// Runs of checks, by commit.
    pub checks: BTreeMap<Oid, Vec<CheckRun>>,
    /// Runs of workflows, by commit.
    pub workflows: BTreeMap<Oid, Vec<WorkflowRun>>,
    /// What the host tells about the repository.
    pub repository: Option<Repository>,
    /// Kinds of facts that could not be found out, and why.
    pub failed: BTreeMap<String, String>,
    /// Kinds of facts of which only a part could be found out, and why.
    pub truncated: BTreeMap<String, String>,
    /// Single answers that are not known, though others of their kind are.
    pub gaps: Vec<Gap>,
}

/// A single answer that is not known.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Gap {
    /// The kind of fact, as [`Need`] is shown.
    pub need: String,
    /// What it is about: a ref, an object, a login, `@org/team`, or several of
    /// these with a blank between them.
    pub about: String,
    /// Why finding out failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<String>,
    /// Why only a part is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub truncated: Option<String>,
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
    /// The pull requests that a merge queue lands by it.
    pub merge_group: Option<MergeGroup>,
    /// What the host tells about the pull request.
    pub proposal: Option<Proposal>,
    /// Its reviews.
    pub reviews: Option<Vec<Review>>,
    /// The comments below it.
    pub comments: Option<Vec<Comment>>,
    /// Signed words on it.
    pub statements: Option<Vec<Statement>>,
    /// The threads of its reviews.
    pub threads: Option<Vec<Thread>>,
    /// The pushes to its branch, oldest first.
    pub pushes: Option<Vec<Push>>,
    /// The accounts behind its commits.
    pub provenance: Option<BTreeMap<Oid, Provenance>>,
    /// What its heads bring, by head.
    pub contents: BTreeMap<Oid, Content>,
    /// How many lines change.
    pub lines: Option<Lines>,
    /// Files of the target, by path, before the change.
    pub target: Option<BTreeMap<String, BString>>,
}

impl Recorded {
    /// Records nothing remarkable where `stage` knows a kind of fact and nothing
    /// is recorded: no other refs, no new commits or files, commits at the tips,
    /// nobody who said anything, and pull requests only at their host.
    pub fn fill(&mut self, stage: Stage, updates: &[RefUpdate]) {
        if stage.knows(Need::Refs) {
            self.refs.get_or_insert_default();
        }
        if stage.knows(Need::Accounts) {
            self.accounts.get_or_insert_default();
            self.permissions.get_or_insert_default();
            self.repository.get_or_insert_default();
        }
        for update in updates {
            let known = self.update.entry(update.name.to_string()).or_default();
            known.fill(stage);
            if let Some(oid) = update.new_oid() {
                let commit = Peeled { kind: super::Kind::Commit, oid, tags: Vec::new() };
                self.objects.entry(oid).or_insert(commit);
            }
        }
    }
}

impl RecordedUpdate {
    fn fill(&mut self, stage: Stage) {
        self.files.get_or_insert_default();
        if stage.knows(Need::Commits) {
            self.commits.get_or_insert_default();
        }
        if stage.knows(Need::PullRequest) {
            let github = stage == Stage::Github;
            self.pull_request.get_or_insert(if github {
                PullRequest::Open
            } else {
                PullRequest::No
            });
        }
        if stage.knows(Need::Approvals) {
            self.proposal.get_or_insert_default();
            self.reviews.get_or_insert_default();
            self.comments.get_or_insert_default();
            self.statements.get_or_insert_default();
            self.threads.get_or_insert_default();
            self.pushes.get_or_insert_default();
            self.provenance.get_or_insert_default();
            self.lines.get_or_insert_default();
            self.target.get_or_insert_default();
        }
    }
}

impl Recorded {
    /// The recorded value, the recorded failure, or that nothing is recorded.
    fn fact<T>(&self, need: Need, value: Option<T>) -> Fact<T> {
        if !self.failed.is_empty()
            && let Some(why) = self.failed.get(&need.to_string())
        {
            return Err(Unknown::Failed(need, why.clone()));
        }
        if !self.truncated.is_empty()
            && let Some(why) = self.truncated.get(&need.to_string())
        {
            return Err(Unknown::Truncated(need, why.clone()));
        }
        value.ok_or(Unknown::NotHere(need))
    }

    /// The same for an answer that may be unknown by itself. `about` is not asked
    /// where no such answer is recorded.
    fn answer<T>(&self, need: Need, about: impl FnOnce() -> String, value: Option<T>) -> Fact<T> {
        if !self.gaps.is_empty() {
            let (need_name, about) = (need.to_string(), about());
            let gap = self.gaps.iter().find(|it| it.need == need_name && it.about == about);
            if let Some(gap) = gap {
                return Err(match (&gap.failed, &gap.truncated) {
                    (Some(why), _) => Unknown::Failed(need, why.clone()),
                    (None, Some(why)) => Unknown::Truncated(need, why.clone()),
                    (None, None) => Unknown::NotHere(need),
                });
            }
        }
        self.fact(need, value)
    }

    /// What `part` of the facts about `update` is recorded.
    fn part<'r, T: ?Sized>(
        &'r self,
        need: Need,
        update: &RefUpdate,
        part: impl FnOnce(&'r RecordedUpdate) -> Option<&'r T>,
    ) -> Fact<&'r T> {
        self.answer(need, || update.name.to_string(), self.of(update).and_then(part))
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
        let about = || format!("{} {team}", actor.0);
        let members = self.answer(Need::Teams, about, self.teams.get(team))?;
        Ok(members.iter().any(|it| same(it, actor)))
    }

    fn reviews(&self, update: &RefUpdate) -> Fact<Rc<[Review]>> {
        let known = self.part(Need::Approvals, update, |it| it.reviews.as_ref())?;
        Ok(known.clone().into())
    }

    fn checks(&self, oid: Oid) -> Fact<Rc<[CheckRun]>> {
        let known = self.answer(Need::Checks, || oid.to_string(), self.checks.get(&oid))?;
        Ok(known.clone().into())
    }

    fn merge_group(&self, update: &RefUpdate) -> Fact<Option<Rc<MergeGroup>>> {
        let known = self.of(update).and_then(|it| it.merge_group.clone());
        let pull_request = self.part(Need::PullRequest, update, |it| it.pull_request.as_ref());
        pull_request.map(|_| known.map(Rc::new))
    }

    fn proposal(&self, update: &RefUpdate) -> Fact<Rc<Proposal>> {
        let known = self.part(Need::Proposal, update, |it| it.proposal.as_ref())?;
        Ok(Rc::new(known.clone()))
    }

    fn comments(&self, update: &RefUpdate) -> Fact<Rc<[Comment]>> {
        let known = self.part(Need::Approvals, update, |it| it.comments.as_ref())?;
        Ok(known.clone().into())
    }

    fn statements(&self, update: &RefUpdate) -> Fact<Rc<[Statement]>> {
        let known = self.part(Need::Approvals, update, |it| it.statements.as_ref())?;
        Ok(known.clone().into())
    }

    fn threads(&self, update: &RefUpdate) -> Fact<Rc<[Thread]>> {
        let known = self.part(Need::Threads, update, |it| it.threads.as_ref())?;
        Ok(known.clone().into())
    }

    fn pushes(&self, update: &RefUpdate) -> Fact<Rc<[Push]>> {
        let known = self.part(Need::Pushes, update, |it| it.pushes.as_ref())?;
        Ok(known.clone().into())
    }

    fn provenance(&self, update: &RefUpdate, oid: Oid) -> Fact<Rc<Provenance>> {
        let about = || format!("{} {oid}", update.name);
        let known = self.of(update).and_then(|it| it.provenance.as_ref());
        let known = self.answer(Need::Provenance, about, known)?;
        let known = known.get(&oid).ok_or(Unknown::NotHere(Need::Provenance))?;
        Ok(Rc::new(known.clone()))
    }

    fn content(&self, update: &RefUpdate, head: Oid) -> Fact<Rc<Content>> {
        let about = || format!("{} {head}", update.name);
        let known = self.of(update).and_then(|it| it.contents.get(&head));
        Ok(Rc::new(self.answer(Need::Content, about, known)?.clone()))
    }

    fn lines(&self, update: &RefUpdate) -> Fact<Rc<Lines>> {
        let known = self.part(Need::Lines, update, |it| it.lines.as_ref())?;
        Ok(Rc::new(known.clone()))
    }

    fn target_file(&self, update: &RefUpdate, path: &BStr) -> Fact<Option<Rc<[u8]>>> {
        let about = || format!("{} {path}", update.name);
        let known = self.of(update).and_then(|it| it.target.as_ref());
        let known = self.answer(Need::Target, about, known)?;
        let file = known.iter().find(|(name, _)| name.as_bytes() == path.as_bytes());
        Ok(file.map(|(_, text)| Rc::from(text.as_slice())))
    }

    fn account(&self, actor: &Actor) -> Fact<Account> {
        let known = self.answer(Need::Accounts, || actor.0.clone(), self.accounts.as_ref())?;
        let listed = known.iter().find(|(login, _)| login.to_lowercase() == actor.0.to_lowercase());
        let bot = actor.0.to_lowercase().ends_with("[bot]");
        Ok(listed.map_or(Account { id: None, bot }, |(_, it)| *it))
    }

    fn permission(&self, actor: &Actor) -> Fact<Permission> {
        let known = self.answer(Need::Accounts, || actor.0.clone(), self.permissions.as_ref())?;
        let listed = known.iter().find(|(login, _)| login.to_lowercase() == actor.0.to_lowercase());
        Ok(listed.map_or(Permission::None, |(_, it)| *it))
    }

    fn in_organization(&self, actor: &Actor, organization: &str) -> Fact<bool> {
        let about = || format!("{} org:{organization}", actor.0);
        let members = self.answer(Need::Teams, about, self.organizations.get(organization))?;
        Ok(members.iter().any(|it| same(it, actor)))
    }

    fn workflows(&self, oid: Oid) -> Fact<Rc<[WorkflowRun]>> {
        let about = || format!("{oid} workflows");
        let known = self.answer(Need::Checks, about, self.workflows.get(&oid))?;
        Ok(known.clone().into())
    }

    fn repository(&self) -> Fact<Rc<Repository>> {
        let known = self.fact(Need::Repository, self.repository.as_ref())?;
        Ok(Rc::new(known.clone()))
    }
}

/// Whether two accounts have one login.
fn same(one: &Actor, other: &Actor) -> bool {
    one.0.to_lowercase() == other.0.to_lowercase()
}
