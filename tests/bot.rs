//! The bot against a GitHub that has a state: webhooks in, a check run out.

#![cfg(feature = "github")]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::print_stdout, clippy::disallowed_methods, clippy::too_many_lines)]

#[path = "bot/chaos.rs"]
mod chaos;
mod database;
#[path = "bot/harness.rs"]
mod harness;
#[path = "bot/hostile.rs"]
mod hostile;
mod hub;
#[path = "bot/kept.rs"]
mod kept;
#[path = "bot/live.rs"]
mod live;
#[path = "bot/replay.rs"]
mod replay;
#[path = "bot/replica.rs"]
mod replica;
#[path = "bot/security.rs"]
mod security;
#[path = "bot/setup.rs"]
mod setup;
#[path = "bot/stale.rs"]
mod stale;
#[path = "bot/story.rs"]
mod story;
