//! What is left of everyone's words.

use std::collections::BTreeMap;

use super::fresh::{Left, Why, fresh};
use super::words::{Via, Word};
use super::{Crew, Hearing, Key, LastPusher, Role, Terms};
use crate::model::{Actor, Fact, Ignored, Opinion};
use crate::rule::Case;
use crate::rule::spoken::{self, Found};

/// What everyone stands for, on some terms: one entry for each person who spoke
/// for the change, or did before they spoke against it.
#[derive(Debug)]
pub(crate) struct Standing {
    /// Each, in the order of their words.
    pub(crate) stands: Vec<Stand>,
}

/// What is left of one person's words.
#[derive(Debug)]
pub(crate) struct Stand {
    /// The account that spoke last.
    pub(crate) by: Actor,
    /// Who it is.
    pub(crate) key: Key,
    /// Whether a program acts through it.
    pub(crate) bot: Fact<bool>,
    /// For what their word counts, or why it does not.
    pub(crate) left: Result<Left, Ignored>,
    /// What is worth telling about that.
    pub(crate) told: Option<Ignored>,
}

impl Standing {
    pub(super) fn of(hearing: &Hearing, crew: &Crew, terms: &Terms, case: &Case<'_>) -> Self {
        let mut order: Vec<&Key> = Vec::new();
        let mut by_person: BTreeMap<&Key, Vec<&Word>> = BTreeMap::new();
        for word in &hearing.words {
            let words = by_person.entry(&word.who).or_default();
            if words.is_empty() {
                order.push(&word.who);
            }
            words.push(word);
        }
        let person = |key: &&Key| {
            let words = by_person.get(*key)?;
            stand(words, hearing, crew, terms, case)
        };
        Self { stands: order.iter().filter_map(person).collect() }
    }
}

/// What is left of one person's words, oldest first; `None` if they never spoke
/// for the change nor against it.
fn stand(
    words: &[&Word],
    hearing: &Hearing,
    crew: &Crew,
    terms: &Terms,
    case: &Case<'_>,
) -> Option<Stand> {
    let ended = words.iter().rposition(|it| it.ends_approval());
    let since = ended.map_or(0, |at| at + 1);
    let mut why = None;
    let mut counted = None;
    for &word in words.get(since..)?.iter().rev() {
        let answer = match approves(word, hearing, terms) {
            None => continue,
            Some(Err(trouble)) => Err(trouble),
            Some(Ok(())) => fresh(word, hearing, crew, terms, case),
        };
        match answer {
            Ok(found) => {
                counted = Some((word, found));
                break;
            }
            Err(found) => why = why.or(Some((word, found))),
        }
    }
    let last = words.last()?;
    let stand = |by: &Actor, left, told| Stand {
        by: by.clone(),
        key: last.key.clone(),
        bot: case.change.facts.account(by).map(|it| it.bot),
        left,
        told,
    };
    if let Some((word, (left, told))) = counted {
        let told = told.or_else(|| immutable(word, terms));
        let told =
            told.map(|(code, what)| ignored(word, code, format!("{} approved: {what}", word.by)));
        return Some(match excluded(word, crew, terms) {
            Some(why) => stand(&word.by, Err(but(word, &why)), None),
            None => stand(&word.by, Ok(left), told),
        });
    }
    if let Some((word, found)) = why {
        let why = excluded(word, crew, terms).unwrap_or(found);
        return Some(stand(&word.by, Err(but(word, &why)), None));
    }
    let word = *words.get(ended?)?;
    Some(stand(&word.by, Err(taken_back(word)), None))
}

/// Why someone's word does not count although they approved: "…, but …".
fn but(word: &Word, (code, what): &Why) -> Ignored {
    if word.by.is_ghost() {
        return ignored(word, "approver-unknown", "an account that is gone approved".to_owned());
    }
    ignored(word, code, format!("{} approved {what}", word.by))
}

fn ignored(word: &Word, code: &str, what: String) -> Ignored {
    Ignored { by: word.by.clone(), code: code.to_owned(), what }
}

/// How an approval ended, or why there was none.
fn taken_back(word: &Word) -> Ignored {
    let by = &word.by;
    let (code, what) = match (word.says, word.was) {
        (Opinion::Dismissed, Some(Opinion::ChangesRequested)) => (
            "approval-superseded",
            format!("{by} asked for changes; that it was dismissed approves nothing"),
        ),
        (Opinion::Dismissed, _) => {
            ("review-dismissed", format!("{by} had approved, and the review was dismissed"))
        }
        (Opinion::ChangesRequested, _) => {
            ("latest-review-is-changes-requested", format!("{by} asked for changes last"))
        }
        (Opinion::Unsubmitted | Opinion::Commented | Opinion::Approved, _) => {
            ("approval-missing", format!("{by} did not approve"))
        }
    };
    ignored(word, code, what)
}

/// Whether a word approves, on these terms, or would but for the error.
fn approves(word: &Word, hearing: &Hearing, terms: &Terms) -> Option<Result<(), Why>> {
    if word.hidden {
        return None;
    }
    let methods = &terms.methods;
    let text = match (&word.via, word.says) {
        (Via::Review(_), Opinion::Approved) if methods.review_patterns.is_empty() => {
            return methods.review.then_some(Ok(()));
        }
        (Via::Review(body), Opinion::Approved) => {
            if !methods.review_patterns.iter().any(|it| it.0.is_match(body)) {
                return None;
            }
            return Some(unedited(word, terms));
        }
        (Via::Statement { .. }, Opinion::Approved) => return methods.statement.then_some(Ok(())),
        (Via::Body(body), _) => {
            let matches = methods.body_patterns.iter().any(|it| it.0.is_match(body));
            return matches.then(|| unedited(word, terms));
        }
        (Via::Comment(body) | Via::Review(body), _) => body,
        (Via::Statement { .. }, _) => return None,
    };
    if !methods.reads_comments() {
        return None;
    }
    let only = |where_: &str, code| Some(Err((code, format!("only in {where_}"))));
    let found = spoken::agrees(text, &methods.comments, &methods.comment_patterns);
    if methods.comment_names_commit {
        let head = hearing.head;
        let named = methods.comments.iter().map(|it| spoken::names_commit(text, it, head));
        match (named.max().flatten(), found) {
            (Some(true), _) => return Some(unedited(word, terms)),
            (Some(false), _) | (None, Found::Said) => {
                let what = format!("without naming {}, the head", head.short());
                return Some(Err(("comment-sha-mismatch", what)));
            }
            (None, Found::OnlyQuoted | Found::OnlyCode | Found::Nowhere) => {}
        }
    }
    match found {
        Found::Nowhere => None,
        Found::OnlyQuoted => only("a quote", "approval-token-only-in-quote"),
        Found::OnlyCode => only("code", "approval-token-only-in-code"),
        Found::Said => Some(unedited(word, terms)),
    }
}

/// A text that was changed later may not have said so when others read it.
fn unedited(word: &Word, terms: &Terms) -> Result<(), Why> {
    if word.edited && !terms.counts_edited {
        return Err(("comment-edited", "by a text that was changed later".to_owned()));
    }
    Ok(())
}

/// That the text of a review was changed later, which changes nothing it says.
fn immutable(word: &Word, terms: &Terms) -> Option<Why> {
    let stays = matches!(word.via, Via::Review(_)) && word.says == Opinion::Approved;
    let what = "the text of the review was changed later, which is no part of what it says";
    (stays && word.edited && !terms.counts_edited)
        .then(|| ("review-state-immutable", what.to_owned()))
}

/// Why this person's word on the change counts for nothing.
fn excluded(word: &Word, crew: &Crew, terms: &Terms) -> Option<Why> {
    let why = |code, what: &str| Some((code, what.to_owned()));
    if word.by.is_ghost() {
        return why("approver-unknown", "and is nobody known");
    }
    let role = crew.roles.get(&word.key).copied();
    let let_in = match role {
        None => false,
        Some(Role::Author) => terms.allow_author || terms.allow_contributor,
        Some(_) => terms.allow_non_author_contributor || terms.allow_contributor,
    };
    let last = crew.last_pusher.as_ref().is_some_and(|it| it.contains(&word.key));
    match terms.last_pusher {
        LastPusher::Excluded if crew.hides_pusher() => {
            return why("last-pusher-unknown", "while who pushed last is not known");
        }
        LastPusher::Excluded if last => {
            return why("approver-is-last-pusher", "their own push");
        }
        LastPusher::Excluded | LastPusher::ExcludedIfKnown | LastPusher::Allowed => {}
    }
    if let_in {
        return None;
    }
    match role? {
        Role::Author => why("approver-is-author", "their own pull request"),
        Role::Requester => why("approver-requested-agent-change", "what they had an agent do"),
        Role::Contributor => why("approver-is-contributor", "what they wrote a part of"),
        Role::Trigger => why("approver-triggered-bot-commit", "what they had a bot push"),
        Role::Pusher if terms.last_pusher == LastPusher::Allowed => None,
        Role::Pusher if last => why("approver-is-last-pusher", "their own push"),
        Role::Pusher => why("approver-is-contributor", "what they pushed a part of"),
    }
}
