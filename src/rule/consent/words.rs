//! Everything said about a change, in one order.

use std::collections::HashMap;

use super::Key;
use crate::model::{
    Actor, ChangeId, Fact, Oid, Opinion, Proposal, RefName, Review, Statement, Timestamp,
};
use crate::rule::Case;

/// Something that someone said.
#[derive(Clone, Debug)]
pub(crate) struct Word {
    /// Through which account; nobody known, if it is gone.
    pub(crate) by: Actor,
    /// Who that is, where one person must not count twice.
    pub(crate) key: Key,
    /// Who that is, where nobody else must speak for them: a login that is only the
    /// policy's name for someone is another's.
    pub(crate) who: Key,
    /// Whether the host hides it.
    pub(crate) hidden: bool,
    /// When; `None` if not known.
    pub(crate) at: Option<Timestamp>,
    /// What.
    pub(crate) says: Opinion,
    /// What it said before it was dismissed, if known.
    pub(crate) was: Option<Opinion>,
    /// By what.
    pub(crate) via: Via,
    /// The head that it was said about, if known for sure.
    pub(crate) commit: Option<Oid>,
    /// Whether its text was changed later.
    pub(crate) edited: bool,
}

/// By what something was said.
#[derive(Clone, Debug)]
pub(crate) enum Via {
    /// A review with this text.
    Review(String),
    /// A comment with this text.
    Comment(String),
    /// The description of the pull request.
    Body(String),
    /// A signed statement.
    Statement {
        /// The content that it is about.
        change: ChangeId,
        /// The ref that the content may land on.
        target: RefName,
        /// When it ends.
        until: Option<Timestamp>,
    },
}

impl Word {
    /// Whether it takes an approval back.
    pub(super) fn ends_approval(&self) -> bool {
        matches!(self.says, Opinion::ChangesRequested | Opinion::Dismissed)
    }

    /// What decides its place: an approval whose time is not known came first, and
    /// anything else last. In one second, the word against the change is the last.
    fn place(&self) -> (Timestamp, Opinion) {
        let unknown = if self.ends_approval() { Timestamp::MAX } else { Timestamp::MIN };
        (self.at.unwrap_or(unknown), self.says)
    }
}

/// Gathers everything said about an update, oldest first.
pub(super) fn gather(case: &Case<'_>, reviews: &[Review], proposal: &Proposal) -> Fact<Vec<Word>> {
    let facts = case.change.facts;
    let comments = facts.comments(case.update)?;
    let statements = facts.statements(case.update)?;
    let mut words = Vec::with_capacity(reviews.len() + comments.len() + statements.len() + 1);
    words.extend(reviews.iter().filter(|it| it.state != Opinion::Unsubmitted).map(review));
    words.extend(comments.iter().map(|it| Word {
        by: it.by.clone(),
        key: "".into(),
        who: "".into(),
        hidden: it.hidden,
        at: it.at,
        says: Opinion::Commented,
        was: None,
        via: Via::Comment(it.body.clone()),
        commit: None,
        edited: it.edited.is_some(),
    }));
    words.extend(statements.iter().map(|it| statement(it, case.change.at)));
    if !proposal.body.is_empty() {
        words.push(Word {
            by: proposal.author.clone(),
            key: "".into(),
            who: "".into(),
            hidden: false,
            at: proposal.opened,
            says: Opinion::Commented,
            was: None,
            via: Via::Body(proposal.body.clone()),
            commit: None,
            edited: proposal.body_edited.is_some(),
        });
    }
    // Most say more than one thing.
    let mut known: HashMap<Actor, (Key, Key)> = HashMap::new();
    for word in &mut words {
        let (key, who) = known.entry(word.by.clone()).or_insert_with(|| {
            let login = &word.by.0;
            (case.people.key(login).into(), case.people.identity(login).into())
        });
        (word.key, word.who) = (key.clone(), who.clone());
    }
    words.sort_by(|one, other| {
        (one.place(), &one.key, one.commit).cmp(&(other.place(), &other.key, other.commit))
    });
    Ok(words)
}

fn review(review: &Review) -> Word {
    Word {
        by: review.by.clone(),
        key: "".into(),
        who: "".into(),
        hidden: false,
        at: review.at,
        says: review.state,
        was: review.was,
        via: Via::Review(review.body.clone()),
        commit: review.commit,
        edited: review.edited.is_some(),
    }
}

fn statement(it: &Statement, now: Timestamp) -> Word {
    let (change, target, until) = (it.change, it.target.clone(), it.until);
    Word {
        by: it.by.clone(),
        key: "".into(),
        who: "".into(),
        hidden: false,
        // By its own claim: one from the future must not outlive what comes later.
        at: Some(it.at).filter(|at| *at <= now),
        says: it.says,
        was: None,
        via: Via::Statement { change, target, until },
        commit: None,
        edited: false,
    }
}
