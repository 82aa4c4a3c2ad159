//! The `ticket` rule.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Case, Family, Rule, WhenUnknown, hint, subject, trailer};
use crate::model::{Commit, Expression, Fact, Need, Place, Reason, Said};

/// What a ticket looks like, and where it stands.
#[derive(Deserialize, JsonSchema)]
#[serde(try_from = "Written")]
#[schemars(with = "Written")]
pub(crate) struct Ticket {
    pattern: Expression,
    places: Vec<Spot>,
    merges: bool,
}

/// The settings as written.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Written {
    /// A regular expression that finds a ticket.
    pattern: Expression,
    /// `subject`, `body`, `branch` or `trailer:<key>`; one is enough.
    #[serde(default = "anywhere")]
    r#in: Vec<String>,
    /// Whether merges need a ticket too.
    #[serde(default = "yes")]
    merges: bool,
}

fn anywhere() -> Vec<String> {
    vec!["subject".to_owned(), "body".to_owned()]
}

fn yes() -> bool {
    true
}

/// Somewhere a ticket can stand.
enum Spot {
    Subject,
    Body,
    Branch,
    Trailer(String),
}

impl TryFrom<Written> for Ticket {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let Written { pattern, r#in, merges } = written;
        if r#in.is_empty() {
            return Err("`in` names no place".to_owned());
        }
        if pattern.0.is_match("") {
            return Err(format!("`{}` finds a ticket in any text", pattern.0.as_str()));
        }
        let place = |name: &String| match (name.as_str(), name.strip_prefix("trailer:")) {
            ("subject", _) => Ok(Spot::Subject),
            ("body", _) => Ok(Spot::Body),
            ("branch", _) => Ok(Spot::Branch),
            (_, Some(key)) if trailer::is_token(key) => Ok(Spot::Trailer(key.to_owned())),
            _ => Err(format!("no ticket stands in `{name}`: write `subject`, `body`, `branch` or `trailer:<key>`")),
        };
        Ok(Self { pattern, places: r#in.iter().map(place).collect::<Result<_, _>>()?, merges })
    }
}

impl Rule for Ticket {
    const NAME: &'static str = "ticket";
    const FAMILY: Family = Family::Commits;
    const NEEDS: &'static [Need] = &[Need::Commits];
    const WHEN_UNKNOWN: WhenUnknown = WhenUnknown::Pass;
    const MANUAL: &'static str = "\
Asks that each commit names the ticket it belongs to.

`pattern` is a regular expression; `in` says where it may be found, and one place
is enough: `subject`, `body` (the rest of the message), `branch` (the name of the
branch that is pushed to) or `trailer:<key>`, as Git reads trailers. Without `in`,
the subject and the body count. A branch's name speaks for that branch alone: what
it let pass is judged again where it is merged. Merges need a ticket too, unless
`merges = false`. Whether the ticket exists is not looked up.

```toml
ticket = { pattern = '\\bABC-[0-9]+\\b', in = [\"subject\", \"trailer:Ticket\"] }
```

To satisfy it, name the ticket: `git commit --amend`.
";

    fn check(&self, case: &Case<'_>, said: &mut Said) -> Fact<()> {
        let branch = case.update.name.branch().map(ToString::to_string).unwrap_or_default();
        let by_branch = self.places.iter().any(|it| matches!(it, Spot::Branch));
        if by_branch && self.pattern.0.is_match(&branch) {
            said.say(Reason::pass("the branch names a ticket"));
            return Ok(());
        }
        let facts = case.change.facts;
        let commits = match by_branch {
            // Another branch's name may have let pass what this one's does not.
            true => facts.moved_commits(case.update)?,
            false => facts.commits(case.update)?,
        };
        for commit in commits.iter().filter(|it| self.merges || !it.is_merge()) {
            if !self.names(commit) {
                said.say(
                    Reason::deny(format!(
                        "no ticket `{}` in {}",
                        self.pattern.0.as_str(),
                        self.places()
                    ))
                    .at(Place::commit(commit.oid))
                    .hint(hint::reword(&commits)),
                );
            }
        }
        said.otherwise("a ticket each");
        Ok(())
    }
}

impl Ticket {
    fn names(&self, commit: &Commit) -> bool {
        let Some(text) = commit.text() else { return false };
        let (subject, body) = subject::split(&text);
        let found = |text: &str| self.pattern.0.is_match(text);
        self.places.iter().any(|place| match place {
            Spot::Subject => found(subject),
            Spot::Body => found(body),
            Spot::Branch => false,
            Spot::Trailer(key) => {
                let trailers = trailer::parse(text.as_bytes());
                trailers.of(key).any(|it| found(&it.to_string()))
            }
        })
    }

    fn places(&self) -> String {
        let name = |place: &Spot| match place {
            Spot::Subject => "the subject".to_owned(),
            Spot::Body => "the body".to_owned(),
            Spot::Branch => "the branch's name".to_owned(),
            Spot::Trailer(key) => format!("the trailer `{key}`"),
        };
        self.places.iter().map(name).collect::<Vec<_>>().join(" or ")
    }
}
