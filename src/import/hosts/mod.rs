//! Settings of hosts: GitHub's rulesets and branch protections, GitLab's push
//! rules, approvals and protected refs, Gitea's and Forgejo's protections.
//!
//! Each importer has a table of every setting it knows, and what becomes of it;
//! the manual is made of these, and what stands in none of them is noted.

mod draft;
mod fnmatch;
pub mod gitea;
pub mod gitlab;
mod json;
pub mod protection;
mod regex;
pub mod rulesets;
mod wild;

pub use json::{Becomes, Field};

/// The branches that `full`, a whole pattern of refs, names, as GitHub's rulesets
/// write them. The error says why they cannot.
pub fn branches(full: &str) -> Result<Vec<String>, String> {
    fnmatch::to_theirs(full).map(|it| it.branches)
}

/// The stages of a policy for GitHub, where no hook of ours runs on the server.
const GITHUB: &[&str] = &["pre-commit", "commit-msg", "pre-push", "github"];

/// The stages of a policy for a server of one's own.
const SERVER: &[&str] = &["pre-commit", "commit-msg", "pre-push", "pre-receive"];

/// The same, where some is known to a host alone.
const HOST: &[&str] = &["pre-commit", "commit-msg", "pre-push", "pre-receive", "github"];

/// The tables of settings, by the kind of import.
pub static FIELDS: &[(&str, &[Field])] = &[
    ("github-rulesets", rulesets::FIELDS),
    ("github-protection", protection::FIELDS),
    ("gitlab", gitlab::FIELDS),
    ("gitea", gitea::FIELDS),
];
