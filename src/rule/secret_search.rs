//! Where the `secrets` rule looks, and what it says of what it finds.

use std::collections::HashSet;
use std::rc::Rc;

use bstr::BString;

use super::rename::Renames;
use super::secrets::Secrets;
use super::{Case, hint};
use crate::model::{Commit, Fact, FileChange, Kind, Oid, Place, Reason, Said, Tag};
use crate::secret::{Finding, Matcher, Scanner};

/// One look through a ref update.
pub(super) struct Search<'s, 'c> {
    pub(super) rule: &'s Secrets,
    pub(super) case: &'s Case<'c>,
    pub(super) said: &'s mut Said,
    /// New commits without parents: a rebase names no commit before them.
    roots: HashSet<Oid>,
}

/// What a commit itself says, and where.
struct Words(Vec<(&'static str, Finding)>);

/// What a blob holds.
struct Found {
    secrets: Vec<Finding>,
    /// Whether there may be more than were told.
    more: bool,
}

impl<'s, 'c> Search<'s, 'c> {
    pub(super) fn new(rule: &'s Secrets, case: &'s Case<'c>, said: &'s mut Said) -> Self {
        let commits = said.known(case.change.facts.commits(case.update));
        let commits = commits.iter().flat_map(|it| it.iter());
        let roots = commits.filter(|it| it.parents.is_empty()).filter_map(|it| it.oid);
        Self { rule, case, said, roots: roots.collect() }
    }

    pub(super) fn ref_name(&mut self) {
        let update = self.case.update;
        for name in [Some(&update.name), update.asked_as.as_ref()].into_iter().flatten() {
            for finding in self.rule.matcher().scan(name.as_bstr()) {
                let hint = "push it under another name";
                self.tell(&finding, "in the ref's name", Place::default(), hint);
            }
        }
    }

    pub(super) fn files(&mut self) {
        let facts = self.case.change.facts;
        let Some(files) = self.said.known(facts.files(self.case.update)) else { return };
        let shown = self.paths(&files);
        let renames = Renames::of(&files, |it| it.mode.is_blob());
        for (file, shown) in files.iter().zip(shown) {
            let Some(new) = file.new.filter(|it| it.mode.is_blob()) else { continue };
            let old = file.old.filter(|it| it.mode.is_blob());
            if old.is_some_and(|old| old.oid == new.oid) || renames.bring(file) {
                continue;
            }
            let Some(found) = self.blob(new.oid) else { continue };
            if found.secrets.is_empty() {
                continue;
            }
            let place = Place::path(file.path.clone()).shown(shown.clone()).by(file.commit);
            self.more(&found, place.clone(), &self.take_out(file, shown == file.path));
            let old = old.and_then(|it| self.blob(it.oid));
            let old = old.iter().flat_map(|it| &it.secrets).map(|it| &it.identity);
            let old: HashSet<_> = old.collect();
            for finding in found.secrets.iter().filter(|it| !old.contains(&it.identity)) {
                let (place, part) = match new.mode.is_symlink() {
                    true => (place.clone(), "in the link's target"),
                    false => (place.clone().at(finding.line, finding.column), ""),
                };
                self.tell(finding, part, place, &self.take_out(file, shown == file.path));
            }
        }
    }

    /// Looks at the paths themselves; answers how each may be shown.
    fn paths(&mut self, files: &[FileChange]) -> Vec<BString> {
        let mut text = Vec::new();
        let mut ends = Vec::new();
        for file in files {
            text.extend_from_slice(if file.new.is_some() { &file.path } else { b"" });
            ends.push(text.len());
            text.push(b'\n');
        }
        let mut shown: Vec<BString> = files.iter().map(|it| it.path.clone()).collect();
        // From the last, so that places before it stay where they are.
        for finding in self.rule.matcher().scan(&text).iter().rev() {
            let offset = usize::try_from(finding.offset).unwrap_or(usize::MAX);
            let at = ends.partition_point(|&end| end < offset);
            let (Some(file), Some(path)) = (files.get(at), shown.get_mut(at)) else { continue };
            let start = if at == 0 { 0 } else { ends[at - 1] + 1 };
            let len = usize::try_from(finding.end - finding.offset).unwrap_or(usize::MAX);
            let from = (offset - start).min(path.len());
            let until = from.saturating_add(len).min(path.len());
            let mark = if finding.redacted.is_empty() { "…" } else { finding.redacted.as_str() };
            let whole = [&path[..from], mark.as_bytes(), &path[until..]].concat();
            *path = whole.into();
            let place = Place::path(file.path.clone()).shown(path.clone()).by(file.commit);
            let act = "git mv the file to another name";
            let hint = match file.commit {
                Some(commit) => self.rewrite(commit, act),
                None if self.case.update.new_oid().is_some() => ANOTHER.to_owned(),
                None => act.to_owned(),
            };
            self.tell(finding, "in the path", place, &hint);
        }
        shown
    }

    pub(super) fn commits(&mut self) {
        let facts = self.case.change.facts;
        let Some(commits) = self.said.known(facts.commits(self.case.update)) else { return };
        let matcher = self.rule.matcher();
        for commit in commits.iter() {
            // Many refs may bring the same commits.
            let look = || Ok(Words(words(matcher, commit)));
            let found = match commit.oid {
                Some(oid) => self.case.change.memory.recall(matcher, oid, look),
                None => look().map(Rc::new),
            };
            let Some(found) = self.said.known(found) else { continue };
            for (part, finding) in &found.0 {
                let hint = match commit.oid {
                    Some(oid) => self.rewrite(oid, "take it out with git commit --amend"),
                    None => "take it out and commit again".to_owned(),
                };
                self.tell(finding, part, Place::commit(commit.oid), &hint);
            }
        }
    }

    /// Looks at tags, and at what a ref points to that is no commit.
    pub(super) fn objects(&mut self) {
        let update = self.case.update;
        let Some(oid) = update.new_oid().filter(|_| update.name.branch().is_none()) else { return };
        let Some(peeled) = self.said.known(self.case.change.facts.peel(oid)) else { return };
        for tag in &peeled.tags {
            self.tag(tag);
        }
        match peeled.kind {
            Kind::Blob => self.loose(peeled.oid),
            // The files of a tree are listed like a commit's.
            Kind::Tree | Kind::Commit | Kind::Tag => {}
        }
    }

    fn tag(&mut self, tag: &Tag) {
        let tagger = tag.tagger.clone().unwrap_or_default();
        let text = [&tag.name, &tagger.name, &tagger.email, &tag.message];
        let text = text.map(|it| it.as_slice()).join(&b'\n');
        let mut told = HashSet::new();
        let found = [text.as_slice(), &tag.headers].map(|it| self.rule.matcher().scan(it));
        for finding in found.into_iter().flatten() {
            if !told.insert(finding.identity.clone()) {
                continue;
            }
            let part = format!("in the tag {}", tag.oid.short());
            self.tell(&finding, &part, Place::default(), "git tag -d it and make it anew");
        }
    }

    /// A blob that a tag or ref names without a path.
    fn loose(&mut self, oid: Oid) {
        let Some(found) = self.blob(oid) else { return };
        self.more(&found, Place::default(), ANOTHER);
        for finding in &found.secrets {
            let part = format!("in the object {}", oid.short());
            self.tell(finding, &part, Place::default(), ANOTHER);
        }
    }

    /// What the blob `oid` holds, looked at once.
    fn blob(&mut self, oid: Oid) -> Option<Rc<Found>> {
        let change = self.case.change;
        let matcher = self.rule.matcher();
        let read = || -> Fact<Found> {
            let mut scanner = Scanner::new(matcher);
            change.facts.read(oid, &mut |piece, _| scanner.feed(piece))?;
            scanner.close();
            let more = scanner.is_full();
            Ok(Found { secrets: scanner.finish(), more })
        };
        self.said.known(change.memory.recall(matcher, oid, read))
    }

    /// Says so if a file holds more than are told: the rest was not looked at.
    fn more(&mut self, found: &Found, place: Place, hint: &str) {
        if found.more {
            let what = format!("more than the {} secrets that are told", found.secrets.len());
            self.said.say(Reason::deny(what).at(place).hint(hint).code("more"));
        }
    }

    /// How to mend a commit: stop at it, and do `act`.
    fn rewrite(&self, commit: Oid, act: &str) -> String {
        if self.roots.contains(&commit) {
            return hint::rewrite_root(commit, act);
        }
        hint::rewrite(commit, act)
    }

    /// How to take a secret out of `file`, whose name may be shown or not.
    fn take_out(&self, file: &FileChange, shown: bool) -> String {
        let act = "take the line out";
        match file.commit {
            Some(commit) => self.rewrite(commit, act),
            None if self.case.update.new_oid().is_some() => ANOTHER.to_owned(),
            None if shown => format!("{}, then {act}", hint::take_out(file)),
            None => format!("unstage the file, then {act}"),
        }
    }

    /// Why a line lets its secret pass, unless another secret stands there.
    fn allowed(&self, why: &str) -> String {
        let holds = |it: &Matcher| !it.scan(why.as_bytes()).is_empty();
        if holds(self.rule.matcher()) || holds(Matcher::built_in()) {
            return "allowed by its line".to_owned();
        }
        let shown: String = why.chars().take(WHY).collect();
        let more = if shown.len() < why.len() { "…" } else { "" };
        format!("allowed by its line: {shown}{more}")
    }

    fn tell(&mut self, finding: &Finding, part: &str, place: Place, hint: &str) {
        let label = &finding.label;
        let decision = self.rule.decision(finding);
        let mut what = label.name.to_string();
        if !part.is_empty() {
            what = format!("{what} {part}");
        }
        if !finding.redacted.is_empty() {
            what = format!("{what}, {}", finding.redacted);
        }
        let hint = match (&finding.allowed, decision) {
            (Some(why), _) if self.rule.allow_inline => self.allowed(why),
            _ if place.commit.is_none() && self.case.update.new_oid().is_none() => hint.to_owned(),
            _ => format!("{hint}, then revoke the secret: {}", label.revoke),
        };
        let path = place.shown_path().map(|it| it.as_slice()).unwrap_or_default();
        let fingerprint = finding.fingerprint_at(&[path, part.as_bytes()].join(&0));
        let mut reason =
            Reason::new(decision, what).at(place).hint(hint).code(label.id.to_string());
        reason.fingerprint = Some(fingerprint);
        self.said.say(reason);
    }
}

/// Looks at what a commit itself says; each secret once.
fn words(matcher: &Matcher, commit: &Commit) -> Vec<(&'static str, Finding)> {
    let Commit { author, committer, message, headers, .. } = commit;
    let people = [&author.name, &author.email, &committer.name, &committer.email];
    let people = people.map(|it| it.as_slice()).join(&b'\n');
    let parts = [
        (message.as_slice(), "in the message"),
        (people.as_slice(), "in the author's or committer's name"),
        (headers.as_slice(), "in the commit's header"),
    ];
    let all = parts.into_iter().flat_map(|(text, part)| {
        matcher.scan(text).into_iter().map(move |finding| (part, finding))
    });
    let mut told = HashSet::new();
    all.filter(|(_, it)| told.insert(it.identity.clone())).collect()
}

/// What to do about an object without a commit.
const ANOTHER: &str = "push a ref that does not lead to it";

/// How much of the reason that a line gives is shown, in characters.
const WHY: usize = 60;
