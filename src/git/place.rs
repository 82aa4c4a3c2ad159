//! Where on a server a repository is, is nothing that a pusher needs to know.

use std::path::{Path, PathBuf};

/// Takes out of `text` where `known` directories are, and of any other absolute
/// path all but its last name.
pub(super) fn hidden(text: &str, known: &[&Path]) -> String {
    let mut text = text.to_owned();
    let full = known.iter().filter_map(|it| it.canonicalize().ok());
    let mut known: Vec<PathBuf> = full.chain(known.iter().map(|it| it.to_path_buf())).collect();
    // The longest first: one may be inside another.
    known.sort_by_key(|it| std::cmp::Reverse(it.as_os_str().len()));
    for known in known.iter().filter(|it| it.is_absolute() && it.parent().is_some()) {
        text = text.replace(&*known.to_string_lossy(), ".");
    }
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some(at) = start(rest) {
        let (before, path) = rest.split_at(at);
        let end = path.find(|it: char| it.is_whitespace() || "\"'`,;:)>".contains(it));
        let (path, after) = path.split_at(end.unwrap_or(path.len()));
        out.push_str(before);
        out.push_str(path.rsplit('/').find(|it| !it.is_empty()).unwrap_or_default());
        rest = after;
    }
    out + rest
}

/// Where the first absolute path begins.
fn start(text: &str) -> Option<usize> {
    let begins = |at: &usize| {
        let before = text[..*at].chars().next_back();
        before.is_none_or(|it| it.is_whitespace() || "\"'`(<=:".contains(it))
    };
    text.match_indices('/').map(|(at, _)| at).find(begins)
}
