//! What the matcher finds, what it lets be, and that pieces make no difference.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::collections::HashSet;

use proptest::prelude::*;
use refgate::judge::judge;
use refgate::secret::{Custom, Finding, Matcher, Scanner, expand, patterns, sample};
use refgate::{model, policy};
use regex_syntax::ParserBuilder;

fn ids(found: &[Finding]) -> Vec<&str> {
    found.iter().map(|it| it.label.id.as_ref()).collect()
}

#[test]
fn every_example_is_found_by_the_whole_matcher() {
    let mut wrong = String::new();
    for pattern in patterns() {
        assert!(!pattern.examples.is_empty(), "{}: no example", pattern.id);
        for template in pattern.examples {
            let text = expand(template, pattern.id);
            for around in ["", "x: ", "\\n", "\n\n  ", "('", "%3D"] {
                let found = Matcher::built_in().scan(format!("{around}{text}\n").as_bytes());
                if !ids(&found).contains(&pattern.id) {
                    wrong +=
                        &format!("{} {around:?}: {text:.80?}: {:?}\n", pattern.id, ids(&found));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_example_is_redacted_in_any_surroundings() {
    for pattern in patterns() {
        for template in pattern.examples {
            let text = expand(template, pattern.id);
            for around in ["", "x: ", "@ana approved "] {
                let said = format!("{around}{text}\n");
                let found = Matcher::built_in().scan(said.as_bytes());
                let shown = Matcher::built_in().redact(said.as_bytes());
                assert_eq!(shown.is_some(), !found.is_empty(), "{}: {around:?}", pattern.id);
            }
        }
    }
}

#[test]
fn no_near_miss_is_found_by_any_pattern() {
    let mut wrong = String::new();
    for pattern in patterns() {
        for template in pattern.near {
            let text = expand(template, pattern.id);
            let found = Matcher::built_in().scan(text.as_bytes());
            if !found.is_empty() {
                wrong += &format!("{}: {text:.80?}: {:?}\n", pattern.id, ids(&found));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_pattern_says_how_long_its_matches_are() {
    let mut wrong = String::new();
    for pattern in patterns() {
        let parsed = ParserBuilder::new().unicode(false).utf8(false).build().parse(pattern.regex);
        let longest = parsed.expect(pattern.id).properties().maximum_len();
        if longest != Some(pattern.max) {
            wrong += &format!("{}: max is {longest:?}, not {}\n", pattern.id, pattern.max);
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn patterns_are_complete_and_told_apart() {
    let mut seen = HashSet::new();
    for pattern in patterns() {
        let id = pattern.id;
        assert!(seen.insert(id), "{id} twice");
        assert!(id.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-'));
        assert!(!pattern.name.is_empty() && !pattern.revoke.is_empty(), "{id}");
        assert!(!pattern.grants.is_empty(), "{id}: what does it grant?");
        assert!(pattern.keywords.iter().all(|it| it.len() >= 3), "{id}: a keyword is short");
        assert!(!pattern.keywords.is_empty(), "{id}");
    }
    assert!(seen.len() > 200, "{}", seen.len());
}

/// A little text is searched by what keywords begin with, much by an automaton.
#[test]
fn what_is_found_does_not_depend_on_how_much_was_searched_before() {
    let all =
        || patterns().flat_map(|it| it.examples.iter().chain(it.near).map(move |at| (it, at)));
    let text: Vec<String> = all().map(|(it, template)| expand(template, it.id)).collect();
    let text = text.join("\n;\n");
    let [little, much] = [0, 4 << 20].map(|before| {
        let matcher = Matcher::new(patterns(), Vec::new()).unwrap();
        matcher.scan(&vec![b'.'; before]);
        let lines = text.lines().map(|it| matcher.scan(it.as_bytes()));
        lines.collect::<Vec<_>>()
    });
    assert!(text.len() < 1 << 20 && little.iter().flatten().count() > 700);
    assert_eq!(little, much);
}

/// Scans `text` in pieces that end at `cuts`.
fn in_pieces(text: &[u8], cuts: &[usize]) -> Vec<Finding> {
    let mut cuts: Vec<_> = cuts.iter().map(|it| it % (text.len() + 1)).collect();
    cuts.sort_unstable();
    let mut scanner = Scanner::new(Matcher::built_in());
    let mut from = 0;
    for cut in cuts.into_iter().chain([text.len()]) {
        scanner.feed(&text[from..cut]);
        from = cut;
    }
    scanner.finish()
}

/// The place that a person would count to.
fn place(text: &[u8], offset: usize) -> (usize, usize) {
    let before = &text[..offset];
    let line = 1 + before.iter().filter(|&&it| it == b'\n').count();
    let start = before.iter().rposition(|&it| it == b'\n').map_or(0, |at| at + 1);
    (line, offset - start + 1)
}

/// How a text may be written down.
#[derive(Clone, Copy, Debug)]
enum Width {
    Utf8,
    Utf16Le,
    Utf16Be,
    Utf32Le,
    Utf32Be,
}

const WIDTHS: [Width; 5] =
    [Width::Utf8, Width::Utf16Le, Width::Utf16Be, Width::Utf32Le, Width::Utf32Be];

fn written(text: &str, width: Width) -> Vec<u8> {
    match width {
        Width::Utf8 => text.into(),
        Width::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        Width::Utf16Be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        Width::Utf32Le => text.chars().flat_map(|it| u32::from(it).to_le_bytes()).collect(),
        Width::Utf32Be => text.chars().flat_map(|it| u32::from(it).to_be_bytes()).collect(),
    }
}

/// Text with secrets, words, keywords and noise in any order.
fn mixture() -> impl Strategy<Value = Vec<u8>> {
    let all: Vec<_> = patterns()
        .flat_map(|it| it.examples.iter().chain(it.near).map(|template| expand(template, it.id)))
        .collect();
    let keywords: Vec<_> = patterns().flat_map(|it| it.keywords).copied().collect();
    let part = prop_oneof![
        3 => (0..all.len(), 0..5_usize).prop_map(move |(at, width)| written(&all[at], WIDTHS[width])),
        2 => (0..keywords.len()).prop_map(move |at| keywords[at].as_bytes().to_vec()),
        2 => proptest::collection::vec(any::<u8>(), 0..40),
        2 => "[ -~]{0,60}".prop_map(String::into_bytes),
        3 => prop_oneof![Just("\n"), Just(" "), Just("\r\n"), Just("\0"), Just("\"")]
            .prop_map(|it| it.as_bytes().to_vec()),
        1 => (0..4000_usize).prop_map(|len| vec![b'.'; len]),
    ];
    proptest::collection::vec(part, 0..40).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn pieces_make_no_difference(
        text in mixture(),
        repeat in 1..30_usize,
        cuts in proptest::collection::vec(any::<usize>(), 0..12),
    ) {
        let text = text.repeat(repeat);
        let whole = Matcher::built_in().scan(&text);
        prop_assert_eq!(&whole, &in_pieces(&text, &cuts));
        for finding in &whole {
            let offset = usize::try_from(finding.offset).unwrap();
            prop_assert!(finding.end <= text.len() as u64 + 3);
            if text[offset + 1] != 0 {
                prop_assert_eq!((finding.line, finding.column), place(&text, offset));
            }
        }
    }

    #[test]
    fn any_bytes_are_survived(text in proptest::collection::vec(any::<u8>(), 0..3000)) {
        Matcher::built_in().scan(&text);
    }

    #[test]
    fn templates_are_survived(text in "[{}:a-z0-9]{0,40}") {
        expand(&text, "seed");
    }

    #[test]
    fn a_finding_never_holds_the_secret(text in mixture()) {
        for finding in Matcher::built_in().scan(&text) {
            let from = usize::try_from(finding.offset).unwrap();
            let until = usize::try_from(finding.end).unwrap().min(text.len());
            let secret = String::from_utf8_lossy(&text[from..until]).into_owned();
            let told = format!("{finding:?}");
            prop_assert!(secret.len() < 8 || !told.contains(&secret), "{}", finding.label.id);
            let shown = finding.redacted.chars().filter(|&it| it != '…').count();
            prop_assert!(shown * 10 <= secret.len() * 4);
        }
    }
}

#[test]
fn secrets_in_wide_text_are_found_where_they_are() {
    let token = sample("github-pat").unwrap();
    for width in WIDTHS {
        for mark in ["", "\u{feff}"] {
            let text = format!("{mark}first line é 中文\nkey: {token}\n");
            let bytes = written(&text, width);
            let found = Matcher::built_in().scan(&bytes);
            assert_eq!(ids(&found), ["github-pat"], "{width:?} {mark:?}");
            assert_eq!(found[0].line, 2, "{width:?} {mark:?}");
            let same = Matcher::built_in().scan(token.as_bytes());
            assert_eq!(found[0].fingerprint, same[0].fingerprint, "{width:?} {mark:?}");
        }
    }
}

#[test]
fn a_secret_across_any_edge_is_found_once() {
    let token = sample("github-pat").unwrap();
    for at in (65_400..65_600).chain(262_100..262_160) {
        let text = [vec![b'\n'; at], token.clone().into_bytes(), vec![b' '; 70_000]].concat();
        let found = in_pieces(&text, &[65_536, 131_072, 262_144, at + 10]);
        assert_eq!(found.len(), 1, "{at}");
        assert_eq!((found[0].line, found[0].column), (at + 1, 1));
    }
}

#[test]
fn a_pattern_of_ones_own_names_its_keywords() {
    let custom = |regex: &str, keywords: &[&str]| Custom {
        id: "acme".into(),
        name: "Acme".into(),
        regex: regex.into(),
        keywords: keywords.iter().map(|&it| it.to_owned()).collect(),
        revoke: "ask".into(),
    };
    let new = |it| Matcher::new([], vec![it]).map(|_| ());
    assert!(new(custom("acme_[0-9]+", &["acme_"])).is_ok());
    assert!(new(custom("acme_[0-9]+", &[])).unwrap_err().contains("keywords"));
    assert!(new(custom("acme_[0-9", &["acme_"])).unwrap_err().contains("acme"));
    assert!(new(custom("(acme)?", &["acme"])).unwrap_err().contains("nothing"));
}

#[test]
fn a_secret_in_a_refs_name_is_refused() {
    let policy = "version = 1\n[[protect]]\nrefs = [\"**\"]\nsecrets = {}\n";
    let policy = policy::parse("refgate.toml", policy, &mut |_| Err(String::new())).unwrap();
    let name = format!("refs/heads/{}", sample("npm").unwrap());
    let mut facts = model::Recorded::default();
    let known = model::RecordedUpdate {
        commits: Some(Vec::new()),
        files: Some(Vec::new()),
        ..model::RecordedUpdate::default()
    };
    facts.update.insert(name.clone(), known);
    let update = model::RefUpdate {
        name: name.as_str().into(),
        asked_as: None,
        old: None,
        stale: false,
        new: model::Target::At("9be0d11".parse().unwrap()),
    };
    let change = model::Change {
        stage: model::Stage::PreReceive,
        actor: Ok(model::Actor("ana".to_owned())),
        updates: vec![update],
        at: 0,
        facts: &facts,
        memory: model::Memory::default(),
    };
    let verdict = judge(&policy, &change);
    let mut findings = verdict.judgments.iter().flat_map(|it| &it.findings);
    let finding = findings.find(|it| it.rule == "secrets").unwrap();
    let [reason] = &finding.reasons[..] else { panic!("{finding:?}") };
    assert_eq!(reason.decision, model::Decision::Deny);
    assert_eq!(reason.code.as_deref(), Some("npm"));
    assert!(reason.what.contains("in the ref's name") && reason.fingerprint.is_some());
}

#[test]
fn what_standards_publish_is_no_secret() {
    let head = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9";
    let body = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    let sign = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    for text in [
        "\"access_token\": \"2YotnFZFEjr1zCsicMWpAA\"",
        "\"refresh_token\": \"tGzv3JOkF0XG5Qx2TlKWIA\"",
        "client_secret=7Fjfp0ZBr1KtDRbnfVdmIw",
        "Authorization: Basic czZCaGRSa3F0MzpnWDFmQmF0M2JW",
        &format!("{head}.{body}.{sign}"),
    ] {
        let found = Matcher::built_in().scan(text.as_bytes());
        assert!(found.is_empty(), "{text}: {:?}", ids(&found));
    }
}
