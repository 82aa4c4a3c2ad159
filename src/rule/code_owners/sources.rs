//! The files that say who owns what: the target's, and those that a change brings.

use std::collections::BTreeSet;

use bstr::{BStr, BString, ByteSlice};

use super::settings::Settings;
use crate::model::{Act, Fact, FileChange, Move, Oid, Place, Reason, Said, Whose};
use crate::rule::Case;
use crate::rule::owners::{Dialect, LARGEST, Owners, Problem, Source};

/// What the target says of owners.
pub(super) struct Read {
    pub(super) owners: Owners,
    /// The CODEOWNERS in use; `None` for OWNERS, or if there is none.
    pub(super) file: Option<BString>,
}

/// Reads what the target says of the owners of `paths`.
pub(super) fn read(settings: &Settings, case: &Case<'_>, paths: &BTreeSet<&BStr>) -> Fact<Read> {
    let facts = case.change.facts;
    let mut sources = Vec::new();
    let mut file = None;
    for place in settings.places() {
        if let Some(text) = facts.target_file(case.update, place)? {
            sources.push(Source { path: place.to_owned(), text: text.to_vec() });
            file = Some(place.to_owned());
            break;
        }
    }
    for place in settings.dialect.above(paths.iter().copied()) {
        if let Some(text) = facts.target_file(case.update, place.as_bstr())? {
            sources.push(Source { path: place, text: text.to_vec() });
        }
    }
    Ok(Read { owners: Owners::parse(settings.dialect, &sources), file })
}

impl Read {
    /// Whether the target says clearly enough who owns what; if not, says why.
    pub(super) fn is_usable(
        &self,
        settings: &Settings,
        case: &Case<'_>,
        paths: &BTreeSet<&BStr>,
        said: &mut Said,
    ) -> bool {
        // Otherwise nobody could ever mend it.
        let mends = paths.iter().all(|it| says_owners(settings, it));
        let repair = |reason: Reason| reason.next(Move::new(Whose::Keeper, Act::Repair));
        let target = case.update.name.branch().unwrap_or(case.update.name.as_bstr());
        if self.file.is_none() && settings.dialect != Dialect::Owners {
            let places: Vec<_> = settings.places().map(ToString::to_string).collect();
            let what = format!("{target} has no {}", places.join(", no "));
            if mends {
                said.say(Reason::pass("brings the first CODEOWNERS").code("code-owners-missing"));
                return false;
            }
            let hint = "bring the file by a pull request of its own";
            said.say(repair(Reason::deny(what).code("code-owners-missing").hint(hint)));
            return false;
        }
        for problem in &self.owners.problems {
            let what = format!("on {target}, {}", problem.what);
            let reason = if mends {
                Reason::pass(format!("{what}; this change may mend it"))
            } else {
                let hint = format!("mend {} by a pull request of its own", problem.file);
                repair(Reason::deny(what).hint(hint))
            };
            said.say(reason.at(place(problem, None)).code("code-owners-invalid"));
        }
        mends || self.owners.problems.is_empty()
    }

    /// Whether `path` says who owns what, or would, and no line says who owns that.
    pub(super) fn is_unkept(&self, settings: &Settings, path: &BStr) -> bool {
        let kept = self.file.as_ref().map_or(path, |it| it.as_bstr());
        says_owners(settings, path) && self.owners.of(kept).is_empty()
    }

    /// Where owners are named, for people.
    pub(super) fn named(&self, case: &Case<'_>) -> String {
        let target = case.update.name.branch().unwrap_or(case.update.name.as_bstr());
        match &self.file {
            Some(file) => format!("{file} of {target}"),
            None => format!("an OWNERS of {target}"),
        }
    }
}

/// Whether a path is one of those that say who owns what.
fn says_owners(settings: &Settings, path: &BStr) -> bool {
    match settings.dialect {
        Dialect::Github | Dialect::Gitlab => settings.places().any(|it| it == path),
        Dialect::Owners => {
            let name = path.rsplit_once_str("/").map_or(path.as_bytes(), |(_, name)| name);
            name == b"OWNERS" || path == "OWNERS_ALIASES"
        }
    }
}

/// Says what is wrong with the files of owners that a change brings, as they are
/// in the end.
pub(super) fn brought(settings: &Settings, case: &Case<'_>, files: &[FileChange], said: &mut Said) {
    let mut seen = BTreeSet::new();
    for file in files.iter().filter(|it| says_owners(settings, it.path.as_bstr())) {
        // The newest change of a path comes first.
        let (true, Some(version)) = (seen.insert(&file.path), file.new) else { continue };
        let Some(problems) = said.known(problems(settings, case, file, version.oid)) else {
            continue;
        };
        for problem in problems {
            let reason = Reason::deny(&problem.what)
                .at(place(&problem, file.commit))
                .code("code-owners-invalid")
                .hint("mend the line, and push again")
                .next(Move::new(Whose::Author, Act::Push));
            said.say(reason);
        }
    }
}

/// What is wrong with a file that a change brings.
fn problems(
    settings: &Settings,
    case: &Case<'_>,
    file: &FileChange,
    oid: Oid,
) -> Fact<Vec<Problem>> {
    let facts = case.change.facts;
    if facts.size(oid)? >= LARGEST as u64 {
        let what = format!("it is larger than {LARGEST} bytes, and hosts ignore such a file");
        return Ok(vec![Problem { file: file.path.clone(), line: None, what }]);
    }
    let source = Source { path: file.path.clone(), text: facts.blob(oid)? };
    Ok(Owners::parse(settings.dialect, &[source]).problems)
}

fn place(problem: &Problem, commit: Option<Oid>) -> Place {
    Place { line: problem.line, ..Place::path(problem.file.clone()).by(commit) }
}
