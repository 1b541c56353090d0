//! Snapshots, through the language: taking them, what they contain, crashes at every point,
//! sending them, damage.

use crate::surroundings::{self, three_nodes};

/// Runs a script on a cluster of three, which must succeed; returns its output.
#[track_caller]
fn succeeds(text: &str) -> String {
    surroundings::succeeds(three_nodes(), text)
}

const LED: &str = "set timers off; timeout n1; settle; expect leader == n1";

fn each(scripts: &[&str]) {
    for rest in scripts {
        succeeds(&format!("{LED}\n{rest}"));
    }
}

#[test]
fn the_log_goes_once_the_snapshot_is_durable() {
    each(&[
        "put x=1; settle; tick n1; settle; snapshot n2; expect n2.first == 1 and n2.snapshot == 0
         settle; expect n2.first == 2 and n2.snapshot == 1 and n2.last == 1
         expect n2.kv.x == 1 and n2.log == []",
        "repeat 5 { put x=1 }; settle; snapshot n1 --keep 2; settle
         expect n1.first == 4 and n1.snapshot == 5 and n1.last == 5 and n1.log == [1,1]",
        // Nothing new was applied.
        "snapshot n1; settle; expect n1.snapshot == 0",
        "put x=1; settle; snapshot n1; settle; snapshot n1; settle; expect n1.snapshot == 1",
        // Only nodes that are up can take one.
        "kill n2; !snapshot n2",
        "put x=1; settle; pause n1; !snapshot n1",
        // What was discarded is committed all the same.
        "put x=1; put y=2; settle; tick n1; settle; snapshot all; settle
         expect committed x=1 and committed y=2 and all.kv.x == 1 and agree
         put x=3; settle; expect committed x=3",
        // A vote, a truncation and further entries follow it.
        "put x=1; settle; tick n1; settle; snapshot n2; settle; isolate n2; timeout n2; heal
         settle; expect n2.term == 2; kill n2; restart n2; expect n2.term == 2 and n2.vote == n2",
    ]);
}

#[test]
fn a_node_starts_from_its_snapshot() {
    each(&[
        "put x=1; settle; snapshot n1; kill n1; restart n1
         expect n1.first == 1 and n1.snapshot == 0 and n1.last == 1 and n1.commit == 0",
        "put x=1; settle; snapshot n1; settle; kill n1; restart n1
         expect n1.first == 2 and n1.snapshot == 1 and n1.last == 1
         expect n1.commit == 1 and n1.applied == 1 and n1.kv.x == 1",
        "put x=1; settle; snapshot n1; settle; put y=2; settle; kill n1; restart n1
         expect n1.first == 2 and n1.last == 2 and n1.commit == 1 and n1.kv.y == none
         timeout n1; settle; put z=3; settle; tick n1; settle; expect all.kv.z == 3 and agree",
    ]);
}

/// The leader takes a snapshot while it writes entries; every number of its disk's writes is
/// finished before it crashes, and the unfinished ones are lost, kept or torn.
#[test]
fn a_crash_at_every_point_loses_nothing() {
    for finished in 0..=6 {
        for tail in ["lose", "keep", "torn", "any"] {
            let sync = "disk sync n1; ".repeat(finished);
            succeeds(&format!(
                "{LED}; set crash-tail {tail}; set sessions on
                 put x=1; put x=2; settle; disk slow n1 1s; isolate n1
                 put y=3; snapshot n1; put y=4; put y=5; {sync}
                 kill n1; disk restore n1; restart n1; heal
                 expect n1.state == up and n1.last >= 2 and n1.term == 1
                 expect n1.snapshot == 0 and n1.first == 1 or n1.snapshot == 2 and n1.first == 3
                 timeout n1; settle; put z=6; settle; tick n1; settle
                 expect committed x=1 and committed x=2 and all.kv.x == 2 and all.kv.z == 6
                 expect safe and agree"
            ));
        }
    }
}

/// The same for a follower that installs the leader's snapshot.
#[test]
fn a_crash_at_every_point_of_installing() {
    for finished in 0..=3 {
        for tail in ["lose", "keep", "torn", "any"] {
            let sync = "disk sync n3; ".repeat(finished);
            succeeds(&format!(
                "{LED}; set crash-tail {tail}; isolate n3
                 put x=1; put x=2; settle; snapshot n1; settle; disk slow n3 1s; heal; tick n1
                 run until event snapshot_installed; {sync}
                 kill n3; disk restore n3; restart n3
                 expect n3.state == up
                 expect n3.snapshot == 0 and n3.last == 0 or n3.snapshot == 2 and n3.kv.x == 2
                 settle; tick n1; settle; tick n1; settle
                 expect n3.kv.x == 2 and safe and agree"
            ));
        }
    }
}

#[test]
fn a_leader_sends_what_it_has_discarded() {
    each(&[
        "isolate n3; put x=1; put x=2; settle; snapshot n1; settle; heal; tick n1; settle
         expect n3.snapshot == 2 and n3.kv.x == 2 and n3.first == 3
         put x=3; settle; tick n1; settle; expect n3.kv.x == 3 and n3.last == 3",
        // Late, after the follower got entries behind it: it keeps them.
        "isolate n3; put x=1; settle; snapshot n1; settle; heal; hold n1 n3; tick n1; settle
         deliver n1 n3 --all; settle; put x=2; settle; deliver n1 n3 --all; settle; tick n1
         deliver n1 n3 --all; settle; expect n3.last == 2",
        // Repeated, and overtaken by a later one.
        "isolate n3; put x=1; settle; snapshot n1; settle; heal; hold n1 n3
         tick n1; tick n1; put x=2; settle; snapshot n1; settle; tick n1; release; settle
         tick n1; settle; expect n3.last == 2 and n3.kv.x == 2",
        // A snapshot of a leader that is deposed is refused.
        "isolate n3; put x=1; settle; snapshot n1; settle; heal; hold n1 n3; tick n1; settle
         timeout n2; settle; expect n3.term == 2; release; settle; expect safe",
        // Under loss, delay and duplicates.
        "set timers on; set noop on; set loss 30%; set duplicate 20%; set snapshot-every 3; isolate n3
         repeat 12 { put x=1; run 60ms }; heal; run 2s; set loss 0
         run until agree within 10s; expect all.kv.x == 1 and n3.snapshot > 0 and safe",
    ]);
}

/// A follower whose log has the snapshot's last entry keeps what is behind it.
#[test]
fn a_longer_log_that_matches_stays() {
    each(&["put x=1; put x=2; settle; snapshot n1; settle; disk lie n3; put x=3; settle
            isolate n3; heal; hold n3 n1; tick n1; settle; expect n3.last == 3; release; settle
            expect n3.last == 3 and n3.first == 1 and safe"]);
}

#[test]
fn what_is_in_a_snapshot() {
    each(&[
        // The sessions of clients.
        "set sessions on; incr x --client c1; settle; tick n1; settle; snapshot all; settle
         kill all; restart all; timeout n1; settle; tick n1; settle
         retry op1; settle; tick n1; settle; expect all.kv.x == 1 and safe",
        // Its term: the next entry's consistency check needs it.
        "put x=1; settle; tick n1; settle; snapshot all; settle; kill all; restart all; timeout n2
         settle; put n2 x=2; settle; tick n2; settle; expect all.log == [2] and all.kv.x == 2",
    ]);
}

#[test]
fn a_damaged_snapshot_halts_the_node() {
    each(&["!corrupt n1 --snapshot; put x=1; settle; tick n1; settle; snapshot n3; settle
            corrupt n3 --snapshot; expect n3.state == up; kill n3; restart n3
            expect n3.state == halted; restart n3; expect n3.state == halted"]);
    let said = succeeds(&format!(
        "{LED}; put x=1; settle; snapshot n1; settle; corrupt n1 --snapshot; disk show n1; kill n1
         restart n1"
    ));
    assert!(
        said.contains("n1 halted: the snapshot up to entry 1 on its disk is damaged"),
        "{said}"
    );
    assert!(said.contains("damaged"), "{said}");
}

#[test]
fn nodes_take_them_by_themselves() {
    each(&[
        "set snapshot-every 2; repeat 5 { put x=1; settle; tick n1; settle }
         expect all.snapshot == 4 and all.first == 5 and all.last == 5",
        "set snapshot-every 2 n1; repeat 5 { put x=1; settle; tick n1; settle }
         expect n1.snapshot == 4 and n2.snapshot == 0",
        "set snapshot-every 2; repeat 3 { put x=1; settle; tick n1; settle }
         set snapshot-every off; repeat 3 { put x=1; settle; tick n1; settle }
         expect all.snapshot == 2",
    ]);
}

#[test]
fn snapshots_are_part_of_history() {
    each(&[
        "put x=1; settle; mark here; snapshot n1; settle; put x=2; settle; expect n1.first == 2
         goto here; expect n1.first == 1 and n1.kv.x == 1; put x=3; settle
         expect n1.first == 1 and n1.kv.x == 3",
        "put x=1; settle; snapshot n1; settle; kill n1; restart n1; expect n1.kv.x == 1
         undo; undo; redo; redo; expect n1.kv.x == 1 and n1.snapshot == 1",
    ]);
}

/// A snapshot contains a configuration, and a node that was booted learns it only from an entry.
#[test]
fn without_a_configuration_there_is_no_snapshot() {
    let said = succeeds(
        "cluster 3 --spare 1; set timers off; set noop on; timeout n1; settle; put x=1; settle
         set batch 1; set snapshot-every 2 n4; member add n4 --learner; run until n4.applied == 2
         expect n4.members == none; snapshot n4; settle; expect n4.snapshot == 3 and safe",
    );
    assert!(said.contains("n4 does not know the configuration at entry 2"), "{said}");
}

/// A leader's snapshot may overtake one of the node's own that is still being written.
#[test]
fn an_installed_snapshot_overtakes_an_own_one() {
    succeeds(
        "cluster 3; set timers off; set noop on; timeout n1; settle; repeat 4 { put x=1; settle }
         tick n1; settle; disk slow n2 2s; snapshot n2; hold n1 n2; put x=2; run 200ms; snapshot n1
         run 200ms; drop --all; release n1 n2; tick n1; run 5s; disk restore n2; timeout n2; settle
         expect leader == n2 and n2.snapshot == 6; boot; member add n4 --learner; settle; tick n2
         settle; expect n4.snapshot == 6 and safe",
    );
}

/// A change of settings takes no snapshot: what is due is taken with the next event.
#[test]
fn other_settings_take_no_snapshot() {
    each(&["put x=1; settle; put x=2; settle; tick n1; settle; set snapshot-every 2 n1
         set disk-latency 0us; set check-quorum on n1; expect n1.snapshot == 0; tick n1
         settle; expect n1.snapshot == 2 and safe; history n1 --kind snapshot_taken
         hold n1 n2; put x=3; put x=4; settle; tick n1; settle; tick n1; settle; expect safe"]);
}

/// A snapshot that keeps entries keeps none that an earlier one, still being written, replaces.
#[test]
fn a_second_snapshot_while_the_first_is_written() {
    succeeds(
        "cluster 1; set disk-latency 50ms; set timers off; timeout n1; settle
         repeat 8 { put x=1; settle }; put x=2; run 45ms; put x=3; run until n1.applied == 9
         snapshot n1; run until n1.applied == 10; expect n1.first == 1
         snapshot n1 --keep 5; settle; expect n1.first == 10 and n1.snapshot == 10
         kill n1; restart n1; settle; timeout n1; settle; put x=4; settle
         expect n1.first == 10 and n1.last == 11 and n1.kv.x == 4 and safe",
    );
}
