//! The one question about a pull request, in GraphQL.
//!
//! Which parts are asked is said by variables, so that the text never changes:
//! what the policy does not need is not asked, and what did not fit on a page is
//! asked for alone. Source of all names: GitHub's published schema.

use serde_json::{Map, Value, json};

use crate::github::Slug;

/// Entries on a page: as many as GitHub gives.
pub const PAGE: usize = 100;

/// What both questions ask in the same words.
macro_rules! fragments {
    () => {
        "fragment who on Actor {
  __typename login
  ... on User { databaseId }
  ... on Bot { databaseId }
}
fragment ran on Commit {
  oid
  checkSuites(first: $page) {
    pageInfo { hasNextPage endCursor }
    nodes { status conclusion updatedAt workflowRun { event file { path } } }
  }
  statusCheckRollup {
    contexts(first: $page, after: $checksAfter) {
      pageInfo { hasNextPage endCursor }
      nodes {
        __typename
        ... on CheckRun {
          name status conclusion startedAt completedAt
          checkSuite {
            app { databaseId }
            workflowRun { event file { path } }
          }
        }
        ... on StatusContext { context state createdAt creator { ...who } }
      }
    }
  }
}"
    };
}

/// The text.
pub const PULL: &str = concat!(
    "
query Pull(
  $owner: String!, $name: String!, $number: Int!, $page: Int!,
  $reviews: Boolean!, $reviewsAfter: String, $comments: Boolean!, $commentsAfter: String,
  $threads: Boolean!, $threadsAfter: String, $timeline: Boolean!, $timelineAfter: String,
  $labels: Boolean!, $labelsAfter: String, $commits: Boolean!, $commitsAfter: String,
  $checks: Boolean!, $checksAfter: String, $topics: Boolean!
) {
  rateLimit { cost remaining resetAt }
  repository(owner: $owner, name: $name) {
    databaseId nameWithOwner isPrivate
    defaultBranchRef { name target { oid } }
    repositoryTopics(first: $page) @include(if: $topics) {
      pageInfo { hasNextPage endCursor } nodes { topic { name } }
    }
    pullRequest(number: $number) {
      number state isDraft title body createdAt updatedAt lastEditedAt
      author { ...who } editor { ...who } authorAssociation
      headRefName headRefOid isCrossRepository headRepository { nameWithOwner databaseId }
      baseRefName baseRef { name target { oid } }
      additions deletions changedFiles
      autoMergeRequest { enabledBy { ...who } }
      mergeQueueEntry { enqueuer { ...who } }
      labels(first: $page, after: $labelsAfter) @include(if: $labels) {
        pageInfo { hasNextPage endCursor } nodes { name }
      }
      reviews(first: $page, after: $reviewsAfter) @include(if: $reviews) {
        pageInfo { hasNextPage endCursor }
        nodes {
          fullDatabaseId state body submittedAt lastEditedAt
          author { ...who } editor { ...who } authorCanPushToRepository
        }
      }
      comments(first: $page, after: $commentsAfter) @include(if: $comments) {
        pageInfo { hasNextPage endCursor }
        nodes {
          body createdAt lastEditedAt isMinimized author { ...who } editor { ...who }
        }
      }
      reviewThreads(first: $page, after: $threadsAfter) @include(if: $threads) {
        pageInfo { hasNextPage endCursor }
        nodes {
          isResolved path line resolvedBy { login }
          comments(first: 1) { nodes { author { ...who } } }
        }
      }
      timelineItems(first: $page, after: $timelineAfter, itemTypes: [
        BASE_REF_CHANGED_EVENT, HEAD_REF_FORCE_PUSHED_EVENT, LABELED_EVENT, REVIEW_DISMISSED_EVENT
      ]) @include(if: $timeline) {
        pageInfo { hasNextPage endCursor }
        nodes {
          __typename
          ... on BaseRefChangedEvent { actor { ...who } createdAt previousRefName currentRefName }
          ... on HeadRefForcePushedEvent {
            actor { ...who } createdAt beforeCommit { oid } afterCommit { oid }
          }
          ... on LabeledEvent { actor { ...who } createdAt label { name } }
          ... on ReviewDismissedEvent {
            actor { ...who } createdAt previousReviewState review { fullDatabaseId }
          }
        }
      }
      commits(first: $page, after: $commitsAfter) @include(if: $commits) {
        pageInfo { hasNextPage endCursor }
        nodes {
          commit {
            oid committedViaWeb
            author { email user { login databaseId } }
            committer { email user { login databaseId } }
            authors(first: $page) {
              pageInfo { hasNextPage endCursor } nodes { email user { login databaseId } }
            }
            signature {
              __typename isValid wasSignedByGitHub signer { login }
              ... on GpgSignature { keyId }
              ... on SshSignature { keyFingerprint }
            }
          }
        }
      }
      tip: commits(last: 1) @include(if: $checks) {
        nodes { commit { ...ran } }
      }
    }
  }
}
",
    fragments!()
);

/// What ran on a commit, and the members of a merge queue.
pub const COMMIT: &str = concat!(
    "
query Commit($owner: String!, $name: String!, $oid: GitObjectID!, $page: Int!, $checksAfter: String) {
  rateLimit { cost remaining resetAt }
  repository(owner: $owner, name: $name) {
    object(oid: $oid) { __typename ... on Commit { ...ran } }
  }
}
",
    fragments!()
);

/// A part that comes in pages.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Part {
    /// Reviews.
    Reviews,
    /// Comments below the pull request.
    Comments,
    /// Threads of reviews.
    Threads,
    /// Events: retargets, forced pushes, labels, dismissals.
    Timeline,
    /// Labels.
    Labels,
    /// The accounts behind commits.
    Commits,
    /// What ran on the head.
    Checks,
}

impl Part {
    /// Every part.
    pub const ALL: [Self; 7] = [
        Self::Reviews,
        Self::Comments,
        Self::Threads,
        Self::Timeline,
        Self::Labels,
        Self::Commits,
        Self::Checks,
    ];

    /// What the variables call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Reviews => "reviews",
            Self::Comments => "comments",
            Self::Threads => "threads",
            Self::Timeline => "timeline",
            Self::Labels => "labels",
            Self::Commits => "commits",
            Self::Checks => "checks",
        }
    }
}

/// The variables of [`PULL`]: `parts`, each from behind its cursor.
pub fn variables(
    repository: &Slug,
    number: u64,
    parts: &[(Part, Option<String>)],
    topics: bool,
) -> Value {
    let mut all = Map::new();
    all.insert("owner".to_owned(), json!(repository.owner()));
    all.insert("name".to_owned(), json!(repository.name()));
    all.insert("number".to_owned(), json!(number));
    all.insert("page".to_owned(), json!(PAGE));
    all.insert("topics".to_owned(), json!(topics));
    for part in Part::ALL {
        let asked = parts.iter().find(|(it, _)| *it == part);
        all.insert(part.name().to_owned(), json!(asked.is_some()));
        let after = asked.and_then(|(_, after)| after.clone());
        all.insert(format!("{}After", part.name()), json!(after));
    }
    Value::Object(all)
}
