//! What can be typed: exit codes, where output goes, and how mistakes are told.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;
use std::{fs, panic};

use tempfile::TempDir;

const POLICY: &str = "\
version = 1
extends = [\"org.toml\"]
[[protect]]
refs = [\"main\"]
when = { paths = [\"db/**\"] }
linear = true
[[exempt]]
rule = \"linear\"
until = 2099-01-01
why = \"old\"
";

#[test]
fn a_wrong_usage_ends_with_2_and_help_with_0() {
    let dir = tempfile::tempdir().unwrap();
    for wrong in [&["chek"][..], &[], &["check", "--al"], &["hook", "post-commit"], &["policy"]] {
        let output = run(dir.path(), wrong);
        assert_eq!(output.status.code(), Some(2), "{wrong:?}");
        assert!(text(&output.stderr).starts_with("error: "), "{}", text(&output.stderr));
        assert!(output.stdout.is_empty());
    }
    for right in [&["--help"][..], &["-h"], &["check", "--help"], &["--version"], &["explain"]] {
        let output = run(dir.path(), right);
        assert_eq!(output.status.code(), Some(0), "{right:?}");
        assert!(output.stderr.is_empty());
        let widest = text(&output.stdout).lines().map(|it| it.chars().count()).max();
        assert!(widest <= Some(80), "{right:?}: {widest:?}");
    }
}

#[test]
fn policies_that_cannot_be_read_end_with_2() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("latin.toml"), b"# caf\xe9").unwrap();
    fs::write(dir.path().join("unknown.toml"), "version = 1\n[[protekt]]\n").unwrap();
    fs::create_dir(dir.path().join("dir.toml")).unwrap();
    let cases = [
        ("missing.toml", "cannot read missing.toml"),
        ("dir.toml", "it is a directory"),
        ("latin.toml", "error: latin.toml:1:6: this is no UTF-8"),
        ("unknown.toml", "error: unknown.toml:2:3: there is no key `protekt`"),
    ];
    for (file, said) in cases {
        let output = run(dir.path(), &["--policy", file, "policy", "show", "--resolved"]);
        assert_eq!(output.status.code(), Some(2), "{file}");
        assert!(text(&output.stderr).contains(said), "{file}: {}", text(&output.stderr));
        let output = run(dir.path(), &["policy", "validate", file]);
        assert_eq!(output.status.code(), Some(2), "{file}");
        assert!(text(&output.stderr).contains(said), "{file}: {}", text(&output.stderr));
    }
    let output = run(dir.path(), &["policy", "validate"]);
    assert_eq!(output.status.code(), Some(2));
}

/// A device never ends, and a pipe that nobody writes to never begins.
#[test]
fn what_is_no_file_is_refused_and_what_a_shell_hands_over_is_bounded() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name);
    fs::write(path("good.toml"), "version = 1\n[[protect]]\nrefs = [\"main\"]\nlinear = true\n")
        .unwrap();
    fs::write(path("ends.toml"), "version = 1\nextends = [\"pipe\", \"/dev/zero\"]\n").unwrap();
    fs::write(path("latin.toml"), "version = 1\nextends = [\"caf.toml\"]\n").unwrap();
    fs::write(path("caf.toml"), b"version = 1\n# caf\xe9").unwrap();
    fs::File::create(path("huge.toml")).unwrap().set_len(5 << 20).unwrap();
    fs::File::create(path("huge.json")).unwrap().set_len(600 << 20).unwrap();
    assert!(Command::new("mkfifo").arg(path("pipe")).status().unwrap().success());
    let facts = |it| ["check", "--policy", "good.toml", "--facts", it];
    let show = |it| ["--policy", it, "policy", "show", "--resolved"];
    let regular = "it is no regular file\nhint: name a file";
    for (arguments, said) in [
        (show("/dev/zero"), regular),
        (show("pipe"), regular),
        (facts("/dev/zero"), regular),
        (facts("pipe"), regular),
        (show("huge.toml"), "it holds more than 4 MiB, the most that is read of a policy\nhint: "),
        (facts("huge.json"), "it holds more than 512 MiB, the most that is read of facts\nhint: "),
        (show("ends.toml"), "cannot extend `pipe`: it is no regular file"),
        (show("ends.toml"), "cannot extend `/dev/zero`: it is no regular file"),
        (show("latin.toml"), "cannot extend `caf.toml`: caf.toml:2:6: this is no UTF-8"),
        (show("latin.toml"), "hint: save the file as UTF-8"),
    ] {
        let output = run(dir.path(), &arguments);
        let told = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {told}");
        assert!(told.contains(said), "{arguments:?}: {told}");
    }
    let through = |name: &str| {
        let zero = fs::File::open(name).unwrap();
        command(dir.path(), &show("/dev/stdin")).stdin(zero).output().unwrap()
    };
    assert!(text(&through("/dev/zero").stderr).contains("it holds more than 4 MiB"));
    assert_eq!(through(path("good.toml").to_str().unwrap()).status.code(), Some(0));
}

#[test]
fn the_policy_is_found_as_people_expect() {
    let repository = repository();
    let deep = repository.path().join("a/b");
    fs::create_dir_all(&deep).unwrap();
    let shown = |dir: &Path, arguments: &[&str]| {
        let output =
            run(dir, &[arguments, &["policy", "show", "--resolved", "--origins"]].concat());
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        text(&output.stdout)
    };
    let found = shown(&deep, &[]);
    assert!(found.contains("linear = true  # refgate.toml:6\n"), "{found}");
    assert!(found.contains("fast-forward-only = true  # org.toml:4\n"), "{found}");
    let named = deep.join("own.toml");
    fs::write(&named, "version = 1\n[[protect]]\nrefs = [\"x\"]\nlinear = true\n").unwrap();
    assert!(shown(&deep, &["--policy", "own.toml"]).contains("# own.toml:4\n"));
    assert!(shown(Path::new("/"), &["-C", deep.to_str().unwrap()]).contains("# refgate.toml:6"));
    git(repository.path(), &["config", "refgate.policy", "a/b/own.toml"]);
    assert!(shown(&deep, &[]).contains("# a/b/own.toml:4\n"));
}

#[test]
fn a_resolved_policy_means_the_same() {
    let repository = repository();
    let output = run(repository.path(), &["policy", "show", "--resolved"]);
    fs::write(repository.path().join("resolved.toml"), &output.stdout).unwrap();
    let files = ["policy", "diff", "--check", "refgate.toml", "resolved.toml"];
    let output = run(repository.path(), &files);
    assert_eq!(output.status.code(), Some(0), "{}{}", text(&output.stdout), text(&output.stderr));
    assert!(output.stdout.is_empty(), "{}", text(&output.stdout));
    let output = run(repository.path(), &["policy", "diff", "--check", "org.toml", "refgate.toml"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        text(&output.stdout),
        "\
stricter  refs/heads/main: `linear` when { paths = [\"db/**\"] } is asked
looser    an exemption from `linear` is given
"
    );
}

#[test]
fn a_resolved_policy_says_what_the_names_of_approvals_mean() {
    let repository = repository();
    let named = "version = 1\nextends = [\"org.toml\"]\nstages = [\"github\"]\n\
                 [approval]\nalias = \"two\"\nlist = [\"two\", { from = [\"ana\"] }]\n\
                 [approval.\"a b\"]\nall-of = [\"two\"]\n\
                 [approval.two]\ncount = 2\nwhen = { paths = [\"db/**\"] }\n\
                 [[protect]]\nrefs = [\"main\"]\napprovals = [\"list\", \"a b\"]\n";
    fs::write(repository.path().join("named.toml"), named).unwrap();
    for origins in [&[][..], &["--origins"]] {
        let show = ["--policy", "named.toml", "policy", "show", "--resolved"];
        let output = run(repository.path(), &[&show, origins].concat());
        fs::write(repository.path().join("resolved.toml"), &output.stdout).unwrap();
        let files = ["policy", "diff", "--check", "named.toml", "resolved.toml"];
        let output = run(repository.path(), &files);
        let said = text(&output.stdout) + &text(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{said}");
        assert!(said.is_empty(), "{said}");
    }
}

#[test]
fn explain_says_which_line_asks_for_what() {
    let repository = repository();
    let output = run(repository.path(), &["explain", "--ref", "main", "--path", "db/1.sql"]);
    let said = text(&output.stdout);
    assert!(said.starts_with("refs/heads/main, db/1.sql: 2 rules apply\n"), "{said}");
    assert!(said.contains("refgate.toml:6         true, because of the path\n"), "{said}");
    assert!(said.contains("org.toml:4             true\n"), "{said}");
    assert!(said.contains("  exempt from linear (refgate.toml:7): old\n"), "{said}");
    let output = run(repository.path(), &["explain", "lineal"]);
    assert_eq!(output.status.code(), Some(2));
    let output = run(repository.path(), &["explain", "linear"]);
    assert!(text(&output.stdout).starts_with("linear (refs)\n"));
    let output = run(repository.path(), &["explain", "--last"]);
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stdout));
}

#[test]
fn nobody_listening_changes_no_exit_code() {
    let dir = tempfile::tempdir().unwrap();
    let mut child = command(dir.path(), &["policy", "schema"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(output.stderr.is_empty());
}

#[test]
fn a_wrong_variable_is_an_error_and_no_backtrace_is_shown() {
    let repository = repository();
    for (name, value) in [("REFGATE_FORMAT", "xml"), ("REFGATE_COLOR", "blue")] {
        let output = command(repository.path(), &["policy", "show"])
            .env(name, value)
            .env("RUST_BACKTRACE", "1")
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output.stderr).starts_with(&format!("error: {name}: ")));
        assert!(!text(&output.stderr).contains("backtrace"));
    }
}

#[test]
fn completions_and_pages_are_written() {
    let dir = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = run(dir.path(), &["completions", shell]);
        assert_eq!(output.status.code(), Some(0));
        assert!(text(&output.stdout).contains("explain"), "{shell}");
    }
    let output = run(dir.path(), &["man", "--out", "pages"]);
    assert_eq!(output.status.code(), Some(0));
    for page in ["refgate.1", "refgate-check.1", "refgate-policy-diff.1"] {
        assert!(dir.path().join("pages").join(page).is_file(), "{page}");
    }
}

#[test]
fn a_panic_is_told_on_two_lines() {
    static TOLD: Mutex<String> = Mutex::new(String::new());
    let before = panic::take_hook();
    panic::set_hook(Box::new(|it| *TOLD.lock().unwrap() = refgate::cli::panicked(it)));
    let _ = panic::catch_unwind(|| panic!("a\u{1b}[2J\nb"));
    panic::set_hook(before);
    let told = TOLD.lock().unwrap().clone();
    assert!(told.starts_with("error: refgate could not judge: a\\u{1b}[2J b (tests/cli.rs:"));
    assert!(told.lines().nth(1).unwrap().starts_with("hint: "), "{told}");
    assert_eq!(told.lines().count(), 2);
}

/// A repository whose policy extends another.
fn repository() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    git(dir.path(), &["init", "-q", "-b", "main"]);
    fs::write(dir.path().join("refgate.toml"), POLICY).unwrap();
    let org = "version = 1\n[[protect]]\nrefs = [\"main\"]\nfast-forward-only = true\n";
    fs::write(dir.path().join("org.toml"), org).unwrap();
    dir
}

fn git(dir: &Path, arguments: &[&str]) {
    let status = Command::new("git").args(arguments).current_dir(dir).status().unwrap();
    assert!(status.success());
}

fn run(dir: &Path, arguments: &[&str]) -> Output {
    command(dir, arguments).output().unwrap()
}

fn command(dir: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_refgate"));
    command.args(arguments).current_dir(dir);
    for name in ["REFGATE", "REFGATE_POLICY", "REFGATE_FORMAT", "REFGATE_COLOR", "GIT_DIR"] {
        command.env_remove(name);
    }
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CEILING_DIRECTORIES", "/");
    command
}

fn text(raw: &[u8]) -> String {
    String::from_utf8(raw.to_vec()).unwrap()
}

#[test]
fn a_configuration_of_another_tool_becomes_a_policy() {
    let dir = tempfile::tempdir().unwrap();
    let rules = "rules:\n  subject-empty: [2, never]\n";
    fs::write(dir.path().join("whole.yml"), rules).unwrap();
    let lost = format!("{rules}  body-max-length: [2, always, 9]\n");
    fs::write(dir.path().join("lost.yml"), lost).unwrap();
    fs::write(dir.path().join("wrong.yml"), "ruels: {}\n").unwrap();
    let import = |file: &str, more: &[&str]| {
        run(dir.path(), &[&["policy", "import", "commitlint", file], more].concat())
    };
    let output = import("whole.yml", &[]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("style = \"conventional\""));
    assert!(text(&output.stderr).contains("different: "), "{}", text(&output.stderr));

    let output = import("lost.yml", &["--output", "refgate.toml"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let first = text(&output.stderr).lines().next().unwrap().to_owned();
    assert_eq!(first, "line 3: lost: rules.body-max-length: no rule asks for that");
    let output = run(dir.path(), &["policy", "validate", "refgate.toml"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    // What is there stays as it is.
    assert_eq!(import("whole.yml", &["--output", "refgate.toml"]).status.code(), Some(2));

    let output = import("lost.yml", &["--format", "json"]);
    assert_eq!(output.status.code(), Some(1));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["notes"][1]["how"], "lost");
    assert_eq!(json["notes"][1]["line"], 3);

    let output = import("wrong.yml", &[]);
    assert_eq!(output.status.code(), Some(2));
    let said = text(&output.stderr);
    assert!(said.contains("error: line 1: ruels: there is no key `ruels`"), "{said}");
    assert!(said.contains("hint: did you mean `rules`?"), "{said}");
    assert_eq!(run(dir.path(), &["policy", "import", "mergify", "x"]).status.code(), Some(2));
}
