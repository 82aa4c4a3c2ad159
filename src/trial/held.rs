//! Commits that another branch holds already.

use super::World;

/// Leaves no commit new, as a ref that is there holds all of them: the ref itself
/// still moves by them.
pub(super) fn brings_nothing(world: &mut World) {
    for it in &world.updates {
        if let Some(known) = world.facts.update.get_mut(&it.name.to_string()) {
            known.moved_commits = known.commits.replace(Vec::new());
            known.moved_files = known.files.replace(Vec::new());
        }
    }
}
