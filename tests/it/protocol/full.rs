//! A node whose disk is full: it stays up, and promises nothing that it cannot keep.

use raftsh::raft::{
    Body, DiskSpace, Index, Input, Message, Note, Output, Position, RequiredWrite, RoleChange,
    RoleName, Round, Term, Timer, VoteRefusal,
};

use super::bench::{Bench, accepted, append, at, id, message, node, propose, sent, sets_timer};

fn writes(out: &[Output]) -> usize {
    out.iter().filter(|output| matches!(output, Output::Write { .. })).count()
}

fn notes(out: &[Output], note: Note) -> bool {
    out.contains(&Output::Note(note))
}

fn told(bench: &mut Bench, room: DiskSpace) -> Vec<Output> {
    bench.settled(Input::DiskSpace(room))
}

fn only(out: &[Output]) -> Message {
    let messages = sent(out);
    assert_eq!(messages.len(), 1, "{messages:?}");
    messages[0].clone()
}

/// It acknowledges those entries of the message that it holds, and takes no others, whether they
/// are new or conflict with its own.
#[test]
fn a_full_follower_vouches_for_what_it_has() {
    for room in [DiskSpace::Votes, DiskSpace::Nothing] {
        for (what, log, prev, new, expected) in [
            ("new entries", &[1, 1][..], at(2, 1), &[3, 3][..], 2),
            ("some are there", &[1, 1], at(1, 1), &[1, 3], 2),
            ("a conflict", &[1, 2], at(1, 1), &[3], 1),
            ("a heartbeat", &[1, 2], at(2, 2), &[], 2),
            ("all there", &[1, 2], at(0, 0), &[1, 2], 2),
        ] {
            let mut follower = node(2, 3, 3, None, log);
            told(&mut follower, room);
            let out = follower.settled(append(1, 2, 3, prev, new, 9));
            let verified = Index(expected);
            assert_eq!(
                only(&out).body,
                Body::AppendEntriesAccepted { match_index: verified, round: Round(0) },
                "{what}"
            );
            assert_eq!(follower.terms(), log, "{what}");
            assert_eq!(writes(&out), 0, "{what}");
            assert!(sets_timer(&out, Timer::Election), "{what}: it has heard of its leader");
            assert_eq!(follower.report.commit, verified, "{what}: what it verified it may commit");
            let forgone = Note::WriteForgone { need: RequiredWrite::Entry(verified.next()) };
            assert_eq!(notes(&out, forgone), expected < prev.index.0 + new.len() as u32, "{what}");
            told(&mut follower, DiskSpace::Plenty);
            follower.settled(append(1, 2, 3, prev, new, 9));
            assert_eq!(
                follower.terms().len(),
                prev.index.0 as usize + new.len(),
                "{what}: room again"
            );
        }
    }
}

/// With room for votes it votes. With none, it only repeats a vote that it has given, and does not
/// move to a later term.
#[test]
fn a_full_node_votes_if_it_can_remember_it() {
    let ask = |term| message(1, 2, term, Body::RequestVote { last_log: at(0, 0), transfer: false });
    for (room, vote, term, expected) in [
        (DiskSpace::Votes, None, 3, Some(true)),
        (DiskSpace::Votes, None, 4, Some(true)),
        (DiskSpace::Nothing, None, 3, Some(false)),
        (DiskSpace::Nothing, Some(1), 3, Some(true)),
        (DiskSpace::Nothing, None, 4, None),
        (DiskSpace::Nothing, None, 2, Some(false)),
    ] {
        let mut voter = node(2, 3, 3, vote, &[]);
        told(&mut voter, room);
        let out = voter.settled(ask(term));
        let answer = sent(&out).pop().map(|message| message.body);
        let expected_body = expected.map(|granted| Body::RequestVoteReply { granted });
        assert_eq!(answer, expected_body, "{room:?} {vote:?} asked in {term}");
        assert_eq!(voter.disk.current_term, voter.term(), "what it says is on its disk");
        if expected.is_none() {
            assert_eq!(voter.term(), Term(3));
            assert!(notes(&out, Note::WriteForgone { need: RequiredWrite::Term(Term(4)) }));
        }
        let refused = Note::VoteRefused {
            term: Term(term),
            candidate: id(1),
            candidate_log: Position::default(),
            why: VoteRefusal::NoRoom,
        };
        assert_eq!(notes(&out, refused), room == DiskSpace::Nothing && term == 3 && vote.is_none());
    }
}

/// A node whose disk is full becomes a follower in its own term.
fn gave_up(was: RoleName, term: u32) -> Note {
    let (role, why, term) = (RoleName::Follower, RoleChange::DiskFull, Term(term));
    Note::RoleChanged { role, term, was, was_term: term, why }
}

/// A leader steps down, a candidate gives up, and neither runs for election before there is room
/// again.
#[test]
fn a_full_node_does_not_lead() {
    let mut leader = node(1, 3, 0, None, &[]);
    leader.settled(Input::Timeout(Timer::Election));
    leader.elect(1, &[2]);
    leader.settled(propose(7));
    let out = told(&mut leader, DiskSpace::Votes);
    assert!(notes(&out, gave_up(RoleName::Leader, 1)));
    assert!(
        sets_timer(&out, Timer::Election) && out.contains(&Output::CancelTimer(Timer::Heartbeat))
    );
    assert_eq!(leader.report.leader, None);
    leader.settled(accepted(2, 1, 1, 1));
    assert_eq!(leader.report.commit, Index(0), "it no longer counts");

    let out = leader.settled(Input::Timeout(Timer::Election));
    assert!(
        notes(&out, Note::WriteForgone { need: RequiredWrite::Leading })
            && sets_timer(&out, Timer::Election)
    );
    assert!(sent(&out).is_empty() && leader.term() == Term(1));

    told(&mut leader, DiskSpace::Plenty);
    leader.settled(Input::Timeout(Timer::Election));
    assert_eq!((leader.report.role, leader.term()), (RoleName::Candidate, Term(2)));
    let out = told(&mut leader, DiskSpace::Nothing);
    assert!(notes(&out, gave_up(RoleName::Candidate, 2)));
    leader.settled(message(2, 1, 2, Body::RequestVoteReply { granted: true }));
    assert!(!leader.leads(), "votes come too late");
}
