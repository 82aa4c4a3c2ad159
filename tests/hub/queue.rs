//! The merge queue: a group for each entry, which holds all entries before it.

use super::act::NOTHING;
use super::git;
use super::state::{Happened, QueueEntry};
use super::story::{PullHandle, RepoHandle};

/// What a merge queue is about to land.
pub struct GroupHandle {
    repo: RepoHandle,
    entries: Vec<QueueEntry>,
}

pub fn queue(repo: &RepoHandle, pulls: &[&PullHandle]) -> GroupHandle {
    let mut world = repo.hub.world();
    let by = world.user("ana");
    let dir = world.repo(repo.id).dir.clone();
    let mut entries: Vec<QueueEntry> = Vec::new();
    for pull in pulls {
        let (at, it) = (world.tick(), world.pull(repo.id, pull.number).clone());
        let base = git::branch_tip(&dir, &it.base_ref).unwrap();
        let onto = entries.last().map_or_else(|| base.clone(), |it| it.head.clone());
        let message = format!("Merge pull request #{} from {}", it.number, it.head_ref);
        let (web, parents) = (("GitHub", "noreply@github.com"), [onto.clone(), it.head.clone()]);
        let draft =
            git::Draft { parents: &parents, message: &message, author: web, committer: web, at };
        let head = git::merge(&dir, &draft).expect("conflicts");
        let head_ref =
            format!("refs/heads/gh-readonly-queue/{}/pr-{}-{onto}", it.base_ref, it.number);
        world.repo_mut(repo.id).web.insert(head.clone());
        git::point(&dir, &head_ref, &head);
        let id = world.id();
        let entry = QueueEntry {
            id,
            number: it.number,
            by,
            at,
            base: it.base_ref.clone(),
            base_sha: onto,
            head: head.clone(),
            head_ref: head_ref.clone(),
            state: "AWAITING_CHECKS",
        };
        world.repo_mut(repo.id).queue.push(entry.clone());
        world.event(repo.id, it.number, by, Happened::Queued);
        world.emit_pull("enqueued", repo.id, it.number, by, serde_json::Value::Null);
        world.moved(repo.id, &head_ref, None, Some(&head), by, None);
        world.emit_group("checks_requested", repo.id, by, &entry, None);
        entries.push(entry);
    }
    drop(world);
    GroupHandle { repo: repo.clone(), entries }
}

impl GroupHandle {
    /// The head of the last entry: all of them together.
    pub fn head(&self) -> String {
        self.entries.last().unwrap().head.clone()
    }

    /// The head of each entry, in order.
    pub fn heads(&self) -> Vec<String> {
        self.entries.iter().map(|it| it.head.clone()).collect()
    }

    pub fn head_ref(&self) -> String {
        self.entries.last().unwrap().head_ref.clone()
    }

    /// Lands all.
    pub fn merge(self) {
        let last = self.entries.last().unwrap();
        {
            let mut world = self.repo.hub.world();
            world.tick();
            let by = world.user("ana");
            let dir = world.repo(self.repo.id).dir.clone();
            let name = format!("refs/heads/{}", last.base);
            let old = git::branch_tip(&dir, &last.base);
            git::point(&dir, &name, &last.head);
            world.moved(
                self.repo.id,
                &name,
                old.as_deref(),
                Some(&last.head),
                by,
                Some("merge_queue_merge"),
            );
        }
        self.end("merged");
    }

    /// Takes all out: `invalidated` or `dequeued`.
    pub fn destroy(self, reason: &str) {
        self.end(reason);
    }

    fn end(&self, reason: &str) {
        let mut world = self.repo.hub.world();
        world.tick();
        let by = world.user("ana");
        let dir = world.repo(self.repo.id).dir.clone();
        for it in &self.entries {
            world.repo_mut(self.repo.id).queue.retain(|one| one.id != it.id);
            git::unpoint(&dir, &it.head_ref);
            world.moved(self.repo.id, &it.head_ref, Some(&it.head), None, by, None);
            if reason != "merged" {
                world.event(
                    self.repo.id,
                    it.number,
                    by,
                    Happened::Unqueued { reason: reason.to_owned() },
                );
                world.emit_pull(
                    "dequeued",
                    self.repo.id,
                    it.number,
                    by,
                    serde_json::json!({ "reason": "MERGE_CONFLICT" }),
                );
            }
            world.emit_group("destroyed", self.repo.id, by, it, Some(reason));
        }
        let _ = NOTHING;
    }
}
