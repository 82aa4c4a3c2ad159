//! Mirrors of repositories, over smart HTTP and with the real Git on both sides.

#![cfg(feature = "github")]
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod support;

use std::ffi::OsString;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use refgate::git::{Deadline, Vars};
use refgate::github::Slug;
use refgate::github::mirror::{Limits, Mirror, MirrorError, Mirrors, Source, Tidied, Wants};
use refgate::model::{Kind, Oid, RefName};
use support::http::Http;
use support::{Repo, World};

const ID: u64 = 4242;
const NOW: i64 = 1_767_300_000;

/// GitHub, as far as Git sees it.
struct Hub<'w> {
    world: &'w World,
    bare: Repo<'w>,
    work: Repo<'w>,
    http: Http,
    slug: Slug,
    token: String,
}

impl<'w> Hub<'w> {
    fn new(world: &'w World, filter: bool) -> Self {
        fs::create_dir_all(world.path("acme")).unwrap();
        let bare = world.repo_with("acme/shop.git", &["--bare"]);
        bare.git(&["config", "uploadpack.allowFilter", if filter { "true" } else { "false" }]).ok();
        let token = format!("{}{}", "tok", "en-of-the-installation");
        let http = Http::new(world, &[("x-access-token", &token)]);
        let work = world.repo("work");
        Self { world, bare, work, http, slug: "acme/shop".parse().unwrap(), token }
    }

    fn base(&self) -> url::Url {
        let url = self.http.url("a", "b", "");
        format!("http://{}", url.split_once('@').unwrap().1).parse().unwrap()
    }

    fn mirrors(&self) -> Mirrors {
        self.mirrors_with(Limits::default())
    }

    fn mirrors_with(&self, limits: Limits) -> Mirrors {
        Mirrors::new(&self.world.path("mirrors"), &self.base(), limits, vars()).unwrap()
    }

    fn source(&self) -> Source<'_> {
        Source { id: ID, slug: &self.slug, token: Some(&self.token) }
    }

    fn push(&self, refspec: &str) {
        let url = self.bare.dir.display().to_string();
        self.work.git(&["push", "-q", "-f", &url, refspec]).ok();
    }

    /// A target with a file, and a pull request that changes one and adds one.
    fn proposed(&self) -> (Oid, Oid) {
        self.work.stage("kept", "kept\n");
        let base = self.work.commit_file("a", "one\n", "base");
        self.push("HEAD:refs/heads/main");
        self.work.git(&["checkout", "-q", "-b", "feature"]).ok();
        self.work.stage("a", "two\n");
        let head = self.work.commit_file("b", "new\n", "change");
        self.push("HEAD:refs/pull/7/head");
        (oid(&base), oid(&head))
    }

    fn path(&self) -> PathBuf {
        self.world.path(format!("mirrors/{ID}.git"))
    }
}

fn vars() -> Vars {
    let path = std::env::var_os("PATH").unwrap_or_default();
    [(OsString::from("PATH"), path)].into_iter().collect()
}

fn oid(hex: &str) -> Oid {
    hex.parse().unwrap()
}

fn wants(head: Oid, base: Oid) -> Wants {
    Wants { pull: Some(7), head: Some(head), tips: vec![base], ..Wants::default() }
}

fn everything_below(directory: &Path, found: &mut Vec<u8>) {
    for entry in fs::read_dir(directory).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            everything_below(&path, found);
        } else {
            found.extend(fs::read(&path).unwrap());
        }
    }
}

#[tokio::test]
async fn a_mirror_has_history_and_fetches_contents_by_name() {
    let world = World::new();
    let hub = Hub::new(&world, true);
    let (base, head) = hub.proposed();
    let mirror = hub.mirrors().sync(hub.source(), &wants(head, base), NOW).await.unwrap();
    let content = {
        let repository = mirror.open().unwrap();
        repository.content(base, head, Deadline::never()).unwrap()
    };
    let paths: Vec<_> = content.entries().unwrap().iter().map(|it| it.path.to_string()).collect();
    assert_eq!(paths, ["a", "b"]);
    let blobs: Vec<Oid> = content
        .entries()
        .unwrap()
        .iter()
        .flat_map(|it| [it.old, it.new])
        .flatten()
        .map(|it| it.oid)
        .collect();
    // Nothing is fetched behind anyone's back.
    let there = |blobs: &[Oid]| {
        let repository = mirror.open().unwrap();
        blobs.iter().filter(|it| repository.objects.header(**it).unwrap().is_some()).count()
    };
    assert_eq!((blobs.len(), there(&blobs)), (3, 0));
    assert!(mirror.open().unwrap().file(head, b"b").is_err());
    mirror.want(&blobs, NOW).await.unwrap();
    assert_eq!(there(&blobs), 3);
    let repository = mirror.open().unwrap();
    assert_eq!(repository.file(head, b"b").unwrap().unwrap(), b"new\n");
    assert!(repository.file(head, b"kept").is_err(), "nobody wanted it");
}

#[tokio::test]
async fn a_token_is_neither_kept_nor_shown() {
    let world = World::new();
    let hub = Hub::new(&world, true);
    let (base, head) = hub.proposed();
    hub.mirrors().sync(hub.source(), &wants(head, base), NOW).await.unwrap();
    let mut all = Vec::new();
    everything_below(&world.path("mirrors"), &mut all);
    let has = |what: &str| all.windows(what.len()).any(|it| it == what.as_bytes());
    assert!(!has(&hub.token) && !has("Basic ") && !has("127.0.0.1"));
    let wrong = format!("{}{}", "another-", "token");
    let source = Source { id: 1, slug: &hub.slug, token: Some(&wrong) };
    let error = hub.mirrors().sync(source, &wants(head, base), NOW).await.err().unwrap();
    assert!(matches!(error, MirrorError::Denied(_)), "{error:?}");
    assert!(!error.to_string().contains(&wrong) && !error.is_temporary());
    let other: Slug = "acme/none".parse().unwrap();
    let source = Source { id: 2, slug: &other, token: Some(&hub.token) };
    let error = hub.mirrors().sync(source, &wants(head, base), NOW).await.err().unwrap();
    assert!(matches!(error, MirrorError::Denied(_)), "{error:?}");
}

#[tokio::test]
async fn a_server_that_cannot_filter_gives_everything() {
    let world = World::new();
    let hub = Hub::new(&world, false);
    let (base, head) = hub.proposed();
    let mirror = hub.mirrors().sync(hub.source(), &wants(head, base), NOW).await.unwrap();
    let repository = mirror.open().unwrap();
    assert_eq!(repository.file(head, b"b").unwrap().unwrap(), b"new\n");
    assert_eq!(repository.file(base, b"kept").unwrap().unwrap(), b"kept\n");
}

#[tokio::test]
async fn what_is_there_is_not_fetched_again() {
    let world = World::new();
    let hub = Hub::new(&world, true);
    let (base, head) = hub.proposed();
    let mirrors = hub.mirrors();
    mirrors.sync(hub.source(), &wants(head, base), NOW).await.unwrap();
    // Nobody would get in with this.
    let source = Source { token: None, ..hub.source() };
    mirrors.sync(source, &wants(head, base), NOW).await.unwrap();
    let all = Wants { refs: true, ..wants(head, base) };
    let error = mirrors.sync(source, &all, NOW).await.err().unwrap();
    assert!(matches!(error, MirrorError::Denied(_)), "{error:?}");
}

#[tokio::test]
async fn a_head_that_came_along_is_kept_and_not_fetched_again() {
    let world = World::new();
    let hub = Hub::new(&world, true);
    let (base, head) = hub.proposed();
    let other = oid(&hub.work.commit_file("c", "other\n", "another change"));
    hub.push("HEAD:refs/heads/other");
    let mirrors = hub.mirrors();
    mirrors.sync(hub.source(), &wants(head, base), NOW).await.unwrap();
    // Nobody would get in with this.
    let source = Source { token: None, ..hub.source() };
    let kept = |mirror: &Mirror, head: Oid| {
        let refs = mirror.open().unwrap().refs().unwrap();
        let ours = |name: &RefName| name.to_string().starts_with("refs/refgate/heads/");
        refs.iter().filter(|(name, at)| *at == head && ours(name)).count()
    };
    let mirror = mirrors.sync(source, &wants(other, base), NOW).await.unwrap();
    assert_eq!((kept(&mirror, head), kept(&mirror, other)), (1, 1));
    drop(mirror);
    // Kept by the day on which it was asked for last.
    let later = NOW + 40 * 86_400;
    drop(mirrors.sync(source, &wants(other, base), later).await.unwrap());
    mirrors.tidy(ID, 30, later).await.unwrap();
    let mirror = mirrors.sync(source, &wants(other, base), later).await.unwrap();
    assert_eq!((kept(&mirror, head), kept(&mirror, other)), (0, 1));
}

#[tokio::test]
async fn heads_that_were_forced_away_stay() {
    let world = World::new();
    let hub = Hub::new(&world, true);
    let (base, first) = hub.proposed();
    let mirrors = hub.mirrors();
    mirrors.sync(hub.source(), &wants(first, base), NOW).await.unwrap();
    hub.work.git(&["reset", "-q", "--hard", &base.to_string()]).ok();
    let second = oid(&hub.work.commit_file("c", "other\n", "another change"));
    hub.push("HEAD:refs/pull/7/head");
    let mirror = mirrors.sync(hub.source(), &wants(second, base), NOW).await.unwrap();
    {
        let repository = mirror.open().unwrap();
        for head in [first, second] {
            assert_eq!(repository.peel(head).unwrap().kind, Kind::Commit);
        }
        let refs = repository.refs().unwrap();
        let kept = |head: Oid| {
            refs.iter().any(|(name, at)| *at == head && name.to_string().contains("refgate/heads"))
        };
        assert!(kept(first) && kept(second), "{refs:?}");
    }
    drop(mirror);
    // A mirror that never saw the first fetches it by its name; what is gone for good
    // is no error.
    mirrors.forget(ID).await.unwrap();
    assert!(mirrors.ids().is_empty());
    let never = oid("00000000000000000000000000000000000000aa");
    let all = Wants { earlier: vec![first, never], ..wants(second, base) };
    let mirror = mirrors.sync(hub.source(), &all, NOW).await.unwrap();
    let repository = mirror.open().unwrap();
    assert!(repository.peel(first).is_ok() && repository.peel(never).is_err());
    // And is not asked for at every look.
    let source = Source { token: None, ..hub.source() };
    mirrors.sync(source, &all, NOW).await.unwrap();
}

#[tokio::test]
async fn a_head_is_found_by_name_where_its_ref_is_elsewhere_or_gone() {
    let world = World::new();
    let hub = Hub::new(&world, true);
    let (base, head) = hub.proposed();
    hub.push(&format!("{base}:refs/pull/7/head"));
    hub.mirrors().sync(hub.source(), &wants(head, base), NOW).await.unwrap();
    hub.mirrors().forget(ID).await.unwrap();
    hub.bare.git(&["update-ref", "-d", "refs/pull/7/head"]).ok();
    hub.mirrors().sync(hub.source(), &wants(head, base), NOW).await.unwrap();
    let never = oid("00000000000000000000000000000000000000aa");
    let error = hub.mirrors().sync(hub.source(), &wants(never, base), NOW).await.err().unwrap();
    assert!(matches!(error, MirrorError::Gone(_)) && error.is_temporary(), "{error:?}");
}

#[tokio::test]
async fn a_broken_mirror_is_made_anew() {
    let world = World::new();
    let hub = Hub::new(&world, true);
    let (base, head) = hub.proposed();
    let mirrors = hub.mirrors();
    let breaks: [&dyn Fn(&Path); 4] = [
        &|path| fs::write(path.join("config"), "[core\n").unwrap(),
        &|path| fs::remove_file(path.join("HEAD")).unwrap(),
        &|path| {
            for pack in fs::read_dir(path.join("objects/pack")).unwrap().flatten() {
                fs::remove_file(pack.path()).unwrap();
            }
        },
        &|path| {
            for pack in fs::read_dir(path.join("objects/pack")).unwrap().flatten() {
                fs::remove_file(pack.path()).unwrap();
                fs::write(pack.path(), "PACK\0\0\0\x02nothing").unwrap();
            }
        },
    ];
    for (at, hurt) in breaks.iter().enumerate() {
        mirrors.sync(hub.source(), &wants(head, base), NOW).await.unwrap();
        hurt(&hub.path());
        let mirror = mirrors.sync(hub.source(), &wants(head, base), NOW).await;
        let mirror = mirror.unwrap_or_else(|error| panic!("{at}: {error}"));
        assert!(mirror.open().unwrap().content(base, head, Deadline::never()).is_ok(), "{at}");
    }
}

#[tokio::test]
async fn locks_of_a_git_that_was_killed_are_taken_away() {
    let world = World::new();
    let hub = Hub::new(&world, true);
    let (base, head) = hub.proposed();
    let mirrors = hub.mirrors();
    mirrors.sync(hub.source(), &wants(head, base), NOW).await.unwrap();
    for name in ["packed-refs.lock", "refs/heads/main.lock", "config.lock", "HEAD.lock"] {
        fs::write(hub.path().join(name), "").unwrap();
    }
    hub.work.git(&["checkout", "-q", "-B", "main", &base.to_string()]).ok();
    let tip = oid(&hub.work.commit_file("later", "x", "later"));
    hub.push("HEAD:refs/heads/main");
    let before = fs::metadata(hub.path().join("config")).unwrap().modified().unwrap();
    mirrors.sync(hub.source(), &wants(head, tip), NOW).await.unwrap();
    let after = fs::metadata(hub.path().join("config")).unwrap().modified().unwrap();
    assert_eq!(before, after, "the mirror was made anew");
}

#[tokio::test]
async fn many_may_ask_at_once() {
    let world = World::new();
    let hub = Hub::new(&world, true);
    let (base, head) = hub.proposed();
    // Each has its own, as two processes on one disk have.
    let all: Vec<_> = (0..6).map(|_| hub.mirrors()).collect();
    let wanted = Wants { refs: true, ..wants(head, base) };
    let (one, two, three, four, five, six) = tokio::join!(
        all[0].sync(hub.source(), &wanted, NOW),
        all[1].sync(hub.source(), &wanted, NOW),
        all[2].sync(hub.source(), &wanted, NOW),
        all[3].sync(hub.source(), &wanted, NOW),
        all[4].sync(hub.source(), &wanted, NOW),
        all[5].sync(hub.source(), &wanted, NOW),
    );
    for mirror in [one, two, three, four, five, six] {
        assert!(mirror.unwrap().open().unwrap().peel(head).is_ok());
    }
}

#[tokio::test]
async fn a_server_that_never_answers_is_left_in_time() {
    let world = World::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base: url::Url = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    let second = Duration::from_secs(1);
    let limits = Limits { first: second, later: second, size: 1 << 30 };
    let mirrors = Mirrors::new(&world.path("mirrors"), &base, limits, vars()).unwrap();
    let slug: Slug = "acme/shop".parse().unwrap();
    let begun = Instant::now();
    let source = Source { id: ID, slug: &slug, token: None };
    let error = mirrors.sync(source, &Wants::default(), NOW).await.err().unwrap();
    assert!(matches!(error, MirrorError::Unavailable(_)), "{error:?}");
    assert!(begun.elapsed() < Duration::from_secs(10));
    // The helper that Git starts for HTTP is gone too, or about to be.
    let alive = || {
        fs::read_dir("/proc").unwrap().flatten().any(|it| {
            let line = fs::read(it.path().join("cmdline")).unwrap_or_default();
            String::from_utf8_lossy(&line).contains(base.as_str().trim_end_matches('/'))
        })
    };
    while alive() {
        assert!(begun.elapsed() < Duration::from_secs(20), "git goes on");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_mirror_has_a_size() {
    let world = World::new();
    let hub = Hub::new(&world, true);
    let (base, head) = hub.proposed();
    let mirrors = hub.mirrors_with(Limits { size: 100, ..Limits::default() });
    let error = mirrors.sync(hub.source(), &wants(head, base), NOW).await.err().unwrap();
    assert_eq!(error, MirrorError::TooLarge { most: 100 });
}

#[tokio::test]
async fn old_heads_are_forgotten_and_pieces_put_together() {
    let world = World::new();
    let hub = Hub::new(&world, true);
    let (base, first) = hub.proposed();
    let mirrors = hub.mirrors();
    mirrors.sync(hub.source(), &wants(first, base), NOW).await.unwrap();
    let mut head = first;
    for at in 0..45 {
        head = oid(&hub.work.commit_file("b", format!("{at}"), "more"));
        hub.push("HEAD:refs/pull/7/head");
        mirrors.sync(hub.source(), &wants(head, base), NOW + 40 * 86_400).await.unwrap();
    }
    let mirror = mirrors.sync(hub.source(), &wants(head, base), NOW + 40 * 86_400).await.unwrap();
    let packs = || fs::read_dir(hub.path().join("objects/pack")).unwrap().flatten().count();
    let before = packs();
    assert_eq!(mirrors.tidy(ID, 30, NOW + 40 * 86_400).await, Ok(Tidied::InUse));
    assert_eq!(packs(), before, "nothing is taken away from somebody who reads");
    drop(mirror);
    assert_eq!(mirrors.tidy(ID, 30, NOW + 40 * 86_400).await, Ok(Tidied::Done));
    assert!(packs() < before);
    let mirror = mirrors.sync(hub.source(), &wants(head, base), NOW + 40 * 86_400).await.unwrap();
    let refs = mirror.open().unwrap().refs().unwrap();
    let days: Vec<_> = refs.iter().filter(|(_, at)| *at == first).collect();
    assert!(days.is_empty(), "{days:?}");
    assert!(mirror.open().unwrap().peel(head).is_ok());
}

#[test]
fn only_web_servers_are_mirrored() {
    let world = World::new();
    for bad in [
        "file:///srv",
        "ssh://git@example.com",
        "http://user:pass@example.com",
        "https://example.com/?x",
    ] {
        let made = Mirrors::new(&world.path("m"), &bad.parse().unwrap(), Limits::default(), vars());
        assert!(made.is_err(), "{bad}");
    }
}
