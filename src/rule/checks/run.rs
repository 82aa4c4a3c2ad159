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
    /// Whether it is of those whose runs count; `None` if that is not told.
    ours: Option<bool>,
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
                    ours: Some(true),
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
        // What may be one of them speaks against the change, but not for it.
        let may_count = runs.iter().filter(|it| self.counts(it) != Some(false));
        let good = |it: &Run<'_>| self.conclusions.contains(&it.state);
        let bad = may_count.map(|it| it.state).filter(|it| !self.conclusions.contains(it));
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
        let done = runs.iter().filter(|it| self.counts(it) == Some(true) && good(it));
        // Whoever runs it may tell any time.
        let past = |at: Option<Timestamp>| at.filter(|at| !case.is_to_come(*at));
        match done.map(|it| past(it.at)).max() {
            None => self.missing(runs),
            Some(at) => self.outdated(at, case.change.at).unwrap_or_else(|| self.passed()),
        }
    }

    /// Whether a run is one of those that are asked for; `None` if that is not told.
    fn counts(&self, run: &Run<'_>) -> Option<bool> {
        let started = match run.event {
            _ if self.events.is_empty() => Some(true),
            event => event.map(|event| self.events.iter().any(|it| it == event)),
        };
        all([run.ours, started])
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
        let untold = runs.iter().any(|it| self.counts(it).is_none());
        if self.if_present && !untold {
            return Reason::not_applicable(format!("{name} is not there, and need not be"));
        }
        if let Some(other) = runs.iter().find(|it| it.ours == Some(true)) {
            let event = other.event.unwrap_or("something else");
            let events = self.events.join(", ");
            return Reason::pending(format!("{name} was started by {event}, not by {events}"))
                .code(self.code("missing"))
                .hint("start it, or push again")
                .next(run);
        }
        if !runs.is_empty() {
            let what = match runs.iter().any(|it| it.ours.is_none()) {
                true => format!("{name} does not tell who ran it"),
                false => format!("{name} was run by {}", self.source.other()),
            };
            return Reason::pending(what)
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
            None => (format!("when {name} ended is not known"), "time-unknown"),
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

/// Whether both are so, as far as that is told.
fn all(parts: [Option<bool>; 2]) -> Option<bool> {
    match parts {
        [Some(false), _] | [_, Some(false)] => Some(false),
        [Some(true), Some(true)] => Some(true),
        [None, _] | [_, None] => None,
    }
}

impl Source {
    /// Whether `run` is of those that count; `None` if that is not told.
    fn made(&self, run: &CheckRun, case: &Case<'_>) -> Fact<Option<bool>> {
        // An app runs, and people post: a run has one of the two.
        let app = match (self.app, run.app) {
            (None, _) => Some(true),
            (Some(_), None) => run.creator.as_ref().map(|_| false),
            (Some(asked), Some(app)) => Some(asked == app),
        };
        let workflow = match &self.workflow {
            None => Some(true),
            Some(asked) => run.workflow.as_ref().map(|it| it == asked),
        };
        let told = all([app, workflow]);
        let Some(creators) = self.creator.as_ref().filter(|_| told != Some(false)) else {
            return Ok(told);
        };
        let creator = match &run.creator {
            None => run.app.map(|_| false),
            Some(it) => Some(case.people.is_one_of(it, creators, case.change.facts)?),
        };
        Ok(all([told, creator]))
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
