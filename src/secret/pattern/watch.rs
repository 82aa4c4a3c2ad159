//! What watches services and users: monitors, tests, statistics.

use super::{PROVIDER, Pattern, check, named};

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        id: "new-relic-admin",
        name: "New Relic admin key",
        grants: "changes users and settings of the account",
        keywords: &["NRAA-"],
        regex: "NRAA-[0-9a-f]{27}",
        max: 32,
        revoke: "delete it at one.newrelic.com/api-keys",
        examples: &["NRAA-{hex:27}"],
        near: &["NRAA-{hex:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "new-relic-query",
        name: "New Relic Insights query key",
        grants: "queries the events of the account",
        keywords: &["NRIQ-"],
        regex: "NRIQ-[0-9A-Za-z_-]{32}",
        max: 37,
        revoke: "delete it at one.newrelic.com/api-keys",
        examples: &["NRIQ-{b64url:31}x"],
        near: &["NRIQ-{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "new-relic-rest",
        name: "New Relic REST API key",
        grants: "reads and changes the account over the REST API",
        keywords: &["NRRA-"],
        regex: "NRRA-[0-9a-f]{42}",
        max: 47,
        revoke: "delete it at one.newrelic.com/api-keys",
        examples: &["NRRA-{hex:42}"],
        near: &["NRRA-{hex:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "pixie-api-key",
        name: "Pixie API key",
        grants: "queries the clusters of the organization",
        keywords: &["px-api-"],
        regex: "px-api-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        max: 43,
        check: check::uuid,
        revoke: "delete it with px api-key delete",
        examples: &["px-api-{uuid}"],
        near: &["px-api-{hex:8}"],
        ..PROVIDER
    },
    Pattern {
        id: "pixie-deploy-key",
        name: "Pixie deploy key",
        grants: "adds clusters to the organization",
        keywords: &["px-dep-"],
        regex: "px-dep-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        max: 43,
        check: check::uuid,
        revoke: "delete it with px deploy-key delete",
        examples: &["px-dep-{uuid}"],
        near: &["px-dep-{hex:8}"],
        ..PROVIDER
    },
    Pattern {
        id: "pagerduty",
        name: "PagerDuty API key",
        grants: "reads and changes incidents and schedules",
        keywords: &["pagerduty"],
        regex: named!(
            r"pager_?duty[\w.-]{0,20}(?:key|token)",
            "(?:[0-9a-f]{32}|[0-9A-Za-z_+-]{20})"
        ),
        max: 116,
        check: check::mixed,
        revoke: "delete it in pagerduty under integrations, api access keys",
        examples: &[
            "PAGERDUTY_API_KEY=u+{base62:18}",
            r#"pagerduty_token: "{base62:20}""#,
            "PAGERDUTY_ROUTING_KEY: {hex:32}",
        ],
        near: &["PAGERDUTY_API_KEY=u+{base62:9}", r#"pagerduty_key_name = "acme-production-one""#],
        ..PROVIDER
    },
    Pattern {
        id: "percy",
        name: "Percy project token",
        grants: "uploads snapshots to the project",
        keywords: &["percy_token"],
        regex: named!("percy_token", "(?:(?:web|app|auto|ss|generic|vmw|res)_)?[0-9a-f]{64}"),
        max: 132,
        check: check::mixed,
        revoke: "renew it at percy.io under the project, settings",
        examples: &["PERCY_TOKEN={hex:64}", "PERCY_TOKEN: web_{hex:64}"],
        near: &["PERCY_TOKEN={hex:12}", "percy_build: web_{hex:64}"],
        ..PROVIDER
    },
    Pattern {
        id: "rootly",
        name: "Rootly API key",
        grants: "reads and changes incidents",
        keywords: &["rootly_"],
        regex: "rootly_[0-9a-f]{64}",
        max: 71,
        revoke: "delete it at rootly.com/account/api-keys",
        examples: &["rootly_{hex:64}"],
        near: &["rootly_{hex:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "sauce-labs",
        name: "Sauce Labs access key",
        grants: "runs tests and reads results of the user",
        keywords: &["sauce"],
        regex: named!(
            r"sauce(?:_?labs)?[\w.-]{0,16}(?:access_?key|api_?key)",
            "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
        ),
        max: 121,
        check: check::uuid,
        revoke: "renew it at app.saucelabs.com/user-settings",
        examples: &["SAUCE_ACCESS_KEY={uuid}"],
        near: &["SAUCE_ACCESS_KEY={hex:12}", r#"sauce_job = "{uuid}""#],
        ..PROVIDER
    },
    Pattern {
        id: "sonarqube-legacy",
        name: "SonarQube or SonarCloud token",
        grants: "reads and uploads analyses",
        keywords: &[
            "sonar_token",
            "sonar_login",
            "sonar.login",
            "sonar.token",
            "sonarcloud",
            "sonarqube",
        ],
        regex: named!(
            r"(?:sonar[_.](?:token|login)|sonar(?:cloud|qube)[\w.-]{0,12}token)",
            "[0-9a-f]{40}"
        ),
        max: 116,
        check: check::mixed,
        revoke: "revoke it under the account, security",
        examples: &["SONAR_TOKEN={hex:40}", "sonar.login={hex:40}"],
        near: &["SONAR_TOKEN={hex:12}", "sonarqube_commit={hex:40}"],
        ..PROVIDER
    },
    Pattern {
        id: "stackhawk",
        name: "StackHawk API key",
        grants: "starts scans and reads findings",
        keywords: &["hawk."],
        regex: r"hawk\.[0-9A-Za-z_-]{20}\.[0-9A-Za-z_-]{20}",
        max: 46,
        revoke: "delete it at app.stackhawk.com/settings/apikeys",
        examples: &["hawk.{base62:20}.{base62:20}"],
        near: &["hawk.{base62:6}.{base62:20}"],
        ..PROVIDER
    },
    Pattern {
        id: "sumo-logic",
        name: "Sumo Logic access key",
        grants: "reads and changes logs of the account",
        keywords: &["sumo"],
        regex: named!(
            r"sumo(?:_?logic)?[\w.-]{0,12}(?:access_?key|secret|token)",
            "[0-9A-Za-z]{64}"
        ),
        max: 145,
        check: check::mixed,
        revoke: "delete it in sumo logic under preferences, access keys",
        examples: &["SUMOLOGIC_ACCESS_KEY={base62:64}"],
        near: &["SUMOLOGIC_ACCESS_KEY={base62:14}", r#"sumo_accessid = "su{base62:12}""#],
        ..PROVIDER
    },
    Pattern {
        id: "thingsboard",
        name: "ThingsBoard device access token",
        grants: "sends telemetry as the device",
        keywords: &["thingsboard"],
        regex: named!(r"thingsboard[\w.-]{0,20}token", "[0-9A-Za-z]{20}"),
        max: 105,
        check: check::mixed,
        revoke: "renew it in thingsboard under the device, credentials",
        examples: &["THINGSBOARD_ACCESS_TOKEN={lower36:20}"],
        near: &["THINGSBOARD_ACCESS_TOKEN={lower36:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "thingsboard-url",
        name: "ThingsBoard device address",
        grants: "sends telemetry as the device",
        keywords: &["/telemetry", "/attributes"],
        regex: "/api/v1/([0-9A-Za-z]{20})/(?:telemetry|attributes)",
        max: 39,
        check: check::mixed,
        edges: false,
        revoke: "renew it in thingsboard under the device, credentials",
        examples: &["curl http://tb.acme.io/api/v1/{lower36:20}/telemetry"],
        near: &[
            "http://tb.acme.io/api/v1/$ACCESS_TOKEN/telemetry",
            "/api/v1/{lower36:9}/telemetry",
        ],
        ..PROVIDER
    },
    Pattern {
        id: "uptimerobot",
        name: "UptimeRobot API key",
        grants: "reads and changes monitors",
        keywords: &["uptimerobot", "uptime_robot"],
        regex: named!(r"uptime_?robot[\w.-]{0,20}(?:key|token)", "[mu]?[0-9]{6,9}-[0-9a-f]{24}"),
        max: 121,
        check: check::mixed,
        revoke: "renew it at dashboard.uptimerobot.com/integrations",
        examples: &["UPTIMEROBOT_API_KEY=u{digit:7}-{hex:24}"],
        near: &["UPTIMEROBOT_API_KEY=u{digit:5}-{hex:5}"],
        ..PROVIDER
    },
    Pattern {
        id: "xmatters",
        name: "xMatters API key",
        grants: "reads and changes the account",
        keywords: &["xm-api-key-"],
        regex: "xm-api-key-[0-9A-Za-z]{40,80}",
        max: 91,
        revoke: "delete it in xmatters under the user, api keys",
        examples: &["xm-api-key-{base62:40}"],
        near: &["xm-api-key-{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "posthog-personal",
        name: "PostHog personal API key",
        grants: "reads and changes projects of the user",
        keywords: &["phx_"],
        regex: "phx_[0-9A-Za-z_-]{32,52}",
        max: 56,
        revoke: "delete it at app.posthog.com/settings/user-api-keys",
        examples: &["phx_{base62:43}"],
        near: &["phx_{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "optimizely",
        name: "Optimizely access token",
        grants: "changes experiments of the account",
        keywords: &["optimizely"],
        regex: named!(r"optimizely[\w.-]{0,20}(?:key|token|secret)", "[0-9]:[0-9A-Za-z_-]{52}"),
        max: 139,
        check: check::mixed,
        revoke: "delete it at app.optimizely.com under api access",
        examples: &[r#"OPTIMIZELY_TOKEN="2:{b64url:51}x""#],
        near: &[r#"OPTIMIZELY_TOKEN="2:{base62:9}""#],
        ..PROVIDER
    },
    Pattern {
        id: "segment-public-api",
        name: "Segment Public API token",
        grants: "administers the workspace",
        keywords: &["sgp_"],
        regex: "sgp_[0-9A-Za-z]{64}",
        max: 68,
        revoke: "revoke it in segment under access management, tokens",
        examples: &["sgp_{base62:64}"],
        near: &["sgp_{base62:30}"],
        ..PROVIDER
    },
    Pattern {
        id: "segment",
        name: "Segment token",
        grants: "sends and reads events of the source",
        keywords: &["segment"],
        regex: named!(
            r"segment[\w.-]{0,20}(?:key|token|secret)",
            r"[0-9A-Za-z_-]{43}\.[0-9A-Za-z_-]{43}"
        ),
        max: 169,
        check: check::mixed,
        revoke: "revoke it in segment under access management, tokens",
        examples: &["SEGMENT_ACCESS_TOKEN={b64url:42}x.{b64url:42}x"],
        near: &["SEGMENT_ACCESS_TOKEN={base62:9}.{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "rollbar",
        name: "Rollbar access token",
        grants: "sends and reads errors of the project",
        keywords: &["rollbar"],
        regex: named!(r"rollbar[\w.-]{0,20}token", "[0-9a-f]{32}"),
        max: 113,
        check: check::mixed,
        revoke: "delete it in rollbar under project access tokens",
        examples: &["ROLLBAR_ACCESS_TOKEN={hex:32}"],
        near: &["ROLLBAR_ACCESS_TOKEN={hex:9}", "rollbar_code_version={hex:32}"],
        ..PROVIDER
    },
    Pattern {
        id: "opsgenie",
        name: "Opsgenie API key",
        grants: "reads and changes alerts",
        keywords: &["opsgenie"],
        regex: named!(
            r"opsgenie[\w.-]{0,20}key",
            "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
        ),
        max: 116,
        check: check::uuid,
        revoke: "delete it in opsgenie under settings, api key management",
        examples: &["OPSGENIE_API_KEY={uuid}"],
        near: &["OPSGENIE_API_KEY={hex:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "splunk-hec",
        name: "Splunk HTTP Event Collector token",
        grants: "sends events to the index",
        keywords: &["splunk"],
        regex: named!(
            r#"(?:splunk[\w.-]{0,20}token|authorization[\"\']?[:=][ ]{0,2}[\"\']?splunk)"#,
            "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
        ),
        max: 116,
        check: check::uuid,
        revoke: "disable it in splunk under data inputs, http event collector",
        examples: &["SPLUNK_HEC_TOKEN={uuid}"],
        near: &["SPLUNK_HEC_TOKEN={hex:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "shodan",
        name: "Shodan API key",
        grants: "searches at the account's cost",
        keywords: &["shodan"],
        regex: named!(r"shodan[\w.-]{0,20}key", "[0-9A-Za-z]{32}"),
        max: 110,
        check: check::mixed,
        revoke: "reset it at account.shodan.io",
        examples: &["SHODAN_API_KEY={base62:32}"],
        near: &["SHODAN_API_KEY={base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "virustotal",
        name: "VirusTotal API key",
        grants: "looks up files at the account's cost",
        keywords: &["virustotal"],
        regex: named!(r"virus_?total[\w.-]{0,20}key", "[0-9a-f]{64}"),
        max: 147,
        check: check::mixed,
        revoke: "ask virustotal for a new one",
        examples: &["VIRUSTOTAL_API_KEY={hex:64}"],
        near: &["VIRUSTOTAL_API_KEY={hex:9}", r#"virustotal_hash = "{hex:64}""#],
        ..PROVIDER
    },
];
