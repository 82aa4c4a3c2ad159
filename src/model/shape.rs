//! What a path pattern looks for, where that is simpler than a glob.

use bstr::BString;

/// A path pattern, as far as an index of paths can answer it.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    /// Where all that it names lies: empty, or a directory with `/` at its end.
    pub(super) below: BString,
    /// What it names there.
    pub(super) named: Named,
}

/// What a pattern names below its directory.
#[derive(Clone, Debug)]
pub(super) enum Named {
    /// Everything.
    All,
    /// This path, and all below it; only that, for a `directory`.
    Path { name: BString, directory: bool },
    /// A part of a path that is this, at any depth, and all below it.
    Part { name: BString, directory: bool },
    /// A part of a path that ends so, at any depth, and all below it.
    Ending { end: BString, directory: bool },
    /// What only the glob can tell.
    Glob,
}

impl Shape {
    /// Whether it may name `path`; if not, the glob does not either.
    pub(super) fn may_name(&self, path: &[u8]) -> bool {
        let Some(rest) = path.strip_prefix(self.below.as_slice()) else { return false };
        match &self.named {
            Named::All | Named::Glob => true,
            Named::Path { name, .. } => rest.starts_with(name),
            Named::Part { name, .. } => rest.split(|it| *it == b'/').any(|it| it == name),
            Named::Ending { end, .. } => rest.split(|it| *it == b'/').any(|it| it.ends_with(end)),
        }
    }

    /// The shape of a pattern that can name a path, as it is written.
    pub(super) fn of(written: &str) -> Self {
        let rooted = written.strip_prefix('/').unwrap_or(written);
        let (bare, directory) = match rooted.strip_suffix('/') {
            Some(bare) => (bare, true),
            None => (rooted, false),
        };
        let anchored = written.starts_with('/') || bare.contains('/');
        let parts: Vec<&str> = bare.split('/').collect();
        if !anchored {
            return Self { below: BString::default(), named: anywhere(bare, directory) };
        }
        let plain = parts.iter().take_while(|it| is_plain(it)).count();
        // Of a path without wildcards the last part is the name.
        let (head, rest) = parts.split_at(plain.min(parts.len().saturating_sub(1)));
        let below: String = head.iter().flat_map(|it| [it, "/"]).collect();
        let named = match *rest {
            ["**"] => Named::All,
            ["*"] if !directory => Named::All,
            [name] if is_plain(name) => Named::Path { name: name.into(), directory },
            ["**", name] if name != "**" => anywhere(name, directory),
            ["**", name, "**"] if name != "**" => anywhere(name, true),
            _ => Named::Glob,
        };
        Self { below: below.into(), named }
    }
}

/// What a single part names at any depth.
fn anywhere(part: &str, directory: bool) -> Named {
    match part.strip_prefix('*') {
        _ if is_plain(part) => Named::Part { name: part.into(), directory },
        Some("" | "*") if !directory => Named::All,
        Some(end) if end.contains('.') && is_plain(end) => {
            Named::Ending { end: end.into(), directory }
        }
        _ => Named::Glob,
    }
}

/// Whether a glob takes it literally.
fn is_plain(part: &str) -> bool {
    !part.contains(['*', '?', '[', ']', '{', '}', '\\'])
}
