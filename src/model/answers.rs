//! What recorded facts answer.

use std::collections::HashSet;
use std::rc::Rc;

use bstr::{BStr, ByteSlice};

use super::{
    Account, Actor, CheckRun, Comment, Commit, Content, Entry, Fact, Facts, FileChange, Incoming,
    Lines, MergeGroup, Mode, Need, Oid, Peeled, Permission, Proposal, Provenance, PullRequest,
    Push, Recorded, RefName, RefUpdate, Repository, Review, Statement, Thread, Unknown,
    WorkflowRun,
};

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
