//! The bot against a GitHub that has a state: webhooks in, a check run out.

#![cfg(feature = "github")]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "bot/harness.rs"]
mod harness;
mod hub;
#[path = "bot/live.rs"]
mod live;
#[path = "bot/setup.rs"]
mod setup;
#[path = "bot/story.rs"]
mod story;
