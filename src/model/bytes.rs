//! Bytes as people write them in recorded facts.
//!
//! Git's names, paths, messages and contents are bytes. What is UTF-8 is written
//! as it is. Anything else begins with `bytes:`; behind that a byte that is no
//! UTF-8 is `\xNN` and a backslash is `\\`. Text that begins so by itself is
//! written in the same way, so that nothing has two meanings.
//!
//! For `#[serde(with = ..)]`, and for names that are keys.

use std::borrow::Cow;
use std::fmt::Write;

use bstr::{BString, ByteSlice};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serializer};

/// What stands before bytes that are no plain text.
const MARK: &str = "bytes:";

/// The bytes, written down.
pub fn written(raw: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = raw.to_str()
        && !text.starts_with(MARK)
    {
        return Cow::Borrowed(text);
    }
    let mut out = MARK.to_owned();
    for chunk in raw.utf8_chunks() {
        out += &chunk.valid().replace('\\', "\\\\");
        for byte in chunk.invalid() {
            let _ = write!(out, "\\x{byte:02x}");
        }
    }
    Cow::Owned(out)
}

/// The bytes that were written down; `None` if what stands behind `bytes:` is not
/// understood.
pub fn read(text: &str) -> Option<BString> {
    let Some(rest) = text.strip_prefix(MARK) else { return Some(text.into()) };
    let mut out = Vec::with_capacity(rest.len());
    let mut parts = rest.split('\\');
    out.extend_from_slice(parts.next().unwrap_or_default().as_bytes());
    while let Some(part) = parts.next() {
        if part.is_empty() {
            // Two backslashes: the second ends this part and begins the next.
            out.push(b'\\');
            out.extend_from_slice(parts.next()?.as_bytes());
            continue;
        }
        let digits = part.strip_prefix('x')?.get(..2)?;
        let plain = digits.bytes().all(|it| it.is_ascii_hexdigit());
        out.push(u8::from_str_radix(digits, 16).ok().filter(|_| plain)?);
        out.extend_from_slice(part.get(3..)?.as_bytes());
    }
    Some(out.into())
}

/// Reads bytes.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<BString, D::Error> {
    let text = Cow::<'_, str>::deserialize(input)?;
    read(&text).ok_or_else(|| D::Error::custom(WRONG))
}

/// Writes bytes.
pub(crate) fn serialize<S: Serializer>(raw: &BString, output: S) -> Result<S::Ok, S::Error> {
    output.serialize_str(&written(raw))
}

const WRONG: &str =
    "a backslash behind `bytes:` begins no byte; write `\\xNN` for a byte, or `\\\\` for itself";

/// Bytes that may be missing.
pub(crate) mod option {
    use bstr::BString;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    /// Reads bytes; where the key is missing, `default` says `None`.
    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        input: D,
    ) -> Result<Option<BString>, D::Error> {
        #[derive(Deserialize)]
        struct Known(#[serde(with = "super")] BString);
        let known: Option<Known> = Deserialize::deserialize(input)?;
        Ok(known.map(|it| it.0))
    }

    /// Writes bytes.
    #[expect(clippy::ref_option, reason = "serde wants it so")]
    pub(crate) fn serialize<S: Serializer>(
        raw: &Option<BString>,
        output: S,
    ) -> Result<S::Ok, S::Error> {
        raw.as_ref().map(|it| super::written(it)).serialize(output)
    }
}

/// Bytes by something else.
pub(crate) mod values {
    use std::collections::BTreeMap;

    use bstr::BString;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    /// Reads them.
    pub(crate) fn deserialize<'de, K: Deserialize<'de> + Ord, D: Deserializer<'de>>(
        input: D,
    ) -> Result<BTreeMap<K, BString>, D::Error> {
        #[derive(Deserialize)]
        struct Known(#[serde(with = "super")] BString);
        let known: BTreeMap<K, Known> = Deserialize::deserialize(input)?;
        Ok(known.into_iter().map(|(key, it)| (key, it.0)).collect())
    }

    /// Writes them.
    pub(crate) fn serialize<K: Serialize, S: Serializer>(
        all: &BTreeMap<K, BString>,
        output: S,
    ) -> Result<S::Ok, S::Error> {
        output.collect_map(all.iter().map(|(key, raw)| (key, super::written(raw))))
    }
}

/// Bytes by something else, where even that may be missing.
pub(crate) mod optional_values {
    use std::collections::BTreeMap;

    use bstr::BString;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    /// Reads them; where the key is missing, `default` says `None`.
    pub(crate) fn deserialize<'de, K: Deserialize<'de> + Ord, D: Deserializer<'de>>(
        input: D,
    ) -> Result<Option<BTreeMap<K, BString>>, D::Error> {
        #[derive(Deserialize)]
        #[serde(bound = "K: Deserialize<'de> + Ord")]
        struct Known<K>(#[serde(with = "super::values")] BTreeMap<K, BString>);
        let known: Option<Known<K>> = Deserialize::deserialize(input)?;
        Ok(known.map(|it| it.0))
    }

    /// Writes them.
    #[expect(clippy::ref_option, reason = "serde wants it so")]
    pub(crate) fn serialize<K: Serialize, S: Serializer>(
        all: &Option<BTreeMap<K, BString>>,
        output: S,
    ) -> Result<S::Ok, S::Error> {
        match all {
            Some(all) => super::values::serialize(all, output),
            None => output.serialize_none(),
        }
    }
}
