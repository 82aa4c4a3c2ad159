//! What each Git host tells its hooks: who pushes, and whether a pull request
//! brings the change.
//!
//! A variable is believed only if the administrator has named the host with
//! `git config refgate.host`: over file:// a pusher sets what they like.
//! Sources: each host's documentation of its server hooks, named below.

use std::time::Duration;

use anyhow::{Result, bail};

use crate::git::{Repository, Vars};
use crate::model::{Actor, Fact, Need, PullRequest, Unknown};

/// A Git host, and how it speaks to hooks.
pub struct Host {
    /// Its name in `refgate.host`.
    pub name: &'static str,
    /// The variable with the pusher's login.
    actor: &'static str,
    /// Whether a pull request brings the push; `None` if the host can't tell.
    pull_request: fn(&Vars) -> Option<PullRequest>,
    /// How long a hook may take there.
    pub deadline: Duration,
    /// What a line must begin with to be shown in the host's pages.
    pub prefix: &'static str,
}

const USUAL: Duration = Duration::from_secs(25);

/// The hosts that Refgate knows.
pub static HOSTS: &[Host] = &[
    // docs.github.com, enterprise-server, "Creating a pre-receive hook script":
    // five seconds for all hooks of a repository together.
    Host {
        name: "ghes",
        actor: "GITHUB_USER_LOGIN",
        pull_request: |vars| {
            merging(
                vars.text("GITHUB_PULL_REQUEST_HEAD").is_some()
                    && vars
                        .text("GITHUB_VIA")
                        .is_some_and(|it| it.starts_with("pull request merge")),
            )
        },
        deadline: Duration::from_secs(4),
        prefix: "",
    },
    // docs.gitlab.com, "Git server hooks": GL_PROTOCOL is `web` for merges and
    // for edits alike.
    Host {
        name: "gitlab",
        actor: "GL_USERNAME",
        pull_request: |vars| match vars.text("GL_PROTOCOL").as_deref() {
            Some("ssh" | "http") => Some(PullRequest::No),
            _ => None,
        },
        deadline: USUAL,
        prefix: "GL-HOOK-ERR: ",
    },
    // modules/repository/env.go; Forgejo keeps the names.
    Host {
        name: "gitea",
        actor: "GITEA_PUSHER_NAME",
        pull_request: |vars| {
            let merges = |it: String| it == "pr-merge-to-base";
            let id = vars.text("GITEA_PR_ID").filter(|it| it != "0");
            merging(id.is_some() && vars.text("GITEA_PUSH_TRIGGER").is_none_or(merges))
        },
        deadline: USUAL,
        prefix: "",
    },
    // confluence.atlassian.com, Bitbucket Data Center, "Write hook scripts".
    Host {
        name: "bitbucket",
        actor: "BB_USER_NAME",
        pull_request: |vars| {
            merging(vars.text("BB_HOOK_TRIGGER_ID").is_some_and(|it| it == "pull-request-merge"))
        },
        deadline: USUAL,
        prefix: "",
    },
    // gitolite.com, "Using hooks"; gitolite has no pull requests.
    Host {
        name: "gitolite",
        actor: "GL_USER",
        pull_request: |_| Some(PullRequest::No),
        deadline: USUAL,
        prefix: "",
    },
    // gogs.io, internal/database/repo_editor.go.
    Host {
        name: "gogs",
        actor: "GOGS_AUTH_USER_NAME",
        pull_request: |_| None,
        deadline: USUAL,
        prefix: "",
    },
    // git-http-backend: the web server has authenticated REMOTE_USER.
    Host {
        name: "http-backend",
        actor: "REMOTE_USER",
        pull_request: |_| Some(PullRequest::No),
        deadline: USUAL,
        prefix: "",
    },
    // A forced command or `environment=` in authorized_keys sets REFGATE_ACTOR.
    Host {
        name: "ssh",
        actor: "REFGATE_ACTOR",
        pull_request: |_| Some(PullRequest::No),
        deadline: USUAL,
        prefix: "",
    },
];

/// What a host means that runs its hooks when it merges.
#[allow(clippy::unnecessary_wraps, reason = "others cannot tell")]
fn merging(by_host: bool) -> Option<PullRequest> {
    Some(if by_host { PullRequest::Merging } else { PullRequest::No })
}

/// No host is named: nobody is known, and every push is a push.
static UNNAMED: Host = Host {
    name: "",
    actor: "",
    pull_request: |_| Some(PullRequest::No),
    deadline: USUAL,
    prefix: "",
};

impl Host {
    /// The host that the administrator has named.
    pub fn of(repository: &Repository) -> Result<&'static Self> {
        let Some(name) = repository.config("refgate.host") else { return Ok(&UNNAMED) };
        let Some(host) = HOSTS.iter().find(|it| name == it.name) else {
            let names: Vec<_> = HOSTS.iter().map(|it| it.name).collect();
            bail!("refgate.host names no host that is known; there are {}", names.join(", "));
        };
        Ok(host)
    }

    /// Who pushes. `refgate.actor` may name another variable, as `env:NAME`.
    pub fn actor(&self, repository: &Repository) -> Result<Fact<Actor>> {
        let vars = repository.vars();
        let named = repository.config("refgate.actor").map(|it| it.to_string());
        let variable = match named.as_deref().map(|it| it.strip_prefix("env:")) {
            Some(Some(variable)) => variable.to_owned(),
            Some(None) => bail!("refgate.actor is not understood: write `env:NAME`"),
            None => self.actor.to_owned(),
        };
        let login = (!variable.is_empty()).then(|| vars.text(&variable)).flatten();
        Ok(login.map(Actor).ok_or(Unknown::NotHere(Need::Actor)))
    }

    /// Whether a pull request brings the push.
    pub fn pull_request(&self, vars: &Vars) -> Fact<PullRequest> {
        (self.pull_request)(vars).ok_or(Unknown::NotHere(Need::PullRequest))
    }

    /// How long the hook may take: `refgate.deadline` in seconds, or what the
    /// host leaves.
    pub fn deadline(&self, repository: &Repository) -> Result<Duration> {
        let Some(written) = repository.config("refgate.deadline") else { return Ok(self.deadline) };
        match written.to_string().parse::<f32>() {
            Ok(seconds) if seconds > 0.0 && seconds < 86_400.0 => {
                Ok(Duration::from_secs_f32(seconds))
            }
            _ => bail!("refgate.deadline is no number of seconds"),
        }
    }
}
