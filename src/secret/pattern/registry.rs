//! Where packages and images are published.

use super::{PROVIDER, Pattern, check};
use crate::secret::Confidence;

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        id: "npm",
        name: "npm access token",
        keywords: &["npm_"],
        regex: "npm_[0-9A-Za-z]{36}",
        max: 40,
        check: check::crc32_base62,
        confidence: Confidence::Certain,
        revoke: "revoke it with npm token revoke",
        examples: &[
            "npm_{base62:30}{crc32base62}",
            "//registry.npmjs.org/:_authToken=npm_{base62:30}{crc32base62}",
        ],
        near: &["npm_{base62:36}", "npm_{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "npm-legacy",
        name: "npm access token",
        keywords: &["_authToken"],
        regex: r#"_authToken\s{0,3}=\s{0,3}"?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"#,
        max: 54,
        revoke: "revoke it with npm token revoke",
        examples: &["//registry.npmjs.org/:_authToken={uuid}"],
        near: &["//registry.npmjs.org/:_authToken=${NPM_TOKEN}"],
        ..PROVIDER
    },
    Pattern {
        id: "pypi",
        name: "PyPI upload token",
        keywords: &["pypi-AgEIcHlwaS5vcmc", "pypi-AgENdGVzdC5weXBpLm9yZw"],
        regex: "pypi-Ag(?:EIcHlwaS5vcmc|ENdGVzdC5weXBpLm9yZw)[0-9A-Za-z_-]{50,1000}",
        max: 1027,
        confidence: Confidence::Certain,
        revoke: "delete it at pypi.org/manage/account/token",
        examples: &["pypi-AgEIcHlwaS5vcmc{b64url:150}"],
        near: &["pypi-AgEIcHlwaS5vcmc{base62:20}"],
        ..PROVIDER
    },
    Pattern {
        id: "crates-io",
        name: "crates.io API token",
        keywords: &["cio"],
        regex: "cio[0-9A-Za-z]{32}",
        max: 35,
        check: check::mixed,
        revoke: "revoke it at crates.io/settings/tokens",
        examples: &["cio{base62:32}"],
        near: &["cio{base62:12}", "precio{base62:32}"],
        ..PROVIDER
    },
    Pattern {
        id: "rubygems",
        name: "RubyGems API key",
        keywords: &["rubygems_"],
        regex: "rubygems_[0-9a-f]{48}",
        max: 57,
        revoke: "delete it at rubygems.org/profile/api_keys",
        examples: &["rubygems_{hex:48}"],
        near: &["rubygems_{hex:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "nuget",
        name: "NuGet API key",
        keywords: &["oy2"],
        regex: "oy2[0-9a-z]{43}",
        max: 46,
        check: check::mixed,
        revoke: "delete it at nuget.org/account/apikeys",
        examples: &["oy2{lower36:43}"],
        near: &["oy2{lower36:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "docker-hub-pat",
        name: "Docker Hub personal access token",
        keywords: &["dckr_pat_"],
        regex: "dckr_pat_[0-9A-Za-z_-]{27}",
        max: 36,
        revoke: "delete it at app.docker.com/settings/personal-access-tokens",
        examples: &["dckr_pat_{b64url:26}x"],
        near: &["dckr_pat_{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "docker-hub-oat",
        name: "Docker Hub organization access token",
        keywords: &["dckr_oat_"],
        regex: "dckr_oat_[0-9A-Za-z_-]{32}",
        max: 41,
        revoke: "delete it at app.docker.com under the organization, access tokens",
        examples: &["dckr_oat_{b64url:31}x"],
        near: &["dckr_oat_{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "docker-auth",
        name: "registry login in a Docker configuration",
        keywords: &[r#""auth""#],
        regex: r#""auth"\s{0,4}:\s{0,4}"([0-9A-Za-z+/]{16,1000}={0,2})""#,
        max: 1019,
        check: check::basic,
        shows: false,
        revoke: "change the password of that registry account",
        examples: &[r#"{"auths":{"registry.acme.io":{"auth":"{base64:deploy:u7Kq2Wm9Zx4Rt1}"}}}"#],
        near: &[r#""auth": "{base64:hello this is plain prose}""#],
        ..PROVIDER
    },
    Pattern {
        id: "clojars",
        name: "Clojars deploy token",
        keywords: &["CLOJARS_"],
        regex: "CLOJARS_[0-9a-f]{60}",
        max: 68,
        revoke: "delete it at clojars.org/tokens",
        examples: &["CLOJARS_{hex:60}"],
        near: &["CLOJARS_{hex:20}"],
        ..PROVIDER
    },
    Pattern {
        id: "hex-pm",
        name: "Hex API key",
        keywords: &["hexpm_"],
        regex: "hexpm_[0-9a-f]{40,64}",
        max: 70,
        revoke: "remove it at hex.pm/dashboard/keys",
        examples: &["hexpm_{hex:64}"],
        near: &["hexpm_{hex:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "artifactory-key",
        name: "Artifactory API key",
        keywords: &["AKCp"],
        regex: "AKCp[0-9A-Za-z]{69}",
        max: 73,
        revoke: "revoke it in artifactory under the user profile",
        examples: &["AKCp{base62:69}"],
        near: &["AKCp{base62:20}"],
        ..PROVIDER
    },
    Pattern {
        id: "artifactory-reference",
        name: "Artifactory reference token",
        keywords: &["cmVmdGtu"],
        regex: "cmVmdGtu[0-9A-Za-z]{56}",
        max: 64,
        revoke: "revoke it in artifactory under access tokens",
        examples: &["cmVmdGtu{base62:56}"],
        near: &["cmVmdGtu{base62:20}"],
        ..PROVIDER
    },
    Pattern {
        id: "cloudsmith",
        name: "Cloudsmith API key",
        keywords: &["csa_"],
        regex: "csa_[0-9a-f]{30}[0-9A-Za-z]{6}",
        max: 40,
        revoke: "refresh it at cloudsmith.io/user/settings/api",
        examples: &["csa_{hex:30}{base62:6}"],
        near: &["csa_{hex:20}"],
        ..PROVIDER
    },
];
