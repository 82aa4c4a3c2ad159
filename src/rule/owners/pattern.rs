//! Patterns for paths, as the dialects of CODEOWNERS have them.

use bstr::ByteSlice;

use super::glob::{Brackets, Glob};

/// A pattern for paths, anchored at the root.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    /// What names the path.
    pub(super) parts: Vec<Part>,
    /// What else it names.
    pub(super) end: End,
}

/// A part of a pattern between two slashes.
#[derive(Clone, Debug)]
pub(super) enum Part {
    /// `**`: any number of directories, also none.
    Directories,
    /// One name.
    Name(Glob),
}

/// What a pattern names besides what its parts spell out.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum End {
    /// Nothing.
    Itself,
    /// Also all that is below, if it is a directory.
    AndBelow,
    /// Only what is below.
    Below,
}

impl Pattern {
    /// Reads a pattern as GitHub does: much as in a `.gitignore`, but `[` is
    /// itself, and `*` as the last of several parts names no directories.
    pub(super) fn github(written: &[u8]) -> Result<Self, &'static str> {
        if written.contains_str("***") {
            return Err("three `*` in a row mean nothing");
        }
        let (mut parts, directory) = parts(written, Brackets::Plain)?;
        let alone = parts.len() == 1 && !written.starts_with(b"/");
        let last = parts.last();
        let end = match last {
            None => return Err("it names no path"),
            Some(Part::Directories) => End::Below,
            Some(Part::Name(_)) if directory => End::Below,
            Some(Part::Name(name)) if name.is_any() => End::Itself,
            Some(Part::Name(_)) => End::AndBelow,
        };
        if alone {
            parts.insert(0, Part::Directories);
        }
        if matches!(parts.last(), Some(Part::Directories)) {
            parts.pop();
        }
        Ok(Self { parts, end })
    }

    /// Reads a pattern as GitLab does: as fnmatch with `**`, at any depth unless
    /// it begins with `/`; names a directory's files only if it ends in `/`.
    pub(super) fn gitlab(written: &[u8]) -> Result<Self, &'static str> {
        let (mut parts, directory) = parts(written, Brackets::Class)?;
        if parts.is_empty() && written != b"/" {
            return Err("it names no path");
        }
        let many = || Glob::parse(b"*", Brackets::Class).map(Part::Name);
        if directory || written == b"/" {
            parts.extend([Part::Directories, many()?]);
        } else if matches!(parts.last(), Some(Part::Directories)) {
            // Only before a slash does fnmatch take `**` for directories.
            parts.pop();
            parts.push(many()?);
        }
        if !written.starts_with(b"/") {
            parts.insert(0, Part::Directories);
        }
        Ok(Self { parts, end: End::Itself })
    }
}

/// Splits a pattern; says too whether it ends in `/`.
fn parts(written: &[u8], brackets: Brackets) -> Result<(Vec<Part>, bool), &'static str> {
    let rooted = written.strip_prefix(b"/").unwrap_or(written);
    let bare = rooted.strip_suffix(b"/").unwrap_or(rooted);
    if bare.is_empty() {
        return Ok((Vec::new(), false));
    }
    let mut parts = Vec::new();
    for part in bare.split_str("/") {
        match part {
            b"" => return Err("a part of it is empty"),
            b"." | b".." => return Err("paths in Git hold no `.` and no `..`"),
            b"**" => parts.push(Part::Directories),
            name => parts.push(Part::Name(Glob::parse(name, brackets)?)),
        }
    }
    Ok((parts, rooted.len() > bare.len()))
}
