//! What can be found out about a change, and what it means not to know.

use std::fmt;
use std::rc::Rc;

use bstr::BStr;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Account, Actor, CheckRun, Comment, Commit, Content, Entry, FileChange, Lines, MergeGroup, Oid,
    Peeled, Permission, Proposal, Provenance, Push, RefName, RefUpdate, Repository, Review,
    Statement, Thread, WorkflowRun,
};

/// Something known, or the reason why it is not.
///
/// Rules pass the reason on with `?`; what not knowing leads to is decided in
/// one place, `judge`.
pub type Fact<T> = Result<T, Unknown>;

/// Why a fact is not known.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Unknown {
    /// This stage has no way to know. A later one may.
    NotHere(Need),
    /// Finding out was tried, and failed.
    Failed(Need, String),
    /// Only a part could be found out, for the reason given.
    Truncated(Need, String),
}

/// A kind of fact. Rules declare the ones they use, so that shells know what to
/// gather, which events matter, and where each rule can be decided.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Need {
    /// Who moves the refs.
    Actor,
    /// Which paths a ref update changes.
    Files,
    /// What is in them, and how large it is.
    Blobs,
    /// The directories of the tree that would result.
    Tree,
    /// The new commits: people and messages.
    Commits,
    /// Which commits contain which.
    History,
    /// What kind of object a ref would point to, and tag objects.
    Objects,
    /// Which refs the server has.
    Refs,
    /// How much a push sends.
    Incoming,
    /// Whether a pull request brings the change.
    PullRequest,
    /// Files of the target, as it is before the change.
    Target,
    /// What a pull request's head brings, now and at earlier heads.
    Content,
    /// What the host tells about the pull request.
    Proposal,
    /// Who pushed to its branch, and when.
    Pushes,
    /// Which accounts stand behind the commits.
    Provenance,
    /// How many lines change.
    Lines,
    /// Who is in a team or an organization of the host.
    Teams,
    /// Numbers, kinds and permissions of accounts.
    Accounts,
    /// Who approved what.
    Approvals,
    /// Threads of reviews.
    Threads,
    /// Which checks ran on a commit, and how they ended.
    Checks,
    /// What the host tells about the repository.
    Repository,
}

impl Need {
    /// Every kind.
    pub const ALL: [Self; 22] = [
        Self::Actor,
        Self::Files,
        Self::Blobs,
        Self::Tree,
        Self::Commits,
        Self::History,
        Self::Objects,
        Self::Refs,
        Self::Incoming,
        Self::PullRequest,
        Self::Target,
        Self::Content,
        Self::Proposal,
        Self::Pushes,
        Self::Provenance,
        Self::Lines,
        Self::Teams,
        Self::Accounts,
        Self::Approvals,
        Self::Threads,
        Self::Checks,
        Self::Repository,
    ];

    /// The kind that is shown so.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.to_string() == name)
    }
}

impl Unknown {
    /// The kind of fact that is not known.
    pub fn need(&self) -> Need {
        match self {
            Self::NotHere(need) | Self::Failed(need, _) | Self::Truncated(need, _) => *need,
        }
    }
}

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Actor => "the pusher",
            Self::Files => "changed files",
            Self::Blobs => "file contents",
            Self::Tree => "the resulting tree",
            Self::Commits => "new commits",
            Self::History => "history",
            Self::Objects => "objects",
            Self::Refs => "the server's refs",
            Self::Incoming => "the size of the push",
            Self::PullRequest => "the pull request",
            Self::Target => "files of the target",
            Self::Content => "earlier contents",
            Self::Proposal => "the proposal",
            Self::Pushes => "pushes to the branch",
            Self::Provenance => "accounts behind commits",
            Self::Lines => "changed lines",
            Self::Teams => "team members",
            Self::Accounts => "accounts",
            Self::Approvals => "approvals",
            Self::Threads => "review threads",
            Self::Checks => "checks",
            Self::Repository => "the repository",
        })
    }
}

/// Answers questions about a change.
///
/// The one seam between the rules and the world. An answer may be slow the
/// first time and never changes afterwards. Asking cannot fail: not knowing is
/// an answer.
pub trait Facts {
    /// The commits that `update` makes reachable, children before parents.
    fn commits(&self, update: &RefUpdate) -> Fact<Rc<[Commit]>>;

    /// The paths that those commits change, oldest commit last.
    fn files(&self, update: &RefUpdate) -> Fact<Rc<[FileChange]>>;

    /// The size in bytes of the blob `oid`, without reading it.
    fn size(&self, oid: Oid) -> Fact<u64>;

    /// Shows the blob `oid` to `sink` in pieces of at most some MiB, in order.
    /// The second argument is where the piece begins. Stops early when `sink`
    /// answers `false`.
    fn read(&self, oid: Oid, sink: &mut dyn FnMut(&[u8], u64) -> bool) -> Fact<()>;

    /// The entries of directory `path` in the tree that `update` leads to,
    /// without `/` at its end; the root is empty. `None` if there is no such
    /// directory.
    fn directory(&self, update: &RefUpdate, path: &BStr) -> Fact<Option<Rc<[Entry]>>>;

    /// Whether `old` is an ancestor of `new`, or the same commit.
    fn is_ancestor(&self, old: Oid, new: Oid) -> Fact<bool>;

    /// How many commits `target` holds that `head` does not.
    fn behind(&self, head: Oid, target: Oid) -> Fact<u64> {
        let _ = (head, target);
        Err(Unknown::NotHere(Need::History))
    }

    /// What `oid` is, and leads to.
    fn peel(&self, oid: Oid) -> Fact<Peeled>;

    /// The refs that exist before the change, with what they point to.
    fn refs(&self) -> Fact<Rc<[(RefName, Oid)]>>;

    /// How much the push sends.
    fn incoming(&self) -> Fact<Incoming>;

    /// Whether a pull request brings `update`, rather than a push to the ref.
    fn pull_request(&self, update: &RefUpdate) -> Fact<PullRequest>;

    /// Whether `actor` is in the host's team, written `@org/team`.
    fn in_team(&self, actor: &Actor, team: &str) -> Fact<bool>;

    /// Every review of `update`, in any order.
    fn reviews(&self, update: &RefUpdate) -> Fact<Rc<[Review]>>;

    /// The runs of every check on `oid` that count: of each check suite the
    /// latest, so that a name may be there several times.
    fn checks(&self, oid: Oid) -> Fact<Rc<[CheckRun]>>;

    /// The pull requests that a merge queue lands by `update`; `None` if no queue
    /// does.
    fn merge_group(&self, update: &RefUpdate) -> Fact<Option<Rc<MergeGroup>>> {
        let _ = update;
        Err(Unknown::NotHere(Need::PullRequest))
    }

    /// What the host tells about the pull request that brings `update`.
    fn proposal(&self, update: &RefUpdate) -> Fact<Rc<Proposal>> {
        let _ = update;
        Err(Unknown::NotHere(Need::Proposal))
    }

    /// The comments below it, in any order.
    fn comments(&self, update: &RefUpdate) -> Fact<Rc<[Comment]>> {
        let _ = update;
        Err(Unknown::NotHere(Need::Approvals))
    }

    /// Signed words on what `update` brings, their signatures verified.
    fn statements(&self, update: &RefUpdate) -> Fact<Rc<[Statement]>> {
        let _ = update;
        Err(Unknown::NotHere(Need::Approvals))
    }

    /// The threads of its reviews.
    fn threads(&self, update: &RefUpdate) -> Fact<Rc<[Thread]>> {
        let _ = update;
        Err(Unknown::NotHere(Need::Threads))
    }

    /// The pushes to its branch, oldest first, as the server saw them.
    fn pushes(&self, update: &RefUpdate) -> Fact<Rc<[Push]>> {
        let _ = update;
        Err(Unknown::NotHere(Need::Pushes))
    }

    /// Which accounts stand behind commit `oid`, one of `commits`.
    fn provenance(&self, update: &RefUpdate, oid: Oid) -> Fact<Rc<Provenance>> {
        let _ = (update, oid);
        Err(Unknown::NotHere(Need::Provenance))
    }

    /// What `head`, the head of the pull request now or earlier, brings.
    fn content(&self, update: &RefUpdate, head: Oid) -> Fact<Rc<Content>> {
        let _ = (update, head);
        Err(Unknown::NotHere(Need::Content))
    }

    /// How many lines `update` adds and removes.
    fn lines(&self, update: &RefUpdate) -> Fact<Rc<Lines>> {
        let _ = update;
        Err(Unknown::NotHere(Need::Lines))
    }

    /// The file `path` of the target of `update` as it is before the change;
    /// `None` if there is none.
    fn target_file(&self, update: &RefUpdate, path: &BStr) -> Fact<Option<Rc<[u8]>>> {
        let _ = (update, path);
        Err(Unknown::NotHere(Need::Target))
    }

    /// What the host knows about an account.
    fn account(&self, actor: &Actor) -> Fact<Account> {
        let _ = actor;
        Err(Unknown::NotHere(Need::Accounts))
    }

    /// What `actor` may do in the repository, now.
    fn permission(&self, actor: &Actor) -> Fact<Permission> {
        let _ = actor;
        Err(Unknown::NotHere(Need::Accounts))
    }

    /// Whether `actor` is a member of the host's organization.
    fn in_organization(&self, actor: &Actor, organization: &str) -> Fact<bool> {
        let _ = (actor, organization);
        Err(Unknown::NotHere(Need::Teams))
    }

    /// The runs of workflows on `oid`, each its latest attempt.
    fn workflows(&self, oid: Oid) -> Fact<Rc<[WorkflowRun]>> {
        let _ = oid;
        Err(Unknown::NotHere(Need::Checks))
    }

    /// What the host tells about the repository.
    fn repository(&self) -> Fact<Rc<Repository>> {
        Err(Unknown::NotHere(Need::Repository))
    }

    /// All commits that the ref itself does not hold yet, children before
    /// parents: also those that `commits` leaves out since another ref, of which
    /// as much is asked, holds them.
    fn moved_commits(&self, update: &RefUpdate) -> Fact<Rc<[Commit]>> {
        self.commits(update)
    }

    /// Whether `update` makes a ref at the very commit that a branch points to of
    /// which the policy asks as much of what lands, so that it brings nothing that
    /// was not agreed on there.
    fn held(&self, update: &RefUpdate) -> Fact<bool> {
        let _ = update;
        Err(Unknown::NotHere(Need::Refs))
    }

    /// The paths that those commits change.
    fn moved_files(&self, update: &RefUpdate) -> Fact<Rc<[FileChange]>> {
        self.files(update)
    }

    /// The whole content of the blob `oid`. Ask for its size first.
    fn blob(&self, oid: Oid) -> Fact<Vec<u8>> {
        let mut whole = Vec::new();
        self.read(oid, &mut |piece, _| {
            whole.extend_from_slice(piece);
            true
        })?;
        Ok(whole)
    }
}

/// Whether a pull request brings a ref update, and how far it is.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PullRequest {
    /// None does: it is a push to the ref.
    No,
    /// One would. How it lands is not chosen yet.
    Open,
    /// One does, now: the host has made the commits that land.
    Merging,
}

/// How much a push sends.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Incoming {
    /// Objects received.
    pub objects: u64,
    /// Bytes received, compressed.
    pub bytes: u64,
}
