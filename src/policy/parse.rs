//! TOML text to a [`Policy`], or every problem in it at once.

use std::ops::Range;
use std::sync::Arc;

use super::problem::{Problem, Problems};
use super::reader::Reader;
use super::{Policy, PolicyText, mend, preset};
use crate::model::{Need, Origin, Stage};

/// Where a policy's text comes from, when it extends another by path.
pub type Source<'s> = dyn FnMut(&str) -> Result<String, String> + 's;

/// How many files a policy may consist of.
const FILES: usize = 32;

/// Reads a policy called `file`, or every problem in it, by file and line.
///
/// `open` reads the file that an `extends` names, relative to the policy; its
/// error says why it can't. Presets need no opening.
pub fn parse(file: &str, text: &str, open: &mut Source<'_>) -> Result<Policy, Problems> {
    let policy = Policy::default();
    let (problems, files, open_files) = (Vec::new(), Vec::new(), Vec::new());
    let mut reading = Reading { policy, problems, files, open_files, open };
    reading.file(file, text);
    reading.policy.stages.sort();
    reading.policy.stages.dedup();
    reading.binding();
    reading.decidable();
    reading.fitting();
    reading.protecting(file);
    let Reading { mut policy, mut problems, files, .. } = reading;
    policy.files = files.into_iter().map(|(name, text)| PolicyText { name, text }).collect();
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
    /// Those among them whose end is not reached yet, each extended by the one
    /// before it.
    open_files: Vec<Arc<str>>,
    open: &'o mut Source<'s>,
}

impl Reading<'_, '_> {
    fn file(&mut self, name: &str, text: &str) {
        let root = self.files.is_empty();
        let name: Arc<str> = name.into();
        self.files.push((name.clone(), text.to_owned()));
        self.open_files.push(name.clone());
        let (mut reader, table) = Reader::open(name, text);
        let mut own = Policy::default();
        let extends = reader.table(table, &mut own);
        if root && own.stages.is_empty() {
            // What is extended can add stages, and take none of these away.
            own.stages =
                vec![Stage::PreCommit, Stage::CommitMsg, Stage::PrePush, Stage::PreReceive];
        }
        let at = self.policy.protections.len();
        for (span, wanted) in extends {
            let path =
                if root { mend::joined("", &wanted) } else { mend::joined(&reader.file, &wanted) };
            self.extend(&mut reader, span, &path);
        }
        self.open_files.pop();
        self.add(&mut reader, own, at);
        self.problems.append(&mut reader.problems);
    }

    /// Adds what a file says itself to what it extends: its protections before
    /// theirs, its people only where they are nobody there yet. Who extends a
    /// policy cannot let other people in.
    fn add(&mut self, reader: &mut Reader<'_>, own: Policy, at: usize) {
        let Policy { stages, people, approvals, written, protections, exemptions, files: _ } = own;
        for (span, name) in std::mem::take(&mut reader.approvals) {
            if self.policy.approvals.contains_key(&name) {
                let what =
                    format!("approval `{name}` is defined in a policy that this one extends");
                let hint = "choose another name, or leave it out".to_owned();
                reader.problem(Some(span), &what, Some(hint));
            }
        }
        for (span, name) in std::mem::take(&mut reader.named) {
            let ours = (people.roles.get(&name), people.persons.get(&name));
            let theirs =
                (self.policy.people.roles.get(&name), self.policy.people.persons.get(&name));
            let differ = match (ours, theirs) {
                ((Some(ours), _), (Some(theirs), _)) => ours != theirs,
                ((_, Some(ours)), (_, Some(theirs))) => ours != theirs,
                _ => false,
            };
            if differ {
                let what = format!("`{name}` is someone else in a policy that this one extends");
                let hint = "choose another name, or say the same as there".to_owned();
                reader.problem(Some(span), &what, Some(hint));
            }
        }
        let Policy { people: all, .. } = &mut self.policy;
        for (name, members) in people.roles {
            all.roles.entry(name).or_insert(members);
        }
        for (name, person) in people.persons {
            all.persons.entry(name).or_insert(person);
        }
        for (name, requirement) in approvals {
            self.policy.approvals.entry(name).or_insert(requirement);
        }
        for (name, settings) in written {
            self.policy.written.entry(name).or_insert(settings);
        }
        self.policy.stages.extend(stages);
        self.policy.protections.splice(at..at, protections);
        self.policy.exemptions.splice(0..0, exemptions);
    }

    /// Who extends whom, if `wanted` is being read already.
    fn circle(&self, wanted: &str) -> Option<String> {
        let own = |name: &str| name.rsplit_once('/').map_or(name, |(_, name)| name).to_owned();
        let mut open = self.open_files.iter().enumerate();
        // What is extended is relative to the first, which may be named otherwise.
        let (from, _) = open.find(|(at, it)| match at {
            0 => ***it == *wanted || own(it) == wanted,
            _ => ***it == *wanted,
        })?;
        let names = self.open_files.iter().skip(from).map(ToString::to_string);
        let names: Vec<_> = names.chain([wanted.to_owned()]).collect();
        Some(names.join(" extends "))
    }

    fn extend(&mut self, reader: &mut Reader<'_>, span: Range<usize>, wanted: &str) {
        if let Some(circle) = self.circle(wanted) {
            let hint = "leave it out here".to_owned();
            return reader.problem(Some(span), &format!("this is a circle: {circle}"), Some(hint));
        }
        if self.files.iter().any(|(name, _)| **name == *wanted) {
            // Named twice by two files it holds once.
            return;
        }
        if self.files.len() >= FILES {
            let what = format!("more than {FILES} policies extend each other");
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
            Err(why) => {
                let (why, mend) = match why.split_once("\nhint: ") {
                    Some((why, mend)) => (why, Some(mend.to_owned())),
                    None => (why.as_str(), None),
                };
                let names = super::PRESETS.iter().map(|(name, _)| *name);
                let near = wanted.strip_prefix("preset:").and_then(|it| mend::nearest(it, names));
                let hint = match near {
                    Some(near) => format!("did you mean `preset:{near}`?"),
                    None if mend.is_some() => mend.unwrap_or_default(),
                    None => "write `preset:baseline`, or a path relative to this file".to_owned(),
                };
                reader.problem(Some(span), &format!("cannot extend `{wanted}`: {why}"), Some(hint));
            }
        }
    }

    /// Puts in what the names of approvals mean.
    fn binding(&mut self) {
        let mut problems = Vec::new();
        let Policy { approvals, protections, .. } = &mut self.policy;
        for asked in protections.iter_mut().flat_map(|it| &mut it.rules) {
            if let Err(why) = asked.rule.bind(approvals) {
                let name = asked.spec.name;
                problems.push((asked.origin.clone(), name, format!("`{name}`: {why}")));
            }
        }
        for protection in protections {
            let asked = protection.rules.iter().find_map(|it| it.rule.requirement().cloned());
            let Some(asked) = asked else { continue };
            protection.rules.iter_mut().for_each(|it| it.rule.beside(&asked));
        }
        for (origin, name, what) in problems {
            let hint = format!("`refgate explain {name}` shows an example");
            self.at(&origin, what, Some(hint));
        }
    }

    /// A rule that no enforced stage can decide would never hold.
    fn decidable(&mut self) {
        let mut problems = Vec::new();
        for protection in &self.policy.protections {
            let when = protection.when.as_ref().map(|it| it.needs(&self.policy.people));
            let when = when.unwrap_or_default();
            for asked in &protection.rules {
                let mut needs = asked.rule.decides_by(&self.policy.people);
                needs.extend(&when);
                if self.policy.stages_that_know(&needs).next().is_some() {
                    continue;
                }
                let what = format!("`{}` cannot be decided at any of `stages`", asked.spec.name);
                let hint = add_stage(&needs).map(|add| format!("{add}, or drop the rule"));
                problems.push((asked.origin.clone(), what, hint));
            }
        }
        // An exemption for people whom no stage knows would never apply.
        for exemption in self.policy.exemptions.iter().filter(|it| !it.actors.is_empty()) {
            let who: Vec<_> = exemption.actors.iter().map(|it| it.0.clone()).collect();
            let needs = self.policy.people.needs_of(&who);
            if self.policy.stages_that_know(&needs).next().is_none() {
                let what = "`actors` are not known at any of `stages`".to_owned();
                let hint = add_stage(&needs).map(|add| format!("{add}, or drop the exemption"));
                problems.push((exemption.origin.clone(), what, hint));
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
                let name = it.spec.name;
                Some((it.origin.clone(), name, format!("`{name}`: {why}")))
            })
            .collect();
        for (origin, name, what) in wrong {
            let hint = format!("`refgate explain {name}` shows an example");
            self.at(&origin, what, Some(hint));
        }
    }

    /// A policy without protections looks like one that protects.
    fn protecting(&mut self, file: &str) {
        if self.policy.protections.is_empty() && self.problems.is_empty() {
            let hint = "add `[[protect]]`, or `extends = [\"preset:baseline\"]`".to_owned();
            let origin = Origin { file: file.into(), line: 1 };
            self.at(&origin, "this policy protects nothing".to_owned(), Some(hint));
        }
    }

    fn at(&mut self, origin: &Origin, what: String, hint: Option<String>) {
        let text = self.files.iter().find(|(name, _)| *name == origin.file);
        let source = text.and_then(|(_, text)| text.lines().nth(origin.line.saturating_sub(1)));
        let source = source.unwrap_or_default().to_owned();
        let blank = source.chars().take_while(|it| it.is_whitespace()).count();
        let key = source.chars().skip(blank).take_while(|it| !" =".contains(*it));
        let (column, width) = (blank + 1, key.count().max(1));
        let (file, line) = (origin.file.clone(), origin.line);
        self.problems.push(Problem { file, line, column, source, width, what, hint });
    }
}

/// What to do so that a stage knows everything in `needs`.
fn add_stage(needs: &[Need]) -> Option<String> {
    let knows = |stage: &Stage| needs.iter().all(|&need| stage.knows(need));
    Stage::ALL.into_iter().find(knows).map(|it| format!("add \"{it}\" to `stages`"))
}
