//! Protected branches and tags.

use crate::import::How;
use crate::import::hosts::draft::{Draft, Protect, list, table};
use crate::import::hosts::fnmatch::short;
use crate::import::hosts::json::At;
use crate::import::hosts::wild::crossing;

/// What is no wildcard at GitLab, and one of ours.
const PLAIN: &[char] = &['?', '[', ']', '{', '}'];

/// The refs that a protected branch names.
pub(super) fn refs(it: &At<'_>, draft: &mut Draft) -> Option<String> {
    let name = it.get("name").text(draft)?;
    Some(short(format!("refs/heads/{}", crossing(name, PLAIN))))
}

/// Who may do something, by their levels.
struct Levels {
    /// Entries of a list of people.
    who: Vec<String>,
    /// Whether whoever may write is among them.
    writers: bool,
}

impl Levels {
    fn read(at: &At<'_>, draft: &mut Draft) -> Self {
        let mut levels = Self { who: Vec::new(), writers: false };
        for it in at.items(draft) {
            levels.add(&it, draft);
        }
        levels.who.sort();
        levels.who.dedup();
        levels
    }

    fn add(&mut self, it: &At<'_>, draft: &mut Draft) {
        let number = |key: &str, draft: &mut Draft| it.get(key).number(draft);
        if let Some(id) = number("user_id", draft) {
            self.who.push(format!("id:{id}"));
        } else if let Some(id) = number("group_id", draft) {
            let hint =
                format!("glab api groups/{id} names it; then add `@GROUP/SUBGROUP` or `org:GROUP`");
            draft.advise(
                How::Stricter,
                &it.place,
                &format!("the number of group {id} tells no name, and it may not here"),
                hint,
            );
        } else if let Some(id) = number("deploy_key_id", draft) {
            let hint = "let a bot's account push, and name it";
            draft.advise(
                How::Stricter,
                &it.place,
                &format!("deploy key {id} is no person, and may not here"),
                hint,
            );
        } else {
            match number("access_level", draft) {
                Some(0) | None => {}
                Some(30) => self.writers = true,
                Some(40) => self.who.push("permission:maintain".to_owned()),
                Some(60) => self.who.push("permission:admin".to_owned()),
                Some(other) => {
                    draft.note(
                        How::Stricter,
                        &it.place,
                        format!("level {other} is none that this version knows"),
                    );
                }
            }
        }
    }
}

/// What a protected branch asks.
pub(super) fn branch(it: &At<'_>, draft: &mut Draft) {
    let Some(refs) = refs(it, draft) else {
        return draft.note(How::Lost, &it.get("name").place, "it names no branch");
    };
    let base = Protect { name: Some("protected branch".to_owned()), ..Protect::of(&[&refs]) };
    let push = Levels::read(&it.get("push_access_levels"), draft);
    let merge = Levels::read(&it.get("merge_access_levels"), draft);
    if !push.writers {
        let mut direct = base.another();
        if !push.who.is_empty() {
            direct.when = Some(table([("not", table([("pusher", list(&push.who))]))]));
        }
        direct.ask("pull-request", "required");
        draft.add(direct);
    }
    let mut protect = base;
    if !push.writers && !merge.writers {
        let mut who = push.who;
        who.extend(merge.who);
        who.sort();
        who.dedup();
        protect.ask("update", if who.is_empty() { "nobody".into() } else { list(&who) });
    }
    protect.ask("delete", "nobody");
    if !it.get("allow_force_push").is_true(draft) {
        protect.ask("fast-forward-only", true);
    }
    if it.get("code_owner_approval_required").is_true(draft) {
        protect.ask("code-owners", table([("dialect", "gitlab".into())]));
    }
    draft.add(protect);
}

/// What a protected tag asks.
pub(super) fn tag(it: &At<'_>, draft: &mut Draft) {
    let Some(name) = it.get("name").text(draft) else {
        return draft.note(How::Lost, &it.get("name").place, "it names no tag");
    };
    let refs = format!("refs/tags/{}", crossing(name, PLAIN));
    let mut protect = Protect { name: Some("protected tag".to_owned()), ..Protect::of(&[&refs]) };
    let levels = Levels::read(&it.get("create_access_levels"), draft);
    if !levels.writers {
        protect
            .ask("create", if levels.who.is_empty() { "nobody".into() } else { list(&levels.who) });
    }
    protect.ask("tag", table([("immutable", true.into())]));
    draft.add(protect);
}
