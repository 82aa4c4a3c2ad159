//! The `text` rule.

use std::collections::HashSet;

use schemars::JsonSchema;
use serde::Deserialize;

use super::deceit::{Deceit, Found, Kind, Reader};
use super::rename::Renames;
use super::{Case, Family, Rule, WhenUnknown, hint};
use crate::model::{Fact, FileChange, Need, Place, Reason, Said, Version};

/// What text may hold.
#[derive(Deserialize, JsonSchema)]
#[serde(try_from = "Written")]
#[schemars(with = "Written")]
pub(crate) struct Text(Written);

/// What may be, as written. Nothing may, unless it is said.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct Written {
    /// Whether there may be unresolved conflicts.
    conflict_markers: bool,
    /// Whether there may be controls of the direction of text.
    bidi: bool,
    /// Whether there may be characters that show nothing.
    invisible: bool,
}

impl TryFrom<Written> for Text {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        if written.conflict_markers && written.bidi && written.invisible {
            return Err("it allows everything; leave one of the three out".to_owned());
        }
        Ok(Self(written))
    }
}

impl Rule for Text {
    const NAME: &'static str = "text";
    const FAMILY: Family = Family::Content;
    const NEEDS: &'static [Need] = &[Need::Files, Need::Blobs];
    const WHEN_UNKNOWN: WhenUnknown = WhenUnknown::Defer;
    const MANUAL: &'static str = "\
Asks that text holds nothing that a reader does not see, or should not.

`conflict-markers`: what Git leaves around text that it could not merge, when
all three lines are there in order; a lone `=======` is a heading. `bidi`:
controls that make text read otherwise than it runs (CVE-2021-42574).
`invisible`: characters of no width, tags, stray variation selectors, a byte
order mark that is not at the beginning. Joiners pass where no ASCII is beside
them, because Persian, Indic and South-East Asian text and emoji need them; marks
of direction in lines that hold Hebrew or Arabic; soft hyphens behind letters.

None of them may be, unless it is set to true. A file with a NUL in its first
8 KiB is no text, UTF-16 therefore neither. What the old version of a file holds
as often is not this change's doing, and neither is a file that is only moved.

```toml
text = { conflict-markers = false, bidi = false, invisible = false }
```
";

    fn check(&self, case: &Case<'_>, said: &mut Said) -> Fact<()> {
        if case.update.deletes() {
            said.say(Reason::pass("the ref is deleted"));
            return Ok(());
        }
        let files = case.change.facts.files(case.update)?;
        let renames = Renames::of(&files, regular);
        let mut seen = HashSet::new();
        for file in files.iter() {
            let Some(new) = file.new.filter(|it| regular(*it)) else { continue };
            let same = file.old.is_some_and(|it| it.oid == new.oid);
            if same || renames.bring(file) || !seen.insert((&file.path, new.oid)) {
                continue;
            }
            let reasons = self.file(case, file, new);
            for reason in said.known(reasons).unwrap_or_default() {
                said.say(reason);
            }
        }
        said.otherwise("text holds nothing unseen");
        Ok(())
    }
}

impl Text {
    fn file(&self, case: &Case<'_>, file: &FileChange, new: Version) -> Fact<Vec<Reason>> {
        let deceit = self.look(case, new)?;
        let denied: Vec<_> = [Kind::Conflict, Kind::Bidi, Kind::Invisible]
            .into_iter()
            .filter(|kind| deceit.count(*kind) > 0 && !self.allows(*kind))
            .collect();
        let mut reasons = Vec::new();
        if denied.is_empty() {
            return Ok(reasons);
        }
        // The old version is only looked at if there is something to compare.
        let before = file.old.filter(|it| regular(*it));
        let before = before.map(|it| self.look(case, it)).transpose()?;
        for kind in denied {
            let count = deceit.count(kind);
            if before.as_ref().is_some_and(|it| it.count(kind) >= count) {
                continue;
            }
            let shown: Vec<_> = deceit.first.iter().filter(|it| it.kind == kind).collect();
            let more = count - shown.len();
            reasons.extend(shown.into_iter().map(|it| reason(file, it)));
            if more > 0 {
                let place = Place::path(file.path.clone()).by(file.commit);
                let what = format!("{more} more of the kind");
                reasons.push(Reason::deny(what).at(place).hint(advice(file, kind)));
            }
        }
        Ok(reasons)
    }

    fn allows(&self, kind: Kind) -> bool {
        match kind {
            Kind::Conflict => self.0.conflict_markers,
            Kind::Bidi => self.0.bidi,
            Kind::Invisible => self.0.invisible,
        }
    }

    fn look(&self, case: &Case<'_>, version: Version) -> Fact<std::rc::Rc<Deceit>> {
        case.change.memory.recall(self, version.oid, || {
            let mut reader = Reader::new();
            case.change.facts.read(version.oid, &mut |piece, _| reader.read(piece))?;
            Ok(reader.end())
        })
    }
}

fn reason(file: &FileChange, found: &Found) -> Reason {
    let what = match found.kind {
        Kind::Conflict => found.what.clone(),
        Kind::Bidi => format!("{}, changes the direction of text", found.what),
        Kind::Invisible => format!("{}, shows nothing", found.what),
    };
    let place = Place::path(file.path.clone()).by(file.commit).at(found.line, found.column);
    Reason::deny(what).at(place).hint(advice(file, found.kind))
}

fn advice(file: &FileChange, kind: Kind) -> String {
    hint::edit(file, match kind {
        Kind::Conflict => "resolve the conflict",
        Kind::Bidi | Kind::Invisible => "delete the character or write it as an escape",
    })
}

fn regular(version: Version) -> bool {
    version.mode.is_blob() && !version.mode.is_symlink()
}
