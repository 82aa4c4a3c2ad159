//! What a server's configuration says about us.

use std::path::Path;

use anyhow::{Context as _, bail};
use bstr::{ByteSlice as _, ByteVec as _};

use super::plan::{Plan, Step};
use super::server::{PolicyAt, Server, beside};
use super::{Git, Line, Site, block, disk};

/// What the repository's configuration says about us, before and after.
pub(super) fn configure(
    plan: &mut Plan,
    site: &Site,
    asked: &Server,
    policy_at: &PolicyAt<'_>,
) -> anyhow::Result<()> {
    let old = disk::read_or_empty(&site.config())?;
    let found = block::find(&old);
    if found.as_ref().is_some_and(|it| it.edited) && !asked.force {
        let config = site.shown(&site.config());
        plan.lines.push(
            Line::error(format!("{config}: our lines were edited; they stay as they are"))
                .hint("refgate install --server --force, which replaces them"),
        );
        return Ok(());
    }
    let inside = found.map(|it| it.body).unwrap_or_default();
    let outside = block::with(&old, b"");
    let copy = asked.copy.as_ref().map(|it| it.to_string_lossy().into_owned());
    let wanted = [
        ("policy", &asked.policy),
        ("host", &asked.host),
        ("actor", &asked.actor),
        ("copy", &copy),
    ];
    let mut body = Vec::new();
    for (key, wanted) in wanted {
        let theirs = setting(&site.git, &outside, &format!("refgate.{key}"));
        let ours =
            wanted.clone().or_else(|| setting(&site.git, &inside, &format!("refgate.{key}")));
        let ours = match (key, ours, &theirs) {
            ("policy", None, None) => Some(policy_of_head(&site.git)?),
            // What stands beside the hooks is found there, wherever they are.
            ("copy", ours, _) => ours.filter(|it| Path::new(it) != beside(site)),
            (_, ours, _) => ours,
        };
        match (&ours, &theirs) {
            (Some(ours), Some(theirs)) if ours != theirs => {
                let what = format!("refgate.{key} is {theirs} already, not {ours}");
                let unset = format!("git config --unset refgate.{key}");
                plan.lines.push(Line::error(what).hint(unset));
            }
            (Some(ours), None) => {
                body.push_str(format!("\t{key} = "));
                body.push_str(block::value(ours.as_bytes().as_bstr()));
                body.push(b'\n');
            }
            _ => {}
        }
        if let ("policy", Some(source)) = (key, ours.or(theirs)) {
            let policy = policy_at(&source)?;
            let count: usize = policy.protections.iter().map(|it| it.rules.len()).sum();
            let valid = || Line::ok(format!("{source}: valid, {count} rules"));
            plan.lines.push(not_yet(&site.git, &source).unwrap_or_else(valid));
        }
    }
    if !body.is_empty() {
        body.insert_str(0, "[refgate]\n");
    }
    look_at_objects(plan, site, &outside, &mut body);
    let new = block::with(&old, &body);
    if new != old {
        plan.steps.push(Step::Configure(site.config(), old, new));
    }
    Ok(())
}

fn look_at_objects(plan: &mut Plan, site: &Site, outside: &[u8], body: &mut Vec<u8>) {
    match looks_at_objects(&site.git, outside) {
        None => body.push_str(LOOK),
        Some(true) => {}
        Some(false) => plan.lines.push(
            Line::warning("git takes malformed objects: fsckObjects is false")
                .hint("git config receive.fsckObjects true"),
        ),
    }
}

/// Has Git look at what it is sent.
const LOOK: &str = "[receive]\n\tfsckObjects = true\n";

/// Whether Git was told to look at what it is sent, by anyone but us.
fn looks_at_objects(git: &Git, outside: &[u8]) -> Option<bool> {
    ["receive.fsckObjects", "transfer.fsckObjects"].into_iter().find_map(|key| {
        let args = ["config", "--show-scope", "--type=bool", "--get-all", key];
        let wider = git.text(&args).unwrap_or_default();
        let mut wider = wider.lines().filter_map(|it| it.split_once('\t'));
        let wider = wider.rfind(|(scope, _)| *scope != "local");
        let own = setting(git, outside, key).map(|it| {
            // Git's other words for no.
            !["false", "no", "off", "0", ""].contains(&it.to_lowercase().as_str())
        });
        own.or_else(|| wider.map(|(_, value)| value == "true"))
    })
}

/// Whether the setting names a ref that does not exist yet.
fn is_unborn(git: &Git, source: &str) -> bool {
    let name = source.split_once(':').map_or(source, |(name, _)| name);
    name.starts_with("refs/") && git.ask(&["rev-parse", "--verify", "-q", name]).is_err()
}

/// That the policy's ref is not there, if it is not.
pub(super) fn not_yet(git: &Git, source: &str) -> Option<Line> {
    if !is_unborn(git, source) {
        return None;
    }
    let name = source.split_once(':').map_or(source, |(name, _)| name);
    let what = format!("{name} does not exist yet; preset:baseline judges until it does");
    let elsewhere = "refgate install --server --policy refs/heads/main:refgate.toml";
    Some(if name == "refs/heads/main" {
        Line::ok(what).hint("push it, with a refgate.toml; --policy names another place")
    } else {
        Line::warning(what).hint(format!("git symbolic-ref HEAD refs/heads/main, then {elsewhere}"))
    })
}

/// A setting in a configuration's bytes.
fn setting(git: &Git, config: &[u8], key: &str) -> Option<String> {
    use std::io::Write as _;
    use std::process::Stdio;
    let mut command = git.command(&["config", "--file", "-", "--get", key]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().ok()?;
    child.stdin.take()?.write_all(config).ok()?;
    let output = child.wait_with_output().ok()?;
    let value = output.stdout.strip_suffix(b"\n").unwrap_or(&output.stdout).to_str_lossy();
    output.status.success().then(|| value.into_owned())
}

/// The policy on the branch that the repository shows first. While nothing was
/// pushed to it, hooks judge by a preset.
fn policy_of_head(git: &Git) -> anyhow::Result<String> {
    let head = git.text(&["symbolic-ref", "HEAD"]).context("HEAD names no branch")?;
    let source = format!("{head}:refgate.toml");
    let branches = git.text(&["for-each-ref", "--format=%(refname)", "refs/heads"]);
    let branches = branches.unwrap_or_default();
    let usual = |it: &&str| *it == "refs/heads/main";
    let branch = branches.lines().find(usual).or_else(|| branches.lines().next());
    if let Some(branch) = branch.filter(|_| is_unborn(git, &source)) {
        bail!(
            "HEAD names {head}, which does not exist, so no policy is found\n\
             hint: git symbolic-ref HEAD {branch}, or name a policy with --policy"
        );
    }
    if !is_unborn(git, &source) && git.ask(&["cat-file", "-e", &source]).is_err() {
        bail!("{source} is not there\nhint: push it first, or name a file with --policy");
    }
    Ok(source)
}
