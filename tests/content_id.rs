//! What a head brings and its name, held against Git itself: what keeps the name,
//! what gives another, and which merges were clean.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use bstr::BString;
use refgate::model::{ChangeId, Content, ContentEntry, Mode, Version};

fn entry(path: &str, old: Option<&str>, new: Option<&str>) -> ContentEntry {
    let version = |oid: &str| Version { mode: Mode::File, oid: oid.parse().unwrap() };
    ContentEntry { path: path.into(), old: old.map(version), new: new.map(version) }
}

fn content(entries: &[ContentEntry]) -> Content {
    Content::new(entries.to_vec()).unwrap()
}

#[test]
fn a_content_is_written_with_its_entries_or_its_id_alone() {
    let odd =
        ContentEntry { path: BString::from(b"\xff".as_slice()), ..entry("", None, Some("e1")) };
    let whole = content(&[entry("a", None, Some("b10b")), entry("d/b", Some("c1"), None), odd]);
    let json = serde_json::to_string(&whole).unwrap();
    assert!(json.contains(r#"{"path":"d/b","old":{"mode":"file""#), "{json}");
    let read: Content = serde_json::from_str(&json).unwrap();
    assert_eq!(read.entries(), whole.entries());
    assert_eq!(read.id(), whole.id());

    let toml = toml::to_string(&whole).unwrap();
    let read: Content = toml::from_str(&toml).unwrap();
    assert_eq!(read.entries(), whole.entries());

    let named: Content = serde_json::from_str(r#"{"id":"c1"}"#).unwrap();
    assert_eq!(named.id().to_string(), format!("c1{}", "0".repeat(62)));
    assert_eq!(named.entries(), None);
    assert_eq!(serde_json::to_string(&named).unwrap(), format!(r#"{{"id":"{}"}}"#, named.id()));
}

#[test]
fn a_content_that_git_would_not_list_is_refused() {
    let why = |json: &str| serde_json::from_str::<Content>(json).unwrap_err().to_string();
    let cases = [
        (r"{}", "a content needs `entries`"),
        (r#"{"id":"xyz"}"#, "is not a change id"),
        (r#"{"entries":[{"path":"a"}]}"#, "`a` is the same on both sides"),
        (r#"{"entries":[{"path":"a","old":{"oid":"1"},"new":{"oid":"1"}}]}"#, "on both sides"),
        (r#"{"entries":[{"path":"a","new":{"mode":"tree","oid":"1"}}]}"#, "`a` is a directory"),
        (
            r#"{"entries":[{"path":"a","new":{"oid":"1"}},{"path":"a","old":{"oid":"2"}}]}"#,
            "`a` is listed twice",
        ),
        (r#"{"id":"c1","entries":[{"path":"a","new":{"oid":"1"}}]}"#, "not of c1"),
        (r#"{"id":"c1","other":1}"#, "unknown field"),
    ];
    for (json, wanted) in cases {
        assert!(why(json).contains(wanted), "{json}: {}", why(json));
    }
}

#[test]
fn touched_paths_are_those_whose_entries_differ() {
    let before = content(&[
        entry("a", None, Some("1")),
        entry("b", Some("1"), Some("2")),
        entry("c", Some("1"), Some("2")),
        entry("d", Some("1"), None),
    ]);
    let now = content(&[
        entry("d", Some("1"), None),
        entry("c", Some("3"), Some("2")),
        entry("b", Some("1"), Some("4")),
        entry("e", None, Some("1")),
    ]);
    assert_eq!(now.touched_since(&before).unwrap(), ["a", "b", "c", "e"]);
    assert_eq!(before.touched_since(&now).unwrap(), ["a", "b", "c", "e"]);
    assert!(now.touched_since(&now).unwrap().is_empty());

    let named = Content::named(now.id());
    assert_eq!(named, now);
    assert!(named.touched_since(&now).unwrap().is_empty());
    assert_eq!(named.touched_since(&before), None);
    let nothing = Content::named(ChangeId::of(b""));
    assert!(nothing.is_empty() && !now.is_empty());
    assert_eq!(now.touched_since(&nothing).unwrap(), ["b", "c", "d", "e"]);
}
