//! What other tools ask of commit messages, gathered into protections.

use super::draft::{Draft, Value};
use super::theirs::{Reading, Theirs};
use super::{How, Note};

/// Whether a demand stops a push.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Force {
    Deny,
    Warn,
}

/// Subjects that Git writes for merges and reverts.
pub(super) const BY_GIT: &str = r#"\A(Merge |Revert "|Reapply ")"#;

/// The demands of a configuration.
#[derive(Debug, Default)]
pub(super) struct Messages {
    /// Settings of `message`, those that deny and those that warn.
    settings: [Vec<(&'static str, Value)>; 2],
    /// Rules that stand alone, with the name that people know them by.
    alone: Vec<(Force, String, &'static str, Value)>,
    /// An expression for messages in which nothing need be found.
    pub(super) exempt: Option<&'static str>,
}

impl Messages {
    /// Sets one setting of the `message` rule; the later wins.
    pub(super) fn set(&mut self, force: Force, key: &'static str, value: impl Into<Value>) {
        let settings = &mut self.settings[usize::from(force == Force::Warn)];
        settings.retain(|(it, _)| *it != key);
        settings.push((key, value.into()));
    }

    /// Asks for a rule in a protection of its own, so that a refusal names it.
    pub(super) fn alone(&mut self, force: Force, name: &str, rule: &'static str, value: Value) {
        self.alone.push((force, name.to_owned(), rule, value));
    }

    /// What must be found in messages.
    pub(super) fn found(&mut self, force: Force, name: &str, expression: impl Into<String>) {
        let mut expression = expression.into();
        if let Some(exempt) = self.exempt {
            expression = format!("{exempt}|{expression}");
        }
        let setting = Value::table([("pattern", Value::text(expression))]);
        self.alone(force, name, "message", setting);
    }

    /// What must not be found in messages.
    pub(super) fn not_found(&mut self, force: Force, name: &str, expression: impl Into<String>) {
        let setting = Value::table([("not-pattern", Value::text(expression))]);
        self.alone(force, name, "message", setting);
    }

    /// Writes the policy. `style` goes first, as people say it.
    pub(super) fn write(self, title: &str) -> String {
        let mut draft = Draft::new(title, &["commit-msg", "pre-push", "pre-receive"]);
        let [deny, warn] = self.settings;
        for (force, mut settings) in [(Force::Deny, deny), (Force::Warn, warn)] {
            settings.sort_by_key(|(key, _)| ORDER.iter().position(|it| it == key));
            if !settings.is_empty() {
                protection(&mut draft, force, None, "message", &Value::table(settings));
            }
        }
        for (force, name, rule, value) in &self.alone {
            protection(&mut draft, *force, Some(name), rule, value);
        }
        draft.finish()
    }

    /// Whether nothing is asked.
    pub(super) fn is_empty(&self) -> bool {
        self.alone.is_empty() && self.settings.iter().all(Vec::is_empty)
    }

    /// The text as a policy, or that nothing is asked.
    pub(super) fn policy(self, whole: &Theirs<'_>, title: &str, reading: &mut Reading) -> String {
        if self.is_empty() && reading.wrong.is_empty() {
            reading.wrong("asks-nothing", whole, "it asks for nothing");
        }
        self.write(title)
    }
}

/// The order that settings are written in.
const ORDER: [&str; 7] =
    ["style", "types", "scopes", "subject-min", "subject-max", "line-max", "body"];

fn protection(draft: &mut Draft, force: Force, name: Option<&str>, rule: &str, value: &Value) {
    draft.entry("protect");
    draft.key("refs", &Value::texts(["refs/heads/**"]));
    if let Some(name) = name {
        draft.key("name", &Value::text(name));
    }
    if force == Force::Warn {
        draft.key("mode", &Value::text("warn"));
    }
    draft.key_or_table(&["protect", rule], value);
}

/// What is different whatever a configuration says.
pub(super) fn general() -> [Note; 2] {
    [
        Note::of_all(How::Different, "every branch is protected").hint("name yours in `refs`"),
        Note::of_all(How::Different, "lengths are columns of a terminal"),
    ]
}
