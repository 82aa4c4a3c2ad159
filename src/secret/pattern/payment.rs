//! Money.

use super::{PROVIDER, Pattern, check, named};

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        id: "stripe-secret",
        name: "Stripe secret key",
        keywords: &["sk_live_", "rk_live_", "sk_test_", "rk_test_"],
        regex: "[sr]k_(?:live|test)_[0-9A-Za-z]{24,128}",
        max: 136,
        check: check::mixed,
        revoke: "roll it at dashboard.stripe.com/apikeys",
        examples: &["sk_live_{base62:24}", "rk_live_{base62:99}", "sk_test_{base62:24}"],
        near: &["sk_live_xxxxxxxxxxxxxxxxxxxxxxxx", "sk_live_{base62:9}", "pk_live_{base62:24}"],
        ..PROVIDER
    },
    Pattern {
        id: "stripe-webhook",
        name: "Stripe webhook secret",
        keywords: &["whsec_"],
        regex: "whsec_[0-9A-Za-z]{32,64}",
        max: 70,
        revoke: "roll it at dashboard.stripe.com/webhooks",
        examples: &["whsec_{base62:32}"],
        near: &["whsec_{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "square-access-token",
        name: "Square access token",
        keywords: &["sq0atp-"],
        regex: "sq0atp-[0-9A-Za-z_-]{22}",
        max: 29,
        revoke: "replace it at developer.squareup.com/apps",
        examples: &["sq0atp-{b64url:21}x"],
        near: &["sq0atp-{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "square-production-token",
        name: "Square access token",
        keywords: &["EAAA"],
        regex: "EAAA[0-9A-Za-z_-]{60}",
        max: 64,
        check: check::mixed,
        revoke: "replace it at developer.squareup.com/apps",
        examples: &["EAAA{b64url:59}x"],
        near: &["EAAA{base62:20}"],
        ..PROVIDER
    },
    Pattern {
        id: "square-oauth-secret",
        name: "Square OAuth secret",
        keywords: &["sq0csp-"],
        regex: "sq0csp-[0-9A-Za-z_-]{43}",
        max: 50,
        revoke: "replace it at developer.squareup.com/apps",
        examples: &["sq0csp-{b64url:42}x"],
        near: &["sq0csp-{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "shopify",
        name: "Shopify token",
        keywords: &["shpat_", "shpca_", "shppa_", "shpss_", "shptka_"],
        regex: "shp(?:at|ca|pa|ss|tka)_[0-9a-fA-F]{32}",
        max: 39,
        revoke: "rotate it in the shop under apps, api credentials",
        examples: &["shpat_{hex:32}", "shpss_{hex:32}"],
        near: &["shpat_{hex:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "paypal-braintree",
        name: "Braintree access token",
        keywords: &["access_token$production$"],
        regex: r"access_token\$production\$[0-9a-z]{16}\$[0-9a-f]{32}",
        max: 73,
        revoke: "revoke it in braintree under settings, api",
        examples: &["access_token$production${lower36:16}${hex:32}"],
        near: &["access_token$production${lower36:5}"],
        ..PROVIDER
    },
    Pattern {
        id: "flutterwave",
        name: "Flutterwave secret key",
        keywords: &["FLWSECK-"],
        regex: "FLWSECK-[0-9a-f]{32,64}-X",
        max: 74,
        revoke: "renew it at app.flutterwave.com under settings, api",
        examples: &["FLWSECK-{hex:32}-X"],
        near: &["FLWSECK-{hex:9}-X"],
        ..PROVIDER
    },
    Pattern {
        id: "plaid",
        name: "Plaid access token",
        keywords: &["access-production-", "access-development-"],
        regex: "access-(?:production|development)-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        max: 55,
        revoke: "remove it with /item/remove",
        examples: &["access-production-{uuid}"],
        near: &["access-sandbox-{uuid}"],
        ..PROVIDER
    },
    Pattern {
        id: "adyen",
        name: "Adyen API key",
        keywords: &["AQE"],
        regex: r"AQE[mhyn][0-9A-Za-z+/]{40,250}={0,2}-[0-9A-Za-z+/]{40,60}={0,2}-[0-9A-Za-z<>(){}\[\]^~?.,;:!#$%&*@|]{12,20}",
        max: 340,
        revoke: "renew it at ca-live.adyen.com under developers, api credentials",
        examples: &["AQEm{b64:120}-{b64:43}=-{base62:16}"],
        near: &["AQEm{base62:30}"],
        ..PROVIDER
    },
    Pattern {
        id: "coinbase-cdp",
        name: "Coinbase API key",
        keywords: &["organizations/"],
        regex: "organizations/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/apiKeys/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        max: 95,
        revoke: "delete it at portal.cdp.coinbase.com",
        examples: &["organizations/{uuid}/apiKeys/{uuid}"],
        near: &["organizations/{uuid}"],
        ..PROVIDER
    },
    Pattern {
        id: "gocardless",
        name: "GoCardless access token",
        keywords: &["gocardless"],
        regex: named!("gocardless", "live_[0-9A-Za-z_=-]{40}"),
        max: 104,
        revoke: "delete it at manage.gocardless.com/developers",
        examples: &["GOCARDLESS_TOKEN=live_{b64url:39}x"],
        near: &["GOCARDLESS_TOKEN=sandbox_{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "duffel",
        name: "Duffel token",
        keywords: &["duffel_"],
        regex: "duffel_(?:test|live)_[0-9A-Za-z_=-]{43}",
        max: 55,
        revoke: "delete it at app.duffel.com/tokens",
        examples: &["duffel_live_{b64url:42}x"],
        near: &["duffel_live_{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "lob",
        name: "Lob API key",
        keywords: &["lob_"],
        regex: named!("lob_(?:api_)?key", "(?:live|test)_(?:pub_)?[0-9a-f]{35}"),
        max: 104,
        revoke: "rotate it at dashboard.lob.com/settings/api-keys",
        examples: &["LOB_API_KEY=live_{hex:35}"],
        near: &["LOB_API_KEY=live_{hex:9}"],
        ..PROVIDER
    },
];
