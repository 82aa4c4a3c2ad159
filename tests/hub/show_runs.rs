//! What REST and webhooks show of commits and what runs on them.

use serde_json::{Value, json};

use super::git;
use super::state::{App, CheckRun, Id, Pull, Status, Suite, WorkflowRun, World, time};

impl World {
    pub fn show_status(&self, repo: Id, it: &Status, combined: bool) -> Value {
        let mut value = json!({
            "url": format!("{}/repos/{}/statuses/{}", self.api, self.slug(repo), it.sha), "id": it.id,
            "node_id": format!("SC_{}", it.id), "state": it.state, "context": it.context, "description": it.description,
            "target_url": it.url, "created_at": time(it.at), "updated_at": time(it.at),
            "avatar_url": format!("{}/avatars/{}", self.web, it.creator),
        });
        if !combined {
            value["creator"] = self.show_user(it.creator);
        }
        value
    }

    pub fn show_app(&self, it: &App) -> Value {
        json!({
            "id": it.id, "slug": it.slug, "node_id": format!("A_{}", it.id), "client_id": it.client_id, "name": it.name,
            "owner": self.show_user(it.owner), "description": null, "external_url": self.web, "html_url": format!("{}/apps/{}", self.web, it.slug),
            "created_at": time(self.now - 86400), "updated_at": time(self.now - 86400), "permissions": it.permissions,
            "events": it.events,
        })
    }

    pub fn show_run(&self, repo: Id, it: &CheckRun) -> Value {
        let slug = self.slug(repo);
        let url = format!("{}/repos/{slug}/check-runs/{}", self.api, it.id);
        // Empty for heads in forks.
        let own = |pull: &&Pull| pull.open && pull.head == it.sha && pull.head_repo == Some(repo);
        let pulls: Vec<_> = self.repos[&repo]
            .pulls
            .values()
            .filter(own)
            .map(|it| self.show_pull_short(repo, it))
            .collect();
        json!({
            "id": it.id, "node_id": format!("CR_{}", it.id), "head_sha": it.sha, "name": it.name, "url": url,
            "html_url": format!("{}/{slug}/runs/{}", self.web, it.id), "external_id": it.external_id,
            "details_url": it.details_url, "status": it.status, "conclusion": it.conclusion,
            "started_at": time(it.started), "completed_at": it.completed.map(time),
            "output": {
                "title": it.title, "summary": it.summary, "text": it.text, "annotations_count": it.annotations.len(),
                "annotations_url": format!("{url}/annotations"),
            },
            "check_suite": { "id": it.suite }, "app": self.show_app(&self.apps[&it.app]), "pull_requests": pulls,
        })
    }

    fn show_pull_short(&self, repo: Id, it: &Pull) -> Value {
        let side = |repo: Id, branch: &str, sha: &str| {
            let url = format!("{}/repos/{}", self.api, self.slug(repo));
            json!({ "ref": branch, "sha": sha, "repo": { "id": repo, "url": url, "name": self.repos[&repo].name } })
        };
        json!({
            "id": it.id, "number": it.number, "url": format!("{}/repos/{}/pulls/{}", self.api, self.slug(repo), it.number),
            "head": side(it.head_repo.unwrap_or(repo), &it.head_ref, &it.head), "base": side(repo, &it.base_ref, &it.base),
        })
    }

    pub fn show_suite(&self, repo: Id, it: &Suite) -> Value {
        let slug = self.slug(repo);
        let runs: Vec<_> = self.latest_runs(repo, |run| run.suite == it.id);
        let done = !runs.is_empty() && runs.iter().all(|it| it.status == "completed");
        let url = format!("{}/repos/{slug}/check-suites/{}", self.api, it.id);
        let own = |pull: &&Pull| pull.open && pull.head == it.sha && pull.head_repo == Some(repo);
        let pulls: Vec<_> = self.repos[&repo]
            .pulls
            .values()
            .filter(own)
            .map(|it| self.show_pull_short(repo, it))
            .collect();
        json!({
            "id": it.id, "node_id": format!("CS_{}", it.id), "head_branch": it.branch, "head_sha": it.sha,
            "status": if done { "completed" } else if runs.is_empty() { "queued" } else { "in_progress" },
            "conclusion": if done { json!(worst(&runs)) } else { Value::Null }, "url": url, "before": null, "after": null,
            "pull_requests": pulls, "app": self.show_app(&self.apps[&it.app]), "repository": self.show_repo(repo),
            "created_at": time(it.at), "updated_at": time(it.at), "latest_check_runs_count": runs.len(),
            "check_runs_url": format!("{url}/check-runs"), "head_commit": self.show_simple_commit(repo, &it.sha),
        })
    }

    /// The latest run of each name within each suite.
    pub fn latest_runs(&self, repo: Id, of: impl Fn(&CheckRun) -> bool) -> Vec<&CheckRun> {
        let all = &self.repos[&repo].runs;
        let newer = |it: &CheckRun| {
            all.iter()
                .any(|other| other.id > it.id && other.suite == it.suite && other.name == it.name)
        };
        all.iter().filter(|it| of(it) && !newer(it)).collect()
    }

    pub fn show_simple_commit(&self, repo: Id, sha: &str) -> Value {
        let Some(it) = git::said(&self.repos[&repo].dir, sha) else {
            return Value::Null;
        };
        let who =
            |(name, email, _): &(String, String, i64)| json!({ "name": name, "email": email });
        json!({
            "id": it.oid, "tree_id": it.tree, "message": it.message, "timestamp": time(it.author.2),
            "author": who(&it.author), "committer": who(&it.committer),
        })
    }

    pub fn show_commit(&self, repo: Id, sha: &str) -> Value {
        let it = git::said(&self.repos[&repo].dir, sha).unwrap();
        let slug = self.slug(repo);
        let url = |kind: &str, at: &str| format!("{}/repos/{slug}/{kind}/{at}", self.api);
        let page = |at: &str| format!("{}/{slug}/commit/{at}", self.web);
        let who = |(name, email, at): &(String, String, i64)| json!({ "name": name, "email": email, "date": time(*at) });
        let account = |(_, email, _): &(String, String, i64)| {
            self.by_email(email).map(|it| self.show_user(it.id))
        };
        let parents = it
            .parents
            .iter()
            .map(|at| json!({ "sha": at, "url": url("commits", at), "html_url": page(at) }));
        json!({
            "sha": sha, "node_id": format!("C_{repo}_{sha}"), "url": url("commits", sha), "html_url": page(sha),
            "comments_url": format!("{}/comments", url("commits", sha)),
            "commit": {
                "author": who(&it.author), "committer": who(&it.committer), "message": it.message, "url": url("git/commits", sha),
                "tree": { "sha": it.tree, "url": url("git/trees", &it.tree) }, "comment_count": 0,
                "verification": self.show_verification(repo, sha),
            },
            "author": account(&it.author), "committer": account(&it.committer), "parents": parents.collect::<Vec<_>>(),
        })
    }

    pub fn show_verification(&self, repo: Id, sha: &str) -> Value {
        match self.repos[&repo].signatures.get(sha) {
            None => {
                json!({ "verified": false, "reason": "unsigned", "signature": null, "payload": null, "verified_at": null })
            }
            Some(it) => json!({
                "verified": it.valid, "reason": it.state.to_lowercase(), "signature": "not kept", "payload": "not kept", "verified_at": null,
            }),
        }
    }

    pub fn show_workflow_run(&self, repo: Id, it: &WorkflowRun) -> Value {
        let slug = self.slug(repo);
        let url = format!("{}/repos/{slug}/actions/runs/{}", self.api, it.id);
        let workflow = self.workflow_id(&it.path);
        json!({
            "id": it.id, "name": it.name, "node_id": format!("WFR_{}", it.id), "head_branch": it.branch, "head_sha": it.sha,
            "path": it.path, "run_number": 1, "run_attempt": 1, "event": it.event, "display_title": it.name, "status": it.status,
            "conclusion": it.conclusion, "workflow_id": workflow, "check_suite_id": it.suite,
            "check_suite_node_id": format!("CS_{}", it.suite), "url": url, "html_url": format!("{}/{slug}/actions/runs/{}", self.web, it.id),
            "pull_requests": [], "created_at": time(it.at), "updated_at": time(it.at), "run_started_at": time(it.at),
            "actor": self.show_user(it.actor), "triggering_actor": self.show_user(it.actor),
            "workflow_url": format!("{}/repos/{slug}/actions/workflows/{workflow}", self.api),
            "repository": self.show_repo(repo), "head_repository": self.show_repo(repo),
            "head_commit": self.show_simple_commit(repo, &it.sha),
        })
    }

    /// A workflow's id, made from its path.
    pub fn workflow_id(&self, path: &str) -> u64 {
        path.bytes()
            .fold(7, |id: u64, it| id.wrapping_mul(31).wrapping_add(u64::from(it)) % 1_000_000_007)
    }
}

/// The conclusion of a suite.
pub fn worst(runs: &[&CheckRun]) -> &'static str {
    let order = [
        "failure",
        "timed_out",
        "cancelled",
        "action_required",
        "stale",
        "startup_failure",
        "success",
        "neutral",
        "skipped",
    ];
    let has = |it: &&&str| runs.iter().any(|run| run.conclusion.as_deref() == Some(**it));
    order.iter().find(has).copied().unwrap_or("neutral")
}
