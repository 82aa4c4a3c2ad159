//! The `linear` rule.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Case, Family, Rule, WhenUnknown};
use crate::model::{Fact, Need, Place, Reason, Said};

/// Whether history is a line.
#[derive(Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct Linear(bool);

impl Rule for Linear {
    const NAME: &'static str = "linear";
    const FAMILY: Family = Family::Refs;
    const NEEDS: &'static [Need] = &[Need::Commits];
    const WHEN_UNKNOWN: WhenUnknown = WhenUnknown::Pass;
    const MANUAL: &'static str = "\
Asks that no new commit is a merge.

Every new commit counts, also those that a merge would bring along. Merges that
are in the ref already stay.

```toml
linear = true
```

To satisfy it, rebase: `git pull --rebase`, or `git rebase <remote branch>`.
";

    fn check(&self, case: &Case<'_>, said: &mut Said) -> Fact<()> {
        if !self.0 {
            said.say(Reason::pass("switched off"));
            return Ok(());
        }
        for merge in case.change.facts.commits(case.update)?.iter().filter(|it| it.is_merge()) {
            said.say(
                Reason::deny(format!("a merge of {} commits", merge.parents.len()))
                    .at(Place::commit(merge.oid))
                    .hint("rebase instead of merging: git rebase <remote branch>"),
            );
        }
        said.otherwise("no merges");
        Ok(())
    }
}
