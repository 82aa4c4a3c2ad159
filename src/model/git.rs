//! Git's own nouns, named as Git names them.

use std::borrow::Cow;
use std::fmt;

use bstr::{BStr, BString, ByteSlice};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Oid, Timestamp, bytes, time};

/// The full name of a ref, such as `refs/heads/main`. Bytes, as Git has them.
#[derive(
    Clone, Debug, Deserialize, Eq, Hash, JsonSchema, Ord, PartialEq, PartialOrd, Serialize,
)]
#[serde(transparent)]
pub struct RefName(
    #[serde(with = "bytes")]
    #[schemars(with = "String")]
    BString,
);

impl RefName {
    /// Takes a full name as it is. Whether Git would allow it is for the
    /// built-in rule `sane-refs` to say.
    pub fn new(full: impl Into<BString>) -> Self {
        Self(full.into())
    }

    /// The full name.
    pub fn as_bstr(&self) -> &BStr {
        self.0.as_bstr()
    }

    /// The name of the branch, if the ref is one.
    pub fn branch(&self) -> Option<&BStr> {
        self.0.strip_prefix(b"refs/heads/").map(ByteSlice::as_bstr)
    }

    /// The name of the tag, if the ref is one.
    pub fn tag(&self) -> Option<&BStr> {
        self.0.strip_prefix(b"refs/tags/").map(ByteSlice::as_bstr)
    }
}

impl From<&str> for RefName {
    fn from(full: &str) -> Self {
        Self(full.into())
    }
}

impl fmt::Display for RefName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// Someone as a commit or tag names them, with the time they wrote.
#[derive(Clone, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Ident {
    /// The name, without surrounding blanks.
    #[serde(with = "bytes")]
    #[schemars(with = "String")]
    pub name: BString,
    /// The address between `<` and `>`.
    #[serde(with = "bytes")]
    #[schemars(with = "String")]
    pub email: BString,
    /// When, as claimed; `None` if unreadable.
    #[serde(with = "time::option", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<time::Moment>")]
    pub seconds: Option<Timestamp>,
}

/// A commit that a ref update makes reachable, or that is about to be written.
#[derive(Clone, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Commit {
    /// Its name; `None` while it is not written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oid: Option<Oid>,
    /// Its parents, first parent first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parents: Vec<Oid>,
    /// Who wrote it.
    pub author: Ident,
    /// Who committed it.
    pub committer: Ident,
    /// The whole message, raw: also what stands after a NUL.
    #[serde(with = "bytes")]
    #[schemars(with = "String")]
    pub message: BString,
    /// The declared encoding of the message, if not UTF-8.
    #[serde(with = "bytes::option", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub encoding: Option<BString>,
    /// Whether it carries a signature. Says nothing about whose.
    pub signed: bool,
    /// Header lines other than tree and parents, raw, signatures included.
    #[serde(with = "bytes", skip_serializing_if = "empty")]
    #[schemars(with = "String")]
    pub headers: BString,
    /// What Git's own checks would find wrong with the object.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub malformed: Vec<String>,
}

impl Commit {
    /// The message as text; `None` if it is not text in its declared encoding, or
    /// in one that reads ASCII as something else: Git does not know every label of
    /// these, and then shows the bytes as they are.
    pub fn text(&self) -> Option<Cow<'_, str>> {
        if self.encoding.is_none() {
            return self.message.to_str().ok().map(Cow::Borrowed);
        }
        let label = self.encoding.as_ref().map_or(&b"utf-8"[..], |it| it.as_slice());
        let encoding = encoding_rs::Encoding::for_label(label)?;
        if !encoding.is_ascii_compatible() && encoding != encoding_rs::ISO_2022_JP {
            return None;
        }
        let (text, wrong) = encoding.decode_without_bom_handling(&self.message);
        (!wrong).then_some(text)
    }

    /// Whether it has more than one parent. One listed twice is one: nothing is
    /// merged by it.
    pub fn is_merge(&self) -> bool {
        self.parents.first().is_some_and(|first| self.parents.iter().any(|it| it != first))
    }
}

/// What kind of thing a tree entry names.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// A directory, 040000.
    Tree,
    /// A file, 100644.
    File,
    /// An executable file, 100755.
    Executable,
    /// A symbolic link, 120000; its content is the target.
    Symlink,
    /// A commit of another repository, 160000.
    Submodule,
    /// A mode that Git no longer writes.
    Odd(u32),
}

impl Mode {
    /// Reads the number in a tree or index entry.
    pub fn from_bits(bits: u32) -> Self {
        match bits {
            0o040_000 => Self::Tree,
            0o100_644 => Self::File,
            0o100_755 => Self::Executable,
            0o120_000 => Self::Symlink,
            0o160_000 => Self::Submodule,
            other => Self::Odd(other),
        }
    }

    /// What Git takes it for: an odd mode by its type bits, and for a submodule
    /// if they say nothing. Source: Git's `canon_mode`.
    pub fn plain(self) -> Self {
        let Self::Odd(bits) = self else { return self };
        match bits & 0o170_000 {
            0o040_000 => Self::Tree,
            0o100_000 if bits & 0o100 != 0 => Self::Executable,
            0o100_000 => Self::File,
            0o120_000 => Self::Symlink,
            _ => Self::Submodule,
        }
    }

    /// Whether its object is a blob.
    pub fn is_blob(self) -> bool {
        match self.plain() {
            Self::File | Self::Executable | Self::Symlink => true,
            Self::Tree | Self::Submodule | Self::Odd(_) => false,
        }
    }

    /// Whether it is a directory to Git.
    pub fn is_tree(self) -> bool {
        self.plain() == Self::Tree
    }

    /// Whether it is a symbolic link to Git.
    pub fn is_symlink(self) -> bool {
        self.plain() == Self::Symlink
    }

    /// Whether it is a submodule to Git.
    pub fn is_submodule(self) -> bool {
        self.plain() == Self::Submodule
    }
}

/// One name in a tree.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The name within its directory, or the whole path in a recorded tree.
    #[serde(with = "bytes")]
    #[schemars(with = "String")]
    pub name: BString,
    /// What it is.
    #[serde(default = "file")]
    pub mode: Mode,
    /// The object's name.
    pub oid: Oid,
}

fn file() -> Mode {
    Mode::File
}

fn empty(raw: &BString) -> bool {
    raw.is_empty()
}

/// One path that a commit adds, changes or removes. A rename is a removal and an
/// addition. A path of a merge is listed if it differs from every parent's.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct FileChange {
    /// The path from the root of the repository, raw, `/` between parts.
    #[serde(with = "bytes")]
    #[schemars(with = "String")]
    pub path: BString,
    /// The commit that makes the change; `None` while it is not written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<Oid>,
    /// Whether that commit has no parent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub root: bool,
    /// What was there; `None` if nothing was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old: Option<Version>,
    /// What is there now; `None` if it is removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new: Option<Version>,
}

/// A file's mode and content at one moment.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Version {
    /// What it is.
    #[serde(default = "file")]
    pub mode: Mode,
    /// The content's name; the commit's for a submodule.
    pub oid: Oid,
}

/// What a ref points at in the end, and the tags on the way.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Peeled {
    /// The kind of the object behind every tag.
    pub kind: Kind,
    /// Its name.
    pub oid: Oid,
    /// The tag objects passed, outermost first; none for a lightweight tag.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

/// The kinds of objects.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A commit.
    Commit,
    /// A tree.
    Tree,
    /// A blob.
    Blob,
    /// A tag object.
    Tag,
}

impl Kind {
    /// The kind that Git calls so.
    pub fn named(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"commit" => Self::Commit,
            b"tree" => Self::Tree,
            b"blob" => Self::Blob,
            b"tag" => Self::Tag,
            _ => return None,
        })
    }
}

/// A tag object.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Tag {
    /// Its name as an object.
    pub oid: Oid,
    /// The name that it gives itself.
    #[serde(with = "bytes")]
    #[schemars(with = "String")]
    pub name: BString,
    /// Who tagged, if it says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tagger: Option<Ident>,
    /// The message, raw, signature included.
    #[serde(default, with = "bytes")]
    #[schemars(with = "String")]
    pub message: BString,
    /// Whether it carries a signature. Says nothing about whose.
    #[serde(default)]
    pub signed: bool,
    /// Header lines other than object and type, raw.
    #[serde(default, with = "bytes", skip_serializing_if = "empty")]
    #[schemars(with = "String")]
    pub headers: BString,
}
