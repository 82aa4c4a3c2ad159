//! Every setting of GitLab's that is read, and what becomes of it.
//!
//! Source: GitLab's REST manual: "Project push rules", "Merge request approvals",
//! "Protected branches", "Protected tags".

use crate::import::hosts::{Becomes, Field};

const fn policy(path: &'static str, what: &'static str) -> Field {
    Field { path, becomes: Becomes::Policy(what) }
}

const fn note(path: &'static str, why: &'static str) -> Field {
    Field { path, becomes: Becomes::Note(why) }
}

const fn nothing(path: &'static str, says: &'static str) -> Field {
    Field { path, becomes: Becomes::Nothing(says) }
}

/// Every setting, below the kind of what holds it.
pub static FIELDS: &[Field] = &[
    nothing("push_rule.id", "its number"),
    nothing("push_rule.project_id", "the project's number"),
    nothing("push_rule.created_at", "when it was made"),
    policy("push_rule.commit_message_regex", "`message`: `pattern`"),
    policy("push_rule.commit_message_negative_regex", "`message`: `not-pattern`"),
    policy("push_rule.branch_name_regex", "`branch-name`"),
    policy("push_rule.deny_delete_tag", "`delete = \"nobody\"` for tags"),
    note("push_rule.member_check", "accounts are GitLab's to know"),
    policy("push_rule.prevent_secrets", "`secrets`"),
    policy("push_rule.author_email_regex", "`author` and `committer`: `email-pattern`"),
    policy("push_rule.file_name_regex", "`paths`: `deny-patterns`"),
    policy("push_rule.max_file_size", "`file-size`"),
    policy("push_rule.commit_committer_check", "`committer = { is = \"pusher\" }`"),
    note("push_rule.commit_committer_name_check", "names of accounts are GitLab's to know"),
    note("push_rule.reject_unsigned_commits", "there is no rule for signatures of commits yet"),
    policy("push_rule.reject_non_dco_commits", "`sign-off`"),
    note("approvals.approvers", "those who may approve are named by the rules since GitLab 12"),
    note(
        "approvals.approver_groups",
        "those who may approve are named by the rules since GitLab 12",
    ),
    policy("approvals.approvals_before_merge", "`approvals.count`, by whoever may write"),
    policy("approvals.reset_approvals_on_push", "`approvals.invalidate`: `push`, else `none`"),
    note(
        "approvals.selective_code_owner_removals",
        "a push ends the approvals of the content, not of an owner",
    ),
    note(
        "approvals.disable_overriding_approvers_per_merge_request",
        "no merge request changes what the policy asks",
    ),
    policy("approvals.merge_requests_author_approval", "`approvals.allow-author`"),
    policy(
        "approvals.merge_requests_disable_committers_approval",
        "`approvals.allow-non-author-contributor`, if it is off",
    ),
    note(
        "approvals.require_password_to_approve",
        "how someone proves who they are is GitLab's to know",
    ),
    note(
        "approvals.require_reauthentication_to_approve",
        "how someone proves who they are is GitLab's to know",
    ),
    nothing("approval_rules[].id", "its number"),
    policy("approval_rules[].name", "`name`"),
    policy(
        "approval_rules[].rule_type",
        "`regular` and `any_approver`: `approvals`; others get a note",
    ),
    nothing("approval_rules[].report_type", "what its `rule_type` is about"),
    nothing("approval_rules[].eligible_approvers", "whom `users` and `groups` name"),
    policy("approval_rules[].approvals_required", "`approvals.count`"),
    policy("approval_rules[].users", "`approvals.from`: logins"),
    policy("approval_rules[].groups", "`approvals.from`: `@group/subgroup` or `org:group`"),
    policy(
        "approval_rules[].contains_hidden_groups",
        "`approvals.from`: a group to be named; nobody counts yet",
    ),
    policy("approval_rules[].protected_branches", "`refs`"),
    policy(
        "approval_rules[].applies_to_all_protected_branches",
        "`refs`: all protected branches of the file",
    ),
    nothing("approval_rules[].overridden", "whether a merge request changed it"),
    nothing("approval_rules[].source_rule", "whence a merge request has it"),
    nothing("approval_rules[].section", "whence an owner is"),
    nothing("protected_branches[].id", "its number"),
    policy("protected_branches[].name", "`refs`"),
    policy("protected_branches[].push_access_levels", "`pull-request` for all others"),
    policy("protected_branches[].merge_access_levels", "`update`, with those who may push"),
    nothing("protected_branches[].unprotect_access_levels", "who may change the setting"),
    policy("protected_branches[].allow_force_push", "`fast-forward-only`, if it is off"),
    policy(
        "protected_branches[].code_owner_approval_required",
        "`code-owners = { dialect = \"gitlab\" }`",
    ),
    nothing("protected_branches[].inherited", "whence it is"),
    policy("protected_tags[].name", "`refs`"),
    policy(
        "protected_tags[].create_access_levels",
        "`create`; such tags stay: `tag = { immutable = true }`",
    ),
];
