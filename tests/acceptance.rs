//! Holds `docs/acceptance.md` to the tests that it promises.

#![allow(clippy::unwrap_used, missing_docs)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

#[test]
fn every_row_has_a_test_or_a_reason_and_every_test_a_row() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let list = fs::read_to_string(root.join("docs/acceptance.md")).unwrap();
    let rows = list.lines().filter_map(|line| {
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        let id = cells.get(1).filter(|id| id.len() <= 3 && **id != "id")?;
        id.chars().nth(1)?.is_ascii_digit().then(|| (id.to_lowercase(), cells[4].to_owned()))
    });
    let rows: Vec<_> = rows.collect();
    let numbers = |letter: char, last: usize| (1..=last).map(move |it| format!("{letter}{it:02}"));
    let local = (1..=8).map(|it| format!("l{it}"));
    let wanted = numbers('p', 24).chain(numbers('c', 19)).chain(numbers('e', 17)).chain(local);
    let listed: Vec<_> = rows.iter().map(|(id, _)| id.clone()).collect();
    assert_eq!(listed, wanted.collect::<Vec<_>>());

    let tested = tested(root);
    for (id, reason) in &rows {
        assert!(tested.contains(id) || !reason.is_empty(), "{id} has neither test nor reason");
        for file in reason.split('`').filter(|it| it.starts_with("tests/")) {
            assert!(root.join(file).exists(), "{id}: there is no {file}");
        }
    }
    for id in &tested {
        assert!(listed.contains(id), "a test is named after {id}, which is no row");
    }
}

/// The ids that tests of `tests/` begin with.
fn tested(root: &Path) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for dir in ["tests", "tests/server"] {
        for file in fs::read_dir(root.join(dir)).unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_none_or(|it| it != "rs") {
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            for name in text.split("#[test]\nfn ").skip(1) {
                let is_id = |it: &&str| {
                    let (letter, number) = it.split_at(it.len().min(1));
                    "pcel".contains(letter)
                        && !number.is_empty()
                        && number.bytes().all(|it| it.is_ascii_digit())
                };
                ids.extend(name.split('_').take_while(is_id).map(str::to_owned));
            }
        }
    }
    ids
}
