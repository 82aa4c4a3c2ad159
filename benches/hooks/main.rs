//! How long a commit and a push wait for Refgate, and for others.
//!
//! `cargo bench --bench hooks` measures and prints a table; the numbers go to
//! `benches/hooks.json`, from which `README.md` has its table. Without `--bench`
//! (`cargo test --bench hooks`) everything is tried once, small, to see that the
//! harness works. `-- --bench FILE` measures the binary FILE instead.
//!
//! Everyone takes turns within one run, so that a busy machine is busy for all.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, missing_docs)]

mod contest;
mod local;
mod sandbox;
mod server;
mod table;

use std::path::PathBuf;
use std::{env, fs};

use sandbox::Sandbox;
use table::Measured;

/// How much work a run takes on.
struct Size {
    rounds: usize,
    files: [usize; 2],
    pushes: usize,
    commits: usize,
    refs: usize,
}

const REAL: Size =
    Size { rounds: 41, files: [20, 100_000], pushes: 9, commits: 10_000, refs: 2_000 };
const SMOKE: Size = Size { rounds: 1, files: [3, 20], pushes: 1, commits: 5, refs: 3 };

fn main() {
    let words: Vec<_> = env::args().skip(1).collect();
    let real = words.iter().any(|it| it == "--bench");
    let named = words.iter().find(|it| !it.starts_with("--")).map(PathBuf::from);
    let binary = named.unwrap_or_else(|| env!("CARGO_BIN_EXE_refgate").into());
    let binary = fs::canonicalize(&binary).expect("the binary to measure");
    let size = if real { REAL } else { SMOKE };

    let sandbox = Sandbox::new(&binary);
    let commits = size.files.map(|files| local::pre_commit(&sandbox, files, size.rounds));
    let pushes = [
        server::one_commit(&sandbox, size.rounds),
        server::many_commits(&sandbox, size.commits, size.pushes),
        server::many_refs(&sandbox, size.refs, size.pushes),
    ];
    let machine = sandbox.machine();
    let measured = Measured { machine, commits: commits.into(), pushes: pushes.into() };
    print!("{}", measured.markdown());
    if real {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/hooks.json");
        fs::write(file, serde_json::to_string_pretty(&measured).unwrap() + "\n").unwrap();
        println!("\nwritten to {file}");
    }
}
