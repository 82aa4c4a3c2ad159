//! What is lacking where a condition on what ran does not hold.

use crate::model::{Act, CheckState, Move, Reason, Whose};

/// What of `kind`, a check or a workflow, does not do, whose runs ended so; `None`
/// if all of them did well enough. No runs at all are not enough.
pub(super) fn lack(
    kind: &str,
    name: &str,
    states: &[CheckState],
    good: &[CheckState],
) -> Option<Reason> {
    let bad = || states.iter().filter(|it| !good.contains(it));
    let silent = |it: &&CheckState| matches!(it, CheckState::Skipped | CheckState::Neutral);
    let waits = |it: &&CheckState| **it == CheckState::Running;
    let (what, code, hint, act) = if states.is_empty() {
        (format!("{name} did not run"), "missing", "run it", Act::Run)
    } else if let Some(state) = bad().find(|it| !silent(it) && !waits(it)) {
        let hint = "mend what it found and push again";
        (format!("{name} ended in {state}"), "not-successful", hint, Act::Push)
    } else if bad().any(|it| waits(&it)) {
        (format!("{name} is running"), "in-progress", "wait for it", Act::Run)
    } else {
        bad().next()?;
        (format!("{name} was skipped, and found nothing"), "skipped", "run it", Act::Run)
    };
    let whose = match act {
        Act::Push => Whose::Author,
        _ => Whose::Check(vec![name.to_owned()]),
    };
    let reason = Reason::pending(what).code(format!("{kind}-{code}"));
    Some(reason.hint(hint).next(Move::new(whose, act)))
}

/// That the change itself modifies what ran.
pub(super) fn rewritten(path: &str) -> Reason {
    Reason::pending(format!("{path} is edited by this change, and ran as edited"))
        .code("workflow-definition-changed-in-pr")
        .hint(format!("take {path} out of it, and let that land by itself first"))
        .next(Move::new(Whose::Author, Act::Push))
}
