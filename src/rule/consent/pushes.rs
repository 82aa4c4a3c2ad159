//! When the commits of a pull request arrived, and by whom.

use std::collections::HashMap;

use crate::model::{Actor, Commit, Oid, Push, Timestamp};

/// The pushes to the branch of a pull request, oldest first.
#[derive(Debug)]
pub(crate) struct Pushes {
    list: Vec<Push>,
    /// For each, whether it is known to follow the one before it: a push between
    /// them may be lost, and of several in one second the order may be unknown.
    follows: Vec<bool>,
    /// Whether the last one brought the present head.
    complete: bool,
    /// For each commit, the push since which it has been on the branch without a
    /// break.
    arrived: Vec<Option<usize>>,
    /// For each commit, its parents in the list.
    parents: Vec<Vec<usize>>,
}

impl Pushes {
    /// Puts pushes in order and finds out what each brought.
    pub(super) fn new(
        pushes: &[Push],
        commits: &[Commit],
        listed: &HashMap<Oid, usize>,
        head: Oid,
    ) -> Self {
        let timed = pushes.iter().all(|it| it.at.is_some());
        let list = in_order(pushes);
        // Without its time, a push may stand anywhere in the list.
        let known = timed || list.len() == 1;
        let follows = if known { links(&list) } else { vec![false; list.len()] };
        let last = list.last().is_some_and(|it| it.after == head);
        let alone = list.len() < 2 || follows.last() == Some(&true) || !in_one_second(&list);
        let parents: Vec<Vec<usize>> = commits
            .iter()
            .map(|it| it.parents.iter().filter_map(|it| listed.get(it).copied()).collect())
            .collect();
        let mut pushes = Self {
            arrived: vec![None; commits.len()],
            complete: known && last && alone,
            list,
            follows,
            parents,
        };
        if known {
            pushes.arrive(listed);
        }
        pushes
    }

    /// Everyone behind a push.
    pub(super) fn people(&self) -> impl Iterator<Item = &Actor> {
        self.list.iter().flat_map(people)
    }

    /// Whether the last push that is known brought the present head.
    pub(super) fn is_complete(&self) -> bool {
        self.complete
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

    /// The head at a moment: what the last push strictly before it brought, if no
    /// other push is missing behind that. `None` if not known.
    pub(super) fn head_at(&self, moment: Timestamp) -> Option<Oid> {
        let later = self.list.iter().position(|it| it.at.is_none_or(|at| at >= moment));
        let behind = later.unwrap_or(self.list.len());
        let last = self.list.get(behind.checked_sub(1)?)?;
        let sure = match self.follows.get(behind) {
            Some(follows) => *follows,
            None => self.complete,
        };
        (sure && last.at.is_some()).then_some(last.after)
    }

    /// The pushes that brought something that is not `ignored`, or of which nothing
    /// is left: whoever made them had the change in hand.
    pub(super) fn telling(&self, ignored: &[bool]) -> impl Iterator<Item = &Push> {
        // For each push, whether it brought something, and something not ignored.
        let mut brought = vec![(false, false); self.list.len()];
        for (commit, push) in self.arrived.iter().enumerate() {
            if let Some((any, other)) = push.and_then(|it| brought.get_mut(it)) {
                *any = true;
                *other |= !ignored.get(commit).copied().unwrap_or_default();
            }
        }
        let telling = self.list.iter().zip(brought).filter(|(_, (any, other))| *other || !any);
        telling.map(|(push, _)| push)
    }

    /// Which commits are `commit` or its ancestors, by number.
    pub(super) fn reach(&self, commit: usize) -> Vec<bool> {
        let mut seen = vec![false; self.parents.len()];
        let mut queue = vec![commit];
        while let Some(at) = queue.pop() {
            let Some(place) = seen.get_mut(at) else { continue };
            if !std::mem::replace(place, true) {
                queue.extend_from_slice(self.parents.get(at).map_or(&[], Vec::as_slice));
            }
        }
        seen
    }

    /// For each commit, finds the first of the last pushes that all left it on the
    /// branch.
    fn arrive(&mut self, listed: &HashMap<Oid, usize>) {
        let mut heads: Vec<(usize, usize)> = Vec::new();
        for (at, push) in self.list.iter().enumerate().rev() {
            let linked = self.follows.get(at + 1).copied().unwrap_or_default();
            match listed.get(&push.after) {
                Some(&head) if heads.is_empty() || linked => heads.push((at, head)),
                _ => break,
            }
        }
        heads.reverse();
        let rewound = self.forward(&heads);
        for &(at, head) in heads.iter().take(rewound).rev() {
            let mut left = false;
            for (commit, there) in self.reach(head).into_iter().enumerate() {
                let place = self.arrived.get_mut(commit).filter(|_| there);
                if let Some(place) = place.filter(|it| **it == Some(at + 1)) {
                    *place = Some(at);
                    left = true;
                }
            }
            if !left {
                break;
            }
        }
    }

    /// Does so for the last pushes that took nothing off the branch, most often all of
    /// them: what each brought is walked once. Returns how many are before those.
    fn forward(&mut self, heads: &[(usize, usize)]) -> usize {
        let (mut start, mut before) = (0, None);
        for (place, &(at, head)) in heads.iter().enumerate() {
            if !self.bring(at, head, before) {
                self.arrived.fill(None);
                self.bring(at, head, None);
                start = place;
            }
            before = Some(head);
        }
        start
    }

    /// Notes that the push at `at` brought `head` and those of its ancestors that were
    /// not there. Whether it kept `before`, the head that was there.
    fn bring(&mut self, at: usize, head: usize, before: Option<usize>) -> bool {
        let mut kept = before.is_none();
        let mut queue = vec![head];
        while let Some(commit) = queue.pop() {
            // All that was there are its ancestors, so that none is met before it.
            kept |= before == Some(commit);
            let Some(place) = self.arrived.get_mut(commit).filter(|it| it.is_none()) else {
                continue;
            };
            *place = Some(at);
            queue.extend_from_slice(self.parents.get(commit).map_or(&[], Vec::as_slice));
        }
        kept
    }
}

/// Whoever is behind a push: the person that made a bot push, too.
pub(super) fn people(push: &Push) -> impl Iterator<Item = &Actor> {
    let both = [&push.by, &push.triggered_by];
    both.into_iter().flatten().filter(|it| !it.is_ghost())
}

/// Oldest first, each once, in whatever order they were told.
fn in_order(pushes: &[Push]) -> Vec<Push> {
    let mut list = pushes.to_vec();
    list.sort_by(|one, other| {
        let sides = [one, other].map(|it| (it.at, it.after, it.before, it.by.as_ref()));
        sides[0].cmp(&sides[1])
    });
    list.dedup();
    let mut begin = 0;
    while begin < list.len() {
        let at = list.get(begin).and_then(|it| it.at);
        let end = list.iter().skip(begin).position(|it| it.at != at);
        let end = end.map_or(list.len(), |it| begin + it);
        let start = begin.checked_sub(1).and_then(|it| list.get(it)).map(|it| it.after);
        chain(list.get_mut(begin..end).unwrap_or_default(), start);
        begin = end;
    }
    list
}

/// Puts the pushes of one second one behind the other, each beginning where the one
/// before it ended, as far as that is the only way.
fn chain(group: &mut [Push], start: Option<Oid>) {
    let mut head = start;
    for at in 0..group.len() {
        let next = group.iter().enumerate().skip(at);
        let mut next = next.filter(|(_, it)| it.before == head).map(|(at, _)| at);
        let (Some(found), None) = (next.next(), next.next()) else { return };
        group.swap(at, found);
        head = group.get(at).map(|it| it.after);
    }
}

/// For each push, whether it follows the one before it. One that does not say where
/// it began does, unless others came in the same second.
fn links(list: &[Push]) -> Vec<bool> {
    let link = |at: usize| {
        let push = list.get(at)?;
        let Some(before) = at.checked_sub(1).and_then(|it| list.get(it)) else { return Some(true) };
        Some(match push.before {
            Some(began) => began == before.after,
            None => push.at != before.at,
        })
    };
    let linked: Vec<_> = (0..list.len()).map(|at| link(at).unwrap_or_default()).collect();
    // Where the order within a second is not known, what follows that second is not
    // known to follow the last of them either.
    let mut links = linked.clone();
    for at in 1..list.len() {
        let (Some(push), Some(before)) = (list.get(at), list.get(at - 1)) else { continue };
        let same = push.at == before.at;
        let broken = same && !linked.get(at).copied().unwrap_or_default();
        if !broken {
            continue;
        }
        for (other, push_at) in list.iter().map(|it| it.at).enumerate() {
            let next = other.checked_sub(1).and_then(|it| list.get(it)).map(|it| it.at);
            let touches = push_at == push.at || next == Some(push.at);
            if let Some(link) = links.get_mut(other).filter(|_| touches) {
                *link = false;
            }
        }
    }
    links
}

/// Whether the last two pushes came in one second.
fn in_one_second(list: &[Push]) -> bool {
    let mut last = list.iter().rev().map(|it| it.at);
    match (last.next(), last.next()) {
        (Some(last), Some(before)) => last == before,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    fn oid(number: usize) -> Oid {
        let mut raw = [7; 20];
        raw[12..].copy_from_slice(&(number as u64).to_be_bytes());
        Oid::from_bytes(&raw).unwrap()
    }

    /// For each commit, the first of the last pushes with it in what was pushed, each
    /// looked at by itself.
    fn tried(pushes: &Pushes, listed: &HashMap<Oid, usize>) -> Vec<Option<usize>> {
        let mut arrived = vec![None; pushes.parents.len()];
        let last = pushes.list.len() - 1;
        for at in (0..=last).rev() {
            let Some(&head) = listed.get(&pushes.list[at].after) else { break };
            if at < last && !pushes.follows[at + 1] {
                break;
            }
            for (commit, there) in pushes.reach(head).into_iter().enumerate() {
                if there && (at == last || arrived[commit] == Some(at + 1)) {
                    arrived[commit] = Some(at);
                }
            }
        }
        arrived
    }

    proptest! {
        #[test]
        fn what_a_push_brought_is_what_looking_at_each_finds(
            parents in prop::collection::vec(prop::collection::vec(1..5_usize, 0..3), 1..12),
            heads in prop::collection::vec((0..14_usize, any::<bool>()), 1..10),
        ) {
            // Children stand before their parents.
            let commits: Vec<Commit> = parents
                .iter()
                .enumerate()
                .map(|(at, parents)| Commit {
                    oid: Some(oid(at)),
                    parents: parents.iter().map(|it| oid(at + it)).collect(),
                    ..Commit::default()
                })
                .collect();
            let listed: HashMap<_, _> = (0..commits.len()).map(|it| (oid(it), it)).collect();
            let told = heads.iter().enumerate().map(|(at, (head, lost))| Push {
                before: lost.then(|| oid(99)),
                after: oid(*head),
                at: Some(i64::try_from(at).unwrap()),
                by: None,
                triggered_by: None,
            });
            let told: Vec<_> = told.collect();
            let head = told.last().unwrap().after;
            let pushes = Pushes::new(&told, &commits, &listed, head);
            prop_assert_eq!(&pushes.arrived, &tried(&pushes, &listed));
        }
    }
}
