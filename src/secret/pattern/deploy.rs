//! Where sites and apps are deployed to.

use super::{PROVIDER, Pattern, check, named};

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        id: "netlify-legacy",
        name: "Netlify access token",
        grants: "deploys and changes sites of the user",
        keywords: &["netlify"],
        regex: named!(
            r"netlify[\w.-]{0,20}(?:token|key|secret)",
            "(?:[0-9a-f]{60,64}|[0-9A-Za-z_-]{43,46})"
        ),
        max: 146,
        check: check::mixed,
        revoke: "delete it at app.netlify.com/user/applications",
        examples: &["NETLIFY_AUTH_TOKEN={b64url:42}x", r#"netlify_access_token: "{hex:64}""#],
        near: &[r#"netlify_sha = "{hex:64}""#, "NETLIFY_AUTH_TOKEN={base62:15}"],
        ..PROVIDER
    },
    Pattern {
        id: "netlify-build-hook",
        name: "Netlify build hook",
        grants: "starts builds of the site",
        keywords: &["api.netlify.com/build_hooks/"],
        regex: r"api\.netlify\.com/build_hooks/(?:[0-9a-f]{24}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})",
        max: 64,
        revoke: "delete it in netlify under the site, build hooks",
        examples: &[
            "https://api.netlify.com/build_hooks/{hex:24}",
            "https://api.netlify.com/build_hooks/{uuid}",
        ],
        near: &["https://api.netlify.com/build_hooks/{hex:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "render-deploy-hook",
        name: "Render deploy hook",
        grants: "starts deploys of the service",
        keywords: &["api.render.com/deploy/"],
        regex: r"api\.render\.com/deploy/srv-[0-9a-z]{10,40}\?key=([0-9A-Za-z_-]{8,40})",
        max: 111,
        revoke: "renew it at dashboard.render.com under the service, settings",
        examples: &["https://api.render.com/deploy/srv-{lower36:20}?key={base62:11}"],
        near: &["https://api.render.com/deploy/srv-{lower36:20}?key=$KEY"],
        ..PROVIDER
    },
    Pattern {
        id: "replit",
        name: "Replit token",
        grants: "acts as the account at replit",
        keywords: &["replit_token_"],
        regex: "replit_token_[0-9A-Za-z_-]{30,80}",
        max: 93,
        revoke: "delete it in replit under the account",
        examples: &["replit_token_{base62:36}"],
        near: &["replit_token_{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "scalingo",
        name: "Scalingo API token",
        grants: "deploys and changes apps of the user",
        keywords: &["tk-us-", "tk-eu-"],
        regex: "tk-(?:us|eu)-[0-9A-Za-z_-]{48}",
        max: 54,
        revoke: "delete it at dashboard.scalingo.com/account/tokens",
        examples: &["tk-us-{b64url:47}x"],
        near: &["tk-us-{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "upcloud",
        name: "UpCloud API token",
        grants: "administers servers of the account",
        keywords: &["ucat_"],
        regex: "ucat_[0-9A-Za-z]{24,32}",
        max: 37,
        revoke: "delete it at hub.upcloud.com/account/tokens",
        examples: &["ucat_{base62:26}"],
        near: &["ucat_{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "vercel-legacy",
        name: "Vercel access token",
        grants: "deploys and changes projects of the user",
        keywords: &["vercel_token", "vercel_api", "vercel_access", "vercel_auth", "now_token"],
        regex: named!(
            "(?:vercel_(?:(?:api|access|auth)_)?(?:token|key)|now_token)",
            "[0-9A-Za-z]{24}"
        ),
        max: 92,
        check: check::mixed,
        revoke: "delete it at vercel.com/account/tokens",
        examples: &["VERCEL_TOKEN={base62:24}"],
        near: &["VERCEL_TOKEN={base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "vercel-v2",
        name: "Vercel access token",
        grants: "deploys and changes projects of the user",
        keywords: &["vercel_v2_"],
        regex: "vercel_v2_[0-9A-Za-z]{24}",
        max: 34,
        revoke: "delete it at vercel.com/account/tokens",
        examples: &["vercel_v2_{base62:24}"],
        near: &["vercel_v2_{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "vercel-blob",
        name: "Vercel Blob token",
        grants: "reads and writes the blob store",
        keywords: &["vercel_blob_rw_"],
        regex: "vercel_blob_rw_[0-9A-Za-z]{16}_[0-9A-Za-z]{30}",
        max: 62,
        revoke: "renew it in vercel under storage",
        examples: &["vercel_blob_rw_{base62:16}_{base62:30}"],
        near: &["vercel_blob_rw_{base62:16}_{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "vercel-edge-config",
        name: "Vercel Edge Config connection",
        grants: "reads the edge config",
        keywords: &["edge-config.vercel.com/ecfg_"],
        regex: r"edge-config\.vercel\.com/ecfg_[0-9a-z]{8,64}\?token=([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})",
        max: 135,
        check: check::uuid,
        revoke: "delete the token in vercel under storage",
        examples: &["https://edge-config.vercel.com/ecfg_{lower36:28}?token={uuid}"],
        near: &["https://edge-config.vercel.com/ecfg_{lower36:28}?token=$TOKEN"],
        ..PROVIDER
    },
    Pattern {
        id: "power-automate",
        name: "Power Automate or Logic Apps address",
        grants: "starts the workflow",
        keywords: &["sv=1.0&sig="],
        regex: r"sv=1\.0&sig=([0-9A-Za-z_-]{43})",
        max: 54,
        revoke: "renew the access key of the workflow in the azure portal",
        examples: &[
            "https://prod-07.westeurope.logic.azure.com/workflows/{hex:32}/triggers/manual/paths/invoke?api-version=2016-10-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig={b64url:42}x",
        ],
        near: &["&sv=1.0&sig={base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "ovh",
        name: "OVHcloud application secret or consumer key",
        grants: "administers services of the account",
        keywords: &["ovh"],
        regex: named!(r"ovh[\w.-]{0,20}(?:secret|consumer_?key)", "[0-9A-Za-z]{32}"),
        max: 116,
        check: check::mixed,
        revoke: "delete it at api.ovh.com/console",
        examples: &["OVH_APPLICATION_SECRET={base62:32}", r#"ovh_consumer_key = "{base62:32}""#],
        near: &["OVH_APPLICATION_SECRET={base62:12}", r#"ovh_application_key = "{base62:12}""#],
        ..PROVIDER
    },
    Pattern {
        id: "yandex-oauth",
        name: "Yandex OAuth token",
        grants: "acts as the user at yandex",
        keywords: &["y0_Ag", "y1_Ag", "y2_Ag", "y3_Ag"],
        regex: "y[0-3]_Ag[0-9A-Za-z_-]{40,60}",
        max: 65,
        revoke: "revoke the app at id.yandex.com/personal/data-access",
        examples: &["y0_Ag{b64url:54}x"],
        near: &["y0_Ag{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "yandex-iam",
        name: "Yandex Cloud IAM token",
        grants: "acts as the account in yandex cloud for hours",
        keywords: &["t1."],
        regex: r"t1\.[A-Z0-9a-z_-]{50,700}={0,2}\.[0-9A-Za-z_-]{86}={0,2}",
        max: 794,
        check: check::mixed,
        revoke: "it ends within twelve hours; revoke it with yc iam revoke-token",
        examples: &["t1.{b64url:90}.{b64url:85}x"],
        near: &["t1.{base62:12}.{b64url:86}"],
        ..PROVIDER
    },
    Pattern {
        id: "yandex-static-key",
        name: "Yandex Cloud static access key",
        grants: "reads and writes object storage",
        keywords: &["yandex"],
        regex: named!(r"(?:yandex|aws|s3)[\w.-]{0,24}(?:secret|key)", "YC[0-9A-Za-z_-]{38}"),
        max: 125,
        check: check::mixed,
        revoke: "delete it with yc iam access-key delete",
        examples: &[r#"yandex_secret_key = "YC{b64url:37}x""#],
        near: &[r#"yandex_secret_key = "YC{base62:9}""#],
        ..PROVIDER
    },
];
