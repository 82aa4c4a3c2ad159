//! The policy that local hooks preview, and where it was read.

use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use bstr::ByteSlice;

use crate::file::{self, Holds};
use crate::git::{Index, Repository};
use crate::model::{Kind, Oid, RefName};
use crate::policy::{self, Policy, Problem};
use crate::record::Objection;

/// The policy's name at the top of a work tree.
pub(super) const NAME: &str = "refgate.toml";

/// Where the default branch may be known, nearest to the server first.
const BRANCHES: &[&str] = &[
    "refs/remotes/origin/HEAD",
    "refs/remotes/origin/main",
    "refs/remotes/origin/master",
    "refs/heads/main",
    "refs/heads/master",
];

/// A policy, and where it was read.
pub struct Found {
    /// The policy.
    pub policy: Policy,
    /// Where it was read.
    pub from: From,
}

/// Where a local stage reads its policy. A commit that changes the policy is
/// judged by the policy before it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum From {
    /// The last commit.
    Head,
    /// What is staged: no commit holds a policy yet.
    Index,
    /// The work tree: nothing holds a policy yet.
    WorkTree,
    /// Another branch: this one has no policy, the default one has.
    Branch(RefName),
    /// A file that was asked for.
    File(PathBuf),
}

impl fmt::Display for From {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Head => f.write_str("refgate.toml of the last commit"),
            Self::Index => f.write_str("the staged refgate.toml"),
            Self::WorkTree => f.write_str("refgate.toml of the work tree"),
            Self::Branch(name) => write!(f, "refgate.toml of {name}"),
            Self::File(path) => write!(f, "{}", path.display()),
        }
    }
}

/// Finds the policy: the one asked for, else that of `git config
/// refgate.policy`, else `refgate.toml` in HEAD, the index or the work tree,
/// else that of the default branch: others may be older than the policy.
pub(super) fn find(
    repository: &Repository,
    asked: Option<&Path>,
    head: Option<Oid>,
) -> Result<Found> {
    if let Some(path) = asked {
        return file(path, &path.display().to_string());
    }
    let top = repository.work_tree().map(Path::to_owned);
    if let Some(named) = repository.config("refgate.policy") {
        let named = named.to_str().context("refgate.policy is no UTF-8")?;
        let base = top.as_deref().unwrap_or(repository.git_dir());
        return file(&base.join(expanded(repository, named)), named);
    }
    let branches = BRANCHES.iter().map(|it| From::Branch((*it).into()));
    for from in [From::Head, From::Index, From::WorkTree].into_iter().chain(branches) {
        let read = |path: &str| read(repository, head, &from, path);
        let Some(text) = read(NAME)? else { continue };
        let mut open = |wanted: &str| match read(wanted) {
            Ok(Some(text)) => Ok(text),
            Ok(None) => Err("there is no such file".to_owned()),
            Err(error) => Err(told(&error)),
        };
        return Ok(Found { policy: policy::parse(NAME, &text, &mut open)?, from });
    }
    bail!(
        "there is no {NAME} to judge by\nhint: refgate init writes one; refgate uninstall removes the hooks"
    )
}

/// What is wrong with the staged policy, if anything: once committed, it would
/// stop every commit, its mend included.
pub(super) fn staged_problem(repository: &Repository) -> Option<Objection> {
    let read = |path: &str| read(repository, None, &From::Index, path);
    let mut open = |wanted: &str| match read(wanted) {
        Ok(Some(text)) => Ok(text),
        Ok(None) => Err("there is no such file".to_owned()),
        Err(error) => Err(format!("{error:#}")),
    };
    let what = match read(NAME) {
        Ok(None) => return None,
        Ok(Some(text)) => policy::parse(NAME, &text, &mut open).err()?.0.first()?.summary(),
        Err(error) => told(&error).lines().next().unwrap_or_default().to_owned(),
    };
    Some(Objection {
        update: 0,
        what: format!("it cannot be read: {what}"),
        hint: format!("refgate policy validate {NAME}"),
        path: Some(NAME.to_owned()),
    })
}

pub(super) fn expanded(repository: &Repository, named: &str) -> PathBuf {
    match (named.strip_prefix("~/"), repository.vars().get("HOME")) {
        (Some(below), Some(home)) => Path::new(home).join(below),
        _ => PathBuf::from(named),
    }
}

fn file(path: &Path, name: &str) -> Result<Found> {
    let raw = file::read(path, Holds::Policy).with_context(|| format!("cannot read {name}"))?;
    let text = Problem::text(name, &raw)?;
    let home = path.parent().unwrap_or(Path::new("")).to_owned();
    let mut open = |wanted: &str| {
        let raw = file::read(&home.join(wanted), Holds::Policy);
        let raw = raw.map_err(|error| format!("{error:#}"))?;
        Problem::text(wanted, &raw).map(str::to_owned).map_err(|it| it.told())
    };
    let policy = policy::parse(name, text, &mut open)?;
    Ok(Found { policy, from: From::File(path.to_owned()) })
}

fn read(
    repository: &Repository,
    head: Option<Oid>,
    from: &From,
    path: &str,
) -> Result<Option<String>> {
    let raw = match from {
        From::Head => match head {
            Some(head) => repository.file(head, path.as_bytes())?,
            None => None,
        },
        From::Index => {
            let index = Index::open(&repository.index_path(), repository.hash())?;
            let staged = index.map(|it| it.at(&repository.objects, path.into())).transpose()?;
            let read = |oid| repository.objects.read(oid, Kind::Blob, <[u8]>::to_vec);
            staged.flatten().filter(|it| it.mode.is_blob()).map(|it| read(it.oid)).transpose()?
        }
        From::WorkTree => match repository.work_tree().map(|top| top.join(path)) {
            Some(full) if full.exists() || full.is_symlink() => {
                let raw = file::read(&full, Holds::Policy);
                Some(raw.with_context(|| format!("cannot read {path}"))?)
            }
            Some(_) | None => None,
        },
        From::Branch(name) => match repository.resolve(name)?.1 {
            Some(tip) => repository.file(tip, path.as_bytes())?,
            None => None,
        },
        From::File(_) => None,
    };
    Ok(raw.map(|raw| Problem::text(path, &raw).map(str::to_owned)).transpose()?)
}

/// An error on one line, with its mend on another.
fn told(error: &anyhow::Error) -> String {
    error.downcast_ref::<Box<Problem>>().map_or_else(|| format!("{error:#}"), |it| it.told())
}
