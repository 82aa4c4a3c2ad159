//! The `code-owners` rule.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bstr::{BStr, ByteSlice};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer};

use super::consent::{HEARING, Hearing};
use super::owners::Group;
use super::{Case, Family, Rule, Span, WhenUnknown};
use crate::model::{
    Act, Fact, FileChange, Move, Need, People, Place, Reason, Said, Unknown, Whose,
};

mod settings;
mod sources;
mod tally;

use settings::{Settings, Unowned};
use sources::Read;
use tally::{Asked, Tally, Who};

/// Whether who owns a file has a say when it changes; `None` is switched off.
pub(crate) struct CodeOwners(Option<Settings>);

impl Rule for CodeOwners {
    const NAME: &'static str = "code-owners";
    const FAMILY: Family = Family::People;
    const NEEDS: &'static [Need] = &[
        Need::Files,
        Need::Blobs,
        Need::Target,
        Need::Refs,
        Need::Content,
        Need::Teams,
        HEARING[0],
        HEARING[1],
        HEARING[2],
        HEARING[3],
        HEARING[4],
        HEARING[5],
    ];
    const WHEN_UNKNOWN: WhenUnknown = WhenUnknown::Defer;
    const SPAN: Span = Span::Landing;
    const MANUAL: &'static str = "\
Asks for an approval of every changed file by one of those who own it.

Who owns a file stands in a CODEOWNERS, or in OWNERS files, of the target as it is
before the change: nobody makes themselves an owner of what they propose. `dialect`
says how it is read:

- `github`, if absent: `.github/CODEOWNERS`, `CODEOWNERS` or `docs/CODEOWNERS`, the
  first that is there. The last line that names a file decides; a line without
  owners gives it to nobody.
- `gitlab`: `CODEOWNERS`, `docs/CODEOWNERS` or `.gitlab/CODEOWNERS`. So it is in
  each section, and every section has a say with the count it asks for. Optional
  sections have none, nor have roles such as `@@developer`: only GitLab knows who
  holds them. A name without `/` is a login.
- `owners`: OWNERS in each directory, in the form of Kubernetes, with
  `OWNERS_ALIASES` at the root. An approver of the nearest that names any will do,
  or one above it unless that is ruled out.

`file` names another place. `count` asks for so many owners of each file. What
nobody owns passes, unless `unowned` is `fail` or says who approves it instead:
`unowned = { from = [\"lead\"], count = 1 }`. The terms on which an approval counts
are those of `approvals`: `invalidate`, `allow-author`, `methods` and the others; with
`invalidate = \"paths\"` an approval stays for the files that no later push touches.
Logins and addresses are those of the host, joined by `[people]`.

A line that cannot be read makes the whole file invalid, since a host that skips
the line takes an owner away; a change may mend it, and none may bring such a line.
Whoever owns the file owns the places that would be looked at before it, too. Let it
own itself, as in `/.github/ @acme/platform`: if no line does, anyone whom it names
must approve its change, and an OWNERS that nobody owns changes only by
`unowned = { from = .. }`.

```toml
code-owners = { count = 1, unowned = { from = [\"release\"] } }
```

To satisfy it, ask an owner of each file that is listed to approve the newest
commit. If a file has no owner who may, let its owners be changed first, by a pull
request of its own.
";

    fn fits(&self, people: &People) -> Result<(), String> {
        self.0.as_ref().map_or(Ok(()), |it| it.fits(people))
    }

    fn uses(&self, people: &People) -> Vec<Need> {
        self.0.as_ref().map_or_else(Vec::new, |it| it.uses(people))
    }

    fn check(&self, case: &Case<'_>, said: &mut Said) -> Fact<()> {
        let Some(settings) = &self.0 else { return Ok(said.say(Reason::pass("switched off"))) };
        if case.update.deletes() {
            said.say(Reason::not_applicable("a deletion changes no files: see `delete`"));
            return Ok(());
        }
        // Nobody can have looked at a commit that is not written.
        if case.update.new_oid().is_none() {
            return Err(Unknown::NotHere(Need::Approvals));
        }
        if case.begins()? {
            said.say(Reason::pass("the first push: there is nowhere yet to approve it"));
            return Ok(());
        }
        let files = case.change.facts.files(case.update)?;
        let paths: BTreeSet<&BStr> = files.iter().map(|it| it.path.as_bstr()).collect();
        if paths.is_empty() {
            said.say(Reason::not_applicable("changes no files"));
            return Ok(());
        }
        let read = sources::read(settings, case, &paths)?;
        sources::brought(settings, case, &files, said);
        if !read.is_usable(settings, case, &paths, said) {
            return Ok(());
        }
        settings.judge(&read, case, &files, said)
    }
}

/// Who has a say in a change.
struct Asking<'f> {
    /// Those, with the paths that are theirs.
    asked: Vec<Asked<'f>>,
    /// The paths that are nobody's.
    unowned: Vec<&'f BStr>,
    /// Those among them that say who owns what, where nobody can be asked instead.
    unkept: Vec<&'f BStr>,
}

impl Settings {
    /// Says for each group whether enough of it approved.
    fn judge(
        &self,
        read: &Read,
        case: &Case<'_>,
        files: &[FileChange],
        said: &mut Said,
    ) -> Fact<()> {
        let Asking { asked, unowned, unkept } = self.groups(read, files);
        for path in &unkept {
            said.say(
                Reason::deny("it says who owns what, and nobody owns it")
                    .at(Place::path(*path))
                    .code("code-owner-none")
                    .hint("say in the policy who approves it: unowned = { from = [..] }")
                    .next(Move::new(Whose::Keeper, Act::Repair)),
            );
        }
        if !unowned.is_empty() {
            self.nobodys(&unowned, read, case, said);
        }
        if asked.is_empty() {
            said.otherwise("nobody's approval is needed");
            return Ok(());
        }
        let hearing = Hearing::of(case)?;
        let tally = Tally::of(&self.terms, &hearing, case)?;
        tally.unattributed(said);
        for group in &asked {
            tally.group(group, said);
        }
        Ok(())
    }

    /// The groups that have a say, each with the paths that are theirs, and the
    /// paths that nobody has a say in.
    fn groups<'f>(&self, read: &Read, files: &'f [FileChange]) -> Asking<'f> {
        let paths: BTreeSet<&BStr> = files.iter().map(|it| it.path.as_bstr()).collect();
        let mut by_group: BTreeMap<Arc<Group>, Vec<&BStr>> = BTreeMap::new();
        let (mut unowned, mut unkept) = (Vec::new(), Vec::new());
        for (path, mut groups) in paths.iter().zip(read.owners.of_each(paths.iter().copied())) {
            let by_policy = matches!(self.unowned, Unowned::By { .. });
            if !by_policy && read.is_unkept(self, path) {
                unkept.push(*path);
            } else if groups.is_empty() {
                unowned.push(*path);
            }
            groups.extend(read.of_replaced(self, path));
            groups.sort();
            groups.dedup();
            for group in groups.into_iter().filter(|it| !it.optional) {
                by_group.entry(group).or_default().push(path);
            }
        }
        let mut asked: Vec<_> = by_group
            .into_iter()
            .map(|(group, paths)| {
                let count = group.count.max(self.count);
                Asked { who: Who::Group(group), paths, count }
            })
            .collect();
        if let (Unowned::By { from, count }, false) = (&self.unowned, unowned.is_empty()) {
            let (who, paths) = (Who::From(from.clone()), std::mem::take(&mut unowned));
            asked.push(Asked { who, paths, count: *count });
        }
        // Whoever changes the file would own what they like, so those who own
        // something agree. OWNERS elsewhere may name others, whom nobody asks.
        if !unkept.is_empty() && read.file.is_some() {
            let paths = std::mem::take(&mut unkept);
            match read.owners.everyone() {
                Some(group) => {
                    let who = Who::Anyone(Arc::new(group));
                    asked.push(Asked { who, paths, count: self.count });
                }
                None => unowned.extend(paths),
            }
        }
        Asking { asked, unowned, unkept }
    }

    /// Says what it means that nobody owns some paths.
    fn nobodys(&self, paths: &[&BStr], read: &Read, case: &Case<'_>, said: &mut Said) {
        let named = read.named(case);
        match self.unowned {
            Unowned::Fail => {
                for path in paths {
                    said.say(
                        Reason::deny("nobody owns it")
                            .at(Place::path(*path))
                            .code("code-owner-none")
                            .hint(format!("give it an owner in {named} first"))
                            .next(Move::new(Whose::Keeper, Act::Repair)),
                    );
                }
            }
            Unowned::Ignore | Unowned::By { .. } => {
                let count = paths.len();
                let what = match count {
                    1 => "1 file that nobody owns".to_owned(),
                    _ => format!("{count} files that nobody owns"),
                };
                said.say(Reason::pass(what).code("code-owner-none"));
            }
        }
    }
}

impl Read {
    /// The groups that own the file in use, where `path` would be read instead.
    fn of_replaced(&self, settings: &Settings, path: &BStr) -> Vec<Arc<Group>> {
        match &self.file {
            Some(file) if file != path && settings.places().any(|it| it == path) => {
                self.owners.of(file.as_bstr())
            }
            Some(_) | None => Vec::new(),
        }
    }
}

impl<'de> Deserialize<'de> for CodeOwners {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        settings::read(input).map(Self)
    }
}

impl JsonSchema for CodeOwners {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "CodeOwners".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        settings::schema(generator)
    }
}
