//! A recorded run as moves by hand.
//!
//! The run is made again, and beside it a second cluster in which nothing happens by itself. What
//! happened in the first one is done in the second one by hand ([`HandCopy`]).

use super::super::moves::Scene;
use super::super::stage::{Arena, Stage as _};
use super::form::Form;
use super::goal::Goal;
use super::hand_copy::HandCopy;
use super::recording::Recording;
use crate::sim::Action;

/// The most steps of a recorded run. A longer one is not made again.
const STEPS_MAX: u64 = 5_000_000;

/// The run as moves by hand, up to where it reached its goal.
pub(super) fn by_hand(recording: &Recording, form: Form, goal: &Goal) -> Scene {
    watched(recording, form, goal, |_, _| {})
}

/// As [`by_hand`]. `watch` sees both clusters after each move and step of the recorded run.
fn watched(
    recording: &Recording,
    form: Form,
    goal: &Goal,
    mut watch: impl FnMut(&Arena, &HandCopy),
) -> Scene {
    let Recording { nodes, seed, settings, actions } = recording;
    let mut recorded = Arena::new(*nodes, *seed, *settings);
    let mut copy = HandCopy::new(*nodes, *seed, form.settings(*settings, goal), form);
    let mut steps = 0;
    for action in actions {
        let count = if let Action::Step(count) = action { *count } else { 1 };
        for _ in 0..count {
            if let Action::Step(_) = action {
                if steps == STEPS_MAX || !recorded.step(u64::MAX) {
                    break;
                }
                steps += 1;
            } else if recorded.act(action.clone()).is_ok() {
                copy.repeat(action, &recorded);
            }
            copy.follow(&recorded);
            watch(&recorded, &copy);
            if goal.after_move(recorded.world()).is_some() {
                return copy.into_scene();
            }
        }
    }
    if goal.mends() {
        copy.let_time_pass();
    }
    copy.into_scene()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raft::Flaw;
    use crate::search::moves::Tags;
    use crate::search::plan::Plan;
    use crate::search::trial;
    use crate::sim::World;

    /// After how many moves and steps both clusters are compared.
    const EVERY: usize = 100;

    /// Compares the clusters, at the same time. Returns what differs.
    fn differences(recorded: &World, mut copied: Arena) -> Vec<String> {
        let left_us = recorded.now_us() - copied.world().now_us();
        let _ = copied.act(Action::Wait(left_us));
        recorded.differences(copied.world())
    }

    /// Repeats by hand what a storm did, compares the clusters on the way, and then the end of the
    /// scene with that of the storm. Returns how many moves and steps there were.
    fn compare(flaws: &[Flaw], seed: u64) -> usize {
        let plan = Plan { flaws: flaws.to_vec(), for_us: 1_500_000, ..Plan::default() };
        let (timeline, _) = trial::record(&plan, seed);
        let recording = Recording::of(timeline.journal());
        let mut nth = 0;
        let scene = watched(&recording, Form::EXACT, &Goal::Violated("none"), |recorded, copy| {
            nth += 1;
            if nth % EVERY == 0 {
                let found = differences(recorded.world(), copy.arena().clone());
                assert_eq!(found, [""; 0], "{flaws:?}, seed {seed}, move or step {nth}");
            }
        });
        let (mut arena, mut tags) = (scene.arena(), Tags::default());
        for one in &scene.moves {
            assert!(one.make(&mut arena, &mut tags), "{one:?} changes nothing");
        }
        let found = differences(timeline.world(), arena);
        assert_eq!(found, [""; 0], "{flaws:?}, seed {seed}, in the end");
        nth
    }

    /// Every node ends as in the recorded run, whatever the storm and the flaw did.
    #[test]
    fn storms_are_repeated_exactly() {
        let flaws = Flaw::ALL.iter().map(std::slice::from_ref).chain([[].as_slice(); 20]);
        let steps: usize = (1..).zip(flaws).map(|(seed, flaws)| compare(flaws, seed)).sum();
        assert!(steps > 20_000, "{steps}");
    }
}
