//! What must hold for the rules about content, whatever is pushed.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::collections::BTreeMap;
use std::process::Command;
use std::rc::Rc;

use bstr::{BStr, BString};
use proptest::prelude::*;
use refgate::model::{
    Actor, Change, CheckRun, Commit, Decision, Entry, Fact, Facts, FileChange, Incoming, Memory,
    Mode, Need, Oid, Peeled, PullRequest, Recorded, RecordedUpdate, RefName, RefUpdate, Review,
    Stage, Target, Unknown, Verdict, Version,
};
use refgate::{judge::judge, policy, report, rule::hint};

const POLICY: &str = r#"
version = 1
[[protect]]
refs = ["main"]
file-size = { max = "64 B", lfs = "count", paths = [{ match = ["*.a"], max = "1KiB" }] }
push-size = { max-bytes = "1MiB", max-objects = 10 }
text = {}
required-files = { files = ["LICENSE", "a/*", "*/?"] }
[[protect]]
refs = ["main"]
file-size = { max = "64 B", lfs = "deny" }
[protect.paths]
deny = [".env", "[a-c]*", "/vendor/"]
allow = ["**/*.rs", "a"]
max-length = 9
extensions = { deny = ["a", "tar.gz"] }
collide = false
windows = true
[protect.files]
executable = { allow = ["*.sh"] }
submodules = { urls = ["https://*/**"] }
lfs = { require = ["*.a"] }
"#;

/// Recorded facts whose contents come in pieces of a few bytes.
struct Pieces(Recorded, usize);

impl Facts for Pieces {
    fn read(&self, oid: Oid, sink: &mut dyn FnMut(&[u8], u64) -> bool) -> Fact<()> {
        let mut from = 0;
        for piece in self.0.blob(oid)?.chunks(self.1) {
            if !sink(piece, from) {
                break;
            }
            from += piece.len() as u64;
        }
        Ok(())
    }

    fn commits(&self, update: &RefUpdate) -> Fact<Rc<[Commit]>> {
        self.0.commits(update)
    }
    fn files(&self, update: &RefUpdate) -> Fact<Rc<[FileChange]>> {
        self.0.files(update)
    }
    fn size(&self, oid: Oid) -> Fact<u64> {
        self.0.size(oid)
    }
    fn directory(&self, update: &RefUpdate, path: &BStr) -> Fact<Option<Rc<[Entry]>>> {
        self.0.directory(update, path)
    }
    fn is_ancestor(&self, old: Oid, new: Oid) -> Fact<bool> {
        self.0.is_ancestor(old, new)
    }
    fn peel(&self, oid: Oid) -> Fact<Peeled> {
        self.0.peel(oid)
    }
    fn refs(&self) -> Fact<Rc<[(RefName, Oid)]>> {
        self.0.refs()
    }
    fn incoming(&self) -> Fact<Incoming> {
        self.0.incoming()
    }
    fn pull_request(&self, update: &RefUpdate) -> Fact<PullRequest> {
        self.0.pull_request(update)
    }
    fn in_team(&self, actor: &Actor, team: &str) -> Fact<bool> {
        self.0.in_team(actor, team)
    }
    fn reviews(&self, update: &RefUpdate) -> Fact<Rc<[Review]>> {
        self.0.reviews(update)
    }
    fn checks(&self, oid: Oid) -> Fact<Rc<[CheckRun]>> {
        self.0.checks(oid)
    }
}

fn oid(number: u8) -> Oid {
    Oid::from_bytes(&[number; 20]).unwrap()
}

fn verdict(policy: &str, facts: &dyn Facts) -> Verdict {
    let policy = policy::parse("refgate.toml", policy, &mut |_| Err(String::new())).unwrap();
    let new = Target::At(oid(255));
    let update =
        RefUpdate { name: "refs/heads/main".into(), asked_as: None, old: None, new, stale: false };
    let change = Change {
        stage: Stage::PreReceive,
        actor: Err(Unknown::NotHere(Need::Actor)),
        updates: vec![update],
        at: 0,
        facts,
        memory: Memory::default(),
    };
    judge(&policy, &change)
}

fn recorded(
    files: Vec<FileChange>,
    tree: Option<Vec<Entry>>,
    blobs: BTreeMap<Oid, BString>,
) -> Recorded {
    let update = RecordedUpdate { files: Some(files), tree, ..RecordedUpdate::default() };
    let update = BTreeMap::from([("refs/heads/main".to_owned(), update)]);
    Recorded { update, blobs, ..Recorded::default() }
}

fn added(path: &[u8], mode: Mode, blob: u8) -> FileChange {
    let new = Some(Version { mode, oid: oid(blob) });
    FileChange { path: path.into(), commit: Some(oid(254)), root: false, old: None, new }
}

/// What only `policy` finds in a push of one file.
fn denied(rule: &str, path: &[u8], content: &[u8]) -> Vec<String> {
    let text = format!("version = 1\n[[protect]]\nrefs = [\"main\"]\n{rule}\n");
    let blobs = BTreeMap::from([(oid(1), content.into())]);
    let facts = recorded(vec![added(path, Mode::File, 1)], None, blobs);
    let name = rule.split(' ').next().unwrap();
    let findings = verdict(&text, &facts).judgments.remove(0).findings;
    let reasons = findings.into_iter().filter(|it| it.rule == name).flat_map(|it| it.reasons);
    reasons.filter(|it| it.decision == Decision::Deny).map(|it| it.what).collect()
}

fn mode() -> impl Strategy<Value = Mode> {
    prop_oneof![
        Just(Mode::File),
        Just(Mode::Executable),
        Just(Mode::Symlink),
        Just(Mode::Submodule),
        any::<u32>().prop_map(Mode::from_bits),
    ]
}

fn version() -> impl Strategy<Value = Option<Version>> {
    proptest::option::of((mode(), 0..8_u8).prop_map(|(mode, it)| Version { mode, oid: oid(it) }))
}

fn path() -> impl Strategy<Value = BString> {
    let name = prop_oneof![
        "[a-cA-C.é*-]{1,3}".prop_map(String::into_bytes),
        Just(b".gitmodules".to_vec()),
        Just(b"LICENSE".to_vec()),
        Just(b"nul.a".to_vec()),
        prop::collection::vec(1..=255_u8, 0..4),
    ];
    prop::collection::vec(name, 1..4).prop_map(|it| it.join(&b'/').into())
}

fn content() -> impl Strategy<Value = BString> {
    let bit = prop_oneof![
        prop::sample::select(vec![
            "<<<<<<< a\n",
            "=======\n",
            ">>>>>>> b\n",
            "\n",
            "\r\n",
            "a",
            "\u{200b}",
            "\u{200d}",
            "\u{202e}",
            "\u{feff}",
            "\u{1f3f4}",
            "\u{e0067}",
            "\u{fe0f}",
            "ی",
            "../",
            "/",
            ".git",
            "[submodule \"a\"]\n",
            "url = ",
            "path=",
            "\"",
            "\\",
            "ext::",
            "-x",
            "]",
            "[",
            "#",
            "version https://git-lfs.github.com/spec/v1\n",
            "size 1\n",
            "oid sha256:",
        ])
        .prop_map(|it| it.as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 0..4),
    ];
    prop::collection::vec(bit, 0..24).prop_map(|it| it.concat().into())
}

prop_compose! {
    fn facts()(
        files in prop::collection::vec((path(), version(), version(), 0..3_u8), 0..12),
        tree in proptest::option::of(prop::collection::vec((path(), mode(), 0..8_u8), 0..12)),
        blobs in prop::collection::vec(content(), 0..8),
        incoming in proptest::option::of((any::<u64>(), any::<u64>())),
    ) -> Recorded {
        let files = files.into_iter().map(|(path, old, new, by)| FileChange {
            path, commit: (by > 0).then(|| oid(by)), root: false, old, new,
        });
        let tree = tree.map(|it| it.into_iter().map(|(name, mode, it)| {
            Entry { name, mode, oid: oid(it) }
        }).collect());
        let blobs = (0_u8..).zip(blobs).map(|(at, it)| (oid(at), it)).collect();
        let incoming = incoming.map(|(objects, bytes)| Incoming { objects, bytes });
        Recorded { incoming, ..recorded(files.collect(), tree, blobs) }
    }
}

proptest! {
    /// No change makes a rule panic or stay silent, and a verdict can be shown.
    #[test]
    fn any_change_has_a_verdict(facts in facts()) {
        let verdict = verdict(POLICY, &facts);
        for finding in &verdict.judgments[0].findings {
            prop_assert!(!finding.reasons.is_empty(), "{} said nothing", finding.rule);
            for reason in &finding.reasons {
                prop_assert_ne!(&reason.what, "the rule gave no reason");
            }
        }
        let shown = report::text(&verdict, report::Width::Server);
        let escape = '\u{1b}';
        prop_assert!(!shown.contains(escape));
    }

    /// It makes no difference in which pieces a file arrives.
    #[test]
    fn pieces_make_no_difference(facts in facts(), size in 1..9_usize) {
        let whole = format!("{:?}", verdict(POLICY, &facts));
        prop_assert_eq!(format!("{:?}", verdict(POLICY, &Pieces(facts, size))), whole);
    }

    /// A shell takes a quoted word for exactly the bytes it quotes.
    #[test]
    fn a_shell_reads_back_what_is_quoted(raw in prop::collection::vec(1..=255_u8, 0..40)) {
        let script = format!("printf %s {}", hint::word(&raw));
        let out = Command::new("bash").args(["-c", &script]).output().unwrap();
        prop_assert_eq!(out.stdout, raw);
    }

    /// A quoted word stands on one line and shows what it is.
    #[test]
    fn a_quoted_word_is_plain(raw in prop::collection::vec(any::<u8>(), 0..40)) {
        let word = hint::word(&raw);
        prop_assert!(word.chars().all(|it| !it.is_control() && it != '\u{202e}'), "{}", word);
    }

    /// A path in a hint is never an option and never magic.
    #[test]
    fn a_path_is_no_option(raw in path()) {
        let path = hint::path(raw.as_ref());
        let bare = path.trim_start_matches(['$', '\'']);
        prop_assert!(!bare.starts_with('-'));
        prop_assert!(!bare.starts_with(':') || bare.starts_with(":(literal)"));
    }
}

#[test]
fn sizes_are_read_as_people_write_them() {
    let limit = |written: &str| {
        let rule = format!("file-size = {{ max = {written} }}");
        let what = denied(&rule, b"a", &vec![b' '; 10_000]);
        what.first().cloned().unwrap_or_default()
    };
    assert_eq!(limit("\"5KiB\""), "9.7 KiB of 5 KiB");
    assert_eq!(limit("\"5 kb\""), "10 kB of 5 kB");
    assert_eq!(limit("\"1.5KiB\""), "9.7 KiB of 1.5 KiB");
    assert_eq!(limit("\"9999 B\""), "10000 B of 9999 B");
    assert_eq!(limit("9999"), "10000 B of 9999 B");
    assert_eq!(limit("10000"), "");
    for wrong in [
        "\"\"",
        "\"5\u{fc}\"",
        "\".5MiB\"",
        "\"5.MiB\"",
        "\"1.2.3MiB\"",
        "-5",
        "1.5",
        "\"99999999999 TiB\"",
        "\"512k\"",
        "\"5Mb/s\"",
        "0",
        "true",
        "\"0.0001 B\"",
    ] {
        let text =
            format!("version = 1\n[[protect]]\nrefs = [\"main\"]\nfile-size.max = {wrong}\n");
        let parsed = policy::parse("refgate.toml", &text, &mut |_| Err(String::new()));
        assert!(parsed.is_err(), "{wrong} was taken for a size");
    }
}

#[test]
fn a_pointer_is_one_only_to_the_letter() {
    let pointer = |lines: &str| {
        let hash = "4d7a".repeat(16);
        let content = lines.replace("HASH", &hash);
        denied("files = { lfs = { require = [\"*.a\"] } }", b"x.a", content.as_bytes()).is_empty()
    };
    let v = "version https://git-lfs.github.com/spec/v1\n";
    assert!(pointer(&format!("{v}oid sha256:HASH\nsize 12\n")));
    assert!(pointer(&format!("{v}ext-0-foo sha256:HASH\noid sha256:HASH\nsize 12\n")));
    assert!(pointer(""), "an empty file is its own pointer");
    for wrong in [
        format!("{v}size 12\noid sha256:HASH\n"),
        format!("oid sha256:HASH\nsize 12\n{v}"),
        format!("{v}oid sha256:HASH\nsize 12"),
        format!("{v}oid sha256:HASH\nsize 12\nmore\n"),
        format!("{v}oid sha256:HASH\nsize 12\nx-key value\n"),
        format!("{v}oid sha256:HASHa\nsize 12\n"),
        format!("{v}oid md5:HASH\nsize 12\n"),
        format!("{v}oid sha256:HASH\nsize -1\n"),
        format!("{v}oid sha256:HASH\nsize 12\r\n"),
        format!("{v}oid  sha256:HASH\nsize 12\n"),
        format!("{v}oid sha256:HASH\noid sha256:HASH\nsize 12\n"),
        format!("{v}oid sha256:HASH\nsize 99999999999999999999\n"),
        format!("{v}ext-0-{} sha256:HASH\noid sha256:HASH\nsize 12\n", "a".repeat(900)),
        format!("\u{feff}{v}oid sha256:HASH\nsize 12\n"),
    ] {
        assert!(!pointer(&wrong), "a pointer: {wrong}");
    }
}

#[test]
fn windows_counts_in_its_own_units() {
    let rule = "paths = { windows = true }";
    for fine in ["u".repeat(255), "é".repeat(255), "😀".repeat(127)] {
        assert!(denied(rule, fine.as_bytes(), b"").is_empty(), "{fine}");
    }
    assert_eq!(denied(rule, "😀".repeat(128).as_bytes(), b"").len(), 1);
    assert_eq!(denied(rule, b"COM\xc2\xb9.txt", b"").len(), 1);
    assert_eq!(denied(rule, b"NUL .txt", b"").len(), 1);
    assert!(denied(rule, b"nullable/come/lpt/com12", b"").is_empty());
}

/// Names that all fall together are told in time that grows with their number.
#[test]
fn many_collisions_do_not_cost_their_square() {
    let name = |bits: u32| -> Vec<u8> {
        (0..14).map(|at| if bits >> at & 1 == 1 { b'a' } else { b'A' }).collect()
    };
    let names: Vec<_> = (0..1 << 10).map(name).collect();
    let files: Vec<_> = names.iter().map(|it| added(it, Mode::File, 1)).collect();
    let entry = |it: &Vec<u8>| Entry { name: it.clone().into(), mode: Mode::File, oid: oid(1) };
    let facts = recorded(files, Some(names.iter().map(entry).collect()), BTreeMap::new());
    let text = "version = 1\n[[protect]]\nrefs = [\"main\"]\npaths = { collide = false }\n";
    let findings = verdict(text, &facts).judgments.remove(0).findings;
    let finding = findings.iter().find(|it| it.rule == "paths").unwrap();
    assert_eq!(finding.reasons.len(), names.len() - 1);
}

/// Moving a blob that the same push brought does not hide where it came from.
#[test]
fn what_a_push_brings_and_moves_is_still_its_doing() {
    let mut first = added(b"a", Mode::File, 1);
    first.commit = Some(oid(10));
    let mut gone = added(b"a", Mode::File, 1);
    (gone.old, gone.new, gone.commit) = (gone.new, None, Some(oid(11)));
    let mut again = added(b"b", Mode::File, 1);
    again.commit = Some(oid(11));
    let blobs = BTreeMap::from([(oid(1), "x\u{202e}".into())]);
    let facts = recorded(vec![again, gone, first], None, blobs);
    let text = "version = 1\n[[protect]]\nrefs = [\"main\"]\ntext = {}\n";
    assert_eq!(verdict(text, &facts).decision(), Decision::Deny);
}
