//! What goes beyond figure 2, through the language: pre-vote, check-quorum, a leader that writes
//! first, transfers of leadership, clocks that drift, disks that are wiped.

use raftsh::language::Status;

use crate::surroundings::{self, say, three_nodes};

/// Runs a script on a cluster of three; returns its output and its status.
fn script(text: &str) -> (String, Status) {
    let (said, _, status) = say(&mut three_nodes(), 200, text);
    (said, status)
}

fn succeeds(text: &str) -> String {
    surroundings::succeeds(three_nodes(), text)
}

const LED: &str = "set timers off; timeout n1; settle; expect leader == n1 and all.term == 1";

#[test]
fn a_pre_candidate_changes_nothing() {
    for rest in [
        // Refused by nodes that hear the leader, and by the leader.
        "timeout n3; settle; expect n3.role == pre-candidate and all.term == 1 and leader == n1
         expect n3.vote == n1 and not (n3.role == follower) and safe",
        // Asked again, it stays what it is.
        "timeout n3; timeout n3; settle; expect n3.role == pre-candidate and n3.term == 1",
        // A heartbeat ends it.
        "timeout n3; settle; tick n1; settle; expect n3.role == follower and n3.leader == n1",
        // Once nobody has heard the leader lately, it wins.
        "isolate n1; run 400ms; timeout n3; settle; expect leader == n3 and n3.term == 2",
        // With a log that is behind, it does not.
        "isolate n3; put n1 x=1; settle; isolate n1; heal n2 n3; run 400ms; timeout n3; settle
         expect n3.role == pre-candidate and n2.term == 1",
        // Switched off, its next timeout is an election.
        "timeout n3; settle; set pre-vote off; timeout n3; expect n3.role == candidate",
        // Without room on its disk it asks for nothing.
        "disk full n3; timeout n3; settle; expect n3.role == follower and n3.term == 1",
    ] {
        succeeds(&format!("set pre-vote on; {LED}; {rest}"));
    }
}

#[test]
fn a_single_node_grants_itself_its_pre_vote() {
    succeeds(
        "cluster 1; set pre-vote on; set check-quorum on; run until leader; run 2s
         expect leader.term == 1",
    );
}

#[test]
fn pre_votes_are_told_with_their_reasons() {
    let said = succeeds(&format!(
        "set pre-vote on; {LED}; timeout n3; settle
         history --kind pre_vote_granted; history --kind pre_vote_refused"
    ));
    for words in [
        "would vote for n1 in term 1",
        "n1   would not vote for n3 in term 2: it leads itself",
        "would not vote for n3 in term 2: it heard from a leader less than an election timeout ago",
    ] {
        assert!(said.contains(words), "{words}\n{said}");
    }
}

#[test]
fn a_leader_checks_its_majority() {
    for rest in [
        "timeout n1; expect n1.role == leader; timeout n1; expect n1.role == follower",
        "timeout n1; tick n1; settle; timeout n1; expect n1.role == leader and safe",
        // One answer of two is enough.
        "timeout n1; isolate n3; tick n1; settle; timeout n1; expect n1.role == leader",
        // Switched off, a leader has no election timer; switched on again, it has.
        "set check-quorum off; !timeout n1; set check-quorum on; timeout n1; expect no-leader",
        // A request for a vote does not move a node that hears the leader.
        "timeout n3; settle; expect n1.term == 1 and n2.term == 1 and n3.term == 2 and safe",
        // Nor one that was started again lately.
        "restart n2; isolate n1; timeout n3; settle; expect n2.term == 1",
        "restart n2; isolate n1; run 400ms; timeout n3; settle; expect leader == n3",
    ] {
        succeeds(&format!("set check-quorum on; {LED}; {rest}"));
    }
    assert!(succeeds(&format!("{LED}; !timeout n1")).contains("its election timer does not run"));
}

#[test]
fn timers_off_stop_the_check() {
    succeeds(
        "set check-quorum on; timeout n1; run until leader; set timers off; isolate n1; run 5s
         expect n1.role == leader; set timers on; run until n1.role == follower within 1s",
    );
}

#[test]
fn a_leader_that_writes_first_sends_nothing_before() {
    succeeds(&format!(
        "set leader-writes-first on; {LED}; set disk-latency 50ms; put n1 x=1; expect messages == 0
         settle; expect n2.last == 1 and op == ok and safe"
    ));
}

#[test]
fn leadership_is_handed_over() {
    for rest in [
        "transfer n2; settle; expect leader == n2 and all.term == 2",
        "transfer n2 --at n1; settle; expect leader == n2",
        "set pre-vote on; set check-quorum on; transfer n3; settle; expect leader == n3",
        "hold n1 n2; put n1 x=1; settle; transfer n2; expect n1.role == leader
         release; settle; expect leader == n2 and n2.log == [1]",
        // It takes no requests meanwhile, and takes them again when it has given up.
        "isolate n2; transfer n2; !put n1 x=1; timeout n1; put n1 x=1
         expect leader == n1 and op == pending",
        // Another transfer takes its place.
        "isolate n2; transfer n2; transfer n3; settle; expect leader == n3",
        "isolate n2; transfer n2; transfer n2; status; expect safe",
        "!transfer n1; !transfer n9; !transfer n2 --at n3; kill n1; !transfer n2; expect safe",
    ] {
        succeeds(&format!("{LED}; {rest}"));
    }
    let json = |rest: &str| succeeds(&format!("timeout n1; run until leader; run 100ms; {rest}"));
    let told = json("transfer n2 --wait; expect n1.term == 2; history --kind transfer_ended");
    assert!(
        told.contains("n1 has handed over") && told.contains("has handed over to n2"),
        "{told}"
    );
    let told = json("isolate n2; !transfer n2 --wait; expect leader == n1");
    assert!(told.contains("n1 gave up"), "{told}");
}

#[test]
fn a_clock_runs_fast_or_slow() {
    for rest in [
        "set heartbeat 100ms; timeout n1; run until leader; drift n1 +100%; run 45ms; run 20ms
         history n1 --kind clock_changed; drift n1 0; drift n1 0; expect safe",
        "drift all +50%; drift n1,n2 -12.5%; status; mend; expect safe",
        "set timers off; drift n1 +100%; drift n1 -90%; set timers on; run until leader",
    ] {
        succeeds(rest);
    }
    assert!(succeeds("drift n2 -10%; status").contains("n2's clock runs 10% slower"));
    for bad in ["drift n1", "drift n1 10", "drift n1 -95%", "drift n1 +101%", "drift n1 ++1%"] {
        assert_eq!(script(bad).1, Status::Usage, "{bad}");
    }
}

#[test]
fn a_wiped_disk_is_empty() {
    succeeds(&format!(
        "{LED}; put n1 x=1; settle; tick n1; settle; disk wipe n3
         expect n3.state == halted and safe; expect n3.term == 0 and n3.vote == none and n3.log == []; disk wipe n3; restart n3
         expect violated term-monotonic"
    ));
    // Nothing was promised yet.
    succeeds("disk wipe n2; restart n2; run until leader; put leader x=1 --wait; expect safe");
}

/// A saved session makes the same history.
#[test]
fn moves_beyond_figure_2_are_saved() {
    let text = "set pre-vote on; set check-quorum on n1; drift n2 +10%; run until leader; run 200ms
                transfer n2 --wait; run 300ms; drift n2 -5%; disk wipe n3; run 1s";
    let mut session = three_nodes();
    let (said, ..) = say(&mut session, 200, text);
    let replay = session.tree().end(session.tree().present()).replay();
    assert_eq!(replay.world().fingerprint(), session.world().fingerprint(), "{said}");
}
