//! Objects that a test does not write down: their names, and the trees that
//! commits leave.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::written::{File, Moment};
use crate::model::{
    Commit, Content, ContentEntry, Entry, FileChange, FileLines, Lines, Mode, Oid, Recorded,
    Version,
};
use crate::secret;

/// What is wrong with a test: the key, what is the case, and how to mend it.
pub(super) struct Flaw {
    /// The key of `[test.change]` that says it.
    pub(super) key: &'static str,
    pub(super) what: String,
    pub(super) hint: String,
}

impl Flaw {
    pub(super) fn new(key: &'static str, what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { key, what: what.into(), hint: hint.into() }
    }
}

/// The name of an object that nobody wrote: the same for the same words.
pub(super) fn oid(kind: &str, of: &[&[u8]]) -> Oid {
    let mut hash = Sha256::new();
    hash.update(kind.as_bytes());
    for part in of {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let whole: [u8; 32] = hash.finalize().into();
    // 20 bytes are an object name, so there always is one.
    Oid::from_bytes(&whole[..20]).unwrap_or_else(|| unreachable!("20 bytes"))
}

/// Writes `{{secret:ID}}` out: an example that the pattern ID finds, so that no
/// secret need stand in a test.
pub(super) fn with_secrets(key: &'static str, text: &str) -> Result<String, Flaw> {
    let mut parts = text.split("{{secret:");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let Some((id, rest)) = part.split_once("}}") else {
            let what = "`{{secret:` has no end";
            return Err(Flaw::new(key, what, "write `{{secret:aws-access-key-id}}`, say"));
        };
        let near = || {
            let known = secret::patterns().map(|it| it.id);
            let near = known.map(|it| (strsim::damerau_levenshtein(it, id), it)).min();
            near.map_or_else(String::new, |(_, it)| format!("did you mean `{it}`?"))
        };
        let sample = secret::sample(id)
            .ok_or_else(|| Flaw::new(key, format!("no secret is called `{id}`"), near()))?;
        out += &sample;
        out += rest;
    }
    Ok(out)
}

/// The files of a tree while commits change it, and what they change.
#[derive(Default)]
pub(super) struct Tree {
    files: BTreeMap<String, Version>,
    texts: BTreeMap<Oid, String>,
}

/// What one commit does to files, as a test writes it.
pub(super) struct Edit<'w> {
    pub(super) files: Vec<(&'w String, &'w File)>,
    pub(super) deleted: &'w [String],
    pub(super) renamed: &'w BTreeMap<String, String>,
}

impl Edit<'_> {
    pub(super) fn is_empty(&self) -> bool {
        self.files.is_empty() && self.deleted.is_empty() && self.renamed.is_empty()
    }
}

impl Tree {
    /// Takes a file in, and its content into `facts`.
    pub(super) fn version(
        &mut self,
        key: &'static str,
        file: &File,
        facts: &mut Recorded,
    ) -> Result<Version, Flaw> {
        let text = with_secrets(key, &file.text)?;
        let mode = file.mode.unwrap_or(Mode::File);
        let size = file.size.map_or(0, crate::rule::ByteSize::bytes);
        let oid = oid("blob", &[text.as_bytes(), &size.to_be_bytes()]);
        if mode.is_blob() {
            if file.size.is_some() {
                facts.sizes.insert(oid, size);
            }
            facts.blobs.insert(oid, text.as_str().into());
            self.texts.insert(oid, text);
        }
        Ok(Version { mode, oid })
    }

    /// Puts a file there that no commit brings.
    pub(super) fn put(&mut self, path: &str, version: Version) {
        self.files.insert(path.to_owned(), version);
    }

    /// The changes of one commit, which is not named yet.
    pub(super) fn edit(
        &mut self,
        edit: &Edit<'_>,
        facts: &mut Recorded,
    ) -> Result<Vec<FileChange>, Flaw> {
        let mut changes: BTreeMap<String, (Option<Version>, Option<Version>)> = BTreeMap::new();
        for path in edit.deleted {
            let old = self.gone(path);
            changes.insert(path.clone(), (Some(old), None));
        }
        for (from, to) in edit.renamed {
            let old = self.gone(from);
            changes.insert(from.clone(), (Some(old), None));
            changes.insert(to.clone(), (self.files.get(to).copied(), Some(old)));
            self.put(to, old);
        }
        for (path, file) in &edit.files {
            let new = self.version("files", file, facts)?;
            let before = changes.get(*path).map_or(self.files.get(*path).copied(), |it| it.0);
            changes.insert((*path).clone(), (before, Some(new)));
            self.put(path, new);
        }
        let change = |(path, (old, new)): (String, _)| FileChange {
            path: path.into(),
            commit: None,
            root: false,
            old,
            new,
        };
        Ok(changes.into_iter().map(change).filter(|it| it.old != it.new).collect())
    }

    /// Removes a file; one that nobody wrote down was there all the same.
    fn gone(&mut self, path: &str) -> Version {
        let made_up = || Version { mode: Mode::File, oid: oid("gone", &[path.as_bytes()]) };
        self.files.remove(path).unwrap_or_else(made_up)
    }

    /// Every file, as recorded facts list them.
    pub(super) fn entries(&self) -> Vec<Entry> {
        let entry = |(path, it): (&String, &Version)| Entry {
            name: path.as_str().into(),
            mode: it.mode,
            oid: it.oid,
        };
        self.files.iter().map(entry).collect()
    }

    /// How many lines change from one side to the other, as far as texts are known.
    pub(super) fn lines(&self, content: &Content) -> Lines {
        let mut lines = Lines::default();
        for entry in content.entries().unwrap_or_default() {
            let text = |it: Option<Version>| it.and_then(|it| self.texts.get(&it.oid));
            let text = |it| text(it).map(|it| it.lines().collect::<Vec<_>>()).unwrap_or_default();
            let (old, new) = (text(entry.old), text(entry.new));
            let same = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
            let (old, new) = (&old[same..], &new[same..]);
            let ends = old.iter().rev().zip(new.iter().rev());
            let same = ends.take_while(|(old, new)| old == new).count();
            let (added, deleted) = ((new.len() - same) as u64, (old.len() - same) as u64);
            lines.added += added;
            lines.deleted += deleted;
            lines.files.push(FileLines { path: entry.path.clone(), added, deleted });
        }
        lines
    }
}

/// What several commits bring together, oldest first.
pub(super) fn content<'c>(changes: impl Iterator<Item = &'c FileChange>) -> Content {
    let mut net: BTreeMap<&[u8], (Option<Version>, Option<Version>)> = BTreeMap::new();
    for change in changes {
        net.entry(&change.path).or_insert((change.old, None)).1 = change.new;
    }
    let net = net.into_iter().filter(|(_, (old, new))| old != new);
    let entry = |(path, (old, new)): (&[u8], _)| ContentEntry { path: path.into(), old, new };
    // Only a directory could be refused, which only a strange mode makes.
    Content::new(net.map(entry).collect()).unwrap_or_else(|why| other(&why))
}

/// A content that is none that a test writes down.
pub(super) fn other(than: &str) -> Content {
    Content::named(crate::model::ChangeId::of(than.as_bytes()))
}

/// The name of a commit that does this.
pub(super) fn named(commit: &Commit, changes: &[FileChange]) -> Oid {
    let mut parts: Vec<&[u8]> =
        vec![&commit.author.email, &commit.committer.email, &commit.message];
    parts.extend(commit.parents.iter().map(Oid::as_bytes));
    for change in changes {
        parts.push(&change.path);
        parts.extend(change.new.iter().map(|it| it.oid.as_bytes()));
    }
    oid("commit", &parts)
}

/// Moments around the one at which a change is judged.
pub(super) struct Clock {
    /// When the branch was pushed first.
    pub(super) pushed: i64,
    /// When people spoke.
    pub(super) spoken: i64,
    /// When it was pushed again.
    pub(super) again: i64,
}

impl Clock {
    /// An hour between each, unless the last push was too late for that.
    pub(super) fn new(at: i64, last: Option<Moment>, twice: bool) -> Self {
        const HOUR: i64 = 3600;
        if twice {
            let again = last.map_or(at - HOUR, |it| it.0);
            return Self { pushed: again - 2 * HOUR, spoken: again - HOUR, again };
        }
        let pushed = last.map_or(at - 3 * HOUR, |it| it.0);
        let spoken = pushed + ((at - pushed) / 2).clamp(1, HOUR);
        Self { pushed, spoken, again: pushed }
    }
}
