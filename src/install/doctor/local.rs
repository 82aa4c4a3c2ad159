//! Examining a clone.

use std::collections::BTreeSet;
use std::path::PathBuf;

use bstr::ByteSlice as _;

use super::{Doctor, binary, common};
use crate::install::shim::{self, Reading};
use crate::install::site::hooks_paths;
use crate::install::slot::{self, Slot};
use crate::install::{Event, Line, Scope, Site, Version, disk};

/// Tells what of a clone's hooks works and what does not.
pub fn examine(site: &Site, doctor: &Doctor<'_>) -> Vec<Line> {
    let mut lines = Vec::new();
    common(site, doctor, &mut lines);
    places(site, &mut lines);
    let mut examination = Examination {
        site,
        lines,
        files: Vec::new(),
        config: Vec::new(),
        binaries: BTreeSet::new(),
    };
    for event in Event::LOCAL {
        examination.event(event);
    }
    let Examination { mut lines, files, config, binaries, .. } = examination;
    for (events, how) in [(files, "files"), (config, "config")] {
        if !events.is_empty() {
            lines.push(Line::ok(format!("hooks: {} ({how})", events.join(", "))));
        }
    }
    for path in binaries {
        binary(&path, doctor, &mut lines);
    }
    large_files(site, &mut lines);
    for left in disk::underway(&site.hooks).into_iter().chain(disk::underway(&site.common)) {
        let what = format!("{}: left by an installation that was killed", site.shown(&left));
        lines.push(Line::warning(what).hint("refgate install, which sweeps it"));
    }
    lines
}

struct Examination<'e> {
    site: &'e Site,
    lines: Vec<Line>,
    /// Events that reach us through a file.
    files: Vec<&'static str>,
    /// Events that reach us through the configuration.
    config: Vec<&'static str>,
    /// The binaries that shims call.
    binaries: BTreeSet<PathBuf>,
}

impl Examination<'_> {
    /// Each event must reach us once.
    fn event(&mut self, event: Event) {
        let path = self.site.hooks.join(event.name());
        let shown = self.site.shown(&path);
        let by_file = match slot::look(&path) {
            Slot::Free => false,
            Slot::Ours(reading) => self.shim(event, &path, &reading),
            Slot::Edited => {
                let what = format!("{shown}: our shim was edited");
                self.lines.push(Line::warning(what).hint("refgate install --force"));
                disk::is_runnable(&path)
            }
            Slot::Taken(by) if by.calls_us => {
                self.lines.push(Line::ok(format!("{shown}: {} calls refgate", by.name)));
                disk::is_runnable(&path)
            }
            Slot::Taken(by) => {
                self.lines.push(Line::ok(format!("{shown}: {} is beside us", by.name)));
                false
            }
        };
        let by_config = self.configured(event);
        match (by_file, by_config) {
            (true, false) => self.files.push(event.name()),
            (false, true) => self.config.push(event.name()),
            (true, true) => {
                let what = format!("{event}: called twice, by {shown} and by the configuration");
                self.lines.push(Line::warning(what).hint("refgate install, which leaves one"));
            }
            (false, false) => {
                let what = format!("{event}: nothing calls refgate");
                self.lines.push(Line::error(what).hint("refgate install"));
            }
        }
    }

    fn shim(&mut self, event: Event, path: &std::path::Path, reading: &Reading) -> bool {
        let shown = self.site.shown(path);
        if let Reading::Ours { version, binary, .. } = reading {
            if version != shim::VERSION {
                let what = format!("{shown}: a shim of version {version}, not {}", shim::VERSION);
                self.lines.push(Line::warning(what).hint("refgate install"));
            }
            self.binaries.extend(binary.to_path().ok().map(PathBuf::from));
        }
        if !disk::is_runnable(path) {
            let what = format!("{shown}: not executable, so git passes over it");
            self.lines.push(Line::error(what).hint(format!("refgate install --hooks {event}")));
        }
        let kept = shim::kept(path);
        if let Ok(text) = std::fs::read(&kept) {
            let by = slot::neighbour(&kept, &text).name;
            self.lines.push(Line::ok(format!("{shown}: {by} runs after ours")));
        }
        disk::is_runnable(path)
    }

    /// Whether the configuration has this Git call us.
    fn configured(&mut self, event: Event) -> bool {
        let name = format!("refgate-{event}");
        let git = &self.site.git;
        let value = |key: &str| git.text(&["config", "--get", &format!("hook.{name}.{key}")]);
        if value("command").is_none() {
            return false;
        }
        if self.site.version < Version::CONFIG_HOOKS {
            let what = format!("hook.{name}: git {} does not know it", self.site.version);
            self.lines.push(Line::warning(what).hint("refgate install, with the git that you use"));
            return false;
        }
        for who in [&name, event.name()] {
            let args = ["config", "--type=bool", "--get", &format!("hook.{who}.enabled")];
            if git.text(&args).is_some_and(|it| it == "false") {
                let what = format!("hook.{who}.enabled is false, so git passes over us");
                let unset = format!("git config --unset-all hook.{who}.enabled");
                self.lines.push(Line::error(what).hint(unset));
                return false;
            }
        }
        // Git's own list is the last word.
        let listed =
            git.ask(&["hook", "list", "-z", "--show-scope", event.name()]).unwrap_or_default();
        listed.split_str("\0").any(|it| it.ends_with(format!("\t{name}").as_bytes()))
    }
}

/// Who says where hooks are, and what that hides.
fn places(site: &Site, lines: &mut Vec<Line>) {
    for place in hooks_paths(&site.git) {
        let what = format!("core.hooksPath = {} ({})", place.value, place.scope.name());
        let in_force = site.hooks_path.as_ref() == Some(&place);
        let own = matches!(place.scope, Scope::Local | Scope::Worktree) && site.holds(&site.hooks);
        lines.push(match (in_force, own) {
            (true, true) => Line::ok(what),
            (true, false) => Line::warning(format!("{what} belongs to more than this repository"))
                .hint("refgate install, which says which ways there are"),
            (false, _) => Line::ok(format!("{what}, which a narrower setting overrules")),
        });
    }
    let usual = site.common.join("hooks");
    if site.hooks_path.is_none() || disk::is_same_file(&usual, &site.hooks) {
        return;
    }
    for entry in std::fs::read_dir(&usual).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.extension().is_none() && disk::is_runnable(&path) {
            let what = format!("core.hooksPath hides {}", site.shown(&path));
            lines.push(Line::warning(what).hint("remove it, or put it where hooks are"));
        }
    }
}

/// Git LFS must see every push, or what it keeps stays on this machine.
fn large_files(site: &Site, lines: &mut Vec<Line>) {
    let Some(top) = &site.top else { return };
    let attributes = std::fs::read(top.join(".gitattributes")).unwrap_or_default();
    if !attributes.contains_str("filter=lfs") {
        return;
    }
    let hook = site.hooks.join(Event::PrePush.name());
    let hooks = [shim::kept(&hook), hook];
    let sees = |path: &PathBuf| std::fs::read(path).is_ok_and(|it| it.contains_str("lfs"));
    if !hooks.iter().any(sees) {
        let what = "git-lfs is used here, and its pre-push hook is not installed";
        let way = "refgate uninstall, git lfs install --local, then refgate install --chain";
        lines.push(Line::warning(what).hint(way));
    }
}
