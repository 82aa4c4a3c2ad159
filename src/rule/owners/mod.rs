//! Who owns a path, as a file in the repository says.
//!
//! Three dialects behind one interface: GitHub's CODEOWNERS, GitLab's with its
//! sections, and OWNERS files per directory as Kubernetes has them. A line that
//! cannot be read is a problem of the whole: hosts skip such lines, which leaves
//! quietly without an owner what was meant to have one.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use bstr::{BStr, BString};
use schemars::JsonSchema;
use serde::Deserialize;

mod directory;
mod entry;
pub mod github;
pub mod gitlab;
mod glob;
mod index;
mod owner;
mod pattern;
pub(crate) mod yaml;

use index::Walk;

pub use entry::Entry;
pub use owner::Owner;

/// How the files are written, and what they mean.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub enum Dialect {
    /// CODEOWNERS at GitHub: the last line that names a path decides.
    #[default]
    Github,
    /// CODEOWNERS at GitLab: so it is in each section, and all sections count.
    Gitlab,
    /// OWNERS per directory: the nearest, and those above it.
    Owners,
}

/// A file that says who owns what.
#[derive(Clone, Debug)]
pub struct Source {
    /// Where it is in the repository.
    pub path: BString,
    /// What is in it.
    pub text: Vec<u8>,
}

/// People any of whom may speak for a path.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Group {
    /// The pattern, the section or the directory that names the path.
    pub name: BString,
    /// The file that says so.
    pub file: BString,
    /// The line, from 1.
    pub line: usize,
    /// The owners as `from` lists them: `@login`, `@org/team`, an address.
    pub owners: Vec<String>,
    /// Roles at the host whose holders own it too, and cannot be known.
    pub roles: Vec<String>,
    /// How many of them must approve.
    pub count: usize,
    /// Whether their approval is only wished for.
    pub optional: bool,
}

impl Group {
    /// A group of one line of a CODEOWNERS.
    fn of(file: &BString, entry: &Entry) -> Self {
        let (roles, owners): (Vec<&Owner>, _) =
            entry.owners.iter().partition(|it| matches!(it, Owner::Role(_)));
        let shown = |of: Vec<&Owner>| of.into_iter().map(ToString::to_string).collect();
        Self {
            name: entry.pattern.clone(),
            file: file.clone(),
            line: entry.line,
            owners: shown(owners),
            roles: shown(roles),
            count: 1,
            optional: false,
        }
    }
}

/// A line that cannot be read, or a file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Problem {
    /// The file.
    pub file: BString,
    /// The line, from 1; `None` if it is about the whole file.
    pub line: Option<usize>,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file, self.what),
            None => write!(f, "{}: {}", self.file, self.what),
        }
    }
}

/// Who owns which paths.
#[derive(Debug)]
pub struct Owners {
    finder: Finder,
    /// What could not be read. Unless it is empty, `of` may leave out owners.
    pub problems: Vec<Problem>,
}

#[derive(Debug)]
enum Finder {
    Github(github::Lines),
    Gitlab(gitlab::Sections),
    Directory(directory::Directories),
}

/// The most that is read of one file. Source: GitHub ignores a CODEOWNERS of
/// 3 MB or more.
pub const LARGEST: usize = 3 << 20;

impl Owners {
    /// Reads the files: of CODEOWNERS the first; of OWNERS all that are given,
    /// with `OWNERS_ALIASES` at the root.
    pub fn parse(dialect: Dialect, files: &[Source]) -> Self {
        let mut problems = Vec::new();
        let mut fits = |it: &&Source| {
            let fits = it.text.len() < LARGEST;
            if !fits {
                let what = format!("it has {} bytes, and {LARGEST} are too many", it.text.len());
                problems.push(Problem { file: it.path.clone(), line: None, what });
            }
            fits
        };
        let files: Vec<&Source> = match dialect {
            Dialect::Github | Dialect::Gitlab => files.iter().take(1).filter(&mut fits).collect(),
            Dialect::Owners => files.iter().filter(&mut fits).collect(),
        };
        let first = files.first().copied();
        let finder = match dialect {
            Dialect::Github => Finder::Github(github::Lines::parse(first, &mut problems)),
            Dialect::Gitlab => Finder::Gitlab(gitlab::Sections::parse(first, &mut problems)),
            Dialect::Owners => {
                Finder::Directory(directory::Directories::parse(&files, &mut problems))
            }
        };
        Self { finder, problems }
    }

    /// The groups that own `path`, each of which has a say of its own; none if
    /// nobody owns it.
    pub fn of(&self, path: &BStr) -> Vec<Arc<Group>> {
        self.of_each([path]).next().unwrap_or_default()
    }

    /// Everyone who owns something, as one group that starts at the file's first
    /// line; `None` if nobody does, or if there may be others in files that are not
    /// here.
    pub fn everyone(&self) -> Option<Group> {
        let groups: Vec<&Arc<Group>> = match &self.finder {
            Finder::Github(lines) => lines.groups().collect(),
            Finder::Gitlab(sections) => sections.groups().collect(),
            Finder::Directory(_) => Vec::new(),
        };
        let all = |of: fn(&Group) -> &Vec<String>| -> Vec<String> {
            let mut seen = HashSet::new();
            let names = groups.iter().flat_map(|it| of(it));
            names.filter(|it| seen.insert(it.to_lowercase())).cloned().collect()
        };
        let (owners, roles) = (all(|it| &it.owners), all(|it| &it.roles));
        let (file, name) = (groups.first()?.file.clone(), BString::from("**"));
        let group = Group { name, file, line: 1, owners, roles, count: 1, optional: false };
        (!group.owners.is_empty()).then_some(group)
    }

    /// The groups that own each of `paths`; fastest where paths of a directory
    /// stand together.
    pub fn of_each<'o, 'p: 'o>(
        &'o self,
        paths: impl IntoIterator<Item = &'p BStr, IntoIter: 'o>,
    ) -> Box<dyn Iterator<Item = Vec<Arc<Group>>> + 'o> {
        let paths = paths.into_iter();
        match &self.finder {
            Finder::Github(lines) => {
                let mut walk = Walk::of(&lines.index);
                Box::new(paths.map(move |it| lines.of(it, &mut walk).into_iter().collect()))
            }
            Finder::Gitlab(sections) => {
                let mut walk = Walk::of(&sections.index);
                Box::new(paths.map(move |it| sections.of(it, &mut walk)))
            }
            Finder::Directory(directories) => {
                Box::new(paths.map(|it| directories.of(it).into_iter().collect()))
            }
        }
    }
}

/// Everywhere that a CODEOWNERS may be; the first that is there counts.
pub const PLACES: &[&str] =
    &[".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"];

/// The first of the places where there is a file.
pub fn locate<'p>(places: &[&'p str], is_there: impl Fn(&str) -> bool) -> Option<&'p str> {
    places.iter().copied().find(|it| is_there(it))
}

impl Dialect {
    /// Where the host looks for a CODEOWNERS, in its order; the first that is
    /// there counts. None for OWNERS: see [`Self::above`].
    /// Sources: both hosts' pages about code owners.
    pub fn places(self) -> &'static [&'static str] {
        match self {
            Self::Github => &[".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"],
            Self::Gitlab => &["CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"],
            Self::Owners => &[],
        }
    }

    /// The files that may say who owns one of `paths`, all of which count: for
    /// OWNERS one in each directory above them, and the aliases.
    pub fn above<'p>(self, paths: impl IntoIterator<Item = &'p BStr>) -> Vec<BString> {
        match self {
            Self::Github | Self::Gitlab => Vec::new(),
            Self::Owners => directory::above(paths),
        }
    }
}
