//! The policy that local hooks preview, and where it was read.

use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use bstr::ByteSlice;

use crate::git::{Index, Repository};
use crate::model::{Kind, Oid, RefName};
use crate::policy::{self, Policy};
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
            Err(error) => Err(format!("{error:#}")),
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
        Err(error) => format!("{error:#}"),
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
    let text = text(std::fs::read(path).with_context(|| format!("cannot read {name}"))?)
        .with_context(|| name.to_owned())?;
    let home = path.parent().unwrap_or(Path::new("")).to_owned();
    let mut open = |wanted: &str| {
        let raw = std::fs::read(home.join(wanted)).map_err(|error| error.to_string())?;
        text_of(raw)
    };
    let policy = policy::parse(name, &text, &mut open)?;
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
        From::WorkTree => match repository.work_tree().map(|top| std::fs::read(top.join(path))) {
            Some(Ok(raw)) => Some(raw),
            Some(Err(error)) if error.kind() == std::io::ErrorKind::NotFound => None,
            Some(Err(error)) => return Err(anyhow!("cannot read {path}: {error}")),
            None => None,
        },
        From::Branch(name) => match repository.resolve(name)?.1 {
            Some(tip) => repository.file(tip, path.as_bytes())?,
            None => None,
        },
        From::File(_) => None,
    };
    raw.map(text).transpose().with_context(|| path.to_owned())
}

fn text(raw: Vec<u8>) -> Result<String> {
    text_of(raw).map_err(anyhow::Error::msg)
}

fn text_of(raw: Vec<u8>) -> Result<String, String> {
    String::from_utf8(raw)
        .map_err(|error| format!("it is no UTF-8 from byte {}", error.utf8_error().valid_up_to()))
}
