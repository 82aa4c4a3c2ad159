//! What is to be looked at again, and what a delivery alone can tell.
//!
//! These are what webhooks, the sweep and people lead to, and what the store
//! keeps. Numbers are GitHub's ids, which survive a change of names.

use serde::{Deserialize, Serialize};

use crate::model::{Oid, Opinion, Timestamp};

/// A repository, by GitHub's ids.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
pub struct Home {
    /// The App's installation that may see it.
    pub installation: u64,
    /// The repository.
    pub repository: u64,
}

/// What one slot of the queue holds: looked at by one worker at a time, and
/// however often it is asked for, only as it is at last.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// A pull request.
    Pull {
        /// Its repository.
        home: Home,
        /// Its number.
        number: u64,
    },
    /// What a merge queue is about to land, by the head that it has made.
    Group {
        /// Its repository.
        home: Home,
        /// The head of the group: `gh-readonly-queue/BASE/pr-N-SHA` points to it.
        head: Oid,
        /// The branch it is to land on, without `refs/heads/`.
        base: String,
        /// Where that branch was when the group was made.
        onto: Oid,
    },
    /// A deployment that waits for our word.
    Deployment {
        /// Its repository.
        home: Home,
        /// The run of the workflow that deploys.
        run: u64,
        /// The environment.
        environment: String,
        /// The commit that would be deployed.
        commit: Oid,
    },
    /// Every pull request and every merge group with this head.
    Head {
        /// Their repository.
        home: Home,
        /// The head.
        commit: Oid,
    },
    /// Every open pull request onto a branch. If it is the default branch, the
    /// policy may have changed, and every one of the repository is meant.
    Branch {
        /// Their repository.
        home: Home,
        /// The branch, without `refs/heads/`.
        name: String,
    },
    /// Every open pull request of a repository, each of which becomes a slot of its
    /// own: the policy may have changed, or nothing of it is known yet.
    Repository {
        /// The repository.
        home: Home,
    },
    /// Every repository of an installation.
    Installation {
        /// The installation.
        installation: u64,
    },
}

impl Subject {
    /// The repository that it is about; `None` if it is about a whole installation.
    pub fn home(&self) -> Option<Home> {
        match self {
            Self::Pull { home, .. }
            | Self::Group { home, .. }
            | Self::Deployment { home, .. }
            | Self::Head { home, .. }
            | Self::Branch { home, .. }
            | Self::Repository { home } => Some(*home),
            Self::Installation { .. } => None,
        }
    }

    /// The installation that it belongs to.
    pub fn installation(&self) -> u64 {
        match self {
            Self::Installation { installation } => *installation,
            other => other.home().map_or(0, |it| it.installation),
        }
    }
}

/// Why something is looked at again. Decides whether it is worth a look, which is
/// a matter of what the policy asks.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// A new head, or a pull request that is new, opened again or ready.
    Head,
    /// Another target.
    Base,
    /// The target's branch has moved.
    Target,
    /// Whether it is a draft, or who will land it.
    Proposal,
    /// A label.
    Label,
    /// The title or the body.
    Text,
    /// A review.
    Review,
    /// A thread was resolved or opened again.
    Thread,
    /// A comment.
    Comment,
    /// A check run, a check suite, a status or a workflow run.
    Check,
    /// Who is in a team or an organization, or what they may do.
    People,
    /// The policy has changed, or may have.
    Policy,
    /// A merge queue asks.
    Queue,
    /// A merge queue is done with it.
    Dequeued,
    /// A deployment asks.
    Deployment,
    /// A person asked: a button, a command.
    Request,
    /// A person asked us to ask for reviews.
    Reviewers,
    /// It is time: the sweep, a rule about time, a retry.
    Time,
}

/// A slot and why it is to be looked at.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
pub struct Nudge {
    /// What.
    pub subject: Subject,
    /// Why.
    pub cause: Cause,
}

/// What a delivery says by its coming, and nobody can be asked for later.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Note {
    /// A review was submitted while the pull request's head was `commit`. GitHub
    /// re-points a review's own field when the head is forced.
    Review {
        /// The repository.
        repository: u64,
        /// The pull request.
        number: u64,
        /// The review's id.
        review: u64,
        /// The head at that moment.
        commit: Oid,
        /// What it said then; a dismissal leaves no trace of it.
        says: Opinion,
    },
    /// The head of a pull request was pushed.
    Push {
        /// The repository of the pull request.
        repository: u64,
        /// The pull request.
        number: u64,
        /// Where its branch was; `None` if the pull request is new.
        before: Option<Oid>,
        /// Where it is since.
        after: Oid,
        /// When, as GitHub says; `None` if the push was not seen, only that the
        /// head is another now.
        at: Option<Timestamp>,
        /// The login of who pushed; `None` if the push was not seen.
        by: Option<String>,
    },
    /// A repository has this name and this default branch now.
    Repository {
        /// Where it is.
        home: Home,
        /// `owner/name`.
        slug: String,
        /// Without `refs/heads/`; `None` if the delivery does not say.
        default_branch: Option<String>,
    },
    /// A repository can no longer be seen.
    Gone {
        /// Which.
        repository: u64,
    },
    /// An installation is gone or suspended, with all its repositories.
    Uninstalled {
        /// Which.
        installation: u64,
    },
    /// Somebody changed settings that policies rely on: branch protection, rulesets.
    Settings {
        /// The repository.
        repository: u64,
        /// The login of who did.
        by: String,
        /// What: `repository_ruleset edited`.
        what: String,
    },
    /// Somebody else wrote what only we may write.
    Forged {
        /// The repository.
        repository: u64,
        /// The commit it was written to.
        commit: Oid,
        /// The login of who did.
        by: String,
        /// What was written: `status success`.
        what: String,
    },
    /// What was known about the people of an organization, or of one team or
    /// account of it, may be wrong.
    People {
        /// The organization or account whose people changed.
        owner: String,
        /// The team's name in addresses, if only one changed.
        team: Option<String>,
        /// The login, if only one person's standing changed.
        login: Option<String>,
    },
}
