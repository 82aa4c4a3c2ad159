//! `refgate sync`: GitHub's rulesets, kept equal to the policy.

use anyhow::{anyhow, bail};

use super::{Exit, Format, Global, PolicyFile, say};
use crate::git::{Repository, Side};
use crate::github::access::Access;
use crate::github::sync::{self, Plan, Required};
use crate::import::Note;

/// Keep GitHub's rulesets equal to the policy
#[derive(Clone, Debug, clap::Args)]
#[command(after_long_help = "\
Effect: reads the policy and the rulesets of the repository, and prints what
would be made, changed and taken away. Writes nothing without --apply, and only
rulesets whose names begin with `refgate: `. The token needs the permission
`administration`: read, with --apply write.

Exit codes: 0 they are equal, or --apply made them so; 1 they differ, with
--check; 2 the policy is not valid, or GitHub did not answer as asked.

Examples:
  refgate sync
  refgate sync --app-id 12345 --apply")]
pub(super) struct Sync {
    /// The repository, instead of the one that `origin` leads to
    #[arg(long, value_name = "OWNER/NAME")]
    repo: Option<String>,
    /// Make, change and take away what the plan says
    #[arg(long, conflicts_with = "check")]
    apply: bool,
    /// Fail if there is something to do
    #[arg(long)]
    check: bool,
    /// Require the check of this App on every branch that the policy names
    #[arg(long, value_name = "ID")]
    app_id: Option<u64>,
    /// What the App's check is called
    #[arg(long, value_name = "NAME", default_value = "refgate", requires = "app_id")]
    check_name: String,
}

impl Sync {
    pub(super) fn run(&self, global: &Global) -> anyhow::Result<Exit> {
        if !matches!(global.format, Format::Human | Format::Json) {
            bail!("sync tells as human or json\nhint: drop --format");
        }
        let policy = PolicyFile::find(global)?.policy()?;
        let required = self.app_id.map(|app| Required { name: self.check_name.clone(), app });
        let wanted = sync::wanted(&policy, required.as_ref());
        let vars = &global.environment.vars;
        let origin = origin(global);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let plan = runtime.block_on(async {
            let variable = |name: &str| vars.text(name);
            let access = Access::find(&variable, self.repo.as_deref(), origin.as_deref())
                .map_err(anyhow::Error::msg)?;
            let found = sync::found(&access.caller, &access.slug).await;
            let found = found.map_err(|error| anyhow!("{}: {error}", access.slug))?;
            let plan = sync::plan(&wanted, &found);
            if self.apply {
                let applied = sync::apply(&access.caller, &access.slug, &plan).await;
                applied.map_err(|(at, error)| {
                    let step = plan.steps.get(at).map(ToString::to_string).unwrap_or_default();
                    anyhow!("{at} of {} steps are done, then {step}: {error}", plan.steps.len())
                })?;
            }
            anyhow::Ok(plan)
        })?;
        say(&match global.format {
            Format::Json => self.json(&plan, &wanted.notes),
            _ => self.text(&plan, &wanted.notes, global.quiet),
        })?;
        Ok(Exit::denied_if(self.check && !plan.steps.is_empty()))
    }

    fn text(&self, plan: &Plan, notes: &[Note], quiet: u8) -> String {
        let mut out: String = plan.steps.iter().map(|it| format!("{it}\n")).collect();
        let left: Vec<_> = notes.iter().filter(|it| it.how.is_less()).collect();
        if !left.is_empty() && quiet == 0 {
            out += "only the bot or the server's hook can see to:\n";
            for note in left {
                let line = note.line.map(|it| format!("refgate.toml:{it}: ")).unwrap_or_default();
                let part = note.part.as_ref().map(|it| format!("{it}: ")).unwrap_or_default();
                out += &format!("  {line}{part}{}\n", crate::report::escaped_line(&note.what));
            }
        }
        if quiet == 0 {
            out += match (plan.steps.len(), self.apply) {
                (0, _) => "the rulesets are as the policy wants them\n",
                (_, true) => "done\n",
                (_, false) => "nothing is written\nhint: refgate sync --apply does it\n",
            };
        }
        out
    }

    fn json(&self, plan: &Plan, notes: &[Note]) -> String {
        let steps: Vec<_> = plan.steps.iter().map(sync::Step::json).collect();
        let left = notes.iter().filter(|it| it.how.is_less());
        let left: Vec<_> = left
            .map(|it| serde_json::json!({ "line": it.line, "part": it.part, "what": it.what }))
            .collect();
        let whole = serde_json::json!({
            "format": 1, "applied": self.apply, "steps": steps, "not-said": left,
        });
        format!("{whole}\n")
    }
}

/// Where `origin` leads, if there is a repository here and it has one.
pub(super) fn origin(global: &Global) -> Option<String> {
    let here = std::env::current_dir().ok()?;
    let repository = Repository::open(&global.environment.vars, &here, Side::Local).ok()?;
    repository.config("remote.origin.url").map(|it| it.to_string())
}
