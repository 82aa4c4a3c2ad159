//! The shells around a server's hooks: `pre-receive`, `update` and
//! `reference-transaction`.
//!
//! They gather what Git and the host tell, have it judged by the server's
//! policy, and answer with a verdict. Whatever goes wrong is an error, which
//! stops the push.

mod host;
mod known;
mod lines;
mod policy;
mod seal;

pub use host::{HOSTS, Host};
pub use lines::{Line, lines};
pub use policy::Place;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use bstr::ByteSlice;

use crate::git::{Deadline, Pushed, Repository, Side, Vars};
use crate::model::{Change, Memory, RefName, RefUpdate, Stage, Target, Timestamp, Verdict};
use crate::record::{self, Judged, Keep, Record, Terms};

/// A verdict, and how the host wants it shown.
pub struct Answer {
    /// The verdict.
    pub verdict: Verdict,
    /// What each line shall begin with.
    pub prefix: &'static str,
    /// The record of the verdict, and the directory for it, if the administrator
    /// wants one.
    pub record: Option<ToKeep>,
}

/// A record, and where it is to be kept.
pub struct ToKeep {
    /// The directory, as `git config refgate.record` names it, relative to the Git
    /// directory.
    pub directory: PathBuf,
    /// The record.
    pub record: Record,
}

/// A server's side of a push.
pub struct Receive<'v> {
    /// The variables that Git and the host have set.
    pub vars: &'v Vars,
    /// Where Git has started the hook.
    pub directory: &'v Path,
    /// When the push arrived.
    pub at: Timestamp,
}

impl Receive<'_> {
    /// Judges all that a push asks for; `input` is what Git writes to
    /// `pre-receive`.
    pub fn pre_receive(&self, input: &[u8]) -> Result<Answer> {
        let repository = self.open()?;
        let lines = lines(input, repository.hash().len_in_bytes())?;
        if lines.is_empty() {
            // Git never asks for nothing: somebody has read what it wrote.
            bail!(
                "no refs were given to judge\n\
                 hint: a hook that runs before this one must hand on its standard input"
            );
        }
        self.answer(&repository, updates(&repository, &lines)?)
    }

    /// Judges one ref; the arguments are those of the `update` hook.
    pub fn update(&self, name: &[u8], old: &[u8], new: &[u8]) -> Result<Answer> {
        let repository = self.open()?;
        let input = [old, b" ", new, b" ", name, b"\n"].concat();
        let lines = lines(&input, repository.hash().len_in_bytes())?;
        if lines.len() != 1 {
            bail!("malformed input: one ref update was expected");
        }
        self.answer(&repository, updates(&repository, &lines)?)
    }

    /// Judges what is about to happen to refs, whoever does it; `state` and
    /// `input` are those of the `reference-transaction` hook. Only while refs
    /// are locked there is something to decide.
    pub fn reference_transaction(&self, state: &[u8], input: &[u8]) -> Result<Option<Answer>> {
        if state != b"prepared" {
            return Ok(None);
        }
        let repository = self.open()?;
        let lines = seal::lines(&repository, input)?;
        if lines.is_empty() {
            return Ok(None);
        }
        let updates = lines.iter().map(|it| seal::real(&repository, it)).collect::<Result<_>>()?;
        self.answer(&repository, updates).map(Some)
    }

    fn open(&self) -> Result<Repository> {
        if self.vars.get("GIT_NAMESPACE").is_some() {
            bail!("GIT_NAMESPACE is set, and a policy cannot name refs in a namespace");
        }
        Repository::open(self.vars, self.directory, Side::Server)
    }

    fn answer(&self, repository: &Repository, updates: Vec<RefUpdate>) -> Result<Answer> {
        if repository.is_cut_off()? {
            bail!(
                "the push comes from a shallow clone and would cut off history here\n\
                 hint: git fetch --unshallow, and push again"
            );
        }
        let host = Host::of(repository)?;
        let deadline = Deadline::after(host.deadline(repository)?);
        let place = Place::of(repository)?;
        let mut policy = place.read(repository)?;
        policy.people.host = Some(host.name).filter(|it| !it.is_empty()).map(str::to_owned);
        let known = known::known(repository, &policy, &updates)?;
        let facts = Pushed::new(repository, known.near, deadline)
            .beyond(known.all)
            .held(known.held)
            .pull_request(host.pull_request(self.vars))
            .on_server();
        let change = Change {
            stage: Stage::PreReceive,
            actor: host.actor(repository)?,
            updates,
            at: self.at,
            facts: &facts,
            memory: Memory::default(),
        };
        let records = repository.config("refgate.record");
        let keep = if records.is_some() { Keep::Everything } else { Keep::Nothing };
        let objections = place.objections(repository, &change.updates)?;
        let terms = Terms { objections, ..Terms::default() };
        let Judged { verdict, record } =
            record::judged(&policy, change, terms, keep).map_err(anyhow::Error::msg)?;
        if verdict.decision().allows() {
            // What came too late may have been cut short.
            deadline.check()?;
        }
        let records = records.as_ref().map(|it| it.to_str()).transpose();
        let records = records.context("refgate.record is no UTF-8")?;
        let directory = records.map(|it| repository.git_dir().join(it));
        let record = directory.zip(record).map(|(directory, record)| ToKeep { directory, record });
        Ok(Answer { verdict, prefix: host.prefix, record })
    }
}

fn updates(repository: &Repository, lines: &[Line]) -> Result<Vec<RefUpdate>> {
    lines.iter().map(|it| real(repository, it)).collect()
}

/// The ref update that a line really means: symbolic refs followed, and the old
/// object that the ref has, not the one that the client claims.
fn real(repository: &Repository, line: &Line) -> Result<RefUpdate> {
    let asked = RefName::new(line.name.clone());
    let (name, old) = repository.resolve(&asked)?;
    let asked_as = (name != asked).then_some(asked);
    let new = line.wanted.map_or(Target::Deleted, Target::At);
    Ok(RefUpdate { name, asked_as, old, new, stale: line.claimed != old })
}
