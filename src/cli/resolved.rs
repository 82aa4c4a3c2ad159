//! A policy with all that it extends, as TOML.

use std::fmt::Write;

use super::environment::written;
use crate::model::{Origin, People};
use crate::policy::{Exemption, Mode, Policy, Protection, Written};
use crate::report;

/// Whether each line says where it comes from.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Origins {
    /// As a comment behind it.
    Shown,
    /// It does not.
    Hidden,
}

/// The policy with all that it extends, as TOML that means the same.
pub(super) fn resolved(policy: &Policy, origins: Origins) -> String {
    let stages: Vec<_> = policy.stages.iter().map(ToString::to_string).collect();
    let mut out = format!("version = 1\nstages = {}\n", list(&stages));
    people(&mut out, &policy.people);
    approvals(&mut out, policy, origins);
    for it in &policy.protections {
        protection(&mut out, it, origins);
    }
    for it in &policy.exemptions {
        exemption(&mut out, it, origins);
    }
    out
}

fn people(out: &mut String, people: &People) {
    if !people.roles.is_empty() {
        out.push_str("\n[roles]\n");
    }
    for (name, members) in &people.roles {
        let _ = writeln!(out, "{} = {}", key(name), list(members));
    }
    for (name, person) in &people.persons {
        let _ = writeln!(out, "\n[people.{}]", key(name));
        let logins = person.logins.iter().map(|(host, it)| format!("{} = {}", key(host), text(it)));
        let _ = writeln!(out, "logins = {{ {} }}", logins.collect::<Vec<_>>().join(", "));
        let _ = writeln!(out, "emails = {}\nkeys = {}", list(&person.emails), list(&person.keys));
    }
}

/// What names of approvals mean: without it the rules that say them mean nothing.
fn approvals(out: &mut String, policy: &Policy, origins: Origins) {
    if !policy.written.is_empty() {
        out.push_str("\n[approval]\n");
    }
    for (name, Written { settings, origin }) in &policy.written {
        let settings = report::escaped_line(&settings.to_string());
        let _ = writeln!(out, "{} = {settings}{}", key(name), from(origin, origins));
    }
}

fn protection(out: &mut String, protection: &Protection, origins: Origins) {
    let _ = writeln!(out, "\n[[protect]]{}", from(&protection.origin, origins));
    let _ = writeln!(out, "refs = {}", list(&protection.refs.full));
    for (name, value) in [("name", &protection.name), ("why", &protection.why)] {
        if let Some(value) = value {
            let _ = writeln!(out, "{name} = {}", text(value));
        }
    }
    if protection.mode == Mode::Warn {
        out.push_str("mode = \"warn\"\n");
    }
    if let Some(since) = protection.since {
        let _ = writeln!(out, "since = {}", written(since));
    }
    if let Some(when) = &protection.when {
        let _ = writeln!(out, "when = {}", report::escaped_line(&when.to_string()));
    }
    for asked in &protection.rules {
        let settings = report::escaped_line(&asked.settings.to_string());
        let _ = writeln!(out, "{} = {settings}{}", asked.spec.name, from(&asked.origin, origins));
    }
}

fn exemption(out: &mut String, exemption: &Exemption, origins: Origins) {
    let _ = writeln!(out, "\n[[exempt]]{}", from(&exemption.origin, origins));
    let _ = writeln!(out, "rule = {}\nwhy = {}", text(&exemption.rule), text(&exemption.why));
    let _ = writeln!(out, "until = {}", written(exemption.until));
    if let Some(refs) = &exemption.refs {
        let _ = writeln!(out, "refs = {}", list(&refs.full));
    }
    if let Some(paths) = &exemption.paths {
        let _ = writeln!(out, "paths = {}", list(&paths.written));
    }
    if !exemption.commits.is_empty() {
        let commits: Vec<_> = exemption.commits.iter().map(ToString::to_string).collect();
        let _ = writeln!(out, "commits = {}", list(&commits));
    }
    if !exemption.actors.is_empty() {
        let actors: Vec<_> = exemption.actors.iter().map(|it| it.0.clone()).collect();
        let _ = writeln!(out, "actors = {}", list(&actors));
    }
}

fn from(origin: &Origin, origins: Origins) -> String {
    match origins {
        Origins::Shown => format!("  # {}", report::escaped_line(&origin.to_string())),
        Origins::Hidden => String::new(),
    }
}

fn text(value: &str) -> String {
    report::escaped_line(&toml::Value::String(value.to_owned()).to_string())
}

fn list(values: &[String]) -> String {
    let values: Vec<_> = values.iter().map(|it| text(it)).collect();
    format!("[{}]", values.join(", "))
}

fn key(name: &str) -> String {
    let bare = |it: char| it.is_ascii_alphanumeric() || it == '-' || it == '_';
    if !name.is_empty() && name.chars().all(bare) { name.to_owned() } else { text(name) }
}
