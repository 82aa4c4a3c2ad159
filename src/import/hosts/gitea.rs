//! Gitea's and Forgejo's branch protections as a policy.

use toml::{Table, Value};

use super::draft::{Draft, Protect, documents, list, table, unreadable};
use super::fnmatch::short;
use super::json::{At, Becomes, Field, note_unknown};
use super::rulesets::frozen;
use super::wild::doubled;
use super::{HOST, SERVER};
use crate::import::{How, Imported, Importer, Unreadable};

/// Reads branch protections: one, a list of them, or several files.
pub static IMPORTER: Importer = Importer {
    kind: "gitea",
    reads: "branch protections, as the API of Gitea or Forgejo gives them (JSON)",
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
/// Source: the API schemas of Gitea and Forgejo; Gitea's manual, "Protected
/// branches".
pub static FIELDS: &[Field] = &[
    policy("branch_name", "`refs`, where there is no `rule_name`"),
    policy("rule_name", "`refs`"),
    nothing(
        "priority",
        "which protection is the first; here all that name a branch hold, as a note says",
    ),
    policy("enable_push", "`pull-request`, if it is off"),
    policy("enable_push_whitelist", "`pull-request` for all others"),
    policy("push_whitelist_usernames", "`when = { not = { pusher = [..] } }` of `pull-request`"),
    note(
        "push_whitelist_teams",
        "a team's organization is not said; the note says how to write it",
    ),
    note("push_whitelist_deploy_keys", "a deploy key is no person"),
    policy("enable_force_push", "`fast-forward-only`, if it is off"),
    policy("enable_force_push_allowlist", "`fast-forward-only` for all others"),
    policy(
        "force_push_allowlist_usernames",
        "`when = { not = { pusher = [..] } }` of `fast-forward-only`",
    ),
    note(
        "force_push_allowlist_teams",
        "a team's organization is not said; the note says how to write it",
    ),
    note("force_push_allowlist_deploy_keys", "a deploy key is no person"),
    policy("enable_merge_whitelist", "`update`"),
    policy("merge_whitelist_usernames", "`update`, with those who may push"),
    note(
        "merge_whitelist_teams",
        "a team's organization is not said; the note says how to write it",
    ),
    policy("enable_status_check", "`checks`"),
    policy("status_check_contexts", "`checks`; patterns get a note"),
    policy("required_approvals", "`approvals.count`"),
    policy("enable_approvals_whitelist", "`approvals.from`"),
    policy("approvals_whitelist_username", "`approvals.from`"),
    note(
        "approvals_whitelist_teams",
        "a team's organization is not said; the note says how to write it",
    ),
    policy("block_on_rejected_reviews", "`changes-requested`"),
    note("block_on_official_review_requests", "who is asked for a review is the host's to know"),
    policy("block_on_codeowner_reviews", "`code-owners`"),
    policy("block_on_outdated_branch", "`up-to-date`"),
    policy("dismiss_stale_approvals", "`approvals.invalidate`: `content`, else `none`"),
    policy("ignore_stale_approvals", "`approvals.invalidate`: `content`, else `none`"),
    note("require_signed_commits", "there is no rule for signatures of commits yet"),
    policy("protected_file_patterns", "`update` and `create` by nobody `when` such `paths` change"),
    policy("unprotected_file_patterns", "`pull-request` not `when` `only-paths` change"),
    note("block_admin_merge_override", "the policy holds for administrators too"),
    note("apply_to_admins", "the policy holds for administrators too"),
    nothing("created_at", "when it was made"),
    nothing("updated_at", "when it was changed"),
];

fn read(text: &[u8]) -> Result<Imported, Unreadable> {
    let documents = documents(text)?;
    // Teams, approvals and checks are known to the host alone.
    let hosts = ["required_approvals", "enable_status_check", "_teams", "block_on_"];
    let text = String::from_utf8_lossy(text);
    let mut draft =
        Draft::new(if hosts.iter().any(|it| text.contains(it)) { HOST } else { SERVER });
    for document in &documents {
        let root = At::root(document);
        let several = if document.is_array() { root.items(&mut draft) } else { vec![root] };
        if several.len() > 1 {
            let what = "every protection that names a branch holds here, not the first alone";
            draft.note(How::Stricter, "priority", what);
        }
        for it in several {
            if !it.has("rule_name") && !it.has("branch_name") {
                return Err(unreadable(
                    None,
                    "it is no branch protection: there is no `rule_name`",
                ));
            }
            branch(&it, &mut draft);
        }
    }
    draft.tell_untold("Gitea", &["changes-requested", "checks", "code-owners"]);
    draft.finish()
}

fn branch(it: &At<'_>, draft: &mut Draft) {
    note_unknown(it, "", FIELDS, draft);
    let name = it.get("rule_name").text(draft).or(it.get("branch_name").text(draft));
    let Some(name) = name else {
        return draft.note(How::Lost, &it.get("rule_name").place, "it names no branch");
    };
    let refs = short(format!("refs/heads/{}", doubled(name)));
    let base = Protect { name: Some(name.to_owned()), ..Protect::of(&[&refs]) };
    let mut protect = base.clone();
    protect.ask("delete", "nobody");
    for it in pushes(it, &base, draft) {
        draft.add(it);
    }
    approvals(it, &mut protect, draft);
    checks(it, &mut protect, draft);
    merges(it, &mut protect, draft);
    let signed = it.get("require_signed_commits");
    if signed.is_true(draft) {
        draft.advise(
            How::Lost,
            &signed.place,
            "there is no rule for signatures of commits yet",
            "keep the setting at the host",
        );
    }
    for key in ["block_admin_merge_override", "apply_to_admins"] {
        if it.get(key).bool(draft) == Some(false) {
            draft.note(
                How::Stricter,
                &it.get(key).place,
                "the policy holds for administrators too",
            );
        }
    }
    draft.add(protect);
    let files = it.get("protected_file_patterns");
    let paths = patterns(&files, draft);
    let paths: Vec<_> = paths.iter().map(String::as_str).collect();
    if !paths.is_empty() {
        draft.note(How::Looser, &files.place, "letter case matters here");
        draft.note(
            How::Stricter,
            &files.place,
            "a pattern without `/` names files at any depth here",
        );
        if let Some(it) = frozen(&base, &paths) {
            draft.add(it);
        }
    }
}

/// Who may push directly, and by force.
fn pushes(it: &At<'_>, base: &Protect, draft: &mut Draft) -> Vec<Protect> {
    let mut direct = base.another();
    let mut force = base.another();
    // Who is listed may what is switched on, and no more.
    let pushes = it.get("enable_push").is_true(draft);
    let listed = pushes && it.get("enable_push_whitelist").is_true(draft);
    let mut free = Vec::new();
    if listed {
        let who = people(it, "push_whitelist", draft);
        free.extend((!who.is_empty()).then(|| table([("pusher", list(&who))])));
    }
    if listed || !pushes {
        let open = it.get("unprotected_file_patterns");
        // What is free is named no wider than there: at its place alone.
        let paths = patterns(&open, draft);
        let paths: Vec<_> =
            paths.iter().map(|it| format!("/{}", it.trim_start_matches('/'))).collect();
        if !paths.is_empty() {
            draft.note(
                How::Looser,
                &open.place,
                "`*` crosses dots here, and a directory stands for all that is in it",
            );
        }
        free.extend((!paths.is_empty()).then(|| table([("only-paths", list(&paths))])));
        direct.when = unless(free);
        direct.ask("pull-request", "required");
    }
    let forces = it.get("enable_force_push").is_true(draft);
    let listed = forces && it.get("enable_force_push_allowlist").is_true(draft);
    if listed || !forces {
        let who = if listed { people(it, "force_push_allowlist", draft) } else { Vec::new() };
        force.when = unless(
            (!who.is_empty()).then(|| table([("pusher", list(&who))])).into_iter().collect(),
        );
        force.ask("fast-forward-only", true);
    }
    vec![direct, force]
}

/// The condition that none of `free` holds.
fn unless(mut free: Vec<Value>) -> Option<Value> {
    let one = match free.len() {
        0 => return None,
        1 => free.remove(0),
        _ => table([("any", Value::Array(free))]),
    };
    Some(table([("not", one)]))
}

fn approvals(it: &At<'_>, protect: &mut Protect, draft: &mut Draft) {
    let listed = it.get("enable_approvals_whitelist").is_true(draft);
    let mut from = if listed { people(it, "approvals_whitelist", draft) } else { Vec::new() };
    if !listed {
        from.push("permission:write".to_owned());
    }
    let count = it.get("required_approvals");
    if let Some(number) = count.number(draft).filter(|it| *it > 0) {
        let mut leaf = Table::new();
        leaf.insert("count".to_owned(), i64::try_from(number).unwrap_or(i64::MAX).into());
        leaf.insert("from".to_owned(), list(&from));
        let [dismissed, ignored] = ["dismiss_stale_approvals", "ignore_stale_approvals"]
            .map(|key| it.get(key).is_true(draft));
        if !dismissed && !ignored {
            leaf.insert("invalidate".to_owned(), "none".into());
        }
        protect.ask("approvals", Value::Table(leaf));
        let what = "a direct push needs them too; whoever wrote a commit may not approve; the server's hook counts signed approvals alone";
        let hint = "to let authors of commits approve, add `allow-non-author-contributor = true`";
        draft.advise(How::Stricter, &count.place, what, hint);
    }
    if it.get("block_on_rejected_reviews").is_true(draft) {
        protect.ask("changes-requested", table([("from", list(&from))]));
    }
    if it.get("block_on_codeowner_reviews").is_true(draft) {
        protect.ask("code-owners", true);
    }
    let requests = it.get("block_on_official_review_requests");
    if requests.is_true(draft) {
        draft.advise(
            How::Lost,
            &requests.place,
            "who is asked for a review is the host's to know",
            "keep the setting at the host",
        );
    }
}

fn checks(it: &At<'_>, protect: &mut Protect, draft: &mut Draft) {
    if it.get("block_on_outdated_branch").is_true(draft) {
        protect.ask("up-to-date", true);
    }
    if !it.get("enable_status_check").is_true(draft) {
        return;
    }
    let contexts = it.get("status_check_contexts");
    let mut checks = Vec::new();
    let named = contexts.items(draft);
    if named.is_empty() {
        let what = "every status must be good at the host; a policy names its checks";
        draft.advise(
            How::Lost,
            &contexts.place,
            what,
            "write `checks = [\"NAME\"]` for each that must be good",
        );
    }
    for context in named {
        match context.text(draft) {
            Some(pattern) if pattern.contains(['*', '?', '[', '{']) => {
                let what = format!("`{pattern}` is a pattern, and a policy names its checks");
                draft.advise(
                    How::Lost,
                    &context.place,
                    &what,
                    "write `checks = [\"NAME\"]` for each that it means",
                );
            }
            Some(name) => checks.push(Value::from(name)),
            None => {}
        }
    }
    if !checks.is_empty() {
        protect.ask("checks", Value::Array(checks));
    }
}

/// Who may merge: those, and those who may push.
fn merges(it: &At<'_>, protect: &mut Protect, draft: &mut Draft) {
    if !it.get("enable_merge_whitelist").is_true(draft) {
        return;
    }
    let mut who = people(it, "merge_whitelist", draft);
    let pushes = it.get("enable_push").is_true(draft);
    if pushes && it.get("enable_push_whitelist").is_true(draft) {
        who.extend(people(it, "push_whitelist", draft));
    } else if pushes {
        who.push("permission:write".to_owned());
    }
    who.dedup();
    protect.ask("update", if who.is_empty() { "nobody".into() } else { list(&who) });
}

/// Users and teams of a list, as a policy names them.
fn people(it: &At<'_>, which: &str, draft: &mut Draft) -> Vec<String> {
    // Gitea names one of its lists otherwise than the rest.
    let mut who = Vec::new();
    for key in [format!("{which}_usernames"), format!("{which}_username")] {
        for user in it.get(&key).items(draft) {
            let Some(login) = user.text(draft) else { continue };
            // Entries of our lists mean more than a login.
            if login.contains([':', '@', '/', '#']) {
                let what = format!("`{login}` is no login, and may not here");
                draft.note(How::Stricter, &user.place, what);
            } else {
                who.push(login.to_owned());
            }
        }
    }
    for team in it.get(&format!("{which}_teams")).items(draft) {
        let Some(name) = team.text(draft) else { continue };
        let what = format!("the organization of the team `{name}` is not said");
        draft.advise(How::Stricter, &team.place, &what, "write the organization for `OWNER`");
        who.push(format!("@OWNER/{name}"));
    }
    let keys = it.get(&format!("{which}_deploy_keys"));
    if keys.is_true(draft) {
        let what = "a deploy key is no person, and may do less here";
        draft.advise(How::Stricter, &keys.place, what, "let a bot's account push, and name it");
    }
    who
}

/// Patterns of files, between semicolons.
fn patterns(at: &At<'_>, draft: &mut Draft) -> Vec<String> {
    let written = at.text(draft).unwrap_or_default();
    written.split(';').map(str::trim).filter(|it| !it.is_empty()).map(doubled).collect()
}
