//! The `paths` rule.

use std::num::NonZeroUsize;

use bstr::{BStr, ByteSlice};
use schemars::JsonSchema;
use serde::Deserialize;

use super::collision::collisions;
use super::{Case, Family, Rule, WhenUnknown, hint, windows_name};
use crate::model::{Expression, Fact, FileChange, Need, PathPatterns, People, Place, Reason, Said};

/// Which paths there may be.
#[derive(Deserialize, JsonSchema)]
#[serde(try_from = "Written")]
#[schemars(with = "Written")]
pub(crate) struct Paths(Written);

/// The settings as written.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Written {
    /// Which changes of a path are judged.
    #[serde(default)]
    on: On,
    /// Paths that may not be.
    deny: Option<PathPatterns>,
    /// Regular expressions that must not be found in a path.
    #[serde(default)]
    deny_patterns: Vec<Expression>,
    /// The only paths that may be.
    allow: Option<PathPatterns>,
    /// The most bytes of a path.
    max_length: Option<NonZeroUsize>,
    /// Which endings names may have.
    extensions: Option<Extensions>,
    /// Whether names may be the same but for letter case or Unicode form.
    #[serde(default = "yes")]
    collide: bool,
    /// Whether Windows must be able to hold the names.
    #[serde(default)]
    windows: bool,
}

/// Which changes of a path are judged.
#[derive(Clone, Copy, Default, Deserialize, Eq, JsonSchema, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum On {
    /// Paths that were not there before.
    #[default]
    Added,
    /// Paths that are added or changed.
    Touched,
}

/// Which endings names may have, in any letter case.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Extensions {
    /// Any but these.
    Deny(Endings),
    /// These, or none.
    Allow(Endings),
}

/// Endings without the dot: `exe`, `tar.gz`.
#[derive(Deserialize, JsonSchema)]
#[serde(try_from = "Vec<String>")]
#[schemars(with = "Vec<String>")]
struct Endings(Vec<String>);

impl TryFrom<Vec<String>> for Endings {
    type Error = String;

    fn try_from(written: Vec<String>) -> Result<Self, String> {
        if written.is_empty() {
            return Err("names no extensions".to_owned());
        }
        for it in &written {
            let bare = it.trim_start_matches(['*', '.']);
            if bare.is_empty() || bare.contains(['/', '*']) {
                return Err(format!("`{it}` is no extension; write such as \"exe\""));
            }
            if bare != it {
                return Err(format!("write the extension `{it}` without a dot: \"{bare}\""));
            }
        }
        Ok(Self(written.iter().map(|it| it.to_ascii_lowercase()).collect()))
    }
}

impl Endings {
    /// The first that the lower-case `name` ends with, behind a dot.
    fn of(&self, name: &[u8]) -> Option<&str> {
        let ends = |it: &&String| {
            name.strip_suffix(it.as_bytes()).is_some_and(|stem| stem.ends_with(b"."))
        };
        self.0.iter().find(ends).map(String::as_str)
    }
}

fn yes() -> bool {
    true
}

impl TryFrom<Written> for Paths {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let denies = written.deny.is_some() || !written.deny_patterns.is_empty();
        let lists = denies || written.allow.is_some();
        let shapes = written.max_length.is_some() || written.extensions.is_some();
        if !lists && !shapes && written.collide && !written.windows {
            return Err("it asks for nothing; give `deny`, `allow`, `max-length`, `extensions`, \
                        `collide = false` or `windows = true`"
                .to_owned());
        }
        Ok(Self(written))
    }
}

impl Rule for Paths {
    const NAME: &'static str = "paths";
    const FAMILY: Family = Family::Content;
    const NEEDS: &'static [Need] = &[Need::Files, Need::Tree];
    const WHEN_UNKNOWN: WhenUnknown = WhenUnknown::Defer;
    const MANUAL: &'static str = "\
Asks that only certain paths are added.

A path is judged when it is added; with `on = \"touched\"` also when it is
changed. Removing a path always passes. `deny` names paths that may not be,
`allow` the only ones that may; both are patterns as in a `.gitignore`.
`deny-patterns` are regular expressions, none of which may be found in a path.
`max-length` is in bytes. `extensions` is `{ deny = [..] }` or `{ allow = [..] }`,
without dots and in any letter case; names without an extension pass `allow`.

`collide = false` refuses a name that differs from another of its directory by
letter case or Unicode form alone: macOS and Windows keep only one of them.
`windows = true` refuses what Windows cannot check out: devices such as `nul`,
a dot or space at the end, `<>:\"|?*\\`, control characters, more than 255
characters.

```toml
paths = { deny = [\".env\", \"*.pem\"], max-length = 240, collide = false, windows = true }
```
";

    fn check(&self, case: &Case<'_>, said: &mut Said) -> Fact<()> {
        if case.update.deletes() {
            said.say(Reason::pass("the ref is deleted"));
            return Ok(());
        }
        let files = case.change.facts.files(case.update)?;
        let judged = || files.iter().filter(|file| self.judges(file));
        for file in judged() {
            for what in self.faults(file.path.as_bstr()) {
                let place = Place::path(file.path.clone()).by(file.commit);
                said.say(Reason::deny(what).at(place).hint(hint::take_out(file)));
            }
        }
        if !self.0.collide {
            collisions(case, judged(), said);
        }
        said.otherwise("every path may be");
        Ok(())
    }

    fn uses(&self, _: &People) -> Vec<Need> {
        if self.0.collide { vec![Need::Files] } else { Self::NEEDS.to_vec() }
    }
}

impl Paths {
    fn judges(&self, file: &FileChange) -> bool {
        file.new.is_some() && (file.old.is_none() || self.0.on == On::Touched)
    }

    /// What is wrong with a path.
    fn faults(&self, path: &BStr) -> Vec<String> {
        let Written { deny, deny_patterns, allow, max_length, extensions, windows, .. } = &self.0;
        let mut faults = Vec::new();
        if let Some(pattern) = deny.as_ref().and_then(|it| it.which(path)) {
            faults.push(format!("denied by `{pattern}`"));
        }
        let text = path.to_str_lossy();
        if let Some(it) = deny_patterns.iter().find(|it| it.0.is_match(&text)) {
            faults.push(format!("denied by `{}`", it.0.as_str()));
        }
        if let Some(allow) = allow.as_ref().filter(|it| !it.matches(path)) {
            faults.push(format!("none of the paths allowed: {}", few(&allow.written)));
        }
        if let Some(max) = max_length.filter(|it| path.len() > it.get()) {
            faults.push(format!("a path of {} of {max} bytes", path.len()));
        }
        faults.extend(extensions.as_ref().and_then(|it| it.fault(path)));
        if *windows {
            faults.extend(path.split_str("/").find_map(windows_name::fault));
        }
        faults
    }
}

impl Extensions {
    fn fault(&self, path: &BStr) -> Option<String> {
        let name = path.rsplit_str("/").next().unwrap_or_default().to_ascii_lowercase();
        match self {
            Self::Deny(endings) => {
                endings.of(&name).map(|it| format!("the extension `{it}` is denied"))
            }
            Self::Allow(endings) => {
                let dotted = name.get(1..).is_some_and(|it| it.contains(&b'.'));
                (dotted && endings.of(&name).is_none())
                    .then(|| format!("none of the extensions allowed: {}", few(&endings.0)))
            }
        }
    }
}

/// The first few of a list, for people.
fn few(list: &[String]) -> String {
    let shown = list.iter().take(5).map(|it| format!("`{it}`"));
    let more = (list.len() > 5).then(|| format!("{} more", list.len() - 5));
    shown.chain(more).collect::<Vec<_>>().join(", ")
}
