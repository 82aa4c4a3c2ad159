//! The pages in a real browser: on a phone and at a desk, in the light and in the
//! dark, by keyboard, and for who does not see them.
//!
//! The pictures are left in `target/tmp/pages`, to be looked at.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::browser::Browser;
use crate::fill::{HOSTILE, SHOP, decide, hostile, judged, overridden, pull};
use crate::{NOW, Scene};

const SIZES: &[(&str, u32, u32)] = &[("phone", 360, 740), ("desk", 1280, 900)];

/// A word that no line has room for.
const LONG: &str = "feature/a-very-long-branch-name-that-nobody-ever-wanted-to-read-but-somebody\
    -wrote-anyway-because-the-ticket-was-called-like-that-0123456789-0123456789";

async fn scene() -> Scene {
    let scene = Scene::new().await;
    let all = [
        (1, "charge cards only once", judged()),
        (2, "rotate the keys of the shop", overridden()),
        (3, HOSTILE[0], hostile(HOSTILE[0])),
        (4, HOSTILE[6], hostile(HOSTILE[6])),
        (5, LONG, hostile(LONG)),
    ];
    for (number, title, verdict) in all {
        let mut it = pull(SHOP, number, title);
        it.draft = number == 2;
        scene.store.set_pull(&it).await.unwrap();
        decide(&scene.store, &it, NOW, verdict).await;
    }
    for number in 6..40 {
        scene.store.set_pull(&pull(SHOP, number, &format!("change {number}"))).await.unwrap();
    }
    let again = pull(SHOP, 1, "charge cards only once");
    decide(&scene.store, &again, NOW + 60, judged()).await;
    scene
}

/// Where the checks of axe-core are, where they were fetched.
fn axe() -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/axe-core/package/axe.min.js");
    let text = fs::read_to_string(path).ok();
    if text.is_none() {
        eprintln!("skipped: target/axe-core is missing; .ci/run fetches it with npm");
    }
    text
}

fn pictures() -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages");
    fs::create_dir_all(&path).unwrap();
    path
}

/// With threads of its own, since the browser is waited for.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_can_be_read_by_everybody_everywhere() {
    let scene = Box::pin(scene()).await;
    let Some(browser) = Browser::start() else { return };
    let (axe, pictures) = (axe(), pictures());
    // Through the login, as people do it.
    browser.go(&format!("{}/decisions/1", scene.url));
    assert_eq!(browser.url(), format!("{}/decisions/1", scene.url));
    let pages = [
        ("open", "/"),
        ("waits", "/?waits=approve%20it&repository=acme/shop"),
        ("empty", "/?page=9"),
        ("decisions", "/decisions"),
        ("decision", "/decisions/1"),
        ("overridden", "/decisions/2"),
        ("script", "/decisions/3"),
        ("bidi", "/decisions/4"),
        ("long", "/decisions/5"),
        ("missing", "/decisions/999"),
        ("repositories", "/repositories"),
        ("out", "/signed-out"),
        ("refused", "/login/callback"),
    ];
    let mut wrong = Vec::new();
    for (name, path) in pages {
        browser.go(&format!("{}{path}", scene.url));
        for (size, width, height) in SIZES {
            for is_dark in [false, true] {
                browser.be(*width, *height, is_dark);
                let what = format!("{name}-{size}-{}", if is_dark { "dark" } else { "light" });
                browser.picture(&pictures.join(format!("{what}.png")));
                wrong.extend(amiss(&browser, &what, is_dark));
                let found = axe.iter().flat_map(|it| violations(&browser, it, &what));
                wrong.extend(found);
            }
        }
        // That a page of a refused request is one is no complaint.
        let is_known = |it: &str| it.contains("status of 40") || it.contains("favicon");
        let complaints = browser.complaints().into_iter().filter(|it| !is_known(it));
        wrong.extend(complaints.map(|it| format!("{name}: {it}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_can_be_reached_and_done_by_keyboard() {
    let scene = Box::pin(scene()).await;
    let Some(browser) = Browser::start() else { return };
    browser.be(1280, 900, false);
    browser.go(&format!("{}/decisions/1", scene.url));
    let count = "return document.querySelectorAll('a[href], button, summary, select, \
                 input:not([type=hidden]), [tabindex=\"0\"]').length";
    let count = browser.run(count).as_u64().unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..count {
        browser.press('\u{E004}');
        let at = browser.run(
            "const it = document.activeElement, style = getComputedStyle(it), \
             box = it.getBoundingClientRect(); \
             return [it.tagName + (it.href || it.innerText), style.outlineStyle, \
             parseFloat(style.outlineWidth), box.width > 0 && box.left >= 0]",
        );
        assert_eq!(at[1], "solid", "the focus is seen: {at}");
        assert!(at[2].as_f64().unwrap() >= 2.0 && at[3] == true, "{at}");
        seen.insert(at[0].to_string());
    }
    assert!(u64::try_from(seen.len()).unwrap() + 3 >= count, "{count}: {seen:?}");
    // A rule that is well is unfolded, and somebody signs out.
    let folded = "document.querySelector('details:not([open])')";
    browser.run(&format!("{folded}.querySelector('summary').focus()"));
    let before = browser.run("return document.querySelectorAll('details[open]').length");
    browser.press('\u{E007}');
    let after = browser.run("return document.querySelectorAll('details[open]').length");
    assert_eq!(after.as_u64(), before.as_u64().map(|it| it + 1));
    browser.run("document.querySelector('header button').focus()");
    browser.press('\u{E007}');
    let gone = "const done = arguments[arguments.length - 1]; \
                const look = () => location.pathname == '/signed-out' ? done(true) : setTimeout(look, 50); look()";
    assert_eq!(browser.wait_for(gone), true);
}

/// What is wrong with a page as it is shown.
fn amiss(browser: &Browser, what: &str, is_dark: bool) -> Vec<String> {
    let looked = browser.run(
        "const root = document.documentElement; \
         const out = [...document.querySelectorAll('body *:not(.skip)')].filter(it => { \
           const box = it.getBoundingClientRect(); return box.width && box.right > innerWidth + 1 }); \
         const tiny = [...document.querySelectorAll('button, select, summary')].filter(it => \
           it.getBoundingClientRect().height < 24); \
         const ground = getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number); \
         return { wide: root.scrollWidth > root.clientWidth, out: out.map(it => it.outerHTML.slice(0, 120)), \
           tiny: tiny.map(it => it.outerHTML.slice(0, 120)), dark: ground[0] < 128, \
           scripts: document.scripts.length + document.querySelectorAll('[onerror], [onload], main img').length, \
           h1: document.querySelectorAll('h1').length, main: document.querySelectorAll('main').length }",
    );
    let mut wrong = Vec::new();
    let expected = [
        ("wide", Value::Bool(false)),
        ("out", Value::Array(vec![])),
        ("tiny", Value::Array(vec![])),
        ("dark", Value::Bool(is_dark)),
        ("scripts", 0.into()),
        ("h1", 1.into()),
        ("main", 1.into()),
    ];
    for (key, expected) in expected {
        if looked[key] != expected {
            wrong.push(format!("{what}: {key} is {}, not {expected}", looked[key]));
        }
    }
    wrong
}

/// What axe-core finds.
fn violations(browser: &Browser, axe: &str, what: &str) -> Vec<String> {
    let found = browser.wait_for(&format!(
        "const done = arguments[arguments.length - 1]; if (!window.axe) {{ {axe} }}; \
         window.axe.run(document).then(it => done(it.violations.map(it => \
           it.id + ': ' + it.help + ': ' + it.nodes.map(it => it.html).slice(0, 3).join(' ')) \
           .concat(it.passes.length < 10 ? ['axe has hardly looked'] : [])), \
         error => done([String(error)]))"
    ));
    found.as_array().unwrap().iter().map(|it| format!("{what}: {it}")).collect()
}
