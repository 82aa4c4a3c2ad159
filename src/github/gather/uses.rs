//! What a policy wants to know of pull requests onto a branch: what is fetched, and
//! which events are worth a look, follow from it.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use toml::Value;

use crate::github::read::query::Part;
use crate::github::work::Cause;
use crate::model::{Need, RefName};
use crate::policy::{Policy, Protection};

/// The kinds of facts that rules and conditions use.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Uses {
    needs: BTreeSet<Need>,
    details: BTreeSet<Detail>,
}

/// What of a pull request matters, where its kind of facts does not say it.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Detail {
    /// Comments may be somebody's word.
    Comments,
    /// Labels.
    Labels,
    /// The title or the body.
    Text,
    /// Whether it is a draft.
    Draft,
}

impl Detail {
    const ALL: [Self; 4] = [Self::Comments, Self::Labels, Self::Text, Self::Draft];

    /// How it is written down.
    fn name(self) -> &'static str {
        match self {
            Self::Comments => "comments",
            Self::Labels => "labels",
            Self::Text => "text",
            Self::Draft => "draft",
        }
    }

    /// The keys of rules and conditions that make it matter.
    fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Comments => &["comments", "comment-patterns", "revoke-comments"],
            Self::Labels => &["labels", "any-label", "no-labels", "labels-set-by"],
            Self::Text => &["title", "body", "body-patterns"],
            Self::Draft => &["draft", "pull-request"],
        }
    }
}

/// Kinds of facts that may be others when the target has moved.
const MOVING: &[Need] = &[
    Need::Files,
    Need::Blobs,
    Need::Tree,
    Need::Commits,
    Need::History,
    Need::Refs,
    Need::Target,
    Need::Content,
    Need::Lines,
    Need::Provenance,
];

impl Uses {
    /// What the protections of `policy` that name `name` use. Built-in rules use no
    /// more than a mirror has.
    pub fn of(policy: &Policy, name: &RefName) -> Self {
        Self::by(policy, policy.protections_of(name))
    }

    /// What any protection uses.
    pub fn anywhere(policy: &Policy) -> Self {
        Self::by(policy, policy.protections.iter())
    }

    /// Everything: for a policy that nobody has read yet.
    pub fn everything() -> Self {
        Self { needs: Need::ALL.into_iter().collect(), details: Detail::ALL.into_iter().collect() }
    }

    fn by<'p>(policy: &'p Policy, protections: impl Iterator<Item = &'p Protection>) -> Self {
        let mut all = Self::default();
        for protection in protections {
            let when = protection.when.iter().flat_map(|it| it.needs(&policy.people));
            all.needs.extend(when);
            let written = protection.when.iter().map(|it| format!("when = {it}"));
            for table in written.filter_map(|it| it.parse::<toml::Table>().ok()) {
                all.detail(&Value::Table(table));
            }
            for asked in &protection.rules {
                all.needs.extend(asked.rule.uses(&policy.people));
                let named = policy.written.values().map(|it| &it.settings);
                // What has a name is meant wherever approvals are asked for.
                let approvals = all.has(Need::Approvals);
                let named = named.filter(|_| approvals);
                for settings in std::iter::once(&asked.settings).chain(named) {
                    all.detail(settings);
                }
                all.key(asked.spec.name);
            }
            for exemption in &policy.exemptions {
                let rules = &protection.rules;
                if rules.iter().any(|it| it.spec.name == exemption.rule) {
                    let who: Vec<_> = exemption.actors.iter().map(|it| it.0.clone()).collect();
                    all.needs.extend(policy.people.needs_to_match(&who));
                }
            }
        }
        all
    }

    /// Notes what a key makes matter.
    fn key(&mut self, key: &str) {
        self.details.extend(Detail::ALL.into_iter().filter(|it| it.keys().contains(&key)));
    }

    /// Notes what settings make matter.
    fn detail(&mut self, settings: &Value) {
        match settings {
            Value::Table(table) => {
                for (key, value) in table {
                    self.key(key);
                    self.detail(value);
                }
            }
            Value::Array(all) => all.iter().for_each(|it| self.detail(it)),
            _ => {}
        }
    }

    /// What both use.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        self.needs.extend(&other.needs);
        self.details.extend(&other.details);
        self
    }

    /// Whether it uses this kind of facts.
    pub fn has(&self, need: Need) -> bool {
        self.needs.contains(&need)
    }

    fn any(&self, needs: &[Need]) -> bool {
        needs.iter().any(|it| self.has(*it))
    }

    /// The parts of a pull request that GitHub is asked for.
    pub fn parts(&self) -> Vec<Part> {
        let asked = |part: &Part| match part {
            Part::Reviews | Part::Comments => self.has(Need::Approvals),
            Part::Threads => self.has(Need::Threads),
            // Dismissals, retargets, who set a label, forced pushes.
            Part::Timeline => self.any(&[Need::Approvals, Need::Proposal, Need::Pushes]),
            Part::Labels => self.has(Need::Proposal),
            Part::Commits => self.has(Need::Provenance),
            Part::Checks => self.has(Need::Checks),
        };
        Part::ALL.into_iter().filter(asked).collect()
    }

    /// Whether the repository's topics and properties are asked for.
    pub fn repository(&self) -> bool {
        self.has(Need::Repository)
    }

    /// Whether something that happened can change the verdict.
    pub fn cares(&self, cause: Cause) -> bool {
        match cause {
            // Another commit, another policy, or somebody waits for an answer. What was
            // lost on the way is found when it is time to look again.
            Cause::Head
            | Cause::Base
            | Cause::Policy
            | Cause::Queue
            | Cause::Dequeued
            | Cause::Deployment
            | Cause::Request
            | Cause::Reviewers
            | Cause::Time => true,
            Cause::Target => self.any(MOVING),
            Cause::Proposal => self.details.contains(&Detail::Draft) || self.has(Need::Actor),
            Cause::Label => self.details.contains(&Detail::Labels),
            Cause::Text => self.details.contains(&Detail::Text),
            // A thread begins with a review.
            Cause::Review => self.any(&[Need::Approvals, Need::Threads]),
            Cause::Thread => self.has(Need::Threads),
            Cause::Comment => self.details.contains(&Detail::Comments),
            Cause::Check => self.has(Need::Checks),
            Cause::People => self.any(&[Need::Teams, Need::Accounts]),
        }
    }
}

/// What is written between two kinds of facts.
const BETWEEN: &str = ", ";

impl fmt::Display for Uses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut all: Vec<_> = self.needs.iter().map(ToString::to_string).collect();
        all.extend(self.details.iter().map(|it| it.name().to_owned()));
        f.write_str(&all.join(BETWEEN))
    }
}

impl FromStr for Uses {
    type Err = String;

    /// Reads what it shows itself as. The error names what another version wrote.
    fn from_str(written: &str) -> Result<Self, String> {
        let mut all = Self::default();
        for word in written.split(BETWEEN).filter(|it| !it.is_empty()) {
            let detail = Detail::ALL.into_iter().find(|it| it.name() == word);
            match (Need::named(word), detail) {
                (Some(need), _) => drop(all.needs.insert(need)),
                (None, Some(detail)) => drop(all.details.insert(detail)),
                (None, None) => return Err(format!("`{word}` is no kind of fact")),
            }
        }
        Ok(all)
    }
}
