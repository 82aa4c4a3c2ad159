//! CODEOWNERS as GitLab reads it: with sections, defaults and exclusions.
//! Source: GitLab's pages "Syntax of CODEOWNERS file" and "Advanced CODEOWNERS
//! configuration".

use std::collections::BTreeMap;
use std::sync::Arc;

use bstr::{BStr, BString, ByteSlice};

use super::index::{Index, Walk};
use super::pattern::Pattern;
use super::{Dialect, Entry, Group, Owner, Problem, Source, entry};

/// A section, with all that stands under headings of its name.
#[derive(Clone, Debug, Default)]
pub struct Section {
    /// Its name, as first written; empty for what stands before any heading.
    pub name: String,
    /// How many owners must approve.
    pub count: usize,
    /// Whether every heading of its name is marked `^`.
    pub optional: bool,
    /// What stands in it, in order; the owners are the section's where the line
    /// names none.
    pub entries: Vec<Entry>,
    /// The paths that it says nothing of, whatever stands in it.
    pub excluded: Vec<Entry>,
    /// The owners of the latest heading that names any.
    defaults: Vec<Owner>,
}

/// The sections of one CODEOWNERS, ready to be asked.
#[derive(Debug)]
pub(super) struct Sections {
    pub(super) index: Index,
    /// By the pattern's place in the index: the section, and what it says.
    says: Vec<(usize, Says)>,
}

#[derive(Debug)]
enum Says {
    /// These own it.
    Owned(Arc<Group>),
    /// The section says nothing of it.
    Excluded,
}

impl Sections {
    /// What every line says that names owners.
    pub(super) fn groups(&self) -> impl Iterator<Item = &Arc<Group>> {
        self.says.iter().filter_map(|(_, says)| match says {
            Says::Owned(group) => Some(group),
            Says::Excluded => None,
        })
    }

    pub(super) fn parse(file: Option<&Source>, problems: &mut Vec<Problem>) -> Self {
        let (mut patterns, mut says) = (Vec::new(), Vec::new());
        if let Some(file) = file {
            let (sections, found) = self::sections(file);
            problems.extend(found);
            for (at, section) in sections.into_iter().enumerate() {
                for entry in &section.excluded {
                    patterns.extend(pattern(entry).ok());
                    says.push((at, Says::Excluded));
                }
                for entry in &section.entries {
                    patterns.extend(pattern(entry).ok());
                    says.push((at, Says::Owned(Arc::new(group(file, &section, entry)))));
                }
            }
        }
        Self { index: Index::of(&patterns), says }
    }

    /// The group of each section that names `path` and does not exclude it.
    pub(super) fn of(&self, path: &BStr, walk: &mut Walk<'_>) -> Vec<Arc<Group>> {
        // Exclusions come first in a section, so the least place tells of them,
        // and the greatest is the last line that names the path.
        let mut found: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
        walk.each(path, |id| {
            let Some((section, _)) = self.says.get(id) else { return };
            let ids = found.entry(*section).or_insert((id, id));
            *ids = (ids.0.min(id), ids.1.max(id));
        });
        let groups = found.into_values().filter_map(|(least, last)| {
            match (&self.says.get(least)?.1, &self.says.get(last)?.1) {
                (Says::Owned(_), Says::Owned(group)) => Some(group.clone()),
                (Says::Excluded, _) | (_, Says::Excluded) => None,
            }
        });
        groups.collect()
    }
}

/// Reads the sections of a file, those with the same name as one, with what is
/// wrong with its lines.
pub fn sections(file: &Source) -> (Vec<Section>, Vec<Problem>) {
    let mut sections = vec![Section { count: 1, ..Section::default() }];
    let mut by_name = BTreeMap::from([(String::new(), 0)]);
    let (mut current, mut problems) = (0, Vec::new());
    for (line, text) in entry::lines(&file.text) {
        let said = match heading(text) {
            Some(heading) => heading.map(|heading| {
                let next = sections.len();
                current = *by_name.entry(heading.name.to_lowercase()).or_insert(next);
                match sections.get_mut(current) {
                    Some(section) => section.join(heading),
                    None => sections.push(heading),
                }
            }),
            None => sections.get_mut(current).map_or(Ok(()), |it| it.add(line, text)),
        };
        problems.extend(said.err().map(|what| entry::problem(file, line, what)));
    }
    (sections, problems)
}

impl Section {
    /// Adds another heading of the same name: what asks more counts.
    fn join(&mut self, other: Self) {
        self.count = self.count.max(other.count);
        self.optional &= other.optional;
        if !other.defaults.is_empty() {
            self.defaults = other.defaults;
        }
    }

    /// Adds a line.
    fn add(&mut self, line: usize, text: &[u8]) -> Result<(), String> {
        let (words, comment) = entry::words(text);
        let Some((written, owners)) = words.split_first() else { return Ok(()) };
        no_owner_in(comment.as_deref())?;
        let owners = entry::owners(Dialect::Gitlab, owners)?;
        let (excludes, written) = match written.strip_prefix(b"!") {
            Some(rest) => (true, BString::from(rest)),
            None => (false, written.clone()),
        };
        let mut entry = Entry { line, pattern: written, owners, comment };
        pattern(&entry).map_err(|why| format!("`{}` names nothing: {why}", entry.pattern))?;
        if excludes && !entry.owners.is_empty() {
            return Err("an exclusion has no owners; drop them, or the `!`".to_owned());
        }
        if excludes {
            self.excluded.push(entry);
            return Ok(());
        }
        if entry.owners.is_empty() {
            entry.owners.clone_from(&self.defaults);
        }
        if entry.owners.is_empty() {
            return Err(
                "it has no owners, nor has its section; begin with `!` to exclude it".into()
            );
        }
        self.entries.push(entry);
        Ok(())
    }
}

/// Reads a heading: `[Name]`, `^[Name]`, `[Name][2]`, each perhaps with owners.
/// `None` if the line is none.
fn heading(text: &[u8]) -> Option<Result<Section, String>> {
    let optional = text.starts_with(b"^[");
    let rest = text.strip_prefix(b"^").unwrap_or(text).strip_prefix(b"[")?;
    let Some((name, rest)) = rest.split_once_str("]") else {
        return Some(Err("the heading of a section is not closed with `]`".to_owned()));
    };
    let name = name.to_str_lossy().trim().to_owned();
    if name.is_empty() {
        return Some(Err("a section has no name".to_owned()));
    }
    let (count, rest) = match rest.strip_prefix(b"[").and_then(|it| it.split_once_str("]")) {
        Some((count, rest)) => (count.to_str().ok().and_then(|it| it.parse().ok()), rest),
        None => (Some(1), rest),
    };
    let Some(count) = count.filter(|it| *it > 0) else {
        return Some(Err("the number of approvals of a section is 1 or more".to_owned()));
    };
    let (words, comment) = entry::words(rest);
    let owners =
        no_owner_in(comment.as_deref()).and_then(|()| entry::owners(Dialect::Gitlab, &words));
    Some(owners.map(|defaults| Section { name, count, optional, defaults, ..Section::default() }))
}

/// Refuses a comment behind a line that names an owner: GitLab has no such
/// comments, and takes whoever is named in one for an owner.
fn no_owner_in(comment: Option<&str>) -> Result<(), String> {
    let mut words = comment.into_iter().flat_map(str::split_whitespace);
    match words.find(|it| Owner::parse(Dialect::Gitlab, it.as_bytes()).is_some()) {
        Some(owner) => Err(format!(
            "`{owner}` in the comment is an owner at GitLab; give it a line of its own"
        )),
        None => Ok(()),
    }
}

/// The pattern of an entry.
fn pattern(entry: &Entry) -> Result<Pattern, &'static str> {
    Pattern::gitlab(&entry.pattern)
}

fn group(file: &Source, section: &Section, entry: &Entry) -> Group {
    let name: BString = match &*section.name {
        "" => entry.pattern.clone(),
        name => format!("[{name}] {}", entry.pattern).into(),
    };
    let (count, optional) = (section.count, section.optional);
    Group { name, count, optional, ..Group::of(&file.path, entry) }
}
