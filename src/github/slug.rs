//! The name of a repository at GitHub.

use std::fmt;
use std::str::FromStr;

/// `owner/name`, as GitHub allows it: what is neither can lead a request or a
/// path somewhere else, and is refused.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Slug {
    owner: String,
    name: String,
}

/// As long as an owner's login may be, with the suffix of managed users.
const LONGEST_OWNER: usize = 64;

/// As long as a repository's name may be.
const LONGEST_NAME: usize = 100;

impl Slug {
    /// The account or organization.
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// The repository, without its owner.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl FromStr for Slug {
    type Err = String;

    /// Reads `owner/name`.
    fn from_str(written: &str) -> Result<Self, String> {
        let wrong = || format!("{written:?} is no repository: owner/name is expected");
        let (owner, name) = written.split_once('/').ok_or_else(wrong)?;
        let of =
            |also: &'static str| move |it: char| it.is_ascii_alphanumeric() || also.contains(it);
        let fits = !owner.is_empty()
            && owner.len() <= LONGEST_OWNER
            && owner.chars().all(of("-_"))
            && !owner.starts_with('-')
            && !name.is_empty()
            && name.len() <= LONGEST_NAME
            && name.chars().all(of("-_."))
            && name != "."
            && name != ".."
            && !name.ends_with(".git");
        if fits {
            Ok(Self { owner: owner.to_owned(), name: name.to_owned() })
        } else {
            Err(wrong())
        }
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.owner, self.name)
    }
}
