//! The rules of commitlint, one by one.

use super::Asked;
use crate::import::How;
use crate::import::draft::Value;
use crate::import::messages::Messages;
use crate::import::theirs::{Reading, Theirs};

/// Rules that commitlint has and we have not.
pub(super) const LOST: [&str; 16] = [
    "body-case",
    "body-full-stop",
    "body-max-length",
    "body-min-length",
    "breaking-change-exclamation-mark",
    "footer-empty",
    "footer-max-length",
    "footer-min-length",
    "header-case",
    "scope-delimiter-style",
    "scope-max-length",
    "scope-min-length",
    "subject-exclamation-mark",
    "type-max-length",
    "type-min-length",
    "footer-full-stop",
];

/// Where the description of a subject begins. A subject that is of no type, as a
/// merge's or a revert's, has no description.
const BEHIND: &str = r"\A\w*(\([^)\n]*\))?!?: ";

/// Asks for what a rule asks for; says whether it is known here.
pub(super) fn ask(name: &str, it: &Asked<'_>, to: &mut Messages, reading: &mut Reading) -> bool {
    let force = it.force;
    match (name, it.always) {
        // Asked of every message, or by the style.
        ("body-leading-blank" | "footer-leading-blank", true) => {}
        ("type-empty" | "subject-empty", false) => to.set(force, "style", "conventional"),
        ("type-enum", true) => words("types", it, to, reading),
        ("scope-enum", true) => words("scopes", it, to, reading),
        ("scope-empty", false) => to.found(force, name, r"\A\w+\([^)\n]+\)!?: "),
        ("scope-empty", true) => to.not_found(force, name, r"\A\w+\([^)\n]+\)!?: "),
        ("header-max-length", true) => length("subject-max", it, to, reading),
        ("header-min-length", true) => length("subject-min", it, to, reading),
        ("body-max-line-length", true) => {
            let what = "the last word of a line may go beyond, since links cannot be broken";
            reading.note(How::Different, &it.theirs, what);
            length("line-max", it, to, reading);
        }
        ("footer-max-line-length", true) => {
            reading.note(How::Different, &it.theirs, "trailers may be of any length");
        }
        ("subject-max-length", true) => between(0, it, to, reading),
        ("subject-min-length", true) => between(1, it, to, reading),
        ("header-trim", true) => to.not_found(force, name, r"\A\s|\A[^\n]*[ \t]+(\n|\z)"),
        ("subject-full-stop" | "header-full-stop", always) => {
            let stop = it.value.as_ref().and_then(Theirs::scalar).unwrap_or(".");
            let before = if name == "subject-full-stop" { BEHIND } else { r"\A" };
            let end = format!(r"{before}[^\n]*{}(\n|\z)", regex::escape(stop));
            match always {
                true => to.found(force, name, end),
                false => to.not_found(force, name, end),
            }
        }
        ("body-empty", false) => to.set(force, "body", "required"),
        ("body-empty", true) => to.set(force, "body", "forbidden"),
        ("subject-case", _) => case(name, [BEHIND, r"[^\n]*", ""], it, to, reading),
        ("type-case", _) => case(name, [r"\A", r"\w*", r"\w*(\([^)\n]*\))?!?: "], it, to, reading),
        ("scope-case", _) => {
            case(name, [r"\A\w+\(", r"[^)\n]*", r"[^)\n]*\)!?: "], it, to, reading);
        }
        ("signed-off-by" | "trailer-exists", always) => trailer(always, it, to, reading),
        ("references-empty", false) => {
            reading.note(How::Different, &it.theirs, "a reference is `#` and a number");
            to.found(force, name, r"#\d+");
        }
        _ => return false,
    }
    true
}

fn words(key: &'static str, it: &Asked<'_>, to: &mut Messages, reading: &mut Reading) {
    let words = it.value.as_ref().map(|it| reading.texts(it)).unwrap_or_default();
    to.set(it.force, "style", "conventional");
    if !words.is_empty() {
        to.set(it.force, key, Value::texts(words));
    }
}

fn length(key: &'static str, it: &Asked<'_>, to: &mut Messages, reading: &mut Reading) {
    if let Some(number) = it.value.as_ref().and_then(|it| reading.number(it)) {
        to.set(it.force, key, number);
    }
}

/// Asks for a description of at most, or at least, so many characters.
fn between(least: i64, it: &Asked<'_>, to: &mut Messages, reading: &mut Reading) {
    let Some(number) = it.value.as_ref().and_then(|it| reading.number(it)) else { return };
    // The largest repetition that is sensible for one line.
    let number = number.min(500);
    match least {
        0 => to.not_found(
            it.force,
            "subject-max-length",
            format!("{BEHIND}[^\\n]{{{},}}", number + 1),
        ),
        _ => to.found(it.force, "subject-min-length", format!("{BEHIND}[^\\n]{{{number},}}")),
    }
}

/// Asks for letter cases of a part of the subject: what stands before it, what it
/// consists of, and what stands behind the letter that is looked for.
fn case(
    name: &str,
    [before, word, after]: [&str; 3],
    it: &Asked<'_>,
    to: &mut Messages,
    reading: &mut Reading,
) {
    let Some(value) = &it.value else { return };
    let cases = if value.is_list() {
        reading.texts(value)
    } else {
        reading.text(value).into_iter().collect()
    };
    let (mut capital, mut lost) = (false, false);
    for case in &cases {
        match (case.as_str(), it.always) {
            ("lower-case" | "lowercase", true) if cases.len() == 1 => {
                to.not_found(it.force, name, format!(r"{before}{word}\p{{Lu}}{after}"));
            }
            ("upper-case" | "uppercase", true) if cases.len() == 1 => {
                to.not_found(it.force, name, format!(r"{before}{word}\p{{Ll}}{after}"));
            }
            ("sentence-case" | "sentencecase", true) if cases.len() == 1 => {
                to.not_found(it.force, name, format!(r"{before}\p{{Ll}}{after}"));
            }
            (
                "sentence-case" | "start-case" | "pascal-case" | "upper-case" | "uppercase",
                false,
            ) => {
                capital = true;
            }
            _ => lost = true,
        }
    }
    if capital {
        to.not_found(it.force, name, format!(r"{before}\p{{Lu}}{after}"));
        let what = "it may not begin with a capital letter";
        reading.note(How::Different, value, what);
    }
    if lost {
        reading.note(How::Lost, value, "no rule asks for these cases");
    }
}

/// Asks for a trailer, or that it is not there.
fn trailer(always: bool, it: &Asked<'_>, to: &mut Messages, reading: &mut Reading) {
    if always {
        reading.note(How::Stricter, &it.theirs, "merges and reverts need it too");
    }
    let key = it.value.as_ref().and_then(Theirs::scalar).unwrap_or("Signed-off-by:");
    let key = key.split(':').next().unwrap_or_default().trim();
    let list = if always { "require" } else { "forbid" };
    let setting = Value::table([(list, Value::texts([key]))]);
    to.alone(it.force, it.theirs.path.rsplit('.').next().unwrap_or_default(), "trailers", setting);
}
