//! The `age` rule.

use schemars::JsonSchema;
use serde::Deserialize;

use super::duration::Duration;
use super::{Case, Family, Rule, Span, WhenUnknown, newest};
use crate::model::{Act, Fact, Move, Need, Oid, Reason, Said, Timestamp, Unknown, Whose};

/// How long ago the newest push may be.
#[derive(Deserialize, JsonSchema)]
#[serde(try_from = "Written")]
#[schemars(with = "Written")]
pub(crate) struct Age(Written);

/// The settings as written.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Written {
    /// So long at least.
    min: Option<Duration>,
    /// So long at most.
    max: Option<Duration>,
}

impl TryFrom<Written> for Age {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        match (written.min, written.max) {
            (None, None) => Err("neither `min` nor `max` is set".to_owned()),
            (Some(min), Some(max)) if min >= max => {
                Err(format!("`min` is {min} and `max` {max}, which leaves no time to land"))
            }
            _ => Ok(Self(written)),
        }
    }
}

impl Rule for Age {
    const NAME: &'static str = "age";
    const FAMILY: Family = Family::Time;
    const NEEDS: &'static [Need] = &[Need::Pushes, Need::PullRequest];
    const WHEN_UNKNOWN: WhenUnknown = WhenUnknown::Defer;
    const SPAN: Span = Span::Landing;
    const MANUAL: &'static str = "\
Asks that the newest push is not too recent, or not too long ago.

`min` gives people time to look, and `max` keeps what was agreed on long ago from
landing in a world that has moved on. Both count from when the server took the
newest push to the pull request's branch; dates in commits say nothing. Lengths are
written `30m`, `24h`, `14d` or `2w`. If the server's time is not known, it is never
old enough.

```toml
age = { min = \"24h\", max = \"14d\" }
```

To satisfy it, wait; or, if it is too old, bring the branch up to date and push.
";

    fn asks_alike(&self) -> bool {
        self.0.max.is_none()
    }

    fn check(&self, case: &Case<'_>, said: &mut Said) -> Fact<()> {
        if case.update.deletes() {
            said.say(Reason::pass("a deletion has no age: see `delete`"));
            return Ok(());
        }
        let Some(new) = case.update.new_oid() else {
            return Err(Unknown::NotHere(Need::Pushes));
        };
        if case.queued()? {
            said.say(Reason::not_applicable("asked of each pull request before the queue"));
            return Ok(());
        }
        let pushes = case.change.facts.pushes(case.update)?;
        let newest = newest(&pushes).filter(|it| it.after == new);
        said.say(match newest.and_then(|it| it.at).filter(|at| !case.is_to_come(*at)) {
            Some(at) => self.judge(at, case.change.at),
            None => unknown(new),
        });
        Ok(())
    }
}

/// The newest push that is known is not the one that counts, or has no time.
fn unknown(new: Oid) -> Reason {
    Reason::pending(format!("when {} was pushed is not known", new.short()))
        .code("push-time-unknown")
        .hint("push again")
        .next(Move::new(Whose::Author, Act::Push))
}

impl Age {
    /// What to say of a push `at` that time.
    fn judge(&self, at: Timestamp, now: Timestamp) -> Reason {
        let Written { min, max } = self.0;
        let age = now.saturating_sub(at);
        let ago = format!("last pushed {} ago", Duration::rough(age.max(0)));
        match (min, max) {
            (Some(min), _) if age < min.seconds() => {
                let until = at.saturating_add(min.seconds());
                let left = Duration::rest(until.saturating_sub(now));
                Reason::pending(format!("{ago}, and {min} is the least"))
                    .code("too-young")
                    .hint(format!("wait {left}; another push begins it anew"))
                    .next(Move::new(Whose::Nobody, Act::Wait).until(until))
            }
            (_, Some(max)) if age > max.seconds() => {
                Reason::deny(format!("{ago}, and {max} is the most"))
                    .code("too-old")
                    .hint("bring it up to date, look at it again, and push")
                    .next(Move::new(Whose::Author, Act::Update))
            }
            _ => Reason::pass(ago),
        }
    }
}
