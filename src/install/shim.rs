//! The files that Git calls, and telling ours from anyone else's.
//!
//! The second line of a shim bears a version and a checksum, so that a shim
//! that somebody edited is never taken for one that can be replaced.

use std::path::{Path, PathBuf};

use bstr::{BString, ByteSlice as _, ByteVec as _};

use super::Event;

/// What a clone's hooks look like.
const LOCAL: &str = include_str!("../../hooks/shim.sh");

/// What a server's hooks look like.
const SERVER: &str = include_str!("../../hooks/server.sh");

/// How the second line begins.
const MARK: &str = "# refgate-shim ";

/// The version of shims that this binary writes.
pub(super) const VERSION: &str = "1";

/// What is added to the second line of shims whose directory was made for them.
const MADE: &str = " (made this directory)";

/// The directory of hooks that were there before and still run.
const BEFORE: &str = "before-refgate";

/// For whom a shim is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum For {
    /// Someone who commits and pushes.
    Clone,
    /// Someone who is pushed to.
    Server,
}

/// What a file in a hook's place is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Reading {
    /// A shim as some Refgate wrote it.
    Ours {
        /// The shims' version.
        version: String,
        /// The binary that it calls.
        binary: BString,
        /// Whether its directory was made for it.
        made_directory: bool,
    },
    /// A shim that somebody edited.
    Edited,
    /// Something else.
    Other,
}

/// Where a hook is kept that was there before. Its name stays: some hooks ask for
/// it.
pub(super) fn kept(hook: &Path) -> PathBuf {
    hook.with_file_name(BEFORE).join(hook.file_name().unwrap_or_default())
}

/// Where hooks of a directory are kept.
pub(super) fn keeps(dir: &Path) -> PathBuf {
    dir.join(BEFORE)
}

/// The shim for `event` that calls `binary`.
pub(super) fn render(event: Event, binary: &Path, whom: For, made_directory: bool) -> Vec<u8> {
    let template = match whom {
        For::Clone => LOCAL,
        For::Server => SERVER,
    };
    let made = if made_directory { MADE } else { "" };
    let text = template.replace("@EVENT@", event.judged_as()).replace("@MADE@", made);
    let text = text.as_bytes().replace("@BINARY@", quoted(&bytes(binary)));
    let sum = format!("{MARK}{VERSION} {:08x}", crc32fast::hash(&text));
    text.replacen(format!("{MARK}{VERSION} 00000000"), sum, 1)
}

/// Tells what a file is.
pub(super) fn read(text: &[u8]) -> Reading {
    let Some(line) = text.lines().nth(1).and_then(|it| it.strip_prefix(MARK.as_bytes())) else {
        return Reading::Other;
    };
    let mut words = line.split_str(" ").map(|it| it.to_str_lossy());
    let (Some(version), Some(sum)) = (words.next(), words.next()) else {
        return Reading::Edited;
    };
    let zeroed =
        text.replacen(format!("{MARK}{version} {sum}"), format!("{MARK}{version} 00000000"), 1);
    if format!("{:08x}", crc32fast::hash(&zeroed)) != sum {
        return Reading::Edited;
    }
    let (version, made_directory) = (version.into_owned(), line.ends_with(MADE.as_bytes()));
    Reading::Ours { version, binary: unquoted(text), made_directory }
}

/// A word that a POSIX shell reads back as `bytes`.
pub(super) fn quoted(bytes: &[u8]) -> Vec<u8> {
    let mut word = vec![b'\''];
    word.push_str(bytes.replace("'", r"'\''"));
    word.push(b'\'');
    word
}

/// A path as bytes; one that Windows can't write as text is shown as good as
/// can be.
pub(super) fn bytes(path: &Path) -> Vec<u8> {
    <Vec<u8>>::from_path_lossy(path).into_owned()
}

/// The binary that a shim calls.
fn unquoted(text: &[u8]) -> BString {
    let start = text.find("\nbin='").map_or(text.len(), |at| at + 6);
    let rest = &text[start..];
    let mut word = BString::default();
    let mut parts = rest.split_str("'");
    // A quote inside is `'\''`: an end, an escaped one and a beginning.
    while let Some(part) = parts.next() {
        word.push_str(part);
        let inside = [parts.next(), parts.next()];
        if inside != [Some(b"\\".as_slice()), Some(b"".as_slice())] {
            break;
        }
        word.push(b'\'');
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shim_is_known_again_and_an_edited_one_too() {
        for path in ["/usr/bin/refgate", "/it's/a \"b\"\n$c/refgate", "/''/x"] {
            for made_directory in [false, true] {
                let text = render(Event::PrePush, Path::new(path), For::Clone, made_directory);
                let binary = BString::from(path);
                let ours = Reading::Ours { version: "1".into(), binary, made_directory };
                assert_eq!(read(&text), ours, "{path}");
                assert_eq!(read(&text.replace("exit 2", "exit 0")), Reading::Edited);
            }
        }
        assert_eq!(read(b"#!/bin/sh\ngit lfs pre-push \"$@\"\n"), Reading::Other);
        assert_eq!(read(b"#!/bin/sh\n# refgate-shim 1"), Reading::Edited);
        assert_eq!(read(b""), Reading::Other);
    }

    #[test]
    fn shims_have_no_carriage_returns_and_ask_for_a_plain_shell() {
        for text in [LOCAL, SERVER] {
            assert!(!text.contains('\r') && text.starts_with("#!/bin/sh\n"));
        }
    }
}
