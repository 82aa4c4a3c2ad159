//! Who agreed to a change, and whose word counts.
//!
//! The rules about people share this: what everyone did and said is gathered once
//! per ref update ([`Hearing`]), who wrote it is worked out on the terms of each
//! requirement ([`Crew`]), and what is left of everyone's words too ([`Stand`]).

mod crew;
mod fresh;
mod hearing;
mod missing;
mod pushes;
mod requirement;
mod seats;
mod stand;
mod tally;
mod terms;
mod weigh;
mod words;
mod written;

pub(crate) use crew::{Crew, Role};
pub(crate) use fresh::Left;
pub(crate) use hearing::Hearing;
pub use requirement::Requirement;
pub(crate) use stand::{Stand, Standing};
pub(crate) use terms::{
    CoAuthors, HEARING, Invalidate, LastPusher, Methods, Terms, Unattributed, with_terms,
};
pub(crate) use weigh::{Weighed, weigh};
pub(crate) use words::{Via, Word};

/// One name for all accounts of a person.
pub(crate) type Key = std::rc::Rc<str>;
