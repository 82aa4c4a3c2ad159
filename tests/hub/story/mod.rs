//! What tests tell: the App, repositories, pull requests and what people do with them.

mod made;
mod many;
mod pull;
mod repo;
mod runs;

use std::sync::Arc;

use serde_json::{Value, json};

pub use made::{Made, Proposal};
pub use pull::PullHandle;
pub use repo::RepoHandle;

use crate::hub::state::Id;
use crate::hub::{Inner, apps};

/// The App under test.
#[derive(Clone)]
pub struct AppHandle {
    pub(crate) hub: Arc<Inner>,
    pub(crate) id: Id,
}

impl AppHandle {
    pub fn id(&self) -> Id {
        self.id
    }

    /// The private key, PEM.
    pub fn key(&self) -> String {
        apps::key().0.clone()
    }

    pub fn secret(&self) -> String {
        self.hub.world().apps[&self.id].secret.clone()
    }

    pub fn client_id(&self) -> String {
        self.hub.world().apps[&self.id].client_id.clone()
    }

    pub fn client_secret(&self) -> String {
        self.hub.world().apps[&self.id].client_secret.clone()
    }

    /// Where deliveries go from now on.
    pub fn hook_at(&self, url: &str) {
        self.hub.world().apps.get_mut(&self.id).unwrap().hook = Some(url.to_owned());
    }

    /// What is granted everywhere; nothing else is.
    pub fn permissions(&self, all: &[(&str, &str)]) {
        let mut world = self.hub.world();
        let all: std::collections::BTreeMap<_, _> =
            all.iter().map(|it| (it.0.to_owned(), it.1.to_owned())).collect();
        world
            .installations
            .values_mut()
            .filter(|it| it.app == self.id)
            .for_each(|it| it.permissions = all.clone());
        world.apps.get_mut(&self.id).unwrap().permissions = all;
    }

    pub fn events(&self, all: &[&str]) {
        let all = all.iter().map(|it| (*it).to_owned()).collect();
        self.hub.world().apps.get_mut(&self.id).unwrap().events = all;
    }

    /// The installation at an account.
    pub fn installation(&self, account: &str) -> Id {
        let world = self.hub.world();
        let account = world.account(account).map(|it| it.id);
        let found = world
            .installations
            .values()
            .find(|it| it.app == self.id && Some(it.account) == account);
        found.unwrap().id
    }

    pub fn suspend(&self, account: &str) {
        let id = self.installation(account);
        let mut world = self.hub.world();
        let (at, by) = (world.tick(), world.user("ana"));
        world.installations.get_mut(&id).unwrap().suspended = Some(at);
        world.emit_installation("suspend", id, by);
    }

    pub fn unsuspend(&self, account: &str) {
        let id = self.installation(account);
        let mut world = self.hub.world();
        world.tick();
        let by = world.user("ana");
        world.installations.get_mut(&id).unwrap().suspended = None;
        world.emit_installation("unsuspend", id, by);
    }

    /// Takes the App away from an account; tokens end with it.
    pub fn uninstall(&self, account: &str) {
        let id = self.installation(account);
        let mut world = self.hub.world();
        world.tick();
        let by = world.user("ana");
        world.emit_installation("deleted", id, by);
        world.installations.remove(&id);
        world.tokens.retain(|_, it| !matches!(&it.whose, crate::hub::state::Whose::Installation { id: of, .. } if *of == id));
    }

    /// Leaves the App only some repositories of an account.
    pub fn only(&self, account: &str, repos: &[&RepoHandle]) {
        let id = self.installation(account);
        let mut world = self.hub.world();
        world.tick();
        let (by, kept) = (
            world.user("ana"),
            repos.iter().map(|it| it.id).collect::<std::collections::BTreeSet<_>>(),
        );
        let seen: Vec<Id> =
            world.repos.keys().copied().filter(|it| world.covers(id, *it)).collect();
        let short = |world: &crate::hub::state::World, all: Vec<Id>| {
            all.into_iter().map(|it| world.show_repo_short(it)).collect::<Vec<_>>()
        };
        let removed = short(&world, seen.iter().copied().filter(|it| !kept.contains(it)).collect());
        let added = short(&world, kept.iter().copied().filter(|it| !seen.contains(it)).collect());
        world.installations.get_mut(&id).unwrap().repos = Some(kept);
        for (action, added, removed) in
            [("added", added, Vec::new()), ("removed", Vec::new(), removed)]
        {
            if !added.is_empty() || !removed.is_empty() {
                world.emit_repositories(action, id, by, added, removed);
            }
        }
    }
}
