//! Looking at a merge group: each pull request in it by itself, and all of them
//! together.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Uses;
use super::ask;
use super::compare;
use super::crowd::Crowd;
use super::explain::{Candidate, Doubt, Explained, explain};
use super::fill::{Filling, read};
use super::judge::Court;
use super::known::Known;
use super::outcome::{Judgement, Outcome, Unavailable};
use super::pull::{self, Gatherer, PullAsked};
use crate::git::Deadline;
use crate::github::Slug;
use crate::github::api::{Caller, segment};
use crate::github::mirror::{Mirror, Wants};
use crate::github::read::Told;
use crate::github::read::query::Part;
use crate::github::work::Home;
use crate::judge;
use crate::model::{
    Decision, GroupEntry, MergeGroup, Need, Oid, RefName, RefUpdate, Target, Timestamp, Unknown,
};
use crate::record::Terms;

/// A merge group to look at.
#[derive(Clone, Copy)]
pub struct GroupAsked<'a> {
    /// Who asks GitHub.
    pub caller: &'a Caller,
    /// Where it is.
    pub home: Home,
    /// What that is called.
    pub slug: &'a Slug,
    /// The head that the queue made.
    pub head: Oid,
    /// The branch it is to land on, without `refs/heads/`.
    pub base: &'a str,
    /// Where that was when the group was made.
    pub onto: Oid,
    /// The default branch, without `refs/heads/`, if it is known.
    pub default_branch: Option<&'a str>,
    /// The pull requests that may be in it: those open onto the branch.
    pub candidates: &'a [Candidate],
    /// What time it is.
    pub now: Timestamp,
    /// What the policy used when it was read last; `None` if none was ever seen.
    pub expected: Option<&'a Uses>,
}

impl Gatherer {
    /// Looks at a merge group. What is told of it is its base and head.
    pub async fn judge_group(&self, asked: GroupAsked<'_>) -> Outcome {
        match self.group(asked).await {
            Ok(outcome) => outcome,
            Err(unavailable) => unavailable.at(Some(asked.head)).into(),
        }
    }

    async fn group(&self, asked: GroupAsked<'_>) -> Result<Outcome, Unavailable> {
        let GroupAsked { head, onto, .. } = asked;
        let wants = Wants {
            tips: vec![head, onto],
            earlier: asked.candidates.iter().map(|it| it.head).collect(),
            refs: true,
            ..Wants::default()
        };
        let here = (asked.caller, asked.home.repository, asked.slug, asked.now);
        let mirror = self.mirror(here, &wants).await?;
        let mut told = Told::default();
        (told.repository_id, told.open) = (asked.home.repository, true);
        (told.head, told.base_tip) = (Some(head), Some(onto));
        asked.base.clone_into(&mut told.base);
        asked.slug.to_string().clone_into(&mut told.repository.name);
        let tip = self.default_tip(&asked, &mirror).await?;
        told.default_tip = Some(tip);
        let own = match self.policy(&mirror, tip, asked.expected.is_some(), asked.now).await? {
            Ok(own) => Some(own),
            Err(none) => match none(told.clone()) {
                Outcome::NoPolicy(_) | Outcome::Elsewhere(_) if self.floor.is_some() => None,
                other => return Ok(other),
            },
        };
        let policy = own.as_ref().map(|(policy, _)| Arc::clone(policy));
        let name = RefName::new(format!("refs/heads/{}", asked.base));
        let uses = self.uses(policy.as_deref(), &name);
        let group = self.members(&asked, tip, &mirror).await?;
        let mut known = Known { group: Some(group.clone()), ..Known::default() };
        if uses.has(Need::Checks) {
            let ran = ask::ran(asked.caller, asked.slug, head).await?;
            (told.checks, told.workflows, told.checked) = (ran.checks, ran.workflows, ran.checked);
            told.partial.extend(ran.partial);
            known.parts.insert(Part::Checks);
        }
        known.told = told;
        let (caller, slug, now) = (asked.caller, asked.slug, asked.now);
        let crowd = Crowd { caller, store: self.store.as_ref(), slug, now };
        if uses.repository() {
            let told = known.told.repository.clone();
            known.repository = Some(crowd.repository(asked.home.repository, &told).await?);
        }
        let (old, new) = (Some(onto), Target::At(head));
        let court = Court {
            policy,
            floor: self.floor.clone(),
            uses: uses.clone(),
            actor: Err(Unknown::NotHere(Need::Actor)),
            update: RefUpdate { name, asked_as: None, old, new, stale: false },
            at: now,
            patience: self.patience,
            terms: Terms::default(),
        };
        let filling = Filling { crowd, mirror, ends: (onto, head), patience: self.patience };
        let (sentence, known) = pull::sentence(Arc::new(court), &filling, known).await?;
        let about = (known.told, uses);
        let judgement = pull::judgement(own, sentence, about, (onto, head));
        Ok(Outcome::Judged(Box::new(Judgement { group: Some(group), ..judgement })))
    }

    async fn default_tip(
        &self,
        asked: &GroupAsked<'_>,
        mirror: &Arc<Mirror>,
    ) -> Result<Oid, Unavailable> {
        #[derive(serde::Deserialize)]
        struct Repository {
            default_branch: String,
        }
        let branch = match asked.default_branch {
            Some(branch) => branch.to_owned(),
            None => {
                let (owner, name) = (segment(asked.slug.owner()), segment(asked.slug.name()));
                let path = format!("/repos/{owner}/{name}");
                asked.caller.get::<Repository>(&path).await?.default_branch
            }
        };
        let name = RefName::new(format!("refs/heads/{branch}"));
        let tip = read(mirror, move |repository| repository.resolve(&name)).await?;
        let tip = tip.map_err(|it| Unavailable::later(format!("the mirror: {it:#}")))?.1;
        tip.ok_or_else(|| Unavailable::stuck("the repository has no default branch"))
    }

    /// The pull requests in the group, each judged by itself as it is now, by the policy
    /// of the commit `tip`.
    async fn members(
        &self,
        asked: &GroupAsked<'_>,
        tip: Oid,
        mirror: &Arc<Mirror>,
    ) -> Result<MergeGroup, Unavailable> {
        let explained = self.explained(asked, mirror).await?;
        let mut group = MergeGroup { entries: Vec::new(), unexplained: explained.unexplained };
        for member in explained.members {
            let mut spared = Vec::new();
            let alone = PullAsked {
                caller: asked.caller,
                home: asked.home,
                slug: asked.slug,
                number: member.number,
                now: asked.now,
                expected: asked.expected,
                ledger: None,
            };
            let decision = match Box::pin(self.judge_pull(alone)).await {
                Outcome::Judged(judged) if judged.told.default_tip != Some(tip) => {
                    return Err(Unavailable::later("the default branch moved meanwhile"));
                }
                // It may land elsewhere, or may not.
                Outcome::Judged(judged) if judged.told.base != asked.base => Decision::Deny,
                // What was pushed since is not what would land.
                Outcome::Judged(judged) if judged.head != member.head => Decision::Pending,
                Outcome::Judged(judged) => {
                    spared = judge::spared(&judged.verdict);
                    judged.verdict.decision()
                }
                Outcome::Unavailable(why) if why.temporary => return Err(*why),
                Outcome::Closed(_)
                | Outcome::NoPolicy(_)
                | Outcome::Elsewhere(_)
                | Outcome::PolicyMissing(_)
                | Outcome::PolicyBroken { .. }
                | Outcome::Unavailable(_) => Decision::Deny,
            };
            group.entries.push(GroupEntry { number: member.number, decision, spared });
        }
        Ok(group)
    }

    async fn explained(
        &self,
        asked: &GroupAsked<'_>,
        mirror: &Arc<Mirror>,
    ) -> Result<Explained, Unavailable> {
        let failed = |it: anyhow::Error| Unavailable::later(format!("the merge group: {it:#}"));
        let (ends, candidates) = ((asked.onto, asked.head), asked.candidates.to_vec());
        let patience = self.patience;
        let again = candidates.clone();
        let first = read(mirror, move |repository| {
            explain(repository, ends, &candidates, &[], Deadline::after(patience))
        });
        let first = first.await?.map_err(failed)?;
        if first.unexplained.is_empty() || first.doubts.is_empty() {
            return Ok(first);
        }
        let doubts = first.doubts.clone();
        let wanted = read(mirror, move |repository| {
            let late = Deadline::after(patience);
            let of = |it: &Doubt| compare::of_sides(repository, (it.onto, it.candidate.head), late);
            // What cannot be compared stays a doubt.
            let all: BTreeSet<Oid> = doubts.iter().filter_map(|it| of(it).ok()).flatten().collect();
            Ok(all.into_iter().collect::<Vec<_>>())
        });
        let wanted = wanted.await?.map_err(failed)?;
        mirror.want(&wanted, asked.now).await?;
        let doubts = first.doubts;
        let second = read(mirror, move |repository| {
            let late = Deadline::after(patience);
            let lands = |it: &Doubt| {
                let made = repository.merge_tree(it.onto, it.candidate.head, late);
                let is = repository.tree_of(it.commit);
                made.is_ok_and(|made| made.is_some_and(|made| is.is_ok_and(|is| is == made)))
            };
            let proven: Vec<_> = doubts.into_iter().filter(lands).collect();
            explain(repository, ends, &again, &proven, late)
        });
        second.await?.map_err(failed)
    }
}
