//! When the commits of a pull request arrived, and by whom.

use std::collections::HashMap;

use crate::model::{Actor, Commit, Oid, Push, Timestamp};

/// The pushes to the branch of a pull request, oldest first.
#[derive(Debug)]
pub(crate) struct Pushes {
    list: Vec<Push>,
    /// Whether the last one brought the present head.
    complete: bool,
    /// For each commit, the push since which it has been on the branch without a
    /// break.
    arrived: Vec<Option<usize>>,
}

impl Pushes {
    /// Puts pushes in order and finds out what each brought.
    pub(super) fn new(
        pushes: &[Push],
        commits: &[Commit],
        listed: &HashMap<Oid, usize>,
        head: Oid,
    ) -> Self {
        let list = in_order(pushes);
        let complete = list.last().is_some_and(|it| it.after == head);
        let arrived = arrived(&list, commits, listed);
        Self { list, complete, arrived }
    }

    /// Who pushed the commit at `at` in the list of commits.
    pub(super) fn bringer(&self, at: usize) -> Option<&Push> {
        self.list.get((*self.arrived.get(at)?)?)
    }

    /// When the last of these commits arrived; `None` if not known.
    pub(super) fn last_arrival(&self, commits: impl Iterator<Item = usize>) -> Option<Timestamp> {
        if !self.complete {
            return None;
        }
        let mut last = Timestamp::MIN;
        for at in commits {
            last = last.max(self.bringer(at)?.at?);
        }
        Some(last)
    }

    /// When the present head arrived; `None` if not known.
    pub(super) fn head_arrival(&self) -> Option<Timestamp> {
        if self.complete { self.list.last()?.at } else { None }
    }

    /// The head at a moment: what the last push strictly before it brought.
    /// `None` if not known.
    pub(super) fn head_at(&self, moment: Timestamp) -> Option<Oid> {
        let mut head = None;
        for push in &self.list {
            if push.at? < moment {
                head = Some(push.after);
            }
        }
        head
    }

    /// The pushes that brought something that is not `ignored`, or the head.
    pub(super) fn telling(&self, ignored: &[bool]) -> impl Iterator<Item = &Push> {
        let last = self.list.len().checked_sub(1);
        self.list.iter().enumerate().filter_map(move |(at, push)| {
            let brought = self.arrived.iter().enumerate().filter(|(_, it)| **it == Some(at));
            let (mut any, mut other) = (false, false);
            for (commit, _) in brought {
                any = true;
                other |= !ignored.get(commit).copied().unwrap_or_default();
            }
            (other || (Some(at) == last && !any)).then_some(push)
        })
    }
}

/// Whoever is behind a push: the person that made a bot push, too.
pub(super) fn people(push: &Push) -> impl Iterator<Item = &Actor> {
    let both = [&push.by, &push.triggered_by];
    both.into_iter().flatten().filter(|it| !it.is_ghost())
}

/// Oldest first, each once, in whatever order they were told. Where a time is not
/// known, the order given is the only one there is.
fn in_order(pushes: &[Push]) -> Vec<Push> {
    let mut list: Vec<Push> = Vec::with_capacity(pushes.len());
    if pushes.iter().any(|it| it.at.is_none()) {
        for push in pushes {
            if !list.contains(push) {
                list.push(push.clone());
            }
        }
        return list;
    }
    list.extend_from_slice(pushes);
    list.sort_by(|one, other| {
        let whole = |it: &Push| (it.at, it.after, it.before, it.by.clone());
        whole(one).cmp(&whole(other))
    });
    list.dedup();
    // Of several in one second, one begins where another ended.
    for at in 1..list.len() {
        let begins = |one: &Push, other: &Push| one.before == Some(other.after);
        let mut to = at;
        while to > 0 && list[to].at == list[to - 1].at && begins(&list[to - 1], &list[to]) {
            list.swap(to, to - 1);
            to -= 1;
        }
    }
    list
}

/// For each commit, the first of the last pushes that all left it on the branch.
fn arrived(
    pushes: &[Push],
    commits: &[Commit],
    listed: &HashMap<Oid, usize>,
) -> Vec<Option<usize>> {
    let parents: Vec<Vec<usize>> = commits
        .iter()
        .map(|it| it.parents.iter().filter_map(|parent| listed.get(parent).copied()).collect())
        .collect();
    let mut arrived = vec![None; commits.len()];
    let mut left = commits.len();
    for (at, push) in pushes.iter().enumerate().rev() {
        if left == 0 {
            break;
        }
        let mut seen = vec![false; commits.len()];
        let mut queue: Vec<usize> = listed.get(&push.after).copied().into_iter().collect();
        left = 0;
        while let Some(commit) = queue.pop() {
            // Indices come from `listed`, which counts `commits`.
            if std::mem::replace(&mut seen[commit], true) {
                continue;
            }
            queue.extend(&parents[commit]);
            if at + 1 == pushes.len() || arrived[commit] == Some(at + 1) {
                arrived[commit] = Some(at);
                left += 1;
            }
        }
    }
    arrived
}
