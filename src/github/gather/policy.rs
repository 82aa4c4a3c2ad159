//! The policy of a repository: that of its default branch, whatever a pull request
//! or another branch says.

use anyhow::Result;

use crate::git::Repository;
use crate::model::{Kind, Mode, Oid};
use crate::policy::{self, Policy, Problems};

/// Where a policy may stand, the first that is there counting.
pub const PLACES: &[&str] = &["refgate.toml", ".github/refgate.toml"];

/// As large as a file of a policy may be, in bytes.
const LARGEST: u64 = 1 << 20;

/// The host whose logins people have here, as `[people]` names it.
const HOST: &str = "github";

/// What there is in a commit.
pub enum Found {
    /// A policy.
    Policy(Box<Policy>),
    /// None.
    Nothing,
    /// One that is none.
    Broken {
        /// Its path.
        name: &'static str,
        /// What is wrong with it.
        problems: Problems,
    },
    /// One whose files must be fetched first.
    Lacking(Vec<Oid>),
}

/// Reads the policy in the commit `tip`.
pub fn read(repository: &Repository, tip: Oid) -> Result<Found> {
    let Some((name, text)) = root(repository, tip)? else { return Ok(Found::Nothing) };
    let text = match text {
        Text::Here(text) => text,
        Text::Lacking(oid) => return Ok(Found::Lacking(vec![oid])),
        Text::Odd(why) => {
            let hint = Some("write it as a file of text".to_owned());
            let problem = policy::Problem::at(name, "", 0..0, (why, hint));
            return Ok(Found::Broken { name, problems: Problems(vec![problem]) });
        }
    };
    let directory = name.rsplit_once('/').map_or("", |(directory, _)| directory);
    let mut lacking = Vec::new();
    let mut open = |wanted: &str| {
        let path = normal(directory, wanted).ok_or("it is outside the repository")?;
        match file(repository, tip, &path) {
            Ok(Some(Text::Here(text))) => Ok(text),
            Ok(Some(Text::Odd(why))) => Err(why),
            Ok(Some(Text::Lacking(oid))) => {
                lacking.push(oid);
                Err("it is not fetched yet".to_owned())
            }
            Ok(None) => Err("there is no such file".to_owned()),
            Err(error) => Err(format!("{error:#}")),
        }
    };
    let parsed = policy::parse(name, &text, &mut open);
    if !lacking.is_empty() {
        return Ok(Found::Lacking(lacking));
    }
    Ok(match parsed {
        Ok(mut policy) => {
            policy.people.host = Some(HOST.to_owned());
            Found::Policy(Box::new(policy))
        }
        Err(problems) => Found::Broken { name, problems },
    })
}

/// Reads a policy that is no repository's: the floor below all of them. It extends
/// presets and nothing else.
pub fn floor(name: &str, text: &str) -> Result<Policy, Problems> {
    let mut open = |_: &str| Err("a floor extends presets only".to_owned());
    let mut policy = policy::parse(name, text, &mut open)?;
    policy.people.host = Some(HOST.to_owned());
    Ok(policy)
}

/// A file, as far as it is there.
enum Text {
    Here(String),
    Lacking(Oid),
    Odd(String),
}

fn root(repository: &Repository, tip: Oid) -> Result<Option<(&'static str, Text)>> {
    for name in PLACES {
        if let Some(text) = file(repository, tip, name)? {
            return Ok(Some((name, text)));
        }
    }
    Ok(None)
}

fn file(repository: &Repository, tip: Oid, path: &str) -> Result<Option<Text>> {
    let Some(version) = repository.version(tip, path.as_bytes())? else { return Ok(None) };
    if !matches!(version.mode.plain(), Mode::File | Mode::Executable) {
        return Ok(Some(Text::Odd(format!("{path} is no file but a {:?}", version.mode))));
    }
    let Some((_, size)) = repository.objects.header(version.oid)? else {
        return Ok(Some(Text::Lacking(version.oid)));
    };
    if size > LARGEST {
        return Ok(Some(Text::Odd(format!("{path} is larger than {LARGEST} bytes"))));
    }
    let raw = repository.objects.read(version.oid, Kind::Blob, <[u8]>::to_vec)?;
    let text = String::from_utf8(raw).map(Text::Here);
    Ok(Some(text.unwrap_or_else(|_| Text::Odd(format!("{path} is no UTF-8")))))
}

/// The path of what a policy in `directory` names; `None` if it leads out.
pub(crate) fn normal(directory: &str, wanted: &str) -> Option<String> {
    if wanted.starts_with('/') || wanted.contains("://") {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in directory.split('/').chain(wanted.split('/')) {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            _ => parts.push(part),
        }
    }
    Some(parts.join("/"))
}
