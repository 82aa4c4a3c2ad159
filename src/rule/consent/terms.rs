//! On which terms someone's word counts.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::model::{Expression, Need, People};

/// On which terms a word counts. The defaults are the strict ones.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Terms {
    pub(crate) methods: Methods,
    pub(crate) invalidate: Invalidate,
    pub(crate) keeps_on_retarget: bool,
    pub(crate) allow_author: bool,
    pub(crate) allow_contributor: bool,
    pub(crate) allow_non_author_contributor: bool,
    pub(crate) last_pusher: LastPusher,
    pub(crate) allow_bots: bool,
    pub(crate) unattributed: Unattributed,
    pub(crate) co_authors: CoAuthors,
    pub(crate) suggestion_co_authors: CoAuthors,
    pub(crate) ignore_update_merges: bool,
    pub(crate) ignore_commits_by: Vec<String>,
    pub(crate) counts_edited: bool,
}

/// What a later push does to an approval.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Invalidate {
    /// It ends it.
    Push,
    /// It ends it if what the head brings is another content.
    #[default]
    Content,
    /// It ends it for the paths that it touches.
    Paths,
    /// Nothing.
    None,
}

/// Whether whoever pushed last may approve.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum LastPusher {
    /// Not if known, or if the terms let them in otherwise.
    #[default]
    ExcludedIfKnown,
    /// Never; nobody's word counts while the pusher is not known.
    Excluded,
    /// Yes.
    Allowed,
}

/// What a commit means that belongs to nobody known.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Unattributed {
    /// Anyone may have written it, so nobody's word counts.
    #[default]
    Fail,
    /// Whoever pushed it wrote it.
    Pusher,
    /// Nothing.
    Ignore,
}

/// Whether trailers make contributors.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum CoAuthors {
    /// They do.
    #[default]
    Contributor,
    /// They do not.
    Ignore,
}

/// By what one says one's word.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(crate) struct Methods {
    /// By an approving review.
    pub(crate) review: bool,
    /// By an approving review whose text matches one of these expressions.
    pub(crate) review_patterns: Vec<Expression>,
    /// By a comment that says one of these texts and nothing else in a line or a
    /// sentence, outside quotes and code. Letter case and a full stop or exclamation
    /// mark behind it do not matter; signs such as `:+1:` may stand anywhere.
    pub(crate) comments: Vec<String>,
    /// By a comment that matches one of these expressions, outside quotes and code.
    pub(crate) comment_patterns: Vec<Expression>,
    /// By the description of the pull request, for its author.
    pub(crate) body_patterns: Vec<Expression>,
    /// By a signed statement.
    pub(crate) statement: bool,
    /// Whether a comment must name the head that it is about, behind its text.
    pub(crate) comment_names_commit: bool,
}

impl Default for Methods {
    fn default() -> Self {
        Self {
            review: true,
            review_patterns: Vec::new(),
            comments: Vec::new(),
            comment_patterns: Vec::new(),
            body_patterns: Vec::new(),
            statement: true,
            comment_names_commit: false,
        }
    }
}

impl Methods {
    /// Whether nothing one could say counts.
    pub(crate) fn is_empty(&self) -> bool {
        !self.review && !self.statement && self.review_patterns.is_empty() && !self.any_text()
    }

    /// Whether comments or the description count.
    fn any_text(&self) -> bool {
        let patterns = [&self.comment_patterns, &self.body_patterns];
        !self.comments.is_empty() || patterns.iter().any(|it| !it.is_empty())
    }

    /// Whether a comment could count.
    pub(crate) fn reads_comments(&self) -> bool {
        !self.comments.is_empty() || !self.comment_patterns.is_empty()
    }
}

impl Terms {
    /// The facts that tell whether someone's word counts on these terms, besides
    /// who they are asked to be.
    pub(crate) fn uses(&self, people: &People) -> Vec<Need> {
        let mut needs = HEARING.to_vec();
        let content = matches!(self.invalidate, Invalidate::Content | Invalidate::Paths);
        if content || self.methods.statement {
            needs.push(Need::Content);
        }
        needs.extend(people.needs_to_match(&self.ignore_commits_by));
        needs
    }

    /// Why these terms make no sense.
    pub(crate) fn misfit(&self) -> Option<String> {
        if self.methods.is_empty() {
            return Some("`methods` leaves no way to say anything".to_owned());
        }
        if self.methods.comments.iter().any(|it| it.trim().is_empty()) {
            return Some("an empty text in `comments` is in every comment".to_owned());
        }
        if self.methods.comment_names_commit && !self.methods.reads_comments() {
            return Some("`comment-names-commit` needs `comments`".to_owned());
        }
        self.ignore_commits_by.iter().find_map(|it| People::misnamed(it))
    }
}

/// The facts that tell what everyone did and said.
pub(crate) const HEARING: &[Need] = &[
    Need::Approvals,
    Need::Proposal,
    Need::Commits,
    Need::Provenance,
    Need::Pushes,
    Need::Accounts,
];

/// Declares settings that have keys of their own and all those of [`Terms`]:
/// tables cannot be flattened without losing where a mistake is.
macro_rules! with_terms {
    ($(#[$outer:meta])* struct $name:ident { $($(#[$inner:meta])* $key:ident: $type:ty,)* }) => {
        $(#[$outer])*
        #[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
        #[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
        struct $name {
            $($(#[$inner])* $key: $type,)*
            /// By what one says one's word; reviews and signed statements, if absent.
            methods: Option<$crate::rule::consent::Methods>,
            /// What a later push does to an approval; `content`, if absent.
            invalidate: Option<$crate::rule::consent::Invalidate>,
            /// Whether another target ends approvals; true, if absent.
            invalidate_on_retarget: Option<bool>,
            /// Whether the author's word counts.
            allow_author: Option<bool>,
            /// Whether the words of all who wrote the change count.
            allow_contributor: Option<bool>,
            /// Whether the words of those who wrote it count, but for the author.
            allow_non_author_contributor: Option<bool>,
            /// Whether whoever pushed last may approve.
            last_pusher: Option<$crate::rule::consent::LastPusher>,
            /// Whether bots count that are not named.
            allow_bots: Option<bool>,
            /// What a commit means that belongs to nobody known.
            unattributed: Option<$crate::rule::consent::Unattributed>,
            /// Whether co-authors are contributors.
            co_authors: Option<$crate::rule::consent::CoAuthors>,
            /// Whether those whose suggestion was taken over are contributors.
            suggestion_co_authors: Option<$crate::rule::consent::CoAuthors>,
            /// Whether merges of the target that add nothing are no push and make
            /// nobody a contributor.
            ignore_update_merges: Option<bool>,
            /// Whose commits are no push and make nobody a contributor, if it is
            /// proven that they are theirs.
            ignore_commits_by: Option<Vec<String>>,
            /// Whether comments that were changed later do not count; true, if
            /// absent.
            ignore_edited: Option<bool>,
        }

        impl $name {
            /// The terms among the keys.
            fn terms(&mut self) -> $crate::rule::consent::Terms {
                $crate::rule::consent::Terms {
                    methods: self.methods.take().unwrap_or_default(),
                    invalidate: self.invalidate.take().unwrap_or_default(),
                    keeps_on_retarget: !self.invalidate_on_retarget.take().unwrap_or(true),
                    allow_author: self.allow_author.take().unwrap_or_default(),
                    allow_contributor: self.allow_contributor.take().unwrap_or_default(),
                    allow_non_author_contributor: self
                        .allow_non_author_contributor
                        .take()
                        .unwrap_or_default(),
                    last_pusher: self.last_pusher.take().unwrap_or_default(),
                    allow_bots: self.allow_bots.take().unwrap_or_default(),
                    unattributed: self.unattributed.take().unwrap_or_default(),
                    co_authors: self.co_authors.take().unwrap_or_default(),
                    suggestion_co_authors: self.suggestion_co_authors.take().unwrap_or_default(),
                    ignore_update_merges: self.ignore_update_merges.take().unwrap_or_default(),
                    ignore_commits_by: self.ignore_commits_by.take().unwrap_or_default(),
                    counts_edited: !self.ignore_edited.take().unwrap_or(true),
                }
            }

            /// The first key among those of the terms that is given.
            #[allow(dead_code)]
            fn term(&self) -> Option<&'static str> {
                let given = [
                    ("methods", self.methods.is_some()),
                    ("invalidate", self.invalidate.is_some()),
                    ("invalidate-on-retarget", self.invalidate_on_retarget.is_some()),
                    ("allow-author", self.allow_author.is_some()),
                    ("allow-contributor", self.allow_contributor.is_some()),
                    ("allow-non-author-contributor", self.allow_non_author_contributor.is_some()),
                    ("last-pusher", self.last_pusher.is_some()),
                    ("allow-bots", self.allow_bots.is_some()),
                    ("unattributed", self.unattributed.is_some()),
                    ("co-authors", self.co_authors.is_some()),
                    ("suggestion-co-authors", self.suggestion_co_authors.is_some()),
                    ("ignore-update-merges", self.ignore_update_merges.is_some()),
                    ("ignore-commits-by", self.ignore_commits_by.is_some()),
                    ("ignore-edited", self.ignore_edited.is_some()),
                ];
                given.into_iter().find(|(_, given)| *given).map(|(key, _)| key)
            }
        }
    };
}
pub(crate) use with_terms;
