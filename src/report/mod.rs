//! A verdict, shown: to a person, to a program.

mod escape;
mod text;

pub use escape::escaped;
pub use text::{Width, text};
