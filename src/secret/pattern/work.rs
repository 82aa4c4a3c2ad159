//! Work done together: tables, tasks, time, staff and documents.

use super::{PROVIDER, Pattern, keyed};
use crate::secret::proof;

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        id: "activepieces",
        name: "Activepieces API key",
        grants: "runs and changes the flows of the platform",
        keywords: &["activepieces", "ap_api_key"],
        regex: keyed!("(?:activepieces|ap_api_key)", "ap_[0-9a-f]{32,64}|sk-[0-9A-Za-z]{64}"),
        max: 174,
        check: proof::alone,
        revoke: "delete it in activepieces under platform admin, api keys",
        examples: &[
            "ACTIVEPIECES_API_KEY=ap_{hex:40}",
            r#"activepieces_api_key: "sk-{base62:64}""#,
            r#"activepieces:
  api_key: "ap_{hex:40}""#,
        ],
        near: &["ACTIVEPIECES_API_KEY={base62:9}", "ACTIVEPIECES_REVISION=ap_{hex:40}"],
        ..PROVIDER
    },
    Pattern {
        id: "adobe-client-secret",
        name: "Adobe OAuth client secret",
        grants: "acts as the application at adobe",
        keywords: &["p8e-"],
        regex: "p8e-[0-9A-Za-z_-]{32}",
        max: 36,
        check: proof::alone,
        revoke: "renew it at developer.adobe.com/console",
        examples: &["p8e-{b64url:31}x"],
        near: &["p8e-{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "airtable-api-key",
        name: "Airtable API key",
        grants: "reads and writes the bases of the user",
        keywords: &["airtable"],
        regex: keyed!("airtable", "key[0-9A-Za-z]{14}"),
        max: 120,
        check: proof::alone,
        revoke: "regenerate it at airtable.com/account",
        examples: &[
            "AIRTABLE_API_KEY=key{base62:14}",
            r#"airtable:
  api_key: "key{base62:14}""#,
        ],
        near: &["AIRTABLE_API_KEY=key{base62:5}", "AIRTABLE_BASE=app{base62:14}"],
        ..PROVIDER
    },
    Pattern {
        id: "airtable-oauth",
        name: "Airtable OAuth token",
        grants: "reads and writes the bases that the user agreed to",
        keywords: &["airtable"],
        regex: keyed!(
            "airtable",
            r"[0-9A-Za-z]{8,24}\.v1\.[0-9A-Za-z_-]{16,400}\.[0-9a-f]{16,128}"
        ),
        max: 660,
        check: proof::alone,
        revoke: "revoke the integration at airtable.com/account",
        examples: &[
            "AIRTABLE_ACCESS_TOKEN={base62:17}.v1.{base62:120}.{hex:64}",
            r#"airtable:
  api_key: "{base62:17}.v1.{base62:120}.{hex:64}""#,
        ],
        near: &["AIRTABLE_OAUTH={base62:9}.v1.x"],
        ..PROVIDER
    },
    Pattern {
        id: "asana",
        name: "Asana token",
        grants: "reads and writes the tasks of the user",
        keywords: &["asana"],
        regex: keyed!(
            "asana",
            "[0-2]/[0-9]{12,20}(?:/[0-9]{12,20})?:[0-9a-f]{32}|0/[0-9a-f]{32}|[0-9A-Za-z]{30,40}"
        ),
        max: 176,
        check: proof::alone,
        revoke: "revoke it at app.asana.com/0/my-apps",
        examples: &[
            "ASANA_ACCESS_TOKEN=1/{digit:16}:{hex:32}",
            r#"asana_access_token: "0/{hex:32}""#,
            r#"asana_access_token: "2/{digit:16}/{digit:16}:{hex:32}""#,
            r#"asana_access_token: "{hex:32}""#,
            r#"asana:
  api_key: "1/{digit:16}:{hex:32}""#,
        ],
        near: &[
            "ASANA_ACCESS_TOKEN=1/{digit:16}",
            "ASANA_CLIENT_ID={digit:16}",
            "ASANA_REVISION={hex:32}",
        ],
        ..PROVIDER
    },
    Pattern {
        id: "atlassian-api-token",
        name: "Atlassian API token",
        grants: "acts as the user in jira and confluence",
        keywords: &["atlassian", "confluence", "jira"],
        regex: keyed!("(?:atlassian|confluence|jira)", "[0-9A-Za-z]{20}[0-9a-fA-F]{4}"),
        max: 129,
        check: proof::alone,
        revoke: "revoke it at id.atlassian.com under security, api tokens",
        examples: &[
            "JIRA_API_TOKEN={base62:20}{hex:4}",
            r#"atlassian:
  api_key: "{base62:20}{hex:4}""#,
        ],
        near: &["JIRA_API_TOKEN={base62:12}", "JIRA_REVISION={base62:20}{hex:4}"],
        ..PROVIDER
    },
    Pattern {
        id: "avaza",
        name: "Avaza access token",
        grants: "reads and writes projects, time and invoices",
        keywords: &["avaza"],
        regex: keyed!("avaza", "[0-9]{2,8}-[0-9a-f]{40}"),
        max: 149,
        check: proof::alone,
        revoke: "revoke it in avaza under settings, developer apps",
        examples: &[
            "AVAZA_API_TOKEN={digit:6}-{hex:40}",
            r#"avaza:
  api_key: "{digit:6}-{hex:40}""#,
        ],
        near: &["AVAZA_API_TOKEN={base62:9}", "AVAZA_REVISION={digit:6}-{hex:40}"],
        ..PROVIDER
    },
    Pattern {
        id: "caflou",
        name: "Caflou API key",
        grants: "reads and writes the account",
        keywords: &["caflou"],
        regex: keyed!("caflou", "[0-9A-Za-z._-]{155}"),
        max: 256,
        check: proof::alone,
        revoke: "delete it in caflou under settings, api",
        examples: &[
            "CAFLOU_API_KEY={base62:155}",
            r#"caflou:
  api_key: "{base62:155}""#,
        ],
        near: &["CAFLOU_API_KEY={base62:9}", "CAFLOU_REVISION={base62:155}"],
        ..PROVIDER
    },
    Pattern {
        id: "beebole",
        name: "BeeBole API token",
        grants: "reads and writes time sheets",
        keywords: &["beebole"],
        regex: keyed!("beebole", "[0-9A-Za-z]{40}"),
        max: 142,
        check: proof::alone,
        revoke: "delete it in beebole under my account, api",
        examples: &[
            "BEEBOLE_API_TOKEN={base62:40}",
            r#"beebole:
  api_key: "{base62:40}""#,
        ],
        near: &["BEEBOLE_API_TOKEN={base62:9}", "BEEBOLE_REVISION={base62:40}"],
        ..PROVIDER
    },
    Pattern {
        id: "canva",
        name: "Canva client secret",
        grants: "acts as the integration at canva",
        keywords: &["cnvca"],
        regex: "cnvca[0-9A-Za-z_-]{20,60}",
        max: 65,
        check: proof::alone,
        revoke: "generate another at canva.com/developers",
        examples: &["cnvca{b64url:50}x", "CANVA_TOKEN=cnvca{base62:24}"],
        near: &["cnvca{base62:12}", "cnvca{lower:30}"],
        ..PROVIDER
    },
    Pattern {
        id: "clickup",
        name: "ClickUp personal token",
        grants: "reads and writes the workspaces of the user",
        keywords: &["pk_0", "pk_1", "pk_2", "pk_3", "pk_4", "pk_5", "pk_6", "pk_7", "pk_8", "pk_9"],
        regex: "pk_[0-9]{7,9}_[0-9A-Za-z]{32}",
        max: 45,
        revoke: "regenerate it in clickup under settings, apps",
        examples: &["pk_{digit:8}_{upper36:32}"],
        near: &["pk_{digit:8}_{upper36:12}", "pk_{digit:4}_{upper36:32}"],
        ..PROVIDER
    },
    Pattern {
        id: "clickup-legacy",
        name: "ClickUp token",
        grants: "reads and writes the workspaces of the user",
        keywords: &["clickup"],
        regex: keyed!("clickup", "pk_[0-9A-Za-z]{20,40}"),
        max: 145,
        check: proof::alone,
        revoke: "regenerate it in clickup under settings, apps",
        examples: &[
            "CLICKUP_API_TOKEN=pk_{base62:32}",
            r#"clickup:
  api_key: "pk_{base62:32}""#,
        ],
        near: &["CLICKUP_API_TOKEN={base62:9}", "CLICKUP_REVISION=pk_{base62:32}"],
        ..PROVIDER
    },
    Pattern {
        id: "clockify",
        name: "Clockify API key",
        grants: "reads and writes the time entries of the user",
        keywords: &["clockify"],
        regex: keyed!("clockify", "[0-9A-Za-z+/]{47}[0-9A-Za-z=]"),
        max: 151,
        check: proof::alone,
        revoke: "regenerate it at app.clockify.me/user/settings",
        examples: &[
            "CLOCKIFY_API_KEY={base62:48}",
            r#"clockify:
  api_key: "{base62:48}""#,
        ],
        near: &["CLOCKIFY_API_KEY={base62:9}", "CLOCKIFY_REVISION={base62:48}"],
        ..PROVIDER
    },
    Pattern {
        id: "clustdoc",
        name: "Clustdoc API key",
        grants: "reads and writes client files",
        keywords: &["clustdoc"],
        regex: keyed!("clustdoc", "[0-9A-Za-z]{60}"),
        max: 163,
        check: proof::alone,
        revoke: "regenerate it in clustdoc under settings, api",
        examples: &[
            "CLUSTDOC_API_KEY={base62:60}",
            r#"clustdoc:
  api_key: "{base62:60}""#,
        ],
        near: &["CLUSTDOC_API_KEY={base62:9}", "CLUSTDOC_REVISION={base62:60}"],
        ..PROVIDER
    },
    Pattern {
        id: "codesandbox",
        name: "CodeSandbox API token",
        grants: "creates and runs sandboxes of the workspace",
        keywords: &["csb_"],
        regex: "csb_(?:v1_|api_)?[0-9A-Za-z_-]{20,80}",
        max: 88,
        check: proof::alone,
        revoke: "revoke it at codesandbox.io/t/api",
        examples: &["csb_v1_{b64url:43}x", "csb_api_{base62:24}", "csb_{base62:24}"],
        near: &["csb_{base62:9}", "csb_sandbox_template_name_of_acme"],
        ..PROVIDER
    },
    Pattern {
        id: "crowdin",
        name: "Crowdin token",
        grants: "reads and writes translations of the projects",
        keywords: &["crowdin"],
        regex: keyed!("crowdin", "[0-9a-f]{80}|[0-9A-Za-z]{80}"),
        max: 182,
        check: proof::alone,
        revoke: "revoke it at crowdin.com/settings#api-key",
        examples: &[
            "CROWDIN_PERSONAL_TOKEN={hex:80}",
            r#"crowdin:
  api_key: "{hex:80}""#,
        ],
        near: &["CROWDIN_PERSONAL_TOKEN={base62:9}", "CROWDIN_REVISION={hex:80}"],
        ..PROVIDER
    },
    Pattern {
        id: "databox",
        name: "Databox token",
        grants: "writes metrics of the data source",
        keywords: &["databox"],
        regex: keyed!("databox", "[0-9A-Za-z]{20,21}=?"),
        max: 124,
        check: proof::alone,
        revoke: "reset it in databox under data sources",
        examples: &[
            "DATABOX_PUSH_TOKEN={base62:21}",
            r#"databox:
  api_key: "{base62:21}""#,
        ],
        near: &["DATABOX_PUSH_TOKEN={base62:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "deel",
        name: "Deel API token",
        grants: "reads and writes contracts and staff of the organization",
        keywords: &["deel"],
        regex: keyed!("deel", "(?:organization|org)_[0-9A-Za-z]{30,64}"),
        max: 176,
        check: proof::alone,
        revoke: "delete it at app.deel.com under developer center",
        examples: &[
            "DEEL_API_KEY=organization_{base62:40}",
            r#"deel:
  api_key: "organization_{base62:40}""#,
        ],
        near: &["DEEL_API_KEY={base62:9}", "DEEL_REVISION=organization_{base62:40}"],
        ..PROVIDER
    },
    Pattern {
        id: "deepnote",
        name: "Deepnote API key",
        grants: "runs and changes the notebooks of the workspace",
        keywords: &["deepnote"],
        regex: keyed!("deepnote", "dn_[0-9A-Za-z_-]{20,64}"),
        max: 170,
        check: proof::alone,
        revoke: "delete it in deepnote under settings, security",
        examples: &[
            "DEEPNOTE_API_KEY=dn_{base62:32}",
            r#"deepnote:
  api_key: "dn_{base62:32}""#,
        ],
        near: &["DEEPNOTE_API_KEY={base62:9}", "DEEPNOTE_REVISION=dn_{base62:32}"],
        ..PROVIDER
    },
    Pattern {
        id: "dynalist",
        name: "Dynalist API token",
        grants: "reads and writes the documents of the user",
        keywords: &["dynalist"],
        regex: keyed!("dynalist", "[0-9A-Za-z_-]{128}"),
        max: 231,
        check: proof::alone,
        revoke: "regenerate it at dynalist.io/developer",
        examples: &[
            "DYNALIST_TOKEN={b64url:127}x",
            r#"dynalist:
  api_key: "{b64url:127}x""#,
        ],
        near: &["DYNALIST_TOKEN={base62:9}", "DYNALIST_REVISION={b64url:127}x"],
        ..PROVIDER
    },
    Pattern {
        id: "documo",
        name: "Documo API key",
        grants: "sends and reads faxes",
        keywords: &["documo"],
        regex: keyed!(
            "documo",
            r"eyJ?[0-9A-Za-z]{33,34}\.ey[0-9A-Za-z]{150,160}\.[0-9A-Za-z_-]{43}"
        ),
        max: 345,
        check: proof::alone,
        revoke: "delete it in documo under settings, api",
        examples: &[
            "DOCUMO_API_KEY=eyJ{base62:33}.ey{base62:154}.{b64url:42}x",
            r#"documo:
  api_key: "eyJ{base62:33}.ey{base62:154}.{b64url:42}x""#,
        ],
        near: &["DOCUMO_API_KEY=ey{base62:5}"],
        ..PROVIDER
    },
];
