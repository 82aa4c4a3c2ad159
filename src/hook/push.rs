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
    let name = name_of(repository, remote);
    let tracked = name.map_or(Ok(Vec::new()), |name| tracked(repository, &name))?;
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

/// What the remote is called here, by its name or URL.
fn name_of(repository: &Repository, remote: &[u8]) -> Option<BString> {
    let named = |key| repository.config_sections("remote", key).into_iter();
    let mut all = named("url").chain(named("pushurl"));
    all.find(|(name, url)| name == remote || url == remote).map(|(name, _)| name)
}

/// What the remote called `name` had when it was last fetched from.
fn tracked(repository: &Repository, name: &BString) -> Result<Vec<Oid>> {
    let all = repository.config_sections("remote", "fetch").into_iter();
    let mut fetched: Vec<_> = all.filter(|it| it.0 == *name).map(|(_, spec)| spec).collect();
    if fetched.is_empty() {
        fetched.push(format!("+refs/heads/*:refs/remotes/{name}/*").into());
    }
    let refs = repository.refs()?.into_iter();
    let theirs = refs.filter(|(it, _)| fetched.iter().any(|spec| follows(spec, it.as_bstr())));
    Ok(theirs.map(|(_, oid)| oid).collect())
}

/// Whether a ref here does nothing but follow the remote's by this refspec. One
/// of the same name on both sides is ours as much, as are branches and tags.
fn follows(spec: &[u8], name: &[u8]) -> bool {
    let spec = spec.strip_prefix(b"+").unwrap_or(spec);
    let Some((from, to)) = spec.split_once_str(b":") else { return false };
    if from == to || name.starts_with(b"refs/heads/") || name.starts_with(b"refs/tags/") {
        return false;
    }
    match to.split_once_str(b"*") {
        Some((before, after)) => {
            let rest = name.strip_prefix(before);
            rest.is_some_and(|it| !it.is_empty() && it.ends_with(after))
        }
        None => name == to,
    }
}
