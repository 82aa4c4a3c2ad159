//! Holds the reference in `docs/` to the code.
//!
//! `UPDATE=1 cargo test --test docs` writes it as it is now.

#![allow(clippy::unwrap_used, missing_docs)]

use std::{env, fs, path::Path};

use refgate::cli;

#[test]
fn the_reference_is_current() {
    let pages = [
        ("rules.md", cli::reference::rules()),
        ("conditions.md", cli::reference::conditions()),
        ("cli.md", cli::reference::commands()),
    ];
    for (name, now) in pages {
        let path = root().join("docs").join(name);
        if env::var_os("UPDATE").is_some() {
            fs::write(&path, &now).unwrap();
        }
        let kept = fs::read_to_string(&path).unwrap_or_default();
        assert!(kept == now, "docs/{name} is old: UPDATE=1 cargo test --test docs");
    }
}

#[test]
fn every_variable_that_is_read_is_documented() {
    let text = fs::read_to_string(root().join("src/cli/environment.rs")).unwrap();
    let read = |it: &'static str| text.split(it).skip(1).filter_map(|it| it.split('"').next());
    let read: Vec<_> = read(": text(\"").chain(read(": raw(\"")).collect();
    assert!(read.len() > 10, "{read:?}");
    let page = cli::reference::commands();
    for name in read {
        assert!(page.contains(&format!("| `{name}` |")), "{name}");
    }
}

#[test]
fn every_command_says_its_effect_its_codes_and_two_examples() {
    fn look(command: &clap::Command) {
        for child in command.get_subcommands().filter(|it| !it.is_hide_set()) {
            let name = child.get_name();
            let long = child.get_after_long_help().map(ToString::to_string).unwrap_or_default();
            assert!(long.starts_with("Effect: "), "{name}");
            assert!(long.contains("\nExit codes: 0 "), "{name}");
            assert_eq!(long.matches("\n  refgate ").count(), 2, "{name}: two examples");
            assert!(long.lines().all(|it| it.chars().count() <= 80), "{name}: too wide");
            look(child);
        }
    }
    look(&cli::tree());
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
