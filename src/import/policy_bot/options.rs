//! `options` of a rule, and the defaults of all rules.

use super::actors;
use super::methods::{Methods, UP};
use crate::import::How;
use crate::import::draft::Value;
use crate::import::theirs::{Reading, Theirs};

const KEYS: [&str; 9] = [
    "allow_author",
    "allow_contributor",
    "allow_non_author_contributor",
    "invalidate_on_push",
    "ignore_edited_comments",
    "ignore_update_merges",
    "ignore_commits_by",
    "request_review",
    "methods",
];

/// What a rule says about whose word counts, and for how long.
#[derive(Clone, Debug)]
pub(super) struct Options {
    author: bool,
    contributor: bool,
    others: bool,
    invalidate: bool,
    edited: bool,
    merges: bool,
    ignored: Vec<String>,
    methods: Methods,
}

/// What holds for every rule that says nothing else.
pub(super) fn defaults(it: Option<&Theirs<'_>>, reading: &mut Reading) -> Options {
    let plain = Options {
        author: false,
        contributor: false,
        others: false,
        invalidate: false,
        edited: false,
        merges: false,
        ignored: Vec::new(),
        methods: Methods::by_thumbs(UP),
    };
    let fields = it.map(|it| reading.fields(it, &["options"]));
    match fields.as_ref().and_then(|it| it.get("options")) {
        Some(options) => plain.with(options, reading),
        None => plain,
    }
}

impl Options {
    /// These with what `it` says instead.
    pub(super) fn with(mut self, it: &Theirs<'_>, reading: &mut Reading) -> Self {
        let fields = reading.fields(it, &KEYS);
        let flags = [
            ("allow_author", &mut self.author),
            ("allow_contributor", &mut self.contributor),
            ("allow_non_author_contributor", &mut self.others),
            ("invalidate_on_push", &mut self.invalidate),
            ("ignore_edited_comments", &mut self.edited),
            ("ignore_update_merges", &mut self.merges),
        ];
        for (key, flag) in flags {
            if let Some(it) = fields.get(key) {
                *flag = reading.flag(it).unwrap_or_default();
            }
        }
        if let Some(it) = fields.get("methods") {
            self.methods = self.methods.with(it, reading);
        }
        if let Some(it) = fields.get("ignore_commits_by") {
            self.ignored = actors::actors(it, reading);
            let what = "commits are ignored only if their pusher or a valid signature shows whose \
                        they are";
            reading.note(How::Stricter, it, what);
        }
        if let Some(it) = fields.get("ignore_update_merges").filter(|_| self.merges) {
            let what = "a merge is ignored only if merging its parents anew gives the same";
            reading.note(How::Stricter, it, what);
        }
        if let Some(it) = fields.get("request_review") {
            request_review(it, reading);
        }
        self
    }

    /// The keys of a requirement of so many approvals.
    pub(super) fn keys(&self) -> Vec<(String, Value)> {
        let invalidate = if self.invalidate { "push" } else { "none" };
        let mut keys =
            vec![("methods", self.methods.value()), ("invalidate", Value::text(invalidate))];
        // Who may approve as a contributor may do so as the author too.
        let flags = [
            ("allow-author", self.author || self.contributor),
            ("allow-contributor", self.contributor),
            ("allow-non-author-contributor", self.others),
            ("ignore-update-merges", self.merges),
        ];
        keys.extend(flags.iter().filter(|(_, it)| *it).map(|(key, _)| (*key, Value::Flag(true))));
        if !self.ignored.is_empty() {
            keys.push(("ignore-commits-by", actors::list(&self.ignored)));
        }
        if !self.edited {
            keys.push(("ignore-edited", Value::Flag(false)));
        }
        keys.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
    }
}

fn request_review(it: &Theirs<'_>, reading: &mut Reading) {
    let fields = reading.fields(it, &["enabled", "mode", "count"]);
    let enabled = fields.get("enabled").and_then(|it| reading.flag(it)).unwrap_or_default();
    if enabled {
        let what = "nobody is asked for a review by a policy";
        reading.advise(How::Lost, it, what, "let the host ask its code owners");
    }
}
