//! Where a token may begin and end.

use super::Pattern;

/// Whether every match begins with a keyword of the pattern: with the only one,
/// or with one of a group that lists them all.
pub(super) fn leads(pattern: &Pattern) -> bool {
    let mut regex = pattern.regex.bytes().filter(|&it| it != b'\\');
    let mut goes_on = |text: &str| text.bytes().all(|it| regex.next() == Some(it));
    match pattern.keywords {
        [] => false,
        [one] => goes_on(one),
        [one, others @ ..] => {
            let others = || others.iter();
            goes_on("(?:")
                && goes_on(one)
                && others().all(|it| goes_on("|") && goes_on(it))
                && goes_on(")")
        }
    }
}

/// Whether a byte is of a word.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Whether a token can begin behind these bytes: at the edge of a word, or
/// behind an escape such as `\n` or `%3D`.
pub(super) fn is_fresh(behind: &[u8]) -> bool {
    match behind {
        [.., last] if !is_word(*last) || *last == b'_' => true,
        [] | [.., b'\\', b'n' | b't' | b'r'] => true,
        [.., b'%', one, two] => one.is_ascii_hexdigit() && two.is_ascii_hexdigit(),
        _ => false,
    }
}
