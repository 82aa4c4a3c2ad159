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

/// How a shim begins the path of a binary in its own directory.
const HERE: &str = "$here/";

/// How a shim begins the path of a binary in the directory above its own.
const ABOVE: &str = "$here/../";

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

/// The shim for `event` at `place` that calls `binary`. A server's binary that
/// stands beside its hooks is called from there, also once they were moved.
pub(super) fn render(
    event: Event,
    place: &Path,
    binary: &Path,
    whom: For,
    made_directory: bool,
) -> Vec<u8> {
    let template = match whom {
        For::Clone => LOCAL,
        For::Server => SERVER,
    };
    let made = if made_directory { MADE } else { "" };
    let text = template.replace("@EVENT@", event.judged_as()).replace("@MADE@", made);
    let from = |mark: &str, dir: Option<&Path>| {
        let beside = whom == For::Server && dir.is_some() && dir == binary.parent();
        let name = Path::new(binary.file_name().filter(|_| beside)?);
        Some([mark.as_bytes(), &quoted(&bytes(name))].concat())
    };
    let dir = place.parent();
    let word = from(HERE, dir).or_else(|| from(ABOVE, dir.and_then(Path::parent)));
    let word = word.unwrap_or_else(|| quoted(&bytes(binary)));
    let text = text.as_bytes().replace("@BINARY@", word);
    let sum = format!("{MARK}{VERSION} {:08x}", crc32fast::hash(&text));
    text.replacen(format!("{MARK}{VERSION} 00000000"), sum, 1)
}

/// Tells what a file at `place` is.
pub(super) fn read(text: &[u8], place: &Path) -> Reading {
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
    Reading::Ours { version, binary: called(text, place), made_directory }
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

/// The binary that a shim at `place` calls.
pub(super) fn called(text: &[u8], place: &Path) -> BString {
    let mut lines = text.split_str("\nbin=");
    let word = lines.nth(1).unwrap_or_default();
    let dir = place.parent().unwrap_or(place);
    let (from, word) = if let Some(word) = word.strip_prefix(ABOVE.as_bytes()) {
        (dir.parent(), word)
    } else if let Some(word) = word.strip_prefix(HERE.as_bytes()) {
        (Some(dir), word)
    } else {
        (None, word)
    };
    let name = unquoted(word);
    match (from, name.to_path()) {
        (Some(from), Ok(name)) => bytes(&from.join(name)).into(),
        _ => name,
    }
}

/// What a shell reads from a quoted word.
fn unquoted(text: &[u8]) -> BString {
    let rest = text.strip_prefix(b"'").unwrap_or_default();
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
                for (place, whom) in [
                    ("/x/pre-push", For::Clone),
                    ("/x/pre-receive", For::Server),
                    ("/usr/bin/pre-receive", For::Server),
                    ("/it's/a \"b\"\n$c/pre-receive.d/refgate", For::Server),
                ] {
                    let (place, path) = (Path::new(place), Path::new(path));
                    let text = render(Event::PrePush, place, path, whom, made_directory);
                    let binary = BString::from(bytes(path));
                    let ours = Reading::Ours { version: "1".into(), binary, made_directory };
                    assert_eq!(read(&text, place), ours, "{}", path.display());
                    assert_eq!(read(&text.replace("exit 2", "exit 0"), place), Reading::Edited);
                }
            }
        }
        let read = |text: &[u8]| read(text, Path::new("/x"));
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
