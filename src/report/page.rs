//! Lines of text that fit a width, and a text that fits a limit.

use unicode_width::UnicodeWidthStr;

use super::escape;

/// How many bytes a text may have. A server's answer must not flood a terminal.
const LIMIT: usize = 32 * 1024;

/// What the closing lines need, kept free.
const RESERVE: usize = 512;

/// How many lines one paragraph may have.
const LINES: usize = 8;

/// A text that grows until it is full, and then counts what it leaves out.
pub(super) struct Page {
    out: String,
    columns: usize,
    limit: usize,
    full: bool,
    left_out: usize,
}

impl Page {
    pub(super) fn new(columns: usize) -> Self {
        Self { out: String::new(), columns, limit: LIMIT - RESERVE, full: false, left_out: 0 }
    }

    /// A page that is never full, for someone who asked for everything.
    pub(super) fn endless(columns: usize) -> Self {
        Self { limit: usize::MAX, ..Self::new(columns) }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.out.is_empty()
    }

    /// Adds an empty line.
    pub(super) fn gap(&mut self) {
        self.add("\n", 0);
    }

    /// Adds `text` behind `prefix`, broken between words to fit. If there is no
    /// room for all of it, counts `findings` more that are left out.
    pub(super) fn paragraph(&mut self, prefix: &str, text: &str, findings: usize) {
        if self.full {
            self.left_out += findings;
            return;
        }
        let indent = " ".repeat(prefix.len().clamp(6, 12));
        let mut lines = Vec::new();
        let mut line = prefix.to_owned();
        let mut fresh = true;
        for word in escape::line(text).split(' ') {
            let room = self.columns.saturating_sub(indent.width().max(prefix.width()));
            let word = cut(&harmless(word), room);
            if !fresh && line.width() + 1 + word.width() > self.columns {
                lines.push(std::mem::replace(&mut line, indent.clone()));
            } else if !fresh {
                line.push(' ');
            }
            line.push_str(&word);
            fresh = false;
        }
        lines.push(line);
        if lines.len() > LINES {
            lines.truncate(LINES);
            lines.push(format!("{indent}…"));
        }
        let text: String = lines.iter().map(|line| format!("{}\n", line.trim_end())).collect();
        self.add(&text, findings);
    }

    fn add(&mut self, text: &str, findings: usize) {
        self.full |= self.out.len() + text.len() > self.limit;
        if self.full {
            self.left_out += findings;
        } else {
            self.out += text;
        }
    }

    /// The text, with `closing` and with a line about what was left out.
    pub(super) fn close(mut self, closing: &[String]) -> String {
        if self.left_out > 0 {
            self.out += &format!("\n… {} more findings are not shown\n", self.left_out);
        }
        if !closing.is_empty() {
            self.out.push('\n');
        }
        for line in closing {
            self.out += &format!("{}\n", cut(line, self.columns));
        }
        self.out
    }
}

/// `word`, such that GitHub's runner takes no line that begins with it for a
/// command.
fn harmless(word: &str) -> String {
    match word.strip_prefix("::") {
        Some(rest) => format!(":\\u{{3a}}{rest}"),
        None => word.to_owned(),
    }
}

/// `word` within `columns`: of a longer one, the beginning and the end.
pub(super) fn cut(word: &str, columns: usize) -> String {
    if word.width() <= columns && word.len() <= 8 * columns {
        return word.to_owned();
    }
    let half = columns.saturating_sub(1) / 2;
    let head = longest(word.char_indices().map(|(at, char)| &word[..at + char.len_utf8()]), half);
    let tail = longest(word.char_indices().rev().map(|(at, _)| &word[at..]), half);
    format!("{head}…{tail}")
}

/// The last of ever longer `parts` that fits.
fn longest<'t>(parts: impl Iterator<Item = &'t str>, columns: usize) -> &'t str {
    parts.take_while(|it| it.len() <= 4 * columns && it.width() <= columns).last().unwrap_or("")
}
