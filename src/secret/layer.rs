//! One reading of the input: its bytes as they are, or decoded from UTF-16 or
//! UTF-32. A layer knows where in the input each of its bytes stood.

use std::collections::VecDeque;
use std::ops::Range;

use bstr::ByteSlice;
use sha2::{Digest, Sha256};

use super::matcher::{Hit, MARGIN, Matcher, Probe};
use super::plain::bits;
use super::{Finding, Identity, Label};

/// How much text is searched at once.
const BLOCK: usize = 64 * 1024;

/// How many secrets in one input are told.
pub(super) const MOST: usize = 1000;

/// How many bits a secret must have for its hash not to give it away.
const HARD: f64 = 80.0;

/// Where a stretch of a layer stood in the input.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stretch {
    /// Where it begins in the layer.
    pub(super) at: u64,
    /// Where it begins in the input.
    pub(super) outer: u64,
    /// The line there, from 1.
    pub(super) line: usize,
    /// Where that line begins in the input.
    pub(super) line_start: u64,
}

/// A text that grows at its end while its beginning is searched and forgotten.
pub(super) struct Layer {
    text: Vec<u8>,
    /// Where `text` begins in the layer.
    base: u64,
    /// Keywords that begin before this place have been dealt with.
    searched: u64,
    /// For each probe, where its next match may begin.
    next: Vec<u64>,
    stretches: VecDeque<Stretch>,
    /// How many bytes of the input one byte of the layer takes.
    step: u64,
}

/// How far one has come through the stretches.
struct Walk {
    index: usize,
    here: Option<Stretch>,
}

/// A match in a layer, before its line is known.
struct Catch {
    secret: Range<usize>,
    probe: usize,
    allowed: Option<String>,
}

impl Layer {
    pub(super) fn new(step: u64) -> Self {
        Self {
            text: Vec::new(),
            base: 0,
            searched: 0,
            next: Vec::new(),
            stretches: VecDeque::new(),
            step,
        }
    }

    /// Where the layer ends now.
    pub(super) fn end(&self) -> u64 {
        self.base + self.text.len() as u64
    }

    /// Says where what follows stood in the input.
    pub(super) fn begin(&mut self, outer: u64, line: usize, line_start: u64) {
        self.stretches.push_back(Stretch { at: self.end(), outer, line, line_start });
    }

    pub(super) fn push(&mut self, byte: u8) {
        self.text.push(byte);
    }

    pub(super) fn extend(&mut self, bytes: &[u8]) {
        self.text.extend_from_slice(bytes);
    }

    /// Searches what can be searched now; at the `End::Reached`, all the rest.
    pub(super) fn search(&mut self, matcher: &Matcher, end: End, found: &mut Vec<Finding>) {
        let held = match end {
            End::Open => matcher.reach,
            End::Reached => 0,
        };
        let from = self.index(self.searched);
        let safe = self.text.len().saturating_sub(held);
        if safe <= from || (end == End::Open && safe - from < BLOCK) {
            return;
        }
        self.next.resize(matcher.probes.len(), 0);
        let hits = matcher.hits(&self.text, from..safe);
        let mut caught = Vec::new();
        for hits in hits.chunk_by(|one, other| one.probe == other.probe) {
            let index = hits[0].probe;
            self.hunt(&matcher.probes[index], hits, &mut caught);
        }
        self.tell(matcher, caught, found);
        self.searched = self.base + safe as u64;
        self.forget(safe.saturating_sub(matcher.reach));
    }

    /// Runs one pattern around its keywords. Each place is tried once, whatever
    /// the pieces were: a match begins no later than its keyword.
    fn hunt(&mut self, probe: &Probe, hits: &[Hit], caught: &mut Vec<Catch>) {
        let index = hits[0].probe;
        let mut rest = hits;
        while let [first, others @ ..] = rest {
            let mut last = first.start;
            let near = |last: usize, hit: &Hit| hit.end <= last + probe.max + 1;
            let mut count = 0;
            while let Some(hit) = others.get(count).filter(|it| near(last, it)) {
                last = hit.start;
                count += 1;
            }
            rest = &others[count..];
            let open = self.index(self.next[index]);
            let mut from = open.max(first.end.saturating_sub(probe.max));
            let stop = self.text.len().min(last + probe.max + 1);
            while from <= last {
                let Some((whole, secret)) = probe.find(&self.text, from, stop) else { break };
                if whole.start > last {
                    break;
                }
                from = match probe.judge(&self.text, &whole, &secret) {
                    Some(secret) => {
                        let allowed = self.allowance(&secret);
                        let end = secret.end.max(whole.end);
                        caught.push(Catch { secret, probe: index, allowed });
                        end
                    }
                    None => whole.start.max(secret.start) + 1,
                };
            }
            self.next[index] = self.base + from.max(last + 1) as u64;
        }
    }

    /// Why the line of `secret` asks to let it pass, if it does.
    fn allowance(&self, secret: &Range<usize>) -> Option<String> {
        const ASK: &[u8] = b"refgate:allow secrets ";
        let before = &self.text[secret.start.saturating_sub(MARGIN)..secret.start];
        let start = before.iter().rposition(|&it| it == b'\n').map_or(0, |at| at + 1);
        let after = &self.text[secret.end..self.text.len().min(secret.end + MARGIN)];
        let end = after.iter().position(|&it| it == b'\n').unwrap_or(after.len());
        let why = |part: &[u8]| {
            let at = part.windows(ASK.len()).position(|it| it == ASK)?;
            let why = String::from_utf8_lossy(&part[at + ASK.len()..]).into_owned();
            let why = why.trim_end_matches("-->").trim_end_matches("*/").trim();
            // It may say the secret once more.
            let again = why.as_bytes().contains_str(&self.text[secret.clone()]);
            (!why.is_empty()).then(|| if again { "…".to_owned() } else { why.to_owned() })
        };
        why(&after[..end]).or_else(|| why(&before[start..]))
    }

    /// Makes findings, with their places in the input.
    fn tell(&self, matcher: &Matcher, mut caught: Vec<Catch>, found: &mut Vec<Finding>) {
        caught.sort_by_key(|it| (it.secret.start, it.probe));
        let mut walk = Walk { index: 0, here: self.stretches.front().copied() };
        for catch in caught {
            let Range { start, end } = catch.secret;
            walk = self.walk(walk, start);
            let Some(here) = walk.here.filter(|_| found.len() < MOST) else { return };
            let outer = here.outer;
            let probe = &matcher.probes[catch.probe];
            let secret = &self.text[start..end];
            let identity = identity(&probe.label, secret);
            let lasts = probe.drawn && bits(secret) >= HARD;
            let column = outer.saturating_sub(here.line_start).saturating_add(1);
            found.push(Finding {
                label: probe.label.clone(),
                offset: outer,
                end: outer + (end - start) as u64 * self.step,
                line: here.line,
                column: usize::try_from(column).unwrap_or(usize::MAX),
                redacted: if probe.shows { redacted(secret) } else { String::new() },
                fingerprint: lasts.then(|| super::digits(&identity.0)),
                identity,
                ordinal: 0,
                allowed: catch.allowed,
            });
        }
    }

    /// Goes on to the index `to` of `text`, counting lines on the way.
    fn walk(&self, mut walk: Walk, to: usize) -> Walk {
        let at = self.base + to as u64;
        while let Some(next) = self.stretches.get(walk.index + 1).filter(|it| it.at <= at) {
            walk = Walk { index: walk.index + 1, here: Some(*next) };
        }
        let Some(here) = walk.here.as_mut().filter(|it| it.at < at) else { return walk };
        let passed = &self.text[self.index(here.at)..to];
        if let Some(last) = passed.rfind_byte(b'\n') {
            here.line += passed.iter().filter(|&&it| it == b'\n').count();
            // The line begins behind the whole unit of the line feed.
            here.line_start = here.outer + (last as u64 + 1) * self.step;
        }
        here.outer += (at - here.at) * self.step;
        here.at = at;
        walk
    }

    fn forget(&mut self, before: usize) {
        let start = Walk { index: 0, here: self.stretches.front().copied() };
        let Walk { index, here } = self.walk(start, before);
        self.stretches.drain(..index);
        if let (Some(first), Some(here)) = (self.stretches.front_mut(), here) {
            *first = here;
        }
        self.text.drain(..before);
        self.base += before as u64;
    }

    fn index(&self, at: u64) -> usize {
        usize::try_from(at.saturating_sub(self.base)).unwrap_or(usize::MAX)
    }
}

/// Whether more is to come.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum End {
    /// More may come.
    Open,
    /// That was all.
    Reached,
}

/// The first and last four bytes of a secret of at least 20: 40 % at most.
fn redacted(secret: &[u8]) -> String {
    if secret.len() < 20 || !secret.iter().all(u8::is_ascii_graphic) {
        return String::new();
    }
    let part = |bytes: &[u8]| bytes.iter().map(|&it| char::from(it)).collect::<String>();
    format!("{}…{}", part(&secret[..4]), part(&secret[secret.len() - 4..]))
}

fn identity(label: &Label, secret: &[u8]) -> Identity {
    let mut hash = Sha256::new();
    hash.update(b"refgate-secret-v1\0");
    hash.update(label.id.as_bytes());
    hash.update(b"\0");
    hash.update(secret);
    Identity(hash.finalize().into())
}
