//! Contents, in pieces that fit into memory.

use std::io::Read;
use std::process::Stdio;

use anyhow::{Context, Result, bail};

use super::deadline::Deadline;
use super::repository::Repository;
use crate::model::{Kind, Oid};

/// Blobs up to this size are decoded at once; larger ones come from Git in
/// pieces of a quarter of it.
const WHOLE: u64 = 8 << 20;
const PIECE: usize = 2 << 20;

/// Shows the blob `oid` to `sink`, in order, until it answers `false`.
pub(super) fn read(
    repository: &Repository,
    oid: Oid,
    deadline: Deadline,
    sink: &mut dyn FnMut(&[u8], u64) -> bool,
) -> Result<()> {
    deadline.check()?;
    match repository.objects.header(oid)? {
        None => bail!("object {} is missing", oid.short()),
        Some((Kind::Blob, size)) if size > WHOLE => large(repository, oid, deadline, sink),
        Some((Kind::Blob, _)) => {
            repository.objects.read(oid, Kind::Blob, |data| sink(data, 0))?;
            Ok(())
        }
        Some((kind, _)) => bail!("{} is no blob but a {kind:?}", oid.short()),
    }
}

/// The size in bytes of the blob `oid`.
pub(super) fn size(repository: &Repository, oid: Oid) -> Result<u64> {
    match repository.objects.header(oid)? {
        None => bail!("object {} is missing", oid.short()),
        Some((_, size)) => Ok(size),
    }
}

/// Git streams what gix would decode whole.
fn large(
    repository: &Repository,
    oid: Oid,
    deadline: Deadline,
    sink: &mut dyn FnMut(&[u8], u64) -> bool,
) -> Result<()> {
    let mut git = repository.git();
    git.args(["cat-file", "blob", &oid.to_string()]).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = git.spawn().context("cannot run git")?;
    let Some(mut out) = child.stdout.take() else { bail!("git gave no output") };
    let mut piece = vec![0; PIECE];
    let mut offset = 0_u64;
    let answer = loop {
        let mut len = 0;
        while len < piece.len() {
            match out.read(&mut piece[len..])? {
                0 => break,
                more => len += more,
            }
        }
        let answer = deadline.check().map(|()| len > 0 && sink(&piece[..len], offset));
        offset += len as u64;
        if !matches!(answer, Ok(true)) {
            break answer;
        }
    };
    let whole = matches!(answer, Ok(false)) && offset == size(repository, oid)?;
    drop(out);
    if !whole {
        let _ = child.kill();
    }
    let status = child.wait()?;
    answer?;
    if whole && !status.success() {
        bail!("git could not read {}", oid.short());
    }
    Ok(())
}
