//! The `approvals` rule.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Case, Family, Rule, WhenUnknown};
use crate::model::{Actor, Opinion, Review, Decision, Fact, Need, Oid, People, Reason, Said, Unknown};

/// How many approvals, and whose.
#[derive(Deserialize, JsonSchema)]
#[serde(try_from = "Written")]
#[schemars(with = "Written")]
pub(crate) struct Approvals(Written);

/// The settings as written.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Written {
    /// How many people must approve.
    #[schemars(range(min = 1))]
    count: usize,
    /// Whose approvals count: roles, people, logins, teams; anyone's, if absent.
    from: Option<Vec<String>>,
}

impl TryFrom<Written> for Approvals {
    type Error = &'static str;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        if written.count == 0 {
            return Err("`count` is 0, which asks nothing");
        }
        if written.from.as_ref().is_some_and(Vec::is_empty) {
            return Err("`from` names no one");
        }
        Ok(Self(written))
    }
}

impl Rule for Approvals {
    const NAME: &'static str = "approvals";
    const FAMILY: Family = Family::People;
    const NEEDS: &'static [Need] = &[Need::Approvals, Need::Teams, Need::Refs];
    const WHEN_UNKNOWN: WhenUnknown = WhenUnknown::Defer;
    const MANUAL: &'static str = "\
Asks for approvals of the very commit that the ref shall point to.

An approval of an older commit does not count: what was looked at is not what
would land. Nobody counts twice, whatever login or address they use, if `[people]`
joins these. `from` lists roles, people, logins and teams (`@org/team`); without
it, anyone counts. Only the host knows approvals: a push is sent there. The first
push of all, while the server has no branch, needs none.

```toml
approvals = { count = 2, from = [\"ana\", \"bo\", \"@acme/engineers\"] }
```

To satisfy it, open a pull request and ask for a review of its newest commit.
";

    fn fits(&self, people: &People) -> Result<(), String> {
        let Written { count, from: Some(from) } = &self.0 else { return Ok(()) };
        if people.has_team(from) {
            return Ok(());
        }
        let there = people.members(from).into_iter().map(|it| person(people, it));
        match there.collect::<BTreeSet<_>>().len() {
            found if found < *count => {
                Err(format!("asks for {count} approvals, and `from` names {found}"))
            }
            _ => Ok(()),
        }
    }

    fn uses(&self, people: &People) -> Vec<Need> {
        match &self.0.from {
            Some(from) if people.has_team(from) => Self::NEEDS.to_vec(),
            _ => vec![Need::Approvals, Need::Refs],
        }
    }

    fn check(&self, case: &Case<'_>, said: &mut Said) -> Fact<()> {
        if case.update.deletes() {
            said.say(Reason::pass("a deletion needs no approval: see `delete`"));
            return Ok(());
        }
        // Nobody can have looked at a commit that is not written.
        let Some(new) = case.update.new_oid() else {
            return Err(Unknown::NotHere(Need::Approvals));
        };
        if case.begins()? {
            said.say(Reason::pass("the first push: there is nowhere yet to approve it"));
            return Ok(());
        }
        let approvals = case.change.facts.reviews(case.update)?;
        let approvals: Vec<_> = approvals.iter().filter(|it| it.state == Opinion::Approved && it.commit.is_some()).cloned().collect();
        let asked = |it: &Review| self.counts(&it.by, case);
        let answers: Vec<_> = approvals.iter().map(|it| (it, asked(it))).collect();
        let counted = answers.iter().filter(|(_, counts)| *counts == Ok(true)).map(|(it, _)| *it);
        let counted: Vec<_> = counted.collect();
        if fresh(&counted, new, case.people).len() < self.0.count {
            // Whoever approved too might count.
            for (_, counts) in answers.into_iter().filter(|(it, _)| it.commit == Some(new)) {
                counts?;
            }
        }
        self.count(case, new, &counted, said);
        Ok(())
    }
}

impl Approvals {
    /// Whether this person's approval is asked for.
    fn counts(&self, by: &Actor, case: &Case<'_>) -> Fact<bool> {
        let from = self.0.from.as_ref();
        from.map_or(Ok(true), |from| case.people.is_one_of(by, from, case.change.facts))
    }

    /// Counts people, and says who is missing.
    fn count(&self, case: &Case<'_>, new: Oid, approvals: &[&Review], said: &mut Said) {
        let fresh = fresh(approvals, new, case.people);
        let stale = approvals.iter().filter(|it| it.commit != Some(new));
        let (count, short) = (self.0.count, new.short());
        let found = format!("{} of {count} approvals of {short}", fresh.len());
        if fresh.len() >= count {
            said.say(Reason::pass(found));
            return;
        }
        let others = self.0.from.as_deref().unwrap_or_default();
        let others = others.iter().filter(|it| !fresh.contains(&person(case.people, it)));
        let others: Vec<_> = others.cloned().collect();
        let whom = if others.is_empty() { "someone else".into() } else { People::names(&others) };
        let pending = |what| Reason::new(Decision::Pending, what);
        let hint = format!("ask {whom} to approve {short}");
        said.say(pending(found).hint(hint.clone()));
        let mut named = fresh;
        for it in stale.rev() {
            // The latest of each person says enough.
            if named.insert(person(case.people, &it.by.0)) {
                let what = format!("{} approved {}, an older commit", it.by, it.commit.map(|it| it.short()).unwrap_or_default());
                said.say(pending(what).hint(hint.clone()));
            }
        }
    }
}

/// The people who approved the commit `new`.
fn fresh(approvals: &[&Review], new: Oid, people: &People) -> BTreeSet<String> {
    let fresh = approvals.iter().filter(|it| it.commit == Some(new));
    fresh.map(|it| person(people, &it.by.0)).collect()
}

/// One name for all logins and addresses of a person.
fn person(people: &People, login: &str) -> String {
    let bare = login.trim_start_matches('@');
    people.person(bare).map_or_else(|| bare.to_lowercase(), ToOwned::to_owned)
}
