//! Tries what the other tests stand on: servers, clients, forged objects.
//!
//! The server's hook here is a line of shell, so that a failure speaks of the
//! test's own tools and not of Refgate.

#![allow(clippy::unwrap_used, missing_docs)]

mod support;

use support::http::Http;
use support::raw::{Pack, RawPush};
use support::ssh::Ssh;
use support::{Pushed, Repo, Server, World, run};

const REFUSE_LOCKED: &str = "while read old new ref; do case $ref in *locked*) echo \"$ref is locked\"; exit 1;; esac; done";

fn server(world: &World) -> Server<'_> {
    let server = world.server("version = 1\n");
    server.hook("pre-receive", REFUSE_LOCKED);
    server
}

fn work(world: &World) -> Repo<'_> {
    let work = world.repo("work");
    work.commit_file("a", "one\n", "Begin");
    work
}

#[test]
fn the_same_commits_have_the_same_names_everywhere() {
    let names = || {
        let world = World::new();
        work(&world).rev("HEAD^{tree}")
    };
    assert_eq!(names(), names());
    let world = World::new();
    let who = work(&world).git(&["log", "-1", "--format=%an %ae %at"]).ok();
    assert!(who.starts_with("Ana ana@example.com 17672"), "{who}");
}

#[test]
fn a_push_shows_what_the_hook_said() {
    let world = World::new();
    let (server, work) = (server(&world), work(&world));
    work.push(&server, &["main"]).accepted();
    assert_eq!(server.tip("main"), Some(work.rev("main")));
    work.push(&server, &["main:locked"]).refused("refs/heads/locked is locked");
    assert_eq!(server.tip("locked"), None);
}

#[test]
fn a_raw_push_sends_what_it_is_told() {
    let world = World::new();
    let (server, work) = (server(&world), work(&world));
    let tip = work.rev("main");
    RawPush::new(&work, &server).command("0", &tip, "refs/heads/main").send().accepted();
    assert_eq!(server.tip("main"), Some(tip.clone()));
    let locked = RawPush::new(&work, &server).command("0", &tip, "refs/heads/locked");
    locked.pack(Pack::Empty).send().refused("refs/heads/locked is locked");
    let forged = RawPush::new(&work, &server).command("0", "0", "refs/heads/main").send();
    assert!(forged.report.iter().any(|it| it == "ok refs/heads/main"), "{forged:?}");
    assert_eq!(server.tip("main"), None);
    let silent = RawPush::new(&work, &server).command("0", &tip, "refs/heads/main");
    assert!(silent.capabilities("delete-refs").send().report.is_empty());
    assert_eq!(server.tip("main"), Some(tip));
}

#[test]
fn forged_objects_arrive_as_they_are() {
    let world = World::new();
    let (server, work) = (server(&world), work(&world));
    let blob = work.blob("text\n");
    let tree = work.tree(&[("100664", b"b", &blob), ("100644", b"a\xff", &blob)]);
    let commit = work.commit_tree(&tree, &[], b"subject\n\0after\n");
    RawPush::new(&work, &server).command("0", &commit, "refs/heads/odd").send().accepted();
    assert!(server.repo.git(&["cat-file", "commit", &commit]).out.ends_with(b"\0after\n"));
    assert_eq!(server.repo.git(&["ls-tree", &tree]).stdout().matches(&blob).count(), 2);
}

#[test]
fn a_push_over_ssh_says_who_pushes() {
    let world = World::new();
    let (server, work) = (server(&world), work(&world));
    let Some(ssh) = Ssh::new(&world, &["bo"]) else { return };
    server.hook("pre-receive", "echo \"$REFGATE_ACTOR pushes\"");
    ssh.push("bo", &work, &server, &["main"]).accepted().says("bo pushes");
    assert_eq!(server.tip("main"), Some(work.rev("main")));
}

#[test]
fn a_push_over_http_says_who_pushes() {
    let world = World::new();
    let (server, work) = (server(&world), work(&world));
    let http = Http::new(&world, &[("bo", "open")]);
    server.hook("pre-receive", "echo \"$REMOTE_USER pushes\"");
    let push = |url: String, name: &str| {
        Pushed::from(run(work.command(&["push"]).args([url, format!("main:{name}")])))
    };
    push(http.url("bo", "open", "server.git"), "main").accepted().says("bo pushes");
    assert_ne!(push(http.url("bo", "shut", "server.git"), "x").code, 0);
    // A pack beyond http.postBuffer is sent in chunks.
    let noise: Vec<u8> =
        (0..600_000_u32).flat_map(|it| (it.wrapping_mul(2_654_435_761)).to_le_bytes()).collect();
    work.commit_file("noise", noise, "Add noise");
    push(http.url("bo", "open", "server.git"), "main").accepted();
    assert_eq!(server.tip("main"), Some(work.rev("main")));
}
