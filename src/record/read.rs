//! JSON or TOML to a [`Record`], or what is wrong with it.

use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{DeserializeOwned, DeserializeSeed, IgnoredAny};

use super::{FORMAT, Keys, Record};
use crate::model::{Need, Recorded, RefUpdate, Timestamp};
use crate::policy::{Problem, mend};

/// Reads the record in the file called `name`: JSON if that ends in `.json`, TOML
/// if in `.toml`, else by how it begins. It is judged at `at`, or else when the
/// record says that it arrived: one of them is needed.
pub fn read(name: &str, raw: &[u8], at: Option<Timestamp>) -> Result<Record, Box<Problem>> {
    let text = Problem::text(name, raw)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let json = match name.rsplit_once('.') {
        Some((_, "json")) => true,
        Some((_, "toml")) => false,
        _ => text.trim_start().starts_with('{'),
    };
    // Newer formats have keys that are not known here: first things first.
    let head: Head = parse(name, text, json)?;
    let place = || {
        let at = text.find("format").unwrap_or_default();
        at..text[at..].find(['\n', ',']).map_or(text.len(), |end| at + end)
    };
    match head.format {
        Some(FORMAT) => {}
        Some(other) => {
            let what = format!("this Refgate reads records of format {FORMAT}, not {other}");
            let hint = "use a newer Refgate, or let this one write the record".to_owned();
            return Err(problem(name, text, place(), what, hint));
        }
        None => {
            let what = "the record does not say its `format`".to_owned();
            let hint =
                if json { "write `\"format\": 1` first" } else { "write `format = 1` first" };
            return Err(problem(name, text, 0..0, what, hint.to_owned()));
        }
    }
    let mut record: Record = parse(name, text, json)?;
    parse_as(name, text, json, Keys::File)?;
    let told = |(word, what, hint): (String, String, String)| {
        let written = [format!("\"{word}\""), format!("update.{word}"), word.clone()];
        let at = written.iter().find_map(|it| Some((text.find(it.as_str())?, it)));
        let span = at.map_or(0..0, |(at, it)| at + it.find(&word).unwrap_or(0)..at + it.len());
        problem(name, text, span, what, hint)
    };
    if let Some(word) = strange(&record) {
        let what = format!("there is no kind of fact `{word}`");
        let names: Vec<_> = Need::ALL.iter().map(ToString::to_string).collect();
        let near = mend::nearest(&word, names.iter().map(String::as_str));
        let hint = near.map_or_else(
            || format!("there are {}", names.join(", ")),
            |it| format!("did you mean `{it}`?"),
        );
        return Err(told((word, what, hint)));
    }
    if record.updates.is_empty() {
        let hint = "name in `updates` the refs to be moved".to_owned();
        return Err(told(("updates".to_owned(), "nothing is to be moved".to_owned(), hint)));
    }
    if let Some(stray) = stray(&record.facts, &record.updates) {
        return Err(told(stray));
    }
    match (at, head.at) {
        (Some(at), _) => record.at = at,
        (None, Some(_)) => {}
        (None, None) => return Err(undated(name, text, json)),
    }
    Ok(record)
}

#[expect(clippy::unnecessary_box_returns, reason = "it is an error, and large")]
fn undated(name: &str, text: &str, json: bool) -> Box<Problem> {
    let what = "the record does not say `at`, when the change arrived".to_owned();
    let time = "2026-12-24T10:00:00Z";
    let hint = match json {
        true => format!("write `\"at\": \"{time}\"`"),
        false => format!("write `at = {time}`"),
    };
    problem(name, text, 0..0, what, hint)
}

/// Facts about an update that is none of `updates`, which nobody would ask for: what
/// they are about, what is wrong and what to do about it.
pub(crate) fn stray(facts: &Recorded, updates: &[RefUpdate]) -> Option<(String, String, String)> {
    let moved: Vec<_> = updates.iter().flat_map(Recorded::names).collect();
    let name = facts.update.keys().find(|it| !moved.contains(it))?;
    let what = format!("there are facts about `{name}`, which no update moves");
    let names: Vec<_> = updates.iter().map(|it| it.name.to_string()).collect();
    let hint = format!("write them below what is moved: {}", names.join(", "));
    Some((name.clone(), what, hint))
}

/// The one key that every format has, and the one that another may stand for.
#[derive(Deserialize)]
struct Head {
    format: Option<u32>,
    at: Option<IgnoredAny>,
}

/// A kind of fact that is not known, so that what is said about it would be lost.
fn strange(record: &Record) -> Option<String> {
    let facts = &record.facts;
    let words = facts.failed.keys().chain(facts.truncated.keys());
    let gaps = facts.gaps.iter().flat_map(|it| std::iter::once(&it.need).chain(&it.lacks));
    words
        .chain(gaps)
        .chain(facts.asked.iter().flat_map(|it| it.keys()))
        .find(|it| Need::named(it).is_none())
        .cloned()
}

fn parse<T: DeserializeOwned>(name: &str, text: &str, json: bool) -> Result<T, Box<Problem>> {
    parse_as(name, text, json, PhantomData)
}

/// The same, by what reads it.
fn parse_as<'t, S: DeserializeSeed<'t>>(
    name: &str,
    text: &'t str,
    json: bool,
    seed: S,
) -> Result<S::Value, Box<Problem>> {
    if json {
        let mut from = serde_json::Deserializer::from_str(text);
        let read = seed.deserialize(&mut from).and_then(|it| from.end().map(|()| it));
        read.map_err(|error| {
            let at = offset(text, error.line(), error.column());
            let whole = error.to_string();
            let what = whole.rsplit_once(" at line ").map_or(whole.as_str(), |(what, _)| what);
            let hint = match error.classify() {
                serde_json::error::Category::Data => mend::hint(what),
                _ => "write it as JSON: https://www.json.org".to_owned(),
            };
            problem(name, text, at..at, mend::plain(what, "object"), hint)
        })
    } else {
        let read = toml::Deserializer::parse(text).and_then(|from| seed.deserialize(from));
        read.map_err(|error: toml::de::Error| {
            let what = error.message().trim().to_owned();
            let data = what.contains('`') || what.starts_with("invalid");
            let hint = if data { mend::hint(&what) } else { mend::syntax(&what) };
            problem(name, text, error.span().unwrap_or(0..0), mend::plain(&what, "table"), hint)
        })
    }
}

/// Where the byte in a line is, both from 1.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let lines = text.split_inclusive('\n').take(line.saturating_sub(1));
    let start: usize = lines.map(str::len).sum();
    (start + column.saturating_sub(1)).min(text.len())
}

#[expect(clippy::unnecessary_box_returns, reason = "it is an error, and large")]
fn problem(
    name: &str,
    text: &str,
    span: std::ops::Range<usize>,
    what: String,
    hint: String,
) -> Box<Problem> {
    Box::new(Problem::at(name, text, span, (what, Some(hint))))
}
