//! No input makes a panic. `fuzz/` looks longer; this looks on every run.

#![allow(clippy::unwrap_used, missing_docs)]

mod cases;

use std::sync::LazyLock;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use refgate::git::raw;
use refgate::judge::judge;
use refgate::model::{
    Change, Commit, FileChange, Memory, Mode, Need, Oid, Recorded, RefUpdate, Stage, Unknown,
    Version,
};
use refgate::policy::Policy;
use refgate::report;
use refgate::rule::RULES;

/// Every policy of the cases, to be spoilt.
static POLICIES: LazyLock<Vec<String>> =
    LazyLock::new(|| cases::written().into_iter().map(|(policy, _)| policy).collect());

/// A policy that asks for whatever the manual shows.
fn everything() -> Policy {
    let example = |manual: &str| {
        let (_, rest) = manual.split_once("```toml\n").unwrap();
        format!("[[protect]]\nrefs = [\"**\"]\n{}", rest.split_once("```").unwrap().0)
    };
    let examples: Vec<_> = RULES.iter().map(|it| example(it.manual)).collect();
    let stages = "version = 1\nstages = [\"pre-push\", \"pre-receive\", \"github\"]\n";
    let roles = "[roles]\nrelease = [\"ana\"]\n";
    cases::parse(&format!("{stages}{roles}{}", examples.join("\n")))
        .unwrap_or_else(|it| panic!("{it}"))
}

static COMMIT: &[u8] = b"tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n\
    parent 0123456789012345678901234567890123456789\n\
    author Ana <ana@example.com> 1767225600 +0100\n\
    committer Ana <ana@example.com> 1767225600 +0100\nencoding ISO-8859-1\n\
    gpgsig -----BEGIN SSH SIGNATURE-----\n abc\n -----END SSH SIGNATURE-----\n\n\
    feat(core)!: do a thing\n\nBREAKING CHANGE: it was another\n\
    Signed-off-by: Ana <ana@example.com>\n";

/// Words that messages are made of.
const WORDS: &[&str] = &[
    "feat",
    "(",
    ")",
    "!",
    ":",
    ": ",
    " ",
    "\n",
    "\n\n",
    "\r\n",
    "#",
    "Signed-off-by: A <a@b.c>",
    "BREAKING CHANGE: x",
    "fixup! ",
    "Merge branch 'x'",
    "Revert \"x\"",
    "\0",
    "\u{feff}",
    "\u{200b}",
    "é",
    "e\u{301}",
    "漢字",
    "👩‍👩‍👧",
    "RG-12",
    "# ------------------------ >8 ---",
    "-",
    "Co-authored-by:",
    "\t",
    "a",
    "https://example.com/",
];

/// Bytes with a few of them changed, dropped, doubled or put in.
fn spoilt(whole: Vec<u8>) -> impl Strategy<Value = Vec<u8>> {
    vec((any::<Index>(), 0..4_u8, vec(any::<u8>(), 0..4)), 0..8).prop_map(move |edits| {
        let mut bytes = whole.clone();
        for (at, how, new) in edits.into_iter().filter(|_| !whole.is_empty()) {
            let at = at.index(bytes.len().max(1)).min(bytes.len());
            let end = if how == 0 { at } else { (at + usize::from(how) * 3).min(bytes.len()) };
            bytes.splice(at..end, new);
        }
        bytes
    })
}

/// Judges a push of such a commit and such a file, by every rule.
fn push(commit: Commit, path: Vec<u8>, mode: Mode, content: Vec<u8>) -> String {
    static POLICY: LazyLock<Policy> = LazyLock::new(everything);
    let oid = |digit: u8| Oid::from_bytes(&[digit; 20]).unwrap();
    let mut facts = Recorded::default();
    facts.blobs.insert(oid(1), content.into());
    let name = "refs/heads/main";
    let known = facts.update.entry(name.to_owned()).or_default();
    let version = Some(Version { mode, oid: oid(1) });
    let file = FileChange {
        path: path.into(),
        commit: Some(oid(2)),
        root: false,
        old: None,
        new: version,
    };
    (known.commits, known.files) = (Some(vec![commit]), Some(vec![file]));
    let update: RefUpdate = toml::from_str(&format!(
        "name = \"{name}\"
new = \"{}\"
",
        oid(2)
    ))
    .unwrap();
    let change = Change {
        stage: Stage::PreReceive,
        actor: Err(Unknown::NotHere(Need::Actor)),
        updates: vec![update],
        at: 0,
        facts: &facts,
        memory: Memory::default(),
    };
    report::text(&judge(&POLICY, &change), report::Width::Server)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_a_policy_or_has_problems(text in ".{0,200}") {
        if let Err(problems) = cases::parse(&text) {
            prop_assert!(!problems.0.is_empty() && !problems.to_string().is_empty());
        }
    }

    #[test]
    fn a_spoilt_policy_is_a_policy_or_has_problems(
        bytes in any::<Index>().prop_flat_map(|it| spoilt(it.get(&POLICIES).clone().into_bytes())),
    ) {
        let text = String::from_utf8_lossy(&bytes);
        if let Err(problems) = cases::parse(&text) {
            prop_assert!(!problems.to_string().is_empty());
            for it in problems.0 {
                prop_assert!(it.line <= 1 + text.matches('\n').count() && it.line > 0);
            }
        }
    }

    #[test]
    fn any_bytes_can_be_read_as_a_commit_or_tag(bytes in vec(any::<u8>(), 0..300)) {
        raw::commit(None, &bytes);
        raw::node(&bytes);
        let _ = raw::tag(Oid::from_bytes(&[1; 20]).unwrap(), &bytes);
    }

    #[test]
    fn a_spoilt_commit_is_judged(bytes in spoilt(COMMIT.to_vec())) {
        raw::node(&bytes);
        let commit = raw::commit(Oid::from_bytes(&[2; 20]), &bytes);
        let said = push(commit, b"a".to_vec(), Mode::File, b"text\n".to_vec());
        let wide = |it: &str| unicode_width::UnicodeWidthStr::width(it) > 72;
        prop_assert!(!said.lines().any(wide), "{}", said);
    }

    #[test]
    fn any_message_is_judged(words in vec(prop::sample::select(WORDS), 0..24)) {
        let mut commit = raw::commit(Oid::from_bytes(&[2; 20]), COMMIT);
        commit.message = words.concat().into();
        push(commit, b"a".to_vec(), Mode::File, Vec::new());
    }

    #[test]
    fn any_file_is_judged(
        path in vec(any::<u8>(), 1..40),
        bits in any::<u32>(),
        content in vec(any::<u8>(), 0..400),
    ) {
        let mode = Mode::from_bits(bits % 8 * 0o20_000 + bits % 0o1000);
        let said = push(raw::commit(None, COMMIT), path, mode, content);
        let plain = |it: char| it == '\n' || !it.is_control();
        prop_assert!(said.chars().all(plain), "{said:?}");
    }

    #[test]
    fn any_bytes_are_a_tree_or_not(bytes in vec(any::<u8>(), 0..300)) {
        let _ = raw::tree(&bytes, 20);
        let _ = raw::tree(&bytes, 32);
    }

    #[test]
    fn a_spoilt_tree_is_a_tree_or_not(
        bytes in vec(("[a-c/.]{0,3}", prop::sample::select(&["100644", "40000", "120000", "0"][..])), 0..6)
            .prop_flat_map(|entries| spoilt(entries.iter().flat_map(|(name, mode)| {
                [mode.as_bytes(), b" ", name.as_bytes(), b"\0", &[7; 20]].concat()
            }).collect())),
    ) {
        if let Ok(entries) = raw::tree(&bytes, 20) {
            prop_assert!(entries.windows(2).all(|it| it[0].name != it[1].name));
        }
    }

    #[test]
    fn any_bytes_are_lines_of_a_hook_or_not(
        bytes in prop_oneof![
            vec(any::<u8>(), 0..200).boxed(),
            spoilt(format!("{0} {0} refs/heads/a\n{0} {0} b\n", "0".repeat(40)).into_bytes()).boxed(),
        ],
    ) {
        for hash_len in [20, 32] {
            if let Ok(lines) = refgate::receive::lines(&bytes, hash_len) {
                prop_assert_eq!(lines.len(), bytes.iter().filter(|it| **it == b'\n').count());
            }
        }
    }

    #[test]
    fn any_bytes_can_be_searched_for_secrets(
        bytes in prop_oneof![
            vec(any::<u8>(), 0..400).boxed(),
            any::<Index>().prop_flat_map(|it| {
                let all: Vec<_> = refgate::secret::patterns().collect();
                let sample = refgate::secret::sample(it.get(&all).id).unwrap_or_default();
                spoilt(format!("key = \"{sample}\"\n").into_bytes())
            }).boxed(),
        ],
        cuts in vec(any::<Index>(), 0..4),
    ) {
        let whole = refgate::secret::Matcher::built_in().scan(&bytes);
        // In pieces, as large blobs are read, the same is found.
        let mut cuts: Vec<_> = cuts.iter().map(|it| it.index(bytes.len() + 1)).collect();
        cuts.sort_unstable();
        let mut scanner = refgate::secret::Scanner::new(refgate::secret::Matcher::built_in());
        let mut from = 0;
        for to in cuts.into_iter().chain([bytes.len()]) {
            scanner.feed(&bytes[from..to]);
            from = to;
        }
        prop_assert_eq!(format!("{whole:?}"), format!("{:?}", scanner.finish()));
    }
}
