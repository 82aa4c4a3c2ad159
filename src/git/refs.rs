//! Refs of repositories that gix cannot read (reftable), as Git itself lists them.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::process::Command;

use anyhow::{Context, Result, bail};
use bstr::{BString, ByteSlice};

use crate::model::{Oid, RefName};

/// Every ref, read once.
pub(super) struct Refs {
    direct: Vec<(RefName, Oid)>,
    /// Where each name leads in the end, and to which object.
    found: HashMap<RefName, (RefName, Oid)>,
}

impl Refs {
    /// Reads them with `git`.
    pub(super) fn read(mut git: Command) -> Result<Self> {
        let format = "--format=%(objectname) %(refname) %(symref)";
        let out = git.args(["for-each-ref", format]).output().context("cannot run git")?;
        if !out.status.success() {
            bail!("git for-each-ref failed: {}", out.stderr.to_str_lossy().trim());
        }
        let (mut direct, mut found) = (Vec::new(), HashMap::new());
        for line in out.stdout.lines() {
            let mut words = line.splitn(3, |byte| *byte == b' ');
            let oid = words.next().and_then(Oid::from_hex);
            let (Some(oid), Some(name), Some(real)) = (oid, words.next(), words.next()) else {
                bail!("git for-each-ref wrote no ref: {}", line.as_bstr());
            };
            let name = RefName::new(name);
            let real = if real.is_empty() { name.clone() } else { RefName::new(real) };
            if real == name {
                direct.push((name.clone(), oid));
            }
            found.insert(name, (real, oid));
        }
        Ok(Self { direct, found })
    }

    /// Every ref that names an object itself, in Git's order.
    pub(super) fn direct(&self) -> &[(RefName, Oid)] {
        &self.direct
    }

    /// Follows symbolic refs.
    pub(super) fn resolve(&self, name: &RefName, git: Command) -> Result<(RefName, Option<Oid>)> {
        if let Some((real, oid)) = self.found.get(name) {
            return Ok((real.clone(), Some(*oid)));
        }
        // What Git would not allow as a name cannot exist.
        if gix::refs::FullName::try_from(name.as_bstr().to_owned()).is_err() {
            return Ok((name.clone(), None));
        }
        // Git lists no symbolic ref that leads nowhere yet.
        let real = symbolic(git, name.as_bstr())?.map_or_else(|| name.clone(), RefName::new);
        let oid = self.found.get(&real).map(|(_, oid)| *oid);
        Ok((real, oid))
    }
}

/// What HEAD would hold as a file.
pub(super) fn head(mut git: impl FnMut() -> Command) -> Result<BString> {
    if let Some(name) = symbolic(git(), b"HEAD")? {
        return Ok([b"ref: ", name.as_slice()].concat().into());
    }
    let out = git().args(["rev-parse", "-q", "--verify", "HEAD"]).output();
    Ok(out.context("cannot run git")?.stdout.into())
}

/// Where a symbolic ref leads; `None` if `name` is none.
fn symbolic(mut git: Command, name: &[u8]) -> Result<Option<BString>> {
    git.args(["symbolic-ref", "-q", "--"]).arg(OsStr::from_bytes(name));
    let out = git.output().context("cannot run git")?;
    match out.status.code() {
        Some(0) => Ok(Some(out.stdout.trim_end().into())),
        Some(1) => Ok(None),
        _ => bail!("{} is a symbolic ref that leads nowhere", name.as_bstr()),
    }
}
