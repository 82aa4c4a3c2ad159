//! As many pull requests as large repositories have.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use super::RepoHandle;
use crate::files;
use crate::hub::act::NOTHING;
use crate::hub::git;
use crate::hub::state::{Activity, Pull};

impl RepoHandle {
    /// Opens so many pull requests onto main, each by ana and from a branch of its own
    /// with one commit of one file. But for the first, nobody is told of them.
    pub fn pulls(&self, many: usize) {
        let model = self.pull("topic", files!["core/topic.rs" => "// 0\n"]).now();
        let mut world = self.hub.world();
        let (at, dir) = (world.tick(), world.repo(self.id).dir.clone());
        let numbers = model.number + 1..model.number + many as u64;
        let mut input = String::new();
        for number in numbers.clone() {
            let base = &model.base;
            let _ = write!(
                input,
                "commit refs/heads/topic-{number}\n\
                 committer ana <ana@example.com> {at} +0000\ndata 6\ntopic\n\
                 from {base}\nM 100644 inline core/topic-{number}.rs\n\
                 data <<end\n// {number}\nend\n\n\
                 reset refs/pull/{number}/head\nfrom refs/heads/topic-{number}\n\n"
            );
        }
        fed(&dir, &["fast-import", "--quiet"], &input);
        fed(&dir, &["pack-refs", "--all"], "");
        let tips: HashMap<_, _> = git::branches(&dir).into_iter().collect();
        for number in numbers {
            let (id, at, head_ref) = (world.id(), world.tick(), format!("topic-{number}"));
            let (head, title) = (tips[&head_ref].clone(), format!("add {head_ref}"));
            let made = Activity {
                id: world.id(),
                name: format!("refs/heads/{head_ref}"),
                before: NOTHING.to_owned(),
                after: head.clone(),
                by: model.author,
                at,
                kind: "branch_creation",
            };
            let (created, updated) = (at, at);
            let new = Pull { id, number, title, head_ref, head, created, updated, ..model.clone() };
            let it = world.repo_mut(self.id);
            it.activity.push(made);
            it.next_number = number + 1;
            it.pulls.insert(number, new);
        }
    }
}

fn fed(dir: &Path, words: &[&str], input: &str) {
    let mut command = Command::new("git");
    let mut child = command.arg("-C").arg(dir).args(words).stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success(), "git {words:?}");
}
