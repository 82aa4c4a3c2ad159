//! How far a check got, from its runs.

use bstr::ByteSlice;

use super::asked::{Asked, On, Source, What};
use crate::model::{
    Act, CheckRun, CheckState, Fact, Move, Oid, People, Reason, Timestamp, Whose, WorkflowRun,
};
use crate::rule::Case;
use crate::rule::duration::Duration;

/// A run of what is asked for.
struct Run<'r> {
    state: CheckState,
    at: Option<Timestamp>,
    event: Option<&'r str>,
    /// Whether it is of those whose runs count.
    ours: bool,
}

impl Asked {
    /// What speaks for the change or against it.
    pub(super) fn check(&self, case: &Case<'_>, new: Oid) -> Fact<Reason> {
        if let Some(reason) = self.beside(case)? {
            return Ok(reason);
        }
        if let Some(reason) = self.rewritten(case)? {
            return Ok(reason);
        }
        let facts = case.change.facts;
        match &self.what {
            What::Check(name) => {
                let runs = facts.checks(new)?;
                let named = runs.iter().filter(|it| it.name == *name);
                let runs = named.map(|it| {
                    Ok(Run {
                        state: it.state,
                        at: it.at,
                        event: it.event.as_deref(),
                        ours: self.source.made(it, case)?,
                    })
                });
                Ok(self.state(&runs.collect::<Fact<Vec<_>>>()?, case))
            }
            What::Workflow(path) => {
                let runs = facts.workflows(new)?;
                let of_it = runs.iter().filter(|it| it.path == *path);
                let runs = of_it.map(|WorkflowRun { state, at, event, .. }| Run {
                    state: *state,
                    at: *at,
                    event: Some(event),
                    ours: true,
                });
                Ok(self.state(&runs.collect::<Vec<_>>(), case))
            }
        }
    }

    /// Why it is not asked for at all, if so.
    fn beside(&self, case: &Case<'_>) -> Fact<Option<Reason>> {
        let name = self.name();
        let here = match self.on {
            On::Both => true,
            On::Head => !case.queued()?,
            On::MergeGroup => case.queued()?,
        };
        if !here {
            let what = match self.on {
                On::MergeGroup => format!("{name} is asked for in a merge queue"),
                On::Head | On::Both => format!("{name} is asked for on pull requests alone"),
            };
            return Ok(Some(Reason::not_applicable(what)));
        }
        let applies = self.when.as_ref().map_or(Ok(true), |it| it.holds(case))?;
        let what = || format!("{name} does not apply to this change");
        Ok((!applies).then(|| Reason::not_applicable(what())))
    }

    /// Why its word is the change's own, if so.
    fn rewritten(&self, case: &Case<'_>) -> Fact<Option<Reason>> {
        let Some(path) = &self.unchanged else { return Ok(None) };
        let files = case.change.facts.moved_files(case.update)?;
        if !files.iter().any(|it| it.path.as_bytes() == path.as_bytes()) {
            return Ok(None);
        }
        let what = match &self.what {
            What::Check(name) => format!("{name} is defined by {path}, which this change edits"),
            What::Workflow(_) => format!("{path} is edited by this change, and ran as edited"),
        };
        let reason = Reason::deny(what)
            .code("workflow-definition-changed-in-pr")
            .hint(format!("take {path} out of it, and let that land by itself first"))
            .next(Move::new(Whose::Author, Act::Push));
        Ok(Some(reason))
    }

    /// How far it got: the worst of its runs decides.
    fn state(&self, runs: &[Run<'_>], case: &Case<'_>) -> Reason {
        let (name, run) = (self.name(), self.run());
        let started = |it: &&Run<'_>| {
            self.events.is_empty()
                || it.event.is_some_and(|event| self.events.iter().any(|it| it == event))
        };
        let counts: Vec<_> = runs.iter().filter(|it| it.ours).filter(started).collect();
        let good = |it: &Run<'_>| self.conclusions.contains(&it.state);
        let bad = counts.iter().map(|it| it.state).filter(|it| !self.conclusions.contains(it));
        let silent = |it: &CheckState| matches!(it, CheckState::Skipped | CheckState::Neutral);
        let waits = |it: &CheckState| *it == CheckState::Running;
        let bad: Vec<_> = bad.collect();
        if let Some(state) = bad.iter().find(|it| !silent(it) && !waits(it)) {
            return self.failed(*state);
        }
        if bad.iter().any(waits) {
            return Reason::pending(format!("{name} is running"))
                .code(self.code("in-progress"))
                .hint("wait for it")
                .next(run);
        }
        if let Some(state) = bad.iter().find(|it| silent(it)) {
            let what = match state {
                CheckState::Neutral => format!("{name} has no opinion"),
                _ => format!("{name} was skipped"),
            };
            return Reason::pending(what)
                .code(self.code("skipped"))
                .hint("let it run on this commit")
                .next(run);
        }
        let newest = counts.iter().filter(|it| good(it)).map(|it| it.at).max();
        match newest {
            None => self.missing(runs),
            Some(at) => self.outdated(at, case.change.at).unwrap_or_else(|| self.passed()),
        }
    }

    fn passed(&self) -> Reason {
        let name = self.name();
        let plain = self.conclusions == [CheckState::Success];
        Reason::pass(if plain { format!("{name} succeeded") } else { format!("{name} ended well") })
    }

    fn failed(&self, state: CheckState) -> Reason {
        let name = self.name();
        let (what, again) = match state {
            CheckState::Failure => ("failed", false),
            CheckState::Cancelled => ("was cancelled", true),
            CheckState::TimedOut => ("took too long", true),
            CheckState::ActionRequired => ("waits for someone to let it run", true),
            CheckState::Stale => ("never reported", true),
            CheckState::StartupFailure => ("could not begin", false),
            CheckState::Success => ("succeeded, and should not", false),
            // These three have been dealt with.
            CheckState::Running | CheckState::Neutral | CheckState::Skipped => ("is odd", true),
        };
        let reason = Reason::deny(format!("{name} {what}")).code(self.code("not-successful"));
        match again {
            true => reason.hint("run it again").next(self.run()),
            false => reason
                .hint("mend what the check found, and push again")
                .next(Move::new(Whose::Author, Act::Push)),
        }
    }

    /// No run counts.
    fn missing(&self, runs: &[Run<'_>]) -> Reason {
        let (name, run) = (self.name(), self.run());
        if self.if_present {
            return Reason::not_applicable(format!("{name} is not there, and need not be"));
        }
        if let Some(other) = runs.iter().find(|it| it.ours) {
            let event = other.event.unwrap_or("something else");
            let events = self.events.join(", ");
            return Reason::pending(format!("{name} was started by {event}, not by {events}"))
                .code(self.code("missing"))
                .hint("start it, or push again")
                .next(run);
        }
        if !runs.is_empty() {
            return Reason::pending(format!("{name} was run by {}", self.source.other()))
                .code(self.code("source-mismatch"))
                .hint(self.source.hint())
                .next(run);
        }
        Reason::pending(format!("{name} has not started"))
            .code(self.code("missing"))
            .hint("start it, or push again")
            .next(run)
    }

    /// Why the newest good run, which ended `at`, is too old, if it is.
    fn outdated(&self, at: Option<Timestamp>, now: Timestamp) -> Option<Reason> {
        let limit = self.newer_than?;
        let name = self.name();
        let age = at.map(|at| now.saturating_sub(at));
        let (what, code) = match age {
            Some(age) if age <= limit.seconds() => return None,
            Some(age) => {
                let age = Duration::rough(age);
                (format!("{name} ended {age} ago, and {limit} is the limit"), "outdated")
            }
            None => (format!("{name} does not tell when it ended"), "time-unknown"),
        };
        Some(Reason::pending(what).code(self.code(code)).hint("run it again").next(self.run()))
    }

    /// The move of whatever runs it.
    fn run(&self) -> Move {
        Move::new(Whose::Check(vec![self.name().to_owned()]), Act::Run)
    }

    fn code(&self, what: &str) -> String {
        match self.what {
            What::Check(_) => format!("check-{what}"),
            What::Workflow(_) => format!("workflow-{what}"),
        }
    }
}

impl Source {
    /// Whether `run` is of those that count.
    fn made(&self, run: &CheckRun, case: &Case<'_>) -> Fact<bool> {
        let app = self.app.is_none_or(|it| run.app == Some(it));
        let workflow = self.workflow.is_none() || run.workflow == self.workflow;
        if !app || !workflow {
            return Ok(false);
        }
        let Some(creators) = &self.creator else { return Ok(true) };
        let Some(creator) = &run.creator else { return Ok(false) };
        case.people.is_one_of(creator, creators, case.change.facts)
    }

    /// Who runs what does not count.
    fn other(&self) -> String {
        match self {
            Self { workflow: Some(path), .. } => format!("something else than {path}"),
            Self { app: Some(app), .. } => format!("another app than {app}"),
            Self { creator: Some(who), .. } => {
                format!("someone else than {}", People::words(who))
            }
            Self { .. } => "something else".to_owned(),
        }
    }

    fn hint(&self) -> String {
        match self {
            Self { workflow: Some(path), .. } => format!("let {path} run it"),
            Self { app: Some(_), .. } => "let the app named in the policy run it".to_owned(),
            Self { creator: Some(who), .. } => format!("let {} post it", People::words(who)),
            Self { .. } => "start it, or push again".to_owned(),
        }
    }
}
