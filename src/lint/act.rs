//! What one person can do without anyone's help.

use std::fmt;

use super::words::Words;
use crate::model::{
    Account, Actor, CheckRun, CheckState, Comment, Content, Label, Oid, Opinion, Permission,
    Provenance, Recorded, RecordedUpdate, RefUpdate, Review, Statement,
};
use crate::trial::World;

/// The account that acts alone.
pub(super) const ALONE: &str = "mallory";

/// A colleague, whose pull request others may push to.
const COLLEAGUE: &str = "colleague";

/// A bot that anyone can start, and that approves what it is told to.
const BOT: &str = "helper[bot]";

/// How many acts of a kind are tried.
const MOST: usize = 12;

/// How long ago something old is.
const LONG: i64 = 60 * 24 * 3600;

/// Something that one person can do, or be.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Act {
    /// Be this person whom the policy names.
    Be(String),
    /// Be in a team.
    Team(String),
    /// Be in an organization.
    Organization(String),
    /// Have a permission.
    Permission(Permission),
    /// Approve by a review that says this.
    Approve(String),
    /// Approve by a signed statement.
    State,
    /// Comment this.
    Comment(String),
    /// Make a bot approve.
    Bot,
    /// Set a label.
    Label(String),
    /// Give the pull request this title.
    Title(String),
    /// Give it this description.
    Body(String),
    /// Give the commit this message.
    Message(String),
    /// Let it come from this branch.
    Source(String),
    /// Let it come from a fork.
    Fork,
    /// Report a check as a status of one's own.
    Status(String),
    /// Push to the pull request that someone else opened.
    Join(String),
    /// Write someone else into the commit as its author.
    Forge(String),
    /// Write nobody known into the commit.
    Hide,
    /// Let weeks pass.
    Wait,
}

impl Act {
    /// Everything worth trying.
    pub(super) fn all(words: &Words) -> Vec<Self> {
        let mut acts = Vec::new();
        let of = |list: &[String], act: fn(String) -> Self| -> Vec<Self> {
            list.iter().take(MOST).cloned().map(act).collect()
        };
        acts.extend(of(&words.teams, Self::Team));
        acts.extend(of(&words.organizations, Self::Organization));
        acts.push(Self::Permission(Permission::Admin));
        acts.push(Self::Approve(words.reviews.first().cloned().unwrap_or_default()));
        acts.push(Self::State);
        acts.extend(of(&words.comments, Self::Comment));
        acts.push(Self::Bot);
        acts.extend(of(&words.labels, Self::Label));
        acts.extend(of(&words.titles, Self::Title));
        acts.extend(of(&words.bodies, Self::Body));
        acts.extend(of(&words.messages, Self::Message));
        acts.extend(of(&words.sources, Self::Source));
        acts.push(Self::Join(COLLEAGUE.to_owned()));
        acts.extend(of(&words.apps, Self::Join));
        acts.push(Self::Forge(COLLEAGUE.to_owned()));
        acts.extend(of(&words.apps, Self::Forge));
        acts.push(Self::Hide);
        acts.push(Self::Wait);
        acts.push(Self::Fork);
        acts.extend(of(words.reviews.get(1..).unwrap_or_default(), Self::Approve));
        acts.extend(of(&words.logins, Self::Be));
        let unbound = words.checks.iter().filter(|it| it.app.is_none() && it.creator.is_none());
        acts.extend(unbound.map(|it| Self::Status(it.name.clone())));
        acts
    }

    /// Whether both cannot be done at once.
    pub(super) fn excludes(&self, other: &Self) -> bool {
        use Act::{Approve, Be, Body, Forge, Hide, Join, Message, Source, Title};
        matches!(
            (self, other),
            (Be(_), Be(_))
                | (Approve(_), Approve(_))
                | (Title(_), Title(_))
                | (Body(_), Body(_))
                | (Message(_), Message(_))
                | (Source(_), Source(_))
                | (Join(_), Join(_))
                | (Forge(_) | Hide, Forge(_) | Hide)
        )
    }

    /// Whether it is about who acts and not about what is done.
    pub(super) fn is_being(&self) -> bool {
        matches!(self, Self::Be(_) | Self::Team(_) | Self::Organization(_) | Self::Permission(_))
    }

    /// Whether it is an easy way to say that one agrees.
    pub(super) fn agrees(&self) -> bool {
        matches!(self, Self::Approve(_) | Self::State | Self::Comment(_))
    }

    /// Does it. `me` is who acts.
    pub(super) fn apply(&self, me: &Actor, world: &mut World) {
        let (at, name) = (world.at, world.updates.first().map(|it| it.name.clone()));
        let head = world.updates.first().and_then(RefUpdate::new_oid);
        let (Some(head), Some(name)) = (head, name) else { return };
        match self {
            Self::Team(team) => join(&mut world.facts.teams, team, me),
            Self::Organization(it) => join(&mut world.facts.organizations, it, me),
            Self::Permission(it) => permit(&mut world.facts, me, *it),
            Self::Status(name) => {
                let run = status(name, me, at);
                world.facts.checks.entry(head).or_default().push(run);
            }
            Self::Bot => {
                let bot = Account { id: None, bot: true };
                world.facts.accounts.get_or_insert_default().insert(BOT.to_owned(), bot);
                permit(&mut world.facts, &Actor(BOT.to_owned()), Permission::Write);
                if let Some(known) = update(world) {
                    approve(known, BOT, "", head, at);
                }
            }
            Self::State => {
                if let Some(known) = update(world)
                    && let Some(change) = known.contents.get(&head).map(Content::id)
                {
                    let until = None;
                    let says = Opinion::Approved;
                    let (by, at) = (me.clone(), at - 60);
                    let statement = Statement { by, says, change, target: name, at, until };
                    known.statements.get_or_insert_default().push(statement);
                }
            }
            _ => {
                if let Some(known) = update(world) {
                    self.about(me, known, head, at);
                }
            }
        }
    }

    /// Does it to the pull request.
    fn about(&self, me: &Actor, known: &mut RecordedUpdate, head: Oid, at: i64) {
        if let Self::Approve(text) = self {
            return approve(known, &me.0, text, head, at);
        }
        if let Self::Message(text) = self {
            for commit in known.commits.iter_mut().flatten() {
                commit.message = format!("{text}\n\n{}", commit.message).into();
            }
        }
        if let Self::Wait = self {
            let pushes = known.pushes.iter_mut().flatten();
            pushes.for_each(|it| it.at = it.at.map(|at| at - LONG));
        }
        if let Self::Comment(text) = self {
            known.comments.get_or_insert_default().push(comment(me, text, at));
        }
        let mut forged = |author: Option<Actor>| {
            for it in known.provenance.iter_mut().flat_map(|it| it.values_mut()) {
                let same = author.clone();
                *it = Provenance { author: author.clone(), committer: same, ..it.clone() };
            }
        };
        match self {
            Self::Forge(name) => forged(Some(Actor(name.clone()))),
            Self::Hide => forged(None),
            _ => {}
        }
        let Some(proposal) = &mut known.proposal else { return };
        match self {
            Self::Label(name) => {
                proposal.labels.push(Label { name: name.clone(), by: Some(me.clone()) });
            }
            Self::Title(text) => proposal.title.clone_from(text),
            Self::Body(text) => {
                // Written once the branch is there, as one may.
                proposal.body.clone_from(text);
                proposal.opened = Some(at - 60);
            }
            Self::Source(branch) => proposal.source = branch.as_str().into(),
            Self::Fork => proposal.fork = Some(format!("{ALONE}/fork")),
            Self::Join(name) => proposal.author = Actor(name.clone()),
            Self::Wait => proposal.opened = proposal.opened.map(|at| at - LONG),
            _ => {}
        }
    }
}

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Be(name) => write!(f, "being @{name}"),
            Self::Team(team) => write!(f, "being in {team}"),
            Self::Organization(name) => write!(f, "being in the organization {name}"),
            Self::Permission(it) => write!(f, "having {it} permission"),
            Self::Approve(text) if text.is_empty() => f.write_str("approving"),
            Self::Approve(text) => write!(f, "approving with the text {text:?}"),
            Self::State => f.write_str("signing a statement"),
            Self::Comment(text) => write!(f, "commenting {text:?}"),
            Self::Bot => f.write_str("making a bot approve"),
            Self::Label(name) => write!(f, "setting the label {name:?}"),
            Self::Title(text) => write!(f, "giving it the title {text:?}"),
            Self::Body(text) => write!(f, "giving it the description {text:?}"),
            Self::Message(text) => write!(f, "giving the commit the message {text:?}"),
            Self::Source(branch) => write!(f, "choosing the source branch {branch:?}"),
            Self::Fork => f.write_str("proposing it from a fork"),
            Self::Status(name) => write!(f, "reporting the check {name:?} themselves"),
            Self::Join(name) => write!(f, "pushing to the pull request of @{name}"),
            Self::Forge(name) => write!(f, "writing @{name} into the commit as its author"),
            Self::Hide => f.write_str("writing nobody known into the commit"),
            Self::Wait => f.write_str("waiting for weeks"),
        }
    }
}

/// What is known about the only update.
pub(super) fn update(world: &mut World) -> Option<&mut RecordedUpdate> {
    world.facts.update.values_mut().next()
}

pub(super) fn join(
    groups: &mut std::collections::BTreeMap<String, Vec<Actor>>,
    name: &str,
    who: &Actor,
) {
    groups.entry(name.to_owned()).or_default().push(who.clone());
}

pub(super) fn permit(facts: &mut Recorded, who: &Actor, what: Permission) {
    facts.permissions.get_or_insert_default().insert(who.0.clone(), what);
}

pub(super) fn approve(known: &mut RecordedUpdate, by: &str, text: &str, head: Oid, at: i64) {
    known.reviews.get_or_insert_default().push(Review {
        by: Actor(by.to_owned()),
        state: Opinion::Approved,
        was: None,
        at: Some(at - 60),
        body: text.to_owned(),
        edited: None,
        commit: Some(head),
    });
}

pub(super) fn comment(by: &Actor, text: &str, at: i64) -> Comment {
    Comment {
        by: by.clone(),
        at: Some(at - 60),
        body: text.to_owned(),
        edited: None,
        hidden: false,
    }
}

fn status(name: &str, by: &Actor, at: i64) -> CheckRun {
    CheckRun {
        name: name.to_owned(),
        app: None,
        creator: Some(by.clone()),
        event: None,
        workflow: None,
        state: CheckState::Success,
        at: Some(at - 60),
    }
}
