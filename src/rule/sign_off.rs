//! The `sign-off` rule.

use std::cell::OnceCell;
use std::collections::HashSet;

use bstr::ByteSlice;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Case, Family, Rule, WhenUnknown, hint, trailer};
use crate::model::{Commit, Fact, Ident, Need, Oid, Place, Reason, Said};

/// Who must have signed off.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SignOff {
    /// The author, or the committer for them.
    Author,
}

impl Rule for SignOff {
    const NAME: &'static str = "sign-off";
    const FAMILY: Family = Family::Commits;
    const NEEDS: &'static [Need] = &[Need::Commits, Need::Files];
    const WHEN_UNKNOWN: WhenUnknown = WhenUnknown::Pass;
    const MANUAL: &'static str = "\
Asks that each commit is signed off by its author or committer.

The `Signed-off-by` trailer must hold the name and address of one of them, as a
pair; letter case does not matter. It must be a trailer as Git reads them: in the
last paragraph of the message. A merge that changes nothing by itself needs none;
one that settles a conflict does.

```toml
sign-off = \"author\"
```

To satisfy it, commit with `git commit -s`, or `git rebase --signoff <remote
branch>` afterwards.
";

    fn check(&self, case: &Case<'_>, said: &mut Said) -> Fact<()> {
        let Self::Author = self;
        let facts = case.change.facts;
        let commits = facts.commits(case.update)?;
        let mend = match hint::base(&commits) {
            Some(base) => format!("git rebase --signoff {base}"),
            None => "git commit -s".to_owned(),
        };
        let changing = OnceCell::new();
        for commit in commits.iter() {
            // One commit may be new to many refs.
            let what = match commit.oid.filter(|_| case.change.moves_several()) {
                Some(oid) => {
                    let known = case.change.memory.recall(self, oid, || Fact::Ok(missing(commit)))?;
                    (*known).clone()
                }
                None => missing(commit),
            };
            let Some(what) = what else { continue };
            if commit.is_merge() && said.known(settles(case, commit, &changing)) != Some(true) {
                continue;
            }
            said.say(Reason::deny(what).at(Place::commit(commit.oid)).hint(mend.clone()));
        }
        said.otherwise("signed off");
        Ok(())
    }
}

/// What speaks against `commit` if it needs a sign-off.
fn missing(commit: &Commit) -> Option<String> {
    let trailers = trailer::parse(&commit.message);
    let signed = || trailers.of("Signed-off-by").filter_map(|it| signer(it));
    let Commit { author, committer, .. } = commit;
    if signed().any(|it| is(it, author) || is(it, committer)) {
        return None;
    }
    // A message may hold any number of trailers, and names may be long.
    let [one, other] = [author, committer].map(lower);
    let lowered = |(name, email): (&[u8], &[u8])| (name.to_lowercase(), email.to_lowercase());
    let has_address = |it: &&(Vec<u8>, Vec<u8>)| !it.1.is_empty();
    if signed().map(lowered).any(|it| [&one, &other].into_iter().filter(has_address).any(|who| *who == it)) {
        return None;
    }
    let Ident { name, email, .. } = author;
    Some(match signed().next() {
        None => format!("not signed off by {name} <{email}>"),
        Some((by, address)) => {
            let (by, address) = (by.as_bstr(), address.as_bstr());
            format!("signed off by {by} <{address}>, not {name} <{email}>")
        }
    })
}

/// The commits of an update that change a path.
struct Changing(HashSet<Option<Oid>>);

/// Whether a merge changes something by itself.
fn settles(case: &Case<'_>, merge: &Commit, changing: &OnceCell<Changing>) -> Fact<bool> {
    let changing = match changing.get() {
        Some(changing) => changing,
        None => {
            let files = case.change.facts.files(case.update)?;
            changing.get_or_init(|| Changing(files.iter().map(|it| it.commit).collect()))
        }
    };
    Ok(changing.0.contains(&merge.oid))
}

/// The name and the address in the value of a trailer.
fn signer(value: &[u8]) -> Option<(&[u8], &[u8])> {
    let (name, rest) = value.split_at(value.rfind_byte(b'<')?);
    let email = rest.get(1..)?.strip_suffix(b">")?;
    Some((name.trim(), email.trim()))
}

/// Whether it is `who`, letter by letter, with an address.
fn is((name, email): (&[u8], &[u8]), who: &Ident) -> bool {
    !email.is_empty() && who.email == email && who.name == name
}

/// The name and the address in small letters.
fn lower(who: &Ident) -> (Vec<u8>, Vec<u8>) {
    (who.name.to_lowercase(), who.email.to_lowercase())
}
