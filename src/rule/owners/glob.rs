//! A pattern for one part of a path: between two slashes.

use bstr::ByteSlice;

/// Names parts of paths: letters, `*`, `?` and, where the dialect has them,
/// classes such as `[a-z]`. Matched on raw bytes; a well-formed UTF-8 character
/// counts as one, any other byte too.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Glob(Vec<Token>);

#[derive(Clone, Debug, Eq, PartialEq)]
enum Token {
    /// This byte.
    Byte(u8),
    /// Any one character.
    One,
    /// Any number of characters, also none. Never twice in a row.
    Many,
    /// One character in, or not in, the ranges.
    Class { negated: bool, ranges: Vec<(char, char)> },
}

/// How a dialect reads `[`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Brackets {
    /// As itself: GitHub has no classes.
    Plain,
    /// As the beginning of a class, as fnmatch does.
    Class,
}

impl Glob {
    /// Reads the pattern of one part; an error says what is wrong.
    pub(super) fn parse(written: &[u8], brackets: Brackets) -> Result<Self, &'static str> {
        let mut tokens = Vec::new();
        let mut rest = written;
        while let Some((&first, after)) = rest.split_first() {
            rest = after;
            match first {
                b'\\' => {
                    let (&escaped, after) =
                        rest.split_first().ok_or("a `\\` at its end escapes nothing")?;
                    tokens.push(Token::Byte(escaped));
                    rest = after;
                }
                b'*' if tokens.last() == Some(&Token::Many) => {}
                b'*' => tokens.push(Token::Many),
                b'?' => tokens.push(Token::One),
                b'[' if brackets == Brackets::Class => {
                    let (class, after) = class(rest)?;
                    tokens.push(class);
                    rest = after;
                }
                plain => tokens.push(Token::Byte(plain)),
            }
        }
        Ok(Self(tokens))
    }

    /// The bytes it stands for, if it stands for one name only.
    pub(super) fn literal(&self) -> Option<Vec<u8>> {
        bytes(&self.0)
    }

    /// What follows the dot, if it names all that end in `.` and that, and there
    /// is no second dot.
    pub(super) fn extension(&self) -> Option<Vec<u8>> {
        let [Token::Many, Token::Byte(b'.'), rest @ ..] = self.0.as_slice() else { return None };
        bytes(rest).filter(|it| !it.contains(&b'.'))
    }

    /// Whether it is `*` alone.
    pub(super) fn is_any(&self) -> bool {
        self.0 == [Token::Many]
    }

    /// Whether it names `part`.
    pub(super) fn matches(&self, part: &[u8]) -> bool {
        let (mut token, mut text) = (0, part);
        // Where to go on after the last `*`, should what follows it fail: only
        // the last can matter.
        let mut again: Option<(usize, &[u8])> = None;
        loop {
            match self.0.get(token) {
                Some(Token::Many) => {
                    token += 1;
                    again = Some((token, text));
                    continue;
                }
                None if text.is_empty() => return true,
                Some(one) => {
                    if let Some(rest) = one.eat(text) {
                        (token, text) = (token + 1, rest);
                        continue;
                    }
                }
                None => {}
            }
            let Some((after, from)) = again.filter(|(_, from)| !from.is_empty()) else {
                return false;
            };
            let (_, len) = bstr::decode_utf8(from);
            text = from.get(len..).unwrap_or_default();
            (token, again) = (after, Some((after, text)));
        }
    }
}

impl Token {
    /// What is left of `text` after this token; `None` if it does not fit.
    fn eat<'t>(&self, text: &'t [u8]) -> Option<&'t [u8]> {
        if let Self::Byte(byte) = self {
            return text.strip_prefix(&[*byte]);
        }
        let (found, len) = bstr::decode_utf8(text);
        let rest = text.get(len..).filter(|_| len > 0)?;
        let fits = match self {
            Self::Class { negated, ranges } => {
                let inside = found
                    .is_some_and(|it| ranges.iter().any(|(from, to)| (*from..=*to).contains(&it)));
                inside != *negated
            }
            Self::One => true,
            Self::Byte(_) | Self::Many => false,
        };
        fits.then_some(rest)
    }
}

/// The bytes, if the tokens are only bytes.
fn bytes(tokens: &[Token]) -> Option<Vec<u8>> {
    let byte = |it: &Token| match it {
        Token::Byte(byte) => Some(*byte),
        Token::One | Token::Many | Token::Class { .. } => None,
    };
    tokens.iter().map(byte).collect()
}

/// Reads a class from behind its `[`, and what follows it. Source: Ruby's
/// `File.fnmatch`, which GitLab uses.
fn class(written: &[u8]) -> Result<(Token, &[u8]), &'static str> {
    const OPEN: &str = "a `[` is not closed";
    let negated = matches!(written.first(), Some(b'!' | b'^'));
    let mut rest = written.get(usize::from(negated)..).unwrap_or_default();
    let mut ranges = Vec::new();
    loop {
        if let Some(after) = rest.strip_prefix(b"]").filter(|_| !ranges.is_empty()) {
            return Ok((Token::Class { negated, ranges }, after));
        }
        let (from, after) = letter(rest).ok_or(OPEN)?;
        let up = after.strip_prefix(b"-").filter(|it| !it.starts_with(b"]"));
        let (to, after) = match up {
            Some(up) => letter(up).ok_or(OPEN)?,
            None => (from, after),
        };
        if from > to {
            return Err("a range within `[ ]` is upside down");
        }
        ranges.push((from, to));
        rest = after;
    }
}

/// The next character of a class, unescaped, and what follows it.
fn letter(written: &[u8]) -> Option<(char, &[u8])> {
    let written = written.strip_prefix(b"\\").unwrap_or(written);
    let mut chars = written.char_indices();
    let (_, end, found) = chars.next()?;
    Some((found, written.get(end..)?))
}
