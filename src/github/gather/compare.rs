//! What Git itself works out, once the contents that it takes are there.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use bstr::ByteSlice;

use crate::git::{Deadline, Repository, Walker, raw};
use crate::model::{ContentEntry, FileLines, Kind, Lines, Mode, Oid, Version};

/// The contents that merging the parents of `merge` anew may look at: files that both
/// sides changed, and those that a rename may connect.
pub(super) fn of_merge(repository: &Repository, merge: Oid, late: Deadline) -> Result<Vec<Oid>> {
    let node = repository.objects.read(merge, Kind::Commit, raw::node)?;
    let parents = node.map(|it| it.parents).unwrap_or_default();
    match parents[..] {
        [ours, theirs] => of_sides(repository, (ours, theirs), late),
        _ => Ok(Vec::new()),
    }
}

/// The same for two commits that may be merged.
pub(super) fn of_sides(
    repository: &Repository,
    (ours, theirs): (Oid, Oid),
    late: Deadline,
) -> Result<Vec<Oid>> {
    let one = repository.content(theirs, ours, late)?;
    let other = repository.content(ours, theirs, late)?;
    let sides = [&one, &other].map(|it| it.entries().unwrap_or_default());
    let mut times: BTreeMap<&[u8], usize> = BTreeMap::new();
    for entry in sides.into_iter().flatten() {
        *times.entry(entry.path.as_bytes()).or_default() += 1;
    }
    let mut wanted = BTreeSet::new();
    for side in sides {
        let [gone, new] =
            [side.iter().any(|it| it.new.is_none()), side.iter().any(|it| it.old.is_none())];
        let renames = gone && new;
        let counts = |it: &&ContentEntry| {
            let both = times.get(it.path.as_bytes()).is_some_and(|it| *it > 1);
            both || (renames && (it.old.is_none() || it.new.is_none()))
        };
        wanted.extend(blobs(side.iter().filter(counts)));
    }
    Ok(wanted.into_iter().collect())
}

/// The contents that counting the lines between `target` and `head` looks at.
pub(super) fn of_lines(
    repository: &Repository,
    (target, head): (Oid, Oid),
    late: Deadline,
) -> Result<Vec<Oid>> {
    let content = repository.content(target, head, late)?;
    let wanted: BTreeSet<_> = blobs(content.entries().unwrap_or_default().iter()).collect();
    Ok(wanted.into_iter().collect())
}

fn blobs<'e>(entries: impl Iterator<Item = &'e ContentEntry>) -> impl Iterator<Item = Oid> {
    let file = |it: &Version| !matches!(it.mode.plain(), Mode::Submodule | Mode::Tree);
    entries.flat_map(|it| [it.old, it.new]).flatten().filter(file).map(|it| it.oid)
}

/// How many lines `head` adds and removes, against where it left `target`. Binary
/// files have none. No attribute has a say in what is text.
pub(super) fn lines(
    repository: &Repository,
    (target, head): (Oid, Oid),
    late: Deadline,
) -> Result<Lines> {
    late.check()?;
    let walker = Walker::new(&repository.objects, repository.shallow());
    let bases = walker.merge_bases(target, head, &|| late.check())?;
    let [base] = bases[..] else {
        bail!("{} and {} have {} merge bases", target.short(), head.short(), bases.len());
    };
    let mut git = repository.git();
    git.args(["diff-tree", "-r", "-z", "--numstat", "--no-renames", "--no-ext-diff"]);
    git.args(["--no-textconv", &base.to_string(), &head.to_string()]);
    git.stdout(Stdio::piped()).stderr(Stdio::null());
    let out = git.output().context("cannot run git")?;
    if !out.status.success() {
        bail!("git cannot compare {} and {}", base.short(), head.short());
    }
    counted(&out.stdout)
}

/// Reads what `--numstat -z` writes.
fn counted(out: &[u8]) -> Result<Lines> {
    let mut lines = Lines::default();
    for line in out.split_str(b"\0").filter(|it| !it.is_empty()) {
        let mut parts = line.splitn(3, |it| *it == b'\t');
        let (Some(added), Some(deleted), Some(path)) = (parts.next(), parts.next(), parts.next())
        else {
            bail!("git counts lines in an unknown way");
        };
        let [added, deleted] = [number(added)?, number(deleted)?];
        lines.added += added;
        lines.deleted += deleted;
        lines.files.push(FileLines { path: path.into(), added, deleted });
    }
    Ok(lines)
}

fn number(written: &[u8]) -> Result<u64> {
    match written {
        b"-" => Ok(0),
        digits => Ok(std::str::from_utf8(digits)?.parse()?),
    }
}
