//! `refgate install`: hooks.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::{Exit, Global, say};
use crate::git::{Repository, Side, Vars};
use crate::install::{self, Event, Git, Plan, Server, Site};
use crate::receive::{self, Place};

/// Let Git call refgate before commits and pushes
///
/// Adds hooks to this repository. A hook that is there already is neither moved
/// nor changed: where the slot is taken, Git 2.54 and later run both.
#[derive(Clone, Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch that can be typed")]
#[command(after_long_help = "\
Effect: reads the repository. Writes its hooks directory and its .git/config.
`refgate uninstall` takes all of it back.

Exit codes: 0 installed, 1 --dry-run would change something, 2 not installed.

Examples:
  refgate install
  refgate install --server /srv/git/app.git")]
pub struct Install {
    /// Only these hooks, separated by commas
    #[arg(long, value_name = "HOOK", value_delimiter = ',', conflicts_with = "server")]
    pub hooks: Vec<String>,
    /// Also judge what `git am` applies
    #[arg(long, conflicts_with_all = ["server", "hooks"])]
    pub am: bool,
    /// Call refgate, then the hook that is there, under another name
    #[arg(long)]
    pub chain: bool,
    /// As the gate of a bare repository on a server
    #[arg(long, value_name = "DIR", num_args = 0..=1, default_missing_value = ".")]
    pub server: Option<PathBuf>,
    /// What the server is, so that it is known who pushes
    #[arg(long, value_name = "NAME", requires = "server")]
    pub host: Option<String>,
    /// Where the server says who pushes
    #[arg(long, value_name = "SOURCE", requires = "server")]
    pub actor: Option<String>,
    /// Where the server's copy of this binary is to be
    #[arg(long, value_name = "FILE", requires = "server")]
    pub copy: Option<PathBuf>,
    /// Also look at every move of a ref once it is locked
    #[arg(long, requires = "server")]
    pub seal: bool,
    /// Replace what refgate installed even if somebody edited it
    #[arg(long)]
    pub force: bool,
    /// Tell what would be written, and write nothing
    #[arg(long)]
    pub dry_run: bool,
}

impl Install {
    pub(super) fn run(&self, global: &Global) -> anyhow::Result<Exit> {
        let plan = match &self.server {
            Some(dir) => self.server(dir, global)?,
            None => self.local(global)?,
        };
        carry_out(&plan, self.dry_run, global)
    }

    fn local(&self, global: &Global) -> anyhow::Result<Plan> {
        let site = Site::look(&Git::at(std::env::current_dir()?))?;
        if site.top.is_none() {
            bail!(
                "{} has no work tree, nobody commits here\n\
                 hint: refgate install --server guards what is pushed to it",
                site.common.display()
            );
        }
        let asked = install::Install {
            binary: this_binary()?,
            events: self.events()?,
            chain: self.chain,
            force: self.force,
        };
        let mut plan = install::install(&site, &asked)?;
        if global.policy.is_none() && install::policy_of_clone(&site).is_none() {
            let without = install::Line::warning("there is no refgate.toml: nothing can be judged");
            plan.lines.push(without.hint("refgate init, which writes one that fits"));
        }
        Ok(plan)
    }

    fn events(&self) -> anyhow::Result<Vec<Event>> {
        let mut events = Vec::new();
        for name in &self.hooks {
            events.push(Event::local(name).with_context(|| {
                let names = Event::LOCAL.into_iter().chain(Event::AM).map(Event::name);
                format!("no hook `{name}`; there are {}", names.collect::<Vec<_>>().join(", "))
            })?);
        }
        if events.is_empty() {
            events.extend(Event::LOCAL);
        }
        if self.am {
            events.extend(Event::AM);
        }
        Ok(events)
    }

    fn server(&self, dir: &Path, global: &Global) -> anyhow::Result<Plan> {
        let site = Site::look(&Git::at(at(dir)?))?;
        let policy = match &global.policy {
            Some(path) if path.to_string_lossy().starts_with("refs/") => Some(path.clone()),
            Some(path) => Some(std::path::absolute(path)?),
            None => None,
        };
        let known = |it: &&String| !receive::HOSTS.iter().any(|host| host.name == it.as_str());
        if let Some(host) = self.host.as_ref().filter(known) {
            let names: Vec<_> = receive::HOSTS.iter().map(|it| it.name).collect();
            bail!("--host {host}: no such host\nhint: there are {}", names.join(", "));
        }
        if self.actor.as_ref().is_some_and(|it| !it.starts_with("env:")) {
            bail!("--actor is not understood\nhint: write `env:NAME`, the variable's name");
        }
        let asked = Server {
            binary: this_binary()?,
            copy: self.copy.as_deref().map(std::path::absolute).transpose()?,
            policy: policy.map(|it| it.to_string_lossy().into_owned()),
            host: self.host.clone(),
            actor: self.actor.clone(),
            seal: self.seal,
            chain: self.chain,
            force: self.force,
        };
        install::install_server(&site, &asked, &|place| {
            let repository = repository(&site)?;
            Place::parse(place, repository.git_dir()).read(&repository)
        })
    }
}

/// A server's repository, as its hooks see it.
pub(super) fn repository(site: &Site) -> anyhow::Result<Repository> {
    Repository::open(&Vars::default(), &site.common, Side::Server)
}

/// The binary that runs, by its full path, behind links.
pub(super) fn this_binary() -> anyhow::Result<PathBuf> {
    let path = std::env::current_exe().context("where this binary is cannot be found out")?;
    Ok(path.canonicalize().unwrap_or(path))
}

/// A directory that exists, by its full path.
pub(super) fn at(dir: &Path) -> anyhow::Result<PathBuf> {
    dir.canonicalize().with_context(|| format!("{} is not there", dir.display()))
}

/// Does what is planned and tells it, or tells it alone.
pub(super) fn carry_out(plan: &Plan, dry_run: bool, global: &Global) -> anyhow::Result<Exit> {
    if dry_run {
        let steps = plan
            .steps
            .iter()
            .map(|step| format!("would {}\n", crate::report::escaped(&step.to_string())));
        let refused = plan.lines.iter().filter(|it| it.level != install::Level::Ok);
        let told: String = steps.chain(refused.map(ToString::to_string)).collect();
        say(&told)?;
        return Ok(Exit::denied_if(!plan.steps.is_empty() || plan.refuses()));
    }
    plan.carry_out()?;
    let least = match global.quiet {
        0 => install::Level::Ok,
        1 => install::Level::Warning,
        _ => install::Level::Error,
    };
    let told = plan.lines.iter().filter(|it| it.level >= least).map(ToString::to_string);
    say(&told.collect::<String>())?;
    if plan.refuses() {
        bail!("not everything could be done; the lines above say what to do");
    }
    Ok(Exit::Allowed)
}
