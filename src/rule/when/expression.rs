//! Regular expressions for paths, answered by the index where they are simple.

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Value;

use super::words;
use crate::model::{Expression, Paths, Spans};

/// Regular expressions that name paths, anywhere in them unless anchored. At least
/// one. A path that is no text has `U+FFFD` for each byte that is none, and `.` is
/// any character of a path, a line end too: nobody gets out of `^secure/.*` by a
/// name of strange bytes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(try_from = "Vec<String>")]
#[schemars(with = "Vec<String>")]
pub(super) struct PathExpressions {
    written: Vec<String>,
    each: Vec<(Shape, Expression)>,
}

/// What an expression looks for, where an index of paths can answer it.
#[derive(Debug, Eq, PartialEq)]
enum Shape {
    /// Paths that begin so.
    Beginning(String),
    /// Paths that end so: no `/` in it, and a dot.
    Ending(String),
    /// What only the expression can tell, of paths that begin so.
    Other(String),
}

impl TryFrom<Vec<String>> for PathExpressions {
    type Error = String;

    fn try_from(written: Vec<String>) -> Result<Self, String> {
        if written.is_empty() {
            return Err("names nothing; write a list of expressions, or leave it out".to_owned());
        }
        let each = |it: &String| {
            // Told of as it is written.
            Expression::try_from(it.clone())?;
            Ok::<_, String>((Shape::of(it), Expression::try_from(format!("(?s){it}"))?))
        };
        let each = written.iter().map(each).collect::<Result<_, _>>()?;
        Ok(Self { written, each })
    }
}

impl PathExpressions {
    /// The paths that match one of them.
    pub(super) fn matching(&self, paths: &Paths) -> Spans {
        let mut found = Spans::default();
        for (shape, expression) in &self.each {
            let more = match shape {
                Shape::Beginning(start) => Spans::new(vec![paths.beginning(start.as_bytes())]),
                Shape::Ending(end) => paths.ending(end.as_bytes()),
                Shape::Other(start) => {
                    let asked = Spans::new(vec![paths.beginning(start.as_bytes())]);
                    let more = asked.without(&found);
                    let matching =
                        |at: &usize| expression.0.is_match(&words::lossy(paths.path(*at)));
                    Spans::new(more.iter().filter(matching).map(|at| at..at + 1).collect())
                }
            };
            found = found.or(more);
        }
        found
    }

    /// As a policy writes it.
    pub(super) fn written(&self) -> Value {
        words::texts(&self.written)
    }
}

impl Shape {
    fn of(expression: &str) -> Self {
        // A choice may be one of all that stands before it.
        if expression.contains(['|', char::REPLACEMENT_CHARACTER]) {
            return Self::Other(String::new());
        }
        let (anchored, rest) = match expression.strip_prefix('^') {
            Some(rest) => (true, rest),
            None => (false, expression),
        };
        let (free, rest) = match rest.strip_prefix(".*") {
            Some(rest) => (true, rest),
            None => (!anchored, rest),
        };
        let (literal, rest) = literal(rest);
        match rest {
            "" | ".*" | ".*$" if !free => Self::Beginning(literal),
            "$" if free && literal.contains('.') && !literal.contains('/') => Self::Ending(literal),
            _ if free => Self::Other(String::new()),
            _ => Self::Other(literal),
        }
    }
}

/// The characters at the front of an expression that stand for themselves.
fn literal(expression: &str) -> (String, &str) {
    let (mut text, mut rest) = (String::new(), expression);
    loop {
        let mut chars = rest.chars();
        let one = match chars.next() {
            // `\<` and `\>` are ends of words.
            Some('\\') => {
                chars.next().filter(|it| it.is_ascii_punctuation() && !"<>".contains(*it))
            }
            Some(one) if !".+*?()[]{}^$".contains(one) => Some(one),
            _ => None,
        };
        let Some(one) = one else { return (text, rest) };
        // Whoever repeats a character may leave it out.
        if chars.as_str().starts_with(['*', '?', '+', '{']) {
            return (text, rest);
        }
        text.push(one);
        rest = chars.as_str();
    }
}
