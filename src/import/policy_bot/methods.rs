//! How people say that they agree or object.

use crate::import::draft::Value;
use crate::import::theirs::{Reading, Theirs};

/// What policy-bot takes for a word if nothing else is said: thumbs up or down.
pub(super) const UP: [&str; 2] = [":+1:", "👍"];
pub(super) const DOWN: [&str; 2] = [":-1:", "👎"];

const KEYS: [&str; 5] = [
    "comments",
    "comment_patterns",
    "github_review",
    "github_review_comment_patterns",
    "body_patterns",
];

/// Ways to say something.
#[derive(Clone, Debug)]
pub(super) struct Methods {
    pub(super) comments: Vec<String>,
    pub(super) comment_patterns: Vec<String>,
    pub(super) review: bool,
    pub(super) review_patterns: Vec<String>,
    pub(super) body_patterns: Vec<String>,
}

impl Methods {
    /// Comments with one of `thumbs`, and reviews.
    pub(super) fn by_thumbs(thumbs: [&str; 2]) -> Self {
        Self {
            comments: thumbs.map(str::to_owned).into(),
            comment_patterns: Vec::new(),
            review: true,
            review_patterns: Vec::new(),
            body_patterns: Vec::new(),
        }
    }

    /// The ways that `it` names; those that it does not name stay.
    pub(super) fn with(mut self, it: &Theirs<'_>, reading: &mut Reading) -> Self {
        let fields = reading.fields(it, &KEYS);
        if let Some(comments) = fields.get("comments") {
            self.comments = reading.texts(comments);
        }
        if let Some(review) = fields.get("github_review") {
            self.review = reading.flag(review).unwrap_or_default();
        }
        let lists = [
            ("comment_patterns", &mut self.comment_patterns),
            ("github_review_comment_patterns", &mut self.review_patterns),
            ("body_patterns", &mut self.body_patterns),
        ];
        for (key, list) in lists {
            if let Some(patterns) = fields.get(key) {
                *list = expressions(patterns, reading);
            }
        }
        // A pattern for reviews looks at reviews, whatever else is said.
        self.review |= !self.review_patterns.is_empty();
        self
    }

    /// As a policy says it.
    pub(super) fn value(&self) -> Value {
        let list = |it: &[String]| Value::texts(it.iter().map(String::as_str));
        // There, a comment may say more around the text; here, only around a sign.
        let (comments, texts): (Vec<_>, Vec<_>) = self
            .comments
            .iter()
            .cloned()
            .partition(|it| it.is_empty() || [UP, DOWN].concat().contains(&it.as_str()));
        let texts = texts.iter().map(|it| regex::escape(it));
        let comment_patterns: Vec<_> = texts.chain(self.comment_patterns.clone()).collect();
        let mut keys = vec![("review", Value::Flag(self.review))];
        let lists = [
            ("review-patterns", &self.review_patterns),
            ("comments", &comments),
            ("comment-patterns", &comment_patterns),
            ("body-patterns", &self.body_patterns),
        ];
        keys.extend(
            lists.iter().filter(|(_, it)| !it.is_empty()).map(|(key, it)| (*key, list(it))),
        );
        keys.push(("statement", Value::Flag(false)));
        Value::table(keys)
    }
}

/// A list of regular expressions that can be read here.
pub(super) fn expressions(it: &Theirs<'_>, reading: &mut Reading) -> Vec<String> {
    let list = reading.list(it);
    list.iter().filter_map(|it| expression(it, reading)).collect()
}

/// A regular expression that can be read here. Source: RE2's syntax, which the
/// crate `regex` shares but for octal escapes, `\C` and `\Q…\E`.
pub(super) fn expression(it: &Theirs<'_>, reading: &mut Reading) -> Option<String> {
    let text = reading.text(it)?;
    if let Err(error) = regex::Regex::new(&text) {
        let error = error.to_string();
        let why = error.lines().last().unwrap_or_default().trim().trim_start_matches("error: ");
        reading.wrong("no-expression", it, format!("`{text}` is no regular expression: {why}"));
        return None;
    }
    Some(text)
}
