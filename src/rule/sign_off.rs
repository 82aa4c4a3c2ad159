//! The `sign-off` rule.

use bstr::ByteSlice;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Case, Family, Rule, WhenUnknown, hint, trailer};
use crate::model::{Commit, Fact, Ident, Need, Place, Reason, Said};

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
        for commit in commits.iter() {
            let signed: Vec<_> = sign_offs(commit);
            let by = |who: &Ident| signed.iter().any(|it| same(it, who));
            if by(&commit.author) || by(&commit.committer) {
                continue;
            }
            if commit.is_merge() && said.known(settles(case, commit)) != Some(true) {
                continue;
            }
            let Ident { name, email, .. } = &commit.author;
            let what = match signed.first() {
                None => format!("not signed off by {name} <{email}>"),
                Some(other) => {
                    format!("signed off by {} <{}>, not {name} <{email}>", other.name, other.email)
                }
            };
            said.say(Reason::deny(what).at(Place::commit(commit.oid)).hint(mend.clone()));
        }
        said.otherwise("signed off");
        Ok(())
    }
}

/// Whether a merge changes something by itself.
fn settles(case: &Case<'_>, merge: &Commit) -> Fact<bool> {
    let files = case.change.facts.files(case.update)?;
    Ok(files.iter().any(|it| it.commit == merge.oid))
}

fn sign_offs(commit: &Commit) -> Vec<Ident> {
    let trailers = trailer::parse(&commit.message);
    let ident = |value: &bstr::BString| {
        let (name, rest) = value.rsplit_once_str("<")?;
        let email = rest.strip_suffix(b">")?;
        Some(Ident { name: name.trim().into(), email: email.trim().into(), seconds: None })
    };
    trailers.of("Signed-off-by").filter_map(ident).collect()
}

fn same(one: &Ident, other: &Ident) -> bool {
    let equal = |a: &[u8], b: &[u8]| a.to_lowercase() == b.to_lowercase();
    !one.email.is_empty()
        && equal(&one.name, &other.name)
        && equal(&one.email, &other.email)
}
