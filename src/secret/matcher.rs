//! A set of patterns, ready to search with.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use regex::bytes::{Regex, RegexBuilder};

use super::check::Candidate;
use super::edge::{is_fresh, is_word, leads};
use super::heads::Heads;
use super::pattern::Body;
use super::{Confidence, Finding, Kind, Label, Pattern, Scanner};

/// How much text around a match validators and allowances may look at.
pub(super) const MARGIN: usize = 1024;

/// From how many bytes on an automaton is worth building.
const LARGE: usize = 3 << 20;

/// The longest match of a pattern of one's own.
const CUSTOM_MAX: usize = 1024;

/// A pattern that a policy brings.
#[derive(Clone, Debug)]
pub struct Custom {
    /// Its id.
    pub id: String,
    /// What it finds.
    pub name: String,
    /// Its regular expression, over bytes. Group 1, if any, is the secret.
    pub regex: String,
    /// One of these stands in every match, whatever the case.
    pub keywords: Vec<String>,
    /// How to make such a secret useless.
    pub revoke: String,
}

/// Patterns, ready to search with. Cheap to make: automata and regular
/// expressions are built when they are first needed.
pub struct Matcher {
    pub(super) probes: Vec<Probe>,
    keywords: Vec<Keyword>,
    heads: OnceLock<Heads>,
    automaton: OnceLock<AhoCorasick>,
    seen: AtomicUsize,
    /// How far beyond a keyword one may have to look.
    pub(super) reach: usize,
    /// The length of the longest keyword.
    pub(super) longest: usize,
}

/// A keyword, and the patterns that it calls.
struct Keyword {
    text: Cow<'static, str>,
    /// Index into `probes`, and whether case counts.
    calls: Vec<(usize, Case)>,
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Case {
    Exact,
    Any,
}

/// One pattern at work.
pub(super) struct Probe {
    pub(super) label: Arc<Label>,
    pub(super) max: usize,
    pub(super) reach: usize,
    source: Cow<'static, str>,
    regex: OnceLock<Regex>,
    check: fn(&Candidate<'_>) -> bool,
    body: Option<Body>,
    pub(super) shows: bool,
    /// Whether a provider draws it at random.
    pub(super) drawn: bool,
    edges: bool,
    /// Whether the secret begins with the keyword, so that what stands before
    /// it decides before the regex runs.
    leads: bool,
}

/// Where a keyword stands, and whose it is.
#[derive(Clone, Copy, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Hit {
    pub(super) probe: usize,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Matcher {
    /// Takes built-in patterns, and patterns of one's own. The error says which
    /// is wrong, and why.
    pub fn new(
        built_in: impl IntoIterator<Item = &'static Pattern>,
        custom: Vec<Custom>,
    ) -> Result<Self, String> {
        let mut matcher = Self {
            probes: Vec::new(),
            keywords: Vec::new(),
            heads: OnceLock::new(),
            automaton: OnceLock::new(),
            seen: AtomicUsize::new(0),
            reach: 0,
            longest: 0,
        };
        let mut known = HashMap::new();
        for pattern in built_in {
            let case = if pattern.regex.starts_with("(?i") { Case::Any } else { Case::Exact };
            let keywords = pattern.keywords.iter().map(|it| Cow::Borrowed(*it));
            matcher.add(Probe::built_in(pattern), keywords, case, &mut known);
        }
        for pattern in custom {
            let (probe, keywords) = Probe::custom(pattern)?;
            matcher.add(probe, keywords.into_iter().map(Cow::Owned), Case::Any, &mut known);
        }
        Ok(matcher)
    }

    /// All built-in patterns, built once.
    pub fn built_in() -> &'static Self {
        static BUILT_IN: OnceLock<Matcher> = OnceLock::new();
        BUILT_IN.get_or_init(|| {
            // Built-in patterns cannot fail: only patterns of one's own do.
            Self::new(super::patterns(), Vec::new()).unwrap_or_else(|_| unreachable!())
        })
    }

    /// The built-in patterns of providers' formats.
    pub fn providers() -> &'static Self {
        static PROVIDERS: OnceLock<Matcher> = OnceLock::new();
        PROVIDERS.get_or_init(|| {
            let patterns = super::patterns().filter(|it| it.kind == Kind::Provider);
            // As above.
            Self::new(patterns, Vec::new()).unwrap_or_else(|_| unreachable!())
        })
    }

    /// `text` with its secrets redacted; `None` if it holds none. Costs little
    /// where no keyword stands.
    pub fn redact(&self, text: &[u8]) -> Option<Vec<u8>> {
        if self.hits(text, 0..text.len()).is_empty() {
            return None;
        }
        let found = self.scan(text);
        let mut out = Vec::with_capacity(text.len());
        let mut from = 0;
        for finding in &found {
            let at = |it: u64| usize::try_from(it).unwrap_or(usize::MAX).clamp(from, text.len());
            let (start, end) = (at(finding.offset), at(finding.end));
            out.extend_from_slice(&text[from..start]);
            let mark = finding.redacted.as_str();
            out.extend_from_slice(if mark.is_empty() { "…" } else { mark }.as_bytes());
            from = end;
        }
        out.extend_from_slice(&text[from..]);
        (!found.is_empty()).then_some(out)
    }

    fn add(
        &mut self,
        probe: Probe,
        keywords: impl Iterator<Item = Cow<'static, str>>,
        case: Case,
        known: &mut HashMap<Cow<'static, str>, usize>,
    ) {
        let index = self.probes.len();
        self.reach = self.reach.max(probe.max + probe.reach.max(MARGIN) + 2);
        self.probes.push(probe);
        for text in keywords {
            self.longest = self.longest.max(text.len());
            // Where case counts, the spelling itself is compared at each hit.
            let text = match case {
                Case::Exact => text,
                Case::Any if text.bytes().all(|it| !it.is_ascii_uppercase()) => text,
                Case::Any => text.to_ascii_lowercase().into(),
            };
            let at = *known.entry(text.clone()).or_insert_with(|| {
                self.keywords.push(Keyword { text, calls: Vec::new() });
                self.keywords.len() - 1
            });
            self.keywords[at].calls.push((index, case));
        }
    }

    /// Every secret in `text`, by place.
    pub fn scan(&self, text: &[u8]) -> Vec<Finding> {
        let mut scanner = Scanner::new(self);
        scanner.feed(text);
        scanner.finish()
    }

    /// Finds the keywords that begin in `within`, by probe and place.
    pub(super) fn hits(&self, text: &[u8], within: Range<usize>) -> Vec<Hit> {
        let mut hits = Vec::new();
        if self.keywords.is_empty() {
            return hits;
        }
        let mut hit = |keyword: usize, start: usize, end: usize| {
            let keyword = &self.keywords[keyword];
            let exact = text[start..end] == *keyword.text.as_bytes();
            let fresh = is_fresh(&text[start.saturating_sub(4)..start]);
            let calls = keyword.calls.iter().filter(|&&(probe, case)| {
                (exact || case == Case::Any) && (fresh || !self.probes[probe].leads)
            });
            hits.extend(calls.map(|&(probe, _)| Hit { probe, start, end }));
        };
        let stop = text.len().min(within.end + self.longest - 1);
        if self.is_large(stop - within.start) {
            let hay = &text[within.start..stop];
            for found in self.automaton().find_overlapping_iter(hay) {
                let (start, end) = (within.start + found.start(), within.start + found.end());
                if start < within.end {
                    hit(found.pattern().as_usize(), start, end);
                }
            }
        } else {
            let places = self.heads().places(text, within);
            let places = places.flat_map(|(start, all)| all.iter().map(move |it| (start, it)));
            for (start, keyword) in places {
                let keyword = *keyword as usize;
                let word = self.keywords[keyword].text.as_bytes();
                let end = start + word.len();
                if text.get(start..end).is_some_and(|it| it.eq_ignore_ascii_case(word)) {
                    hit(keyword, start, end);
                }
            }
        }
        hits.sort_unstable();
        hits
    }

    /// Whether so much text was seen, and this much more, that an automaton pays.
    fn is_large(&self, len: usize) -> bool {
        let seen = self.seen.fetch_add(len, Ordering::Relaxed);
        seen.saturating_add(len) >= LARGE
    }

    fn heads(&self) -> &Heads {
        let texts = self.keywords.iter().map(|it| it.text.as_bytes());
        self.heads.get_or_init(|| Heads::of(texts))
    }

    #[expect(clippy::expect_used, reason = "keywords are few and short, see `Probe::custom`")]
    fn automaton(&self) -> &AhoCorasick {
        self.automaton.get_or_init(|| {
            AhoCorasick::builder()
                .kind(Some(AhoCorasickKind::DFA))
                .ascii_case_insensitive(true)
                .build(self.keywords.iter().map(|it| it.text.as_bytes()))
                .expect("far below 2^31 states")
        })
    }
}

impl Probe {
    fn built_in(pattern: &'static Pattern) -> Self {
        Self {
            label: Arc::new(Label {
                id: pattern.id.into(),
                name: pattern.name.into(),
                revoke: pattern.revoke.into(),
                kind: pattern.kind,
                confidence: pattern.confidence,
            }),
            max: pattern.max,
            reach: pattern.reach,
            source: pattern.regex.into(),
            regex: OnceLock::new(),
            check: pattern.check,
            body: pattern.body,
            shows: pattern.shows,
            drawn: pattern.shows && pattern.kind == Kind::Provider,
            edges: pattern.edges,
            leads: pattern.edges && leads(pattern),
        }
    }

    fn custom(pattern: Custom) -> Result<(Self, Vec<String>), String> {
        let Custom { id, name, regex: source, keywords, revoke } = pattern;
        let wrong = |why: &str| Err(format!("pattern `{id}`: {why}"));
        if keywords.is_empty() {
            return wrong("names no keywords; give a few letters that stand in every match");
        }
        if keywords.len() > 100 || keywords.iter().any(|it| it.len() < 3 || it.len() > 64) {
            return wrong("keywords are at most 100, of 3 to 64 bytes each");
        }
        let regex = match compile(&source) {
            Ok(regex) if regex.is_match(b"") => return wrong("the regex matches nothing at all"),
            Ok(regex) => regex,
            Err(error) => return wrong(&error.to_string()),
        };
        let label = Label {
            id: id.into(),
            name: name.into(),
            revoke: revoke.into(),
            kind: Kind::Provider,
            confidence: Confidence::Likely,
        };
        let probe = Self {
            label: Arc::new(label),
            max: CUSTOM_MAX,
            reach: 0,
            source: source.into(),
            regex: OnceLock::from(regex),
            check: |_| true,
            body: None,
            shows: true,
            drawn: false,
            edges: false,
            leads: false,
        };
        Ok((probe, keywords))
    }

    #[expect(clippy::expect_used, reason = "a test compiles every built-in pattern")]
    fn regex(&self) -> &Regex {
        self.regex.get_or_init(|| compile(&self.source).expect("built-in patterns compile"))
    }

    /// The first match in `text` that begins at `from` or later and lies before
    /// `stop`: the whole, and the secret in it.
    pub(super) fn find(
        &self,
        text: &[u8],
        from: usize,
        stop: usize,
    ) -> Option<(Range<usize>, Range<usize>)> {
        let regex = self.regex();
        let whole = regex.find_at(&text[..stop], from)?.range();
        // Where a pattern has no bound of its own, the declared one holds
        // whatever else is in the buffer.
        let stop = stop.min(whole.start + self.max + 1);
        if regex.captures_len() == 1 && whole.len() <= self.max {
            return Some((whole.clone(), whole));
        }
        let groups = regex.captures_at(&text[..stop], whole.start)?;
        let whole = groups.get(0)?.range();
        let secret = groups.get(1).map_or(whole.clone(), |it| it.range());
        Some((whole, secret))
    }

    /// Whether the match is a secret after all: its range, body included.
    pub(super) fn judge(
        &self,
        text: &[u8],
        whole: &Range<usize>,
        secret: &Range<usize>,
    ) -> Option<Range<usize>> {
        let before = &text[whole.start.saturating_sub(MARGIN)..whole.start];
        let reach = text.len().min(whole.end + self.reach.max(MARGIN));
        let after = &text[whole.end..reach];
        if self.edges {
            let ahead = text.get(secret.end).copied().unwrap_or(b' ');
            let behind = &text[secret.start.saturating_sub(4)..secret.start];
            if is_word(ahead) || !is_fresh(behind) {
                return None;
            }
        }
        let extra = match self.body {
            Some(body) => body(after)?,
            None => 0,
        };
        let end = secret.end + extra;
        let candidate = Candidate {
            before,
            whole: &text[whole.clone()],
            secret: &text[secret.start..end],
            after,
        };
        (self.check)(&candidate).then_some(secret.start..end)
    }
}

fn compile(source: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(source).unicode(false).size_limit(4 << 20).dfa_size_limit(1 << 20).build()
}
