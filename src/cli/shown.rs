//! Showing a verdict in the format that was asked for, and keeping the last one.

use std::io::Write;
use std::path::Path;

use anyhow::Context;

use super::{Format, Global, say};
use crate::model::Verdict;
use crate::report::{self, Color, Detail, Style, Width};

/// Shows a verdict that was asked for by hand: the result, so on the standard
/// output.
pub(super) fn show(
    global: &Global,
    verdict: &Verdict,
    from: &str,
    summary: &str,
) -> anyhow::Result<()> {
    match global.format {
        Format::Human => human(global, verdict, from, summary),
        Format::Json => say(&report::json(verdict)),
        Format::Sarif => say(&report::sarif(verdict)),
        Format::Junit => say(&report::junit(verdict)),
        Format::Markdown => say(&report::markdown(verdict)),
        Format::Github => {
            say(&report::github(verdict))?;
            step_summary(global, verdict)
        }
    }
}

fn human(global: &Global, verdict: &Verdict, from: &str, summary: &str) -> anyhow::Result<()> {
    let allowed = verdict.decision().allows();
    if global.quiet > 1 || (global.quiet == 1 && allowed) {
        return Ok(());
    }
    let text = report::styled(verdict, style(global, global.colors()));
    say(&text)?;
    if allowed {
        say(&format!("success: nothing is denied ({summary}; {from})\n"))?;
    } else {
        say(&format!("\n{summary}; judged by {from}\n"))?;
    }
    if !global.environment.is_github_actions() {
        return Ok(());
    }
    say(&report::github(verdict))?;
    step_summary(global, verdict)
}

/// How text looks on this machine.
pub(super) fn style(global: &Global, colors: bool) -> Style {
    let detail = match (global.quiet, global.verbose) {
        (0, 0) => Detail::Usual,
        (0, _) => Detail::Everything,
        _ => Detail::Denials,
    };
    let color = if colors { Color::Ansi } else { Color::Plain };
    Style { width: Width::Local, detail, color }
}

/// Adds the verdict to the summary of a job of GitHub Actions.
fn step_summary(global: &Global, verdict: &Verdict) -> anyhow::Result<()> {
    let Some(path) = &global.environment.github_step_summary else { return Ok(()) };
    let mut file = std::fs::OpenOptions::new()
        .append(true)
        .create(true)
        .open(path)
        .context("cannot write to GITHUB_STEP_SUMMARY")?;
    Ok(file.write_all(report::markdown(verdict).as_bytes())?)
}

/// Where the last verdict of a local hook is kept, in the Git directory.
const LAST: &str = "refgate/last.json";

/// Keeps what a hook decided, for `refgate explain --last`. It decides nothing,
/// so a directory that cannot be written to is no error.
pub(super) fn keep(git_dir: &Path, verdict: &Verdict) {
    let path = git_dir.join(LAST);
    let Some(directory) = path.parent() else { return };
    let new = directory.join(format!("last.json.{}", std::process::id()));
    let written = std::fs::create_dir_all(directory)
        .and_then(|()| std::fs::write(&new, report::json(verdict)))
        .and_then(|()| std::fs::rename(&new, &path));
    if written.is_err() {
        let _ = std::fs::remove_file(&new);
    }
}

/// What was kept last.
pub(super) fn kept(git_dir: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(git_dir.join(LAST)).context("no hook has decided anything here yet")
}
