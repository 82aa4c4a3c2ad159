//! The reference in `docs/`, made from the rules and from what can be typed.

use std::fmt::Write;

use clap::Command;

use super::environment::VARIABLES;
use super::explain::{FAMILIES, Knowledge, all, decided, knowledge, title};
use super::tree;
use crate::model::Stage;
use crate::rule::when::{CONDITIONS, Family};
use crate::rule::{self, Spec, WhenUnknown};

/// Says who writes the file.
const GENERATED: &str = "\
<!-- Generated; `UPDATE=1 cargo test --test docs` writes it anew. -->
";

/// `docs/rules.md`: every rule by family, and where each is decided.
pub fn rules() -> String {
    let mut out = format!(
        "{GENERATED}
# Rules

What a `[[protect]]` can ask of the refs it names. Every rule of every
protection that names a ref must hold. `refgate explain RULE` shows the same in
a terminal.

## Where each rule is decided

*decides*: everything that the rule looks at is known there; *in part*: judges
what is known, which is all with some settings; *later*: says that a later stage
decides; *warns*: says so loudly, since it is dear to repair later; *–*: silent.
The last stage that a change passes denies what it cannot know.

"
    );
    let stages: Vec<_> = Stage::ALL.iter().map(ToString::to_string).collect();
    let _ = writeln!(out, "| rule | {} |", stages.join(" | "));
    let _ = writeln!(out, "|---|{}", "---|".repeat(stages.len()));
    for spec in FAMILIES.iter().flat_map(|&family| all().filter(move |it| it.family == family)) {
        let cells: Vec<_> = Stage::ALL.into_iter().map(|it| cell(spec, it)).collect();
        let _ = writeln!(out, "| [`{0}`](#{0}) | {1} |", spec.name, cells.join(" | "));
    }
    for &family in FAMILIES {
        let mut of = all().filter(|it| it.family == family).peekable();
        if of.peek().is_some() {
            let _ = writeln!(out, "\n## {}", title(family));
        }
        for spec in of {
            let _ = write!(out, "\n### {}\n\n{}", spec.name, spec.manual.trim_end());
            if rule::find(spec.name).is_none() {
                out +=
                    "\n\nThis rule is built in: it holds for every ref whatever the policy says.";
            }
            let _ = writeln!(out, "\n\n{}", decided(spec).replace('\n', "  \n"));
        }
    }
    out
}

/// `docs/conditions.md`: every condition by family.
pub fn conditions() -> String {
    let mut out = format!("{GENERATED}\n# Conditions\n\n{CONDITIONAL}");
    for family in families() {
        let _ = write!(out, "\n## {}\n\n| key | holds if |\n|---|---|\n", family.title);
        for condition in CONDITIONS.iter().filter(|it| it.family.title == family.title) {
            let _ = writeln!(out, "| `{}` | {} |", condition.key(), cells(&condition.what()));
        }
        let _ = write!(out, "\n{}", family.manual);
    }
    out
}

/// What conditions are.
pub(super) const CONDITIONAL: &str = "\
A `when` says to which changes something applies: a `[[protect]]`, or a part of what
some rules ask. Everything in it must hold. What is not known makes it unknown, unless
the rest decides; where nothing later will know, a protection is then asked for as if
its condition held.
";

/// The families of conditions, in the order of the manual.
pub(super) fn families() -> Vec<&'static Family> {
    let mut families: Vec<_> = CONDITIONS.iter().map(|it| it.family).collect();
    families.dedup_by_key(|it| it.title);
    families
}

/// Text for a cell of a table.
fn cells(text: &str) -> String {
    text.replace('|', "\\|")
}

fn cell(spec: &Spec, stage: Stage) -> &'static str {
    match (knowledge(spec, stage), spec.when_unknown) {
        (Knowledge::Whole, _) => "decides",
        (Knowledge::Part, _) => "in part",
        (Knowledge::None, WhenUnknown::Pass) => "–",
        (Knowledge::None, WhenUnknown::Defer) => "later",
        (Knowledge::None, WhenUnknown::Warn) => "warns",
    }
}

/// `docs/cli.md`: every command with its long help, and every variable.
pub fn commands() -> String {
    let mut out = format!(
        "{GENERATED}
# Commands

Exit codes of all commands: 0 allowed (warnings may be printed), 1 denied, 2
could not judge, which stops the change as well, 130 interrupted.

## refgate

"
    );
    let mut tree = tree().term_width(80);
    tree.build();
    let _ = write!(out, "```text\n{}\n```\n", help(&mut tree));
    commands_of(&mut tree, "##", &mut out);
    out += "\n## Variables\n\n| variable | what it does |\n|---|---|\n";
    for (name, what) in VARIABLES {
        let _ = writeln!(out, "| `{name}` | {what} |");
    }
    out += "\nNothing is sent anywhere, and no hook uses the network.\n";
    out
}

fn commands_of(command: &mut Command, level: &str, out: &mut String) {
    for child in command.get_subcommands_mut().filter(|it| !it.is_hide_set()) {
        let name = child.get_bin_name().unwrap_or(child.get_name()).to_owned();
        let _ = write!(out, "\n{level} {name}\n\n```text\n{}\n```\n", help(child));
        commands_of(child, "###", out);
    }
}

fn help(command: &mut Command) -> String {
    let help = command.render_long_help().to_string();
    let lines: Vec<_> = help.trim_end().lines().map(str::trim_end).collect();
    lines.join("\n")
}
