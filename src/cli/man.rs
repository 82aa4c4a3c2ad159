//! `refgate man`: manual pages.

use std::path::PathBuf;

use anyhow::Context;

use super::{Exit, Global, say, tree};

/// Print or write the manual pages
///
/// Prints refgate(1), or writes it and a page for each command.
#[derive(Clone, Debug, clap::Args)]
#[command(after_long_help = "\
Effect: writes pages into DIR, and nothing without it.

Exit codes: 0 printed or written, 2 not written.

Examples:
  refgate man | man -l -
  refgate man --out ~/.local/share/man/man1")]
pub(super) struct Man {
    /// Write every page into this directory
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

impl Man {
    pub(super) fn run(&self, _global: &Global) -> anyhow::Result<Exit> {
        match &self.out {
            Some(dir) => {
                std::fs::create_dir_all(dir)
                    .and_then(|()| clap_mangen::generate_to(tree(), dir))
                    .with_context(|| format!("cannot write into {}", dir.display()))?;
            }
            None => {
                let mut page = Vec::new();
                clap_mangen::Man::new(tree()).render(&mut page)?;
                say(&String::from_utf8(page)?)?;
            }
        }
        Ok(Exit::Allowed)
    }
}
