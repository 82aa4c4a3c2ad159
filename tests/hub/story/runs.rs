//! What runs on commits: checks, workflows, statuses, deployments.

use serde_json::{Value, json};

use super::RepoHandle;
use crate::hub::state::{CheckRun, Gate, Id, Status};
use crate::hub::{apps, git};

impl RepoHandle {
    /// A check run of another App: `Some` is a conclusion, `None` is in progress.
    pub fn check(&self, sha: &str, app: &str, name: &str, conclusion: Option<&str>) -> Id {
        let mut world = self.hub.world();
        let (app, at) = (apps::named(&mut world, app), world.tick());
        let suite = world.suite(self.id, app, sha);
        let it = blank_run(world.id(), suite, app, name, sha, conclusion, at);
        world.add_run(self.id, it)
    }

    /// What a check run of another App comes to: `None` is in progress again.
    pub fn set_check(&self, run: Id, conclusion: Option<&str>) {
        let mut world = self.hub.world();
        let at = world.tick();
        let it = world.repo_mut(self.id).runs.iter_mut().find(|it| it.id == run).unwrap();
        it.status = if conclusion.is_some() { "completed" } else { "in_progress" }.to_owned();
        it.conclusion = conclusion.map(str::to_owned);
        it.completed = conclusion.map(|_| at);
        if conclusion.is_some() {
            world.run_completed(self.id, run);
        }
    }

    /// A run of a workflow with its jobs as checks: path, event, commit, conclusion.
    pub fn workflow(
        &self,
        path: &str,
        event: &str,
        sha: &str,
        conclusion: Option<&str>,
        jobs: &[&str],
    ) -> Id {
        let mut world = self.hub.world();
        let (app, at, by) =
            (apps::named(&mut world, "github-actions"), world.tick(), world.user("ana"));
        let (suite, id) = (world.id(), world.id());
        let branch = git::branch_at(&world.repo(self.id).dir, sha).unwrap_or_default();
        let of = crate::hub::state::Suite {
            id: suite,
            app,
            sha: sha.to_owned(),
            branch: Some(branch.clone()),
            at,
        };
        world.repo_mut(self.id).suites.push(of);
        let text = |it: &str| it.to_owned();
        let name = path.rsplit('/').next().unwrap().split('.').next().unwrap().to_owned();
        let status = text(if conclusion.is_some() { "completed" } else { "in_progress" });
        let run = crate::hub::state::WorkflowRun {
            id,
            suite,
            path: text(path),
            name,
            event: text(event),
            sha: text(sha),
            branch,
            status,
            conclusion: conclusion.map(str::to_owned),
            actor: by,
            at,
        };
        world.repo_mut(self.id).workflow_runs.push(run);
        for job in jobs {
            let it = blank_run(world.id(), suite, app, job, sha, conclusion, at);
            world.add_run(self.id, it);
        }
        if conclusion.is_some() {
            let it = world.repo(self.id).workflow_runs.iter().find(|it| it.id == id).unwrap();
            let shown =
                crate::hub::describe::filled("workflow-run", world.show_workflow_run(self.id, it));
            world.emit(
                "workflow_run",
                Some("completed"),
                self.id,
                by,
                json!({ "workflow_run": shown, "workflow": { "path": path } }),
            );
        }
        id
    }

    /// A commit status, by anybody who may write.
    pub fn status(&self, sha: &str, context: &str, state: &str, login: &str) -> Id {
        let mut world = self.hub.world();
        world.tick();
        let creator = world.user(login);
        let (sha, context, state) = (sha.to_owned(), context.to_owned(), state.to_owned());
        world.status(
            self.id,
            Status { id: 0, sha, context, state, description: None, url: None, creator, at: 0 },
        )
    }

    /// The newest statuses on a commit, one of each context.
    pub fn statuses(&self, sha: &str) -> Vec<Status> {
        let world = self.hub.world();
        crate::hub::rest::newest_statuses(&world, self.id, sha)
    }

    /// The newest check run of a name on a commit, whoever wrote it.
    pub fn check_of(&self, sha: &str, name: &str) -> Option<CheckRun> {
        self.checks_of(sha, name).pop()
    }

    /// Every check run of a name on a commit, oldest first.
    pub fn checks_of(&self, sha: &str, name: &str) -> Vec<CheckRun> {
        let world = self.hub.world();
        world
            .repo(self.id)
            .runs
            .iter()
            .filter(|it| it.sha == sha && it.name == name)
            .cloned()
            .collect()
    }

    /// Somebody presses a button of a check run.
    pub fn press(&self, run: Id, identifier: &str, login: &str) {
        let mut world = self.hub.world();
        world.tick();
        let by = world.user(login);
        let app = world.repo(self.id).runs.iter().find(|it| it.id == run).unwrap().app;
        world.emit_run(
            "requested_action",
            self.id,
            run,
            by,
            Some(app),
            json!({ "requested_action": { "identifier": identifier } }),
        );
    }

    /// Somebody asks for a check run anew.
    pub fn rerequest(&self, run: Id, login: &str) {
        let mut world = self.hub.world();
        world.tick();
        let by = world.user(login);
        let app = world.repo(self.id).runs.iter().find(|it| it.id == run).unwrap().app;
        world.emit_run("rerequested", self.id, run, by, Some(app), Value::Null);
    }

    /// A workflow run that waits for our word: the run's id.
    pub fn deploy(&self, environment: &str, sha: &str) -> Id {
        let run = self.workflow(".github/workflows/deploy.yml", "push", sha, None, &[]);
        let mut world = self.hub.world();
        let (id, by, at) = (world.id(), world.user("ana"), world.now);
        let (sha, environment) = (sha.to_owned(), environment.to_owned());
        let name = git::branch_at(&world.repo(self.id).dir, &sha).unwrap_or_default();
        let it = crate::hub::state::Deployment {
            id,
            sha,
            name,
            environment: environment.clone(),
            creator: by,
            at,
            states: Vec::new(),
        };
        let shown = crate::hub::describe::filled("deployment", world.show_deployment(self.id, &it));
        world.repo_mut(self.id).deployments.push(it);
        let callback = format!(
            "{}/repos/{}/actions/runs/{run}/deployment_protection_rule",
            world.api,
            world.slug(self.id)
        );
        let body = json!({ "environment": environment, "event": "push", "deployment_callback_url": callback, "deployment": shown, "pull_requests": [] });
        world.emit("deployment_protection_rule", Some("requested"), self.id, by, body);
        run
    }

    /// What deployments were answered.
    pub fn gates(&self) -> Vec<Gate> {
        self.hub.world().repo(self.id).gates.clone()
    }

    /// Sets how a deployment went: `success`, …
    pub fn deployed(&self, environment: &str, sha: &str, state: &str) {
        let mut world = self.hub.world();
        let (id, at, by, status) = (world.id(), world.tick(), world.user("ana"), world.id());
        let (sha, environment) = (sha.to_owned(), environment.to_owned());
        let states = vec![(status, state.to_owned(), at)];
        let it = crate::hub::state::Deployment {
            id,
            sha: sha.clone(),
            name: sha,
            environment,
            creator: by,
            at,
            states,
        };
        world.repo_mut(self.id).deployments.push(it);
    }
}

fn blank_run(
    id: Id,
    suite: Id,
    app: Id,
    name: &str,
    sha: &str,
    conclusion: Option<&str>,
    at: i64,
) -> CheckRun {
    CheckRun {
        id,
        suite,
        app,
        name: name.to_owned(),
        sha: sha.to_owned(),
        status: if conclusion.is_some() { "completed" } else { "in_progress" }.to_owned(),
        conclusion: conclusion.map(str::to_owned),
        started: at,
        completed: conclusion.map(|_| at),
        title: None,
        summary: None,
        text: None,
        annotations: Vec::new(),
        external_id: None,
        details_url: None,
        actions: Vec::new(),
        writes: 1,
    }
}
