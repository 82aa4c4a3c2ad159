//! GitLab's push rules, approvals and protected refs as a policy.

mod approvals;
mod fields;
mod protected;
mod push;

pub use fields::FIELDS;

use serde_json::Value;

use super::draft::{Draft, documents, unreadable};
use super::json::{At, note_unknown};
use super::{HOST, SERVER};
use crate::import::{Imported, Importer, Unreadable};

/// Reads what GitLab's API answers: each by itself, several one after the other,
/// or as one object by the names of [`Kind`].
pub static IMPORTER: Importer = Importer {
    kind: "gitlab",
    reads: "push rules, approval rules and settings, protected branches and tags, as GitLab's API gives them (JSON)",
    read,
};

/// What an object of GitLab's says.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Kind {
    PushRule,
    Settings,
    ProtectedBranch,
    ProtectedTag,
    ApprovalRule,
}

impl Kind {
    const ALL: [(Self, &'static str, &'static [&'static str]); 5] = [
        (
            Self::PushRule,
            "push_rule",
            &["commit_message_regex", "deny_delete_tag", "member_check", "max_file_size"],
        ),
        (
            Self::Settings,
            "approvals",
            &[
                "reset_approvals_on_push",
                "merge_requests_author_approval",
                "approvals_before_merge",
            ],
        ),
        (
            Self::ProtectedBranch,
            "protected_branches",
            &["push_access_levels", "merge_access_levels"],
        ),
        (Self::ProtectedTag, "protected_tags", &["create_access_levels"]),
        (Self::ApprovalRule, "approval_rules", &["approvals_required", "rule_type"]),
    ];

    /// The kind that an object's keys tell.
    fn of(value: &Value) -> Option<Self> {
        let tells = |keys: &[&str]| keys.iter().any(|it| value.get(it).is_some());
        Self::ALL.into_iter().find(|(_, _, keys)| tells(keys)).map(|(kind, ..)| kind)
    }

    /// Where its settings stand in the table of all.
    fn prefix(self) -> &'static str {
        match self {
            Self::PushRule => "push_rule",
            Self::Settings => "approvals",
            Self::ProtectedBranch => "protected_branches[]",
            Self::ProtectedTag => "protected_tags[]",
            Self::ApprovalRule => "approval_rules[]",
        }
    }
}

fn read(text: &[u8]) -> Result<Imported, Unreadable> {
    let documents = documents(text)?;
    let whole = String::from_utf8_lossy(text);
    let hosts = ["access_level", "approvals"].iter().any(|it| whole.contains(it));
    let mut draft = Draft::new(if hosts { HOST } else { SERVER });
    let mut parts = Vec::new();
    for document in &documents {
        sort(&At::root(document), &mut parts)?;
    }
    for (kind, it) in &parts {
        note_unknown(it, kind.prefix(), FIELDS, &mut draft);
    }
    let of = |wanted| parts.iter().filter(move |(kind, _)| *kind == wanted).map(|(_, it)| it);
    of(Kind::PushRule).for_each(|it| push::read(it, &mut draft));
    of(Kind::ProtectedBranch).for_each(|it| protected::branch(it, &mut draft));
    of(Kind::ProtectedTag).for_each(|it| protected::tag(it, &mut draft));
    let branches: Vec<_> = of(Kind::ProtectedBranch).cloned().collect();
    let settings = of(Kind::Settings).next_back();
    approvals::read(settings, &of(Kind::ApprovalRule).collect::<Vec<_>>(), &branches, &mut draft);
    draft.tell_untold("GitLab", &["code-owners", "pull-request"]);
    draft.finish()
}

/// Adds each object to `parts`, by its kind.
fn sort<'v>(at: &At<'v>, parts: &mut Vec<(Kind, At<'v>)>) -> Result<(), Unreadable> {
    if let Some(items) = at.value().as_array() {
        for (number, value) in items.iter().enumerate() {
            sort(&At::root(value).called(format!("{}[{number}]", at.place)), parts)?;
        }
        return Ok(());
    }
    let named: Vec<_> = Kind::ALL
        .iter()
        .filter(|(_, name, _)| at.get(name).value().is_object() || at.get(name).value().is_array())
        .collect();
    if !named.is_empty() && Kind::of(at.value()).is_none() {
        for (_, name, _) in &named {
            sort(&at.get(name), parts)?;
        }
        let other = at.value().as_object().into_iter().flat_map(|it| it.keys());
        let mut other = other.filter(|it| named.iter().all(|(_, name, _)| name != it));
        return match other.next() {
            None => Ok(()),
            Some(key) => {
                Err(unreadable(None, &format!("`{key}` is nothing that this version knows")))
            }
        };
    }
    match Kind::of(at.value()) {
        Some(kind) => parts.push((kind, at.clone())),
        None => {
            let place = if at.place.is_empty() { "it" } else { &at.place };
            return Err(unreadable(
                None,
                &format!(
                    "{place} is no push rule, approval rule or setting, protected branch or tag"
                ),
            ));
        }
    }
    Ok(())
}
