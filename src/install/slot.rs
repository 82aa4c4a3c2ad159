//! What stands where Git looks for a hook.

use std::fs;
use std::path::Path;

use bstr::ByteSlice as _;

use super::shim::{self, Reading};
use super::{Event, disk};

/// What stands where Git looks for one hook.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Slot {
    /// Nothing.
    Free,
    /// A shim of ours.
    Ours(Reading),
    /// A shim of ours that somebody edited.
    Edited,
    /// Someone else's hook.
    Taken(Neighbour),
}

/// Someone else whose hook it is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Neighbour {
    /// The tool's name, or that it is nobody's that we know.
    pub(super) name: &'static str,
    /// Whether the hook calls Refgate.
    pub(super) calls_us: bool,
    /// Whether its owner writes the file anew when it likes.
    pub(super) rewrites: bool,
    /// Why it would not work from another directory.
    pub(super) stays: Option<&'static str>,
}

impl Neighbour {
    /// That it stands where ours would.
    pub(super) fn in_the_way(&self, shown: &str) -> String {
        let why = self.stays.map(|it| format!(": {it}")).unwrap_or_default();
        format!("{shown}: {} is there; nothing was changed{why}", self.name)
    }
}

/// How programs ask what they are called, or where they are.
const ASKS: &[&str] = &[
    "$0",
    "${0",
    "BASH_SOURCE",
    "__file__",
    "__FILE__",
    "__dir__",
    "__dirname",
    "__filename",
    "sys.argv[0]",
    "process.argv[1]",
    "import.meta",
    "FindBin",
];

/// Known tools: what their hooks bear, their name, whether they write anew.
const TOOLS: &[(&str, &str, bool)] = &[
    ("husky", "husky", true),
    ("lefthook", "lefthook", true),
    ("pre-commit.com", "pre-commit", false),
    ("prek", "prek", false),
    ("overcommit", "overcommit", true),
    ("simple-git-hooks", "simple-git-hooks", true),
    ("git lfs", "git-lfs", false),
    ("git-lfs", "git-lfs", false),
];

/// Looks at a hook's place.
pub(super) fn look(path: &Path) -> Slot {
    let Ok(metadata) = fs::symlink_metadata(path) else { return Slot::Free };
    let text = fs::read(path).unwrap_or_default();
    if metadata.is_file() {
        match shim::read(&text, path) {
            Reading::Edited => return Slot::Edited,
            Reading::Other => {}
            ours @ Reading::Ours { .. } => return Slot::Ours(ours),
        }
    }
    Slot::Taken(neighbour(path, &text))
}

/// Whose hook it is, by what it bears.
pub(super) fn neighbour(path: &Path, text: &[u8]) -> Neighbour {
    // pre-commit runs a hook that was there before it, under this name.
    let legacy = fs::read(disk::suffixed(path, ".legacy")).unwrap_or_default();
    let kept = text.contains_str("pre-commit.com") && shim::read(&legacy, path) != Reading::Other;
    let calls_us = kept || calls(path, text);
    // Husky's hooks are a line each that names nobody; their place does.
    let place = path.parent().map(shim::bytes).unwrap_or_default();
    if place.ends_with(b".husky/_") {
        return Neighbour { name: "husky", calls_us, rewrites: true, stays: None };
    }
    let tool = TOOLS.iter().find(|(mark, ..)| text.contains_str(mark));
    let (name, rewrites) = tool.map_or(("another hook", false), |(_, name, it)| (*name, *it));
    // These look beside themselves for a hook of before, and for nothing else.
    let alone = ["pre-commit", "prek"].contains(&name) && legacy.is_empty();
    let asks = !alone && ASKS.iter().any(|it| text.contains_str(it));
    let stays = if fs::read_link(path).is_ok_and(|it| it.is_relative()) {
        Some("it is a relative link")
    } else {
        asks.then_some("it asks for its own name or place")
    };
    Neighbour { name, calls_us, rewrites, stays }
}

/// Whether a line of the hook at `path` runs `refgate hook` for its event; what
/// a comment says is no call.
fn calls(path: &Path, text: &[u8]) -> bool {
    let name = path.file_name().unwrap_or_default();
    let Some(event) = Event::ALL.into_iter().find(|it| name == it.name()) else { return false };
    let whole = text.replace("\\\n", " ");
    whole.lines().any(|line| {
        let line = line.trim_start();
        let code = if line.starts_with(b"#") { b"" } else { line };
        let code = code.find(" #").map_or(code, |end| &code[..end]);
        let Some(at) = code.find("refgate") else { return false };
        let words = code[at..].fields().map(|it| it.trim_end_with(|it| "'\";|&)".contains(it)));
        let words: Vec<_> = words.collect();
        let hook = [b"hook".as_slice(), event.judged_as().as_bytes()];
        words.windows(2).any(|it| it == hook)
    })
}
