//! A first policy that fits a repository, as text with comments.

use std::fmt::Write as _;

use bstr::ByteSlice as _;

use super::Seen;
use crate::model::Timestamp;
use crate::policy;

/// What a first policy is asked to be.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// The preset to stand on; a policy of its own, if `None`.
    pub preset: Option<&'static str>,
    /// Whether it only warns.
    pub monitor: bool,
    /// What the repository holds already and the policy would deny.
    pub held: Vec<Held>,
    /// When it is written.
    pub at: Timestamp,
}

/// Files of the repository that a rule would deny.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Held {
    /// The rule.
    pub rule: &'static str,
    /// The files' paths.
    pub paths: Vec<Vec<u8>>,
}

/// How long what is there already stays exempt, in seconds.
const GRACE: Timestamp = 90 * 24 * 60 * 60;

/// Writes the policy.
pub fn draft(seen: &Seen, asked: &Draft) -> String {
    let mut out = String::from(
        "# What a change to this repository must hold to, wherever it is judged: in a\n\
         # clone before commits and pushes, and on the server, which decides.\n\
         # `refgate explain` says what each rule means and which others there are.\n\n\
         version = 1\n",
    );
    if let Some(preset) = asked.preset {
        let _ = writeln!(
            out,
            "\n# All that this preset asks is asked here too; this file can only add to it.\n\
             # `refgate policy show --resolved` prints what it comes to.\n\
             extends = [\"preset:{preset}\"]"
        );
    }
    let mode = if asked.monitor { "mode = \"warn\"\n" } else { "" };
    branches(&mut out, seen, asked, mode);
    if asked.preset.is_none() {
        content(&mut out, seen, mode);
    }
    known(
        &mut out,
        &format!(
            "\n[[protect]]\nname = \"secrets\"\nrefs = [\"**\"]\n{mode}\
             # No key, token or password, in any file, message or tag.\nsecrets = {{}}\n"
        ),
    );
    messages(&mut out, seen, mode);
    for held in &asked.held {
        exempt(&mut out, held, asked.at + GRACE);
    }
    out
}

/// Adds a part, if this build knows all that it asks.
fn known(out: &mut String, part: &str) {
    let alone = format!("version = 1\n{part}");
    if policy::parse("draft", &alone, &mut |_| Err("not here".to_owned())).is_ok() {
        *out += part;
    }
}

fn branches(out: &mut String, seen: &Seen, asked: &Draft, mode: &str) {
    let lasting: Vec<_> = seen.lasting().iter().map(|it| quoted(it)).collect();
    let _ = write!(
        out,
        "\n[[protect]]\nname = \"branches that stay\"\nrefs = [{}]\n{mode}\
         # What is there stays there: nobody rewrites or deletes it.\n\
         fast-forward-only = true\n",
        lasting.join(", ")
    );
    if seen.github.is_some() && asked.preset.is_none() {
        *out += "# Changes arrive by pull request only; direct pushes are refused.\n\
                 # pull-request = \"required\"\n";
    }
    if seen.version_tags && asked.preset.is_none() {
        known(
            out,
            &format!(
                "\n[[protect]]\nname = \"releases\"\nrefs = [\"refs/tags/v*\"]\n{mode}\
                 # A release is never moved and never deleted.\ntag = {{ immutable = true }}\n"
            ),
        );
    }
}

fn content(out: &mut String, seen: &Seen, mode: &str) {
    let lfs =
        if seen.lfs { "What Git LFS holds may be of any size." } else { "Git LFS may hold more." };
    let rules = [
        (
            format!("No file is larger than this. {lfs}"),
            "file-size = { max = \"5MiB\", lfs = \"ok\" }",
        ),
        (
            "No unresolved conflicts, and nothing that reads otherwise than it runs.".to_owned(),
            "text = {}",
        ),
        (
            "Every path can be checked out everywhere.".to_owned(),
            "paths = { collide = false, max-length = 240 }",
        ),
        ("A symbolic link stays within the tree.".to_owned(), "files = { symlinks = \"inside\" }"),
    ];
    let head = format!("\n[[protect]]\nname = \"content\"\nrefs = [\"**\"]\n{mode}");
    let mut part = head.clone();
    for (why, rule) in rules {
        let alone = format!("{head}# {why}\n{rule}\n");
        let mut taken = String::new();
        known(&mut taken, &alone);
        part += taken.strip_prefix(&head).unwrap_or_default();
    }
    known(out, &part);
}

fn messages(out: &mut String, seen: &Seen, mode: &str) {
    if !seen.is_conventional() {
        return;
    }
    let (conventional, all) = seen.conventional;
    known(
        out,
        &format!(
            "\n[[protect]]\nname = \"messages\"\nrefs = [\"**\"]\n{mode}\
             # {conventional} of the last {all} messages are Conventional Commits.\n\
             message = {{ style = \"conventional\" }}\n"
        ),
    );
}

/// Leave for what was there before the policy, for a while.
fn exempt(out: &mut String, held: &Held, until: Timestamp) {
    let texts = held.paths.iter().filter_map(|it| it.to_str().ok());
    let paths: Vec<_> = texts.map(|it| quoted(&literal(it))).collect();
    if paths.is_empty() {
        return;
    }
    let day = jiff::Timestamp::from_second(until).map(|it| it.strftime("%Y-%m-%d").to_string());
    let why = match held.rule {
        "secrets" => "they were there when refgate came; take back what is real",
        _ => "they were there when refgate came",
    };
    let _ = writeln!(
        out,
        "\n# Until then reports only warn of these.\n[[exempt]]\nrule = \"{}\"\n\
         paths = [\n  {},\n]\nwhy = \"{why}\"\nuntil = {}",
        held.rule,
        paths.join(",\n  "),
        day.unwrap_or_else(|_| "2038-01-01".to_owned())
    );
}

/// A pattern that matches this path alone.
fn literal(path: &str) -> String {
    let mut pattern = String::new();
    for char in path.chars() {
        if r"*?[]{}\!#".contains(char) {
            pattern.push('\\');
        }
        pattern.push(char);
    }
    pattern
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_draft_is_a_policy() {
        let branches = |names: &[&str]| names.iter().map(ToString::to_string).collect();
        let plain = Seen { default_branch: "main".into(), ..Seen::default() };
        let full = Seen {
            default_branch: "it's\"odd\"".into(),
            branches: branches(&["main", "develop", "release/1"]),
            github: Some("acme/pay".into()),
            lfs: true,
            version_tags: true,
            conventional: (95, 100),
            ..Seen::default()
        };
        let held = |rule, path: &str| Held { rule, paths: vec![path.into()] };
        let held = vec![held("fast-forward-only", "a [b]/{c}*\"\n.txt")];
        let presets = policy::PRESETS.iter().map(|(name, _)| Some(*name)).chain([None]);
        let presets: BTreeSet<_> = presets.collect();
        for preset in presets {
            for (seen, monitor) in [(&plain, false), (&plain, true), (&full, false), (&full, true)]
            {
                let asked = Draft { preset, monitor, held: held.clone(), at: 1_800_000_000 };
                let text = draft(seen, &asked);
                let read = policy::parse("refgate.toml", &text, &mut |_| Err("no".into()));
                let read = read.map_err(|it| panic!("{it}\n{text}"));
                assert!(read.is_ok_and(|it| it.exemptions.len() == 1));
            }
        }
    }

    #[test]
    fn an_exemption_names_its_path_and_no_other() {
        let odd = r"a*b?[c]{d}\e!f#g";
        let patterns: Result<crate::model::PathPatterns, _> =
            toml::Value::Array(vec![literal(odd).into()]).try_into();
        let patterns = patterns.unwrap();
        assert!(patterns.matches(odd.into()) && !patterns.matches(r"axxb?[c]{d}\e!f#g".into()));
    }
}
