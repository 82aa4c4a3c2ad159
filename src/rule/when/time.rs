//! Conditions on time.

use std::fmt;

use jiff::civil::{Time, Weekday};
use jiff::tz::Offset;
use schemars::JsonSchema;
use serde::Deserialize;
use toml::{Table, Value};

use super::compare::How;
use super::{Case, Family, Predicate, words};
use crate::model::{Fact, Need, People, Unknown};
use crate::rule::newest;

/// This part of the manual.
pub(super) const FAMILY: Family = Family {
    title: "time: when it happens",
    manual: "\
Times are those of the server, never what commits claim. An age is compared like a
number, in minutes, hours, days or weeks: `\">= 24h\"`, `\"< 2w\"`. Hours are in UTC, or by
`offset` from it; `to` itself is outside, and if it lies before `from`, they go on past
midnight, on the day on which they began.

```toml
when = { time = { days = [\"fri\"], from = \"15:00\", to = \"24:00\", offset = \"+01:00\" } }
```
",
};

/// How long ago the last push is.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(with = "String")]
pub(super) struct Age {
    how: How,
    number: i64,
    unit: char,
}

/// Units of time, with their seconds.
const UNITS: [(char, i64); 4] = [('m', 60), ('h', 3600), ('d', 86_400), ('w', 604_800)];

impl Age {
    fn seconds(&self) -> i64 {
        let unit = UNITS.iter().find(|(name, _)| *name == self.unit);
        self.number.saturating_mul(unit.map_or(1, |(_, seconds)| *seconds))
    }
}

impl TryFrom<String> for Age {
    type Error = String;

    fn try_from(written: String) -> Result<Self, String> {
        let wrong = || format!("`{written}` is no age; write such as \">= 24h\" or \"< 14d\"");
        let (how, age) = How::split(&written).ok_or_else(wrong)?;
        let split = |(unit, _): &(char, i64)| Some((age.strip_suffix(*unit)?, *unit));
        let (number, unit) = UNITS.iter().find_map(split).ok_or_else(wrong)?;
        let number = number.trim_end();
        if number.is_empty() || !number.bytes().all(|it| it.is_ascii_digit()) {
            return Err(wrong());
        }
        Ok(Self { how, number: number.parse().map_err(|_| wrong())?, unit })
    }
}

impl fmt::Display for Age {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}{}", self.how, self.number, self.unit)
    }
}

impl Predicate for Age {
    fn needs(&self, _: &People) -> Vec<Need> {
        vec![Need::Pushes]
    }

    fn holds(&self, case: &Case<'_>) -> Fact<bool> {
        let pushes = case.change.facts.pushes(case.update)?;
        // If the last push that is known brought another commit, one is not known yet;
        // or a merge queue made the commit, and nobody pushed it.
        let update = case.update;
        let last =
            newest(&pushes).filter(|it| update.deletes() || update.new_oid() == Some(it.after));
        let last = last.and_then(|it| it.at).filter(|at| !case.is_to_come(*at));
        let why = || "when the last push was is not known".to_owned();
        let last = last.ok_or_else(|| Unknown::Failed(Need::Pushes, why()))?;
        Ok(self.how.holds(&case.change.at.saturating_sub(last), &self.seconds()))
    }

    fn written(&self) -> Value {
        Value::String(self.to_string())
    }
}

/// Hours of days.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(try_from = "Written")]
#[schemars(with = "Written")]
pub(super) struct Hours {
    days: Vec<Day>,
    /// In minutes.
    from: i64,
    to: i64,
    offset: i64,
}

/// Hours of days, as written.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
struct Written {
    /// The days of the week; all, if missing.
    days: Vec<Day>,
    /// From when on, such as `09:00`.
    from: Option<String>,
    /// Until when, such as `17:00`, or `24:00` for the end of the day.
    to: Option<String>,
    /// How far local time is ahead of UTC, such as `+01:00`.
    offset: Option<String>,
}

/// A day of the week.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum Day {
    /// Monday.
    Mon,
    /// Tuesday.
    Tue,
    /// Wednesday.
    Wed,
    /// Thursday.
    Thu,
    /// Friday.
    Fri,
    /// Saturday.
    Sat,
    /// Sunday.
    Sun,
}

impl Day {
    fn of(day: Weekday) -> Self {
        match day {
            Weekday::Monday => Self::Mon,
            Weekday::Tuesday => Self::Tue,
            Weekday::Wednesday => Self::Wed,
            Weekday::Thursday => Self::Thu,
            Weekday::Friday => Self::Fri,
            Weekday::Saturday => Self::Sat,
            Weekday::Sunday => Self::Sun,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Mon => "mon",
            Self::Tue => "tue",
            Self::Wed => "wed",
            Self::Thu => "thu",
            Self::Fri => "fri",
            Self::Sat => "sat",
            Self::Sun => "sun",
        }
    }
}

/// The minutes in a day.
const DAY: i64 = 24 * 60;

/// `HH:MM` in minutes.
fn minutes(written: &str) -> Option<i64> {
    let (hours, minutes) = written.split_once(':')?;
    let number = |it: &str| match it.len() {
        2 if it.bytes().all(|it| it.is_ascii_digit()) => it.parse::<i64>().ok(),
        _ => None,
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    let all = hours * 60 + minutes;
    (minutes < 60 && all <= DAY).then_some(all)
}

fn clock(minutes: i64) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

impl TryFrom<Written> for Hours {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let Written { days, from, to, offset } = written;
        if days.is_empty() && from.is_none() && to.is_none() {
            return Err("names no time; write such as `days = [\"mon\"]`".to_owned());
        }
        let read = |it: &Option<String>, missing: i64| match it {
            None => Ok(missing),
            Some(it) => minutes(it)
                .ok_or_else(|| format!("`{it}` is no time of day; write such as \"09:00\"")),
        };
        let (from, to) = (read(&from, 0)?, read(&to, DAY)?);
        if from == to {
            return Err("ends when it begins; write another `from` or `to`".to_owned());
        }
        let offset = offset.map_or(Ok(0), |it| {
            let ahead = it.strip_prefix('+').and_then(minutes);
            let behind = || it.strip_prefix('-').and_then(minutes).map(|it| -it);
            let offset = ahead.or_else(behind);
            offset.ok_or_else(|| format!("`{it}` is no offset; write such as \"+01:00\""))
        })?;
        Ok(Self { days, from, to, offset })
    }
}

impl Predicate for Hours {
    fn needs(&self, _: &People) -> Vec<Need> {
        Vec::new()
    }

    fn holds(&self, case: &Case<'_>) -> Fact<bool> {
        let at = case.change.at.saturating_add(self.offset.saturating_mul(60));
        let Ok(local) = jiff::Timestamp::from_second(at) else { return Ok(false) };
        let local = Offset::UTC.to_datetime(local);
        let now = local.time().duration_since(Time::midnight()).as_mins();
        let past_midnight = self.to < self.from;
        let (inside, day) = match past_midnight && now < self.to {
            true => (true, local.weekday().wrapping_sub(1)),
            false => (self.from <= now && (past_midnight || now < self.to), local.weekday()),
        };
        Ok(inside && (self.days.is_empty() || self.days.contains(&Day::of(day))))
    }

    fn written(&self) -> Value {
        let mut table = Table::new();
        let days: Vec<_> = self.days.iter().map(|it| it.name()).collect();
        words::put(&mut table, "days", words::texts(&days));
        let sign = if self.offset < 0 { '-' } else { '+' };
        let parts = [
            ("from", (self.from != 0).then(|| clock(self.from))),
            ("to", (self.to != DAY).then(|| clock(self.to))),
            ("offset", (self.offset != 0).then(|| format!("{sign}{}", clock(self.offset.abs())))),
        ];
        for (key, it) in parts {
            table.extend(it.map(|it| (key.to_owned(), Value::String(it))));
        }
        // Something must be named.
        if table.keys().all(|it| it == "offset") {
            table.insert("from".to_owned(), Value::String(clock(self.from)));
        }
        Value::Table(table)
    }
}
