//! Mail and messages to customers.

use super::{PROVIDER, Pattern, behind, check, named};
use crate::secret::around;

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        id: "sendgrid",
        name: "SendGrid API key",
        grants: "sends mail in the account's name",
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
        grants: "sends mail and reads its logs",
        keywords: &["mailgun"],
        regex: named!(
            "mailgun",
            "(?:key-[0-9A-Za-z]{32}|[0-9A-Za-z]{32}-[0-9A-Za-z]{8}-[0-9A-Za-z]{8}|[0-9A-Za-z-]{72})"
        ),
        max: 128,
        check: check::mixed,
        revoke: "delete it at app.mailgun.com/settings/api_security",
        examples: &[
            "MAILGUN_API_KEY=key-{hex:32}",
            r#"mailgun_key: "{hex:32}-{hex:8}-{hex:8}""#,
            "MAILGUN_API_KEY={base62:36}-{base62:35}",
        ],
        near: &["MAILGUN_API_KEY=key-{hex:9}", "mailgun: {hex:12}-{hex:4}-{hex:4}"],
        ..PROVIDER
    },
    Pattern {
        id: "mailchimp",
        name: "Mailchimp API key",
        grants: "reads the audience and sends campaigns",
        keywords: &["-us1", "-us2", "-us3", "-us4", "-us5", "-us6", "-us7", "-us8", "-us9"],
        regex: "[0-9a-f]{32}-us[0-9]{1,3}",
        max: 38,
        revoke: "disable it at admin.mailchimp.com/account/api",
        examples: &["{hex:32}-us14", "{hex:32}-us9"],
        near: &["{hex:20}-us14", "{hex:40}-us14"],
        ..PROVIDER
    },
    Pattern {
        id: "brevo",
        name: "Brevo API key",
        grants: "sends mail and reads contacts",
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
        grants: "sends mail from the server and reads its messages",
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
        grants: "sends mail from the account's domains",
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
        grants: "sends mail from the account's domains",
        keywords: &["mlsn."],
        regex: r"mlsn\.[0-9A-Za-z]{30,100}",
        max: 105,
        check: check::mixed,
        revoke: "delete it at app.mailersend.com/api-tokens",
        examples: &["mlsn.{hex:64}", "mlsn.{base62:40}"],
        near: &["mlsn.{hex:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "klaviyo",
        name: "Klaviyo private key",
        grants: "reads and writes profiles, lists and campaigns",
        keywords: &["klaviyo"],
        regex: behind!("klaviyo", r"[ps]k_(?:[0-9A-Za-z]{6}_)?[0-9A-Za-z]{30,50}\b"),
        max: 137,
        check: check::mixed,
        revoke: "delete it at klaviyo.com/settings/account/api-keys",
        examples: &[
            "KLAVIYO_KEY=pk_{hex:34}",
            "Authorization: Klaviyo-API-Key pk_{base62:6}_{hex:34}",
            "klaviyo_secret: sk_{base62:34}",
        ],
        near: &["KLAVIYO_KEY=pk_{hex:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "hubspot",
        name: "HubSpot private app token",
        grants: "reads and writes the customer records that the app may see",
        keywords: &["pat-na1-", "pat-na2-", "pat-eu1-", "pat-ap1-"],
        regex: "pat-(?:na[12]|eu1|ap1)-[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{12}",
        max: 44,
        revoke: "rotate it in hubspot under settings, private apps",
        examples: &["pat-na1-{uuid}", "pat-ap1-{uuid}"],
        near: &["pat-na1-{hex:8}"],
        ..PROVIDER
    },
    Pattern {
        id: "intercom",
        name: "Intercom access token",
        grants: "reads and writes customers and conversations",
        keywords: &["dG9rO"],
        regex: "dG9rO[0-9A-Za-z+/]{50,120}={0,2}",
        max: 127,
        revoke: "regenerate it at app.intercom.com/developers",
        examples: &["dG9rO{b64:75}="],
        near: &["dG9rO{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "mailgun-key",
        name: "Mailgun API key",
        grants: "sends mail and reads its logs",
        keywords: &["key-"],
        regex: "key-[0-9a-f]{32}",
        max: 36,
        check: around::near_mailgun,
        revoke: "delete it at app.mailgun.com/settings/api_security",
        examples: &["curl -u api:key-{hex:32} https://api.mailgun.net/v3/acme.io/messages"],
        near: &["cache: key-{hex:32}"],
        ..PROVIDER
    },
    Pattern {
        id: "mailjet-secret",
        name: "Mailjet secret key",
        grants: "sends mail and reads contacts",
        keywords: &["mailjet", "mj_apikey_private"],
        regex: named!(
            r"(?:mailjet[\w.-]{0,16}(?:secret|private)[\w.-]{0,8}|mj_apikey_private)",
            r"[0-9a-f]{32}\b"
        ),
        max: 119,
        check: check::mixed,
        revoke: "reset it at app.mailjet.com/account/apikeys",
        examples: &["MJ_APIKEY_PRIVATE={hex:32}", "mailjet_secret_key: {hex:32}"],
        near: &["MJ_APIKEY_PUBLIC={hex:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "mailjet-login",
        name: "Mailjet key pair",
        grants: "sends mail and reads contacts",
        keywords: &["mailjet"],
        regex: behind!("mailjet", "[0-9A-Za-z+/]{87}="),
        max: 165,
        check: check::mixed,
        revoke: "reset it at app.mailjet.com/account/apikeys",
        examples: &[r#"mailjet_auth = "{b64:87}=""#],
        near: &[r#"mailjet_auth = "{b64:9}=""#],
        ..PROVIDER
    },
    Pattern {
        id: "mailmodo",
        name: "Mailmodo API key",
        grants: "sends campaigns and reads contacts",
        keywords: &["mailmodo"],
        regex: behind!("mailmodo", r"[0-9A-Za-z]{7}(?:-[0-9A-Za-z]{7}){3}\b"),
        max: 109,
        check: check::drawn,
        revoke: "renew it at manage.mailmodo.com/app/settings/apikey",
        examples: &["MAILMODO_API_KEY={upper36:7}-{upper36:7}-{upper36:7}-{upper36:7}"],
        near: &["MAILMODO_API_KEY={upper36:7}"],
        ..PROVIDER
    },
    Pattern {
        id: "mailsac",
        name: "Mailsac API key",
        grants: "reads the account's inboxes",
        keywords: &["mailsac"],
        regex: behind!("mailsac", r"k_[0-9A-Za-z]{36,64}\b"),
        max: 143,
        check: check::mixed,
        revoke: "delete it at mailsac.com/api-keys",
        examples: &["MAILSAC_KEY=k_{base62:40}"],
        near: &["MAILSAC_KEY=k_{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "mandrill",
        name: "Mandrill API key",
        grants: "sends mail in the account's name",
        keywords: &["mandrill"],
        regex: named!(
            r"mandrill[\w.-]{0,16}(?:key|token|password|secret)",
            "(?:md-)?[0-9A-Za-z_-]{20,24}"
        ),
        max: 108,
        check: check::mixed,
        revoke: "delete it at mandrillapp.com/settings",
        examples: &["MANDRILL_API_KEY=md-{base62:22}", "mandrill_key: {base62:22}"],
        near: &["MANDRILL_API_KEY={base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "elastic-email",
        name: "Elastic Email API key",
        grants: "sends mail and reads contacts",
        keywords: &["elasticemail", "elastic_email"],
        regex: behind!("elastic_?email", r"[0-9A-Za-z_-]{96}\b"),
        max: 179,
        check: check::mixed,
        revoke: "delete it at app.elasticemail.com/api/settings/manage-api",
        examples: &["ELASTICEMAIL_API_KEY={HEX:96}"],
        near: &["ELASTICEMAIL_API_KEY={HEX:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "getemail",
        name: "GetEmail API key",
        grants: "looks up addresses at the owner's expense",
        keywords: &["getemail"],
        regex: named!(r"getemail[\w.-]{0,12}key", r"[0-9A-Za-z-]{20}\b"),
        max: 92,
        check: check::mixed,
        revoke: "renew it at app.getemail.io under api",
        examples: &["GETEMAIL_API_KEY={base62:20}"],
        near: &["GETEMAIL_API_KEY={base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "kickbox",
        name: "Kickbox API key",
        grants: "checks addresses at the owner's expense",
        keywords: &["kickbox"],
        regex: behind!("kickbox", r"(?:live|test)_[0-9A-Za-z]{64}\b"),
        max: 146,
        revoke: "delete it at app.kickbox.com under api keys",
        examples: &["https://api.kickbox.com/v2/verify?email=ana@acme.io&apikey=live_{hex:64}"],
        near: &["KICKBOX_API_KEY=live_{hex:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "mixmax",
        name: "Mixmax API token",
        grants: "sends and reads mail as the user",
        keywords: &["mixmax"],
        regex: named!(r"mixmax[\w.-]{0,12}(?:token|key)", "[0-9A-Za-z_-]{36}"),
        max: 108,
        check: check::mixed,
        revoke: "delete it at app.mixmax.com under integrations",
        examples: &["MIXMAX_API_TOKEN={uuid}"],
        near: &["MIXMAX_SEQUENCE={uuid}"],
        ..PROVIDER
    },
    Pattern {
        id: "less-annoying-crm",
        name: "Less Annoying CRM API key",
        grants: "reads and writes contacts",
        keywords: &["lessannoying", "less_annoying"],
        regex: behind!("less_?annoying", r"[0-9A-Za-z-]{57}\b"),
        max: 140,
        check: check::mixed,
        revoke: "delete it at lessannoyingcrm.com under programmer api",
        examples: &["LESSANNOYINGCRM_KEY={digit:7}-{base62:49}"],
        near: &["LESSANNOYINGCRM_KEY={digit:7}"],
        ..PROVIDER
    },
];
