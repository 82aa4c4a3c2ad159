//! Commands in hints, safe to paste into a shell.
//!
//! Names in a repository are chosen by whoever pushes. A hint that holds one
//! must name that file in a POSIX shell, and do nothing else.

use std::fmt::Write;

use bstr::{BStr, ByteSlice};

use crate::model::{Commit, FileChange, Oid, Unseen};

/// `raw` as one word of a POSIX shell.
///
/// Letters, digits and `._/-` stay bare; other text stands in single quotes.
/// What a report would not show as it is (control and format characters, bytes
/// that are no UTF-8) is written in octal within `$'…'`, as POSIX.1-2024 has it.
pub fn word(raw: &[u8]) -> String {
    let bare = |byte: &u8| byte.is_ascii_alphanumeric() || b"._/-".contains(byte);
    if !raw.is_empty() && raw.iter().all(bare) {
        return raw.to_str_lossy().into_owned();
    }
    match raw.to_str() {
        Ok(text) if text.chars().all(plain) => format!("'{}'", text.replace('\'', r"'\''")),
        Ok(_) | Err(_) => octal(raw),
    }
}

/// The path as a Git command of a hint takes it, quoted: never an option, never
/// a pattern, never pathspec magic.
pub fn path(raw: &BStr) -> String {
    let magic = raw.starts_with(b":") || raw.find_byteset(b"*?[\\").is_some();
    match magic {
        true => word(&[b":(literal)", raw.as_bytes()].concat()),
        false => name(raw),
    }
}

/// The path as a Git command takes it that knows names and no patterns, such as
/// `git update-index`, quoted: never an option.
pub fn name(raw: &BStr) -> String {
    match raw.first() {
        Some(b'-') => word(&[b"./", raw.as_bytes()].concat()),
        Some(_) | None => word(raw),
    }
}

/// How to take `file` out of what is about to be committed or pushed.
pub fn take_out(file: &FileChange) -> String {
    let path = path(file.path.as_bstr());
    match (file.commit, file.old) {
        (Some(commit), _) => mend(file, commit, "take the file out"),
        (None, None) => format!("git rm --cached {path}"),
        (None, Some(_)) => format!("git restore --staged {path}"),
    }
}

/// How to mend a commit that is written: stop at it, and do `act`.
pub fn rewrite(commit: Oid, act: &str) -> String {
    format!("git rebase -i {}~, mark it `edit`, {act}", commit.short())
}

/// How to mend a commit that no commit stands before.
pub fn rewrite_root(commit: Oid, act: &str) -> String {
    format!("git rebase -i --root, mark {} `edit`, {act}", commit.short())
}

/// How to mend `file` in `commit`, which brings it.
pub fn mend(file: &FileChange, commit: Oid, act: &str) -> String {
    if file.root { rewrite_root(commit, act) } else { rewrite(commit, act) }
}

/// What `commits`, children before parents, stand on, as `git rebase` takes it;
/// `None` while they are not written.
pub fn base(commits: &[Commit]) -> Option<String> {
    let oldest = commits.last()?;
    let parent = oldest.parents.first().map(Oid::short);
    oldest.oid.map(|_| parent.unwrap_or_else(|| "--root".to_owned()))
}

/// How to mend the messages of some of `commits`.
pub fn reword(commits: &[Commit]) -> String {
    match (base(commits), commits) {
        // The text that was refused is kept there.
        (None, _) => "git commit -eF \"$(git rev-parse --git-path COMMIT_EDITMSG)\"".to_owned(),
        (Some(_), [_]) => "git commit --amend".to_owned(),
        (Some(base), _) => format!("git rebase -i {base}, mark them `reword`"),
    }
}

/// How to make some of `commits` anew, each by `amend`, options for
/// `git commit`.
pub fn amend(commits: &[Commit], amend: &str) -> String {
    match (base(commits), commits) {
        (None, _) => format!("git commit {amend}"),
        (Some(_), [_]) => format!("git commit --amend --no-edit {amend}"),
        (Some(base), _) => {
            format!(
                "git rebase {base} -x {}",
                word(format!("git commit --amend --no-edit {amend}").as_bytes())
            )
        }
    }
}

/// Where the mend is made: in the file, and in the commit that brings it.
pub fn edit(file: &FileChange, act: &str) -> String {
    match file.commit {
        Some(commit) => mend(file, commit, act),
        None => format!("{act}, then git add {}", path(file.path.as_bstr())),
    }
}

/// Whether a report shows the character as it is.
fn plain(char: char) -> bool {
    !char.is_control() && Unseen::of(char).is_none()
}

fn octal(raw: &[u8]) -> String {
    let mut out = "$'".to_owned();
    for &byte in raw {
        let _ = match byte {
            b'\'' | b'\\' => write!(out, "\\{}", char::from(byte)),
            b' '..=b'~' => out.write_char(char::from(byte)),
            // Always three digits, so that a digit behind it is not swallowed.
            _ => write!(out, "\\{byte:03o}"),
        };
    }
    out.push('\'');
    out
}
