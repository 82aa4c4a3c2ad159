//! Where things run: hosts and platforms.

use super::{PROVIDER, Pattern, check, named};

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        id: "heroku",
        name: "Heroku API key",
        grants: "manages the user's apps and reads their settings",
        keywords: &["HRKU-AA"],
        regex: "HRKU-AA[0-9A-Za-z_-]{58}",
        max: 65,
        revoke: "regenerate it at dashboard.heroku.com/account",
        examples: &["HRKU-AA{b64url:57}x"],
        near: &["HRKU-AA{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "heroku-legacy",
        name: "Heroku API key",
        grants: "manages the user's apps and reads their settings",
        keywords: &["heroku"],
        regex: named!(
            "heroku[_.-]?(?:api[_.-]?)?(?:key|token)",
            "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
        ),
        max: 101,
        revoke: "regenerate it at dashboard.heroku.com/account",
        examples: &["HEROKU_API_KEY={uuid}"],
        near: &["HEROKU_APP={uuid}"],
        ..PROVIDER
    },
    Pattern {
        id: "alibaba-access-key-id",
        name: "Alibaba Cloud access key ID",
        grants: "names an access key; with its secret, acts as the user",
        keywords: &["LTAI"],
        regex: "LTAI(?:[0-9A-Za-z]{17,21}|[0-9A-Za-z]{12})",
        max: 25,
        check: check::mixed,
        revoke: "disable it at ram.console.aliyun.com",
        examples: &["LTAI{base62:20}", "LTAI{base62:17}", "LTAI{base62:11}4"],
        near: &["LTAI{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "tencent-secret-id",
        name: "Tencent Cloud secret ID",
        grants: "names an access key; with its key, acts as the user",
        keywords: &["AKID"],
        regex: "AKID[0-9A-Za-z]{32}",
        max: 36,
        check: check::mixed,
        revoke: "disable it at console.cloud.tencent.com/cam/capi",
        examples: &["AKID{base62:32}"],
        near: &["AKID{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "linode",
        name: "Linode token",
        grants: "manages the account's servers",
        keywords: &["linode"],
        regex: named!("linode", "[0-9a-f]{64}"),
        max: 119,
        revoke: "revoke it at cloud.linode.com/profile/tokens",
        examples: &["LINODE_TOKEN={hex:64}"],
        near: &["LINODE_ID={digit:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "hetzner",
        name: "Hetzner Cloud token",
        grants: "manages the project's servers and networks",
        keywords: &["hcloud", "hetzner"],
        regex: named!("(?:hcloud|hetzner)", "[0-9A-Za-z]{64}"),
        max: 120,
        check: check::mixed,
        revoke: "delete it at console.hetzner.cloud under security, api tokens",
        examples: &["HCLOUD_TOKEN={base62:64}"],
        near: &["HCLOUD_TOKEN={base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "flyio",
        name: "Fly.io token",
        grants: "deploys and manages the apps of the organization",
        keywords: &["fm2_", "fo1_"],
        regex: "(?:fm2_(?:[0-9A-Za-z+/]{100,700}={0,3}|[0-9A-Za-z_-]{43})|fo1_[0-9A-Za-z_-]{40,80})",
        max: 707,
        revoke: "revoke it with fly tokens revoke",
        examples: &["fo1_{b64url:42}x", "fm2_{b64:160}", "fo1_{base62:60}", "fm2_{b64url:42}x"],
        near: &["fo1_{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "vercel",
        name: "Vercel token",
        grants: "deploys and manages the projects of the user or team",
        keywords: &["vcp_", "vci_", "vca_", "vcr_", "vck_"],
        regex: "vc[picark]_[0-9A-Za-z_-]{56}",
        max: 60,
        revoke: "delete it at vercel.com/account/settings/tokens",
        examples: &["vcp_{base62:56}"],
        near: &["vcp_{base62:20}"],
        ..PROVIDER
    },
    Pattern {
        id: "netlify",
        name: "Netlify personal access token",
        grants: "deploys and manages the sites of the user",
        keywords: &["nfp_"],
        regex: "nfp_[0-9A-Za-z]{36,40}",
        max: 44,
        revoke: "revoke it at app.netlify.com/user/applications",
        examples: &["nfp_{base62:36}"],
        near: &["nfp_{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "render",
        name: "Render API key",
        grants: "manages the services of the user",
        keywords: &["rnd_"],
        regex: "rnd_[0-9A-Za-z]{24,32}",
        max: 36,
        check: check::mixed,
        revoke: "revoke it at dashboard.render.com under account settings, api keys",
        examples: &["rnd_{base62:28}"],
        near: &["rnd_{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "scaleway",
        name: "Scaleway secret key",
        grants: "manages what the key's owner may",
        keywords: &["scw_secret_key"],
        regex: named!(
            "scw_secret_key",
            "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
        ),
        max: 99,
        revoke: "delete it at console.scaleway.com/iam/api-keys",
        examples: &["SCW_SECRET_KEY={uuid}"],
        near: &["SCW_PROJECT={uuid}"],
        ..PROVIDER
    },
    Pattern {
        id: "yandex-cloud",
        name: "Yandex Cloud API key",
        grants: "calls the services of the folder at its cost",
        keywords: &["AQVN"],
        regex: "AQVN[0-9A-Za-z_-]{35,38}",
        max: 42,
        check: check::mixed,
        revoke: "delete it with yc iam api-key delete",
        examples: &["AQVN{b64url:35}k"],
        near: &["AQVN{base62:12}"],
        ..PROVIDER
    },
];
