//! What a host would tell of the pull request that a test writes down.

use std::collections::BTreeMap;

use super::expand::{Made, Maker, full};
use super::making::{Clock, Flaw, oid, other, with_secrets};
use super::written::{Check, Moment, Pushed};
use crate::model::{
    Actor, CheckRun, Comment, Content, ContentEntry, Label, Oid, Opinion, Proposal, Provenance,
    Push, RecordedUpdate, RefName, Retarget, Review, Signature, Statement, Version, WorkflowRun,
};

/// Every team or organization that a test says nothing of.
const ANY_OTHER: &str = "*";

/// Records everything that only the host knows.
pub(super) fn record(
    maker: &mut Maker<'_>,
    name: &str,
    commits: &[Made<'_>],
    head: Oid,
) -> Result<(), Flaw> {
    let told = Told::new(maker, commits, head);
    let proposal = proposal(maker, commits, &told.clock)?;
    let mut known = maker.facts.update.remove(name).unwrap_or_default();
    known.proposal = Some(proposal);
    known.lines = Some(match &maker.change.lines {
        Some(lines) => lines.clone(),
        None => maker.tree.lines(&told.now),
    });
    known.merge_group.clone_from(&maker.change.merge_group);
    said(maker, name, &told, &mut known);
    known.provenance = Some(commits.iter().map(|it| (it.oid, provenance(maker, it))).collect());
    known.pushes = Some(told.pushes(maker, commits));
    known.contents.insert(head, told.now);
    if let Some((first, before)) = told.before {
        known.contents.insert(first, before);
    }
    let target = maker.change.existing.iter();
    let target = target.map(|(path, it)| Ok((path.clone(), text(&it.0.text)?)));
    known.target = Some(target.collect::<Result<_, Flaw>>()?);
    maker.facts.update.insert(name.to_owned(), known);
    evidence(maker, head, told.clock.again);
    people(maker);
    Ok(())
}

fn text(text: &str) -> Result<bstr::BString, Flaw> {
    Ok(with_secrets("existing", text)?.into())
}

/// What was pushed when, and what people saw when they spoke.
struct Told {
    clock: Clock,
    /// The head now.
    head: Oid,
    /// What it brings.
    now: Content,
    /// The head that people saw and what that brought, if it was another.
    before: Option<(Oid, Content)>,
}

impl Told {
    fn new(maker: &Maker<'_>, commits: &[Made<'_>], head: Oid) -> Self {
        let now = Maker::brought(commits);
        let split = commits.iter().position(|it| it.written.after_approval);
        let pushed = maker.change.pushed_after_approval.unwrap_or(Pushed::Nothing);
        let made_up = || oid("head before", &[head.as_bytes()]);
        let before = match (split, pushed) {
            (Some(at), _) => {
                let (first, _) = commits.split_at(at);
                let head = first.last().map_or_else(made_up, |it| it.oid);
                Some((head, Maker::brought(first)))
            }
            (None, Pushed::Nothing) => None,
            (None, Pushed::Content) => Some((made_up(), earlier(&now))),
            (None, Pushed::Rebase) => Some((made_up(), now.clone())),
        };
        let clock = Clock::new(maker.at, maker.change.pushed, before.is_some());
        Self { clock, head, now, before }
    }

    /// The head that people saw at `at`.
    fn seen(&self, at: i64) -> Oid {
        match &self.before {
            Some((first, _)) if at < self.clock.again => *first,
            Some(_) | None => self.head,
        }
    }

    fn pushes(&self, maker: &Maker<'_>, commits: &[Made<'_>]) -> Vec<Push> {
        let usual = maker.change.pushed_by.as_deref().unwrap_or(maker.by());
        let by = |after_approval: bool| {
            let of = commits.iter().filter(|it| it.written.after_approval == after_approval);
            let named = of.filter_map(|it| it.written.pushed_by.as_deref()).next_back();
            Some(maker.cast.login(named.unwrap_or(usual)))
        };
        let push =
            |before, after, at, by| Push { before, after, at: Some(at), by, triggered_by: None };
        match &self.before {
            None => vec![push(None, self.head, self.clock.pushed, by(false))],
            Some((first, _)) => vec![
                push(None, *first, self.clock.pushed, by(false)),
                push(Some(*first), self.head, self.clock.again, by(true)),
            ],
        }
    }
}

/// The same paths with other contents.
fn earlier(now: &Content) -> Content {
    let entries = now.entries().unwrap_or_default().iter();
    let before = entries.map(|it| ContentEntry {
        path: it.path.clone(),
        old: it.old,
        new: it.new.map(|new| Version { oid: oid("earlier", &[new.oid.as_bytes()]), ..new }),
    });
    match before.collect::<Vec<_>>() {
        before if before.iter().any(|it| it.new.is_some()) => {
            Content::new(before).unwrap_or_else(|why| other(&why))
        }
        _ => other("earlier"),
    }
}

fn proposal(maker: &Maker<'_>, commits: &[Made<'_>], clock: &Clock) -> Result<Proposal, Flaw> {
    let change = maker.change;
    let title = match &change.title {
        Some(title) => with_secrets("title", title)?,
        None => Maker::subject(commits),
    };
    let label = |it: &Label| Label {
        name: it.name.clone(),
        by: it.by.as_ref().map(|it| maker.cast.login(&it.0)),
    };
    let target = full(change.r#ref.as_deref().unwrap_or("main"));
    let target = target.strip_prefix("refs/heads/").unwrap_or(&target);
    let retarget = |from: &String| Retarget {
        from: from.as_str().into(),
        to: target.into(),
        at: i64::midpoint(clock.spoken, maker.at),
        by: Some(maker.cast.login(maker.by())),
    };
    Ok(Proposal {
        number: Some(change.number.unwrap_or(1)),
        author: maker.cast.login(maker.by()),
        requested_by: maker.cast.logins(&change.requested_by),
        title,
        body: with_secrets("body", change.body.as_deref().unwrap_or_default())?,
        body_edited: None,
        opened: Some(clock.pushed),
        draft: change.draft,
        source: change.source.as_deref().unwrap_or("topic").into(),
        fork: change.fork.clone(),
        association: change.association.clone(),
        labels: change.labels.iter().map(|it| label(&it.0)).collect(),
        retargets: change.retargeted_from.iter().map(retarget).collect(),
    })
}

/// What people said.
fn said(maker: &Maker<'_>, name: &str, told: &Told, known: &mut RecordedUpdate) {
    let change = maker.change;
    let spoken = told.clock.spoken;
    let login = |it: &Actor| if it.is_ghost() { Actor::GHOST } else { maker.cast.login(&it.0) };
    let brief = [
        (&change.approved_by, Opinion::Approved),
        (&change.changes_requested_by, Opinion::ChangesRequested),
        (&change.dismissed, Opinion::Dismissed),
    ];
    let mut reviews = Vec::new();
    for (names, state) in brief {
        let was = (state == Opinion::Dismissed).then_some(Opinion::Approved);
        reviews.extend(names.iter().map(|by| Review {
            by: maker.cast.login(by),
            state,
            was,
            at: Some(spoken),
            body: String::new(),
            edited: None,
            commit: Some(told.seen(spoken)),
        }));
    }
    reviews.extend(change.reviews.iter().map(|it| {
        let at = it.at.unwrap_or(spoken);
        let commit = it.commit.or_else(|| Some(told.seen(at)));
        Review { by: login(&it.by), at: Some(at), commit, ..it.clone() }
    }));
    known.reviews = Some(reviews);
    let comment = |it: &Comment| Comment {
        by: login(&it.by),
        at: Some(it.at.unwrap_or(spoken)),
        ..it.clone()
    };
    known.comments = Some(change.comments.iter().map(comment).collect());
    let seen = told.before.as_ref().map_or(&told.now, |(_, it)| it).id();
    let statement = |by: &String| Statement {
        by: maker.cast.login(by),
        says: Opinion::Approved,
        change: seen,
        target: RefName::new(name),
        at: spoken,
        until: None,
    };
    known.statements = Some(change.stated_by.iter().map(statement).collect());
    known.threads = Some(change.threads.clone());
}

/// Whose work a commit is.
fn provenance(maker: &Maker<'_>, made: &Made<'_>) -> Provenance {
    let written = made.written;
    let change = maker.change;
    let author = written.author.as_deref().or(change.author.as_deref()).unwrap_or(maker.by());
    let committer = written.committer.as_deref().or(change.committer.as_deref());
    let known = |it: &str| if written.unattributed { None } else { maker.cast.account(it) };
    let signature = written.signature.clone().or_else(|| {
        let by = Some(maker.cast.login(written.signed_by.as_ref()?));
        Some(Signature { valid: true, by, key: None, kind: None })
    });
    let co_author = |it: &String| maker.cast.account(it).unwrap_or(Actor::GHOST);
    Provenance {
        author: known(author),
        committer: if written.web { None } else { known(committer.unwrap_or(author)) },
        co_authors: written.co_authors.iter().map(co_author).collect(),
        signature,
        web: written.web,
        suggestion: written.suggestion,
        clean_merge: written.clean,
    }
}

/// What ran on the head.
fn evidence(maker: &mut Maker<'_>, head: Oid, pushed: i64) {
    let change = maker.change;
    let ran = |at: Option<Moment>| Some(at.map_or(i64::midpoint(pushed, maker.at), |it| it.0));
    let event = |it: &Check| it.event.clone().unwrap_or_else(|| "pull_request".to_owned());
    let run = |(name, it): (&String, &Check)| CheckRun {
        name: name.clone(),
        app: it.app,
        creator: it.creator.as_ref().map(|it| maker.cast.login(it)),
        event: Some(event(it)),
        workflow: it.workflow.clone(),
        state: it.state,
        at: ran(it.at),
    };
    let mut runs: Vec<_> = change.checks.iter().map(|(name, it)| run((name, &it.0))).collect();
    runs.extend(change.check_runs.iter().cloned());
    let run = |(path, it): (&String, &Check)| WorkflowRun {
        path: path.clone(),
        event: event(it),
        state: it.state,
        at: ran(it.at),
    };
    let workflows = change.workflows.iter().map(|(path, it)| run((path, &it.0))).collect();
    maker.facts.checks.insert(head, runs);
    maker.facts.workflows.insert(head, workflows);
}

/// Who is who at the host: what a test does not say is not so.
fn people(maker: &mut Maker<'_>) {
    let change = maker.change;
    let members = |of: &BTreeMap<String, Vec<String>>| {
        let named = of.iter().map(|(name, members)| (name.clone(), maker.cast.logins(members)));
        let mut all: BTreeMap<_, _> = named.collect();
        all.entry(ANY_OTHER.to_owned()).or_default();
        all
    };
    let (teams, organizations) = (members(&change.teams), members(&change.organizations));
    let login = |it: &String| maker.cast.login(it).0;
    let accounts = change.accounts.iter().map(|(name, it)| (login(name), *it)).collect();
    let permissions = change.permissions.iter().map(|(name, it)| (login(name), *it)).collect();
    maker.facts.teams = teams;
    maker.facts.organizations = organizations;
    maker.facts.accounts = Some(accounts);
    maker.facts.permissions = Some(permissions);
    maker.facts.repository.clone_from(&change.repository);
}
