//! Building, shipping and watching.

use super::{PROVIDER, Pattern, check, named};

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        id: "circleci",
        name: "CircleCI personal token",
        keywords: &["CCIPAT_"],
        regex: "CCIPAT_[0-9A-Za-z]{22}_[0-9a-f]{40}",
        max: 70,
        revoke: "delete it at app.circleci.com/settings/user/tokens",
        examples: &["CCIPAT_{base62:22}_{hex:40}"],
        near: &["CCIPAT_{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "buildkite",
        name: "Buildkite API token",
        keywords: &["bkua_"],
        regex: "bkua_[0-9a-f]{40}",
        max: 45,
        revoke: "revoke it at buildkite.com/user/api-access-tokens",
        examples: &["bkua_{hex:40}"],
        near: &["bkua_{hex:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "vault-service",
        name: "HashiCorp Vault token",
        keywords: &["hvs."],
        regex: r"hvs\.[0-9A-Za-z_-]{24,200}",
        max: 204,
        check: check::mixed,
        revoke: "revoke it with vault token revoke",
        examples: &["hvs.{b64url:90}x"],
        near: &["hvs.{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "vault-batch",
        name: "HashiCorp Vault batch token",
        keywords: &["hvb."],
        regex: r"hvb\.[0-9A-Za-z_-]{100,500}",
        max: 504,
        revoke: "it cannot be revoked alone: revoke the token that made it",
        examples: &["hvb.{b64url:150}x"],
        near: &["hvb.{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "vault-recovery",
        name: "HashiCorp Vault recovery token",
        keywords: &["hvr."],
        regex: r"hvr\.[0-9A-Za-z_-]{24,200}",
        max: 204,
        check: check::mixed,
        revoke: "revoke it with vault token revoke",
        examples: &["hvr.{b64url:90}x"],
        near: &["hvr.{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "terraform-cloud",
        name: "Terraform Cloud token",
        keywords: &[".atlasv1."],
        regex: r"[0-9A-Za-z]{14}\.atlasv1\.[0-9A-Za-z_=-]{60,70}",
        max: 93,
        revoke: "delete it at app.terraform.io/app/settings/tokens",
        examples: &["{base62:14}.atlasv1.{b64url:66}x"],
        near: &["{base62:14}.atlasv1.{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "pulumi",
        name: "Pulumi access token",
        keywords: &["pul-"],
        regex: "pul-[0-9a-f]{40}",
        max: 44,
        revoke: "delete it at app.pulumi.com/account/tokens",
        examples: &["pul-{hex:40}"],
        near: &["pul-{hex:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "doppler",
        name: "Doppler token",
        keywords: &["dp.pt.", "dp.st.", "dp.ct.", "dp.sa.", "dp.scim.", "dp.audit."],
        regex: r"dp\.(?:pt|ct|sa|scim|audit|st(?:\.[0-9a-z_-]{2,35})?)\.[0-9A-Za-z]{40,44}",
        max: 86,
        revoke: "revoke it at dashboard.doppler.com",
        examples: &["dp.pt.{base62:43}", "dp.st.prd.{base62:43}"],
        near: &["dp.pt.{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "infracost",
        name: "Infracost API key",
        keywords: &["ico-"],
        regex: "ico-[0-9A-Za-z]{32}",
        max: 36,
        check: check::mixed,
        revoke: "delete it at dashboard.infracost.io",
        examples: &["ico-{base62:32}"],
        near: &["ico-{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "sonarqube",
        name: "SonarQube token",
        keywords: &["sqp_", "squ_", "sqa_"],
        regex: "sq[pua]_[0-9a-f]{40}",
        max: 44,
        revoke: "revoke it in sonarqube under my account, security",
        examples: &["squ_{hex:40}"],
        near: &["squ_{hex:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "new-relic-user",
        name: "New Relic user key",
        keywords: &["NRAK-"],
        regex: "NRAK-[0-9A-Z]{27}",
        max: 32,
        revoke: "delete it at one.newrelic.com under api keys",
        examples: &["NRAK-{upper36:27}"],
        near: &["NRAK-{upper36:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "new-relic-insert",
        name: "New Relic insert key",
        keywords: &["NRII-"],
        regex: "NRII-[0-9A-Za-z_-]{32}",
        max: 37,
        revoke: "delete it at one.newrelic.com under api keys",
        examples: &["NRII-{b64url:31}x"],
        near: &["NRII-{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "new-relic-license",
        name: "New Relic license key",
        keywords: &["NRAL"],
        regex: "[0-9a-f]{36}NRAL",
        max: 40,
        revoke: "replace it at one.newrelic.com under api keys",
        examples: &["{hex:36}NRAL"],
        near: &["{hex:9}NRAL"],
        ..PROVIDER
    },
    Pattern {
        id: "grafana-service-account",
        name: "Grafana service account token",
        keywords: &["glsa_"],
        regex: "glsa_[0-9A-Za-z]{32}_[0-9a-f]{8}",
        max: 46,
        revoke: "delete it in grafana under service accounts",
        examples: &["glsa_{base62:32}_{hex:8}"],
        near: &["glsa_{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "grafana-cloud",
        name: "Grafana Cloud token",
        keywords: &["glc_"],
        regex: "glc_eyJ[0-9A-Za-z+/]{40,400}={0,2}",
        max: 409,
        revoke: "delete it at grafana.com under access policies",
        examples: &["glc_eyJ{b64:90}"],
        near: &["glc_eyJ{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "grafana-api-key",
        name: "Grafana API key",
        keywords: &["eyJrIjoi"],
        regex: "eyJrIjoi[0-9A-Za-z+/]{40,380}={0,2}",
        max: 390,
        revoke: "delete it in grafana under api keys",
        examples: &["eyJrIjoi{b64:90}"],
        near: &["eyJrIjoi{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "sentry-org",
        name: "Sentry organization token",
        keywords: &["sntrys_"],
        regex: "sntrys_eyJ[0-9A-Za-z+/=]{60,400}_[0-9A-Za-z+/]{43}",
        max: 454,
        revoke: "revoke it at sentry.io/settings/auth-tokens",
        examples: &["sntrys_eyJ{b64:120}={b64:0}_{b64:43}"],
        near: &["sntrys_eyJ{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "sentry-user",
        name: "Sentry user token",
        keywords: &["sntryu_"],
        regex: "sntryu_[0-9a-f]{64}",
        max: 71,
        revoke: "revoke it at sentry.io/settings/account/api/auth-tokens",
        examples: &["sntryu_{hex:64}"],
        near: &["sntryu_{hex:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "dynatrace",
        name: "Dynatrace token",
        keywords: &["dt0c01.", "dt0s01.", "dt0s02."],
        regex: r"dt0[cs]0[12]\.[0-9A-Z]{24}\.[0-9A-Z]{64}",
        max: 96,
        revoke: "revoke it in dynatrace under access tokens",
        examples: &["dt0c01.{upper36:24}.{upper36:64}"],
        near: &["dt0c01.{upper36:24}"],
        ..PROVIDER
    },
    Pattern {
        id: "datadog",
        name: "Datadog key",
        keywords: &["datadog", "dd_api_key", "dd_app_key", "dd-api-key"],
        regex: named!(
            r"(?:datadog[\w.-]{0,12}key|dd[_-](?:api|app)[_-]key)",
            "(?:[0-9a-f]{40}|[0-9a-f]{32})"
        ),
        max: 111,
        check: check::mixed,
        revoke: "revoke it at app.datadoghq.com under organization settings",
        examples: &["DD_API_KEY={hex:32}", "datadog_app_key: {hex:40}"],
        near: &["DD_API_KEY={hex:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "honeycomb",
        name: "Honeycomb key",
        keywords: &["hcaik_", "hcxik_", "hcalk_"],
        regex: "hc[abcx](?:ik|lk|mk)_[0-9a-z]{58}",
        max: 64,
        check: check::mixed,
        revoke: "delete it at ui.honeycomb.io under api keys",
        examples: &["hcaik_{lower36:58}"],
        near: &["hcaik_{lower36:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "launchdarkly",
        name: "LaunchDarkly key",
        keywords: &["launchdarkly"],
        regex: named!(
            "launchdarkly",
            "(?:api|sdk)-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
        ),
        max: 101,
        revoke: "reset it at app.launchdarkly.com/settings",
        examples: &["LAUNCHDARKLY_SDK_KEY=sdk-{uuid}"],
        near: &["LAUNCHDARKLY_SDK_KEY=mob-{uuid}"],
        ..PROVIDER
    },
    Pattern {
        id: "snyk",
        name: "Snyk token",
        keywords: &["snyk"],
        regex: named!(
            r"snyk[\w.-]{0,10}token",
            "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
        ),
        max: 104,
        revoke: "revoke it at app.snyk.io/account",
        examples: &["SNYK_TOKEN={uuid}"],
        near: &["SNYK_ORG={uuid}"],
        ..PROVIDER
    },
    Pattern {
        id: "tailscale",
        name: "Tailscale key",
        keywords: &["tskey-"],
        regex: "tskey-(?:api|auth|client|scim|webhook)-[0-9A-Za-z]{8,20}-[0-9A-Za-z]{20,40}",
        max: 75,
        revoke: "revoke it at login.tailscale.com/admin/settings/keys",
        examples: &["tskey-auth-{base62:12}CNTRL-{base62:32}"],
        near: &["tskey-auth-{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "teamcity",
        name: "TeamCity token",
        keywords: &["eyJ0eXAiOiAiVENWMiJ9."],
        regex: r"eyJ0eXAiOiAiVENWMiJ9\.[0-9A-Za-z_-]{36}\.[0-9A-Za-z_-]{48}",
        max: 106,
        revoke: "delete it in teamcity under access tokens",
        examples: &["eyJ0eXAiOiAiVENWMiJ9.{b64url:36}.{b64url:47}x"],
        near: &["eyJ0eXAiOiAiVENWMiJ9.{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "octopus",
        name: "Octopus Deploy API key",
        keywords: &["API-"],
        regex: "API-[0-9A-Z]{26,32}",
        max: 36,
        check: check::mixed,
        revoke: "revoke it in octopus under my api keys",
        examples: &["API-{upper36:30}"],
        near: &["API-{upper36:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "docker-swarm",
        name: "Docker swarm join token",
        keywords: &["SWMTKN-1-"],
        regex: "SWMTKN-1-[0-9a-z]{50}-[0-9a-z]{25}",
        max: 85,
        revoke: "rotate it with docker swarm join-token --rotate",
        examples: &["SWMTKN-1-{lower36:50}-{lower36:25}"],
        near: &["SWMTKN-1-{lower36:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "prefect",
        name: "Prefect API key",
        keywords: &["pnu_"],
        regex: "pnu_[0-9A-Za-z]{36}",
        max: 40,
        revoke: "delete it at app.prefect.cloud/my/api-keys",
        examples: &["pnu_{base62:36}"],
        near: &["pnu_{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "rancher",
        name: "Rancher token",
        keywords: &["kubeconfig-", "token-", "rancher"],
        regex: "(?:kubeconfig-[a-z0-9.-]{1,40}|token-[a-z0-9]{5}):[0-9a-z]{54}",
        max: 106,
        check: check::random,
        revoke: "delete it in rancher under account and api keys",
        examples: &["token-{lower36:5}:{lower36:54}"],
        near: &["token-{lower36:5}:{lower36:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "openshift",
        name: "OpenShift token",
        keywords: &["sha256~"],
        regex: "sha256~[0-9A-Za-z_-]{43}",
        max: 50,
        revoke: "delete it with oc delete useroauthaccesstoken",
        examples: &["sha256~{b64url:42}x"],
        near: &["sha256~{base62:9}"],
        ..PROVIDER
    },
];
