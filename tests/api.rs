//! What is said to GitHub, held against a server that answers badly.

#![cfg(feature = "github")]
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub)]

#[path = "api/fake.rs"]
mod fake;
#[path = "api/github.rs"]
mod github;
mod hub;
#[path = "api/identity.rs"]
mod identity;
#[path = "api/limits.rs"]
mod limits;
#[path = "api/need.rs"]
mod need;
#[path = "api/quiet.rs"]
mod quiet;
#[path = "api/talk.rs"]
mod talk;
