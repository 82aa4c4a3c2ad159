//! The accounts behind commits that GitHub does not list with a pull request, such as
//! those behind the second parent of a merge.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::{Value, json};

use super::shape::CommitNode;
use super::told::Told;
use crate::github::Slug;
use crate::model::Oid;

/// So many commits are asked for at once.
pub const MOST: usize = 50;

/// The text of the question for `commits`.
pub fn text(commits: &[Oid]) -> String {
    let mut text = "query Commits($owner: String!, $name: String!, $page: Int!) {\n  \
         rateLimit { cost remaining resetAt }\n  repository(owner: $owner, name: $name) {\n"
        .to_owned();
    for oid in commits {
        let _ = writeln!(text, "    c{oid}: object(oid: \"{oid}\") {{ ...commit }}");
    }
    text.push_str(
        "  }
}
fragment commit on Commit {
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
}",
    );
    text
}

/// The variables of the question.
pub fn variables(repository: &Slug) -> Value {
    json!({ "owner": repository.owner(), "name": repository.name(), "page": super::query::PAGE })
}

impl Told {
    /// Takes in the `data` of an answer; what it lacks stays unknown.
    pub fn take_commits(&mut self, data: Value) -> Result<(), String> {
        #[derive(serde::Deserialize)]
        struct Root {
            repository: Option<BTreeMap<String, Value>>,
        }
        let wrong = |error| format!("GitHub's answer has another shape: {error}");
        let root: Root = serde_json::from_value(data).map_err(wrong)?;
        for (_, commit) in root.repository.unwrap_or_default() {
            // What GitHub does not know, or is no commit, tells nothing.
            if commit.get("oid").is_none() {
                continue;
            }
            let node: CommitNode =
                serde_json::from_value(json!({ "commit": commit })).map_err(wrong)?;
            self.commit(node);
        }
        Ok(())
    }
}
