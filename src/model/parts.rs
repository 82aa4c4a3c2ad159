//! The parts of changed paths, by name and by ending.

use std::ops::Range;

use bstr::ByteSlice;

use super::Paths;

/// Every directory and file that the changed paths name, each once.
pub(super) struct Parts {
    all: Vec<Part>,
    names: Chains,
    endings: Chains,
}

/// A directory, or a file, of the changed paths.
pub(super) struct Part {
    /// The paths that it is a part of.
    pub(super) inside: Range<usize>,
    /// Where in each of them it stands.
    bytes: Range<usize>,
}

impl Part {
    /// Whether it lies in a directory, whose paths and length these are.
    pub(super) fn within(&self, directory: &Range<usize>, len: usize) -> bool {
        self.bytes.start >= len
            && directory.start <= self.inside.start
            && self.inside.end <= directory.end
    }

    /// Whether it is the last part of its path.
    pub(super) fn whole(&self, paths: &Paths) -> bool {
        paths.path(self.inside.start).len() == self.bytes.end
    }

    fn name<'p>(&self, paths: &'p Paths) -> &'p [u8] {
        &paths.path(self.inside.start)[self.bytes.clone()]
    }
}

impl Parts {
    /// Takes paths in the order of their bytes.
    pub(super) fn of(paths: &Paths) -> Self {
        let mut all: Vec<Part> = Vec::with_capacity(paths.len() * 2);
        // The directories of the path before, outermost first.
        let mut open: Vec<usize> = Vec::new();
        let mut before: &[u8] = b"";
        for at in 0..paths.len() {
            let path: &[u8] = paths.path(at);
            let common = path.iter().zip(before).take_while(|(one, other)| one == other).count();
            // A directory goes on while the `/` behind it is common too.
            open.retain(|&it| all[it].bytes.end < common);
            let mut start = open.last().map_or(0, |&it| all[it].bytes.end + 1);
            for &directory in &open {
                all[directory].inside.end = at + 1;
            }
            while let Some(len) = path[start..].find_byte(b'/') {
                open.push(all.len());
                all.push(Part { inside: at..at + 1, bytes: start..start + len });
                start += len + 1;
            }
            all.push(Part { inside: at..at + 1, bytes: start..path.len() });
            before = path;
        }
        let names = Chains::new(all.iter().map(|it| hash(it.name(paths))), all.len());
        let endings =
            Chains::new(all.iter().map(|it| hash(last_ending(it.name(paths)))), all.len());
        Self { all, names, endings }
    }

    /// The parts called `name`.
    pub(super) fn named<'p>(
        &'p self,
        paths: &'p Paths,
        name: &'p [u8],
    ) -> impl Iterator<Item = &'p Part> {
        let found = self.names.of(hash(name)).filter_map(|at| self.all.get(at));
        found.filter(move |it| it.name(paths) == name)
    }

    /// The parts whose name ends with `end`, which holds a dot.
    pub(super) fn ending<'p>(
        &'p self,
        paths: &'p Paths,
        end: &'p [u8],
    ) -> impl Iterator<Item = &'p Part> {
        let found = self.endings.of(hash(last_ending(end))).filter_map(|at| self.all.get(at));
        found.filter(move |it| it.name(paths).ends_with(end))
    }
}

/// What stands from the last dot on; nothing, if there is no dot.
fn last_ending(name: &[u8]) -> &[u8] {
    name.rfind_byte(b'.').map_or(b"", |dot| &name[dot..])
}

/// Places in a list by hash. Whoever makes many names of one hash gets no more
/// than a walk through the list.
struct Chains {
    /// The last place of each hash, from 1; 0 for none.
    last: Vec<usize>,
    /// For each place the one of the same hash before it.
    before: Vec<usize>,
}

impl Chains {
    fn new(hashes: impl Iterator<Item = usize>, len: usize) -> Self {
        let size = (len * 2).next_power_of_two();
        let (mut last, mut before) = (vec![0; size], Vec::with_capacity(len));
        for (at, hash) in hashes.enumerate() {
            let slot = &mut last[hash & (size - 1)];
            before.push(*slot);
            *slot = at + 1;
        }
        Self { last, before }
    }

    fn of(&self, hash: usize) -> impl Iterator<Item = usize> {
        let first = self.last[hash & (self.last.len() - 1)];
        let next = |&at: &usize| self.before.get(at).and_then(|it| it.checked_sub(1));
        std::iter::successors(first.checked_sub(1), next)
    }
}

/// FNV-1a: short names, one multiplication a byte.
fn hash(name: &[u8]) -> usize {
    let step = |hash: u64, &byte: &u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let hash = name.iter().fold(0xcbf2_9ce4_8422_2325, step);
    // The upper bits are the better ones.
    usize::try_from(hash >> 32).unwrap_or(0)
}
