//! `refgate hook`: what Git calls.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;

use anyhow::{Context, bail};
use clap::ValueEnum;

use super::{Environment, Exit, Global, saved, shown, warn};
use crate::hook::{self, Local, Options};
use crate::model::Decision;
use crate::receive::{Answer, Receive, ToKeep};
use crate::record::Keep;
use crate::report::{self, Width};

/// Judge at a hook; called by Git
///
/// Git calls this from the hooks that `refgate install` adds, with the hook's
/// own arguments and standard input.
///
/// Effect: reads the repository. Writes .git/refgate/last.json, and records where
/// `refgate.record` says.
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

impl Event {
    /// Whether a server calls it.
    pub(super) fn is_of_server(self) -> bool {
        match self {
            Self::PreReceive | Self::Update | Self::ReferenceTransaction => true,
            Self::PreCommit | Self::PreMergeCommit | Self::CommitMsg | Self::PrePush => false,
        }
    }
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

    pub(super) fn run(&self, global: &Global) -> anyhow::Result<Exit> {
        if self.event.is_of_server() { self.server(global) } else { self.local(global) }
    }

    fn server(&self, global: &Global) -> anyhow::Result<Exit> {
        let directory = std::env::current_dir().context("the directory is gone")?;
        // A pusher may have set REFGATE_NOW and its like: a server heeds none.
        let vars = &global.environment.vars;
        let receive = Receive { vars, directory: &directory, at: Environment::clock() };
        let argument = |at: usize| self.arguments.get(at).map(|it| it.as_bytes());
        let answer = match self.event {
            Event::Update => match (argument(0), argument(1), argument(2)) {
                (Some(name), Some(old), Some(new)) => Some(receive.update(name, old, new)?),
                _ => bail!("the update hook is given a ref and two object names"),
            },
            Event::ReferenceTransaction => {
                let state = argument(0).context("the hook is given a state")?;
                receive.reference_transaction(state, &input()?)?
            }
            _ => Some(receive.pre_receive(&input()?)?),
        };
        let Some(Answer { verdict, prefix, record }) = answer else { return Ok(Exit::Allowed) };
        // Recorded before it takes effect: what cannot be is not let in.
        if let Some(ToKeep { directory, record }) = record {
            saved::keep(&directory, &record).context("the verdict cannot be recorded")?;
        }
        let text = report::text(&verdict, Width::Server);
        let lines = text.lines().map(|line| format!("{prefix}{line}\n"));
        warn(&lines.collect::<String>());
        Ok(Exit::denied_if(!verdict.decision().allows()))
    }

    fn local(&self, global: &Global) -> anyhow::Result<Exit> {
        if global.environment.is_off() {
            warn("warning: refgate is switched off by REFGATE=0; the server judges\n");
            return Ok(Exit::Allowed);
        }
        let directory = std::env::current_dir().context("the directory is gone")?;
        let input = if self.event == Event::PrePush { input()? } else { Vec::new() };
        if self.event == Event::PrePush && input.is_empty() {
            return Ok(Exit::Allowed);
        }
        let options = Options {
            policy: global.policy.as_deref(),
            skipped: global.environment.skipped(),
            at: global.environment.now()?,
            ..Options::default()
        };
        let local = Local::open(&global.environment.vars, &directory, options)?;
        let records = match &global.environment.record {
            Some(named) => Some(directory.join(named)),
            None => local.records()?,
        };
        let keep = if records.is_some() { Keep::Everything } else { Keep::Nothing };
        let local = local.keeping(keep);
        let answer = match self.event {
            Event::CommitMsg => {
                let file = self.arguments.first().context("the hook is given a file")?;
                let raw = hook::message_file(local.repository(), &directory, file.as_ref())?;
                local.message(&raw)?
            }
            Event::PrePush => {
                let remote = self.arguments.first().map(|it| it.as_bytes()).unwrap_or_default();
                local.push(remote, &input)?
            }
            Event::PreMergeCommit => local.merged()?,
            _ => local.staged()?,
        };
        let Some(verdict) = &answer.verdict else { return Ok(Exit::Allowed) };
        if let Some((directory, record)) = records.zip(answer.record.as_ref())
            && let Err(error) = saved::keep(&directory, record)
        {
            // A later stage decides, and records what it decides.
            let why = report::escaped_line(&format!("{error:#}"));
            warn(&format!("warning: the verdict cannot be recorded: {why}\n"));
        }
        let decision = verdict.decision();
        shown::keep(local.repository().git_dir(), verdict);
        let denied = !decision.allows();
        let mut text = report::styled(verdict, shown::style(global, global.colors_on_stderr()));
        if denied {
            let _ = writeln!(text, "\njudged by {}; nothing was changed", answer.from);
        }
        // What is left to a later stage matters once the change leaves here.
        if decision > Decision::Defer || self.event == Event::PrePush {
            warn(&text);
        }
        Ok(Exit::denied_if(denied))
    }
}

fn input() -> anyhow::Result<Vec<u8>> {
    let mut input = Vec::new();
    std::io::stdin().lock().read_to_end(&mut input).context("cannot read the standard input")?;
    Ok(input)
}
