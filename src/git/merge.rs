//! What merging two commits gives, worked out anew.
//!
//! Git itself does it, since only Git merges as Git does: renames, virtual merge
//! bases, both hashes. It needs no work tree, but writes what it merges; so it
//! works in an empty repository of its own that only borrows the objects, and in
//! which no configuration, attribute, merge driver, replacement or graft can be.

use std::fs::{self, File};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;
use std::process::{Child, ExitStatus};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use bstr::ByteSlice;

use super::deadline::Deadline;
use super::raw;
use super::repository::Repository;
use super::walk::Walker;
use crate::model::{Kind, Oid};

impl Repository {
    /// Whether the tree of a merge is what merging its two parents gives without
    /// conflict and without a hand: what `git merge` commits if nothing is configured.
    /// An edit on top, a resolved conflict or a side left out makes it `false`; so
    /// does any other number of parents.
    ///
    /// An error where that cannot be told: a shallow or partial clone, a Git
    /// before 2.38, or the deadline.
    pub fn clean_merge(&self, merge: Oid, deadline: Deadline) -> Result<bool> {
        let Some(node) = self.objects.read(merge, Kind::Commit, raw::node)? else {
            bail!("commit {} names no tree", merge.short());
        };
        match node.parents[..] {
            [one, other] if one != other => {
                Ok(self.merge_tree(one, other, deadline)? == Some(node.tree))
            }
            _ => Ok(false),
        }
    }

    /// The tree that merging `other` into `one` gives; `None` if they conflict or
    /// have no common ancestor, which `git merge` refuses.
    pub fn merge_tree(&self, one: Oid, other: Oid, deadline: Deadline) -> Result<Option<Oid>> {
        let walker = Walker::new(&self.objects, self.shallow());
        // Some Gits take a history that is cut off for an unrelated one.
        if walker.merge_bases(one, other, &|| deadline.check())?.is_empty() {
            return Ok(None);
        }
        let scratch = self.scratch().context("cannot make a temporary directory")?;
        let at = &scratch.path().canonicalize()?;
        let (out, err) = (at.join("out"), at.join("err"));
        let mut git = self.git();
        git.current_dir(at).env("GIT_DIR", at).env("HOME", at);
        git.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
        git.env("GIT_OBJECT_DIRECTORY", at.join("objects"));
        git.env("GIT_ALTERNATE_OBJECT_DIRECTORIES", listed(&self.object_directories()));
        git.args(["merge-tree", "--write-tree", "--no-messages"]);
        git.args([one.to_string(), other.to_string()]);
        git.stdout(File::create(&out)?).stderr(File::create(&err)?);
        let status = wait(git.spawn().context("cannot run git")?, deadline)?;
        let said = fs::read(&out)?;
        match (status.code(), said.lines().next().and_then(Oid::from_hex)) {
            (Some(0), Some(tree)) => Ok(Some(tree)),
            (Some(1), Some(_)) => Ok(None),
            (Some(129), _) => bail!("this git cannot merge without a work tree; 2.38 can"),
            _ => {
                let why = fs::read(&err)?.trim().to_str_lossy().into_owned();
                let (one, other) = (one.short(), other.short());
                Err(self.told(format!("git cannot merge {one} and {other}: {why}")))
            }
        }
    }

    /// An empty repository for objects of the same kind.
    fn scratch(&self) -> Result<tempfile::TempDir> {
        let base = self.vars().path("TMPDIR", self.git_dir());
        let base = base.unwrap_or_else(|| PathBuf::from("/tmp"));
        let scratch = tempfile::Builder::new().prefix("refgate-").tempdir_in(base)?;
        let at = scratch.path();
        fs::create_dir(at.join("objects"))?;
        fs::create_dir(at.join("refs"))?;
        fs::write(at.join("HEAD"), "ref: refs/heads/none\n")?;
        let config = format!(
            "[core]\n\trepositoryFormatVersion = 1\n\tbare = true\n\tcommitGraph = false\n\
             \tlooseCompression = 0\n\tfsync = none\n\
             [extensions]\n\tobjectFormat = {}\n",
            self.hash()
        );
        fs::write(at.join("config"), config)?;
        Ok(scratch)
    }
}

/// Directories as Git's variable lists them, each in quotes: a name may hold `:`.
fn listed(directories: &[PathBuf]) -> std::ffi::OsString {
    let mut all = Vec::new();
    for directory in directories {
        let full = directory.canonicalize();
        let name = full.as_deref().unwrap_or(directory).as_os_str().as_bytes();
        all.extend_from_slice(if all.is_empty() { b"\"" } else { b":\"" });
        for &byte in name {
            if matches!(byte, b'"' | b'\\') {
                all.push(b'\\');
            }
            all.push(byte);
        }
        all.push(b'"');
    }
    std::ffi::OsString::from_vec(all)
}

/// Waits until `child` has ended, or ends it when time is over.
fn wait(mut child: Child, deadline: Deadline) -> Result<ExitStatus> {
    let mut pause = Duration::from_millis(1);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if let Err(late) = deadline.check() {
            child.kill()?;
            child.wait()?;
            return Err(late);
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}
