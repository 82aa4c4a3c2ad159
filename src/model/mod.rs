//! The nouns: what is changed, what is known about it and what is decided.
//!
//! Plain data with public fields. Nothing here reads a file, a clock or an
//! environment variable.

mod change;
mod content;
mod fact;
mod git;
mod memory;
mod moved;
mod pattern;
mod people;
mod recorded;
mod unseen;
mod verdict;

pub use change::{Actor, Change, RefUpdate, Stage, Target, Timestamp};
pub use content::{ChangeId, Content, ContentEntry};
pub use fact::{Approval, CheckRun, CheckState, Fact, Facts, Incoming, Need, PullRequest, Unknown};
pub use git::{Commit, Entry, FileChange, Ident, Kind, Mode, Oid, Peeled, RefName, Tag, Version};
pub use memory::Memory;
pub use moved::Moved;
pub use pattern::{Expression, PathPatterns, RefPatterns};
pub use people::{People, Person};
pub use recorded::{Recorded, RecordedUpdate};
pub use unseen::Unseen;
pub use verdict::{Decision, Exempt, Finding, Judgment, Origin, Place, Reason, Said, Verdict};
