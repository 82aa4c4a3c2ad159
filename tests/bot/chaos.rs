//! The same story in calm and in bad weather: whatever is lost, comes twice or in
//! another order, whatever GitHub answers, and however often the server is killed,
//! what is written at last is the same.
//!
//! `REFGATE_CHAOS_SEEDS=20` tells more stories than the few that are told each time;
//! `REFGATE_CHAOS_FIRST=7` begins with another.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use fastrand::Rng;
use refgate::github::sweep;
use tempfile::TempDir;

use crate::database;
use crate::files;
use crate::harness::{Server, config, repo};
use crate::hub::State::{Approved, ChangesRequested, Commented};
use crate::hub::{Content, Hub, PullHandle, RepoHandle, Trouble, Weather};
use crate::replica::Replica;

/// As long as a story is.
const ACTS: usize = 28;

/// At so many acts before the end the weather is worst.
const LAST: usize = 6;

/// As long as the truth may take to come out once the weather is good.
const PATIENCE: Duration = Duration::from_secs(100);

/// What a check run says at last: status, conclusion, title, summary.
type Said = (String, Option<String>, Option<String>, Option<String>);

/// A story that is told again in the same way, whoever listens.
struct Story {
    shop: RepoHandle,
    rng: Rng,
    pulls: Vec<Told>,
    strict: bool,
    made: usize,
    acts: usize,
    /// What has happened, for people.
    log: Vec<String>,
}

struct Told {
    pr: PullHandle,
    open: bool,
    base: &'static str,
    reviews: Vec<u64>,
    checks: BTreeMap<String, u64>,
}

fn policy(strict: bool) -> String {
    let count = if strict { 2 } else { 1 };
    format!(
        "version = 1\nstages = [\"github\"]\n\n\
         [[protect]]\nrefs = [\"main\"]\napprovals = {{ count = {count} }}\n\
         checks = [{{ name = \"ci\", app = 15368 }}]\n\n\
         [[protect]]\nrefs = [\"dev\"]\napprovals = {{ count = 1 }}\n"
    )
}

impl Story {
    fn begin(hub: &Hub, seed: u64) -> Self {
        let shop = repo(hub, "[[protect]]\nrefs = [\"main\"]\napprovals = { count = 1 }\n");
        shop.commit("main", vec![("refgate.toml".into(), policy(false).into())], "policy");
        shop.commit("dev", files!["dev" => "dev"], "dev");
        let rng = Rng::with_seed(seed);
        Self { shop, rng, pulls: Vec::new(), strict: false, made: 0, acts: 0, log: Vec::new() }
    }

    /// One of the open pull requests.
    fn some(&mut self) -> Option<usize> {
        let open: Vec<_> = (0..self.pulls.len()).filter(|at| self.pulls[*at].open).collect();
        (!open.is_empty()).then(|| open[self.rng.usize(..open.len())])
    }

    fn opened(&mut self, pr: PullHandle, what: &str) {
        self.log.push(format!("{what} {}", self.pulls.len() + 1));
        let (reviews, checks) = (Vec::new(), [].into());
        self.pulls.push(Told { pr, open: true, base: "main", reviews, checks });
    }

    fn files(&mut self) -> Vec<(String, Content)> {
        self.made += 1;
        files![format!("src/{}.rs", self.made % 7) => format!("// {}\n", self.made)]
    }

    fn act(&mut self) {
        self.acts += 1;
        let late = self.acts + LAST > ACTS;
        // In the end what changes the verdict and nothing else.
        let chosen = if late { self.rng.usize(50..84) } else { self.rng.usize(..100) };
        let files = self.files();
        let Some(at) = self.some().filter(|_| chosen >= 10 || self.pulls.len() > 4) else {
            let pr = self.shop.propose(&format!("topic-{}", self.made)).by("ana").with(files);
            return self.opened(pr, "open");
        };
        let who = ["bo", "cy", "di"][self.rng.usize(..3)];
        let it = &mut self.pulls[at];
        let what = match chosen {
            0..20 => {
                it.pr.push(files);
                "push"
            }
            20..25 => {
                it.pr.push_by("bo", files);
                "push by bo"
            }
            25..32 => {
                it.pr.force_push(files);
                "force"
            }
            32..58 => {
                let (state, what) = match self.rng.usize(..10) {
                    0..7 => (Approved, "approve"),
                    7..9 => (ChangesRequested, "object"),
                    _ => (Commented, "remark"),
                };
                let review = it.pr.review(who, state);
                // A remark cannot be dismissed.
                it.reviews.extend((what != "remark").then_some(review));
                what
            }
            58..64 => {
                if let Some(review) = it.reviews.pop() {
                    it.pr.dismiss(review, "ana");
                }
                "dismiss"
            }
            64..70 => {
                it.base = if it.base == "main" { "dev" } else { "main" };
                it.pr.retarget(it.base, "ana");
                "retarget"
            }
            70..84 => {
                let head = it.pr.head();
                let result = Some(if self.rng.usize(..3) > 0 { "success" } else { "failure" });
                if let Some(run) = it.checks.get(&head) {
                    self.shop.set_check(*run, result);
                } else {
                    let run = self.shop.check(&head, "github-actions", "ci", result);
                    it.checks.insert(head, run);
                }
                "check"
            }
            84..87 => {
                it.pr.label("later", "ana");
                "label"
            }
            87..91 => {
                it.pr.close("ana");
                it.open = false;
                "close"
            }
            91..94 => return self.policy(),
            94..97 => return self.twin(at),
            _ => return self.reopen(),
        };
        self.log.push(format!("{what} {} ({who})", at + 1));
    }

    fn policy(&mut self) {
        self.strict = !self.strict;
        let text = policy(self.strict);
        self.shop.commit("main", vec![("refgate.toml".into(), text.into())], "policy");
        self.log.push(format!("policy, strict: {}", self.strict));
    }

    /// Another pull request with the same head.
    fn twin(&mut self, at: usize) {
        let (branch, head) = (format!("twin-{}", self.made), self.pulls[at].pr.head());
        self.shop.push(&branch, &head, "cy");
        let pr = self.shop.propose(&branch).by("cy").open();
        self.opened(pr, &format!("twin of {} is", at + 1));
    }

    fn reopen(&mut self) {
        if let Some(at) = self.pulls.iter().position(|it| !it.open) {
            self.pulls[at].pr.reopen("ana");
            self.pulls[at].open = true;
            self.log.push(format!("reopen {}", at + 1));
        }
    }

    /// What is written about the heads of open pull requests.
    fn said(&self) -> BTreeMap<usize, Option<Said>> {
        let of = |it: &Told| {
            let run = self.shop.check_of(&it.pr.head(), "refgate")?;
            Some((run.status, run.conclusion, run.title, run.summary))
        };
        let open = self.pulls.iter().enumerate().filter(|(_, it)| it.open);
        open.map(|(at, it)| (at + 1, of(it))).collect()
    }
}

/// What falls on the bot between two acts; made of other chance than the story.
struct Sky(Rng);

impl Sky {
    /// At first most of what is sent arrives; in the end, when nothing comes after that
    /// would lead to a look, hardly anything does.
    fn weather(&mut self, at: usize) -> Weather {
        let seed = self.0.u64(..);
        let (lost, vanished) = if at + LAST < ACTS { (15, 10) } else { (50, 80) };
        Weather { lost, vanished, twice: 20, shuffled: true, seed, ..Weather::default() }
    }

    /// In another order and twice, but nothing is lost.
    fn whole(&mut self) -> Weather {
        Weather { twice: 30, shuffled: true, seed: self.0.u64(..), ..Weather::default() }
    }

    fn trouble(&mut self, hub: &Hub) {
        if self.0.bool() {
            return;
        }
        let on = ["graphql", "git", "checks/*", "checks/create", "checks/update", "apps/*", "*"];
        let on = on[self.0.usize(..on.len())];
        let what = match self.0.usize(..11) {
            0 => Trouble::Status(502),
            1 => Trouble::ResetBefore,
            2 => Trouble::ResetAfter,
            3 => Trouble::Secondary(Some(1)),
            4 => Trouble::Cut,
            5 => Trouble::Garbage,
            6 => Trouble::Expired,
            _ => Trouble::Slow(Duration::from_millis(self.0.u64(100..1500))),
        };
        hub.trouble(on, self.0.usize(1..3), what);
    }

    async fn pause(&mut self) {
        tokio::time::sleep(Duration::from_millis(self.0.u64(..150))).await;
    }
}

/// What is written when nothing goes wrong.
async fn calm(seed: u64, at: i64) -> BTreeMap<usize, Option<Said>> {
    let hub = Hub::at(at);
    let mut story = Story::begin(&hub, seed);
    let bot = Server::start(&hub).await;
    bot.quiet(&hub).await;
    for _ in 0..ACTS {
        story.act();
        bot.quiet(&hub).await;
    }
    let said = story.said();
    bot.stop().await;
    said
}

/// Waits until the same is written as in calm weather, and stays so.
async fn same(wanted: &BTreeMap<usize, Option<Said>>, story: &Story, log: impl Fn() -> String) {
    let begun = Instant::now();
    let mut held = None;
    while held.is_none_or(|since: Instant| since.elapsed() < Duration::from_millis(1500)) {
        if story.said() == *wanted {
            held.get_or_insert_with(Instant::now);
        } else {
            held = None;
            let said = story.said();
            let differ = wanted.iter().filter(|(number, it)| said.get(number) != Some(it));
            let told: Vec<_> = differ
                .map(|(at, it)| format!("#{at}\n  calm: {it:?}\n  here: {:?}", said.get(at)))
                .collect();
            let late = begun.elapsed() > PATIENCE;
            let story = story.log.join("\n");
            assert!(!late, "{}\n\n{story}\n\n{}", told.join("\n"), log());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// A bot of this process, in bad weather. If deliveries are whole, it needs no sweep to
/// come to the truth.
async fn rough(seed: u64, at: i64, wanted: &BTreeMap<usize, Option<Said>>, whole: bool) {
    let hub = Hub::at(at);
    let mut story = Story::begin(&hub, seed);
    let dir = tempfile::tempdir().unwrap();
    let mut bot = Server::of(&hub, config(&hub, dir.path(), None, "")).await;
    bot.quiet(&hub).await;
    let mut sky = Sky(Rng::with_seed(seed ^ 0x5eed));
    for act in 0..ACTS {
        hub.weather(if whole { sky.whole() } else { sky.weather(act) });
        sky.trouble(&hub);
        story.act();
        sky.pause().await;
        if !whole && sky.0.usize(..12) == 0 {
            bot.stop().await;
            bot = Server::of(&hub, config(&hub, dir.path(), None, "")).await;
        }
    }
    hub.settled().await;
    hub.weather(Weather::default());
    hub.no_trouble();
    let begun = Instant::now();
    while !whole && let Err(why) = sweep::once(&bot.bot).await {
        assert!(begun.elapsed() < PATIENCE, "no sweep comes to its end: {why}");
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    same(wanted, &story, String::new).await;
    bot.stop().await;
}

/// Servers that are killed at random, in bad weather.
async fn killed(
    seed: u64,
    at: i64,
    wanted: &BTreeMap<usize, Option<Said>>,
    (replicas, database): (usize, Option<&str>),
) {
    let hub = Hub::at(at);
    let mut story = Story::begin(&hub, seed);
    let dir = TempDir::new().unwrap();
    let mut all = Vec::new();
    for at in 0..replicas {
        let mut replica = Replica::new(&hub, &dir.path().join(at.to_string()), database, &[]);
        replica.ready().await;
        all.push(replica);
    }
    let mut sky = Sky(Rng::with_seed(seed ^ 0x5eed));
    hub.app().hook_at(&all[0].hook());
    for act in 0..ACTS {
        hub.weather(sky.weather(act));
        sky.trouble(&hub);
        story.act();
        sky.pause().await;
        let one = sky.0.usize(..all.len());
        hub.app().hook_at(&all[one].hook());
        if sky.0.usize(..4) == 0 {
            let one = sky.0.usize(..all.len());
            all[one].again(&hub);
            if sky.0.bool() {
                all[one].ready().await;
            }
        }
    }
    hub.settled().await;
    hub.weather(Weather::default());
    hub.no_trouble();
    // Each sweeps when it starts.
    for replica in &mut all {
        replica.again(&hub);
        replica.ready().await;
    }
    let log = || all.iter().map(Replica::said).collect::<Vec<_>>().join("\n\n");
    same(wanted, &story, log).await;
}

/// Which stories are told, and when they begin.
fn seeds() -> (std::ops::Range<u64>, i64) {
    let number = |name| std::env::var(name).ok().and_then(|it| it.parse::<u64>().ok());
    let first = number("REFGATE_CHAOS_FIRST").unwrap_or(1);
    let many = number("REFGATE_CHAOS_SEEDS").unwrap_or(2);
    (first..first + many, jiff::Timestamp::now().as_second() - 30 * 86_400)
}

#[tokio::test(flavor = "multi_thread")]
async fn chaos_bad_weather_and_trouble_lead_to_the_same_words() {
    let (seeds, at) = seeds();
    for seed in seeds {
        println!("story {seed}");
        rough(seed, at, &calm(seed, at).await, false).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn chaos_slow_answers_and_any_order_need_no_sweep() {
    let (seeds, at) = seeds();
    for seed in seeds {
        println!("story {seed}");
        rough(seed, at, &calm(seed, at).await, true).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn chaos_a_server_that_is_killed_forgets_nothing() {
    let (seeds, at) = seeds();
    for seed in seeds {
        println!("story {seed}");
        killed(seed, at, &calm(seed, at).await, (1, None)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn chaos_two_replicas_that_are_killed_forget_nothing() {
    let Some(server) = tokio::task::spawn_blocking(database::shared).await.unwrap() else { return };
    let (seeds, at) = seeds();
    for seed in seeds {
        println!("story {seed}");
        let url = server.database().await;
        killed(seed, at, &calm(seed, at).await, (2, Some(&url))).await;
    }
}
