//! Who may do something: users, teams, organizations and levels of permission.

use crate::import::How;
use crate::import::draft::Value;
use crate::import::theirs::{Fields, Reading, Theirs};

/// The keys that name people.
pub(super) const KEYS: [&str; 6] =
    ["users", "teams", "organizations", "permissions", "admins", "write_collaborators"];

/// The people that a map names, which has no other keys.
pub(super) fn actors(it: &Theirs<'_>, reading: &mut Reading) -> Vec<String> {
    let fields = reading.fields(it, &KEYS);
    named(&fields, reading)
}

/// The people that some fields of a map name.
pub(super) fn named(fields: &Fields<'_>, reading: &mut Reading) -> Vec<String> {
    let mut from = Vec::new();
    let texts = |key: &str, reading: &mut Reading| {
        let list = fields.get(key).map(|it| reading.list(it)).unwrap_or_default();
        let texts = list.into_iter().filter_map(|it| Some((reading.text(&it)?, it)));
        texts.collect::<Vec<_>>()
    };
    for (user, it) in texts("users", reading) {
        // Entries of our lists mean more than a login.
        let digits = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
        // An account by its number is one whatever its login.
        let pinned = user.strip_prefix("id:").is_some_and(digits)
            || user.split_once('#').is_some_and(|(_, id)| digits(id));
        match !pinned && user.contains([':', '@', '/', '#']) {
            true => reading.wrong("no-login", &it, format!("`{user}` is no login")),
            false => from.push(user),
        }
    }
    for (team, it) in texts("teams", reading) {
        if !team.contains('/') {
            let what =
                format!("`{team}` is not `organization/team`: nobody is in it, here as there");
            reading.note(How::Different, &it, what);
            continue;
        }
        from.push(format!("@{}", team.trim_start_matches('@')));
    }
    from.extend(texts("organizations", reading).into_iter().map(|(it, _)| format!("org:{it}")));
    for (level, it) in texts("permissions", reading) {
        match crate::model::Permission::named(&level) {
            Some(level) => from.push(format!("permission:{level}")),
            None => reading.wrong("unknown-permission", &it, format!("`{level}` is no permission")),
        }
    }
    for (key, level) in [("admins", "admin"), ("write_collaborators", "write")] {
        if fields.get(key).and_then(|it| reading.flag(it)) == Some(true) {
            from.push(format!("permission:{level}"));
        }
    }
    from
}

/// The same as a list of a policy.
pub(super) fn list(from: &[String]) -> Value {
    Value::texts(from.iter().map(String::as_str))
}
