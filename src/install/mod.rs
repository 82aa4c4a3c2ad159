//! Putting Refgate in Git's way, taking it out again, and telling whether it
//! stands there.
//!
//! Nothing is written half: files are written beside their place and renamed
//! into it. Nothing of anyone else's is moved unless `chain` is asked for, and
//! what is taken out again leaves the bytes that were there before.

mod ask;
mod block;
mod disk;
mod doctor;
mod draft;
mod event;
mod line;
mod local;
mod plan;
mod seen;
mod server;
mod settings;
mod shim;
mod site;
mod slot;
mod uninstall;

pub use ask::{Git, Version};
pub use doctor::{Doctor, canary, examine, examine_server};
pub use draft::{Draft, Held, draft};
pub use event::Event;
pub use line::{Level, Line};
pub use local::{Install, install};
pub use plan::{Plan, Step};
pub use seen::Seen;
pub use server::{PolicyAt, Server, install_server, policy_of_clone};
pub use site::{HooksPath, Scope, Site};
pub use uninstall::uninstall;
