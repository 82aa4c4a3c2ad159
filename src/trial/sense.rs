//! Whether a test that can be read makes sense: for its policy, and where it is
//! judged.

use toml::Spanned;

use super::expand::full;
use super::known::known;
use super::read::{Keys, Reading};
use super::written::{Change, Head, KNOWN_BY};
use crate::model::{RefName, Stage};
use crate::policy::Policy;
use crate::rule::BUILT_IN;

impl Reading<'_, '_, '_> {
    /// A word that means nothing would never speak, and `not-because` hold always.
    pub(super) fn because(&mut self, head: &Head) {
        let because = head.because.iter().flat_map(Spanned::get_ref);
        for word in because.chain(&head.not_because) {
            let Err(near) = known(self.policy, word.get_ref()) else { continue };
            let what = format!("no rule, requirement or code is called `{}`", word.get_ref());
            let hint = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`refgate explain` lists the rules; --format json shows codes".to_owned(),
            };
            self.reader.problem(Some(word.span()), &what, Some(hint));
        }
    }

    /// The stage that a test names, or the last one enforced that such a change
    /// passes.
    pub(super) fn stage(&mut self, head: &Head, change: &Change, keys: &Keys) -> Stage {
        let is_tag = change.r#ref.as_ref().is_some_and(|it| it.starts_with("refs/tags/"));
        let told = KNOWN_BY.iter().filter(|(key, _)| keys.contains_key(*key));
        let stages = &self.policy.stages;
        let last = stages.last().copied().unwrap_or(Stage::PreReceive);
        let hosted = told.clone().any(|(_, need)| !Stage::PreReceive.knows(*need));
        // A pull request makes, deletes and rewrites nothing.
        let pushed = (change.create || change.delete || change.force || is_tag) && !hosted;
        let before = stages.iter().copied().rfind(|it| *it < Stage::Github);
        let usual = if pushed { before.unwrap_or(last) } else { last };
        let stage = head.stage.as_ref().map_or(usual, |it| *it.get_ref());
        if let Some(written) = head.stage.as_ref().filter(|it| !stages.contains(it.get_ref())) {
            let what = format!("the policy is not enforced at {stage}");
            let names: Vec<_> = stages.iter().map(ToString::to_string).collect();
            let hint = format!("it is at {}", names.join(", "));
            self.reader.problem(Some(written.span()), &what, Some(hint));
        }
        let unknown = told.filter(|(_, need)| !stage.knows(*need));
        let unknown: Vec<_> =
            unknown.filter_map(|(key, _)| Some((*key, keys.get(*key)?))).collect();
        for (key, span) in unknown {
            let what = format!("`{key}` is not known at {stage}, where this is judged");
            let hint = match stages.contains(&Stage::Github) {
                true => "write `stage = \"github\"`, or leave it out".to_owned(),
                false => "add \"github\" to the policy's `stages`, or leave it out".to_owned(),
            };
            self.reader.problem(Some(span.clone()), &what, Some(hint));
        }
        stage
    }

    /// Whether a protection names the ref, or at least a rule that always holds is
    /// meant, or the test says that none names it.
    pub(super) fn tests_something(&mut self, head: &Head, change: &Change, keys: &Keys) {
        let Some(name) = &change.r#ref else { return };
        let full = RefName::new(full(name));
        let because = head.because.iter().flat_map(Spanned::get_ref);
        let built_in = |it: &str| BUILT_IN.iter().any(|(spec, _)| spec.name == it);
        let mut because = because.map(|it| it.get_ref().as_str());
        let named = self.policy.protections_of(&full).next().is_some();
        if let Some(span) = head.unprotected.as_ref().filter(|it| *it.get_ref()).map(Spanned::span)
        {
            if self.policy.names(&full) {
                let what = format!("a protection names {full}");
                self.reader.problem(Some(span), &what, Some("drop `unprotected`".to_owned()));
            }
            return;
        }
        let near = slip(self.policy, &full);
        if named && near.is_none() || because.any(built_in) {
            return;
        }
        if let Some(span) = keys.get("ref") {
            let what = format!("this tests nothing: no protection names {full}");
            let hint = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => "name a ref that is protected, or write `unprotected = true`".to_owned(),
            };
            self.reader.problem(Some(span.clone()), &what, Some(hint));
        }
    }
}

/// The ref that was meant, if a protection names one that is a slip away, and none
/// this one. Numbers are no slips: `release/2` is not `release/1`.
fn slip<'p>(policy: &'p Policy, name: &RefName) -> Option<&'p str> {
    if policy.names(name) {
        return None;
    }
    let name = name.to_string();
    let plain = |it: &str| it.replace(|it: char| it.is_ascii_digit(), "");
    let short = |it: &'p str| it.strip_prefix("refs/heads/").unwrap_or(it);
    let patterns = policy.protections.iter().flat_map(|it| &it.refs.full);
    let mut literal = patterns.filter(|it| !it.contains(['*', '?', '[', '{', '!']));
    let near =
        |it: &&String| plain(it) != plain(&name) && strsim::damerau_levenshtein(it, &name) == 1;
    literal.find(near).map(|it| short(it))
}
