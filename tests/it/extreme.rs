//! Extreme settings, all of them legal: the number of events, the time and the memory stay within
//! bounds.

use crate::process::{raftsh, run, start};

#[test]
fn extreme_settings_stay_within_bounds() {
    for (text, piece) in [
        ("set latency 10000h; run 1h", "ran "),
        ("set disk-latency 10000h; run 1h", "no leader"),
        ("set disk-latency 10000h; set latency 10000h; step 20000", "election timer ran out"),
        ("cluster 101; set disk-latency 10000h; run 1m", "ran "),
        ("cluster 101; set latency 10000h; run 30s", "ran "),
        ("set election-timeout 10000h; restart all; run 10000h; run 10000h", "leader"),
        ("set election-timeout 1us; run 20ms", "ran "),
        ("set election-timeout 1us; set heartbeat 1us; run 10ms", "(0 steps)"),
        ("run until leader; set heartbeat 1us; run 100ms", "ran "),
        ("cluster 101; run 5s; expect leader", "ran "),
        ("cluster 1; run 10h; put n1 x=5 --wait; expect n1.kv.x == 5", "op1: ok"),
        ("duplicate 100%; loss 99%; run 10m", "ran "),
        ("loss 100%; run 10m; expect no-leader", "ran "),
        ("duplicate 100%; run until leader; repeat 100 { put leader x=5 --wait }", "op100: ok"),
        (
            "set latency 0us; set disk-latency 0us; run until leader; repeat 1000 { put leader x=5 --wait }",
            "op1000: ok",
        ),
        (
            "cluster 1; set disk-latency 0us; run until leader; repeat 1000 { put n1 x=5 }; expect op == ok",
            "op1000",
        ),
        (
            "set batch 1; run until leader; repeat 1000 { put leader x=5 }; run until op == ok",
            " after ",
        ),
        (
            "set batch 4294967295; run until leader; repeat 1000 { put leader x=5 }; run until op == ok",
            " after ",
        ),
        (
            "set noop on; repeat 50 { run until leader; kill leader; restart down }; run 1s; expect agree",
            "ran ",
        ),
        ("kill all; run 10000h; step; restart all; run until leader", "nothing is due"),
        ("kill all; repeat 520000 { run 10000h }; restart all; run 10000h; step", "nothing is due"),
        ("repeat 30000 { kill n1; restart n1 }; run until leader", " after "),
        ("repeat 30000 { cut n1 n2; heal }; run until leader", " after "),
        ("repeat 200 { isolate leader; run until leader within 10s; heal; run 1s }", "error: "),
    ] {
        let ended = run(&mut raftsh(&["-c", &format!("{text}; status")]), b"");
        let said = ended.said();
        let fine = piece == "error: " || ended.status == Some(0);
        assert!(fine, "{text}\n{}", start(&ended.err));
        assert!(said.contains(piece), "{text}\nhas no {piece:?}\n{}", start(&said));
    }
}

/// Where nothing takes any time, two nodes that answer each other forever do not keep a command
/// from ending.
#[test]
fn time_that_stands_still_is_told() {
    let text = "cluster 3; set latency 0us; set disk-latency 0us; flaw on hint-is-own-last
                preload n1 2; preload n2 1 --term 2; preload n3 2; timeout n1";
    for command in ["run 1s", "run until agree", "run until leader == n2 within 5s"] {
        let ended = run(&mut raftsh(&["-c", &format!("{text}; set history 1000; {command}")]), b"");
        assert_eq!(ended.status, Some(1), "{command}\n{}", start(&ended.said()));
        assert!(
            ended.err.contains("time stands still at 0: 1000000 steps"),
            "{}",
            start(&ended.err)
        );
    }
}
