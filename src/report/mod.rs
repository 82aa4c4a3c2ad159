//! A verdict, shown: to a person, to a program.
//!
//! Each format is a function from a verdict to a string. What came from outside
//! is escaped in all of them.

mod check_run;
mod escape;
mod github;
mod json;
mod junit;
mod markdown;
mod page;
mod sarif;
mod text;
mod tree;

pub use check_run::{Annotation, CheckRun, Conclusion, check_run, reviewers, title};
pub use escape::{bytes as escaped_bytes, escaped, json as escaped_json, line as escaped_line};
pub(crate) use github::error_at;
pub use github::github;
pub use json::{Kind, Report, ReportedReason, ReportedRef, Word, json, read};
pub use junit::junit;
pub(crate) use junit::xml as escaped_xml;
pub use markdown::{code_span, markdown};
pub use sarif::sarif;
pub use text::{Color, Detail, Style, Width, sentence, styled, text};
pub use tree::{moves, told, tree};
