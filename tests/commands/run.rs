//! Running the program beside the fake.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::hub::{Hub, RepoHandle};

/// How the program ended, and what it said.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// Both outputs.
    pub fn said(&self) -> String {
        format!("{}{}", self.out, self.err)
    }
}

/// The program with nothing in its environment but what leads to `hub`.
pub fn command(hub: &Hub, directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_refgate"));
    command.args(arguments).current_dir(directory).stdin(Stdio::null()).env_clear();
    command.env("PATH", std::env::var_os("PATH").unwrap());
    command.env("HOME", directory).env("GIT_CONFIG_NOSYSTEM", "1");
    command.env("GITHUB_API_URL", hub.api()).env("GITHUB_SERVER_URL", hub.web());
    command.env("GITHUB_REPOSITORY", "acme/shop");
    command
}

/// Runs it to its end.
pub fn run(mut command: Command) -> Ran {
    let output = command.output().unwrap();
    let text = |raw: &[u8]| String::from_utf8_lossy(raw).into_owned();
    Ran {
        code: output.status.code().unwrap(),
        out: text(&output.stdout),
        err: text(&output.stderr),
    }
}

/// A repository with this policy on its default branch.
pub fn repo(hub: &Hub, policy: &str) -> RepoHandle {
    let shop = hub.repo("acme/shop");
    let text = format!("version = 1\nstages = [\"github\"]\n\n{policy}");
    shop.commit("main", vec![("refgate.toml".into(), text.into())], "policy");
    shop
}
