//! Writing the check run: made once for a head and changed from then on, never by
//! an older look, and not at all where it says so already.

use std::time::Duration;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::body::{Ended, Mark, Part, Said, joined};
use super::status;
use crate::github::Slug;
use crate::github::api::{Access, ApiError, Caller, Scope};
use crate::github::bot::{Bot, Trouble};
use crate::github::store::{CheckKey, Held, Job, MayWrite, Proposal, Written};
use crate::github::work::{Home, Subject};
use crate::model::Oid;

/// Where a check run is seen.
#[derive(Clone, Debug)]
pub struct Place {
    /// The repository.
    pub home: Home,
    /// Its name now.
    pub slug: Slug,
    /// The commit.
    pub head: Oid,
}

/// As many annotations are taken at once.
const AT_ONCE: usize = 50;

/// Longer than writing can take.
const LEASE: Duration = Duration::from_mins(2);

/// As often somebody else's writing is waited for, and for how long each time.
const TRIES: usize = 20;
const PAUSE: Duration = Duration::from_millis(500);

/// When to try again after that, in seconds.
const SOON: i64 = 3;

/// Writes what `part` and the other pull requests with the same head come to.
/// Answers whether it still was this look's to write.
pub async fn publish(bot: &Bot, job: &Job, place: &Place, part: &Part) -> Result<Held, Trouble> {
    let key = key(bot, place);
    let says = serde_json::to_string(part).map_err(|it| Trouble::Broken(it.to_string()))?;
    for _ in 0..TRIES {
        let kept = bot.store.propose(&key, job, &says, bot.clock.now()).await?;
        let Proposal::Kept { version, parts } = kept else { return Ok(Held::Lost) };
        let parts = relevant(bot, job, place, parts).await?;
        let said = joined(&parts);
        // What is required somewhere and not there holds up more surely than anything.
        if said.ended == Ended::Unasked && !bot.store.standing(&key, &job.subject).await?.written {
            return Ok(Held::Still);
        }
        let before = bot.store.check(&key).await?;
        let hash = digest(&said)?;
        match bot.store.before_write(&key, version, &hash, LEASE).await? {
            MayWrite::Same => return Ok(Held::Still),
            MayWrite::Stale => return Ok(Held::Lost),
            MayWrite::Busy => tokio::time::sleep(PAUSE).await,
            MayWrite::Yes { run, unsure } => {
                let caller = writer(bot, place);
                let writing = Writing { bot, caller: &caller, place, said: &said };
                let run = match run {
                    None if unsure => writing.find().await,
                    known => Ok(known),
                };
                let marks = Marks::between(before.as_ref().map(|it| it.hash.as_str()), &hash);
                let written = match run {
                    Ok(run) => writing.write(run, marks).await,
                    Err(error) => Err(error),
                };
                let run = match written {
                    Ok(run) => run,
                    Err(error) => {
                        bot.store.unwritten(&key, job, version).await?;
                        return Err(error.into());
                    }
                };
                // Another try writes both again, whatever is known of the check run.
                let status = status::write(bot, &caller, place, &said).await;
                let held = bot.store.written(&key, job, version, Written { run, hash }).await?;
                status?;
                return Ok(held);
            }
        }
    }
    // Their time is limited, and no failure of ours.
    let soon = bot.clock.now() + SOON;
    Err(Trouble::At(soon, "somebody else is writing the check run".to_owned()))
}

/// Takes back what is written about a head before `part`'s subject has had a say about
/// it as it is now: what holds for others, or held before, would let it land.
pub async fn withhold(bot: &Bot, job: &Job, place: &Place, part: &Part) -> Result<(), Trouble> {
    if bot.store.standing(&key(bot, place), &job.subject).await?.written {
        publish(bot, job, place, part).await?;
    }
    Ok(())
}

/// Whether something is written about a head that a subject has had no say in.
pub async fn is_others(bot: &Bot, job: &Job, place: &Place) -> Result<bool, Trouble> {
    let standing = bot.store.standing(&key(bot, place), &job.subject).await?;
    Ok(standing.written && !standing.heard)
}

fn key(bot: &Bot, place: &Place) -> CheckKey {
    let (repository, commit) = (place.home.repository, place.head);
    CheckKey { repository, commit, name: bot.config.check.name.clone() }
}

fn writer(bot: &Bot, place: &Place) -> Caller {
    let mut scope = Scope::of(place.home.repository).may(Access::Write, "checks");
    if bot.config.check.status {
        scope = scope.may(Access::Write, "statuses");
    }
    bot.client.installation(place.home.installation, scope).for_purpose("check").urgent()
}

/// The parts of pull requests that still are open and have this head, and of
/// whatever is no pull request.
async fn relevant(
    bot: &Bot,
    job: &Job,
    place: &Place,
    parts: Vec<crate::github::store::CheckPart>,
) -> Result<Vec<Part>, Trouble> {
    let there = bot.store.pulls_at(place.home.repository, place.head).await?;
    let counts = |subject: &Subject| match subject {
        Subject::Pull { number, .. } => {
            *subject == job.subject || there.iter().any(|it| it.open && it.number == *number)
        }
        Subject::Group { .. }
        | Subject::Deployment { .. }
        | Subject::Head { .. }
        | Subject::Branch { .. }
        | Subject::Repository { .. }
        | Subject::Installation { .. } => true,
    };
    let parts = parts.into_iter().filter(|it| counts(&it.subject));
    let read = |it: crate::github::store::CheckPart| serde_json::from_str(&it.says).ok();
    // What an older version of ours wrote and this one cannot read says nothing good.
    let unread = || Part::looking("another pull request".to_owned());
    Ok(parts.map(|it| read(it).unwrap_or_else(unread)).collect())
}

struct Writing<'w> {
    bot: &'w Bot,
    caller: &'w Caller,
    place: &'w Place,
    said: &'w Said,
}

impl Writing<'_> {
    /// A run of ours that is there, though we do not know its number.
    async fn find(&self) -> Result<Option<u64>, ApiError> {
        let (slug, head) = (&self.place.slug, self.place.head);
        let (app, name) = (self.bot.config.app_id, segment(&self.bot.config.check.name));
        let path =
            format!("/repos/{slug}/commits/{head}/check-runs?check_name={name}&app_id={app}");
        let found: Value = self.caller.get(&path).await?;
        let runs = found["check_runs"].as_array();
        let ours = runs.into_iter().flatten().filter(|it| it["app"]["id"].as_u64() == Some(app));
        Ok(ours.filter_map(|it| it["id"].as_u64()).max())
    }

    /// Writes it, and answers its number.
    async fn write(&self, run: Option<u64>, marks: Marks) -> Result<u64, ApiError> {
        let run = run.filter(|_| marks != Marks::Others);
        let new =
            if run.is_some() && marks == Marks::Same { &[][..] } else { &self.said.annotations };
        let mut new = new.chunks(AT_ONCE);
        let body = self.body(new.next().unwrap_or_default());
        let slug = &self.place.slug;
        let run = match run {
            Some(run) => {
                let path = format!("/repos/{slug}/check-runs/{run}");
                match self.caller.patch::<Value>(&path, &body).await {
                    Ok(_) => run,
                    // It is gone: GitHub forgets old ones.
                    Err(ApiError::NotFound) => {
                        let first = self.said.annotations.chunks(AT_ONCE).next();
                        self.create(&self.body(first.unwrap_or_default())).await?
                    }
                    Err(error) => return Err(error),
                }
            }
            None => self.create(&body).await?,
        };
        for more in new {
            let path = format!("/repos/{slug}/check-runs/{run}");
            let output = json!({
                "title": self.said.title, "summary": self.said.summary, "annotations": more,
            });
            self.caller.patch::<Value>(&path, &json!({ "output": output })).await?;
        }
        Ok(run)
    }

    async fn create(&self, body: &Value) -> Result<u64, ApiError> {
        let mut body = body.clone();
        body["head_sha"] = json!(self.place.head.to_string());
        let path = format!("/repos/{}/check-runs", self.place.slug);
        let made: Value = self.caller.post(&path, &body).await?;
        let id = made["id"].as_u64();
        id.ok_or_else(|| ApiError::Malformed("a check run without a number".to_owned()))
    }

    fn body(&self, marks: &[Mark]) -> Value {
        let said = self.said;
        let mut output = json!({ "title": said.title, "summary": said.summary });
        if !said.text.is_empty() {
            output["text"] = json!(said.text);
        }
        if !marks.is_empty() {
            output["annotations"] = json!(marks);
        }
        let mut body = json!({ "name": self.bot.config.check.name, "output": output });
        match conclusion(said.ended) {
            Some(conclusion) => {
                body["status"] = json!("completed");
                body["conclusion"] = json!(conclusion);
            }
            None => body["status"] = json!("in_progress"),
        }
        let again = json!({ "label": "Look again", "identifier": "recheck",
            "description": "Find everything out anew" });
        let ask = json!({ "label": "Request review", "identifier": "request-review",
            "description": "Ask who could approve" });
        body["actions"] = if said.reviewers { json!([again, ask]) } else { json!([again]) };
        if let Some((url, page)) = self.bot.config.public_url.as_ref().zip(said.page.as_ref()) {
            body["details_url"] = json!(format!("{url}{page}"));
        }
        body
    }
}

fn conclusion(ended: Ended) -> Option<&'static str> {
    match ended {
        Ended::Allowed => Some("success"),
        Ended::Waits | Ended::Unasked => None,
        Ended::Denied | Ended::Error => Some("failure"),
    }
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|it| format!("{it:02x}")).collect()
}

fn segment(text: &str) -> String {
    crate::github::api::segment(text)
}

/// Two digests: of everything, and of the annotations. Where to read on is left
/// out: it alone is not worth a call.
fn digest(said: &Said) -> Result<String, Trouble> {
    let whole = Said { page: None, ..said.clone() };
    let json = |it: serde_json::Result<Vec<u8>>| it.map_err(|it| Trouble::Broken(it.to_string()));
    let all = hex(&json(serde_json::to_vec(&whole))?);
    let marks = hex(&json(serde_json::to_vec(&said.annotations))?);
    Ok(format!("{all}.{marks}"))
}

/// How the annotations of a run that is there relate to those it shall have.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Marks {
    /// It has them.
    Same,
    /// It has none.
    None,
    /// It has others, or nobody knows. They cannot be taken away, so that another run
    /// is made, which counts instead.
    Others,
}

impl Marks {
    /// By the digests of what was written and of what shall be.
    fn between(before: Option<&str>, now: &str) -> Self {
        let of = |hash: &str| hash.split_once('.').map(|(_, marks)| marks.to_owned());
        let none = hex(b"[]");
        match (before.and_then(of), of(now)) {
            (Some(before), Some(now)) if before == now => Self::Same,
            (Some(before), _) if before == none => Self::None,
            (None, Some(now)) if now == none => Self::Same,
            _ => Self::Others,
        }
    }
}
