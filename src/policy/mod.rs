//! Policies: what is asked of which refs.

mod diff;
pub mod mend;
mod parse;
mod preset;
mod problem;
mod reader;
mod schema;
mod tables;

use std::collections::BTreeMap;

pub use diff::{Difference, Direction, diff};
pub use parse::{Source, parse};
pub use preset::{PRESETS, preset};
pub use problem::{Problem, Problems};
pub use schema::schema;

pub(crate) use reader::Reader;
pub(crate) use tables::timestamp;

use std::sync::Arc;

use crate::model::{
    Actor, Need, Oid, Origin, PathPatterns, People, RefName, RefPatterns, Stage, Timestamp,
};
use crate::rule::{self, Check, Requirement, Span, Spec};

pub use crate::rule::When;

/// What a repository asks of changes. Valid by construction.
///
/// A policy is a conjunction: every rule of every protection that names a ref
/// must hold for it. Adding to a policy can only make it stricter.
#[derive(Default)]
pub struct Policy {
    /// Where the policy is enforced, earliest first.
    pub stages: Vec<Stage>,
    /// Who is who.
    pub people: People,
    /// Approvals that have names.
    pub approvals: BTreeMap<String, Requirement>,
    /// What `[approval.NAME]` says, as it is written.
    pub written: BTreeMap<String, Written>,
    /// What is asked of which refs, in the order of the files.
    pub protections: Vec<Protection>,
    /// What need not follow which rule.
    pub exemptions: Vec<Exemption>,
    /// What was read, the policy itself first.
    pub files: Vec<PolicyText>,
}

/// A file of a policy.
#[derive(Clone, Debug)]
pub struct PolicyText {
    /// What reports call it.
    pub name: Arc<str>,
    /// What it says.
    pub text: String,
}

/// What is asked of some refs.
pub struct Protection {
    /// Where it stands.
    pub origin: Origin,
    /// Its name, for reports.
    pub name: Option<String>,
    /// Why it is asked, for reports.
    pub why: Option<String>,
    /// Whether it denies or only warns.
    pub mode: Mode,
    /// From when on it denies; before, it warns.
    pub since: Option<Timestamp>,
    /// The refs.
    pub refs: RefPatterns,
    /// To which changes it applies; all, if `None`.
    pub when: Option<When>,
    /// What is asked.
    pub rules: Vec<Asked>,
}

/// What a protection does about what it finds.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// It denies.
    #[default]
    Enforce,
    /// It warns.
    Warn,
}

/// A rule, as a policy asks for it.
pub struct Asked {
    /// Which rule.
    pub spec: &'static Spec,
    /// The rule with its settings.
    pub rule: Box<dyn Check>,
    /// The settings as written.
    pub settings: toml::Value,
    /// The line of the policy that asks for it.
    pub origin: Origin,
}

/// An approval with a name, as it is written.
#[derive(Clone, Debug)]
pub struct Written {
    /// What it asks.
    pub settings: toml::Value,
    /// Where it stands.
    pub origin: Origin,
}

/// Leave not to follow a rule, for a reason and for a while. What it names must
/// all fit: the ref, the actor, and the path and commit of each finding.
pub struct Exemption {
    /// Where it stands.
    pub origin: Origin,
    /// The rule's name.
    pub rule: String,
    /// Of which refs; all, if `None`.
    pub refs: Option<RefPatterns>,
    /// Of findings in which files; all, if `None`.
    pub paths: Option<PathPatterns>,
    /// Of findings in which commits; all, if empty.
    pub commits: Vec<Oid>,
    /// By whom: roles, people, logins, teams; anyone, if empty.
    pub actors: Vec<Actor>,
    /// When it ends.
    pub until: Timestamp,
    /// Why it is given; every report says so.
    pub why: String,
}

impl Policy {
    /// Reads it once more from its texts, for who wants to change something in it.
    pub fn again(&self) -> Option<Self> {
        let root = self.files.first()?;
        let mut open = |wanted: &str| {
            let file = self.files.iter().find(|it| *it.name == *wanted);
            file.map(|it| it.text.clone()).ok_or_else(|| "it was not read".to_owned())
        };
        parse(&root.name, &root.text, &mut open).ok()
    }

    /// The protections that name `name`, in the order of the files.
    pub fn protections_of<'p>(&'p self, name: &'p RefName) -> impl Iterator<Item = &'p Protection> {
        self.protections.iter().filter(|protection| protection.refs.matches(name))
    }

    /// Whether a protection names `name` by more than a pattern for every ref.
    pub fn names(&self, name: &RefName) -> bool {
        self.protections.iter().any(|it| it.refs.names(name))
    }

    /// Whether all that is asked of the commits of `one` is asked of those of
    /// `other` too, so that what `other` holds already has been judged as `one`
    /// would judge it. What is no branch, no tag and not named has never been let
    /// in: the host itself may have written it.
    pub fn covers(&self, other: &RefName, one: &RefName) -> bool {
        let pushed = other.branch().is_some() || other.tag().is_some() || self.names(other);
        let asked = self.protections.iter().filter(|it| self.asks_of_commits(it));
        let exempt = self.exemptions.iter().filter_map(|it| it.refs.as_ref());
        pushed
            && asked.map(|it| &it.refs).all(|refs| !refs.matches(one) || refs.matches(other))
            && exempt.into_iter().all(|refs| !refs.matches(other) || refs.matches(one))
    }

    /// Whether all that is asked of what lands on `one` is asked of what lands on the
    /// branch `other` too, so that its tip has been agreed on as for `one`. Not if
    /// something is exempt from that: it may have been let in unseen.
    pub fn lands_alike(&self, other: &RefName, one: &RefName) -> bool {
        let lands = |it: &Asked| it.spec.span == Span::Landing;
        let asked = self.protections.iter().filter(|it| it.rules.iter().any(lands));
        let is_landing = |rule: &str| rule::find(rule).is_some_and(|it| it.span == Span::Landing);
        other.branch().is_some()
            && asked.map(|it| &it.refs).all(|refs| !refs.matches(one) || refs.matches(other))
            && !self.exemptions.iter().any(|it| is_landing(&it.rule))
    }

    /// Whether what a protection says depends on which commits are new. Who may
    /// create a ref, say, does not.
    fn asks_of_commits(&self, protection: &Protection) -> bool {
        let rules = protection.rules.iter().flat_map(|it| it.rule.uses(&self.people));
        let when = protection.when.iter().flat_map(|it| it.needs(&self.people));
        rules.chain(when).any(|need| matches!(need, Need::Commits | Need::Files))
    }

    /// The enforced stages that know everything in `needs`, earliest first.
    pub fn stages_that_know(&self, needs: &[Need]) -> impl Iterator<Item = Stage> {
        let knows = |stage: &Stage| needs.iter().all(|&need| stage.knows(need));
        self.stages.iter().copied().filter(knows)
    }

    /// The exemptions that have ended at `at`.
    pub fn expired(&self, at: Timestamp) -> impl Iterator<Item = &Exemption> {
        self.exemptions.iter().filter(move |it| it.until <= at)
    }
}
