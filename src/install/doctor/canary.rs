//! A push that must be refused: the one proof that a gate is shut.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::Context as _;
use bstr::ByteSlice as _;

use crate::install::{Git, Line, Site};

/// The ref that is pushed to. No policy allows it unless it names it: it is
/// neither a branch nor a tag.
const CANARY: &str = "refs/refgate/canary";

/// The rule that refuses it.
const RULE: &str = "sane-refs";

/// Pushes a commit to a ref that a built-in rule refuses, from a temporary
/// repository through Git's own receive-pack, and tells what came of it. Leaves
/// nothing behind, also if the push goes through.
///
/// # Errors
///
/// If no temporary repository can be made.
pub fn canary(site: &Site) -> anyhow::Result<Line> {
    if site.git.ask(&["rev-parse", "--verify", "-q", CANARY]).is_ok() {
        let what = format!("{CANARY} is there already; no canary was pushed");
        let delete = format!("git update-ref -d {CANARY}");
        return Ok(Line::error(what).hint(delete));
    }
    let nest = Nest::new()?;
    let git = Git::at(&nest.0);
    let commit = hatch(&git, site)?;
    let mut push = git.command(&["-c", "push.gpgSign=false", "-c", "push.followTags=false"]);
    push.args(["push", "--no-verify", "--porcelain", "--receive-pack=git receive-pack"]);
    push.arg(&site.common).arg(format!("{commit}:{CANARY}"));
    let output = push.output().context("git could not be run")?;
    let said = output.stderr.to_str_lossy();
    let remote: Vec<_> = said.lines().filter_map(|it| it.strip_prefix("remote: ")).collect();
    if output.status.success() || site.git.ask(&["rev-parse", "--verify", "-q", CANARY]).is_ok() {
        sweep(site, &git, &commit);
        let what = "canary: a push that must be refused went through; this server is open";
        return Ok(Line::error(what).hint("refgate install --server, and the errors above"));
    }
    let ours =
        remote.iter().any(|it| it.contains(CANARY)) && remote.iter().any(|it| it.contains(RULE));
    if ours {
        return Ok(Line::ok(format!("canary: a push to {CANARY} was refused by {RULE}")));
    }
    let mut all = remote.iter().copied().chain(said.lines());
    let why = all.find(|it| !it.trim().is_empty());
    let why = why.map_or("without a word", |it| it.trim().trim_start_matches("error: "));
    let what = format!("canary: refused, but not by {RULE}: {why}");
    let hint = remote.iter().find_map(|it| it.trim().strip_prefix("hint: "));
    Ok(Line::error(what).hint(hint.unwrap_or("mend that, then refgate doctor --server again")))
}

/// A commit that nobody has, in a repository of the server's kind.
fn hatch(git: &Git, site: &Site) -> anyhow::Result<String> {
    let format = site.git.text(&["rev-parse", "--show-object-format"]);
    let format = format!("--object-format={}", format.as_deref().unwrap_or("sha1"));
    git.ask(&["init", "-q", "--bare", "--template=", &format, "."])?;
    // All of it is this canary's own, so that it can be taken away again.
    let song = format!("refgate canary {} {:?}\n", git.dir().display(), SystemTime::now());
    fs::write(git.dir().join("song"), &song)?;
    git.ask(&["--work-tree=.", "add", "song"])?;
    let tree = git.ask(&["write-tree"])?;
    let mut command = git.command(&["commit-tree", "-m", &song]);
    command.arg(tree.to_str_lossy().as_ref());
    for who in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{who}_NAME"), "refgate doctor");
        command.env(format!("GIT_{who}_EMAIL"), "refgate@localhost");
    }
    let output = command.output()?;
    anyhow::ensure!(
        output.status.success(),
        "no commit could be made: {}",
        output.stderr.as_bstr()
    );
    Ok(output.stdout.to_str_lossy().trim().to_owned())
}

/// Takes a canary that flew in out again, with its objects.
fn sweep(site: &Site, git: &Git, commit: &str) {
    let _ = site.git.ask(&["update-ref", "-d", CANARY, commit]);
    let objects = git.ask(&["rev-list", "--objects", "--no-object-names", commit]);
    for name in objects.unwrap_or_default().to_str_lossy().lines() {
        let (head, tail) = name.split_at(name.len().min(2));
        let _ = fs::remove_file(site.common.join("objects").join(head).join(tail));
        let _ = fs::remove_dir(site.common.join("objects").join(head));
    }
    for dir in ["refs/refgate", "logs/refs/refgate"] {
        let _ = fs::remove_dir(site.common.join(dir));
    }
}

/// A directory that goes when it is dropped.
struct Nest(PathBuf);

impl Nest {
    fn new() -> anyhow::Result<Self> {
        let name = |round: u32| format!("refgate-canary-{}-{round}", std::process::id());
        let dirs = (0..100).map(|round| std::env::temp_dir().join(name(round)));
        let made = dirs.into_iter().find(|it| make(it).is_ok());
        made.map(Self).context("no temporary directory could be made")
    }
}

/// Makes a directory that is nobody else's.
fn make(path: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

impl Drop for Nest {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
