//! The built-in `sane-refs` rule.

use std::collections::HashMap;
use std::rc::Rc;

use bstr::{BStr, BString, ByteSlice};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Case, Family, Rule, WhenUnknown, collision};
use crate::model::{
    Change, Fact, Kind, Need, Oid, Reason, RefName, RefUpdate, Said, Target, Unseen,
};

/// That refs have names which everyone can use and nobody can mistake.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SaneRefs;

impl Rule for SaneRefs {
    const NAME: &'static str = "sane-refs";
    const FAMILY: Family = Family::Refs;
    const NEEDS: &'static [Need] = &[Need::Refs, Need::Objects];
    const WHEN_UNKNOWN: WhenUnknown = WhenUnknown::Pass;
    const MANUAL: &'static str = "\
Asks that ref names are valid, distinct and used for what they are meant for.

Built in: it holds for every ref, whatever the policy says. It refuses

- names that Git would refuse (`git check-ref-format`), and `HEAD`, `@`, names
  that begin with `-`, `refs/` or `heads/` or look like an object name, and tags
  that are called as a branch is: commands mistake them;
- names of branches and tags with characters that show nothing or turn text
  around: people mistake them;
- a ref that one push lists twice, also through a symbolic ref, since then it
  depends on the order what becomes of it;
- a ref that is not where the client takes it to be: the push was made for
  another state of the server;
- a name that differs from another ref's only in letter case or in how its
  accents are encoded: on some file systems the two are one ref;
- a name that is a directory of another ref, or lies below one;
- refs other than branches and tags, unless a protection names them by more than
  `**`: `refs/replace/*` changes what Git shows, and others what tools believe;
- branches that point to anything but a commit.

To use notes, or another namespace, protect it by name:

```toml
[[protect]]
refs = [\"refs/notes/*\"]
fast-forward-only = true
```
";

    fn check(&self, case: &Case<'_>, said: &mut Said) -> Fact<()> {
        let update = case.update;
        if update.new == Target::Unwritten && update.name.as_bstr() == "HEAD" {
            said.say(Reason::pass("a commit on no branch"));
            return Ok(());
        }
        for name in update.asked_as.iter().chain([&update.name]) {
            named(name.as_bstr(), update, said);
        }
        let listed = case.change.memory.once(self, || Fact::Ok(Listed::of(case.change)))?;
        let times = listed.times.get(&update.name).copied().unwrap_or_default();
        if times > 1 {
            said.say(
                Reason::deny(format!("the ref is listed {times} times"))
                    .hint("push it once: git push origin <what>:<ref>"),
            );
        }
        if update.stale {
            let real = update.old.map_or("missing".to_owned(), |it| format!("at {}", it.short()));
            said.say(
                Reason::deny(format!("the ref is {real}, and the client takes it to be elsewhere"))
                    .hint("fetch, and push again"),
            );
        }
        if !said.reasons.is_empty() {
            return Ok(());
        }
        let tag_or_branch = update.name.branch().or_else(|| update.name.tag()).is_some();
        if !tag_or_branch && !case.named {
            said.say(
                Reason::deny("the ref is neither a branch nor a tag, and no protection names it")
                    .hint("push a branch or tag, or name the ref in a [[protect]]"),
            );
        }
        if let Some(neighbours) = said.known(self.neighbours(case.change)) {
            collisions(&neighbours, &listed.created, update, said);
        }
        if let (Some(_), Some(new)) = (update.name.branch(), update.new_oid()) {
            tip(case, new, said);
        }
        said.otherwise("a sound name");
        Ok(())
    }
}

impl SaneRefs {
    /// The refs that exist, sorted once per change.
    fn neighbours(&self, change: &Change<'_>) -> Fact<Rc<Names<()>>> {
        change.memory.once(self, || {
            let refs = change.facts.refs()?;
            Ok(Names::of(refs.iter().map(|(name, _)| name)))
        })
    }
}

/// Refuses a name that Git would refuse or commands would mistake.
fn named(name: &BStr, update: &RefUpdate, said: &mut Said) {
    let hint = match name {
        it if it.starts_with(b"refs/heads/") => "choose another name: git branch -m <old> <new>",
        it if it.starts_with(b"refs/tags/") => {
            "choose another name: git tag <new> <old>, and git tag -d <old>"
        }
        _ => "choose another name: git push origin <what>:refs/heads/<branch>",
    };
    if let Err(why) = well_formed(name) {
        said.say(Reason::deny(format!("no ref can be named so: {why}")).hint(hint));
    } else if let (Some(why), false) = (mistakable(name), update.deletes()) {
        said.say(Reason::deny(why).hint(hint));
    } else if let (Some(unseen), false) = (unseen(name), update.deletes()) {
        let what = format!("U+{:04X} in the name is not seen", u32::from(unseen));
        said.say(Reason::deny(what).hint(hint));
    }
}

/// What Git demands of a ref's name. Source: git-check-ref-format, and what
/// receive-pack adds: `refs/` and two more parts.
fn well_formed(name: &BStr) -> Result<(), String> {
    let Some(rest) = name.strip_prefix(b"refs/") else {
        return Err("it does not begin with `refs/`".to_owned());
    };
    if !rest.contains(&b'/') {
        return Err("it has no part behind `refs/<kind>/`".to_owned());
    }
    let odd = |it: &u8| it.is_ascii_control() || b" ~^:?*[\\".contains(it);
    if let Some(byte) = name.iter().copied().find(odd) {
        return Err(format!("Git allows no {:?} in it", char::from(byte)));
    }
    for bad in ["..", "@{"] {
        if name.contains_str(bad) {
            return Err(format!("Git allows no `{bad}` in it"));
        }
    }
    for part in name.split_str("/") {
        if part.is_empty() {
            return Err("a part of it is empty".to_owned());
        }
        if part.starts_with(b".") || part.ends_with(b".lock") {
            return Err("a part of it begins with `.` or ends with `.lock`".to_owned());
        }
    }
    if name.ends_with(b".") { Err("it ends with `.`".to_owned()) } else { Ok(()) }
}

/// Why commands would take the short name for something else.
fn mistakable(name: &BStr) -> Option<&'static str> {
    let short =
        name.strip_prefix(b"refs/heads/").or_else(|| name.strip_prefix(b"refs/tags/"))?;
    if short.eq_ignore_ascii_case(b"HEAD") || short == b"@" {
        return Some("Git takes this name for the commit at hand");
    }
    if short.starts_with(b"-") {
        return Some("Git takes this name for an option");
    }
    if [&b"refs/"[..], b"heads/", b"tags/", b"remotes/"].iter().any(|it| short.starts_with(it)) {
        return Some("Git takes this name for that of another ref");
    }
    let own = |it: &u8| it.is_ascii_uppercase() || *it == b'_';
    if short.ends_with(b"_HEAD") && short.iter().all(own) {
        return Some("Git takes this name for one of its own");
    }
    Oid::from_hex(short).map(|_| "Git takes this name for an object name")
}

/// The first character of the short name that a reader does not see.
fn unseen(name: &BStr) -> Option<char> {
    let short =
        name.strip_prefix(b"refs/heads/").or_else(|| name.strip_prefix(b"refs/tags/"))?;
    short.chars().find(|it| Unseen::of(*it).is_some())
}

/// What a change lists.
struct Listed {
    /// How often each ref is moved.
    times: HashMap<RefName, usize>,
    /// The refs that the change does not delete.
    created: Names<Listed>,
}

impl Listed {
    fn of(change: &Change<'_>) -> Self {
        let mut times = HashMap::new();
        for update in &change.updates {
            *times.entry(update.name.clone()).or_default() += 1;
        }
        let kept = change.updates.iter().filter(|it| !it.deletes());
        Self { times, created: Names::of(kept.map(|it| &it.name)) }
    }
}

/// Names of refs, sorted by what a careless file system makes of them. `Of`
/// tells those that exist from those that a change brings.
struct Names<Of> {
    sorted: Vec<(BString, BString)>,
    of: std::marker::PhantomData<Of>,
}

impl<Of> Names<Of> {
    fn of<'n>(names: impl Iterator<Item = &'n RefName>) -> Self {
        let mut sorted: Vec<_> =
            names.map(|it| (folded(it.as_bstr()), it.as_bstr().to_owned())).collect();
        sorted.sort();
        sorted.dedup();
        Self { sorted, of: std::marker::PhantomData }
    }

    /// Those that a careless file system takes for `folded`.
    fn same<'s>(&'s self, folded: &[u8]) -> impl Iterator<Item = &'s BStr> {
        let from = self.sorted.partition_point(|(it, _)| it.as_slice() < folded);
        let rest = self.sorted.iter().skip(from);
        let same = rest.take_while(move |(it, _)| it.as_slice() == folded);
        same.map(|(_, name)| name.as_bstr())
    }

    /// One below the directory `folded`.
    fn below(&self, folded: &[u8]) -> Option<&BStr> {
        let directory = [folded, b"/"].concat();
        let from = self.sorted.partition_point(|(it, _)| *it < directory);
        let (found, name) = self.sorted.get(from)?;
        found.starts_with(&directory).then(|| name.as_bstr())
    }

    /// One that is a directory of `folded`.
    fn above(&self, folded: &[u8]) -> Option<&BStr> {
        // The first three parts are `refs`, the kind, and a name of its own.
        let mut ends = folded.find_iter(b"/").skip(2);
        ends.find_map(|end| self.same(&folded[..end]).next())
    }
}

/// The name without letter case and without a choice of encoding for accents.
fn folded(name: &BStr) -> BString {
    collision::folded(name).into()
}

/// Refuses a new name that is too near another.
fn collisions(there: &Names<()>, created: &Names<Listed>, update: &RefUpdate, said: &mut Said) {
    let name = update.name.as_bstr();
    if let (Some(short), true) = (update.name.tag(), update.creates()) {
        let branch = BString::from([b"refs/heads/", short.as_bytes()].concat());
        if there.same(&folded(branch.as_bstr())).any(|it| *it == branch) {
            said.say(
                Reason::deny(format!("`{branch}` has the same short name, and Git takes one for the other"))
                    .hint("choose another name for the tag"),
            );
        }
    }
    let key = folded(name);
    if there.same(&key).any(|it| it == name) {
        return;
    }
    let mut twins = there.same(&key).chain(created.same(&key));
    if let Some(twin) = twins.find(|it| *it != name) {
        said.say(
            Reason::deny(format!("`{twin}` differs only in letter case or encoding"))
                .hint("use that name, or one that differs more"),
        );
    }
    if update.deletes() {
        return;
    }
    let above = there.above(&key).or_else(|| created.above(&key));
    let below = there.below(&key).or_else(|| created.below(&key));
    if let Some(other) = above.or(below) {
        said.say(
            Reason::deny(format!("`{other}` exists: a ref cannot also be a directory"))
                .hint("choose another name, or delete the other in an earlier push"),
        );
    }
}

/// Refuses a branch that would point to something else than a commit.
fn tip(case: &Case<'_>, new: Oid, said: &mut Said) {
    let Some(peeled) = said.known(case.change.facts.peel(new)) else { return };
    let kind = match (peeled.tags.is_empty(), peeled.kind) {
        (true, Kind::Commit) => return,
        (false, _) | (true, Kind::Tag) => "tag",
        (true, Kind::Tree) => "tree",
        (true, Kind::Blob) => "blob",
    };
    said.say(
        Reason::deny(format!("{} is a {kind}, and branches point to commits", new.short()))
            .hint("push the commit: git push origin '<what>^{commit}:<branch>'"),
    );
}
