//! Models, automation and what they work with.

use super::{PROVIDER, Pattern, check, named};

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        id: "val-town",
        name: "Val Town API token",
        grants: "reads and runs vals of the user",
        keywords: &["vtwn_"],
        regex: "vtwn_[0-9A-Za-z_-]{20,80}",
        max: 85,
        check: check::mixed,
        revoke: "delete it at val.town/settings/api",
        examples: &["vtwn_{base62:28}"],
        near: &["vtwn_{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "unkey",
        name: "Unkey root key",
        grants: "makes and checks keys of the workspace",
        keywords: &["unkey_"],
        regex: "unkey_[0-9A-Za-z]{20,32}",
        max: 38,
        check: check::mixed,
        revoke: "delete it at app.unkey.com/settings/root-keys",
        examples: &["unkey_{base62:24}"],
        near: &["unkey_{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "xata",
        name: "Xata API key",
        grants: "reads and writes databases of the user",
        keywords: &["xau_"],
        regex: "xau_[0-9A-Za-z_-]{40,100}",
        max: 104,
        check: check::mixed,
        revoke: "delete it at app.xata.io/settings",
        examples: &["xau_{b64url:39}x"],
        near: &["xau_{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "workato",
        name: "Workato developer API token",
        grants: "administers recipes of the workspace",
        keywords: &["wrka"],
        regex: r"wrka(?:[a-z]{2})?-eyJ[0-9A-Za-z_-]{8,300}\.[0-9A-Za-z_-]{16,800}\.[0-9A-Za-z_-]{64,800}",
        max: 1912,
        revoke: "delete it in workato under workspace admin, api clients",
        examples: &["wrkaus-eyJ{b64url:17}.{b64url:80}.{b64url:128}"],
        near: &["wrkaus-eyJ{base62:6}.{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "swiftype",
        name: "Swiftype API key",
        grants: "reads and changes search engines",
        keywords: &["swiftype"],
        regex: named!(
            r"swiftype[\w.-]{0,20}(?:key|token)",
            "[0-9A-Za-z]{6}_[0-9A-Za-z_-]{6}-[0-9A-Za-z_-]{6}"
        ),
        max: 102,
        check: check::random,
        revoke: "renew it at app.swiftype.com/settings/account",
        examples: &["SWIFTYPE_API_KEY={base62:6}_{base62:6}-{base62:6}"],
        near: &["SWIFTYPE_API_KEY={base62:6}"],
        ..PROVIDER
    },
    Pattern {
        id: "ollama",
        name: "Ollama API key",
        grants: "runs models at the account's cost",
        keywords: &["ollama"],
        regex: named!(r"ollama[\w.-]{0,20}(?:key|token)", r"[0-9a-f]{32}\.[0-9A-Za-z_-]{24}"),
        max: 137,
        check: check::mixed,
        revoke: "delete it at ollama.com/settings/keys",
        examples: &["OLLAMA_API_KEY={hex:32}.{b64url:23}x"],
        near: &["OLLAMA_API_KEY={hex:6}.{base62:4}"],
        ..PROVIDER
    },
    Pattern {
        id: "runpod",
        name: "RunPod API key",
        grants: "runs and pays for pods of the account",
        keywords: &["rpa_"],
        regex: "rpa_[0-9A-Z]{40}[0-9A-Za-z]{6}",
        max: 50,
        revoke: "delete it at console.runpod.io/user/settings",
        examples: &["rpa_{upper36:40}{base62:6}"],
        near: &["rpa_{upper36:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "promptlayer",
        name: "PromptLayer API key",
        grants: "reads and changes prompts of the workspace",
        keywords: &["promptlayer"],
        regex: named!(r"promptlayer[\w.-]{0,20}key", "pl_[0-9A-Za-z]{20,64}"),
        max: 150,
        check: check::mixed,
        revoke: "delete it at dashboard.promptlayer.com/workspace",
        examples: &["PROMPTLAYER_API_KEY=pl_{hex:32}"],
        near: &["PROMPTLAYER_API_KEY=pl_{hex:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "portkey",
        name: "Portkey API key",
        grants: "calls models through the gateway",
        keywords: &["portkey"],
        regex: named!(r"portkey[\w.-]{0,20}key", "(?:pk-)?[0-9A-Za-z+/]{20,64}=?"),
        max: 147,
        check: check::mixed,
        revoke: "delete it at app.portkey.ai/api-keys",
        examples: &["PORTKEY_API_KEY={b64:27}x=", "x-portkey-api-key: pk-{base62:32}"],
        near: &["PORTKEY_API_KEY=pk-{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "upstage",
        name: "Upstage API key",
        grants: "runs models at the account's cost",
        keywords: &["upstage"],
        regex: named!(r"upstage[\w.-]{0,20}(?:key|token)", "(?:up_)?[0-9A-Za-z]{29,50}"),
        max: 134,
        check: check::mixed,
        revoke: "delete it at console.upstage.ai/api-keys",
        examples: &["UPSTAGE_API_KEY=up_{base62:29}"],
        near: &["UPSTAGE_API_KEY=up_{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "wandb-v1",
        name: "Weights & Biases API key",
        grants: "reads and writes runs of the user",
        keywords: &["wandb_v1_"],
        regex: "wandb_v1_[0-9A-Za-z_]{77}",
        max: 86,
        revoke: "delete it at wandb.ai/settings",
        examples: &["wandb_v1_{base62:77}"],
        near: &["wandb_v1_{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "writer",
        name: "Writer API key",
        grants: "runs models at the account's cost",
        keywords: &["writer_api", "writer-api"],
        regex: named!(
            "writer[_-]api[_-]key",
            "sk-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
        ),
        max: 102,
        check: check::uuid,
        revoke: "delete it at app.writer.com under the api key",
        examples: &["WRITER_API_KEY=sk-{uuid}"],
        near: &["WRITER_API_KEY=sk-{hex:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "zai",
        name: "Z.ai or Zhipu API key",
        grants: "runs models at the account's cost",
        keywords: &["zai_", "z_ai", "zhipu", "bigmodel", "glm_", "zai-", "z.ai"],
        regex: named!(
            r"(?:z[_.]?ai|zhipu(?:ai)?|bigmodel|glm)[\w.-]{0,20}key",
            r"[0-9a-f]{32}\.[0-9A-Za-z]{16}"
        ),
        max: 129,
        check: check::mixed,
        revoke: "delete it at z.ai/manage-apikey",
        examples: &["ZAI_API_KEY={hex:32}.{base62:16}"],
        near: &["ZAI_API_KEY={hex:6}.{base62:4}"],
        ..PROVIDER
    },
    Pattern {
        id: "voiceflow",
        name: "Voiceflow API key",
        grants: "runs and reads the agent",
        keywords: &["VF.DM.", "VF.WS."],
        regex: r"VF\.(?:DM|WS)\.[0-9a-f]{24}\.[0-9A-Za-z]{16}",
        max: 47,
        revoke: "renew it in voiceflow under integrations, api keys",
        examples: &["VF.DM.{hex:24}.{base62:16}"],
        near: &["VF.DM.{hex:9}.{base62:16}"],
        ..PROVIDER
    },
    Pattern {
        id: "pinecone-legacy",
        name: "Pinecone API key",
        grants: "reads and writes indexes of the project",
        keywords: &["pinecone"],
        regex: named!(
            r"pinecone[\w.-]{0,20}key",
            "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
        ),
        max: 116,
        check: check::uuid,
        revoke: "delete it at app.pinecone.io under api keys",
        examples: &["PINECONE_API_KEY={uuid}"],
        near: &["PINECONE_API_KEY={hex:9}", "pinecone_id={uuid}"],
        ..PROVIDER
    },
    Pattern {
        id: "zapier-nla",
        name: "Zapier natural language actions key",
        grants: "runs the actions of the user",
        keywords: &["sk_ac_"],
        regex: "sk_ac_[0-9A-Za-z]{32,64}",
        max: 70,
        revoke: "revoke it in zapier under connected apps",
        examples: &["sk_ac_{base62:32}"],
        near: &["sk_ac_{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "scrapfly",
        name: "Scrapfly API key",
        grants: "scrapes at the account's cost",
        keywords: &["scrapfly"],
        regex: named!(r"scrapfly[\w.-]{0,20}key", "(?:scp-(?:live|test)-)?[0-9a-f]{32}"),
        max: 121,
        check: check::mixed,
        revoke: "renew it at scrapfly.io/dashboard",
        examples: &["SCRAPFLY_KEY=scp-live-{hex:32}"],
        near: &["SCRAPFLY_KEY=scp-live-{hex:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "scrapfly-live",
        name: "Scrapfly API key",
        grants: "scrapes at the account's cost",
        keywords: &["scp-live-", "scp-test-"],
        regex: "scp-(?:live|test)-[0-9a-f]{32}",
        max: 41,
        revoke: "renew it at scrapfly.io/dashboard",
        examples: &["scp-live-{hex:32}"],
        near: &["scp-live-{hex:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "pipedream",
        name: "Pipedream API key",
        grants: "runs and changes workflows of the user",
        keywords: &["pipedream"],
        regex: named!(
            r"pipedream[\w.-]{0,20}(?:key|token|secret)",
            "(?:api_[0-9A-Za-z]{40,64}|[0-9a-f]{32})"
        ),
        max: 152,
        check: check::mixed,
        revoke: "renew it at pipedream.com/settings/account",
        examples: &["PIPEDREAM_API_KEY={hex:32}"],
        near: &["PIPEDREAM_API_KEY={hex:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "windmill",
        name: "Windmill token",
        grants: "runs and changes scripts of the workspace",
        keywords: &["windmill", "wm_token"],
        regex: named!(r"(?:windmill[\w.-]{0,20}token|wm_token)", "(?:wm_)?[0-9A-Za-z]{24,64}"),
        max: 149,
        check: check::mixed,
        revoke: "delete it in windmill under account settings",
        examples: &["WM_TOKEN={base62:32}"],
        near: &["WM_TOKEN={base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "retool",
        name: "Retool API token",
        grants: "reads and changes apps of the organization",
        keywords: &["retool_api_"],
        regex: "retool_api_[0-9A-Za-z]{32,64}",
        max: 75,
        revoke: "revoke it in retool under settings, api",
        examples: &["retool_api_{base62:32}"],
        near: &["retool_api_{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "pandascore",
        name: "PandaScore token",
        grants: "reads esports data at the account's cost",
        keywords: &["pandascore"],
        regex: named!(r"pandascore[\w.-]{0,20}(?:key|token)", "[0-9A-Za-z_-]{51}"),
        max: 135,
        check: check::mixed,
        revoke: "renew it at app.pandascore.co/dashboard",
        examples: &["PANDASCORE_TOKEN={b64url:50}x"],
        near: &["PANDASCORE_TOKEN={base62:9}"],
        ..PROVIDER
    },
];
