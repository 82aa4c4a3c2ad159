//! A change and all that was known about it, as a file.
//!
//! Any verdict can be kept so, and reached again from the file alone, bit for
//! bit. `format` is 1; a file of a newer one is refused, and so is a key that is
//! not known: what is not understood may matter. `docs/facts.schema.json` is
//! generated from the types here, and `docs/facts.md` explains them.

mod hand;
mod keys;
mod read;
mod replay;
mod seal;
mod terms;
mod worth;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::judge::judge;
use crate::model::{
    Actor, Change, Fact, Memory, Need, Recorded, Recorder, RefUpdate, Stage, Timestamp, Unknown,
    Verdict, time,
};
use crate::policy::{self, Policy, Problems};
use crate::report::{self, Report};
use crate::secret::Matcher;

pub(crate) use keys::Keys;
pub use read::read;
pub(crate) use read::stray;
pub use replay::Replayed;
pub use terms::{Objection, Terms};
pub use worth::Compared;

/// The version of the format.
pub const FORMAT: u32 = 1;

/// A change, and all that was known about it.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Record {
    /// The version of this format: 1.
    pub format: u32,
    /// The version of Refgate that wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refgate: Option<String>,
    /// Where in its life the change was.
    pub stage: Stage,
    /// When it arrived. It may be missing where whoever judges says when.
    #[serde(default, with = "time")]
    #[schemars(with = "time::Moment")]
    pub at: Timestamp,
    /// Who moves the refs. If nobody is named, they are not known; a gap of
    /// `the pusher` in `facts` may say why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<Actor>,
    /// The host whose logins actors have, as `refgate.host` names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// The policy that it was judged by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<Judge>,
    /// What held besides the policy.
    #[serde(default, skip_serializing_if = "Terms::is_empty")]
    pub terms: Terms,
    /// The refs to be moved, in the order Git gave them.
    pub updates: Vec<RefUpdate>,
    /// What was known.
    #[serde(default)]
    pub facts: Recorded,
    /// Whether something in its texts may have been a secret and is redacted, so
    /// that a rule about them may now come to something else.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub redacted: bool,
    /// What was decided. Nothing is decided by it again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Report>,
    /// What was decided besides by the policy that holds for every repository: the worse
    /// of both stood. Nothing is decided by it again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub floor: Option<Below>,
}

/// What a policy below all others came to.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Below {
    /// The policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<Judge>,
    /// What was decided by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Report>,
}

/// The policy that something was judged by.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Judge {
    /// What reports call it: `refgate.toml`.
    pub name: String,
    /// SHA-256 over the texts of all its files, each with a NUL behind it.
    pub sha256: String,
    /// The texts, by name, without those of presets. Missing if one of them may
    /// hold a secret.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub files: BTreeMap<String, String>,
}

/// Whether a record is wanted.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Keep {
    /// No.
    #[default]
    Nothing,
    /// Yes, with every answer.
    Everything,
    /// Yes, and with what another policy may ask and is at hand.
    AtHand,
}

/// A verdict, and the record of it if one was wanted.
pub struct Judged {
    /// The verdict.
    pub verdict: Verdict,
    /// The record.
    pub record: Option<Record>,
}

/// Judges a change by a policy and by what holds besides. The error says why it
/// cannot be recorded without a secret.
pub fn judged(
    policy: &Policy,
    change: Change<'_>,
    terms: Terms,
    keep: Keep,
) -> Result<Judged, String> {
    if keep == Keep::Nothing {
        let mut verdict = judge(policy, &change);
        terms.apply(&mut verdict);
        return Ok(Judged { verdict, record: None });
    }
    let recorder = Recorder::new(change.facts, &change.updates);
    let Change { stage, actor, updates, at, facts, .. } = change;
    let memory = Memory::default();
    let change = Change { stage, actor: actor.clone(), updates, at, facts: &recorder, memory };
    let mut verdict = judge(policy, &change);
    terms.apply(&mut verdict);
    let updates = change.updates;
    if keep == Keep::AtHand {
        hand::ask(facts, &recorder, &updates);
    }
    let mut facts = recorder.finish();
    if let Err(unknown) = &actor {
        facts.lack(Need::Actor, "", unknown);
    }
    let mut record = Record {
        format: FORMAT,
        refgate: Some(env!("CARGO_PKG_VERSION").to_owned()),
        stage,
        at,
        actor: actor.ok(),
        host: policy.people.host.clone(),
        policy: Some(Judge::of(policy)),
        terms,
        updates,
        facts,
        redacted: false,
        verdict: Some(Report::of(&verdict)),
        floor: None,
    };
    // What is a secret to this policy alone nobody knows later.
    let asked = policy.protections.iter().flat_map(|it| &it.rules);
    for matcher in asked.filter_map(|it| it.rule.own_secrets()) {
        record = seal::sealed(&record, matcher)?;
    }
    Ok(Judged { verdict, record: Some(record) })
}

impl Record {
    /// The record without what may be a secret. The error says why that cannot be.
    pub fn sealed(&self) -> Result<Self, String> {
        seal::sealed(self, Matcher::built_in())
    }

    /// The record as JSON that people can read, sealed.
    pub fn json(&self) -> Result<String, String> {
        let text = serde_json::to_string_pretty(&self.sealed()?);
        let text = text.map_err(|error| error.to_string())?;
        Ok(format!("{}\n", report::escaped_json(&text)))
    }

    /// The same as TOML.
    pub fn toml(&self) -> Result<String, String> {
        toml::to_string(&self.sealed()?).map_err(|error| error.to_string())
    }

    /// Who moves the refs.
    pub fn actor(&self) -> Fact<Actor> {
        let unknown = || {
            let need = Need::Actor.to_string();
            let gap = self.facts.gaps.iter().find(|it| it.need == need);
            gap.map_or(Unknown::NotHere(Need::Actor), |it| it.unknown(Need::Actor))
        };
        self.actor.clone().ok_or_else(unknown)
    }

    /// The policy that it was judged by, if its text is there.
    pub fn policy(&self) -> Option<Result<Policy, Problems>> {
        let Judge { name, files, .. } = self.policy.as_ref()?;
        let preset = name.strip_prefix("preset:").and_then(policy::preset);
        let text = files.get(name).map(String::as_str).or(preset)?;
        let mut open = |wanted: &str| {
            files.get(wanted).cloned().ok_or_else(|| "the record does not hold it".to_owned())
        };
        Some(policy::parse(name, text, &mut open))
    }

    /// Whether it was judged by `policy`.
    pub fn is_by(&self, policy: &Policy) -> bool {
        self.policy.as_ref().is_some_and(|it| it.sha256 == digest(policy))
    }

    /// Whether the record tells of this verdict; `None` if it tells of none.
    pub fn told(&self, verdict: &Verdict) -> Option<bool> {
        let text = |it: &Report| serde_json::to_string(it).unwrap_or_default();
        let mut now = Report::of(verdict);
        let before = self.verdict.as_ref()?;
        // Another version may well say the same.
        now.refgate.clone_from(&before.refgate);
        Some(text(before) == text(&now))
    }

    /// Judges it again. What held besides its policy holds again if it is the
    /// same.
    pub fn judged(&self, mut policy: Policy) -> Verdict {
        policy.people.host.clone_from(&self.host);
        self.judged_by(&policy)
    }

    /// The same by a policy whose people are on the record's host.
    pub fn judged_by(&self, policy: &Policy) -> Verdict {
        let change = Change {
            stage: self.stage,
            actor: self.actor(),
            updates: self.updates.clone(),
            at: self.at,
            facts: &self.facts,
            memory: Memory::default(),
        };
        let mut verdict = judge(policy, &change);
        if self.is_by(policy) {
            self.terms.apply(&mut verdict);
        }
        verdict
    }
}

impl Judge {
    fn of(policy: &Policy) -> Self {
        let root = policy.files.first().map(|it| it.name.to_string());
        let own = policy.files.iter().filter(|it| !it.name.starts_with("preset:"));
        Self {
            name: root.unwrap_or_default(),
            sha256: digest(policy),
            files: own.map(|it| (it.name.to_string(), it.text.clone())).collect(),
        }
    }
}

/// SHA-256 over the texts of all files of a policy, each with a NUL behind it: what
/// policy that is.
pub fn digest(policy: &Policy) -> String {
    let mut hash = Sha256::new();
    for file in &policy.files {
        hash.update(&file.text);
        hash.update(b"\0");
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The JSON schema of a record.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Record).to_value()
}
