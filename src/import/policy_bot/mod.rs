//! `.policy.yml` of policy-bot.
//!
//! Source: policy-bot's README and its evaluation: approval is a tree of rules,
//! each with conditions, people and options; disapproval is one rule of its own.
//! A key that policy-bot does not know is an error, as it is there.

mod actors;
mod methods;
mod options;
mod predicates;
mod rule;
mod tree;
mod veto;

use super::draft::{Draft, Value};
use super::theirs::{self, Reading, Theirs};
use super::{How, Imported, Importer, Note, Unreadable};

/// Reads `.policy.yml`, also in JSON.
pub(super) static IMPORTER: Importer =
    Importer { kind: "policy-bot", reads: "`.policy.yml` of policy-bot", read };

fn read(text: &[u8]) -> Result<Imported, Unreadable> {
    let node = theirs::read(text)?;
    let mut reading = Reading::default();
    let toml = policy(&Theirs::of(&node), &mut reading);
    Imported::checked(toml, reading.done()?)
}

/// Writes the policy; what is wrong is kept in `reading`.
fn policy(whole: &Theirs<'_>, reading: &mut Reading) -> String {
    let keys = ["policy", "approval_rules", "approval_defaults", "remote", "path", "ref"];
    let fields = reading.fields(whole, &keys);
    if let Some(remote) = fields.get("remote") {
        let what = "the policy is in another repository";
        let hint = "import the file that it names".to_owned();
        reading.mistake("remote", remote, what, Some(hint));
        return String::new();
    }
    let defaults = options::defaults(fields.get("approval_defaults"), reading);
    let rules = rule::rules(fields.get("approval_rules"), &defaults, reading);
    let policy = fields.get("policy").map(|it| reading.fields(it, &["approval", "disapproval"]));
    let part = |key| policy.as_ref().and_then(|it| it.get(key));
    let (approvals, used) = tree::tree(part("approval"), &rules, reading);
    let vetoes = veto::vetoes(part("disapproval"), reading);
    if approvals.is_none() && vetoes.is_empty() && reading.wrong.is_empty() {
        let hint = "write `policy.approval`, or keep it without a policy".to_owned();
        reading.mistake("asks-nothing", whole, "it asks for nothing", Some(hint));
    }
    let mut draft = Draft::new("Imported from policy-bot.", &["github"]);
    for rule in &rules {
        if used.contains(&rule.name) {
            rule.write(&mut draft);
        } else {
            let what = format!("`{}` is not used by `policy.approval`; it is left out", rule.name);
            reading.note(How::Different, &rule.theirs, what);
        }
    }
    if let Some(approvals) = approvals {
        protection(&mut draft, &[], "approvals", &approvals);
    }
    for veto in &vetoes {
        protection(&mut draft, &veto.head, veto.rule, &veto.settings);
    }
    reading.notes.extend(general());
    draft.finish()
}

/// Writes a protection that asks one thing.
fn protection(draft: &mut Draft, head: &[(&str, Value)], rule: &str, settings: &Value) {
    draft.entry("protect");
    draft.key("refs", &Value::texts(["refs/heads/**"]));
    for (key, value) in head {
        draft.key(key, value);
    }
    draft.key_or_table(&["protect", rule], settings);
}

/// What is different whatever the file says.
fn general() -> [Note; 4] {
    [
        Note::of_all(How::Different, "every branch is protected, as policy-bot judges all of them")
            .hint("name yours in `refs`"),
        Note::of_all(
            How::Stricter,
            "who pushed, co-authored or signed a commit has contributed too, also on merged \
             branches, and a commit of nobody known stops the approval",
        )
        .hint("set `unattributed`, `co-authors` or `last-pusher` to ask for less"),
        Note::of_all(
            How::Stricter,
            "the latest word of a person counts: a request for changes ends their approval, and a \
             new target ends all",
        ),
        Note::of_all(How::Stricter, "a bot's approval counts only where the bot is named"),
    ]
}
