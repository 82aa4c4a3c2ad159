//! `refgate uninstall`: takes back what `install` added.

use std::path::PathBuf;

use super::{Exit, Global, install};
use crate::install::{Git, Site, uninstall};

/// Remove what install added, and nothing else
///
/// Afterwards .git is as it was before `refgate install`, byte for byte.
#[derive(Clone, Debug, clap::Args)]
#[command(after_long_help = "\
Effect: reads the repository. Writes its hooks directory and its .git/config.

Exit codes: 0 removed, 1 --dry-run would change something, 2 not removed.

Examples:
  refgate uninstall
  refgate uninstall --dry-run")]
pub struct Uninstall {
    /// What was installed for a bare repository on a server
    #[arg(long, value_name = "DIR", num_args = 0..=1, default_missing_value = ".")]
    pub server: Option<PathBuf>,
    /// Remove it even if somebody edited it
    #[arg(long)]
    pub force: bool,
    /// Tell what would be removed, and remove nothing
    #[arg(long)]
    pub dry_run: bool,
}

impl Uninstall {
    pub(super) fn run(&self, global: &Global) -> anyhow::Result<Exit> {
        let dir = match &self.server {
            Some(dir) => install::at(dir)?,
            None => std::env::current_dir()?,
        };
        let plan = uninstall(&Site::look(&Git::at(dir))?, self.force)?;
        install::carry_out(&plan, self.dry_run, global)
    }
}
