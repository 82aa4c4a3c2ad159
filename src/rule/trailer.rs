//! The trailers of a commit message, exactly as Git reads them.
//!
//! Follows `git interpret-trailers --parse --no-divider` with Git's default
//! settings; `tests/trailers.rs` holds it to the real one. What looks like a
//! trailer and is none for Git counts for nothing: tools behind Git would not
//! see it either.

use std::borrow::Cow;
use std::ops::Range;

use bstr::{BString, ByteSlice};

/// One `Token: value` of a message.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Trailer {
    /// The key, as written.
    pub token: BString,
    /// The value, in one line.
    pub value: BString,
}

/// The trailers of a message.
#[derive(Debug, Default)]
pub struct Trailers {
    /// Each, in order.
    pub list: Vec<Trailer>,
    /// Where their paragraph is, in bytes; empty if there is none.
    pub block: Range<usize>,
}

impl Trailers {
    /// The values of `token`, in any letter case.
    pub fn of<'t>(&'t self, token: &'t str) -> impl Iterator<Item = &'t BString> {
        let is = move |it: &&Trailer| it.token.eq_ignore_ascii_case(token.as_bytes());
        self.list.iter().filter(is).map(|it| &it.value)
    }
}

/// A line that Git writes itself. One of them lets a quarter be enough.
const GENERATED: &[&[u8]] = &[b"Signed-off-by: ", b"(cherry picked from commit "];

/// Below this line, `git commit -v` shows what is about to be committed.
const SCISSORS: &[u8] = b"# ------------------------ >8 ------------------------\n";

/// Whether `token` can be the key of a trailer.
pub fn is_token(token: &str) -> bool {
    !token.is_empty() && token.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-')
}

/// Reads the trailers of a message. What stands after a NUL is none of it.
pub fn parse(message: &[u8]) -> Trailers {
    let text = &message[..message.find_byte(0).unwrap_or(message.len())];
    let mut text = Cow::Borrowed(text);
    if !text.is_empty() && !text.ends_with(b"\n") {
        text.to_mut().push(b'\n');
    }
    let end = end(&text);
    let start = start(&text, end);
    let list = folded(&text[start..end]).iter().filter_map(|it| trailer(it)).collect();
    Trailers { list, block: start.min(message.len())..end.min(message.len()) }
}

/// Where the message ends: before the comments, blank lines and list of
/// conflicts at its end.
fn end(text: &[u8]) -> usize {
    let hash = text.find_byte(b'#');
    let scissors = hash.and_then(|from| {
        let mut marks = text.get(from..)?.find_iter(SCISSORS).map(|at| from + at);
        marks.find(|&at| at == 0 || text.get(at - 1) == Some(&b'\n'))
    });
    let cutoff = scissors.unwrap_or(text.len());
    let mut comments = None;
    let mut conflicts = false;
    let mut at = 0;
    while at < cutoff {
        let line = &text[at..];
        if line.starts_with(b"#") || line.starts_with(b"\n") {
            begin(&mut comments, at);
        } else if line.starts_with(b"Conflicts:\n") {
            conflicts = true;
            begin(&mut comments, at);
        } else if conflicts && line.starts_with(b"\t") {
            // A path in the list of conflicts.
        } else if comments.is_some() {
            comments = None;
            conflicts = false;
        }
        at = next(text, at);
    }
    comments.unwrap_or(cutoff)
}

/// Notes that comments begin at `at`. The start of the text is never noted: Git
/// takes it for none.
fn begin(comments: &mut Option<usize>, at: usize) {
    if comments.is_none() && at > 0 {
        *comments = Some(at);
    }
}

/// Where the paragraph of trailers begins; `end` if there is none.
///
/// It is the last paragraph, never the first, and either nothing but trailers,
/// or a quarter of it if one is known to come from Git.
fn start(text: &[u8], end: usize) -> usize {
    let title = title(text, end);
    let (mut generated, mut only_blank) = (false, true);
    let (mut trailers, mut others, mut continued) = (0_usize, 0_usize, 0_usize);
    let mut line = last(text, end);
    while let Some(at) = line.filter(|&at| at >= title) {
        let here = &text[at..];
        line = last(text, at);
        if here.starts_with(b"#") {
            others += continued;
            continued = 0;
        } else if is_blank(here) {
            if only_blank {
                continue;
            }
            others += continued;
            let enough = generated && trailers * 3 >= others;
            return if enough || (trailers > 0 && others == 0) { next(text, at) } else { end };
        } else {
            only_blank = false;
            if GENERATED.iter().any(|it| here.starts_with(it)) {
                generated = true;
                trailers += 1;
                continued = 0;
            } else if !is_space(here) && separator(here).is_some_and(|it| it > 0) {
                trailers += 1;
                continued = 0;
            } else if is_space(here) {
                continued += 1;
            } else {
                others += 1 + continued;
                continued = 0;
            }
        }
    }
    end
}

/// Where the first paragraph ends.
fn title(text: &[u8], end: usize) -> usize {
    let mut at = 0;
    while at < end {
        let line = &text[at..];
        if !line.starts_with(b"#") && is_blank(line) {
            break;
        }
        at = next(text, at);
    }
    at
}

/// Where the line after the one at `at` begins.
fn next(text: &[u8], at: usize) -> usize {
    text[at..].find_byte(b'\n').map_or(text.len(), |it| at + it + 1)
}

/// Where the last line before `end` begins.
fn last(text: &[u8], end: usize) -> Option<usize> {
    let before = &text[..end.checked_sub(1)?];
    Some(before.rfind_byte(b'\n').map_or(0, |it| it + 1))
}

/// Whether the line that begins here is blank.
fn is_blank(line: &[u8]) -> bool {
    let text = line.iter().position(|it| *it == b'\n' || !space(*it));
    text.is_none_or(|at| line.get(at) == Some(&b'\n'))
}

fn is_space(line: &[u8]) -> bool {
    line.first().is_some_and(|it| space(*it))
}

/// What Git takes for a space.
fn space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// Where the colon behind a token is, if the line begins with a token.
fn separator(line: &[u8]) -> Option<usize> {
    let mut blank = false;
    for (at, &byte) in line.iter().enumerate() {
        match byte {
            b':' => return Some(at),
            b' ' | b'\t' if at > 0 => blank = true,
            b'-' if !blank => {}
            _ if !blank && byte.is_ascii_alphanumeric() => {}
            _ => return None,
        }
    }
    None
}

/// The lines of the paragraph; a trailer takes those that begin with a space.
fn folded(block: &[u8]) -> Vec<Cow<'_, [u8]>> {
    let mut lines: Vec<Cow<'_, [u8]>> = Vec::new();
    let mut open = false;
    for line in block.split_inclusive(|it| *it == b'\n') {
        match lines.last_mut() {
            Some(trailer) if open && is_space(line) => trailer.to_mut().extend_from_slice(line),
            _ => {
                open = separator(line).is_some_and(|it| it > 0);
                lines.push(Cow::Borrowed(line));
            }
        }
    }
    lines
}

fn trailer(line: &[u8]) -> Option<Trailer> {
    if line.starts_with(b"#") {
        return None;
    }
    let colon = separator(line).filter(|it| *it > 0)?;
    let value = trimmed(&line[colon + 1..]);
    let value = if value.contains(&b'\n') { in_one_line(value) } else { value.into() };
    Some(Trailer { token: trimmed(&line[..colon]).into(), value })
}

/// The lines of a value, with one space for each end of a line and what follows it.
fn in_one_line(text: &[u8]) -> BString {
    let mut value = Vec::with_capacity(text.len());
    let mut rest = text.iter().copied().peekable();
    while let Some(byte) = rest.next() {
        if byte == b'\n' {
            while rest.next_if(|it| space(*it)).is_some() {}
            value.push(b' ');
        } else {
            value.push(byte);
        }
    }
    trimmed(&value).into()
}

fn trimmed(text: &[u8]) -> &[u8] {
    let from = text.iter().position(|it| !space(*it)).unwrap_or(text.len());
    let to = text.iter().rposition(|it| !space(*it)).map_or(from, |it| it + 1);
    &text[from..to]
}
