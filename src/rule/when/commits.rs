//! Conditions on new commits.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::Deserialize;
use toml::{Table, Value};

use super::people::Names;
use super::words::{self, Like, Words};
use super::{Case, Family, Predicate, every, not, some};
use crate::model::{
    Commit, Expression, Fact, Ident, Need, People, Provenance, SignatureKind, Unknown,
};
use crate::rule::subject;

/// This part of the manual.
pub(super) const FAMILY: Family = Family {
    title: "commits: what commits say of themselves",
    manual: "\
`matches` and `not-matches` are lists of regular expressions, which match anywhere in a
text unless they are anchored; the text matches one of the first and none of the
others. Of commits, `mode` is `all`, the default, or `any`; `scope` is the `subject`,
the default, the `body` below it, or the `full` message. Where nothing is new, no
message is like anything, and all signatures are valid.

A signature is valid if the host or Refgate has verified it with a key that is known to
be someone's. `keys` are OpenPGP key ids, fingerprints of SSH keys as `SHA256:…`, or
X.509 subjects.

```toml
when.commit-messages = { mode = \"any\", matches = [\"^feat!?:\"] }
when.signatures = { valid = true }
```
",
};

/// A message matches.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(super) struct Message(Expression);

impl Predicate for Message {
    fn needs(&self, _: &People) -> Vec<Need> {
        vec![Need::Commits]
    }

    fn holds(&self, case: &Case<'_>) -> Fact<bool> {
        let commits = case.change.facts.commits(case.update)?;
        some(commits.iter().map(|it| Ok(self.0.0.is_match(&text(it)?))))
    }

    fn written(&self) -> Value {
        Value::String(self.0.0.as_str().to_owned())
    }
}

/// The message of a commit; one that is no text may say anything.
fn text(commit: &Commit) -> Fact<Cow<'_, str>> {
    commit.text().ok_or_else(|| {
        let which = commit.oid.map_or_else(|| "the commit".to_owned(), |it| it.short());
        let why = format!("the message of {which} is no text in its encoding");
        Unknown::Failed(Need::Commits, why)
    })
}

/// What messages are like.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(try_from = "WrittenMessages")]
#[schemars(with = "WrittenMessages")]
pub(super) struct Messages(WrittenMessages);

/// What is asked of messages, as written.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct WrittenMessages {
    /// Whether every new commit's message is like that, or one.
    mode: Mode,
    /// Which part of the message.
    scope: Scope,
    /// Regular expressions; it matches one of them.
    matches: Vec<Expression>,
    /// Regular expressions; it matches none of them.
    not_matches: Vec<Expression>,
}

/// How many commits it takes.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum Mode {
    /// Every one.
    #[default]
    All,
    /// One.
    Any,
}

/// A part of a message.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum Scope {
    /// The first line.
    #[default]
    Subject,
    /// What stands below it.
    Body,
    /// All.
    Full,
}

impl TryFrom<WrittenMessages> for Messages {
    type Error = String;

    fn try_from(written: WrittenMessages) -> Result<Self, String> {
        if written.matches.is_empty() && written.not_matches.is_empty() {
            return Err("asks nothing; write `matches` or `not-matches`".to_owned());
        }
        Ok(Self(written))
    }
}

impl Messages {
    fn fits(&self, commit: &Commit) -> Fact<bool> {
        let text = text(commit)?;
        let (line, rest) = subject::split(&text);
        let part = match self.0.scope {
            Scope::Subject => line,
            Scope::Body => rest.trim_matches('\n'),
            Scope::Full => text.trim_matches('\n'),
        };
        Ok(words::like(&self.0.matches, &self.0.not_matches, std::iter::once(part)))
    }
}

impl Predicate for Messages {
    fn needs(&self, _: &People) -> Vec<Need> {
        vec![Need::Commits]
    }

    fn holds(&self, case: &Case<'_>) -> Fact<bool> {
        let commits = case.change.facts.commits(case.update)?;
        let mut fit = commits.iter().map(|it| self.fits(it));
        match self.0.mode {
            Mode::All if commits.is_empty() => Ok(false),
            Mode::All => every(&mut fit),
            Mode::Any => some(&mut fit),
        }
    }

    fn written(&self) -> Value {
        let WrittenMessages { mode, scope, matches, not_matches } = &self.0;
        let mut table = Table::new();
        let mode = (*mode == Mode::Any).then_some("any");
        let scope = match scope {
            Scope::Subject => None,
            Scope::Body => Some("body"),
            Scope::Full => Some("full"),
        };
        for (key, word) in [("mode", mode), ("scope", scope)] {
            table.extend(word.map(|it| (key.to_owned(), Value::String(it.to_owned()))));
        }
        words::put(&mut table, "matches", words::expressions(matches));
        words::put(&mut table, "not-matches", words::expressions(not_matches));
        Value::Table(table)
    }
}

/// The address of every author is like this.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(super) struct AuthorEmail(Like);

/// The address of every committer is like this.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(super) struct CommitterEmail(Like);

fn emails(like: &Like, who: impl Fn(&Commit) -> &Ident, case: &Case<'_>) -> Fact<bool> {
    let commits = case.change.facts.commits(case.update)?;
    Ok(commits.iter().all(|it| like.holds(&words::lossy(&who(it).email))))
}

impl Predicate for AuthorEmail {
    fn needs(&self, _: &People) -> Vec<Need> {
        vec![Need::Commits]
    }

    fn holds(&self, case: &Case<'_>) -> Fact<bool> {
        emails(&self.0, |it| &it.author, case)
    }

    fn written(&self) -> Value {
        self.0.written()
    }
}

impl Predicate for CommitterEmail {
    fn needs(&self, _: &People) -> Vec<Need> {
        vec![Need::Commits]
    }

    fn holds(&self, case: &Case<'_>) -> Fact<bool> {
        emails(&self.0, |it| &it.committer, case)
    }

    fn written(&self) -> Value {
        self.0.written()
    }
}

/// None is a merge, or one is.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(super) struct Linear(bool);

impl Predicate for Linear {
    fn needs(&self, _: &People) -> Vec<Need> {
        vec![Need::Commits]
    }

    fn holds(&self, case: &Case<'_>) -> Fact<bool> {
        let commits = case.change.facts.commits(case.update)?;
        Ok(commits.iter().any(Commit::is_merge) != self.0)
    }

    fn written(&self) -> Value {
        Value::Boolean(self.0)
    }
}

/// How commits are signed.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(try_from = "WrittenSignatures")]
#[schemars(with = "WrittenSignatures")]
pub(super) struct Signatures(WrittenSignatures);

/// What is asked of signatures, as written.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct WrittenSignatures {
    /// Whether every commit has a valid signature; `false`: one has none.
    valid: Option<bool>,
    /// By one of these people.
    by: Option<Names>,
    /// By one of these keys.
    keys: Option<Words>,
}

impl TryFrom<WrittenSignatures> for Signatures {
    type Error = String;

    fn try_from(written: WrittenSignatures) -> Result<Self, String> {
        let WrittenSignatures { valid, by, keys } = &written;
        match (valid, by.is_some() || keys.is_some()) {
            (None, false) => Err("asks nothing; write `valid`, `by` or `keys`".to_owned()),
            (Some(false), true) => {
                Err("nobody makes a signature that is not there; write `not = { … }`".to_owned())
            }
            _ => Ok(Self(written)),
        }
    }
}

impl Signatures {
    fn fits(&self, made: &Provenance, case: &Case<'_>) -> Fact<bool> {
        let Some(signature) = made.signature.as_ref().filter(|it| it.valid) else {
            return Ok(false);
        };
        let WrittenSignatures { by, keys, .. } = &self.0;
        let same = |one: &str, other: &str| match signature.kind {
            // The only ones written in hexadecimal digits.
            Some(SignatureKind::Openpgp) => one.eq_ignore_ascii_case(other),
            Some(SignatureKind::Ssh | SignatureKind::X509) | None => one == other,
        };
        if let Some(keys) = keys {
            let key = signature.key.as_deref().unwrap_or_default();
            if !keys.0.iter().any(|it| same(it, key)) {
                return Ok(false);
            }
        }
        match (by, &signature.by) {
            (None, _) => Ok(true),
            (Some(_), None) => Ok(false),
            (Some(by), Some(signer)) => by.name(signer, case),
        }
    }
}

impl Predicate for Signatures {
    fn needs(&self, people: &People) -> Vec<Need> {
        let by = self.0.by.iter().flat_map(|it| it.needs(people));
        [Need::Commits, Need::Provenance].into_iter().chain(by).collect()
    }

    fn holds(&self, case: &Case<'_>) -> Fact<bool> {
        let facts = case.change.facts;
        let commits = facts.commits(case.update)?;
        let fits = |commit: &Commit| {
            let oid = commit.oid.ok_or(Unknown::NotHere(Need::Provenance))?;
            self.fits(&*facts.provenance(case.update, oid)?, case)
        };
        let all = every(commits.iter().map(fits));
        if self.0.valid == Some(false) { not(all) } else { all }
    }

    fn written(&self) -> Value {
        let WrittenSignatures { valid, by, keys } = &self.0;
        let mut table = Table::new();
        table.extend(valid.map(|it| ("valid".to_owned(), Value::Boolean(it))));
        table.extend(by.iter().map(|it| ("by".to_owned(), it.written())));
        table.extend(keys.iter().map(|it| ("keys".to_owned(), words::texts(&it.0))));
        Value::Table(table)
    }
}
