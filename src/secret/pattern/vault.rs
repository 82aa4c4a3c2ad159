//! What keeps secrets for others.

use super::{PROVIDER, Pattern, check, named};

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        id: "vault-service",
        name: "HashiCorp Vault token",
        grants: "reads and writes secrets as its policies allow",
        keywords: &["hvs."],
        regex: r"hvs\.[0-9A-Za-z_-]{24,200}",
        max: 204,
        check: check::mixed,
        revoke: "revoke it with vault token revoke",
        examples: &["hvs.{b64url:90}x"],
        near: &["hvs.{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "vault-batch",
        name: "HashiCorp Vault batch token",
        grants: "reads and writes secrets as its policies allow, until it ends",
        keywords: &["hvb."],
        regex: r"hvb\.[0-9A-Za-z_-]{100,500}",
        max: 504,
        revoke: "it cannot be revoked alone: revoke the token that made it",
        examples: &["hvb.{b64url:150}x"],
        near: &["hvb.{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "vault-recovery",
        name: "HashiCorp Vault recovery token",
        grants: "recovers and rekeys the vault",
        keywords: &["hvr."],
        regex: r"hvr\.[0-9A-Za-z_-]{24,200}",
        max: 204,
        check: check::mixed,
        revoke: "revoke it with vault token revoke",
        examples: &["hvr.{b64url:90}x"],
        near: &["hvr.{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "vault-legacy",
        name: "HashiCorp Vault token",
        grants: "reads and writes secrets as its policies allow",
        keywords: &["vault", "hashicorp"],
        regex: named!(
            r"(?:vault|hashicorp)[\w.-]{0,12}token",
            r"(?:[sr]\.[0-9A-Za-z_-]{24,128}(?:\.[0-9A-Za-z]{5})?|b\.[0-9A-Za-z_-]{24,500})"
        ),
        max: 577,
        check: check::mixed,
        revoke: "revoke it with vault token revoke",
        examples: &[
            "VAULT_TOKEN=s.{base62:24}",
            "X-Vault-Token: s.{base62:24}",
            "VAULT_TOKEN=r.{base62:30}",
            "vault_token: b.{b64url:120}x",
        ],
        near: &["VAULT_TOKEN=s.{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "vault-unseal",
        name: "HashiCorp Vault unseal key",
        grants: "opens a sealed vault, with others of its kind",
        keywords: &["unseal"],
        regex: named!("unseal[ _-]?key", "(?:[0-9A-Za-z+/]{44}|[0-9A-Za-z+/]{43}=)"),
        max: 103,
        check: check::mixed,
        revoke: "rekey with vault operator rekey",
        examples: &["Unseal Key 1: {b64:43}x", "Unseal Key 2: {b64:43}="],
        near: &["Unseal Key 1: {b64:12}"],
        ..PROVIDER
    },
];
