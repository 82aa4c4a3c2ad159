//! Conditions on a pull request.

use std::rc::Rc;

use schemars::JsonSchema;
use serde::Deserialize;
use toml::{Table, Value};

use super::compare::Comparison;
use super::people::Names;
use super::words::{self, Expressions, Like, Words};
use super::{Case, Family, Predicate, every};
use crate::model::{Fact, Label, Need, People, Proposal, RefName, RefPatterns, Unknown};

/// This part of the manual.
pub(super) const FAMILY: Family = Family {
    title: "proposal: the pull request",
    manual: "\
Only the host knows pull requests; what it tells of one is unknown of a push. Letter
case does not matter in labels. Anyone who may sort issues can set a label: where one
makes a policy milder, ask with `labels-set-by` who did. A branch of a fork is none of
the repository's own, however it is called; for regular expressions it is `owner:name`.

```toml
when.target = [\"release/*\"]
when.labels-set-by = { labels = [\"trivial\"], by = [\"@acme/leads\"] }
```
",
};

fn proposal(case: &Case<'_>) -> Fact<Rc<Proposal>> {
    case.change.facts.proposal(case.update)
}

/// The ref is one of these.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(super) struct Target(RefPatterns);

impl Predicate for Target {
    fn needs(&self, _: &People) -> Vec<Need> {
        Vec::new()
    }

    fn holds(&self, case: &Case<'_>) -> Fact<bool> {
        Ok(self.0.matches(&case.update.name))
    }

    fn written(&self) -> Value {
        words::texts(&self.0.full)
    }
}

/// The branch's name matches one of these.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(super) struct TargetPatterns(Expressions);

impl Predicate for TargetPatterns {
    fn needs(&self, _: &People) -> Vec<Need> {
        Vec::new()
    }

    fn holds(&self, case: &Case<'_>) -> Fact<bool> {
        let name = &case.update.name;
        let text = words::lossy(name.branch().unwrap_or(name.as_bstr()));
        Ok(self.0.0.iter().any(|it| it.0.is_match(&text)))
    }

    fn written(&self) -> Value {
        words::expressions(&self.0.0)
    }
}

/// It comes from one of these.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(super) struct Source(RefPatterns);

impl Predicate for Source {
    fn needs(&self, _: &People) -> Vec<Need> {
        vec![Need::Proposal]
    }

    fn holds(&self, case: &Case<'_>) -> Fact<bool> {
        let proposal = proposal(case)?;
        let mut full = b"refs/heads/".to_vec();
        full.extend_from_slice(&proposal.source);
        Ok(proposal.fork.is_none() && self.0.matches(&RefName::new(full)))
    }

    fn written(&self) -> Value {
        words::texts(&self.0.full)
    }
}

/// The branch that it comes from matches one of these.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(super) struct SourcePatterns(Expressions);

impl Predicate for SourcePatterns {
    fn needs(&self, _: &People) -> Vec<Need> {
        vec![Need::Proposal]
    }

    fn holds(&self, case: &Case<'_>) -> Fact<bool> {
        let proposal = proposal(case)?;
        let name = words::lossy(&proposal.source);
        let name = match &proposal.fork {
            Some(fork) => format!("{}:{name}", fork.split('/').next().unwrap_or_default()).into(),
            None => name,
        };
        Ok(self.0.0.iter().any(|it| it.0.is_match(&name)))
    }

    fn written(&self) -> Value {
        words::expressions(&self.0.0)
    }
}

/// It comes from a fork, or not.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(super) struct Fork(bool);

impl Predicate for Fork {
    fn needs(&self, _: &People) -> Vec<Need> {
        vec![Need::Proposal]
    }

    fn holds(&self, case: &Case<'_>) -> Fact<bool> {
        Ok(proposal(case)?.fork.is_some() == self.0)
    }

    fn written(&self) -> Value {
        Value::Boolean(self.0)
    }
}

/// It is a draft, or not.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(super) struct Draft(bool);

impl Predicate for Draft {
    fn needs(&self, _: &People) -> Vec<Need> {
        vec![Need::Proposal]
    }

    fn holds(&self, case: &Case<'_>) -> Fact<bool> {
        Ok(proposal(case)?.draft == self.0)
    }

    fn written(&self) -> Value {
        Value::Boolean(self.0)
    }
}

/// Its title is like this.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(super) struct Title(Like);

impl Predicate for Title {
    fn needs(&self, _: &People) -> Vec<Need> {
        vec![Need::Proposal]
    }

    fn holds(&self, case: &Case<'_>) -> Fact<bool> {
        Ok(self.0.holds(&proposal(case)?.title))
    }

    fn written(&self) -> Value {
        self.0.written()
    }
}

/// Its description is like this.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(super) struct Body(Like);

impl Predicate for Body {
    fn needs(&self, _: &People) -> Vec<Need> {
        vec![Need::Proposal]
    }

    fn holds(&self, case: &Case<'_>) -> Fact<bool> {
        Ok(self.0.holds(&proposal(case)?.body))
    }

    fn written(&self) -> Value {
        self.0.written()
    }
}

/// The label of that name, if it is set.
fn label<'p>(proposal: &'p Proposal, name: &str) -> Option<&'p Label> {
    proposal.labels.iter().find(|it| it.name.to_lowercase() == name.to_lowercase())
}

/// It has all of these.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(super) struct Labels(Words);

impl Predicate for Labels {
    fn needs(&self, _: &People) -> Vec<Need> {
        vec![Need::Proposal]
    }

    fn holds(&self, case: &Case<'_>) -> Fact<bool> {
        let proposal = proposal(case)?;
        Ok(self.0.0.iter().all(|it| label(&proposal, it).is_some()))
    }

    fn written(&self) -> Value {
        words::texts(&self.0.0)
    }
}

/// It has one of these.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(super) struct AnyLabel(Words);

impl Predicate for AnyLabel {
    fn needs(&self, _: &People) -> Vec<Need> {
        vec![Need::Proposal]
    }

    fn holds(&self, case: &Case<'_>) -> Fact<bool> {
        let proposal = proposal(case)?;
        Ok(self.0.0.iter().any(|it| label(&proposal, it).is_some()))
    }

    fn written(&self) -> Value {
        words::texts(&self.0.0)
    }
}

/// It has none of these.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(super) struct NoLabels(Words);

impl Predicate for NoLabels {
    fn needs(&self, _: &People) -> Vec<Need> {
        vec![Need::Proposal]
    }

    fn holds(&self, case: &Case<'_>) -> Fact<bool> {
        let proposal = proposal(case)?;
        Ok(self.0.0.iter().all(|it| label(&proposal, it).is_none()))
    }

    fn written(&self) -> Value {
        words::texts(&self.0.0)
    }
}

/// It has all of these, set by one of those.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LabelsSetBy {
    /// The labels; it has all of them.
    labels: Words,
    /// Who must have set each of them last.
    by: Names,
}

impl Predicate for LabelsSetBy {
    fn needs(&self, people: &People) -> Vec<Need> {
        std::iter::once(Need::Proposal).chain(self.by.needs(people)).collect()
    }

    fn holds(&self, case: &Case<'_>) -> Fact<bool> {
        let proposal = proposal(case)?;
        every(self.labels.0.iter().map(|name| match label(&proposal, name) {
            None => Ok(false),
            Some(Label { by: Some(by), .. }) => self.by.name(by, case),
            Some(Label { by: None, .. }) => {
                let why = format!("who set the label `{name}` is not known");
                Err(Unknown::Failed(Need::Proposal, why))
            }
        }))
    }

    fn written(&self) -> Value {
        let parts = [("labels", words::texts(&self.labels.0)), ("by", self.by.written())];
        Value::Table(parts.map(|(key, it)| (key.to_owned(), it)).into_iter().collect::<Table>())
    }
}

/// So many threads are not resolved.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(super) struct UnresolvedThreads(Comparison);

impl Predicate for UnresolvedThreads {
    fn needs(&self, _: &People) -> Vec<Need> {
        vec![Need::Threads]
    }

    fn holds(&self, case: &Case<'_>) -> Fact<bool> {
        let threads = case.change.facts.threads(case.update)?;
        Ok(self.0.holds(threads.iter().filter(|it| !it.resolved).count() as u64))
    }

    fn written(&self) -> Value {
        self.0.written()
    }
}
