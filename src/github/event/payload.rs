//! As much of a payload as means something to us.
//!
//! Every field may be missing or `null`: which event needs which is said where
//! it is used.

use serde::{Deserialize, Deserializer};

use super::{Home, Unheard};
use crate::model::{Oid, Timestamp};

/// A payload of any event.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Payload {
    pub(super) action: Option<String>,
    pub(super) installation: Option<Installation>,
    pub(super) repository: Option<Repository>,
    pub(super) organization: Option<Account>,
    pub(super) sender: Option<Account>,
    pub(super) pull_request: Option<Pull>,
    pub(super) review: Option<Review>,
    pub(super) issue: Option<Issue>,
    pub(super) check_run: Option<CheckRun>,
    pub(super) check_suite: Option<CheckSuite>,
    pub(super) workflow_run: Option<WorkflowRun>,
    pub(super) merge_group: Option<MergeGroup>,
    pub(super) deployment: Option<Deployment>,
    pub(super) team: Option<Team>,
    pub(super) member: Option<Account>,
    pub(super) membership: Option<Membership>,
    pub(super) requested_action: Option<RequestedAction>,
    pub(super) changes: Option<Changes>,
    /// Of `synchronize` and of `push`.
    pub(super) before: Option<String>,
    /// Of `synchronize` and of `push`.
    pub(super) after: Option<String>,
    /// Of `push`.
    #[serde(rename = "ref")]
    pub(super) reference: Option<String>,
    /// Of `status`.
    pub(super) sha: Option<String>,
    /// Of `status`.
    pub(super) context: Option<String>,
    /// Of `status`.
    pub(super) state: Option<String>,
    /// Of `deployment_protection_rule`.
    pub(super) environment: Option<String>,
    /// Of `deployment_protection_rule`.
    pub(super) deployment_callback_url: Option<String>,
    /// Of `installation`.
    pub(super) repositories: Option<Vec<Repository>>,
    /// Of `installation_repositories`.
    pub(super) repositories_added: Option<Vec<Repository>>,
    /// Of `installation_repositories`.
    pub(super) repositories_removed: Option<Vec<Repository>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Installation {
    pub(super) id: u64,
    #[serde(default)]
    pub(super) account: Option<Account>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Repository {
    pub(super) id: u64,
    #[serde(default)]
    pub(super) full_name: Option<String>,
    #[serde(default)]
    pub(super) default_branch: Option<String>,
    #[serde(default)]
    pub(super) owner: Option<Account>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Account {
    pub(super) login: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Pull {
    pub(super) number: u64,
    #[serde(default)]
    pub(super) head: Option<Tip>,
    #[serde(default, deserialize_with = "moment")]
    pub(super) updated_at: Option<Timestamp>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Tip {
    pub(super) sha: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Review {
    pub(super) id: u64,
    #[serde(default)]
    pub(super) commit_id: Option<String>,
    #[serde(default)]
    pub(super) state: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Issue {
    pub(super) number: u64,
    /// Only there if the issue is a pull request.
    #[serde(default)]
    pub(super) pull_request: Option<serde::de::IgnoredAny>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct CheckRun {
    pub(super) head_sha: Option<String>,
    pub(super) name: Option<String>,
    pub(super) conclusion: Option<String>,
    pub(super) app: Option<App>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct CheckSuite {
    pub(super) head_sha: Option<String>,
    pub(super) app: Option<App>,
}

#[derive(Debug, Deserialize)]
pub(super) struct App {
    pub(super) id: u64,
    #[serde(default)]
    pub(super) slug: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WorkflowRun {
    pub(super) head_sha: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct MergeGroup {
    pub(super) head_sha: Option<String>,
    pub(super) base_sha: Option<String>,
    pub(super) base_ref: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Deployment {
    pub(super) sha: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Team {
    pub(super) slug: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Membership {
    pub(super) user: Option<Account>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct RequestedAction {
    pub(super) identifier: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Changes {
    /// Of `edited`: another target.
    pub(super) base: Option<serde::de::IgnoredAny>,
}

/// Where something happened, and nothing more.
#[derive(Debug, Deserialize)]
pub(super) struct Place {
    installation: Id,
    repository: Id,
}

#[derive(Debug, Deserialize)]
struct Id {
    id: u64,
}

impl Place {
    /// The repository.
    pub(super) fn home(&self) -> Home {
        Home { installation: self.installation.id, repository: self.repository.id }
    }
}

impl Payload {
    /// The repository, as the installation sees it.
    pub(super) fn home(&self) -> Result<Home, Unheard> {
        let installation = self.installation.as_ref().ok_or(Unheard::Lacks("installation"))?.id;
        let repository = self.repository.as_ref().ok_or(Unheard::Lacks("repository"))?.id;
        Ok(Home { installation, repository })
    }

    /// The login of who made it happen; empty if GitHub does not say.
    pub(super) fn sender(&self) -> String {
        let login = self.sender.as_ref().and_then(|it| it.login.clone());
        login.unwrap_or_default()
    }
}

/// An object name; all zeros are none.
pub(super) fn oid(written: Option<&String>) -> Option<Oid> {
    let oid: Oid = written?.parse().ok().filter(|_| written.is_some_and(|it| it.len() >= 40))?;
    written.is_some_and(|it| it.bytes().any(|it| it != b'0')).then_some(oid)
}

/// An RFC 3339 time; what is none is not known.
fn moment<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Timestamp>, D::Error> {
    let written = Option::<String>::deserialize(input)?;
    Ok(written.and_then(|it| it.parse::<jiff::Timestamp>().ok()).map(jiff::Timestamp::as_second))
}
