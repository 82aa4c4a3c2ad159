//! A repository as a hook finds it: its refs, its configuration, its objects.

use std::cell::OnceCell;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, anyhow, bail};
use bstr::{BString, ByteSlice};

use super::objects::Objects;
use super::refs::{self, Refs};
use super::settings::Settings;
use super::vars::Vars;
use super::{changes, place, raw};
use crate::model::{Kind, Mode, Oid, Peeled, RefName, Version};

/// Whose configuration is believed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Side {
    /// A developer's machine: all that Git itself would read.
    Local,
    /// A server: the repository's own file and the system's; nothing that a
    /// pusher's environment or home directory could bring along.
    Server,
}

/// A repository.
pub struct Repository {
    gix: gix::Repository,
    /// Its objects, what a push sends included.
    pub objects: Objects,
    vars: Vars,
    directory: PathBuf,
    side: Side,
    /// The configuration, if gix cannot read all of it.
    settings: Option<Settings>,
    /// The refs, if gix cannot read them.
    listed: OnceCell<Refs>,
}

/// Where HEAD is.
#[derive(Clone, Debug)]
pub struct Head {
    /// The branch, or `HEAD` if detached. During a rebase, the rebased branch.
    pub name: RefName,
    /// Its commit; `None` before the first.
    pub oid: Option<Oid>,
}

/// Tags may point to tags; deeper than this nobody means well.
const TAG_DEPTH: usize = 16;

impl Repository {
    /// Opens the repository that `vars` or else `directory` leads to.
    pub fn open(vars: &Vars, directory: &Path, side: Side) -> Result<Self> {
        let opened = Self::open_at(vars, directory, side);
        opened.map_err(|error| {
            let named = vars.path("GIT_DIR", directory);
            let known = [named.as_deref().unwrap_or(directory), directory];
            if side == Side::Local { error } else { told(side, &format!("{error:#}"), &known) }
        })
    }

    fn open_at(vars: &Vars, directory: &Path, side: Side) -> Result<Self> {
        let options = options(side);
        let found = match vars.path("GIT_DIR", directory) {
            Some(git_dir) => {
                // Who names the repository to a server's hook is Git, which has
                // seen to whose it is and to `safe.directory`.
                let options = match side {
                    Side::Server => options.with(gix::sec::Trust::Full),
                    Side::Local => options,
                };
                gix::ThreadSafeRepository::open_opts(&git_dir, options)
                    .map_err(|error| anyhow!("{}: {error}", git_dir.display()))
            }
            None => gix::ThreadSafeRepository::discover_opts(
                directory,
                gix::discover::upwards::Options::default(),
                gix::sec::trust::Mapping { full: options.clone(), reduced: options },
            )
            .map_err(|_| anyhow!("{} is in no Git repository", directory.display())),
        };
        let gix = found?.to_thread_local();
        if side == Side::Server && gix.git_dir_trust() != gix::sec::Trust::Full {
            bail!("the repository belongs to another user, so its configuration is not trusted");
        }
        let common = gix.common_dir().to_owned();
        let directories = vars.object_directories(&common, directory);
        let quarantine = vars.path("GIT_QUARANTINE_PATH", directory);
        let objects = Objects::open(&directories, quarantine, gix.object_hash())?;
        let directory = directory.to_owned();
        let (vars, settings, listed) = (vars.clone(), None, OnceCell::new());
        let mut opened = Self { gix, objects, vars, directory, side, settings, listed };
        if side == Side::Local {
            opened.settings = Settings::of_command(&opened.vars, || opened.git())?;
        }
        Ok(opened)
    }

    /// What may be told of an error about refs.
    pub(super) fn told(&self, error: impl std::fmt::Display) -> anyhow::Error {
        told(self.side, &error.to_string(), &[self.git_dir(), self.common_dir(), &self.directory])
    }

    /// The variables it was opened with.
    pub fn vars(&self) -> &Vars {
        &self.vars
    }

    /// Which hash names its objects.
    pub fn hash(&self) -> gix::hash::Kind {
        self.gix.object_hash()
    }

    /// The private Git directory: HEAD, the index.
    pub fn git_dir(&self) -> &Path {
        self.gix.git_dir()
    }

    /// The Git directory that linked work trees share.
    pub fn common_dir(&self) -> &Path {
        self.gix.common_dir()
    }

    /// The top of the work tree; `None` in a bare repository.
    pub fn work_tree(&self) -> Option<&Path> {
        self.gix.workdir()
    }

    /// The index that Git names for this process.
    pub fn index_path(&self) -> PathBuf {
        let base = self.work_tree().unwrap_or(&self.directory);
        let named = self.vars.path("GIT_INDEX_FILE", base);
        named.unwrap_or_else(|| self.git_dir().join("index"))
    }

    /// A value of Git's configuration.
    pub fn config(&self, key: &str) -> Option<BString> {
        match &self.settings {
            Some(settings) => settings.last(key),
            None => self.gix.config_snapshot().string(key),
        }
    }

    /// Every value of `section.SUBSECTION.key`, by subsection.
    pub fn config_sections(&self, section: &str, key: &str) -> Vec<(BString, BString)> {
        if let Some(settings) = &self.settings {
            return settings.sections(section, key);
        }
        let snapshot = self.gix.config_snapshot();
        let mut all = Vec::new();
        for found in snapshot.plumbing().sections_by_name(section).into_iter().flatten() {
            let Some(name) = found.header().subsection_name() else { continue };
            all.extend(found.values(key).into_iter().map(|it| (name.into(), it)));
        }
        all
    }

    /// Where HEAD is.
    pub fn head(&self) -> Result<Head> {
        let raw = match self.is_reftable() {
            true => refs::head(|| self.git())?.into(),
            false => std::fs::read(self.git_dir().join("HEAD")).context("cannot read HEAD")?,
        };
        let raw = raw.trim_end();
        if let Some(name) = raw.strip_prefix(b"ref:") {
            let name = RefName::new(name.trim());
            let oid = self.resolve(&name)?.1;
            return Ok(Head { name, oid });
        }
        let rebased = ["rebase-merge/head-name", "rebase-apply/head-name"].into_iter();
        let mut rebased = rebased.filter_map(|it| std::fs::read(self.git_dir().join(it)).ok());
        let name = rebased.next().map(|it| BString::from(it.trim_end()));
        let name = name.filter(|it| it.starts_with(b"refs/"));
        let name = RefName::new(name.unwrap_or_else(|| "HEAD".into()));
        Ok(Head { name, oid: Oid::from_hex(raw) })
    }

    /// Follows symbolic refs: the name that is really meant, and its object.
    pub fn resolve(&self, name: &RefName) -> Result<(RefName, Option<Oid>)> {
        if self.is_reftable() {
            return self.listed()?.resolve(name, self.git());
        }
        let mut name = name.clone();
        for _ in 0..8 {
            // What Git would not allow as a name cannot exist.
            let Ok(full) = gix::refs::FullName::try_from(name.as_bstr().to_owned()) else {
                return Ok((name, None));
            };
            let found = self.gix.refs.try_find(full.as_ref());
            let Some(found) = found.map_err(|error| self.told(format!("{name}: {error}")))? else {
                return Ok((name, None));
            };
            match found.target {
                gix::refs::Target::Object(oid) => {
                    return Ok((name, Oid::from_bytes(oid.as_bytes())));
                }
                gix::refs::Target::Symbolic(next) => name = RefName::new(next.as_bstr()),
            }
        }
        bail!("{name} is a symbolic ref that leads nowhere")
    }

    /// Every ref that names an object itself, in Git's order.
    pub fn refs(&self) -> Result<Vec<(RefName, Oid)>> {
        if self.is_reftable() {
            return Ok(self.listed()?.direct().to_vec());
        }
        let platform = self.gix.references().map_err(|error| self.told(error))?;
        let mut refs = Vec::new();
        for found in platform.all().map_err(|error| self.told(error))? {
            // One broken ref must not hide the others.
            let Ok(found) = found else { continue };
            let Some(oid) = found.target().try_id().and_then(|it| Oid::from_bytes(it.as_bytes()))
            else {
                continue;
            };
            refs.push((RefName::new(found.name().as_bstr()), oid));
        }
        Ok(refs)
    }

    /// The refs that the file `packed-refs` holds.
    pub fn packed_refs(&self) -> Vec<(RefName, Oid)> {
        let raw = std::fs::read(self.common_dir().join("packed-refs")).unwrap_or_default();
        let line = |line: &[u8]| {
            let (oid, name) = line.split_once_str(b" ")?;
            Some((RefName::new(name), Oid::from_hex(oid)?))
        };
        raw.lines().filter_map(line).collect()
    }

    /// gix reads no reftable; Git itself does.
    fn is_reftable(&self) -> bool {
        let storage = self.gix.config_snapshot().string("extensions.refStorage");
        storage.is_some_and(|it| it.eq_ignore_ascii_case(b"reftable"))
    }

    fn listed(&self) -> Result<&Refs> {
        if let Some(listed) = self.listed.get() {
            return Ok(listed);
        }
        let read = Refs::read(self.git())?;
        Ok(self.listed.get_or_init(|| read))
    }

    /// What `oid` is and leads to, through tags.
    pub fn peel(&self, oid: Oid) -> Result<Peeled> {
        let mut tags = Vec::new();
        let mut at = oid;
        let mut said = None;
        while tags.len() <= TAG_DEPTH {
            let Some((kind, _)) = self.objects.header(at)? else {
                bail!("object {} is missing", at.short());
            };
            if said.is_some_and(|said| said != kind) {
                bail!("a tag is malformed: {} is not of the kind it says", at.short());
            }
            if kind != Kind::Tag {
                return Ok(Peeled { kind, oid: at, tags });
            }
            let read = self.objects.read(at, Kind::Tag, |raw| raw::tag(at, raw))?;
            let (tag, target, kind) =
                read.map_err(|why| anyhow!("tag {} is malformed: {why}", at.short()))?;
            tags.push(tag);
            (at, said) = (target, Some(kind));
        }
        bail!("tags of tags more than {TAG_DEPTH} deep")
    }

    /// What is at `path` in the commit, tag or tree `oid`, without its content.
    pub fn version(&self, oid: Oid, path: &[u8]) -> Result<Option<Version>> {
        let peeled = self.peel(oid)?;
        let root = match peeled.kind {
            Kind::Commit => self.tree_of(peeled.oid)?,
            Kind::Tree => peeled.oid,
            Kind::Blob | Kind::Tag => return Ok(None),
        };
        changes::lookup(&self.objects, root, path)
    }

    /// The file at `path` in the commit, tag or tree `oid`.
    pub fn file(&self, oid: Oid, path: &[u8]) -> Result<Option<Vec<u8>>> {
        match self.version(oid, path)? {
            Some(found) if matches!(found.mode.plain(), Mode::File | Mode::Executable) => {
                self.objects.read(found.oid, Kind::Blob, <[u8]>::to_vec).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// The root tree of a commit.
    pub fn tree_of(&self, commit: Oid) -> Result<Oid> {
        let node = self.objects.read(commit, Kind::Commit, raw::node)?;
        node.map(|it| it.tree).ok_or_else(|| anyhow!("commit {} names no tree", commit.short()))
    }

    /// The commits whose parents are cut off, for this process.
    pub fn shallow(&self) -> HashSet<Oid> {
        let named = self.vars.path("GIT_SHALLOW_FILE", &self.directory);
        let path = named.unwrap_or_else(|| self.common_dir().join("shallow"));
        let raw = std::fs::read(path).unwrap_or_default();
        raw.lines().filter_map(|line| Oid::from_hex(line.trim())).collect()
    }

    /// Whether a push would make this repository shallower than it is.
    pub fn is_cut_off(&self) -> Result<bool> {
        let Some(path) = self.vars.path("GIT_SHALLOW_FILE", &self.directory) else {
            return Ok(false);
        };
        let own = std::fs::read(self.common_dir().join("shallow")).unwrap_or_default();
        let pushed = std::fs::read(path).context("cannot read GIT_SHALLOW_FILE")?;
        let own: HashSet<_> = own.lines().collect();
        Ok(pushed.lines().any(|line| !own.contains(line)))
    }

    /// What `rev` names, asked of Git itself: for what people type.
    pub fn rev_parse(&self, rev: &str) -> Result<Oid> {
        let out = self
            .git()
            .args(["rev-parse", "--verify", "--quiet", "--end-of-options", rev])
            .output()
            .context("cannot run git")?;
        Oid::from_hex(out.stdout.trim()).ok_or_else(|| anyhow!("`{rev}` names no object here"))
    }

    /// Where its objects are, what a push sends included.
    pub(super) fn object_directories(&self) -> Vec<PathBuf> {
        self.vars.object_directories(self.common_dir(), &self.directory)
    }

    /// Git itself, in this repository, with nothing of the caller's environment
    /// that could change what it reads: no replacements, no lazy fetch, no
    /// prompts, no tokens.
    pub fn git(&self) -> Command {
        let mut git = Command::new("git");
        git.env_clear().stdin(Stdio::null()).stderr(Stdio::piped()).current_dir(&self.directory);
        for name in ["PATH", "HOME", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES"] {
            if let Some(value) = self.vars.get(name) {
                git.env(name, value);
            }
        }
        let full = self.git_dir().canonicalize();
        git.env("GIT_DIR", full.as_deref().unwrap_or_else(|_| self.git_dir()));
        for (name, value) in [
            ("GIT_NO_REPLACE_OBJECTS", "1"),
            ("GIT_NO_LAZY_FETCH", "1"),
            ("GIT_OPTIONAL_LOCKS", "0"),
            ("GIT_TERMINAL_PROMPT", "0"),
            ("GIT_LITERAL_PATHSPECS", "1"),
            ("GIT_ATTR_NOSYSTEM", "1"),
            ("LC_ALL", "C"),
            ("TZ", "UTC"),
        ] {
            git.env(name, value);
        }
        git
    }
}

fn told(side: Side, error: &str, known: &[&Path]) -> anyhow::Error {
    match side {
        Side::Server => anyhow!(place::hidden(error, known)),
        Side::Local => anyhow!("{error}"),
    }
}

fn options(side: Side) -> gix::open::Options {
    let mut permissions = gix::open::Permissions::all();
    // Replacements never influence a judgment, and neither do variables that
    // gix would read behind our back.
    permissions.env = gix::open::permissions::Environment::isolated();
    if side == Side::Server {
        permissions.config = gix::open::permissions::Config {
            system: true,
            ..gix::open::permissions::Config::isolated()
        };
    } else {
        permissions.env.git_prefix = gix::sec::Permission::Allow;
        permissions.env.home = gix::sec::Permission::Allow;
        permissions.env.xdg_config_home = gix::sec::Permission::Allow;
    }
    gix::open::Options::default().permissions(permissions).open_path_as_is(false)
}
