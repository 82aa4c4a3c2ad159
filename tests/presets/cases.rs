//! What the comments of the presets claim, and changes that show it.

use refgate::model::{Ident, Kind, Mode, Peeled, PullRequest, Stage, Tag};

use crate::push::{Push, push};

/// A change that shows a claim of a preset.
pub(crate) struct Case {
    pub(crate) preset: &'static str,
    /// The sentence of the comment, without the full stop.
    pub(crate) claim: &'static str,
    pub(crate) change: fn() -> Push,
    pub(crate) expect: Expect,
}

/// How it comes out.
#[derive(Debug)]
pub(crate) enum Expect {
    /// Nothing speaks against it.
    Allowed,
    /// This rule alone denies it.
    Denied(&'static str),
    /// This rule alone lets it wait.
    Pending(&'static str),
    /// This rule alone warns.
    Warned(&'static str),
}
use Expect::{Allowed, Denied, Pending, Warned};

/// A push to the default branch.
fn main() -> Push {
    push("refs/heads/main")
}

/// A merged pull request, on a host that says so.
fn pulled(name: &str) -> Push {
    push(name).pull_request(PullRequest::Merging)
}

/// A pull request that two others have approved, before it is merged.
fn reviewed(name: &str) -> Push {
    push(name)
        .pull_request(PullRequest::Open)
        .at(Stage::Github)
        .approved(&[("bo", "9be0d11"), ("cy", "9be0d11")])
}

/// A new annotated tag of a commit on main.
fn tag() -> Push {
    tagged(|_| ())
}

/// The same, with something about it changed.
fn tagged(change: fn(&mut Peeled)) -> Push {
    let push = push("refs/tags/v1.2.0").created();
    let (tip, commit) = ("9be0d11".parse().unwrap(), "1c2d3e4".parse().unwrap());
    let tag = Tag {
        oid: tip,
        name: "v1.2.0".into(),
        tagger: Some(Ident::default()),
        message: "Version 1.2.0\n".into(),
        signed: true,
        headers: "".into(),
    };
    let mut peeled = Peeled { kind: Kind::Commit, oid: commit, tags: vec![tag] };
    change(&mut peeled);
    push.facts(|it| {
        it.objects.insert(tip, peeled);
    })
}

/// A pull request with a pushed tip, an `old` tag and more.
fn moved_tag() -> Push {
    push("refs/tags/v1.2.0").rewritten()
}

/// What Git leaves where it could not merge.
fn conflict() -> String {
    let marks = ["<".repeat(7), "=".repeat(7), ">".repeat(7)];
    format!("{} ours\na\n{}\nb\n{} theirs\n", marks[0], marks[1], marks[2])
}

/// A message that its author signs off on.
fn signed(subject: &str, body: &str) -> String {
    let body = if body.is_empty() { String::new() } else { format!("{body}\n\n") };
    format!("{subject}\n\n{body}Signed-off-by: Ana <ana@acme.example>\n")
}

/// A key that no provider issued, in parts, since the whole would be found here.
fn key() -> String {
    format!("aws_access_key_id = {}{}\n", "AKIA", "QZ7KXW5N2RVJ3TMB")
}

/// A password of no known form.
fn password() -> String {
    format!("db_password = \"{}{}\"\n", "kV9#tq2Lw8", "zRp4Xn6Jd1")
}

macro_rules! cases {
    ($($preset:literal { $($claim:literal => { $($expect:expr, $change:expr;)+ })+ })+) => {
        /// Every claim and what shows it.
        pub(crate) const CASES: &[Case] = &[$($($(
            Case { preset: $preset, claim: $claim, change: || $change, expect: $expect },
        )+)+)+];
    };
}

cases! {
    "baseline" {
        "A floor that any repository can stand on" => {
            Allowed, main();
            Allowed, push("refs/heads/what.ever-it_is/called").created();
            Allowed, push("refs/tags/v1").created();
            Allowed, push("refs/heads/topic").rewritten();
            Allowed, push("refs/heads/topic").deleted();
            Allowed, push("refs/heads/topic").message("wip\n");
            Allowed, main().at(Stage::PrePush);
            Allowed, main().at(Stage::CommitMsg);
            Allowed, main().at(Stage::PreCommit);
        }
        "What is on a default branch stays: nobody rewrites or deletes it" => {
            Denied("fast-forward-only"), main().rewritten();
            Denied("fast-forward-only"), push("refs/heads/master").rewritten();
            Denied("fast-forward-only"), main().deleted();
            Denied("fast-forward-only"), push("refs/heads/master").deleted();
        }
        "Nothing lands that is meant to go before: fixup, squash and wip commits" => {
            Denied("message"), main().message("fixup! retry the capture\n");
            Denied("message"), main().message("squash! retry the capture\n");
            Denied("message"), main().message("wip: retry the capture\n");
        }
        "No commit brings a credential in the form that a provider gives it" => {
            Denied("secrets"), main().with("deploy.env", &key());
            Denied("secrets"), main().with("deploy.env", &key()).at(Stage::PreCommit);
            Denied("secrets"), push("refs/heads/topic").created().with("deploy.env", &key());
        }
        "What is only used like one passes, with a warning" => {
            Warned("secrets"), main().with("app.toml", &password());
        }
        "No file is larger than 5 MiB" => {
            Denied("file-size"), main().large("intro.mov", 5 * 1024 * 1024 + 1);
            Allowed, main().large("intro.mov", 5 * 1024 * 1024);
        }
        "What Git LFS holds may be of any size" => {
            Allowed, main().with("intro.mov", &format!(
                "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 99999999\n",
                "5".repeat(64),
            ));
        }
        "Text holds no conflict that nobody has resolved" => {
            Denied("text"), main().with("a.txt", &conflict());
            Allowed, main().with("a.md", "Title\n=======\n");
        }
        "It does not read otherwise than it runs: no controls turn its direction" => {
            Denied("text"), main().with("a.js", "let a = 1; /* \u{202e} b */\n");
        }
        "No path differs from another only in letter case or accents, so that all of them can be checked out everywhere" => {
            Denied("paths"), main().with("readme.md", "twice\n");
            Denied("paths"), main().with("caf\u{e9}", "composed\n").with("cafe\u{301}", "not\n");
        }
        "No path is longer than 240 bytes" => {
            Denied("paths"), main().with(&format!("{}x", "deep/".repeat(50)), "far\n");
        }
        "A symbolic link stays within the tree" => {
            Denied("files"), main().entry("passwd", b"/etc/passwd", Mode::Symlink);
            Denied("files"), main().entry("passwd", b"../passwd", Mode::Symlink);
            Allowed, main().entry("docs", b"src", Mode::Symlink);
        }
        "A submodule's address runs no command" => {
            Denied("files"), main().with(".gitmodules",
                "[submodule \"a\"]\n\tpath = a\n\turl = ext::sh -c id\n");
        }
    }
    "trunk" {
        "One branch that everyone lands on, by small changes" => {
            Allowed, pulled("refs/heads/main");
            Allowed, push("refs/heads/feat/retry").created();
        }
        "The trunk changes by pull request only" => {
            Denied("pull-request"), main();
        }
        "Its history is a line: nothing lands as a merge" => {
            Denied("linear"), pulled("refs/heads/main").merging("0ddba11");
        }
        "A change is small: it brings at most 20 commits" => {
            Denied("commits"), pulled("refs/heads/main").times(21);
            Allowed, pulled("refs/heads/main").times(20);
        }
        "Subjects fit into 72 columns" => {
            Denied("message"), pulled("refs/heads/main").message(&format!("{}\n", "x".repeat(73)));
            Allowed, pulled("refs/heads/main").message(&format!("{}\n", "x".repeat(72)));
        }
        "A new branch says what it is for" => {
            Denied("branch-name"), push("refs/heads/bob").created();
        }
        "A release is tagged on the trunk" => {
            Allowed, tag();
            Denied("tag"), tagged(|it| it.oid = "0ddba11".parse().unwrap());
        }
        "Its tag says who made it, and when" => {
            Denied("tag"), tagged(|it| it.tags.clear());
        }
        "It is never moved, and never deleted" => {
            Denied("tag"), moved_tag();
            Denied("tag"), push("refs/tags/v1.2.0").deleted();
        }
    }
    "git-flow" {
        "Work lands on develop, releases on main" => {
            Allowed, push("refs/heads/develop");
            Allowed, main().merging("0ddba11");
        }
        "A release lands on main as a merge commit, so that the line of main is the line of releases" => {
            Denied("merge"), main();
        }
        "Nobody rewrites or deletes develop" => {
            Denied("fast-forward-only"), push("refs/heads/develop").rewritten();
            Denied("fast-forward-only"), push("refs/heads/develop").deleted();
        }
        "A new branch has its place in the flow" => {
            Denied("branch-name"), push("refs/heads/bob").created();
            Allowed, push("refs/heads/hotfix/1.2.1").created();
        }
        "A release is tagged on main" => {
            Allowed, tag();
            Denied("tag"), tagged(|it| it.oid = "0ddba11".parse().unwrap());
        }
        "Its tag says who made it, and when" => {
            Denied("tag"), tagged(|it| it.tags.clear());
        }
        "It is never moved, and never deleted" => {
            Denied("tag"), moved_tag();
            Denied("tag"), push("refs/tags/v1.2.0").deleted();
        }
    }
    "regulated" {
        "Evidence for those who must show who changed what, and why" => {
            Allowed, reviewed("refs/heads/main");
        }
        "Protected branches change by pull request only" => {
            Denied("pull-request"), reviewed("refs/heads/main").pull_request(PullRequest::No);
            Denied("pull-request"), reviewed("refs/heads/release/1").pull_request(PullRequest::No);
        }
        "Two people have approved the very commit that lands" => {
            Pending("approvals"), reviewed("refs/heads/main").approved(&[("bo", "9be0d11")]);
            Pending("approvals"), reviewed("refs/heads/main")
                .approved(&[("bo", "9be0d11"), ("cy", "1c2d3e4")]);
            Pending("approvals"), reviewed("refs/heads/main")
                .approved(&[("bo", "9be0d11"), ("Bo", "9be0d11")]);
        }
        "A server that cannot know them refuses a push" => {
            Denied("approvals"), pulled("refs/heads/main");
        }
        "Nobody rewrites or deletes them" => {
            Denied("fast-forward-only"), reviewed("refs/heads/release/1").rewritten();
            Denied("fast-forward-only"), reviewed("refs/heads/release/1").deleted();
        }
        "Every commit names its ticket, says what kind of change it is, and says more than a subject can" => {
            Denied("ticket"), reviewed("refs/heads/main").message(&signed("fix: retry", "Late."));
            Denied("message"), reviewed("refs/heads/main").message(&signed("Retry", "For PAY-17."));
            Denied("message"), reviewed("refs/heads/main").message(&signed("fix: PAY-17", ""));
        }
        "Its author signs off on it" => {
            Denied("sign-off"), reviewed("refs/heads/main")
                .message("fix(pay): retry\n\nLate at night, for PAY-17.\n");
        }
        "No submodule brings code from elsewhere" => {
            Denied("files"), reviewed("refs/heads/main").entry("lib", b"", Mode::Submodule);
        }
        "Text holds no characters that nobody sees" => {
            Denied("text"), reviewed("refs/heads/main").with("a.js", "let a\u{200b}b = 1;\n");
        }
        "Every path can be held by Windows" => {
            Denied("paths"), reviewed("refs/heads/main").with("aux.c", "int x;\n");
        }
        "A release tag is signed" => {
            Denied("tag"), tagged(|it| it.tags[0].signed = false);
        }
        "It is on a protected branch" => {
            Allowed, tag();
            Denied("tag"), tagged(|it| it.oid = "0ddba11".parse().unwrap());
        }
        "It is never moved, and never deleted" => {
            Denied("tag"), moved_tag();
            Denied("tag"), push("refs/tags/v1.2.0").deleted();
        }
    }
}
