//! Conditions on what ran.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use toml::{Table, Value};

use super::words::{self, Words};
use super::{Case, Family, Predicate, every, files, lack};
use crate::model::{CheckRun, CheckState, Fact, Need, Oid, People, Reason, Unknown, WorkflowRun};

/// This part of the manual.
pub(super) const FAMILY: Family = Family {
    title: "evidence: what ran",
    manual: "\
For conditions; the rule `checks` is what asks for checks. `conclusions` are GitHub's:
`success`, which is the default, `failure`, `neutral`, `skipped`, `cancelled`,
`timed-out`, `action-required`, `stale`, `startup-failure`, or `running` for what has
not ended. All runs of a check's name must have one of them, a status of that name too.
Of a workflow the latest run of each event must, so that one that runs again counts as
running. `unchanged = false` takes the word of a workflow whose file the change itself
modifies.

```toml
when.checks = { names = [\"scan\"], app = 15368, conclusions = [\"success\", \"skipped\"] }
```
",
};

/// How something ended well enough, if not said otherwise.
const GOOD: &[CheckState] = &[CheckState::Success];

fn good() -> Vec<CheckState> {
    GOOD.to_vec()
}

fn conclusions(table: &mut Table, states: &[CheckState]) {
    if states != GOOD {
        table.insert("conclusions".to_owned(), words::texts(states));
    }
}

fn some_conclusion(states: &[CheckState]) -> Result<(), String> {
    match states {
        [] => Err("allows no conclusion; write such as [\"success\"]".to_owned()),
        _ => Ok(()),
    }
}

/// The commit on which things ran; `None` for a deletion, on which nothing does.
fn commit(case: &Case<'_>) -> Fact<Option<Oid>> {
    match (case.update.deletes(), case.update.new_oid()) {
        (true, _) => Ok(None),
        // Nothing can have run on a commit that is not written.
        (false, None) => Err(Unknown::NotHere(Need::Checks)),
        (false, oid) => Ok(oid),
    }
}

/// How checks ended.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(try_from = "WrittenChecks")]
#[schemars(with = "WrittenChecks")]
pub(super) struct Checks(WrittenChecks);

/// What is asked of checks, as written.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WrittenChecks {
    /// Their names, as the host shows them.
    names: Words,
    /// The number of the app that must have run them.
    app: Option<u64>,
    /// How they may have ended.
    #[serde(default = "good")]
    conclusions: Vec<CheckState>,
}

impl TryFrom<WrittenChecks> for Checks {
    type Error = String;

    fn try_from(written: WrittenChecks) -> Result<Self, String> {
        some_conclusion(&written.conclusions).map(|()| Self(written))
    }
}

impl Checks {
    /// Whether a run is of the app that is asked for; `None` if that is not told.
    fn ours(&self, run: &CheckRun) -> Option<bool> {
        match (self.0.app, run.app) {
            (None, _) => Some(true),
            (Some(asked), Some(app)) => Some(asked == app),
            // Nobody's app posts a status.
            (Some(_), None) => run.creator.as_ref().map(|_| false),
        }
    }

    /// Whether all runs of `name` ended well enough. One that may be of the app
    /// leaves that open.
    fn ended(&self, name: &str, runs: &[CheckRun]) -> Fact<bool> {
        let good = |it: &&CheckRun| self.0.conclusions.contains(&it.state);
        let named = || runs.iter().filter(|it| it.name == name);
        let ours = || named().filter(|it| self.ours(it) == Some(true));
        let untold = || named().filter(|it| self.ours(it).is_none());
        let (ran, well) = (ours().next().is_some(), ours().all(|it| good(&it)));
        let open = match ran {
            true => untold().any(|it| !good(&it)),
            false => untold().any(|it| good(&it)),
        };
        let why = || format!("which app ran {name} is not known");
        match open && well {
            true => Err(Unknown::Failed(Need::Checks, why())),
            false => Ok(ran && well),
        }
    }
}

impl Predicate for Checks {
    fn needs(&self, _: &People) -> Vec<Need> {
        vec![Need::Checks]
    }

    fn holds(&self, case: &Case<'_>) -> Fact<bool> {
        let Some(oid) = commit(case)? else { return Ok(false) };
        let runs = case.change.facts.checks(oid)?;
        every(self.0.names.0.iter().map(|name| self.ended(name, &runs)))
    }

    fn lacks(&self, case: &Case<'_>) -> Fact<Vec<Reason>> {
        let Some(oid) = commit(case)? else { return Ok(Vec::new()) };
        let WrittenChecks { names, conclusions, .. } = &self.0;
        let runs = case.change.facts.checks(oid)?;
        let lack = |name: &String| {
            let runs = runs.iter().filter(|it| it.name == *name && self.ours(it) == Some(true));
            let states: Vec<_> = runs.map(|it| it.state).collect();
            lack::lack("check", name, &states, conclusions)
        };
        Ok(names.0.iter().filter_map(lack).collect())
    }

    fn written(&self) -> Value {
        let WrittenChecks { names, app, conclusions: states } = &self.0;
        let mut table = Table::new();
        table.insert("names".to_owned(), words::texts(&names.0));
        let app = app.and_then(|it| i64::try_from(it).ok());
        table.extend(app.map(|it| ("app".to_owned(), Value::Integer(it))));
        conclusions(&mut table, states);
        Value::Table(table)
    }
}

/// How workflows ended.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(try_from = "WrittenWorkflows")]
#[schemars(with = "WrittenWorkflows")]
pub(super) struct Workflows(WrittenWorkflows);

/// What is asked of workflows, as written.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WrittenWorkflows {
    /// The paths of their files.
    paths: Words,
    /// The events whose runs count; all, if missing.
    events: Option<Words>,
    /// How they may have ended.
    #[serde(default = "good")]
    conclusions: Vec<CheckState>,
    /// Whether the change must leave their files as they are.
    #[serde(default = "yes")]
    unchanged: bool,
}

fn yes() -> bool {
    true
}

impl TryFrom<WrittenWorkflows> for Workflows {
    type Error = String;

    fn try_from(written: WrittenWorkflows) -> Result<Self, String> {
        some_conclusion(&written.conclusions).map(|()| Self(written))
    }
}

impl Workflows {
    /// How the latest runs of the workflow in `path` ended, of each event.
    fn ended(&self, path: &str, runs: &[WorkflowRun]) -> Vec<CheckState> {
        let events = self.0.events.as_ref();
        let counts = |it: &&WorkflowRun| {
            it.path == path && events.is_none_or(|events| events.0.contains(&it.event))
        };
        let mut by_event: BTreeMap<&str, Vec<&WorkflowRun>> = BTreeMap::new();
        for run in runs.iter().filter(counts) {
            by_event.entry(&run.event).or_default().push(run);
        }
        let latest = by_event.values().flat_map(|runs| {
            let newest = runs.iter().filter_map(|it| it.at).max();
            // One whose time is not known may be the latest.
            runs.iter().filter(move |it| it.at.is_none() || it.at == newest)
        });
        latest.map(|it| it.state).collect()
    }
}

impl Predicate for Workflows {
    fn needs(&self, _: &People) -> Vec<Need> {
        let files = self.0.unchanged.then_some(Need::Files);
        std::iter::once(Need::Checks).chain(files).collect()
    }

    fn holds(&self, case: &Case<'_>) -> Fact<bool> {
        let ran = commit(case)?.is_some();
        Ok(ran && self.lacks(case)?.is_empty())
    }

    fn lacks(&self, case: &Case<'_>) -> Fact<Vec<Reason>> {
        let Some(oid) = commit(case)? else { return Ok(Vec::new()) };
        let WrittenWorkflows { paths, conclusions, unchanged, .. } = &self.0;
        let runs = case.change.facts.workflows(oid)?;
        let lack =
            |path: &String| lack::lack("workflow", path, &self.ended(path, &runs), conclusions);
        let lacks: Vec<_> = paths.0.iter().filter_map(lack).collect();
        if !unchanged || !lacks.is_empty() {
            return Ok(lacks);
        }
        let changed = files::paths(case)?;
        let edited = paths.0.iter().filter(|path| changed.has(path.as_bytes()));
        Ok(edited.map(|it| lack::rewritten(it)).collect())
    }

    fn written(&self) -> Value {
        let WrittenWorkflows { paths, events, conclusions: states, unchanged } = &self.0;
        let mut table = Table::new();
        table.insert("paths".to_owned(), words::texts(&paths.0));
        table.extend(events.iter().map(|it| ("events".to_owned(), words::texts(&it.0))));
        conclusions(&mut table, states);
        if !unchanged {
            table.insert("unchanged".to_owned(), Value::Boolean(false));
        }
        Value::Table(table)
    }
}
