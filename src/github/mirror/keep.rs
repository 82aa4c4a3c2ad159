//! What is kept of mirrors, and for how long.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::child::Git;
use super::hold::{For, Hold};
use super::sync::broken;
use super::{MirrorError, Site, Tidied};
use crate::model::Oid;

/// Seconds.
pub(super) const DAY: i64 = 86_400;

/// Where heads are kept, by the day on which they were asked for last.
pub(super) const HEADS: &str = "refs/refgate/heads";

/// More packs than this make reading slow.
const MANY: usize = 40;

/// How long what is broken waits for those who read it.
const PATIENCE: Duration = Duration::from_secs(20);

/// Files that Git leaves behind if it is ended, and then stumbles over.
const LOCKS: &[&str] = &["HEAD.lock", "config.lock", "packed-refs.lock", "shallow.lock"];

/// Holds a mirror to read it.
pub(super) async fn reading(site: &Site, id: u64) -> Result<Hold, MirrorError> {
    Hold::wait(&lock(site, id, "read"), For::Reading, site.limits.later).await
}

/// Holds a mirror to fetch into it; others may go on reading.
pub(super) async fn changing(site: &Site, id: u64) -> Result<Hold, MirrorError> {
    Hold::wait(&lock(site, id, "fetch"), For::Changing, site.limits.later).await
}

fn lock(site: &Site, id: u64, what: &str) -> PathBuf {
    site.directory.join(format!("{id}.{what}"))
}

/// Makes an empty mirror: a bare repository that says that contents are elsewhere,
/// and not where.
pub(super) fn make(path: &Path, sha256: bool) -> Result<(), MirrorError> {
    let format = if sha256 { "sha256" } else { "sha1" };
    let config = format!(
        "[core]\n\trepositoryFormatVersion = 1\n\tbare = true\n\
         [extensions]\n\tobjectFormat = {format}\n\tpartialClone = origin\n\
         [remote \"origin\"]\n\tpromisor = true\n\tpartialCloneFilter = blob:none\n"
    );
    fs::create_dir_all(path.join("objects/pack")).map_err(broken)?;
    fs::create_dir_all(path.join("objects/info")).map_err(broken)?;
    fs::create_dir_all(path.join("refs/heads")).map_err(broken)?;
    fs::write(path.join("config"), config).map_err(broken)?;
    // Written last: a directory without it is no repository yet.
    fs::write(path.join("HEAD"), "ref: refs/refgate/none\n").map_err(broken)
}

/// Takes away locks that a Git has left which is no more. Only for whoever holds the
/// mirror to change it.
pub(super) fn unlock(path: &Path) {
    for name in LOCKS {
        let _ = fs::remove_file(path.join(name));
    }
    unlock_refs(&path.join("refs"), 0);
}

fn unlock_refs(directory: &Path, depth: usize) {
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        let path = entry.path();
        let inside = entry.file_type().is_ok_and(|it| it.is_dir()) && depth < 32;
        if inside {
            unlock_refs(&path, depth + 1);
        } else if path.extension().is_some_and(|it| it == "lock") {
            let _ = fs::remove_file(path);
        }
    }
}

/// Keeps a head as asked for on a day. Who reads the mirror may do so, beside others.
pub(super) fn keep(path: &Path, head: Oid, day: i64) -> Result<(), MirrorError> {
    let (heads, name) = (path.join(HEADS), head.to_string());
    let here = heads.join(day.to_string());
    if here.join(&name).exists() {
        return Ok(());
    }
    fs::create_dir_all(&here).map_err(broken)?;
    // One ref is enough for each: more would make every fetch slower.
    let days = fs::read_dir(&heads).into_iter().flatten().flatten();
    let moved = |it: fs::DirEntry| fs::rename(it.path().join(&name), here.join(&name)).is_ok();
    if days.into_iter().any(moved) {
        return Ok(());
    }
    // A loose ref is a file; nobody else writes below this name, and nobody sees half of it.
    let half = path.join(format!("refgate/half-{:016x}", fastrand::u64(..)));
    half.parent().map_or(Ok(()), fs::create_dir_all).map_err(broken)?;
    fs::write(&half, format!("{head}\n")).map_err(broken)?;
    fs::rename(&half, here.join(&name)).map_err(broken)
}

/// Throws a mirror away. Whoever still reads it gets a little time.
pub(super) async fn throw_away(site: &Site, id: u64) -> Result<(), MirrorError> {
    let _alone = Hold::wait(&lock(site, id, "read"), For::Changing, PATIENCE).await.ok();
    let path = site.path(id);
    let aside = site.directory.join(format!("{id}.{:016x}.gone", fastrand::u64(..)));
    match fs::rename(&path, &aside) {
        Ok(()) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(broken(error)),
    }
    fs::remove_dir_all(&aside).map_err(broken)
}

/// Throws away what is kept of a repository that is gone.
pub(super) async fn remove(site: &Site, id: u64) -> Result<(), MirrorError> {
    let _changing = changing(site, id).await?;
    throw_away(site, id).await
}

/// Forgets old heads, and puts many pieces into one.
pub(super) async fn tidy(site: &Site, id: u64, days: i64, now: i64) -> Result<Tidied, MirrorError> {
    let path = site.path(id);
    if !path.join("HEAD").is_file() {
        return Ok(Tidied::Done);
    }
    let _changing = changing(site, id).await?;
    let Some(_alone) = Hold::now(&lock(site, id, "read"), For::Changing)? else {
        return Ok(Tidied::InUse);
    };
    let oldest = now.div_euclid(DAY) - days;
    for place in [HEADS, "refgate/tried"] {
        for entry in fs::read_dir(path.join(place)).into_iter().flatten().flatten() {
            let day = entry.file_name().to_str().and_then(|it| it.parse::<i64>().ok());
            if day.is_some_and(|it| it < oldest) {
                fs::remove_dir_all(entry.path()).map_err(broken)?;
            }
        }
    }
    let packs = fs::read_dir(path.join("objects/pack")).into_iter().flatten().flatten();
    let packs = packs.filter(|it| it.path().extension().is_some_and(|it| it == "pack"));
    if packs.count() >= MANY {
        let git = Git::new(site, &path, site.limits.first);
        git.run(&["repack", "-q", "-a", "-d"]).await?;
    }
    Ok(Tidied::Done)
}
