//! Real commits and pushes whose verdicts are kept, and reached again from the
//! files alone.

#![allow(clippy::unwrap_used, clippy::print_stderr, missing_docs)]

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use refgate::secret::sample;
use serde_json::Value;
use support::{Repo, World};

/// What a server and a developer would ask for, with names that no repository has.
const POLICY: &str = "version = 1
[[protect]]
refs = [\"main\"]
fast-forward-only = true
linear = true
[[protect]]
refs = [\"**\"]
secrets = {}
message = { style = \"conventional\", subject-max = 50 }
file-size = { max = \"1KiB\" }
required-files = { files = [\"README.md\"] }
";

fn records(directory: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(directory) else { return Vec::new() };
    let mut all: Vec<_> = entries.map(|it| it.unwrap().path()).collect();
    all.sort();
    all
}

fn parsed(text: impl AsRef<[u8]>) -> Value {
    serde_json::from_slice(text.as_ref()).unwrap()
}

/// Takes it for granted that the record alone, where there is nothing else, leads
/// to the verdict it tells of; the answer is that verdict.
fn again(world: &World, record: &Path) -> Value {
    let told = parsed(fs::read(record).unwrap())["verdict"].clone();
    let empty = world.path("empty");
    let _ = fs::remove_dir_all(&empty);
    fs::create_dir(&empty).unwrap();
    let ran =
        world.refgate(&empty, &["check", "--facts", record.to_str().unwrap(), "--format", "json"]);
    assert_eq!(parsed(&ran.out), told, "{}", ran.said());
    assert_eq!(ran.stderr(), "", "nothing is left out");
    let allowed = ["passed", "deferred", "warned"].iter().any(|it| told["decision"] == *it);
    assert_eq!(ran.code, i32::from(!allowed), "{}", ran.said());
    told
}

fn begun<'w>(world: &'w World, name: &str) -> Repo<'w> {
    let repo = world.repo(name);
    repo.commit_file("README.md", "hello\n", "docs: begin");
    repo
}

#[test]
fn a_push_to_a_server_is_recorded_and_judged_again() {
    let world = World::new();
    let server = world.server(POLICY);
    server.repo.git(&["config", "refgate.record", "refgate/records"]).ok();
    let kept = || records(&server.repo.dir.join("refgate/records"));
    let work = begun(&world, "work");
    work.push(&server, &["main"]).accepted();
    assert_eq!(kept().len(), 1);
    assert_eq!(again(&world, &kept()[0])["decision"], "passed");

    work.commit_file("big", vec![b'x'; 2000], "no convention holds for this");
    work.push(&server, &["main", "HEAD:topic"]).refused("`no convention holds for this`");
    let (all, mode) = (kept(), |it: &Path| fs::metadata(it).unwrap().permissions().mode());
    assert_eq!(all.len(), 2);
    assert!(all.iter().all(|it| mode(it) & 0o777 == 0o600));
    assert!(all[1].to_str().unwrap().contains("-pre-receive-"), "{all:?}");
    let told = again(&world, &all[1]);
    assert_eq!(told["refs"].as_array().unwrap().len(), 2);
    assert_eq!(told["decision"], "denied");

    // By another policy it comes to something else, and by the same to the same.
    let record = all[1].to_str().unwrap();
    let check = |policy: &str, more: &[&str]| {
        let args = [&["check", "--facts", record, "--policy", policy][..], more].concat();
        world.refgate(&world.path("empty"), &args)
    };
    world.write("empty/server.git.toml", POLICY);
    assert_eq!(parsed(check("server.git.toml", &["--format", "json"]).out), told);
    world.write("empty/lax.toml", "version = 1\n[[protect]]\nrefs = [\"main\"]\nlinear = true\n");
    assert_eq!(check("lax.toml", &[]).code, 0);
    assert_eq!(check("server.git.toml", &["--rule", "linear"]).code, 0);
}

#[test]
fn what_cannot_be_recorded_is_not_let_in() {
    let world = World::new();
    let server = world.server(POLICY);
    let work = begun(&world, "work");
    world.write("full", "this is no directory");
    let full = world.path("full/records");
    server.repo.git(&["config", "refgate.record", full.to_str().unwrap()]).ok();
    let pushed = work.push(&server, &["main"]);
    pushed.refused("the verdict cannot be recorded");
    assert!(!pushed.said.contains(full.to_str().unwrap()), "{}", pushed.said);
    assert_eq!(server.tip("main"), None);
    server.repo.git(&["config", "--unset", "refgate.record"]).ok();
    // A pusher cannot switch it on.
    let env = [("REFGATE_RECORD", full.to_str().unwrap())];
    work.push_with(&env, &server, &["main"]).accepted();
}

#[test]
fn local_hooks_record_too() {
    let world = World::new();
    let server = world.server("version = 1\n[[protect]]\nrefs = [\"main\"]\nlinear = true\n");
    let work = begun(&world, "work");
    work.guard(POLICY);
    let to = world.path("kept");
    work.git(&["config", "refgate.record", to.to_str().unwrap()]).ok();
    work.stage("big", vec![b'x'; 2000]);
    assert_ne!(work.git(&["commit", "-m", "feat: big"]).code, 0);
    work.stage("big", "small\n");
    assert_ne!(work.git(&["commit", "-m", "no convention"]).code, 0);
    work.git(&["commit", "-m", "feat: small"]).ok();
    work.commit_file("b", "b\n", "this is none either");
    assert_ne!(work.git(&["push", &server.url(), "main"]).code, 0);
    let stages: Vec<_> =
        records(&to).iter().map(|it| again(&world, it)["stage"].to_string()).collect();
    let (commit, message) = ("\"pre-commit\"", "\"commit-msg\"");
    let expected = [commit, commit, message, commit, message, "\"pre-push\""];
    assert_eq!(stages, expected);

    // Rules that a person left out are left out again.
    let other = world.path("other");
    let env = [("REFGATE_RECORD", other.to_str().unwrap()), ("REFGATE_SKIP", "message")];
    work.git_with(&env, &["commit", "--amend", "-m", "nothing conventional"]).ok();
    let kept = records(&other);
    assert_eq!(again(&world, kept.last().unwrap())["warned"], 1);

    // Advice is given even where it cannot be kept.
    world.write("full", "this is no directory");
    let ran = work.git_with(
        &[("REFGATE_RECORD", world.path("full").to_str().unwrap())],
        &["commit", "--allow-empty", "-m", "feat: nothing"],
    );
    assert_eq!(ran.code, 0, "{}", ran.said());
    assert!(ran.stderr().contains("warning: the verdict cannot be recorded"), "{}", ran.said());
}

/// A staged policy that cannot be read, and the first commit with a policy.
#[test]
fn what_holds_besides_the_policy_is_recorded() {
    let world = World::new();
    let work = begun(&world, "work");
    work.stage("refgate.toml", POLICY);
    let first = world.path("first.json");
    let ran = work.refgate(&["check", "--record", first.to_str().unwrap()]);
    assert_eq!(ran.code, 0, "{}", ran.said());
    again(&world, &first);
    work.commit("chore: guard");
    work.stage("refgate.toml", "version = 1\nprotect = 3\n");
    let broken = world.path("broken.json");
    assert_eq!(work.refgate(&["check", "--record", broken.to_str().unwrap()]).code, 1);
    let told = again(&world, &broken);
    assert!(told.to_string().contains("it cannot be read"), "{told}");
}

#[test]
fn a_secret_gets_into_no_record() {
    let world = World::new();
    let server = world.server(POLICY);
    let to = world.path("kept");
    server.repo.git(&["config", "refgate.record", to.to_str().unwrap()]).ok();
    let work = begun(&world, "work");
    let key = sample("aws-access-key-id").unwrap();
    let line = format!("AWS_ACCESS_KEY_ID={key}\n");
    work.commit_file("a.env", &line, "feat: in a file");
    work.commit(&format!("feat: in a message\n\n{line}"));
    work.commit_file(&format!("in/{key}.txt"), "x\n", "feat: in a path");
    work.push(&server, &["main"]).refused("AWS access key ID");
    work.git(&["tag", "-a", "-m", &line, "v1"]).ok();
    work.push(&server, &["v1", &format!("HEAD:refs/heads/{key}")]);
    let kept = records(&to);
    assert_eq!(kept.len(), 2);
    for record in &kept {
        assert!(!fs::read_to_string(record).unwrap().contains(&key), "{record:?}");
        let ran = world.refgate(&world.path(""), &["check", "--facts", record.to_str().unwrap()]);
        assert_eq!(ran.code, 1, "{}", ran.said());
        assert!(ran.stderr().contains("1 contents are not in the record"), "{}", ran.said());
        assert!(ran.stderr().contains("texts in the record are redacted"), "{}", ran.said());
        assert!(!ran.said().contains(&key));
    }
}

/// What was denied at an early stage for something that the record leaves out is
/// not allowed by the record.
#[test]
fn what_is_left_out_allows_nothing() {
    let world = World::new();
    let work = begun(&world, "work");
    work.guard("version = 1\n[[protect]]\nrefs = [\"**\"]\nsecrets = {}\n");
    let to = world.path("kept");
    work.git(&["config", "refgate.record", to.to_str().unwrap()]).ok();
    let key = sample("aws-access-key-id").unwrap();
    work.stage("a.env", format!("AWS_ACCESS_KEY_ID={key}\n"));
    assert_ne!(work.git(&["commit", "-m", "feat: in a file"]).code, 0);
    work.stage("a.env", "nothing\n");
    let message = format!("feat: in a message\n\nAWS_ACCESS_KEY_ID={key}\n");
    assert_ne!(work.git(&["commit", "-m", &message]).code, 0);
    let kept = records(&to);
    let denied =
        kept.iter().filter(|it| parsed(fs::read(it).unwrap())["verdict"]["decision"] == "denied");
    let denied: Vec<_> = denied.map(|it| it.to_str().unwrap()).collect();
    assert_eq!(denied.len(), 2, "{kept:?}");
    for record in denied {
        let check = |more: &[&str]| {
            let args = [&["check", "--facts", record][..], more].concat();
            world.refgate(&world.path(""), &args)
        };
        let ran = check(&[]);
        assert_eq!(ran.code, 2, "{}", ran.said());
        assert!(ran.stderr().contains("could not judge"), "{}", ran.said());
        assert!(ran.stderr().contains("left out of the record"), "{}", ran.said());
        assert_eq!(check(&["--exit-zero"]).code, 2);
        let ran = world.refgate(&world.path(""), &["explain", "--facts", record]);
        assert!(ran.stderr().contains("warning: this allows nothing"), "{}", ran.said());
        // Who does not ask for it does not lack it.
        world.write("lax.toml", "version = 1\n[[protect]]\nrefs = [\"**\"]\nlinear = true\n");
        assert_eq!(check(&["--policy", "lax.toml"]).code, 0);
        left_out_of_a_test(&world, record);
    }
}

/// The same where the record is a test, beside the policy of then or within another.
fn left_out_of_a_test(world: &World, record: &str) {
    let policy = "version = 1\n[[protect]]\nrefs = [\"**\"]\nsecrets = {}\n";
    for expect in ["allowed", "denied"] {
        let test =
            format!("[[test]]\nname = \"then\"\nexpect = \"{expect}\"\nfacts = \"{record}\"\n");
        world.write("beside/refgate.toml", policy);
        world.write("within/refgate.toml", format!("{policy}{test}"));
        world.write("beside/refgate-tests/then.toml", test.as_str());
        for place in ["beside", "within"] {
            for args in [
                &["--policy", "refgate.toml", "test"][..],
                &["--policy", "refgate.toml", "test", "--bless"],
            ] {
                let ran = world.refgate(&world.path(place), args);
                assert_eq!(ran.code, 2, "{place} {expect} {args:?} {}", ran.said());
                assert!(ran.stderr().contains("left out of the record"), "{}", ran.said());
            }
        }
        // A test that asks for nothing of it holds.
        world.write(
            "lax/refgate.toml",
            "version = 1\n[[protect]]\nrefs = [\"**\"]\nlinear = true\n",
        );
        world.write("lax/refgate-tests/then.toml", &test);
        let ran = world.refgate(&world.path("lax"), &["--policy", "refgate.toml", "test"]);
        assert_eq!(ran.code, i32::from(expect == "denied"), "{}", ran.said());
    }
}

#[test]
fn explain_last_tells_of_the_last_hook_whatever_it_decided() {
    let world = World::new();
    let work = begun(&world, "work");
    work.guard(POLICY);
    let last = || {
        let ran = work.refgate(&["explain", "--last", "--format", "json"]);
        assert_eq!(ran.code, 0, "{}", ran.said());
        let told = parsed(&ran.out);
        (told["stage"].as_str().unwrap().to_owned(), told["decision"].as_str().unwrap().to_owned())
    };
    work.stage("big", vec![b'x'; 2000]);
    assert_ne!(work.git(&["commit", "-m", "feat: big"]).code, 0);
    assert_eq!(last(), ("pre-commit".to_owned(), "denied".to_owned()));
    work.stage("big", "small\n");
    work.git(&["commit", "-m", "feat: small"]).ok();
    assert_eq!(last().0, "commit-msg");
    assert!(["passed", "deferred"].contains(&last().1.as_str()), "{:?}", last());
}

/// A policy that asks for more than was asked when the record was written.
#[test]
fn a_record_tells_that_it_holds_only_what_was_asked() {
    let world = World::new();
    let work = begun(&world, "work");
    let text = "version = 1\n[[protect]]\nrefs = [\"**\"]\n";
    work.guard(&format!("{text}linear = true\n"));
    let record = world.path("kept.json");
    work.commit_file("b", "b\n", "feat: b");
    let args = ["check", "--range", "HEAD~1..HEAD", "--record", record.to_str().unwrap()];
    let ran = work.refgate(&args);
    assert_eq!(ran.code, 0, "{}", ran.said());
    let more = format!("{text}required-files = {{ files = [\"gone.md\"] }}\n");
    world.write("more.toml", more.replace("version = 1", "version = 1\nstages = [\"pre-push\"]"));
    let args = ["check", "--facts", record.to_str().unwrap(), "--policy", "more.toml"];
    let ran = world.refgate(&world.path(""), &args);
    assert_eq!(ran.code, 1, "{}", ran.said());
    let told = "warning: the record holds only what was asked when it was written";
    assert!(ran.stderr().contains(told), "{}", ran.said());
}

/// `docs/facts.md` shows what happens. `UPDATE=1` writes it as it is.
#[test]
fn the_chapter_shows_what_happens() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/facts.md");
    let page = fs::read_to_string(&path).unwrap();
    let block = |tag: &str| {
        let (_, rest) = page.split_once(&format!("```{tag}\n")).unwrap();
        rest.split_once("```").unwrap().0
    };
    let world = World::new();
    world.write("refgate.toml", block("toml policy"));
    world.write("pull-request.toml", block("toml facts"));
    let said = |more: &[&str]| {
        let facts = ["explain", "--facts", "pull-request.toml", "--policy", "refgate.toml"];
        let ran = world.refgate(&world.path(""), &[&facts[..], more].concat());
        assert_eq!((ran.code, ran.stderr().as_str()), (0, ""), "{}", ran.said());
        ran.stdout()
    };
    let text = said(&[]);
    assert!(text.lines().all(|it| it.chars().count() <= 79), "{text}");
    let told = parsed(said(&["--format", "json"]));
    assert!(told["refs"][0]["rules"].as_array().unwrap().len() > 2, "{told}");
    let now =
        page.replace(&format!("```text\n{}```", block("text")), &format!("```text\n{text}```"));
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &now).unwrap();
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), now, "UPDATE=1 cargo test --test record");
}
