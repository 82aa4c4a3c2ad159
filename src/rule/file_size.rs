//! The `file-size` rule.

use std::collections::HashSet;

use bstr::{BStr, ByteSlice};
use schemars::JsonSchema;
use serde::Deserialize;

use super::byte_size::ByteSize;
use super::lfs_pointer::LfsPointer;
use super::{Case, Family, Rule, WhenUnknown, hint};
use crate::model::{Fact, FileChange, Kind, Need, PathPatterns, People, Place, Reason, Said, Version};

/// How large a file may be.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct FileSize {
    /// The largest size that a file may have.
    max: ByteSize,
    /// What to make of Git LFS pointers.
    #[serde(default)]
    lfs: Lfs,
    /// Other limits for some paths; the first that names a path holds.
    #[serde(default)]
    paths: Vec<Other>,
}

/// What to make of Git LFS pointers.
#[derive(Clone, Copy, Default, Deserialize, Eq, JsonSchema, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum Lfs {
    /// What is in LFS may be of any size.
    #[default]
    Ok,
    /// A pointer counts as the file that it stands for.
    Count,
    /// There may be no pointers.
    Deny,
}

/// Another limit for some paths.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Other {
    /// The paths.
    r#match: PathPatterns,
    /// Their limit.
    max: ByteSize,
}

impl Rule for FileSize {
    const NAME: &'static str = "file-size";
    const FAMILY: Family = Family::Content;
    const NEEDS: &'static [Need] = &[Need::Files, Need::Blobs, Need::Objects];
    const WHEN_UNKNOWN: WhenUnknown = WhenUnknown::Defer;
    const MANUAL: &'static str = "\
Asks that no file is larger than `max`.

Every new version of a file counts, in every new commit: what history has,
everyone who clones has; so does a file that a tag leads to. Sizes are written `5MiB`, `1.5 GB` or in bytes; KiB and
MiB are powers of 1024, kB and MB of 1000. A file is never read to be measured.

`paths` gives some paths another limit, larger or smaller; the first that names
a path holds. `lfs` says what to make of Git LFS pointers: `ok` lets what is in
LFS be of any size, `count` takes a pointer for the file that it stands for,
`deny` wants no pointers. What only looks like a pointer is a file like any
other. To ask that some paths are in LFS, see `files`.

```toml
file-size = { max = \"5MiB\", lfs = \"ok\", paths = [
    { match = [\"*.psd\", \"media/**\"], max = \"50MiB\" },
] }
```
";

    fn check(&self, case: &Case<'_>, said: &mut Said) -> Fact<()> {
        if case.update.deletes() {
            said.say(Reason::pass("the ref is deleted"));
            return Ok(());
        }
        let files = case.change.facts.files(case.update)?;
        let mut seen = HashSet::new();
        for file in files.iter() {
            let Some(new) = file.new.filter(|it| it.mode.is_blob()) else { continue };
            let same = file.old.is_some_and(|old| old.oid == new.oid);
            if same || !seen.insert((&file.path, new.oid)) {
                continue;
            }
            let reason = self.file(case, file, new);
            if let Some(reason) = said.known(reason).flatten() {
                said.say(reason.at(Place::path(file.path.clone()).by(file.commit)));
            }
        }
        if let Some(reason) = said.known(self.loose(case)).flatten() {
            said.say(reason);
        }
        said.otherwise("every file is within its limit");
        Ok(())
    }

    fn decides_by(&self, _: &People) -> Vec<Need> {
        // Tags, of which alone it asks more, are not seen before a push.
        vec![Need::Files, Need::Blobs]
    }
}

impl FileSize {
    fn file(&self, case: &Case<'_>, file: &FileChange, new: Version) -> Fact<Option<Reason>> {
        let facts = case.change.facts;
        let max = self.max(file.path.as_bstr());
        let size = facts.size(new.oid)?;
        if size > max.bytes() {
            let what = max.taken_by(size);
            return Ok(Some(Reason::deny(what).hint(self.hint(file))));
        }
        if self.lfs == Lfs::Ok {
            return Ok(None);
        }
        let pointer = case.change.memory.recall(self, new.oid, || LfsPointer::of(facts, new.oid, size))?;
        Ok(match (*pointer, self.lfs) {
            (Some(_), Lfs::Deny) => {
                Some(Reason::deny("a Git LFS pointer").hint(hint::take_out(file)))
            }
            (Some(LfsPointer { size }), Lfs::Count) if size > max.bytes() => {
                let what = format!("{}, in Git LFS", max.taken_by(size));
                Some(Reason::deny(what).hint(hint::take_out(file)))
            }
            _ => None,
        })
    }

    /// A file that a tag or another ref leads to itself, without a path.
    fn loose(&self, case: &Case<'_>) -> Fact<Option<Reason>> {
        let facts = case.change.facts;
        let update = case.update;
        let Some(oid) = update.new_oid().filter(|_| update.name.branch().is_none()) else {
            return Ok(None);
        };
        let peeled = facts.peel(oid)?;
        if peeled.kind != Kind::Blob {
            return Ok(None);
        }
        let size = facts.size(peeled.oid)?;
        let over = (size > self.max.bytes()).then(|| {
            let what = format!("object {}: {}", peeled.oid.short(), self.max.taken_by(size));
            Reason::deny(what).hint("push a ref that does not lead to it")
        });
        Ok(over)
    }

    fn max(&self, path: &BStr) -> ByteSize {
        let other = self.paths.iter().find(|it| it.r#match.matches(path));
        other.map_or(self.max, |it| it.max)
    }

    fn hint(&self, file: &FileChange) -> String {
        let out = hint::take_out(file);
        match (self.lfs, file.commit) {
            (Lfs::Count | Lfs::Deny, _) => out,
            (Lfs::Ok, None) => format!("{out}; git lfs track {}", tracked(file.path.as_bstr())),
            (Lfs::Ok, Some(_)) => {
                format!("{out} or into LFS: git lfs track {}", tracked(file.path.as_bstr()))
            }
        }
    }
}

/// What to tell LFS to track: files that end alike, or this one.
fn tracked(path: &BStr) -> String {
    let name = path.rsplit_str("/").next().unwrap_or_default();
    match name.rsplit_once_str(".") {
        Some((stem, end)) if !stem.is_empty() && plain(end) => {
            hint::word(&[b"*.", end].concat())
        }
        _ => format!("--filename {}", hint::word(path)),
    }
}

fn plain(end: &[u8]) -> bool {
    !end.is_empty() && end.len() <= 16 && end.iter().all(u8::is_ascii_alphanumeric)
}
