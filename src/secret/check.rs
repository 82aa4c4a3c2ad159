//! What decides, behind a regular expression, whether something is a secret.

use bstr::ByteSlice;

use super::base64;
use super::plain::{is_placeholder, is_wordy, kinds, randomness};
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
    !is_placeholder(it.secret) && randomness(core(it.secret)) >= 0.7
}

/// The longest part of a token between signs: what is drawn at random, without
/// the prefix. The whole where all parts are short.
fn core(secret: &[u8]) -> &[u8] {
    let parts = secret.split(|it| !it.is_ascii_alphanumeric());
    let longest = parts.max_by_key(|it| it.len()).unwrap_or(secret);
    if longest.len() < 20 { secret } else { longest }
}

/// Random, and with at least one digit and one letter.
pub(super) fn mixed(it: &Candidate<'_>) -> bool {
    random(it)
        && it.secret.iter().any(u8::is_ascii_digit)
        && it.secret.iter().any(u8::is_ascii_alphabetic)
        && !is_wordy(core(it.secret))
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

/// The length of the armoured body behind `-----BEGIN … KEY-----`, if it is
/// one: base64 over lines, which may be escaped, quoted or joined in code.
pub(super) fn armour(after: &[u8]) -> Option<usize> {
    // Any armour line ends it, lest many heads share a body.
    let end = after.find(b"-----").unwrap_or(after.len());
    let mut body = Vec::new();
    for line in lines(&after[..end]) {
        let line = trimmed(line);
        // Headers such as `Proc-Type: 4,ENCRYPTED`, and PGP's checksum.
        if line.contains(&b':') || line.starts_with(b"=") {
            continue;
        }
        if line.iter().any(|it| !it.is_ascii_alphanumeric() && !b"+/=".contains(it)) {
            break;
        }
        body.extend_from_slice(line);
    }
    let probe = &body[..body.len() / 4 * 4];
    let key = base64::decode(probe)?;
    let starts = |with: &[u8]| key.starts_with(with);
    // A DER sequence, OpenSSH's magic, or an OpenPGP secret key packet.
    let known = starts(b"\x30") || starts(b"openssh-key-v1") || key.first()? >= &0x94;
    (body.len() >= 56 && known && randomness(&body) >= 0.6).then_some(end)
}

/// A service account's file: its private key follows the key's id.
pub(super) fn service_account(after: &[u8]) -> Option<usize> {
    const BEGIN: &[u8] = b"-----BEGIN PRIVATE KEY-----";
    let near = &after[..after.len().min(512)];
    let at = near.find(BEGIN)? + BEGIN.len();
    armour(&after[at..]).map(|len| at + len)
}

/// The rest of a key file of `PuTTY`, if its private part is there.
pub(super) fn putty(after: &[u8]) -> Option<usize> {
    const MARK: &[u8] = b"Private-Lines: ";
    let at = after.find(MARK)?;
    let body = after.get(at + MARK.len()..)?;
    let text = body.iter().filter(|it| it.is_ascii_alphanumeric()).count();
    (text >= 40).then_some(after.len().min(at + 512))
}

/// Lines, also where the line feed is written as `\n`.
fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|&it| it == b'\n').flat_map(|line| {
        let mut rest = Some(line);
        std::iter::from_fn(move || {
            let line = rest?;
            let cut = line.windows(2).position(|it| it == b"\\n");
            rest = cut.map(|at| &line[at + 2..]);
            Some(cut.map_or(line, |at| &line[..at]))
        })
    })
}

/// A line of code around a line of base64, without the code.
fn trimmed(line: &[u8]) -> &[u8] {
    let code = |it: &u8| b" \t\r\"'`,;\\#*|>.".contains(it);
    let start = line.iter().position(|it| !code(it) && *it != b'+').unwrap_or(line.len());
    let line = match line[..start].contains(&b'"') || line[..start].contains(&b'\'') {
        true => &line[start..],
        // A line of base64 may begin with `+` itself.
        false => &line[line.iter().position(|it| !code(it)).unwrap_or(line.len())..],
    };
    let joined = line.iter().rposition(|&it| it == b'"' || it == b'\'');
    let line = &line[..joined.unwrap_or(line.len())];
    let end = line.iter().rposition(|it| !code(it)).map_or(0, |at| at + 1);
    &line[..end]
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
    !near && !told && is_password(it.secret, user)
}

/// A password in a connection string or behind a key that says so.
pub(super) fn password(it: &Candidate<'_>) -> bool {
    is_password(it.secret, b"")
}

/// Whether a password is one, and neither a stand-in nor a word of everyday.
fn is_password(password: &[u8], user: &[u8]) -> bool {
    let plain: Vec<u8> = password.iter().map(|&it| unleet(it)).collect();
    password.len() >= 8
        && password != user
        && kinds(password) >= 2
        && !is_reference(password)
        && !is_placeholder(password)
        && !is_wordy(&plain)
        && !is_wordy(password)
        && randomness(password) >= 0.75
        && !plain.windows(4).any(|it| it == b"pass" || it == b"test" || it == b"word")
}

/// A value behind a key that names a secret, such as `api_key = "…"`.
pub(super) fn assigned(it: &Candidate<'_>) -> bool {
    !names_something_else(it)
        && !is_call(it.after)
        && it.secret.len() >= 16
        && !is_uuid(it.secret)
        && !is_reference(it.secret)
        && mixed(it)
        && randomness(it.secret) >= 0.78
        && kinds(it.secret) >= 2
}

/// As [`assigned`], without quotes: nothing else follows.
pub(super) fn environment(it: &Candidate<'_>) -> bool {
    it.after.first().is_none_or(|it| b"\r\n \"'\\".contains(it)) && assigned(it)
}

/// A quoted value behind a key that says password.
pub(super) fn password_assigned(it: &Candidate<'_>) -> bool {
    !names_something_else(it) && password(it) && !it.secret.contains(&b'/')
}

/// Whether a key is about a secret and does not hold it: `token_url`.
fn names_something_else(it: &Candidate<'_>) -> bool {
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
    let start = it.before.iter().rposition(|it| !word(it)).map_or(0, |at| at + 1);
    let mut key = it.before[start..].to_ascii_lowercase();
    let value = it.whole.len().saturating_sub(it.secret.len() + 1);
    key.extend(it.whole[..value].to_ascii_lowercase());
    OTHER.iter().any(|it| key.windows(it.len()).any(|at| at == *it))
}

/// Whether the value goes on as code: a call, an index, a member.
fn is_call(after: &[u8]) -> bool {
    after.first().is_some_and(|it| b"([{.$<".contains(it))
}

/// Whether a value is taken from elsewhere: `${X}`, `{{ x }}`, `%s`, `a.b.c`.
fn is_reference(value: &[u8]) -> bool {
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
