//! Reaching people: messages, marketing, sales, support and short links.

use super::{PROVIDER, Pattern, keyed, named};
use crate::secret::proof;

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        id: "apollo-io",
        name: "Apollo.io API key",
        grants: "reads and writes contacts and sequences",
        keywords: &["apollo"],
        regex: keyed!("apollo", "[0-9A-Za-z_-]{22}"),
        max: 123,
        check: proof::alone,
        revoke: "delete it at app.apollo.io under settings, integrations",
        examples: &[
            "APOLLO_API_KEY={base62:22}",
            r#"apollo:
  api_key: "{base62:22}""#,
        ],
        near: &["APOLLO_API_KEY={base62:9}", "APOLLO_REVISION={base62:22}"],
        ..PROVIDER
    },
    Pattern {
        id: "appointedd",
        name: "Appointedd API key",
        grants: "reads and writes bookings and customers",
        keywords: &["appointedd"],
        regex: keyed!("appointedd", "[0-9A-Za-z+/]{86}==|[0-9A-Za-z+=]{88}"),
        max: 193,
        check: proof::alone,
        revoke: "revoke it in appointedd under settings, api",
        examples: &[
            "APPOINTEDD_API_KEY={base62:86}==",
            r#"appointedd:
  api_key: "{base62:86}==""#,
        ],
        near: &["APPOINTEDD_API_KEY={base62:9}", "APPOINTEDD_REVISION={base62:86}=="],
        ..PROVIDER
    },
    Pattern {
        id: "ayrshare",
        name: "Ayrshare API key",
        grants: "posts to the social accounts of the profile",
        keywords: &["ayrshare"],
        regex: keyed!(
            "ayrshare",
            "[0-9A-Za-z]{7,8}-[0-9A-Za-z]{7,8}-[0-9A-Za-z]{7,8}-[0-9A-Za-z]{7,8}"
        ),
        max: 138,
        check: proof::alone,
        revoke: "regenerate it at app.ayrshare.com/api",
        examples: &[
            "AYRSHARE_API_KEY={upper36:8}-{upper36:8}-{upper36:8}-{upper36:8}",
            r#"ayrshare:
  api_key: "{upper36:8}-{upper36:8}-{upper36:8}-{upper36:8}""#,
        ],
        near: &[
            "AYRSHARE_API_KEY={base62:9}",
            "AYRSHARE_REVISION={upper36:8}-{upper36:8}-{upper36:8}-{upper36:8}",
        ],
        ..PROVIDER
    },
    Pattern {
        id: "baremetrics",
        name: "Baremetrics API key",
        grants: "reads the revenue and customers of the account",
        keywords: &["baremetrics"],
        regex: keyed!("baremetrics", "[0-9A-Za-z_-]{25}"),
        max: 131,
        check: proof::alone,
        revoke: "revoke it at app.baremetrics.com/settings/api",
        examples: &[
            "BAREMETRICS_API_KEY=sk_{base62:22}",
            r#"baremetrics:
  api_key: "sk_{base62:22}""#,
        ],
        near: &["BAREMETRICS_API_KEY={base62:9}", "BAREMETRICS_REVISION=sk_{base62:22}"],
        ..PROVIDER
    },
    Pattern {
        id: "beamer",
        name: "Beamer API key",
        grants: "reads and writes posts and feedback",
        keywords: &["beamer"],
        regex: keyed!("beamer", "b_[0-9A-Za-z+/=_-]{44}"),
        max: 147,
        check: proof::alone,
        revoke: "delete it at app.getbeamer.com under settings, api",
        examples: &[
            "BEAMER_API_KEY=b_{base62:43}=",
            r#"beamer:
  api_key: "b_{base62:43}=""#,
        ],
        near: &["BEAMER_API_KEY={base62:9}", "BEAMER_REVISION=b_{base62:43}="],
        ..PROVIDER
    },
    Pattern {
        id: "besnappy",
        name: "Snappy API key",
        grants: "reads and writes the tickets of the account",
        keywords: &["besnappy"],
        regex: keyed!("besnappy", "[0-9a-f]{64}"),
        max: 167,
        check: proof::alone,
        revoke: "reset it in snappy under your account",
        examples: &[
            "BESNAPPY_API_KEY={hex:64}",
            r#"besnappy:
  api_key: "{hex:64}""#,
        ],
        near: &["BESNAPPY_API_KEY={base62:9}", "BESNAPPY_REVISION={hex:64}"],
        ..PROVIDER
    },
    Pattern {
        id: "bitly",
        name: "Bitly access token",
        grants: "makes and changes links of the group",
        keywords: &["bitly"],
        regex: keyed!("bitly", "[0-9a-f]{40}"),
        max: 140,
        check: proof::alone,
        revoke: "revoke it at app.bitly.com/settings/api",
        examples: &[
            "BITLY_ACCESS_TOKEN={hex:40}",
            r#"bitly:
  api_key: "{hex:40}""#,
        ],
        near: &["BITLY_ACCESS_TOKEN={base62:9}", "BITLY_REVISION={hex:40}"],
        ..PROVIDER
    },
    Pattern {
        id: "bombbomb",
        name: "BombBomb API token",
        grants: "reads and writes videos and contacts",
        keywords: &["bombbomb"],
        regex: keyed!("bombbomb", "[0-9A-Za-z+/=]{88}|eyJ[0-9A-Za-z._-]{100,800}"),
        max: 906,
        check: proof::alone,
        revoke: "revoke it in bombbomb under settings, integrations",
        examples: &[
            "BOMBBOMB_API_TOKEN={base62:86}==",
            r#"bombbomb_api_token: "eyJ{base62:150}""#,
            r#"bombbomb:
  api_key: "{base62:86}==""#,
        ],
        near: &["BOMBBOMB_API_TOKEN={base62:9}", "BOMBBOMB_REVISION={base62:86}=="],
        ..PROVIDER
    },
    Pattern {
        id: "capsule-crm",
        name: "Capsule CRM token",
        grants: "reads and writes contacts and cases",
        keywords: &["capsulecrm", "capsule_crm", "capsule-crm", "capsule_token", "capsule_api"],
        regex: keyed!(
            "(?:capsulecrm|capsule_crm|capsule-crm|capsule_token|capsule_api)",
            "[0-9A-Za-z+/._=-]{64}"
        ),
        max: 172,
        check: proof::alone,
        revoke: "revoke it in capsule under my preferences, api",
        examples: &[
            "CAPSULECRM_TOKEN={base62:64}",
            r#"capsulecrm:
  api_key: "{base62:64}""#,
        ],
        near: &["CAPSULECRM_TOKEN={base62:9}", "CAPSULECRM_REVISION={base62:64}"],
        ..PROVIDER
    },
    Pattern {
        id: "chatbot",
        name: "ChatBot token",
        grants: "reads and changes the bots and their users",
        keywords: &["chatbot"],
        regex: keyed!("chatbot", "[0-9A-Za-z_]{32}"),
        max: 134,
        check: proof::alone,
        revoke: "delete it in chatbot under settings, developer",
        examples: &[
            "CHATBOT_TOKEN={base62:32}",
            r#"chatbot:
  api_key: "{base62:32}""#,
        ],
        near: &["CHATBOT_TOKEN={base62:9}", "CHATBOT_REVISION={base62:32}"],
        ..PROVIDER
    },
    Pattern {
        id: "chatfuel",
        name: "Chatfuel token",
        grants: "sends messages through the bots",
        keywords: &["chatfuel"],
        regex: keyed!("chatfuel", "[0-9A-Za-z]{128}"),
        max: 231,
        check: proof::alone,
        revoke: "regenerate it in chatfuel under the bot's settings",
        examples: &[
            "CHATFUEL_TOKEN={base62:128}",
            r#"chatfuel:
  api_key: "{base62:128}""#,
        ],
        near: &["CHATFUEL_TOKEN={base62:9}", "CHATFUEL_REVISION={base62:128}"],
        ..PROVIDER
    },
    Pattern {
        id: "clearbit",
        name: "Clearbit secret key",
        grants: "looks up people and companies on the account",
        keywords: &["clearbit"],
        regex: keyed!("clearbit", "sk_[0-9A-Za-z]{32}"),
        max: 138,
        check: proof::alone,
        revoke: "roll it at dashboard.clearbit.com/api",
        examples: &[
            "CLEARBIT_API_KEY=sk_{hex:32}",
            r#"clearbit:
  api_key: "sk_{hex:32}""#,
        ],
        near: &["CLEARBIT_API_KEY=sk_{hex:12}", "CLEARBIT_KEY=pk_{hex:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "close-crm",
        name: "Close API key",
        grants: "reads and writes leads and calls",
        keywords: &[
            "closecrm",
            "close_crm",
            "close-crm",
            "closeio",
            "close.io",
            "close.com",
            "close_api",
        ],
        regex: keyed!(
            r"close(?:[._-]?(?:crm|io|api)|\.com)",
            r"api_[0-9A-Za-z]{20,24}\.[0-9A-Za-z]{20,24}|api_[0-9A-Za-z.]{45}"
        ),
        max: 157,
        check: proof::alone,
        revoke: "delete it at app.close.com/settings/api",
        examples: &["CLOSE_API_KEY=api_{base62:22}.{base62:22}"],
        near: &["CLOSE_API_KEY={base62:9}", "CLOSE_REVISION=api_{base62:22}.{base62:22}"],
        ..PROVIDER
    },
    Pattern {
        id: "convertkit",
        name: "Kit (ConvertKit) API secret",
        grants: "reads and writes subscribers and mails",
        keywords: &["convertkit"],
        regex: keyed!("convertkit", "[0-9A-Za-z_-]{22}|[0-9A-Za-z_-]{43}|kit_[0-9a-f]{32}"),
        max: 148,
        check: proof::alone,
        revoke: "regenerate it at app.kit.com under settings, developer",
        examples: &[
            "CONVERTKIT_API_SECRET={base62:22}",
            r#"convertkit_api_secret: "kit_{hex:32}""#,
            r#"convertkit:
  api_key: "{base62:22}""#,
        ],
        near: &["CONVERTKIT_API_SECRET={base62:9}", "CONVERTKIT_REVISION={base62:22}"],
        ..PROVIDER
    },
    Pattern {
        id: "courier",
        name: "Courier API key",
        grants: "sends messages through the workspace",
        keywords: &["pk_prod_", "pk_test_"],
        regex: "pk_(?:prod_[0-9A-Za-z]{20,40}|test_[0-9A-Z]{28})",
        max: 48,
        check: proof::alone,
        revoke: "rotate it at app.courier.com/settings/api-keys",
        examples: &["pk_prod_{upper36:28}", "pk_test_{upper36:28}"],
        near: &["pk_prod_{upper36:12}", "pk_test_{base62:24}"],
        ..PROVIDER
    },
    Pattern {
        id: "courier-named",
        name: "Courier API key",
        grants: "sends messages through the workspace",
        keywords: &["courier"],
        regex: keyed!("courier", "pk_[0-9A-Za-z]{2,16}_[0-9A-Za-z]{20,40}"),
        max: 162,
        check: proof::alone,
        revoke: "rotate it at app.courier.com/settings/api-keys",
        examples: &[
            "COURIER_AUTH_TOKEN=pk_dev_{base62:28}",
            r#"courier:
  api_key: "pk_dev_{base62:28}""#,
        ],
        near: &["COURIER_AUTH_TOKEN={base62:9}", "COURIER_REVISION=pk_dev_{base62:28}"],
        ..PROVIDER
    },
    Pattern {
        id: "drift",
        name: "Drift token",
        grants: "reads and writes conversations and contacts",
        keywords: &["drft_"],
        regex: "drft_[0-9A-Za-z_-]{40,80}",
        max: 85,
        check: proof::alone,
        revoke: "revoke the app at dev.drift.com",
        examples: &["drft_{base62:48}"],
        near: &["drft_{base62:20}"],
        ..PROVIDER
    },
    Pattern {
        id: "apifonica",
        name: "Apifonica token",
        grants: "sends messages and calls on the account",
        keywords: &["apifonica"],
        regex: keyed!(
            "apifonica",
            "[0-9A-Za-z]{11}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{12}"
        ),
        max: 143,
        check: proof::alone,
        revoke: "change it in apifonica under account settings",
        examples: &[
            "APIFONICA_AUTH_TOKEN={lower36:11}-{lower36:4}-{lower36:4}-{lower36:4}-{lower36:12}",
            r#"apifonica:
  api_key: "{lower36:11}-{lower36:4}-{lower36:4}-{lower36:4}-{lower36:12}""#,
        ],
        near: &[
            "APIFONICA_AUTH_TOKEN={base62:9}",
            "APIFONICA_REVISION={lower36:11}-{lower36:4}-{lower36:4}-{lower36:4}-{lower36:12}",
        ],
        ..PROVIDER
    },
    Pattern {
        id: "d7-networks",
        name: "D7 Networks API token",
        grants: "sends messages on the account",
        keywords: &["d7network", "d7_network", "d7sms"],
        regex: keyed!("d7(?:_?network|sms)", "[0-9A-Za-z]{22,23}={1,2}"),
        max: 130,
        check: proof::alone,
        revoke: "delete it at app.d7networks.com",
        examples: &[
            "D7NETWORKS_API_TOKEN={base62:23}=",
            r#"d7network:
  api_key: "{base62:23}=""#,
        ],
        near: &["D7NETWORKS_API_TOKEN={base62:9}", "D7NETWORKS_REVISION={base62:23}="],
        ..PROVIDER
    },
    Pattern {
        id: "notify-canada",
        name: "GC Notify API key",
        grants: "sends messages of the service",
        keywords: &["gcntfy-"],
        regex: "gcntfy-[0-9A-Za-z_-]{1,64}?-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        max: 145,
        revoke: "revoke it at notification.canada.ca under api integration",
        examples: &["ApiKey-v1 gcntfy-acme-{uuid}-{uuid}"],
        near: &["gcntfy-acme-{uuid}", "gcntfy-acme"],
        ..PROVIDER
    },
    Pattern {
        id: "discord-client-secret",
        name: "Discord client secret",
        grants: "acts as the application at discord",
        keywords: &["discord"],
        regex: named!(r"discord[\w.-]{0,16}secret", "[0-9A-Za-z_-]{32}"),
        max: 110,
        check: proof::alone,
        revoke: "reset it at discord.com/developers/applications",
        examples: &["DISCORD_CLIENT_SECRET={base62:32}"],
        near: &["DISCORD_CLIENT_SECRET={base62:9}", "DISCORD_CLIENT_ID={digit:18}"],
        ..PROVIDER
    },
];
