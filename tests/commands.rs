//! The commands that speak to GitHub, as people and Actions run them.

#![cfg(feature = "github")]
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, unreachable_pub)]

#[path = "commands/action.rs"]
mod action;
#[path = "commands/create.rs"]
mod create;
#[path = "commands/doctor.rs"]
mod doctor;
mod hub;
#[path = "commands/once.rs"]
mod once;
#[path = "commands/run.rs"]
mod run;
