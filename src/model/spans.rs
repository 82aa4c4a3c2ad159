//! Some of a list, as runs of places in it.

use std::ops::Range;

/// Places in a list, as runs that neither touch nor overlap, in order.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Spans(Vec<Range<usize>>);

impl Spans {
    /// The places in these runs, which may overlap and be in any order.
    pub fn new(mut runs: Vec<Range<usize>>) -> Self {
        runs.retain(|it| !it.is_empty());
        runs.sort_unstable_by_key(|it| it.start);
        let mut joined: Vec<Range<usize>> = Vec::with_capacity(runs.len());
        for run in runs {
            match joined.last_mut() {
                Some(last) if run.start <= last.end => last.end = last.end.max(run.end),
                _ => joined.push(run),
            }
        }
        Self(joined)
    }

    /// How many places these are.
    pub fn len(&self) -> usize {
        self.0.iter().map(ExactSizeIterator::len).sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The places, in order.
    pub fn iter(&self) -> impl Iterator<Item = usize> {
        self.0.iter().cloned().flatten()
    }

    /// The places of either.
    pub fn or(self, other: Self) -> Self {
        match (self.is_empty(), other.is_empty()) {
            (true, _) => other,
            (_, true) => self,
            (false, false) => Self::new(self.0.into_iter().chain(other.0).collect()),
        }
    }

    /// The places that `other` does not hold.
    pub fn without(&self, other: &Self) -> Self {
        let mut left = Vec::with_capacity(self.0.len());
        let mut taken = other.0.iter().peekable();
        for run in &self.0 {
            let mut start = run.start;
            while taken.next_if(|it| it.end <= start).is_some() {}
            while let Some(hole) = taken.peek().filter(|it| it.start < run.end) {
                if start < hole.start {
                    left.push(start..hole.start);
                }
                start = hole.end;
                if hole.end >= run.end {
                    break;
                }
                taken.next();
            }
            if start < run.end {
                left.push(start..run.end);
            }
        }
        Self(left)
    }
}
