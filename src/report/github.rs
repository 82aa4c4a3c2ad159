//! A verdict as workflow commands of GitHub Actions.
//!
//! Source: docs.github.com, "Workflow commands for GitHub Actions"; the escapes
//! are those of the toolkit's `command.ts`.

use super::{escape, text};
use crate::model::{Decision, Reason, Verdict};

/// What annotations are titled with.
const TOOL: &str = "refgate";

/// How many annotations GitHub shows of one step.
const MOST: usize = 10;

/// An annotation for each finding, the most severe first and ten at most. What
/// does not fit belongs into the job's summary: see `markdown`.
pub fn github(verdict: &Verdict) -> String {
    let mut found = Vec::new();
    for judgment in &verdict.judgments {
        for finding in &judgment.findings {
            let reasons = finding.reasons.iter().filter(|it| it.decision > Decision::Defer);
            found.extend(reasons.map(|reason| (judgment, finding, reason)));
        }
    }
    found.sort_by_key(|(.., reason)| std::cmp::Reverse(reason.decision));
    let shown = if found.len() > MOST { MOST - 1 } else { MOST };
    let mut out = String::new();
    for (judgment, finding, reason) in found.iter().take(shown) {
        let name = escape::bytes(judgment.update.name.as_bstr());
        let hint = reason.hint.as_ref().map(|it| format!("\nhint: {}", escape::line(it)));
        let what = format!("{name}: {}{}", text::sentence(reason), hint.unwrap_or_default());
        let title = format!("{TOOL} {}", finding.rule);
        out += &command(reason, &title, &what);
    }
    if found.len() > shown {
        let more = found.len() - shown;
        out += &format!("::notice title={TOOL}::{more} more findings are in the summary\n");
    }
    out
}

fn command(reason: &Reason, title: &str, what: &str) -> String {
    let level = if reason.decision.allows() { "warning" } else { "error" };
    let mut properties = Vec::new();
    if let Some(path) = reason.place.shown_path() {
        properties.push(format!("file={}", property(&escape::bytes(path.as_ref()))));
        let numbers = [("line", reason.place.line), ("col", reason.place.column)];
        for (key, number) in numbers {
            properties.extend(number.map(|it| format!("{key}={it}")));
        }
    }
    properties.push(format!("title={}", property(title)));
    format!("::{level} {}::{}\n", properties.join(","), data(what))
}

/// An error at a line of a file of the repository.
pub(crate) fn error_at(file: &str, line: usize, title: &str, what: &str) -> String {
    let (file, title) = (property(&escape::line(file)), property(&escape::line(title)));
    format!("::error file={file},line={line},title={title}::{}\n", data(&escape::line(what)))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
