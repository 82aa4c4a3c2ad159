//! What someone said in a text of a host, and what the text only shows.
//!
//! A reply quotes what it answers, and code shows what one could say: neither is
//! the writer's word. Texts are read as GitHub renders them, as `CommonMark` with
//! GitHub's tables, task lists, footnotes and strikethrough
//! (<https://github.github.com/gfm/>). Where that leaves a doubt, nothing was said.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::model::{Expression, Oid};

mod html;
mod phrase;

use html::{Html, Reading};

/// A text, taken apart. Nothing is rendered: the parts are as they were written.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Said {
    /// What was said. U+FFFC stands within a line for what is left out.
    pub spoken: String,
    /// What is in quotations, with all they hold.
    pub quoted: String,
    /// What is in code, and what is not shown as text: comments, tags, addresses,
    /// definitions of links, descriptions of images, notes.
    pub code: String,
}

/// Where a text says something.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Found {
    /// It was said.
    Said,
    /// It is in a quotation, and nowhere else.
    OnlyQuoted,
    /// It is in code, or somewhere that is not shown as text.
    OnlyCode,
    /// Nowhere.
    Nowhere,
}

/// Tells what `text` says from what it shows. Takes time as the text is long.
pub fn said(text: &str) -> Said {
    let classes = classes(text);
    let mut said = Said::default();
    let mut gap = false;
    for (class, range) in runs(&classes) {
        let Some(mut part) = text.get(range) else { continue };
        match class {
            Class::Said | Class::Markup => {
                if gap && said.spoken.is_empty() {
                    part = part.trim_start_matches(['\r', '\n']);
                }
                said.spoken.push_str(part);
                continue;
            }
            Class::Quoted => join(&mut said.quoted, part),
            Class::Unsaid => join(&mut said.code, part),
        }
        gap = true;
        match part.contains('\n') {
            true if said.spoken.is_empty() || said.spoken.ends_with('\n') => {}
            true => said.spoken.push('\n'),
            false => said.spoken.push('\u{fffc}'),
        }
    }
    said
}

/// Where `text` holds one of `tokens`, or matches one of `patterns`. For words against
/// a change: whoever wrote one may well have meant it.
pub fn finds(text: &str, tokens: &[String], patterns: &[Expression]) -> Found {
    if tokens.is_empty() && patterns.is_empty() {
        return Found::Nowhere;
    }
    said(text).finds(patterns, tokens, |part, token| part.contains(token))
}

/// Where `text` says one of `tokens` and nothing else in a line or a sentence, or
/// matches one of `patterns`. For words in favour of a change.
///
/// Letter case and the end of a sentence do not matter. Signs without letters, such
/// as `:+1:`, may stand anywhere.
pub fn agrees(text: &str, tokens: &[String], patterns: &[Expression]) -> Found {
    if tokens.is_empty() && patterns.is_empty() {
        return Found::Nowhere;
    }
    said(text).finds(patterns, tokens, phrase::says)
}

impl Said {
    /// Where the text has one of `tokens`, or matches one of `patterns`. An empty
    /// token is nowhere.
    fn finds(
        &self,
        patterns: &[Expression],
        tokens: &[String],
        has: impl Fn(&str, &str) -> bool,
    ) -> Found {
        let matches =
            |part: &str| !part.is_empty() && patterns.iter().any(|it| it.0.is_match(part));
        let tokens = tokens.iter().filter(|it| !it.is_empty());
        if tokens.clone().any(|it| has(&self.spoken, it)) || matches(&self.spoken) {
            return Found::Said;
        }
        let within =
            |part: &str| tokens.clone().any(|it| part.contains(it.as_str())) || matches(part);
        match () {
            () if within(&self.quoted) => Found::OnlyQuoted,
            () if within(&self.code) => Found::OnlyCode,
            () => Found::Nowhere,
        }
    }
}

/// Whether `text` says `token` about the commit `head` where a line or a sentence
/// begins; letter case does not matter.
///
/// Behind the token, in the same line, stands what the commit's name begins with:
/// seven digits or more, perhaps as code. `None` if no name of a commit stands
/// behind any token that was said; `Some(false)` if only those of others do.
pub fn names_commit(text: &str, token: &str, head: Oid) -> Option<bool> {
    if token.is_empty() {
        return None;
    }
    let (classes, head) = (classes(text), head.to_string());
    let is_said = |range: Range<usize>| {
        let classes = classes.get(range).unwrap_or_default();
        classes.iter().all(|it| matches!(it, Class::Said | Class::Markup))
    };
    let mut answer = None;
    let (lower, low) = (text.to_ascii_lowercase(), token.to_ascii_lowercase());
    let sign = phrase::is_sign(token);
    for (at, _) in lower.match_indices(&low) {
        let end = at + token.len();
        if !is_said(at..end) {
            continue;
        }
        let rest = text.get(end..).unwrap_or_default();
        let before = rest.bytes().take(8).take_while(|it| b" \t:@`".contains(it)).count();
        let rest = rest.get(before..).unwrap_or_default();
        let word = |it: &u8| it.is_ascii_alphanumeric() || *it == b'_';
        let length = rest.bytes().take(65).take_while(word).count();
        let word = rest.get(..length).unwrap_or_default().to_ascii_lowercase();
        let quoted = classes.get(end + before).is_some_and(|it| *it == Class::Quoted);
        if before == 0
            || quoted
            || word.is_empty()
            || !word.bytes().all(|it| it.is_ascii_hexdigit())
        {
            continue;
        }
        let fits = word.len() >= 7 && head.starts_with(&word);
        let begins = || phrase::begins(text.get(..at).unwrap_or_default());
        if (!fits && answer.is_some()) || !(sign || begins()) {
            continue;
        }
        if fits {
            return Some(true);
        }
        answer = Some(false);
    }
    answer
}

/// What a byte of a text is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Class {
    /// No text; taken for said as long as it can only be marks.
    Markup,
    /// Said.
    Said,
    /// In a quotation.
    Quoted,
    /// In code, or not shown as text.
    Unsaid,
}

impl From<Reading> for Class {
    fn from(reading: Reading) -> Self {
        match reading {
            Reading::Said => Self::Said,
            Reading::Quoted => Self::Quoted,
            Reading::Unsaid => Self::Unsaid,
        }
    }
}

/// What each byte of `text` is.
fn classes(text: &str) -> Vec<Class> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM;
    let classes = vec![Class::Markup; text.len()];
    let mut reader = Reader { text, classes, html: Html::default(), quotes: 0, aside: 0 };
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        reader.take(&event, range);
    }
    reader.classes = marks(text, reader.classes);
    reader.classes
}

/// Takes a text's parts in order.
struct Reader<'t> {
    text: &'t str,
    classes: Vec<Class>,
    html: Html,
    /// How many quotations are open.
    quotes: usize,
    /// How many images, notes or blocks of code are open.
    aside: usize,
}

impl Reader<'_> {
    fn take(&mut self, event: &Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(Tag::BlockQuote(_)) => {
                self.paint(range, Class::Quoted);
                self.quotes += 1;
            }
            Event::Start(Tag::CodeBlock(_) | Tag::Image { .. } | Tag::FootnoteDefinition(_)) => {
                self.paint(range, Class::Unsaid);
                self.aside += 1;
            }
            Event::End(TagEnd::BlockQuote(_)) => self.quotes = self.quotes.saturating_sub(1),
            Event::End(TagEnd::CodeBlock | TagEnd::Image | TagEnd::FootnoteDefinition) => {
                self.aside = self.aside.saturating_sub(1);
            }
            Event::End(TagEnd::HtmlBlock) => self.html.pause(),
            Event::Html(_) => self.html(range),
            Event::InlineHtml(html) => {
                // Over several lines of a quotation, the text has its marks too.
                self.html.read(html.as_bytes(), |_, _| {});
                self.html.pause();
                self.paint(range, Class::Unsaid);
            }
            Event::Code(_) | Event::InlineMath(_) | Event::DisplayMath(_) => {
                self.paint(range, Class::Unsaid);
            }
            Event::Text(_)
            | Event::SoftBreak
            | Event::HardBreak
            | Event::Rule
            | Event::TaskListMarker(_)
            | Event::FootnoteReference(_) => self.paint(range, self.html.reading().into()),
            Event::Start(_) | Event::End(_) => {}
        }
    }

    /// Says what the bytes of `range` are, unless what they are in says so.
    fn paint(&mut self, range: Range<usize>, class: Class) {
        if self.quotes == 0
            && self.aside == 0
            && let Some(bytes) = self.classes.get_mut(range)
        {
            bytes.fill(class);
        }
    }

    fn html(&mut self, range: Range<usize>) {
        let piece = self.text.as_bytes().get(range.clone()).unwrap_or_default();
        let (mut html, mut at) = (std::mem::take(&mut self.html), range.start);
        html.read(piece, |length, reading| {
            self.paint(at..at + length, reading.into());
            at += length;
        });
        self.html = html;
    }
}

/// Marks what lies between texts and cannot only be marks as unsaid: addresses of
/// links, and definitions, which no event tells of.
fn marks(text: &str, mut classes: Vec<Class>) -> Vec<Class> {
    let mark = |it: &u8| it.is_ascii_whitespace() || b"#-*+_=|:.)\\~<>0123456789".contains(it);
    let all: Vec<_> = runs(&classes).filter(|(class, _)| *class == Class::Markup).collect();
    for (_, range) in all {
        let bytes = text.as_bytes().get(range.clone()).unwrap_or_default();
        if let (false, Some(found)) = (bytes.iter().all(mark), classes.get_mut(range)) {
            found.fill(Class::Unsaid);
        }
    }
    classes
}

/// The stretches of one class, in order.
fn runs(classes: &[Class]) -> impl Iterator<Item = (Class, Range<usize>)> {
    let mut end = 0;
    classes.chunk_by(|one, other| one == other).filter_map(move |run| {
        let start = end;
        end += run.len();
        run.first().map(|class| (*class, start..end))
    })
}

fn join(parts: &mut String, part: &str) {
    if !parts.is_empty() {
        parts.push('\n');
    }
    parts.push_str(part);
}
