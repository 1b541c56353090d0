//! The summary of the cluster in the prompt.

use raftsh::history::Timeline;
use raftsh::raft::Flaw;
use raftsh::sim::{Action, LinkDirection};
use raftsh::view::glance::{clock, glance};

fn plain(timeline: &Timeline) -> String {
    glance(timeline.world()).0.iter().map(|span| span.text.as_str()).collect()
}

#[test]
fn what_stands_before_the_prompt() {
    let mut timeline = Timeline::new(3, 1);
    assert_eq!(plain(&timeline), "t=0 no leader 3/3 ");
    while timeline.world().leader().is_none() {
        timeline.step(u64::MAX);
    }
    assert_eq!(plain(&timeline), "t=183ms n3@1 3/3 ");
    timeline.act(Action::Kill(timeline.world().leader().into_iter().collect())).unwrap();
    assert_eq!(plain(&timeline), "t=183ms no leader@1 2/3 ");
    timeline.act(Action::Flaw(Flaw::ALL[0], true)).unwrap();
    assert_eq!(plain(&timeline), "t=183ms no leader@1 2/3 1 flaw ");
    timeline.act(Action::Flaw(Flaw::ALL[1], true)).unwrap();
    assert_eq!(plain(&timeline), "t=183ms no leader@1 2/3 2 flaws ");
}

/// A leader that no majority has answered for an election timeout cannot commit.
#[test]
fn a_leader_that_nobody_answers() {
    let mut timeline = Timeline::new(3, 1);
    while timeline.world().leader().is_none() {
        timeline.step(u64::MAX);
    }
    let leader = timeline.world().leader().into_iter().collect();
    let others = timeline.world().nodes().difference(leader);
    timeline.act(Action::Cut(others, leader, LinkDirection::OneWay)).unwrap();
    while timeline.step(400_000) {}
    let text = plain(&timeline);
    assert!(text.ends_with(" n3@1 3/3 "), "{text}");
    while timeline.step(1_000_000) {}
    let text = plain(&timeline);
    assert!(text.ends_with(" n3@1 hears 1/3 3/3 "), "{text}");
    timeline.act(Action::HealAll).unwrap();
    while timeline.step(1_200_000) {}
    let text = plain(&timeline);
    assert!(text.ends_with(" n3@1 3/3 "), "{text}");
}

#[test]
fn times_at_a_glance() {
    for (us, shown) in [
        (0, "0"),
        (1, "1us"),
        (1_000, "1ms"),
        (183_691, "183ms"),
        (999_999, "999ms"),
        (1_000_000, "1.0s"),
        (59_990_000, "59.9s"),
        (60_000_000, "1m00s"),
        (3_599_999_999, "59m59s"),
        (36_060_000_000, "10h01m"),
    ] {
        assert_eq!(clock(us), shown);
    }
}
