//! Who someone in a commit may be.

use bstr::{BStr, ByteSlice};
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Case, hint};
use crate::model::{Actor, Commit, Expression, Fact, Ident, Need, People, Place, Reason, Said};

/// What is asked of an author or committer.
#[derive(Deserialize, JsonSchema)]
#[serde(try_from = "Written")]
#[schemars(with = "Written")]
pub(super) struct Identity {
    written: Written,
    emails: GlobSet,
    name: Option<Expression>,
}

/// The settings as written.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Written {
    /// Patterns of addresses, `*` for anything; one must fit.
    email: Option<Vec<String>>,
    /// A regular expression that must be found in the address.
    email_pattern: Option<Expression>,
    /// A regular expression that must not be found in the address.
    not_email_pattern: Option<Expression>,
    /// A regular expression that the whole name must match.
    name: Option<String>,
    /// Whose commits they must be.
    is: Option<Is>,
}

/// Whose commits someone pushes.
#[derive(Clone, Copy, Deserialize, Eq, JsonSchema, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum Is {
    /// Their own.
    Pusher,
}

impl TryFrom<Written> for Identity {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let patterns = written.email.as_deref().unwrap_or_default();
        let matched = written.email_pattern.is_some() || written.not_email_pattern.is_some();
        let asks = written.email.is_some() || written.name.is_some() || written.is.is_some();
        if !(matched || asks) || (written.email.is_some() && patterns.is_empty()) {
            return Err("asks nothing: name `email`, `email-pattern`, `name` or `is`".to_owned());
        }
        let mut emails = GlobSetBuilder::new();
        for pattern in patterns {
            let glob = GlobBuilder::new(&pattern.to_lowercase()).backslash_escape(true).build();
            emails.add(glob.map_err(|it| format!("`{pattern}` is no pattern: {}", it.kind()))?);
        }
        let emails = emails.build().map_err(|it| it.to_string())?;
        let name = written.name.as_deref().map(Expression::whole).transpose()?;
        Ok(Self { written, emails, name })
    }
}

impl Identity {
    /// The facts that tell whether it fits.
    pub(super) fn uses(&self) -> Vec<Need> {
        match self.written.is {
            Some(Is::Pusher) => vec![Need::Commits, Need::Actor],
            None => vec![Need::Commits],
        }
    }

    /// Says whether the `role` of each new commit, which `pick` finds, fits.
    pub(super) fn check(
        &self,
        role: &str,
        pick: impl Fn(&Commit) -> &Ident,
        case: &Case<'_>,
        said: &mut Said,
    ) -> Fact<()> {
        let commits = case.change.facts.commits(case.update)?;
        let mend = mend(role, &commits);
        for commit in commits.iter() {
            let ident = pick(commit);
            for what in self.wrong(role, ident) {
                said.say(Reason::deny(what).at(Place::commit(commit.oid)).hint(mend.clone()));
            }
            if self.written.is == Some(Is::Pusher) {
                let actor = said.known(case.change.actor.as_ref().map_err(Clone::clone));
                if let Some(what) = actor.and_then(|it| not_own(role, ident, it, case.people)) {
                    said.say(
                        Reason::deny(what).at(Place::commit(commit.oid)).hint(
                            "push commits of your own, or have the address added to [people]",
                        ),
                    );
                }
            }
        }
        said.otherwise(format!("each {role} as asked"));
        Ok(())
    }

    fn wrong(&self, role: &str, ident: &Ident) -> Vec<String> {
        let mut wrong = Vec::new();
        let Ident { name, email, .. } = ident;
        if let Some(patterns) = &self.written.email {
            let address = email.to_str_lossy().to_lowercase();
            if email.is_empty() {
                wrong.push(format!("the {role} has no address"));
            } else if !is_address(&address) || !self.emails.is_match(&address) {
                wrong.push(format!(
                    "the {role}'s address `{email}` is not {}",
                    patterns.join(" or ")
                ));
            }
        }
        wrong.extend(self.unmatched(role, email.as_bstr()));
        let misses = |it: &Expression| !name.to_str().is_ok_and(|name| it.0.is_match(name));
        if self.name.as_ref().is_some_and(misses) {
            let pattern = self.written.name.as_deref().unwrap_or_default();
            wrong.push(format!("the {role}'s name `{name}` does not match `{pattern}`"));
        }
        wrong
    }

    /// What the regular expressions say of an address. One that is no text
    /// matches nothing that is asked for, and may be anything that is unwanted.
    fn unmatched(&self, role: &str, email: &BStr) -> Vec<String> {
        let Written { email_pattern, not_email_pattern, .. } = &self.written;
        let text = email.to_str().ok();
        let mut wrong = Vec::new();
        if let Some(it) =
            email_pattern.as_ref().filter(|it| !text.is_some_and(|text| it.0.is_match(text)))
        {
            wrong
                .push(format!("the {role}'s address `{email}` does not match `{}`", it.0.as_str()));
        }
        if let Some(it) =
            not_email_pattern.as_ref().filter(|it| text.is_none_or(|text| it.0.is_match(text)))
        {
            wrong.push(format!(
                "the {role}'s address `{email}` matches `{}`, which is unwanted",
                it.0.as_str()
            ));
        }
        wrong
    }
}

/// How to commit again as someone else.
fn mend(role: &str, commits: &[Commit]) -> String {
    let again = match (role, hint::base(commits)) {
        (_, None) => "commit again".to_owned(),
        ("author", Some(_)) => hint::amend(commits, "--reset-author"),
        (_, Some(base)) => format!("git rebase -f {base}"),
    };
    format!("git config user.email <address>, then {again}")
}

/// Whether it is one address, so that no pattern fits the end of a list.
fn is_address(text: &str) -> bool {
    let (local, host) = text.split_once('@').unwrap_or_default();
    let plain = |it: char| !it.is_whitespace() && !it.is_control() && !"<>(),;:@\"".contains(it);
    !local.is_empty() && !host.is_empty() && local.chars().chain(host.chars()).all(plain)
}

/// Says that `ident` is not the pusher, if so.
fn not_own(role: &str, ident: &Ident, pusher: &Actor, people: &People) -> Option<String> {
    let email = ident.email.to_str_lossy();
    // GitHub's addresses hold the login, with or without a number before it.
    let noreply = email.strip_suffix("@users.noreply.github.com");
    let login = noreply.map(|it| it.split_once('+').map_or(it, |(_, login)| login));
    let own = |it: &str| !it.is_empty() && people.same(&pusher.0, it);
    if own(&email) || login.is_some_and(own) {
        return None;
    }
    Some(format!("the {role} `{}` is not the pusher {pusher}", ident.email))
}
