//! What a message is made of, measured and shown.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The subject, which is the first line that is not blank, and all behind it.
pub(super) fn split(text: &str) -> (&str, &str) {
    let mut rest = text;
    loop {
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        if !line.trim().is_empty() || after.is_empty() {
            return (line.trim_end(), after);
        }
        rest = after;
    }
}

/// How many columns a terminal needs for the line; tabs go to the next 8th.
pub(super) fn columns(line: &str) -> usize {
    if line.bytes().all(|it| matches!(it, b' '..=b'~')) {
        return line.len();
    }
    let mut parts = line.split('\t');
    let first = parts.next().map_or(0, UnicodeWidthStr::width);
    parts.fold(first, |column, part| (column / 8 + 1) * 8 + part.width())
}

/// At most `max` columns of the line, with `…` for what is left out.
pub(super) fn cut(line: &str, max: usize) -> String {
    let mut out = String::new();
    let mut width = 0;
    for char in line.chars() {
        let more = char.width().unwrap_or(1);
        if width + more >= max {
            out.push('…');
            return out;
        }
        width += more;
        out.push(char);
    }
    out
}
