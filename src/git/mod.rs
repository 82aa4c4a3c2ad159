//! Reading repositories, also quarantines and staged content.
//!
//! Everything here reads and nothing writes: the index, the work tree, refs and
//! object directories are left as they are. What Git itself needs to write on the
//! way to an answer goes to a directory of its own that is removed at once.

mod brought;
mod changes;
mod content;
mod deadline;
mod found;
mod merge;
mod objects;
mod pending;
mod place;
mod pushed;
pub mod raw;
mod refs;
mod repository;
mod settings;
mod staged;
mod trees;
mod vars;
mod walk;

pub use deadline::Deadline;
pub use objects::Objects;
pub use pending::Pending;
pub use pushed::Pushed;
pub use repository::{Head, Repository, Side};
pub use staged::Index;
pub use vars::Vars;
pub use walk::Walker;
