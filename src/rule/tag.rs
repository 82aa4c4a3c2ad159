//! The `tag` rule.

use bstr::ByteSlice;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Case, Family, Rule, WhenUnknown};
use crate::model::{
    Change, Expression, Fact, Kind, Need, Oid, Peeled, People, Reason, RefName, RefPatterns, Said,
};

/// What tags must be like.
#[derive(Deserialize, JsonSchema)]
#[serde(try_from = "Written")]
#[schemars(with = "Written")]
pub(crate) struct Tag {
    written: Written,
    whole: Option<Expression>,
}

/// The settings as written.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[derive(Default)]
struct Written {
    /// Whether a tag must be an object of its own, with tagger and message.
    annotated: bool,
    /// Whether a tag must carry a signature.
    signed: bool,
    /// A regular expression that the whole short name must match.
    pattern: Option<String>,
    /// Whether a tag, once there, stays where it is.
    immutable: bool,
    /// Branches, one of which must contain the tagged commit.
    points_into: Option<RefPatterns>,
}

impl TryFrom<Written> for Tag {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let Written { annotated, signed, pattern, immutable, points_into } = &written;
        if !annotated && !signed && !immutable && pattern.is_none() && points_into.is_none() {
            return Err("asks nothing".to_owned());
        }
        let whole = pattern.as_deref().map(Expression::whole).transpose()?;
        Ok(Self { written, whole })
    }
}

impl Rule for Tag {
    const NAME: &'static str = "tag";
    const FAMILY: Family = Family::Refs;
    const NEEDS: &'static [Need] = &[Need::Objects, Need::Refs, Need::History];
    const WHEN_UNKNOWN: WhenUnknown = WhenUnknown::Pass;
    const MANUAL: &'static str = "\
Asks that tags are made as releases need them.

Only tags are asked, whatever else the protection names. Each setting stands for
itself:

- `annotated`: the tag is an object with tagger and message, and the name in it
  is the ref's, so that a tag cannot be passed off as another;
- `signed`: a signature ends its message, by OpenPGP, SSH or X.509; whose, and
  whether it fits, is not looked at here;
- `pattern`: a regular expression that the whole name must match, asked of new
  tags;
- `immutable`: it is not moved and not deleted;
- `points-into`: the tagged commit is in one of these branches, as they are or
  as the same push makes them.

```toml
[protect.tag]
annotated   = true
immutable   = true
pattern     = 'v\\d+\\.\\d+\\.\\d+'
points-into = [\"main\"]
```

To satisfy it, tag what is merged: `git tag -a v1.2.3 origin/main`.
";

    fn uses(&self, _: &People) -> Vec<Need> {
        let Written { annotated, signed, points_into, .. } = &self.written;
        let mut needs = Vec::new();
        if *annotated || *signed || points_into.is_some() {
            needs.push(Need::Objects);
        }
        if points_into.is_some() {
            needs.extend([Need::Refs, Need::History]);
        }
        needs
    }

    fn check(&self, case: &Case<'_>, said: &mut Said) -> Fact<()> {
        let update = case.update;
        let Some(name) = update.name.tag() else {
            said.say(Reason::pass("no tag"));
            return Ok(());
        };
        if self.written.immutable && update.old.is_some() && update.new_oid() != update.old {
            said.say(if update.deletes() {
                Reason::deny("a tag stays, and would be deleted").hint("keep the tag")
            } else {
                Reason::deny("a tag stays where it is, and would be moved")
                    .hint("make a new tag with a new name: git tag -a <name>")
            });
        }
        let asked = self.whole.as_ref().filter(|_| update.creates());
        if asked.is_some_and(|it| !name.to_str().is_ok_and(|name| it.0.is_match(name))) {
            let pattern = self.written.pattern.as_deref().unwrap_or_default();
            said.say(
                Reason::deny(format!("`{name}` does not match `{pattern}`"))
                    .hint("delete it, git tag -d <name>, and choose another name"),
            );
        }
        if let Some(new) = update.new_oid() {
            self.tagged(case, new, said);
        }
        said.otherwise("a tag as asked");
        Ok(())
    }
}

impl Tag {
    /// Looks at the object behind the name.
    fn tagged(&self, case: &Case<'_>, new: Oid, said: &mut Said) {
        let Written { annotated, signed, points_into, .. } = &self.written;
        if !annotated && !signed && points_into.is_none() {
            return;
        }
        let Some(peeled) = said.known(case.change.facts.peel(new)) else { return };
        if *annotated || *signed {
            self.object(case, &peeled, said);
        }
        if let Some(branches) = points_into {
            match said.known(self.points(case, &peeled, branches)) {
                Some(true) | None => {}
                Some(false) => said.say(
                    Reason::deny(format!(
                        "{} is not in {}",
                        peeled.oid.short(),
                        branches.full.join(" or ")
                    ))
                    .hint("merge it first, then tag the merged commit"),
                ),
            }
        }
    }

    /// Whether one of `branches` contains the tagged commit, before or by this
    /// change.
    fn points(&self, case: &Case<'_>, peeled: &Peeled, branches: &RefPatterns) -> Fact<bool> {
        if peeled.kind != Kind::Commit {
            return Ok(false);
        }
        let change = case.change;
        let tips = change.memory.once(self, || Tips::of(change, branches))?;
        for (_, tip) in tips.0.iter().filter(|(name, _)| name != &case.update.name) {
            if change.facts.is_ancestor(peeled.oid, *tip)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn object(&self, case: &Case<'_>, peeled: &Peeled, said: &mut Said) {
        let Some(tag) = peeled.tags.first() else {
            let command = if self.written.signed { "git tag -s" } else { "git tag -a" };
            said.say(
                Reason::deny("a lightweight tag, without tagger and message")
                    .hint(format!("make it anew: {command} -f <name> <commit>")),
            );
            return;
        };
        if self.written.annotated && tag.tagger.is_none() {
            said.say(
                Reason::deny("the tag does not say who tagged, and when")
                    .hint("make it anew: git tag -a -f <name> <commit>"),
            );
        }
        if case.update.name.tag().is_some_and(|name| name != tag.name) {
            said.say(
                Reason::deny(format!("the tag calls itself `{}`", tag.name))
                    .hint("make it anew by this name: git tag -a -f <name> <commit>"),
            );
        }
        if self.written.signed && !tag.signed {
            said.say(
                Reason::deny("the tag is not signed")
                    .hint("sign it: git tag -s -f <name> <commit>"),
            );
        }
    }
}

/// The branches into which tags may point, as they are and as the change makes
/// them.
struct Tips(Vec<(RefName, Oid)>);

impl Tips {
    fn of(change: &Change<'_>, branches: &RefPatterns) -> Fact<Self> {
        let refs = change.facts.refs()?;
        let moved = change.updates.iter().filter_map(|it| Some((&it.name, it.new_oid()?)));
        let all = refs.iter().map(|(name, tip)| (name, *tip)).chain(moved);
        let named = all.filter(|(name, _)| branches.matches(name));
        Ok(Self(named.map(|(name, tip)| (name.clone(), tip)).collect()))
    }
}
