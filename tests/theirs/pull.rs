//! A pull request of a case as recorded facts.

use std::collections::{BTreeMap, BTreeSet};

use bstr::BString;
use refgate::model::{
    Account, Actor, ChangeId, CheckRun, CheckState, Comment, Commit, Content, ContentEntry,
    Decision, Edit, FileChange, FileLines, Gap, GroupEntry, Ident, Label, Lines, MergeGroup, Mode,
    Oid, Opinion, Permission, Proposal, Provenance, PullRequest, Push, Recorded, RecordedUpdate,
    RefName, RefUpdate, Repository, Retarget, Review, Signature, SignatureKind, Target, Timestamp,
    Version, WorkflowRun,
};
use serde_json::Value;

/// A day after the moment that cases begin at.
pub(crate) const NOW: Timestamp = 1_704_067_200 + 86_400;

/// The workflow event that checks are taken to come from.
const EVENT: &str = "pull_request";

/// A pull request that someone wants judged.
pub(crate) struct Pull {
    pub(crate) update: RefUpdate,
    pub(crate) facts: Recorded,
}

/// The object that a case calls `name`: the digits if they are digits, else the
/// letters' codes.
pub(crate) fn oid(name: &str) -> Oid {
    let hex: String = name.bytes().map(|it| format!("{it:02x}")).collect();
    let hex = if name.len() == 40 { name.to_owned() } else { hex };
    Oid::from_hex(format!("{hex:0<40}").as_bytes()).unwrap_or_else(|| panic!("{name}"))
}

pub(crate) fn time(text: &str) -> Timestamp {
    text.parse::<jiff::Timestamp>().unwrap_or_else(|it| panic!("{text}: {it}")).as_second()
}

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}

fn at(value: &Value, key: &str) -> Option<Timestamp> {
    value[key].as_str().map(time)
}

fn actor(value: &Value) -> Option<Actor> {
    value.as_str().filter(|it| !it.is_empty()).map(|it| Actor(it.to_owned()))
}

fn actors(value: &Value) -> Vec<Actor> {
    list(value).iter().filter_map(actor).collect()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn map(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

impl Pull {
    #[expect(clippy::too_many_lines, reason = "one line for each thing that a case tells")]
    /// The pull request `pr`, judged by `policy`, whose teams and organizations
    /// have no members but those that the case names.
    pub(crate) fn of(pr: &Value, policy: &Value) -> Self {
        let base = pr["base"].as_str().filter(|it| !it.is_empty()).unwrap_or("main");
        let head = pr["head_sha"].as_str().filter(|it| !it.is_empty());
        let last = list(&pr["commits"]).last().and_then(|it| it["sha"].as_str());
        let head = head.or(last).unwrap_or("head");
        let group = &pr["merge_group"];
        let new = oid(group["head_sha"].as_str().unwrap_or(head));
        let update = RefUpdate {
            name: RefName::new(format!("refs/heads/{base}")),
            asked_as: None,
            old: Some(oid(group["base_sha"].as_str().unwrap_or("base"))),
            new: Target::At(new),
            stale: false,
        };
        let mut facts = Recorded::default();
        let mut known = RecordedUpdate {
            pull_request: Some(PullRequest::Open),
            proposal: Some(proposal(pr, base)),
            reviews: Some(list(&pr["reviews"]).iter().map(review).collect()),
            comments: Some(list(&pr["comments"]).iter().map(comment).collect()),
            // A case that tells of none has nothing to say about commits.
            commits: Some(commits(pr, head)).filter(|it| !it.is_empty()),
            provenance: Some(provenance(pr)),
            files: Some(files(pr, head)),
            lines: Some(lines(pr)),
            pushes: Some(pushes(pr, head)),
            contents: contents(pr, head),
            merge_group: merge_group(group),
            ..RecordedUpdate::default()
        };
        if let Some(owners) = pr["codeowners"].as_str() {
            known.target = Some([("CODEOWNERS".to_owned(), owners.into())].into());
        }
        if !group.is_null() {
            // The queue makes a commit of its own, which the host signs for.
            let queued = Commit { oid: Some(new), parents: vec![oid(head)], ..Commit::default() };
            let host = Some(Actor("web-flow".to_owned()));
            let by = Provenance { author: host.clone(), committer: host, ..Provenance::default() };
            known.commits.get_or_insert_default().insert(0, queued);
            known.provenance.get_or_insert_default().insert(new, by);
        }
        facts.update.insert(update.name.to_string(), known);
        people(pr, policy, &mut facts);
        checks(pr, head, &mut facts);
        if !group.is_null() {
            let runs = map(&group["statuses"]).map(|(name, it)| run(name, it, None));
            facts.checks.insert(new, runs.collect());
            facts.workflows.entry(new).or_default();
        }
        let repository = format!("{}/{}", text(pr, "owner"), text(pr, "repo"));
        let repository = if repository == "/" { "org/repo".to_owned() } else { repository };
        facts.repository = Some(Repository { name: repository, ..Repository::default() });
        for (key, list, need) in
            [("commit_total", "commits", "new commits"), ("file_total", "files", "changed files")]
        {
            if pr[key].as_u64().is_some_and(|all| all > self::list(&pr[list]).len() as u64) {
                let why = format!("the host lists {} of {}", self::list(&pr[list]).len(), pr[key]);
                facts.truncated.insert(need.to_owned(), why);
            }
        }
        // A head that is not among the commits: the list is of another head.
        let listed = list(&pr["commits"]);
        if !listed.is_empty() && !listed.iter().any(|it| it["sha"] == *head) {
            facts.failed.insert("new commits".to_owned(), "the head is not among them".to_owned());
        }
        Self { update, facts }
    }
}

fn proposal(pr: &Value, base: &str) -> Proposal {
    let (fork, source) = match text(pr, "head").split_once(':') {
        Some((owner, branch)) => (Some(format!("{owner}/fork")), branch.to_owned()),
        None => (None, text(pr, "head")),
    };
    let labelled = |name: &str| {
        let events = list(&pr["label_events"]).iter();
        events.rev().find(|it| it["label"] == name).and_then(|it| actor(&it["actor"]))
    };
    let label = |it: &Value| {
        let name = it.as_str().unwrap_or_default().to_owned();
        Label { by: labelled(&name), name }
    };
    let retarget = |it: &Value| Retarget {
        from: text(it, "from_").into(),
        to: it["to"].as_str().unwrap_or(base).into(),
        at: at(it, "at").unwrap_or_default(),
        by: actor(&it["actor"]),
    };
    let body = &pr["body"];
    Proposal {
        number: pr["number"].as_u64(),
        author: actor(&pr["author"]).unwrap_or(Actor::GHOST),
        requested_by: actors(&pr["agent_requesters"]),
        title: text(pr, "title"),
        body: text(body, "body"),
        body_edited: edit(body),
        opened: at(body, "created_at"),
        draft: pr["draft"].as_bool().unwrap_or_default(),
        source: source.into(),
        fork,
        association: None,
        labels: list(&pr["labels"]).iter().map(label).collect(),
        retargets: list(&pr["base_changes"]).iter().map(retarget).collect(),
    }
}

fn edit(it: &Value) -> Option<Edit> {
    let at = at(it, "last_edited_at")?;
    Some(Edit { by: actor(&it["edited_by"]), at: Some(at) })
}

fn opinion(it: &Value) -> Option<Opinion> {
    match it.as_str()? {
        "pending" => Some(Opinion::Unsubmitted),
        "commented" | "" => Some(Opinion::Commented),
        "approved" => Some(Opinion::Approved),
        "dismissed" => Some(Opinion::Dismissed),
        "changes_requested" => Some(Opinion::ChangesRequested),
        other => panic!("a review is `{other}`"),
    }
}

fn review(it: &Value) -> Review {
    Review {
        by: actor(&it["author"]).unwrap_or(Actor::GHOST),
        state: opinion(&it["state"]).unwrap_or(Opinion::Commented),
        was: opinion(&it["was"]),
        at: at(it, "created_at"),
        body: text(it, "body"),
        edited: edit(it),
        // What the host says now is not recorded.
        commit: it["commit_id_at_submit"].as_str().map(oid),
    }
}

fn comment(it: &Value) -> Comment {
    Comment {
        by: actor(&it["author"]).unwrap_or(Actor::GHOST),
        at: at(it, "created_at"),
        body: text(it, "body"),
        edited: edit(it),
        hidden: false,
    }
}

/// The commits, children before parents, whatever order the case has.
fn commits(pr: &Value, head: &str) -> Vec<Commit> {
    let all = list(&pr["commits"]);
    let find = |sha: &str| all.iter().find(|it| it["sha"] == sha);
    let (mut done, mut order) = (BTreeSet::new(), Vec::new());
    for it in all.iter().filter(|it| it["sha"] != head).chain(find(head)) {
        visit(it, &find, &mut done, &mut order);
    }
    order.iter().rev().map(|it| commit(it)).collect()
}

/// Puts a commit behind all of its parents.
fn visit<'v>(
    it: &'v Value,
    find: &dyn Fn(&str) -> Option<&'v Value>,
    done: &mut BTreeSet<String>,
    order: &mut Vec<&'v Value>,
) {
    if !done.insert(text(it, "sha")) {
        return;
    }
    for parent in list(&it["parents"]).iter().filter_map(|it| find(it.as_str()?)) {
        visit(parent, find, done, order);
    }
    order.push(it);
}

fn commit(it: &Value) -> Commit {
    let ident = |key: &str| {
        let name = it[key].as_str().filter(|it| !it.is_empty()).unwrap_or("somebody");
        Ident {
            name: name.into(),
            email: format!("{name}@example.org").into(),
            seconds: Some(NOW - 86_400),
        }
    };
    Commit {
        oid: it["sha"].as_str().map(oid),
        parents: list(&it["parents"]).iter().filter_map(|it| it.as_str()).map(oid).collect(),
        author: ident("author"),
        committer: ident("committer"),
        message: BString::from("change something\n"),
        ..Commit::default()
    }
}

fn provenance(pr: &Value) -> BTreeMap<Oid, Provenance> {
    let of = |it: &Value| {
        let web = it["committed_via_web"].as_bool().unwrap_or_default();
        let known = Provenance {
            author: actor(&it["author"]),
            committer: actor(&it["committer"]),
            co_authors: actors(&it["co_authors"]),
            signature: signature(&it["signature"]),
            web,
            suggestion: it["is_suggestion"].as_bool().unwrap_or_default(),
            clean_merge: it["merge_is_clean"].as_bool(),
        };
        (oid(it["sha"].as_str().unwrap()), known)
    };
    list(&pr["commits"]).iter().map(of).collect()
}

fn signature(it: &Value) -> Option<Signature> {
    it.as_object()?;
    let kind = match it["type"].as_str()? {
        "gpg" => SignatureKind::Openpgp,
        "ssh" => SignatureKind::Ssh,
        _ => SignatureKind::X509,
    };
    let key = ["key_id", "key_fingerprint"].iter().find_map(|key| it[key].as_str());
    Some(Signature {
        valid: it["valid"].as_bool().unwrap_or_default(),
        by: actor(&it["signer"]),
        key: key.map(str::to_owned),
        kind: Some(kind),
    })
}

/// The files, as told; else those that the commits name.
fn files(pr: &Value, head: &str) -> Vec<FileChange> {
    let told = list(&pr["files"]).iter().map(|it| file(it, head));
    let paths = list(&pr["commits"]).iter().flat_map(|it| list(&it["paths"]));
    let paths: BTreeSet<_> = paths.filter_map(Value::as_str).collect();
    let named = paths.into_iter().map(|it| file(&serde_json::json!({ "path": it }), head));
    told.chain(named).collect()
}

fn file(it: &Value, head: &str) -> FileChange {
    let mode = |key: &str| match it[key].as_str().unwrap_or("100644") {
        "100755" => Mode::Executable,
        "120000" => Mode::Symlink,
        "160000" => Mode::Submodule,
        _ => Mode::File,
    };
    let version = |key: &str, name: &str| Some(Version { mode: mode(key), oid: oid(name) });
    let modes = mode("old_mode") != mode("new_mode");
    let (old, new) = match it["status"].as_str().unwrap_or("modified") {
        "added" => (None, version("new_mode", "new")),
        "deleted" | "removed" => (version("old_mode", "old"), None),
        _ if modes => (version("old_mode", "same"), version("new_mode", "same")),
        _ => (version("old_mode", "old"), version("new_mode", "new")),
    };
    FileChange { path: text(it, "path").into(), commit: Some(oid(head)), root: false, old, new }
}

fn lines(pr: &Value) -> Lines {
    let number = |it: &Value, key: &str| it[key].as_u64().unwrap_or_default();
    let file = |it: &Value| FileLines {
        path: text(it, "path").into(),
        added: number(it, "additions"),
        deleted: number(it, "deletions"),
    };
    let files: Vec<_> = list(&pr["files"]).iter().map(file).collect();
    let totals = &pr["pr_totals"];
    match totals.is_null() {
        true => Lines {
            added: files.iter().map(|it| it.added).sum(),
            deleted: files.iter().map(|it| it.deleted).sum(),
            files,
        },
        false => Lines {
            added: number(totals, "additions"),
            deleted: number(totals, "deletions"),
            files,
        },
    }
}

/// The pushes, as told; else those of the commits whose push time is told, each
/// time one push of the commit that has the others below it.
fn pushes(pr: &Value, head: &str) -> Vec<Push> {
    // Who is not told of has pushed what they committed.
    let by = |sha: &str| {
        let commit = list(&pr["commits"]).iter().find(|it| it["sha"] == sha);
        let commit = commit.and_then(|it| actor(&it["committer"]).or(actor(&it["author"])));
        commit.or(actor(&pr["author"]))
    };
    let told: Vec<_> = list(&pr["pushes"]).iter().map(push).collect();
    if !told.is_empty() {
        return told;
    }
    let mut times: BTreeMap<Timestamp, Vec<&str>> = BTreeMap::new();
    for (sha, at) in map(&pr["pushed_at"]) {
        times.entry(time(at.as_str().unwrap())).or_default().push(sha);
    }
    let parent = |sha: &&&str| {
        let of = list(&pr["commits"]).iter().flat_map(|it| list(&it["parents"]));
        !of.filter_map(Value::as_str).any(|it| it == **sha)
    };
    // A head before the first push that is told of was there from the beginning.
    let mut pushes: Vec<Push> = map(&pr["previous_heads"])
        .map(|(sha, _)| Push {
            before: None,
            after: oid(sha),
            at: Some(NOW - 86_400),
            by: actor(&pr["author"]),
            triggered_by: None,
        })
        .collect();
    for (at, shas) in times {
        let tip = shas.iter().find(parent).or(shas.first()).unwrap();
        pushes.push(Push {
            before: pushes.last().map(|it| it.after),
            after: oid(tip),
            at: Some(at),
            by: by(tip),
            triggered_by: None,
        });
    }
    if pushes.is_empty() {
        let after = oid(head);
        pushes.push(Push { before: None, after, at: None, by: by(head), triggered_by: None });
    }
    pushes
}

fn push(it: &Value) -> Push {
    Push {
        before: it["before"].as_str().map(oid),
        after: oid(it["after"].as_str().unwrap()),
        at: at(it, "at"),
        by: actor(&it["actor"]),
        triggered_by: actor(&it["triggered_by"]),
    }
}

/// What the heads bring. Cases name it by patch ids, or by the paths of commits;
/// else each head brings something of its own. A patch on a base that touches the
/// same files gives other bytes.
fn contents(pr: &Value, head: &str) -> BTreeMap<Oid, Content> {
    let commits = list(&pr["commits"]);
    let mut contents = BTreeMap::new();
    if commits.iter().any(|it| it["paths"].is_array()) {
        for it in commits {
            contents.insert(oid(it["sha"].as_str().unwrap()), by_paths(commits, it));
        }
        return contents;
    }
    let named = |name: String| Content::named(ChangeId::of(name.as_bytes()));
    for it in commits {
        let sha = it["sha"].as_str().unwrap();
        contents.insert(oid(sha), named(format!("only {sha}")));
    }
    if commits.iter().any(|it| it["patch_id"].is_string()) {
        contents.insert(oid(head), by_patches(commits, ""));
    }
    for (sha, it) in map(&pr["previous_heads"]) {
        let touched = it["merge_result_paths_touched_by_base"] == true;
        let below = if touched { "x" } else { "" };
        contents.insert(oid(sha), by_patches(list(&it["commits"]), below));
    }
    contents
}

/// The content that patches make of a file that was otherwise `below` them.
fn by_patches(commits: &[Value], below: &str) -> Content {
    let version = |name: String| Some(Version { mode: Mode::File, oid: oid(&name) });
    let ids: Vec<_> = commits.iter().filter_map(|it| it["patch_id"].as_str()).collect();
    let entry = ContentEntry {
        path: "file".into(),
        old: version(format!("old{below}")),
        new: version(format!("{}{below}", ids.join(" "))),
    };
    Content::new(vec![entry]).unwrap()
}

/// The content of the head `it`: each path as the last commit that names it left
/// it.
fn by_paths(commits: &[Value], it: &Value) -> Content {
    let mut last: BTreeMap<String, String> = BTreeMap::new();
    let mut next = Some(it);
    while let Some(it) = next {
        for path in list(&it["paths"]).iter().filter_map(Value::as_str) {
            last.entry(path.to_owned()).or_insert_with(|| text(it, "sha"));
        }
        next = commits.iter().find(|other| it["parents"][0] == other["sha"]);
    }
    let version = |name: &str| Some(Version { mode: Mode::File, oid: oid(name) });
    let entry = |(path, sha): (String, String)| ContentEntry {
        path: path.into(),
        old: version("old"),
        new: version(&sha),
    };
    Content::new(last.into_iter().map(entry).collect()).unwrap()
}

fn merge_group(group: &Value) -> Option<MergeGroup> {
    let entry = |it: &Value| GroupEntry {
        number: it["pr"].as_u64().unwrap(),
        decision: match it["result"].as_str().unwrap() {
            "approved" => Decision::Pass,
            "pending" => Decision::Pending,
            _ => Decision::Deny,
        },
        spared: Vec::new(),
    };
    group.as_object()?;
    Some(MergeGroup {
        entries: list(&group["entries"]).iter().map(entry).collect(),
        unexplained: list(&group["extra_commits"])
            .iter()
            .filter_map(Value::as_str)
            .map(oid)
            .collect(),
    })
}

/// Who is who: members, permissions, numbers.
fn people(pr: &Value, policy: &Value, facts: &mut Recorded) {
    named(policy, "teams", &mut |it| {
        facts.teams.entry(team(it)).or_default();
    });
    named(policy, "label_set_by", &mut |it| {
        facts.teams.entry(team(it)).or_default();
    });
    named(policy, "organizations", &mut |it| {
        facts.organizations.entry(it.to_owned()).or_default();
    });
    for (key, members) in
        [("team_memberships", &mut facts.teams), ("org_memberships", &mut facts.organizations)]
    {
        for (login, groups) in map(&pr[key]) {
            for group in list(groups).iter().filter_map(Value::as_str) {
                let group = if key == "team_memberships" { team(group) } else { group.to_owned() };
                members.entry(group).or_default().push(Actor(login.clone()));
            }
        }
    }
    let everyone = ["reviews", "comments", "commits"].iter().flat_map(|key| list(&pr[key]));
    let everyone: BTreeSet<_> =
        everyone.chain([pr]).filter_map(|it| actor(&it["author"])).collect();
    for (name, why) in map(&pr["team_errors"]) {
        let name = team(name);
        facts.teams.remove(&name);
        for login in &everyone {
            let about = format!("{} {name}", login.0);
            let failed = Some(format!("the host answers {why} for {name}"));
            facts.gaps.push(Gap {
                need: "team members".to_owned(),
                about,
                failed,
                ..Gap::default()
            });
        }
    }
    let permissions = facts.permissions.insert(BTreeMap::new());
    for (login, level) in map(&pr["permissions"]) {
        let level = Permission::named(level.as_str().unwrap()).unwrap();
        permissions.insert(login.clone(), level);
    }
    let accounts = facts.accounts.insert(BTreeMap::new());
    for (login, id) in map(&pr["user_ids"]) {
        accounts.insert(login.clone(), Account { id: id.as_u64(), bot: false });
    }
    for (login, kind) in map(&pr["actor_types"]) {
        accounts.entry(login.clone()).or_default().bot = kind == "bot";
    }
}

/// A team as a policy names it; a name without an organization is of `org`.
pub(crate) fn team(name: &str) -> String {
    let org = if name.contains('/') { "" } else { "org/" };
    format!("@{org}{name}")
}

/// Tells every text in a list called `key`, at any depth.
fn named(value: &Value, key: &str, tell: &mut dyn FnMut(&str)) {
    for (name, inner) in map(value) {
        if name == key {
            for it in list(inner).iter().filter_map(Value::as_str) {
                tell(it);
            }
        }
        named(inner, key, tell);
    }
    for it in list(value) {
        named(it, key, tell);
    }
}

fn checks(pr: &Value, head: &str, facts: &mut Recorded) {
    let mut runs: Vec<CheckRun> = Vec::new();
    for (name, state) in map(&pr["statuses"]) {
        let source = &pr["check_sources"][name];
        runs.push(run(name, state, actor(&source["creator"])));
    }
    let told = list(&pr["check_runs"]);
    runs.retain(|run| !told.iter().any(|it| it["name"] == run.name.as_str()));
    for it in told {
        let app = it["app_id"].as_u64();
        runs.push(CheckRun { app, ..run(it["name"].as_str().unwrap(), &it["conclusion"], None) });
    }
    facts.checks.insert(oid(head), runs);
    let mut workflows: Vec<WorkflowRun> = Vec::new();
    for (path, states) in map(&pr["workflow_runs"]) {
        for it in list(states) {
            let (event, path) = (EVENT.to_owned(), path.clone());
            workflows.push(WorkflowRun { path, event, state: state(it), at: None });
        }
    }
    let raw = list(&pr["workflow_runs_raw"]);
    if !raw.is_empty() {
        // Of each workflow and event the latest attempt.
        workflows.clear();
        let mut latest: BTreeMap<_, &Value> = BTreeMap::new();
        for it in raw {
            let key = (text(it, "path"), text(it, "event"));
            let attempt = |it: &Value| it["run_attempt"].as_u64().unwrap_or_default();
            let kept = latest.entry(key).or_insert(it);
            if attempt(it) >= attempt(kept) {
                *kept = it;
            }
        }
        workflows = latest
            .into_iter()
            .map(|((path, event), it)| WorkflowRun {
                path,
                event,
                state: state(&it["conclusion"]),
                at: None,
            })
            .collect();
    }
    facts.workflows.insert(oid(head), workflows);
}

fn run(name: &str, conclusion: &Value, creator: Option<Actor>) -> CheckRun {
    CheckRun {
        name: name.to_owned(),
        app: None,
        creator,
        event: Some(EVENT.to_owned()),
        workflow: None,
        state: state(conclusion),
        at: None,
    }
}

fn state(conclusion: &Value) -> CheckState {
    match conclusion.as_str() {
        None | Some("pending" | "in_progress" | "queued") => CheckState::Running,
        Some("success") => CheckState::Success,
        Some("neutral") => CheckState::Neutral,
        Some("skipped") => CheckState::Skipped,
        Some("cancelled") => CheckState::Cancelled,
        Some("timed_out") => CheckState::TimedOut,
        Some("action_required") => CheckState::ActionRequired,
        Some("stale") => CheckState::Stale,
        Some(_) => CheckState::Failure,
    }
}
