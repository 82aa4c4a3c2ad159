//! The `veto` rule.

use schemars::JsonSchema;
use serde::Deserialize;

use super::consent::{Crew, Hearing, Terms, Via, Word};
use super::spoken::{self, Found};
use super::{Case, Family, Rule, Span, WhenUnknown};
use crate::model::{
    Act, Expression, Fact, Move, Need, Opinion, People, Reason, Said, Timestamp, Unknown, Whose,
};

/// Who may object, and by what.
#[derive(Deserialize, JsonSchema)]
#[serde(try_from = "Written")]
#[schemars(with = "Written")]
pub(crate) struct Veto(Written);

/// The settings as written.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Written {
    /// Who may object: roles, people, logins, teams, permissions.
    from: Vec<String>,
    /// By what they object.
    #[serde(default)]
    methods: Objecting,
    /// By what an objection is taken back.
    #[serde(default)]
    revoke_methods: Revoking,
    /// Who may take it back.
    #[serde(default)]
    revoke: Revoker,
}

/// By what one objects.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct Objecting {
    /// By a review that asks for changes.
    review: bool,
    /// By a comment that contains one of these, outside quotes and code.
    comments: Vec<String>,
    /// By a comment that matches one of these, outside quotes and code.
    comment_patterns: Vec<Expression>,
}

impl Default for Objecting {
    fn default() -> Self {
        Self { review: true, comments: Vec::new(), comment_patterns: Vec::new() }
    }
}

/// By what an objection is taken back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct Revoking {
    /// By an approving review.
    review: bool,
    /// By a comment that says one of these and nothing else in a line or sentence,
    /// outside quotes and code; signs such as `:+1:` may stand anywhere.
    comments: Vec<String>,
    /// By a comment that matches one of these, outside quotes and code.
    comment_patterns: Vec<Expression>,
}

impl Default for Revoking {
    fn default() -> Self {
        Self { review: true, comments: Vec::new(), comment_patterns: Vec::new() }
    }
}

/// Who may take an objection back.
#[derive(Clone, Copy, Default, Deserialize, Eq, JsonSchema, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum Revoker {
    /// Whoever objected.
    #[default]
    Same,
    /// Anyone who may object.
    Any,
}

impl TryFrom<Written> for Veto {
    type Error = &'static str;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        if written.from.is_empty() {
            return Err("`from` names no one");
        }
        let methods = &written.methods;
        if !methods.review && methods.comments.is_empty() && methods.comment_patterns.is_empty() {
            return Err("`methods` leaves no way to object");
        }
        let texts = methods.comments.iter().chain(&written.revoke_methods.comments);
        if texts.into_iter().any(|it| it.trim().is_empty()) {
            return Err("an empty text in `comments` is in every comment");
        }
        Ok(Self(written))
    }
}

impl Rule for Veto {
    const NAME: &'static str = "veto";
    const FAMILY: Family = Family::People;
    const NEEDS: &'static [Need] = &[
        Need::Approvals,
        Need::Proposal,
        Need::Commits,
        Need::Provenance,
        Need::Pushes,
        Need::Teams,
        Need::Accounts,
    ];
    const WHEN_UNKNOWN: WhenUnknown = WhenUnknown::Defer;
    const SPAN: Span = Span::Landing;
    const MANUAL: &'static str = "\
Asks that none of these people objects.

One objection stops the change, whoever else approved. One objects by a review
that asks for changes, or by a comment if `methods` names its text, whatever else
the comment says. A later push does not end it: whoever objected takes it back by
approving (`revoke-methods`, whose `comments` say nothing else in their line or
sentence), or by having the review dismissed; with `revoke = \"any\"`, anyone who may object takes
back every objection made before.

```toml
veto = { from = [\"@acme/security\"], methods = { comments = [\"/hold\"] } }
```

To satisfy it, talk to whoever objected and have them take it back.
";

    fn fits(&self, _: &People) -> Result<(), String> {
        self.0.from.iter().find_map(|it| People::misnamed(it)).map_or(Ok(()), Err)
    }

    fn uses(&self, people: &People) -> Vec<Need> {
        let mut needs = super::consent::HEARING.to_vec();
        needs.extend(people.needs_to_match(&self.0.from));
        needs.sort();
        needs.dedup();
        needs
    }

    fn check(&self, case: &Case<'_>, said: &mut Said) -> Fact<()> {
        if case.update.deletes() {
            said.say(Reason::pass("a deletion is not reviewed: see `delete`"));
            return Ok(());
        }
        if case.update.new_oid().is_none() {
            return Err(Unknown::NotHere(Need::Approvals));
        }
        let hearing = Hearing::of(case)?;
        let crew = hearing.crew(&Terms::default(), case)?;
        for word in self.standing(&hearing, &crew, case, said) {
            let gone = word.by.is_ghost();
            let by = if gone { "an account that is gone".into() } else { word.by.to_string() };
            said.say(
                Reason::deny(format!("{by} objects"))
                    .code("vetoed")
                    .hint(format!("ask {by} what would mend it, and to take the objection back"))
                    .next(Move::new(Whose::Reviewer(vec![word.by.0.clone()]), Act::Withdraw)),
            );
        }
        said.otherwise("nobody objects");
        Ok(())
    }
}

impl Veto {
    /// The objections that stand, one of each person, in order. Of two words in one
    /// second the objection is the last, and so is one whose time is not known.
    fn standing<'h>(
        &self,
        hearing: &'h Hearing,
        crew: &Crew,
        case: &Case<'_>,
        said: &mut Said,
    ) -> Vec<&'h Word> {
        let words = hearing.words.iter().filter_map(|word| {
            let objects = self.objects(word);
            let unknown = if objects { Timestamp::MAX } else { Timestamp::MIN };
            let place = (word.at.unwrap_or(unknown), objects);
            (objects || self.revokes(word)).then_some((place, objects, word))
        });
        let mut words: Vec<_> = words.collect();
        words.sort_by_key(|(place, ..)| *place);
        let mut standing: Vec<&Word> = Vec::new();
        for (_, objects, word) in words {
            // Whoever wrote the change speaks for nobody else.
            let any = self.0.revoke == Revoker::Any && !crew.roles.contains_key(&word.key);
            let takes_back = |it: &&Word| it.who == word.who || any;
            // Who may take back what nobody said is not worth asking.
            if !objects && !standing.iter().any(takes_back) {
                continue;
            }
            // Whoever objected and is gone may have been asked; dismissing is the way out.
            let gone = word.by.is_ghost() && objects && matches!(word.via, Via::Review(_));
            let may = || case.people.is_one_of(&word.by, &self.0.from, case.change.facts);
            if !gone && said.known(may()) != Some(true) {
                continue;
            }
            if objects {
                standing.retain(|it| it.who != word.who);
                standing.push(word);
            } else {
                standing.retain(|it| !takes_back(it));
            }
        }
        standing
    }

    fn objects(&self, word: &Word) -> bool {
        let Objecting { review, comments, comment_patterns } = &self.0.methods;
        match (&word.via, word.says) {
            (Via::Review(_) | Via::Statement { .. }, Opinion::ChangesRequested) => *review,
            (via, _) => says(via, |text| spoken::finds(text, comments, comment_patterns)),
        }
    }

    fn revokes(&self, word: &Word) -> bool {
        let Revoking { review, comments, comment_patterns } = &self.0.revoke_methods;
        match (&word.via, word.says) {
            (Via::Review(_), Opinion::Approved) => *review,
            // What was changed later may not have said so before.
            (via, _) => {
                let revokes = |text: &str| spoken::agrees(text, comments, comment_patterns);
                !word.edited && !word.hidden && says(via, revokes)
            }
        }
    }
}

fn says(via: &Via, found: impl Fn(&str) -> Found) -> bool {
    match via {
        Via::Comment(text) | Via::Review(text) => found(text) == Found::Said,
        Via::Body(_) | Via::Statement { .. } => false,
    }
}
