//! `members`: which configuration each node uses.

use super::document::{Document, Text, Tone};
use super::groups;
use super::tables::table;
use crate::raft::{Group, NodeId, NodeSet, Position};
use crate::sim::World;

/// The configuration that a node uses.
#[derive(Clone, Copy, Debug)]
pub(super) struct Used {
    pub(super) group: Group,
    /// The entry that set it; none if no entry of its log did.
    pub(super) entry: Option<Position>,
    /// Whether the node knows it to be committed.
    pub(super) committed: bool,
}

/// The configuration that a node uses; by its disk if it does not run.
pub(super) fn used(world: &World, node: NodeId) -> Used {
    let host = world.host(node);
    let group = world.group_of(node);
    let index = match host.record() {
        Some(record) => record.members.index(),
        None => world.durable_members(node).index(),
    };
    let entry = index.and_then(|index| host.log().position(index));
    let commit = host.report().map(|report| report.commit);
    let known = |entry: Position| commit.is_some_and(|commit| entry.index <= commit);
    Used { group, entry, committed: entry.is_none_or(known) }
}

/// `members`: a row for each node.
pub fn table_of(world: &World, nodes: NodeSet) -> Document {
    let rows = nodes.iter().map(|node| {
        let Used { group, entry, committed } = used(world, node);
        let set = |set: NodeSet| {
            Text::from(if set.is_empty() { "none".into() } else { groups::nodes(set) })
        };
        let state = match (group == Group::default(), entry, committed) {
            (true, ..) => Text::new().toned(Tone::Dim, "spare"),
            (_, None, _) => Text::new().toned(Tone::Dim, "from the start"),
            (_, Some(entry), true) => Text::new().toned(Tone::Good, format!("{entry}, committed")),
            (_, Some(entry), false) => {
                Text::new().toned(Tone::Warn, format!("{entry}, not known to be committed"))
            }
        };
        vec![
            Text::from(node.to_string()),
            set(group.voters),
            set(group.outgoing),
            set(group.learners),
            state,
        ]
    });
    let table = table(["node", "voters", "outgoing", "learners", "entry"], rows.collect());
    let group = world.group();
    match group.is_joint() {
        true => table.line(format!(
            "joint: every decision needs a majority of {} and one of {}",
            groups::nodes(group.voters),
            groups::nodes(group.outgoing)
        )),
        false => table,
    }
}
