//! What a policy talks about: labels, texts, paths, people, checks.
//!
//! Read from the policy's text by key, without knowing what each rule means by it.
//! A word too many makes a search longer, and one too few makes it blind to that
//! word; what is claimed is judged in any case.

use std::collections::BTreeSet;

use toml::{Table, Value};

use super::sample;
use crate::policy::Policy;

/// How many words of a kind are tried.
const MOST: usize = 40;

/// What a policy talks about.
#[derive(Default)]
pub(super) struct Words {
    pub(super) labels: Vec<String>,
    pub(super) comments: Vec<String>,
    pub(super) reviews: Vec<String>,
    pub(super) titles: Vec<String>,
    pub(super) bodies: Vec<String>,
    pub(super) messages: Vec<String>,
    pub(super) sources: Vec<String>,
    pub(super) paths: Vec<String>,
    pub(super) existing: Vec<String>,
    pub(super) tickets: Vec<String>,
    pub(super) teams: Vec<String>,
    pub(super) organizations: Vec<String>,
    pub(super) permissions: Vec<String>,
    pub(super) logins: Vec<String>,
    pub(super) apps: Vec<String>,
    pub(super) ids: Vec<(String, u64)>,
    pub(super) checks: Vec<Check>,
    pub(super) workflows: Vec<String>,
    /// Whether the owners of files are asked.
    pub(super) owners: bool,
    /// The largest count of approvals.
    pub(super) count: usize,
}

/// A check that is asked for somewhere.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Check {
    pub(super) name: String,
    pub(super) app: Option<u64>,
    pub(super) creator: Option<String>,
    pub(super) workflow: Option<String>,
    pub(super) event: Option<String>,
}

impl Words {
    pub(super) fn of(policy: &Policy) -> Self {
        let mut words = Self { count: 1, ..Self::default() };
        for file in &policy.files {
            let Ok(mut table) = file.text.parse::<Table>() else { continue };
            table.remove("test");
            words.table(&table, "");
        }
        words.people(policy);
        for list in [
            &mut words.labels,
            &mut words.comments,
            &mut words.reviews,
            &mut words.titles,
            &mut words.bodies,
            &mut words.messages,
            &mut words.sources,
            &mut words.paths,
            &mut words.teams,
            &mut words.organizations,
            &mut words.permissions,
            &mut words.logins,
            &mut words.apps,
        ] {
            let mut seen = BTreeSet::new();
            list.retain(|it| seen.insert(it.clone()));
            list.truncate(MOST);
        }
        words.checks.sort();
        words.checks.dedup();
        words
    }

    fn table(&mut self, table: &Table, above: &str) {
        for (key, value) in table {
            self.value(key, value, above);
        }
    }

    fn value(&mut self, key: &str, value: &Value, above: &str) {
        let texts = texts(value);
        let samples = || texts.iter().filter_map(|it| sample::text(it));
        match (above, key) {
            // What speaks against a change is nobody's way to let it in.
            (_, "veto") => return,
            (_, "exempt") => {
                let each = value.as_array().into_iter().flatten().filter_map(Value::as_table);
                for entry in each.flat_map(|it| texts_at(it, "actors")) {
                    self.person(&entry);
                }
                return;
            }
            (_, "labels" | "any-label" | "no-labels") => self.labels.extend(texts.iter().cloned()),
            (_, "comments") => self.comments.extend(texts.iter().cloned()),
            (_, "comment-patterns") => self.comments.extend(samples()),
            (_, "review-patterns") => self.reviews.extend(samples()),
            (_, "body-patterns") | ("body", "matches" | "not-matches") => {
                self.bodies.extend(samples());
            }
            ("title", "matches" | "not-matches") => self.titles.extend(samples()),
            (_, "title") => self.titles.extend(samples()),
            (_, "body") => self.bodies.extend(samples()),
            (_, "message") | ("commit-messages", "matches" | "not-matches") => {
                self.messages.extend(samples());
            }
            (_, "source") => self.source(&texts),
            (_, "source-patterns") => self.sources.extend(samples()),
            ("workflows", "paths") => self.workflows.extend(texts.iter().cloned()),
            (_, "paths" | "only-paths" | "no-paths" | "ignore") => {
                self.paths.extend(texts.iter().filter_map(|it| sample::path(it)));
            }
            (_, "path-patterns" | "ignore-patterns") => self.paths.extend(samples()),
            ("required-files", "files") => self.existing.extend(texts.iter().cloned()),
            ("ticket", "pattern") => self.tickets.extend(samples()),
            (_, "count") => {
                let count = value.as_integer().and_then(|it| usize::try_from(it).ok());
                self.count = self.count.max(count.unwrap_or_default().min(8));
            }
            (_, "code-owners") => self.owners = true,
            (_, "checks") => self.checks(value),
            (
                _,
                "from" | "each" | "actors" | "pusher" | "author" | "contributor"
                | "only-contributors" | "pushed-by" | "by" | "creator" | "ignore-commits-by",
            ) => texts.iter().for_each(|it| self.person(it)),
            ("roles", _) => texts.iter().for_each(|it| self.person(it)),
            _ => {}
        }
        self.below(key, value);
    }

    fn below(&mut self, key: &str, value: &Value) {
        match value {
            Value::Table(table) => self.table(table, key),
            Value::Array(list) => list.iter().for_each(|it| self.below(key, it)),
            _ => {}
        }
    }

    fn source(&mut self, patterns: &[String]) {
        let names = patterns.iter().filter_map(|it| sample::name(&format!("refs/heads/{it}")));
        let names = names.filter_map(|it| it.branch().map(ToString::to_string));
        self.sources.extend(names);
    }

    /// Checks that a rule or a condition asks for.
    fn checks(&mut self, value: &Value) {
        let plain = |name: &str| Check {
            name: name.to_owned(),
            app: None,
            creator: None,
            workflow: None,
            event: None,
        };
        match value {
            Value::Array(list) => list.iter().for_each(|it| self.checks(it)),
            Value::String(name) => self.checks.push(plain(name)),
            Value::Table(table) => {
                let text = |key: &str| texts_at(table, key).into_iter().next();
                let app = table.get("app").and_then(Value::as_integer);
                let app = app.and_then(|it| u64::try_from(it).ok());
                let (creator, workflow) = (text("creator"), text("workflow"));
                self.workflows.extend(workflow.clone());
                let event = text("event");
                let mut names = texts_at(table, "name");
                names.extend(texts_at(table, "names"));
                self.checks.extend(names.iter().map(|name| Check {
                    app,
                    creator: creator.clone(),
                    workflow: workflow.clone(),
                    event: event.clone(),
                    ..plain(name)
                }));
            }
            _ => {}
        }
    }

    fn person(&mut self, entry: &str) {
        let sound = |it: char| it.is_alphanumeric() || "@-_.[]:#/".contains(it);
        if entry.is_empty() || !entry.chars().all(sound) {
            return;
        }
        match entry.split_once(':') {
            Some(("org", name)) => self.organizations.push(name.to_owned()),
            Some(("permission", name)) => self.permissions.push(name.to_owned()),
            Some(("app", name)) => self.apps.push(format!("{name}[bot]")),
            Some(("id", number)) => {
                self.ids.extend(number.parse().ok().map(|it| (format!("account-{number}"), it)));
            }
            Some(_) => {}
            None if entry.contains('/') => self.teams.push(entry.to_owned()),
            None => match entry.split_once('#') {
                Some((login, number)) => {
                    self.ids.extend(number.parse().ok().map(|it| (login.to_owned(), it)));
                }
                None => self.logins.push(entry.trim_start_matches('@').to_owned()),
            },
        }
    }

    /// Logins of those whom the policy knows by another name; roles are nobody.
    fn people(&mut self, policy: &Policy) {
        let people = &policy.people;
        self.logins.retain(|it| !people.roles.contains_key(it));
        self.logins.extend(people.persons.keys().cloned());
        for login in &mut self.logins {
            if let Some(person) = people.persons.get(login) {
                let host = people.host.as_deref().unwrap_or("github");
                let known = person.logins.get(host).or_else(|| person.logins.values().next());
                *login = known.unwrap_or(login).clone();
            }
        }
    }
}

/// The strings in a value, also in lists of lists.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(list) => list.iter().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

fn texts_at(table: &Table, key: &str) -> Vec<String> {
    table.get(key).map(texts).unwrap_or_default()
}
