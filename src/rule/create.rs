//! The `create` rule.

use schemars::JsonSchema;
use serde::Deserialize;

use super::who::Who;
use super::{Case, Family, Rule, WhenUnknown};
use crate::model::{Fact, Need, People, Reason, Said, Target};

/// Who may create refs.
#[derive(Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct Create(Who);

impl Rule for Create {
    const NAME: &'static str = "create";
    const FAMILY: Family = Family::Refs;
    const NEEDS: &'static [Need] = &[Need::Actor, Need::Teams];
    const WHEN_UNKNOWN: WhenUnknown = WhenUnknown::Pass;
    const MANUAL: &'static str = "\
Says who may create a ref.

`\"nobody\"`, `\"anyone\"`, or a list of roles, people, logins and teams
(`@org/team`). A commit on your own machine creates nothing; the rule speaks
when a push would make the ref on the server.

```toml
create = [\"release\", \"ana\"]
```

To satisfy it, have one of them push the ref first.
";

    fn uses(&self, people: &People) -> Vec<Need> {
        self.0.uses(people)
    }

    fn check(&self, case: &Case<'_>, said: &mut Said) -> Fact<()> {
        if case.update.new == Target::Unwritten || !case.update.creates() {
            said.say(Reason::pass("not a creation"));
            return Ok(());
        }
        self.0.may("create", "push to a ref that is there", case, said)
    }
}
