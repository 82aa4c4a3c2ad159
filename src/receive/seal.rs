//! What the `reference-transaction` hook is told, under the lock.
//!
//! Every writer of refs comes by, Git's own housekeeping included. Source:
//! githooks, "reference-transaction".

use anyhow::Result;
use bstr::ByteSlice;

use super::lines::{self, Line};
use crate::git::Repository;
use crate::model::{RefName, RefUpdate, Target};

/// Refs that belong to the repository's own work and that nobody pushes to.
const OWN: &[&[u8]] =
    &[b"refs/remotes/", b"refs/bisect/", b"refs/worktree/", b"refs/rewritten/", b"refs/stash"];

/// The lines that change what a ref is, of all that Git writes to the hook.
pub(super) fn lines(repository: &Repository, input: &[u8]) -> Result<Vec<Line>> {
    let hash = repository.hash().len_in_bytes();
    let zero = "0".repeat(2 * hash).into_bytes();
    let mut plain = Vec::with_capacity(input.len());
    for line in input.split_inclusive(|it| *it == b'\n') {
        // A symbolic value is written as `ref:<target>`; it is no object.
        for (at, word) in line.splitn(3, |it| *it == b' ').enumerate() {
            let symbolic = at < 2 && word.starts_with(b"ref:");
            plain.extend_from_slice(if symbolic { &zero } else { word });
            if at < 2 {
                plain.push(b' ');
            }
        }
    }
    let mut lines = lines::lines(&plain, hash)?;
    // Pseudo-refs such as HEAD and ORIG_HEAD move with every command.
    lines.retain(|line| {
        // Zero to zero is a deletion of whatever there is.
        let still = line.wanted.is_some() && line.claimed == line.wanted;
        line.name.starts_with(b"refs/")
            && !still
            && !OWN.iter().any(|own| line.name.starts_with(own))
    });
    let packing = repository.common_dir().join("packed-refs.lock").exists();
    let packed = if packing { Vec::new() } else { repository.packed_refs() };
    // `git pack-refs` removes the file of a ref that it has packed: the ref stays
    // where it is. To delete a packed ref, Git holds the lock.
    lines.retain(|line| {
        let pruned =
            |(name, oid): &(RefName, _)| name.as_bstr() == line.name && line.claimed == Some(*oid);
        line.wanted.is_some() || !packed.iter().any(pruned)
    });
    Ok(lines)
}

/// The ref update that a line means. Names are real here, and nobody claims
/// anything: zero stands for whatever the ref is.
pub(super) fn real(repository: &Repository, line: &Line) -> Result<RefUpdate> {
    let name = RefName::new(line.name.as_bstr());
    let (target, oid) = repository.resolve(&name)?;
    let old = oid.filter(|_| target == name);
    let new = line.wanted.map_or(Target::Deleted, Target::At);
    Ok(RefUpdate { name, asked_as: None, old, new, stale: false })
}
