//! Maps, weather and data at hand.

use super::{PROVIDER, Pattern, check, named};

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        id: "yandex-translate",
        name: "Yandex Translate API key",
        grants: "translates at the account's cost",
        keywords: &["trnsl.1.1."],
        regex: r"trnsl\.1\.1\.[0-9]{8}T[0-9]{6}Z\.[0-9a-f]{16}\.[0-9a-f]{40}",
        max: 84,
        revoke: "delete it at yandex.com/dev/translate",
        examples: &["trnsl.1.1.20250102T030405Z.{hex:16}.{hex:40}"],
        near: &["trnsl.1.1.20250102T030405Z.{hex:8}"],
        ..PROVIDER
    },
    Pattern {
        id: "openweather",
        name: "OpenWeather API key",
        grants: "reads weather at the account's cost",
        keywords: &["openweather", "open_weather", "pyowm", "owm_"],
        regex: named!(
            r"(?:open_?weather(?:_?map)?|pyowm|owm_)[\w.-]{0,20}(?:key|token|appid)",
            "[0-9a-f]{32}"
        ),
        max: 122,
        check: check::mixed,
        revoke: "delete it at home.openweathermap.org/api_keys",
        examples: &["OPENWEATHER_API_KEY={hex:32}"],
        near: &["OPENWEATHER_API_KEY={hex:12}", r#"openweather_md5 = "{hex:32}""#],
        ..PROVIDER
    },
    Pattern {
        id: "openweather-url",
        name: "OpenWeather address with its key",
        grants: "reads weather at the account's cost",
        keywords: &["openweathermap.org/"],
        regex: r#"openweathermap\.org/[0-9a-z./]{1,60}\?[^\s"'`]{0,200}appid=([0-9a-f]{32})"#,
        max: 318,
        revoke: "delete it at home.openweathermap.org/api_keys",
        examples: &["https://api.openweathermap.org/data/2.5/weather?q=Paris&appid={hex:32}"],
        near: &["https://api.openweathermap.org/data/2.5/weather?q=Paris&appid=$KEY"],
        ..PROVIDER
    },
    Pattern {
        id: "pixabay",
        name: "Pixabay API key",
        grants: "searches images as the account",
        keywords: &["pixabay"],
        regex: named!(r"pixabay[\w.-]{0,20}key", "[0-9]{6,9}-[0-9a-f]{25}"),
        max: 114,
        check: check::mixed,
        revoke: "ask pixabay for a new one",
        examples: &["PIXABAY_API_KEY={digit:8}-{hex:25}"],
        near: &["PIXABAY_API_KEY={digit:6}-{hex:5}"],
        ..PROVIDER
    },
    Pattern {
        id: "stormglass",
        name: "Storm Glass API key",
        grants: "reads weather at the account's cost",
        keywords: &["stormglass", "storm_glass"],
        regex: named!(
            r"storm_?glass[\w.-]{0,20}(?:key|token)",
            "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
        ),
        max: 158,
        check: check::uuid,
        revoke: "renew it at dashboard.stormglass.io",
        examples: &["STORMGLASS_API_KEY={uuid}-{uuid}"],
        near: &["STORMGLASS_ID={uuid}"],
        ..PROVIDER
    },
    Pattern {
        id: "worldweather",
        name: "World Weather Online API key",
        grants: "reads weather at the account's cost",
        keywords: &["worldweather", "wwo_api"],
        regex: named!(r"(?:world_?weather(?:_?online)?|wwo_api)[\w.-]{0,20}key", "[0-9a-z]{31}"),
        max: 123,
        check: check::mixed,
        revoke: "delete it at worldweatheronline.com/developer",
        examples: &["WORLDWEATHER_API_KEY={hex:31}"],
        near: &["WORLDWEATHER_API_KEY={hex:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "yelp",
        name: "Yelp API key",
        grants: "reads yelp as the app",
        keywords: &["yelp_api", "yelp-api", "yelpapi", "yelp_key", "yelp_token"],
        regex: named!(r"yelp[\w.-]{0,12}(?:key|token)", "[0-9A-Za-z_=-]{128}"),
        max: 198,
        check: check::mixed,
        revoke: "renew it at yelp.com/developers/v3/manage_app",
        examples: &["YELP_API_KEY={b64url:127}x"],
        near: &["YELP_API_KEY={base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "soracom",
        name: "Soracom auth key",
        grants: "acts as the user at soracom",
        keywords: &["soracom"],
        regex: named!(r"soracom[\w.-]{0,20}(?:key|secret|token)", "secret-[0-9A-Za-z]{60}"),
        max: 149,
        check: check::mixed,
        revoke: "delete it in soracom under the user, auth keys",
        examples: &["SORACOM_AUTH_KEY=secret-{base62:60}"],
        near: &["SORACOM_AUTH_KEY_ID=keyId-{hex:8}"],
        ..PROVIDER
    },
    Pattern {
        id: "wakatime",
        name: "WakaTime API key",
        grants: "reads the coding activity of the user",
        keywords: &["waka_"],
        regex: "waka_(?:[0-9A-Za-z]{36,64}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})",
        max: 69,
        revoke: "renew it at wakatime.com/settings/account",
        examples: &["waka_{base62:40}", "waka_{uuid}"],
        near: &["waka_{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "redirect-pizza",
        name: "redirect.pizza API token",
        grants: "changes redirects of the account",
        keywords: &["rpa_"],
        regex: "rpa_[0-9A-Za-z]{30}",
        max: 34,
        revoke: "delete it in redirect.pizza under the team, api",
        examples: &["rpa_{base62:30}"],
        near: &["rpa_{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "pirsch",
        name: "Pirsch access token",
        grants: "reads and sends statistics",
        keywords: &["pirsch"],
        regex: named!(r"pirsch[\w.-]{0,20}(?:key|token|secret)", "(?:pa_)?[0-9A-Za-z]{32,64}"),
        max: 148,
        check: check::mixed,
        revoke: "delete it in pirsch under settings, clients",
        examples: &["PIRSCH_ACCESS_TOKEN=pa_{base62:36}"],
        near: &["PIRSCH_ACCESS_TOKEN=pa_{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "snowflake-pat",
        name: "Snowflake programmatic access token",
        grants: "reads and writes what the role may",
        keywords: &["snowflake"],
        regex: named!(
            r"snowflake[\w.-]{0,20}(?:token|pat|password)",
            r"eyJ[0-9A-Za-z_-]{20,300}\.[0-9A-Za-z_-]{20,800}\.[0-9A-Za-z_-]{40,800}"
        ),
        max: 1991,
        check: check::jwt,
        revoke: "remove it with alter user remove programmatic access token",
        examples: &["SNOWFLAKE_TOKEN={jwt}"],
        near: &["SNOWFLAKE_TOKEN=eyJ{base62:9}"],
        ..PROVIDER
    },
];
