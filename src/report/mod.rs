//! A verdict, shown: to a person, to a program.

mod text;

pub use text::{Width, text};
