//! The `push-size` rule.

use std::num::NonZeroU64;

use schemars::JsonSchema;
use serde::Deserialize;

use super::byte_size::ByteSize;
use super::{Case, Family, Rule, WhenUnknown};
use crate::model::{Fact, Need, Reason, Said};

/// How much a push may send.
#[derive(Deserialize, JsonSchema)]
#[serde(try_from = "Written")]
#[schemars(with = "Written")]
pub(crate) struct PushSize(Written);

/// The limits as written.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Written {
    /// The most bytes, compressed as they are sent.
    max_bytes: Option<ByteSize>,
    /// The most objects.
    max_objects: Option<NonZeroU64>,
}

impl TryFrom<Written> for PushSize {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        if written.max_bytes.is_none() && written.max_objects.is_none() {
            return Err("it limits nothing; give `max-bytes` or `max-objects`".to_owned());
        }
        Ok(Self(written))
    }
}

impl Rule for PushSize {
    const NAME: &'static str = "push-size";
    const FAMILY: Family = Family::Content;
    const NEEDS: &'static [Need] = &[Need::Incoming];
    // Only the server knows what it lacks; before, there is nothing to say.
    const WHEN_UNKNOWN: WhenUnknown = WhenUnknown::Pass;
    const MANUAL: &'static str = "\
Asks that a push sends no more than so many bytes and objects.

Counted is what the server receives, compressed, for all refs of the push
together. So it is decided at `pre-receive` and nowhere else. A push that is too
large as a whole can be sent in parts, oldest commits first.

```toml
push-size = { max-bytes = \"200MiB\", max-objects = 100000 }
```
";

    fn check(&self, case: &Case<'_>, said: &mut Said) -> Fact<()> {
        if case.update.deletes() {
            said.say(Reason::pass("the ref is deleted"));
            return Ok(());
        }
        let incoming = case.change.facts.incoming()?;
        let hint = "push in parts, older commits first: git push <remote> <commit>:<branch>";
        if let Some(max) = self.0.max_bytes.filter(|it| incoming.bytes > it.bytes()) {
            let what = format!("the push sends {}", max.taken_by(incoming.bytes));
            said.say(Reason::deny(what).hint(hint));
        }
        if let Some(max) = self.0.max_objects.filter(|it| incoming.objects > it.get()) {
            let what = format!("the push sends {} objects of {max}", incoming.objects);
            said.say(Reason::deny(what).hint(hint));
        }
        said.otherwise("the push is within its limits");
        Ok(())
    }
}
