//! People, organizations and teams, as tests tell of them.

use serde_json::json;

use super::Hub;
use super::state::{Id, Team};

impl Hub {
    /// Makes a person known, with a role in an organization: `hub.member("acme", "ana")`.
    pub fn member(&self, org: &str, login: &str) -> Id {
        self.standing(org, login, false)
    }

    pub fn owner(&self, org: &str, login: &str) -> Id {
        self.standing(org, login, true)
    }

    fn standing(&self, org: &str, login: &str, owner: bool) -> Id {
        let mut world = self.world();
        let (org, user) = (world.org(org), world.user(login));
        world.orgs.get_mut(&org).unwrap().members.insert(user, owner);
        let body = json!({ "membership": { "role": if owner { "admin" } else { "member" }, "state": "active", "user": world.show_user(user) } });
        world.emit_at("organization", Some("member_added"), org, user, body);
        user
    }

    /// Takes somebody out of an organization and its teams.
    pub fn leave(&self, org: &str, login: &str) {
        let mut world = self.world();
        world.tick();
        let (org, user) = (world.org(org), world.user(login));
        world.orgs.get_mut(&org).unwrap().members.remove(&user);
        world.teams.values_mut().filter(|it| it.org == org).for_each(|it| {
            it.members.remove(&user);
        });
        let body = json!({ "membership": { "role": "member", "state": "inactive", "user": world.show_user(user) } });
        world.emit_at("organization", Some("member_removed"), org, user, body);
    }

    /// A team of people: `hub.team("acme/core", &["bo"])`. Called again, it has those members.
    pub fn team(&self, slug: &str, members: &[&str]) -> Id {
        let (org, slug) = slug.split_once('/').unwrap();
        let mut world = self.world();
        world.tick();
        let org = world.org(org);
        let members: Vec<Id> = members.iter().map(|it| world.user(it)).collect();
        let id = world.team_named(org, slug).unwrap_or_else(|| {
            let id = world.id();
            let (slug, name) = (slug.to_owned(), slug.to_owned());
            let team = Team {
                id,
                org,
                slug,
                name,
                parent: None,
                members: [].into(),
                pending: [].into(),
                secret: false,
                repos: [].into(),
            };
            world.teams.insert(id, team);
            id
        });
        for user in &members {
            world.orgs.get_mut(&org).unwrap().members.entry(*user).or_insert(false);
        }
        let old = std::mem::take(&mut world.teams.get_mut(&id).unwrap().members);
        world.teams.get_mut(&id).unwrap().members = members.iter().map(|it| (*it, false)).collect();
        let changed = old.keys().filter(|it| !members.contains(it)).map(|it| (*it, "removed"));
        let added = members.iter().filter(|it| !old.contains_key(it)).map(|it| (*it, "added"));
        for (user, action) in changed.chain(added).collect::<Vec<_>>() {
            let team = world.show_team(&world.teams[&id]);
            let body = json!({ "scope": "team", "member": world.show_user(user), "team": team });
            world.emit_at("membership", Some(action), org, user, body);
        }
        id
    }

    /// A team below another: `hub.child_team("acme/core", "acme/db", &["cy"])`.
    pub fn child_team(&self, parent: &str, slug: &str, members: &[&str]) -> Id {
        let (parent, id) = (self.team_id(parent), self.team(slug, members));
        self.world().teams.get_mut(&id).unwrap().parent = Some(parent);
        id
    }

    pub fn team_id(&self, slug: &str) -> Id {
        let (org, slug) = slug.split_once('/').unwrap();
        let mut world = self.world();
        let org = world.org(org);
        world.team_named(org, slug).unwrap()
    }

    pub fn delete_team(&self, slug: &str) {
        let id = self.team_id(slug);
        let mut world = self.world();
        world.tick();
        let (org, by) = (world.teams[&id].org, world.user("ana"));
        let body = json!({ "team": world.show_team(&world.teams[&id]) });
        world.teams.remove(&id);
        world.emit_at("team", Some("deleted"), org, by, body);
    }

    /// Changes a team's name in addresses; the id stays.
    pub fn rename_team(&self, slug: &str, to: &str) {
        let id = self.team_id(slug);
        let mut world = self.world();
        world.tick();
        let (org, by) = (world.teams[&id].org, world.user("ana"));
        let from = std::mem::replace(&mut world.teams.get_mut(&id).unwrap().slug, to.to_owned());
        let body = json!({ "team": world.show_team(&world.teams[&id]), "changes": { "name": { "from": from } } });
        world.emit_at("team", Some("edited"), org, by, body);
    }

    /// Changes a login; the id stays.
    pub fn rename_user(&self, from: &str, to: &str) {
        let mut world = self.world();
        let id = world.user(from);
        world.accounts.get_mut(&id).unwrap().login = to.to_owned();
    }

    /// Deletes an account; what it wrote stays, by nobody.
    pub fn delete_user(&self, login: &str) {
        let mut world = self.world();
        let id = world.user(login);
        world.accounts.get_mut(&id).unwrap().gone = true;
    }

    /// Links an address to an account.
    pub fn email(&self, login: &str, address: &str) {
        let mut world = self.world();
        let id = world.user(login);
        world.accounts.get_mut(&id).unwrap().emails.push(address.to_owned());
    }
}
