//! Why there is no mirror.

use std::fmt;

/// Why a mirror lacks what was wanted. Shows as one line, without a token.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum MirrorError {
    /// The host does not let us in, or says that there is no such repository.
    Denied(String),
    /// No answer, or not in time. It may come later.
    Unavailable(String),
    /// The host does not have what was wanted.
    Gone(String),
    /// It would be larger than it may be.
    TooLarge {
        /// As many bytes as it may have.
        most: u64,
    },
    /// Something is wrong here: the disk, Git itself, a repository that Git refuses.
    Broken(String),
}

impl MirrorError {
    /// Whether the same may go well later, with nobody doing anything.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Unavailable(_) | Self::Gone(_) | Self::Broken(_) => true,
            Self::Denied(_) | Self::TooLarge { .. } => false,
        }
    }

    /// What Git's last words mean.
    pub(super) fn of(said: &str) -> Self {
        let has = |all: &[&str]| all.iter().any(|it| said.contains(it));
        let line = last(said);
        if has(&[
            "not our ref",
            "couldn't find remote ref",
            "no such remote ref",
            "not a valid object",
        ]) {
            Self::Gone(line)
        } else if has(&[
            "Authentication failed",
            "could not read Username",
            "could not read Password",
            "terminal prompts disabled",
            "returned error: 401",
            "returned error: 403",
            "returned error: 404",
            "not found",
            "unable to update url base from redirection",
        ]) {
            Self::Denied(line)
        } else if has(&[
            "Could not resolve",
            "Failed to connect",
            "Couldn't connect",
            "unable to access",
            "returned error: 429",
            "returned error: 5",
            "RPC failed",
            "early EOF",
            "unexpected disconnect",
            "hung up",
            "Connection reset",
            "timed out",
            "Operation too slow",
            "Empty reply",
            "expected 'packfile'",
            "expected flush",
            "bad line length",
            "protocol error",
            "TLS",
            "SSL",
        ]) {
            Self::Unavailable(line)
        } else {
            Self::Broken(line)
        }
    }
}

/// The line that says the most: the first that is an error, else the last.
fn last(said: &str) -> String {
    let lines = || said.lines().map(str::trim).filter(|it| !it.is_empty());
    let error = lines().find(|it| it.starts_with("fatal:") || it.starts_with("error:"));
    let line = error.or_else(|| lines().next_back()).unwrap_or("git said nothing");
    let line: String =
        line.chars().take(300).map(|it| if it.is_control() { ' ' } else { it }).collect();
    line
}

impl fmt::Display for MirrorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Denied(why) => write!(f, "GitHub gives no access to the repository: {why}"),
            Self::Unavailable(why) => write!(f, "the repository could not be fetched: {why}"),
            Self::Gone(why) => write!(f, "GitHub does not have what it told of: {why}"),
            Self::TooLarge { most } => {
                write!(f, "a mirror of the repository takes more than {most} bytes")
            }
            Self::Broken(why) => write!(f, "the mirror of the repository is broken: {why}"),
        }
    }
}

impl std::error::Error for MirrorError {}
