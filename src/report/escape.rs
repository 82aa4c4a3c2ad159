//! What came from outside, made harmless to show.

use std::fmt::Write;

use bstr::BStr;

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
pub(super) fn json(text: &str) -> String {
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
    char.is_control() || is_invisible(char)
}

/// Characters that leave no mark, reorder text or break lines.
/// Source: Unicode 16, properties `Default_Ignorable_Code_Point` and
/// `Bidi_Control`, the line and paragraph separators and the noncharacters that
/// XML has no place for.
fn is_invisible(char: char) -> bool {
    matches!(char,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{fffe}'..='\u{ffff}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}
