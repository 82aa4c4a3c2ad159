//! Texts to tests, or every problem in them at once.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use super::expand::{full, world};
use super::making::Flaw;
use super::over::{joined, over, said};
use super::written::{Change, Head, Places};
use super::{Expect, Trial, World};
use crate::model::{Origin, Recorded, RefName, Stage, Timestamp};
use crate::policy::mend::nearest;
use crate::policy::{Policy, Problems, Reader};
use crate::record::{self, Record};

/// When a change is judged if its test does not say: Wednesday, 14 January 2026,
/// noon UTC. A test must not come out otherwise tomorrow.
const NOON: Timestamp = 1_768_392_000;

/// What says what the only commit does, where a test lists no commits.
const ONE: &[&str] = &["files", "deleted", "renamed", "message"];

/// The tables that a test adds to where they are given for all.
const JOINED: &[&str] =
    &["existing", "checks", "workflows", "teams", "organizations", "permissions", "accounts"];

/// What else may stand in a file with tests.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Holder {
    /// A policy.
    Policy,
    /// Nothing but `[[test]]`, and `[given]` for what all of them share.
    Tests,
}

/// A file with tests.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// What reports call it.
    pub file: String,
    /// What it says.
    pub text: String,
    /// What else may stand in it.
    pub holder: Holder,
}

/// Reads the tests of a policy, in the order of the files, or tells everything
/// that is wrong with them.
///
/// `open` reads the record that a test in the first file names; its error says why
/// it can't.
pub fn read(
    policy: &Policy,
    sheets: &[Sheet],
    open: &mut Open<'_>,
) -> Result<Vec<Trial>, Problems> {
    let mut trials: Vec<Trial> = Vec::new();
    let mut names = Vec::new();
    let mut problems = Vec::new();
    for sheet in sheets {
        let (reader, table) = Reader::open(sheet.file.as_str().into(), &sheet.text);
        let mut reading = Reading { policy, reader, names: &mut names, open: &mut *open };
        reading.file(table, sheet.holder, &mut trials);
        problems.append(&mut reading.reader.problems);
    }
    problems.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
    problems.dedup_by(|a, b| a.summary() == b.summary());
    if problems.is_empty() { Ok(trials) } else { Err(Problems(problems)) }
}

pub(super) type Value<'t> = Spanned<DeValue<'t>>;

/// Where the records come from that tests name: in this file, of this path.
pub type Open<'o> = dyn FnMut(&str, &str) -> Result<Vec<u8>, String> + 'o;

/// Where a change says what itself.
pub(super) type Keys = BTreeMap<String, Range<usize>>;

/// The tests of one file.
pub(super) struct Reading<'p, 't, 'o> {
    pub(super) policy: &'p Policy,
    pub(super) reader: Reader<'t>,
    /// The names so far, over all files, and where they stand.
    names: &'p mut Vec<(String, Origin)>,
    open: &'p mut Open<'o>,
}

impl<'t> Reading<'_, 't, '_> {
    fn file(&mut self, table: DeTable<'t>, holder: Holder, trials: &mut Vec<Trial>) {
        let (mut given, mut tests) = (None, None);
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "test" => tests = Some(value),
                "given" if holder == Holder::Tests => given = Some(value),
                _ if holder == Holder::Policy => {}
                other => {
                    let what = format!("there is no key `{other}` in a file of tests");
                    let hint = match nearest(other, ["test", "given"].into_iter()) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => "there are `[[test]]` and `[given]`".to_owned(),
                    };
                    self.reader.problem(Some(key.span()), &what, Some(hint));
                }
            }
        }
        let given = given.map(|it| (it.span(), it.into_inner()));
        let given = match given {
            Some((_, DeValue::Table(table))) => table,
            Some((span, _)) => {
                let hint = "write `[given]`".to_owned();
                self.reader.problem(Some(span), "`given` is a table", Some(hint));
                DeTable::new()
            }
            None => DeTable::new(),
        };
        let Some(tests) = tests else { return };
        let span = tests.span();
        let DeValue::Array(tests) = tests.into_inner() else {
            let hint = "write `[[test]]`".to_owned();
            return self.reader.problem(Some(span), "`test` is a list of tables", Some(hint));
        };
        for test in tests {
            let span = test.span();
            match test.into_inner() {
                DeValue::Table(test) => {
                    if let Some(trial) = self.test(span, test, &given) {
                        trials.push(trial);
                    }
                }
                _ => {
                    let hint = "write `[[test]]`".to_owned();
                    self.reader.problem(Some(span), "a test is a table", Some(hint));
                }
            }
        }
    }

    fn test(
        &mut self,
        span: Range<usize>,
        table: DeTable<'t>,
        given: &DeTable<'t>,
    ) -> Option<Trial> {
        let told = self.reader.problems.len();
        let (mut head, mut change, mut facts) = (DeTable::new(), None, None);
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "change" => change = Some(value),
                "facts" => facts = Some(value),
                _ => drop(head.insert(key, value)),
            }
        }
        let inline = self.reader.text.get(span.clone()).is_some_and(|it| it.starts_with('{'));
        let head: Option<Head> = self.each(span.clone(), head);
        let world = match facts {
            Some(value) if value.get_ref().is_str() => self.recorded(value, change, head.as_ref()),
            facts => {
                let made = self.made(&span, change, facts, given, head.as_ref());
                made.map(|it| (it, None))
            }
        };
        let head = head?;
        let name = self.name(&span, &head);
        let expect = self.expect(&span, &head);
        self.because(&head);
        let ((world, record), name, expect) = (world?, name?, expect?);
        if self.reader.problems.len() > told {
            return None;
        }
        let because = head.because.as_ref().map(|it| words(it.get_ref())).unwrap_or_default();
        let places = Places {
            expect: expect.span(),
            because: head.because.as_ref().map(Spanned::span),
            inline,
        };
        Some(Trial {
            name,
            origin: self.reader.origin(span.start),
            expect: expect.into_inner(),
            because,
            not_because: words(&head.not_because),
            todo: head.todo,
            world,
            record,
            other_time: head.at.is_some(),
            places,
        })
    }

    /// The change that a test writes down.
    #[expect(clippy::too_many_arguments, reason = "the keys of one table")]
    fn made(
        &mut self,
        span: &Range<usize>,
        change: Option<Value<'t>>,
        facts: Option<Value<'t>>,
        given: &DeTable<'t>,
        head: Option<&Head>,
    ) -> Option<World> {
        let change = self.change(span, change, given);
        let facts: Option<Option<(Range<usize>, Recorded)>> = match facts {
            None => Some(None),
            Some(value) => said(&mut self.reader, value).map(Some),
        };
        let (head, (change, keys), facts) = (head?, change?, facts?);
        let stage = self.stage(head, &change, &keys);
        self.tests_something(head, &change, &keys);
        let at = head.at.map_or(NOON, |it| it.0);
        let made = world(&self.policy.people, stage, at, &change);
        let mut world = made.map_err(|flaws| self.flawed(span, &keys, flaws)).ok()?;
        if change.held_by.iter().any(|it| self.judged_on(it, &world)) {
            super::held::brings_nothing(&mut world);
        }
        if let Some((span, facts)) = facts {
            if let Some((_, what, hint)) = record::stray(&facts, &world.updates) {
                self.reader.problem(Some(span), &what, Some(hint));
            }
            over(&mut world.facts, facts);
        }
        Some(world)
    }

    /// Whether what a branch holds has been judged as this push would be, so that
    /// a server takes it for no news.
    fn judged_on(&self, branch: &str, world: &World) -> bool {
        let held = RefName::new(full(branch));
        world.stage == Stage::PreReceive
            && world.updates.iter().all(|it| self.policy.covers(&held, &it.name))
    }

    /// The change that a record holds, as it was known then.
    fn recorded(
        &mut self,
        facts: Value<'t>,
        change: Option<Value<'t>>,
        head: Option<&Head>,
    ) -> Option<(World, Option<Box<Record>>)> {
        let span = facts.span();
        let told =
            [change.map(|it| it.span()), head.and_then(|it| Some(it.stage.as_ref()?.span()))];
        for span in told.into_iter().flatten() {
            let what = "the record says this already";
            self.reader.problem(Some(span), what, Some("leave it out, or `facts`".to_owned()));
        }
        let wanted: String = self.reader.read(facts)?;
        let file = self.reader.file.clone();
        let at = head.and_then(|it| it.at).map(|it| it.0);
        let read = (self.open)(&file, &wanted)
            .map_err(|why| match why.split_once("\nhint: ") {
                Some((why, mend)) => (format!("cannot read `{wanted}`: {why}"), Some(mend.into())),
                None => (format!("cannot read `{wanted}`: {why}"), None),
            })
            .and_then(|raw| record::read(&wanted, &raw, at).map_err(|it| (it.summary(), it.hint)));
        match read {
            Ok(record) => {
                let world = World {
                    stage: record.stage,
                    at: record.at,
                    actor: record.actor.clone(),
                    updates: record.updates.clone(),
                    facts: record.facts.clone(),
                };
                Some((world, Some(Box::new(record))))
            }
            Err((what, hint)) => {
                let usual = || "name the file of a record, relative to this one".to_owned();
                self.reader.problem(Some(span), &what, Some(hint.unwrap_or_else(usual)));
                None
            }
        }
    }

    /// Remembers what is wrong with a change, each at its key.
    fn flawed(&mut self, test: &Range<usize>, keys: &Keys, flaws: Vec<Flaw>) {
        for flaw in flaws {
            let span = keys.get(flaw.key).unwrap_or(test).clone();
            self.reader.problem(Some(span), &flaw.what, Some(flaw.hint));
        }
    }

    /// Reads a table, or else one key after the other, so that each problem in it
    /// is told.
    fn each<T: Deserialize<'t>>(&mut self, span: Range<usize>, table: DeTable<'t>) -> Option<T> {
        let whole = Spanned::new(span, DeValue::Table(table.clone()));
        if let Ok(read) = T::deserialize(ValueDeserializer::from(whole.clone())) {
            return Some(read);
        }
        let told = self.reader.problems.len();
        for (key, value) in table {
            let span = key.span().start..value.span().end;
            let mut one = DeTable::new();
            one.insert(key, value);
            let _: Option<T> = self.reader.read(Spanned::new(span, DeValue::Table(one)));
        }
        if self.reader.problems.len() == told {
            return self.reader.read(whole);
        }
        for problem in self.reader.problems.iter_mut().skip(told) {
            // Half a page of keys helps nobody.
            let Some((what, known)) = problem.what.split_once(", expected one of ") else {
                continue;
            };
            if known.matches(", ").count() < 12 {
                continue;
            }
            if problem.hint.as_ref().is_none_or(|it| !it.starts_with("did you mean")) {
                problem.hint = Some("docs/testing.md lists what can be said".to_owned());
            }
            problem.what = what.to_owned();
        }
        None
    }

    /// The change of a test with what is given for all of them, and where it says
    /// what itself.
    fn change(
        &mut self,
        test: &Range<usize>,
        value: Option<Value<'t>>,
        given: &DeTable<'t>,
    ) -> Option<(Change, Keys)> {
        let (span, mut table) = match value.map(|it| (it.span(), it.into_inner())) {
            None => (test.clone(), DeTable::new()),
            Some((span, DeValue::Table(table))) => (span, table),
            Some((span, _)) => {
                let hint = "write `[test.change]`".to_owned();
                self.reader.problem(Some(span), "a change is a table", Some(hint));
                return None;
            }
        };
        let keys = table.keys().map(|it| (it.get_ref().to_string(), it.span())).collect();
        let own: Vec<_> = table.keys().map(|it| it.get_ref().to_string()).collect();
        let said = |of: &[&str]| own.iter().any(|it| of.contains(&it.as_str()));
        let (several, one) = (said(&["commits"]), said(ONE));
        for (key, value) in given {
            let name = key.get_ref().as_ref();
            if several && ONE.contains(&name) || one && name == "commits" {
                continue;
            }
            match table.iter_mut().find(|(own, _)| own.get_ref() == name) {
                None => drop(table.insert(key.clone(), value.clone())),
                Some((_, own)) if JOINED.contains(&name) => joined(own, value),
                Some(_) => {}
            }
        }
        if table.is_empty() || !table.keys().any(|it| it.get_ref() == "ref") {
            let hint = "write `ref = \"main\"` below `[test.change]`".to_owned();
            self.reader.problem(Some(test.clone()), "this test changes no ref", Some(hint));
        }
        Some((self.each(span, table)?, keys))
    }

    fn name(&mut self, span: &Range<usize>, head: &Head) -> Option<String> {
        let Some(name) = &head.name else {
            let hint = "add `name`, a sentence that says what holds".to_owned();
            self.reader.problem(Some(span.clone()), "this test has no name", Some(hint));
            return None;
        };
        if name.get_ref().trim().is_empty() {
            let hint = "say in a sentence what holds".to_owned();
            self.reader.problem(Some(name.span()), "this name says nothing", Some(hint));
        }
        if let Some((_, same)) = self.names.iter().find(|(it, _)| it == name.get_ref()) {
            let what = format!("another test has this name ({same})");
            self.reader.problem(Some(name.span()), &what, Some("say what is different".into()));
        }
        self.names.push((name.get_ref().clone(), self.reader.origin(span.start)));
        Some(name.get_ref().clone())
    }

    fn expect(&mut self, span: &Range<usize>, head: &Head) -> Option<Spanned<Expect>> {
        let Some(expect) = &head.expect else {
            let hint = "add `expect = \"denied\"`, or \"allowed\"".to_owned();
            self.reader.problem(Some(span.clone()), "this test expects nothing", Some(hint));
            return None;
        };
        let because = head.because.as_ref().filter(|it| !it.get_ref().is_empty());
        if let (Expect::Allowed, Some(because)) = (expect.get_ref(), because) {
            let what = "nothing speaks against a change that is allowed";
            let hint = "drop `because`, or expect \"denied\" or \"warned\"".to_owned();
            self.reader.problem(Some(because.span()), what, Some(hint));
        }
        Some(expect.clone())
    }
}

fn words(written: &[Spanned<String>]) -> Vec<String> {
    written.iter().map(|it| it.get_ref().clone()).collect()
}
