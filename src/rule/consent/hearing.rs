//! What everyone did and said about one ref update.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use bstr::ByteSlice;

use super::pushes::Pushes;
use super::stand::Standing;
use super::words::{self, Word};
use super::{Crew, Key, Terms};
use crate::model::{Actor, Commit, Fact, Ident, Oid, Proposal, Provenance, Unknown};
use crate::model::{Need, People};
use crate::rule::{Case, trailer};

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
    /// What has been worked out for terms that several requirements share.
    crews: RefCell<Vec<(Terms, Rc<Crew>)>>,
    standings: RefCell<Vec<(Terms, Rc<Standing>)>>,
}

/// A commit, and who stands behind it.
#[derive(Debug)]
pub(crate) struct Deed {
    /// Its name.
    pub(crate) oid: Option<Oid>,
    /// Who wrote it; `None` if nobody known did.
    pub(crate) author: Option<Actor>,
    /// Who committed it; `None` if nobody known, or the host itself.
    pub(crate) committer: Option<Actor>,
    /// Whether the host itself committed it.
    pub(crate) by_host: bool,
    /// Who it says wrote it too, as far as known.
    pub(crate) co_authors: Vec<Actor>,
    /// Whose valid signature it carries.
    pub(crate) signer: Option<Actor>,
    /// Whether it takes over a suggestion made in a review.
    pub(crate) suggestion: bool,
    /// Whether it merges the target into the branch, and if so, whether its
    /// result is what merging gives; `None` if it is no such merge.
    pub(crate) update_merge: Option<bool>,
}

impl Deed {
    /// Whether it belongs to nobody known.
    pub(crate) fn is_nobodys(&self) -> bool {
        self.author.is_none() || (self.committer.is_none() && !self.by_host)
    }
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
                Ok(deed(commit, &provenance, &listed, case.people))
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
        let (crews, standings) = Default::default();
        Ok(Self { head, proposal, author, deeds, pushes, words, renamed, crews, standings })
    }

    /// The one name of whoever acts through an account.
    pub(crate) fn key(&self, people: &People, actor: &Actor) -> Key {
        key(people, &self.renamed, actor)
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
    let wrote = deeds.iter().flat_map(|it| {
        let people = [&it.author, &it.committer, &it.signer];
        people.into_iter().flatten().chain(&it.co_authors)
    });
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

fn deed(
    commit: &Commit,
    provenance: &Provenance,
    listed: &HashMap<Oid, usize>,
    people: &People,
) -> Deed {
    let known = |it: &Option<Actor>| it.clone().filter(|it| !it.is_ghost());
    let author = known(&provenance.author).or_else(|| account(people, &commit.author));
    let same = !commit.author.email.is_empty() && commit.author.email == commit.committer.email;
    let committer = known(&provenance.committer)
        .or_else(|| if provenance.web { None } else { account(people, &commit.committer) })
        .or_else(|| if same { author.clone() } else { None });
    let mut co_authors: Vec<_> =
        provenance.co_authors.iter().filter(|it| !it.is_ghost()).cloned().collect();
    co_authors.extend(named_co_authors(commit, people));
    let signature = provenance.signature.as_ref().filter(|it| it.valid);
    let update_merge = match commit.parents.as_slice() {
        [ours, theirs] if listed.contains_key(ours) && !listed.contains_key(theirs) => {
            Some(provenance.clean_merge == Some(true))
        }
        _ => None,
    };
    Deed {
        oid: commit.oid,
        author,
        by_host: provenance.web && committer.is_none(),
        committer,
        co_authors,
        signer: signature.and_then(|it| known(&it.by)),
        suggestion: provenance.suggestion,
        update_merge,
    }
}

/// Who an address belongs to: someone in the policy, or an account at GitHub,
/// which gives out `NUMBER+LOGIN@users.noreply.github.com`.
fn account(people: &People, ident: &Ident) -> Option<Actor> {
    let email = ident.email.to_str().ok().filter(|it| !it.is_empty())?;
    if people.person(email).is_some() {
        return Some(Actor(email.to_owned()));
    }
    let local = email.strip_suffix("@users.noreply.github.com")?;
    let login = local.split_once('+').map_or(local, |(_, login)| login);
    (!login.is_empty()).then(|| Actor(login.to_owned()))
}

/// The people that `Co-authored-by` trailers name, as far as they are known.
fn named_co_authors(commit: &Commit, people: &People) -> Vec<Actor> {
    if !commit.message.to_ascii_lowercase().contains_str("co-authored-by") {
        return Vec::new();
    }
    let trailers = trailer::parse(&commit.message);
    let values = trailers.of("Co-authored-by");
    let address = |value: &bstr::BString| {
        let (_, rest) = value.rsplit_once_str("<")?;
        let email = rest.split_once_str(">").map_or(rest, |(email, _)| email);
        account(people, &Ident { email: email.trim().into(), ..Ident::default() })
    };
    values.filter_map(address).collect()
}
