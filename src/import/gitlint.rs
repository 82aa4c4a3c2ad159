//! `.gitlint` of gitlint.
//!
//! Source: gitlint's reference of rules and configuration. It is an INI file: a
//! section for each rule, by name or id, and `[general]`. Rules that no section
//! names hold with their defaults, but for those that are off by default.

use super::draft::Value;
use super::messages::{self, Force, Messages};
use super::theirs::{Reading, Theirs};
use super::{How, Imported, Importer, Unreadable, Wrong};
use crate::rule::owners::yaml::{self, Node};

/// Reads `.gitlint`.
pub(super) static IMPORTER: Importer =
    Importer { kind: "gitlint", reads: "`.gitlint` of gitlint", read };

/// A rule: its id, its name, whether it holds unless switched off, and what it
/// asks for. The last says whether it can be said here.
type Rule =
    (&'static str, &'static str, bool, fn(&Settings<'_>, &mut Messages, &mut Reading) -> bool);

/// The options of one section.
struct Settings<'n> {
    name: &'static str,
    options: Vec<(String, Theirs<'n>)>,
}

const RULES: &[Rule] = &[
    ("T1", "title-max-length", true, |it, to, reading| {
        it.number("line-length", 72, reading).is_some_and(|max| set("subject-max", max, to))
    }),
    ("T2", "title-trailing-whitespace", true, |it, to, _| it.refuse(r"\A[^\n]*[ \t](\n|\z)", to)),
    ("T3", "title-trailing-punctuation", true, |it, to, _| {
        it.refuse(r"\A[^\n]*[?:!.,;](\n|\z)", to)
    }),
    ("T4", "title-hard-tab", true, |it, to, _| it.refuse(r"\A[^\n]*\t", to)),
    ("T5", "title-must-not-contain-word", true, |it, to, _| {
        let words: Vec<_> = it.list("words", "WIP").iter().map(|it| regex::escape(it)).collect();
        it.refuse(format!(r"(?i)\A[^\n]*\b({})\b", words.join("|")), to)
    }),
    ("T6", "title-leading-whitespace", true, |it, to, _| it.refuse(r"\A[ \t]", to)),
    ("T7", "title-match-regex", false, |it, to, reading| {
        let Some(regex) = it.expression("regex", reading) else { return true };
        it.demand(format!(r"\A[^\n]*?(?m:{regex})"), to)
    }),
    ("T8", "title-min-length", true, |it, to, reading| {
        it.number("min-length", 5, reading).is_some_and(|min| set("subject-min", min, to))
    }),
    ("B1", "body-max-line-length", true, |it, to, reading| {
        it.number("line-length", 80, reading).is_some_and(|max| set("line-max", max, to))
    }),
    ("B2", "body-trailing-whitespace", true, |it, to, _| it.refuse(r"\n[^\n]*[ \t]+(\n|\z)", to)),
    ("B3", "body-hard-tab", true, |it, to, _| it.refuse(r"\n[^\n]*\t", to)),
    // Asked of every message.
    ("B4", "body-first-line-empty", true, |_, _, _| true),
    ("B5", "body-min-length", true, |_, _, _| false),
    ("B6", "body-is-missing", true, |_, to, _| {
        to.set(Force::Deny, "body", "required");
        true
    }),
    ("B7", "body-changed-file-mention", false, |_, _, _| false),
    ("B8", "body-match-regex", false, |it, to, reading| {
        let Some(regex) = it.expression("regex", reading) else { return true };
        if regex.contains(['^', '$']) {
            let what = "`^` and `$` stand for the ends of any line of the body";
            it.option("regex").into_iter().for_each(|it| reading.note(How::Looser, it, what));
        }
        it.demand(format!(r"(?s)\A[^\n]*\n.*?(?m:{regex})"), to)
    }),
    ("M1", "author-valid-email", true, |it, to, reading| {
        let regex = it.option("regex").map(|it| it.scalar().unwrap_or_default());
        // What gitlint asks for by default, and what it becomes here.
        if regex.is_some() {
            return false;
        }
        let _ = reading;
        let email = Value::table([("email", Value::texts(["?*@?*.?*"]))]);
        to.alone(Force::Deny, it.name, "author", email);
        true
    }),
    ("CT1", "contrib-title-conventional-commits", false, |it, to, _| {
        let types = "fix,feat,chore,docs,style,refactor,perf,test,revert,ci,build";
        to.set(Force::Deny, "style", "conventional");
        to.set(Force::Deny, "types", Value::texts(it.list("types", types)));
        true
    }),
    ("CC1", "contrib-body-requires-signed-off-by", false, |it, to, _| {
        let setting = Value::table([("require", Value::texts(["Signed-off-by"]))]);
        to.alone(Force::Deny, it.name, "trailers", setting);
        true
    }),
    ("CC2", "contrib-disallow-cleanup-commits", false, |it, to, _| {
        let setting = Value::table([("forbid", Value::texts(["fixup", "squash"]))]);
        to.alone(Force::Deny, it.name, "message", setting);
        true
    }),
    ("CC3", "contrib-allowed-authors", false, |_, _, _| false),
    ("I1", "ignore-by-title", false, |_, _, _| false),
    ("I2", "ignore-by-body", false, |_, _, _| false),
    ("I3", "ignore-body-lines", false, |_, _, _| false),
    ("I4", "ignore-by-author-name", false, |_, _, _| false),
];

/// The options that rules have, by id. What a rule that is lost would be told, is
/// lost with it.
const OPTIONS: &[(&str, &str)] = &[
    ("T1", "line-length"),
    ("T5", "words"),
    ("T7", "regex"),
    ("T8", "min-length"),
    ("B1", "line-length"),
    ("B6", "ignore-merge-commits"),
    ("B8", "regex"),
    ("M1", "regex"),
    ("CT1", "types"),
];

/// Rules that set one number or list, which cannot be asked for twice.
const ONCE: [&str; 5] = ["T1", "T8", "B1", "B6", "CT1"];

/// Keys of `[general]` that change what is asked.
const GENERAL: [&str; 15] = [
    "ignore",
    "contrib",
    "verbosity",
    "debug",
    "target",
    "extra-path",
    "ignore-merge-commits",
    "ignore-revert-commits",
    "ignore-fixup-commits",
    "ignore-fixup-amend-commits",
    "ignore-squash-commits",
    "ignore-stdin",
    "fail-without-commits",
    "staged",
    "regex-style-search",
];

impl Settings<'_> {
    fn option(&self, key: &str) -> Option<&Theirs<'_>> {
        self.options.iter().find(|(it, _)| it == key).map(|(_, it)| it)
    }

    fn number(&self, key: &str, default: i64, reading: &mut Reading) -> Option<i64> {
        match self.option(key) {
            Some(it) => reading.number(it),
            None => Some(default),
        }
    }

    fn list(&self, key: &str, default: &str) -> Vec<String> {
        let text = self.option(key).and_then(Theirs::scalar).unwrap_or(default);
        text.split(',').map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned).collect()
    }

    fn expression(&self, key: &str, reading: &mut Reading) -> Option<String> {
        let it = self.option(key)?;
        let text = it.scalar().unwrap_or_default();
        if let Err(error) = regex::Regex::new(text) {
            let what = format!("`{text}` is no regular expression here: {error}");
            reading.wrong("no-expression", it, what);
            return None;
        }
        Some(text.to_owned())
    }

    fn refuse(&self, expression: impl Into<String>, to: &mut Messages) -> bool {
        to.not_found(Force::Deny, self.name, expression);
        true
    }

    fn demand(&self, expression: impl Into<String>, to: &mut Messages) -> bool {
        to.found(Force::Deny, self.name, expression);
        true
    }
}

/// Whether a rule of which something is carried over has no option `key`.
fn strange(rule: &Rule, key: &str) -> bool {
    let lost = ["B5", "B7", "CC3", "I1", "I2", "I3", "I4"].contains(&rule.0);
    !key.is_empty() && !lost && !OPTIONS.contains(&(rule.0, key))
}

/// Sets a length that `message` asks for.
fn set(key: &'static str, number: i64, to: &mut Messages) -> bool {
    to.set(Force::Deny, key, number);
    true
}

/// A line `key = value` of a section; the section's own line has no key.
struct Line {
    section: String,
    key: String,
    node: Node,
}

fn read(text: &[u8]) -> Result<Imported, Unreadable> {
    let lines = lines(text)?;
    let mut reading = Reading::default();
    let parts: Vec<_> = lines
        .iter()
        .map(|it| {
            let path = if it.key.is_empty() {
                it.section.clone()
            } else {
                format!("{}.{}", it.section, it.key)
            };
            (it, Theirs::named(&it.node, &path))
        })
        .collect();
    let toml = policy(&parts, &mut reading);
    Imported::checked(toml, reading.done()?)
}

/// The lines of an INI file that say something.
fn lines(text: &[u8]) -> Result<Vec<Line>, Unreadable> {
    let wrong = |line: usize, what: &str| {
        let (part, hint) = (String::new(), None);
        Unreadable(vec![Wrong {
            code: "unreadable",
            line: Some(line),
            part,
            what: what.into(),
            hint,
        }])
    };
    let text = std::str::from_utf8(text).map_err(|_| wrong(1, "it is not UTF-8"))?;
    let (mut section, mut lines) = (String::new(), Vec::new());
    for (nth, line) in text.lines().enumerate().map(|(nth, line)| (nth + 1, line.trim())) {
        let node = |value: &str| Node { line: nth, value: yaml::Value::Text(value.to_owned()) };
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = line.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
            name.trim().clone_into(&mut section);
            lines.push(Line { section: section.clone(), key: String::new(), node: node("") });
            continue;
        }
        let Some((key, value)) = line.split_once(['=', ':']).filter(|_| !section.is_empty()) else {
            return Err(wrong(nth, "it is neither `[section]` nor `key = value` in one"));
        };
        let (section, key) = (section.clone(), key.trim().to_lowercase());
        lines.push(Line { section, key, node: node(value.trim()) });
    }
    Ok(lines)
}

/// The name behind the rule in a section's name.
fn named(section: &str) -> Option<&str> {
    section.split_once(':').map(|(_, name)| name.trim())
}

/// Asks for what a rule asks for with the options of one section, or notes that
/// it is lost; of a rule that lets commits pass, more is asked then.
fn ask(rule: &Rule, of: &[&&(&Line, Theirs<'_>)], to: &mut Messages, reading: &mut Reading) {
    let options = of.iter().filter(|(it, _)| !it.key.is_empty());
    let options = options.map(|(line, it)| (line.key.clone(), it.clone())).collect();
    let settings = Settings { name: rule.1, options };
    let twice = ONCE.contains(&rule.0) && of.iter().any(|(it, _)| named(&it.section).is_some());
    if !twice && rule.3(&settings, to, reading) {
        return;
    }
    let (how, what) = match rule.0 {
        "I1" | "I2" | "I3" | "I4" => (How::Stricter, "no commit is ignored"),
        _ => (How::Lost, "no rule asks for that"),
    };
    match of.first() {
        Some((_, it)) => reading.note(how, it, what),
        None => reading.notes.push(super::Note::of_all(how, what).part(rule.1)),
    }
}

#[expect(clippy::too_many_lines, reason = "one line for each of gitlint's rules")]
fn policy(parts: &[(&Line, Theirs<'_>)], reading: &mut Reading) -> String {
    let general = |key: &str| -> Vec<String> {
        let mut lines = parts.iter().filter(|(it, _)| it.section == "general" && it.key == key);
        let text = lines.next().and_then(|(_, it)| it.scalar()).unwrap_or_default();
        text.split(',').map(|it| it.trim().to_owned()).filter(|it| !it.is_empty()).collect()
    };
    let (ignored, contrib) = (general("ignore"), general("contrib"));
    let is = |rule: &Rule, name: &str| {
        let name = name.split(':').next().unwrap_or_default();
        rule.0.eq_ignore_ascii_case(name) || rule.1 == name
    };
    for (line, it) in parts {
        let known = line.section == "general" || RULES.iter().any(|rule| is(rule, &line.section));
        if line.key.is_empty() && !known {
            reading.note(How::Lost, it, "there is no such rule here");
        }
        if line.section == "general"
            && !line.key.is_empty()
            && !GENERAL.contains(&line.key.as_str())
        {
            reading.wrong("unknown-key", it, format!("there is no key `{}`", line.key));
        }
        if line.key == "extra-path" {
            reading.note(How::Lost, it, "a policy runs no programs");
        }
    }
    let mut to = Messages::default();
    let kept = ["ignore-merge-commits", "ignore-revert-commits"];
    if kept
        .iter()
        .all(|key| general(key).first().is_none_or(|it| !it.eq_ignore_ascii_case("false")))
    {
        to.exempt = Some(messages::BY_GIT);
    }
    for rule in RULES {
        let of: Vec<_> = parts.iter().filter(|(it, _)| is(rule, &it.section)).collect();
        for (_, it) in of.iter().filter(|(line, _)| strange(rule, &line.key)) {
            reading.wrong("unknown-key", it, "the rule has no such option");
        }
        let off = ignored.iter().any(|it| it == "all" || is(rule, it));
        let on = rule.2 || !of.is_empty() || contrib.iter().any(|it| is(rule, it));
        if off || !on {
            continue;
        }
        let base = rule.2 || contrib.iter().any(|it| is(rule, it));
        let base = base || of.iter().any(|(it, _)| named(&it.section).is_none());
        // `[rule:NAME]` holds beside `[rule]`, which holds with its defaults too.
        let mut names: Vec<_> = of.iter().filter_map(|(it, _)| named(&it.section)).collect();
        names.dedup();
        for name in base.then_some(None).into_iter().chain(names.into_iter().map(Some)) {
            let of: Vec<_> = of.iter().filter(|(it, _)| named(&it.section) == name).collect();
            ask(rule, &of, &mut to, reading);
        }
    }
    let matched = |it: &Line| {
        let mut of = RULES.iter().filter(|rule| ["T7", "B8"].contains(&rule.0));
        it.key == "regex" && of.any(|rule| is(rule, &it.section))
    };
    if to.exempt.is_some() && parts.iter().any(|(it, _)| matched(it)) {
        let what = "a commit that calls itself a merge need match nothing, though it be none";
        reading.notes.push(super::Note::of_all(How::Looser, what));
    }
    reading.notes.extend(messages::general());
    let what = "a message is text without hidden characters; merges too are held to what must not be found";
    reading.notes.push(super::Note::of_all(How::Stricter, what));
    if to.is_empty() {
        let (part, what) = (String::new(), "it asks for nothing".to_owned());
        reading.wrong.push(Wrong { code: "asks-nothing", line: None, part, what, hint: None });
    }
    to.write("Imported from gitlint.")
}
