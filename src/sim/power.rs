//! Nodes: starting them from their disks, stopping and pausing them.

use crate::disk::{CrashRemains, StartState};
use crate::raft::{HardState, Index, Input, Log, Node, NodeId, NodeSet, Note, Snapshot};
use crate::seq::Seq;

use super::answer::{Applied, Refused};
use super::bytes;
use super::engine::Machine;
use super::environment::Environment;
use super::event::{EventId, EventKind};
use super::host_context::HostContext;
use super::record::{NodeLife, Record};
use super::state::{HaltReason, HostState};
use super::world::{Events, World};

impl HostContext<'_> {
    /// The node stops itself, because it cannot continue correctly.
    #[cold]
    pub(super) fn halt(&mut self, reason: HaltReason, cause: Option<EventId>) {
        self.keep_pages();
        self.stop(HostState::Halted(reason), EventKind::NodeHalted { reason }, cause);
    }

    fn stop(&mut self, state: HostState, kind: EventKind, cause: Option<EventId>) {
        let stopped = self.record(cause, kind);
        let was_paused = self.host.state == HostState::Paused;
        self.host.state = state;
        self.give_up(stopped);
        for due in self.host.writes.iter().filter_map(|write| write.due) {
            self.environment.queue.unplan(due);
        }
        self.plan_named_timers(false);
        self.host.lose_memory();
        self.plan_timers();
        self.crash_disk(stopped);
        if was_paused {
            // Messages that waited for the paused node now arrive at a node that is down.
            self.environment.wake_messages(self.host.id);
        }
    }

    /// Decides what the crash leaves of unfinished writes.
    fn crash_disk(&mut self, cause: EventId) {
        let Environment { settings, dice, .. } = &mut *self.environment;
        let crash_tail = settings.general().crash_tail;
        let left = self.host.disk.crash(crash_tail, &mut |bound| dice.below(bound));
        if let Some(CrashRemains { kept, torn }) = left {
            self.record(Some(cause), EventKind::TailLeft { kept, torn });
        }
    }

    fn kill(&mut self, power: bool) -> bool {
        let running = self.host.is_running();
        if running {
            match power {
                true => drop(self.record(None, EventKind::PowerCut)),
                false => self.keep_pages(),
            }
            self.stop(HostState::Down, EventKind::NodeKilled, None);
        }
        running
    }

    fn restart(&mut self) {
        self.kill(false);
        match self.host.disk.start(self.environment.settings.of(self.host.id).recovery) {
            Err(fault) => self.halt(HaltReason::Disk(fault), None),
            Ok(StartState { state, base, entries, torn, renewed, kept, dropped }) => {
                let snapshot = base.and_then(|base| self.environment.images.snapshot(base));
                let hard_state = state.hard_state;
                let log = bytes::log(base, entries);
                let HardState { current_term: term, voted_for: vote } = hard_state;
                let restarted = EventKind::NodeRestarted {
                    term,
                    vote,
                    last: log.last_index(),
                    first: log.first_index(),
                    snapshot: snapshot.map_or(Index(0), |snapshot| snapshot.last.index),
                };
                let cause = self.record(None, restarted);
                if renewed {
                    self.record(Some(cause), EventKind::MarksRenewed);
                }
                if torn {
                    self.record(Some(cause), EventKind::TailCut);
                }
                if dropped > 0 {
                    self.record(Some(cause), EventKind::RecordsDropped { count: dropped });
                    self.host.lost_synced = Index(0);
                }
                self.bring_back(&log, kept > 0, cause);
                if self.host.engine.is_some() {
                    return self.start_engine(state, log, cause, false);
                }
                self.start(hard_state, (log, snapshot), cause);
                let clock_us = self.clock_us();
                if let Some(NodeLife { node: Machine::Own(node), .. }) = &mut self.host.life {
                    node.set_clock(clock_us);
                    node.restarted();
                }
            }
        }
    }

    /// Records how the log on the disk differs from the log before the crash. A crash undoes a
    /// truncation that had not reached the disk, so deleted entries come back. These events let
    /// observers that follow the log or the disk by events stay correct.
    fn bring_back(&mut self, log: &Log, tail_kept: bool, cause: EventId) {
        let mut lost = std::mem::take(&mut self.host.lost_log);
        if log.base().index < lost.base().index {
            // A snapshot that the disk does not have had replaced the log, which comes back whole.
            lost = log.clone();
            lost.restart_behind(log.base());
        }
        let last = log.last_index();
        // Logs with the same index and term at a position are equal up to it (Log Matching). If
        // they differ there, the node was wrong about its disk: it took an old write for that of a
        // new entry.
        let synced = self.host.lost_synced.min(last).min(lost.last_index());
        let base = log.base().index;
        let known = if lost.position(synced) == log.position(synced) { synced } else { base };
        let known = known.max(base);
        let same = lost.same_behind(known, log);
        if lost.last_index().min(last) > same {
            self.record(Some(cause), EventKind::Note(Note::LogTruncated { from: same.next() }));
        }
        for (index, entry) in log.iter_from(same.next()) {
            self.record(Some(cause), EventKind::Note(Note::EntryAppended { index, entry }));
        }
        // What was synced before the crash was reported then. What came from a tail is reported
        // now.
        let kept = if tail_kept { known } else { same };
        if last > kept {
            self.record(Some(cause), EventKind::EntriesSynced { kept, through: last });
        }
    }

    pub(super) fn start(
        &mut self,
        state: HardState,
        (log, snapshot): (Log, Option<Snapshot>),
        cause: EventId,
    ) {
        let mut out = Vec::new();
        let config = self.environment.config(self.host.id);
        let group = self.environment.first_group_of(self.host.id);
        let content = snapshot.and_then(|snapshot| self.environment.images.get(snapshot.image));
        self.host.store = content.map(|content| content.store.clone()).unwrap_or_default();
        let begun = (log.clone(), snapshot);
        let node = Machine::Own(Node::start(self.host.id, group, config, state, begun, &mut out));
        let record = Record::starting(state, (log, snapshot), group);
        self.host.life = Some(NodeLife { node, record });
        self.host.state = HostState::Up;
        self.carry_out(&out, cause, false);
        self.report_disk_space(cause);
    }

    fn pause(&mut self) {
        self.host.state = HostState::Paused;
        self.record(None, EventKind::NodePaused);
        self.plan_timers();
        self.plan_named_timers(true);
        self.environment.keep_messages(self.host.id);
    }

    fn go_on(&mut self) {
        self.host.state = HostState::Up;
        let resumed = self.record(None, EventKind::NodeResumed);
        self.environment.wake_messages(self.host.id);
        self.plan_timers();
        self.plan_named_timers(true);
        let unreported = std::mem::take(&mut self.host.unreported);
        self.report_disk_space(resumed);
        self.release_outbox();
        for ticket in unreported {
            self.input(Input::Written(ticket), resumed, false);
        }
    }
}

impl Environment {
    /// Messages to a paused node leave the queue and wait for it.
    fn keep_messages(&mut self, to: NodeId) {
        self.paused.insert(to);
        let planned =
            self.network.by_slot().filter(|(_, message)| !message.held && message.message.to == to);
        for (_, message) in planned {
            self.queue.unplan(message.due);
        }
    }

    /// Messages that waited for a node continue. Those that would have arrived meanwhile are due
    /// now, in the order in which they would have arrived. The others arrive when they were due.
    fn wake_messages(&mut self, to: NodeId) {
        self.paused.remove(to);
        let waiting =
            self.network.by_slot().filter(|(_, message)| !message.held && message.message.to == to);
        let mut waiting: Vec<_> = waiting.map(|(slot, message)| (message.due, slot)).collect();
        waiting.sort_unstable();
        for (due, slot) in waiting {
            if due.time_us < self.now_us {
                self.set_off(slot);
            } else {
                self.plan_arrival(slot);
            }
        }
    }
}

impl World {
    /// Crashes a node; with `power`, by a power cut of its machine.
    pub(super) fn kill(&mut self, id: NodeId, power: bool, events: Events) -> bool {
        let killed = self.context(id, events).kill(power);
        self.look(events);
        killed
    }

    pub(super) fn restart(&mut self, id: NodeId, events: Events) -> bool {
        self.context(id, events).restart();
        self.look(events);
        true
    }

    pub(super) fn start_first_time(&mut self, id: NodeId) {
        let log = Log::new(Seq::in_pool(&self.environment.pool));
        self.quiet_context(id, &mut Vec::new()).start(HardState::default(), (log, None), 0);
    }

    /// Pauses nodes that are up. They keep their memory.
    pub(super) fn pause(&mut self, nodes: NodeSet, events: Events) -> Result<Applied, Refused> {
        self.all_running(nodes)?;
        Ok(self.each(nodes, |world, id| {
            let running = world.host(id).is_up();
            if running {
                world.context(id, events).pause();
            }
            running
        }))
    }

    /// Resumes paused nodes. What was due during the pause is due now.
    pub(super) fn resume(&mut self, nodes: NodeSet, events: Events) -> Result<Applied, Refused> {
        self.all_running(nodes)?;
        Ok(self.each(nodes, |world, id| {
            let paused = world.host(id).state == HostState::Paused;
            if paused {
                world.context(id, events).go_on();
                world.look(events);
            }
            paused
        }))
    }

    pub(super) fn all_running(&self, nodes: NodeSet) -> Result<(), Refused> {
        match nodes.iter().map(|id| self.host(id)).find(|host| !host.is_running()) {
            Some(host) => Err(Refused::NotUp(host.id, host.state)),
            None => Ok(()),
        }
    }
}
