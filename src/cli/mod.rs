//! What can be typed.
//!
//! One file per command: a struct that clap fills, whose doc comment is the
//! help, and its `run`. Nothing here ends the process; `main` does.

#[cfg(feature = "github")]
mod app;
mod check;
mod completions;
mod doctor;
#[cfg(feature = "github")]
mod doctor_github;
mod environment;
mod explain;
mod hook;
mod import;
mod init;
mod install;
mod lint;
mod man;
mod output;
mod policy;
mod policy_file;
mod progress;
#[cfg(feature = "github")]
mod pull_request;
pub mod reference;
mod replay;
mod resolved;
mod saved;
#[cfg(feature = "github")]
mod serve;
mod shown;
#[cfg(feature = "github")]
mod sync;
mod test;
mod tree;
mod uninstall;

pub use check::Check;
pub use doctor::Doctor;
pub use environment::Environment;
pub use hook::{Event, Hook};
pub use init::{Init, Template};
pub use install::Install;
pub use output::{Format, When, failed, panicked, say, warn};
pub use policy_file::{PolicyFile, Text};
pub use replay::Replay;
#[cfg(feature = "github")]
pub use serve::Serve;
pub use test::Test;
pub use tree::tree;
pub use uninstall::Uninstall;

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::Context;
use clap::{ArgAction, FromArgMatches, Parser, Subcommand};

/// How a command ended, if it could do its work.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Exit {
    /// The change may go on, or the work is done: exit code 0.
    Allowed,
    /// The change may not go on, or there is a difference: exit code 1.
    Denied,
}

impl Exit {
    /// Denied if `denied`.
    pub fn denied_if(denied: impl Into<bool>) -> Self {
        if denied.into() { Self::Denied } else { Self::Allowed }
    }
}

/// Guards refs: one policy, judged by hooks, by the server and on GitHub
#[derive(Debug, Parser)]
#[command(name = "refgate", version, disable_help_subcommand = true, max_term_width = 80)]
struct Arguments {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    command: Command,
}

/// What every command understands.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Options for every command")]
struct Options {
    /// Run as if started in <DIR>
    #[arg(short = 'C', value_name = "DIR", global = true)]
    directory: Option<PathBuf>,
    #[arg(long, value_name = "FILE", global = true)]
    #[arg(help = "Use this policy, not the one Git finds [env: REFGATE_POLICY]")]
    policy: Option<PathBuf>,
    #[arg(long, value_name = "F", global = true, hide_possible_values = true)]
    #[arg(help = "human, json, sarif, github, junit or markdown [env: REFGATE_FORMAT]")]
    format: Option<Format>,
    #[arg(long, value_name = "WHEN", global = true, hide_possible_values = true)]
    #[arg(help = "auto, always or never [env: REFGATE_COLOR, NO_COLOR, CLICOLOR_FORCE]")]
    color: Option<When>,
    /// Print denials only (-qq: nothing)
    #[arg(short, long, action = ArgAction::Count, global = true)]
    quiet: u8,
    /// Also print what passed
    #[arg(short, long, action = ArgAction::Count, global = true)]
    verbose: u8,
}

/// The commands, in the order of the help.
#[derive(Debug, Subcommand)]
enum Command {
    Init(Init),
    Install(Install),
    Doctor(Doctor),
    Check(Check),
    Explain(explain::Explain),
    Replay(Replay),
    Test(Test),
    Policy(policy::Policy),
    #[cfg(feature = "github")]
    Serve(Serve),
    #[cfg(feature = "github")]
    Sync(sync::Sync),
    #[cfg(feature = "github")]
    App(app::App),
    Uninstall(Uninstall),
    Completions(completions::Completions),
    Man(man::Man),
    Hook(Hook),
}

/// What holds for a run, whatever the command.
#[derive(Clone, Debug)]
pub struct Global {
    /// The policy that was asked for; the one Git finds, if `None`.
    pub policy: Option<PathBuf>,
    /// How to report.
    pub format: Format,
    /// When to use colors.
    pub color: When,
    /// How often `-q` was given.
    pub quiet: u8,
    /// How often `-v` was given.
    pub verbose: u8,
    /// The variables that Refgate knows.
    pub environment: Environment,
}

/// Runs what was typed: `arguments` begins with the program's name. Help and
/// version are printed and allowed; a wrong usage is an error.
pub fn run(
    arguments: impl Iterator<Item = OsString>,
    environment: impl FnOnce() -> Environment,
) -> anyhow::Result<Exit> {
    let arguments: Vec<_> = arguments.collect();
    // Git waits for hooks: they are told apart without building the tree.
    if let Some(hook) = Hook::from_git(&arguments) {
        let environment = environment();
        let environment = if hook.event.is_of_server() { environment.bare() } else { environment };
        return hook.run(&Global::new(Options::default(), environment)?);
    }
    let parsed = tree()
        .try_get_matches_from(arguments)
        .and_then(|matches| Arguments::from_arg_matches(&matches));
    let Arguments { options, command } = match parsed {
        Ok(parsed) => parsed,
        Err(error) if error.use_stderr() => return Err(output::usage(&error)),
        Err(help) => {
            say(&output::help(&help))?;
            return Ok(Exit::Allowed);
        }
    };
    if let Some(directory) = &options.directory {
        std::env::set_current_dir(directory)
            .with_context(|| format!("cannot start in {}", directory.display()))?;
    }
    let global = Global::new(options, environment())?;
    match command {
        Command::Init(it) => it.run(&global),
        Command::Install(it) => it.run(&global),
        Command::Doctor(it) => it.run(&global),
        Command::Check(it) => it.run(&global),
        Command::Explain(it) => it.run(&global),
        Command::Replay(it) => it.run(&global),
        Command::Test(it) => it.run(&global),
        Command::Policy(it) => it.run(&global),
        #[cfg(feature = "github")]
        Command::Serve(it) => it.run(&global),
        #[cfg(feature = "github")]
        Command::Sync(it) => it.run(&global),
        #[cfg(feature = "github")]
        Command::App(it) => it.run(&global),
        Command::Uninstall(it) => it.run(&global),
        Command::Completions(it) => it.run(&global),
        Command::Man(it) => it.run(&global),
        Command::Hook(it) => it.run(&global),
    }
}

impl Global {
    fn new(options: Options, environment: Environment) -> anyhow::Result<Self> {
        let Options { policy, format, color, quiet, verbose, directory: _ } = options;
        let format = format.map_or_else(|| environment.format(), Ok)?;
        let color = color.map_or_else(|| environment.color(), Ok)?;
        let policy = policy.or_else(|| environment.policy.clone().map(PathBuf::from));
        Ok(Self { policy, format, color, quiet, verbose, environment })
    }
}
