//! The built-in `sane-objects` rule.

use bstr::{BStr, ByteSlice};
use schemars::JsonSchema;
use serde::Deserialize;

use super::disguise::{DOT_GIT, MODULES, UNLINKED};
use super::{Case, Family, Rule, WhenUnknown, hint};
use crate::model::{Commit, Fact, FileChange, Mode, Need, Oid, Place, Reason, Said};

/// The longest path that Git's own check lets through, in bytes.
const PATH_MAX: usize = 4096;

/// The deepest directory that every version of Git can walk with room to spare.
const DEPTH_MAX: usize = 1000;

/// That objects are as Git writes them, and harm nobody who checks them out.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SaneObjects;

impl Rule for SaneObjects {
    const NAME: &'static str = "sane-objects";
    const FAMILY: Family = Family::Content;
    const NEEDS: &'static [Need] = &[Need::Commits, Need::Files];
    const WHEN_UNKNOWN: WhenUnknown = WhenUnknown::Pass;
    const MANUAL: &'static str = "\
Asks that commits and trees are well formed, and can be checked out safely.

Built in: it holds for every ref, whatever the policy says. It refuses what no
Git writes and someone's tool would stumble over: commits without an author or
with two, paths with `..` or an empty part, modes of long ago, object names of
zeros; and every path that some file system takes for `.git`, such as `.GIT`,
`git~1` or one with invisible characters, since a checkout would write into the
repository itself. So it does with what is taken for `.gitmodules` and is not
written so, and with symbolic links in place of `.gitmodules`, `.gitattributes`,
`.gitignore` and `.mailmap`, which Git does not follow. Removing such a path is
no offence.

Set `receive.fsckObjects` on the server too: Git then looks at every object as
it arrives. To mend a commit, make it anew:

```toml
[[exempt]]
rule = \"sane-objects\"
commits = [\"0f1e2d3c4b5a69788796a5b4c3d2e1f001234567\"]
why = \"imported with two author lines in 2009\"
until = 2099-01-01
```
";

    fn check(&self, case: &Case<'_>, said: &mut Said) -> Fact<()> {
        let facts = case.change.facts;
        for commit in said.known(facts.commits(case.update)).iter().flat_map(|it| it.iter()) {
            malformed(commit, said);
        }
        for file in said.known(facts.files(case.update)).iter().flat_map(|it| it.iter()) {
            touched(file, said);
        }
        said.otherwise("objects as Git writes them");
        Ok(())
    }
}

fn malformed(commit: &Commit, said: &mut Said) {
    let zero = commit.parents.iter().any(Oid::is_zero);
    let zero = zero.then_some("a parent's object name is zero");
    for what in commit.malformed.iter().map(String::as_str).chain(zero) {
        said.say(
            Reason::deny(format!("malformed commit: {what}"))
                .at(Place::commit(commit.oid))
                .hint("make the commit anew: git rebase -f <commit before it>"),
        );
    }
}

fn touched(file: &FileChange, said: &mut Said) {
    let Some(new) = file.new else { return };
    let mut deny = |what: String| {
        said.say(
            Reason::deny(what)
                .at(Place::path(file.path.clone()).by(file.commit))
                .hint(hint::take_out(file)),
        );
    };
    if let Some(what) = path(file.path.as_bstr(), new.mode) {
        deny(what);
    }
    if let Mode::Odd(bits) = new.mode {
        deny(format!("Git writes no mode {bits:06o}"));
    }
    if new.oid.is_zero() {
        deny("its object name is zero".to_owned());
    }
}

/// Whether no part of a path is empty, or begins or holds what only names do that
/// could be wrong. It spares a closer look at nearly every one of many thousands.
fn is_plain(path: &[u8]) -> bool {
    let (Some(first), Some(last)) = (path.first(), path.last()) else { return false };
    // Without branches, so that many bytes are looked at at once.
    let rare = path.iter().fold(false, |odd, it| odd | matches!(it, b'\\' | b'~' | 0xe2 | 0xef));
    let pairs = path.iter().zip(path.get(1..).unwrap_or_default());
    let begins = |it: u8| matches!(it, b'/' | b'.');
    let odd = pairs.fold(rare, |odd, (one, next)| odd | ((*one == b'/') & begins(*next)));
    !odd && !begins(*first) && *last != b'/'
}

/// What is wrong with a path. Source: git-fsck, `hasDotgit` and its like.
fn path(path: &BStr, mode: Mode) -> Option<String> {
    if path.len() <= DEPTH_MAX && is_plain(path) {
        return None;
    }
    if path.len() > PATH_MAX {
        return Some(format!("{} of {PATH_MAX} bytes of path", path.len()));
    }
    let depth = path.iter().filter(|it| **it == b'/').count();
    if depth > DEPTH_MAX {
        return Some(format!("{depth} of {DEPTH_MAX} directories deep"));
    }
    for part in path.split(|it| *it == b'/') {
        match part {
            b"" => return Some("a part of the path is empty".to_owned()),
            b"." | b".." => return Some("a part of the path is `.` or `..`".to_owned()),
            _ => {}
        }
        // Windows takes `\` for `/`.
        for name in part.split(|it| *it == b'\\') {
            if name == b".." {
                return Some("a part of the path is `..` on Windows".to_owned());
            }
            if DOT_GIT.disguises(name) {
                return Some("some file system takes this path for `.git`".to_owned());
            }
            // Where it is not taken for it, nothing judges what it holds.
            if part != MODULES.name.as_bytes() && MODULES.disguises(name) {
                return Some("some file system takes this path for `.gitmodules`".to_owned());
            }
        }
    }
    let name = path.rsplit(|byte| matches!(byte, b'/' | b'\\')).next().unwrap_or_default();
    let special = UNLINKED.iter().find(|it| mode.is_symlink() && it.disguises(name))?;
    Some(format!("`{}` is a symbolic link", special.name))
}
