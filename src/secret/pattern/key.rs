//! Private keys.

use super::{PROVIDER, Pattern, check};
use crate::secret::{Confidence, armour};

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        id: "private-key",
        name: "private key",
        grants: "acts as whoever the key belongs to: servers, people, issuers",
        keywords: &["PRIVATE", "KEY-----"],
        regex: "-----BEGIN (?:(?:RSA|DSA|EC|ENCRYPTED|ANY|ED25519) )?PRIVATE KEY-----",
        max: 37,
        check: check::shaped,
        body: Some(armour::armour),
        reach: 16384,
        edges: false,
        shows: false,
        confidence: Confidence::Certain,
        revoke: "make a new key pair and remove the public half wherever it is trusted",
        examples: &[
            "-----BEGIN PRIVATE KEY-----\n{der:600}\n-----END PRIVATE KEY-----\n",
            "-----BEGIN RSA PRIVATE KEY-----\n{der:1190}\n-----END RSA PRIVATE KEY-----",
        ],
        near: &[
            "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----",
            "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
            "-----BEGIN PUBLIC KEY-----\n{der:200}\n-----END PUBLIC KEY-----",
            "-----BEGIN CERTIFICATE-----\n{der:200}\n-----END CERTIFICATE-----",
            "-----BEGIN RSA PRIVATE KEY-----\nthe key goes here\n-----END RSA PRIVATE KEY-----",
        ],
        ..PROVIDER
    },
    Pattern {
        id: "openssh-private-key",
        name: "OpenSSH private key",
        grants: "logs in to hosts that trust the key, and signs as its owner",
        keywords: &["OPENSSH", "PRIVATE", "KEY-----"],
        regex: "-----BEGIN OPENSSH PRIVATE KEY-----",
        max: 35,
        check: check::shaped,
        body: Some(armour::armour),
        reach: 16384,
        edges: false,
        shows: false,
        confidence: Confidence::Certain,
        revoke: "make a new key pair and remove the public half wherever it is trusted",
        examples: &[
            "-----BEGIN OPENSSH PRIVATE KEY-----\n{openssh}\n-----END OPENSSH PRIVATE KEY-----",
        ],
        near: &["-----BEGIN OPENSSH PRIVATE KEY-----"],
        ..PROVIDER
    },
    Pattern {
        id: "ssh2-private-key",
        name: "SSH2 private key",
        grants: "logs in to hosts that trust the key",
        keywords: &["BEGIN SSH2"],
        regex: "---- BEGIN SSH2 (?:ENCRYPTED )?PRIVATE KEY ----",
        max: 42,
        check: check::shaped,
        body: Some(armour::armour),
        reach: 8192,
        edges: false,
        shows: false,
        confidence: Confidence::Certain,
        revoke: "make a new key pair and remove the public half wherever it is trusted",
        examples: &[
            "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nComment: acme\nP2/56w{b64:200}\n---- END SSH2 ENCRYPTED PRIVATE KEY ----",
        ],
        near: &["---- BEGIN SSH2 PUBLIC KEY ----\n{b64:200}\n---- END SSH2 PUBLIC KEY ----"],
        ..PROVIDER
    },
    Pattern {
        id: "cosign-private-key",
        name: "cosign private key",
        grants: "signs artifacts as its owner, once its password is known",
        keywords: &["ENCRYPTED SIGSTORE", "ENCRYPTED COSIGN"],
        regex: "-----BEGIN ENCRYPTED (?:SIGSTORE|COSIGN) PRIVATE KEY-----",
        max: 46,
        check: check::shaped,
        body: Some(armour::armour),
        reach: 8192,
        edges: false,
        shows: false,
        confidence: Confidence::Certain,
        revoke: "make a new key pair and publish its public half",
        examples: &[
            "-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\neyJrZGYi{b64:200}\n-----END ENCRYPTED SIGSTORE PRIVATE KEY-----",
        ],
        near: &[
            "-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\n-----END ENCRYPTED SIGSTORE PRIVATE KEY-----",
        ],
        ..PROVIDER
    },
    Pattern {
        id: "pgp-private-key",
        name: "OpenPGP private key",
        grants: "signs and decrypts as its owner",
        keywords: &["PGP", "PRIVATE", "KEY", "BLOCK-----"],
        regex: "-----BEGIN PGP PRIVATE KEY BLOCK-----",
        max: 37,
        check: check::shaped,
        body: Some(armour::armour),
        reach: 16384,
        edges: false,
        shows: false,
        confidence: Confidence::Certain,
        revoke: "revoke it with gpg --gen-revoke and send that to where the key is known",
        examples: &[
            "-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: 1\n\nlQ{b64:254}\n{b64:64}\n=abcd\n-----END PGP PRIVATE KEY BLOCK-----",
        ],
        near: &[
            "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n-----END PGP PRIVATE KEY BLOCK-----",
            "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQ{b64:254}\n-----END PGP PUBLIC KEY BLOCK-----",
        ],
        ..PROVIDER
    },
    Pattern {
        id: "putty-private-key",
        name: "PuTTY private key",
        grants: "logs in to hosts that trust the key",
        keywords: &["PuTTY-User-Key-File-"],
        regex: "PuTTY-User-Key-File-[23]: [0-9a-z-]{5,40}",
        max: 63,
        check: check::shaped,
        body: Some(armour::putty),
        reach: 8192,
        edges: false,
        shows: false,
        confidence: Confidence::Certain,
        revoke: "make a new key pair and remove the public half wherever it is trusted",
        examples: &[
            "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: acme\nPublic-Lines: 2\n{b64:64}\n{b64:20}\nPrivate-Lines: 1\n{b64:48}\nPrivate-MAC: {hex:64}",
        ],
        near: &["PuTTY-User-Key-File-3: ssh-ed25519\nPublic-Lines: 2\n{b64:64}"],
        ..PROVIDER
    },
    Pattern {
        id: "age-secret-key",
        name: "age secret key",
        grants: "decrypts what was encrypted to the key",
        keywords: &["AGE-SECRET-KEY-1"],
        regex: "AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}",
        max: 74,
        shows: false,
        revoke: "make a new key with age-keygen and encrypt again",
        examples: &["AGE-SECRET-KEY-1{bech32:58}"],
        near: &["AGE-SECRET-KEY-1{bech32:9}", "age1{lower36:58}"],
        ..PROVIDER
    },
];
