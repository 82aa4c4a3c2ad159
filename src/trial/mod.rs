//! Tests of policies: what a policy is meant to say of a change, and whether it
//! does.
//!
//! A test writes a change down in a few words; what the words leave open is made
//! up so that nothing remarkable follows from it. Judging is the judge's.

mod bless;
mod cast;
mod coverage;
mod expand;
mod github;
mod held;
mod json;
mod junit;
mod known;
mod making;
mod over;
mod proposal;
mod read;
mod run;
mod sense;
mod text;
mod written;

use serde::{Deserialize, Serialize};

use crate::model::{Actor, Origin, Recorded, RefUpdate, Stage, Timestamp, Verdict};
use crate::record::Record;

pub use bless::{Blessed, bless};
pub use coverage::{Asking, Coverage, Requirement, coverage};
pub use expand::imagined;
pub use github::github;
pub use json::json;
pub use junit::junit;
pub use known::CODES;
pub use read::{Holder, Open, Sheet, read};
pub use run::run;
pub use text::{covered, held, told};

/// A test of a policy.
#[derive(Clone, Debug)]
pub struct Trial {
    /// Its name, unique among all tests of the policy.
    pub name: String,
    /// Where it stands.
    pub origin: Origin,
    /// What the verdict should be.
    pub expect: Expect,
    /// Rules, requirements and codes of reasons that should speak against the
    /// change.
    pub because: Vec<String>,
    /// Those that should not.
    pub not_because: Vec<String>,
    /// Whether it is known to fail.
    pub todo: bool,
    /// What is judged.
    pub world: World,
    /// The record that this was read from, which also says on which host, on what
    /// terms and why what is not known is not.
    pub record: Option<Box<Record>>,
    /// Whether it is judged at another time than the record says.
    other_time: bool,
    /// Where it says so.
    places: written::Places,
}

/// What a test expects of a verdict.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Expect {
    /// The change may go on, and nothing warns.
    Allowed,
    /// It may go on, and something warns.
    Warned,
    /// It may not go on yet, but could without another push.
    Pending,
    /// It may not go on as it is, now or ever.
    Denied,
    /// It may not go on, whatever else happens: something is wrong with it.
    Refused,
}

/// A change, with all that is known about it.
#[derive(Clone, Debug)]
pub struct World {
    /// Where it is judged.
    pub stage: Stage,
    /// When.
    pub at: Timestamp,
    /// Who moves the ref, if the stage knows.
    pub actor: Option<Actor>,
    /// The ref that moves.
    pub updates: Vec<RefUpdate>,
    /// What is known.
    pub facts: Recorded,
}

/// How a test came out.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What was judged.
    pub verdict: Verdict,
    /// What is not as the test says. Empty if it holds.
    pub wrong: Vec<Wrong>,
}

/// What is not as a test says.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Wrong {
    /// The verdict is another.
    Verdict(Expect),
    /// This should speak against the change, and does not.
    Silent(String),
    /// This should not, and does.
    Speaks(String),
    /// It is known to fail, and holds.
    Holds,
    /// It rests on what its record leaves out, so that it says nothing, and why.
    Worthless(String),
}
