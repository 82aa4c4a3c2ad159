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
    /// What Git wrote among them since, with the headers of its sections: a new key
    /// goes to the end of the last section of its name, which may be ours.
    theirs: Vec<u8>,
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
        let (range, theirs) = (start..config.len(), Vec::new());
        return Some(Block { range, body, theirs, edited: true, joined: false });
    };
    let body = BString::from(&rest[..length]);
    let mark = line.get(OPEN.len()..).unwrap_or_default();
    let joined = line.ends_with(JOINED.as_bytes());
    let range = start..head + length + CLOSE.len();
    let told = told_apart(&sections(&body), (BString::default(), Vec::new()), mark);
    let edited = told.is_none();
    let (body, theirs) = told.unwrap_or((body, Vec::new()));
    Some(Block { range, body, theirs, edited, joined })
}

/// The lines of each section, its header first.
fn sections(body: &[u8]) -> Vec<Vec<&[u8]>> {
    let mut sections: Vec<Vec<&[u8]>> = Vec::new();
    for line in body.lines_with_terminator() {
        match sections.last_mut() {
            Some(section) if !line.starts_with(b"[") => section.push(line),
            _ => sections.push(vec![line]),
        }
    }
    sections
}

/// Our lines, which the mark bears the sum of, and what follows them in each
/// section; `None` if no such lines are there.
fn told_apart(
    sections: &[Vec<&[u8]>],
    so_far: (BString, Vec<u8>),
    mark: &[u8],
) -> Option<(BString, Vec<u8>)> {
    let Some((section, rest)) = sections.split_first() else {
        return mark.starts_with(sum(&so_far.0).as_bytes()).then_some(so_far);
    };
    // A server has two sections; of many, all ways to cut them are too many.
    let least = if rest.len() < 2 { 1 } else { section.len() };
    (least..=section.len().min(least.max(50))).rev().find_map(|length| {
        let (mut ours, mut theirs) = so_far.clone();
        let (kept, added) = section.split_at(length);
        ours.push_str(kept.concat());
        if !added.is_empty() {
            theirs.push_str(section.first()?);
            theirs.push_str(added.concat());
        }
        told_apart(rest, (ours, theirs), mark)
    })
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
    let (range, mut after) =
        found.map_or((config.len()..config.len(), Vec::new()), |it| (it.range, it.theirs));
    let mut before = config[..range.start].to_vec();
    after.push_str(&config[range.end..]);
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
    fn what_git_writes_among_our_lines_stays() {
        let body = b"[refgate]\n\tpolicy = a\n[receive]\n\tb = c\n";
        let config = with(b"[core]\n", body);
        let config = config.replace("= a\n", "= a\n\thost = b\n");
        let config = config.replace("= c\n", "= c\n\td = e\n");
        assert!(!find(&config).unwrap().edited);
        let theirs = "[core]\n[refgate]\n\thost = b\n[receive]\n\td = e\n";
        assert_eq!(with(&config, b"").as_bstr(), theirs);
        assert!(find(&config.replace("\tb = c\n", "")).unwrap().edited);
    }

    #[test]
    fn lines_that_somebody_edited_are_known() {
        let config = with(b"", b"[refgate]\n\tpolicy = a\n");
        assert!(find(&config.replace("= a", "= b")).unwrap().edited);
        assert!(find(&config.replace(CLOSE, "")).unwrap().edited);
    }
}
