//! What `refgate policy lint` finds, and that each claim is so.

#![allow(clippy::unwrap_used, clippy::print_stderr, missing_docs)]

use std::fs;
use std::path::Path;

use refgate::lint::{Finding, Kind, Severity, lint};
use refgate::policy::{self, Policy};

/// Noon of 14 January 2026.
const NOON: i64 = 1_768_392_000;

const STAGES: &str = r#"stages = ["pre-commit", "pre-push", "pre-receive", "github"]"#;

fn parsed(text: &str) -> Policy {
    policy::parse("refgate.toml", text, &mut |it| Err(format!("no {it}"))).unwrap()
}

fn linted(body: &str) -> (Policy, Vec<Finding>) {
    let policy = parsed(&format!("version = 1\n{STAGES}\n{body}"));
    let findings = lint(&policy, NOON);
    (policy, findings)
}

/// Judges the world of a claim again, from its file.
fn replayed(policy: &str, finding: &Finding) -> bool {
    let text = finding.world.as_ref().unwrap().json().unwrap();
    let record = refgate::record::read("world.json", text.as_bytes(), None).unwrap();
    record.judged(parsed(policy)).decision().allows()
}

/// The one way in, which the judge really opens.
fn way(body: &str) -> String {
    let (_, findings) = linted(body);
    let own: Vec<_> = findings.iter().filter(|it| it.kind == Kind::SelfApprovable).collect();
    assert!(!own.is_empty(), "no way found under\n{body}\n{findings:#?}");
    for it in &own {
        assert!(replayed(&format!("version = 1\n{STAGES}\n{body}"), it), "{}", it.what);
        assert_eq!(it.severity, Severity::Error);
        assert!(!it.lines.is_empty(), "{}", it.what);
    }
    own[0].what.rsplit_once("by: ").unwrap().1.to_owned()
}

fn main(asks: &str) -> String {
    format!("[[protect]]\nrefs = [\"main\"]\n{asks}\n")
}

#[test]
fn the_author_alone_gets_in_where_the_terms_let_them() {
    let table = [
        ("approvals = { allow-author = true }", "approving"),
        (
            "approvals = { count = 2, allow-author = true, allow-bots = true }",
            "approving, making a bot approve",
        ),
        (
            "approvals = { from = [\"@acme/dev\"], allow-contributor = true }",
            "being in @acme/dev, approving",
        ),
        (
            "approvals = { from = [\"permission:write\"], allow-author = true }",
            "having write permission, approving",
        ),
        (
            "approvals = { allow-author = true, methods = { review = false, statement = false, comments = [\":+1:\"] } }",
            "commenting \":+1:\"",
        ),
        (
            "approvals = { allow-author = true, methods = { review = false, statement = false, comment-patterns = [\"^(?i)lgtm[!.]+$\"] } }",
            "commenting \"LGTM!\"",
        ),
        (
            "approvals = { allow-author = true, methods = { review = false, statement = false, body-patterns = [\"self-review: yes\"] } }",
            "giving it the description \"self-review: yes\"",
        ),
        (
            "approvals = { allow-non-author-contributor = true, last-pusher = \"allowed\" }",
            "approving, pushing to the pull request of @colleague",
        ),
        (
            "approvals = { any-of = [{ count = 0, when = { labels = [\"trivial\"] } }, { count = 2 }] }",
            "setting the label \"trivial\"",
        ),
        (
            "approvals = { any-of = [{ count = 0, when = { title = { matches = [\"^HOTFIX\"] } } }, { count = 2 }] }",
            "giving it the title \"HOTFIX\"",
        ),
        (
            "approvals = { any-of = [{ count = 0, when = { source = [\"sync/*\"] } }, { count = 2 }] }",
            "choosing the source branch \"sync/1\"",
        ),
        (
            "approvals = { any-of = [{ count = 0, when = { author = [\"app:renovate\"] } }, { count = 2 }] }",
            "pushing to the pull request of @renovate[bot]",
        ),
        (
            "approvals = { any-of = [{ count = 0, when = { age = \">= 24h\" } }, { count = 2 }] }",
            "waiting for weeks",
        ),
        (
            "when = { not = { pusher = [\"@acme/admins\"] } }\napprovals = { count = 2 }",
            "being in @acme/admins",
        ),
        (
            "when = { no-labels = [\"emergency\"] }\napprovals = { count = 2 }",
            "setting the label \"emergency\"",
        ),
    ];
    for (asks, by) in table {
        assert_eq!(way(&main(asks)), by, "{asks}");
    }
}

#[test]
fn strict_policies_have_no_way_in_for_one() {
    let table = [
        "approvals = { count = 1 }",
        "approvals = { count = 2 }",
        "approvals = { count = 2, from = [\"@acme/dev\", \"org:acme\", \"permission:write\"] }",
        "approvals = { count = 1, last-pusher = \"excluded\", invalidate = \"push\" }",
        "approvals = { all-of = [{ from = [\"@acme/dba\"] }, { count = 2 }] }",
        "approvals = { each = [\"@acme/dba\", \"@acme/sec\"] }",
        "approvals = { methods = { comments = [\":+1:\"] } }",
        "approvals = { any-of = [{ from = [\"@acme/lead\"] }, { count = 2 }] }",
        "when = { paths = [\"db/**\"] }\napprovals = { from = [\"@acme/dba\"] }",
    ];
    for asks in table {
        let (_, findings) = linted(&main(asks));
        let errors: Vec<_> = findings.iter().filter(|it| it.severity == Severity::Error).collect();
        assert!(errors.is_empty(), "{asks}\n{errors:#?}");
    }
}

#[test]
fn other_things_are_told_with_their_line() {
    let table = [
        // A leaf that only ana and bo may meet, of whom ana wrote it.
        (
            "approvals = { count = 2, from = [\"ana\", \"bo\"], when = { author = [\"ana\"] } }",
            Kind::Unsatisfiable,
            5,
        ),
        (
            "approvals = [{ count = 1 }, { count = 1, when = { paths = [\"a/**\"], no-paths = [\"a/**\"] } }]",
            Kind::NeverApplies,
            5,
        ),
        ("checks = [\"build\"]", Kind::SelfReported, 5),
        (
            "approvals = { count = 2 }\n[[protect]]\nrefs = [\"main\"]\napprovals = { count = 1 }",
            Kind::Shadowed,
            8,
        ),
        (
            "approvals = { count = 2 }\n[[protect]]\nrefs = [\"**\"]\napprovals = { count = 2 }",
            Kind::Shadowed,
            5,
        ),
        (
            "approvals = [{ count = 1 }, { count = 1, from = [\"bo\"], when = { checks = { names = [\"build\"], conclusions = [\"success\"] } } }]",
            Kind::EvidenceInWhen,
            5,
        ),
        ("approvals = { count = 1 }\n[approval.spare]\ncount = 2", Kind::UnusedApproval, 6),
        ("approvals = { count = 1 }\n[roles]\nlead = []", Kind::EmptyRole, 7),
        (
            "approvals = { count = 1 }\n[[exempt]]\nrule = \"approvals\"\nuntil = 2025-01-01\nwhy = \"over\"",
            Kind::ExpiredExemption,
            6,
        ),
        (
            "approvals = { count = 1 }\n[[exempt]]\nrule = \"ticket\"\nuntil = 2027-01-01\nwhy = \"idle\"",
            Kind::IdleExemption,
            6,
        ),
        ("when = { paths = [\"db/**\"] }\napprovals = { count = 1 }", Kind::UnguardedPolicy, 3),
    ];
    for (asks, kind, line) in table {
        let (_, findings) = linted(&main(asks));
        let found: Vec<_> = findings.iter().filter(|it| it.kind == kind).collect();
        assert!(found.iter().any(|it| it.origin.line == line), "{kind:?}\n{asks}\n{findings:#?}");
    }
}

#[test]
fn lines_that_differ_shadow_nothing() {
    let table = [
        "approvals = { count = 2 }\n[[protect]]\nrefs = [\"main\"]\napprovals = { from = [\"@acme/dba\"] }",
        "approvals = { count = 1 }\n[[protect]]\nrefs = [\"main\"]\napprovals = { count = 1, invalidate = \"push\" }",
        "checks = [\"build\"]\n[[protect]]\nrefs = [\"main\"]\nchecks = [\"test\"]",
        "approvals = { count = 1 }\n[[protect]]\nrefs = [\"release/*\"]\napprovals = { count = 1 }",
    ];
    for asks in table {
        let (_, findings) = linted(&main(asks));
        assert!(findings.iter().all(|it| it.kind != Kind::Shadowed), "{asks}\n{findings:#?}");
    }
}

#[test]
fn an_exemption_for_all_is_a_way_in() {
    let exempt = "[[exempt]]\nrule = \"approvals\"\nactors = [\"ana\"]\nuntil = 2027-01-01\nwhy = \"on call\"";
    assert_eq!(way(&main(&format!("approvals = {{ count = 2 }}\n{exempt}"))), "being @ana");
}

#[test]
fn our_own_policies_have_no_errors() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut texts = vec![fs::read_to_string(root.join("refgate.toml")).unwrap()];
    texts.extend(policy::PRESETS.iter().map(|(_, text)| (*text).to_owned()));
    for entry in fs::read_dir(root.join("docs")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|it| it == "md") {
            let text = fs::read_to_string(path).unwrap();
            let blocks = text.split("```toml").skip(1).filter_map(|it| it.split_once('\n'));
            let blocks = blocks.filter_map(|(_, it)| it.split("```").next());
            texts.extend(blocks.filter(|it| it.contains("version = 1")).map(str::to_owned));
        }
    }
    assert!(texts.len() > 5);
    for text in texts {
        let open = &mut |it: &str| Err(format!("no {it}"));
        let Ok(policy) = policy::parse("refgate.toml", &text, open) else { continue };
        let findings = lint(&policy, NOON);
        let errors: Vec<_> = findings.iter().filter(|it| it.severity == Severity::Error).collect();
        assert!(errors.is_empty(), "{text}\n{errors:#?}");
        for it in findings.iter().filter(|it| it.kind == Kind::UnguardedPolicy) {
            assert!(replayed(&text, it), "{}", it.what);
        }
    }
}

#[test]
fn what_applies_only_to_a_bots_own_work_on_some_files_applies() {
    let text = fs::read_to_string("docs/how-to/bots.md").unwrap();
    let (_, rest) = text.split_once("```toml refgate.toml\n").unwrap();
    let policy = parsed(rest.split_once("```").unwrap().0);
    let never = |it: &Finding| it.kind == Kind::NeverApplies;
    let findings = lint(&policy, NOON);
    assert!(!findings.iter().any(never), "{findings:#?}");

    let never_so = "[approval.update]\ncount = 0\n\
                    when = { author = [\"app:renovate\"], labels = [\"x\"], no-labels = [\"x\"] }\n\
                    [[protect]]\nrefs = [\"main\"]\n\
                    approvals = { any-of = [\"update\", { count = 1 }] }\n";
    let (_, findings) = linted(never_so);
    assert!(findings.iter().any(never), "{findings:#?}");
}
