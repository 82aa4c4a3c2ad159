//! What single providers' formats prove, beyond their alphabet and length.

use bstr::ByteSlice;

use super::base64;
use super::check::{self, Candidate};
use super::plain::{is_wordy, kinds};

/// Random, and neither a piece of something longer nor behind a key that names
/// something else, for shapes that say little by themselves.
pub(super) fn alone(it: &Candidate<'_>) -> bool {
    const OTHER: [&[u8]; 14] = [
        b"public",
        b"publish",
        b"hash",
        b"sha1",
        b"sha2",
        b"digest",
        b"checksum",
        b"fingerprint",
        b"_id",
        b"url",
        b"path",
        b"file",
        b"name",
        b"example",
    ];
    let goes_on = match it.after {
        [b'-' | b'+' | b'/' | b'=' | b'(' | b'_', ..] => true,
        [b'.' | b':', next, ..] => next.is_ascii_alphanumeric(),
        _ => false,
    };
    let ahead = &it.whole[..it.whole.len().saturating_sub(it.secret.len())];
    let end = ahead.iter().rposition(u8::is_ascii_alphanumeric).map_or(0, |at| at + 1);
    let word = |it: &u8| it.is_ascii_alphanumeric() || b"_-".contains(it);
    let start = ahead[..end].iter().rposition(|it| !word(it)).map_or(0, |at| at + 1);
    let key = ahead[start..end].to_ascii_lowercase();
    !goes_on && !OTHER.iter().any(|it| key.contains_str(it)) && unread(it)
}

/// Random, with digits and letters, and not in words. Words seldom hold numbers
/// in three places; short random text looks like words now and then.
fn unread(it: &Candidate<'_>) -> bool {
    let digits = it.secret.chunk_by(|one, two| one.is_ascii_digit() == two.is_ascii_digit());
    let digits = digits.filter(|it| it.first().is_some_and(u8::is_ascii_digit)).count();
    check::random(it)
        && it.secret.iter().any(u8::is_ascii_alphabetic)
        && (digits >= 3 || (digits >= 1 && !is_wordy(it.secret)))
}

/// An SMTP password of Amazon SES: base64 of the version byte 4 and 32 bytes.
/// Source: "Obtaining Amazon SES SMTP credentials".
pub(super) fn ses(it: &Candidate<'_>) -> bool {
    let key = base64::decode(it.secret);
    kinds(it.secret) >= 3
        && alone(it)
        && key.is_some_and(|it| it.len() == 33 && it.first() == Some(&4))
}

/// A token of Akamai's, and not a host of theirs, which is written like one.
pub(super) fn akamai_token(it: &Candidate<'_>) -> bool {
    !it.after.starts_with(b".") && unread(it)
}

/// A client secret beside one of Akamai's tokens or hosts, as in an `.edgerc`.
pub(super) fn akamai_secret(it: &Candidate<'_>) -> bool {
    let near = |text: &[u8]| text.contains_str("akab-");
    let before = &it.before[it.before.len().saturating_sub(400)..];
    let after = &it.after[..it.after.len().min(400)];
    (near(before) || near(after)) && unread(it)
}

/// A key of Azure's that stands outside a connection string: inside, other
/// patterns find it.
pub(super) fn azure_key(it: &Candidate<'_>) -> bool {
    let inside = [&b"AccountKey="[..], b"SharedAccessKey="];
    let ahead = &it.whole[..it.whole.len().saturating_sub(it.secret.len())];
    let inside = inside.iter().any(|key| it.before.ends_with(key) || ahead.ends_with(key));
    !inside && kinds(it.secret) >= 3 && alone(it)
}

/// A long-lived token of Dropbox: only what follows the run of `A` is drawn.
pub(super) fn dropbox(it: &Candidate<'_>) -> bool {
    let drawn = &it.secret[it.secret.len().saturating_sub(43)..];
    unread(&Candidate { before: it.before, whole: it.whole, secret: drawn, after: it.after })
}
