//! Where a symbolic link leads.

use bstr::{BStr, ByteSlice};

use super::disguise::DOT_GIT;
use crate::model::{Fact, Facts, Oid};

/// The longest target, in bytes (`PATH_MAX` on Linux).
const LONGEST: u64 = 4096;

/// Why the link at `path` with the target in blob `oid` may lead out of the tree
/// or into `.git`; `None` if it cannot.
pub(super) fn fault(facts: &dyn Facts, path: &BStr, oid: Oid) -> Fact<Option<String>> {
    let size = facts.size(oid)?;
    if size > LONGEST {
        return Ok(Some(format!("a symbolic link with a target of {size} of {LONGEST} bytes")));
    }
    let target = facts.blob(oid)?;
    Ok(leads_out(path, &target).map(|why| {
        let shown: String = target.to_str_lossy().chars().take(60).collect();
        format!("a symbolic link to `{shown}`, {why}")
    }))
}

/// Follows the target by its parts alone. Up is only trusted at the beginning:
/// behind a name it starts from wherever that name leads, if it is a link.
fn leads_out(path: &BStr, target: &[u8]) -> Option<&'static str> {
    let drive = target.get(1) == Some(&b':') && target.first().is_some_and(u8::is_ascii_alphabetic);
    if target.starts_with(b"/") || target.starts_with(b"\\") || drive {
        return Some("which is absolute");
    }
    if target.is_empty() || target.contains(&0) {
        return Some("which is no path");
    }
    let mut depth = path.find_iter("/").count();
    let mut down = false;
    // Windows takes both for separators.
    for part in target.split(|byte| matches!(byte, b'/' | b'\\')) {
        match part {
            b"" | b"." => {}
            b".." if down => return Some("which climbs behind a name"),
            b".." if depth == 0 => return Some("which leads out of the tree"),
            b".." => depth -= 1,
            _ if DOT_GIT.disguises(part) => return Some("which leads into `.git`"),
            _ => down = true,
        }
    }
    None
}
