//! The `message` rule.

mod conventional;

use schemars::JsonSchema;
use serde::Deserialize;

use super::deceit::{Kind, Reader};
use super::subject::{columns, cut, split};
use super::{Case, Family, Rule, WhenUnknown, hint, trailer};
use crate::model::{Commit, Expression, Fact, Need, Place, Reason, Said};

/// How many columns of a subject are shown at most.
const SHOWN: usize = 50;

/// Folds `fixup!` and `squash!` commits into what they mend.
const AUTOSQUASH: &str = "git rebase -i --autosquash @{upstream}";

/// What commit messages must be like.
#[derive(Deserialize, JsonSchema)]
#[serde(try_from = "Written")]
#[schemars(with = "Written")]
pub(crate) struct Message(Written);

/// The settings as written.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct Written {
    /// What the subject looks like.
    style: Style,
    /// The types that a conventional subject may have; any, if empty.
    types: Vec<String>,
    /// The scopes that a conventional subject may have; any, if empty.
    scopes: Vec<String>,
    /// How many columns the subject takes at least.
    subject_min: Option<usize>,
    /// How many columns the subject takes at most.
    subject_max: Option<usize>,
    /// How many columns a line of the body takes at most, before its last word.
    line_max: Option<usize>,
    /// Whether there is more than a subject.
    body: Body,
    /// A regular expression that must be found in the message.
    pattern: Option<Expression>,
    /// A regular expression that must not be found in the message.
    not_pattern: Option<Expression>,
    /// Commits that are meant to go before they land.
    forbid: Vec<Unfinished>,
}

/// What a subject looks like.
#[derive(Clone, Copy, Default, Deserialize, Eq, JsonSchema, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum Style {
    /// Anything.
    #[default]
    Plain,
    /// As Conventional Commits 1.0.0 has it.
    Conventional,
}

/// Whether there is more than a subject and trailers.
#[derive(Clone, Copy, Default, Deserialize, Eq, JsonSchema, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum Body {
    /// There may be.
    #[default]
    Optional,
    /// There must be.
    Required,
    /// There must not be.
    Forbidden,
}

/// A commit that is meant to go before it lands.
#[derive(Clone, Copy, Deserialize, Eq, JsonSchema, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum Unfinished {
    /// `fixup!` and `amend!`.
    Fixup,
    /// `squash!`.
    Squash,
    /// `wip` as the first word.
    Wip,
}

impl TryFrom<Written> for Message {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let Written { types, scopes, subject_min, subject_max, .. } = &written;
        if written.style == Style::Plain && !(types.is_empty() && scopes.is_empty()) {
            return Err("`types` and `scopes` need `style = \"conventional\"`".to_owned());
        }
        if subject_max.is_some_and(|max| max == 0 || max < subject_min.unwrap_or(0)) {
            return Err("no subject fits between `subject-min` and `subject-max`".to_owned());
        }
        Ok(Self(written))
    }
}

impl Rule for Message {
    const NAME: &'static str = "message";
    const FAMILY: Family = Family::Commits;
    const NEEDS: &'static [Need] = &[Need::Commits];
    const WHEN_UNKNOWN: WhenUnknown = WhenUnknown::Pass;
    const MANUAL: &'static str = "\
Asks that commit messages are text that others can read, in one style.

Whatever the settings, a message must be text in its declared encoding, without
NUL and without characters that turn text around or hide in it, and a blank line
must part the subject from the rest. Each setting stands for itself:

- `style = \"conventional\"`: the subject is `type(scope): description`, as
  Conventional Commits 1.0.0 has it; `types` and `scopes` list what they may be;
- `subject-min`, `subject-max`, `line-max`: in columns of a terminal, so that an
  ideograph counts two and a combining accent none; tabs go to the next 8th. The
  last word of a line may go beyond `line-max`, since links cannot be broken;
  trailers may be of any length;
- `body`: `\"required\"`, `\"optional\"` or `\"forbidden\"`; trailers are none;
- `pattern`, `not-pattern`: regular expressions to be found, or not to be found,
  anywhere in the message;
- `forbid`: `\"fixup\"` (and `amend!`), `\"squash\"`, `\"wip\"`.

A commit with more than one parent is a merge and may have any style and any
lengths; its message alone does not make it one. What `pattern`, `not-pattern`
and `forbid` say holds for merges too. A `Revert \"…\"` made by Git, with `This
reverts commit <oid>.` in its body, may have any subject. On your own machine,
`fixup!` commits pass until they are pushed.

```toml
message = { style = \"conventional\", subject-max = 72, forbid = [\"fixup\", \"wip\"] }
```

To satisfy it, reword: `git commit --amend`, or `git rebase -i` for older commits.
";

    fn check(&self, case: &Case<'_>, said: &mut Said) -> Fact<()> {
        let commits = case.change.facts.commits(case.update)?;
        let reword = hint::reword(&commits);
        for commit in commits.iter() {
            match commit.oid.filter(|_| case.change.moves_several()) {
                // One commit may be new to many refs.
                Some(oid) => {
                    let found = case.change.memory.recall(self, oid, || Fact::Ok(self.of(commit)))?;
                    found.iter().for_each(|it| say(it.clone(), &reword, said));
                }
                None => self.of(commit).into_iter().for_each(|it| say(it, &reword, said)),
            }
        }
        said.otherwise("messages as asked");
        Ok(())
    }
}

impl Message {
    /// What speaks against the message of `commit`.
    fn of(&self, commit: &Commit) -> Vec<Reason> {
        let mut found = Found { commit, reasons: Vec::new() };
        if commit.message.contains(&0) {
            found.deny("the message holds a NUL, and Git hides what is behind it");
            return found.reasons;
        }
        let Some(text) = commit.text() else {
            found.deny("the message is not text in its declared encoding");
            return found.reasons;
        };
        hidden(&text, &mut found);
        let (subject, rest) = split(&text);
        if subject.trim().is_empty() {
            found.deny("the message is empty");
            return found.reasons;
        }
        let unfinished = unfinished(subject);
        if commit.oid.is_none() && matches!(unfinished, Some(Unfinished::Fixup | Unfinished::Squash)) {
            return found.reasons;
        }
        if unfinished.is_some_and(|it| self.0.forbid.contains(&it)) {
            let reason = Reason::deny(format!("`{}` is not meant to stay", cut(subject, SHOWN)));
            found.say(match unfinished {
                Some(Unfinished::Wip) | None => reason,
                Some(Unfinished::Fixup | Unfinished::Squash) => reason.hint(AUTOSQUASH),
            });
            return found.reasons;
        }
        if !commit.is_merge() {
            self.form(&text, subject, rest, &mut found);
        }
        self.patterns(&text, &mut found);
        found.reasons
    }

    /// Looks at the form, which merges need not have.
    fn form(&self, text: &str, subject: &str, rest: &str, found: &mut Found<'_>) {
        let Written { subject_min, subject_max, line_max, .. } = &self.0;
        let reverts = conventional::reverts(subject, rest);
        let styled = self.0.style == Style::Conventional && !reverts;
        let checked = || conventional::check(subject, &self.0.types, &self.0.scopes);
        if let Some(why) = styled.then(checked).and_then(Result::err) {
            let reason = Reason::deny(format!("`{}`: {why}", cut(subject, SHOWN)));
            found.say(match unfinished(subject) {
                Some(Unfinished::Fixup | Unfinished::Squash) => reason.hint(AUTOSQUASH),
                Some(Unfinished::Wip) | None => reason,
            });
        }
        let width = columns(subject);
        if let Some(max) = subject_max.filter(|&max| width > max && !reverts) {
            found.deny(&format!("`{}`: {width} of {max} columns", cut(subject, SHOWN)));
        }
        if let Some(min) = subject_min.filter(|&min| width < min) {
            found.deny(&format!("`{subject}`: {width} columns, at least {min}"));
        }
        if rest.lines().next().is_some_and(|it| !it.trim().is_empty()) {
            found.deny(&format!("`{}`: no blank line behind it", cut(subject, SHOWN)));
        }
        if self.0.body == Body::Optional && line_max.is_none() {
            return;
        }
        let body = body(text, rest);
        match (self.0.body, body.iter().all(|(_, line)| line.trim().is_empty())) {
            (Body::Required, true) => found.deny("no body that says why"),
            (Body::Forbidden, false) => found.deny("a body, where a subject shall be all"),
            _ => {}
        }
        if let Some(max) = *line_max {
            long_lines(&body, max, found);
        }
    }

    /// Looks for what must be found, and what must not.
    fn patterns(&self, text: &str, found: &mut Found<'_>) {
        let Written { pattern, not_pattern, .. } = &self.0;
        if let Some(it) = pattern.as_ref().filter(|it| !it.0.is_match(text)) {
            found.deny(&format!("nothing matches `{}`", it.0.as_str()));
        }
        if let Some(it) = not_pattern.as_ref().and_then(|it| it.0.find(text)) {
            found.deny(&format!("`{}` is unwanted", cut(it.as_str(), SHOWN)));
        }
    }
}

/// Gives a reason, with the usual way to mend a message if it names no other.
fn say(mut reason: Reason, reword: &str, said: &mut Said) {
    reason.hint.get_or_insert_with(|| reword.to_owned());
    said.say(reason);
}

/// What speaks against one commit's message.
struct Found<'c> {
    commit: &'c Commit,
    reasons: Vec<Reason>,
}

impl Found<'_> {
    fn say(&mut self, reason: Reason) {
        self.reasons.push(reason.at(Place::commit(self.commit.oid)));
    }

    fn deny(&mut self, what: &str) {
        self.say(Reason::deny(what));
    }
}

/// Refuses characters that make text look like another.
fn hidden(text: &str, found: &mut Found<'_>) {
    // Nothing hides in ASCII.
    if text.is_ascii() {
        return;
    }
    let mut reader = Reader::new();
    reader.read(text.as_bytes());
    let deceit = reader.end();
    let unseen = deceit.first.iter().filter(|it| it.kind != Kind::Conflict);
    if text.starts_with('\u{feff}') {
        found.deny("line 1: hidden character U+FEFF byte order mark");
    } else if let Some(it) = unseen.min_by_key(|it| (it.line, it.column)) {
        found.deny(&format!("line {}: hidden character {}", it.line, it.what));
    }
}

/// What the subject says of the commit's future, if anything.
fn unfinished(subject: &str) -> Option<Unfinished> {
    // Git wants lower case and a space behind it; what is only near means the same.
    let subject = subject.trim_start();
    let begins = |mark: &str| {
        subject.as_bytes().get(..mark.len()).is_some_and(|it| it.eq_ignore_ascii_case(mark.as_bytes()))
    };
    if begins("fixup!") || begins("amend!") {
        return Some(Unfinished::Fixup);
    }
    if begins("squash!") {
        return Some(Unfinished::Squash);
    }
    let is_wip = |text: &str| {
        let mut words = text.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty());
        words.next().is_some_and(|it| it.eq_ignore_ascii_case("wip"))
    };
    let described = subject.split_once(": ").map_or("", |(_, description)| description);
    (is_wip(subject) || is_wip(described)).then_some(Unfinished::Wip)
}

/// The lines of `rest`, which ends `text`, that belong to no trailer, with their
/// numbers. A message that is written holds no comments: such lines are body.
fn body<'t>(text: &'t str, rest: &'t str) -> Vec<(usize, &'t str)> {
    let block = trailer::parse(text.as_bytes()).block;
    let before = text.len().saturating_sub(rest.len());
    let above = text.bytes().take(before).filter(|it| *it == b'\n').count();
    let mut next = before;
    let mut body = Vec::new();
    for (number, line) in rest.split_inclusive('\n').enumerate() {
        let at = next;
        next += line.len();
        if line.starts_with('#') || !block.contains(&at) {
            body.push((above + number + 1, line));
        }
    }
    body
}

/// Refuses lines that are too long before their last word begins.
fn long_lines(body: &[(usize, &str)], max: usize, found: &mut Found<'_>) {
    let too_long = |(_, line): &&(usize, &str)| {
        let line = line.trim_end();
        let (before, _) = line.rsplit_once(char::is_whitespace).unwrap_or_default();
        columns(line) > max && columns(before.trim_end()) > max
    };
    let mut wrong = body.iter().filter(too_long);
    let Some((line, first)) = wrong.next() else { return };
    let more = wrong.count();
    let width = columns(first.trim_end());
    found.deny(&match more {
        0 => format!("line {line}: {width} of {max} columns"),
        _ => format!("line {line}: {width} of {max} columns, and {more} more"),
    });
}
