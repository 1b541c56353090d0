//! `mend`: what it ends, what it demands, what it does not judge, and that a correct cluster never
//! fails it.

use raftsh::disk::Policy;
use raftsh::language::Status;
use raftsh::session::{Session, Start};
use raftsh::sim::{Action, DiskMove, Range, Scope, Setting};

use crate::saved::moves::{Dice, random_action};
use crate::schedules::seeds;
use crate::surroundings;

/// Runs a script in a session; returns its output and its status.
fn say(session: &mut Session, text: &str) -> (String, Status) {
    let (said, _, status) = surroundings::say(session, 200, text);
    (said, status)
}

/// What Raft is not safe against, or what is no fault: no liveness can be demanded afterwards.
fn allowed(action: &Action) -> bool {
    !matches!(
        action,
        Action::Flaw(..)
            | Action::JudgeProgress(..)
            | Action::Set(Setting::Recovery(Policy::Truncate))
            | Action::SetOf(Setting::Recovery(Policy::Truncate), _)
            | Action::Disk(_, DiskMove::Stale | DiskMove::Lie | DiskMove::Wipe)
    )
}

/// Settings under which leaders are likely, near the limits of what is judged.
fn sound_setting(dice: &mut Dice) -> Setting {
    match dice.below(11) {
        8 => Setting::PreVote(dice.below(3) > 0),
        9 => Setting::CheckQuorum(dice.below(3) > 0),
        10 => Setting::LeaderWritesFirst(dice.below(3) > 0),
        0 => Setting::Latency(Range { min_us: 0, max_us: 5_000 * dice.below(6) as u64 }),
        1 => Setting::DiskLatency(Range { min_us: 0, max_us: 2_000 * dice.below(10) as u64 }),
        2 => Setting::ElectionTimeout(Range {
            min_us: 150_000,
            max_us: 200_000 + 100_000 * dice.below(9) as u64,
        }),
        3 => Setting::Heartbeat(20_000 + 20_000 * dice.below(6) as u64),
        4 => Setting::Loss([0, 1_000, 10_000, 50_000][dice.below(4)]),
        5 => Setting::Batch([1, 2, 64][dice.below(3)]),
        _ => Setting::Noop(dice.below(2) == 0),
    }
}

/// A cluster without flaws to which anything may have happened.
fn after_a_storm(seed: u64) -> Session {
    let mut dice = Dice::new(seed);
    let nodes = [1, 2, 3, 3, 3, 4, 5, 5, 5, 7][dice.below(10)];
    let mut session = Session::new(Start { nodes, seed, ..Start::default() });
    let wild = dice.below(8) == 0;
    for _ in 0..10 + dice.below(140) {
        let action = match random_action(&mut dice, session.world()) {
            Action::Set(_) if !wild => Action::Set(sound_setting(&mut dice)),
            Action::SetOf(_, nodes) if !wild => match sound_setting(&mut dice) {
                setting if setting.scope() == Scope::Nodes => Action::SetOf(setting, nodes),
                setting => Action::Set(setting),
            },
            Action::Delay(from, to, us) if !wild => Action::Delay(from, to, us.min(150_000)),
            Action::Disk(nodes, DiskMove::Slow(us)) if !wild => {
                Action::Disk(nodes, DiskMove::Slow(us.min(150_000)))
            }
            // Millions of messages would only take time.
            Action::Set(Setting::Heartbeat(us)) => Action::Set(Setting::Heartbeat(us.max(1_000))),
            other => other,
        };
        let harms = matches!(action, Action::Corrupt(..) | Action::Disk(_, DiskMove::Lose));
        if allowed(&action) && (!harms || seed.is_multiple_of(4)) {
            // A refused move has changed nothing.
            let _ = session.act(action);
        }
        for _ in 0..dice.below(30) {
            session.step(u64::MAX);
        }
    }
    session
}

/// A cluster without flaws makes progress, whatever happened to it before.
#[test]
fn a_correct_cluster_makes_progress() {
    let (mut reached, mut unjudged, storms) = (0, 0, seeds() / 10);
    for seed in 1..=storms {
        let mut session = after_a_storm(seed);
        let (said, status) = say(&mut session, "mend");
        let script = || raftsh::history::saved::script(session.journal());
        assert_eq!(status, Status::Ok, "seed {seed}; this replays it:\n{}\n{said}", script());
        reached += u64::from(said.contains("\nprogress within "));
        unjudged += u64::from(said.contains("not judged: "));
    }
    assert_eq!(reached + unjudged, storms);
    assert!(reached > storms * 3 / 4, "of {storms} seeds, {reached} were judged");
}

/// After these faults nothing works, and after `mend` everything does.
const FAULTS: &str = "run until leader == n3; put n3 x=5; run 1s; partition n1,n2 | n3,n4; kill n1
     disk cut n2; run 1s; disk full n3; pause n4; disk slow n5 10h; timeout n5; hold n5 n4
     loss 90% n1 n2; duplicate 90% n2 n3; delay n3 n4 10s; run 1s";

#[test]
fn every_fault_ends() {
    let mut session = Session::new(Start::default());
    let (said, status) = say(&mut session, &format!("{FAULTS}; links; status; mend"));
    assert_eq!(status, Status::Ok, "{said}");
    for line in [
        "healed: ",
        "delays ended: 1 one-way link",
        "loss ended: 1 one-way link",
        "duplication ended: 1 one-way link",
        "released: 1 one-way link",
        "n2,n3,n5 restored: the disk works normally",
        "n4 resumed",
        "n1 started from its disk: ",
        "n2 started from its disk: ",
        "n5 finished the writes that a slow disk had begun",
        "\nrun until progress: one leader, a new write, equal logs; at most ",
        "\nprogress within ",
    ] {
        assert!(said.contains(line), "{line}\n{said}");
    }
    let (said, status) = say(
        &mut session,
        "expect all.state == up and agree and op == ok and safe and not violated progress
         expect all.kv.x == 5 and leader; links; status",
    );
    assert_eq!(status, Status::Ok, "{said}");
    let world = session.world();
    assert_eq!(world.network().faults().count(), 0);
    assert!(world.nodes().iter().all(|node| {
        let network = world.network();
        network.unreachable(node).is_empty() && network.held_back(node).is_empty()
    }));
    let (said, _) = say(&mut session, "mend");
    assert!(said.starts_with("there are no faults to end\n"), "{said}");
}

/// Settings, flaws and damage stay.
#[test]
fn settings_and_damage_stay() {
    let mut session = Session::new(Start { nodes: 3, ..Start::default() });
    let (said, status) = say(
        &mut session,
        "set loss 1%; set duplicate 2%; flaw on vote-twice; run until leader within 5s
         put leader x=1; run 1s; flaw off vote-twice; corrupt n3; kill n3; mend; settings",
    );
    assert_eq!(status, Status::Ok, "{said}");
    assert!(said.contains("n3 halted: entry 1 on its disk is damaged"), "{said}");
    assert!(said.contains("\nprogress within "), "{said}");
    let settings = session.world().settings();
    assert_eq!((settings.loss_ppm, settings.duplicate_ppm), (10_000, 20_000));
}

/// Where no leader can be expected, nothing is violated, and no time passes.
#[test]
fn what_cannot_be_expected_is_not_judged() {
    for (before, why) in [
        (
            "run until leader; put leader x=5; run 1s; corrupt n1,n2; kill all",
            "1 of 3 nodes can start, and a leader needs the votes of a majority (n1: entry 1 on \
             its disk is damaged; n2: entry 1 on its disk is damaged)",
        ),
        ("set timers off", "timers are off, so no node starts an election"),
        ("set heartbeat 1s", "no leader will last: heartbeats come every 1s"),
        ("set latency 1s", "no election will succeed"),
        ("set election-timeout 150ms", "votes are likely to split"),
        (
            "set election-timeout 150ms..170ms",
            "progress cannot be expected within 10 minutes: votes are",
        ),
        ("set loss 60%", "progress cannot be expected within 10 minutes: each message is lost"),
        (
            "set latency 5ms..120ms",
            "progress cannot be expected within 10 minutes: votes take up to",
        ),
        (
            "set heartbeat 149ms; set latency 0ms..40ms",
            "progress cannot be expected within 10 minutes: heartbeats are sent every 149ms",
        ),
        (
            "set election-timeout 10h; kill n1; restart n1; set election-timeout 150ms..300ms",
            "a timer or a write of n1 from earlier settings ends in 36000000.000ms",
        ),
        (
            "flaw on vote-twice; set on-violation continue; timeout n1,n2; run 100ms; expect \
             violated vote-once and violated election-safety",
            "vote-once was violated at #",
        ),
    ] {
        let mut session = Session::new(Start { nodes: 3, ..Start::default() });
        let (said, status) = say(&mut session, before);
        assert_eq!(status, Status::Ok, "{before}\n{said}");
        let begun_us = session.world().now_us();
        let (said, status) = say(&mut session, "mend; expect not violated progress");
        assert_eq!(status, Status::Ok, "{before}\n{said}");
        assert!(said.contains(&format!("not judged: {why}")), "{before}\n{said}");
        assert_eq!(session.world().now_us(), begun_us, "{before}");
    }
    // With a duration the cluster may try, but it is still not judged.
    let mut session = Session::new(Start { nodes: 3, ..Start::default() });
    let (said, status) = say(&mut session, "set timers off; mend within 5s; expect time == 5s");
    assert_eq!(status, Status::Ok, "{said}");
    assert!(said.contains("no progress within 5") && said.contains("not judged: timers"), "{said}");
}

/// What is missing is told, in the violation and in its event.
#[test]
fn a_cluster_without_progress_violates_it() {
    for (before, detail, expected) in [
        (
            "mend within 10ms",
            "10ms after all faults ended, there is no leader: n1,n2,n3 are up, the highest term is \
             0; no new write could be sent: there was no leader to send it to",
            &[][..],
        ),
        (
            "timeout n1; run until leader; run 100ms; timeout n2; mend within 1ms",
            "1ms after all faults ended, n1 leads term 1, but n2 is in another term",
            &[],
        ),
        (
            "run until leader; run 1s; mend within 5ms",
            "the new write op1 is not done",
            &["next-reaches-end"],
        ),
        (
            "cluster 3; preload n1 2; preload n2 1 --term 2; preload n3 2; flaw on hint-is-own-last
             timeout n1; run until leader; mend within 3s",
            "3.0s after all faults ended, the log of n2 differs from n1's: n2's ends \
             with 1@1, n1's ends with 2@3, and they are equal up to 0",
            &["next-reaches-end"],
        ),
        (
            "set timers off; flaw on timeouts-not-random; set timers on; mend within 5s",
            ", and nothing was committed",
            &["terms-settle"],
        ),
    ] {
        let mut session = Session::new(Start { nodes: 3, ..Start::default() });
        let (said, status) = say(&mut session, before);
        assert_eq!(status, Status::Expectation, "{before}\n{said}");
        let [violation, reasons @ ..] = session.world().violations() else {
            panic!("{before}\n{said}")
        };
        let reasons: Vec<&str> = reasons.iter().map(|reason| reason.property).collect();
        assert_eq!((violation.property, reasons.as_slice()), ("progress", expected), "{said}");
        assert!(violation.detail.contains(detail), "{before}\n{}", violation.detail);
        let mut session = Session::new(Start { nodes: 3, ..Start::default() });
        let text = format!(
            "{before}; expect violated progress; expect safe; !expect not violated progress; \
             violations"
        );
        let (said, status) = say(&mut session, &text);
        assert_eq!(status, Status::Ok, "{before}\n{said}");
        assert!(said.contains("VIOLATED progress at #"), "{said}");
    }
}

/// `safe` is about safety, and a property is reported once.
#[test]
fn progress_is_broken_once() {
    let mut session = Session::new(Start { nodes: 3, ..Start::default() });
    let (said, status) = say(
        &mut session,
        "mend within 1ms; expect violated progress; mend within 1ms; expect safe; mend",
    );
    assert_eq!(status, Status::Ok, "{said}");
    assert_eq!(said.matches("VIOLATED progress").count(), 1, "{said}");
    assert!(said.contains("progress was violated before, at #"), "{said}");
    assert!(said.contains("\nprogress within "), "{said}");
}

/// A saved session rebuilds the same world, as does a script of its moves, wherever `mend` ended.
#[test]
fn mend_is_replayed() {
    for text in [
        format!("{FAULTS}; mend; put leader y=1"),
        format!("{FAULTS}; mend within 50ms; expect violated progress; run 1s; mend"),
        // A violation of safety ends it.
        "cluster 3; isolate n3; flaw on commit-on-append; run until leader; mend; expect violated \
         committed-on-majority"
            .to_owned(),
        "timeout n1; settle; set recovery truncate; corrupt all --vote; kill all; mend; expect \
         violated term-monotonic"
            .to_owned(),
    ] {
        let mut session = Session::new(Start::default());
        let (said, status) = say(&mut session, &text);
        assert_eq!(status, Status::Ok, "{text}\n{said}");
        let fingerprint = session.world().fingerprint();
        let script = raftsh::history::saved::script(session.journal());
        let saved = raftsh::history::saved::session(session.journal()).unwrap();
        let mut again = Session::new(Start::default());
        let (said, status) = say(&mut again, &script);
        assert_eq!(status, Status::Ok, "{script}\n{said}");
        let folder = crate::surroundings::directory("mend", &[("s.yaml", saved.as_bytes())]);
        let mut loaded = Session::new(Start::default());
        let file = folder.join("s.yaml");
        let (said, status) = say(&mut loaded, &format!("load {}", file.display()));
        assert_eq!(status, Status::Ok, "{saved}\n{said}");
        assert!(!said.contains("another version"), "{saved}\n{said}");
        assert_eq!(loaded.world().fingerprint(), fingerprint, "{saved}");
        assert!(session.events().iter().eq(again.events().iter()), "{script}");
    }
}

/// A node whose disk is set to be slow has no fault.
#[test]
fn a_slow_setting_is_no_fault() {
    let mut session = Session::new(Start::default());
    let (said, _) = say(&mut session, "set disk-latency 100ms n1; timeout n1; mend");
    assert!(said.contains("there are no faults to end"), "{said}");
}

/// Ctrl-C may stop it anywhere. A saved session says how far it came, and comes as far again: with
/// the write that was sent by then, and without a judgement.
#[test]
fn a_part_of_it_is_replayed() {
    let begin = |nodes| Session::new(Start { nodes, ..Start::default() });
    let mut whole = begin(3);
    say(&mut whole, "run until leader; kill leader; mend");
    let saved = raftsh::history::saved::session(whole.journal()).unwrap();
    let mut short = begin(3);
    say(&mut short, "run until leader; kill leader");
    let before = short.journal().steps;
    let mut writes = std::collections::BTreeSet::new();
    for steps in [0, 1, 20, whole.journal().steps - before - 1] {
        let part = format!("- {{do: \"mend\", steps: {steps}, us: 0}}");
        let text = saved.replace("- mend\n", &format!("{part}\n"));
        let root = crate::surroundings::directory("mend-part", &[("s.yaml", text.as_bytes())]);
        let mut loaded = begin(3);
        let (said, status) = say(&mut loaded, &format!("load {}", root.join("s.yaml").display()));
        assert_eq!(status, Status::Ok, "{text}\n{said}");
        assert_eq!(loaded.journal().steps, before + steps, "{text}\n{said}");
        assert_eq!(loaded.world().violations(), []);
        let again = raftsh::history::saved::session(loaded.journal()).unwrap();
        let moves = |text: &str| text.split("end:").next().unwrap_or_default().to_owned();
        assert_eq!(
            moves(&again).split(", us:").next(),
            moves(&text).split(", us:").next(),
            "what was loaded is saved again"
        );
        writes.insert(loaded.world().ops().latest());
    }
    assert_eq!(writes.len(), 2, "before the election there was no write");
}

#[test]
fn what_is_wrong_with_a_line_is_told() {
    for (line, error) in [
        ("mend now", "unexpected 'now'"),
        ("mend within", "within needs a duration"),
        ("mend within x", "'x'"),
        ("mend within 5s 6s", "unexpected"),
        ("mend --judge op1", "--judge needs the time that has passed"),
        ("mend within 5s --judge x", "is not a request such as op3, nor none"),
    ] {
        let (said, status) = say(&mut Session::new(Start::default()), line);
        assert_eq!(status, Status::Usage, "{line}\n{said}");
        assert!(said.contains(error), "{line}\n{said}");
    }
}

/// The object of a `mend`, in JSON.
#[test]
fn its_data_is_as_promised() {
    let answer = |script: &str| -> serde_json::Value {
        let (_, said, _) =
            crate::call::run(&mut crate::call::raftsh(&["--format", "json", "-c", script]));
        let line =
            said.lines().rfind(|line| line.contains("\"command\":\"mend")).unwrap_or_default();
        serde_json::from_str(line).unwrap_or_else(|why| panic!("{why}: {said}"))
    };
    let data = &answer("run until leader; isolate n1; kill n2; disk full n3; mend")["data"];
    assert_eq!(data["mended"], serde_json::json!(["heal", "disk restore n3", "restart n2"]));
    let us = |key: &str| data[key].as_u64().unwrap_or_else(|| panic!("{key}: {data}"));
    assert!(us("took_us") > 0 && us("bound_us") > us("took_us"), "{data}");
    assert_eq!((&data["missing"], &data["not_judged"]), (&serde_json::json!([]), &().into()));
    let data = &answer("mend within 10ms")["data"];
    assert_eq!((&data["bound_us"], &data["took_us"]), (&10_000.into(), &().into()));
    assert_eq!(data["violated"], serde_json::json!(["progress"]));
    assert_eq!(
        data["missing"][0],
        serde_json::json!({
            "claim": "no_leader",
            "text": "there is no leader: n1,n2,n3,n4,n5 are up, the highest term is 0",
            "nodes": ["n1", "n2", "n3", "n4", "n5"],
            "events": [],
            "index": null,
            "term": 0,
            "section": "§5.2",
        })
    );
    let data = &answer("set timers off; mend")["data"];
    assert_eq!((&data["bound_us"], &data["took_us"]), (&().into(), &().into()));
    assert!(data["not_judged"].as_str().unwrap().starts_with("timers are off"), "{data}");
}

/// The next leader may have a configuration that is not committed yet, with more nodes to wait for.
#[test]
fn a_configuration_that_is_not_committed_counts_for_the_bound() {
    let script = "cluster 1 --spare 1; set check-quorum on; set noop on; run until n1.commit == 1
        hold n1 n2; member add n2; run until no-leader within 2s";
    let bound = |rest: &str| {
        let mut session = Session::new(Start::default());
        let (said, status) = say(&mut session, &format!("{script}; {rest}; mend"));
        assert_eq!(status, Status::Ok, "{said}");
        said
    };
    assert!(bound("status").contains("at most 10.0s"), "{}", bound("status"));
    assert!(bound("set loss 40%").contains("not judged: "), "{}", bound("set loss 40%"));
}
