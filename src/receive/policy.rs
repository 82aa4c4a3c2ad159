//! The policy that a server judges by: what its administrator has named, as it
//! was before the push. Never what is being pushed.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use bstr::ByteSlice;

use crate::git::Repository;
use crate::model::RefName;
use crate::policy::{self, Policy};

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

    /// Reads the policy.
    pub fn read(&self, repository: &Repository) -> Result<Policy> {
        match self {
            Self::File(path) => from_file(path),
            Self::Ref { name, path } => from_ref(repository, name, path),
        }
    }
}

fn from_file(path: &Path) -> Result<Policy> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| anyhow!("the server's policy cannot be read: {error}"))?;
    let home = path.parent().unwrap_or(Path::new("/"));
    let mut open = |wanted: &str| {
        std::fs::read_to_string(home.join(wanted)).map_err(|error| error.to_string())
    };
    // Where on the server the file is, is nothing that a pusher needs to know.
    let name = path.file_name().map_or("refgate.toml".into(), |it| it.to_string_lossy());
    Ok(policy::parse(&name, &text, &mut open)?)
}

fn from_ref(repository: &Repository, name: &RefName, path: &str) -> Result<Policy> {
    let (_, oid) = repository.resolve(name)?;
    let Some(oid) = oid else {
        // The first push brings the policy; until then the floor holds.
        let text = policy::preset("baseline").unwrap_or_default();
        return Ok(policy::parse("preset:baseline", text, &mut |_| Err("not here".into()))?);
    };
    let read = |path: &str| -> Result<String> {
        let raw = repository.file(oid, path.as_bytes())?;
        let raw = raw.ok_or_else(|| anyhow!("{name} holds no {path}"))?;
        String::from_utf8(raw).map_err(|_| anyhow!("{path} is no UTF-8"))
    };
    let text = read(path).with_context(|| {
        format!("the policy cannot be read from {name}; an administrator has to mend it")
    })?;
    let home = path.rsplit_once('/').map_or("", |(home, _)| home);
    let mut open = |wanted: &str| {
        let full = if home.is_empty() { wanted.to_owned() } else { format!("{home}/{wanted}") };
        read(&full).map_err(|error| format!("{error:#}"))
    };
    Ok(policy::parse(path, &text, &mut open)?)
}
