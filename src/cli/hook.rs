//! `refgate hook`: what Git calls.

use std::ffi::OsString;

use clap::ValueEnum;

use super::{Exit, Global, not_in_this_build};

/// Judge at a hook; called by Git
///
/// Git calls this from the hooks that `refgate install` adds, with the hook's
/// own arguments and standard input.
///
/// Effect: reads the repository. Writes .git/refgate/last.json.
#[derive(Clone, Debug, clap::Args)]
#[command(hide = true)]
pub struct Hook {
    /// The hook.
    #[arg(value_name = "EVENT")]
    pub event: Event,
    /// What Git gives the hook.
    #[arg(value_name = "ARGUMENT", trailing_var_arg = true, allow_hyphen_values = true)]
    pub arguments: Vec<OsString>,
}

/// The hooks that Refgate answers, by Git's names.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum Event {
    /// Before a commit.
    PreCommit,
    /// Before the commit of a merge that went well.
    PreMergeCommit,
    /// Once a message is written.
    CommitMsg,
    /// Before objects are sent.
    PrePush,
    /// On a server, before refs move.
    PreReceive,
    /// On a server, before one ref moves.
    Update,
    /// Wherever refs move.
    ReferenceTransaction,
}

impl Hook {
    /// The call that Git's hooks make, `refgate hook EVENT [ARGUMENT]...`; `None`
    /// for anything else.
    pub(super) fn from_git(arguments: &[OsString]) -> Option<Self> {
        let [_, word, event, rest @ ..] = arguments else { return None };
        let event = event.to_str().filter(|_| word == "hook")?;
        if rest.first().is_some_and(|it| it == "--help" || it == "-h") {
            return None;
        }
        let event = Event::from_str(event, false).ok()?;
        Some(Self { event, arguments: rest.to_vec() })
    }

    pub(super) fn run(&self, _global: &Global) -> anyhow::Result<Exit> {
        not_in_this_build("hook")
    }
}
