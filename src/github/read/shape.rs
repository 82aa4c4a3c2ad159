//! What GitHub answers, as it answers it.

#![allow(clippy::struct_field_names, reason = "the names are GitHub's")]

use serde::Deserialize;

/// Answers of a connection.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Page<T> {
    #[serde(rename = "pageInfo", default)]
    pub(super) info: PageInfo,
    /// A node that may not be seen is `null`.
    #[serde(default = "Vec::new")]
    pub(super) nodes: Vec<Option<T>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct PageInfo {
    pub(super) has_next_page: bool,
    pub(super) end_cursor: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Root {
    pub(super) repository: Option<Repository>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Repository {
    pub(super) database_id: Option<u64>,
    pub(super) name_with_owner: String,
    pub(super) default_branch_ref: Option<Ref>,
    pub(super) repository_topics: Option<Page<TopicNode>>,
    pub(super) pull_request: Option<Pull>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct TopicNode {
    pub(super) topic: Named,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Named {
    pub(super) name: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Ref {
    pub(super) name: String,
    pub(super) target: Option<Object>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Object {
    pub(super) oid: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Who {
    #[serde(rename = "__typename")]
    pub(super) kind: String,
    pub(super) login: String,
    pub(super) database_id: Option<u64>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Pull {
    pub(super) number: u64,
    pub(super) state: String,
    pub(super) is_draft: bool,
    pub(super) title: String,
    #[serde(default)]
    pub(super) body: String,
    pub(super) created_at: Option<String>,
    pub(super) updated_at: Option<String>,
    pub(super) last_edited_at: Option<String>,
    pub(super) author: Option<Who>,
    pub(super) editor: Option<Who>,
    pub(super) author_association: Option<String>,
    pub(super) head_ref_name: String,
    pub(super) head_ref_oid: String,
    pub(super) is_cross_repository: bool,
    pub(super) head_repository: Option<HeadRepository>,
    pub(super) base_ref_name: String,
    pub(super) base_ref: Option<Ref>,
    pub(super) auto_merge_request: Option<AutoMerge>,
    pub(super) merge_queue_entry: Option<QueueEntry>,
    pub(super) labels: Option<Page<Named>>,
    pub(super) reviews: Option<Page<Review>>,
    pub(super) comments: Option<Page<Comment>>,
    pub(super) review_threads: Option<Page<Thread>>,
    pub(super) timeline_items: Option<Page<Event>>,
    pub(super) commits: Option<Page<CommitNode>>,
    pub(super) tip: Option<Page<TipNode>>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct HeadRepository {
    pub(super) name_with_owner: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AutoMerge {
    pub(super) enabled_by: Option<Who>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct QueueEntry {
    pub(super) enqueuer: Option<Who>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Review {
    /// A number that GitHub writes as text.
    pub(super) full_database_id: Option<Id>,
    pub(super) state: String,
    #[serde(default)]
    pub(super) body: String,
    pub(super) submitted_at: Option<String>,
    pub(super) last_edited_at: Option<String>,
    pub(super) author: Option<Who>,
    pub(super) editor: Option<Who>,
    pub(super) author_can_push_to_repository: Option<bool>,
}

/// `BigInt`, which comes as text, and from some servers as a number.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Id {
    Number(u64),
    Text(String),
}

impl Id {
    pub(super) fn number(&self) -> Option<u64> {
        match self {
            Self::Number(it) => Some(*it),
            Self::Text(it) => it.parse().ok(),
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Comment {
    #[serde(default)]
    pub(super) body: String,
    pub(super) created_at: Option<String>,
    pub(super) last_edited_at: Option<String>,
    #[serde(default)]
    pub(super) is_minimized: bool,
    pub(super) author: Option<Who>,
    pub(super) editor: Option<Who>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Thread {
    pub(super) is_resolved: bool,
    pub(super) path: Option<String>,
    pub(super) line: Option<usize>,
    pub(super) resolved_by: Option<Login>,
    pub(super) comments: Option<Page<ThreadComment>>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct ThreadComment {
    pub(super) author: Option<Who>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Login {
    pub(super) login: String,
    pub(super) database_id: Option<u64>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Event {
    #[serde(rename = "__typename")]
    pub(super) kind: String,
    pub(super) actor: Option<Who>,
    pub(super) created_at: Option<String>,
    pub(super) previous_ref_name: Option<String>,
    pub(super) current_ref_name: Option<String>,
    pub(super) before_commit: Option<Object>,
    pub(super) after_commit: Option<Object>,
    pub(super) label: Option<Named>,
    pub(super) previous_review_state: Option<String>,
    pub(super) review: Option<Dismissed>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Dismissed {
    pub(super) full_database_id: Option<Id>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct CommitNode {
    pub(super) commit: Commit,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Commit {
    pub(super) oid: String,
    #[serde(default)]
    pub(super) committed_via_web: bool,
    pub(super) author: Option<GitActor>,
    pub(super) committer: Option<GitActor>,
    pub(super) authors: Option<Page<GitActor>>,
    pub(super) signature: Option<Signature>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct GitActor {
    pub(super) email: Option<String>,
    pub(super) user: Option<Login>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Signature {
    #[serde(rename = "__typename")]
    pub(super) kind: String,
    pub(super) is_valid: bool,
    #[serde(default)]
    pub(super) was_signed_by_git_hub: bool,
    pub(super) signer: Option<Login>,
    pub(super) key_id: Option<String>,
    pub(super) key_fingerprint: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct TipNode {
    pub(super) commit: Ran,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Ran {
    pub(super) oid: String,
    pub(super) status_check_rollup: Option<Rollup>,
    pub(super) check_suites: Option<Page<RanSuite>>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RanSuite {
    pub(super) status: Option<String>,
    pub(super) conclusion: Option<String>,
    pub(super) updated_at: Option<String>,
    pub(super) workflow_run: Option<Workflow>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Rollup {
    pub(super) contexts: Page<Context>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Context {
    #[serde(rename = "__typename")]
    pub(super) kind: String,
    pub(super) name: Option<String>,
    pub(super) status: Option<String>,
    pub(super) conclusion: Option<String>,
    pub(super) started_at: Option<String>,
    pub(super) completed_at: Option<String>,
    pub(super) check_suite: Option<Suite>,
    pub(super) context: Option<String>,
    pub(super) state: Option<String>,
    pub(super) created_at: Option<String>,
    pub(super) creator: Option<Who>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Suite {
    pub(super) app: Option<App>,
    pub(super) workflow_run: Option<Workflow>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct App {
    pub(super) database_id: Option<u64>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Workflow {
    pub(super) event: Option<String>,
    pub(super) file: Option<File>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct File {
    pub(super) path: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct CommitRoot {
    pub(super) repository: Option<CommitRepository>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct CommitRepository {
    pub(super) object: Option<Ran>,
}
