//! What was worked out about the commits of a ref update, and from where on.

use std::rc::Rc;

use crate::model::{Commit, Fact, FileChange, Oid};

/// From where on commits are new.
#[derive(Clone, Copy, Eq, Hash, PartialEq)]
pub(super) enum From {
    /// From a list of `Pushed::known`, by its address.
    Known(usize),
    /// From where the ref is.
    Old(Oid),
}

/// What was worked out about one update.
#[derive(Clone, Default)]
pub(super) struct Found {
    pub(super) oids: Option<Fact<Rc<[Oid]>>>,
    pub(super) commits: Option<Fact<Rc<[Commit]>>>,
    pub(super) files: Option<Fact<Rc<[FileChange]>>>,
}
