//! The `pull-request` rule.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Case, Family, Rule, WhenUnknown};
use crate::model::{self, Act, Fact, Move, Need, People, Reason, Said, Whose};

/// Whether changes come by pull request.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum PullRequest {
    /// They do, all of them.
    Required,
}

impl Rule for PullRequest {
    const NAME: &'static str = "pull-request";
    const FAMILY: Family = Family::Refs;
    const NEEDS: &'static [Need] = &[Need::PullRequest, Need::Commits, Need::Refs, Need::Proposal];
    const WHEN_UNKNOWN: WhenUnknown = WhenUnknown::Pass;
    const MANUAL: &'static str = "\
Asks that a branch changes by pull request only.

Whoever pushes to it directly is refused, and so is whoever would delete it. The
branch may be created by a push that brings no new commits, such as a release
branch cut from a protected one, or by the first push of all, while the server has
no branch. On a server without pull requests, nothing
reaches the branch any more: use `update` there.

A draft is no proposal yet: it waits until its author says that it is ready.

```toml
pull-request = \"required\"
```

To satisfy it, push a branch of your own, `git push origin HEAD:<branch>`, and
open a pull request from it.
";

    /// Drafts are known to their host alone, and never pushed to the branch.
    fn decides_by(&self, _: &People) -> Vec<Need> {
        vec![Need::PullRequest, Need::Commits, Need::Refs]
    }

    fn check(&self, case: &Case<'_>, said: &mut Said) -> Fact<()> {
        let Self::Required = self;
        let direct = |what: &str| {
            Reason::deny(what)
                .hint("git push origin HEAD:<branch>, and open a pull request from there")
        };
        let facts = case.change.facts;
        let by = facts.pull_request(case.update)?;
        let group = by == model::PullRequest::Open && case.queued()?;
        said.say(if by == model::PullRequest::Open && !group {
            match facts.proposal(case.update)?.draft {
                false => Reason::pass("by pull request"),
                true => Reason::pending("the pull request is a draft")
                    .code("draft")
                    .hint("say that it is ready for review")
                    .next(Move::new(Whose::Author, Act::MarkReady)),
            }
        } else if by != model::PullRequest::No {
            Reason::pass("by pull request")
        } else if case.update.deletes() {
            Reason::deny("pushed directly: nobody may delete it")
                .hint("keep it; it changes by pull request only")
        } else if !case.update.creates() {
            direct("pushed directly: it changes by pull request only")
        } else {
            match facts.commits(case.update)?.len() {
                0 => Reason::pass("created at commits that are there already"),
                _ if case.begins()? => Reason::pass("the first push: there is no branch yet"),
                1 => direct("pushed directly: it would be created with a new commit"),
                many => direct(&format!(
                    "pushed directly: it would be created with {many} new commits"
                )),
            }
        });
        Ok(())
    }
}
