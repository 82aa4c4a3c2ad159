//! Writing files whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

/// What the names of files bear that are not in their place yet.
const UNDERWAY: &str = ".refgate-underway-";

/// Writes a file that can be run, beside its place, and puts it there in one
/// step.
pub(super) fn write_program(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    place(path, |file| file.write_all(bytes))
}

/// Copies a file that can be run; never as a link.
pub(super) fn copy_program(from: &Path, to: &Path) -> anyhow::Result<()> {
    let mut source =
        File::open(from).with_context(|| format!("{} is unreadable", from.display()))?;
    place(to, |file| io::copy(&mut source, file).map(|_| ()))
}

fn place(path: &Path, content: impl FnOnce(&mut File) -> io::Result<()>) -> anyhow::Result<()> {
    let beside = beside(path);
    let write = || -> io::Result<()> {
        let mut file = OpenOptions::new().write(true).create_new(true).open(&beside)?;
        content(&mut file)?;
        runnable(&file)?;
        file.sync_all()?;
        fs::rename(&beside, path)
    };
    write().or_else(|error| {
        // What is left behind is swept by the next run too.
        let _ = fs::remove_file(&beside);
        Err(error).with_context(|| format!("{} could not be written", path.display()))
    })
}

#[cfg(unix)]
fn runnable(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn runnable(_: &File) -> io::Result<()> {
    Ok(())
}

/// Replaces a configuration file, as Git does: under its lock, and only if it
/// is still what it was when `new` was worked out.
pub(super) fn swap_config(path: &Path, old: &[u8], new: &[u8]) -> anyhow::Result<()> {
    // Git writes where a link leads.
    let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let (beside, lock) = (beside(path), suffixed(path, ".lock"));
    let write = || -> anyhow::Result<()> {
        let mut file = OpenOptions::new().write(true).create_new(true).open(&beside)?;
        file.write_all(new)?;
        if let Ok(before) = fs::metadata(path) {
            file.set_permissions(before.permissions())?;
        }
        file.sync_all()?;
        // The lock appears whole, so a kill leaves it a moment at most.
        fs::hard_link(&beside, &lock).with_context(|| format!("{} is locked", path.display()))?;
        let same = read_or_empty(path)? == old;
        let moved = if same { fs::rename(&lock, path) } else { fs::remove_file(&lock) };
        moved?;
        if !same {
            bail!("{} was changed meanwhile; run it again", path.display());
        }
        Ok(())
    };
    let written = write();
    let _ = fs::remove_file(&beside);
    written.with_context(|| format!("{} could not be written", path.display()))
}

/// A file's bytes; none if there is no file.
pub(super) fn read_or_empty(path: &Path) -> io::Result<Vec<u8>> {
    match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        read => read,
    }
}

/// Whether two names lead to one file.
#[cfg(unix)]
pub(super) fn is_same_file(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    match (fs::symlink_metadata(one), fs::symlink_metadata(other)) {
        (Ok(one), Ok(other)) => (one.dev(), one.ino()) == (other.dev(), other.ino()),
        _ => false,
    }
}

/// Whether two names lead to one file.
#[cfg(not(unix))]
pub(super) fn is_same_file(one: &Path, other: &Path) -> bool {
    matches!((fs::read(one), fs::read(other)), (Ok(one), Ok(other)) if one == other)
}

/// Whether Git would run the file.
#[cfg(unix)]
pub(super) fn is_runnable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).is_ok_and(|it| it.is_file() && it.permissions().mode() & 0o111 != 0)
}

/// Whether Git would run the file.
#[cfg(not(unix))]
pub(super) fn is_runnable(path: &Path) -> bool {
    path.is_file()
}

/// What killed runs left in a directory: files that never came to their place.
pub(super) fn underway(dir: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(dir) else { return Vec::new() };
    let ours = |path: &PathBuf| {
        path.file_name().is_some_and(|name| name.to_string_lossy().contains(UNDERWAY))
    };
    let mut found: Vec<_> = entries.flatten().map(|it| it.path()).filter(ours).collect();
    // A lock that a killed run put there is the same file under another name.
    let lock = dir.join("config.lock");
    if found.iter().any(|it| is_same_file(it, &lock)) {
        found.push(lock);
    }
    found
}

/// The path with something added to its name.
pub(super) fn suffixed(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn beside(path: &Path) -> PathBuf {
    suffixed(path, &format!("{UNDERWAY}{}", std::process::id()))
}
