//! Links: cutting, healing and holding them, and giving them faults of their own.

use crate::raft::{NodeId, NodeSet};

use super::action::LinkDirection;
use super::answer::{Applied, Refused};
use super::environment::Environment;
use super::event::EventKind;
use super::network::InFlight;
use super::queue::Planned;
use super::state::LinkFault;
use super::world::{Events, World};

impl World {
    pub(super) fn cut(
        &mut self,
        from: NodeSet,
        to: NodeSet,
        ways: LinkDirection,
        events: Events,
    ) -> Result<Applied, Refused> {
        has_link(from, to)?;
        let back = ways == LinkDirection::Both;
        Ok(self.set_cuts(events, |a, b| {
            let there = from.contains(a) && to.contains(b);
            (there || back && from.contains(b) && to.contains(a)).then_some(true)
        }))
    }

    pub(super) fn heal(
        &mut self,
        from: NodeSet,
        to: NodeSet,
        events: Events,
    ) -> Result<Applied, Refused> {
        has_link(from, to)?;
        Ok(self.set_cuts(events, |a, b| {
            let between = from.contains(a) && to.contains(b) || from.contains(b) && to.contains(a);
            between.then_some(false)
        }))
    }

    pub(super) fn isolate(&mut self, nodes: NodeSet, events: Events) -> Applied {
        self.set_cuts(events, |from, to| {
            (nodes.contains(from) || nodes.contains(to)).then_some(true)
        })
    }

    pub(super) fn partition(
        &mut self,
        groups: &[NodeSet],
        events: Events,
    ) -> Result<Applied, Refused> {
        let mut named = NodeSet::EMPTY;
        for &group in groups {
            if let Some(node) = named.intersection(group).iter().next() {
                return Err(Refused::InTwoGroups(node));
            }
            named = named.union(group);
        }
        let group_of = |node: NodeId| groups.iter().position(|group| group.contains(node));
        Ok(self.set_cuts(events, |from, to| match (group_of(from), group_of(to)) {
            (Some(a), Some(b)) => Some(a != b),
            _ => Some(false),
        }))
    }

    /// Cuts, heals or leaves each link, as `wanted` says.
    pub(super) fn set_cuts(
        &mut self,
        events: Events,
        wanted: impl Fn(NodeId, NodeId) -> Option<bool>,
    ) -> Applied {
        self.each_link(events, |world, from, to| {
            let cut = wanted(from, to)?;
            let kind = if cut { EventKind::LinkCut { to } } else { EventKind::LinkHealed { to } };
            world.environment.network.set_cut(from, to, cut).then_some(kind)
        })
    }

    /// Holds or releases the links from the first nodes to the second, and the messages in flight
    /// on them.
    pub(super) fn set_holds(
        &mut self,
        from: NodeSet,
        to: NodeSet,
        held: bool,
        events: Events,
    ) -> Result<Applied, Refused> {
        has_link(from, to)?;
        let applied = self.each_link(events, |world, a, b| {
            if !from.contains(a)
                || !to.contains(b)
                || !world.environment.network.set_held(a, b, held)
            {
                return None;
            }
            Some(if held {
                EventKind::LinkHeld { to: b }
            } else {
                EventKind::LinkReleased { to: b }
            })
        });
        for slot in self.environment.network.by_age().into_values() {
            let Some(in_flight) = self.environment.network.get(slot) else { continue };
            let on_them =
                from.contains(in_flight.message.from) && to.contains(in_flight.message.to);
            if !on_them || in_flight.held == held {
                continue;
            }
            if held {
                self.environment.unplan_arrival(slot);
            }
            if let Some(in_flight) = self.environment.network.get_mut(slot) {
                in_flight.held = held;
            }
            if !held {
                self.environment.set_off(slot);
            }
        }
        Ok(applied)
    }

    /// Changes the faults of the links from the first nodes to the second.
    pub(super) fn set_faults(
        &mut self,
        from: NodeSet,
        to: NodeSet,
        events: Events,
        change: impl Fn(&mut LinkFault),
    ) -> Result<Applied, Refused> {
        has_link(from, to)?;
        Ok(self.each_link(events, |world, a, b| {
            if !from.contains(a) || !to.contains(b) {
                return None;
            }
            let mut fault = world.environment.network.fault(a, b);
            change(&mut fault);
            let LinkFault { delay_us, loss_ppm, duplicate_ppm } = fault;
            let changed = world.environment.network.set_fault(a, b, fault);
            changed.then_some(EventKind::LinkChanged { to: b, delay_us, loss_ppm, duplicate_ppm })
        }))
    }

    /// Does something to every directed link, in order. `change` returns the event to record, or
    /// none if it changed nothing.
    fn each_link(
        &mut self,
        events: Events,
        mut change: impl FnMut(&mut World, NodeId, NodeId) -> Option<EventKind>,
    ) -> Applied {
        let mut applied = Applied::default();
        for from in self.nodes().iter() {
            for to in self.nodes().iter().filter(|&to| to != from) {
                if let Some(kind) = change(self, from, to) {
                    applied.links += 1;
                    applied.nodes = applied.nodes.union([from, to].into_iter().collect());
                    self.record(events, None, from, kind);
                }
            }
        }
        applied.changed = applied.links > 0;
        applied
    }
}

impl Environment {
    /// Adds a message to the network, and to the queue unless it waits.
    #[inline(always)]
    pub(super) fn put(&mut self, message: impl FnOnce() -> InFlight) {
        let (slot, message) = self.network.put(message);
        if !message.waits(self.paused) {
            self.queue.plan(message.due, Planned::Arrive { slot });
        }
    }

    /// Puts a message that is not in the queue into it, unless the message still waits.
    pub(super) fn plan_arrival(&mut self, slot: u32) {
        if let Some(message) = self.network.get(slot).filter(|one| !one.waits(self.paused)) {
            self.queue.plan(message.due, Planned::Arrive { slot });
        }
    }

    /// Takes a message out of the queue, if it is there.
    pub(super) fn unplan_arrival(&mut self, slot: u32) {
        if let Some(message) = self.network.get(slot).filter(|one| !one.waits(self.paused)) {
            self.queue.unplan(message.due);
        }
    }

    /// Puts a message that no longer waits into the queue: it arrives when it was due, or now if
    /// that is past.
    pub(super) fn set_off(&mut self, slot: u32) {
        if let Some(message) = self.network.get_mut(slot) {
            message.due = self.queue.due_at(message.due.time_us.max(self.now_us));
            self.plan_arrival(slot);
        }
    }
}

/// Whether a link connects the two sets. None does if both name the same single node.
fn has_link(from: NodeSet, to: NodeSet) -> Result<(), Refused> {
    let same = from.single().is_some() && from == to;
    if same { Err(Refused::NoLink(from, to)) } else { Ok(()) }
}
