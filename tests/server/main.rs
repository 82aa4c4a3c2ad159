//! Pushes of every kind against the real binary as a server's hook.
//!
//! Tests are named after the cases of the acceptance list: P about the protocol
//! and refs, C about content, E about processes and environment. What is not
//! here is in `docs/acceptance.md`, with the reason.

#![allow(clippy::unwrap_used, clippy::print_stderr, missing_docs)]

mod content;
mod leaks;
mod process;
mod refs;
#[path = "../support/mod.rs"]
mod support;

use support::{Repo, Server, World};

/// What most tests ask: main only moves forward, no text deceives its reader.
const POLICY: &str = "version = 1\n\
    [[protect]]\nrefs = [\"main\"]\nfast-forward-only = true\n\
    [[protect]]\nrefs = [\"**\"]\ntext = {}\n";

/// Text that `text` refuses: it reads from right to left.
const BAD: &str = "access = \"user\u{202e} // admin\"\n";

/// What the report says of it.
const SEEN: &str = "U+202E";

/// A server under `policy` with one commit on main, and a clone of it.
fn stage<'w>(world: &'w World, policy: &str) -> (Server<'w>, Repo<'w>) {
    staged(world, policy, &[])
}

/// The same, with options for `git init`.
fn staged<'w>(world: &'w World, policy: &str, options: &[&str]) -> (Server<'w>, Repo<'w>) {
    let server = Server::new(world, "server.git", policy, options);
    let work = world.repo_with("work", options);
    work.commit_file("a", "one\n", "Begin");
    server.unguarded(|| work.push(&server, &["main"]).accepted().code);
    (server, work)
}
