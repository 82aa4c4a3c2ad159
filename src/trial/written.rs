//! A test as people write it.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Range;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use toml::Spanned;
use toml::value::Datetime;

use super::Expect;
use crate::model::{
    Account, CheckRun, CheckState, Comment, Label, Lines, MergeGroup, Mode, Need, Permission,
    PullRequest, Repository, Review, Signature, Stage, Thread, Timestamp,
};
use crate::policy::timestamp;
use crate::rule::ByteSize;

/// What is no change in a test.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Head {
    pub(super) name: Option<Spanned<String>>,
    pub(super) expect: Option<Spanned<Expect>>,
    pub(super) because: Option<Spanned<Vec<Spanned<String>>>>,
    pub(super) not_because: Vec<Spanned<String>>,
    pub(super) stage: Option<Spanned<Stage>>,
    pub(super) at: Option<Moment>,
    pub(super) todo: bool,
    pub(super) unprotected: Option<Spanned<bool>>,
}

/// `[test.change]`: what is done, by whom, and what is known about it.
#[derive(Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Change {
    pub(super) r#ref: Option<String>,
    pub(super) by: Option<String>,
    pub(super) pushed_by: Option<String>,
    pub(super) merged_by: Option<String>,
    pub(super) author: Option<String>,
    pub(super) committer: Option<String>,
    pub(super) message: Option<String>,
    pub(super) files: BTreeMap<String, Brief<File>>,
    pub(super) deleted: Vec<String>,
    pub(super) renamed: BTreeMap<String, String>,
    pub(super) commits: Vec<Commit>,
    pub(super) existing: BTreeMap<String, Brief<File>>,
    pub(super) create: bool,
    pub(super) delete: bool,
    pub(super) force: bool,
    pub(super) behind: u16,
    pub(super) branches: Vec<String>,
    pub(super) held_by: Vec<String>,
    pub(super) tag: Option<Tag>,
    pub(super) push_size: Option<ByteSize>,
    pub(super) number: Option<u64>,
    pub(super) title: Option<String>,
    pub(super) body: Option<String>,
    pub(super) draft: bool,
    pub(super) source: Option<String>,
    pub(super) fork: Option<String>,
    pub(super) association: Option<String>,
    pub(super) labels: Vec<Brief<Label>>,
    pub(super) requested_by: Vec<String>,
    pub(super) pushed: Option<Moment>,
    pub(super) pushed_after_approval: Option<Pushed>,
    pub(super) retargeted_from: Option<String>,
    pub(super) approved_by: Vec<String>,
    pub(super) changes_requested_by: Vec<String>,
    pub(super) dismissed: Vec<String>,
    pub(super) stated_by: Vec<String>,
    pub(super) reviews: Vec<Review>,
    pub(super) comments: Vec<Comment>,
    pub(super) threads: Vec<Thread>,
    pub(super) checks: BTreeMap<String, Brief<Check>>,
    pub(super) check_runs: Vec<CheckRun>,
    pub(super) workflows: BTreeMap<String, Brief<Check>>,
    pub(super) pull_request: Option<PullRequest>,
    pub(super) merge_group: Option<MergeGroup>,
    pub(super) lines: Option<Lines>,
    pub(super) repository: Option<Repository>,
    pub(super) teams: BTreeMap<String, Vec<String>>,
    pub(super) organizations: BTreeMap<String, Vec<String>>,
    pub(super) permissions: BTreeMap<String, Permission>,
    pub(super) accounts: BTreeMap<String, Account>,
}

/// The keys of a change that say something which not every stage knows.
pub(super) const KNOWN_BY: &[(&str, Need)] = &[
    ("title", Need::Proposal),
    ("body", Need::Proposal),
    ("draft", Need::Proposal),
    ("number", Need::Proposal),
    ("source", Need::Proposal),
    ("fork", Need::Proposal),
    ("association", Need::Proposal),
    ("labels", Need::Proposal),
    ("requested-by", Need::Proposal),
    ("merged-by", Need::Proposal),
    ("pushed", Need::Pushes),
    ("pushed-after-approval", Need::Pushes),
    ("retargeted-from", Need::Proposal),
    ("approved-by", Need::Approvals),
    ("changes-requested-by", Need::Approvals),
    ("dismissed", Need::Approvals),
    ("stated-by", Need::Approvals),
    ("reviews", Need::Approvals),
    ("comments", Need::Approvals),
    ("threads", Need::Threads),
    ("checks", Need::Checks),
    ("check-runs", Need::Checks),
    ("workflows", Need::Checks),
    ("merge-group", Need::Proposal),
    ("lines", Need::Lines),
    ("repository", Need::Repository),
    ("message", Need::Commits),
    ("branches", Need::Refs),
    ("push-size", Need::Incoming),
];

/// One commit of several.
#[derive(Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Commit {
    pub(super) author: Option<String>,
    pub(super) committer: Option<String>,
    pub(super) message: Option<String>,
    pub(super) co_authors: Vec<String>,
    pub(super) files: BTreeMap<String, Brief<File>>,
    pub(super) deleted: Vec<String>,
    pub(super) renamed: BTreeMap<String, String>,
    pub(super) merges: Option<String>,
    pub(super) clean: Option<bool>,
    pub(super) signed_by: Option<String>,
    pub(super) signature: Option<Signature>,
    pub(super) web: bool,
    pub(super) suggestion: bool,
    pub(super) unattributed: bool,
    pub(super) pushed_by: Option<String>,
    pub(super) after_approval: bool,
}

/// A file: its text, or more about it.
#[derive(Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct File {
    pub(super) text: String,
    pub(super) mode: Option<Mode>,
    pub(super) size: Option<ByteSize>,
}

/// A run of a check or a workflow: how it ended, or more about it.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Check {
    pub(super) state: CheckState,
    pub(super) app: Option<u64>,
    pub(super) creator: Option<String>,
    pub(super) event: Option<String>,
    pub(super) workflow: Option<String>,
    pub(super) at: Option<Moment>,
}

/// A tag object.
#[derive(Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Tag {
    pub(super) name: Option<String>,
    pub(super) by: Option<String>,
    pub(super) message: String,
    pub(super) signed: bool,
}

/// What was pushed after people had approved.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Pushed {
    /// Nothing.
    Nothing,
    /// Something else than what they saw.
    Content,
    /// The same, as other commits.
    Rebase,
}

impl<'de> Deserialize<'de> for Pushed {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct Word;
        impl Visitor<'_> for Word {
            type Value = Pushed;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("true, false, \"content\" or \"rebase\"")
            }

            fn visit_bool<E: Error>(self, yes: bool) -> Result<Pushed, E> {
                Ok(if yes { Pushed::Content } else { Pushed::Nothing })
            }

            fn visit_str<E: Error>(self, word: &str) -> Result<Pushed, E> {
                match word {
                    "content" => Ok(Pushed::Content),
                    "rebase" => Ok(Pushed::Rebase),
                    other => Err(E::unknown_variant(other, &["content", "rebase"])),
                }
            }
        }
        input.deserialize_any(Word)
    }
}

/// A moment, as TOML writes it; without an offset it is UTC.
#[derive(Clone, Copy)]
pub(super) struct Moment(pub(super) Timestamp);

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let written = Datetime::deserialize(input)?;
        let wrong = "this is no moment that a calendar has; write 2026-12-24T10:00:00Z";
        timestamp(&written).map(Self).ok_or_else(|| D::Error::custom(wrong))
    }
}

/// Something that a word says where no more need be said.
#[derive(Clone)]
pub(super) struct Brief<T>(pub(super) T);

/// What a word says.
pub(super) trait OfWord: Sized {
    /// What may be written.
    const EXPECTED: &'static str;

    /// What `word` says.
    fn of_word(word: &str) -> Result<Self, String>;
}

impl<'de, T: OfWord + Deserialize<'de>> Deserialize<'de> for Brief<T> {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct Either<T>(PhantomData<T>);
        impl<'de, T: OfWord + Deserialize<'de>> Visitor<'de> for Either<T> {
            type Value = Brief<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(T::EXPECTED)
            }

            fn visit_str<E: Error>(self, word: &str) -> Result<Brief<T>, E> {
                T::of_word(word).map(Brief).map_err(E::custom)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Brief<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(Brief)
            }
        }
        input.deserialize_any(Either(PhantomData))
    }
}

impl OfWord for File {
    const EXPECTED: &'static str = "a text, or { text = \"…\", mode = \"executable\" }";

    fn of_word(text: &str) -> Result<Self, String> {
        Ok(Self { text: text.to_owned(), ..Self::default() })
    }
}

impl OfWord for Label {
    const EXPECTED: &'static str = "a label, or { name = \"…\", by = \"ana\" }";

    fn of_word(name: &str) -> Result<Self, String> {
        Ok(Self { name: name.to_owned(), by: None })
    }
}

impl OfWord for Check {
    const EXPECTED: &'static str = "how it ended, such as \"success\", or { state = \"success\" }";

    fn of_word(word: &str) -> Result<Self, String> {
        let read = CheckState::deserialize(toml::Value::String(word.to_owned()));
        let state = read.map_err(|error| error.message().trim().to_owned())?;
        Ok(Self { state, app: None, creator: None, event: None, workflow: None, at: None })
    }
}

/// Where a test says what `--bless` may write anew.
#[derive(Clone, Debug)]
pub(super) struct Places {
    /// The value of `expect`.
    pub(super) expect: Range<usize>,
    /// The value of `because`, if there is one.
    pub(super) because: Option<Range<usize>>,
    /// Whether the test stands between braces.
    pub(super) inline: bool,
}
