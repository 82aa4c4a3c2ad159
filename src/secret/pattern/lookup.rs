//! Services that are asked for one thing: pictures, sounds, places, pages.

use super::{PROVIDER, Pattern, keyed};
use crate::secret::proof;

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        id: "abstract-api",
        name: "Abstract API key",
        grants: "asks the service on the account",
        keywords: &["abstractapi", "abstract_api", "abstract-api"],
        regex: keyed!("abstract[_-]?api", "[0-9a-f]{32}"),
        max: 139,
        check: proof::alone,
        revoke: "delete it at app.abstractapi.com",
        examples: &[
            "ABSTRACT_API_KEY={hex:32}",
            r#"abstractapi:
  api_key: "{hex:32}""#,
            "https://emailvalidation.abstractapi.com/v1/?api_key={hex:32}",
        ],
        near: &["ABSTRACT_API_KEY={hex:12}", "ABSTRACT_API_REVISION={hex:32}"],
        ..PROVIDER
    },
    Pattern {
        id: "apitemplate",
        name: "APITemplate.io API key",
        grants: "makes documents on the account",
        keywords: &["apitemplate"],
        regex: keyed!("apitemplate", "[0-9A-Za-z]{39}"),
        max: 145,
        check: proof::alone,
        revoke: "regenerate it at app.apitemplate.io",
        examples: &[
            "APITEMPLATE_API_KEY={base62:39}",
            r#"apitemplate:
  api_key: "{base62:39}""#,
        ],
        near: &["APITEMPLATE_API_KEY={base62:9}", "APITEMPLATE_REVISION={base62:39}"],
        ..PROVIDER
    },
    Pattern {
        id: "audd",
        name: "AudD API token",
        grants: "recognizes music on the account",
        keywords: &["audd_", "audd.io", "audd-"],
        regex: keyed!("audd[_.-]", "[0-9A-Za-z-]{32}"),
        max: 132,
        check: proof::alone,
        revoke: "change it at dashboard.audd.io",
        examples: &["AUDD_API_TOKEN={base62:32}"],
        near: &["AUDD_API_TOKEN={base62:9}", "AUDD_REVISION={base62:32}"],
        ..PROVIDER
    },
    Pattern {
        id: "bannerbear",
        name: "Bannerbear API key",
        grants: "makes pictures of the project",
        keywords: &["bannerbear"],
        regex: keyed!("bannerbear", "[0-9A-Za-z]{22}tt|bb_(?:pr|ma)_[0-9a-f]{30}"),
        max: 141,
        check: proof::alone,
        revoke: "regenerate it at app.bannerbear.com",
        examples: &[
            "BANNERBEAR_API_KEY={base62:22}tt",
            r#"bannerbear_api_key: "bb_pr_{hex:30}""#,
            r#"bannerbear:
  api_key: "{base62:22}tt""#,
        ],
        near: &["BANNERBEAR_API_KEY={base62:9}", "BANNERBEAR_REVISION={base62:22}tt"],
        ..PROVIDER
    },
    Pattern {
        id: "besttime",
        name: "BestTime private key",
        grants: "reads and makes forecasts on the account",
        keywords: &["besttime"],
        regex: keyed!("besttime", "pri_[0-9a-f]{32}"),
        max: 139,
        check: proof::alone,
        revoke: "regenerate it at besttime.app/api/v1/dashboard",
        examples: &[
            "BESTTIME_API_KEY_PRIVATE=pri_{hex:32}",
            r#"besttime:
  api_key: "pri_{hex:32}""#,
        ],
        near: &["BESTTIME_API_KEY=pri_{hex:9}", "BESTTIME_PUBLIC=pub_{hex:32}"],
        ..PROVIDER
    },
    Pattern {
        id: "blitapp",
        name: "Blitapp API key",
        grants: "makes and reads screenshots on the account",
        keywords: &["blitapp"],
        regex: keyed!("blitapp", "[0-9A-Za-z_-]{39}"),
        max: 141,
        check: proof::alone,
        revoke: "change it at blitapp.com under settings",
        examples: &[
            "BLITAPP_API_KEY={base62:39}",
            r#"blitapp:
  api_key: "{base62:39}""#,
        ],
        near: &["BLITAPP_API_KEY={base62:9}", "BLITAPP_REVISION={base62:39}"],
        ..PROVIDER
    },
    Pattern {
        id: "brave-search",
        name: "Brave Search API key",
        grants: "searches on the account",
        keywords: &["brave", "x-subscription-token"],
        regex: keyed!("(?:brave|x-subscription)", "BSA[0-9A-Za-z_-]{24,40}"),
        max: 152,
        check: proof::alone,
        revoke: "delete it at api-dashboard.search.brave.com",
        examples: &[
            "BRAVE_API_KEY=BSA{base62:28}",
            r#"brave:
  api_key: "BSA{base62:28}""#,
            "X-Subscription-Token: BSA{base62:28}",
        ],
        near: &["BRAVE_API_KEY={base62:9}", "BRAVE_REVISION=BSA{base62:28}"],
        ..PROVIDER
    },
    Pattern {
        id: "brightdata",
        name: "Bright Data proxy password",
        grants: "sends traffic through the zone on the account",
        keywords: &["brd-customer-"],
        regex: "brd-customer-[0-9A-Za-z_-]{1,64}-zone-[0-9A-Za-z_-]{1,64}:([0-9A-Za-z_-]{8,64})",
        max: 212,
        check: proof::alone,
        revoke: "change it at brightdata.com/cp/zones",
        examples: &["brd-customer-hl_{hex:8}-zone-acme:{lower36:12}k7"],
        near: &[
            "brd-customer-hl_{hex:8}-zone-acme:password",
            "brd-customer-hl_{hex:8}-zone-acme:$PASSWORD",
        ],
        ..PROVIDER
    },
    Pattern {
        id: "browshot",
        name: "Browshot API key",
        grants: "takes screenshots on the account",
        keywords: &["browshot"],
        regex: keyed!("browshot", "[0-9A-Za-z]{28}"),
        max: 131,
        check: proof::alone,
        revoke: "change it at browshot.com/dashboard",
        examples: &[
            "BROWSHOT_API_KEY={base62:28}",
            r#"browshot:
  api_key: "{base62:28}""#,
        ],
        near: &["BROWSHOT_API_KEY={base62:9}", "BROWSHOT_REVISION={base62:28}"],
        ..PROVIDER
    },
    Pattern {
        id: "carbon-interface",
        name: "Carbon Interface API key",
        grants: "asks for estimates on the account",
        keywords: &["carboninterface", "carbon_interface"],
        regex: keyed!("carbon_?interface", "[0-9A-Za-z]{21}"),
        max: 132,
        check: proof::alone,
        revoke: "delete it at carboninterface.com/account",
        examples: &[
            "CARBONINTERFACE_API_KEY={base62:21}",
            r#"carboninterface:
  api_key: "{base62:21}""#,
        ],
        near: &["CARBONINTERFACE_API_KEY={base62:9}", "CARBONINTERFACE_REVISION={base62:21}"],
        ..PROVIDER
    },
    Pattern {
        id: "cloudimage",
        name: "Cloudimage API key",
        grants: "changes and serves pictures of the account",
        keywords: &["cloudimage"],
        regex: keyed!("cloudimage", "[0-9A-Za-z_]{30}"),
        max: 135,
        check: proof::alone,
        revoke: "regenerate it at cloudimage.io under settings",
        examples: &[
            "CLOUDIMAGE_API_KEY={base62:30}",
            r#"cloudimage:
  api_key: "{base62:30}""#,
        ],
        near: &["CLOUDIMAGE_API_KEY={base62:9}", "CLOUDIMAGE_REVISION={base62:30}"],
        ..PROVIDER
    },
    Pattern {
        id: "cloudinary-secret",
        name: "Cloudinary API secret",
        grants: "reads, changes and deletes the media of the cloud",
        keywords: &["cloudinary"],
        regex: keyed!("cloudinary", "[0-9A-Za-z_-]{27}"),
        max: 132,
        check: proof::alone,
        revoke: "regenerate it at cloudinary.com/console under api keys",
        examples: &[
            "CLOUDINARY_API_SECRET={base62:27}",
            r#"cloudinary:
  api_key: "{base62:27}""#,
        ],
        near: &["CLOUDINARY_API_KEY={digit:15}", "CLOUDINARY_API_SECRET={base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "cloudinary-url",
        name: "Cloudinary address with its secret",
        grants: "reads, changes and deletes the media of the cloud",
        keywords: &["cloudinary://"],
        regex: "cloudinary://[0-9]{10,20}:([0-9A-Za-z_-]{20,40})@[0-9A-Za-z_-]{1,64}",
        max: 139,
        check: proof::alone,
        revoke: "regenerate the secret at cloudinary.com/console under api keys",
        examples: &["cloudinary://{digit:15}:{base62:27}@acme"],
        near: &[
            "cloudinary://key:secret@acme",
            "cloudinary://{digit:15}:your-api-secret-goes-here@acme",
        ],
        ..PROVIDER
    },
    Pattern {
        id: "cloudmersive",
        name: "Cloudmersive API key",
        grants: "converts and checks on the account",
        keywords: &["cloudmersive"],
        regex: keyed!(
            "cloudmersive",
            "[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{12}"
        ),
        max: 143,
        check: proof::alone,
        revoke: "delete it at portal.cloudmersive.com/keys",
        examples: &[
            "CLOUDMERSIVE_API_KEY={uuid}",
            r#"cloudmersive:
  api_key: "{uuid}""#,
        ],
        near: &["CLOUDMERSIVE_API_KEY={base62:9}", "CLOUDMERSIVE_REVISION={uuid}"],
        ..PROVIDER
    },
    Pattern {
        id: "cloudsight",
        name: "CloudSight API key",
        grants: "recognizes pictures on the account",
        keywords: &["cloudsight"],
        regex: keyed!("cloudsight", "[0-9A-Za-z_-]{20,24}"),
        max: 129,
        check: proof::alone,
        revoke: "change it at cloudsight.ai/api_client_users",
        examples: &[
            "CLOUDSIGHT_API_KEY={base62:22}",
            r#"cloudsight:
  api_key: "{base62:22}""#,
        ],
        near: &["CLOUDSIGHT_API_KEY={base62:9}", "CLOUDSIGHT_REVISION={base62:22}"],
        ..PROVIDER
    },
    Pattern {
        id: "cloverly",
        name: "Cloverly private key",
        grants: "buys offsets on the account",
        keywords: &["cloverly"],
        regex: "(?i)cloverly[^;]{0,60}?private_key:([0-9a-f]{16})",
        max: 96,
        check: proof::alone,
        revoke: "delete it at dashboard.cloverly.com",
        examples: &["CLOVERLY_API_KEY=private_key:{hex:16}"],
        near: &["CLOVERLY_API_KEY=private_key:{hex:5}", "CLOVERLY_API_KEY=public_key:{hex:16}"],
        ..PROVIDER
    },
    Pattern {
        id: "conversion-tools",
        name: "Conversion Tools API token",
        grants: "converts and reads files of the account",
        keywords: &["conversiontools", "conversion_tools"],
        regex: keyed!("conversion_?tools", "ey[0-9A-Za-z._-]{157,167}"),
        max: 280,
        check: proof::alone,
        revoke: "change it at conversiontools.io/profile",
        examples: &[
            "CONVERSIONTOOLS_API_TOKEN=ey{base62:162}",
            r#"conversiontools:
  api_key: "ey{base62:162}""#,
        ],
        near: &["CONVERSIONTOOLS_API_TOKEN=ey{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "craftmypdf",
        name: "CraftMyPDF API key",
        grants: "makes documents on the account",
        keywords: &["craftmypdf"],
        regex: keyed!("craftmypdf", "[0-9A-Za-z]{35}"),
        max: 140,
        check: proof::alone,
        revoke: "regenerate it at app.craftmypdf.com",
        examples: &[
            "CRAFTMYPDF_API_KEY={base62:35}",
            r#"craftmypdf:
  api_key: "{base62:35}""#,
        ],
        near: &["CRAFTMYPDF_API_KEY={base62:9}", "CRAFTMYPDF_REVISION={base62:35}"],
        ..PROVIDER
    },
    Pattern {
        id: "currents-api",
        name: "Currents API key",
        grants: "searches the news on the account",
        keywords: &["currentsapi", "currents_api"],
        regex: keyed!("currents_?api", "[0-9A-Za-z+=_-]{48}"),
        max: 155,
        check: proof::alone,
        revoke: "change it at currentsapi.services/en/profile",
        examples: &[
            "CURRENTSAPI_KEY={base62:48}",
            r#"currentsapi:
  api_key: "{base62:48}""#,
        ],
        near: &["CURRENTSAPI_KEY={base62:9}", "CURRENTSAPI_REVISION={base62:48}"],
        ..PROVIDER
    },
    Pattern {
        id: "databento",
        name: "Databento API key",
        grants: "reads market data on the account",
        keywords: &["databento"],
        regex: keyed!("databento", "db-[0-9A-Za-z]{29}"),
        max: 136,
        check: proof::alone,
        revoke: "revoke it at databento.com/portal/keys",
        examples: &[
            "DATABENTO_API_KEY=db-{base62:29}",
            r#"databento:
  api_key: "db-{base62:29}""#,
        ],
        near: &["DATABENTO_API_KEY={base62:9}", "DATABENTO_REVISION=db-{base62:29}"],
        ..PROVIDER
    },
    Pattern {
        id: "debounce",
        name: "DeBounce API key",
        grants: "checks mail addresses on the account",
        keywords: &["debounce.io", "debounce_api", "debounce_key", "debounce-api", "debounceapi"],
        regex: keyed!(r"debounce(?:\.io|[_-]|api)", "[0-9A-Za-z]{13}"),
        max: 119,
        check: proof::alone,
        revoke: "delete it at app.debounce.io/api",
        examples: &[
            "DEBOUNCE_API_KEY={lower36:11}4k",
            r#"debounce.io:
  api_key: "{lower36:11}4k""#,
        ],
        near: &["DEBOUNCE_API_KEY={base62:9}", r#"debounce_key = "keydown.later""#],
        ..PROVIDER
    },
];
