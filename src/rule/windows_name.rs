//! What keeps a name from being a file's on Windows.
//!
//! Source: Microsoft Learn, "Naming Files, Paths, and Namespaces".

use bstr::ByteSlice;

/// The longest name, in UTF-16 units (NTFS).
const LONGEST: usize = 255;

/// Why Windows could not hold a file or directory called `name`; `None` if it
/// could.
pub(super) fn fault(name: &[u8]) -> Option<String> {
    let bad = |byte: &u8| *byte < b' ' || b"<>:\"|?*\\".contains(byte);
    if let Some(&byte) = name.iter().find(|it| bad(it)) {
        return Some(match byte {
            b' '.. => format!("Windows allows no `{}` in names", char::from(byte)),
            _ => format!("Windows allows no control character {byte:#04x} in names"),
        });
    }
    match name.last() {
        Some(b'.') => return Some("Windows drops the dot at the end of a name".to_owned()),
        Some(b' ') => return Some("Windows drops the space at the end of a name".to_owned()),
        Some(_) | None => {}
    }
    if let Some(device) = device(name) {
        return Some(format!("`{device}` is a device on Windows"));
    }
    let units = name.chars().map(char::len_utf16).sum::<usize>();
    (units > LONGEST).then(|| format!("a name of {units} of {LONGEST} characters on Windows"))
}

/// The device that Windows takes `name` for, whatever stands behind a dot.
fn device(name: &[u8]) -> Option<String> {
    let stem = name.split_str(".").next()?.to_str().ok()?.trim_end_matches(' ');
    let stem = stem.to_ascii_lowercase();
    if matches!(stem.as_str(), "con" | "prn" | "aux" | "nul" | "conin$" | "conout$") {
        return Some(stem);
    }
    let number = stem.strip_prefix("com").or_else(|| stem.strip_prefix("lpt"))?;
    matches!(number, "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³")
        .then_some(stem)
}
