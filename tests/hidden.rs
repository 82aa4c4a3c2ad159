//! Secrets in odd corners of real objects, and that nothing repeats one.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use refgate::git::{Deadline, Pushed, Repository, Side, Vars};
use refgate::judge::judge;
use refgate::model::{
    Actor, Change, Decision, Memory, Oid, Reason, RefUpdate, Stage, Target, Verdict,
};
use refgate::report::{Width, text};
use refgate::secret::sample;
use refgate::{model, policy};

/// Writes an object as it is, however odd.
fn object(dir: &Path, kind: &str, raw: &[u8]) -> Oid {
    let mut child = Command::new("git")
        .args(["hash-object", "-t", kind, "-w", "--literally", "--stdin"])
        .current_dir(dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(raw).unwrap();
    let out = child.wait_with_output().unwrap();
    assert!(out.status.success());
    Oid::from_hex(out.stdout.trim_ascii()).unwrap()
}

fn tree(dir: &Path, entries: &[(&str, &str, Oid)]) -> Oid {
    let mut raw = Vec::new();
    for (mode, name, oid) in entries {
        raw.extend_from_slice(format!("{mode} {name}\0").as_bytes());
        raw.extend_from_slice(oid.as_bytes());
    }
    object(dir, "tree", &raw)
}

fn commit(dir: &Path, tree: Oid, more: &str) -> Oid {
    let who = "ana <ana@acme.example> 1700000000 +0000";
    let raw = format!("tree {tree}\nauthor {who}\ncommitter {who}\n{more}\n\nfix: it\n");
    object(dir, "commit", raw.as_bytes())
}

const POLICY: &str = "version = 1\n[[protect]]\nrefs = [\"**\"]\nsecrets = {}\n";

fn judged(policy: &str, name: &str, new: Oid, facts: &dyn model::Facts) -> Verdict {
    let policy = policy::parse("refgate.toml", policy, &mut |_| Err(String::new())).unwrap();
    let update = RefUpdate {
        name: name.into(),
        asked_as: None,
        old: None,
        new: Target::At(new),
        stale: false,
    };
    judge(
        &policy,
        &Change {
            stage: Stage::PreReceive,
            actor: Ok(Actor("ana".to_owned())),
            updates: vec![update],
            at: 0,
            facts,
            memory: Memory::default(),
        },
    )
}

/// What is said against a push of what `make` makes.
fn denied(name: &str, make: impl FnOnce(&Path) -> Oid) -> Vec<(&'static str, Reason)> {
    let dir = tempfile::tempdir().unwrap();
    let init = Command::new("git").args(["init", "-q", "--bare"]).current_dir(&dir).status();
    assert!(init.unwrap().success());
    let new = make(dir.path());
    let repository = Repository::open(&Vars::default(), dir.path(), Side::Local).unwrap();
    let facts = Pushed::new(&repository, [].into(), Deadline::never());
    reasons(judged(POLICY, name, new, &facts))
}

fn reasons(verdict: Verdict) -> Vec<(&'static str, Reason)> {
    let findings = verdict.judgments.into_iter().flat_map(|it| it.findings);
    let all = findings.flat_map(|it| it.reasons.into_iter().map(move |reason| (it.rule, reason)));
    all.filter(|(_, it)| it.decision == Decision::Deny).collect()
}

fn holds(said: &[(&str, Reason)], rule: &str, what: &str) -> bool {
    said.iter().any(|(name, it)| *name == rule && it.what.contains(what))
}

#[test]
fn odd_modes_hide_nothing() {
    for mode in ["40755", "040000", "40000"] {
        let said = denied("refs/heads/main", |dir| {
            let key = sample("github-pat").unwrap();
            let below = tree(dir, &[("100664", "key", object(dir, "blob", key.as_bytes()))]);
            commit(dir, tree(dir, &[(mode, "below", below)]), "x y")
        });
        assert!(holds(&said, "secrets", "GitHub"), "{mode}: {said:#?}");
        let odd = said
            .iter()
            .any(|(rule, it)| *rule == "sane-objects" && it.place.path == Some("below".into()));
        assert_eq!(odd, mode != "40000", "{mode}: {said:#?}");
    }
    let said = denied("refs/heads/main", |dir| {
        let url = format!("https://{}@acme.io", sample("github-pat").unwrap());
        let link = object(dir, "blob", url.as_bytes());
        commit(dir, tree(dir, &[("120777", "link", link)]), "x y")
    });
    assert!(holds(&said, "secrets", "in the link's target"), "{said:#?}");
    assert!(holds(&said, "sane-objects", "120777"), "{said:#?}");
}

#[test]
fn every_header_is_looked_at() {
    let key = sample("github-pat").unwrap();
    for header in ["encoding ", "gpgsig x\n ", "gpgsig-sha256 ", "mergetag object\n ", "x-y "] {
        let said =
            denied("refs/heads/main", |dir| commit(dir, tree(dir, &[]), &format!("{header}{key}")));
        assert!(holds(&said, "secrets", "in the commit's header"), "{header}: {said:#?}");
    }
    for header in ["tagger ", "tagger ana <a@b> 0 +0000 ", "x-y ", "gpgsig-sha256 x\n "] {
        let said = denied("refs/tags/v1", |dir| {
            let to = commit(dir, tree(dir, &[]), "x y");
            let raw = format!("object {to}\ntype commit\ntag v1\n{header}{key}\n\nfirst\n");
            object(dir, "tag", raw.as_bytes())
        });
        assert!(holds(&said, "secrets", "in the tag"), "{header}: {said:#?}");
        assert_eq!(said.iter().filter(|(rule, _)| *rule == "secrets").count(), 1, "{said:#?}");
    }
}

#[test]
fn a_second_encoding_is_malformed() {
    let said = denied("refs/heads/main", |dir| {
        commit(dir, tree(dir, &[]), "encoding utf-8\nencoding latin1")
    });
    assert!(holds(&said, "sane-objects", "more than one `encoding` line"), "{said:#?}");
}

/// What is reported of a push of the file `path` with `content`.
fn reported(rule: &str, path: &str, content: &str) -> String {
    text(&pushed(rule, path, content), Width::Local)
}

fn pushed(rule: &str, path: &str, content: &str) -> Verdict {
    let policy = format!("version = 1\n[[protect]]\nrefs = [\"**\"]\n{rule}\n");
    let oid: Oid = "b10b".parse().unwrap();
    let mut facts = model::Recorded::default();
    let new = Some(model::Version { mode: model::Mode::File, oid });
    let commit = "9be0d11".parse().ok();
    let file = model::FileChange { path: path.into(), commit, root: false, old: None, new };
    let known = model::RecordedUpdate {
        commits: Some(Vec::new()),
        files: Some(vec![file]),
        ..model::RecordedUpdate::default()
    };
    facts.update.insert("refs/heads/main".to_owned(), known);
    facts.blobs.insert(oid, content.into());
    judged(&policy, "refs/heads/main", "9be0d11".parse().unwrap(), &facts)
}

#[test]
fn the_reason_that_a_line_gives_repeats_no_secret() {
    let (one, two) = (sample("github-pat").unwrap(), sample("slack-bot").unwrap());
    let line = |why: &str| format!("k = '{one}' # refgate:allow secrets {why}\n");
    let told = |rule: &str, why: &str| reported(rule, "a", &line(why));
    let inline = "secrets = { allow-inline = true }";
    for why in [&two, &format!("it is {two}"), &format!("{:50} {two}", "long"), &one] {
        let said = told(inline, why);
        assert!(!said.contains(&two[..12]) && !said.contains(&one[..12]), "{said}");
        assert!(said.contains("allowed by its line"), "{said}");
    }
    let said = told(inline, "revoked in 2024");
    assert!(said.contains("allowed by its line: revoked in 2024"), "{said}");
    let said = told(inline, &"word ".repeat(40));
    assert_eq!(said.matches("word").count(), 12, "{said}");
    let generic = "pass\x77ord = \"vK9xQ2mLw7Zp\" # refgate:allow secrets because of the hat\n";
    let said = reported("secrets = { generic = \"warn\" }", "a", generic);
    assert!(said.contains("password") && !said.contains("hat"), "{said}");
}

#[test]
fn a_tagged_tree_is_looked_through_once() {
    let key = sample("github-pat").unwrap();
    let make = |dir: &Path| {
        let below = tree(dir, &[("100644", "key", object(dir, "blob", key.as_bytes()))]);
        tree(dir, &[("40000", "below", below)])
    };
    let said = denied("refs/tags/tree", make);
    let said: Vec<_> = said.iter().filter(|(rule, _)| *rule == "secrets").collect();
    assert_eq!(said.len(), 1, "{said:#?}");
    assert_eq!(said[0].1.place.path, Some("below/key".into()));
}

#[test]
fn a_file_of_more_secrets_than_are_told_can_be_exempt_by_its_path() {
    let content = format!("{}\n", sample("github-pat").unwrap()).repeat(1500);
    let said = reported("secrets = {}", "keys.txt", &content);
    assert!(said.contains("keys.txt: more than the 1000 secrets that are told"), "{said}");
    let exempt = "secrets = {}\n[[exempt]]\nrule = \"secrets\"\npaths = [\"keys.txt\"]\n\
                  why = \"revoked\"\nuntil = 2099-01-01";
    let said = reasons(pushed(exempt, "keys.txt", &content));
    assert!(said.iter().all(|(rule, _)| *rule != "secrets"), "{said:#?}");
}

#[test]
fn no_rule_repeats_a_secret() {
    let key = sample("github-pat").unwrap();
    let policy = "version = 1\n[[protect]]\nrefs = [\"**\"]\nbranch-name = \"x\"\n\
                  paths = { deny = [\"*\"] }\nmessage = { style = \"conventional\" }\n\
                  author = { email = [\"*@acme.example\"] }\nsecrets = {}\n\
                  [protect.files]\nsymlinks = \"inside\"\nsubmodules = { urls = [\"x\"] }\n";
    let dir = tempfile::tempdir().unwrap();
    let init = Command::new("git").args(["init", "-q", "--bare"]).current_dir(&dir).status();
    assert!(init.unwrap().success());
    let dir = dir.path();
    let link = object(dir, "blob", format!("/{key}").as_bytes());
    let url = |at: &str| format!("[submodule \"a\"]\npath = a\nurl = https://{at}acme.io/a\n");
    let modules = object(dir, "blob", url("ana:hunter2@").as_bytes());
    let plain = object(dir, "blob", b"text\n");
    let top = [
        ("100644", ".gitmodules", modules),
        ("100644", key.as_str(), plain),
        ("120000", "link", link),
    ];
    let top = tree(dir, &top);
    let who = format!("{key} <{key}@x.example> 1700000000 +0000");
    let raw = format!("tree {top}\nauthor {who}\ncommitter {who}\n\n{key} is it\n");
    let new = object(dir, "commit", raw.as_bytes());
    let repository = Repository::open(&Vars::default(), dir, Side::Local).unwrap();
    let facts = Pushed::new(&repository, [].into(), Deadline::never());
    let verdict = judged(policy, &format!("refs/heads/{key}"), new, &facts);
    let said = text(&verdict, Width::Local) + &format!("{:#?}", verdict.judgments[0].update);
    let flat: String = said.split_whitespace().collect();
    assert!(!flat.contains(&key[..12]) && !flat.contains("hunter2"), "{said}");
    for rule in ["branch-name", "paths", "message", "author", "secrets", "files"] {
        assert!(said.contains(&format!("\n  {rule} (")), "{rule}: {said}");
    }
    assert!(said.contains("https://acme.io/a"), "{said}");
}

#[test]
fn an_exemption_fits_the_path_itself() {
    let key = sample("github-pat").unwrap();
    let exempt = format!(
        "secrets = {{}}\n[[exempt]]\nrule = \"secrets\"\npaths = [\"keys/{key}\"]\n\
         why = \"revoked\"\nuntil = 2099-01-01"
    );
    let said = reasons(pushed(&exempt, &format!("keys/{key}"), "text\n"));
    assert!(said.iter().all(|(rule, _)| *rule != "secrets"), "{said:#?}");
}

#[test]
fn a_fingerprint_does_not_give_a_guessable_secret_away() {
    let own = "secrets = { patterns.acme = { regex = \"acme_[0-9]{8}\", keywords = [\"acme_\"], \
               examples = [\"acme_00112233\"] } }";
    let print = |path: &str, content: &str| {
        let said = reasons(pushed(own, path, content));
        let all = said.into_iter().filter(|(rule, _)| *rule == "secrets");
        all.map(|(_, it)| it.fingerprint.unwrap()).collect::<Vec<_>>()
    };
    let one = print("a", "pass\x77ord = \"vK9xQ2mLw7Zp\"\n");
    assert_eq!(one.len(), 1);
    assert_eq!(one, print("a", "\npass\x77ord = \"qL7wBn3sYt5R\"\n"));
    assert_ne!(one, print("b", "pass\x77ord = \"vK9xQ2mLw7Zp\"\n"));
    assert_eq!(print("a", "acme_27182818\n"), print("a", "acme_31415926\n"));
    let two = print("a", "acme_27182818 acme_31415926\n");
    assert_ne!(two[0], two[1]);
    let key = sample("github-pat").unwrap();
    assert_eq!(print("a", &key), print("b", &format!("\n{key}")));
}
