//! `refgate app`: making the GitHub App that `refgate serve` is.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{anyhow, bail};

use super::{Exit, Global, say};
use crate::github::api::{Client, Setup};
use crate::github::config;
use crate::github::create::{self, Form, Made, Page, Wish};

/// For so long GitHub's answer is waited for: a code is good no longer.
const PATIENCE: Duration = Duration::from_hours(1);

/// Make the GitHub App that `refgate serve` is
#[derive(Clone, Debug, clap::Args)]
#[command(after_long_help = "\
Effect: that of its command.

Exit codes: 0 done, 2 it could not be done.

Examples:
  refgate app create --org acme --url https://refgate.acme.example
  refgate app create --print")]
pub(super) struct App {
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Debug, clap::Subcommand)]
enum Command {
    Create(Create),
}

/// Have GitHub make the App, with no more permissions than it needs
#[derive(Clone, Debug, clap::Args)]
#[command(after_long_help = "\
Effect: listens on this machine for a browser, which you send to GitHub and
which comes back with a code. Writes server.toml, private-key.pem,
webhook-secret and client-secret, readable for you alone, and never over what is
there. With --print, only prints what GitHub would be asked for.

Exit codes: 0 the App is made; 2 it is not.

Examples:
  refgate app create --org acme --url https://refgate.acme.example
  refgate app create --org acme --print")]
struct Create {
    /// The organization that the App is to belong to, instead of you
    #[arg(long, value_name = "ORG")]
    org: Option<String>,
    /// Where GitHub and people reach the server
    #[arg(long, value_name = "PUBLIC_URL")]
    url: Option<String>,
    /// Where GitHub is
    #[arg(long, value_name = "URL", default_value = "https://github.com")]
    github: String,
    /// The App's name, which must be new at GitHub
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Where to write, instead of here
    #[arg(long, value_name = "DIR", default_value = ".", hide_default_value = true)]
    output: PathBuf,
    /// Only print what GitHub would be asked for, and the steps
    #[arg(long)]
    print: bool,
}

impl App {
    pub(super) fn run(&self, _: &Global) -> anyhow::Result<Exit> {
        match &self.command {
            Command::Create(it) => it.run(),
        }
    }
}

impl Create {
    fn run(&self) -> anyhow::Result<Exit> {
        let wish = Wish::new(self.name.clone(), self.org.clone(), self.url.as_deref());
        let wish = wish.map_err(anyhow::Error::msg)?;
        let endpoint = config::endpoint(Some(&self.github), None).map_err(anyhow::Error::msg)?;
        let to = endpoint.page(&wish.form())?.to_string();
        if self.print {
            let manifest = wish.manifest(None, &endpoint.web);
            say(&format!("{manifest:#}\n"))?;
            say(&format!("post it as `manifest` to {to}, or make the App there by hand\n"))?;
            return Ok(Exit::Allowed);
        }
        let directory = create::free(&self.output).map_err(anyhow::Error::msg)?;
        let web = endpoint.web.clone();
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let made: Made = runtime.block_on(async {
            let client = Client::new(Setup::new(endpoint)).map_err(|it| anyhow!(it))?;
            let page = Page::open().await.map_err(|it| anyhow!(it))?;
            let manifest = wish.manifest(Some(&page.back()), &web);
            say(&format!("open {} in a browser on this machine\n", page.url()))?;
            let code = tokio::time::timeout(PATIENCE, page.code(Form { to, manifest })).await;
            let Ok(code) = code else { bail!("GitHub has not answered within an hour") };
            let code = code.map_err(|it| anyhow!(it))?;
            create::convert(&client, &code).await.map_err(|it| anyhow!(it))
        })?;
        create::write(&directory, &made, (&wish, &web)).map_err(|why| {
            let page = crate::report::escaped_line(&made.html_url);
            anyhow!("{why}\nhint: the App is made; make new secrets for it below {page}")
        })?;
        say(&steps(&made, &wish, &directory.join("server.toml").display().to_string()))?;
        Ok(Exit::Allowed)
    }
}

fn steps(made: &Made, wish: &Wish, config: &str) -> String {
    let page = crate::report::escaped_line(&made.html_url);
    let mut out = format!("success: App {} is made ({page})\n\nnext:\n", made.id);
    if wish.public.is_none() {
        out += "  - name the address of its webhook in its settings, and switch it on\n";
    }
    out += &format!("  - install it where it is to look: {page}/installations/new\n");
    out += &format!("  - refgate serve --config {config}\n");
    out += &format!("  - refgate sync --app-id {} --apply, in each repository\n", made.id);
    out += &format!("  - refgate doctor --github --app-id {}\n", made.id);
    out
}
