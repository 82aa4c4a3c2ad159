//! Hosted stores, servers and content, beyond the large clouds.

use super::{PROVIDER, Pattern, keyed, named};
use crate::secret::proof;

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        id: "alibaba-secret-key",
        name: "Alibaba Cloud secret",
        grants: "acts as the user at alibaba cloud",
        keywords: &["alibaba", "aliyun", "alicloud"],
        regex: keyed!("(?:alibaba|aliyun|alicloud)", "[0-9A-Za-z]{30}|[0-9A-Za-z]{40,64}"),
        max: 167,
        check: proof::alone,
        revoke: "disable it at ram.console.aliyun.com under access keys",
        examples: &[
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET={base62:30}",
            r#"alibaba_cloud_access_key_secret: "{base62:44}""#,
            r#"alibaba:
  api_key: "{base62:30}""#,
        ],
        near: &["ALIBABA_CLOUD_ACCESS_KEY_SECRET={base62:9}", "ALIBABA_REVISION={base62:30}"],
        ..PROVIDER
    },
    Pattern {
        id: "alibaba-sts-id",
        name: "Alibaba Cloud temporary access key ID",
        grants: "names a temporary key; with its secret, acts as the role",
        keywords: &["STS."],
        regex: r"STS\.[0-9A-Za-z]{16,64}",
        max: 68,
        check: proof::alone,
        revoke: "it ends by itself; detach the role to end it now",
        examples: &["STS.N{base62:24}"],
        near: &["STS.{base62:9}", "STS.AssumeRoleWithWebIdentity"],
        ..PROVIDER
    },
    Pattern {
        id: "alibaba-sts-token",
        name: "Alibaba Cloud security token",
        grants: "acts as the role until the session ends",
        keywords: &["CAIS"],
        regex: "CAIS[0-9A-Za-z+/_-]{100,1000}={0,2}",
        max: 1006,
        check: proof::alone,
        revoke: "it ends by itself; detach the role to end it now",
        examples: &["CAIS{b64:400}=="],
        near: &["CAIS{base62:40}"],
        ..PROVIDER
    },
    Pattern {
        id: "akamai-token",
        name: "Akamai API token",
        grants: "names a client; with its secret, manages the properties",
        keywords: &["akab-"],
        regex: "akab-[0-9A-Za-z_-]{16,50}",
        max: 55,
        check: proof::akamai_token,
        revoke: "deactivate it at control.akamai.com under identity and access",
        examples: &["client_token = akab-{lower36:16}-{lower36:16}"],
        near: &["akab-{lower36:9}", "host = akab-{lower36:24}-{lower36:8}.luna.akamaiapis.net"],
        ..PROVIDER
    },
    Pattern {
        id: "akamai-secret",
        name: "Akamai client secret",
        grants: "manages the properties of the account",
        keywords: &["client_secret"],
        regex: r#"(?i)client_secret["\']?[ \t]{0,3}[:=][ \t]{0,3}["\']?([0-9A-Za-z+/]{43}=)"#,
        max: 66,
        check: proof::akamai_secret,
        edges: false,
        revoke: "deactivate it at control.akamai.com under identity and access",
        examples: &["client_secret = {b64:43}=
host = akab-{lower36:24}-{lower36:8}.luna.akamaiapis.net"],
        near: &["client_secret = {b64:9}=
host = akab-{lower36:24}-{lower36:8}.luna.akamaiapis.net"],
        ..PROVIDER
    },
    Pattern {
        id: "aiven-token",
        name: "Aiven token",
        grants: "manages the services of the user",
        keywords: &["aiven"],
        regex: keyed!("aiven", "[0-9A-Za-z+/=]{372}"),
        max: 472,
        check: proof::alone,
        revoke: "revoke it at console.aiven.io under user, tokens",
        examples: &[
            "AIVEN_AUTH_TOKEN={b64:371}x",
            r#"aiven:
  api_key: "{b64:371}x""#,
        ],
        near: &["AIVEN_AUTH_TOKEN={base62:9}", "AIVEN_REVISION={b64:371}x"],
        ..PROVIDER
    },
    Pattern {
        id: "algolia-api-key",
        name: "Algolia API key",
        grants: "reads, and may change, the indexes of the application",
        keywords: &["algolia_"],
        regex: named!("algolia_(?:secret_)?(?:api_)?(?:key|secret)", "[0-9a-f]{32}"),
        max: 106,
        check: proof::alone,
        revoke: "revoke it at dashboard.algolia.com under api keys",
        examples: &["ALGOLIA_API_KEY={hex:32}"],
        near: &["ALGOLIA_API_KEY={hex:9}", "ALGOLIA_APP_ID={upper36:10}"],
        ..PROVIDER
    },
    Pattern {
        id: "backblaze-wide",
        name: "Backblaze B2 application key",
        grants: "reads and writes the buckets",
        keywords: &["K00M", "K00N"],
        regex: "K00[MN][0-9A-Za-z_+/-]{20,40}",
        max: 44,
        check: proof::alone,
        revoke: "delete it at secure.backblaze.com/app_keys.htm",
        examples: &["B2_APP_KEY=K00M{base62:27}"],
        near: &["K00M{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "bitbucket-secret",
        name: "Bitbucket client secret",
        grants: "acts as the consumer at bitbucket",
        keywords: &["bitbucket"],
        regex: keyed!("bitbucket", "[0-9A-Za-z_=-]{64}|[0-9A-Za-z]{32}"),
        max: 168,
        check: proof::alone,
        revoke: "regenerate it in the workspace under settings, oauth consumers",
        examples: &[
            "BITBUCKET_CLIENT_SECRET={base62:32}",
            r#"bitbucket_client_secret: "{base62:64}""#,
            r#"bitbucket:
  api_key: "{base62:32}""#,
        ],
        near: &["BITBUCKET_CLIENT_SECRET={base62:9}", "BITBUCKET_REVISION={base62:32}"],
        ..PROVIDER
    },
    Pattern {
        id: "bitbucket-data-center",
        name: "Bitbucket Data Center access token",
        grants: "reads and writes repositories of the user",
        keywords: &["BBDC-"],
        regex: "BBDC-[0-9A-Za-z+/@_=-]{40,50}",
        max: 55,
        check: proof::alone,
        revoke: "revoke it in bitbucket under manage account, http access tokens",
        examples: &["BBDC-{base62:44}"],
        near: &["BBDC-{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "borgbase",
        name: "BorgBase API token",
        grants: "reads and changes the backup repositories",
        keywords: &["borgbase"],
        regex: keyed!("borgbase", "[0-9A-Za-z./_-]{148,152}"),
        max: 255,
        check: proof::alone,
        revoke: "delete it at borgbase.com/account under api",
        examples: &[
            "BORGBASE_API_TOKEN={base62:150}",
            r#"borgbase:
  api_key: "{base62:150}""#,
        ],
        near: &["BORGBASE_API_TOKEN={base62:9}", "BORGBASE_REVISION={base62:150}"],
        ..PROVIDER
    },
    Pattern {
        id: "civo",
        name: "Civo API key",
        grants: "manages the clusters and servers of the account",
        keywords: &["civo"],
        regex: keyed!("civo", "[0-9A-Za-z]{50}"),
        max: 149,
        check: proof::alone,
        revoke: "regenerate it at dashboard.civo.com/security",
        examples: &[
            "CIVO_API_KEY={base62:50}",
            r#"civo:
  api_key: "{base62:50}""#,
        ],
        near: &["CIVO_API_KEY={base62:9}", "CIVO_REVISION={base62:50}"],
        ..PROVIDER
    },
    Pattern {
        id: "confluent-secret",
        name: "Confluent Cloud API secret",
        grants: "reads and writes the topics of the cluster",
        keywords: &["confluent"],
        regex: keyed!("confluent", "[0-9A-Za-z+/]{64}"),
        max: 168,
        check: proof::alone,
        revoke: "delete it at confluent.cloud/settings/api-keys",
        examples: &[
            "CONFLUENT_API_SECRET={b64:63}x",
            r#"confluent:
  api_key: "{b64:63}x""#,
        ],
        near: &["CONFLUENT_API_SECRET={base62:9}", "CONFLUENT_REVISION={b64:63}x"],
        ..PROVIDER
    },
    Pattern {
        id: "contentful-delivery",
        name: "Contentful access token",
        grants: "reads the content of the space",
        keywords: &["contentful"],
        regex: keyed!("contentful", "[0-9A-Za-z_=-]{43}"),
        max: 148,
        check: proof::alone,
        revoke: "delete it at app.contentful.com under settings, api keys",
        examples: &[
            "CONTENTFUL_ACCESS_TOKEN={b64url:42}x",
            r#"contentful:
  api_key: "{b64url:42}x""#,
        ],
        near: &["CONTENTFUL_ACCESS_TOKEN={base62:9}", "CONTENTFUL_REVISION={b64url:42}x"],
        ..PROVIDER
    },
    Pattern {
        id: "couchbase-capella",
        name: "Couchbase Capella API key",
        grants: "manages the databases of the organization",
        keywords: &["couchbase", "capella"],
        regex: keyed!("(?:couchbase|capella)", "[0-9A-Za-z+/]{60,120}={0,2}"),
        max: 226,
        check: proof::alone,
        revoke: "delete it at cloud.couchbase.com under settings, api keys",
        examples: &[
            "COUCHBASE_API_KEY={b64:86}==",
            r#"couchbase:
  api_key: "{b64:86}==""#,
        ],
        near: &["COUCHBASE_API_KEY={base62:9}", "COUCHBASE_REVISION={b64:86}=="],
        ..PROVIDER
    },
    Pattern {
        id: "digitalocean-spaces",
        name: "DigitalOcean Spaces secret",
        grants: "reads and writes the buckets",
        keywords: &["spaces_secret", "spaces-secret", "spaces_access", "do_spaces", "digitalocean"],
        regex: keyed!("(?:spaces[_-]|do_spaces|digitalocean)", "[0-9A-Za-z+/]{43}"),
        max: 150,
        check: proof::alone,
        revoke: "delete it at cloud.digitalocean.com/account/api/spaces",
        examples: &[
            "SPACES_SECRET_ACCESS_KEY={b64:42}x",
            r#"spaces_secret:
  api_key: "{b64:42}x""#,
        ],
        near: &["SPACES_SECRET_ACCESS_KEY={base62:9}", "SPACES_REVISION={b64:42}x"],
        ..PROVIDER
    },
    Pattern {
        id: "dropbox-app-secret",
        name: "Dropbox app secret",
        grants: "acts as the app at dropbox",
        keywords: &["dropbox"],
        regex: keyed!("dropbox", "[0-9A-Za-z]{15}"),
        max: 117,
        check: proof::alone,
        revoke: "regenerate it at dropbox.com/developers/apps",
        examples: &[
            "DROPBOX_APP_SECRET={lower36:13}4k",
            r#"dropbox:
  api_key: "{lower36:13}4k""#,
        ],
        near: &["DROPBOX_APP_SECRET={lower36:9}", "DROPBOX_REVISION={lower36:15}"],
        ..PROVIDER
    },
    Pattern {
        id: "dropbox-long-lived",
        name: "Dropbox access token",
        grants: "reads and writes the files of the user",
        keywords: &["dropbox"],
        regex: keyed!("dropbox", "[0-9A-Za-z_-]{11}AAAAAAAAAA[0-9A-Za-z_=-]{43}"),
        max: 166,
        check: proof::dropbox,
        revoke: "revoke the app at dropbox.com/account/connected_apps",
        examples: &[
            "DROPBOX_ACCESS_TOKEN={base62:11}AAAAAAAAAA{b64url:42}x",
            r#"dropbox:
  api_key: "{base62:11}AAAAAAAAAA{b64url:42}x""#,
        ],
        near: &["DROPBOX_ACCESS_TOKEN={base62:11}AAAAAAAAAA{base62:9}"],
        ..PROVIDER
    },
];
