//! What differs between two clusters that come from the same beginning.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::raft::{Index, NodeId};
use crate::sim::{Host, OpId, World};
use crate::word::OrNone;

/// A difference between two clusters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// What kind of fact differs: leader, state, term, log, kv, op or violation.
    pub what: &'static str,
    /// Of which node, key or request; `None` if it is of the cluster.
    pub of: Option<String>,
    /// What the left one has; `None` if it has no such thing.
    pub left: Option<String>,
    /// What the right one has.
    pub right: Option<String>,
}

/// Everything that differs: the cluster, then node by node, then the store, requests and
/// violations.
pub fn differences(left: &World, right: &World) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut differ = |what, of: Option<String>, left: Option<String>, right: Option<String>| {
        if left != right {
            found.push(Difference { what, of, left, right });
        }
    };
    differ("leader", None, leader(left), leader(right));
    let nodes: BTreeSet<NodeId> = left.nodes().iter().chain(right.nodes().iter()).collect();
    for node in nodes {
        let (one, other) = (host(left, node), host(right, node));
        let of = || Some(node.to_string());
        let both = |fact: fn(&Host) -> String| (one.map(fact), other.map(fact));
        let (was, is) = both(|host| host.state.name().to_owned());
        differ("state", of(), was, is);
        let (was, is) = both(|host| host.hard_state().current_term.to_string());
        differ("term", of(), was, is);
        let (was, is) = logs((left, one), (right, other));
        differ("log", of(), was, is);
    }
    for key in keys(left).union(&keys(right)) {
        differ("kv", Some((*key).to_owned()), value(left, key), value(right, key));
    }
    let ops = left.ops().latest().max(right.ops().latest()).map_or(0, |OpId(latest)| latest);
    for op in (1..=ops).map(OpId) {
        differ("op", Some(op.to_string()), request(left, op), request(right, op));
    }
    let names = |world: &World| -> BTreeSet<&'static str> {
        world.violations().iter().map(|violation| violation.property).collect()
    };
    let (one, other) = (names(left), names(right));
    for property in one.symmetric_difference(&other) {
        let violated =
            |names: &BTreeSet<_>| names.contains(property).then(|| "violated".to_owned());
        differ("violation", Some((*property).to_owned()), violated(&one), violated(&other));
    }
    found
}

fn host(world: &World, node: NodeId) -> Option<&Host> {
    world.nodes().contains(node).then(|| world.host(node))
}

/// `n3@2`
fn leader(world: &World) -> Option<String> {
    let leader = world.leader()?;
    Some(format!("{leader}@{}", world.host(leader).hard_state().current_term))
}

/// What two logs have from the first entry on that differs.
fn logs(
    (left, one): (&World, Option<&Host>),
    (right, other): (&World, Option<&Host>),
) -> (Option<String>, Option<String>) {
    let (Some(one), Some(other)) = (one, other) else {
        let last = |host: &Host| format!("up to {}", host.log().last());
        return (one.map(last), other.map(last));
    };
    // Entries of two branches are the same if they say the same: the numbers of requests are those
    // of each branch.
    let text = |world: &World, host: &Host, index: Index| {
        let entry = host.log().get(index)?;
        let command = world.ops().command(entry.payload).map(|command| command.to_string());
        Some(
            format!("{index}@{} {}", entry.term, command.unwrap_or_default()).trim_end().to_owned(),
        )
    };
    let end = one.log().last_index().max(other.log().last_index());
    let mut same = one.log().same_through(&other.log());
    let equal = |index| text(left, one, index) == text(right, other, index);
    // Where requests have other texts, equal numbers mean nothing.
    let first = one.log().first_index().max(other.log().first_index());
    if let Some(parted) = (first.0..=same.0).map(Index).find(|index| !equal(*index)) {
        same = Index(parted.0 - 1);
    }
    while same < end && equal(same.next()) {
        same = same.next();
    }
    let rest = |world: &World, host: &Host| {
        let entries = (same.next().0..=end.0).map_while(|index| text(world, host, Index(index)));
        let entries: Vec<String> = entries.take(LOG_ENTRIES + 1).collect();
        Some(match entries.len() {
            0 => format!("ends at {same}"),
            shown if shown > LOG_ENTRIES => {
                format!("{}, … up to {}", entries[..LOG_ENTRIES].join(", "), host.log().last())
            }
            _ => entries.join(", "),
        })
    };
    if same == end { (None, None) } else { (rest(left, one), rest(right, other)) }
}

/// The most entries of a log that a difference lists.
const LOG_ENTRIES: usize = 5;

fn keys(world: &World) -> BTreeSet<&str> {
    world.hosts().flat_map(|host| host.store.iter().map(|(key, _)| key)).collect()
}

/// What the nodes that run hold under a key: one value, or each node's own.
fn value(world: &World, key: &str) -> Option<String> {
    let running: Vec<&Host> = world.hosts().filter(|host| host.record().is_some()).collect();
    let first = running.first()?.store.get(key);
    if running.iter().all(|host| host.store.get(key) == first) {
        return first.map(|value| OrNone(Some(value)).to_string());
    }
    let each = running.iter().map(|host| format!("{} {}", host.id, OrNone(host.store.get(key))));
    Some(each.collect::<Vec<_>>().join(", "))
}

/// `put x=5: ok`
fn request(world: &World, op: OpId) -> Option<String> {
    let request = world.ops().get(op)?;
    let value = request.value.map(|value| format!(" {}", OrNone(Some(value)))).unwrap_or_default();
    Some(format!("{} at {}: {}{value}", request.asked, request.node, request.outcome))
}
