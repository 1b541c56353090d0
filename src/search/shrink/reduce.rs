//! Reductions: each tries something smaller, and keeps it if the goal is still reached.

use super::super::moves::{Move, Scene};
use super::budget::Budget;
use super::fewer::fewer_moves;
use super::goal::Goal;
use super::plain::{self, Renamed};
use crate::kv::Command;
use crate::raft::{NodeId, NodeSet};
use crate::sim::{Action, DiskMove, OnViolation, Range, RequestOptions, Setting, Settings};

/// The most moves that one `settle` replaces.
const SETTLED_MAX: usize = 40;

/// The scene with as little in it as the reductions here can leave.
pub(super) fn reduce(scene: Scene, goal: &Goal, budget: &mut Budget<'_>) -> Scene {
    let mut scene = fewer_moves(scene, goal, budget);
    loop {
        let before = scene.clone();
        scene = fewer_nodes(scene, goal, budget);
        scene = plainer_settings(scene, goal, budget);
        scene = fewer_moves(scene, goal, budget);
        if scene == before || budget.is_spent() {
            break;
        }
    }
    scene = fewer_waits(scene, goal, budget);
    scene = shorter_waits(scene, goal, budget);
    scene = plainer_requests(scene, goal, budget);
    let of_requests = plain::with_plain_words(&scene);
    scene = better(scene, of_requests, goal, budget);
    let first = Scene { seed: 1, ..scene.clone() };
    scene = better(scene, first, goal, budget);
    if scene.may_rename() {
        let order = plain_order(&scene);
        scene = better(scene, order, goal, budget);
    }
    scene = settled(scene, goal, budget);
    scene = together(scene, goal, budget);
    fewer_moves(scene, goal, budget)
}

/// The other scene if it reaches the goal.
fn better(scene: Scene, other: Scene, goal: &Goal, budget: &mut Budget<'_>) -> Scene {
    budget.attempt(other, goal).unwrap_or(scene)
}

/// Leaves out nodes, one after the other.
fn fewer_nodes(mut scene: Scene, goal: &Goal, budget: &mut Budget<'_>) -> Scene {
    let mut at = scene.nodes;
    while at > 0 && scene.nodes > 1 && scene.may_rename() {
        at -= 1;
        let renamed = Renamed::without(NodeId::at(at));
        let moves = scene.moves.iter().filter_map(|one| renamed.rename(one)).collect();
        let fewer = Scene { nodes: scene.nodes - 1, moves, ..scene.clone() };
        if let Some(fewer) = budget.attempt(fewer, goal) {
            scene = fewer;
        }
    }
    scene
}

/// Makes each request a `put` of a client of its own, where that does it.
fn plainer_requests(mut scene: Scene, goal: &Goal, budget: &mut Budget<'_>) -> Scene {
    for at in 0..scene.moves.len() {
        if budget.is_spent() {
            break;
        }
        let Some(Move::Invoke(tag, node, command, options)) = scene.moves.get(at).cloned() else {
            continue;
        };
        let (key, value) = (command.key().into(), format!("v{tag}").into());
        let put = Command::Put { key, value };
        let of_anybody = RequestOptions { client: None, ..options.clone() };
        let plainer = [
            (put.clone(), RequestOptions::default()),
            (command.clone(), of_anybody),
            (put, options),
        ];
        for (command, options) in plainer {
            let mut moves = scene.moves.clone();
            moves[at] = Move::Invoke(tag, node, command, options);
            if let Some(plainer) = budget.attempt(Scene { moves, ..scene.clone() }, goal) {
                scene = plainer;
                break;
            }
        }
    }
    scene
}

/// The nodes in the order in which the moves name them.
fn plain_order(scene: &Scene) -> Scene {
    let mut order: Vec<NodeId> = Vec::new();
    for node in scene.moves.iter().filter(|one| is_about_few(one)).flat_map(plain::named) {
        if !order.contains(&node) {
            order.push(node);
        }
    }
    let renamed = Renamed::in_order(&order, scene.nodes);
    let moves = scene.moves.iter().filter_map(|one| renamed.rename(one)).collect();
    Scene { moves, ..scene.clone() }
}

fn is_about_few(one: &Move) -> bool {
    plain::named(one).len() <= 2
}

/// Takes settings back to their defaults.
fn plainer_settings(mut scene: Scene, goal: &Goal, budget: &mut Budget<'_>) -> Scene {
    let usual = Settings::default();
    for setting in usual.all() {
        let mut settings = scene.settings;
        if settings.set(setting) && !matches!(setting, Setting::OnViolation(OnViolation::Stop)) {
            let plainer = Scene { settings, ..scene.clone() };
            scene = better(scene, plainer, goal, budget);
        }
    }
    let mut settings = scene.settings;
    if settings.set(Setting::DiskLatency(Range::exactly(0))) {
        let instant = Scene { settings, ..scene.clone() };
        let shorter = budget.attempt(instant, goal);
        scene = shorter.filter(|one| one.moves.len() < scene.moves.len()).unwrap_or(scene);
    }
    scene
}

/// Makes one wait of two: all of their time passes at the later one, or at the earlier one.
fn fewer_waits(mut scene: Scene, goal: &Goal, budget: &mut Budget<'_>) -> Scene {
    let mut from = 0;
    while !budget.is_spent()
        && let Some((first, first_us)) = next_wait(&scene, from)
        && let Some((second, second_us)) = next_wait(&scene, first + 1)
    {
        let both = Move::Act(Action::Wait(first_us.saturating_add(second_us)));
        let joined = [(first, second), (second, first)].into_iter().find_map(|(gone, stays)| {
            let mut moves = scene.moves.clone();
            moves[stays] = both.clone();
            moves.remove(gone);
            budget.attempt(Scene { moves, ..scene.clone() }, goal)
        });
        match joined {
            Some(joined) => scene = joined,
            None => from = first + 1,
        }
    }
    scene
}

/// The first wait from a move on, and how long it is.
fn next_wait(scene: &Scene, from: usize) -> Option<(usize, u64)> {
    scene.moves.iter().enumerate().skip(from).find_map(|(at, one)| match one {
        Move::Act(Action::Wait(us)) => Some((at, *us)),
        _ => None,
    })
}

/// Makes the durations of waits round.
fn shorter_waits(mut scene: Scene, goal: &Goal, budget: &mut Budget<'_>) -> Scene {
    for at in 0..scene.moves.len() {
        if budget.is_spent() {
            break;
        }
        let Some(Move::Act(Action::Wait(us))) = scene.moves.get(at) else { continue };
        let us = *us;
        for unit_us in [1_000_000, 100_000, 10_000, 1_000] {
            let round_us = us.next_multiple_of(unit_us);
            let mut moves = scene.moves.clone();
            moves[at] = Move::Act(Action::Wait(round_us));
            if round_us != us
                && let Some(rounder) = budget.attempt(Scene { moves, ..scene.clone() }, goal)
            {
                scene = rounder;
                break;
            }
        }
    }
    scene
}

/// Puts `settle` in place of several deliveries and writes.
fn settled(mut scene: Scene, goal: &Goal, budget: &mut Budget<'_>) -> Scene {
    let mut from = 0;
    while from < scene.moves.len() && !budget.is_spent() {
        let rest = &scene.moves[from..];
        let longest = rest.iter().take(SETTLED_MAX).take_while(|one| settles(one)).count();
        let shorter = (2..=longest).rev().find_map(|count| {
            let nodes: NodeSet = rest[..count].iter().flat_map(plain::named).collect();
            [None, Some(nodes)].into_iter().find_map(|nodes| {
                let mut moves = scene.moves.clone();
                let settle = Move::Act(Action::Settle(nodes, None));
                moves.splice(from..from + count, [settle]);
                budget.attempt(Scene { moves, ..scene.clone() }, goal)
            })
        });
        if let Some(shorter) = shorter {
            scene = shorter;
        }
        from += 1;
    }
    scene
}

/// Puts one command for several nodes in place of several commands that follow each other.
fn together(mut scene: Scene, goal: &Goal, budget: &mut Budget<'_>) -> Scene {
    let mut at = 0;
    while at + 1 < scene.moves.len() && !budget.is_spent() {
        let both = at_both(&scene.moves[at], &scene.moves[at + 1]);
        let joined = both.and_then(|both| {
            let mut moves = scene.moves.clone();
            moves.splice(at..at + 2, [both]);
            budget.attempt(Scene { moves, ..scene.clone() }, goal)
        });
        match joined {
            Some(joined) => scene = joined,
            None => at += 1,
        }
    }
    scene
}

/// One move that does what two do, one after the other.
fn at_both(first: &Move, second: &Move) -> Option<Move> {
    let (Move::Act(first), Move::Act(second)) = (first, second) else { return None };
    Some(Move::Act(match (first, second) {
        (Action::Disk(some, what), Action::Disk(others, also)) if what == also => {
            Action::Disk(some.union(*others), *what)
        }
        (Action::Timeout(some), Action::Timeout(others)) => Action::Timeout(some.union(*others)),
        (Action::Kill(some), Action::Kill(others)) => Action::Kill(some.union(*others)),
        (Action::Restart(some), Action::Restart(others)) => Action::Restart(some.union(*others)),
        (Action::Kill(some), Action::Restart(others)) if some == others => Action::Restart(*some),
        _ => return None,
    }))
}

/// Whether `settle` might do the same.
fn settles(one: &Move) -> bool {
    matches!(one, Move::Deliver(_) | Move::Act(Action::Disk(_, DiskMove::Sync)))
}
