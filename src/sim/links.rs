//! Links: cutting, healing, holding, and making one worse than the others.

use crate::raft::{NodeId, NodeSet};

use super::action::Ways;
use super::answer::{Applied, Refused};
use super::environment::Environment;
use super::event::EventKind;
use super::queue::Plan;
use super::state::LinkFault;
use super::world::{Events, World};

impl World {
    pub(super) fn cut(
        &mut self,
        from: NodeSet,
        to: NodeSet,
        ways: Ways,
        events: Events,
    ) -> Result<Applied, Refused> {
        has_link(from, to)?;
        let back = ways == Ways::Both;
        Ok(self.set_cuts(events, |a, b| {
            let there = from.contains(a) && to.contains(b);
            (there || back && from.contains(b) && to.contains(a)).then_some(true)
        }))
    }

    pub(super) fn heal(&mut self, from: NodeSet, to: NodeSet, events: Events) -> Result<Applied, Refused> {
        has_link(from, to)?;
        Ok(self.set_cuts(events, |a, b| {
            let between = from.contains(a) && to.contains(b) || from.contains(b) && to.contains(a);
            between.then_some(false)
        }))
    }

    pub(super) fn isolate(&mut self, nodes: NodeSet, events: Events) -> Applied {
        self.set_cuts(events, |from, to| (nodes.contains(from) || nodes.contains(to)).then_some(true))
    }

    pub(super) fn partition(&mut self, groups: &[NodeSet], events: Events) -> Result<Applied, Refused> {
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

    /// Cuts, heals or leaves each link.
    pub(super) fn set_cuts(
        &mut self,
        events: Events,
        wanted: impl Fn(NodeId, NodeId) -> Option<bool>,
    ) -> Applied {
        self.each_link(events, |world, from, to| {
            let cut = wanted(from, to)?;
            let kind = if cut { EventKind::LinkCut { to } } else { EventKind::LinkHealed { to } };
            world.around.network.set_cut(from, to, cut).then_some(kind)
        })
    }

    /// Holds or releases the links from the first nodes to the second, and what is in flight on
    /// them.
    pub(super) fn set_holds(
        &mut self,
        from: NodeSet,
        to: NodeSet,
        held: bool,
        events: Events,
    ) -> Result<Applied, Refused> {
        has_link(from, to)?;
        let applied = self.each_link(events, |world, a, b| {
            if !from.contains(a) || !to.contains(b) || !world.around.network.set_held(a, b, held) {
                return None;
            }
            Some(if held { EventKind::LinkHeld { to: b } } else { EventKind::LinkReleased { to: b } })
        });
        for slot in self.around.network.by_age().into_values() {
            let Some(in_flight) = self.around.network.get_mut(slot) else { continue };
            let on_them = from.contains(in_flight.message.from) && to.contains(in_flight.message.to);
            if !on_them || in_flight.held == held {
                continue;
            }
            in_flight.held = held;
            if !held {
                let due_us = in_flight.due_us();
                self.around.set_off(slot, due_us);
            }
        }
        Ok(applied)
    }

    /// Changes how the links from the first nodes to the second differ from others.
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
            let mut fault = world.around.network.fault(a, b);
            change(&mut fault);
            let LinkFault { delay_us, loss_ppm, duplicate_ppm } = fault;
            let changed = world.around.network.set_fault(a, b, fault);
            changed.then_some(EventKind::LinkChanged { to: b, delay_us, loss_ppm, duplicate_ppm })
        }))
    }

    /// Does something to every directed link, in order; it says what changed.
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
    /// A message goes on its way: it arrives then, or at once if that is past.
    pub(super) fn set_off(&mut self, slot: u32, due_us: u64) {
        let due = self.queue.due_at(due_us.max(self.now_us));
        if let Some(in_flight) = self.network.get_mut(slot) {
            (in_flight.due, in_flight.planned) = (due, true);
            self.queue.plan(due, Plan::Arrive { slot });
        }
    }
}

/// Whether any pair of different nodes lies between the two sets.
fn has_link(from: NodeSet, to: NodeSet) -> Result<(), Refused> {
    let same = from.single().is_some() && from == to;
    if same { Err(Refused::NoLink(from, to)) } else { Ok(()) }
}
