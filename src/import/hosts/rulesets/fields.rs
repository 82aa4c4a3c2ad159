//! Every setting of a ruleset, and what becomes of it.
//!
//! Parameters of a rule stand below its type: `rules[].update.x`.
//! Source: GitHub's REST manual, "Repository rulesets"; the go-github client.

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

/// Every setting of a ruleset.
pub static FIELDS: &[Field] = &[
    nothing("id", "its number"),
    nothing("node_id", "its number elsewhere"),
    nothing("_links", "where it is shown"),
    policy("source", "whose teams `approvals` name"),
    nothing("source_type", "where it is kept"),
    nothing("created_at", "when it was made"),
    nothing("updated_at", "when it was changed"),
    nothing("current_user_can_bypass", "whether you may bypass it"),
    policy("name", "`name`"),
    policy("target", "`refs`: branches, tags, or all for `push`; `repository` gets a note"),
    policy(
        "enforcement",
        "`active`: enforced, `evaluate`: `mode = \"warn\"`, `disabled`: left out, with a note",
    ),
    policy("conditions.ref_name.include", "`refs`"),
    policy("conditions.ref_name.exclude", "`when = { not = { target = [..] } }`"),
    note("conditions.repository_name", "a policy holds where it lies"),
    note("conditions.repository_id", "a policy holds where it lies"),
    note("conditions.repository_property", "a policy holds where it lies"),
    note("conditions.organization_id", "a policy holds where it lies"),
    note("conditions.organization_name", "a policy holds where it lies"),
    note("conditions.organization_property", "a policy holds where it lies"),
    policy(
        "bypass_actors[].actor_type",
        "who may, in `create`, `update` and `delete`; for other rules a note",
    ),
    policy(
        "bypass_actors[].actor_id",
        "`permission:LEVEL` for roles; a note with the way to find the name for others",
    ),
    policy("bypass_actors[].bypass_mode", "`pull_request` lets nobody push"),
    policy("rules[].creation", "`create`"),
    policy("rules[].update", "`update`"),
    note(
        "rules[].update.update_allows_fetch_and_merge",
        "there is no rule that lets a fork be synchronized",
    ),
    policy("rules[].deletion", "`delete`"),
    policy("rules[].non_fast_forward", "`fast-forward-only`"),
    policy("rules[].required_linear_history", "`linear`"),
    note("rules[].required_signatures", "there is no rule for signatures of commits yet"),
    note("rules[].required_deployments", "there is no rule for deployments"),
    note("rules[].merge_queue", "the queue stays GitHub's"),
    policy("rules[].pull_request", "`pull-request = \"required\"`"),
    policy(
        "rules[].pull_request.required_approving_review_count",
        "`approvals.count`, `from = [\"permission:write\"]`",
    ),
    policy(
        "rules[].pull_request.dismiss_stale_reviews_on_push",
        "`approvals.invalidate`: `content`, else `none`",
    ),
    policy(
        "rules[].pull_request.require_last_push_approval",
        "`approvals.last-pusher`: `excluded`, else `allowed`",
    ),
    note(
        "rules[].pull_request.require_extra_approval_for_unattributed_changes",
        "commits of nobody known refuse here",
    ),
    policy("rules[].pull_request.require_code_owner_review", "`code-owners`"),
    policy("rules[].pull_request.required_review_thread_resolution", "`threads = \"resolved\"`"),
    policy("rules[].pull_request.allowed_merge_methods", "`merge`, unless all are allowed"),
    policy(
        "rules[].pull_request.required_reviewers[].reviewer",
        "`approvals.from`: a team to be named; the note says how",
    ),
    policy("rules[].pull_request.required_reviewers[].file_patterns", "`when = { paths = [..] }`"),
    policy("rules[].pull_request.required_reviewers[].minimum_approvals", "`approvals.count`"),
    note(
        "rules[].pull_request.automatic_copilot_code_review_enabled",
        "nobody is asked for a review by a policy",
    ),
    note("rules[].pull_request.dismissal_restriction", "who may dismiss is GitHub's to know"),
    policy("rules[].required_status_checks.required_status_checks[].context", "`checks`: `name`"),
    policy(
        "rules[].required_status_checks.required_status_checks[].integration_id",
        "`checks`: `app`",
    ),
    policy("rules[].required_status_checks.strict_required_status_checks_policy", "`up-to-date`"),
    note(
        "rules[].required_status_checks.do_not_enforce_on_create",
        "a branch that is created is asked too",
    ),
    policy("rules[].workflows.workflows[].path", "`checks`: `workflow`"),
    note(
        "rules[].workflows.workflows[].repository_id",
        "a workflow is known by its path, in this repository",
    ),
    note("rules[].workflows.workflows[].ref", "a workflow is taken from the target"),
    note("rules[].workflows.workflows[].sha", "a workflow is taken from the target"),
    note("rules[].workflows.do_not_enforce_on_create", "a branch that is created is asked too"),
    note("rules[].code_scanning", "alerts are GitHub's to know; ask for the tool's check"),
    note("rules[].code_quality", "findings are GitHub's to know"),
    note("rules[].copilot_code_review", "nobody is asked for a review by a policy"),
    policy("rules[].commit_message_pattern", "`message`: `pattern` or `not-pattern`"),
    policy(
        "rules[].commit_author_email_pattern",
        "`author`: `email-pattern` or `not-email-pattern`",
    ),
    policy(
        "rules[].committer_email_pattern",
        "`committer`: `email-pattern` or `not-email-pattern`",
    ),
    policy("rules[].branch_name_pattern", "`branch-name`; negated ones get a note"),
    policy("rules[].tag_name_pattern", "`tag`: `pattern`; negated ones get a note"),
    policy(
        "rules[].file_path_restriction.restricted_file_paths",
        "`update` and `create` by nobody `when` such `paths` change",
    ),
    policy("rules[].max_file_path_length.max_file_path_length", "`paths`: `max-length`"),
    policy(
        "rules[].file_extension_restriction.restricted_file_extensions",
        "`paths`: `extensions`",
    ),
    policy("rules[].max_file_size.max_file_size", "`file-size`: `max`"),
    note("rules[].repository_create", "a policy is about refs"),
    note("rules[].repository_delete", "a policy is about refs"),
    note("rules[].repository_name", "a policy is about refs"),
    note("rules[].repository_transfer", "a policy is about refs"),
    note("rules[].repository_visibility", "a policy is about refs"),
];

/// The parameters of the five rules about patterns.
pub(super) const PATTERN: &[&str] = &["name", "operator", "pattern", "negate"];
