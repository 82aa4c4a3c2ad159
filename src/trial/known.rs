//! The words that can speak against a change.

use crate::model::Need;
use crate::policy::Policy;
use crate::policy::mend::nearest;
use crate::rule::{BUILT_IN, RULES};
use crate::secret::patterns;

/// The codes of reasons and of words that do not count, but for those that are made
/// of a kind of fact, or of what ran. `tests/policy_tests.rs` holds the rules to it.
pub const CODES: &[&str] = &[
    "approval-carried-over-equivalent-rebase",
    "approval-invalidated-by-push",
    "approval-kept-for-paths",
    "approval-missing",
    "approval-not-after-push",
    "approval-predates-head",
    "approval-superseded",
    "approval-time-unknown",
    "approval-token-only-in-code",
    "approval-token-only-in-quote",
    "approvals-missing",
    "approvals-not-distinct",
    "approver-is-author",
    "approver-is-contributor",
    "approver-is-last-pusher",
    "approver-lacks-permission",
    "approver-not-asked",
    "approver-not-separate",
    "approver-requested-agent-change",
    "approver-triggered-bot-commit",
    "approver-unknown",
    "attributed-to-pusher",
    "base-branch-changed-after-approval",
    "behind-target",
    "bot-approval-ignored",
    "changes-requested",
    "changes-requested-by",
    "clean-update-merge-ignored",
    "code-owner-missing",
    "code-owner-none",
    "code-owners-invalid",
    "code-owners-missing",
    "comment-edited",
    "comment-sha-mismatch",
    "commit-list-incomplete",
    "condition-not-met",
    "content-changed",
    "content-unknown",
    "draft",
    "file-list-incomplete",
    "ignored-commit-not-authenticated",
    "last-pusher-unknown",
    "latest-review-is-changes-requested",
    "login-case-insensitive",
    "login-id-mismatch",
    "matched-by-id",
    "merge-group-entry-not-approved",
    "merge-group-unexplained-commit",
    "merger-is-author",
    "more",
    "no-code-change",
    "no-rule-applies",
    "not-enough-eligible-approvers",
    "patch-changed",
    "push-time-unknown",
    "resulting-content-differs-from-reviewed",
    "review-dismissed",
    "review-state-immutable",
    "statement-expired",
    "statement-for-other-ref",
    "suggestion-coauthor-allowed",
    "thread-unresolved",
    "too-old",
    "too-young",
    "unattributed-commit",
    "unknown-team",
    "update-merge-not-clean",
    "vetoed",
    "workflow-definition-changed-in-pr",
];

/// How what ran, or did not, can fall short.
const RAN: &[&str] = &[
    "in-progress",
    "missing",
    "not-successful",
    "outdated",
    "skipped",
    "source-mismatch",
    "time-unknown",
];

/// What a rule of code owners calls its requirements: no policy tells their names.
const OWNED: &[&str] = &["`", "what nobody owns"];

/// Whether something can speak by this word, under this policy; or what was meant,
/// if that can be told.
pub(super) fn known(policy: &Policy, word: &str) -> Result<(), Option<String>> {
    let rules = || RULES.iter().map(|it| it.name).chain(BUILT_IN.iter().map(|it| it.0.name));
    if rules().any(|it| it == word) {
        return Ok(());
    }
    let (rule, word) = match word.split_once(':') {
        Some((rule, code)) if rules().any(|it| it == rule) => (Some(rule), code),
        Some((rule, code)) if means(policy, code) => {
            let near = nearest(rule, rules());
            return Err(near.map(|it| format!("{it}:{code}")));
        }
        Some(_) | None => (None, word),
    };
    if means(policy, word) {
        return Ok(());
    }
    let made = made();
    let own = named(policy);
    let words = rules().chain(CODES.iter().copied()).chain(made.iter().map(String::as_str));
    let near = nearest(word, words.chain(own.iter().map(String::as_str)));
    Err(near.map(|it| rule.map_or_else(|| it.to_owned(), |rule| format!("{rule}:{it}"))))
}

fn means(policy: &Policy, word: &str) -> bool {
    let mut asked = policy.protections.iter().flat_map(|it| &it.rules);
    CODES.contains(&word)
        || patterns().any(|it| it.id == word)
        || made().iter().any(|it| it == word)
        || named(policy).iter().any(|it| it == word)
        || OWNED.iter().any(|it| word.starts_with(it))
            && asked.any(|it| it.spec.name == "code-owners")
}

/// The codes that are made of others.
fn made() -> Vec<String> {
    let ran = RAN.iter().flat_map(|it| [format!("check-{it}"), format!("workflow-{it}")]);
    let gaps = Need::ALL.iter().flat_map(|need| {
        let need = need.to_string().trim_start_matches("the ").replace(' ', "-");
        ["unknown", "failed", "incomplete"].map(|it| format!("{need}-{it}"))
    });
    ran.chain(gaps).collect()
}

/// Every name in what the policy asks: of requirements, and of secrets of its own.
fn named(policy: &Policy) -> Vec<String> {
    let mut names: Vec<_> = policy.written.keys().cloned().collect();
    let asked = policy.protections.iter().flat_map(|it| &it.rules).map(|it| &it.settings);
    let mut queue: Vec<_> = asked.chain(policy.written.values().map(|it| &it.settings)).collect();
    while let Some(value) = queue.pop() {
        if let toml::Value::Table(keys) = value {
            names.extend(keys.get("name").and_then(toml::Value::as_str).map(ToOwned::to_owned));
            let own = keys.get("patterns").and_then(toml::Value::as_table);
            names.extend(own.into_iter().flat_map(|it| it.keys().cloned()));
            queue.extend(keys.values());
        } else if let toml::Value::Array(all) = value {
            queue.extend(all);
        }
    }
    names
}
