//! The lines that Git writes to `pre-receive` and `reference-transaction`.
//!
//! Source: githooks, "pre-receive": `<old-oid> SP <new-oid> SP <ref-name> LF`.

use anyhow::{Result, bail};
use bstr::{BString, ByteSlice};

use crate::model::Oid;

/// One line: what the client says and wants.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Line {
    /// Where the client takes the ref to be; `None` if it takes it to be
    /// missing. Chosen by the client, so never to be relied on.
    pub claimed: Option<Oid>,
    /// Where the ref shall be; `None` if it shall be deleted.
    pub wanted: Option<Oid>,
    /// The ref, as the client calls it.
    pub name: BString,
}

/// Reads all lines, with object names of `hash_len` bytes. One wrong line makes
/// all of them unusable: a name that holds a line end looks like two.
pub fn lines(input: &[u8], hash_len: usize) -> Result<Vec<Line>> {
    let mut all = Vec::new();
    let Some(whole) = input.strip_suffix(b"\n") else {
        if input.is_empty() {
            return Ok(all);
        }
        bail!("malformed input: the last line has no end");
    };
    for raw in whole.split_str(b"\n") {
        let number = all.len() + 1;
        let wrong = |why: &str| format!("malformed input: line {number} {why}");
        let mut words = raw.splitn(3, |byte| *byte == b' ');
        let mut oid = || {
            let hex = words.next().filter(|hex| hex.len() == 2 * hash_len)?;
            let lower = hex.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
            Oid::from_hex(hex).filter(|_| lower)
        };
        let (Some(claimed), Some(wanted)) = (oid(), oid()) else {
            bail!(wrong("does not begin with two object names"));
        };
        let name = words.next().unwrap_or_default();
        if name.is_empty() || name.iter().any(|byte| *byte <= b' ' || *byte == 0x7f) {
            bail!(wrong("does not end in the name of a ref"));
        }
        let real = |oid: Oid| (!oid.is_zero()).then_some(oid);
        all.push(Line { claimed: real(claimed), wanted: real(wanted), name: name.into() });
    }
    Ok(all)
}
