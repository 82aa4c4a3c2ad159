//! Pointers that Git LFS leaves in a repository in place of a large file.
//!
//! Source: <https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md>.

use bstr::ByteSlice;

use crate::model::{Fact, Facts, Oid};

/// What a pointer says of the file it stands for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct LfsPointer {
    /// The size of the file in bytes.
    pub(super) size: u64,
}

/// No pointer is longer, in bytes.
const LONGEST: u64 = 1024;

impl LfsPointer {
    /// The pointer that the blob `oid` of `size` bytes is; `None` if it is any
    /// other file. Reads no blob that is too large for a pointer.
    pub(super) fn of(facts: &dyn Facts, oid: Oid, size: u64) -> Fact<Option<Self>> {
        if size > LONGEST {
            return Ok(None);
        }
        Ok(Self::parse(&facts.blob(oid)?))
    }

    /// Reads a pointer as the specification has it to the letter. Whatever
    /// deviates is a file like any other.
    pub(super) fn parse(raw: &[u8]) -> Option<Self> {
        if raw.len() as u64 > LONGEST {
            return None;
        }
        let text = raw.to_str().ok()?.strip_suffix('\n')?;
        let mut lines = text.split('\n').map(|line| line.split_once(' '));
        if lines.next()? != Some(("version", "https://git-lfs.github.com/spec/v1")) {
            return None;
        }
        let (mut hash, mut size, mut last) = (None, None, "");
        for line in lines {
            let (key, value) = line?;
            if key <= last || value.contains('\r') {
                return None;
            }
            last = key;
            match key {
                "oid" => hash = Some(sha256(value)?),
                "size" => size = Some(number(value)?),
                _ => extension(key, value)?,
            }
        }
        hash?;
        Some(Self { size: size? })
    }
}

/// Digits without a sign or a zero in front.
fn number(value: &str) -> Option<u64> {
    let plain = value.bytes().all(|it| it.is_ascii_digit());
    let canonical = value == "0" || !value.starts_with('0');
    (plain && canonical).then(|| value.parse().ok()).flatten()
}

fn sha256(value: &str) -> Option<()> {
    let hex = value.strip_prefix("sha256:")?;
    let digit = |it: u8| it.is_ascii_digit() || (b'a'..=b'f').contains(&it);
    (hex.len() == 64 && hex.bytes().all(digit)).then_some(())
}

/// `ext-0-name sha256:…`.
fn extension(key: &str, value: &str) -> Option<()> {
    let (priority, name) = key.strip_prefix("ext-")?.split_once('-')?;
    let digit = priority.len() == 1 && priority.bytes().all(|it| it.is_ascii_digit());
    let word = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || b".-".contains(&it);
    (digit && !name.is_empty() && name.bytes().all(word)).then_some(())?;
    sha256(value)
}
