//! What was found, for people and for programs.
//!
//! `format` is 1. Within a format keys are added, never changed or removed.

use serde_json::{Value, json as value};

use super::{Finding, Severity};
use crate::report::escaped_line;

impl Severity {
    /// The word in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// What was found, numbered from 1.
pub fn told(findings: &[Finding]) -> String {
    let mut out = String::new();
    for (at, it) in findings.iter().enumerate() {
        let what = escaped_line(&it.what);
        out += &format!("{}: {}: {what} ({})\n", it.severity.word(), it.origin, it.kind.code());
        for (origin, says) in &it.lines {
            out += &format!("  {origin} {}\n", escaped_line(says));
        }
        out += &format!("  hint: {}\n", escaped_line(&it.hint));
        if it.world.is_some() {
            out += &format!("  shown by: --show {}\n", at + 1);
        }
    }
    out
}

/// The same for programs.
pub fn json(findings: &[Finding]) -> String {
    let count = |of: Severity| findings.iter().filter(|it| it.severity == of).count();
    let whole = value!({
        "refgate": env!("CARGO_PKG_VERSION"),
        "format": 1,
        "errors": count(Severity::Error),
        "warnings": count(Severity::Warning),
        "findings": findings.iter().map(finding).collect::<Vec<_>>(),
    });
    format!("{whole:#}\n")
}

fn finding(it: &Finding) -> Value {
    let lines = it
        .lines
        .iter()
        .map(|(origin, says)| value!({ "file": *origin.file, "line": origin.line, "says": says }));
    let record = it.world.as_ref().and_then(|it| it.json().ok());
    let world: Value = record.and_then(|it| serde_json::from_str(&it).ok()).unwrap_or_default();
    value!({
        "code": it.kind.code(),
        "severity": it.severity.word(),
        "file": *it.origin.file,
        "line": it.origin.line,
        "what": it.what,
        "lines": lines.collect::<Vec<_>>(),
        "hint": it.hint,
        "world": world,
    })
}
