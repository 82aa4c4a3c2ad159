//! CODEOWNERS as GitHub reads it.
//! Source: GitHub's page "About code owners".

use std::sync::Arc;

use bstr::{BStr, ByteSlice};

use super::index::{Index, Walk};
use super::pattern::Pattern;
use super::{Dialect, Entry, Group, Problem, Source, entry};

/// The lines of one CODEOWNERS.
#[derive(Debug)]
pub(super) struct Lines {
    pub(super) index: Index,
    /// By the pattern's place in the index.
    groups: Vec<Arc<Group>>,
}

impl Lines {
    pub(super) fn parse(file: Option<&Source>, problems: &mut Vec<Problem>) -> Self {
        let (mut patterns, mut groups) = (Vec::new(), Vec::new());
        for (line, text) in file.iter().flat_map(|file| entry::lines(&file.text)) {
            let Some(file) = file else { continue };
            match read(text) {
                Ok((pattern, entry)) => {
                    patterns.push(pattern);
                    groups.push(Arc::new(Group::of(&file.path, &Entry { line, ..entry })));
                }
                Err(what) => problems.push(entry::problem(file, line, what)),
            }
        }
        Self { index: Index::of(&patterns), groups }
    }

    /// What every line says.
    pub(super) fn groups(&self) -> impl Iterator<Item = &Arc<Group>> {
        self.groups.iter()
    }

    /// The group that the last line which names `path` makes, if it has owners.
    pub(super) fn of(&self, path: &BStr, walk: &mut Walk<'_>) -> Option<Arc<Group>> {
        let group = self.groups.get(walk.last(path)?)?;
        (!group.owners.is_empty()).then(|| group.clone())
    }
}

/// Reads one line, without its number; an error says why GitHub would skip it.
pub fn line(text: &[u8]) -> Result<Entry, String> {
    read(text.trim_with(|it| matches!(it, ' ' | '\t' | '\r'))).map(|(_, entry)| entry)
}

/// Reads the lines of a file, with what is wrong with the others.
pub fn entries(file: &Source) -> (Vec<Entry>, Vec<Problem>) {
    let (mut entries, mut problems) = (Vec::new(), Vec::new());
    for (at, text) in entry::lines(&file.text) {
        match line(text) {
            Ok(entry) => entries.push(Entry { line: at, ..entry }),
            Err(what) => problems.push(entry::problem(file, at, what)),
        }
    }
    (entries, problems)
}

fn read(text: &[u8]) -> Result<(Pattern, Entry), String> {
    let (words, comment) = entry::words(text);
    let Some((written, owners)) = words.split_first() else {
        return Err("it names no path".to_owned());
    };
    let wrong = |why: &str| format!("`{written}` names nothing at GitHub: {why}");
    if written.starts_with(b"!") {
        return Err(wrong("there is no negation; give what it would name a line without owners"));
    }
    if written.starts_with(b"\\#") {
        return Err(wrong("a `#` at its beginning cannot be escaped; begin with `/` or `?`"));
    }
    if written.contains(&b'#') {
        return Err(wrong("a `#` begins a comment only after a blank"));
    }
    if is_heading(written) {
        return Err(wrong("there are no sections; set `dialect = \"gitlab\"`, or begin with `/`"));
    }
    let pattern = Pattern::github(written).map_err(wrong)?;
    let owners = entry::owners(Dialect::Github, owners)?;
    Ok((pattern, Entry { line: 1, pattern: written.clone(), owners, comment }))
}

/// Whether it would be the heading of a section at GitLab.
fn is_heading(written: &[u8]) -> bool {
    let bare = written.strip_prefix(b"^").unwrap_or(written);
    bare.starts_with(b"[") && bare.ends_with(b"]") && !bare.contains(&b'/')
}
