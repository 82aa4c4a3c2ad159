//! Which refs a ruleset names.

use toml::Value;

use crate::import::How;
use crate::import::hosts::draft::{Draft, list, table};
use crate::import::hosts::fnmatch::{Side, to_ours};
use crate::import::hosts::json::At;
use crate::model::RefPatterns;

/// What the default branch is taken to be.
const DEFAULT: &str = "main";

/// The refs that a ruleset names, and the condition that takes some out. `None`,
/// if it names none; a note says why.
pub(super) fn of(it: &At<'_>, draft: &mut Draft) -> Option<(Vec<String>, Option<Value>)> {
    let target = it.get("target");
    let all = match target.text(draft).unwrap_or("branch") {
        "branch" => "refs/heads/**",
        "tag" => "refs/tags/**",
        "push" => return Some((vec!["**".to_owned()], None)),
        "repository" => {
            let what = "a policy is about refs, not about repositories";
            draft.advise(How::Lost, &target.place, what, "keep the ruleset at GitHub");
            return None;
        }
        other => {
            draft.note(
                How::Lost,
                &target.place,
                format!("`{other}` is no target that this version knows"),
            );
            return None;
        }
    };
    let conditions = it.get("conditions");
    for key in conditions.value().as_object().into_iter().flat_map(|it| it.keys()) {
        if key != "ref_name" {
            let what = "a policy holds in every repository that it lies in";
            draft.note(How::Different, &conditions.get(key).place, what);
        }
    }
    let names = conditions.get("ref_name");
    let include = patterns(&names.get("include"), Side::Include, all, draft);
    let exclude = patterns(&names.get("exclude"), Side::Exclude, all, draft);
    if include.is_empty() {
        draft.note(How::Lost, &names.get("include").place, "it names no refs, so nothing is asked");
        return None;
    }
    let exclude: Vec<_> = exclude.into_iter().filter(|it| may_meet(&include, it)).collect();
    let when = (!exclude.is_empty()).then(|| table([("not", table([("target", list(&exclude))]))]));
    Some((include, when))
}

fn patterns(at: &At<'_>, side: Side, all: &str, draft: &mut Draft) -> Vec<String> {
    let mut ours = Vec::new();
    for it in at.items(draft) {
        let Some(pattern) = it.text(draft) else { continue };
        ours.push(match pattern {
            "~ALL" => all.to_owned(),
            "~DEFAULT_BRANCH" => {
                let what = format!("the default branch is taken to be `{DEFAULT}`");
                let hint = format!("if it has another name, write that for `{DEFAULT}` in `refs`");
                draft.advise(How::Different, &it.place, &what, hint);
                DEFAULT.to_owned()
            }
            _ => {
                // Names without `refs/` are of the target's kind.
                let full = match (pattern.starts_with("refs/"), all.strip_suffix("**")) {
                    (false, Some(kind)) => format!("{kind}{pattern}"),
                    _ => pattern.to_owned(),
                };
                to_ours(&full, side, &it.place, draft)
            }
        });
    }
    ours
}

/// Whether `exclude` may name a ref that one of `include` names.
fn may_meet(include: &[String], exclude: &str) -> bool {
    let plain = |it: &str| !it.contains(['*', '?', '[', '{']);
    let full = |it: &str| RefPatterns::new(&[it.to_owned()]).ok();
    let meet = |one: &String| match (plain(one), plain(exclude), full(one), full(exclude)) {
        (true, true, ..) => one == exclude,
        (true, false, Some(name), Some(pattern)) => {
            name.full.first().is_some_and(|it| pattern.matches(&it.as_str().into()))
        }
        (false, true, Some(pattern), Some(name)) => {
            name.full.first().is_some_and(|it| pattern.matches(&it.as_str().into()))
        }
        _ => true,
    };
    include.iter().any(meet)
}
