//! A policy of fifty rules, as a large repository may have it.

/// Where teams work.
pub(crate) const TEAMS: [&str; 12] = [
    "api", "auth", "billing", "cli", "core", "data", "docs", "infra", "mobile", "search", "ui",
    "web",
];

/// The policy of a large repository: what all changes need, and what each team asks
/// where it works.
pub(crate) fn text() -> String {
    let mut text = String::from(
        "version = 1
stages = [\"pre-receive\", \"github\"]
[roles]
leads = [\"lead0\", \"lead1\", \"lead2\"]
[approval.engineers]
count = 2
from = [\"@acme/engineers\"]
[approval.leads]
from = [\"leads\"]
invalidate = \"push\"
[[protect]]
refs = [\"main\"]
fast-forward-only = true
pull-request = \"required\"
approvals = { any-of = [\"engineers\", \"leads\"] }
separate = [\"author\", \"approver\"]
changes-requested = { from = [\"permission:write\"] }
veto = { from = [\"@acme/security\"] }
threads = \"resolved\"
checks = [\"build\", { name = \"test\", app = 15368 }]
age = { min = \"1h\" }
message = { subject-max = 72 }
sign-off = \"author\"
commits = { max = 1000 }
branch-name = '.*'
[[protect]]
refs = [\"**\"]
paths = { deny = [\"*.exe\", \"*.jar\"], max-length = 200 }
",
    );
    for team in TEAMS {
        text += &format!(
            "[[protect]]
refs = [\"main\"]
when = {{ paths = [\"{team}/**\", \"*.{team}\"] }}
approvals = {{ count = 1, from = [\"@acme/{team}\"] }}
checks = [\"{team}\"]
[[protect]]
refs = [\"main\"]
when = {{ paths = [\"legacy/{team}/**\"] }}
approvals = {{ count = 2, from = [\"@acme/{team}\"], invalidate = \"paths\" }}
"
        );
    }
    text
}
