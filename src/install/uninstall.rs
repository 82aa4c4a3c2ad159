//! Taking out what was put in, and nothing else.

use std::fs;
use std::path::{Path, PathBuf};

use bstr::ByteSlice as _;

use super::plan::{Plan, Step};
use super::shim::{self, Reading};
use super::slot::{self, Slot};
use super::{Event, Line, Site, block, disk};

/// Plans to leave a repository as it was before anything was installed, by its
/// bytes. What somebody edited since is left, unless `force`, with all that it
/// needs to go on.
///
/// # Errors
///
/// If the configuration can't be read.
pub fn uninstall(site: &Site, force: bool) -> anyhow::Result<Plan> {
    // The place may have changed since: both are looked at.
    let mut dirs = vec![site.hooks.clone(), site.common.join("hooks")];
    dirs.dedup();
    let mut removal = Removal::of(site, force);
    for dir in &dirs {
        for event in Event::ALL {
            removal.directory(&dir.join(event.name().to_owned() + ".d"));
        }
        removal.directory(dir);
    }
    removal.binaries(&dirs);
    removal.configuration()?;
    let mut plan = removal.plan;
    plan.steps.extend(disk::underway(&site.common).into_iter().map(Step::Remove));
    records(&mut plan, &site.common);
    if plan.steps.is_empty() && plan.lines.is_empty() {
        plan.lines.push(Line::ok("nothing of refgate is installed here"));
    }
    Ok(plan)
}

struct Removal<'r> {
    site: &'r Site,
    force: bool,
    plan: Plan,
    /// The binaries that shims call.
    called: Vec<PathBuf>,
    /// The directories that were made for shims.
    made: Vec<PathBuf>,
    /// Whether a shim stays.
    stays: bool,
}

impl<'r> Removal<'r> {
    fn of(site: &'r Site, force: bool) -> Self {
        let (called, made) = (Vec::new(), Vec::new());
        Self { site, force, plan: Plan::default(), called, made, stays: false }
    }

    /// Shims, and what stood there before them.
    fn directory(&mut self, dir: &Path) {
        let Ok(entries) = fs::read_dir(dir) else { return };
        let mut files: Vec<PathBuf> = entries.flatten().map(|it| it.path()).collect();
        files.sort();
        for path in &files {
            self.file(path);
        }
        let keeps = shim::keeps(dir);
        if keeps.is_dir() {
            let kept = fs::read_dir(&keeps).into_iter().flatten().flatten();
            kept.for_each(|it| {
                orphan(&mut self.plan, self.site, (&it.path(), &dir.join(it.file_name())));
            });
            self.plan.steps.push(Step::Unmake(keeps));
        }
        self.plan.steps.extend(disk::underway(dir).into_iter().map(Step::Remove));
    }

    fn file(&mut self, path: &Path) {
        let shown = self.site.shown(path);
        let called = match slot::look(path) {
            Slot::Ours(Reading::Ours { binary, made_directory, .. }) => {
                self.made.extend(path.parent().filter(|_| made_directory).map(Path::to_owned));
                binary
            }
            Slot::Edited if self.force => shim::called(&fs::read(path).unwrap_or_default(), path),
            Slot::Edited => {
                self.stays = true;
                let what = format!("{shown}: our shim was edited, so it stays");
                let hint = "refgate uninstall --force, which removes it";
                return self.plan.lines.push(Line::error(what).hint(hint));
            }
            Slot::Taken(_) | Slot::Free | Slot::Ours(_) => return,
        };
        self.called.extend(called.to_path().map(Path::to_owned));
        take_out(&mut self.plan, path);
        self.plan.lines.push(Line::ok(format!("{shown}: removed")));
    }

    /// A server's binary of its own is beside its hooks. Without it a shim that
    /// stays would let nothing pass.
    fn binaries(&mut self, dirs: &[PathBuf]) {
        self.called.sort();
        self.called.dedup();
        let beside = |it: &Path| dirs.iter().any(|dir| same_directory(it, dir));
        let ours = |it: &&PathBuf| it.parent().is_some_and(beside) && it.is_file() && !self.stays;
        self.plan.steps.extend(self.called.iter().filter(ours).cloned().map(Step::Remove));
        self.made.dedup();
        self.plan.steps.extend(self.made.drain(..).map(Step::Unmake));
    }

    fn configuration(&mut self) -> anyhow::Result<()> {
        let (site, plan) = (self.site, &mut self.plan);
        let config = disk::read_or_empty(&site.config())?;
        let Some(found) = block::find(&config) else { return Ok(()) };
        let shown = site.shown(&site.config());
        if found.edited && !self.force {
            plan.lines.push(
                Line::error(format!("{shown}: our lines were edited, so they stay"))
                    .hint("refgate uninstall --force, which removes them"),
            );
            return Ok(());
        }
        if self.stays && found.body.contains_str("[refgate]") {
            let what = format!("{shown}: our lines stay, what stays reads them");
            plan.lines.push(Line::warning(what));
            return Ok(());
        }
        let new = block::with(&config, b"");
        plan.steps.push(Step::Configure(site.config(), config, new));
        plan.lines.push(Line::ok(format!("{shown}: our lines removed")));
        Ok(())
    }
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
