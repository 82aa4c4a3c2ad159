//! Watching what runs, and switching it.

use super::{PROVIDER, Pattern, behind, check, named};

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        id: "ecostruxure",
        name: "EcoStruxure IT API key",
        grants: "reads the monitored devices",
        keywords: &["ecostruxure"],
        regex: behind!("ecostruxure", r"(?i:ak1)[0-9A-Za-z/]{50,55}\b"),
        max: 139,
        check: check::mixed,
        revoke: "delete it at app.ecostruxureit.com under api keys",
        examples: &["ECOSTRUXURE_IT_KEY=AK1/{base62:52}"],
        near: &["ECOSTRUXURE_IT_KEY=AK1/{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "endor-labs",
        name: "Endor Labs API key",
        grants: "reads the tenant's findings as its role",
        keywords: &["endr+"],
        regex: r"endr\+[0-9A-Za-z-]{16}",
        max: 21,
        revoke: "delete it at app.endorlabs.com under access control, api keys",
        examples: &["endr+{base62:16}"],
        near: &["endr+{base62:8}"],
        ..PROVIDER
    },
    Pattern {
        id: "firehydrant",
        name: "FireHydrant API key",
        grants: "reads and changes incidents",
        keywords: &["fhb-", "fhu-"],
        regex: "fh[bu]-[0-9a-f]{32}",
        max: 36,
        revoke: "delete it at app.firehydrant.io under api keys",
        examples: &["fhb-{hex:32}"],
        near: &["fhb-{hex:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "firehydrant-key",
        name: "FireHydrant API key",
        grants: "reads and changes incidents",
        keywords: &["firehydrant"],
        regex: behind!("firehydrant", r"fhc[0-9a-f]{64}\b"),
        max: 148,
        revoke: "delete it at app.firehydrant.io under api keys",
        examples: &["FIREHYDRANT_API_KEY=fhc{hex:64}"],
        near: &["FIREHYDRANT_API_KEY=fhc{hex:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "flagsmith",
        name: "Flagsmith server key",
        grants: "reads all flags and segments of the environment",
        keywords: &["flagsmith"],
        regex: behind!("flagsmith", r"ser\.[0-9A-Za-z]{20,64}\b"),
        max: 147,
        check: check::mixed,
        revoke: "delete it in flagsmith under environment settings, sdk keys",
        examples: &["FLAGSMITH_ENVIRONMENT_KEY=ser.{base62:22}"],
        near: &["FLAGSMITH_ENVIRONMENT_KEY=ser.{base62:6}"],
        ..PROVIDER
    },
    Pattern {
        id: "flipt",
        name: "Flipt token",
        grants: "reads or changes flags",
        keywords: &["flipt_"],
        regex: "flipt_[0-9a-f]{40,64}",
        max: 70,
        revoke: "delete it in flipt under settings, tokens",
        examples: &["flipt_{hex:40}"],
        near: &["flipt_{hex:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "fullstory",
        name: "FullStory API key",
        grants: "reads recorded sessions",
        keywords: &["fullstory"],
        regex: behind!(
            "fullstory",
            r"(?:(?:na1|eu1)\.[0-9A-Za-z+/]{20,100}={0,2}|[0-9A-Za-z+/]{86}==)"
        ),
        max: 185,
        check: check::mixed,
        revoke: "revoke it at app.fullstory.com under settings, api keys",
        examples: &[
            "FULLSTORY_KEY=na1.{b64:100}",
            "FULLSTORY_KEY=eu1.{b64:100}",
            "fullstory_api_key: {b64:86}==",
        ],
        near: &["FULLSTORY_KEY=na1.{base62:6}"],
        ..PROVIDER
    },
    Pattern {
        id: "geckoboard",
        name: "Geckoboard API key",
        grants: "writes the dashboards' data",
        keywords: &["geckoboard"],
        regex: behind!("geckoboard", r"(?:[0-9A-Za-z]{44}|[0-9a-f]{32})\b"),
        max: 124,
        check: check::mixed,
        revoke: "renew it at app.geckoboard.com under account, api key",
        examples: &["GECKOBOARD_API_KEY={base62:44}", r#"geckoboard_key = "{hex:32}""#],
        near: &["GECKOBOARD_API_KEY={base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "gitlab-feature-flag",
        name: "GitLab feature flags client token",
        grants: "reads the project's feature flags",
        keywords: &["glffct-"],
        regex: "glffct-[0-9A-Za-z_-]{20,64}",
        max: 71,
        revoke: "reset it in the project under deploy, feature flags",
        examples: &["glffct-{base62:20}"],
        near: &["glffct-{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "headspin",
        name: "HeadSpin API token",
        grants: "drives the owner's test devices",
        keywords: &["headspin"],
        regex: behind!("headspin", r"[0-9a-f]{32}\b"),
        max: 110,
        check: check::mixed,
        revoke: "renew it at ui.headspin.io/mysettings",
        examples: &[
            "https://dev-us-pao-0.headspin.io:7010/v0/{hex:32}/wd/hub",
            "HEADSPIN_API_TOKEN={hex:32}",
        ],
        near: &["HEADSPIN_API_TOKEN={hex:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "honeycomb-team",
        name: "Honeycomb key",
        grants: "sends events or manages the environment, as it may",
        keywords: &["honeycomb"],
        regex: named!(
            r"(?:honeycomb[\w.-]{0,12}(?:key|token)|x-honeycomb-team)",
            r"(?:hcai_[0-9A-Za-z]{22}|[0-9A-Za-z]{22}|[0-9a-f]{32})\b"
        ),
        max: 107,
        check: check::mixed,
        revoke: "delete it at ui.honeycomb.io under api keys",
        examples: &[
            "HONEYCOMB_API_KEY={base62:22}",
            "x-honeycomb-team={hex:32}",
            "HONEYCOMB_KEY=hcai_{base62:22}",
        ],
        near: &["HONEYCOMB_API_KEY={base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "jupiterone",
        name: "JupiterOne API key",
        grants: "queries the account's assets",
        keywords: &["jupiterone"],
        regex: behind!("jupiterone", r"[0-9A-Za-z]{76}\b"),
        max: 156,
        check: check::mixed,
        revoke: "revoke it in jupiterone under settings, api tokens",
        examples: &["JUPITERONE_API_KEY={base62:76}"],
        near: &["JUPITERONE_API_KEY={base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "launchdarkly-sdk",
        name: "LaunchDarkly SDK key",
        grants: "reads all flags of the environment",
        keywords: &["sdk-"],
        regex: "sdk-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        max: 40,
        revoke: "reset it at app.launchdarkly.com/settings",
        examples: &["sdk-{uuid}"],
        near: &["sdk-{hex:8}", "mob-{uuid}"],
        ..PROVIDER
    },
    Pattern {
        id: "launchdarkly-token",
        name: "LaunchDarkly access token",
        grants: "reads and changes flags",
        keywords: &["launchdarkly", "ld_api", "ld_access"],
        regex: named!(
            r"(?:launchdarkly|ld_(?:api|access))[\w.-]{0,12}(?:key|token)",
            "(?:api-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9A-Za-z_=]{40})"
        ),
        max: 118,
        check: check::mixed,
        revoke: "reset it at app.launchdarkly.com/settings",
        examples: &["LD_API_KEY=api-{uuid}", "launchdarkly_token: {base62:40}"],
        near: &["LD_API_KEY=api-{hex:8}"],
        ..PROVIDER
    },
    Pattern {
        id: "looker",
        name: "Looker client secret",
        grants: "queries data and reads dashboards as the user",
        keywords: &["looker"],
        regex: named!(r"looker[\w.-]{0,16}secret", r"[0-9A-Za-z]{24}\b"),
        max: 101,
        check: check::mixed,
        revoke: "delete it in looker under admin, users, api keys",
        examples: &["LOOKERSDK_CLIENT_SECRET={base62:24}"],
        near: &["LOOKERSDK_CLIENT_ID={base62:12}"],
        ..PROVIDER
    },
];
