//! Taking out what was put in, and nothing else.

use std::fs;
use std::path::{Path, PathBuf};

use bstr::ByteSlice as _;

use super::plan::{Plan, Step};
use super::shim::{self, Reading};
use super::slot::{self, Slot};
use super::{Event, Line, Site, block, disk};

/// Plans to leave a repository as it was before anything was installed, by its
/// bytes. What somebody edited since is left, unless `force`.
///
/// # Errors
///
/// If the configuration can't be read.
pub fn uninstall(site: &Site, force: bool) -> anyhow::Result<Plan> {
    let mut plan = Plan::default();
    // The place may have changed since: both are looked at.
    let mut dirs = vec![site.hooks.clone(), site.common.join("hooks")];
    dirs.dedup();
    for dir in dirs {
        let drop_in = dir.join(Event::PreReceive.name().to_owned() + ".d");
        directory(&mut plan, site, &drop_in, force);
        directory(&mut plan, site, &dir, force);
    }
    configuration(&mut plan, site, force)?;
    plan.steps.extend(disk::underway(&site.common).into_iter().map(Step::Remove));
    records(&mut plan, &site.common);
    if plan.steps.is_empty() && plan.lines.is_empty() {
        plan.lines.push(Line::ok("nothing of refgate is installed here"));
    }
    Ok(plan)
}

/// Shims, and what stood there before them.
fn directory(plan: &mut Plan, site: &Site, dir: &Path, force: bool) {
    let Ok(entries) = fs::read_dir(dir) else { return };
    let mut files: Vec<PathBuf> = entries.flatten().map(|it| it.path()).collect();
    files.sort();
    let (mut made, mut copies, mut taken) = (false, Vec::new(), Vec::new());
    for path in &files {
        match slot::look(path) {
            Slot::Ours(Reading::Ours { binary, made_directory, .. }) => {
                made |= made_directory;
                copies.extend(binary.to_path().map(Path::to_owned));
                take_out(plan, path);
                taken.push(site.shown(path));
            }
            Slot::Edited if force => {
                take_out(plan, path);
                taken.push(site.shown(path));
            }
            Slot::Edited => plan.lines.push(
                Line::error(format!("{}: our shim was edited, so it stays", site.shown(path)))
                    .hint("refgate uninstall --force, which removes it"),
            ),
            Slot::Taken(_) | Slot::Free | Slot::Ours(_) => {}
        }
    }
    let keeps = shim::keeps(dir);
    if keeps.is_dir() {
        let kept = fs::read_dir(&keeps).into_iter().flatten().flatten();
        kept.for_each(|it| orphan(plan, site, (&it.path(), &dir.join(it.file_name()))));
        plan.steps.push(Step::Unmake(keeps));
    }
    // A server's binary of its own is beside its hooks.
    copies.sort();
    copies.dedup();
    let beside =
        |it: &PathBuf| it.parent().is_some_and(|it| same_directory(it, dir)) && it.is_file();
    plan.steps.extend(copies.into_iter().filter(beside).map(Step::Remove));
    plan.steps.extend(disk::underway(dir).into_iter().map(Step::Remove));
    if made {
        plan.steps.push(Step::Unmake(dir.to_owned()));
    }
    plan.lines.extend(taken.into_iter().map(|it| Line::ok(format!("{it}: removed"))));
}

fn same_directory(one: &Path, other: &Path) -> bool {
    disk::is_same_file(one, other)
}

fn take_out(plan: &mut Plan, path: &Path) {
    let kept = shim::kept(path);
    let there = kept.symlink_metadata().is_ok();
    plan.steps.push(if there {
        Step::Restore(kept, path.to_owned())
    } else {
        Step::Remove(path.to_owned())
    });
}

/// A kept hook whose place is not ours: a kill, or somebody's hand.
fn orphan(plan: &mut Plan, site: &Site, (kept, place): (&Path, &Path)) {
    match slot::look(place) {
        Slot::Free => plan.steps.push(Step::Restore(kept.to_owned(), place.to_owned())),
        Slot::Taken(_) if disk::is_same_file(kept, place) => {
            plan.steps.push(Step::Remove(kept.to_owned()));
        }
        Slot::Taken(_) => plan.lines.push(
            Line::warning(format!(
                "{} was kept, but another hook took its place; both stay",
                site.shown(kept)
            ))
            .hint("look at both and keep one"),
        ),
        Slot::Ours(_) | Slot::Edited => {}
    }
}

fn configuration(plan: &mut Plan, site: &Site, force: bool) -> anyhow::Result<()> {
    let config = disk::read_or_empty(&site.config())?;
    let Some(found) = block::find(&config) else { return Ok(()) };
    let shown = site.shown(&site.config());
    if found.edited && !force {
        plan.lines.push(
            Line::error(format!("{shown}: our lines were edited, so they stay"))
                .hint("refgate uninstall --force, which removes them"),
        );
        return Ok(());
    }
    let new = block::with(&config, b"");
    plan.steps.push(Step::Configure(site.config(), config, new));
    plan.lines.push(Line::ok(format!("{shown}: our lines removed")));
    Ok(())
}

/// What hooks noted down for `refgate explain --last`, in every work tree.
fn records(plan: &mut Plan, common: &Path) {
    let trees = fs::read_dir(common.join("worktrees")).into_iter().flatten().flatten();
    let dirs = trees.map(|it| it.path()).chain([common.to_owned()]);
    for dir in dirs.map(|it| it.join("refgate")).filter(|it| it.is_dir()) {
        let notes = fs::read_dir(&dir).into_iter().flatten().flatten().map(|it| it.path());
        let ours = |it: &PathBuf| {
            it.file_name().is_some_and(|it| it.to_string_lossy().starts_with("last.json"))
        };
        plan.steps.extend(notes.filter(ours).map(Step::Remove));
        plan.steps.push(Step::Unmake(dir));
    }
}
