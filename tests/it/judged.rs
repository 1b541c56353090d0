//! Cases that are hard to judge from events alone: disks that lie and stop lying, entries that no
//! disk holds yet, flaws that are switched on and off.

use raftsh::language::Status;
use raftsh::raft::{Flaw, NodeId, NodeSet};
use raftsh::search::{Arena, Stage};
use raftsh::sim::{Action, Settings};

use crate::flaws::run;

/// Each script runs to its end, and its last line states the verdict.
const SCRIPTS: [(&str, &str); 7] = [
    (
        "what a start finds on a disk is there in truth",
        "cluster 3\nset timers off\nset noop on\nset crash-tail keep\ndisk lie n2\ntimeout n1; settle\n\
         restart n2; restart n2; tick n1; settle\nexpect safe",
    ),
    (
        "a vote that is synced in truth takes along what was only said to be",
        "cluster 3\nset timers off\nset noop on\ndisk lie n2\ntimeout n1; settle\ndisk restore n2\nset noop off\n\
         timeout n3; settle\nrestart n2; tick n3; settle\nexpect safe",
    ),
    (
        "a flaw that is switched off leaves a node that may stay wrong",
        "cluster 3\nset noop on\nset on-violation continue\nflaw on apply-before-commit\nrun until leader\nflaw off apply-before-commit\n\
         run 100ms\nexpect violated applied-in-order and not n1.state == halted",
    ),
    (
        "a leader writes what it appends in the step in which it is elected",
        "cluster 1\nset noop on\nset timers off\nflaw on election-not-persisted\ntimeout n1; put n1 x=1; settle\n\
         restart n1\nexpect n1.last == 2",
    ),
    (
        "two entries of one index and term are seen to differ before any disk holds them",
        "cluster 3 --set timers=off --set noop=on --set disk-latency=10ms --set latency=1ms\n\
         set on-violation continue\npreload n1 1,1 --term 2\npreload n2 1 --term 2\npreload n3 2 --term 2\n\
         flaw on no-previous-check\ntimeout n1; run 43ms\nexpect violated log-matching",
    ),
    (
        "of flaws that bend the same rule the first one listed counts",
        "cluster 3 --set timers=off\npreload n2 2,4 --term 6\npreload n3 none --term 6\n\
         flaw on vote-without-log-check\nflaw on vote-by-last-index\ntimeout n3; settle\n\
         expect violated vote-up-to-date",
    ),
    (
        "a setting that changes says nothing of a node",
        "cluster 1\nset noop on\nset timers off\nset disk-latency 0\nflaw on election-not-persisted\ntimeout n1\n\
         set batch 3\nrun 10ms; put n1 x=1; run 10ms\nhistory\nexpect leader == n1",
    ),
];

#[test]
fn what_is_hard_to_judge_is_judged_rightly() {
    for (what, script) in SCRIPTS {
        let (session, said, status) = run(script);
        // A script may violate more than its last line names. It then ends with that violation,
        // which is accepted if the line itself holds.
        let named = session.world().violations().len() > 1 && !said.contains("error: expected `");
        assert!(status == Status::Ok || named, "{what}\n{said}");
        let ids: Vec<u64> = session.events().iter().map(|event| event.id).collect();
        assert!(
            ids.iter().copied().eq(1..=session.world().event_count()),
            "{what}: no event is lost"
        );
    }
}

/// An answer before its entry is applied is what a client saw, and nothing else shows it.
#[test]
fn only_who_judges_clients_objects_to_what_they_saw() {
    let n1 = NodeId::at(0);
    let flaw = Flaw::ALL.iter().copied().find(|flaw| flaw.name() == "answer-at-append").unwrap();
    let put = raftsh::kv::Command::Put { key: "x".into(), value: "1".into() };
    let violated = |mut arena: Arena| {
        for action in [
            Action::Flaw(flaw, true),
            Action::Timeout(NodeSet::one(n1)),
            Action::Settle(None, None),
            Action::Invoke(n1, put.clone()),
        ] {
            arena.act(action).unwrap();
        }
        let names = arena.world().violations().iter().map(|violation| violation.property);
        names.collect::<Vec<_>>()
    };
    assert_eq!(violated(Arena::new(3, 1, Settings::default())), ["reply-of-request"]);
    assert_eq!(violated(Arena::without_clients(3, 1, Settings::default())), [""; 0]);
}
