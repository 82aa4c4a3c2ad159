//! Facts that are written down while a change is judged by them.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use bstr::BStr;

use super::asked::join;
use super::question::{Question, key, long_key};
use super::{
    Account, Actor, CheckRun, Comment, Commit, Content, Entry, Fact, Facts, FileChange, Incoming,
    Lines, MergeGroup, Need, Oid, Peeled, Permission, Proposal, Provenance, PullRequest, Push,
    Recorded, RecordedUpdate, RefName, RefUpdate, Repository, Review, Statement, Thread, Unknown,
    Withheld, WorkflowRun, bytes,
};

/// Blobs up to this size are recorded.
const BLOB: usize = 8 << 20;

/// As many bytes of blobs are recorded in all.
const BLOBS: usize = 64 << 20;

/// The same facts, and a memory of every answer, also of those that were not
/// known. What was not asked is not recorded.
///
/// The answers are those that the recorded facts will give: refs come sorted, and
/// a blob that is recorded comes in one piece.
pub struct Recorder<'f> {
    facts: &'f dyn Facts,
    /// Refs that are to be moved more than once, to different places.
    twice: BTreeSet<String>,
    seen: RefCell<Recorded>,
}

/// Whether an answer is lacking by itself where it is lacking in a record, or
/// would be worked out from other answers.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Kept {
    Alone,
    Among,
}

impl<'f> Recorder<'f> {
    /// Records what `facts` answer about `updates`.
    pub fn new(facts: &'f dyn Facts, updates: &[RefUpdate]) -> Self {
        let other = |one: &RefUpdate| {
            updates.iter().any(|it| it.name == one.name && long_key(it) != long_key(one))
        };
        let recorder = Self {
            facts,
            twice: updates.iter().filter(|it| other(it)).map(key).collect(),
            seen: RefCell::default(),
        };
        recorder.seen.borrow_mut().asked = Some(BTreeMap::new());
        for update in updates {
            recorder.update(update, |_| ());
        }
        recorder
    }

    /// What was asked, and answered.
    pub fn finish(self) -> Recorded {
        let mut seen = self.seen.into_inner();
        seen.fold();
        seen
    }

    fn key(&self, update: &RefUpdate) -> String {
        let short = key(update);
        if self.twice.contains(&short) { long_key(update) } else { short }
    }

    fn about(&self, update: &RefUpdate) -> Question {
        Question::about(self.key(update))
    }

    /// Remembers an answer with `keep`, or that there is none.
    fn answer<T>(
        &self,
        (need, question, kept): (Need, Question, Kept),
        fact: Fact<T>,
        keep: impl FnOnce(&mut Recorded, &T),
    ) -> Fact<T> {
        let mut seen = self.seen.borrow_mut();
        match &fact {
            Ok(known) => keep(&mut seen, known),
            // Of what is not recorded, this is what is said anyway.
            Err(Unknown::NotHere(lacking)) if *lacking == need && kept == Kept::Alone => {}
            Err(unknown) => seen.lack(need, &question.name(), unknown),
        }
        fact
    }

    fn update(&self, update: &RefUpdate, keep: impl FnOnce(&mut RecordedUpdate)) {
        keep(self.seen.borrow_mut().update.entry(self.key(update)).or_default());
    }

    /// The same for an answer about an update that stands for itself.
    fn of<T>(
        &self,
        update: &RefUpdate,
        (need, which): (Need, &'static str),
        fact: Fact<T>,
        keep: impl FnOnce(&mut RecordedUpdate, &T),
    ) -> Fact<T> {
        let kept = if which == "moved" { Kept::Among } else { Kept::Alone };
        let question = (need, self.about(update).which(which), kept);
        let key = self.key(update);
        self.answer(question, fact, |seen, known| keep(seen.update.entry(key).or_default(), known))
    }

    /// Reads a blob whole, if it is small enough to be recorded; the answer is
    /// `None` if it is not, and `sink` has seen it then.
    fn whole(&self, oid: Oid, sink: &mut dyn FnMut(&[u8], u64) -> bool) -> Fact<Option<Vec<u8>>> {
        let used: usize = self.seen.borrow().blobs.values().map(|it| it.len()).sum();
        let most = BLOB.min(BLOBS.saturating_sub(used));
        let mut whole = Some(Vec::new());
        let mut wanted = true;
        self.facts.read(oid, &mut |piece, at| {
            let Some(read) = &mut whole else {
                wanted = wanted && sink(piece, at);
                return wanted;
            };
            read.extend_from_slice(piece);
            if read.len() > most {
                wanted = sink(read, 0);
                whole = None;
            }
            wanted
        })?;
        Ok(whole)
    }
}

impl Facts for Recorder<'_> {
    fn commits(&self, update: &RefUpdate) -> Fact<Rc<[Commit]>> {
        self.of(update, (Need::Commits, ""), self.facts.commits(update), |it, known| {
            it.commits.get_or_insert_with(|| known.to_vec());
        })
    }

    fn files(&self, update: &RefUpdate) -> Fact<Rc<[FileChange]>> {
        self.of(update, (Need::Files, ""), self.facts.files(update), |it, known| {
            it.files.get_or_insert_with(|| known.to_vec());
        })
    }

    fn moved_commits(&self, update: &RefUpdate) -> Fact<Rc<[Commit]>> {
        self.of(update, (Need::Commits, "moved"), self.facts.moved_commits(update), |it, known| {
            it.moved_commits.get_or_insert_with(|| known.to_vec());
        })
    }

    fn moved_files(&self, update: &RefUpdate) -> Fact<Rc<[FileChange]>> {
        self.of(update, (Need::Files, "moved"), self.facts.moved_files(update), |it, known| {
            it.moved_files.get_or_insert_with(|| known.to_vec());
        })
    }

    fn size(&self, oid: Oid) -> Fact<u64> {
        let question = (Need::Blobs, Question::about(oid).which("size"), Kept::Among);
        self.answer(question, self.facts.size(oid), |seen, size| {
            seen.sizes.insert(oid, *size);
        })
    }

    fn read(&self, oid: Oid, sink: &mut dyn FnMut(&[u8], u64) -> bool) -> Fact<()> {
        if let Some(known) = self.seen.borrow().blobs.get(&oid).cloned() {
            sink(&known, 0);
            return Ok(());
        }
        let question = (Need::Blobs, Question::about(oid).which("content"), Kept::Alone);
        let whole = self.answer(question, self.whole(oid, sink), |seen, whole| match whole {
            Some(whole) => drop(seen.blobs.insert(oid, whole.clone().into())),
            None => drop(seen.withheld.insert(oid, Withheld::Large)),
        })?;
        if let Some(whole) = whole {
            sink(&whole, 0);
        }
        Ok(())
    }

    fn blob(&self, oid: Oid) -> Fact<Vec<u8>> {
        let mut whole = Vec::new();
        self.read(oid, &mut |piece, _| {
            whole.extend_from_slice(piece);
            true
        })?;
        Ok(whole)
    }

    fn directory(&self, update: &RefUpdate, path: &BStr) -> Fact<Option<Rc<[Entry]>>> {
        let name = bytes::written(path).into_owned();
        let asked = self.about(update).and(&name);
        let question = (Need::Tree, asked.clone(), Kept::Among);
        let key = self.key(update);
        self.answer(question, self.facts.directory(update, path), |seen, listed| {
            let known = seen.update.entry(key).or_default();
            let all = known.directories.get_or_insert_default();
            match listed {
                Some(listed) => drop(all.insert(name, listed.to_vec())),
                None => seen.ask(Need::Tree, &asked),
            }
        })
    }

    fn is_ancestor(&self, old: Oid, new: Oid) -> Fact<bool> {
        let question = (Need::History, Question::about(old).and(new), Kept::Alone);
        self.answer(question, self.facts.is_ancestor(old, new), |seen, is| {
            seen.ancestors.entry(new).or_default().insert(old, *is);
        })
    }

    fn behind(&self, head: Oid, target: Oid) -> Fact<u64> {
        let question = Question::about(head).and(target).which("behind");
        let question = (Need::History, question, Kept::Alone);
        self.answer(question, self.facts.behind(head, target), |seen, count| {
            seen.behind.entry(head).or_default().insert(target, *count);
        })
    }

    fn peel(&self, oid: Oid) -> Fact<Peeled> {
        let question = (Need::Objects, Question::about(oid), Kept::Alone);
        self.answer(question, self.facts.peel(oid), |seen, known| {
            seen.objects.insert(oid, known.clone());
        })
    }

    fn refs(&self) -> Fact<Rc<[(RefName, Oid)]>> {
        let question = (Need::Refs, Question::about(""), Kept::Alone);
        self.answer(question, self.facts.refs(), |seen, known| {
            let name = |it: &RefName| bytes::written(it.as_bstr()).into_owned();
            seen.refs.get_or_insert_with(|| known.iter().map(|it| (name(&it.0), it.1)).collect());
        })?;
        // Now in the order in which the record has them.
        let seen = self.seen.borrow();
        seen.refs()
    }

    fn incoming(&self) -> Fact<Incoming> {
        let question = (Need::Incoming, Question::about(""), Kept::Alone);
        self.answer(question, self.facts.incoming(), |seen, known| seen.incoming = Some(*known))
    }

    fn pull_request(&self, update: &RefUpdate) -> Fact<PullRequest> {
        let fact = self.facts.pull_request(update);
        self.of(update, (Need::PullRequest, ""), fact, |it, known| it.pull_request = Some(*known))
    }

    fn in_team(&self, actor: &Actor, team: &str) -> Fact<bool> {
        let asked = Question::about(&actor.0).and(team);
        let question = (Need::Teams, asked.clone(), Kept::Among);
        self.answer(question, self.facts.in_team(actor, team), |seen, is| {
            join(seen.teams.entry(team.to_owned()).or_default(), actor, *is);
            if !is {
                seen.ask(Need::Teams, &asked);
            }
        })
    }

    fn reviews(&self, update: &RefUpdate) -> Fact<Rc<[Review]>> {
        self.of(update, (Need::Approvals, "reviews"), self.facts.reviews(update), |it, known| {
            it.reviews.get_or_insert_with(|| known.to_vec());
        })
    }

    fn checks(&self, oid: Oid) -> Fact<Rc<[CheckRun]>> {
        let question = (Need::Checks, Question::about(oid).which("checks"), Kept::Alone);
        self.answer(question, self.facts.checks(oid), |seen, known| {
            seen.checks.entry(oid).or_insert_with(|| known.to_vec());
        })
    }

    fn merge_group(&self, update: &RefUpdate) -> Fact<Option<Rc<MergeGroup>>> {
        let question = (Need::PullRequest, self.about(update).which("merge-group"), Kept::Among);
        let key = self.key(update);
        let fact = self.facts.merge_group(update);
        self.answer(question, fact, |seen, known| {
            let it = seen.update.entry(key).or_default();
            it.merge_group = known.as_deref().cloned();
            it.lands_alone = known.is_none();
        })
    }

    fn held(&self, update: &RefUpdate) -> Fact<bool> {
        self.of(update, (Need::Refs, "held"), self.facts.held(update), |it, held| {
            it.held = Some(*held);
        })
    }

    fn proposal(&self, update: &RefUpdate) -> Fact<Rc<Proposal>> {
        self.of(update, (Need::Proposal, ""), self.facts.proposal(update), |it, known| {
            it.proposal.get_or_insert_with(|| (**known).clone());
        })
    }

    fn comments(&self, update: &RefUpdate) -> Fact<Rc<[Comment]>> {
        self.of(update, (Need::Approvals, "comments"), self.facts.comments(update), |it, known| {
            it.comments.get_or_insert_with(|| known.to_vec());
        })
    }

    fn statements(&self, update: &RefUpdate) -> Fact<Rc<[Statement]>> {
        let fact = self.facts.statements(update);
        self.of(update, (Need::Approvals, "statements"), fact, |it, known| {
            it.statements.get_or_insert_with(|| known.to_vec());
        })
    }

    fn threads(&self, update: &RefUpdate) -> Fact<Rc<[Thread]>> {
        self.of(update, (Need::Threads, ""), self.facts.threads(update), |it, known| {
            it.threads.get_or_insert_with(|| known.to_vec());
        })
    }

    fn pushes(&self, update: &RefUpdate) -> Fact<Rc<[Push]>> {
        self.of(update, (Need::Pushes, ""), self.facts.pushes(update), |it, known| {
            it.pushes.get_or_insert_with(|| known.to_vec());
        })
    }

    fn provenance(&self, update: &RefUpdate, oid: Oid) -> Fact<Rc<Provenance>> {
        let question = (Need::Provenance, self.about(update).and(oid), Kept::Among);
        let key = self.key(update);
        self.answer(question, self.facts.provenance(update, oid), |seen, known| {
            let all = &mut seen.update.entry(key).or_default().provenance;
            all.get_or_insert_default().insert(oid, (**known).clone());
        })
    }

    fn content(&self, update: &RefUpdate, head: Oid) -> Fact<Rc<Content>> {
        let question = (Need::Content, self.about(update).and(head), Kept::Alone);
        let key = self.key(update);
        self.answer(question, self.facts.content(update, head), |seen, known| {
            let all = &mut seen.update.entry(key).or_default().contents;
            all.insert(head, (**known).clone());
        })
    }

    fn lines(&self, update: &RefUpdate) -> Fact<Rc<Lines>> {
        self.of(update, (Need::Lines, ""), self.facts.lines(update), |it, known| {
            it.lines.get_or_insert_with(|| (**known).clone());
        })
    }

    fn target_file(&self, update: &RefUpdate, path: &BStr) -> Fact<Option<Rc<[u8]>>> {
        let name = bytes::written(path).into_owned();
        let asked = self.about(update).and(&name);
        let question = (Need::Target, asked.clone(), Kept::Among);
        let key = self.key(update);
        self.answer(question, self.facts.target_file(update, path), |seen, known| {
            let all = seen.update.entry(key).or_default().target.get_or_insert_default();
            match known {
                Some(text) => drop(all.insert(name, text.to_vec().into())),
                None => seen.ask(Need::Target, &asked),
            }
        })
    }

    fn account(&self, actor: &Actor) -> Fact<Account> {
        let question = (Need::Accounts, Question::about(&actor.0).which("account"), Kept::Among);
        self.answer(question, self.facts.account(actor), |seen, known| {
            seen.accounts.get_or_insert_default().insert(actor.0.clone(), *known);
        })
    }

    fn permission(&self, actor: &Actor) -> Fact<Permission> {
        let which = Question::about(&actor.0).which("permission");
        let question = (Need::Accounts, which, Kept::Among);
        self.answer(question, self.facts.permission(actor), |seen, known| {
            seen.permissions.get_or_insert_default().insert(actor.0.clone(), *known);
        })
    }

    fn in_organization(&self, actor: &Actor, organization: &str) -> Fact<bool> {
        let asked = Question::about(&actor.0).and(format!("org:{organization}"));
        let question = (Need::Teams, asked.clone(), Kept::Among);
        self.answer(question, self.facts.in_organization(actor, organization), |seen, is| {
            join(seen.organizations.entry(organization.to_owned()).or_default(), actor, *is);
            if !is {
                seen.ask(Need::Teams, &asked);
            }
        })
    }

    fn workflows(&self, oid: Oid) -> Fact<Rc<[WorkflowRun]>> {
        let question = (Need::Checks, Question::about(oid).which("workflows"), Kept::Alone);
        self.answer(question, self.facts.workflows(oid), |seen, known| {
            seen.workflows.entry(oid).or_insert_with(|| known.to_vec());
        })
    }

    fn repository(&self) -> Fact<Rc<Repository>> {
        let question = (Need::Repository, Question::about(""), Kept::Alone);
        self.answer(question, self.facts.repository(), |seen, known| {
            seen.repository.get_or_insert_with(|| (**known).clone());
        })
    }
}
