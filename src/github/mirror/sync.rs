//! Bringing a mirror up to what is wanted.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use super::child::{Git, size};
use super::hold::Hold;
use super::keep;
use super::{Mirror, MirrorError, Site, Source, Wants};
use crate::git::Repository;
use crate::model::Oid;

/// So many objects are asked for at once.
const BATCH: usize = 5_000;

/// So many objects are fetched for one judgment.
const MOST: usize = 100_000;

/// So many earlier heads are fetched one by one.
const MOST_ALONE: usize = 30;

/// What every fetch says. Not lazily, not more than asked, nothing around it.
const FETCH: &[&str] = &[
    "fetch",
    "--quiet",
    "--filter=blob:none",
    "--no-tags",
    "--no-write-fetch-head",
    "--no-auto-gc",
    "--recurse-submodules=no",
];

/// One mirror that is brought up to date.
pub(super) struct Sync<'s> {
    site: &'s Arc<Site>,
    source: Source<'s>,
    path: PathBuf,
    now: i64,
}

impl<'s> Sync<'s> {
    pub(super) fn new(site: &'s Arc<Site>, source: Source<'s>, now: i64) -> Self {
        Self { site, source, path: site.path(source.id), now }
    }

    /// Fetches what is wanted. A mirror that is broken is made anew, once.
    pub(super) async fn run(&self, wants: &Wants) -> Result<Mirror, MirrorError> {
        let reading = keep::reading(self.site, self.source.id).await?;
        if self.is_there(wants) {
            return Ok(self.mirror(reading));
        }
        drop(reading);
        let changing = keep::changing(self.site, self.source.id).await?;
        // Whoever was changing it may have brought this along.
        if self.is_there(wants) {
            drop(changing);
            let reading = keep::reading(self.site, self.source.id).await?;
            return Ok(self.mirror(reading));
        }
        let mut done = self.fetch(wants).await;
        if let Ok(()) = done {
            done = self.sound(wants);
        }
        if matches!(done, Err(MirrorError::Broken(_))) {
            keep::throw_away(self.site, self.source.id).await?;
            done = self.fetch(wants).await;
            if let Ok(()) = done {
                done = self.sound(wants);
            }
        }
        done?;
        drop(changing);
        let reading = keep::reading(self.site, self.source.id).await?;
        Ok(self.mirror(reading))
    }

    /// Fetches contents, as far as they are missing.
    pub(super) async fn contents(&self, oids: &[Oid]) -> Result<(), MirrorError> {
        let missing = self.missing(oids)?;
        if missing.is_empty() {
            return Ok(());
        }
        if missing.len() > MOST {
            let why = format!("{} contents at once are too many", missing.len());
            return Err(MirrorError::Broken(why));
        }
        let _changing = keep::changing(self.site, self.source.id).await?;
        for batch in missing.chunks(BATCH) {
            self.by_name(batch).await?;
        }
        self.fits()
    }

    fn mirror(&self, reading: Hold) -> Mirror {
        Mirror {
            site: Arc::clone(self.site),
            id: self.source.id,
            slug: self.source.slug.clone(),
            token: self.source.token.map(str::to_owned),
            _reading: reading,
        }
    }

    async fn fetch(&self, wants: &Wants) -> Result<(), MirrorError> {
        let first = !self.path.join("HEAD").is_file();
        if first {
            let sha256 = wants.head.iter().chain(&wants.tips).any(|it| it.as_bytes().len() > 20);
            keep::make(&self.path, sha256)?;
        }
        keep::unlock(&self.path);
        let mut refs = vec!["+refs/heads/*:refs/heads/*".to_owned()];
        if let Some(number) = wants.pull {
            refs.push(format!("+refs/pull/{number}/head:refs/refgate/pull/{number}"));
        }
        match self.ask(&refs, first).await {
            // Without its ref, a head may still be there by its name.
            Err(MirrorError::Gone(_)) if refs.len() > 1 => {
                self.ask(&refs[..1], first).await?;
            }
            other => other?,
        }
        let told: Vec<Oid> = wants.head.iter().chain(&wants.tips).copied().collect();
        let missing = self.missing(&told)?;
        if !missing.is_empty() {
            self.by_name(&missing).await?;
        }
        self.earlier(&wants.earlier).await?;
        self.keep(wants)?;
        self.fits()
    }

    /// Fetches earlier heads, and does without those that are gone.
    async fn earlier(&self, oids: &[Oid]) -> Result<(), MirrorError> {
        let missing = self.missing(oids)?;
        if missing.is_empty() {
            return Ok(());
        }
        match self.by_name(&missing).await {
            Err(MirrorError::Gone(_)) => {}
            other => return other,
        }
        for oid in missing.iter().take(MOST_ALONE) {
            match self.by_name(std::slice::from_ref(oid)).await {
                Ok(()) | Err(MirrorError::Gone(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    async fn ask(&self, refs: &[String], first: bool) -> Result<(), MirrorError> {
        let limits = &self.site.limits;
        let time = if first { limits.first } else { limits.later };
        let mut args = FETCH.to_vec();
        args.extend(["--prune", "origin"]);
        args.extend(refs.iter().map(String::as_str));
        let git = Git::new(self.site, &self.path, time).online(self.source);
        git.run(&args).await.map(drop)
    }

    /// Fetches objects by their names.
    async fn by_name(&self, oids: &[Oid]) -> Result<(), MirrorError> {
        let mut args = FETCH.to_vec();
        args.extend(["--stdin", "origin"]);
        let lines: String = oids.iter().map(|it| format!("{it}\n")).collect();
        let git = Git::new(self.site, &self.path, self.site.limits.later).online(self.source);
        git.fed(lines.into_bytes()).run(&args).await.map(drop)
    }

    /// Whether the mirror can be read at the tips that are wanted.
    fn sound(&self, wants: &Wants) -> Result<(), MirrorError> {
        let repository = self.open()?;
        for oid in wants.head.iter().chain(&wants.tips) {
            let tree = repository.peel(*oid).and_then(|it| repository.tree_of(it.oid));
            let tree = tree.map_err(broken)?;
            repository.objects.header(tree).map_err(broken)?.ok_or_else(|| {
                MirrorError::Broken(format!("the tree of {} is missing", oid.short()))
            })?;
        }
        Ok(())
    }

    /// Whether all that is wanted is there already; then it is kept as if it had been
    /// fetched now.
    fn is_there(&self, wants: &Wants) -> bool {
        let made = self.path.join("HEAD").is_file();
        !wants.refs && made && self.has_all(wants) && self.keep(wants).is_ok()
    }

    fn has_all(&self, wants: &Wants) -> bool {
        let told: Vec<Oid> = wants.head.iter().chain(&wants.tips).copied().collect();
        let Ok(repository) = self.open() else { return false };
        if !missing(&repository, &told).is_ok_and(|it| it.is_empty()) || self.sound(wants).is_err()
        {
            return false;
        }
        // One that is gone for good is not asked for each time.
        let day = self.now.div_euclid(keep::DAY);
        let tried = |oid: &Oid| self.path.join(format!("refgate/tried/{day}/{oid}")).exists();
        let earlier = missing(&repository, &wants.earlier).unwrap_or_default();
        earlier.iter().all(tried)
    }

    /// Keeps heads under refs of our own, and remembers what is gone.
    fn keep(&self, wants: &Wants) -> Result<(), MirrorError> {
        let day = self.now.div_euclid(keep::DAY);
        let gone: BTreeSet<Oid> = self.missing(&wants.earlier)?.into_iter().collect();
        let tried = self.path.join(format!("refgate/tried/{day}"));
        for oid in &gone {
            std::fs::create_dir_all(&tried).map_err(broken)?;
            std::fs::write(tried.join(oid.to_string()), "").map_err(broken)?;
        }
        let heads = wants.head.iter().chain(&wants.earlier).filter(|it| !gone.contains(it));
        heads.into_iter().try_for_each(|it| keep::keep(&self.path, *it, day))
    }

    fn fits(&self) -> Result<(), MirrorError> {
        let most = self.site.limits.size;
        if size(&self.path) > most { Err(MirrorError::TooLarge { most }) } else { Ok(()) }
    }

    fn missing(&self, oids: &[Oid]) -> Result<Vec<Oid>, MirrorError> {
        if oids.is_empty() {
            return Ok(Vec::new());
        }
        missing(&self.open()?, oids)
    }

    fn open(&self) -> Result<Repository, MirrorError> {
        self.site.open(self.source.id).map_err(broken)
    }
}

/// The objects that are not there, each once.
fn missing(repository: &Repository, oids: &[Oid]) -> Result<Vec<Oid>, MirrorError> {
    let mut missing = BTreeSet::new();
    for oid in oids {
        if repository.objects.header(*oid).map_err(broken)?.is_none() {
            missing.insert(*oid);
        }
    }
    Ok(missing.into_iter().collect())
}

pub(super) fn broken(error: impl std::fmt::Display) -> MirrorError {
    MirrorError::Broken(format!("{error:#}"))
}
