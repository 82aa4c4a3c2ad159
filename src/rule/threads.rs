//! The `threads` rule.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Case, Family, Rule, Span, WhenUnknown};
use crate::model::{Act, Fact, Move, Need, Place, Reason, Said, Unknown, Whose};

/// What has become of the threads of reviews.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Threads {
    /// Someone has called each of them resolved.
    Resolved,
}

impl Rule for Threads {
    const NAME: &'static str = "threads";
    const FAMILY: Family = Family::People;
    const NEEDS: &'static [Need] = &[Need::Threads, Need::PullRequest];
    const WHEN_UNKNOWN: WhenUnknown = WhenUnknown::Defer;
    const SPAN: Span = Span::Landing;
    const MANUAL: &'static str = "\
Asks that every thread of a review is resolved.

Whoever may resolve threads at the host decides when one is. In a merge queue, each
pull request has been asked already. Only the host knows threads: a push is sent
there.

```toml
threads = \"resolved\"
```

To satisfy it, answer what reviewers wrote at lines of the change, and resolve their
threads.
";

    fn check(&self, case: &Case<'_>, said: &mut Said) -> Fact<()> {
        let Self::Resolved = self;
        if case.update.deletes() {
            said.say(Reason::pass("a deletion has no threads: see `delete`"));
            return Ok(());
        }
        // Nobody can have reviewed a commit that is not written.
        if case.update.new_oid().is_none() {
            return Err(Unknown::NotHere(Need::Threads));
        }
        if case.queued()? {
            said.say(Reason::not_applicable("asked of each pull request before the queue"));
            return Ok(());
        }
        let threads = case.change.facts.threads(case.update)?;
        for thread in threads.iter().filter(|it| !it.resolved) {
            let mut place = thread.path.clone().map(Place::path).unwrap_or_default();
            place.line = thread.line;
            let what = match thread.by.is_ghost() {
                true => "a thread is not resolved".to_owned(),
                false => format!("a thread of {} is not resolved", thread.by),
            };
            said.say(
                Reason::pending(what)
                    .at(place)
                    .code("thread-unresolved")
                    .hint("answer it, and resolve it")
                    .next(Move::new(Whose::Author, Act::Resolve)),
            );
        }
        said.otherwise(match threads.len() {
            0 => "no threads".to_owned(),
            1 => "1 thread, resolved".to_owned(),
            many => format!("{many} threads, all resolved"),
        });
        Ok(())
    }
}
