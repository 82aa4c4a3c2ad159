//! A check that is asked for, as a policy writes it.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::model::{CheckState, Need, People};
use crate::rule::When;
use crate::rule::duration::Duration;

/// A check, and what counts as its success.
pub(super) struct Asked {
    pub(super) what: What,
    /// Whose runs count.
    pub(super) source: Source,
    /// What may have started it; anything, if empty.
    pub(super) events: Vec<String>,
    /// How it may have ended. Never empty.
    pub(super) conclusions: Vec<CheckState>,
    /// The workflow that the change must leave alone.
    pub(super) unchanged: Option<String>,
    pub(super) when: Option<When>,
    pub(super) if_present: bool,
    pub(super) newer_than: Option<Duration>,
    pub(super) on: On,
}

/// What is asked for.
pub(super) enum What {
    /// Whatever has this name.
    Check(String),
    /// This workflow as a whole, by the path of its file.
    Workflow(String),
}

/// Whose runs of a check count.
#[derive(Default)]
pub(super) struct Source {
    /// This app's.
    pub(super) app: Option<u64>,
    /// These people's, if it is a status.
    pub(super) creator: Option<Vec<String>>,
    /// This workflow's.
    pub(super) workflow: Option<String>,
}

/// On what a check is asked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum On {
    /// On whatever shall land.
    Both,
    /// On a pull request's own commit.
    Head,
    /// On what a merge queue makes of it.
    MergeGroup,
}

/// What starts a workflow because of a change, and for it. With
/// `workflow_dispatch` and others, somebody chooses the ref or the inputs.
const CHANGES: [&str; 4] = ["pull_request", "pull_request_target", "merge_group", "push"];

/// A place to ask for a check.
#[derive(Clone, Copy, Deserialize, Eq, JsonSchema, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum Place {
    /// A pull request's own commit.
    Head,
    /// What a merge queue makes of it.
    MergeGroup,
}

/// The settings as written.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Written {
    /// The check's name, as the host shows it.
    name: Option<String>,
    /// The path of the workflow's file.
    workflow: Option<String>,
    /// The number of the app that runs it.
    app: Option<u64>,
    /// Who posts it, if it is a status: roles, people, logins, teams.
    creator: Option<Vec<String>>,
    /// What may have started it: `pull_request`.
    event: Option<Vec<String>>,
    /// How it may have ended.
    conclusions: Option<Vec<CheckState>>,
    /// Whether the change must leave the workflow's file alone.
    unchanged: Option<bool>,
    /// To which changes it applies.
    when: Option<When>,
    /// Whether it is asked for only if it is there.
    #[serde(default)]
    if_present: bool,
    /// How long ago it may have ended.
    newer_than: Option<Duration>,
    /// Where it is asked for.
    on: Option<Vec<Place>>,
}

impl Asked {
    fn named(name: String) -> Result<Self, String> {
        Self::try_from(Written {
            name: Some(name),
            workflow: None,
            app: None,
            creator: None,
            event: None,
            conclusions: None,
            unchanged: None,
            when: None,
            if_present: false,
            newer_than: None,
            on: None,
        })
    }

    /// What people know it by.
    pub(super) fn name(&self) -> &str {
        match &self.what {
            What::Check(name) | What::Workflow(name) => name,
        }
    }

    /// See [`Rule::fits`](crate::rule::Rule::fits).
    pub(super) fn fits(&self, people: &People) -> Result<(), String> {
        let creators = self.source.creator.as_deref().unwrap_or_default();
        match people.members(creators).into_iter().find_map(People::misnamed) {
            Some(why) => Err(why),
            None => Ok(()),
        }
    }

    /// The facts that it uses.
    pub(super) fn uses(&self, people: &People) -> Vec<Need> {
        let mut needs = vec![Need::Checks];
        if self.unchanged.is_some() {
            needs.push(Need::Files);
        }
        if self.on != On::Both {
            needs.push(Need::PullRequest);
        }
        if let Some(creator) = &self.source.creator {
            needs.extend(people.needs_to_match(creator));
        }
        if let Some(when) = &self.when {
            needs.extend(when.needs(people));
        }
        needs
    }
}

impl TryFrom<Written> for Asked {
    type Error = String;

    fn try_from(it: Written) -> Result<Self, Self::Error> {
        it.sound()?;
        let workflow = it.workflow.as_ref();
        let changes = || CHANGES.iter().map(ToString::to_string).collect();
        let events = it.event.unwrap_or_else(|| workflow.map(|_| changes()).unwrap_or_default());
        let unchanged = workflow.filter(|_| it.unchanged.unwrap_or(true)).cloned();
        let mut source = Source { app: it.app, creator: it.creator, workflow: None };
        let what = match (it.name, it.workflow) {
            (Some(name), workflow) => {
                source.workflow = workflow;
                What::Check(name)
            }
            (None, Some(path)) => What::Workflow(path),
            (None, None) => return Err(NAMELESS.to_owned()),
        };
        let on = match it.on.as_deref() {
            Some(on) if !on.contains(&Place::MergeGroup) => On::Head,
            Some(on) if !on.contains(&Place::Head) => On::MergeGroup,
            Some(_) | None => On::Both,
        };
        Ok(Self {
            what,
            source,
            events,
            conclusions: it.conclusions.unwrap_or_else(|| vec![CheckState::Success]),
            unchanged,
            when: it.when,
            if_present: it.if_present,
            newer_than: it.newer_than,
            on,
        })
    }
}

const NAMELESS: &str = "a check has no name";

impl Written {
    /// Refuses what asks nothing, or contradicts itself.
    fn sound(&self) -> Result<(), String> {
        let empty = |it: &String| it.trim().is_empty();
        let none = |it: &Option<Vec<String>>| {
            it.as_ref().is_some_and(|it| it.is_empty() || it.iter().any(empty))
        };
        let states = self.conclusions.as_deref();
        let wrong = match () {
            () if self.name.as_ref().or(self.workflow.as_ref()).is_none_or(empty)
                || self.workflow.as_ref().is_some_and(empty) =>
            {
                NAMELESS
            }
            () if self.name.is_none() && (self.app.is_some() || self.creator.is_some()) => {
                "`app` and `creator` tell checks of one `name` apart; a `workflow` has its file"
            }
            () if self.workflow.is_none() && self.unchanged == Some(true) => {
                "`unchanged` says nothing without the `workflow` whose file it is"
            }
            () if none(&self.creator) => "`creator` names no one",
            () if none(&self.event) => "`event` names nothing; write such as [\"pull_request\"]",
            () if states.is_some_and(<[_]>::is_empty) => "`conclusions` names none",
            () if states.is_some_and(|it| it.contains(&CheckState::Running)) => {
                "`running` is no conclusion"
            }
            () if self.on.as_ref().is_some_and(Vec::is_empty) => "`on` names no place",
            () if self.when.as_ref().is_some_and(When::hollow) => "`when` names no condition",
            () if self.if_present && self.newer_than.is_some() => {
                "`newer-than` asks for a new run, and `if-present` for none; choose one"
            }
            () => return Ok(()),
        };
        Err(wrong.to_owned())
    }
}

impl<'de> Deserialize<'de> for Asked {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Asked;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name such as \"build\", or { name = \"build\", app = 15368 }")
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<Asked, E> {
                Asked::named(name.to_owned()).map_err(E::custom)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Asked, A::Error> {
                let written = Written::deserialize(MapAccessDeserializer::new(map))?;
                Asked::try_from(written).map_err(A::Error::custom)
            }
        }
        input.deserialize_any(Either)
    }
}

impl JsonSchema for Asked {
    fn schema_name() -> Cow<'static, str> {
        "Check".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let written = generator.subschema_for::<Written>();
        json_schema!({
            "description": "A check, by its name, or with what counts as its success",
            "anyOf": [{ "type": "string" }, written],
        })
    }
}
