//! What is to be done, before anything is.

use std::fs;
use std::path::PathBuf;

use anyhow::Context as _;

use super::{Line, disk};

/// What is to be done, in order, and what there is to say about it.
#[derive(Debug, Default)]
pub struct Plan {
    /// What is to be done; nothing if all is as it should be.
    pub steps: Vec<Step>,
    /// What there is to say. An error says what will not be done.
    pub lines: Vec<Line>,
}

/// One act. Each is done at once, or not at all.
#[derive(Debug)]
pub enum Step {
    /// Make a directory.
    Make(PathBuf),
    /// Write a file that can be run.
    Write(PathBuf, Vec<u8>),
    /// Copy a file that can be run.
    Copy(PathBuf, PathBuf),
    /// Give someone's hook a second name, before ours takes the first.
    Keep(PathBuf, PathBuf),
    /// Replace a configuration's bytes by others.
    Configure(PathBuf, Vec<u8>, Vec<u8>),
    /// Give a kept hook its first name back.
    Restore(PathBuf, PathBuf),
    /// Remove a file of ours.
    Remove(PathBuf),
    /// Remove a directory of ours, if it is empty.
    Unmake(PathBuf),
}

impl Plan {
    /// Does it.
    ///
    /// # Errors
    ///
    /// If something can't be written; what came before it is done, and doing it
    /// again goes on from there.
    pub fn carry_out(&self) -> anyhow::Result<()> {
        self.steps.iter().try_for_each(Step::carry_out)
    }

    /// Whether something can't be done.
    pub fn refuses(&self) -> bool {
        self.lines.iter().any(|it| it.level == super::Level::Error)
    }
}

impl Step {
    fn carry_out(&self) -> anyhow::Result<()> {
        let failed = || format!("could not {self}");
        match self {
            Self::Make(dir) => fs::create_dir_all(dir).with_context(failed),
            Self::Write(path, bytes) => disk::write_program(path, bytes),
            Self::Copy(from, to) => disk::copy_program(from, to),
            Self::Keep(hook, name) => {
                let made = name.parent().map_or(Ok(()), fs::create_dir_all);
                made.and_then(|()| fs::hard_link(hook, name)).with_context(failed)
            }
            Self::Configure(path, old, new) => disk::swap_config(path, old, new),
            Self::Restore(kept, hook) => fs::rename(kept, hook).with_context(failed),
            Self::Remove(path) => fs::remove_file(path).with_context(failed),
            Self::Unmake(dir) => {
                // Someone else's file in it is reason enough to leave it.
                let _ = fs::remove_dir(dir);
                Ok(())
            }
        }
    }
}

impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Make(dir) => write!(f, "make {}", dir.display()),
            Self::Write(path, _) => write!(f, "write {}", path.display()),
            Self::Copy(from, to) => write!(f, "copy {} to {}", from.display(), to.display()),
            Self::Keep(hook, name) => write!(f, "keep {} as {}", hook.display(), name.display()),
            Self::Configure(path, ..) => write!(f, "change our lines in {}", path.display()),
            Self::Restore(kept, hook) => {
                write!(f, "put {} back as {}", kept.display(), hook.display())
            }
            Self::Remove(path) => write!(f, "remove {}", path.display()),
            Self::Unmake(dir) => write!(f, "remove {}", dir.display()),
        }
    }
}
