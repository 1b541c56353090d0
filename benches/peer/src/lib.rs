//! Clusters of raft-rs 0.7 in a discrete-event loop, as tight as its interface allows. raftsh is
//! compared with them.
//!
//! There is one thread and one [`BinaryHeap`] ordered by time, order of sending and slot. Messages
//! lie in a slab and are never boxed. Time passes in ticks of 10 ms, because raft-rs counts ticks,
//! and all nodes tick at once. The storage is raft-rs' own [`MemStorage`]. Nothing is logged,
//! recorded or checked.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use raft::eraftpb::{Entry, Message, MessageType};
use raft::storage::MemStorage;
use raft::{Config, NO_LIMIT, RawNode, StateRole};
use raftsh::sim::Range;
use raftsh::sim::rng::Dice;
use slog::{Discard, Logger, o};

/// The length of a tick, in microseconds.
const TICK_US: u64 = 10_000;

/// The slot number that means a tick instead of a message.
const TICK: u32 = u32::MAX;

/// How a raft-rs cluster is configured.
#[derive(Clone, Copy, Debug, Default)]
pub struct PeerConfig {
    /// Whether a leader waits for the next heartbeat to announce a new commit index, as raftsh
    /// does, instead of announcing it at once.
    pub quiet_commits: bool,
    /// Whether entries that wait to be sent to the same node share one message.
    pub shared_messages: bool,
}

/// A simulated raft-rs cluster: nodes, disks and network.
pub struct Cluster {
    nodes: Vec<Option<RawNode<MemStorage>>>,
    disks: Vec<MemStorage>,
    /// The number of non-empty entries that each node has applied since it started.
    applied: Vec<u64>,
    network: Network,
    logger: Logger,
    config: PeerConfig,
    /// The number of messages delivered to running nodes.
    pub arrived: u64,
    /// The number of events processed: ticks and deliveries.
    pub steps: u64,
}

/// The messages in flight, and the clock.
struct Network {
    /// Whether the link from one node to another is cut, row by row.
    cut: Vec<bool>,
    size: usize,
    now_us: u64,
    order: u64,
    queue: BinaryHeap<Reverse<(u64, u64, u32)>>,
    slots: Vec<Message>,
    free: Vec<u32>,
    latency: Range,
    dice: Dice,
    /// The messages to deliver, in order of sending, while [`Cluster::propose_at_once`] lets no
    /// time pass.
    at_once: Option<VecDeque<Message>>,
}

impl Cluster {
    /// Creates a cluster and starts all its nodes.
    pub fn new(size: usize, seed: u64, latency: Range, config: PeerConfig) -> Cluster {
        let ids: Vec<u64> = (1..=size as u64).collect();
        let disk = |_| MemStorage::new_with_conf_state((ids.clone(), Vec::new()));
        let mut cluster = Cluster {
            nodes: ids.iter().map(|_| None).collect(),
            disks: ids.iter().map(disk).collect(),
            applied: vec![0; size],
            network: Network {
                cut: vec![false; size * size],
                size,
                now_us: 0,
                order: 0,
                queue: BinaryHeap::from([Reverse((TICK_US, 0, TICK))]),
                slots: Vec::new(),
                free: Vec::new(),
                latency,
                dice: Dice::new(seed),
                at_once: None,
            },
            logger: Logger::root(Discard, o!()),
            config,
            arrived: 0,
            steps: 0,
        };
        (0..size).for_each(|at| cluster.start(at));
        cluster
    }

    /// Starts a node from its disk, unless it is running.
    pub fn start(&mut self, at: usize) {
        let config = Config {
            id: at as u64 + 1,
            election_tick: 15,
            heartbeat_tick: 5,
            max_size_per_msg: NO_LIMIT,
            skip_bcast_commit: self.config.quiet_commits,
            batch_append: self.config.shared_messages,
            ..Config::default()
        };
        if self.nodes[at].is_none() {
            let node = RawNode::new(&config, self.disks[at].clone(), &self.logger);
            self.nodes[at] = Some(node.expect("a valid configuration"));
            self.applied[at] = 0;
        }
    }

    /// Kills a node; its disk stays.
    pub fn kill(&mut self, at: usize) {
        self.nodes[at] = None;
    }

    /// Cuts or heals a link in both directions.
    pub fn set_cut(&mut self, a: usize, b: usize, cut: bool) {
        let size = self.network.size;
        self.network.cut[a * size + b] = cut;
        self.network.cut[b * size + a] = cut;
    }

    /// The leader of the highest term, if any.
    pub fn leader(&self) -> Option<usize> {
        let running =
            self.nodes.iter().enumerate().filter_map(|(at, node)| Some((at, &node.as_ref()?.raft)));
        let leaders = running.filter(|(_, raft)| raft.state == StateRole::Leader);
        leaders.max_by_key(|(_, raft)| raft.term).map(|(at, _)| at)
    }

    /// The number of requests that a node has applied since it started.
    pub fn applied(&self, at: usize) -> u64 {
        self.applied[at]
    }

    /// The simulated time, in microseconds.
    pub fn now_us(&self) -> u64 {
        self.network.now_us
    }

    /// Sends one request to a node; it becomes a message of its own.
    pub fn propose(&mut self, at: usize, value: &[u8]) {
        if let Some(node) = &mut self.nodes[at] {
            // A leader refuses no request here, because no limit is set.
            let _ = node.propose(Vec::new(), value.to_vec());
        }
        self.take_ready(at);
    }

    /// Sends several requests to a node, one call each, and processes the resulting `Ready` once.
    pub fn propose_each(&mut self, at: usize, value: &[u8], count: u64) {
        if let Some(node) = &mut self.nodes[at] {
            for _ in 0..count {
                let _ = node.propose(Vec::new(), value.to_vec());
            }
        }
        self.take_ready(at);
    }

    /// Sends several requests to a node in one message.
    pub fn propose_all(&mut self, at: usize, value: &[u8], count: u64) {
        let entry = || Entry { data: value.to_vec().into(), ..Entry::default() };
        let mut message = Message { from: at as u64 + 1, ..Message::default() };
        message.set_msg_type(MessageType::MsgPropose);
        message.set_entries((0..count).map(|_| entry()).collect::<Vec<_>>().into());
        if let Some(node) = &mut self.nodes[at] {
            let _ = node.raft.step(message);
        }
        self.take_ready(at);
    }

    /// Processes everything that is due by then.
    pub fn pass_until(&mut self, until_us: u64) {
        while self.network.queue.peek().is_some_and(|Reverse((due_us, ..))| *due_us <= until_us) {
            self.step();
        }
        self.network.now_us = until_us;
    }

    /// Processes the next event.
    pub fn step(&mut self) {
        let Some(Reverse((due_us, _, slot))) = self.network.queue.pop() else { return };
        self.network.now_us = due_us;
        self.steps += 1;
        if slot != TICK {
            let message = std::mem::take(&mut self.network.slots[slot as usize]);
            self.network.free.push(slot);
            return self.arrive(message);
        }
        self.network.queue.push(Reverse((due_us + TICK_US, 0, TICK)));
        for at in 0..self.nodes.len() {
            if self.nodes[at].as_mut().is_some_and(RawNode::tick) {
                self.take_ready(at);
            }
        }
    }

    /// Sends requests to a node, then delivers all messages in order of sending, without passing
    /// time, until none are left. This is no simulation, but the least work that raft-rs can do.
    pub fn propose_at_once(&mut self, at: usize, value: &[u8], count: u64) {
        self.network.at_once = Some(self.network.at_once.take().unwrap_or_default());
        if count == 1 {
            self.propose(at, value)
        } else {
            self.propose_all(at, value, count)
        }
        while let Some(message) = self.network.at_once.as_mut().and_then(VecDeque::pop_front) {
            self.arrive(message);
        }
    }

    fn arrive(&mut self, message: Message) {
        let to = message.to as usize - 1;
        if self.network.is_cut(&message) {
            return;
        }
        if let Some(node) = &mut self.nodes[to] {
            self.arrived += 1;
            // raft-rs returns an error for a message that it rejects; the benchmark ignores it.
            let _ = node.step(message);
            self.take_ready(to);
        }
    }

    fn take_ready(&mut self, at: usize) {
        let Some(node) = &mut self.nodes[at] else { return };
        let (network, disk, applied) = (&mut self.network, &self.disks[at], &mut self.applied[at]);
        while node.has_ready() {
            let mut ready = node.ready();
            network.send(ready.take_messages());
            *applied += commands(&ready.take_committed_entries());
            if !ready.entries().is_empty() || ready.hs().is_some() {
                let mut disk = disk.wl();
                disk.append(ready.entries()).expect("entries without a gap");
                if let Some(state) = ready.hs() {
                    disk.set_hardstate(state.clone());
                }
            }
            network.send(ready.take_persisted_messages());
            let mut light = node.advance(ready);
            if let Some(commit) = light.commit_index() {
                disk.wl().mut_hard_state().commit = commit;
            }
            network.send(light.take_messages());
            *applied += commands(&light.take_committed_entries());
            node.advance_apply();
        }
    }
}

fn commands(entries: &[Entry]) -> u64 {
    entries.iter().filter(|entry| !entry.data.is_empty()).count() as u64
}

impl Network {
    fn is_cut(&self, message: &Message) -> bool {
        self.cut[(message.from as usize - 1) * self.size + message.to as usize - 1]
    }

    fn send(&mut self, messages: Vec<Message>) {
        for message in messages {
            if self.is_cut(&message) {
                continue;
            }
            if let Some(waiting) = &mut self.at_once {
                waiting.push_back(message);
                continue;
            }
            let slot = match self.free.pop() {
                Some(slot) => {
                    self.slots[slot as usize] = message;
                    slot
                }
                None => {
                    self.slots.push(message);
                    self.slots.len() as u32 - 1
                }
            };
            self.order += 1;
            self.queue.push(Reverse((
                self.now_us + self.dice.within(self.latency),
                self.order,
                slot,
            )));
        }
    }
}
