//! The variables that Refgate knows, read in one place.

use std::ffi::OsString;

use anyhow::{Context, bail};
use clap::ValueEnum;

use super::{Format, When};
use crate::git::Vars;
use crate::model::Timestamp;

/// The variables that people set, and what each does, for the reference.
pub(super) const VARIABLES: &[(&str, &str)] = &[
    ("REFGATE", "`0` switches local hooks off; they say so, and the server still judges"),
    ("REFGATE_SKIP", "rules that local hooks leave out, separated by commas"),
    ("REFGATE_POLICY", "the policy to use, as `--policy`"),
    ("REFGATE_RECORD", "where local hooks keep records of verdicts; servers heed `refgate.record`"),
    ("REFGATE_FORMAT", "how to report, as `--format`"),
    ("REFGATE_COLOR", "when to use colors, as `--color`; comes before the next three"),
    ("NO_COLOR", "no colors"),
    ("CLICOLOR_FORCE", "colors even where there is no terminal"),
    ("TERM", "`dumb` means no colors"),
    ("REFGATE_NOW", "the time to judge at, for tests; servers heed their clock alone"),
    ("CI", "no progress is shown"),
    ("GITHUB_ACTIONS", "`true` adds annotations to text for people"),
    ("GITHUB_STEP_SUMMARY", "where the verdict is added as Markdown"),
    ("REFGATE_TOKEN", "what to speak to GitHub with; else GITHUB_TOKEN, else GH_TOKEN"),
    ("GITHUB_API_URL", "where GitHub's API is, `https://api.github.com` unless `origin` tells"),
    ("GITHUB_REPOSITORY", "the repository at GitHub, as `--repo`"),
    ("GITHUB_EVENT_PATH", "the event that `refgate check --pr` takes its number from"),
];

/// The variables that Refgate knows, as they are set. An empty one is not set.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// `REFGATE`: `0` switches local hooks off.
    pub refgate: Option<String>,
    /// `REFGATE_SKIP`: rules that local stages leave out.
    pub skip: Option<String>,
    /// `REFGATE_POLICY`: the policy to use.
    pub policy: Option<OsString>,
    /// `REFGATE_RECORD`: where local hooks keep records.
    pub record: Option<OsString>,
    /// `REFGATE_FORMAT`: how to report.
    pub format: Option<String>,
    /// `REFGATE_COLOR`: when to use colors.
    pub color: Option<String>,
    /// `NO_COLOR`, see no-color.org.
    pub no_color: Option<String>,
    /// `CLICOLOR_FORCE`, see bixense.com/clicolors.
    pub clicolor_force: Option<String>,
    /// `TERM`.
    pub term: Option<String>,
    /// `REFGATE_NOW`: the time, for tests.
    pub now: Option<String>,
    /// `CI`.
    pub ci: Option<String>,
    /// `GITHUB_ACTIONS`.
    pub github_actions: Option<String>,
    /// `GITHUB_STEP_SUMMARY`: where a job's summary goes.
    pub github_step_summary: Option<OsString>,
    /// Everything, for what Git and hosts tell hooks.
    pub vars: Vars,
}

impl Environment {
    /// The variables of this process.
    pub fn read() -> Self {
        let raw = |name: &str| std::env::var_os(name).filter(|it| !it.is_empty());
        let text = |name: &str| raw(name).map(|it| it.to_string_lossy().into_owned());
        Self {
            refgate: text("REFGATE"),
            skip: text("REFGATE_SKIP"),
            policy: raw("REFGATE_POLICY"),
            record: raw("REFGATE_RECORD"),
            format: text("REFGATE_FORMAT"),
            color: text("REFGATE_COLOR"),
            no_color: text("NO_COLOR"),
            clicolor_force: text("CLICOLOR_FORCE"),
            term: text("TERM"),
            now: text("REFGATE_NOW"),
            ci: text("CI"),
            github_actions: text("GITHUB_ACTIONS"),
            github_step_summary: raw("GITHUB_STEP_SUMMARY"),
            vars: std::env::vars_os().collect(),
        }
    }

    /// Without the variables for Refgate: on a server a pusher may have set them.
    pub(super) fn bare(self) -> Self {
        Self { vars: self.vars, ..Self::default() }
    }

    /// Whether local hooks are switched off.
    pub fn is_off(&self) -> bool {
        self.refgate.as_deref() == Some("0")
    }

    /// The rules that local stages leave out.
    pub fn skipped(&self) -> Vec<String> {
        let names = self.skip.iter().flat_map(|it| it.split([',', ' ']));
        names.filter(|it| !it.is_empty()).map(str::to_owned).collect()
    }

    /// Whether nobody watches.
    pub fn is_ci(&self) -> bool {
        self.ci.as_deref().is_some_and(|it| it != "false" && it != "0")
    }

    /// Whether this is a job of GitHub Actions.
    pub fn is_github_actions(&self) -> bool {
        self.github_actions.as_deref() == Some("true")
    }

    /// The time: the clock's, unless a test says otherwise.
    pub fn now(&self) -> anyhow::Result<Timestamp> {
        match &self.now {
            Some(written) => time(written).context("REFGATE_NOW"),
            None => Ok(Self::clock()),
        }
    }

    /// The time that the clock tells: for a server, whose pusher may have set
    /// any variable.
    pub fn clock() -> Timestamp {
        jiff::Timestamp::now().as_second()
    }

    /// `REFGATE_FORMAT`, or human.
    pub(super) fn format(&self) -> anyhow::Result<Format> {
        let Some(written) = &self.format else { return Ok(Format::Human) };
        let read = Format::from_str(written, false);
        read.map_err(|_| anyhow::anyhow!("REFGATE_FORMAT: there is no format `{written}`"))
    }

    /// `REFGATE_COLOR`, then the variables that all programs know.
    pub(super) fn color(&self) -> anyhow::Result<When> {
        if let Some(written) = &self.color {
            let read = When::from_str(written, false);
            return read.map_err(|_| {
                anyhow::anyhow!("REFGATE_COLOR: write auto, always or never, not `{written}`")
            });
        }
        let forced = self.clicolor_force.as_deref().is_some_and(|it| it != "0");
        Ok(match self.term.as_deref() {
            _ if self.no_color.is_some() => When::Never,
            _ if forced => When::Always,
            Some("dumb") => When::Never,
            Some(_) | None => When::Auto,
        })
    }
}

/// Reads a time: seconds since the epoch, or a date and time as in RFC 3339; a
/// day begins at midnight UTC.
pub(super) fn time(written: &str) -> anyhow::Result<Timestamp> {
    if let Ok(seconds) = written.parse() {
        return Ok(seconds);
    }
    if let Ok(moment) = written.parse::<jiff::Timestamp>() {
        return Ok(moment.as_second());
    }
    let Ok(civil) = written.parse::<jiff::civil::DateTime>() else {
        bail!("`{written}` is no time: write 2026-12-24 or 2026-12-24T10:00:00Z");
    };
    Ok(civil.to_zoned(jiff::tz::TimeZone::UTC)?.timestamp().as_second())
}

/// A time as a policy writes it, in UTC.
pub(super) fn written(at: Timestamp) -> String {
    jiff::Timestamp::from_second(at).map_or_else(|_| at.to_string(), |it| it.to_string())
}
