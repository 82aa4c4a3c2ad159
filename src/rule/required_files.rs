//! The `required-files` rule.

use bstr::{BStr, BString, ByteSlice};
use globset::{GlobBuilder, GlobMatcher};
use schemars::JsonSchema;
use serde::Deserialize;

use super::trees::Trees;
use super::{Case, Family, Rule, WhenUnknown, hint};
use crate::model::{Entry, Fact, Mode, Need, People, Reason, Said};

/// Which files there must be.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RequiredFiles {
    /// Paths from the root; `*` and `?` stand for any file that fits.
    files: Required,
    /// Whether an empty file is as good as none.
    #[serde(default = "yes")]
    not_empty: bool,
}

fn yes() -> bool {
    true
}

/// The files that there must be, one or more.
#[derive(Deserialize, JsonSchema)]
#[serde(try_from = "Vec<String>")]
#[schemars(with = "Vec<String>")]
struct Required(Vec<Wanted>);

/// A file that there must be.
struct Wanted {
    /// As written.
    written: String,
    /// What each part of the path must fit.
    parts: Vec<Part>,
}

/// One part of a path.
enum Part {
    /// This name.
    Name(BString),
    /// Any name that fits.
    Glob(Box<GlobMatcher>),
}

impl TryFrom<Vec<String>> for Required {
    type Error = String;

    fn try_from(written: Vec<String>) -> Result<Self, String> {
        if written.is_empty() {
            return Err("names no files".to_owned());
        }
        written.into_iter().map(Wanted::new).collect::<Result<_, _>>().map(Self)
    }
}

impl Wanted {
    fn new(written: String) -> Result<Self, String> {
        let wrong = |why: &str| Err(format!("`{written}` can be no file: {why}"));
        let rooted = written.strip_prefix('/').unwrap_or(&written);
        if rooted.ends_with('/') {
            return wrong("it is a directory; name a file in it, such as with `*`");
        }
        let mut parts = Vec::new();
        for part in rooted.split('/') {
            match part {
                "" | "." | ".." => return wrong("a part of it is empty, `.` or `..`"),
                _ if part.contains("**") => {
                    return wrong("`**` would search the whole tree; name the directory");
                }
                _ => parts.push(Part::new(part)?),
            }
        }
        Ok(Self { written, parts })
    }
}

impl Part {
    fn new(part: &str) -> Result<Self, String> {
        if !part.contains(['*', '?', '[', '{', '\\']) {
            return Ok(Self::Name(part.into()));
        }
        let glob = GlobBuilder::new(part).literal_separator(true).backslash_escape(true).build();
        match glob {
            Ok(glob) => Ok(Self::Glob(Box::new(glob.compile_matcher()))),
            Err(error) => Err(format!("`{part}` is not a pattern: {}", error.kind())),
        }
    }

    fn fits(&self, name: &BStr) -> bool {
        match self {
            Self::Name(wanted) => wanted == name,
            Self::Glob(glob) => glob.is_match(name.to_path_lossy()),
        }
    }
}

impl Rule for RequiredFiles {
    const NAME: &'static str = "required-files";
    const FAMILY: Family = Family::Content;
    const NEEDS: &'static [Need] = &[Need::Tree, Need::Blobs];
    const WHEN_UNKNOWN: WhenUnknown = WhenUnknown::Defer;
    const MANUAL: &'static str = "\
Asks that certain files are there once the ref has moved.

Each entry is a path from the root; `*` and `?` stay within a part of it, and one
file that fits is enough. An empty file is as good as none, unless `not-empty`
is false. To ask for a file only with some changes, give the protection a `when`.

```toml
required-files = { files = [\"LICENSE\", \"docs/adr/*.md\"] }
```
";

    fn check(&self, case: &Case<'_>, said: &mut Said) -> Fact<()> {
        if case.update.deletes() {
            said.say(Reason::pass("the ref is deleted"));
            return Ok(());
        }
        let mut trees = Trees::new(case);
        for wanted in &self.files.0 {
            let found = self.find(&mut trees, BStr::new(""), &wanted.parts);
            match said.known(found) {
                Some(Found::Nothing) => {
                    let what = format!("there is no `{}`", wanted.written);
                    let hint = format!("add it: git add {}", hint::word(wanted.written.as_bytes()));
                    said.say(Reason::deny(what).hint(hint));
                }
                Some(Found::Empty) => {
                    let what = format!("`{}` is empty", wanted.written);
                    said.say(Reason::deny(what).hint("write what it is for, and stage it again"));
                }
                Some(Found::File) | None => {}
            }
        }
        said.otherwise("every required file is there");
        Ok(())
    }

    fn uses(&self, _: &People) -> Vec<Need> {
        if self.not_empty { Self::NEEDS.to_vec() } else { vec![Need::Tree] }
    }
}

/// What was found of a file that there must be; the better the greater.
#[derive(Eq, Ord, PartialEq, PartialOrd)]
enum Found {
    /// None.
    Nothing,
    /// Empty ones.
    Empty,
    /// One.
    File,
}

impl RequiredFiles {
    /// Looks below `dir` for `parts`, into no directory that they don't name.
    fn find(&self, trees: &mut Trees<'_>, dir: &BStr, parts: &[Part]) -> Fact<Found> {
        let mut best = Found::Nothing;
        let Some((part, rest)) = parts.split_first() else { return Ok(best) };
        let Some(entries) = trees.entries(dir)? else { return Ok(best) };
        for entry in entries.iter().filter(|it| part.fits(it.name.as_bstr())) {
            let found = match entry.mode.plain() {
                Mode::Tree if !rest.is_empty() => {
                    let mut below = BString::from(dir);
                    if !below.is_empty() {
                        below.push(b'/');
                    }
                    below.extend_from_slice(&entry.name);
                    self.find(trees, below.as_bstr(), rest)?
                }
                _ if rest.is_empty() && entry.mode.is_blob() => self.file(trees.case, entry)?,
                _ => Found::Nothing,
            };
            best = best.max(found);
            if best == Found::File {
                break;
            }
        }
        Ok(best)
    }

    fn file(&self, case: &Case<'_>, entry: &Entry) -> Fact<Found> {
        let empty = self.not_empty && case.change.facts.size(entry.oid)? == 0;
        Ok(if empty { Found::Empty } else { Found::File })
    }
}
