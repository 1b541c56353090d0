//! Rules that no flaw breaks: a checker that has seen all events of a run is then shown events
//! that never happened.

use raftsh::check::Checker;
use raftsh::disk::Fault;
use raftsh::kv::{Command, Effect};
use raftsh::raft::{
    Entry, Group, Ignored, Index, MessageKind, MessageSummary, NodeId, NodeSet, Note, Payload,
    Position, RequiredWrite, RoleChange, RoleName, Round, Term, Timer,
};
use raftsh::seq::Pool;
use raftsh::sim::{
    Action, Event, EventKind, EventRecorder, Finding, HaltReason, Range, Setting, Watch, World,
};

const N1: usize = 0;
const N2: usize = 1;
const N3: usize = 2;

/// n1 leads term 1 and has committed entry 1. The others hold the entry, but do not know yet that
/// it is committed. n3 has become a candidate in term 2.
fn stage() -> (World, EventRecorder<Checker>) {
    let n1 = NodeId::at(N1);
    let mut world = World::new(3, 1);
    let mut recorder =
        EventRecorder::new(Checker::watching(&Group::of(NodeSet::first(3)), &Pool::default()));
    for action in [
        Action::Set(Setting::Timers(false)),
        Action::Set(Setting::DiskLatency(Range::exactly(0))),
        Action::Timeout(NodeSet::one(n1)),
        Action::Settle(None, None),
        Action::Invoke(n1, Command::Put { key: "x".into(), value: "1".into() }),
        Action::Settle(None, None),
        Action::Timeout(NodeSet::one(NodeId::at(N3))),
    ] {
        world.apply(action, &mut recorder).unwrap();
    }
    let commits: Vec<_> = world.hosts().map(|host| host.report().unwrap().commit.0).collect();
    assert_eq!((commits, world.violations()), (vec![1, 0, 0], &[][..]));
    (world, recorder)
}

/// The properties that a checker finds violated by these events of a node.
fn violated(
    checker: &Checker,
    world: &World,
    node: usize,
    kinds: &[EventKind],
) -> Vec<&'static str> {
    // The first event causes all others.
    let first = world.event_count() + 1;
    let cause = |id| (id > first).then_some(first);
    let node = NodeId::at(node);
    let events: Vec<Event> = (first..)
        .zip(kinds)
        .map(|(id, &kind)| Event::new(id, world.now_us(), cause(id), node, kind))
        .collect();
    let names =
        checker.clone().look(&events, world.account(node).as_ref(), world.ops()).into_iter().map(
            |remark| match remark {
                Finding::Violated(violation) => violation.property,
                Finding::Ended(ended) | Finding::Undecided(ended) => panic!("{ended:?}"),
            },
        );
    names.collect()
}

fn at(index: u32, term: u32) -> Position {
    Position { index: Index(index), term: Term(term) }
}

fn heard(from: usize, said: MessageSummary) -> EventKind {
    heard_in(1, from, said)
}

fn heard_in(term: u32, from: usize, said: MessageSummary) -> EventKind {
    EventKind::MessageDelivered { message: 1, from: NodeId::at(from), term: Term(term), said }
}

/// The content of an AppendEntries that carries `count` entries.
fn entries(prev_log: Position, count: u32, commit: u32) -> MessageSummary {
    MessageSummary::AppendEntries {
        prev_log,
        entries: count,
        leader_commit: Index(commit),
        round: Round(0),
    }
}

fn sent(term: u32, said: MessageSummary) -> EventKind {
    EventKind::MessageSent { message: 1, to: NodeId::at(N2), term: Term(term), said }
}

fn appended(index: u32, payload: u32) -> EventKind {
    EventKind::Note(Note::EntryAppended {
        index: Index(index),
        entry: Entry { term: Term(1), payload: Payload::Command(payload) },
    })
}

#[test]
fn what_never_happened_is_objected_to() {
    let (world, recorder) = stage();
    let fired = EventKind::TimerFired { timer: Timer::Election };
    let truncated = EventKind::Note(Note::LogTruncated { from: Index(1) });
    let committed = |commit| EventKind::Note(Note::CommitAdvanced { commit: Index(commit) });
    let accepted = |match_index| MessageSummary::AppendEntriesAccepted {
        match_index: Index(match_index),
        round: Round(0),
    };
    let asked = |last_log| MessageSummary::RequestVote { last_log, transfer: false };
    let empty = entries(at(0, 0), 0, 0);
    let cases: &[ForgedCase<'_>] = &[
        // No message, a message of another kind, one without entries, an entry that no leader had.
        ("log-from-leader", N2, &[fired, truncated], true),
        ("log-from-leader", N2, &[heard(N3, asked(at(9, 9))), truncated], true),
        ("log-from-leader", N2, &[heard(N1, empty), truncated], true),
        (
            "log-from-leader",
            N2,
            &[heard(N1, entries(at(0, 0), 1, 0)), truncated, appended(1, 1)],
            false,
        ),
        ("log-from-leader", N2, &[heard(N1, entries(at(1, 1), 1, 0)), truncated], true),
        ("log-from-leader", N2, &[fired, appended(2, 1)], true),
        ("log-from-leader", N2, &[heard(N1, entries(at(1, 1), 1, 0)), appended(2, 1)], true),
        ("log-from-leader", N1, &[fired, appended(2, 1)], false),
        // A follower commits only what the message verified, and no more than its leader has
        // committed.
        ("follower-commit-verified", N2, &[heard(N1, entries(at(1, 1), 0, 0)), committed(1)], true),
        ("follower-commit-verified", N2, &[heard(N1, entries(at(0, 0), 0, 1)), committed(1)], true),
        (
            "follower-commit-verified",
            N2,
            &[heard(N1, entries(at(1, 1), 0, 1)), committed(1)],
            false,
        ),
        // False statements about the last entry, the entry before, the entries that follow, the
        // commit index, and the entries that were accepted.
        ("message-truth", N3, &[sent(2, asked(at(1, 2)))], true),
        ("message-truth", N3, &[sent(2, asked(at(1, 1)))], false),
        ("message-truth", N1, &[sent(1, entries(at(1, 2), 0, 1))], true),
        ("message-truth", N1, &[sent(1, entries(at(2, 1), 0, 1))], true),
        ("message-truth", N1, &[sent(1, entries(at(1, 1), 1, 1))], true),
        ("message-truth", N1, &[sent(1, entries(at(0, 0), 1, 2))], true),
        ("message-truth", N1, &[sent(1, entries(at(0, 0), 1, 1))], false),
        ("message-truth", N2, &[heard(N1, empty), sent(1, accepted(2))], true),
        ("message-truth", N2, &[heard(N1, empty), sent(1, accepted(1))], false),
        // An event without its change is a violation, like a change without its event.
        ("no-silent-change", N2, &[EventKind::Note(role_changed(RoleName::Candidate, 1))], true),
        ("no-silent-change", N2, &[EventKind::Note(role_changed(RoleName::Follower, 2))], true),
        (
            "no-silent-change",
            N2,
            &[EventKind::Note(Note::VoteGranted { term: Term(1), candidate: NodeId::at(N3) })],
            true,
        ),
        ("no-silent-change", N2, &[committed(1)], true),
        (
            "no-silent-change",
            N1,
            &[EventKind::EntryApplied {
                index: Index(2),
                entry: Entry { term: Term(1), payload: Payload::Command(1) },
                answer: None,
                effect: Effect::Done,
            }],
            true,
        ),
        ("no-silent-change", N2, &[truncated], true),
        ("no-silent-change", N2, &[fired], false),
    ];
    object(&world, recorder.watch(), cases);
}

/// What follows an event must follow: a commit, a new term, an answer, a timer.
#[test]
fn what_had_to_happen_is_missed() {
    let (world, recorder) = stage();
    let fired = EventKind::TimerFired { timer: Timer::Election };
    let accepted = |match_index| MessageSummary::AppendEntriesAccepted {
        match_index: Index(match_index),
        round: Round(0),
    };
    let asked = |last_log| MessageSummary::RequestVote { last_log, transfer: false };
    let empty = entries(at(0, 0), 0, 0);
    let refused = MessageSummary::AppendEntriesRefused {
        prev_log_index: Index(1),
        hint: at(0, 0),
        round: Round(0),
    };
    let forgone = EventKind::Note(Note::WriteForgone { need: RequiredWrite::Term(Term(2)) });
    let halted = EventKind::NodeHalted { reason: HaltReason::Disk(Fault::Full) };
    let second_leader = EventKind::MessageIgnored {
        message: 1,
        why: Ignored::SecondLeader,
        from: NodeId::at(N2),
        kind: MessageKind::AppendEntries,
        term: Term(1),
    };
    let cases: &[ForgedCase<'_>] = &[
        // It commits no less either: what the message compared and its leader has committed.
        ("follower-commit-verified", N2, &[heard(N1, entries(at(1, 1), 0, 1))], true),
        ("follower-commit-verified", N2, &[heard(N1, entries(at(1, 1), 0, 0))], false),
        ("follower-commit-verified", N2, &[heard(N1, entries(at(0, 0), 0, 1))], false),
        ("follower-commit-verified", N2, &[heard(N1, entries(at(1, 2), 0, 1))], false),
        // A later term is adopted, whatever the message is, unless the node has halted or its disk
        // is known to be full.
        ("later-term-adopted", N2, &[heard_in(2, N3, asked(at(1, 1)))], true),
        ("later-term-adopted", N1, &[heard_in(2, N2, refused)], true),
        (
            "later-term-adopted",
            N1,
            &[heard_in(2, N2, refused), EventKind::Note(role_changed(RoleName::Follower, 2))],
            false,
        ),
        ("later-term-adopted", N2, &[heard_in(1, N1, empty)], false),
        ("later-term-adopted", N2, &[heard_in(2, N3, asked(at(1, 1))), forgone], true),
        (
            "later-term-adopted",
            N2,
            &[heard_in(2, N3, asked(at(1, 1))), EventKind::DiskFilled, forgone],
            false,
        ),
        ("later-term-adopted", N2, &[heard_in(2, N3, asked(at(1, 1))), halted], false),
        // A request is answered by an answer to it, in the receiver's term.
        ("request-answered", N2, &[heard(N1, empty)], true),
        ("request-answered", N2, &[heard_in(0, N3, asked(at(0, 0)))], true),
        ("request-answered", N2, &[heard(N1, empty), sent(1, accepted(0))], false),
        ("request-answered", N2, &[heard_in(0, N1, empty), sent(1, refused)], false),
        ("request-answered", N2, &[heard_in(0, N1, empty), sent(0, refused)], true),
        (
            "request-answered",
            N2,
            &[heard(N1, empty), sent(1, MessageSummary::RequestVoteReply { granted: false })],
            true,
        ),
        ("request-answered", N2, &[heard(N1, accepted(1))], false),
        ("request-answered", N2, &[heard(N1, empty), halted], false),
        ("request-answered", N1, &[heard(N2, empty), second_leader], false),
        ("request-answered", N2, &[heard(N1, empty), second_leader], true),
        // Each role has the timer that it needs: n1 leads, and the others do not.
        ("timer-armed", N1, &[fired], false),
        ("timer-armed", N2, &[fired], false),
        ("timer-armed", N1, &[EventKind::Note(role_changed(RoleName::Follower, 2))], true),
        ("timer-armed", N2, &[EventKind::Note(role_changed(RoleName::Leader, 2))], true),
        ("timer-armed", N2, &[EventKind::Note(role_changed(RoleName::Candidate, 2))], false),
    ];
    object(&world, recorder.watch(), cases);
}

/// The property, the node, its events, and whether they violate the property.
type ForgedCase<'a> = (&'static str, usize, &'a [EventKind], bool);

fn object(world: &World, checker: &Checker, cases: &[ForgedCase<'_>]) {
    for (property, node, kinds, expected) in cases {
        let found = violated(checker, world, *node, kinds);
        assert_eq!(found.contains(property), *expected, "{property}: {kinds:?}: {found:?}");
    }
}

/// Neither a refusal nor an election raises a match index.
#[test]
fn a_match_index_rises_by_acknowledgements_alone() {
    let (mut world, mut recorder) = stage();
    let n1 = NodeId::at(N1);
    let put = Action::Invoke(n1, Command::Put { key: "x".into(), value: "2".into() });
    world.apply(put, &mut recorder).unwrap();
    // This checker has not seen the acknowledgement of entry 2.
    let before = recorder.watch().clone();
    let to_n1 = NodeSet::one(n1).union(NodeSet::one(NodeId::at(N2)));
    world.apply(Action::Settle(Some(to_n1), None), &mut recorder).unwrap();
    let refused = MessageSummary::AppendEntriesRefused {
        prev_log_index: Index(1),
        hint: at(0, 0),
        round: Round(0),
    };
    for (checker, expected) in [(&before, true), (recorder.watch(), false)] {
        let found = violated(checker, &world, N1, &[heard(N2, refused)]);
        assert_eq!(found.contains(&"match-acknowledged"), expected, "{found:?}");
    }
    let elected = EventKind::Note(role_changed(RoleName::Leader, 2));
    let found = violated(recorder.watch(), &world, N1, &[elected]);
    assert!(
        found.contains(&"match-acknowledged"),
        "what it was told in an earlier term: {found:?}"
    );
}

/// A follower of the term before takes a role.
fn role_changed(role: RoleName, term: u32) -> Note {
    let (was, was_term) = (RoleName::Follower, Term(term - 1));
    Note::RoleChanged { role, term: Term(term), was, was_term, why: RoleChange::ElectionTimeout }
}
