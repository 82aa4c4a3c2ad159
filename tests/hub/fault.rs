//! Trouble on demand.

use std::time::Duration;

/// What goes wrong.
#[derive(Clone, Debug)]
pub enum Trouble {
    /// The primary limit: 403, nothing left, until so many seconds from now. GraphQL: 200 with errors.
    Primary(i64),
    /// The secondary limit: 429, with `retry-after` if told.
    Secondary(Option<u64>),
    /// That status, with a page that is no JSON.
    Status(u16),
    /// An answer that takes its time.
    Slow(Duration),
    /// An answer that is made at once and takes its time to arrive.
    Late(Duration),
    /// The connection breaks before anything is done.
    ResetBefore,
    /// The connection breaks when it is done.
    ResetAfter,
    /// The answer ends in the middle.
    Cut,
    /// The answer is JSON of another kind.
    Garbage,
    /// The token is no longer good.
    Expired,
    /// GraphQL: that field of the answer is null, with an error, beside the rest.
    Partial(&'static str),
}

/// Trouble for the next calls of an operation.
#[derive(Clone, Debug)]
pub struct Fault {
    /// An operation's id (`pulls/get`), `graphql`, `git`, `login`, or a prefix with `*`.
    pub on: String,
    /// Calls that go well before.
    pub after: usize,
    /// How often.
    pub times: usize,
    pub what: Trouble,
}

/// The trouble that a call meets, counted.
pub fn meets(faults: &mut Vec<Fault>, operation: &str) -> Option<Trouble> {
    let fits = |on: &str| {
        on.strip_suffix('*').map_or(on == operation, |start| operation.starts_with(start))
    };
    let found = faults.iter_mut().find(|it| it.times > 0 && fits(&it.on))?;
    if found.after > 0 {
        found.after -= 1;
        return None;
    }
    found.times -= 1;
    let what = found.what.clone();
    faults.retain(|it| it.times > 0);
    Some(what)
}
