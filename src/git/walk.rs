//! Which commits are new, and which contain which.
//!
//! Commits are visited latest first. Claimed times only steer the order: what
//! is reachable follows from parents alone, so a false time costs work and
//! changes no answer towards fewer new commits.

use std::cell::RefCell;
use std::collections::{BTreeSet, BinaryHeap, HashMap, HashSet};
use std::rc::Rc;

use anyhow::{Result, bail};

use super::objects::Objects;
use super::raw::{self, Node};
use crate::model::{Kind, Oid};

/// How many commits the walk goes on behind the last that could matter, since
/// times may lie. More than Git's own five: a commit costs microseconds.
const SPARE: u32 = 256;

/// Reached from what shall be added.
const NEW: u8 = 1;
/// Reached from what is there already, or from a common ancestor.
const OLD: u8 = 2;
/// Reached from the other of two.
const OTHER: u8 = 4;

/// Walks history, reading each commit once.
pub struct Walker<'o> {
    objects: &'o Objects,
    /// Commits whose parents are cut off in a shallow repository.
    shallow: HashSet<Oid>,
    nodes: RefCell<HashMap<Oid, Rc<Node>>>,
}

impl<'o> Walker<'o> {
    /// Walks what `objects` holds; parents of commits in `shallow` are cut off.
    pub fn new(objects: &'o Objects, shallow: HashSet<Oid>) -> Self {
        Self { objects, shallow, nodes: RefCell::default() }
    }

    /// Where it reads.
    pub(super) fn objects(&self) -> &'o Objects {
        self.objects
    }

    /// The commit `oid`, as far as a walk needs it.
    pub fn node(&self, oid: Oid) -> Result<Rc<Node>> {
        if let Some(node) = self.nodes.borrow().get(&oid) {
            return Ok(node.clone());
        }
        let node = self.objects.read(oid, Kind::Commit, raw::node)?;
        let Some(mut node) = node else { bail!("commit {} names no tree", oid.short()) };
        if self.shallow.contains(&oid) {
            node.parents.clear();
        }
        let node = Rc::new(node);
        self.nodes.borrow_mut().insert(oid, node.clone());
        Ok(node)
    }

    /// The commits that `new` reaches and none of `old` does, latest first.
    ///
    /// `late` is asked now and then and may stop a long walk with an error.
    pub fn new_commits(
        &self,
        new: Oid,
        old: &[Oid],
        late: &dyn Fn() -> Result<()>,
    ) -> Result<Vec<Oid>> {
        late()?;
        let mut paint = Paint::new(self);
        for &tip in old {
            // A ref that names nothing readable hides nothing.
            if self.node(tip).is_ok() {
                paint.mark(tip, OLD)?;
            }
        }
        paint.mark(new, NEW)?;
        let mut found = Vec::new();
        let mut earliest = i64::MAX;
        let mut spare = SPARE;
        while let Some((seconds, oid)) = paint.pop(late)? {
            let flags = paint.flags(oid);
            if flags & OLD == 0 {
                found.push(oid);
                // What was only now received, nothing old can contain.
                if !self.objects.only_in_quarantine(oid) {
                    earliest = earliest.min(seconds);
                }
            } else if seconds >= earliest || paint.open > 0 {
                spare = SPARE;
            } else {
                spare = spare.saturating_sub(1);
            }
            for parent in &self.node(oid)?.parents {
                paint.mark(*parent, flags)?;
            }
            if paint.open == 0 && (earliest == i64::MAX || spare == 0) {
                break;
            }
        }
        found.retain(|oid| paint.flags(*oid) & OLD == 0);
        // A commit whose paint came late was visited twice.
        let mut seen = HashSet::new();
        found.retain(|oid| seen.insert(*oid));
        Ok(found)
    }

    /// How many commits `target` reaches and `head` does not. An error where history
    /// is cut off too early to tell.
    pub fn behind(&self, head: Oid, target: Oid, late: &dyn Fn() -> Result<()>) -> Result<u64> {
        let lacking = self.new_commits(target, &[head], late)?;
        if let Some(cut) = lacking.iter().find(|it| self.shallow.contains(it)) {
            bail!("the history of {} is cut off: this clone is shallow", cut.short());
        }
        Ok(lacking.len() as u64)
    }

    /// Whether `old` is an ancestor of `new`, or the same commit.
    pub fn is_ancestor(&self, old: Oid, new: Oid, late: &dyn Fn() -> Result<()>) -> Result<bool> {
        if old == new {
            return Ok(true);
        }
        late()?;
        let mut paint = Paint::new(self);
        self.node(old)?;
        paint.mark(old, OLD)?;
        paint.mark(new, NEW)?;
        // On the way from `new` to a true ancestor no commit is painted OLD, so
        // the walk may end once every commit in the queue is.
        while paint.open > 0 {
            let Some((_, oid)) = paint.pop(late)? else { break };
            let flags = paint.flags(oid);
            if oid == old && flags & NEW != 0 {
                return Ok(true);
            }
            for parent in &self.node(oid)?.parents {
                paint.mark(*parent, flags)?;
            }
            if paint.flags(old) & NEW != 0 {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The common ancestors of two commits that no other common ancestor reaches,
    /// by name: several where histories cross, none if they are unrelated. An
    /// error where history is cut off too early to tell.
    pub fn merge_bases(
        &self,
        one: Oid,
        other: Oid,
        late: &dyn Fn() -> Result<()>,
    ) -> Result<Vec<Oid>> {
        late()?;
        let mut paint = Paint::new(self);
        paint.mark(one, NEW)?;
        paint.mark(other, OTHER)?;
        let mut found = BTreeSet::new();
        // No commit on the way to a best common ancestor is painted OLD.
        while paint.open > 0 {
            let Some((_, oid)) = paint.pop(late)? else { break };
            let mut flags = paint.flags(oid);
            if flags == NEW | OTHER {
                found.insert(oid);
                flags |= OLD;
            } else if flags & OLD == 0 && self.shallow.contains(&oid) {
                bail!("the history of {} is cut off: this clone is shallow", oid.short());
            }
            for parent in &self.node(oid)?.parents {
                paint.mark(*parent, flags)?;
            }
        }
        // Where times lie, paint came late, or may not have come at all.
        found.retain(|oid| paint.flags(*oid) & OLD == 0);
        let mut best = Vec::new();
        for &oid in &found {
            let reached = |it: &Oid| match *it == oid {
                true => Ok(false),
                false => self.is_ancestor(oid, *it, late),
            };
            if !found.iter().map(reached).collect::<Result<Vec<_>>>()?.contains(&true) {
                best.push(oid);
            }
        }
        Ok(best)
    }
}

/// Commits being painted.
struct Paint<'w, 'o> {
    walker: &'w Walker<'o>,
    states: HashMap<Oid, State>,
    /// By time, latest first; each commit at most once.
    queue: BinaryHeap<(i64, Oid)>,
    /// How many in the queue are not painted OLD.
    open: usize,
    /// How many commits have been taken out of the queue.
    steps: usize,
}

#[derive(Clone, Copy, Default)]
struct State {
    flags: u8,
    queued: bool,
}

impl State {
    fn is_open(self) -> bool {
        self.queued && self.flags & OLD == 0
    }
}

impl<'w, 'o> Paint<'w, 'o> {
    fn new(walker: &'w Walker<'o>) -> Self {
        Self { walker, states: HashMap::new(), queue: BinaryHeap::new(), open: 0, steps: 0 }
    }

    fn flags(&self, oid: Oid) -> u8 {
        self.states.get(&oid).map_or(0, |it| it.flags)
    }

    fn mark(&mut self, oid: Oid, flags: u8) -> Result<()> {
        let before = self.states.get(&oid).copied().unwrap_or_default();
        let mut now = before;
        now.flags |= flags;
        if now.flags == before.flags {
            return Ok(());
        }
        let seconds = match self.walker.node(oid) {
            Ok(node) => node.seconds,
            // Below what is there already nothing needs to be readable.
            Err(_) if now.flags & OLD != 0 => return Ok(()),
            Err(error) => return Err(error),
        };
        if !now.queued {
            now.queued = true;
            self.queue.push((seconds, oid));
        }
        self.open = self.open + usize::from(now.is_open()) - usize::from(before.is_open());
        self.states.insert(oid, now);
        Ok(())
    }

    fn pop(&mut self, late: &dyn Fn() -> Result<()>) -> Result<Option<(i64, Oid)>> {
        self.steps = self.steps.wrapping_add(1);
        if self.steps.is_multiple_of(256) {
            late()?;
        }
        let Some((seconds, oid)) = self.queue.pop() else { return Ok(None) };
        if let Some(state) = self.states.get_mut(&oid) {
            self.open -= usize::from(state.is_open());
            state.queued = false;
        }
        Ok(Some((seconds, oid)))
    }
}
