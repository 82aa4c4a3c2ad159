//! Pull requests as the cases of policy-bot write them.

use std::collections::BTreeMap;

use refgate::model::{
    Actor, CheckRun, CheckState, Commit, FileChange, FileLines, Label, Lines, Mode, Oid, Proposal,
    Provenance, PullRequest, Recorded, RecordedUpdate, RefName, RefUpdate, Repository, Signature,
    SignatureKind, Stage, Target, Version, WorkflowRun,
};
use serde_json::Value;

use crate::cases::World;

/// A list of people in our words.
pub(crate) fn actors(asked: &Value) -> String {
    let ways =
        [("users", ""), ("teams", "@"), ("organizations", "org:"), ("permissions", "permission:")];
    let names = ways.iter().flat_map(|(key, before)| {
        let list = asked[key].as_array().cloned().unwrap_or_default();
        list.into_iter().map(move |it| format!("{before}{}", it.as_str().unwrap()))
    });
    Value::from(names.collect::<Vec<_>>()).to_string()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

fn someone(value: &Value) -> Option<Actor> {
    Some(Actor(text(value))).filter(|it| !it.is_ghost())
}

/// An object name from whatever a case calls a commit.
fn oid(name: &str) -> Oid {
    let hex: String = name.bytes().map(|it| format!("{it:02x}")).collect();
    format!("{hex:0<40}")[..40].parse().unwrap()
}

fn state(word: &str) -> CheckState {
    serde_json::from_value(Value::from(word.replace('_', "-"))).unwrap()
}

/// The pull request of a case, with all known about it.
pub(crate) fn pull_request(pr: &Value) -> World {
    let head = oid("head");
    let base = Some(text(&pr["base"])).filter(|it| !it.is_empty()).unwrap_or("main".to_owned());
    let name = RefName::new(format!("refs/heads/{base}"));
    let update = RefUpdate {
        name: name.clone(),
        asked_as: None,
        old: Some(oid("base")),
        new: Target::At(head),
        stale: false,
    };
    let commits = list(&pr["commits"]);
    let files = list(&pr["files"]);
    let known = RecordedUpdate {
        pull_request: Some(PullRequest::Open),
        proposal: Some(proposal(pr)),
        commits: Some(commits.iter().map(commit).collect()),
        provenance: Some(
            commits.iter().map(|it| (oid(&text(&it["sha"])), provenance(it))).collect(),
        ),
        files: Some(files.iter().map(file).collect()),
        lines: Some(lines(&files)),
        pushes: Some(Vec::new()),
        ..RecordedUpdate::default()
    };
    let mut facts = Recorded {
        update: BTreeMap::from([(name.to_string(), known)]),
        repository: Some(Repository {
            name: format!("{}/{}", text(&pr["owner"]), text(&pr["repo"])),
            ..Repository::default()
        }),
        ..Recorded::default()
    };
    memberships(pr, &mut facts);
    facts.checks.insert(head, checks(&pr["statuses"]));
    facts.workflows.insert(head, workflows(&pr["workflow_runs"]));
    let updates = vec![update];
    World { stage: Stage::Github, at: 0, actor: someone(&pr["author"]), updates, facts }
}

fn proposal(pr: &Value) -> Proposal {
    Proposal {
        author: Actor(text(&pr["author"])),
        title: text(&pr["title"]),
        source: text(&pr["head"]).into(),
        labels: list(&pr["labels"]).iter().map(|it| Label { name: text(it), by: None }).collect(),
        ..Proposal::default()
    }
}

fn commit(written: &Value) -> Commit {
    let parents = list(&written["parents"]).iter().map(|it| oid(&text(it))).collect();
    Commit { oid: Some(oid(&text(&written["sha"]))), parents, ..Commit::default() }
}

fn provenance(written: &Value) -> Provenance {
    let signature = &written["signature"];
    Provenance {
        author: someone(&written["author"]),
        committer: someone(&written["committer"]),
        web: written["committed_via_web"] == true,
        signature: signature.is_object().then(|| Signature {
            valid: signature["valid"] == true,
            by: someone(&signature["signer"]),
            key: ["key_id", "key_fingerprint"]
                .iter()
                .find_map(|it| Some(signature[it].as_str()?.to_owned())),
            kind: Some(match signature["type"].as_str() {
                Some("ssh") => SignatureKind::Ssh,
                _ => SignatureKind::Openpgp,
            }),
        }),
        ..Provenance::default()
    }
}

fn file(written: &Value) -> FileChange {
    let version = |name| Some(Version { mode: Mode::File, oid: oid(name) });
    let (old, new) = match written["status"].as_str() {
        Some("added") => (None, version("new")),
        Some("deleted") => (version("old"), None),
        _ => (version("old"), version("new")),
    };
    let commit = Some(oid("head"));
    FileChange { path: text(&written["path"]).into(), commit, root: false, old, new }
}

fn lines(files: &[Value]) -> Lines {
    let count = |file: &Value, key: &str| file[key].as_u64().unwrap_or(0);
    let sum = |key: &str| files.iter().map(|it| count(it, key)).sum();
    let of = |file: &Value| FileLines {
        path: text(&file["path"]).into(),
        added: count(file, "additions"),
        deleted: count(file, "deletions"),
    };
    let (added, deleted) = (sum("additions"), sum("deletions"));
    Lines { added, deleted, files: files.iter().map(of).collect() }
}

fn memberships(pr: &Value, facts: &mut Recorded) {
    for team in ["@testorg/team", "@boringorg/testers", "@coolorg/approvers"] {
        facts.teams.entry(team.to_owned()).or_default();
    }
    facts.organizations.entry("testorg".to_owned()).or_default();
    let kinds = [
        ("team_memberships", "@", &mut facts.teams),
        ("org_memberships", "", &mut facts.organizations),
    ];
    for (key, before, known) in kinds {
        for (login, of) in pr[key].as_object().into_iter().flatten() {
            for group in list(of) {
                let group = format!("{before}{}", text(&group));
                known.entry(group).or_default().push(Actor(login.clone()));
            }
        }
    }
}

fn checks(statuses: &Value) -> Vec<CheckRun> {
    let run = |(name, word): (&String, &Value)| CheckRun {
        name: name.clone(),
        app: None,
        creator: None,
        event: None,
        workflow: None,
        state: state(word.as_str().unwrap()),
        at: None,
    };
    statuses.as_object().into_iter().flatten().map(run).collect()
}

/// The conclusions of a workflow are those of as many events.
fn workflows(runs: &Value) -> Vec<WorkflowRun> {
    let runs = runs.as_object().into_iter().flatten();
    let of = |(path, words): (&String, &Value)| {
        let words = list(words).into_iter().enumerate();
        let run = |(at, word): (usize, Value)| WorkflowRun {
            path: path.clone(),
            event: format!("event {at}"),
            state: state(word.as_str().unwrap()),
            at: None,
        };
        words.map(run).collect::<Vec<_>>()
    };
    runs.flat_map(of).collect()
}
