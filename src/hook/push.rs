//! What `pre-push` is told, and what of it the remote has already.
//!
//! Source: githooks, "pre-push":
//! `<local-ref> SP <local-oid> SP <remote-ref> SP <remote-oid> LF`.

use std::collections::HashMap;
use std::rc::Rc;

use anyhow::{Result, bail};
use bstr::{BString, ByteSlice};

use crate::git::Repository;
use crate::model::{Oid, RefName, RefUpdate, Target};

/// The ref updates that a push asks for.
pub(super) fn updates(input: &[u8]) -> Result<Vec<RefUpdate>> {
    let mut all = Vec::new();
    for line in input.lines() {
        // The local ref may be anything that was typed, so it is not read; the
        // three words behind it hold no blanks.
        let mut words = line.rsplitn(4, |byte| *byte == b' ');
        let (old, name, new) = (words.next(), words.next(), words.next());
        let old = old.and_then(Oid::from_hex);
        let new = new.and_then(Oid::from_hex);
        let (Some(old), Some(name), Some(new)) = (old, name.filter(|it| !it.is_empty()), new)
        else {
            bail!("malformed input: Git wrote no ref update: {}", line.as_bstr());
        };
        all.push(RefUpdate {
            name: RefName::new(name),
            asked_as: None,
            old: (!old.is_zero()).then_some(old),
            new: if new.is_zero() { Target::Deleted } else { Target::At(new) },
            stale: false,
        });
    }
    Ok(all)
}

/// For each update, the tips that the remote is known to have.
pub(super) fn known(
    repository: &Repository,
    remote: &[u8],
    updates: &[RefUpdate],
) -> Result<HashMap<RefName, Rc<[Oid]>>> {
    let prefix = tracking(repository, remote);
    let refs = repository.refs()?;
    let tracked = refs.iter().filter(|(name, _)| name.as_bstr().starts_with(&prefix));
    let tracked: Vec<Oid> = tracked.map(|(_, oid)| *oid).collect();
    let mut known = HashMap::new();
    for update in updates {
        let mut tips = tracked.clone();
        // What was not fetched bounds nothing here.
        let have = |oid: &Oid| repository.objects.header(*oid).is_ok_and(|it| it.is_some());
        tips.extend(update.old.filter(have));
        known.insert(update.name.clone(), Rc::from(tips));
    }
    Ok(known)
}

/// Where the refs of the remote called `remote`, by name or URL, are tracked;
/// those of all remotes, if it has no name here.
fn tracking(repository: &Repository, remote: &[u8]) -> BString {
    let mut name = None;
    for key in ["url", "pushurl"] {
        for (section, url) in repository.config_sections("remote", key) {
            if section == remote || url == remote {
                name = name.or(Some(section));
            }
        }
    }
    let mut prefix = BString::from("refs/remotes/");
    if let Some(name) = name {
        prefix.extend_from_slice(&name);
        prefix.push(b'/');
    }
    prefix
}
