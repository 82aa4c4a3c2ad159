//! What `docs/` says of the code is so.

#![allow(clippy::unwrap_used, missing_docs)]

use std::fs;
use std::path::Path;

use refgate::receive::HOSTS;

fn read(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

#[test]
fn every_host_has_its_place_in_the_how_to() {
    let how_to = read("docs/server.md");
    let row = |name: &str| format!("| `{name}` |");
    let missing: Vec<_> =
        HOSTS.iter().map(|it| it.name).filter(|it| !how_to.contains(&row(it))).collect();
    assert!(missing.is_empty(), "docs/server.md says nothing of {missing:?}");
}

#[test]
fn the_house_has_the_same_rooms_everywhere() {
    let (code, words) = (read("src/lib.rs"), read("docs/architecture.md"));
    let rooms = code.lines().filter_map(|it| it.strip_prefix("//! | [`")?.split('`').next());
    let missing: Vec<_> = rooms.filter(|it| !words.contains(&format!("`{it}`"))).collect();
    assert!(missing.is_empty(), "docs/architecture.md says nothing of {missing:?}");
}

#[test]
fn links_lead_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let papers = ["README.md", "SECURITY.md", "CONTRIBUTING.md", "docs/hooks.md", "docs/server.md"];
    for paper in papers.into_iter().chain(["docs/architecture.md", "CHANGELOG.md"]) {
        let text = read(paper);
        for link in text.split("](").skip(1).filter_map(|it| it.split(')').next()) {
            let here = link.split('#').next().unwrap();
            let local = !link.contains("://") && !here.is_empty();
            let target = root.join(paper).parent().unwrap().join(here);
            assert!(!local || target.exists(), "{paper}: {link} leads nowhere");
        }
    }
}

#[test]
fn the_container_is_built_with_the_rust_that_is_asked_for() {
    let (manifest, container) = (read("Cargo.toml"), read("docs/deploy/Containerfile"));
    let asked = manifest.lines().find_map(|it| it.strip_prefix("rust-version = \""));
    let asked = asked.unwrap().trim_end_matches('"');
    assert!(container.contains(&format!("/rust:{asked}-slim")), "not {asked}");
    for needed in ["ca-certificates", " git "] {
        let (_, run) = container.rsplit_once("FROM ").unwrap();
        assert!(run.contains(needed), "{needed} is not there when it runs");
    }
}
