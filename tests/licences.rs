//! Holds every dependency to a licence that both of ours allow.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod packages;

use packages::packages;

/// Licences that ask no more than to be named.
const ALLOWED: &[&str] = &[
    "MIT",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "Zlib",
    "0BSD",
    "CC0-1.0",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "BSL-1.0",
    "Apache-2.0 WITH LLVM-exception",
    "CDLA-Permissive-2.0",
];

/// Packages that give a file instead of a name, and the licence in it.
const BY_FILE: &[(&str, &str)] = &[("jsonpath-rust", "MIT")];

#[test]
fn every_dependency_may_be_shipped() {
    let packages = packages();
    assert!(packages.len() > 50, "the list is short");
    let mut wrong = Vec::new();
    for package in &packages {
        let name = package["name"].as_str().unwrap();
        let by_file = BY_FILE.iter().find(|(it, _)| *it == name).map(|(_, licence)| *licence);
        let licence = package["license"].as_str().or(by_file).unwrap_or("none");
        let allowed = |one: &str| ALLOWED.contains(&one.trim_matches(['(', ')', ' ']));
        let one_of = |all: &str| all.split(" OR ").flat_map(|it| it.split('/')).any(allowed);
        if !allowed(licence) && !licence.split(" AND ").all(one_of) {
            wrong.push(format!("{name}: {licence}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
