//! The shell at GitHub: the App that answers webhooks with a check run, a single
//! look from Actions or a terminal, and what keeps rulesets equal to the policy.
//!
//! It gathers facts for the engine and reports what that decides; it holds no
//! policy of its own. Nothing a delivery says is believed but *which* pull
//! request to look at again, and what only the moment of a delivery can tell:
//! the head that a reviewer saw, and who pushed.

pub mod access;
pub mod api;
pub mod bot;
pub mod config;
pub mod create;
pub mod doctor;
pub mod event;
pub mod gather;
pub mod mirror;
pub mod once;
pub mod pages;
pub mod permissions;
pub mod read;
pub mod serve;
pub mod store;
pub mod sync;
pub mod work;

mod clock;
mod metrics;
pub mod output;
mod slug;
pub mod sweep;
mod worker;

pub use clock::Clock;
pub use slug::Slug;
