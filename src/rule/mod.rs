//! The rules, one file each, and the list of them.
//!
//! To add a rule, write its file and add one line to the list below.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::DeserializeOwned;
use toml::de::{Error, ValueDeserializer};

use std::collections::BTreeMap;

use crate::model::{Change, Fact, Need, People, Push, RefUpdate, Said, Timestamp};
use crate::secret::Matcher;

pub(crate) mod byte_size;
mod collision;
mod consent;
mod deceit;
mod deed;
mod disguise;
mod duration;
mod gitmodules;
pub mod hint;
mod identity;
mod lfs_pointer;
pub mod owners;
mod rename;
mod secret_search;
pub mod spoken;
mod subject;
mod submodules;
mod symlink;
pub mod trailer;
mod trees;
pub mod when;
mod who;
mod windows_name;

pub(crate) use byte_size::ByteSize;
pub use consent::Requirement;
pub use when::When;

rules! {
    create::Create,
    update::Update,
    delete::Delete,
    fast_forward_only::FastForwardOnly,
    pull_request::PullRequest,
    linear::Linear,
    merge::Merge,
    up_to_date::UpToDate,
    branch_name::BranchName,
    tag::Tag,
    message::Message,
    sign_off::SignOff,
    trailers::Trailers,
    ticket::Ticket,
    author::Author,
    committer::Committer,
    commits::Commits,
    secrets::Secrets,
    file_size::FileSize,
    push_size::PushSize,
    paths::Paths,
    files::Files,
    text::Text,
    required_files::RequiredFiles,
    approvals::Approvals,
    code_owners::CodeOwners,
    separate::Separate,
    veto::Veto,
    changes_requested::ChangesRequested,
    threads::Threads,
    checks::Checks,
    age::Age,
}

built_in! {
    sane_refs::SaneRefs,
    sane_objects::SaneObjects,
    sane_groups::SaneGroups,
}

/// Something that a policy can ask of a ref update.
///
/// The type is the rule's settings, read from the policy; `check` is its
/// meaning. Rules see one ref update at a time and nothing of each other, of
/// the stage or of how they are shown.
pub trait Rule: DeserializeOwned + JsonSchema + Send + Sync + 'static {
    /// The rule's key in the policy, and its name in every report.
    const NAME: &'static str;

    /// The part of the manual it belongs to.
    const FAMILY: Family;

    /// The rule's chapter of the manual, in Markdown. The first line says what
    /// it asks, the example must parse.
    const MANUAL: &'static str;

    /// The facts that `check` uses, and no others.
    const NEEDS: &'static [Need];

    /// What not knowing means while a later stage will know.
    const WHEN_UNKNOWN: WhenUnknown;

    /// Which commits it looks at.
    const SPAN: Span = Span::Unjudged;

    /// Says what speaks for and against the update. Says something in any case,
    /// or answers that it could not find out.
    fn check(&self, case: &Case<'_>, said: &mut Said) -> Fact<()>;

    /// Puts in what the names of approvals mean; the error says which means nothing.
    fn bind(&mut self, approvals: &BTreeMap<String, Requirement>) -> Result<(), String> {
        let _ = approvals;
        Ok(())
    }

    /// Whether it asks the same wherever it is asked, so that what passed it on one
    /// ref passes it on another.
    fn asks_alike(&self) -> bool {
        true
    }

    /// What it asks of people, for rules beside it that are about the same people.
    fn requirement(&self) -> Option<&Requirement> {
        None
    }

    /// Takes what is asked of people beside it, in the same protection.
    fn beside(&mut self, asked: &Requirement) {
        let _ = asked;
    }

    /// Whether the settings make sense with the policy's people and roles; the
    /// error says why not.
    fn fits(&self, people: &People) -> Result<(), String> {
        let _ = people;
        Ok(())
    }

    /// The facts among `NEEDS` that these settings use, so that a policy is not
    /// refused for a fact that it has no use for.
    fn uses(&self, people: &People) -> Vec<Need> {
        let _ = people;
        Self::NEEDS.to_vec()
    }

    /// The facts among those that a stage must know to decide anything: all that
    /// is used, unless some is only about refs that early stages never see.
    fn decides_by(&self, people: &People) -> Vec<Need> {
        self.uses(people)
    }

    /// What it knows secrets by that are no secrets to anyone else.
    fn own_secrets(&self) -> Option<&Matcher> {
        None
    }
}

/// One ref update, and all that a rule may look at to judge it.
pub struct Case<'c> {
    /// The ref update.
    pub update: &'c RefUpdate,
    /// The change that it is part of: actor, time, other updates, facts.
    pub change: &'c Change<'c>,
    /// Who is who.
    pub people: &'c People,
    /// Whether the policy names the ref by more than `**`.
    pub named: bool,
}

impl Case<'_> {
    /// Whether a merge queue lands the update. Each pull request in it has been
    /// judged by itself, which `sane-groups` holds it to.
    fn queued(&self) -> Fact<bool> {
        Ok(self.change.facts.merge_group(self.update)?.is_some())
    }

    /// Whether a time that someone else tells is yet to come, by more than clocks
    /// differ: nothing can have happened then, and it would be new for ever.
    fn is_to_come(&self, at: Timestamp) -> bool {
        at.saturating_sub(self.change.at) > SKEW
    }

    /// Whether the update creates a branch where there is none at all, as the
    /// first push to a new server does: nobody could have proposed it there.
    fn begins(&self) -> Fact<bool> {
        if !self.update.creates() || self.update.name.branch().is_none() {
            return Ok(false);
        }
        let refs = self.change.facts.refs()?;
        Ok(refs.iter().all(|(name, _)| name.branch().is_none()))
    }
}

/// By how many seconds clocks may differ.
const SKEW: i64 = 5 * 60;

/// The latest push, in whatever order they were told. `None` if the time of one of
/// several is not known, or if two of that second brought different heads.
fn newest(pushes: &[Push]) -> Option<&Push> {
    if pushes.len() > 1 && pushes.iter().any(|it| it.at.is_none()) {
        return None;
    }
    let newest = pushes.iter().max_by_key(|it| it.at)?;
    let mut same = pushes.iter().filter(|it| it.at == newest.at);
    same.all(|it| it.after == newest.after).then_some(newest)
}

/// The parts of the rule reference.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Family {
    /// How refs may move.
    Refs,
    /// What commits say of themselves.
    Commits,
    /// What files hold.
    Content,
    /// Who agrees.
    People,
    /// What ran.
    Evidence,
    /// When it may land.
    Time,
}

/// Which commits and files count as new to a rule.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Span {
    /// Those that no ref holds of which as much is asked: each commit is judged
    /// once, wherever it is pushed.
    Unjudged,
    /// All that the ref does not hold yet: for what is asked of a move as a
    /// whole, which another ref's history cannot answer.
    Move,
    /// The same for what is agreed on before it lands. A ref that is made at the very
    /// commit where one is of which as much is asked brings nothing to agree on.
    Landing,
}

/// What a rule does where its facts are not known but will be later.
///
/// Where no later stage will know, every rule denies.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum WhenUnknown {
    /// Say nothing. For rules that would be noise before the server.
    Pass,
    /// Say which stage decides.
    Defer,
    /// Say so loudly. For rules whose failure is dear to repair later.
    Warn,
}

/// A rule that a policy has switched on.
pub trait Check: Send + Sync {
    /// See [`Rule::check`].
    fn check(&self, case: &Case<'_>, said: &mut Said) -> Fact<()>;

    /// See [`Rule::bind`].
    fn bind(&mut self, approvals: &BTreeMap<String, Requirement>) -> Result<(), String> {
        let _ = approvals;
        Ok(())
    }

    /// See [`Rule::asks_alike`].
    fn asks_alike(&self) -> bool {
        true
    }

    /// See [`Rule::requirement`].
    fn requirement(&self) -> Option<&Requirement> {
        None
    }

    /// See [`Rule::beside`].
    fn beside(&mut self, asked: &Requirement) {
        let _ = asked;
    }

    /// See [`Rule::fits`].
    fn fits(&self, people: &People) -> Result<(), String>;

    /// See [`Rule::uses`].
    fn uses(&self, people: &People) -> Vec<Need>;

    /// See [`Rule::decides_by`].
    fn decides_by(&self, people: &People) -> Vec<Need> {
        self.uses(people)
    }

    /// See [`Rule::own_secrets`].
    fn own_secrets(&self) -> Option<&Matcher> {
        None
    }
}

impl<R: Rule> Check for R {
    fn own_secrets(&self) -> Option<&Matcher> {
        Rule::own_secrets(self)
    }

    fn bind(&mut self, approvals: &BTreeMap<String, Requirement>) -> Result<(), String> {
        Rule::bind(self, approvals)
    }

    fn asks_alike(&self) -> bool {
        Rule::asks_alike(self)
    }

    fn requirement(&self) -> Option<&Requirement> {
        Rule::requirement(self)
    }

    fn beside(&mut self, asked: &Requirement) {
        Rule::beside(self, asked);
    }

    fn uses(&self, people: &People) -> Vec<Need> {
        Rule::uses(self, people)
    }

    fn decides_by(&self, people: &People) -> Vec<Need> {
        Rule::decides_by(self, people)
    }

    fn fits(&self, people: &People) -> Result<(), String> {
        Rule::fits(self, people)
    }

    fn check(&self, case: &Case<'_>, said: &mut Said) -> Fact<()> {
        Rule::check(self, case, said)
    }
}

/// An entry in the list of rules.
pub struct Spec {
    /// See [`Rule::NAME`].
    pub name: &'static str,
    /// See [`Rule::FAMILY`].
    pub family: Family,
    /// See [`Rule::MANUAL`].
    pub manual: &'static str,
    /// See [`Rule::NEEDS`].
    pub needs: &'static [Need],
    /// See [`Rule::WHEN_UNKNOWN`].
    pub when_unknown: WhenUnknown,
    /// See [`Rule::SPAN`].
    pub span: Span,
    /// Reads the rule's settings.
    pub read: fn(ValueDeserializer<'_>) -> Result<Box<dyn Check>, Error>,
    /// Describes the rule's settings to an editor.
    pub schema: fn(&mut SchemaGenerator) -> Schema,
}

impl Spec {
    const fn of<R: Rule>() -> Self {
        Self {
            name: R::NAME,
            family: R::FAMILY,
            manual: R::MANUAL,
            needs: R::NEEDS,
            when_unknown: R::WHEN_UNKNOWN,
            span: R::SPAN,
            read: |settings| Ok(Box::new(R::deserialize(settings)?)),
            schema: SchemaGenerator::subschema_for::<R>,
        }
    }

    /// The first line of the manual: what the rule asks.
    pub fn summary(&self) -> &'static str {
        self.manual.lines().next().unwrap_or_default()
    }
}

/// The rule that `name` calls, if there is one.
pub fn find(name: &str) -> Option<&'static Spec> {
    RULES.iter().find(|spec| spec.name == name)
}

macro_rules! rules {
    ($($module:ident :: $rule:ident),* $(,)?) => {
        $(mod $module;)*

        /// Every rule that a policy can ask for, in the order of the manual.
        pub static RULES: &[Spec] = &[$(Spec::of::<$module::$rule>()),*];
    };
}
use rules;

macro_rules! built_in {
    ($($module:ident :: $rule:ident),* $(,)?) => {
        $(mod $module;)*

        /// Every rule that holds for every ref whatever the policy says, with
        /// the check itself.
        pub static BUILT_IN: &[(Spec, &dyn Check)] =
            &[$((Spec::of::<$module::$rule>(), &$module::$rule)),*];
    };
}
use built_in;
