//! A verdict as JSON, for programs, and back.
//!
//! `format` is 1. Within a format keys are added, never changed or removed; who
//! reads must pass over keys they do not know. `docs/report.schema.json` is
//! generated from the types here.

use std::sync::Arc;

use bstr::{BString, ByteSlice};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::escape;
use crate::model::{
    About, Decision, Exempt, Finding, Judgment, Move, Oid, Origin, Outcome, Part, Place, Reason,
    RefName, RefUpdate, Stage, Target, Timestamp, Verdict,
};

/// A verdict, reported.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Report {
    /// The version of Refgate that judged.
    pub refgate: String,
    /// The version of this format: 1.
    pub format: u32,
    /// The worst decision of all: `passed`, `deferred`, `warned`, `pending` or
    /// `denied`. The first three let the change go on.
    pub decision: Word,
    /// Where it was judged.
    pub stage: Stage,
    /// One entry for each ref, in the order Git gave them.
    pub refs: Vec<ReportedRef>,
    /// How many reasons an exemption covers.
    pub exempted: usize,
    /// How many reasons warn.
    pub warned: usize,
}

/// The answer to one ref update.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ReportedRef {
    /// The full name; what is no UTF-8 in it as `\xNN`.
    pub name: String,
    /// The object it pointed to, in full; missing if the ref is new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old: Option<String>,
    /// The object it shall point to, `deleted` or `unwritten`.
    pub new: String,
    /// The worst decision of its reasons.
    pub decision: Word,
    /// What speaks for and against, in the policy's order.
    pub reasons: Vec<ReportedReason>,
    /// How each rule came out, in the policy's order.
    #[serde(default)]
    pub rules: Vec<ReportedRule>,
}

/// How a rule came out.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ReportedRule {
    /// The rule's name.
    pub rule: String,
    /// The policy's file that asks for the rule; missing for a built-in rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy_file: Option<String>,
    /// The line in it, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy_line: Option<usize>,
    /// How it came out.
    pub outcome: Outcome,
    /// How each requirement within it came out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
}

/// One thing that speaks for or against.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ReportedReason {
    /// The rule's name.
    pub rule: String,
    /// Which way it speaks.
    pub decision: Word,
    /// The policy's file that asks for the rule; missing for a built-in rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy_file: Option<String>,
    /// The line in it, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy_line: Option<usize>,
    /// The commit, in full.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oid: Option<String>,
    /// The path from the root; what is no UTF-8 in it as `\xNN`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The path's bytes in hexadecimal digits, if it is no UTF-8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path_hex: Option<String>,
    /// The line, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// The column in bytes, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
    /// What is the case.
    pub fact: String,
    /// What exactly was found within the rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// What would change the decision, and whose move it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Move>,
    /// What kind of reason it is, if it does not say what is the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<Kind>,
    /// A stable name of what was found, for baselines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// Why the policy asks for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// From when on it denies, in seconds since 1970, if it does not yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub denies_from: Option<Timestamp>,
    /// Why an exemption covers it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exempt_why: Option<String>,
    /// The policy's file that gives the exemption.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exempt_file: Option<String>,
    /// The line in it, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exempt_line: Option<usize>,
}

/// What kind of reason one is.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The rule asks nothing of this change.
    Scope,
    /// It could not be decided.
    Gap,
}

/// A decision, as reports call it.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Word {
    /// It may go on.
    Passed,
    /// It may go on; a later stage decides.
    Deferred,
    /// It may go on, and someone should look at it.
    Warned,
    /// It may not go on yet.
    Pending,
    /// It may not go on.
    Denied,
}

/// The verdict as one JSON object on one line, in format 1.
pub fn json(verdict: &Verdict) -> String {
    let report = Report::of(verdict);
    // Strings and numbers cannot fail to be written.
    let text = serde_json::to_string(&report).unwrap_or_default();
    format!("{}\n", escape::json(&text))
}

/// Reads what [`json`] wrote. `rule` gives the names of the rules that this
/// version knows; what others said is left out.
pub fn read(text: &str, rule: &dyn Fn(&str) -> Option<&'static str>) -> Result<Verdict, String> {
    let report: Report = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if report.format != 1 {
        return Err(format!("format {} is newer than this Refgate", report.format));
    }
    let refs = report.refs.into_iter().map(|it| it.judgment(rule));
    Ok(Verdict { stage: report.stage, judgments: refs.collect::<Result<_, _>>()? })
}

impl Report {
    /// The verdict in terms of the format.
    pub fn of(verdict: &Verdict) -> Self {
        let reasons = || {
            let findings = verdict.judgments.iter().flat_map(|it| &it.findings);
            findings.flat_map(|it| &it.reasons)
        };
        Self {
            refgate: env!("CARGO_PKG_VERSION").to_owned(),
            format: 1,
            decision: verdict.decision().into(),
            stage: verdict.stage,
            refs: verdict.judgments.iter().map(ReportedRef::of).collect(),
            exempted: reasons().filter(|it| it.exempt.is_some()).count(),
            warned: reasons().filter(|it| it.decision == Decision::Warn).count(),
        }
    }
}

impl ReportedRef {
    fn of(judgment: &Judgment) -> Self {
        let update = &judgment.update;
        let reasons = |finding| ReportedReason::of(finding);
        Self {
            name: lossless(update.name.as_bstr()),
            old: update.old.map(|it| it.to_string()),
            new: match update.new {
                Target::Deleted => "deleted".to_owned(),
                Target::Unwritten => "unwritten".to_owned(),
                Target::At(oid) => oid.to_string(),
            },
            decision: judgment.decision().into(),
            reasons: judgment.findings.iter().flat_map(reasons).collect(),
            rules: judgment.findings.iter().map(ReportedRule::of).collect(),
        }
    }

    fn judgment(self, rule: &dyn Fn(&str) -> Option<&'static str>) -> Result<Judgment, String> {
        let new = match self.new.as_str() {
            "deleted" => Target::Deleted,
            "unwritten" => Target::Unwritten,
            oid => Target::At(oid.parse()?),
        };
        let old = self.old.map(|it| it.parse()).transpose()?;
        let name = RefName::new(self.name);
        let update = RefUpdate { name, asked_as: None, old, new, stale: false };
        let mut findings: Vec<Finding> = Vec::new();
        for reported in self.reasons {
            let Some(rule) = rule(&reported.rule) else { continue };
            let origin = origin(reported.policy_file.as_deref(), reported.policy_line);
            let (why, since) = (reported.why.clone(), reported.denies_from);
            let reason = reported.reason()?;
            match findings.last_mut().filter(|it| it.rule == rule && it.origin == origin) {
                Some(last) => last.reasons.push(reason),
                None => {
                    let told = self.rules.iter().find(|it| it.is(rule, origin.as_ref()));
                    let parts = told.map(|it| it.parts.clone()).unwrap_or_default();
                    let reasons = vec![reason];
                    findings.push(Finding { rule, origin, why, since, reasons, parts });
                }
            }
        }
        Ok(Judgment { update, findings })
    }
}

impl ReportedRule {
    fn of(finding: &Finding) -> Self {
        let (policy_file, policy_line) = parts(finding.origin.as_ref());
        let (rule, outcome) = (finding.rule.to_owned(), finding.outcome());
        Self { rule, policy_file, policy_line, outcome, parts: finding.parts.clone() }
    }

    fn is(&self, rule: &str, asked_at: Option<&Origin>) -> bool {
        self.rule == rule
            && origin(self.policy_file.as_deref(), self.policy_line).as_ref() == asked_at
    }
}

impl ReportedReason {
    fn of(finding: &Finding) -> impl Iterator<Item = Self> {
        let (file, line) = parts(finding.origin.as_ref());
        finding.reasons.iter().map(move |reason| {
            let (exempt_file, exempt_line) = parts(reason.exempt.as_ref().map(|it| &it.origin));
            let path = reason.place.shown_path();
            Self {
                rule: finding.rule.to_owned(),
                decision: reason.decision.into(),
                policy_file: file.clone(),
                policy_line: line,
                oid: reason.place.commit.map(|it| it.to_string()),
                path: path.map(|it| lossless(it.as_bstr())),
                path_hex: path.filter(|it| it.to_str().is_err()).map(|it| hex(it)),
                line: reason.place.line,
                column: reason.place.column,
                fact: reason.what.clone(),
                code: reason.code.clone(),
                hint: reason.hint.clone(),
                next: reason.next.clone(),
                about: match reason.about {
                    About::Case => None,
                    About::Scope => Some(Kind::Scope),
                    About::Gap => Some(Kind::Gap),
                },
                fingerprint: reason.fingerprint.clone(),
                why: finding.why.clone(),
                denies_from: finding.since,
                exempt_why: reason.exempt.as_ref().map(|it| it.why.clone()),
                exempt_file,
                exempt_line,
            }
        })
    }

    fn reason(self) -> Result<Reason, String> {
        let raw = self.path_hex.as_deref().and_then(unhex).map(BString::from);
        let exempt = origin(self.exempt_file.as_deref(), self.exempt_line);
        Ok(Reason {
            decision: self.decision.into(),
            what: self.fact,
            place: Place {
                commit: self.oid.map(|it| it.parse::<Oid>()).transpose()?,
                path: raw.or_else(|| self.path.map(BString::from)),
                line: self.line,
                column: self.column,
                shown: None,
            },
            hint: self.hint,
            code: self.code,
            fingerprint: self.fingerprint,
            next: self.next,
            about: match self.about {
                None => About::Case,
                Some(Kind::Scope) => About::Scope,
                Some(Kind::Gap) => About::Gap,
            },
            exempt: exempt
                .map(|origin| Exempt { origin, why: self.exempt_why.unwrap_or_default() }),
        })
    }
}

/// As it is if it is text: JSON has an escape for everything else.
fn lossless(raw: &bstr::BStr) -> String {
    raw.to_str().map_or_else(|_| escape::bytes(raw), str::to_owned)
}

fn hex(raw: &[u8]) -> String {
    raw.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(digits: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let pair = |pair: &[u8]| match pair {
        [high, low] => u8::try_from(digit(*high)? * 16 + digit(*low)?).ok(),
        _ => None,
    };
    digits.as_bytes().chunks(2).map(pair).collect()
}

fn parts(origin: Option<&Origin>) -> (Option<String>, Option<usize>) {
    (origin.map(|it| it.file.to_string()), origin.map(|it| it.line))
}

fn origin(file: Option<&str>, line: Option<usize>) -> Option<Origin> {
    Some(Origin { file: Arc::from(file?), line: line? })
}

impl From<Decision> for Word {
    fn from(decision: Decision) -> Self {
        match decision {
            Decision::Pass => Self::Passed,
            Decision::Defer => Self::Deferred,
            Decision::Warn => Self::Warned,
            Decision::Pending => Self::Pending,
            Decision::Deny => Self::Denied,
        }
    }
}

impl From<Word> for Decision {
    fn from(word: Word) -> Self {
        match word {
            Word::Passed => Self::Pass,
            Word::Deferred => Self::Defer,
            Word::Warned => Self::Warn,
            Word::Pending => Self::Pending,
            Word::Denied => Self::Deny,
        }
    }
}
