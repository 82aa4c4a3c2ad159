//! The variables that Git and the host set for a hook.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

/// Environment variables, read once by `main` and handed to a shell.
#[derive(Clone, Debug, Default)]
pub struct Vars(BTreeMap<OsString, OsString>);

impl Vars {
    /// The value of `name`, unless it is missing or empty.
    pub fn get(&self, name: &str) -> Option<&OsStr> {
        self.0.get(OsStr::new(name)).map(OsString::as_os_str).filter(|it| !it.is_empty())
    }

    /// The value of `name` as text; what is no UTF-8 is replaced.
    pub fn text(&self, name: &str) -> Option<String> {
        self.get(name).map(|it| it.to_string_lossy().into_owned())
    }

    /// The value of `name` as a path, taken relative to `base`.
    pub fn path(&self, name: &str, base: &Path) -> Option<PathBuf> {
        self.get(name).map(|it| base.join(it))
    }

    /// What follows `prefix` in the names of variables that begin with it.
    pub fn names_after(&self, prefix: &str) -> Vec<String> {
        let names = self.0.keys().filter_map(|it| it.to_str());
        names.filter_map(|it| it.strip_prefix(prefix)).map(str::to_owned).collect()
    }

    /// The variables whose names begin with `prefix`, empty ones as well.
    pub fn beginning_with(&self, prefix: &str) -> impl Iterator<Item = (&OsStr, &OsStr)> {
        let all = self.0.iter().map(|(name, value)| (name.as_os_str(), value.as_os_str()));
        all.filter(move |(name, _)| name.as_bytes().starts_with(prefix.as_bytes()))
    }

    /// Where objects are: first the place that receives them, then the others.
    pub fn object_directories(&self, git_dir: &Path, base: &Path) -> Vec<PathBuf> {
        let own = self.path("GIT_OBJECT_DIRECTORY", base);
        let mut all: Vec<_> = own.into_iter().collect();
        if let Some(listed) = self.get("GIT_ALTERNATE_OBJECT_DIRECTORIES") {
            all.extend(split(listed.as_bytes()).into_iter().map(|it| base.join(it)));
        }
        let main = git_dir.join("objects");
        if !all.iter().any(|it| same(it, &main)) {
            all.push(main);
        }
        all
    }
}

impl FromIterator<(OsString, OsString)> for Vars {
    fn from_iter<I: IntoIterator<Item = (OsString, OsString)>>(all: I) -> Self {
        Self(all.into_iter().collect())
    }
}

fn same(one: &Path, other: &Path) -> bool {
    let full = |it: &Path| it.canonicalize().ok();
    full(one).is_some_and(|one| full(other).is_some_and(|other| one == other))
}

/// Splits at `:`; a part that begins with `"` is quoted as in C.
/// Source: gitenvironment, `GIT_ALTERNATE_OBJECT_DIRECTORIES`.
fn split(listed: &[u8]) -> Vec<PathBuf> {
    let mut parts = Vec::new();
    let mut part = Vec::new();
    let mut bytes = listed.iter().copied();
    let mut quoted = false;
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' if part.is_empty() && !quoted => quoted = true,
            b'"' if quoted => quoted = false,
            b'\\' if quoted => part.extend(unescaped(&mut bytes)),
            b':' if !quoted => parts.push(std::mem::take(&mut part)),
            _ => part.push(byte),
        }
    }
    parts.push(part);
    let filled = parts.into_iter().filter(|it| !it.is_empty());
    filled.map(|it| PathBuf::from(OsString::from_vec(it))).collect()
}

fn unescaped(bytes: &mut impl Iterator<Item = u8>) -> Option<u8> {
    Some(match bytes.next()? {
        b'n' => b'\n',
        b't' => b'\t',
        b'r' => b'\r',
        high @ b'0'..=b'3' => {
            let (middle, low) = (bytes.next()? & 7, bytes.next()? & 7);
            ((high & 3) << 6) | (middle << 3) | low
        }
        other => other,
    })
}
