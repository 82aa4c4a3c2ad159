//! Who someone is: accounts, sign-in and the keys of agents.

use super::{PROVIDER, Pattern, keyed};
use crate::secret::proof;

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        id: "anypoint",
        name: "MuleSoft Anypoint secret",
        grants: "manages the apis of the organization",
        keywords: &["anypoint", "mulesoft"],
        regex: keyed!(
            "(?:anypoint|mulesoft)",
            "[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{12}|[0-9a-fA-F]{32}"
        ),
        max: 139,
        check: proof::alone,
        revoke: "delete it at anypoint.mulesoft.com under access management",
        examples: &[
            "ANYPOINT_CLIENT_SECRET={hex:32}",
            r#"anypoint_client_secret: "{uuid}""#,
            r#"anypoint:
  api_key: "{hex:32}""#,
        ],
        near: &[
            "ANYPOINT_CLIENT_SECRET={hex:9}",
            "ANYPOINT_CLIENT_ID={hex:32}",
            "ANYPOINT_ORG={uuid}",
        ],
        ..PROVIDER
    },
    Pattern {
        id: "auth0",
        name: "Auth0 client secret",
        grants: "acts as the application and may manage the tenant",
        keywords: &["auth0"],
        regex: keyed!("auth0", "[0-9A-Za-z_-]{64,86}"),
        max: 186,
        check: proof::alone,
        revoke: "rotate it at manage.auth0.com under applications",
        examples: &[
            "AUTH0_CLIENT_SECRET={b64url:63}x",
            r#"auth0:
  api_key: "{b64url:63}x""#,
        ],
        near: &["AUTH0_CLIENT_SECRET={base62:9}", "AUTH0_CLIENT_ID={base62:32}"],
        ..PROVIDER
    },
    Pattern {
        id: "authress",
        name: "Authress service client key",
        grants: "acts as the service client",
        keywords: &[".acc_", ".acc-"],
        regex: r"(?:scauth|authress|ext|sc)_[0-9A-Za-z]{5,30}\.[0-9A-Za-z]{4,6}\.acc[_-][0-9A-Za-z-]{10,32}\.[0-9A-Za-z+/_=-]{30,120}",
        max: 204,
        revoke: "delete it at authress.io/app under service clients",
        examples: &["sc_{lower36:20}.{lower36:4}.acc-{lower36:14}.{b64:60}"],
        near: &["sc_{lower36:20}.{lower36:4}.acc-{lower36:14}.{b64:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "clerk",
        name: "Clerk secret key",
        grants: "reads and changes every user of the application",
        keywords: &["clerk"],
        regex: keyed!("clerk", "sk_(?:live|test)_[0-9A-Za-z]{30,64}"),
        max: 172,
        check: proof::alone,
        revoke: "roll it at dashboard.clerk.com under api keys",
        examples: &[
            "CLERK_SECRET_KEY=sk_live_{base62:40}",
            r#"clerk:
  api_key: "sk_live_{base62:40}""#,
        ],
        near: &["CLERK_SK=sk_live_{base62:9}", "NEXT_CLERK_PUBLISHABLE_KEY=pk_live_{base62:20}"],
        ..PROVIDER
    },
    Pattern {
        id: "corbado",
        name: "Corbado API secret",
        grants: "manages the users and passkeys of the project",
        keywords: &["corbado1_"],
        regex: "corbado1_[0-9A-Za-z_-]{20,64}",
        max: 73,
        check: proof::alone,
        revoke: "revoke it at app.corbado.com/settings",
        examples: &["corbado1_{base62:30}"],
        near: &["corbado1_{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "anyscale",
        name: "Anyscale API key",
        grants: "runs clusters and jobs of the organization",
        keywords: &["anyscale_"],
        regex: "anyscale_[0-9A-Za-z_-]{30,80}",
        max: 89,
        check: proof::alone,
        revoke: "delete it at console.anyscale.com/api-keys",
        examples: &["anyscale_{base62:40}"],
        near: &["anyscale_{base62:12}", "anyscale_workspace_template_config_of_acme2"],
        ..PROVIDER
    },
    Pattern {
        id: "autoblocks",
        name: "Autoblocks API key",
        grants: "reads and writes tests and prompts",
        keywords: &["autoblocks"],
        regex: keyed!("autoblocks", "AB-[0-9A-Za-z_-]{20,64}|[0-9A-Za-z]{32}"),
        max: 172,
        check: proof::alone,
        revoke: "delete it at app.autoblocks.ai/settings/api-keys",
        examples: &[
            "AUTOBLOCKS_API_KEY=AB-{base62:32}",
            r#"autoblocks:
  api_key: "AB-{base62:32}""#,
        ],
        near: &["AUTOBLOCKS_API_KEY={base62:9}", "AUTOBLOCKS_REVISION=AB-{base62:32}"],
        ..PROVIDER
    },
    Pattern {
        id: "cursor",
        name: "Cursor API key",
        grants: "runs agents and administers the team",
        keywords: &[
            "key_0", "key_1", "key_2", "key_3", "key_4", "key_5", "key_6", "key_7", "key_8",
            "key_9", "key_a", "key_b", "key_c", "key_d", "key_e", "key_f",
        ],
        regex: "key_[0-9a-f]{64}",
        max: 68,
        revoke: "delete it at cursor.com/dashboard",
        examples: &["key_{hex:64}"],
        near: &[
            "key_{hex:32}",
            "key_0000000000000000000000000000000000000000000000000000000000000000",
        ],
        ..PROVIDER
    },
    Pattern {
        id: "devin-user",
        name: "Devin personal API key",
        grants: "runs sessions as the user",
        keywords: &["apk_user_"],
        regex: "apk_user_[0-9A-Za-z+/]{120,180}={0,2}",
        max: 191,
        revoke: "revoke it at app.devin.ai/settings/api-keys",
        examples: &["apk_user_{b64:139}x"],
        near: &["apk_user_{base62:40}"],
        ..PROVIDER
    },
    Pattern {
        id: "devin-service",
        name: "Devin service API key",
        grants: "runs sessions of the organization",
        keywords: &["apk_"],
        regex: "apk_[0-9A-Za-z+/]{80,100}={0,2}",
        max: 106,
        check: proof::alone,
        revoke: "revoke it at app.devin.ai/settings/api-keys",
        examples: &["apk_{b64:89}x"],
        near: &["apk_{base62:40}"],
        ..PROVIDER
    },
    Pattern {
        id: "devin-service-user",
        name: "Devin service user token",
        grants: "runs sessions of the organization",
        keywords: &["cog_"],
        regex: "cog_[2-7a-z]{52}",
        max: 56,
        check: proof::alone,
        revoke: "revoke it at app.devin.ai/settings/service-users",
        examples: &["cog_{lower:12}5k3{lower:37}"],
        near: &["cog_{lower:20}", "cog_{HEX:52}"],
        ..PROVIDER
    },
];
