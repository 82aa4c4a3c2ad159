//! Clouds and hosts.

use super::{PROVIDER, Pattern, check, named};
use crate::secret::Confidence;

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        id: "aws-access-key-id",
        name: "AWS access key ID",
        keywords: &["AKIA", "ASIA", "ABIA", "ACCA"],
        regex: "(?:AKIA|ASIA|ABIA|ACCA)[2-7A-Z]{16}",
        max: 20,
        check: check::aws_id,
        revoke: "deactivate it in the AWS console under IAM, security credentials",
        examples: &["AKIA{base32:16}", "aws_access_key_id = ASIA{base32:16}"],
        near: &[
            "AKIAIOSFODNN7EXAMPLE",
            "AKIA{base32:10}",
            "AKIAAAAAAAAAAAAAAAAA",
            "AKIAXXXXXXXXXXXXXXXX",
        ],
        ..PROVIDER
    },
    Pattern {
        id: "aws-secret-access-key",
        name: "AWS secret access key",
        keywords: &[
            "aws_secret",
            "awssecret",
            "aws-secret",
            "secret_access_key",
            "secretaccesskey",
            "secret-access-key",
        ],
        regex: r#"(?i:aws[_-]?secret(?:[_-]?(?:access)?[_-]?key)?(?:[_-]?id)?|secret[_-]?access[_-]?key)["'\])\s]{0,4}(?:=>|:=|[=:,])\s{0,3}["'`]?([0-9A-Za-z/+]{40})"#,
        max: 74,
        check: check::aws_secret,
        revoke: "deactivate it in the AWS console under IAM, security credentials",
        examples: &["aws_secret_access_key = {b64:40}", r#""SecretAccessKey": "{b64:40}""#],
        near: &[
            "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "aws_secret_access_key = {hex:40}",
            "aws_secret_access_key = {b64:48}",
        ],
        ..PROVIDER
    },
    Pattern {
        id: "aws-bedrock",
        name: "Amazon Bedrock API key",
        keywords: &["ABSKQmVkcm9ja"],
        regex: "ABSKQmVkcm9ja[0-9A-Za-z+/]{100,270}={0,2}",
        max: 285,
        revoke: "delete it in the AWS console under Bedrock, API keys",
        examples: &["ABSKQmVkcm9ja0FQSUtleS{b64:110}"],
        near: &["ABSKQmVkcm9ja{base62:20}"],
        ..PROVIDER
    },
    Pattern {
        id: "aws-mws",
        name: "Amazon MWS auth token",
        keywords: &["amzn.mws."],
        regex: r"amzn\.mws\.[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        max: 45,
        revoke: "revoke it in seller central under user permissions",
        examples: &["amzn.mws.{uuid}"],
        near: &["amzn.mws.{hex:8}"],
        ..PROVIDER
    },
    Pattern {
        id: "aws-appsync",
        name: "AWS AppSync API key",
        keywords: &["da2-"],
        regex: "da2-[0-9a-z]{26}",
        max: 30,
        check: check::mixed,
        revoke: "delete it in the AWS console under AppSync, settings",
        examples: &["da2-{lower36:26}"],
        near: &["da2-{lower36:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "gcp-api-key",
        name: "Google API key",
        keywords: &["AIza"],
        regex: "AIza[0-9A-Za-z_-]{35}",
        max: 39,
        revoke: "delete it at console.cloud.google.com/apis/credentials",
        examples: &["AIza{b64url:34}Q"],
        near: &["AIza{base62:20}", "AIzaxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"],
        ..PROVIDER
    },
    Pattern {
        id: "gcp-oauth-secret",
        name: "Google OAuth client secret",
        keywords: &["GOCSPX-"],
        regex: "GOCSPX-[0-9A-Za-z_-]{28}",
        max: 35,
        revoke: "reset it at console.cloud.google.com/apis/credentials",
        examples: &["GOCSPX-{b64url:27}Z"],
        near: &["GOCSPX-{base62:10}"],
        ..PROVIDER
    },
    Pattern {
        id: "gcp-access-token",
        name: "Google OAuth access token",
        keywords: &["ya29."],
        regex: r"ya29\.[0-9A-Za-z_-]{30,1024}",
        max: 1029,
        revoke: "it ends within an hour; revoke it at oauth2.googleapis.com/revoke",
        examples: &["ya29.{b64url:120}"],
        near: &["ya29.{base62:10}"],
        ..PROVIDER
    },
    Pattern {
        id: "gcp-service-account",
        name: "Google service account key",
        keywords: &[r#""private_key_id""#],
        regex: r#""private_key_id"\s{0,4}:\s{0,4}"[0-9a-f]{40}""#,
        max: 67,
        check: check::shaped,
        body: Some(check::service_account),
        reach: 16384,
        edges: false,
        shows: false,
        confidence: Confidence::Certain,
        revoke: "delete it at console.cloud.google.com/iam-admin/serviceaccounts",
        examples: &[
            r#"{ "type": "service_account", "private_key_id": "{hex:40}", "private_key": "-----BEGIN PRIVATE KEY-----\n{der:600}\n-----END PRIVATE KEY-----\n" }"#,
        ],
        near: &[r#""private_key_id": "{hex:40}", "private_key": "see the vault""#],
        ..PROVIDER
    },
    Pattern {
        id: "gcp-hmac",
        name: "Google Cloud Storage HMAC key",
        keywords: &["GOOG1E"],
        regex: "GOOG1E[0-9A-Z]{55}",
        max: 61,
        revoke: "delete it in the console under cloud storage, settings, interoperability",
        examples: &["GOOG1E{upper36:55}"],
        near: &["GOOG1E{upper36:20}"],
        ..PROVIDER
    },
    Pattern {
        id: "gemini",
        name: "Google AI Studio key",
        keywords: &["AQ.Ab8RN6"],
        regex: r"AQ\.Ab8RN6[0-9A-Za-z_-]{44}",
        max: 53,
        revoke: "delete it at aistudio.google.com/apikey",
        examples: &["AQ.Ab8RN6{b64url:43}w"],
        near: &["AQ.Ab8RN6{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "azure-ad-client-secret",
        name: "Azure client secret",
        keywords: &["0Q~", "1Q~", "2Q~", "3Q~", "4Q~", "5Q~", "6Q~", "7Q~", "8Q~", "9Q~"],
        regex: "[0-9A-Za-z_~.-]{3}[0-9]Q~[0-9A-Za-z_~.-]{31,34}",
        max: 40,
        revoke: "delete it at portal.azure.com under app registrations, certificates and secrets",
        examples: &["{base62:3}8Q~{b64url:33}x"],
        near: &["{base62:3}8Q~{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "azure-storage-key",
        name: "Azure storage account key",
        keywords: &["AccountKey="],
        regex: "AccountKey=([0-9A-Za-z+/]{86}==)",
        max: 99,
        edges: false,
        revoke: "rotate it at portal.azure.com under the storage account, access keys",
        examples: &[
            "DefaultEndpointsProtocol=https;AccountName=acme;AccountKey={b64:86}==;EndpointSuffix=core.windows.net",
        ],
        near: &["AccountKey={b64:20}==", "AccountKey=$(key)"],
        ..PROVIDER
    },
    Pattern {
        id: "azure-service-bus",
        name: "Azure shared access key",
        keywords: &["SharedAccessKey="],
        regex: "SharedAccessKey=([0-9A-Za-z+/]{43}=)",
        max: 60,
        edges: false,
        revoke: "regenerate it at portal.azure.com under shared access policies",
        examples: &[
            "Endpoint=sb://acme.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey={b64:43}=",
        ],
        near: &["SharedAccessKey={b64:12}="],
        ..PROVIDER
    },
    Pattern {
        id: "azure-sas",
        name: "Azure shared access signature",
        keywords: &["sig="],
        regex: "sv=20[0-9]{2}-[0-9]{2}-[0-9]{2}&[0-9A-Za-z%=&:._-]{10,300}sig=([0-9A-Za-z%+/]{40,70}(?:=|%3[dD])?)",
        max: 391,
        edges: false,
        revoke: "rotate the account key that signed it",
        examples: &["?sv=2022-11-02&ss=b&srt=o&sp=r&se=2027-01-01T00:00:00Z&sig={b64:43}%3D"],
        near: &["?sv=2022-11-02&sig="],
        ..PROVIDER
    },
    Pattern {
        id: "azure-devops-pat",
        name: "Azure DevOps personal access token",
        keywords: &["AZDO"],
        regex: "[0-9A-Za-z]{76}AZDO[0-9A-Za-z]{4}",
        max: 84,
        revoke: "revoke it at dev.azure.com under user settings, personal access tokens",
        examples: &["{base62:76}AZDO{base62:4}"],
        near: &["{base62:20}AZDO{base62:4}"],
        ..PROVIDER
    },
    Pattern {
        id: "digitalocean-pat",
        name: "DigitalOcean personal access token",
        keywords: &["dop_v1_"],
        regex: "dop_v1_[0-9a-f]{64}",
        max: 71,
        revoke: "delete it at cloud.digitalocean.com/account/api/tokens",
        examples: &["dop_v1_{hex:64}"],
        near: &["dop_v1_{hex:20}"],
        ..PROVIDER
    },
    Pattern {
        id: "digitalocean-oauth",
        name: "DigitalOcean OAuth token",
        keywords: &["doo_v1_"],
        regex: "doo_v1_[0-9a-f]{64}",
        max: 71,
        revoke: "revoke it at cloud.digitalocean.com/account/api/access",
        examples: &["doo_v1_{hex:64}"],
        near: &["doo_v1_{hex:20}"],
        ..PROVIDER
    },
    Pattern {
        id: "digitalocean-refresh",
        name: "DigitalOcean refresh token",
        keywords: &["dor_v1_"],
        regex: "dor_v1_[0-9a-f]{64}",
        max: 71,
        revoke: "revoke it at cloud.digitalocean.com/account/api/access",
        examples: &["dor_v1_{hex:64}"],
        near: &["dor_v1_{hex:20}"],
        ..PROVIDER
    },
    Pattern {
        id: "cloudflare-api-token",
        name: "Cloudflare API token",
        keywords: &["cloudflare"],
        regex: named!("cloudflare", "[0-9A-Za-z_-]{40}"),
        max: 99,
        check: check::mixed,
        revoke: "roll it at dash.cloudflare.com/profile/api-tokens",
        examples: &["CLOUDFLARE_API_TOKEN={b64url:39}q"],
        near: &[
            "CLOUDFLARE_API_TOKEN=${CLOUDFLARE_API_TOKEN_FROM_THE_VAULT_OF_ACME}",
            r#"cloudflare_zone = "{hex:32}""#,
        ],
        ..PROVIDER
    },
    Pattern {
        id: "cloudflare-global-key",
        name: "Cloudflare global API key",
        keywords: &["cloudflare"],
        regex: named!("cloudflare", "[0-9a-f]{37}"),
        max: 96,
        check: check::mixed,
        revoke: "roll it at dash.cloudflare.com/profile/api-tokens",
        examples: &["cloudflare_api_key: {hex:37}"],
        near: &["cloudflare_api_key: {hex:30}"],
        ..PROVIDER
    },
    Pattern {
        id: "cloudflare-origin-ca",
        name: "Cloudflare origin CA key",
        keywords: &["v1.0-"],
        regex: r"v1\.0-[0-9a-f]{24}-[0-9a-f]{146}",
        max: 176,
        revoke: "roll it at dash.cloudflare.com/profile/api-tokens",
        examples: &["v1.0-{hex:24}-{hex:146}"],
        near: &["v1.0-{hex:24}-{hex:14}"],
        ..PROVIDER
    },
];
