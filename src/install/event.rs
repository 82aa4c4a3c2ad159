//! The moments at which Git calls a hook that Refgate stands in.

use std::fmt;

/// A moment at which Git calls a hook.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Event {
    /// Before a commit is made.
    PreCommit,
    /// Before a merge that went cleanly is committed.
    PreMergeCommit,
    /// Once a commit's message is written.
    CommitMsg,
    /// Before a push sends anything.
    PrePush,
    /// Once a patch's message is known; it is judged as a commit's.
    ApplypatchMsg,
    /// Once a patch is applied; it is judged as what is staged.
    PreApplypatch,
    /// Before a server takes a push.
    PreReceive,
    /// Before refs move, whoever moves them.
    ReferenceTransaction,
}

impl Event {
    /// What a clone is given if nothing else is asked for.
    pub const LOCAL: [Self; 4] =
        [Self::PreCommit, Self::PreMergeCommit, Self::CommitMsg, Self::PrePush];

    /// What `git am` calls.
    pub const AM: [Self; 2] = [Self::ApplypatchMsg, Self::PreApplypatch];

    /// Every event.
    pub const ALL: [Self; 8] = [
        Self::PreCommit,
        Self::PreMergeCommit,
        Self::CommitMsg,
        Self::PrePush,
        Self::ApplypatchMsg,
        Self::PreApplypatch,
        Self::PreReceive,
        Self::ReferenceTransaction,
    ];

    /// Git's name of the hook.
    pub fn name(self) -> &'static str {
        match self {
            Self::PreCommit => "pre-commit",
            Self::PreMergeCommit => "pre-merge-commit",
            Self::CommitMsg => "commit-msg",
            Self::PrePush => "pre-push",
            Self::ApplypatchMsg => "applypatch-msg",
            Self::PreApplypatch => "pre-applypatch",
            Self::PreReceive => "pre-receive",
            Self::ReferenceTransaction => "reference-transaction",
        }
    }

    /// What `refgate hook` calls it.
    pub fn judged_as(self) -> &'static str {
        match self {
            Self::ApplypatchMsg => Self::CommitMsg.name(),
            Self::PreApplypatch => Self::PreCommit.name(),
            other => other.name(),
        }
    }

    /// The local event called `name`.
    pub fn local(name: &str) -> Option<Self> {
        Self::LOCAL.into_iter().chain(Self::AM).find(|it| it.name() == name)
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
