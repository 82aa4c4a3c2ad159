//! Models and what surrounds them.

use super::{PROVIDER, Pattern, check, named};
use crate::secret::Confidence;

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        id: "openai",
        name: "OpenAI API key",
        keywords: &["T3BlbkFJ"],
        regex: "sk-(?:(?:proj|svcacct|admin|None)-)?[0-9A-Za-z_-]{20,74}T3BlbkFJ[0-9A-Za-z_-]{20,74}",
        max: 167,
        confidence: Confidence::Certain,
        revoke: "delete it at platform.openai.com/api-keys",
        examples: &["sk-{base62:20}T3BlbkFJ{base62:20}", "sk-proj-{b64url:74}T3BlbkFJ{b64url:73}x"],
        near: &["sk-{base62:8}T3BlbkFJ{base62:8}"],
        ..PROVIDER
    },
    Pattern {
        id: "anthropic",
        name: "Anthropic API key",
        keywords: &["sk-ant-"],
        regex: "sk-ant-(?:api|admin|oat|ort|sid)[0-9]{2}-[0-9A-Za-z_-]{80,120}",
        max: 135,
        revoke: "delete it at console.anthropic.com/settings/keys",
        examples: &["sk-ant-api03-{b64url:93}AA"],
        near: &[
            "sk-ant-api03-{base62:20}",
            "sk-ant-api03-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxAA",
        ],
        ..PROVIDER
    },
    Pattern {
        id: "hugging-face",
        name: "Hugging Face token",
        keywords: &["hf_"],
        regex: "hf_[A-Za-z]{34}",
        max: 37,
        check: check::random,
        revoke: "revoke it at huggingface.co/settings/tokens",
        examples: &["hf_{alpha:34}"],
        near: &["hf_{alpha:12}", "hf_this_is_a_function_name_and_no_token"],
        ..PROVIDER
    },
    Pattern {
        id: "hugging-face-org",
        name: "Hugging Face organization token",
        keywords: &["api_org_"],
        regex: "api_org_[A-Za-z]{34}",
        max: 42,
        revoke: "revoke it at huggingface.co/settings/tokens",
        examples: &["api_org_{alpha:34}"],
        near: &["api_org_{alpha:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "replicate",
        name: "Replicate API token",
        keywords: &["r8_"],
        regex: "r8_[0-9A-Za-z]{37}",
        max: 40,
        check: check::mixed,
        revoke: "disable it at replicate.com/account/api-tokens",
        examples: &["r8_{base62:37}"],
        near: &["r8_{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "groq",
        name: "Groq API key",
        keywords: &["gsk_"],
        regex: "gsk_[0-9A-Za-z]{52}",
        max: 56,
        revoke: "delete it at console.groq.com/keys",
        examples: &["gsk_{base62:52}"],
        near: &["gsk_{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "perplexity",
        name: "Perplexity API key",
        keywords: &["pplx-"],
        regex: "pplx-[0-9A-Za-z]{48}",
        max: 53,
        revoke: "delete it at perplexity.ai/settings/api",
        examples: &["pplx-{base62:48}"],
        near: &["pplx-{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "xai",
        name: "xAI API key",
        keywords: &["xai-"],
        regex: "xai-[0-9A-Za-z]{80}",
        max: 84,
        revoke: "delete it at console.x.ai",
        examples: &["xai-{base62:80}"],
        near: &["xai-{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "openrouter",
        name: "OpenRouter API key",
        keywords: &["sk-or-v1-"],
        regex: "sk-or-v1-[0-9a-f]{64}",
        max: 73,
        revoke: "delete it at openrouter.ai/settings/keys",
        examples: &["sk-or-v1-{hex:64}"],
        near: &["sk-or-v1-{hex:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "nvidia",
        name: "NVIDIA API key",
        keywords: &["nvapi-"],
        regex: "nvapi-[0-9A-Za-z_-]{60,70}",
        max: 76,
        revoke: "delete it at org.ngc.nvidia.com/setup/api-keys",
        examples: &["nvapi-{b64url:63}x"],
        near: &["nvapi-{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "cerebras",
        name: "Cerebras API key",
        keywords: &["csk-"],
        regex: "csk-[0-9a-z]{48}",
        max: 52,
        check: check::mixed,
        revoke: "delete it at cloud.cerebras.ai",
        examples: &["csk-{lower36:48}"],
        near: &["csk-{lower36:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "langsmith",
        name: "LangSmith API key",
        keywords: &["lsv2_"],
        regex: "lsv2_(?:pt|sk)_[0-9a-f]{32}_[0-9a-f]{10}",
        max: 51,
        revoke: "delete it at smith.langchain.com/settings",
        examples: &["lsv2_pt_{hex:32}_{hex:10}"],
        near: &["lsv2_pt_{hex:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "pinecone",
        name: "Pinecone API key",
        keywords: &["pcsk_"],
        regex: "pcsk_[0-9A-Za-z]{5,6}_[0-9A-Za-z]{63}",
        max: 75,
        revoke: "delete it at app.pinecone.io under api keys",
        examples: &["pcsk_{base62:6}_{base62:63}"],
        near: &["pcsk_{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "tavily",
        name: "Tavily API key",
        keywords: &["tvly-"],
        regex: "tvly-(?:dev-|prod-)?[0-9A-Za-z]{32}",
        max: 42,
        check: check::mixed,
        revoke: "delete it at app.tavily.com",
        examples: &["tvly-{base62:32}"],
        near: &["tvly-{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "firecrawl",
        name: "Firecrawl API key",
        keywords: &["fc-"],
        regex: "fc-[0-9a-f]{32}",
        max: 35,
        revoke: "delete it at firecrawl.dev/app/api-keys",
        examples: &["FIRECRAWL=fc-{hex:32}"],
        near: &["fc-{hex:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "fireworks",
        name: "Fireworks API key",
        keywords: &["fireworks"],
        regex: named!("fireworks", "fw_[0-9A-Za-z]{22,40}"),
        max: 101,
        check: check::mixed,
        revoke: "delete it at fireworks.ai/account/api-keys",
        examples: &["FIREWORKS_API_KEY=fw_{base62:24}"],
        near: &["FIREWORKS_API_KEY=fw_{base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "together",
        name: "Together API key",
        keywords: &["tgp_v1_"],
        regex: "tgp_v1_[0-9A-Za-z_-]{43}",
        max: 50,
        revoke: "renew it at api.together.ai/settings/api-keys",
        examples: &["tgp_v1_{b64url:42}x"],
        near: &["tgp_v1_{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "elevenlabs",
        name: "ElevenLabs API key",
        keywords: &["elevenlabs", "eleven_", "xi-api-key"],
        regex: named!("(?:eleven_?labs|eleven_api_key|xi-api-key)", "sk_[0-9a-f]{48}"),
        max: 114,
        revoke: "delete it at elevenlabs.io/app/settings/api-keys",
        examples: &["ELEVENLABS_API_KEY=sk_{hex:48}"],
        near: &["ELEVENLABS_API_KEY=sk_{hex:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "deepseek",
        name: "DeepSeek API key",
        keywords: &["deepseek"],
        regex: named!("deepseek", "sk-[0-9a-f]{32}"),
        max: 92,
        revoke: "delete it at platform.deepseek.com/api_keys",
        examples: &["DEEPSEEK_API_KEY=sk-{hex:32}"],
        near: &["DEEPSEEK_API_KEY=sk-{hex:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "cohere",
        name: "Cohere API key",
        keywords: &["cohere", "co_api_key"],
        regex: named!("(?:cohere|co_api_key)", "[0-9A-Za-z]{40}"),
        max: 99,
        check: check::mixed,
        revoke: "delete it at dashboard.cohere.com/api-keys",
        examples: &["COHERE_API_KEY={base62:40}"],
        near: &["COHERE_API_KEY={base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "wandb",
        name: "Weights and Biases API key",
        keywords: &["wandb"],
        regex: named!(r"wandb[\w.-]{0,12}key", "(?:wandb_v1_[0-9A-Za-z_]{77}|[0-9a-f]{40})"),
        max: 155,
        check: check::mixed,
        revoke: "delete it at wandb.ai/authorize",
        examples: &["WANDB_API_KEY={hex:40}", "WANDB_API_KEY=wandb_v1_{base62:77}"],
        near: &["WANDB_API_KEY={hex:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "databricks",
        name: "Databricks token",
        keywords: &["dapi"],
        regex: "dapi[0-9a-f]{32}(?:-[0-9])?",
        max: 38,
        check: check::mixed,
        revoke: "revoke it in the workspace under settings, developer",
        examples: &["dapi{hex:32}"],
        near: &["dapi{hex:12}"],
        ..PROVIDER
    },
];
