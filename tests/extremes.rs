//! Input that is odd or large: nothing panics, and time grows no faster than it.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::time::{Duration, Instant};

use proptest::prelude::*;
use refgate::judge::judge;
use refgate::model::{
    Actor, Change, Commit, Decision, FileChange, Ident, Memory, Mode, Oid, PullRequest, Recorded,
    RefName, RefUpdate, Stage, Target, Verdict, Version,
};
use refgate::policy::{self, Policy};

const COMMITS: &str = r#"
    version = 1
    [[protect]]
    refs = ["main"]
    message = { style = "conventional", types = ["feat"], scopes = ["a"], subject-min = 1, subject-max = 72, line-max = 72, body = "required", pattern = '(?i)[a-z]{2,}', not-pattern = 'x{9}$', forbid = ["fixup", "squash", "wip"] }
    sign-off = "author"
    trailers = { require = ["Reviewed-by"], forbid = ["Change-Id"] }
    ticket = { pattern = '\bABC-[0-9]+\b', in = ["subject", "body", "branch", "trailer:Ticket"] }
    author = { email = ["*@acme.example"], name = '\w+', is = "pusher" }
    committer = { email = ["*@acme.example"] }
    commits = { max = 9, merges = false }
    linear = true
    merge = ["squash"]
"#;

fn policy(text: &str) -> Policy {
    let parsed = policy::parse("refgate.toml", text, &mut |_| Err(String::new()));
    parsed
        .unwrap_or_else(|problems| panic!("{:?}", problems.0.first().map(policy::Problem::summary)))
}

fn judged(policy: &Policy, updates: Vec<RefUpdate>, facts: &Recorded) -> Verdict {
    let change = Change {
        stage: Stage::PreReceive,
        actor: Ok(Actor("ana".to_owned())),
        updates,
        at: 0,
        facts,
        memory: Memory::default(),
    };
    judge(policy, &change)
}

fn oid(number: usize) -> Oid {
    let mut raw = [1; 20];
    raw[..8].copy_from_slice(&(number as u64).to_be_bytes());
    Oid::from_bytes(&raw).unwrap()
}

fn push(name: &[u8], new: Oid) -> RefUpdate {
    RefUpdate {
        name: RefName::new(name),
        asked_as: None,
        old: None,
        stale: false,
        new: Target::At(new),
    }
}

fn commit(message: Vec<u8>) -> Commit {
    Commit { oid: Some(oid(1)), message: message.into(), ..Commit::default() }
}

fn judged_commit(policy: &Policy, commit: Commit) -> Verdict {
    let mut facts = Recorded { refs: Some([].into()), ..Recorded::default() };
    let known = facts.update.entry("refs/heads/main".to_owned()).or_default();
    known.commits = Some(vec![commit]);
    known.files = Some(Vec::new());
    known.pull_request = Some(PullRequest::No);
    judged(policy, vec![push(b"refs/heads/main", oid(1))], &facts)
}

/// Text of what rules look for, or any bytes at all.
fn text() -> impl Strategy<Value = Vec<u8>> {
    let pieces = [
        "a",
        "feat",
        "feat: ",
        "feat(a)!: ",
        "(",
        ")",
        "!",
        ":",
        " ",
        "\n",
        "\n\n",
        "\r\n",
        "\t",
        "fixup! ",
        "wip",
        "Revert \"",
        "\"",
        "This reverts commit ",
        "Signed-off-by: A <a@x>\n",
        "Ticket: ABC-1\n",
        "<",
        ">",
        "@",
        "é",
        "e\u{301}",
        "\u{202e}",
        "\u{1f3f4}\u{e0067}",
        "一",
        "\0",
        "0123456789abcdef0123456789abcdef01234567.",
    ];
    let known = prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..12);
    let known = known.prop_map(|it| it.concat().into_bytes());
    prop_oneof![3 => known, 1 => prop::collection::vec(any::<u8>(), 0..60)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..Default::default() })]

    #[test]
    fn no_commit_makes_a_rule_panic(
        message in text(), name in text(), email in text(), encoding in prop::option::of(text()),
        parents in 0_usize..3,
    ) {
        let who = Ident { name: name.into(), email: email.into(), seconds: None };
        let commit = Commit {
            parents: (2..2 + parents).map(oid).collect(),
            author: who.clone(),
            committer: who,
            encoding: encoding.map(Into::into),
            ..commit(message)
        };
        judged_commit(&policy(COMMITS), commit);
    }

    #[test]
    fn no_name_of_a_ref_makes_a_rule_panic(names in prop::collection::vec(text(), 0..5), old in text()) {
        let refs = [(String::from_utf8_lossy(&old).into_owned(), oid(3))].into();
        let facts = Recorded { refs: Some(refs), ..Recorded::default() };
        let names = names.iter().flat_map(|it| [it.clone(), [b"refs/heads/", &it[..]].concat()]);
        judged(&policy(COMMITS), names.map(|it| push(&it, oid(1))).collect(), &facts);
    }
}

/// Runs something that takes well under a second, and would take hours if it
/// looked at everything once per thing.
fn soon(what: &str, work: impl FnOnce()) {
    let start = Instant::now();
    work();
    let took = start.elapsed();
    assert!(took < Duration::from_secs(30), "{what} took {took:?}");
}

#[test]
fn a_message_of_10_mb_is_judged() {
    let policy = policy(COMMITS);
    let lines = [
        "a",
        " ",
        "\t",
        "\n",
        "a\n",
        "a b ",
        "feat: ",
        "feat(a",
        "Reviewed-by: Z\n",
        " folded\n",
        "é",
        "e\u{301}",
        "x",
        "ABC-",
        "This reverts commit ",
        "a\n\n",
        "# a\n",
        "https://a/b\n",
        "\r",
        "fixup! ",
    ];
    for (at, line) in lines.into_iter().enumerate() {
        // The time of each shape shows at 1 MB already; two are as large as that.
        let size = if at < 2 { 10 << 20 } else { 1 << 20 };
        for title in ["", "feat: a\n\n"] {
            let message = format!("{title}{}", line.repeat(size / line.len()));
            soon(line, || {
                judged_commit(&policy, commit(message.into_bytes()));
            });
        }
    }
}

#[test]
fn two_thousand_refs_are_judged_beside_fifty_thousand() {
    let text = "version = 1\n[[protect]]\nrefs = [\"**\"]\nbranch-name = '.*'\n";
    let names = (0..50_000).map(|it| (format!("refs/heads/team-{}/Branch-{it}", it % 99), oid(it)));
    let mut facts = Recorded { refs: Some(names.collect()), ..Recorded::default() };
    let kind = refgate::model::Kind::Commit;
    let commit = refgate::model::Peeled { kind, oid: oid(1), tags: Vec::new() };
    facts.objects.insert(oid(1), commit);
    let names: Vec<_> = (0..2000).map(|it| format!("refs/heads/new/{it}")).collect();
    for name in &names {
        let known = facts.update.entry(name.clone()).or_default();
        (known.commits, known.files) = (Some(Vec::new()), Some(Vec::new()));
        known.pull_request = Some(PullRequest::No);
    }
    soon("2,000 refs", || {
        let updates = names.iter().map(|it| push(it.as_bytes(), oid(1)));
        let verdict = judged(&policy(text), updates.collect(), &facts);
        assert_eq!(verdict.decision(), Decision::Pass);
    });
    soon("a deep name", || {
        let deep = format!("refs/heads{}", "/a".repeat(30_000));
        judged(&policy(text), vec![push(deep.as_bytes(), oid(1)); 20], &facts);
    });
}

#[test]
fn two_thousand_tags_are_judged_beside_fifty_thousand_refs() {
    let text = "version = 1\n[[protect]]\nrefs = [\"**\"]\ntag = { points-into = [\"main\"] }\n\
                up-to-date = \"main\"\n";
    let names = (0..50_000).map(|it| (format!("refs/heads/team-{}/Branch-{it}", it % 99), oid(it)));
    let main = [("refs/heads/main".to_owned(), oid(1))];
    let mut facts = Recorded { refs: Some(names.chain(main).collect()), ..Recorded::default() };
    facts.history = Some([(oid(1), vec![oid(1)])].into());
    let kind = refgate::model::Kind::Commit;
    let commit = refgate::model::Peeled { kind, oid: oid(1), tags: Vec::new() };
    facts.objects.insert(oid(1), commit);
    let names: Vec<_> = (0..2000).map(|it| format!("refs/tags/v{it}")).collect();
    for name in &names {
        let known = facts.update.entry(name.clone()).or_default();
        (known.commits, known.files) = (Some(Vec::new()), Some(Vec::new()));
        known.pull_request = Some(PullRequest::No);
    }
    soon("2,000 tags", || {
        let updates = names.iter().map(|it| push(it.as_bytes(), oid(1)));
        let verdict = judged(&policy(text), updates.collect(), &facts);
        assert_eq!(verdict.decision(), Decision::Pass, "{verdict:?}");
    });
}

#[test]
fn thousands_of_sign_offs_and_merges_are_judged() {
    let policy = policy("version = 1\n[[protect]]\nrefs = [\"main\"]\nsign-off = \"author\"\n");
    let name = "N".repeat(1 << 20);
    let author = Ident { name: name.into(), email: "n@x".into(), seconds: None };
    let trailers = "Signed-off-by: A <a@x>\n".repeat(20_000);
    let signed = commit(format!("a\n\n{trailers}").into_bytes());
    soon("20,000 sign-offs", || {
        judged_commit(&policy, Commit { author, ..signed });
    });
    let mut facts = Recorded { refs: Some([].into()), ..Recorded::default() };
    let known = facts.update.entry("refs/heads/main".to_owned()).or_default();
    let merge = |it| Commit {
        oid: Some(oid(it)),
        parents: vec![oid(it + 1), oid(1)],
        message: "Merge".into(),
        ..Commit::default()
    };
    known.commits = Some((2..30_002).map(merge).collect());
    let file = |it| FileChange {
        path: format!("{it}").into(),
        commit: Some(oid(1)),
        root: false,
        old: None,
        new: Some(Version { mode: Mode::File, oid: oid(it) }),
    };
    known.files = Some((0..200_000).map(file).collect());
    soon("30,000 merges", || {
        judged(&policy, vec![push(b"refs/heads/main", oid(2))], &facts);
    });
}
