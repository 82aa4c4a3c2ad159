//! What to do about a problem, from what is known of it.

/// The one of `known` that `name` was meant to be, if there is one near enough.
pub fn nearest<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let near = known.map(|it| (strsim::damerau_levenshtein(it, name), it));
    near.filter(|(distance, it)| *distance <= 1 + it.len() / 4).min().map(|(_, it)| it)
}

/// `did you mean`, for a message of serde that names what was found and what it
/// expected, each in backticks.
pub(super) fn near(message: &str) -> Option<String> {
    if !message.starts_with("unknown ") {
        return None;
    }
    let mut quoted = message.split('`').skip(1).step_by(2);
    let name = quoted.next()?;
    nearest(name, quoted).map(|it| format!("did you mean `{it}`?"))
}

/// What to do about a value that cannot be read.
pub fn hint(message: &str) -> String {
    let missing = message.strip_prefix("missing field `").and_then(|it| it.split('`').next());
    match (near(message), missing) {
        (Some(near), _) => near,
        (None, Some("until")) => "add `until`, a day such as 2027-06-30".to_owned(),
        (None, Some(field)) => format!("add `{field}`"),
        (None, None) if message.starts_with("unknown ") => "write one of these".to_owned(),
        (None, None) if message.starts_with("invalid type") => "write it as expected".to_owned(),
        (None, None) if message.ends_with("names no refs") => {
            "write `refs = [\"main\"]`, or `refs = [\"**\"]` for every ref".to_owned()
        }
        (None, None) => "correct it, or leave it out".to_owned(),
    }
}

/// What to do about text that is no TOML.
pub fn syntax(message: &str) -> String {
    match message {
        _ if message.contains("duplicate key") => "keep one of the two".to_owned(),
        _ if message.contains("date") => "write a day, such as 2027-06-30".to_owned(),
        _ => "write it as TOML: https://toml.io/en/v1.0.0".to_owned(),
    }
}

/// The path that `wanted` means in the file `from`, both relative to the policy
/// that extends them first. What is no path stays as it is.
pub(super) fn joined(from: &str, wanted: &str) -> String {
    if wanted.starts_with("preset:") || wanted.contains("://") || wanted.starts_with('/') {
        return wanted.to_owned();
    }
    let directory = from.rsplit_once('/').map_or("", |(directory, _)| directory);
    let mut parts: Vec<&str> = Vec::new();
    for part in directory.split('/').chain(wanted.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|it| *it != "..") => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    let path = parts.join("/");
    if directory.starts_with('/') { format!("/{path}") } else { path }
}
