//! Clusters, and the accounts that run them.

use super::{PASSWORD, PROVIDER, Pattern, behind, check, named};
use crate::secret::around;

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        id: "kubernetes-secret",
        name: "value in a Kubernetes secret",
        grants: "what the secret is for",
        keywords: &["kind: secret", r#"kind": "secret"#, r#"kind":"secret"#, r#"kind: "secret"#],
        regex: r#"(?i)kind["']?:\s?["']?secret\b[\s\S]{0,300}?\b(?:data|stringData)["']?:[\s{|-]{1,12}[\s\S]{0,300}?(?:pass(?:word|wd)?|pwd|secret|token|key|credential)[\w.-]{0,20}["']?:\s{0,4}["']?([^\s"'{}<>$,]{8,600})"#,
        max: 1275,
        check: around::kubernetes_value,
        revoke: "change it where it is used, and keep it sealed or elsewhere",
        examples: &[
            "kind: Secret\nmetadata:\n  name: acme\ntype: Opaque\ndata:\n  user: YWNtZQ==\n  db-password: {base64:u7Kq2Wm9Zx4Rt1}\n",
            r#"{"kind": "Secret", "stringData": {"db-password": "u7Kq2Wm9{base62:6}"}}"#,
        ],
        near: &[
            "kind: Secret\nmetadata:\n  name: acme\ndata:\n  password: {base64:changeme}\n",
            "kind: Secret\ndata:\n  password: {{ .Values.password | b64enc }}\n",
            "kind: Secret\nstringData:\n  token-url: https://acme.io/login\n",
        ],
        ..PASSWORD
    },
    Pattern {
        id: "kubernetes-bootstrap",
        name: "Kubernetes bootstrap token",
        grants: "joins a machine to the cluster",
        keywords: &["kubeadm", "bootstrap"],
        regex: r#"(?i)(?:kubeadm|bootstrap)[\s\S]{0,200}?\btoken["']?[\s=:]{1,4}["']?([0-9a-z]{6}\.[0-9a-z]{16})\b"#,
        max: 243,
        check: check::drawn,
        revoke: "delete it with kubeadm token delete",
        examples: &["kubeadm join 10.2.3.4:6443 --token {lower36:6}.{lower36:16}"],
        near: &["kubeadm join --token abcdef.0123456789abcdef", "kubeadm join --token {lower36:6}"],
        ..PROVIDER
    },
    Pattern {
        id: "kubernetes-bootstrap-secret",
        name: "Kubernetes bootstrap token",
        grants: "joins a machine to the cluster",
        keywords: &["token-secret"],
        regex: r#"(?i)\btoken-secret["']?\s{0,2}:\s{0,3}["']?([0-9a-z]{16})\b"#,
        max: 36,
        check: check::mixed,
        revoke: "delete it with kubeadm token delete",
        examples: &["token-id: {lower36:6}\ntoken-secret: {lower36:16}"],
        near: &["token-secret: 0123456789abcdef", "token-secret: {lower36:8}"],
        ..PROVIDER
    },
    Pattern {
        id: "jaas-password",
        name: "password in a JAAS login",
        grants: "what the login is for",
        keywords: &["LoginModule"],
        regex: r#"LoginModule\s{1,4}(?:required|requisite|sufficient|optional)[^;]{0,300}?\bpassword\s{0,2}=\s{0,2}\\?["']([^"'\\\s;]{6,100})"#,
        max: 440,
        check: check::password,
        revoke: "change the password",
        examples: &[
            r#"sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username=\"acme\" password=\"u7Kq2Wm9{base62:6}\";"#,
        ],
        near: &[
            r#"org.apache.kafka.common.security.plain.PlainLoginModule required username="alice" password="alice-secret";"#,
            r#"PlainLoginModule required username="a" password="${KAFKA_PASSWORD}";"#,
        ],
        ..PASSWORD
    },
    Pattern {
        id: "gradle-signing-password",
        name: "password of a signing key",
        grants: "signs releases, together with the key file",
        keywords: &["storePassword", "keyPassword"],
        regex: r#"(?:store|key)Password[ \t]{0,3}[( =][ \t]{0,3}["']([^"'\s$]{6,64})["']"#,
        max: 86,
        check: check::password,
        revoke: "change it with keytool",
        examples: &["        storePassword 'u7Kq2Wm9{base62:6}'"],
        near: &[
            "        storePassword 'android'",
            "        keyPassword System.getenv('KEY_PASSWORD')",
        ],
        ..PASSWORD
    },
    Pattern {
        id: "kerberos-reply",
        name: "Kerberos ticket for cracking",
        grants: "gives the account's password to whoever guesses it offline",
        keywords: &["$krb5asrep$", "$krb5tgs$"],
        regex: r#"\$krb5(?:asrep|tgs)\$[^\s"']{0,160}?[0-9a-f]{32}\$[0-9a-f]{64,1800}"#,
        max: 2004,
        check: check::random,
        edges: false,
        revoke: "change the account's password",
        examples: &[
            "$krb5asrep$23$ana@ACME.IO:{hex:32}${hex:400}",
            "$krb5tgs$23$*ana$ACME.IO$acme/db*${hex:32}${hex:400}",
        ],
        near: &["$krb5asrep$23$ana@ACME.IO:{hex:32}${hex:9}"],
        ..PROVIDER
    },
    Pattern {
        id: "exoscale-secret",
        name: "Exoscale API secret",
        grants: "manages the account's machines, as its role allows",
        keywords: &["exoscale"],
        regex: named!(r"exoscale[\w.-]{0,16}secret", "[0-9A-Za-z_-]{40,60}"),
        max: 139,
        check: check::mixed,
        revoke: "revoke it at portal.exoscale.com/iam/keys",
        examples: &["EXOSCALE_API_SECRET={base62:43}"],
        near: &["EXOSCALE_API_KEY=EXO{hex:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "fly-macaroon",
        name: "Fly.io token",
        grants: "deploys and manages the organization's apps",
        keywords: &["fm1r_", "fm1a_"],
        regex: "fm1[ar]_[0-9A-Za-z+/]{100,700}={0,3}",
        max: 708,
        check: check::mixed,
        revoke: "revoke it with fly tokens revoke",
        examples: &["fm1r_{b64:160}"],
        near: &["fm1r_{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "gcp-refresh-token",
        name: "Google OAuth refresh token",
        grants: "makes tokens that act as the user",
        keywords: &["1//0"],
        regex: "1//0[0-9A-Za-z_-]{40,160}",
        max: 164,
        check: check::mixed,
        revoke: "revoke it at oauth2.googleapis.com/revoke, or remove the app at myaccount.google.com/connections",
        examples: &["1//0{b64url:98}x"],
        near: &["1//0{base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "gcp-oauth-secret-legacy",
        name: "Google OAuth client secret",
        grants: "asks for tokens in the app's name",
        keywords: &[
            "google_",
            "google-",
            "googleclient",
            "googleoauth",
            "youtube_",
            "gmail_",
            "firebase_",
        ],
        regex: named!(
            r"(?:google(?:[_-]|client|oauth)|youtube_|gmail_|firebase_)[\w.-]{0,24}secret",
            "[0-9A-Za-z_-]{24}"
        ),
        max: 115,
        check: check::mixed,
        revoke: "reset it at console.cloud.google.com/apis/credentials",
        examples: &["GOOGLE_CLIENT_SECRET={base62:23}x", "youtube_client_secret: {base62:23}x"],
        near: &["GOOGLE_CLIENT_SECRET={base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "ibm-cloud",
        name: "IBM Cloud API key",
        grants: "acts as the user in the cloud account",
        keywords: &["ibm", "bluemix"],
        regex: named!(r"(?:ibm|bluemix)[\w.-]{0,20}api[_-]?key", "[0-9A-Za-z_-]{42,44}"),
        max: 127,
        check: check::mixed,
        revoke: "delete it at cloud.ibm.com/iam/apikeys",
        examples: &["IBMCLOUD_API_KEY={base62:43}x"],
        near: &["IBMCLOUD_API_KEY={base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "infomaniak",
        name: "Infomaniak API token",
        grants: "manages the account's products, as its scopes allow",
        keywords: &["infomaniak"],
        regex: behind!("infomaniak", r"[0-9A-Za-z_-]{60,100}\b"),
        max: 180,
        check: check::mixed,
        revoke: "revoke it at manager.infomaniak.com/v3/ng/accounts/token/list",
        examples: &["INFOMANIAK_TOKEN={base62:80}"],
        near: &["INFOMANIAK_TOKEN={base62:12}"],
        ..PROVIDER
    },
    Pattern {
        id: "make-webhook",
        name: "Make webhook",
        grants: "starts the scenario with any input",
        keywords: &["make.com/", "integromat.com/"],
        regex: r"hook\.(?:[a-z0-9-]{2,12}\.)?(?:make|integromat)\.com/([0-9A-Za-z]{20,40})\b",
        max: 73,
        check: check::mixed,
        revoke: "delete the hook in the scenario",
        examples: &[
            "https://hook.eu1.make.com/{lower36:32}",
            "https://hook.integromat.com/{lower36:32}",
        ],
        near: &["https://hook.eu1.make.com/{lower36:9}"],
        ..PROVIDER
    },
];
