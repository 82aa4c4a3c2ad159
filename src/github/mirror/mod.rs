//! Copies of repositories: commits and trees whole, contents as far as a judgment
//! needs them.
//!
//! A mirror has the repository's id for a name, so that no name from outside makes
//! a path and a new name changes nothing. Nothing in it says where it comes from or
//! how to get in. What it lacks is missing for the engine, which asks nobody: only
//! [`Mirror::want`] fetches contents, by name. Broken mirrors are thrown away.

mod child;
mod error;
mod hold;
mod keep;
mod sync;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use url::Url;

pub use error::MirrorError;

use crate::git::{Repository, Side, Vars};
use crate::github::Slug;
use crate::model::Oid;
use hold::Hold;

/// What became of putting a mirror in order.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Tidied {
    /// It is in order.
    Done,
    /// Somebody reads it; nothing was touched.
    InUse,
}

/// The mirrors in a directory. Clones are the same.
#[derive(Clone)]
pub struct Mirrors(Arc<Site>);

struct Site {
    directory: PathBuf,
    /// Where repositories are: `https://github.com`, without a slash at its end.
    base: String,
    limits: Limits,
    vars: Vars,
}

/// How much a mirror may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long the first fetch of a repository may take.
    pub first: Duration,
    /// How long any other may take, and waiting for one that is under way.
    pub later: Duration,
    /// As many bytes as a mirror may have.
    pub size: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { first: Duration::from_mins(30), later: Duration::from_mins(5), size: 20 << 30 }
    }
}

/// What is to be in a mirror.
#[derive(Clone, Debug, Default)]
pub struct Wants {
    /// The number of the pull request.
    pub pull: Option<u64>,
    /// Its head, as the host told.
    pub head: Option<Oid>,
    /// Tips of branches, as the host told: of the target, of the default branch.
    pub tips: Vec<Oid>,
    /// Earlier heads, which approvals may have been given on. Where one is gone for
    /// good, the rest is fetched all the same.
    pub earlier: Vec<Oid>,
    /// Whether all branches must be as they are now, though all else is there.
    pub refs: bool,
}

/// Where a repository is and how to get in.
#[derive(Clone, Copy)]
pub struct Source<'s> {
    /// Its id: the mirror's name.
    pub id: u64,
    /// Its name now.
    pub slug: &'s Slug,
    /// A token that may read its contents, if it takes one.
    pub token: Option<&'s str>,
}

/// A mirror that somebody reads: while it is held, nothing is taken out of it.
pub struct Mirror {
    site: Arc<Site>,
    id: u64,
    slug: Slug,
    token: Option<String>,
    _reading: Hold,
}

impl Mirrors {
    /// The mirrors in `directory` of repositories at `base`. Of `vars` Git gets those
    /// that lead to it, to proxies and to certificates.
    pub fn new(directory: &Path, base: &Url, limits: Limits, vars: Vars) -> Result<Self, String> {
        if !matches!(base.scheme(), "http" | "https") || base.host_str().is_none() {
            return Err(format!("{base} is no address of a web server"));
        }
        if !base.username().is_empty() || base.password().is_some() || base.query().is_some() {
            return Err("the address of repositories holds more than a host and a path".to_owned());
        }
        std::fs::create_dir_all(directory)
            .map_err(|error| format!("{}: {error}", directory.display()))?;
        let directory = directory
            .canonicalize()
            .map_err(|error| format!("{}: {error}", directory.display()))?;
        let base = base.as_str().trim_end_matches('/').to_owned();
        Ok(Self(Arc::new(Site { directory, base, limits, vars })))
    }

    /// The mirror of `source`, with all that is wanted in it. `now` is in seconds and
    /// says by which day heads are kept.
    pub async fn sync(
        &self,
        source: Source<'_>,
        wants: &Wants,
        now: i64,
    ) -> Result<Mirror, MirrorError> {
        sync::Sync::new(&self.0, source, now).run(wants).await
    }

    /// Throws away what is kept of a repository that is gone.
    pub async fn forget(&self, id: u64) -> Result<(), MirrorError> {
        keep::remove(&self.0, id).await
    }

    /// Keeps only heads that were asked for within so many days before `now`, and puts
    /// a mirror in order if it is in many pieces. Skips it while somebody reads it.
    pub async fn tidy(&self, id: u64, days: i64, now: i64) -> Result<Tidied, MirrorError> {
        keep::tidy(&self.0, id, days, now).await
    }

    /// The ids of all repositories of which there is a mirror.
    pub fn ids(&self) -> Vec<u64> {
        let entries = std::fs::read_dir(&self.0.directory).into_iter().flatten().flatten();
        let names = entries.filter_map(|it| it.file_name().into_string().ok());
        let mut ids: Vec<u64> =
            names.filter_map(|it| it.strip_suffix(".git")?.parse().ok()).collect();
        ids.sort_unstable();
        ids
    }
}

impl Mirror {
    /// Where it is.
    pub fn path(&self) -> PathBuf {
        self.site.path(self.id)
    }

    /// Opens it, to read. What opens it may be sent to no other thread.
    pub fn open(&self) -> anyhow::Result<Repository> {
        self.site.open(self.id)
    }

    /// Fetches these objects, as far as they are missing.
    pub async fn want(&self, oids: &[Oid], now: i64) -> Result<(), MirrorError> {
        let source = Source { id: self.id, slug: &self.slug, token: self.token.as_deref() };
        sync::Sync::new(&self.site, source, now).contents(oids).await
    }
}

impl Site {
    fn path(&self, id: u64) -> PathBuf {
        self.directory.join(format!("{id}.git"))
    }

    fn open(&self, id: u64) -> anyhow::Result<Repository> {
        let path = self.path(id);
        let named = [("GIT_DIR", path.as_os_str().to_owned())];
        let named = named.into_iter().map(|(name, value)| (name.into(), value));
        let kept = ["PATH", "TMPDIR"].into_iter();
        let kept = kept.filter_map(|it| Some((it.into(), self.vars.get(it)?.to_owned())));
        let vars: Vars = named.chain(kept).collect();
        Repository::open(&vars, &path, Side::Server)
    }
}
