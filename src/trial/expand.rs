//! From what a test writes to a change with all its facts.

use std::collections::BTreeMap;

use bstr::ByteSlice;

use super::World;
use super::cast::{Cast, SOMEONE};
use super::making::{Edit, Flaw, Tree, content, named, oid, with_secrets};
use super::proposal;
use super::written::{self, Change};
use crate::model::{
    Commit, FileChange, Incoming, Kind, Need, Oid, Peeled, People, Recorded, RefName, RefUpdate,
    Stage, Tag, Target, Timestamp,
};

/// Makes the change that a test writes down, or says everything that is wrong
/// with it.
pub(super) fn world(
    people: &People,
    stage: Stage,
    at: Timestamp,
    change: &Change,
) -> Result<World, Vec<Flaw>> {
    let mut flaws = contradictions(change, stage);
    let made = Maker::new(people, stage, at, change).make();
    match made {
        Ok(world) if flaws.is_empty() => Ok(world),
        Ok(_) => Err(flaws),
        Err(flaw) => {
            flaws.push(flaw);
            Err(flaws)
        }
    }
}

/// The change that a test would write down so below `[test.change]`. The error says
/// what is wrong with it first.
pub fn imagined(
    people: &People,
    stage: Stage,
    at: Timestamp,
    said: toml::Table,
) -> Result<World, String> {
    let change: Change = said.try_into().map_err(|error: toml::de::Error| error.to_string())?;
    world(people, stage, at, &change)
        .map_err(|flaws| flaws.into_iter().map(|it| it.what).next().unwrap_or_default())
}

/// The full name of the ref that a test calls `name`.
pub(super) fn full(name: &str) -> String {
    if name.starts_with("refs/") { name.to_owned() } else { format!("refs/heads/{name}") }
}

/// What a test says twice, or denies again.
fn contradictions(change: &Change, stage: Stage) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    let several = !change.commits.is_empty();
    let brings = several
        || !change.files.is_empty()
        || !change.deleted.is_empty()
        || !change.renamed.is_empty();
    let single = [
        ("files", !change.files.is_empty()),
        ("deleted", !change.deleted.is_empty()),
        ("renamed", !change.renamed.is_empty()),
        ("message", change.message.is_some()),
    ];
    for (key, _) in single.into_iter().filter(|(_, said)| several && *said) {
        let what = format!("`{key}` and `commits` both say what the commits do");
        flaws.push(Flaw::new(key, what, format!("say `{key}` in one of the `commits`")));
    }
    if change.delete && (brings || change.create) {
        let what = "what is deleted brings nothing";
        flaws.push(Flaw::new("delete", what, "drop `delete`, or what the change brings"));
    }
    if change.commits.len() > 1 && stage < Stage::PrePush {
        let what = format!("at {stage} there is one commit, not {}", change.commits.len());
        flaws.push(Flaw::new("commits", what, "write `stage = \"pre-push\"`, or one commit"));
    }
    if change.tag.is_some() && !change.r#ref.as_ref().is_some_and(|it| it.starts_with("refs/tags/"))
    {
        let what = "`tag` describes a tag, and `ref` is none";
        flaws.push(Flaw::new("tag", what, "write `ref = \"refs/tags/v1.2.3\"`"));
    }
    flaws
}

/// A commit that was made, with what it changes.
pub(super) struct Made<'w> {
    /// Its name, also where nobody may know it yet.
    pub(super) oid: Oid,
    pub(super) commit: Commit,
    pub(super) changes: Vec<FileChange>,
    pub(super) written: &'w written::Commit,
}

/// What is being made of a test.
pub(super) struct Maker<'w> {
    pub(super) cast: Cast<'w>,
    pub(super) change: &'w Change,
    /// The only commit, where a test does not list them.
    pub(super) single: written::Commit,
    pub(super) stage: Stage,
    pub(super) at: Timestamp,
    pub(super) facts: Recorded,
    pub(super) tree: Tree,
    pub(super) refs: BTreeMap<String, Oid>,
    pub(super) history: BTreeMap<Oid, Vec<Oid>>,
}

impl<'w> Maker<'w> {
    fn new(people: &'w People, stage: Stage, at: Timestamp, change: &'w Change) -> Self {
        let single = written::Commit {
            message: change.message.clone(),
            files: change.files.clone(),
            deleted: change.deleted.clone(),
            renamed: change.renamed.clone(),
            ..written::Commit::default()
        };
        Self {
            cast: Cast(people),
            change,
            single,
            stage,
            at,
            facts: Recorded::default(),
            tree: Tree::default(),
            refs: BTreeMap::new(),
            history: BTreeMap::new(),
        }
    }

    /// Who acts.
    pub(super) fn by(&self) -> &'w str {
        self.change.by.as_deref().unwrap_or(SOMEONE)
    }

    fn make(mut self) -> Result<World, Flaw> {
        let name = full(self.change.r#ref.as_deref().unwrap_or("main"));
        let is_tag = name.starts_with("refs/tags/");
        let (base, tip) = self.past();
        for (path, file) in &self.change.existing {
            let version = self.tree.version("existing", &file.0, &mut self.facts)?;
            self.tree.put(path, version);
        }
        let single = self.single.clone();
        let commits = self.commits(&single, base, tip, is_tag)?;
        let head = commits.last().map_or(base, |it| it.oid);
        let update = self.update(&name, is_tag, tip, head);
        self.around(&name, &update, base, head);
        self.record(&name, &commits);
        if self.stage.knows(Need::Proposal) {
            proposal::record(&mut self, &name, &commits, head)?;
        }
        let updates = vec![update];
        self.facts.fill(self.stage, &updates);
        // A push is landed by whoever pushes.
        let merges = self.stage.knows(Need::Proposal);
        let lander = self.change.merged_by.as_deref().filter(|_| merges);
        let lander = lander.or(self.change.pushed_by.as_deref()).unwrap_or(self.by());
        let actor = self.stage.knows(Need::Actor).then(|| self.cast.login(lander));
        Ok(World { stage: self.stage, at: self.at, actor, updates, facts: self.facts })
    }

    /// Where the change began, and where its target is now.
    fn past(&mut self) -> (Oid, Oid) {
        let base = oid("base", &[]);
        self.history.insert(base, Vec::new());
        let behind = self.change.behind.max(u16::from(self.change.force));
        let mut tip = base;
        for step in 0..behind {
            let next = oid("target", &[&step.to_be_bytes()]);
            self.history.insert(next, vec![tip]);
            tip = next;
        }
        (base, tip)
    }

    fn commits<'c>(
        &mut self,
        single: &'c written::Commit,
        base: Oid,
        tip: Oid,
        is_tag: bool,
    ) -> Result<Vec<Made<'c>>, Flaw>
    where
        'w: 'c,
    {
        let one = std::slice::from_ref(single);
        let listed: &'c [written::Commit] = match self.change.commits.as_slice() {
            _ if self.change.delete => &[],
            // A tag names what is there already, unless a test says otherwise.
            [] if is_tag && edit(single).is_empty() && single.message.is_none() => &[],
            [] => one,
            several => several,
        };
        let mut head = base;
        let mut made = Vec::new();
        for written in listed {
            let commit = self.commit(written, head, tip)?;
            head = commit.oid;
            made.push(commit);
        }
        Ok(made)
    }

    fn commit<'c>(
        &mut self,
        written: &'c written::Commit,
        parent: Oid,
        tip: Oid,
    ) -> Result<Made<'c>, Flaw> {
        let mut changes = self.tree.edit(&edit(written), &mut self.facts)?;
        let author = written.author.as_deref().or(self.change.author.as_deref());
        let author = author.unwrap_or(self.by());
        let committer = written.committer.as_deref().or(self.change.committer.as_deref());
        let mut parents = vec![parent];
        if let Some(merged) = &written.merges {
            parents.push(self.merged(merged, tip));
        }
        let signed = written.signed_by.is_some() || written.signature.is_some();
        let mut commit = Commit {
            oid: None,
            parents,
            author: self.cast.ident(author),
            committer: self.cast.ident(committer.unwrap_or(author)),
            message: self.message(written, author)?.into(),
            signed,
            ..Commit::default()
        };
        commit.author.seconds = Some(self.at);
        commit.committer.seconds = Some(self.at);
        let oid = named(&commit, &changes);
        if self.stage >= Stage::PrePush {
            commit.oid = Some(oid);
            for change in &mut changes {
                change.commit = Some(oid);
            }
        }
        Ok(Made { oid, commit, changes, written })
    }

    /// The tip of a branch that a commit merges.
    fn merged(&mut self, name: &str, tip: Oid) -> Oid {
        let target = full(self.change.r#ref.as_deref().unwrap_or("main"));
        if full(name) == target {
            return tip;
        }
        let other = oid("branch", &[name.as_bytes()]);
        self.refs.insert(full(name), other);
        self.history.insert(other, Vec::new());
        other
    }

    /// The message, or one that most rules have nothing against.
    fn message(&self, written: &written::Commit, author: &str) -> Result<String, Flaw> {
        let key = if self.change.commits.is_empty() { "message" } else { "commits" };
        let mut message = match &written.message {
            Some(message) => with_secrets(key, message)?,
            None => {
                let it = self.cast.ident(author);
                format!(
                    "chore: change what the test says\n\nMade up by a policy test.\n\n\
                     Signed-off-by: {} <{}>\n",
                    it.name, it.email
                )
            }
        };
        if !written.co_authors.is_empty() {
            let last = message.trim_end().lines().last().unwrap_or_default();
            let trailer = last.split_once(": ").is_some_and(|(key, _)| !key.contains(' '));
            let gap = if trailer && message.trim_end().contains('\n') { "\n" } else { "\n\n" };
            message = format!("{}{gap}", message.trim_end());
            for it in written.co_authors.iter().map(|it| self.cast.ident(it)) {
                message += &format!("Co-authored-by: {} <{}>\n", it.name, it.email);
            }
        }
        Ok(message)
    }

    fn update(&mut self, name: &str, is_tag: bool, tip: Oid, head: Oid) -> RefUpdate {
        let change = self.change;
        let creates = change.create || is_tag && !change.force && !change.delete;
        let new = match (&change.tag, self.stage >= Stage::PrePush) {
            _ if change.delete => Target::Deleted,
            (_, false) => Target::Unwritten,
            (None, true) => Target::At(head),
            (Some(tag), true) => Target::At(self.tag(name, tag, head)),
        };
        let old = match (creates, is_tag) {
            (true, _) => None,
            (false, true) => Some(oid("tagged before", &[name.as_bytes()])),
            (false, false) => Some(tip),
        };
        RefUpdate { name: RefName::new(name), asked_as: None, old, new, stale: false }
    }

    /// The tag object that a test describes.
    fn tag(&mut self, full: &str, tag: &written::Tag, head: Oid) -> Oid {
        let oid = oid("tag", &[full.as_bytes(), head.as_bytes(), tag.message.as_bytes()]);
        let own = full.strip_prefix("refs/tags/").unwrap_or(full);
        let object = Tag {
            oid,
            name: tag.name.as_deref().unwrap_or(own).into(),
            tagger: Some(self.cast.ident(tag.by.as_deref().unwrap_or(self.by()))),
            message: tag.message.as_str().into(),
            signed: tag.signed,
            headers: bstr::BString::default(),
        };
        let peeled = Peeled { kind: Kind::Commit, oid: head, tags: vec![object] };
        self.facts.objects.insert(oid, peeled);
        oid
    }

    /// The refs and the history around the change.
    fn around(&mut self, name: &str, update: &RefUpdate, base: Oid, head: Oid) {
        if let Some(old) = update.old {
            self.refs.insert(name.to_owned(), old);
        }
        for branch in &self.change.branches {
            self.refs.entry(full(branch)).or_insert(base);
        }
        for branch in &self.change.held_by {
            self.refs.insert(full(branch), head);
        }
        if let (Some(source), None) = (&self.change.source, &self.change.fork)
            && self.stage.knows(Need::Proposal)
        {
            self.refs.insert(full(source), head);
        }
        if self.stage.knows(Need::Refs) {
            self.facts.refs = Some(std::mem::take(&mut self.refs));
        }
        if self.stage.knows(Need::History) {
            self.facts.history = Some(std::mem::take(&mut self.history));
        }
    }

    /// What Git itself tells of the change.
    fn record(&mut self, name: &str, commits: &[Made<'_>]) {
        let known = self.facts.update.entry(name.to_owned()).or_default();
        known.files =
            Some(commits.iter().rev().flat_map(|it| it.changes.iter().cloned()).collect());
        if self.stage.knows(Need::Commits) {
            known.commits = Some(commits.iter().rev().map(|it| it.commit.clone()).collect());
        }
        if !self.change.delete {
            known.tree = Some(self.tree.entries());
        }
        if self.stage.knows(Need::PullRequest) {
            known.pull_request = self.change.pull_request;
        }
        if self.stage.knows(Need::Incoming) {
            let changes = || commits.iter().flat_map(|it| &it.changes);
            let objects = (commits.len() + changes().count()) as u64;
            let blobs = changes().filter_map(|it| self.facts.blobs.get(&it.new?.oid));
            let bytes = blobs.map(|it| it.len() as u64).sum::<u64>();
            let bytes = self.change.push_size.map_or(bytes, crate::rule::ByteSize::bytes);
            self.facts.incoming = Some(Incoming { objects, bytes });
        }
    }

    /// The subject of the first commit.
    pub(super) fn subject(commits: &[Made<'_>]) -> String {
        let first = commits.first().map(|it| it.commit.message.as_bstr());
        let line = first.and_then(|it| it.lines().next()).unwrap_or_default();
        line.to_str_lossy().into_owned()
    }

    /// What all commits, or those before `until`, bring together.
    pub(super) fn brought(commits: &[Made<'_>]) -> crate::model::Content {
        content(commits.iter().flat_map(|it| &it.changes))
    }
}

fn edit(written: &written::Commit) -> Edit<'_> {
    let files = written.files.iter().map(|(path, file)| (path, &file.0)).collect();
    Edit { files, deleted: &written.deleted, renamed: &written.renamed }
}
