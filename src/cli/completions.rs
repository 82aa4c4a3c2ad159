//! `refgate completions`: scripts for shells.

use clap_complete::Shell;

use super::{Exit, Global, say, tree};

/// Print a completion script for a shell
#[derive(Clone, Debug, clap::Args)]
#[command(after_long_help = "\
Effect: reads and writes nothing.

Exit codes: 0 printed, 2 no such shell.

Examples:
  refgate completions bash > ~/.local/share/bash-completion/completions/refgate
  refgate completions fish > ~/.config/fish/completions/refgate.fish")]
pub(super) struct Completions {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

impl Completions {
    pub(super) fn run(&self, _global: &Global) -> anyhow::Result<Exit> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut tree(), "refgate", &mut script);
        say(&String::from_utf8(script)?)?;
        Ok(Exit::Allowed)
    }
}
