//! Hooks for someone who commits and pushes.

use std::path::{Path, PathBuf};

use bstr::{BStr, BString, ByteSlice as _, ByteVec as _};

use super::plan::{Plan, Step};
use super::shim::{self, For, Reading};
use super::slot::{self, Neighbour, Slot};
use super::{Event, Line, Site, Version, block, disk};

/// What is asked of an installation.
#[derive(Clone, Debug)]
pub struct Install {
    /// The binary that hooks call, by its full path.
    pub binary: PathBuf,
    /// When it is to be called.
    pub events: Vec<Event>,
    /// Whether someone's hook may be given another name, to be run after ours.
    pub chain: bool,
    /// Whether shims and lines of ours that somebody edited are replaced.
    pub force: bool,
}

/// Plans to have Git call Refgate in a clone.
///
/// Where nothing stands in a hook's place, a shim is put there. Where someone
/// else's hook stands, or the place belongs to more than this repository, a Git
/// that can is told by the configuration to call both. Otherwise nothing is
/// done about that hook, and the lines say which ways there are.
///
/// # Errors
///
/// If the configuration can't be read.
pub fn install(site: &Site, asked: &Install) -> anyhow::Result<Plan> {
    let mut planner = Planner::new(site, asked)?;
    for &event in &asked.events {
        planner.event(event);
    }
    Ok(planner.finish())
}

struct Planner<'p> {
    site: &'p Site,
    asked: &'p Install,
    plan: Plan,
    /// Whether the directory of hooks is made for us.
    made: bool,
    /// Events whose shim stands or will.
    shims: Vec<Event>,
    /// Events that the configuration names or will.
    configured: Vec<Event>,
    config: Vec<u8>,
}

impl<'p> Planner<'p> {
    fn new(site: &'p Site, asked: &'p Install) -> anyhow::Result<Self> {
        let config = disk::read_or_empty(&site.config())?;
        let mut plan = Plan::default();
        for dir in [&site.hooks, &site.common] {
            plan.steps.extend(disk::underway(dir).into_iter().map(Step::Remove));
        }
        let there = |event: &Event| match slot::look(&site.hooks.join(event.name())) {
            Slot::Ours(Reading::Ours { made_directory, .. }) => made_directory,
            _ => false,
        };
        let made = !site.hooks.exists() || Event::ALL.iter().any(there);
        let body = block::find(&config).map(|it| it.body).unwrap_or_default();
        let configured = Event::ALL.into_iter();
        let configured = configured.filter(|it| body.contains_str(section(*it))).collect();
        Ok(Self { site, asked, plan, made, shims: Vec::new(), configured, config })
    }

    fn event(&mut self, event: Event) {
        self.configured.retain(|it| *it != event);
        let path = self.site.hooks.join(event.name());
        let slot = slot::look(&path);
        match slot {
            Slot::Ours(_) | Slot::Free if self.site.is_ours() => self.shim(event, &path),
            Slot::Edited if self.asked.force => self.shim(event, &path),
            Slot::Edited => self.plan.lines.push(
                Line::error(format!("{}: our shim was edited", self.site.shown(&path)))
                    .hint("refgate install --force, which replaces it"),
            ),
            Slot::Taken(it) if it.calls_us => {
                let path = self.site.shown(&path);
                self.plan.lines.push(Line::ok(format!("{path}: {} calls refgate", it.name)));
            }
            _ if self.site.version >= Version::CONFIG_HOOKS => self.configured.push(event),
            Slot::Taken(it) => self.taken(event, &path, &it),
            Slot::Free | Slot::Ours(_) => self.plan.lines.push(self.elsewhere(event)),
        }
    }

    fn shim(&mut self, event: Event, path: &Path) {
        let text = shim::render(event, path, &self.asked.binary, For::Clone, self.made);
        let same = std::fs::read(path).is_ok_and(|it| it == text) && disk::is_runnable(path);
        if !same {
            self.plan.steps.push(Step::Write(path.to_owned(), text));
        }
        self.shims.push(event);
    }

    /// Someone else's hook stands there, and Git can call but one.
    fn taken(&mut self, event: Event, path: &Path, by: &Neighbour) {
        let kept = shim::kept(path);
        let tracked = self.site.tracks(path);
        let again = disk::is_same_file(path, &kept);
        let free = again || kept.symlink_metadata().is_err();
        let movable = !by.rewrites && by.stays.is_none();
        let can = free && !tracked && movable && self.site.is_ours();
        if self.asked.chain && can {
            if !again {
                self.plan.steps.push(Step::Keep(path.to_owned(), kept));
            }
            self.shim(event, path);
            let text = format!("{}: {} runs after ours", self.site.shown(path), by.name);
            self.plan.lines.push(Line::ok(text));
            return;
        }
        let shown = self.site.shown(path);
        let what = by.in_the_way(&shown);
        let place = if by.name == "husky" { format!(".husky/{event}") } else { shown };
        let line = call(event, &self.asked.binary);
        let mut refusal = Line::error(what)
            .hint(format!("use git {} or newer, which runs both", Version::CONFIG_HOOKS))
            .hint(format!("or put into {place}, before what it does: {line}"));
        if can {
            let event = format!("refgate install --hooks {event} --chain");
            refusal = refusal.hint(format!("or {event}, which runs both, ours first"));
        }
        self.plan.lines.push(refusal);
    }

    /// The place belongs to more than this repository, and Git knows no other.
    fn elsewhere(&self, event: Event) -> Line {
        let what = match &self.site.hooks_path {
            Some(it) => format!(
                "{event}: core.hooksPath is {} ({}), not this repository's",
                it.value,
                it.scope.name()
            ),
            None => {
                let hooks = self.site.shown(&self.site.common.join("hooks"));
                format!("{event}: {hooks} is a link or a file, not this repository's")
            }
        };
        let line = call(event, &self.asked.binary);
        let own = match self.site.hooks_path {
            Some(_) => "git config core.hooksPath \"$(git rev-parse --git-common-dir)/hooks\"",
            None => "make it a directory",
        };
        let mut refusal = Line::error(what)
            .hint(format!("use git {} or newer, which runs both", Version::CONFIG_HOOKS))
            .hint(format!("or give this repository hooks of its own: {own}"));
        if self.site.hooks.is_dir() {
            let place = self.site.hooks.join(event.name());
            refusal = refusal.hint(format!("or put into {}: {line}", place.display()));
        }
        refusal
    }

    fn finish(mut self) -> Plan {
        if !self.shims.is_empty() {
            if !self.site.hooks.exists() {
                self.plan.steps.insert(0, Step::Make(self.site.hooks.clone()));
            }
            self.tell_shims();
        }
        self.configure();
        if !self.configured.is_empty() {
            self.tell_configured();
        }
        self.plan
    }

    fn configure(&mut self) {
        let edited = block::find(&self.config).is_some_and(|it| it.edited);
        if edited && !self.asked.force {
            let config = self.site.shown(&self.site.config());
            self.plan.lines.push(
                Line::error(format!("{config}: our lines were edited; they stay as they are"))
                    .hint("refgate install --force, which replaces them"),
            );
            return;
        }
        self.configured.sort();
        let mut body = Vec::new();
        for &event in &self.configured {
            let command = command(event, &self.asked.binary);
            body.push_str(section(event));
            body.push_str(format!("\n\tevent = {event}\n\tcommand = "));
            body.push_str(block::value(command.as_bstr()));
            body.push(b'\n');
        }
        let new = block::with(&self.config, &body);
        if new != self.config {
            let step = Step::Configure(self.site.config(), self.config.clone(), new);
            self.plan.steps.push(step);
        }
    }

    fn tell_shims(&mut self) {
        let dir = self.site.shown(&self.site.hooks);
        self.plan.lines.push(Line::ok(format!("{dir}: {}", names(&self.shims))));
        let first = self.shims.first().map(|it| self.site.hooks.join(it.name()));
        if first.is_some_and(|it| self.site.sees(&it)) {
            let what = format!("{dir} is in the work tree, so `git status` shows our shims");
            let ignore = format!("git config core.excludesFile, or {dir} in .git/info/exclude");
            self.plan
                .lines
                .push(Line::warning(what).hint(format!(
                    "do not commit them, they name this machine's binary: {ignore}"
                )));
        }
    }

    fn tell_configured(&mut self) {
        let (config, names) = (self.site.shown(&self.site.config()), names(&self.configured));
        let version = self.site.version;
        let beside = format!("{config}: {names}, beside what is there (git {version} runs both)");
        self.plan.lines.push(Line::ok(beside));
        for (path, other) in self.site.git.others() {
            if other < Version::CONFIG_HOOKS {
                let what = format!("{} is git {other}, which ignores these", path.display());
                self.plan
                    .lines
                    .push(Line::warning(what).hint("commit and push with the newer git"));
            }
        }
    }
}

/// The section of the configuration that is about `event`.
pub(super) fn section(event: Event) -> String {
    format!("[hook \"refgate-{event}\"]")
}

/// What the configuration tells Git to run, which adds the hook's arguments.
fn command(event: Event, binary: &Path) -> BString {
    let mut command = BString::from("bin=");
    command.push_str(shim::quoted(&shim::bytes(binary)));
    command.push_str(r#"; [ -x "$bin" ] || bin=$(command -v refgate) || { "#);
    command.push_str(format!(
        "echo 'error: {event}: refgate is not on this machine, nothing was judged' >&2; \
         echo 'hint: cargo install refgate, or git config --remove-section \
         hook.refgate-{event}' >&2; exit 2; }}; \"$bin\" hook {}",
        event.judged_as()
    ));
    command
}

/// A line for someone else's hook. Git gives `pre-push` lines to read, which
/// are kept for what comes after.
fn call(event: Event, binary: &Path) -> String {
    let binary = BString::from(shim::quoted(&shim::bytes(binary)));
    let binary: &BStr = binary.as_ref();
    if event == Event::PrePush {
        return format!(
            "refs=$(mktemp) && cat >\"$refs\" && {binary} hook {event} \"$@\" <\"$refs\" \
             || exit 2; exec <\"$refs\"; rm -f \"$refs\""
        );
    }
    format!("{binary} hook {} \"$@\" || exit $?", event.judged_as())
}

/// Events, as a list that is read.
fn names(events: &[Event]) -> String {
    let names: Vec<_> = events.iter().map(|it| it.name()).collect();
    names.join(", ")
}
