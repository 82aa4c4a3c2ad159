//! What decides, behind a regular expression, whether something is a secret.

use std::borrow::Cow;

use bstr::ByteSlice;

use super::base64;
use super::plain::{is_placeholder, is_surely_wordy, is_wordy, kinds, randomness};
use super::sample::base62;

/// What a pattern matched, and what stands around it.
pub struct Candidate<'t> {
    /// Up to 1 KiB that stands before the match.
    pub before: &'t [u8],
    /// The match.
    pub whole: &'t [u8],
    /// The secret in it.
    pub secret: &'t [u8],
    /// What stands behind the match, at least 1 KiB if there is as much.
    pub after: &'t [u8],
}

/// Not a stand-in, and not readable.
pub(super) fn random(it: &Candidate<'_>) -> bool {
    !is_placeholder(it.secret) && randomness(&core(it.secret)) >= 0.7
}

/// The longest part of a token between signs: what is drawn at random, without
/// the prefix. Of it the hexadecimal digits, if it is a word and those. Where all
/// parts are short, the groups of hexadecimal digits, as in a UUID; else the whole.
fn core(secret: &[u8]) -> Cow<'_, [u8]> {
    let parts = || secret.split(|it| !it.is_ascii_alphanumeric());
    let longest = parts().max_by_key(|it| it.len()).unwrap_or(secret);
    if longest.len() >= 20 {
        let digits = longest.split(|it| !it.is_ascii_hexdigit()).max_by_key(|it| it.len());
        return Cow::Borrowed(digits.filter(|it| it.len() >= 24).unwrap_or(longest));
    }
    let hex = |it: &&[u8]| it.len() >= 4 && it.iter().all(u8::is_ascii_hexdigit);
    let groups: Vec<u8> = parts().filter(hex).flatten().copied().collect();
    if groups.len() >= 16 { Cow::Owned(groups) } else { Cow::Borrowed(secret) }
}

/// Random, and with letters and digits, or in twenty and more letters of either
/// case: three of a hundred such have no digit.
pub(super) fn drawn(it: &Candidate<'_>) -> bool {
    let any = |is: fn(&u8) -> bool| it.secret.iter().any(is);
    let cases = any(u8::is_ascii_uppercase) && any(u8::is_ascii_lowercase);
    random(it)
        && any(u8::is_ascii_alphabetic)
        && (any(u8::is_ascii_digit) || cases && it.secret.len() >= 20)
}

/// As [`drawn`], and nothing that could be read: for shapes that words have too.
pub(super) fn mixed(it: &Candidate<'_>) -> bool {
    drawn(it) && !is_surely_wordy(&core(it.secret))
}

/// A prefix and UUIDs that nobody wrote by hand.
pub(super) fn uuid(it: &Candidate<'_>) -> bool {
    let from = it.secret.len().saturating_sub(36);
    let digits: Vec<u8> = it.secret[from..].iter().copied().filter(|it| *it != b'-').collect();
    !is_placeholder(it.secret) && !is_placeholder(&digits) && randomness(&digits) >= 0.7
}

/// Stripe's, which draws from all letters: Paystack's begin so too and are
/// hexadecimal.
pub(super) fn stripe(it: &Candidate<'_>) -> bool {
    let hex = it.secret.len() == 48 && it.secret[8..].iter().all(u8::is_ascii_hexdigit);
    !hex && mixed(it)
}

/// Whatever has the shape: it alone says everything.
pub(super) fn shaped(_: &Candidate<'_>) -> bool {
    true
}

/// GitHub's and npm's: the last six characters are the CRC-32, in base 62, of
/// the thirty before. Source: "Behind GitHub's new authentication token formats".
pub(super) fn crc32_base62(it: &Candidate<'_>) -> bool {
    let Some(at) = it.secret.len().checked_sub(36) else { return false };
    let (body, sum) = it.secret[at..].split_at(30);
    base62(crc32fast::hash(body)).as_bytes() == sum
}

/// An AWS access key id: base32 that was drawn at random, not a word, and none
/// of those that documentation uses.
pub(super) fn aws_id(it: &Candidate<'_>) -> bool {
    let body = &it.secret[4..];
    !it.secret.ends_with(b"EXAMPLE")
        && !is_placeholder(body)
        && randomness(body) >= 0.7
        && body.iter().any(u8::is_ascii_digit)
}

/// An AWS secret key: 40 of base64 with every kind of character in it.
pub(super) fn aws_secret(it: &Candidate<'_>) -> bool {
    let more = it.after.first().is_some_and(|it| b"/+=".contains(it));
    !more && kinds(it.secret) >= 3 && !it.secret.ends_with(b"EXAMPLEKEY") && mixed(it)
}

/// A JSON web token: its head decodes to an object that names an algorithm.
/// Source: RFC 7519, 7515.
pub(super) fn jwt(it: &Candidate<'_>) -> bool {
    // The subject of the example that every introduction shows.
    const INTRODUCTION: &[u8] = br#""sub":"1234567890""#;
    let mut parts = it.secret.split(|&byte| byte == b'.').map(base64::decode);
    let (Some(Some(head)), Some(Some(body))) = (parts.next(), parts.next()) else { return false };
    let has = |text: &[u8], part: &[u8]| text.windows(part.len()).any(|it| it == part);
    head.starts_with(b"{")
        && has(&head, b"\"alg\"")
        && body.starts_with(b"{")
        && !has(&body, INTRODUCTION)
        && !is_placeholder(it.secret.rsplit(|&byte| byte == b'.').next().unwrap_or_default())
}

/// A bearer token of X: the zeros in front of it are part of every one.
pub(super) fn twitter(it: &Candidate<'_>) -> bool {
    // Some more zeros follow the app's number.
    let drawn = &it.secret[it.secret.len().saturating_sub(40)..];
    !is_placeholder(drawn) && randomness(drawn) >= 0.7 && kinds(drawn) >= 3
}

/// A Discord bot's token: its first part is the bot's number in base64.
pub(super) fn discord(it: &Candidate<'_>) -> bool {
    let first = it.secret.split(|&byte| byte == b'.').next().and_then(base64::decode);
    first.is_some_and(|it| it.len() >= 16 && it.iter().all(u8::is_ascii_digit))
}

/// `Authorization: Basic`: it decodes to a name, a colon and a password.
pub(super) fn basic(it: &Candidate<'_>) -> bool {
    let Some(pair) = base64::decode(it.secret) else { return false };
    let Some(at) = pair.iter().position(|&it| it == b':') else { return false };
    let (user, password) = (&pair[..at], &pair[at + 1..]);
    pair.iter().all(u8::is_ascii_graphic) && !user.is_empty() && is_password(password, user)
}

/// A password in an address: one that a person would have to change.
pub(super) fn in_url(it: &Candidate<'_>) -> bool {
    let start = it.whole.windows(3).position(|it| it == b"://").map_or(0, |at| at + 3);
    let user = it.whole[start..].split(|&it| it == b':').next().unwrap_or_default();
    let host = &it.after[..it.after.iter().position(|it| b"/:?#\"' \n".contains(it)).unwrap_or(0)];
    let near = [&b"localhost"[..], b"127.0.0.1", b"0.0.0.0", b"[::1]"].contains(&host);
    let reserved = [&b"example"[..], b".test", b".invalid", b"localdomain"];
    let told = reserved.iter().any(|it| host.windows(it.len()).any(|at| at == *it));
    !near && !told && is_password(&unescaped(it.secret), user)
}

/// A part of an address without its escapes.
fn unescaped(part: &[u8]) -> Vec<u8> {
    let digit = |at: Option<&u8>| u8::try_from(char::from(*at?).to_digit(16)?).ok();
    let mut out = Vec::with_capacity(part.len());
    let mut at = 0;
    while let Some(&byte) = part.get(at) {
        match (byte, digit(part.get(at + 1)), digit(part.get(at + 2))) {
            (b'%', Some(high), Some(low)) => {
                out.push(high << 4 | low);
                at += 3;
            }
            _ => {
                out.push(byte);
                at += 1;
            }
        }
    }
    out
}

/// A password in a connection string or behind a key that says so.
pub(super) fn password(it: &Candidate<'_>) -> bool {
    is_password(it.secret, b"")
}

/// Whether a password is one, and neither a stand-in nor a word of everyday.
pub(super) fn is_password(password: &[u8], user: &[u8]) -> bool {
    // Hexadecimal digits read as letters are half of them vowels.
    let drawn = password.len() > 24 || password.iter().all(u8::is_ascii_hexdigit);
    let plain: Vec<u8> = match drawn {
        true => password.to_ascii_lowercase(),
        false => password.iter().map(|&it| unleet(it)).collect(),
    };
    password.len() >= 8
        && password.iter().any(u8::is_ascii_alphabetic)
        && password != user
        && !wraps_plain(password)
        && kinds(password) >= 2
        && !is_reference(password)
        && !is_placeholder(password)
        && !is_wordy(&plain)
        && !is_wordy(password)
        && randomness(password) >= 0.75
        && !plain.windows(4).any(|it| it == b"pass" || it == b"test" || it == b"word")
}

/// Whether a value is readable text in base64, as manifests hold it, and that
/// text is no secret.
fn wraps_plain(value: &[u8]) -> bool {
    let text = base64::decode(value).filter(|it| it.len() >= 6);
    let shown = |it: &u8| *it == b' ' || it.is_ascii_graphic();
    let text = text.filter(|it| it.trim_ascii_end().iter().all(shown));
    text.is_some_and(|it| {
        let it = it.trim_ascii_end();
        it.starts_with(b"{")
            || is_placeholder(it)
            || is_wordy(it)
            || kinds(it) < 2
            || randomness(it) < 0.75
    })
}

/// A value behind a key that names a secret, such as `api_key = "…"`.
pub(super) fn assigned(it: &Candidate<'_>) -> bool {
    !is_call(it.after)
        && it.secret.len() >= 16
        && !is_web_token(it.secret)
        && !is_uuid(it.secret)
        && !is_reference(it.secret)
        && mixed(it)
        && randomness(it.secret) >= 0.78
        && kinds(it.secret) >= 2
        && (it.secret.len() >= 20 || is_dense(it.secret))
        && !names_something_else(it)
        && !wraps_plain(it.secret)
}

/// Whether a short value is more than a name with a number.
fn is_dense(value: &[u8]) -> bool {
    let hex = value.iter().all(u8::is_ascii_hexdigit);
    value.iter().filter(|it| it.is_ascii_digit()).count() >= 2 && (hex || kinds(value) >= 3)
}

/// As [`assigned`], without quotes: nothing else follows.
pub(super) fn environment(it: &Candidate<'_>) -> bool {
    it.after.first().is_none_or(|it| b"\r\n \"'\\".contains(it)) && assigned(it)
}

/// A quoted value behind a key that says password.
pub(super) fn password_assigned(it: &Candidate<'_>) -> bool {
    // In a list or call, the value may as well be another name.
    let key = &it.whole[..it.whole.len().saturating_sub(it.secret.len() + 1)];
    let sign = key.iter().rev().find(|it| !b" \t\\\"'`".contains(it));
    let listed = !sign.is_some_and(|it| b"=:>".contains(it));
    let dull = listed && kinds(it.secret) < 3 && !it.secret.iter().any(u8::is_ascii_digit);
    !names_something_else(it) && password(it) && !dull && !it.secret.contains(&b'/')
}

/// Whether a key is about a secret and does not hold it: `token_url`.
pub(super) fn names_something_else(it: &Candidate<'_>) -> bool {
    const OTHER: [&[u8]; 27] = [
        b"public",
        b"publish",
        b"hash",
        b"sha1",
        b"sha2",
        b"sha5",
        b"digest",
        b"checksum",
        b"integrity",
        b"fingerprint",
        b"_id",
        b"-id",
        b"url",
        b"uri",
        b"path",
        b"file",
        b"name",
        b"csrf",
        b"cancel",
        b"tokeniz",
        b"continuation",
        b"page",
        b"next",
        b"sync",
        b"example",
        b"test",
        b"mock",
    ];
    let word = |it: &u8| it.is_ascii_alphanumeric() || b"_-.".contains(it);
    let near = &it.before[it.before.len().saturating_sub(64)..];
    let start = near.iter().rposition(|it| !word(it)).map_or(0, |at| at + 1);
    let mut key = near[start..].to_ascii_lowercase();
    let value = it.whole.len().saturating_sub(it.secret.len() + 1);
    key.extend(it.whole[..value].to_ascii_lowercase());
    OTHER.iter().any(|it| key.windows(it.len()).any(|at| at == *it))
}

/// Whether the value goes on as code: a call, an index, a member.
fn is_call(after: &[u8]) -> bool {
    after.first().is_some_and(|it| b"([{.$<".contains(it))
}

/// Whether a value is taken from elsewhere: `${X}`, `{{ x }}`, `%s`, `a.b.c`.
pub(super) fn is_reference(value: &[u8]) -> bool {
    let has = |part: &[u8]| value.windows(part.len()).any(|it| it == part);
    let path = value.iter().filter(|&&it| it == b'/').count();
    has(b"$") && (has(b"{") || has(b"("))
        || value.starts_with(b"$")
        || has(b"{{")
        || has(b"<%")
        || value.starts_with(b"<")
        || value.starts_with(b"%")
        || value.starts_with(b"{")
        || value.starts_with(b"[")
        || value.starts_with(b"@")
        || value.starts_with(b"#{")
        || has(b"process.env")
        || has(b"os.environ")
        || has(b"getenv")
        || has(b"ENV[")
        || has(b"://")
        || has(b"(")
        || has(b"::")
        || has(b"->")
        || has(b"...")
        || has(b"***")
        || (path >= 3 && value.len() < path * 12)
}

/// Whether it is a JSON web token or a part of one: their pattern looks inside.
fn is_web_token(value: &[u8]) -> bool {
    value.contains_str(b".eyJ") || value.starts_with(b"eyJ") && value.contains(&b'.')
}

fn is_uuid(value: &[u8]) -> bool {
    value.len() == 36
        && value.iter().enumerate().all(|(at, it)| match at {
            8 | 13 | 18 | 23 => *it == b'-',
            _ => it.is_ascii_hexdigit(),
        })
}

/// The letter that a digit or sign stands for in a password.
fn unleet(byte: u8) -> u8 {
    match byte {
        b'0' => b'o',
        b'1' | b'!' => b'i',
        b'3' => b'e',
        b'4' | b'@' => b'a',
        b'5' | b'$' => b's',
        b'7' => b't',
        other => other.to_ascii_lowercase(),
    }
}
