//! What services run on: tunnels, packages, keys, devices.

use super::{PROVIDER, Pattern, check, named};

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        id: "ngrok",
        name: "ngrok token",
        grants: "opens tunnels and changes endpoints of the account",
        keywords: &["ngrok"],
        regex: named!(
            r"ngrok[\w.-]{0,20}(?:key|token)",
            "(?:[0-9A-Za-z]{25,30}_[0-9][0-9A-Za-z]{20}|(?:ak_|cr_)?[0-9A-Za-z]{25,30})"
        ),
        max: 131,
        check: check::mixed,
        revoke: "delete it at dashboard.ngrok.com under authtokens or api keys",
        examples: &[
            "NGROK_AUTHTOKEN={base62:27}_{digit:1}{base62:20}",
            r#"ngrok_api_key: "ak_{base62:27}""#,
        ],
        near: &["NGROK_AUTHTOKEN={base62:14}", r#"ngrok_token_file = "{hex:12}""#],
        ..PROVIDER
    },
    Pattern {
        id: "packagecloud",
        name: "packagecloud API token",
        grants: "reads and publishes packages of the account",
        keywords: &["packagecloud"],
        regex: named!(r"packagecloud[\w.-]{0,20}(?:key|token)", "[0-9a-f]{48}"),
        max: 134,
        check: check::mixed,
        revoke: "renew it at packagecloud.io/api_token",
        examples: &["PACKAGECLOUD_TOKEN={hex:48}"],
        near: &["PACKAGECLOUD_TOKEN={hex:14}", "packagecloud_digest: {hex:48}"],
        ..PROVIDER
    },
    Pattern {
        id: "packagecloud-url",
        name: "packagecloud repository token",
        grants: "reads the packages of the repository",
        keywords: &["@packagecloud.io"],
        regex: r"https://([0-9a-f]{48}):?@packagecloud\.io",
        max: 73,
        check: check::mixed,
        revoke: "delete it at packagecloud.io under the repository, tokens",
        examples: &["deb https://{hex:48}:@packagecloud.io/acme/stable/ubuntu/ jammy main"],
        near: &["deb https://packagecloud.io/acme/{hex:12}/ubuntu/"],
        ..PROVIDER
    },
    Pattern {
        id: "quicknode-endpoint",
        name: "QuickNode endpoint",
        grants: "uses the paid endpoint",
        keywords: &["quiknode.pro/"],
        regex: r"\.quiknode\.pro/[0-9a-f]{40}",
        max: 54,
        edges: false,
        revoke: "renew the token of the endpoint at dashboard.quicknode.com",
        examples: &["https://acme-blue-sky.solana-mainnet.quiknode.pro/{hex:40}/"],
        near: &["https://acme.quiknode.pro/{hex:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "sidekiq",
        name: "Sidekiq Pro or Enterprise credentials",
        grants: "downloads paid gems",
        keywords: &["contribsys"],
        regex: named!("bundle_(?:enterprise|gems)__contribsys__com", "[0-9a-f]{8}:[0-9a-f]{8}"),
        max: 100,
        check: check::random,
        revoke: "ask contribsys for new ones",
        examples: &["BUNDLE_ENTERPRISE__CONTRIBSYS__COM={hex:8}:{hex:8}"],
        near: &["BUNDLE_ENTERPRISE__CONTRIBSYS__COM={hex:4}"],
        ..PROVIDER
    },
    Pattern {
        id: "sidekiq-url",
        name: "Sidekiq Pro or Enterprise address",
        grants: "downloads paid gems",
        keywords: &[".contribsys.com"],
        regex: r"https?://([0-9a-f]{8}:[0-9a-f]{8})@(?:gems|enterprise)\.contribsys\.com",
        max: 51,
        revoke: "ask contribsys for new credentials",
        examples: &["https://{hex:8}:{hex:8}@gems.contribsys.com/"],
        near: &["https://{hex:4}@gems.contribsys.com/"],
        ..PROVIDER
    },
    Pattern {
        id: "sourcegraph-license",
        name: "Sourcegraph license key token",
        grants: "uses the license",
        keywords: &["slk_"],
        regex: "slk_[0-9a-f]{64}",
        max: 68,
        revoke: "ask sourcegraph for a new one",
        examples: &["slk_{hex:64}"],
        near: &["slk_{hex:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "temporal-cloud",
        name: "Temporal Cloud API key",
        grants: "starts and reads workflows of the namespace",
        keywords: &["InRlbXBvcmFsLmlv"],
        regex: r"eyJ[0-9A-Za-z_-]{10,200}\.eyJ[0-9A-Za-z_-]{0,400}InRlbXBvcmFsLmlv[0-9A-Za-z_-]{0,600}\.[0-9A-Za-z_-]{20,200}",
        max: 1424,
        revoke: "delete it with tcld apikey delete",
        examples: &["eyJ{b64url:33}.eyJ{b64url:45}InRlbXBvcmFsLmlv{b64url:90}.{b64url:85}x"],
        near: &["eyJ{base62:6}.InRlbXBvcmFsLmlv{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "truenas",
        name: "TrueNAS API key",
        grants: "administers the storage server",
        keywords: &["truenas", "freenas"],
        regex: named!(
            r"(?:truenas|freenas)[\w.-]{0,20}(?:key|token)",
            "[0-9]{1,5}-[0-9A-Za-z]{64}"
        ),
        max: 151,
        check: check::mixed,
        revoke: "delete it in truenas under api keys",
        examples: &[r#"TRUENAS_API_KEY="1-{base62:64}""#],
        near: &[r#"TRUENAS_API_KEY="1-{base62:9}""#],
        ..PROVIDER
    },
    Pattern {
        id: "unleash",
        name: "Unleash API token",
        grants: "reads or changes feature flags",
        keywords: &[":development.", ":production.", "*:*."],
        regex: r"(?:[0-9A-Za-z_-]{1,40}|\*|\[\]):(?:development|production|\*)\.([0-9a-f]{50,64})",
        max: 117,
        edges: false,
        revoke: "delete it in unleash under api access",
        examples: &["UNLEASH_TOKEN=default:production.{hex:56}", "*:*.{hex:64}"],
        near: &["default:development.unleash-insecure-api-token", "default:production.{hex:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "zuplo-consumer",
        name: "Zuplo consumer API key",
        grants: "calls the api as the consumer",
        keywords: &["zpka_"],
        regex: "zpka_[0-9a-z]{32}_[0-9a-f]{8}",
        max: 46,
        revoke: "roll it in zuplo under the consumer",
        examples: &["zpka_{lower36:32}_{hex:8}"],
        near: &["zpka_{lower36:9}_{hex:8}"],
        ..PROVIDER
    },
    Pattern {
        id: "unity-cloud",
        name: "Unity Cloud API key",
        grants: "administers the project",
        keywords: &["UCA-"],
        regex: "UCA-[0-9A-Za-z]{32,64}",
        max: 68,
        revoke: "delete it at cloud.unity.com",
        examples: &["UCA-{base62:40}"],
        near: &["UCA-{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "thunderstore",
        name: "Thunderstore API token",
        grants: "publishes packages of the team",
        keywords: &["tss_"],
        regex: "tss_[0-9A-Za-z_-]{20,80}",
        max: 84,
        check: check::mixed,
        revoke: "delete it in thunderstore under the team, service accounts",
        examples: &["tss_{base62:40}"],
        near: &["tss_{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "travis-ci",
        name: "Travis CI token",
        grants: "starts and reads builds of the user",
        keywords: &["travis"],
        regex: named!(r"travis[\w.-]{0,20}token", "[0-9A-Za-z_-]{22}"),
        max: 102,
        check: check::mixed,
        revoke: "renew it at app.travis-ci.com/account/preferences",
        examples: &["TRAVIS_API_TOKEN={base62:22}"],
        near: &["TRAVIS_API_TOKEN={base62:9}"],
        ..PROVIDER
    },
];
