//! Protections of paths as a CODEOWNERS.

use std::fmt::Write;

use super::pattern;
use crate::import::{Exported, How, Note};
use crate::model::{People, RefName};
use crate::policy::{Mode, Policy, Protection, When};
use crate::rule::owners::Dialect;

/// What a protection asks, if a CODEOWNERS has words for it.
struct Asked {
    paths: Vec<String>,
    count: usize,
    owners: Vec<String>,
}

/// What the policy asks of `target`, as a CODEOWNERS for it: the protections of
/// paths whose approvals are by people and teams.
pub fn export(policy: &Policy, target: &RefName, dialect: Dialect) -> Exported {
    let mut exported = Exported::default();
    let mut before: Option<usize> = None;
    for protection in &policy.protections {
        if !protection.rules.iter().any(|it| it.spec.name == "approvals") {
            continue;
        }
        let line = protection.origin.line;
        if !protection.refs.matches(target) {
            let what = format!("it is about other refs than {target}, which have a file each");
            exported.notes.push(Note::at(line, How::Lost, what));
            continue;
        }
        let asked = match asked(protection, &policy.people, dialect) {
            Ok(asked) => asked,
            Err(what) => {
                exported.notes.push(Note::at(line, How::Lost, what));
                continue;
            }
        };
        if let Some(before) = before.filter(|_| dialect == Dialect::Github) {
            let what = format!("where both name a path, this alone is asked, not line {before}");
            exported.notes.push(Note::at(line, How::Looser, what));
        }
        if lines(protection, &asked, dialect, &mut exported) {
            before = Some(line);
        }
    }
    exported
}

/// The ref whose CODEOWNERS a policy would fill: the first that it asks approvals
/// for by name, else `main`.
pub(super) fn target(policy: &Policy) -> RefName {
    let asks = |it: &&Protection| it.rules.iter().any(|it| it.spec.name == "approvals");
    let mut full = policy.protections.iter().filter(asks).flat_map(|it| &it.refs.full);
    let named = full.find(|it| !it.contains(['*', '?', '[', '{', '\\']));
    RefName::new(named.map_or("refs/heads/main", String::as_str))
}

/// Writes the lines of a protection; says whether there are any.
fn lines(protection: &Protection, asked: &Asked, dialect: Dialect, out: &mut Exported) -> bool {
    let line = protection.origin.line;
    let mut patterns = Vec::new();
    for path in &asked.paths {
        match pattern::theirs(dialect, path) {
            Ok(found) => {
                let more = found.more.map(|it| format!("`{path}` {it}"));
                out.notes.extend(more.map(|it| Note::at(line, How::Stricter, it)));
                patterns.extend(found.patterns);
            }
            Err(why) => {
                out.notes.push(Note::at(line, How::Lost, format!("`{path}`: {why}")));
            }
        }
    }
    if patterns.is_empty() {
        return false;
    }
    let name = protection.name.clone().unwrap_or_else(|| protection.origin.to_string());
    let name: String = name.chars().filter(|it| !it.is_control()).collect();
    let _ = match dialect {
        Dialect::Gitlab => {
            let optional = if protection.mode == Mode::Warn { "^" } else { "" };
            let name = name.replace(['[', ']'], "");
            writeln!(out.text, "{optional}[{name}][{}]", asked.count)
        }
        Dialect::Github | Dialect::Owners => writeln!(out.text, "# {name}"),
    };
    if asked.count > 1 && dialect == Dialect::Github {
        let what = format!("asks for 1 of the owners, not for {}", asked.count);
        out.notes.push(Note::at(line, How::Looser, what));
    }
    for pattern in patterns {
        let _ = writeln!(out.text, "{pattern} {}", asked.owners.join(" "));
    }
    out.text.push('\n');
    true
}

/// What a protection asks; an error says why a CODEOWNERS cannot say it.
fn asked(protection: &Protection, people: &People, dialect: Dialect) -> Result<Asked, String> {
    if protection.mode == Mode::Warn && dialect == Dialect::Github {
        return Err("it only warns, and an owner cannot".to_owned());
    }
    let paths = match &protection.when {
        None => vec!["**".to_owned()],
        Some(when) => only_paths(when)?,
    };
    let asks = protection.rules.iter().find(|it| it.spec.name == "approvals");
    let Some(toml::Value::Table(leaf)) = asks.map(|it| &it.settings) else {
        return Err("its approvals are more than a list of people".to_owned());
    };
    if let Some(key) = leaf.keys().find(|it| !["count", "from", "name"].contains(&it.as_str())) {
        return Err(format!("an owner has no `{key}`"));
    }
    let count = leaf.get("count").map_or(Some(1), toml::Value::as_integer);
    let count = count.and_then(|it| usize::try_from(it).ok()).filter(|it| *it > 0);
    let count = count.ok_or("it asks for no approvals")?;
    let from = leaf.get("from").and_then(toml::Value::as_array);
    let from = from.ok_or("anyone may approve, and an owner is someone")?;
    let from: Vec<_> = from.iter().filter_map(toml::Value::as_str).map(str::to_owned).collect();
    let mut owners = Vec::new();
    for member in people.members(&from) {
        owners.push(owner(member, people, dialect)?);
    }
    owners.sort();
    owners.dedup();
    Ok(Asked { paths, count, owners })
}

/// The paths, if a condition names nothing else.
fn only_paths(when: &When) -> Result<Vec<String>, String> {
    let lost = || format!("its condition is more than `paths`: {when}");
    Ok(when.paths_alone().ok_or_else(lost)?.written.clone())
}

/// One member of `from` as an owner.
fn owner(member: &str, people: &People, dialect: Dialect) -> Result<String, String> {
    let bare = member.trim_start_matches('@');
    if let Some(person) = people.persons.get(bare) {
        let host = match dialect {
            Dialect::Gitlab => "gitlab",
            Dialect::Github | Dialect::Owners => "github",
        };
        let login = person.logins.get(host).map(|it| format!("@{it}"));
        let known = login.or_else(|| person.emails.first().cloned());
        return known.ok_or_else(|| format!("`{bare}` has no login at {host} and no address"));
    }
    if bare.contains([':', '#', ' ']) {
        return Err(format!("`{member}` can be no owner"));
    }
    Ok(if bare.contains('@') { bare.to_owned() } else { format!("@{bare}") })
}
