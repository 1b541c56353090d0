//! What a violation does to scripts, and how it is reported.

mod answers;
mod forged;
mod prepared;

use raftsh::check::Checker;
use raftsh::console::Output;
use raftsh::disk::Policy;
use raftsh::history::{self, Timeline};
use raftsh::language::Status;
use raftsh::script::{FailurePolicy, Runner, Script};
use raftsh::session::{Session, Start};
use raftsh::sim::{Action, DiskMove, Event, EventKind, HaltReason, Setting};

use crate::saved::moves::{Dice, random_action};
use crate::schedules::seeds;
use crate::surroundings::on_one_line;

/// Runs a script on a cluster of three; returns its output and its status.
fn script(text: &str, manner: FailurePolicy) -> (String, Status) {
    let mut session = Session::new(Start { nodes: 3, ..Start::default() });
    let mut out = Output::captured(100);
    let mut runner = Runner::new(&mut session, &mut out);
    runner.run(&mut Script::text(Some("t"), text), manner);
    runner.finish();
    let status = runner.worst;
    (out.take(), status)
}

/// n1 votes for itself and then for n2.
const BREAK: &str = "flaw on vote-twice; set timers off; timeout n1,n2; settle";

#[test]
fn what_follows_a_violation_decides() {
    for (rest, status) in [
        ("", Status::Expectation),
        ("expect violated vote-once", Status::Ok),
        ("expect violated vote-once and n1.vote == n2", Status::Ok),
        (
            "expect not safe and violated vote-once; expect violated vote-once; violations",
            Status::Ok,
        ),
        ("repeat 1 { expect violated vote-once }", Status::Ok),
        ("expect violated election-safety", Status::Expectation),
        ("expect not safe", Status::Expectation),
        ("violations", Status::Expectation),
        ("quit", Status::Expectation),
        ("echo a; expect violated vote-once", Status::Expectation),
        ("klil", Status::Expectation),
        ("expect violated nonsense", Status::Expectation),
        // Only a `violated` that makes the condition true expects a violation: not one that is
        // negated, that is false, or that is in a part that is false.
        ("expect not violated election-safety", Status::Expectation),
        ("expect n1.term == 1 or violated election-safety", Status::Expectation),
        ("expect n1.term == 1 or (leader and violated vote-once)", Status::Expectation),
        ("expect not (safe and not violated election-safety)", Status::Expectation),
        ("!expect violated election-safety", Status::Expectation),
        ("!expect violated vote-once", Status::Expectation),
        ("expect leader or violated vote-once", Status::Ok),
        ("expect not (leader or not violated vote-once)", Status::Ok),
        // Only the next command can expect it, no later one.
        (
            "expect n1.term == 1 or violated election-safety; expect violated vote-once",
            Status::Expectation,
        ),
    ] {
        let (said, ended) = script(&format!("{BREAK}; {rest}"), FailurePolicy::Stop);
        assert_eq!(ended, status, "{rest}\n{said}");
        assert!(said.contains("VIOLATED vote-once at #"), "{said}");
    }
    assert_eq!(
        script("flaw off vote-twice; run 2s; expect safe", FailurePolicy::Stop).1,
        Status::Ok
    );
    assert_eq!(script("expect violated nonsense", FailurePolicy::Stop).1, Status::Usage);
}

#[test]
fn a_violation_ends_its_command() {
    // Of two seconds only a few milliseconds pass, of a thousand steps only a few are made, and
    // `settle` leaves messages in flight.
    for command in ["run 2s", "step 1000", "settle", "run until time >= 2s"] {
        let text = format!(
            "flaw on vote-twice; set timers off; timeout n1,n2; {command}; expect violated vote-once\n\
             expect time < 20ms and messages > 0"
        );
        let (said, status) = script(&text, FailurePolicy::Stop);
        assert_eq!(status, Status::Ok, "{said}");
    }
}

/// A violation also ends commands by hand: what they name after it is left alone, and a saved
/// session records how far the command came.
#[test]
fn a_violation_ends_what_is_done_by_hand() {
    for (before, command, violated, done, untouched) in [
        (
            "flaw on vote-twice; timeout all",
            "deliver m1 m2 m3 m4 m5 m6",
            "vote-once",
            "deliver m1",
            "n3.vote == n3",
        ),
        (
            "flaw on vote-twice; timeout all",
            "deliver all n3 --all",
            "vote-once",
            "deliver m2",
            "n3.vote == n1",
        ),
        (
            "flaw on election-not-persisted",
            "timeout all",
            "durable-before-reply",
            "timeout n1",
            "n2.term == 0",
        ),
        (
            "timeout n1; settle; set recovery truncate; corrupt all --vote",
            "restart all",
            "term-monotonic",
            "restart n1",
            "n1.term == 0 and n2.term == 1",
        ),
    ] {
        let latency = if done.starts_with("timeout") { "1ms" } else { "0us" };
        let before = format!("set timers off; set disk-latency {latency}; {before}; {command}");
        let text =
            format!("{before}; expect violated {violated}; expect {untouched}; save --script -");
        let (said, status) = script(&text, FailurePolicy::Stop);
        assert_eq!(status, Status::Ok, "{command}: {said}");
        assert!(
            said.contains(&format!("\n{done}\nexpect violated {violated}\n")),
            "{command}: {said}"
        );
        let text = format!(
            "set on-violation continue; {before}; expect violated {violated}; expect not ({untouched})"
        );
        let (said, _) = script(&text, FailurePolicy::Stop);
        assert!(!said.contains("error: expected `"), "{command}: {said}");
    }
}

#[test]
fn judgement_can_be_put_off() {
    for (rest, status) in [
        ("settle; run 1s; expect time >= 1s", Status::Expectation),
        ("settle; run 1s; expect violated vote-once; echo a", Status::Expectation),
        ("settle; expect violated vote-once and violated election-safety", Status::Ok),
        (
            "settle; expect violated election-safety; cluster; expect violated vote-once",
            Status::Expectation,
        ),
        ("cluster; expect safe", Status::Ok),
    ] {
        let text = format!(
            "set on-violation continue; flaw on vote-twice; set timers off; timeout n1,n2; {rest}"
        );
        let (said, ended) = script(&text, FailurePolicy::Stop);
        assert_eq!(ended, status, "{rest}\n{said}");
    }
}

/// To name a violation that was expected before does not expect another one.
#[test]
fn each_violation_is_to_be_named() {
    let text = format!("{BREAK}; expect violated vote-once; run 1s");
    for (rest, status) in [
        ("", Status::Expectation),
        ("expect violated vote-once", Status::Expectation),
        ("expect violated elected-by-majority", Status::Expectation),
        ("expect violated election-safety", Status::Ok),
        ("expect violated election-safety and violated vote-once", Status::Ok),
    ] {
        let (said, ended) = script(&format!("{text}; {rest}"), FailurePolicy::Stop);
        assert_eq!(ended, status, "{rest}\n{said}");
        assert!(said.contains("VIOLATED election-safety at #"), "{said}");
    }
}

/// A command that fails and also violates a property is one error.
#[test]
fn one_failure_is_one_error() {
    for put_off in ["", "set on-violation continue; "] {
        let text = BREAK.replace("settle", "!settle");
        let (said, status) = script(&format!("{put_off}{text}"), FailurePolicy::Stop);
        assert_eq!(status, Status::Expectation);
        assert_eq!(said.matches("error:").count(), 1, "{said}");
        assert!(said.contains("'settle' succeeded, but was expected to fail"), "{said}");
        assert!(said.contains("help: violated: vote-once"), "{said}");
    }
    let (said, status) =
        script(&format!("{BREAK}; expect violated election-safety"), FailurePolicy::Stop);
    assert_eq!((status, said.matches("error:").count()), (Status::Expectation, 1), "{said}");
    assert!(said.contains("found violations of vote-once\n"), "{said}");
    // What an earlier command violated is a second error.
    let (said, _) = script(
        &format!("set on-violation continue; {BREAK}; klil; kill n9"),
        FailurePolicy::KeepGoing,
    );
    assert_eq!(said.matches("error:").count(), 3, "{said}");
}

/// A command that fails and also violates a property ends with the worse status.
#[test]
fn a_violation_outweighs_a_failure() {
    let (said, status) = script(
        "set disk-latency 0us; flaw on commit-on-append; run until leader; cas leader x 1 2 --wait",
        FailurePolicy::Stop,
    );
    assert_eq!((status, said.matches("error:").count()), (Status::Expectation, 1), "{said}");
    assert!(
        said.contains("op1 failed") && said.contains("help: violated: committed-on-majority"),
        "{said}"
    );
}

/// A violation is no refusal of a command: `!` before a block or a file does not expect it.
#[test]
fn no_bang_hides_a_violation() {
    let before = BREAK.strip_suffix("; settle").unwrap();
    for block in ["!repeat 1 { settle; echo a }", "!repeat 2 { repeat 1 { settle; echo a } }"] {
        let (said, status) = script(&format!("{before}; {block}; echo ok"), FailurePolicy::Stop);
        assert_eq!((status, said.contains("\nok\n")), (Status::Expectation, false), "{said}");
        assert!(said.contains("error: violated: vote-once"), "{said}");
    }
    let (said, status) = script("!repeat 1 { kill n9 }; echo ok", FailurePolicy::Stop);
    assert_eq!((status, said.contains("\nok\n")), (Status::Ok, true), "{said}");
}

#[test]
fn keep_going_goes_on_after_a_violation() {
    let (said, status) = script(&format!("{BREAK}; echo still here"), FailurePolicy::KeepGoing);
    assert_eq!(status, Status::Expectation);
    assert!(said.contains("still here") && said.contains("t:1:"), "{said}");
}

#[test]
fn a_violation_is_told_with_its_place() {
    let (said, _) = script(
        &format!(
            "{BREAK}\nexpect violated vote-once\nviolations\nhistory --kind property_violated"
        ),
        FailurePolicy::Stop,
    );
    let line = "n1 voted for n2 in term 1, after voting for n1 in it (figure 2, RequestVote; §5.2)";
    let said = on_one_line(&said);
    assert_eq!(said.matches(line).count(), 2, "{said}");
    assert!(said.contains("VIOLATED vote-once ⟵ #"), "{said}");
    let (said, _) = script(
        &format!("{BREAK}; expect violated vote-once; history --diagram"),
        FailurePolicy::Stop,
    );
    assert!(said.contains("n1: VIOLATED vote-once"), "{said}");
    let (said, _) =
        script(&format!("set on-violation continue; {BREAK}; kill n1"), FailurePolicy::Stop);
    assert!(said.contains("`expect violated vote-once`, later in the script, says"), "{said}");
}

/// The trace on which leader completeness by the term of an entry would raise a false alarm: n2
/// becomes leader of term 2 late, without an entry of term 1 that was committed in term 3.
#[test]
fn a_late_leader_may_lack_what_was_committed_after_its_term() {
    let (said, status) = script(
        "set timers off; set disk-latency 0us; hold
         timeout n1; deliver n1 n2; deliver n2 n1; expect leader == n1
         put n1 x=1
         timeout n2; deliver n2 n1 --type RequestVote
         timeout n1; deliver n2 n3 --type RequestVote
         deliver n1 n3 --type RequestVote --newest; deliver n3 n1 --newest; expect n1.role == leader and n1.term == 3
         put n1 y=2
         deliver n1 n3 --type AppendEntries --newest
         deliver n3 n1 --newest; deliver n1 n3 --type AppendEntries --newest; deliver n3 n1 --newest
         expect n1.commit == 2
         deliver n3 n2 --type RequestVoteReply
         expect n2.role == leader and n2.term == 2 and n2.log == [] and safe",
        FailurePolicy::Stop,
    );
    assert_eq!(status, Status::Ok, "{said}");
}

/// A leader must hold what is committed in an earlier term, even if it is committed after the
/// election.
#[test]
fn a_leader_has_what_is_committed_later_in_an_earlier_term() {
    let (said, status) = script(
        "set on-violation continue; set timers off; set disk-latency 0us
         timeout n1; settle; isolate n3; hold n2 n1; put n1 x=1; settle; heal
         flaw on vote-without-log-check; cut n1 n2; cut n1 n3; timeout n3; settle n2,n3; heal
         expect violated vote-up-to-date and not violated leader-completeness
         release n2 n1; settle n1,n2; violations; expect violated leader-completeness",
        FailurePolicy::Stop,
    );
    let said = on_one_line(&said);
    assert!(
        said.contains("n1 committed 1@1 in term 1, and n3, leader of term 2, does not have it"),
        "{said}"
    );
    assert_eq!(status, Status::Ok, "{said}");
}

/// A follower accepts no entries from a leader of an earlier term.
#[test]
fn a_log_changes_by_no_message_of_an_earlier_term() {
    let (said, status) = script(
        "flaw on stale-append-accepted; set timers off; timeout n1; settle; hold n1 n3; put n1 x=1; isolate n1
         timeout n2; settle; put n2 y=2; settle n2; deliver n2 n3 --type AppendEntries; drop n3 n2 --all
         settle n3; heal; deliver n1 n3; expect violated log-from-leader",
        FailurePolicy::Stop,
    );
    assert_eq!(status, Status::Ok, "{said}");
}

/// Votes are counted by candidacy, also where a node forgot its candidacy, or voted before the
/// candidacy began.
#[test]
fn a_candidacy_of_an_earlier_term_counts_its_own_votes() {
    for (text, leader) in [
        ("preload n2 none --term 1 --vote n1; timeout n1; settle n1,n2", "leader == n1 and n1.term == 1"),
        (
            "disk lie n1; timeout n1; settle n1,n2 --steps 2; kill n1; disk restore n1; drop --all; restart n1
             expect violated term-monotonic
             timeout n1; settle n1,n2",
            "leader == n1 and n1.term == 1",
        ),
        // A vote of an earlier term that is reported later does not replace one of a later term.
        (
            "cluster 2; set timers off; preload n1 none --term 3 --vote n2; preload n2 none --term 2 --vote n2
             timeout n2; settle",
            "leader == n2 and n2.term == 3",
        ),
        // n1 votes for n2 in term 2, and again when n2, which has forgotten term 2, runs in it
        // once more.
        (
            "isolate n3; disk lie n2; hold n1 n2; timeout n2; settle; timeout n2; settle; drop --all
             restart n2; expect violated term-monotonic
             disk restore n2; release; hold n2 n1; timeout n2; settle; drop --all; release; timeout n2; settle",
            "leader == n2 and n2.term == 2",
        ),
    ] {
        let text = format!("set timers off; {text}; expect {leader}; violations");
        let (said, status) = script(&text, FailurePolicy::Stop);
        assert_eq!(status, Status::Ok, "{said}");
    }
}

/// A disk that lies violates nothing as long as nothing is lost, even where it claims to have
/// replaced entries that it still holds.
#[test]
fn a_lie_is_believed_until_it_is_found_out() {
    let overruled =
        "set timers off; timeout n1; settle; isolate n1; put n1 x=1; settle; timeout n2; settle";
    for rest in [
        "put n2 x=2; settle; disk lie n1; heal; tick n2; settle",
        "isolate n3; disk lie n1; put n2 y=2; put n2 y=3; heal n1 n2; tick n2; settle",
        "isolate n3; disk lie n1; put n2 y=2; heal n1 n2; tick n2; settle",
    ] {
        let (said, status) =
            script(&format!("{overruled}; {rest}; expect safe; status"), FailurePolicy::Stop);
        assert_eq!(status, Status::Ok, "{said}");
        // After a crash, the entry that the disk claimed to have replaced is back. Where n3 was
        // isolated, a majority then no longer holds what was committed.
        let (said, _) = script(
            &format!("{overruled}; {rest}; kill n1; restart n1; violations"),
            FailurePolicy::Stop,
        );
        let lost = said.contains("VIOLATED committed-on-majority");
        assert_eq!(lost, rest.contains("isolate n3"), "{said}");
    }
}

/// No move at any moment makes a correct cluster violate a property. Left out are flaws, the
/// recovery that is unsafe by design, and disks that bring back old records, or that lie to a node
/// that is started again: no Raft is safe against these.
#[test]
fn a_correct_cluster_violates_nothing() {
    let (mut events, mut judged) = (0, 0);
    for seed in 1..=seeds() {
        let mut dice = Dice::new(seed);
        let nodes = [1, 2, 3, 3, 3, 4, 5, 5, 7][dice.below(9)];
        let mut timeline: Timeline<Checker> = Timeline::new(nodes, seed);
        for _ in 0..150 {
            let action = random_action(&mut dice, timeline.world());
            let lies = seed % 4 == 0;
            if allowed(&action, lies) {
                // A refused move has changed nothing.
                let _ = timeline.act(action);
            }
            // A lie has no effect until its node ends.
            if lies && timeline.world().hosts().any(|host| !host.is_running()) {
                break;
            }
            for _ in 0..dice.below(30) {
                timeline.step(u64::MAX);
            }
        }
        let script = history::saved::script(timeline.journal());
        let broken = |event: &Event| {
            matches!(event.kind, EventKind::NodeHalted { reason: HaltReason::Broken(_) })
        };
        assert!(
            !timeline.events().iter().any(broken),
            "seed {seed}: an invariant; this replays it:\n{script}"
        );
        assert_eq!(
            timeline.world().violations(),
            [],
            "seed {seed}, {nodes} nodes; this replays it:\n{script}"
        );
        events += timeline.world().event_count();
        judged += u64::from(timeline.world().judging_ended().is_none());
    }
    assert!(events > 2_000_000, "{events} events");
    assert!(judged > seeds() * 9 / 10, "of {} seeds, {judged} were judged to their end", seeds());
}

fn allowed(action: &Action, lies: bool) -> bool {
    match action {
        Action::Flaw(..)
        | Action::JudgeProgress(..)
        | Action::Set(Setting::Recovery(Policy::Truncate))
        | Action::SetOf(Setting::Recovery(Policy::Truncate), _)
        | Action::Disk(_, DiskMove::Stale | DiskMove::Wipe) => false,
        Action::Disk(_, DiskMove::Lie) => lies,
        Action::Kill(_) | Action::Restart(_) | Action::Disk(_, DiskMove::Cut) => !lies,
        _ => true,
    }
}
