//! What a ruleset or a branch protection asks of pull requests.

use toml::{Table, Value};

use crate::import::How;
use crate::import::hosts::draft::{Draft, Protect, list, table};
use crate::import::hosts::json::At;

/// Asks for what a `pull_request` rule asks; `org` is whose teams it names.
pub(super) fn read(
    with: &At<'_>,
    org: &str,
    protect: &mut Protect,
    others: &mut Vec<Protect>,
    draft: &mut Draft,
) {
    protect.ask("pull-request", "required");
    let options =
        options(with, &["dismiss_stale_reviews_on_push", "require_last_push_approval"], draft);
    approvals(&with.get("required_approving_review_count"), &options, protect, draft);
    if with.get("require_code_owner_review").is_true(draft) {
        protect.ask("code-owners", true);
    }
    if with.get("required_review_thread_resolution").is_true(draft) {
        protect.ask("threads", "resolved");
    }
    let extra = with.get("require_extra_approval_for_unattributed_changes");
    if extra.is_true(draft) {
        let what = "commits of nobody known refuse here, where GitHub asks for one approval more";
        draft.note(How::Stricter, &extra.place, what);
    }
    merge(with, protect, draft);
    for key in ["automatic_copilot_code_review_enabled"] {
        if with.get(key).is_true(draft) {
            draft.advise(
                How::Lost,
                &with.get(key).place,
                "nobody is asked for a review by a policy",
                "keep it at GitHub",
            );
        }
    }
    let dismissal = with.get("dismissal_restriction");
    if !dismissal.is_null() {
        draft.advise(
            How::Lost,
            &dismissal.place,
            "who may dismiss a review is GitHub's to know",
            "keep it at GitHub",
        );
    }
    for reviewer in with.get("required_reviewers").items(draft) {
        others.extend(required_reviewer(&reviewer, org, &options, protect, draft));
    }
}

/// What approvals are worth, by the names of the settings that say so: one that
/// ends them after a push, one that asks for another's than the last pusher's.
pub(in crate::import::hosts) fn options(
    with: &At<'_>,
    names: &[&str; 2],
    draft: &mut Draft,
) -> Table {
    let [stale, last] = names.map(|it| with.get(it));
    let mut options = Table::new();
    if !stale.is_true(draft) {
        options.insert("invalidate".to_owned(), "none".into());
    }
    // Where it is off, whoever pushed last may approve; where it is on, nobody
    // counts while it is not known who pushed.
    let last = if last.is_true(draft) { "excluded" } else { "allowed" };
    options.insert("last-pusher".to_owned(), last.into());
    options
}

/// Asks for approvals of whoever may write, if any are asked.
pub(in crate::import::hosts) fn approvals(
    count: &At<'_>,
    options: &Table,
    protect: &mut Protect,
    draft: &mut Draft,
) {
    let mut number = count.number(draft).unwrap_or(0);
    if number == 0 {
        if options.get("last-pusher").and_then(Value::as_str) != Some("excluded") {
            return;
        }
        let what = "the last push needs another's approval: one is asked for";
        draft.note(How::Stricter, &count.place, what);
        number = 1;
    }
    let mut leaf = options.clone();
    leaf.insert("count".to_owned(), i64::try_from(number).unwrap_or(i64::MAX).into());
    leaf.insert("from".to_owned(), list(&["permission:write"]));
    protect.ask("approvals", Value::Table(leaf));
    let what = "whoever wrote a commit, or is named as its co-author, may not approve here; nor may bots; and a new target ends approvals";
    let hint = "to have it as before, add `allow-non-author-contributor`, `unattributed = \"ignore\"` and `invalidate-on-retarget = false`";
    draft.advise(How::Stricter, &count.place, what, hint);
}

fn merge(with: &At<'_>, protect: &mut Protect, draft: &mut Draft) {
    let methods = with.get("allowed_merge_methods");
    let mut shapes = Vec::new();
    for it in methods.items(draft) {
        match it.text(draft) {
            Some("merge") => shapes.push("merge-commit"),
            Some("squash") => shapes.push("squash"),
            Some("rebase") => shapes.push("rebase"),
            Some(other) => draft.note(
                How::Lost,
                &it.place,
                format!("`{other}` is no way to merge that this version knows"),
            ),
            None => {}
        }
    }
    // All of them are no restriction.
    if !shapes.is_empty() && shapes.len() < 3 {
        protect.ask("merge", list(&shapes));
    }
}

/// Approvals by a team for some paths. The team's name is not known, so that
/// nobody counts before it is written, and a note says how to find it.
fn required_reviewer(
    it: &At<'_>,
    org: &str,
    options: &Table,
    base: &Protect,
    draft: &mut Draft,
) -> Option<Protect> {
    let patterns = it.get("file_patterns");
    let paths = patterns.texts(draft);
    let count = it.get("minimum_approvals").number(draft).unwrap_or(0);
    let reviewer = it.get("reviewer");
    let id = reviewer.get("id").number(draft).map_or_else(|| "?".to_owned(), |it| it.to_string());
    let kind = reviewer.get("type").text(draft).unwrap_or("Team").to_lowercase();
    if count == 0 {
        draft.note(How::Different, &it.place, format!("{kind} {id} is asked for no approval"));
        return None;
    }
    let (negated, named): (Vec<_>, Vec<_>) = paths.into_iter().partition(|it| it.starts_with('!'));
    if !negated.is_empty() {
        draft.note(
            How::Stricter,
            &patterns.place,
            format!("{} takes nothing out here", negated.join(", ")),
        );
    }
    let mut protect = base.another();
    protect.name = Some(format!("{} ({kind} {id})", base.name.as_deref().unwrap_or("reviewers")));
    let named = if named.is_empty() { vec!["**"] } else { named };
    let paths = table([("paths", list(&named))]);
    protect.when = Some(match &base.when {
        None => paths,
        Some(when) => table([("all", Value::Array(vec![when.clone(), paths]))]),
    });
    let mut leaf = options.clone();
    leaf.insert("count".to_owned(), i64::try_from(count).unwrap_or(i64::MAX).into());
    let team = format!("@{org}/{kind}-{id}");
    leaf.insert("from".to_owned(), list(&[&team]));
    protect.ask("approvals", Value::Table(leaf));
    let what = format!("the number of {kind} {id} tells no name, so nobody counts yet");
    let hint = format!("gh api /teams/{id} --jq .slug, then write that for `{team}`");
    draft.advise(How::Stricter, &reviewer.place, &what, hint);
    Some(protect)
}
