//! Finding out what a rule lacked.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;

use super::ask;
use super::compare;
use super::crowd::Crowd;
use super::known::{Known, Lack};
use super::outcome::Unavailable;
use crate::git::{Deadline, Repository};
use crate::github::mirror::{Mirror, MirrorError};
use crate::model::{Need, Oid, Unknown};

/// Finds out more about one pull request.
pub(super) struct Filling<'f> {
    pub(super) crowd: Crowd<'f>,
    pub(super) mirror: Arc<Mirror>,
    /// The tip of the target, and the head.
    pub(super) ends: (Oid, Oid),
    pub(super) patience: Duration,
}

impl Filling<'_> {
    /// Finds out what is lacking. What cannot be found out is known to be unknown then;
    /// the error is one that may be none later.
    pub(super) async fn fill(
        &self,
        known: &mut Known,
        lacking: BTreeSet<Lack>,
    ) -> Result<(), Unavailable> {
        let (mut blobs, mut merges, mut commits) = (Vec::new(), Vec::new(), Vec::new());
        for lack in &lacking {
            match lack {
                Lack::Blob(oid) => blobs.push(*oid),
                Lack::Merge(oid) => merges.push(*oid),
                Lack::Provenance(oid) => commits.push(*oid),
                Lack::Lines => self.lines(known).await?,
                Lack::Team(_) | Lack::Member { .. } | Lack::Permission(_) | Lack::Account(_) => {
                    self.crowd.fill(known, lack).await?;
                }
            }
        }
        self.want(known, &blobs).await?;
        if !merges.is_empty() {
            self.merges(known, merges).await?;
        }
        self.provenance(known, &commits).await
    }

    /// Fetches contents; those that cannot be had are known to be out of reach.
    async fn want(&self, known: &mut Known, oids: &[Oid]) -> Result<(), Unavailable> {
        if oids.is_empty() {
            return Ok(());
        }
        let why = match self.mirror.want(oids, self.crowd.now).await {
            Ok(()) => "GitHub does not have it".to_owned(),
            Err(error @ MirrorError::Unavailable(_)) => return Err(error.into()),
            Err(error) => error.to_string(),
        };
        let oids = oids.to_vec();
        let missing = self.read(move |repository| {
            let gone = |it: &Oid| !matches!(repository.objects.header(*it), Ok(Some(_)));
            Ok(oids.into_iter().filter(gone).collect::<Vec<_>>())
        });
        for oid in missing.await?.map_err(|it| Unavailable::later(format!("{it:#}")))? {
            known.beyond.insert(oid, why.clone());
        }
        Ok(())
    }

    async fn merges(&self, known: &mut Known, merges: Vec<Oid>) -> Result<(), Unavailable> {
        let late = Deadline::after(self.patience);
        let asked = merges.clone();
        let wanted = self.read(move |repository| {
            let mut all = BTreeSet::new();
            for merge in asked {
                // One that cannot be compared is not known to be clean.
                all.extend(compare::of_merge(repository, merge, late).unwrap_or_default());
            }
            Ok(all.into_iter().collect::<Vec<_>>())
        });
        let wanted = wanted.await?.map_err(|it| Unavailable::later(format!("{it:#}")))?;
        self.want(known, &wanted).await?;
        let late = Deadline::after(self.patience);
        let clean = self.read(move |repository| {
            let clean = |it: Oid| (it, repository.clean_merge(it, late).ok());
            Ok(merges.into_iter().map(clean).collect::<Vec<_>>())
        });
        known.merges.extend(clean.await?.unwrap_or_default());
        Ok(())
    }

    async fn lines(&self, known: &mut Known) -> Result<(), Unavailable> {
        let (ends, late) = (self.ends, Deadline::after(self.patience));
        let failed = |error: anyhow::Error| Err(Unknown::Failed(Need::Lines, format!("{error:#}")));
        let wanted = self.read(move |repository| compare::of_lines(repository, ends, late));
        match wanted.await? {
            Ok(wanted) => {
                self.want(known, &wanted).await?;
                let late = Deadline::after(self.patience);
                let lines = self.read(move |repository| compare::lines(repository, ends, late));
                known.lines = Some(lines.await?.map_or_else(failed, Ok));
            }
            Err(error) => known.lines = Some(failed(error)),
        }
        Ok(())
    }

    async fn provenance(&self, known: &mut Known, oids: &[Oid]) -> Result<(), Unavailable> {
        if oids.is_empty() {
            return Ok(());
        }
        let Crowd { caller, slug, .. } = &self.crowd;
        let asked = ask::provenance(caller, slug, oids, &mut known.told).await;
        let why = match asked {
            Ok(()) => "GitHub does not tell whose it is".to_owned(),
            Err(error) if error.is_temporary() => return Err(error.into()),
            Err(error) => error.to_string(),
        };
        for oid in oids.iter().filter(|it| !known.told.provenance.contains_key(it)) {
            let unknown = Unknown::Truncated(Need::Provenance, why.clone());
            known.nobodys.insert(*oid, unknown);
        }
        Ok(())
    }

    /// Reads the mirror where waiting holds up nobody.
    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Repository) -> Result<T> + Send + 'static,
    ) -> Result<Result<T>, Unavailable> {
        read(&self.mirror, work).await
    }
}

/// Reads a mirror where waiting holds up nobody.
pub(super) async fn read<T: Send + 'static>(
    mirror: &Arc<Mirror>,
    work: impl FnOnce(&Repository) -> Result<T> + Send + 'static,
) -> Result<Result<T>, Unavailable> {
    let mirror = Arc::clone(mirror);
    let done = tokio::task::spawn_blocking(move || work(&mirror.open()?));
    done.await.map_err(|_| Unavailable::later("reading the mirror ended in a mistake of refgate"))
}
