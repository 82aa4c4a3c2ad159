//! Whether a text says a phrase, or only something with these words in it.

/// What stands around a phrase and is no part of it: blanks and marks of emphasis,
/// headings and lists.
const AROUND: &str = "*_#";

/// What may end a phrase and changes nothing it says; a question does.
const ENDS: [char; 4] = ['.', '!', '…', '。'];

/// What ends a sentence where a blank follows.
const STOPS: [char; 6] = ['.', '!', '?', '。', '！', '？'];

/// Whether a line or a sentence of `text` is `phrase`: letter case and a full stop
/// or exclamation mark behind it aside. "not LGTM" and "LGTM?" do not say "LGTM".
///
/// A sign, which has no letters, such as an emoji or its name `:+1:`, may stand
/// anywhere.
pub(super) fn says(text: &str, phrase: &str) -> bool {
    if is_sign(phrase) {
        return text.contains(phrase);
    }
    let phrase = bare(phrase);
    let is = |part: &str| bare(part) == phrase;
    !phrase.is_empty() && text.lines().any(|line| is(line) || sentences(line).any(is))
}

/// Whether a line or a sentence begins behind `before`.
pub(super) fn begins(before: &str) -> bool {
    let outer = |it: char| it.is_whitespace() || AROUND.contains(it);
    let line = before.rsplit('\n').next().unwrap_or_default();
    let said = line.trim().trim_start_matches('-').trim_matches(outer);
    said.is_empty() || said.ends_with(STOPS) && line.ends_with(outer)
}

/// Whether it has no letters of its own: `👍`, `:shipit:`.
pub(super) fn is_sign(phrase: &str) -> bool {
    let name = phrase.strip_prefix(':').and_then(|it| it.strip_suffix(':'));
    let named = name.is_some_and(|it| !it.is_empty() && !it.contains([' ', ':']));
    named || !phrase.chars().any(char::is_alphanumeric)
}

fn bare(part: &str) -> String {
    let outer = |it: char| it.is_whitespace() || AROUND.contains(it);
    let part = part.trim().trim_start_matches("- ").trim_matches(outer);
    part.trim_end_matches(ENDS).trim_end_matches(outer).to_lowercase()
}

/// The sentences of a line, with what ends them.
fn sentences(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = line;
    std::iter::from_fn(move || {
        let (part, behind) = rest.split_at(end(rest));
        rest = behind;
        (!part.is_empty()).then_some(part)
    })
}

/// Where the first sentence ends.
fn end(text: &str) -> usize {
    let mut stops = text.match_indices(STOPS).map(|(at, stop)| at + stop.len());
    let blank = |at: &usize| text.get(*at..).is_none_or(|it| it.starts_with(char::is_whitespace));
    stops.find(blank).unwrap_or(text.len())
}
