//! Voters that change, and logs that have lost their beginning: the protocol must ask its group
//! who votes and its log where it begins.

use raftsh::raft::{
    Body, Configuration, Entry, Group, HardState, Index, Input, Log, NodeId, NodeSet, Output,
    Payload, RoleName, Round, Stage, Term, Ticket, Timer,
};

use super::bench::{Bench, accepted, append, at, entry, id, message, node, node_of, propose, sent};

fn set(numbers: &[u64]) -> NodeSet {
    numbers.iter().map(|&number| id(number)).collect()
}

/// A group of voters, outgoing voters and learners.
fn group(voters: &[u64], outgoing: &[u64], learners: &[u64]) -> Group {
    Group { voters: set(voters), outgoing: set(outgoing), learners: set(learners), stays: false }
}

/// An entry that makes this the group from here on.
fn change(term: u32, group: Group) -> Entry {
    Entry { term: Term(term), payload: Payload::Configuration(Configuration::of(group)) }
}

fn proposal(group: Group) -> Input {
    let Entry { payload, .. } = change(0, group);
    Input::Propose { ticket: Ticket(99), payload }
}

/// The nodes to which messages are sent.
fn receivers(out: &[Output]) -> NodeSet {
    sent(out).into_iter().map(|message| message.to).collect()
}

/// A leader of term 1 among n1, n2, n3.
fn leader() -> Bench {
    let mut leader = node(1, 3, 0, None, &[]);
    leader.settled(Input::Timeout(Timer::Election));
    leader.elect(1, &[2]);
    leader
}

#[test]
fn a_new_group_counts_as_soon_as_it_is_in_the_log() {
    let mut leader = leader();
    let out = leader.settled(proposal(group(&[1, 2, 3, 4, 5], &[], &[])));
    assert_eq!(receivers(&out), set(&[2, 3, 4, 5]));
    leader.settled(accepted(2, 1, 1, 1));
    assert_eq!(leader.report.commit, Index(0), "two of five");
    leader.settled(accepted(5, 1, 1, 1));
    assert_eq!(leader.report.commit, Index(1), "three of five, one of them new");
}

#[test]
fn who_has_left_is_sent_nothing_and_counts_for_nothing() {
    let mut leader = leader();
    leader.settled(proposal(group(&[1, 2], &[], &[])));
    let out = leader.settled(propose(7));
    assert_eq!(receivers(&out), set(&[2]));
    let out = leader.settled(accepted(3, 1, 1, 2));
    assert_eq!((sent(&out).len(), leader.report.commit), (0, Index(0)));
    leader.settled(accepted(2, 1, 1, 2));
    assert_eq!(leader.report.commit, Index(2));
}

#[test]
fn a_leader_outside_of_its_group_does_not_count_itself() {
    let mut leader = leader();
    let out = leader.settled(proposal(group(&[2, 3], &[], &[])));
    assert_eq!(receivers(&out), set(&[2, 3]));
    leader.settled(accepted(2, 1, 1, 1));
    assert_eq!(leader.report.commit, Index(0));
    leader.settled(accepted(3, 1, 1, 1));
    assert_eq!(leader.report.commit, Index(1));
}

#[test]
fn learners_are_sent_entries_and_do_not_count() {
    let mut leader = leader();
    let out = leader.settled(proposal(group(&[1, 2, 3], &[], &[4, 5])));
    assert_eq!(receivers(&out), set(&[2, 3, 4, 5]));
    for learner in [4, 5] {
        leader.settled(accepted(learner, 1, 1, 1));
    }
    assert_eq!(leader.report.commit, Index(0));
    leader.settled(accepted(3, 1, 1, 1));
    assert_eq!(leader.report.commit, Index(1));
}

#[test]
fn between_two_groups_both_have_to_agree() {
    let mut leader = leader();
    leader.settled(proposal(group(&[1, 4, 5], &[1, 2, 3], &[])));
    for (follower, commit) in [(4, 0), (5, 0), (2, 1)] {
        leader.settled(accepted(follower, 1, 1, 1));
        assert_eq!(leader.report.commit, Index(commit), "after n{follower}");
    }
}

#[test]
fn votes_are_asked_and_counted_by_the_group_in_the_log() {
    let joint = group(&[1, 4, 5], &[1, 2, 3], &[6]);
    let log = Log::new([entry(1), change(1, joint), entry(1)].into_iter().collect());
    let disk = HardState { current_term: Term(1), voted_for: None };
    let mut candidate = node_of(group(&[1, 2, 3], &[], &[]), 1, disk, log);
    let out = candidate.settled(Input::Timeout(Timer::Election));
    assert_eq!(receivers(&out), set(&[2, 3, 4, 5]), "a learner is not asked");
    for (voter, leads) in [(6, false), (4, false), (5, false), (3, true)] {
        candidate.settled(message(voter, 1, 2, Body::RequestVoteReply { granted: true }));
        assert_eq!(candidate.leads(), leads, "after n{voter}");
    }
}

#[test]
fn a_group_that_is_deleted_counts_no_more() {
    let larger = group(&[1, 2, 3, 4, 5], &[], &[]);
    let log = Log::new([entry(1), change(1, larger)].into_iter().collect());
    let disk = HardState { current_term: Term(1), voted_for: None };
    let mut follower = node_of(group(&[1, 2, 3], &[], &[]), 1, disk, log);
    follower.settled(append(2, 1, 2, at(1, 1), &[2], 0));
    assert_eq!(follower.terms(), [1, 2]);
    let out = follower.settled(Input::Timeout(Timer::Election));
    assert_eq!(receivers(&out), set(&[2, 3]));
    follower.elect(3, &[3]);
}

/// n1 as leader of term 2. Its log begins after 5@1, and holds 6@1 and 7@1.
fn leader_without_beginning() -> Bench {
    let mut log = Log::new((0..7).map(|_| entry(1)).collect());
    log.forget_through(Index(5));
    let disk = HardState { current_term: Term(1), voted_for: None };
    let mut leader = node_of(group(&[1, 2, 3], &[], &[]), 1, disk, log);
    assert_eq!((leader.report.commit, leader.report.applied), (Index(5), Index(5)));
    leader.settled(Input::Timeout(Timer::Election));
    leader.elect(2, &[2]);
    leader
}

#[test]
fn a_follower_whose_next_entries_are_discarded_is_sent_the_snapshot() {
    let mut leader = leader_without_beginning();
    let refused = |prev: u32, hint| {
        message(
            3,
            1,
            2,
            Body::AppendEntriesRefused { prev_log_index: Index(prev), hint, round: Round(0) },
        )
    };
    let row = |leader: &Bench| {
        let row = leader.progress[2].expect("a leader tells what it knows");
        (row.stage, row.next_index.0, row.match_index.0)
    };
    let bodies = |out: &[Output]| sent(out).into_iter().map(|it| (it.to, it.body)).collect();
    assert_eq!(row(&leader), (Stage::Probe, 8, 0));
    let out = leader.settled(refused(7, at(6, 1)));
    assert_eq!((row(&leader), sent(&out).len()), ((Stage::Probe, 7, 0), 1));
    let out = leader.settled(refused(6, at(3, 1)));
    let sent_now: Vec<(NodeId, Body)> = bodies(&out);
    let [(to, Body::InstallSnapshot { snapshot })] = &sent_now[..] else {
        panic!("one snapshot: {sent_now:?}")
    };
    assert_eq!((*to, snapshot.last), (id(3), at(5, 1)));
    assert_eq!(snapshot.configuration.group(), group(&[1, 2, 3], &[], &[]));
    assert_eq!(row(&leader), (Stage::Snapshot, 5, 0));
    let out = leader.settled(refused(5, at(3, 1)));
    assert_eq!(
        (row(&leader), sent(&out).len()),
        ((Stage::Snapshot, 5, 0), 0),
        "no use in sending it again at once"
    );
    let to_n3 = |out: &[Output]| {
        let all: Vec<(NodeId, Body)> = bodies(out);
        all.into_iter().filter(|(to, _)| *to == id(3)).map(|(_, body)| body).collect::<Vec<_>>()
    };
    let out = leader.settled(Input::Timeout(Timer::Heartbeat));
    let again = to_n3(&out);
    assert!(matches!(again[..], [Body::InstallSnapshot { .. }]), "each heartbeat does: {again:?}");

    // The snapshot's position serves as the entry before those that follow.
    let body = Body::InstallSnapshotReply { match_index: Index(5) };
    let out = leader.settled(message(3, 1, 2, body));
    let rest = to_n3(&out);
    let [Body::AppendEntries { prev_log, entries, .. }] = &rest[..] else {
        panic!("the entries that follow: {rest:?}")
    };
    assert_eq!((*prev_log, entries.len()), (at(5, 1), 2));
    assert_eq!(row(&leader), (Stage::Replicate, 6, 5));
    leader.settled(accepted(3, 1, 2, 7));
    assert_eq!(row(&leader), (Stage::Replicate, 8, 7));
}

#[test]
fn a_follower_takes_what_overlaps_its_base() {
    for (prev_log, new, verified, terms) in [
        (at(2, 1), &[1, 1, 1, 1, 1, 2][..], 8, &[1, 1, 2][..]),
        (at(2, 1), &[1, 1], 4, &[1, 1]),
        (at(5, 1), &[1, 2], 7, &[1, 2]),
        (at(7, 1), &[2], 8, &[1, 1, 2]),
    ] {
        let mut log = Log::new((0..7).map(|_| entry(1)).collect());
        log.forget_through(Index(5));
        let disk = HardState { current_term: Term(1), voted_for: None };
        let mut follower = node_of(group(&[1, 2, 3], &[], &[]), 2, disk, log);
        let out = follower.settled(append(1, 2, 2, prev_log, new, 9));
        let [Body::AppendEntriesAccepted { match_index, .. }] =
            &sent(&out).into_iter().map(|it| it.body).collect::<Vec<_>>()[..]
        else {
            panic!("it takes {new:?} after {prev_log}: {out:?}")
        };
        assert_eq!(
            (match_index.0, &follower.terms()[..]),
            (verified, terms),
            "{new:?} after {prev_log}"
        );
        assert_eq!(follower.report.commit, Index(verified.max(5)), "{new:?} after {prev_log}");
        assert_eq!(follower.report.role, RoleName::Follower);
    }
}

#[test]
fn a_follower_refuses_with_what_it_still_has() {
    let mut log = Log::new((0..7).map(|_| entry(3)).collect());
    log.forget_through(Index(5));
    let disk = HardState { current_term: Term(3), voted_for: None };
    let mut follower = node_of(group(&[1, 2, 3], &[], &[]), 2, disk, log);
    for (prev_log, hint) in [(at(9, 4), at(7, 3)), (at(7, 2), at(5, 3)), (at(5, 2), at(5, 3))] {
        let out = follower.settled(append(1, 2, 4, prev_log, &[4], 0));
        let bodies: Vec<Body> = sent(&out).into_iter().map(|it| it.body).collect();
        let refusal =
            Body::AppendEntriesRefused { prev_log_index: prev_log.index, hint, round: Round(0) };
        assert_eq!(bodies, [refusal], "{prev_log}");
    }
}
