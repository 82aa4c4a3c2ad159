//! CODEOWNERS as part of a policy, and protections of paths as a CODEOWNERS.

use std::fmt::Write;

use bstr::BStr;

use super::{How, Imported, Note, list, text};
use crate::rule::owners::{Dialect, Entry, Owner, Problem, Source, github, gitlab};

mod export;
pub(super) mod kinds;
mod pattern;

pub use export::export;

/// How a CODEOWNERS becomes part of a policy.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Form {
    /// It stays where it is, and `code-owners` reads it.
    #[default]
    Kept,
    /// Every line becomes a protection of its own.
    Inline,
}

/// One line of it, with its section.
struct Said {
    entry: Entry,
    section: String,
    count: usize,
    optional: bool,
    /// The paths are not the section's.
    excluded: bool,
}

/// A CODEOWNERS as part of a policy for `refs`.
pub fn import(dialect: Dialect, file: &Source, form: Form, refs: &[String]) -> Imported {
    let (said, problems) = read(dialect, file);
    let mut report = Imported::default();
    match form {
        Form::Kept => kept(dialect, file, refs, &mut report),
        Form::Inline => inline(dialect, &said, refs, &mut report),
    }
    for Problem { line, what, .. } in problems {
        let (how, then) = match form {
            Form::Kept => (How::Stricter, "; nothing passes until it is mended"),
            Form::Inline => (How::Lost, ""),
        };
        report.notes.push(Note { line, ..Note::of_all(how, format!("{what}{then}")) });
    }
    for it in &said {
        owners(dialect, &it.entry, &mut report.notes);
    }
    report.notes.extend([
        Note::of_all(How::Stricter, "who wrote a change does not speak for it, also as an owner"),
        Note::of_all(How::Looser, "an owner counts whether or not the host lets them write"),
    ]);
    report.notes.sort_by_key(|it| it.line.unwrap_or(usize::MAX));
    report
}

/// The lines of a file, and what is wrong with the others.
fn read(dialect: Dialect, file: &Source) -> (Vec<Said>, Vec<Problem>) {
    let said = |entry, excluded| Said {
        entry,
        section: String::new(),
        count: 1,
        optional: false,
        excluded,
    };
    match dialect {
        Dialect::Github => {
            let (entries, problems) = github::entries(file);
            (entries.into_iter().map(|it| said(it, false)).collect(), problems)
        }
        Dialect::Gitlab => {
            let (sections, problems) = gitlab::sections(file);
            let mut all = Vec::new();
            for section in sections {
                let (count, optional) = (section.count, section.optional);
                let owned = section.entries.into_iter().map(|it| said(it, false));
                let excluded = section.excluded.into_iter().map(|it| said(it, true));
                all.extend(owned.chain(excluded).map(|it| Said {
                    section: section.name.clone(),
                    count,
                    optional,
                    ..it
                }));
            }
            (all, problems)
        }
        Dialect::Owners => {
            let what = "OWNERS has no lines; it stays, and `code-owners` reads it".to_owned();
            (Vec::new(), vec![Problem { file: file.path.clone(), line: None, what }])
        }
    }
}

/// The rule that reads the file.
fn kept(dialect: Dialect, file: &Source, refs: &[String], report: &mut Imported) {
    let mut settings = Vec::new();
    if dialect != Dialect::Github {
        settings.push("dialect = \"gitlab\"".to_owned());
    }
    if !dialect.places().iter().any(|it| BStr::new(it) == file.path) {
        settings.push(format!("file = {}", text(&file.path.to_string())));
    }
    let settings = match settings.is_empty() {
        true => "true".to_owned(),
        false => format!("{{ {} }}", settings.join(", ")),
    };
    report.toml = format!("[[protect]]\nrefs = {}\ncode-owners = {settings}\n", list(refs));
}

/// A protection for every line that names owners.
fn inline(dialect: Dialect, said: &[Said], refs: &[String], report: &mut Imported) {
    let edges: Vec<_> = said.iter().map(|it| Edges::of(&it.entry)).collect();
    let each = said.iter().zip(&edges).enumerate();
    for (at, (it, edge)) in each.filter(|(_, (it, _))| !it.excluded) {
        let line = it.entry.line;
        let Some(paths) = pattern::ours(dialect, it.entry.pattern.as_ref()) else {
            report.notes.push(Note::at(line, How::Lost, "the pattern is not UTF-8"));
            continue;
        };
        if it.entry.owners.is_empty() {
            continue;
        }
        let shown = &it.entry.pattern;
        let mut from: Vec<_> = it.entry.owners.iter().filter_map(known).collect();
        if from.is_empty() {
            let what = format!("`{shown}` belongs to roles of the host alone; name its people");
            report.notes.push(Note::at(line, How::Lost, what));
            continue;
        }
        if dialect == Dialect::Gitlab {
            groups(it, &mut from, &mut report.notes);
        }
        if let Some(more) = paths.more {
            report.notes.push(Note::at(line, How::Stricter, format!("`{shown}` {more}")));
        }
        let rest = said.iter().zip(&edges).enumerate();
        let rest = rest.filter(|(_, (other, _))| other.section == it.section);
        let later = rest.filter(|(place, (other, _))| *place > at || other.excluded);
        let (mut ignored, mut both) = (Vec::new(), None);
        for (_, (other, _)) in later.filter(|(_, (_, other))| edge.meets(other)) {
            match pattern::ours(dialect, other.entry.pattern.as_ref()) {
                Some(exact) if exact.more.is_none() => ignored.push(exact.patterns),
                // What names more than it did must not take more away.
                Some(_) | None => both = both.or(Some(other.entry.line)),
            }
        }
        if let Some(other) = both {
            let what = format!("also asked for what line {other} gives to others");
            report.notes.push(Note::at(line, How::Stricter, what));
        }
        let paths = (&*paths.patterns, &*ignored);
        report.toml += &protection(it, paths, &from, refs);
    }
}

/// One line as a protection.
fn protection(
    said: &Said,
    (paths, ignored): (&str, &[String]),
    from: &[String],
    refs: &[String],
) -> String {
    let name = match &*said.section {
        "" => said.entry.pattern.to_string(),
        section => format!("{section}: {}", said.entry.pattern),
    };
    let mut toml = String::new();
    if let Some(comment) = said.entry.comment.as_ref().filter(|it| !it.contains(char::is_control)) {
        let _ = writeln!(toml, "# {comment}");
    }
    let _ = writeln!(toml, "[[protect]]\nrefs = {}\nname = {}", list(refs), text(&name));
    if said.optional {
        toml += "mode = \"warn\"\n";
    }
    let paths = format!("paths = [{}]", text(paths));
    let _ = match ignored.is_empty() {
        true => writeln!(toml, "when = {{ {paths} }}"),
        false => {
            let ignored = list(ignored);
            writeln!(toml, "when = {{ changes = {{ {paths}, ignore = {ignored} }} }}")
        }
    };
    let _ = writeln!(toml, "approvals = {{ count = {}, from = {} }}\n", said.count, list(from));
    toml
}

/// An owner as `from` lists it; `None` for a role, whose holders nobody knows.
fn known(owner: &Owner) -> Option<String> {
    match owner {
        Owner::Login(_) | Owner::Team(_) | Owner::Address(_) => Some(owner.to_string()),
        Owner::Role(_) => None,
    }
}

/// Notes what is to be known of the owners of a line.
fn owners(dialect: Dialect, entry: &Entry, notes: &mut Vec<Note>) {
    for owner in &entry.owners {
        let what = match owner {
            Owner::Address(_) => {
                format!("`{owner}` counts once `[people]` says whose address it is")
            }
            Owner::Role(_) => format!("nobody is known to hold `{owner}`, so nobody counts as it"),
            Owner::Login(_) if dialect == Dialect::Gitlab => {
                format!("`{owner}` is taken for a login; if it is a group, name its people")
            }
            Owner::Login(_) | Owner::Team(_) => continue,
        };
        notes.push(Note::at(entry.line, How::Stricter, what));
    }
}

/// Lets logins stand for groups too where more approvals are asked for than they
/// can give: GitLab has users and groups under one kind of name.
fn groups(said: &Said, from: &mut Vec<String>, notes: &mut Vec<Note>) {
    let login = |it: &Owner| match it {
        Owner::Login(_) => Some(it.to_string().trim_start_matches('@').to_owned()),
        Owner::Team(_) | Owner::Address(_) | Owner::Role(_) => None,
    };
    let logins: Vec<_> = said.entry.owners.iter().filter_map(login).collect();
    if logins.len() < from.len() || said.count <= from.len() {
        return;
    }
    let what = format!(
        "{} approvals of {}: {} counts as a group too",
        said.count,
        from.join(" "),
        if logins.len() == 1 { "that" } else { "each" },
    );
    notes
        .push(Note::at(said.entry.line, How::Different, what).hint("name the people of the group"));
    from.extend(logins.iter().map(|it| format!("org:{it}")));
}

/// How a pattern begins and ends, where that is a plain name.
struct Edges {
    first: Option<String>,
    extension: Option<String>,
}

impl Edges {
    fn of(entry: &Entry) -> Self {
        let written = entry.pattern.to_string();
        let plain = |it: &&str| !it.is_empty() && !it.contains(['*', '?', '[', '\\']);
        let first = written.strip_prefix('/').and_then(|it| it.split('/').next());
        let extension = written.rsplit('/').next().and_then(|it| it.strip_prefix("*."));
        let owned = |it: Option<&str>| it.filter(plain).map(str::to_owned);
        Self { first: owned(first), extension: owned(extension) }
    }

    /// Whether two patterns may name the same path: not if their first parts are
    /// other names, or they end in other extensions.
    fn meets(&self, other: &Self) -> bool {
        let differ = |one: &Option<String>, other: &Option<String>| {
            one.as_ref().zip(other.as_ref()).is_some_and(|(one, other)| one != other)
        };
        !differ(&self.first, &other.first) && !differ(&self.extension, &other.extension)
    }
}
