//! Which answers go without saying, in a record of what was asked.

use super::question::Question;
use super::{Actor, Fact, Need, Recorded, Unknown};

impl Recorded {
    /// Whether an answer that is not written down goes without saying.
    pub(super) fn unsaid(&self, need: Need, question: impl FnOnce() -> Question) -> Fact<()> {
        let Some(asked) = &self.asked else { return Ok(()) };
        let of_kind = asked.get(&need.to_string());
        let known = of_kind.is_some_and(|it| it.contains(&question().name()));
        if known { Ok(()) } else { Err(Unknown::NotHere(need)) }
    }

    /// Adds that this was asked, and that the answer goes without saying.
    pub(super) fn ask(&mut self, need: Need, question: &Question) {
        let asked = self.asked.get_or_insert_default();
        asked.entry(need.to_string()).or_default().insert(question.name());
    }

    /// Leaves out what is moved where the same is new; that goes without saying.
    pub(super) fn fold(&mut self) {
        let mut same = Vec::new();
        for (key, update) in &mut self.update {
            let moved = || Question::about(key).which("moved");
            if update.moved_commits.is_some() && update.moved_commits == update.commits {
                update.moved_commits = None;
                same.push((Need::Commits, moved()));
            }
            if update.moved_files.is_some() && update.moved_files == update.files {
                update.moved_files = None;
                same.push((Need::Files, moved()));
            }
        }
        for (need, question) in same {
            self.ask(need, &question);
        }
    }
}

/// Records who is a member.
pub(super) fn join(members: &mut Vec<Actor>, actor: &Actor, is: bool) {
    if is && !members.contains(actor) {
        members.push(actor.clone());
    }
}
