//! What the index of changed paths says of patterns is what each path says.

#![allow(clippy::unwrap_used, missing_docs)]

use std::rc::Rc;

use bstr::BString;
use proptest::collection::vec;
use proptest::prelude::*;
use refgate::model::{FileChange, PathPatterns, Paths, Spans};

/// Parts of paths and patterns that meet often.
const PARTS: &[&str] = &[
    "a", "b", "ab", "a.b", "a.rs", ".rs", "x.tar.gz", "y.gz", "b.", "..a", "src", "A", "é", "a b",
];

/// Parts of paths only.
const ODD: &[&[u8]] = &[b"\xff", b"a\xff.rs", b"\n", b"a\nb", b"\"", b"*", b"\xc3\xa9\xc3.rs", b""];

/// Parts of patterns only.
const WILD: &[&str] =
    &["*", "**", "*.rs", "*.gz", "*.tar.gz", "a*", "?", "[ab]", "{a,b}", "*a", "*.", "\\*", "**a"];

fn path() -> impl Strategy<Value = BString> {
    let plain = proptest::sample::select(PARTS).prop_map(|it| it.as_bytes().to_vec());
    let odd = proptest::sample::select(ODD).prop_map(<[u8]>::to_vec);
    let part = prop_oneof![8 => plain, 1 => odd];
    vec(part, 1..5).prop_map(|parts| parts.join(&b'/').into())
}

fn pattern() -> impl Strategy<Value = String> {
    let plain = proptest::sample::select(PARTS).prop_map(str::to_owned);
    let wild = proptest::sample::select(WILD).prop_map(str::to_owned);
    let part = prop_oneof![3 => plain, 2 => wild];
    let ends = (any::<bool>(), proptest::bool::weighted(0.3));
    (vec(part, 1..4), ends).prop_map(|(parts, (rooted, directory))| {
        let (start, end) = (if rooted { "/" } else { "" }, if directory { "/" } else { "" });
        format!("{start}{}{end}", parts.join("/"))
    })
}

fn indexed(paths: &[BString]) -> Paths {
    let change = |path: &BString| FileChange {
        path: path.clone(),
        commit: None,
        root: false,
        old: None,
        new: None,
    };
    Paths::new(paths.iter().map(change).collect::<Rc<[_]>>())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn the_index_says_what_each_path_says(
        paths in vec(path(), 0..12),
        patterns in vec(pattern(), 1..4),
    ) {
        let Ok(patterns) = PathPatterns::new(&patterns) else { return Ok(()) };
        let index = indexed(&paths);
        let mut distinct = paths.clone();
        distinct.sort();
        distinct.dedup();
        prop_assert_eq!(index.len(), distinct.len());
        let found = index.matching(&patterns);
        let found: Vec<_> = found.iter().map(|at| index.path(at).to_owned()).collect();
        let wanted = distinct.iter().filter(|it| patterns.matches(it.as_ref()));
        let wanted: Vec<_> = wanted.cloned().collect();
        prop_assert_eq!(index.any(&patterns), !wanted.is_empty());
        prop_assert_eq!(found, wanted, "{:?}", patterns.written);
    }

    #[test]
    fn spans_are_sets(one in vec((0..20_usize, 0..5_usize), 0..5), two in vec((0..20_usize, 0..5_usize), 0..5)) {
        let spans = |of: &[(usize, usize)]| Spans::new(of.iter().map(|(at, len)| *at..at + len).collect());
        let places = |of: &Spans| of.iter().collect::<std::collections::BTreeSet<_>>();
        let (one, two) = (spans(&one), spans(&two));
        let (first, second) = (places(&one), places(&two));
        prop_assert_eq!(one.len(), first.len());
        prop_assert_eq!(one.is_empty(), first.is_empty());
        prop_assert_eq!(places(&one.without(&two)), &first - &second);
        prop_assert_eq!(places(&one.or(two)), &first | &second);
    }
}

#[test]
fn paths_are_listed_once_with_their_changes_newest_first() {
    let paths: Vec<BString> = ["b", "a/x", "b", "a"].map(BString::from).to_vec();
    let index = indexed(&paths);
    let listed: Vec<_> = (0..index.len()).map(|at| index.path(at).to_string()).collect();
    assert_eq!(listed, ["a", "a/x", "b"]);
    assert_eq!(index.changes(2).count(), 2);
    assert!(index.has(b"a") && !index.has(b"a/") && !index.has(b"c"));
    assert_eq!(index.beginning(b"a"), 0..2);
}
