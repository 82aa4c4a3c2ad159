//! C: content.

use std::fs;

use super::support::raw::{Pack, RawPush};
use super::support::{REFGATE, Repo, Server, World};
use super::{BAD, POLICY, SEEN, stage};

/// Pushes `commit` to a new branch.
fn push(work: &Repo<'_>, server: &Server<'_>, commit: &str) -> super::support::raw::Answer {
    RawPush::new(work, server).command("0", commit, "refs/heads/new").send()
}

#[test]
fn c01_what_one_push_adds_and_removes_is_found() {
    let world = World::new();
    let (server, work) = stage(&world, POLICY);
    let culprit = work.commit_file("b", BAD, "Deceive");
    work.commit_file("b", "honest\n", "Do not");
    work.git(&["rm", "-q", "b"]).ok();
    work.commit("Remove it");
    work.push(&server, &["main"]).refused(SEEN).says(&culprit[..7]);
}

#[test]
fn c02_what_only_a_merge_brings_is_found() {
    let world = World::new();
    let (server, work) = stage(&world, POLICY);
    let base = work.rev("main");
    let clean = work.rev("main^{tree}");
    let one = work.commit_tree(&clean, &[&base], "One\n");
    let two = work.commit_tree(&clean, &[&base], "Two\n");
    let bad =
        work.tree(&[("100644", b"a", &work.blob("one\n")), ("100644", b"b", &work.blob(BAD))]);
    let merge = work.commit_tree(&bad, &[&one, &two], "Merge\n");
    push(&work, &server, &merge).refused(SEEN).says(&merge[..7]);
}

#[test]
fn c03_lines_of_any_kind_are_read() {
    let world = World::new();
    let (server, work) = stage(&world, POLICY);
    let main = work.rev("main");
    let far = |at: usize| format!("{}{}", "x".repeat(at), BAD.trim_end());
    let mut contents = vec![BAD.replace('\n', "\r\n"), BAD.trim_end().to_owned()];
    for at in [65_535, 65_536 - 12, 1 << 20, (4 << 20) - 14, (8 << 20) - 13] {
        contents.push(far(at));
    }
    for content in contents {
        let tree = work.tree(&[("100644", b"b", &work.blob(&content))]);
        let commit = work.commit_tree(&tree, &[&main], "Deceive\n");
        push(&work, &server, &commit).refused(SEEN);
    }
}

#[test]
fn c04_attributes_have_no_say() {
    let world = World::new();
    let (server, work) = stage(&world, POLICY);
    let attributes = "* -diff\n* binary\n* -text working-tree-encoding=UTF-16 export-ignore\n";
    world.write("server.git/info/attributes", attributes);
    // Git would re-encode what it stages by them, so the objects are made by hand.
    let oid = work.blob(BAD);
    let tree =
        work.tree(&[("100644", b".gitattributes", &work.blob(attributes)), ("100644", b"b", &oid)]);
    let commit = work.commit_tree(&tree, &[&work.rev("main")], "Deceive\n");
    push(&work, &server, &commit).refused(SEEN);
}

#[test]
fn c06_replaced_and_grafted_objects_are_read_as_they_are() {
    let world = World::new();
    let (server, work) = stage(&world, POLICY);
    let main = work.rev("main");
    let tree = work.tree(&[("100644", b"a", &work.blob(BAD))]);
    let bad = work.commit_tree(&tree, &[&main], "Deceive\n");
    let good = work.commit_tree(&work.rev("main^{tree}"), &[&main], "Good\n");
    // The server shows `good` wherever it is asked for `bad`, and cuts it off.
    server.unguarded(|| {
        work.git(&["branch", "bad", &bad]).ok();
        work.git(&["branch", "good", &good]).ok();
        work.push(&server, &["bad", "good"]).accepted();
    });
    server.repo.git(&["replace", &bad, &good]).ok();
    world.write("server.git/info/grafts", format!("{bad}\n"));
    server.repo.git(&["update-ref", "-d", "refs/heads/bad"]).ok();
    push(&work, &server, &bad).refused(SEEN);
}

#[test]
fn c08_commits_that_no_git_writes_are_refused() {
    let world = World::new();
    let (server, work) = stage(&world, POLICY);
    let (main, tree) = (work.rev("main"), work.rev("main^{tree}"));
    let who = "Ana <ana@example.com> 1767225600 +0000";
    let head = format!("tree {tree}\nparent {main}\n");
    let wrong = [
        format!("{head}committer {who}\n\nNo author\n"),
        format!("{head}author {who}\nauthor {who}\ncommitter {who}\n\nTwo authors\n"),
        format!("{head}author {who}\n\nNo committer\n"),
        format!("{head}author {who}\ncommitter {who}\n\nText\n\0after it\n"),
        format!("{head}parent {main}\nauthor {who}\ncommitter {who}\n\nOne parent twice\n"),
        format!("{head}author Ana 1767225600 +0000\ncommitter {who}\n\nNo address\n"),
        format!("tree {tree}\nauthor {who}\nparent {main}\ncommitter {who}\n\nA false parent\n"),
    ];
    for text in wrong {
        let commit = work.forge("commit", text.as_bytes());
        push(&work, &server, &commit).refused(&commit[..7]);
    }
    // What is only strange is read.
    let strange = [
        format!("{head}author {who}\ncommitter {who}\nencoding UTF-16\n\nT\n").into_bytes(),
        format!("{head}author {who}\ncommitter {who}\nencoding ISO-2022-JP\n\n\x1b$B\n")
            .into_bytes(),
        [format!("{head}author {who}\ncommitter {who}\n\n").as_bytes(), b"\xff\xfe\n"].concat(),
        format!("{head}author {who}\ncommitter {who}\nfoo bar\n baz\n\nExtra\n").into_bytes(),
        format!("{head}author {who}\ncommitter {who}\n\n{}\n", "x".repeat(10 << 20)).into_bytes(),
        format!(
            "{head}author {who}\ncommitter {who}\ngpgsig -----BEGIN SSH SIGNATURE-----\n abc\n \
             -----END SSH SIGNATURE-----\n\nSigned\n"
        )
        .into_bytes(),
    ];
    for (at, text) in strange.iter().enumerate() {
        let commit = work.forge("commit", text);
        let raw = RawPush::new(&work, &server);
        raw.command("0", &commit, format!("refs/heads/strange/{at}")).send().accepted();
    }
}

#[test]
fn c09_trees_that_no_checkout_survives_are_refused() {
    let world = World::new();
    let (server, work) = stage(&world, POLICY);
    let main = work.rev("main");
    let blob = work.blob("text\n");
    let inner = work.tree(&[("100644", b"x", &blob)]);
    let zero = "0".repeat(40);
    let file = |name: &'static [u8]| vec![("100644", name, blob.as_str())];
    let directory = |name: &'static [u8]| vec![("40000", name, inner.as_str())];
    let wrong = [
        directory(b".."),
        directory(b"."),
        directory(b".git"),
        directory(b".GIT"),
        directory(b"git~1"),
        directory(".g\u{200c}it".as_bytes()),
        directory(b".git "),
        directory(b".git."),
        directory(b".git::$INDEX_ALLOCATION"),
        file(b""),
        file(b"a/b"),
        vec![("100644", b"b".as_slice(), &blob), ("100644", b"a", &blob)],
        vec![("100644", b"a".as_slice(), &blob), ("100644", b"a", &blob)],
        vec![("100644", b"a".as_slice(), &blob), ("40000", b"a", &inner)],
        vec![("100664", b"a".as_slice(), &blob)],
        vec![("0100644", b"a".as_slice(), &blob)],
        vec![("100644", b"a".as_slice(), &zero)],
    ];
    for entries in wrong {
        let tree = work.tree(&entries);
        let commit = work.commit_tree(&tree, &[&main], "Odd\n");
        // Git itself packs no such thing as an object of zeros.
        let all = [commit.as_str(), &tree, &blob, &inner].map(str::to_owned).to_vec();
        let raw = RawPush::new(&work, &server).command("0", &commit, "refs/heads/new");
        let answer = raw.pack(Pack::Only(all)).send();
        answer.stopped("refs/heads/new: denied");
    }
    // Names that are only strange pass, and are matched byte by byte.
    let names: [&[u8]; 9] =
        [b"\t", b"\n", b"\"", b"-x", b":(glob)", b"con", b"dot.", "e\u{301}".as_bytes(), b"\xff"];
    let mut entries: Vec<_> = names.iter().map(|it| ("100644", *it, blob.as_str())).collect();
    entries.sort_by_key(|it| it.1);
    push(&work, &server, &work.commit_tree(&work.tree(&entries), &[&main], "Strange\n")).accepted();
    server.govern("version = 1\n[[protect]]\nrefs = [\"**\"]\npaths = { windows = true }\n");
    for name in [&b"con"[..], b"dot.", b"a\nb", b"a:b"] {
        let tree = work.tree(&[("100644", name, &blob)]);
        let commit = work.commit_tree(&tree, &[&main], "Not there\n");
        let raw = RawPush::new(&work, &server).command("0", &commit, "refs/heads/windows");
        raw.send().refused("paths");
    }
}

#[test]
fn c10_every_way_to_touch_a_path_touches_it() {
    let world = World::new();
    let (server, work) = stage(&world, POLICY);
    let blob = work.blob("guarded\n");
    let link = work.blob("a");
    let module = work.blob("[submodule \"m\"]\n\tpath = db/m\n\turl = https://example.com/m\n");
    let commit_of = |db: &[(&str, &[u8], &str)], parent: &str| {
        let db = work.tree(db);
        let tree = work.tree(&[("100644", b".gitmodules", &module), ("40000", b"db", &db)]);
        work.commit_tree(&tree, &[parent], "Change\n")
    };
    let main = work.rev("main");
    let base = commit_of(&[("100644", b"a", &blob), ("160000", b"m", &main)], &main);
    let old = server.tip("main").unwrap();
    RawPush::new(&work, &server).command(&old, &base, "refs/heads/main").send().accepted();
    // Whoever touches db/ has to say so in the name of the branch.
    server.govern(
        "version = 1\n[[protect]]\nrefs = [\"main\"]\nwhen = { paths = [\"db/\"] }\nupdate = \"nobody\"\n",
    );
    let inner = work.tree(&[("100644", b"x", &blob)]);
    let moved = work.tree(&[("100644", b"a", &blob)]);
    let away = work.tree(&[("100644", b".gitmodules", &module), ("40000", b"elsewhere", &moved)]);
    let touches = [
        work.commit_tree(&away, &[&base], "Move it away\n"),
        commit_of(&[("100755", b"a", &blob), ("160000", b"m", &main)], &base),
        commit_of(&[("120000", b"a", &link), ("160000", b"m", &main)], &base),
        commit_of(&[("40000", b"a", &inner), ("160000", b"m", &main)], &base),
        commit_of(&[("100644", b"a", &blob), ("160000", b"m", &base)], &base),
        commit_of(&[("100644", b"a", &blob)], &base),
    ];
    for commit in touches {
        let raw = RawPush::new(&work, &server).command(&base, &commit, "refs/heads/main").send();
        raw.refused("update");
    }
    let untouched = work.commit_tree(&work.rev(&format!("{base}^{{tree}}")), &[&base], "Nothing\n");
    let raw = RawPush::new(&work, &server).command(&base, &untouched, "refs/heads/main");
    raw.send().accepted();
}

#[test]
fn c11_links_out_of_the_tree_are_refused() {
    let world = World::new();
    let policy = "version = 1\n[[protect]]\nrefs = [\"**\"]\nfiles = { symlinks = \"inside\" }\n";
    let (server, work) = stage(&world, policy);
    let main = work.rev("main");
    for target in ["/etc/passwd", "../x", "../../x", ".git/config", "x/../../../y"] {
        let inner = work.tree(&[("120000", b"link", &work.blob(target))]);
        let tree = if target == "../x" || target.starts_with(".git") {
            work.tree(&[("120000", b"link", &work.blob(target))])
        } else {
            work.tree(&[("40000", b"d", &inner)])
        };
        push(&work, &server, &work.commit_tree(&tree, &[&main], "Link\n")).refused("link");
    }
    let inside = work.tree(&[("120000", b"link", &work.blob("../a"))]);
    let tree = work.tree(&[("100644", b"a", &work.blob("one\n")), ("40000", b"d", &inside)]);
    push(&work, &server, &work.commit_tree(&tree, &[&main], "Link\n")).accepted();
}

#[test]
fn c12_a_forged_lfs_pointer_is_a_file_like_any_other() {
    let world = World::new();
    let policy = "version = 1\n[[protect]]\nrefs = [\"**\"]\n\
        file-size = { max = \"1KiB\", lfs = \"count\" }\nfiles = { lfs = { require = [\"*.psd\"] } }\n";
    let (server, work) = stage(&world, policy);
    let main = work.rev("main");
    let pointer = |oid: &str, size: u64, more: &str| {
        format!("version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize {size}\n{more}")
    };
    let oid = "ab".repeat(32);
    let send = |content: &str| {
        let tree = work.tree(&[("100644", b"a.psd", &work.blob(content))]);
        push(&work, &server, &work.commit_tree(&tree, &[&main], "Draw\n"))
    };
    send(&pointer(&oid, 1 << 30, "")).refused("file-size");
    send(&pointer("ab", 5, "")).refused("files");
    send(&pointer(&oid, 5, "and more\n")).refused("files");
    send("no pointer\n").refused("files");
    send(&pointer(&oid, 5, "")).accepted();
}

#[test]
fn c13_a_huge_file_is_measured_without_being_read() {
    let world = World::new();
    let policy = "version = 1\n[[protect]]\nrefs = [\"**\"]\nfile-size = { max = \"5MiB\" }\n";
    let (server, work) = stage(&world, policy);
    let huge = fs::File::create(work.dir.join("huge")).unwrap();
    huge.set_len(600 << 20).unwrap();
    for repo in [&work, &server.repo] {
        repo.git(&["config", "core.bigFileThreshold", "1m"]).ok();
        repo.git(&["config", "core.compression", "1"]).ok();
    }
    work.git(&["add", "huge"]).ok();
    work.commit("Add a huge file");
    // Half as much memory as the file has bytes, and no more.
    server.hook("pre-receive", &format!("ulimit -v 300000\nexec '{REFGATE}' hook pre-receive"));
    work.push(&server, &["main"]).refused("600 MiB");
}

#[test]
fn c15_a_tree_of_very_many_entries_is_read_or_refused() {
    let world = World::new();
    let (server, work) = stage(&world, POLICY);
    let blob = work.blob("text\n");
    let names: Vec<_> = (0..50_000).map(|it| format!("{it:07}")).collect();
    let entries: Vec<_> = names.iter().map(|it| ("100644", it.as_bytes(), blob.as_str())).collect();
    let tree = work.tree(&entries);
    let commit = work.commit_tree(&tree, &[&work.rev("main")], "Many\n");
    let answer = push(&work, &server, &commit);
    super::support::no_panic(&answer.said);
    assert!(answer.said.is_empty() || answer.said.contains("refs/heads/new: denied"));
}

#[test]
fn c16_a_tree_too_deep_is_refused_and_does_not_crash() {
    let world = World::new();
    let (server, work) = stage(&world, POLICY);
    let blob = work.blob(BAD);
    let mut tree = work.tree(&[("100644", b"a", &blob)]);
    let mut all = vec![blob, tree.clone()];
    for _ in 0..2100 {
        tree = work.tree(&[("40000", b"d", &tree)]);
        all.push(tree.clone());
    }
    let commit = work.commit_tree(&tree, &[&work.rev("main")], "Deep\n");
    all.push(commit.clone());
    let raw = RawPush::new(&work, &server).command("0", &commit, "refs/heads/new");
    raw.pack(Pack::Only(all)).send().stopped("refs/heads/new: denied");
}

#[test]
fn c17_times_that_no_clock_shows_are_read() {
    let world = World::new();
    let (server, work) = stage(&world, POLICY);
    let (main, tree) = (work.rev("main"), work.rev("main^{tree}"));
    let times = ["0 +0000", "-1 +0000", "4102444800 +1400", "99999999999999999 +0000", "1 -9999"];
    for (at, time) in times.into_iter().enumerate() {
        let who = format!("Ana <ana@example.com> {time}");
        let commit = work.commit_by(&tree, &[&main], &who, "When\n");
        let raw = RawPush::new(&work, &server);
        let answer = raw.command("0", &commit, format!("refs/heads/when/{at}")).send();
        super::support::no_panic(&answer.said);
    }
    for time in ["99999999999999999999999 +0000", "soon"] {
        let who = format!("Ana <ana@example.com> {time}");
        let commit = work.commit_by(&tree, &[&main], &who, "When\n");
        push(&work, &server, &commit).stopped("refs/heads/new: denied");
    }
}

#[test]
fn c19_an_expression_that_is_slow_elsewhere_is_not_slow_here() {
    let world = World::new();
    let policy =
        "version = 1\n[[protect]]\nrefs = [\"**\"]\nwhen = { message = '(a+)+$' }\nlinear = true\n";
    let (server, work) = stage(&world, policy);
    let (main, tree) = (work.rev("main"), work.rev("main^{tree}"));
    let message = format!("{}b\n", "a".repeat(100_000));
    let commit = work.commit_tree(&tree, &[&main], &message);
    push(&work, &server, &commit).accepted();
    server.govern(
        "version = 1\n[[protect]]\nrefs = [\"**\"]\nwhen = { message = '(a+' }\nlinear = true\n",
    );
    let other = work.commit_tree(&tree, &[&main], "Other\n");
    let raw = RawPush::new(&work, &server).command("0", &other, "refs/heads/other").send();
    raw.refused("not a regular expression");
}
