//! The `separate` rule.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;

use super::consent::{HEARING, Hearing, Key, Requirement, Terms, Weighed, weigh};
use super::{Case, Family, Rule, Span, WhenUnknown};
use crate::model::{
    Act, Actor, Fact, Move, Need, Outcome, Part, People, Permission, Place, Reason, Said, Unknown,
    Whose,
};

/// The duties that one person must not have together.
#[derive(Deserialize, JsonSchema)]
#[serde(try_from = "Vec<Duty>")]
#[schemars(with = "Vec<Duty>")]
pub(crate) struct Separate {
    duties: Vec<Duty>,
    /// The approvals that the same protection asks for.
    asked: Option<Requirement>,
}

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
            _ => Ok(Self { duties, asked: None }),
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
        Need::Files,
        Need::Blobs,
        Need::Lines,
        Need::Teams,
        Need::Threads,
        Need::Checks,
        Need::Repository,
    ];
    const WHEN_UNKNOWN: WhenUnknown = WhenUnknown::Defer;
    const SPAN: Span = Span::Landing;
    const MANUAL: &'static str = "\
Asks that different people write, approve and land a change.

`author` is everyone who wrote a part of it, or had it written; `merger` is whoever
moves the ref. With `approver`, the `approvals` of the same protection must be reached
without anyone who has one of the other duties named: of two who must approve, neither
lands it. It makes four eyes out of two. Where the protection asks for no approvals, or
for none of this change, one must approve all the same who may write to the repository
and has none of the other duties.

```toml
separate = [\"author\", \"approver\", \"merger\"]
```

To satisfy it, ask someone who had no part in the change to approve or to land it.
";

    fn asks_alike(&self) -> bool {
        self.asked.as_ref().is_none_or(Requirement::asks_alike)
    }

    fn beside(&mut self, asked: &Requirement) {
        self.asked = Some(asked.clone());
    }

    fn uses(&self, people: &People) -> Vec<Need> {
        let mut needs = HEARING.to_vec();
        if self.duties.contains(&Duty::Merger) {
            needs.push(Need::Actor);
        }
        if self.duties.contains(&Duty::Approver) {
            needs.extend([Need::Content, Need::Accounts]);
            needs.extend(self.asked.iter().flat_map(|it| it.uses(people)));
        }
        needs.sort();
        needs.dedup();
        needs
    }

    fn check(&self, case: &Case<'_>, said: &mut Said) -> Fact<()> {
        let duties = &self.duties;
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
            self.approver(&hearing, &others, case, said)?;
        }
        said.otherwise("different people have the duties");
        Ok(())
    }
}

impl Separate {
    /// Says whether those approved who must, without anyone who has one of the
    /// `others`' duties.
    fn approver(
        &self,
        hearing: &Hearing,
        others: &BTreeSet<Key>,
        case: &Case<'_>,
        said: &mut Said,
    ) -> Fact<()> {
        let asked = self.asked.as_ref().map(|it| weigh(it, others, case));
        match asked {
            Some(weighed) if weighed.part.outcome != Outcome::NotApplicable => {
                if agreed(&weighed.part) {
                    return Ok(());
                }
                if weighed.part.outcome != Outcome::Satisfied {
                    let all = self.asked.as_ref().map(|it| weigh(it, &BTreeSet::new(), case));
                    let all = all.map(|it| counted(&it.part)).unwrap_or_default();
                    let lands = all.into_iter().find(|it| {
                        others.contains(&hearing.key(case.people, it))
                    });
                    let few = counted(&weighed.part).first().map(|_| found(&weighed));
                    said.say(lacking(lands.map(|it| self.shared(it, hearing, case)), few));
                    weighed.unknown.into_iter().for_each(|it| {
                        said.known::<()>(Err(it));
                    });
                    return Ok(());
                }
                // Conditions alone approved, and nobody's word was asked.
                anyone(hearing, others, case, said)
            }
            Some(_) | None => anyone(hearing, others, case, said),
        }
    }

    /// Which other duty it is that someone has who approved.
    fn shared(&self, by: Actor, hearing: &Hearing, case: &Case<'_>) -> Shared {
        let merger = case.change.actor.as_ref().ok().filter(|_| self.duties.contains(&Duty::Merger));
        let key = |it: &Actor| hearing.key(case.people, it);
        let lands = merger.is_some_and(|it| key(it) == key(&by));
        Shared { by, lands }
    }
}

/// Someone who approved and has another duty.
struct Shared {
    by: Actor,
    /// Whether that is to land it; else, they wrote a part.
    lands: bool,
}

/// Whether people's words meet a requirement, and not conditions alone.
fn agreed(part: &Part) -> bool {
    part.outcome == Outcome::Satisfied
        && (!part.counted.is_empty() || part.parts.iter().any(agreed))
}

/// Everyone whose word counts for some part.
fn counted(part: &Part) -> Vec<Actor> {
    let below = part.parts.iter().flat_map(counted);
    part.counted.iter().cloned().chain(below).collect()
}

/// How far approvals are: `1 of 2 approvals of 9be0d11`.
fn found(weighed: &Weighed) -> &str {
    weighed.reasons.first().map_or("too few approvals", |it| it.what.as_str())
}

/// Says whether anyone approved who may write and has none of the `others`' duties,
/// where nothing says whose approvals it takes.
fn anyone(
    hearing: &Hearing,
    others: &BTreeSet<Key>,
    case: &Case<'_>,
    said: &mut Said,
) -> Fact<()> {
    let standing = hearing.standing(&Terms::default(), case)?;
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
        said.say(lacking(lands.map(|by| Shared { by: by.clone(), lands: true }), None));
    }
    Ok(())
}

/// Says that too few approved without whoever has another duty too. `few` is how far
/// the others are.
fn lacking(shared: Option<Shared>, few: Option<&str>) -> Reason {
    const ELSE: &str = "ask someone who had no part in it to approve it";
    const LAND: &str = "have someone else land it, or ask someone else to approve it";
    let (what, hint) = match (&shared, few) {
        (Some(Shared { by, lands: true }), None) => {
            (format!("{by} alone approved, and would land it too"), LAND)
        }
        (Some(Shared { by, lands: true }), Some(few)) => {
            (format!("without {by}, who would land it too: {few}"), LAND)
        }
        (Some(Shared { by, lands: false }), None) => {
            (format!("{by} alone approved, and had a part in it"), ELSE)
        }
        (Some(Shared { by, lands: false }), Some(few)) => {
            (format!("without {by}, who had a part in it: {few}"), ELSE)
        }
        (None, Some(few)) => {
            (format!("of people who have no other duty in this change: {few}"), ELSE)
        }
        (None, None) => ("nobody approved who has no other duty in this change".to_owned(), ELSE),
    };
    Reason::pending(what)
        .code("approver-not-separate")
        .hint(hint)
        .next(Move::new(Whose::Reviewer(Vec::new()), Act::Approve))
}
