//! One owner, as a CODEOWNERS writes it.

use std::fmt;

use super::Dialect;

/// Who may speak for a path.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Owner {
    /// One person; at GitLab perhaps a group at the top.
    Login(String),
    /// A team or group, as `org/team`.
    Team(String),
    /// The person with this address.
    Address(String),
    /// Whoever has this role in the project: GitLab's, such as `developer`.
    Role(String),
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Login(name) | Self::Team(name) => write!(f, "@{name}"),
            Self::Address(address) => f.write_str(address),
            Self::Role(role) => write!(f, "@@{role}"),
        }
    }
}

impl Owner {
    /// Reads an owner; `None` if the dialect has no such form.
    pub(super) fn parse(dialect: Dialect, written: &[u8]) -> Option<Self> {
        let written = std::str::from_utf8(written).ok()?;
        let Some(name) = written.strip_prefix('@') else { return address(written) };
        if let Some(role) = name.strip_prefix('@').filter(|_| dialect == Dialect::Gitlab) {
            let singular = role.strip_suffix('s').unwrap_or(role).to_ascii_lowercase();
            let known = ["developer", "maintainer", "owner"].contains(&&*singular);
            return known.then_some(Self::Role(singular));
        }
        // GitLab's groups nest, and its names may hold dots.
        let (depth, dots) = match dialect {
            Dialect::Gitlab => (usize::MAX, true),
            Dialect::Github => (2, false),
            Dialect::Owners => (1, false),
        };
        let fits = |it: char| it.is_ascii_alphanumeric() || "-_".contains(it) || it == '.' && dots;
        let parts: Vec<_> = name.split('/').collect();
        let named = parts.iter().all(|it| !it.is_empty() && it.chars().all(fits));
        match (named && parts.len() <= depth, parts.len()) {
            (false, _) => None,
            (true, 1) => Some(Self::Login(name.to_owned())),
            (true, _) => Some(Self::Team(name.to_owned())),
        }
    }
}

/// Reads an address.
fn address(written: &str) -> Option<Owner> {
    let (local, domain) = written.split_once('@')?;
    let labels: Vec<_> = domain.split('.').collect();
    let plain = |it: char| it.is_ascii_alphanumeric();
    let label = |it: &&str| !it.is_empty() && it.chars().all(|it| plain(it) || it == '-');
    let fits = !local.is_empty()
        && local.chars().all(|it| plain(it) || "._%+-".contains(it))
        && labels.len() > 1
        && labels.iter().all(label)
        && labels
            .last()
            .is_some_and(|it| it.len() > 1 && it.chars().all(|it| it.is_ascii_alphabetic()));
    fits.then(|| Owner::Address(written.to_owned()))
}
