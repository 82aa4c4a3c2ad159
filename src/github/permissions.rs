//! What the App must be allowed, and what for.

use super::api::Access;

/// One permission.
#[derive(Clone, Copy, Debug)]
pub struct Permission {
    /// GitHub's name of it.
    pub name: &'static str,
    /// How far it goes.
    pub access: Access,
    /// What it is for.
    pub what: &'static str,
    /// Whether nothing can be judged without it.
    pub vital: bool,
}

const fn needs(name: &'static str, access: Access, what: &'static str, vital: bool) -> Permission {
    Permission { name, access, what, vital }
}

/// All of them. None lets the App change code, settings or people.
pub const PERMISSIONS: &[Permission] = &[
    needs("actions", Access::Read, "workflows that the policy asks for", false),
    needs("administration", Access::Read, "to notice changed settings", false),
    needs("checks", Access::Write, "the check run, and checks that the policy asks for", true),
    needs("contents", Access::Read, "commits and files, never written", true),
    needs("deployments", Access::Write, "to answer for deployments", false),
    needs("issues", Access::Read, "approvals and objections by comment", false),
    needs("members", Access::Read, "who is in a team", false),
    needs("merge_queues", Access::Read, "merge queues", false),
    needs("metadata", Access::Read, "names and default branches", true),
    needs("pull_requests", Access::Write, "pull requests, and to request reviews", true),
    needs("repository_custom_properties", Access::Read, "what kind of repository it is", false),
    needs("statuses", Access::Write, "statuses, and ours if it is switched on", false),
];

impl Permission {
    /// Whether `granted`, as GitHub says it, goes as far.
    pub fn is_met(&self, granted: Option<&str>) -> bool {
        let granted = match granted {
            Some("read") => Access::Read,
            Some("write") => Access::Write,
            Some("admin") => Access::Admin,
            _ => return false,
        };
        granted >= self.access
    }

    /// As GitHub writes how far it goes.
    pub fn level(&self) -> &'static str {
        match self.access {
            Access::Read => "read",
            Access::Write => "write",
            Access::Admin => "admin",
        }
    }
}
