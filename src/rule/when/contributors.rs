//! Who contributed to a pull request.

use std::collections::HashMap;
use std::convert::Infallible;
use std::rc::Rc;

use super::Case;
use crate::model::{Actor, Commit, Fact, Need, Push, Unknown};
use crate::rule::deed::Deed;

/// Everyone who is known to have contributed, and what is not known of it.
#[derive(Default)]
pub(super) struct Contributors {
    /// Who opened it, the people behind an agent, authors, committers, co-authors,
    /// signers and pushers, each once.
    pub(super) people: Vec<Actor>,
    /// Whether nobody known contributed too.
    pub(super) nobody: bool,
    gap: Option<Unknown>,
}

impl Contributors {
    /// The facts that tell.
    pub(super) const NEEDS: &'static [Need] =
        &[Need::Proposal, Need::Commits, Need::Provenance, Need::Pushes];

    /// Those of the pull request that brings the update.
    pub(super) fn of(case: &Case<'_>) -> Rc<Self> {
        let found: Result<_, Infallible> =
            case.change.memory.about(case.update, || Ok(Self::found(case)));
        found.unwrap_or_else(|never| match never {})
    }

    /// Why others may have contributed too, if that is not known.
    pub(super) fn gap(&self) -> Option<Unknown> {
        self.gap.clone()
    }

    fn found(case: &Case<'_>) -> Self {
        let mut found = Self::default();
        let facts = case.change.facts;
        if let Some(proposal) = found.known(facts.proposal(case.update)) {
            found.add(Some(&proposal.author));
            proposal.requested_by.iter().for_each(|it| found.add(Some(it)));
        }
        if let Some(commits) = found.known(facts.commits(case.update)) {
            commits.iter().for_each(|it| found.commit(it, case));
        }
        if let Some(pushes) = found.known(facts.pushes(case.update)) {
            pushes.iter().for_each(|it| found.push(it));
        }
        found
    }

    fn commit(&mut self, commit: &Commit, case: &Case<'_>) {
        let made = commit.oid.ok_or(Unknown::NotHere(Need::Provenance));
        let made = made.and_then(|oid| case.change.facts.provenance(case.update, oid));
        let Some(made) = self.known(made) else { return };
        // Whether it merges the target makes nobody a contributor, or less of one.
        let deed = Deed::of(commit, &made, &HashMap::new(), case.people);
        self.nobody |= deed.is_nobodys() || deed.others;
        deed.people().for_each(|it| self.add(Some(it)));
    }

    fn push(&mut self, push: &Push) {
        let why = || format!("who pushed {} is not known", push.after.short());
        let by = push.by.as_ref().ok_or_else(|| Unknown::Failed(Need::Pushes, why()));
        if let Some(by) = self.known(by) {
            self.add(Some(by));
        }
        push.triggered_by.iter().for_each(|it| self.add(Some(it)));
    }

    fn add(&mut self, person: Option<&Actor>) {
        match person.filter(|it| !it.is_ghost()) {
            None => self.nobody = true,
            Some(person) if self.people.contains(person) => {}
            Some(person) => self.people.push(person.clone()),
        }
    }

    fn known<T>(&mut self, fact: Fact<T>) -> Option<T> {
        fact.map_err(|unknown| self.gap = Some(unknown)).ok()
    }
}
