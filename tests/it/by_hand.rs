//! Corner cases of moves by hand: messages that are named twice, messages that wait at a paused
//! node, writes that `disk sync` finishes, and the errors of these commands.

use raftsh::console::Output;
use raftsh::language::Status;
use raftsh::script::{FailurePolicy, Runner, Script};
use raftsh::session::{Session, Start};
use raftsh::sim::{Action, Event};

use crate::surroundings::on_one_line;

/// Three nodes without disk latency and timers, n1 a candidate: m1 and m2 are its RequestVotes to
/// n2 and n3.
const CANDIDATE: &str = "set timers off; set disk-latency 0us; set latency 10ms; timeout n1";

/// Runs commands on a new cluster of three.
fn say(text: &str) -> (Session, String, Status) {
    let mut session = Session::new(Start { nodes: 3, ..Start::default() });
    let mut out = Output::captured(100);
    let mut runner = Runner::new(&mut session, &mut out);
    runner.run(&mut Script::text(Some("t"), format!("{CANDIDATE}; {text}")), FailurePolicy::Stop);
    let status = runner.worst;
    (session, out.take(), status)
}

#[track_caller]
fn succeeds(text: &str) {
    let (_, said, status) = say(text);
    assert_eq!(status, Status::Ok, "{text}\n{said}");
}

/// The network may reuse the slot of a delivered message for its answer, which the command did not
/// name.
#[test]
fn a_message_named_twice_is_not_another_one() {
    for verb in ["deliver", "drop"] {
        let (mut session, said, status) = say(&format!("{verb} m1 m2 m1"));
        assert_eq!(status, Status::Usage, "{said}");
        assert!(said.contains("m1 is named twice"), "{said}");
        let action = if verb == "deliver" { Action::Deliver } else { Action::Drop };
        assert!(session.act(action(vec![1, 1])).is_err());
        assert_eq!(session.world().network().len(), 2, "nothing has changed");
    }
    succeeds("dup m1 m1; expect messages == 4");
}

/// A cluster of one node has no links.
#[test]
fn a_lonely_node_has_no_links_to_hold() {
    let (_, said, status) = say("cluster 1; heal; hold; release");
    assert_eq!(status, Status::Ok, "{said}");
    assert_eq!(said.matches("there are no links: nothing changed").count(), 2, "{said}");
    assert_eq!(say("cluster 1; hold n1 n1").2, Status::Failed);
}

/// Pausing a node must not make a message arrive early, even if a command looked for the next
/// event and found the message at the paused node before it was due.
#[test]
fn what_is_under_way_to_a_paused_node_keeps_its_time() {
    for ahead in
        ["pause n2", "pause n2; run 0us", "pause n2; settle n3", "pause n2; kill n3; hold n3 n1"]
    {
        succeeds(&format!(
            "{ahead}; resume n2; run 9ms; expect n2.term == 0; run 1ms; expect n2.term == 1"
        ));
    }
    succeeds(
        "pause n2; run 1ms; resume n2; run 8ms; expect n2.term == 0; run 1ms; expect n2.term == 1",
    );
    succeeds(
        "pause n2; run 15ms; expect n2.term == 0; resume n2; run 0us; expect n2.term == 1 and time == 15ms",
    );
}

/// The messages in flight, as the table and as JSON show them.
fn in_flight(session: &mut Session) -> String {
    let mut out = Output::captured(100);
    for text in ["messages", "messages --format json"] {
        Runner::new(session, &mut out).run(&mut Script::text(None, text), FailurePolicy::Stop);
    }
    out.take()
}

/// Looking for the next event and finding none changes nothing: a message waits at a paused node
/// from the time when it was due, whether anybody looked or not, and after `load` as before
/// `save`.
#[test]
fn looking_ahead_leaves_no_trace() {
    for (before, paused) in [("", 0), ("run 9ms", 0), ("run 10ms", 2), ("run 20ms", 2)] {
        let (mut session, said, status) = say(&format!("pause n2,n3; {before}"));
        assert_eq!(status, Status::Ok, "{said}");
        let found = in_flight(&mut session);
        assert_eq!(found.matches("is paused").count(), paused, "{before}: {found}");
        assert_eq!(found.matches("\"at_paused\"").count(), paused, "{before}: {found}");
        let moves: Vec<Action> = session.journal().actions().collect();
        assert!(!session.step(u64::MAX), "{before}");
        assert_eq!(in_flight(&mut session), found, "{before}");
        let mut loaded = Session::new(Start { nodes: 3, ..Start::default() });
        assert!(moves.into_iter().all(|action| loaded.act(action).is_ok()));
        assert_eq!(in_flight(&mut loaded), found, "{before}");
    }
}

/// Held messages stay in flight until they are released or delivered by hand; the end of a pause
/// does neither.
#[test]
fn what_waits_at_a_paused_node_can_be_held() {
    for wait in ["run 0us", "run 5ms", "run 20ms"] {
        succeeds(&format!(
            "drop n1 n3; pause n2; {wait}; hold n1 n2; resume n2; run 1s; expect n2.term == 0 and messages == 1; \
             pause n2; release n1 n2; run 1s; expect n2.term == 0; resume n2; run 0us; expect n2.term == 1"
        ));
    }
}

/// A `cas` that found another value is in the log, but it wrote nothing.
#[test]
fn only_what_was_written_is_committed() {
    for (what, condition) in [
        ("put n1 x=5; cas n1 x 1 7", "committed x=5 and not committed x=7"),
        ("put n1 x=5; cas n1 x 5 7", "committed x=5 and committed x=7"),
        ("put n1 x=5; del n1 x; cas n1 x none 7", "committed x=5 and committed x=7"),
        (
            "put n1 x=5; del n1 x; cas n1 x 5 7; cas n1 x 7 8",
            "not committed x=7 and not committed x=8",
        ),
        ("cas n1 x none 7; put n1 y=7; cas n1 y 8 9", "committed x=7 and not committed y=9"),
    ] {
        succeeds(&format!("settle; {what}; settle; expect {condition}"));
    }
}

/// Errors say what is wrong and what to do about it.
#[test]
fn errors_name_what_is_wrong() {
    for (text, piece) in [
        ("pause n2; timeout n2", "`resume n2`"),
        ("pause n2; deliver n1 n2", "`resume n2`"),
        ("kill n2; timeout n2", "`restart n2`"),
        ("deliver n1 n2 --newest --nth 2", "do not go together"),
        ("deliver n1 n2 --all --newest", "do not go together"),
        ("deliver n1 n2 --all --all", "--all was given twice"),
    ] {
        let (_, said, status) = say(text);
        assert_ne!(status, Status::Ok, "{text}");
        assert!(said.contains(piece), "{text}\n{said}");
    }
}

/// A condition that becomes true because time passes is met exactly then, not at the next event.
#[test]
fn a_time_is_met_exactly() {
    for (condition, us) in [
        ("time >= 2s", 2_000_000),
        ("time > 2s", 2_000_001),
        ("not time < 2s", 2_000_000),
        ("leader == n3 and time >= 1s or time >= 30ms", 30_000),
    ] {
        let (session, said, status) = say(&format!("run until {condition}"));
        assert_eq!((status, session.world().now_us()), (Status::Ok, us), "{condition}: {said}");
    }
    succeeds("!run until time >= 2s within 5ms; expect time == 5ms");
}

#[test]
fn a_key_that_nobody_holds_may_be_another_one() {
    let (_, said, status) = say("settle; put n1 counter=1; settle; expect n1.kv.countre == 1");
    assert_eq!(status, Status::Expectation);
    assert!(said.contains("no node holds 'countre'; did you mean 'counter'?"), "{said}");
}

/// A large cluster has no room for a matrix of links: every link with a fault is listed, whatever
/// the fault.
#[test]
fn links_of_many_nodes_show_every_trouble() {
    let (_, said, _) = say("cluster 30; cut n1 n2 --one-way; hold n3 n4; delay n5 n6 20ms; links");
    for line in ["cut: n1 → n2\n", "held: n3 → n4\n", "delay 20ms: n5 → n6\n"] {
        assert!(said.contains(line), "{line}\n{said}");
    }
}

/// `preload` changes what a disk holds, but does not reconnect a disk that is cut.
#[test]
fn a_prepared_disk_stays_cut() {
    let (_, said, _) = say(
        "cluster 3; disk cut n1; preload n1 1,1; timeout n1; expect n1.state == halted; diff n1 n2",
    );
    assert!(said.contains("halted: no access to its disk"), "{said}");
    assert!(said.contains("n1 and n2 agree up to index 0, and differ from 1 on"), "{said}");
}

/// Counts of one are printed in the singular.
#[test]
fn one_thing_is_no_things() {
    for (text, told) in [
        ("drop m1; expect quiet", "1 message besides heartbeats, 0 unfinished writes, "),
        (
            "set disk-latency 5ms; drop m1; deliver m2; expect quiet",
            "0 messages besides heartbeats, 1 unfinished write, ",
        ),
        (
            "cluster 1; set timers off; flaw on leader-counts-unsynced; timeout n1; settle; put n1 x=1; run 10ms",
            "but none of 1 disk holds it",
        ),
    ] {
        let said = on_one_line(&say(text).1);
        assert!(said.contains(told.trim_end()), "{text}: {told}\n{said}");
    }
}

/// `settle n2,n3` does not wait for writes of other nodes, and these finish later all the same.
#[test]
fn writes_that_settle_passes_over_are_not_lost() {
    succeeds(
        "settle; set disk-latency 1s; put n1 a=1; put n1 b=2; settle n2,n3; settle
         kill n1; restart n1; expect n1.last == 2",
    );
}

/// A candidate whose write of its term and vote is in flight for 5 ms.
const VOTING: &str = "settle; set disk-latency 5ms; run 1s; timeout n2";

/// How often a write of term and vote finished at n2 by the end of these commands, and the last
/// such event.
#[track_caller]
fn votes_synced(text: &str) -> (usize, Option<Event>) {
    let (session, said, status) = say(&format!("{VOTING}; {text}"));
    assert_eq!(status, Status::Ok, "{text}\n{said}");
    let synced = session.events().iter().filter(|event| {
        event.node.to_string() == "n2"
            && event.time_us >= 1_000_000
            && event.kind.name() == "vote_synced"
    });
    let all: Vec<Event> = synced.copied().collect();
    (all.len(), all.last().copied())
}

/// A write that is finished by hand has the same effects as one that finishes in time, but no time
/// passes: the messages that waited for it are sent.
#[test]
fn a_write_can_be_finished_by_hand() {
    let (by_hand, synced) =
        votes_synced("expect messages == 0; disk sync n2; expect messages == 2");
    let (by_time, later) = votes_synced("run 5ms");
    assert_eq!((by_hand, by_time), (1, 1));
    let (synced, later) = (synced.unwrap(), later.unwrap());
    assert_eq!((synced.id, synced.cause(), synced.kind), (later.id, later.cause(), later.kind));
    assert_eq!(later.time_us - synced.time_us, 5_000, "no time passes");
}

/// The planned end of a write that was finished by hand must not finish another write, and a disk
/// without unfinished writes is idle.
#[test]
fn a_write_finished_by_hand_is_finished_once() {
    let two = "run 3ms; timeout n2; disk sync n2";
    for (text, finished) in [
        ("disk sync n2; run 100ms", 1),
        ("disk sync n2,n3; disk sync n2; run 100ms", 1),
        (&*format!("{two}; run 2ms"), 1),
        (&*format!("{two}; run 3ms"), 1),
        (&*format!("{two}; settle n1; run 4ms"), 1),
        (&*format!("{two}; settle n1; run 5ms"), 2),
        (&*format!("{two}; run 5ms"), 2),
        (&*format!("{two}; disk sync n2"), 2),
        (&*format!("{two}; disk sync n2; disk sync n2; run 1s"), 2),
        (
            "disk slow n2 1s; timeout n2; disk sync n2; disk sync n2; disk slow n2 1ms; timeout n2; run 1ms",
            3,
        ),
        ("disk slow n2 1s; timeout n2; disk sync n2; disk slow n2 1ms; timeout n2; run 1ms", 1),
    ] {
        assert_eq!(votes_synced(text).0, finished, "{text}");
    }
}

/// The disk of a paused node continues to work; the node learns of a finished write when it is
/// resumed.
#[test]
fn a_paused_node_learns_later_what_was_synced() {
    succeeds(&format!(
        "{VOTING}; pause n2; disk sync n2; expect messages == 0; resume n2; expect messages == 2"
    ));
}

/// What `disk sync` prints when there is nothing to finish, when a disk fails, and when it lies.
#[test]
fn a_write_by_hand_tells_what_is_so() {
    for (text, status, piece) in [
        ("disk sync n2", Status::Ok, "n2 has no unfinished write: nothing changed"),
        (
            "timeout n3; disk sync n3; disk sync n3",
            Status::Ok,
            "n3 has no unfinished write: nothing changed",
        ),
        ("kill n2; disk sync n2", Status::Failed, "n2 is down"),
        ("kill n2; disk sync n2", Status::Failed, "`restart n2` starts it"),
        ("timeout n3; kill n2; disk sync n2,n3", Status::Failed, "n2 is down"),
        ("disk sync", Status::Usage, "disk sync needs nodes"),
        ("disk sync n1 n2", Status::Usage, "several nodes are one word: n1,n3 or n1..n3"),
        ("disk sync n9", Status::Failed, "n9"),
        ("disk sync n2 --hex", Status::Usage, "--hex"),
    ] {
        let (_, said, found) = say(&format!("set disk-latency 5ms; {text}"));
        assert_eq!(found, status, "{text}\n{said}");
        assert!(said.contains(piece), "{text}\n{said}");
    }
    for (text, piece) in [
        ("disk sync n2", "n2   synced term 2 and vote n2"),
        ("disk cut n2; disk sync n2; expect n2.state == halted", "no access to its disk"),
        (
            "disk lie n2; disk sync n2",
            "n2's disk lies: it reports this write as synced, but a crash would lose it",
        ),
        (
            "disk lie n2; disk sync n2; kill n2; restart n2; expect violated term-monotonic and n2.term == 1",
            "n2 started",
        ),
        ("disk lose n2; timeout n2; disk sync n2; disk sync n2", "n2   lost a write that its disk"),
    ] {
        let (_, said, status) = say(&format!("{VOTING}; {text}"));
        assert_eq!(status, Status::Ok, "{text}\n{said}");
        assert!(said.contains(piece), "{text}\n{said}");
    }
    let (_, said, _) = say(&format!("{VOTING}; disk sync n2"));
    assert!(!said.contains("lies"), "{said}");
}

/// A candidate that counts a vote of an earlier term is elected as soon as its own vote is on its
/// disk. The violation ends `disk sync all` there, and the journal records only the part that was
/// done.
#[test]
fn a_violation_ends_writing_by_hand() {
    let (session, said, status) = say(
        "cluster 3; set timers off; flaw on stale-vote-counted; set disk-latency 0us; timeout n1; deliver n1 n3
         set disk-latency 1s; timeout n1; deliver n3 n1; timeout n3; disk sync all",
    );
    assert!(session.is_stopped(), "{status:?} {said}");
    assert_eq!(session.journal().actions().next_back().unwrap().to_string(), "disk sync n1");
    let unfinished = |node: usize| session.world().hosts().nth(node).unwrap().disk.unfinished();
    assert_eq!([0, 1, 2].map(unfinished), [0, 0, 1]);
}
