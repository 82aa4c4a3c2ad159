//! `policy.disapproval`: who may stop a change, and what stops it by itself.

use super::methods::{DOWN, Methods, UP};
use super::{actors, predicates};
use crate::import::How;
use crate::import::draft::Value;
use crate::import::theirs::{Reading, Theirs};

/// A protection that refuses.
#[derive(Debug)]
pub(super) struct Veto {
    /// What stands before the rule.
    pub(super) head: Vec<(&'static str, Value)>,
    /// The rule's name.
    pub(super) rule: &'static str,
    /// Its settings.
    pub(super) settings: Value,
}

/// What disapproval asks; nothing if nobody may disapprove and nothing stops a
/// change by itself.
pub(super) fn vetoes(it: Option<&Theirs<'_>>, reading: &mut Reading) -> Vec<Veto> {
    let Some(it) = it else { return Vec::new() };
    let fields = reading.fields(it, &["if", "options", "requires"]);
    let (mut disapprove, mut revoke) = (Methods::by_thumbs(DOWN), Methods::by_thumbs(UP));
    let options = fields.get("options").map(|it| reading.fields(it, &["methods"]));
    let methods = options.as_ref().and_then(|it| it.get("methods"));
    if let Some(methods) = methods.map(|it| reading.fields(it, &["disapprove", "revoke"])) {
        if let Some(it) = methods.get("disapprove") {
            disapprove = disapprove.with(it, reading);
            if !disapprove.review_patterns.is_empty() {
                let what = "a review that asks for changes objects, whatever it says";
                reading.note(How::Stricter, it, what);
            }
            if !disapprove.body_patterns.is_empty() {
                reading.note(How::Lost, it, "what the description says is no objection");
            }
        }
        if let Some(it) = methods.get("revoke") {
            revoke = revoke.with(it, reading);
            // A review of certain words must not become any review.
            if !revoke.review_patterns.is_empty() {
                revoke.review = false;
                reading.note(How::Stricter, it, "no review takes an objection back");
            }
            if !revoke.body_patterns.is_empty() {
                reading.note(How::Stricter, it, "the description takes no objection back");
            }
        }
    }
    let from = fields.get("requires").map(|it| actors::actors(it, reading)).unwrap_or_default();
    let mut vetoes = Vec::new();
    if !from.is_empty() {
        let settings = Value::table([
            ("from", actors::list(&from)),
            ("methods", spoken(&disapprove)),
            ("revoke", Value::text("any")),
            ("revoke-methods", spoken(&revoke)),
        ]);
        vetoes.push(Veto { head: Vec::new(), rule: "veto", settings });
    }
    let conditions = fields.get("if").map(|it| predicates::all(it, reading)).unwrap_or_default();
    if !conditions.is_empty() {
        let head =
            vec![("name", Value::text("disapproval")), ("when", predicates::either(conditions))];
        vetoes.push(Veto { head, rule: "update", settings: Value::text("nobody") });
    }
    vetoes
}

/// Ways to say something aloud.
fn spoken(methods: &Methods) -> Value {
    let list = |it: &[String]| Value::texts(it.iter().map(String::as_str));
    let mut keys = vec![("review", Value::Flag(methods.review))];
    let lists = [("comments", &methods.comments), ("comment-patterns", &methods.comment_patterns)];
    keys.extend(lists.iter().filter(|(_, it)| !it.is_empty()).map(|(key, it)| (*key, list(it))));
    Value::table(keys)
}
