//! Conditions on the lines that files gain and lose.

use std::collections::HashMap;

use bstr::ByteSlice;
use schemars::JsonSchema;
use serde::Deserialize;
use toml::{Table, Value};

use super::{Case, Predicate, files, words};
use crate::model::{Expression, Fact, FileChange, Need, PathPatterns, People, Unknown, Version};

/// How much of a file is looked at at most.
const MOST: u64 = 16 << 20;

/// A file gains or loses a line like this.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(try_from = "Written")]
#[schemars(with = "Written")]
pub(super) struct Content(Written);

/// What is asked of lines, as written.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct Written {
    /// Of these files; of all, if missing.
    paths: Option<PathPatterns>,
    /// Regular expressions; a line that is gained matches one of them.
    added: Vec<Expression>,
    /// Regular expressions; a line that is lost matches one of them.
    removed: Vec<Expression>,
}

impl TryFrom<Written> for Content {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        if written.added.is_empty() && written.removed.is_empty() {
            return Err("asks for no line; write `added` or `removed`".to_owned());
        }
        Ok(Self(written))
    }
}

impl Predicate for Content {
    fn needs(&self, _: &People) -> Vec<Need> {
        vec![Need::Files, Need::Blobs]
    }

    fn holds(&self, case: &Case<'_>) -> Fact<bool> {
        let Written { paths, added, removed } = &self.0;
        let changed = files::paths(case)?;
        let about = paths.as_ref().map_or_else(|| changed.all(), |it| changed.matching(it));
        let (mut gains, mut loses) = (added.is_empty(), removed.is_empty());
        for file in about.iter().flat_map(|at| changed.changes(at)) {
            let lines = Lines::of(file, case)?;
            gains = gains || lines.more(added);
            loses = loses || lines.fewer(removed);
            if gains && loses {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn written(&self) -> Value {
        let Written { paths, added, removed } = &self.0;
        let mut table = Table::new();
        table.extend(paths.iter().map(|it| ("paths".to_owned(), words::texts(&it.written))));
        words::put(&mut table, "added", words::expressions(added));
        words::put(&mut table, "removed", words::expressions(removed));
        Value::Table(table)
    }
}

/// How much more often a file has each line than before.
struct Lines(HashMap<Vec<u8>, isize>);

impl Lines {
    fn of(file: &FileChange, case: &Case<'_>) -> Fact<Self> {
        let mut lines: HashMap<Vec<u8>, isize> = HashMap::new();
        for (version, step) in [(file.old, -1), (file.new, 1)] {
            let text = text(version, file, case)?;
            for line in text.lines() {
                match lines.get_mut(line) {
                    Some(count) => *count += step,
                    None => {
                        lines.insert(line.to_vec(), step);
                    }
                }
            }
        }
        Ok(Self(lines))
    }

    fn more(&self, like: &[Expression]) -> bool {
        self.any(like, |count| count > 0)
    }

    fn fewer(&self, like: &[Expression]) -> bool {
        self.any(like, |count| count < 0)
    }

    fn any(&self, like: &[Expression], counts: impl Fn(isize) -> bool) -> bool {
        let mut lines = self.0.iter().filter(|(_, count)| counts(**count));
        lines.any(|(line, _)| {
            let line = words::lossy(line);
            like.iter().any(|it| it.0.is_match(&line))
        })
    }
}

fn text(version: Option<Version>, file: &FileChange, case: &Case<'_>) -> Fact<Vec<u8>> {
    let facts = case.change.facts;
    match version.filter(|it| it.mode.is_blob() && !it.mode.is_symlink()) {
        None => Ok(Vec::new()),
        Some(it) if facts.size(it.oid)? > MOST => {
            let why = format!("`{}` is larger than {} MiB", file.path, MOST >> 20);
            Err(Unknown::Truncated(Need::Blobs, why))
        }
        Some(it) => facts.blob(it.oid),
    }
}
