//! Work of teams: code, builds, issues, files, time.

use super::{PROVIDER, Pattern, behind, check, named};

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        id: "envoy",
        name: "Envoy API key",
        grants: "reads and writes visitors and desks",
        keywords: &["envoy"],
        regex: named!(r"envoy[\w.-]{0,12}(?:key|token)", r"[0-9A-Za-z]{220}\b"),
        max: 291,
        check: check::mixed,
        revoke: "delete it at dashboard.envoy.com under integrations, api keys",
        examples: &["ENVOY_API_KEY={base62:220}"],
        near: &["ENVOY_API_KEY={base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "everhour",
        name: "Everhour API key",
        grants: "reads and writes the team's time",
        keywords: &["everhour"],
        regex: behind!(
            "everhour",
            r"[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{6}-[0-9a-f]{6}-[0-9a-f]{8}\b"
        ),
        max: 110,
        revoke: "renew it at app.everhour.com under my profile",
        examples: &["EVERHOUR_API_KEY={hex:4}-{hex:4}-{hex:6}-{hex:6}-{hex:8}"],
        near: &["EVERHOUR_API_KEY={hex:4}-{hex:4}"],
        ..PROVIDER
    },
    Pattern {
        id: "fetchrss",
        name: "FetchRSS API key",
        grants: "makes and deletes feeds",
        keywords: &["fetchrss"],
        regex: behind!("fetchrss", r"[0-9A-Za-z.]{40}\b"),
        max: 118,
        check: check::mixed,
        revoke: "renew it at fetchrss.com/api",
        examples: &["https://fetchrss.com/api/v1/feed/list?auth={hex:24}.{base62:15}"],
        near: &["FETCHRSS_KEY={hex:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "figma-legacy",
        name: "Figma access token",
        grants: "reads the user's files and comments on them",
        keywords: &["figma"],
        regex: named!(
            r"figma[\w.-]{0,16}(?:token|key)",
            "[0-9a-f]{4,6}-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
        ),
        max: 118,
        revoke: "revoke it at figma.com/settings",
        examples: &["X-Figma-Token: {digit:4}-{uuid}"],
        near: &["X-Figma-Token: {digit:4}"],
        ..PROVIDER
    },
    Pattern {
        id: "file-io",
        name: "file.io API key",
        grants: "reads and writes files of the account",
        keywords: &["file.io", "fileio", "file_io"],
        regex: named!(
            r"file[._]?io[\w.-]{0,12}(?:key|token)",
            r"[0-9A-Z]{7}\.[0-9A-Z]{7}(?:-[0-9A-Z]{7}){3}\b"
        ),
        max: 112,
        revoke: "delete it at file.io under api keys",
        examples: &["FILEIO_API_KEY={upper36:7}.{upper36:7}-{upper36:7}-{upper36:7}-{upper36:7}"],
        near: &["FILEIO_API_KEY={upper36:7}"],
        ..PROVIDER
    },
    Pattern {
        id: "float",
        name: "Float access token",
        grants: "reads and writes the team's schedule",
        keywords: &["float_api", "float_token", "float_access", "floatapi", "api.float.com"],
        regex: behind!(
            r"(?:float_(?:api|token|access)|floatapi|api\.float\.com)",
            "[0-9a-f]{16}[0-9A-Za-z+/]{42,43}="
        ),
        max: 143,
        check: check::mixed,
        revoke: "renew it in float under team settings, integrations",
        examples: &["FLOAT_API_TOKEN={hex:16}{b64:42}="],
        near: &["FLOAT_API_TOKEN={hex:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "frame-io",
        name: "Frame.io developer token",
        grants: "reads and writes the user's projects",
        keywords: &["fio-u-"],
        regex: "fio-u-[0-9A-Za-z_=-]{64}",
        max: 70,
        revoke: "delete it at developer.frame.io/app/tokens",
        examples: &["fio-u-{b64url:63}x"],
        near: &["fio-u-{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "github-client-secret",
        name: "GitHub app client secret",
        grants: "asks for tokens in the app's name",
        keywords: &[
            "github_client",
            "github-client",
            "githubclient",
            "github_oauth",
            "github_app_client",
            "github_secret",
        ],
        regex: named!(
            "(?:github(?:[_-]?client|_oauth(?:_client)?|_app_client)?[_-]?secret)",
            r"[0-9a-f]{40}\b"
        ),
        max: 115,
        check: check::mixed,
        revoke: "renew it at github.com/settings/developers",
        examples: &["GITHUB_CLIENT_SECRET={hex:40}", "githubClientSecret: '{hex:40}'"],
        near: &["GITHUB_CLIENT_ID=Iv1.{hex:16}", "GITHUB_CLIENT_SHA={hex:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "github-refresh-token",
        name: "GitHub App refresh token",
        grants: "makes tokens that act as the user through the app",
        keywords: &["ghr_"],
        regex: "ghr_[0-9A-Za-z]{76}",
        max: 80,
        revoke: "revoke the app at github.com/settings/apps/authorizations",
        examples: &["ghr_{base62:76}"],
        near: &["ghr_{base62:40}"],
        ..PROVIDER
    },
    Pattern {
        id: "gitlab-session",
        name: "GitLab session",
        grants: "acts as the signed-in user",
        keywords: &["_gitlab_session"],
        regex: r#"_gitlab_session["']?\s{0,2}[=:,]\s{0,2}["']?([0-9a-z]{32})\b"#,
        max: 54,
        check: check::mixed,
        revoke: "end it at gitlab.com/-/user_settings/active_sessions",
        examples: &["Cookie: _gitlab_session={hex:32}"],
        near: &["_gitlab_session={hex:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "glitch",
        name: "Glitch token",
        grants: "reads and writes the user's projects",
        keywords: &["glitch-"],
        regex: "glitch-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        max: 43,
        revoke: "renew it at glitch.com/settings",
        examples: &["glitch-{uuid}"],
        near: &["glitch-{hex:8}"],
        ..PROVIDER
    },
    Pattern {
        id: "harness-personal",
        name: "Harness personal access token",
        grants: "acts as the user",
        keywords: &["pat."],
        regex: r"pat\.[0-9A-Za-z_-]{22}\.[0-9A-Za-z]{24}\.[0-9A-Za-z]{20}",
        max: 72,
        check: check::mixed,
        revoke: "delete it in harness under my profile, api keys",
        examples: &["pat.{base62:22}.{hex:24}.{base62:20}"],
        near: &["pat.{base62:22}.{hex:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "harness-service",
        name: "Harness service account token",
        grants: "acts as the service account",
        keywords: &["sat."],
        regex: r"sat\.[0-9A-Za-z_-]{22}\.[0-9A-Za-z]{24}\.[0-9A-Za-z]{20}",
        max: 72,
        check: check::mixed,
        revoke: "delete it in harness under access control, service accounts",
        examples: &["sat.{base62:22}.{base62:24}.{base62:20}"],
        near: &["sat.{base62:22}.{hex:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "hellosign",
        name: "Dropbox Sign API key",
        grants: "sends and reads documents for signature",
        keywords: &["hellosign", "dropbox_sign", "dropboxsign"],
        regex: behind!("(?:hellosign|dropbox_?sign)", r"[0-9A-Za-z+/-]{64}\b"),
        max: 146,
        check: check::mixed,
        revoke: "delete it at app.hellosign.com under api settings",
        examples: &["HELLOSIGN_API_KEY={hex:64}"],
        near: &["HELLOSIGN_API_KEY={hex:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "intra-42",
        name: "42 intranet client secret",
        grants: "asks for tokens in the app's name",
        keywords: &["s-s4t2ud-", "s-s4t2af-"],
        regex: "s-s4t2(?:ud|af)-[0-9a-f]{64}",
        max: 73,
        revoke: "replace it at profile.intra.42.fr/oauth/applications",
        examples: &["s-s4t2ud-{hex:64}"],
        near: &["u-s4t2ud-{hex:64}", "s-s4t2ud-{hex:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "ionic",
        name: "Ionic personal access token",
        grants: "builds and deploys as the user",
        keywords: &["ionic", "ion_token"],
        regex: behind!("(?:ionic|ion_token)", r"ion_[0-9A-Za-z]{42}\b"),
        max: 125,
        revoke: "delete it at dashboard.ionicframework.com/personal/tokens",
        examples: &["IONIC_TOKEN=ion_{base62:42}"],
        near: &["IONIC_TOKEN=ion_{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "jenkins",
        name: "Jenkins token",
        grants: "acts as the user: starts and changes jobs",
        keywords: &["jenkins"],
        regex: named!(
            r"jenkins[\w.-]{0,16}(?:token|api[_-]?key|password|secret)",
            r"[0-9a-f]{30,36}\b"
        ),
        max: 116,
        check: check::mixed,
        revoke: "revoke it in jenkins under the user's security settings",
        examples: &[
            "JENKINS_API_TOKEN=11{hex:32}",
            "jenkins_token: {hex:32}",
            "jenkins_admin_password = {hex:32}",
        ],
        near: &["JENKINS_BUILD={hex:32}", "JENKINS_API_TOKEN={hex:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "linear-client-secret",
        name: "Linear client secret",
        grants: "asks for tokens in the app's name",
        keywords: &["linear_client", "linear-client", "linearclient"],
        regex: named!("linear[_-]?client[_-]?secret", r"[0-9a-f]{32}\b"),
        max: 101,
        check: check::mixed,
        revoke: "rotate it at linear.app/settings/api",
        examples: &["LINEAR_CLIENT_SECRET={hex:32}"],
        near: &["LINEAR_CLIENT_ID={hex:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "lokalise",
        name: "Lokalise API token",
        grants: "reads and writes translations as the user",
        keywords: &["lokalise"],
        regex: named!(r"lokalise[\w.-]{0,12}(?:token|key)", r"(?:lol)?[0-9a-f]{40,64}\b"),
        max: 141,
        check: check::mixed,
        revoke: "delete it at app.lokalise.com/profile under api tokens",
        examples: &["LOKALISE_API_TOKEN={hex:40}"],
        near: &["LOKALISE_PROJECT={hex:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "mergify",
        name: "Mergify application key",
        grants: "reads and acts on the organization's pull requests",
        keywords: &["mergify_application_key_"],
        regex: "mergify_application_key_[0-9A-Za-z_-]{40,200}",
        max: 224,
        revoke: "delete it at dashboard.mergify.com under applications",
        examples: &["mergify_application_key_{base62:64}"],
        near: &["mergify_application_key_{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "my-intervals",
        name: "Intervals API token",
        grants: "reads and writes tasks and time",
        keywords: &["myintervals", "my_intervals"],
        regex: named!(r"my_?intervals[\w.-]{0,12}(?:key|token)", r"[0-9A-Za-z]{11}\b"),
        max: 89,
        check: check::mixed,
        revoke: "renew it at myintervals.com under my account, api",
        examples: &["MYINTERVALS_API_KEY={lower36:11}"],
        near: &["MYINTERVALS_API_KEY={lower36:6}"],
        ..PROVIDER
    },
    Pattern {
        id: "mycase",
        name: "MyCase API key",
        grants: "reads and writes the firm's cases",
        keywords: &["mycase_"],
        regex: "mycase_[0-9A-Za-z_-]{32,64}",
        max: 71,
        check: check::mixed,
        revoke: "delete it in mycase under settings, integrations",
        examples: &["mycase_{base62:40}"],
        near: &["mycase_{base62:9}", "mycase_should_return_an_error_when_empty_list_1"],
        ..PROVIDER
    },
];
