//! Patterns of CODEOWNERS as ours, and ours as theirs.

use bstr::{BStr, ByteSlice};

use crate::rule::owners::Dialect;

/// A pattern in another's words.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Translated<P> {
    /// What names the paths: one pattern, or several together.
    pub(super) patterns: P,
    /// What they name that the first did not.
    pub(super) more: Option<&'static str>,
}

const BELOW: &str = "names here what is below it too";
const TREE: &str = "names here all in a directory of that name too; end it with `/` if it is one";

/// A pattern of theirs as ours; `None` if it is no text.
pub(super) fn ours(dialect: Dialect, theirs: &BStr) -> Option<Translated<String>> {
    let written = theirs.to_str().ok()?;
    let rooted = written.starts_with('/');
    let bare = written.trim_start_matches('/').trim_end_matches('/');
    let parts: Vec<_> = bare.split('/').map(|it| part(dialect, it)).collect();
    let before = parts.len().checked_sub(2).and_then(|it| parts.get(it));
    let directory = written.ends_with('/');
    let last = parts.last().map(String::as_str);
    let deep = before.map_or(!rooted, |it| it == "**");
    let more = match (dialect, last) {
        _ if directory => None,
        (_, Some("*")) | (Dialect::Gitlab, Some("**")) => (!deep).then_some(BELOW),
        // What has an extension is hardly ever a directory.
        (Dialect::Gitlab, Some(last)) if !last.trim_start_matches('.').contains('.') => Some(TREE),
        (Dialect::Github | Dialect::Gitlab | Dialect::Owners, _) => None,
    };
    let mut patterns = parts.join("/");
    if bare.is_empty() {
        "**".clone_into(&mut patterns);
    } else if dialect == Dialect::Gitlab && !rooted && parts.len() > 1 {
        patterns.insert_str(0, "**/");
    } else if rooted {
        patterns.insert(0, '/');
    }
    if dialect == Dialect::Gitlab && last == Some("**") && !directory {
        patterns.truncate(patterns.len() - 1);
    }
    if directory && !bare.is_empty() {
        patterns.push('/');
    }
    Some(Translated { patterns, more })
}

/// A part between two slashes, with what only we read as a pattern escaped.
fn part(dialect: Dialect, written: &str) -> String {
    if written == "**" {
        return written.to_owned();
    }
    let (mut out, mut chars) = (String::new(), written.chars());
    let mut class = false;
    while let Some(next) = chars.next() {
        match next {
            '\\' => {
                let escaped = chars.next().unwrap_or('\\');
                let special = "*?[]{}\\!-^".contains(escaped);
                out.extend(special.then_some('\\').into_iter().chain([escaped]));
            }
            '*' if out.ends_with('*') && !out.ends_with("\\*") => {}
            '[' if dialect == Dialect::Gitlab => {
                class = true;
                out.push('[');
            }
            ']' if class => {
                class = false;
                out.push(']');
            }
            '[' | ']' | '{' | '}' if !class => out.extend(['\\', next]),
            plain => out.push(plain),
        }
    }
    out
}

/// A pattern of ours as theirs; an error says why not.
pub(super) fn theirs(
    dialect: Dialect,
    ours: &str,
) -> Result<Translated<Vec<String>>, &'static str> {
    let mut all = Translated { patterns: Vec::new(), more: None };
    for ours in choices(ours).ok_or("its braces mean too much")? {
        let one = one(dialect, &ours)?;
        all.patterns.extend(one.patterns);
        all.more = all.more.or(one.more);
    }
    Ok(all)
}

/// A pattern without braces as theirs.
fn one(dialect: Dialect, ours: &str) -> Result<Translated<Vec<String>>, &'static str> {
    let rooted = ours.strip_prefix('/').unwrap_or(ours);
    let bare = rooted.strip_suffix('/').unwrap_or(rooted);
    let mut more = None;
    let mut parts = Vec::new();
    for part in bare.split('/') {
        parts.push(their_part(dialect, part, &mut more)?);
    }
    let anchored = ours.starts_with('/') || parts.len() > 1;
    parts.dedup_by(|next, it| *it == "**" && *next == "**");
    let tree = parts.last().is_some_and(|it| it == "**");
    if tree && parts.len() == 1 {
        return Ok(Translated { patterns: vec!["*".to_owned()], more });
    }
    if tree {
        parts.pop();
    }
    let directory = tree || rooted.len() > bare.len();
    let slash = if anchored { "/" } else { "" };
    let name = format!("{slash}{}", parts.join("/"));
    let below = format!("{name}/");
    let star = parts.last().is_some_and(|it| it == "*") && anchored;
    let patterns = match dialect {
        _ if directory => vec![below],
        Dialect::Github if star => vec![name, below],
        Dialect::Github => vec![name],
        Dialect::Gitlab if bare == "*" && !anchored => vec!["*".to_owned()],
        Dialect::Gitlab => vec![name, below],
        Dialect::Owners => return Err("OWNERS has no patterns for paths"),
    };
    Ok(Translated { patterns, more })
}

/// A part between two slashes as theirs.
fn their_part(
    dialect: Dialect,
    ours: &str,
    more: &mut Option<&'static str>,
) -> Result<String, &'static str> {
    let (mut out, mut chars) = (String::new(), ours.chars());
    if ours == "**" {
        return Ok(ours.to_owned());
    }
    let mut wider = |out: &mut String| {
        *more = Some("names more: what their file cannot say stands there as `?`");
        out.push('?');
    };
    while let Some(next) = chars.next() {
        match next {
            '\\' => match chars.next() {
                Some('[' | ']') if dialect == Dialect::Github => wider(&mut out),
                Some('#' | '{' | '}') => wider(&mut out),
                Some(escaped) => out.extend(['\\', escaped]),
                None => return Err("it ends in `\\`"),
            },
            '[' if dialect == Dialect::Github => return Err("GitHub has no `[ ]`"),
            '*' if out.ends_with('*') && !out.ends_with("\\*") => {}
            '#' => wider(&mut out),
            '!' if out.is_empty() => wider(&mut out),
            ' ' => out.push_str("\\ "),
            it if it.is_control() => wider(&mut out),
            plain => out.push(plain),
        }
    }
    Ok(out)
}

/// The patterns that one with `{a,b}` stands for; `None` if they are many.
fn choices(written: &str) -> Option<Vec<String>> {
    let Some((start, end)) = braces(written) else { return Some(vec![written.to_owned()]) };
    let (before, after) = (written.get(..start)?, written.get(end + 1..)?);
    let mut all = Vec::new();
    for choice in written.get(start + 1..end)?.split(',') {
        let (open, close) = (before.ends_with('*'), after.starts_with('*'));
        if open && (choice.starts_with('*') || choice.is_empty()) || close && choice.ends_with('*')
        {
            // Two stars that only meet by the choice are not `**`.
            return None;
        }
        all.extend(choices(&format!("{before}{choice}{after}"))?);
        if all.len() > 64 {
            return None;
        }
    }
    Some(all)
}

/// Where the first braces without braces in them begin and end.
fn braces(written: &str) -> Option<(usize, usize)> {
    let (mut start, mut escaped) = (None, false);
    for (at, next) in written.char_indices() {
        match next {
            _ if escaped => {}
            '{' => start = Some(at),
            '}' => return start.map(|start| (start, at)),
            _ => {}
        }
        escaped = next == '\\' && !escaped;
    }
    None
}
