//! The `separate` rule.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;

use super::consent::{Hearing, Key, Terms};
use super::{Case, Family, Rule, Span, WhenUnknown};
use crate::model::{Act, Fact, Move, Need, People, Permission, Place, Reason, Said, Unknown, Whose};

/// The duties that one person must not have together.
#[derive(Deserialize, JsonSchema)]
#[serde(try_from = "Vec<Duty>")]
#[schemars(with = "Vec<Duty>")]
pub(crate) struct Separate(Vec<Duty>);

/// What someone does for a change.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, Ord, PartialEq, PartialOrd)]
#[serde(rename_all = "kebab-case")]
enum Duty {
    /// Writes a part of it, or has it written.
    Author,
    /// Approves it.
    Approver,
    /// Lands it.
    Merger,
}

impl TryFrom<Vec<Duty>> for Separate {
    type Error = &'static str;

    fn try_from(mut duties: Vec<Duty>) -> Result<Self, Self::Error> {
        duties.sort();
        duties.dedup();
        match duties.len() {
            0 | 1 => Err("names fewer than two duties; there are author, approver and merger"),
            _ => Ok(Self(duties)),
        }
    }
}

impl Rule for Separate {
    const NAME: &'static str = "separate";
    const FAMILY: Family = Family::People;
    const NEEDS: &'static [Need] = &[
        Need::Actor,
        Need::Approvals,
        Need::Proposal,
        Need::Commits,
        Need::Provenance,
        Need::Pushes,
        Need::Accounts,
        Need::Content,
    ];
    const WHEN_UNKNOWN: WhenUnknown = WhenUnknown::Defer;
    const SPAN: Span = Span::Move;
    const MANUAL: &'static str = "\
Asks that different people write, approve and land a change.

`author` is everyone who wrote a part of it, or had it written; `merger` is whoever
moves the ref; an `approver` is someone whose approval counts, as `approvals` would
count it, who may write to the repository, and who has none of the other duties
named. Together with `approvals` it
makes four eyes out of two: who approves does not land it either.

```toml
separate = [\"author\", \"approver\", \"merger\"]
```

To satisfy it, ask someone who had no part in the change to approve or to land it.
";

    fn uses(&self, _: &People) -> Vec<Need> {
        let Self(duties) = self;
        let mut needs = Self::NEEDS.to_vec();
        if !duties.contains(&Duty::Merger) {
            needs.retain(|it| *it != Need::Actor);
        }
        if !duties.contains(&Duty::Approver) {
            needs.retain(|it| *it != Need::Content);
        }
        needs
    }

    fn check(&self, case: &Case<'_>, said: &mut Said) -> Fact<()> {
        let Self(duties) = self;
        if case.update.deletes() {
            said.say(Reason::pass("nobody writes or approves a deletion: see `delete`"));
            return Ok(());
        }
        if case.update.new_oid().is_none() {
            return Err(Unknown::NotHere(Need::Approvals));
        }
        let hearing = Hearing::of(case)?;
        let terms = Terms::default();
        let crew = hearing.crew(&terms, case)?;
        let mut others: BTreeSet<Key> = BTreeSet::new();
        let nobodys = crew.unattributed.first();
        if duties.contains(&Duty::Author) && (nobodys.is_some() || hearing.author.is_none()) {
            said.say(
                Reason::pending("a part of it belongs to nobody known, so anyone may have written it")
                    .at(Place::commit(nobodys.copied().flatten()))
                    .code("unattributed-commit")
                    .hint("give commits an author whose address the host knows, and push again")
                    .next(Move::new(Whose::Author, Act::Push)),
            );
        }
        if duties.contains(&Duty::Author) {
            others.extend(crew.roles.keys().cloned());
        }
        if duties.contains(&Duty::Merger) {
            let actor = case.change.actor.as_ref().map_err(Clone::clone)?;
            if actor.is_ghost() {
                return Err(Unknown::NotHere(Need::Actor));
            }
            let merger = hearing.key(case.people, actor);
            if duties.contains(&Duty::Author) && crew.roles.contains_key(&merger) {
                said.say(
                    Reason::deny(format!("{actor} lands what they had a part in"))
                        .code("merger-is-author")
                        .hint("have someone else land it")
                        .next(Move::new(Whose::Reviewer(Vec::new()), Act::Approve)),
                );
            }
            others.insert(merger);
        }
        if duties.contains(&Duty::Approver) {
            approver(&hearing, &terms, &others, case, said)?;
        }
        said.otherwise("different people have the duties");
        Ok(())
    }
}

/// Says whether someone approved who has none of the `others`' duties.
fn approver(
    hearing: &Hearing,
    terms: &Terms,
    others: &BTreeSet<Key>,
    case: &Case<'_>,
    said: &mut Said,
) -> Fact<()> {
    let standing = hearing.standing(terms, case)?;
    // Those who wrote it do not count at all, so this is who lands it.
    let mut lands = None;
    let mut free = false;
    for stand in standing.stands.iter().filter(|it| it.left.is_ok()) {
        if others.contains(&stand.key) {
            lands = Some(&stand.by);
        } else {
            // Anyone may review; not everyone's word weighs.
            let may = said.known(case.change.facts.permission(&stand.by));
            let may = may.is_some_and(|it| it >= Permission::Write);
            free |= may && said.known(stand.bot.clone()) == Some(false);
        }
    }
    if free {
        said.unknown.clear();
    } else {
        let (what, hint) = match lands {
            Some(by) => (
                format!("{by} alone approved, and would land it too"),
                "have someone else land it, or ask someone else to approve it",
            ),
            None => (
                "nobody approved who has no other duty in this change".to_owned(),
                "ask someone who had no part in it to approve it",
            ),
        };
        said.say(
            Reason::pending(what)
                .code("approver-not-separate")
                .hint(hint)
                .next(Move::new(Whose::Reviewer(Vec::new()), Act::Approve)),
        );
    }
    Ok(())
}
