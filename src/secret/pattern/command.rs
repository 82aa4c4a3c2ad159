//! Tokens on command lines.

use super::{PROVIDER, Pattern};
use crate::secret::proof;
use crate::secret::{Confidence, Kind};

pub(super) static PATTERNS: &[Pattern] = &[Pattern {
    id: "curl-user-token",
    name: "token as the user on a curl command line",
    grants: "acts as who made the token",
    keywords: &["curl"],
    regex: r#"curl[ \t](?:[^\n|;]{0,200}?[ \t])?(?:-[A-Za-z]{0,6}u[ \t]{0,3}|--user[ \t=]{1,3})["']?([0-9A-Za-z_.-]{20,100}):["' \n\\]"#,
    max: 320,
    check: proof::alone,
    edges: false,
    kind: Kind::Generic,
    confidence: Confidence::Possible,
    revoke: "revoke it where it was made",
    examples: &[
        "curl -u {base62:32}: https://api.acme.io/v1",
        r#"curl https://api.acme.io/v1 -X POST -u "{hex:40}:""#,
    ],
    near: &[
        "curl -u {base62:9}: https://api.acme.io",
        "curl -u your-secret-api-key-goes-here: https://api.acme.io",
        "curl -u $TOKEN_OF_THE_ACME_SERVICE: https://api.acme.io",
    ],
    ..PROVIDER
}];
