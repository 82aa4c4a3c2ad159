//! Where a repository keeps its hooks, and who decided so.

use std::path::{Component, Path, PathBuf};

use anyhow::Context as _;
use bstr::ByteSlice as _;

use super::{Git, Version};

/// A repository, as far as hooks are concerned.
#[derive(Debug)]
pub struct Site {
    /// Git, in it.
    pub git: Git,
    /// That Git's version.
    pub version: Version,
    /// The top of the work tree; `None` if there is none.
    pub top: Option<PathBuf>,
    /// What all work trees of the repository share.
    pub common: PathBuf,
    /// The directory that Git looks for hooks in.
    pub hooks: PathBuf,
    /// The setting that says so, if one does.
    pub hooks_path: Option<HooksPath>,
}

/// A value of `core.hooksPath`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct HooksPath {
    /// Whose setting it is.
    pub scope: Scope,
    /// The setting.
    pub value: String,
}

/// Whose setting a setting is, the widest first.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Scope {
    /// The machine's.
    System,
    /// The user's.
    Global,
    /// The repository's.
    Local,
    /// The work tree's.
    Worktree,
    /// The command line's.
    Command,
}

impl Scope {
    /// Git's word.
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Global => "global",
            Self::Local => "local",
            Self::Worktree => "worktree",
            Self::Command => "command",
        }
    }

    fn read(name: &str) -> Option<Self> {
        let all = [Self::System, Self::Global, Self::Local, Self::Worktree, Self::Command];
        all.into_iter().find(|it| it.name() == name)
    }
}

impl Site {
    /// Looks at the repository that `git` is in.
    ///
    /// # Errors
    ///
    /// If there is none, or Git can't be run.
    pub fn look(git: &Git) -> anyhow::Result<Self> {
        let version = git.version()?;
        let absolute = |what: &[&str]| {
            let args = ["rev-parse", "--path-format=absolute"];
            git.path(&[&args, what].concat())
        };
        let common = absolute(&["--git-common-dir"]).context("no repository here")?;
        let bare = git.text(&["rev-parse", "--is-inside-work-tree"]).is_none_or(|it| it != "true");
        let top = if bare { None } else { Some(absolute(&["--show-toplevel"])?) };
        // Git reads a relative hooksPath from the top, where it runs hooks.
        let git = git.elsewhere(top.as_deref().unwrap_or(&common));
        let hooks = git.path(&["rev-parse", "--path-format=absolute", "--git-path", "hooks"])?;
        let hooks_path = hooks_paths(&git).pop();
        Ok(Self { git, version, top, common, hooks, hooks_path })
    }

    /// The repository's own configuration file.
    pub fn config(&self) -> PathBuf {
        self.common.join("config")
    }

    /// Whether hooks may be written where Git looks for them: not if the place
    /// belongs to every repository of a user or a machine, is outside this one,
    /// is a link that leads elsewhere, or is no directory.
    pub fn is_ours(&self) -> bool {
        let own = match &self.hooks_path {
            Some(it) => {
                matches!(it.scope, Scope::Local | Scope::Worktree) && self.holds(&self.hooks)
            }
            None => !self.common.join("hooks").is_symlink(),
        };
        own && (self.hooks.is_dir() || !self.hooks.exists())
    }

    /// Whether a path leads to a place in this repository or its work trees.
    pub(super) fn holds(&self, path: &Path) -> bool {
        // What links lead to, as far as the path exists.
        let real = |path: &Path| {
            let there = path.ancestors().find_map(|it| Some((it, it.canonicalize().ok()?)));
            let (there, real) = there?;
            let rest = path.strip_prefix(there).ok()?;
            let plain = rest.components().all(|it| matches!(it, Component::Normal(_)));
            plain.then(|| real.join(rest))
        };
        let main = self.common.parent().filter(|_| self.common.ends_with(".git"));
        let homes = [Some(self.common.as_path()), self.top.as_deref(), main];
        let Some(path) = real(path) else { return false };
        homes.into_iter().flatten().filter_map(real).any(|it| path.starts_with(it))
    }

    /// A path as it is told: from the top of the work tree, if it is in there.
    pub fn shown(&self, path: &Path) -> String {
        let top = self.top.as_deref().unwrap_or(&self.common);
        path.strip_prefix(top).unwrap_or(path).display().to_string()
    }

    /// Whether Git tracks the file, so that others have it too.
    pub fn tracks(&self, path: &Path) -> bool {
        let inside = self.top.as_ref().and_then(|top| path.strip_prefix(top).ok());
        inside.is_some_and(|path| {
            let mut command =
                self.git.command(&["--literal-pathspecs", "ls-files", "--error-unmatch", "--"]);
            command.arg(path).output().is_ok_and(|it| it.status.success())
        })
    }

    /// Whether a file there would be seen by `git status`.
    pub fn sees(&self, path: &Path) -> bool {
        let inside = self.top.as_ref().and_then(|top| path.strip_prefix(top).ok());
        let inside = inside.filter(|path| !path.starts_with(".git"));
        inside.is_some_and(|path| {
            let mut command = self.git.command(&["check-ignore", "-q", "--"]);
            !command.arg(path).output().is_ok_and(|it| it.status.success())
        })
    }
}

/// Every value of `core.hooksPath`; the last holds.
pub(super) fn hooks_paths(git: &Git) -> Vec<HooksPath> {
    let args = ["config", "--show-scope", "-z", "--get-all", "core.hooksPath"];
    let out = git.ask(&args).unwrap_or_default();
    let mut words = out.split_str("\0").map(|it| it.to_str_lossy().into_owned());
    let mut found = Vec::new();
    while let (Some(scope), Some(value)) = (words.next(), words.next()) {
        found.extend(Scope::read(&scope).map(|scope| HooksPath { scope, value }));
    }
    found
}
