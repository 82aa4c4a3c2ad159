//! The `author` rule.

use schemars::JsonSchema;
use serde::Deserialize;

use super::identity::Identity;
use super::{Case, Family, Rule, WhenUnknown};
use crate::model::{Fact, Need, People, Said};

/// Who may have wrote what lands.
#[derive(Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct Author(Identity);

impl Rule for Author {
    const NAME: &'static str = "author";
    const FAMILY: Family = Family::Commits;
    const NEEDS: &'static [Need] = &[Need::Commits, Need::Actor];
    const WHEN_UNKNOWN: WhenUnknown = WhenUnknown::Pass;
    const MANUAL: &'static str = "\
Asks that each commit's author is someone of ours, or whoever pushes.

`email` lists patterns of addresses, in any letter case; `*` stands for anything.
`email-pattern` is a regular expression that must be found in the address,
`not-email-pattern` one that must not; letter case matters in both.
`name` is a regular expression that the whole name must match. `is = \"pusher\"`
asks that the address belongs to whoever pushes: by `[people]`, or as one of
GitHub's `login@users.noreply.github.com`.

Anyone can write any name and address into a commit: only `is` compares them with
someone whom the server knows.

```toml
author = { email = [\"*@acme.example\"], is = \"pusher\" }
```

To satisfy it, set your address, `git config user.email <address>`, and commit
again: `git commit --amend --reset-author`.
";

    fn uses(&self, _: &People) -> Vec<Need> {
        self.0.uses()
    }

    fn check(&self, case: &Case<'_>, said: &mut Said) -> Fact<()> {
        self.0.check(Self::NAME, |it| &it.author, case, said)
    }
}
