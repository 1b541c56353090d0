//! What does not run, and what does not get through.

use crate::raft::{NodeId, NodeSet};
use crate::sim::{Event, EventKind, HostState, TransitState, World};

use super::case::Case;
use super::claim::{Claim, ReachClaim};

/// Whether messages get from one node to another: the link is neither cut nor held, and does not
/// lose all of them.
pub(super) fn is_open(world: &World, from: NodeId, to: NodeId) -> bool {
    let network = world.network();
    let loss = network.fault(from, to).loss_ppm;
    let loses_all =
        loss == Some(1_000_000) || (loss.is_none() && world.settings().loss_ppm == 1_000_000);
    from == to || (!network.is_cut(from, to) && !network.is_held(from, to) && !loses_all)
}

/// The voters that are up and that this node, if it is up, reaches both ways, itself included.
pub(super) fn reached(world: &World, node: NodeId) -> NodeSet {
    let voters = world.live().intersection(world.group().electorate());
    let both = |other: &NodeId| is_open(world, node, *other) && is_open(world, *other, node);
    voters.iter().filter(both).collect()
}

/// How many voters a quorum takes.
pub(super) fn needed(world: &World) -> u32 {
    world.group().quorum_size() as u32
}

/// That a node does not run, and through what; `None` if it is up.
pub(super) fn not_up(case: &Case<'_>, node: NodeId) -> Option<Claim> {
    let kind = match case.world().host(node).state {
        HostState::Up => return None,
        HostState::Paused => ReachClaim::NodePaused { node },
        HostState::Down => ReachClaim::NodeDown { node },
        HostState::Halted(reason) => ReachClaim::NodeHalted { node, reason },
    };
    Some(Claim::new(kind, life_event(case, node).map(|event| event.id)))
}

/// The latest event at which the node stopped, started, paused or resumed.
pub(super) fn life_event<'a>(case: &Case<'a>, node: NodeId) -> Option<&'a Event> {
    case.latest(|event| {
        event.node == node
            && matches!(
                event.kind,
                EventKind::NodeKilled
                    | EventKind::NodeRestarted { .. }
                    | EventKind::NodeHalted { .. }
                    | EventKind::NodePaused
                    | EventKind::NodeResumed
            )
    })
}

/// What keeps two nodes from reaching each other, and what slows their messages.
pub(super) fn between(case: &Case<'_>, left: NodeId, right: NodeId) -> Vec<Claim> {
    let network = case.world().network();
    let cut = |from, to| {
        let is_cut = |event: &Event| {
            event.node == from && matches!(event.kind, EventKind::LinkCut { to: end } if end == to)
        };
        network.is_cut(from, to).then(|| case.latest(is_cut).map(|event| event.id))
    };
    let mut claims = match (cut(left, right), cut(right, left)) {
        (Some(one), Some(other)) => {
            vec![Claim::new(ReachClaim::LinksCut { left, right }, one.into_iter().chain(other))]
        }
        (Some(one), None) => {
            vec![Claim::new(ReachClaim::LinkCut { from: left, to: right }, one)]
        }
        (None, Some(other)) => {
            vec![Claim::new(ReachClaim::LinkCut { from: right, to: left }, other)]
        }
        (None, None) => Vec::new(),
    };
    for (from, to) in [(left, right), (right, left)] {
        claims.extend(held(case, from, to));
        claims.extend(faulty(case, from, to));
    }
    claims
}

/// That the messages of a link are held.
pub(super) fn held(case: &Case<'_>, from: NodeId, to: NodeId) -> Option<Claim> {
    let world = case.world();
    let waits = world.network().in_flight().filter(|one| {
        one.message.from == from
            && one.message.to == to
            && world.transit_state(one) == TransitState::Held
    });
    let count = waits.count() as u32;
    let is_hold = |event: &Event| {
        event.node == from && matches!(event.kind, EventKind::LinkHeld { to: end } if end == to)
    };
    world.network().is_held(from, to).then(|| {
        let event = case.latest(is_hold).map(|event| event.id);
        Claim::new(ReachClaim::LinkHeld { from, to, count }, event)
    })
}

/// That a link has a fault of its own.
fn faulty(case: &Case<'_>, from: NodeId, to: NodeId) -> Option<Claim> {
    let fault = case.world().network().fault(from, to);
    let is_change = |event: &Event| {
        event.node == from
            && matches!(event.kind, EventKind::LinkChanged { to: end, .. } if end == to)
    };
    (fault != Default::default()).then(|| {
        let event = case.latest(is_change).map(|event| event.id);
        Claim::new(ReachClaim::LinkFaulty { from, to, fault }, event)
    })
}

/// What keeps a node from reaching a set of others: one claim if it is cut off from all of them.
pub(super) fn separations(case: &Case<'_>, node: NodeId, others: NodeSet) -> Vec<Claim> {
    let network = case.world().network();
    let off: NodeSet = others
        .iter()
        .filter(|&other| {
            other != node && network.is_cut(node, other) && network.is_cut(other, node)
        })
        .collect();
    let mut claims = Vec::new();
    if off.len() > 1 {
        let is_cut = |event: &Event| {
            event.node == node
                && matches!(event.kind, EventKind::LinkCut { to } if off.contains(to))
        };
        let event = case.latest(is_cut).map(|event| event.id);
        claims.push(Claim::new(ReachClaim::CutOff { node, from: off }, event));
    }
    let rest = if off.len() > 1 { others.difference(off) } else { others };
    for other in rest.iter().filter(|&other| other != node) {
        claims.extend(between(case, node, other));
    }
    claims
}

/// What is wrong with a node's disk, as far as it keeps the node from writing.
pub(super) fn disk(case: &Case<'_>, node: NodeId) -> Option<Claim> {
    let trouble = case.world().host(node).disk.trouble();
    let latest = |wanted: fn(&EventKind) -> bool| {
        case.latest(|event| event.node == node && wanted(&event.kind)).map(|event| event.id)
    };
    if trouble.cut {
        let event = latest(|kind| matches!(kind, EventKind::DiskCut));
        return Some(Claim::new(ReachClaim::DiskCut { node }, event));
    }
    if trouble.full.is_some() {
        let event = latest(|kind| matches!(kind, EventKind::DiskFilled));
        return Some(Claim::new(ReachClaim::DiskFull { node }, event));
    }
    let latency_us = trouble.slow_us?;
    let event = latest(|kind| matches!(kind, EventKind::DiskSlowed { .. }));
    Some(Claim::new(ReachClaim::DiskSlow { node, latency_us }, event))
}
