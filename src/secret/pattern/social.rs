//! Messages, media and social networks.

use super::{PROVIDER, Pattern, check, named};
use crate::secret::Confidence;

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        id: "storyblok",
        name: "Storyblok access token",
        grants: "reads drafts or changes the space",
        keywords: &["storyblok"],
        regex: named!(
            r"storyblok[\w.-]{0,20}(?:key|token)",
            "(?:[0-9A-Za-z]{22}tt|[0-9A-Za-z]{40,50})"
        ),
        max: 133,
        check: check::mixed,
        revoke: "renew it in storyblok under the space, access tokens",
        examples: &["STORYBLOK_TOKEN={base62:22}tt"],
        near: &["STORYBLOK_TOKEN={base62:9}tt"],
        ..PROVIDER
    },
    Pattern {
        id: "shutterstock",
        name: "Shutterstock token",
        grants: "licenses images at the account's cost",
        keywords: &["shutterstock"],
        regex: named!(
            r"shutterstock[\w.-]{0,20}(?:key|token|secret)",
            "(?:v2/[0-9A-Za-z]{300,400}|[0-9A-Za-z]{16,32})"
        ),
        max: 490,
        check: check::mixed,
        revoke: "delete it at shutterstock.com/account/developers/apps",
        examples: &["SHUTTERSTOCK_TOKEN=v2/{base62:388}", r#"shutterstock_secret: "{base62:16}""#],
        near: &["SHUTTERSTOCK_TOKEN=v2/{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "onesignal",
        name: "OneSignal API key",
        grants: "sends notifications and reads users of the app",
        keywords: &["os_v2_app_", "os_v2_org_"],
        regex: "os_v2_(?:app|org)_[2-7a-z]{103}",
        max: 113,
        revoke: "delete it at dashboard.onesignal.com under keys & ids",
        examples: &["os_v2_app_{lower:103}"],
        near: &["os_v2_app_{lower:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "pinterest",
        name: "Pinterest access token",
        grants: "reads and changes boards and ads of the user",
        keywords: &["pina_", "pinr_"],
        regex: "pin[ar]_[0-9A-Za-z_-]{30,200}",
        max: 205,
        check: check::mixed,
        revoke: "revoke the app at pinterest.com/settings/security",
        examples: &["pina_{base62:86}"],
        near: &["pina_{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "pushbullet",
        name: "Pushbullet access token",
        grants: "reads and sends pushes of the user",
        keywords: &["pushbullet"],
        regex: named!(r"pushbullet[\w.-]{0,20}(?:key|token)", r"o\.[0-9A-Za-z]{32}"),
        max: 118,
        check: check::mixed,
        revoke: "reset it at pushbullet.com/#settings",
        examples: &["PUSHBULLET_TOKEN=o.{base62:32}"],
        near: &["PUSHBULLET_TOKEN=o.{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "pubnub-secret",
        name: "PubNub secret key",
        grants: "administers channels and access of the app",
        keywords: &["sec-c-"],
        regex: "sec-c-[0-9A-Za-z+/_-]{40,64}={0,2}",
        max: 72,
        check: check::mixed,
        revoke: "renew it at admin.pubnub.com under keysets",
        examples: &["sec-c-{b64:48}"],
        near: &["sec-c-{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "pubnub-publish",
        name: "PubNub publish key",
        grants: "publishes to channels of the app",
        keywords: &["pub-c-"],
        regex: "pub-c-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        max: 42,
        check: check::uuid,
        confidence: Confidence::Possible,
        revoke: "renew the keyset at admin.pubnub.com, or turn on access manager",
        examples: &["pub-c-{uuid}"],
        near: &["pub-c-{hex:8}"],
        ..PROVIDER
    },
    Pattern {
        id: "plivo",
        name: "Plivo auth token",
        grants: "sends messages and calls at the account's cost",
        keywords: &["plivo"],
        regex: named!(r"plivo[\w.-]{0,20}(?:token|secret)", "[0-9A-Za-z]{40}"),
        max: 120,
        check: check::mixed,
        revoke: "renew it at console.plivo.com",
        examples: &["PLIVO_AUTH_TOKEN={base62:40}"],
        near: &["PLIVO_AUTH_TOKEN={base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "novu",
        name: "Novu API key",
        grants: "sends notifications of the environment",
        keywords: &["nvu_"],
        regex: "nvu_[0-9A-Za-z]{30,64}",
        max: 68,
        check: check::mixed,
        revoke: "renew it at dashboard.novu.co/api-keys",
        examples: &["nvu_{base62:32}"],
        near: &["nvu_{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "ntfy",
        name: "ntfy access token",
        grants: "reads and sends messages of the user",
        keywords: &["ntfy"],
        regex: named!(r"ntfy[\w.-]{0,20}(?:token|auth)", "tk_[0-9a-z]{20,40}"),
        max: 121,
        check: check::mixed,
        revoke: "delete it with ntfy token remove",
        examples: &["NTFY_TOKEN=tk_{lower36:29}"],
        near: &["NTFY_TOKEN=tk_{lower36:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "telnyx",
        name: "Telnyx API key",
        grants: "sends messages and calls at the account's cost",
        keywords: &["telnyx"],
        regex: named!(r"telnyx[\w.-]{0,20}(?:key|token)", "KEY[0-9A-Za-z_-]{55}"),
        max: 138,
        check: check::mixed,
        revoke: "delete it at portal.telnyx.com under api keys",
        examples: &["TELNYX_API_KEY=KEY0{HEX:31}_{base62:22}"],
        near: &["TELNYX_API_KEY=KEY{HEX:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "twitch-stream-key",
        name: "Twitch stream key",
        grants: "streams on the channel",
        keywords: &["live_"],
        regex: "live_[0-9]{8,12}_[0-9A-Za-z]{30,36}",
        max: 54,
        revoke: "reset it at dashboard.twitch.tv under settings, stream",
        examples: &["live_{digit:9}_{base62:30}"],
        near: &["live_{digit:9}_{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "twitter-bearer",
        name: "X (Twitter) bearer token",
        grants: "reads posts as the app",
        keywords: &["AAAAAAAAAAAAAAAAAAAA"],
        regex: "A{20,24}([0-9B-Za-z%][0-9A-Za-z%]{18,60}%3D[0-9A-Za-z%]{40,70})",
        max: 158,
        check: check::twitter,
        edges: false,
        revoke: "renew it at developer.x.com under the app, keys and tokens",
        examples: &["AAAAAAAAAAAAAAAAAAAAAK{base62:10}AAAAA%2B{base62:20}%3D{base62:50}"],
        near: &[
            "AAAAAAAAAAAAAAAAAAAAAK{base62:60}",
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA%3D{base62:50}",
        ],
        ..PROVIDER
    },
    Pattern {
        id: "twitter-access-token",
        name: "X (Twitter) access token",
        grants: "reads and posts as the user",
        keywords: &["twitter"],
        regex: named!(
            r"twitter[\w.-]{0,24}(?:token|key|secret)",
            "[0-9]{15,20}-[0-9A-Za-z]{27,45}"
        ),
        max: 152,
        check: check::mixed,
        revoke: "revoke it at developer.x.com under the app, keys and tokens",
        examples: &["TWITTER_ACCESS_TOKEN={digit:18}-{base62:30}"],
        near: &["TWITTER_ACCESS_TOKEN={digit:18}-{base62:6}"],
        ..PROVIDER
    },
    Pattern {
        id: "twitter-secret",
        name: "X (Twitter) secret",
        grants: "signs requests as the app or user",
        keywords: &["twitter"],
        regex: named!(
            r"twitter[\w.-]{0,24}(?:secret|token_?secret|consumer_?key|api_?key)",
            "(?:[0-9A-Za-z]{50}|[0-9A-Za-z]{45}|[0-9A-Za-z]{25})"
        ),
        max: 142,
        check: check::mixed,
        revoke: "renew it at developer.x.com under the app, keys and tokens",
        examples: &[
            "TWITTER_CONSUMER_SECRET={base62:50}",
            r#"twitter_access_token_secret: "{base62:45}""#,
            r#"twitter_api_key = "{base62:25}""#,
        ],
        near: &["TWITTER_CONSUMER_SECRET={base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "viber",
        name: "Viber bot token",
        grants: "sends messages as the bot",
        keywords: &["viber"],
        regex: named!(r"viber[\w.-]{0,20}token", "[0-9a-z]{16}-[0-9a-z]{16}-[0-9a-z]{16}"),
        max: 129,
        check: check::mixed,
        revoke: "ask viber for a new one at partners.viber.com",
        examples: &["VIBER_AUTH_TOKEN={lower36:16}-{lower36:16}-{lower36:16}"],
        near: &["VIBER_AUTH_TOKEN={lower36:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "unsplash",
        name: "Unsplash secret key",
        grants: "acts as the app at unsplash",
        keywords: &["unsplash"],
        regex: named!(r"unsplash[\w.-]{0,20}(?:secret|access_?key)", "[0-9A-Za-z_-]{43}"),
        max: 130,
        check: check::mixed,
        revoke: "renew it at unsplash.com/oauth/applications",
        examples: &["UNSPLASH_SECRET_KEY={b64url:42}x"],
        near: &["UNSPLASH_SECRET_KEY={base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "pusher",
        name: "Pusher Channels secret",
        grants: "publishes to channels of the app",
        keywords: &["pusher"],
        regex: named!(r"pusher[\w.-]{0,20}secret", "[0-9a-f]{20}"),
        max: 101,
        check: check::mixed,
        revoke: "renew it at dashboard.pusher.com under app keys",
        examples: &["PUSHER_APP_SECRET={hex:20}"],
        near: &["PUSHER_APP_SECRET={hex:9}", "PUSHER_APP_KEY={hex:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "sendbird",
        name: "Sendbird API token",
        grants: "administers users and messages of the app",
        keywords: &["sendbird"],
        regex: named!(r"sendbird[\w.-]{0,20}token", "[0-9a-f]{40}"),
        max: 122,
        check: check::mixed,
        revoke: "renew it at dashboard.sendbird.com",
        examples: &["SENDBIRD_API_TOKEN={hex:40}"],
        near: &["SENDBIRD_API_TOKEN={hex:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "slack-bot-legacy",
        name: "Slack bot token",
        grants: "posts and reads as the bot",
        keywords: &["xoxb-"],
        regex: "xoxb-[0-9]{8,14}-[0-9A-Za-z]{18,26}",
        max: 46,
        revoke: "revoke it at api.slack.com/apps",
        examples: &["xoxb-{digit:12}-{base62:24}"],
        near: &["xoxb-{digit:12}-{base62:8}"],
        ..PROVIDER
    },
];
