//! Conditions on who makes a change.

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Value;

use super::contributors::Contributors;
use super::{Case, Family, Predicate, every, some, words};
use crate::model::{Actor, Fact, Need, People, Unknown};

/// This part of the manual.
pub(super) const FAMILY: Family = Family {
    title: "people: who makes the change",
    manual: "\
People are named as in `approvals`: roles, people, logins, `@org/team`, `org:acme`,
`permission:write` (at least), `app:renovate`, `id:42`, `ana#42`. Letter case does not
matter in logins.

Contributors to a pull request are who opened it, the person behind an agent, every
author, committer, co-author and signer of its commits, and whoever pushed to its
branch. A commit of nobody known, by its address, is the work of someone else: then
`only-contributors` and `author-is-only-contributor` do not hold, and `contributor`
holds only for those who are known. Where no commits are told of, though the ref would
move, nobody knows who contributed. `pusher` is who makes the judged change itself: at a
server whoever pushes, not who pushed to the pull request before.

```toml
when = { author = [\"app:renovate\"], only-contributors = [\"app:renovate\"] }
```
",
};

/// People, named in any way; at least one.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(try_from = "Vec<String>")]
#[schemars(with = "Vec<String>")]
pub(super) struct Names(Vec<String>);

impl TryFrom<Vec<String>> for Names {
    type Error = String;

    fn try_from(written: Vec<String>) -> Result<Self, String> {
        if written.is_empty() {
            return Err("names no one; write a list such as [\"ana\", \"@acme/dba\"]".to_owned());
        }
        match written.iter().find_map(|it| People::misnamed(it)) {
            Some(why) => Err(why),
            None => Ok(Self(written)),
        }
    }
}

impl Names {
    /// Whether they name `actor`.
    pub(super) fn name(&self, actor: &Actor, case: &Case<'_>) -> Fact<bool> {
        case.people.is_one_of(actor, &self.0, case.change.facts)
    }

    /// The facts that tell whether they name someone known.
    pub(super) fn needs(&self, people: &People) -> Vec<Need> {
        people.needs_to_match(&self.0)
    }

    /// As a policy writes them.
    pub(super) fn written(&self) -> Value {
        words::texts(&self.0)
    }

    /// The same, with facts about whom they are held against.
    fn with(&self, needs: &[Need], people: &People) -> Vec<Need> {
        needs.iter().copied().chain(self.needs(people)).collect()
    }
}

/// One of these makes the change.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(super) struct Pusher(Names);

impl Predicate for Pusher {
    fn needs(&self, people: &People) -> Vec<Need> {
        self.0.with(&[Need::Actor], people)
    }

    fn holds(&self, case: &Case<'_>) -> Fact<bool> {
        self.0.name(case.change.actor.as_ref().map_err(Clone::clone)?, case)
    }

    fn written(&self) -> Value {
        self.0.written()
    }
}

/// One of these pushed to the pull request.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(super) struct PushedBy(Names);

impl Predicate for PushedBy {
    fn needs(&self, people: &People) -> Vec<Need> {
        self.0.with(&[Need::Pushes], people)
    }

    fn holds(&self, case: &Case<'_>) -> Fact<bool> {
        let pushes = case.change.facts.pushes(case.update)?;
        some(pushes.iter().map(|push| match &push.by {
            Some(by) => self.0.name(by, case),
            None => {
                let why = format!("who pushed {} is not known", push.after.short());
                Err(Unknown::Failed(Need::Pushes, why))
            }
        }))
    }

    fn written(&self) -> Value {
        self.0.written()
    }
}

/// One of these opened the pull request.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(super) struct Author(Names);

impl Predicate for Author {
    fn needs(&self, people: &People) -> Vec<Need> {
        self.0.with(&[Need::Proposal], people)
    }

    fn holds(&self, case: &Case<'_>) -> Fact<bool> {
        self.0.name(&case.change.facts.proposal(case.update)?.author, case)
    }

    fn written(&self) -> Value {
        self.0.written()
    }
}

/// One of these contributed.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(super) struct Contributor(Names);

impl Predicate for Contributor {
    fn needs(&self, people: &People) -> Vec<Need> {
        self.0.with(Contributors::NEEDS, people)
    }

    fn holds(&self, case: &Case<'_>) -> Fact<bool> {
        let contributors = Contributors::of(case);
        let known = contributors.people.iter().map(|it| self.0.name(it, case));
        some(known.chain(contributors.gap().map(Err)))
    }

    fn written(&self) -> Value {
        self.0.written()
    }
}

/// Nobody but these contributed.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(super) struct OnlyContributors(Names);

impl Predicate for OnlyContributors {
    fn needs(&self, people: &People) -> Vec<Need> {
        self.0.with(Contributors::NEEDS, people)
    }

    fn holds(&self, case: &Case<'_>) -> Fact<bool> {
        let contributors = Contributors::of(case);
        let nobody = std::iter::once(Ok(!contributors.nobody));
        let known = contributors.people.iter().map(|it| self.0.name(it, case));
        every(nobody.chain(known).chain(contributors.gap().map(Err)))
    }

    fn written(&self) -> Value {
        self.0.written()
    }
}

/// Nobody but the author contributed, or someone did.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(super) struct Alone(bool);

impl Predicate for Alone {
    fn needs(&self, _: &People) -> Vec<Need> {
        Contributors::NEEDS.to_vec()
    }

    fn holds(&self, case: &Case<'_>) -> Fact<bool> {
        let author = &case.change.facts.proposal(case.update)?.author;
        let contributors = Contributors::of(case);
        let nobody = std::iter::once(Ok(!contributors.nobody));
        let same = |it: &Actor| case.people.are_one(it, author);
        let known = contributors.people.iter().map(same);
        let alone = every(nobody.chain(known).chain(contributors.gap().map(Err)));
        alone.map(|it| it == self.0)
    }

    fn written(&self) -> Value {
        Value::Boolean(self.0)
    }
}

/// What the author is to the repository.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(try_from = "Vec<Tie>")]
#[schemars(with = "Vec<Tie>")]
pub(super) struct Association(Vec<Tie>);

/// What someone is to a repository. Source: GitHub's `CommentAuthorAssociation`.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum Tie {
    /// Who owns it.
    Owner,
    /// A member of the organization that owns it.
    Member,
    /// Someone who was invited to it.
    Collaborator,
    /// Someone whose commits it holds.
    Contributor,
    /// Someone whose first commits to it these would be.
    FirstTimeContributor,
    /// Someone whose first commits anywhere these would be.
    FirstTimer,
    /// An account that stands for someone elsewhere.
    Mannequin,
    /// Nothing of that.
    None,
}

impl Tie {
    fn name(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Member => "member",
            Self::Collaborator => "collaborator",
            Self::Contributor => "contributor",
            Self::FirstTimeContributor => "first-time-contributor",
            Self::FirstTimer => "first-timer",
            Self::Mannequin => "mannequin",
            Self::None => "none",
        }
    }
}

impl TryFrom<Vec<Tie>> for Association {
    type Error = String;

    fn try_from(written: Vec<Tie>) -> Result<Self, String> {
        if written.is_empty() {
            return Err("names none; write a list such as [\"member\", \"owner\"]".to_owned());
        }
        Ok(Self(written))
    }
}

impl Predicate for Association {
    fn needs(&self, _: &People) -> Vec<Need> {
        vec![Need::Proposal]
    }

    fn holds(&self, case: &Case<'_>) -> Fact<bool> {
        let proposal = case.change.facts.proposal(case.update)?;
        let Some(is) = &proposal.association else {
            let why = "what the author is to the repository is not told".to_owned();
            return Err(Unknown::Failed(Need::Proposal, why));
        };
        let is = is.to_lowercase().replace('_', "-");
        Ok(self.0.iter().any(|it| it.name() == is))
    }

    fn written(&self) -> Value {
        let names: Vec<_> = self.0.iter().map(|it| it.name()).collect();
        words::texts(&names)
    }
}
