//! One view of several object directories: quarantine, main, alternates.
//!
//! gix reads none of Git's quarantine variables, so each directory is opened by
//! itself and asked in turn. Replacements are never followed.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use gix::objs::{Exists, Find, FindHeader};

use crate::model::{Kind, Oid};

/// How much decoded pack content is kept, in bytes.
const CACHE: usize = 24 << 20;

/// Larger objects than this, in bytes, are not decoded: blobs are streamed from 8
/// MiB on, and no tree of a million names or message of ten megabytes comes near.
const LARGEST: usize = 256 << 20;

/// Object directories, asked in order.
pub struct Objects {
    stores: Vec<gix::odb::Handle>,
    /// The directory that receives a push, if it is not the main one.
    quarantine: Option<PathBuf>,
    buffer: RefCell<Vec<u8>>,
}

impl Objects {
    /// Opens `directories`; `quarantine` is the first of them, if Git keeps what
    /// a push sends apart.
    pub fn open(
        directories: &[PathBuf],
        quarantine: Option<PathBuf>,
        hash: gix::hash::Kind,
    ) -> Result<Self> {
        let mut stores = Vec::new();
        for directory in directories {
            let Ok(full) = directory.canonicalize() else { continue };
            let options = gix::odb::store::init::Options {
                alloc_limit_bytes: Some(LARGEST),
                ..gix::odb::store::init::Options::default()
            };
            let mut store = gix::odb::at_opts(full, hash, None, options)
                .with_context(|| format!("cannot open {}", directory.display()))?;
            store.set_pack_cache(|| {
                Box::new(gix::odb::pack::cache::lru::MemoryCappedHashmap::new(CACHE))
            });
            store.refresh_never();
            stores.push(store);
        }
        if stores.is_empty() {
            bail!("the repository has no object directory");
        }
        let quarantine = quarantine.filter(|_| stores.len() > 1);
        Ok(Self { stores, quarantine, buffer: RefCell::default() })
    }

    /// The directory that receives a push, if there is one.
    pub fn quarantine(&self) -> Option<&Path> {
        self.quarantine.as_deref()
    }

    /// Whether the object is in what a push sends and nowhere else.
    pub fn only_in_quarantine(&self, oid: Oid) -> bool {
        self.quarantine.is_some()
            && id(oid).is_some_and(|id| !self.stores.iter().skip(1).any(|store| store.exists(&id)))
    }

    /// Shows an object to `look`; `None` if there is no such object.
    pub fn find<T>(&self, oid: Oid, look: impl FnOnce(Kind, &[u8]) -> T) -> Result<Option<T>> {
        let Some(id) = id(oid) else { return Ok(None) };
        // Two looks may be nested; the inner one gets a buffer of its own.
        let mut own = Vec::new();
        let mut shared = self.buffer.try_borrow_mut();
        let buffer = shared.as_deref_mut().unwrap_or(&mut own);
        for store in &self.stores {
            let found = store.try_find(&id, buffer).map_err(|error| anyhow!("{oid}: {error}"))?;
            if let Some(data) = found {
                return Ok(Some(look(kind(data.kind), data.data)));
            }
        }
        // Git has the empty tree in every repository, written or not.
        if id.is_empty_tree() {
            return Ok(Some(look(Kind::Tree, b"")));
        }
        Ok(None)
    }

    /// Shows an object of a known kind to `look`.
    pub fn read<T>(&self, oid: Oid, wanted: Kind, look: impl FnOnce(&[u8]) -> T) -> Result<T> {
        let found = self.find(oid, |kind, data| (kind == wanted).then(|| look(data)))?;
        match found {
            Some(Some(answer)) => Ok(answer),
            Some(None) => bail!("{} is no {wanted:?}", oid.short()),
            None => bail!("object {} is missing", oid.short()),
        }
    }

    /// Kind and size in bytes, without reading the content.
    pub fn header(&self, oid: Oid) -> Result<Option<(Kind, u64)>> {
        let Some(id) = id(oid) else { return Ok(None) };
        for store in &self.stores {
            let found = store.try_header(&id).map_err(|error| anyhow!("{oid}: {error}"))?;
            if let Some(header) = found {
                return Ok(Some((kind(header.kind), header.size)));
            }
        }
        Ok(id.is_empty_tree().then_some((Kind::Tree, 0)))
    }
}

fn id(oid: Oid) -> Option<gix::ObjectId> {
    gix::ObjectId::try_from(oid.as_bytes()).ok()
}

fn kind(kind: gix::objs::Kind) -> Kind {
    match kind {
        gix::objs::Kind::Commit => Kind::Commit,
        gix::objs::Kind::Tree => Kind::Tree,
        gix::objs::Kind::Blob => Kind::Blob,
        gix::objs::Kind::Tag => Kind::Tag,
    }
}
