//! Who counts for a requirement, one by one.

use std::collections::{BTreeMap, BTreeSet};

use super::requirement::Leaf;
use super::stand::{Stand, Standing};
use super::{Invalidate, Key, Left, seats};
use crate::model::{Actor, Ignored, Unknown};
use crate::rule::Case;

/// How one person's word came out for one group.
enum Counts {
    Yes,
    No,
    Unknown(Unknown),
}

/// Whom a group asks.
struct Asked<'l> {
    /// As the policy says.
    from: &'l [String],
    /// With roles replaced by their members.
    members: Vec<&'l str>,
}

/// Who counts for which group.
#[derive(Default)]
pub(super) struct Tally {
    /// Who counts for each group.
    pub(super) groups: Vec<Vec<Key>>,
    /// Everyone who counts for some group.
    pub(super) counted: Vec<Actor>,
    /// Everyone else, and why not.
    pub(super) ignored: Vec<Ignored>,
    /// How those who count are named, where that is not plain.
    pub(super) told: Vec<Ignored>,
    /// What was not known of those who may count.
    pub(super) unknown: Vec<Unknown>,
}

impl Tally {
    /// Everyone but those who are `barred`.
    pub(super) fn of(
        leaf: &Leaf,
        standing: &Standing,
        barred: &BTreeSet<Key>,
        case: &Case<'_>,
    ) -> Self {
        let mut tally = Self { groups: vec![Vec::new(); leaf.groups.len()], ..Self::default() };
        let mut asked: Vec<Option<Asked<'_>>> = Vec::with_capacity(leaf.groups.len());
        for from in &leaf.groups {
            let from = from.as_deref();
            asked.push(from.map(|from| Asked { from, members: case.people.members(from) }));
        }
        for stand in standing.stands.iter().filter(|it| !barred.contains(&it.key)) {
            match &stand.left {
                Err(ignored) => tally.ignored.push(ignored.clone()),
                Ok(left) => tally.person((leaf, &asked), stand, left, case),
            }
        }
        tally
    }

    fn person(
        &mut self,
        (leaf, asked): (&Leaf, &[Option<Asked<'_>>]),
        stand: &Stand,
        left: &Left,
        case: &Case<'_>,
    ) {
        if let (Left::But(touched), Invalidate::Paths) = (left, leaf.terms.invalidate)
            && leaf.when.as_ref().is_none_or(|when| {
                touched
                    .iter()
                    .any(|it| when.paths_alone().is_none_or(|paths| paths.matches(it.as_ref())))
            })
        {
            let what = format!("{} approved before the paths were touched again", stand.by);
            return self.ignore(stand, "content-changed", what);
        }
        let (mut any, mut gaps) = (false, Vec::new());
        for (group, from) in asked.iter().enumerate() {
            match member(leaf, stand, from.as_ref(), case) {
                Counts::Yes => {
                    any = true;
                    // Two accounts of one person take one seat.
                    if let Some(group) = self.groups.get_mut(group)
                        && !group.contains(&stand.key)
                    {
                        group.push(stand.key.clone());
                    }
                }
                Counts::No => {}
                Counts::Unknown(unknown) => gaps.push(unknown),
            }
        }
        if any {
            self.counted.push(stand.by.clone());
            let by = stand.by.clone();
            let told = named(leaf, &by);
            self.told.extend(told.map(|(code, what)| Ignored { by, code: code.to_owned(), what }));
        } else if gaps.is_empty() {
            let (code, what) = why_not(leaf, stand);
            self.ignore(stand, code, what);
        }
        for gap in gaps {
            if !self.unknown.contains(&gap) {
                self.unknown.push(gap);
            }
        }
    }

    fn ignore(&mut self, stand: &Stand, code: &str, what: String) {
        self.ignored.push(Ignored { by: stand.by.clone(), code: code.to_owned(), what });
    }

    /// One entry for each seat: who may take it.
    pub(super) fn seats(&self, leaf: &Leaf) -> Vec<Vec<Key>> {
        let seats = self.groups.iter().flat_map(|it| std::iter::repeat_n(it.clone(), leaf.count));
        seats.collect()
    }

    /// How many approvals are missing.
    pub(super) fn short(&self, leaf: &Leaf) -> usize {
        let wanted = leaf.count * self.groups.len();
        let taken = if leaf.distinct && self.groups.len() > 1 {
            seated(&self.seats(leaf))
        } else {
            self.groups.iter().map(|it| it.len().min(leaf.count)).sum()
        };
        wanted.saturating_sub(taken)
    }

    pub(super) fn found(&self, leaf: &Leaf, head: &str) -> String {
        match self.groups.as_slice() {
            [only] => format!("{} of {} approvals of {head}", only.len(), leaf.count),
            many => {
                let wanted = leaf.count * many.len();
                format!("{} of {wanted} approvals of {head}", wanted - self.short(leaf))
            }
        }
    }
}

/// How many seats people can take, one each.
pub(super) fn seated(of: &[Vec<Key>]) -> usize {
    let people: BTreeSet<&Key> = of.iter().flatten().collect();
    let number: BTreeMap<&Key, usize> =
        people.into_iter().enumerate().map(|(at, it)| (it, at)).collect();
    let seats: Vec<Vec<usize>> = of
        .iter()
        .map(|it| it.iter().filter_map(|key| number.get(key).copied()).collect())
        .collect();
    seats::taken(&seats, number.len())
}

/// Whether someone is asked, and not as a bot that nobody named.
fn member(leaf: &Leaf, stand: &Stand, from: Option<&Asked<'_>>, case: &Case<'_>) -> Counts {
    let facts = case.change.facts;
    let asked = match from {
        None => Ok(true),
        Some(from) => case.people.is_among(&stand.by, &from.members, facts),
    };
    let bot = match &stand.bot {
        Ok(bot) => *bot && !leaf.terms.allow_bots,
        Err(unknown) if asked != Ok(false) => return Counts::Unknown(unknown.clone()),
        Err(_) => false,
    };
    match asked {
        Ok(false) => Counts::No,
        Err(unknown) => Counts::Unknown(unknown),
        Ok(true) if !bot => Counts::Yes,
        Ok(true) => {
            // A bot that may write counts only for whoever names it.
            let direct = case.people.named_directly(from.map_or(&[], |it| it.from));
            match case.people.is_one_of(&stand.by, &direct, facts) {
                Ok(true) => Counts::Yes,
                Ok(false) => Counts::No,
                Err(unknown) => Counts::Unknown(unknown),
            }
        }
    }
}

/// How the policy names someone who counts, if by a number or in other letter case.
fn named(leaf: &Leaf, by: &Actor) -> Option<(&'static str, String)> {
    fn bare(it: &str) -> &str {
        it.trim_start_matches('@')
    }
    let asked = || leaf.groups.iter().flatten().flatten();
    let login = bare(&by.0);
    if asked().any(|it| bare(it) == login) {
        return None;
    }
    if let Some(entry) = asked().find(|it| bare(it).to_lowercase() == login.to_lowercase()) {
        let what = format!("{by} is `{entry}`: letter case does not matter");
        return Some(("login-case-insensitive", what));
    }
    let pinned = |it: &String| it.starts_with("id:") || it.contains('#');
    let what = || format!("{by} is known by the account's number");
    (asked().next().is_some() && asked().all(pinned)).then(|| ("matched-by-id", what()))
}

/// Why someone who approved is not asked.
fn why_not(leaf: &Leaf, stand: &Stand) -> (&'static str, String) {
    let by = &stand.by;
    if stand.bot == Ok(true) && !leaf.terms.allow_bots {
        return ("bot-approval-ignored", format!("{by} approved, and is a bot that is not named"));
    }
    let asked = || leaf.groups.iter().flatten().flatten();
    let login = by.0.trim_start_matches('@').to_lowercase();
    if let Some(pin) =
        asked().find(|it| it.split_once('#').is_some_and(|(name, _)| name.to_lowercase() == login))
    {
        let what = format!("{by} approved, and is another account than `{pin}`");
        return ("login-id-mismatch", what);
    }
    if let Some(level) = asked().find_map(|it| it.strip_prefix("permission:")) {
        let what = format!("{by} approved, without {level} permission");
        return ("approver-lacks-permission", what);
    }
    ("approver-not-asked", format!("{by} approved, and is not among those asked"))
}
