//! `action.yml`: what runs in other people's workflows is held to this.

use std::path::Path;
use std::process::Command;

use saphyr_parser::{Event, Parser};
use serde_json::{Map, Value};

use crate::files;
use crate::hub::Hub;
use crate::hub::State::Approved;
use crate::run::{Ran, repo, run};

const POLICY: &str = "[[protect]]\nrefs = [\"main\"]\napprovals = { count = 1 }\n";

/// The file, all scalars as texts.
fn action() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("action.yml");
    let text = std::fs::read_to_string(path).unwrap();
    let mut open: Vec<(Value, Option<String>)> = Vec::new();
    let mut whole = Value::Null;
    for event in Parser::new_from_str(&text) {
        let done = match event.unwrap().0 {
            Event::MappingStart(..) => {
                open.push((Value::Object(Map::new()), None));
                continue;
            }
            Event::SequenceStart(..) => {
                open.push((Value::Array(Vec::new()), None));
                continue;
            }
            Event::MappingEnd | Event::SequenceEnd => open.pop().unwrap().0,
            Event::Scalar(text, ..) => Value::String(text.into_owned()),
            _ => continue,
        };
        match open.last_mut() {
            None => whole = done,
            Some((Value::Array(all), _)) => all.push(done),
            Some((Value::Object(all), key)) => match key.take() {
                None => *key = done.as_str().map(str::to_owned),
                Some(key) => assert!(all.insert(key.clone(), done).is_none(), "{key} twice"),
            },
            Some(_) => unreachable!(),
        }
    }
    whole
}

fn steps(action: &Value) -> &Vec<Value> {
    action["runs"]["steps"].as_array().unwrap()
}

#[test]
fn nothing_from_outside_becomes_a_part_of_a_script() {
    let action = action();
    assert_eq!(action["runs"]["using"], "composite");
    for step in steps(&action) {
        let script = step["run"].as_str().unwrap();
        assert!(!script.contains("${{"), "{script}");
        assert!(script.starts_with("set -euo pipefail\n"), "{script}");
        assert_eq!(step["shell"], "bash");
        assert!(step.get("uses").is_none(), "whoever owns it could change it");
        // What comes in through the environment stays one word.
        for (at, _) in script.match_indices("$REFGATE_") {
            let line = script[..at].rsplit('\n').next().unwrap();
            assert!(line.matches('"').count() % 2 == 1, "{line}: not quoted");
        }
    }
}

#[test]
fn every_input_is_used_and_told_and_the_version_is_ours() {
    let action = action();
    let inputs = action["inputs"].as_object().unwrap();
    for (name, input) in inputs {
        assert!(input["description"].as_str().is_some_and(|it| it.len() > 20), "{name}");
        let used = format!("${{{{ inputs.{name} }}}}");
        let env = |step: &Value| step["env"].as_object().unwrap().values().any(|it| *it == *used);
        assert!(steps(&action).iter().any(env), "{name} is not used");
    }
    assert_eq!(inputs["version"]["default"], env!("CARGO_PKG_VERSION"));
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/github.md");
    let docs = std::fs::read_to_string(docs).unwrap();
    let raw = Path::new(env!("CARGO_MANIFEST_DIR")).join("action.yml");
    let raw = std::fs::read_to_string(raw).unwrap();
    for permission in ["actions", "checks", "contents", "pull-requests", "statuses"] {
        let line = format!("{permission}: read");
        assert!(docs.contains(&line) && raw.contains(&line), "{line}");
    }
    let workflow = docs.split("```yaml").nth(1).unwrap().split("```").next().unwrap();
    assert!(!workflow.contains(": write") && !raw.contains(": write"), "it only reads");
}

#[test]
fn every_flag_that_it_types_is_one() {
    let action = action();
    let tree = refgate::cli::tree();
    let mut seen = 0;
    for line in steps(&action).iter().flat_map(|it| it["run"].as_str().unwrap().lines()) {
        let Some(typed) = line.trim().strip_prefix("refgate ") else { continue };
        let mut words = typed.split_whitespace();
        let command = tree.find_subcommand(words.next().unwrap()).unwrap();
        for flag in words.filter_map(|it| it.strip_prefix("--")) {
            let name = flag.split('=').next().unwrap();
            assert!(command.get_arguments().any(|it| it.get_long() == Some(name)), "{line}");
            seen += 1;
        }
    }
    assert_eq!(seen, 2);
}

#[test]
fn its_script_judges_and_takes_no_flag_for_a_number() {
    let hub = Hub::start();
    let shop = repo(&hub, POLICY);
    let pr = shop.pull("feature", files!["a" => "b"]);
    let token = shop.actions_token(&[
        ("checks", "read"),
        ("contents", "read"),
        ("pull_requests", "read"),
        ("statuses", "read"),
        ("actions", "read"),
    ]);
    let judge = |number: &str| script(&hub, &token, number);
    let waits = judge("1");
    assert_eq!(waits.code, 1, "{waits:?}");
    pr.review("bo", Approved);
    let goes = judge("1");
    assert_eq!(goes.code, 0, "{goes:?}");
    for odd in ["1 --exit-zero", "--exit-zero", "$(touch here)", "1; true"] {
        let ran = judge(odd);
        assert_eq!(ran.code, 2, "{odd}: {ran:?}");
    }
}

/// The second step, as a runner runs it.
fn script(hub: &Hub, token: &str, number: &str) -> Ran {
    let action = action();
    let step = &steps(&action)[1];
    let dir = tempfile::tempdir().unwrap();
    let bin = Path::new(env!("CARGO_BIN_EXE_refgate")).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var_os("PATH").unwrap().display());
    let mut command = Command::new("bash");
    command.args(["--noprofile", "--norc", "-c", step["run"].as_str().unwrap()]);
    command.current_dir(dir.path()).env_clear().env("PATH", path).env("HOME", dir.path());
    command.env("GITHUB_API_URL", hub.api()).env("GITHUB_SERVER_URL", hub.web());
    command.env("GITHUB_REPOSITORY", "acme/shop").env("GITHUB_ACTIONS", "true");
    command.env("REFGATE_TOKEN", token).env("REFGATE_PULL_REQUEST", number);
    let ran = run(command);
    assert!(!dir.path().join("here").exists());
    ran
}
