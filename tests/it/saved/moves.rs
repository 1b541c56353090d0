//! Random moves of every kind, all of which can be typed.

use raftsh::command::Grammar;
use raftsh::disk::{CrashTail, DamageTarget, Policy};
use raftsh::kv::Command;
use raftsh::language::SourcePlace;
use raftsh::language::statement::{Builder, Node};
use raftsh::raft::{Change, Flaw, Label, NodeId, NodeSet, Term};
use raftsh::session::{Session, Start};
use raftsh::sim::{
    Action, DiskMove, LinkDirection, Load, OpId, Preload, Range, ReadKind, RequestOptions, Scope,
    Setting, Settings, World,
};

/// Xorshift: the same moves in every run.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        ((self.next() >> 33) % bound as u64) as usize
    }
}

/// The number of a kind of move. The match is exhaustive, so that a new move does not compile
/// until it has a number; then [`random_action`] has to make it.
pub(super) fn place(action: &Action) -> usize {
    match action {
        Action::Step(_) => 0,
        Action::Wait(_) => 1,
        Action::Settle(None, _) => 2,
        Action::Settle(Some(_), _) => 3,
        Action::Preload(_) => 4,
        Action::Invoke(_, Command::Put { .. }) => 5,
        Action::Invoke(_, Command::Get { .. }) => 6,
        Action::Invoke(_, Command::Del { .. }) => 7,
        Action::Invoke(_, Command::Cas { .. }) => 8,
        Action::Invoke(_, Command::Incr { .. }) => 44,
        Action::Invoke(_, Command::Append { .. }) => 45,
        Action::InvokeWith(..) => 46,
        Action::Retry(..) => 47,
        Action::Clients(_) => 48,
        Action::Kill(_) => 9,
        Action::Restart(_) => 10,
        Action::Pause(_) => 11,
        Action::Resume(_) => 12,
        Action::Timeout(_) => 13,
        Action::Tick(_) => 14,
        Action::Cut(_, _, LinkDirection::Both) => 15,
        Action::Cut(_, _, LinkDirection::OneWay) => 16,
        Action::Heal(_, _) => 17,
        Action::HealAll => 18,
        Action::Isolate(_) => 19,
        Action::Partition(_) => 20,
        Action::Delay(_, _, _) => 21,
        Action::LinkLoss(_, _, _) => 22,
        Action::LinkDuplicate(_, _, _) => 23,
        Action::Hold(_, _) => 24,
        Action::Release(_, _) => 25,
        Action::Deliver(_) => 26,
        Action::Drop(_) => 27,
        Action::Dup(_) => 28,
        Action::Corrupt(..) => 29,
        Action::Disk(_, DiskMove::Cut) => 30,
        Action::Disk(_, DiskMove::Restore) => 31,
        Action::Disk(_, DiskMove::Fill) => 32,
        Action::Disk(_, DiskMove::Slow(_)) => 33,
        Action::Disk(_, DiskMove::Lie) => 34,
        Action::Disk(_, DiskMove::Tear) => 35,
        Action::Disk(_, DiskMove::Lose) => 36,
        Action::Disk(_, DiskMove::Stale) => 37,
        Action::Disk(_, DiskMove::Scrub) => 38,
        Action::Set(_) => 39,
        Action::Flaw(_, _) => 40,
        Action::Disk(_, DiskMove::Sync) => 41,
        Action::SetOf(_, _) => 42,
        Action::JudgeProgress(..) => 43,
        Action::Drift(..) => 49,
        Action::Transfer(..) => 50,
        Action::Disk(_, DiskMove::Wipe) => 51,
        Action::Member(..) => 52,
        Action::Boot(_) => 53,
        Action::Snapshot(..) => 54,
        Action::PowerOff(_) => 55,
        Action::FireTimer(..) => 56,
    }
}

/// The number of kinds.
pub(super) const PLACES: usize = 57;

/// Words that are awkward in a line, or in YAML.
const WORDS: &[&str] = &[
    "x",
    "y",
    "a b",
    "none",
    "'",
    "\"\\",
    " # x",
    "a: b",
    ";",
    "{",
    "!",
    "-5",
    "--wait",
    "",
    "é漢\u{1f600}\u{202e}",
    "\0\u{1b}\n\t\u{9f}",
    "\u{2028}\u{85}\u{feff}",
    "on",
    "~",
    "1",
    "[a, b]",
    "&a *a",
    "|",
    "\u{fffe}\u{e000}",
    "\u{a0}",
];

fn word(dice: &mut Dice) -> raftsh::kv::Str {
    WORDS[dice.below(WORDS.len())].into()
}

fn key(dice: &mut Dice) -> raftsh::kv::Str {
    let key = word(dice);
    if key.is_empty() { "x".into() } else { key }
}

fn duration(dice: &mut Dice) -> u64 {
    [0, 1, 999, 5_000, 15_000, 150_000, 36_000_000_000_000][dice.below(7)]
}

fn range(dice: &mut Dice, least: u64) -> Range {
    let (one, other) = (duration(dice).max(least), duration(dice).max(least));
    Range { min_us: one.min(other), max_us: one.max(other) }
}

fn percent(dice: &mut Dice) -> u32 {
    [0, 1, 50_000, 125_000, 999_999, 1_000_000][dice.below(6)]
}

fn setting(dice: &mut Dice) -> Setting {
    match dice.below(17) {
        0 => Setting::ElectionTimeout(range(dice, 1)),
        1 => Setting::Heartbeat(duration(dice).max(1)),
        2 => Setting::Latency(range(dice, 0)),
        3 => Setting::DiskLatency(range(dice, 0)),
        4 => Setting::Loss(percent(dice)),
        5 => Setting::Duplicate(percent(dice) / 10),
        6 => Setting::Batch([1, 2, 64, u32::MAX][dice.below(4)]),
        7 => Setting::Noop(dice.below(2) == 0),
        8 => Setting::Timers(dice.below(3) > 0),
        9 => Setting::CrashTail(CrashTail::WORDS[dice.below(CrashTail::WORDS.len())].1),
        14 => Setting::PreVote(dice.below(3) > 0),
        16 => Setting::LeaderWritesFirst(dice.below(3) > 0),
        15 => Setting::CheckQuorum(dice.below(3) > 0),
        10 => Setting::Recovery(Policy::WORDS[dice.below(Policy::WORDS.len())].1),
        11 => Setting::Sessions(dice.below(2) == 0),
        12 => Setting::Reads(ReadKind::WORDS[dice.below(ReadKind::WORDS.len())].1),
        _ => Setting::History([1, 50, 1_000, 1_000_000][dice.below(4)]),
    }
}

/// A setting that a single node may have.
fn node_setting(dice: &mut Dice) -> Setting {
    loop {
        let setting = setting(dice);
        if setting.scope() == Scope::Nodes {
            return setting;
        }
    }
}

/// A change to the members.
fn change(dice: &mut Dice, node: NodeId, all: NodeSet) -> Change {
    match dice.below(6) {
        0 => Change::Add(node),
        1 => Change::AddLearner(node),
        2 => Change::Promote(node),
        3 => Change::Remove(node),
        4 => Change::Leave,
        _ => Change::Set {
            voters: some(dice, all),
            learners: [None, Some(NodeSet::EMPTY)][dice.below(2)],
            stay: dice.below(2) == 0,
        },
    }
}

/// Random settings to begin with: mostly the defaults.
pub(super) fn random_settings(dice: &mut Dice) -> Settings {
    let mut settings = Settings::default();
    for _ in 0..dice.below(4) {
        settings.set(setting(dice));
    }
    settings
}

fn some(dice: &mut Dice, nodes: NodeSet) -> NodeSet {
    let all: Vec<NodeId> = nodes.iter().collect();
    (0..=dice.below(2)).map(|_| all[dice.below(all.len())]).collect()
}

fn messages(dice: &mut Dice, world: &World) -> Option<Vec<u64>> {
    let all: Vec<u64> = world.network().in_flight().map(|one| one.id).collect();
    (!all.is_empty())
        .then(|| (0..=dice.below(2)).map(|_| all[dice.below(all.len())]).collect::<Vec<_>>())
        .map(|mut ids| {
            ids.sort_unstable();
            ids.dedup();
            ids
        })
}

/// A random move that is likely to be possible now.
pub(crate) fn random_action(dice: &mut Dice, world: &World) -> Action {
    let all = world.nodes();
    let one = |dice: &mut Dice| some(dice, all).iter().next().unwrap_or(NodeId::at(0));
    let leader = world.leader().unwrap_or(one(dice));
    match dice.below(PLACES) {
        0 => Action::Step([0, 1, 7, 100][dice.below(4)]),
        1 => Action::Wait([0, 1, 100, 1_000][dice.below(4)]),
        2 => Action::Settle(None, [None, Some(3)][dice.below(2)]),
        3 => Action::Settle(Some(some(dice, all)), None),
        4 => Action::Preload(preload(dice, one)),
        5 => Action::Invoke(leader, Command::Put { key: key(dice), value: word(dice) }),
        6 => Action::Invoke(leader, Command::Get { key: key(dice) }),
        7 => Action::Invoke(leader, Command::Del { key: key(dice) }),
        8 => {
            let old = (dice.below(3) > 0).then(|| word(dice));
            Action::Invoke(leader, Command::Cas { key: key(dice), old, new: word(dice) })
        }
        9 => Action::Kill(some(dice, all)),
        10 => Action::Restart(some(dice, all)),
        11 => Action::Pause(some(dice, all)),
        12 => Action::Resume(some(dice, all)),
        13 => Action::Timeout(some(dice, all)),
        14 => Action::Tick(leader),
        15 => Action::Cut(some(dice, all), some(dice, all), LinkDirection::Both),
        16 => Action::Cut(some(dice, all), some(dice, all), LinkDirection::OneWay),
        17 => Action::Heal(some(dice, all), some(dice, all)),
        18 => Action::HealAll,
        19 => Action::Isolate(some(dice, all)),
        20 if all.len() > 1 => {
            let first = some(dice, all);
            let rest = all.difference(first);
            let rest = if rest.is_empty() { return Action::HealAll } else { rest };
            Action::Partition(vec![first, rest])
        }
        20 => Action::HealAll,
        21 => Action::Delay(some(dice, all), some(dice, all), duration(dice)),
        22 => Action::LinkLoss(some(dice, all), some(dice, all), percent(dice)),
        23 => Action::LinkDuplicate(some(dice, all), some(dice, all), percent(dice)),
        24 => Action::Hold(some(dice, all), some(dice, all)),
        25 => Action::Release(all, all),
        26 => messages(dice, world).map_or(Action::HealAll, Action::Deliver),
        27 => messages(dice, world).map_or(Action::HealAll, Action::Drop),
        28 => messages(dice, world).map_or(Action::HealAll, Action::Dup),
        29 => Action::Corrupt(some(dice, all), target(dice)),
        30 => Action::Disk(some(dice, all), DiskMove::Cut),
        31 => Action::Disk(all, DiskMove::Restore),
        32 => Action::Disk(some(dice, all), DiskMove::Fill),
        33 => Action::Disk(some(dice, all), DiskMove::Slow(duration(dice))),
        34 => Action::Disk(some(dice, all), DiskMove::Lie),
        35 => Action::Disk(some(dice, all), DiskMove::Tear),
        36 => Action::Disk(some(dice, all), DiskMove::Lose),
        37 => Action::Disk(some(dice, all), DiskMove::Stale),
        38 => Action::Disk(some(dice, all), DiskMove::Scrub),
        39 => Action::Disk(some(dice, all), DiskMove::Sync),
        40 => Action::Flaw(Flaw::ALL[dice.below(Flaw::ALL.len())], dice.below(2) == 0),
        41 => Action::SetOf(node_setting(dice), some(dice, all)),
        43 => {
            Action::Invoke(leader, Command::Incr { key: key(dice), by: dice.below(9) as i64 - 4 })
        }
        44 => Action::Invoke(leader, Command::Append { key: key(dice), text: word(dice) }),
        45 => {
            let client = (dice.below(2) == 0).then(|| "c1".into());
            let read = Some(ReadKind::WORDS[dice.below(ReadKind::WORDS.len())].1);
            let options = RequestOptions { client, read };
            Action::InvokeWith(leader, Command::Get { key: key(dice) }, options)
        }
        46 => Action::Retry(OpId(1 + dice.below(9) as u32), leader),
        47 => {
            let clients = 1 + dice.below(3) as u32;
            let load = Load { clients, rate: 100, ..Load::default() };
            Action::Clients((dice.below(2) == 0).then_some(load))
        }
        42 => Action::JudgeProgress(
            world.ops().latest().filter(|_| dice.below(2) == 0),
            duration(dice),
        ),
        48 => Action::Drift(some(dice, all), [0, 100_000, -250_000, 1_000_000][dice.below(4)]),
        49 => Action::Transfer(leader, one(dice)),
        50 => Action::Disk(some(dice, all), DiskMove::Wipe),
        53 => Action::Snapshot(some(dice, all), dice.below(3) as u32),
        51 => Action::Boot(1 + dice.below(2)),
        52 => {
            let node = one(dice);
            Action::Member(leader, change(dice, node, all))
        }
        54 => Action::PowerOff(some(dice, all)),
        55 => Action::FireTimer(some(dice, all), Label::of("election")),
        _ => Action::Set(setting(dice)),
    }
}

/// A random log, at a node that `one` chooses.
fn preload(dice: &mut Dice, one: impl Fn(&mut Dice) -> NodeId) -> Preload {
    let terms = vec![vec![], vec![1], vec![1, 1, 4], vec![2]].swap_remove(dice.below(4));
    let (node, term) = (one(dice), [None, Some(Term(5))][dice.below(2)]);
    // Nobody votes in term 0, so that would be no move.
    let vote =
        [None, Some(one(dice))][dice.below(2)].filter(|_| term.is_some() || !terms.is_empty());
    Preload { node, terms: terms.into_iter().map(Term).collect(), term, vote }
}

/// A random target on a disk, which may not exist.
fn target(dice: &mut Dice) -> DamageTarget {
    match dice.below(5) {
        0 => DamageTarget::LastEntry,
        1 => DamageTarget::Entry(dice.below(9) as u32),
        2 => DamageTarget::State,
        3 => DamageTarget::Tail,
        _ => DamageTarget::Byte(dice.below(600) as u64),
    }
}

/// The line of a move parses to that move.
#[test]
fn every_move_reads_back() {
    let session = Session::new(Start::default());
    let grammar = Grammar::default();
    let mut seen = std::collections::BTreeSet::new();
    let mut dice = Dice::new(1);
    // In this session messages are in flight.
    let mut busy = Session::new(Start::default());
    super::say(&mut busy, "hold; run until n1.term >= 1; run 5ms");
    for _ in 0..20_000 {
        let action = random_action(&mut dice, busy.world());
        seen.insert(place(&action));
        let line = action.to_string();
        let nodes = Builder::default().feed(&SourcePlace { source: None, line: 1 }, &line);
        let Ok([Node::Command(statement)]) = nodes.as_deref() else {
            panic!("{line} is no command")
        };
        let read = grammar.read(statement).and_then(|reading| reading.command.action(&session));
        assert_eq!(read, Ok(Some(action)), "{line}");
    }
    assert_eq!(seen.len(), PLACES, "a move was never made");
}
