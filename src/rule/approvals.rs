//! The `approvals` rule.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Deserialize;

use super::consent::{Requirement, weigh};
use super::{Case, Family, Rule, Span, WhenUnknown};
use crate::model::{
    Act, Fact, Move, Need, Outcome, People, Reason, Said, Unknown, Whose,
};

/// Who must agree.
#[derive(Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct Approvals(Requirement);

impl Rule for Approvals {
    const NAME: &'static str = "approvals";
    const FAMILY: Family = Family::People;
    const NEEDS: &'static [Need] = &[
        Need::Actor,
        Need::Files,
        Need::Blobs,
        Need::Commits,
        Need::Refs,
        Need::Content,
        Need::Proposal,
        Need::Pushes,
        Need::Provenance,
        Need::Lines,
        Need::Teams,
        Need::Accounts,
        Need::Approvals,
        Need::Threads,
        Need::Checks,
        Need::Repository,
    ];
    const WHEN_UNKNOWN: WhenUnknown = WhenUnknown::Defer;
    const SPAN: Span = Span::Landing;
    const MANUAL: &'static str = "\
Asks for approvals of what would land, by people who did not write it.

`count` people out of `from` must approve: roles, people, logins, teams
(`@org/team`), members of an organization (`org:acme`), whoever has a permission
(`permission:write`), apps (`app:renovate`), accounts by number (`id:42`); anyone,
if it is absent. Nobody counts twice, whatever login or address they use, if
`[people]` joins these. A bot counts only if it is named.

What was looked at is what may land: a later push ends an approval, unless it
brings the same content (`invalidate = \"content\"`, the default: a rebase or an
update that touches none of its files), or whatever it brings (`\"push\"`), or only
where its paths are touched (`\"paths\"`), or never (`\"none\"`). So does another
target, and a request for changes by the same person, also once dismissed.

Whoever wrote a part of the change does not count: its author, the authors,
committers, co-authors and signers of all its commits, whoever pushed, and whoever
had an agent or a bot do so. A commit that belongs to nobody known stops it
(`unattributed`). `allow-author`, `allow-contributor` and
`allow-non-author-contributor` let them count.

People approve by a review or a signed statement; `methods` says what else will do.
`comments = [\"LGTM\"]` is a comment in which a line or a sentence is that and nothing
else, in whatever letter case: neither \"not LGTM\" nor \"LGTM?\" nor \"LGTM, but\". Signs
such as `:+1:` may stand anywhere; `comment-patterns` are expressions that may match
anywhere. With `comment-names-commit`, the head's name stands behind the text.

Requirements combine: a list or `all-of` asks for all, `any-of` for one, `distinct`
for different people, `each` for people of every group, `when` limits one to some
changes. `[approval.NAME]` gives one a name. Where nothing applies the change does
not pass, unless `on-no-match = \"pass\"`.

```toml
approvals = { any-of = [
    { count = 2, from = [\"@acme/engineers\"] },
    { name = \"release managers\", from = [\"@acme/release\"], invalidate = \"push\" },
] }
```

To satisfy it, open a pull request and ask those named for a review of its newest
commit. Only the host knows approvals: a push is sent there. The first push of
all, while the server has no branch, needs none; nor does a branch that a push makes
where one is already of which the policy asks as much, unless it asks so by conditions
or exempts something: at that very commit, that has been agreed on.
";

    fn bind(&mut self, approvals: &BTreeMap<String, Requirement>) -> Result<(), String> {
        self.0.bind(approvals)
    }

    fn asks_alike(&self) -> bool {
        self.0.asks_alike()
    }

    fn requirement(&self) -> Option<&Requirement> {
        Some(&self.0)
    }

    fn fits(&self, people: &People) -> Result<(), String> {
        self.0.misfit(people).map_or(Ok(()), Err)
    }

    fn uses(&self, people: &People) -> Vec<Need> {
        let mut needs = self.0.uses(people);
        needs.extend([Need::Refs, Need::Approvals]);
        needs.sort();
        needs.dedup();
        needs
    }

    fn check(&self, case: &Case<'_>, said: &mut Said) -> Fact<()> {
        if case.update.deletes() {
            said.say(Reason::pass("a deletion needs no approval: see `delete`"));
            return Ok(());
        }
        // Nobody can have looked at a commit that is not written.
        if case.update.new_oid().is_none() {
            return Err(Unknown::NotHere(Need::Approvals));
        }
        if case.begins()? {
            said.say(Reason::pass("the first push: there is nowhere yet to approve it"));
            return Ok(());
        }
        let weighed = weigh(&self.0, &BTreeSet::new(), case);
        match weighed.part.outcome {
            Outcome::NotApplicable if self.0.passes_unmatched => {
                said.say(Reason::not_applicable("no part of it applies to this change"));
            }
            Outcome::NotApplicable => said.say(
                Reason::undecided("no part of it applies to this change")
                    .code("no-rule-applies")
                    .hint("say in the policy what such a change needs, or `on-no-match = \"pass\"`")
                    .next(Move::new(Whose::Keeper, Act::Repair)),
            ),
            Outcome::Satisfied | Outcome::Overridden => {
                weighed.reasons.into_iter().for_each(|it| said.say(it));
            }
            Outcome::Pending | Outcome::Refused | Outcome::Error => {
                weighed.reasons.into_iter().for_each(|it| said.say(it));
                weighed.unknown.into_iter().for_each(|it| {
                    said.known::<()>(Err(it));
                });
            }
        }
        said.parts.push(weighed.part);
        Ok(())
    }
}
