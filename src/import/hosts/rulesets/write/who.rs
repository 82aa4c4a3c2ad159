//! Who may create, update or delete, as those who may pass by.

use serde_json::{Value, json};

use crate::import::How;

/// The roles of a repository, from least to most, by the numbers that rulesets use.
const ROLES: &[(&str, u64)] = &[("write", 4), ("maintain", 2), ("admin", 5)];

/// What a list of people is at GitHub.
pub(super) enum Who {
    /// Nobody is restricted.
    Anyone,
    /// Nobody may.
    Nobody,
    /// These may, as far as they can be named; notes tell the others.
    These(Vec<Value>, Vec<(How, String)>),
}

/// Reads `"nobody"`, `"anyone"` or a list of people.
pub(super) fn who(settings: &toml::Value) -> Who {
    let Some(entries) = settings.as_array() else {
        return if settings.as_str() == Some("anyone") { Who::Anyone } else { Who::Nobody };
    };
    let (mut roles, mut notes) = (Vec::new(), Vec::new());
    for entry in entries.iter().filter_map(toml::Value::as_str) {
        let level = entry.strip_prefix("permission:");
        match level.and_then(|it| ROLES.iter().position(|(role, _)| *role == it)) {
            Some(least) => roles.extend(ROLES.iter().skip(least).map(|(_, number)| *number)),
            None => notes.push((
                How::Stricter,
                format!(
                    "GitHub wants a number for `{entry}`: add it to `bypass_actors`, or it may not"
                ),
            )),
        }
    }
    roles.sort_unstable();
    roles.dedup();
    let actor = |id: &u64| json!({ "actor_id": id, "actor_type": "RepositoryRole", "bypass_mode": "always" });
    Who::These(roles.iter().map(actor).collect(), notes)
}
