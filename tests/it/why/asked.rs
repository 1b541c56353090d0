//! The questions that people asked, each with the facts that its answer must name.

use super::say;
use raftsh::language::Status;
use raftsh::session::{Session, Start};

/// A question: the script that leads there, what is asked, and what the answer must say.
type Question = (&'static str, &'static str, &'static [&'static str]);

const ASKED: &[Question] = &[
    // sofastack/sofa-jraft#802: answers take longer than the election timeout.
    (
        "timeout n1; run until leader == n1; delay n2 n3 400ms; delay n3 n2 400ms; kill n1; \
         !run until leader within 10s",
        "why leader",
        &["n1 is down", "no election will succeed", "811.000ms", "restart n1 would do"],
    ),
    // rqlite/rqlite#2086: a leader that hears nobody.
    (
        "timeout n3; run until leader == n3; put n3 a=1 --wait; cut n1,n2 n3 --one-way; \
         put n3 b=1; run 5s",
        "why op2 == ok",
        &[
            "2@1 is durable on 3 of 3",
            "no answer that says so",
            "from n1 to n3 is cut",
            "heal n1 n3",
        ],
    ),
    (
        "timeout n3; run until leader == n3; put n3 a=1 --wait; cut n1,n2 n3 --one-way; \
         put n3 b=1; run 5s",
        "why leader",
        &["n3 leads term 1", "no majority has answered", "deaf leader", "from n2 to n3 is cut"],
    ),
    // rqlite/rqlite#2086: a node that hears nobody.
    (
        "timeout n1; run until leader == n1; put n1 a=1 --wait; cut n1,n2 n3 --one-way; run 3s",
        "why leader",
        &["n3 hears nobody", "deaf follower", "§5.1"],
    ),
    // etcd-io/etcd#1366, microsoft/CCF#5340: an answer that changed nothing.
    // hashicorp/consul#1674: who refused whom.
    (
        "timeout n2; run until leader == n2; put n2 a=1 --wait; kill n1; put n2 b=1 --wait; \
         restart n1; cut n2 n1 --one-way; run 320ms",
        "why n3.vote == n1",
        &["n3 refused its vote to n1", "n1's log ends at 1@1, n3's at 2@1", "§5.4.1"],
    ),
    // hashicorp/consul#11986: all entries are of earlier terms.
    (
        "timeout n2; run until leader == n2; put n2 a=1 --wait; run until agree; kill n1; \
         put n2 b=1 --wait; kill n2,n3; drop all all --all; restart n1,n2; \
         run until leader within 10s; run 200ms",
        "why committed b=1",
        &["of an earlier term", "§5.4.2", "`put` adds one"],
    ),
    // c5#263: no answer leaves before the write is on the disk.
    (
        "set timers off; timeout n1; settle; isolate n3; disk slow n2 1s; put n1 x=1; run 100ms",
        "why n1.commit == 1",
        &["durable on 1 of 3", "n2", "writing it to disk", "1s for each write"],
    ),
    // willemt/raft#48: heartbeats come later than the election timeout.
    (
        "set heartbeat 400ms; run 3s",
        "why leader",
        &["no leader will last", "heartbeats come every 400ms"],
    ),
    // openraft#1429: the later term unseats the leader, though the vote is refused.
    (
        "set timers off; timeout n1; settle; put n1 a=1; settle; tick n1; settle; hold n1 all; \
         put n1 b=1; put n1 c=1; timeout n3; settle; put n3 d=1; drop n1 all --all; \
         release n1 all; cut n3 n1 --one-way; settle; cut n2 n1 --one-way; \
         repeat 30 { timeout n1; settle n1 }; settle",
        "why leader",
        &["n3 stepped down as leader of term 2: n1's RequestVote is of term 3", "timers are off"],
    ),
    // bitnami/charts#20403: equal timeouts split the votes.
    (
        "set election-timeout 200ms; set timers off; set timers on; set latency 10ms; \
         set disk-latency 1ms; !run until leader within 3s",
        "why leader",
        &["votes are likely to split", "only n1 voted for n1", "duel of split votes"],
    ),
    // sofa-jraft#882: refused, because the voter's log is longer.
    (
        "set timers off; timeout n1; settle; put n1 base=1; settle; tick n1; settle; hold n2 all; \
         timeout n2; settle n2; put n1 late=1; settle n1,n3; \
         deliver n2 n1 --type RequestVote; settle n1",
        "why n1.vote == n2",
        &["n1 refused its vote to n2 in term 2", "n2's log ends at 1@1, n1's at 2@1"],
    ),
    // jgroups-raft#218: whom each node believes to lead.
    (
        "set timers off; timeout n1; settle; timeout n3; settle n3; hold n3 all; \
         drop n3 all --all; release n3 all; timeout n3; settle n3; \
         deliver n3 n2 --type RequestVote; settle n2",
        "why n2.leader == n1",
        &["n2 has heard from no leader of term 3"],
    ),
    // moby/swarmkit#1708: is a conflict bad?
    (
        "timeout n1; run until leader == n1; put n1 a=1 --wait; put n1 b=1; pause n1; \
         run until leader and not leader == n1 within 5s; put leader c=1 --wait; resume n1; \
         put n1 late=1; run 500ms",
        "why op4 == ok",
        &["is unknown", "in no log any more"],
    ),
    // apache/ratis#130: the vote waits for a slow disk.
    (
        "timeout n1; run until leader == n1; disk slow n3 400ms; kill n1; timeout n2; run 50ms",
        "why leader",
        &["n3's vote for n2 in term 2 is missing", "still writing it"],
    ),
    // Newcomers'.
    (
        "kill n1,n2",
        "why leader",
        &["only 1 of 3 voters is up (n3)", "n1 is down", "restart n1 would do"],
    ),
    ("", "why leader", &["no election has begun yet", "run until leader would do"]),
    ("set timers off", "why leader", &["timers are off", "set timers on would do"]),
    (
        "isolate n1; isolate n2; isolate n3",
        "why leader",
        &["no node reaches a majority both ways", "heal n1 n2 would do"],
    ),
    (
        "timeout n1; run until leader == n1; put n1 a=1 --wait; partition n1 | n2,n3; run 1s",
        "why leaders == 2",
        &["of different terms are no violation", "still leads term 1", "are cut"],
    ),
    (
        "timeout n1; run until leader == n1; isolate n1; put n1 x=5; run 50ms",
        "why committed x=5",
        &["1@1 is durable on 1 of 3 nodes (n1), and a majority is 2", "cut", "heal"],
    ),
    (
        "timeout n1; run until leader == n1; hold n1 n2; hold n1 n3; put n1 x=5; run 50ms",
        "why committed x=5",
        &["is held", "release n1 n2 would do"],
    ),
    (
        "timeout n1; run until leader == n1; pause n2,n3; put n1 x=5; run 50ms",
        "why committed x=5",
        &["n2,n3 do not hold 1@1 durably: they are paused", "resume n2 would do"],
    ),
    (
        "timeout n1; run until leader == n1; put n1 x=5; kill n1",
        "why op == ok",
        &["op1, `put x=5` at n1, is unknown", "n1 is down"],
    ),
    ("kill n2", "why n2.state == up", &["n2 is down", "restart n2 would do"]),
    (
        "timeout n1; run until leader == n1; put n1 x=5 --wait; corrupt n3; restart n3",
        "why n3.state == halted",
        &["n3 halted", "was damaged"],
    ),
    (
        "timeout n1; run until leader == n1; put n1 x=5 --wait; run until agree",
        "why agree",
        &["n1,n2,n3 have the same log, up to 1@1, and commit index 1"],
    ),
    (
        "set timers off; timeout n1; settle; flaw on vote-twice; kill n1; timeout n2; timeout n3; \
         settle; expect violated vote-once",
        "why violated vote-once",
        &["violated vote-once", "the flaw vote-twice is on"],
    ),
];

#[test]
fn what_people_asked_is_answered_in_ten_lines() {
    for (script, question, facts) in ASKED {
        let mut session = Session::new(Start { nodes: 3, ..Start::default() });
        let (said, errors, status) = say(&mut session, script);
        assert_eq!(status, Status::Ok, "{script}\n{said}{errors}");
        let (answer, errors, status) = say(&mut session, question);
        assert_eq!(status, Status::Ok, "{question}: {errors}");
        // Words may be parted by the end of a line.
        let joined = answer.split_whitespace().collect::<Vec<_>>().join(" ");
        for fact in *facts {
            assert!(joined.contains(fact), "{script}\n{question} does not say `{fact}`:\n{answer}");
        }
        assert!(answer.lines().count() <= 10, "{script}\n{question}:\n{answer}");
    }
}
