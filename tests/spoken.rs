//! Holds what counts as said to what GitHub shows as the writer's own text.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::time::{Duration, Instant};

use proptest::prelude::*;
use refgate::model::{Expression, Oid};
use refgate::rule::spoken::{Found, agrees, finds, names_commit, said};

const TOKEN: &str = ":+1:";

fn found(text: &str) -> Found {
    finds(text, &[TOKEN.to_owned()], &[])
}

#[test]
fn what_one_writes_is_said() {
    for text in [
        ":+1:",
        "fine by me :+1:",
        "**:+1:**",
        "- :+1:",
        "1. :+1:",
        "- [x] :+1:",
        "# :+1:",
        "a\n=\n\n:+1:",
        "> what do you think\n\n:+1:",
        "> one\n> two\n\n- :+1:",
        "`code` :+1:",
        "```\ncode\n```\n:+1:",
        "~~~~ text\n```\n~~~~\n:+1:",
        "a | b\n-|-\n`x` | :+1:",
        "[:+1:](https://example.org)",
        "<b>:+1:</b>",
        "<details><summary>more</summary>\n\n:+1:\n\n</details>",
        "<details>\n:+1:\n</details>",
        "<blockquote>no</blockquote>\n\n:+1:",
        "<!-- a -->:+1:",
        "<!-- a -->\n:+1:",
        "<!-->\n:+1: -->",
        "a <!-- :+1:",
        "1 < 2 :+1:",
        "text\n    :+1:",
        "- text\n\n  :+1:",
        "\\> :+1:",
        "`` ` :+1:",
        "[a]: /b\n\n:+1:",
        ":+1:\r\n\r\n> quoted\r\n",
        "[^1] :+1:\n\n[^1]: note",
    ] {
        assert_eq!(found(text), Found::Said, "{text:?}: {:?}", said(text));
    }
}

#[test]
fn what_one_quotes_is_not_said() {
    for text in [
        "> :+1:",
        "> :+1: from carol\n\nI disagree",
        ">:+1:",
        "   > :+1:",
        "> > a\n> :+1:",
        ">>> :+1:",
        "> a\n:+1:",
        "> - a\n:+1:",
        "- > :+1:",
        "1. a\n   > :+1:",
        "> ```\n> :+1:\n> ```",
        "> `:+1:`",
        "> [!NOTE]\n> :+1:",
        "> a | b\n> -|-\n> c | :+1:",
        "<blockquote>:+1:</blockquote>",
        "<BlockQuote class='>'>\n\n:+1:\n\n</BlockQuote>",
        "<blockquote>\n\n:+1:",
        "> </blockquote> :+1:",
        "a\r\n> :+1:",
    ] {
        assert_eq!(found(text), Found::OnlyQuoted, "{text:?}: {:?}", said(text));
    }
}

#[test]
fn what_is_code_or_hidden_is_not_said() {
    for text in [
        "`:+1:`",
        "`` ` :+1: ` ``",
        "```\n:+1:\n```",
        "```\n:+1:",
        "```` text\n```\n:+1:\n````",
        "~~~\n:+1:\n```\n",
        "```:+1:\n```",
        "    :+1:",
        "\t:+1:",
        "- a\n\n      :+1:",
        "- ```\n  :+1:\n",
        "<!-- :+1: -->",
        "a <!-- :+1: --> b",
        "<!--\n\n:+1:",
        "<!-- a --!>\n:+1:",
        "<div> <!--\n\n:+1:\n\n-->",
        "<div title='a\n\n:+1:",
        "<code>:+1:</code>",
        "<pre>\n:+1:\n</pre>",
        "<code>\n\n:+1:",
        "<span title=\":+1:\">a</span>",
        "<img alt=:+1:>",
        "<?php :+1: ?>",
        "<![CDATA[ :+1: ]]>",
        "![:+1:](a.png)",
        "[a](/:+1:)",
        "[a](/b ':+1:')",
        "**[a](/b ':+1:')**",
        "[a]: # (:+1:)",
        "[1]: # (1)\n[1]: :+1:\n",
        "[1]: :+1:",
        "- [a]: # (:+1:)\n  text",
        "text[^1]\n\n[^1]: :+1:",
    ] {
        assert_eq!(found(text), Found::OnlyCode, "{text:?}: {:?}", said(text));
    }
}

#[test]
fn leaving_out_joins_nothing() {
    for text in [":+`x`1:", ":+<b>1:", ":+<!-- -->1:", ":+\n> 1:\n", ":+![](a)1:"] {
        assert_eq!(found(text), Found::Nowhere, "{text:?}: {:?}", said(text));
    }
}

#[test]
fn a_text_with_nothing_to_leave_out_stays_as_it_is() {
    for text in ["/approve\nthanks", "\n\n a *b*\n\n- [ ] c  \n", "", "# a #\n\n***\n", "é\r\n—\n"]
    {
        assert_eq!(said(text).spoken, text);
    }
}

#[test]
fn patterns_see_what_was_said_from_its_beginning() {
    let pattern = |it: &str| [Expression::try_from(it.to_owned()).unwrap()];
    let text = "> LGTM?\n\nLGTM, `x` is fine";
    assert_eq!(finds(text, &[], &pattern("^LGTM,")), Found::Said);
    assert_eq!(finds(text, &[], &pattern(r"LGTM\?")), Found::OnlyQuoted);
    assert_eq!(finds(text, &[], &pattern("^ is")), Found::Nowhere);
    assert_eq!(finds("", &[], &pattern("^$")), Found::Nowhere);
    assert_eq!(finds("anything", &[String::new()], &[]), Found::Nowhere);
}

#[test]
fn a_commit_stands_behind_the_token() {
    let head: Oid = "4f1c2aa9d00000000000000000000000000000aa".parse().unwrap();
    let names = |text: &str| names_commit(text, "/approve", head);
    for text in [
        "/approve 4f1c2aa",
        "/approve 4F1C2AA9D",
        "/approve: 4f1c2aa9d00000000000000000000000000000aa, thanks",
        "/approve `4f1c2aa`",
        "/approve @4f1c2aa.",
        "/approve 1234567\n/approve 4f1c2aa",
    ] {
        assert_eq!(names(text), Some(true), "{text:?}");
    }
    for text in [
        "/approve 4f1c2ab",
        "/approve 4f1c2a",
        "/approve 1234567",
        "/approve 4f1c2aa9d00000000000000000000000000000aa0",
        "> /approve 4f1c2aa\n\n/approve 1234567",
    ] {
        assert_eq!(names(text), Some(false), "{text:?}");
    }
    for text in [
        "/approve",
        "/approve please 4f1c2aa",
        "/approve4f1c2aa",
        "/approve\n4f1c2aa",
        "> /approve 4f1c2aa",
        "`/approve 4f1c2aa`",
        "/approve <!-- 4f1c2aa -->",
        "/approve 4f1c2aa_",
        "do not /approve 4f1c2aa",
        "4f1c2aa",
    ] {
        assert_eq!(names(text), None, "{text:?}");
    }
}

#[test]
fn a_long_text_takes_time_as_it_is_long() {
    let parts = [
        ">",
        "> ",
        ">a\n",
        "`",
        "` ",
        "`a``",
        "```\n",
        "~~~\n",
        "*a ",
        "[",
        "[a](",
        "![",
        "<",
        "<!--",
        "<!-- -->",
        "<a ",
        "<code>",
        "</q>",
        "<div>\n\n",
        "- ",
        "    a\n",
        "|a",
        "[^a]: ",
        "[a]: b\n",
        "\\",
        "&",
        "a <b>\n\n",
        ":+1: ",
        "/approve ",
        "\u{e9}",
    ];
    let oid: Oid = "4f1c2aa".parse().unwrap();
    let begin = Instant::now();
    for part in parts {
        let text = format!("a{}b", part.repeat((1 << 20) / part.len()));
        let whole = said(&text);
        assert!(whole.spoken.len() + whole.quoted.len() + whole.code.len() <= 4 * text.len());
        names_commit(&text, "/approve", oid);
    }
    // Squared, a single one would take hours.
    assert!(begin.elapsed() < Duration::from_mins(2), "{:?}", begin.elapsed());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn any_text_can_be_read(text in r"([>` \n<!\-a~\[\]():/*|\\&é#]|```|<!--|-->|<q>|</q>|:\+1:){0,40}") {
        let whole = said(&text);
        let oid: Oid = "4f1c2aa".parse().unwrap();
        names_commit(&text, ":+1:", oid);
        // Whatever follows a quotation mark at the beginning of a line is quoted.
        let quoted: String = text.lines().map(|line| format!("> {line}\n")).collect();
        prop_assert!(!said(&quoted).spoken.contains(":+1:"), "{:?}", said(&quoted));
        // Nothing is said that is not written.
        let written = whole.spoken.split(['\u{fffc}', '\n']).all(|it| text.contains(it));
        prop_assert!(written, "{whole:?}");
    }
}

#[test]
fn a_phrase_is_said_where_nothing_else_is() {
    let says = |phrase: &str, text: &str| agrees(text, &[phrase.to_owned()], &[]);
    for text in [
        "LGTM",
        "lgtm!",
        "  LGTM.  ",
        "**LGTM**",
        "- LGTM",
        "Thanks for the tests. LGTM",
        "Is it ready? LGTM! Land it.",
        "Looked at it\nLGTM\nand at the docs",
        "> not LGTM\n\nLGTM",
    ] {
        assert_eq!(says("LGTM", text), Found::Said, "{text:?}");
    }
    for text in [
        "not LGTM",
        "LGTM?",
        "LGTM, but mend the typo",
        "LGTM if CI is green",
        "It would be LGTM.",
        "NotLGTM",
        "LGTM2",
        "~~LGTM~~",
        "no.LGTM",
        "`x` LGTM",
    ] {
        assert_eq!(says("LGTM", text), Found::Nowhere, "{text:?}");
    }
    for (phrase, text) in [
        ("ship it!", "Ship it"),
        ("v1.0 is good", "v1.0 is good."),
        ("/approve", "/approve"),
        (":+1:", "nice :+1: work"),
        ("👍", "👍👍"),
        ("Gut so, Übermut", "gut so, übermut!"),
    ] {
        assert_eq!(says(phrase, text), Found::Said, "{phrase:?} {text:?}");
    }
    assert_eq!(says("/approve", "/approve cancel"), Found::Nowhere);
    assert_eq!(says("LGTM", "> LGTM"), Found::OnlyQuoted);
    assert_eq!(says("", "anything"), Found::Nowhere);
}
