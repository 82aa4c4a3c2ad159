//! `refgate install`: hooks.

use std::path::PathBuf;

use super::{Exit, Global, not_in_this_build};

/// Let Git call refgate before commits and pushes
///
/// Adds hooks to this repository. A hook that is there already is neither moved
/// nor changed: where the slot is taken, Git 2.54 and later run both.
#[derive(Clone, Debug, clap::Args)]
#[command(after_long_help = "\
Effect: reads the repository. Writes its hooks directory and its .git/config;
with --global, your Git configuration. `refgate uninstall` takes all of it back.

Exit codes: 0 installed, 1 --dry-run would change something, 2 not installed.

Examples:
  refgate install
  refgate install --server /srv/git/app.git")]
pub struct Install {
    /// Only these hooks, separated by commas
    #[arg(long, value_name = "HOOK", value_delimiter = ',')]
    pub hooks: Vec<String>,
    /// For every repository of this user
    #[arg(long, conflicts_with = "server")]
    pub global: bool,
    /// Always as hooks in Git's configuration (Git 2.54)
    #[arg(long, group = "how")]
    pub config: bool,
    /// Always as files in the hooks directory
    #[arg(long, group = "how")]
    pub shim: bool,
    /// Call the hook that is there already, then refgate
    #[arg(long, group = "how")]
    pub chain: bool,
    /// As the gate of a bare repository on a server
    #[arg(long, value_name = "DIR", num_args = 0..=1, default_missing_value = ".")]
    pub server: Option<PathBuf>,
    /// Replace what an older refgate installed
    #[arg(long)]
    pub force: bool,
    /// Tell what would be written, and write nothing
    #[arg(long)]
    pub dry_run: bool,
}

impl Install {
    pub(super) fn run(&self, _global: &Global) -> anyhow::Result<Exit> {
        not_in_this_build("install")
    }
}
