//! Everything that is said to GitHub.
//!
//! A [`Client`] knows where GitHub is, and makes a [`Caller`] for each who speaks:
//! the App, one of its installations, the owner of a token, nobody. Tokens of
//! installations are narrowed to a [`Scope`], kept while they last, and go to no
//! other host. Nothing is asked twice but what was refused for a token that had
//! ended; when to try again is for whoever asked, by [`ApiError::retry_at`].
//!
//! Limits are kept to before GitHub has to say so: see [`ApiError::Limited`], and
//! [`Caller::urgent`] for what goes through to the last. Writes of an installation
//! go out one after the other. A host that does not answer is left alone for a
//! while.

mod app;
mod ask;
mod budget;
mod caller;
mod calls;
mod circuit;
mod client;
mod endpoint;
mod error;
mod graph;
mod list;
mod scope;
mod secret;
mod token;
mod told;
mod transport;

pub use app::App;
pub use caller::{Caller, Changed};
pub use calls::{Call, Calls};
pub use client::{Client, Remaining, Setup};
pub use endpoint::{Endpoint, segment};
pub use error::{ApiError, Limit};
pub use graph::{Answer, GraphError};
pub use list::Listed;
pub use scope::{Access, Scope};
pub use secret::Secret;
pub use transport::Patience;
