//! Stretches of a long run that reach the goal alone, in a fresh cluster.
//!
//! Moves say which timer fires and which message arrives on which link. That means something in
//! any state, so a short stretch from the middle of a storm often breaks the same property as the
//! whole of it, and is found with far less effort than by leaving out moves.

use super::super::moves::{Move, Scene};
use super::goal::Goal;
use super::plain::{Renamed, named};
use super::reduce::Budget;
use crate::raft::NodeSet;
use crate::sim::{Action, DiskMove};

/// The most moves of a scene that is tried only as a whole.
const SHORT: usize = 250;

/// How many moves the shortest stretches have, and the longest ones at most.
const SIZES: (usize, usize) = (50, 3_200);

/// How much effort all stretches may take.
const EFFORT_MAX: u64 = 3_000_000;

/// A stretch of one of these scenes that reaches the goal; none of scenes that are short.
pub(super) fn of_any(scenes: &[Scene], goal: &Goal, budget: &mut Budget<'_>) -> Option<Scene> {
    let mut long = scenes.iter().filter(|scene| scene.moves.len() > SHORT);
    budget.apart(EFFORT_MAX, |budget| long.find_map(|scene| stretch(scene, goal, budget)))
}

/// A stretch of a scene that reaches the goal, a short one if there are several.
fn stretch(scene: &Scene, goal: &Goal, budget: &mut Budget<'_>) -> Option<Scene> {
    let total = scene.moves.len();
    let mut size = SIZES.0;
    while size <= SIZES.1.min(total) {
        // Each begins in the middle of the one before it.
        let (mut set_up, apart) = (Vec::new(), size.div_ceil(2));
        for from in (0..total).step_by(apart) {
            if budget.is_spent() {
                return None;
            }
            let rest = &scene.moves[from..];
            let moves = set_up.iter().chain(&rest[..size.min(rest.len())]).cloned().collect();
            let stretch = Scene { moves, ..scene.without_moves() };
            let tries = among_its_own(&stretch).into_iter().chain([stretch]);
            if let Some(found) = tries.into_iter().find_map(|one| budget.attempt(one, goal)) {
                return Some(found);
            }
            rest.iter().take(apart).for_each(|one| remember(one, &mut set_up));
        }
        size *= 4;
    }
    None
}

/// Keeps a move if it decides how the cluster works, and not what happens in it; forgets the
/// earlier ones that it replaces.
fn remember(one: &Move, set_up: &mut Vec<Move>) {
    let Move::Act(action) = one else { return };
    match action {
        Action::Boot(_) => {}
        Action::Flaw(flaw, _) => set_up.retain(
            |earlier| !matches!(earlier, Move::Act(Action::Flaw(other, _)) if other == flaw),
        ),
        Action::Set(setting) => set_up.retain(|earlier| {
            let (Move::Act(Action::Set(other)) | Move::Act(Action::SetOf(other, _))) = earlier
            else {
                return true;
            };
            other.name() != setting.name()
        }),
        Action::SetOf(setting, nodes) => set_up.retain(|earlier| {
            let Move::Act(Action::SetOf(other, others)) = earlier else { return true };
            other.name() != setting.name() || others != nodes
        }),
        _ => return,
    }
    set_up.push(one.clone());
}

/// The stretch in a cluster of the nodes that do something in it; none if these are all nodes.
fn among_its_own(stretch: &Scene) -> Option<Scene> {
    let acting: NodeSet = stretch.moves.iter().filter(|one| acts(one)).flat_map(named).collect();
    if acting.is_empty() || acting == NodeSet::first(stretch.nodes) {
        return None;
    }
    let renamed = Renamed::only(acting);
    let stays = |one: &&Move| !matches!(one, Move::Act(Action::Boot(_)));
    let moves = stretch.moves.iter().filter(stays).filter_map(|one| renamed.rename(one));
    let moves = moves.collect();
    Some(Scene { nodes: acting.len(), moves, ..stretch.clone() })
}

/// Whether a move lets something happen at nodes of the cluster.
fn acts(one: &Move) -> bool {
    let of_one = matches!(
        one,
        Move::Act(Action::Timeout(_) | Action::Tick(_) | Action::Disk(_, DiskMove::Sync))
    );
    of_one || matches!(one, Move::Deliver(_))
}
