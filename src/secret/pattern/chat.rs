//! Chat and calls.

use super::{PROVIDER, Pattern, check, named};
use crate::secret::Confidence;

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        id: "slack-bot",
        name: "Slack bot token",
        grants: "reads and writes as the bot in its channels",
        keywords: &["xoxb-"],
        regex: "xoxb-[0-9]{10,13}-[0-9]{10,13}-[0-9A-Za-z]{24}",
        max: 57,
        revoke: "revoke it at api.slack.com/apps under OAuth and permissions",
        examples: &["xoxb-{digit:12}-{digit:13}-{base62:24}"],
        near: &[
            "xoxb-not-a-real-token",
            "xoxb-{digit:12}-{base62:8}",
            "xoxb-123456789012-1234567890123-{base62:10}",
        ],
        ..PROVIDER
    },
    Pattern {
        id: "slack-user",
        name: "Slack user token",
        grants: "reads and writes as the user",
        keywords: &["xoxp-", "xoxe-"],
        regex: "xox[pe]-[0-9]{10,13}-[0-9]{10,13}-[0-9]{10,13}-[0-9a-f]{28,34}",
        max: 81,
        revoke: "revoke it at api.slack.com/apps under OAuth and permissions",
        examples: &["xoxp-{digit:12}-{digit:12}-{digit:13}-{hex:32}"],
        near: &["xoxp-{digit:12}-{hex:32}"],
        ..PROVIDER
    },
    Pattern {
        id: "slack-app",
        name: "Slack app token",
        grants: "opens sockets that receive the app's events",
        keywords: &["xapp-"],
        regex: "xapp-[0-9]-[0-9A-Z]{9,12}-[0-9]{10,14}-[0-9a-f]{64}",
        max: 99,
        revoke: "revoke it at api.slack.com/apps under OAuth and permissions",
        examples: &["xapp-1-A{upper36:10}-{digit:13}-{hex:64}"],
        near: &["xapp-1-A{upper36:10}-{digit:13}"],
        ..PROVIDER
    },
    Pattern {
        id: "slack-legacy",
        name: "Slack legacy token",
        grants: "reads and writes as the user or workspace",
        keywords: &["xoxa-", "xoxr-", "xoxs-", "xoxo-"],
        regex: "xox[arso]-(?:[0-9]{1,13}-){1,3}[0-9A-Za-z]{8,64}",
        max: 111,
        revoke: "revoke it at api.slack.com/apps under OAuth and permissions",
        examples: &["xoxs-{digit:10}-{digit:10}-{digit:10}-{hex:10}"],
        near: &["xoxs-{hex:5}"],
        ..PROVIDER
    },
    Pattern {
        id: "slack-config",
        name: "Slack configuration token",
        grants: "changes the settings of the user's apps",
        keywords: &["xoxe.xox", "xoxe-1"],
        regex: r"xoxe(?:\.xox[bp])?-[0-9]-[0-9A-Za-z]{146,166}",
        max: 178,
        revoke: "revoke it at api.slack.com/apps under OAuth and permissions",
        examples: &["xoxe.xoxp-1-{base62:166}"],
        near: &["xoxe.xoxp-1-{base62:30}"],
        ..PROVIDER
    },
    Pattern {
        id: "slack-cookie",
        name: "Slack session",
        grants: "is signed in as the user",
        keywords: &["xoxc-", "xoxd-"],
        regex: "(?:xoxc-[0-9]{9,15}-[0-9]{9,15}-[0-9]{9,15}-[0-9a-f]{64}|xoxd-[0-9A-Za-z%+/_-]{100,400}={0,2})",
        max: 407,
        revoke: "sign out of all sessions in the slack account",
        examples: &["xoxc-{digit:12}-{digit:12}-{digit:13}-{hex:64}"],
        near: &["xoxc-{digit:12}-{hex:20}"],
        ..PROVIDER
    },
    Pattern {
        id: "slack-webhook",
        name: "Slack webhook",
        grants: "posts to the channel",
        keywords: &["hooks.slack.com/"],
        regex: r"hooks\.slack\.com/(?:services/T[0-9A-Z]{8,11}/B[0-9A-Z]{8,11}/[0-9A-Za-z]{24}|(?:workflows|triggers)/[0-9A-Z]{8,12}/[0-9A-Za-z]{8,20}/[0-9A-Za-z/]{20,60})",
        max: 120,
        revoke: "remove it at api.slack.com/apps under incoming webhooks",
        examples: &["https://hooks.slack.com/services/T{upper36:8}/B{upper36:10}/{base62:24}"],
        near: &[
            "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX",
            "https://hooks.slack.com/services/",
        ],
        ..PROVIDER
    },
    Pattern {
        id: "discord-bot",
        name: "Discord bot token",
        grants: "acts as the bot in every server that it is in",
        keywords: &["discord", "bot"],
        regex: named!(
            "(?:discord|bot)",
            r"[MNO][0-9A-Za-z_-]{23,27}\.[0-9A-Za-z_-]{6}\.[0-9A-Za-z_-]{27,38}"
        ),
        max: 130,
        check: check::discord,
        confidence: Confidence::Certain,
        revoke: "reset it at discord.com/developers/applications under bot",
        examples: &[r#"DISCORD_TOKEN = "{base64url:412345678901234567}.{b64url:6}.{base62:38}""#],
        near: &[r#"discord: "{base62:24}.{base62:6}.{base62:27}""#],
        ..PROVIDER
    },
    Pattern {
        id: "discord-webhook",
        name: "Discord webhook",
        grants: "posts to the channel",
        keywords: &["discord.com/api/", "discordapp.com/api/"],
        regex: r"discord(?:app)?\.com/api/(?:v[0-9]{1,2}/)?webhooks/[0-9]{17,20}/[0-9A-Za-z_-]{60,80}",
        max: 133,
        revoke: "delete it in the channel under integrations, webhooks",
        examples: &["https://discord.com/api/webhooks/{digit:18}/{b64url:67}x"],
        near: &["https://discord.com/api/webhooks/{digit:18}/token"],
        ..PROVIDER
    },
    Pattern {
        id: "telegram-bot",
        name: "Telegram bot token",
        grants: "reads and writes as the bot",
        keywords: &[":AA"],
        regex: "[0-9]{6,12}:AA[0-9A-Za-z_-]{32,33}",
        max: 48,
        check: check::mixed,
        revoke: "revoke it with @BotFather",
        examples: &["{digit:10}:AA{b64url:32}x"],
        near: &["{digit:10}:AA{base62:12}", "{digit:4}:AA{base62:33}"],
        ..PROVIDER
    },
    Pattern {
        id: "teams-webhook",
        name: "Microsoft Teams webhook",
        grants: "posts to the channel",
        keywords: &["webhook.office.com/"],
        regex: r"webhook\.office\.com/webhookb2/[0-9a-f-]{36}@[0-9a-f-]{36}/IncomingWebhook/[0-9a-f]{32}/[0-9a-f-]{36}",
        max: 188,
        revoke: "remove the connector in the channel",
        examples: &[
            "https://acme.webhook.office.com/webhookb2/{uuid}@{uuid}/IncomingWebhook/{hex:32}/{uuid}",
        ],
        near: &["https://acme.webhook.office.com/webhookb2/{uuid}"],
        ..PROVIDER
    },
    Pattern {
        id: "twilio-api-key",
        name: "Twilio API key",
        grants: "names a key; with its secret, sends and calls on the account",
        keywords: &["twilio"],
        regex: named!("twilio", "SK[0-9a-f]{32}"),
        max: 89,
        revoke: "delete it at console.twilio.com under api keys",
        examples: &["TWILIO_API_KEY=SK{hex:32}"],
        near: &["SK{hex:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "twilio-auth-token",
        name: "Twilio auth token",
        grants: "does everything on the account",
        keywords: &["twilio"],
        regex: named!(r"twilio[\w.-]{0,20}(?:token|secret)", "[0-9a-f]{32}"),
        max: 113,
        revoke: "rotate it at console.twilio.com under account, auth tokens",
        examples: &[r#"twilio_auth_token = "{hex:32}""#],
        near: &["twilio_account = AC{hex:32}"],
        ..PROVIDER
    },
    Pattern {
        id: "zulip",
        name: "Zulip API key",
        grants: "reads and writes as the user or bot",
        keywords: &["zulip"],
        regex: named!(r"zulip[\w.-]{0,10}key", "[0-9A-Za-z]{32}"),
        max: 99,
        check: check::mixed,
        revoke: "regenerate it in zulip under settings, account and privacy",
        examples: &["ZULIP_API_KEY={base62:32}"],
        near: &["ZULIP_SITE=chat.acme.io"],
        ..PROVIDER
    },
    Pattern {
        id: "webex-bot",
        name: "Webex bot token",
        grants: "reads and writes as the bot in its rooms",
        keywords: &["webex"],
        regex: named!("webex", "[0-9A-Za-z]{64}_[0-9A-Za-z]{4}_[0-9a-f-]{36}"),
        max: 160,
        revoke: "regenerate it at developer.webex.com/my-apps",
        examples: &["WEBEX_TOKEN={base62:64}_{base62:4}_{uuid}"],
        near: &["WEBEX_TOKEN={base62:9}"],
        ..PROVIDER
    },
];
