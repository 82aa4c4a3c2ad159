//! Connection strings, command lines and XML.

use super::{PASSWORD, Pattern, check};
use crate::secret::setting;

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        id: "docker-env-secret",
        name: "secret in a Dockerfile",
        grants: "logs in to what the variable is for",
        keywords: &["ENV "],
        regex: r#"ENV\s{1,4}[A-Z0-9_]{0,40}(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|ACCESS_KEY|SECRET_KEY)\s{1,4}["\']?([^\s"\'$<{]{8,200})"#,
        max: 262,
        check: setting::argument,
        revoke: "change it, and give it to the build as a secret mount",
        examples: &["ENV DB_PASSWORD {base62:9}u7Kq2", "ENV ACME_API_KEY {base62:32}"],
        near: &["ENV DB_PASSWORD changeme", "ENV ACME_TOKEN $TOKEN"],
        ..PASSWORD
    },
    Pattern {
        id: "xml-secret",
        name: "secret in XML",
        grants: "logs in as the user",
        keywords: &[
            "password>",
            "passwd>",
            "passphrase>",
            "secret>",
            "apikey>",
            "api_key>",
            "token>",
        ],
        regex: r"(?i)<[\w.:-]{0,30}(?:password|passwd|passphrase|secret|api[_-]?key|token)>\s{0,3}([^<>\s{}$]{8,200})\s{0,3}</",
        max: 250,
        check: setting::element,
        revoke: "change it where it was made",
        examples: &["<password>{base62:9}u7Kq2</password>", "<apiKey>{base62:32}</apiKey>"],
        near: &[
            "<password>changeme</password>",
            "<password>{COQLCE6DU6GtcS5P=}</password>",
            "<password>${env.PASSWORD}</password>",
        ],
        ..PASSWORD
    },
    Pattern {
        id: "xml-setting",
        name: "secret in an XML attribute",
        grants: "logs in as the user",
        keywords: &[r#"password" value"#, r#"secret" value"#, r#"token" value"#, r#"key" value"#],
        regex: r#"(?i)(?:key|name)="[\w.:-]{0,60}(?:password|passwd|secret|token|api[_-]?key|access_?key|secret_?key)" value="([^\s"<>{}]{8,200})""#,
        max: 286,
        check: setting::element,
        revoke: "change it where it was made",
        examples: &[
            r#"<add key="DbPassword" value="{base62:9}u7Kq2" />"#,
            r#"<add key="ClearTextPassword" value="{base62:9}u7Kq2" />"#,
        ],
        near: &[
            r#"<add key="DbPassword" value="changeme" />"#,
            r#"<add key="DbPassword" value="%DB_PASSWORD%" />"#,
        ],
        ..PASSWORD
    },
    Pattern {
        id: "curl-password",
        name: "password on a command line",
        grants: "logs in as the user",
        keywords: &["curl "],
        regex: r#"curl\s[^\n|;]{0,200}?(?:-u|--user)[ =]{0,2}["']?[^\s:"'$<{]{1,64}:([^\s"'$<{@]{6,100})"#,
        max: 379,
        check: setting::argument,
        revoke: "change the password",
        examples: &["curl -s -u ci:{base62:24} https://acme.io/"],
        near: &["curl -u user:password https://acme.io/"],
        ..PASSWORD
    },
    Pattern {
        id: "command-password",
        name: "password on a command line",
        grants: "logs in as the user",
        keywords: &["sshpass", "convertto-securestring", "psexec"],
        regex: r#"(?i)(?:sshpass\s{1,3}-p\s{0,2}|convertto-securestring\s{1,3}(?:-string\s{1,3})?(?:-asplaintext\s{1,3}(?:-force\s{1,3})?)?|psexec\s[^\n]{0,120}?-p\s{1,3})["']?([^\s"'$<{(]{8,100})"#,
        max: 233,
        check: setting::argument,
        revoke: "change the password",
        examples: &[
            "sshpass -p {base62:9}u7Kq2 ssh ana@acme.io",
            r#"$p = ConvertTo-SecureString "{base62:9}u7Kq2" -AsPlainText -Force"#,
        ],
        near: &[
            "sshpass -p $PASSWORD ssh ana@acme.io",
            r#"ConvertTo-SecureString "P@ssw0rd1" -AsPlainText"#,
        ],
        ..PASSWORD
    },
    Pattern {
        id: "jdbc-password",
        name: "password in a JDBC address",
        grants: "logs in as the user",
        keywords: &["jdbc:"],
        regex: r#"jdbc:[0-9a-z:]{2,40}//[^\s"'<>]{1,200}?[?&;](?i:password|pwd)=([^\s"'&;<>{$]{6,100})"#,
        max: 357,
        check: check::password,
        revoke: "change the password",
        examples: &["jdbc:postgresql://db.acme.io:5432/app?user=acme&password={base62:9}u7Kq2"],
        near: &["jdbc:mysql://db:3306/app?user=root&password=password"],
        ..PASSWORD
    },
    Pattern {
        id: "oracle-password",
        name: "password in an Oracle address",
        grants: "logs in as the user",
        keywords: &["jdbc:oracle:"],
        regex: r#"jdbc:oracle:(?:thin|oci):[0-9A-Za-z_]{1,40}/([^\s"'@/<{$]{6,64})@"#,
        max: 123,
        check: check::password,
        revoke: "change the password",
        examples: &["jdbc:oracle:thin:acme/{base62:9}u7Kq2@db.acme.io:1521/app"],
        near: &["jdbc:oracle:thin:scott/tiger1@db:1521/app"],
        ..PASSWORD
    },
    Pattern {
        id: "dsn-password",
        name: "password in a connection string",
        grants: "logs in as the user",
        keywords: &["password="],
        regex: r#"(?:host|user|dbname)=[^\s"']{1,100}\s{1,2}(?:[a-z_]{2,20}=[^\s"']{1,100}\s{1,2}){0,6}password=([^\s"'<>{}$;&]{6,100})"#,
        max: 956,
        check: check::password,
        revoke: "change the password",
        examples: &["host=db.acme.io port=5432 user=acme password={base62:9}u7Kq2 dbname=app"],
        near: &["host=db user=acme password=secret dbname=app"],
        ..PASSWORD
    },
    Pattern {
        id: "mysql-dsn-password",
        name: "password in a MySQL address",
        grants: "logs in as the user",
        keywords: &["@tcp(", "@unix("],
        regex: r#"[0-9A-Za-z_.-]{1,32}:([^\s@:/"'<{$]{6,64})@(?:tcp|unix)\("#,
        max: 103,
        check: check::password,
        revoke: "change the password",
        examples: &["acme:{base62:9}u7Kq2@tcp(db.acme.io:3306)/app"],
        near: &["user:password@tcp(127.0.0.1:3306)/app"],
        ..PASSWORD
    },
    Pattern {
        id: "redis-password",
        name: "password in a Redis connection string",
        grants: "logs in as the user",
        keywords: &[",password="],
        regex: r#"(?i):[0-9]{2,5},(?:[a-z]{2,20}=[^,\s"']{1,40},){0,6}password=([^,\s"'<>{}$]{8,100})"#,
        max: 488,
        check: check::password,
        revoke: "change the password",
        examples: &["cache.acme.io:6380,ssl=True,password={base62:37}u7Kq2="],
        near: &["cache.acme.io:6380,ssl=True,password=changeme"],
        ..PASSWORD
    },
    Pattern {
        id: "connection-string-reversed",
        name: "password in a connection string",
        grants: "logs in as the user",
        keywords: &["password=", "pwd="],
        regex: r#"(?i)(?:password|pwd)=([^;\s"'<>{}$]{6,100});(?:[^;=\n"']{1,40}=[^;\n"']{0,100};){0,6}\s?(?:server|data source|host|addr|database|initial catalog|user id|uid|provider|driver|accountendpoint|endpoint)="#,
        max: 979,
        check: check::password,
        revoke: "change the password",
        examples: &[
            "Password={base62:9}u7Kq2;Persist Security Info=True;User ID=acme;Data Source=db.acme.io",
        ],
        near: &["Password=Password123!;User ID=sa;Data Source=db"],
        ..PASSWORD
    },
    Pattern {
        id: "pgpass",
        name: "password of PostgreSQL",
        grants: "logs in as the user",
        keywords: &[":5432:"],
        regex: r#"[0-9A-Za-z_.*-]{1,100}:5432:[0-9A-Za-z_*-]{1,64}:[0-9A-Za-z_.-]{1,64}:([^\s:"\'$<{\\]{6,64})"#,
        max: 300,
        check: setting::placed,
        revoke: "change the password",
        examples: &["db.acme.io:5432:app:acme:{base62:9}u7Kq2"],
        near: &["localhost:5432:app:acme:secret"],
        ..PASSWORD
    },
];
