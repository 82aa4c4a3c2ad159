//! Who acts in a test: names to logins and addresses.

use crate::model::{Actor, Ident, People};

/// Where people live whose address nobody wrote down.
const HOME: &str = "example.org";

/// Who acts where a test names nobody.
pub(super) const SOMEONE: &str = "someone";

/// The people of a policy, to give names of a test a login and an address.
pub(super) struct Cast<'p>(pub(super) &'p People);

impl Cast<'_> {
    /// The login of whoever a test calls `name`: that of the policy's person of
    /// this name, or else the name itself.
    pub(super) fn login(&self, name: &str) -> Actor {
        let bare = name.trim_start_matches('@');
        let logins = self.0.persons.get(bare).map(|it| &it.logins);
        let login = logins.and_then(|it| it.get("github").or_else(|| it.values().next()));
        Actor(login.map_or(bare, String::as_str).to_owned())
    }

    pub(super) fn logins(&self, names: &[String]) -> Vec<Actor> {
        names.iter().map(|it| self.login(it)).collect()
    }

    /// What a commit says of its author, for `ana` or `Ana Lima <ana@acme.example>`.
    pub(super) fn ident(&self, written: &str) -> Ident {
        let (name, email) = match address(written) {
            Some((name, email)) => (name.to_owned(), email.to_owned()),
            None => {
                let bare = written.trim_start_matches('@');
                let email = self.0.persons.get(bare).and_then(|it| it.emails.first());
                let made_up = || format!("{}@{HOME}", self.login(bare).0);
                (bare.to_owned(), email.cloned().unwrap_or_else(made_up))
            }
        };
        Ident { name: name.into(), email: email.into(), seconds: None }
    }

    /// The account that stands behind it; `None` if the address is nobody's.
    pub(super) fn account(&self, written: &str) -> Option<Actor> {
        let Some((_, email)) = address(written) else { return Some(self.login(written)) };
        if let Some(person) = self.0.person(email) {
            return Some(self.login(person));
        }
        let login = email.strip_suffix(HOME)?.strip_suffix('@')?;
        Some(Actor(login.to_owned()))
    }
}

/// Name and address of `Ana Lima <ana@acme.example>`.
fn address(written: &str) -> Option<(&str, &str)> {
    let (name, rest) = written.split_once('<')?;
    Some((name.trim(), rest.trim().trim_end_matches('>')))
}
