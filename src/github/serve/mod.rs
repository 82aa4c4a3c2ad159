//! The server: deliveries in, how it is out.

mod health;
mod listen;
mod room;
mod run;
pub mod webhook;

pub use run::{Running, start};
