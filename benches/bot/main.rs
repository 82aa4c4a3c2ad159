//! What the bot takes, gives and asks, as a whole server against a GitHub of our own.
//!
//! `cargo bench --bench bot` measures and prints a table; with names of parts behind
//! (`-- judged calls`) only those: `flood`, `judged`, `calls`, `crowd`. Without
//! `--bench` (`cargo test --bench bot`) everything is tried once, small, to see that the
//! harness works. `REFGATE_BENCH_PULLS` says how many pull requests are open in `crowd`,
//! `REFGATE_BENCH_BINARY` which binary is the server.
//!
//! GitHub, the database and whoever sends share the machine with the server.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::print_stderr)]
#![allow(clippy::cast_precision_loss, clippy::disallowed_methods, missing_docs)]

mod calls;
mod crowd;
#[path = "../../tests/database/mod.rs"]
mod database;
mod flood;
#[path = "../../tests/hub/mod.rs"]
mod hub;
mod judged;
#[path = "../judge/policy.rs"]
mod policy;
mod server;
mod shop;
mod table;

use std::env;

use table::Table;

/// How much is measured.
pub(crate) struct Size {
    /// Deliveries of one flood.
    deliveries: usize,
    /// Pull requests that they tell of.
    pulls: usize,
    /// Commits, files and reviews of pull requests that are judged.
    changes: [(usize, usize, usize); 2],
    rounds: usize,
    /// Open pull requests that a server knows of.
    crowd: usize,
}

const REAL: Size = Size {
    deliveries: 10_000,
    pulls: 99,
    changes: [(5, 20, 10), (500, 3_000, 200)],
    rounds: 101,
    crowd: 10_000,
};
const SMOKE: Size =
    Size { deliveries: 60, pulls: 3, changes: [(1, 2, 3), (2, 4, 4)], rounds: 1, crowd: 5 };

#[tokio::main(worker_threads = 2)]
async fn main() {
    let words: Vec<_> = env::args().skip(1).collect();
    let mut size = if words.iter().any(|it| it == "--bench") { REAL } else { SMOKE };
    if let Ok(pulls) = env::var("REFGATE_BENCH_PULLS") {
        size.crowd = pulls.parse().expect("REFGATE_BENCH_PULLS is a number");
    }
    let named: Vec<_> = words.iter().filter(|it| !it.starts_with("--")).collect();
    let asked = |part: &str| named.is_empty() || named.iter().any(|it| *it == part);
    let mut table = Table::default();
    if asked("flood") {
        flood::run(&size, &mut table).await;
    }
    if asked("judged") {
        judged::run(&size, &mut table).await;
    }
    if asked("calls") {
        calls::run(&mut table).await;
    }
    if asked("crowd") {
        crowd::run(&size, &mut table).await;
    }
    print!("{}", table.markdown());
}
