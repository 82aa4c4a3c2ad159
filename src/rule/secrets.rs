//! The `secrets` rule.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::secret_search::Search;
use super::{Case, Family, Rule, WhenUnknown};
use crate::model::{Decision, Fact, Need, Reason, Said};
use crate::secret::{Custom, Finding, Kind, Matcher, patterns};

/// What counts as a secret.
#[derive(Deserialize, JsonSchema)]
#[serde(try_from = "Written")]
#[schemars(with = "Written")]
pub(crate) struct Secrets {
    matcher: Held,
    generic: Generic,
    pub(super) allow_inline: bool,
}

/// Built-in patterns are shared by all who use them as they are.
enum Held {
    BuiltIn(&'static Matcher),
    Own(Box<Matcher>),
}

/// The settings as written.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct Written {
    /// Whether the patterns that refgate brings are used.
    builtin: bool,
    /// What to do about what is used like a secret and has no provider's form.
    generic: Generic,
    /// Patterns of one's own, by their ids.
    patterns: BTreeMap<String, WrittenPattern>,
    /// Whether a line may ask to let its secret pass.
    allow_inline: bool,
}

impl Default for Written {
    fn default() -> Self {
        Self {
            builtin: true,
            generic: Generic::Deny,
            patterns: BTreeMap::new(),
            allow_inline: false,
        }
    }
}

/// What to do about what is used like a secret and has no provider's form.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum Generic {
    /// Refuse it.
    Deny,
    /// Let it pass, and say so.
    Warn,
    /// Do not look for it.
    Off,
}

/// A pattern of one's own.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WrittenPattern {
    /// A regular expression over bytes. Group 1, if any, is the secret. Matches
    /// longer than 1 KiB are not found.
    regex: String,
    /// Text that stands in every match, at least three bytes, one of these.
    keywords: Vec<String>,
    /// What must match. At least one.
    examples: Vec<String>,
    /// What must not match.
    #[serde(default)]
    not: Vec<String>,
    /// What it is called.
    name: Option<String>,
    /// How to make such a secret useless.
    revoke: Option<String>,
}

impl TryFrom<Written> for Secrets {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let Written { builtin, generic, patterns: own, allow_inline } = written;
        if !builtin && own.is_empty() {
            return Err("looks for nothing: add `patterns`, or drop `builtin = false`".to_owned());
        }
        let matcher = if builtin && own.is_empty() && generic != Generic::Off {
            Held::BuiltIn(Matcher::built_in())
        } else {
            let own = own.into_iter().map(|(id, it)| it.tried(&id));
            let own = own.collect::<Result<Vec<_>, _>>()?;
            let wanted = |kind| builtin && (kind == Kind::Provider || generic != Generic::Off);
            let built_in = patterns().filter(|it| wanted(it.kind));
            Held::Own(Box::new(Matcher::new(built_in, own)?))
        };
        Ok(Self { matcher, generic, allow_inline })
    }
}

impl WrittenPattern {
    /// Takes the pattern if it does what its examples say.
    fn tried(self, id: &str) -> Result<Custom, String> {
        let wrong = |why: String| Err(format!("pattern `{id}` {why}"));
        if self.examples.is_empty() {
            return wrong("has no example: give one that must match".to_owned());
        }
        let custom = Custom {
            name: self.name.unwrap_or_else(|| id.to_owned()),
            regex: self.regex,
            keywords: self.keywords,
            revoke: self.revoke.unwrap_or_else(|| "make a new one and disable it".to_owned()),
            id: id.to_owned(),
        };
        let matcher = Matcher::new([], vec![custom.clone()])?;
        let finds = |text: &String| !matcher.scan(text.as_bytes()).is_empty();
        // Examples may be secrets themselves: they are named by their place.
        if let Some(at) = self.examples.iter().position(|it| !finds(it)) {
            return wrong(format!("does not match number {} of its `examples`", at + 1));
        }
        if let Some(at) = self.not.iter().position(finds) {
            return wrong(format!("matches number {} of `not`", at + 1));
        }
        Ok(custom)
    }
}

impl Secrets {
    pub(super) fn matcher(&self) -> &Matcher {
        match &self.matcher {
            Held::BuiltIn(matcher) => matcher,
            Held::Own(matcher) => matcher,
        }
    }

    /// What a finding leads to.
    pub(super) fn decision(&self, finding: &Finding) -> Decision {
        match (finding.label.kind, self.generic) {
            _ if self.allow_inline && finding.allowed.is_some() => Decision::Warn,
            (Kind::Generic, Generic::Warn) => Decision::Warn,
            (Kind::Generic | Kind::Provider, _) => Decision::Deny,
        }
    }
}

impl Rule for Secrets {
    const NAME: &'static str = "secrets";
    const FAMILY: Family = Family::Content;
    const NEEDS: &'static [Need] =
        &[Need::Files, Need::Blobs, Need::Commits, Need::Objects];
    const WHEN_UNKNOWN: WhenUnknown = WhenUnknown::Pass;
    const MANUAL: &'static str = "\
Asks that nothing that is pushed holds a secret.

Every new version of a file counts, in every new commit: what history has,
everyone who clones has. Symbolic links, paths, commit messages, people's names
and addresses, tags, what tags point to and the ref's own name are looked at
too, in UTF-8, UTF-16 and UTF-32 (not in UTF-7). A secret that the path held
before is not this change's doing, and neither is one in a file that a commit
only moves, even from a path that is exempt. The secret itself is never printed:
at most its first and last four characters, and a fingerprint.

Providers' tokens are known by their published forms; checksums and inner
structure decide before a person is bothered. `generic` is about what is only
used like a secret, such as a random value behind `api_key =` or a password in
an address: `\"deny\"` (the default), `\"warn\"` or `\"off\"`. `builtin = false`
leaves only `patterns` of your own; each needs keywords, one of which stands in
every match, and examples that it finds.

With `allow-inline = true` a line that says `refgate:allow secrets` and why is
let pass with a warning. Whole paths are better exempt in the policy, by
`[[exempt]]`.

Before a commit is written its message is not known. Nothing is said about that:
the next stage looks at it.

```toml
[protect.secrets]
generic = \"warn\"

[protect.secrets.patterns.acme-token]
regex = \"acme_[0-9a-f]{8}\"
keywords = [\"acme_\"]
examples = [\"acme_00112233\"]
revoke = \"ask the platform team\"
```
";

    fn own_secrets(&self) -> Option<&Matcher> {
        match &self.matcher {
            Held::BuiltIn(_) => None,
            Held::Own(matcher) => Some(matcher),
        }
    }

    fn check(&self, case: &Case<'_>, said: &mut Said) -> Fact<()> {
        if case.update.deletes() {
            said.say(Reason::pass("the ref is deleted"));
            return Ok(());
        }
        let mut search = Search::new(self, case, said);
        search.ref_name();
        search.files();
        search.commits();
        search.objects();
        said.otherwise("no secrets");
        Ok(())
    }
}
