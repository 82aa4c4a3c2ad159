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

/// `docs/policy.md` is about what no rule and no condition explains.
#[test]
fn the_page_about_the_policy_names_every_key_and_its_example_is_one() {
    let page = fs::read_to_string(root().join("docs/policy.md")).unwrap();
    let example = page.split_once("```toml\n").unwrap().1.split_once("```").unwrap().0;
    let parsed = refgate::policy::parse("refgate.toml", example, &mut |_| Err("none".to_owned()));
    let policy = parsed.unwrap_or_else(|it| panic!("{it}"));
    assert_eq!((policy.protections.len(), policy.exemptions.len()), (3, 1));

    let schema = refgate::policy::schema();
    let keys = |of: &serde_json::Value| -> Vec<String> {
        let keys = of["properties"].as_object().unwrap_or_else(|| panic!("{of}"));
        keys.keys().cloned().collect()
    };
    let at = |path: &str| {
        let found = schema.pointer(path).unwrap_or_else(|| panic!("{path}"));
        let inner = found["$ref"].as_str().map(|it| schema.pointer(&it[1..]).unwrap());
        inner.unwrap_or(found)
    };
    let rules: Vec<_> = refgate::rule::RULES.iter().map(|it| it.name).collect();
    let named = [
        at(""),
        at("/properties/people/additionalProperties"),
        at("/properties/protect/items"),
        at("/properties/exempt/items"),
    ];
    for key in named.into_iter().flat_map(keys).filter(|it| !rules.contains(&it.as_str())) {
        let told = [format!("`{key}`"), format!("[{key}"), format!("[[{key}]]")];
        assert!(told.iter().any(|it| page.contains(it.as_str())), "`{key}` is not explained");
    }
    // The example shows every key of these tables but for those of other pages.
    for (table, keys) in [("exempt", keys(named[3])), ("people.ana", keys(named[1]))] {
        let (_, block) = example.split_once(&format!("[{table}]")).unwrap();
        let shown = |key: &String| block.contains(&format!("\n{key} "));
        let but = ["commits".to_owned(), "keys".to_owned()];
        let missing: Vec<_> = keys.iter().filter(|it| !but.contains(it) && !shown(it)).collect();
        assert!(missing.is_empty(), "[{table}] does not show {missing:?}");
    }
}
