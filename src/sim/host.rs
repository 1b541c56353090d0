//! One machine: the node that runs on it, its disk, its copy of the store, its timers.

use std::collections::VecDeque;

use crate::disk::Disk;
use crate::kv::Store;
use crate::raft::{Entry, HardState, Index, Log, Message, NodeId, Report, Ticket, Timer};
use crate::seq::{Pool, Seq};

use super::bytes;
use super::client::OpId;
use super::event::EventId;
use super::queue::DueTime;
use super::record::{NodeLife, Record};
use super::state::HostState;

/// A machine of the cluster.
#[derive(Clone, Debug, Hash)]
pub struct Host {
    /// Whose it is.
    pub id: NodeId,
    /// Whether it runs.
    pub state: HostState,
    /// The node and what is known of it; none while the host does not run.
    pub(super) life: Option<NodeLife>,
    /// What survives a crash.
    pub disk: Disk<HardState, Entry>,
    /// The state machine; empty after a start, until entries are known to be committed again.
    pub store: Store,
    pub(super) election: ArmedTimer,
    pub(super) heartbeat: ArmedTimer,
    /// Writes under way, oldest first.
    pub(super) writes: VecDeque<WriteUnderWay>,
    /// The latest write of this life that has finished: what waits for the disk waits for one.
    pub(super) finished: Ticket,
    /// When the last write under way will finish, in microseconds.
    pub(super) disk_busy_until_us: u64,
    /// Messages that may leave once the disk has caught up with them.
    pub(super) outbox: VecDeque<Waiting>,
    /// Writes that finished while the node was paused: it has yet to be told.
    pub(super) untold: VecDeque<Ticket>,
    /// The log that was lost with the memory, and how far it certainly is on the disk.
    pub(super) lost_log: Log,
    pub(super) lost_synced: Index,
    /// Requests that this node, as leader, has in its log and has not answered.
    pub(super) pending: VecDeque<(Index, OpId)>,
}

/// A write that has begun and not finished.
#[derive(Clone, Copy, Debug, Hash)]
pub(super) struct WriteUnderWay {
    pub(super) ticket: Ticket,
    /// The event it began in.
    pub(super) cause: EventId,
    /// When it finishes; none: within that same event.
    pub(super) due: Option<DueTime>,
}

/// A message that waits for its sender's disk.
#[derive(Clone, Debug, Hash)]
pub(super) struct Waiting {
    pub(super) message: Message,
    pub(super) cause: EventId,
    pub(super) heartbeat: bool,
    /// The write that must have finished.
    pub(super) after: Ticket,
}

/// A timer of a host.
#[derive(Clone, Copy, Debug, Default, Hash)]
pub(super) struct ArmedTimer {
    /// The event that set it; none if it does not run.
    pub(super) set_by: Option<EventId>,
    /// When it runs out; none if it does not run, or timers are off.
    pub(super) due: Option<DueTime>,
}

impl Host {
    pub(super) fn new(id: NodeId, pool: &Pool<Entry>) -> Host {
        Host {
            id,
            state: HostState::Down,
            life: None,
            disk: Disk::new(Seq::in_pool(pool)),
            store: Store::default(),
            election: ArmedTimer::default(),
            heartbeat: ArmedTimer::default(),
            writes: VecDeque::new(),
            finished: Ticket::default(),
            disk_busy_until_us: 0,
            outbox: VecDeque::new(),
            untold: VecDeque::new(),
            lost_log: Log::default(),
            lost_synced: Index::default(),
            pending: VecDeque::new(),
        }
    }

    /// Whether it runs.
    pub fn is_up(&self) -> bool {
        self.state == HostState::Up
    }

    /// Whether it takes part or could be asked to: up or paused.
    pub fn is_running(&self) -> bool {
        self.life.is_some()
    }

    /// What is known of the node; nothing while it does not run.
    pub fn record(&self) -> Option<&Record> {
        self.life.as_ref().map(|life| &life.record)
    }

    /// What the node says of itself; nothing while it does not run.
    pub fn report(&self) -> Option<&Report> {
        self.record().map(|record| &record.report)
    }

    /// The log that the node uses; of a node that does not run, the one on its disk. Shares its
    /// entries.
    pub fn log(&self) -> Log {
        match self.record() {
            Some(record) => record.log.clone(),
            None => bytes::log(self.disk.base(), self.disk.durable().1.clone()),
        }
    }

    /// The node's term and vote; of a node that does not run, those on its disk.
    pub fn hard_state(&self) -> HardState {
        match self.report() {
            Some(report) => HardState { current_term: report.term, voted_for: report.vote },
            None => self.disk.durable().0,
        }
    }

    /// How a timer stands.
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

    /// A write was finished before its time: a disk with nothing left to do is not busy, and the
    /// next write need not wait for a time that no longer means anything.
    pub(super) fn forget_finished_times(&mut self) {
        let last = self.writes.back().and_then(|write| write.due);
        self.disk_busy_until_us = last.map_or(0, |due| due.time_us);
    }

    /// Everything goes that is not on the disk. What becomes of unfinished writes is for the disk
    /// to say.
    pub(super) fn lose_memory(&mut self) {
        if let Some(NodeLife { record, .. }) = self.life.take() {
            self.lost_log = record.log;
            // What a disk claims is not certain.
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
        self.untold.clear();
        self.pending.clear();
    }
}
