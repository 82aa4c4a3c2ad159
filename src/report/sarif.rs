//! A verdict as SARIF 2.1.0, for code scanning.
//!
//! Source: OASIS, Static Analysis Results Interchange Format 2.1.0.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{escape, text};
use crate::model::{Decision, Finding, Judgment, Place, Reason, Verdict};

/// Every finding that is denied, warned of or exempt, as one run.
pub fn sarif(verdict: &Verdict) -> String {
    let mut rules: Vec<&str> = Vec::new();
    let mut results = Vec::new();
    for judgment in &verdict.judgments {
        for finding in &judgment.findings {
            for reason in finding.reasons.iter().filter(|it| it.decision > Decision::Defer) {
                let index = rules.iter().position(|it| *it == finding.rule);
                let index = index.unwrap_or_else(|| {
                    rules.push(finding.rule);
                    rules.len() - 1
                });
                results.push(result(judgment, finding, reason, index));
            }
        }
    }
    let rules: Vec<_> = rules.iter().map(|id| json!({ "id": id })).collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "refgate",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "invocations": [{ "executionSuccessful": true }],
            "results": results,
        }],
    });
    format!("{}\n", escape::json(&format!("{log:#}")))
}

fn result(judgment: &Judgment, finding: &Finding, reason: &Reason, index: usize) -> Value {
    let name = escape::bytes(judgment.update.name.as_bstr());
    let hint = reason.hint.as_ref().map(|it| format!("\nhint: {}", escape::line(it)));
    let what = format!("{}{}", text::sentence(reason), hint.unwrap_or_default());
    let denies = !reason.decision.allows() || reason.exempt.is_some();
    let mut result = json!({
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": if denies { "error" } else { "warning" },
        "message": { "text": what },
        "locations": [location(&name, &reason.place)],
        "partialFingerprints": { "refgate/v1": fingerprint(finding, reason) },
    });
    if let Some(exempt) = &reason.exempt {
        result["suppressions"] = json!([{
            "kind": "external",
            "status": "accepted",
            "justification": escape::line(&exempt.why),
        }]);
    }
    let mut properties = json!({ "ref": name });
    if let Some(commit) = reason.place.commit {
        properties["commit"] = json!(commit.to_string());
    }
    if let Some(origin) = &finding.origin {
        properties["policy"] = json!(escape::line(&origin.to_string()));
    }
    // SARIF counts columns in characters, and ours are bytes.
    if let Some(column) = reason.place.column {
        properties["byteColumn"] = json!(column);
    }
    result["properties"] = properties;
    result
}

fn location(name: &str, place: &Place) -> Value {
    let mut location = json!({
        "logicalLocations": [{ "fullyQualifiedName": name, "kind": "ref" }],
    });
    if let Some(path) = place.shown_path() {
        location["physicalLocation"] = json!({ "artifactLocation": { "uri": uri(path) } });
        if let Some(line) = place.line.filter(|it| *it > 0) {
            location["physicalLocation"]["region"] = json!({ "startLine": line });
        }
    }
    location
}

/// What the rule calls it, else a digest of what it says, without the place in
/// the file, so that moving it changes nothing.
fn fingerprint(finding: &Finding, reason: &Reason) -> String {
    if let Some(given) = &reason.fingerprint {
        return escape::line(given);
    }
    let path = reason.place.shown_path().map(|it| it.as_slice()).unwrap_or_default();
    let code = reason.code.as_deref().unwrap_or_default();
    let mut digest = Sha256::new();
    for part in [finding.rule.as_bytes(), path, code.as_bytes(), reason.what.as_bytes()] {
        digest.update(part.len().to_le_bytes());
        digest.update(part);
    }
    digest.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// A path as a relative URI reference.
fn uri(path: &[u8]) -> String {
    let mut out = String::new();
    for &byte in path {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(byte));
            }
            _ => out += &format!("%{byte:02X}"),
        }
    }
    out
}
