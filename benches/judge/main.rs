//! How long the judgment of a large pull request takes, with all facts at hand.
//!
//! `cargo bench --bench judge` measures and prints; without `--bench` (`cargo test
//! --bench judge`) a small one is judged once, to see that the harness works.
//!
//! 500 commits, 3,000 files, 200 reviews, 50 rules: the bar is 1 ms.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, missing_docs)]

mod known;
mod policy;
mod world;

use std::env;
use std::hint::black_box;
use std::time::{Duration, Instant};

use refgate::judge::judge;
use refgate::model::{Decision, Finding};
use refgate::policy::parse;

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How large the pull request is.
pub(crate) struct Size {
    commits: usize,
    files: usize,
    reviews: usize,
    rounds: usize,
}

const REAL: Size = Size { commits: 500, files: 3_000, reviews: 200, rounds: 301 };
const SMOKE: Size = Size { commits: 5, files: 12, reviews: 6, rounds: 1 };

fn main() {
    let real = env::args().any(|it| it == "--bench");
    let size = if real { REAL } else { SMOKE };
    let policy = parse("refgate.toml", &policy::text(), &mut |_| Err(String::new())).unwrap();
    let rules: usize = policy.protections.iter().map(|it| it.rules.len()).sum();
    assert_eq!(rules, 50);
    let known = world::facts(&size);
    let mut times: Vec<Duration> = Vec::new();
    let mut last = None;
    for _ in 0..size.rounds {
        let change = known.change();
        let began = Instant::now();
        let verdict = black_box(judge(black_box(&policy), black_box(&change)));
        times.push(began.elapsed());
        last = Some(verdict);
    }
    let verdict = last.unwrap();
    let findings = &verdict.judgments[0].findings;
    let denies = |it: &&Finding| it.decision() == Decision::Deny;
    let denied: Vec<_> = findings.iter().filter(denies).flat_map(|it| &it.reasons).collect();
    // It must be judged in full: neither refused at once nor nothing to say.
    assert_eq!(verdict.decision(), Decision::Pending, "{denied:?}");
    times.sort();
    let at = |share: usize| times[(times.len() - 1) * share / 100].as_secs_f64() * 1e3;
    println!(
        "{} commits, {} files, {} reviews, {rules} rules: median {:.3} ms, fastest {:.3} ms, \
         p95 {:.3} ms",
        size.commits,
        size.files,
        size.reviews,
        at(50),
        at(0),
        at(95)
    );
}
