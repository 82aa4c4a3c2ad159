//! `refgate explain`: what a rule means, and why something was decided.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use anyhow::bail;

use super::saved::{self, Instead, Saved};
use super::{Exit, Format, Global, PolicyFile, check, reference, say, shown, warn};
use crate::model::{Need, Stage, Verdict};
use crate::policy::{Mode, Policy, Protection};
use crate::report::{self, Detail, Style};
use crate::rule::when::CONDITIONS;
use crate::rule::{self, BUILT_IN, Family, RULES, Spec, WhenUnknown};

/// Tell what a rule means, or why something was decided
///
/// Without more, lists every rule.
#[derive(Clone, Debug, clap::Args)]
#[command(after_long_help = "\
Effect: reads the repository, or with --facts a file. Writes nothing.

Exit codes: 0 explained, 2 there is nothing to explain.

Examples:
  refgate explain --ref main --path db/42.sql
  refgate explain --facts pull-request.json")]
pub(super) struct Explain {
    /// The rule, or `when` for conditions
    #[arg(value_name = "RULE", conflicts_with_all = ["onto", "last", "facts"])]
    rule: Option<String>,
    /// Which rules apply to this ref, and which line asks for them
    #[arg(long = "ref", value_name = "REF", conflicts_with_all = ["last", "facts"])]
    onto: Option<String>,
    /// The same for a change of this path
    #[arg(long, value_name = "PATH", requires = "onto")]
    path: Option<String>,
    /// What the last hook decided here, with all that passed
    #[arg(long, conflicts_with = "facts")]
    last: bool,
    /// What is decided about a recorded change: the whole tree, and whose move it is
    #[arg(long, value_name = "FILE")]
    facts: Option<PathBuf>,
}

impl Explain {
    pub(super) fn run(&self, global: &Global) -> anyhow::Result<Exit> {
        let text = if let Some(path) = &self.facts {
            let Saved { verdict, from, worthless } =
                saved::judged(global, path, Instead::default())?;
            if let Some(why) = worthless {
                warn(&format!("warning: this allows nothing: {why}\n"));
            }
            if global.format != Format::Human {
                shown::show(global, &verdict, "", "")?;
                return Ok(Exit::Allowed);
            }
            format!("{}\njudged by {}\n", report::tree(&verdict), report::escaped_line(&from))
        } else if self.last {
            let verdict = last()?;
            if global.format != Format::Human {
                shown::show(global, &verdict, "", "")?;
                return Ok(Exit::Allowed);
            }
            let style = shown::style(global, global.colors());
            report::styled(&verdict, Style { detail: Detail::Everything, ..style })
        } else if let Some(onto) = &self.onto {
            applying(&PolicyFile::find(global)?.policy()?, onto, self.path.as_deref())
        } else if self.rule.as_deref() == Some("when") {
            conditions()
        } else if let Some(name) = &self.rule {
            let Some(spec) = find(name) else {
                bail!("there is no rule `{name}`\nhint: refgate explain lists the rules");
            };
            manual(spec)
        } else {
            rules()
        };
        say(&text)?;
        Ok(Exit::Allowed)
    }
}

/// Every rule, those that always hold too.
pub(super) fn all() -> impl Iterator<Item = &'static Spec> {
    RULES.iter().chain(BUILT_IN.iter().map(|(spec, _)| spec))
}

fn find(name: &str) -> Option<&'static Spec> {
    all().find(|it| it.name == name)
}

/// The parts of the rule reference, in its order.
pub(super) const FAMILIES: &[Family] = &[
    Family::Refs,
    Family::Commits,
    Family::Content,
    Family::People,
    Family::Evidence,
    Family::Time,
];

/// What a part of the reference is about.
pub(super) fn title(family: Family) -> &'static str {
    match family {
        Family::Refs => "refs: how refs may move",
        Family::Commits => "commits: what commits say of themselves",
        Family::Content => "content: what files hold",
        Family::People => "people: who agrees",
        Family::Evidence => "evidence: what ran",
        Family::Time => "time: when it may land",
    }
}

fn rules() -> String {
    let mut out = String::new();
    for &family in FAMILIES {
        let of: Vec<_> = all().filter(|it| it.family == family).collect();
        if of.is_empty() {
            continue;
        }
        let gap = if out.is_empty() { "" } else { "\n" };
        let _ = writeln!(out, "{gap}{}", title(family));
        for spec in of {
            row(&mut out, spec.name, spec.summary().trim_end_matches('.'));
        }
    }
    out += "\nrefgate explain RULE tells more, and refgate explain when of conditions\n";
    out
}

fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        if let Some(line) = lines.last_mut() {
            if line.is_empty() {
                line.push_str(word);
            } else if line.len() + 1 + word.len() <= columns {
                line.push(' ');
                line.push_str(word);
            } else {
                lines.push(word.to_owned());
            }
        }
    }
    lines
}

/// Every condition, by family.
fn conditions() -> String {
    let mut out = format!("when (conditions)\n\n{}", reference::CONDITIONAL);
    for family in reference::families() {
        let _ = writeln!(out, "\n{}", family.title);
        for condition in CONDITIONS.iter().filter(|it| it.family.title == family.title) {
            row(&mut out, &condition.key(), condition.what().trim_end_matches('.'));
        }
        out += "\n";
        page(&mut out, family.manual);
    }
    out
}

/// A name and, beside it, what it is.
fn row(out: &mut String, name: &str, what: &str) {
    let mut lines = wrapped(what, 79 - 22).into_iter();
    // A name that is too long for its column has a line of its own.
    let first = match name.len() {
        0..20 => lines.next().unwrap_or_default(),
        _ => String::new(),
    };
    let _ = writeln!(out, "{}", format!("  {name:<19} {first}").trim_end());
    for line in lines {
        let _ = writeln!(out, "{:22}{line}", "");
    }
}

/// Markdown for a terminal: what stands in fences is set off.
fn page(out: &mut String, markdown: &str) {
    let mut code = false;
    for line in markdown.lines() {
        if line.starts_with("```") {
            code = !code;
        } else {
            let _ = writeln!(out, "{}{line}", if code { "    " } else { "" });
        }
    }
}

fn manual(spec: &Spec) -> String {
    let built_in = if rule::find(spec.name).is_some() { "" } else { ", always on" };
    let family = title(spec.family).split(':').next().unwrap_or_default();
    let mut out = format!("{} ({family}{built_in})\n\n", spec.name);
    page(&mut out, spec.manual);
    let _ = writeln!(out, "\n{}", decided(spec));
    out
}

/// How much of what a rule looks at a stage knows.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum Knowledge {
    /// All.
    Whole,
    /// Some.
    Part,
    /// Nothing.
    None,
}

/// How much of what `spec` looks at `stage` knows.
pub(super) fn knowledge(spec: &Spec, stage: Stage) -> Knowledge {
    match spec.needs.iter().filter(|&&need| stage.knows(need)).count() {
        some if some == spec.needs.len() => Knowledge::Whole,
        0 => Knowledge::None,
        _ => Knowledge::Part,
    }
}

/// Where a rule is decided, and what it looks at.
pub(super) fn decided(spec: &Spec) -> String {
    let names = |wanted: Knowledge| {
        let stages = Stage::ALL.into_iter().filter(|&it| knowledge(spec, it) == wanted);
        let names: Vec<_> = stages.map(|it| it.to_string()).collect();
        (!names.is_empty()).then(|| names.join(", "))
    };
    let mut out = format!("Decided at: {}", names(Knowledge::Whole).unwrap_or_default());
    if let Some(stages) = names(Knowledge::Part) {
        let _ = write!(out, "\nIn part at: {stages}");
    }
    if let Some(stages) = names(Knowledge::None) {
        let there = match spec.when_unknown {
            WhenUnknown::Pass => "silent",
            WhenUnknown::Defer => "left to a later stage",
            WhenUnknown::Warn => "warned of",
        };
        let _ = write!(out, "\nAt {stages}: {there}");
    }
    let needs: Vec<_> = spec.needs.iter().map(Need::to_string).collect();
    if !needs.is_empty() {
        let _ = write!(out, "\nLooks at: {}", needs.join(", "));
    }
    out
}

/// Which rules apply to a ref, and to a path of it.
fn applying(policy: &Policy, onto: &str, path: Option<&str>) -> String {
    let name = check::full(onto);
    let protections: Vec<_> = policy.protections_of(&name).collect();
    let count: usize = protections.iter().map(|it| it.rules.len()).sum();
    let path_shown = path.map(|it| format!(", {}", report::escaped_line(it))).unwrap_or_default();
    let apply = if count == 1 { "1 rule applies" } else { &format!("{count} rules apply") };
    let name = report::escaped_bytes(name.as_bstr());
    let mut out = format!("{name}{path_shown}: {apply}\n");
    for protection in protections {
        let when = condition(protection, path);
        for asked in &protection.rules {
            let settings = report::escaped_line(&asked.settings.to_string());
            let settings: String = settings.chars().take(200).collect();
            let origin = report::escaped_line(&asked.origin.to_string());
            let _ = writeln!(out, "  {:<19} {origin:<22} {settings}{when}", asked.spec.name);
        }
    }
    for exemption in &policy.exemptions {
        let fits = exemption.refs.as_ref().is_none_or(|it| it.matches(&check::full(onto)))
            && exemption
                .paths
                .as_ref()
                .is_none_or(|it| path.is_none_or(|path| it.matches(path.into())));
        if fits {
            let rule = report::escaped_line(&exemption.rule);
            let why = report::escaped_line(&exemption.why);
            let _ = writeln!(out, "  exempt from {rule} ({}): {why}", exemption.origin);
        }
    }
    for (spec, _) in BUILT_IN {
        let _ = writeln!(out, "  {:<19} {:<22} {}", spec.name, "built in", spec.summary());
    }
    out
}

/// What else must be so for a protection to apply, or how it applies.
fn condition(protection: &Protection, path: Option<&str>) -> String {
    let mut out = String::new();
    if let Some(when) = &protection.when {
        let paths = when.paths().zip(path);
        out += match paths.map(|(patterns, path)| patterns.matches(path.into())) {
            Some(true) => ", because of the path",
            Some(false) => ", not for this path alone",
            None => ", on some changes",
        };
    }
    if protection.mode == Mode::Warn {
        out += ", only warns";
    }
    if let Some(since) = protection.since {
        let _ = write!(out, ", denies from {} on", super::environment::written(since));
    }
    out
}

/// The last verdict of a hook here.
fn last() -> anyhow::Result<Verdict> {
    let Some(directory) = super::policy_file::git(&["rev-parse", "--absolute-git-dir"])? else {
        bail!("this is no repository");
    };
    let text = shown::kept(Path::new(&directory))?;
    let known = |name: &str| find(name).map(|it| it.name);
    let verdict = report::read(&text, &known);
    verdict.map_err(|why| anyhow::anyhow!("what the last hook left is no report: {why}"))
}
