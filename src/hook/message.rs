//! The message that Git will make of the file it shows to `commit-msg`.
//!
//! The hook runs before Git's cleanup: the file holds comments and, with `git
//! commit -v`, the whole difference below the scissors. Sources: git-commit,
//! `--cleanup`; wt-status.c, `cut_line`.

use bstr::{BString, ByteSlice};

use crate::git::Repository;

/// How Git cleans a message.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Cleanup {
    /// Nothing.
    Verbatim,
    /// Blank lines and blanks at line ends.
    Whitespace,
    /// As whitespace, and all below the scissors.
    Scissors,
    /// As whitespace, and comments.
    Strip,
}

const SCISSORS: &[u8] = b" ------------------------ >8 ------------------------";
const BELOW: &[u8] = b" Do not modify or remove the line above.";

/// What Git will make of `raw`.
pub(super) fn cleaned(repository: &Repository, raw: &[u8]) -> BString {
    // Git sets GIT_EDITOR to `:` for hooks when it opens no editor.
    let edited = repository.vars().text("GIT_EDITOR").as_deref() != Some(":");
    let cleanup = match repository.config("commit.cleanup").as_deref().map(Vec::as_slice) {
        Some(b"verbatim") => Cleanup::Verbatim,
        Some(b"scissors") if edited => Cleanup::Scissors,
        Some(b"whitespace" | b"scissors") => Cleanup::Whitespace,
        Some(b"strip") => Cleanup::Strip,
        _ if edited => Cleanup::Strip,
        _ => Cleanup::Whitespace,
    };
    let comment = comment(repository, raw);
    // Without an editor, what looks like scissors was written by the author; Git
    // cuts there all the same if it is to be verbose.
    let verbose = || repository.config("commit.verbose").is_some_and(|it| !is_off(&it));
    let above = match edited {
        true => cut(raw, cleanup, &comment),
        false if verbose() => cut(raw, Cleanup::Scissors, &comment),
        false => raw,
    };
    clean(above, cleanup, &comment)
}

/// Whether Git takes a value for no, or for 0.
fn is_off(value: &[u8]) -> bool {
    let off: [&[u8]; 5] = [b"", b"0", b"false", b"no", b"off"];
    off.iter().any(|it| value.eq_ignore_ascii_case(it))
}

/// What begins a comment.
fn comment(repository: &Repository, raw: &[u8]) -> BString {
    let named =
        repository.config("core.commentString").or_else(|| repository.config("core.commentChar"));
    match named {
        Some(named) if named.eq_ignore_ascii_case(b"auto") => {
            // Git chose a character that begins no line of the message itself;
            // what it wrote below the message begins with it.
            let last = raw.lines().rev().find(|line| !line.trim().is_empty());
            let first = last.and_then(|line| line.first()).filter(|it| b"#;@!$%^&|:".contains(it));
            first.map_or_else(|| "#".into(), |it| BString::from(vec![*it]))
        }
        Some(named) if !named.is_empty() => named,
        _ => "#".into(),
    }
}

/// Cleans `raw`, of which nothing is below scissors, as Git does.
pub fn clean(raw: &[u8], cleanup: Cleanup, comment: &[u8]) -> BString {
    if cleanup == Cleanup::Verbatim {
        return raw.into();
    }
    let mut out = BString::default();
    let mut blank = false;
    for line in raw.split_str(b"\n") {
        if cleanup == Cleanup::Strip && line.starts_with(comment) {
            continue;
        }
        let line = line.trim_end_with(|it| it.is_ascii_whitespace());
        if line.is_empty() {
            blank = !out.is_empty();
            continue;
        }
        if std::mem::take(&mut blank) {
            out.push(b'\n');
        }
        out.extend_from_slice(line);
        out.push(b'\n');
    }
    out
}

/// Everything above the scissors, if Git has put any there.
fn cut<'r>(raw: &'r [u8], cleanup: Cleanup, comment: &[u8]) -> &'r [u8] {
    let scissors = [comment, SCISSORS, b"\n"].concat();
    let below = [comment, BELOW].concat();
    let starts_line = |at: &usize| *at == 0 || raw.get(at - 1) == Some(&b'\n');
    for at in raw.find_iter(&scissors).filter(starts_line) {
        let after = &raw[at + scissors.len()..];
        if cleanup == Cleanup::Scissors || after.starts_with(&below) {
            return &raw[..at];
        }
    }
    raw
}
