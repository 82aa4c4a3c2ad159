//! Conditions on how much changes.

use schemars::JsonSchema;
use serde::Deserialize;
use toml::{Table, Value};

use super::compare::Comparison;
use super::{Case, Family, Predicate, files, words};
use crate::model::{self, Fact, Need, PathPatterns, People, Unknown};

/// This part of the manual.
pub(super) const FAMILY: Family = Family {
    title: "size: how much changes",
    manual: "\
Numbers are compared: `\"> 50\"`, with `<`, `<=`, `>`, `>=`, `=` or `!=`. A rename counts
as two paths. Lines are counted over the whole change, as the host tells them; what it
does not tell by file makes `except` unknown rather than small.

```toml
when = { files = \"<= 3\", lines = { total = \"< 100\", except = [\"*.lock\"] } }
```
",
};

/// So many paths are changed.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(super) struct Files(Comparison);

impl Predicate for Files {
    fn needs(&self, _: &People) -> Vec<Need> {
        vec![Need::Files]
    }

    fn holds(&self, case: &Case<'_>) -> Fact<bool> {
        Ok(self.0.holds(files::paths(case)?.len() as u64))
    }

    fn written(&self) -> Value {
        self.0.written()
    }
}

/// So many commits are new.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(super) struct Commits(Comparison);

impl Predicate for Commits {
    fn needs(&self, _: &People) -> Vec<Need> {
        vec![Need::Commits]
    }

    fn holds(&self, case: &Case<'_>) -> Fact<bool> {
        Ok(self.0.holds(case.change.facts.commits(case.update)?.len() as u64))
    }

    fn written(&self) -> Value {
        self.0.written()
    }
}

/// So many lines are added or deleted.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(try_from = "Written")]
#[schemars(with = "Written")]
pub(super) struct Lines(Written);

/// What is asked of the number of lines, as written.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Written {
    /// So many lines are added.
    added: Option<Comparison>,
    /// So many lines are deleted.
    deleted: Option<Comparison>,
    /// So many lines are added or deleted.
    total: Option<Comparison>,
    /// Not counting those of these files.
    except: Option<PathPatterns>,
}

impl TryFrom<Written> for Lines {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        if [written.added, written.deleted, written.total].iter().all(Option::is_none) {
            return Err("counts nothing; write such as `total = \"> 100\"`".to_owned());
        }
        Ok(Self(written))
    }
}

/// A number of lines that is only known to lie between two.
#[derive(Clone, Copy)]
struct Between(u64, u64);

impl Lines {
    /// How many lines are added and deleted, but for the excepted.
    fn counted(&self, lines: &model::Lines) -> [Between; 2] {
        let whole = [lines.added, lines.deleted];
        let Some(except) = &self.0.except else {
            return whole.map(|all| Between(all, all));
        };
        let (mut told, mut left_out) = ([0_u64; 2], [0_u64; 2]);
        for file in &lines.files {
            let excepted = except.matches(file.path.as_ref());
            for (at, count) in [file.added, file.deleted].into_iter().enumerate() {
                told[at] = told[at].saturating_add(count);
                if excepted {
                    left_out[at] = left_out[at].saturating_add(count);
                }
            }
        }
        // Lines of which no file is told may be of an excepted one, or not.
        [0, 1].map(|at| {
            let most = whole[at].saturating_sub(left_out[at]);
            Between(most.saturating_sub(whole[at].saturating_sub(told[at])), most)
        })
    }
}

impl Predicate for Lines {
    fn needs(&self, _: &People) -> Vec<Need> {
        vec![Need::Lines]
    }

    fn holds(&self, case: &Case<'_>) -> Fact<bool> {
        let lines = case.change.facts.lines(case.update)?;
        let [added, deleted] = self.counted(&lines);
        let sum = |one: u64, other: u64| one.saturating_add(other);
        let total = Between(sum(added.0, deleted.0), sum(added.1, deleted.1));
        let asked = [(self.0.added, added), (self.0.deleted, deleted), (self.0.total, total)];
        let holds = |(how, Between(least, most)): (Option<Comparison>, Between)| {
            let why = || "the lines of some files are not told".to_owned();
            let answer = how?.holds_within(least, most);
            Some(answer.ok_or_else(|| Unknown::Truncated(Need::Lines, why())))
        };
        super::every(asked.into_iter().filter_map(holds))
    }

    fn written(&self) -> Value {
        let Written { added, deleted, total, except } = &self.0;
        let mut table = Table::new();
        for (key, how) in [("added", added), ("deleted", deleted), ("total", total)] {
            table.extend(how.map(|it| (key.to_owned(), it.written())));
        }
        table.extend(except.iter().map(|it| ("except".to_owned(), words::texts(&it.written))));
        Value::Table(table)
    }
}
