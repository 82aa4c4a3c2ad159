//! Git's own nouns, named as Git names them.

use std::fmt;
use std::str::FromStr;

use bstr::{BStr, BString, ByteSlice};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An object name: 20 bytes in a SHA-1 repository, 32 in a SHA-256 one.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Oid {
    len: u8,
    bytes: [u8; 32],
}

impl Oid {
    /// Takes the 20 or 32 bytes of an object name; `None` for any other length.
    pub fn from_bytes(raw: &[u8]) -> Option<Self> {
        let len = match raw.len() {
            20 => 20,
            32 => 32,
            _ => return None,
        };
        let mut bytes = [0; 32];
        bytes[..raw.len()].copy_from_slice(raw);
        Some(Self { len, bytes })
    }

    /// Reads 40 or 64 hexadecimal digits; `None` for anything else.
    pub fn from_hex(hex: &[u8]) -> Option<Self> {
        if hex.len() != 40 && hex.len() != 64 {
            return None;
        }
        let digit = |byte: u8| (byte as char).to_digit(16);
        let mut raw = [0_u8; 32];
        for (out, pair) in raw.iter_mut().zip(hex.chunks_exact(2)) {
            *out = u8::try_from(digit(pair[0])? * 16 + digit(pair[1])?).ok()?;
        }
        Self::from_bytes(&raw[..hex.len() / 2])
    }

    /// The bytes of the name.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }

    /// Whether every digit is zero, which is how Git writes "no object".
    pub fn is_zero(&self) -> bool {
        self.bytes == [0; 32]
    }

    /// The first seven digits, for people.
    pub fn short(&self) -> String {
        let mut hex = self.to_string();
        hex.truncate(7);
        hex
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_bytes().iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Oid {
    type Err = String;

    /// Reads an object name as a person writes it down in recorded facts: fewer
    /// than 40 digits are filled up with zeros.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not an object name: write hexadecimal digits");
        let full = match text.len() {
            1..40 => format!("{text:0<40}"),
            _ => text.to_owned(),
        };
        Self::from_hex(full.as_bytes()).ok_or_else(wrong)
    }
}

impl<'de> Deserialize<'de> for Oid {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let text = String::deserialize(input)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl Serialize for Oid {
    fn serialize<S: Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
        output.collect_str(self)
    }
}

/// The full name of a ref, such as `refs/heads/main`. Bytes, as Git has them.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct RefName(BString);

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
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Ident {
    /// The name, without surrounding blanks.
    pub name: BString,
    /// The address between `<` and `>`.
    pub email: BString,
    /// Seconds since the Unix epoch, as claimed; `None` if unreadable.
    pub seconds: Option<i64>,
}

/// A commit that a ref update makes reachable, or that is about to be written.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Commit {
    /// Its name; `None` while it is not written.
    pub oid: Option<Oid>,
    /// Its parents, first parent first.
    pub parents: Vec<Oid>,
    /// Who wrote it.
    pub author: Ident,
    /// Who committed it.
    pub committer: Ident,
    /// The whole message, raw: also what stands after a NUL.
    pub message: BString,
    /// The declared encoding of the message, if not UTF-8.
    pub encoding: Option<BString>,
    /// Whether it carries a signature. Says nothing about whose.
    pub signed: bool,
    /// Header lines other than tree and parents, raw, signatures included.
    pub headers: BString,
    /// What Git's own checks would find wrong with the object.
    pub malformed: Vec<String>,
}

impl Commit {
    /// The message as text; `None` if it is not text in its declared encoding, or
    /// in one that reads ASCII as something else: Git does not know every label of
    /// these, and then shows the bytes as they are.
    pub fn text(&self) -> Option<String> {
        let label = self.encoding.as_ref().map_or(&b"utf-8"[..], |it| it.as_slice());
        let encoding = encoding_rs::Encoding::for_label(label)?;
        if !encoding.is_ascii_compatible() && encoding != encoding_rs::ISO_2022_JP {
            return None;
        }
        let (text, wrong) = encoding.decode_without_bom_handling(&self.message);
        (!wrong).then(|| text.into_owned())
    }

    /// Whether it has more than one parent. One listed twice is one: nothing is
    /// merged by it.
    pub fn is_merge(&self) -> bool {
        self.parents.first().is_some_and(|first| self.parents.iter().any(|it| it != first))
    }
}

/// What kind of thing a tree entry names.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
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
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The name within its directory, or the whole path in a recorded tree.
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

/// One path that a commit adds, changes or removes. A rename is a removal and an
/// addition. A path of a merge is listed if it differs from every parent's.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct FileChange {
    /// The path from the root of the repository, raw, `/` between parts.
    pub path: BString,
    /// The commit that makes the change; `None` while it is not written.
    #[serde(default)]
    pub commit: Option<Oid>,
    /// Whether that commit has no parent.
    #[serde(default)]
    pub root: bool,
    /// What was there; `None` if nothing was.
    #[serde(default)]
    pub old: Option<Version>,
    /// What is there now; `None` if it is removed.
    #[serde(default)]
    pub new: Option<Version>,
}

/// A file's mode and content at one moment.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Version {
    /// What it is.
    #[serde(default = "file")]
    pub mode: Mode,
    /// The content's name; the commit's for a submodule.
    pub oid: Oid,
}

/// What a ref points at in the end, and the tags on the way.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Peeled {
    /// The kind of the object behind every tag.
    pub kind: Kind,
    /// Its name.
    pub oid: Oid,
    /// The tag objects passed, outermost first; none for a lightweight tag.
    #[serde(default)]
    pub tags: Vec<Tag>,
}

/// The kinds of objects.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
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
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Tag {
    /// Its name as an object.
    pub oid: Oid,
    /// The name that it gives itself.
    pub name: BString,
    /// Who tagged, if it says so.
    #[serde(default)]
    pub tagger: Option<Ident>,
    /// The message, raw, signature included.
    #[serde(default)]
    pub message: BString,
    /// Whether it carries a signature. Says nothing about whose.
    #[serde(default)]
    pub signed: bool,
    /// Header lines other than object and type, raw.
    #[serde(default)]
    pub headers: BString,
}
