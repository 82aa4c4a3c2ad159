//! The nouns: what is changed, what is known about it and what is decided.
//!
//! Plain data with public fields. Nothing here reads a file, a clock or an
//! environment variable.

mod account;
mod answers;
mod asked;
pub mod bytes;
mod change;
mod content;
mod discussion;
mod evidence;
mod fact;
mod git;
mod memory;
mod moved;
mod oid;
mod part;
mod parts;
mod paths;
mod pattern;
mod people;
mod proposal;
mod question;
mod recorded;
mod recorder;
mod shape;
mod spans;
pub mod time;
mod unseen;
mod verdict;

pub use account::{Account, Permission, Provenance, Signature, SignatureKind};
pub use change::{Actor, Change, RefUpdate, Stage, Target, Timestamp};
pub use content::{ChangeId, Content, ContentEntry};
pub use discussion::{Comment, Opinion, Review, Statement, Thread};
pub use evidence::{CheckRun, CheckState, WorkflowRun};
pub use fact::{Fact, Facts, Incoming, Need, PullRequest, Unknown};
pub use git::{Commit, Entry, FileChange, Ident, Kind, Mode, Peeled, RefName, Tag, Version};
pub use memory::Memory;
pub use moved::{Moved, Nothing};
pub use oid::Oid;
pub use part::{Act, Ignored, Move, Outcome, Part, Whose};
pub use paths::Paths;
pub use pattern::{Expression, PathPatterns, RefPatterns};
pub use people::{People, Person};
pub use proposal::{
    Edit, FileLines, GroupEntry, Label, Lines, MergeGroup, Proposal, Push, Repository, Retarget,
};
pub use recorded::{Gap, Recorded, RecordedUpdate, Withheld};
pub use recorder::Recorder;
pub use spans::Spans;
pub use unseen::Unseen;
pub use verdict::{
    About, Decision, Exempt, Finding, Judgment, Origin, Place, Reason, Said, Verdict,
};
