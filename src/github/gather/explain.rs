//! Which pull requests a merge group lands, by what its commits hold.
//!
//! Nothing that a commit says of itself counts. A pull request is in the group if its
//! head is, or if a step of the group brings just what it brings.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use anyhow::Result;

use crate::git::{Deadline, Repository, Walker};
use crate::model::Oid;

/// A pull request that may be in a group.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Candidate {
    /// Its number.
    pub number: u64,
    /// Its head.
    pub head: Oid,
}

/// What a group is made of.
#[derive(Clone, Debug, Default)]
pub(super) struct Explained {
    /// The pull requests in it, in the order in which they land.
    pub(super) members: Vec<Candidate>,
    /// Steps that may land one of these, once contents are there to merge it anew.
    pub(super) doubts: Vec<Doubt>,
    /// Commits that none of the members brings.
    pub(super) unexplained: Vec<Oid>,
}

/// A step of a group that brings something else than a pull request does, as it must
/// where both sides changed the same file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Doubt {
    /// The commit.
    pub(super) commit: Oid,
    /// Its first parent.
    pub(super) onto: Oid,
    /// What it may land.
    pub(super) candidate: Candidate,
}

/// Explains the commits between `onto` and `head`. `proven` are doubts that turned out
/// to be what they seemed.
pub(super) fn explain(
    repository: &Repository,
    (onto, head): (Oid, Oid),
    candidates: &[Candidate],
    proven: &[Doubt],
    late: Deadline,
) -> Result<Explained> {
    let walker = Walker::new(&repository.objects, repository.shallow());
    let check = || late.check();
    let new = walker.new_commits(head, &[onto], &check)?;
    let all: HashSet<Oid> = new.iter().copied().collect();
    let mut by: BTreeMap<Oid, Candidate> = BTreeMap::new();
    for candidate in candidates.iter().filter(|it| all.contains(&it.head)) {
        for commit in walker.new_commits(candidate.head, &[onto], &check)? {
            by.entry(commit).or_insert(*candidate);
        }
    }
    let steps = steps(&walker, (onto, head), &all)?;
    let mut found = Explained::default();
    let mut done: BTreeSet<Oid> = BTreeSet::new();
    let mut next = 0;
    while let Some(step) = steps.get(next) {
        let proof = proven.iter().find(|it| it.commit == step.commit).map(|it| it.candidate);
        if let Some(candidate) = by.get(&step.commit).copied().or(proof) {
            done.insert(step.commit);
            found.member(candidate);
            next += 1;
            continue;
        }
        let merged = |it: &&Candidate| step.second.is_none_or(|second| it.head == second);
        let open = candidates.iter().filter(merged).filter(|it| !found.members.contains(it));
        let open: Vec<_> = open.copied().collect();
        let rest = steps.get(next..).unwrap_or_default();
        let count = match landed(repository, rest, &open, late)? {
            Some((candidate, count)) => {
                done.extend(rest.iter().take(count).map(|it| it.commit));
                found.member(candidate);
                count
            }
            None => {
                let (commit, onto) = (step.commit, step.parent);
                let doubt = |candidate| Doubt { commit, onto, candidate };
                found.doubts.extend(open.into_iter().map(doubt));
                1
            }
        };
        next += count;
    }
    let explained = |it: &Oid| {
        let member = by.get(it).is_some_and(|by| found.members.contains(by));
        done.contains(it) || member
    };
    found.unexplained = new.iter().filter(|it| !explained(it)).copied().collect();
    Ok(found)
}

/// A step on the way from where the target is to the group's head, by first parents.
struct Step {
    commit: Oid,
    parent: Oid,
    second: Option<Oid>,
}

/// The steps, the first that lands first.
fn steps(walker: &Walker<'_>, (onto, head): (Oid, Oid), new: &HashSet<Oid>) -> Result<Vec<Step>> {
    let mut steps = Vec::new();
    let mut commit = head;
    while commit != onto && new.contains(&commit) {
        let node = walker.node(commit)?;
        let Some(parent) = node.parents.first().copied() else { break };
        steps.push(Step { commit, parent, second: node.parents.get(1).copied() });
        commit = parent;
    }
    steps.reverse();
    Ok(steps)
}

/// Which candidate brings just what the first of `steps` brings, or several of them
/// together, and how many.
fn landed(
    repository: &Repository,
    steps: &[Step],
    candidates: &[Candidate],
    late: Deadline,
) -> Result<Option<(Candidate, usize)>> {
    let Some(first) = steps.first() else { return Ok(None) };
    // A merge lands at once; what is rebased may take several steps.
    let most = if first.second.is_some() { 1 } else { steps.len() };
    for candidate in candidates {
        let Ok(brings) = repository.content(first.parent, candidate.head, late) else { continue };
        if brings.is_empty() {
            continue;
        }
        for (at, step) in steps.iter().take(most).enumerate().rev() {
            if repository.content(first.parent, step.commit, late)?.id() == brings.id() {
                return Ok(Some((*candidate, at + 1)));
            }
        }
    }
    Ok(None)
}

impl Explained {
    fn member(&mut self, candidate: Candidate) {
        if !self.members.contains(&candidate) {
            self.members.push(candidate);
        }
    }
}
