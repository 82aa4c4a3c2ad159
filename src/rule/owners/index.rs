//! Finds the patterns that name a path, without trying each.

use std::collections::HashMap;

use bstr::{BStr, BString, ByteSlice};

use super::glob::Glob;
use super::pattern::{End, Part, Pattern};

/// Many patterns, each known by its place.
#[derive(Debug)]
pub(super) struct Index {
    /// The root is the first.
    nodes: Vec<Node>,
}

/// Where some of the patterns are after some parts of a path.
#[derive(Debug, Default)]
struct Node {
    /// Next nodes by the name of the next part.
    names: HashMap<Vec<u8>, usize>,
    /// Next nodes by what follows the last dot of the next part.
    extensions: HashMap<Vec<u8>, usize>,
    /// Next nodes by pattern.
    globs: Vec<(Glob, usize)>,
    /// The node after `**`, which is reached without a part.
    directories: Option<usize>,
    /// Whether it stays where it is at any part: the node after `**`.
    stays: bool,
    /// The patterns that name a path that ends here.
    here: Vec<usize>,
    /// The patterns that name a path that goes on.
    below: Vec<usize>,
}

impl Index {
    /// Puts the patterns into an index; each is known by its place.
    pub(super) fn of<'p>(patterns: impl IntoIterator<Item = &'p Pattern>) -> Self {
        let mut index = Self { nodes: vec![Node::default()] };
        for (id, pattern) in patterns.into_iter().enumerate() {
            let at = pattern.parts.iter().fold(0, |at, part| index.step(at, part));
            let Some(node) = index.nodes.get_mut(at) else { continue };
            if pattern.end != End::Below {
                node.here.push(id);
            }
            if pattern.end != End::Itself {
                node.below.push(id);
            }
        }
        index
    }

    /// The node after `at` and `part`, made if it is not there.
    fn step(&mut self, at: usize, part: &Part) -> usize {
        let next = self.nodes.len();
        let Some(node) = self.nodes.get_mut(at) else { return at };
        let found = match part {
            Part::Directories if node.stays => at,
            Part::Directories => *node.directories.get_or_insert(next),
            Part::Name(name) => match (name.literal(), name.extension()) {
                (Some(literal), _) => *node.names.entry(literal).or_insert(next),
                (None, Some(extension)) => *node.extensions.entry(extension).or_insert(next),
                (None, None) => match node.globs.last() {
                    Some((last, there)) if last == name => *there,
                    _ => {
                        node.globs.push((name.clone(), next));
                        next
                    }
                },
            },
        };
        if found == next {
            let stays = matches!(part, Part::Directories);
            self.nodes.push(Node { stays, ..Node::default() });
        }
        found
    }

    /// The nodes that `part` leads to.
    fn follow(&self, at: usize, part: &[u8], next: &mut Vec<usize>) {
        let Some(node) = self.nodes.get(at) else { return };
        if node.stays {
            self.enter(at, next);
        }
        if let Some(there) = node.names.get(part) {
            self.enter(*there, next);
        }
        if !node.extensions.is_empty() {
            let after = part.rfind_byte(b'.').and_then(|dot| part.get(dot + 1..));
            if let Some(there) = after.and_then(|it| node.extensions.get(it)) {
                self.enter(*there, next);
            }
        }
        for (_, there) in node.globs.iter().filter(|(glob, _)| glob.matches(part)) {
            self.enter(*there, next);
        }
    }

    /// Adds a node, with those that are reached from it without a part.
    fn enter(&self, at: usize, active: &mut Vec<usize>) {
        let mut at = Some(at);
        while let Some((here, node)) = at.and_then(|it| Some((it, self.nodes.get(it)?))) {
            // Only a node that stays can be reached in two ways.
            if node.stays && active.contains(&here) {
                return;
            }
            active.push(here);
            at = node.directories;
        }
    }
}

/// A walk along paths with all the patterns at once. It remembers where they are
/// in the directory of the path before, so ask for paths in their order.
#[derive(Debug)]
pub(super) struct Walk<'i> {
    index: &'i Index,
    dir: BString,
    /// The nodes that the directory leads to.
    active: Vec<usize>,
    /// The patterns that name all that is in it.
    below: Vec<usize>,
}

impl<'i> Walk<'i> {
    /// Begins at the root.
    pub(super) fn of(index: &'i Index) -> Self {
        let mut walk =
            Self { index, dir: BString::default(), active: Vec::new(), below: Vec::new() };
        walk.enter(BStr::new(""));
        walk
    }

    /// Shows every pattern that names `path` to `found`, in no order, none twice.
    pub(super) fn each(&mut self, path: &BStr, mut found: impl FnMut(usize)) {
        let (dir, name) = path.rsplit_once_str("/").unwrap_or((b"", path));
        if self.dir != dir {
            self.enter(dir.as_bstr());
        }
        self.below.iter().for_each(|it| found(*it));
        let mut here = Vec::new();
        for at in &self.active {
            self.index.follow(*at, name, &mut here);
        }
        let nodes = here.into_iter().filter_map(|it| self.index.nodes.get(it));
        nodes.flat_map(|it| &it.here).for_each(|it| found(*it));
    }

    /// The last pattern that names `path`.
    pub(super) fn last(&mut self, path: &BStr) -> Option<usize> {
        let mut last = None;
        self.each(path, |it| last = last.max(Some(it)));
        last
    }

    /// Goes to a directory; the root is empty.
    fn enter(&mut self, dir: &BStr) {
        self.dir.clone_from(&dir.to_owned());
        self.active.clear();
        self.below.clear();
        self.index.enter(0, &mut self.active);
        self.keep();
        let mut next = Vec::new();
        for part in dir.split_str("/").filter(|_| !dir.is_empty()) {
            for at in self.active.drain(..) {
                self.index.follow(at, part, &mut next);
            }
            std::mem::swap(&mut self.active, &mut next);
            self.keep();
        }
    }

    /// Keeps the patterns that name all that is below where the walk is now.
    fn keep(&mut self) {
        let nodes = self.active.iter().filter_map(|it| self.index.nodes.get(*it));
        self.below.extend(nodes.flat_map(|it| &it.below));
    }
}
