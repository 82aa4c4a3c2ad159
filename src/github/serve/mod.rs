//! The server: deliveries in, how it is out.

mod health;
mod run;
pub mod webhook;

pub use run::{Running, start};
