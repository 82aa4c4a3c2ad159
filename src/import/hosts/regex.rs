//! Regular expressions and globs of other tools as ours.

use crate::model::Expression;

/// A class of characters that hosts read as ASCII, and we as Unicode.
fn ascii_class(letter: char) -> Option<&'static str> {
    Some(match letter {
        'd' => "[:digit:]",
        'D' => "[:^digit:]",
        'w' => "[:word:]",
        'W' => "[:^word:]",
        's' => r"\t\n\x0C\r ",
        _ => return None,
    })
}

/// `pattern`, in RE2's syntax, so that it means the same in ours.
/// Source: RE2's wiki, "Syntax".
pub(super) fn from_re2(pattern: &str) -> Result<String, String> {
    let mut text = String::new();
    let mut class = false;
    let mut quoted = false;
    let mut chars = pattern.chars().peekable();
    while let Some(it) = chars.next() {
        if quoted {
            match (it, chars.peek()) {
                ('\\', Some('E')) => {
                    chars.next();
                    quoted = false;
                }
                _ => text += &escaped(&it.to_string()),
            }
            continue;
        }
        match (it, class) {
            ('\\', _) => match chars.next() {
                Some('Q') => quoted = true,
                Some('C') => return Err(r"`\C` matches half a character".to_owned()),
                Some('b') if !class => text += r"(?-u:\b)",
                Some('B') if !class => text += r"(?-u:\B)",
                Some('S') => text += r"[^\t\n\x0C\r ]",
                Some(letter) => match ascii_class(letter) {
                    Some(ascii) if class => text += ascii,
                    Some(ascii) => text += &format!("[{ascii}]"),
                    None => text.extend(['\\', letter]),
                },
                None => return Err("it ends with a backslash".to_owned()),
            },
            ('[', false) => {
                class = true;
                text.push('[');
                if let Some(not) = chars.next_if_eq(&'^') {
                    text.push(not);
                }
                // Here RE2 and we take it for itself.
                if chars.next_if_eq(&']').is_some() {
                    text += r"\]";
                }
            }
            ('[', true) if chars.peek() == Some(&':') => {
                // A named class, to its end.
                text.push('[');
                while let Some(it) = chars.next() {
                    text.push(it);
                    if it == ':' && chars.peek() == Some(&']') {
                        text.extend(chars.next());
                        break;
                    }
                }
            }
            // These mean more in our classes than in theirs.
            ('[' | '&' | '~', true) => text.extend(['\\', it]),
            ('-', true) if text.ends_with('-') => text += r"\-",
            (']', true) => {
                class = false;
                text.push(']');
            }
            _ => text.push(it),
        }
    }
    Expression::try_from(text.clone()).map(|_| text)
}

/// `text`, so that an expression means just that.
pub(super) fn escaped(text: &str) -> String {
    let special = |it: char| r"\.+*?()|[]{}^$".contains(it);
    text.chars().flat_map(|it| special(it).then_some('\\').into_iter().chain([it])).collect()
}

/// An expression for a whole name that holds where `found` is found in it.
pub(super) fn somewhere(found: &str) -> String {
    let plain = !found.contains(['|', '(', '[', '\\']);
    let head = found.strip_prefix('^').filter(|_| plain);
    let tail = head.unwrap_or(found).strip_suffix('$').filter(|_| plain);
    match (head, tail) {
        (Some(_), Some(whole)) => whole.to_owned(),
        (Some(begin), None) => format!("{begin}.*"),
        (None, Some(end)) => format!(".*{end}"),
        (None, None) => format!("(?s:.*)(?:{found})(?s:.*)"),
    }
}
