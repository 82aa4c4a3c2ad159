//! Ref patterns as GitHub has them, to ours and back.
//!
//! GitHub's are those of Ruby's `File.fnmatch` with `FNM_PATHNAME`: no braces, no
//! backslash, `**` crosses only as a whole part before a `/`.
//! Source: GitHub's manual, "Creating rulesets for a repository".

use super::draft::Draft;
use crate::import::How;
use crate::model::RefPatterns;

/// What a pattern is for, which tells to which side it may err.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum Side {
    /// It names refs that are protected.
    Include,
    /// It names refs that are not.
    Exclude,
}

/// `pattern`, a full name, as ours; a note where it means more now.
pub(super) fn to_ours(pattern: &str, side: Side, place: &str, draft: &mut Draft) -> String {
    let parts: Vec<_> = pattern.split('/').collect();
    let mut ours = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        let last = at + 1 == parts.len();
        ours.push(match *part {
            "**" if last && side == Side::Exclude => "*".to_owned(),
            "**" if last => {
                let what =
                    format!("`{pattern}` names only one level at GitHub, and all below here");
                draft.note(How::Stricter, place, what);
                "**".to_owned()
            }
            "**" => "**".to_owned(),
            part => literal(part),
        });
    }
    // The same refs, said as we say it.
    if ours.ends_with(&["**".to_owned(), "*".to_owned()]) {
        ours.pop();
    }
    short(ours.join("/"))
}

/// A part of a pattern, where braces are letters and several stars are one.
fn literal(part: &str) -> String {
    let mut ours = String::new();
    for it in part.chars() {
        match it {
            '{' | '}' => ours += &format!("[{it}]"),
            '*' if ours.ends_with('*') => {}
            _ => ours.push(it),
        }
    }
    ours
}

/// `full` without `refs/heads/`, where it means the same.
pub(super) fn short(full: String) -> String {
    let Some(bare) = full.strip_prefix("refs/heads/") else { return full };
    let read = RefPatterns::new(&[bare.to_owned()]);
    let same = read.is_ok_and(|it| it.full.first() == Some(&full));
    if same { bare.to_owned() } else { full }
}

/// Which refs a pattern of ours names, as GitHub knows them.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Named {
    /// Patterns of branches.
    pub(super) branches: Vec<String>,
    /// Patterns of tags.
    pub(super) tags: Vec<String>,
}

/// `full`, a pattern of ours, as GitHub's; an error says why there is none.
pub(super) fn to_theirs(full: &str) -> Result<Named, String> {
    let mut named = Named::default();
    for one in braces(full)? {
        for (kind, all) in [("heads", &mut named.branches), ("tags", &mut named.tags)] {
            all.extend(of_kind(&one, kind)?);
        }
    }
    if named == Named::default() {
        return Err("GitHub's rulesets know only branches and tags".to_owned());
    }
    Ok(named)
}

/// What `pattern` names among the refs of a kind: `heads` or `tags`.
fn of_kind(pattern: &str, kind: &str) -> Result<Vec<String>, String> {
    let rest = match pattern {
        "**" | "refs/**" => "**",
        _ => match pattern.split('/').collect::<Vec<_>>().as_slice() {
            ["refs", named, ..] if named.contains(['*', '?', '[']) => {
                let Ok(patterns) = RefPatterns::new(&[format!("refs/{named}/x")]) else {
                    return Err("a kind of refs that is no pattern".to_owned());
                };
                if *named == "**" {
                    return Err("`**` names kinds of refs of any depth".to_owned());
                }
                if !patterns.matches(&format!("refs/{kind}/x").as_str().into()) {
                    return Ok(Vec::new());
                }
                pattern.splitn(3, '/').nth(2).unwrap_or_default()
            }
            ["refs", named, ..] if *named == kind => {
                pattern.splitn(3, '/').nth(2).unwrap_or_default()
            }
            _ => return Ok(Vec::new()),
        },
    };
    if rest == "**" {
        return Ok(vec!["~ALL".to_owned()]);
    }
    if rest.contains('\\') || rest.contains("[!") || rest.contains("[^") {
        return Err("GitHub knows no `\\` and no `[!…]`".to_owned());
    }
    let all = rest.strip_suffix("/**").map(|it| format!("{it}/**/*"));
    Ok(vec![format!("refs/{kind}/{}", all.unwrap_or_else(|| rest.to_owned()))])
}

/// The patterns that `{a,b}` stands for, one after the other.
fn braces(pattern: &str) -> Result<Vec<String>, String> {
    let Some(open) = pattern.find('{') else { return Ok(vec![pattern.to_owned()]) };
    let (before, rest) = pattern.split_at(open);
    if before.ends_with('[') {
        return Err("GitHub cannot name a brace for itself".to_owned());
    }
    let close = rest.find('}').ok_or("a brace is not closed")?;
    let (inner, after) =
        (rest.get(1..close).unwrap_or_default(), rest.get(close + 1..).unwrap_or_default());
    if inner.contains(['{', '[']) {
        return Err("braces within braces".to_owned());
    }
    let mut all = Vec::new();
    for choice in inner.split(',') {
        all.extend(braces(&format!("{before}{choice}{after}"))?);
        if all.len() > 100 {
            return Err("it stands for more than 100 patterns".to_owned());
        }
    }
    Ok(all)
}
