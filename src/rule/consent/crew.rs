//! Who stands behind a change, so that their own word on it counts for nothing.

use std::collections::HashMap;

use super::hearing::Hearing;
use super::{CoAuthors, Key, LastPusher, Terms, Unattributed, pushes};
use crate::model::{Actor, Fact, Oid, Push, Timestamp};
use crate::rule::Case;
use crate::rule::deed::Deed;

/// Who stands behind a change, on some terms.
#[derive(Debug, Default)]
pub(crate) struct Crew {
    /// Everyone known, with the part that weighs most.
    pub(crate) roles: HashMap<Key, Role>,
    /// The commits that belong to nobody known.
    pub(crate) unattributed: Vec<Option<Oid>>,
    /// The commits that would, but for whoever pushed them.
    pub(crate) by_pusher: Vec<(Option<Oid>, Actor)>,
    /// Those whose suggestions were taken over, and who would be contributors.
    pub(crate) suggested: Vec<Actor>,
    /// Who pushed last; `None` if not known.
    pub(crate) last_pusher: Option<Vec<Key>>,
    /// Commits whose author is to be ignored, but may be another.
    pub(crate) unproven: Vec<Option<Oid>>,
    /// Merges of the target that add something of their own, or may.
    pub(crate) unclean: Vec<Option<Oid>>,
    /// Merges of the target that add nothing.
    pub(crate) clean: Vec<Option<Oid>>,
    /// When the last that is not ignored arrived; `None` if not known.
    pub(crate) arrival: Option<Timestamp>,
    /// For each commit, whether it is ignored.
    pub(super) ignored: Vec<bool>,
}

/// What part someone has in a change. The first of several is told.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Role {
    /// They opened the pull request.
    Author,
    /// They had an agent make it.
    Requester,
    /// They wrote, committed or signed a part of it.
    Contributor,
    /// They had a bot push.
    Trigger,
    /// They pushed.
    Pusher,
}

impl Crew {
    /// Works it out.
    pub(super) fn of(hearing: &Hearing, terms: &Terms, case: &Case<'_>) -> Fact<Self> {
        let mut crew = Self::default();
        let mut ignored = Vec::with_capacity(hearing.deeds.len());
        for (at, deed) in hearing.deeds.iter().enumerate() {
            ignored.push(crew.ignores(hearing, at, deed, terms, case)?);
        }
        if let Some(author) = &hearing.author {
            crew.roles.insert(author.clone(), Role::Author);
        }
        for actor in &hearing.proposal.requested_by {
            crew.add(hearing, actor, Role::Requester, case);
        }
        let telling = hearing.deeds.iter().enumerate().filter(|(at, _)| !ignored[*at]);
        for (at, deed) in telling.clone() {
            crew.commit(hearing, at, deed, terms, case);
        }
        crew.last_pusher = None;
        for push in hearing.pushes.telling(&ignored) {
            if let Some(actor) = &push.triggered_by {
                crew.add(hearing, actor, Role::Trigger, case);
            }
            if let Some(actor) = &push.by {
                crew.add(hearing, actor, Role::Pusher, case);
            }
            let behind: Vec<_> =
                pushes::people(push).map(|it| hearing.key(case.people, it)).collect();
            crew.last_pusher = match &push.by {
                Some(by) if !by.is_ghost() && !hides_someone(by, push, terms, case)? => {
                    Some(behind)
                }
                _ => None,
            };
        }
        if !hearing.pushes.is_complete() {
            crew.last_pusher = None;
        }
        crew.arrival = if hearing.deeds.is_empty() {
            hearing.pushes.head_arrival()
        } else {
            hearing.pushes.last_arrival(telling.map(|(at, _)| at))
        };
        crew.ignored = ignored;
        Ok(crew)
    }

    /// Whether everything that is not ignored is `commit` or comes before it, so
    /// that whoever looked at it saw all there is.
    pub(super) fn is_whole(&self, hearing: &Hearing, commit: Oid) -> bool {
        let Some(at) = hearing.deeds.iter().position(|it| it.oid == Some(commit)) else {
            return false;
        };
        let reach = hearing.pushes.reach(at);
        reach.iter().zip(&self.ignored).all(|(there, ignored)| *there || *ignored)
    }

    /// Whether a commit is no push and makes nobody a contributor.
    #[expect(clippy::too_many_arguments, reason = "a commit, its place and the terms")]
    fn ignores(
        &mut self,
        hearing: &Hearing,
        at: usize,
        deed: &Deed,
        terms: &Terms,
        case: &Case<'_>,
    ) -> Fact<bool> {
        if terms.ignore_update_merges {
            match deed.update_merge {
                Some(true) => {
                    self.clean.push(deed.oid);
                    return Ok(true);
                }
                Some(false) => self.unclean.push(deed.oid),
                None => {}
            }
        }
        if terms.ignore_commits_by.is_empty() {
            return Ok(false);
        }
        let among =
            |it: &Actor| case.people.is_one_of(it, &terms.ignore_commits_by, case.change.facts);
        let Some(author) = &deed.author else { return Ok(false) };
        let committer = deed.committer.as_ref();
        if !among(author)? || !committer.map_or(Ok(deed.by_host), among)? {
            return Ok(false);
        }
        // Anyone can write a name into a commit; not everyone can sign or push so.
        let push = hearing.pushes.bringer(at);
        // What someone had the bot push is theirs.
        let trigger = push.and_then(|it| it.triggered_by.as_ref());
        let own = trigger.map_or(Ok(true), among)?;
        let pusher = push.filter(|_| own).and_then(|it| it.by.as_ref());
        for proof in [deed.signer.as_ref(), pusher].into_iter().flatten() {
            if among(proof)? {
                return Ok(true);
            }
        }
        self.unproven.push(deed.oid);
        Ok(false)
    }

    fn add(&mut self, hearing: &Hearing, actor: &Actor, role: Role, case: &Case<'_>) {
        if actor.is_ghost() {
            return;
        }
        let has = self.roles.entry(hearing.key(case.people, actor)).or_insert(role);
        *has = role.min(*has);
    }

    #[expect(clippy::too_many_arguments, reason = "a commit, its place and the terms")]
    fn commit(
        &mut self,
        hearing: &Hearing,
        at: usize,
        deed: &Deed,
        terms: &Terms,
        case: &Case<'_>,
    ) {
        for actor in deed.makers() {
            self.add(hearing, actor, Role::Contributor, case);
        }
        let suggested = deed.suggestion && terms.suggestion_co_authors == CoAuthors::Ignore;
        match terms.co_authors {
            CoAuthors::Contributor if suggested => {
                self.suggested.extend(deed.co_authors.iter().cloned());
            }
            CoAuthors::Contributor => {
                deed.co_authors
                    .iter()
                    .for_each(|it| self.add(hearing, it, Role::Contributor, case));
            }
            CoAuthors::Ignore => {}
        }
        if !deed.is_nobodys() {
            return;
        }
        match terms.unattributed {
            Unattributed::Fail => self.unattributed.push(deed.oid),
            Unattributed::Pusher => {
                let push = hearing.pushes.bringer(at);
                match push.and_then(|it| it.by.clone()).filter(|it| !it.is_ghost()) {
                    Some(pusher) => {
                        self.add(hearing, &pusher, Role::Contributor, case);
                        self.by_pusher.push((deed.oid, pusher));
                    }
                    None => self.unattributed.push(deed.oid),
                }
            }
            Unattributed::Ignore => {}
        }
    }

    /// Whether nobody's word counts since nobody knows who pushed last.
    pub(crate) fn hides_pusher(&self) -> bool {
        self.last_pusher.is_none()
    }
}

/// Whether a bot pushed, and nobody knows for whom: where the last pusher must not
/// approve, that matters.
fn hides_someone(by: &Actor, push: &Push, terms: &Terms, case: &Case<'_>) -> Fact<bool> {
    if terms.last_pusher != LastPusher::Excluded || push.triggered_by.is_some() {
        return Ok(false);
    }
    Ok(case.change.facts.account(by)?.bot)
}
