//! The `trailers` rule.

use bstr::ByteSlice;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Case, Family, Rule, WhenUnknown, hint, trailer};
use crate::model::{Commit, Fact, Need, Place, Reason, Said};

/// Which trailers messages must and must not have.
#[derive(Deserialize, JsonSchema)]
#[serde(try_from = "Written")]
#[schemars(with = "Written")]
pub(crate) struct Trailers(Written);

/// The settings as written.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Written {
    /// Keys, each of which must be there with a value.
    #[serde(default)]
    require: Vec<String>,
    /// Keys, none of which may be there.
    #[serde(default)]
    forbid: Vec<String>,
}

impl TryFrom<Written> for Trailers {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let Written { require, forbid } = &written;
        if require.is_empty() && forbid.is_empty() {
            return Err("asks nothing".to_owned());
        }
        if let Some(bad) = require.iter().chain(forbid).find(|it| !trailer::is_token(it)) {
            return Err(format!("`{bad}` is no trailer: write letters, digits and `-`, no colon"));
        }
        let both = |it: &&String| forbid.iter().any(|other| other.eq_ignore_ascii_case(it));
        match require.iter().find(both) {
            Some(both) => Err(format!("`{both}` is both required and forbidden")),
            None => Ok(Self(written)),
        }
    }
}

impl Rule for Trailers {
    const NAME: &'static str = "trailers";
    const FAMILY: Family = Family::Commits;
    const NEEDS: &'static [Need] = &[Need::Commits];
    const WHEN_UNKNOWN: WhenUnknown = WhenUnknown::Pass;
    const MANUAL: &'static str = "\
Asks that messages have certain trailers, or have them not.

Trailers are what Git reads as such (`git interpret-trailers --parse`): lines
`Key: value` in the last paragraph, which is not the first, and which holds
nothing else, or a `Signed-off-by` and at least a quarter of trailers. Letter case
does not matter. Merges need them too.

```toml
trailers = { require = [\"Reviewed-by\"], forbid = [\"Change-Id\"] }
```

To satisfy it, add one: `git commit --amend --trailer 'Reviewed-by: …'`.
";

    fn check(&self, case: &Case<'_>, said: &mut Said) -> Fact<()> {
        let commits = case.change.facts.commits(case.update)?;
        for commit in commits.iter() {
            let found = trailer::parse(&commit.message);
            let at = || Place::commit(commit.oid);
            for token in &self.0.require {
                if found.of(token).all(|it| it.is_empty()) {
                    let mend = hint::amend(&commits, &format!("--trailer \"{token}: …\""));
                    said.say(missing(token, commit, mend).at(at()));
                }
            }
            for token in self.0.forbid.iter().filter(|it| found.of(it).next().is_some()) {
                said.say(
                    Reason::deny(format!("the trailer `{token}` is there"))
                        .at(at())
                        .hint(hint::reword(&commits)),
                );
            }
        }
        said.otherwise("trailers as asked");
        Ok(())
    }
}

/// Says that a trailer is missing; also if it stands where Git reads none.
fn missing(token: &str, commit: &Commit, mend: String) -> Reason {
    let looks = |line: &[u8]| {
        let key = line.get(..token.len()).unwrap_or_default();
        key.eq_ignore_ascii_case(token.as_bytes())
            && line.get(token.len()) == Some(&b':')
            && !line.get(token.len() + 1..).unwrap_or_default().trim().is_empty()
    };
    if commit.message.lines().any(looks) {
        return Reason::deny(format!("`{token}:` stands where Git reads no trailer"))
            .hint("move it to the end, into a last paragraph of nothing but trailers");
    }
    Reason::deny(format!("no trailer `{token}`")).hint(mend)
}
