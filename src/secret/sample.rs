//! Makes examples of secrets, so that none stands in the tree.
//!
//! An example is written as a template: text with shapes in braces, such as
//! `ghp_{base62:30}{crc32base62}`. Braces around anything else stay as they
//! are. The same seed gives the same text.

use super::base64::{encode, encode_url};
use super::setting::crc16;

/// The first example of the pattern `id`; `None` if there is no such pattern.
pub fn sample(id: &str) -> Option<String> {
    let pattern = super::patterns().find(|it| it.id == id)?;
    pattern.examples.first().map(|it| expand(it, id))
}

/// Writes a template out. `seed` chooses the characters.
///
/// Shapes: `{ALPHABET:N}` with an alphabet named in [`alphabet`], `{uuid}`,
/// `{crc32base62}` (of what the last shape gave), `{jwt}`, `{der:N}` (N bytes
/// that look like a DER sequence, in base64, 64 to a line), `{openssh}`,
/// `{pem}` (a private key in armour, in base64), `{nkey}` (a seed of NATS), `{base64:TEXT}`, `{base64url:TEXT}`.
pub fn expand(template: &str, seed: &str) -> String {
    let mut dice = Dice::new(seed, template);
    let mut out = String::new();
    let mut last = String::new();
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        let inner = &rest[open + 1..];
        let shape = inner.find('}').and_then(|end| Some((end, dice.shape(&inner[..end], &last)?)));
        match shape {
            Some((end, text)) => {
                out.push_str(&text);
                last = text;
                rest = &inner[end + 1..];
            }
            None => {
                out.push('{');
                rest = inner;
            }
        }
    }
    out + rest
}

/// The characters of a named alphabet.
fn alphabet(name: &str) -> Option<&'static str> {
    Some(match name {
        "digit" => "0123456789",
        "hex" => "0123456789abcdef",
        "HEX" => "0123456789ABCDEF",
        "lower" => "abcdefghijklmnopqrstuvwxyz",
        "upper" => "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "alpha" => "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "base32" => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
        "bech32" => "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L",
        "lower36" => "0123456789abcdefghijklmnopqrstuvwxyz",
        "upper36" => "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "base62" => "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
        "b64" => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
        "b64url" => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
        _ => return None,
    })
}

/// A small generator of numbers (splitmix64): not random at all, on purpose.
struct Dice(u64);

impl Dice {
    fn new(seed: &str, template: &str) -> Self {
        // FNV-1a.
        let hash = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        Self(seed.bytes().chain(template.bytes()).fold(0xcbf2_9ce4_8422_2325, hash))
    }

    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    fn text(&mut self, alphabet: &str, len: usize) -> String {
        let chars = alphabet.as_bytes();
        let mut pick = || {
            let index = usize::try_from(self.roll() % chars.len() as u64).unwrap_or(0);
            char::from(chars[index])
        };
        (0..len).map(|_| pick()).collect()
    }

    fn bytes(&mut self, len: usize) -> Vec<u8> {
        (0..len).map(|_| self.roll().to_le_bytes()[3]).collect()
    }

    fn shape(&mut self, shape: &str, last: &str) -> Option<String> {
        let (name, argument) = shape.split_once(':').unwrap_or((shape, ""));
        if let Some(alphabet) = alphabet(name) {
            return Some(self.text(alphabet, argument.parse().ok().filter(|&it| it <= 4096)?));
        }
        Some(match name {
            "uuid" => {
                let mut part = |len| self.text("0123456789abcdef", len);
                format!("{}-{}-{}-{}-{}", part(8), part(4), part(4), part(4), part(12))
            }
            "crc32base62" => base62(crc32fast::hash(last.as_bytes())),
            "jwt" => {
                let head = encode_url(br#"{"alg":"HS256","typ":"JWT"}"#);
                let subject = self.text("0123456789abcdef", 24);
                let body = format!(r#"{{"sub":"{subject}","iat":1760000000}}"#);
                let seal = encode_url(&self.bytes(32));
                format!("{head}.{}.{seal}", encode_url(body.as_bytes()))
            }
            "der" => {
                let len: u16 = argument.parse().ok().filter(|&it| it <= 4096)?;
                let mut der = vec![0x30, 0x82];
                der.extend(len.to_be_bytes());
                der.extend(self.bytes(len.into()));
                wrapped(&encode(&der))
            }
            "openssh" => {
                let mut key = b"openssh-key-v1\0\0\0\0\x04none".to_vec();
                key.extend(self.bytes(160));
                wrapped(&encode(&key))
            }
            "pem" => {
                let der = self.shape("der:200", last)?;
                let (begin, end) = ("-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----");
                encode(format!("{begin}\n{der}\n{end}\n").as_bytes())
            }
            "nkey" => {
                // A user's seed: its kind in two bytes, 32 bytes, a checksum.
                let mut seed = vec![0x95, 0];
                seed.extend(self.bytes(32));
                seed.extend(crc16(&seed).to_le_bytes());
                base32(&seed)
            }
            "base64" => encode(argument.as_bytes()),
            "base64url" => encode_url(argument.as_bytes()),
            _ => return None,
        })
    }
}

/// Lines of 64, as PEM has them.
fn wrapped(text: &str) -> String {
    let mut out = String::new();
    for (at, char) in text.chars().enumerate() {
        if at > 0 && at % 64 == 0 {
            out.push('\n');
        }
        out.push(char);
    }
    out
}

/// Base 32 of RFC 4648, without padding.
fn base32(bytes: &[u8]) -> String {
    let digits = alphabet("base32").unwrap_or_default().as_bytes();
    let mut out = String::new();
    for chunk in bytes.chunks(5) {
        let bits = chunk
            .iter()
            .enumerate()
            .fold(0_u64, |sum, (at, &byte)| sum | u64::from(byte) << (32 - 8 * at));
        let count = (chunk.len() * 8).div_ceil(5);
        out.extend((0..count).map(|at| char::from(digits[(bits >> (35 - 5 * at) & 31) as usize])));
    }
    out
}

/// Six digits of base 62, as GitHub and npm write a checksum.
pub(super) fn base62(mut number: u32) -> String {
    let digits = alphabet("base62").unwrap_or_default().as_bytes();
    let mut out = [b'0'; 6];
    for place in out.iter_mut().rev() {
        *place = digits[(number % 62) as usize];
        number /= 62;
    }
    out.iter().map(|&it| char::from(it)).collect()
}
