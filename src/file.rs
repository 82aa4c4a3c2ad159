//! Files that people name: read whole, as far as such a file may reach.
//!
//! A device never ends, and a pipe that nobody writes to never begins. Neither is
//! meant by who names a policy, and a hook must end.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use anyhow::{Result, bail};

/// What a file holds, and so how much it may hold.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Holds {
    /// A policy, or tests of one.
    Policy,
    /// Facts.
    Facts,
}

impl Holds {
    /// How many MiB it may hold. Facts hold up to 64 MiB of contents, and up to
    /// five characters for each byte of them.
    pub fn most(self) -> u64 {
        match self {
            Self::Policy => 4,
            Self::Facts => 512,
        }
    }

    fn mend(self) -> &'static str {
        match self {
            Self::Policy => "put it into several files, and extend them",
            Self::Facts => "leave out contents that no rule asks for",
        }
    }
}

/// Reads the file at `path`. What is no regular file is refused, but for those
/// that a shell hands over: the standard input and `/dev/fd/N`.
pub fn read(path: &Path, holds: Holds) -> Result<Vec<u8>> {
    let handed = path == Path::new("/dev/stdin")
        || ["/dev/fd", "/proc/self/fd"].iter().any(|it| path.starts_with(it));
    if !handed {
        let known = fs::metadata(path)?;
        if known.is_dir() {
            bail!("it is a directory");
        }
        if !known.is_file() {
            bail!("it is no regular file\nhint: name a file, or /dev/stdin and pipe it in");
        }
        if known.len() > holds.most() << 20 {
            bail!(too_large(holds));
        }
    }
    whole(File::open(path)?, holds)
}

/// Reads the standard input.
pub fn stdin(holds: Holds) -> Result<Vec<u8>> {
    whole(std::io::stdin().lock(), holds)
}

fn whole(from: impl Read, holds: Holds) -> Result<Vec<u8>> {
    let most = holds.most() << 20;
    let mut raw = Vec::new();
    from.take(most + 1).read_to_end(&mut raw)?;
    if raw.len() as u64 > most {
        bail!(too_large(holds));
    }
    Ok(raw)
}

fn too_large(holds: Holds) -> String {
    let what = match holds {
        Holds::Policy => "a policy",
        Holds::Facts => "facts",
    };
    let (most, mend) = (holds.most(), holds.mend());
    format!("it holds more than {most} MiB, the most that is read of {what}\nhint: {mend}")
}
