//! Coins and chains.

use super::{PROVIDER, Pattern, keyed};
use crate::secret::proof;

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        id: "alchemy",
        name: "Alchemy API key",
        grants: "queries and sends to the chains on the account",
        keywords: &["alchemy_", "alchemyapi", "alchemy-api", "alchemykey"],
        regex: keyed!(r"(?:\b|_)alchemy", "[0-9A-Za-z]{23}_[0-9A-Za-z]{8}|[0-9A-Za-z_-]{32}"),
        max: 135,
        check: proof::alone,
        revoke: "delete the app at dashboard.alchemy.com",
        examples: &[
            "MY_ALCHEMY_API_KEY={base62:32}",
            r#"my_alchemy_api_key: "{base62:23}_{base62:8}""#,
        ],
        near: &["MY_ALCHEMY_API_KEY={base62:9}", "SQLALCHEMY_SECRET_PATH={base62:32}"],
        ..PROVIDER
    },
    Pattern {
        id: "alchemy-url",
        name: "Alchemy address with its key",
        grants: "queries and sends to the chains on the account",
        keywords: &[".g.alchemy.com/", ".alchemyapi.io/"],
        regex: r"\.(?:g\.alchemy\.com|alchemyapi\.io)/(?:nft/)?v[0-9]/([0-9A-Za-z_-]{20,64})",
        max: 86,
        check: proof::alone,
        revoke: "delete the app at dashboard.alchemy.com",
        examples: &[
            "https://eth-mainnet.g.alchemy.com/v2/{base62:32}",
            "https://arb-mainnet.g.alchemy.com/v2/{base62:32}",
        ],
        near: &[
            "https://eth-mainnet.g.alchemy.com/v2/your-api-key",
            "https://eth-mainnet.g.alchemy.com/v2/docs-demo",
        ],
        ..PROVIDER
    },
    Pattern {
        id: "bitcoinaverage",
        name: "BitcoinAverage key",
        grants: "reads prices on the account",
        keywords: &["bitcoinaverage"],
        regex: keyed!("bitcoinaverage", "[0-9A-Za-z]{43}"),
        max: 152,
        check: proof::alone,
        revoke: "delete it at pro.bitcoinaverage.com",
        examples: &[
            "BITCOINAVERAGE_SECRET_KEY={base62:43}",
            r#"bitcoinaverage:
  api_key: "{base62:43}""#,
        ],
        near: &["BITCOINAVERAGE_SECRET_KEY={base62:9}", "BITCOINAVERAGE_REVISION={base62:43}"],
        ..PROVIDER
    },
    Pattern {
        id: "bscscan",
        name: "BscScan API key",
        grants: "queries the chain on the account",
        keywords: &["bscscan"],
        regex: keyed!("bscscan", "[0-9A-Z]{34}"),
        max: 136,
        check: proof::alone,
        revoke: "delete it at bscscan.com/myapikey",
        examples: &[
            "BSCSCAN_API_KEY={upper36:34}",
            r#"bscscan:
  api_key: "{upper36:34}""#,
        ],
        near: &["BSCSCAN_API_KEY={base62:9}", "BSCSCAN_REVISION={upper36:34}"],
        ..PROVIDER
    },
    Pattern {
        id: "coinbase-secret",
        name: "Coinbase API secret",
        grants: "trades and moves the coins of the account",
        keywords: &["coinbase"],
        regex: keyed!("coinbase", "[0-9A-Za-z+/]{86}==|[0-9A-Za-z_-]{64}|[0-9A-Za-z]{32}"),
        max: 191,
        check: proof::alone,
        revoke: "delete it at coinbase.com/settings/api",
        examples: &[
            "COINBASE_API_SECRET={b64:86}==",
            r#"coinbase_api_secret: "{base62:64}""#,
            r#"coinbase_api_secret: "{base62:32}""#,
            r#"coinbase:
  api_key: "{b64:86}==""#,
        ],
        near: &["COINBASE_API_SECRET={base62:9}", "COINBASE_REVISION={b64:86}=="],
        ..PROVIDER
    },
    Pattern {
        id: "coinlib",
        name: "Coinlib API key",
        grants: "reads prices on the account",
        keywords: &["coinlib"],
        regex: keyed!("coinlib", "[0-9A-Za-z]{16}"),
        max: 118,
        check: proof::alone,
        revoke: "change it at coinlib.io/profile",
        examples: &[
            "COINLIB_API_KEY={base62:16}",
            r#"coinlib:
  api_key: "{base62:16}""#,
        ],
        near: &["COINLIB_API_KEY={base62:9}", "COINLIB_REVISION={base62:16}"],
        ..PROVIDER
    },
    Pattern {
        id: "covalent",
        name: "Covalent API key",
        grants: "queries the chains on the account",
        keywords: &["cqt_", "ckey_"],
        regex: "cqt_[0-9A-Za-z]{32}|ckey_[0-9a-f]{27}",
        max: 36,
        check: proof::alone,
        revoke: "delete it at goldrush.dev/platform",
        examples: &["cqt_{base62:32}", "ckey_{hex:27}"],
        near: &["cqt_{base62:12}", "ckey_{hex:9}"],
        ..PROVIDER
    },
];
