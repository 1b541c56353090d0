//! The main job in a few lines: a leader is elected, a put reaches every store, and a replay is the
//! same run.

use raftsh::history::Timeline;
use raftsh::kv::Command;
use raftsh::sim::Action;

#[test]
fn a_put_reaches_every_node_and_a_replay_is_equal() {
    let mut timeline: Timeline = Timeline::new(5, 1);
    while timeline.world().leader().is_none() {
        assert!(timeline.step(2_000_000), "a leader within two seconds");
    }
    let leader = timeline.world().leader().unwrap();
    timeline
        .act(Action::Invoke(leader, Command::Put { key: "x".into(), value: "5".into() }))
        .unwrap();
    while timeline.step(2_000_000) {}
    assert!(timeline.world().hosts().all(|host| host.store.get("x") == Some("5")));
    assert!(timeline.replay().events().iter().eq(timeline.events().iter()));
}
