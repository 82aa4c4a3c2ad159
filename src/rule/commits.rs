//! The `commits` rule.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Case, Family, Rule, Span, WhenUnknown};
use crate::model::{Fact, Need, Place, Reason, Said};

/// How many commits a change brings, and which.
#[derive(Deserialize, JsonSchema)]
#[serde(try_from = "Written")]
#[schemars(with = "Written")]
pub(crate) struct Commits(Written);

/// The settings as written.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Written {
    /// How many new commits there may be at most.
    max: Option<usize>,
    /// Whether merges may be among them.
    merges: Option<bool>,
}

impl TryFrom<Written> for Commits {
    type Error = &'static str;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        match (written.max, written.merges) {
            (Some(0), _) => Err("`max` is 0, so that no change could land"),
            (None, None | Some(true)) => Err("asks nothing"),
            _ => Ok(Self(written)),
        }
    }
}

impl Rule for Commits {
    const NAME: &'static str = "commits";
    const FAMILY: Family = Family::Commits;
    const NEEDS: &'static [Need] = &[Need::Commits];
    const WHEN_UNKNOWN: WhenUnknown = WhenUnknown::Pass;
    const SPAN: Span = Span::Move;
    const MANUAL: &'static str = "\
Asks that a change brings few commits, or no merges.

`max` counts every new commit, merges and what they bring along too. `merges =
false` refuses merges among them.

```toml
commits = { max = 20, merges = false }
```

To satisfy it, squash: `git rebase -i <remote branch>`; or land in steps.
";

    fn check(&self, case: &Case<'_>, said: &mut Said) -> Fact<()> {
        let Written { max, merges } = self.0;
        let commits = case.change.facts.commits(case.update)?;
        if let Some(max) = max.filter(|&max| commits.len() > max) {
            said.say(
                Reason::deny(format!("{} of {max} commits", commits.len()))
                    .hint("squash some: git rebase -i <remote branch>; or push in steps"),
            );
        }
        let merges = commits.iter().filter(|it| it.is_merge() && merges == Some(false));
        for merge in merges {
            said.say(
                Reason::deny("a merge")
                    .at(Place::commit(merge.oid))
                    .hint("rebase instead of merging: git rebase <remote branch>"),
            );
        }
        said.otherwise(format!("{} new commits", commits.len()));
        Ok(())
    }
}
