//! C, and a few of P: keys wherever a push can hide them.

use super::stage;
use super::support::raw::{Answer, RawPush};
use super::support::{Repo, Server, World};

const SECRETS: &str = "version = 1\n[[protect]]\nrefs = [\"**\"]\nsecrets = {}\n";

fn key() -> String {
    refgate::secret::sample("aws-access-key-id").unwrap()
}

/// Takes it for granted that the key was found, and not told.
fn found(answer: &Answer) {
    answer.refused("AWS access key ID");
    assert!(!answer.said.contains(&key()), "the key is told: {answer:#?}");
}

fn push(work: &Repo<'_>, server: &Server<'_>, oid: &str, name: &str) -> Answer {
    RawPush::new(work, server).command("0", oid, name).send()
}

/// A commit of one file on top of main.
fn file(work: &Repo<'_>, mode: &str, path: &[u8], content: &[u8]) -> String {
    let tree = work.tree(&[(mode, path, &work.blob(content))]);
    work.commit_tree(&tree, &[&work.rev("main")], "Add a file\n")
}

fn utf16(text: &str, big: bool) -> Vec<u8> {
    let unit = |it: u16| if big { it.to_be_bytes() } else { it.to_le_bytes() };
    text.encode_utf16().flat_map(unit).collect()
}

#[test]
fn c03_a_key_is_found_in_bytes_of_any_kind() {
    let world = World::new();
    let (server, work) = stage(&world, SECRETS);
    let line = format!("id = \"{}\"", key());
    let utf32: Vec<u8> = line.chars().flat_map(|it| u32::from(it).to_le_bytes()).collect();
    let padded = |before: usize| [&vec![b'x'; before][..], b"\n", line.as_bytes()].concat();
    let contents = [
        [b"\0\x01\x02", line.as_bytes(), b"\0\0"].concat(),
        utf16(&line, false),
        utf16(&line, true),
        [b"\xff\xfe".to_vec(), utf16(&line, false)].concat(),
        [b"\xfe\xff".to_vec(), utf16(&line, true)].concat(),
        utf32,
        format!("a\r\n{line}\r\n").into_bytes(),
        line.clone().into_bytes(),
        [&vec![b'x'; 5 << 20][..], b" ", line.as_bytes()].concat(),
        padded((64 << 10) - 20),
        padded((1 << 20) - 15),
        padded((4 << 20) - 15),
        padded((8 << 20) - 25),
    ];
    for content in contents {
        found(&push(&work, &server, &file(&work, "100644", b"b", &content), "refs/heads/new"));
    }
}

#[test]
fn c07_a_key_is_found_wherever_a_push_can_carry_it() {
    let world = World::new();
    let (server, work) = stage(&world, SECRETS);
    let (main, tree, key) = (work.rev("main"), work.rev("main^{tree}"), key());
    let new = "refs/heads/new";
    let by = |who: &str| {
        let who = format!("{who} 1767225600 +0000");
        work.commit_by(&tree, &[&main], &who, "Say\n")
    };
    let message = |text: String| work.commit_tree(&tree, &[&main], text);
    let path = format!("backup-{key}.txt");
    let module = format!("[submodule \"m\"]\n\tpath = m\n\turl = https://x/{key}/m\n");
    let commits = [
        file(&work, "100644", path.as_bytes(), b"text\n"),
        file(&work, "120000", b"link", format!("../{key}").as_bytes()),
        file(&work, "100644", b".gitmodules", module.as_bytes()),
        message(format!("Use {key}\n")),
        message(format!("Use it\n\nKey: {key}\n")),
        message(format!("Use it\n\n\0{key}\n")),
        by(&format!("{key} <ana@example.com>")),
        by(&format!("Ana <{key}@example.com>")),
    ];
    for commit in commits {
        found(&push(&work, &server, &commit, new));
    }
    // Git itself tells the name of the ref that it did not move.
    let named = push(&work, &server, &main, &format!("refs/heads/try-{key}"));
    named.refused("AWS access key ID in the ref's name");
    let tag = work.tag_object(&main, "commit", "v1", &format!("Made with {key}"));
    found(&push(&work, &server, &tag, "refs/tags/v1"));
}

#[test]
fn p10_a_key_is_found_behind_tags_of_anything() {
    let world = World::new();
    let (server, work) = stage(&world, SECRETS);
    let blob = work.blob(format!("id = {}\n", key()));
    let tree = work.tree(&[("100644", b"a", &blob)]);
    for (target, kind) in [(&blob, "blob"), (&tree, "tree")] {
        found(&push(&work, &server, target, "refs/tags/bare"));
        let one = work.tag_object(target, kind, "t", "T");
        let two = work.tag_object(&one, "tag", "t", "T");
        found(&push(&work, &server, &one, "refs/tags/t"));
        found(&push(&work, &server, &two, "refs/tags/t"));
    }
}

#[test]
fn c05_c18_a_mailmap_changes_nobody() {
    let world = World::new();
    let policy = "version = 1\n[[protect]]\nrefs = [\"**\"]\n\
        author = { email = [\"*@acme.example\"], is = \"pusher\" }\n\
        [people.ana]\nlogins = { ssh = \"ana\" }\nemails = [\"ana@acme.example\"]\n";
    let (server, work) = stage(&world, policy);
    server.repo.git(&["config", "refgate.host", "ssh"]).ok();
    let mailmap = work.blob("Ana <ana@acme.example> <eve@evil.example>\n");
    let tree = work.tree(&[("100644", b".mailmap", &mailmap)]);
    let main = work.rev("main");
    let by = |who: &str| {
        let who = format!("Ana <{who}> 1767225600 +0000");
        work.commit_by(&tree, &[&main], &who, "Say\n")
    };
    let send = |oid: &str, actor: &str| {
        let raw = RawPush::new(&work, &server).env("REFGATE_ACTOR", actor);
        raw.command("0", oid, "refs/heads/new").send()
    };
    // The map says that both are the same; the policy knows better.
    send(&by("eve@evil.example"), "ana").refused("author");
    // Ana's address, and not Ana.
    send(&by("ana@acme.example"), "eve").refused("author");
    send(&by("ana@acme.example"), "ana").accepted();
}
