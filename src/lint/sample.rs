//! Texts, paths and names that patterns match.

use bstr::ByteSlice;
use regex::Regex;
use regex_syntax::hir::{Class, ClassBytesRange, ClassUnicodeRange, Hir, HirKind};

use crate::model::{PathPatterns, RefName, RefPatterns};

/// How long a made-up text may become.
const LONGEST: usize = 4096;

/// A text that a regular expression matches, if one is found easily.
pub(super) fn text(expression: &str) -> Option<String> {
    let regex = Regex::new(expression).ok()?;
    let hir = regex_syntax::parse(expression).ok()?;
    let candidates = (0..3).map(|more| {
        let mut out = Vec::new();
        write(&hir, more, &mut out);
        out.to_str_lossy().into_owned()
    });
    let mut candidates = candidates.flat_map(|it| [it.clone(), format!("x {it} x")]);
    candidates.find(|it| !it.trim().is_empty() && regex.is_match(it))
}

/// Writes the shortest text that fits, with up to `more` of what may be missing.
fn write(hir: &Hir, more: u32, out: &mut Vec<u8>) {
    if out.len() > LONGEST {
        return;
    }
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(it) => out.extend_from_slice(&it.0),
        HirKind::Class(Class::Unicode(class)) => {
            let holds = |it: char| {
                class.ranges().iter().any(|range| range.start() <= it && it <= range.end())
            };
            let nice = ['a', 'A', '1', ' ', '-'].into_iter().find(|it| holds(*it));
            let found = nice.or_else(|| class.ranges().first().map(ClassUnicodeRange::start));
            out.extend(found.map(String::from).unwrap_or_default().into_bytes());
        }
        HirKind::Class(Class::Bytes(class)) => {
            out.extend(class.ranges().first().map(ClassBytesRange::start));
        }
        HirKind::Repetition(it) => {
            let times = it.max.map_or(it.min.max(more), |most| it.min.max(more.min(most)));
            for _ in 0..times {
                write(&it.sub, more, out);
            }
        }
        HirKind::Capture(it) => write(&it.sub, more, out),
        HirKind::Concat(parts) => parts.iter().for_each(|it| write(it, more, out)),
        HirKind::Alternation(ways) => {
            if let Some(first) = ways.first() {
                write(first, more, out);
            }
        }
    }
}

/// A path that a pattern names.
pub(super) fn path(pattern: &str) -> Option<String> {
    let patterns = PathPatterns::new(&[pattern.to_owned()]).ok()?;
    let bare = pattern.trim_start_matches('/');
    let whole = filled(bare);
    let below = format!("{}/witness.txt", whole.trim_end_matches('/'));
    [whole, below].into_iter().find(|it| !it.ends_with('/') && patterns.matches(it.as_str().into()))
}

/// A ref that a pattern, written out in full, names.
pub(super) fn name(pattern: &str) -> Option<RefName> {
    let patterns = RefPatterns::new(&[pattern.to_owned()]).ok()?;
    let filled = filled(pattern);
    let any = || "refs/heads/witness".to_owned();
    let heads = format!("refs/heads/{}", filled.trim_start_matches("refs/"));
    let names = [filled.clone(), any(), heads].into_iter().filter(|it| it.starts_with("refs/"));
    names.map(RefName::new).find(|it| patterns.matches(it))
}

/// The pattern, with something for each of its wildcards.
fn filled(pattern: &str) -> String {
    let (mut out, mut chars) = (String::new(), pattern.chars().peekable());
    while let Some(next) = chars.next() {
        match next {
            '*' if chars.peek() == Some(&'*') => {
                chars.next();
                out.push_str("sub");
            }
            '*' | '?' => out.push('1'),
            '\\' => out.extend(chars.next()),
            '[' => {
                let inside: String = chars.by_ref().take_while(|it| *it != ']').collect();
                let negated = inside.starts_with(['!', '^']);
                out.push(if negated { 'z' } else { inside.chars().next().unwrap_or('z') });
            }
            '{' => {
                let inside: String = chars.by_ref().take_while(|it| *it != '}').collect();
                out.push_str(&filled(inside.split(',').next().unwrap_or_default()));
            }
            other => out.push(other),
        }
    }
    out
}
