//! GitHub's own examples of what webhooks say.

use std::process::Command;

use serde_json::Value;

/// Event and payload of each example; `gzip` unpacks them.
pub fn payloads() -> Vec<(String, Value)> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/hub/github/payloads.json.gz");
    let out = Command::new("gzip").args(["-dc", file]).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let one = |line: &str| {
        let mut it: Value = serde_json::from_str(line).unwrap();
        (it["event"].as_str().unwrap().to_owned(), it["payload"].take())
    };
    String::from_utf8(out.stdout).unwrap().lines().map(one).collect()
}
