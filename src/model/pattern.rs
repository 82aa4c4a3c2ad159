//! Patterns that name refs and paths, and regular expressions.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use bstr::{BStr, ByteSlice};
use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};
use regex::Regex;
use schemars::JsonSchema;
use serde::Deserialize;

use super::RefName;
use super::shape::Shape;

/// Patterns that name refs.
///
/// `main` means `refs/heads/main`; a name that begins with `refs/` stays as it
/// is; `**` alone names every ref. `*` and `?` stay within a path component,
/// `**` crosses; `{a,b}` and `[0-9]` choose.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(try_from = "Vec<String>")]
#[schemars(with = "Vec<String>")]
pub struct RefPatterns {
    /// The patterns, written out in full.
    pub full: Vec<String>,
    set: GlobSet,
}

impl RefPatterns {
    /// Reads patterns; an error says which is wrong and why.
    pub fn new(written: &[String]) -> Result<Self, String> {
        if written.is_empty() {
            return Err("names no refs".to_owned());
        }
        let full = written.iter().map(|it| ref_pattern(it)).collect::<Result<Vec<_>, _>>()?;
        let globs = full.iter().map(|it| glob(it)).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { full, set: set(globs)? })
    }

    /// Whether one of the patterns names `name` and does not name every kind of
    /// ref: its second part is written out.
    pub fn names(&self, name: &RefName) -> bool {
        let plain = |part: &str| !part.contains(['*', '?', '[', '{']);
        let matching = self.set.matches(as_path(name.as_bstr()));
        let mut patterns = matching.into_iter().filter_map(|at| self.full.get(at));
        patterns.any(|it| it.split('/').nth(1).is_some_and(plain))
    }

    /// Whether one of the patterns names `name`.
    pub fn matches(&self, name: &RefName) -> bool {
        self.set.is_match(as_path(name.as_bstr()))
    }
}

impl TryFrom<Vec<String>> for RefPatterns {
    type Error = String;

    fn try_from(written: Vec<String>) -> Result<Self, String> {
        Self::new(&written)
    }
}

/// Writes a ref pattern out in full, if a ref could be named so.
/// Source: git-check-ref-format.
fn ref_pattern(written: &str) -> Result<String, String> {
    let wrong = |why: &str| Err(format!("`{written}` can name no ref: {why}"));
    if written == "**" {
        return Ok("**".to_owned());
    }
    if let Some(bad) = written.chars().find(|&it| it.is_control() || " ~^:\\".contains(it)) {
        return wrong(&format!("Git allows no {bad:?} in ref names"));
    }
    for bad in ["..", "//", "@{"] {
        if written.contains(bad) && !written.contains("{..}") {
            return wrong(&format!("Git allows no `{bad}` in ref names"));
        }
    }
    if written.is_empty() || written.starts_with('/') || written.ends_with('/') {
        return wrong("it begins or ends with nothing or `/`; `x/**` names all below `x/`");
    }
    if written.ends_with(".lock") || written.ends_with('.') {
        return wrong("no ref name ends so");
    }
    if written.split('/').any(|part| part.starts_with('.')) {
        return wrong("no part of a ref name begins with a dot");
    }
    match elsewhere(written) {
        Some(why) => Err(format!("`{written}` {why}")),
        None if written.starts_with("refs/") => Ok(written.to_owned()),
        None => Ok(format!("refs/heads/{written}")),
    }
}

/// Why a pattern names no ref, or surely not those that it is meant to, with what
/// to write instead.
fn elsewhere(written: &str) -> Option<String> {
    let (first, rest) = written.split_once('/').unwrap_or((written, ""));
    match first {
        "refs" if rest == "**" => None,
        "refs" if rest.is_empty() || rest == "*" => {
            Some("names no ref, they are `refs/<kind>/<name>`; write `refs/**`".to_owned())
        }
        "refs" if !rest.contains('/') => {
            let kind = matches!(rest, "heads" | "tags" | "remotes" | "notes");
            let mend = if kind { format!("{written}/**") } else { format!("refs/heads/{rest}") };
            Some(format!("names no ref, they are `refs/<kind>/<name>`; write `{mend}`"))
        }
        "heads" | "tags" | "remotes" if rest.is_empty() => None,
        "heads" | "tags" | "remotes" => {
            Some(format!("names only branches, `refs/heads/{written}`; write `refs/{written}`"))
        }
        "HEAD" | "@" if rest.is_empty() => Some("names no ref of its own; write `main`".to_owned()),
        // `{refs/heads/a,refs/tags/b}` would be below `refs/heads/` as a whole.
        _ if written.starts_with('{') && written.contains("refs/") => Some(
            "names only branches, `refs/` not standing first; write each as a pattern of its own"
                .to_owned(),
        ),
        _ => None,
    }
}

/// Patterns that name paths in a repository, as a `.gitignore` does.
///
/// Without `/`, or with one only at the end, a pattern names files and
/// directories at any depth; otherwise it is anchored at the root. A directory
/// stands for all that is in it. `*` and `?` stay within a component, `**`
/// crosses. Matched on raw bytes; letter case matters.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(try_from = "Vec<String>")]
#[schemars(with = "Vec<String>")]
pub struct PathPatterns {
    /// The patterns as written.
    pub written: Vec<String>,
    set: GlobSet,
    /// Which pattern each glob of the set belongs to.
    of: Vec<usize>,
    /// What an index of paths can answer of it.
    pub(super) shapes: Vec<Shape>,
}

impl PathPatterns {
    /// Reads patterns; an error says which is wrong and why.
    pub fn new(written: &[String]) -> Result<Self, String> {
        if written.is_empty() {
            return Err("names no paths".to_owned());
        }
        let (mut globs, mut of) = (Vec::new(), Vec::new());
        for (at, pattern) in written.iter().enumerate() {
            let (file, below) = path_pattern(pattern)?;
            globs.extend(file.map(|it| glob(&it)).transpose()?);
            globs.push(glob(&below)?);
            of.resize(globs.len(), at);
        }
        let shapes = written.iter().map(|it| Shape::of(it)).collect();
        Ok(Self { written: written.to_vec(), set: set(globs)?, of, shapes })
    }

    /// Whether one of the patterns names `path`.
    pub fn matches(&self, path: &BStr) -> bool {
        self.set.is_match(as_path(path))
    }

    /// The first pattern, as written, that names `path`.
    pub fn which(&self, path: &BStr) -> Option<&str> {
        if !self.shapes.iter().any(|it| it.may_name(path)) {
            return None;
        }
        let first = self.set.matches(as_path(path)).into_iter().min()?;
        self.written.get(*self.of.get(first)?).map(String::as_str)
    }
}

impl TryFrom<Vec<String>> for PathPatterns {
    type Error = String;

    fn try_from(written: Vec<String>) -> Result<Self, String> {
        Self::new(&written)
    }
}

/// The glob for the path itself, unless only a directory is meant, and the one
/// for what is below it.
fn path_pattern(written: &str) -> Result<(Option<String>, String), String> {
    let wrong = |why: &str| Err(format!("`{written}` can name no path: {why}"));
    if written.starts_with('!') {
        return wrong("there is no negation; leave the pattern out, or use `[[exempt]]`");
    }
    let rooted = written.strip_prefix('/').unwrap_or(written);
    let bare = rooted.strip_suffix('/').unwrap_or(rooted);
    if bare.is_empty() || bare.contains("//") {
        return wrong("a part of it is empty");
    }
    if bare.split('/').any(|part| part == "." || part == "..") {
        return wrong("paths in Git hold no `.` and no `..`");
    }
    let anchored = written.starts_with('/') || bare.contains('/');
    let full = if anchored { bare.to_owned() } else { format!("**/{bare}") };
    let below = if full.ends_with("/**") { full.clone() } else { format!("{full}/**") };
    Ok(((!written.ends_with('/')).then_some(full), below))
}

/// The pattern with no `/` among what a class like `[!a]` names: globset takes it
/// for any other character.
fn within_a_part(pattern: &str) -> String {
    let (mut out, mut chars) = (String::with_capacity(pattern.len()), pattern.chars());
    while let Some(next) = chars.next() {
        out.push(next);
        match next {
            '\\' => out.extend(chars.next()),
            '[' => {
                let negated = chars.as_str().starts_with(['!', '^']);
                out.extend(negated.then(|| chars.next()).flatten());
                // A `]` or `-` right at the beginning is itself, and must stay there.
                let first = chars.as_str().starts_with([']', '-']);
                out.extend((negated && first).then(|| chars.next()).flatten());
                let rest = chars.as_str();
                let range = first && rest.starts_with('-');
                out.push_str(if negated && !range { "/" } else { "" });
                let skip = usize::from(!(negated && first));
                let inside = rest.char_indices().skip(skip).find(|(_, it)| *it == ']');
                let (inside, rest) = rest.split_at(inside.map_or(rest.len(), |(at, _)| at));
                out.push_str(inside);
                chars = rest.chars();
            }
            _ => {}
        }
    }
    out
}

fn glob(pattern: &str) -> Result<Glob, String> {
    let within = within_a_part(pattern);
    let built = GlobBuilder::new(&within).literal_separator(true).backslash_escape(true).build();
    built.map_err(|error| format!("`{pattern}` is not a pattern: {}", error.kind()))
}

fn set(globs: Vec<Glob>) -> Result<GlobSet, String> {
    let mut builder = GlobSetBuilder::new();
    for glob in globs {
        builder.add(glob);
    }
    builder.build().map_err(|error| error.to_string())
}

fn as_path(raw: &BStr) -> &Path {
    Path::new(OsStr::from_bytes(raw.as_bytes()))
}

/// A regular expression, as the `regex` crate reads it; linear in time.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(with = "String")]
pub struct Expression(pub Regex);

impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_str() == other.0.as_str()
    }
}

impl Eq for Expression {}

impl Expression {
    /// Reads an expression that the whole of a text must match.
    pub fn whole(written: &str) -> Result<Self, String> {
        Self::try_from(written.to_owned())?;
        Self::try_from(format!(r"\A(?:{written})\z"))
    }
}

impl TryFrom<String> for Expression {
    type Error = String;

    fn try_from(written: String) -> Result<Self, String> {
        let built = regex::RegexBuilder::new(&written).size_limit(1 << 20).build();
        built.map(Self).map_err(|error| {
            // The last line of several says what is wrong.
            let error = error.to_string();
            let what = error.lines().last().unwrap_or_default().trim_start_matches("error: ");
            format!("not a regular expression: {what}")
        })
    }
}
