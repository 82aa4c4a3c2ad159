//! What is wrong with a policy, told with its line.

use std::fmt::{self, Write};
use std::ops::Range;
use std::sync::Arc;

use unicode_width::UnicodeWidthStr;

/// Something wrong with a policy.
#[derive(Clone, Debug)]
pub struct Problem {
    /// The file.
    pub file: Arc<str>,
    /// The line, from 1.
    pub line: usize,
    /// The column, in characters from 1.
    pub column: usize,
    /// The line itself.
    pub source: String,
    /// How many characters it concerns.
    pub width: usize,
    /// What is wrong.
    pub what: String,
    /// How to mend it.
    pub hint: Option<String>,
}

/// Every problem of a policy, by file and line.
#[derive(Clone, Debug)]
pub struct Problems(pub Vec<Problem>);

impl Problem {
    /// What is wrong, and how to mend it, at a place in the text of a file.
    pub fn at(
        file: &str,
        text: &str,
        span: Range<usize>,
        (what, hint): (String, Option<String>),
    ) -> Self {
        let start = floor(text, span.start);
        let before = &text[..start];
        let head = before.rfind('\n').map_or(0, |at| at + 1);
        let source = text[head..].lines().next().unwrap_or_default().to_owned();
        let line_end = head + source.len();
        // A place at the very end may be between the two bytes of a line end.
        let start = start.min(line_end);
        let end = floor(text, span.end.min(line_end)).max(start);
        Self {
            file: file.into(),
            line: 1 + before.matches('\n').count(),
            column: 1 + text[head..start].chars().count(),
            width: text[start..end].chars().count().max(1),
            source,
            what,
            hint,
        }
    }

    /// The text of the file called `file`, or where it is none.
    pub fn text<'r>(file: &str, raw: &'r [u8]) -> Result<&'r str, Box<Self>> {
        std::str::from_utf8(raw).map_err(|error| {
            let at = error.valid_up_to();
            let end = raw[at..].iter().position(|it| *it == b'\n').map_or(raw.len(), |it| at + it);
            // Up to the byte all is text, and from there the line is shown as such.
            let text = String::from_utf8_lossy(&raw[..end]);
            let what = "this is no UTF-8".to_owned();
            let hint = "save the file as UTF-8".to_owned();
            Box::new(Self::at(file, &text, at..at + 1, (what, Some(hint))))
        })
    }

    /// `refgate.toml:5:1: there is no rule`, on one line.
    pub fn summary(&self) -> String {
        format!("{}:{}:{}: {}", self.file, self.line, self.column, shown(&self.what))
    }

    /// The same, with what to do about it on a line of its own.
    pub fn told(&self) -> String {
        let hint = self.hint.as_ref().map(|it| format!("\nhint: {}", shown(it)));
        self.summary() + &hint.unwrap_or_default()
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let gutter = " ".repeat(self.line.to_string().len());
        writeln!(f, "error: {}", self.summary())?;
        if !self.source.trim().is_empty() {
            // Long lines are cut around the place.
            let from = self.column.saturating_sub(41);
            let source: String = shown(&self.source).chars().skip(from).take(66).collect();
            // A character may take two columns, or none.
            let columns = |skip: usize, take: usize| {
                source.chars().skip(skip).take(take).collect::<String>().width()
            };
            let before = (self.column - 1).saturating_sub(from);
            let indent = " ".repeat(columns(0, before));
            let marks = "^".repeat(columns(before, self.width).clamp(1, 60));
            writeln!(f, "{gutter} |\n{} | {source}\n{gutter} | {indent}{marks}", self.line)?;
        }
        match &self.hint {
            Some(hint) => writeln!(f, "{gutter} hint: {}", shown(hint)),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|problem| fmt::Display::fmt(problem, f))
    }
}

impl std::error::Error for Problem {}

impl std::error::Error for Problems {}

/// One character stays one column, so that marks stay below what they mark.
fn shown(text: &str) -> String {
    let mut out = String::new();
    for char in text.chars() {
        let _ = match char {
            '\t' => out.write_char(' '),
            _ if char.is_control() => out.write_char('?'),
            _ => out.write_char(char),
        };
    }
    out
}

/// The nearest place at or before `offset` where a character begins.
fn floor(text: &str, offset: usize) -> usize {
    let mut at = offset.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
