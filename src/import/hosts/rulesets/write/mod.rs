//! A policy as GitHub's rulesets.
//!
//! Each protection is a ruleset of its own, or one for branches, one for tags and
//! one for pushes. Their names are made of the policy alone, so that who puts them
//! in place can find those that are there already.

mod pull;
mod rule;
mod who;

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::import::hosts::fnmatch::{Named, to_theirs};
use crate::import::{Exported, Exporter, How, Note};
use crate::policy::{Asked, Mode, Policy, Protection};
use pull::Pull;

/// What the names of rulesets made of a policy begin with.
pub const PREFIX: &str = "refgate: ";

/// Writes a list of rulesets, each as GitHub's API takes it.
pub static EXPORTER: Exporter = Exporter {
    kind: "github-rulesets",
    writes: "rulesets, each as GitHub's API takes it (JSON)",
    write,
};

fn write(policy: &Policy) -> Exported {
    let mut writing = Writing::default();
    for protection in &policy.protections {
        writing.protection(protection);
    }
    Exported { text: format!("{:#}\n", Value::Array(writing.rulesets)), notes: writing.notes }
}

/// What has been written so far.
#[derive(Default)]
struct Writing {
    rulesets: Vec<Value>,
    notes: Vec<Note>,
    names: BTreeSet<String>,
}

/// What a ruleset can be about.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Target {
    Branch,
    Tag,
    Push,
}

impl Target {
    fn word(self) -> &'static str {
        match self {
            Self::Branch => "branch",
            Self::Tag => "tag",
            Self::Push => "push",
        }
    }

    /// What is added to the name.
    fn suffix(self) -> &'static str {
        match self {
            Self::Branch => "",
            Self::Tag => " (tags)",
            Self::Push => " (pushes)",
        }
    }
}

/// The rules of one ruleset being written.
struct Rules {
    target: Target,
    /// Rules that are done.
    done: Vec<Value>,
    pull: Option<Pull>,
    checks: Vec<Value>,
    strict: bool,
    /// Who may create, update or delete: in rulesets of their own, since whoever
    /// may pass by one passes by all of it.
    who: Vec<(&'static str, Vec<Value>)>,
}

impl Rules {
    fn of(target: Target) -> Self {
        let (done, checks, who) = (Vec::new(), Vec::new(), Vec::new());
        Self { target, done, pull: None, checks, strict: false, who }
    }

    fn plain(&mut self, kind: &str) {
        self.with(kind, None);
    }

    fn with(&mut self, kind: &str, parameters: Option<Value>) {
        let mut rule = Map::from_iter([("type".to_owned(), kind.into())]);
        rule.extend(parameters.map(|it| ("parameters".to_owned(), it)));
        self.done.push(Value::Object(rule));
    }

    fn pull(&mut self) -> &mut Pull {
        self.pull.get_or_insert_with(Pull::default)
    }

    fn finish(mut self) -> (Vec<Value>, Vec<(&'static str, Vec<Value>)>) {
        if let Some(pull) = self.pull.take() {
            self.with("pull_request", Some(pull.parameters()));
        }
        if !self.checks.is_empty() {
            let parameters = json!({
                "strict_required_status_checks_policy": self.strict,
                "required_status_checks": self.checks,
            });
            self.with("required_status_checks", Some(parameters));
        }
        (self.done, self.who)
    }
}

impl Writing {
    fn note(
        &mut self,
        protection: &Protection,
        asked: Option<&Asked>,
        how: How,
        what: impl Into<String>,
    ) {
        let origin = asked.map_or(&protection.origin, |it| &it.origin);
        let note = Note::at(origin.line, how, what);
        let note = match asked {
            Some(asked) => note.part(asked.spec.name),
            None => note,
        };
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    fn protection(&mut self, protection: &Protection) {
        let Some(exclude) = self.exclude(protection) else { return };
        if protection.since.is_some() {
            self.note(
                protection,
                None,
                How::Stricter,
                "`since` is not waited for: it is enforced at once",
            );
        }
        if protection.mode == Mode::Warn {
            self.note(
                protection,
                None,
                How::Different,
                "`evaluate` needs GitHub Enterprise; elsewhere leave the ruleset out",
            );
        }
        let mut include = Named::default();
        for full in &protection.refs.full {
            match to_theirs(full) {
                Ok(named) => {
                    include.branches.extend(named.branches);
                    include.tags.extend(named.tags);
                }
                Err(why) => {
                    self.note(
                        protection,
                        None,
                        How::Lost,
                        format!("`{full}` is not carried over: {why}"),
                    );
                }
            }
        }
        let every = protection.refs.full.iter().any(|it| it == "**") && exclude == Named::default();
        let kinds = [
            (Target::Branch, include.branches, exclude.branches),
            (Target::Tag, include.tags, exclude.tags),
        ];
        for asked in &protection.rules {
            if !rule::has_place(asked.spec.name, every) {
                let what = "GitHub's rulesets cannot ask it: the bot or the server's hook does";
                self.note(protection, Some(asked), How::Lost, what);
            }
        }
        for (target, include, exclude) in kinds {
            if include.is_empty() {
                continue;
            }
            let conditions = json!({ "ref_name": { "include": include, "exclude": exclude } });
            self.target(protection, target, Some(&conditions));
        }
        if every {
            self.target(protection, Target::Push, None);
        }
    }

    /// The refs that its condition takes out; `None`, if it says something else.
    fn exclude(&mut self, protection: &Protection) -> Option<Named> {
        let Some(when) = &protection.when else { return Some(Named::default()) };
        let written: Option<toml::Table> = toml::from_str(&format!("when = {when}")).ok();
        let not = written.as_ref().and_then(|it| only(it.get("when")?, "not"));
        let target = not.and_then(|it| only(it, "target")).and_then(toml::Value::as_array);
        let mut named = Named::default();
        let patterns = target.into_iter().flatten().filter_map(toml::Value::as_str);
        let read: Result<Vec<_>, _> = patterns.map(to_theirs).collect();
        match read {
            Ok(all) if !all.is_empty() => {
                for it in all {
                    named.branches.extend(it.branches);
                    named.tags.extend(it.tags);
                }
                Some(named)
            }
            _ => {
                let what = format!(
                    "GitHub's rulesets know no conditions, so nothing is asked there when {when}: the bot or the server's hook does"
                );
                self.note(protection, None, How::Lost, what);
                None
            }
        }
    }

    fn target(&mut self, protection: &Protection, target: Target, conditions: Option<&Value>) {
        let mut rules = Rules::of(target);
        for asked in &protection.rules {
            for (how, what) in rule::write(asked, &mut rules) {
                self.note(protection, Some(asked), how, what);
            }
        }
        if rules.strict && rules.checks.is_empty() {
            let asked = protection.rules.iter().find(|it| it.spec.name == "up-to-date");
            self.note(protection, asked, How::Lost, "GitHub asks it only together with `checks`");
        }
        let (done, who) = rules.finish();
        let head = Head { protection, target, conditions };
        self.ruleset(head, "", &done, &[]);
        for (kind, actors) in who {
            self.ruleset(head, &format!(" ({kind})"), &[json!({ "type": kind })], &actors);
        }
    }

    /// Adds a ruleset, if it has rules; `what` tells it from others of its
    /// protection.
    fn ruleset(&mut self, head: Head<'_>, what: &str, rules: &[Value], actors: &[Value]) {
        if rules.is_empty() {
            return;
        }
        let Head { protection, target, conditions } = head;
        let name = name(protection) + target.suffix() + what;
        let numbered = (2..).map(|number| format!("{name} {number}"));
        let mut names = std::iter::once(name.clone()).chain(numbered);
        let Some(name) = names.find(|it| self.names.insert(it.clone())) else { return };
        let enforcement = match protection.mode {
            Mode::Enforce => "active",
            Mode::Warn => "evaluate",
        };
        let mut ruleset = Map::from_iter([
            ("name".to_owned(), name.into()),
            ("target".to_owned(), target.word().into()),
            ("enforcement".to_owned(), enforcement.into()),
            ("bypass_actors".to_owned(), actors.into()),
            ("rules".to_owned(), rules.into()),
        ]);
        ruleset.extend(conditions.map(|it| ("conditions".to_owned(), it.clone())));
        self.rulesets.push(Value::Object(ruleset));
    }
}

/// What the rulesets of a protection have in common.
#[derive(Clone, Copy)]
struct Head<'p> {
    protection: &'p Protection,
    target: Target,
    conditions: Option<&'p Value>,
}

/// The value of `key`, if the table has no other.
fn only<'v>(value: &'v toml::Value, key: &str) -> Option<&'v toml::Value> {
    let table = value.as_table().filter(|it| it.len() == 1)?;
    table.get(key)
}

/// What a protection's rulesets are called: by its name, or by its refs.
fn name(protection: &Protection) -> String {
    let refs = protection.refs.full.join(", ");
    let name = protection.name.as_deref().unwrap_or(&refs);
    let cut: String = name.strip_prefix(PREFIX).unwrap_or(name).chars().take(80).collect();
    format!("{PREFIX}{cut}")
}
