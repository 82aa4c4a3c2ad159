//! Markets: exchanges, prices and chains.

use super::{PROVIDER, Pattern, behind, check, named};

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        id: "kraken",
        name: "Kraken private key",
        grants: "trades and withdraws, as far as the key may",
        keywords: &["kraken"],
        regex: named!(r"kraken[\w.-]{0,16}(?:key|secret|token)", "[0-9A-Za-z+/_-]{80,88}={0,2}"),
        max: 167,
        check: check::mixed,
        revoke: "delete it at kraken.com under settings, api",
        examples: &["KRAKEN_PRIVATE_KEY={b64:86}=="],
        near: &["KRAKEN_PRIVATE_KEY={base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "kucoin",
        name: "KuCoin API key",
        grants: "trades and withdraws, as far as the key may",
        keywords: &["kucoin"],
        regex: named!(
            r"kucoin[\w.-]{0,16}(?:key|secret|token)",
            r"(?:[0-9a-f]{24}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\b"
        ),
        max: 113,
        check: check::mixed,
        revoke: "delete it at kucoin.com/account/api",
        examples: &["KUCOIN_API_KEY={hex:24}", "kucoin_secret: {uuid}"],
        near: &["KUCOIN_API_KEY={hex:12}", "KUCOIN_ORDER={uuid}"],
        ..PROVIDER
    },
    Pattern {
        id: "ethplorer",
        name: "Ethplorer API key",
        grants: "reads chain data at the owner's expense",
        keywords: &["ethplorer"],
        regex: behind!("ethplorer", r"EK-[0-9A-Za-z]{5}-[0-9A-Za-z]{7}-[0-9A-Za-z]{5}\b"),
        max: 101,
        revoke: "delete it at ethplorer.io/wallet",
        examples: &["ETHPLORER_KEY=EK-{base62:5}-{base62:7}-{base62:5}"],
        near: &["ETHPLORER_KEY=EK-{base62:5}"],
        ..PROVIDER
    },
    Pattern {
        id: "glassnode",
        name: "Glassnode API key",
        grants: "reads market data at the owner's expense",
        keywords: &["glassnode"],
        regex: behind!("glassnode", r"[0-9A-Za-z]{27}\b"),
        max: 106,
        check: check::mixed,
        revoke: "delete it at studio.glassnode.com/settings/api",
        examples: &["GLASSNODE_API_KEY={base62:27}"],
        near: &["GLASSNODE_API_KEY={base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "fastforex",
        name: "fastFOREX API key",
        grants: "reads exchange rates at the owner's expense",
        keywords: &["fastforex"],
        regex: behind!("fastforex", r"[0-9A-Za-z-]{28}\b"),
        max: 107,
        check: check::mixed,
        revoke: "delete it at console.fastforex.io",
        examples: &["https://api.fastforex.io/fetch-all?api_key={hex:10}-{hex:10}-{lower36:6}"],
        near: &["FASTFOREX_KEY={hex:10}"],
        ..PROVIDER
    },
    Pattern {
        id: "fxmarket",
        name: "FX Market API key",
        grants: "reads exchange rates at the owner's expense",
        keywords: &["fxmarket", "fx_market"],
        regex: named!(r"fx_?market[\w.-]{0,12}(?:key|token)", "[0-9A-Za-z_=-]{20}"),
        max: 95,
        check: check::mixed,
        revoke: "renew it at fxmarketapi.com/dashboard",
        examples: &["FXMARKETAPI_KEY={base62:20}"],
        near: &["FXMARKETAPI_KEY={base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "iex-cloud",
        name: "IEX Cloud secret token",
        grants: "reads market data at the owner's expense",
        keywords: &["iex_", "iexapis", "iexcloud"],
        regex: behind!("iex(?:_|apis|cloud)", r"sk_[0-9A-Za-z]{32}\b"),
        max: 113,
        revoke: "delete it at iexcloud.io/console/tokens",
        examples: &[
            "IEX_TOKEN=sk_{hex:32}",
            "https://cloud.iexapis.com/stable/tops?token=sk_{hex:32}",
        ],
        near: &["IEX_TOKEN=pk_{hex:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "infura-secret",
        name: "Infura API key secret",
        grants: "calls nodes at the owner's expense",
        keywords: &["infura"],
        regex: named!(r"infura[\w.-]{0,16}secret", "[0-9A-Za-z+/]{32,54}={0,2}"),
        max: 133,
        check: check::mixed,
        revoke: "renew it at app.infura.io under the key's settings",
        examples: &["INFURA_API_KEY_SECRET={hex:32}"],
        near: &["INFURA_PROJECT_ID={hex:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "finnhub",
        name: "Finnhub API key",
        grants: "reads market data at the owner's expense",
        keywords: &["finnhub"],
        regex: named!(
            r"finnhub[\w.-]{0,12}(?:key|token|secret)",
            r"[0-9a-z]{20}(?:[0-9a-z]{20})?\b"
        ),
        max: 114,
        check: check::mixed,
        revoke: "regenerate it at finnhub.io/dashboard",
        examples: &["FINNHUB_API_KEY={lower36:20}", "finnhub_token: {lower36:40}"],
        near: &["FINNHUB_API_KEY={lower36:12}"],
        ..PROVIDER
    },
];
