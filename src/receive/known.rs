//! What need not be judged again: the history of refs that ask as much.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::git::Repository;
use crate::model::{Oid, RefName, RefUpdate};
use crate::policy::Policy;

/// As many refs besides its own bound at first what is new for a ref.
const MOST: usize = 64;

/// The tips that bound what is new, for each ref.
pub(super) struct Known {
    /// The nearest.
    pub(super) near: HashMap<RefName, Rc<[Oid]>>,
    /// All, for where the nearest leave a doubt.
    pub(super) all: HashMap<RefName, Rc<[Oid]>>,
    /// Refs that are made where a branch is of which as much is asked of what lands.
    pub(super) held: HashSet<(RefName, Oid)>,
}

/// The tips that bound what is new, for refs that are asked the same.
struct Bounds {
    near: Rc<[Oid]>,
    all: Rc<[Oid]>,
}

/// For each update, the tips whose history its rules have seen: the ref's own,
/// and those of refs of which the policy asks the same or more. A laxer ref
/// bounds nothing, or two pushes would smuggle what one may not. Refs of one
/// push bound each other: if one is denied, none moves.
pub(super) fn known(
    repository: &Repository,
    policy: &Policy,
    updates: &[RefUpdate],
) -> anyhow::Result<Known> {
    let mut refs = repository.refs()?;
    let head = repository.head().ok().map(|it| it.name);
    // The default branch bounds most, so it goes first; then branches.
    refs.sort_by_key(|(name, _)| (Some(name) != head.as_ref(), name.branch().is_none()));
    let mut by_coverage: HashMap<Vec<bool>, Bounds> = HashMap::new();
    let held = held(policy, &refs, updates);
    let mut known = Known { near: HashMap::new(), all: HashMap::new(), held };
    for update in updates {
        let names = |name: &RefName| -> Vec<bool> {
            let asked = policy.protections.iter().map(|it| it.refs.matches(name));
            let exempt = policy.exemptions.iter().filter_map(|it| it.refs.as_ref());
            asked.chain(exempt.map(|it| it.matches(name))).collect()
        };
        let Bounds { near: shared, all } =
            by_coverage.entry(names(&update.name)).or_insert_with(|| {
                let strict = refs.iter().filter(|(name, _)| policy.covers(name, &update.name));
                let all: Rc<[Oid]> = strict.map(|(_, oid)| *oid).collect();
                Bounds { near: all.iter().take(MOST).copied().collect(), all }
            });
        known.all.insert(update.name.clone(), all.clone());
        let own = update.old.filter(|own| !shared.contains(own));
        let tips = match own {
            Some(own) => shared.iter().copied().chain([own]).collect(),
            None => shared.clone(),
        };
        known.near.insert(update.name.clone(), tips);
        if let Some(new) =
            update.new_oid().filter(|new| shared.len() < 2 * MOST && !shared.contains(new))
        {
            *shared = shared.iter().copied().chain([new]).collect();
        }
    }
    Ok(known)
}

/// The refs that are made at the tip of a branch of which the policy asks as much of
/// what lands, or more. What is merely in its history is not enough: nobody agreed to
/// have a ref stand in the midst of it. Nor is what the same push brings.
fn held(
    policy: &Policy,
    refs: &[(RefName, Oid)],
    updates: &[RefUpdate],
) -> HashSet<(RefName, Oid)> {
    let mut tips: HashMap<Oid, Vec<&RefName>> = HashMap::new();
    let made = updates.iter().filter(|it| it.creates());
    let made: Vec<_> = made.filter_map(|it| Some((&it.name, it.new_oid()?))).collect();
    if made.is_empty() {
        return HashSet::new();
    }
    for (name, oid) in refs {
        tips.entry(*oid).or_default().push(name);
    }
    let is_held = |(name, new): &(&RefName, Oid)| {
        let there = tips.get(new).into_iter().flatten();
        there.into_iter().any(|it| policy.lands_alike(it, name))
    };
    made.into_iter().filter(is_held).map(|(name, new)| (name.clone(), new)).collect()
}
