//! The `update` rule.

use schemars::JsonSchema;
use serde::Deserialize;

use super::who::Who;
use super::{Case, Family, Rule, WhenUnknown};
use crate::model::{Fact, Need, People, Reason, Said};

/// Who may update refs.
#[derive(Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct Update(Who);

impl Rule for Update {
    const NAME: &'static str = "update";
    const FAMILY: Family = Family::Refs;
    const NEEDS: &'static [Need] = &[Need::Actor, Need::Teams];
    const WHEN_UNKNOWN: WhenUnknown = WhenUnknown::Pass;
    const MANUAL: &'static str = "\
Says who may move a ref that exists.

`\"nobody\"`, `\"anyone\"`, or a list of roles, people, logins and teams
(`@org/team`). Making and deleting a ref are `create` and `delete`. With
`\"nobody\"`, already the commit is refused that would move the branch.

```toml
update = \"nobody\"
```

To satisfy it, work on a branch of your own: `git switch -c <branch>`.
";

    fn uses(&self, people: &People) -> Vec<Need> {
        self.0.uses(people)
    }

    fn check(&self, case: &Case<'_>, said: &mut Said) -> Fact<()> {
        if case.update.old.is_none() || case.update.deletes() {
            said.say(Reason::pass("not an update"));
            return Ok(());
        }
        self.0.may("update", "work on a branch of your own: git switch -c <branch>", case, said)
    }
}
