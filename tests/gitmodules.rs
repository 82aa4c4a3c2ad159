//! What Git reads from a `.gitmodules`, Refgate judges.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use bstr::{BStr, ByteSlice};
use proptest::prelude::*;
use refgate::model::{
    Change, Entry, FileChange, Memory, Mode, Recorded, RecordedUpdate, RefUpdate, Stage, Target,
    Version,
};
use refgate::{judge::judge, policy};

/// No URL fits, so that each one that is read is told.
const POLICY: &str = r#"
version = 1
[[protect]]
refs = ["main"]
files = { submodules = { urls = ["none"] } }
"#;

/// What the rule says of a `.gitmodules`.
fn said(text: &[u8]) -> Vec<String> {
    let policy = policy::parse("refgate.toml", POLICY, &mut |_| Err(String::new()));
    let policy = policy.unwrap_or_else(|_| panic!("the policy"));
    let oid = "b1".parse().unwrap();
    let new = Some(Version { mode: Mode::File, oid });
    let known = RecordedUpdate {
        commits: Some(Vec::new()),
        files: Some(vec![FileChange {
            path: ".gitmodules".into(),
            commit: None,
            root: false,
            old: None,
            new,
        }]),
        tree: Some(vec![Entry { name: ".gitmodules".into(), mode: Mode::File, oid }]),
        ..RecordedUpdate::default()
    };
    let facts = Recorded {
        update: BTreeMap::from([("refs/heads/main".to_owned(), known)]),
        blobs: BTreeMap::from([(oid, text.into())]),
        ..Recorded::default()
    };
    let update = RefUpdate {
        name: "refs/heads/main".into(),
        asked_as: None,
        old: None,
        new: Target::Unwritten,
        stale: false,
    };
    let change = Change {
        stage: Stage::PreCommit,
        actor: Ok(refgate::model::Actor("ann".into())),
        updates: vec![update],
        at: 0,
        facts: &facts,
        memory: Memory::default(),
    };
    let verdict = judge(&policy, &change);
    let told = verdict.judgments.iter().flat_map(|it| &it.findings);
    told.flat_map(|it| &it.reasons).map(|it| it.what.clone()).collect()
}

/// The submodules and their URLs, as Git reads them; `None` if it does not.
fn read(text: &[u8]) -> Option<Vec<(String, String)>> {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("modules");
    fs::write(&file, text).unwrap();
    let mut git = Command::new("git");
    git.current_dir(dir.path()).args(["config", "--list", "-z", "-f"]).arg(&file);
    let out = git.env("GIT_CONFIG_NOSYSTEM", "1").env("HOME", dir.path()).output().unwrap();
    let entries = out.stdout.split_str("\0").filter_map(|it| it.split_once_str("\n"));
    let url = |(key, value): (&[u8], &[u8])| {
        let name = key.strip_prefix(b"submodule.")?.strip_suffix(b".url")?;
        Some((name.to_str_lossy().into_owned(), value.to_str_lossy().into_owned()))
    };
    out.status.success().then(|| entries.filter_map(url).collect())
}

/// Asks both, and that Refgate says every URL that Git reads and refuses what
/// Git refuses.
fn compare(text: &[u8]) {
    let (said, text_shown) = (said(text), BStr::new(text));
    let Some(urls) = read(text) else {
        let refused = said.iter().any(|it| it.contains("nothing that Git can read"));
        assert!(refused, "{text_shown:?}: Git refuses it, Refgate says {said:?}");
        return;
    };
    if text.contains(&0) {
        return;
    }
    let unread = said.iter().any(|it| it.contains("nothing that Git can read"));
    assert!(!unread, "{text_shown:?}: Git reads it, Refgate says {said:?}");
    for (name, url) in urls {
        let of_name = format!("submodule `{name}` ");
        let has = format!("submodule `{name}` has the URL `{url}`");
        let climbs = |it: &String| it.starts_with(&of_name) && !it.contains("has the URL");
        let told = said.iter().any(|it| it.starts_with(&has) || climbs(it));
        assert!(told, "{text_shown:?}: Git reads {url:?} of {name:?}, Refgate says {said:?}");
    }
}

#[test]
fn what_git_reads_is_judged() {
    let evil = "url = ext::sh -c id\n";
    for text in [
        format!("[submodule \"a\"]\n# \\\n{evil}"),
        format!("[submodule \"a\"]\n; x \\\n{evil}"),
        format!("[submodule \"a\"]\nfoo = x\\\\\n{evil}"),
        format!("[submodule \"a\"]\nfoo = \"x\\\\\" # \\\n{evil}"),
        format!("\u{feff}[submodule \"a\"]\n{evil}"),
        format!("\u{feff}\u{feff}[submodule \"a\"]\n{evil}"),
        format!("[submodule \"a\"] # [core]\n{evil}"),
        format!("[submodule \"a\"] x = 1 # \\\n{evil}"),
        format!("[SubModule\t \"a\"] {evil}"),
        format!("[submodule.A]{evil}"),
        format!("[submodule.x \"y\"]{evil}"),
        format!("[submodule \"\"]{evil}"),
        format!("[submodule \"a]\"]\n{evil}"),
        format!("[submodule \"a\\\"]\"]\n{evil}"),
        format!("[submodule \"a\\\n\"]\n{evil}"),
        format!("[submodule \"a\" ]\n{evil}"),
        format!("[submodule\"a\"]\n{evil}"),
        format!("[submodule \"a\"]\r\nfoo = x\\\r\ny\r\n{evil}"),
        format!("[submodule \"a\"]\rfoo\r\n{evil}"),
        format!("[submodule \"a\"]\nfoo\n{evil}"),
        format!("[submodule \"a\"]\nfoo bar\n{evil}"),
        format!("[submodule \"a\"]\nfoo = \\q\n{evil}"),
        format!("[submodule \"a\"]\nfoo = \"\n{evil}"),
        format!("[submodule \"a\"]\n\u{b}{evil}"),
        format!("[submodule \"a\"]\n1{evil}"),
        format!("{evil}[submodule \"a\"]\n[core]\n{evil}"),
        format!("[submodule \"a\"][]\n{evil}"),
        format!("[ \"a\"]\n{evil}"),
        "[submodule \"a\"]\nurl = e\"xt:\":s\\\n  h -c ; id".to_owned(),
        "[submodule \"a\"]\nURL=\t x \\\n \n".to_owned(),
        "[submodule \"a\"]\nurl = x \" \" \"\"  \t# x\n".to_owned(),
        "[submodule \"a\"]\nurl = x\\".to_owned(),
        "[submodule \"a\"]\nurl = x\0y\n".to_owned(),
        "[submodule \"a\"".to_owned(),
    ] {
        compare(text.as_bytes());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// Whatever is written, nothing that Git reads goes unjudged.
    #[test]
    fn whatever_git_reads_is_judged(
        parts in prop::collection::vec(prop::sample::select(vec![
            "[submodule \"a\"]", "[submodule.B]", "[core]", "[submodule \"", "\"]", "\n", "\n",
            "\r\n", "\r", "\\", "\\\\", "\\n", "\\\"", "\"", "#", ";", " ", "\t", "=", "url", "url=",
            "\nurl = ext::x", "path", "-", ".", "x", "1", "é", "\u{feff}", "\u{b}", "]", "[",
        ]), 0..24),
    ) {
        compare(format!("[submodule \"z\"]{}", parts.concat()).as_bytes());
        compare(parts.concat().as_bytes());
    }
}
