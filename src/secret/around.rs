//! What decides by what stands around a match, or is folded into it.

use bstr::ByteSlice;

use super::base64;
use super::check::{Candidate, is_password, random};
use super::plain::randomness;

/// How far from a key its provider is named.
const NEAR: usize = 200;

/// Random, and not the first part of a longer token, as GitLab's routable ones
/// are: `.` and more behind it.
pub(super) fn alone(it: &Candidate<'_>) -> bool {
    let more = it.after.strip_prefix(b".").and_then(|it| it.get(..2));
    random(it) && !more.is_some_and(|it| it.iter().all(u8::is_ascii_alphanumeric))
}

/// `key-` and 32 digits where Mailgun is spoken of.
pub(super) fn near_mailgun(it: &Candidate<'_>) -> bool {
    let before = &it.before[it.before.len().saturating_sub(NEAR)..];
    let after = &it.after[..it.after.len().min(NEAR)];
    let says = |text: &[u8]| text.to_ascii_lowercase().contains_str("mailgun");
    random(it) && (says(before) || says(after))
}

/// A value in a Kubernetes secret: plain behind `stringData`, base64 behind
/// `data`. Source: kubernetes.io, "Secrets".
pub(super) fn kubernetes_value(it: &Candidate<'_>) -> bool {
    if it.whole.to_ascii_lowercase().contains_str("stringdata") {
        return is_password(it.secret, b"");
    }
    let Some(value) = base64::decode(it.secret) else { return false };
    let value = value.trim();
    if value.iter().all(u8::is_ascii_graphic) {
        is_password(value, b"")
    } else {
        value.len() >= 16 && !value.is_ascii() && randomness(it.secret) >= 0.8
    }
}
