//! What a slot is called, and how causes are kept.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use super::sessions::hex;
use crate::github::work::{Cause, Subject};

macro_rules! bits {
    ($($cause:ident = $bit:literal),* $(,)?) => {
        /// What stands for a cause in the database: never another one.
        pub(super) fn bit(cause: Cause) -> i64 {
            match cause { $(Cause::$cause => 1 << $bit),* }
        }
        const CAUSES: &[Cause] = &[$(Cause::$cause),*];
    };
}
bits! {
    Head = 0, Base = 1, Target = 2, Proposal = 3, Review = 4, Thread = 5, Comment = 6, Check = 7,
    People = 8, Policy = 9, Queue = 10, Deployment = 11, Request = 12, Time = 13, Reviewers = 14,
    Label = 15, Text = 16, Dequeued = 17,
}

/// The key of a subject's slot. Whoever installs the App again gets the same one.
pub(super) fn slot(subject: &Subject) -> String {
    match subject {
        Subject::Pull { home, number } => format!("pull/{}/{number}", home.repository),
        Subject::Group { home, head, .. } => format!("group/{}/{head}", home.repository),
        Subject::Deployment { home, run, environment, commit } => {
            let these = short(&format!("{commit}/{environment}"));
            format!("deployment/{}/{run}/{these}", home.repository)
        }
        Subject::Head { home, commit } => format!("head/{}/{commit}", home.repository),
        Subject::Branch { home, name } => format!("branch/{}/{}", home.repository, short(name)),
        Subject::Repository { home } => format!("repository/{}", home.repository),
        Subject::Installation { installation } => format!("installation/{installation}"),
    }
}

/// A name of any length in few letters.
fn short(name: &str) -> String {
    hex(&Sha256::digest(name)).chars().take(24).collect()
}

/// The causes of a set of bits.
pub(super) fn causes(bits: i64) -> BTreeSet<Cause> {
    CAUSES.iter().copied().filter(|it| bits & bit(*it) != 0).collect()
}

/// The repository that a subject belongs to; 0 for a whole installation.
pub(super) fn repository(subject: &Subject) -> u64 {
    subject.home().map_or(0, |it| it.repository)
}
