//! What the bot writes: one check run for each head, and what goes with it.

mod body;
mod check;
mod status;

pub use body::{Ended, Mark, Part, Said, joined};
pub use check::{Place, is_others, publish, withhold};
