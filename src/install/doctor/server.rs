//! Examining a repository that is pushed to: what stands between a push and its
//! refs, and what could let one pass by.

use std::fs;
use std::path::{Path, PathBuf};

use bstr::ByteSlice as _;

use super::{Doctor, binary, common};
use crate::install::server::copy_named;
use crate::install::shim::{self, Reading};
use crate::install::site::hooks_paths;
use crate::install::slot::{self, Slot};
use crate::install::{Event, Line, Scope, Site, disk};

/// Tells what of a server's gate works and what does not, short of a push.
pub fn examine_server(site: &Site, doctor: &Doctor<'_>) -> Vec<Line> {
    let mut lines = Vec::new();
    common(site, doctor, &mut lines);
    for place in hooks_paths(&site.git) {
        let what = format!("core.hooksPath = {} ({})", place.value, place.scope.name());
        let own = matches!(place.scope, Scope::Local | Scope::Worktree);
        lines.push(if own {
            Line::warning(what).hint("git config --unset core.hooksPath, unless it is meant")
        } else {
            Line::error(format!("{what}: the hooks of this repository do not run"))
                .hint("in the repository: git config core.hooksPath hooks")
        });
    }
    hook(site, doctor, Event::PreReceive, &mut lines);
    if slot::look(&site.hooks.join(Event::ReferenceTransaction.name())) != Slot::Free {
        hook(site, doctor, Event::ReferenceTransaction, &mut lines);
    }
    private(&site.hooks, site, &mut lines);
    private(&site.config(), site, &mut lines);
    refs(site, &mut lines);
    lines
}

fn hook(site: &Site, doctor: &Doctor<'_>, event: Event, lines: &mut Vec<Line>) {
    let path = site.hooks.join(event.name());
    let drop_in = disk::suffixed(&path, ".d").join("refgate");
    let (path, slot) = match (slot::look(&path), slot::look(&drop_in)) {
        (Slot::Taken(_), inner @ Slot::Ours(_)) if disk::is_runnable(&path) => (drop_in, inner),
        (slot, _) => (path, slot),
    };
    let shown = site.shown(&path);
    let again = "refgate install --server";
    if path.symlink_metadata().is_ok_and(|it| it.is_symlink()) {
        let what = format!("{shown}: a symbolic link; without its end every push passes");
        lines.push(Line::error(what).hint(format!("remove it, then {again}")));
    }
    let called = match slot {
        Slot::Ours(Reading::Ours { version, binary, .. }) => {
            if version != shim::VERSION {
                let what = format!("{shown}: a shim of version {version}, not {}", shim::VERSION);
                lines.push(Line::warning(what).hint(again));
            }
            binary.to_path().ok().map(PathBuf::from)
        }
        Slot::Ours(_) => None,
        Slot::Edited => {
            let what = format!("{shown}: our shim was edited");
            lines.push(Line::warning(what).hint(format!("{again} --force")));
            None
        }
        Slot::Taken(by) if by.calls_us => {
            let what =
                format!("{shown}: {} calls refgate; what it answers must be passed on", by.name);
            lines.push(Line::warning(what).hint(format!("{again} --chain")));
            None
        }
        Slot::Taken(by) => {
            let what = format!("{shown}: {} is there, and refgate is not called", by.name);
            return lines.push(Line::error(what).hint(format!("{again} --chain")));
        }
        Slot::Free => {
            let what = format!("{shown}: missing, so every push passes");
            return lines.push(Line::error(what).hint(again));
        }
    };
    if disk::is_runnable(&path) {
        lines.push(Line::ok(format!("{shown}: calls refgate")));
    } else {
        let what = format!("{shown}: not executable, so every push passes");
        lines.push(Line::error(what).hint(format!("chmod +x {}", path.display())));
    }
    private(&path, site, lines);
    if let Some(called) = called {
        copy(&called, site, doctor, lines);
    }
}

/// The binary that a server's shim calls.
fn copy(called: &Path, site: &Site, doctor: &Doctor<'_>, lines: &mut Vec<Line>) {
    if called.symlink_metadata().is_ok_and(|it| it.is_symlink()) {
        let what = format!("{}: a symbolic link, not a binary", called.display());
        lines.push(Line::error(what).hint("refgate install --server"));
    }
    if !site.holds(called) && copy_named(site).as_deref() != Some(called) {
        let what = "hooks call it, and it is outside this repository";
        lines.push(Line::error(format!("{}: {what}", called.display())).hint(
            "refgate install --server, which copies one here, or --copy FILE, which names it",
        ));
    }
    private(called, site, lines);
    binary(called, doctor, lines);
}

/// What others may write they may switch off.
#[cfg(unix)]
fn private(path: &Path, site: &Site, lines: &mut Vec<Line>) {
    use std::os::unix::fs::PermissionsExt as _;
    let Ok(metadata) = fs::metadata(path) else { return };
    if metadata.permissions().mode() & 0o022 != 0 {
        let what = format!("{}: others than its owner may write it", site.shown(path));
        lines.push(Line::error(what).hint(format!("chmod go-w {}", path.display())));
    }
}

/// What others may write they may switch off.
#[cfg(not(unix))]
fn private(_: &Path, _: &Site, _: &mut Vec<Line>) {}

/// What is in the repository that makes one thing look like another.
fn refs(site: &Site, lines: &mut Vec<Line>) {
    let format = "--format=%(refname) %(symref)";
    let listed = site.git.ask(&["for-each-ref", format]).unwrap_or_default();
    let listed = listed.to_str_lossy();
    for (name, to) in listed.lines().filter_map(|it| it.split_once(' ')) {
        if !to.is_empty() {
            let what = format!("{name} is a symbolic ref to {to}; a push to it moves {to}");
            lines.push(Line::warning(what).hint(format!("git symbolic-ref --delete {name}")));
        }
    }
    let below = |prefix: &str| listed.lines().filter(|it| it.starts_with(prefix)).count();
    match below("refs/replace/") {
        0 => {}
        count => {
            let what =
                format!("{count} refs below refs/replace: git shows other objects than there are");
            lines.push(Line::warning(what).hint("git replace -d OBJECT, unless they are meant"));
        }
    }
    if below("refs/namespaces/") > 0 {
        let what = "refs/namespaces is used: a push to a namespace names its refs otherwise";
        lines.push(Line::warning(what).hint("protect refs/namespaces/** too"));
    }
    if site.common.join("info/grafts").exists() {
        let what = "info/grafts: git shows other parents than there are";
        lines.push(Line::warning(what).hint("remove it; git replace --graft is what came after"));
    }
    let fsck = |key: &str| {
        let set = site.git.text(&["config", "--type=bool", "--get", key]);
        set.map(|it| it == "true")
    };
    if !fsck("receive.fsckObjects").or_else(|| fsck("transfer.fsckObjects")).unwrap_or(false) {
        let what = "receive.fsckObjects is off: git takes malformed objects";
        lines.push(Line::warning(what).hint("git config receive.fsckObjects true"));
    }
}
