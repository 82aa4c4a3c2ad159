//! Telling whether what the bot says counts at GitHub, and what to do if not.

mod app;
mod branch;
mod policy;

use serde::Deserialize;

use super::Slug;
use super::access::Access;
use super::api::{Caller, segment};

/// How well something is.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Health {
    /// As it should be.
    Well,
    /// It works, but something is worth knowing, or cannot be seen.
    Doubtful,
    /// It does not work.
    Ill,
}

/// One thing that was found.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Sign {
    /// How well it is.
    pub health: Health,
    /// What is the case.
    pub text: String,
    /// What can be done.
    pub hint: Option<String>,
}

impl Sign {
    fn well(text: impl Into<String>) -> Self {
        Self { health: Health::Well, text: text.into(), hint: None }
    }

    fn doubtful(text: impl Into<String>) -> Self {
        Self { health: Health::Doubtful, ..Self::well(text) }
    }

    fn ill(text: impl Into<String>) -> Self {
        Self { health: Health::Ill, ..Self::well(text) }
    }

    fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}

/// What is examined, and with what.
#[derive(Clone, Copy)]
pub struct Doctor<'d> {
    /// The repository, and who asks.
    pub access: &'d Access,
    /// The App itself, if its key is at hand.
    pub app: Option<&'d Caller>,
    /// The App's id, if it is known.
    pub app_id: Option<u64>,
    /// What the App's check is called.
    pub check: &'d str,
    /// The text of the policy here, if there is one.
    pub local: Option<&'d str>,
}

#[derive(Deserialize)]
struct Repository {
    default_branch: String,
}

impl Doctor<'_> {
    /// Examines. The error says why the repository cannot be seen at all.
    pub async fn examine(&self) -> Result<Vec<Sign>, String> {
        let slug = &self.access.slug;
        let repository: Repository =
            self.access.caller.get(&path(slug)).await.map_err(|it| format!("{slug}: {it}"))?;
        let mut signs = Vec::new();
        let policy = self.policy(&repository.default_branch, &mut signs).await;
        if let Some(policy) = policy {
            self.branches(&policy, &mut signs).await;
        }
        match self.app {
            Some(app) => self.app(app, &mut signs).await,
            None => {
                let text = "the App, its permissions and its webhook were not examined";
                let hint = "set REFGATE_APP_ID and REFGATE_PRIVATE_KEY_FILE";
                signs.push(Sign::doubtful(text).hint(hint));
            }
        }
        Ok(signs)
    }

    /// The command that has GitHub require our check.
    fn sync(&self) -> String {
        let id = self.app_id.map_or_else(|| "ID".to_owned(), |it| it.to_string());
        let name = match self.check {
            "refgate" => String::new(),
            other => format!(" --check-name {other}"),
        };
        format!("refgate sync --app-id {id}{name} --apply")
    }
}

fn path(slug: &Slug) -> String {
    format!("/repos/{}/{}", segment(slug.owner()), segment(slug.name()))
}
