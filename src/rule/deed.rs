//! Who stands behind one commit, for every rule and condition that asks.

use std::collections::HashMap;

use bstr::ByteSlice;

use super::trailer;
use crate::model::{Actor, Commit, Ident, Oid, People, Provenance};

/// A commit, and who stands behind it.
///
/// The host knows accounts by their addresses; an address that it does not know
/// may be someone's whom the policy names.
#[derive(Debug)]
pub(super) struct Deed {
    /// Its name.
    pub(super) oid: Option<Oid>,
    /// Who wrote it; `None` if nobody known did.
    pub(super) author: Option<Actor>,
    /// Who committed it; `None` if nobody known, or the host itself.
    pub(super) committer: Option<Actor>,
    /// Whether the host itself committed it.
    pub(super) by_host: bool,
    /// Who it says wrote it too, as far as known.
    pub(super) co_authors: Vec<Actor>,
    /// Whether someone else wrote it too, or signed it, whom nobody knows.
    pub(super) others: bool,
    /// Whose valid signature it carries.
    pub(super) signer: Option<Actor>,
    /// Whether it takes over a suggestion made in a review.
    pub(super) suggestion: bool,
    /// Whether it merges the target into the branch, and if so, whether its
    /// result is what merging gives; `None` if it is no such merge.
    pub(super) update_merge: Option<bool>,
}

impl Deed {
    /// Works it out. `listed` are the places of all new commits.
    pub(super) fn of(
        commit: &Commit,
        provenance: &Provenance,
        listed: &HashMap<Oid, usize>,
        people: &People,
    ) -> Self {
        let author = known(provenance.author.as_ref()).or_else(|| account(people, &commit.author));
        let same = !commit.author.email.is_empty() && commit.author.email == commit.committer.email;
        let committer = known(provenance.committer.as_ref())
            .or_else(|| if provenance.web { None } else { account(people, &commit.committer) })
            .or_else(|| if same { author.clone() } else { None });
        let signature = provenance.signature.as_ref().filter(|it| it.valid);
        let signer = signature.and_then(|it| it.by.as_ref());
        let (co_authors, unknown) = co_authors(commit, provenance, people);
        let update_merge = match commit.parents.as_slice() {
            [ours, theirs] if listed.contains_key(ours) && !listed.contains_key(theirs) => {
                Some(provenance.clean_merge == Some(true))
            }
            _ => None,
        };
        Self {
            oid: commit.oid,
            author,
            by_host: provenance.web && committer.is_none(),
            committer,
            co_authors,
            others: unknown || signer.is_some_and(Actor::is_ghost),
            signer: signer.filter(|it| !it.is_ghost()).cloned(),
            suggestion: provenance.suggestion,
            update_merge,
        }
    }

    /// Whether it belongs to nobody known.
    pub(super) fn is_nobodys(&self) -> bool {
        self.author.is_none() || (self.committer.is_none() && !self.by_host)
    }

    /// Everyone known who stands behind it.
    pub(super) fn people(&self) -> impl Iterator<Item = &Actor> {
        self.makers().chain(&self.co_authors)
    }

    /// Those who wrote, committed and signed it, as far as known.
    pub(super) fn makers(&self) -> impl Iterator<Item = &Actor> {
        // Most commit what they wrote.
        let committer = self.committer.as_ref().filter(|it| self.author.as_ref() != Some(it));
        [self.author.as_ref(), committer, self.signer.as_ref()].into_iter().flatten()
    }
}

fn known(actor: Option<&Actor>) -> Option<Actor> {
    actor.filter(|it| !it.is_ghost()).cloned()
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

/// The co-authors that are known, by the host or by `Co-authored-by`, and whether
/// there are others. Which account belongs to which trailer, the host does not tell.
fn co_authors(commit: &Commit, provenance: &Provenance, people: &People) -> (Vec<Actor>, bool) {
    let mut all: Vec<_> =
        provenance.co_authors.iter().filter(|it| !it.is_ghost()).cloned().collect();
    let (accounts, ghosts) = (all.len(), provenance.co_authors.len() - all.len());
    let (mut found, mut lost) = (0, 0);
    for named in named_co_authors(commit, people) {
        match named {
            Some(actor) => {
                found += 1;
                all.push(actor);
            }
            None => lost += 1,
        }
    }
    let unknown = lost > accounts || ghosts > found || (ghosts > 0 && lost > 0);
    (all, unknown)
}

/// The people that `Co-authored-by` trailers name; `None` for each that the policy
/// does not know.
fn named_co_authors(commit: &Commit, people: &People) -> Vec<Option<Actor>> {
    const TOKEN: &str = "Co-authored-by";
    let begins = |line: &[u8]| {
        line.get(..TOKEN.len()).is_some_and(|it| it.eq_ignore_ascii_case(TOKEN.as_bytes()))
    };
    if !commit.message.lines().any(begins) {
        return Vec::new();
    }
    let trailers = trailer::parse(&commit.message);
    let values = trailers.of(TOKEN);
    let address = |value: &bstr::BString| {
        let (_, rest) = value.rsplit_once_str("<")?;
        let email = rest.split_once_str(">").map_or(rest, |(email, _)| email);
        account(people, &Ident { email: email.trim().into(), ..Ident::default() })
    };
    values.map(address).collect()
}
