//! One line of a CODEOWNERS.

use bstr::{BString, ByteSlice, ByteVec};

use super::{Dialect, Owner, Problem, Source};

/// A pattern, and who owns what it names.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Entry {
    /// The line, from 1.
    pub line: usize,
    /// The pattern as written, with its `\`.
    pub pattern: BString,
    /// Who owns it; at GitHub none for nobody.
    pub owners: Vec<Owner>,
    /// What stands behind `#`.
    pub comment: Option<String>,
}

/// The lines that say something, with their numbers from 1: no blank ones, no
/// comments, nothing around them.
pub(super) fn lines(text: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let lines = text.split(|it| *it == b'\n').enumerate();
    let lines =
        lines.map(|(at, line)| (at + 1, line.trim_with(|it| matches!(it, ' ' | '\t' | '\r'))));
    lines.filter(|(_, line)| !line.is_empty() && !line.starts_with(b"#"))
}

/// Splits at blanks that no `\` escapes, up to a word that begins with `#`; the
/// rest, without `#`, is the comment.
pub(super) fn words(line: &[u8]) -> (Vec<BString>, Option<String>) {
    let mut words: Vec<BString> = Vec::new();
    let mut word = BString::default();
    let mut bytes = line.iter().copied().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b' ' | b'\t' if word.is_empty() => {}
            b' ' | b'\t' => words.push(std::mem::take(&mut word)),
            b'#' if word.is_empty() => {
                let comment = line.get(at + 1..).unwrap_or_default();
                return (words, Some(comment.to_str_lossy().trim().to_owned()));
            }
            b'\\' => {
                word.push_byte(byte);
                word.extend(bytes.next().map(|(_, escaped)| escaped));
            }
            _ => word.push_byte(byte),
        }
    }
    words.extend((!word.is_empty()).then_some(word));
    (words, None)
}

/// Reads owners; an error names the one that is none.
pub(super) fn owners(dialect: Dialect, words: &[BString]) -> Result<Vec<Owner>, String> {
    let read = |word: &BString| {
        Owner::parse(dialect, word)
            .ok_or_else(|| format!("`{word}` is no owner: `@login`, `@org/team` or an address"))
    };
    words.iter().map(read).collect()
}

/// A problem in a line of a file.
pub(super) fn problem(file: &Source, line: usize, what: String) -> Problem {
    Problem { file: file.path.clone(), line: Some(line), what }
}
