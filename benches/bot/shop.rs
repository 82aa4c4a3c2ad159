//! A GitHub with a repository that the fifty rules hold for, and all who are in its teams.

use crate::hub::{Hub, RepoHandle};
use crate::policy::{self, TEAMS};

/// More calls than any bench makes.
const CALLS: u64 = 1 << 40;

/// Starts it; what it counts is counted from here.
pub(crate) fn open(more: &str) -> (Hub, RepoHandle) {
    let hub = Hub::start();
    let shop = hub.repo("acme/shop");
    let text = policy::text() + more;
    shop.commit("main", vec![("refgate.toml".to_owned(), text.into())], "policy");
    for team in TEAMS {
        hub.team(&format!("acme/{team}"), &["bo", "cy"]);
    }
    hub.team("acme/engineers", &["bo", "cy", "di"]);
    hub.team("acme/security", &["sam"]);
    hub.limit("acme", CALLS);
    (hub, shop)
}
