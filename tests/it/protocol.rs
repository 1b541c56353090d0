//! Rules that random runs seldom reach, tested one by one through the only interface of a node:
//! one input, then its outputs.

mod bench;
mod changes;
mod full;

use raftsh::raft::{
    AppendRefusal, Body, HardState, Index, Input, Message, Note, Output, Position, RoleName, Term,
    Ticket, Timer, VoteRefusal,
};

use bench::{
    Bench, acceptance, accepted, append, at, config, id, message, node, propose, refusal, sent,
    sets_timer,
};

/// Figure 2, RequestVote, receiver: 1. refuse a stale term; 2. grant if the vote is free or the
/// candidate's, and the candidate's log is at least as up to date. The voter is n2 of three, the
/// candidate n1.
#[test]
fn request_vote_receiver_rules() {
    type Row<'a> = (&'a str, u32, Option<u64>, &'a [u32], u32, Position, bool);
    #[rustfmt::skip]
    let rows: &[Row] = &[
        // what                          term  vote     log          asked in, with       granted
        ("stale term",                   3,    None,    &[],         2,  at(9, 2),        false),
        ("free vote, empty logs",        3,    None,    &[],         3,  at(0, 0),        true),
        ("later term, empty logs",       3,    None,    &[],         4,  at(0, 0),        true),
        ("its vote already",             3,    Some(1), &[],         3,  at(0, 0),        true),
        ("another's vote",               3,    Some(3), &[],         3,  at(0, 0),        false),
        ("own vote",                     3,    Some(2), &[],         3,  at(9, 2),        false),
        ("another's vote, later term",   3,    Some(3), &[],         4,  at(0, 0),        true),
        ("equal logs",                   3,    None,    &[1, 2],     3,  at(2, 2),        true),
        ("longer log, same last term",   3,    None,    &[1, 2],     3,  at(3, 2),        true),
        ("shorter log, same last term",  3,    None,    &[1, 2, 2],  3,  at(2, 2),        false),
        ("longer log, earlier term",     3,    None,    &[1, 2],     3,  at(9, 1),        false),
        ("shorter log, later term",      3,    None,    &[1, 1, 1],  3,  at(1, 2),        true),
        ("log behind in a later term",   3,    None,    &[1, 2],     7,  at(1, 1),        false),
    ];
    for &(what, term, vote, log, asked_in, last_log, expected) in rows {
        let mut voter = node(2, 3, term, vote, log);
        let out =
            voter.settled(message(1, 2, asked_in, Body::RequestVote { last_log, transfer: false }));
        let reply = sent(&out).pop().unwrap_or_else(|| panic!("{what}: answered"));
        assert_eq!(reply.body, Body::RequestVoteReply { granted: expected }, "{what}");
        assert_eq!(
            reply.term,
            Term(term.max(asked_in)),
            "{what}: the answer tells the present term"
        );
        assert_eq!(voter.term(), reply.term, "{what}");
        let voted = if expected {
            Some(id(1))
        } else if asked_in > term {
            None
        } else {
            vote.map(id)
        };
        assert_eq!(voter.report.vote, voted, "{what}");
        let disk = HardState { current_term: reply.term, voted_for: voted };
        assert_eq!(voter.disk, disk, "{what}: on disk");
        assert_eq!(
            sets_timer(&out, Timer::Election),
            expected,
            "{what}: only a granted vote resets the timer"
        );
    }
}

/// Figure 2, AppendEntries, receiver, rules 1 to 5. The follower is n2 of three in term 3, the
/// leader n1.
#[test]
fn append_entries_receiver_rules() {
    type Answer = Result<u32, (u32, Position)>;
    type Row<'a> = (&'a str, &'a [u32], u32, Position, &'a [u32], u32, Answer, &'a [u32], u32);
    #[rustfmt::skip]
    let rows: &[Row] = &[
        // what                      log           term prev      entries    commit  answer
        // log after       commit
        ("1: stale term",            &[1, 1],      2,   at(2, 1), &[2],      9, Err((2, at(2, 1))),   &[1, 1],         0),
        ("2: too short",             &[1],         3,   at(3, 2), &[3],      9, Err((3, at(1, 1))),   &[1],            0),
        ("2: other term",            &[1, 1, 1],   3,   at(3, 3), &[3],      9, Err((3, at(3, 1))),   &[1, 1, 1],      0),
        ("2: later term there",      &[1, 2, 2],   3,   at(3, 1), &[3],      9, Err((3, at(1, 1))),   &[1, 2, 2],      0),
        ("empty log, prev 0",        &[],          3,   at(0, 0), &[1, 3],   0, Ok(2),                &[1, 3],         0),
        ("4: appends",               &[1],         3,   at(1, 1), &[2, 3],   0, Ok(3),                &[1, 2, 3],      0),
        ("3: conflict at once",      &[1, 1, 1],   3,   at(1, 1), &[3],      0, Ok(2),                &[1, 3],         0),
        ("3: conflict later",        &[1, 2, 2],   3,   at(1, 1), &[2, 3],   0, Ok(3),                &[1, 2, 3],      0),
        ("3: conflict at index 1",   &[1, 1],      3,   at(0, 0), &[2],      0, Ok(1),                &[2],            0),
        ("no conflict, keeps rest",  &[1, 2, 2],   3,   at(0, 0), &[1],      0, Ok(1),                &[1, 2, 2],      0),
        ("heartbeat keeps rest",     &[1, 2, 2],   3,   at(1, 1), &[],       0, Ok(1),                &[1, 2, 2],      0),
        ("all there already",        &[1, 2, 2],   3,   at(1, 1), &[2, 2],   0, Ok(3),                &[1, 2, 2],      0),
        ("5: leader's commit",       &[1, 1],      3,   at(2, 1), &[],       1, Ok(2),                &[1, 1],         1),
        ("5: last new entry",        &[1],         3,   at(1, 1), &[3],      9, Ok(2),                &[1, 3],         2),
        ("5: heartbeat verifies",    &[1, 2, 2],   3,   at(1, 1), &[],       9, Ok(1),                &[1, 2, 2],      1),
        ("later term",               &[1],         5,   at(1, 1), &[5],      1, Ok(2),                &[1, 5],         1),
    ];
    for &(what, log, term, prev_log, new, leader_commit, answer, log_after, commit) in rows {
        for role in [RoleName::Follower, RoleName::Candidate] {
            let mut follower =
                node(2, 3, if role == RoleName::Follower { 3 } else { 2 }, None, log);
            if role == RoleName::Candidate {
                follower.settled(Input::Timeout(Timer::Election));
            }
            assert_eq!((follower.report.role, follower.term()), (role, Term(3)));
            let out = follower.settled(append(1, 2, term, prev_log, new, leader_commit));
            let expected = match answer {
                Ok(match_index) => acceptance(match_index),
                Err((prev, hint)) => refusal(prev, hint),
            };
            assert_eq!(
                sent(&out).into_iter().map(|reply| reply.body).collect::<Vec<_>>(),
                [expected],
                "{what}"
            );
            assert_eq!(follower.terms(), log_after, "{what}");
            assert_eq!(follower.disk_log, log_after, "{what}: on disk");
            assert_eq!(follower.report.commit, Index(commit), "{what}");
            assert_eq!(follower.report.applied, Index(commit), "{what}");
            let stale = term < 3;
            assert_eq!(
                sets_timer(&out, Timer::Election),
                !stale,
                "{what}: the leader's word resets the timer"
            );
            let after = if stale { role } else { RoleName::Follower };
            assert_eq!(
                follower.report.role, after,
                "{what}: a candidate gives way to its term's leader"
            );
            assert_eq!(follower.report.leader, (!stale).then(|| id(1)), "{what}");
        }
    }
}

/// A refusal gives its true reason.
#[test]
fn refusals_name_their_reason() {
    let mut voter = node(2, 3, 3, Some(3), &[1, 2]);
    let why = |out: &[Output]| {
        out.iter().find_map(|output| match output {
            Output::Note(Note::VoteRefused { why, .. }) => Some(*why),
            _ => None,
        })
    };
    let ask = |term, last_log| message(1, 2, term, Body::RequestVote { last_log, transfer: false });
    assert_eq!(why(&voter.settled(ask(2, at(9, 2)))), Some(VoteRefusal::StaleTerm));
    assert_eq!(why(&voter.settled(ask(3, at(9, 2)))), Some(VoteRefusal::VotedFor(id(3))));
    assert_eq!(why(&voter.settled(ask(4, at(9, 1)))), Some(VoteRefusal::LogBehind(at(2, 2))));
    let out = voter.settled(append(1, 2, 4, at(2, 1), &[], 0));
    let other_term = Output::Note(Note::AppendRefused {
        leader: id(1),
        prev_log: at(2, 1),
        why: AppendRefusal::OtherTerm(Term(2)),
    });
    assert!(out.contains(&other_term), "{out:?}");
}

/// The election timer is reset by granting a vote, by the present leader's AppendEntries and by
/// starting an election. A leader that steps down had none and gets one. Nothing else touches it.
#[test]
fn what_resets_the_election_timer() {
    let granted = Body::RequestVoteReply { granted: true };
    let refused = Body::RequestVoteReply { granted: false };
    let last = Body::RequestVote { last_log: at(0, 0), transfer: false };
    let accepted = acceptance(0);
    for (what, state, input, expected) in [
        ("refused vote, later term", RoleName::Follower, message(1, 2, 9, last.clone()), false),
        (
            "refused vote, later term, candidate",
            RoleName::Candidate,
            message(1, 2, 9, last.clone()),
            false,
        ),
        ("leader deposed by a RequestVote", RoleName::Leader, message(1, 2, 9, last.clone()), true),
        ("leader deposed by an answer", RoleName::Leader, message(1, 2, 9, refused.clone()), true),
        (
            "follower told a later term",
            RoleName::Follower,
            message(1, 2, 9, refused.clone()),
            false,
        ),
        (
            "candidate told a later term",
            RoleName::Candidate,
            message(1, 2, 9, accepted.clone()),
            false,
        ),
        ("a vote that is not enough", RoleName::Candidate, message(4, 2, 4, granted), false),
        ("refusal of a vote", RoleName::Candidate, message(4, 2, 4, refused), false),
        ("an old leader's entries", RoleName::Follower, append(1, 2, 3, at(0, 0), &[1], 1), false),
        ("the leader's entries", RoleName::Follower, append(1, 2, 4, at(0, 0), &[4], 0), true),
        (
            "the leader's entries, refused",
            RoleName::Follower,
            append(1, 2, 4, at(7, 4), &[4], 0),
            true,
        ),
        ("an election", RoleName::Follower, Input::Timeout(Timer::Election), true),
        ("another election", RoleName::Candidate, Input::Timeout(Timer::Election), true),
        ("an answer to the leader", RoleName::Leader, message(1, 2, 4, accepted), false),
        (
            "an election timer that fires at a leader",
            RoleName::Leader,
            Input::Timeout(Timer::Election),
            false,
        ),
    ] {
        let mut bench = node(2, 5, 3, None, &[1]);
        bench.settled(match state {
            RoleName::Follower => message(1, 2, 4, Body::RequestVoteReply { granted: false }),
            _ => Input::Timeout(Timer::Election),
        });
        if state == RoleName::Leader {
            bench.elect(4, &[1, 3]);
        }
        assert_eq!((bench.report.role, bench.term()), (state, Term(4)));
        let out = bench.settled(input);
        assert_eq!(sets_timer(&out, Timer::Election), expected, "{what}");
    }
}

/// Each voter is counted once, and answers of other terms are not counted.
#[test]
fn votes_are_counted_by_voter_and_term() {
    let mut candidate = node(1, 5, 4, None, &[]);
    let vote = |from, term| message(from, 1, term, Body::RequestVoteReply { granted: true });
    candidate.settled(Input::Timeout(Timer::Election));
    for input in [vote(2, 5), vote(2, 5), vote(3, 4), vote(4, 3), vote(2, 5)] {
        candidate.settled(input);
        assert_eq!(candidate.report.role, RoleName::Candidate);
    }
    let out = candidate.settled(vote(5, 5));
    assert!(candidate.leads());
    assert!(
        out.contains(&Output::CancelTimer(Timer::Election)) && sets_timer(&out, Timer::Heartbeat)
    );
    assert_eq!(sent(&out).len(), 4, "it tells everyone at once");
}

/// A cluster of one elects itself and commits alone, but only once its disk has written.
#[test]
fn one_node_alone() {
    let mut alone = node(1, 1, 0, None, &[]);
    alone.step(Input::Timeout(Timer::Election));
    assert_eq!(alone.report.role, RoleName::Candidate, "its vote is not on its disk yet");
    alone.written();
    assert!(alone.leads());
    alone.step(propose(1));
    assert_eq!(alone.report.commit, Index(0));
    let out = alone.written();
    assert_eq!(alone.report.commit, Index(1));
    assert!(out.iter().any(|output| matches!(output, Output::Apply { first: Index(1), .. })));
}

/// Promises wait for the disk: a vote, an acknowledgement or a request for votes comes after its
/// write, and is sent only once that has finished.
#[test]
fn promises_wait_for_the_disk() {
    for input in [
        message(1, 2, 4, Body::RequestVote { last_log: at(0, 0), transfer: false }),
        append(1, 2, 4, at(0, 0), &[4], 0),
        append(1, 2, 4, at(5, 4), &[], 0),
        Input::Timeout(Timer::Election),
    ] {
        let out = node(2, 3, 3, None, &[]).step(input);
        let write = out.iter().position(|output| matches!(output, Output::Write { .. }));
        let send =
            out.iter().position(|output| matches!(output, Output::Send { after: Some(_), .. }));
        assert!(write.is_some() && write < send, "{out:?}");
        assert!(
            !out.iter().any(|output| matches!(output, Output::Send { after: None, .. })),
            "{out:?}"
        );
    }
}

/// A leader counts its own copy only once its disk holds it, and does not need it if others are a
/// majority without it (thesis, §10.2.1).
#[test]
fn a_leader_counts_its_own_disk() {
    for own_disk in [false, true] {
        let mut leader = node(1, 5, 0, None, &[]);
        leader.settled(Input::Timeout(Timer::Election));
        leader.elect(1, &[2, 3]);
        leader.step(propose(1));
        for follower in [2, 3] {
            leader.step(accepted(follower, 1, 1, 1));
        }
        assert_eq!(leader.report.commit, Index(0), "two of five");
        if own_disk {
            leader.written();
        } else {
            leader.step(accepted(4, 1, 1, 1));
        }
        assert_eq!(leader.report.commit, Index(1), "three of five");
    }
}

/// Figure 8: (c) an entry of an earlier term on a majority is not committed; (d2) it is, together
/// with an entry of the leader's own term.
#[test]
fn figure_8() {
    let mut leader = node(1, 5, 3, None, &[1, 2]);
    leader.settled(Input::Timeout(Timer::Election));
    leader.elect(4, &[2, 3]);
    for follower in [2, 3] {
        let out = leader.settled(accepted(follower, 1, 4, 2));
        assert_eq!(leader.report.commit, Index(0), "(c)");
        let held = out.contains(&Output::Note(Note::CommitHeld { held: at(2, 2) }));
        assert_eq!(held, follower == 3, "it says why");
    }
    leader.settled(propose(3));
    leader.settled(accepted(2, 1, 4, 3));
    assert_eq!(leader.report.commit, Index(0));
    leader.settled(accepted(3, 1, 4, 3));
    assert_eq!((leader.report.commit, leader.report.applied), (Index(3), Index(3)), "(d2)");
}

/// A follower that holds entries beyond what a message verified does not commit them.
#[test]
fn follower_overcommit_partial_verified() {
    let mut follower = node(2, 5, 4, None, &[1, 1, 2, 2, 2, 2, 3, 3]);
    follower.settled(append(1, 2, 4, at(4, 2), &[2, 2], 8));
    assert_eq!(follower.report.commit, Index(6));
    assert_eq!(follower.terms(), [1, 1, 2, 2, 2, 2, 3, 3], "nothing conflicts yet");
    follower.settled(append(1, 2, 4, at(6, 2), &[4, 4], 8));
    assert_eq!(follower.report.commit, Index(8));
    assert_eq!(follower.terms(), [1, 1, 2, 2, 2, 2, 4, 4]);
}

/// Figure 7: the leader of term 8 repairs every follower, and none refuses it more than once.
#[test]
fn figure_7() {
    let followers: [&[u32]; 6] = [
        &[1, 1, 1, 4, 4, 5, 5, 6, 6],
        &[1, 1, 1, 4],
        &[1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6],
        &[1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7],
        &[1, 1, 1, 4, 4, 4, 4],
        &[1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3],
    ];
    let mut leader = node(1, 7, 7, None, &[1, 1, 1, 4, 4, 5, 5, 6, 6, 6]);
    leader.settled(Input::Timeout(Timer::Election));
    let elected = leader.elect(8, &[2, 3, 6]);
    let mut followers: Vec<Bench> =
        (2..).zip(followers).map(|(number, log)| node(number, 7, 7, None, log)).collect();
    let refusals = followers.iter_mut().map(|follower| talk(&mut leader, follower, &elected));
    assert_eq!(refusals.collect::<Vec<_>>(), [1, 1, 0, 0, 1, 1]);
    assert_eq!(leader.report.commit, Index(0), "nothing of term 8 yet");
    let proposed = leader.settled(propose(11));
    for follower in &mut followers {
        assert_eq!(talk(&mut leader, follower, &proposed), 0, "it agrees by now");
        assert_eq!(follower.terms(), leader.terms());
    }
    assert_eq!(leader.report.commit, Index(11));
}

/// Passes messages between leader and follower until neither sends any more. Returns how often the
/// follower refused.
fn talk(leader: &mut Bench, follower: &mut Bench, said: &[Output]) -> usize {
    let own = follower.id();
    let mut to_follower: Vec<_> =
        sent(said).into_iter().filter(|message| message.to == own).collect();
    let mut refusals = 0;
    while let Some(question) = to_follower.pop() {
        for answer in sent(&follower.settled(Input::Message(question))) {
            refusals += usize::from(matches!(answer.body, Body::AppendEntriesRefused { .. }));
            assert!(refusals < 10, "{own} is mended soon");
            let out = leader.settled(Input::Message(answer));
            to_follower.extend(sent(&out).into_iter().filter(|message| message.to == own));
        }
    }
    refusals
}

/// Answers that arrive late, twice or in another order change nothing.
#[test]
fn late_answers_do_no_harm() {
    let mut leader = node(1, 3, 4, None, &[1; 10]);
    leader.settled(Input::Timeout(Timer::Election));
    leader.elect(5, &[2]);
    let refused = |term, prev: u32, hint| message(2, 1, term, refusal(prev, hint));
    let row = |bench: &Bench| {
        let row = bench.progress[1].expect("a leader tells what it knows");
        (row.match_index.0, row.next_index.0)
    };
    assert_eq!(row(&leader), (0, 11));
    leader.settled(refused(5, 10, at(6, 1)));
    assert_eq!(row(&leader), (0, 7));
    for (what, answer) in [
        ("a refusal twice", refused(5, 10, at(3, 1))),
        (
            "a refusal of an earlier term, where one of this term is awaited",
            refused(4, 6, at(0, 0)),
        ),
    ] {
        assert!(sent(&leader.settled(answer)).is_empty(), "{what}");
        assert_eq!(row(&leader), (0, 7), "{what}");
    }
    leader.settled(accepted(2, 1, 5, 9));
    assert_eq!(row(&leader), (9, 10));
    for (what, answer) in [
        ("an earlier acceptance", accepted(2, 1, 5, 7)),
        ("an acceptance of an earlier term", accepted(2, 1, 4, 10)),
        ("a refusal of what is held", refused(5, 9, at(3, 1))),
        ("a refusal of an earlier question", refused(5, 6, at(0, 0))),
        ("a refusal of an earlier term", refused(4, 9, at(0, 0))),
    ] {
        let commit = leader.report.commit;
        leader.settled(answer);
        assert_eq!((row(&leader), leader.report.commit), ((9, 10), commit), "{what}");
    }
}

/// A follower that refuses twice what it had acknowledged has lost it, and is sent it again; its
/// match index stays. A single refusal may be one that arrives late.
#[test]
fn what_a_follower_lost_is_sent_again() {
    let mut leader = node(1, 3, 4, None, &[1; 10]);
    leader.settled(Input::Timeout(Timer::Election));
    leader.elect(5, &[2]);
    leader.settled(accepted(2, 1, 5, 10));
    let refusal = || message(2, 1, 5, refusal(10, at(3, 1)));
    let row = |bench: &Bench| {
        let row = bench.progress[1].expect("a leader tells what it knows");
        (row.match_index.0, row.next_index.0)
    };
    assert!(sent(&leader.settled(refusal())).is_empty(), "it may be late");
    leader.settled(accepted(2, 1, 5, 10));
    assert!(sent(&leader.settled(refusal())).is_empty(), "it may be late as well");
    assert_eq!(row(&leader), (10, 11));
    let out = leader.settled(refusal());
    let [Message { body: Body::AppendEntries { prev_log, entries, .. }, .. }] = &sent(&out)[..]
    else {
        panic!("one message: {out:?}");
    };
    assert_eq!((*prev_log, entries.len(), row(&leader)), (at(3, 1), 7, (10, 4)));
    assert!(sent(&leader.settled(refusal())).is_empty(), "the same refusal again");
    leader.settled(accepted(2, 1, 5, 10));
    assert_eq!(row(&leader), (10, 11), "it holds all again");
}

/// Answers, not heartbeats, bring a follower up to date that is far behind, and a duplicate answer
/// starts no second chain of messages.
#[test]
fn catching_up_takes_one_message_a_batch() {
    let mut leader = node(1, 3, 4, None, &[1; 40]);
    leader.step(Input::Configure(config(1)));
    leader.settled(Input::Timeout(Timer::Election));
    leader.elect(5, &[3]);
    let mut out = leader.settled(message(2, 1, 5, refusal(40, at(0, 0))));
    for match_index in 1..=39 {
        assert_eq!(sent(&out).len(), 1, "one message for entry {match_index}");
        out = leader.settled(accepted(2, 1, 5, match_index));
        assert!(
            sent(&leader.settled(accepted(2, 1, 5, match_index))).is_empty(),
            "the same answer again"
        );
    }
    assert_eq!(sent(&out).len(), 1);
    assert!(sent(&leader.settled(accepted(2, 1, 5, 40))).is_empty(), "it has everything");
}

/// A leader that stepped down keeps its entries until the new leader replaces them, and refuses
/// requests.
#[test]
fn a_deposed_leader_keeps_its_log() {
    let mut leader = node(1, 3, 1, None, &[1]);
    leader.settled(Input::Timeout(Timer::Election));
    leader.elect(2, &[2]);
    leader.settled(propose(2));
    let out =
        leader.settled(message(3, 1, 5, Body::RequestVote { last_log: at(1, 1), transfer: false }));
    assert!(out.contains(&Output::CancelTimer(Timer::Heartbeat)));
    assert_eq!(leader.terms(), [1, 2]);
    let refused = Output::Refused { ticket: Ticket(3), leader: None };
    assert_eq!(
        leader.settled(propose(3)),
        [refused],
        "whom it does not know to lead it does not name"
    );
    assert_eq!(
        leader.settled(Input::Timeout(Timer::Heartbeat)),
        [],
        "a timer that was about to fire"
    );
    leader.settled(append(3, 1, 5, at(1, 1), &[5], 0));
    assert_eq!(leader.terms(), [1, 5]);
}
