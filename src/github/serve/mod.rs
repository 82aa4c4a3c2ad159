//! The server: deliveries in, how it is out.

mod health;
mod listen;
mod run;
pub mod webhook;

pub use run::{Running, start};
