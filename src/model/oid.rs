//! Object names.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use bstr::ByteSlice;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An object name: 20 bytes in a SHA-1 repository, 32 in a SHA-256 one.
#[derive(Clone, Copy, Eq, Ord, PartialEq, PartialOrd)]
pub struct Oid {
    len: u8,
    bytes: [u8; 32],
}

impl Oid {
    /// Takes the 20 or 32 bytes of an object name; `None` for any other length.
    pub fn from_bytes(raw: &[u8]) -> Option<Self> {
        let len = match raw.len() {
            20 => 20,
            32 => 32,
            _ => return None,
        };
        let mut bytes = [0; 32];
        bytes[..raw.len()].copy_from_slice(raw);
        Some(Self { len, bytes })
    }

    /// Reads 40 or 64 hexadecimal digits; `None` for anything else.
    pub fn from_hex(hex: &[u8]) -> Option<Self> {
        if hex.len() != 40 && hex.len() != 64 {
            return None;
        }
        let digit = |byte: u8| (byte as char).to_digit(16);
        let mut raw = [0_u8; 32];
        for (out, pair) in raw.iter_mut().zip(hex.chunks_exact(2)) {
            *out = u8::try_from(digit(pair[0])? * 16 + digit(pair[1])?).ok()?;
        }
        Self::from_bytes(&raw[..hex.len() / 2])
    }

    /// The bytes of the name.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }

    /// Whether every digit is zero, which is how Git writes "no object".
    pub fn is_zero(&self) -> bool {
        self.bytes == [0; 32]
    }

    /// The first seven digits, for people.
    pub fn short(&self) -> String {
        self.as_bytes().iter().flat_map(|it| digits(*it)).take(7).map(char::from).collect()
    }
}

/// The two hexadecimal digits of a byte.
fn digits(byte: u8) -> [u8; 2] {
    [byte >> 4, byte & 0xf].map(|it| if it < 10 { b'0' + it } else { b'a' - 10 + it })
}

impl Hash for Oid {
    /// All of the name in one word, for whoever mixes it with a key: the name is a hash
    /// already, which nobody chooses.
    fn hash<H: Hasher>(&self, state: &mut H) {
        let words = self
            .bytes
            .chunks_exact(8)
            .map(|it| it.iter().fold(0_u64, |word, byte| (word << 8) | u64::from(*byte)));
        state.write_u64(words.fold(0, |all, word| all.rotate_left(21) ^ word));
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut hex = [0; 64];
        for (out, byte) in hex.chunks_exact_mut(2).zip(self.as_bytes()) {
            out.copy_from_slice(&digits(*byte));
        }
        let len = self.as_bytes().len() * 2;
        f.write_str(hex[..len].to_str().map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Oid {
    type Err = String;

    /// Reads an object name as a person writes it down in recorded facts: fewer
    /// than 40 digits are filled up with zeros.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not an object name: write hexadecimal digits");
        let full = match text.len() {
            1..40 => format!("{text:0<40}"),
            _ => text.to_owned(),
        };
        Self::from_hex(full.as_bytes()).ok_or_else(wrong)
    }
}

impl<'de> Deserialize<'de> for Oid {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let text = String::deserialize(input)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl Serialize for Oid {
    fn serialize<S: Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
        output.collect_str(self)
    }
}

impl JsonSchema for Oid {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Oid".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "An object name in hexadecimal digits; fewer than 40 are filled up with zeros.",
            "type": "string",
            "pattern": "^[0-9A-Fa-f]{1,64}$",
        })
    }
}
