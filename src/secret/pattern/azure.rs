//! Microsoft Azure: keys that say by themselves what they are, and others.

use super::{PROVIDER, Pattern, keyed, named};
use crate::secret::proof;

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        id: "azure-app-configuration",
        name: "Azure App Configuration connection string",
        grants: "reads and writes the settings of the store",
        keywords: &[".azconfig.io"],
        regex: r#"(?i)\.azconfig\.io/?;Id=[^;"\s]{1,100};Secret=([0-9A-Za-z+/]{36,100}={0,2})"#,
        max: 227,
        edges: false,
        revoke: "regenerate it at portal.azure.com under access keys",
        examples: &["Endpoint=https://acme.azconfig.io;Id=ab1-l9-s0:{base62:16};Secret={b64:43}="],
        near: &[
            "Endpoint=https://acme.azconfig.io;Id=x;Secret={b64:9}",
            "Endpoint=https://acme.azconfig.io;Id=x;Secret=$(secret)",
        ],
        ..PROVIDER
    },
    Pattern {
        id: "azure-search-key",
        name: "Azure AI Search key",
        grants: "reads and changes the indexes of the service",
        keywords: &["AzSe"],
        regex: "[0-9A-Za-z]{42}AzSe[A-D][0-9A-Za-z]{5}",
        max: 52,
        check: proof::alone,
        revoke: "regenerate it at portal.azure.com under keys",
        examples: &["{base62:42}AzSeC{base62:5}"],
        near: &["{base62:12}AzSeC{base62:5}"],
        ..PROVIDER
    },
    Pattern {
        id: "azure-functions-key",
        name: "Azure Functions key",
        grants: "calls the functions of the app",
        keywords: &["AzFu"],
        regex: "[0-9A-Za-z_-]{44}AzFu[0-9A-Za-z_-]{5}[AQgw]==",
        max: 56,
        check: proof::alone,
        revoke: "renew it at portal.azure.com under app keys",
        examples: &["{b64url:44}AzFu{base62:5}Q=="],
        near: &["{base62:12}AzFu{base62:5}Q=="],
        ..PROVIDER
    },
    Pattern {
        id: "azure-redis-key",
        name: "Azure Cache for Redis key",
        grants: "reads and writes the cache",
        keywords: &["AzCa"],
        regex: "[0-9A-Za-z]{33}AzCa[A-P][0-9A-Za-z]{5}=",
        max: 44,
        check: proof::alone,
        revoke: "regenerate it at portal.azure.com under access keys",
        examples: &["{base62:33}AzCaB{base62:5}="],
        near: &["{base62:12}AzCaB{base62:5}="],
        ..PROVIDER
    },
    Pattern {
        id: "azure-registry-key",
        name: "Azure Container Registry password",
        grants: "pulls and pushes the images of the registry",
        keywords: &["+ACR"],
        regex: r"[0-9A-Za-z+/]{42}\+ACR[A-D][0-9A-Za-z+/]{5}",
        max: 52,
        check: proof::alone,
        revoke: "regenerate it at portal.azure.com under access keys",
        examples: &["{base62:42}+ACRA{base62:5}"],
        near: &["{base62:12}+ACRA{base62:5}"],
        ..PROVIDER
    },
    Pattern {
        id: "azure-event-key",
        name: "Azure Service Bus, Event Hubs, Relay, IoT or Event Grid key",
        grants: "sends and reads the messages of the resource",
        keywords: &["+ASb", "+AEh", "+ARm", "AIoT", "AZEG"],
        regex: r"[0-9A-Za-z+/]{33}(?:\+ASb|\+AEh|\+ARm|AIoT|AZEG)[A-P][0-9A-Za-z+/]{5}=",
        max: 44,
        check: proof::azure_key,
        revoke: "regenerate it at portal.azure.com under shared access policies",
        examples: &["key: {base62:33}+ASbB{base62:5}="],
        near: &["key: {base62:12}+ASbB{base62:5}="],
        ..PROVIDER
    },
    Pattern {
        id: "azure-large-key",
        name: "Azure Storage, Cosmos DB or Batch key",
        grants: "reads and writes everything in the account",
        keywords: &["+ASt", "+ABa", "ACDb"],
        regex: r"[0-9A-Za-z+/]{76}(?:\+ASt|\+ABa|ACDb)[0-9A-Za-z+/]{5}[AQgw]==",
        max: 88,
        check: proof::azure_key,
        revoke: "regenerate it at portal.azure.com under access keys",
        examples: &["key: {base62:76}+ASt{base62:5}Q==", "COSMOS={base62:76}ACDb{base62:5}Q=="],
        near: &["key: {base62:12}+ASt{base62:5}Q=="],
        ..PROVIDER
    },
    Pattern {
        id: "azure-storage-key-named",
        name: "Azure storage key",
        grants: "reads and writes everything in the storage account",
        keywords: &[
            "storage_key",
            "storage-key",
            "storagekey",
            "storage_account",
            "storageaccount",
            "storage-account",
            "storage_access",
            "account_key",
            "account-key",
            "cosmos",
        ],
        regex: named!(
            r"(?:storage[_-]?(?:account|access)?[\w.-]{0,16}key|account[_-]key|cosmos[\w.-]{0,20}key)",
            "[0-9A-Za-z+/]{86}=="
        ),
        max: 171,
        check: proof::azure_key,
        revoke: "rotate it at portal.azure.com under access keys",
        examples: &["AZURE_STORAGE_KEY={b64:86}=="],
        near: &["AZURE_STORAGE_KEY={base62:9}", "AZURE_REVISION={b64:86}=="],
        ..PROVIDER
    },
    Pattern {
        id: "azure-devops-legacy",
        name: "Azure DevOps personal access token",
        grants: "reads and writes what the user may at azure devops",
        keywords: &["azure", "devops", "visualstudio", "vsts_"],
        regex: keyed!(
            r"(?:azure[\w.-]{0,3}devops|dev\.azure|visualstudio\.com|vsts|devops)",
            "[2-7a-z]{52}"
        ),
        max: 163,
        check: proof::alone,
        revoke: "revoke it at dev.azure.com under user settings, personal access tokens",
        examples: &["AZURE_DEVOPS_TOKEN={lower:20}4{lower:11}6x2{lower:17}"],
        near: &[
            "AZURE_DEVOPS_TOKEN={base62:9}",
            "AZURE_REVISION={lower:20}4{lower:11}6x2{lower:17}",
        ],
        ..PROVIDER
    },
    Pattern {
        id: "azure-search-legacy",
        name: "Azure AI Search key",
        grants: "reads and changes the indexes of the service",
        keywords: &[
            "azure_search",
            "azure-search",
            "azuresearch",
            "search.windows.net",
            "search_admin_key",
        ],
        regex: keyed!(
            r"(?:azure[_-]?search|search\.windows\.net|search_admin)",
            "[0-9A-F]{32}|[0-9A-Za-z]{52}"
        ),
        max: 165,
        check: proof::alone,
        revoke: "regenerate it at portal.azure.com under keys",
        examples: &[
            "AZURE_SEARCH_KEY={HEX:32}",
            r#"azure_search:
  api_key: "{HEX:32}""#,
        ],
        near: &["AZURE_SEARCH_KEY={HEX:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "azure-ai-key",
        name: "Azure AI services key",
        grants: "runs models on the resource",
        keywords: &[
            "azure_openai",
            "azure-openai",
            "azureopenai",
            "openai.azure.com",
            "cognitiveservices",
            "ocp-apim-subscription-key",
            "azure_ai",
        ],
        regex: keyed!(
            r"(?:azure[_-]?(?:open)?ai|openai\.azure\.com|cognitiveservices|ocp-apim-subscription)",
            "[0-9a-f]{32}|[0-9A-Za-z]{52}JQQJ99[0-9A-Za-z]{26}"
        ),
        max: 200,
        check: proof::alone,
        revoke: "regenerate it at portal.azure.com under keys and endpoint",
        examples: &[
            "AZURE_OPENAI_API_KEY={hex:32}",
            r#"azure_openai_api_key: "{base62:52}JQQJ99{base62:26}""#,
            r#"azure_openai:
  api_key: "{hex:32}""#,
            "Ocp-Apim-Subscription-Key: {hex:32}",
        ],
        near: &["AZURE_OPENAI_API_KEY={base62:9}", "AZURE_REVISION={hex:32}"],
        ..PROVIDER
    },
];
