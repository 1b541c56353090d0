//! Reads that are no entries of the log, through the language: by an index, by a lease, what they
//! wait for, what ends them, and who refuses them.

use crate::flaws::run;
use raftsh::language::Status;
use raftsh::sim::{EventKind, Outcome};

fn succeeds(text: &str) -> String {
    let (_, said, status) = run(text);
    assert_eq!(status, Status::Ok, "{text}\n{said}");
    said
}

/// n1 leads term 1 and has committed x=1, and everybody knows that.
const LED: &str = "cluster 3; set timers off; set latency 1ms; timeout n1; settle; put n1 x=1
    settle; tick n1; settle; expect op1 == ok and all.applied == 1";

/// The same, with leases of 135 ms. One begins.
const LEASE: &str = "cluster 3; set timers off; set latency 1ms; set check-quorum on
    set reads lease; timeout n1; settle; put n1 x=1; settle; tick n1; settle";

#[test]
fn an_index_is_confirmed_by_a_round_that_begins_with_the_read() {
    for rest in [
        "get n1 x --read index; expect op2 == pending; settle; expect op2.value == 1",
        // A read appends nothing.
        "get n1 x --read index; settle; expect all.last == 1 and op2 == ok",
        // One follower is enough, and its refusal is an answer as well.
        "isolate n3; get n1 x --read index; settle; expect op2 == ok",
        "isolate n3; put n1 y=1; settle; isolate n2; heal n1 n3; get n1 x --read index; settle
         expect op3 == ok",
        // Without a majority there is no answer, whatever was answered before.
        "tick n1; isolate n1; settle; get n1 x --read index; settle; expect op2 == pending
         heal; tick n1; settle; expect op2 == ok",
        // The next heartbeats are a round, too, if those of the first were lost.
        "get n1 x --read index; drop --all; settle; expect op2 == pending; tick n1; settle
         expect op2 == ok",
        // Writes in between do not disturb.
        "get n1 x --read index; put n1 x=2; get n1 x --read index; settle
         expect op2 == ok and op3 == ok and op4 == ok and linearizable",
    ] {
        succeeds(&format!("{LED}; {rest}; expect safe"));
    }
    succeeds(
        "cluster 1; set noop on; set reads index; run until leader; run 10ms; get x
        expect op1 == ok",
    );
}

#[test]
fn a_follower_asks_its_leader() {
    for rest in [
        "get n3 x --read index; settle; expect op2.value == 1",
        "get n3 x --read index; get n3 x --read index; get n2 x --read index; settle
         expect op2 == ok and op3 == ok and op4 == ok",
        // The question is lost: it asks again at the next AppendEntries.
        "get n3 x --read index; drop --all; settle; expect op2 == pending; tick n1; settle
         expect op2 == ok",
        // So is the answer.
        "hold n1 n3; get n3 x --read index; settle; drop n1 n3 --type ReadIndexReply; release
         settle; expect op2 == ok",
        "hold n1 n3; get n3 x --read index; settle; drop n1 n3 --all; release; settle
         expect op2 == pending; tick n1; settle; expect op2 == ok",
        // An answer that comes twice changes nothing.
        "hold n1 n3; get n3 x --read index; settle; dup n1 n3 --type ReadIndexReply; release
         settle; expect op2 == ok",
        // It waits until it has applied the index.
        "cut n1 n3 --one-way; put n1 x=2; settle; heal; hold n1 n3; get n3 x --read index; settle
         deliver n1 n3 --type ReadIndexReply; expect op3 == pending and n3.applied == 1
         release; settle; expect op3.value == 2",
    ] {
        succeeds(&format!("{LED}; {rest}; expect safe"));
    }
}

#[test]
fn a_read_waits_for_an_entry_of_the_leaders_term() {
    let said = succeeds(
        "cluster 3; set timers off; timeout n1; settle; get n1 x --read index; settle
         expect op1 == pending; get n3 x --read index; settle; expect op2 == pending
         history --kind read_deferred; why op1; why op2; put n1 x=1; settle
         expect op1 == ok and op2 == ok and op2.value == 1",
    );
    for words in [
        "op1: pending: n1 has committed no entry of its term 1 yet, so the read waits for one (`set \
         noop on`",
        "n1   lets a read wait until an entry of term 1 is committed",
        "n1   lets a read of n3 wait until an entry of term 1 is committed",
        "n3 has asked n1 up to which entry it has to apply, and has no answer",
        "n1 has committed no entry of its term 1, and until then it does not know",
    ] {
        let (said, words) = (on_one_line(&said), on_one_line(words));
        assert!(said.contains(&words), "{words}\n{said}");
    }
    succeeds(
        "cluster 3; set timers off; set noop on; timeout n1; settle; get n1 x --read index; settle
         expect op1 == ok and op1.value == none",
    );
}

/// What is read as lines has lost where they were broken.
fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_change_of_term_or_leader_gives_reads_up() {
    for rest in [
        // At a leader that hears of a later term.
        "isolate n1; get n1 x --read index; timeout n2; settle; heal; tick n2; settle",
        // At a follower, while its leader stays what it is.
        "cut n3 n1; get n3 x --read index; settle; timeout n2; settle; expect n3.leader == n2",
        // A node that starts an election, or asks whether it could win one.
        "hold n1 n3; get n3 x --read index; timeout n3",
        "set pre-vote on; hold n1 n3; get n3 x --read index; timeout n3; expect n3.term == 1",
        // A crash, of the node that was asked.
        "get n1 x --read index; kill n1",
        "get n3 x --read index; kill n3",
        // A leader that check-quorum ends.
        "set check-quorum on; isolate n1; get n1 x --read index; timeout n1; timeout n1",
    ] {
        succeeds(&format!(
            "{LED}; {rest}; expect op2 == unknown and safe; heal; restart
            set timers on; run 2s; expect op2 == unknown"
        ));
    }
}

#[test]
fn who_refuses_a_read() {
    let said = succeeds(
        "cluster 3; set timers off; !get n1 x --read index; !set reads lease
         !get n1 x --read lease; set check-quorum on n1,n2; !set reads lease; set check-quorum on
         timeout n1; settle; !get n3 x --read lease; !get n3 x --read log; put n1 x=1; settle
         tick n1; settle; set reads lease; !set check-quorum off; !set check-quorum off n2
         set reads index; set check-quorum off n2; !set reads lease
         !get n1 x --read lease; kill n1; !get n1 x --read index",
    );
    for words in [
        "n1 is not the leader; it knows no leader",
        "reads by lease need check-quorum on at every node, and it is off at n1",
        "reads by lease need check-quorum on at every node, and it is off at n3",
        "n3 is not the leader; it believes that n1 is",
        "check-quorum has to stay on while `reads` is lease",
        "n1 is down",
    ] {
        assert!(said.contains(words), "{words}\n{said}");
    }
}

#[test]
fn a_lease_runs_from_the_sending_of_a_round() {
    for rest in [
        "get n1 x; expect op2.value == 1",
        "isolate n1; run 130ms; get n1 x; expect op2 == ok; run 10ms; get n1 x
         expect op3 == pending",
        // The allowance of the node, and the least election timeout of any node, decide.
        "set lease-drift 50%; isolate n1; run 70ms; get n1 x; expect op2 == pending",
        "set lease-drift 0; tick n1; settle; isolate n1; run 145ms; get n1 x; expect op2 == ok",
        "set lease-drift 0 n1; tick n1; settle; isolate n1; run 145ms; get n1 x; expect op2 == ok",
        "set election-timeout 50ms..100ms n3; tick n1; settle; isolate n1; run 50ms; get n1 x
         expect op2 == pending",
        // It is the sending that counts, and a majority.
        "run 200ms; delay n2,n3 n1 140ms; tick n1; settle; get n1 x; expect op2 == pending",
        "run 200ms; isolate n3; tick n1; settle; get n1 x; expect op2 == ok",
        "run 200ms; isolate n2,n3; tick n1; settle; get n1 x; expect op2 == pending",
        // By the leader's own clock.
        "drift n1 +100%; isolate n1; run 70ms; get n1 x; expect op2 == pending",
        "drift n1 -50%; isolate n1; run 200ms; get n1 x; expect op2 == ok",
        // A change of the election timeout ends it, even of one that is not the least.
        "set election-timeout 150ms..400ms; get n1 x; expect op2 == pending",
        "set election-timeout 200ms n3; get n1 x; expect op2 == pending
         settle; expect op2 == ok; get n1 x; expect op3 == ok",
        "set election-timeout 150ms..300ms; get n1 x; expect op2 == ok",
    ] {
        succeeds(&format!("{LEASE}; {rest}; expect safe"));
    }
    // Without `set reads lease`, rounds count from the first read on.
    succeeds(&format!(
        "{LED}; set check-quorum on; get n1 x --read lease; expect op2 == pending
        settle; expect op2 == ok; get n1 x --read lease; expect op3 == ok"
    ));
}

#[test]
fn a_lease_ends_when_a_transfer_begins() {
    for rest in [
        // n2 is told, and the message is lost: there is no lease any more in this term.
        "cut n1 n2 --one-way; transfer n2; !get n1 x; timeout n1; heal; tick n1; settle; get n1 x
         expect op2 == pending; settle; expect op2 == ok; get n1 x; expect op3 == pending",
        // n2 was never told: the next round begins a lease.
        "cut n1 n2 --one-way; put n1 x=2; settle; transfer n2; timeout n1; get n1 x
         expect op3 == pending; heal; tick n1; settle; get n1 x; expect op4 == ok",
    ] {
        let said = succeeds(&format!("{LEASE}; get n1 x --wait; undo; {rest}; expect safe"));
        assert!(
            said.contains("n1 hands over to n2, and takes no requests") || rest.contains("put")
        );
    }
}

#[test]
fn what_is_told_of_leases_and_pre_candidates() {
    let said = succeeds(&format!(
        "{LEASE}; why leader; why n1; isolate n1; run 140ms; get n1 x; why op2
         cluster 3; set timers off; set pre-vote on; timeout n1; settle; kill n2; cut n1 n3 --one-way
         timeout n3; settle; why n3; why n3.role == leader"
    ));
    let said = on_one_line(&said);
    for words in [
        "n1 holds a lease until ",
        "n1 holds no lease: no majority has answered it recently enough",
        "a majority has to answer n1 before it may answer the read",
        "n3 has 1 of 2 pre-votes for term 2: n3",
        "n1 would not vote for n3 in term 2: it leads itself",
        "n2 is down",
    ] {
        assert!(said.contains(words), "{words}\n{said}");
    }
}

/// Clients read as the setting says, at followers too, and what they read is linearizable.
#[test]
fn clients_read_under_the_setting() {
    for (setting, at_followers) in [("index", true), ("lease", false)] {
        let (session, said, status) = run(&format!(
            "cluster 5; set check-quorum on; set noop on; set reads {setting}
             clients 4 --rate 50 --mix put=1,get=1; run 3s; expect linearizable and safe"
        ));
        assert_eq!(status, Status::Ok, "{said}");
        let world = session.world();
        let leader = world.leader().unwrap();
        let confirmed: Vec<_> = session
            .events()
            .iter()
            .filter(|event| matches!(event.kind, EventKind::ReadConfirmed { .. }))
            .collect();
        assert!(confirmed.len() > 100, "{setting}: {}", confirmed.len());
        let elsewhere = confirmed.iter().any(|event| event.node != leader);
        assert_eq!(elsewhere, at_followers, "{setting}");
        let reads = world
            .ops()
            .last(usize::MAX)
            .filter(|(_, op)| op.asked.command().is_some_and(|command| command.is_read()));
        let answered = reads.filter(|(_, op)| op.outcome == Outcome::Ok).count();
        assert!(answered > 100, "{setting}: {answered}");
    }
}

#[test]
fn reads_in_json_and_in_saved_sessions() {
    let said = succeeds(&format!(
        "{LED}; get n3 x --read index; settle; history --kind read_confirmed --format json
         ops --format json; messages --format json; settings --format json"
    ));
    for words in [
        r#""node":"n3","kind":"read_confirmed""#,
        r#""op":"op2","index":1"#,
        r#""read":"index""#,
        r#""key":"lease-drift","value":"10%""#,
    ] {
        assert!(said.contains(words), "{words}\n{said}");
    }
}
