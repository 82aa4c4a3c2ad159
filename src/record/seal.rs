//! Keeps secrets out of records.
//!
//! A content in which the matcher finds anything is withheld. In any other text
//! what it finds is redacted.

use bstr::ByteSlice;
use serde_json::Value;

use super::Record;
use crate::model::{Content, Oid, Recorded, Withheld, bytes};
use crate::secret::Matcher;

fn withhold(facts: &mut Recorded, oid: Oid) {
    if let Some(content) = facts.blobs.remove(&oid) {
        facts.sizes.entry(oid).or_insert(content.len() as u64);
        facts.withheld.insert(oid, Withheld::Secret);
    }
}

/// The record without what `matcher` takes for a secret.
pub(super) fn sealed(record: &Record, matcher: &Matcher) -> Result<Record, String> {
    let mut record = record.clone();
    let facts = &mut record.facts;
    let found = |text: &[u8]| !matcher.scan(text).is_empty();
    let secret: Vec<_> = facts.blobs.iter().filter(|(_, it)| found(it)).map(|it| *it.0).collect();
    for oid in secret {
        withhold(facts, oid);
    }
    for content in facts.update.values_mut().flat_map(|it| it.contents.values_mut()) {
        // Without the path that is left out, the entries are another content.
        if content.entries().is_some_and(|it| it.iter().any(|it| found(&it.path))) {
            *content = Content::named(content.id());
        }
    }
    // These have been looked at, or are.
    let blobs = std::mem::take(&mut record.facts.blobs);
    let mut policy = record.policy.take();
    if let Some(policy) = &mut policy
        && policy.files.values().any(|it| !Matcher::built_in().scan(it.as_bytes()).is_empty())
    {
        policy.files.clear();
    }
    let mut value = serde_json::to_value(&record).map_err(|error| error.to_string())?;
    let mut redacted = false;
    redact(&mut value, matcher, &mut redacted);
    if redacted {
        record = serde_json::from_value(value)
            .map_err(|error| format!("a secret cannot be taken out of it: {error}"))?;
    }
    record.redacted |= redacted;
    record.facts.blobs = blobs;
    record.policy = policy;
    Ok(record)
}

/// Redacts every text in `value`, and every key.
fn redact(value: &mut Value, matcher: &Matcher, redacted: &mut bool) {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
        Value::String(text) => {
            if let Some(instead) = without_secrets(text, matcher) {
                *text = instead;
                *redacted = true;
            }
        }
        Value::Array(parts) => parts.iter_mut().for_each(|it| redact(it, matcher, redacted)),
        Value::Object(keys) => {
            keys.values_mut().for_each(|it| redact(it, matcher, redacted));
            let named = |it: &String| without_secrets(it, matcher).map(|to| (it.clone(), to));
            let other: Vec<_> = keys.keys().filter_map(named).collect();
            for (from, to) in other {
                if let Some(value) = keys.remove(&from) {
                    keys.insert(to, value);
                    *redacted = true;
                }
            }
        }
    }
}

fn without_secrets(text: &str, matcher: &Matcher) -> Option<String> {
    let raw = bytes::read(text);
    let raw = raw.as_ref().map_or(text.as_bytes(), |it| it.as_bytes());
    matcher.redact(raw).map(|it| bytes::written(&it).into_owned())
}
