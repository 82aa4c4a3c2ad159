//! What `README.md` shows is what happens.
//!
//! Blocks marked `console` hold commands behind `$ ` (`> ` where one goes on) and
//! what they print. Here they are typed into one shell, from the first block to
//! the last, in a home directory of its own. The tables between marks are
//! generated. `UPDATE=1 cargo test --test readme` writes both as they are now;
//! read the difference as a newcomer would.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod support;
#[path = "../benches/hooks/table.rs"]
mod table;

use std::fmt::Write;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::{env, fs};

use refgate::model::{Need, Stage};
use refgate::rule::{BUILT_IN, RULES, Spec};
use support::{REFGATE, World};

/// One test at a time looks at the README, since each may write it.
static TURN: Mutex<()> = Mutex::new(());

/// Ends what one command printed.
const MARK: &str = "\u{1e}";

#[test]
fn what_it_shows_is_what_happens() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let readme = read("README.md");
    let session = Session::of(&readme);
    let printed = session.run();
    let mut now = readme.clone();
    for (typed, printed) in session.typed.iter().zip(&printed) {
        now = now.replacen(&typed.shown, &typed.with(printed), 1);
    }
    held("README.md", &readme, &now);
}

#[test]
fn the_policy_it_shows_first_is_valid_and_short() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let readme = read("README.md");
    let policy = policy(&readme);
    assert!(policy.lines().count() <= 14, "{policy}");
    let parsed = refgate::policy::parse("refgate.toml", policy, &mut |_| Err("no files".into()));
    parsed.unwrap_or_else(|problems| panic!("{problems}"));
}

#[test]
fn the_push_it_shows_first_is_refused_so() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let readme = read("README.md");
    held("README.md", &readme, &marked(&readme, "first", &format!("```text\n{}```\n", push())));
}

fn policy(readme: &str) -> &str {
    readme.split("```toml\n").nth(1).unwrap().split("```").next().unwrap()
}

/// A push without local hooks to a server that judges by the policy shown first.
fn push() -> String {
    let world = World::new();
    let server = world.server("version = 1\n");
    let policy = world.write("refgate.toml", policy(&read("README.md")));
    server.repo.git(&["config", "refgate.policy", policy.to_str().unwrap()]).ok();
    let clone = world.repo("app");
    clone.git(&["remote", "add", "origin", "../server.git"]).ok();
    clone.commit_file("README.md", "# Pay\n", "docs: say what this is");
    server.unguarded(|| clone.push(&server, &["main"]).accepted().code);

    clone.git(&["switch", "-q", "-c", "topic"]).ok();
    let key = format!("aws_access_key_id = {}{}\n", "AKIA", "QZ7KXW5N2RVJ3TMB");
    clone.commit_file("config/prod.env", key, "use the new account");
    clone.git(&["switch", "-q", "main"]).ok();
    clone.git(&["merge", "-q", "--no-ff", "-m", "fix: use the new account", "topic"]).ok();
    let ran = clone.git(&["push", "origin", "main"]);
    assert_eq!(ran.code, 1, "{}", ran.said());
    format!("$ git push origin main\n{}", tidy(&ran.stderr()))
}

#[test]
fn the_table_of_rules_is_generated() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let readme = read("README.md");
    held("README.md", &readme, &marked(&readme, "rules", &rules()));
}

#[test]
fn the_numbers_are_those_measured() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let readme = read("README.md");
    let measured: table::Measured = serde_json::from_str(&read("benches/hooks.json")).unwrap();
    held("README.md", &readme, &marked(&readme, "numbers", &measured.markdown()));
}

/// Where each rule is decided, by what it needs and what each stage knows.
fn rules() -> String {
    let mut out = String::from(
        "| rule | asks | commit | pre-push | server | GitHub |\n\
         |---|---|:---:|:---:|:---:|:---:|\n",
    );
    let built_in = BUILT_IN.iter().map(|(spec, _)| (spec, ", always on"));
    for (spec, always) in RULES.iter().map(|it| (it, "")).chain(built_in) {
        let (name, asks) = (spec.name, asks(spec));
        let _ = write!(out, "| `{name}`{always} | {asks} |");
        for stage in [Stage::CommitMsg, Stage::PrePush, Stage::PreReceive, Stage::Github] {
            // Teams are the same for every rule; the README says it once.
            let needs = spec.needs.iter().filter(|it| **it != Need::Teams);
            let known: Vec<_> = needs.map(|&need| stage.knows(need)).collect();
            let some = known.contains(&true);
            let word = if !known.contains(&false) {
                "yes"
            } else if some {
                "in part"
            } else {
                "–"
            };
            let _ = write!(out, " {word} |");
        }
        out.push('\n');
    }
    out
}

fn asks(spec: &Spec) -> &str {
    let line = spec.summary().trim_end_matches('.');
    line.trim_start_matches("Asks ").trim_start_matches("Says ")
}

/// A command that the README shows, and what it shows below.
struct Typed {
    /// As shown: the prompt, the command, what it printed.
    shown: String,
    /// The lines with prompts.
    prompts: Vec<String>,
}

impl Typed {
    fn with(&self, printed: &str) -> String {
        format!("{}\n{printed}", self.prompts.join("\n"))
    }

    fn command(&self) -> String {
        let lines: Vec<_> = self.prompts.iter().map(|it| it.get(2..).unwrap_or_default()).collect();
        lines.join("\n")
    }
}

struct Session {
    typed: Vec<Typed>,
}

impl Session {
    fn of(readme: &str) -> Self {
        let mut typed: Vec<Typed> = Vec::new();
        for block in readme.split("```console\n").skip(1) {
            for line in block.split("```").next().unwrap().lines() {
                if line.starts_with("$ ") {
                    typed.push(Typed { shown: String::new(), prompts: vec![line.to_owned()] });
                } else if line.starts_with("> ") {
                    typed.last_mut().unwrap().prompts.push(line.to_owned());
                }
                let last = typed.last_mut().expect("a block begins with `$ `");
                last.shown += line;
                last.shown.push('\n');
            }
        }
        Self { typed }
    }

    /// What each command prints.
    fn run(&self) -> Vec<String> {
        let world = World::new();
        let mut script = String::from("exec 2>&1\n");
        for typed in &self.typed {
            let _ = writeln!(script, "{}\nprintf '{MARK}'", typed.command());
        }
        let script = world.write("session", script);
        let bin = Path::new(REFGATE).parent().unwrap();
        let path = format!("{}:{}", bin.display(), env::var_os("PATH").unwrap().display());
        let mut shell = world.command("sh");
        let ran = support::run(shell.arg(&script).env("PATH", path).env("TERM", "dumb"));
        let home = world.path("").display().to_string();
        let home = home.trim_end_matches('/');
        let said = ran.stdout().replace(bin.to_str().unwrap(), "~/.cargo/bin").replace(home, "~");
        let said: Vec<_> = said.split(MARK).map(tidy).collect();
        assert_eq!(said.len(), self.typed.len() + 1, "the session ended early:\n{}", ran.said());
        said
    }
}

/// Git pads what a server says with blanks.
fn tidy(printed: &str) -> String {
    printed.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}

/// `text` with what stands between the marks of `name` replaced.
fn marked(text: &str, name: &str, with: &str) -> String {
    let (open, close) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->"));
    let start = text.find(&open).unwrap_or_else(|| panic!("no {open}")) + open.len();
    let end = start + text[start..].find(&close).unwrap();
    format!("{}{with}{}", &text[..start], &text[end..])
}

fn read(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

/// Writes `now` if asked to; otherwise `before` must say the same.
fn held(name: &str, before: &str, now: &str) {
    if env::var_os("UPDATE").is_some() {
        fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(name), now).unwrap();
        return;
    }
    let differs = before.lines().zip(now.lines()).find(|(before, now)| before != now);
    assert!(before == now, "{name} says something else than what happens: {differs:#?}");
}
