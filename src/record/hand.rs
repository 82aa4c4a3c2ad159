//! What another policy may ask of a change, as far as it is at hand.

use super::Recorder;
use crate::model::{Fact, Facts, RefUpdate};

/// Of more commits or files than this, another policy is told nothing.
const MOST: usize = 2000;

/// Has `recorder` ask for what `facts` know about `updates` without finding anything
/// out for it. What they do not know is no gap: nobody asked.
pub(super) fn ask(facts: &dyn Facts, recorder: &Recorder<'_>, updates: &[RefUpdate]) {
    let hand = Hand { facts, recorder };
    for update in updates {
        hand.brought(update);
    }
}

struct Hand<'h> {
    facts: &'h dyn Facts,
    recorder: &'h Recorder<'h>,
}

impl Hand<'_> {
    /// What Git tells, which stays true of this head. What a host tells may be another
    /// in a moment, and nobody looks again at what no rule is about.
    fn brought(&self, update: &RefUpdate) {
        self.one(|it| it.pull_request(update));
        self.one(|it| it.merge_group(update));
        // Where there are too many commits, their files take long.
        if self.list(|it| it.moved_commits(update)) {
            self.list(|it| it.commits(update));
            self.list(|it| it.files(update));
            self.list(|it| it.moved_files(update));
        }
        let (Some(old), Some(new)) = (update.old, update.new_oid()) else { return };
        self.one(|it| it.is_ancestor(old, new));
        self.one(|it| it.is_ancestor(new, old));
        self.one(|it| it.behind(new, old));
        self.one(|it| it.peel(new));
        let few = |it: &dyn Facts| {
            let content = it.content(update, new).ok()?;
            Some(content.entries().map_or(0, <[_]>::len))
        };
        if few(self.facts).is_some_and(|it| it <= MOST) {
            self.one(|it| it.content(update, new));
        }
    }

    fn one<T>(&self, ask: impl Fn(&dyn Facts) -> Fact<T>) {
        if ask(self.facts).is_ok() {
            let _ = ask(self.recorder);
        }
    }

    /// The same for a list, if it is short enough; whether it is.
    fn list<T>(&self, ask: impl Fn(&dyn Facts) -> Fact<std::rc::Rc<[T]>>) -> bool {
        let short = ask(self.facts).is_ok_and(|it| it.len() <= MOST);
        if short {
            let _ = ask(self.recorder);
        }
        short
    }
}
