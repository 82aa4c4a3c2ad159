//! From what GitHub and its repositories tell to a verdict.
//!
//! The policy is that of the default branch. What it uses decides what GitHub is
//! asked; what a rule then still lacks, such as the members of a team, is asked for
//! and the change judged again. What cannot be found out stays unknown.

pub mod ask;
mod compare;
mod crowd;
mod explain;
mod facts;
mod fill;
mod group;
mod judge;
mod known;
mod outcome;
pub mod policy;
mod proposed;
mod pull;
mod pushes;
mod uses;

pub use explain::Candidate;
pub use facts::PullFacts;
pub use group::GroupAsked;
pub use judge::Court;
pub use known::{Known, Lack, Ledger};
pub use outcome::{Judgement, Outcome, Unavailable};
pub use proposed::Proposed;
pub use pull::{Gatherer, PullAsked};
pub use pushes::{joined, whole};
pub use uses::Uses;
