//! Building and shipping: pipelines, flags and what runs them.

use super::{PROVIDER, Pattern, keyed};
use crate::secret::proof;

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        id: "airplane",
        name: "Airplane API key",
        grants: "runs the tasks of the team",
        keywords: &["aptk_"],
        regex: "aptk_[0-9A-Za-z_-]{30,80}",
        max: 85,
        check: proof::alone,
        revoke: "delete it in airplane under settings, api keys",
        examples: &["aptk_{base62:40}"],
        near: &["aptk_{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "apify",
        name: "Apify API token",
        grants: "runs actors and reads their data",
        keywords: &["apify_api_"],
        regex: "apify_api_[0-9A-Za-z]{20,64}",
        max: 74,
        check: proof::alone,
        revoke: "delete it at console.apify.com/settings/integrations",
        examples: &["apify_api_{base62:36}"],
        near: &["apify_api_{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "apollo-graph",
        name: "Apollo GraphOS API key",
        grants: "reads and publishes schemas of the graph",
        keywords: &["service:"],
        regex: "service:[0-9A-Za-z_-]{1,64}:[0-9A-Za-z_-]{22}",
        max: 95,
        check: proof::alone,
        revoke: "delete it at studio.apollographql.com in the graph's settings",
        examples: &["APOLLO_KEY=service:acme-graph:{base62:22}"],
        near: &["service:acme:{base62:12}", "service:acme:get-all-users-of-acme"],
        ..PROVIDER
    },
    Pattern {
        id: "bitrise",
        name: "Bitrise access token",
        grants: "starts builds and reads the apps of the user",
        keywords: &["bitrise"],
        regex: keyed!("bitrise", "[0-9A-Za-z_-]{60,120}"),
        max: 222,
        check: proof::alone,
        revoke: "revoke it at app.bitrise.io/me/account/security",
        examples: &[
            "BITRISE_ACCESS_TOKEN={b64url:85}x",
            r#"bitrise:
  api_key: "{b64url:85}x""#,
        ],
        near: &["BITRISE_ACCESS_TOKEN={base62:9}", "BITRISE_REVISION={b64url:85}x"],
        ..PROVIDER
    },
    Pattern {
        id: "budibase",
        name: "Budibase API key",
        grants: "reads and writes the apps of the user",
        keywords: &["budibase"],
        regex: keyed!("budibase", "[0-9a-f]{32}-[0-9a-f]{78,80}"),
        max: 216,
        check: proof::alone,
        revoke: "regenerate it in budibase under user, view api key",
        examples: &[
            "BUDIBASE_API_KEY={hex:32}-{hex:80}",
            r#"budibase:
  api_key: "{hex:32}-{hex:80}""#,
        ],
        near: &["BUDIBASE_API_KEY={base62:9}", "BUDIBASE_REVISION={hex:32}-{hex:80}"],
        ..PROVIDER
    },
    Pattern {
        id: "buildkite-service",
        name: "Buildkite service token",
        grants: "acts as the agent, cluster, job or portal that it was made for",
        keywords: &["bkaa_", "bkaj_", "bkar_", "bkct_", "bkpt_", "bkps_", "bkpat_"],
        regex: "(?:bkaa_|bkaj_|bkar_|bkct_|bkpt_|bkps_|bkpat_)[0-9A-Za-z_-]{50,340}",
        max: 346,
        check: proof::alone,
        revoke: "revoke it in buildkite under the agents or integrations",
        examples: &["bkct_{base62:73}", "bkpat_{base62:54}", "bkaj_{base62:333}"],
        near: &["bkct_{base62:20}"],
        ..PROVIDER
    },
    Pattern {
        id: "circleci-project",
        name: "CircleCI project token",
        grants: "reads and starts the builds of the project",
        keywords: &["CCIPRJ_"],
        regex: "CCIPRJ_[0-9A-Za-z]{22}_[0-9a-z]{40}",
        max: 70,
        revoke: "delete it in circleci under project settings, api permissions",
        examples: &["CCIPRJ_{base62:22}_{hex:40}"],
        near: &["CCIPRJ_{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "circleci-legacy",
        name: "CircleCI token",
        grants: "reads and starts the builds of the user",
        keywords: &["circleci", "circle_ci", "circle-ci", "circle_token", "circle-token"],
        regex: keyed!("circle[_-]?(?:ci)?", "[0-9a-f]{40}"),
        max: 144,
        check: proof::alone,
        revoke: "delete it at app.circleci.com/settings/user/tokens",
        examples: &[
            "CIRCLECI_TOKEN={hex:40}",
            r#"circleci:
  api_key: "{hex:40}""#,
        ],
        near: &["CIRCLECI_TOKEN={base62:9}", "CIRCLECI_REVISION={hex:40}"],
        ..PROVIDER
    },
    Pattern {
        id: "codemagic",
        name: "Codemagic API token",
        grants: "starts builds and reads the apps of the team",
        keywords: &["codemagic"],
        regex: keyed!("codemagic", "[0-9A-Za-z_-]{43}"),
        max: 147,
        check: proof::alone,
        revoke: "regenerate it at codemagic.io in the team's settings",
        examples: &[
            "CODEMAGIC_API_TOKEN={base62:43}",
            r#"codemagic:
  api_key: "{base62:43}""#,
        ],
        near: &["CODEMAGIC_API_TOKEN={base62:9}", "CODEMAGIC_REVISION={base62:43}"],
        ..PROVIDER
    },
    Pattern {
        id: "configcat",
        name: "ConfigCat SDK key",
        grants: "reads the feature flags of the environment",
        keywords: &["configcat-sdk-1/"],
        regex: "configcat-sdk-1/[0-9A-Za-z_-]{22}/[0-9A-Za-z_-]{22}",
        max: 61,
        revoke: "revoke it at app.configcat.com/sdkkey",
        examples: &["configcat-sdk-1/{base62:22}/{base62:22}"],
        near: &[
            "configcat-sdk-1/{base62:22}",
            "configcat-sdk-1/xxxxxxxxxxxxxxxxxxxxxx/xxxxxxxxxxxxxxxxxxxxxx",
        ],
        ..PROVIDER
    },
    Pattern {
        id: "configcat-legacy",
        name: "ConfigCat SDK key",
        grants: "reads the feature flags of the environment",
        keywords: &["configcat"],
        regex: keyed!("configcat", "[0-9A-Za-z_-]{22}/[0-9A-Za-z_-]{22}"),
        max: 149,
        check: proof::alone,
        revoke: "revoke it at app.configcat.com/sdkkey",
        examples: &[
            "CONFIGCAT_SDK_KEY={base62:22}/{base62:22}",
            r#"configcat:
  api_key: "{base62:22}/{base62:22}""#,
        ],
        near: &["CONFIGCAT_SDK_KEY={base62:9}", "CONFIGCAT_REVISION={base62:22}/{base62:22}"],
        ..PROVIDER
    },
    Pattern {
        id: "deno-deploy",
        name: "Deno Deploy token",
        grants: "deploys and changes the projects",
        keywords: &["ddp_", "ddw_"],
        regex: "(?:ddp_|ddw_)[0-9A-Za-z]{36}",
        max: 40,
        check: proof::alone,
        revoke: "revoke it at dash.deno.com/account",
        examples: &["ddp_{base62:36}", "ddw_{base62:36}"],
        near: &["ddp_{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "devcycle-server",
        name: "DevCycle server key",
        grants: "reads every flag and target of the environment",
        keywords: &["dvc_server_"],
        regex: "dvc_server_[0-9A-Za-z_-]{8,64}",
        max: 75,
        check: proof::alone,
        revoke: "revoke it at app.devcycle.com in the environment's settings",
        examples: &["dvc_server_{base62:26}"],
        near: &["dvc_server_sdk_key_goes_here", "dvc_client_{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "docker-swarm-unlock",
        name: "Docker swarm unlock key",
        grants: "unlocks the secrets of a manager",
        keywords: &["SWMKEY-1-"],
        regex: "SWMKEY-1-[0-9A-Za-z+/]{40,50}",
        max: 59,
        revoke: "rotate it with docker swarm unlock-key --rotate",
        examples: &["SWMKEY-1-{b64:42}x"],
        near: &["SWMKEY-1-{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "cloudsmith-legacy",
        name: "Cloudsmith API key",
        grants: "publishes and reads the packages of the user",
        keywords: &["cloudsmith"],
        regex: keyed!("cloudsmith", "cs_[0-9A-Za-z]{32,48}|[0-9a-f]{40}"),
        max: 156,
        check: proof::alone,
        revoke: "refresh it at cloudsmith.io/user/settings/api",
        examples: &[
            "CLOUDSMITH_API_KEY={hex:40}",
            r#"cloudsmith_api_key: "cs_{base62:40}""#,
            r#"cloudsmith:
  api_key: "{hex:40}""#,
        ],
        near: &["CLOUDSMITH_API_KEY={base62:9}", "CLOUDSMITH_REVISION={hex:40}"],
        ..PROVIDER
    },
    Pattern {
        id: "appsynergy",
        name: "AppSynergy API key",
        grants: "reads and writes the databases of the app",
        keywords: &["appsynergy"],
        regex: keyed!("appsynergy", "[0-9A-Za-z]{64}"),
        max: 169,
        check: proof::alone,
        revoke: "delete it in appsynergy under tools, api keys",
        examples: &[
            "APPSYNERGY_API_KEY={base62:64}",
            r#"appsynergy:
  api_key: "{base62:64}""#,
        ],
        near: &["APPSYNERGY_API_KEY={base62:9}", "APPSYNERGY_REVISION={base62:64}"],
        ..PROVIDER
    },
];
