//! A verdict can be kept as a file and reached again from the file alone.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, dead_code)]

mod cases;
#[path = "laws/make.rs"]
mod make;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::LazyLock;

use cases::root;
use make::{Given, given, lenient, people_and_checks, policy, protections, stages, with_evidence};
use proptest::prelude::*;
use refgate::model::{
    Act, Actor, Fact, Facts, Finding, Ignored, Judgment, Move, Oid, Origin, Outcome, Part, Reason,
    Recorded, Recorder, RefUpdate, Stage, Target, Verdict, Whose, Withheld, bytes,
};
use refgate::policy::Policy;
use refgate::record::{self, Keep, Record, Terms, judged};
use refgate::report;
use refgate::secret::{patterns, sample};

fn recorded(policy: &Policy, given: &Given) -> (String, Record) {
    let facts = given.facts();
    let change = given.change(&facts);
    let judged = judged(policy, change, Terms::default(), Keep::Everything).unwrap();
    (report::json(&judged.verdict), judged.record.unwrap())
}

fn plainly(policy: &Policy, given: &Given) -> String {
    let facts = given.facts();
    let change = given.change(&facts);
    report::json(&judged(policy, change, Terms::default(), Keep::Nothing).unwrap().verdict)
}

/// The schema in `docs/`, which another test holds to the code.
static SCHEMA: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
    let schema = serde_json::from_str(include_str!("../docs/facts.schema.json")).unwrap();
    jsonschema::validator_for(&schema).unwrap()
});

/// Whether nothing is left out since it may be a secret.
fn whole(record: &Record) -> bool {
    record.facts.withheld.is_empty() && !record.redacted
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// The same verdict, byte for byte: with the recorder as without it, and from
    /// the file in either form.
    #[test]
    fn a_saved_verdict_is_reached_again(
        mut written in protections(),
        asked in people_and_checks(),
        stages in stages(),
        soft in any::<bool>(),
        given in given(Stage::ALL.to_vec()).prop_flat_map(with_evidence),
    ) {
        written.push(asked);
        let policy = if soft { lenient(&stages, &written) } else { policy(&stages, &written) };
        let (verdict, record) = recorded(&policy, &given);
        prop_assert_eq!(&verdict, &plainly(&policy, &given));

        let raw = serde_json::to_string(&record).unwrap();
        let again = record::read("x.json", raw.as_bytes(), None).unwrap_or_else(|it| panic!("{it}"));
        prop_assert_eq!(&raw, &serde_json::to_string(&again).unwrap());
        let value = serde_json::from_str(&raw).unwrap();
        let wrong: Vec<_> = SCHEMA.iter_errors(&value).map(|it| it.to_string()).collect();
        prop_assert!(wrong.is_empty(), "{wrong:?}");
        prop_assert!(again.is_by(&policy));
        let own = again.policy().unwrap().unwrap_or_else(|it| panic!("{it}"));
        // What is left out since it may be a secret is the one exception.
        if whole(&again) {
            prop_assert_eq!(&verdict, &report::json(&again.judged(own)));
        }
        if whole(&record.sealed().unwrap()) {
            for (name, text) in [("-", record.json().unwrap()), ("x.toml", record.toml().unwrap())] {
                let again = record::read(name, text.as_bytes(), None);
                let again = again.unwrap_or_else(|it| panic!("{it}"));
                let own = again.policy().unwrap().unwrap_or_else(|it| panic!("{it}"));
                prop_assert_eq!(&verdict, &report::json(&again.judged(own)), "{}", name);
            }
        }
    }

    /// By a policy that asks for more, what nobody asked for is not known: the
    /// record allows nothing that the facts themselves would not.
    #[test]
    fn another_policy_takes_nothing_for_granted(
        written in protections(),
        mut others in protections(),
        asked in people_and_checks(),
        given in given(vec![Stage::PreReceive, Stage::Github]).prop_flat_map(with_evidence),
    ) {
        others.push(asked);
        let (one, other) = (policy(&Stage::ALL, &written), policy(&Stage::ALL, &others));
        let (_, record) = recorded(&one, &given);
        let facts = given.facts();
        let known = judged(&other, given.change(&facts), Terms::default(), Keep::Nothing).unwrap();
        let replayed = record.judged(other.again().unwrap());
        for (known, replayed) in known.verdict.judgments.iter().zip(&replayed.judgments) {
            for (known, replayed) in known.findings.iter().zip(&replayed.findings) {
                prop_assert!(
                    known.decision().allows() || !replayed.decision().allows(),
                    "{} is allowed from the record:\n{:#?}\n{:#?}", known.rule, known.reasons, replayed.reasons,
                );
            }
        }
    }

    /// Bytes are written down without loss, and text as it is.
    #[test]
    fn bytes_are_written_without_loss(raw in any::<Vec<u8>>(), text in "(bytes:)?[a-z\\\\x0-9é ]*") {
        prop_assert_eq!(bytes::read(&bytes::written(&raw)).unwrap(), raw);
        prop_assert_eq!(bytes::read(&bytes::written(text.as_bytes())).unwrap(), text.as_bytes());
        prop_assert!(text.starts_with("bytes:") || bytes::written(text.as_bytes()) == text);
    }

    /// Nothing that is no record makes a panic.
    #[test]
    fn no_file_makes_a_panic(text in "\\PC*", at in any::<prop::sample::Index>(), json in any::<bool>()) {
        let _ = record::read(if json { "x.json" } else { "x.toml" }, text.as_bytes(), None);
        let record = EXAMPLE.replace("feat: x", &text.replace(['"', '\\'], ""));
        let cut = at.index(record.len());
        let cut = (0..=cut).rev().find(|it| record.is_char_boundary(*it)).unwrap();
        let _ = record::read("-", &record.as_bytes()[..cut], None);
        let _ = record::read("-", record.as_bytes(), None);
    }
}

const EXAMPLE: &str = r#"
format = 1
stage = "pre-receive"
at = 2026-12-24T10:00:00Z
actor = "ana"
updates = [{ name = "refs/heads/main", old = "4f1c2aa", new = "9be0d11" }]
[facts.update."refs/heads/main"]
commits = [{ oid = "9be0d11", message = "feat: x\n" }]
files = [{ path = "bytes:caf\\xe9", commit = "9be0d11", new = { oid = "b10b" } }]
"#;

#[test]
fn what_is_wrong_is_told_with_its_place_and_a_mend() {
    let wrong = |name: &str, text: &str| match record::read(name, text.as_bytes(), None) {
        Ok(_) => panic!("this was read: {text}"),
        Err(problem) => problem.to_string(),
    };
    assert!(record::read("-", EXAMPLE.as_bytes(), None).is_ok());
    let said = wrong("x.toml", &EXAMPLE.replace("actor =", "acto ="));
    assert!(said.contains("x.toml:5:1: unknown field `acto`"), "{said}");
    assert!(said.contains("hint: did you mean `actor`?"), "{said}");
    let said = wrong("x.toml", &EXAMPLE.replace("path =", "paht ="));
    assert!(said.contains("x.toml:9:") && said.contains("did you mean `path`?"), "{said}");
    let said = wrong("x.toml", &EXAMPLE.replace("\\\\xe9", "\\\\e9"));
    assert!(said.contains("begins no byte"), "{said}");
    let said = wrong("x.toml", &EXAMPLE.replace("format = 1", "format = 2\nlater = true"));
    assert!(said.contains("x.toml:2:1: this Refgate reads records of format 1, not 2"), "{said}");
    let said = wrong("x.toml", &EXAMPLE.replace("format = 1", ""));
    assert!(said.contains("hint: write `format = 1` first"), "{said}");
    let said = wrong("x.toml", &format!("{EXAMPLE}[facts.failed]\n\"approval\" = \"no\"\n"));
    assert!(said.contains("there is no kind of fact `approval`"), "{said}");
    assert!(said.contains("did you mean `approvals`?"), "{said}");
    let undated = EXAMPLE.replace("at = 2026-12-24T10:00:00Z\n", "");
    let said = wrong("x.toml", &undated);
    assert!(said.contains("the record does not say `at`, when the change arrived"), "{said}");
    assert!(said.contains("hint: write `at = 2026-12-24T10:00:00Z`"), "{said}");
    let dated = record::read("x.toml", undated.as_bytes(), Some(7)).unwrap();
    assert_eq!(dated.at, 7);
    assert_eq!(record::read("x.toml", EXAMPLE.as_bytes(), Some(7)).unwrap().at, 7);
    let json = "{\n  \"format\": 1,\n  \"stage\": \"pre-recieve\",\n  \"updates\": []\n}\n";
    let said = wrong("-", json);
    assert!(said.contains("-:3:") && said.contains("did you mean `pre-receive`?"), "{said}");
    let said = wrong("x.json", "{\"format\": 1,");
    assert!(said.contains("x.json:1:13: EOF") && said.contains("hint: write it as JSON"), "{said}");
}

/// What would be lost without a word.
#[test]
fn what_nobody_would_ask_for_is_told() {
    let wrong = |name: &str, text: &str| match record::read(name, text.as_bytes(), None) {
        Ok(_) => panic!("this was read: {text}"),
        Err(problem) => problem.to_string(),
    };
    let said = wrong(
        "x.toml",
        &EXAMPLE.replace("[facts.update.\"refs/heads/main\"]", "[facts.update.main]"),
    );
    assert!(said.contains("x.toml:7:"), "{said}");
    assert!(said.contains("there are facts about `main`, which no update moves"), "{said}");
    assert!(said.contains("hint: write them below what is moved: refs/heads/main"), "{said}");
    let said = wrong("x.toml", "format = 1\nstage = \"github\"\nupdates = []\n");
    assert!(said.contains("x.toml:3:1: nothing is to be moved"), "{said}");
    let ids = format!("{EXAMPLE}[facts.blobs]\nb1 = \"one\"\nb10 = \"two\"\n");
    let said = wrong("x.toml", &ids);
    assert!(said.contains("`b1` and `b10` are one object, filled up with zeros"), "{said}");
    assert!(said.contains("hint: write more digits of each"), "{said}");
    // What are no objects are two things.
    let people = "[facts]\nteams = { bee = [], bee0 = [] }\npermissions = { ada = \"read\", ada0 = \"read\" }\n";
    assert!(
        record::read(
            "x.toml",
            EXAMPLE.replace("[facts.update", &format!("{people}[facts.update")).as_bytes(),
            None
        )
        .is_ok()
    );

    let json = |facts: &str| {
        let updates = "[{\"name\": \"refs/heads/main\", \"new\": \"9be0d11\"}]";
        format!(
            "{{\"format\": 1, \"stage\": \"github\", \"at\": 0, \"updates\": {updates},\n\"facts\": {facts}}}\n"
        )
    };
    assert!(record::read("x.json", json("{}").as_bytes(), None).is_ok());
    let said = wrong("x.json", &json("{\"teams\": {\"a\": [],\n\"a\": [\"eve\"]}}"));
    assert!(said.contains("x.json:3:") && said.contains("`a` stands here twice"), "{said}");
    assert!(said.contains("hint: keep one of the two"), "{said}");
    let main = "{\"update\": {\"refs/heads/main\": {},\n\"refs/heads/main\": {}}}";
    assert!(wrong("x.json", &json(main)).contains("`refs/heads/main` stands here twice"));
    for of in ["sizes", "ancestors", "behind"] {
        let (one, two) = if of == "sizes" { ("1", "2") } else { ("{}", "{}") };
        let said =
            wrong("x.json", &json(&format!("{{\"{of}\": {{\"c3\": {one}, \"c30\": {two}}}}}")));
        assert!(said.contains("`c3` and `c30` are one object"), "{said}");
    }
    let said = wrong("x.json", &json("{\"ancestors\": {\"c3\": {\"a0\": true, \"a\": false}}}"));
    assert!(said.contains("`a0` and `a` are one object"), "{said}");
    let latin = [EXAMPLE.as_bytes(), b"# caf\xe9\n"].concat();
    let said = record::read("x.toml", &latin, None).unwrap_err().to_string();
    assert!(said.contains("x.toml:10:6: this is no UTF-8"), "{said}");
    assert!(said.contains("hint: save the file as UTF-8"), "{said}");
}

/// A secret that the matcher knows, made at run time.
fn secret() -> String {
    let pattern = patterns().find(|it| it.id.contains("github")).unwrap();
    sample(pattern.id).unwrap()
}

#[test]
fn no_record_holds_a_secret() {
    let secret = secret();
    let mut world = cases::World::of_everything();
    world.stage = Stage::Github;
    let update = world.updates[0].clone();
    let known = world.facts.update.entry(update.name.to_string()).or_default();
    let mut file =
        known.files.as_ref().unwrap().iter().find(|it| it.new.is_some()).unwrap().clone();
    let oid = "5ec2e7".parse().unwrap();
    file.new.as_mut().unwrap().oid = oid;
    known.files.as_mut().unwrap().push(file);
    let mut commit = known.commits.as_ref().unwrap()[0].clone();
    commit.message = format!("feat: use {secret}\n").into();
    known.commits.as_mut().unwrap().push(commit);
    let mut proposal = known.proposal.clone().unwrap_or_default();
    proposal.body = format!("the token is {secret} (do not tell)");
    known.proposal = Some(proposal);
    world.facts.blobs.insert(oid, format!("token = \"{secret}\"\n").into());
    let text = "version = 1\nstages = [\"github\"]\n[[protect]]\nrefs = [\"**\"]\nsecrets = {}\n\
         message = { subject-max = 72 }\napprovals = 1\n";
    let policy = cases::parse(&text.replace("approvals = 1\n", "")).unwrap();
    let given = Given { world, hidden: make::Hidden::NOTHING };
    let (_, record) = recorded(&policy, &given);
    assert!(record.facts.blobs.contains_key(&oid), "the content was not asked for");
    for text in [record.json().unwrap(), record.toml().unwrap()] {
        assert!(!text.contains(&secret), "{text}");
        let again = record::read("-", text.as_bytes(), None).unwrap();
        assert_eq!(again.facts.withheld[&oid], Withheld::Secret);
        let verdict = again.judged(again.policy().unwrap().unwrap());
        let said = report::json(&verdict);
        assert!(said.contains("withheld from the record, since it may hold a secret"), "{said}");
        assert!(!verdict.decision().allows());
    }
}

#[test]
fn a_policy_s_own_secrets_stay_out_as_well() {
    let secret = format!("acme_{}", "0011223344556677");
    let mut world = cases::World::of_everything();
    world.stage = Stage::PreReceive;
    let oids: Vec<_> = world.facts.blobs.keys().copied().collect();
    for oid in oids {
        world.facts.blobs.insert(oid, format!("it is {secret}\n").into());
    }
    let policy = "version = 1\n[[protect]]\nrefs = [\"**\"]\n[protect.secrets.patterns.acme]\n\
        regex = \"acme_[0-9]{16}\"\nkeywords = [\"acme_\"]\nexamples = [\"acme_1111222233334444\"]\n";
    let policy = cases::parse(policy).unwrap();
    let (_, record) = recorded(&policy, &Given { world, hidden: make::Hidden::NOTHING });
    assert!(!record.facts.withheld.is_empty());
    assert!(!record.json().unwrap().contains(&secret));
}

/// What could be asked of these facts, or one question of it: each answer, as text.
fn answers(
    facts: &dyn Facts,
    update: &RefUpdate,
    only: Option<usize>,
) -> Vec<(String, Fact<String>)> {
    let oid = |it: &str| it.parse::<Oid>().unwrap();
    let people = ["ana", "Bo", "eve", "cy[bot]"].map(|it| Actor(it.to_owned()));
    let (mut all, mut count) = (Vec::new(), 0);
    macro_rules! ask {
        ($($question:ident($($with:expr),*)),* $(,)?) => {
            $(
                if only.is_none_or(|it| it == count) {
                    let question = format!("{} {:?}", stringify!($question), ($(&$with,)*));
                    all.push((question, facts.$question($($with),*).map(|it| format!("{it:?}"))));
                }
                count += 1;
            )*
        };
    }
    ask!(refs(), incoming(), repository());
    ask!(commits(update), files(update), moved_commits(update), moved_files(update));
    ask!(pull_request(update), merge_group(update), proposal(update), reviews(update));
    ask!(comments(update), statements(update), threads(update), pushes(update), lines(update));
    for path in ["a.txt", "dir", "gone"].map(bstr::BStr::new) {
        ask!(directory(update, path), target_file(update, path));
    }
    for (one, other) in [("a0", "c3"), ("c3", "a0"), ("c1", "c2"), ("dead", "c3")] {
        let (one, other) = (oid(one), oid(other));
        ask!(is_ancestor(one, other), behind(one, other), checks(one), workflows(one));
        ask!(provenance(update, one), content(update, one), peel(one), size(one), blob(one));
    }
    ask!(size(oid("b1")), blob(oid("b1")), size(oid("b9")), blob(oid("b9")));
    for who in &people {
        ask!(account(who), permission(who), in_team(who, "@acme/release"));
        ask!(in_team(who, "@acme/dba"), in_organization(who, "acme"));
    }
    all
}

/// A change of which much is known that nobody need ask for.
const KNOWN: &str = r#"
refs = { "refs/heads/main" = "a0" }
incoming = { objects = 12, bytes = 345 }
history = { a0 = [], c1 = ["a0"], c2 = ["a0"], c3 = ["c1", "c2"] }
objects = { c3 = { kind = "commit", oid = "c3" } }
blobs = { b1 = "text\n" }
sizes = { b9 = 12 }
teams = { "@acme/release" = ["ana"], "*" = ["bo"] }
organizations = { acme = ["ana", "bo"] }
accounts = { ana = { id = 7 } }
permissions = { ana = "admin" }
checks = { c3 = [{ name = "build", state = "success" }] }
workflows = { c3 = [] }
repository = {}
[update."refs/heads/main"]
pull-request = "open"
merge-group = { entries = [] }
proposal = { number = 7, author = "ana" }
reviews = [{ by = "bo", commit = "c3" }]
comments = []
statements = []
threads = []
pushes = []
lines = {}
provenance = { c3 = { author = "ana" } }
contents = { c3 = { entries = [] } }
commits = [{ oid = "c3", parents = ["c1", "c2"] }]
moved-commits = [{ oid = "c3", parents = ["c1", "c2"] }, { oid = "c2", parents = ["a0"] }]
files = [{ path = "a.txt", commit = "c3", new = { oid = "b1" } }]
moved-files = []
tree = [{ name = "dir/a.txt", oid = "b1" }]
target = { "a.txt" = "before\n" }
"#;

/// Whoever records asks for a part; of all else nothing goes without saying.
#[test]
fn what_was_not_asked_is_not_known() {
    let world: cases::World = toml::from_str(
        "stage = \"github\"\nupdates = [{ name = \"refs/heads/main\", new = \"c3\" }]",
    )
    .unwrap();
    let update = &world.updates[0];
    let whole: Recorded = toml::from_str(KNOWN).unwrap();
    let mut plain = whole.clone();
    let known = plain.update.values_mut().next().unwrap();
    (known.moved_commits, known.moved_files) = (None, None);
    (known.merge_group, known.provenance) = (None, Some(BTreeMap::new()));
    for facts in [&whole, &plain] {
        let all = answers(facts, update, None);
        for asked in 0..all.len() {
            let recorder = Recorder::new(facts, &world.updates);
            let now = answers(&recorder, update, Some(asked));
            assert_eq!(now[..], all[asked..=asked]);
            let record = recorder.finish();
            let saved = serde_json::to_string(&record).unwrap();
            let record: Recorded = serde_json::from_str(&saved).unwrap();
            let other = &all[asked].0;
            for (at, (question, now)) in answers(&record, update, None).into_iter().enumerate() {
                if at == asked || now.is_ok() {
                    assert_eq!(now, all[at].1, "{question}, when {other} was asked: {saved}");
                }
            }
        }
    }
}

/// A wrapper that leaves a question to the trait answers that nothing is known.
#[test]
fn every_wrapper_answers_every_question() {
    let read = |path: &str| fs::read_to_string(root().join(path)).unwrap();
    let methods = |text: &str| -> BTreeSet<String> {
        let methods = text.split("\n    fn ").skip(1);
        methods.map(|it| it.split(['(', '<']).next().unwrap().to_owned()).collect()
    };
    let text = read("src/model/fact.rs");
    let asked = text.split_once("pub trait Facts {").unwrap().1.split_once("\n}\n").unwrap().0;
    let asked = methods(asked);
    assert!(asked.len() > 30 && asked.contains("repository"), "{asked:?}");
    let wrappers = [
        ("src/model/recorder.rs", "impl Facts for Recorder<'_> {", &[][..]),
        // These two are what it is for, and `blob` reads.
        (
            "src/model/moved.rs",
            "impl Facts for Moved<'_> {",
            &["moved_commits", "moved_files", "blob"],
        ),
        ("src/model/answers.rs", "impl Facts for Recorded {", &["blob"]),
        ("src/github/gather/facts.rs", "impl Facts for PullFacts<'_> {", &["blob"]),
    ];
    for (path, head, but) in wrappers {
        let text = read(path);
        let own = text.split_once(head).unwrap().1.split_once("\n}\n").unwrap().0;
        let own = methods(own);
        let missing: Vec<_> =
            asked.difference(&own).filter(|it| !but.contains(&it.as_str())).collect();
        assert!(missing.is_empty(), "{path} does not answer {missing:?}");
    }
}

fn part(name: &str, outcome: Outcome) -> Part {
    let (name, wanted) = (name.to_owned(), 0);
    let (counted, ignored, parts) = (Vec::new(), Vec::new(), Vec::new());
    Part { name, outcome, wanted, counted, ignored, next: None, parts }
}

/// What `refgate explain --facts` prints of requirements within a rule.
#[test]
fn the_tree_tells_who_counts_who_does_not_and_whose_move_it_is() {
    let team = || Whose::Reviewer(vec!["@acme/engineers".to_owned()]);
    let ignored = Ignored {
        by: Actor("ana".to_owned()),
        code: "approver-is-author".to_owned(),
        what: "@ana approved 9be0d11, and wrote it".to_owned(),
    };
    let two = Part {
        wanted: 2,
        counted: vec![Actor("bo".to_owned())],
        ignored: vec![ignored],
        next: Some(Move::new(team(), Act::Approve)),
        ..part("two-engineers", Outcome::Pending)
    };
    let dba = Part { wanted: 1, ..part("dba", Outcome::NotApplicable) };
    let all = Part { parts: vec![two, dba], ..part("all of", Outcome::Pending) };
    let late = Move::new(Whose::Nobody, Act::Wait).until(1_798_106_400);
    let finding = |rule, reasons, parts| Finding {
        rule,
        origin: Some(Origin { file: "refgate.toml".into(), line: 9 }),
        why: None,
        since: None,
        reasons,
        parts,
    };
    let asked = Reason::pending("1 of 2 approvals").next(Move::new(team(), Act::Approve));
    let update = RefUpdate {
        name: "refs/heads/main".into(),
        asked_as: None,
        old: None,
        new: Target::Unwritten,
        stale: false,
    };
    let findings = vec![
        finding("approvals", vec![asked.code("approvals-missing".to_owned())], vec![all]),
        finding("age", vec![Reason::pending("1 hour old").next(late)], Vec::new()),
        finding("linear", vec![Reason::pass("no merges")], Vec::new()),
    ];
    let verdict = Verdict { stage: Stage::Github, judgments: vec![Judgment { update, findings }] };
    let tree = report::tree(&verdict);
    let expected = "refs/heads/main: not yet at github

  approvals (refgate.toml:9): pending
    1 of 2 approvals [approvals-missing]
    - all of: pending
      - two-engineers: pending, 1 of 2
        counts: @bo
        ignored: @ana approved 9be0d11, and wrote it [approver-is-author]
        next: 1 of @acme/engineers: approve it
      - dba: not applicable, 0 of 1

  age (refgate.toml:9): pending
    1 hour old

  linear (refgate.toml:9): satisfied
    no merges

  to make it pass
    1 of @acme/engineers: approve it
    nobody: wait, not before 2026-12-24T10:00:00Z
";
    assert_eq!(tree, expected, "{tree}");
}
