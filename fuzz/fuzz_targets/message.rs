//! Any message is judged by every rule about commits.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use refgate::judge::judge;
use refgate::model::{Change, Memory, Need, Recorded, Stage, Unknown};
use refgate::policy::{self, Policy};
use refgate::report;
use refgate::rule::{Family, RULES};

/// A policy that asks for what the manual shows of rules about commits.
static POLICY: LazyLock<Policy> = LazyLock::new(|| {
    let mut text = "version = 1\n[roles]\nrelease = [\"ana\"]\n".to_owned();
    for spec in RULES.iter().filter(|it| it.family == Family::Commits) {
        let example = spec.manual.split("```").nth(1).unwrap_or_default();
        let example = example.trim_start_matches("toml\n");
        text += &format!("[[protect]]\nrefs = [\"**\"]\n{example}\n");
    }
    let open = &mut |_: &str| Err(String::new());
    policy::parse("refgate.toml", &text, open).unwrap_or_else(|it| panic!("{it}"))
});

fuzz_target!(|message: &[u8]| {
    let name = "refs/heads/main";
    let mut facts = Recorded::default();
    let mut commit = refgate::git::raw::commit(None, b"tree 0\n\n");
    commit.message = message.into();
    facts.update.entry(name.to_owned()).or_default().commits = Some(vec![commit]);
    let Ok(update) = toml::from_str(&format!("name = \"{name}\"\nnew = \"unwritten\"\n")) else {
        return;
    };
    let change = Change {
        stage: Stage::CommitMsg,
        actor: Err(Unknown::NotHere(Need::Actor)),
        updates: vec![update],
        at: 0,
        facts: &facts,
        memory: Memory::default(),
    };
    let _ = report::text(&judge(&POLICY, &change), report::Width::Server);
});
