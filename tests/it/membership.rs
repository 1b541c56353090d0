//! The members of a cluster, through the language: learners, one voter at a time, joint consensus,
//! leaders and followers that are removed, changes that are deleted, restarts in the midst.

use raftsh::session::{Session, Start};

use crate::surroundings;

/// Runs a script, which must succeed; returns its output.
#[track_caller]
fn succeeds(text: &str) -> String {
    surroundings::succeeds(Session::new(Start::default()), text)
}

/// `n1` leads three nodes and has committed its first entry; two nodes run beside them.
const LED: &str = "cluster 3 --spare 2; set timers off; set noop on; timeout n1; settle
    expect leader == n1 and n1.commit == 1";

fn each(scripts: &[&str]) {
    for rest in scripts {
        succeeds(&format!("{LED}\n{rest}"));
    }
}

#[test]
fn voters_and_learners_come_and_go() {
    each(&[
        "member add n4; settle; expect n1.members == n1..n4 and n2.members == n1..n4 and op == ok
         expect n4.last == 2",
        "member add n4 --learner; settle; expect n1.members == n1..n3 and n1.learners == n4
         expect n4.last == 2 and op == ok
         !member add n4; !member add n4 --learner; expect n1.last == 2
         member promote n4; settle; expect n1.members == n1..n4 and n1.learners == none
         !member promote n4",
        // What changes nothing, or cannot be, is refused.
        "!member add n1; !member promote n4; !member remove n5; !member leave; !member set n1..n3
         !member set n1,n9; !member add n4 --at n2; expect n1.last == 1",
        "member remove n2; settle; expect n1.members == n1,n3; !member remove n2
         member remove n3; settle; expect n1.members == n1; !member remove n1",
        // One change at a time.
        "hold n1 all; member add n4; !member remove n2; release; settle; member remove n2; settle
         expect n1.members == n1,n3,n4",
        // Learners have no vote, neither in elections nor over entries.
        "member add n4 --learner; settle; !timeout n4; kill n2,n3; put x=1; settle
         expect op == pending and n4.last == 3",
    ]);
}

#[test]
fn joint_configurations() {
    each(&[
        // The leader leaves the joint configuration by itself, with a second entry.
        "member set n1,n4,n5; settle
         expect n1.members == n1,n4,n5 and n1.outgoing == none and n1.last == 3",
        "member set n1,n4,n5 --stay; settle
         expect n1.outgoing == n1..n3 and n1.members == n1,n4,n5
         !member add n2; !member set n1; member leave; settle; expect n1.outgoing == none",
        "member set n1,n2 --learners n3; settle; expect n1.members == n1,n2 and n1.learners == n3",
        // Each decision needs both majorities: the old one alone commits nothing, nor the new one.
        "member set n1,n4,n5 --stay; settle; isolate n4,n5; put x=1; settle; expect op == pending",
        "member set n1,n4,n5 --stay; settle; isolate n2,n3; put x=1; settle; expect op == pending",
        "member set n1,n4,n5 --stay; settle; isolate n2,n5; put x=1; settle; expect op == ok",
        // Nor does one of them elect.
        "member set n1,n4,n5 --stay; settle; tick n1; settle; isolate n4,n5; timeout n2; settle
         expect n2.role == candidate",
        "member set n1,n4,n5 --stay; settle; tick n1; settle; isolate n2,n3; timeout n4; settle
         expect n4.role == candidate",
        "member set n1,n4,n5 --stay; settle; tick n1; settle; isolate n3,n5; timeout n2; settle
         expect n2.role == leader",
        // A leader of the old voters only hands the cluster over to the new ones.
        "member set n4,n5; settle; expect n1.role == follower and n1.outgoing == none
         timeout n4; settle; expect leader == n4 and leader.members == n4,n5",
    ]);
}

#[test]
fn a_leader_that_is_removed_steps_down() {
    each(&[
        "member remove n1; expect n1.role == leader and n1.members == n2,n3; settle
         expect n1.role == follower and n1.commit == 2 and op == ok; !timeout n1
         timeout n2; settle; expect leader == n2",
        // It counts neither itself nor fewer than the others' majority.
        "cut n1 n2; member remove n1; settle
         expect n1.role == leader and n1.commit == 1 and op == pending",
    ]);
}

#[test]
fn who_was_removed_and_does_not_know_cannot_win() {
    each(&[
        "member remove n3; settle; timeout n3; settle
         expect n3.term == 2 and n3.role == candidate and n3.members == n1..n3
         timeout n1; settle; expect leader == n1",
        // It may still decide about others: the old configuration is the one that it has.
        "hold n1 n2; member remove n2; settle; expect n1.members == n1,n3 and op == ok
         expect n2.members == n1..n3",
    ]);
}

#[test]
fn a_change_that_is_deleted_counts_no_more() {
    each(&[
        "isolate n1; member add n4; settle; expect n1.members == n1..n4; timeout n2; settle
         expect leader.term == 2; heal; tick n2; settle; tick n2; settle
         expect n1..n3.members == n1..n3 and op == unknown and n4.members == none",
        // One that a crash has lost, too.
        "member add n4; expect n1.members == n1..n4; kill n1; restart n1
         expect n1.members == n1..n3",
    ]);
}

#[test]
fn restarts_in_the_midst_of_a_change() {
    each(&[
        "isolate n1; member set n1,n4,n5 --stay; settle; kill n1; restart n1
         expect n1.members == n1,n4,n5 and n1.outgoing == n1..n3
         heal; timeout n1; settle; tick n1; settle
         expect n1.role == leader and n1.outgoing == n1..n3 and n1.commit == 3",
        "member set n1,n4,n5 --stay; settle; kill all; restart all; timeout n1; settle; tick n1
         settle; member leave; settle
         expect leader.members == n1,n4,n5 and leader.outgoing == none",
        // A later leader ends the joint configuration that an earlier one began.
        "isolate n1; member set n1,n4,n5; settle; kill n1; restart n1; heal; timeout n1; settle
         tick n1; settle; expect n1.role == leader and n1.outgoing == none",
    ]);
}

#[test]
fn nobody_campaigns_before_it_is_told_of() {
    each(&[
        "set timers on; run 3s; expect n4.term == 0 and n5.term == 0 and n4.role == follower",
        "!timeout n4; expect n4.role == follower and n4.term == 0",
        "member add n4 --learner; settle; !timeout n4; member promote n4; settle; tick n1; settle
         timeout n4; settle; expect n4.role == leader",
    ]);
}

#[test]
fn snapshots_carry_the_configuration() {
    each(&[
        "isolate n5; member add n5 --learner; settle; snapshot n1; settle; heal; tick n1; settle
         expect n5.snapshot == 2 and n5.learners == n5
         kill n5; restart n5; expect n5.learners == n5",
        "member set n1,n4,n5; settle; tick n1; settle; snapshot n1,n4; settle
         expect n1.first == 4 and n1.log == []; kill n1,n4; restart n1,n4
         expect n1.members == n1,n4,n5 and n1.outgoing == none and n4.members == n1,n4,n5
         timeout n4; settle; expect n4.role == leader",
    ]);
}

#[test]
fn nodes_that_run_beside_the_cluster_are_part_of_its_history() {
    each(&[
        // `boot` adds one more; going back takes it away again.
        "boot; expect n6.members == none; back 1; !status n6; forward 1; member add n6; settle
         expect n1.members == n1..n3,n6",
        "mark here; member add n4; settle; goto here; expect n1.members == n1..n3
         member add n5; settle; expect n1.members == n1..n3,n5; undo; redo; expect n1.members == n1..n3,n5",
    ]);
}

#[test]
fn removed_nodes_are_switched_off_by_mend() {
    let said = succeeds(&format!(
        "{LED}; set timers on; member remove n3 --wait; run 2s; mend
         expect n3.state == down and safe"
    ));
    assert!(said.contains("powered off: "), "{said}");
}

#[test]
fn spares_and_removed_nodes_break_no_agreement() {
    succeeds(&format!(
        "{LED}; set timers on; member remove n3 --wait; put x=1 --wait; run until agree within 5s
         run until quiet within 5s; expect agree and safe"
    ));
}

/// A leader that hands over appends nothing: it leaves a joint configuration once nobody has taken
/// over.
#[test]
fn a_leader_that_hands_over_stays_in_a_joint_configuration() {
    let handing_over = "hold all n5; member set n1..n5 --learners none; transfer n5; settle
        expect n1.commit == 2 and n1.last == 2 and safe; members";
    let said = succeeds(&format!("{LED}; {handing_over}"));
    assert!(said.contains("joint: every decision needs"), "{said}");
    let said = succeeds(&format!(
        "{LED}; {handing_over}; set timers on n1; run until n1.commit == 3 within 2s
         expect leader == n1 and n1.term == 1 and n1.members == n1..n5 and safe; members"
    ));
    assert!(said.contains("gave up"), "{said}");
}

/// A node that was removed and comes back is new to the leader.
#[test]
fn a_node_that_was_removed_and_returns_begins_at_0() {
    each(&["put x=1; settle; member remove n2; settle; hold n1 n2; member add n2; settle
         expect n1.match.n2 == 0 and safe
         release; tick n1; settle; expect n1.match.n2 == n1.last and safe"]);
}

/// A leader may be no voter of either set: it campaigned because it did not know that its removal
/// was committed.
#[test]
fn a_leader_that_learns_of_its_removal_steps_down_in_a_joint_configuration() {
    succeeds(
        "cluster 4 --spare 1; set timers off; set noop on; timeout n1; settle
         member set n1..n3 --learners n4; settle; tick n1; settle
         member set n2,n3,n5 --learners n4 --stay; settle; tick n1; settle; tick n1; settle
         kill all; restart all; timeout n4; run until n4.role == leader within 1s; settle
         expect no-leader and n4.role == follower and n4.commit == n4.last and safe",
    );
}
