//! What came from outside, made harmless to show.

use std::fmt::Write;

use bstr::BStr;

use crate::model::Unseen;

/// `text` with every character escaped that could forge, hide or reorder what is
/// shown: control, bidirectional and invisible ones. Line ends stay.
pub fn escaped(text: &str) -> String {
    filtered(text, |it| it != '\n' && is_dangerous(it))
}

/// `text` on one line, escaped as by [`escaped`]. GitHub's runner takes `##[`
/// anywhere in a line for a command, so that is escaped too.
pub fn line(text: &str) -> String {
    filtered(text, is_dangerous).replace("##[", "#\\u{23}[")
}

/// Bytes from Git on one line: what is no UTF-8 is shown as `\xNN`.
pub fn bytes(raw: &BStr) -> String {
    let mut out = String::with_capacity(raw.len());
    for chunk in raw.utf8_chunks() {
        out += &line(chunk.valid());
        for byte in chunk.invalid() {
            let _ = write!(out, "\\x{byte:02x}");
        }
    }
    out
}

/// JSON text in which no dangerous character stands as itself. Strings keep
/// their meaning, since JSON has such characters nowhere else.
pub fn json(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        if char == '\n' || !is_dangerous(char) {
            out.push(char);
            continue;
        }
        for unit in char.encode_utf16(&mut [0; 2]) {
            let _ = write!(out, "\\u{unit:04x}");
        }
    }
    out.replace("##[", "#\\u0023[")
}

fn filtered(text: &str, escape: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        if escape(char) {
            out.extend(char.escape_default());
        } else {
            out.push(char);
        }
    }
    out
}

/// Whether `char` must not be shown as it is.
fn is_dangerous(char: char) -> bool {
    char.is_control() || Unseen::of(char).is_some()
}
