//! What a run tells of elections, refusals, ignored messages and leaders without a majority.

use raftsh::console::Output;
use raftsh::script::{FailurePolicy, Runner, Script};
use raftsh::session::{Session, Start};

use crate::surroundings::on_one_line;

/// Runs commands on 3 nodes; the output in one line, blanks joined.
fn said(lines: &str) -> String {
    let mut session = Session::new(Start { nodes: 3, ..Start::default() });
    let mut out = Output::captured(100);
    let mut runner = Runner::new(&mut session, &mut out);
    runner.run(&mut Script::text(None, lines), FailurePolicy::Prompt);
    on_one_line(&out.take())
}

/// Commands, what their output must contain in this order, and what it must not contain.
type Case = (&'static str, &'static [&'static str], &'static [&'static str]);

const CASES: &[Case] = &[
    // Three sentences for three things.
    (
        "run until leader == n3",
        &["n1 moved to term 1", "n3 became leader of term 1"],
        &["follower in term"],
    ),
    (
        "set timers off; timeout n1; settle; timeout n2; settle",
        &["n1 stepped down as leader of term 1: n2's RequestVote is of term 2"],
        &[],
    ),
    (
        "set timers off; timeout n1; settle n1; timeout n2; settle n2; timeout n2; settle",
        &["n1 gave up its candidacy: n2's RequestVoteReply is of term 2"],
        &[],
    ),
    (
        "set timers off; timeout n1,n2; settle",
        &["n2 gave up its candidacy: n1 leads term 1"],
        &["nobody won"],
    ),
    // Refusals: the two logs, the vote, the term; repeated ones are counted.
    (
        "preload n1 1 --term 3; preload n3 1,3,3; set timers off; timeout n1; settle",
        &["n3 refused its vote to n1 in term 4: n1's log ends at 1@1, n3's at 3@3"],
        &[],
    ),
    (
        "set timers off; timeout n1,n2; settle",
        &["n2 refused its vote to n1 in term 1: it voted for itself"],
        &[],
    ),
    (
        "preload n1 1; preload n2 1,2; preload n3 1,2; cut n2,n3 n1 --one-way; cut n2 n3; run 2s",
        &["n2 refused its vote to n1", "n2 refused n1", "more times: same reason"],
        &[],
    ),
    // An election that nobody won, once, with all candidates and who did not vote.
    (
        "set timers off; timeout n1,n2,n3; settle; timeout n1; settle",
        &["nobody won term 1: n1 1 of 3 votes, n2 1, n3 1"],
        &[],
    ),
    (
        "set timers off; kill n2; cut n1 n3; timeout n1; settle; set timers on; run 400ms",
        &["n1 lost the election of term 1 with 1 vote"],
        &[],
    ),
    // Somebody may still win the term in which an isolated node has campaigned.
    (
        "run until leader == n3; isolate n1; run 1s; heal; run 2s",
        &["n1 lost the election of term 2 with 1 vote", "more elections ended like this"],
        &["nobody won term 2"],
    ),
    // A leader that has sent nothing waits for no answer.
    ("set timers off; timeout n1; settle; run 1s; status", &["leader n1@1"], &["no answer"]),
    // Messages that change nothing.
    (
        "set timers off; timeout n1; settle; hold n2 n1; put n1 a=1; settle; timeout n3; settle; \
         release",
        &[],
        &["ignored"],
    ),
    (
        "set timers off; timeout n1; settle; hold n2 n1; put n1 a=1; settle; timeout n3; settle; \
         release; settle",
        &["n1 ignored n2's AppendEntriesReply m", "it is an answer of term 1, which is over"],
        &[],
    ),
    (
        "set timers off; timeout n1; settle n1; deliver n1 n2; settle n2; dup n2 n1; cut n1 n3; \
         deliver n2 n1; deliver n2 n1",
        &[],
        &["ignored"],
    ),
    // A leader that nobody answers, and that is answered again.
    (
        "run until leader == n3; cut n1,n2 n3 --one-way; run 1s",
        &[
            "n3 has had no answer from a majority since",
            "it hears from 1 of 3 (itself included) and commits nothing",
            "leader n3@1 (hears from 1 of 3, commits nothing)",
        ],
        &["answered by a majority again"],
    ),
    (
        "run until leader == n3; cut n1,n2 n3 --one-way; run 1s; heal; run 200ms",
        &["n3 is answered by a majority again"],
        &[],
    ),
    (
        "run until leader == n3; cut n1,n2 n3 --one-way; run 1s; run until leader",
        &["there is a leader already; t=", "(hears from 1 of 3, commits nothing)"],
        &[],
    ),
    (
        "run until leader == n3; cut n1,n2 n3 --one-way; run 1s; status",
        &["n3@1 has had no answer from a majority since"],
        &[],
    ),
    ("run until leader; run 5s", &[], &["no answer"]),
    // Nothing is committed after all nodes were restarted.
    (
        "run until leader; put leader x=1 --wait; run until agree; kill all; drop --all; restart \
         all; run until leader",
        &["has committed nothing yet: the entry 1@1 is of an earlier term, and commits together \
             with the first entry of term 2 (§5.4.2)"],
        &[],
    ),
    // A message that has not left.
    (
        "set timers off; timeout n1; run 300us; deliver n1 n2",
        &[
            "no message to deliver",
            "n1's RequestVote leaves when n1's disk has finished a write: `settle n1` finishes it",
        ],
        &[],
    ),
    // A vote that waits for a slow disk.
    (
        "set timers off; disk slow n3 160ms; timeout n2; run 400ms",
        &["n3 answers n2 only now: its disk took 160.000ms to sync its vote"],
        &["n1 answers"],
    ),
    (
        "delay n2 n3 400ms; delay n3 n2 400ms; kill n1",
        &["warning: no election will succeed: the votes of a majority take 811.000ms or more"],
        &[],
    ),
    // Settings under which nobody leads, and their end.
    ("set heartbeat 400ms", &["warning: no leader will last: heartbeats come every 400ms"], &[]),
    (
        "set latency 200ms",
        &["warning: no election will succeed: the votes of a majority take 401.000ms or more"],
        &[],
    ),
    (
        "set election-timeout 200ms",
        &["warning: votes are likely to split: all election timeouts are 200ms"],
        &[],
    ),
    (
        "set latency 200ms; set latency 5ms",
        &["latency: 5ms"],
        &["warning: no election will succeed: the votes of a majority take 11"],
    ),
    ("delay all all 200ms", &["warning: no election will succeed"], &[]),
    (
        "set loss 5%; set timers off; cluster",
        &["settings are those of the start again: loss is 0%, timers is on"],
        &[],
    ),
    ("cluster", &[], &["settings are"]),
    // Suggestions name the request that was refused; what was found is said beside it.
    (
        "run until leader == n3; get n1 x",
        &["n1 is not the leader; it", "`get x` asks n3, the leader"],
        &["put"],
    ),
    (
        "expect n1.next.n2 == 1",
        &["expected `n1.next.n2 == 1`, found n1: none (it does not lead)"],
        &[],
    ),
    ("expect leader", &["expected `leader`, found none: no running node leads"], &[]),
    (
        "run until n1.role == leader within 10ms",
        &[
            "not met within 10ms (0 steps)",
            "expected `n1.role == leader` within 10ms, found n1: follower",
        ],
        &[],
    ),
    ("set loss 0.2", &["did you mean '20%' or '0.2%'?"], &[]),
    ("set loss 0.125", &["did you mean '12.5%' or '0.125%'?"], &[]),
    ("set loss 12.5", &["did you mean '12.5%'?"], &[]),
    ("run", &["run needs a duration or a condition: run 2s, run until leader"], &[]),
    ("kill", &["kill needs nodes: kill n2"], &[]),
    ("help disk slow", &["slow NODES DURATION"], &["no help"]),
    ("help flaw", &["NAME"], &[]),
    // A violation cuts its command short.
    (
        "flaw on vote-twice; set timers off; timeout n1,n2; settle",
        &["cut short by a violation after"],
        &[],
    ),
];

#[test]
fn a_run_tells_why() {
    let mut wrong = Vec::new();
    for (lines, expected, absent) in CASES {
        let text = said(lines);
        let mut rest = text.as_str();
        for words in *expected {
            match rest.find(words) {
                Some(at) => rest = &rest[at + words.len()..],
                None => wrong.push(format!("{lines}: no '{words}' in\n{text}\n")),
            }
        }
        for words in *absent {
            if text.contains(words) {
                wrong.push(format!("{lines}: '{words}' in\n{text}\n"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
