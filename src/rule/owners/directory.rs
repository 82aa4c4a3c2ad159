//! OWNERS files, one per directory, as Prow reads them for Kubernetes.
//! Sources: kubernetes/community, "OWNERS Files"; Prow's plugin `approve`.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use bstr::{BStr, BString, ByteSlice};
use regex::bytes::{Regex, RegexBuilder};

use super::yaml::{self, Node, Value, Wrong};
use super::{Dialect, Group, Owner, Problem, Source};

const OWNERS: &str = "OWNERS";
const ALIASES: &str = "OWNERS_ALIASES";

/// The keys that an OWNERS may have, beside those that only suggest people.
const KEYS: &[&str] = &["approvers", "filters", "options"];

/// The directories that have an OWNERS, by path without `/` at its end.
#[derive(Debug, Default)]
pub(super) struct Directories {
    by_path: HashMap<BString, Directory>,
    /// The group of all that is in a directory, where no filter has a say.
    settled: HashMap<BString, Option<Arc<Group>>>,
}

#[derive(Debug, Default)]
struct Directory {
    file: BString,
    /// Whether the directories above have no say where this one has.
    alone: bool,
    approvers: Vec<Approvers>,
}

/// Who may approve.
#[derive(Debug)]
struct Approvers {
    /// Which paths below the directory; all, if absent.
    filter: Option<Regex>,
    line: usize,
    owners: Vec<String>,
}

type Aliases = BTreeMap<String, Vec<String>>;

impl Directories {
    pub(super) fn parse(files: &[&Source], problems: &mut Vec<Problem>) -> Self {
        let mut refuse = |file: &Source, (line, what): Wrong| {
            problems.push(Problem { file: file.path.clone(), line: Some(line), what });
        };
        let aliases = files.iter().find(|it| it.path == ALIASES);
        let aliases = aliases.map_or(Ok(Aliases::new()), |file| {
            self::aliases(&file.text).map_err(|wrong| refuse(file, wrong))
        });
        let aliases = aliases.unwrap_or_default();
        let mut all = Self::default();
        for file in files {
            let (dir, name) = split(file.path.as_bstr());
            if name != OWNERS {
                continue;
            }
            match directory(&file.text, &aliases) {
                Ok(found) => {
                    let found = Directory { file: file.path.clone(), ..found };
                    all.by_path.insert(dir.to_owned(), found);
                }
                Err(wrong) => refuse(file, wrong),
            }
        }
        let settled = all.by_path.keys().filter(|it| all.is_plain(it.as_bstr()));
        all.settled = settled
            .map(|dir| (dir.clone(), all.gather(dir.as_bstr(), b"").map(Arc::new)))
            .collect();
        all
    }

    /// Whoever may approve `path`: the nearest that name anyone, and those above
    /// as far as these let them.
    pub(super) fn of(&self, path: &BStr) -> Option<Arc<Group>> {
        let nearest = upwards(split(path).0).find(|it| self.by_path.contains_key(*it))?;
        match self.settled.get(nearest) {
            Some(settled) => settled.clone(),
            None => self.gather(nearest, path).map(Arc::new),
        }
    }

    /// Whether no filter stands in `dir` or above it.
    fn is_plain(&self, dir: &BStr) -> bool {
        let mut there = upwards(dir).filter_map(|it| self.by_path.get(it));
        there.all(|it| it.approvers.iter().all(|it| it.filter.is_none()))
    }

    /// The group for `path`, which is in `dir`.
    fn gather(&self, dir: &BStr, path: &[u8]) -> Option<Group> {
        let mut group: Option<Group> = None;
        for here in upwards(dir) {
            let Some(directory) = self.by_path.get(here) else { continue };
            let below = path.strip_prefix(here.as_bytes()).unwrap_or(path);
            let below = below.strip_prefix(b"/").unwrap_or(below);
            let fits = |it: &&Approvers| it.filter.as_ref().is_none_or(|it| it.is_match(below));
            for approvers in directory.approvers.iter().filter(fits) {
                let group = group.get_or_insert_with(|| Group {
                    name: format!("{here}/").into(),
                    file: directory.file.clone(),
                    line: approvers.line,
                    owners: Vec::new(),
                    roles: Vec::new(),
                    count: 1,
                    optional: false,
                });
                group.owners.extend(approvers.owners.iter().cloned());
            }
            if directory.alone && group.is_some() {
                break;
            }
        }
        group.map(|mut group| {
            let mut seen = BTreeSet::new();
            group.owners.retain(|it| seen.insert(it.clone()));
            group
        })
    }
}

/// The files that say who owns `paths`.
pub(super) fn above<'p>(paths: impl IntoIterator<Item = &'p BStr>) -> Vec<BString> {
    let dirs: BTreeSet<_> = paths.into_iter().flat_map(|it| upwards(split(it).0)).collect();
    let file = |dir: &BStr| match dir.is_empty() {
        true => OWNERS.into(),
        false => format_bytes(dir),
    };
    std::iter::once(ALIASES.into()).chain(dirs.into_iter().map(file)).collect()
}

fn format_bytes(dir: &BStr) -> BString {
    [dir.as_bytes(), b"/", OWNERS.as_bytes()].concat().into()
}

/// The directory of a path, and the name in it.
fn split(path: &BStr) -> (&BStr, &BStr) {
    match path.rsplit_once_str("/") {
        Some((dir, name)) => (dir.as_bstr(), name.as_bstr()),
        None => (BStr::new(""), path),
    }
}

/// A directory and those above it, up to the root.
fn upwards(dir: &BStr) -> impl Iterator<Item = &BStr> {
    std::iter::successors(Some(dir), |it| (!it.is_empty()).then(|| split(it).0))
}

/// Reads an `OWNERS_ALIASES`.
fn aliases(text: &[u8]) -> Result<Aliases, Wrong> {
    let mut aliases = Aliases::new();
    for (key, node) in map(yaml::read(text, yaml::Aliases::Refused)?)? {
        match key.to_lowercase().as_str() {
            "aliases" => {}
            _ => continue,
        }
        for (alias, members) in map(node)? {
            let members = texts(members)?.into_iter().map(login).collect::<Result<_, _>>()?;
            aliases.insert(bare(&alias), members);
        }
    }
    Ok(aliases)
}

/// Reads an OWNERS.
fn directory(text: &[u8], aliases: &Aliases) -> Result<Directory, Wrong> {
    let mut directory = Directory::default();
    let mut filtered = Vec::new();
    let mut at = 1;
    for (key, node) in map(yaml::read(text, yaml::Aliases::Refused)?)? {
        let line = node.line;
        match known(&key, KEYS).map_err(|what| (line, what))? {
            Some("approvers") => directory.approvers.extend(approvers(None, node, aliases)?),
            Some("options") => directory.alone = alone(node)?,
            Some("filters") => {
                at = line;
                for (written, node) in map(node)? {
                    filtered.extend(filter(&written, node, aliases)?);
                }
            }
            _ => {}
        }
    }
    if !directory.approvers.is_empty() && !filtered.is_empty() {
        return Err((at, "approvers stand beside `filters`; put them into one for `.*`".into()));
    }
    directory.approvers.extend(filtered);
    Ok(directory)
}

/// Reads one filter.
fn filter(written: &str, node: Node, aliases: &Aliases) -> Result<Vec<Approvers>, Wrong> {
    let line = node.line;
    let all = (written == ".*").then_some(None);
    let filter = || RegexBuilder::new(written).size_limit(1 << 20).build().map(Some);
    let filter = all.map_or_else(filter, Ok);
    let filter = filter.map_err(|_| (line, format!("`{written}` is not a regular expression")))?;
    let mut found = Vec::new();
    for (key, node) in map(node)? {
        if known(&key, &["approvers"]).map_err(|what| (line, what))?.is_some() {
            found.extend(approvers(filter.clone(), node, aliases)?);
        }
    }
    Ok(found)
}

/// Reads a list of approvers; none, if it is empty.
fn approvers(
    filter: Option<Regex>,
    node: Node,
    aliases: &Aliases,
) -> Result<Option<Approvers>, Wrong> {
    let line = node.line;
    let mut owners = Vec::new();
    for (line, name) in texts(node)? {
        match aliases.get(&bare(&name)) {
            Some(members) => owners.extend(members.iter().cloned()),
            None => owners.push(login((line, name))?),
        }
    }
    Ok((!owners.is_empty()).then_some(Approvers { filter, line, owners }))
}

/// Reads `options`: whether the directories above have no say.
fn alone(node: Node) -> Result<bool, Wrong> {
    let mut alone = false;
    for (key, Node { line, value }) in map(node)? {
        let ours = known(&key, &["no_parent_owners"]).map_err(|what| (line, what))?.is_some();
        alone |= match value {
            Value::Text(text) if ours => match text.to_lowercase().as_str() {
                "true" | "yes" | "on" => true,
                "false" | "no" | "off" => false,
                _ => return Err((line, format!("`{key}` is true or false, not `{text}`"))),
            },
            _ if ours => return Err((line, format!("`{key}` is neither true nor false"))),
            _ => false,
        };
    }
    Ok(alone)
}

/// The key among `keys` that is written; `None` if it is another, an error if it
/// seems to be misspelt.
fn known(written: &str, keys: &[&'static str]) -> Result<Option<&'static str>, String> {
    let low = written.to_lowercase();
    if let Some(key) = keys.iter().find(|it| **it == low) {
        return Ok(Some(key));
    }
    match keys.iter().find(|it| strsim::damerau_levenshtein(it, &low) < 3) {
        Some(near) => Err(format!("`{written}` means nothing; `{near}` would")),
        None => Ok(None),
    }
}

/// A login without `@`, in small letters.
fn bare(name: &str) -> String {
    name.trim_start_matches('@').to_lowercase()
}

fn login((line, name): (usize, String)) -> Result<String, Wrong> {
    match Owner::parse(Dialect::Owners, format!("@{}", bare(&name)).as_bytes()) {
        Some(owner) => Ok(owner.to_string()),
        None => Err((line, format!("`{name}` is neither a login nor an alias"))),
    }
}

/// The entries of a map; none, if there is nothing.
fn map(node: Node) -> Result<Vec<(String, Node)>, Wrong> {
    match node.value {
        Value::Map(map) => Ok(map),
        Value::Nothing => Ok(Vec::new()),
        Value::Text(_) | Value::List(_) => Err((node.line, "it is not a map of keys".to_owned())),
    }
}

/// The texts of a list, with their lines; none, if there is nothing.
fn texts(node: Node) -> Result<Vec<(usize, String)>, Wrong> {
    let list = match node.value {
        Value::List(list) => list,
        Value::Nothing => return Ok(Vec::new()),
        Value::Text(_) | Value::Map(_) => return Err((node.line, "it is not a list".to_owned())),
    };
    let text = |it: Node| match it.value {
        Value::Text(text) => Ok((it.line, text)),
        Value::Nothing | Value::List(_) | Value::Map(_) => {
            Err((it.line, "it is not a list of names".to_owned()))
        }
    };
    list.into_iter().map(text).collect()
}
