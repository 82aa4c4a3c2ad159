//! A change with nothing remarkable about it, and ways to make it remarkable.

use refgate::judge::judge;
use refgate::model::{
    Actor, Change, Commit, Decision, Entry, FileChange, Ident, Incoming, Kind, Memory, Mode, Need,
    Oid, Opinion, Peeled, Provenance, PullRequest, Recorded, RefUpdate, Review, Stage, Target,
    Unknown, Version,
};
use refgate::policy::Policy;

/// A push of one commit on top of a branch; everything about it is in order.
pub(crate) struct Push {
    stage: Stage,
    update: RefUpdate,
    commits: Vec<Commit>,
    files: Vec<FileChange>,
    tree: Vec<Entry>,
    facts: Recorded,
    blobs: u32,
}

/// What the object `digits` is called.
fn oid(digits: &str) -> Oid {
    digits.parse().unwrap()
}

/// Pushes one commit to `name`.
pub(crate) fn push(name: &str) -> Push {
    let ana = Ident {
        name: "Ana".into(),
        email: "ana@acme.example".into(),
        seconds: Some(1_790_000_000),
    };
    let commit = Commit {
        oid: Some(oid("9be0d11")),
        parents: vec![oid("1c2d3e4")],
        author: ana.clone(),
        committer: ana,
        message: "fix(pay): retry the capture\n\nThe bank answers late at night.\n\n\
                  Ticket: PAY-17\nSigned-off-by: Ana <ana@acme.example>\n"
            .into(),
        signed: true,
        ..Commit::default()
    };
    let update = RefUpdate {
        name: name.into(),
        asked_as: None,
        old: Some(oid("1c2d3e4")),
        new: Target::At(oid("9be0d11")),
        stale: false,
    };
    let mut push = Push {
        stage: Stage::PreReceive,
        update,
        commits: vec![commit],
        files: Vec::new(),
        tree: Vec::new(),
        facts: Recorded::default(),
        blobs: 0,
    };
    push.facts.history = Some([(oid("9be0d11"), vec![oid("1c2d3e4")])].into());
    push.facts.refs = Some([(name.to_owned(), oid("1c2d3e4"))].into());
    push.facts.incoming = Some(Incoming { objects: 3, bytes: 1_000 });
    push.pull_request(PullRequest::No)
        .with("README.md", "# Pay\n")
        .with("src/pay.rs", "pub fn pay() {}\n")
}

impl Push {
    /// Adds a file.
    pub(crate) fn with(self, path: &str, text: &str) -> Self {
        self.entry(path, text.as_bytes(), Mode::File)
    }

    /// Adds a file of `mode`.
    pub(crate) fn entry(mut self, path: &str, content: &[u8], mode: Mode) -> Self {
        self.blobs += 1;
        let blob = oid(&format!("b10b{:04x}", self.blobs));
        self.facts.blobs.insert(blob, content.into());
        self.file(path, blob, mode)
    }

    /// Adds a file of `size` bytes.
    pub(crate) fn large(mut self, path: &str, size: u64) -> Self {
        self.blobs += 1;
        let blob = oid(&format!("b10b{:04x}", self.blobs));
        self.facts.blobs.insert(blob, "\0 a film".into());
        self.facts.sizes.insert(blob, size);
        self.file(path, blob, Mode::File)
    }

    fn file(mut self, path: &str, oid: Oid, mode: Mode) -> Self {
        let commit = self.commits.first().and_then(|it| it.oid);
        let new = Some(Version { mode, oid });
        self.files.push(FileChange { path: path.into(), commit, root: false, old: None, new });
        self.tree.push(Entry { name: path.into(), mode, oid });
        self
    }

    /// Writes another message.
    pub(crate) fn message(mut self, message: &str) -> Self {
        self.commits[0].message = message.into();
        self
    }

    /// Pushes the commit so many times, each time anew.
    pub(crate) fn times(mut self, count: usize) -> Self {
        for at in 1..count {
            let mut commit = self.commits[0].clone();
            commit.oid = Some(oid(&format!("c0{at:02}")));
            self.commits.push(commit);
        }
        self
    }

    /// Makes the pushed commit a merge of `other`.
    pub(crate) fn merging(mut self, other: &str) -> Self {
        self.commits[0].parents.push(oid(other));
        let parents = self.commits[0].parents.clone();
        self.facts.history = Some([(oid("9be0d11"), parents)].into());
        self
    }

    /// Has the branch go somewhere else than forward.
    pub(crate) fn rewritten(mut self) -> Self {
        self.commits[0].parents = vec![oid("0ddba11")];
        self.facts.history = Some([(oid("9be0d11"), vec![oid("0ddba11")])].into());
        self
    }

    /// Says whether a pull request brings it.
    pub(crate) fn pull_request(mut self, brings: PullRequest) -> Self {
        let name = self.update.name.to_string();
        let known = self.facts.update.entry(name).or_default();
        known.pull_request = Some(brings);
        known.proposal.get_or_insert_default();
        self
    }

    /// Has people approve commits.
    pub(crate) fn approved(mut self, words: &[(&str, &str)]) -> Self {
        let name = self.update.name.to_string();
        let word = |&(by, commit): &(&str, &str)| reviewed(by, oid(commit));
        self.facts.update.entry(name).or_default().reviews = Some(words.iter().map(word).collect());
        self
    }

    /// Deletes the ref.
    pub(crate) fn deleted(mut self) -> Self {
        self.update.new = Target::Deleted;
        self.commits.clear();
        self.files.clear();
        self
    }

    /// Creates the ref.
    pub(crate) fn created(mut self) -> Self {
        self.update.old = None;
        self.facts.refs = Some([("refs/heads/main".to_owned(), oid("1c2d3e4"))].into());
        self
    }

    /// Moves to another stage.
    pub(crate) fn at(mut self, stage: Stage) -> Self {
        self.stage = stage;
        self
    }

    /// Changes the recorded facts.
    pub(crate) fn facts(mut self, change: impl FnOnce(&mut Recorded)) -> Self {
        change(&mut self.facts);
        self
    }

    /// The decision, and the rules that do not let it pass.
    pub(crate) fn judged(mut self, policy: &Policy) -> (Decision, Vec<&'static str>) {
        if let Some(oid) = self.update.new_oid() {
            let commit = Peeled { kind: Kind::Commit, oid, tags: Vec::new() };
            self.facts.objects.entry(oid).or_insert(commit);
        }
        let known = self.facts.update.entry(self.update.name.to_string()).or_default();
        known.files = Some(self.files);
        known.tree = Some(self.tree);
        if self.stage.knows(Need::Commits) {
            // Whoever wrote them is someone whom the host knows, and nobody asked.
            let writer = Some(Actor("someone-else".to_owned()));
            let by = || Provenance {
                author: writer.clone(),
                committer: writer.clone(),
                ..Provenance::default()
            };
            let behind = self.commits.iter().filter_map(|it| Some((it.oid?, by()))).collect();
            known.provenance.get_or_insert(behind);
            known.commits = Some(self.commits);
        }
        if self.stage == Stage::Github {
            self.facts.fill(self.stage, std::slice::from_ref(&self.update));
        }
        let actor = Unknown::NotHere(Need::Actor);
        let change = Change {
            stage: self.stage,
            actor: self.stage.knows(Need::Actor).then(|| Actor("ana".into())).ok_or(actor),
            updates: vec![self.update],
            at: 1_790_000_000,
            facts: &self.facts,
            memory: Memory::default(),
        };
        let verdict = judge(policy, &change);
        let findings = verdict.judgments.iter().flat_map(|it| &it.findings);
        let stopped = findings.filter(|it| it.decision() > Decision::Pass);
        (verdict.decision(), stopped.map(|it| it.rule).collect())
    }
}

/// An approval of a commit.
fn reviewed(by: &str, commit: Oid) -> Review {
    let (by, state) = (Actor(by.into()), Opinion::Approved);
    Review {
        by,
        state,
        was: None,
        at: None,
        body: String::new(),
        edited: None,
        commit: Some(commit),
    }
}
