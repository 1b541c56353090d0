//! Judging a recorded history reports what the checker reported while it happened.

use raftsh::check::{Checker, judge};
use raftsh::history::Timeline;
use raftsh::raft::Flaw;
use raftsh::sim::{Event, EventKind, Finding, World};

use crate::flaws::{run, script_of};
use crate::saved::moves::{Dice, random_action};

/// Properties that check what is known of a node beside its events, which a history does not hold;
/// and those of liveness, which only a move asks for.
const BY_OWN_WORD: [&str; 11] = [
    "match-monotonic",
    "match-acknowledged",
    "next-index",
    "snapshot-sent",
    "request-answered",
    "timer-armed",
    "no-silent-change",
    "progress",
    "terms-settle",
    "next-reaches-end",
    "leader-supported",
];

fn found(world: &World, events: &[Event]) -> Vec<(&'static str, u64)> {
    let found =
        judge(world.first_group(), events, world.ops()).into_iter().filter_map(
            |remark| match remark {
                Finding::Violated(violation) => Some((violation.property, violation.event)),
                Finding::Ended(_) | Finding::Undecided(_) => None,
            },
        );
    found.collect()
}

/// For every flaw, the recorded history violates the same properties at the same events, except
/// those that need a node's report.
#[test]
fn a_recorded_history_is_judged_as_it_was() {
    let mut compared = 0;
    // What leader-writes-first forbids is known by the settings, which are in the nodes' reports.
    let by_events = |flaw: &&Flaw| flaw.name() != "sends-before-write";
    for &flaw in Flaw::ALL.iter().filter(by_events) {
        let (session, _, _) = run(&script_of(flaw));
        let world = session.world();
        let events: Vec<Event> = session.events().iter().copied().collect();
        assert_eq!(events.len() as u64, world.event_count(), "{flaw}: all events are kept");
        let by_events = world
            .violations()
            .iter()
            .filter(|violation| !BY_OWN_WORD.contains(&violation.property));
        let expected: Vec<_> =
            by_events.map(|violation| (violation.property, violation.event)).collect();
        assert_eq!(found(world, &events), expected, "{flaw}");
        compared += expected.len();
    }
    assert!(compared >= 20, "{compared}");
}

/// The recorded history of a correct cluster under faults violates nothing.
#[test]
fn a_recorded_history_of_a_correct_cluster_is_blameless() {
    let mut judged = 0;
    for seed in 1..=120 {
        let mut dice = Dice::new(seed);
        let nodes = 1 + dice.below(5);
        let mut timeline: Timeline<Checker> = Timeline::new(nodes, seed);
        for _ in 0..150 {
            let _ = timeline.act(random_action(&mut dice, timeline.world()));
            for _ in 0..dice.below(30) {
                timeline.step(u64::MAX);
            }
            if !timeline.world().violations().is_empty()
                || timeline.world().judging_ended().is_some()
            {
                break;
            }
        }
        let events: Vec<Event> = timeline.events().iter().copied().collect();
        let blamed = |event: &Event| matches!(event.kind, EventKind::PropertyViolated { .. });
        let all = events.len() as u64 == timeline.world().event_count();
        if all && !events.iter().any(blamed) && timeline.world().judging_ended().is_none() {
            assert_eq!(found(timeline.world(), &events), [], "seed {seed}");
            judged += 1;
        }
    }
    assert!(judged > 10, "{judged}");
}
