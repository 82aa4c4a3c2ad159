//! Refgate decides whether refs may move.
//!
//! A [`Policy`](policy::Policy) is read from TOML, a [`Change`](model::Change)
//! is gathered by a shell, and [`judge`](judge::judge) turns the two into a
//! [`Verdict`](model::Verdict). Only the shells touch the world.
//!
//! What the judge says is looked through for secrets once more at its end, so
//! that no rule has to remember that.
//!
//! Modules may use the modules above them in this list and no others;
//! `tests/layers.rs` holds them to it.
//!
//! | module      | knows about                        | does I/O |
//! |-------------|------------------------------------|----------|
//! | [`model`]   | nothing else                       | no       |
//! | [`secret`]  | model                              | no       |
//! | [`rule`]    | model, secret                      | no       |
//! | [`policy`]  | model, rule                        | no       |
//! | [`judge`]   | model, secret, rule, policy        | no       |
//! | [`report`]  | model                              | no       |
//! | [`record`]  | all of the above                   | no       |
//! | [`trial`]   | all of the above                   | no       |
//! | [`lint`]    | all of the above                   | no       |
//! | [`file`]    | nothing else                       | yes      |
//! | [`git`]     | model                              | yes      |
//! | [`hook`]    | all of the above                   | yes      |
//! | [`receive`] | all of the above but hook          | yes      |
//! | [`install`] | model, policy, git                 | yes      |
//! | [`import`]  | model, rule, policy                | no       |
//! | [`github`]  | all of the above but hook, receive, install | yes |
//! | [`cli`]     | all of the above                   | yes      |

pub mod cli;
pub mod file;
pub mod git;
#[cfg(feature = "github")]
pub mod github;
pub mod hook;
pub mod import;
pub mod install;
pub mod judge;
pub mod lint;
pub mod model;
pub mod policy;
pub mod receive;
pub mod record;
pub mod report;
pub mod rule;
pub mod secret;
pub mod trial;
