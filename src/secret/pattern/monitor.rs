//! Watching what runs: errors, metrics, checks and coverage.

use super::{PROVIDER, Pattern, keyed, named};
use crate::secret::proof;

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        id: "aikido-ci",
        name: "Aikido CI token",
        grants: "reports and reads scans of the repositories",
        keywords: &["AIK_CI_"],
        regex: "AIK_CI_[0-9A-Za-z]{20,44}",
        max: 51,
        check: proof::alone,
        revoke: "revoke it at app.aikido.dev/settings/integrations",
        examples: &["AIK_CI_{base62:40}"],
        near: &["AIK_CI_{base62:9}", "AIK_CI_{upper:24}"],
        ..PROVIDER
    },
    Pattern {
        id: "aikido-client-secret",
        name: "Aikido client secret",
        grants: "reads and writes the workspace",
        keywords: &["AIK_SECRET_"],
        regex: "AIK_SECRET_[0-9A-Za-z]{64}",
        max: 75,
        revoke: "revoke it at app.aikido.dev/settings/integrations/api",
        examples: &["AIK_SECRET_{base62:64}"],
        near: &["AIK_SECRET_{base62:30}", "AIK_CLIENT_{base62:24}"],
        ..PROVIDER
    },
    Pattern {
        id: "airbrake",
        name: "Airbrake key",
        grants: "reads and reports the errors of the project",
        keywords: &["airbrake"],
        regex: keyed!("airbrake", "[0-9a-f]{40}|[0-9a-f]{32}|[0-9A-Za-z-]{40}"),
        max: 143,
        check: proof::alone,
        revoke: "regenerate it in airbrake under project settings",
        examples: &[
            "AIRBRAKE_API_KEY={hex:40}",
            r#"airbrake_api_key: "{hex:32}""#,
            r#"airbrake:
  api_key: "{hex:40}""#,
        ],
        near: &["AIRBRAKE_API_KEY={base62:9}", "AIRBRAKE_REVISION={hex:40}"],
        ..PROVIDER
    },
    Pattern {
        id: "appoptics",
        name: "AppOptics API token",
        grants: "reads and writes metrics",
        keywords: &["appoptics"],
        regex: keyed!("appoptics", "[0-9A-Za-z_-]{71}"),
        max: 175,
        check: proof::alone,
        revoke: "delete it in appoptics under settings, api tokens",
        examples: &[
            "APPOPTICS_API_TOKEN={base62:71}",
            r#"appoptics:
  api_key: "{base62:71}""#,
        ],
        near: &["APPOPTICS_API_TOKEN={base62:9}", "APPOPTICS_REVISION={base62:71}"],
        ..PROVIDER
    },
    Pattern {
        id: "axiom",
        name: "Axiom token",
        grants: "sends and queries the data of the organization",
        keywords: &["xapt-", "xaat-", "xait-"],
        regex: "(?:xapt-|xaat-|xait-)[0-9A-Za-z_-]{20,64}",
        max: 69,
        check: proof::alone,
        revoke: "delete it at app.axiom.co/settings",
        examples: &["xaat-{uuid}", "xapt-{uuid}"],
        near: &["xaat-{hex:8}"],
        ..PROVIDER
    },
    Pattern {
        id: "checkly",
        name: "Checkly API key",
        grants: "reads and changes the checks of the account",
        keywords: &["checkly"],
        regex: keyed!("checkly", "c[uv]_[0-9A-Za-z]{24,40}"),
        max: 145,
        check: proof::alone,
        revoke: "delete it at app.checklyhq.com/settings/user/api-keys",
        examples: &[
            "CHECKLY_API_KEY=cu_{hex:32}",
            r#"checkly:
  api_key: "cu_{hex:32}""#,
        ],
        near: &["CHECKLY_API_KEY={base62:9}", "CHECKLY_REVISION=cu_{hex:32}"],
        ..PROVIDER
    },
    Pattern {
        id: "code-climate",
        name: "Code Climate token",
        grants: "reports coverage and reads the quality of repositories",
        keywords: &["codeclimate", "code_climate"],
        regex: keyed!("code_?climate", "[0-9a-f]{64}|[0-9a-f]{40}"),
        max: 171,
        check: proof::alone,
        revoke: "revoke it at codeclimate.com/profile/tokens",
        examples: &[
            "CODECLIMATE_REPO_TOKEN={hex:64}",
            r#"codeclimate:
  api_key: "{hex:64}""#,
        ],
        near: &["CODECLIMATE_REPO_TOKEN={hex:12}", "CODECLIMATE_REVISION={hex:64}"],
        ..PROVIDER
    },
    Pattern {
        id: "code-climate-reporter",
        name: "Code Climate reporter ID",
        grants: "reports coverage of the repository",
        keywords: &["cc_test_reporter_id"],
        regex: named!("cc_test_reporter_id", "[0-9a-f]{64}"),
        max: 132,
        revoke: "regenerate it at codeclimate.com in the repository's settings",
        examples: &["CC_TEST_REPORTER_ID={hex:64}"],
        near: &["CC_TEST_REPORTER_ID={hex:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "coveralls",
        name: "Coveralls token",
        grants: "reports coverage of the repository",
        keywords: &["coveralls"],
        regex: keyed!("coveralls", "[0-9A-Za-z]{32,37}|[0-9A-Za-z-]{37}"),
        max: 141,
        check: proof::alone,
        revoke: "regenerate it at coveralls.io in the repository's settings",
        examples: &[
            "COVERALLS_REPO_TOKEN={base62:33}",
            r#"coveralls:
  api_key: "{base62:33}""#,
        ],
        near: &["COVERALLS_REPO_TOKEN={base62:9}", "COVERALLS_REVISION={base62:33}"],
        ..PROVIDER
    },
    Pattern {
        id: "dependency-track",
        name: "Dependency-Track API key",
        grants: "reads and writes the inventory of components",
        keywords: &["odt_"],
        regex: "odt_(?:[0-9A-Za-z]{8}_)?[0-9A-Za-z]{32,255}",
        max: 268,
        check: proof::alone,
        revoke: "delete it in dependency-track under access management, teams",
        examples: &["odt_{base62:32}", "odt_{base62:8}_{base62:40}"],
        near: &["odt_{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "dynatrace-platform",
        name: "Dynatrace client secret or platform token",
        grants: "acts as the client at dynatrace",
        keywords: &[
            "dt0s03.", "dt0s04.", "dt0s05.", "dt0s06.", "dt0s07.", "dt0s08.", "dt0s09.", "dt0s10.",
            "dt0s11.", "dt0s12.", "dt0s13.", "dt0s14.", "dt0s15.", "dt0s16.", "dt0e01.", "dt0v01.",
            "dt0a01.",
        ],
        regex: r"dt0[a-z][0-9]{2}\.[0-9A-Z]{8,24}\.[0-9A-Z]{64}",
        max: 96,
        revoke: "revoke it in dynatrace under account management",
        examples: &["dt0s16.{upper36:24}.{upper36:64}", "dt0s08.{upper36:8}.{upper36:64}"],
        near: &["dt0s16.{upper36:24}"],
        ..PROVIDER
    },
];
