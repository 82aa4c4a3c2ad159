//! Conditions on which files change.

use std::collections::HashMap;
use std::rc::Rc;

use schemars::JsonSchema;
use serde::Deserialize;
use toml::{Table, Value};

use super::compare::Comparison;
use super::expression::PathExpressions;
use super::{Case, Family, Predicate, words};
use crate::model::{
    Fact, FileChange, Mode, Need, Oid, PathPatterns, Paths, People, Spans, Version,
};

/// This part of the manual.
pub(super) const FAMILY: Family = Family {
    title: "files: what changes",
    manual: "\
A path counts as changed if a new commit adds, modifies or removes it, though a later
one undoes that: history keeps it. A rename changes both paths. A change of the mode
alone, of a symbolic link or of a submodule is a change.

`paths` and `ignore` are patterns as in a `.gitignore`. `path-patterns` and
`ignore-patterns` are regular expressions, which match anywhere in a path unless they
are anchored with `^` and `$`. `status` is `added`, `modified`, `deleted` or `renamed`:
moved with its content unchanged, which both paths are. What is modified after new
commits have added it is still `added`. `kinds` is `executable`, `symlink` or
`submodule`, for what is or was one, and `mode` for what becomes another kind of
thing.

A line of `content` is gained if the new version of a file has it more often than the
old one. Symbolic links and submodules have no lines.

```toml
when = { changes = { paths = [\"db/**\"], ignore = [\"*.md\"], status = [\"deleted\"] } }
```
",
};

/// The changed paths.
pub(super) fn paths(case: &Case<'_>) -> Fact<Rc<Paths>> {
    let files = || case.change.facts.files(case.update);
    case.change.memory.about(case.update, || Ok(Paths::new(files()?)))
}

/// One of these changes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(super) struct SomePath(pub(super) PathPatterns);

/// Nothing but these changes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(super) struct OnlyPaths(PathPatterns);

/// None of these changes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(super) struct NoPath(PathPatterns);

impl Predicate for SomePath {
    fn needs(&self, _: &People) -> Vec<Need> {
        vec![Need::Files]
    }

    fn holds(&self, case: &Case<'_>) -> Fact<bool> {
        Ok(paths(case)?.any(&self.0))
    }

    fn written(&self) -> Value {
        words::texts(&self.0.written)
    }
}

impl Predicate for OnlyPaths {
    fn needs(&self, _: &People) -> Vec<Need> {
        vec![Need::Files]
    }

    fn holds(&self, case: &Case<'_>) -> Fact<bool> {
        let paths = paths(case)?;
        Ok(paths.matching(&self.0).len() == paths.len())
    }

    fn written(&self) -> Value {
        words::texts(&self.0.written)
    }
}

impl Predicate for NoPath {
    fn needs(&self, _: &People) -> Vec<Need> {
        vec![Need::Files]
    }

    fn holds(&self, case: &Case<'_>) -> Fact<bool> {
        Ok(!paths(case)?.any(&self.0))
    }

    fn written(&self) -> Value {
        words::texts(&self.0.written)
    }
}

/// Which changes of which files.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct Which {
    /// Of these paths: patterns as in a `.gitignore`.
    paths: Option<PathPatterns>,
    /// Of paths that match one of these regular expressions.
    path_patterns: Option<PathExpressions>,
    /// Not of these paths.
    ignore: Option<PathPatterns>,
    /// Not of paths that match one of these regular expressions.
    ignore_patterns: Option<PathExpressions>,
    /// Changes of one of these sorts.
    status: Vec<Status>,
    /// Changes of one of these kinds of things.
    kinds: Vec<Kind>,
    /// Of so many paths; of one at least, if missing. For `changes` alone.
    count: Option<Comparison>,
}

/// What happens to a file.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum Status {
    /// It is new.
    Added,
    /// It stays, and is another.
    Modified,
    /// It is gone.
    Deleted,
    /// It has another path.
    Renamed,
}

/// What kind of thing changes.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    /// A file that may be run.
    Executable,
    /// A symbolic link.
    Symlink,
    /// A submodule.
    Submodule,
    /// Something that becomes another kind of thing.
    Mode,
}

impl Status {
    fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Modified => "modified",
            Self::Deleted => "deleted",
            Self::Renamed => "renamed",
        }
    }
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Executable => "executable",
            Self::Symlink => "symlink",
            Self::Submodule => "submodule",
            Self::Mode => "mode",
        }
    }

    fn is(self, file: &FileChange) -> bool {
        let mode = |it: Option<Version>| it.map(|it| it.mode.plain());
        let (old, new) = (mode(file.old), mode(file.new));
        let either = |mode| old == Some(mode) || new == Some(mode);
        match self {
            Self::Executable => either(Mode::Executable),
            Self::Symlink => either(Mode::Symlink),
            Self::Submodule => either(Mode::Submodule),
            Self::Mode => old.is_some() && new.is_some() && old != new,
        }
    }
}

impl Which {
    /// The paths it is about, whatever happens to them.
    fn about(&self, paths: &Paths) -> Spans {
        let globs = self.paths.as_ref().map(|it| paths.matching(it));
        let expressions = self.path_patterns.as_ref().map(|it| it.matching(paths));
        match (globs, expressions) {
            (None, None) => paths.all(),
            (some, None) | (None, some) => some.unwrap_or_default(),
            (Some(some), Some(more)) => some.or(more),
        }
    }

    /// The paths that it is not about.
    fn ignored(&self, paths: &Paths) -> Spans {
        let globs = self.ignore.as_ref().map(|it| paths.matching(it));
        let expressions = self.ignore_patterns.as_ref().map(|it| it.matching(paths));
        globs.unwrap_or_default().or(expressions.unwrap_or_default())
    }

    /// How many paths are changed so.
    fn count(&self, paths: &Paths) -> usize {
        let about = self.about(paths).without(&self.ignored(paths));
        if self.status.is_empty() && self.kinds.is_empty() {
            return about.len();
        }
        let renames = self.renames(paths);
        let fits = |at: &usize| paths.changes(*at).any(|it| self.fits(it, *at, paths, &renames));
        about.iter().filter(fits).count()
    }

    /// Whether something is changed, and everything so, but for what is ignored.
    fn only(&self, paths: &Paths) -> bool {
        let asked = paths.all().without(&self.ignored(paths));
        if asked.is_empty() || !asked.without(&self.about(paths)).is_empty() {
            return false;
        }
        if self.status.is_empty() && self.kinds.is_empty() {
            return true;
        }
        let renames = self.renames(paths);
        asked.iter().all(|at| paths.changes(at).all(|it| self.fits(it, at, paths, &renames)))
    }

    fn fits(&self, file: &FileChange, at: usize, paths: &Paths, renames: &Renames) -> bool {
        let new = || paths.changes(at).next_back().is_some_and(|it| it.old.is_none());
        let is = |status: &Status| match (status, file.old, file.new) {
            (Status::Renamed, ..) => renames.hold(file),
            (Status::Added, None, _) | (Status::Deleted, _, None) => true,
            (Status::Added, Some(_), Some(_)) => new(),
            (Status::Modified, Some(_), Some(_)) => !new(),
            (Status::Added | Status::Modified | Status::Deleted, ..) => false,
        };
        (self.status.is_empty() || self.status.iter().any(is))
            && (self.kinds.is_empty() || self.kinds.iter().any(|it| it.is(file)))
    }

    fn renames(&self, paths: &Paths) -> Renames {
        match self.status.contains(&Status::Renamed) {
            true => Renames::of(paths.files()),
            false => Renames::default(),
        }
    }

    fn table(&self) -> Value {
        let mut table = Table::new();
        let globs = [("paths", &self.paths), ("ignore", &self.ignore)];
        for (key, patterns) in globs {
            table.extend(patterns.iter().map(|it| (key.to_owned(), words::texts(&it.written))));
        }
        let expressions =
            [("path-patterns", &self.path_patterns), ("ignore-patterns", &self.ignore_patterns)];
        for (key, patterns) in expressions {
            table.extend(patterns.iter().map(|it| (key.to_owned(), it.written())));
        }
        let status: Vec<_> = self.status.iter().map(|it| it.name()).collect();
        let kinds: Vec<_> = self.kinds.iter().map(|it| it.name()).collect();
        words::put(&mut table, "status", words::texts(&status));
        words::put(&mut table, "kinds", words::texts(&kinds));
        table.extend(self.count.map(|it| ("count".to_owned(), it.written())));
        Value::Table(table)
    }
}

/// How often commits remove something, and how often they add it.
#[derive(Default)]
struct Renames(HashMap<(Option<Oid>, Oid, Mode), (usize, usize)>);

/// A content with its mode in a commit, and whether it is removed there.
type Half = ((Option<Oid>, Oid, Mode), bool);

impl Renames {
    fn of(files: &[FileChange]) -> Self {
        let mut renames = Self::default();
        for file in files {
            let Some((moved, removed)) = Self::half(file) else { continue };
            let (gone, come) = renames.0.entry(moved).or_default();
            *(if removed { gone } else { come }) += 1;
        }
        renames
    }

    /// What a file would be one half of a rename of, and whether it is removed.
    fn half(file: &FileChange) -> Option<Half> {
        let (version, removed) = match (file.old, file.new) {
            (Some(old), None) => (old, true),
            (None, Some(new)) => (new, false),
            _ => return None,
        };
        Some(((file.commit, version.oid, version.mode.plain()), removed))
    }

    /// Whether the same commit has the other half of a rename. Where it removes more
    /// of the same than it adds, or less, nobody can tell which are moved.
    fn hold(&self, file: &FileChange) -> bool {
        let moved = Self::half(file).and_then(|(moved, _)| self.0.get(&moved));
        moved.is_some_and(|(gone, come)| gone == come)
    }
}

/// Some file is changed so.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(super) struct Changes(Which);

impl Predicate for Changes {
    fn needs(&self, _: &People) -> Vec<Need> {
        vec![Need::Files]
    }

    fn holds(&self, case: &Case<'_>) -> Fact<bool> {
        let count = self.0.count(&*paths(case)?);
        Ok(self.0.count.map_or(count > 0, |it| it.holds(count as u64)))
    }

    fn written(&self) -> Value {
        self.0.table()
    }
}

/// Something is changed, and everything so.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(try_from = "Which")]
#[schemars(with = "Which")]
pub(super) struct OnlyChanges(Which);

/// Nothing is changed so.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(try_from = "Which")]
#[schemars(with = "Which")]
pub(super) struct NoChanges(Which);

fn uncounted(which: Which) -> Result<Which, String> {
    match which.count {
        Some(_) => Err("`count` has no meaning here; write it in `changes`".to_owned()),
        None => Ok(which),
    }
}

impl TryFrom<Which> for OnlyChanges {
    type Error = String;

    fn try_from(which: Which) -> Result<Self, String> {
        uncounted(which).map(Self)
    }
}

impl TryFrom<Which> for NoChanges {
    type Error = String;

    fn try_from(which: Which) -> Result<Self, String> {
        uncounted(which).map(Self)
    }
}

impl Predicate for OnlyChanges {
    fn needs(&self, _: &People) -> Vec<Need> {
        vec![Need::Files]
    }

    fn holds(&self, case: &Case<'_>) -> Fact<bool> {
        Ok(self.0.only(&*paths(case)?))
    }

    fn written(&self) -> Value {
        self.0.table()
    }
}

impl Predicate for NoChanges {
    fn needs(&self, _: &People) -> Vec<Need> {
        vec![Need::Files]
    }

    fn holds(&self, case: &Case<'_>) -> Fact<bool> {
        Ok(self.0.count(&*paths(case)?) == 0)
    }

    fn written(&self) -> Value {
        self.0.table()
    }
}
