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
    /// Whether comments may be somebody's word.
    comments: bool,
}

/// Keys of settings that make comments count.
const SPEAKING: &[&str] = &["comments", "comment-patterns"];

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
        Self { needs: Need::ALL.into_iter().collect(), comments: true }
    }

    fn by<'p>(policy: &'p Policy, protections: impl Iterator<Item = &'p Protection>) -> Self {
        let mut all = Self::default();
        for protection in protections {
            let when = protection.when.iter().flat_map(|it| it.needs(&policy.people));
            all.needs.extend(when);
            for asked in &protection.rules {
                all.needs.extend(asked.rule.uses(&policy.people));
                let named = policy.written.values().map(|it| &it.settings);
                // What has a name is meant wherever approvals are asked for.
                let named = named.filter(|_| all.needs.contains(&Need::Approvals));
                let mut settings = std::iter::once(&asked.settings).chain(named);
                all.comments = all.comments || settings.any(speaks);
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

    /// What both use.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        self.needs.extend(&other.needs);
        self.comments |= other.comments;
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
            | Cause::Deployment
            | Cause::Request
            | Cause::Reviewers
            | Cause::Time => true,
            Cause::Target => self.any(MOVING),
            Cause::Proposal => self.has(Need::Proposal),
            Cause::Review => self.has(Need::Approvals),
            Cause::Thread => self.has(Need::Threads),
            Cause::Comment => self.comments,
            Cause::Check => self.has(Need::Checks),
            Cause::People => self.any(&[Need::Teams, Need::Accounts]),
        }
    }
}

/// Whether settings make comments count.
fn speaks(settings: &Value) -> bool {
    match settings {
        Value::Table(table) => {
            table.iter().any(|(key, value)| SPEAKING.contains(&key.as_str()) || speaks(value))
        }
        Value::Array(all) => all.iter().any(speaks),
        _ => false,
    }
}

/// What is written between two kinds of facts.
const BETWEEN: &str = ", ";

/// How it is written that comments count.
const COMMENTS: &str = "comments";

impl fmt::Display for Uses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut all: Vec<_> = self.needs.iter().map(ToString::to_string).collect();
        all.extend(self.comments.then(|| COMMENTS.to_owned()));
        f.write_str(&all.join(BETWEEN))
    }
}

impl FromStr for Uses {
    type Err = String;

    /// Reads what it shows itself as. The error names what another version wrote.
    fn from_str(written: &str) -> Result<Self, String> {
        let mut all = Self::default();
        for word in written.split(BETWEEN).filter(|it| !it.is_empty()) {
            match Need::named(word) {
                Some(need) => drop(all.needs.insert(need)),
                None if word == COMMENTS => all.comments = true,
                None => return Err(format!("`{word}` is no kind of fact")),
            }
        }
        Ok(all)
    }
}
