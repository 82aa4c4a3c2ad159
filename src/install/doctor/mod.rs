//! Telling what works, what does not, and what to do about it.

mod canary;
mod local;
mod server;

pub use canary::canary;
pub use local::examine;
pub use server::examine_server;

use std::path::{Path, PathBuf};
use std::process::Command;

use super::settings::not_yet;
use super::{Line, Site, Version};
use crate::model::Timestamp;
use crate::policy::Policy;

/// What an examination needs to know.
pub struct Doctor<'d> {
    /// The binary that runs.
    pub binary: PathBuf,
    /// When it is.
    pub at: Timestamp,
    /// The policy that is in force, or why there is none.
    pub policy: Result<&'d Policy, String>,
}

/// What holds for clones and servers alike.
fn common(site: &Site, doctor: &Doctor<'_>, lines: &mut Vec<Line>) {
    let version = site.version;
    lines.push(if version >= Version::OLDEST {
        Line::ok(format!("git {version}"))
    } else {
        let what = format!("git {version} is older than {}", Version::OLDEST);
        Line::error(what).hint("install a newer git")
    });
    match &doctor.policy {
        Ok(policy) => {
            let source = site.git.text(&["config", "--get", "refgate.policy"]);
            let not_yet = source.and_then(|it| not_yet(&site.git, &it));
            let rules: usize = policy.protections.iter().map(|it| it.rules.len()).sum();
            let valid = || Line::ok(format!("policy: valid, {rules} rules"));
            lines.push(not_yet.unwrap_or_else(valid));
            for ended in policy.expired(doctor.at) {
                let what = format!("{}: the exemption of `{}` has ended", ended.origin, ended.rule);
                lines.push(Line::warning(what).hint("remove it, or give it a later `until`"));
            }
        }
        Err(why) => {
            let mut said = why.lines().map(|it| it.trim().trim_start_matches("error: "));
            let mut line = Line::error(format!("policy: {}", said.next().unwrap_or("unreadable")));
            let hint = said.find_map(|it| it.split_once("hint: "));
            line.hints.push(hint.map_or("refgate policy validate", |(_, it)| it).to_owned());
            lines.push(line);
        }
    }
}

/// Whether a binary that hooks call is this one, and runs.
fn binary(path: &Path, doctor: &Doctor<'_>, lines: &mut Vec<Line>) {
    let shown = path.display();
    let version = |path: &Path| {
        let output = Command::new(path).arg("--version").output().ok()?;
        output.status.success().then_some(output.stdout)
    };
    let again = "refgate install, with the binary that is to be called";
    match version(path) {
        None => lines
            .push(Line::error(format!("{shown}: hooks call it, and it does not run")).hint(again)),
        found if found != version(&doctor.binary) => {
            let what = format!("{shown}: hooks call it, and it is another version");
            lines.push(Line::warning(what).hint(again));
        }
        Some(_) if !same_content(path, &doctor.binary) => {
            let what = format!("{shown}: hooks call it, and it is not this binary");
            lines.push(Line::warning(what).hint(again));
        }
        Some(_) => lines.push(Line::ok(format!("{shown}: hooks call it, and it runs"))),
    }
}

fn same_content(one: &Path, other: &Path) -> bool {
    one.canonicalize().ok() == other.canonicalize().ok()
        || matches!((std::fs::read(one), std::fs::read(other)), (Ok(one), Ok(other)) if one == other)
}
