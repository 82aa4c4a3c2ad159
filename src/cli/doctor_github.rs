//! `refgate doctor --github`: whether what the bot says counts.

use std::path::Path;

use anyhow::{anyhow, bail};
use serde_json::json;

use super::{Exit, Format, Global, PolicyFile, say, sync};
use crate::github::access::Access;
use crate::github::api::{Client, Setup};
use crate::github::config::{self, World};
use crate::github::doctor::{self, Health, Sign};
use crate::install::{Level, Line};

/// What is examined at GitHub.
#[derive(Clone, Debug, clap::Args)]
pub struct Github {
    /// Look at the repository at GitHub, and at the App
    #[arg(long = "github", id = "github", conflicts_with = "server")]
    pub wanted: bool,
    /// The repository, instead of the one that `origin` leads to
    #[arg(long, value_name = "OWNER/NAME", requires = "github")]
    pub repo: Option<String>,
    /// The App that must write the check; else `REFGATE_APP_ID`
    #[arg(long, value_name = "ID", requires = "github")]
    pub app_id: Option<u64>,
    /// What the App's check is called
    #[arg(long, value_name = "NAME", default_value = "refgate", requires = "github")]
    pub check_name: String,
}

impl Github {
    pub(super) fn run(&self, global: &Global) -> anyhow::Result<Exit> {
        if !matches!(global.format, Format::Human | Format::Json) {
            bail!("doctor tells as human or json\nhint: drop --format");
        }
        let vars = &global.environment.vars;
        let local = PolicyFile::find(global).and_then(|it| it.text()).ok().map(|it| it.text);
        let origin = sync::origin(global);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let signs = runtime.block_on(async {
            let variable = |name: &str| vars.text(name);
            let file = |path: &Path| std::fs::read_to_string(path).map_err(|it| it.to_string());
            let own = config::app(&World { variable: &variable, file: &file })?;
            let access = Access::find(&variable, self.repo.as_deref(), origin.as_deref())?;
            let known = own.as_ref().map(|(id, _)| *id);
            let app = own.map(|(_, app)| {
                let setup = Setup::new(access.client.endpoint().clone()).app(app);
                Client::new(setup).map(|it| it.app())
            });
            let app = app.transpose()?;
            let doctor = doctor::Doctor {
                access: &access,
                app: app.as_ref(),
                app_id: self.app_id.or(known),
                check: &self.check_name,
                local: local.as_deref(),
            };
            doctor.examine().await
        });
        let signs = signs.map_err(|it| anyhow!(it))?;
        match global.format {
            Format::Json => say(&json(&signs))?,
            _ => {
                let least = if global.quiet == 0 { Health::Well } else { Health::Doubtful };
                let told = signs.iter().filter(|it| it.health >= least).map(line);
                say(&told.map(|it| it.to_string()).collect::<String>())?;
            }
        }
        Ok(Exit::denied_if(signs.iter().any(|it| it.health == Health::Ill)))
    }
}

fn line(sign: &Sign) -> Line {
    let level = match sign.health {
        Health::Well => Level::Ok,
        Health::Doubtful => Level::Warning,
        Health::Ill => Level::Error,
    };
    Line { level, text: sign.text.clone(), hints: sign.hint.iter().cloned().collect() }
}

fn json(signs: &[Sign]) -> String {
    let sign = |it: &Sign| {
        let level = match it.health {
            Health::Well => "ok",
            Health::Doubtful => "warning",
            Health::Ill => "error",
        };
        json!({ "level": level, "text": it.text, "hint": it.hint })
    };
    let all: Vec<_> = signs.iter().map(sign).collect();
    format!("{}\n", json!({ "format": 1, "findings": all }))
}
