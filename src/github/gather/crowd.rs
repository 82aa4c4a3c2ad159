//! Who is in a team or an organization, and what accounts are and may do.
//!
//! What is found out is remembered in the store for a short while, under names that a
//! change of people forgets. What could not be asked is unknown, and not remembered.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::ask::Login;
use super::known::{Known, Lack};
use crate::github::Slug;
use crate::github::api::{ApiError, Caller, segment};
use crate::github::store::Store;
use crate::model::{Account, Fact, Need, Permission, Repository, Timestamp, Unknown};

/// As many members of a team are read.
const MOST: usize = 10_000;

/// For so many seconds what people may do is remembered.
const MINUTE: i64 = 60;

/// For so many seconds all else is.
const LONG: i64 = 600;

/// Somebody who asks about people.
pub(super) struct Crowd<'c> {
    pub(super) caller: &'c Caller,
    pub(super) store: Option<&'c Store>,
    pub(super) slug: &'c Slug,
    pub(super) now: Timestamp,
}

impl Crowd<'_> {
    /// Finds out what is lacking about people. The error is one that may be none later.
    pub(super) async fn fill(&self, known: &mut Known, lack: &Lack) -> Result<(), ApiError> {
        match lack {
            Lack::Team(team) => {
                let members = self.team(team).await?;
                known.teams.insert(team.clone(), members);
            }
            Lack::Member { organization, login } => {
                let is = self.member(organization, login).await?;
                known.organizations.insert((organization.clone(), login.clone()), is);
            }
            Lack::Permission(login) => {
                let permission = self.permission(login).await?;
                known.permissions.insert(login.clone(), permission);
            }
            Lack::Account(login) => {
                let account = self.account(login).await?;
                known.accounts.insert(login.clone(), account);
            }
            Lack::Blob(_) | Lack::Merge(_) | Lack::Lines | Lack::Provenance(_) => {}
        }
        Ok(())
    }

    /// The members of `org/team`, those of teams within it included. One that is not
    /// there, or not to be seen, has unknown members rather than none.
    async fn team(&self, team: &str) -> Result<Fact<BTreeSet<String>>, ApiError> {
        let Some((owner, name)) = team.split_once('/') else {
            return Ok(failed(Need::Teams, format!("@{team} is no team")));
        };
        let key = format!("{}team/{name}", Store::people(owner));
        if let Some(known) = self.recall(&key).await {
            return Ok(Ok(known));
        }
        let path = format!("/orgs/{}/teams/{}/members", segment(owner), segment(name));
        let listed = match self.caller.list::<Login>(&path, MOST).await {
            Ok(listed) => listed,
            Err(error) => return unknown(Need::Teams, error, &format!("@{team}")),
        };
        if !listed.complete {
            let why = format!("@{team} has more than {MOST} members");
            return Ok(Err(Unknown::Truncated(Need::Teams, why)));
        }
        let members: BTreeSet<_> =
            listed.items.into_iter().map(|it| it.login.to_lowercase()).collect();
        self.remember(&key, &members, LONG).await;
        Ok(Ok(members))
    }

    async fn member(&self, organization: &str, login: &str) -> Result<Fact<bool>, ApiError> {
        let key = format!("{}member/{login}", Store::people(organization));
        if let Some(known) = self.recall(&key).await {
            return Ok(Ok(known));
        }
        let path = format!("/orgs/{}/members/{}", segment(organization), segment(login));
        match self.caller.exists(&path).await {
            Ok(is) => {
                self.remember(&key, &is, LONG).await;
                Ok(Ok(is))
            }
            Err(error) => unknown(Need::Teams, error, organization),
        }
    }

    /// What someone may do. GitHub answers for anybody; who is nobody may do nothing.
    async fn permission(&self, login: &str) -> Result<Fact<Permission>, ApiError> {
        #[derive(serde::Deserialize)]
        struct Told {
            permission: String,
            role_name: Option<String>,
        }
        let (owner, name) = (self.slug.owner(), self.slug.name());
        let key = format!("{}permission/{}/{login}", Store::people(owner), name.to_lowercase());
        if let Some(known) = self.recall(&key).await {
            return Ok(Ok(known));
        }
        let path = format!(
            "/repos/{}/{}/collaborators/{}/permission",
            segment(owner),
            segment(name),
            segment(login)
        );
        let permission = match self.caller.get::<Told>(&path).await {
            // A role of one's own is at least what it is built on.
            Ok(told) => {
                let role = told.role_name.as_deref().and_then(Permission::named);
                let least = Permission::named(&told.permission);
                match role.or(least) {
                    Some(permission) => permission,
                    None => {
                        let why = format!("@{login} has a permission of an unknown name");
                        return Ok(failed(Need::Accounts, why));
                    }
                }
            }
            Err(ApiError::NotFound) => Permission::None,
            Err(error) => return unknown(Need::Accounts, error, &format!("@{login}")),
        };
        self.remember(&key, &permission, MINUTE).await;
        Ok(Ok(permission))
    }

    async fn account(&self, login: &str) -> Result<Fact<Account>, ApiError> {
        #[derive(serde::Deserialize)]
        struct Told {
            id: u64,
            #[serde(rename = "type")]
            kind: String,
        }
        let key = format!("account/{login}");
        if let Some(known) = self.recall(&key).await {
            return Ok(Ok(known));
        }
        let bot = login.ends_with("[bot]");
        let account = match self.caller.get::<Told>(&format!("/users/{}", segment(login))).await {
            Ok(told) => Account { id: Some(told.id), bot: bot || told.kind == "Bot" },
            // A login that nobody has any more.
            Err(ApiError::NotFound) => Account { id: None, bot },
            Err(error) => return unknown(Need::Accounts, error, &format!("@{login}")),
        };
        self.remember(&key, &account, LONG).await;
        Ok(Ok(account))
    }

    /// The custom properties of the repository.
    pub(super) async fn repository(
        &self,
        id: u64,
        told: &Repository,
    ) -> Result<Fact<Repository>, ApiError> {
        #[derive(serde::Deserialize)]
        struct Told {
            property_name: String,
            value: Option<Value>,
        }
        #[derive(serde::Deserialize)]
        #[serde(untagged)]
        enum Value {
            One(String),
            Many(Vec<String>),
        }
        let key = format!("properties/{id}");
        let mut properties: Option<BTreeMap<String, Vec<String>>> = self.recall(&key).await;
        if properties.is_none() {
            let (owner, name) = (segment(self.slug.owner()), segment(self.slug.name()));
            let path = format!("/repos/{owner}/{name}/properties/values");
            let values = match self.caller.get::<Vec<Told>>(&path).await {
                Ok(values) => values,
                // The repositories of people have none.
                Err(ApiError::NotFound) => Vec::new(),
                Err(error) => return unknown(Need::Repository, error, "custom properties"),
            };
            let listed = values.into_iter().filter_map(|it| {
                Some((
                    it.property_name,
                    match it.value? {
                        Value::One(value) => vec![value],
                        Value::Many(values) => values,
                    },
                ))
            });
            let listed: BTreeMap<_, _> = listed.collect();
            self.remember(&key, &listed, LONG).await;
            properties = Some(listed);
        }
        Ok(Ok(Repository { properties: properties.unwrap_or_default(), ..told.clone() }))
    }

    /// What is remembered. A store that does not answer remembers nothing.
    async fn recall<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        let kept = self.store?.recall(key, self.now).await.ok()??;
        serde_json::from_str(&kept).ok()
    }

    async fn remember(&self, key: &str, value: &impl Serialize, seconds: i64) {
        let (Some(store), Ok(text)) = (self.store, serde_json::to_string(value)) else { return };
        // It can be asked for again.
        let _ = store.remember(key, &text, self.now, self.now.saturating_add(seconds)).await;
    }
}

/// What not getting an answer means: try later, or it is unknown.
fn unknown<T>(need: Need, error: ApiError, about: &str) -> Result<Fact<T>, ApiError> {
    if error.is_temporary() || matches!(error, ApiError::Unauthorized) {
        return Err(error);
    }
    let why = match error {
        ApiError::NotFound => format!("GitHub does not know {about}, or does not show it"),
        other => format!("{about}: {other}"),
    };
    Ok(failed(need, why))
}

fn failed<T>(need: Need, why: String) -> Fact<T> {
    Err(Unknown::Failed(need, why))
}
