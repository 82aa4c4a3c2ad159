//! TOML text to a [`Policy`], or every problem in it at once.

use std::ops::Range;
use std::sync::Arc;

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use super::problem::{Problem, Problems};
use super::{Asked, Policy, Protection, preset, tables};
use crate::model::{Origin, People, Stage};
use crate::rule::{self, RULES};

/// Where a policy's text comes from, when it extends another by path.
pub type Source<'s> = dyn FnMut(&str) -> Result<String, String> + 's;

/// How deep policies may extend each other.
const DEPTH: usize = 8;

/// Reads a policy called `file`, or every problem in it, by file and line.
///
/// `open` reads the file that an `extends` names, relative to the policy; its
/// error says why it can't. Presets need no opening.
pub fn parse(file: &str, text: &str, open: &mut Source<'_>) -> Result<Policy, Problems> {
    let policy = Policy {
        stages: Vec::new(),
        people: People::default(),
        protections: Vec::new(),
        exemptions: Vec::new(),
    };
    let mut reading = Reading { policy, problems: Vec::new(), files: Vec::new(), open };
    reading.file(file, text);
    if reading.policy.stages.is_empty() {
        reading.policy.stages =
            vec![Stage::PreCommit, Stage::CommitMsg, Stage::PrePush, Stage::PreReceive];
    }
    reading.policy.stages.sort();
    reading.policy.stages.dedup();
    reading.decidable();
    reading.fitting();
    let Reading { policy, mut problems, .. } = reading;
    problems.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
    problems.dedup_by(|a, b| a.summary() == b.summary());
    if problems.is_empty() { Ok(policy) } else { Err(Problems(problems)) }
}

/// What has been read so far, over all files.
struct Reading<'o, 's> {
    policy: Policy,
    problems: Vec<Problem>,
    /// The files being read, to notice circles, with their texts for reports.
    files: Vec<(Arc<str>, String)>,
    open: &'o mut Source<'s>,
}

impl Reading<'_, '_> {
    fn file(&mut self, name: &str, text: &str) {
        let name: Arc<str> = name.into();
        self.files.push((name.clone(), text.to_owned()));
        let (table, errors) = DeTable::parse_recoverable(text);
        let broken = !errors.is_empty();
        let mut reader = Reader { file: name, text, broken, problems: Vec::new() };
        for error in errors {
            reader.problem(error.span(), error.message(), None);
        }
        let extends = reader.table(table.into_inner(), &mut self.policy);
        for (span, wanted) in extends {
            self.extend(&mut reader, span, &wanted);
        }
        self.problems.append(&mut reader.problems);
    }

    fn extend(&mut self, reader: &mut Reader<'_>, span: Range<usize>, wanted: &str) {
        if self.files.iter().any(|(name, _)| **name == *wanted) {
            // Named twice by two files it holds once; a circle ends here.
            return;
        }
        if self.files.len() >= DEPTH {
            let what = format!("more than {DEPTH} policies extend each other");
            return reader.problem(Some(span), &what, Some("put them into fewer files".into()));
        }
        let text = match wanted.strip_prefix("preset:") {
            Some(name) => preset(name).map(str::to_owned).ok_or_else(|| {
                let names: Vec<_> = super::PRESETS.iter().map(|(name, _)| *name).collect();
                format!("there is no such preset; there are {}", names.join(", "))
            }),
            None if wanted.contains("://") => {
                Err("only presets and files can be extended by this version".to_owned())
            }
            None => (self.open)(wanted),
        };
        match text {
            Ok(text) => self.file(wanted, &text),
            Err(why) => reader.problem(
                Some(span),
                &format!("cannot extend `{wanted}`: {why}"),
                Some("write `preset:baseline`, or a path relative to this file".into()),
            ),
        }
    }

    /// A rule that no enforced stage can decide would never hold.
    fn decidable(&mut self) {
        let mut problems = Vec::new();
        for protection in &self.policy.protections {
            let when = protection.when.as_ref().map(super::When::needs).unwrap_or_default();
            for asked in &protection.rules {
                let mut needs = asked.rule.uses(&self.policy.people);
                needs.extend(&when);
                if self.policy.stages_that_know(&needs).next().is_some() {
                    continue;
                }
                let knows = |stage: &Stage| needs.iter().all(|&need| stage.knows(need));
                let first = Stage::ALL.into_iter().find(knows);
                let what = format!("`{}` cannot be decided at any of `stages`", asked.spec.name);
                let hint = first.map(|it| format!("add \"{it}\" to `stages`, or drop the rule"));
                problems.push((asked.origin.clone(), what, hint));
            }
        }
        for (origin, what, hint) in problems {
            self.at(&origin, what, hint);
        }
    }

    /// Settings that make sense only together with the people of the policy.
    fn fitting(&mut self) {
        let asked = self.policy.protections.iter().flat_map(|it| &it.rules);
        let wrong: Vec<_> = asked
            .filter_map(|it| {
                let why = it.rule.fits(&self.policy.people).err()?;
                Some((it.origin.clone(), format!("`{}`: {why}", it.spec.name)))
            })
            .collect();
        for (origin, what) in wrong {
            self.at(&origin, what, None);
        }
    }

    fn at(&mut self, origin: &Origin, what: String, hint: Option<String>) {
        let text = self.files.iter().find(|(name, _)| *name == origin.file);
        let source = text.and_then(|(_, text)| text.lines().nth(origin.line - 1));
        let source = source.unwrap_or_default().to_owned();
        let width = source.chars().take_while(|it| !" =".contains(*it)).count();
        let (file, line) = (origin.file.clone(), origin.line);
        self.problems.push(Problem { file, line, column: 1, source, width, what, hint });
    }
}

/// Reads one file.
pub(super) struct Reader<'t> {
    file: Arc<str>,
    text: &'t str,
    /// Whether the text is no TOML, so that what seems to be missing may not be.
    broken: bool,
    problems: Vec<Problem>,
}

impl<'t> Reader<'t> {
    /// Adds a file's tables to `policy`; the answer is what it extends.
    fn table(&mut self, table: DeTable<'t>, policy: &mut Policy) -> Vec<(Range<usize>, String)> {
        let mut extends = Vec::new();
        let mut version = None;
        for (key, value) in table {
            let span = key.span();
            match &*key.into_inner() {
                "version" => version = self.version(value),
                "extends" => {
                    let written: Vec<Spanned<String>> = self.read(value).unwrap_or_default();
                    extends.extend(written.into_iter().map(|it| (it.span(), it.into_inner())));
                }
                "stages" => {
                    let stages: Option<Vec<Stage>> = self.read(value);
                    policy.stages.extend(stages.unwrap_or_default());
                }
                "roles" => {
                    let roles: Option<tables::Roles> = self.read(value);
                    tables::add_roles(policy, roles.unwrap_or_default());
                }
                "people" => {
                    let people: Option<tables::Persons> = self.read(value);
                    tables::add_persons(policy, people.unwrap_or_default());
                }
                "protect" => policy.protections.extend(self.protections(value)),
                "exempt" => self.exemptions(value, policy),
                key => self.unknown(span, key, KEYS.iter().copied(), "key"),
            }
        }
        if version.is_none() && !self.broken && self.problems.is_empty() {
            let hint = "write `version = 1` first".to_owned();
            self.problem(None, "the policy does not say its `version`", Some(hint));
        }
        extends
    }

    fn version(&mut self, value: Spanned<DeValue<'t>>) -> Option<i64> {
        let span = value.span();
        let version: i64 = self.read(value)?;
        if version != 1 {
            let what = format!("this Refgate reads policies of version 1, not {version}");
            self.problem(Some(span), &what, Some("use a newer Refgate, or `version = 1`".into()));
        }
        Some(version)
    }

    fn protections(&mut self, value: Spanned<DeValue<'t>>) -> Vec<Protection> {
        let span = value.span();
        let DeValue::Array(array) = value.into_inner() else {
            self.problem(Some(span), "`protect` is a list", Some("write `[[protect]]`".into()));
            return Vec::new();
        };
        array.into_iter().filter_map(|value| self.protection(value)).collect()
    }

    fn protection(&mut self, value: Spanned<DeValue<'t>>) -> Option<Protection> {
        let span = value.span();
        let DeValue::Table(table) = value.into_inner() else {
            let hint = "write `[[protect]]`".to_owned();
            self.problem(Some(span), "a protection is a table", Some(hint));
            return None;
        };
        let mut rules = Vec::new();
        let mut head = DeTable::new();
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            if tables::HEAD.contains(&name) {
                head.insert(key, value);
            } else if let Some(spec) = rule::find(name) {
                rules.extend(self.asked(spec, key.span(), value));
            } else {
                let known = RULES.iter().map(|spec| spec.name).chain(tables::HEAD.iter().copied());
                self.unknown(key.span(), name, known, "rule");
            }
        }
        let missing = !head.keys().any(|key| key.get_ref() == "refs");
        if missing && !self.broken {
            let hint = "add `refs = [\"main\"]`, or `refs = [\"**\"]` for every ref".to_owned();
            self.problem(Some(span.clone()), "this protection names no refs", Some(hint));
        }
        if rules.is_empty() && self.problems.is_empty() {
            let hint = "add a rule, such as `fast-forward-only = true`".to_owned();
            self.problem(Some(span.clone()), "this protection asks nothing", Some(hint));
        }
        rules.sort_by_key(|asked| asked.origin.line);
        let origin = self.origin(span.start);
        let value = Spanned::new(span, DeValue::Table(head));
        let head: tables::Head = if missing { return None } else { self.read(value)? };
        if let Some(when) = head.when.as_ref().filter(|when| when.get_ref().hollow()) {
            let hint = "name a condition, such as `paths = [\"db/**\"]`".to_owned();
            self.problem(Some(when.span()), "this condition asks nothing", Some(hint));
        }
        let since = head.since.as_ref().and_then(|it| self.time(it));
        Some(head.protection(origin, since, rules))
    }

    fn asked(
        &mut self,
        spec: &'static rule::Spec,
        span: Range<usize>,
        value: Spanned<DeValue<'t>>,
    ) -> Option<Asked> {
        let origin = self.origin(span.start);
        let settings = toml::Value::deserialize(ValueDeserializer::from(value.clone())).ok();
        let whole = value.span();
        match (spec.read)(ValueDeserializer::from(value)) {
            Ok(rule) => {
                let settings = settings.unwrap_or(toml::Value::Boolean(true));
                Some(Asked { spec, rule, settings, origin })
            }
            Err(error) => {
                let what = format!("`{}`: {}", spec.name, error.message().trim());
                let hint = format!("`refgate explain {}` shows an example", spec.name);
                self.problem(error.span().or(Some(whole)), &what, Some(hint));
                None
            }
        }
    }

    fn exemptions(&mut self, value: Spanned<DeValue<'t>>, policy: &mut Policy) {
        let span = value.span();
        let DeValue::Array(array) = value.into_inner() else {
            return self.problem(
                Some(span),
                "`exempt` is a list",
                Some("write `[[exempt]]`".into()),
            );
        };
        for value in array {
            let origin = self.origin(value.span().start);
            let Some(written): Option<tables::Exempt> = self.read(value) else { continue };
            let name = written.rule.get_ref().as_str();
            let built_in = rule::BUILT_IN.iter().map(|(spec, _)| spec.name);
            let known = RULES.iter().map(|spec| spec.name).chain(built_in);
            if !known.clone().any(|it| it == name) {
                self.unknown(written.rule.span(), name, known, "rule");
            }
            if written.why.get_ref().trim().is_empty() {
                self.problem(Some(written.why.span()), "an exemption needs a reason", None);
            }
            if let Some(until) = self.time(&written.until) {
                policy.exemptions.push(written.exemption(origin, until));
            }
        }
    }

    fn time(&mut self, written: &Spanned<toml::value::Datetime>) -> Option<i64> {
        let time = tables::timestamp(written.get_ref());
        if time.is_none() {
            let hint = "write a day, such as 2027-06-30".to_owned();
            self.problem(Some(written.span()), "this is no day that a calendar has", Some(hint));
        }
        time
    }

    fn read<T: Deserialize<'t>>(&mut self, value: Spanned<DeValue<'t>>) -> Option<T> {
        let span = value.span();
        T::deserialize(ValueDeserializer::from(value))
            .map_err(|error| {
                self.problem(error.span().or(Some(span)), error.message().trim(), None);
            })
            .ok()
    }

    fn unknown<'n>(
        &mut self,
        span: Range<usize>,
        name: &str,
        known: impl Iterator<Item = &'n str>,
        what: &str,
    ) {
        let near = known
            .map(|it| (strsim::damerau_levenshtein(it, name), it))
            .filter(|(distance, it)| *distance <= 1 + it.len() / 4)
            .min();
        let hint = match near {
            Some((_, near)) => format!("did you mean `{near}`?"),
            None if what == "rule" => "`refgate explain` lists the rules".to_owned(),
            None => format!("there are {}", KEYS.join(", ")),
        };
        self.problem(Some(span), &format!("there is no {what} `{name}`"), Some(hint));
    }

    fn problem(&mut self, span: Option<Range<usize>>, what: &str, hint: Option<String>) {
        let span = span.unwrap_or(0..0);
        let start = floor(self.text, span.start);
        let before = &self.text[..start];
        let head = before.rfind('\n').map_or(0, |at| at + 1);
        let source = self.text[head..].lines().next().unwrap_or_default().to_owned();
        let line_end = head + source.len();
        let end = floor(self.text, span.end.min(line_end)).max(start);
        self.problems.push(Problem {
            file: self.file.clone(),
            line: 1 + before.matches('\n').count(),
            column: 1 + self.text[head..start].chars().count(),
            width: self.text[start..end].chars().count().max(1),
            source,
            what: what.to_owned(),
            hint,
        });
    }

    fn origin(&self, offset: usize) -> Origin {
        let line = 1 + self.text[..floor(self.text, offset)].matches('\n').count();
        Origin { file: self.file.clone(), line }
    }
}

/// The keys of a policy's first level.
const KEYS: &[&str] = &["version", "extends", "stages", "roles", "people", "protect", "exempt"];

/// The nearest place at or before `offset` where a character begins.
fn floor(text: &str, offset: usize) -> usize {
    let mut at = offset.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
