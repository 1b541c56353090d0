//! Topologies that are known to trouble Raft, by their names.

use crate::explain::case::Case;
use crate::explain::claim::{Claim, ElectionClaim};
use crate::explain::reach::{self, is_open};
use crate::raft::{NodeId, NodeSet, Note, RoleName};
use crate::sim::{Event, EventKind, World};

use super::ballot;

/// How many elections are looked at.
const ELECTIONS: usize = 8;

/// The fewest elections that make a node one that disturbs the others.
const AGAIN: usize = 2;

/// The shapes that the links of the nodes that are up have now.
pub(super) fn shapes(case: &Case<'_>) -> Vec<Claim> {
    let world = case.world();
    let up = world.live().intersection(world.group().electorate());
    // Without faults of links there are no shapes, and most clusters have none.
    let all_open = up.iter().all(|from| up.iter().all(|to| from == to || is_open(world, from, to)));
    if all_open {
        return Vec::new();
    }
    let found =
        deaf_follower(case, up).or_else(|| chained(world, up)).or_else(|| partial(case, up));
    found.into_iter().collect()
}

/// The candidacies of a node, the latest first.
fn campaigns<'a>(case: &Case<'a>, node: NodeId, most: usize) -> Vec<&'a Event> {
    let began = |event: &&Event| {
        event.node == node
            && matches!(
                event.kind,
                EventKind::Note(Note::RoleChanged { role: RoleName::Candidate, .. })
            )
    };
    case.events().iter().rev().filter(began).take(most).collect()
}

fn deaf_follower(case: &Case<'_>, up: NodeSet) -> Option<Claim> {
    let world = case.world();
    let is_deaf = |node: &NodeId| {
        let mut others = up.iter().filter(|other| other != node);
        let hears = up.iter().any(|other| other != *node && is_open(world, other, *node));
        let is_heard = others.any(|other| is_open(world, *node, other));
        let leads = world.host(*node).report().is_some_and(|it| it.role == RoleName::Leader);
        !hears && is_heard && !leads
    };
    let node = up.iter().find(is_deaf)?;
    let again = campaigns(case, node, AGAIN);
    let term = world.host(node).report()?.term;
    (again.len() == AGAIN).then(|| {
        let events = again.iter().rev().map(|event| event.id);
        Claim::new(ElectionClaim::DeafFollower { node, term }, events)
    })
}

/// Two nodes that do not reach each other and both reach a third, and campaign in turns.
fn partial(case: &Case<'_>, up: NodeSet) -> Option<Claim> {
    let world = case.world();
    let ballots = ballot::latest(case, ELECTIONS);
    let both = |left, right| is_open(world, left, right) && is_open(world, right, left);
    for left in up.iter() {
        for right in up.iter().filter(|right| left < *right) {
            let apart = !is_open(world, left, right) && !is_open(world, right, left);
            let through = up.iter().find(|&node| apart && both(left, node) && both(right, node));
            let Some(through) = through.filter(|node| *node != left && *node != right) else {
                continue;
            };
            let cut = case.latest(|event| {
                event.node == left && matches!(event.kind, EventKind::LinkCut { to } if to == right)
            });
            let since = cut.map_or(0, |event| event.id);
            let began = ballots.values().filter_map(|ballot| {
                let mut stood = ballot.candidates.iter();
                stood.find(|event| event.id > since && (event.node == left || event.node == right))
            });
            let events: Vec<_> = began.map(|event| event.id).collect();
            if events.len() >= AGAIN {
                let terms = events.len() as u32;
                let kind = ElectionClaim::PartialConnectivity { left, right, through, terms };
                return Some(Claim::new(kind, events));
            }
        }
    }
    None
}

/// Four nodes or more that reach each other only along a chain.
fn chained(world: &World, up: NodeSet) -> Option<Claim> {
    let others = |node: NodeId| -> NodeSet {
        let mut reached = reach::reached(world, node);
        reached.remove(node);
        reached
    };
    if up.len() < 4 || up.len() > 9 {
        return None;
    }
    let ends: Vec<NodeId> = up.iter().filter(|node| others(*node).len() == 1).collect();
    let is_chain = ends.len() == 2 && up.iter().all(|node| matches!(others(node).len(), 1 | 2));
    let mut chain = vec![*ends.first().filter(|_| is_chain)?];
    while let Some(last) = chain.last().copied()
        && let Some(next) = others(last).iter().find(|node| !chain.contains(node))
    {
        chain.push(next);
    }
    (chain.len() == up.len()).then(|| Claim::new(ElectionClaim::Chained { chain }, []))
}
