//! Directories of trees, each read once.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use anyhow::{Result, anyhow};
use bstr::{BStr, BString, ByteSlice};

use super::objects::Objects;
use super::raw::{self, TreeEntry};
use crate::model::{Entry, Kind, Oid};

/// About as many entries are kept; then memory is given back.
const MOST: usize = 1 << 20;

/// Directories that have been looked at.
pub(super) struct Trees<'o> {
    objects: &'o Objects,
    read: RefCell<HashMap<Oid, Rc<Tree>>>,
    held: Cell<usize>,
    paths: RefCell<HashMap<(Oid, BString), Option<Oid>>>,
}

/// One directory.
struct Tree {
    entries: Rc<[Entry]>,
    by_name: HashMap<BString, usize>,
}

impl<'o> Trees<'o> {
    pub(super) fn new(objects: &'o Objects) -> Self {
        Self { objects, read: RefCell::default(), held: Cell::new(0), paths: RefCell::default() }
    }

    /// The entries of directory `path` below `root`; `None` if there is none.
    pub(super) fn list(&self, root: Oid, path: &BStr) -> Result<Option<Rc<[Entry]>>> {
        match self.find(root, path)? {
            Some(oid) => self.tree(oid).map(|it| Some(it.entries.clone())),
            None => Ok(None),
        }
    }

    /// The tree at `path`, found from its parent's.
    fn find(&self, root: Oid, path: &BStr) -> Result<Option<Oid>> {
        if path.is_empty() {
            return Ok(Some(root));
        }
        let key = (root, path.to_owned());
        if let Some(known) = self.paths.borrow().get(&key) {
            return Ok(*known);
        }
        let mut at = Some(root);
        // From the nearest directory that is known.
        let mut rest = path;
        for end in path.rfind_iter(b"/") {
            let above = (root, BString::from(&path[..end]));
            if let Some(known) = self.paths.borrow().get(&above) {
                (at, rest) = (*known, path[end + 1..].as_bstr());
                break;
            }
        }
        for part in rest.split_str(b"/") {
            let Some(oid) = at else { break };
            let tree = self.tree(oid)?;
            let entry = tree.by_name.get(part.as_bstr()).and_then(|it| tree.entries.get(*it));
            at = entry.filter(|it| it.mode.is_tree()).map(|it| it.oid);
        }
        self.paths.borrow_mut().insert(key, at);
        Ok(at)
    }

    fn tree(&self, oid: Oid) -> Result<Rc<Tree>> {
        if let Some(known) = self.read.borrow().get(&oid) {
            return Ok(known.clone());
        }
        let read = |raw: &[u8]| {
            let entries = raw::tree(raw, oid.as_bytes().len())
                .map_err(|why| anyhow!("tree {} is malformed: {why}", oid.short()))?;
            let entry =
                |it: &TreeEntry<'_>| Entry { name: it.name.into(), mode: it.mode, oid: it.oid };
            anyhow::Ok(entries.iter().map(entry).collect::<Rc<[Entry]>>())
        };
        let entries = self.objects.read(oid, Kind::Tree, read)??;
        // A directory hides a file of the same name, as for whoever checks out.
        let by_name = entries.iter().enumerate().map(|(at, it)| (it.name.clone(), at)).collect();
        let tree = Rc::new(Tree { entries, by_name });
        if self.held.get() > MOST {
            self.read.borrow_mut().clear();
            self.held.set(0);
        }
        self.held.set(self.held.get() + 1 + tree.entries.len());
        self.read.borrow_mut().insert(oid, tree.clone());
        Ok(tree)
    }
}
