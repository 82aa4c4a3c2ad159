//! The `checks` rule.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Case, Family, Rule, Span, WhenUnknown};
use crate::model::{Fact, Need, People, Reason, Said, Unknown};

mod asked;
mod run;

use asked::Asked;

/// The checks that must have succeeded. Never empty.
#[derive(Deserialize, JsonSchema)]
#[serde(try_from = "Vec<Asked>")]
#[schemars(with = "Vec<Asked>")]
pub(crate) struct Checks(Vec<Asked>);

impl TryFrom<Vec<Asked>> for Checks {
    type Error = &'static str;

    fn try_from(checks: Vec<Asked>) -> Result<Self, Self::Error> {
        if checks.is_empty() { Err("names no check") } else { Ok(Self(checks)) }
    }
}

impl Rule for Checks {
    const NAME: &'static str = "checks";
    const FAMILY: Family = Family::Evidence;
    const NEEDS: &'static [Need] = &[
        Need::Checks,
        Need::PullRequest,
        Need::Files,
        Need::Commits,
        Need::Actor,
        Need::Teams,
    ];
    const WHEN_UNKNOWN: WhenUnknown = WhenUnknown::Defer;
    const SPAN: Span = Span::Landing;
    const MANUAL: &'static str = "\
Asks for checks to have succeeded on the commit that the ref shall point to.

A check is named as the host shows it: check runs and statuses alike. If several
have the name, all must have succeeded, and while one runs again, what it said
before does not count. Only the host knows checks: a push is sent there.

Anyone who may run a workflow can make a check of any name. So a check may say more:

- `app`, the number of a GitHub app, and `creator`, who posts the status: others'
  do not count;
- `workflow`, the path of a workflow's file: its runs count or, with `name`, its job
  of that name. The change must leave the file alone, since it would run as the
  change has it; `unchanged = false` lifts that. What the file calls elsewhere is
  not looked at;
- `event`, what must have started it. A workflow's runs count if the change did:
  `pull_request`, `pull_request_target`, `merge_group`, `push`, but not one that
  somebody dispatched with inputs of their own;
- `conclusions` that are good, `success` if not said. `skipped` and `neutral` are good
  only if listed: a job that did not run has found nothing;
- `newer-than`, such as `\"24h\"`: a run must have ended since;
- `when`, to which changes it applies, as in `[[protect]]`;
- `if-present = true`: it is asked for only if it is there;
- `on`, `[\"head\"]` or `[\"merge-group\"]`: on the commit of a pull request alone, or
  of a merge queue alone. Without it, on both.

```toml
checks = [
  \"build\",
  { name = \"test\", app = 15368, newer-than = \"14d\" },
  { workflow = \".github/workflows/db.yml\", when = { paths = [\"db/**\"] } },
]
```

To satisfy it, open a pull request, and mend what its checks find. A branch that a
push makes at the very commit where one is of which as much is asked needs none.
";

    fn asks_alike(&self) -> bool {
        self.0.iter().all(|it| it.when.is_none() && it.newer_than.is_none())
    }

    fn fits(&self, people: &People) -> Result<(), String> {
        self.0.iter().try_for_each(|it| it.fits(people))
    }

    fn uses(&self, people: &People) -> Vec<Need> {
        let mut needs: Vec<_> = self.0.iter().flat_map(|it| it.uses(people)).collect();
        needs.sort();
        needs.dedup();
        needs
    }

    fn check(&self, case: &Case<'_>, said: &mut Said) -> Fact<()> {
        if case.update.deletes() {
            said.say(Reason::pass("a deletion needs no checks: see `delete`"));
            return Ok(());
        }
        // Nothing can have run on a commit that is not written.
        let Some(new) = case.update.new_oid() else {
            return Err(Unknown::NotHere(Need::Checks));
        };
        for asked in &self.0 {
            let answer = asked.check(case, new);
            if let Some(reason) = said.known(answer) {
                said.say(reason);
            }
        }
        Ok(())
    }
}
