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
        (None, None) if message.ends_with("stands here twice") => "keep one of the two".to_owned(),
        (None, None) if message.ends_with("filled up with zeros") => {
            "write more digits of each".to_owned()
        }
        (None, None) if message.starts_with("unknown ") => "write one of these".to_owned(),
        (None, None) if message.starts_with("invalid type") => "write it as expected".to_owned(),
        (None, None) if message.ends_with("names no refs") => {
            "write `refs = [\"main\"]`, or `refs = [\"**\"]` for every ref".to_owned()
        }
        (None, None) => "correct it, or leave it out".to_owned(),
    }
}

/// What cannot be read, in words of the file: what serde says names types of the
/// program. `table` is what the format calls keys with values.
pub fn plain(message: &str, table: &str) -> String {
    if let Some(rest) = message.strip_prefix("unknown variant ") {
        return format!("unknown value {rest}");
    }
    if message.starts_with("data did not match any variant") {
        return "this is none of the forms that are known here".to_owned();
    }
    let (Some((found, expected)), true) =
        (message.split_once(", expected "), message.starts_with("invalid "))
    else {
        return message.to_owned();
    };
    let structure = expected.starts_with("struct ");
    let found = match found {
        // Positions have no meaning where keys have names.
        _ if found.starts_with("invalid length ") && structure => "invalid type: list".to_owned(),
        "invalid type: map" => format!("invalid type: {table}"),
        "invalid type: sequence" => "invalid type: list".to_owned(),
        _ => found.replace(": floating point ", ": number "),
    };
    let article = if table.starts_with('o') { "an" } else { "a" };
    let expected = match expected {
        _ if structure || expected == "a map" => format!("{article} {table}"),
        "a sequence" => "a list".to_owned(),
        "a boolean" => "`true` or `false`".to_owned(),
        "a TOML datetime" => "a day or a time, such as 2027-06-30".to_owned(),
        "a nonzero u8" | "a nonzero u16" | "a nonzero u32" => whole(1, expected),
        "a nonzero u64" | "a nonzero usize" => "a whole number from 1 on".to_owned(),
        "u8" | "u16" | "u32" => whole(0, expected),
        "u64" | "usize" => "a whole number from 0 on".to_owned(),
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number".to_owned(),
        "f32" | "f64" => "a number".to_owned(),
        _ => match expected.strip_prefix("a tuple of size ") {
            Some(size) => format!("a list of {size}"),
            None => expected.to_owned(),
        },
    };
    format!("{found}, expected {expected}")
}

/// A whole number that is no larger than the type can hold.
fn whole(least: u32, kind: &str) -> String {
    let most = match kind.rsplit(' ').next() {
        Some("u8") => u32::from(u8::MAX),
        Some("u16") => u32::from(u16::MAX),
        _ => u32::MAX,
    };
    format!("a whole number from {least} to {most}")
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
