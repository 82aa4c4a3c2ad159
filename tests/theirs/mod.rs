//! Pull requests and policies as cases of other tools write them, in our terms.
//!
//! Only what a case says is translated; what it leaves open is as
//! `Recorded::fill` has it, and what nobody is named for was pushed by whoever
//! committed it.

#![allow(dead_code)]

pub(crate) mod answer;
pub(crate) mod cases;
pub(crate) mod pull;
pub(crate) mod settings;
