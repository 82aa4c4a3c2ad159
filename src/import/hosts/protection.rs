//! GitHub's branch protections, those before rulesets, as a policy.

use toml::Value;

use super::GITHUB;
use super::draft::{Draft, Protect, documents, list, table, unreadable};
use super::fnmatch::{Side, to_ours};
use super::json::{At, Becomes, Field, note_unknown};
use super::rulesets::pull;
use crate::import::{How, Imported, Importer, Unreadable};

/// Reads the protection of a branch, or of several, one after the other.
pub static IMPORTER: Importer = Importer {
    kind: "github-protection",
    reads: "classic branch protection, as GitHub's API gives it (JSON)",
    read,
};

const fn policy(path: &'static str, what: &'static str) -> Field {
    Field { path, becomes: Becomes::Policy(what) }
}

const fn note(path: &'static str, why: &'static str) -> Field {
    Field { path, becomes: Becomes::Note(why) }
}

const fn nothing(path: &'static str, says: &'static str) -> Field {
    Field { path, becomes: Becomes::Nothing(says) }
}

/// Every setting of a branch protection.
/// Source: GitHub's REST manual, "Protected branches".
pub static FIELDS: &[Field] = &[
    policy("url", "`refs`: the branch in it"),
    policy("name", "`refs`"),
    nothing("protection_url", "where it is kept"),
    policy("enabled", "left out, with a note, if it is not"),
    nothing("required_status_checks.url", "where it is kept"),
    nothing("required_status_checks.contexts_url", "where it is kept"),
    nothing(
        "required_status_checks.enforcement_level",
        "whom it holds for, as `enforce_admins` says",
    ),
    policy("required_status_checks.strict", "`up-to-date`"),
    policy("required_status_checks.contexts", "`checks`"),
    policy("required_status_checks.checks[].context", "`checks`: `name`"),
    policy("required_status_checks.checks[].app_id", "`checks`: `app`"),
    nothing("enforce_admins.url", "where it is kept"),
    note("enforce_admins.enabled", "the policy holds for administrators too"),
    nothing("required_pull_request_reviews.url", "where it is kept"),
    note(
        "required_pull_request_reviews.dismissal_restrictions",
        "who may dismiss is GitHub's to know",
    ),
    note(
        "required_pull_request_reviews.bypass_pull_request_allowances",
        "nobody passes by; the note names who did",
    ),
    policy(
        "required_pull_request_reviews.dismiss_stale_reviews",
        "`approvals.invalidate`: `content`, else `none`",
    ),
    policy("required_pull_request_reviews.require_code_owner_reviews", "`code-owners`"),
    policy(
        "required_pull_request_reviews.required_approving_review_count",
        "`pull-request`; `approvals.count`, `from = [\"permission:write\"]`",
    ),
    policy(
        "required_pull_request_reviews.require_last_push_approval",
        "`approvals.last-pusher`: `excluded`, else `allowed`",
    ),
    nothing("restrictions.url", "where it is kept"),
    nothing("restrictions.users_url", "where it is kept"),
    nothing("restrictions.teams_url", "where it is kept"),
    nothing("restrictions.apps_url", "where it is kept"),
    policy("restrictions.users", "`update`: logins"),
    policy("restrictions.teams", "`update`: `@org/team`"),
    policy("restrictions.apps", "`update`: `app:NAME`"),
    nothing("required_linear_history.url", "where it is kept"),
    policy("required_linear_history.enabled", "`linear`"),
    nothing("allow_force_pushes.url", "where it is kept"),
    policy("allow_force_pushes.enabled", "`fast-forward-only`, if it is off"),
    nothing("allow_deletions.url", "where it is kept"),
    policy("allow_deletions.enabled", "`delete = \"nobody\"`, if it is off"),
    nothing("block_creations.url", "where it is kept"),
    policy("block_creations.enabled", "`create` by whom `restrictions` names"),
    nothing("required_conversation_resolution.url", "where it is kept"),
    policy("required_conversation_resolution.enabled", "`threads = \"resolved\"`"),
    nothing("lock_branch.url", "where it is kept"),
    policy("lock_branch.enabled", "`update = \"nobody\"`"),
    nothing("allow_fork_syncing.url", "where it is kept"),
    note("allow_fork_syncing.enabled", "a locked branch cannot be synchronized"),
    nothing("required_signatures.url", "where it is kept"),
    note("required_signatures.enabled", "there is no rule for signatures of commits yet"),
];

fn read(text: &[u8]) -> Result<Imported, Unreadable> {
    let documents = documents(text)?;
    let mut draft = Draft::new(GITHUB);
    for document in &documents {
        let root = At::root(document);
        let several = if document.is_array() { root.items(&mut draft) } else { vec![root] };
        for it in several {
            let known = [
                "required_status_checks",
                "enforce_admins",
                "allow_force_pushes",
                "required_pull_request_reviews",
                "url",
            ];
            if !known.iter().any(|key| it.has(key)) {
                return Err(unreadable(
                    None,
                    "it is no branch protection: there is no `enforce_admins`",
                ));
            }
            branch(&it, &mut draft);
        }
    }
    draft.finish()
}

fn branch(it: &At<'_>, draft: &mut Draft) {
    note_unknown(it, "", FIELDS, draft);
    let Some(name) = name(it, draft) else {
        let hint = "add \"name\": \"main\" to the JSON, with the branch it is of";
        return draft.advise(
            How::Lost,
            &it.place,
            "it does not say which branch it protects",
            hint,
        );
    };
    if it.get("enabled").bool(draft) == Some(false) {
        return draft.note(
            How::Different,
            &it.get("enabled").place,
            format!("`{name}` is not protected, and left out"),
        );
    }
    let pattern =
        to_ours(&format!("refs/heads/{name}"), Side::Include, &it.get("name").place, draft);
    let mut protect = Protect::of(&[&pattern]);
    reviews(&it.get("required_pull_request_reviews"), &mut protect, draft);
    checks(&it.get("required_status_checks"), &mut protect, draft);
    moves(it, &mut protect, draft);
    if it.get("required_conversation_resolution").get("enabled").is_true(draft) {
        protect.ask("threads", "resolved");
    }
    let signatures = it.get("required_signatures").get("enabled");
    if signatures.is_true(draft) {
        let what = "there is no rule for signatures of commits yet";
        draft.advise(How::Lost, &signatures.place, what, "keep the setting at GitHub");
    }
    let admins = it.get("enforce_admins").get("enabled");
    if !admins.is_true(draft) {
        let what = "administrators may pass by at GitHub, and not here";
        let hint =
            "write an [[exempt]] with `rule`, `actors`, `until` and `why` for what is still needed";
        draft.advise(How::Stricter, &admins.place, what, hint);
    }
    draft.add(protect);
}

/// The branch: as it is called, or as the address has it.
fn name(it: &At<'_>, draft: &mut Draft) -> Option<String> {
    if let Some(name) = it.get("name").text(draft) {
        return Some(name.to_owned());
    }
    let url = it.get("url").text(draft).or(it.get("protection_url").text(draft))?;
    let (_, rest) = url.split_once("/branches/")?;
    let name = rest.strip_suffix("/protection").unwrap_or(rest);
    Some(unescaped(name))
}

/// An address's part without `%2F` and the like.
fn unescaped(part: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = part.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|it| std::str::from_utf8(it).ok());
        match hex.and_then(|it| u8::from_str_radix(it, 16).ok()).filter(|_| *first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn reviews(it: &At<'_>, protect: &mut Protect, draft: &mut Draft) {
    if it.is_null() {
        return;
    }
    protect.ask("pull-request", "required");
    let options =
        pull::options(it, &["dismiss_stale_reviews", "require_last_push_approval"], draft);
    pull::approvals(&it.get("required_approving_review_count"), &options, protect, draft);
    if it.get("require_code_owner_reviews").is_true(draft) {
        protect.ask("code-owners", true);
    }
    let dismissal = it.get("dismissal_restrictions");
    if !dismissal.is_null() {
        draft.advise(
            How::Lost,
            &dismissal.place,
            "who may dismiss a review is GitHub's to know",
            "keep it at GitHub",
        );
    }
    let allowed = it.get("bypass_pull_request_allowances");
    let who = people(&allowed, draft);
    if !who.is_empty() {
        let what =
            format!("{} may push without a pull request at GitHub, and not here", who.join(", "));
        let hint =
            "write an [[exempt]] with `rule`, `actors`, `until` and `why` for what is still needed";
        draft.advise(How::Stricter, &allowed.place, &what, hint);
    }
}

fn checks(it: &At<'_>, protect: &mut Protect, draft: &mut Draft) {
    let mut checks = Vec::new();
    let mut named = Vec::new();
    for check in it.get("checks").items(draft) {
        let Some(name) = check.get("context").text(draft) else { continue };
        named.push(name);
        // GitHub writes -1, or nothing, for any app.
        let app = check.get("app_id");
        let any = app.value().as_i64().is_some_and(|it| it < 0);
        let app = if any { None } else { app.number(draft).and_then(|it| i64::try_from(it).ok()) };
        checks.push(match app {
            Some(app) => table([("name", name.into()), ("app", app.into())]),
            None => name.into(),
        });
    }
    let contexts = it.get("contexts").texts(draft);
    checks.extend(contexts.into_iter().filter(|it| !named.contains(it)).map(Value::from));
    if !checks.is_empty() {
        protect.ask("checks", Value::Array(checks));
    }
    if it.get("strict").is_true(draft) {
        protect.ask("up-to-date", true);
    }
}

/// How the branch may move, and by whom.
fn moves(it: &At<'_>, protect: &mut Protect, draft: &mut Draft) {
    let on = |key: &str, draft: &mut Draft| it.get(key).get("enabled").is_true(draft);
    if on("required_linear_history", draft) {
        protect.ask("linear", true);
    }
    if !on("allow_force_pushes", draft) {
        protect.ask("fast-forward-only", true);
    }
    if !on("allow_deletions", draft) {
        protect.ask("delete", "nobody");
    }
    let restrictions = it.get("restrictions");
    let who = people(&restrictions, draft);
    let who: Value = if who.is_empty() { "nobody".into() } else { list(&who) };
    if !restrictions.is_null() {
        protect.ask("update", who.clone());
        if on("block_creations", draft) {
            protect.ask("create", who);
        }
    } else if on("block_creations", draft) {
        draft.note(
            How::Lost,
            &it.get("block_creations").place,
            "it restricts nobody without `restrictions`",
        );
    }
    if on("lock_branch", draft) {
        protect.ask("update", "nobody");
        if on("allow_fork_syncing", draft) {
            let what = "a locked branch cannot be synchronized with what it was forked from";
            draft.note(How::Stricter, &it.get("allow_fork_syncing").place, what);
        }
    }
}

/// Users, teams and apps, as a policy names them.
fn people(it: &At<'_>, draft: &mut Draft) -> Vec<String> {
    let mut who = Vec::new();
    for user in it.get("users").items(draft) {
        who.extend(user.get("login").text(draft).map(str::to_owned));
    }
    for team in it.get("teams").items(draft) {
        let Some(slug) = team.get("slug").text(draft) else { continue };
        let page = team.get("html_url").text(draft).unwrap_or_default();
        let org = page.split_once("/orgs/").and_then(|(_, rest)| rest.split('/').next());
        if org.is_none() {
            let hint = "write the organization for `OWNER`";
            let what = format!("the organization of the team `{slug}` is not said");
            draft.advise(How::Stricter, &team.place, &what, hint);
        }
        who.push(format!("@{}/{slug}", org.unwrap_or("OWNER")));
    }
    for app in it.get("apps").items(draft) {
        who.extend(app.get("slug").text(draft).map(|it| format!("app:{it}")));
    }
    who
}
