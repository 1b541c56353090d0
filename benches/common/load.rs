//! The workloads on raftsh, through the public library, with the history on. A watcher can judge
//! every event, as in a session; `()` watches nothing.

use raftsh::history::Timeline;
use raftsh::kv::{Command, Str};
use raftsh::raft::{NodeId, NodeSet};
use raftsh::search::{Arena, Stage};
use raftsh::sim::rng::Dice;
use raftsh::sim::{
    Action, EventKind, LinkDirection, OpId, Outcome, Range, Setting, Settings, Watch,
};

/// The one-way latency of a message, the same for raftsh and for the peer that it is compared
/// with.
pub(crate) const LATENCY: Range = Range { min_us: 1_000, max_us: 10_000 };

/// The value of every put: 16 bytes.
pub(crate) const VALUE: &str = "0123456789abcdef";

/// What a round of a workload did.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Done {
    pub(crate) steps: u64,
    pub(crate) messages: u64,
    pub(crate) simulated_s: f64,
}

/// A cluster under load.
pub(crate) struct Cluster<W = ()> {
    pub(crate) timeline: Timeline<W>,
    /// What every client asks for.
    put: Command,
}

impl<W: Watch + 'static> Cluster<W> {
    /// Starts a cluster, and lets it elect a leader and run for one more second.
    pub(crate) fn led(nodes: usize) -> Cluster<W> {
        let mut cluster = Cluster::new(nodes, 1);
        while cluster.timeline.world().leader().is_none() && cluster.timeline.step(u64::MAX) {}
        cluster.pass(1_000_000);
        cluster
    }

    fn new(nodes: usize, seed: u64) -> Cluster<W> {
        let mut cluster = Cluster { timeline: Timeline::new(nodes, seed), put: put() };
        cluster.act(Action::Set(Setting::Latency(LATENCY)));
        cluster
    }

    fn act(&mut self, action: Action) -> Option<OpId> {
        self.timeline.act(action).ok().and_then(|applied| applied.op)
    }

    pub(crate) fn set(&mut self, setting: Setting) {
        self.act(Action::Set(setting));
    }

    /// Lets time pass; returns the number of steps.
    fn pass(&mut self, duration_us: u64) -> u64 {
        self.pass_until(self.timeline.world().now_us() + duration_us)
    }

    fn pass_until(&mut self, until_us: u64) -> u64 {
        let mut steps = 0;
        while self.timeline.step(until_us) {
            steps += 1;
        }
        let left_us = until_us.saturating_sub(self.timeline.world().now_us());
        if left_us > 0 {
            self.act(Action::Wait(left_us));
        }
        steps
    }

    /// The number of messages sent so far.
    fn sent(&self) -> u64 {
        let sent = |kind| {
            if let EventKind::MessageSent { message, .. } = kind { Some(message) } else { None }
        };
        self.timeline.events().iter().rev().find_map(|event| sent(event.kind)).unwrap_or(0)
    }

    /// Lets time pass without requests: only heartbeats are sent.
    pub(crate) fn heartbeats(&mut self, seconds: u64) -> Done {
        let sent = self.sent();
        let steps = self.pass(seconds * 1_000_000);
        Done { steps, messages: self.sent() - sent, simulated_s: seconds as f64 }
    }

    /// Sends this many requests to the leader at once, then lets time pass until the last one is
    /// answered. Returns how many were committed: all of them, because nothing fails here.
    pub(crate) fn puts(&mut self, at_once: u64) -> u64 {
        let Some(leader) = self.timeline.world().leader() else { return 0 };
        let mut last = None;
        for _ in 0..at_once {
            last = self.put(leader);
        }
        let Some(op) = last else { return 0 };
        while self.pending(op) && self.timeline.step(u64::MAX) {}
        at_once
    }

    pub(crate) fn put(&mut self, leader: NodeId) -> Option<OpId> {
        self.act(Action::Invoke(leader, self.put.clone()))
    }

    fn pending(&self, op: OpId) -> bool {
        self.timeline.world().ops().get(op).is_some_and(|op| op.outcome == Outcome::Pending)
    }

    /// Adds committed entries to the log, 100 at a time, as fast as possible.
    pub(crate) fn grow(&mut self, mut entries: u64) {
        while entries > 0 {
            entries -= self.puts(entries.min(100));
        }
        self.pass(200_000);
    }
}

/// A cluster that the random faults can happen to.
trait Afflicted {
    fn leader(&self) -> Option<NodeId>;
    fn put(&mut self, leader: NodeId);
    /// Makes a move; one that is not possible does nothing.
    fn suffer(&mut self, action: Action);
    fn pass_until(&mut self, until_us: u64);
}

impl<W: Watch + 'static> Afflicted for Cluster<W> {
    fn leader(&self) -> Option<NodeId> {
        self.timeline.world().leader()
    }

    fn put(&mut self, leader: NodeId) {
        Cluster::put(self, leader);
    }

    fn suffer(&mut self, action: Action) {
        self.act(action);
    }

    fn pass_until(&mut self, until_us: u64) {
        Cluster::pass_until(self, until_us);
    }
}

/// A cluster as a hunt has it: the checker judges every event, and no history is kept.
struct Hunted {
    arena: Arena,
    /// What every client asks for.
    put: Command,
}

impl Afflicted for Hunted {
    fn leader(&self) -> Option<NodeId> {
        self.arena.world().leader()
    }

    fn put(&mut self, leader: NodeId) {
        self.suffer(Action::Invoke(leader, self.put.clone()));
    }

    fn suffer(&mut self, action: Action) {
        drop(self.arena.act(action));
    }

    fn pass_until(&mut self, until_us: u64) {
        while self.arena.step(until_us) {}
        let left_us = until_us.saturating_sub(self.arena.world().now_us());
        if left_us > 0 {
            self.suffer(Action::Wait(left_us));
        }
    }
}

/// Runs a cluster under random faults from beginning to end, with its history. The plan says when
/// each fault happens; see [`trouble`].
pub(crate) fn faults<W: Watch + 'static>(
    nodes: usize,
    seed: u64,
    plan: &[(u64, Trouble)],
) -> Cluster<W> {
    let mut cluster = Cluster::new(nodes, seed);
    endure(&mut cluster, plan);
    cluster
}

/// How an arena begins, with its number of nodes and its seed.
pub(crate) type Begin = fn(usize, u64, Settings) -> Arena;

/// Runs the same plan as a hunt would; returns the simulated microseconds.
pub(crate) fn hunted_faults(begin: Begin, nodes: usize, seed: u64, plan: &[(u64, Trouble)]) -> u64 {
    let arena = begin(nodes, seed, Settings::default());
    let mut cluster = Hunted { arena, put: put() };
    cluster.suffer(Action::Set(Setting::Latency(LATENCY)));
    endure(&mut cluster, plan);
    let world = cluster.arena.world();
    assert!(world.violations().is_empty(), "a correct cluster violates nothing");
    world.now_us()
}

/// Runs the same plan untimed; returns the number of messages delivered.
pub(crate) fn arrived(nodes: usize, seed: u64, plan: &[(u64, Trouble)]) -> u64 {
    let mut cluster: Cluster = Cluster::new(nodes, seed);
    cluster.set(Setting::History(50_000_000));
    endure(&mut cluster, plan);
    let events = cluster.timeline.events();
    events.iter().filter(|event| matches!(event.kind, EventKind::MessageDelivered { .. })).count()
        as u64
}

fn endure(cluster: &mut impl Afflicted, plan: &[(u64, Trouble)]) {
    for &(time_us, trouble) in plan {
        cluster.pass_until(time_us);
        match trouble {
            Trouble::Put => {
                if let Some(leader) = cluster.leader() {
                    cluster.put(leader);
                }
            }
            Trouble::Kill(node) => cluster.suffer(Action::Kill(one(node))),
            Trouble::Restart(node) => cluster.suffer(Action::Restart(one(node))),
            Trouble::Cut(a, b) => {
                cluster.suffer(Action::Cut(one(a), one(b), LinkDirection::Both));
            }
            Trouble::Heal(a, b) => cluster.suffer(Action::Heal(one(a), one(b))),
        }
    }
}

fn put() -> Command {
    Command::Put { key: "x".into(), value: VALUE.into() }
}

fn one(position: usize) -> NodeSet {
    NodeSet::one(NodeId::at(position))
}

/// An item of a plan of random faults. Nodes are counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// Sends a request to the leader, if there is one.
    Put,
    Kill(usize),
    Restart(usize),
    /// Cuts the link in both directions.
    Cut(usize, usize),
    Heal(usize, usize),
}

/// The length of a run under random faults, in simulated seconds.
pub(crate) const FAULTS_S: u64 = 60;

/// A plan for [`FAULTS_S`] seconds: a put every 20 ms; about 0.85 kills and 2 cut links a second;
/// nodes restart after 0.2 to 1 s and links heal after 0.2 to 2 s. It depends on the seed alone,
/// so that raftsh and the peer get the same plan.
pub(crate) fn trouble(nodes: usize, seed: u64) -> Vec<(u64, Trouble)> {
    const BEAT_US: u64 = 10_000;
    let mut dice = Dice::new(seed ^ 0x7072_6f62_6c65_6d73);
    let mut down_until = vec![0; nodes];
    let mut plan = Vec::new();
    for time_us in (BEAT_US..=FAULTS_S * 1_000_000).step_by(BEAT_US as usize) {
        if time_us % 20_000 == 0 {
            plan.push((time_us, Trouble::Put));
        }
        if dice.chance(8_500) {
            let node = dice.below(nodes as u64) as usize;
            if down_until[node] < time_us {
                down_until[node] =
                    time_us + dice.within(Range { min_us: 200_000, max_us: 1_000_000 });
                plan.push((time_us, Trouble::Kill(node)));
                plan.push((down_until[node], Trouble::Restart(node)));
            }
        }
        if dice.chance(20_000) {
            let a = dice.below(nodes as u64) as usize;
            let b = (a + 1 + dice.below(nodes as u64 - 1) as usize) % nodes;
            plan.push((time_us, Trouble::Cut(a, b)));
            let healed_us = time_us + dice.within(Range { min_us: 200_000, max_us: 2_000_000 });
            plan.push((healed_us, Trouble::Heal(a, b)));
        }
    }
    plan.retain(|&(time_us, _)| time_us <= FAULTS_S * 1_000_000);
    plan.sort_by_key(|&(time_us, _)| time_us);
    plan
}

/// Five clients at work on 3 keys for this many simulated seconds: each sends 100 requests a second
/// to the leader, two writes and a read in turn.
pub(crate) fn clients<W: Watch + 'static>(nodes: usize, seconds: u64) {
    let mut cluster = Cluster::<W>::led(nodes);
    let Some(leader) = cluster.timeline.world().leader() else { return };
    let keys: [Str; 3] = ["a".into(), "b".into(), "c".into()];
    for request in 0..seconds * 500 {
        let key = keys[(request % 7 % 3) as usize].clone();
        let command = match request % 3 {
            0 => Command::Get { key },
            _ => Command::Put { key, value: request.to_string().into() },
        };
        cluster.act(Action::Invoke(leader, command));
        cluster.pass(2_000);
    }
}
