//! Places and pictures: maps, addresses, media, play.

use super::{PROVIDER, Pattern, behind, check, named};

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        id: "flickr",
        name: "Flickr API key",
        grants: "calls the interface in the app's name",
        keywords: &["flickr"],
        regex: named!(
            r"flickr[\w.-]{0,12}(?:key|secret|token)",
            r"(?:[0-9a-f]{32}|[0-9a-f]{16})\b"
        ),
        max: 105,
        check: check::mixed,
        revoke: "delete it at flickr.com/services/apps",
        examples: &["FLICKR_API_KEY={hex:32}", "FLICKR_API_SECRET={hex:16}"],
        near: &["FLICKR_USER={hex:8}"],
        ..PROVIDER
    },
    Pattern {
        id: "here-maps",
        name: "HERE API key",
        grants: "calls maps and routes at the owner's expense",
        keywords: &["hereapi", "here_api", "here_maps", "heremaps", "here-api"],
        regex: behind!("here(?:[_-]?api|_?maps)", "[0-9A-Za-z_-]{43}"),
        max: 122,
        check: check::mixed,
        revoke: "delete it at platform.here.com/admin/apps",
        examples: &[
            "HERE_API_KEY={base62:42}x",
            "https://geocode.search.hereapi.com/v1/geocode?q=Oslo&apiKey={base62:42}x",
        ],
        near: &["HERE_API_KEY={base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "imagekit",
        name: "ImageKit private key",
        grants: "reads, writes and deletes files",
        keywords: &["imagekit"],
        regex: behind!("imagekit", "private_[0-9A-Za-z+/=_]{28}"),
        max: 114,
        revoke: "regenerate it at imagekit.io/dashboard/developer/api-keys",
        examples: &["IMAGEKIT_PRIVATE_KEY=private_{b64:27}="],
        near: &["IMAGEKIT_PUBLIC_KEY=public_{b64:9}="],
        ..PROVIDER
    },
    Pattern {
        id: "impala",
        name: "Impala API key",
        grants: "books and reads hotel rooms",
        keywords: &["impala"],
        regex: named!(r"impala[\w.-]{0,12}(?:key|token)", r"[0-9A-Za-z_]{46}\b"),
        max: 118,
        check: check::mixed,
        revoke: "delete it at getimpala.com under api keys",
        examples: &["IMPALA_API_KEY={base62:46}"],
        near: &["IMPALA_API_KEY={base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "ipinfo",
        name: "IPinfo token",
        grants: "looks up addresses at the owner's expense",
        keywords: &["ipinfo"],
        regex: named!(r"ipinfo[^\n]{0,30}?(?:token|key)", r"[0-9a-f]{14}\b"),
        max: 104,
        check: check::mixed,
        revoke: "reset it at ipinfo.io/dashboard/token",
        examples: &["IPINFO_TOKEN={hex:14}", "https://ipinfo.io/8.8.8.8?token={hex:14}"],
        near: &["IPINFO_TOKEN={hex:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "jw-player",
        name: "JW Player API secret",
        grants: "reads and writes the site's videos",
        keywords: &["jwplayer", "jw_player", "jw-player"],
        regex: named!(r"jw[_-]?player[\w.-]{0,12}(?:key|secret|token)", r"[0-9A-Za-z_]{16,64}\b"),
        max: 140,
        check: check::mixed,
        revoke: "delete it at dashboard.jwplayer.com under api credentials",
        examples: &["JWPLAYER_API_SECRET={base62:24}", "jwplayer_key: API_KEY_{base62:24}"],
        near: &["JWPLAYER_API_SECRET={base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "lichess",
        name: "Lichess personal access token",
        grants: "plays and reads as the user, as far as it may",
        keywords: &["lip_"],
        regex: "lip_[0-9A-Za-z]{16,60}",
        max: 64,
        check: check::mixed,
        revoke: "revoke it at lichess.org/account/oauth/token",
        examples: &["lip_{base62:20}"],
        near: &["lip_{base62:8}", "lip_CornerLeftUpperVertex1"],
        ..PROVIDER
    },
    Pattern {
        id: "maxmind",
        name: "MaxMind license key",
        grants: "downloads databases and looks up addresses at the owner's expense",
        keywords: &["_mmk"],
        regex: "[0-9A-Za-z]{6}_[0-9A-Za-z]{29}_mmk",
        max: 40,
        revoke: "delete it at maxmind.com under manage license keys",
        examples: &["{base62:6}_{base62:29}_mmk"],
        near: &["{base62:6}_{base62:9}_mmk"],
        ..PROVIDER
    },
    Pattern {
        id: "mockaroo",
        name: "Mockaroo API key",
        grants: "makes data and reads the user's sets",
        keywords: &["mockaroo"],
        regex: named!(r"mockaroo[^\n]{0,30}?key", r"[0-9A-Za-z]{8}\b"),
        max: 98,
        check: check::mixed,
        revoke: "renew it at mockaroo.com/users",
        examples: &["MOCKAROO_API_KEY={hex:8}"],
        near: &["MOCKAROO_API_KEY={hex:4}", "mockaroo_key = settings"],
        ..PROVIDER
    },
];
