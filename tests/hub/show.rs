//! What REST and webhooks show of the state. Only what the state knows is said here;
//! `describe` completes it by the published description.

use serde_json::{Value, json};

use super::describe::filled;
use super::git;
use super::state::{
    Activity, App, CheckRun, Comment, Event, Happened, Id, Kind, Pull, Review, Role, Ruleset,
    State, Status, Suite, Team, Thread, WorkflowRun, World, time,
};

/// The account that stands for deleted ones.
const GHOST: Id = 10137;

impl World {
    pub fn show_user(&self, id: Id) -> Value {
        let it = &self.accounts[&id];
        if it.gone {
            return self.show_login(GHOST, "ghost", "User");
        }
        let (kind, prefix) = match it.kind {
            Kind::User => ("User", "U"),
            Kind::Bot => ("Bot", "BOT"),
            Kind::Organization => ("Organization", "O"),
        };
        let mut value = self.show_login(id, &self.login(id), kind);
        value["node_id"] = json!(format!("{prefix}_{id}"));
        value
    }

    fn show_login(&self, id: Id, login: &str, kind: &str) -> Value {
        let (api, web) = (&self.api, &self.web);
        // A bot's has brackets.
        let path = login.replace('[', "%5B").replace(']', "%5D");
        let url = format!("{api}/users/{path}");
        json!({
            "login": login, "id": id, "node_id": format!("U_{id}"), "type": kind, "site_admin": false,
            "avatar_url": format!("{web}/avatars/{id}"), "gravatar_id": "", "url": url,
            "html_url": format!("{web}/{path}"), "user_view_type": "public",
            "followers_url": format!("{url}/followers"), "following_url": format!("{url}/following{{/other_user}}"),
            "gists_url": format!("{url}/gists{{/gist_id}}"), "starred_url": format!("{url}/starred{{/owner}}{{/repo}}"),
            "subscriptions_url": format!("{url}/subscriptions"), "organizations_url": format!("{url}/orgs"),
            "repos_url": format!("{url}/repos"), "events_url": format!("{url}/events{{/privacy}}"),
            "received_events_url": format!("{url}/received_events"),
        })
    }

    pub fn show_repo(&self, id: Id) -> Value {
        let it = &self.repos[&id];
        let slug = self.slug(id);
        let (api, web) = (&self.api, &self.web);
        json!({
            "id": id, "node_id": format!("R_{id}"), "name": it.name, "full_name": slug,
            "private": it.private, "visibility": if it.private { "private" } else { "public" },
            "owner": self.show_user(it.owner), "html_url": format!("{web}/{slug}"), "description": null,
            "fork": it.fork_of.is_some(), "url": format!("{api}/repos/{slug}"),
            "default_branch": it.default_branch, "archived": it.archived, "disabled": false,
            "clone_url": format!("{web}/{slug}.git"), "git_url": format!("git://127.0.0.1/{slug}.git"),
            "ssh_url": format!("git@127.0.0.1:{slug}.git"), "topics": it.topics,
            "pulls_url": format!("{api}/repos/{slug}/pulls{{/number}}"), "allow_forking": true, "is_template": false,
            "has_issues": true, "has_projects": false, "has_wiki": false, "has_pages": false, "has_discussions": false,
            "pushed_at": time(it.activity.last().map_or(self.now, |it| it.at)),
            "created_at": time(self.now - 86400), "updated_at": time(self.now), "license": null, "language": null,
            "homepage": null, "mirror_url": null, "size": 1,
        })
    }

    /// A pull request as webhooks and `GET /pulls/{n}` show it.
    pub fn show_pull(&self, repo: Id, number: u64) -> Value {
        let it = self.pull(repo, number);
        let dir = &self.repos[&repo].dir;
        let files = git::changed(dir, &it.base, &it.head);
        let base = git::branch_tip(dir, &it.base_ref);
        let merges = it.open && base.as_ref().is_some_and(|base| git::merges(dir, base, &it.head));
        let mut value = self.show_pull_simple(repo, number);
        let more = json!({
            "merged": it.merged.is_some(), "mergeable": if it.open { json!(merges) } else { Value::Null },
            "rebaseable": null, "mergeable_state": if merges { "clean" } else { "dirty" },
            "merged_by": it.merged.as_ref().map(|it| self.show_user(it.by)),
            "comments": it.comments.len(), "review_comments": it.threads.iter().map(|it| it.comments.len()).sum::<usize>(),
            "maintainer_can_modify": it.maintainer_can_modify,
            "commits": git::between(dir, &it.base, &it.head).len(),
            "additions": files.iter().map(|it| it.additions).sum::<u64>(),
            "deletions": files.iter().map(|it| it.deletions).sum::<u64>(),
            "changed_files": files.len(),
        });
        value.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        value
    }

    pub fn show_pull_simple(&self, repo: Id, number: u64) -> Value {
        let it = self.pull(repo, number);
        let slug = self.slug(repo);
        let (api, web) = (&self.api, &self.web);
        let url = format!("{api}/repos/{slug}/pulls/{number}");
        let labels: Vec<_> =
            it.labels.iter().map(|(name, _)| self.show_label(repo, name)).collect();
        let teams: Vec<_> = it
            .asked_teams
            .iter()
            .filter_map(|it| self.teams.get(it))
            .map(|it| self.show_team(it))
            .collect();
        let merge_commit = it.merged.as_ref().map(|it| it.commit.clone());
        json!({
            "id": it.id, "node_id": format!("PR_{}", it.id), "number": number, "url": url,
            "html_url": format!("{web}/{slug}/pull/{number}"), "diff_url": format!("{web}/{slug}/pull/{number}.diff"),
            "patch_url": format!("{web}/{slug}/pull/{number}.patch"), "issue_url": format!("{api}/repos/{slug}/issues/{number}"),
            "commits_url": format!("{url}/commits"), "review_comments_url": format!("{url}/comments"),
            "review_comment_url": format!("{url}/comments{{/number}}"),
            "comments_url": format!("{api}/repos/{slug}/issues/{number}/comments"),
            "statuses_url": format!("{api}/repos/{slug}/statuses/{}", it.head),
            "state": if it.open { "open" } else { "closed" }, "locked": it.locked, "title": it.title, "body": it.body,
            "user": self.show_user(it.author), "labels": labels, "milestone": null, "draft": it.draft,
            "created_at": time(it.created), "updated_at": time(it.updated), "closed_at": it.closed.map(time),
            "merged_at": it.merged.as_ref().map(|it| time(it.at)), "merge_commit_sha": merge_commit,
            "assignee": null, "assignees": [], "active_lock_reason": null, "auto_merge": null,
            "requested_reviewers": it.asked.iter().map(|it| self.show_user(*it)).collect::<Vec<_>>(),
            "requested_teams": teams, "author_association": self.association(repo, it.author),
            "head": self.show_side(it.head_repo, &it.head_owner, &it.head_ref, &it.head),
            "base": self.show_side(Some(repo), "", &it.base_ref, &it.base),
            "_links": links(&url, api, web, &slug, it),
        })
    }

    fn show_side(&self, repo: Option<Id>, owner: &str, branch: &str, sha: &str) -> Value {
        let account = repo.map(|it| self.repos[&it].owner);
        let login = account.map_or_else(|| owner.to_owned(), |it| self.accounts[&it].login.clone());
        json!({
            "label": format!("{login}:{branch}"), "ref": branch, "sha": sha,
            "user": account.map(|it| self.show_user(it)), "repo": repo.map(|it| self.show_repo(it)),
        })
    }

    pub fn show_label(&self, repo: Id, name: &str) -> Value {
        let id = self.repos[&repo].labels.get(name).copied().unwrap_or(1);
        let url =
            format!("{}/repos/{}/labels/{}", self.api, self.slug(repo), super::http::encoded(name));
        json!({ "id": id, "node_id": format!("LA_{id}"), "url": url, "name": name, "color": "ededed", "default": false, "description": null })
    }

    pub fn association(&self, repo: Id, user: Id) -> &'static str {
        let it = &self.repos[&repo];
        match self.orgs.get(&it.owner) {
            _ if it.owner == user => "OWNER",
            Some(org) if org.members.contains_key(&user) => "MEMBER",
            _ if it.roles.get(&user).is_some_and(|it| *it > Role::Nothing) => "COLLABORATOR",
            _ => "NONE",
        }
    }

    /// A deleted reviewer is null here, where elsewhere it is the ghost.
    fn show_or_null(&self, id: Id) -> Value {
        if self.accounts[&id].gone { Value::Null } else { self.show_user(id) }
    }

    pub fn show_review(&self, repo: Id, number: u64, it: &Review) -> Value {
        let slug = self.slug(repo);
        let page = format!("{}/{slug}/pull/{number}#pullrequestreview-{}", self.web, it.id);
        let url = format!("{}/repos/{slug}/pulls/{number}", self.api);
        let mut value = json!({
            "id": it.id, "node_id": format!("PRR_{}", it.id), "user": self.show_or_null(it.author), "body": it.body,
            "state": it.state.name(), "html_url": page, "pull_request_url": url, "commit_id": it.commit,
            "author_association": self.association(repo, it.author),
            "_links": { "html": { "href": page }, "pull_request": { "href": url } },
        });
        if it.state != State::Pending {
            value["submitted_at"] = json!(time(it.at));
        }
        value
    }

    pub fn show_comment(&self, repo: Id, number: u64, it: &Comment) -> Value {
        let slug = self.slug(repo);
        json!({
            "id": it.id, "node_id": format!("IC_{}", it.id), "body": it.body, "user": self.show_user(it.author),
            "url": format!("{}/repos/{slug}/issues/comments/{}", self.api, it.id),
            "html_url": format!("{}/{slug}/pull/{number}#issuecomment-{}", self.web, it.id),
            "issue_url": format!("{}/repos/{slug}/issues/{number}", self.api),
            "created_at": time(it.at), "updated_at": time(it.edited.map_or(it.at, |it| it.0)),
            "author_association": self.association(repo, it.author),
            "performed_via_github_app": it.app.map(|id| self.show_app(&self.apps[&id])),
        })
    }

    pub fn show_thread_comment(
        &self,
        repo: Id,
        number: u64,
        thread: &Thread,
        it: &Comment,
    ) -> Value {
        let slug = self.slug(repo);
        let url = format!("{}/repos/{slug}/pulls/comments/{}", self.api, it.id);
        let pull = format!("{}/repos/{slug}/pulls/{number}", self.api);
        let page = format!("{}/{slug}/pull/{number}#discussion_r{}", self.web, it.id);
        json!({
            "id": it.id, "node_id": format!("PRRC_{}", it.id), "url": url, "pull_request_review_id": thread.review,
            "diff_hunk": "@@ -1 +1 @@", "path": thread.path, "position": if thread.outdated { Value::Null } else { json!(1) },
            "original_position": 1, "commit_id": thread.commit, "original_commit_id": thread.commit, "line": thread.line,
            "original_line": thread.line, "side": "RIGHT", "user": self.show_user(it.author), "body": it.body,
            "created_at": time(it.at), "updated_at": time(it.edited.map_or(it.at, |it| it.0)), "html_url": page,
            "pull_request_url": pull, "author_association": self.association(repo, it.author),
            "_links": { "self": { "href": url }, "html": { "href": page }, "pull_request": { "href": pull } },
        })
    }

    pub fn show_team(&self, it: &Team) -> Value {
        let org = self.accounts[&it.org].login.clone();
        let url = format!("{}/organizations/{}/team/{}", self.api, it.org, it.id);
        json!({
            "id": it.id, "node_id": format!("T_{}", it.id), "name": it.name, "slug": it.slug, "description": null,
            "privacy": if it.secret { "secret" } else { "closed" }, "notification_setting": "notifications_enabled",
            "permission": "pull", "url": url, "html_url": format!("{}/orgs/{org}/teams/{}", self.web, it.slug),
            "members_url": format!("{url}/members{{/member}}"), "repositories_url": format!("{url}/repos"),
            "parent": it.parent.map(|id| self.show_team(&self.teams[&id])), "type": "organization", "organization_id": it.org,
        })
    }

    pub fn show_activity(&self, it: &Activity) -> Value {
        json!({
            "id": it.id, "node_id": format!("PSH_{}", it.id), "before": it.before, "after": it.after, "ref": it.name,
            "timestamp": time(it.at), "activity_type": it.kind, "actor": self.show_or_null(it.by),
        })
    }

    pub fn show_ruleset(&self, source: &str, kind: &str, it: &Ruleset, whole: bool) -> Value {
        let mut value = json!({
            "id": it.id, "name": it.body["name"], "target": it.body["target"].as_str().unwrap_or("branch"),
            "source_type": kind, "source": source, "enforcement": it.body["enforcement"], "node_id": format!("RRS_{}", it.id),
            "created_at": time(it.at), "updated_at": time(it.updated),
        });
        if whole {
            for key in ["conditions", "rules", "bypass_actors"] {
                let empty = if key == "conditions" { json!({}) } else { json!([]) };
                value[key] = if it.body[key].is_null() { empty } else { it.body[key].clone() };
            }
            value["current_user_can_bypass"] = json!("never");
        }
        value
    }

    /// An entry of the timeline; `None` for those that REST shows differently.
    pub fn show_event(&self, repo: Id, number: u64, it: &Event) -> Value {
        let url = format!("{}/repos/{}/issues/events/{}", self.api, self.slug(repo), it.id);
        let mut value = json!({
            "id": it.id, "node_id": format!("EV_{}", it.id), "url": url, "actor": self.show_user(it.by), "commit_id": null,
            "commit_url": null, "created_at": time(it.at), "performed_via_github_app": null,
        });
        let reviewer = |user: &Option<Id>, team: &Option<Id>| match (user, team) {
            (Some(user), _) => ("requested_reviewer", self.show_user(*user)),
            (_, Some(team)) => ("requested_team", self.show_team(&self.teams[team])),
            _ => ("requested_reviewer", Value::Null),
        };
        let name = match &it.what {
            Happened::Labeled(name) | Happened::Unlabeled(name) => {
                value["label"] = json!({ "name": name, "color": "ededed" });
                if matches!(it.what, Happened::Labeled(_)) { "labeled" } else { "unlabeled" }
            }
            Happened::Forced { after, .. } => {
                value["commit_id"] = json!(after);
                "head_ref_force_pushed"
            }
            Happened::BaseForced { .. } => "base_ref_force_pushed",
            Happened::Retargeted { .. } => "base_ref_changed",
            Happened::Dismissed { review, was, message } => {
                value["dismissed_review"] = json!({ "state": was.name().to_lowercase(), "review_id": review, "dismissal_message": message });
                "review_dismissed"
            }
            Happened::Asked { user, team } => {
                let (key, who) = reviewer(user, team);
                value[key] = who;
                value["review_requester"] = self.show_user(it.by);
                "review_requested"
            }
            Happened::Unasked { user, team } => {
                let (key, who) = reviewer(user, team);
                value[key] = who;
                value["review_requester"] = self.show_user(it.by);
                "review_request_removed"
            }
            Happened::Renamed { from, to } => {
                value["rename"] = json!({ "from": from, "to": to });
                "renamed"
            }
            Happened::Closed => "closed",
            Happened::Reopened => "reopened",
            Happened::Merged { commit } => {
                value["commit_id"] = json!(commit);
                "merged"
            }
            Happened::Ready => "ready_for_review",
            Happened::Drafted => "convert_to_draft",
            Happened::HeadDeleted => "head_ref_deleted",
            Happened::Queued => "added_to_merge_queue",
            Happened::Unqueued { .. } => "removed_from_merge_queue",
        };
        value["event"] = json!(name);
        let _ = number;
        value
    }

    /// A pull request as a webhook shows it: whole.
    pub fn payload_pull(&self, repo: Id, number: u64) -> Value {
        filled("pull-request", self.show_pull(repo, number))
    }

    pub fn payload_repo(&self, repo: Id) -> Value {
        filled("repository", self.show_repo(repo))
    }
}

fn links(url: &str, api: &str, web: &str, slug: &str, it: &Pull) -> Value {
    let number = it.number;
    json!({
        "self": { "href": url }, "html": { "href": format!("{web}/{slug}/pull/{number}") },
        "issue": { "href": format!("{api}/repos/{slug}/issues/{number}") },
        "comments": { "href": format!("{api}/repos/{slug}/issues/{number}/comments") },
        "review_comments": { "href": format!("{url}/comments") },
        "review_comment": { "href": format!("{api}/repos/{slug}/pulls/comments{{/number}}") },
        "commits": { "href": format!("{url}/commits") },
        "statuses": { "href": format!("{api}/repos/{slug}/statuses/{}", it.head) },
    })
}
