//! Requirements: whose approvals are asked for, and how they combine.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Terms;
use crate::model::{Need, People};
use crate::rule::When;

/// How deep requirements may stand within each other.
const DEPTH: usize = 32;

/// How many requirements one may come to, with what names mean.
const MOST: usize = 1_000;

/// What a change needs from people: a tree whose leaves ask for approvals.
#[derive(Clone, Debug)]
pub struct Requirement {
    /// Its name, for reports.
    pub(crate) name: Option<String>,
    /// What it asks.
    pub(crate) asks: Asks,
    /// Whether the change passes if nothing in it applies.
    pub(crate) passes_unmatched: bool,
}

/// What a requirement asks.
#[derive(Clone, Debug)]
pub(crate) enum Asks {
    /// What `[approval.NAME]` asks; `None` until the policy is read.
    Named(String, Option<Arc<Requirement>>),
    /// All of these; if distinct, by different people.
    All { parts: Vec<Requirement>, distinct: bool },
    /// One of these.
    Any(Vec<Requirement>),
    /// That this does not hold.
    Not(Box<Requirement>),
    /// Approvals by people.
    Approvals(Box<Leaf>),
}

/// Approvals by people.
#[derive(Clone, Debug)]
pub(crate) struct Leaf {
    /// How many, of each group.
    pub(crate) count: usize,
    /// From whom; several groups if `each` is given. `None` is anyone.
    pub(crate) groups: Vec<Option<Vec<String>>>,
    /// Whether one person fills one seat over all groups.
    pub(crate) distinct: bool,
    /// To which changes it applies.
    pub(crate) when: Option<Arc<When>>,
    /// What must hold, too.
    pub(crate) requires: Option<Arc<When>>,
    /// On which terms a word counts.
    pub(crate) terms: Terms,
}

impl Requirement {
    /// Everything below it, itself first; named ones with what they mean.
    pub(crate) fn leaves(&self) -> Vec<&Leaf> {
        let mut found = Vec::new();
        let mut queue = vec![self];
        while let Some(it) = queue.pop() {
            match &it.asks {
                Asks::Named(_, meant) => queue.extend(meant.as_deref()),
                Asks::All { parts, .. } | Asks::Any(parts) => queue.extend(parts),
                Asks::Not(part) => queue.push(part),
                Asks::Approvals(leaf) => found.push(&**leaf),
            }
        }
        found
    }

    /// Puts in what names mean. The error says which name means nothing, or itself.
    pub(crate) fn bind(&mut self, named: &BTreeMap<String, Requirement>) -> Result<(), String> {
        self.size(named, &mut BTreeMap::new(), &mut Vec::new())?;
        self.bind_below(named, &mut BTreeSet::new())?;
        self.conditions_below_not()?;
        self.leaves_below_distinct()
    }

    /// How many requirements it comes to with what names mean, which one can read
    /// only up to some number and depth.
    fn size<'r>(
        &'r self,
        named: &'r BTreeMap<String, Requirement>,
        known: &mut BTreeMap<&'r str, usize>,
        above: &mut Vec<&'r str>,
    ) -> Result<usize, String> {
        if above.len() > DEPTH {
            return Err(format!("requirements are more than {DEPTH} deep"));
        }
        let mut sum: usize = 1;
        match &self.asks {
            Asks::Named(name, _) => {
                // What names nothing, or itself, is told by whoever puts it in.
                if let Some(meant) = named.get(name).filter(|_| !above.contains(&name.as_str())) {
                    let size = match known.get(name.as_str()) {
                        Some(size) => *size,
                        None => {
                            above.push(name);
                            let size = meant.size(named, known, above)?;
                            above.pop();
                            *known.entry(name).or_insert(size)
                        }
                    };
                    sum = sum.saturating_add(size);
                }
            }
            Asks::All { parts, .. } | Asks::Any(parts) => {
                above.push("");
                for part in parts {
                    sum = sum.saturating_add(part.size(named, known, above)?);
                }
                above.pop();
            }
            Asks::Not(part) => {
                above.push("");
                sum = sum.saturating_add(part.size(named, known, above)?);
                above.pop();
            }
            Asks::Approvals(_) => {}
        }
        if sum > MOST {
            return Err(format!("it comes to more than {MOST} requirements"));
        }
        Ok(sum)
    }

    fn bind_below(
        &mut self,
        named: &BTreeMap<String, Requirement>,
        above: &mut BTreeSet<String>,
    ) -> Result<(), String> {
        match &mut self.asks {
            Asks::Named(name, meant) => {
                let Some(requirement) = named.get(name) else {
                    let known: Vec<_> = named.keys().map(|it| format!("`{it}`")).collect();
                    let known = if known.is_empty() {
                        format!("write `[approval.{name}]`")
                    } else {
                        format!("there are {}", known.join(", "))
                    };
                    return Err(format!("there is no approval `{name}`; {known}"));
                };
                if !above.insert(name.clone()) {
                    return Err(format!("approval `{name}` asks for itself"));
                }
                let mut copy = requirement.clone();
                copy.bind_below(named, above)?;
                above.remove(name);
                *meant = Some(Arc::new(copy));
                Ok(())
            }
            Asks::All { parts, .. } | Asks::Any(parts) => {
                parts.iter_mut().try_for_each(|it| it.bind_below(named, above))
            }
            Asks::Not(part) => part.bind_below(named, above),
            Asks::Approvals(_) => Ok(()),
        }
    }

    /// Whoever approves less must never get further.
    fn conditions_below_not(&self) -> Result<(), String> {
        match &self.asks {
            Asks::Not(part) if part.leaves().iter().any(|it| it.count > 0) => {
                Err("`not` would let in what fewer people approved; it may hold conditions only, \
                 with `count = 0`"
                    .to_owned())
            }
            Asks::Not(part) => part.conditions_below_not(),
            Asks::All { parts, .. } | Asks::Any(parts) => {
                parts.iter().try_for_each(Self::conditions_below_not)
            }
            Asks::Named(_, meant) => meant.as_ref().map_or(Ok(()), |it| it.conditions_below_not()),
            Asks::Approvals(_) => Ok(()),
        }
    }

    /// Seats can be given to people only where it is plain which seats there are.
    fn leaves_below_distinct(&self) -> Result<(), String> {
        match &self.asks {
            Asks::All { parts, distinct } => {
                if *distinct && parts.iter().any(|it| it.leaf().is_none()) {
                    return Err("`distinct` needs parts that ask for approvals themselves, \
                                not trees of them"
                        .to_owned());
                }
                parts.iter().try_for_each(Self::leaves_below_distinct)
            }
            Asks::Any(parts) => parts.iter().try_for_each(Self::leaves_below_distinct),
            Asks::Not(part) => part.leaves_below_distinct(),
            Asks::Named(_, meant) => meant.as_ref().map_or(Ok(()), |it| it.leaves_below_distinct()),
            Asks::Approvals(_) => Ok(()),
        }
    }

    /// The leaf that it is, by its name too.
    pub(crate) fn leaf(&self) -> Option<&Leaf> {
        match &self.asks {
            Asks::Approvals(leaf) => Some(leaf),
            Asks::Named(_, meant) => meant.as_ref()?.leaf(),
            Asks::All { .. } | Asks::Any(_) | Asks::Not(_) => None,
        }
    }

    /// Why nobody could ever meet it, with these people.
    pub(crate) fn misfit(&self, people: &People) -> Option<String> {
        self.leaves().into_iter().find_map(|it| it.misfit(people))
    }

    /// Whether it asks the same of every change.
    pub(crate) fn asks_alike(&self) -> bool {
        self.leaves().into_iter().all(|it| it.when.is_none() && it.requires.is_none())
    }

    /// The facts that it uses.
    pub(crate) fn uses(&self, people: &People) -> Vec<Need> {
        self.leaves().into_iter().flat_map(|it| it.uses(people)).collect()
    }
}

impl Leaf {
    fn misfit(&self, people: &People) -> Option<String> {
        let named = self.groups.iter().flatten();
        let named =
            named.clone().flatten().map(|it| (it, people.members(std::slice::from_ref(it))));
        for (entry, members) in named {
            if members.is_empty() && self.count > 0 {
                return Some(format!("`{entry}` is a role that nobody has"));
            }
        }
        for from in self.groups.iter().flatten().filter(|it| !people.has_team(it)) {
            let there = people.members(from).into_iter().map(|it| people.called(it));
            let found = there.collect::<BTreeSet<_>>().len();
            if found < self.count {
                let count = self.count;
                return Some(format!("asks for {count} approvals, and `from` names {found}"));
            }
        }
        None
    }

    fn uses(&self, people: &People) -> Vec<Need> {
        let when = [&self.when, &self.requires].into_iter().flatten();
        let mut needs: Vec<_> = when.flat_map(|it| it.needs(people)).collect();
        if self.count > 0 {
            needs.extend(self.terms.uses(people));
            let from = self.groups.iter().flatten();
            needs.extend(from.flat_map(|it| people.needs_to_match(it)));
        }
        needs
    }
}
