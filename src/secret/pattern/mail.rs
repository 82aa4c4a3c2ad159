//! Mail and messages to customers.

use super::{PROVIDER, Pattern, check, named};

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        id: "sendgrid",
        name: "SendGrid API key",
        keywords: &["SG."],
        regex: r"SG\.[0-9A-Za-z_-]{22}\.[0-9A-Za-z_-]{43}",
        max: 69,
        revoke: "delete it at app.sendgrid.com/settings/api_keys",
        examples: &["SG.{b64url:22}.{b64url:42}x"],
        near: &["SG.{base62:9}.{base62:43}", "SG.xxxxxxxxxxxxxxxxxxxxxx.{base62:43}"],
        ..PROVIDER
    },
    Pattern {
        id: "mailgun",
        name: "Mailgun API key",
        keywords: &["mailgun"],
        regex: named!("mailgun", "(?:key-[0-9a-f]{32}|[0-9a-f]{32}-[0-9a-f]{8}-[0-9a-f]{8})"),
        max: 106,
        revoke: "delete it at app.mailgun.com/settings/api_security",
        examples: &["MAILGUN_API_KEY=key-{hex:32}", r#"mailgun_key: "{hex:32}-{hex:8}-{hex:8}""#],
        near: &["MAILGUN_API_KEY=key-{hex:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "mailchimp",
        name: "Mailchimp API key",
        keywords: &["-us1", "-us2", "-us3", "-us4", "-us5", "-us6", "-us7", "-us8", "-us9"],
        regex: "[0-9a-f]{32}-us[0-9]{1,2}",
        max: 37,
        revoke: "disable it at admin.mailchimp.com/account/api",
        examples: &["{hex:32}-us14"],
        near: &["{hex:20}-us14", "{hex:40}-us14"],
        ..PROVIDER
    },
    Pattern {
        id: "brevo",
        name: "Brevo API key",
        keywords: &["xkeysib-"],
        regex: "xkeysib-[0-9a-f]{64}(?:-[0-9A-Za-z]{16})?",
        max: 89,
        revoke: "delete it at app.brevo.com/settings/keys/api",
        examples: &["xkeysib-{hex:64}-{base62:16}"],
        near: &["xkeysib-{hex:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "postmark",
        name: "Postmark server token",
        keywords: &["postmark"],
        regex: named!(
            r"postmark[\w.-]{0,20}token",
            "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
        ),
        max: 118,
        revoke: "renew it at account.postmarkapp.com under the server, api tokens",
        examples: &["POSTMARK_SERVER_TOKEN={uuid}"],
        near: &["POSTMARK_MESSAGE={uuid}"],
        ..PROVIDER
    },
    Pattern {
        id: "resend",
        name: "Resend API key",
        keywords: &["re_"],
        regex: "re_[0-9A-Za-z]{8}_[0-9A-Za-z]{24}",
        max: 36,
        check: check::mixed,
        revoke: "delete it at resend.com/api-keys",
        examples: &["re_{base62:8}_{base62:24}"],
        near: &["re_{base62:8}"],
        ..PROVIDER
    },
    Pattern {
        id: "mailersend",
        name: "MailerSend token",
        keywords: &["mlsn."],
        regex: r"mlsn\.[0-9a-f]{64}",
        max: 69,
        revoke: "delete it at app.mailersend.com/api-tokens",
        examples: &["mlsn.{hex:64}"],
        near: &["mlsn.{hex:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "klaviyo",
        name: "Klaviyo private key",
        keywords: &["klaviyo"],
        regex: named!("klaviyo", "pk_[0-9a-f]{34}"),
        max: 93,
        revoke: "delete it at klaviyo.com/settings/account/api-keys",
        examples: &["KLAVIYO_KEY=pk_{hex:34}"],
        near: &["KLAVIYO_KEY=pk_{hex:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "hubspot",
        name: "HubSpot private app token",
        keywords: &["pat-na1-", "pat-na2-", "pat-eu1-"],
        regex: "pat-(?:na1|na2|eu1)-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        max: 44,
        revoke: "rotate it in hubspot under settings, private apps",
        examples: &["pat-na1-{uuid}"],
        near: &["pat-na1-{hex:8}"],
        ..PROVIDER
    },
    Pattern {
        id: "intercom",
        name: "Intercom access token",
        keywords: &["dG9rO"],
        regex: "dG9rO[0-9A-Za-z+/]{50,120}={0,2}",
        max: 127,
        revoke: "regenerate it at app.intercom.com/developers",
        examples: &["dG9rO{b64:75}="],
        near: &["dG9rO{base62:9}"],
        ..PROVIDER
    },
];
