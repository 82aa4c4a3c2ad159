//! P: the protocol, and refs.

use super::support::raw::{Pack, RawPush};
use super::support::{Repo, Server, World};
use super::{BAD, POLICY, SEEN, stage, staged};

/// P01 to P04 and P12, whatever hash names objects.
fn forged(server: &Server<'_>, work: &Repo<'_>) {
    let main = server.tip("main").unwrap();
    let next = work.commit_file("b", "two\n", "Go on");
    let other = work.commit_tree(&work.rev("HEAD^{tree}"), &[], "Another\n");
    let raw = || RawPush::new(work, server);
    let garbage = "9".repeat(main.len());

    let gone = raw().command("0", "0", "refs/heads/main").send();
    gone.refused("refs/heads/main");
    for old in ["0", &garbage, &next] {
        let stale = raw().command(old, &next, "refs/heads/main").send();
        stale.refused("the client takes it to be elsewhere");
    }
    raw()
        .command(&main, "0", "refs/heads/main")
        .command("0", &other, "refs/heads/main")
        .send()
        .refused("listed 2 times");
    raw()
        .command(&main, &next, "refs/heads/main")
        .command(&main, &next, "refs/heads/main")
        .send()
        .refused("listed 2 times");
    raw()
        .command("0", &garbage, "refs/heads/missing")
        .pack(Pack::Empty)
        .send()
        .stopped("refs/heads/missing: denied");
    let alone = Pack::Only(vec![next.clone()]);
    raw()
        .command("0", &next, "refs/heads/half")
        .pack(alone)
        .send()
        .stopped("refs/heads/half: denied");
    assert_eq!(server.refs(), format!("{main} refs/heads/main"));
}

#[test]
fn p01_a_deletion_is_one_whatever_the_client_takes_the_ref_to_be() {
    let world = World::new();
    let (server, work) = stage(&world, POLICY);
    let main = server.tip("main");
    for old in ["0", &"1".repeat(40), main.as_ref().unwrap()] {
        RawPush::new(&work, &server)
            .command(old, "0", "refs/heads/main")
            .send()
            .refused("refs/heads/main");
    }
    work.push(&server, &["--delete", "main"]).refused("the ref would be deleted");
    assert_eq!(server.tip("main"), main);
}

#[test]
fn p02_a_forged_old_is_not_believed() {
    let world = World::new();
    let (server, work) = stage(&world, POLICY);
    let first = work.rev("main");
    let second = work.commit_file("b", "two\n", "Go on");
    work.push(&server, &["main"]).accepted();
    // From `first` it would be a fast-forward, and from main it is none.
    let aside = work.commit_tree(&work.rev("main^{tree}"), &[&first], "Aside\n");
    let raw = RawPush::new(&work, &server).command(&first, &aside, "refs/heads/main").send();
    raw.refused("the client takes it to be elsewhere");
    assert_eq!(server.tip("main"), Some(second));
}

#[test]
fn p03_delete_and_create_of_one_ref_in_one_push_is_refused() {
    let world = World::new();
    let (server, work) = stage(&world, "version = 1\n[[protect]]\nrefs = [\"**\"]\ntext = {}\n");
    let main = server.tip("main").unwrap();
    let other = work.commit_tree(&work.rev("HEAD^{tree}"), &[], "Another\n");
    let raw = || RawPush::new(&work, &server);
    let push = raw().command(&main, "0", "refs/heads/main");
    push.command("0", &other, "refs/heads/main").send().refused("the ref is listed 2 times");
    let push = raw().command("0", &other, "refs/heads/main");
    push.command(&main, "0", "refs/heads/main").send().refused("the ref is listed 2 times");
    assert_eq!(server.tip("main"), Some(main));
}

#[test]
fn p04_a_ref_that_is_listed_twice_is_refused() {
    let world = World::new();
    let (server, work) = stage(&world, POLICY);
    let next = work.commit_file("b", "two\n", "Go on");
    let push = RawPush::new(&work, &server).command("0", &next, "refs/heads/x");
    push.command("0", &next, "refs/heads/x").send().refused("the ref is listed 2 times");
    assert_eq!(server.tip("x"), None);
}

#[test]
fn p05_a_symbolic_ref_is_judged_as_what_it_points_to() {
    let world = World::new();
    let (server, work) = stage(&world, POLICY);
    let main = server.tip("main");
    server.repo.git(&["symbolic-ref", "refs/heads/alias", "refs/heads/main"]).ok();
    work.push(&server, &["--delete", "alias"])
        .refused("the ref would be deleted")
        .says("refs/heads/main")
        .says("refs/heads/alias");
    work.git(&["commit", "-q", "--amend", "-m", "Other"]).ok();
    work.push(&server, &["--force", "main:alias"]).refused("is not a descendant of");
    let push =
        RawPush::new(&work, &server).command(main.as_ref().unwrap(), "0", "refs/heads/alias");
    let main = main.unwrap();
    push.command(&main, &main, "refs/heads/main").send().refused("refs/heads/main");
    assert_eq!(server.tip("main"), Some(main));
}

#[test]
fn p06_names_that_mean_something_else_are_refused() {
    let world = World::new();
    let (server, work) = stage(&world, POLICY);
    let before = server.refs();
    let oid = work.rev("main");
    let hex = format!("refs/heads/{oid}");
    let names: [&[u8]; 14] = [
        b"HEAD",
        b"FETCH_HEAD",
        b"refs/foo",
        b"refs/heads/a..b",
        b"refs/heads/x.lock",
        b"refs/heads/a\x07b",
        b"refs/heads/e\nrefs/heads/f",
        b"refs/heads/HEAD",
        b"refs/heads/-x",
        b"refs/heads/@",
        b"refs/heads/a b",
        b"refs/heads/.x",
        b"refs/heads/x\x7f",
        hex.as_bytes(),
    ];
    for name in names {
        let raw = RawPush::new(&work, &server).command("0", &oid, name).send();
        assert!(!raw.report.iter().any(|it| it.starts_with("ok ")), "{raw:#?}");
        assert!(!raw.said.is_empty(), "{:?} is refused in silence", String::from_utf8_lossy(name));
        super::support::no_panic(&raw.said);
    }
    assert_eq!(server.refs(), before);
    // A name that makes a second line moves neither the ref it names nor another.
    for old in [&oid, &"0".repeat(40)] {
        let twin = format!("refs/heads/e\n{old} {oid} refs/heads/f");
        let raw = RawPush::new(&work, &server).command("0", &oid, &twin).send();
        assert!(raw.report.iter().any(|it| it.starts_with("ng ")), "{raw:#?}");
    }
    assert_eq!(server.refs(), before);
}

#[test]
fn p07_names_that_differ_by_letter_case_or_accents_are_refused() {
    let world = World::new();
    let (server, work) = stage(&world, POLICY);
    for name in ["MAIN", "Main", "refs/heads/maIn"] {
        work.push(&server, &[&format!("main:{name}")]).refused("main");
    }
    work.push(&server, &["main:caf\u{e9}"]).accepted();
    work.push(&server, &["main:cafe\u{301}"]).refused("caf");
    // A twin that is there already can go, and takes nothing with it.
    let oid = work.rev("main");
    server.repo.git(&["update-ref", "refs/heads/MAIN", &oid]).ok();
    work.push(&server, &["--delete", "MAIN"]).accepted();
    assert_eq!(server.tip("refs/heads/main"), Some(oid));
}

#[test]
fn p08_a_ref_below_another_is_refused_and_both_are_judged() {
    let world = World::new();
    let (server, work) = stage(&world, POLICY);
    work.push(&server, &["main:refs/heads/main/evil"]).refused("refs/heads/main/evil");
    work.push(&server, &[":main", "main:refs/heads/main/x"])
        .refused("the ref would be deleted")
        .says("refs/heads/main/x");
}

#[test]
fn p09_refs_of_no_branch_or_tag_are_refused_unless_the_policy_names_them() {
    let world = World::new();
    let (server, work) = stage(&world, POLICY);
    let kinds = [
        "replace", "notes", "meta", "for", "changes", "pull", "stash", "refgate", "gittuf",
        "remotes", "original", "bisect",
    ];
    for kind in kinds {
        let to = format!("main:refs/{kind}/x");
        work.push(&server, &[&to]).refused("no protection names it");
    }
    server.govern(&format!("{POLICY}[[protect]]\nrefs = [\"refs/notes/*\"]\ntext = {{}}\n"));
    work.push(&server, &["main:refs/notes/x"]).accepted();
    work.push(&server, &["main:refs/pull/x"]).refused("no protection names it");
}

#[test]
fn p10_a_branch_points_to_a_commit() {
    let world = World::new();
    let (server, work) = stage(&world, POLICY);
    let blob = work.blob("text\n");
    let tag = work.tag_object(&work.rev("main"), "commit", "t", "T");
    for what in [&blob, &work.rev("main^{tree}"), &tag] {
        let raw = RawPush::new(&work, &server).command("0", what, "refs/heads/odd").send();
        raw.refused("refs/heads/odd");
    }
    // What a tag leads to is looked at, through as many tags.
    let bad = work.commit_tree(&work.tree(&[("100644", b"a", &work.blob(BAD))]), &[], "Bad\n");
    let mut inner = work.tag_object(&bad, "commit", "t0", "T");
    inner = work.tag_object(&inner, "tag", "t1", "T");
    let raw = RawPush::new(&work, &server).command("0", &inner, "refs/tags/t1").send();
    raw.refused(SEEN);
    let tree = work.tag_object(&work.rev(&format!("{bad}^{{tree}}")), "tree", "t2", "T");
    RawPush::new(&work, &server).command("0", &tree, "refs/tags/t2").send().refused(SEEN);
    for depth in 2..40 {
        inner = work.tag_object(&inner, "tag", &format!("t{depth}"), "T");
    }
    RawPush::new(&work, &server).command("0", &inner, "refs/tags/deep").send().refused("tag");
}

#[test]
fn p11_tags_stay_and_point_into_reviewed_branches() {
    let world = World::new();
    let policy = "version = 1\n[[protect]]\nrefs = [\"refs/tags/**\"]\n\
        tag = { annotated = true, immutable = true, points-into = [\"main\"] }\n";
    let (server, work) = stage(&world, policy);
    work.push(&server, &["main:refs/tags/light"]).refused("refs/tags/light");
    work.git(&["tag", "-a", "-m", "1.0", "v1.0"]).ok();
    work.push(&server, &["v1.0"]).accepted();
    work.commit_file("b", "two\n", "Not reviewed");
    work.git(&["tag", "-a", "-m", "1.1", "v1.1"]).ok();
    work.push(&server, &["v1.1"]).refused("main");
    work.git(&["tag", "-f", "-a", "-m", "1.0 again", "v1.0", "HEAD~1"]).ok();
    work.push(&server, &["--force", "v1.0"]).refused("refs/tags/v1.0");
    work.push(&server, &["--delete", "v1.0"]).refused("refs/tags/v1.0");
    let old = server.tip("v1.0").unwrap();
    let push = RawPush::new(&work, &server).command(&old, "0", "refs/tags/v1.0");
    push.command("0", &work.rev("v1.0"), "refs/tags/v1.0").send().refused("refs/tags/v1.0");
    assert_eq!(server.tip("v1.0"), Some(old));
    // With the branch in the same push, the tag points into it.
    work.push(&server, &["main", "v1.1"]).accepted();
}

#[test]
fn p12_a_push_without_all_its_objects_is_refused() {
    let world = World::new();
    let (server, work) = stage(&world, POLICY);
    let parent = work.commit_file("b", "two\n", "Go on");
    let next = work.commit_file("c", "three\n", "And on");
    let raw = || RawPush::new(&work, &server).command("0", &next, "refs/heads/x");
    raw().pack(Pack::Empty).send().stopped("refs/heads/x: denied");
    raw().pack(Pack::Only(vec![next.clone()])).send().stopped("refs/heads/x: denied");
    // The commit and its tree, without the parent.
    let mut some = vec![next.clone(), work.rev("HEAD^{tree}")];
    some.extend(["HEAD:a", "HEAD:b", "HEAD:c"].map(|it| work.rev(it)));
    raw().pack(Pack::Only(some)).send().stopped("refs/heads/x: denied");
    assert!(!server.repo.has(&format!("{parent}^{{commit}}")) && server.tip("x").is_none());
}

#[test]
fn p13_a_push_from_a_shallow_clone_is_refused_with_a_way_out() {
    let world = World::new();
    let (server, work) = stage(&world, POLICY);
    work.commit_file("b", "two\n", "Go on");
    work.push(&server, &["main"]).accepted();
    world
        .git(&world.path(""))
        .args(["clone", "-q", "--depth=1"])
        .arg(server.url())
        .arg("cut")
        .output()
        .unwrap();
    let cut = Repo { world: &world, dir: world.path("cut") };
    cut.commit_file("c", "three\n", "And on");
    // On top of what the server has, nothing is cut off.
    cut.push(&server, &["main"]).accepted();
    let other = Server::new(&world, "other.git", POLICY, &[]);
    let refused = cut.push(&other, &["main"]);
    assert_ne!(refused.code, 0, "{}", refused.said);
    assert_eq!(other.refs(), "");
}

#[test]
fn p14_namespaces_are_refused() {
    let world = World::new();
    let (server, work) = stage(&world, POLICY);
    work.push_with(&[("GIT_NAMESPACE", "x")], &server, &["main"]).refused("GIT_NAMESPACE");
}

#[test]
fn p15_a_hidden_ref_is_no_surprise() {
    let world = World::new();
    let (server, work) = stage(&world, POLICY);
    server.repo.git(&["config", "receive.hideRefs", "refs/heads/hidden"]).ok();
    let pushed = work.push(&server, &["main:hidden/x"]);
    assert_ne!(pushed.code, 0);
    super::support::no_panic(&pushed.said);
}

#[test]
fn p16_two_thousand_refs_are_one_process() {
    let world = World::new();
    let (server, work) = stage(&world, POLICY);
    work.commit_file("b", "two\n", "Go on");
    let count = world.path("count");
    let line = format!(
        "echo x >>'{}'\nexec '{}' hook pre-receive",
        count.display(),
        super::support::REFGATE
    );
    server.hook("pre-receive", &line);
    let oid = work.rev("main");
    let refs: String = (0..2000).map(|it| format!("create refs/heads/t/{it} {oid}\n")).collect();
    work.git_fed(&["update-ref", "--stdin"], refs.as_bytes()).ok();
    work.push(&server, &["refs/heads/t/*:refs/heads/t/*"]).accepted();
    assert_eq!(std::fs::read_to_string(count).unwrap(), "x\n");
    assert_eq!(server.refs().lines().count(), 2001);
    // What all of them share is refused once for each, and told within bounds.
    let bad = work.commit_file("b", BAD, "Deceive");
    let refs: String = (0..2000).map(|it| format!("create refs/heads/u/{it} {bad}\n")).collect();
    work.git_fed(&["update-ref", "--stdin"], refs.as_bytes()).ok();
    let pushed = work.push(&server, &["refs/heads/u/*:refs/heads/u/*"]);
    pushed.refused(SEEN);
    assert!(pushed.remote.join("\n").len() <= 32 * 1024);
    assert_eq!(server.refs().lines().count(), 2001);
}

#[test]
fn p17_one_bad_ref_stops_all_and_only_it_is_named() {
    let world = World::new();
    let (server, work) = stage(&world, POLICY);
    work.git(&["branch", "good"]).ok();
    work.commit_file("b", BAD, "Deceive");
    work.git(&["branch", "bad"]).ok();
    for atomic in [&["--atomic", "good", "bad"][..], &["good", "bad"]] {
        let pushed = work.push(&server, atomic);
        pushed.refused(SEEN);
        let remote = pushed.remote.join("\n");
        assert!(
            remote.contains("refs/heads/bad") && !remote.contains("refs/heads/good"),
            "{remote}"
        );
    }
    assert_eq!(server.refs().lines().count(), 1);
}

#[test]
fn p18_push_options_change_nothing() {
    let world = World::new();
    let (server, work) = stage(&world, POLICY);
    work.commit_file("b", BAD, "Deceive");
    let long = format!("-o{}", "x".repeat(60_000));
    for options in [&["-o", ""][..], &["-oa", "-ob=c", "-orefgate.override=please"], &[&long]] {
        let args: Vec<_> = options.iter().copied().chain(["main"]).collect();
        let mut command = work.command(&["push", "--no-verify"]);
        command.args(&args[..args.len() - 1]).arg(server.url()).arg("main");
        super::support::Pushed::from(super::support::run(&mut command)).refused(SEEN);
    }
    let raw = RawPush::new(&work, &server).command("0", &work.rev("main"), "refs/heads/x");
    raw.option(b"\xff\xfe=\0after").option(b"").send().refused(SEEN);
}

#[test]
fn p19_sha256_repositories_are_judged_alike() {
    let world = World::new();
    let (server, work) = staged(&world, POLICY, &["--object-format=sha256"]);
    forged(&server, &work);
    work.commit_file("b", BAD, "Deceive");
    work.push(&server, &["main"]).refused(SEEN);
    work.push(&server, &["HEAD~1:main"]).accepted();
    work.push(&server, &["--force", "HEAD~2:main"]).refused("is not a descendant of");
    server.repo.git(&["symbolic-ref", "refs/heads/alias", "refs/heads/main"]).ok();
    work.push(&server, &["--delete", "alias"]).refused("the ref would be deleted");
}

#[test]
fn p19_sha1_repositories_are_judged_alike() {
    let world = World::new();
    let (server, work) = stage(&world, POLICY);
    forged(&server, &work);
}

#[test]
fn p19_reftable_repositories_are_judged_alike() {
    let world = World::new();
    if world.repo_with("probe", &["--ref-format=reftable"]).git(&["status"]).code != 0 {
        eprintln!("skipped: this Git has no reftable");
        return;
    }
    let server = Server::new(&world, "server.git", POLICY, &["--ref-format=reftable"]);
    let work = world.repo("work");
    work.commit_file("a", "one\n", "Begin");
    server.unguarded(|| work.push(&server, &["main"]).accepted().code);
    forged(&server, &work);
    server.repo.git(&["symbolic-ref", "refs/heads/alias", "refs/heads/main"]).ok();
    work.push(&server, &["--delete", "alias"]).refused("the ref would be deleted");
}

#[test]
fn p20_what_a_ref_as_strict_has_is_not_judged_again() {
    let world = World::new();
    let (server, work) = stage(&world, POLICY);
    work.commit_file("b", BAD, "Deceive");
    server.unguarded(|| work.push(&server, &["main"]).accepted().code);
    // Main holds it, and main's rules are at least those of any branch.
    work.push(&server, &["main:refs/heads/copy"]).accepted();
    work.push(&server, &["HEAD~1:refs/heads/older"]).accepted();
    work.commit_file("c", BAD, "Deceive again");
    let pushed = work.push(&server, &["main:refs/heads/topic"]);
    pushed.refused("c");
    assert!(pushed.said.contains("Deceive") || !pushed.said.contains(" b:"), "{}", pushed.said);
}

#[test]
fn p21_what_a_laxer_branch_took_in_is_judged_when_it_lands() {
    let world = World::new();
    let policy = "version = 1\n[[protect]]\nrefs = [\"main\", \"release/*\"]\ntext = {}\n";
    let (server, work) = stage(&world, policy);
    work.commit_file("b", BAD, "Deceive");
    work.commit_file("b", "honest\n", "Do not");
    work.push(&server, &["main:refs/heads/lax"]).accepted();
    work.push(&server, &["main"]).refused(SEEN);
    work.push(&server, &["main:refs/heads/release/1"]).refused(SEEN);
    // Nor may it come in as somebody's merge.
    work.git(&["checkout", "-q", "-b", "side", "HEAD~2"]).ok();
    work.git(&["merge", "-q", "--no-ff", "-m", "Merge", "main"]).ok();
    work.push(&server, &["side:main"]).refused(SEEN);
}

#[test]
fn p22_a_deleted_branch_that_comes_back_is_judged() {
    let world = World::new();
    let (server, work) = stage(&world, POLICY);
    work.commit_file("b", BAD, "Deceive");
    server.unguarded(|| {
        work.push(&server, &["main:refs/heads/x"]).accepted();
        work.push(&server, &["--delete", "x"]).accepted();
    });
    // The objects are there, so the push sends none.
    RawPush::new(&work, &server)
        .command("0", &work.rev("main"), "refs/heads/x")
        .pack(Pack::Empty)
        .send()
        .refused(SEEN);
}

#[test]
fn p23_an_unrelated_history_is_no_fast_forward_and_is_judged_whole() {
    let world = World::new();
    let (server, work) = stage(&world, POLICY);
    work.git(&["checkout", "-q", "--orphan", "other"]).ok();
    work.commit_file("b", BAD, "Deceive");
    work.commit_file("b", "honest\n", "Do not");
    work.push(&server, &["--force", "other:main"]).refused("is not a descendant of").says(SEEN);
}

#[test]
fn p24_no_parent_of_a_merge_is_passed_over() {
    let world = World::new();
    let (server, work) = stage(&world, POLICY);
    let base = work.rev("main");
    let tree = |content: &str| work.tree(&[("100644", b"a", &work.blob(content))]);
    let (clean, bad) = (tree("one\n"), tree(BAD));
    // An octopus, of which the last arm is bad and the merge is not.
    let arm = |tree: &str, parents: &[&str]| work.commit_tree(tree, parents, "Arm\n");
    let arms = [arm(&clean, &[&base]), arm(&clean, &[&base]), arm(&bad, &[&base])];
    let arms: Vec<_> = arms.iter().map(String::as_str).collect();
    let octopus = arm(&clean, &[&[base.as_str()][..], &arms].concat());
    work.git(&["branch", "octopus", &octopus]).ok();
    work.push(&server, &["octopus:main"]).refused(SEEN);
    // An orphan root, merged.
    let orphan = arm(&clean, &[&base, &arm(&clean, &[&arm(&bad, &[])])]);
    work.git(&["branch", "orphan", &orphan]).ok();
    work.push(&server, &["orphan:main"]).refused(SEEN);
    // Criss-cross.
    let (mut one, mut two) = (arm(&clean, &[&base]), arm(&bad, &[&base]));
    for _ in 0..6 {
        (one, two) = (arm(&clean, &[&one, &two]), arm(&clean, &[&two, &one]));
    }
    let crossed = arm(&clean, &[&one, &two]);
    work.git(&["branch", "crossed", &crossed]).ok();
    work.push(&server, &["crossed:main"]).refused(SEEN);
}

#[test]
fn p21_a_condition_on_a_move_cannot_be_dodged_through_another_branch() {
    let world = World::new();
    let policy = "version = 1\n[[protect]]\nrefs = [\"**\"]\nwhen = { paths = [\"db/**\"] }\n\
                  update = [\"dba\"]\nfast-forward-only = true\n";
    let (server, work) = stage(&world, policy);
    work.commit_file("db/1.sql", "drop table t;\n", "Change the schema");
    work.push(&server, &["main"]).refused("update");
    // A new branch is no update, and then holds what main would get.
    work.push(&server, &["main:refs/heads/x"]).accepted();
    work.push(&server, &["main"]).refused("update");
}

#[test]
fn p21_what_the_host_itself_has_written_vouches_for_nothing() {
    let world = World::new();
    let policy = "version = 1\n[[protect]]\nrefs = [\"**\"]\ntext = {}\n";
    let (server, work) = stage(&world, policy);
    work.commit_file("b", BAD, "Deceive");
    server.unguarded(|| work.push(&server, &["main:refs/pull/1/head"]).accepted().code);
    work.push(&server, &["main"]).refused(SEEN);
}

#[test]
fn p10_a_tag_that_names_two_objects_is_refused() {
    let world = World::new();
    let (server, work) = stage(&world, POLICY);
    let main = work.rev("main");
    work.commit_file("b", BAD, "Deceive");
    let evil = work.rev("main");
    let who = "Ana <ana@example.com> 1767225600 +0000";
    let tag = |lines: &str| work.forge("tag", format!("{lines}\n\nx\n").as_bytes());
    let two = tag(&format!("object {evil}\ntype commit\ntag v1\ntagger {who}\nobject {main}"));
    work.push(&server, &[&format!("{two}:refs/tags/v1")]).refused("out of place");
}

#[test]
fn p23_a_parent_that_git_does_not_read_makes_no_fast_forward() {
    let world = World::new();
    let (server, work) = stage(&world, POLICY);
    let (main, tree) = (work.rev("main"), work.rev("main^{tree}"));
    let who = "Ana <ana@example.com> 1767225600 +0000";
    let text = format!("tree {tree}\nauthor {who}\nparent {main}\ncommitter {who}\n\nNo child\n");
    let root = work.forge("commit", text.as_bytes());
    let pushed = work.push(&server, &["--force", &format!("{root}:main")]);
    pushed.refused("is not a descendant");
}

#[test]
fn p20_however_many_refs_there_are_none_is_judged_again() {
    let world = World::new();
    let (server, work) = stage(&world, POLICY);
    let begin = work.rev("main");
    work.git(&["checkout", "-q", "-b", "old"]).ok();
    work.commit_file("b", BAD, "Deceive, long ago");
    let old = work.rev("old");
    server.unguarded(|| {
        let many: Vec<_> = (0..80).map(|at| format!("{begin}:refs/heads/a{at}")).collect();
        let mut many: Vec<_> = many.iter().map(String::as_str).collect();
        let last = format!("{old}:refs/heads/zz");
        many.push(&last);
        work.push(&server, &many).accepted().code
    });
    work.git(&["commit", "-q", "--allow-empty", "-m", "Go on"]).ok();
    work.push(&server, &["old:refs/heads/new"]).accepted();
}

#[test]
fn p19_a_reftable_is_listed_once_for_a_push() {
    let world = World::new();
    let format = ["--ref-format=reftable"];
    if world.repo_with("probe", &format).git(&["status"]).code != 0 {
        eprintln!("skipped: this Git has no reftable");
        return;
    }
    let (server, work) = super::staged(&world, POLICY, &format);
    // Work is a reftable itself, so that Git says what its HEAD is.
    let ran = work.refgate(&["check", "--policy", server.policy.to_str().unwrap()]);
    assert_eq!(ran.code, 0, "{}", ran.said());
    let main = work.rev("main");
    let some = |what: &str, new: &str| -> String {
        (0..20).map(|it| format!("{what} refs/heads/t/{it} {new}\n")).collect()
    };
    server.repo.git_fed(&["update-ref", "--stdin"], some("create", &main).as_bytes()).ok();
    let next = work.commit_file("b", "two\n", "Go on");
    work.git_fed(&["update-ref", "--stdin"], some("create", &next).as_bytes()).ok();
    let said = world.path("said");
    let real = super::support::run(world.command("sh").args(["-c", "command -v git"])).ok();
    let line = format!("echo \"$1\" >>'{}'\nexec '{real}' \"$@\"", said.display());
    let fake = world.write("fake/git", format!("#!/bin/sh\n{line}\n"));
    std::fs::set_permissions(&fake, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let fakes = fake.parent().unwrap().display();
    let binary = super::support::REFGATE;
    server.hook("pre-receive", &format!("PATH='{fakes}':$PATH exec '{binary}' hook pre-receive"));
    work.push(&server, &["refs/heads/t/*:refs/heads/t/*"]).accepted();
    let said = std::fs::read_to_string(said).unwrap();
    assert_eq!(said.lines().filter(|it| *it == "for-each-ref").count(), 1, "{said}");
    assert!(said.lines().count() < 5, "{said}");
    // A symbolic ref that leads nowhere yet is judged as what it would make.
    server.repo.git(&["symbolic-ref", "refs/heads/odd", "refs/heads/strict"]).ok();
    server.govern("version = 1\n[[protect]]\nrefs = [\"strict\"]\ncreate = [\"bo\"]\n");
    work.push(&server, &["main:odd"]).refused("refs/heads/strict");
}

#[test]
fn p21_a_ticket_in_one_branchs_name_speaks_for_no_other_branch() {
    let world = World::new();
    let policy = "version = 1\n[[protect]]\nrefs = [\"**\"]\n\
                  ticket = { pattern = 'ABC-[0-9]+', in = [\"branch\"] }\n";
    let (server, work) = stage(&world, policy);
    work.commit_file("b", "two\n", "Go on");
    work.push(&server, &["main"]).refused("no ticket");
    work.push(&server, &["main:refs/heads/ABC-1"]).accepted();
    work.push(&server, &["main"]).refused("no ticket");
}

/// A repository begins as its preset asks: the first push goes through, locally
/// and on the server, and the second is judged like any other.
fn begun(preset: &str, message: &str) {
    let world = World::new();
    let policy = format!("version = 1\nextends = [\"preset:{preset}\"]\n");
    let server = world.server(&policy);
    let work = world.repo("work");
    work.stage("README.md", "# Work\n");
    work.stage("refgate.toml", &policy);
    work.commit(message);
    assert_eq!(work.refgate(&["install"]).code, 0);
    work.git(&["remote", "add", "origin", &server.url()]).ok();
    work.git(&["push", "-q", "-u", "origin", "main"]).ok();
    assert_eq!(server.tip("main"), Some(work.rev("main")), "{preset}");
    if matches!(preset, "trunk" | "regulated") {
        work.commit_file("b", "two\n", message);
        work.push(&server, &["main"]).refused("pull-request");
        work.push(&server, &["main:refs/heads/master"]).refused("pull-request");
    }
}

#[test]
fn a_repository_can_begin_under_baseline() {
    begun("baseline", "Begin");
}

#[test]
fn a_repository_can_begin_under_trunk() {
    begun("trunk", "feat: begin");
}

#[test]
fn a_repository_can_begin_under_git_flow() {
    begun("git-flow", "feat: begin");
}

#[test]
fn a_repository_can_begin_under_regulated() {
    begun(
        "regulated",
        "feat: begin\n\nABC-1 asks for it.\n\nSigned-off-by: Ana <ana@example.com>\n",
    );
}

#[test]
fn p11_a_signature_ends_the_message_of_its_tag() {
    let world = World::new();
    let policy = "version = 1\n[[protect]]\nrefs = [\"refs/tags/**\"]\ntag = { signed = true }\n";
    let (server, work) = stage(&world, policy);
    let head = format!("object {}\ntype commit\n", work.rev("main"));
    let push = |message: &str| {
        let who = "Ana <ana@example.com> 1767225600 +0000";
        let text = format!("{head}tag v1\ntagger {who}\n\n{message}");
        let tag = work.forge("tag", text.as_bytes());
        work.push(&server, &["--force", &format!("{tag}:refs/tags/v1")])
    };
    let block = |kind: &str| format!("-----BEGIN {kind}-----\n\nabc\n-----END {kind}-----\n");
    for kind in ["PGP SIGNATURE", "SSH SIGNATURE", "SIGNED MESSAGE"] {
        push(&format!("1.0\n\n{}", block(kind))).accepted();
        push(&block(kind)).accepted();
        push(&format!("1.0\n\n{}And on\n", block(kind))).refused("not signed");
        push(&format!("1.0 {}", block(kind))).refused("not signed");
        push(&format!("1.0\n\n-----BEGIN {kind}-----\nabc\n")).refused("not signed");
        push(&format!("-----BEGIN {kind}-----\n-----END {kind}-----\n")).refused("not signed");
    }
    push("1.0\n\n-----BEGIN nothing").refused("not signed");
    push(&format!("1.0\n\n{}", block("CERTIFICATE"))).refused("not signed");
    push("-----BEGIN PGP SIGNATURE-----\nabc\n-----END SSH SIGNATURE-----\n").refused("not signed");
}

/// What lands on main and on release branches is agreed on, by the same.
const AGREED: &str = "version = 1\nstages = [\"pre-receive\", \"github\"]\n\
    [[protect]]\nrefs = [\"main\", \"release/*\"]\npull-request = \"required\"\n\
    approvals = { count = 2 }\nchecks = [\"build\"]\n\
    separate = [\"author\", \"approver\", \"merger\"]\nthreads = \"resolved\"\n";

/// What a new release branch is told that brings something to agree on.
const ELSEWHERE: &str = "make it where a branch is now of which as much is asked";

/// A server that tells pushes from pull requests.
fn agreed<'w>(world: &'w World, policy: &str) -> (Server<'w>, Repo<'w>) {
    let (server, work) = stage(world, policy);
    server.repo.git(&["config", "refgate.host", "ssh"]).ok();
    (server, work)
}

#[test]
fn p20_a_release_is_cut_where_as_much_was_agreed_on() {
    let world = World::new();
    let (server, work) = agreed(&world, AGREED);
    work.push(&server, &["main:refs/heads/release/1"]).accepted();
    work.push(&server, &["main:refs/heads/release/2", "main:refs/heads/release/3"]).accepted();
    // The next is another move, and needs what every move needs.
    work.commit_file("b", "two\n", "Go on");
    work.push(&server, &["main:refs/heads/release/1"]).refused("approvals");
}

#[test]
fn p21_what_nobody_agreed_on_becomes_no_release_by_any_detour() {
    let world = World::new();
    let (server, work) = agreed(&world, AGREED);
    let cut = |from: &str| work.push(&server, &[&format!("{from}:refs/heads/release/9")]);
    let begin = work.rev("main");
    work.git(&["checkout", "-q", "-b", "evil"]).ok();
    work.commit_file("b", "evil\n", "Do evil");
    cut("evil").refused(ELSEWHERE);
    // Through a branch of which nothing is asked.
    work.push(&server, &["evil:refs/heads/x"]).accepted();
    cut("evil").refused(ELSEWHERE);
    // With main, in one push: what it brings is not agreed on yet.
    let both = ["evil:refs/heads/main", "evil:refs/heads/release/9"];
    work.push(&server, &both).refused(ELSEWHERE);
    // From the midst of what main took in as a whole, where a branch stands besides.
    work.commit_file("b", "good\n", "Take it back");
    server.unguarded(|| work.push(&server, &["evil:refs/heads/main"]).accepted().code);
    cut("evil~1").refused(ELSEWHERE);
    cut(&begin).refused(ELSEWHERE);
    cut("evil").accepted();
}

#[test]
fn p21_a_release_of_which_more_or_something_else_is_asked_is_not_cut_from_main() {
    let more = "[[protect]]\nrefs = [\"release/*\"]\nchecks = [\"audit\"]\n";
    let warned = "[[protect]]\nrefs = [\"main\", \"release/*\"]\n\
                  when = { target = [\"release/*\"] }\nchecks = [\"audit\"]\n";
    let exempt = "[[exempt]]\nrule = \"approvals\"\nrefs = [\"main\"]\nactors = [\"ana\"]\n\
                  why = \"she mends it\"\nuntil = 2999-01-01\n";
    let plain = "approvals = { count = 2 }";
    let of_it =
        "approvals = { count = 2, when = { target = [\"release/*\"] }, on-no-match = \"pass\" }";
    let policies = [
        format!("{AGREED}{more}"),
        format!("{AGREED}{warned}"),
        format!("{AGREED}{exempt}"),
        AGREED.replace(plain, of_it),
    ];
    for policy in policies {
        let world = World::new();
        let (server, work) = agreed(&world, &policy);
        work.push(&server, &["main:refs/heads/release/1"]).refused("not known at pre-receive");
    }
}

#[test]
fn p20_a_team_that_only_the_host_knows_is_no_matter_of_pull_requests() {
    let world = World::new();
    let policy = "version = 1\nstages = [\"pre-receive\", \"github\"]\n\
                  [[protect]]\nrefs = [\"release/*\"]\ncreate = [\"@acme/release\"]\n";
    let (server, work) = agreed(&world, policy);
    let ana = [("REFGATE_ACTOR", "ana")];
    let pushed = work.push_with(&ana, &server, &["main:refs/heads/release/1"]);
    pushed.refused("create").says("name logins in `create`");
    assert!(!pushed.said.contains("open a pull request"), "{}", pushed.said);
}
