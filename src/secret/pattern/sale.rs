//! Shops, payments and the books behind them.

use super::{PROVIDER, Pattern, behind, check, named};

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        id: "ebay-secret",
        name: "eBay cert ID",
        grants: "asks for tokens in the app's name",
        keywords: &["PRD-", "SBX-"],
        regex: "(?:PRD|SBX)-[0-9a-f]{8,12}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4,12}",
        max: 44,
        revoke: "reset it at developer.ebay.com/my/keys",
        examples: &[
            "PRD-{hex:12}-{hex:4}-{hex:4}-{hex:4}-{hex:4}",
            "SBX-{hex:8}-{hex:4}-{hex:4}-{hex:4}-{hex:12}",
        ],
        near: &["anaacme-shop-PRD-{hex:9}-{hex:8}"],
        ..PROVIDER
    },
    Pattern {
        id: "etsy",
        name: "Etsy API key",
        grants: "calls the shop interface in the app's name",
        keywords: &["etsy"],
        regex: named!(
            r"etsy[\w.-]{0,12}(?:key(?:string)?|secret|token)",
            r"[0-9A-Za-z]{24}(?::[0-9A-Za-z]{10,64})?\b"
        ),
        max: 163,
        check: check::mixed,
        revoke: "renew it at etsy.com/developers/your-apps",
        examples: &["ETSY_API_KEY={lower36:24}", "etsy_api_key: {lower36:24}:{lower36:10}"],
        near: &["ETSY_API_KEY={lower36:12}", "ETSY_SHOP={lower36:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "etsy-access-token",
        name: "Etsy access token",
        grants: "acts as the seller until it ends",
        keywords: &["etsy"],
        regex: behind!("etsy", r"[0-9]{6,12}\.[0-9A-Za-z_-]{60,120}\b"),
        max: 207,
        check: check::mixed,
        revoke: "it ends within an hour; remove the app at etsy.com/your/apps",
        examples: &[r#"etsy_token = "{digit:8}.{b64url:85}x""#],
        near: &[r#"etsy_price = "{digit:8}.{base62:9}""#],
        ..PROVIDER
    },
    Pattern {
        id: "flexport",
        name: "Flexport token",
        grants: "reads and writes shipments",
        keywords: &["shltm_"],
        regex: "shltm_[0-9A-Za-z_-]{40}",
        max: 46,
        revoke: "delete it in flexport under settings, api credentials",
        examples: &["shltm_{b64url:39}x"],
        near: &["shltm_{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "flutterwave-key",
        name: "Flutterwave secret key",
        grants: "takes payments and sends transfers",
        keywords: &["FLWSECK_TEST-", "FLWSECK_LIVE-"],
        regex: "FLWSECK_(?:TEST|LIVE)-[0-9A-Za-z]{32,64}-[Xx]",
        max: 79,
        revoke: "renew it at app.flutterwave.com under settings, api",
        examples: &["FLWSECK_TEST-{hex:32}-X", "FLWSECK_LIVE-{hex:32}-X"],
        near: &["FLWSECK_TEST-SANDBOXDEMOKEY-X", "FLWPUBK_TEST-{hex:32}-X"],
        ..PROVIDER
    },
    Pattern {
        id: "flutterwave-encryption",
        name: "Flutterwave encryption key",
        grants: "encrypts card data as the shop",
        keywords: &["FLWSECK_TEST", "FLWSECK_LIVE"],
        regex: "FLWSECK_(?:TEST|LIVE)-?[0-9A-Ha-h]{12}",
        max: 25,
        revoke: "renew it at app.flutterwave.com under settings, api",
        examples: &["FLWSECK_TEST{hex:12}"],
        near: &["FLWSECK_TEST-{hex:4}"],
        ..PROVIDER
    },
    Pattern {
        id: "freemius",
        name: "Freemius secret key",
        grants: "manages the plugin's sales",
        keywords: &["secret_key"],
        regex: r#"(?i:["']secret_key["'])\s{0,3}=>\s{0,3}["'](sk_[^\s"'$]{29})["']"#,
        max: 54,
        check: check::mixed,
        revoke: "regenerate it at dashboard.freemius.com under settings",
        examples: &["'secret_key' => 'sk_{base62:14};{base62:14}',"],
        near: &["'secret_key' => 'sk_{base62:9}',"],
        ..PROVIDER
    },
    Pattern {
        id: "gumroad",
        name: "Gumroad access token",
        grants: "reads sales and changes products",
        keywords: &["gumroad"],
        regex: named!(
            r"gumroad[\w.-]{0,12}(?:token|secret|key)",
            "(?:[0-9a-f]{64}|[0-9A-Za-z_-]{43})"
        ),
        max: 138,
        check: check::mixed,
        revoke: "revoke it at app.gumroad.com/settings/advanced",
        examples: &["GUMROAD_ACCESS_TOKEN={b64url:42}x", "gumroad_secret: {hex:64}"],
        near: &["GUMROAD_ACCESS_TOKEN={base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "highnote",
        name: "Highnote secret key",
        grants: "issues cards and moves money",
        keywords: &["_live_a2V5X", "_test_a2V5X"],
        regex: "[sr]k_(?:live|test)_a2V5X[0-9A-Za-z+/]{70}={0,2}",
        max: 85,
        revoke: "delete it at dashboard.highnote.com under api keys",
        examples: &["sk_live_a2V5Xz{b64:69}="],
        near: &["sk_live_a2V5X{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "hiveage",
        name: "Hiveage API key",
        grants: "reads and writes invoices",
        keywords: &["hiveage"],
        regex: named!(r"hiveage[\w.-]{0,12}(?:key|token)", "[0-9A-Za-z_-]{20}"),
        max: 93,
        check: check::mixed,
        revoke: "regenerate it in hiveage under my profile",
        examples: &["HIVEAGE_API_KEY={base62:19}x"],
        near: &["HIVEAGE_API_KEY={base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "freshbooks",
        name: "FreshBooks client secret",
        grants: "asks for tokens in the app's name",
        keywords: &["freshbooks"],
        regex: named!(r"freshbooks[\w.-]{0,12}(?:secret|token|key)", r"[0-9a-f]{64}\b"),
        max: 141,
        check: check::mixed,
        revoke: "reset it at my.freshbooks.com/#/developer",
        examples: &["FRESHBOOKS_CLIENT_SECRET={hex:64}"],
        near: &["FRESHBOOKS_CLIENT_ID={hex:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "finicity",
        name: "Finicity secret",
        grants: "reads bank accounts of the app's customers",
        keywords: &["finicity"],
        regex: named!(
            r"finicity[\w.-]{0,16}(?:secret|key|token)",
            r"(?:[0-9a-f]{32}|[0-9A-Za-z]{20})\b"
        ),
        max: 111,
        check: check::mixed,
        revoke: "reset it at developer.mastercard.com under the project",
        examples: &["FINICITY_APP_KEY={hex:32}", r#"finicity_partner_secret = "{base62:20}""#],
        near: &["FINICITY_PARTNER_ID={digit:13}"],
        ..PROVIDER
    },
    Pattern {
        id: "lemon-squeezy",
        name: "Lemon Squeezy API key",
        grants: "reads orders and changes subscriptions",
        keywords: &["lmsq_"],
        regex: "lmsq_[0-9A-Za-z]{30,64}",
        max: 69,
        check: check::mixed,
        revoke: "delete it at app.lemonsqueezy.com/settings/api",
        examples: &["lmsq_{base62:40}"],
        near: &["lmsq_{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "lob-live",
        name: "Lob API key",
        grants: "sends letters and checks at the owner's expense",
        keywords: &["live_"],
        regex: "live_[0-9a-f]{35}",
        max: 40,
        check: check::mixed,
        revoke: "rotate it at dashboard.lob.com/settings/api-keys",
        examples: &["live_{hex:35}"],
        near: &["live_pub_{hex:31}", "live_{hex:20}"],
        ..PROVIDER
    },
    Pattern {
        id: "lunch-money",
        name: "Lunch Money access token",
        grants: "reads and writes the budget",
        keywords: &["lunchmoney", "lunch_money"],
        regex: behind!("lunch_?money", r"[0-9a-f]{50}\b"),
        max: 131,
        check: check::mixed,
        revoke: "revoke it at my.lunchmoney.app/developers",
        examples: &["LUNCHMONEY_TOKEN={hex:50}"],
        near: &["LUNCHMONEY_TOKEN={hex:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "mercury",
        name: "Mercury API token",
        grants: "reads the bank account and, if it may write, sends money",
        keywords: &["mercury_production_", "mercury_sandbox_"],
        regex: "mercury_(?:production|sandbox)_[a-z]{3,6}_[0-9A-Za-z]{40,50}_yrucrem",
        max: 84,
        revoke: "delete it at app.mercury.com/settings/tokens",
        examples: &["secret-token:mercury_production_rma_{base62:44}_yrucrem"],
        near: &["mercury_production_rma_{base62:9}_yrucrem"],
        ..PROVIDER
    },
    Pattern {
        id: "midtrans",
        name: "Midtrans server key",
        grants: "charges and refunds in the shop's name",
        keywords: &["Mid-server-"],
        regex: "(?i:mid-server-)[0-9A-Za-z_-]{10,32}",
        max: 43,
        check: check::mixed,
        revoke: "ask midtrans to renew it; see dashboard.midtrans.com under settings, access keys",
        examples: &["Mid-server-{base62:23}x", "SB-Mid-server-{base62:23}x"],
        near: &["Mid-client-{base62:16}", "mid-server-configuration"],
        ..PROVIDER
    },
];
