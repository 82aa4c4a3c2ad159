//! Searches input that comes in pieces.

use std::collections::HashMap;

use super::layer::{End, Layer, MOST};
use super::wide::Wide;
use super::{Finding, Kind, Matcher};

/// How much is taken in at once.
const CHUNK: usize = 256 * 1024;

/// Searches input that comes in pieces, as if it came whole: what lies across
/// the edge of a piece is found, and found once. Memory is bounded.
pub struct Scanner<'m> {
    matcher: &'m Matcher,
    plain: Layer,
    wide: [Wide; 2],
    found: Vec<Finding>,
}

impl<'m> Scanner<'m> {
    /// Begins at the beginning.
    pub fn new(matcher: &'m Matcher) -> Self {
        let mut plain = Layer::new(1);
        plain.begin(0, 1, 0);
        Self { matcher, plain, wide: [Wide::new(1), Wide::new(3)], found: Vec::new() }
    }

    /// Takes the next piece. `false` if so much was found that the rest will
    /// not be looked at.
    pub fn feed(&mut self, piece: &[u8]) -> bool {
        for chunk in piece.chunks(CHUNK) {
            if self.is_full() {
                return false;
            }
            self.plain.extend(chunk);
            self.plain.search(self.matcher, End::Open, &mut self.found);
            for wide in &mut self.wide {
                wide.feed(chunk);
                wide.layer.search(self.matcher, End::Open, &mut self.found);
            }
        }
        !self.is_full()
    }

    /// Whether so much was found that the rest was not looked at.
    pub fn is_full(&self) -> bool {
        self.found.len() >= MOST
    }

    /// Searches what is left, since nothing more comes.
    pub fn close(&mut self) {
        self.plain.search(self.matcher, End::Reached, &mut self.found);
        for wide in &mut self.wide {
            wide.layer.search(self.matcher, End::Reached, &mut self.found);
        }
    }

    /// Every secret, by place. One place is told once: by the provider's
    /// pattern, and by the longer one.
    pub fn finish(mut self) -> Vec<Finding> {
        self.close();
        let generic = |it: &Finding| it.label.kind == Kind::Generic;
        let mut found = self.found;
        found.sort_by_key(|it| (generic(it), it.offset, u64::MAX - it.end));
        let mut kept: Vec<Finding> = Vec::new();
        // Places that are taken, by their begin; they never overlap.
        let mut taken = std::collections::BTreeMap::new();
        for finding in found {
            let before = taken.range(..finding.end).next_back();
            if before.is_none_or(|(_, &end)| end <= finding.offset) {
                taken.insert(finding.offset, finding.end);
                kept.push(finding);
            }
        }
        kept.sort_by_key(|it| it.offset);
        let mut counts = HashMap::new();
        for finding in &mut kept {
            let count: &mut usize = counts.entry(finding.label.id.clone()).or_default();
            finding.ordinal = *count;
            *count += 1;
        }
        kept
    }
}
