//! Hooks for a repository that is pushed to.

use std::path::{Path, PathBuf};

use bstr::ByteSlice as _;

use super::plan::{Plan, Step};
use super::shim::{self, For, Reading};
use super::slot::{self, Neighbour, Slot};
use super::{Event, Line, Site, disk, settings};
use crate::policy::Policy;

/// What is asked of a server.
#[derive(Clone, Debug, Default)]
pub struct Server {
    /// The binary to copy.
    pub binary: PathBuf,
    /// Where the copy is to be; beside the hooks if `None`.
    pub copy: Option<PathBuf>,
    /// Where the policy is: a full path, or `refs/heads/main:refgate.toml`.
    pub policy: Option<String>,
    /// What the server is, so that it is known who pushes.
    pub host: Option<String>,
    /// Where the name of who pushes is found.
    pub actor: Option<String>,
    /// Whether every move of a ref is looked at once more.
    pub seal: bool,
    /// Whether a hook that is there may be given another name, to be run after.
    pub chain: bool,
    /// Whether shims and lines of ours that somebody edited are replaced.
    pub force: bool,
}

/// Reads the policy that a server's setting names, as its hooks will.
pub type PolicyAt<'p> = dyn Fn(&str) -> anyhow::Result<Policy> + 'p;

/// Plans to have a server's Git call Refgate. `policy_at` reads the policy at a
/// place.
///
/// # Errors
///
/// If the configuration can't be read, or the policy can't be found or has a
/// problem: hooks that can't judge refuse every push.
pub fn install_server(
    site: &Site,
    asked: &Server,
    policy_at: &PolicyAt<'_>,
) -> anyhow::Result<Plan> {
    let mut plan = Plan::default();
    if !site.is_ours() {
        let hooks = site.hooks.display();
        plan.lines.push(match &site.hooks_path {
            Some(it) => {
                let scope = it.scope.name();
                Line::error(format!("core.hooksPath ({scope}) leads to {hooks}"))
                    .hint("in the repository: git config core.hooksPath hooks")
            }
            None => Line::error(format!("{hooks} is a link or a file, not this repository's"))
                .hint("make it a directory"),
        });
        return Ok(plan);
    }
    for dir in [&site.hooks, &site.common] {
        plan.steps.extend(disk::underway(dir).into_iter().map(Step::Remove));
    }
    let made = !site.hooks.exists();
    if made {
        plan.steps.push(Step::Make(site.hooks.clone()));
    }
    settings::configure(&mut plan, site, asked, policy_at)?;
    let copy = asked.copy.clone().or_else(|| copy_named(site)).unwrap_or_else(|| beside(site));
    if same_bytes(&asked.binary, &copy) {
        plan.lines.push(Line::ok(format!("{}: this binary", site.shown(&copy))));
    } else if copy.symlink_metadata().is_ok() && !is_ours(site, &copy, asked.force) {
        plan.lines.push(not_ours(site, &copy, "or --copy FILE, which puts the binary there"));
    } else {
        plan.lines.push(Line::ok(format!("{}: a copy of this binary", site.shown(&copy))));
        plan.steps.push(Step::Copy(asked.binary.clone(), copy.clone()));
    }
    hook(&mut plan, site, asked, (Event::PreReceive, &copy, made));
    if asked.seal {
        hook(&mut plan, site, asked, (Event::ReferenceTransaction, &copy, made));
    }
    if plan.refuses() {
        // Half a server would be taken for a guarded one.
        plan.steps.clear();
        plan.lines.retain(|it| it.level != super::Level::Ok);
    }
    Ok(plan)
}

/// Whether a file is a copy that we made: a shim of ours calls it, or the
/// configuration names it. What an edited shim calls is believed if `force`.
fn is_ours(site: &Site, copy: &Path, force: bool) -> bool {
    let calls = |shim: &Path| match slot::look(shim) {
        Slot::Ours(Reading::Ours { binary, .. }) => shim::bytes(copy) == *binary,
        Slot::Edited if force => {
            let text = std::fs::read(shim).unwrap_or_default();
            shim::bytes(copy) == *shim::called(&text, shim)
        }
        _ => false,
    };
    let named = || copy_named(site).is_some_and(|it| it == copy);
    copy.is_file()
        && (named()
            || Event::ALL.iter().any(|event| {
                let hook = site.hooks.join(event.name());
                calls(&hook) || calls(&disk::suffixed(&hook, ".d").join("refgate"))
            }))
}

/// That something else has the name that ours would have.
fn not_ours(site: &Site, path: &Path, or: &str) -> Line {
    let what =
        format!("{}: a file is there, and it is not ours; nothing was changed", site.shown(path));
    Line::error(what)
        .hint(format!("mv {0} {0}.old, then refgate install --server again", path.display()))
        .hint(or)
}

/// Where the binary is if nothing else is asked for.
pub(super) fn beside(site: &Site) -> PathBuf {
    site.hooks.join("refgate")
}

/// Where `--copy` once put the binary.
pub(super) fn copy_named(site: &Site) -> Option<PathBuf> {
    site.git.text(&["config", "--type=path", "--get", "refgate.copy"]).map(PathBuf::from)
}

fn same_bytes(one: &Path, other: &Path) -> bool {
    let regular = other.symlink_metadata().is_ok_and(|it| it.is_file());
    regular
        && disk::is_runnable(other)
        && matches!((std::fs::read(one), std::fs::read(other)), (Ok(a), Ok(b)) if a == b)
}

fn hook(plan: &mut Plan, site: &Site, asked: &Server, what: (Event, &Path, bool)) {
    let (event, binary, made) = what;
    let path = site.hooks.join(event.name());
    let write = |plan: &mut Plan, path: &Path| {
        let text = shim::render(event, path, binary, For::Server, made);
        let same = std::fs::read(path).is_ok_and(|it| it == text) && disk::is_runnable(path);
        if !same {
            plan.steps.push(Step::Write(path.to_owned(), text));
        }
        plan.lines.push(Line::ok(format!("{}: calls it", site.shown(path))));
    };
    match slot::look(&path) {
        Slot::Free | Slot::Ours(_) => write(plan, &path),
        Slot::Edited if asked.force => write(plan, &path),
        Slot::Edited => plan.lines.push(edited(site, &path)),
        Slot::Taken(by) => match drop_in(&path) {
            Some(dir) => among(plan, site, asked, &dir.join("refgate"), write),
            None => taken(plan, site, asked, (&path, &by), write),
        },
    }
}

/// A program of ours among those that someone's hook runs.
fn among(
    plan: &mut Plan,
    site: &Site,
    asked: &Server,
    path: &Path,
    write: impl Fn(&mut Plan, &Path),
) {
    match slot::look(path) {
        Slot::Free | Slot::Ours(_) => write(plan, path),
        Slot::Edited if asked.force => write(plan, path),
        Slot::Edited => plan.lines.push(edited(site, path)),
        Slot::Taken(_) => {
            plan.lines.push(not_ours(site, path, "or give it another name that the hook runs"));
        }
    }
}

fn edited(site: &Site, path: &Path) -> Line {
    Line::error(format!("{}: our shim was edited", site.shown(path)))
        .hint("refgate install --server --force, which replaces it")
}

/// The directory whose programs the hook runs, if it is such a hook.
fn drop_in(hook: &Path) -> Option<PathBuf> {
    let dir = disk::suffixed(hook, ".d");
    let name = dir.file_name()?.to_string_lossy().into_owned();
    let text = std::fs::read(hook).ok()?;
    let runs = text.contains_str(&name) || text.contains_str("${hookname}.d");
    (dir.is_dir() && runs && disk::is_runnable(hook)).then_some(dir)
}

fn taken(
    plan: &mut Plan,
    site: &Site,
    asked: &Server,
    there: (&Path, &Neighbour),
    write: impl Fn(&mut Plan, &Path),
) {
    let (path, by) = there;
    let kept = shim::kept(path);
    let again = disk::is_same_file(path, &kept);
    let can = by.stays.is_none() && (again || kept.symlink_metadata().is_err());
    if asked.chain && can {
        if !again {
            plan.steps.push(Step::Keep(path.to_owned(), kept));
        }
        write(plan, path);
        return;
    }
    let shown = site.shown(path);
    let mut refusal = Line::error(by.in_the_way(&shown));
    if can {
        refusal = refusal.hint("refgate install --server --chain, which runs both, ours first");
    }
    let way = format!("let it run the programs in {shown}.d, then refgate install --server");
    plan.lines.push(refusal.hint(if can { format!("or {way}") } else { way }));
}

/// Where a clone's policy is: where the configuration says, or at the top of
/// the work tree; `None` if there is none.
pub fn policy_of_clone(site: &Site) -> Option<String> {
    let configured = site.git.text(&["config", "--type=path", "--get", "refgate.policy"]);
    let top = || site.top.as_ref().is_some_and(|it| it.join("refgate.toml").exists());
    configured.or_else(|| top().then(|| "refgate.toml".to_owned()))
}
