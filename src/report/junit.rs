//! A verdict as `JUnit` XML: a suite for each ref, a case for each rule.
//!
//! There is no standard; this is what the plugins of Jenkins and `GitLab` read.

use super::{escape, text};
use crate::model::{Decision, Finding, Judgment, Verdict};

/// The verdict; denials are failures, what is left to a later stage is skipped.
pub fn junit(verdict: &Verdict) -> String {
    let all: Vec<_> = verdict.judgments.iter().flat_map(|it| &it.findings).collect();
    let mut out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
    out += &format!("<testsuites name=\"refgate\"{}>\n", counts(&all));
    for judgment in &verdict.judgments {
        out += &suite(judgment);
    }
    out += "</testsuites>\n";
    out
}

fn suite(judgment: &Judgment) -> String {
    let name = xml(&escape::bytes(judgment.update.name.as_bstr()));
    let counts = counts(&judgment.findings.iter().collect::<Vec<_>>());
    let mut out = format!("  <testsuite name=\"{name}\"{counts}>\n");
    for finding in &judgment.findings {
        out += &case(&name, finding);
    }
    out += "  </testsuite>\n";
    out
}

fn counts(findings: &[&Finding]) -> String {
    let count =
        |test: fn(Decision) -> bool| findings.iter().filter(|it| test(it.decision())).count();
    let (all, failed) = (findings.len(), count(|it| !it.allows()));
    let skipped = count(|it| it == Decision::Defer);
    format!(" tests=\"{all}\" failures=\"{failed}\" errors=\"0\" skipped=\"{skipped}\"")
}

fn case(suite: &str, finding: &Finding) -> String {
    let origin = finding.origin.as_ref().map(|it| format!(" ({it})")).unwrap_or_default();
    let name = xml(&format!("{}{origin}", finding.rule));
    let worst = finding.decision();
    let mut lines = String::new();
    for reason in finding.reasons.iter().filter(|it| it.decision == worst) {
        lines += &format!("{}\n", xml(&text::sentence(reason)));
        if let Some(hint) = &reason.hint {
            lines += &format!("hint: {}\n", xml(hint));
        }
    }
    let first = xml(&finding.reasons.first().map(text::sentence).unwrap_or_default());
    let body = match worst {
        Decision::Pass => String::new(),
        Decision::Defer => format!("      <skipped message=\"{first}\"/>\n"),
        Decision::Warn => format!("      <system-out>{lines}</system-out>\n"),
        Decision::Pending | Decision::Deny => {
            let rule = finding.rule;
            format!("      <failure type=\"{rule}\" message=\"{first}\">{lines}</failure>\n")
        }
    };
    format!("    <testcase classname=\"{suite}\" name=\"{name}\">\n{body}    </testcase>\n")
}

/// `text` on one line, as the content of an element or an attribute.
pub(crate) fn xml(text: &str) -> String {
    let mut out = String::new();
    // Two colons at a line's beginning would be a command to GitHub's runner.
    let text = escape::line(text);
    for (at, char) in text.char_indices() {
        match char {
            ':' if text[at..].starts_with("::") => out += "&#58;",
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\'' => out += "&apos;",
            _ => out.push(char),
        }
    }
    out
}
