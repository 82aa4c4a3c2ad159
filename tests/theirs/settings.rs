//! What cases ask for beyond policy-bot, as keys of ours.

use serde_json::Value;
use toml::Table;

use super::pull::team;

/// Adds to the imported policy `toml` what the case asks for by `x_refgate` and by
/// files that rules of ours read.
pub(crate) fn added(toml: &str, policy: &Value, pr: &Value) -> String {
    let mut toml: Table = toml.parse().unwrap();
    let asked = policy["x_refgate"].as_object().cloned().unwrap_or_default();
    for (key, value) in &asked {
        setting(key, value, policy, &mut toml);
    }
    if pr["codeowners"].is_string() {
        let invalidate = asked.get("invalidate").and_then(Value::as_str).unwrap_or("content");
        protect(&mut toml, &format!("code-owners = {{ invalidate = \"{invalidate}\" }}"));
    }
    toml.to_string()
}

fn setting(key: &str, value: &Value, policy: &Value, toml: &mut Table) {
    let leaf = |toml: &mut Table, keys: &str| {
        let keys: Table = keys.parse().unwrap();
        for (_, approval) in toml["approval"].as_table_mut().unwrap() {
            merge(approval.as_table_mut().unwrap(), keys.clone());
        }
    };
    let text = value.as_str().unwrap_or_default();
    match key {
        "invalidate" => {
            // Ours is strict: it looks at the resulting bytes.
            let text = if text == "content_strict" { "content" } else { text };
            leaf(toml, &format!("invalidate = \"{text}\""));
        }
        "unattributed" => leaf(toml, &format!("unattributed = \"{text}\"")),
        "invalidate_on_retarget" => leaf(toml, &format!("invalidate-on-retarget = {value}")),
        "require_last_push_approval" => leaf(toml, "last-pusher = \"excluded\""),
        "allow_suggestion_coauthors" => leaf(toml, "suggestion-co-authors = \"ignore\""),
        "comment_requires_sha" => leaf(toml, "methods.comment-names-commit = true"),
        "label_set_by" => {
            let who: Vec<_> = texts(value).iter().map(|it| team(it)).collect();
            let labels = &policy["approval_rules"][0]["if"]["has_labels"];
            leaf(toml, &format!("when.labels-set-by = {{ labels = {labels}, by = {who:?} }}"));
        }
        "aliases" => {
            for (name, others) in value.as_object().unwrap() {
                let logins = [name.clone()].into_iter().chain(texts(others)).enumerate();
                let logins: String =
                    logins.map(|(nth, it)| format!("logins.host-{nth} = \"{it}\"\n")).collect();
                let person: Table = format!("[people.{name}]\n{logins}").parse().unwrap();
                merge(toml, person);
            }
        }
        "block_on_changes_requested" => {
            protect(toml, &format!("changes-requested = {{ from = [\"permission:{text}\"] }}"));
        }
        "draft" => protect(toml, "pull-request = \"required\""),
        "checks" => {
            for it in value.as_array().unwrap() {
                protect(
                    toml,
                    &format!("checks = [{{ name = {}, app = {} }}]", it["name"], it["app_id"]),
                );
            }
        }
        "workflow_events" => leaf(toml, &format!("requires.workflows.events = {value}")),
        "untrusted_if_changed" => leaf(toml, &format!("requires.workflows.unchanged = {value}")),
        "policy_owners" => protect(
            toml,
            &format!("when = {{ paths = [\".refgate.toml\"] }}\napprovals = {{ from = {value} }}"),
        ),
        "org_floor" => {
            let count = &value["count"];
            protect(
                toml,
                &format!("approvals = {{ count = {count}, from = [\"permission:write\"] }}"),
            );
        }
        // The policy that judges is the one given here, wherever it was read.
        "policy_ref" => {}
        other => panic!("`{other}` is not known"),
    }
}

fn protect(toml: &mut Table, rules: &str) {
    let protect: Table = format!("refs = [\"refs/heads/**\"]\n{rules}").parse().unwrap();
    let all = toml.entry("protect").or_insert_with(|| toml::Value::Array(Vec::new()));
    all.as_array_mut().unwrap().push(toml::Value::Table(protect));
}

fn merge(into: &mut Table, from: Table) {
    for (key, value) in from {
        match (into.get_mut(&key), value) {
            (Some(toml::Value::Table(old)), toml::Value::Table(new)) => merge(old, new),
            (_, value) => drop(into.insert(key, value)),
        }
    }
}

fn texts(value: &Value) -> Vec<String> {
    let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}
