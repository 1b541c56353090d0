//! Answers that no correct cluster gives: what the judge says of them.

use raftsh::check::Checker;
use raftsh::kv::{Command, Effect};
use raftsh::raft::{Entry, Group, Index, NodeId, NodeSet, Payload, Term, Timer};
use raftsh::seq::Pool;
use raftsh::sim::{
    Action, Event, EventKind, EventRecorder, Finding, OpId, Outcome, Range, Setting, Watch, World,
};

/// n1 leads and has answered `put x=1`. It has accepted `put x=2` and `get x`, which nobody else
/// has seen yet.
fn stage(sessions: bool) -> (World, EventRecorder<Checker>) {
    let n1 = NodeId::at(0);
    let put =
        |value: &str| Action::Invoke(n1, Command::Put { key: "x".into(), value: value.into() });
    let mut world = World::new(3, 1);
    let group = Group::of(NodeSet::first(3));
    let mut recorder = EventRecorder::new(Checker::watching(&group, &Pool::default()));
    for action in [
        Action::Set(Setting::Timers(false)),
        Action::Set(Setting::Sessions(sessions)),
        Action::Set(Setting::DiskLatency(Range::exactly(0))),
        Action::Timeout(NodeSet::one(n1)),
        Action::Settle(None, None),
        put("1"),
        Action::Settle(None, None),
        put("2"),
        Action::Invoke(n1, Command::Get { key: "x".into() }),
    ] {
        world.apply(action, &mut recorder).unwrap();
    }
    assert_eq!(world.violations(), []);
    (world, recorder)
}

/// The properties of what clients saw.
const NAMES: [&str; 3] = ["reply-of-request", "exactly-once", "linearizability"];

/// What the checker says of these events at n1, each with the position of its cause among them.
fn found(kinds: &[(EventKind, Option<u64>)]) -> Vec<(&'static str, String)> {
    found_on(stage(false), kinds)
}

fn found_on(
    (world, recorder): (World, EventRecorder<Checker>),
    kinds: &[(EventKind, Option<u64>)],
) -> Vec<(&'static str, String)> {
    let first = world.event_count() + 1;
    let event = |(id, &(kind, cause)): (u64, &(EventKind, Option<u64>))| {
        let cause = cause.map(|position| first + position);
        Event::new(id, world.now_us(), cause, NodeId::at(0), kind)
    };
    let events: Vec<Event> = (first..).zip(kinds).map(event).collect();
    let found = recorder.watch().clone().look(&events, None, world.ops());
    let violated = found.into_iter().filter_map(|finding| match finding {
        Finding::Violated(violation) => Some((violation.property, violation.detail.to_string())),
        Finding::Ended(_) | Finding::Undecided(_) => None,
    });
    // The forged entries violate properties of their own.
    violated.filter(|(name, _)| NAMES.contains(name)).collect()
}

const FIRED: (EventKind, Option<u64>) = (EventKind::TimerFired { timer: Timer::Election }, None);

fn applied(index: u32, cause: Option<u64>) -> (EventKind, Option<u64>) {
    let entry = Entry { term: Term(1), payload: Payload::Command(index) };
    let (answer, effect) = (None, Effect::Done);
    (EventKind::EntryApplied { index: Index(index), entry, answer, effect }, cause)
}

fn replied(op: u32, outcome: Outcome, cause: u64) -> (EventKind, Option<u64>) {
    let (value, attempt) = (None, 1);
    (EventKind::ClientReplied { op: OpId(op), outcome, value, attempt }, Some(cause))
}

#[test]
fn an_answer_that_is_not_the_requests_own_is_objected_to() {
    let names = |kinds: &[_]| found(kinds).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    let (ok, failed) = (Outcome::Ok, Outcome::Failed);
    // Its own entry is applied, and it is answered.
    assert_eq!(names(&[applied(2, None), replied(2, ok, 0)]), [""; 0]);
    // Its entry is in the log, but not applied.
    assert_eq!(names(&[FIRED, replied(2, ok, 0)]), ["reply-of-request"]);
    // Another entry is applied.
    let expected = ["reply-of-request", "linearizability"];
    assert_eq!(names(&[applied(2, None), replied(3, ok, 0)]), expected);
    // A write that is done is answered as one that failed.
    let expected = ["reply-of-request", "linearizability"];
    assert_eq!(names(&[applied(2, None), replied(2, failed, 0)]), expected);
    // It is refused, which is an answer, and applied all the same.
    let refused = [FIRED, replied(2, failed, 0)];
    assert_eq!(names(&refused), [""; 0]);
    assert_eq!(names(&[refused[0], refused[1], applied(2, None)]), ["reply-of-request"]);
    // Its outcome is unknown, and it is applied later.
    let unknown = replied(2, Outcome::Unknown, 0);
    assert_eq!(names(&[FIRED, unknown, applied(2, None)]), [""; 0]);
}

/// An entry that repeats a request of a session is not carried out again.
#[test]
fn a_request_of_a_session_is_carried_out_once() {
    let again = |effect| {
        let (index, answer) = (Index(3), None);
        let entry = Entry { term: Term(1), payload: Payload::Command(2) };
        (EventKind::EntryApplied { index, entry, answer, effect }, None)
    };
    for (sessions, effect, expected) in [
        (true, Effect::Done, &["exactly-once"][..]),
        (true, Effect::Repeated, &[]),
        (false, Effect::Done, &[]),
    ] {
        let found = found_on(stage(sessions), &[applied(2, None), again(effect)]);
        let names: Vec<_> = found.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, expected, "{found:?}");
    }
}
