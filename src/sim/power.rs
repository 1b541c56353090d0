//! Nodes and their disks: starting, stopping, pausing; and what is done to disks by hand.

use crate::disk::Fault;
use crate::raft::{HardState, Index, Input, Log, Node, NodeId, NodeSet};

use super::action::{Applied, Refused};
use super::event::{EventId, EventKind};
use super::host::HostState;
use super::network::Travel;
use super::world::{Events, World};

impl World {
    pub(super) fn kill(&mut self, id: NodeId, events: Events) -> bool {
        if !self.host(id).is_running() {
            return false;
        }
        self.stop(id, HostState::Down, EventKind::NodeKilled, None, events);
        true
    }

    /// The disk failed the node: it stops rather than go on wrong.
    pub(super) fn halt(&mut self, id: NodeId, fault: Fault, cause: Option<EventId>, events: Events) {
        self.stop(id, HostState::Halted(fault), EventKind::NodeHalted { reason: fault }, cause, events);
    }

    fn stop(
        &mut self,
        id: NodeId,
        state: HostState,
        kind: EventKind,
        cause: Option<EventId>,
        events: Events,
    ) {
        let stopped = self.record(events, cause, id, kind);
        let was_paused = self.host(id).state == HostState::Paused;
        let host = self.host_mut(id);
        host.state = state;
        let pending = host.lose_memory();
        self.give_up(id, pending, stopped, events);
        if was_paused {
            // What waited for it arrives now, at a node that is down.
            self.wake_messages(id);
        }
    }

    pub(super) fn restart(&mut self, id: NodeId, events: Events) -> bool {
        self.kill(id, events);
        match self.host(id).disk.read() {
            Err(fault) => self.halt(id, fault, None, events),
            Ok((state, entries)) => {
                let log = Log::new(entries);
                let HardState { current_term: term, voted_for: vote } = state;
                let kind = EventKind::NodeRestarted { term, vote, last: log.last_index() };
                let cause = self.record(events, None, id, kind);
                self.start(id, state, log, cause, events);
            }
        }
        true
    }

    pub(super) fn start_first_time(&mut self, id: NodeId) {
        self.start(id, HardState::default(), Log::default(), 0, &mut Vec::new());
    }

    fn start(&mut self, id: NodeId, state: HardState, log: Log, cause: EventId, events: Events) {
        let mut out = Vec::new();
        let node = Node::start(id, self.cluster_size(), state, log, &mut out);
        let host = self.host_mut(id);
        host.node = Some(node);
        host.state = HostState::Up;
        self.route(id, &mut out, cause, false, events);
    }

    /// Stops nodes that run; they remember everything.
    pub(super) fn pause(&mut self, nodes: NodeSet, events: Events) -> Result<Applied, Refused> {
        self.all_running(nodes)?;
        Ok(self.each(nodes, |world, id| {
            let running = world.host(id).is_up();
            if running {
                world.host_mut(id).state = HostState::Paused;
                world.record(events, None, id, EventKind::NodePaused);
            }
            running
        }))
    }

    /// Paused nodes go on: what reached them meanwhile reaches them now.
    pub(super) fn resume(&mut self, nodes: NodeSet, events: Events) -> Result<Applied, Refused> {
        self.all_running(nodes)?;
        Ok(self.each(nodes, |world, id| {
            let paused = world.host(id).state == HostState::Paused;
            if paused {
                world.go_on(id, events);
            }
            paused
        }))
    }

    fn go_on(&mut self, id: NodeId, events: Events) {
        self.host_mut(id).state = HostState::Up;
        let resumed = self.record(events, None, id, EventKind::NodeResumed);
        self.wake_messages(id);
        self.wake_timers(id);
        let untold = std::mem::take(&mut self.host_mut(id).untold_writes);
        self.release_outbox(id, events);
        for _ in 0..untold {
            self.input(id, Input::Written, resumed, false, events);
        }
    }

    /// Messages that wait for a node are due now, in the order in which they would have arrived.
    fn wake_messages(&mut self, to: NodeId) {
        let mut waiting: Vec<_> = (0u32..)
            .zip(self.network.slots())
            .filter_map(|(slot, message)| message.as_ref().map(|message| (slot, message)))
            .filter(|(_, message)| message.travel == Travel::AtPaused && message.message.to == to)
            .map(|(slot, message)| (message.due, slot))
            .collect();
        waiting.sort_unstable();
        for (_, slot) in waiting {
            self.set_off(slot, self.now_us);
        }
    }

    fn all_running(&self, nodes: NodeSet) -> Result<(), Refused> {
        match nodes.iter().map(|id| self.host(id)).find(|host| !host.is_running()) {
            Some(host) => Err(Refused::NotUp(host.id, host.state)),
            None => Ok(()),
        }
    }

    /// Damages the last entry on each disk.
    pub(super) fn corrupt(&mut self, nodes: NodeSet, events: Events) -> Result<Applied, Refused> {
        let last = |world: &World, node| world.host(node).disk.durable().1.len();
        if let Some(node) = nodes.iter().find(|&node| last(self, node) == 0) {
            return Err(Refused::NoEntry(node));
        }
        Ok(self.each(nodes, |world, node| {
            let number = last(world, node);
            let damaged = world.host_mut(node).disk.damage(number);
            if damaged {
                world.record(events, None, node, EventKind::DiskDamaged { index: Index(number as u32) });
            }
            damaged
        }))
    }

    pub(super) fn set_disk_cut(&mut self, node: NodeId, cut: bool, events: Events) -> bool {
        let changed = self.host_mut(node).disk.set_cut(cut);
        if changed {
            let kind = if cut { EventKind::DiskCut } else { EventKind::DiskRestored };
            self.record(events, None, node, kind);
        }
        changed
    }
}
