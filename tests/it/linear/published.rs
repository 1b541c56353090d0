//! Histories that were published with the checkers Porcupine and Knossos, with their verdicts.

use raftsh::check::linear::{Answer, Effect, Register, Reply, Request, Verdict, fewest, judge};
use raftsh::sim::OpId;

/// Reads a history. A line or a part before `;` is a process and what happened: `r` a read was
/// sent, `w4` a write, `c1>2` a compare and swap; `=3` the answer to a read (`=` alone: no value),
/// `ok`, `no` (it failed and has no effect), `?` (nobody knows).
fn read(text: &str) -> Vec<Request> {
    let mut requests: Vec<Request> = Vec::new();
    let mut latest: Vec<(&str, usize)> = Vec::new();
    let parts = text.split([';', '\n']).map(str::trim).filter(|part| !part.is_empty());
    for (when, part) in (1..).zip(parts) {
        let (process, what) = part.split_once(' ').unwrap();
        let value = |text: &str| Some(text).filter(|text| !text.is_empty()).map(Into::into);
        let effect = match what.as_bytes()[0] {
            b'r' => Some(Effect::Read),
            b'w' => Some(Effect::Write(value(&what[1..]))),
            b'c' => what[1..]
                .split_once('>')
                .map(|(old, new)| Effect::Swap { old: value(old), new: new.into() }),
            _ => None,
        };
        if let Some(effect) = effect {
            latest.retain(|(other, _)| *other != process);
            latest.push((process, requests.len()));
            let op = OpId(requests.len() as u32 + 1);
            requests.push(Request { op, effect, invoked: when, returned: None, answer: None });
            continue;
        }
        let (_, at) = latest.iter().find(|(other, _)| *other == process).unwrap();
        let reply = |value| Answer::Reply(Reply { done: true, value });
        let answer = match what {
            "ok" => reply(None),
            "no" => Answer::Refused,
            "?" => Answer::Unknown { is_final: true },
            read => reply(value(read.strip_prefix('=').unwrap())),
        };
        let request = &mut requests[*at];
        request.returned = (what != "?").then_some(when);
        request.answer = Some(answer);
    }
    requests
}

/// What the judge says that hears of one thing after the other.
fn follow(requests: &[Request]) -> Verdict {
    let mut told: Vec<(u64, usize)> = Vec::new();
    for (at, request) in requests.iter().enumerate() {
        told.push((request.invoked, at));
        told.extend(request.returned.map(|when| (when, at)));
    }
    told.sort_unstable();
    let mut register = Register::default();
    for (when, at) in told {
        let Request { op, effect, invoked, answer, .. } = &requests[at];
        match answer {
            _ if when == *invoked => register.invoked(*op, effect.clone()),
            Some(answer) => drop(register.answered(*op, answer.clone())),
            None => {}
        }
    }
    register.verdict()
}

/// (Where it is from, whether it is linearizable, how many requests are at odds, the history.)
const SMALL: &[(&str, bool, usize, &str)] = &[
    ("Porcupine, TestRegisterModel 1", true, 0, "0 w0; 0 ok; 1 w100; 2 r; 3 r; 3 =0; 2 =100; 1 ok"),
    (
        "Porcupine, TestRegisterModel 2",
        false,
        3,
        "0 w0; 0 ok; 1 w200; 2 r; 2 =200; 3 r; 3 =0; 1 ok",
    ),
    (
        "Porcupine, TestZeroDuration 1",
        true,
        0,
        "0 w0; 0 ok; 1 w100; 2 r; 3 r; 3 =0; 4 r; 4 =0; 2 =100; 1 ok",
    ),
    (
        "Porcupine, TestZeroDuration 2",
        false,
        3,
        "0 w0; 0 ok; 1 w200; 2 r; 2 =200; 3 r; 3 =200; 4 r; 4 =0; 1 ok",
    ),
    ("Knossos, crash-test", true, 0, "0 w0; 0 ok; 1 w1; 1 ?"),
    ("Knossos, sequential-test", true, 0, "0 w0; 0 ok; 1 r; 1 =0"),
    ("Knossos, preserves-indices-test", false, 1, "0 w1; 0 ok; 0 r; 0 =2"),
    ("Knossos, read-wrong-initial-value-test", false, 1, "0 r; 0 =1"),
    ("Knossos, immediate-failure", false, 2, "1 r; 101 w3; 101 no; 1 =3"),
    ("Knossos, rethink-fail-minimal", false, 1, "0 w0; 0 ok; 1 r; 2 w4; 1 =3; 2 ok; 3 r; 3 =4"),
    (
        "Knossos, cas-register-bug",
        true,
        0,
        "4 w2; 4 ok; 6 r; 1 w4; 1 ok; 14 r; 14 =4; 9 w0; 9 ok; 19 r; 19 =0",
    ),
];

#[test]
fn small_published_histories_get_their_verdicts() {
    for (from, is_linearizable, at_odds, text) in SMALL {
        let requests = read(text);
        let expected = if *is_linearizable { Verdict::Linearizable } else { Verdict::Violated };
        assert_eq!((judge(&requests), follow(&requests)), (expected, expected), "{from}");
        assert_eq!(fewest(&requests).len(), *at_odds, "{from}: {:?}", fewest(&requests));
    }
}

/// Runs of etcd under Jepsen, from Porcupine's test data: 0 is not linearizable, 2 is. A swap that
/// failed there does not say what it found; here it counts as one without effect, which asks less.
const ETCD: &[(&str, bool, &str)] = &[
    ("etcd_000", false, include_str!("etcd_000.txt")),
    ("etcd_002", true, include_str!("etcd_002.txt")),
];

#[test]
fn published_runs_of_etcd_get_their_verdicts() {
    for (from, is_linearizable, text) in ETCD {
        let requests = read(text);
        let expected = if *is_linearizable { Verdict::Linearizable } else { Verdict::Violated };
        assert_eq!((judge(&requests), follow(&requests)), (expected, expected), "{from}");
    }
}
