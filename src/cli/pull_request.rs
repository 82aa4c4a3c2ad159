//! `refgate check --pr`: one look at a pull request at GitHub.

use std::time::Instant;

use anyhow::{Context, anyhow, bail};

use super::check::Check;
use super::{Exit, Format, Global, saved, say, shown, sync, warn};
use crate::github::access::Access;
use crate::github::gather::{Judgement, Outcome};
use crate::github::once::{self, Asked};
use crate::model::Timestamp;
use crate::report::escaped_line;

/// What a job must be allowed so that everything can be found out.
const PERMISSIONS: &str =
    "actions: read, checks: read, contents: read, pull-requests: read, statuses: read";

impl Check {
    /// Looks at the pull request `number`, or at what the event of Actions is about.
    pub(super) fn pull_request(
        &self,
        global: &Global,
        number: Option<u64>,
        at: Option<Timestamp>,
    ) -> anyhow::Result<Exit> {
        if global.policy.is_some() {
            bail!(
                "--pr judges by the policy of the default branch, and by no other\n\
                 hint: record it, then judge that: refgate check --pr --record FILE"
            );
        }
        let started = Instant::now();
        let asked = match number {
            Some(number) => Asked::Pull(number),
            None => event(global)?,
        };
        let now = at.map_or_else(|| global.environment.now(), Ok)?;
        let vars = &global.environment.vars;
        let origin = sync::origin(global);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (slug, outcome) = runtime
            .block_on(async {
                let variable = |name: &str| vars.text(name);
                let access = Access::find(&variable, self.repo.as_deref(), origin.as_deref())?;
                let outcome = Box::pin(once::look(&access, &asked, (vars.clone(), now))).await?;
                Ok((access.slug, outcome))
            })
            .map_err(|it: String| anyhow!("could not judge: {it}"))?;
        let name = match &asked {
            Asked::Pull(number) => format!("{slug}#{number}"),
            Asked::Group { base, .. } => format!("the merge queue of {slug} onto {base}"),
        };
        match outcome {
            Outcome::Judged(judgement) => self.judged(global, &name, &judgement, started),
            Outcome::Closed(_) => {
                let told = format!("success: {name} is not open: nothing is asked of it\n");
                match global.format {
                    Format::Human => say(&told)?,
                    _ => warn(&told),
                }
                Ok(Exit::Allowed)
            }
            Outcome::NoPolicy(_) | Outcome::PolicyMissing(_) => {
                bail!("{slug} has no policy on its default branch\nhint: refgate init writes one")
            }
            Outcome::Elsewhere(_) => bail!(
                "the policy of {slug} is not for pull requests\n\
                 hint: add \"github\" to its `stages`"
            ),
            Outcome::PolicyBroken { problems, .. } => Err(problems.into()),
            Outcome::Unavailable(why) => {
                let hint = if why.temporary {
                    "try again, it may be found out then".to_owned()
                } else {
                    format!("a job of Actions needs the permissions {PERMISSIONS}")
                };
                bail!("could not judge {name}: {}\nhint: {hint}", escaped_line(&why.why))
            }
        }
    }

    fn judged(
        &self,
        global: &Global,
        name: &str,
        judgement: &Judgement,
        started: Instant,
    ) -> anyhow::Result<Exit> {
        let verdict = &judgement.verdict;
        if let Some(path) = &self.record {
            let record = judgement.record.as_ref();
            saved::write(path, record.context("it cannot be recorded without a secret")?)?;
        }
        let commit = judgement.policy_commit.map(|it| it.short()).unwrap_or_default();
        let head = judgement.head.short();
        let summary = format!("{name} at {head}, {} ms", started.elapsed().as_millis());
        shown::show(global, verdict, &format!("the default branch at {commit}"), &summary)?;
        Ok(Exit::denied_if(!verdict.decision().allows() && !self.exit_zero))
    }
}

/// What the event of Actions is about.
fn event(global: &Global) -> anyhow::Result<Asked> {
    let hint = "hint: name the pull request: refgate check --pr N";
    let Some(path) = global.environment.vars.get("GITHUB_EVENT_PATH") else {
        bail!("which pull request is meant is not known: this is no job of Actions\n{hint}");
    };
    let text = std::fs::read_to_string(path).context("cannot read GITHUB_EVENT_PATH")?;
    Asked::of_event(&text).map_err(|why| anyhow!("{why}\n{hint}"))
}
