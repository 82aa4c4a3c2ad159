//! Attacks on approvals and checks: each case is a policy, a pull request that
//! someone tampers with, and what must come of it, with the reason.
//!
//! `REFGATE_ADVERSARIAL_CASES` names a further file of cases of the same form.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, missing_docs)]

mod theirs;

use refgate::import::IMPORTERS;
use serde_json::Value;
use theirs::answer::{Answer, parse};
use theirs::cases::{self, Otherwise, text};
use theirs::pull::{Pull, oid};
use theirs::settings;

/// What only a running bot can show. All else is decided here.
const OTHERWISE: &[Otherwise] = &[
    ("D08", "one check run for several pull requests: what the bot posts"),
    ("D09", "who wrote the bot's own check run: what the bot watches"),
    ("D10", "who wrote results on the test merge: what the bot watches"),
    ("E04", "no policy at all: what the bot posts"),
    ("E05", "no answer when reading the policy: what the bot posts"),
    ("G04", "where the bot posts a verdict"),
    ("G06", "how often the bot acts on one delivery"),
    ("G07", "which of two verdicts the bot posts"),
    ("G08", "what the bot does about a lost delivery"),
    ("G14", "how the bot finds the pull request of an event"),
];

#[test]
fn adversarial_cases() {
    let cases = cases::load("adversarial.json", "REFGATE_ADVERSARIAL_CASES");
    cases::hold(&cases, OTHERWISE, run);
}

fn run(case: &Value) -> Result<(), String> {
    let (expected, policy, pr) = (&case["expected"], &case["policy"], &case["pr"]);
    let policy_bot = IMPORTERS.iter().find(|it| it.kind == "policy-bot").unwrap();
    // What policy-bot has no words for is added to what was imported.
    let mut theirs = policy.clone();
    theirs.as_object_mut().unwrap().remove("x_refgate");
    let (status, answer, toml) = match (policy_bot.read)(theirs.to_string().as_bytes()) {
        Ok(imported) => {
            let toml = settings::added(&imported.toml, policy, pr);
            let answer = Answer::of(&parse(&toml)?, Pull::of(pr, policy));
            (if answer.status == "skipped" { "error" } else { answer.status }, answer.said, toml)
        }
        Err(wrong) => {
            let said = |it: &refgate::import::Wrong| {
                (it.code.to_owned(), format!("{}: {}", it.part, it.what))
            };
            ("error", wrong.0.iter().map(said).collect(), String::new())
        }
    };
    if status != text(expected, "status") {
        return Err(format!("is {status}, not {}: {answer:#?}\n{toml}", expected["status"]));
    }
    let Some(reason) = expected["reason"].as_str() else { return Ok(()) };
    let (code, about) = reason_of(reason, pr);
    let all = |what: &str| about.iter().all(|it| what.contains(it.as_str()));
    match answer.iter().any(|(it, what)| *it == code && all(what)) {
        true => Ok(()),
        false => Err(format!("nothing says `{code}` of {about:?}: {answer:#?}\n{toml}")),
    }
}

/// Reasons that are one of ours by another name.
const SAME: &[(&str, &str)] = &[
    // Owners of the policy are asked as others are.
    ("policy-owner-approval-missing", "approvals-missing"),
];

/// The code of a reason, and what must stand in its sentence.
fn reason_of(reason: &str, pr: &Value) -> (String, Vec<String>) {
    let (head, about) = reason.split_once(':').unwrap_or((reason, ""));
    let counts = |text: &str| text.split('/').map(str::to_owned).collect();
    // Counts of approvals are told in one way, whoever asks for them.
    if let Some(of) =
        reason.rsplit(':').next().and_then(|it| it.strip_suffix(" required approvals"))
    {
        return ("approvals-missing".to_owned(), counts(of));
    }
    let head = head.replace('_', "-");
    let head = SAME.iter().find(|(it, _)| *it == head).map_or(head, |(_, it)| (*it).to_owned());
    let is = |list: &Value| {
        let list = list.as_array().map(Vec::as_slice).unwrap_or_default();
        list.iter().any(|it| *it == about || it["sha"] == about)
    };
    let about = match about {
        commit if is(&pr["commits"]) || is(&pr["merge_group"]["extra_commits"]) => {
            vec![oid(commit).short()]
        }
        of if head == "not-enough-eligible-approvers" => counts(of),
        // Where a check ran stands beside it.
        other => vec![other.split('@').next().unwrap().to_owned()],
    };
    (head, about)
}
