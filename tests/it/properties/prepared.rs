//! Prepared logs: those that contradict each other end all judging, and blame nobody.

use super::*;

/// `preload` can prepare logs that no run of Raft leads to. What follows is not the protocol's
/// fault.
#[test]
fn impossible_logs_blame_nobody() {
    let (said, status) = script(
        "preload n1 5; run until leader; run 2s; put leader x=1; run 5s; violations",
        FailurePolicy::Stop,
    );
    assert_eq!(status, Status::Ok, "{said}");
}

/// n1 holds an entry of term 5, of which n2 and n3 have not heard, so that n3 leads term 1.
const IMPOSSIBLE: &str = "preload n1 5; set timers off; timeout n3; settle n2,n3";

/// Where nothing is judged, raftsh says so: nobody may take silence for safety.
#[test]
fn what_is_not_judged_is_said() {
    let (said, status) = script(
        &format!(
            "{IMPOSSIBLE}; status; violations; history --kind judging_ended\nexpect leader == n3"
        ),
        FailurePolicy::Stop,
    );
    assert_eq!(status, Status::Ok, "{said}");
    let notice = "NOT JUDGED from #";
    assert_eq!(said.matches(notice).count(), 3, "at once, in status, in violations: {said}");
    assert_eq!(
        said.matches("NOT JUDGED from here on").count(),
        2,
        "where it came out, in the history: {said}"
    );
    assert!(said.contains("the prepared logs contradict each other"), "{said}");
    assert!(!said.contains("no property was violated"), "{said}");
    for unknown in
        ["safe", "not safe", "violated vote-once", "not violated vote-once", "leader or safe"]
    {
        for command in ["expect", "run until"] {
            let (said, status) =
                script(&format!("{IMPOSSIBLE}; {command} {unknown}"), FailurePolicy::Stop);
            assert_eq!(status, Status::Expectation, "{command} {unknown}: {said}");
            assert!(
                said.contains("error: nothing is judged from #"),
                "{command} {unknown}: {said}"
            );
            assert!(said.contains("help: the prepared logs contradict each other"), "{said}");
        }
    }
    // What was violated before is still known.
    let text = "preload n1 5; set disk-latency 0us; flaw on vote-twice; set timers off; timeout \
    n2,n3; deliver n2 n3";
    let (said, status) = script(
        &format!(
            "{text}; expect violated vote-once; settle n2,n3; expect not safe and violated \
             vote-once"
        ),
        FailurePolicy::Stop,
    );
    assert_eq!((status, said.matches(notice).count()), (Status::Ok, 1), "{said}");
}

/// To prepare a disk again violates nothing; what was prepared first does not count.
#[test]
fn a_disk_can_be_prepared_again() {
    for prepared in [
        "preload n1 1,1; preload n1 none",
        "preload n1 5; preload n1 1; preload n1 none",
        "preload n1 2 --term 5 --vote n2; preload n2 1,2; preload n1 2 --vote n1; preload n2 2",
        "preload n1 none --term 1 --vote n3; preload n1 none",
        "preload n1 1,1,1; preload n2 1; kill n2; preload n1 1; restart n2",
    ] {
        for seed in 1..=5 {
            let (said, status) = script(
                &format!(
                    "cluster 3 --seed {seed}; {prepared}; timeout n2; run until leader; put \
                     leader x=1 --wait
                     timeout n1; run 1s; put leader y=2 --wait; expect safe"
                ),
                FailurePolicy::Stop,
            );
            assert_eq!(status, Status::Ok, "{prepared}: {said}");
        }
    }
}

/// Flaws do not make impossible logs possible. Where the logs are possible, an election that they
/// rule out is the fault of the flaw, or of the disk that lost its records.
#[test]
fn mistakes_on_prepared_logs_are_judged() {
    let (said, _) = script(&format!("flaw on hint-is-own-last; {IMPOSSIBLE}"), FailurePolicy::Stop);
    assert!(said.contains("NOT JUDGED"), "{said}");
    for (prepared, judged) in [
        ("preload n1 5; preload n2 none --term 6", true),
        ("preload n1 5 --vote n1; preload n2 none --term 5 --vote n1", true),
        ("preload n1 5; preload n2 none --term 5 --vote n1", true),
        ("preload n1 5; preload n2 none --term 5 --vote n3", false),
        ("preload n1 5; preload n2 none --term 5", false),
        ("preload n1 5; preload n1 none --term 5", true),
    ] {
        let corrupt = if prepared.contains("n2") { "corrupt n2 --vote; " } else { "" };
        let (said, _) = script(
            &format!(
                "{prepared}; flaw on vote-twice; set recovery truncate; {corrupt}restart n2
                 set timers off; timeout n3; settle n2,n3; expect leader == n3"
            ),
            FailurePolicy::KeepGoing,
        );
        assert_eq!(said.contains("NOT JUDGED"), !judged, "{prepared}: {said}");
    }
}
