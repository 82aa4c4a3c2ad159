//! Rules about patterns: an operator, a text and perhaps a negation.

use crate::import::How;
use crate::import::hosts::draft::{Draft, Protect, table};
use crate::import::hosts::json::At;
use crate::import::hosts::regex::{escaped, from_re2, somewhere};

/// The expression to be found, whatever the operator.
fn expression(with: &At<'_>, draft: &mut Draft) -> Option<String> {
    let pattern = with.get("pattern");
    let text = pattern.text(draft)?;
    let operator = with.get("operator");
    let read = match operator.text(draft).unwrap_or("regex") {
        "starts_with" => Ok(format!("^{}", escaped(text))),
        // Git ends a message with a line break.
        "ends_with" => Ok(format!(r"{}\s*$", escaped(text))),
        "contains" => Ok(escaped(text)),
        "regex" => from_re2(text),
        other => Err(format!("`{other}` is no operator")),
    };
    match read {
        Ok(found) => Some(found),
        Err(why) => {
            draft.note(How::Lost, &pattern.place, format!("`{text}` is not carried over: {why}"));
            None
        }
    }
}

/// A rule with a key for what must be found and one for what must not.
pub(super) fn text(
    rule: &'static str,
    keys: [&str; 2],
    with: &At<'_>,
    protect: &mut Protect,
    draft: &mut Draft,
) {
    let [found, not_found] = keys;
    let Some(expression) = expression(with, draft) else { return };
    let negated = with.get("negate").is_true(draft);
    protect.ask(rule, table([(if negated { not_found } else { found }, expression.into())]));
    if rule == "message" {
        let what = "`message` also wants text without hidden characters, and a blank line behind the subject";
        draft.note(How::Stricter, &with.place, what);
    }
}

/// A rule about whole names.
pub(super) fn name(rule: &'static str, with: &At<'_>, protect: &mut Protect, draft: &mut Draft) {
    let Some(expression) = expression(with, draft) else { return };
    if with.get("negate").is_true(draft) {
        let hint = "write a [[protect]] whose `refs` are such names, with `create = \"nobody\"`";
        let what = format!("`{rule}` says what names look like, not what they must not look like");
        return draft.advise(How::Lost, &with.get("negate").place, &what, hint);
    }
    let whole = somewhere(&expression.replace(r"\s*$", "$"));
    match rule {
        "tag" => protect.ask("tag", table([("pattern", whole.into())])),
        _ => protect.ask(rule, whole),
    }
}
