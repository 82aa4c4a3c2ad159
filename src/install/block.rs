//! Our lines in a Git configuration file, and nobody else's.
//!
//! `git config` can add a section and remove it again, but not without a trace.
//! Our lines stand between two marks, so that without them the file is what it
//! was, to the byte.

use std::ops::Range;

use bstr::{BStr, BString, ByteSlice as _, ByteVec as _};

/// How the first of our lines begins.
const OPEN: &str = "# >>> refgate 1 ";

/// What the first line bears if the file did not end with a line feed.
const JOINED: &str = " (after a line feed)";

/// The last of our lines.
const CLOSE: &str = "# <<< refgate\n";

/// A place for our lines in a configuration's bytes.
pub(super) struct Block {
    /// What the whole takes, marks included.
    range: Range<usize>,
    /// The lines between the marks.
    pub(super) body: BString,
    /// Whether they are not as we wrote them.
    pub(super) edited: bool,
    /// Whether a line feed was put before them.
    joined: bool,
}

/// Finds our lines.
pub(super) fn find(config: &[u8]) -> Option<Block> {
    let starts = |at: &usize| *at == 0 || config[..*at].ends_with(b"\n");
    let start = config.find_iter(OPEN).find(starts)?;
    let line = config[start..].lines().next().unwrap_or_default();
    let head = start + line.len() + 1;
    let rest = config.get(head..).unwrap_or_default();
    let Some(length) = rest.find(CLOSE) else {
        // Someone cut the end off: what is ours is not known any more.
        let body = rest.into();
        return Some(Block { range: start..config.len(), body, edited: true, joined: false });
    };
    let body = BString::from(&rest[..length]);
    let mark = line.get(OPEN.len()..).unwrap_or_default();
    let edited = !mark.starts_with(sum(&body).as_bytes());
    let joined = line.ends_with(JOINED.as_bytes());
    Some(Block { range: start..head + length + CLOSE.len(), body, edited, joined })
}

/// The configuration with these lines of ours, and no others; without any if
/// `body` is empty.
pub(super) fn with(config: &[u8], body: &[u8]) -> Vec<u8> {
    let found = find(config);
    if found.is_none() && body.is_empty() {
        return config.to_vec();
    }
    let joined = match &found {
        Some(block) => block.joined,
        None => !config.is_empty() && !config.ends_with(b"\n"),
    };
    let range = found.map_or(config.len()..config.len(), |block| block.range);
    let (mut before, after) = (config[..range.start].to_vec(), &config[range.end..]);
    if body.is_empty() {
        if joined && after.is_empty() {
            before.pop();
        }
        before.push_str(after);
        return before;
    }
    if joined && !before.ends_with(b"\n") {
        before.push(b'\n');
    }
    before.push_str(format!("{OPEN}{}", sum(body)));
    before.push_str(if joined { JOINED } else { "" });
    before.push(b'\n');
    before.push_str(body);
    before.push_str(CLOSE);
    before.push_str(after);
    before
}

/// A value as a configuration file writes it.
pub(super) fn value(bytes: &BStr) -> Vec<u8> {
    let mut out = vec![b'"'];
    for &byte in bytes.iter() {
        match byte {
            b'"' => out.push_str(r#"\""#),
            b'\\' => out.push_str(r"\\"),
            b'\n' => out.push_str(r"\n"),
            b'\t' => out.push_str(r"\t"),
            byte => out.push(byte),
        }
    }
    out.push(b'"');
    out
}

fn sum(body: &[u8]) -> String {
    format!("{:08x}", crc32fast::hash(body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_our_lines_a_file_is_what_it_was() {
        for config in ["", "[core]\n\tbare = false\n", "[core]\n\tbare = false", "# x\r\n", "\n\n"]
        {
            let config = config.as_bytes();
            let first = with(config, b"[refgate]\n\tpolicy = a\n");
            let block = find(&first).unwrap();
            assert!(!block.edited);
            assert_eq!(block.body, "[refgate]\n\tpolicy = a\n");
            let second = with(&first, b"[refgate]\n\thost = b\n");
            assert_eq!(with(&second, b"").as_bstr(), config.as_bstr());
            assert_eq!(with(config, b"").as_bstr(), config.as_bstr());
        }
    }

    #[test]
    fn what_is_added_after_our_lines_stays() {
        let mut config = with(b"[core]\n\tbare = false", b"[refgate]\n\tpolicy = a\n");
        config.push_str("[user]\n\tname = A\n");
        assert_eq!(with(&config, b"").as_bstr(), "[core]\n\tbare = false\n[user]\n\tname = A\n");
    }

    #[test]
    fn lines_that_somebody_edited_are_known() {
        let config = with(b"", b"[refgate]\n\tpolicy = a\n");
        assert!(find(&config.replace("= a", "= b")).unwrap().edited);
        assert!(find(&config.replace(CLOSE, "")).unwrap().edited);
    }
}
