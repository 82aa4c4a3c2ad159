//! Holds `src/` to the table of modules in `src/lib.rs`.

#![allow(clippy::unwrap_used, missing_docs)]

use std::{fs, path::Path};

/// What a module may use, and whether it may touch the world.
struct Layer {
    module: String,
    uses: Vec<String>,
    pure: bool,
}

/// How one would notice that a module touches the world.
const WORLD: &[&str] = &[
    "std::{",
    "std::env",
    "std::fs",
    "std::io",
    "std::net",
    "std::os::unix::net",
    "std::process",
    "std::thread",
    "std::time",
    "SystemTime",
    "Instant::",
    "::now(",
    "gix::",
    "async fn",
    "async move",
    ".await",
    " print!",
    "println!",
    "eprint",
];

/// Ways around the check of what a module uses.
const DETOURS: &[&str] = &["crate::{", "super::super", "extern crate", "refgate::{"];

/// How one would notice that a file reads the environment.
const ENVIRONMENT: &[&str] = &["env::var", "env::vars", "env::args", "env::{", "use std::env::"];

#[test]
fn a_module_uses_only_what_is_above_it() {
    let layers = layers();
    check(|file| {
        let Some(layer) = layers.iter().find(|it| it.module == file.module) else {
            return vec![format!("`{}` has no row in src/lib.rs", file.module)];
        };
        let uses = used(&file.text, "crate::").chain(used(&file.text, "refgate::"));
        uses.filter(|it| *it != layer.module && !layer.uses.iter().any(|may| may == it))
            .filter(|it| layers.iter().any(|layer| layer.module == *it))
            .map(|it| format!("`{}` must not use `{it}`", layer.module))
            .chain(found(DETOURS, &file.text))
            .collect()
    });
}

#[test]
fn pure_modules_do_not_touch_the_world() {
    let layers = layers();
    let pure: Vec<_> = layers.iter().filter(|it| it.pure).map(|it| it.module.as_str()).collect();
    let known = [
        "model", "secret", "rule", "policy", "judge", "report", "record", "trial", "lint", "import",
    ];
    assert_eq!(pure, known);
    check(|file| {
        if pure.contains(&file.module.as_str()) {
            found(WORLD, &file.text).collect()
        } else {
            Vec::new()
        }
    });
}

#[test]
fn a_shell_reads_the_environment_in_one_place() {
    let mut places: Vec<(String, String)> = Vec::new();
    for file in files().iter().filter(|it| found(ENVIRONMENT, &it.text).next().is_some()) {
        let other = places.iter().find(|(module, _)| *module == file.module);
        assert!(other.is_none(), "{other:?} and {} both read the environment", file.place);
        places.push((file.module.clone(), file.place.clone()));
    }
    let cli = places.iter().find(|(module, _)| module == "cli");
    assert!(cli.is_none_or(|(_, place)| place == "cli/environment.rs"), "{cli:?}");
}

#[test]
fn main_alone_ends_the_process() {
    check(|file| match file.module.as_str() {
        "main" => Vec::new(),
        _ => found(&["process::exit", "process::abort"], &file.text).collect(),
    });
}

#[test]
fn files_are_short_and_say_what_they_are_for() {
    check(|file| {
        let mut wrong = Vec::new();
        let lines = file.text.lines().count();
        if lines > 400 {
            wrong.push(format!("is {lines} lines long; 400 are the most"));
        }
        if !file.text.starts_with("//! ") {
            wrong.push("does not say what it is for".to_owned());
        }
        wrong
    });
}

/// Reads the table of modules in `src/lib.rs`.
fn layers() -> Vec<Layer> {
    let text = fs::read_to_string(src().join("lib.rs")).unwrap();
    let mut layers: Vec<Layer> = Vec::new();
    for row in text.lines().filter(|it| it.starts_with("//! | [")) {
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        let module = cells[1].trim_matches(|it| "[]`".contains(it)).to_owned();
        let above = || layers.iter().map(|it| it.module.clone());
        let uses: Vec<_> = match cells[2].strip_prefix("all of the above") {
            Some(but) => {
                let but: Vec<_> = but.split([' ', ',']).collect();
                above().filter(|it| !but.contains(&it.as_str())).collect()
            }
            None if cells[2] == "nothing else" => Vec::new(),
            None => cells[2].split(", ").map(str::to_owned).collect(),
        };
        let above: Vec<_> = above().collect();
        assert!(uses.iter().all(|it| above.contains(it)), "`{module}` uses what is not above it");
        layers.push(Layer { module, uses, pure: cells[3] == "no" });
    }
    let all: Vec<_> = layers.iter().map(|it| it.module.clone()).collect();
    layers.push(Layer { module: "lib".to_owned(), uses: all.clone(), pure: false });
    layers.push(Layer { module: "main".to_owned(), uses: all, pure: false });
    layers
}

/// The names that stand after `prefix`.
fn used<'t>(text: &'t str, prefix: &'static str) -> impl Iterator<Item = &'t str> {
    let part = |it: char| !it.is_alphanumeric() && it != '_';
    text.split(prefix).skip(1).map(move |rest| rest.split(part).next().unwrap())
}

fn found(words: &[&str], text: &str) -> impl Iterator<Item = String> {
    words.iter().filter(|it| text.contains(**it)).map(|it| format!("says `{it}`"))
}

/// A file of `src/`.
struct File {
    place: String,
    /// The topmost module it belongs to.
    module: String,
    text: String,
}

/// Shows every file of `src/` to `law`.
fn check(law: impl Fn(&File) -> Vec<String>) {
    let wrong: Vec<_> = files()
        .iter()
        .flat_map(|file| law(file).into_iter().map(|it| format!("src/{}: {it}", file.place)))
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn files() -> Vec<File> {
    let mut files = Vec::new();
    let mut dirs = vec![src()];
    while let Some(dir) = dirs.pop() {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                dirs.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                let place = path.strip_prefix(src()).unwrap();
                let module = place.with_extension("");
                let module = module.iter().next().unwrap().to_str().unwrap().to_owned();
                let text = fs::read_to_string(&path).unwrap();
                files.push(File { place: place.display().to_string(), module, text });
            }
        }
    }
    files.sort_by(|a, b| a.place.cmp(&b.place));
    files
}

fn src() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}
