//! Approval rules, and the settings that say what an approval is worth.

use toml::{Table, Value};

use super::protected;
use crate::import::How;
use crate::import::hosts::draft::{Draft, Protect, list};
use crate::import::hosts::json::At;

/// Asks for what the rules ask, as the settings have it.
pub(super) fn read(
    settings: Option<&At<'_>>,
    rules: &[&At<'_>],
    branches: &[At<'_>],
    draft: &mut Draft,
) {
    let options = settings.map(|it| options(it, draft)).unwrap_or_default();
    for rule in rules {
        self::rule(rule, &options, branches, draft);
    }
    let Some(settings) = settings else { return };
    let before = settings.get("approvals_before_merge");
    let count = before.number(draft).unwrap_or(0);
    // Where there are rules, GitLab answers their sum.
    if count > 0 && rules.is_empty() {
        let mut protect =
            Protect { name: Some("approvals".to_owned()), ..Protect::of(&["refs/heads/**"]) };
        ask(count, &["permission:write".to_owned()], &options, &mut protect);
        told(&before, draft);
        draft.add(protect);
    }
    for key in ["approvers", "approver_groups"] {
        if !settings.get(key).items(draft).is_empty() {
            let what = "GitLab has named those who may approve by rules since its version 12";
            draft.advise(How::Lost, &settings.get(key).place, what, "give the approval rules too");
        }
    }
}

fn options(it: &At<'_>, draft: &mut Draft) -> Table {
    let mut options = Table::new();
    if let Some(resets) = it.get("reset_approvals_on_push").bool(draft) {
        options.insert("invalidate".to_owned(), if resets { "push" } else { "none" }.into());
    }
    if it.get("merge_requests_author_approval").is_true(draft) {
        options.insert("allow-author".to_owned(), true.into());
    }
    if it.get("merge_requests_disable_committers_approval").bool(draft) == Some(false) {
        options.insert("allow-non-author-contributor".to_owned(), true.into());
    }
    let notes = [
        (
            "selective_code_owner_removals",
            How::Stricter,
            "a push ends every approval of what was there before",
        ),
        (
            "require_password_to_approve",
            How::Lost,
            "how someone proves who they are is GitLab's to know",
        ),
        (
            "require_reauthentication_to_approve",
            How::Lost,
            "how someone proves who they are is GitLab's to know",
        ),
    ];
    for (key, how, what) in notes {
        if it.get(key).is_true(draft) {
            draft.advise(how, &it.get(key).place, what, "keep the setting at GitLab");
        }
    }
    let overriding = it.get("disable_overriding_approvers_per_merge_request");
    if overriding.bool(draft) == Some(false) {
        draft.note(
            How::Stricter,
            &overriding.place,
            "no merge request changes what the policy asks",
        );
    }
    options
}

fn rule(it: &At<'_>, options: &Table, branches: &[At<'_>], draft: &mut Draft) {
    let name = it.get("name").text(draft).unwrap_or("approvals");
    let count = it.get("approvals_required");
    let number = count.number(draft).unwrap_or(0);
    let kind = it.get("rule_type");
    match kind.text(draft).unwrap_or("regular") {
        "regular" | "any_approver" => {}
        "code_owner" => {
            let what = format!("`{name}` comes from CODEOWNERS, which `code-owners` reads");
            return draft.advise(
                How::Different,
                &it.place,
                &what,
                "give the protected branches too",
            );
        }
        other => {
            let what = format!(
                "`{name}`: what a report finds is GitLab's to know, so `{other}` asks nothing here"
            );
            return draft.advise(How::Lost, &kind.place, &what, "keep the rule at GitLab");
        }
    }
    if number == 0 {
        return draft.note(
            How::Different,
            &count.place,
            format!("`{name}` asks for no approval, and is left out"),
        );
    }
    let from = people(it, draft);
    let hidden = it.get("contains_hidden_groups");
    if hidden.is_true(draft) {
        let hint = "read the rule as someone who may see the group, or write the group for `@OWNER/hidden`";
        draft.advise(
            How::Stricter,
            &hidden.place,
            "a group of it is hidden from you, so nobody counts as its member yet",
            hint,
        );
    }
    let refs = refs(it, branches, draft);
    let refs: Vec<_> = refs.iter().map(String::as_str).collect();
    let mut protect = Protect { name: Some(name.to_owned()), ..Protect::of(&refs) };
    ask(number, &from, options, &mut protect);
    told(&count, draft);
    draft.add(protect);
}

fn ask(count: u64, from: &[String], options: &Table, protect: &mut Protect) {
    let mut leaf = options.clone();
    leaf.insert("count".to_owned(), i64::try_from(count).unwrap_or(i64::MAX).into());
    leaf.insert("from".to_owned(), list(from));
    protect.ask("approvals", Value::Table(leaf));
}

/// What differs with all approvals.
fn told(at: &At<'_>, draft: &mut Draft) {
    let what = "a direct push needs approvals too, and the server's hook counts signed ones alone";
    draft.advise(
        How::Stricter,
        &at.place,
        what,
        "keep the rule at GitLab, and add `mode = \"warn\"` here",
    );
}

/// Those whom a rule names; whoever may write, if it names nobody. Whom it names
/// without a name that can be read gets a place where nobody counts yet.
fn people(it: &At<'_>, draft: &mut Draft) -> Vec<String> {
    let mut who = Vec::new();
    for user in it.get("users").items(draft) {
        let id = user.get("id").number(draft).map(|it| format!("id:{it}"));
        let named = user.get("username").text(draft).map(str::to_owned);
        who.extend(named.or(id).or_else(|| nameless(&user, "user", draft)));
    }
    for group in it.get("groups").items(draft) {
        let path = group.get("full_path").text(draft).or(group.get("path").text(draft));
        who.extend(match path {
            Some(path) if path.contains('/') => Some(format!("@{path}")),
            Some(path) => Some(format!("org:{path}")),
            None => nameless(&group, "group", draft),
        });
    }
    if it.get("contains_hidden_groups").is_true(draft) {
        who.push("@OWNER/hidden".to_owned());
    }
    if who.is_empty() {
        who.push("permission:write".to_owned());
    }
    who
}

/// What stands for one that has no name, until somebody writes it.
#[expect(clippy::unnecessary_wraps, reason = "it stands beside what may be nothing")]
fn nameless(it: &At<'_>, what: &str, draft: &mut Draft) -> Option<String> {
    let id = it.get("id").number(draft).map_or_else(|| "unknown".to_owned(), |it| it.to_string());
    let place = format!("@OWNER/{what}-{id}");
    let hint = format!("write its name for `{place}`");
    draft.advise(How::Stricter, &it.place, "it has no name here, so nobody counts as it yet", hint);
    Some(place)
}

/// The branches that a rule is for; all, if it names none.
fn refs(it: &At<'_>, branches: &[At<'_>], draft: &mut Draft) -> Vec<String> {
    let named = it.get("protected_branches").items(draft);
    let mut refs: Vec<_> = named.iter().filter_map(|it| protected::refs(it, draft)).collect();
    let all = it.get("applies_to_all_protected_branches");
    if all.is_true(draft) {
        refs.extend(branches.iter().filter_map(|it| protected::refs(it, draft)));
        if refs.is_empty() {
            let hint = "give the protected branches too, or write them into `refs`";
            let what =
                "it is for all protected branches, and none is named: it is asked of every branch";
            draft.advise(How::Stricter, &all.place, what, hint);
        }
    }
    if refs.is_empty() {
        refs.push("refs/heads/**".to_owned());
    }
    refs.sort();
    refs.dedup();
    refs
}
