//! Databases and what keeps data.

use super::{PROVIDER, Pattern, check, named};

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        id: "planetscale",
        name: "PlanetScale token",
        keywords: &["pscale_tkn_", "pscale_pw_", "pscale_oauth_"],
        regex: "pscale_(?:tkn|pw|oauth)_[0-9A-Za-z_.=-]{32,64}",
        max: 77,
        revoke: "delete it at app.planetscale.com under the database, passwords",
        examples: &["pscale_pw_{b64url:42}x", "pscale_tkn_{b64url:42}x"],
        near: &["pscale_pw_{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "mongodb-atlas",
        name: "MongoDB Atlas service account secret",
        keywords: &["mdb_sa_sk_"],
        regex: "mdb_sa_sk_[0-9A-Za-z_-]{40}",
        max: 50,
        revoke: "revoke it at cloud.mongodb.com under access manager",
        examples: &["mdb_sa_sk_{b64url:39}x"],
        near: &["mdb_sa_sk_{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "supabase-token",
        name: "Supabase access token",
        keywords: &["sbp_"],
        regex: "sbp_[0-9a-f]{40}",
        max: 44,
        revoke: "delete it at supabase.com/dashboard/account/tokens",
        examples: &["sbp_{hex:40}"],
        near: &["sbp_{hex:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "supabase-secret",
        name: "Supabase secret key",
        keywords: &["sb_secret_"],
        regex: "sb_secret_[0-9A-Za-z_-]{31}",
        max: 41,
        revoke: "delete it at supabase.com/dashboard under project settings, api keys",
        examples: &["sb_secret_{base62:22}_{base62:8}"],
        near: &["sb_secret_{base62:9}", "sb_publishable_{base62:22}_{base62:8}"],
        ..PROVIDER
    },
    Pattern {
        id: "neon",
        name: "Neon API key",
        keywords: &["napi_"],
        regex: "napi_[0-9a-z]{64}",
        max: 69,
        check: check::mixed,
        revoke: "revoke it at console.neon.tech/app/settings/api-keys",
        examples: &["napi_{lower36:64}"],
        near: &["napi_{lower36:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "clickhouse-cloud",
        name: "ClickHouse Cloud secret",
        keywords: &["4b1d"],
        regex: "4b1d[0-9A-Za-z]{38}",
        max: 42,
        check: check::mixed,
        revoke: "delete it at console.clickhouse.cloud under api keys",
        examples: &["4b1d{base62:38}"],
        near: &["4b1d{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "aiven",
        name: "Aiven token",
        keywords: &["AVNS_"],
        regex: "AVNS_[0-9A-Za-z_-]{19}",
        max: 24,
        check: check::mixed,
        revoke: "reset the password of that service user",
        examples: &["AVNS_{base62:19}"],
        near: &["AVNS_{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "astra",
        name: "DataStax Astra token",
        keywords: &["AstraCS:"],
        regex: "AstraCS:[0-9A-Za-z]{24}:[0-9a-f]{64}",
        max: 97,
        revoke: "delete it at astra.datastax.com under tokens",
        examples: &["AstraCS:{base62:24}:{hex:64}"],
        near: &["AstraCS:{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "elastic-cloud",
        name: "Elastic Cloud API key",
        keywords: &["essu_"],
        regex: "essu_[0-9A-Za-z_+/-]{60,200}={0,2}",
        max: 207,
        revoke: "delete it at cloud.elastic.co under api keys",
        examples: &["essu_{b64:80}="],
        near: &["essu_{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "confluent",
        name: "Confluent Cloud secret",
        keywords: &["cflt"],
        regex: "cflt[0-9A-Za-z+/]{60}",
        max: 64,
        check: check::mixed,
        revoke: "delete it at confluent.cloud under api keys",
        examples: &["cflt{b64:59}x"],
        near: &["cflt{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "algolia",
        name: "Algolia admin key",
        keywords: &["algolia"],
        regex: named!(r"algolia[\w.-]{0,10}(?:admin|write)[\w.-]{0,10}key", "[0-9a-f]{32}"),
        max: 116,
        check: check::mixed,
        revoke: "delete it at dashboard.algolia.com/account/api-keys",
        examples: &["ALGOLIA_ADMIN_KEY={hex:32}"],
        near: &["ALGOLIA_APP={upper36:10}"],
        ..PROVIDER
    },
    Pattern {
        id: "cockroach",
        name: "CockroachDB Cloud key",
        keywords: &["CCDB1_"],
        regex: "CCDB1_[0-9A-Za-z]{22}_[0-9A-Za-z]{40}",
        max: 69,
        revoke: "delete it at cockroachlabs.cloud under service accounts",
        examples: &["CCDB1_{base62:22}_{base62:40}"],
        near: &["CCDB1_{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "airtable",
        name: "Airtable personal access token",
        keywords: &["pat"],
        regex: r"pat[0-9A-Za-z]{14}\.[0-9a-f]{64}",
        max: 82,
        revoke: "delete it at airtable.com/create/tokens",
        examples: &["pat{base62:14}.{hex:64}"],
        near: &["pat{base62:14}.{hex:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "dropbox",
        name: "Dropbox access token",
        keywords: &["sl."],
        regex: r"sl\.(?:u\.)?[0-9A-Za-z_-]{130,1500}",
        max: 1505,
        revoke: "disable the app at dropbox.com/account/connected_apps",
        examples: &["sl.{b64url:140}x"],
        near: &["sl.{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "backblaze",
        name: "Backblaze application key",
        keywords: &["K001", "K002", "K003", "K004", "K005"],
        regex: "K00[1-5][0-9A-Za-z+/]{27}",
        max: 31,
        check: check::mixed,
        revoke: "delete it at secure.backblaze.com/app_keys.htm",
        examples: &["B2_KEY = K005{b64:26}x"],
        near: &["K005{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "upstash",
        name: "Upstash Redis token",
        keywords: &["upstash"],
        regex: named!("upstash_redis_rest_token", "A[a-zA-Z][0-9A-Za-z]{40,80}={0,2}"),
        max: 157,
        check: check::mixed,
        revoke: "reset it at console.upstash.com",
        examples: &["UPSTASH_REDIS_REST_TOKEN=AX{base62:50}"],
        near: &["UPSTASH_REDIS_REST_URL=acme"],
        ..PROVIDER
    },
];
