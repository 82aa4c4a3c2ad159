//! Things: boards, networks and what talks to them.

use super::{PROVIDER, Pattern, keyed};
use crate::secret::proof;

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        id: "adafruit",
        name: "Adafruit IO key",
        grants: "reads and writes the feeds of the user",
        keywords: &["aio_"],
        regex: "aio_[0-9A-Za-z]{28}",
        max: 32,
        check: proof::alone,
        revoke: "regenerate it at io.adafruit.com under my key",
        examples: &["aio_{base62:28}"],
        near: &["aio_{base62:12}", "aio_{lower:28}"],
        ..PROVIDER
    },
    Pattern {
        id: "adafruit-legacy",
        name: "Adafruit IO key",
        grants: "reads and writes the feeds of the user",
        keywords: &["adafruit"],
        regex: keyed!("adafruit", "[0-9A-Za-z]{32}"),
        max: 135,
        check: proof::alone,
        revoke: "regenerate it at io.adafruit.com under my key",
        examples: &[
            "ADAFRUIT_IO_KEY={hex:32}",
            r#"adafruit:
  api_key: "{hex:32}""#,
        ],
        near: &["ADAFRUIT_IO_KEY={base62:9}", "ADAFRUIT_REVISION={hex:32}"],
        ..PROVIDER
    },
    Pattern {
        id: "blynk",
        name: "Blynk token",
        grants: "reads and drives the device or organization",
        keywords: &["blynk"],
        regex: keyed!("blynk", "[0-9A-Za-z_-]{40}|[0-9A-Za-z_-]{32}"),
        max: 140,
        check: proof::alone,
        revoke: "refresh it in blynk under the device or developer zone",
        examples: &[
            "BLYNK_AUTH_TOKEN={base62:32}",
            r#"blynk_auth_token: "{base62:40}""#,
            r#"blynk:
  api_key: "{base62:32}""#,
        ],
        near: &["BLYNK_AUTH_TOKEN={base62:9}", "BLYNK_REVISION={base62:32}"],
        ..PROVIDER
    },
    Pattern {
        id: "cisco-meraki",
        name: "Cisco Meraki API key",
        grants: "reads and configures the networks of the organization",
        keywords: &["meraki"],
        regex: keyed!("meraki", "[0-9a-f]{40}"),
        max: 141,
        check: proof::alone,
        revoke: "revoke it at dashboard.meraki.com/profile",
        examples: &[
            "MERAKI_API_KEY={hex:40}",
            r#"meraki:
  api_key: "{hex:40}""#,
        ],
        near: &["MERAKI_API_KEY={base62:9}", "MERAKI_REVISION={hex:40}"],
        ..PROVIDER
    },
    Pattern {
        id: "defined-networking",
        name: "Defined Networking API token",
        grants: "reads and changes the hosts of the network",
        keywords: &["dnkey-"],
        regex: "dnkey-[0-9A-Za-z=_-]{26}-[0-9A-Za-z=_-]{52}",
        max: 85,
        revoke: "delete it at admin.defined.net/settings/api-keys",
        examples: &["dnkey-{base62:26}-{base62:52}"],
        near: &["dnkey-{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "ditto",
        name: "Ditto token",
        grants: "reads and writes the data of the app",
        keywords: &["ditto"],
        regex: keyed!(
            "ditto",
            r"[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{12}\.[0-9A-Za-z]{40}"
        ),
        max: 177,
        check: proof::alone,
        revoke: "delete it at portal.ditto.live",
        examples: &[
            "DITTO_API_KEY={uuid}.{hex:40}",
            r#"ditto:
  api_key: "{uuid}.{hex:40}""#,
        ],
        near: &["DITTO_API_KEY={base62:9}", "DITTO_REVISION={uuid}.{hex:40}"],
        ..PROVIDER
    },
];
