//! The built-in `sane-groups` rule.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Case, Family, Rule, WhenUnknown};
use crate::model::{
    Act, Decision, Fact, GroupEntry, Move, Need, Place, Reason, Said, Whose,
};

/// That a merge queue lands what was judged, and no more.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SaneGroups;

impl Rule for SaneGroups {
    const NAME: &'static str = "sane-groups";
    const FAMILY: Family = Family::Refs;
    const NEEDS: &'static [Need] = &[Need::PullRequest];
    const WHEN_UNKNOWN: WhenUnknown = WhenUnknown::Pass;
    const MANUAL: &'static str = "\
Asks that a merge queue lands only pull requests that may land.

Built in: it holds for every ref, whatever the policy says. A merge queue takes
several pull requests at once and makes commits of its own of them. It refuses

- a group with a pull request in it that may not land by itself, any more;
- a group with a commit in it that none of its pull requests brings.

A push that no queue makes passes. What else the policy asks of the ref is asked of
the group too: checks must have succeeded on what the queue has made. What people
must say is asked of each pull request by itself, and so is what a `when` about pull
requests goes with: of a group it is not known. Checks with such a `when` are asked of
the group unless it holds of no pull request in it.

```toml
[[protect]]
refs = [\"main\"]
pull-request = \"required\"
```

To satisfy it, get each pull request through by itself, and queue it again.
";

    fn check(&self, case: &Case<'_>, said: &mut Said) -> Fact<()> {
        if case.update.deletes() {
            said.say(Reason::pass("no merge group"));
            return Ok(());
        }
        let Some(group) = case.change.facts.merge_group(case.update)? else {
            said.say(Reason::pass("no merge group"));
            return Ok(());
        };
        let propose = Move::new(Whose::Author, Act::Propose);
        if group.entries.is_empty() {
            said.say(
                Reason::deny("the merge group holds no pull request")
                    .code("merge-group-unexplained-commit")
                    .hint("queue the pull request again")
                    .next(propose.clone()),
            );
        }
        for GroupEntry { number, decision, .. } in &group.entries {
            let reason = match decision {
                Decision::Pass | Decision::Defer | Decision::Warn => continue,
                Decision::Pending => Reason::pending(format!("#{number} in it may not land yet")),
                Decision::Deny => Reason::deny(format!("#{number} in it may not land")),
            };
            said.say(
                reason
                    .code("merge-group-entry-not-approved")
                    .hint(format!("get #{number} through by itself, and queue it again"))
                    .next(propose.clone()),
            );
        }
        for oid in &group.unexplained {
            said.say(
                Reason::pending("no pull request in the merge group brings this commit")
                    .at(Place::commit(Some(*oid)))
                    .code("merge-group-unexplained-commit")
                    .hint("queue the pull requests again; if it stays so, tell whoever runs the repository")
                    .next(Move::new(Whose::Keeper, Act::Repair)),
            );
        }
        said.otherwise(match group.entries.len() {
            1 => "1 pull request, which may land".to_owned(),
            many => format!("{many} pull requests, which may land"),
        });
        Ok(())
    }
}
