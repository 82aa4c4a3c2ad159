//! What is asked of pull requests, as the parameters of one rule.

use serde_json::{Map, Value, json};

use crate::import::How;

/// The most approvals that GitHub can ask for.
const MOST: i64 = 10;

/// The parameters so far.
#[derive(Default)]
pub(super) struct Pull {
    count: i64,
    dismiss: bool,
    last: bool,
    pub(super) owners: bool,
    pub(super) threads: bool,
    pub(super) methods: Vec<&'static str>,
}

impl Pull {
    pub(super) fn parameters(self) -> Value {
        let mut parameters = Map::from_iter([
            ("required_approving_review_count".to_owned(), json!(self.count)),
            ("dismiss_stale_reviews_on_push".to_owned(), json!(self.dismiss)),
            ("require_code_owner_review".to_owned(), json!(self.owners)),
            ("require_last_push_approval".to_owned(), json!(self.last)),
            ("required_review_thread_resolution".to_owned(), json!(self.threads)),
        ]);
        if !self.methods.is_empty() {
            parameters.insert("allowed_merge_methods".to_owned(), json!(self.methods));
        }
        Value::Object(parameters)
    }

    /// Takes what GitHub knows of a requirement, and tells the rest.
    pub(super) fn approvals(&mut self, settings: &toml::Value) -> Vec<(How, String)> {
        let tree = ["all-of", "any-of", "not", "each", "when", "requires", "distinct"];
        let leaf = settings.as_table().filter(|it| tree.iter().all(|key| !it.contains_key(*key)));
        let Some(leaf) = leaf else {
            let what = "GitHub cannot ask for it, only that there is a pull request: the bot does";
            return vec![(How::Lost, what.to_owned())];
        };
        let mut notes = Vec::new();
        let count = leaf.get("count").and_then(toml::Value::as_integer).unwrap_or(1);
        if count > MOST {
            notes.push((
                How::Looser,
                format!("GitHub asks for {MOST} approvals at most, not {count}"),
            ));
        }
        self.count = self.count.max(count.clamp(0, MOST));
        let flag = |key: &str| leaf.get(key).and_then(toml::Value::as_bool) == Some(true);
        self.dismiss |= leaf.get("invalidate").and_then(toml::Value::as_str) != Some("none");
        self.last |= leaf.get("last-pusher").and_then(toml::Value::as_str) != Some("allowed");
        let from: Vec<_> =
            leaf.get("from").and_then(toml::Value::as_array).into_iter().flatten().collect();
        let writers = from.iter().all(|it| it.as_str() == Some("permission:write"));
        if !writers {
            notes.push((
                How::Looser,
                "whoever may write counts at GitHub: who it must be, the bot tells".to_owned(),
            ));
        }
        if !flag("allow-contributor") && !flag("allow-non-author-contributor") {
            let what = "whoever wrote a commit may approve at GitHub, but for the author of the pull request: the bot does not count them";
            notes.push((How::Looser, what.to_owned()));
        }
        let known = ["count", "from", "invalidate", "last-pusher", "name"];
        let rest: Vec<_> = leaf
            .keys()
            .filter(|it| !known.contains(&it.as_str()))
            .map(|it| format!("`{it}`"))
            .collect();
        if !rest.is_empty() {
            notes.push((
                How::Different,
                format!("GitHub knows no {}: the bot does", rest.join(", ")),
            ));
        }
        notes
    }
}
