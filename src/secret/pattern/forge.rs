//! Where code lives: GitHub, GitLab and others.

use super::{PROVIDER, Pattern, check, named};
use crate::secret::Confidence;

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        id: "github-pat",
        name: "GitHub personal access token",
        keywords: &["ghp_"],
        regex: "ghp_[0-9A-Za-z]{36}",
        max: 40,
        check: check::crc32_base62,
        confidence: Confidence::Certain,
        revoke: "delete it at github.com/settings/tokens",
        examples: &["ghp_{base62:30}{crc32base62}", r#"token = "ghp_{base62:30}{crc32base62}""#],
        near: &["ghp_{base62:36}", "ghp_{base62:20}"],
        ..PROVIDER
    },
    Pattern {
        id: "github-oauth",
        name: "GitHub OAuth token",
        keywords: &["gho_"],
        regex: "gho_[0-9A-Za-z]{36}",
        max: 40,
        check: check::crc32_base62,
        confidence: Confidence::Certain,
        revoke: "revoke the app at github.com/settings/applications",
        examples: &["gho_{base62:30}{crc32base62}", r#"token = "gho_{base62:30}{crc32base62}""#],
        near: &["gho_{base62:36}", "gho_{base62:20}"],
        ..PROVIDER
    },
    Pattern {
        id: "github-user-to-server",
        name: "GitHub App user token",
        keywords: &["ghu_"],
        regex: "ghu_[0-9A-Za-z]{36}",
        max: 40,
        check: check::crc32_base62,
        confidence: Confidence::Certain,
        revoke: "revoke the app at github.com/settings/apps/authorizations",
        examples: &["ghu_{base62:30}{crc32base62}", r#"token = "ghu_{base62:30}{crc32base62}""#],
        near: &["ghu_{base62:36}", "ghu_{base62:20}"],
        ..PROVIDER
    },
    Pattern {
        id: "github-installation",
        name: "GitHub App installation token",
        keywords: &["ghs_"],
        regex: "ghs_[0-9A-Za-z]{36}",
        max: 40,
        check: check::crc32_base62,
        confidence: Confidence::Certain,
        revoke: "it ends within an hour; suspend the installation to end it now",
        examples: &["ghs_{base62:30}{crc32base62}", r#"token = "ghs_{base62:30}{crc32base62}""#],
        near: &["ghs_{base62:36}", "ghs_{base62:20}"],
        ..PROVIDER
    },
    Pattern {
        id: "github-refresh",
        name: "GitHub App refresh token",
        keywords: &["ghr_"],
        regex: "ghr_[0-9A-Za-z]{36}",
        max: 40,
        check: check::crc32_base62,
        confidence: Confidence::Certain,
        revoke: "revoke the app at github.com/settings/apps/authorizations",
        examples: &["ghr_{base62:30}{crc32base62}", r#"token = "ghr_{base62:30}{crc32base62}""#],
        near: &["ghr_{base62:36}", "ghr_{base62:20}"],
        ..PROVIDER
    },
    Pattern {
        id: "github-installation-jwt",
        name: "GitHub App installation token",
        keywords: &["ghs_"],
        regex: r"ghs_[0-9]{1,12}_eyJ[0-9A-Za-z_-]{10,300}\.eyJ[0-9A-Za-z_-]{10,1500}\.[0-9A-Za-z_-]{20,700}",
        max: 2525,
        revoke: "it ends within an hour; suspend the installation to end it now",
        examples: &["ghs_{digit:7}_{jwt}"],
        near: &["ghs_{digit:7}_{base62:20}"],
        ..PROVIDER
    },
    Pattern {
        id: "github-fine-grained-pat",
        name: "GitHub fine-grained personal access token",
        keywords: &["github_pat_"],
        regex: "github_pat_[0-9A-Za-z]{22}_[0-9A-Za-z]{59}",
        max: 93,
        revoke: "delete it at github.com/settings/tokens",
        examples: &["github_pat_{base62:22}_{base62:59}"],
        near: &[
            "github_pat_{base62:22}_{base62:30}",
            "github_pat_xxxxxxxxxxxxxxxxxxxxxx_{base62:59}",
        ],
        ..PROVIDER
    },
    Pattern {
        id: "gitlab-pat",
        name: "GitLab personal access token",
        keywords: &["glpat-"],
        regex: "glpat-[0-9A-Za-z_-]{20}",
        max: 26,
        revoke: "revoke it at gitlab.com/-/user_settings/personal_access_tokens",
        examples: &["glpat-{base62:20}"],
        near: &["glpat-xxxxxxxxxxxxxxxxxxxx", "glpat-{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "gitlab-deploy-token",
        name: "GitLab deploy token",
        keywords: &["gldt-"],
        regex: "gldt-[0-9A-Za-z_-]{20}",
        max: 25,
        revoke: "revoke it in the project under settings, repository, deploy tokens",
        examples: &["gldt-{base62:20}"],
        near: &["gldt-xxxxxxxxxxxxxxxxxxxx", "gldt-{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "gitlab-runner",
        name: "GitLab runner token",
        keywords: &["glrt-"],
        regex: "glrt-(?:t[0-9]_)?[0-9A-Za-z_-]{20}",
        max: 28,
        revoke: "reset it in the project under settings, ci/cd, runners",
        examples: &["glrt-{base62:20}"],
        near: &["glrt-xxxxxxxxxxxxxxxxxxxx", "glrt-{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "gitlab-job-token",
        name: "GitLab job token",
        keywords: &["glcbt-"],
        regex: "glcbt-[0-9A-Za-z]{1,5}_[0-9A-Za-z_-]{20}",
        max: 32,
        revoke: "it ends with its job; cancel the job to end it now",
        examples: &["glcbt-{hex:2}_{base62:20}"],
        near: &["glcbt-xxxxxxxxxxxxxxxxxxxx", "glcbt-{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "gitlab-trigger",
        name: "GitLab pipeline trigger token",
        keywords: &["glptt-"],
        regex: "glptt-[0-9a-f]{40}",
        max: 46,
        revoke: "revoke it in the project under settings, ci/cd, pipeline triggers",
        examples: &["glptt-{hex:40}"],
        near: &["glptt-xxxxxxxxxxxxxxxxxxxx", "glptt-{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "gitlab-feed",
        name: "GitLab feed token",
        keywords: &["glft-"],
        regex: "glft-[0-9A-Za-z_-]{20}",
        max: 25,
        revoke: "reset it at gitlab.com/-/user_settings/personal_access_tokens",
        examples: &["glft-{base62:20}"],
        near: &["glft-xxxxxxxxxxxxxxxxxxxx", "glft-{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "gitlab-incoming-mail",
        name: "GitLab incoming mail token",
        keywords: &["glimt-"],
        regex: "glimt-[0-9A-Za-z_-]{25}",
        max: 31,
        revoke: "reset it at gitlab.com/-/user_settings/personal_access_tokens",
        examples: &["glimt-{base62:25}"],
        near: &["glimt-xxxxxxxxxxxxxxxxxxxx", "glimt-{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "gitlab-scim",
        name: "GitLab SCIM token",
        keywords: &["glsoat-"],
        regex: "glsoat-[0-9A-Za-z_-]{20}",
        max: 27,
        revoke: "reset it in the group under settings, saml sso",
        examples: &["glsoat-{base62:20}"],
        near: &["glsoat-xxxxxxxxxxxxxxxxxxxx", "glsoat-{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "gitlab-agent",
        name: "GitLab agent token",
        keywords: &["glagent-"],
        regex: "glagent-[0-9A-Za-z_-]{50}",
        max: 58,
        revoke: "revoke it in the project under operate, kubernetes clusters",
        examples: &["glagent-{base62:50}"],
        near: &["glagent-xxxxxxxxxxxxxxxxxxxx", "glagent-{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "gitlab-oauth-secret",
        name: "GitLab OAuth application secret",
        keywords: &["gloas-"],
        regex: "gloas-[0-9A-Za-z_-]{64}",
        max: 70,
        revoke: "renew it at gitlab.com/-/user_settings/applications",
        examples: &["gloas-{hex:64}"],
        near: &["gloas-xxxxxxxxxxxxxxxxxxxx", "gloas-{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "gitlab-routable",
        name: "GitLab routable token",
        keywords: &["glpat-", "glrt-"],
        regex: r"gl(?:pat|rt)-(?:t[0-9]_)?[0-9A-Za-z_-]{27,300}\.(?:[0-9a-z]{2}\.)?[0-9a-z]{9}",
        max: 322,
        revoke: "revoke it at gitlab.com/-/user_settings/personal_access_tokens",
        examples: &["glpat-{b64url:30}a.{lower36:9}", "glpat-{base62:36}.{lower36:2}.{lower36:9}"],
        near: &["glpat-{base62:8}.{lower36:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "gitlab-registration",
        name: "GitLab runner registration token",
        keywords: &["GR1348941"],
        regex: "GR1348941[0-9A-Za-z_-]{20}",
        max: 29,
        revoke: "reset it in the project under settings, ci/cd, runners",
        examples: &["GR1348941{base62:20}"],
        near: &["GR1348941{base62:8}"],
        ..PROVIDER
    },
    Pattern {
        id: "bitbucket-app-password",
        name: "Bitbucket app password",
        keywords: &["ATBB"],
        regex: "ATBB[0-9A-Za-z]{24}[0-9A-F]{8}",
        max: 36,
        revoke: "revoke it at bitbucket.org/account/settings/app-passwords",
        examples: &["ATBB{base62:24}{HEX:8}"],
        near: &["ATBB{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "bitbucket-access-token",
        name: "Bitbucket access token",
        keywords: &["ATCTT3xFfGN0"],
        regex: "ATCTT3xFfGN0[0-9A-Za-z_=-]{100,300}",
        max: 312,
        revoke: "revoke it in the repository under settings, access tokens",
        examples: &["ATCTT3xFfGN0{b64url:171}={HEX:8}"],
        near: &["ATCTT3xFfGN0{base62:20}"],
        ..PROVIDER
    },
    Pattern {
        id: "sourcegraph",
        name: "Sourcegraph access token",
        keywords: &["sgp_"],
        regex: "sgp_(?:(?:[0-9a-f]{16}|local)_)?[0-9a-f]{40}",
        max: 61,
        revoke: "delete it in sourcegraph under settings, access tokens",
        examples: &["sgp_{hex:40}", "sgp_{hex:16}_{hex:40}"],
        near: &["sgp_{hex:24}"],
        ..PROVIDER
    },
    Pattern {
        id: "gitea",
        name: "Gitea or Forgejo access token",
        keywords: &["gitea", "forgejo", "codeberg"],
        regex: named!("(?:gitea|forgejo|codeberg)[_.-]?(?:access[_-]?)?token", "[0-9a-f]{40}"),
        max: 110,
        check: check::mixed,
        revoke: "delete it on the server under settings, applications",
        examples: &["GITEA_TOKEN={hex:40}"],
        near: &["GITEA_SHA={base62:12}"],
        ..PROVIDER
    },
];
