//! Moves made by hand: what each does to the world.

use crate::disk::Fault;
use crate::kv::Command;
use crate::raft::{HardState, Index, Input, Log, Node, NodeId, NodeSet};

use super::action::{Action, Applied, Refused, Ways};
use super::event::{EventId, EventKind};
use super::host::HostState;
use super::world::{Events, World};

impl World {
    /// Makes a move. What happens because of it is added to `events`.
    ///
    /// # Errors
    /// If the move is impossible now; then nothing has changed.
    pub fn apply(&mut self, action: &Action, events: Events) -> Result<Applied, Refused> {
        match action {
            Action::Step(count) => Ok(self.step_many(*count, events)),
            Action::Wait(duration_us) => self.wait(*duration_us),
            Action::Invoke(node, command) => self.invoke(*node, command, events),
            Action::Kill(nodes) => Ok(self.each(*nodes, |world, node| world.kill(node, events))),
            Action::Restart(nodes) => Ok(self.each(*nodes, |world, node| world.restart(node, events))),
            Action::Cut(from, to, ways) => self.cut(*from, *to, *ways, events),
            Action::Heal(from, to) => self.heal(*from, *to, events),
            Action::HealAll => Ok(self.set_links(events, |_, _| Some(false))),
            Action::Isolate(nodes) => Ok(self
                .set_links(events, |from, to| (nodes.contains(from) || nodes.contains(to)).then_some(true))),
            Action::Partition(groups) => self.partition(groups, events),
            Action::Corrupt(nodes) => self.corrupt(*nodes, events),
            Action::CutDisk(nodes) => {
                Ok(self.each(*nodes, |world, node| world.set_disk_cut(node, true, events)))
            }
            Action::RestoreDisk(nodes) => {
                Ok(self.each(*nodes, |world, node| world.set_disk_cut(node, false, events)))
            }
            Action::Set(setting) => {
                Ok(Applied { changed: self.settings.set(*setting), ..Applied::default() })
            }
        }
    }

    fn step_many(&mut self, count: u64, events: Events) -> Applied {
        let steps = (0..count).take_while(|_| self.step(events)).count() as u64;
        Applied { steps, changed: steps > 0, ..Applied::default() }
    }

    fn wait(&mut self, duration_us: u64) -> Result<Applied, Refused> {
        let time_us = self.now_us.saturating_add(duration_us);
        if self.next_due_us().is_some_and(|due_us| due_us < time_us) {
            return Err(Refused::EventDue);
        }
        self.wait_until(time_us);
        Ok(Applied { changed: duration_us > 0, ..Applied::default() })
    }

    fn invoke(&mut self, id: NodeId, command: &Command, events: Events) -> Result<Applied, Refused> {
        let host = self.host(id);
        let Some(node) = host.node.as_ref().filter(|_| host.is_up()) else {
            return Err(Refused::NotUp(id, host.state));
        };
        if !node.is_leader() {
            return Err(Refused::NotLeader { node: id, leader: node.leader() });
        }
        let index = node.log().last_index().next();
        let op = self.ops.add(id, command.clone()).ok_or(Refused::TooManyOps)?;
        self.host_mut(id).pending.push_back((index, op));
        let cause = self.record(events, None, id, EventKind::ClientInvoked { op });
        self.input(id, Input::Propose(op.payload()), cause, false, events);
        Ok(Applied { nodes: NodeSet::one(id), op: Some(op), changed: true, ..Applied::default() })
    }

    /// Does something to each node, in order; it says whether that changed the node.
    fn each(&mut self, nodes: NodeSet, mut change: impl FnMut(&mut World, NodeId) -> bool) -> Applied {
        let nodes: NodeSet = nodes.iter().filter(|&node| change(self, node)).collect();
        Applied { nodes, changed: !nodes.is_empty(), ..Applied::default() }
    }

    fn kill(&mut self, id: NodeId, events: Events) -> bool {
        if !self.host(id).is_up() {
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
        let host = self.host_mut(id);
        host.state = state;
        let pending = host.lose_memory();
        self.give_up(id, pending, stopped, events);
    }

    fn restart(&mut self, id: NodeId, events: Events) -> bool {
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
        self.route(id, out, cause, false, events);
    }

    fn cut(&mut self, from: NodeSet, to: NodeSet, ways: Ways, events: Events) -> Result<Applied, Refused> {
        has_link(from, to)?;
        let back = ways == Ways::Both;
        Ok(self.set_links(events, |a, b| {
            let there = from.contains(a) && to.contains(b);
            (there || back && from.contains(b) && to.contains(a)).then_some(true)
        }))
    }

    fn heal(&mut self, from: NodeSet, to: NodeSet, events: Events) -> Result<Applied, Refused> {
        has_link(from, to)?;
        Ok(self.set_links(events, |a, b| {
            let between = from.contains(a) && to.contains(b) || from.contains(b) && to.contains(a);
            between.then_some(false)
        }))
    }

    fn partition(&mut self, groups: &[NodeSet], events: Events) -> Result<Applied, Refused> {
        let mut named = NodeSet::EMPTY;
        for &group in groups {
            if let Some(node) = named.intersection(group).iter().next() {
                return Err(Refused::InTwoGroups(node));
            }
            named = named.union(group);
        }
        let group_of = |node: NodeId| groups.iter().position(|group| group.contains(node));
        Ok(self.set_links(events, |from, to| match (group_of(from), group_of(to)) {
            (Some(a), Some(b)) => Some(a != b),
            _ => Some(false),
        }))
    }

    /// Cuts, heals or leaves every directed link, in order.
    fn set_links(&mut self, events: Events, wanted: impl Fn(NodeId, NodeId) -> Option<bool>) -> Applied {
        let mut applied = Applied::default();
        for from in self.nodes().iter() {
            for to in self.nodes().iter().filter(|&to| to != from) {
                let Some(cut) = wanted(from, to) else { continue };
                if self.network.set_cut(from, to, cut) {
                    applied.links += 1;
                    applied.nodes = applied.nodes.union([from, to].into_iter().collect());
                    let kind = if cut { EventKind::LinkCut { to } } else { EventKind::LinkHealed { to } };
                    self.record(events, None, from, kind);
                }
            }
        }
        applied.changed = applied.links > 0;
        applied
    }

    fn corrupt(&mut self, nodes: NodeSet, events: Events) -> Result<Applied, Refused> {
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

    fn set_disk_cut(&mut self, node: NodeId, cut: bool, events: Events) -> bool {
        let changed = self.host_mut(node).disk.set_cut(cut);
        if changed {
            let kind = if cut { EventKind::DiskCut } else { EventKind::DiskRestored };
            self.record(events, None, node, kind);
        }
        changed
    }
}

/// Whether any pair of different nodes lies between the two sets.
fn has_link(from: NodeSet, to: NodeSet) -> Result<(), Refused> {
    let same = from.single().is_some() && from == to;
    if same { Err(Refused::NoLink(from, to)) } else { Ok(()) }
}
