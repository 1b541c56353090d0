//! Random schedules: clusters of all sizes under all kinds of settings and faults, with the oracle
//! watching after every move. Then all faults end, and progress is demanded.
//!
//! Everything follows from the seed. A failure prints the seed, the violation, the latest events
//! and all moves.

mod ending;
mod run;

use raftsh::disk::{CrashTail, DamageTarget, Fault};
use raftsh::history::Timeline;
use raftsh::kv::Command;
use raftsh::raft::{Flaw, NodeId, NodeSet, Note, RequiredWrite, RoleName, VoteRefusal};
use raftsh::sim::{
    Action, DiskMove, EventKind, HaltReason, LinkDirection, Load, Mix, OpId, Outcome, Range,
    ReadKind, RequestOptions, Scope, Setting,
};

use crate::oracle::Verdict;
use ending::{mend, progress};
use run::{Run, check};

/// How many random runs a test makes: 1,000, or as many as `RAFTSH_SEEDS` says for a longer run.
#[allow(
    clippy::disallowed_methods,
    reason = "how much is tried may be asked for; what is tried follows from the seed"
)]
pub(crate) fn seeds() -> u64 {
    std::env::var("RAFTSH_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(1_000)
}

/// Quick elections and few crashes: the network makes leaders come and go.
#[test]
fn lossy_networks() {
    check("lossy_networks", 1..=seeds(), |run| {
        let mood = Mood { crash: 1, link: 6, disk: 0, corrupt: 0, set: 1, invoke: 12 };
        run_schedule(run, mood)
    });
}

/// Nodes crash and restart all the time, with writes in flight.
#[test]
fn crashes() {
    check("crashes", 1..=seeds(), |run| {
        let mood = Mood { crash: 8, link: 2, disk: 1, corrupt: 0, set: 1, invoke: 10 };
        run_schedule(run, mood)
    });
}

/// All kinds of faults at once.
#[test]
fn all_faults() {
    check("all_faults", 1..=seeds(), |run| {
        let mood = Mood { crash: 4, link: 4, disk: 2, corrupt: 0, set: 3, invoke: 8 };
        run_schedule(run, mood)
    });
}

/// Disks lose bytes: nodes halt, and nothing that was promised is lost.
#[test]
fn damaged_disks() {
    check("damaged_disks", 1..=seeds() / 2, |run| {
        let mood = Mood { crash: 4, link: 2, disk: 1, corrupt: 1, set: 1, invoke: 8 };
        run_schedule(run, mood)
    });
}

/// Disks that are cut, full, slow and torn, and that lose bytes, writes and whole records: nothing
/// that was promised is lost.
#[test]
fn failing_disks() {
    check("failing_disks", 1..=seeds(), |run| {
        let mood = Mood { crash: 6, link: 3, disk: 6, corrupt: 0, set: 1, invoke: 8 };
        run_schedule(run, mood)
    });
    check("failing_disks, harmed", 1..=seeds(), |run| {
        let mood = Mood { crash: 6, link: 2, disk: 4, corrupt: 1, set: 1, invoke: 8 };
        run_schedule(run, mood)
    });
}

/// Clients in the background, with and without sessions, under all kinds of faults.
#[test]
fn clients_at_work() {
    check("clients_at_work", 1..=seeds(), |run| {
        let reads = [ReadKind::Log, ReadKind::Log, ReadKind::Local][run.dice.below(3) as usize];
        let sessions = run.dice.below(3) > 0;
        run.act(Action::Set(Setting::Sessions(sessions)))?;
        run.act(Action::Set(Setting::Reads(reads)))?;
        let load = Load {
            clients: 1 + run.dice.below(5) as u32,
            keys: 1 + run.dice.below(3) as u32,
            rate: [5, 20, 100][run.dice.below(3) as usize],
            mix: Mix::read("put=4,get=3,cas=2,del=1,incr=3,append=1").unwrap(),
            timeout_us: [20_000, 100_000, 500_000][run.dice.below(3) as usize],
        };
        run.act(Action::Clients(Some(load)))?;
        let mood = Mood { crash: 4, link: 5, disk: 2, corrupt: 0, set: 2, invoke: 4 };
        chaos(run, mood)?;
        run.act(Action::Clients(None))?;
        mend(run)?;
        progress(run)
    });
}

/// Settings at their limits: nothing takes any time, or everything takes forever. Only safety is
/// demanded, and that every move returns.
#[test]
fn extreme_settings() {
    check("extreme_settings", 1..=seeds() / 5, |run| {
        let mood = Mood { crash: 4, link: 4, disk: 2, corrupt: 1, set: 0, invoke: 8 };
        for _ in 0..30 {
            let setting = extreme_setting(run);
            run.act(Action::Set(setting))?;
            let action = random_action(run, mood);
            run.act(action)?;
            for _ in 0..run.dice.below(30) {
                run.step(u64::MAX)?;
            }
            if run.dice.below(5) == 0 {
                run.act(Action::Wait(u64::MAX))?;
            }
        }
        Ok(())
    });
}

fn extreme_setting(run: &mut Run) -> Setting {
    let mut bound = || [0, 0, 1, 50_000, u64::MAX - 1, u64::MAX][run.dice.below(6) as usize];
    let (one, other) = (bound(), bound());
    let range = Range { min_us: one.min(other), max_us: one.max(other) };
    match run.dice.below(8) {
        0 => Setting::ElectionTimeout(range),
        1 => Setting::Heartbeat(one),
        2 => Setting::Latency(range),
        3 => Setting::DiskLatency(range),
        4 => Setting::Loss(one as u32),
        5 => Setting::Duplicate(one as u32),
        6 => Setting::Batch(one as u32),
        _ => Setting::Noop(one == 0),
    }
}

/// The schedules reach the cases that the oracle is made to check.
#[test]
fn corners_are_reached() {
    type Corner = (&'static str, fn(&EventKind) -> bool);
    let corners: [Corner; 15] = [
        ("elections", |kind| {
            matches!(kind, EventKind::Note(Note::RoleChanged { role: RoleName::Leader, .. }))
        }),
        ("conflicts", |kind| matches!(kind, EventKind::Note(Note::LogTruncated { .. }))),
        ("gaps", |kind| matches!(kind, EventKind::Note(Note::AppendRefused { .. }))),
        ("commits", |kind| matches!(kind, EventKind::Note(Note::CommitAdvanced { .. }))),
        ("figure 8", |kind| matches!(kind, EventKind::Note(Note::CommitHeld { .. }))),
        ("logs behind", |kind| {
            matches!(
                kind,
                EventKind::Note(Note::VoteRefused { why: VoteRefusal::LogBehind(_), .. })
            )
        }),
        ("answers", |kind| matches!(kind, EventKind::ClientReplied { outcome: Outcome::Ok, .. })),
        ("no match", |kind| {
            matches!(kind, EventKind::ClientReplied { outcome: Outcome::Failed, .. })
        }),
        ("lost leaders", |kind| {
            matches!(kind, EventKind::ClientReplied { outcome: Outcome::Unknown, .. })
        }),
        ("full disks", |kind| {
            matches!(kind, EventKind::Note(Note::WriteForgone { need: RequiredWrite::Entry(_) }))
        }),
        ("leaders without room", |kind| {
            matches!(kind, EventKind::Note(Note::WriteForgone { need: RequiredWrite::Leading }))
        }),
        ("kept tails", |kind| matches!(kind, EventKind::TailLeft { kept: 1.., .. })),
        ("torn tails", |kind| matches!(kind, EventKind::TailCut)),
        ("lost records", |kind| {
            matches!(kind, EventKind::NodeHalted { reason: HaltReason::Disk(Fault::Unreadable(_)) })
        }),
        ("failed disks", |kind| matches!(kind, EventKind::NodeHalted { .. })),
    ];
    let mood = Mood { crash: 4, link: 4, disk: 3, corrupt: 1, set: 3, invoke: 8 };
    let mut seen = [0; 15];
    for seed in 1..=200 {
        let mut run = Run::new(seed);
        chaos(&mut run, mood).unwrap();
        for (count, (_, corner)) in seen.iter_mut().zip(corners) {
            *count += run.timeline.events().iter().filter(|event| corner(&event.kind)).count();
        }
    }
    for ((name, _), count) in corners.iter().zip(seen) {
        assert!(count >= 20, "{name}: {count} times in 200 runs");
    }
}

/// The flaws of what goes beyond figure 2 show in random schedules: a property is violated, or the
/// cluster makes no progress once all faults have ended.
#[test]
fn flaws_beyond_figure_2_are_caught() {
    let mood = Mood { crash: 4, link: 4, disk: 1, corrupt: 0, set: 2, invoke: 8 };
    let first = Flaw::ALL.iter().position(|flaw| flaw.name() == "pre-vote-stale-ignored").unwrap();
    for &flaw in &Flaw::ALL[first..first + 15] {
        let caught = (1..=600).find(|&seed| {
            let mut run = Run::new(seed);
            run.act(Action::Flaw(flaw, true)).unwrap();
            schedule_with_transfer(&mut run, mood).is_err()
        });
        assert!(caught.is_some(), "{flaw} is never caught");
    }
}

/// A random schedule, at the end of which a leader hands over to a node that cannot be reached.
fn schedule_with_transfer(run: &mut Run, mood: Mood) -> Verdict {
    chaos(run, mood)?;
    let (at, to) = (run.a_leader(), run.some_node());
    run.act(Action::Isolate(to))?;
    let first = |nodes: NodeSet| nodes.iter().next().unwrap_or(NodeId::at(0));
    run.act(Action::Transfer(first(at), first(to)))?;
    mend(run)?;
    progress(run)
}

/// The same seed gives the same run, and so does a replay of the journal.
#[test]
fn runs_repeat() {
    let mood = Mood { crash: 4, link: 4, disk: 2, corrupt: 1, set: 3, invoke: 8 };
    for seed in 1..=40 {
        let [first, second] = [(); 2].map(|()| {
            let mut run = Run::new(seed);
            chaos(&mut run, mood).unwrap();
            run.timeline
        });
        assert!(first.events().iter().eq(second.events().iter()), "seed {seed} twice");
        assert_eq!(first.journal(), second.journal(), "seed {seed} twice");
        let replay = first.replay();
        assert!(replay.events().iter().eq(first.events().iter()), "seed {seed} replayed");
        let fingerprints =
            [&first, &second, &replay].map(|timeline| timeline.world().fingerprint());
        assert_eq!(fingerprints, [fingerprints[0]; 3], "seed {seed}");
    }
}

/// Moves with the largest possible numbers, twice: the journal adds them up without overflow.
#[test]
fn endless_moves() {
    let mut timeline: Timeline = Timeline::new(3, 1);
    timeline.act(Action::Kill(timeline.world().nodes())).unwrap();
    for _ in 0..2 {
        timeline.act(Action::Step(u64::MAX)).unwrap();
    }
    for _ in 0..2 {
        timeline.act(Action::Wait(u64::MAX)).unwrap();
    }
    assert_eq!(timeline.replay().world().now_us(), u64::MAX);
}

/// How likely each kind of move is, relative to the others.
#[derive(Clone, Copy)]
struct Mood {
    crash: u64,
    link: u64,
    disk: u64,
    corrupt: u64,
    set: u64,
    invoke: u64,
}

fn run_schedule(run: &mut Run, mood: Mood) -> Verdict {
    chaos(run, mood)?;
    mend(run)?;
    progress(run)
}

/// Makes steps and moves, mixed at random.
fn chaos(run: &mut Run, mood: Mood) -> Verdict {
    for setting in settings(run) {
        run.act(Action::Set(setting))?;
    }
    let restless = 3 + run.dice.below(30);
    for _ in 0..200 + run.dice.below(1_400) {
        if run.dice.below(25) == 0 {
            slow_moment(run)?;
        } else if run.dice.below(restless) == 0 {
            let action = random_action(run, mood);
            run.act(action)?;
        } else if !run.step(u64::MAX)? {
            // No step is due any more.
            let nodes = run.timeline.world().nodes();
            run.act(Action::Disk(nodes, DiskMove::Restore))?;
            run.act(Action::Restart(nodes))?;
            if run.timeline.world().live().is_empty() {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// Messages sent during this moment arrive very late: after elections, restarts, and all that
/// followed.
fn slow_moment(run: &mut Run) -> Verdict {
    let usual = run.timeline.world().settings().latency;
    run.act(Action::Set(Setting::Latency(Range { min_us: 100_000, max_us: 3_000_000 })))?;
    for _ in 0..=run.dice.below(10) {
        run.step(u64::MAX)?;
    }
    run.act(Action::Set(Setting::Latency(usual))).map(|_| ())
}

fn settings(run: &mut Run) -> Vec<Setting> {
    const LATENCY: [(u64, u64); 6] =
        [(0, 0), (0, 5_000), (5_000, 15_000), (1_000, 60_000), (0, 200_000), (30_000, 30_000)];
    const DISK: [(u64, u64); 6] =
        [(0, 0), (0, 2_000), (500, 2_000), (2_000, 50_000), (20_000, 300_000), (0, 10_000)];
    const ELECTION: [(u64, u64); 4] =
        [(150_000, 300_000), (30_000, 60_000), (50_000, 55_000), (20_000, 300_000)];
    let dice = &mut run.dice;
    let mut range = |from: &[(u64, u64)]| {
        let (min_us, max_us) = from[dice.below(from.len() as u64) as usize];
        Range { min_us, max_us }
    };
    let (latency, disk_latency, mut election_timeout) =
        (range(&LATENCY), range(&DISK), range(&ELECTION));
    // Most clusters have enough time to elect leaders, so that there are some to depose.
    if dice.below(4) > 0 {
        let round_us = 2 * latency.max_us + disk_latency.max_us + 10_000;
        election_timeout = Range { min_us: round_us, max_us: 2 * round_us };
    }
    let heartbeat_us = (election_timeout.min_us / (1 + dice.below(4))).max(5_000);
    vec![
        Setting::Latency(latency),
        Setting::DiskLatency(disk_latency),
        Setting::ElectionTimeout(election_timeout),
        Setting::Heartbeat(heartbeat_us),
        Setting::Loss([0, 0, 20_000, 100_000, 300_000][dice.below(5) as usize]),
        Setting::Duplicate([0, 0, 50_000, 300_000][dice.below(4) as usize]),
        Setting::Batch([1, 1, 2, 3, 64][dice.below(5) as usize]),
        Setting::Noop(dice.below(2) == 0),
        Setting::PreVote(dice.below(3) == 0),
        Setting::CheckQuorum(dice.below(3) == 0),
        Setting::LeaderWritesFirst(dice.below(3) == 0),
        Setting::CrashTail(CrashTail::WORDS[dice.below(CrashTail::WORDS.len() as u64) as usize].1),
    ]
}

fn random_action(run: &mut Run, mood: Mood) -> Action {
    let weights = [mood.crash, mood.link, mood.disk, mood.corrupt, mood.set];
    let total = weights.iter().sum::<u64>() + mood.invoke;
    let mut drawn = run.dice.below(total);
    for (kind, weight) in weights.into_iter().enumerate() {
        if drawn < weight {
            return match kind {
                0 => crash(run),
                1 => link(run),
                2 => disk(run),
                3 => damage(run),
                _ => {
                    let settings = settings(run);
                    let setting = settings[run.dice.below(settings.len() as u64) as usize];
                    // Clusters in which only some nodes have a feature.
                    match setting.scope() == Scope::Nodes && run.dice.below(2) == 0 {
                        true => Action::SetOf(setting, run.some_node()),
                        false => Action::Set(setting),
                    }
                }
            };
        }
        drawn -= weight;
    }
    invoke(run)
}

/// A fault of a disk that damages nothing that is synced.
fn disk(run: &mut Run) -> Action {
    let node = run.some_node();
    let what = match run.dice.below(18) {
        0 | 1 => DiskMove::Cut,
        2 => DiskMove::Fill,
        3 => DiskMove::Slow([0, 1_000, 50_000, 400_000][run.dice.below(4) as usize]),
        4 | 5 => DiskMove::Tear,
        6 => DiskMove::Scrub,
        7 => return Action::Disk(run.a_leader(), DiskMove::Fill),
        8 => DiskMove::Sync,
        9 => return Action::Disk(run.timeline.world().nodes(), DiskMove::Sync),
        _ => return Action::Disk(run.timeline.world().nodes(), DiskMove::Restore),
    };
    Action::Disk(node, what)
}

/// Damage that a reader of the disk finds. Lies are left out, because no reader can find one.
fn damage(run: &mut Run) -> Action {
    let node = run.some_node();
    match run.dice.below(8) {
        0 => Action::Corrupt(node, DamageTarget::State),
        1 => Action::Corrupt(node, DamageTarget::Tail),
        2 => Action::Corrupt(node, DamageTarget::Entry(1 + run.dice.below(8) as u32)),
        3 => Action::Corrupt(node, DamageTarget::Byte(run.dice.below(2_000))),
        4 => Action::Disk(node, DiskMove::Lose),
        5 => Action::Disk(node, DiskMove::Stale),
        _ => Action::Corrupt(node, DamageTarget::LastEntry),
    }
}

fn crash(run: &mut Run) -> Action {
    let down = run.timeline.world().down();
    match run.dice.below(9) {
        8 => {
            let ends = [run.a_leader(), run.some_node()];
            let [at, to] = ends.map(|nodes| nodes.iter().next().unwrap_or(NodeId::at(0)));
            Action::Transfer(at, to)
        }
        0 | 1 => Action::Kill(run.some_node()),
        2 => Action::Kill(run.a_leader()),
        3 => Action::Restart(run.a_leader()),
        4 => Action::Restart(run.some_node()),
        5 if run.dice.below(6) == 0 => Action::Restart(run.timeline.world().nodes()),
        _ if down.is_empty() => Action::Restart(run.some_node()),
        _ => Action::Restart(down),
    }
}

fn link(run: &mut Run) -> Action {
    match run.dice.below(11) {
        0 => Action::Cut(run.some_node(), run.some_nodes(), LinkDirection::OneWay),
        1 => Action::Cut(run.some_nodes(), run.some_node(), LinkDirection::OneWay),
        2 => Action::Cut(run.some_node(), run.some_nodes(), LinkDirection::Both),
        3 => Action::Heal(run.some_node(), run.some_nodes()),
        4 => {
            let (nodes, side) = (run.timeline.world().nodes(), run.some_nodes());
            Action::Partition(vec![side, nodes.difference(side)])
        }
        5..=7 => Action::Isolate(run.a_leader()),
        8 => Action::Isolate(run.some_node()),
        _ => Action::HealAll,
    }
}

/// A request to a node that believes that it leads, if there is one.
fn invoke(run: &mut Run) -> Action {
    let key = ["x", "y", "z"][run.dice.below(3) as usize];
    let mut value = || run.dice.below(4).to_string();
    let (old, new): (String, String) = (value(), value());
    if run.dice.below(4) == 0 && run.timeline.world().load().is_some() {
        return again(run);
    }
    let command = match run.dice.below(7) {
        0 => Command::Get { key: key.into() },
        1 => Command::Del { key: key.into() },
        2 => Command::Cas { key: key.into(), old: Some(old.into()), new: new.into() },
        3 => Command::Cas { key: key.into(), old: None, new: new.into() },
        _ => Command::Put { key: key.into(), value: new.into() },
    };
    let node = run.a_leader().iter().next().unwrap_or(NodeId::at(0));
    Action::Invoke(node, command)
}

/// A request that is sent again, or one of a client with a name.
fn again(run: &mut Run) -> Action {
    let node = run.a_leader().iter().next().unwrap_or(NodeId::at(0));
    let sent = run.timeline.world().ops().latest().map_or(0, |op| u64::from(op.0));
    if sent > 0 && run.dice.below(3) > 0 {
        let back = run.dice.below(sent.min(8));
        return Action::Retry(OpId((sent - back) as u32), node);
    }
    let client = Some(["c1", "c2"][run.dice.below(2) as usize].into());
    let command = Command::Incr { key: "n".into(), by: 1 };
    Action::InvokeWith(node, command, RequestOptions { client, read: None })
}
