//! The `branch-name` rule.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Case, Family, Rule, WhenUnknown};
use crate::model::{Expression, Fact, Need, Reason, Said};

/// What the names of new branches look like.
#[derive(Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(with = "String")]
pub(crate) struct BranchName {
    written: String,
    whole: Expression,
}

impl TryFrom<String> for BranchName {
    type Error = String;

    fn try_from(written: String) -> Result<Self, String> {
        Ok(Self { whole: Expression::whole(&written)?, written })
    }
}

impl Rule for BranchName {
    const NAME: &'static str = "branch-name";
    const FAMILY: Family = Family::Refs;
    const NEEDS: &'static [Need] = &[];
    const WHEN_UNKNOWN: WhenUnknown = WhenUnknown::Pass;
    const MANUAL: &'static str = "\
Asks that a new branch's name matches a regular expression.

The whole name must match, without `refs/heads/`. Only new branches are asked:
those that exist keep their names and can be updated and deleted. Put it into a
protection of `refs = [\"**\"]`; a protection of `main` names no other branch.

```toml
branch-name = '(main|release/[0-9.]+|(feat|fix|chore)/[a-z0-9-]+)'
```

To satisfy it, rename the branch: `git branch -m <new name>`.
";

    fn check(&self, case: &Case<'_>, said: &mut Said) -> Fact<()> {
        let branch = case.update.name.branch().filter(|_| case.update.creates());
        said.say(match branch {
            None => Reason::pass("no new branch"),
            // Bytes that are no text match nothing that a person could write.
            Some(name) if std::str::from_utf8(name).is_ok_and(|it| self.whole.0.is_match(it)) => {
                Reason::pass("a branch name as asked")
            }
            Some(name) => Reason::deny(format!("`{name}` does not match `{}`", self.written))
                .hint("rename it: git branch -m <new name>"),
        });
        Ok(())
    }
}
