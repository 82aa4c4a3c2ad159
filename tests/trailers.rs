//! Holds our reading of trailers to Git's own.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::io::Write;
use std::process::{Command, Stdio};

use proptest::prelude::*;
use refgate::rule::trailer;

/// What `git interpret-trailers` finds, in one text.
fn git(message: &[u8]) -> Vec<u8> {
    let mut child = Command::new("git")
        .args(["interpret-trailers", "--parse", "--no-divider"])
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("LC_ALL", "C")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(message).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    output.stdout
}

fn ours(message: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for it in trailer::parse(message).list {
        out.extend_from_slice(&it.token);
        out.extend_from_slice(b": ");
        out.extend_from_slice(&it.value);
        out.push(b'\n');
    }
    out
}

fn show(text: &[u8]) -> String {
    String::from_utf8_lossy(text).into_owned()
}

#[test]
fn trailers_are_what_git_says_they_are() {
    let found = [
        ("a\n\nSigned-off-by: A <a@x>\n", 1),
        ("a\n\nFixes #12\nReviewed-by: Z\n", 0),
        ("a\n\none\ntwo\nthree\nSigned-off-by: A <a@x>\n", 1),
        ("a\n\none\ntwo\nthree\nfour\nSigned-off-by: A <a@x>\n", 0),
        ("a\n\nSigned-off-by: A <a@x>\n---\nnotes\n", 1),
        ("Signed-off-by: A <a@x>\n", 0),
        ("a\n\nSigned-off-by : A <a@x>\n", 1),
        ("a\n\nTicket: one\n two\n\tthree\n", 1),
        ("a\r\n\r\nTicket: one\r\n", 1),
        ("a\n\n(cherry picked from commit 1)\nTicket: one\nprose\n", 1),
        ("a\n\nTicket: one\n\nprose\n", 0),
        ("a\n\nTicket: one", 1),
        ("a\n\nTicket: one\n\n\n", 1),
        ("a\n\nTicket: one\n# comment\n", 1),
        ("a\n\nTicket: one\nConflicts:\n\ta\n", 1),
        ("a\n\nTicket:\n", 1),
        ("a\n\n: one\n", 0),
        ("\n\nTicket: one\n", 1),
        ("# c\na\n\nTicket: one\n", 1),
        ("a\n\nTicket: \0one\n", 1),
        ("", 0),
        ("\n", 0),
    ];
    for (message, count) in found {
        let theirs = git(message.as_bytes());
        let mine = ours(message.as_bytes());
        assert_eq!(show(&mine), show(&theirs), "{message:?}");
        let lines = mine.iter().filter(|it| **it == b'\n').count();
        assert_eq!(lines, count, "{message:?}: {}", show(&mine));
    }
}

#[test]
fn a_message_of_10_mb_is_read_in_one_go() {
    for line in ["Ticket: one\n", " x\n", "\n", "prose\n", "#\n", "a", "Ticket: one\n two\n"] {
        let message = format!("a\n\n{}", line.repeat((10 << 20) / line.len()));
        trailer::parse(message.as_bytes());
    }
}

/// Messages made of what matters to Git.
fn messages() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop::sample::select(vec![
        "a",
        "prose here",
        "\n",
        "\n",
        "\n\n",
        " ",
        "\t",
        "\r\n",
        ":",
        "#",
        "---\n",
        "Ticket: one\n",
        "Ticket : one\n",
        "Signed-off-by: A <a@x>\n",
        "signed-off-by: A\n",
        "Fixes #12\n",
        "(cherry picked from commit 1)\n",
        "Conflicts:\n",
        "\tpath\n",
        " folded\n",
        "-",
        "Ké: x\n",
        "# ------------------------ >8 ------------------------\n",
        "\u{b}",
        "\0",
    ]);
    let known = prop::collection::vec(piece, 0..14).prop_map(|it| it.concat().into_bytes());
    prop_oneof![9 => known, 1 => prop::collection::vec(any::<u8>(), 0..40)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..Default::default() })]

    #[test]
    fn no_message_is_read_otherwise_than_by_git(message in messages()) {
        prop_assert_eq!(show(&ours(&message)), show(&git(&message)));
    }
}
