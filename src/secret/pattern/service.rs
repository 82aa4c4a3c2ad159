//! Everything else that one signs in to.

use super::{PROVIDER, Pattern, check, named};

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        id: "atlassian",
        name: "Atlassian API token",
        keywords: &["ATATT3xFfGF0"],
        regex: "ATATT3xFfGF0[0-9A-Za-z_=-]{100,300}",
        max: 312,
        revoke: "revoke it at id.atlassian.com/manage-profile/security/api-tokens",
        examples: &["ATATT3xFfGF0{b64url:171}={HEX:8}"],
        near: &["ATATT3xFfGF0{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "linear",
        name: "Linear API key",
        keywords: &["lin_api_", "lin_oauth_"],
        regex: "lin_(?:api_[0-9A-Za-z]{40}|oauth_[0-9a-f]{64})",
        max: 74,
        revoke: "revoke it at linear.app/settings/api",
        examples: &["lin_api_{base62:40}"],
        near: &["lin_api_{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "notion",
        name: "Notion integration token",
        keywords: &["ntn_"],
        regex: "ntn_[0-9]{11}[0-9A-Za-z]{35}",
        max: 50,
        revoke: "refresh it at notion.so/my-integrations",
        examples: &["ntn_{digit:11}{base62:35}"],
        near: &["ntn_{digit:11}"],
        ..PROVIDER
    },
    Pattern {
        id: "notion-legacy",
        name: "Notion integration token",
        keywords: &["secret_"],
        regex: "secret_[0-9A-Za-z]{43}",
        max: 50,
        check: check::mixed,
        revoke: "refresh it at notion.so/my-integrations",
        examples: &["secret_{base62:43}"],
        near: &["secret_{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "figma",
        name: "Figma personal access token",
        keywords: &["figd_"],
        regex: "figd_[0-9A-Za-z_-]{38,42}",
        max: 47,
        revoke: "revoke it at figma.com/settings",
        examples: &["figd_{b64url:39}x"],
        near: &["figd_{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "postman",
        name: "Postman API key",
        keywords: &["PMAK-"],
        regex: "PMAK-[0-9a-f]{24}-[0-9a-f]{34}",
        max: 64,
        revoke: "revoke it at postman.co/settings/me/api-keys",
        examples: &["PMAK-{hex:24}-{hex:34}"],
        near: &["PMAK-{hex:24}"],
        ..PROVIDER
    },
    Pattern {
        id: "contentful",
        name: "Contentful management token",
        keywords: &["CFPAT-"],
        regex: "CFPAT-[0-9A-Za-z_-]{43}",
        max: 49,
        revoke: "revoke it at app.contentful.com/account/profile/cma_tokens",
        examples: &["CFPAT-{b64url:42}x"],
        near: &["CFPAT-{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "typeform",
        name: "Typeform token",
        keywords: &["tfp_"],
        regex: "tfp_[0-9A-Za-z]{40,44}_[0-9A-Za-z]{10,20}",
        max: 69,
        revoke: "regenerate it at admin.typeform.com/user/tokens",
        examples: &["tfp_{base62:44}_{base62:14}"],
        near: &["tfp_{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "mapbox-secret",
        name: "Mapbox secret token",
        keywords: &["sk.eyJ"],
        regex: r"sk\.eyJ[0-9A-Za-z_-]{60,128}\.[0-9A-Za-z_-]{20,24}",
        max: 159,
        revoke: "delete it at account.mapbox.com/access-tokens",
        examples: &["sk.eyJ{b64url:80}.{b64url:21}x"],
        near: &["sk.eyJ{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "okta",
        name: "Okta API token",
        keywords: &["okta", "ssws"],
        regex: named!("(?:okta|ssws)", "00[0-9A-Za-z_-]{40}"),
        max: 95,
        check: check::mixed,
        revoke: "revoke it in okta under security, api, tokens",
        examples: &["OKTA_API_TOKEN=00{b64url:39}x"],
        near: &["OKTA_DOMAIN=acme.okta.com"],
        ..PROVIDER
    },
    Pattern {
        id: "1password-service-account",
        name: "1Password service account token",
        keywords: &["ops_eyJ"],
        regex: "ops_eyJ[0-9A-Za-z+/_-]{250,1200}={0,3}",
        max: 1210,
        revoke: "revoke it at my.1password.com under developer tools",
        examples: &["ops_eyJ{b64:400}"],
        near: &["ops_eyJ{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "1password-secret-key",
        name: "1Password secret key",
        keywords: &["A3-"],
        regex: "A3-[0-9A-Z]{6}-(?:[0-9A-Z]{11}|[0-9A-Z]{6}-[0-9A-Z]{5})-[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]{5}",
        max: 40,
        revoke: "regenerate it at my.1password.com/profile",
        examples: &["A3-{upper36:6}-{upper36:6}-{upper36:5}-{upper36:5}-{upper36:5}-{upper36:5}"],
        near: &["A3-{upper36:6}"],
        ..PROVIDER
    },
    Pattern {
        id: "readme",
        name: "ReadMe API key",
        keywords: &["rdme_"],
        regex: "rdme_[0-9a-z]{70}",
        max: 75,
        revoke: "delete it at dash.readme.com under api keys",
        examples: &["rdme_{lower36:70}"],
        near: &["rdme_{lower36:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "facebook",
        name: "Facebook access token",
        keywords: &["EAACEdEose0cBA", "EAAM", "EAAC", "EAAG", "EAAB"],
        regex: "EAA[A-Z][0-9A-Za-z]{100,300}",
        max: 304,
        revoke: "reset it at developers.facebook.com/tools/debug/accesstoken",
        examples: &["EAAC{base62:160}"],
        near: &["EAAC{base62:30}"],
        ..PROVIDER
    },
    Pattern {
        id: "linkedin-secret",
        name: "LinkedIn client secret",
        keywords: &["linkedin"],
        regex: named!(
            r"linkedin[\w.-]{0,12}secret",
            r"(?:WPL_AP1\.[0-9A-Za-z]{16}\.[0-9A-Za-z+/=]{8,12}|[0-9A-Za-z]{16})"
        ),
        max: 112,
        check: check::mixed,
        revoke: "regenerate it at linkedin.com/developers/apps",
        examples: &[r#"LINKEDIN_CLIENT_SECRET="{base62:16}""#],
        near: &["LINKEDIN_CLIENT_ID={lower36:14}"],
        ..PROVIDER
    },
    Pattern {
        id: "twitch",
        name: "Twitch client secret",
        keywords: &["twitch"],
        regex: named!(r"twitch[\w.-]{0,12}(?:secret|token)", "[0-9a-z]{30}"),
        max: 103,
        check: check::mixed,
        revoke: "renew it at dev.twitch.tv/console/apps",
        examples: &["TWITCH_CLIENT_SECRET={lower36:30}"],
        near: &["TWITCH_CLIENT_ID={lower36:30}"],
        ..PROVIDER
    },
    Pattern {
        id: "spotify",
        name: "Spotify client secret",
        keywords: &["spotify"],
        regex: named!(r"spotify[\w.-]{0,12}secret", "[0-9a-f]{32}"),
        max: 106,
        check: check::mixed,
        revoke: "rotate it at developer.spotify.com/dashboard",
        examples: &["SPOTIFY_CLIENT_SECRET={hex:32}"],
        near: &["SPOTIFY_CLIENT_ID={hex:32}"],
        ..PROVIDER
    },
    Pattern {
        id: "riot",
        name: "Riot Games API key",
        keywords: &["RGAPI-"],
        regex: "RGAPI-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        max: 42,
        revoke: "regenerate it at developer.riotgames.com",
        examples: &["RGAPI-{uuid}"],
        near: &["RGAPI-{hex:8}"],
        ..PROVIDER
    },
    Pattern {
        id: "shippo",
        name: "Shippo token",
        keywords: &["shippo_"],
        regex: "shippo_live_[0-9a-f]{40}",
        max: 52,
        revoke: "delete it at apps.goshippo.com/settings/api",
        examples: &["shippo_live_{hex:40}"],
        near: &["shippo_test_{hex:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "easypost",
        name: "EasyPost API key",
        keywords: &["EZAK"],
        regex: "EZAK[0-9A-Za-z]{54}",
        max: 58,
        revoke: "delete it at easypost.com/account/api-keys",
        examples: &["EZAK{base62:54}"],
        near: &["EZAK{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "zendesk",
        name: "Zendesk API token",
        keywords: &["zendesk"],
        regex: named!(r"zendesk[\w.-]{0,12}(?:token|secret)", "[0-9A-Za-z]{40}"),
        max: 114,
        check: check::mixed,
        revoke: "delete it in zendesk under apps and integrations",
        examples: &["ZENDESK_API_TOKEN={base62:40}"],
        near: &["ZENDESK_URL=acme"],
        ..PROVIDER
    },
    Pattern {
        id: "zapier-webhook",
        name: "Zapier webhook",
        keywords: &["hooks.zapier.com/"],
        regex: r"hooks\.zapier\.com/hooks/catch/[0-9]{5,10}/[0-9a-z]{6,10}",
        max: 50,
        check: check::shaped,
        revoke: "turn the zap off or make a new hook",
        examples: &["https://hooks.zapier.com/hooks/catch/{digit:8}/{lower36:7}"],
        near: &["https://hooks.zapier.com/hooks/catch/"],
        ..PROVIDER
    },
    Pattern {
        id: "salesforce",
        name: "Salesforce access token",
        keywords: &["00D"],
        regex: "00D[0-9A-Za-z]{12,15}![0-9A-Za-z._]{80,120}",
        max: 139,
        revoke: "end the session in salesforce under session management",
        examples: &["00D{base62:12}!{base62:96}"],
        near: &["00D{base62:12}!{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "paddle",
        name: "Paddle API key",
        keywords: &["pdl_live_apikey_", "pdl_sdbx_apikey_"],
        regex: "pdl_(?:live|sdbx)_apikey_[0-9a-z]{26}_[0-9A-Za-z]{22}_[0-9A-Za-z]{3}",
        max: 69,
        revoke: "revoke it at vendors.paddle.com under authentication",
        examples: &["pdl_live_apikey_{lower36:26}_{base62:22}_{base62:3}"],
        near: &["pdl_live_apikey_{lower36:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "n8n",
        name: "n8n API key",
        keywords: &["n8n_api_"],
        regex: "n8n_api_[0-9a-z]{40,100}",
        max: 108,
        revoke: "delete it in n8n under settings, api",
        examples: &["n8n_api_{lower36:40}"],
        near: &["n8n_api_{lower36:9}"],
        ..PROVIDER
    },
];
