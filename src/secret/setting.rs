//! What decides about values in settings files and on command lines, where
//! quotes are rare and words are many.

use super::base64;
use super::check::{Candidate, assigned, is_password, is_reference, mixed, names_something_else};
use super::plain::{is_placeholder, is_wordy, kinds, randomness};

/// A password that stands alone behind its key, to the end of the line.
pub(super) fn password(it: &Candidate<'_>) -> bool {
    // npm writes its passwords in base64.
    !it.before.ends_with(b":_")
        && (ends(it) || leads_command(it))
        && !names_something_else(it)
        && is_strong(it.secret)
}

/// A password as an argument or a word among words.
pub(super) fn argument(it: &Candidate<'_>) -> bool {
    is_password(it.secret, b"") && !is_code(it.secret)
}

/// A token that stands alone behind its key, to the end of the line.
pub(super) fn token(it: &Candidate<'_>) -> bool {
    // Amazon's have a pattern that knows better.
    let near = &it.before[it.before.len().saturating_sub(11)..];
    let amazon = near.to_ascii_lowercase().windows(4).any(|it| it == b"aws_");
    !amazon && ends(it) && assigned(it) && !is_code(it.secret)
}

/// A token among the parameters of an address.
pub(super) fn query(it: &Candidate<'_>) -> bool {
    it.after.first().is_none_or(|it| b"&#\"'`<> \t\r\n)]\\".contains(it)) && assigned(it)
}

/// A value between tags or in an attribute: a token or a password.
pub(super) fn element(it: &Candidate<'_>) -> bool {
    !names_something_else(it) && is_strong(it.secret)
}

/// What a framework draws for itself, of any printable characters.
pub(super) fn salt(it: &Candidate<'_>) -> bool {
    let key = it.secret.strip_prefix(b"django-insecure-").unwrap_or(it.secret);
    let starts = |with: &[u8]| key.starts_with(with);
    let has = |part: &[u8]| key.windows(part.len()).any(|it| it == part);
    !starts(b"${")
        && !starts(b"{")
        && !starts(b"<%")
        && !starts(b"%(")
        && !has(b"env")
        && !has(b"://")
        && !is_placeholder(key)
        && !is_wordy(key)
        && kinds(key) >= 2
        && key.iter().any(u8::is_ascii_digit)
        && randomness(key) >= 0.72
}

/// A password where its place says all: it is told unless it is a stand-in.
pub(super) fn placed(it: &Candidate<'_>) -> bool {
    let letters: Vec<u8> = it.secret.iter().copied().filter(u8::is_ascii_alphanumeric).collect();
    kinds(&letters) >= 2 && !is_reference(it.secret) && !is_placeholder(it.secret)
}

/// A password of `JetBrains`' products: each letter exclusive-or 0xdfaa.
pub(super) fn jetbrains(it: &Candidate<'_>) -> bool {
    let letter = |it: &[u8]| {
        let digits = str::from_utf8(it).ok()?;
        Some(u16::from_str_radix(digits, 16).ok()? ^ 0xdfaa)
    };
    let text: Option<Vec<u16>> = it.secret.chunks(4).map(letter).collect();
    text.is_some_and(|it| it.iter().all(|it| (0x21..0x7f).contains(it)))
}

/// Bytes written with escapes: `\x5f\xd1…`.
pub(super) fn escapes(it: &Candidate<'_>) -> bool {
    // The key that Flask's introduction showed for years.
    const INTRODUCTION: [&[u8]; 2] = [b"xfd{H", b"_5#y2L"];
    let has = |part: &[u8]| it.secret.windows(part.len()).any(|it| it == part);
    it.secret.windows(2).filter(|it| it == b"\\x").count() >= 3
        && !INTRODUCTION.iter().any(|it| has(it))
        && randomness(it.secret) >= 0.5
        && !is_placeholder(it.secret)
}

/// A password in base64.
pub(super) fn encoded(it: &Candidate<'_>) -> bool {
    base64::decode(it.secret)
        .is_some_and(|it| it.iter().all(u8::is_ascii_graphic) && is_password(&it, b""))
}

/// A private key's armour in base64.
pub(super) fn armoured(it: &Candidate<'_>) -> bool {
    let whole = &it.secret[..it.secret.len() / 4 * 4];
    let Some(text) = base64::decode(whole) else { return false };
    let key = |it: &[u8]| it == b"PRIVATE KEY-----";
    text.len() >= 120 && text.windows(16).take(40).any(key)
}

/// Thirty-two bytes in base64.
pub(super) fn key32(it: &Candidate<'_>) -> bool {
    base64::decode(it.secret).is_some_and(|it| it.len() == 32) && mixed(it)
}

/// A password's hash: its last part was drawn by a function.
pub(super) fn hash(it: &Candidate<'_>) -> bool {
    let mut parts = it.secret.rsplit(|&it| it == b'$' || it == b'}');
    let sum = parts.next().unwrap_or_default();
    let salt = parts.next().unwrap_or_default();
    let dull = it.secret.contains(&b'$') && (is_placeholder(salt) || is_wordy(salt));
    !dull && randomness(sum) >= 0.7 && kinds(sum) >= 2 && !is_placeholder(sum)
}

/// The private member of a JSON web key: its kind stands near. Source: RFC 7517,
/// 7518.
pub(super) fn jwk(it: &Candidate<'_>) -> bool {
    // The keys that the specifications show.
    const PUBLISHED: [&[u8]; 5] = [
        b"X4cTteJY_gn4FYPsXB8rdXix5vwsg1FLN5E3EaG6RJoVH",
        b"870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE",
        b"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI",
        b"0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo",
        b"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
    ];
    let before = &it.before[it.before.len().saturating_sub(700)..];
    let before = before.rsplit(|&it| it == b'{').next().unwrap_or_default();
    let after = &it.after[..it.after.len().min(1024)];
    let after = after.split(|&it| it == b'}').next().unwrap_or_default();
    let near = |part: &[u8]| {
        before.windows(part.len()).chain(after.windows(part.len())).any(|it| it == part)
    };
    near(b"\"kty\"")
        && !PUBLISHED.iter().any(|it_| it.secret.starts_with(it_))
        && !is_placeholder(it.secret)
        && randomness(it.secret) >= 0.75
}

/// A key pair's seed of NATS: base32 with a checksum at its end. Source: the
/// `nkeys` library.
pub(super) fn nkey(it: &Candidate<'_>) -> bool {
    let mut bits = 0_u32;
    let mut held = 0;
    let mut bytes = Vec::with_capacity(36);
    for &byte in it.secret {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'2'..=b'7' => byte - b'2' + 26,
            _ => return false,
        };
        bits = bits << 5 | u32::from(digit);
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held & 0xff) as u8);
        }
    }
    let Some((body, sum)) = bytes.split_last_chunk::<2>() else { return false };
    crc16(body) == u16::from_le_bytes(*sum)
}

/// CRC-16 with the polynomial 0x1021, from zero.
pub(super) fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |sum, &byte| {
        (0..8).fold(sum ^ u16::from(byte) << 8, |sum, _| {
            if sum & 0x8000 == 0 { sum << 1 } else { sum << 1 ^ 0x1021 }
        })
    })
}

/// Whether nothing else follows on the line.
fn ends(it: &Candidate<'_>) -> bool {
    let rest = it.after.split(|&it| it == b'\n' || it == b'\r').next().unwrap_or_default();
    let rest = rest.strip_prefix(b"\\n").map_or(rest, |_| b"");
    let word = rest.iter().position(|it| *it != b' ' && *it != b'\t');
    match (rest.first(), word) {
        (None, _) | (_, None) => true,
        (Some(b' ' | b'\t'), Some(at)) => rest[at] == b'#',
        (Some(quote @ (b'"' | b'\'')), _) => is_quoted(it, *quote),
        _ => false,
    }
}

/// Whether it is a variable in front of a command: `PGPASSWORD=… psql`.
fn leads_command(it: &Candidate<'_>) -> bool {
    let key = &it.whole[..it.whole.len() - it.secret.len()];
    it.after.first() == Some(&b' ')
        && key.ends_with(b"=")
        && key.iter().all(|it| it.is_ascii_uppercase() || b"_=".contains(it))
}

/// Whether a quote of that kind opened before the key, on its line.
fn is_quoted(it: &Candidate<'_>, quote: u8) -> bool {
    let line = it.before.rsplit(|&it| it == b'\n').next().unwrap_or_default();
    let key = &it.whole[..it.whole.len() - it.secret.len()];
    line.iter().chain(key).filter(|&&it| it == quote).count() % 2 == 1
}

/// A password of some strength, that is no name in a program.
fn is_strong(value: &[u8]) -> bool {
    let name = value.iter().all(|it| it.is_ascii_alphanumeric() || b"_.-".contains(it));
    let digits = value.iter().filter(|it| it.is_ascii_digit()).count();
    is_password(value, b"")
        && !is_code(value)
        && (kinds(value) >= 3 || (kinds(value) == 2 && digits >= 2 && value.len() >= 10))
        && (!name || digits >= 2 || digits == 1 && kinds(value) >= 3)
}

/// Whether a value is a path, a call or a member: `a.b.c`, `x/y/z`, `f(x)`.
fn is_code(value: &[u8]) -> bool {
    let count = |byte: u8| value.iter().filter(|&&it| it == byte).count();
    is_reference(value)
        || count(b'/') >= 2 && value.len() < 40 && value.starts_with(b"/")
        || count(b'.') >= 1 && value.split(|&it| it == b'.').all(|it| is_wordy(it) || it.len() < 3)
        || value.iter().any(|it| b"_.-".contains(it))
            && value.split(|it| b"_.-".contains(it)).filter(|it| it.len() >= 4).any(is_wordy)
}
