//! One file of a policy: what it says, or every problem in it.

use std::ops::Range;
use std::sync::Arc;

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use super::problem::Problem;
use super::{Asked, Policy, Protection, Written, mend, tables};
use crate::model::{Origin, Stage};
use crate::rule::{self, RULES};

/// Reads one file, and remembers what is wrong with it.
pub(crate) struct Reader<'t> {
    pub(crate) file: Arc<str>,
    pub(crate) text: &'t str,
    /// Where lines end.
    ends: Vec<usize>,
    /// Where the text is no TOML, in order: what seems to be missing may not be,
    /// and what stands behind may belong elsewhere.
    pub(super) broken: Vec<usize>,
    pub(crate) problems: Vec<Problem>,
    /// The roles and people that it defines, with their places.
    pub(super) named: Vec<(Range<usize>, String)>,
    /// The approvals that it defines, with their places.
    pub(super) approvals: Vec<(Range<usize>, String)>,
}

impl<'t> Reader<'t> {
    /// A reader of `text`, and what it says as TOML; what is no TOML is a problem.
    pub(crate) fn open(file: Arc<str>, text: &'t str) -> (Self, DeTable<'t>) {
        let (table, mut errors) = DeTable::parse_recoverable(text);
        // What follows from an error at the same place is not told again.
        errors.sort_by_key(|it| it.span().map_or(0, |it| it.start));
        errors.dedup_by_key(|it| it.span().map_or(0, |it| it.start));
        let broken = errors.iter().map(|it| it.span().map_or(0, |it| it.start)).collect();
        let mut reader = Self {
            file,
            text,
            ends: text.match_indices('\n').map(|(at, _)| at).collect(),
            broken,
            problems: Vec::new(),
            named: Vec::new(),
            approvals: Vec::new(),
        };
        for error in errors {
            reader.problem(error.span(), error.message(), Some(mend::syntax(error.message())));
        }
        (reader, table.into_inner())
    }

    /// Adds a file's tables to `policy`; the answer is what it extends.
    pub(super) fn table(
        &mut self,
        table: DeTable<'t>,
        policy: &mut Policy,
    ) -> Vec<(Range<usize>, String)> {
        let mut extends = Vec::new();
        let mut version = false;
        for (key, value) in table {
            let span = key.span();
            match &*key.into_inner() {
                "version" => {
                    version = true;
                    self.version(value);
                }
                "extends" => {
                    let written: Vec<Spanned<String>> = self.read(value).unwrap_or_default();
                    extends.extend(written.into_iter().map(|it| (it.span(), it.into_inner())));
                }
                "stages" => {
                    let whole = value.span();
                    let stages: Option<Vec<Stage>> = self.read(value);
                    if stages.as_ref().is_some_and(Vec::is_empty) {
                        let hint = "write `stages = [\"pre-receive\"]`, or leave it out".to_owned();
                        self.problem(Some(whole), "the policy holds at no stage", Some(hint));
                    }
                    policy.stages.extend(stages.unwrap_or_default());
                }
                "roles" => {
                    self.name(&value);
                    let roles: Option<tables::Roles> = self.read(value);
                    tables::add_roles(policy, roles.unwrap_or_default());
                }
                "people" => {
                    self.name(&value);
                    let people: Option<tables::Persons> = self.read(value);
                    tables::add_persons(policy, people.unwrap_or_default());
                }
                "approval" => self.approvals(value, policy),
                "protect" => policy.protections.extend(self.protections(value)),
                "exempt" => self.exemptions(value, policy),
                // Tests are read where they are run, so that hooks need not.
                "test" => self.tests(&value),
                key => self.unknown(span, key, KEYS.iter().copied(), "key"),
            }
        }
        if !version && self.broken.is_empty() {
            let hint = "write `version = 1` first".to_owned();
            self.problem(None, "the policy does not say its `version`", Some(hint));
        }
        extends
    }

    fn approvals(&mut self, value: Spanned<DeValue<'t>>, policy: &mut Policy) {
        let span = value.span();
        let DeValue::Table(table) = value.into_inner() else {
            let hint = "write `[approval.NAME]`".to_owned();
            return self.problem(Some(span), "`approval` is a table of tables", Some(hint));
        };
        for (key, value) in table {
            let name = key.get_ref().to_string();
            let origin = self.origin(key.span().start);
            self.approvals.push((key.span(), name.clone()));
            let settings = toml::Value::deserialize(ValueDeserializer::from(value.clone()));
            if let (Some(requirement), Ok(settings)) = (self.read(value), settings) {
                policy.approvals.insert(name.clone(), requirement);
                policy.written.insert(name, Written { settings, origin });
            }
        }
    }

    /// Remembers where names are defined.
    fn name(&mut self, value: &Spanned<DeValue<'t>>) {
        if let DeValue::Table(table) = value.get_ref() {
            self.named.extend(table.keys().map(|key| (key.span(), key.get_ref().to_string())));
        }
    }

    fn version(&mut self, value: Spanned<DeValue<'t>>) {
        let span = value.span();
        let Some(version): Option<i64> = self.read(value) else { return };
        if version != 1 {
            let what = format!("this Refgate reads policies of version 1, not {version}");
            self.problem(Some(span), &what, Some("use a newer Refgate, or `version = 1`".into()));
        }
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
        let asks = table.keys().any(|it| !tables::HEAD.contains(&it.get_ref().as_ref()));
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
        if missing && self.broken.is_empty() {
            let hint = "add `refs = [\"main\"]`, or `refs = [\"**\"]` for every ref".to_owned();
            self.problem(Some(span.clone()), "this protection names no refs", Some(hint));
        }
        if !asks && self.broken.is_empty() {
            let hint = "add a rule, such as `fast-forward-only = true`".to_owned();
            self.problem(Some(span.clone()), "this protection asks nothing", Some(hint));
        }
        rules.sort_by_key(|asked| asked.origin.line);
        let origin = self.origin(span.start);
        let head = self.head(span, head)?;
        if let Some(when) = head.when.as_ref().filter(|when| when.get_ref().hollow()) {
            let hint = "name a condition, such as `paths = [\"db/**\"]`".to_owned();
            self.problem(Some(when.span()), "this condition asks nothing", Some(hint));
        }
        let since = head.since.as_ref().and_then(|it| self.time(it));
        Some(head.protection(origin, since, rules))
    }

    /// Reads what is no rule, one key after the other, so that each problem is
    /// told.
    fn head(&mut self, span: Range<usize>, head: DeTable<'t>) -> Option<tables::Head> {
        let missing = !head.keys().any(|key| key.get_ref() == "refs");
        let told = self.problems.len();
        for (key, value) in &head {
            let mut one = DeTable::new();
            one.insert(key.clone(), value.clone());
            let one = Spanned::new(value.span(), DeValue::Table(one));
            let _: Option<tables::PartOfHead> = self.read(one);
        }
        let whole = Spanned::new(span, DeValue::Table(head));
        if missing || self.problems.len() > told { None } else { self.read(whole) }
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
                let what = mend::plain(error.message().trim(), "table");
                let what = format!("`{}`: {what}", spec.name);
                let hint = mend::near(error.message());
                let explain = || format!("`refgate explain {}` shows an example", spec.name);
                let hint = hint.unwrap_or_else(explain);
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
                let hint = "say in `why` why it need not follow the rule".to_owned();
                self.problem(Some(written.why.span()), "an exemption needs a reason", Some(hint));
            }
            if let Some(until) = self.time(&written.until) {
                policy.exemptions.push(written.exemption(origin, until));
            }
        }
    }

    /// Whether tests stand where tests can stand; what they say is not looked at.
    fn tests(&mut self, value: &Spanned<DeValue<'t>>) {
        let list = value.get_ref().as_array();
        if !list.is_some_and(|it| it.iter().all(|test| test.get_ref().is_table())) {
            let hint = "write `[[test]]`".to_owned();
            self.problem(Some(value.span()), "`test` is a list of tables", Some(hint));
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

    /// A value as `T`; what is wrong with it is a problem.
    pub(crate) fn read<T: Deserialize<'t>>(&mut self, value: Spanned<DeValue<'t>>) -> Option<T> {
        let span = value.span();
        T::deserialize(ValueDeserializer::from(value))
            .map_err(|error| {
                let what = error.message().trim();
                let span = error.span().unwrap_or(span);
                // Where there is no TOML there is no value either.
                if !self.broken.contains(&span.start) {
                    let (what, hint) = match what.split_once("; write ") {
                        Some((what, mend)) => (what, format!("write {mend}")),
                        None => (what, mend::hint(what)),
                    };
                    self.problem(Some(span), &mend::plain(what, "table"), Some(hint));
                }
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
        // Behind a mistake, keys may belong to another table than it seems.
        if self.broken.first().is_some_and(|broken| span.start > *broken) {
            return;
        }
        let hint = match mend::nearest(name, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None if what == "key" && rule::find(name).is_some() => {
                "rules stand below `[[protect]]`, with `refs`".to_owned()
            }
            None if what == "rule" => "`refgate explain` lists the rules".to_owned(),
            None => format!("there are {}", KEYS.join(", ")),
        };
        self.problem(Some(span), &format!("there is no {what} `{name}`"), Some(hint));
    }

    /// Remembers that something is wrong at `span`.
    pub(crate) fn problem(&mut self, span: Option<Range<usize>>, what: &str, hint: Option<String>) {
        let span = span.unwrap_or(0..0);
        self.problems.push(Problem::at(&self.file, self.text, span, (what.to_owned(), hint)));
    }

    /// The line that a place is in.
    pub(crate) fn origin(&self, offset: usize) -> Origin {
        let line = 1 + self.ends.partition_point(|it| *it < offset);
        Origin { file: self.file.clone(), line }
    }
}

/// The keys of a policy's first level.
const KEYS: &[&str] =
    &["version", "extends", "stages", "roles", "people", "approval", "protect", "exempt", "test"];
