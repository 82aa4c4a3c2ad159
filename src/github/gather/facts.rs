//! Facts about a pull request: Git's from the mirror, the host's from what it told.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use bstr::{BStr, ByteSlice};

use super::known::{Known, Lack};
use crate::git::{Deadline, Pushed, Repository};
use crate::github::read::query::Part;
use crate::model::{
    Account, Actor, CheckRun, Comment, Commit, Content, Entry, Fact, Facts, FileChange, Incoming,
    Lines, MergeGroup, Mode, Need, Oid, Peeled, Permission, Proposal, Provenance, PullRequest,
    Push, RefName, RefUpdate, Repository as Described, Review, Statement, Thread, Unknown,
    WorkflowRun,
};

/// Facts about one pull request or merge group. What is asked for and could be found
/// out is written down as lacking, and unknown until then.
pub struct PullFacts<'r> {
    repository: &'r Repository,
    git: Pushed<'r>,
    known: &'r Known,
    update: RefUpdate,
    lacking: RefCell<BTreeSet<Lack>>,
    /// The new commits, for who asks about one.
    brought: OnceCell<Fact<HashMap<Oid, Vec<Oid>>>>,
}

impl<'r> PullFacts<'r> {
    /// Facts about `update`, which the mirror `repository` has both ends of.
    pub fn new(
        repository: &'r Repository,
        known: &'r Known,
        update: RefUpdate,
        deadline: Deadline,
    ) -> Self {
        let tips: Rc<[Oid]> = update.old.into_iter().collect();
        let tips = HashMap::from([(update.name.clone(), tips)]);
        let git = Pushed::new(repository, tips, deadline);
        let (lacking, brought) = Default::default();
        Self { repository, git, known, update, lacking, brought }
    }

    /// What was asked for and is still to be found out.
    pub fn lacking(&self) -> BTreeSet<Lack> {
        self.lacking.borrow().clone()
    }

    /// The contents that `update` brings and that are not there.
    pub fn contents(&self) -> Fact<BTreeSet<Lack>> {
        let files = self.git.moved_files(&self.update)?;
        let versions = files.iter().filter_map(|it| it.new);
        let blobs = versions
            .filter(|it| matches!(it.mode.plain(), Mode::File | Mode::Executable | Mode::Symlink));
        let missing = blobs.filter(|it| self.is_missing(it.oid)).map(|it| Lack::Blob(it.oid));
        Ok(missing.collect())
    }

    fn is_missing(&self, oid: Oid) -> bool {
        let here = self.repository.objects.header(oid);
        here.is_ok_and(|it| it.is_none()) && !self.known.beyond.contains_key(&oid)
    }

    /// Writes down what is lacking.
    fn lack<T>(&self, need: Need, lack: Lack) -> Fact<T> {
        self.lacking.borrow_mut().insert(lack);
        Err(Unknown::Failed(need, "it has not been asked for yet".to_owned()))
    }

    fn there(&self, need: Need, oid: Oid) -> Fact<()> {
        if let Some(why) = self.known.beyond.get(&oid) {
            return Err(Unknown::Failed(need, why.clone()));
        }
        if self.is_missing(oid) { self.lack(need, Lack::Blob(oid)) } else { Ok(()) }
    }

    /// Whether a new commit merges something that is not new into what is: only of
    /// those it matters whether they are clean.
    fn updates(&self, update: &RefUpdate, oid: Oid) -> Fact<bool> {
        let read = || {
            let commits = self.git.moved_commits(update)?;
            let with = |it: &Commit| Some((it.oid?, it.parents.clone()));
            Ok(commits.iter().filter_map(with).collect::<HashMap<_, _>>())
        };
        let brought = self.brought.get_or_init(read).as_ref().map_err(Clone::clone)?;
        Ok(match brought.get(&oid).map(Vec::as_slice) {
            Some([ours, theirs]) => brought.contains_key(ours) && !brought.contains_key(theirs),
            _ => false,
        })
    }
}

impl Facts for PullFacts<'_> {
    fn commits(&self, update: &RefUpdate) -> Fact<Rc<[Commit]>> {
        self.git.commits(update)
    }

    fn files(&self, update: &RefUpdate) -> Fact<Rc<[FileChange]>> {
        self.git.files(update)
    }

    fn moved_commits(&self, update: &RefUpdate) -> Fact<Rc<[Commit]>> {
        self.git.moved_commits(update)
    }

    fn moved_files(&self, update: &RefUpdate) -> Fact<Rc<[FileChange]>> {
        self.git.moved_files(update)
    }

    fn size(&self, oid: Oid) -> Fact<u64> {
        self.there(Need::Blobs, oid)?;
        self.git.size(oid)
    }

    fn read(&self, oid: Oid, sink: &mut dyn FnMut(&[u8], u64) -> bool) -> Fact<()> {
        self.there(Need::Blobs, oid)?;
        self.git.read(oid, sink)
    }

    fn directory(&self, update: &RefUpdate, path: &BStr) -> Fact<Option<Rc<[Entry]>>> {
        self.git.directory(update, path)
    }

    fn is_ancestor(&self, old: Oid, new: Oid) -> Fact<bool> {
        self.git.is_ancestor(old, new)
    }

    fn behind(&self, head: Oid, target: Oid) -> Fact<u64> {
        self.git.behind(head, target)
    }

    fn peel(&self, oid: Oid) -> Fact<Peeled> {
        self.git.peel(oid)
    }

    /// The branches, as the mirror has them, and the target where GitHub says it is.
    fn refs(&self) -> Fact<Rc<[(RefName, Oid)]>> {
        let refs = self.repository.refs();
        let refs = refs.map_err(|it| Unknown::Failed(Need::Refs, format!("{it:#}")))?;
        let branches = refs.into_iter().filter(|(name, _)| name.branch().is_some());
        let others = branches.filter(|(name, _)| *name != self.update.name);
        let own = self.update.old.map(|it| (self.update.name.clone(), it));
        Ok(others.chain(own).collect())
    }

    /// No pull request makes its target.
    fn held(&self, _: &RefUpdate) -> Fact<bool> {
        Ok(false)
    }

    fn incoming(&self) -> Fact<Incoming> {
        self.git.incoming()
    }

    fn pull_request(&self, _: &RefUpdate) -> Fact<PullRequest> {
        Ok(PullRequest::Open)
    }

    fn in_team(&self, actor: &Actor, team: &str) -> Fact<bool> {
        let team = team.trim_start_matches('@').to_lowercase();
        match self.known.teams.get(&team) {
            Some(members) => Ok(members.as_ref().map_err(Clone::clone)?.contains(&login(actor))),
            None => self.lack(Need::Teams, Lack::Team(team)),
        }
    }

    fn reviews(&self, _: &RefUpdate) -> Fact<Rc<[Review]>> {
        self.known.reviews().map(Rc::from)
    }

    fn checks(&self, oid: Oid) -> Fact<Rc<[CheckRun]>> {
        self.known.ran(oid)?;
        Ok(self.known.told.checks.clone().into())
    }

    fn merge_group(&self, _: &RefUpdate) -> Fact<Option<Rc<MergeGroup>>> {
        Ok(self.known.group.clone().map(Rc::new))
    }

    /// Retargets and who set a label are told in the timeline.
    fn proposal(&self, _: &RefUpdate) -> Fact<Rc<Proposal>> {
        self.known.whole(Part::Labels, Need::Proposal)?;
        self.known.whole(Part::Timeline, Need::Proposal)?;
        Ok(Rc::new(self.known.told.proposal.clone()))
    }

    fn comments(&self, _: &RefUpdate) -> Fact<Rc<[Comment]>> {
        self.known.whole(Part::Comments, Need::Approvals)?;
        Ok(self.known.told.comments.clone().into())
    }

    /// There are none: nobody signs anything at GitHub yet.
    fn statements(&self, _: &RefUpdate) -> Fact<Rc<[Statement]>> {
        self.known.whole(Part::Reviews, Need::Approvals)?;
        Ok(Rc::from([]))
    }

    fn threads(&self, _: &RefUpdate) -> Fact<Rc<[Thread]>> {
        self.known.whole(Part::Threads, Need::Threads)?;
        Ok(self.known.told.threads.clone().into())
    }

    fn pushes(&self, _: &RefUpdate) -> Fact<Rc<[Push]>> {
        self.known.pushes().map(Rc::from)
    }

    fn provenance(&self, update: &RefUpdate, oid: Oid) -> Fact<Rc<Provenance>> {
        if let Some(unknown) = self.known.nobodys.get(&oid) {
            return Err(unknown.clone());
        }
        let Some(told) = self.known.told.provenance.get(&oid) else {
            if !self.known.parts.contains(&Part::Commits) {
                return Err(Unknown::NotHere(Need::Provenance));
            }
            return self.lack(Need::Provenance, Lack::Provenance(oid));
        };
        let mut told = told.clone();
        if self.updates(update, oid)? {
            match self.known.merges.get(&oid) {
                Some(clean) => told.clean_merge = *clean,
                None => return self.lack(Need::Provenance, Lack::Merge(oid)),
            }
        }
        Ok(Rc::new(told))
    }

    fn content(&self, update: &RefUpdate, head: Oid) -> Fact<Rc<Content>> {
        self.git.content(update, head)
    }

    fn lines(&self, _: &RefUpdate) -> Fact<Rc<Lines>> {
        match &self.known.lines {
            Some(lines) => lines.clone().map(Rc::new),
            None => self.lack(Need::Lines, Lack::Lines),
        }
    }

    fn target_file(&self, update: &RefUpdate, path: &BStr) -> Fact<Option<Rc<[u8]>>> {
        let Some(tip) = update.old else { return Ok(None) };
        let failed = |error: anyhow::Error| Unknown::Failed(Need::Target, format!("{error:#}"));
        let found = self.repository.version(tip, path.as_bytes()).map_err(failed)?;
        let file = found.filter(|it| matches!(it.mode.plain(), Mode::File | Mode::Executable));
        let Some(version) = file else { return Ok(None) };
        self.there(Need::Target, version.oid)?;
        let text = self.repository.file(tip, path.as_bytes()).map_err(failed)?;
        Ok(text.map(Rc::from))
    }

    fn account(&self, actor: &Actor) -> Fact<Account> {
        let login = login(actor);
        let told = &self.known.told.accounts;
        let told = told.iter().find(|(it, _)| it.to_lowercase() == login).map(|(_, it)| *it);
        match told.map_or_else(|| self.known.accounts.get(&login).cloned(), |it| Some(Ok(it))) {
            Some(account) => account,
            None if is_login(&login) => self.lack(Need::Accounts, Lack::Account(login)),
            // An address from a commit has no account.
            None => Ok(Account::default()),
        }
    }

    fn permission(&self, actor: &Actor) -> Fact<Permission> {
        let login = login(actor);
        match self.known.permissions.get(&login) {
            Some(permission) => permission.clone(),
            None if is_login(&login) => self.lack(Need::Accounts, Lack::Permission(login)),
            None => Ok(Permission::None),
        }
    }

    fn in_organization(&self, actor: &Actor, organization: &str) -> Fact<bool> {
        let (login, organization) = (login(actor), organization.to_lowercase());
        match self.known.organizations.get(&(organization.clone(), login.clone())) {
            Some(is) => is.clone(),
            None if is_login(&login) => {
                self.lack(Need::Teams, Lack::Member { organization, login })
            }
            None => Ok(false),
        }
    }

    fn workflows(&self, oid: Oid) -> Fact<Rc<[WorkflowRun]>> {
        self.known.ran(oid)?;
        Ok(self.known.told.workflows.clone().into())
    }

    fn repository(&self) -> Fact<Rc<Described>> {
        match &self.known.repository {
            Some(repository) => repository.clone().map(Rc::new),
            None => Err(Unknown::NotHere(Need::Repository)),
        }
    }
}

/// A login, where letter case makes no difference.
fn login(actor: &Actor) -> String {
    actor.0.trim_start_matches('@').to_lowercase()
}

/// Whether it can be a login of GitHub, so that asking makes sense.
pub(super) fn is_login(text: &str) -> bool {
    let bare = text.strip_suffix("[bot]").unwrap_or(text);
    !bare.is_empty()
        && bare.len() <= 64
        && bare.chars().all(|it| it.is_ascii_alphanumeric() || "-_".contains(it))
}
