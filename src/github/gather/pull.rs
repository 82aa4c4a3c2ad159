//! Looking at one pull request: from its number to a verdict.

use std::sync::Arc;
use std::time::Duration;

use super::ask;
use super::crowd::Crowd;
use super::fill::{Filling, read};
use super::judge::{Court, Sentence};
use super::known::{Known, Ledger};
use super::outcome::{Judgement, Outcome, Unavailable};
use super::policy::{self, Found};
use super::proposed::proposed;
use super::{Uses, joined, whole};
use crate::github::Slug;
use crate::github::api::{Caller, Secret};
use crate::github::mirror::{Mirror, MirrorError, Mirrors, Source, Wants};
use crate::github::read::Told;
use crate::github::read::query::Part;
use crate::github::store::{LedgerPush, Store};
use crate::github::work::{Home, Note};
use crate::model::{Actor, Need, Oid, Push, RefName, RefUpdate, Stage, Target, Timestamp, Unknown};
use crate::policy::Policy;
use crate::record::{self, Terms};

/// So often something more is found out for one verdict.
const MOST_ROUNDS: usize = 16;

/// So often files of a policy are fetched, each extending another.
const MOST_FILES: usize = 40;

/// Gathers facts, and has them judged.
#[derive(Clone)]
pub struct Gatherer {
    /// Copies of repositories.
    pub mirrors: Mirrors,
    /// The ledger, and what is remembered of people; without it nothing is.
    pub store: Option<Store>,
    /// What holds for every repository, besides its own policy.
    pub floor: Option<Arc<Policy>>,
    /// How long judging once may take.
    pub patience: Duration,
}

/// A pull request to look at.
#[derive(Clone, Copy)]
pub struct PullAsked<'a> {
    /// Who asks GitHub.
    pub caller: &'a Caller,
    /// Where it is.
    pub home: Home,
    /// What that is called.
    pub slug: &'a Slug,
    /// Its number.
    pub number: u64,
    /// What time it is.
    pub now: Timestamp,
    /// What the policy used when it was read last; `None` if none was ever seen.
    pub expected: Option<&'a Uses>,
    /// What deliveries told; `None` to take it from the store.
    pub ledger: Option<&'a Ledger>,
}

/// All that must be known before anything can be judged.
struct Brief {
    told: Told,
    /// What was asked for.
    parts: Vec<Part>,
    own: Option<(Arc<Policy>, Oid)>,
    uses: Uses,
    mirror: Arc<Mirror>,
    /// The repository's name now.
    slug: Slug,
    name: RefName,
    /// The tip of the target, and the head.
    ends: (Oid, Oid),
}

/// A policy, and the commit it was read from.
pub(super) type Read = Result<(Arc<Policy>, Oid), Box<dyn FnOnce(Told) -> Outcome + Send>>;

impl Gatherer {
    /// Looks at a pull request.
    pub async fn judge_pull(&self, asked: PullAsked<'_>) -> Outcome {
        match self.pull(asked).await {
            Ok(outcome) => outcome,
            Err(unavailable) => unavailable.into(),
        }
    }

    async fn pull(&self, asked: PullAsked<'_>) -> Result<Outcome, Unavailable> {
        let ledger = self.ledger(&asked).await?;
        let mut expected = asked.expected.cloned().unwrap_or_else(Uses::everything);
        if let Some(floor) = &self.floor {
            expected = expected.and(&Uses::anywhere(floor));
        }
        let told = self.told(&asked, &expected).await?;
        let (Some(head), true) = (told.head, told.open) else {
            return Ok(Outcome::Closed(Box::new(told)));
        };
        match self.brief(&asked, (told, head), &expected, &ledger).await {
            Ok(Ok(brief)) => {
                let judged = self.sentenced(&asked, brief, &ledger).await;
                judged.map_err(|it| it.at(Some(head)))
            }
            Ok(Err(outcome)) => Ok(outcome),
            Err(unavailable) => Err(unavailable.at(Some(head))),
        }
    }

    async fn told(&self, asked: &PullAsked<'_>, uses: &Uses) -> Result<Told, Unavailable> {
        let place = (asked.slug, asked.number);
        Ok(ask::pull(asked.caller, place, &uses.parts(), uses.repository()).await?)
    }

    /// Reads the policy, and what it uses and was not expected to.
    async fn brief(
        &self,
        asked: &PullAsked<'_>,
        (mut told, head): (Told, Oid),
        expected: &Uses,
        ledger: &Ledger,
    ) -> Result<Result<Brief, Outcome>, Unavailable> {
        let base = told.base_tip.ok_or_else(|| Unavailable::stuck("the target branch is gone"))?;
        let no_tip = || Unavailable::stuck("the repository has no default branch");
        let tip = told.default_tip.ok_or_else(no_tip)?;
        let slug: Slug = told.repository.name.parse().unwrap_or_else(|_| asked.slug.clone());
        let mut wants = Wants {
            pull: Some(asked.number),
            head: Some(head),
            tips: vec![base, tip],
            earlier: earlier(ledger, &told),
            refs: expected.has(Need::Refs),
        };
        let here = (asked.caller, asked.home.repository, &slug, asked.now);
        let mut mirror = self.mirror(here, &wants).await?;
        let own = match self.policy(&mirror, tip, asked.expected.is_some(), asked.now).await? {
            Ok(own) => Some(own),
            Err(none) => match none(told.clone()) {
                Outcome::NoPolicy(_) | Outcome::Elsewhere(_) if self.floor.is_some() => None,
                other => return Ok(Err(other)),
            },
        };
        let name = RefName::new(format!("refs/heads/{}", told.base));
        let uses = self.uses(own.as_ref().map(|(policy, _)| &**policy), &name);
        if uses.has(Need::Refs) && !wants.refs {
            wants.refs = true;
            mirror = self.mirror(here, &wants).await?;
        }
        let mut parts = expected.parts();
        let more = uses.parts().iter().any(|it| !parts.contains(it));
        if more || (uses.repository() && !expected.repository()) {
            parts = uses.parts();
            let target = std::mem::take(&mut told.base);
            told = self.told(asked, &uses).await?;
            let same = (told.head, told.base_tip, told.open) == (Some(head), Some(base), true);
            // Two branches may point to one commit.
            if !same || told.base != target || told.default_tip != Some(tip) {
                return Err(Unavailable::later("it moved while it was looked at"));
            }
        }
        Ok(Ok(Brief { told, parts, own, uses, mirror, slug, name, ends: (base, head) }))
    }

    async fn sentenced(
        &self,
        asked: &PullAsked<'_>,
        brief: Brief,
        ledger: &Ledger,
    ) -> Result<Outcome, Unavailable> {
        let Brief { told, parts, own, uses, mirror, slug, name, ends } = brief;
        let (pushes, notes) = self.pushes(asked, &slug, (&told, &uses), ledger).await?;
        let mut known = Known::of(told, &parts, ledger, pushes);
        let crowd =
            Crowd { caller: asked.caller, store: self.store.as_ref(), slug: &slug, now: asked.now };
        if uses.repository() {
            let told = known.told.repository.clone();
            known.repository = Some(crowd.repository(asked.home.repository, &told).await?);
        }
        let proposed = match &own {
            Some((policy, _)) if known.told.is_onto_default() => {
                proposed(&mirror, policy, ends, (self.patience, asked.now)).await?
            }
            _ => None,
        };
        let objections = proposed.iter().filter_map(|it| it.objection.clone()).collect();
        let (old, new) = (Some(ends.0), Target::At(ends.1));
        let court = Court {
            policy: own.as_ref().map(|(policy, _)| Arc::clone(policy)),
            floor: self.floor.clone(),
            uses: uses.clone(),
            actor: known.told.merger.clone().ok_or(Unknown::NotHere(Need::Actor)),
            update: RefUpdate { name, asked_as: None, old, new, stale: false },
            at: asked.now,
            patience: self.patience,
            terms: Terms { objections, ..Terms::default() },
        };
        let filling = Filling { crowd, mirror, ends, patience: self.patience };
        let (sentence, known) = sentence(Arc::new(court), &filling, known).await?;
        let judgement = judgement(own, sentence, (known.told, uses), ends);
        Ok(Outcome::Judged(Box::new(Judgement { proposed, notes, ..judgement })))
    }

    async fn ledger(&self, asked: &PullAsked<'_>) -> Result<Ledger, Unavailable> {
        if let Some(ledger) = asked.ledger {
            return Ok(ledger.clone());
        }
        let Some(store) = &self.store else { return Ok(Ledger::default()) };
        let lost = |error| Unavailable::later(format!("the ledger: {error}"));
        let (repository, number) = (asked.home.repository, asked.number);
        let reviews = store.reviews(repository, number).await.map_err(lost)?;
        let pushes = store.pushes(repository, number).await.map_err(lost)?;
        Ok(Ledger {
            reviews: reviews.into_iter().map(|it| (it.review, (it.commit, it.says))).collect(),
            pushes: pushes.into_iter().map(push).collect(),
        })
    }

    /// The mirror with what is wanted. A token that is not taken is tried anew, once.
    pub(super) async fn mirror(
        &self,
        (caller, id, slug, now): (&Caller, u64, &Slug, Timestamp),
        wants: &Wants,
    ) -> Result<Arc<Mirror>, Unavailable> {
        let token = caller.token().await?;
        let sync = async |token: Option<Secret>| {
            let token = token.as_ref().map(Secret::expose);
            self.mirrors.sync(Source { id, slug, token }, wants, now).await
        };
        let synced = match (sync(token.clone()).await, token) {
            (Err(MirrorError::Denied(_)), Some(old)) if caller.drop_token(&old).await => {
                sync(caller.token().await?).await
            }
            (other, _) => other,
        };
        Ok(Arc::new(synced?))
    }

    /// The policy of the default branch, or what its absence means.
    pub(super) async fn policy(
        &self,
        mirror: &Arc<Mirror>,
        tip: Oid,
        seen: bool,
        now: Timestamp,
    ) -> Result<Read, Unavailable> {
        for _ in 0..MOST_FILES {
            let found = read(mirror, move |repository| policy::read(repository, tip)).await?;
            let found = found.map_err(|it| Unavailable::later(format!("the policy: {it:#}")))?;
            return Ok(match found {
                Found::Lacking(oids) => {
                    mirror.want(&oids, now).await?;
                    continue;
                }
                Found::Policy(policy) if policy.stages.contains(&Stage::Github) => {
                    Ok((Arc::from(policy), tip))
                }
                Found::Policy(_) => Err(Box::new(|told| Outcome::Elsewhere(Box::new(told)))),
                Found::Nothing if seen => {
                    Err(Box::new(|told| Outcome::PolicyMissing(Box::new(told))))
                }
                Found::Nothing => Err(Box::new(|told| Outcome::NoPolicy(Box::new(told)))),
                Found::Broken { name, problems } => Err(Box::new(move |told| {
                    Outcome::PolicyBroken { told: Box::new(told), name, problems }
                })),
            });
        }
        Err(Unavailable::later("the policy extends files without an end"))
    }

    /// What the policy and the floor use for a target.
    pub(super) fn uses(&self, policy: Option<&Policy>, name: &RefName) -> Uses {
        let all = policy.into_iter().chain(self.floor.as_deref());
        all.fold(Uses::default(), |uses, it| uses.and(&Uses::of(it, name)))
    }

    /// The pushes to the branch, and those that nobody had told of yet.
    async fn pushes(
        &self,
        asked: &PullAsked<'_>,
        slug: &Slug,
        (told, uses): (&Told, &Uses),
        ledger: &Ledger,
    ) -> Result<(Vec<Push>, Vec<Note>), Unavailable> {
        let Some(head) = told.head.filter(|_| uses.has(Need::Pushes)) else {
            return Ok((Vec::new(), Vec::new()));
        };
        let seen = ledger.pushes.iter().chain(&told.forced).cloned();
        let known = joined(seen.clone(), head);
        // The activity of another repository is not ours to read.
        if whole(&known, head) || told.proposal.fork.is_some() {
            return Ok((known, Vec::new()));
        }
        let branch = told.proposal.source.to_string();
        match ask::activity(asked.caller, slug, &branch).await {
            Ok(told) => {
                let notes = told.iter().map(|it| Note::Push {
                    repository: asked.home.repository,
                    number: asked.number,
                    before: it.before,
                    after: it.after,
                    at: it.at,
                    by: it.by.as_ref().map(|it| it.0.clone()),
                });
                let notes = notes.collect();
                Ok((joined(seen.chain(told), head), notes))
            }
            Err(error) if error.is_temporary() => Err(error.into()),
            // Without it, when the head came stays unknown.
            Err(_) => Ok((known, Vec::new())),
        }
    }
}

/// Judges, and finds out what is lacking, until nothing is.
pub(super) async fn sentence(
    court: Arc<Court>,
    filling: &Filling<'_>,
    known: Known,
) -> Result<(Sentence, Known), Unavailable> {
    let mut known = Arc::new(known);
    for round in 1.. {
        let (judge, by) = (Arc::clone(&court), Arc::clone(&known));
        let heard = read(&filling.mirror, move |repository| judge.hear(repository, &by)).await?;
        let (sentence, lacking) =
            heard.map_err(|it| Unavailable::later(format!("the mirror: {it:#}")))?;
        if let Some(sentence) = sentence.filter(|_| lacking.is_empty() || round >= MOST_ROUNDS) {
            return Ok((sentence, Arc::unwrap_or_clone(known)));
        }
        if round > MOST_ROUNDS {
            break;
        }
        filling.fill(Arc::make_mut(&mut known), lacking).await?;
    }
    Err(Unavailable::later("what it takes to judge could not be found out"))
}

fn push(it: LedgerPush) -> Push {
    let by = it.by.map(Actor);
    Push { before: it.before, after: it.after, at: it.at, by, triggered_by: None }
}

/// Heads that approvals may have been given on.
fn earlier(ledger: &Ledger, told: &Told) -> Vec<Oid> {
    let reviewed = ledger.reviews.values().map(|(commit, _)| *commit);
    let pushes = ledger.pushes.iter().chain(&told.forced);
    let pushed = pushes.flat_map(|it| [it.before, Some(it.after)]).flatten();
    let mut all: Vec<_> = reviewed.chain(pushed).collect();
    all.sort_unstable();
    all.dedup();
    all
}

pub(super) fn judgement(
    own: Option<(Arc<Policy>, Oid)>,
    sentence: Sentence,
    (told, uses): (Told, Uses),
    (base, head): (Oid, Oid),
) -> Judgement {
    let Sentence { verdict, record, floor, named } = sentence;
    let (policy, policy_commit) = own.unzip();
    Judgement {
        told,
        verdict,
        record,
        floor,
        sha256: policy.as_deref().map(record::digest),
        anywhere: policy.as_deref().map(Uses::anywhere).unwrap_or_default(),
        policy,
        policy_commit,
        uses,
        named,
        head,
        base,
        group: None,
        proposed: None,
        notes: Vec::new(),
    }
}
