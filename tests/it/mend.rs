//! `mend`: what it ends, what it demands, what it does not judge, and that a correct cluster never
//! fails it.

use raftsh::console::Output;
use raftsh::disk::Policy;
use raftsh::language::Status;
use raftsh::script::{FailurePolicy, Runner, Script};
use raftsh::session::{Session, Start};
use raftsh::sim::{Action, DiskMove, Range, Setting};

use crate::saved::moves::{Dice, random_action};
use crate::schedules::seeds;

/// Runs a script in a session; returns its output and its status.
fn say(session: &mut Session, text: &str) -> (String, Status) {
    let mut out = Output::captured(200);
    let mut runner = Runner::new(session, &mut out);
    runner.run(&mut Script::text(Some("t"), text), FailurePolicy::Stop);
    runner.finish();
    let status = runner.worst;
    (out.take(), status)
}

/// What Raft is not safe against, or what is no fault: no liveness can be demanded afterwards.
fn allowed(action: &Action) -> bool {
    !matches!(
        action,
        Action::Flaw(..)
            | Action::JudgeProgress(..)
            | Action::Set(Setting::Recovery(Policy::Truncate))
            | Action::Disk(_, DiskMove::Stale | DiskMove::Lie)
    )
}

/// Settings under which leaders are likely, near the limits of what is judged.
fn sound_setting(dice: &mut Dice) -> Setting {
    match dice.below(8) {
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
            Action::Delay(from, to, us) if !wild => Action::Delay(from, to, us.min(150_000)),
            Action::Disk(nodes, DiskMove::Slow(us)) if !wild => {
                Action::Disk(nodes, DiskMove::Slow(us.min(150_000)))
            }
            other => other,
        };
        if allowed(&action) {
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
    let (mut reached, mut unjudged) = (0, 0);
    for seed in 1..=seeds() {
        let mut session = after_a_storm(seed);
        let (said, status) = say(&mut session, "mend");
        let script = || raftsh::history::saved::script(session.journal());
        assert_eq!(status, Status::Ok, "seed {seed}; this replays it:\n{}\n{said}", script());
        reached += u64::from(said.contains("\nprogress within "));
        unjudged += u64::from(said.contains("not judged: "));
        if let Ok(file) = std::env::var("MEND_STATS") {
            use std::io::Write;
            let line = said
                .lines()
                .filter(|l| {
                    l.contains("at most")
                        || l.starts_with("progress within")
                        || l.contains("not judged")
                })
                .collect::<Vec<_>>()
                .join(" | ");
            let mut f = std::fs::OpenOptions::new().create(true).append(true).open(file).unwrap();
            writeln!(f, "{seed} {} {line}", session.world().cluster_size()).unwrap();
        }
    }
    assert_eq!(reached + unjudged, seeds());
    assert!(reached > seeds() / 2, "of {} seeds, {reached} were judged", seeds());
}
