//! The `merge` rule.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Case, Family, Rule, Span, WhenUnknown};
use crate::model::{Commit, Fact, Need, Oid, Place, PullRequest, Reason, Said};

/// The shapes in which changes may land. Never empty.
#[derive(Deserialize, JsonSchema)]
#[serde(try_from = "Vec<Shape>")]
#[schemars(with = "Vec<Shape>")]
pub(crate) struct Merge(Vec<Shape>);

/// How a change lands on a branch.
#[derive(Clone, Copy, Deserialize, Eq, JsonSchema, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum Shape {
    /// By a merge commit.
    MergeCommit,
    /// As one commit.
    Squash,
    /// As new commits in a line.
    Rebase,
    /// As it is.
    FastForward,
}

impl TryFrom<Vec<Shape>> for Merge {
    type Error = &'static str;

    fn try_from(shapes: Vec<Shape>) -> Result<Self, Self::Error> {
        if shapes.is_empty() { Err("names no shape") } else { Ok(Self(shapes)) }
    }
}

impl Rule for Merge {
    const NAME: &'static str = "merge";
    const FAMILY: Family = Family::Refs;
    const NEEDS: &'static [Need] = &[Need::PullRequest, Need::Commits];
    const WHEN_UNKNOWN: WhenUnknown = WhenUnknown::Pass;
    const SPAN: Span = Span::Move;
    const MANUAL: &'static str = "\
Asks that changes land on a branch in one of the shapes named.

Looks at the new commits on the first-parent line, and judges what Git can
prove:

- `\"merge-commit\"`: merges may be on the line; alone, everything on it is one;
- `\"squash\"`: one commit that is no merge; more in one push need another
  shape;
- `\"rebase\"`: any number of commits that are no merges;
- `\"fast-forward\"`: anything, as it is.

Afterwards, a squash of one commit looks like a rebase of one. While a pull
request is open its shape is not chosen yet: allow only these at the host. A
host that runs hooks as it merges has the final shape judged there. A branch that
is created is not asked: there is nothing to merge into.

```toml
merge = [\"merge-commit\", \"squash\"]
```

To satisfy it, make the shape that is asked for: `git merge --no-ff <branch>`,
`git merge --squash <branch>`, or `git rebase <branch>`.
";

    fn check(&self, case: &Case<'_>, said: &mut Said) -> Fact<()> {
        if case.update.creates() {
            said.say(Reason::pass("created: there is nothing to merge into"));
            return Ok(());
        }
        let facts = case.change.facts;
        let commits = facts.commits(case.update)?;
        if case.update.new_oid().is_some() && facts.pull_request(case.update)? == PullRequest::Open {
            said.say(Reason::pass("the host chooses the shape when it merges"));
            return Ok(());
        }
        let allows = |shape| self.0.contains(&shape);
        let (merges, singles): (Vec<_>, Vec<_>) =
            first_parents(&commits, case.update.new_oid()).into_iter().partition(|it| it.is_merge());
        if !allows(Shape::FastForward) && !allows(Shape::MergeCommit) {
            for merge in merges {
                said.say(
                    Reason::deny("a merge commit")
                        .at(Place::commit(merge.oid))
                        .hint("rebase, or squash: git merge --squash <branch>"),
                );
            }
        }
        if allows(Shape::FastForward) || allows(Shape::Rebase) {
        } else if !allows(Shape::Squash) {
            for single in singles {
                said.say(
                    Reason::deny("a commit beside the merges")
                        .at(Place::commit(single.oid))
                        .hint("land it by a merge: git merge --no-ff <branch>"),
                );
            }
        } else if singles.len() > 1 {
            said.say(
                Reason::deny(format!("{} commits, where a squash is one", singles.len()))
                    .hint("squash them into one: git merge --squash <branch>"),
            );
        }
        said.otherwise("an allowed shape");
        Ok(())
    }
}

/// The new commits that are the tip, its first parent, and so on.
fn first_parents(commits: &[Commit], tip: Option<Oid>) -> Vec<&Commit> {
    let by_oid: HashMap<_, _> =
        commits.iter().filter_map(|it| Some((it.oid?, it))).collect();
    let mut line = Vec::new();
    let mut next = match tip {
        Some(oid) => by_oid.get(&oid).copied(),
        None => commits.first(),
    };
    while let Some(commit) = next {
        line.push(commit);
        next = commit.parents.first().and_then(|it| by_oid.get(it).copied());
        // A circle cannot be hashed, but facts may be wrong.
        if line.len() > commits.len() {
            break;
        }
    }
    line
}
