//! What a pull request would make of the policy, for those who decide about it.

use super::replay;
use crate::github::bot::{Bot, Trouble};
use crate::github::gather::{Judgement, Proposed};
use crate::github::store::Job;
use crate::github::work::{Cause, Subject};
use crate::model::Timestamp;
use crate::policy::Direction;
use crate::report;

/// So many differences are told.
const MOST: usize = 50;

/// What it would make of it, as Markdown; nothing if that is nothing.
pub(super) async fn told(
    bot: &Bot,
    job: &Job,
    judgement: &Judgement,
    now: Timestamp,
) -> Result<String, Trouble> {
    let Some(proposed) = judgement.proposed.as_ref().filter(|it| !it.differences.is_empty()) else {
        return Ok(String::new());
    };
    let mut out = changes(proposed);
    if let (Some(old), Some(new), Subject::Pull { home, number }) =
        (&judgement.sha256, &proposed.policy, &job.subject)
    {
        let anew = job.causes.contains(&Cause::Request);
        let asked = replay::Asked { home: *home, number: *number, old, new, now, anew };
        out += &replay::told(bot, &asked).await?;
    }
    Ok(out)
}

fn changes(proposed: &Proposed) -> String {
    let mut out = "\nThis changes the policy. Once it has landed, it is\n\n".to_owned();
    for it in proposed.differences.iter().take(MOST) {
        let way = match it.direction {
            Direction::Stricter => "stricter",
            Direction::Looser => "**looser**",
            Direction::Changed => "changed",
        };
        out += &format!("- {way}: {}\n", report::code_span(&it.what));
    }
    if proposed.differences.len() > MOST {
        out += &format!("- … {} more\n", proposed.differences.len() - MOST);
    }
    out
}
