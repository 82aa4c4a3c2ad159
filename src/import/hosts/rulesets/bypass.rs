//! Who may pass by a ruleset.

use toml::Value;

use crate::import::How;
use crate::import::hosts::draft::{Draft, list};
use crate::import::hosts::json::At;

/// Who may pass by, as far as it can be said.
pub(super) struct Bypass {
    /// Entries of a list of people.
    known: Vec<String>,
    /// Everyone, for people.
    told: Vec<String>,
    /// Whether the ruleset says who may create, update or delete.
    asked: std::cell::Cell<bool>,
}

/// The roles of a repository, by the numbers that rulesets use.
const ROLES: &[(u64, &str)] = &[(2, "maintain"), (4, "write"), (5, "admin")];

impl Bypass {
    pub(super) fn read(it: &At<'_>, draft: &mut Draft) -> Self {
        let mut bypass = Self { known: Vec::new(), told: Vec::new(), asked: false.into() };
        for actor in it.get("bypass_actors").items(draft) {
            bypass.actor(&actor, draft);
        }
        bypass
    }

    fn actor(&mut self, actor: &At<'_>, draft: &mut Draft) {
        let kind = actor.get("actor_type").text(draft).unwrap_or("someone");
        let id = actor.get("actor_id").number(draft);
        let pulls = actor.get("bypass_mode").text(draft) == Some("pull_request");
        let role = ROLES.iter().find(|(number, _)| kind == "RepositoryRole" && Some(*number) == id);
        let number = id.map_or_else(String::new, |it| format!(" {it}"));
        let (told, hint) = match (kind, role) {
            (_, Some((_, role))) => {
                self.told.push(format!("role {role}"));
                if !pulls {
                    self.known.push(format!("permission:{role}"));
                }
                return;
            }
            ("OrganizationAdmin", _) => (
                "the owners of the organization".to_owned(),
                "add their logins to `create`, `update` or `delete`".to_owned(),
            ),
            ("Team", _) => (
                format!("team{number}"),
                format!("gh api /teams/{} --jq .slug, then add `@ORG/SLUG`", number.trim()),
            ),
            ("RepositoryRole", _) => (
                format!("role{number}"),
                "gh api orgs/ORG/custom-repository-roles names it".to_owned(),
            ),
            ("Integration", _) => (
                format!("app{number}"),
                "its settings page names it; then add `app:SLUG`".to_owned(),
            ),
            ("DeployKey", _) => (
                "deploy keys".to_owned(),
                "a deploy key is no person; let a bot's account push".to_owned(),
            ),
            (other, _) => (format!("{other}{number}"), "add them by login".to_owned()),
        };
        let what = format!("{told} may bypass it at GitHub, and may not here");
        draft.advise(How::Stricter, &actor.place, &what, hint);
        self.told.push(told);
    }

    /// Who may do what is restricted: those who may pass by, or nobody.
    pub(super) fn who(&self) -> Value {
        self.asked.set(true);
        if self.known.is_empty() { "nobody".into() } else { list(&self.known) }
    }

    /// Notes that nobody passes by the other rules.
    pub(super) fn tell(&self, it: &At<'_>, draft: &mut Draft) {
        if self.told.is_empty() {
            return;
        }
        let place = it.get("bypass_actors").place;
        if self.asked.get() && self.known == ["permission:write"] {
            draft.note(
                How::Looser,
                &place,
                "`permission:write` means at least: who may maintain or administer may too",
            );
        }
        let what = format!(
            "{} may bypass every rule of it at GitHub, and only `create`, `update` and `delete` here",
            self.told.join(", ")
        );
        let hint =
            "write an [[exempt]] with `rule`, `actors`, `until` and `why` for what is still needed";
        draft.advise(How::Stricter, &place, &what, hint);
    }
}
