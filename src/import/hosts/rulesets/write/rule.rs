//! Each rule of ours, as far as rulesets can ask it.

use serde_json::{Value, json};

use super::who::{Who, who};
use super::{Rules, Target};
use crate::import::How;
use crate::import::hosts::regex::escaped;
use crate::policy::Asked;
use crate::rule::byte_size::ByteSize;

/// What is not the same at GitHub.
type Notes = Vec<(How, String)>;

/// Whether rulesets can ask the rule at all, where pushes count if the protection
/// names `every` ref.
pub(super) fn has_place(rule: &str, every: bool) -> bool {
    const PUSH: &[&str] = &["paths", "file-size"];
    const REFS: &[&str] = &[
        "approvals",
        "author",
        "branch-name",
        "checks",
        "code-owners",
        "committer",
        "create",
        "delete",
        "fast-forward-only",
        "linear",
        "merge",
        "message",
        "pull-request",
        "tag",
        "threads",
        "up-to-date",
        "update",
    ];
    REFS.contains(&rule) || every && PUSH.contains(&rule)
}

/// Writes a rule into a ruleset of its kind; the answer is what is not the same.
pub(super) fn write(asked: &Asked, rules: &mut Rules) -> Notes {
    let settings = &asked.settings;
    let on = settings.as_bool() == Some(true);
    let refs = rules.target != Target::Push;
    match (rules.target, asked.spec.name) {
        (Target::Push, "paths") => return paths(settings, rules),
        (Target::Push, "file-size") => return file_size(settings, rules),
        (_, "create") if refs => return may("creation", settings, rules),
        (_, "update") if refs => return may("update", settings, rules),
        (_, "delete") if refs => return may("deletion", settings, rules),
        (_, "fast-forward-only") if refs && on => rules.plain("non_fast_forward"),
        (_, "linear") if refs && on => rules.plain("required_linear_history"),
        (_, "message") if refs => {
            return text("commit_message_pattern", ["pattern", "not-pattern"], settings, rules);
        }
        (_, "author") if refs => return email("commit_author_email_pattern", settings, rules),
        (_, "committer") if refs => return email("committer_email_pattern", settings, rules),
        (Target::Tag, "tag") => return tag(settings, rules),
        (Target::Branch, "pull-request") => {
            rules.pull();
        }
        (Target::Branch, "approvals") => return rules.pull().approvals(settings),
        (Target::Branch, "code-owners") => return owners(settings, rules),
        (Target::Branch, "threads") => rules.pull().threads = true,
        (Target::Branch, "merge") => return merge(settings, rules),
        (Target::Branch, "checks") => return checks(settings, rules),
        (Target::Branch, "up-to-date") => return up_to_date(settings, rules),
        (Target::Branch, "branch-name") => {
            if let Some(whole) = settings.as_str() {
                pattern("branch_name_pattern", &format!("^(?:{whole})$"), false, rules);
            }
        }
        _ => {}
    }
    Vec::new()
}

fn may(kind: &'static str, settings: &toml::Value, rules: &mut Rules) -> Notes {
    match who(settings) {
        Who::Anyone => Vec::new(),
        Who::Nobody => {
            rules.plain(kind);
            Vec::new()
        }
        Who::These(actors, notes) => {
            rules.who.push((kind, actors));
            notes
        }
    }
}

fn pattern(kind: &str, pattern: &str, negate: bool, rules: &mut Rules) {
    let parameters =
        json!({ "name": "", "operator": "regex", "pattern": pattern, "negate": negate });
    rules.with(kind, Some(parameters));
}

/// A rule with an expression that must be found, and one that must not.
fn text(kind: &str, keys: [&str; 2], settings: &toml::Value, rules: &mut Rules) -> Notes {
    for (key, negate) in keys.into_iter().zip([false, true]) {
        if let Some(found) = settings.get(key).and_then(toml::Value::as_str) {
            pattern(kind, found, negate, rules);
        }
    }
    rest(settings, &keys)
}

fn email(kind: &str, settings: &toml::Value, rules: &mut Rules) -> Notes {
    let keys = ["email-pattern", "not-email-pattern"];
    let mut notes = text(kind, keys, settings, rules);
    let globs = settings.get("email").and_then(toml::Value::as_array);
    let globs: Vec<_> = globs.into_iter().flatten().filter_map(toml::Value::as_str).collect();
    if globs.iter().all(|it| !it.contains(['[', '{', '\\'])) && !globs.is_empty() {
        let one = |it: &&str| escaped(it).replace(r"\*", ".*").replace(r"\?", ".");
        let any: Vec<_> = globs.iter().map(one).collect();
        pattern(kind, &format!("(?i)^(?:{})$", any.join("|")), false, rules);
        notes = rest(settings, &[keys[0], keys[1], "email"]);
    }
    notes
}

/// Tells the settings that GitHub does not know.
fn rest(settings: &toml::Value, known: &[&str]) -> Notes {
    let keys = settings.as_table().into_iter().flat_map(|it| it.keys());
    let rest: Vec<_> =
        keys.filter(|it| !known.contains(&it.as_str())).map(|it| format!("`{it}`")).collect();
    if rest.is_empty() {
        return Vec::new();
    }
    vec![(
        How::Lost,
        format!("GitHub cannot ask for {}: the bot or the server's hook does", rest.join(", ")),
    )]
}

fn tag(settings: &toml::Value, rules: &mut Rules) -> Notes {
    if let Some(whole) = settings.get("pattern").and_then(toml::Value::as_str) {
        pattern("tag_name_pattern", &format!("^(?:{whole})$"), false, rules);
    }
    if settings.get("immutable").and_then(toml::Value::as_bool) == Some(true) {
        rules.plain("update");
        rules.plain("deletion");
    }
    rest(settings, &["pattern", "immutable"])
}

fn owners(settings: &toml::Value, rules: &mut Rules) -> Notes {
    let dialect = settings.get("dialect").and_then(toml::Value::as_str).unwrap_or("github");
    if settings.as_bool() == Some(false) || dialect != "github" {
        return vec![(
            How::Lost,
            format!("GitHub reads no owners as `{dialect}` has them: the bot does"),
        )];
    }
    rules.pull().owners = true;
    rest(settings, &["dialect"])
}

fn merge(settings: &toml::Value, rules: &mut Rules) -> Notes {
    let mut notes = Vec::new();
    for shape in settings.as_array().into_iter().flatten().filter_map(toml::Value::as_str) {
        match shape {
            "merge-commit" => rules.pull().methods.push("merge"),
            "squash" => rules.pull().methods.push("squash"),
            "rebase" => rules.pull().methods.push("rebase"),
            other => {
                notes.push((How::Stricter, format!("GitHub knows no way to merge by `{other}`")));
            }
        }
    }
    notes
}

fn checks(settings: &toml::Value, rules: &mut Rules) -> Notes {
    let mut notes = Vec::new();
    for check in settings.as_array().into_iter().flatten() {
        let name = check.as_str().or_else(|| check.get("name")?.as_str());
        let Some(name) = name else {
            notes.push((
                How::Lost,
                format!("GitHub asks for checks by name, not for `{check}`: the bot does"),
            ));
            continue;
        };
        if check.get("when").is_some()
            || check.get("if-present").and_then(toml::Value::as_bool) == Some(true)
        {
            notes.push((
                How::Lost,
                format!("GitHub asks for `{name}` always or never: the bot asks where it applies"),
            ));
            continue;
        }
        let mut wanted = json!({ "context": name });
        if let (Some(app), Some(keys)) =
            (check.get("app").and_then(toml::Value::as_integer), wanted.as_object_mut())
        {
            keys.insert("integration_id".to_owned(), Value::from(app));
        }
        rules.checks.push(wanted);
        notes.extend(rest(check, &["name", "app", "on"]));
    }
    notes
}

fn up_to_date(settings: &toml::Value, rules: &mut Rules) -> Notes {
    match settings.as_bool() {
        Some(on) => {
            rules.strict |= on;
            Vec::new()
        }
        None => vec![(
            How::Lost,
            format!("GitHub cannot ask for `{settings}`: the bot or the server's hook does"),
        )],
    }
}

fn paths(settings: &toml::Value, rules: &mut Rules) -> Notes {
    let texts = |at: Option<&toml::Value>| -> Vec<String> {
        let list = at.and_then(toml::Value::as_array).into_iter().flatten();
        list.filter_map(|it| it.as_str().map(str::to_owned)).collect()
    };
    let denied: Vec<_> = texts(settings.get("deny")).iter().flat_map(|it| path(it)).collect();
    if !denied.is_empty() {
        rules.with("file_path_restriction", Some(json!({ "restricted_file_paths": denied })));
    }
    if let Some(max) = settings.get("max-length").and_then(toml::Value::as_integer) {
        rules.with("max_file_path_length", Some(json!({ "max_file_path_length": max })));
    }
    let endings = texts(settings.get("extensions").and_then(|it| it.get("deny")));
    if !endings.is_empty() {
        let endings: Vec<_> = endings.iter().map(|it| format!("*.{it}")).collect();
        rules.with(
            "file_extension_restriction",
            Some(json!({ "restricted_file_extensions": endings })),
        );
    }
    let mut notes = rest(settings, &["on", "deny", "max-length", "extensions"]);
    if settings.get("extensions").is_some_and(|it| it.get("allow").is_some()) {
        notes.push((
            How::Lost,
            "GitHub denies extensions, and cannot name the allowed ones".to_owned(),
        ));
    }
    if !denied.is_empty() {
        notes.push((
            How::Stricter,
            "GitHub lets nobody change or remove such files either".to_owned(),
        ));
    }
    notes
}

/// A path pattern of ours, as GitHub's: it names the file, and what is in it.
fn path(pattern: &str) -> [String; 2] {
    let anchored = pattern.trim_end_matches('/').contains('/');
    let bare = pattern.trim_matches('/');
    let full = if anchored { bare.to_owned() } else { format!("**/{bare}") };
    let full = full.strip_suffix("/**").unwrap_or(&full);
    [full.to_owned(), format!("{full}/**/*")]
}

fn file_size(settings: &toml::Value, rules: &mut Rules) -> Notes {
    let max: Option<ByteSize> = settings.get("max").cloned().and_then(|it| it.try_into().ok());
    let Some(max) = max else { return Vec::new() };
    // Whole megabytes, and rather one less than one more.
    let megabytes = (max.bytes() / 1_000_000).clamp(1, 100);
    rules.with("max_file_size", Some(json!({ "max_file_size": megabytes })));
    let mut notes = rest(settings, &["max"]);
    if max.bytes() % 1_000_000 != 0 || max.bytes() > 100_000_000 {
        notes.push((
            How::Stricter,
            format!("GitHub counts in whole megabytes up to 100: {megabytes}"),
        ));
    }
    if max.bytes() < 1_000_000 {
        notes.push((How::Looser, "GitHub counts from 1 megabyte on".to_owned()));
    }
    notes
}
