//! What `refgate policy diff` says becomes stricter or looser.

#![allow(clippy::unwrap_used, missing_docs)]

use refgate::policy::{self, Direction, Policy};

#[test]
fn a_policy_does_not_differ_from_itself() {
    let text = "[[protect]]\nrefs = [\"main\"]\nlinear = true\nfast-forward-only = true";
    assert_eq!(told(text, text), "");
}

#[test]
fn asking_more_is_stricter_and_less_is_looser() {
    let less = "[[protect]]\nrefs = [\"main\"]\nlinear = true";
    let more = "[[protect]]\nrefs = [\"main\", \"x\"]\nlinear = true\nfast-forward-only = true";
    assert_eq!(
        told(less, more),
        "\
stricter refs/heads/main: `fast-forward-only` is asked
stricter refs/heads/x: `fast-forward-only` is asked
stricter refs/heads/x: `linear` is asked
"
    );
    assert!(told(more, less).lines().all(|it| it.starts_with("looser ")));
    assert_eq!(told(more, less).lines().count(), 3);
}

#[test]
fn where_a_protection_stands_and_how_it_is_grouped_changes_nothing() {
    let one = "[[protect]]\nrefs = [\"a\", \"b\"]\nlinear = true\nfast-forward-only = true";
    let two = "[[protect]]\nrefs = [\"b\"]\nfast-forward-only = true\nlinear = true\n\
               [[protect]]\nrefs = [\"a\"]\nlinear = true\n\
               [[protect]]\nrefs = [\"a\"]\nfast-forward-only = true";
    assert_eq!(told(one, two), "");
}

#[test]
fn modes_and_days_count() {
    let asked = "[[protect]]\nrefs = [\"main\"]\nlinear = true\n";
    let warns = format!("{asked}mode = \"warn\"");
    let later = format!("{asked}since = 2026-12-01");
    assert_eq!(
        told(asked, &warns),
        "looser refs/heads/main: `linear` only warns, no longer denies\n"
    );
    assert_eq!(told(asked, &later), "looser refs/heads/main: `linear` denies later\n");
    assert_eq!(told(&later, asked), "stricter refs/heads/main: `linear` denies earlier\n");
}

#[test]
fn what_is_switched_off_is_looser() {
    let on = "[[protect]]\nrefs = [\"main\"]\nlinear = true";
    let off = "[[protect]]\nrefs = [\"main\"]\nlinear = false";
    assert_eq!(told(on, off), "looser refs/heads/main: `linear` is false, was true\n");
}

#[test]
fn conditions_tell_demands_apart() {
    let always = "[[protect]]\nrefs = [\"main\"]\nlinear = true";
    let some = "[[protect]]\nrefs = [\"main\"]\nwhen = { paths = [\"db/**\"] }\nlinear = true";
    assert_eq!(
        told(always, some),
        "\
looser refs/heads/main: `linear` is no longer asked
stricter refs/heads/main: `linear` when { paths = [\"db/**\"] } is asked
"
    );
}

#[test]
fn what_the_name_of_an_approval_means_is_part_of_what_is_asked() {
    let policy = |leads: &str, asked: &str| {
        format!(
            "stages = [\"github\"]\n[approval]\n{leads}\n\
             all = {{ all-of = [\"leads\", {{ count = 2 }}] }}\n\
             [[protect]]\nrefs = [\"main\"]\napprovals = {asked}"
        )
    };
    let two = "leads = { count = 2 }";
    let one = "leads = { count = 1 }";
    assert_eq!(
        told(&policy(two, "\"leads\""), &policy(one, "\"leads\"")),
        "looser refs/heads/main: `approvals` is { count = 1 }, was { count = 2 }\n"
    );
    assert_eq!(
        told(&policy(one, "\"leads\""), &policy(two, "\"leads\"")),
        "stricter refs/heads/main: `approvals` is { count = 2 }, was { count = 1 }\n"
    );
    for asked in ["\"all\"", "[\"leads\"]", "{ any-of = [\"all\"] }"] {
        let told = told(&policy(two, asked), &policy(one, asked));
        assert!(told.starts_with("changed refs/heads/main: `approvals` is "), "{asked}: {told}");
    }
    // A name for the same, or one that nothing asks for, changes nothing.
    assert_eq!(told(&policy(two, "\"leads\""), &policy(two, "{ count = 2 }")), "");
    assert_eq!(told(&policy(two, "{ count = 1 }"), &policy(one, "{ count = 1 }")), "");
}

#[test]
fn exemptions_roles_and_stages_count() {
    let asked = "[[protect]]\nrefs = [\"main\"]\nlinear = true\n";
    let exempt =
        |until| format!("{asked}[[exempt]]\nrule = \"linear\"\nwhy = \"old\"\nuntil = {until}\n");
    let (short, long) = (exempt("2027-01-01"), exempt("2028-01-01"));
    assert_eq!(told(asked, &short), "looser an exemption from `linear` is given\n");
    assert_eq!(told(&short, &long), "looser an exemption from `linear` ends later\n");
    assert_eq!(told(&long, asked), "stricter an exemption from `linear` is gone\n");
    let role = |who| format!("{asked}[roles]\nrelease = [{who}]\n");
    assert_eq!(
        told(&role("\"ana\""), &role("\"ana\", \"bo\"")),
        "looser bo is in the role `release`\n"
    );
    let stages = |names| format!("stages = [{names}]\n{asked}");
    let (one, two) = (stages("\"pre-receive\""), stages("\"pre-push\", \"pre-receive\""));
    assert_eq!(told(&one, &two), "stricter the policy is enforced at pre-push\n");
}

fn told(old: &str, new: &str) -> String {
    let line = |it: policy::Difference| {
        let way = match it.direction {
            Direction::Stricter => "stricter",
            Direction::Looser => "looser",
            Direction::Changed => "changed",
        };
        format!("{way} {}\n", it.what)
    };
    policy::diff(&read(old), &read(new)).into_iter().map(line).collect()
}

fn read(text: &str) -> Policy {
    let text = format!("version = 1\n{text}");
    policy::parse("refgate.toml", &text, &mut |_| Err("no files".to_owned())).unwrap()
}
