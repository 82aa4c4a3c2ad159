//! A large pull request.

use refgate::model::{
    Actor, CheckRun, CheckState, Commit, Content, FileChange, Ident, Mode, Oid, Opinion, Proposal,
    Provenance, PullRequest, Push, Review, Thread, Version,
};

use crate::Size;
use crate::known::Known;
use crate::policy::TEAMS;

fn oid(kind: u8, number: usize) -> Oid {
    let mut raw = [kind; 20];
    raw[12..].copy_from_slice(&(number as u64).to_be_bytes());
    Oid::from_bytes(&raw).unwrap()
}

fn actor(name: &str, number: usize) -> Actor {
    Actor(format!("{name}{number}"))
}

/// Everything known about a pull request of this size.
pub(crate) fn facts(size: &Size) -> Known {
    let commits: Vec<Commit> = (0..size.commits).rev().map(commit).collect();
    let files: Vec<FileChange> = (0..size.files).map(|it| file(it, size.commits)).collect();
    let head = oid(1, size.commits - 1);
    let provenance = |number: usize| {
        let by = Some(actor("dev", number % 9));
        Provenance { author: by.clone(), committer: by, ..Provenance::default() }
    };
    let reviews = (0..size.reviews).map(review).collect::<Vec<_>>();
    let mut checks: Vec<_> = TEAMS.iter().map(|it| check(it)).collect();
    checks.extend([check("build"), check("test")]);
    let pushes = pushes(size);
    // Every push brings some files more.
    let contents = pushes
        .iter()
        .enumerate()
        .map(|(at, push)| (push.after, content(&files[..(at + 1) * files.len() / pushes.len()])));
    let contents = contents.collect();
    Known {
        head,
        old: oid(9, 0),
        provenance: (0..size.commits).map(|it| (oid(1, it), provenance(it).into())).collect(),
        commits: commits.into(),
        files: files.into(),
        reviews: reviews.into(),
        checks: checks.into(),
        contents,
        proposal: Proposal {
            author: actor("dev", 0),
            title: "rework everything".to_owned(),
            source: "rework".into(),
            ..Proposal::default()
        }
        .into(),
        pushes: pushes.into(),
        threads: vec![thread(); 40].into(),
        pull_request: PullRequest::Open,
    }
}

fn commit(number: usize) -> Commit {
    let name = format!("dev{}", number % 9);
    let email = format!("{name}@acme.example");
    let by = Ident { name: name.clone().into(), email: email.clone().into(), seconds: Some(0) };
    Commit {
        oid: Some(oid(1, number)),
        parents: vec![if number == 0 { oid(9, 0) } else { oid(1, number - 1) }],
        author: by.clone(),
        committer: by,
        message: format!("feat: step {number}\n\nSigned-off-by: {name} <{email}>\n").into(),
        ..Commit::default()
    }
}

fn file(number: usize, commits: usize) -> FileChange {
    let team = TEAMS[number % TEAMS.len()];
    let path = format!("{team}/src/part{}/file{number}.rs", number % 37);
    let version = |kind| Some(Version { mode: Mode::File, oid: oid(kind, number) });
    FileChange {
        path: path.into(),
        commit: Some(oid(1, number % commits)),
        root: false,
        old: version(2),
        new: version(3),
    }
}

fn content(files: &[FileChange]) -> std::rc::Rc<Content> {
    let entries = files.iter().map(|it| refgate::model::ContentEntry {
        path: it.path.clone(),
        old: it.old,
        new: it.new,
    });
    Content::new(entries.collect()).unwrap().into()
}

/// People approve, comment, ask for changes and approve again, over all the time.
fn review(number: usize) -> Review {
    let state = match number % 7 {
        0 => Opinion::ChangesRequested,
        1 | 2 => Opinion::Commented,
        _ => Opinion::Approved,
    };
    Review {
        by: actor("reviewer", number % 40),
        state,
        was: None,
        at: Some(i64::try_from(number).unwrap() * 100),
        body: "looks fine to me".to_owned(),
        edited: None,
        commit: None,
    }
}

fn pushes(size: &Size) -> Vec<Push> {
    let count = size.commits.min(50);
    let push = |number: usize| Push {
        before: None,
        after: oid(1, (number + 1) * size.commits / count - 1),
        at: Some(i64::try_from(number).unwrap() * 200),
        by: Some(actor("dev", number % 9)),
        triggered_by: None,
    };
    (0..count).map(push).collect()
}

fn check(name: &str) -> CheckRun {
    CheckRun {
        name: name.to_owned(),
        app: Some(15368),
        creator: None,
        event: Some("pull_request".to_owned()),
        workflow: None,
        state: CheckState::Success,
        at: None,
    }
}

fn thread() -> Thread {
    Thread { by: actor("reviewer", 1), path: None, line: None, resolved: true, resolved_by: None }
}
