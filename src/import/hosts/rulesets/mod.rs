//! GitHub's rulesets as a policy.

mod bypass;
mod fields;
mod pattern;
pub(super) mod pull;
mod refs;
mod write;

pub use fields::FIELDS;
pub use write::{EXPORTER, PREFIX};

use toml::Value;

use super::GITHUB;
use super::draft::{Draft, Protect, documents, list, table, unreadable};
use super::json::{At, note_unknown};
use crate::import::{How, Imported, Importer, Unreadable};
use bypass::Bypass;

/// Reads rulesets: one, a list of them, or several files one after the other.
pub static IMPORTER: Importer = Importer {
    kind: "github-rulesets",
    reads: "rulesets, as GitHub's API or export gives them (JSON)",
    read,
};

fn read(text: &[u8]) -> Result<Imported, Unreadable> {
    let documents = documents(text)?;
    let mut draft = Draft::new(GITHUB);
    for document in &documents {
        let root = At::root(document);
        let one = [root.clone()];
        let several = if document.is_array() { root.items(&mut draft) } else { one.to_vec() };
        for it in several {
            if !it.has("rules") && !it.has("enforcement") {
                return Err(unreadable(
                    None,
                    "it is no ruleset: there are no `rules` and no `enforcement`",
                ));
            }
            Ruleset::read(&it, &mut draft);
        }
    }
    draft.finish()
}

/// What holds for each rule of a ruleset.
struct Ruleset {
    /// Its refs, name and mode.
    base: Protect,
    bypass: Bypass,
    /// Whose teams its numbers name.
    org: String,
    /// Whether changes go through the merge queue.
    queued: bool,
}

impl Ruleset {
    fn read(it: &At<'_>, draft: &mut Draft) {
        note_unknown_in(it, draft);
        let name = it.get("name").text(draft).unwrap_or("ruleset").to_owned();
        let rules = it.get("rules");
        if rules.is_null() {
            let hint = "gh api repos/OWNER/REPO/rulesets/ID > ruleset.json";
            draft.advise(
                How::Lost,
                &it.place,
                &format!("`{name}` is given without its rules"),
                hint,
            );
        }
        let warns = match it.get("enforcement").text(draft) {
            Some("evaluate") => true,
            Some("disabled") => {
                let what = format!("`{name}` is switched off, and left out");
                return draft.note(How::Different, &it.get("enforcement").place, what);
            }
            Some("active") | None => false,
            Some(other) => {
                let what = format!("`{other}` is no enforcement; it is enforced here");
                draft.note(How::Stricter, &it.get("enforcement").place, what);
                false
            }
        };
        let Some((refs, when)) = refs::of(it, draft) else { return };
        let rules = rules.items(draft);
        let queued = rules.iter().any(|it| it.get("type").value() == "merge_queue");
        let base = Protect { name: Some(name), refs, warns, when, ..Protect::default() };
        let org = it
            .get("source")
            .text(draft)
            .and_then(|it| it.split('/').next())
            .unwrap_or("OWNER")
            .to_owned();
        let ruleset = Self { base, bypass: Bypass::read(it, draft), org, queued };
        let mut protect = ruleset.base.clone();
        let mut others = Vec::new();
        for rule in &rules {
            ruleset.rule(rule, &mut protect, &mut others, draft);
        }
        ruleset.bypass.tell(it, draft);
        draft.add(protect);
        for it in others {
            draft.add(it);
        }
    }

    /// Asks for one rule, in `protect` or, under a condition, in one of `others`.
    fn rule(
        &self,
        rule: &At<'_>,
        protect: &mut Protect,
        others: &mut Vec<Protect>,
        draft: &mut Draft,
    ) {
        let place = rule.place.clone();
        let with = rule.get("parameters");
        let kind = rule.get("type");
        match kind.text(draft).unwrap_or_default() {
            "creation" => protect.ask("create", self.bypass.who()),
            "update" => {
                protect.ask("update", self.bypass.who());
                let fetch = with.get("update_allows_fetch_and_merge");
                if fetch.is_true(draft) {
                    draft.note(How::Stricter, &fetch.place, "a fork cannot be synchronized either");
                }
            }
            "deletion" => protect.ask("delete", self.bypass.who()),
            "non_fast_forward" => protect.ask("fast-forward-only", true),
            "required_linear_history" => protect.ask("linear", true),
            "pull_request" => pull::read(&with, &self.org, protect, others, draft),
            "required_status_checks" => self.checks(&with, protect, draft),
            "workflows" => workflows(&with, protect, draft),
            "commit_message_pattern" => {
                pattern::text("message", ["pattern", "not-pattern"], &with, protect, draft);
            }
            "commit_author_email_pattern" => {
                pattern::text(
                    "author",
                    ["email-pattern", "not-email-pattern"],
                    &with,
                    protect,
                    draft,
                );
            }
            "committer_email_pattern" => {
                pattern::text(
                    "committer",
                    ["email-pattern", "not-email-pattern"],
                    &with,
                    protect,
                    draft,
                );
            }
            "branch_name_pattern" => pattern::name("branch-name", &with, protect, draft),
            "tag_name_pattern" => pattern::name("tag", &with, protect, draft),
            "file_path_restriction" => {
                let paths = with.get("restricted_file_paths").texts(draft);
                others.extend(frozen(&self.base, &paths));
                if !paths.is_empty() {
                    let what = "a pattern without `/` names files at any depth here, and a directory all that is in it";
                    draft.note(How::Stricter, &with.get("restricted_file_paths").place, what);
                }
            }
            "max_file_path_length" | "file_extension_restriction" | "max_file_size" => {
                pushed(&with, protect, draft);
            }
            other => lost(other, &place, draft),
        }
    }

    fn checks(&self, with: &At<'_>, protect: &mut Protect, draft: &mut Draft) {
        let mut checks = Vec::new();
        for it in with.get("required_status_checks").items(draft) {
            let Some(name) = it.get("context").text(draft) else { continue };
            let app = it.get("integration_id").number(draft).and_then(|it| i64::try_from(it).ok());
            checks.push(self.check(name, app));
        }
        if !checks.is_empty() {
            protect.ask("checks", Value::Array(checks));
        }
        if with.get("strict_required_status_checks_policy").is_true(draft) {
            protect.ask("up-to-date", true);
        }
        created_too(with, draft);
    }

    fn check(&self, name: &str, app: Option<i64>) -> Value {
        let mut keys = toml::Table::new();
        keys.insert("name".to_owned(), name.into());
        if let Some(app) = app {
            keys.insert("app".to_owned(), app.into());
        }
        if self.queued {
            keys.insert("on".to_owned(), list(&["head", "merge-group"]));
        }
        if keys.len() == 1 { name.into() } else { Value::Table(keys) }
    }
}

/// Notes what the table of settings does not know.
fn note_unknown_in(it: &At<'_>, draft: &mut Draft) {
    let Some(keys) = it.value().as_object() else { return };
    let mut rest = keys.clone();
    rest.remove("rules");
    let rest = serde_json::Value::Object(rest);
    note_unknown(&At::root(&rest).called(it.place.clone()), "", FIELDS, draft);
    for rule in it.get("rules").items(draft) {
        let kind = rule.get("type").text(draft).unwrap_or_default();
        let prefix = format!("rules[].{kind}");
        for key in rule.value().as_object().into_iter().flat_map(|it| it.keys()) {
            // What "rules for a branch" adds to each rule.
            let source =
                ["ruleset_id", "ruleset_source", "ruleset_source_type"].contains(&key.as_str());
            if key != "type" && key != "parameters" && !source {
                draft.note(
                    How::Lost,
                    &rule.get(key).place,
                    "is not known to this version, and not carried over",
                );
            }
        }
        let with = rule.get("parameters");
        if kind.ends_with("_pattern") {
            for key in with.value().as_object().into_iter().flat_map(|it| it.keys()) {
                if !fields::PATTERN.contains(&key.as_str()) {
                    draft.note(
                        How::Lost,
                        &with.get(key).place,
                        "is not known to this version, and not carried over",
                    );
                }
            }
        } else if FIELDS
            .iter()
            .any(|it| it.path == prefix && matches!(it.becomes, super::Becomes::Note(_)))
        {
            // A note says that nothing of the rule is carried over.
        } else {
            note_unknown(&with, &prefix, FIELDS, draft);
        }
    }
}

/// Asks that nobody changes files of these paths, in a protection of its own.
pub(super) fn frozen(base: &Protect, paths: &[&str]) -> Option<Protect> {
    let mut protect = base.another();
    let paths = table([("paths", list(paths))]);
    protect.when = Some(match &base.when {
        None => paths,
        Some(when) => table([("all", Value::Array(vec![when.clone(), paths]))]),
    });
    protect.ask("update", "nobody");
    protect.ask("create", "nobody");
    (!paths_empty(&protect)).then_some(protect)
}

fn paths_empty(protect: &Protect) -> bool {
    protect.when.as_ref().is_some_and(|it| it.to_string().contains("paths = []"))
}

/// What a push ruleset asks of files.
fn pushed(with: &At<'_>, protect: &mut Protect, draft: &mut Draft) {
    let length = with.get("max_file_path_length");
    if let Some(max) = length.number(draft).and_then(|it| i64::try_from(it).ok()) {
        protect.ask("paths", table([("on", "touched".into()), ("max-length", max.into())]));
        draft.note(
            How::Stricter,
            &length.place,
            "it counts bytes here: a letter may be up to four",
        );
    }
    let extensions = with.get("restricted_file_extensions");
    let bare = |it: &&str| it.trim_start_matches(['*', '.']).to_owned();
    let denied: Vec<_> = extensions.texts(draft).iter().map(bare).collect();
    if !denied.is_empty() {
        let denied = table([("deny", list(&denied))]);
        protect.ask("paths", table([("on", "touched".into()), ("extensions", denied)]));
        draft.note(How::Looser, &extensions.place, "such a file may be removed here");
    }
    if let Some(max) = with.get("max_file_size").number(draft) {
        protect.ask("file-size", table([("max", format!("{max}MB").into())]));
    }
}

fn workflows(with: &At<'_>, protect: &mut Protect, draft: &mut Draft) {
    let mut checks = Vec::new();
    for it in with.get("workflows").items(draft) {
        let Some(path) = it.get("path").text(draft) else { continue };
        checks.push(table([("workflow", path.into())]));
        for key in ["repository_id", "ref", "sha"] {
            if !it.get(key).is_null() {
                let what = "a workflow is known by its path alone, as the target of this repository has it";
                let hint = "keep the rule at GitHub if the workflow is of another repository";
                draft.advise(How::Looser, &it.get(key).place, what, hint);
            }
        }
    }
    if !checks.is_empty() {
        protect.ask("checks", Value::Array(checks));
    }
    created_too(with, draft);
}

fn created_too(with: &At<'_>, draft: &mut Draft) {
    let created = with.get("do_not_enforce_on_create");
    if created.is_true(draft) {
        draft.note(How::Stricter, &created.place, "a branch that is created is asked too");
    }
}

/// Notes a rule that a policy cannot ask.
fn lost(kind: &str, place: &str, draft: &mut Draft) {
    let (what, hint) = match kind {
        "required_signatures" => {
            ("there is no rule for signatures of commits yet", "keep the rule at GitHub")
        }
        "required_deployments" => ("there is no rule for deployments", "keep the rule at GitHub"),
        "merge_queue" => (
            "the queue stays GitHub's; what it merges is judged here too",
            "keep the rule at GitHub, and let the check run for merge_group events",
        ),
        "code_scanning" => (
            "alerts are GitHub's to know",
            "keep the rule at GitHub, or ask for the check by its name: checks = [\"CodeQL\"]",
        ),
        "code_quality" => ("findings are GitHub's to know", "keep the rule at GitHub"),
        "copilot_code_review" => {
            ("nobody is asked for a review by a policy", "keep the rule at GitHub")
        }
        "repository_create"
        | "repository_delete"
        | "repository_name"
        | "repository_transfer"
        | "repository_visibility" => {
            ("a policy is about refs, not about repositories", "keep the rule at GitHub")
        }
        _ => {
            let what = format!("`{kind}` is no rule that this version knows");
            return draft.advise(How::Lost, place, &what, "keep the rule at GitHub");
        }
    };
    draft.advise(How::Lost, place, &format!("`{kind}`: {what}"), hint);
}
