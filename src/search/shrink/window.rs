//! Stretches of a long run, and ends of a short one, that reach the goal alone, in a fresh cluster.
//!
//! Moves say which timer fires and which message arrives on which link. That means something in
//! any state, so a short stretch from the middle of a storm often breaks the same property as the
//! whole of it, and is found with far less effort than by leaving out moves. Some stretches need
//! the leader and the voters that the moves before them led to. Then the fresh cluster begins with
//! these voters and elects this leader.

use std::ops::Range;

use super::super::moves::{Move, Scene, Tags};
use super::super::stage::Stage as _;
use super::budget::Budget;
use super::goal::Goal;
use super::plain::{Renamed, named};
use super::story::Story;
use crate::raft::{MAX_NODES, NodeId, NodeSet};
use crate::sim::{Action, DiskMove, EnabledMove};

/// The most moves of a scene that is tried only as a whole.
const SHORT: usize = 250;

/// How many moves the shortest stretches have, and the longest ones at most.
const SIZES: (usize, usize) = (50, 12_800);

/// How much effort all stretches may take.
const EFFORT_MAX: u64 = 3_000_000;

/// A stretch of one of these scenes that reaches the goal; none of scenes that are short.
pub(super) fn of_any(scenes: &[Scene], goal: &Goal, budget: &mut Budget<'_>) -> Option<Scene> {
    let mut long = scenes.iter().filter(|scene| scene.moves.len() > SHORT);
    budget.apart(EFFORT_MAX, |budget| long.find_map(|scene| stretch(scene, goal, budget)))
}

/// A stretch of a scene that reaches the goal, a short one if there are several.
fn stretch(scene: &Scene, goal: &Goal, budget: &mut Budget<'_>) -> Option<Scene> {
    let (story, total) = (Story::of(scene), scene.moves.len());
    let mut size = SIZES.0;
    while size <= SIZES.1.min(total) {
        // Each begins in the middle of the one before it; the last one first.
        let middles = (0..=total - size).step_by(size.div_ceil(2));
        for from in [total - size].into_iter().chain(middles) {
            if budget.is_spent() {
                return None;
            }
            let range = from..from + size;
            let found = alone(&story, range.clone(), goal, budget)
                .or_else(|| by_routes(scene, range, goal, budget));
            if found.is_some() {
                return found;
            }
        }
        size *= 4;
    }
    None
}

/// The shortest end of a short scene that reaches the goal alone; none if it is not shorter.
pub(super) fn end(scene: &Scene, goal: &Goal, budget: &mut Budget<'_>) -> Option<Scene> {
    let total = scene.moves.len();
    if total > SHORT {
        return None;
    }
    let story = Story::of(scene);
    let found = (1..total).rev().find_map(|from| {
        alone(&story, from..total, goal, budget)
            .or_else(|| among_voters(&story, from..total, goal, budget))
    })?;
    (found.moves.len() < total).then_some(found)
}

/// These moves in a fresh cluster, perhaps with the same leader as before them, if they reach the
/// goal.
fn alone(
    story: &Story<'_>,
    range: Range<usize>,
    goal: &Goal,
    budget: &mut Budget<'_>,
) -> Option<Scene> {
    let first = set_up(&story.scene().moves[..range.start]);
    let (leader, _) = story.ruled_by(range.start);
    let numbers: Vec<usize> = range.collect();
    attempt(story, &first, &numbers, goal, budget).or_else(|| {
        let first = elected(story.scene(), first, leader?);
        attempt(story, &first, &numbers, goal, budget)
    })
}

/// Moves of another scene and then those with these numbers, if they reach the goal.
fn attempt(
    story: &Story<'_>,
    first: &[Move],
    numbers: &[usize],
    goal: &Goal,
    budget: &mut Budget<'_>,
) -> Option<Scene> {
    budget.run(|| story.play(first, numbers, goal))?;
    Some(story.by_routes(first, numbers))
}

/// These moves in a fresh cluster whose voters are the same as before them, with the same leader,
/// if they reach the goal. None if that is the cluster with which the scene begins.
fn among_voters(
    story: &Story<'_>,
    range: Range<usize>,
    goal: &Goal,
    budget: &mut Budget<'_>,
) -> Option<Scene> {
    let (scene, (leader, voters)) = (story.scene(), story.ruled_by(range.start));
    if voters == NodeSet::first(scene.nodes) || !scene.may_rename() {
        return None;
    }
    let voters_first: Vec<NodeId> = voters.iter().collect();
    let renamed = Renamed::in_order(&voters_first, usize::from(MAX_NODES));
    let rename = |one: &Move| renamed.rename(one).unwrap_or_else(|| one.clone());
    let before = &scene.moves[..range.start];
    let booted: usize = before.iter().map(booted).sum();
    let beside = (scene.nodes + booted).saturating_sub(voters.len());
    let boot = (beside > 0).then_some(Move::Act(Action::Boot(beside)));
    let others = set_up(before).into_iter().filter(|one| self::booted(one) == 0);
    let first = boot.into_iter().chain(others.map(|one| rename(&one))).collect();
    let moves = scene.moves.iter().map(rename).collect();
    let there = Scene { nodes: voters.len(), moves, ..*scene };
    let (story, numbers) = (story.told_in(&there), range.collect::<Vec<_>>());
    let first = elected(&there, first, renamed.one(leader?)?);
    attempt(&story, &first, &numbers, goal, budget)
}

/// How many nodes a move starts beside the cluster.
fn booted(one: &Move) -> usize {
    if let Move::Act(Action::Boot(count)) = one { *count } else { 0 }
}

/// These moves of a scene, by their routes, in a fresh cluster, if they reach the goal.
fn by_routes(
    scene: &Scene,
    range: Range<usize>,
    goal: &Goal,
    budget: &mut Budget<'_>,
) -> Option<Scene> {
    let mut moves = set_up(&scene.moves[..range.start]);
    moves.extend_from_slice(&scene.moves[range]);
    let stretch = Scene { moves, ..scene.without_moves() };
    let tries = among_its_own(&stretch).into_iter().chain([stretch]);
    tries.into_iter().find_map(|one| budget.attempt(one, goal))
}

/// Moves that set up a cluster, and then make a node its leader.
fn elected(scene: &Scene, mut moves: Vec<Move>, leader: NodeId) -> Vec<Move> {
    let (mut arena, mut tags) = (scene.arena(), Tags::default());
    moves.iter().for_each(|one| {
        one.make(&mut arena, &mut tags);
    });
    let mut next = Some(Move::Act(Action::Timeout(NodeSet::one(leader))));
    while let Some(one) = next.filter(|one| one.make(&mut arena, &mut tags)) {
        moves.push(one);
        let enabled = arena.world().enabled().into_iter();
        next = enabled.filter(|_| moves.len() < SHORT).find_map(|one| match one {
            EnabledMove::Deliver(route) => Some(Move::Deliver(route)),
            EnabledMove::Sync(_) => one.action(arena.world()).map(Move::Act),
            EnabledMove::Fire(..) => None,
        });
    }
    moves
}

/// The moves that decide how the cluster works after all of these, and not what happens in it.
fn set_up(moves: &[Move]) -> Vec<Move> {
    let mut latest: Vec<&Move> = Vec::new();
    for one in moves.iter().filter(|one| sets_up(one)) {
        latest.retain(|earlier| !replaces(one, earlier));
        latest.push(one);
    }
    latest.into_iter().cloned().collect()
}

/// Whether a move decides how the cluster works, and not what happens in it.
fn sets_up(one: &Move) -> bool {
    matches!(
        one,
        Move::Act(
            Action::Boot(_)
                | Action::Flaw(..)
                | Action::Set(_)
                | Action::SetOf(..)
                | Action::Drift(..)
        )
    )
}

/// Whether a move leaves nothing of what an earlier one has set up.
fn replaces(one: &Move, earlier: &Move) -> bool {
    let (Move::Act(one), Move::Act(earlier)) = (one, earlier) else { return false };
    match (one, earlier) {
        (Action::Flaw(flaw, _), Action::Flaw(other, _)) => flaw == other,
        (Action::Set(setting), Action::Set(other) | Action::SetOf(other, _)) => {
            setting.name() == other.name()
        }
        (Action::SetOf(setting, nodes), Action::SetOf(other, others)) => {
            setting.name() == other.name() && nodes == others
        }
        (Action::Drift(nodes, _), Action::Drift(others, _)) => nodes == others,
        _ => false,
    }
}

/// The stretch in a cluster of the nodes that do something in it; none if these are all nodes.
fn among_its_own(stretch: &Scene) -> Option<Scene> {
    let acting: NodeSet = stretch.moves.iter().filter(|one| acts(one)).flat_map(named).collect();
    if acting.is_empty() || acting == NodeSet::first(stretch.nodes) || !stretch.may_rename() {
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
