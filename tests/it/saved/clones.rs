//! A timeline is a value: a copy and its origin continue independently.

use raftsh::history::TypedCommand;
use raftsh::sim::{Event, Range, Setting, Settings};

use super::moves::{Dice, random_action};
use crate::schedules::seeds;

use super::{Checker, Session, Start, Status, Timeline, random_settings, say};

/// Makes random moves and steps, some as part of a command, some not.
fn go_on(timeline: &mut Timeline, dice: &mut Dice) {
    for _ in 0..dice.below(8) {
        let is_typed = dice.below(2) == 0;
        if is_typed {
            timeline.begin_command();
        }
        let action = random_action(dice, timeline.world());
        let text = action.to_string();
        // A refused move has changed nothing.
        let _ = timeline.act(action);
        for _ in 0..dice.below(12) {
            timeline.step(u64::MAX);
        }
        if is_typed {
            timeline.end_command(&text, raftsh::history::CommandEnd::Succeeded);
        }
    }
}

/// Everything that can be seen of a timeline.
fn all(timeline: &Timeline) -> (u64, Vec<TypedCommand>, Vec<Event>, String) {
    let journal = timeline.journal();
    let made: Vec<_> = journal.moves().collect();
    let events = timeline.events().iter().cloned().collect();
    (timeline.world().fingerprint(), journal.commands().collect(), events, format!("{made:?}"))
}

/// A copy and its origin both continue. Each ends where a run without copying ends, and a replay
/// ends there too.
#[test]
fn a_copy_and_its_origin_go_on_alone() {
    let mut steps = 0;
    for seed in 1..=seeds() {
        let start = || {
            let mut dice = Dice::new(seed);
            let nodes = [1, 2, 3, 5][dice.below(4)];
            let settings = match dice.below(3) {
                0 => Settings::default(),
                _ => random_settings(&mut dice),
            };
            (Timeline::with_settings(nodes, seed, settings), dice)
        };
        let straight = |other: u64| {
            let (mut timeline, mut dice) = start();
            go_on(&mut timeline, &mut dice);
            go_on(&mut timeline, &mut Dice::new(seed ^ other));
            all(&timeline)
        };
        let (mut origin, mut dice) = start();
        go_on(&mut origin, &mut dice);
        let mut copy = origin.clone();
        // Both continue only after the copy was made, so that a shared part would show.
        let (mut first, mut second) = (Dice::new(seed ^ 77), Dice::new(seed ^ 99));
        go_on(&mut copy, &mut second);
        go_on(&mut origin, &mut first);
        assert_eq!(all(&origin), straight(77), "seed {seed}");
        assert_eq!(all(&copy), straight(99), "seed {seed}");
        assert_eq!(all(&copy.replay()).0, all(&copy).0, "seed {seed}");
        steps += origin.journal().steps + copy.journal().steps;
    }
    assert!(steps > 10 * seeds(), "{steps} steps");
}

/// Copies share requests, and each journal still lists its own.
#[test]
fn each_journal_knows_its_requests() {
    let mut origin: raftsh::history::Timeline<Checker> = raftsh::history::Timeline::new(1, 1);
    let instant = Range::exactly(0);
    origin.act(raftsh::sim::Action::Set(Setting::DiskLatency(instant))).unwrap();
    while origin.world().leader().is_none() {
        origin.step(u64::MAX);
    }
    let ask = |timeline: &mut Timeline, key: &str| {
        let node = timeline.world().leader().unwrap();
        let command = raftsh::kv::Command::Put { key: key.into(), value: "1".into() };
        timeline.act(raftsh::sim::Action::Invoke(node, command)).unwrap();
    };
    for nth in 0..200 {
        ask(&mut origin, &format!("k{nth}"));
    }
    let mut copy = origin.clone();
    for nth in 0..200 {
        ask(&mut origin, &format!("a{nth}"));
        ask(&mut copy, &format!("b{nth}"));
    }
    let asked = |timeline: &Timeline| {
        let texts = timeline.journal().commands().map(|typed| typed.text.to_string());
        texts.filter(|text| text.starts_with("put")).collect::<Vec<_>>()
    };
    let expected = |own: &str| {
        let put = |key: &str, nth: usize| format!("put n1 {key}{nth}=1");
        (0..200)
            .map(|nth| put("k", nth))
            .chain((0..200).map(|nth| put(own, nth)))
            .collect::<Vec<_>>()
    };
    assert_eq!(asked(&origin), expected("a"));
    assert_eq!(asked(&copy), expected("b"));
}

/// A move that changes nothing leaves the world as it is, and the journal does not record it.
#[test]
fn a_move_that_changes_nothing_leaves_no_trace() {
    let prepare = [
        "disk full n1; preload n1 1,1",
        "preload n1 1,1; disk full n1; preload n1 1,1,2",
        "run until leader; pause n1; run 1s",
    ];
    let moves = [
        "flaw off vote-twice",
        "set noop off",
        "heal",
        "release",
        "set timers on",
        "disk restore n3",
    ];
    for prepared in prepare {
        for idle in moves {
            let mut session = Session::new(Start { nodes: 3, ..Start::default() });
            let (said, status) = say(&mut session, prepared);
            assert_eq!(status, Status::Ok, "{prepared}: {said}");
            let before = session.world().fingerprint();
            let moves = session.journal().actions().len();
            let (said, status) = say(&mut session, idle);
            assert_eq!(status, Status::Ok, "{idle}: {said}");
            assert_eq!(session.world().fingerprint(), before, "{prepared}; {idle}");
            assert_eq!(session.journal().actions().len(), moves, "{prepared}; {idle}");
        }
    }
}
