//! What reports look like, and what no report ever does.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod packages;

use std::fs;
use std::path::Path;

use packages::packages;
use proptest::prelude::*;
use refgate::model::{
    Decision, Exempt, Finding, Judgment, Origin, Place, Reason, RefName, RefUpdate, Stage, Target,
    Verdict,
};
use refgate::report::{self, Color, Detail, Style, Width};
use unicode_width::UnicodeWidthStr;

const HOSTILE: &[&str] = &[
    "a\nsuccess: allowed",
    "\u{1b}[2Jgone\u{1b}]0;title\u{7}",
    "::error file=x::forged",
    "x ##[error]forged",
    "]]><script>",
    "a|b|c",
    "``` `x` ```",
    "@everyone and #1",
    "\u{202e}txt.exe",
    "zero\u{200b}width",
    "%0A::warning::x,y:z",
    "<img src=x onerror=y>",
];

#[test]
fn a_refusal_says_where_what_and_how_to_go_on() {
    let reason = Reason::deny("AWS access key ID, AKIA…FLQ7")
        .at(Place::path("config/prod.env").by(Some("9be0d11".parse().unwrap())).at(2, 17))
        .hint("git rebase -i 9be0d11~, drop the line, rotate the key");
    let verdict = verdict(Stage::PreReceive, vec![judgment("refs/heads/main", vec![reason])]);
    assert_eq!(
        report::text(&verdict, Width::Server),
        "\
error: refs/heads/main: denied

  secrets (refgate.toml:18)
    9be0d11 config/prod.env:2:17: AWS access key ID, AKIA…FLQ7
    hint: git rebase -i 9be0d11~, drop the line, rotate the key
"
    );
    assert_eq!(
        report::github(&verdict),
        "::error file=config/prod.env,line=2,col=17,title=refgate secrets::refs/heads/main: \
         9be0d11 config/prod.env:2:17: AWS access key ID, AKIA…FLQ7%0Ahint: git rebase -i \
         9be0d11~, drop the line, rotate the key\n"
    );
    assert_eq!(
        report::markdown(&verdict),
        "\
### refgate: denied

`refs/heads/main`: **denied**

- **secrets** (`refgate.toml:18`): denied
  - `9be0d11 config/prod.env:2:17: AWS access key ID, AKIA…FLQ7`
    - hint: `git rebase -i 9be0d11~, drop the line, rotate the key`
"
    );
    assert_eq!(
        report::json(&verdict),
        format!(
            "{{\"refgate\":\"{}\",\"format\":1,\"decision\":\"denied\",\"stage\":\"pre-receive\",\
             \"refs\":[{{\"name\":\"refs/heads/main\",\"new\":\"{}\",\"decision\":\"denied\",\
             \"reasons\":[{{\"rule\":\"secrets\",\"decision\":\"denied\",\
             \"policy-file\":\"refgate.toml\",\"policy-line\":18,\
             \"oid\":\"9be0d11{}\",\"path\":\"config/prod.env\",\"line\":2,\"column\":17,\
             \"fact\":\"AWS access key ID, AKIA…FLQ7\",\
             \"hint\":\"git rebase -i 9be0d11~, drop the line, rotate the key\"}}],\"rules\":[{{\"rule\":\"secrets\",\"policy-file\":\"refgate.toml\",\
             \"policy-line\":18,\"outcome\":\"refused\"}}]}}],\
             \"exempted\":0,\"warned\":0}}\n",
            env!("CARGO_PKG_VERSION"),
            "1".repeat(40),
            "0".repeat(33),
        )
    );
}

#[test]
fn a_junit_report_has_a_case_for_each_rule() {
    let verdict = verdict(
        Stage::PreReceive,
        vec![judgment("refs/heads/a<b", vec![Reason::deny("1 > 0 & \"so\"").hint("do ]]> it")])],
    );
    assert_eq!(
        report::junit(&verdict),
        "\
<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<testsuites name=\"refgate\" tests=\"1\" failures=\"1\" errors=\"0\" skipped=\"0\">
  <testsuite name=\"refs/heads/a&lt;b\" tests=\"1\" failures=\"1\" errors=\"0\" skipped=\"0\">
    <testcase classname=\"refs/heads/a&lt;b\" name=\"secrets (refgate.toml:18)\">
      <failure type=\"secrets\" message=\"1 &gt; 0 &amp; &quot;so&quot;\">1 &gt; 0 &amp; \
         &quot;so&quot;
hint: do ]]&gt; it
</failure>
    </testcase>
  </testsuite>
</testsuites>
"
    );
}

#[test]
fn a_path_cannot_forge_a_line() {
    for hostile in HOSTILE {
        let reason = Reason::deny(*hostile).at(Place::path(*hostile)).hint(*hostile);
        let verdict = verdict(Stage::PreReceive, vec![judgment(hostile, vec![reason])]);
        for (format, text) in formats(&verdict) {
            assert!(harmless(&text).is_ok(), "{format}: {hostile:?}\n{text}");
            let forged = |line: &str| {
                let line = line.trim();
                line.starts_with("success:")
                    || line.starts_with("::error file=x::forged")
                    || line.contains("##[")
            };
            assert!(!text.lines().any(forged), "{format}: {hostile:?}\n{text}");
        }
    }
}

#[test]
fn markdown_shows_what_came_from_outside_as_code() {
    let reason = Reason::deny("``` `x` ```").at(Place::path("@acme/dba")).hint("<b>#1</b>");
    let verdict = verdict(Stage::PreReceive, vec![judgment("refs/heads/main", vec![reason])]);
    let text = report::markdown(&verdict);
    assert!(text.contains("  - ```` @acme/dba: ``` `x` ``` ````\n"), "{text}");
    assert!(text.contains("hint: `<b>#1</b>`\n"), "{text}");
}

#[test]
fn a_json_report_can_be_read_again() {
    let path = b"caf\xe9/\x1b[0m\n.txt";
    let mut reasons = vec![Reason::pass("fine"), Reason::deny("no").at(Place::path(&path[..]))];
    reasons[1].exempt = Some(Exempt { origin: origin(9), why: "vectors".to_owned() });
    let verdict = verdict(Stage::PrePush, vec![judgment("refs/heads/caf\u{9b}é", reasons)]);
    let written = report::json(&verdict);
    let known = |name: &str| (name == "secrets").then_some("secrets");
    let read = report::read(&written, &known).unwrap();
    assert_eq!(read.judgments[0].findings[0].reasons[1].place.path.as_deref().unwrap(), path);
    assert_eq!(report::json(&read), written);
}

/// The schema of SARIF 2.1.0 as OASIS publishes it, which `serde-sarif` carries.
fn sarif_schema() -> serde_json::Value {
    let packages = packages();
    let carrier = packages.iter().find(|it| it["name"] == "serde-sarif").unwrap();
    let manifest = Path::new(carrier["manifest_path"].as_str().unwrap());
    let text = fs::read_to_string(manifest.with_file_name("src/schema.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[test]
fn sarif_is_valid_and_lists_suppressions() {
    let schema = jsonschema::validator_for(&sarif_schema()).unwrap();
    assert!(
        !schema.is_valid(&serde_json::json!({ "version": "2.1.0" })),
        "the schema asks nothing"
    );
    let mut exempt = Reason::new(Decision::Warn, "AKIA…FLQ7").at(Place::path("a b/ü").at(1, 1));
    exempt.exempt = Some(Exempt { origin: origin(9), why: "vectors".to_owned() });
    let mut reasons = vec![exempt, Reason::deny("elsewhere").code("aws")];
    reasons.extend(HOSTILE.iter().map(|it| Reason::deny(*it).at(Place::path(*it)).hint(*it)));
    let verdict = verdict(Stage::PreReceive, vec![judgment("refs/heads/main", reasons)]);
    let log = serde_json::from_str(&report::sarif(&verdict)).unwrap();
    let errors: Vec<_> = schema.iter_errors(&log).map(|it| format!("{it:?}")).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let result = &log["runs"][0]["results"][0];
    assert_eq!(result["suppressions"][0]["justification"], "vectors");
    assert_eq!(result["level"], "error");
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "a%20b/%C3%BC");
}

#[test]
fn twenty_findings_of_a_rule_are_shown() {
    let reasons = (0..51).map(|it| Reason::deny(format!("finding {it}"))).collect();
    let verdict = verdict(Stage::PreReceive, vec![judgment("refs/heads/main", reasons)]);
    let text = report::text(&verdict, Width::Server);
    assert!(text.contains("finding 19\n    … 31 more\n"), "{text}");
    assert!(!text.contains("finding 20"), "{text}");
}

#[test]
fn a_flood_ends_with_what_was_left_out_and_denials_come_first() {
    let warned = |it| {
        let warning = Reason::new(Decision::Warn, "long ".repeat(30));
        judgment(&format!("refs/heads/{it}"), vec![warning])
    };
    let mut judgments: Vec<_> = (0..2000).map(warned).collect();
    judgments.push(judgment("refs/heads/main", vec![Reason::deny("no")]));
    let text = report::text(&verdict(Stage::PreReceive, judgments), Width::Server);
    assert!(text.len() <= 32 * 1024, "{}", text.len());
    assert!(text.starts_with("error: refs/heads/main: denied\n"), "{text}");
    let end = "\
 more findings are not shown

2000 other refs would have passed; a push is refused as a whole
hint: push what passes on its own
";
    assert!(text.ends_with(end), "{text}");
}

#[test]
fn a_warning_says_from_when_it_denies() {
    let mut judgment = judgment("refs/heads/main", vec![Reason::new(Decision::Warn, "74 columns")]);
    judgment.findings[0].since = Some(1_796_083_200);
    assert_eq!(
        report::text(&verdict(Stage::PreReceive, vec![judgment]), Width::Server),
        "\
warning: refs/heads/main: allowed, but denied from 2026-12-01 on

  secrets (refgate.toml:18, denies from 2026-12-01 on)
    74 columns
"
    );
}

#[test]
fn ten_annotations_are_written_the_most_severe_first() {
    let mut reasons: Vec<_> =
        (0..20).map(|it| Reason::new(Decision::Warn, format!("warning {it}"))).collect();
    reasons.push(Reason::deny("denied"));
    let verdict = verdict(Stage::Github, vec![judgment("refs/heads/main", reasons)]);
    let text = report::github(&verdict);
    assert_eq!(text.lines().count(), 10);
    assert!(text.starts_with("::error title=refgate secrets::refs/heads/main: denied\n"), "{text}");
    assert!(text.ends_with("::notice title=refgate::12 more findings are in the summary\n"));
}

#[test]
fn color_is_ours_alone() {
    let reason = Reason::deny("\u{1b}[31mred").hint("go on");
    let verdict = verdict(Stage::PreCommit, vec![judgment("refs/heads/main", vec![reason])]);
    let style = Style { width: Width::Local, detail: Detail::Usual, color: Color::Ansi };
    let text = report::styled(&verdict, style);
    assert!(text.starts_with("\u{1b}[1;31merror\u{1b}[0m: refs/heads/main: denied\n"), "{text}");
    assert!(text.contains("    \\u{1b}[31mred\n"), "{text}");
    assert!(text.contains("    \u{1b}[36mhint\u{1b}[0m: go on\n"), "{text}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_input_reaches_a_terminal_unescaped(verdict in verdicts()) {
        for (format, text) in formats(&verdict) {
            prop_assert!(harmless(&text).is_ok(), "{}: {:?}", format, harmless(&text));
        }
    }

    #[test]
    fn text_keeps_to_its_width_and_limit(verdict in verdicts()) {
        for (width, columns) in [(Width::Server, 72), (Width::Local, 79)] {
            for detail in [Detail::Denials, Detail::Usual, Detail::Everything] {
                let style = Style { width, detail, color: Color::Plain };
                let text = report::styled(&verdict, style);
                prop_assert!(text.len() <= 32 * 1024);
                for line in text.lines() {
                    prop_assert!(line.width() <= columns, "{} columns: {line}", line.width());
                }
            }
        }
    }

    #[test]
    fn json_survives_a_round_trip(verdict in verdicts()) {
        let known = |name: &str| (name == "secrets").then_some("secrets");
        let written = report::json(&verdict);
        let read = report::read(&written, &known).unwrap();
        prop_assert_eq!(report::json(&read), written);
    }
}

fn harmless(text: &str) -> Result<(), char> {
    let bad = |it: &char| {
        let hidden = "\u{200b}\u{202e}\u{2066}\u{2028}\u{feff}\u{ad}\u{e0041}";
        (it.is_control() && *it != '\n') || hidden.contains(*it)
    };
    text.chars().find(bad).map_or(Ok(()), Err)
}

fn formats(verdict: &Verdict) -> Vec<(&'static str, String)> {
    let style = Style { width: Width::Local, detail: Detail::Everything, color: Color::Plain };
    vec![
        ("server", report::text(verdict, Width::Server)),
        ("local", report::styled(verdict, style)),
        ("json", report::json(verdict)),
        ("sarif", report::sarif(verdict)),
        ("github", report::github(verdict)),
        ("junit", report::junit(verdict)),
        ("markdown", report::markdown(verdict)),
    ]
}

fn origin(line: usize) -> Origin {
    Origin { file: "refgate.toml".into(), line }
}

fn judgment(name: &str, reasons: Vec<Reason>) -> Judgment {
    let update = RefUpdate {
        name: RefName::new(name),
        asked_as: None,
        old: None,
        stale: false,
        new: Target::At("1".repeat(40).parse().unwrap()),
    };
    let finding = Finding {
        rule: "secrets",
        origin: Some(origin(18)),
        why: None,
        since: None,
        reasons,
        parts: Vec::new(),
    };
    Judgment { update, findings: vec![finding] }
}

fn verdict(stage: Stage, judgments: Vec<Judgment>) -> Verdict {
    Verdict { stage, judgments }
}

/// Bytes with much that is dangerous in them.
fn outside() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        proptest::sample::select(HOSTILE).prop_map(|it| it.as_bytes().to_vec()),
        any::<char>().prop_map(|it| it.to_string().into_bytes()),
        any::<Vec<u8>>(),
        "[a-z/ ]{0,90}".prop_map(String::into_bytes),
        "[\\u{300}-\\u{36f}世界👩🏽e]{0,50}".prop_map(String::into_bytes),
    ];
    proptest::collection::vec(piece, 0..6).prop_map(|it| it.concat())
}

fn texts() -> impl Strategy<Value = String> {
    outside().prop_map(|it| String::from_utf8_lossy(&it).into_owned())
}

fn reasons() -> impl Strategy<Value = Reason> {
    let decision = proptest::sample::select(vec![
        Decision::Pass,
        Decision::Defer,
        Decision::Warn,
        Decision::Pending,
        Decision::Deny,
    ]);
    let place = proptest::option::of((outside(), 1..9_usize));
    let exempt = proptest::option::of(texts());
    (decision, texts(), place, proptest::option::of(texts()), exempt).prop_map(
        |(decision, what, place, hint, exempt)| {
            let mut reason = Reason::new(decision, what);
            reason.hint = hint;
            if let Some((path, line)) = place {
                reason.place = Place::path(path).at(line, line);
            }
            reason.exempt = exempt.map(|why| Exempt { origin: origin(3), why });
            reason
        },
    )
}

fn verdicts() -> impl Strategy<Value = Verdict> {
    let judgment = (texts(), proptest::collection::vec(reasons(), 1..30))
        .prop_map(|(name, reasons)| judgment(&name, reasons));
    let stage = proptest::sample::select(Stage::ALL.to_vec());
    (stage, proptest::collection::vec(judgment, 0..8))
        .prop_map(|(stage, judgments)| verdict(stage, judgments))
}
