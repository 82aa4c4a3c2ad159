//! The directories of the resulting tree.

use std::collections::HashMap;
use std::rc::Rc;

use bstr::{BStr, BString};

use super::Case;
use crate::model::{Entry, Fact};

/// The directories of the resulting tree, each asked for once.
pub(super) struct Trees<'c> {
    /// The case that they are read for.
    pub(super) case: &'c Case<'c>,
    known: HashMap<BString, Option<Rc<[Entry]>>>,
}

impl<'c> Trees<'c> {
    /// Those of the tree that the update leads to; none is asked for yet.
    pub(super) fn new(case: &'c Case<'c>) -> Self {
        Self { case, known: HashMap::new() }
    }

    /// The entries of directory `dir`; `None` if there is no such directory.
    pub(super) fn entries(&mut self, dir: &BStr) -> Fact<Option<Rc<[Entry]>>> {
        if let Some(known) = self.known.get(dir) {
            return Ok(known.clone());
        }
        let entries = self.case.change.facts.directory(self.case.update, dir)?;
        self.known.insert(dir.into(), entries.clone());
        Ok(entries)
    }
}
