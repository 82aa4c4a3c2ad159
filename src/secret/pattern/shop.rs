//! Shops and payments, further ones.

use super::{PROVIDER, Pattern, keyed};
use crate::secret::proof;

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        id: "asaas",
        name: "Asaas API key",
        grants: "moves money of the account",
        keywords: &["$aact_"],
        regex: r"\$aact_(?:prod_|hmlg_)?[0-9A-Za-z+/=_-]{20,200}(?:::\$aach_[0-9a-f-]{36})?",
        max: 255,
        revoke: "delete it at asaas.com under integrations",
        examples: &[
            "$aact_prod_{base62:60}",
            "$aact_{base62:120}==",
            "$aact_hmlg_{base62:90}::$aach_{uuid}",
        ],
        near: &["$aact_prod_{base62:9}", "$aact_prod_xxxxxxxxxxxxxxxxxxxxxxxxxxxx"],
        ..PROVIDER
    },
    Pattern {
        id: "bigcommerce",
        name: "BigCommerce access token",
        grants: "reads and changes the store",
        keywords: &["bigcommerce"],
        regex: keyed!("bigcommerce", "at_[0-9A-Za-z]{64}|bbc_[0-9A-Za-z]{48,64}|[0-9a-z]{31}"),
        max: 174,
        check: proof::alone,
        revoke: "delete it in the store under settings, api accounts",
        examples: &[
            "BIGCOMMERCE_ACCESS_TOKEN={lower36:31}",
            r#"bigcommerce_access_token: "at_{base62:64}""#,
            r#"bigcommerce_access_token: "bbc_{base62:48}""#,
            r#"bigcommerce:
  api_key: "{lower36:31}""#,
        ],
        near: &["BIGCOMMERCE_ACCESS_TOKEN={base62:9}", "BIGCOMMERCE_REVISION={lower36:31}"],
        ..PROVIDER
    },
    Pattern {
        id: "paypal-braintree-sandbox",
        name: "Braintree sandbox access token",
        grants: "moves play money of the sandbox",
        keywords: &["access_token$sandbox$"],
        regex: r"access_token\$sandbox\$[0-9a-z]{16}\$[0-9a-f]{32}",
        max: 70,
        revoke: "revoke it in the sandbox under settings, api keys",
        examples: &["access_token$sandbox${lower36:16}${hex:32}"],
        near: &["access_token$sandbox${lower36:5}"],
        ..PROVIDER
    },
    Pattern {
        id: "checkout-com",
        name: "Checkout.com secret key",
        grants: "takes and returns payments",
        keywords: &[
            "checkout_",
            "checkout.com",
            "checkout-com",
            "checkoutcom",
            "checkoutapi",
            "checkoutsecret",
            "cko_",
        ],
        regex: keyed!(
            "(?:checkout(?:_|[.-]?com|api|secret)|cko_)",
            "sk_(?:sbox_)?[0-9a-z]{24,40}|sk_(?:test_)?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
        ),
        max: 157,
        check: proof::alone,
        revoke: "deactivate it at dashboard.checkout.com under developers",
        examples: &[
            "CHECKOUT_SECRET_KEY=sk_{lower36:27}",
            r#"checkout_secret_key: "sk_test_{uuid}""#,
            r#"checkout_secret_key: "sk_sbox_{lower36:27}""#,
        ],
        near: &["CHECKOUT_SECRET_KEY=sk_{lower36:9}", "CHECKOUT_PUBLIC_KEY=pk_{lower36:14}"],
        ..PROVIDER
    },
    Pattern {
        id: "checkout-com-sandbox",
        name: "Checkout.com sandbox key",
        grants: "takes play payments in the sandbox",
        keywords: &["sk_sbox_"],
        regex: "sk_sbox_[0-9a-z]{24,40}",
        max: 48,
        check: proof::alone,
        revoke: "deactivate it at dashboard.sandbox.checkout.com",
        examples: &["sk_sbox_{lower36:27}"],
        near: &["sk_sbox_{lower36:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "chec",
        name: "Commerce.js secret key",
        grants: "reads and changes the shop",
        keywords: &["commercejs", "commerce.js", "commerce_js", "chec_", "chec.io"],
        regex: keyed!(
            "(?:commerce[._]?js|chec[_.])",
            "sk_(?:test_)?[0-9a-f]{38,45}|sk_[0-9A-Za-z]{45}"
        ),
        max: 159,
        check: proof::alone,
        revoke: "delete it at dashboard.chec.io under settings, developer",
        examples: &[
            "CHEC_SECRET_KEY=sk_{hex:45}",
            r#"chec_secret_key: "sk_test_{hex:40}""#,
            r#"commercejs:
  api_key: "sk_{hex:45}""#,
        ],
        near: &["CHEC_SECRET_KEY=sk_{hex:9}", "CHEC_PUBLIC_KEY=pk_{hex:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "column",
        name: "Column API key",
        grants: "moves money of the platform",
        keywords: &["column_api", "column_key", "column_secret", "column_token", "column.com"],
        regex: keyed!(r"column(?:_|\.com)", "(?:live|test)_[0-9A-Za-z]{27}"),
        max: 137,
        check: proof::alone,
        revoke: "delete it at dashboard.column.com under developers",
        examples: &[
            "COLUMN_API_KEY=live_{base62:27}",
            r#"column_api:
  api_key: "live_{base62:27}""#,
        ],
        near: &["COLUMN_API_KEY=live_{base62:9}"],
        ..PROVIDER
    },
];
