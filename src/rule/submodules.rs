//! Which submodules there may be, and what `.gitmodules` may hold.
//!
//! What is refused in any case are the ways in which a submodule's settings took
//! over who cloned it: CVE-2017-1000117, CVE-2018-11235, CVE-2018-17456,
//! CVE-2019-19604, CVE-2020-5260, CVE-2022-39253.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use bstr::{BStr, BString, ByteSlice};
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use schemars::JsonSchema;
use serde::Deserialize;

use super::gitmodules::{Module, modules};
use super::{Case, hint};
use crate::model::{Entry, Fact, FileChange, Mode, Place, Reason, Said, Unknown, Version};

/// Which submodules there may be.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Submodules {
    /// Any that do no harm.
    #[default]
    Allow,
    /// None.
    Deny,
    /// Those with a URL that one of the patterns fits.
    Urls(UrlPatterns),
}

/// Patterns that name URLs. `*` does not cross `/`, `**` does.
#[derive(Deserialize, JsonSchema)]
#[serde(try_from = "Vec<String>")]
#[schemars(with = "Vec<String>")]
pub(super) struct UrlPatterns(GlobSet);

impl TryFrom<Vec<String>> for UrlPatterns {
    type Error = String;

    fn try_from(written: Vec<String>) -> Result<Self, String> {
        if written.is_empty() {
            return Err("names no URLs; to allow none write `submodules = \"deny\"`".to_owned());
        }
        let mut set = GlobSetBuilder::new();
        for pattern in &written {
            let glob = GlobBuilder::new(pattern).literal_separator(true).build();
            set.add(glob.map_err(|error| format!("`{pattern}` is no pattern: {}", error.kind()))?);
        }
        set.build().map(Self).map_err(|error| error.to_string())
    }
}

impl UrlPatterns {
    fn matches(&self, url: &BStr) -> bool {
        self.0.is_match(Path::new(OsStr::from_bytes(url)))
    }
}

/// The largest `.gitmodules` that is read, in bytes.
const LARGEST: u64 = 1 << 20;

impl Submodules {
    /// Whether a submodule may come to stand at the path.
    pub(super) fn added(&self, file: &FileChange, new: Version) -> Option<Reason> {
        let was = file.old.is_some_and(|old| old.mode.is_submodule());
        let comes = new.mode.is_submodule() && !was;
        match self {
            Self::Deny if comes => Some(Reason::deny("a submodule").hint(hint::take_out(file))),
            Self::Allow | Self::Deny | Self::Urls(_) => None,
        }
    }

    /// Judges the `.gitmodules` of the resulting tree, if the change touches it
    /// or a submodule.
    pub(super) fn check(&self, case: &Case<'_>, files: &[FileChange], said: &mut Said) {
        let concerned: Vec<_> = files.iter().filter(|it| concerns(it)).collect();
        if concerned.is_empty() {
            return;
        }
        let written = concerned.iter().find(|it| it.path == ".gitmodules");
        let place = Place::path(".gitmodules").by(written.and_then(|it| it.commit));
        let Some(modules) = said.known(read(case)) else { return };
        let modules = match modules {
            Ok(modules) => modules,
            Err(what) => {
                let hint = "make .gitmodules a small plain file";
                return said.say(Reason::deny(what).at(place).hint(hint));
            }
        };
        for module in &modules {
            if let Some(what) = self.fault(module) {
                let hint = "correct the entry: git config -f .gitmodules --edit";
                said.say(Reason::deny(what).at(place.clone().at(module.line, 1)).hint(hint));
            }
        }
        if matches!(self, Self::Urls(_)) {
            unnamed(&concerned, &modules, said);
        }
    }

    fn fault(&self, module: &Module) -> Option<String> {
        let name = &module.name;
        if name.split(|it| matches!(it, b'/' | b'\\')).any(|it| it == b"..") {
            return Some(format!("submodule `{name}` climbs out of .git/modules by its name"));
        }
        if let Some(path) = module.path.as_ref().filter(|it| it.starts_with(b"-")) {
            return Some(format!("submodule `{name}` has the path `{path}`, an option to Git"));
        }
        if module.update.as_ref().is_some_and(|it| it.trim_start().starts_with(b"!")) {
            return Some(format!("submodule `{name}` runs a command on update"));
        }
        let url = module.url.as_ref()?;
        let shown = without_user(url.as_bstr());
        if let Some(why) = harm(url.as_bstr()) {
            return Some(format!("submodule `{name}` has the URL `{shown}`, {why}"));
        }
        match self {
            Self::Urls(urls) if !urls.matches(url.as_bstr()) => {
                Some(format!("submodule `{name}` has the URL `{shown}`, which no pattern allows"))
            }
            Self::Allow | Self::Deny | Self::Urls(_) => None,
        }
    }
}

/// The URL without user and password, which are nobody's business.
fn without_user(url: &BStr) -> BString {
    let begin = url.find("://").map_or(0, |at| at + 3);
    let end = url[begin..].find_byteset("/?#").map_or(url.len(), |at| begin + at);
    match url[begin..end].rfind_byte(b'@') {
        Some(at) => [&url.as_bytes()[..begin], &url.as_bytes()[begin + at + 1..]].concat().into(),
        None => url.into(),
    }
}

/// Says which submodules `.gitmodules` does not give a URL.
fn unnamed(concerned: &[&FileChange], modules: &[Module], said: &mut Said) {
    for file in concerned {
        let stands = file.new.is_some_and(|new| new.mode.is_submodule());
        let named = |it: &Module| it.url.is_some() && it.path.as_ref() == Some(&file.path);
        if stands && !modules.iter().any(named) {
            let (name, path) = (hint::name(file.path.as_bstr()), hint::path(file.path.as_bstr()));
            let place = Place::path(file.path.clone()).by(file.commit);
            let hint = format!("git submodule add <url> {name}, or git rm --cached {path}");
            said.say(Reason::deny("a submodule without a URL").at(place).hint(hint));
        }
    }
}

fn concerns(file: &FileChange) -> bool {
    let submodule = file.new.is_some_and(|new| new.mode.is_submodule());
    submodule || (file.path == ".gitmodules" && file.new.is_some())
}

/// The submodules that the resulting tree names, or why they can't be read.
fn read(case: &Case<'_>) -> Fact<Result<Vec<Module>, String>> {
    let facts = case.change.facts;
    let root = facts.directory(case.update, BStr::new(""))?;
    let entries = root.iter().flat_map(|it| it.iter());
    let mut found = entries.filter(|it| it.name == ".gitmodules");
    let Some(Entry { mode, oid, .. }) = found.next() else { return Ok(Ok(Vec::new())) };
    match mode.plain() {
        Mode::File | Mode::Executable => {}
        Mode::Symlink => return Ok(Err("a symbolic link, which Git refuses to follow".to_owned())),
        Mode::Tree | Mode::Submodule | Mode::Odd(_) => {
            return Ok(Err("no plain file".to_owned()));
        }
    }
    let size = facts.size(*oid)?;
    if size > LARGEST {
        return Ok(Err(format!("{size} of {LARGEST} bytes")));
    }
    let found = case
        .change
        .memory
        .recall::<_, _, Unknown>(case.people, *oid, || Ok(modules(&facts.blob(*oid)?)))?;
    Ok((*found).clone())
}

/// How a URL harms who clones it. Source: gitremote-helpers(7), git-clone(1).
fn harm(url: &BStr) -> Option<&'static str> {
    let lower = url.to_ascii_lowercase();
    // Git decodes `%0a` before it hands a URL to a credential helper.
    let control = url.iter().any(u8::is_ascii_control);
    if url.is_empty() || control || lower.contains_str("%0a") || lower.contains_str("%0d") {
        return Some("which holds nothing or a line break");
    }
    let host = lower.split_once_str("://").map_or(&lower[..], |(_, rest)| rest);
    let host = host.rsplit_once_str("@").map_or(host, |(_, host)| host);
    if url.starts_with(b"-") || host.starts_with(b"-") {
        return Some("an option to a command");
    }
    let helper = lower.split_once_str("::").map(|(helper, _)| helper);
    if helper.is_some_and(|it| it.iter().all(|it| it.is_ascii_alphanumeric() || *it == b'-')) {
        return Some("a transport that runs a command");
    }
    let drive = url.get(1) == Some(&b':') && url.first().is_some_and(u8::is_ascii_alphabetic);
    if lower.starts_with(b"file:") || url.starts_with(b"/") || url.starts_with(b"\\") || drive {
        return Some("a place in the file system");
    }
    None
}
