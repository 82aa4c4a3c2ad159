//! Conditions: to which changes something applies.
//!
//! To add one, write its type into the file of its family, and a line into the list
//! below.

use std::fmt;

use schemars::JsonSchema;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use toml::Value;

use super::Case;
use crate::model::{Fact, Need, PathPatterns, People, Reason};

mod commits;
mod compare;
mod content;
mod contributors;
mod evidence;
mod expression;
mod files;
mod lack;
mod logic;
mod people;
mod proposal;
mod repository;
mod size;
mod time;
mod words;

/// One key of a condition, with what it asks.
trait Predicate {
    /// The kinds of facts that it uses, where roles mean `people`.
    fn needs(&self, people: &People) -> Vec<Need>;

    /// Whether it is so.
    fn holds(&self, case: &Case<'_>) -> Fact<bool>;

    /// What is lacking, if it is not so; nothing where the condition says it all.
    fn lacks(&self, case: &Case<'_>) -> Fact<Vec<Reason>> {
        let _ = case;
        Ok(Vec::new())
    }

    /// The value of its key, as a policy writes it.
    fn written(&self) -> Value;

    /// Whether a part of it names no condition.
    fn hollow(&self) -> bool {
        false
    }
}

/// Conditions that are about one thing.
#[derive(Debug)]
pub struct Family {
    /// What they are about.
    pub title: &'static str,
    /// Their chapter of the manual, in Markdown, with one example.
    pub manual: &'static str,
}

/// A condition, for the manual.
#[derive(Debug)]
pub struct Condition {
    key: &'static str,
    what: &'static str,
    /// What it is about.
    pub family: &'static Family,
}

impl Condition {
    /// Its key in a policy.
    pub fn key(&self) -> String {
        self.key.replace('_', "-")
    }

    /// What it says, as one line of Markdown.
    pub fn what(&self) -> String {
        self.what.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

macro_rules! conditions {
    ($($family:ident { $($(#[doc = $doc:literal])+ $key:ident: $kind:ty,)+ })+) => {
        /// A condition on a change. Everything it names must hold.
        #[derive(Debug, Default, JsonSchema)]
        #[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
        pub struct When {
            $($($(#[doc = $doc])+ $key: Option<Box<$kind>>,)+)+
        }

        /// The keys of a condition.
        #[derive(Clone, Copy, Deserialize)]
        #[serde(field_identifier, rename_all = "kebab-case")]
        #[expect(non_camel_case_types, reason = "they are the names of fields")]
        enum Key {
            $($($key,)+)+
        }

        impl When {
            /// Reads the value of `key`.
            fn read<'de, A: MapAccess<'de>>(&mut self, key: Key, map: &mut A) -> Result<(), A::Error> {
                match key {
                    $($(Key::$key => read(&mut self.$key, stringify!($key), map),)+)+
                }
            }

            /// What it names, in the order of the manual.
            fn parts(&self) -> impl Iterator<Item = (&'static str, &dyn Predicate)> {
                let parts: [(&'static str, Option<&dyn Predicate>); _] = [
                    $($((stringify!($key), self.$key.as_deref().map(|it| it as &dyn Predicate)),)+)+
                ];
                parts.into_iter().filter_map(|(key, part)| Some((key, part?)))
            }
        }

        /// Every condition, by family.
        pub static CONDITIONS: &[Condition] = &[$($(Condition {
            key: stringify!($key),
            what: concat!($($doc),+),
            family: &$family::FAMILY,
        },)+)+];
    };
}

conditions! {
    files {
        /// A changed path, added, modified or removed, is one of these.
        paths: files::SomePath,
        /// Every changed path is one of these; so it is where nothing changes.
        only_paths: files::OnlyPaths,
        /// No changed path is one of these.
        no_paths: files::NoPath,
        /// A file is changed so: `paths` or `path-patterns`, and none of `ignore` or
        /// `ignore-patterns`, `status`, `kinds`; with `count`, so many are.
        changes: files::Changes,
        /// Something is changed, and everything so.
        only_changes: files::OnlyChanges,
        /// Nothing is changed so.
        no_changes: files::NoChanges,
        /// A text file gains or loses a line like this: `added`, `removed`, in `paths`.
        content: content::Content,
    }
    size {
        /// So many paths are changed: `"> 50"`.
        files: size::Files,
        /// So many commits are new.
        commits: size::Commits,
        /// So many lines are `added`, `deleted` or both, `total`; but not those of the
        /// paths `except`.
        lines: size::Lines,
    }
    commits {
        /// A new commit's message matches this regular expression.
        message: commits::Message,
        /// `all` new commits, or `any`, by `mode`, have a message whose `subject`, `body`
        /// or `full` text, by `scope`, is of these `matches` and none of `not-matches`.
        commit_messages: commits::Messages,
        /// The address of every new commit's author is of these `matches` and none of
        /// `not-matches`.
        author_email: commits::AuthorEmail,
        /// The same for the committer.
        committer_email: commits::CommitterEmail,
        /// Every new commit is signed validly, `by` these and with one of these `keys`;
        /// `{ valid = false }`: not every one.
        signatures: commits::Signatures,
        /// None of the new commits is a merge; `false`: one is.
        linear: commits::Linear,
    }
    people {
        /// The pusher is one of these: roles, people, logins, teams.
        pusher: people::Pusher,
        /// One of these pushed to the pull request's branch.
        pushed_by: people::PushedBy,
        /// One of these opened the pull request.
        author: people::Author,
        /// One of these contributed to it.
        contributor: people::Contributor,
        /// Nobody but these contributed to it.
        only_contributors: people::OnlyContributors,
        /// Nobody but who opened it contributed to it; `false`: someone did.
        author_is_only_contributor: people::Alone,
        /// What its author is to the repository, in GitHub's words, is one of these.
        association: people::Association,
    }
    proposal {
        /// The ref that moves is one of these: patterns as in `refs`.
        target: proposal::Target,
        /// The name of the branch that moves matches one of these regular expressions.
        target_patterns: proposal::TargetPatterns,
        /// The pull request comes from one of these branches of the repository itself:
        /// patterns as in `refs`.
        source: proposal::Source,
        /// The name of the branch that it comes from, or `owner:name` of a fork's,
        /// matches one of these regular expressions.
        source_patterns: proposal::SourcePatterns,
        /// It comes from a fork; `false`: it does not.
        fork: proposal::Fork,
        /// It is a draft; `false`: it is not.
        draft: proposal::Draft,
        /// Its title is of these `matches` and none of `not-matches`.
        title: proposal::Title,
        /// Its description is of these `matches` and none of `not-matches`.
        body: proposal::Body,
        /// It has all of these labels.
        labels: proposal::Labels,
        /// It has one of these labels.
        any_label: proposal::AnyLabel,
        /// It has none of these labels.
        no_labels: proposal::NoLabels,
        /// It has all of these `labels`, each set last `by` one of these people.
        labels_set_by: proposal::LabelsSetBy,
        /// So many threads of its reviews are not resolved.
        unresolved_threads: proposal::UnresolvedThreads,
    }
    repository {
        /// The repository's name, `owner/name`, is of these `matches` and none of
        /// `not-matches`.
        repository: repository::Name,
        /// It has all of these topics.
        topics: repository::Topics,
        /// Its custom properties are so, by name: of these `matches` and none of
        /// `not-matches`, or `set` at all.
        properties: repository::Properties,
    }
    evidence {
        /// Every run of the checks with these `names` ended with one of these
        /// `conclusions`; with `app`, that app's runs.
        checks: evidence::Checks,
        /// The latest runs of the workflows in the files `paths`, of each event or of
        /// these `events`, ended with one of these `conclusions`, and the change leaves
        /// those files as they are.
        workflows: evidence::Workflows,
    }
    time {
        /// The last push to the pull request's branch is so long ago: `">= 24h"`.
        age: time::Age,
        /// It is one of these `days`, and between `from` and `to`, by `offset` from UTC.
        time: time::Hours,
    }
    logic {
        /// One of these conditions holds.
        any: logic::Any,
        /// All of these conditions hold.
        all: logic::All,
        /// This condition does not hold.
        not: logic::Not,
    }
}

impl When {
    /// The paths of which one must be changed, if it names any.
    pub fn paths(&self) -> Option<&PathPatterns> {
        self.paths.as_ref().map(|it| &it.0)
    }

    /// The same, if it names nothing else.
    pub fn paths_alone(&self) -> Option<&PathPatterns> {
        self.paths().filter(|_| self.parts().count() == 1)
    }

    /// Whether nothing is asked, so that it would hold always.
    pub fn is_empty(&self) -> bool {
        self.parts().next().is_none()
    }

    /// A part that names no condition, which would hold always or never.
    pub fn hollow(&self) -> bool {
        self.is_empty() || self.parts().any(|(_, part)| part.hollow())
    }

    /// The kinds of facts it uses, where roles mean `people`.
    pub fn needs(&self, people: &People) -> Vec<Need> {
        let mut needs: Vec<_> = self.parts().flat_map(|(_, part)| part.needs(people)).collect();
        needs.sort();
        needs.dedup();
        needs
    }

    /// Whether the condition holds. A part that is unknown makes the whole
    /// unknown, unless the rest decides.
    pub fn holds(&self, case: &Case<'_>) -> Fact<bool> {
        every(self.parts().map(|(_, part)| part.holds(case)))
    }

    /// What is lacking, if it does not hold, as far as that can be told in reasons of
    /// its own: what ran and how it ended.
    pub fn lacks(&self, case: &Case<'_>) -> Vec<Reason> {
        self.parts().filter_map(|(_, part)| part.lacks(case).ok()).flatten().collect()
    }

    /// As a policy writes it.
    fn table(&self) -> Value {
        let parts = self.parts().map(|(key, part)| (key.replace('_', "-"), part.written()));
        Value::Table(parts.collect())
    }
}

impl<'de> Deserialize<'de> for When {
    /// By hand, as what serde derives for so many keys needs so much stack that a
    /// policy of nested conditions would end the process.
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct Keys;
        impl<'de> Visitor<'de> for Keys {
            type Value = When;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a table of conditions, such as { paths = [\"db/**\"] }")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<When, A::Error> {
                let mut when = When::default();
                while let Some(key) = map.next_key()? {
                    when.read(key, &mut map)?;
                }
                Ok(when)
            }
        }
        input.deserialize_map(Keys)
    }
}

/// Reads the value of the field `key`, once.
fn read<'de, T: Deserialize<'de>, A: MapAccess<'de>>(
    field: &mut Option<Box<T>>,
    key: &'static str,
    map: &mut A,
) -> Result<(), A::Error> {
    if field.is_some() {
        return Err(A::Error::duplicate_field(key));
    }
    *field = Some(map.next_value()?);
    Ok(())
}

impl fmt::Display for When {
    /// As an inline table of a policy.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys =
            self.parts().map(|(key, it)| format!("{} = {}", key.replace('_', "-"), it.written()));
        write!(f, "{{ {} }}", keys.collect::<Vec<_>>().join(", "))
    }
}

/// Whether all of these are so. What is not known decides only if nothing is not.
fn every(parts: impl Iterator<Item = Fact<bool>>) -> Fact<bool> {
    let mut answer = Ok(true);
    for part in parts {
        match part {
            Ok(true) => {}
            Ok(false) => return Ok(false),
            Err(unknown) => answer = Err(unknown),
        }
    }
    answer
}

/// Whether one of these is so. What is not known decides only if nothing is.
fn some(parts: impl Iterator<Item = Fact<bool>>) -> Fact<bool> {
    every(parts.map(not)).map(|none| !none)
}

fn not(part: Fact<bool>) -> Fact<bool> {
    part.map(|it| !it)
}
