//! What everyone did and said about one ref update.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use super::pushes::Pushes;
use super::stand::Standing;
use super::words::{self, Word};
use super::{Crew, Key, Terms};
use crate::model::{Actor, Commit, Fact, Need, Oid, People, Proposal, Unknown};
use crate::rule::Case;
use crate::rule::deed::Deed;

/// What everyone did and said about one ref update, gathered once for all rules.
pub(crate) struct Hearing {
    /// The commit that the ref shall point to.
    pub(crate) head: Oid,
    /// The pull request.
    pub(crate) proposal: Rc<Proposal>,
    /// Who opened it; `None` if the account is gone.
    pub(crate) author: Option<Key>,
    /// The new commits, children before parents.
    pub(crate) deeds: Vec<Deed>,
    /// The pushes to the branch, oldest first.
    pub(crate) pushes: Pushes,
    /// Everything said, oldest first.
    pub(crate) words: Vec<Word>,
    /// Names of accounts that are known to be another's under an older login.
    renamed: HashMap<Key, Key>,
    /// The one name of everyone who was asked about: a few do most of it.
    keys: RefCell<HashMap<Actor, Key>>,
    /// What has been worked out for terms that several requirements share.
    crews: RefCell<Vec<(Terms, Rc<Crew>)>>,
    standings: RefCell<Vec<(Terms, Rc<Standing>)>>,
}

impl Hearing {
    /// Gathers it, from memory if it was asked before.
    pub(crate) fn of(case: &Case<'_>) -> Fact<Rc<Self>> {
        case.change.memory.about(case.update, || Self::gather(case))
    }

    fn gather(case: &Case<'_>) -> Fact<Self> {
        let facts = case.change.facts;
        let update = case.update;
        // Nobody can have looked at a commit that is not written.
        let Some(head) = update.new_oid() else {
            return Err(Unknown::NotHere(Need::Approvals));
        };
        let reviews = facts.reviews(update)?;
        let proposal = facts.proposal(update)?;
        let commits = once(facts.commits(update)?);
        let pushes = facts.pushes(update)?;
        let listed: HashMap<_, _> =
            commits.iter().enumerate().filter_map(|(at, it)| Some((it.oid?, at))).collect();
        let deeds: Vec<_> = commits
            .iter()
            .map(|commit| {
                let provenance = match commit.oid {
                    Some(oid) => facts.provenance(update, oid)?,
                    None => Rc::default(),
                };
                Ok(Deed::of(commit, &provenance, &listed, case.people))
            })
            .collect::<Fact<_>>()?;
        let pushes = Pushes::new(&pushes, &commits, &listed, head);
        let whole = commits.is_empty() || listed.contains_key(&head);
        if !whole && update.name.branch().is_some() {
            let why = "the head is not among them".to_owned();
            return Err(Unknown::Truncated(Need::Commits, why));
        }
        let mut words = words::gather(case, &reviews, &proposal)?;
        let renamed = renamed(case, &proposal, &deeds, &pushes, &words)?;
        for word in &mut words {
            word.key = renamed.get(&word.key).unwrap_or(&word.key).clone();
        }
        let key = |it| key(case.people, &renamed, it);
        let author = (!proposal.author.is_ghost()).then(|| key(&proposal.author));
        let (keys, crews, standings) = Default::default();
        Ok(Self { head, proposal, author, deeds, pushes, words, renamed, keys, crews, standings })
    }

    /// The one name of whoever acts through an account.
    pub(crate) fn key(&self, people: &People, actor: &Actor) -> Key {
        if let Some(key) = self.keys.borrow().get(actor) {
            return key.clone();
        }
        let key = key(people, &self.renamed, actor);
        self.keys.borrow_mut().insert(actor.clone(), key.clone());
        key
    }

    /// Who stands behind the change, on these terms.
    pub(crate) fn crew(&self, terms: &Terms, case: &Case<'_>) -> Fact<Rc<Crew>> {
        let known = self.crews.borrow().iter().find(|(it, _)| it == terms).map(|it| it.1.clone());
        if let Some(known) = known {
            return Ok(known);
        }
        let crew = Rc::new(Crew::of(self, terms, case)?);
        self.crews.borrow_mut().push((terms.clone(), crew.clone()));
        Ok(crew)
    }

    /// What is left of everyone's words, on these terms.
    pub(crate) fn standing(&self, terms: &Terms, case: &Case<'_>) -> Fact<Rc<Standing>> {
        let known =
            self.standings.borrow().iter().find(|(it, _)| it == terms).map(|it| it.1.clone());
        if let Some(known) = known {
            return Ok(known);
        }
        let crew = self.crew(terms, case)?;
        let standing = Rc::new(Standing::of(self, &crew, terms, case));
        self.standings.borrow_mut().push((terms.clone(), standing.clone()));
        Ok(standing)
    }
}

/// Each commit once, also if it was told twice.
fn once(commits: Rc<[Commit]>) -> Rc<[Commit]> {
    let mut seen = HashSet::with_capacity(commits.len());
    if commits.iter().all(|it| it.oid.is_none_or(|oid| seen.insert(oid))) {
        return commits;
    }
    seen.clear();
    let mut new = |it: &&Commit| it.oid.is_none_or(|oid| seen.insert(oid));
    commits.iter().filter(|it| new(it)).cloned().collect()
}

fn key(people: &People, renamed: &HashMap<Key, Key>, actor: &Actor) -> Key {
    let key = Key::from(people.key(&actor.0));
    renamed.get(&key).cloned().unwrap_or(key)
}

/// Accounts that have the number of another: someone changed their login, while
/// records keep the old one.
fn renamed(
    case: &Case<'_>,
    proposal: &Proposal,
    deeds: &[Deed],
    pushes: &Pushes,
    words: &[Word],
) -> Fact<HashMap<Key, Key>> {
    let wrote = deeds.iter().flat_map(Deed::people);
    let opened = std::iter::once(&proposal.author).chain(&proposal.requested_by);
    let said = words.iter().map(|it| &it.by);
    let everyone: BTreeSet<&Actor> =
        opened.chain(wrote).chain(pushes.people()).chain(said).collect();
    let mut first: HashMap<u64, Key> = HashMap::new();
    let mut renamed = HashMap::new();
    for actor in everyone.into_iter().filter(|it| !it.is_ghost()) {
        let Some(id) = case.change.facts.account(actor)?.id else { continue };
        let key = Key::from(case.people.key(&actor.0));
        let known = first.entry(id).or_insert_with(|| key.clone());
        if *known != key {
            renamed.insert(key, known.clone());
        }
    }
    Ok(renamed)
}
