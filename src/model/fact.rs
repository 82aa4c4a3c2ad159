//! What can be found out about a change, and what it means not to know.

use std::fmt;
use std::rc::Rc;

use bstr::BStr;
use serde::{Deserialize, Serialize};

use super::{Actor, Commit, Entry, FileChange, Oid, Peeled, RefName, RefUpdate};

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
    /// Who is in a team of the host.
    Teams,
    /// Who approved which commit.
    Approvals,
    /// Which checks ran on a commit, and how they ended.
    Checks,
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
            Self::Teams => "team members",
            Self::Approvals => "approvals",
            Self::Checks => "checks",
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

    /// The approvals that stand for `update`, oldest first.
    fn approvals(&self, update: &RefUpdate) -> Fact<Rc<[Approval]>>;

    /// The latest run of each check on `oid`.
    fn checks(&self, oid: Oid) -> Fact<Rc<[CheckRun]>>;

    /// All commits that the ref itself does not hold yet, children before
    /// parents: also those that `commits` leaves out since another ref, of which
    /// as much is asked, holds them.
    fn moved_commits(&self, update: &RefUpdate) -> Fact<Rc<[Commit]>> {
        self.commits(update)
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
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
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
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Incoming {
    /// Objects received.
    pub objects: u64,
    /// Bytes received, compressed.
    pub bytes: u64,
}

/// Someone's word that a commit may land.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// Whose word.
    pub by: Actor,
    /// The commit they looked at.
    pub commit: Oid,
}

/// One check's latest run.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct CheckRun {
    /// The check's name.
    pub name: String,
    /// The app that ran it, by its number at the host.
    #[serde(default)]
    pub app: Option<u64>,
    /// How far it got.
    pub state: CheckState,
}

/// How far a check got.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckState {
    /// It has not ended.
    Running,
    /// It ended well.
    Success,
    /// It ended any other way.
    Failure,
}
