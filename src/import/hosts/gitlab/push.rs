//! Push rules.

use toml::{Table, Value};

use crate::import::How;
use crate::import::hosts::draft::{Draft, Protect, list, table};
use crate::import::hosts::json::At;
use crate::import::hosts::regex::{from_re2, somewhere};

/// An expression of GitLab's, as ours; a note says why there is none.
fn expression(at: &At<'_>, draft: &mut Draft) -> Option<String> {
    let text = at.text(draft)?;
    match from_re2(text) {
        Ok(found) => Some(found),
        Err(why) => {
            draft.note(How::Lost, &at.place, format!("`{text}` is not carried over: {why}"));
            None
        }
    }
}

/// What push rules ask of every push.
pub(super) fn read(it: &At<'_>, draft: &mut Draft) {
    let mut protect = Protect { name: Some("push rules".to_owned()), ..Protect::of(&["**"]) };
    message(it, &mut protect, draft);
    if let Some(found) = expression(&it.get("branch_name_regex"), draft) {
        protect.ask("branch-name", somewhere(&found));
    }
    if let Some(found) = expression(&it.get("author_email_regex"), draft) {
        for role in ["author", "committer"] {
            protect.ask(role, table([("email-pattern", found.as_str().into())]));
        }
    }
    if it.get("commit_committer_check").is_true(draft) {
        protect.ask("committer", table([("is", "pusher".into())]));
        let place = it.get("commit_committer_check").place;
        let hint = "write [people.NAME] with `logins` and `emails` for each who commits";
        draft.advise(
            How::Stricter,
            &place,
            "whose address is whose is known from [people] alone",
            hint,
        );
    }
    if let Some(found) = expression(&it.get("file_name_regex"), draft) {
        protect.ask("paths", table([("deny-patterns", list(&[found]))]));
    }
    let size = it.get("max_file_size");
    if let Some(max) = size.number(draft).filter(|it| *it > 0) {
        protect.ask("file-size", table([("max", format!("{max}MiB").into())]));
    }
    if it.get("prevent_secrets").is_true(draft) {
        protect.ask("secrets", Value::Table(Table::new()));
        let what = "credentials are found by what is in a file here, not by its name";
        let hint = "to refuse names too, add `paths = { deny = [\"id_rsa\", \"*.pem\"] }`";
        draft.advise(How::Different, &it.get("prevent_secrets").place, what, hint);
    }
    if it.get("reject_non_dco_commits").is_true(draft) {
        protect.ask("sign-off", "author");
        let what = "it must be the author's or committer's own, as a trailer";
        draft.note(How::Stricter, &it.get("reject_non_dco_commits").place, what);
    }
    draft.add(protect);
    if it.get("deny_delete_tag").is_true(draft) {
        let mut tags =
            Protect { name: Some("tags stay".to_owned()), ..Protect::of(&["refs/tags/**"]) };
        tags.ask("delete", "nobody");
        draft.add(tags);
    }
    lost(it, draft);
}

/// GitLab reads `^` and `$` as those of a line, in messages alone.
fn message(it: &At<'_>, protect: &mut Protect, draft: &mut Draft) {
    let lines = |it: String| if it.contains(['^', '$']) { format!("(?m){it}") } else { it };
    let mut settings = Table::new();
    for (key, ours) in
        [("commit_message_regex", "pattern"), ("commit_message_negative_regex", "not-pattern")]
    {
        if let Some(found) = expression(&it.get(key), draft) {
            settings.insert(ours.to_owned(), lines(found).into());
            let what = "`message` also wants text without hidden characters, and a blank line behind the subject";
            draft.note(How::Stricter, &it.get(key).place, what);
        }
    }
    if !settings.is_empty() {
        protect.ask("message", Value::Table(settings));
    }
}

fn lost(it: &At<'_>, draft: &mut Draft) {
    let all = [
        (
            "member_check",
            "accounts are GitLab's to know",
            "keep the push rule, or ask for addresses: author = { email = [\"*@HOST\"] }",
        ),
        (
            "commit_committer_name_check",
            "names of accounts are GitLab's to know",
            "keep the push rule",
        ),
        (
            "reject_unsigned_commits",
            "there is no rule for signatures of commits yet",
            "keep the push rule",
        ),
    ];
    for (key, what, hint) in all {
        if it.get(key).is_true(draft) {
            draft.advise(How::Lost, &it.get(key).place, what, hint);
        }
    }
}
