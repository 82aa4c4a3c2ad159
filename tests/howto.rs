//! What the how-tos in `docs/how-to/` and `docs/approvals.md` show is what happens.
//!
//! Each page is a directory of its own: a block marked `toml NAME` is that file, or
//! goes on with it, and one marked `console` holds commands behind `$ ` and what
//! they print.
//! `UPDATE=1 cargo test --test howto` writes what they print now; read it as
//! someone who was just refused.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use tempfile::TempDir;

#[test]
fn what_the_pages_show_is_what_happens() {
    let mut old = Vec::new();
    for page in pages() {
        let now = page.shown();
        if now == page.text {
            continue;
        }
        if env::var_os("UPDATE").is_some() {
            fs::write(&page.path, &now).unwrap();
            continue;
        }
        let differs = page.text.lines().zip(now.lines()).find(|(before, now)| before != now);
        old.push((page.path, differs.map(|(one, other)| (one.to_owned(), other.to_owned()))));
    }
    assert!(old.is_empty(), "UPDATE=1 cargo test --test howto, and read: {old:#?}");
}

#[test]
fn every_test_holds_and_every_rule_is_held_by_one() {
    for page in pages().iter().filter(|it| it.text.contains("[[test]]")) {
        let place = page.place();
        let ran = run(&place, "refgate test --coverage=require");
        assert!(ran.code == 0, "{}\n{}", page.path.display(), ran.said);
        for judges in ["refgate policy validate", "refgate policy lint"] {
            let ran = run(&place, judges);
            assert!(ran.code == 0, "{}\n{}", page.path.display(), ran.said);
        }
    }
}

#[test]
fn every_policy_is_judged_by_a_test() {
    for page in pages() {
        let has = |it: &str| page.text.contains(it);
        assert_eq!(has("```toml refgate.toml"), has("[[test]]"), "{}", page.path.display());
        for block in page.blocks().filter(|it| it.kind.starts_with("toml")) {
            assert!(block.name().is_some(), "{}: {}", page.path.display(), block.text);
        }
    }
}

#[test]
fn the_index_names_every_page_and_every_link_leads_somewhere() {
    let index = fs::read_to_string(directory().join("README.md")).unwrap();
    for page in pages() {
        let name = page.path.file_name().unwrap().to_str().unwrap();
        assert!(name == "README.md" || index.contains(&format!("{name})")), "{name}");
        for link in page.text.split("](").skip(1).filter_map(|it| it.split(')').next()) {
            let file = link.split('#').next().unwrap();
            let leads = file.is_empty()
                || link.starts_with("https://")
                || page.path.parent().unwrap().join(file).exists();
            assert!(leads, "{}: {link}", page.path.display());
        }
    }
}

#[test]
fn the_policy_that_the_readme_shows_second_holds_its_test() {
    let text = fs::read_to_string(directory().join("../../README.md")).unwrap();
    let policy = text.split("```toml\n").nth(2).unwrap().split("```").next().unwrap();
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("refgate.toml"), policy).unwrap();
    let ran = run(&place, "refgate test");
    assert_eq!((ran.code, ran.said.as_str()), (0, "success: 1 test, none fails (9 ms)\n"));
}

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/how-to")
}

fn pages() -> Vec<Page> {
    let mut paths: Vec<_> =
        fs::read_dir(directory()).unwrap().map(|it| it.unwrap().path()).collect();
    paths.push(directory().with_file_name("approvals.md"));
    paths.sort();
    assert!(paths.len() > 7, "{paths:?}");
    paths.into_iter().map(|path| Page { text: fs::read_to_string(&path).unwrap(), path }).collect()
}

struct Page {
    path: PathBuf,
    text: String,
}

/// What stands between two fences.
struct Block<'p> {
    kind: &'p str,
    text: &'p str,
}

impl Block<'_> {
    /// The file it is, if it is one.
    fn name(&self) -> Option<&str> {
        self.kind.split_once(' ').map(|(_, name)| name)
    }
}

impl Page {
    fn blocks(&self) -> impl Iterator<Item = Block<'_>> {
        self.text.split("\n```").skip(1).step_by(2).map(|it| {
            let (kind, text) = it.split_once('\n').unwrap_or((it, ""));
            Block { kind, text }
        })
    }

    /// A directory with its files.
    fn place(&self) -> TempDir {
        let place = tempfile::tempdir().unwrap();
        for block in self.blocks() {
            put(&place, &block);
        }
        place
    }

    /// The page with what its commands print.
    fn shown(&self) -> String {
        let place = self.place();
        let mut now = self.text.clone();
        for block in self.blocks().filter(|it| it.kind == "console") {
            let mut printed = String::new();
            for command in block.text.lines().filter_map(|it| it.strip_prefix("$ ")) {
                let ran = run(&place, command);
                assert_eq!(ran.code, 0, "{}: {command}: {}", self.path.display(), ran.said);
                printed += &format!("$ {command}\n{}", ran.said);
            }
            let printed = printed.trim_end();
            now = now.replacen(
                &format!("```console\n{}\n```", block.text),
                &format!("```console\n{printed}\n```"),
                1,
            );
        }
        now
    }
}

fn put(place: &TempDir, block: &Block<'_>) {
    let Some(name) = block.name() else { return };
    let path = place.path().join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let before = fs::read_to_string(&path).unwrap_or_default();
    fs::write(path, format!("{before}{}\n", block.text)).unwrap();
}

struct Ran {
    code: i32,
    said: String,
}

fn run(place: &TempDir, command: &str) -> Ran {
    let bin = Path::new(env!("CARGO_BIN_EXE_refgate")).parent().unwrap();
    let path = format!("{}:{}", bin.display(), env::var_os("PATH").unwrap().display());
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("exec 2>&1; {command}")]).current_dir(place.path());
    shell.env_clear().env("PATH", path).env("REFGATE_POLICY", "refgate.toml");
    let output = shell.output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    // How long it took is another each time.
    let lines = said.lines().map(|line| match line.rsplit_once(" (") {
        Some((before, time)) if time.ends_with(" ms)") => format!("{before} (9 ms)\n"),
        _ => format!("{line}\n"),
    });
    Ran { code: output.status.code().unwrap(), said: lines.collect() }
}
