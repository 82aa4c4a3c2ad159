//! What single questions to facts are called, so that an answer that is not known
//! can be written down.

use super::{Gap, Need, RefUpdate, Target, bytes};

/// A question to facts.
#[derive(Clone)]
pub(super) struct Question {
    /// What it is about, as [`Gap::about`] says.
    about: String,
    /// Which of several questions of its kind about that.
    which: &'static str,
}

impl Question {
    /// A question about something that has a name.
    #[expect(clippy::needless_pass_by_value, reason = "names and objects are asked about alike")]
    pub(super) fn about(about: impl ToString) -> Self {
        Self { about: about.to_string(), which: "" }
    }

    /// The same, in more detail.
    #[expect(clippy::needless_pass_by_value, reason = "as above")]
    pub(super) fn and(mut self, more: impl ToString) -> Self {
        self.about = format!("{} {}", self.about, more.to_string());
        self
    }

    /// The one that is called so.
    pub(super) fn which(mut self, which: &'static str) -> Self {
        self.which = which;
        self
    }

    /// What a gap in exactly this answer is about.
    pub(super) fn name(&self) -> String {
        match self.which {
            "" => self.about.clone(),
            which => format!("{} {which}", self.about),
        }
    }

    /// Whether `gap` is one in this answer, or in every answer of the kind.
    pub(super) fn is(&self, need: Need, gap: &Gap) -> bool {
        gap.need == need.to_string() && (gap.about == self.about || gap.about == self.name())
    }
}

/// What facts about `update` are recorded under.
pub(super) fn key(update: &RefUpdate) -> String {
    bytes::written(update.name.as_bstr()).into_owned()
}

/// The same where one ref is to be moved twice.
pub(super) fn long_key(update: &RefUpdate) -> String {
    match update.new {
        Target::Deleted => format!("{} deleted", key(update)),
        Target::Unwritten => format!("{} unwritten", key(update)),
        Target::At(oid) => format!("{} {oid}", key(update)),
    }
}
