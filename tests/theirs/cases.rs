//! Running a file of cases against a list of those that we answer otherwise.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::{env, fs};

use serde_json::Value;

/// A case that we answer otherwise on purpose, or that has no counterpart here: its
/// id, or a whole kind as `kind:NAME`, and why.
pub(crate) type Otherwise = (&'static str, &'static str);

/// The cases of a file in the tree, and of one that `variable` names.
pub(crate) fn load(file: &str, variable: &str) -> Vec<Value> {
    let home = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/");
    let mut cases = read(&format!("{home}{file}"));
    if let Some(more) = env::var_os(variable) {
        cases.extend(read(more.to_str().unwrap()));
    }
    cases
}

fn read(path: &str) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap_or_else(|it| panic!("{path}: {it}"));
    let file: Value = serde_json::from_str(&text).unwrap_or_else(|it| panic!("{path}: {it}"));
    let cases = file["cases"].as_array().cloned().unwrap_or_default();
    assert!(!cases.is_empty(), "{path} has no cases");
    cases
}

/// Runs every case: it passes or is listed, and what is listed does not pass.
pub(crate) fn hold(
    cases: &[Value],
    otherwise: &[Otherwise],
    run: impl Fn(&Value) -> Result<(), String>,
) {
    let (mut wrong, mut counts) = (String::new(), BTreeMap::<String, [usize; 3]>::new());
    for case in cases {
        let id = case["id"].as_str().unwrap();
        let kind = case["kind"].as_str().or(case["group"].as_str()).unwrap_or("case");
        let count = counts.entry(kind.to_owned()).or_default();
        let of_kind = format!("kind:{kind}");
        let listed = otherwise.iter().find(|(it, _)| *it == id || *it == of_kind);
        match (run(case), listed) {
            (Ok(()), None) => count[0] += 1,
            (Err(_), Some(_)) => count[1] += 1,
            (Ok(()), Some((_, why))) => {
                count[2] += 1;
                let _ = writeln!(wrong, "{id}: passes, but is listed: {why}");
            }
            (Err(why), None) => {
                count[2] += 1;
                let _ = writeln!(wrong, "{id}: {why}");
            }
        }
    }
    let total = |at: usize| counts.values().map(|it| it[at]).sum::<usize>();
    for (kind, [passed, listed, wrong]) in &counts {
        println!("{kind:<24} {passed:>4} pass {listed:>4} listed {wrong:>4} wrong");
    }
    println!("{:<24} {:>4} pass {:>4} listed {:>4} wrong", "all", total(0), total(1), total(2));
    let known = |it: &str| {
        cases.iter().any(|case| case["id"] == it || it == format!("kind:{}", text(case, "kind")))
    };
    for (it, _) in otherwise.iter().filter(|(it, _)| !known(it)) {
        let _ = writeln!(wrong, "{it}: is listed, but there is no such case");
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

pub(crate) fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}
