//! The branches that the policy names: whether anything lands there without us.

use std::collections::{BTreeMap, BTreeSet};

use globset::GlobBuilder;
use serde::Deserialize;
use serde_json::Value;

use super::{Doctor, Sign, path};
use crate::github::api::{ApiError, segment};
use crate::github::sync::{self, Step};
use crate::model::RefName;
use crate::policy::Policy;
use crate::report::escaped_line;

/// As many branches are examined.
const MOST: usize = 50;

/// What only GitHub can hold a branch to: no check is asked about it.
const DIRECT: &[&str] = &["creation", "deletion", "non_fast_forward", "update"];

#[derive(Deserialize)]
struct Named {
    name: String,
}

/// What requires our check.
struct Guard {
    /// What it is called.
    source: String,
    /// The App that it must come from.
    app: Option<u64>,
    /// Whether a branch must be up to date.
    strict: bool,
    /// Who need not heed it; why it is not known, otherwise.
    bypass: Result<Vec<String>, String>,
}

/// What GitHub holds a branch to.
#[derive(Default)]
struct Held {
    guards: Vec<Guard>,
    kinds: BTreeSet<String>,
    /// What could not be seen.
    unseen: Vec<String>,
}

impl Doctor<'_> {
    pub(super) async fn branches(&self, policy: &Policy, signs: &mut Vec<Sign>) {
        let base = path(&self.access.slug);
        let listed = self.access.caller.list::<Named>(&format!("{base}/branches"), 2000).await;
        let listed = match listed {
            Ok(listed) => listed.items,
            Err(error) => {
                signs.push(Sign::ill(format!("the branches cannot be seen: {error}")));
                return;
            }
        };
        let full = |it: &Named| RefName::new(format!("refs/heads/{}", it.name));
        let guards = |it: &&Named| policy.protections.iter().any(|all| all.refs.names(&full(it)));
        let named: Vec<_> = listed.iter().filter(guards).collect();
        if named.is_empty() {
            signs.push(Sign::doubtful("the policy names no branch that is there"));
        }
        if named.len() > MOST {
            let what = format!("the policy names {} branches, {MOST} are examined", named.len());
            signs.push(Sign::doubtful(what));
        }
        let wanted = sync::wanted(policy, None).rulesets;
        let mut rulesets = BTreeMap::new();
        for branch in named.into_iter().take(MOST) {
            let held = self.held(&branch.name, &mut rulesets).await;
            self.judge(&branch.name, &held, signs);
            Self::direct(&branch.name, &wanted, &held, signs);
            let asks = |it: &crate::policy::Protection| {
                it.refs.matches(&full(branch))
                    && it.rules.iter().any(|it| it.spec.name == "up-to-date")
            };
            let strict = held.guards.iter().any(|it| it.strict);
            if policy.protections.iter().any(asks) && !strict && !held.guards.is_empty() {
                let what = format!(
                    "{}: `up-to-date` is asked, and GitHub merges what was when it was judged",
                    branch.name
                );
                signs.push(Sign::doubtful(what).hint("require branches to be up to date there"));
            }
        }
        self.drift(policy, signs).await;
    }

    /// What rulesets and the classic protection say about a branch.
    async fn held(&self, branch: &str, rulesets: &mut BTreeMap<u64, Value>) -> Held {
        let (base, caller) = (path(&self.access.slug), &self.access.caller);
        let mut held = Held::default();
        let rules = format!("{base}/rules/branches/{}", segment(branch));
        match caller.list::<Value>(&rules, 1000).await {
            Ok(rules) => {
                for rule in rules.items {
                    held.kinds.extend(rule["type"].as_str().map(str::to_owned));
                    if let Some((app, strict)) = required(&rule["parameters"], self.check) {
                        let (source, bypass) = self.ruleset(&rule, rulesets).await;
                        held.guards.push(Guard { source, app, strict, bypass });
                    }
                }
            }
            Err(error) => held.unseen.push(format!("its rulesets: {error}")),
        }
        let protection = format!("{base}/branches/{}/protection", segment(branch));
        match caller.get::<Value>(&protection).await {
            Ok(protection) => held.classic(&protection, self.check),
            Err(ApiError::NotFound) => {}
            Err(error) => held.unseen.push(format!("its branch protection: {error}")),
        }
        held
    }

    /// The ruleset that a rule is of: its name, and who may bypass it.
    async fn ruleset(
        &self,
        rule: &Value,
        known: &mut BTreeMap<u64, Value>,
    ) -> (String, Result<Vec<String>, String>) {
        let id = rule["ruleset_id"].as_u64().unwrap_or_default();
        let ruleset = if let Some(known) = known.get(&id) {
            known.clone()
        } else {
            let path = format!("{}/rulesets/{id}", path(&self.access.slug));
            let told = self.access.caller.get::<Value>(&path).await;
            let told = told.unwrap_or_else(|it| Value::String(it.to_string()));
            known.insert(id, told.clone());
            told
        };
        let name = ruleset["name"].as_str().map_or_else(|| id.to_string(), escaped_line);
        let bypass = match (ruleset.as_str(), ruleset["bypass_actors"].as_array()) {
            (Some(error), _) => Err(error.to_owned()),
            (None, Some(actors)) => Ok(actors.iter().map(actor).collect()),
            (None, None) => Err("it takes administration=write to see them".to_owned()),
        };
        (format!("the ruleset `{name}`"), bypass)
    }

    /// Whether our check is required, of our App, and of everybody.
    fn judge(&self, branch: &str, held: &Held, signs: &mut Vec<Sign>) {
        let check = self.check;
        if held.guards.is_empty() {
            let (is, ill) = match held.unseen.first() {
                None => (format!("{branch}: the check `{check}` is not required"), true),
                Some(what) => {
                    let what =
                        format!("{branch}: nothing that can be seen requires `{check}`; {what}");
                    (what, false)
                }
            };
            let sign = if ill { Sign::ill(is) } else { Sign::doubtful(is) };
            signs.push(sign.hint(self.sync()));
            return;
        }
        let ours =
            |it: &&Guard| it.app.is_some() && self.app_id.is_none_or(|id| it.app == Some(id));
        let bound: Vec<_> = held.guards.iter().filter(ours).collect();
        let Some(first) = bound.first() else {
            let what = match held.guards.iter().find_map(|it| it.app) {
                Some(other) => {
                    format!("{branch}: `{check}` is required of App {other}, which is not ours")
                }
                None => format!(
                    "{branch}: `{check}` is required of anyone, so that whoever writes statuses \
                     can give it"
                ),
            };
            signs.push(Sign::ill(what).hint(self.sync()));
            return;
        };
        let app = first.app.unwrap_or_default();
        let strict = if bound.iter().any(|it| it.strict) { ", strict" } else { "" };
        let what = format!("{branch}: `{check}` is required of App {app}{strict}");
        signs.push(Sign::well(what));
        if bound.iter().any(|it| it.bypass.as_ref().is_ok_and(Vec::is_empty)) {
            signs.push(Sign::well(format!("{branch}: nobody may pass by the check")));
            return;
        }
        for guard in bound {
            let source = &guard.source;
            signs.push(match &guard.bypass {
                Ok(who) => {
                    let who = who.join(", ");
                    let what = format!("{branch}: {source} lets pass by the check: {who}");
                    Sign::doubtful(what).hint("take them off its list of who may bypass")
                }
                Err(why) => {
                    Sign::doubtful(format!("{branch}: who may bypass {source} is not known: {why}"))
                }
            });
        }
    }

    /// Whether GitHub itself sees to what no check is asked about.
    fn direct(branch: &str, wanted: &[Value], held: &Held, signs: &mut Vec<Sign>) {
        let of = |it: &&Value| it["target"] == "branch" && is_for(it, branch);
        let rules = wanted.iter().filter(of).filter_map(|it| it["rules"].as_array());
        let kinds: BTreeSet<_> = rules.flatten().filter_map(|it| it["type"].as_str()).collect();
        let missing: Vec<_> = kinds
            .into_iter()
            .filter(|it| DIRECT.contains(it) && !held.kinds.contains(*it))
            .collect();
        if missing.is_empty() {
            signs.push(Sign::well(format!("{branch}: GitHub sees to what only it can")));
        } else if held.unseen.is_empty() {
            let what = format!("{branch}: GitHub does not see to {}", missing.join(", "));
            signs.push(Sign::ill(what).hint("refgate sync --apply"));
        }
    }

    /// Whether the rulesets of ours are still as they were made.
    async fn drift(&self, policy: &Policy, signs: &mut Vec<Sign>) {
        let required = self.app_id.map(|app| sync::Required { name: self.check.to_owned(), app });
        let found = match sync::found(&self.access.caller, &self.access.slug).await {
            Ok(found) => found,
            Err(error) => {
                signs.push(Sign::doubtful(format!("the rulesets cannot be seen: {error}")));
                return;
            }
        };
        for step in sync::plan(&sync::wanted(policy, required.as_ref()), &found).steps {
            let what = match &step {
                // What is missing is told with the branch that misses it.
                Step::Create { .. } => continue,
                Step::Delete { .. } if self.app_id.is_none() => continue,
                Step::Update { wanted, differences, .. } => {
                    let name = escaped_line(wanted["name"].as_str().unwrap_or_default());
                    format!("the ruleset `{name}` was changed: {}", differences.join("; "))
                }
                Step::Delete { name, .. } => {
                    format!("the policy no longer asks for the ruleset `{}`", escaped_line(name))
                }
            };
            signs.push(Sign::ill(what).hint("refgate sync, to see it, then --apply"));
        }
    }
}

impl Held {
    /// Takes in the classic protection of a branch.
    fn classic(&mut self, told: &Value, check: &str) {
        let is = |key: &str| told[key]["enabled"].as_bool();
        let mut holds = |kind: &str, holds: bool| {
            if holds {
                self.kinds.insert(kind.to_owned());
            }
        };
        holds("non_fast_forward", is("allow_force_pushes") == Some(false));
        holds("deletion", is("allow_deletions") == Some(false));
        holds("creation", is("block_creations") == Some(true));
        holds("update", told["restrictions"].is_object());
        let required = &told["required_status_checks"];
        let mut all = required["checks"].as_array().into_iter().flatten();
        let ours = all.find(|it| it["context"] == check);
        let bare =
            required["contexts"].as_array().is_some_and(|all| all.iter().any(|it| it == check));
        if ours.is_none() && !bare {
            return;
        }
        let bypass = if is("enforce_admins") == Some(true) {
            Vec::new()
        } else {
            vec!["administrators".to_owned()]
        };
        self.guards.push(Guard {
            source: "the branch protection".to_owned(),
            app: ours.and_then(|it| it["app_id"].as_u64()),
            strict: required["strict"] == true,
            bypass: Ok(bypass),
        });
    }
}

/// The App that the parameters of a rule require `check` of, and whether strictly.
fn required(parameters: &Value, check: &str) -> Option<(Option<u64>, bool)> {
    let all = parameters["required_status_checks"].as_array()?;
    let ours: Vec<_> = all.iter().filter(|it| it["context"] == check).collect();
    let app = ours.iter().find_map(|it| it["integration_id"].as_u64());
    let strict = parameters["strict_required_status_checks_policy"] == true;
    (!ours.is_empty()).then_some((app, strict))
}

fn actor(it: &Value) -> String {
    let kind = it["actor_type"].as_str().unwrap_or("somebody");
    let id = it["actor_id"].as_u64().map(|it| format!(" {it}")).unwrap_or_default();
    let mode = it["bypass_mode"].as_str().map(|it| format!(" ({it})")).unwrap_or_default();
    escaped_line(&format!("{kind}{id}{mode}"))
}

/// Whether a ruleset of ours is for a branch.
fn is_for(ruleset: &Value, branch: &str) -> bool {
    let name = format!("refs/heads/{branch}");
    let holds = |it: &Value| {
        let pattern = it.as_str().unwrap_or_default();
        let glob = GlobBuilder::new(pattern).literal_separator(true).build();
        pattern == "~ALL" || glob.is_ok_and(|it| it.compile_matcher().is_match(&name))
    };
    let any = |key: &str| {
        ruleset["conditions"]["ref_name"][key].as_array().is_some_and(|all| all.iter().any(holds))
    };
    any("include") && !any("exclude")
}
