//! Pull requests and decisions to look at, ordinary and hostile.

use refgate::github::store::{Decided, Delivery, Pull, Store};
use refgate::github::work::{Home, Note, Subject};
use refgate::judge::judge;
use refgate::model::{
    Act, Actor, Change, Decision, Exempt, Finding, Ignored, Judgment, Memory, Move, Oid, Origin,
    Outcome, Part, Place, Reason, Recorded, RefName, RefUpdate, Stage, Target, Timestamp, Verdict,
    Whose,
};
use refgate::policy;
use refgate::record::{self, Keep, Record, Terms};
use refgate::report::{self, Report};

use crate::NOW;

pub const SHOP: Home = Home { installation: 1, repository: 10 };
pub const VAULT: Home = Home { installation: 2, repository: 20 };

/// What forges, hides, reorders and runs, wherever it is shown as it is.
pub const HOSTILE: &[&str] = &[
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(2)>",
    "'onmouseover='alert(3)",
    "javascript:alert(4)",
    "</title></head><body onload=alert(5)>",
    "[click](https://evil.example) ![x](https://evil.example/x.png)",
    "\u{202e}gpj.exe\u{2066}\u{200b}",
    "\u{1b}[31mred\u{7}\r\nSet-Cookie: a=b",
    "&lt;b&gt;&amp;",
];

const POLICY: &str = "version = 1
stages = [\"github\"]
[[protect]]
refs = [\"main\"]
linear = true
approvals = { count = 2, from = [\"ana\", \"bo\", \"cy\"] }
";

pub fn oid(digit: u8) -> Oid {
    Oid::from_bytes(&[digit; 20]).unwrap()
}

pub fn pull(home: Home, number: u64, title: &str) -> Pull {
    Pull {
        home,
        number,
        open: true,
        head: oid(7),
        head_repository: Some(home.repository),
        head_ref: "work".to_owned(),
        base: "main".to_owned(),
        base_head: Some(oid(9)),
        draft: false,
        author: "ana".to_owned(),
        title: title.to_owned(),
        updated: NOW - i64::try_from(number).unwrap() * 3600,
    }
}

pub async fn repositories(store: &Store) {
    let named = |home, slug: &str| Note::Repository {
        home,
        slug: slug.to_owned(),
        default_branch: Some("main".to_owned()),
    };
    let notes = vec![named(SHOP, "acme/shop"), named(VAULT, "acme/vault")];
    let (id, event) = ("1".to_owned(), "installation".to_owned());
    store.accept(Delivery { id, event, at: NOW, nudges: Vec::new(), notes }).await.unwrap();
}

fn update() -> RefUpdate {
    RefUpdate {
        name: RefName::new("refs/heads/main"),
        asked_as: None,
        old: Some(oid(9)),
        new: Target::At(oid(7)),
        stale: false,
    }
}

/// A verdict that a policy has led to, and its record.
pub fn judged() -> (Verdict, Record) {
    let policy = policy::parse("refgate.toml", POLICY, &mut |_| Err("none".into())).unwrap();
    let (head, old) = (oid(7), oid(4));
    let facts = format!(
        "[update.\"refs/heads/main\"]
        reviews = [{{ by = \"ana\", commit = \"{head}\" }}, {{ by = \"bo\", commit = \"{old}\" }},
            {{ by = \"eve\", commit = \"{head}\" }}]"
    );
    let mut facts: Recorded = toml::from_str(&facts).unwrap();
    let updates = vec![update()];
    facts.fill(Stage::Github, &updates);
    let change = Change {
        stage: Stage::Github,
        actor: Ok(Actor("dee".to_owned())),
        updates,
        at: NOW,
        facts: &facts,
        memory: Memory::default(),
    };
    assert!(!judge(&policy, &change).decision().allows());
    let judged = record::judged(&policy, change, Terms::default(), Keep::Everything).unwrap();
    (judged.verdict, judged.record.unwrap())
}

/// A verdict made of `text` wherever there is text from outside.
pub fn hostile(text: &str) -> (Verdict, Record) {
    let origin = Origin { file: "refgate.toml".into(), line: 6 };
    let who: Actor = Actor(text.to_owned());
    let next = Move::new(Whose::Reviewer(vec![text.to_owned()]), Act::Approve);
    let ignored =
        Ignored { by: who.clone(), code: text.to_owned(), what: format!("{text} is the author") };
    let inner = Part {
        name: text.to_owned(),
        outcome: Outcome::Pending,
        wanted: 2,
        counted: vec![who],
        ignored: vec![ignored],
        next: Some(next),
        parts: Vec::new(),
    };
    let outer = Part { name: "all of".to_owned(), parts: vec![inner.clone()], ..inner };
    let mut reason = Reason::deny(text).at(Place::path(text).at(1, 1)).hint(text).code(text);
    reason.exempt = None;
    let finding = Finding {
        rule: "approvals",
        origin: Some(origin),
        why: Some(text.to_owned()),
        since: None,
        reasons: vec![reason],
        parts: vec![outer],
    };
    let mut update = update();
    update.name = RefName::new(format!("refs/heads/{text}"));
    recorded(Verdict {
        stage: Stage::Github,
        judgments: vec![Judgment { update, findings: vec![finding] }],
    })
}

/// A verdict that an exemption has let through.
pub fn overridden() -> (Verdict, Record) {
    let origin = Origin { file: "refgate.toml".into(), line: 6 };
    let mut reason = Reason::new(Decision::Warn, "1 secret in config/prod.env");
    let why = "rotated on Monday, see the incident".to_owned();
    reason.exempt = Some(Exempt { origin: origin.clone(), why });
    let finding = Finding {
        rule: "secrets",
        origin: Some(origin),
        why: None,
        since: None,
        reasons: vec![reason],
        parts: Vec::new(),
    };
    let judgment = Judgment { update: update(), findings: vec![finding] };
    recorded(Verdict { stage: Stage::Github, judgments: vec![judgment] })
}

fn recorded(verdict: Verdict) -> (Verdict, Record) {
    let (_, mut record) = judged();
    record.verdict = Some(Report::of(&verdict));
    (verdict, record)
}

/// Keeps that it was decided; answers the id.
pub async fn decide(
    store: &Store,
    pull: &Pull,
    at: Timestamp,
    (verdict, record): (Verdict, Record),
) -> u64 {
    let moves: Vec<_> =
        verdict.judgments.iter().flat_map(report::moves).map(report::told).collect();
    let decided = Decided {
        subject: Subject::Pull { home: pull.home, number: pull.number },
        head: pull.head,
        base: pull.base.clone(),
        at,
        decision: Some(verdict.decision()),
        policy: record.policy.as_ref().unwrap().sha256.clone(),
        summary: report::title(&verdict),
        waits_for: moves.join("; "),
    };
    store.decide(decided, Some(record.json().unwrap())).await.unwrap()
}
