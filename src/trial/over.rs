//! Facts that a test writes down as such, over those that were made.

use std::ops::Range;

use serde::de::DeserializeSeed;
use toml::de::{DeValue, ValueDeserializer};

use super::read::Value;
use crate::model::{Recorded, RecordedUpdate};
use crate::policy::{Reader, mend};
use crate::record::Keys;

/// Reads such facts, with their place.
pub(super) fn said<'t>(
    reader: &mut Reader<'t>,
    value: Value<'t>,
) -> Option<(Range<usize>, Recorded)> {
    let span = value.span();
    if let Err(error) = Keys::Facts.deserialize(ValueDeserializer::from(value.clone())) {
        let hint = mend::hint(error.message());
        reader.problem(Some(span.clone()), error.message(), Some(hint));
    }
    reader.read(value).map(|it| (span, it))
}

/// Adds what `given` says of other keys than `own` to it, if both are tables.
pub(super) fn joined<'t>(own: &mut Value<'t>, given: &Value<'t>) {
    if let (DeValue::Table(own), DeValue::Table(given)) = (own.get_mut(), given.get_ref()) {
        for (key, value) in given {
            if !own.keys().any(|it| it.get_ref() == key.get_ref()) {
                own.insert(key.clone(), value.clone());
            }
        }
    }
}

/// Lays `said` over `made`: what it says counts.
pub(super) fn over(made: &mut Recorded, said: Recorded) {
    let Recorded {
        update,
        blobs,
        withheld,
        sizes,
        history,
        ancestors,
        behind,
        objects,
        refs,
        incoming,
        teams,
        organizations,
        accounts,
        permissions,
        checks,
        workflows,
        repository,
        failed,
        truncated,
        gaps,
        asked,
    } = said;
    for (name, said) in update {
        part(made.update.entry(name).or_default(), said);
    }
    made.blobs.extend(blobs);
    made.sizes.extend(sizes);
    made.withheld.extend(withheld);
    made.ancestors.extend(ancestors);
    made.behind.extend(behind);
    made.objects.extend(objects);
    made.teams.extend(teams);
    made.organizations.extend(organizations);
    made.checks.extend(checks);
    made.workflows.extend(workflows);
    made.failed.extend(failed);
    made.truncated.extend(truncated);
    made.gaps.extend(gaps);
    said_or(&mut made.asked, asked);
    said_or(&mut made.history, history);
    said_or(&mut made.refs, refs);
    said_or(&mut made.incoming, incoming);
    said_or(&mut made.accounts, accounts);
    said_or(&mut made.permissions, permissions);
    said_or(&mut made.repository, repository);
}

fn part(made: &mut RecordedUpdate, said: RecordedUpdate) {
    let RecordedUpdate {
        commits,
        files,
        moved_commits,
        moved_files,
        tree,
        directories,
        pull_request,
        merge_group,
        lands_alone,
        held,
        proposal,
        reviews,
        comments,
        statements,
        threads,
        pushes,
        provenance,
        contents,
        lines,
        target,
    } = said;
    said_or(&mut made.commits, commits);
    said_or(&mut made.files, files);
    said_or(&mut made.moved_commits, moved_commits);
    said_or(&mut made.moved_files, moved_files);
    said_or(&mut made.tree, tree);
    said_or(&mut made.directories, directories);
    said_or(&mut made.pull_request, pull_request);
    said_or(&mut made.merge_group, merge_group);
    said_or(&mut made.held, held);
    said_or(&mut made.proposal, proposal);
    said_or(&mut made.reviews, reviews);
    said_or(&mut made.comments, comments);
    said_or(&mut made.statements, statements);
    said_or(&mut made.threads, threads);
    said_or(&mut made.pushes, pushes);
    said_or(&mut made.provenance, provenance);
    said_or(&mut made.lines, lines);
    said_or(&mut made.target, target);
    made.contents.extend(contents);
    made.lands_alone |= lands_alone;
}

fn said_or<T>(made: &mut Option<T>, said: Option<T>) {
    if said.is_some() {
        *made = said;
    }
}
