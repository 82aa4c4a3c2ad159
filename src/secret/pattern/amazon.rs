//! Amazon beyond the access key.

use super::{PROVIDER, Pattern, check, named};
use crate::secret::proof;

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        id: "aws-session-token",
        name: "AWS session token",
        grants: "acts as the role until the session ends",
        keywords: &["IQoJb3JpZ2luX2Vj", "FwoGZXIvYXdz", "FQoGZXIvYXdz"],
        regex: "(?:IQoJb3JpZ2luX2Vj|FwoGZXIvYXdz|FQoGZXIvYXdz)[0-9A-Za-z+/]{100,2000}={0,2}",
        max: 2018,
        revoke: "it ends by itself; revoke the sessions of the role in iam to end it now",
        examples: &[
            "aws_session_token = IQoJb3JpZ2luX2Vj{b64:400}",
            "AWS_SESSION_TOKEN=FwoGZXIvYXdz{b64:300}==",
        ],
        near: &["IQoJb3JpZ2luX2Vj{base62:20}"],
        ..PROVIDER
    },
    Pattern {
        id: "aws-bedrock-short",
        name: "Amazon Bedrock short-lived API key",
        grants: "runs models on the account for hours",
        keywords: &["bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t"],
        regex: "bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t[0-9A-Za-z+/]{40,2500}={0,2}",
        max: 2546,
        revoke: "it ends within 12 hours; revoke the sessions of the role to end it now",
        examples: &["bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t{b64:600}="],
        near: &["bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t"],
        ..PROVIDER
    },
    Pattern {
        id: "aws-ses-smtp",
        name: "Amazon SES SMTP password",
        grants: "sends mail in the account's name",
        keywords: &["smtp"],
        regex: named!(r"smtp[\w.-]{0,16}(?:pass|pwd|secret|key)", "B[A-P][0-9A-Za-z+/]{42}"),
        max: 119,
        check: proof::ses,
        revoke: "delete the smtp user in iam",
        examples: &["SMTP_PASSWORD=BG{b64:42}"],
        near: &["SMTP_SERVER=BG{b64:42}"],
        ..PROVIDER
    },
    Pattern {
        id: "aws-ecr-password",
        name: "Amazon ECR registry password",
        grants: "pulls and pushes images for 12 hours",
        keywords: &["eyJwYXlsb2FkIjoi"],
        regex: "eyJwYXlsb2FkIjoi[0-9A-Za-z+/]{200,4000}={0,2}",
        max: 4018,
        revoke: "it ends within 12 hours; disable the access key that made it",
        examples: &["docker login -p eyJwYXlsb2FkIjoi{b64:1200}="],
        near: &["eyJwYXlsb2FkIjoi{b64:40}"],
        ..PROVIDER
    },
    Pattern {
        id: "aws-access-key-id-early",
        name: "AWS access key ID",
        grants: "names an access key; with its secret, acts as the user",
        keywords: &["A3T"],
        regex: "A3T[0-9A-Z][2-7A-Z]{16}",
        max: 20,
        check: check::aws_id,
        revoke: "deactivate it in iam under security credentials",
        examples: &["aws_access_key_id = A3TX{base32:16}"],
        near: &["A3TX{base32:9}", "A3TXAAAAAAAAAAAAAAAA"],
        ..PROVIDER
    },
    Pattern {
        id: "login-with-amazon",
        name: "Login with Amazon client secret",
        grants: "acts as the application at amazon",
        keywords: &["amzn1.oa2-cs.v1."],
        regex: r"amzn1\.oa2-cs\.v1\.[0-9a-f]{64}",
        max: 80,
        revoke: "rotate it at developer.amazon.com under security profiles",
        examples: &["amzn1.oa2-cs.v1.{hex:64}"],
        near: &["amzn1.oa2-cs.v1.{hex:12}", "amzn1.application-oa2-client.{hex:32}"],
        ..PROVIDER
    },
    Pattern {
        id: "login-with-amazon-token",
        name: "Login with Amazon token",
        grants: "reads or acts for the customer or seller who agreed",
        keywords: &["Atza|", "Atzr|"],
        regex: r"(?:Atza\||Atzr\|)[0-9A-Za-z_-]{100,1200}",
        max: 1205,
        revoke: "remove the application at amazon.com/ap/adam",
        examples: &["Atzr|{b64url:300}x", "Atza|{b64url:200}x"],
        near: &["Atzr|{base62:20}"],
        ..PROVIDER
    },
];
