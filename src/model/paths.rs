//! The changed paths, in an order that answers patterns without asking each path.

use std::cell::OnceCell;
use std::ops::Range;
use std::rc::Rc;

use bstr::{BStr, ByteSlice};

use super::parts::Parts;
use super::shape::Named;
use super::{FileChange, PathPatterns, Spans};

/// The paths that a ref update changes: each once, in the order of their bytes, so
/// that all below a directory stand together.
///
/// What it says of patterns is what asking them about each path would say.
pub struct Paths {
    files: Rc<[FileChange]>,
    /// Places in `files`, by path; those of one path newest first.
    order: Vec<usize>,
    /// Where in `order` each path begins.
    starts: Vec<usize>,
    parts: OnceCell<Parts>,
}

impl Paths {
    /// Takes the changes in the order that [`Facts::files`](super::Facts::files)
    /// lists them.
    pub fn new(files: Rc<[FileChange]>) -> Self {
        // Most paths differ in their first bytes, which need not be fetched each time.
        let mut order: Vec<([u128; 2], usize)> =
            files.iter().enumerate().map(|(at, it)| (head(&it.path), at)).collect();
        order.sort_unstable_by(|(first, one), (second, other)| {
            let rest = || files[*one].path.cmp(&files[*other].path).then(one.cmp(other));
            first.cmp(second).then_with(rest)
        });
        let order: Vec<usize> = order.into_iter().map(|(_, at)| at).collect();
        let begins = |at: &usize| match at.checked_sub(1) {
            Some(before) => files[order[before]].path != files[order[*at]].path,
            None => true,
        };
        let starts = (0..order.len()).filter(begins).collect();
        Self { files, order, starts, parts: OnceCell::new() }
    }

    /// How many paths there are.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// The changes, in the order that they were given in.
    pub fn files(&self) -> &[FileChange] {
        &self.files
    }

    /// Whether `path` is among them.
    pub fn has(&self, path: &[u8]) -> bool {
        let at = self.place(|it| it < path);
        at < self.len() && self.path(at) == path
    }

    /// The path at place `at`; empty behind the last.
    pub fn path(&self, at: usize) -> &BStr {
        self.changes(at).next().map_or(BStr::new(""), |it| it.path.as_bstr())
    }

    /// The changes of the path at place `at`, newest first.
    pub fn changes(&self, at: usize) -> impl DoubleEndedIterator<Item = &FileChange> {
        let end = self.starts.get(at + 1).copied().unwrap_or(self.order.len());
        let start = self.starts.get(at).copied().unwrap_or(end);
        self.order.get(start..end).unwrap_or_default().iter().map(|&it| &self.files[it])
    }

    /// Every path.
    pub fn all(&self) -> Spans {
        Spans::new(std::iter::once(0..self.len()).collect())
    }

    /// The paths that begin so.
    pub fn beginning(&self, start: &[u8]) -> Range<usize> {
        if start.is_empty() {
            return 0..self.len();
        }
        let first = self.place(|path| path < start);
        first..self.place(|path| path < start || path.starts_with(start))
    }

    /// The paths that end so, which holds no `/` and a dot.
    pub fn ending(&self, end: &[u8]) -> Spans {
        let places = self.parts().ending(self, end).filter(|it| it.whole(self));
        Spans::new(places.map(|it| it.inside.clone()).collect())
    }

    /// Whether a path is named by one of `patterns`.
    pub fn any(&self, patterns: &PathPatterns) -> bool {
        let quick = |it: &&super::shape::Shape| !matches!(it.named, Named::Glob);
        let mut shapes = patterns.shapes.iter().filter(quick);
        let (mut none, mut globs) = (Vec::new(), patterns.shapes.iter());
        shapes.any(|it| {
            none.clear();
            self.add(it, &mut none);
            none.iter().any(|it| !it.is_empty())
        }) || globs.any(|it| {
            let mut inside = match it.named {
                Named::Glob => self.beginning(&it.below),
                _ => 0..0,
            };
            inside.any(|at| patterns.matches(self.path(at)))
        })
    }

    /// The paths that are named by one of `patterns`.
    pub fn matching(&self, patterns: &PathPatterns) -> Spans {
        let mut runs = Vec::new();
        for shape in &patterns.shapes {
            self.add(shape, &mut runs);
        }
        let found = Spans::new(runs);
        let globs = patterns.shapes.iter().filter(|it| matches!(it.named, Named::Glob));
        let asked = Spans::new(globs.map(|it| self.beginning(&it.below)).collect());
        let more = asked.without(&found);
        let more = more.iter().filter(|&at| patterns.matches(self.path(at)));
        let more = Spans::new(more.map(|at| at..at + 1).collect());
        found.or(more)
    }

    /// Adds what `shape` names, unless only its glob can tell.
    fn add(&self, shape: &super::shape::Shape, runs: &mut Vec<Range<usize>>) {
        let below = &shape.below;
        let mut deep = |found: &mut dyn Iterator<Item = &super::parts::Part>, directory: bool| {
            let inside = self.beginning(below);
            let fits = |it: &&super::parts::Part| {
                it.within(&inside, below.len()) && !(directory && it.whole(self))
            };
            runs.extend(found.filter(fits).map(|it| it.inside.clone()));
        };
        match &shape.named {
            Named::Glob => {}
            Named::All => runs.push(self.beginning(below)),
            Named::Part { name, directory } => {
                deep(&mut self.parts().named(self, name), *directory);
            }
            Named::Ending { end, directory } => {
                deep(&mut self.parts().ending(self, end), *directory);
            }
            Named::Path { name, directory } => {
                let mut full = below.clone();
                full.extend_from_slice(name);
                let at = self.place(|path| path < full.as_slice());
                if !directory && at < self.len() && self.path(at) == full {
                    runs.push(at..at + 1);
                }
                full.push(b'/');
                runs.push(self.beginning(&full));
            }
        }
    }

    fn parts(&self) -> &Parts {
        self.parts.get_or_init(|| Parts::of(self))
    }

    /// The first place whose path is not `before`.
    fn place(&self, before: impl Fn(&[u8]) -> bool) -> usize {
        self.starts.partition_point(|&it| before(&self.files[self.order[it]].path))
    }
}

/// The first bytes of a path, in the same order as paths.
fn head(path: &[u8]) -> [u128; 2] {
    [0, 16].map(|from| {
        let mut head = [0; 16];
        let part = path.get(from..).unwrap_or_default();
        let len = part.len().min(head.len());
        head[..len].copy_from_slice(&part[..len]);
        u128::from_be_bytes(head)
    })
}
