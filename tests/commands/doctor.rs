//! `refgate doctor --github`: each finding once broken and once mended.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;

use refgate::github::event::EVENTS;
use refgate::github::permissions::PERMISSIONS;
use serde_json::{Value, json};

use crate::files;
use crate::hub::{Hub, RepoHandle, Role};
use crate::run::{Ran, command, repo, run};

const POLICY: &str = "[[protect]]\nrefs = [\"main\"]\ndelete = \"nobody\"\n\
                      fast-forward-only = true\napprovals = { count = 1 }\n";

struct Office {
    hub: Hub,
    shop: RepoHandle,
    token: String,
    place: tempfile::TempDir,
}

impl Office {
    fn new(policy: &str) -> Self {
        let hub = Hub::start();
        let shop = repo(&hub, policy);
        shop.grant("ana", Role::Admin);
        let token = hub.token("ana");
        Self { hub, shop, token, place: tempfile::tempdir().unwrap() }
    }

    fn run(&self, arguments: &[&str], vars: &[(&str, &str)]) -> Ran {
        let mut command = command(&self.hub, self.place.path(), arguments);
        command.env("GITHUB_TOKEN", &self.token);
        for (name, value) in vars {
            command.env(name, value);
        }
        let ran = run(command);
        assert!(!ran.said().contains(&self.token), "{ran:?}");
        ran
    }

    fn id(&self) -> String {
        self.hub.app().id().to_string()
    }

    fn doctor(&self) -> Ran {
        self.run(&["doctor", "--github", "--app-id", &self.id()], &[])
    }

    /// As the App too.
    fn whole(&self) -> Ran {
        let key = self.place.path().join("key.pem");
        std::fs::write(&key, self.hub.app().key()).unwrap();
        let vars = [
            ("REFGATE_APP_ID", self.id()),
            ("REFGATE_PRIVATE_KEY_FILE", key.display().to_string()),
        ];
        let vars: Vec<_> = vars.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let ran = self.run(&["doctor", "--github"], &vars);
        assert!(!ran.said().contains("PRIVATE KEY"), "{ran:?}");
        ran
    }

    fn sync(&self) {
        let ran =
            self.run(&["--policy", "refgate.toml", "sync", "--app-id", &self.id(), "--apply"], &[]);
        assert_eq!(ran.code, 0, "{ran:?}");
    }

    /// Puts the policy where the commands run.
    fn here(&self, policy: &str) {
        let text = format!("version = 1\nstages = [\"github\"]\n\n{policy}");
        std::fs::write(self.place.path().join("refgate.toml"), text).unwrap();
    }

    fn required(&self, name: &str, app: Value, bypass: Value) {
        let mut check = json!({ "context": "refgate" });
        if !app.is_null() {
            check["integration_id"] = app;
        }
        self.shop.ruleset(json!({
            "name": name, "target": "branch", "enforcement": "active", "bypass_actors": bypass,
            "conditions": { "ref_name": { "include": ["refs/heads/main"], "exclude": [] } },
            "rules": [
                { "type": "deletion" }, { "type": "non_fast_forward" },
                { "type": "required_status_checks", "parameters": {
                    "strict_required_status_checks_policy": true,
                    "required_status_checks": [check],
                }},
            ],
        }));
    }
}

fn says(ran: &Ran, level: &str, text: &str) {
    let found = ran.out.lines().any(|it| it.starts_with(level) && it.contains(text));
    assert!(found, "no {level} with {text:?}: {ran:?}");
}

#[test]
fn a_check_that_nothing_requires_is_told_and_sync_mends_it() {
    let office = Office::new(POLICY);
    office.here(POLICY);
    let before = office.doctor();
    assert_eq!(before.code, 1, "{before:?}");
    says(&before, "error", "main: the check `refgate` is not required");
    says(&before, "error", "main: GitHub does not see to deletion, non_fast_forward");
    assert!(before.out.contains(&format!("hint: refgate sync --app-id {} --apply", office.id())));
    office.sync();
    let after = office.doctor();
    assert_eq!(after.code, 0, "{after:?}");
    says(&after, "ok", &format!("main: `refgate` is required of App {}", office.id()));
    says(&after, "ok", "main: nobody may pass by the check");
    says(&after, "ok", "main: GitHub sees to what only it can");
    says(&after, "warning", "the App, its permissions and its webhook were not examined");
    // Somebody changes what sync has made.
    for ruleset in &mut office.hub.world().repo_mut(office.shop.id()).rulesets {
        ruleset.body["bypass_actors"] =
            json!([{ "actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "always" }]);
    }
    let drifted = office.doctor();
    assert_eq!(drifted.code, 1, "{drifted:?}");
    says(&drifted, "error", "was changed: bypass_actors");
    says(&drifted, "warning", "lets pass by the check: RepositoryRole 5 (always)");
    office.sync();
    assert_eq!(office.doctor().code, 0);
}

#[test]
fn a_check_of_anyone_or_of_another_app_counts_as_none() {
    let office = Office::new(POLICY);
    office.required("anyone", Value::Null, json!([]));
    let anyone = office.doctor();
    assert_eq!(anyone.code, 1, "{anyone:?}");
    says(&anyone, "error", "main: `refgate` is required of anyone");
    office.required("other", json!(99), json!([]));
    says(&office.doctor(), "error", "main: `refgate` is required of App 99, which is not ours");
    let id: u64 = office.id().parse().unwrap();
    let bypass =
        json!([{ "actor_id": 1, "actor_type": "OrganizationAdmin", "bypass_mode": "always" }]);
    office.required("ours", json!(id), bypass);
    let lax = office.doctor();
    assert_eq!(lax.code, 0, "{lax:?}");
    says(&lax, "ok", &format!("is required of App {id}, strict"));
    says(
        &lax,
        "warning",
        "the ruleset `ours` lets pass by the check: OrganizationAdmin 1 (always)",
    );
    office.required("for all", json!(id), json!([]));
    says(&office.doctor(), "ok", "main: nobody may pass by the check");
}

#[test]
fn classic_protection_counts_as_rulesets_do() {
    let office = Office::new(POLICY);
    let id: u64 = office.id().parse().unwrap();
    let protect = |app: Value, admins: bool, pushes: bool| {
        let checks = json!({
            "url": "https://x.example/", "contexts_url": "https://x.example/", "strict": true, "contexts": ["refgate"],
            "checks": [{ "context": "refgate", "app_id": app }],
        });
        office.shop.protect(
            "main",
            json!({
                "required_status_checks": checks,
                "enforce_admins": { "url": "https://x.example/", "enabled": admins },
                "allow_force_pushes": { "enabled": pushes },
                "allow_deletions": { "enabled": pushes },
            }),
        );
        office.doctor()
    };
    let open = protect(Value::Null, false, true);
    assert_eq!(open.code, 1, "{open:?}");
    says(&open, "error", "main: `refgate` is required of anyone");
    says(&open, "error", "main: GitHub does not see to deletion, non_fast_forward");
    let lax = protect(json!(id), false, false);
    assert_eq!(lax.code, 0, "{lax:?}");
    says(&lax, "warning", "the branch protection lets pass by the check: administrators");
    says(&protect(json!(id), true, false), "ok", "main: nobody may pass by the check");
}

#[test]
fn the_policy_that_counts_is_the_one_on_the_default_branch() {
    let office = Office::new(POLICY);
    office.here("[[protect]]\nrefs = [\"main\"]\nlinear = true\n");
    let other = office.run(&["--policy", "refgate.toml", "doctor", "--github"], &[]);
    says(&other, "warning", "the policy here is not the one on main, which counts");
    office.here(POLICY);
    let same = office.run(&["--policy", "refgate.toml", "doctor", "--github"], &[]);
    says(&same, "ok", "the policy here is the one on main");
    says(&same, "ok", "refgate.toml on main is valid, and for pull requests");
    let now = |text: &str| {
        office.shop.commit("main", vec![("refgate.toml".into(), text.into())], "policy");
        office.doctor()
    };
    let local =
        "version = 1\nstages = [\"pre-push\"]\n[[protect]]\nrefs = [\"main\"]\nlinear = true\n";
    says(&now(local), "error", "refgate.toml on main is not for pull requests");
    says(
        &now("version = 1\n[[protekt]]\n"),
        "error",
        "is not valid: refgate.toml:2:3: there is no",
    );
    let parts = "version = 1\nstages = [\"github\"]\nextends = [\"more/own.toml\"]\n";
    says(&now(parts), "error", "there is no such file");
    office.shop.commit(
        "main",
        files!["more/own.toml" => "version = 1\n[[protect]]\nrefs = [\"main\"]\nlinear = true\n"],
        "own",
    );
    says(&office.doctor(), "ok", "refgate.toml on main is valid");
    let gone = vec![("refgate.toml".into(), crate::hub::Content::Deleted)];
    office.shop.making("main", gone).says("no policy").now();
    let none = office.doctor();
    assert_eq!(none.code, 1, "{none:?}");
    says(&none, "error", "main has no policy");
}

#[test]
fn what_the_token_may_not_see_is_no_success() {
    let office = Office::new(POLICY);
    let token = office.shop.actions_token(&[("contents", "read"), ("metadata", "read")]);
    let mut command = command(&office.hub, office.place.path(), &["doctor", "--github"]);
    command.env("GITHUB_TOKEN", token);
    let ran = run(command);
    says(&ran, "warning", "nothing that can be seen requires `refgate`; its branch protection:");
    let missing = office.run(&["doctor", "--github", "--repo", "acme/none"], &[]);
    assert_eq!(missing.code, 2, "{missing:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_app_its_permissions_events_and_webhook_are_examined() {
    let office = Office::new(POLICY);
    let app = office.hub.app();
    let all: Vec<_> = PERMISSIONS.iter().map(|it| (it.name, it.level())).collect();
    let events: Vec<_> = EVENTS.iter().map(|it| it.0).collect();
    app.permissions(&all);
    app.events(&events);
    office.here(POLICY);
    office.sync();
    let deaf = office.whole();
    assert_eq!(deaf.code, 1, "{deaf:?}");
    says(&deaf, "error", "the webhook has no address");
    // GitHub's description knows no App without one.
    office.hub.violations();
    says(&deaf, "ok", "the App refgate has the permissions that it needs");
    says(&deaf, "ok", "the App refgate is told of 19 kinds of events");
    says(&deaf, "ok", "the App is installed at acme/shop");

    app.hook_at("http://127.0.0.1:1/webhook");
    let pr = office.shop.pull("feature", files!["a" => "b"]);
    office.hub.settled().await;
    let lost = office.whole();
    says(&lost, "error", "deliveries failed, the newest (");
    assert!(lost.out.contains("failed to connect to host"), "{lost:?}");
    app.hook_at(&ear());
    pr.label("x", "ana");
    office.hub.settled().await;
    let heard = office.whole();
    assert_eq!(heard.code, 0, "{heard:?}");
    says(&heard, "warning", "deliveries failed, the newest (");

    let few: Vec<_> =
        all.iter().filter(|it| it.0 != "checks" && it.0 != "members").copied().collect();
    app.permissions(&[few.as_slice(), &[("administration", "write")]].concat());
    app.events(&events[..2]);
    let poor = office.whole();
    says(&poor, "error", "lacks checks=write: the check run");
    says(&poor, "warning", "lacks members=read: who is in a team");
    says(&poor, "warning", "has administration=write, which it does not need");
    says(&poor, "error", "is not told of pull_request: pull requests");
    says(&poor, "warning", "is not told of team: who is in a team");
    app.permissions(&all);
    app.events(&events);

    let id = app.installation("acme");
    let granted =
        std::mem::take(&mut office.hub.world().installations.get_mut(&id).unwrap().permissions);
    says(&office.whole(), "error", "acme has not granted actions=read");
    office.hub.world().installations.get_mut(&id).unwrap().permissions = granted;
    office.hub.world().installations.get_mut(&id).unwrap().suspended = Some(1);
    says(&office.whole(), "error", "the App is suspended at acme");
    let gone = office.hub.world().installations.remove(&id).unwrap();
    says(&office.whole(), "error", "the App is not installed at acme/shop");
    let _ = office.hub.world().installations.insert(id, gone);
    office.hub.world().installations.get_mut(&id).unwrap().suspended = None;
    assert_eq!(office.whole().code, 0);
    let other = ["doctor", "--github", "--app-id", "4711"];
    let key = office.place.path().join("key.pem");
    let own = office.id();
    let vars = [("REFGATE_APP_ID", own.as_str()), ("REFGATE_PRIVATE_KEY_FILE", path(&key))];
    says(&office.run(&other, &vars), "error", "not of App 4711");
}

#[test]
fn programs_get_json() {
    let office = Office::new(POLICY);
    let ran = office.run(&["doctor", "--github", "--format", "json"], &[]);
    let told: Value = serde_json::from_str(&ran.out).unwrap();
    let findings = told["findings"].as_array().unwrap();
    assert_eq!((ran.code, &told["format"]), (1, &json!(1)));
    assert!(findings.iter().any(|it| it["level"] == "error" && it["hint"].is_string()), "{told}");
    assert_eq!(office.run(&["doctor", "--github", "--format", "sarif"], &[]).code, 2);
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// The address of a server that answers everything with 200.
fn ear() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/webhook", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut raw = vec![0; 1 << 16];
            let mut got = Vec::new();
            let answer = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
            loop {
                let count = stream.read(&mut raw).unwrap_or(0);
                got.extend_from_slice(&raw[..count]);
                let text = String::from_utf8_lossy(&got).to_lowercase();
                let head = text.find("\r\n\r\n");
                let length = text
                    .split("content-length:")
                    .nth(1)
                    .and_then(|it| it.lines().next()?.trim().parse::<usize>().ok());
                if count == 0 || head.is_some_and(|at| got.len() >= at + 4 + length.unwrap_or(0)) {
                    break;
                }
            }
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    url
}
