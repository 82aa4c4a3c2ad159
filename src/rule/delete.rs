//! The `delete` rule.

use schemars::JsonSchema;
use serde::Deserialize;

use super::who::Who;
use super::{Case, Family, Rule, WhenUnknown};
use crate::model::{Fact, Need, People, Reason, Said};

/// Who may delete refs.
#[derive(Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct Delete(Who);

impl Rule for Delete {
    const NAME: &'static str = "delete";
    const FAMILY: Family = Family::Refs;
    const NEEDS: &'static [Need] = &[Need::Actor, Need::Teams];
    const WHEN_UNKNOWN: WhenUnknown = WhenUnknown::Pass;
    const MANUAL: &'static str = "\
Says who may delete a ref.

`\"nobody\"`, `\"anyone\"`, or a list of roles, people, logins and teams
(`@org/team`). A push that deletes a ref and makes it anew is refused in any
case, by `sane-refs`.

```toml
delete = \"nobody\"
```

To satisfy it, keep the ref, or have one of them delete it.
";

    fn uses(&self, people: &People) -> Vec<Need> {
        self.0.uses(people)
    }

    fn check(&self, case: &Case<'_>, said: &mut Said) -> Fact<()> {
        if !case.update.deletes() {
            said.say(Reason::pass("not a deletion"));
            return Ok(());
        }
        self.0.may("delete", "keep the ref", case, said)
    }
}
