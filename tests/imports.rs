//! Runs the cases in `tests/imports/*.md`.
//!
//! A file is a kind; a case is a heading and three blocks: their configuration,
//! the policy it becomes, and what is told about that. `UPDATE=1 cargo test --test
//! imports` writes the last two as they are now; read them as a user would.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::{env, fs, path::Path};

use refgate::import::IMPORTERS;
use refgate::policy;

#[test]
fn imports() {
    let (mut wrong, mut kinds) = (Vec::new(), Vec::new());
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/imports");
    for file in fs::read_dir(dir).unwrap() {
        let path = file.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let kind = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let mut now = text.split("\n## ").next().unwrap().to_owned();
        for case in text.split("\n## ").skip(1) {
            let title = case.lines().next().unwrap();
            let (toml, report) = run(&kind, block(case, "theirs"));
            if block(case, "toml policy") != toml || block(case, "text report") != report {
                wrong.push(format!("{kind}: {title}\n{toml}\n{report}"));
            }
            now += "\n## ";
            now += &replaced(&replaced(case, "toml policy", &toml), "text report", &report);
        }
        if env::var_os("UPDATE").is_some() {
            fs::write(&path, now).unwrap();
        }
        kinds.push(kind);
    }
    assert!(env::var_os("UPDATE").is_some() || wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(kinds.len() >= 3, "the cases are not found");
}

/// The policy, and the report; of what cannot be read only a report.
fn run(kind: &str, theirs: &str) -> (String, String) {
    let known = IMPORTERS.iter().find(|it| it.kind == kind).unwrap();
    match (known.read)(theirs.as_bytes()) {
        Ok(imported) => {
            let parsed = policy::parse("refgate.toml", &imported.toml, &mut |_| Err(String::new()));
            assert!(parsed.is_ok(), "{}", imported.toml);
            let notes: String = imported.notes.iter().map(|it| format!("{it}\n")).collect();
            (imported.toml, notes)
        }
        Err(wrong) => (String::new(), wrong.to_string()),
    }
}

fn fence(tag: &str) -> String {
    format!("```{tag}\n")
}

fn block<'c>(case: &'c str, tag: &str) -> &'c str {
    let (_, rest) = case.split_once(&fence(tag)).unwrap_or_else(|| panic!("no {tag} in {case}"));
    rest.split_once("```").unwrap().0
}

fn replaced(case: &str, tag: &str, with: &str) -> String {
    let old = block(case, tag);
    let (tag, old) = (fence(tag), format!("{}{old}```", fence(tag)));
    case.replacen(&old, &format!("{tag}{with}```"), 1)
}
