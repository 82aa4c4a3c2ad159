//! The `files` rule.

use bstr::ByteSlice;
use schemars::JsonSchema;
use serde::Deserialize;

use super::lfs_pointer::LfsPointer;
use super::submodules::Submodules;
use super::{Case, Family, Rule, WhenUnknown, hint, symlink};
use crate::model::{
    Fact, FileChange, Mode, Need, PathPatterns, Place, Reason, Said, Version,
};

/// What kinds of files there may be.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Files {
    /// Which files may be executable.
    executable: Option<Executable>,
    /// Which symbolic links there may be.
    #[serde(default)]
    symlinks: Symlinks,
    /// Which submodules there may be.
    #[serde(default)]
    submodules: Submodules,
    /// What must be in Git LFS.
    lfs: Option<Lfs>,
}

/// Which files may be executable.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Executable {
    /// Any but these.
    Deny(PathPatterns),
    /// These alone.
    Allow(PathPatterns),
}

/// Which symbolic links there may be.
#[derive(Clone, Copy, Default, Deserialize, Eq, JsonSchema, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum Symlinks {
    /// None.
    Deny,
    /// Those that stay within the tree.
    #[default]
    Inside,
    /// Any.
    Allow,
}

/// What must be in Git LFS.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Lfs {
    /// Files that must be LFS pointers.
    require: PathPatterns,
}

impl Rule for Files {
    const NAME: &'static str = "files";
    const FAMILY: Family = Family::Content;
    const NEEDS: &'static [Need] = &[Need::Files, Need::Blobs, Need::Tree];
    const WHEN_UNKNOWN: WhenUnknown = WhenUnknown::Defer;
    const MANUAL: &'static str = "\
Asks that files are of the kinds that a repository wants.

`executable` is `{ deny = [..] }` or `{ allow = [..] }` and judges files that
become executable. `symlinks` is `inside` unless said otherwise: a target that is
absolute, climbs out of the tree or leads into `.git` is refused; so is `..`
behind a name, because the name may be a link itself. `deny` wants no links.

`submodules` is `allow`, `deny` or `{ urls = [..] }`, patterns of which one must
fit each URL as it is written, `../x` too; `*` does not cross `/`, `**` does. However it is set, the
`.gitmodules` of the resulting tree may hold nothing that runs a command, passes
for an option or reaches into the file system of who clones.

`lfs = { require = [..] }` names files that must be Git LFS pointers.

```toml
files = { executable = { allow = [\"*.sh\", \"bin/\"] }, symlinks = \"inside\", submodules = { urls = [\"https://github.com/acme/*\"] }, lfs = { require = [\"*.psd\"] } }
```
";

    fn check(&self, case: &Case<'_>, said: &mut Said) -> Fact<()> {
        if case.update.deletes() {
            said.say(Reason::pass("the ref is deleted"));
            return Ok(());
        }
        let files = case.change.facts.files(case.update)?;
        for file in files.iter() {
            let Some(new) = file.new.filter(|it| file.old != Some(*it)) else { continue };
            let mut reasons = Vec::new();
            reasons.extend(self.executable(file, new));
            reasons.extend(said.known(self.symlink(case, file, new)).flatten());
            reasons.extend(said.known(self.pointer(case, file, new)).flatten());
            reasons.extend(self.submodules.added(file, new));
            for reason in reasons {
                said.say(reason.at(Place::path(file.path.clone()).by(file.commit)));
            }
        }
        self.submodules.check(case, &files, said);
        said.otherwise("every file is of a kind that may be");
        Ok(())
    }
}

impl Files {
    fn executable(&self, file: &FileChange, new: Version) -> Option<Reason> {
        let becomes = runs(new.mode) && !file.old.is_some_and(|old| runs(old.mode));
        let path = file.path.as_bstr();
        let what = match self.executable.as_ref().filter(|_| becomes)? {
            Executable::Deny(deny) => {
                format!("executable, denied by `{}`", deny.which(path)?)
            }
            Executable::Allow(allow) => {
                (!allow.matches(path)).then(|| "executable, and not one that may be".to_owned())?
            }
        };
        let command = format!("git update-index --chmod=-x {}", hint::name(path));
        Some(Reason::deny(what).hint(match file.commit {
            Some(commit) => hint::mend(file, commit, &command),
            None => command,
        }))
    }

    fn symlink(&self, case: &Case<'_>, file: &FileChange, new: Version) -> Fact<Option<Reason>> {
        if !new.mode.is_symlink() {
            return Ok(None);
        }
        let fault = match self.symlinks {
            Symlinks::Allow => None,
            Symlinks::Deny => Some("a symbolic link".to_owned()),
            Symlinks::Inside => symlink::fault(case.change.facts, file.path.as_bstr(), new.oid)?,
        };
        Ok(fault.map(|it| Reason::deny(it).hint(hint::take_out(file))))
    }

    fn pointer(&self, case: &Case<'_>, file: &FileChange, new: Version) -> Fact<Option<Reason>> {
        let required = |lfs: &&Lfs| lfs.require.matches(file.path.as_bstr());
        let (true, Some(lfs)) = (regular(new.mode), self.lfs.as_ref().filter(required)) else {
            return Ok(None);
        };
        let facts = case.change.facts;
        let fits = case.change.memory.recall(self, new.oid, || {
            let size = facts.size(new.oid)?;
            // An empty file is its own pointer.
            Ok(size == 0 || LfsPointer::of(facts, new.oid, size)?.is_some())
        })?;
        if *fits {
            return Ok(None);
        }
        let pattern = lfs.require.which(file.path.as_bstr()).unwrap_or_default();
        let track = format!("git lfs track {}", hint::word(pattern.as_bytes()));
        let again = format!("git add --renormalize {}", hint::path(file.path.as_bstr()));
        let hint = match file.commit {
            Some(commit) => hint::mend(file, commit, &format!("{track}; {again}")),
            None => format!("{track}; {again}"),
        };
        Ok(Some(Reason::deny(format!("not in Git LFS, as `{pattern}` must be")).hint(hint)))
    }
}

fn regular(mode: Mode) -> bool {
    mode.is_blob() && !mode.is_symlink()
}

fn runs(mode: Mode) -> bool {
    match mode {
        Mode::Executable => true,
        Mode::Odd(bits) => regular(mode) && bits & 0o111 != 0,
        Mode::File | Mode::Symlink | Mode::Submodule | Mode::Tree => false,
    }
}
