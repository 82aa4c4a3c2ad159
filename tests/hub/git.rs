//! The bare repositories behind the fake, and what GitHub computes from them.

use std::path::Path;

use git2::{Delta, DiffFindOptions, DiffOptions, Oid, Repository, Signature, Sort, Time};

/// What a file of a change becomes.
#[derive(Clone, Debug)]
pub enum Content {
    File(Vec<u8>),
    Executable(Vec<u8>),
    Link(String),
    Submodule(String),
    Deleted,
}

impl From<&str> for Content {
    fn from(text: &str) -> Self {
        Self::File(text.as_bytes().to_vec())
    }
}

impl From<String> for Content {
    fn from(text: String) -> Self {
        Self::File(text.into_bytes())
    }
}

impl From<Vec<u8>> for Content {
    fn from(bytes: Vec<u8>) -> Self {
        Self::File(bytes)
    }
}

/// The files of a change: `files!["src/a.rs" => "fn a() {}", "old" => Content::Deleted]`.
#[macro_export]
macro_rules! files {
    [$($path:expr => $content:expr),* $(,)?] => {
        vec![$((($path).to_string(), $crate::hub::Content::from($content))),*]
    };
}

pub type Files = Vec<(String, Content)>;

/// A commit to be written.
pub struct Draft<'a> {
    pub parents: &'a [String],
    pub message: &'a str,
    pub author: (&'a str, &'a str),
    pub committer: (&'a str, &'a str),
    pub at: i64,
}

/// A file that differs between two commits.
#[derive(Clone, Debug)]
pub struct Changed {
    pub path: String,
    pub old_path: Option<String>,
    pub status: &'static str,
    pub additions: u64,
    pub deletions: u64,
    pub blob: String,
    pub patch: Option<String>,
}

/// What a commit says.
pub struct Said {
    pub oid: String,
    pub tree: String,
    pub parents: Vec<String>,
    pub message: String,
    pub author: (String, String, i64),
    pub committer: (String, String, i64),
}

pub fn open(dir: &Path) -> Repository {
    Repository::open_bare(dir).unwrap()
}

/// Makes a bare repository; a fork shares the objects of its parent, as at GitHub.
pub fn init(dir: &Path, branch: &str, parent: Option<&Path>) {
    let mut how = git2::RepositoryInitOptions::new();
    how.bare(true).initial_head(branch).external_template(false);
    let repo = Repository::init_opts(dir, &how).unwrap();
    let mut config = repo.config().unwrap();
    for name in ["allowFilter", "allowAnySHA1InWant", "allowTipSHA1InWant"] {
        config.set_bool(&format!("uploadpack.{name}"), true).unwrap();
    }
    config.set_bool("http.receivepack", true).unwrap();
    config.set_i32("gc.auto", 0).unwrap();
    if let Some(parent) = parent {
        std::fs::remove_dir_all(dir.join("objects")).unwrap();
        std::os::unix::fs::symlink(
            parent.join("objects").canonicalize().unwrap(),
            dir.join("objects"),
        )
        .unwrap();
    }
}

pub fn oid(text: &str) -> Oid {
    Oid::from_str(text).unwrap()
}

pub fn tip(dir: &Path, name: &str) -> Option<String> {
    open(dir).refname_to_id(name).ok().map(|it| it.to_string())
}

pub fn branch_tip(dir: &Path, branch: &str) -> Option<String> {
    tip(dir, &format!("refs/heads/{branch}"))
}

pub fn point(dir: &Path, name: &str, to: &str) {
    open(dir).reference(name, oid(to), true, "").unwrap();
}

pub fn unpoint(dir: &Path, name: &str) {
    if let Ok(mut it) = open(dir).find_reference(name) {
        it.delete().unwrap();
    }
}

/// All refs and where they point.
pub fn refs(dir: &Path) -> Vec<(String, String)> {
    let repo = open(dir);
    let all = repo.references().unwrap().flatten();
    let of = |it: git2::Reference<'_>| Some((it.name().ok()?.to_owned(), it.target()?.to_string()));
    all.filter_map(of).collect()
}

/// The branches there are, with their tips.
pub fn branches(dir: &Path) -> Vec<(String, String)> {
    let heads = refs(dir).into_iter();
    heads
        .filter_map(|(name, at)| Some((name.strip_prefix("refs/heads/")?.to_owned(), at)))
        .collect()
}

pub fn branch_at(dir: &Path, sha: &str) -> Option<String> {
    branches(dir).into_iter().find(|(_, at)| at == sha).map(|(name, _)| name)
}

/// What a name, a full ref name or a hash stands for.
pub fn resolve(dir: &Path, name: &str) -> Option<String> {
    let repo = open(dir);
    if name.len() >= 7
        && name.bytes().all(|it| it.is_ascii_hexdigit())
        && let Ok(found) = repo.revparse_single(name)
    {
        return Some(found.peel_to_commit().ok()?.id().to_string());
    }
    let names = [
        format!("refs/heads/{name}"),
        format!("refs/tags/{name}"),
        format!("refs/{name}"),
        name.to_owned(),
    ];
    names
        .iter()
        .find_map(|it| Some(repo.find_reference(it).ok()?.peel_to_commit().ok()?.id().to_string()))
}

/// Writes a commit of `files` over the first parent's tree.
pub fn commit(dir: &Path, draft: &Draft<'_>, files: &Files) -> String {
    let repo = open(dir);
    let parents: Vec<_> =
        draft.parents.iter().map(|it| repo.find_commit(oid(it)).unwrap()).collect();
    let mut index = git2::Index::new().unwrap();
    if let Some(parent) = parents.first() {
        index.read_tree(&parent.tree().unwrap()).unwrap();
    }
    for (path, content) in files {
        let (mode, id) = match content {
            Content::Deleted => {
                index.remove(Path::new(path), 0).unwrap();
                continue;
            }
            Content::File(bytes) => (0o100_644, repo.blob(bytes).unwrap()),
            Content::Executable(bytes) => (0o100_755, repo.blob(bytes).unwrap()),
            Content::Link(target) => (0o120_000, repo.blob(target.as_bytes()).unwrap()),
            Content::Submodule(at) => (0o160_000, oid(at)),
        };
        index.add(&entry(path, mode, id)).unwrap();
    }
    let tree = index.write_tree_to(&repo).unwrap();
    write(&repo, draft, tree)
}

fn entry(path: &str, mode: u32, id: Oid) -> git2::IndexEntry {
    let zero = git2::IndexTime::new(0, 0);
    git2::IndexEntry {
        ctime: zero,
        mtime: zero,
        dev: 0,
        ino: 0,
        mode,
        uid: 0,
        gid: 0,
        file_size: 0,
        id,
        flags: 0,
        flags_extended: 0,
        path: path.as_bytes().to_vec(),
    }
}

fn write(repo: &Repository, draft: &Draft<'_>, tree: Oid) -> String {
    let at = Time::new(draft.at, 0);
    let author = Signature::new(draft.author.0, draft.author.1, &at).unwrap();
    let committer = Signature::new(draft.committer.0, draft.committer.1, &at).unwrap();
    let parents: Vec<_> =
        draft.parents.iter().map(|it| repo.find_commit(oid(it)).unwrap()).collect();
    let parents: Vec<_> = parents.iter().collect();
    let tree = repo.find_tree(tree).unwrap();
    repo.commit(None, &author, &committer, draft.message, &tree, &parents).unwrap().to_string()
}

/// Writes the merge of two parents; `None` if they conflict.
pub fn merge(dir: &Path, draft: &Draft<'_>) -> Option<String> {
    let repo = open(dir);
    let tree = merged_tree(&repo, &draft.parents[0], &draft.parents[1])?;
    Some(write(&repo, draft, tree))
}

/// Writes a commit with the merge's tree and the first parent alone: a squash.
pub fn squash(dir: &Path, draft: &Draft<'_>, head: &str) -> Option<String> {
    let repo = open(dir);
    let tree = merged_tree(&repo, &draft.parents[0], head)?;
    Some(write(&repo, draft, tree))
}

fn merged_tree(repo: &Repository, ours: &str, theirs: &str) -> Option<Oid> {
    let (ours, theirs) =
        (repo.find_commit(oid(ours)).unwrap(), repo.find_commit(oid(theirs)).unwrap());
    let mut index = repo.merge_commits(&ours, &theirs, None).ok()?;
    (!index.has_conflicts()).then(|| index.write_tree_to(repo).unwrap())
}

pub fn merges(dir: &Path, base: &str, head: &str) -> bool {
    merged_tree(&open(dir), base, head).is_some()
}

pub fn merge_base(dir: &Path, one: &str, other: &str) -> Option<String> {
    open(dir).merge_base(oid(one), oid(other)).ok().map(|it| it.to_string())
}

/// Whether `old` is in the history of `new`.
pub fn contains(dir: &Path, new: &str, old: &str) -> bool {
    new == old || open(dir).graph_descendant_of(oid(new), oid(old)).unwrap_or(false)
}

/// Commits of `head` that `base` lacks, oldest first.
pub fn between(dir: &Path, base: &str, head: &str) -> Vec<String> {
    let repo = open(dir);
    let mut walk = repo.revwalk().unwrap();
    walk.set_sorting(Sort::TOPOLOGICAL | Sort::REVERSE).unwrap();
    walk.push(oid(head)).unwrap();
    if walk.hide(oid(base)).is_err() {
        return Vec::new();
    }
    walk.flatten().map(|it| it.to_string()).collect()
}

/// The history of a commit, newest first.
pub fn history(dir: &Path, from: &str, most: usize) -> Vec<String> {
    let repo = open(dir);
    let mut walk = repo.revwalk().unwrap();
    walk.set_sorting(Sort::TOPOLOGICAL).unwrap();
    walk.push(oid(from)).unwrap();
    walk.flatten().take(most).map(|it| it.to_string()).collect()
}

pub fn said(dir: &Path, sha: &str) -> Option<Said> {
    let repo = open(dir);
    let it = repo.find_commit(Oid::from_str(sha).ok()?).ok()?;
    let who = |it: &Signature<'_>| {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (text(it.name_bytes()), text(it.email_bytes()), it.when().seconds())
    };
    let (author, committer) = (who(&it.author()), who(&it.committer()));
    Some(Said {
        oid: it.id().to_string(),
        tree: it.tree_id().to_string(),
        parents: it.parent_ids().map(|it| it.to_string()).collect(),
        message: String::from_utf8_lossy(it.message_bytes()).into_owned(),
        author,
        committer,
    })
}

/// Files that differ between the merge base and the head; renames found as GitHub does.
pub fn changed(dir: &Path, base: &str, head: &str) -> Vec<Changed> {
    let repo = open(dir);
    let from =
        merge_base(dir, base, head).map(|it| repo.find_commit(oid(&it)).unwrap().tree().unwrap());
    let to = repo.find_commit(oid(head)).unwrap().tree().unwrap();
    differences(&repo, from.as_ref(), &to)
}

/// Files that a commit changes against its first parent.
pub fn of_commit(dir: &Path, sha: &str) -> Vec<Changed> {
    let repo = open(dir);
    let it = repo.find_commit(oid(sha)).unwrap();
    let from = it.parent(0).ok().map(|it| it.tree().unwrap());
    differences(&repo, from.as_ref(), &it.tree().unwrap())
}

fn differences(
    repo: &Repository,
    from: Option<&git2::Tree<'_>>,
    to: &git2::Tree<'_>,
) -> Vec<Changed> {
    let mut how = DiffOptions::new();
    let mut diff = repo.diff_tree_to_tree(from, Some(to), Some(&mut how)).unwrap();
    diff.find_similar(Some(DiffFindOptions::new().renames(true))).unwrap();
    let path = |file: git2::DiffFile<'_>| {
        file.path_bytes().map(|it| String::from_utf8_lossy(it).into_owned()).unwrap_or_default()
    };
    let mut all = Vec::new();
    for at in 0..diff.deltas().len() {
        let delta = diff.get_delta(at).unwrap();
        let mut patch = git2::Patch::from_diff(&diff, at).ok().flatten();
        let (additions, deletions) =
            patch.as_ref().and_then(|it| it.line_stats().ok()).map_or((0, 0), |it| (it.1, it.2));
        let text = patch.as_mut().and_then(|it| it.to_buf().ok());
        let text = text.and_then(|it| {
            it.as_str().ok().and_then(|it| it.find("@@").map(|at| it[at..].to_owned()))
        });
        let (status, side) = match delta.status() {
            Delta::Added => ("added", delta.new_file()),
            Delta::Deleted => ("removed", delta.old_file()),
            Delta::Renamed => ("renamed", delta.new_file()),
            _ => ("modified", delta.new_file()),
        };
        let blob = side.id().to_string();
        all.push(Changed {
            path: path(side),
            old_path: (status == "renamed").then(|| path(delta.old_file())),
            status,
            additions: additions as u64,
            deletions: deletions as u64,
            blob,
            patch: text,
        });
    }
    all
}
