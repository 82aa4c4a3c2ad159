//! The bodies of keys in armour.

use bstr::ByteSlice;

use super::base64;
use super::plain::randomness;

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
    // A DER sequence, OpenSSH's or SSH2's magic, cosign's parameters, or an
    // OpenPGP secret key packet.
    let known = starts(b"\x30")
        || starts(b"openssh-key-v1")
        || starts(b"\x3f\x6f\xf9\xeb")
        || starts(b"{\"kdf\"")
        || key.first()? >= &0x94;
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
