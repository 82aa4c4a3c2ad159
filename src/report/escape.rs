//! What came from outside, made harmless to show.

/// `text` with every character escaped that could forge, hide or reorder what is
/// shown: control, bidirectional and invisible ones. Line ends stay.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        if char != '\n' && is_dangerous(char) {
            out.extend(char.escape_default());
        } else {
            out.push(char);
        }
    }
    out
}

/// Whether `char` must not be shown as it is.
pub(super) fn is_dangerous(char: char) -> bool {
    char.is_control() || is_invisible(char)
}

/// Characters that leave no mark, reorder text or break lines.
/// Source: Unicode 16, properties `Default_Ignorable_Code_Point` and
/// `Bidi_Control`, and the line and paragraph separators.
fn is_invisible(char: char) -> bool {
    matches!(char,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}
