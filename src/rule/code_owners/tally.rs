//! Whose approvals count for which files.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use bstr::{BStr, BString, ByteSlice};

use crate::model::{
    Act, Actor, Fact, Ignored, Move, Outcome, Part, People, Place, Reason, Said, Unknown, Whose,
};
use crate::rule::Case;
use crate::rule::consent::{Crew, Hearing, Key, Left, Role, Stand, Standing, Terms, Unattributed};
use crate::rule::owners::Group;

/// Some paths, and who must approve them.
pub(super) struct Asked<'f> {
    pub(super) who: Who,
    pub(super) paths: Vec<&'f BStr>,
    pub(super) count: usize,
}

/// Who may approve.
pub(super) enum Who {
    /// The owners that a file names, by their names at the host.
    Group(Arc<Group>),
    /// Everyone who owns something, for the file that says so and that none of its
    /// lines owns.
    Anyone(Arc<Group>),
    /// Those that the policy names for what nobody owns.
    From(Vec<String>),
}

/// Who someone is at the host: whether the policy knows them, and the name.
type Identity = (bool, String);

/// Who a login or an address at the host belongs to. That someone is called so by
/// the policy alone makes them nobody's equal.
fn identity(people: &People, login: &str) -> Identity {
    let bare = login.trim_start_matches('@');
    match people.person(bare) {
        Some(person) => (true, person.to_owned()),
        None => (false, bare.to_lowercase()),
    }
}

/// What everyone stands for, on the terms of the rule.
pub(super) struct Tally<'c> {
    case: &'c Case<'c>,
    terms: &'c Terms,
    head: String,
    crew: Rc<Crew>,
    standing: Rc<Standing>,
    /// Those who spoke, by who they are at the host.
    by_login: HashMap<Identity, Vec<usize>>,
    /// Those who spoke, by owner: files name the same owners again and again.
    meant: RefCell<HashMap<String, Rc<Meant>>>,
}

impl Who {
    /// What they are called in reports.
    fn name(&self) -> String {
        match self {
            Self::Group(group) => format!("`{}` ({}:{})", group.name, group.file, group.line),
            Self::Anyone(group) => format!("a file that no line of {} owns", group.file),
            Self::From(_) => "what nobody owns".to_owned(),
        }
    }

    fn names(&self) -> &[String] {
        match self {
            Self::Group(group) | Self::Anyone(group) => &group.owners,
            Self::From(from) => from,
        }
    }
}

/// Who spoke and is meant by something that `from` or a file names.
#[derive(Default)]
struct Meant {
    /// Their places among those who spoke.
    known: BTreeSet<usize>,
    /// What is not known, where someone may be meant.
    gaps: BTreeMap<usize, Unknown>,
}

impl Meant {
    fn add(&mut self, at: usize, found: Fact<bool>) {
        match found {
            Ok(true) => {
                self.known.insert(at);
            }
            Ok(false) => {}
            Err(unknown) => {
                self.gaps.insert(at, unknown);
            }
        }
    }
}

impl<'c> Tally<'c> {
    pub(super) fn of(terms: &'c Terms, hearing: &Hearing, case: &'c Case<'c>) -> Fact<Self> {
        let crew = hearing.crew(terms, case)?;
        let standing = hearing.standing(terms, case)?;
        let mut by_login: HashMap<_, Vec<_>> = HashMap::new();
        for (at, stand) in standing.stands.iter().enumerate().filter(|(_, it)| !it.by.is_ghost()) {
            by_login.entry(identity(case.people, &stand.by.0)).or_default().push(at);
        }
        let (head, meant) = (hearing.head.short(), RefCell::default());
        Ok(Self { case, terms, head, crew, standing, by_login, meant })
    }

    /// Says which commits are nobody's, so that nobody's word is surely on others'
    /// work.
    pub(super) fn unattributed(&self, said: &mut Said) {
        let ignored =
            self.terms.unattributed == Unattributed::Ignore || self.terms.allow_contributor;
        if let Some(commit) = self.crew.unattributed.first().filter(|_| !ignored) {
            let what = "belongs to nobody known, so nobody's approval is surely of others' work";
            said.say(
                Reason::pending(what)
                    .at(Place::commit(*commit))
                    .code("unattributed-commit")
                    .hint("give the commit an author whose address the host knows, and push again")
                    .next(Move::new(Whose::Author, Act::Push)),
            );
        }
    }

    /// Says whether enough of a group approved each of its paths.
    pub(super) fn group(&self, asked: &Asked<'_>, said: &mut Said) {
        let meant = self.meant_by(&asked.who);
        let (mut counts, mut ignored) = (Vec::new(), Vec::new());
        let mut gaps = Vec::new();
        for (at, stand) in self.standing.stands.iter().enumerate() {
            let gap = meant.gaps.get(&at).filter(|_| !meant.known.contains(&at));
            match &stand.left {
                Err(why) if gap.is_some() || meant.known.contains(&at) => ignored.push(why.clone()),
                Ok(left) if meant.known.contains(&at) => {
                    ignored.extend(lost(stand, left, &asked.paths));
                    counts.push((stand, left));
                }
                Ok(_) => gaps.extend(gap.cloned()),
                Err(_) => {}
            }
        }
        let whole = counts.iter().filter(|(_, left)| **left == Left::Whole).count();
        let parts: Vec<_> = counts.iter().filter(|(_, left)| **left != Left::Whole).collect();
        let covered =
            |path: &BStr| whole + parts.iter().filter(|(_, left)| covers(left, path)).count();
        let least = asked.paths.iter().map(|it| covered(it)).min().unwrap_or_default();
        let missing: Vec<&BStr> =
            asked.paths.iter().copied().filter(|it| covered(it) < asked.count).collect();
        let mut part = Part {
            name: asked.who.name(),
            outcome: if missing.is_empty() { Outcome::Satisfied } else { Outcome::Pending },
            wanted: asked.count,
            counted: counts.iter().map(|(stand, _)| stand.by.clone()).collect(),
            ignored,
            next: None,
            parts: Vec::new(),
        };
        if missing.is_empty() {
            said.say(Self::enough(asked, &part.counted));
        } else if !gaps.is_empty() {
            part.outcome = Outcome::Error;
            for gap in gaps {
                said.known::<()>(Err(gap));
            }
        } else {
            let reason = self.short(asked, &missing, least);
            part.next.clone_from(&reason.next);
            let hint = reason.hint.clone().unwrap_or_default();
            said.say(reason);
            if let Some(why) = self.unable(asked) {
                said.say(
                    Reason::pending(why)
                        .at(Place::path(first(&missing)))
                        .code("not-enough-eligible-approvers")
                        .hint(REPAIR)
                        .next(Move::new(Whose::Keeper, Act::Repair)),
                );
            }
            for it in &part.ignored {
                let reason = Reason::pending(&it.what).code(&it.code);
                said.say(reason.at(Place::path(first(&missing))).hint(&hint));
            }
        }
        said.parts.push(part);
    }

    /// Those who spoke and are asked, but for bots that nobody named.
    fn meant_by(&self, who: &Who) -> Meant {
        let mut all = Meant::default();
        match who {
            Who::Group(group) | Who::Anyone(group) => {
                for owner in &group.owners {
                    let meant = self.meant_by_owner(owner);
                    all.known.extend(&meant.known);
                    all.gaps.extend(meant.gaps.iter().map(|(at, gap)| (*at, gap.clone())));
                }
            }
            Who::From(from) => {
                let (people, facts) = (self.case.people, self.case.change.facts);
                let direct = people.named_directly(from);
                for (at, stand) in self.standing.stands.iter().enumerate() {
                    all.add(at, people.is_one_of(&stand.by, &direct, facts));
                    let open = people.is_one_of(&stand.by, from, facts);
                    all.add(at, self.unless_bot(stand, open));
                }
            }
        }
        all
    }

    /// Those who spoke and are this owner. A name in the file is the host's, never
    /// one that the policy gives.
    fn meant_by_owner(&self, owner: &str) -> Rc<Meant> {
        if let Some(known) = self.meant.borrow().get(owner) {
            return known.clone();
        }
        let mut meant = Meant::default();
        if owner.contains('/') {
            for (at, stand) in self.standing.stands.iter().enumerate() {
                let ghost = stand.by.is_ghost();
                let member = || self.case.change.facts.in_team(&stand.by, owner);
                meant.add(at, self.unless_bot(stand, if ghost { Ok(false) } else { member() }));
            }
        } else {
            let them = self.by_login.get(&identity(self.case.people, owner));
            meant.known.extend(them.into_iter().flatten());
        }
        let meant = Rc::new(meant);
        self.meant.borrow_mut().insert(owner.to_owned(), meant.clone());
        meant
    }

    /// What is known of a member of a team; a bot counts only if it is named.
    fn unless_bot(&self, stand: &Stand, member: Fact<bool>) -> Fact<bool> {
        match (&stand.bot, member) {
            (_, Ok(false)) => Ok(false),
            (Ok(bot), member) => member.map(|it| it && (!bot || self.terms.allow_bots)),
            (Err(unknown), Ok(true) | Err(_)) => Err(unknown.clone()),
        }
    }

    fn enough(asked: &Asked<'_>, by: &[Actor]) -> Reason {
        let more = more(asked.paths.len().saturating_sub(1));
        let by: Vec<_> = by.iter().map(ToString::to_string).collect();
        let what = format!("{}{more}: approved by {}", asked.who.name(), by.join(", "));
        Reason::pass(what).at(Place::path(first(&asked.paths)))
    }

    /// Says what is missing, and whose move it is.
    fn short(&self, asked: &Asked<'_>, missing: &[&BStr], least: usize) -> Reason {
        let (name, count) = (asked.who.name(), asked.count);
        let of = match &asked.who {
            Who::Group(_) => format!("by owners of {name}"),
            Who::Anyone(group) => {
                format!("by anyone whom {} names, since no line of it owns it", group.file)
            }
            Who::From(_) => format!("of {name}"),
        };
        let many = match missing.len() {
            1 => String::new(),
            many => format!(", for {many} files"),
        };
        let reason = Reason::pending(format!("{least} of {count} approvals {of}{many}"))
            .at(Place::path(first(missing)))
            .code("code-owner-missing");
        if self.unable(asked).is_some() {
            return reason.hint(REPAIR).next(Move::new(Whose::Keeper, Act::Repair));
        }
        let open = |it: &&String| !self.is_crew(it) && !self.spoke(it);
        let people = self.case.people;
        let named = match asked.who {
            Who::Group(_) | Who::Anyone(_) => asked.who.names().to_vec(),
            Who::From(_) => people.spelled_out(asked.who.names()),
        };
        let others: Vec<_> = named.iter().filter(open).cloned().collect();
        let whom = match (others.is_empty(), &asked.who) {
            (true, _) => "another owner".to_owned(),
            (false, Who::Anyone(group)) if others.len() > FEW => {
                format!("anyone whom {} names", group.file)
            }
            (false, Who::Group(_) | Who::Anyone(_)) => People::words(&others),
            (false, Who::From(_)) => people.names(&others),
        };
        reason
            .hint(format!("ask {whom} to approve {}", self.head))
            .next(Move::new(Whose::Reviewer(others), Act::Approve).by(count - least))
    }

    /// Whether an owner's word counts in full already, so that asking them anew
    /// helps nobody.
    fn spoke(&self, owner: &str) -> bool {
        let them = self.by_login.get(&identity(self.case.people, owner));
        let mut stands = them.into_iter().flatten().filter_map(|at| self.standing.stands.get(*at));
        stands.any(|it| it.left == Ok(Left::Whole))
    }

    /// Why too few of the owners could ever approve this change, if so.
    fn unable(&self, asked: &Asked<'_>) -> Option<String> {
        let (names, count) = (asked.who.names(), asked.count);
        if self.case.people.has_team(names) {
            return None;
        }
        let members: BTreeSet<_> = self.case.people.members(names).into_iter().collect();
        let able = members.into_iter().filter(|it| !self.is_crew(it)).count();
        let roles = match &asked.who {
            Who::Group(group) | Who::Anyone(group) if !group.roles.is_empty() => {
                format!("; who holds {} is not known here", group.roles.join(", "))
            }
            Who::Group(_) | Who::Anyone(_) | Who::From(_) => String::new(),
        };
        match able {
            0 => Some(format!("no owner may approve this change{roles}")),
            _ if able < count => {
                Some(format!("{count} owners are asked, and only {able} may approve it{roles}"))
            }
            _ => None,
        }
    }

    /// Whether an owner stands behind the change, so that their word counts for
    /// nothing.
    fn is_crew(&self, owner: &str) -> bool {
        let key = Key::from(self.case.people.key(owner));
        match self.crew.roles.get(&key) {
            None => false,
            Some(Role::Author) => !self.terms.allow_author && !self.terms.allow_contributor,
            Some(_) => !self.terms.allow_non_author_contributor && !self.terms.allow_contributor,
        }
    }
}

/// How many owners are named one by one where anyone will do.
const FEW: usize = 3;

/// What to do where no owner can help.
const REPAIR: &str = "have more owners named first, or let someone else propose it";

/// Whether what is left of a word is about `path`.
fn covers(left: &Left, path: &BStr) -> bool {
    match left {
        Left::Whole => true,
        Left::But(touched) => touched.binary_search_by(|it| it.as_bstr().cmp(path)).is_err(),
    }
}

/// The paths that someone's word counts for no more.
fn lost(stand: &Stand, left: &Left, paths: &[&BStr]) -> Option<Ignored> {
    let mut lost = paths.iter().filter(|it| !covers(left, it));
    let first = lost.next()?;
    let more = more(lost.count());
    let what = format!("{} approved before {first}{more} changed again", stand.by);
    Some(Ignored { by: stand.by.clone(), code: "content-changed".to_owned(), what })
}

fn first(paths: &[&BStr]) -> BString {
    paths.first().map(|it| (*it).to_owned()).unwrap_or_default()
}

/// How many there are besides one that is named.
fn more(count: usize) -> String {
    match count {
        0 => String::new(),
        1 => " and 1 more file".to_owned(),
        _ => format!(" and {count} more files"),
    }
}
