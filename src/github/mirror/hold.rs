//! Who may do what to a mirror at the same time, also across processes that share
//! a disk.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::time::{Duration, Instant};

use super::MirrorError;

/// A lock on a mirror, until it is dropped.
pub(super) struct Hold {
    _file: File,
}

/// What a hold is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum For {
    /// Reading, beside others who do.
    Reading,
    /// Fetching, or taking something out: one at a time.
    Changing,
}

/// How long between two tries.
const PAUSE: Duration = Duration::from_millis(25);

impl Hold {
    /// Waits until `path` can be held.
    pub(super) async fn wait(path: &Path, what: For, most: Duration) -> Result<Self, MirrorError> {
        let begun = Instant::now();
        loop {
            if let Some(hold) = Self::now(path, what)? {
                return Ok(hold);
            }
            if begun.elapsed() > most {
                let seconds = most.as_secs();
                let why = format!("it is in use since more than {seconds} s");
                return Err(MirrorError::Unavailable(why));
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Holds `path`, unless somebody else does.
    pub(super) fn now(path: &Path, what: For) -> Result<Option<Self>, MirrorError> {
        let broken =
            |error: std::io::Error| MirrorError::Broken(format!("cannot lock it: {error}"));
        let mut options = OpenOptions::new();
        let file = options.create(true).truncate(false).write(true).read(true).open(path);
        let file = file.map_err(broken)?;
        let locked = match what {
            For::Reading => file.try_lock_shared(),
            For::Changing => file.try_lock(),
        };
        match locked {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(broken(error)),
        }
    }
}
