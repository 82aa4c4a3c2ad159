//! This repository follows its own `refgate.toml`.

#![allow(clippy::unwrap_used, clippy::print_stderr, missing_docs)]

use std::path::Path;
use std::process::Command;

#[test]
fn this_repository_follows_its_own_policy() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    if !root.join(".git").exists() {
        return eprintln!("skipped: this is no clone");
    }
    let mut check = Command::new(env!("CARGO_BIN_EXE_refgate"));
    let check = check.current_dir(root).args(["check", "--all", "--ref", "refs/heads/main"]);
    // The exemptions end one day; this test is not about that.
    let ran = check.args(["--policy", "refgate.toml", "--at", "2026-11-21"]).output().unwrap();
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert!(ran.status.success(), "{said}{}", String::from_utf8_lossy(&ran.stdout));
}
