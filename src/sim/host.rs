//! A host: the node that runs on it, its disk, its copy of the store, and its timers.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::disk::Disk;
use crate::kv::Store;
use crate::raft::{
    Entry, Group, HardState, Index, Log, Message, NodeId, Position, Report, SnapshotWrite, Ticket,
    Timer,
};
use crate::seq::{Pool, Seq};

use super::bytes::{self, DiskState};
use super::client::OpId;
use super::clock::LocalClock;
use super::engine::{EngineHost, Life, Machine};
use super::event::EventId;
use super::members::Configurations;
use super::queue::{ArmedTimer, DueTime};
use super::record::{NodeLife, Record};
use super::state::HostState;

/// A host: one machine of the cluster.
#[derive(Clone, Debug, Hash)]
pub struct Host {
    /// The node that runs on it.
    pub id: NodeId,
    /// Whether the node runs.
    pub state: HostState,
    /// The node and what is known of it; none while the host is down or halted.
    pub(super) life: Option<NodeLife>,
    /// What is kept for its engine, if the node runs one.
    pub engine: Option<Box<EngineHost>>,
    /// The disk, which survives a crash.
    pub disk: Disk<DiskState, Entry>,
    /// The state machine. A start empties it, and it fills again as the node learns which entries
    /// are committed.
    pub store: Store,
    /// Its clock, which neither a crash nor a start changes.
    pub(super) clock: LocalClock,
    pub(super) election: ArmedTimer,
    pub(super) heartbeat: ArmedTimer,
    /// Writes that have begun and not finished, oldest first.
    pub(super) writes: VecDeque<WriteUnderWay>,
    /// The latest write since the start that has finished. Messages wait for writes by their
    /// tickets.
    pub(super) finished: Ticket,
    /// When the last unfinished write will finish, in microseconds.
    pub(super) disk_busy_until_us: u64,
    /// Messages that wait for the disk, in the order of sending.
    pub(super) outbox: VecDeque<Waiting>,
    /// Whether a message was discarded since the start, because more were to wait than may.
    pub(super) discarded: bool,
    /// Writes that finished while the node was paused, and that it must still be told of.
    pub(super) unreported: VecDeque<Ticket>,
    /// The log that the last crash took from memory, and the index up to which it is certainly on
    /// the disk.
    pub(super) lost_log: Log,
    pub(super) lost_synced: Index,
    /// Requests that this node, as leader, has in its log and has not answered.
    pub(super) pending: VecDeque<PendingRequest>,
    /// Reads that are no entries, and that this node has not answered.
    pub(super) reads: VecDeque<PendingRead>,
}

/// A request that a leader has in its log and has not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct PendingRequest {
    /// The index of its entry.
    pub(super) index: Index,
    pub(super) op: OpId,
    /// The number of the sending that this node answers.
    pub(super) attempt: u32,
}

/// A read that a node has neither answered nor given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct PendingRead {
    pub(super) op: OpId,
    /// What the node has to apply first; none while the read is not confirmed.
    pub(super) index: Option<Index>,
}

/// A write that has begun and not finished.
#[derive(Clone, Debug, Hash)]
pub(super) struct WriteUnderWay {
    pub(super) ticket: Ticket,
    /// The event in which it began.
    pub(super) cause: EventId,
    /// When it finishes; none if it finishes within the event in which it began.
    pub(super) due: Option<DueTime>,
    /// The snapshot that it writes, if it writes one.
    pub(super) snapshot: Option<Arc<SnapshotWrite>>,
    /// Whether an engine left it to the machine when to write it: it survives the end of the
    /// process already, and only a power cut loses it.
    pub(super) paged: bool,
}

/// A message that waits for its sender's disk.
#[derive(Clone, Debug, Hash)]
pub(super) struct Waiting {
    pub(super) message: Message,
    /// Its body, if it is one of an engine.
    pub(super) text: Option<Arc<str>>,
    pub(super) cause: EventId,
    pub(super) heartbeat: bool,
    /// The write that must have finished.
    pub(super) after: Ticket,
}

impl Host {
    pub(super) fn new(id: NodeId, pool: &Pool<Entry>) -> Host {
        Host {
            id,
            state: HostState::Down,
            life: None,
            engine: None,
            disk: Disk::new(Seq::in_pool(pool)),
            store: Store::default(),
            clock: LocalClock::default(),
            election: ArmedTimer::default(),
            heartbeat: ArmedTimer::default(),
            writes: VecDeque::new(),
            finished: Ticket::default(),
            disk_busy_until_us: 0,
            outbox: VecDeque::new(),
            discarded: false,
            unreported: VecDeque::new(),
            lost_log: Log::default(),
            lost_synced: Index::default(),
            pending: VecDeque::new(),
            reads: VecDeque::new(),
        }
    }

    /// The messages that wait for the node's disk before they are sent, oldest first.
    pub fn unsent(&self) -> impl Iterator<Item = &Message> {
        self.outbox.iter().map(|waiting| &waiting.message)
    }

    /// How much faster than virtual time its clock runs, in millionths; slower if negative.
    pub fn drift_ppm(&self) -> i32 {
        self.clock.drift_ppm
    }

    /// Whether every message that waited for the disk has been sent.
    #[inline]
    pub(super) fn has_sent_all(&self) -> bool {
        self.writes.is_empty() && self.unreported.is_empty() && self.is_up() && !self.discarded
    }

    /// The present life of its engine, if it runs one.
    pub fn engine_life(&self) -> Option<&Life> {
        match &self.life {
            Some(NodeLife { node: Machine::Engine(node), .. }) => Some(&node.life),
            _ => None,
        }
    }

    /// Whether the node is up.
    pub fn is_up(&self) -> bool {
        self.state == HostState::Up
    }

    /// Whether the node is up or paused.
    pub fn is_running(&self) -> bool {
        self.life.is_some()
    }

    /// What is known of the node; none while it is down or halted.
    pub fn record(&self) -> Option<&Record> {
        self.life.as_ref().map(|life| &life.record)
    }

    /// What the node reports about itself; none while it is down or halted.
    pub fn report(&self) -> Option<&Report> {
        self.record().map(|record| &record.report)
    }

    /// The node's log; if it does not run, the log on its disk. The entries are shared, not copied.
    pub fn log(&self) -> Log {
        match self.record() {
            Some(record) => record.log.clone(),
            None => self.durable_log(),
        }
    }

    /// The log on the disk, whether the node runs or not. The entries are shared, not copied.
    pub fn durable_log(&self) -> Log {
        bytes::log(self.disk.base(), self.disk.durable().1.clone())
    }

    /// Where the node's latest snapshot ends that is on its disk, or that it has installed; none if
    /// it has none.
    pub fn snapshot(&self) -> Option<Position> {
        match self.record() {
            Some(record) => record.snapshot.map(|snapshot| snapshot.last),
            None => self.disk.base().map(bytes::end_of),
        }
    }

    /// The configurations in that log, which begins under this one.
    pub(super) fn durable_members(&self, first: Group) -> Configurations {
        Configurations::new(first, &self.durable_log())
    }

    /// Whether an entry can be read from the disk: it is durable there, and not damaged.
    pub fn holds_durably(&self, entry: Position) -> bool {
        let log = self.durable_log();
        (entry.index < log.base().index || log.term_at(entry.index) == Some(entry.term))
            && !self.disk.unreadable().entries.contains(&(entry.index.0 as usize))
    }

    /// When the node's election timer fires, in microseconds; none if it does not run, or if its
    /// timers are off.
    pub fn election_due_us(&self) -> Option<u64> {
        self.election.due.map(|due| due.time_us)
    }

    /// The node's term and vote; if it does not run, those on its disk.
    pub fn hard_state(&self) -> HardState {
        match self.report() {
            Some(report) => HardState { current_term: report.term, voted_for: report.vote },
            None => self.disk.durable().0.hard_state,
        }
    }

    /// The state of a timer.
    pub(super) fn timer(&self, timer: Timer) -> ArmedTimer {
        match timer {
            Timer::Election => self.election,
            Timer::Heartbeat => self.heartbeat,
        }
    }

    pub(super) fn armed_timer(&mut self, timer: Timer) -> &mut ArmedTimer {
        match timer {
            Timer::Election => &mut self.election,
            Timer::Heartbeat => &mut self.heartbeat,
        }
    }

    /// Called when a write was finished early, by hand: the disk is now busy only until its last
    /// unfinished write is due, and the next write need not wait longer.
    pub(super) fn forget_finished_times(&mut self) {
        let last = self.writes.back().and_then(|write| write.due);
        self.disk_busy_until_us = last.map_or(0, |due| due.time_us);
    }

    /// Clears everything that is not on the disk. The disk itself decides what a crash leaves of
    /// unfinished writes.
    pub(super) fn lose_memory(&mut self) {
        if let Some(NodeLife { node, record }) = self.life.take() {
            if let (Machine::Engine(node), Some(engine)) = (node, &mut self.engine) {
                engine.ends(node.life);
            }
            self.lost_log = record.log;
            // What a lying disk reports as synced is not certain.
            let honest = self.disk.claimed() == 0;
            self.lost_synced = if honest { record.durable } else { Index(0) };
        }
        self.store = Store::default();
        self.election = ArmedTimer::default();
        self.heartbeat = ArmedTimer::default();
        self.writes.clear();
        self.finished = Ticket::default();
        self.disk_busy_until_us = 0;
        self.outbox.clear();
        self.discarded = false;
        self.unreported.clear();
        self.pending.clear();
        self.reads.clear();
    }
}
