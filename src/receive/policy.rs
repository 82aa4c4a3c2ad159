//! The policy that a server judges by: what its administrator has named, as it
//! was before the push. Never what is being pushed.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use bstr::ByteSlice;

use crate::file::{self, Holds};
use crate::git::Repository;
use crate::model::{Oid, RefName, RefUpdate};
use crate::policy::{self, Policy, Problem, Problems};
use crate::record::Objection;

/// Where the policy is: `git config refgate.policy`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Place {
    /// A file of the server.
    File(PathBuf),
    /// A file in the commit that a ref points to.
    Ref {
        /// The ref.
        name: RefName,
        /// The path in its tree.
        path: String,
    },
}

impl Place {
    /// Reads a path, or `refs/heads/main:refgate.toml`.
    pub fn parse(written: &str, base: &Path) -> Self {
        match written.split_once(':') {
            Some((name, path)) if name.starts_with("refs/") => {
                Self::Ref { name: name.into(), path: path.to_owned() }
            }
            _ if written.starts_with("refs/") => {
                Self::Ref { name: written.into(), path: "refgate.toml".to_owned() }
            }
            _ => Self::File(base.join(written)),
        }
    }

    /// The place that this repository's configuration names.
    pub fn of(repository: &Repository) -> Result<Self> {
        let Some(written) = repository.config("refgate.policy") else {
            bail!(
                "this server has no policy to judge by\n\
                 hint: its administrator sets one: git config refgate.policy FILE"
            );
        };
        let written = written.to_str().context("refgate.policy is no UTF-8")?;
        Ok(Self::parse(written, repository.git_dir()))
    }

    /// Sees to it that there is a policy after the push as well: a ref that holds
    /// it is not deleted, and moves only to a policy that can be read. While the
    /// ref is missing, a push has to bring it.
    pub(super) fn objections(
        &self,
        repository: &Repository,
        updates: &[RefUpdate],
    ) -> Result<Vec<Objection>> {
        let Self::Ref { name, path } = self else { return Ok(Vec::new()) };
        let missing = repository.resolve(name)?.1.is_none();
        let brought = updates.iter().any(|it| it.name == *name);
        let objection = |(at, update): (usize, &RefUpdate)| {
            let (what, hint) = if update.name == *name {
                after(repository, name, path, update)?
            } else if missing && !brought {
                let what = format!("{name} does not exist yet, and is to hold the policy");
                (what, format!("push {name} with a {path} first"))
            } else {
                return None;
            };
            Some(Objection { update: at, what, hint, path: None })
        };
        Ok(updates.iter().enumerate().filter_map(objection).collect())
    }

    /// Reads the policy.
    pub fn read(&self, repository: &Repository) -> Result<Policy> {
        match self {
            Self::File(path) => from_file(path),
            Self::Ref { name, path } => from_ref(repository, name, path),
        }
    }
}

fn from_file(path: &Path) -> Result<Policy> {
    let raw = file::read(path, Holds::Policy)
        .map_err(|error| anyhow!("the server's policy cannot be read: {error:#}"))?;
    // Where on the server the file is, is nothing that a pusher needs to know.
    let name = path.file_name().map_or("refgate.toml".into(), |it| it.to_string_lossy());
    let text = Problem::text(&name, &raw)
        .map_err(|problem| anyhow!("the server's policy cannot be read: {}", problem.told()))?;
    let home = path.parent().unwrap_or(Path::new("/"));
    let mut open = |wanted: &str| {
        let raw = file::read(&home.join(wanted), Holds::Policy);
        let raw = raw.map_err(|error| format!("{error:#}"))?;
        Problem::text(wanted, &raw).map(str::to_owned).map_err(|it| it.told())
    };
    Ok(policy::parse(&name, text, &mut open)?)
}

fn from_ref(repository: &Repository, name: &RefName, path: &str) -> Result<Policy> {
    let (_, oid) = repository.resolve(name)?;
    let Some(oid) = oid else {
        if repository.refs()?.iter().any(|(name, _)| name.branch().is_some()) {
            bail!(
                "{name}, which holds the policy, is gone\n\
                 hint: an administrator brings it back, or names another: git config refgate.policy"
            );
        }
        // The first push brings the policy; until then the floor holds.
        let text = policy::preset("baseline").unwrap_or_default();
        return Ok(policy::parse("preset:baseline", text, &mut |_| Err("not here".into()))?);
    };
    let text = text(repository, oid, name, path).with_context(|| {
        format!("the policy cannot be read from {name}; an administrator has to mend it")
    })?;
    parsed(repository, oid, name, path, &text)
}

/// The text of the policy in the commit `oid`.
fn text(repository: &Repository, oid: Oid, name: &RefName, path: &str) -> Result<String> {
    let raw = repository.file(oid, path.as_bytes())?;
    let raw = raw.ok_or_else(|| anyhow!("{name} holds no {path}"))?;
    Ok(Problem::text(path, &raw)?.to_owned())
}

/// The policy, with what it extends in the same commit.
fn parsed(
    repository: &Repository,
    oid: Oid,
    name: &RefName,
    path: &str,
    whole: &str,
) -> Result<Policy> {
    let home = path.rsplit_once('/').map_or("", |(home, _)| home);
    let mut open = |wanted: &str| {
        let full = if home.is_empty() { wanted.to_owned() } else { format!("{home}/{wanted}") };
        text(repository, oid, name, &full).map_err(|error| told(&error))
    };
    Ok(policy::parse(path, whole, &mut open)?)
}

/// What speaks against the policy that a ref would hold after `update`, and what
/// to do about it.
fn after(
    repository: &Repository,
    name: &RefName,
    path: &str,
    update: &RefUpdate,
) -> Option<(String, String)> {
    let Some(new) = update.new_oid() else {
        let what = "it holds the policy, and would be deleted".to_owned();
        let hint = "an administrator names another first: git config refgate.policy";
        return Some((what, hint.to_owned()));
    };
    let read = text(repository, new, name, path)
        .and_then(|text| parsed(repository, new, name, path, &text).map(drop));
    let error = read.err()?;
    let problem = error.downcast_ref::<Problems>().and_then(|it| it.0.first());
    let problem = problem.or_else(|| error.downcast_ref::<Box<Problem>>().map(|it| &**it));
    let what = problem.map_or_else(|| format!("{error:#}"), Problem::summary);
    let what = format!("it would hold no policy that can be read: {what}");
    Some((what, format!("refgate policy validate {path}")))
}

/// An error on one line, with its mend on another.
fn told(error: &anyhow::Error) -> String {
    error.downcast_ref::<Box<Problem>>().map_or_else(|| format!("{error:#}"), |it| it.told())
}
