//! What a policy asks of a merge group, and what of the pull requests in it.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::Court;
use crate::model::{About, MergeGroup, Need, Part, Reason, Verdict};
use crate::policy::{Asked, Protection};

/// What is said where the condition of a rule does not hold.
pub(super) const UNMET: &str = "does not apply to this change";

/// What is said where each pull request of a merge group was asked.
pub(super) const ONE_BY_ONE: &str = "asked of each pull request in the merge group by itself";

/// The lines of the policies that asked nothing, since their condition does not hold.
pub fn spared(verdict: &Verdict) -> Vec<String> {
    let mut lines = BTreeMap::new();
    for finding in verdict.judgments.iter().flat_map(|it| &it.findings) {
        let Some(origin) = &finding.origin else { continue };
        let unmet = finding.reasons.iter().all(|it| it.about == About::Scope && it.what == UNMET);
        // Two policies may have files of one name.
        *lines.entry(origin.to_string()).or_insert(true) &= unmet;
    }
    lines.into_iter().filter(|it| it.1).map(|it| it.0).collect()
}

impl Court<'_> {
    /// The merge group, if a merge queue lands the update.
    fn group(&self) -> Option<Rc<MergeGroup>> {
        self.case.change.facts.merge_group(self.case.update).ok().flatten()
    }

    /// Whether a merge queue lands the update.
    pub(super) fn is_queued(&self) -> bool {
        self.group().is_some()
    }

    /// What a rule asks whose condition is about the pull requests in a merge group.
    /// `sane-groups` holds that each was let through by the same policy, whose condition
    /// was known of it or else taken to hold. What ran on the group was not looked at
    /// there, so that it counts unless the condition holds of none of them.
    pub(super) fn of_members(
        &self,
        protection: &Protection,
        asked: &Asked,
    ) -> (Vec<Reason>, Vec<Part>) {
        let line = asked.origin.to_string();
        let spares = |it: &MergeGroup| {
            !it.entries.is_empty() && it.entries.iter().all(|it| it.spared.contains(&line))
        };
        let what = match asked.rule.uses(self.case.people).contains(&Need::Checks) {
            false => ONE_BY_ONE,
            true if self.group().is_some_and(|it| spares(&it)) => {
                "does not apply to any pull request in the merge group"
            }
            true => return self.asked(protection, asked),
        };
        (vec![Reason::not_applicable(what)], Vec::new())
    }
}
