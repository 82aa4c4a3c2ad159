//! Configurations of commitlint, in JSON or YAML.
//!
//! Source: commitlint's reference of configuration and rules. A rule is a list of
//! a level (0 off, 1 warning, 2 error), `always` or `never`, and a value. What is
//! programmed, such as parsers, plugins and functions, cannot be read.

mod rules;

use std::collections::BTreeMap;

use super::messages::{self, Force, Messages};
use super::theirs::{self, Reading, Theirs};
use super::{How, Imported, Importer, Unreadable};

/// Reads `.commitlintrc`, in JSON or YAML.
pub(super) static IMPORTER: Importer =
    Importer { kind: "commitlint", reads: "`.commitlintrc` of commitlint, JSON or YAML", read };

const KEYS: [&str; 9] = [
    "extends",
    "rules",
    "parserPreset",
    "plugins",
    "ignores",
    "defaultIgnores",
    "formatter",
    "helpUrl",
    "prompt",
];

/// A rule that is switched on.
struct Asked<'n> {
    theirs: Theirs<'n>,
    force: Force,
    /// Whether it says `always`.
    always: bool,
    value: Option<Theirs<'n>>,
}

fn read(text: &[u8]) -> Result<Imported, Unreadable> {
    let node = theirs::read(text).map_err(programmed)?;
    let mut conventional = theirs::read(CONVENTIONAL.as_bytes())?;
    // What is told about the preset is told where it is asked for.
    let extends = Theirs::of(&node).every().into_iter().find(|(key, _)| *key == "extends");
    conventional.place(extends.map_or(1, |(_, it)| it.line));
    let mut reading = Reading::default();
    let toml = policy(&Theirs::of(&node), &Theirs::of(&conventional), &mut reading);
    Imported::checked(toml, reading.done()?)
}

/// What cannot be read is most often a program, which only commitlint can run.
fn programmed(Unreadable(mut wrong): Unreadable) -> Unreadable {
    let hint = "npx commitlint --print-config json > commitlint.json, and import that";
    wrong.iter_mut().for_each(|it| it.hint = Some(hint.to_owned()));
    Unreadable(wrong)
}

fn policy(whole: &Theirs<'_>, conventional: &Theirs<'_>, reading: &mut Reading) -> String {
    let fields = reading.fields(whole, &KEYS);
    let mut asked = BTreeMap::new();
    if let Some(extends) = fields.get("extends") {
        let names = match extends.is_list() {
            true => reading.list(extends),
            false => vec![extends.clone()],
        };
        for it in names {
            match it.scalar() {
                Some("@commitlint/config-conventional" | "conventional") => {
                    rules(conventional, &mut asked, reading);
                }
                _ => reading.advise(
                    How::Lost,
                    &it,
                    "what it extends is not read",
                    "write its rules into `rules`",
                ),
            }
        }
    }
    if let Some(own) = fields.get("rules") {
        rules(own, &mut asked, reading);
    }
    for key in ["parserPreset", "plugins", "ignores"] {
        if let Some(it) = fields.get(key) {
            reading.note(How::Lost, it, "a policy runs no programs");
        }
    }
    let mut messages = Messages::default();
    let ignores = fields.get("defaultIgnores");
    if let Some(it) = ignores.filter(|it| reading.flag(it) == Some(false)) {
        reading.note(How::Looser, it, "merges and reverts by Git may have any style here");
    } else {
        messages.exempt = Some(messages::BY_GIT);
        let what = "`fixup!`, `squash!` and version commits are held to the style when they are \
                    pushed; merges and reverts by Git are not";
        reading.notes.push(super::Note::of_all(How::Stricter, what));
    }
    let plugins = fields.get("plugins").is_some();
    for (name, it) in &asked {
        if !rules::ask(name, it, &mut messages, reading) {
            let lost = it.force == Force::Warn || plugins || rules::LOST.contains(&name.as_str());
            match lost {
                true => reading.note(How::Lost, &it.theirs, "no rule asks for that"),
                false => {
                    let what = format!("there is no rule `{name}`");
                    reading.wrong("unknown-rule", &it.theirs, what);
                }
            }
        }
    }
    reading.notes.extend(messages::general());
    let what = "a message is text without hidden characters";
    reading.notes.push(super::Note::of_all(How::Stricter, what));
    messages.policy(whole, "Imported from commitlint.", reading)
}

/// Adds the rules of a map; a later one replaces an earlier one, level 0 drops it.
fn rules<'n>(it: &Theirs<'n>, asked: &mut BTreeMap<String, Asked<'n>>, reading: &mut Reading) {
    for (name, theirs) in it.every() {
        let list = reading.list(&theirs);
        let level = list.first().and_then(|it| reading.number(it)).unwrap_or_default();
        asked.remove(name);
        if level == 0 {
            continue;
        }
        let force = if level == 1 { Force::Warn } else { Force::Deny };
        let always = list.get(1).and_then(Theirs::scalar) != Some("never");
        let value = list.get(2).cloned();
        asked.insert(name.to_owned(), Asked { theirs, force, always, value });
    }
}

/// What `@commitlint/config-conventional` says, by its documentation.
const CONVENTIONAL: &str = r#"{
    "body-leading-blank": [1, "always"],
    "body-max-line-length": [2, "always", 100],
    "footer-leading-blank": [1, "always"],
    "footer-max-line-length": [2, "always", 100],
    "header-max-length": [2, "always", 100],
    "header-trim": [2, "always"],
    "subject-case": [2, "never", ["sentence-case", "start-case", "pascal-case", "upper-case"]],
    "subject-empty": [2, "never"],
    "subject-full-stop": [2, "never", "."],
    "type-case": [2, "always", "lower-case"],
    "type-empty": [2, "never"],
    "type-enum": [2, "always", ["build", "chore", "ci", "docs", "feat", "fix", "perf", "refactor",
        "revert", "style", "test"]]
}"#;
