//! Git itself, as a child that knows only what it must.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};
use tokio::time::Instant;

use super::{MirrorError, Site, Source};

/// What is kept of what Git says, in bytes.
const MOST_SAID: usize = 16 << 10;

/// How often it is looked at how large the mirror has become.
const LOOK: Duration = Duration::from_millis(500);

/// Variables that lead to Git, to proxies and to certificates.
const KEPT: &[&str] = &[
    "PATH",
    "TMPDIR",
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "ALL_PROXY",
    "all_proxy",
    "NO_PROXY",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "GIT_SSL_CAINFO",
    "GIT_SSL_CAPATH",
];

/// One run of Git in a mirror.
pub(super) struct Git<'g> {
    site: &'g Site,
    path: PathBuf,
    settings: Vec<(String, String)>,
    secrets: Vec<String>,
    input: Vec<u8>,
    time: Duration,
}

impl<'g> Git<'g> {
    /// Git in the mirror at `path`, with nothing but what is on this machine.
    pub(super) fn new(site: &'g Site, path: &Path, time: Duration) -> Self {
        let settings = [
            ("core.hooksPath", "/dev/null"),
            ("core.askPass", ""),
            ("credential.helper", ""),
            ("protocol.allow", "never"),
            ("http.followRedirects", "false"),
            ("http.lowSpeedLimit", "100"),
            ("http.lowSpeedTime", "60"),
            ("transfer.fsckObjects", "true"),
            ("transfer.credentialsInUrl", "die"),
            ("fetch.unpackLimit", "1"),
            ("fetch.writeCommitGraph", "false"),
            ("fetch.recurseSubmodules", "false"),
            ("gc.auto", "0"),
            ("maintenance.auto", "false"),
            // What Git itself wrote long ago, and no harm comes of: `sane-objects` judges
            // what is new.
            ("fetch.fsck.zeroPaddedFilemode", "warn"),
            ("fetch.fsck.missingSpaceBeforeDate", "warn"),
            ("fetch.fsck.badTimezone", "warn"),
            ("fetch.fsck.badTimezoneOverflow", "warn"),
            ("fetch.fsck.missingEmail", "warn"),
            ("fetch.fsck.missingNameBeforeEmail", "warn"),
            ("fetch.fsck.badEmail", "warn"),
            ("fetch.fsck.badFilemode", "warn"),
            ("fetch.fsck.multipleAuthors", "warn"),
        ];
        let settings = settings.map(|(key, value)| (key.to_owned(), value.to_owned())).to_vec();
        let path = path.to_owned();
        Self { site, path, settings, secrets: Vec::new(), input: Vec::new(), time }
    }

    /// The same, and it may speak to the host of `source`.
    pub(super) fn online(mut self, source: Source<'_>) -> Self {
        let base = &self.site.base;
        let scheme = base.split(':').next().unwrap_or("https");
        let url = format!("{base}/{}.git", source.slug);
        self.settings.push((format!("protocol.{scheme}.allow"), "always".to_owned()));
        self.settings.push(("remote.origin.url".to_owned(), url));
        if let Some(token) = source.token {
            let basic = base64(format!("x-access-token:{token}").as_bytes());
            let header = format!("Authorization: Basic {basic}");
            self.settings.push((format!("http.{base}/.extraHeader"), header));
            self.secrets.extend([token.to_owned(), basic]);
        }
        self
    }

    /// The same, with something to read.
    pub(super) fn fed(mut self, input: Vec<u8>) -> Self {
        self.input = input;
        self
    }

    /// Runs it; the answer is what it printed.
    pub(super) async fn run(self, args: &[&str]) -> Result<Vec<u8>, MirrorError> {
        let broken =
            |error: std::io::Error| MirrorError::Broken(format!("cannot run git: {error}"));
        let mut child = self.command(args).spawn().map_err(broken)?;
        let end = self.wait(&mut child).await;
        if end.is_err() {
            end_group(&mut child).await;
        }
        end
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut git = Command::new("git");
        git.args(args).current_dir(&self.path).env_clear().process_group(0).kill_on_drop(true);
        git.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        for name in KEPT {
            if let Some(value) = self.site.vars.get(name) {
                git.env(name, value);
            }
        }
        git.env("GIT_DIR", &self.path).env("HOME", &self.path);
        for (name, value) in [
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_CONFIG_GLOBAL", "/dev/null"),
            ("GIT_TERMINAL_PROMPT", "0"),
            ("GIT_NO_LAZY_FETCH", "1"),
            ("GIT_NO_REPLACE_OBJECTS", "1"),
            ("GIT_ATTR_NOSYSTEM", "1"),
            ("LC_ALL", "C"),
            ("TZ", "UTC"),
        ] {
            git.env(name, value);
        }
        git.env("GIT_CONFIG_COUNT", self.settings.len().to_string());
        for (at, (key, value)) in self.settings.iter().enumerate() {
            git.env(format!("GIT_CONFIG_KEY_{at}"), key);
            git.env(format!("GIT_CONFIG_VALUE_{at}"), OsString::from(value));
        }
        git
    }

    async fn wait(&self, child: &mut Child) -> Result<Vec<u8>, MirrorError> {
        let end = Instant::now() + self.time;
        let (stdin, stdout, stderr) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let talk = async {
            let feed = async {
                if let Some(mut stdin) = stdin {
                    // Git may stop reading; what it says then tells why.
                    let _ = stdin.write_all(&self.input).await;
                    let _ = stdin.shutdown().await;
                }
            };
            let (mut out, mut said) = (Vec::new(), Vec::new());
            let read = async {
                if let Some(mut stdout) = stdout {
                    let _ = stdout.read_to_end(&mut out).await;
                }
            };
            let hear = hear(stderr, &mut said);
            tokio::join!(feed, read, hear);
            (out, said)
        };
        tokio::pin!(talk);
        let (out, said) = loop {
            tokio::select! {
                told = &mut talk => break told,
                () = tokio::time::sleep(LOOK) => self.grown(end)?,
            }
        };
        let status = tokio::time::timeout_at(end, child.wait()).await;
        let status = status.map_err(|_| self.late())?;
        let status = status.map_err(|error| MirrorError::Broken(error.to_string()))?;
        if status.success() {
            return Ok(out);
        }
        let mut said = String::from_utf8_lossy(&said).into_owned();
        for secret in &self.secrets {
            said = said.replace(secret, "[redacted]");
        }
        Err(MirrorError::of(&said))
    }

    /// An error once it has taken too long or too much.
    fn grown(&self, end: Instant) -> Result<(), MirrorError> {
        if Instant::now() > end {
            return Err(self.late());
        }
        let most = self.site.limits.size;
        // A fetch needs no more than twice the room until it is done.
        if size(&self.path) > most.saturating_mul(2) {
            return Err(MirrorError::TooLarge { most });
        }
        Ok(())
    }

    fn late(&self) -> MirrorError {
        MirrorError::Unavailable(format!("git took longer than {} s", self.time.as_secs()))
    }
}

/// Keeps the end of what Git says, where it says why.
async fn hear(stderr: Option<tokio::process::ChildStderr>, said: &mut Vec<u8>) {
    let Some(mut stderr) = stderr else { return };
    let mut piece = [0; 4096];
    while let Ok(len) = stderr.read(&mut piece).await {
        if len == 0 {
            break;
        }
        said.extend_from_slice(&piece[..len]);
        if said.len() > 2 * MOST_SAID {
            said.drain(..said.len() - MOST_SAID);
        }
    }
}

/// Ends Git and all that it has started.
async fn end_group(child: &mut Child) {
    if let Some(id) = child.id() {
        // The shell's own `kill`, since the standard library ends no groups.
        let mut kill = Command::new("/bin/sh");
        kill.args(["-c", "kill -s KILL -- \"-$1\"", "sh", &id.to_string()]);
        kill.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let _ = kill.status().await;
    }
    let _ = child.start_kill();
    let _ = child.wait().await;
}

/// How many bytes the objects of a mirror take.
pub(super) fn size(path: &Path) -> u64 {
    let files = |path: &Path| std::fs::read_dir(path).into_iter().flatten().flatten();
    let objects = path.join("objects");
    let directories = files(&objects).map(|it| it.path());
    let all = directories.flat_map(|it| files(&it).collect::<Vec<_>>());
    all.filter_map(|it| it.metadata().ok()).map(|it| it.len()).sum()
}

/// Base64 with padding, as HTTP wants it.
fn base64(raw: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for piece in raw.chunks(3) {
        let bits = piece.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        let bits = bits << (8 * (3 - piece.len()));
        for at in 0..4 {
            let digit = (bits >> (18 - 6 * at)) as usize & 63;
            out.push(if at > piece.len() { '=' } else { char::from(ALPHABET[digit]) });
        }
    }
    out
}
