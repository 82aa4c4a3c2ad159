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
        Some((Kind::Blob, size)) if size > WHOLE => large(repository, (oid, size), deadline, sink),
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
    (oid, size): (Oid, u64),
    deadline: Deadline,
    sink: &mut dyn FnMut(&[u8], u64) -> bool,
) -> Result<()> {
    let mut git = repository.git();
    git.args(["cat-file", "blob", &oid.to_string()]).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = git.spawn().context("cannot run git")?;
    let Some(mut out) = child.stdout.take() else { bail!("git gave no output") };
    let mut piece = vec![0; PIECE];
    let mut offset = 0_u64;
    let end = loop {
        let len = match fill(&mut out, &mut piece).map_err(anyhow::Error::from) {
            Ok(len) => len,
            Err(error) => break Err(error),
        };
        if len == 0 {
            break Ok(End::Reached);
        }
        if let Err(error) = deadline.check() {
            break Err(error);
        }
        let goes_on = sink(&piece[..len], offset);
        offset += len as u64;
        if !goes_on {
            break Ok(End::Stopped);
        }
    };
    drop(out);
    if !matches!(end, Ok(End::Reached)) {
        let _ = child.kill();
    }
    let status = child.wait()?;
    // What Git did not give to the end has not been looked at.
    if matches!(end?, End::Reached) && (!status.success() || offset != size) {
        bail!("git could not read {}", oid.short());
    }
    Ok(())
}

/// How reading ended.
enum End {
    /// There is no more.
    Reached,
    /// Nobody wants more.
    Stopped,
}

/// Reads until `piece` is full or nothing is left.
fn fill(out: &mut impl Read, piece: &mut [u8]) -> std::io::Result<usize> {
    let mut len = 0;
    while len < piece.len() {
        match out.read(&mut piece[len..])? {
            0 => break,
            more => len += more,
        }
    }
    Ok(len)
}
