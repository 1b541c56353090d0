//! Every moment of a tree of branches is the world, the checker and the history of a direct replay.

use raftsh::check::Checker;
use raftsh::history::tree::{BranchId, Place, Tree};
use raftsh::history::{CommandEnd, Position, Timeline};
use raftsh::sim::Settings;

use super::moves::{Dice, random_action};
use super::random_settings;
use crate::schedules::seeds;

/// Makes random moves and steps, most as part of commands.
fn go_on(tree: &mut Tree<Checker>, dice: &mut Dice) {
    for _ in 0..1 + dice.below(6) {
        let is_typed = dice.below(4) > 0;
        if is_typed {
            tree.begin_command();
        }
        let action = random_action(dice, tree.timeline().world());
        let text = action.to_string();
        // A refused move has changed nothing.
        let _ = tree.act(action);
        for _ in 0..dice.below(12) {
            tree.step(u64::MAX);
        }
        if is_typed {
            tree.end_command(&text, CommandEnd::Succeeded);
        }
    }
}

/// Compares the present moment with a replay of its own journal.
fn check(tree: &Tree<Checker>, seed: u64, how: &str) {
    let (here, again) = (tree.timeline(), tree.timeline().replay());
    let (world, replayed) = (here.world(), again.world());
    assert_eq!(world.fingerprint(), replayed.fingerprint(), "seed {seed}, {how}: world");
    assert_eq!(world.event_count(), replayed.event_count(), "seed {seed}, {how}: events");
    assert_eq!(world.now_us(), replayed.now_us(), "seed {seed}, {how}: time");
    assert_eq!(world.violations(), replayed.violations(), "seed {seed}, {how}: violations");
    assert!(here.watch() == again.watch(), "seed {seed}, {how}: checker");
    assert_eq!(here.journal().steps, again.journal().steps, "seed {seed}, {how}: steps");
    let (way, end) = (here.journal(), tree.journal(tree.present()));
    let (commands, all): (Vec<_>, Vec<_>) = (way.commands().collect(), end.commands().collect());
    let whole = commands.iter().zip(&all).take_while(|(one, other)| one == other).count();
    assert!(commands.len() <= whole + 2, "seed {seed}, {how}: {commands:?} of {all:?}");
    let kept = here.events().iter().len().min(again.events().iter().len());
    let last = |timeline: &Timeline<Checker>| {
        timeline.events().iter().rev().take(kept).cloned().collect::<Vec<_>>()
    };
    assert_eq!(last(here), last(&again), "seed {seed}, {how}: history");
}

fn any_branch(tree: &Tree<Checker>, dice: &mut Dice) -> BranchId {
    let all: Vec<BranchId> = tree.branches().collect();
    all[dice.below(all.len())]
}

/// A random place, and how it was found.
fn anywhere(tree: &Tree<Checker>, dice: &mut Dice) -> (Option<Place>, &'static str) {
    let branch = any_branch(tree, dice);
    let world = tree.end(branch).world();
    match dice.below(7) {
        0 => (
            tree.place_of_event(branch, dice.below(world.event_count() as usize + 1) as u64),
            "event",
        ),
        1 => (tree.place_at_time(branch, dice.below(world.now_us() as usize + 1) as u64), "time"),
        2 => (tree.back(1 + dice.below(20) as u64), "back"),
        3 => (tree.forward(1 + dice.below(20) as u64), "forward"),
        4 => (Some(tree.end_of(branch)), "end"),
        5 => (tree.undo_steps().nth(dice.below(3)).map(|(_, place)| place), "undo"),
        _ => (Some(tree.start()), "start"),
    }
}

#[test]
fn every_moment_is_that_of_a_direct_replay() {
    let (mut walks, mut branches) = (0, 0);
    for seed in 1..=seeds() {
        let mut dice = Dice::new(seed);
        let nodes = [1, 2, 3, 5][dice.below(4)];
        let settings = match dice.below(3) {
            0 => Settings::default(),
            _ => random_settings(&mut dice),
        };
        // Mostly with checkpoints every few steps, and so few of them that they are thinned out.
        let mut tree: Tree<Checker> = match dice.below(4) {
            0 => Tree::new(nodes, seed, settings),
            apart => Tree::with_checkpoints(nodes, seed, settings, 3 * apart as u64, 4 * nodes),
        };
        for _ in 0..dice.below(4) {
            go_on(&mut tree, &mut dice);
        }
        for _ in 0..8 {
            let (place, how) = anywhere(&tree, &mut dice);
            let Some(place) = place else { continue };
            let ends: Vec<(BranchId, u64)> = tree
                .branches()
                .map(|branch| (branch, tree.end(branch).world().fingerprint()))
                .collect();
            tree.go_to(place);
            check(&tree, seed, how);
            // Going somewhere changes no branch.
            for (branch, fingerprint) in
                ends.iter().filter(|(id, _)| tree.branches().any(|b| b == *id))
            {
                assert_eq!(tree.end(*branch).world().fingerprint(), *fingerprint, "seed {seed}");
            }
            walks += 1;
            if dice.below(3) == 0 {
                go_on(&mut tree, &mut dice);
                check(&tree, seed, "moves in the past");
            }
        }
        branches += tree.branches().count();
    }
    assert!(walks > 4 * seeds() && branches > 2 * seeds() as usize, "{walks} {branches}");
}

/// Back and forward are the mirror of each other, and reach every step.
#[test]
fn back_and_forward_meet() {
    for seed in 1..=seeds() {
        let mut dice = Dice::new(seed);
        let mut tree: Tree<Checker> = Tree::new(3, seed, Settings::default());
        go_on(&mut tree, &mut dice);
        let end = tree.timeline().world().fingerprint();
        let mut seen = vec![tree.here()];
        while let Some(place) = tree.back(1) {
            tree.go_to(place);
            seen.push(tree.here());
        }
        assert_eq!(tree.timeline().world().event_count(), 0, "seed {seed}");
        assert_eq!(tree.here().moment.at, Position::default(), "seed {seed}");
        while let Some(place) = tree.forward(1) {
            // Pauses at the very end of a command are passed on the way back, too.
            tree.go_to(place);
        }
        assert!(!tree.is_past(), "seed {seed}");
        assert_eq!(tree.timeline().world().fingerprint(), end, "seed {seed}");
        let steps = tree.timeline().journal().steps;
        assert!(seen.len() as u64 > steps, "seed {seed}: {} of {steps}", seen.len());
    }
}
