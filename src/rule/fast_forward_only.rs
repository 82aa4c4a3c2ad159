//! The `fast-forward-only` rule.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Case, Family, Rule, WhenUnknown};
use crate::model::{Fact, Need, Reason, Said, Target};

/// Whether refs may only move forward.
#[derive(Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct FastForwardOnly(bool);

impl Rule for FastForwardOnly {
    const NAME: &'static str = "fast-forward-only";
    const FAMILY: Family = Family::Refs;
    const NEEDS: &'static [Need] = &[Need::History];
    const WHEN_UNKNOWN: WhenUnknown = WhenUnknown::Pass;
    const MANUAL: &'static str = "\
Asks that a ref only ever moves to a descendant of where it is.

A deletion loses commits too, and is refused. Nothing is lost when a ref is
created, so creation passes: see `create`.

```toml
fast-forward-only = true
```
";

    fn check(&self, case: &Case<'_>, said: &mut Said) -> Fact<()> {
        let (old, new) = match (case.update.old, case.update.new) {
            _ if !self.0 => return Ok(said.say(Reason::pass("switched off"))),
            (None, _) => return Ok(said.say(Reason::pass("the ref is new"))),
            (Some(_), Target::Deleted) => {
                return Ok(said.say(
                    Reason::deny("the ref would be deleted")
                        .hint("keep the ref; its commits would be lost"),
                ));
            }
            (Some(_), Target::Unwritten) => {
                return Ok(said.say(Reason::pass("a commit on top of the ref")));
            }
            (Some(old), Target::At(new)) => (old, new),
        };
        said.say(if case.change.facts.is_ancestor(old, new)? {
            Reason::pass("a fast-forward")
        } else {
            Reason::deny(format!("{} is not a descendant of {}", new.short(), old.short()))
                .hint("fetch, rebase onto the remote branch and push again")
        });
        Ok(())
    }
}
